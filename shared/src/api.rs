//! What crosses the wire between the app and the edge, as JSON.
//!
//! | operation | body → answer |
//! |---|---|
//! | `POST /api/session/code` | [`CodeRequest`] → 202, always the same |
//! | `POST /api/session` | [`SignIn`] → [`Me`], sets the cookie |
//! | `GET /api/session` | → [`Me`] |
//! | `DELETE /api/session` | → 204 |
//! | `GET /api/offices` | → list of [`OfficeCard`] |
//! | `GET /api/offices/{office}/procedure?version=` | → [`crate::procedure::Procedure`] |
//! | `POST /api/offices/{office}/documents` | the file's bytes, name percent-encoded in `X-File-Name` → 201 [`Document`] |
//! | `GET /api/documents/{id}` | → the bytes |
//! | `DELETE /api/documents/{id}` | → 204; only one's own, before it is part of a case |
//! | `POST /api/offices/{office}/cases` | [`crate::case::FileRequest`] → 201 [`CaseView`] |
//! | `GET /api/offices/{office}/cases?list=&status=&after=` | → [`Page`] of [`CaseRow`] |
//! | `POST /api/offices/{office}/cases/search` | [`Search`] → [`Page`] of [`CaseRow`] |
//! | `GET /api/offices/{office}/cases/{ticket}` | → [`CaseView`] |
//! | `POST /api/offices/{office}/cases/{ticket}/acts` | [`ActRequest`] → [`CaseView`] |
//! | `GET /api/offices/{office}/cases/{ticket}/mails` | → list of [`SentMail`] |
//! | `POST /api/offices/{office}/cases/{ticket}/mails/{id}/again` | → [`SentMail`] that waits again |
//! | `GET /api/offices/{office}/cases/{ticket}/log` | → list of [`crate::case::SealedEvent`] |
//! | `GET /api/offices/{office}/counts` | → list of [`StatusCount`] |
//! | `GET /api/offices/{office}/register?year=&whole=&after=` | → [`Page`] of [`RegisterRow`] |
//! | `POST /api/offices/{office}/register/search` | [`RegisterSearch`] → [`Page`] of [`RegisterRow`] |
//! | `GET /api/offices/{office}/register.xlsx?year=&whole=` | → the year as a workbook |
//! | `GET /api/offices/{office}/register.csv?year=&whole=` | → the year as CSV |
//! | `GET /api/offices/{office}/report?from=&to=` | → [`crate::report::Report`] |
//! | `GET /api/offices/{office}/report.xlsx?from=&to=` | → the report as a workbook |
//! | `GET /api/offices/{office}/report.csv?from=&to=` | → the report as CSV |
//! | `GET /api/offices/{office}/affairs` | → [`crate::office::Affairs`] |
//! | `POST /api/offices/{office}/affairs` | [`crate::office::ChangeRequest`] → `{}` |
//! | `GET /api/offices/{office}/affairs/log?after=` | → [`Page`] of [`SeenChange`] |
//! | `GET /api/openapi.json` | → this, as OpenAPI 3.1 |
//!
//! Every write carries `Idempotency-Key` (but signing in and out). Every failure is a [`Problem`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    case::{Command, Content, Digest, DocumentId, Event, FilingWay, PersonId, Refusal, Role, Status},
    identity::{EmailAddress, Nip, TicketNumber},
    office::{OfficeContent, OfficeEvent},
    procedure::{ActorId, PaperId},
    reason::Reason,
};

/// Asks for a sign-in code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// Where the code is sent.
    pub email: EmailAddress,
    /// The office at whose door the person stands: its rule on private mailboxes counts.
    pub office: String,
}

/// Signs in with a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The same address.
    pub email: EmailAddress,
    /// Six digits.
    pub code: String,
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Their id.
    pub person: PersonId,
    /// Their name, once known.
    pub name: Option<String>,
    /// Their mailbox.
    pub email: EmailAddress,
    /// The roles they hold now.
    pub roles: Vec<Role>,
}

impl Me {
    /// As the rules see them.
    pub fn who(&self) -> crate::case::Who {
        crate::case::Who { person: self.person.clone(), roles: self.roles.clone() }
    }
}

