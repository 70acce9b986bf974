//! The product in Chromium, on a phone and on a desktop. Each file is one part of what people meet there; each
//! test says one sentence of it, on both sizes.
//!
//! Every page that a test looks at with [`Browser::sees`](browser::Browser::sees) is held to what every page is:
//! one heading, a title that names it, no violation that axe finds, nothing wider than the screen, a clean
//! console. Its picture lies in `target/screenshots/<size>/<name>.png`.

mod browser;
mod filing;
mod mails;
mod office;
mod own_acts;
mod pages;
mod papers;
mod people;
mod procedures;
mod proofs;
mod receipts;
mod reports;
mod seen;
mod without_app;
