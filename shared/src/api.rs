//! What crosses the wire between the app and the edge, as JSON.
//!
//! | operation | body → answer |
//! |---|---|
//! | `POST /api/session/code` | [`CodeRequest`] → 202, always the same |
//! | `POST /api/session` | [`SignIn`] → [`Me`], sets the cookie |
//! | `GET /api/session` | → [`Me`] |
//! | `DELETE /api/session` | → 204 |
//! | `GET /api/me/readings?after=` | → [`Page`] of [`Reading`] |
//! | `GET /api/me/data` | → [`MyData`], as a file |
//! | `POST /api/session/proof/code` | [`ProofCodeRequest`] → 202; the code goes to the session's own mailbox |
//! | `POST /api/session/proof` | [`Proof`] → 204, sets another cookie for the same session |
//! | `GET /api/sessions` | → list of [`OwnSession`], the last used first |
//! | `DELETE /api/sessions/{id}` | → 204; only one's own |
//! | `DELETE /api/sessions` | → 204; all of one's own but the one that asks |
//! | `GET /api/offices` | → list of [`OfficeCard`] |
//! | `GET /api/offices/{office}/procedure?version=` | → [`crate::procedure::Procedure`] |
//! | `GET /api/offices/{office}/corrections` | → list of [`Correction`]: one's own |
//! | `GET /api/offices/{office}/corrections/all` | → list of [`Correction`]: anybody's, what waits on top; for administrators |
//! | `POST /api/offices/{office}/corrections` | [`CorrectionRequest`] → 201 [`Correction`] |
//! | `POST /api/offices/{office}/corrections/{id}/answer` | [`CorrectionRequest`] → [`Correction`]; for administrators |
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
//! | `GET /api/offices/{office}/log/keys` | → the log's public keys, one a line, the newest first; public |
//! | `GET /api/offices/{office}/log/checkpoint` | → its newest checkpoint, a signed note; public |
//! | `GET /api/offices/{office}/log/consistency?from=&to=` | → that the log of one size begins with that of another: hashes in base64, one a line; public |
//! | `GET /api/offices/{office}/log?from=` | → its entries, one JSON object a line; for auditors |
//! | `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}` | → a [`crate::log::Receipt`] |
//! | `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}/qr` | → the address of its check as a QR code, SVG |
//! | `GET /api/offices/{office}/cases/{ticket}/receipts/{seq}/check` | → 303 to where it is checked |
//! | `GET /api/openapi.json` | → this, as OpenAPI 3.1 |
//!
//! Every write carries `Idempotency-Key` (but signing in and out, and proving one's mailbox). Every failure is a [`Problem`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    case::{Acting, By, Command, Content, Digest, DocumentId, Event, FilingWay, PersonId, Refusal, Role, Status},
    identity::{EmailAddress, Nip, TicketNumber},
    note::Note,
    office::{Change, OfficeContent, OfficeEvent},
    procedure::{ActorId, PaperId, Zone},
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

/// How many digits a code to a mailbox has.
pub const CODE_DIGITS: usize = 8;

/// The digits of such a code as somebody typed it, with spaces or dashes between them; none where it is no code.
pub fn code_digits(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !"-–".contains(*c)).collect();
    (digits.len() == CODE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Such a code in groups, as it is read and typed.
pub fn grouped_code(digits: &str) -> String {
    match digits.split_at_checked(CODE_DIGITS / 2) {
        Some((first, last)) => format!("{first} {last}"),
        None => digits.to_owned(),
    }
}

/// Signs in with a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The same address.
    pub email: EmailAddress,
    /// Eight digits. Spaces and dashes between them make no difference.
    pub code: String,
}

/// Asks for a code that proves one's mailbox within a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProofCodeRequest {
    /// The office in whose name the mail is written.
    pub office: String,
}

/// Proves one's mailbox within a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Eight digits. Spaces and dashes between them make no difference.
    pub code: String,
}

