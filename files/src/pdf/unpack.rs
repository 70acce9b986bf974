//! How far a stream unpacks (ISO 32000-1, 7.4), without keeping what comes out.

use std::borrow::Cow;

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{
        DecompressorOxide, decompress,
        inflate_flags::{TINFL_FLAG_IGNORE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER},
    },
};

use super::lexer::is_space;
use crate::Refusal;

/// A power of two that what is packed may point back within (RFC 1951).
const RING: usize = 64 * 1024;

/// Unpacks to nowhere, one stream after the other.
pub struct Counter {
    state: Box<DecompressorOxide>,
    ring: Vec<u8>,
}

impl Counter {
    pub fn new() -> Counter {
        Counter { state: Box::default(), ring: Vec::new() }
    }

    /// How many bytes it is unpacked (7.4.4), as far as it goes where it breaks off: so far readers show it too.
    ///
    /// # Errors
    /// [`Refusal::Bomb`] where it is more than `most`.
    pub fn count(&mut self, packed: &[u8], most: u64) -> Result<u64, Refusal> {
        // Without the sum at the end, of which readers take no notice.
        const FLAGS: u32 = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_IGNORE_ADLER32;
        self.state.init();
        self.ring.resize(RING, 0);
        let (mut rest, mut at, mut count) = (packed, 0, 0_u64);
        loop {
            let (status, read, written) = decompress(&mut self.state, rest, &mut self.ring, at, FLAGS);
            rest = &rest[read..];
            at = (at + written) % RING;
            count += u64::try_from(written).unwrap_or(u64::MAX);
            if count > most {
                return Err(Refusal::Bomb);
            }
            match status {
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::Done | TINFLStatus::FailedCannotMakeProgress => return Ok(count),
                _ => return Err(Refusal::Damaged),
            }
        }
    }
}

/// What is written in letters as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// 7.4.2
    Hex,
    /// 7.4.3
    Base85,
}

impl Letters {
    pub fn read(self, text: &[u8]) -> Result<Vec<u8>, Refusal> {
        let (text, end) = match self {
            Letters::Hex => (text, b'>'),
            Letters::Base85 => (text.strip_prefix(b"<~").unwrap_or(text), b'~'),
        };
        let letters = text.iter().copied().take_while(|&byte| byte != end).filter(|&byte| !is_space(byte));
        match self {
            Letters::Hex => hex(letters),
            Letters::Base85 => base85(letters),
        }
    }
}

fn hex(digits: impl Iterator<Item = u8>) -> Result<Vec<u8>, Refusal> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits = digits.map(|byte| digit(byte).ok_or(Refusal::Damaged)).collect::<Result<Vec<_>, _>>()?;
    Ok(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
}

/// Groups of five letters, four bytes each; the last may be shorter.
fn base85(letters: impl Iterator<Item = u8>) -> Result<Vec<u8>, Refusal> {
    let (mut bytes, mut group) = (Vec::new(), Vec::with_capacity(5));
    let number = |group: &[u8]| group.iter().fold(0_u32, |sum, &digit| sum.wrapping_mul(85).wrapping_add(digit.into()));
    for letter in letters {
        match letter {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(letter - b'!'),
            _ => return Err(Refusal::Damaged),
        }
        if group.len() == 5 {
            bytes.extend(number(&group).to_be_bytes());
            group.clear();
        }
    }
    if let left @ 2.. = group.len() {
        group.resize(5, 84);
        bytes.extend(&number(&group).to_be_bytes()[..left - 1]);
    }
    Ok(bytes)
}

/// What packs a stream (table 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Bytes written in letters.
    Letters(Letters),
    /// What [`Counter`] unpacks.
    Deflate,
    /// The other ways that fit any bytes: LZW and run lengths.
    Other,
    /// A coded picture that is a JPEG.
    Jpeg,
    /// One that is none.
    Picture,
}

impl Filter {
    /// Those of these names, each of another sort: in a row, one would multiply what the other makes.
    pub fn all(names: &[Cow<[u8]>]) -> Result<Vec<Filter>, Refusal> {
        let filters = names.iter().map(|name| Filter::named(name)).collect::<Option<Vec<_>>>();
        let filters = filters.ok_or(Refusal::Opaque)?;
        if filters.is_sorted_by(|one, next| one.sort() < next.sort()) { Ok(filters) } else { Err(Refusal::Bomb) }
    }

    fn named(name: &[u8]) -> Option<Filter> {
        Some(match name {
            b"ASCIIHexDecode" | b"AHx" => Filter::Letters(Letters::Hex),
            b"ASCII85Decode" | b"A85" => Filter::Letters(Letters::Base85),
            b"FlateDecode" | b"Fl" => Filter::Deflate,
            b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL" => Filter::Other,
            b"DCTDecode" | b"DCT" => Filter::Jpeg,
            b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" | b"JPXDecode" => Filter::Picture,
            _ => return None,
        })
    }

    /// In the order in which they are unpacked.
    fn sort(self) -> u8 {
        match self {
            Filter::Letters(_) => 0,
            Filter::Deflate | Filter::Other => 1,
            Filter::Jpeg | Filter::Picture => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::*;

    #[test]
    fn what_comes_out_is_counted() {
        let mut counter = Counter::new();
        for length in [0, 1, RING - 1, RING, RING + 1, 5 * RING + 7, 3_000_000] {
            let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n / 7 % 251).unwrap_or_default()).collect();
            let packed = compress_to_vec_zlib(&bytes, 6);
            let most = u64::try_from(length).expect("it is small");
            assert_eq!(counter.count(&packed, most), Ok(most));
            if let Some(less) = most.checked_sub(1) {
                assert_eq!(counter.count(&packed, less), Err(Refusal::Bomb));
            }
        }
        assert_eq!(counter.count(b"Permohonan", 100), Err(Refusal::Damaged));
        assert_eq!(counter.count(b"", 100), Ok(0));
    }

    #[test]
    fn what_is_written_in_letters_is_read() {
        let read = |letters: Letters, text: &str| letters.read(text.as_bytes());
        assert_eq!(read(Letters::Base85, "87cUR\nD]i,\"Ebo80~>"), Ok(b"Hello World!".to_vec()));
        assert_eq!(read(Letters::Base85, "<~zz87cUR~>"), Ok(b"\0\0\0\0\0\0\0\0Hell".to_vec()));
        assert_eq!(read(Letters::Base85, "87cURDZ"), Ok(b"Hello".to_vec()));
        assert_eq!(read(Letters::Base85, "87cUv"), Err(Refusal::Damaged));
        assert_eq!(read(Letters::Hex, "48 656C6c6f7>00"), Ok(b"Hellop".to_vec()));
        assert_eq!(read(Letters::Hex, "4x"), Err(Refusal::Damaged));
    }
}
