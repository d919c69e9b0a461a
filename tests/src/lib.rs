//! A harness for end-to-end tests: the built site, served as a dumb host would, in a real Chromium.
//!
//! A test is a story told to a [`Visit`]:
//!
//! ```no_run
//! # use playground_tests::Visit;
//! Visit::phone().dark().run("opening", "?theme=auto", |page| {
//!     page.wait_for("main")?;
//!     page.key("ArrowRight")?;
//!     page.screenshot("opening-phone-dark")
//! });
//! ```
//!
//! Every story gets its own server, its own driver and a browser with a fresh profile, so tests know nothing of each
//! other and can run side by side. Stories are marked `#[ignore]`, because plain `cargo test` has neither browser nor
//! site: `cargo xtask test` installs the one, builds the other and asks for them.
//!
//! The environment says where things are: `PLAYGROUND_DIST` the site, `CHROMEDRIVER` and `CHROMIUM` the browser if they
//! are not on `PATH`, `PLAYGROUND_AXE` the file `axe.min.js`.

mod axe;
mod driver;
mod keys;
mod page;
mod server;
mod visit;

pub use axe::AxeViolation;
pub use driver::{ConsoleMessage, Driver, target_folder};
pub use page::Page;
pub use server::Server;
pub use visit::{Visit, site_folder};
