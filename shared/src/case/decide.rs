//! The decision: what a command makes happen, or why not.

use chrono::{DateTime, Utc};

use super::{
    EVIDENCE,
    command::{Command, Content, FileRequest, Form},
    event::{Answer, By, FilingWay, Handed, Happened, PersonId},
    permit::{Who, permit},
    refusal::Refusal,
    state::{Case, Stage},
};
use crate::{
    identity::EmailAddress,
    procedure::{ActorId, FieldId, PaperId, Procedure},
    reason::Reason,
};

/// What is to become the next event, and the text that goes beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Who acted, and as what.
    pub by: By,
    /// What they did.
    pub what: Happened,
    /// What they wrote.
    pub content: Content,
}

/// What the edge knows and no event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The mailbox that the person has shown to be theirs by signing in.
    pub mailbox: EmailAddress,
    /// The person whom the office knows under the identity on the form that is handed in, if it does.
    pub holder: Option<PersonId>,
    /// The form as it is before that; none while there is no case.
    pub form: Option<Form>,
    /// Everybody who holds a role in the office now.
    pub staff: Vec<(PersonId, ActorId)>,
}

/// Decides on a new request.
pub fn file(procedure: &Procedure, who: &Who, known: &Known, request: FileRequest) -> Result<Decided, Refusal> {
    let FileRequest { way, reason, form, note, papers } = request;
    let filing = procedure.filing(way).ok_or(Refusal::WayNotOffered)?;
    let applicant = procedure.applicant();
    let holder = known.holder.clone();
    let (holder, behalf) = match way {
        // Somebody else's number on the form makes them a party: whoever it is, they do not decide on it.
        FilingWay::Holder => (holder.or_else(|| Some(who.person.clone())), None),
        FilingWay::Leader => (holder, None),
        FilingWay::Desk => (holder, Some(applicant.clone())),
    };
    if way != FilingWay::Holder && !who.holds(procedure, &filing.by) {
        return Err(Refusal::WayNotOffered);
    }
    if way == FilingWay::Desk && holder.as_ref() == Some(&who.person) {
        return Err(Refusal::OwnRequest);
    }
    if !reason.fits(way) {
        return Err(Refusal::ReasonNotForWay);
    }
    if reason == Reason::Other && note.is_none() {
        return Err(Refusal::ReasonNeedsNote);
    }
    check_form(procedure, way, known, &form)?;
    let asked: Vec<PaperId> = procedure.required_papers(way).map(|paper| paper.id.clone()).collect();
    check_papers(procedure, &asked, &papers)?;
    Ok(Decided {
        by: By {
            person: who.person.clone(),
            actor: filing.by.clone(),
            behalf,
            acting: who.acting(procedure, &filing.by),
        },
        what: Happened::Filed {
            office: procedure.office.id.clone(),
            version: procedure.version,
            way,
            reason,
            holder,
            papers,
        },
        content: Content { form: Some(form), note, reference: None },
    })
}

