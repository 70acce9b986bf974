//! Who may do what: the one place that knows. [`super::decide`] asks it for one act, [`open_acts`] for all.

use serde::{Deserialize, Serialize};

use super::{
    EVIDENCE,
    command::Act,
    event::{By, FilingWay, PersonId},
    refusal::Refusal,
    state::{Case, Stage},
};
use crate::procedure::{ActorId, ActorKind, Exit, PaperId, Procedure, Step, StepAct};

/// A person as the rules see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The person.
    pub person: PersonId,
    /// The roles they hold now, in any office.
    pub roles: Vec<Role>,
}

/// An actor's role, held in an office.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The office's id.
    pub office: String,
    /// Which of its actors.
    pub actor: ActorId,
}

impl Who {
    /// Whether they hold this role in this procedure's office.
    pub fn holds(&self, procedure: &Procedure, actor: &ActorId) -> bool {
        self.roles.iter().any(|role| role.office == procedure.office.id && &role.actor == actor)
    }

    /// Whether they hold a role in which one works on the office's cases.
    pub fn is_staff(&self, procedure: &Procedure) -> bool {
        procedure.actors.iter().any(|actor| actor.kind == ActorKind::Official && self.holds(procedure, &actor.id))
    }
}

impl Case {
    /// Whether the person asks for this revocation, or somebody else asks for them: they may see it. A number that an
    /// applicant typed makes nobody see what they wrote: it may be mistyped.
    pub fn is_party(&self, person: &PersonId) -> bool {
        let is_filer = &self.filer == person;
        let is_holder = self.holder.as_ref() == Some(person);
        match self.way {
            FilingWay::Holder => is_filer,
            FilingWay::Leader => is_filer || is_holder,
            FilingWay::Desk => is_holder,
        }
    }

    /// Whether the person must not decide on it as an official: a party, or whose number stands on the form.
    pub fn concerns(&self, person: &PersonId) -> bool {
        self.is_party(person) || self.holder.as_ref() == Some(person)
    }

    /// Whether the person is the applicant: the leader for a recommendation, else the holder.
    pub fn is_applicant(&self, person: &PersonId) -> bool {
        match self.way {
            FilingWay::Holder | FilingWay::Leader => &self.filer == person,
            FilingWay::Desk => self.holder.as_ref() == Some(person),
        }
    }
}

/// An act that a person may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenAct {
    /// Which.
    pub act: Act,
    /// As whom they would do it.
    pub by: By,
}

/// Every act that is open to the person now, the one that moves the case on first.
pub fn open_acts(procedure: &Procedure, case: &Case, who: &Who) -> Vec<OpenAct> {
    Act::ALL
        .into_iter()
        .filter_map(|act| permit(procedure, case, who, act).ok().map(|by| OpenAct { act, by }))
        .collect()
}

/// Whether the person may do `act` on the case now, and as whom.
pub fn permit(procedure: &Procedure, case: &Case, who: &Who, act: Act) -> Result<By, Refusal> {
    if !may_see(procedure, case, who) {
        return Err(Refusal::NotThisOffice);
    }
    if act == Act::Readdress {
        return as_official(procedure, case, who);
    }
    if let Stage::Ended { end } = case.stage {
        return Err(Refusal::Closed { end });
    }
    match act {
        Act::Resubmit => {
            let by = as_applicant(procedure, case, who)?;
            match case.stage {
                Stage::Completion { .. } => Ok(by),
                _ => Err(not_your_turn(procedure, case)),
            }
        }
        Act::Withdraw => {
            let by = as_applicant(procedure, case, who)?;
            if case.sent_at.is_some() { Err(Refusal::PastRecall) } else { Ok(by) }
        }
        _ => on_step(procedure, case, who, act),
    }
}

/// Any of the office's officials, at any time.
fn as_official(procedure: &Procedure, case: &Case, who: &Who) -> Result<By, Refusal> {
    let officials = || procedure.actors.iter().filter(|actor| actor.kind == ActorKind::Official);
    let Some(actor) = officials().find(|actor| who.holds(procedure, &actor.id)) else {
        return Err(Refusal::NotYourRole { whose: officials().map(|actor| actor.title.clone()).collect() });
    };
    if case.concerns(&who.person) {
        return Err(Refusal::OwnRequest);
    }
    Ok(By { person: who.person.clone(), actor: actor.id.clone(), behalf: None })
}

/// The applicant themself, or the desk that took in their paper.
fn as_applicant(procedure: &Procedure, case: &Case, who: &Who) -> Result<By, Refusal> {
    let applicant = procedure.applicant();
    let by = |actor: &ActorId, behalf| By { person: who.person.clone(), actor: actor.clone(), behalf };
    if case.is_applicant(&who.person) {
        let way = if case.way == FilingWay::Leader { FilingWay::Leader } else { FilingWay::Holder };
        return Ok(by(procedure.filing(way).map_or(applicant, |filing| &filing.by), None));
    }
    match procedure.filing(FilingWay::Desk) {
        Some(desk) if case.way == FilingWay::Desk && who.holds(procedure, &desk.by) => {
            Ok(by(&desk.by, Some(applicant.clone())))
        }
        _ => Err(Refusal::NotYourRole { whose: vec![procedure.title(asker(procedure, case)).to_owned()] }),
    }
}

