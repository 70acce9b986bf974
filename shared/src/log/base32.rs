//! Base 32 without padding (RFC 4648 §6): capitals and digits alone, which an address takes as they are, and which a QR
//! code holds at 5½ bits each, not 8 as other characters.

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Writes bytes; unused bits of the last character are zero.
pub(super) fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let value = |from: usize| (from..from + 5).fold(0, |value, at| value << 1 | bit(at));
    (0..bytes.len() * 8).step_by(5).map(|from| char::from(ALPHABET[usize::from(value(from))])).collect()
}

/// Reads what [`encode`] writes, and nothing else.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut waiting, mut bits) = (Vec::with_capacity(text.len() * 5 / 8), 0_u32, 0);
    for character in text.bytes() {
        let value = ALPHABET.iter().zip(0..).find_map(|(&letter, value)| (letter == character).then_some(value))?;
        waiting = waiting << 5 | value;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((waiting >> bits) as u8);
            waiting &= (1 << bits) - 1;
        }
    }
    (encode(&bytes) == text).then_some(bytes)
}
