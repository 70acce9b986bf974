//! The secrets by which what a command writes is sealed, as the Worker seals it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use vault::{MAILBOX, Place, Vault};

use crate::door::Door;
use crate::failure::{Failure, Result, Trying};
use crate::{paths, server};

/// The vault of the secrets in a file, `NAME=value` a line.
pub fn vault(file: &Path) -> Result<Vault> {
    let text = fs::read_to_string(file).trying(format_args!("read {}", file.display()))?;
    Vault::of_settings(&text).trying(format_args!("find the secrets in {}", file.display()))
}

/// The vault of the database behind this door: by the file that was named, or by the local secrets.
pub fn of(door: &Door, named: Option<PathBuf>, usage: &str) -> Result<Vault> {
    let file = match (named, door) {
        (Some(file), _) => file,
        (None, Door::Local { .. }) => paths::at(server::LOCAL_SECRETS),
        (None, Door::Remote) => {
            return Err(Failure::new(format!(
                "Mailboxes lie sealed: name the file that has the service's DATA_KEYS and LOOKUP_KEY, {usage}."
            )));
        }
    };
    let vault = vault(&file)?;
    check(door, &vault)?;
    Ok(vault)
}

/// Refuses secrets by which this database is not sealed, where anybody is in it to tell: whoever is written under others could
/// never sign in.
fn check(door: &Door, vault: &Vault) -> Result<()> {
    #[derive(Deserialize)]
    struct Known {
        id: String,
        email: String,
        email_key: String,
    }
    let known: Vec<Known> = door.rows("SELECT id, email, email_key FROM people WHERE email <> '' LIMIT 1")?;
    let fits = |Known { id, email, email_key }: &Known| {
        let opened = vault.open_text(Place::new(MAILBOX, id), email);
        opened.is_ok_and(|address| vault.mailbox_key(MAILBOX, &address) == *email_key)
    };
    if known.iter().all(fits) {
        return Ok(());
    }
    Err(Failure::new("These are not the secrets by which this database is sealed, so nothing was changed."))
}
