//! Starts the page.

fn main() {
    playground_web::trouble::watch();
    playground_web::app::start();
}
