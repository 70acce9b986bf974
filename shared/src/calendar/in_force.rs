//! An office's calendar through its changes.

use chrono::{DateTime, Utc};

use super::{Calendar, CalendarError, WorkingTime};

/// Which calendar was in force when. A change counts from the instant it was made: what was closed before stays as it
/// was counted.
#[derive(Clone, Debug)]
pub struct Calendars {
    first: WorkingTime,
    /// Oldest first.
    changes: Vec<(DateTime<Utc>, WorkingTime)>,
}

impl Calendars {
    /// One that never changed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(first: &Calendar) -> Result<Calendars, CalendarError> {
        Ok(Calendars { first: WorkingTime::new(first)?, changes: Vec::new() })
    }

    /// With one more change, behind which nothing is left of what was to come.
    ///
    /// # Errors
    /// What is wrong with the calendar.
    pub fn changed(mut self, at: DateTime<Utc>, to: &Calendar) -> Result<Calendars, CalendarError> {
        self.changes.retain(|(before, _)| *before <= at);
        self.changes.push((at, WorkingTime::new(to)?));
        Ok(self)
    }

    /// The one in force at this instant.
    pub fn in_force(&self, at: DateTime<Utc>) -> &WorkingTime {
        let made = self.changes.partition_point(|(change, _)| *change <= at);
        if made == 0 { &self.first } else { &self.changes[made - 1].1 }
    }
}
