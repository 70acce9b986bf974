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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// So many are drawn that a digit which is likelier than another by a sixth shows, and none by chance: each bound is of seven
    /// standard deviations.
    #[test]
    fn a_code_has_eight_digits_each_as_likely_whatever_the_one_before_was() {
        const DRAWN: u32 = 20_000;
        let codes: Vec<Vec<usize>> =
            (0..DRAWN).map(|_| mailbox_code().bytes().map(|digit| usize::from(digit - b'0')).collect()).collect();
        let is_even = |counts: &[u32]| {
            let expected = f64::from(DRAWN) / counts.len() as f64;
            counts.iter().all(|&count| (f64::from(count) - expected).abs() < 7.0 * expected.sqrt())
        };
        for place in 0..8 {
            let (mut each, mut pairs) = ([0; 10], [0; 100]);
            for (code, next) in codes.iter().zip(codes.iter().cycle().skip(1)) {
                assert_eq!(code.len(), 8);
                each[code[place]] += 1;
                pairs[code[place] * 10 + next[place]] += 1;
            }
            assert!(is_even(&each) && is_even(&pairs), "digit {place}: {each:?}, {pairs:?}");
        }
        // Of a hundred million, two are alike by chance.
        assert!(codes.iter().collect::<BTreeSet<_>>().len() > codes.len() - 20);
    }
}
