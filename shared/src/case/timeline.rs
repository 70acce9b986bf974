//! The SOP's steps as one case went through them, and whose turn it is: derived from the events, never stored.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    event::{Event, FilingWay},
    state::{Case, End, Misfit, Stage},
};
use crate::procedure::{ActorId, Procedure, Step};

/// One row of the timeline: a step of the SOP and what came of it.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// The step.
    pub step: &'a Step,
    /// Where it stands.
    pub state: RowState,
    /// When its turn began, the last time.
    pub began: Option<DateTime<Utc>>,
    /// When it was done, the last time.
    pub ended: Option<DateTime<Utc>>,
    /// How long its actor had the turn, without the time the file was with the applicant. Plain time, not working time.
    pub taken: TimeDelta,
    /// What happened in it, in order.
    pub events: Vec<&'a Event>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// Behind the case.
    Done,
    /// Its turn is now.
    Now,
    /// Its turn is now, and the file is with the applicant.
    Completion,
    /// Before the case.
    Ahead,
    /// The case ended here, before the step was done.
    Stopped,
    /// The case ended before it came here.
    Never,
}

/// Every step of the procedure with what came of it.
pub fn timeline<'a>(procedure: &'a Procedure, events: &'a [Event]) -> Result<Vec<Row<'a>>, Misfit> {
    let mut rows: Vec<Row<'a>> = procedure
        .steps
        .iter()
        .map(|step| Row {
            step,
            state: RowState::Ahead,
            began: None,
            ended: None,
            taken: TimeDelta::zero(),
            events: Vec::new(),
        })
        .collect();
    let [first, rest @ ..] = events else {
        return Err(Misfit { seq: 0, why: "a case begins with an event" });
    };
    let mut case = Case::begin(first)?;
    let mut since = first.at;
    let mut stopped_at = None;
    if let Some(row) = rows.first_mut() {
        row.began = Some(first.at);
        row.ended = Some(first.at);
        row.events.push(first);
    }
    if let Some(row) = rows.get_mut(1) {
        row.began = Some(first.at);
    }
    for event in rest {
        let before = case.stage.clone();
        case.evolve(procedure, event)?;
        let (Stage::Step { no } | Stage::Completion { no, .. }) = before else { continue };
        if let Some(row) = row(&mut rows, no) {
            row.events.push(event);
            if matches!(before, Stage::Step { .. }) {
                row.taken += event.at - since;
            }
        }
        since = event.at;
        match case.stage {
            Stage::Step { no: next } if next != no => {
                if let Some(done) = row(&mut rows, no) {
                    done.ended = Some(event.at);
                }
                if let Some(begun) = row(&mut rows, next) {
                    begun.began = Some(event.at);
                }
            }
            Stage::Ended { .. } => {
                stopped_at = Some(no);
                if let Some(done) = row(&mut rows, no) {
                    done.ended = Some(event.at);
                }
            }
            _ => {}
        }
    }
    for row in &mut rows {
        row.state = match case.stage {
            Stage::Ended { end: End::Revoked } => RowState::Done,
            Stage::Ended { .. } if stopped_at == Some(row.step.no) => RowState::Stopped,
            Stage::Ended { .. } if row.ended.is_some() => RowState::Done,
            Stage::Ended { .. } => RowState::Never,
            Stage::Step { no } | Stage::Completion { no, .. } if row.step.no < no => RowState::Done,
            Stage::Step { no } if row.step.no == no => RowState::Now,
            Stage::Completion { no, .. } if row.step.no == no => RowState::Completion,
            Stage::Step { .. } | Stage::Completion { .. } => RowState::Ahead,
        };
    }
    Ok(rows)
}

fn row<'r, 'a>(rows: &'r mut [Row<'a>], no: u8) -> Option<&'r mut Row<'a>> {
    rows.iter_mut().find(|row| row.step.no == no)
}

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The step at which the case is.
    pub step: u8,
    /// Whose turn it is.
    pub actor: ActorId,
    /// Their title, as the procedure has it.
    pub title: String,
    /// Whether the file is with the applicant for completion.
    pub completion: bool,
}

/// Whose turn it is now; nobody's once the case has ended.
pub fn turn(procedure: &Procedure, case: &Case) -> Option<Turn> {
    let (step, actor, completion) = match case.stage {
        Stage::Ended { .. } => return None,
        Stage::Step { no } => (no, &procedure.step(no)?.actor, false),
        Stage::Completion { no, .. } => {
            let leader = procedure.filing(FilingWay::Leader).filter(|_| case.way == FilingWay::Leader);
            (no, leader.map_or(procedure.applicant(), |filing| &filing.by), true)
        }
    };
    Some(Turn { step, actor: actor.clone(), title: procedure.title(actor).to_owned(), completion })
}
