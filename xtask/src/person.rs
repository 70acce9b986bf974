//! `cargo xtask person`: whom a mailbox belongs to, and what about them nobody in an office may change. Mailboxes lie sealed,
//! so no statement by hand finds one or writes one.

use std::path::PathBuf;

use serde::Deserialize;
use vault::{MAILBOX, Place};
use workflow::identity::EmailAddress;

use crate::door::{Door, quoted};
use crate::failure::{Failure, Result, Trying};
use crate::secrets;

const USAGE: &str =
    "`cargo xtask person E-MAIL [--mailbox NEW | --lock | --unlock] [--remote --secrets FILE | --port N]`";

/// What is to be changed.
enum Change {
    /// Where they read mail.
    Mailbox(EmailAddress),
    /// They are signed out everywhere, and get no code.
    Lock,
    /// They get in again.
    Unlock,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    name: Option<String>,
    disabled_at: Option<String>,
}

/// `cargo xtask person`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let (mut door, mut named, mut change, mut emails) = (Door::default(), None, None, Vec::new());
    while let Some(arg) = args.next().trying(format_args!("find sense in {USAGE}"))? {
        match arg {
            lexopt::Arg::Long("secrets") => {
                let file = args.value().trying(format_args!("find the file in {USAGE}"))?;
                named = Some(PathBuf::from(file));
            }
            lexopt::Arg::Long("mailbox") => {
                let new = args.value().trying(format_args!("find the new address in {USAGE}"))?;
                change = Some(Change::Mailbox(address(&new.to_string_lossy())?));
            }
            lexopt::Arg::Long("lock") => change = Some(Change::Lock),
            lexopt::Arg::Long("unlock") => change = Some(Change::Unlock),
            lexopt::Arg::Value(value) => emails.push(address(&value.to_string_lossy())?),
            lexopt::Arg::Long(flag) => {
                let flag = flag.to_owned();
                door.take(&flag, &mut args, USAGE)?;
            }
            other => return Err(Failure::new(format!("{} in {USAGE}.", other.unexpected()))),
        }
    }
    let [email] = emails.as_slice() else {
        return Err(Failure::new(format!("It takes one e-mail address: {USAGE}.")));
    };
    let vault = secrets::of(&door, named, USAGE)?;
    let with = |email: &EmailAddress| -> Result<Option<Known>> {
        let key = quoted(&vault.mailbox_key(MAILBOX, email.as_str()));
        let rows = door.rows(&format!("SELECT id, name, disabled_at FROM people WHERE email_key = {key}"))?;
        Ok(rows.into_iter().next())
    };
    let Some(Known { id, name, disabled_at }) = with(email)? else {
        return Err(Failure::new(format!("Nobody is known by {email}.")));
    };
    let name = name.unwrap_or_else(|| "somebody without a name yet".to_owned());
    let here = quoted(&id);
    let (sql, told) = match change {
        None => {
            let locked = if disabled_at.is_some() { ", locked out" } else { "" };
            println!("{email} is {name}, {id} in the database{locked}.");
            return Ok(());
        }
        Some(Change::Mailbox(new)) => {
            if with(&new)?.is_some_and(|other| other.id != id) {
                return Err(Failure::new(format!("Somebody else is known by {new}, so nothing was changed.")));
            }
            let kept = vault.keep_mailbox(Place::new(MAILBOX, &id), new.as_str()).trying("seal the mailbox")?;
            let (sealed, key) = (quoted(&kept.sealed), quoted(&kept.key));
            let sql = format!(
                "UPDATE people SET email = {sealed}, email_key = {key} WHERE id = {here};
                 DELETE FROM sessions WHERE person = {here};\n"
            );
            (sql, format!("{name} is signed out everywhere, and signs in with {new} from now on."))
        }
        Some(Change::Lock) => {
            let now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
            // Otherwise they would be in again by an old one, as soon as they are let in.
            let sql = format!(
                "UPDATE people SET disabled_at = {now} WHERE id = {here};
                 DELETE FROM sessions WHERE person = {here};\n"
            );
            (sql, format!("{name} is locked out, and signed out everywhere."))
        }
        Some(Change::Unlock) => {
            let sql = format!("UPDATE people SET disabled_at = NULL WHERE id = {here};\n");
            (sql, format!("{name} may come in again, by a new code."))
        }
    };
    door.run_text("person.sql", &sql)?;
    println!("{told}");
    Ok(())
}

fn address(text: &str) -> Result<EmailAddress> {
    EmailAddress::parse(text).trying(format_args!("take \"{text}\" for an e-mail address"))
}
