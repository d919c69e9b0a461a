//! End-to-end tests of the built site. Run by `cargo xtask test`; see the crate's documentation.

mod smoke;
