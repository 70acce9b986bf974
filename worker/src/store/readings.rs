//! The access record: who saw what is personal in a request, what somebody wants put right, or the mailboxes and numbers of an
//! office's people. It is written before anything is shown.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize, de::IgnoredAny};
use workflow::{
    api::ReadingKind,
    case::{DocumentId, PersonId},
    identity::TicketNumber,
    procedure::{ActorId, PaperId, offices},
};

use crate::{
    body,
    db::{Batch, Parameter, Slot},
    guard::{THEM, TokenHash},
    problem::Problem,
    store::lists,
};

/// Who looks at the same again within this time has looked at it once.
const ONCE: TimeDelta = TimeDelta::hours(1);

/// Whether the person has looked at this request not long ago.
pub fn recent(batch: &mut Batch, ticket: &TicketNumber, token: &TokenHash, now: DateTime<Utc>) -> Slot<IgnoredAny> {
    batch.ask(
        &format!(
            "SELECT 1 FROM readings WHERE ticket = ?2 AND at > ?3 AND what = 'request' AND person = {THEM} LIMIT 1"
        ),
        &[&token.as_str(), &ticket.as_str(), &(now - ONCE)],
    )
}

/// Notes that somebody sees a request, if that was not noted a while ago.
pub fn of_case(batch: &mut Batch, ticket: &TicketNumber, person: &PersonId, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO readings (ticket, at, person, what) SELECT ?1, ?2, ?3, 'request'
         WHERE NOT EXISTS (SELECT 1 FROM readings WHERE ticket = ?1 AND at > ?4 AND what = 'request' AND person = ?3)",
        &[&ticket.as_str(), &now, &person.0, &(now - ONCE)],
    );
}

/// Notes that somebody opens a document; one that is part of no request is its owner's alone.
pub fn of_document(batch: &mut Batch, id: &DocumentId, person: &PersonId, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO readings (ticket, at, person, what, document)
         SELECT ticket, ?2, ?3, 'document', document FROM case_documents WHERE document = ?1",
        &[&id.0, &now, &person.0],
    );
}

/// Notes that somebody has the lines of these requests in the register shown with whole names.
pub fn of_register(batch: &mut Batch, tickets: &[TicketNumber], person: &PersonId, now: DateTime<Utc>) {
    if tickets.is_empty() {
        return;
    }
    let each: Vec<&str> = tickets.iter().map(TicketNumber::as_str).collect();
    // One by one: from a list as JSON, SQLite would read them once more.
    let rows: Vec<String> = (3..3 + each.len()).map(|at| format!("(?{at}, ?1, ?2, 'register')")).collect();
    let mut parameters: Vec<&dyn Parameter> = vec![&now, &person.0];
    parameters.extend(each.iter().map(|ticket| ticket as &dyn Parameter));
    batch.run(&format!("INSERT INTO readings (ticket, at, person, what) VALUES {}", rows.join(", ")), &parameters);
}

/// A wish that somebody has looked at.
#[derive(Deserialize)]
pub struct Wish {
    pub correction: String,
}

/// Which wishes in this office the person has looked at not long ago.
pub fn recent_of_corrections(batch: &mut Batch, office: &str, token: &TokenHash, now: DateTime<Utc>) -> Slot<Wish> {
    batch.ask(
        &format!(
            "SELECT r.correction FROM corrections c
             CROSS JOIN readings r ON r.correction = c.id AND r.person = {THEM} AND r.at > ?3 WHERE c.office = ?2"
        ),
        &[&token.as_str(), &office, &(now - ONCE)],
    )
}

/// Notes that somebody sees what these people want put right, and whose wish each is.
pub fn of_corrections(batch: &mut Batch, ids: &[&str], person: &PersonId, now: DateTime<Utc>) -> Result<(), Problem> {
    batch.run(
        "INSERT INTO readings (at, person, what, correction)
         SELECT ?1, ?2, 'correction', wish.value FROM json_each(?3) wish
         WHERE NOT EXISTS (SELECT 1 FROM readings WHERE correction = wish.value AND person = ?2 AND at > ?4)",
        &[&now, &person.0, &body::text(&ids)?, &(now - ONCE)],
    );
    Ok(())
}

/// Whether the person has looked at this office's people not long ago.
pub fn recent_of_people(batch: &mut Batch, office: &str, token: &TokenHash, now: DateTime<Utc>) -> Slot<IgnoredAny> {
    batch.ask(
        &format!(
            "SELECT 1 FROM disclosures WHERE office = ?2 AND what = 'people' AND at > ?3 AND person = {THEM} LIMIT 1"
        ),
        &[&token.as_str(), &office, &(now - ONCE)],
    )
}

