//! A day as it is written in JSON: `2026-03-01`. Read and written by hand: chrono's own parser would come along into every
//! app, some thousand bytes that everybody waits for. For `#[serde(with = "crate::day")]`.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Reads `2026-03-01`; none where it is no day.
pub fn parse(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
}

/// Writes `2026-03-01`.
pub fn write(day: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day())
}

/// As JSON.
pub fn serialize<S: Serializer>(day: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&write(*day))
}

/// From JSON.
///
/// # Errors
/// When the text is no day.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| D::Error::custom("Tanggal ditulis seperti 2026-03-01."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_chrono_reads_them() {
        for text in ["2026-03-01", "2024-02-29", "0001-01-01", "9999-12-31"] {
            let day: NaiveDate = text.parse().expect("a day");
            assert_eq!(parse(text), Some(day));
            assert_eq!(write(day), text);
        }
        for text in
            ["", "2026-3-1", "2026-02-29", "2026/03/01", "2026-03-012", "+026-03-01", "2026-03-+1", "20é-03-01x"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
