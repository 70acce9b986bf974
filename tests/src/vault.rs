//! What is sealed in the database, opened and sealed from outside: by the format that `worker/src/vault.rs` describes and the
//! local keys alone.

use std::fs;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use workflow::identity::TicketNumber;

use crate::{database, fresh, product::given_path};

/// A key, by its bytes.
pub struct Key([u8; 32]);

impl Key {
    /// The local key with this id.
    ///
    /// # Panics
    /// When there is none.
    pub fn with_id(id: &str) -> Key {
        let secrets = fs::read_to_string(given_path("CABUT_SECRETS")).expect("the local secrets are there");
        let keys = secrets.lines().find_map(|line| line.strip_prefix("DATA_KEYS=")).expect("DATA_KEYS is among them");
        let key = keys.trim_matches('"').split(' ').find_map(|key| key.strip_prefix(id)?.strip_prefix(':'));
        let hex = key.unwrap_or_else(|| panic!("no key {id}"));
        let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal digits");
        Key(std::array::from_fn(byte))
    }

    /// Seals for a place.
    pub fn seal(&self, purpose: &str, row: &str, bytes: &[u8]) -> String {
        let digest = fresh::word("nonce");
        let nonce: [u8; 12] = std::array::from_fn(|at| digest.as_bytes()[digest.len() - 12 + at]);
        let payload = Payload { msg: bytes, aad: &place(purpose, row) };
        let sealed = self.cipher().encrypt(&nonce.into(), payload).expect("it is sealed");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for a place; none where it was not.
    pub fn open(&self, purpose: &str, row: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>()?;
        self.cipher().decrypt(&(*nonce).into(), Payload { msg: sealed, aad: &place(purpose, row) }).ok()
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

fn place(purpose: &str, row: &str) -> Vec<u8> {
    format!("cabut {purpose} v1\n{row}").into_bytes()
}

/// Seals as the Worker does, by the newest of the local keys.
pub fn seal(purpose: &str, row: &str, bytes: &[u8]) -> String {
    format!("2.{}", Key::with_id("2").seal(purpose, row, bytes))
}

/// Opens what the Worker sealed for a place.
///
/// # Panics
/// When it was not sealed for that place.
pub fn open(purpose: &str, row: &str, sealed: &str) -> Vec<u8> {
    let (id, sealed) = sealed.split_once('.').unwrap_or_else(|| panic!("{purpose} {row}: not sealed: {sealed}"));
    Key::with_id(id).open(purpose, row, sealed).unwrap_or_else(|| panic!("{purpose} {row}: does not open"))
}

/// The texts of the mails in the outbox that `which` names.
///
/// # Panics
/// When one does not open.
pub fn mails(which: &str, parameters: &[Value]) -> Vec<String> {
    let rows = database::sql(&format!("SELECT id, text FROM outbox WHERE {which} ORDER BY written_at"), parameters);
    let text = |row: &Vec<Value>| {
        let of = |at: usize| row[at].as_str().expect("a text");
        String::from_utf8(open(MAIL_TEXT, of(0), of(1))).expect("a text")
    };
    rows.iter().map(text).collect()
}

const MAIL_TEXT: &str = "mail text";

/// The key of a case.
///
/// # Panics
/// When it has none.
pub fn case_key(ticket: &TicketNumber) -> Key {
    let sealed = database::texts("SELECT sealed FROM case_keys WHERE ticket = ?1", &[json!(ticket)]).remove(0);
    Key(open("case key", ticket.as_str(), &sealed).try_into().expect("32 bytes"))
}

/// A key for a case that is planted, and how it lies.
pub fn new_case_key(ticket: &TicketNumber) -> (Key, String) {
    let word = fresh::word("key");
    let key: [u8; 32] = std::array::from_fn(|at| word.as_bytes()[at % word.len()]);
    (Key(key), seal("case key", ticket.as_str(), &key))
}
