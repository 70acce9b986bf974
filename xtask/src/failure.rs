//! How a verb ends when it cannot go on: one sentence that says what is wrong and what to do.

use std::fmt;

/// One clear sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

/// What everything here returns.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Ends with this sentence.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns any error into a sentence that begins with what was being tried.
pub trait Trying<T> {
    /// `what` reads after "Could not", as in "read wrangler.toml".
    fn trying(self, what: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Trying<T> for std::result::Result<T, E> {
    fn trying(self, what: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Failure(format!("Could not {what}: {error}.")))
    }
}
