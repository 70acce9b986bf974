//! What is sealed in the database, opened and sealed from outside, by the local keys.

use std::{fs, sync::OnceLock};

use serde_json::{Value, json};
pub use vault::{
    CASE_KEY, CHECKPOINT_MAILBOXES, CONTENT, DOCUMENT_KEY, DOCUMENT_NAME, MAIL_HTML, MAIL_RECIPIENT, MAIL_TEXT,
    MAILBOX, OFFICE_CONTENT, Place,
};
use vault::{DataKey, Kept, Vault};
use workflow::{
    case::PersonId,
    identity::{EmailAddress, TicketNumber},
    log::Signer,
};

use crate::{database, product::given_path};

fn settings() -> String {
    fs::read_to_string(given_path("CABUT_SECRETS")).expect("the local secrets are there")
}

fn local() -> &'static Vault {
    static VAULT: OnceLock<Vault> = OnceLock::new();
    VAULT.get_or_init(|| Vault::of_settings(&settings()).expect("the local secrets are secrets"))
}

/// Signs as the log of this name does: as an office could that rewrites its own.
///
/// # Panics
/// When the local secrets have no such key.
pub fn log_signer(name: &str) -> Signer {
    let settings = settings();
    let key = settings.lines().find_map(|line| line.strip_prefix("LOG_KEY=")).expect("a key that signs");
    let byte = |at: usize| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).expect("hexadecimal digits");
    Signer::new(name, &std::array::from_fn(byte)).expect("the name of a log")
}

/// Seals as the Worker does, by the newest of the local keys.
///
/// # Panics
/// When it cannot be sealed.
pub fn seal(purpose: &'static str, row: &str, bytes: &[u8]) -> String {
    local().seal(Place::new(purpose, row), bytes).expect("it is sealed")
}

/// Seals as the Worker did before there was a newer key: by the one with the id 1.
///
/// # Panics
/// When there is none.
pub fn seal_by_the_old_key(purpose: &'static str, row: &str, bytes: &[u8]) -> String {
    let settings = settings();
    let old = settings.split([' ', '"']).find(|key| key.starts_with("1:")).expect("there is an old key");
    let old = Vault::of_settings(&format!("DATA_KEYS={old}\n{settings}")).expect("it is a key");
    old.seal(Place::new(purpose, row), bytes).expect("it is sealed")
}

/// Opens what the Worker sealed for a place.
///
/// # Panics
/// When it was not sealed for that place.
pub fn open(purpose: &'static str, row: &str, sealed: &str) -> Vec<u8> {
    let opened = local().open(Place::new(purpose, row), sealed);
    opened.unwrap_or_else(|error| panic!("{purpose} {row}: {error}"))
}

fn open_text(purpose: &'static str, row: &str, sealed: &str) -> String {
    String::from_utf8(open(purpose, row, sealed)).expect("a text")
}

/// How a mailbox lies in a person's row.
///
/// # Panics
/// When it cannot be sealed.
pub fn mailbox(person: &PersonId, email: &EmailAddress) -> Kept {
    local().keep_mailbox(Place::new(MAILBOX, &person.0), email.as_str()).expect("it is sealed")
}

/// By what the person with this mailbox is found.
pub fn mailbox_key(email: &EmailAddress) -> String {
    local().mailbox_key(MAILBOX, email.as_str())
}

/// The mailbox in a person's row.
pub fn open_mailbox(person: &PersonId, sealed: &str) -> EmailAddress {
    EmailAddress::parse(&open_text(MAILBOX, &person.0, sealed)).expect("the product stores addresses that are right")
}

/// How a recipient lies in a mail's row.
///
/// # Panics
/// When it cannot be sealed.
pub fn recipient(mail: &str, address: &str) -> Kept {
    local().keep_mailbox(Place::new(MAIL_RECIPIENT, mail), address).expect("it is sealed")
}

/// By what the mails to a mailbox are found in the outbox.
pub fn recipient_key(address: &str) -> String {
    local().mailbox_key(MAIL_RECIPIENT, address)
}

/// To whom the mails in the outbox go that `which` names.
///
/// # Panics
/// When one does not open.
pub fn recipients(which: &str, parameters: &[Value]) -> Vec<String> {
    column(MAIL_RECIPIENT, "recipient", which, parameters)
}

/// The texts of the mails in the outbox that `which` names.
///
/// # Panics
/// When one does not open.
pub fn mails(which: &str, parameters: &[Value]) -> Vec<String> {
    column(MAIL_TEXT, "text", which, parameters)
}

fn column(purpose: &'static str, column: &str, which: &str, parameters: &[Value]) -> Vec<String> {
    let sql = format!("SELECT id, {column} FROM outbox WHERE {which} ORDER BY written_at");
    let of = |row: &Vec<Value>, at: usize| row[at].as_str().expect("a text").to_owned();
    database::sql(&sql, parameters).iter().map(|row| open_text(purpose, &of(row, 0), &of(row, 1))).collect()
}

/// The key of a case.
///
/// # Panics
/// When it has none.
pub fn case_key(ticket: &TicketNumber) -> DataKey {
    let sealed = database::texts("SELECT sealed FROM case_keys WHERE ticket = ?1", &[json!(ticket)]).remove(0);
    local().open_key(Place::new(CASE_KEY, ticket.as_str()), &sealed).expect("a key")
}

/// A key for a case that is planted, and how it lies.
///
/// # Panics
/// When it cannot be sealed.
pub fn new_case_key(ticket: &TicketNumber) -> (DataKey, String) {
    local().new_key(Place::new(CASE_KEY, ticket.as_str())).expect("it is sealed")
}
