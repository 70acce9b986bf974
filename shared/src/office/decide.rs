//! The decision on a change of an office's affairs.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Affairs, CHECKPOINT_MAILBOXES, Change, Command, OfficeContent, Refusal, Retention, roles};
use crate::{
    calendar::{Calendar, CalendarError},
    case::{ADMINISTRATOR, Acting, ActingKind, By, PersonId, Who},
    identity::EmailAddress,
    note::Note,
    procedure::{ActorId, ActorKind, Procedure},
};

/// How long somebody may stand in.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// How old the letter may be by which they do.
const OLDEST_LETTER: TimeDelta = TimeDelta::days(2 * 366);

/// What is to become the next event of the office, and the text beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Who changed it, and as what.
    pub by: By,
    /// What changes.
    pub what: Change,
    /// Why, and who is meant.
    pub content: OfficeContent,
}

/// What the edge knows beside the affairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Who has the mailbox of the command, or is to have it: known, or drawn at random.
    pub person: Option<PersonId>,
    /// Whether the mailbox or the number of the command is another person's.
    pub taken: bool,
    /// Whether the person of the command serves another office too, or has a request there.
    pub elsewhere: bool,
    /// A random name for what is made.
    pub fresh: String,
}

/// Decides on a change. `seen` is the newest number of the log that the person had before their eyes.
///
/// # Errors
/// Why not.
#[expect(clippy::too_many_arguments, reason = "each is one thing that the decision rests on")]
pub fn decide(
    procedure: &Procedure,
    affairs: &Affairs,
    who: &Who,
    seen: u32,
    command: Command,
    why: Note,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<Decided, Refusal> {
    let by = permit(procedure, affairs, who, &command)?;
    if seen != affairs.seq {
        return Err(Refusal::AffairsMovedOn);
    }
    let mut content = OfficeContent { why, name: None, email: None, nip: None, emails: Vec::new() };
    let what = match command {
        Command::Invite { email, name, nip, actors } => {
            let person = known.person.clone().filter(|_| !known.taken).ok_or(Refusal::PersonTaken)?;
            // Somebody who is here already keeps what they have.
            let held = affairs.member(&person).map(|member| member.actors.clone()).unwrap_or_default();
            if actors.is_empty() {
                return Err(Refusal::UnknownRole);
            }
            let actors = once(held.into_iter().chain(actors));
            check_roles(procedure, &actors)?;
            content = OfficeContent { name: Some(name), email: Some(email), nip, ..content };
            Change::Invited { person, actors }
        }
        Command::Staff { person, actors } => {
            let actors = once(actors);
            if !actors.is_empty() {
                check_roles(procedure, &actors)?;
            }
            affairs.member(&person).ok_or(Refusal::UnknownMember)?;
            if is_last_administrator(affairs, &person) && !actors.contains(&ADMINISTRATOR.into()) {
                return Err(Refusal::LastAdministrator);
            }
            Change::Staffed { person, actors }
        }
        Command::Correct { person, email, name, nip } => {
            let member = affairs.member(&person).ok_or(Refusal::UnknownMember)?;
            let moves = member.email.as_ref().is_none_or(|now| now.key() != email.key());
            // A slip in their address, and nobody could put it right.
            if moves && is_last_administrator(affairs, &person) {
                return Err(Refusal::LastAdministrator);
            }
            if known.elsewhere {
                return Err(Refusal::ServesElsewhere);
            }
            if known.taken {
                return Err(Refusal::PersonTaken);
            }
            content = OfficeContent { name: Some(name), email: Some(email), nip, ..content };
            Change::Corrected { person }
        }
        Command::Appoint { person, actor, kind, principal, letter, dated, from, to } => {
            let is_official = procedure.actor(&actor).is_some_and(|actor| actor.kind == ActorKind::Official);
            let holds = |principal: &PersonId| affairs.member(principal).is_some_and(|one| one.actors.contains(&actor));
            if principal.as_ref() == Some(&person) || holds(&person) {
                return Err(Refusal::ForThemself);
            }
            let vacant = || kind == ActingKind::Plt && affairs.holders(&actor).next().is_none();
            if !is_official || !principal.as_ref().map_or_else(vacant, holds) {
                return Err(Refusal::NoPrincipal);
            }
            let member = affairs.member(&person).filter(|member| !member.actors.is_empty());
            if member.ok_or(Refusal::UnknownMember)?.actors.iter().any(|held| is_outside(procedure, held)) {
                return Err(Refusal::OutsideAlone);
            }
            let zone = procedure.office.zone;
            let today = zone.local(now).date_naive();
            let end = to.checked_add_days(Days::new(1)).ok_or(Refusal::Period)?;
            if from < today
                || from - today > LONGEST
                || to < from
                || to - from > LONGEST
                || dated > today
                || today - dated > OLDEST_LETTER
            {
                return Err(Refusal::Period);
            }
            let (from, until) = (zone.beginning(from), zone.beginning(end));
            let again = |one: &super::Appointment| {
                one.person == person && one.actor == actor && one.from < until && from < one.until && now < one.until
            };
            if affairs.appointments.iter().any(again) {
                return Err(Refusal::AppointedAlready);
            }
            let acting = Acting { kind, principal, letter, dated };
            Change::Appointed { appointment: known.fresh.clone(), person, actor, acting, from, until }
        }
        Command::Dismiss { appointment } => {
            let runs = |one: &&super::Appointment| one.id == appointment && now < one.until;
            affairs.appointments.iter().find(runs).ok_or(Refusal::NotAppointed)?;
            Change::Dismissed { appointment }
        }
        Command::SetCalendar { calendar } => {
            check_calendar(procedure, &calendar)?;
            Change::CalendarSet { calendar }
        }
        Command::SetBsreMailbox { email } => {
            content.email = Some(email);
            Change::BsreMailboxSet
        }
        Command::SetRetention { retention } => {
            let Retention { revoked_years, ended_months } = retention;
            if !(1..=30).contains(&revoked_years) || !(1..=60).contains(&ended_months) {
                return Err(Refusal::RetentionOutOfBounds);
            }
            Change::RetentionSet { retention }
        }
        Command::SetCheckpointMailboxes { mut emails } => {
            emails.sort_by_key(EmailAddress::key);
            emails.dedup_by_key(|email| email.key());
            if emails.len() > CHECKPOINT_MAILBOXES {
                return Err(Refusal::TooManyMailboxes);
            }
            content.emails = emails;
            Change::CheckpointMailboxesSet
        }
    };
    Ok(Decided { by, what, content })
}

/// As whom the person may change this: as administrator, or as the official who is stood in for.
fn permit(procedure: &Procedure, affairs: &Affairs, who: &Who, command: &Command) -> Result<By, Refusal> {
    let by = |actor: ActorId| By { person: who.person.clone(), actor, behalf: None, acting: None };
    if who.administers(&procedure.office.id) {
        return Ok(by(ADMINISTRATOR.into()));
    }
    let own = match command {
        Command::Appoint { actor, principal, .. } => (principal.as_ref() == Some(&who.person)).then_some(actor),
        Command::Dismiss { appointment } => affairs
            .appointments
            .iter()
            .find(|one| &one.id == appointment && one.acting.principal.as_ref() == Some(&who.person))
            .map(|one| &one.actor),
        _ => None,
    };
    let holds = |actor: &&ActorId| {
        who.roles
            .iter()
            .any(|role| role.office == procedure.office.id && &role.actor == *actor && role.acting.is_none())
    };
    own.filter(holds).map(|actor| by(actor.clone())).ok_or(Refusal::NotAdministrator)
}

/// Whether nobody would administer the office without them.
fn is_last_administrator(affairs: &Affairs, person: &PersonId) -> bool {
    let mut all = affairs.administrators();
    all.next().is_some_and(|first| &first.person == person) && all.next().is_none()
}

fn is_outside(procedure: &Procedure, actor: &ActorId) -> bool {
    procedure.actor(actor).is_some_and(|actor| actor.kind == ActorKind::Outside)
}

/// Roles there are; and whoever answers for the outside body decides nothing for the office.
fn check_roles(procedure: &Procedure, actors: &[ActorId]) -> Result<(), Refusal> {
    let known = roles(procedure);
    if actors.is_empty() || !actors.iter().all(|actor| known.contains(actor)) {
        return Err(Refusal::UnknownRole);
    }
    if actors.len() > 1 && actors.iter().any(|actor| is_outside(procedure, actor)) {
        return Err(Refusal::OutsideAlone);
    }
    Ok(())
}

fn check_calendar(procedure: &Procedure, calendar: &Calendar) -> Result<(), Refusal> {
    if calendar.zone != procedure.office.zone {
        return Err(Refusal::CalendarZone);
    }
    if calendar.week.days().iter().all(|hours| hours.is_off()) {
        return Err(Refusal::CalendarEmpty);
    }
    calendar.check().map_err(|error| match error {
        CalendarError::DayTwice(date) => Refusal::CalendarDayTwice { date },
        CalendarError::DayHours(date) => Refusal::CalendarDayHours { date },
        CalendarError::SeasonSpan(name) => Refusal::CalendarSeason { name },
        CalendarError::SeasonsOverlap(date) => Refusal::CalendarOverlap { date },
    })
}

fn once(actors: impl IntoIterator<Item = ActorId>) -> Vec<ActorId> {
    let mut once: Vec<ActorId> = actors.into_iter().collect();
    once.sort();
    once.dedup();
    once
}
