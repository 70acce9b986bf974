//! The state of a case, folded from its events.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    CONTACT_ATTEMPTS,
    event::{Answer, By, Event, FilingWay, Handed, Happened, PersonId},
};
use crate::{
    identity::TicketNumber,
    procedure::{ActorId, FieldId, PaperId, Procedure, StepAct},
    reason::Reason,
};

/// What the events of a case add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its ticket number.
    pub ticket: TicketNumber,
    /// How it was filed.
    pub way: FilingWay,
    /// Why the certificate is to be revoked.
    pub reason: Reason,
    /// Who filed it: the holder, the leader, or the officer at the desk.
    pub filer: PersonId,
    /// The holder, where the office knows them as a person.
    pub holder: Option<PersonId>,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// Where it stands.
    pub stage: Stage,
    /// Since when it stands there.
    pub since: DateTime<Utc>,
    /// The number of the event that brought it there.
    pub entered: u32,
    /// The furthest step it has come to, wherever it stands now.
    pub reached: u8,
    /// The paper in hand for each paper asked for: the newest.
    pub papers: Vec<Handed>,
    /// When it went to the outside body, the last time.
    pub sent_at: Option<DateTime<Utc>>,
    /// When the certificate was revoked, by the outside body's word.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Attempts in vain to contact the applicant.
    pub attempts: u8,
    /// Who of those with the role has it in hand; none while it lies in the pool.
    pub in_hand: Option<InHand>,
    /// Everybody who did a step, as what; each once.
    pub acted: Vec<Acted>,
    /// The newest event's number.
    pub seq: u32,
}

/// Who has a case in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InHand {
    /// The person.
    pub person: PersonId,
    /// In which role.
    pub actor: ActorId,
}

/// Who did a step, as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The person.
    pub person: PersonId,
    /// In which role.
    pub actor: ActorId,
    /// Whether they stood in for somebody.
    pub acting: bool,
}

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// The turn is with the step's actor.
    Step {
        /// Which step.
        no: u8,
    },
    /// The turn is with the applicant; then the same step again.
    Completion {
        /// The step that asked for it.
        no: u8,
        /// Papers to hand in again.
        papers: Vec<PaperId>,
        /// Entries to correct.
        fields: Vec<FieldId>,
    },
    /// Nobody's turn any more.
    Ended {
        /// How it ended.
        end: End,
    },
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The certificate is revoked and every step done.
    Revoked,
    /// The office refused the request.
    Refused,
    /// The applicant took it back.
    Withdrawn,
}

impl End {
    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            End::Revoked => "TTE dicabut",
            End::Refused => "ditolak",
            End::Withdrawn => "ditarik kembali oleh pemohon",
        }
    }
}

/// What lists call the state of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody in the office has the turn.
    InOffice,
    /// The applicant has the turn.
    WithApplicant,
    /// The outside body has the turn.
    WithBsre,
    /// The certificate is revoked; steps are left.
    RevokedOpen,
    /// The certificate is revoked and the case closed.
    Revoked,
    /// Refused.
    Refused,
    /// Taken back.
    Withdrawn,
}

impl Status {
    /// Every status, in the order of a case's life.
    pub const ALL: [Status; 7] = [
        Status::InOffice,
        Status::WithApplicant,
        Status::WithBsre,
        Status::RevokedOpen,
        Status::Revoked,
        Status::Refused,
        Status::Withdrawn,
    ];

    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            Status::InOffice => "Diproses kantor",
            Status::WithApplicant => "Menunggu kelengkapan",
            Status::WithBsre => "Diproses BSrE",
            Status::RevokedOpen => "Dicabut, belum ditutup",
            Status::Revoked => "TTE dicabut",
            Status::Refused => "Ditolak",
            Status::Withdrawn => "Ditarik kembali",
        }
    }

    /// The word in JSON and in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Status::InOffice => "in_office",
            Status::WithApplicant => "with_applicant",
            Status::WithBsre => "with_bsre",
            Status::RevokedOpen => "revoked_open",
            Status::Revoked => "revoked",
            Status::Refused => "refused",
            Status::Withdrawn => "withdrawn",
        }
    }

    /// Whether nobody has the turn any more.
    pub fn is_end(self) -> bool {
        matches!(self, Status::Revoked | Status::Refused | Status::Withdrawn)
    }
}

/// An event that can't follow the ones before it. [`super::decide`] never gives one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The event's number.
    pub seq: u32,
    /// Why it does not fit.
    pub why: &'static str,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {} does not fit: {}", self.seq, self.why)
    }
}

impl std::error::Error for Misfit {}

impl Acted {
    fn of(event: &Event) -> Acted {
        let By { person, actor, acting, .. } = &event.by;
        Acted { person: person.clone(), actor: actor.clone(), acting: acting.is_some() }
    }
}

