//! What people read of a tally.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Key, Tally, Whose, month, parts, span::Part};
use crate::{
    api::{Due, PAGE, Shares},
    day,
    procedure::{Procedure, TimeLimit},
    reason::Reason,
};

/// An office's report on a span of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// The first day: "2026-11-01".
    pub from: String,
    /// The last day.
    pub to: String,
    /// How the turns that run stand when this is answered, whatever the span.
    pub running: Running,
    /// What happened in all of it.
    pub counts: Counts,
    /// What happened on each of its days; in each of its months where it is long.
    pub periods: Vec<Period>,
    /// How long each step took, of each version of the procedure under which one ended.
    pub steps: Vec<StepReport>,
    /// Whose the working time was in the requests that ended.
    pub shares: Shares,
    /// Why requests were filed, in the order in which reasons are offered.
    pub reasons: Vec<ReasonCount>,
    /// For which units requests were found complete, the most first.
    pub units: Vec<UnitCount>,
}

/// How the turns that run stand against the SOP's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Running {
    /// When they were counted.
    pub at: DateTime<Utc>,
    /// How many have lasted longer, counted up to [`Running::MOST`].
    pub overdue: u64,
    /// How many reach their limit before the day ends, likewise.
    pub due_today: u64,
}

impl Running {
    /// So far they are counted, one by one: as many as a page of the list that they lead to. Who has as many late sees
    /// enough, and the office's past costs nobody the rows.
    pub const MOST: u64 = PAGE as u64;

    /// How many stand so.
    pub fn count(&self, due: Due) -> u64 {
        match due {
            Due::Overdue => self.overdue,
            Due::DueToday => self.due_today,
        }
    }
}

/// How often what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Requests filed.
    pub filed: u64,
    /// Certificates revoked, by when the outside body's word was recorded.
    pub revoked: u64,
    /// Files given back to the applicant.
    pub returned: u64,
    /// Requests refused.
    pub refused: u64,
    /// Requests taken back.
    pub withdrawn: u64,
}

/// What happened in a day or a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Period {
    /// "2026-11-22" or "2026-11".
    pub period: String,
    /// How often what happened.
    pub counts: Counts,
}

/// How long a step took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepReport {
    /// The procedure's version.
    pub version: u32,
    /// The step's number.
    pub step: u8,
    /// The SOP's words for it.
    pub wording: String,
    /// What the SOP gives for it.
    pub limit: Option<TimeLimit>,
    /// How many runs of it ended.
    pub ended: u64,
    /// How many of them took longer than the SOP gives.
    pub late: u64,
    /// Working time of the middle one, in minutes, begun ones counted whole (nearest rank); none where none ended.
    pub median: Option<u64>,
    /// Working time within which nine in ten ended, likewise.
    pub ninetieth: Option<u64>,
}

/// How many requests were filed for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReasonCount {
    /// Why.
    pub reason: Reason,
    /// How many.
    pub count: u64,
}

/// How many requests for holders of a unit were found complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitCount {
    /// Its name as most typed it; none where none was named.
    pub unit: Option<String>,
    /// How many.
    pub count: u64,
}

/// How many runs of a step took how many minutes.
type Histogram = BTreeMap<u64, u64>;

impl Report {
    /// Made of what is kept for the span's [`parts`]: periods with their tallies, those on which nothing happened
    /// left out. `procedure` gives the office's procedure in a version, and `current` is the newest.
    pub fn new<'a>(
        (from, to): (NaiveDate, NaiveDate),
        running: Running,
        kept: &BTreeMap<String, Tally>,
        current: &'a Procedure,
        procedure: impl Fn(u32) -> Option<&'a Procedure>,
    ) -> Report {
        let mut all = Tally::default();
        kept.values().for_each(|tally| all.merge(tally));
        let time = |whose| all.count(&Key::Time(whose));
        let reason = |reason| ReasonCount { reason, count: all.count(&Key::Reason(reason)) };
        Report {
            from: day::write(from),
            to: day::write(to),
            running,
            counts: Counts::of(&all),
            periods: periods(from, to, kept),
            steps: steps(&all, current, procedure),
            shares: Shares {
                office: time(Whose::Office),
                applicant: time(Whose::Applicant),
                outside: time(Whose::Outside),
            },
            reasons: Reason::ALL.into_iter().map(reason).filter(|one| one.count > 0).collect(),
            units: units(&all),
        }
    }

    /// How many runs of steps that have a limit ended, and how many of those within it.
    pub fn within(&self) -> (u64, u64) {
        let limited = self.steps.iter().filter(|step| step.limit.is_some());
        limited.fold((0, 0), |(ended, within), step| (ended + step.ended, within + step.ended - step.late))
    }
}

