//! Randomness, and the keyed digests under which guessable values are stored.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use workflow::api::CODE_DIGITS;

/// The secret `LOOKUP_KEY`: whoever holds the database alone can't try all NIKs, addresses or codes.
pub struct LookupKey([u8; 32]);

impl LookupKey {
    /// Reads 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Option<LookupKey> {
        key(hex).map(LookupKey)
    }

    /// The digest of `value` as a `kind` of thing: the same value as another kind has another digest.
    pub fn digest(&self, kind: &str, value: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(kind.as_bytes());
        mac.update(b"\n");
        mac.update(value.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

/// A secret of 32 bytes, from 64 hexadecimal digits.
pub fn key(hex: &str) -> Option<[u8; 32]> {
    let hex = hex.trim();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(key)
}

/// SHA-256 of `bytes`, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `N` random bytes.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the runtime has a source of randomness");
    bytes
}

/// A random name of 128 bits that says nothing about what it names.
pub fn random_id() -> String {
    URL_SAFE_NO_PAD.encode(random::<16>())
}

/// A session token of 256 bits.
pub fn session_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A code for a mailbox: eight digits, each as likely.
pub fn mailbox_code() -> String {
    loop {
        let number = u32::from_le_bytes(random()) >> 5;
        // 2²⁷ is little more than a hundred million: numbers beyond it are drawn again, so that none is likelier.
        if number < 100_000_000 {
            return format!("{number:0CODE_DIGITS$}");
        }
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether two digests are the same, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
