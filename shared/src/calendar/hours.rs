//! The hours of one day.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Milliseconds in a day. Indonesia's zones have no daylight saving, so every day has as many.
pub(super) const DAY: i64 = 86_400_000;

/// When an office works on one day: spans such as `07:30-12:00 13:00-16:00`, in order and apart from each other.
/// Empty for a day off. Serialised as that text, with `24:00` for the end of the day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    // Milliseconds since midnight.
    spans: Vec<(i64, i64)>,
}

impl Hours {
    /// A day off.
    pub const NONE: Hours = Hours { spans: Vec::new() };

    /// Reads a text such as `07:30-12:00 13:00-16:00`, as people write it: also `07.30–12.00 dan 13.00–16.00`. None at all is a
    /// day off.
    ///
    /// # Errors
    /// When a span is not two times of a day, ends before it has begun, or begins before the one before it ended.
    pub fn parse(text: &str) -> Result<Hours, HoursError> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for span in text.split([' ', '\t', '\n', ',', ';']).filter(|word| !matches!(*word, "" | "dan")) {
            let (from, to) = span.split_once(['-', '–']).ok_or(HoursError::Span)?;
            let (from, to) = (time(from)?, time(to)?);
            if from >= to || spans.last().is_some_and(|(_, end)| from <= *end) {
                return Err(HoursError::Order);
            }
            spans.push((from, to));
        }
        Ok(Hours { spans })
    }

    /// Whether nobody works on that day.
    pub fn is_off(&self) -> bool {
        self.spans.is_empty()
    }

    /// How long they are in all, in milliseconds.
    pub(super) fn length(&self) -> i64 {
        self.spans.iter().map(|(from, to)| to - from).sum()
    }

    /// When the office opens and when it closes, in milliseconds since midnight.
    pub(super) fn ends(&self) -> Option<(i64, i64)> {
        Some((self.spans.first()?.0, self.spans.last()?.1))
    }

    /// How much of them is over at `time` of the day.
    pub(super) fn over_at(&self, time: i64) -> i64 {
        self.spans.iter().map(|(from, to)| time.clamp(*from, *to) - from).sum()
    }

    /// At what time of the day so much of them is over; none where they are not so long. `spent` is above zero.
    pub(super) fn when_over(&self, spent: i64) -> Option<i64> {
        let mut left = spent;
        for (from, to) in &self.spans {
            if left <= to - from {
                return Some(from + left);
            }
            left -= to - from;
        }
        None
    }
}

/// Reads `HH:MM` or `HH.MM`. By hand: chrono's parser would come along into every app.
fn time(text: &str) -> Result<i64, HoursError> {
    let number = |text: &str| match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(i64::from((tens - b'0') * 10 + (ones - b'0'))),
        _ => None,
    };
    let (hour, minute) = text.split_once([':', '.']).ok_or(HoursError::Span)?;
    match (number(hour), number(minute)) {
        (Some(hour @ 0..24), Some(minute @ 0..60)) => Ok((hour * 60 + minute) * 60_000),
        (Some(24), Some(0)) => Ok(DAY),
        _ => Err(HoursError::Span),
    }
}

/// Why a text tells no hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursError {
    /// A span is not two times of a day.
    Span,
    /// A span ends before it has begun, or begins before the one before it has ended.
    Order,
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HoursError::Span => "Tulis jam kerja seperti 07.30-12.00 13.00-16.00; kosongkan untuk hari libur.",
            HoursError::Order => "Jam kerja harus berurutan, dan setiap jam selesai sesudah jam mulainya.",
        })
    }
}

impl std::error::Error for HoursError {}

impl TryFrom<String> for Hours {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, HoursError> {
        Hours::parse(&text)
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (from, to)) in self.spans.iter().enumerate() {
            let gap = if place == 0 { "" } else { " " };
            let minutes = |time: &i64| (time / 3_600_000, time / 60_000 % 60);
            let ((h, m), (to_h, to_m)) = (minutes(from), minutes(to));
            write!(f, "{gap}{h:02}:{m:02}-{to_h:02}:{to_m:02}")?;
        }
        Ok(())
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Hours {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("When an office works on one day; empty for a day off."))
            .examples(["07:30-12:00 13:00-16:00", ""])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Hours {}
