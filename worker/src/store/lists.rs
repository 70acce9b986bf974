//! Lists and the register: pages by keyset, each row read through an index that has the page's order.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use workflow::{
    api::{CaseRow, RegisterRow},
    case::{PersonId, Status},
    identity::{Nip, TicketNumber, masked_name, masked_nip},
    procedure::ActorId,
    reason::Reason,
};

use crate::{
    db::{Batch, Parameter, Slot, instant},
    guard::{THEM, TokenHash},
};

/// One row more than a page is asked for, to see whether there is a next one. It stands in the statements' text, as every limit
/// here: SQLite compiles a statement anew each time that a limit is bound to it.
const ASKED: u32 = workflow::api::PAGE as u32 + 1;

const COLUMNS: &str = "c.ticket, c.name, c.unit, c.reason, c.way, c.status, c.turn, c.step, c.filed_at, c.since, c.due_at AS due, c.seq, c.nip";

/// With whom a request is, for those who work on it; applicants are told with which post.
const IN_HAND: &str = "(SELECT name FROM people WHERE id = c.in_hand) AS in_hand";

/// After which row a page begins, where rows are in the order of a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterTime {
    pub at: DateTime<Utc>,
    pub ticket: TicketNumber,
}

/// After which row a page of the office's cases begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterFiling {
    pub urgent: bool,
    pub at: DateTime<Utc>,
    pub ticket: TicketNumber,
}

/// After which row a page of what reaches the SOP's limit begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterDue {
    pub urgent: bool,
    pub due: DateTime<Utc>,
    pub ticket: TicketNumber,
}

/// After which row a page of what waits begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterRank {
    pub rank: String,
    pub ticket: TicketNumber,
}

/// After which row a page of found cases begins: the case, and which of its terms in their order. The term itself
/// is a person's name, and this stands in addresses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterTerm {
    pub nth: u32,
    pub ticket: TicketNumber,
}

/// A row of a list of cases.
#[derive(Debug, Deserialize)]
pub struct Row {
    #[serde(flatten)]
    pub row: CaseRow,
    pub nip: Option<Nip>,
    /// What is to be done first.
    #[serde(default)]
    pub rank: Option<String>,
    /// Whether it cannot wait, as 0 or 1.
    #[serde(default)]
    pub urgent: Option<u8>,
    /// When the person last did something on it.
    #[serde(default)]
    pub acted_at: Option<DateTime<Utc>>,
    /// By which term it was found.
    #[serde(default)]
    pub term: Option<String>,
}

/// The office's cases, what cannot wait on top, then the newest; those of one status, if one is given.
pub fn office(batch: &mut Batch, office: &str, status: Option<Status>, after: Option<&AfterFiling>) -> Slot<Row> {
    let (status_is, index) = match status {
        Some(_) => ("AND c.status = ?5", "cases_by_status"),
        None => ("AND ?5 IS NULL", "cases_of_office"),
    };
    let behind = match after {
        Some(_) => "AND (c.urgent, c.filed_at, c.ticket) < (?2, ?3, ?4)",
        None => "AND ?2 IS NULL AND ?3 IS NULL AND ?4 IS NULL",
    };
    batch.ask(
        &format!(
            "SELECT {COLUMNS}, {IN_HAND}, c.urgent FROM cases c INDEXED BY {index} WHERE c.office = ?1 {status_is} {behind}
             ORDER BY c.urgent DESC, c.filed_at DESC, c.ticket DESC LIMIT {ASKED}"
        ),
        &[
            &office,
            &after.map(|after| after.urgent),
            &after.map(|after| after.at),
            &after.map(|after| after.ticket.as_str()),
            &status.map(Status::id),
        ],
    )
}

/// The office's cases whose turn reaches the SOP's limit in this span, what cannot wait on top, then the first to reach it.
pub fn due(batch: &mut Batch, office: &str, (from, until): Span, after: Option<&AfterDue>) -> Slot<Row> {
    let part = |urgent: bool| {
        // One lower end only, as in `found`.
        let behind = match after {
            Some(after) if after.urgent == urgent => "(due_at, ticket) > (?3, ?4)",
            _ => "due_at >= ?2",
        };
        format!(
            "SELECT urgent, due_at, ticket FROM cases INDEXED BY cases_by_due
             WHERE office = ?1 AND urgent = {} AND due_at < ?5 AND {behind}",
            u8::from(urgent)
        )
    };
    // Either part's rows come in order, so that SQLite merges them.
    let parts = match after {
        Some(after) if !after.urgent => part(false),
        _ => format!("{} UNION ALL {}", part(true), part(false)),
    };
    batch.ask(
        &format!(
            "SELECT {COLUMNS}, {IN_HAND}, c.urgent
             FROM ({parts} ORDER BY urgent DESC, due_at, ticket LIMIT {ASKED}) d
             CROSS JOIN cases c ON c.ticket = d.ticket ORDER BY d.urgent DESC, d.due_at, d.ticket"
        ),
        &[&office, &from, &after.map(|after| after.due), &after.map(|after| after.ticket.as_str()), &until],
    )
}