/// Decides on an act. `seen` is the newest event's number that the person had before their eyes.
pub fn decide(
    procedure: &Procedure,
    case: &Case,
    who: &Who,
    seen: u32,
    command: Command,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<Decided, Refusal> {
    let permitted = permit(procedure, case, who, command.act());
    if permitted == Err(Refusal::NotThisOffice) {
        return Err(Refusal::NotThisOffice);
    }
    // Said before "not your turn": whoever was overtaken wants to know just that.
    if seen != case.seq {
        return Err(Refusal::MovedOn { seq: case.seq });
    }
    let by = permitted?;
    let mut content = Content::default();
    let what = match command {
        Command::Forward { urgency, asks, note } => {
            content.note = note;
            Happened::Forwarded { urgency, asks }
        }
        Command::Approve { ticked, note } => {
            let missing: Vec<String> = checklist(procedure, case).filter(|id| !ticked.contains(id)).collect();
            if !missing.is_empty() {
                return Err(Refusal::ChecklistIncomplete { missing });
            }
            content.note = note;
            Happened::Approved { ticked: checklist(procedure, case).collect() }
        }
        Command::Return { papers, fields, note } => {
            if papers.is_empty() && fields.is_empty() {
                return Err(Refusal::NothingToComplete);
            }
            let asked: Vec<PaperId> = procedure.required_papers(case.way).map(|paper| paper.id.clone()).collect();
            let unknown: Vec<PaperId> = papers.iter().filter(|paper| !asked.contains(paper)).cloned().collect();
            if !unknown.is_empty() {
                return Err(Refusal::UnexpectedPapers { papers: unknown });
            }
            let unknown: Vec<FieldId> = fields.iter().copied().filter(|id| procedure.field(*id).is_none()).collect();
            if !unknown.is_empty() {
                return Err(Refusal::UnexpectedFields { fields: unknown });
            }
            content.note = Some(note);
            Happened::Returned { papers: without_repeats(papers), fields: without_repeats(fields) }
        }
        Command::Resubmit { papers, form, note } => {
            let Stage::Completion { papers: asked, fields, .. } = &case.stage else {
                unreachable!("resubmitting is permitted only while the applicant has the turn")
            };
            check_papers(procedure, asked, &papers)?;
            if form.is_none() && !fields.is_empty() {
                return Err(Refusal::MissingFields { fields: fields.clone() });
            }
            if let Some(form) = &form {
                let changed = known.form.as_ref().map_or_else(Vec::new, |before| form.changed_from(before));
                let unasked: Vec<FieldId> = changed.into_iter().filter(|id| !fields.contains(id)).collect();
                if !unasked.is_empty() {
                    return Err(Refusal::UnexpectedFields { fields: unasked });
                }
                check_form(procedure, case.way, known, form)?;
            }
            // Whom the corrected form names takes the place of whom it named before.
            let holder = form.as_ref().and_then(|_| match case.way {
                FilingWay::Holder => known.holder.clone().or_else(|| Some(case.filer.clone())),
                FilingWay::Leader => known.holder.clone(),
                FilingWay::Desk => known.holder.clone().or_else(|| case.holder.clone()),
            });
            content.note = note;
            content.form = form.map(|form| *form);
            Happened::Resubmitted { papers, form: content.form.is_some(), holder }
        }
        Command::Refuse { note } => {
            content.note = Some(note);
            Happened::Refused
        }
        Command::Send { note } => {
            content.note = note;
            Happened::Sent
        }
        Command::Answer { answer, evidence, note } => {
            if answer == Answer::Declined && note.is_none() {
                return Err(Refusal::DeclineNeedsNote);
            }
            // People read the time off an e-mail to the minute; the request itself is timed to the millisecond.
            let asked = case.sent_at.unwrap_or(case.filed_at) - chrono::TimeDelta::minutes(1);
            if evidence.answered_at < asked || evidence.answered_at > now {
                return Err(Refusal::AnswerOutOfTime);
            }
            check_evidence(&evidence.papers)?;
            content.note = note;
            content.reference = Some(evidence.reference);
            Happened::Answered { answer, answered_at: evidence.answered_at, papers: evidence.papers }
        }
        Command::Contact { channel, reached, note } => {
            content.note = note;
            Happened::Contacted { channel, reached }
        }
        Command::Close { note } => {
            content.note = note;
            Happened::Closed
        }
        Command::Withdraw { note } => {
            if by.behalf.is_some() && note.is_none() {
                return Err(Refusal::WithdrawNeedsNote);
            }
            content.note = note;
            Happened::Withdrawn
        }
        Command::Take { note } => {
            content.note = note;
            Happened::Taken
        }
        Command::HandOver { to, note } => {
            let colleague = known.staff.iter().any(|(person, actor)| *person == to && *actor == by.actor);
            // Nor to one who has stood in for somebody in this chain: they could neither decide nor put it back.
            let acted = case.acted_otherwise(procedure, &to, &by.actor, false).is_some();
            if to == who.person || !colleague || acted || case.concerns(&to) {
                return Err(Refusal::NoColleague);
            }
            content.note = note;
            Happened::HandedOver { to }
        }
        Command::PutBack { note } => {
            content.note = note;
            Happened::PutBack
        }
        Command::Readdress { email, note } => {
            if !procedure.office.accepts(&email) {
                return Err(Refusal::EmailNotAccepted { domains: procedure.office.email_domains.clone() });
            }
            let form = known.form.clone().ok_or(Refusal::MissingFields { fields: vec![FieldId::Email] })?;
            if form.email.key() == email.key() {
                return Err(Refusal::SameEmail);
            }
            content.note = Some(note);
            content.form = Some(Form { email, ..form });
            Happened::Readdressed
        }
    };
    Ok(Decided { by, what, content })
}

/// Everything the checklist asks of a case, by id: its papers, then the procedure's checks.
pub fn checklist(procedure: &Procedure, case: &Case) -> impl Iterator<Item = String> {
    let papers = procedure.required_papers(case.way).map(|paper| paper.id.0.clone());
    let checks = procedure.checks.iter().map(|check| check.id.clone());
    papers.chain(checks)
}

/// Whether the office's form is filled in, and its mailbox accepted and proven.
fn check_form(procedure: &Procedure, way: FilingWay, known: &Known, form: &Form) -> Result<(), Refusal> {
    let missing: Vec<FieldId> =
        procedure.fields.iter().filter(|field| field.required && !form.has(field.id)).map(|field| field.id).collect();
    if !missing.is_empty() {
        return Err(Refusal::MissingFields { fields: missing });
    }
    if !procedure.office.accepts(&form.email) {
        return Err(Refusal::EmailNotAccepted { domains: procedure.office.email_domains.clone() });
    }
    // A mailbox that is only typed could be anybody's. One that stands there already was proven when it came.
    let stands = known.form.as_ref().is_some_and(|before| before.email.key() == form.email.key());
    if way == FilingWay::Holder && !stands && form.email.key() != known.mailbox.key() {
        return Err(Refusal::EmailNotYours);
    }
    Ok(())
}

/// Whether every paper `asked` for is in hand, once, and nothing else.
fn check_papers(procedure: &Procedure, asked: &[PaperId], handed: &[Handed]) -> Result<(), Refusal> {
    let missing: Vec<PaperId> =
        asked.iter().filter(|id| !handed.iter().any(|paper| &paper.paper == *id)).cloned().collect();
    if !missing.is_empty() {
        let names =
            missing.iter().map(|id| procedure.paper(id).map_or(id.0.clone(), |paper| paper.name.clone())).collect();
        return Err(Refusal::MissingPapers { papers: missing, names });
    }
    let unexpected: Vec<PaperId> = handed
        .iter()
        .enumerate()
        .filter(|(at, paper)| {
            let again =
                handed[..*at].iter().any(|before| before.paper == paper.paper || before.document == paper.document);
            again || !asked.contains(&paper.paper)
        })
        .map(|(_, paper)| paper.paper.clone())
        .collect();
    if unexpected.is_empty() { Ok(()) } else { Err(Refusal::UnexpectedPapers { papers: unexpected }) }
}

/// Whether what is handed in as evidence is that, and once.
fn check_evidence(handed: &[Handed]) -> Result<(), Refusal> {
    match handed {
        [] => Ok(()),
        [one] if one.paper.0 == EVIDENCE => Ok(()),
        more => Err(Refusal::UnexpectedPapers { papers: more.iter().map(|paper| paper.paper.clone()).collect() }),
    }
}

fn without_repeats<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

impl crate::procedure::Office {
    /// Whether the office accepts this mailbox from an applicant.
    pub fn accepts(&self, email: &EmailAddress) -> bool {
        self.private_email || self.email_domains.iter().any(|domain| domain.eq_ignore_ascii_case(email.domain()))
    }
}