impl Case {
    /// Folds all the events of a case, first event first.
    pub fn replay<'a>(procedure: &Procedure, events: impl IntoIterator<Item = &'a Event>) -> Result<Case, Misfit> {
        let mut events = events.into_iter();
        let first = events.next().ok_or(Misfit { seq: 0, why: "a case begins with an event" })?;
        let mut case = Case::begin(first)?;
        for event in events {
            case.evolve(procedure, event)?;
        }
        Ok(case)
    }

    /// The state after the first event.
    pub fn begin(event: &Event) -> Result<Case, Misfit> {
        let Happened::Filed { way, reason, holder, papers, .. } = &event.what else {
            return Err(Misfit { seq: event.seq, why: "a case begins with its filing" });
        };
        if event.seq != 1 {
            return Err(Misfit { seq: event.seq, why: "a case begins with number 1" });
        }
        Ok(Case {
            ticket: event.case.clone(),
            way: *way,
            reason: *reason,
            filer: event.by.person.clone(),
            holder: holder.clone(),
            filed_at: event.at,
            stage: Stage::Step { no: 2 },
            since: event.at,
            entered: 1,
            reached: 2,
            papers: papers.clone(),
            sent_at: None,
            revoked_at: None,
            attempts: 0,
            in_hand: None,
            acted: vec![Acted::of(event)],
            seq: 1,
        })
    }

    /// Takes in the next event.
    pub fn evolve(&mut self, procedure: &Procedure, event: &Event) -> Result<(), Misfit> {
        let misfit = |why| Misfit { seq: event.seq, why };
        if event.seq != self.seq + 1 {
            return Err(misfit("its number does not follow"));
        }
        if event.case != self.ticket {
            return Err(misfit("it belongs to another case"));
        }
        if let Some(in_hand) = self.passed(event) {
            if !matches!(self.stage, Stage::Step { .. }) {
                return Err(misfit("it can only be in hand at a step"));
            }
            self.in_hand = in_hand;
            self.seq = event.seq;
            return Ok(());
        }
        let next = match (&self.stage, &event.what) {
            (stage, Happened::Readdressed) => stage.clone(),
            (Stage::Ended { .. }, _) => return Err(misfit("the case has ended")),
            (_, Happened::Filed { .. }) => return Err(misfit("the case is filed already")),
            (_, Happened::Withdrawn) => Stage::Ended { end: End::Withdrawn },
            (&Stage::Completion { no, .. }, Happened::Resubmitted { papers, form, holder }) => {
                self.take(papers);
                if *form {
                    self.holder.clone_from(holder);
                }
                Stage::Step { no }
            }
            (Stage::Completion { .. }, _) => return Err(misfit("the applicant has the turn")),
            (Stage::Step { .. }, Happened::Refused) => Stage::Ended { end: End::Refused },
            (Stage::Step { no }, Happened::Returned { papers, fields }) => {
                Stage::Completion { no: *no, papers: papers.clone(), fields: fields.clone() }
            }
            (Stage::Step { no }, what) => {
                let step = procedure.step(*no).ok_or(misfit("the procedure has no such step"))?;
                match (step.act, what) {
                    (StepAct::Forward, Happened::Forwarded { .. }) | (StepAct::Check, Happened::Approved { .. }) => {
                        Stage::Step { no: no + 1 }
                    }
                    (StepAct::Send, Happened::Sent) => {
                        self.sent_at = Some(event.at);
                        Stage::Step { no: no + 1 }
                    }
                    (StepAct::Answer, Happened::Answered { answer: Answer::Revoked, answered_at, .. }) => {
                        self.revoked_at = Some(*answered_at);
                        Stage::Step { no: no + 1 }
                    }
                    // Declined: nothing is pending outside any more, and the office looks at the file again.
                    (StepAct::Answer, Happened::Answered { answer: Answer::Declined, .. }) => {
                        self.sent_at = None;
                        let check = procedure.step_with(StepAct::Check).ok_or(misfit("the procedure has no check"))?;
                        Stage::Step { no: check.no }
                    }
                    (StepAct::Contact, Happened::Contacted { reached, .. }) => {
                        self.attempts += u8::from(!reached);
                        let done = *reached || self.attempts >= CONTACT_ATTEMPTS;
                        Stage::Step { no: no + u8::from(done) }
                    }
                    (StepAct::Close, Happened::Closed) => Stage::Ended { end: End::Revoked },
                    _ => return Err(misfit("the step is ended by another act")),
                }
            }
        };
        if let Stage::Step { no } = next {
            self.reached = self.reached.max(no);
        }
        if self.stage != next {
            self.stage = next;
            self.since = event.at;
            self.entered = event.seq;
        }
        // It stays in hand as long as the same role goes on with it.
        self.in_hand = self.in_hand.take().filter(|in_hand| match self.stage {
            Stage::Ended { .. } => false,
            Stage::Step { no } | Stage::Completion { no, .. } => {
                procedure.step(no).is_some_and(|step| step.is_done_by(&in_hand.actor))
            }
        });
        let acted = Acted::of(event);
        // To write down another address is no step of anybody's.
        if event.what != Happened::Readdressed && !self.acted.contains(&acted) {
            self.acted.push(acted);
        }
        self.seq = event.seq;
        Ok(())
    }

    /// In whose hand it is after an event that only says so.
    fn passed(&self, event: &Event) -> Option<Option<InHand>> {
        let of = |person: &PersonId| Some(InHand { person: person.clone(), actor: event.by.actor.clone() });
        match &event.what {
            Happened::Taken => Some(of(&event.by.person)),
            Happened::HandedOver { to } => Some(of(to)),
            Happened::PutBack => Some(None),
            _ => None,
        }
    }

    /// A paper handed in again takes the place of the one before.
    fn take(&mut self, papers: &[Handed]) {
        for paper in papers {
            self.papers.retain(|held| held.paper != paper.paper);
            self.papers.push(paper.clone());
        }
    }

    /// What lists call its state.
    pub fn status(&self, procedure: &Procedure) -> Status {
        match &self.stage {
            Stage::Ended { end: End::Revoked } => Status::Revoked,
            Stage::Ended { end: End::Refused } => Status::Refused,
            Stage::Ended { end: End::Withdrawn } => Status::Withdrawn,
            Stage::Completion { .. } => Status::WithApplicant,
            Stage::Step { .. } if self.revoked_at.is_some() => Status::RevokedOpen,
            Stage::Step { no } if procedure.step(*no).is_some_and(|step| step.act == StepAct::Answer) => {
                Status::WithBsre
            }
            Stage::Step { .. } => Status::InOffice,
        }
    }
}
