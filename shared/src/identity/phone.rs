use std::fmt;

use serde::{Deserialize, Serialize};

use super::{is_separator, text_value};

/// Indonesian mobile number. Typed as `+62…`, `62…` or `0…`, each followed by `8…`, 10 to 13 digits in its
/// local form; held as `+62…` (ITU-T E.164).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = r"^\+628[0-9]{8,11}$", example = "+6281200000001"))]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

text_value!(PhoneNumber, PhoneNumberError);

impl PhoneNumber {
    /// Reads what somebody typed. Spaces, dots, dashes and brackets are dropped, and so is the zero of
    /// `+62 (0)8…`.
    ///
    /// # Errors
    /// [`PhoneNumberError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, PhoneNumberError> {
        let typed: String = text.chars().filter(|&c| !is_separator(c) && !matches!(c, '(' | ')')).collect();
        if typed.is_empty() {
            return Err(PhoneNumberError::Empty);
        }
        let digits = typed.strip_prefix('+').unwrap_or(&typed);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneNumberError::NotDigits);
        }
        let national = match digits.strip_prefix("62") {
            Some(national) => national.strip_prefix('0').unwrap_or(national),
            // `+0812…` names no country.
            None if typed.starts_with('+') => return Err(PhoneNumberError::Prefix),
            None => digits.strip_prefix('0').ok_or(PhoneNumberError::Prefix)?,
        };
        if !national.starts_with('8') {
            return Err(PhoneNumberError::Prefix);
        }
        let length = national.len() + 1;
        if !(10..=13).contains(&length) {
            return Err(PhoneNumberError::Length(length));
        }
        Ok(PhoneNumber(format!("+62{national}")))
    }

    /// As people write it: `0812…`.
    pub fn local(&self) -> String {
        format!("0{}", self.0.trim_start_matches("+62"))
    }

    /// The digits that a `https://wa.me/` link takes: `62812…`.
    pub fn wa_digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }
}

/// Why a text is not a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneNumberError {
    /// Nothing was typed.
    Empty,
    /// Something other than digits is in it.
    NotDigits,
    /// It does not begin as an Indonesian mobile number.
    Prefix,
    /// It has this many digits in its local form.
    Length(usize),
}

impl PhoneNumberError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            PhoneNumberError::Empty => "phone-empty",
            PhoneNumberError::NotDigits => "phone-not-digits",
            PhoneNumberError::Prefix => "phone-prefix",
            PhoneNumberError::Length(_) => "phone-length",
        }
    }
}

impl fmt::Display for PhoneNumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PhoneNumberError::Empty => f.write_str("Isi nomor HP, misalnya 0812 0000 0001."),
            PhoneNumberError::NotDigits => f.write_str("Nomor HP hanya berisi angka; hapus huruf dan tanda lain."),
            PhoneNumberError::Prefix => f.write_str("Nomor HP diawali 08 atau +628; periksa angka depannya."),
            PhoneNumberError::Length(length) => {
                write!(f, "Nomor HP terdiri dari 10 sampai 13 angka bila diawali 08; yang diisi {length} angka.")
            }
        }
    }
}