/// One of one's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnSession {
    /// Names it. Nothing can be done with it but to end the session.
    pub id: String,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it was last used, to within some minutes.
    pub used_at: DateTime<Utc>,
    /// From which browser, roughly: "Chrome di Android".
    pub browser: Option<String>,
    /// Whether it is the one that asks.
    pub here: bool,
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

/// That somebody saw what is personal of the person who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reading {
    /// When. Who looks at the same again within an hour is noted once.
    pub at: DateTime<Utc>,
    /// The request, where it was something of one.
    pub ticket: Option<TicketNumber>,
    /// The office in which they saw it.
    pub office: String,
    /// What they saw.
    pub what: ReadingKind,
    /// Which paper, where it was a document.
    pub paper: Option<String>,
    /// Who, by name, where known.
    pub name: Option<String>,
    /// As what they could see it: the titles of the roles that they held then.
    pub titles: Vec<String>,
}

/// What somebody saw of a request, or of the person without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadingKind {
    /// The request with what was written in it.
    Request,
    /// A document.
    Document,
    /// Its line in the register, with whole name and number.
    Register,
    /// A file of the register with whole names and numbers, of the year in which it was revoked.
    RegisterFile,
    /// What the person wants put right, with their name and mailbox.
    Correction,
    /// The office's people, with their mailboxes and civil servant numbers.
    People,
}

/// All that is held on the person who asks (UU 27/2022, art. 7): who they are, their requests with everything that was
/// written and is not erased, the mails that went to them, who saw what of it, what they asked to have put right, and where
/// they are signed in. Documents are got by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyData {
    /// When it was put together.
    pub at: DateTime<Utc>,
    /// Who they are, and the roles they hold now.
    pub person: Me,
    /// Their civil servant number, where an administrator set it.
    pub nip: Option<Nip>,
    /// The requests that they filed or that are about them, the newest first.
    pub cases: Vec<CaseView>,
    /// What was mailed to them about those.
    pub mails: Vec<SentMail>,
    /// What was mailed to them else, the newest first.
    pub other_mails: Vec<OtherMail>,
    /// What others saw of those and of the person else, the latest first.
    pub readings: Vec<Reading>,
    /// What they asked any office to put right, and the answers, the newest first.
    pub corrections: Vec<Correction>,
    /// What they uploaded and handed in with no request, the newest first.
    pub uploads: Vec<Document>,
    /// The roles that they hold, held or are to hold, the newest first.
    pub roles: Vec<HeldRole>,
    /// What offices' logs say about them, the newest first.
    pub changes: Vec<OwnChange>,
    /// Their sessions, those that have ended and are kept for a day too, the last used first.
    pub sessions: Vec<OwnSession>,
}

/// A role in an office, and for which time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeldRole {
    /// In which office.
    pub office: String,
    /// Which one.
    pub actor: ActorId,
    /// From when on.
    pub from: DateTime<Utc>,
    /// Until when; none where it has no end yet.
    pub until: Option<DateTime<Utc>>,
    /// By which letter, where they stand in for somebody.
    pub acting: Option<Acting>,
}

/// A mail that belongs to no request: an invitation, an appointment, a digest. Of a code nothing is kept but that it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherMail {
    /// What it tells.
    pub kind: MailKind,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// How far it has come.
    pub state: MailState,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// When it went out, once it has.
    pub sent_at: Option<DateTime<Utc>>,
}

/// An entry of an office's own log that is about somebody, for that somebody: also where another stood in for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnChange {
    /// In which office.
    pub office: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was changed.
    pub what: Change,
    /// Why, and the name, mailbox and number that were written down with it.
    pub content: Option<OfficeContent>,
}

/// What somebody writes who wants what is held on them put right, or an administrator who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CorrectionRequest {
    /// What is wrong and how it should be, or what was done about it.
    pub text: Note,
}

/// That somebody asked for what is held on them to be put right (UU 27/2022, art. 6), and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correction {
    /// Its id.
    pub id: String,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// Who asks, by name, where known.
    pub name: Option<String>,
    /// Their mailbox.
    pub email: EmailAddress,
    /// What they wrote.
    pub text: Note,
    /// When it was answered, if it was.
    pub answered_at: Option<DateTime<Utc>>,
    /// The answer.
    pub answer: Option<Note>,
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

