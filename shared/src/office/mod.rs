//! An office's own affairs: who holds which role, who stands in for whom, by which calendar it works, where its mail
//! goes and how long it keeps personal data.
//!
//! Each change is decided on the affairs as they stand ([`decide`]) and becomes an event in the office's log, which is
//! chained as a case's events are.

mod change;
mod decide;
mod refusal;

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeRequest, Command, OfficeContent, OfficeEvent};
pub use decide::{Decided, Known, decide};
pub use refusal::Refusal;

use crate::{
    calendar::Calendar,
    case::{ADMINISTRATOR, AUDITOR, Acting, PersonId, SUBSTITUTE},
    identity::{EmailAddress, Nip},
    procedure::{ActorId, ActorKind, Procedure, Zone},
};

/// The affairs of an office as they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affairs {
    /// The newest number in the office's log; 0 before the first.
    pub seq: u32,
    /// Everybody who holds a role of the office or held one, by name.
    pub members: Vec<Member>,
    /// Who stands in, stood in and will, the newest first.
    pub appointments: Vec<Appointment>,
    /// What only an administrator is shown.
    pub settings: Option<Settings>,
}

/// What an administrator sets for the whole office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// The calendar in force.
    pub calendar: Calendar,
    /// Where requests to the outside body go, once set.
    pub bsre_email: Option<EmailAddress>,
    /// How long personal data is kept.
    pub retention: Retention,
    /// To whom the log's newest checkpoint is mailed each day.
    pub checkpoint_emails: Vec<EmailAddress>,
}

/// To so many mailboxes the checkpoint goes at most.
pub const CHECKPOINT_MAILBOXES: usize = 10;

/// Somebody who holds a role of the office, or held one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// Their name, where known.
    pub name: Option<String>,
    /// Their mailbox; for administrators only.
    pub email: Option<EmailAddress>,
    /// Their civil servant number; for administrators only.
    pub nip: Option<Nip>,
    /// The roles of their own that they hold now. None: they are disabled.
    pub actors: Vec<ActorId>,
    /// Whether whoever runs the product has locked their account: until it is opened again nobody signs in with it. For
    /// administrators only.
    #[serde(default)]
    pub locked: bool,
}

/// Somebody who stands in for an official (Plh, Plt).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appointment {
    /// Names it within the office.
    pub id: String,
    /// Who stands in.
    pub person: PersonId,
    /// As which actor.
    pub actor: ActorId,
    /// For whom, and by which letter.
    pub acting: Acting,
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when; it ends by itself, or was ended before.
    pub until: DateTime<Utc>,
}

impl Appointment {
    /// Whether it holds at this instant.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.until
    }
}

/// How long personal data is kept after a case has ended (UU 27/2022, art. 43 and 44). What an office has to keep is its
/// own decision under its retention schedule (jadwal retensi arsip).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Of a revoked certificate, in years: from 1 to 30.
    pub revoked_years: u8,
    /// Of a refused or withdrawn request, in months: from 1 to 60.
    pub ended_months: u8,
}

impl Retention {
    /// Before which instant a request must have ended for its time to be over: one by which a certificate was revoked, or
    /// one that was refused or withdrawn.
    pub fn ended_before(self, revoked: bool, now: DateTime<Utc>) -> DateTime<Utc> {
        let months = if revoked { 12 * u32::from(self.revoked_years) } else { u32::from(self.ended_months) };
        now.checked_sub_months(Months::new(months)).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

impl Default for Retention {
    fn default() -> Self {
        Retention { revoked_years: 5, ended_months: 12 }
    }
}

impl Affairs {
    /// The member with this id.
    pub fn member(&self, person: &PersonId) -> Option<&Member> {
        self.members.iter().find(|member| &member.person == person)
    }

    /// Those who hold this role of their own.
    pub fn holders<'a>(&'a self, actor: &'a ActorId) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |member| member.actors.contains(actor))
    }

    /// Those who can administer the office: not whose account is locked.
    pub fn administrators(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|one| !one.locked && one.actors.iter().any(|actor| actor.0 == ADMINISTRATOR))
    }
}

impl Zone {
    /// The instant at which this day begins in the zone.
    pub fn beginning(self, day: NaiveDate) -> DateTime<Utc> {
        day.and_time(chrono::NaiveTime::MIN).and_utc()
            - chrono::TimeDelta::seconds(self.offset().local_minus_utc().into())
    }
}

/// What a role is called, also one that is no actor's.
pub fn title<'a>(procedure: &'a Procedure, actor: &'a ActorId) -> &'a str {
    match actor.0.as_str() {
        ADMINISTRATOR => "Administrator",
        AUDITOR => "Auditor",
        SUBSTITUTE => "Pengganti (tanpa langkah sendiri)",
        _ => procedure.title(actor),
    }
}

/// The roles that an administrator can give: every actor but the applicant, who needs none; the administrator's, the
/// auditor's, and that of who may only be appointed to stand in.
pub fn roles(procedure: &Procedure) -> Vec<ActorId> {
    let actors = procedure.actors.iter().filter(|actor| actor.kind != ActorKind::Applicant);
    actors.map(|actor| actor.id.clone()).chain([ADMINISTRATOR, AUDITOR, SUBSTITUTE].map(ActorId::from)).collect()
}
