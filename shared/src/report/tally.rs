//! Counts that only ever grow.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    api::CaseTimes,
    case::{Answer, Event, Happened, Misfit, runs},
    identity::PersonName,
    procedure::Procedure,
    reason::Reason,
};

/// What some events add up to: a count under each key. Adding one to another is the only thing done to it, so order
/// and grouping make no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, u64>);

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Requests filed.
    Filed,
    /// Certificates revoked, on the day on which the outside body's word was recorded.
    Revoked,
    /// Files given back to the applicant.
    Returned,
    /// Requests refused.
    Refused,
    /// Requests taken back.
    Withdrawn,
    /// Requests filed for this reason.
    Reason(Reason),
    /// Requests that an official found complete, for holders of this unit, as [`Key::unit`] has it; none where no unit was named.
    Unit(Option<String>),
    /// Runs of a step that ended after so many minutes of working time, begun minutes counted whole.
    Minutes {
        /// The procedure's version.
        version: u32,
        /// The step's number.
        step: u8,
        /// How many.
        minutes: u64,
    },
    /// Those of them that took longer than the SOP gives.
    Late {
        /// The procedure's version.
        version: u32,
        /// The step's number.
        step: u8,
    },
    /// Seconds of working time in requests that have ended.
    Time(Whose),
}

/// Whose working time it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The office's.
    Office,
    /// The applicant's.
    Applicant,
    /// The outside body's.
    Outside,
}

/// How many characters of a unit's name are kept: as many as a form takes.
const UNIT_LENGTH: usize = PersonName::MAX_LENGTH;

impl Key {
    /// The key of a unit as it was typed: cut where it is long, and without the two signs and the hidden characters
    /// that would have to be escaped in a JSON path.
    pub fn unit(typed: Option<&str>) -> Key {
        let plain = |c: char| match c {
            '"' => '\'',
            '\\' => '/',
            c if c.is_control() => ' ',
            c => c,
        };
        let name: String = typed.unwrap_or_default().chars().map(plain).take(UNIT_LENGTH).collect();
        let name = name.trim();
        Key::Unit((!name.is_empty()).then(|| name.to_owned()))
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Key> {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        Some(match (kind, rest) {
            ("filed", "") => Key::Filed,
            ("revoked", "") => Key::Revoked,
            ("returned", "") => Key::Returned,
            ("refused", "") => Key::Refused,
            ("withdrawn", "") => Key::Withdrawn,
            ("reason", word) => Key::Reason(Reason::ALL.into_iter().find(|reason| reason_word(*reason) == word)?),
            ("unit", name) => Key::Unit((!name.is_empty()).then(|| name.to_owned())),
            ("step", rest) => {
                let mut words = rest.split(' ');
                let (version, step) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                match words.next()? {
                    "late" => Key::Late { version, step },
                    minutes => Key::Minutes { version, step, minutes: minutes.parse().ok()? },
                }
            }
            ("time", "office") => Key::Time(Whose::Office),
            ("time", "applicant") => Key::Time(Whose::Applicant),
            ("time", "outside") => Key::Time(Whose::Outside),
            _ => return None,
        })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Filed => f.write_str("filed"),
            Key::Revoked => f.write_str("revoked"),
            Key::Returned => f.write_str("returned"),
            Key::Refused => f.write_str("refused"),
            Key::Withdrawn => f.write_str("withdrawn"),
            Key::Reason(reason) => write!(f, "reason {}", reason_word(*reason)),
            Key::Unit(None) => f.write_str("unit"),
            Key::Unit(Some(name)) => write!(f, "unit {name}"),
            Key::Minutes { version, step, minutes } => write!(f, "step {version} {step} {minutes}"),
            Key::Late { version, step } => write!(f, "step {version} {step} late"),
            Key::Time(Whose::Office) => f.write_str("time office"),
            Key::Time(Whose::Applicant) => f.write_str("time applicant"),
            Key::Time(Whose::Outside) => f.write_str("time outside"),
        }
    }
}

/// The reason's word in JSON.
fn reason_word(reason: Reason) -> String {
    let word = serde_json::to_value(reason).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned()
}

impl Tally {
    /// Adds `count` under a key.
    pub fn add(&mut self, key: &Key, count: u64) {
        if count > 0 {
            *self.0.entry(key.to_string()).or_default() += count;
        }
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Tally) {
        for (key, count) in &other.0 {
            *self.0.entry(key.clone()).or_default() += count;
        }
    }

    /// The count under a key.
    pub fn count(&self, key: &Key) -> u64 {
        self.0.get(&key.to_string()).copied().unwrap_or_default()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every key as it is stored, with its count.
    pub fn entries(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(key, count)| (key.as_str(), *count))
    }

    /// Every key that this build knows, with its count.
    pub fn keys(&self) -> impl Iterator<Item = (Key, u64)> {
        self.0.iter().filter_map(|(key, count)| Some((Key::parse(key)?, *count)))
    }
}

/// What the newest of a case's events adds to its day. `times` are the case's when it happened, and `unit` is the
/// holder's as it was filed. A run that a withdrawal cut short says nothing about how long the step takes, and is not
/// among those that ended.
///
/// # Errors
/// When the events are not those of a case under this procedure.
pub fn increments(
    procedure: &Procedure,
    events: &[Event],
    times: &CaseTimes,
    unit: Option<&str>,
) -> Result<Tally, Misfit> {
    let [before @ .., newest] = events else { return Err(Misfit { seq: 0, why: "a case begins with an event" }) };
    let mut tally = Tally::default();
    match &newest.what {
        Happened::Filed { reason, .. } => {
            tally.add(&Key::Filed, 1);
            tally.add(&Key::Reason(*reason), 1);
        }
        // Anybody may type anything as a unit. Only what an official has looked at becomes a key, so that nobody makes a month's
        // row grow without end. Once: after a refusal of the outside body it is checked again.
        Happened::Approved { .. } if !before.iter().any(|event| matches!(event.what, Happened::Approved { .. })) => {
            tally.add(&Key::unit(unit), 1);
        }
        Happened::Returned { .. } => tally.add(&Key::Returned, 1),
        Happened::Refused => tally.add(&Key::Refused, 1),
        Happened::Withdrawn => tally.add(&Key::Withdrawn, 1),
        Happened::Answered { answer: Answer::Revoked, .. } => tally.add(&Key::Revoked, 1),
        _ => {}
    }
    if !before.is_empty() && newest.what != Happened::Withdrawn {
        let over = runs(procedure, before)?.iter().filter(|run| run.ended.is_some()).count();
        for run in times.runs.iter().filter(|run| run.ended.is_some()).skip(over) {
            let (version, step) = (procedure.version, run.step);
            tally.add(&Key::Minutes { version, step, minutes: run.spent.div_ceil(60) }, 1);
            tally.add(&Key::Late { version, step }, u64::from(run.late));
        }
    }
    if matches!(newest.what, Happened::Refused | Happened::Closed | Happened::Withdrawn) {
        tally.add(&Key::Time(Whose::Office), times.shares.office);
        tally.add(&Key::Time(Whose::Applicant), times.shares.applicant);
        tally.add(&Key::Time(Whose::Outside), times.shares.outside);
    }
    Ok(tally)
}
