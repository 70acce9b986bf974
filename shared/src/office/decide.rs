//! The decision on a change of an office's affairs.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Affairs, Change, Command, OfficeContent, Refusal, Retention, roles};
use crate::{
    calendar::{Calendar, CalendarError},
    case::{ADMINISTRATOR, Acting, ActingKind, By, PersonId, Who},
    note::Note,
    procedure::{ActorId, ActorKind, Procedure},
};

/// How long somebody may stand in.
const LONGEST: TimeDelta = TimeDelta::days(366);

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
    let mut content = OfficeContent { why, name: None, email: None, nip: None };
    let what = match command {
        Command::Invite { email, name, nip, actors } => {
            check_roles(procedure, &actors)?;
            let person = known.person.clone().filter(|_| !known.taken).ok_or(Refusal::PersonTaken)?;
            // Somebody who is here already keeps what they have.
            let held = affairs.member(&person).map(|member| member.actors.clone()).unwrap_or_default();
            content = OfficeContent { name: Some(name), email: Some(email), nip, ..content };
            Change::Invited { person, actors: once(held.into_iter().chain(actors)) }
        }
        Command::Staff { person, actors } => {
            if !actors.is_empty() {
                check_roles(procedure, &actors)?;
            }
            let member = affairs.member(&person).ok_or(Refusal::UnknownMember)?;
            let administrator = ADMINISTRATOR.into();
            let only = affairs.holders(&administrator).all(|holder| holder.person == person);
            if member.actors.contains(&administrator) && !actors.contains(&administrator) && only {
                return Err(Refusal::LastAdministrator);
            }
            Change::Staffed { person, actors: once(actors) }
        }
        Command::Correct { person, email, name, nip } => {
            affairs.member(&person).ok_or(Refusal::UnknownMember)?;
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
            if !is_official || !principal.as_ref().map_or(kind == ActingKind::Plt, holds) {
                return Err(Refusal::NoPrincipal);
            }
            if principal.as_ref() == Some(&person) || holds(&person) {
                return Err(Refusal::ForThemself);
            }
            affairs.member(&person).ok_or(Refusal::UnknownMember)?;
            let zone = procedure.office.zone;
            let today = zone.local(now).date_naive();
            let end = to.checked_add_days(Days::new(1)).ok_or(Refusal::Period)?;
            if from < today || from - today > LONGEST || to < from || to - from > LONGEST || dated > today {
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

fn check_roles(procedure: &Procedure, actors: &[ActorId]) -> Result<(), Refusal> {
    let known = roles(procedure);
    if actors.is_empty() || !actors.iter().all(|actor| known.contains(actor)) {
        return Err(Refusal::UnknownRole);
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
