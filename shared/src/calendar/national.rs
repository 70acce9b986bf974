//! The calendar of an office that has said nothing else.

use std::sync::OnceLock;

use serde::Deserialize;

use super::{Calendar, Day, Season, Week};
use crate::procedure::Zone;

/// The file: a calendar that holds in every zone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    source: String,
    week: Week,
    seasons: Vec<Season>,
    days: Vec<Day>,
}

/// The week of Perpres 21/2023, Ramadan, and the national days off that `calendars/national.toml` knows.
pub fn national(zone: Zone) -> Calendar {
    static FILE: OnceLock<File> = OnceLock::new();
    let File { source, week, seasons, days } = FILE.get_or_init(|| {
        toml::from_str(include_str!("../../calendars/national.toml"))
            .expect("tests/calendar.rs parses the file, so a build that passed holds a valid one")
    });
    Calendar { zone, week: week.clone(), source: source.clone(), seasons: seasons.clone(), days: days.clone() }
}