/// An office on the list of offices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeCard {
    /// Its id in addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
}

/// An uploaded document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The file's name on the person's device.
    pub name: String,
    /// `application/pdf`, `image/jpeg` or `image/png`, by its content.
    pub media_type: String,
    /// In bytes.
    pub size: u32,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// Asks for an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActRequest {
    /// The newest event's number that the person had before their eyes.
    pub seen: u32,
    /// What to do.
    pub command: Command,
}

/// A case as a person who may see it sees it. State, timeline and open acts are derived from the events
/// with the rules of this crate, on both sides alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseView {
    /// Its ticket number.
    pub ticket: TicketNumber,
    /// Its office.
    pub office: String,
    /// The version of the procedure it follows.
    pub version: u32,
    /// Everything that happened, first event first.
    pub events: Vec<SeenEvent>,
    /// The papers that this person has a reason to read, and those they may only know of.
    pub documents: Vec<SeenDocument>,
    /// Whose time it was, by the office's working time, when this was answered.
    pub times: CaseTimes,
}

/// The times of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseTimes {
    /// When they were counted.
    pub at: DateTime<Utc>,
    /// The clock of each run of a step, in the order in which they began.
    pub runs: Vec<RunClock>,
    /// Whose the working time was.
    pub shares: Shares,
    /// The clock in plain time, where the reason cannot wait.
    pub urgent: Option<UrgentClock>,
}

/// The clock of one turn at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunClock {
    /// The step's number.
    pub step: u8,
    /// When the turn came.
    pub began: DateTime<Utc>,
    /// When it went, if it has.
    pub ended: Option<DateTime<Utc>>,
    /// Whether it stands because the file is with the applicant.
    pub paused: bool,
    /// Working time spent on it, in seconds, without the applicant's.
    pub spent: u64,
    /// When the SOP's limit was or will be reached: none where there is no limit, and none while the clock stands or has
    /// stopped before.
    pub due: Option<DateTime<Utc>>,
    /// Whether more working time went by than the SOP gives.
    pub late: bool,
}

/// Whose the working time was, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shares {
    /// The office's.
    pub office: u64,
    /// The applicant's.
    pub applicant: u64,
    /// The outside body's.
    pub outside: u64,
}

/// The clock of a request that cannot wait: it runs at night and on days off too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UrgentClock {
    /// By when the certificate is to be revoked.
    pub until: DateTime<Utc>,
    /// When it was, by the outside body's word.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An event with its text and the name of who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenEvent {
    /// The event.
    pub event: Event,
    /// Its hash on the chain.
    pub hash: Digest,
    /// What was written.
    pub content: Option<Content>,
    /// Who acted, by name, where known.
    pub name: Option<String>,
    /// Their civil servant number, where known.
    pub nip: Option<Nip>,
    /// Whom they stood in for, by name.
    pub principal: Option<String>,
    /// To whom they handed the case over, by name.
    pub to: Option<String>,
}

/// An entry of an office's log, with its text and the names in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenChange {
    /// The entry.
    pub event: OfficeEvent,
    /// Its hash on the chain.
    pub hash: Digest,
    /// What was written; none once it is erased.
    pub content: Option<OfficeContent>,
    /// Who changed it, by name.
    pub name: Option<String>,
    /// Whom it is about, by name.
    pub whom: Option<String>,
}

/// A document of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeenDocument {
    /// As which paper it serves.
    pub paper: PaperId,
    /// What it is.
    pub document: Document,
    /// Whether this person may open it.
    pub readable: bool,
}

/// Part of a long list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Goes into `after` to get the next part; absent on the last.
    pub next: Option<String>,
}

/// How many rows a [`Page`] has at most.
pub const PAGE: usize = 20;

/// Which cases a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// Those whose turn is with one of the person's roles: what cannot wait first, then by when the SOP's limit ends.
    Waiting,
    /// Those the person filed or that are about them, newest first.
    Mine,
    /// All of the office's, newest first; for its staff.
    Office,
    /// Those on which the person acted as an official, the latest act first.
    Passed,
}

