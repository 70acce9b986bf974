//! What a stream's dictionary says of the stream (ISO 32000-1, 7.3.8.2, 7.5.7, 8.9.5).

use std::borrow::Cow;

use super::lexer::Token;
use crate::{PIXELS, Refusal};

/// What some writers pack behind a picture's pixels, in bytes.
const SLACK: u64 = 1024 * 1024;

/// A stream's dictionary, as far as it matters.
#[derive(Default)]
pub struct Dict<'a> {
    /// Whose value comes next, or came last.
    key: Option<Cow<'a, [u8]>>,
    has_value: bool,
    /// How many arrays are open.
    pub arrays: usize,
    pub length: Option<usize>,
    pub first: Option<usize>,
    pub count: Option<usize>,
    /// Whether there is a word in it that only streams of objects have. Some readers go by the one, some by the other.
    pub holds_objects: bool,
    /// The names of what packs it, in the order in which it is unpacked.
    pub filters: Vec<Cow<'a, [u8]>>,
    /// Whether they are told elsewhere.
    pub filters_elsewhere: bool,
    /// Whether what has to be known to find objects in it is said elsewhere, twice, or is more than we can do.
    pub unclear: bool,
    /// Whether the stream is not here but in another file.
    pub is_outside: bool,
    picture: Picture,
}

/// What is told of a picture: the largest, if it is told twice.
#[derive(Default)]
struct Picture {
    width: Option<u64>,
    height: Option<u64>,
    /// Of a colour.
    bits: Option<u64>,
    /// Whether it is told elsewhere, or no number.
    unclear: bool,
}

impl<'a> Dict<'a> {
    /// Takes a token at this depth of dictionaries.
    pub fn take(&mut self, token: &Token<'a>, depth: usize) {
        if let Token::Name(name) = token {
            self.holds_objects |= matches!(&name[..], b"ObjStm" | b"First");
            self.unclear |= &name[..] == b"Predictor";
        }
        if depth != 1 {
            return;
        }
        match token {
            Token::ArrayOpen => self.arrays += 1,
            Token::ArrayClose => {
                // One too many is as unclear as one too few.
                self.unclear |= self.arrays == 0;
                self.arrays = self.arrays.saturating_sub(1);
                self.has_value |= self.arrays == 0;
            }
            Token::Name(name) if self.key.is_none() || self.has_value => {
                self.is_outside |= &name[..] == b"F";
                (self.key, self.has_value) = (Some(name.clone()), false);
            }
            Token::Word(b"R") if self.has_value => self.refers(),
            _ if self.has_value => {}
            _ => self.value(token),
        }
    }

    fn value(&mut self, token: &Token<'a>) {
        self.has_value = self.arrays == 0;
        match (self.key.as_deref(), token) {
            (Some(b"Length"), Token::Word(word)) => self.length = integer(word),
            (Some(b"First"), Token::Word(word)) => {
                self.unclear |= self.first.is_some();
                self.first = integer(word);
            }
            (Some(b"N"), Token::Word(word)) => {
                self.unclear |= self.count.is_some();
                self.count = integer(word);
            }
            (Some(b"Filter"), Token::Name(name)) => self.filters.push(name.clone()),
            (Some(b"Filter"), _) => self.filters_elsewhere = true,
            (Some(key), Token::Word(word)) if self.arrays == 0 => self.picture.take(key, word),
            _ => {}
        }
    }

    /// The value is another object.
    fn refers(&mut self) {
        match self.key.as_deref() {
            Some(b"Length") => self.length = None,
            Some(b"First" | b"N" | b"DecodeParms") => self.unclear = true,
            Some(key) => self.picture.unclear |= self.picture.part(key).is_some(),
            None => {}
        }
    }

    /// The most bytes that a picture has: four colours a pixel, and a byte before each row (7.4.4.4). None of what is no
    /// picture.
    ///
    /// # Errors
    /// When it is of [`PIXELS`] or more, or does not say how large it is.
    pub fn pixels(&self) -> Result<Option<u64>, Refusal> {
        let Picture { width, height, bits, unclear } = self.picture;
        if unclear {
            return Err(Refusal::Opaque);
        }
        let (Some(width), Some(height)) = (width, height) else { return Ok(None) };
        if width.saturating_mul(height) >= PIXELS {
            return Err(Refusal::TooManyPixels);
        }
        let row = width.saturating_mul(4 * bits.unwrap_or(8).min(16)).div_ceil(8) + 1;
        Ok(Some(row.saturating_mul(height).saturating_add(SLACK)))
    }
}

impl Picture {
    fn take(&mut self, key: &[u8], word: &[u8]) {
        let Some(part) = self.part(key) else { return };
        match integer(word) {
            Some(number) => *part = (*part).max(u64::try_from(number).ok()),
            None => self.unclear = true,
        }
    }

    /// What this key tells: some readers go by the short ones too (table 93).
    fn part(&mut self, key: &[u8]) -> Option<&mut Option<u64>> {
        match key {
            b"Width" | b"W" => Some(&mut self.width),
            b"Height" | b"H" => Some(&mut self.height),
            b"BitsPerComponent" | b"BPC" => Some(&mut self.bits),
            _ => None,
        }
    }
}

/// A number without sign and fraction.
pub fn integer(word: &[u8]) -> Option<usize> {
    str::from_utf8(word).ok()?.parse().ok()
}
