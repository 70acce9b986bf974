//! The log of an office: its order, the hashes of its tree, and the checkpoints that were signed.
//!
//! The triggers of the database number the events as they are committed. Hashes and checkpoints follow from the events, so
//! they are written when somebody asks for them; two who do so at once write the same.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use workflow::{
    case::Digest,
    log::{Kind, StoredHash},
};

use crate::{
    body,
    db::{Batch, Slot},
    problem::Problem,
};

/// How far the log is signed, and how long it is.
#[derive(Debug, Deserialize)]
pub struct State {
    /// The newest checkpoint; none before the first.
    pub note: Option<String>,
    /// How many entries there are.
    pub length: u64,
}

/// Asks for it.
pub fn state(batch: &mut Batch, office: &str) -> Slot<State> {
    batch.ask(
        "SELECT (SELECT note FROM checkpoints WHERE office = ?1 ORDER BY size DESC LIMIT 1) AS note,
                (SELECT ifnull(max(n) + 1, 0) FROM log WHERE office = ?1) AS length",
        &[&office],
    )
}

/// The hash of an entry's event, none where the event is gone; and its kind.
#[derive(Debug, Deserialize)]
pub struct Leaf {
    pub n: u64,
    pub hash: Option<Digest>,
    pub kind: Kind,
}

/// The word of a case's event `e`; without one it is the office's own.
const KIND: &str = "coalesce(e.body ->> '$.what.answer', e.body ->> '$.what.kind', 'office') AS kind";

/// The entries with their events, those of cases and the office's own.
const ENTRIES: &str = "FROM log l
     LEFT JOIN events e ON e.ticket = l.ticket AND e.seq = l.seq
     LEFT JOIN office_events o ON l.ticket IS NULL AND o.office = l.office AND o.seq = l.seq
     WHERE l.office = ?1 AND l.n >= ?2";

/// The entries from `from` on, `limit` at most.
pub fn leaves(batch: &mut Batch, office: &str, from: u64, limit: u32) -> Slot<Leaf> {
    batch.ask(
        &format!("SELECT l.n, coalesce(e.hash, o.hash) AS hash, {KIND} {ENTRIES} ORDER BY l.n LIMIT ?3"),
        &[&office, &from, &limit],
    )
}

/// An entry as it lies in the database, whatever is in it: an export leaves the judgement to whoever checks it.
#[derive(Debug, Deserialize)]
pub struct EntryRow {
    pub n: u64,
    pub ticket: Option<String>,
    pub body: Option<String>,
    pub prev: Option<String>,
    pub hash: Option<String>,
}

/// The entries from `from` to before `to`, `limit` at most.
pub fn entries(batch: &mut Batch, office: &str, from: u64, to: u64, limit: u32) -> Slot<EntryRow> {
    batch.ask(
        &format!(
            "SELECT l.n, l.ticket, coalesce(e.body, o.body) AS body, coalesce(e.prev, o.prev) AS prev,
                    coalesce(e.hash, o.hash) AS hash {ENTRIES} AND l.n < ?3 ORDER BY l.n LIMIT ?4"
        ),
        &[&office, &from, &to, &limit],
    )
}

/// Where an event lies in the log.
#[derive(Debug, Deserialize)]
pub struct Place {
    pub n: u64,
    pub hash: Digest,
    pub kind: Kind,
}

/// The place of a case's event.
pub fn place(batch: &mut Batch, office: &str, ticket: &str, seq: u32) -> Slot<Place> {
    batch.ask(
        &format!(
            "SELECT l.n, e.hash, {KIND} FROM log l JOIN events e ON e.ticket = l.ticket AND e.seq = l.seq
             WHERE l.ticket = ?2 AND l.seq = ?3 AND l.office = ?1"
        ),
        &[&office, &ticket, &seq],
    )
}

/// A hash of the tree.
#[derive(Debug, Deserialize, Serialize)]
pub struct HashRow {
    pub i: u64,
    pub hash: Digest,
}

/// The hashes of these numbers, as far as they are there.
pub fn hashes(batch: &mut Batch, office: &str, numbers: &[u64]) -> Result<Slot<HashRow>, Problem> {
    Ok(batch.ask(
        "SELECT i, hash FROM log_hashes WHERE office = ?1 AND i IN (SELECT value FROM json_each(?2))",
        &[&office, &body::text(&numbers)?],
    ))
}

/// Adds hashes of the tree, and the checkpoint that they lead to.
pub fn extend(
    batch: &mut Batch,
    office: &str,
    new: &[StoredHash],
    size: u64,
    note: &str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let rows: Vec<HashRow> = new.iter().map(|new| HashRow { i: new.index, hash: new.hash }).collect();
    batch.run(
        "INSERT INTO log_hashes (office, i, hash) SELECT ?1, value ->> 'i', value ->> 'hash' FROM json_each(?2) WHERE true
         ON CONFLICT DO NOTHING",
        &[&office, &body::text(&rows)?],
    );
    // The same size again: by another key.
    batch.run(
        "INSERT INTO checkpoints (office, size, note, signed_at) VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4)
         ON CONFLICT DO UPDATE SET note = ?3, signed_at = ?4",
        &[&office, &size, &note, &now],
    );
    Ok(())
}
