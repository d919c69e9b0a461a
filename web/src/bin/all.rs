//! The page with every protocol. `static/boot.mjs` loads it when one is wanted that the first module does not carry.

fn main() {
    playground_web::shelf::stock(playground_core::registry::catalogue());
    playground_web::trouble::watch();
    playground_web::app::start();
}
