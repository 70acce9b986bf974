//! Personal data at rest: sealed with AES-256-GCM before it reaches D1 or KV, bound to where it lies and what it is for.
//!
//! | key | seals | lies |
//! |---|---|---|
//! | the keys in the secret `DATA_KEYS`, the first of them seals | the keys of cases and documents, and what is kept for a short time: first answers, the text of mails | in the Worker's settings |
//! | a case's | what people wrote in it | in `case_keys`, sealed |
//! | a document's | its bytes | in its row, sealed |
//!
//! Whoever destroys a case's key has erased what it sealed, wherever copies lie; replacing a key in `DATA_KEYS` seals only
//! keys anew. What is sealed is base64 of nonce (12 bytes), ciphertext and tag (16 bytes). The additional data is
//! `"cabut " ‖ purpose ‖ " v1\n" ‖ row`, so what is moved to another row or column does not open.

use std::fmt::Display;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde::Deserialize;
use worker::Env;

use crate::{app, db::Db, noted, problem::Problem, secret};

/// The length of a nonce, in bytes.
pub const NONCE: usize = 12;

/// Where sealed data lies, and what it is for.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    purpose: &'static str,
    row: &'a str,
}

impl<'a> Place<'a> {
    /// In this row, for this purpose.
    pub const fn new(purpose: &'static str, row: &'a str) -> Place<'a> {
        Place { purpose, row }
    }

    /// As both sides of the cipher bind it.
    pub fn bytes(&self) -> Vec<u8> {
        format!("cabut {} v1\n{}", self.purpose, self.row).into_bytes()
    }
}

/// Why something is not sealed or does not open. It names no value.
#[derive(Debug)]
pub struct VaultError(String);

impl VaultError {
    fn of(why: impl Display) -> VaultError {
        VaultError(why.to_string())
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Problem {
        Problem::bug(error.0)
    }
}

/// A key of 256 bits.
#[derive(Clone)]
pub struct DataKey([u8; 32]);

impl DataKey {
    /// Seals bytes for a place.
    pub fn seal(&self, place: Place, bytes: &[u8]) -> Result<String, VaultError> {
        let nonce = secret::random::<NONCE>();
        let payload = Payload { msg: bytes, aad: &place.bytes() };
        let sealed = self.cipher().encrypt(&nonce.into(), payload).map_err(VaultError::of)?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let opened = BASE64.decode(sealed).ok().and_then(|bytes| {
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
            self.cipher().decrypt(&(*nonce).into(), Payload { msg: sealed, aad: &place.bytes() }).ok()
        });
        opened.ok_or_else(|| VaultError::of(format!("sealed data of {} does not open", place.purpose)))
    }

    /// The bytes, for the runtime's own cipher.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

/// The keys in `DATA_KEYS`.
pub struct Vault(Vec<(String, DataKey)>);

impl Vault {
    /// Reads `id:64 hexadecimal digits`, parted by spaces; the first one seals.
    pub fn parse(keys: &str) -> Option<Vault> {
        let keys = keys.split_whitespace().map(|one| {
            let (id, hex) = one.split_once(':')?;
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            Some((id.to_owned(), DataKey(secret::key(hex).filter(|_| is_id)?)))
        });
        keys.collect::<Option<Vec<_>>>().filter(|keys| !keys.is_empty()).map(Vault)
    }

    /// Seals bytes for a place: the key's id, a dot, and what it sealed.
    pub fn seal(&self, place: Place, bytes: &[u8]) -> Result<String, VaultError> {
        let (id, key) = &self.0[0];
        Ok(format!("{id}.{}", key.seal(place, bytes)?))
    }

    /// Opens what any of the keys sealed for this place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let (id, sealed) = sealed.split_once('.').ok_or_else(|| VaultError::of("sealed data without a key's id"))?;
        let key = self.0.iter().find(|(known, _)| known == id);
        let (_, key) = key.ok_or_else(|| VaultError::of(format!("DATA_KEYS has no key {id}")))?;
        key.open(place, sealed)
    }

    /// Opens what is text.
    pub fn open_text(&self, place: Place, sealed: &str) -> Result<String, VaultError> {
        String::from_utf8(self.open(place, sealed)?).map_err(VaultError::of)
    }

    /// A new key, and how it lies.
    pub fn new_key(&self, place: Place) -> Result<(DataKey, String), VaultError> {
        let key = DataKey(secret::random());
        let sealed = self.seal(place, key.bytes())?;
        Ok((key, sealed))
    }

    /// Opens a key.
    pub fn open_key(&self, place: Place, sealed: &str) -> Result<DataKey, VaultError> {
        let bytes = self.open(place, sealed)?;
        Ok(DataKey(bytes.try_into().map_err(|_| VaultError::of("a sealed key of another length"))?))
    }

