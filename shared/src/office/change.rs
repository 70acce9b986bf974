//! What changes in an office, as it is asked for and as it stands in the log.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Retention;
use crate::{
    calendar::Calendar,
    case::{Acting, ActingKind, By, Digest, PersonId},
    identity::{EmailAddress, LetterNumber, Nip, PersonName},
    note::Note,
    procedure::ActorId,
};

/// An entry in an office's log. It holds no personal data: people are named by id, and what was written about them lies
/// beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeEvent {
    /// Whose log it is.
    pub office: String,
    /// Counts up from 1 without a gap.
    pub seq: u32,
    /// When, in UTC.
    pub at: DateTime<Utc>,
    /// Who changed it, and as what.
    pub by: By,
    /// What changed.
    pub what: Change,
    /// Binds the text that lies beside it: why, and who is meant.
    pub content: Digest,
}

/// What changed in an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// Somebody was invited and given these roles.
    Invited {
        /// Who.
        person: PersonId,
        /// As what.
        actors: Vec<ActorId>,
    },
    /// Somebody holds exactly these roles of their own from now on. None: they are disabled.
    Staffed {
        /// Who.
        person: PersonId,
        /// As what.
        actors: Vec<ActorId>,
    },
    /// Somebody's name, mailbox or civil servant number was put right.
    Corrected {
        /// Whose.
        person: PersonId,
    },
    /// Somebody stands in for an official.
    Appointed {
        /// Names the appointment.
        appointment: String,
        /// Who stands in.
        person: PersonId,
        /// As which actor.
        actor: ActorId,
        /// For whom, and by which letter.
        acting: Acting,
        /// From when.
        from: DateTime<Utc>,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// An appointment was ended before its time.
    Dismissed {
        /// Which.
        appointment: String,
    },
    /// Time is counted by this calendar from now on. What was closed before stays as it was counted.
    CalendarSet {
        /// The whole of it.
        calendar: Box<Calendar>,
    },
    /// Requests to the outside body go elsewhere. The address lies in the content.
    BsreMailboxSet,
    /// Personal data is kept for so long.
    RetentionSet {
        /// How long.
        retention: Retention,
    },
    /// The log's checkpoints are mailed elsewhere. The addresses lie in the content.
    CheckpointMailboxesSet,
}

/// The text beside an event of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OfficeContent {
    /// Why.
    pub why: Note,
    /// Of somebody who was invited or corrected: their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    /// Their mailbox, or the outside body's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// Their civil servant number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nip: Option<Nip>,
    /// Where checkpoints go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<EmailAddress>,
}

/// Asks for a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// The newest number of the office's log that the person had before their eyes.
    pub seen: u32,
    /// What is to change.
    pub command: Command,
    /// Why.
    pub why: Note,
}

/// What somebody asks to be changed in an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OfficeCommand))]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Give roles to somebody by their mailbox.
    Invite {
        /// Their mailbox, with which they sign in.
        email: EmailAddress,
        /// Their name with titles.
        name: PersonName,
        /// Their civil servant number, if they have one.
        #[serde(default)]
        nip: Option<Nip>,
        /// As what. At least one.
        actors: Vec<ActorId>,
    },
    /// Give a member exactly these roles. None disables them.
    Staff {
        /// Who.
        person: PersonId,
        /// As what.
        actors: Vec<ActorId>,
    },
    /// Put right a member's name, mailbox or number.
    Correct {
        /// Whose.
        person: PersonId,
        /// Their mailbox from now on.
        email: EmailAddress,
        /// Their name from now on.
        name: PersonName,
        /// Their civil servant number from now on.
        #[serde(default)]
        nip: Option<Nip>,
    },
    /// Let somebody stand in for an official.
    Appoint {
        /// Who.
        person: PersonId,
        /// As which actor.
        actor: ActorId,
        /// How.
        kind: ActingKind,
        /// For whom. A Plh. stands in for somebody; a Plt. may fill a vacant post.
        #[serde(default)]
        principal: Option<PersonId>,
        /// Number of the letter of appointment.
        letter: LetterNumber,
        /// Its date.
        #[serde(with = "crate::day")]
        dated: NaiveDate,
        /// The first day, in the office's zone.
        #[serde(with = "crate::day")]
        from: NaiveDate,
        /// The last day.
        #[serde(with = "crate::day")]
        to: NaiveDate,
    },
    /// End an appointment before its time.
    Dismiss {
        /// Which.
        appointment: String,
    },
    /// Count time by this calendar from now on.
    SetCalendar {
        /// The whole of it.
        calendar: Box<Calendar>,
    },
    /// Send requests to the outside body there.
    SetBsreMailbox {
        /// Where.
        email: EmailAddress,
    },
    /// Keep personal data for so long.
    SetRetention {
        /// How long.
        retention: Retention,
    },
    /// Mail the log's checkpoints there each day.
    SetCheckpointMailboxes {
        /// Where. None: nowhere.
        emails: Vec<EmailAddress>,
    },
}

impl Command {
    /// Whether a code from one's mailbox, entered of late, goes before it: it changes who may do what, where the office's mail
    /// goes, or what is erased for good.
    pub fn needs_proof(&self) -> bool {
        match self {
            Command::Invite { .. }
            | Command::Staff { .. }
            | Command::Correct { .. }
            | Command::Appoint { .. }
            | Command::Dismiss { .. }
            | Command::SetBsreMailbox { .. }
            | Command::SetCheckpointMailboxes { .. }
            | Command::SetRetention { .. } => true,
            Command::SetCalendar { .. } => false,
        }
    }
}