impl Counts {
    /// Those in a tally.
    pub fn of(tally: &Tally) -> Counts {
        Counts {
            filed: tally.count(&Key::Filed),
            revoked: tally.count(&Key::Revoked),
            returned: tally.count(&Key::Returned),
            refused: tally.count(&Key::Refused),
            withdrawn: tally.count(&Key::Withdrawn),
        }
    }
}

/// Every day of a short span; every month of a long one, of which the first and the last may be parts of one.
fn periods(from: NaiveDate, to: NaiveDate, kept: &BTreeMap<String, Tally>) -> Vec<Period> {
    let parts = parts(from, to);
    let by_month = parts.iter().any(|part| matches!(part, Part::Months(..)));
    let mut sums: BTreeMap<String, Tally> = BTreeMap::new();
    for period in parts.into_iter().flat_map(Part::periods) {
        let shown = if by_month { period[..month(from).len()].to_owned() } else { period.clone() };
        let sum = sums.entry(shown).or_default();
        if let Some(tally) = kept.get(&period) {
            sum.merge(tally);
        }
    }
    sums.into_iter().map(|(period, tally)| Period { counts: Counts::of(&tally), period }).collect()
}

/// Every step of the newest version but the filing, and those of older ones of which one ended.
fn steps<'a>(all: &Tally, current: &'a Procedure, procedure: impl Fn(u32) -> Option<&'a Procedure>) -> Vec<StepReport> {
    let mut taken: BTreeMap<(u32, u8), Histogram> = BTreeMap::new();
    for step in &current.steps[1..] {
        taken.entry((current.version, step.no)).or_default();
    }
    for (key, count) in all.keys() {
        if let Key::Minutes { version, step, minutes } = key {
            *taken.entry((version, step)).or_default().entry(minutes).or_default() += count;
        }
    }
    let report = |((version, step), histogram): ((u32, u8), Histogram)| {
        let row = procedure(version)?.step(step)?;
        Some(StepReport {
            version,
            step,
            wording: row.wording.clone(),
            limit: row.time.clone(),
            ended: histogram.values().sum(),
            late: all.count(&Key::Late { version, step }),
            median: quantile(&histogram, 50),
            ninetieth: quantile(&histogram, 90),
        })
    };
    taken.into_iter().filter_map(report).collect()
}

/// Units as people typed them: who writes in capitals or with two spaces means the same one. It is shown as most wrote it.
fn units(all: &Tally) -> Vec<UnitCount> {
    let mut spellings: BTreeMap<Option<String>, Vec<UnitCount>> = BTreeMap::new();
    for (key, count) in all.keys() {
        if let Key::Unit(unit) = key {
            let same = unit.as_deref().map(|unit| unit.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
            spellings.entry(same).or_default().push(UnitCount { unit, count });
        }
    }
    let as_most = |spellings: Vec<UnitCount>| {
        let count = spellings.iter().map(|one| one.count).sum();
        // Of as many of each, the last: capitals stand before small letters.
        spellings.into_iter().max_by_key(|one| one.count).map(|one| UnitCount { count, ..one })
    };
    let mut units: Vec<UnitCount> = spellings.into_values().filter_map(as_most).collect();
    units.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.unit.cmp(&b.unit)));
    units
}

/// The value at the nearest rank: the smallest within which so many in a hundred lie.
fn quantile(histogram: &Histogram, percent: u64) -> Option<u64> {
    let all: u64 = histogram.values().sum();
    let rank = (all * percent).div_ceil(100).max(1);
    let mut passed = 0;
    histogram.iter().find_map(|(value, count)| {
        passed += count;
        (passed >= rank).then_some(*value)
    })
}
