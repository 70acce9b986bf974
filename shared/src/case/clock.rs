//! Whose time it was: the runs of each step, and the clock of each run by the office's working time.
//!
//! All of it is derived from the events. A clock starts when the turn comes to its step and stops with the act that
//! gives the turn away; while the file is with the applicant for completion it stands, and that time is theirs.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    event::Event,
    state::{Case, Misfit, Stage},
};
use crate::{
    api::{CaseTimes, RunClock, Shares, UrgentClock},
    calendar::{Calendars, WorkingTime},
    procedure::{ActorKind, Procedure, Step, TimeLimit},
};

/// Within how much plain time an urgent request is to be revoked.
pub const URGENT: TimeDelta = TimeDelta::hours(24);

/// One turn at a step. A step has several where the outside body declined and the office went through it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The step's number.
    pub step: u8,
    /// When the turn came.
    pub began: DateTime<Utc>,
    /// When it went, if it has.
    pub ended: Option<DateTime<Utc>>,
    /// The spans in it, in order, each where the one before it ended.
    spans: Vec<Span>,
}

/// A part of a run between two changes of hands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Span {
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    /// Whether the file was with the applicant for completion.
    completion: bool,
}

/// Every run of a case in the order in which they began. Filing takes no time and is none.
///
/// # Errors
/// When the events are not those of a case under this procedure.
pub fn runs(procedure: &Procedure, events: &[Event]) -> Result<Vec<Run>, Misfit> {
    fold(procedure, events).map(|(runs, _)| runs)
}

/// The runs, and the case that the events add up to.
fn fold(procedure: &Procedure, events: &[Event]) -> Result<(Vec<Run>, Case), Misfit> {
    let [first, rest @ ..] = events else {
        return Err(Misfit { seq: 0, why: "a case begins with an event" });
    };
    let mut case = Case::begin(first)?;
    let mut runs: Vec<Run> = Vec::new();
    enter(&mut runs, &case.stage, first.at);
    for event in rest {
        let before = case.stage.clone();
        case.evolve(procedure, event)?;
        if case.stage != before {
            enter(&mut runs, &case.stage, event.at);
        }
    }
    Ok((runs, case))
}

/// The case comes to `stage`: what ran ends, and the next span or run begins.
fn enter(runs: &mut Vec<Run>, stage: &Stage, at: DateTime<Utc>) {
    let (step, completion) = match stage {
        Stage::Step { no } => (Some(*no), false),
        Stage::Completion { no, .. } => (Some(*no), true),
        Stage::Ended { .. } => (None, false),
    };
    let span = Span { from: at, to: None, completion };
    if let Some(run) = runs.last_mut() {
        if let Some(last) = run.spans.last_mut() {
            last.to = Some(at);
        }
        if step == Some(run.step) {
            run.spans.push(span);
            return;
        }
        run.ended = Some(at);
    }
    if let Some(step) = step {
        runs.push(Run { step, began: at, ended: None, spans: vec![span] });
    }
}

impl Run {
    /// Whether the file is with the applicant now.
    pub fn is_paused(&self) -> bool {
        self.spans.last().is_some_and(|span| span.completion && span.to.is_none())
    }

    /// Its clock at `now`, and the working time on it exactly. What is closed is counted by the calendar that was in force
    /// when it closed, so that a change of the calendar never rewrites it.
    fn clock(&self, step: &Step, calendars: &Calendars, now: DateTime<Utc>) -> (RunClock, TimeDelta) {
        let mut clock =
            Counting { limit: step.time.as_ref(), began: self.began, spent: TimeDelta::zero(), days: 0, due: None };
        let mut late = false;
        for span in &self.spans {
            let to = span.to.unwrap_or(now);
            if !span.completion {
                let working = calendars.in_force(to);
                clock.count(working, span, to);
                late = late || clock.due.is_some_and(|due| due < to);
            }
        }
        let told = RunClock {
            step: self.step,
            began: self.began,
            ended: self.ended,
            paused: self.is_paused(),
            spent: seconds(clock.spent),
            due: clock.due,
            late,
        };
        (told, clock.spent)
    }

