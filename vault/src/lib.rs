//! Personal data at rest: sealed with AES-256-GCM before it reaches D1 or KV, bound to where it lies and what it is for.
//!
//! | key | seals | lies |
//! |---|---|---|
//! | the keys in the secret `DATA_KEYS`, the first of them seals | the keys of cases and documents, what documents are called, mailboxes, the words of mails, reasons in an office's log, first answers | in the Worker's settings |
//! | a case's | what people wrote in it | in `case_keys`, sealed |
//! | a document's | its bytes | in its row, sealed |
//!
//! Whoever destroys a case's key has erased what it sealed, wherever copies lie; replacing a key in `DATA_KEYS` seals no
//! document anew, only its key. What is sealed is base64 of nonce (12 bytes), ciphertext and tag (16 bytes). The additional data is
//! `"cabut " ‖ purpose ‖ " v1\n" ‖ row`, so what is moved to another row or column does not open.
//!
//! What is sealed is found by a digest beside it, an HMAC under the secret `LOOKUP_KEY`.

mod bytes;
mod lookup;

use std::fmt::{self, Display};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

pub use bytes::{hex, key, random};
pub use lookup::LookupKey;

/// The length of a nonce, in bytes.
pub const NONCE: usize = 12;

/// The purpose of a person's mailbox; the row is their id.
pub const MAILBOX: &str = "mailbox";
/// The purpose of a mail's recipient; the row is the mail's id, also of its text and its HTML.
pub const MAIL_RECIPIENT: &str = "mail recipient";
/// The purpose of a mail's text.
pub const MAIL_TEXT: &str = "mail text";
/// The purpose of a mail's HTML.
pub const MAIL_HTML: &str = "mail html";
/// The purpose of what lies beside an entry of an office's log; the row is office and number.
pub const OFFICE_CONTENT: &str = "office content";
/// The purpose of the list to whom an office mails its checkpoints; the row is the office.
pub const CHECKPOINT_MAILBOXES: &str = "checkpoint mailboxes";
/// The purpose of a case's key; the row is its ticket number.
pub const CASE_KEY: &str = "case key";
/// The purpose of what lies beside an event of a case, by the case's key; the row is ticket number and number.
pub const CONTENT: &str = "content";
/// The purpose of a document's key; the row is its id.
pub const DOCUMENT_KEY: &str = "document key";
/// The purpose of what a document is called by whoever uploaded it; the row is its id.
pub const DOCUMENT_NAME: &str = "document name";
/// The purpose of what somebody wants put right; the row is its id, also of the answer.
pub const CORRECTION: &str = "correction";
/// The purpose of the answer to it.
pub const CORRECTION_ANSWER: &str = "correction answer";
/// The purpose of a first answer; the row is person and key.
pub const ANSWER: &str = "answer";

/// As what a NIK is found.
pub const NIK: &str = "nik";

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

impl Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VaultError {}

/// A key of 256 bits, ready for use.
#[derive(Clone)]
pub struct DataKey {
    bytes: [u8; 32],
    cipher: Aes256Gcm,
}

impl DataKey {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> DataKey {
        DataKey { bytes, cipher: Aes256Gcm::new(&bytes.into()) }
    }

    /// Seals bytes for a place.
    pub fn seal(&self, place: Place, bytes: &[u8]) -> Result<String, VaultError> {
        let nonce = random::<NONCE>();
        let payload = Payload { msg: bytes, aad: &place.bytes() };
        let sealed = self.cipher.encrypt(&nonce.into(), payload).map_err(VaultError::of)?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let opened = BASE64.decode(sealed).ok().and_then(|bytes| {
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
            self.cipher.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: &place.bytes() }).ok()
        });
        opened.ok_or_else(|| VaultError::of(format!("sealed data of {} does not open", place.purpose)))
    }

    /// The bytes, for the runtime's own cipher.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

/// The secrets by which personal data lies: the keys in `DATA_KEYS`, and `LOOKUP_KEY`.
pub struct Vault {
    keys: Vec<(String, DataKey)>,
    lookup: LookupKey,
}

/// A mailbox as it lies.
pub struct Kept {
    /// Sealed.
    pub sealed: String,
    /// By what it is found, in whatever letters it was typed.
    pub key: String,
}