/// Looks for cases of the office. Sent as a body: what is looked for is a person, and addresses are kept in logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The beginning of a ticket number, a name or a NIP, as typed.
    pub text: String,
    /// Only those that stand there.
    #[serde(default)]
    pub status: Option<Status>,
    /// The `next` of the part before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A case on a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRow {
    /// Its ticket number.
    pub ticket: TicketNumber,
    /// The holder's name.
    pub name: String,
    /// The holder's unit, where asked.
    pub unit: Option<String>,
    /// Why.
    pub reason: Reason,
    /// How it was filed.
    pub way: FilingWay,
    /// Where it stands.
    pub status: Status,
    /// Whose turn it is, if anyone's.
    pub turn: Option<ActorId>,
    /// The step at which it is.
    pub step: u8,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// Since when it stands where it stands.
    pub since: DateTime<Utc>,
    /// Its newest event's number: what an act from the list was decided on.
    pub seq: u32,
    /// Who of those with the role has it in hand, by name.
    pub in_hand: Option<String>,
    /// When the SOP's limit of the step that runs ends, if it has one and the clock runs.
    pub due: Option<DateTime<Utc>>,
}

/// How many cases of the office stand somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCount {
    /// Where.
    pub status: Status,
    /// How many.
    pub count: u64,
}

/// Looks in the register. Sent as a body, like [`Search`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterSearch {
    /// The beginning of a ticket number, a name or a NIP, as typed.
    pub text: String,
    /// Only what was revoked in this year.
    #[serde(default)]
    pub year: Option<i32>,
    /// Whether names and numbers are to be shown in full, which is recorded.
    #[serde(default)]
    pub whole: bool,
    /// The `next` of the part before.
    #[serde(default)]
    pub after: Option<String>,
}

/// A line of the register of revoked certificates ("data pengguna TTE yang telah dicabut").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisterRow {
    /// The case's ticket number.
    pub ticket: TicketNumber,
    /// The holder's name, masked unless it was asked for in full.
    pub name: String,
    /// The holder's civil servant number, likewise.
    pub nip: Option<String>,
    /// The holder's unit.
    pub unit: Option<String>,
    /// Why.
    pub reason: Reason,
    /// When it was filed.
    pub filed_at: DateTime<Utc>,
    /// When the certificate was revoked, by the outside body's word.
    pub revoked_at: DateTime<Utc>,
}

/// A mail that belongs to a case, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SentMail {
    /// Its id.
    pub id: String,
    /// The event that caused it.
    pub seq: u32,
    /// What it tells.
    pub kind: MailKind,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// How far it has come.
    pub state: MailState,
    /// A word for why it failed or was returned, or why it waits after the first attempt: `no_such_mailbox`.
    pub reason: Option<String>,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it went out, once it has.
    pub sent_at: Option<DateTime<Utc>>,
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It is being sent, or tried again.
    Waiting,
    /// It went out.
    Sent,
    /// It could not be sent, and is not tried again.
    Failed,
    /// It went out and came back.
    Bounced,
}

impl MailState {
    /// Whether it did not arrive, and nothing is done about it unless somebody does.
    pub fn is_lost(self) -> bool {
        matches!(self, MailState::Failed | MailState::Bounced)
    }
}

/// What a mail tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The sign-in code.
    Code,
    /// Received, with the ticket number.
    Received,
    /// Returned, with what is missing.
    Returned,
    /// Refused, with the reason.
    Refused,
    /// The request to the outside body.
    RequestToBsre,
    /// The certificate is revoked.
    Revoked,
    /// It is your turn.
    YourTurn,
    /// A turn lasts.
    Reminder,
    /// What waits for an official in the morning.
    Digest,
    /// Somebody holds roles of the office now.
    Invited,
    /// Somebody stands in for an official.
    Appointed,
}

/// A failure as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Always `about:blank`: the code says which problem it is.
    #[serde(rename = "type", default = "about_blank")]
    pub kind: String,
    /// The HTTP status.
    pub status: u16,
    /// The status in words.
    pub title: String,
    /// A sentence for people, in Indonesian: what happened and what to do.
    pub detail: String,
    /// A stable name for programs.
    pub code: String,
    /// The rules' refusal in full, where it was the rules that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The ticket of the request that stands in the way, for `open_request_exists`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketNumber>,
    /// The case as it is now, for a person who was overtaken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Box<CaseView>>,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}