/// The cases that the person filed or that are about them, newest first.
pub fn mine(batch: &mut Batch, office: &str, token: &TokenHash, after: Option<&AfterTime>) -> Slot<Row> {
    let before = if after.is_some() { "AND (filed_at, ticket) < (?3, ?4)" } else { "AND ?3 IS NULL AND ?4 IS NULL" };
    batch.ask(
        &format!(
            "SELECT {COLUMNS}
             FROM (SELECT filed_at AS key, ticket FROM case_parties WHERE person = {THEM} AND office = ?2 {before}
                   ORDER BY filed_at DESC, ticket DESC LIMIT {ASKED}) p
             CROSS JOIN cases c ON c.ticket = p.ticket ORDER BY p.key DESC, p.ticket DESC"
        ),
        &[&token.as_str(), &office, &after.map(|after| after.at), &after.map(|after| after.ticket.as_str())],
    )
}

/// The cases on which the person acted as an official, the latest act first.
pub fn passed(batch: &mut Batch, office: &str, token: &TokenHash, after: Option<&AfterTime>) -> Slot<Row> {
    let before = if after.is_some() { "AND (at, ticket) < (?3, ?4)" } else { "AND ?3 IS NULL AND ?4 IS NULL" };
    batch.ask(
        &format!(
            "SELECT {COLUMNS}, {IN_HAND}, h.at AS acted_at
             FROM (SELECT at, ticket FROM case_hands WHERE person = {THEM} AND office = ?2 {before}
                   ORDER BY at DESC, ticket DESC LIMIT {ASKED}) h
             CROSS JOIN cases c ON c.ticket = h.ticket ORDER BY h.at DESC, h.ticket DESC"
        ),
        &[&token.as_str(), &office, &after.map(|after| after.at), &after.map(|after| after.ticket.as_str())],
    )
}

/// The cases that wait for the person, in whichever of these roles they hold, what is to be done first on top; none that
/// concerns them. Each role's rows come in order, so that SQLite merges them and reads no more than the page, what
/// it passes over, and one row more for each role.
pub fn waiting(
    batch: &mut Batch,
    office: &str,
    token: &TokenHash,
    now: DateTime<Utc>,
    roles: &[&ActorId],
    after: Option<&AfterRank>,
) -> Slot<Row> {
    let behind = if after.is_some() { "AND (rank, ticket) > (?3, ?4)" } else { "AND ?3 IS NULL AND ?4 IS NULL" };
    let each = (6..6 + roles.len()).map(|role| {
        format!(
            // As one value, so that the index gives the rows in their order.
            "SELECT rank, ticket FROM case_turns
             WHERE office = ?2 {behind} AND holder IS NOT {THEM} AND filer IS NOT {THEM}
               AND actor = (SELECT actor FROM roles WHERE person = {THEM} AND office = ?2 AND actor = ?{role}
                              AND held_from <= ?5 AND (held_until IS NULL OR held_until > ?5) LIMIT 1)"
        )
    });
    let sql = format!(
        "SELECT {COLUMNS}, {IN_HAND}, t.rank
         FROM ({} ORDER BY rank, ticket LIMIT {ASKED}) t
         CROSS JOIN cases c ON c.ticket = t.ticket ORDER BY t.rank, t.ticket",
        each.collect::<Vec<_>>().join(" UNION ")
    );
    let (rank, ticket) = (after.map(|after| after.rank.as_str()), after.map(|after| after.ticket.as_str()));
    let token = token.as_str();
    let mut parameters: Vec<&dyn Parameter> = vec![&token, &office, &rank, &ticket, &now];
    parameters.extend(roles.iter().map(|role| &role.0 as &dyn Parameter));
    batch.ask(&sql, &parameters)
}

