use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Nip, digits, text_value};

/// Population number (Nomor Induk Kependudukan): 16 digits, being province, regency and district at two
/// digits each, date of birth as DDMMYY (women: day + 40), and a serial of four from 0001.
///
/// It never changes, not even when the date of birth is corrected; so a date that cannot be or that
/// disagrees is a [`NikWarning`] and no error.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9]{16}$", example = "3515144508680002"))]
#[serde(try_from = "String", into = "String")]
pub struct Nik(String);

text_value!(Nik, NikError);

impl Nik {
    /// How many digits it has.
    pub const LENGTH: usize = 16;

    /// Reads what somebody typed. Spaces, dots and dashes between the digits are dropped.
    ///
    /// # Errors
    /// [`NikError`] names what is wrong.
    pub fn parse(text: &str) -> Result<Self, NikError> {
        let digits = digits(text).ok_or(NikError::NotDigits)?;
        match digits.len() {
            0 => Err(NikError::Empty),
            Self::LENGTH => {
                // Provinces are numbered from 11, regencies, districts and serials from 1.
                let region = [&digits[0..2], &digits[2..4], &digits[4..6]];
                if region[0] < "11" || region.contains(&"00") {
                    Err(NikError::Region)
                } else if &digits[12..] == "0000" {
                    Err(NikError::Serial)
                } else {
                    Ok(Nik(digits))
                }
            }
            length => Err(NikError::Length(length)),
        }
    }

    /// What looks wrong about the date of birth in it, by itself.
    pub fn warning(&self) -> Option<NikWarning> {
        let (day, month, year) = self.birth();
        // The century is not in the number; a day that exists in either is possible.
        let possible =
            [1900, 2000].into_iter().any(|century| NaiveDate::from_ymd_opt(century + year, month, day).is_some());
        (!possible).then_some(NikWarning::ImpossibleDate)
    }

    /// What looks wrong about the date of birth in it when held beside the person's NIP.
    pub fn warning_beside(&self, nip: &Nip) -> Option<NikWarning> {
        self.warning().or_else(|| self.disagrees_with(nip.birth()).then_some(NikWarning::DisagreesWithNip))
    }

    /// Whether the date of birth in it is another one.
    pub fn disagrees_with(&self, birth: NaiveDate) -> bool {
        self.birth() != (birth.day(), birth.month(), birth.year().rem_euclid(100))
    }

    /// Day, month and year of the century as they stand in the number, the day without a woman's 40.
    fn birth(&self) -> (u32, u32, i32) {
        let two =
            |at: usize| self.0.bytes().skip(at).take(2).fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        let day = two(6);
        (if day > 40 { day - 40 } else { day }, two(8), two(10).cast_signed())
    }
}

/// Why a text is not a NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NikError {
    /// Nothing was typed.
    Empty,
    /// Something other than digits is in it.
    NotDigits,
    /// It has this many digits.
    Length(usize),
    /// The first six digits are no region.
    Region,
    /// The serial is 0000.
    Serial,
}

impl NikError {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            NikError::Empty => "nik-empty",
            NikError::NotDigits => "nik-not-digits",
            NikError::Length(_) => "nik-length",
            NikError::Region => "nik-region",
            NikError::Serial => "nik-serial",
        }
    }
}

impl fmt::Display for NikError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NikError::Empty => f.write_str("Isi NIK, 16 angka seperti pada KTP."),
            NikError::NotDigits => f.write_str("NIK hanya berisi angka; hapus huruf dan tanda lain."),
            NikError::Length(length) => {
                write!(f, "NIK terdiri dari 16 angka; yang diisi {length} angka.")
            }
            NikError::Region => f.write_str("Enam angka pertama NIK bukan kode wilayah; periksa kembali pada KTP."),
            NikError::Serial => f.write_str("Empat angka terakhir NIK tidak mungkin 0000; periksa kembali pada KTP."),
        }
    }
}

/// Something to look at again that does not stop anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NikWarning {
    /// No calendar has the day in it.
    ImpossibleDate,
    /// The NIP holds another date of birth.
    DisagreesWithNip,
}

impl NikWarning {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            NikWarning::ImpossibleDate => "nik-impossible-date",
            NikWarning::DisagreesWithNip => "nik-disagrees-with-nip",
        }
    }
}

impl fmt::Display for NikWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NikWarning::ImpossibleDate => "Tanggal lahir di dalam NIK tidak ada di kalender; periksa kembali, lalu lanjutkan bila sudah sesuai KTP.",
            NikWarning::DisagreesWithNip => "Tanggal lahir di dalam NIK berbeda dengan NIP; periksa kembali, lalu lanjutkan bila keduanya benar.",
        })
    }
}
