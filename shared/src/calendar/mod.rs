//! When an office works, as data: its weeks, its seasons such as Ramadan, its days off and its extra days.
//!
//! A calendar is data that an administrator changes during the year. [`WorkingTime`] counts by it.

mod differences;
mod hours;
mod in_force;
#[cfg(feature = "offices")]
mod national;
mod working_time;

use std::fmt;

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

pub use differences::differences;
pub use hours::{Hours, HoursError};
pub use in_force::Calendars;
#[cfg(feature = "offices")]
pub use national::{national, national_at, nationals};
pub use working_time::WorkingTime;

use crate::procedure::Zone;

/// When an office works. What is said of a day goes before what is said of a season, and that before the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// In which zone its days begin.
    pub zone: Zone,
    /// The hours of an ordinary week.
    pub week: Week,
    /// Where those hours come from: a rule or a decree.
    pub source: String,
    /// Spans of days with hours of their own. None overlaps another.
    #[serde(default)]
    pub seasons: Vec<Season>,
    /// Single days that differ. At most one entry for each date.
    #[serde(default)]
    pub days: Vec<Day>,
}

/// Hours for each day of a week. A day that is left out is off, so a sixth working day is one line more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    /// Senin
    pub monday: Hours,
    /// Selasa
    pub tuesday: Hours,
    /// Rabu
    pub wednesday: Hours,
    /// Kamis
    pub thursday: Hours,
    /// Jumat
    pub friday: Hours,
    /// Sabtu
    pub saturday: Hours,
    /// Minggu
    pub sunday: Hours,
}

impl Week {
    /// From Monday on.
    pub fn days(&self) -> [&Hours; 7] {
        [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday]
    }

    /// Those of the date's day of the week.
    pub fn on(&self, date: NaiveDate) -> &Hours {
        self.days()[date.weekday().num_days_from_monday() as usize]
    }
}

/// A span of days with a week of its own: Ramadan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// "Ramadan 1447 H".
    pub name: String,
    /// Its first day.
    #[serde(with = "crate::day")]
    pub from: NaiveDate,
    /// Its last day.
    #[serde(with = "crate::day")]
    pub to: NaiveDate,
    /// The hours in it.
    pub week: Week,
    /// Where they come from.
    pub source: String,
}

/// A day that differs from its week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// Which.
    #[serde(with = "crate::day")]
    pub date: NaiveDate,
    /// Why it differs.
    pub kind: DayKind,
    /// "Hari Suci Nyepi".
    pub name: String,
    /// The hours on it; a day off has none.
    #[serde(default)]
    pub hours: Hours,
    /// Where it comes from.
    pub source: String,
}

/// Why a day differs from its week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Libur nasional.
    Holiday,
    /// Cuti bersama.
    JointLeave,
    /// Hari libur daerah, such as a polling day or the town's anniversary.
    Regional,
    /// Hari kerja tambahan, or a day with hours of its own.
    Working,
}

impl DayKind {
    /// In the order in which they are offered.
    pub const ALL: [DayKind; 4] = [DayKind::Holiday, DayKind::JointLeave, DayKind::Regional, DayKind::Working];

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            DayKind::Holiday => "Libur nasional",
            DayKind::JointLeave => "Cuti bersama",
            DayKind::Regional => "Libur daerah",
            DayKind::Working => "Hari kerja khusus",
        }
    }
}

/// How long a season may be. Longer ones are another week, not a season.
const LONGEST_SEASON: TimeDelta = TimeDelta::days(366);

/// What is wrong with a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Two entries for one date.
    DayTwice(NaiveDate),
    /// A day off with hours, or a working day without.
    DayHours(NaiveDate),
    /// A season that ends before it begins or is longer than a year.
    SeasonSpan(String),
    /// Two seasons that share this day.
    SeasonsOverlap(NaiveDate),
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarError::DayTwice(date) => write!(f, "{date} stands in the calendar twice"),
            CalendarError::DayHours(date) => {
                write!(f, "{date}: a working day has hours, and a day off has none")
            }
            CalendarError::SeasonSpan(name) => {
                write!(f, "season \"{name}\": it ends on or after the day on which it begins, within a year")
            }
            CalendarError::SeasonsOverlap(date) => write!(f, "two seasons hold on {date}"),
        }
    }
}

impl std::error::Error for CalendarError {}

impl Calendar {
    /// The hours on this date.
    pub fn hours_on(&self, date: NaiveDate) -> &Hours {
        if let Some(day) = self.days.iter().find(|day| day.date == date) {
            return &day.hours;
        }
        let season = self.seasons.iter().find(|season| (season.from..=season.to).contains(&date));
        season.map_or(&self.week, |season| &season.week).on(date)
    }

    /// Whether it can be counted by.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), CalendarError> {
        let mut dates: Vec<NaiveDate> = self.days.iter().map(|day| day.date).collect();
        dates.sort_unstable();
        if let Some(pair) = dates.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(CalendarError::DayTwice(pair[0]));
        }
        if let Some(day) = self.days.iter().find(|day| (day.kind == DayKind::Working) == day.hours.is_off()) {
            return Err(CalendarError::DayHours(day.date));
        }
        let mut seasons: Vec<&Season> = self.seasons.iter().collect();
        seasons.sort_unstable_by_key(|season| season.from);
        if let Some(odd) = seasons.iter().find(|one| one.to < one.from || one.to - one.from > LONGEST_SEASON) {
            return Err(CalendarError::SeasonSpan(odd.name.clone()));
        }
        match seasons.windows(2).find(|pair| pair[1].from <= pair[0].to) {
            Some(pair) => Err(CalendarError::SeasonsOverlap(pair[1].from)),
            None => Ok(()),
        }
    }
}