/// The actor who asks: the leader for a recommendation, else the applicant.
pub(super) fn asker<'a>(procedure: &'a Procedure, case: &Case) -> &'a ActorId {
    let leader = procedure.filing(FilingWay::Leader).filter(|_| case.way == FilingWay::Leader);
    leader.map_or(procedure.applicant(), |filing| &filing.by)
}

/// An act that belongs to steps of the procedure.
fn on_step(procedure: &Procedure, case: &Case, who: &Who, act: Act) -> Result<By, Refusal> {
    let takers: Vec<&Step> = procedure.steps.iter().filter(|step| step.takes(act)).collect();
    if takers.is_empty() {
        return Err(Refusal::NotInProcedure);
    }
    let mine: Vec<(&Step, By)> =
        takers.iter().filter_map(|step| Some((*step, as_actor(procedure, case, who, step)?))).collect();
    if mine.is_empty() {
        let mut whose: Vec<String> = takers.iter().map(|step| procedure.title(&step.actor).to_owned()).collect();
        whose.dedup();
        return Err(Refusal::NotYourRole { whose });
    }
    // The applicant who closes a case confirms it; everyone else acts on other people's requests only.
    let official =
        mine.iter().any(|(_, by)| procedure.actor(&by.actor).is_some_and(|actor| actor.kind != ActorKind::Applicant));
    if official && case.concerns(&who.person) {
        return Err(Refusal::OwnRequest);
    }
    let Stage::Step { no } = case.stage else {
        return Err(not_your_turn(procedure, case));
    };
    if let Some((_, by)) = mine.iter().find(|(step, _)| step.no == no) {
        return Ok(by.clone());
    }
    let my_turn = procedure.step(no).is_some_and(|step| as_actor(procedure, case, who, step).is_some());
    Err(if my_turn {
        Refusal::NotThisStep { step: no }
    } else if mine.iter().all(|(step, _)| step.no < no) {
        Refusal::AlreadyDone { step: no }
    } else {
        not_your_turn(procedure, case)
    })
}

/// As whom the person would do this step: its actor, or for an outside body whoever records its answer.
fn as_actor(procedure: &Procedure, case: &Case, who: &Who, step: &Step) -> Option<By> {
    let by = |actor: &ActorId, behalf| Some(By { person: who.person.clone(), actor: actor.clone(), behalf });
    if procedure.actor(&step.actor).is_some_and(|actor| actor.kind == ActorKind::Applicant) {
        return case.is_applicant(&who.person).then(|| by(&step.actor, None)).flatten();
    }
    if who.holds(procedure, &step.actor) {
        return by(&step.actor, None);
    }
    let recorder = step.recorded_by.as_ref().filter(|recorder| who.holds(procedure, recorder))?;
    by(recorder, Some(step.actor.clone()))
}

fn not_your_turn(procedure: &Procedure, case: &Case) -> Refusal {
    let (turn, step) = match &case.stage {
        Stage::Step { no } => (procedure.step(*no).map_or(procedure.applicant(), |step| &step.actor), *no),
        Stage::Completion { no, .. } => (asker(procedure, case), *no),
        Stage::Ended { end } => return Refusal::Closed { end: *end },
    };
    Refusal::NotYourTurn { turn: turn.clone(), title: procedure.title(turn).to_owned(), step }
}

impl Step {
    /// Whether `act` is done at this step.
    fn takes(&self, act: Act) -> bool {
        match act {
            Act::Forward => self.act == StepAct::Forward,
            Act::Approve => self.act == StepAct::Check,
            Act::Send => self.act == StepAct::Send,
            Act::Answer => self.act == StepAct::Answer,
            Act::Contact => self.act == StepAct::Contact,
            Act::Close => self.act == StepAct::Close,
            Act::Return => self.exits.contains(&Exit::Return),
            Act::Refuse => self.exits.contains(&Exit::Refuse),
            Act::Resubmit | Act::Withdraw | Act::Readdress => false,
        }
    }
}

/// Whether the case exists for this person: its parties, the office's staff, the desk that took it in, and
/// the outside body from the moment it was asked.
pub fn may_see(procedure: &Procedure, case: &Case, who: &Who) -> bool {
    case.is_party(&who.person)
        || who.is_staff(procedure)
        || procedure.actors.iter().any(|actor| {
            actor.kind == ActorKind::Outside
                && who.holds(procedure, &actor.id)
                && procedure.steps.iter().any(|step| step.actor == actor.id && step.no <= case.reached)
        })
}

/// Whether the person has a reason to read this paper: it is theirs, they entered it, or a step of theirs
/// that the case has reached is done with it in hand.
pub fn may_read(procedure: &Procedure, case: &Case, who: &Who, paper: &PaperId) -> bool {
    if !may_see(procedure, case, who) {
        return false;
    }
    // Evidence of the outside body's answer serves that step and those behind it.
    let answered = procedure.step_with(StepAct::Answer).filter(|_| paper.0 == EVIDENCE);
    let reads = |step: &Step| step.reads.contains(paper) || answered.is_some_and(|answer| answer.no <= step.no);
    case.is_party(&who.person)
        || case.filer == who.person
        || procedure.steps.iter().any(|step| {
            let theirs = [Some(&step.actor), step.recorded_by.as_ref()];
            step.no <= case.reached
                && reads(step)
                && theirs.into_iter().flatten().any(|actor| who.holds(procedure, actor))
        })
}