    /// The working time in which the file was with the applicant for completion.
    fn completion(&self, calendars: &Calendars, now: DateTime<Utc>) -> TimeDelta {
        let spans = self.spans.iter().filter(|span| span.completion);
        spans
            .map(|span| {
                let to = span.to.unwrap_or(now);
                calendars.in_force(to).between(span.from, to)
            })
            .sum()
    }
}

/// A clock while it is counted from span to span.
struct Counting<'a> {
    limit: Option<&'a TimeLimit>,
    began: DateTime<Utc>,
    spent: TimeDelta,
    /// Working days that have ended since the day on which it began.
    days: i64,
    /// When the limit is reached: once it is, or as long as the clock runs.
    due: Option<DateTime<Utc>>,
}

impl Counting<'_> {
    fn count(&mut self, working: &WorkingTime, span: &Span, to: DateTime<Utc>) {
        // The day on which it began is not counted.
        let from_day = working.midnight(self.began).map_or(span.from, |midnight| midnight.max(span.from));
        let spent = working.between(span.from, to);
        let days = working.days_between(from_day, to.max(from_day));
        if self.due.is_none()
            && let Some(limit) = self.limit
        {
            let (due, reached) = match limit.working_time() {
                Some(whole) => {
                    let left = whole - self.spent;
                    (working.after(span.from, left), spent >= left)
                }
                None => {
                    let left = i64::from(limit.amount()) - self.days;
                    (working.days_after(from_day, left), days >= left)
                }
            };
            // A clock that stands ends nowhere yet.
            if reached || span.to.is_none() {
                self.due = due;
            }
        }
        self.spent += spent;
        self.days += days;
    }
}

/// The times of a case at `now`: the clock of each run, and whose the time was.
///
/// # Errors
/// When the events are not those of a case under this procedure.
pub fn times(
    procedure: &Procedure,
    events: &[Event],
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<CaseTimes, Misfit> {
    let (mut office, mut applicant, mut outside) = (TimeDelta::zero(), TimeDelta::zero(), TimeDelta::zero());
    let mut clocks = Vec::new();
    let (runs, case) = fold(procedure, events)?;
    for run in runs {
        let Some(step) = procedure.step(run.step) else { continue };
        let (clock, spent) = run.clock(step, calendars, now);
        match procedure.actor(&step.actor).map(|actor| actor.kind) {
            Some(ActorKind::Outside) => outside += spent,
            Some(ActorKind::Applicant | ActorKind::Leader) => applicant += spent,
            Some(ActorKind::Official) | None => office += spent,
        }
        applicant += run.completion(calendars, now);
        clocks.push(clock);
    }
    let shares = Shares { office: seconds(office), applicant: seconds(applicant), outside: seconds(outside) };
    Ok(CaseTimes { at: now, runs: clocks, shares, urgent: urgent(&case) })
}

/// When the limit of the step that runs now ends; none where there is no limit or the clock stands.
pub fn due(times: &CaseTimes) -> Option<DateTime<Utc>> {
    times.runs.last().filter(|run| run.ended.is_none())?.due
}

/// What is to be done first, as text that sorts so: what cannot wait by its 24 hours, then by when the SOP's limit ends,
/// then what has no limit by how long it waits.
pub fn rank(case: &Case, due: Option<DateTime<Utc>>) -> String {
    let (class, at) = match (urgent(case), due) {
        (Some(UrgentClock { until, revoked_at: None }), _) => (0, until),
        (_, Some(due)) => (1, due),
        (_, None) => (2, case.since),
    };
    // Of what is due at the same instant, such as when the office opens, what waits longest.
    format!("{class}{:013}{:013}", at.timestamp_millis(), case.since.timestamp_millis())
}

/// The clock in plain time of a request that cannot wait.
fn urgent(case: &Case) -> Option<UrgentClock> {
    case.reason.is_urgent().then(|| UrgentClock { until: case.filed_at + URGENT, revoked_at: case.revoked_at })
}

/// Whole seconds, rounded down.
fn seconds(time: TimeDelta) -> u64 {
    u64::try_from(time.num_seconds()).unwrap_or(0)
}
