//! Days and months, and of which of them a span is the sum.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use crate::{day, procedure::Zone};

/// The longest span that is reported on.
pub const LONGEST: TimeDelta = TimeDelta::days(3660);

/// Up to here a span is shown day by day.
const BY_DAY: TimeDelta = TimeDelta::days(62);

/// A part of a span that is kept as one sum or several of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The days from the first to the last.
    Days(NaiveDate, NaiveDate),
    /// The months from the one that begins here to the one that begins there.
    Months(NaiveDate, NaiveDate),
}

/// The day of an instant as clocks in the zone show it: "2026-11-22".
pub fn day(at: DateTime<Utc>, zone: Zone) -> String {
    day::write(zone.local(at).date_naive())
}

/// The month of a day: "2026-11".
pub fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The parts of a span, in order: each of its days lies in one of them, and no other day in any. A short span is days
/// alone; a long one its whole months, and the days before and after.
pub fn parts(from: NaiveDate, to: NaiveDate) -> Vec<Part> {
    if to < from {
        return Vec::new();
    }
    if to - from < BY_DAY {
        return vec![Part::Days(from, to)];
    }
    let first = if from.day() == 1 { from } else { next(from) };
    // The month in which the span ends is whole if the next day begins another.
    let end = begin(to.succ_opt().unwrap_or(to));
    let mut parts = Vec::new();
    if from < first {
        parts.push(Part::Days(from, before(first)));
    }
    parts.push(Part::Months(first, begin(before(end))));
    if end <= to {
        parts.push(Part::Days(end, to));
    }
    parts
}

impl Part {
    /// Each of its periods, in order.
    pub fn periods(self) -> Vec<String> {
        match self {
            Part::Days(from, to) => from.iter_days().take_while(|day| *day <= to).map(day::write).collect(),
            Part::Months(from, to) => std::iter::successors(Some(from), |first| Some(next(*first)))
                .take_while(|first| *first <= to)
                .map(month)
                .collect(),
        }
    }
}

/// The first day of this day's month.
fn begin(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first day of the next month.
fn next(day: NaiveDate) -> NaiveDate {
    begin(day).checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
}

fn before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}