/// Notes that somebody sees the mailboxes and numbers of all who hold or held a role in the office: one row, from which each of
/// them is told.
pub fn of_people(batch: &mut Batch, office: &str, person: &PersonId, now: DateTime<Utc>) {
    lists::disclosed(batch, office, person, now, "people");
}

/// After which reading a page begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AfterReading {
    pub at: DateTime<Utc>,
    pub key: String,
}

/// That somebody saw something.
#[derive(Debug, Deserialize)]
pub struct ReadingRow {
    pub at: DateTime<Utc>,
    pub ticket: Option<TicketNumber>,
    pub office: String,
    /// Of the procedure that the request follows.
    pub version: Option<u32>,
    pub what: ReadingKind,
    pub paper: Option<PaperId>,
    pub name: Option<String>,
    /// The roles that they held in the office then.
    #[serde(deserialize_with = "crate::db::json")]
    pub actors: Option<Vec<ActorId>>,
    /// Tells readings of one instant apart.
    pub key: String,
}

#[derive(Serialize)]
struct Zone<'a> {
    office: &'a str,
    offset: String,
}

/// What others saw of the requests to which the person is a party, of what they want put right, and of them among an office's
/// people, the latest first. Files of the register are known by their year: each holds every request that was revoked in it
/// until then. The people of an office are all who have held a role in it by then. So many `rows` at most.
pub fn about(
    batch: &mut Batch,
    token: &TokenHash,
    after: Option<&AfterReading>,
    rows: u32,
) -> Result<Slot<ReadingRow>, Problem> {
    let zones = offices().iter().map(|procedure| {
        let seconds = procedure.office.zone.offset().local_minus_utc();
        Zone { office: &procedure.office.id, offset: format!("{seconds:+} seconds") }
    });
    let before = if after.is_some() { "AND (r.at, r.key) < (?3, ?4)" } else { "AND ?3 IS NULL AND ?4 IS NULL" };
    Ok(batch.ask(
        &format!(
            "WITH mine AS (SELECT person, ticket FROM case_parties WHERE person = {THEM})
             SELECT r.at, r.ticket, r.office, r.version, r.what, d.paper, r.key, p.name,
                    (SELECT json_group_array(DISTINCT actor) FROM roles WHERE person = r.person AND office = r.office
                       AND held_from <= r.at AND (held_until IS NULL OR held_until > r.at)) AS actors
             FROM (SELECT m.person AS me, r.at, r.ticket, c.office, c.version, r.person, r.what, r.document,
                          r.ticket || ' ' || coalesce(r.document, r.what) || ' ' || r.person AS key
                   FROM mine m CROSS JOIN readings r ON r.ticket = m.ticket JOIN cases c ON c.ticket = m.ticket
                   UNION ALL
                   SELECT m.person, f.at, m.ticket, c.office, c.version, f.person, 'register_file', NULL,
                          m.ticket || ' file ' || f.person
                   FROM mine m CROSS JOIN cases c ON c.ticket = m.ticket
                   JOIN json_each(?2) z ON z.value ->> 'office' = c.office
                   CROSS JOIN disclosures f ON f.office = c.office AND f.at >= c.revoked_at
                     AND f.what = 'file ' || strftime('%Y', c.revoked_at, z.value ->> 'offset')
                   UNION ALL
                   SELECT w.person, r.at, NULL, w.office, NULL, r.person, r.what, NULL, w.id || ' ' || r.person
                   FROM corrections w CROSS JOIN readings r ON r.correction = w.id WHERE w.person = {THEM}
                   UNION ALL
                   SELECT h.person, f.at, NULL, f.office, NULL, f.person, f.what, NULL, f.office || ' ' || f.person
                   FROM (SELECT person, office, min(held_from) AS since FROM roles WHERE person = {THEM}
                         GROUP BY person, office) h
                   CROSS JOIN disclosures f ON f.office = h.office AND f.what = 'people' AND f.at >= h.since) r
             LEFT JOIN people p ON p.id = r.person LEFT JOIN case_documents d ON d.document = r.document
             WHERE r.person <> r.me {before} ORDER BY r.at DESC, r.key DESC LIMIT ?5"
        ),
        &[
            &token.as_str(),
            &body::text(&zones.collect::<Vec<_>>())?,
            &after.map(|after| after.at),
            &after.map(|after| after.key.as_str()),
            &rows,
        ],
    ))
}
