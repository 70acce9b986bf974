//! The keyed digests under which guessable values are stored.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::bytes::{hex, key};

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
