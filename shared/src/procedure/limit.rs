use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long a step may take by the SOP ("Waktu"): a whole number above zero and a unit, such as `5 menit`,
/// `60 Menit`, `2 jam` or `3 hari kerja`. It keeps the document's own spelling and is serialised as that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeLimit {
    wording: String,
    amount: u32,
    unit: TimeUnit,
}

/// What a time limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `menit`
    Minutes,
    /// `jam`
    Hours,
    /// `hari kerja`
    WorkingDays,
}

impl TimeLimit {
    /// Reads a wording such as `5 menit`. Upper and lower case mean the same; more than one space between
    /// the words counts as one.
    ///
    /// # Errors
    /// When the amount is not a whole number above zero, or the unit is not one of [`TimeUnit`].
    pub fn parse(wording: &str) -> Result<Self, TimeLimitError> {
        let words: Vec<&str> = wording.split_whitespace().collect();
        let (amount, unit) = words.split_first().ok_or(TimeLimitError::Amount)?;
        if !amount.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(TimeLimitError::Amount);
        }
        let amount = amount.parse().ok().filter(|&amount| amount > 0).ok_or(TimeLimitError::Amount)?;
        let unit = match unit.join(" ").to_lowercase().as_str() {
            "menit" => TimeUnit::Minutes,
            "jam" => TimeUnit::Hours,
            "hari kerja" => TimeUnit::WorkingDays,
            _ => return Err(TimeLimitError::Unit),
        };
        Ok(TimeLimit { wording: words.join(" "), amount, unit })
    }

    /// As the document writes it: "60 Menit".
    pub fn wording(&self) -> &str {
        &self.wording
    }

    /// How many of the unit. Never zero.
    pub fn amount(&self) -> u32 {
        self.amount
    }

    /// What is counted.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// How much working time it is; none where it counts working days, which are not all as long.
    pub fn working_time(&self) -> Option<TimeDelta> {
        let amount = i64::from(self.amount);
        match self.unit {
            TimeUnit::Minutes => Some(TimeDelta::minutes(amount)),
            TimeUnit::Hours => Some(TimeDelta::hours(amount)),
            TimeUnit::WorkingDays => None,
        }
    }
}

/// Why a text is not a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLimitError {
    /// The first word is not a whole number above zero.
    Amount,
    /// What follows is no unit that we know.
    Unit,
}

impl fmt::Display for TimeLimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeLimitError::Amount => "a time begins with a whole number above zero, such as \"5 menit\"",
            TimeLimitError::Unit => "a time ends with \"menit\", \"jam\" or \"hari kerja\"",
        })
    }
}

impl std::error::Error for TimeLimitError {}

impl TryFrom<String> for TimeLimit {
    type Error = TimeLimitError;

    fn try_from(wording: String) -> Result<Self, TimeLimitError> {
        TimeLimit::parse(&wording)
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        limit.wording
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.wording)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for TimeLimit {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("How long a step may take, in the SOP's own words."))
            .examples(["5 menit", "2 jam", "3 hari kerja"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for TimeLimit {}
