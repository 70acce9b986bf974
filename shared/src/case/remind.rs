//! Who is reminded of a turn that lasts, and when, by the ladder in the office's file: as a rule the one who has it,
//! then the next in the chain, then the head.

use chrono::{DateTime, TimeDelta, Utc};

use super::state::{Case, Stage};
use crate::{
    api::CaseTimes,
    calendar::WorkingTime,
    procedure::{ActorId, ActorKind, Procedure, Rung, Step, StepAct, Whom},
};

/// A reminder of the turn that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Which rung, from 1. No turn has two of one rung.
    pub rung: u8,
    /// When it is due: always while the office works.
    pub at: DateTime<Utc>,
    /// Who is reminded; nobody in particular where it is the applicant.
    pub actors: Vec<ActorId>,
    /// Whether the limit has ended by then.
    pub late: bool,
}

/// Every reminder since the case stands where it stands, in the order of their time, past and to come. A step without a
/// limit counts as due at the end of the first working day behind the one on which its turn began.
pub fn reminders(procedure: &Procedure, case: &Case, times: &CaseTimes, working: &WorkingTime) -> Vec<Reminder> {
    match &case.stage {
        Stage::Ended { .. } => Vec::new(),
        Stage::Completion { .. } => completion(procedure, case, working),
        Stage::Step { no } => match (procedure.step(*no), times.runs.last()) {
            (Some(step), Some(run)) => {
                let open = || working.days_after(working.midnight(case.since)?, 1);
                run.due.or_else(open).map(|due| of_step(procedure, step, case.since, due, working)).unwrap_or_default()
            }
            _ => Vec::new(),
        },
    }
}

fn of_step(
    procedure: &Procedure,
    step: &Step,
    since: DateTime<Utc>,
    due: DateTime<Utc>,
    working: &WorkingTime,
) -> Vec<Reminder> {
    let turn = || [Some(&step.actor), step.recorded_by.as_ref()].into_iter().flatten().cloned().collect();
    let mut told: Vec<Vec<ActorId>> = Vec::new();
    (1..)
        .zip(&procedure.reminders.ladder)
        .filter_map(|(rung, &Rung { after, whom })| {
            let at = if after < TimeDelta::zero() {
                // Of a limit no longer than that a third is left: the rung would come with the turn itself.
                let limit = working.between(since, due);
                working.before(due, if -after < limit { -after } else { limit / 3 })?
            } else {
                working.after(due, after)?
            };
            // The office opens, and then they hear of what ended with the day before.
            let at = working.opening(at)?;
            let actors: Vec<ActorId> = match whom {
                Whom::Turn => turn(),
                Whom::Next => next(procedure, step).into_iter().collect(),
                Whom::Head => head(procedure).into_iter().collect(),
            };
            // Whoever has heard that it is late need not hear so again as somebody else.
            let again = after > TimeDelta::zero() && told.contains(&actors);
            if actors.is_empty() || again || at <= since {
                return None;
            }
            told.push(actors.clone());
            Some(Reminder { rung, at, actors, late: after >= TimeDelta::zero() })
        })
        .collect()
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