impl Vault {
    /// Reads `DATA_KEYS`, each `id:64 hexadecimal digits`, parted by spaces, of which the first one seals; and `LOOKUP_KEY`.
    pub fn parse(data_keys: &str, lookup_key: &str) -> Result<Vault, VaultError> {
        let keys = data_keys.split_whitespace().map(|one| {
            let (id, hex) = one.split_once(':')?;
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
            Some((id.to_owned(), DataKey::new(key(hex).filter(|_| is_id)?)))
        });
        let keys = keys.collect::<Option<Vec<_>>>().filter(|keys| !keys.is_empty());
        let keys =
            keys.ok_or_else(|| VaultError::of("DATA_KEYS is not a list of keys, each `id:64 hexadecimal digits`"))?;
        let lookup = LookupKey::parse(lookup_key);
        Ok(Vault { keys, lookup: lookup.ok_or_else(|| VaultError::of("LOOKUP_KEY is not 64 hexadecimal digits"))? })
    }

    /// Reads both from a file of settings, `NAME=value` a line, as wrangler takes them.
    pub fn of_settings(text: &str) -> Result<Vault, VaultError> {
        let setting = |name: &str| {
            let value = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='));
            value
                .map(|value| value.trim().trim_matches('"'))
                .ok_or_else(|| VaultError::of(format!("{name} is not set")))
        };
        Vault::parse(setting("DATA_KEYS")?, setting("LOOKUP_KEY")?)
    }

    /// Seals bytes for a place: the key's id, a dot, and what it sealed.
    pub fn seal(&self, place: Place, bytes: &[u8]) -> Result<String, VaultError> {
        let (id, key) = &self.keys[0];
        Ok(format!("{id}.{}", key.seal(place, bytes)?))
    }

    /// Opens what any of the keys sealed for this place.
    pub fn open(&self, place: Place, sealed: &str) -> Result<Vec<u8>, VaultError> {
        let (id, sealed) = sealed.split_once('.').ok_or_else(|| VaultError::of("sealed data without a key's id"))?;
        let key = self.keys.iter().find(|(known, _)| known == id);
        let (_, key) = key.ok_or_else(|| VaultError::of(format!("DATA_KEYS has no key {id}")))?;
        key.open(place, sealed)
    }

    /// Opens what is text.
    pub fn open_text(&self, place: Place, sealed: &str) -> Result<String, VaultError> {
        String::from_utf8(self.open(place, sealed)?).map_err(VaultError::of)
    }

    /// A new key, and how it lies.
    pub fn new_key(&self, place: Place) -> Result<(DataKey, String), VaultError> {
        let key = DataKey::new(random());
        let sealed = self.seal(place, key.bytes())?;
        Ok((key, sealed))
    }

    /// Opens a key.
    pub fn open_key(&self, place: Place, sealed: &str) -> Result<DataKey, VaultError> {
        let bytes = self.open(place, sealed)?;
        Ok(DataKey::new(bytes.try_into().map_err(|_| VaultError::of("a sealed key of another length"))?))
    }

    /// Seals a mailbox for a place, in the letters in which it was typed.
    pub fn keep_mailbox(&self, place: Place, address: &str) -> Result<Kept, VaultError> {
        Ok(Kept { sealed: self.seal(place, address.as_bytes())?, key: self.mailbox_key(place.purpose, address) })
    }

    /// By what a mailbox is found for this purpose: for another one it has another key, so that rows of the two are not
    /// held together by it.
    pub fn mailbox_key(&self, purpose: &str, address: &str) -> String {
        self.lookup.digest(purpose, &address.to_ascii_lowercase())
    }

    /// The key of the digests.
    pub fn lookup(&self) -> &LookupKey {
        &self.lookup
    }

