//! By which calendars an office's time is counted: its own from the day it set one, before that the national one.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use worker::Env;
use workflow::{
    calendar::{Calendar, Calendars, national_at},
    procedure::Zone,
};

use crate::{
    db::{self, Batch, Db, Slot},
    problem::Problem,
};

/// A calendar that an office set.
#[derive(Debug, Deserialize)]
pub struct CalendarRow {
    /// Whose.
    pub office: String,
    changed_at: DateTime<Utc>,
    #[serde(deserialize_with = "db::json")]
    calendar: Option<Calendar>,
}

/// The calendars that the office set, oldest first.
pub fn of_office(batch: &mut Batch, office: &str) -> Slot<CalendarRow> {
    batch.ask("SELECT office, changed_at, calendar FROM calendars WHERE office = ?1 ORDER BY changed_at", &[&office])
}

/// The calendars of every office that set one, for the cron trigger.
pub async fn of_every_office(env: &Env) -> Result<Vec<CalendarRow>, Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let mut batch = db.batch();
    let set = batch.ask("SELECT office, changed_at, calendar FROM calendars ORDER BY office, changed_at", &[]);
    db.read(batch).await?.rows(&set)
}

/// The calendars of an office in this zone through all their changes.
pub fn calendars<'a>(
    zone: Zone,
    set: impl IntoIterator<Item = &'a CalendarRow>,
) -> Result<Cow<'static, Calendars>, Problem> {
    let own = set.into_iter().map(|row| Some((row.changed_at, row.calendar.as_ref()?)));
    let own: Option<Vec<_>> = own.collect();
    let own = own.ok_or_else(|| Problem::bug("a calendar without a calendar"))?;
    Calendars::of_office(zone, own).map_err(Problem::bug)
}

/// The calendar in force, as data.
pub fn newest(zone: Zone, set: Vec<CalendarRow>, now: DateTime<Utc>) -> Calendar {
    set.into_iter().last().and_then(|row| row.calendar).unwrap_or_else(|| national_at(zone, now))
}