/// An uploaded document, as it is stored: of a photo that is without the place and the camera that stood in the file
/// which was sent. Whoever hands it in names this digest, not that of their own file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The file's name on the person's device.
    pub name: String,
    /// `application/pdf`, `image/jpeg` or `image/png`, by its content.
    pub media_type: String,
    /// Of what is stored, in bytes.
    pub size: u32,
    /// SHA-256 of what is stored.
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
    /// Other open requests for the same NIK, as far as officials see this: one of them may be false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_nik: Vec<TicketNumber>,
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
    /// Whether the limit ended before the act, or before now.
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
    /// What was written. To who is not of the office, neither that nor a name, where colleagues arranged something among
    /// themselves ([`crate::case::Happened::is_among_colleagues`]).
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
    /// Of somebody who stands in: for whom, by name.
    pub principal: Option<String>,
    /// Of an appointment that was ended: who stood in, and as what.
    pub ended: Option<By>,
    /// Of a calendar: what it says otherwise than the one before it, in sentences.
    pub differences: Vec<String>,
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

/// Which of the office's cases are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Standing {
    /// Those that stand there.
    At(Status),
    /// Those whose turn stands so against the SOP's limit.
    Due(Due),
}

/// How the turn that runs stands against the SOP's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// It has lasted longer.
    Overdue,
    /// It reaches the limit before the day ends.
    DueToday,
}

impl Standing {
    /// Each, those by limit first.
    pub fn all() -> impl Iterator<Item = Standing> {
        Due::ALL.into_iter().map(Standing::Due).chain(Status::ALL.into_iter().map(Standing::At))
    }

    /// Where they stand, if that is what is meant.
    pub fn status(self) -> Option<Status> {
        match self {
            Standing::At(status) => Some(status),
            Standing::Due(_) => None,
        }
    }

    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            Standing::At(status) => status.label(),
            Standing::Due(due) => due.label(),
        }
    }

    /// The word in JSON and in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Standing::At(status) => status.id(),
            Standing::Due(due) => due.id(),
        }
    }
}

impl Due {
    /// Both.
    pub const ALL: [Due; 2] = [Due::Overdue, Due::DueToday];

    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            Due::Overdue => "Lewat batas SOP",
            Due::DueToday => "Batas SOP hari ini",
        }
    }

    /// The word in JSON and in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Due::Overdue => "overdue",
            Due::DueToday => "due_today",
        }
    }

    /// From when on and before when the limits of these turns end.
    pub fn span(self, now: DateTime<Utc>, zone: Zone) -> (DateTime<Utc>, DateTime<Utc>) {
        match self {
            Due::Overdue => (DateTime::UNIX_EPOCH, now),
            Due::DueToday => (now, zone.day_ends(now)),
        }
    }
}

/// Looks for cases of the office. Sent as a body: what is looked for is a person, and addresses are kept in logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// The beginning of a ticket number, a name or a NIP, as typed.
    pub text: String,
    /// Only those that stand so.
    #[serde(default)]
    pub status: Option<Standing>,
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
    /// The newest checkpoint of the office's log.
    Checkpoint,
    /// Somebody signs in by another mailbox from now on.
    Moved,
    /// A request waits for an official whom nobody can be.
    Stranded,
    /// Somebody asks for what is held on them to be put right.
    Correction,
    /// What was done about that.
    Corrected,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_grouped() {
        for typed in ["12345678", "1234 5678", "1234-5678", " 12 34\u{a0}56–78 "] {
            assert_eq!(code_digits(typed).as_deref(), Some("12345678"), "{typed:?}");
        }
        for typed in ["", "1234567", "123456789", "1234x5678", "1234567８"] {
            assert_eq!(code_digits(typed), None, "{typed:?}");
        }
        assert_eq!(grouped_code("12345678"), "1234 5678");
    }
}
