//! Who is reminded of a turn that lasts, and when, by the ladder in the office's file: as a rule the one who has it,
//! then the next in the chain, then the head. Of a request that cannot wait they hear by its 24 hours too, on any day.

use chrono::{DateTime, Days, TimeDelta, Timelike, Utc};

use super::{
    clock::URGENT as WITHIN,
    state::{Case, Stage},
};
use crate::{
    api::CaseTimes,
    calendar::WorkingTime,
    procedure::{ActorId, ActorKind, Procedure, Rung, Step, StepAct, Whom, Zone},
};

/// A reminder of the turn that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Which rung, from 1; of the 24 hours, from 101. No turn has two of one rung.
    pub rung: u8,
    /// When it is due: while the office works; by day on any day, where it [is urgent](Reminder::is_urgent).
    pub at: DateTime<Utc>,
    /// Who is reminded; nobody in particular where it is the applicant.
    pub actors: Vec<ActorId>,
    /// Whether the limit has ended by then.
    pub late: bool,
}

impl Reminder {
    /// Whether it speaks of the 24 hours of a request that cannot wait.
    pub fn is_urgent(&self) -> bool {
        is_urgent(self.rung)
    }

    /// Whether the 24 hours of a request that cannot wait are over by then.
    pub fn hours_are_over(&self, case: &Case) -> bool {
        self.at >= case.filed_at + WITHIN
    }

    /// Whether the applicant is reminded, of what they are to complete.
    pub fn is_to_applicant(&self) -> bool {
        self.actors.is_empty()
    }
}

/// The first rung by which people hear of an urgent request's 24 hours: behind any ladder's.
const URGENT: u8 = 101;

/// Whether a rung is one of the 24 hours of a request that cannot wait.
pub fn is_urgent(rung: u8) -> bool {
    rung >= URGENT
}

/// Hours of the day in which people may be written to though the office is closed.
const DAY: std::ops::Range<u32> = 6..21;

/// What would be due at night is told at this hour before it.
const EVENING: i64 = 20;

/// When people in the zone may be written to again of what cannot wait; none where they may now, since it is day.
pub fn wakes(zone: Zone, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = zone.local(at);
    if DAY.contains(&local.hour()) {
        return None;
    }
    let day = local.date_naive() + Days::new(u64::from(local.hour() >= DAY.end));
    Some(zone.beginning(day) + TimeDelta::hours(DAY.start.into()))
}

/// Every reminder since the case stands where it stands, in the order of their time, past and to come. A step without a
/// limit counts as due at the end of the first working day behind the one on which its turn began.
pub fn reminders(procedure: &Procedure, case: &Case, times: &CaseTimes, working: &WorkingTime) -> Vec<Reminder> {
    let (whose, due, mut all) = match &case.stage {
        Stage::Ended { .. } => return Vec::new(),
        Stage::Completion { .. } => (Vec::new(), None, completion(procedure, case, working)),
        Stage::Step { no } => {
            let (Some(step), Some(run)) = (procedure.step(*no), times.runs.last()) else { return Vec::new() };
            let open = || working.days_after(working.midnight(case.since)?, 1);
            let Some(due) = run.due.or_else(open) else { return Vec::new() };
            (turn(step), Some(due), of_step(procedure, step, case.since, due, working))
        }
    };
    all.extend(of_hours(procedure, case, times, whose, due));
    all.sort_by_key(|reminder| reminder.at);
    all
}

