//! The SOP's steps as one case went through them, and whose turn it is: derived from the events, never stored.

use super::{
    event::Event,
    permit::asker,
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
///
/// # Errors
/// When the events are not those of a case under this procedure.
pub fn timeline<'a>(procedure: &'a Procedure, events: &'a [Event]) -> Result<Vec<Row<'a>>, Misfit> {
    let mut rows: Vec<Row<'a>> =
        procedure.steps.iter().map(|step| Row { step, state: RowState::Ahead, events: Vec::new() }).collect();
    let [first, rest @ ..] = events else {
        return Err(Misfit { seq: 0, why: "a case begins with an event" });
    };
    let mut case = Case::begin(first)?;
    if let Some(row) = rows.first_mut() {
        row.events.push(first);
    }
    let mut last = 1;
    for event in rest {
        if let Stage::Step { no } | Stage::Completion { no, .. } = case.stage {
            last = no;
        }
        // What comes after the end stands where the case ended.
        if let Some(row) = row(&mut rows, last) {
            row.events.push(event);
        }
        case.evolve(procedure, event)?;
    }
    for row in &mut rows {
        let no = row.step.no;
        row.state = match case.stage {
            Stage::Ended { end: End::Revoked } => RowState::Done,
            Stage::Ended { .. } if no == last => RowState::Stopped,
            Stage::Ended { .. } if !row.events.is_empty() => RowState::Done,
            Stage::Ended { .. } => RowState::Never,
            Stage::Step { no: now } | Stage::Completion { no: now, .. } if no < now => RowState::Done,
            Stage::Step { no: now } if no == now => RowState::Now,
            Stage::Completion { no: now, .. } if no == now => RowState::Completion,
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
        Stage::Completion { no, .. } => (no, asker(procedure, case), true),
    };
    Some(Turn { step, actor: actor.clone(), title: procedure.title(actor).to_owned(), completion })
}