/// The cases found by terms that begin with `term`, in the terms' order.
pub fn search(batch: &mut Batch, office: &str, term: &str, after: Option<&AfterTerm>) -> Slot<Row> {
    found(batch, &format!("{COLUMNS}, {IN_HAND}"), office, term, after)
}

/// The same as the register has them; those that were not revoked have no such time.
pub fn search_register(batch: &mut Batch, office: &str, term: &str, after: Option<&AfterTerm>) -> Slot<Registered> {
    found(batch, REGISTERED, office, term, after)
}

fn found<T>(batch: &mut Batch, columns: &str, office: &str, term: &str, after: Option<&AfterTerm>) -> Slot<T> {
    // One lower end only: of two, SQLite would begin at the one that every page has in common.
    let from = if after.is_some() {
        "?2 IS NOT NULL AND (term, ticket) >
            ((SELECT term FROM case_terms WHERE ticket = ?5 AND +office = ?1 ORDER BY term LIMIT 1 OFFSET ?4), ?5)"
    } else {
        "term >= ?2 AND ?4 IS NULL AND ?5 IS NULL"
    };
    // The last character there is, behind everything that begins with the term.
    let end = format!("{term}\u{10ffff}");
    batch.ask(
        &format!(
            "SELECT {columns}, t.term
             FROM (SELECT term, ticket FROM case_terms WHERE office = ?1 AND term < ?3 AND {from}
                   ORDER BY term, ticket LIMIT {ASKED}) t
             CROSS JOIN cases c ON c.ticket = t.ticket ORDER BY t.term, t.ticket"
        ),
        &[&office, &term, &end, &after.map(|after| after.nth), &after.map(|after| after.ticket.as_str())],
    )
}

const REGISTERED: &str = "c.ticket, c.name, c.nip, c.unit, c.reason, c.filed_at, c.revoked_at";

/// A case as the register has it.
#[derive(Debug, Deserialize)]
pub struct Registered {
    pub ticket: TicketNumber,
    pub name: String,
    pub nip: Option<Nip>,
    pub unit: Option<String>,
    pub reason: Reason,
    pub filed_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// By which term it was found.
    #[serde(default)]
    pub term: Option<String>,
}

impl Registered {
    /// As it is shown: masked, or whole to who asked for that. None where nothing was revoked.
    pub fn shown(self, whole: bool) -> Option<RegisterRow> {
        let Registered { ticket, name, nip, unit, reason, filed_at, revoked_at, .. } = self;
        let (name, nip) =
            if whole { (name, nip.map(String::from)) } else { (masked_name(&name), nip.as_ref().map(masked_nip)) };
        Some(RegisterRow { ticket, name, nip, unit, reason, filed_at, revoked_at: revoked_at? })
    }
}

/// From when on and until before when.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// The revoked certificates, newest first; those of a span, if one is given. `after` lies in it. One row more than
/// `rows` is asked for.
pub fn register(
    batch: &mut Batch,
    office: &str,
    span: Option<Span>,
    after: Option<&AfterTime>,
    rows: usize,
) -> Slot<Registered> {
    // One upper end only, as in `found`.
    let before = if after.is_some() { "(revoked_at, ticket) < (?2, ?3)" } else { "?2 IS NULL AND ?3 IS NULL" };
    let end = match (span, after) {
        (Some(_), None) => "revoked_at < ?5",
        _ => "?5 IS NOT ''",
    };
    let asked = rows + 1;
    batch.ask(
        &format!(
            "SELECT {REGISTERED} FROM cases c INDEXED BY register
             WHERE office = ?1 AND revoked_at >= ?4 AND {end} AND {before}
             ORDER BY revoked_at DESC, ticket DESC LIMIT {asked}"
        ),
        &[
            &office,
            &after.map(|after| after.at),
            &after.map(|after| after.ticket.as_str()),
            // Every instant sorts behind nothing.
            &span.map_or_else(String::new, |(from, _)| instant(from)),
            &span.map(|(_, to)| to),
        ],
    )
}

/// Records that somebody had names and numbers shown in full: which part of the register, or the office's people.
pub fn disclosed(batch: &mut Batch, office: &str, person: &PersonId, now: DateTime<Utc>, what: &str) {
    batch.run(
        "INSERT INTO disclosures (office, person, at, what) VALUES (?1, ?2, ?3, ?4)",
        &[&office, &person.0, &now, &what],
    );
}
