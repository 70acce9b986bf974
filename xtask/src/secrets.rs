//! The secrets by which what a command writes is sealed, as the Worker seals it.

use std::fs;
use std::path::Path;

use vault::Vault;

use crate::failure::{Result, Trying};

/// The vault of the secrets in a file, `NAME=value` a line.
pub fn vault(file: &Path) -> Result<Vault> {
    let text = fs::read_to_string(file).trying(format_args!("read {}", file.display()))?;
    Vault::of_settings(&text).trying(format_args!("find the secrets in {}", file.display()))
}
