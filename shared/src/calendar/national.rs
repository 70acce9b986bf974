//! The calendar of an office that has said nothing else, through its changes.

use std::{borrow::Cow, sync::LazyLock};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::{Calendar, CalendarError, Calendars, Day, Season, Week};
use crate::procedure::Zone;

/// The files, oldest first. One that has counted is never edited, since what was closed by it would be counted anew: what a
/// decree changes is one more file, which says from which day on it counts. It repeats what the one before said, since what
/// runs when it begins is counted by it alone.
const FILES: [&str; 1] = [include_str!("../../calendars/national.toml")];

/// A file: a calendar that holds in every zone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(with = "crate::day")]
    from: NaiveDate,
    source: String,
    week: Week,
    seasons: Vec<Season>,
    days: Vec<Day>,
}

static READ: LazyLock<Vec<File>> = LazyLock::new(|| {
    let read =
        |text: &&str| toml::from_str(text).expect("tests/calendar.rs parses each, so a build that passed is valid");
    FILES.iter().map(read).collect()
});

impl File {
    fn calendar(&self, zone: Zone) -> Calendar {
        let File { source, week, seasons, days, .. } = self;
        Calendar { zone, week: week.clone(), source: source.clone(), seasons: seasons.clone(), days: days.clone() }
    }
}

/// Every national calendar with the day from which it counts, oldest first; the first counts for all that was before, too. The
/// week of Perpres 21/2023, Ramadan, and the days off that `calendars/` knows.
pub fn nationals(zone: Zone) -> impl DoubleEndedIterator<Item = (NaiveDate, Calendar)> {
    READ.iter().map(move |file| (file.from, file.calendar(zone)))
}

/// The newest of them, whether it counts already or not.
pub fn national(zone: Zone) -> Calendar {
    nationals(zone).next_back().expect("there is one").1
}

/// The one that counts at this instant.
pub fn national_at(zone: Zone, at: DateTime<Utc>) -> Calendar {
    let begun = nationals(zone).rfind(|(from, _)| zone.beginning(*from) <= at);
    begun.or_else(|| nationals(zone).next()).expect("there is one").1
}

impl Calendars {
    /// An office's: the national ones, and from the instant at which it set its own those.
    ///
    /// # Errors
    /// What is wrong with one that it set.
    pub fn of_office<'a>(
        zone: Zone,
        own: impl IntoIterator<Item = (DateTime<Utc>, &'a Calendar)>,
    ) -> Result<Cow<'static, Calendars>, CalendarError> {
        let mut calendars = Cow::Borrowed(Calendars::national(zone));
        for (at, calendar) in own {
            calendars = Cow::Owned(calendars.into_owned().changed(at, calendar)?);
        }
        Ok(calendars)
    }

    /// The national ones in this zone.
    fn national(zone: Zone) -> &'static Calendars {
        static ALL: LazyLock<[Calendars; 3]> = LazyLock::new(|| {
            [Zone::Wib, Zone::Wita, Zone::Wit].map(|zone| {
                let mut all = nationals(zone);
                let (_, first) = all.next().expect("there is one");
                let changed = |before: Calendars, (from, to)| before.changed(zone.beginning(from), &to);
                let counted = Calendars::new(&first).and_then(|first| all.try_fold(first, changed));
                counted.expect("tests/calendar.rs counts by each of them")
            })
        });
        &ALL[zone as usize]
    }
}
