use std::fmt;

use serde::{Deserialize, Serialize};

use super::{is_hidden, one_line, text_value};

/// Name of a person with its titles: `GOTRI WIJIANO WURIATMOJO, S.STP, M.S.i`, `Nur'aini`, `Suparno`.
/// At most 120 characters on one line, with a letter in it; nothing else is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^.{1,120}$", example = "Siti Contoh, S.STP., M.Si"))]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

text_value!(PersonName, PersonNameError);

impl PersonName {
    /// How many characters it may have.
    pub const MAX_LENGTH: usize = 120;

    /// Reads what somebody typed. Space around it is dropped, and space inside becomes one space.
    ///
    /// # Errors
    /// [`PersonNameError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, PersonNameError> {
        let name = one_line(text);
        let length = name.chars().count();
        if name.is_empty() {
            Err(PersonNameError::Empty)
        } else if name.contains(is_hidden) {
            Err(PersonNameError::Hidden)
        } else if !name.contains(char::is_alphabetic) {
            Err(PersonNameError::NoLetter)
        } else if length > Self::MAX_LENGTH {
            Err(PersonNameError::TooLong(length))
        } else {
            Ok(PersonName(name))
        }
    }
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonNameError {
    /// Nothing was typed.
    Empty,
    /// No letter is in it.
    NoLetter,
    /// It has this many characters.
    TooLong(usize),
    /// Characters that nobody sees are in it.
    Hidden,
}

impl PersonNameError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            PersonNameError::Empty => "name-empty",
            PersonNameError::NoLetter => "name-no-letter",
            PersonNameError::TooLong(_) => "name-too-long",
            PersonNameError::Hidden => "name-hidden",
        }
    }
}

impl fmt::Display for PersonNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PersonNameError::Empty => f.write_str("Isi nama lengkap, boleh dengan gelar."),
            PersonNameError::NoLetter => f.write_str("Nama harus memuat huruf; isi nama lengkap."),
            PersonNameError::TooLong(length) => {
                write!(f, "Nama paling banyak 120 karakter; yang diisi {length} karakter.")
            }
            PersonNameError::Hidden => f.write_str("Nama memuat karakter yang tidak terlihat; ketik ulang."),
        }
    }
}
