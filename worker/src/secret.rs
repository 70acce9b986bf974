//! Randomness, and digests that are compared.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
pub use vault::{LookupKey, hex, key, random};
use workflow::api::CODE_DIGITS;

/// SHA-256 of `bytes`, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
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

/// Whether two digests are the same, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
