use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{digits, text_value};

/// Civil servant number (Nomor Induk Pegawai): 18 digits, being the date of birth as YYYYMMDD, the start
/// of service as YYYYMM, the sex (1 or 2) and a serial of three. In a NI PPPK the two digits of the month
/// are a code. Who is no civil servant has none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{18}$", example = "198609262015051001"))]
#[serde(try_from = "String", into = "String")]
pub struct Nip(String);

text_value!(Nip, NipError);

impl Nip {
    /// How many digits it has.
    pub const LENGTH: usize = 18;

    /// Reads what somebody typed. Spaces, dots and dashes between the digits are dropped.
    ///
    /// # Errors
    /// [`NipError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, NipError> {
        let digits = digits(text).ok_or(NipError::NotDigits)?;
        match digits.len() {
            0 => return Err(NipError::Empty),
            Self::LENGTH => {}
            length => return Err(NipError::Length(length)),
        }
        birth(&digits).ok_or(NipError::Birth)?;
        let years = 1945..=2099;
        if !years.contains(&number(&digits[8..12])) || &digits[12..14] == "00" {
            return Err(NipError::Start);
        }
        if !matches!(&digits[14..15], "1" | "2") {
            return Err(NipError::Sex);
        }
        Ok(Nip(digits))
    }

    /// The date of birth in it.
    pub fn birth(&self) -> NaiveDate {
        birth(&self.0).expect("parse lets no number pass whose date of birth does not exist")
    }

    /// Whether it is a NI PPPK: digits 13 and 14 are a code, which no month reaches.
    pub fn is_pppk(&self) -> bool {
        number(&self.0[12..14]) > 12
    }
}

fn birth(digits: &str) -> Option<NaiveDate> {
    let year = number(&digits[..4]);
    let month = number(&digits[4..6]).cast_unsigned();
    let day = number(&digits[6..8]).cast_unsigned();
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1900..=2099).contains(&year))
}

/// The number that a few digits write.
fn number(digits: &str) -> i32 {
    digits.bytes().fold(0, |number, digit| number * 10 + i32::from(digit - b'0'))
}

/// Why a text is not a NIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NipError {
    /// Nothing was typed.
    Empty,
    /// Something other than digits is in it.
    NotDigits,
    /// It has this many digits.
    Length(usize),
    /// The first eight digits are no date.
    Birth,
    /// Digits 9 to 14 are no year with a month or code.
    Start,
    /// Digit 15 is neither 1 nor 2.
    Sex,
}

impl NipError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            NipError::Empty => "nip-empty",
            NipError::NotDigits => "nip-not-digits",
            NipError::Length(_) => "nip-length",
            NipError::Birth => "nip-birth",
            NipError::Start => "nip-start",
            NipError::Sex => "nip-sex",
        }
    }
}

impl fmt::Display for NipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NipError::Empty => f.write_str("Isi NIP, 18 angka."),
            NipError::NotDigits => f.write_str("NIP hanya berisi angka; hapus huruf dan tanda lain."),
            NipError::Length(length) => write!(f, "NIP terdiri dari 18 angka; yang diisi {length} angka."),
            NipError::Birth => {
                f.write_str("Delapan angka pertama NIP bukan tanggal lahir (tahun, bulan, hari); periksa kembali.")
            }
            NipError::Start => {
                f.write_str("Angka ke-9 sampai ke-14 NIP bukan tahun dan bulan pengangkatan; periksa kembali.")
            }
            NipError::Sex => f.write_str("Angka ke-15 NIP harus 1 atau 2; periksa kembali."),
        }
    }
}
