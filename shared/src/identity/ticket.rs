use std::fmt;

use serde::{Deserialize, Serialize};

use super::{is_dash, text_value};

/// Number by which a request is asked about: `MDN-7K3F-9QXH`. The office's three capitals, seven random
/// characters and a check character, in Crockford's base 32 (no I, L, O and U), so that it can be read out
/// and typed by hand. It guards against slips, not against guessing: it opens nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "openapi",
    schema(value_type = String, pattern = "^[A-Z]{3}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$", example = "MDN-7K3F-9QXH")
)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber(String);

text_value!(TicketNumber, TicketNumberError);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: usize = 3;
const BODY: usize = 8;

impl TicketNumber {
    /// How many bits of randomness a number holds.
    pub const RANDOM_BITS: u32 = 35;

    /// A number for the office with this prefix, from the lowest [`Self::RANDOM_BITS`] bits of `random`.
    ///
    /// # Errors
    /// [`TicketNumberError::Form`] when the prefix is not three capitals from A to Z.
    pub fn new(prefix: &str, random: u64) -> Result<Self, TicketNumberError> {
        if prefix.len() != PREFIX || !prefix.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(TicketNumberError::Form);
        }
        let body = (0..BODY - 1).map(|place| (random >> (5 * place) & 31) as u8);
        let mut values: Vec<u8> = prefix.bytes().map(prefix_value).chain(body).collect();
        // The last weight is 1, so what the sum lacks is the check character itself.
        values.push(0);
        let check = sum(&values);
        values[PREFIX + BODY - 1] = check;
        Ok(Self::written(prefix, &values[PREFIX..]))
    }

    /// Reads what somebody typed. Lower case, missing dashes and spaces are forgiven, and O is read as 0,
    /// I and L as 1.
    ///
    /// # Errors
    /// [`TicketNumberError`] says whether it has another form or a slip in it.
    pub fn parse(text: &str) -> Result<Self, TicketNumberError> {
        let typed: Option<Vec<u8>> = text
            .chars()
            .filter(|&c| !c.is_whitespace() && !is_dash(c))
            .map(|c| c.is_ascii_alphanumeric().then(|| c.to_ascii_uppercase() as u8))
            // One more than fits is enough to see that it is too long.
            .take(PREFIX + BODY + 1)
            .collect();
        let typed = typed.ok_or(TicketNumberError::Form)?;
        if typed.is_empty() {
            return Err(TicketNumberError::Empty);
        }
        if typed.len() != PREFIX + BODY {
            return Err(TicketNumberError::Form);
        }
        let (prefix, body) = typed.split_at(PREFIX);
        if !prefix.iter().all(u8::is_ascii_uppercase) {
            return Err(TicketNumberError::Form);
        }
        let mut values: Vec<u8> = prefix.iter().copied().map(prefix_value).collect();
        for &character in body {
            values.push(value(character).ok_or(TicketNumberError::Form)?);
        }
        if sum(&values) != 0 {
            return Err(TicketNumberError::Check);
        }
        let prefix: String = prefix.iter().copied().map(char::from).collect();
        Ok(Self::written(&prefix, &values[PREFIX..]))
    }

    /// The three capitals that name the office.
    pub fn prefix(&self) -> &str {
        &self.0[..PREFIX]
    }

    fn written(prefix: &str, body: &[u8]) -> Self {
        let letters: String = body.iter().map(|&value| char::from(ALPHABET[usize::from(value)])).collect();
        let (first, last) = letters.split_at(BODY / 2);
        TicketNumber(format!("{prefix}-{first}-{last}"))
    }
}

/// What a capital of the prefix stands for: the same as in the body, and for the four that the alphabet
/// leaves out what its digits leave free, so that all 26 differ.
fn prefix_value(letter: u8) -> u8 {
    match letter {
        b'L' => 2,
        b'U' => 3,
        other => value(other).unwrap_or(0),
    }
}

/// What a character stands for, taking the letters that look like digits for those.
fn value(character: u8) -> Option<u8> {
    let character = match character {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.iter().zip(0..).find_map(|(&letter, value)| (letter == character).then_some(value))
}

/// Σ valueᵢ·αⁿ⁻¹⁻ⁱ over the field with 32 elements; zero for a right number. All weights differ and none is
/// zero, so one wrong character or two exchanged neighbours never leave the sum at zero.
fn sum(values: &[u8]) -> u8 {
    values.iter().fold(0, |sum, value| times_alpha(sum) ^ value)
}

/// Multiplies by α, a root of x⁵ + x² + 1, which generates the field.
fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 0b10_0000 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// Why a text is not a ticket number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketNumberError {
    /// Nothing was typed.
    Empty,
    /// It does not have the form of one.
    Form,
    /// It has the form, but the check character does not fit: something is mistyped.
    Check,
}

impl TicketNumberError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            TicketNumberError::Empty => "ticket-empty",
            TicketNumberError::Form => "ticket-form",
            TicketNumberError::Check => "ticket-check",
        }
    }
}

impl fmt::Display for TicketNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TicketNumberError::Empty => "Isi nomor tiket, misalnya MDN-7K3F-9QXH.",
            TicketNumberError::Form => "Nomor tiket terdiri dari 3 huruf dan 8 karakter, misalnya MDN-7K3F-9QXH.",
            TicketNumberError::Check => "Nomor tiket salah ketik; periksa lagi setiap karakternya.",
        })
    }
}