    /// The id of the key that seals now, as it stands before what it sealed; none where there never was another.
    pub fn replaces(&self) -> Option<&str> {
        (self.0.len() > 1).then(|| self.0[0].0.as_str())
    }
}

/// What the keys in `DATA_KEYS` sealed and that is kept: table, what names a row, the column, and its purpose. First answers
/// are not among it; they are gone after a day.
const KEPT: [(&str, &str, &str, &str); 6] = [
    ("case_keys", "ticket", "sealed", CASE_KEY),
    ("documents", "id", "sealed_key", DOCUMENT_KEY),
    ("outbox", "id", "text", MAIL_TEXT),
    ("outbox", "id", "html", MAIL_HTML),
    ("corrections", "id", "text", CORRECTION),
    ("correction_answers", "id", "text", CORRECTION_ANSWER),
];

/// The purpose of a case's key.
pub const CASE_KEY: &str = "case key";
/// The purpose of a document's key.
pub const DOCUMENT_KEY: &str = "document key";
/// The purpose of a mail's text.
pub const MAIL_TEXT: &str = "mail text";
/// The purpose of a mail's HTML.
pub const MAIL_HTML: &str = "mail html";

/// The purpose of what somebody wants put right.
pub const CORRECTION: &str = "correction";
/// The purpose of the answer.
pub const CORRECTION_ANSWER: &str = "correction answer";

/// So many of each are sealed anew in one run.
const AT_ONCE: u32 = 50;

#[derive(Deserialize)]
struct Lying {
    row: String,
    sealed: String,
}

/// While a key is being replaced, seals anew what others than the first one sealed; the next run goes on.
pub async fn reseal(env: &Env) {
    if reseal_some(env).await.is_err() {
        noted::wrong("vault", "not all sealed anew; the next run goes on");
    }
}

async fn reseal_some(env: &Env) -> Result<(), Problem> {
    let vault = app::vault(env)?;
    let Some(current) = vault.replaces() else { return Ok(()) };
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    for (table, key, column, purpose) in KEPT {
        // By the index on the id of the key (`migrations/0001_cases.sql`).
        let id = format!("substr({column}, 1, instr({column}, '.') - 1)");
        let mut batch = db.batch();
        let old = batch.ask::<Lying>(
            &format!(
                "SELECT {key} AS row, {column} AS sealed FROM {table}
                 WHERE {column} <> '' AND ({id} < ?1 OR {id} > ?1) LIMIT ?2"
            ),
            &[&current, &AT_ONCE],
        );
        let old = db.read(batch).await?.rows(&old)?;
        if old.is_empty() {
            continue;
        }
        let mut batch = db.batch();
        for Lying { row, sealed } in &old {
            let place = Place::new(purpose, row);
            let anew = vault.seal(place, &vault.open(place, sealed)?)?;
            batch.run(
                &format!("UPDATE {table} SET {column} = ?3 WHERE {key} = ?1 AND {column} = ?2"),
                &[row, sealed, &anew],
            );
        }
        db.write(batch).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1:0000000000000000000000000000000000000000000000000000000000000001";
    const NEW: &str = "b2:00000000000000000000000000000000000000000000000000000000000000ff";
    const HERE: Place = Place::new("content", "MDN-1 1");

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let vault = Vault::parse(OLD).unwrap();
        let sealed = vault.seal(HERE, "Siti".as_bytes()).unwrap();
        assert!(sealed.starts_with("1.") && !sealed.contains("Siti"));
        assert_eq!(vault.open_text(HERE, &sealed).unwrap(), "Siti");
        assert_ne!(vault.seal(HERE, "Siti".as_bytes()).unwrap(), sealed, "another nonce each time");
        for elsewhere in [Place::new("content", "MDN-1 2"), Place::new("answer", "MDN-1 1"), Place::new("content", "")]
        {
            assert!(vault.open(elsewhere, &sealed).is_err());
        }
        for at in 2..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last character's lowest bits carry nothing, and are refused where they are not zero.
            assert!(vault.open(HERE, &changed).is_err(), "{at}");
        }
        assert!(vault.open(HERE, &sealed[..sealed.len() - 2]).is_err());
        assert!(vault.open(HERE, "1.").is_err() && vault.open(HERE, "").is_err());
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = Vault::parse(OLD).unwrap();
        let sealed = old.seal(HERE, b"x").unwrap();
        let both = Vault::parse(&format!("{NEW} {OLD}")).unwrap();
        assert_eq!(both.open(HERE, &sealed).unwrap(), b"x");
        assert_eq!((both.replaces(), old.replaces()), (Some("b2"), None));
        let anew = both.seal(HERE, b"x").unwrap();
        assert!(anew.starts_with("b2.") && old.open(HERE, &anew).is_err());
        let (key, lies) = both.new_key(HERE).unwrap();
        assert_eq!(both.open_key(HERE, &lies).unwrap().bytes(), key.bytes());
    }

    #[test]
    fn keys_that_are_none_are_not_read() {
        for wrong in ["", " ", "1", "1:", ":00", &OLD[..65], &format!("{OLD}0"), &format!("{OLD} x"), "ä:00"] {
            assert!(Vault::parse(wrong).is_none(), "{wrong:?}");
        }
    }
}
