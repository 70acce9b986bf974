//! Drives the built product from outside, as people do. `cargo xtask test` builds it, starts it under
//! `wrangler dev` with fresh local storage, and runs what is here against it.
//!
//! | room | what is in it |
//! |---|---|
//! | [`product`] | where the product runs, and asking it |
//! | [`person`] | people who sign in, staff and applicants |
//! | [`matter`] | a request to revoke, from filing to its end, told in acts |
//! | [`mailbox`] | the mails that were sent |
//! | [`database`] | planting and looking where no door leads |
//! | [`vault`] | what lies sealed in the database |
//! | [`fresh`] | names, numbers and files that nobody used before |
//!
//! Tests run at once against one product: each makes its own people and requests, and asks lists only for
//! what it made itself.

pub mod database;
pub mod fresh;
pub mod mailbox;
pub mod matter;
pub mod person;
pub mod product;
pub mod vault;

use std::time::{Duration, Instant};

/// How long the product may take over what it does after it has answered.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again until there is an answer.
///
/// # Panics
/// When there is none within [`PATIENCE`]; `what` says what was waited for.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    in_time(ask).unwrap_or_else(|| panic!("waited {PATIENCE:?} in vain for {what}"))
}

/// Asks again until there is an answer; none when there was none within [`PATIENCE`].
pub fn in_time<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if answer.is_some() || Instant::now() > end {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(40));
    }
}