    /// The id of the key that seals now, as it stands before what it sealed; none where there never was another.
    pub fn replaces(&self) -> Option<&str> {
        (self.keys.len() > 1).then(|| self.keys[0].0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1:0000000000000000000000000000000000000000000000000000000000000001";
    const NEW: &str = "b2:00000000000000000000000000000000000000000000000000000000000000ff";
    const LOOKUP: &str = "000000000000000000000000000000000000000000000000000000000000abcd";
    const HERE: Place = Place::new(MAILBOX, "MDN-1 1");

    fn vault(data_keys: &str) -> Vault {
        Vault::parse(data_keys, LOOKUP).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_alone() {
        let vault = vault(OLD);
        let sealed = vault.seal(HERE, "Siti".as_bytes()).unwrap();
        assert!(sealed.starts_with("1.") && !sealed.contains("Siti"));
        assert_eq!(vault.open_text(HERE, &sealed).unwrap(), "Siti");
        assert_ne!(vault.seal(HERE, "Siti".as_bytes()).unwrap(), sealed, "another nonce each time");
        for elsewhere in [Place::new(MAILBOX, "MDN-1 2"), Place::new(ANSWER, "MDN-1 1"), Place::new(MAILBOX, "")] {
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
        let old = vault(OLD);
        let sealed = old.seal(HERE, b"x").unwrap();
        let both = vault(&format!("{NEW} {OLD}"));
        assert_eq!(both.open(HERE, &sealed).unwrap(), b"x");
        assert_eq!((both.replaces(), old.replaces()), (Some("b2"), None));
        let anew = both.seal(HERE, b"x").unwrap();
        assert!(anew.starts_with("b2.") && old.open(HERE, &anew).is_err());
        let (key, lies) = both.new_key(HERE).unwrap();
        assert_eq!(both.open_key(HERE, &lies).unwrap().bytes(), key.bytes());
    }

    /// Made with other programs: Python's `cryptography` and `hmac`.
    #[test]
    fn what_lies_in_a_database_is_read_for_good() {
        let sealed = "1.AAECAwQFBgcICQoL9kMo5EabNuXEA6qrUqLKTQ0OX8njdGJu8MweaVoWHK8A";
        assert_eq!(vault(OLD).open_text(HERE, sealed).unwrap(), "Siti@contoh.go.id");
        assert_eq!(
            vault(OLD).mailbox_key(MAILBOX, "siti@contoh.go.id"),
            "66cf9da1e207e7437fa38cb6c32707237997b7e140ac00ce60a3f7cff8da5045"
        );
    }

    #[test]
    fn a_mailbox_keeps_its_letters_and_is_found_whatever_they_are() {
        let vault = vault(OLD);
        let kept = vault.keep_mailbox(HERE, "Siti@Contoh.go.id").unwrap();
        assert_eq!(vault.open_text(HERE, &kept.sealed).unwrap(), "Siti@Contoh.go.id");
        assert_eq!(kept.key, vault.mailbox_key(MAILBOX, "siti@contoh.GO.ID"));
        assert_ne!(kept.key, vault.mailbox_key(MAIL_RECIPIENT, "siti@contoh.go.id"), "another key for another purpose");
        assert_ne!(kept.key, vault.mailbox_key(MAILBOX, "siti@contoh.go"));
    }

    #[test]
    fn settings_are_read_as_they_are_written() {
        let text = format!("# Local.\nLOG_KEY=x\nLOOKUP_KEY={LOOKUP}\nDATA_KEYS=\"{NEW} {OLD}\"\n");
        let sealed = vault(OLD).seal(HERE, b"x").unwrap();
        let read = Vault::of_settings(&text).unwrap();
        assert_eq!((read.open(HERE, &sealed).unwrap(), read.replaces()), (b"x".to_vec(), Some("b2")));
        for lacks in ["LOOKUP_KEY=", "DATA_KEYS="] {
            assert!(Vault::of_settings(&text.replace(lacks, "OTHER=")).is_err(), "{lacks}");
        }
    }

    #[test]
    fn keys_that_are_none_are_not_read() {
        for wrong in ["", " ", "1", "1:", ":00", &OLD[..65], &format!("{OLD}0"), &format!("{OLD} x"), "ä:00"] {
            assert!(Vault::parse(wrong, LOOKUP).is_err(), "{wrong:?}");
        }
        for wrong in ["", &LOOKUP[1..], &format!("{LOOKUP}0"), &LOOKUP.replace("ab", "gg")] {
            assert!(Vault::parse(OLD, wrong).is_err(), "{wrong:?}");
        }
    }
}
