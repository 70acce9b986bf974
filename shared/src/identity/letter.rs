use std::fmt;

use serde::{Deserialize, Serialize};

use super::{is_hidden, one_line, text_value};

/// Number of a letter, in whatever form its office writes it: `000.8.3.3/15/OR`, `046/4/2024`. One line of
/// at most 60 characters with a letter or digit in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^.{1,60}$", example = "800/15/BKD/2025"))]
#[serde(try_from = "String", into = "String")]
pub struct LetterNumber(String);

text_value!(LetterNumber, LetterNumberError);

impl LetterNumber {
    /// How many characters it may have.
    pub const MAX_LENGTH: usize = 60;

    /// Reads what somebody typed. Space around it is dropped, and space inside becomes one space.
    ///
    /// # Errors
    /// [`LetterNumberError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, LetterNumberError> {
        let number = one_line(text);
        let length = number.chars().count();
        if number.contains(is_hidden) {
            Err(LetterNumberError::Hidden)
        } else if !number.contains(char::is_alphanumeric) {
            Err(LetterNumberError::Empty)
        } else if length > Self::MAX_LENGTH {
            Err(LetterNumberError::TooLong(length))
        } else {
            Ok(LetterNumber(number))
        }
    }
}

/// Why a text is not the number of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterNumberError {
    /// No letter or digit is in it.
    Empty,
    /// It has this many characters.
    TooLong(usize),
    /// Characters that nobody sees are in it.
    Hidden,
}

impl LetterNumberError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            LetterNumberError::Empty => "letter-number-empty",
            LetterNumberError::TooLong(_) => "letter-number-too-long",
            LetterNumberError::Hidden => "letter-number-hidden",
        }
    }
}

impl fmt::Display for LetterNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LetterNumberError::Empty => f.write_str("Isi nomor surat seperti tertulis pada surat."),
            LetterNumberError::TooLong(length) => {
                write!(f, "Nomor surat paling banyak 60 karakter; yang diisi {length} karakter.")
            }
            LetterNumberError::Hidden => f.write_str("Nomor surat memuat karakter yang tidak terlihat; ketik ulang."),
        }
    }
}
