//! Who may do what: the one place that knows. [`super::decide`] asks it for one act, [`open_acts`] for all.

use serde::{Deserialize, Serialize};

use super::{
    EVIDENCE,
    command::Act,
    event::{Acting, By, FilingWay, PersonId, title},
    refusal::Refusal,
    state::{Acted, Case, Stage},
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
    /// Which of its actors, or [`ADMINISTRATOR`], [`AUDITOR`] or [`SUBSTITUTE`].
    pub actor: ActorId,
    /// By which letter, where they stand in for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<Acting>,
}

impl Role {
    /// What the role is called: "Plh. Kepala Dinas Kominfo".
    pub fn title(&self, procedure: &Procedure) -> String {
        title(procedure, &self.actor, self.acting.as_ref())
    }
}

/// The role of whoever administers an office: no actor of any procedure.
pub const ADMINISTRATOR: &str = "administrator";

/// The role of whoever checks an office's log, and reads nothing else: no actor of any procedure.
pub const AUDITOR: &str = "auditor";

/// The role of whoever has no step of their own and can be appointed to stand in for somebody who has. By itself it gives no right,
/// and it is no actor of any procedure.
pub const SUBSTITUTE: &str = "pengganti";

impl Who {
    /// Whether they hold this role in this procedure's office.
    pub fn holds(&self, procedure: &Procedure, actor: &ActorId) -> bool {
        self.role(procedure, actor).is_some()
    }

    /// The role as which they hold it: their own before one in which they stand in.
    pub fn role(&self, procedure: &Procedure, actor: &ActorId) -> Option<&Role> {
        let roles = self.roles.iter().filter(|role| role.office == procedure.office.id && &role.actor == actor);
        roles.min_by_key(|role| role.acting.is_some())
    }

    /// By which letter they hold this role, if it is not their own.
    pub(super) fn acting(&self, procedure: &Procedure, actor: &ActorId) -> Option<Acting> {
        self.role(procedure, actor)?.acting.clone()
    }

    /// Whether they administer this office.
    pub fn administers(&self, office: &str) -> bool {
        self.is(office, ADMINISTRATOR)
    }

    /// Whether they check this office's log.
    pub fn audits(&self, office: &str) -> bool {
        self.is(office, AUDITOR)
    }

    fn is(&self, office: &str, actor: &str) -> bool {
        self.roles.iter().any(|role| role.office == office && role.actor.0 == actor)
    }

    /// Whether they hold a role of this procedure, the outside body's too.
    pub fn works(&self, procedure: &Procedure) -> bool {
        procedure.actors.iter().any(|actor| self.holds(procedure, &actor.id))
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

    /// As what else the person has acted in this chain, where that keeps them from acting as `actor`: somebody who stands in
    /// does not act twice, unless the procedure allows it.
    pub fn acted_otherwise(
        &self,
        procedure: &Procedure,
        person: &PersonId,
        actor: &ActorId,
        acting: bool,
    ) -> Option<&Acted> {
        let twice = |acted: &&Acted| &acted.person == person && &acted.actor != actor && (acted.acting || acting);
        self.acted.iter().filter(|_| !procedure.acting_twice).find(twice)
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
    let all = Act::ALL.into_iter().chain(Act::POOL);
    all.filter_map(|act| permit(procedure, case, who, act).ok().map(|by| OpenAct { act, by })).collect()
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
        Act::Take | Act::HandOver | Act::PutBack => in_pool(procedure, case, who, act),
        _ => on_step(procedure, case, who, act),
    }
}

/// Any of the office's officials, at any time.
fn as_official(procedure: &Procedure, case: &Case, who: &Who) -> Result<By, Refusal> {
    let officials = || procedure.actors.iter().filter(|actor| actor.kind == ActorKind::Official);
    let held = officials().filter(|actor| who.holds(procedure, &actor.id));
    let Some(actor) = held.min_by_key(|actor| who.acting(procedure, &actor.id).is_some()) else {
        return Err(Refusal::NotYourRole { whose: officials().map(|actor| actor.title.clone()).collect() });
    };
    if case.concerns(&who.person) {
        return Err(Refusal::OwnRequest);
    }
    let acting = who.acting(procedure, &actor.id);
    Ok(By { person: who.person.clone(), actor: actor.id.clone(), behalf: None, acting })
}

/// The applicant themself, or the desk that took in their paper.
fn as_applicant(procedure: &Procedure, case: &Case, who: &Who) -> Result<By, Refusal> {
    let applicant = procedure.applicant();
    let by = |actor: &ActorId, behalf| By { acting: None, person: who.person.clone(), actor: actor.clone(), behalf };
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
        once_in_chain(procedure, case, by)?;
        return match &case.in_hand {
            Some(in_hand) if in_hand.actor == by.actor && in_hand.person != by.person => Err(Refusal::InOtherHands),
            _ => Ok(by.clone()),
        };
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

/// What those who hold the same role agree on: who of them has the case in hand.
fn in_pool(procedure: &Procedure, case: &Case, who: &Who, act: Act) -> Result<By, Refusal> {
    let pooled = |actor: &ActorId| procedure.actor(actor).is_some_and(|actor| actor.pool);
    let pools: Vec<&ActorId> = procedure.actors.iter().filter(|actor| actor.pool).map(|actor| &actor.id).collect();
    if pools.is_empty() {
        return Err(Refusal::NotInProcedure);
    }
    if !pools.iter().any(|actor| who.holds(procedure, actor)) {
        return Err(Refusal::NotYourRole {
            whose: pools.iter().map(|actor| procedure.title(actor).to_owned()).collect(),
        });
    }
    if case.concerns(&who.person) {
        return Err(Refusal::OwnRequest);
    }
    let step = match case.stage {
        Stage::Step { no } => procedure.step(no),
        _ => None,
    };
    let by = step.and_then(|step| as_actor(procedure, case, who, step)).filter(|by| pooled(&by.actor));
    let by = By { behalf: None, ..by.ok_or_else(|| not_your_turn(procedure, case))? };
    once_in_chain(procedure, case, &by)?;
    let is_theirs = case.in_hand.as_ref().is_some_and(|in_hand| in_hand.person == who.person);
    match act {
        Act::Take if is_theirs => Err(Refusal::InYourHands),
        Act::HandOver | Act::PutBack if !is_theirs => Err(Refusal::NotInYourHands),
        _ => Ok(by),
    }
}

/// Who stands in for an official does not act in the same chain in their own role too: four eyes stay four.
fn once_in_chain(procedure: &Procedure, case: &Case, by: &By) -> Result<(), Refusal> {
    match case.acted_otherwise(procedure, &by.person, &by.actor, by.acting.is_some()) {
        Some(acted) => Err(Refusal::TwiceInChain { title: procedure.title(&acted.actor).to_owned() }),
        None => Ok(()),
    }
}

/// As whom the person would do this step: its actor, or for an outside body whoever records its answer.
fn as_actor(procedure: &Procedure, case: &Case, who: &Who, step: &Step) -> Option<By> {
    let by = |actor: &ActorId, behalf| {
        let acting = who.acting(procedure, actor);
        Some(By { person: who.person.clone(), actor: actor.clone(), behalf, acting })
    };
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
            Act::Resubmit | Act::Withdraw | Act::Take | Act::HandOver | Act::PutBack | Act::Readdress => false,
        }
    }

    /// Whether this actor does it, or records it for the outside body.
    pub fn is_done_by(&self, actor: &ActorId) -> bool {
        &self.actor == actor || self.recorded_by.as_ref() == Some(actor)
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
