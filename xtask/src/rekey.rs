//! `cargo xtask rekey`: what is found by `LOOKUP_KEY` is found by another one from then on. The keyed digests tell nothing of what
//! they are of; what is sealed beside them does.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use vault::{CASE_KEY, CONTENT, MAIL_RECIPIENT, MAILBOX, NIK, Place, Vault};
use workflow::case::{Content, Form};

use crate::door::{Door, quoted};
use crate::failure::{Failure, Result, Trying};
use crate::secrets;

const USAGE: &str = "`cargo xtask rekey --secrets FILE --new FILE [--remote | --port N]`";

/// How many rows are read at a time, and how many are written: the local door takes no text of more than 100 KB.
const AT_ONCE: usize = 250;

/// How many bytes of random salt stand before what somebody wrote.
const SALT: usize = 16;

/// A row with what is sealed, and the digest by which it is found.
#[derive(Deserialize)]
struct Row {
    id: String,
    sealed: String,
    key: String,
}

/// Where mailboxes lie: the table, what is sealed, the digest, and for what both are.
const MAILBOXES: [(&str, &str, &str, &str); 2] =
    [("people", "email", "email_key", MAILBOX), ("outbox", "recipient", "recipient_key", MAIL_RECIPIENT)];

/// What somebody wrote in a case that is open, and the case's key.
#[derive(Deserialize)]
struct Written {
    id: String,
    case_key: String,
    seq: u32,
    sealed: String,
    key: String,
}

/// `cargo xtask rekey`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let (mut door, mut old, mut new) = (Door::default(), None, None);
    while let Some(arg) = args.next().trying(format_args!("find sense in {USAGE}"))? {
        match arg {
            lexopt::Arg::Long(flag @ ("secrets" | "new")) => {
                let which = if flag == "new" { &mut new } else { &mut old };
                *which = Some(PathBuf::from(args.value().trying(format_args!("find the file in {USAGE}"))?));
            }
            lexopt::Arg::Long(flag) => {
                let flag = flag.to_owned();
                door.take(&flag, &mut args, USAGE)?;
            }
            other => return Err(Failure::new(format!("{} in {USAGE}.", other.unexpected()))),
        }
    }
    let (Some(old), Some(new)) = (old, new) else {
        return Err(Failure::new(format!(
            "It takes the secrets as they are and as they are to be, which differ in LOOKUP_KEY: {USAGE}."
        )));
    };
    let keys = Keys { old: secrets::vault(&old)?, new: secrets::vault(&new)? };
    let mut changed = 0;
    for (table, column, key, purpose) in MAILBOXES {
        let rows = |after: &str| {
            format!(
                "SELECT id, {column} AS sealed, {key} AS key FROM {table}
                 WHERE id > {} AND {column} <> '' ORDER BY id LIMIT {AT_ONCE}",
                quoted(after)
            )
        };
        changed += all(&door, rows, |rows: Vec<Row>| {
            let set = |Row { id, sealed, key: now }: Row| {
                let address =
                    keys.new.open_text(Place::new(purpose, &id), &sealed).map_err(|error| told(&id, error))?;
                let keyed = |vault: &Vault| vault.mailbox_key(purpose, &address);
                Ok(keys.replaced(&id, &now, keyed)?.map(|to| update(table, key, "id", &id, &to)))
            };
            rows.into_iter().filter_map(|row| set(row).transpose()).collect()
        })?;
    }
    let open = |after: &str| {
        format!(
            "SELECT c.ticket AS id, k.sealed AS case_key, n.seq, n.sealed, c.holder_key AS key
             FROM (SELECT ticket, holder_key FROM cases WHERE open = 1 AND ticket > {} ORDER BY ticket LIMIT {}) c
             JOIN case_keys k ON k.ticket = c.ticket JOIN contents n ON n.ticket = c.ticket ORDER BY c.ticket, n.seq",
            quoted(after),
            AT_ONCE / 10
        )
    };
    changed += all(&door, open, |rows: Vec<Written>| {
        let mut forms: BTreeMap<String, (String, Form)> = BTreeMap::new();
        for row in rows {
            if let Some(form) = form(&keys.new, &row).map_err(|error| told(&row.id, error))? {
                forms.insert(row.id, (row.key, form));
            }
        }
        let set = |(ticket, (now, form)): (String, (String, Form))| {
            let keyed = |vault: &Vault| vault.lookup().digest(NIK, form.nik.as_str());
            Ok(keys.replaced(&ticket, &now, keyed)?.map(|to| update("cases", "holder_key", "ticket", &ticket, &to)))
        };
        forms.into_iter().filter_map(|one| set(one).transpose()).collect()
    })?;
    // Nothing else tells what these are of. Whoever stands at the door asks for another code.
    door.run_text("rekey.sql", "DELETE FROM sign_in_codes;\nDELETE FROM known_devices;\nDELETE FROM limits;\n")?;
    println!("{changed} rows are found by the new LOOKUP_KEY now, and every sign-in code was ended.");
    Ok(())
}

/// The secrets as they are, and as they are to be.
struct Keys {
    old: Vault,
    new: Vault,
}

impl Keys {
    /// The new digest of what has this one, unless it has it already; a failure where it is neither's.
    fn replaced(&self, id: &str, now: &str, keyed: impl Fn(&Vault) -> String) -> Result<Option<String>> {
        let to = keyed(&self.new);
        if now == to {
            Ok(None)
        } else if now == keyed(&self.old) {
            Ok(Some(to))
        } else {
            Err(Failure::new(format!(
                "{id} is found by neither LOOKUP_KEY: these are not the secrets of this database."
            )))
        }
    }
}

/// Reads all rows, some at a time, and writes what is made of them. How many statements that were.
fn all<T: DeserializeOwned + Identified>(
    door: &Door,
    rows: impl Fn(&str) -> String,
    updates: impl Fn(Vec<T>) -> Result<Vec<String>>,
) -> Result<usize> {
    let (mut after, mut changed) = (String::new(), 0);
    loop {
        let read: Vec<T> = door.rows(&rows(&after))?;
        let Some(last) = read.last() else { return Ok(changed) };
        last.id().clone_into(&mut after);
        let updates = updates(read)?;
        if !updates.is_empty() {
            door.run_text("rekey.sql", &updates.concat())?;
        }
        changed += updates.len();
    }
}

/// What has a name of its own, in whose order all of it is read.
trait Identified {
    fn id(&self) -> &str;
}

impl Identified for Row {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Written {
    fn id(&self) -> &str {
        &self.id
    }
}

fn update(table: &str, column: &str, by: &str, id: &str, to: &str) -> String {
    format!("UPDATE {table} SET {column} = {} WHERE {by} = {};\n", quoted(to), quoted(id))
}

/// The form that was handed in with this, if one was.
fn form(vault: &Vault, row: &Written) -> std::result::Result<Option<Form>, String> {
    let key = vault.open_key(Place::new(CASE_KEY, &row.id), &row.case_key).map_err(|error| error.to_string())?;
    let place = format!("{} {}", row.id, row.seq);
    let opened = key.open(Place::new(CONTENT, &place), &row.sealed).map_err(|error| error.to_string())?;
    let text = opened.get(SALT..).ok_or("what was written is cut")?;
    let content: Content = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    Ok(content.form)
}

fn told(id: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("Could not open what is sealed of {id}: {error}. What was done before holds; run this again."))
}