fn of_step(
    procedure: &Procedure,
    step: &Step,
    since: DateTime<Utc>,
    due: DateTime<Utc>,
    working: &WorkingTime,
) -> Vec<Reminder> {
    let mut told: Vec<Vec<ActorId>> = Vec::new();
    // A turn can come back when its limit had ended before: from then on there is again somebody to remind.
    let ended = due.max(since);
    (1..)
        .zip(&procedure.reminders.ladder)
        .filter_map(|(rung, &Rung { after, whom })| {
            let at = if after < TimeDelta::zero() {
                // Of a limit no longer than that a third is left: the rung would come with the turn itself.
                let limit = working.between(since, due);
                working.before(due, if -after < limit { -after } else { limit / 3 })?
            } else {
                working.after(ended, after)?
            };
            // The office opens, and then they hear of what ended with the day before.
            let at = working.opening(at)?;
            let actors: Vec<ActorId> = match whom {
                Whom::Turn => turn(step),
                Whom::Next => next(procedure, step).into_iter().collect(),
                Whom::Head => head(procedure).into_iter().collect(),
            };
            // Whoever has heard that it is late need not hear so again as somebody else.
            let again = after > TimeDelta::zero() && told.contains(&actors);
            // One that would come with the turn itself is no reminder, unless it comes late.
            let passed = if due <= since { at < since } else { at <= since };
            if actors.is_empty() || again || passed {
                return None;
            }
            told.push(actors.clone());
            Some(Reminder { rung, at, actors, late: after >= TimeDelta::zero() })
        })
        .collect()
}

/// By the 24 hours of a request that cannot wait, until it is revoked: whose turn it is, and the head.
fn of_hours(
    procedure: &Procedure,
    case: &Case,
    times: &CaseTimes,
    whose: Vec<ActorId>,
    due: Option<DateTime<Utc>>,
) -> Vec<Reminder> {
    let Some(clock) = times.urgent.filter(|clock| clock.revoked_at.is_none()) else { return Vec::new() };
    let zone = procedure.office.zone;
    let due_at = |hours: u8| match hours {
        // What is over is told in the morning, what is to come in the evening before.
        0 => wakes(zone, clock.until).unwrap_or(clock.until),
        hours => by_day(zone, clock.until - TimeDelta::hours(hours.into())),
    };
    // Each in words of their own: it waits for the one, and the other is told of it.
    let head = head(procedure).filter(|head| !whose.contains(head)).map(|head| vec![head]);
    let each = procedure.reminders.urgent_hours.iter().map(|hours| due_at(*hours));
    (URGENT..)
        .zip(each.flat_map(|at| [Some(whose.clone()), head.clone()].into_iter().flatten().map(move |them| (at, them))))
        .filter(|(_, (at, _))| *at > case.since)
        .map(|(rung, (at, actors))| Reminder { rung, at, actors, late: due.is_some_and(|due| due <= at) })
        .collect()
}

/// This instant, or the evening before the night in which it lies.
fn by_day(zone: Zone, at: DateTime<Utc>) -> DateTime<Utc> {
    let Some(morning) = wakes(zone, at) else { return at };
    let evening = zone.local(morning).date_naive() - Days::new(1);
    zone.beginning(evening) + TimeDelta::hours(EVENING)
}

/// Whoever has the turn, and who records it for them.
fn turn(step: &Step) -> Vec<ActorId> {
    [Some(&step.actor), step.recorded_by.as_ref()].into_iter().flatten().cloned().collect()
}

fn completion(procedure: &Procedure, case: &Case, working: &WorkingTime) -> Vec<Reminder> {
    let from = working.midnight(case.since);
    (1..)
        .zip(&procedure.reminders.completion_days)
        .filter_map(|(rung, &days)| {
            let at = working.opening(working.days_after(from?, i64::from(days))?)?;
            Some(Reminder { rung, at, actors: Vec::new(), late: false })
        })
        .collect()
}

/// The official whose step comes next and who is not the one of this step.
fn next(procedure: &Procedure, step: &Step) -> Option<ActorId> {
    let mut later = procedure.steps.iter().filter(|later| later.no > step.no && later.actor != step.actor);
    later.find(|later| is_official(procedure, &later.actor)).map(|later| later.actor.clone())
}

/// The first official in the chain.
fn head(procedure: &Procedure) -> Option<ActorId> {
    let mut steps = procedure.steps.iter().filter(|step| step.act != StepAct::File);
    steps.find(|step| is_official(procedure, &step.actor)).map(|step| step.actor.clone())
}

fn is_official(procedure: &Procedure, actor: &ActorId) -> bool {
    procedure.actor(actor).is_some_and(|actor| actor.kind == ActorKind::Official)
}
