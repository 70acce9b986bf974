//! D1 as this Worker uses it: statements go in batches, a batch is one transaction and one round trip, and
//! each is counted. The one place that reads D1's error messages.

use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use chrono::{DateTime, SecondsFormat, Utc};
use js_sys::Uint8Array;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Value, value::RawValue};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use worker::D1Database;

use crate::{
    patience::PATIENCE,
    problem::{Problem, unreadable},
};

#[wasm_bindgen(module = "/src/db.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn batch(d1: &JsValue, statements: &str, patience: u32) -> Result<JsValue, JsValue>;
}

/// The database of one request.
pub struct Db {
    d1: D1Database,
    trips: AtomicU32,
    statements: AtomicU32,
    rows_read: AtomicU32,
}

impl Db {
    /// Counts from zero.
    pub fn new(d1: D1Database) -> Db {
        Db { d1, trips: AtomicU32::new(0), statements: AtomicU32::new(0), rows_read: AtomicU32::new(0) }
    }

    /// An empty batch.
    pub fn batch(&self) -> Batch {
        Batch::default()
    }

    /// Runs a batch that changes nothing but what may be changed twice. D1 fails a few times a day by
    /// design; such a batch is tried once more.
    pub async fn read(&self, batch: Batch) -> Result<Answers, Problem> {
        match self.run(&batch).await {
            Err(Failure::Unavailable(_)) => Ok(self.run(&batch).await?),
            result => Ok(result?),
        }
    }

    /// Runs a batch once: all of it is committed, or nothing. Of a batch that failed as [`Failure::Unavailable`] nobody
    /// knows which of the two: it can have been committed, and only the answer lost.
    pub async fn write(&self, batch: Batch) -> Result<Answers, Failure> {
        self.run(&batch).await
    }

    async fn run(&self, Batch(statements): &Batch) -> Result<Answers, Failure> {
        self.trips.fetch_add(1, Relaxed);
        self.statements.fetch_add(u32::try_from(statements.len()).unwrap_or(u32::MAX), Relaxed);
        let bug = |error: serde_json::Error| Failure::Bug(unreadable(&error));
        let statements = serde_json::to_string(statements).map_err(bug)?;
        let answers = batch(self.d1.as_ref(), &statements, PATIENCE.as_millis() as u32).await;
        let answers = Uint8Array::from(answers.map_err(|error| classify(&message(&error)))?).to_vec();
        let answers: Vec<Answer> = serde_json::from_slice(&answers).map_err(bug)?;
        self.rows_read.fetch_add(answers.iter().map(|answer| answer.rows_read).sum(), Relaxed);
        Ok(Answers(answers))
    }

    /// Round trips and statements made, and rows read, since the request came.
    #[cfg(feature = "dev")]
    pub fn spent(&self) -> (u32, u32, u32) {
        (self.trips.load(Relaxed), self.statements.load(Relaxed), self.rows_read.load(Relaxed))
    }
}

/// Statements that go to D1 together.
#[derive(Default)]
pub struct Batch(Vec<Statement>);

/// SQL, and what is bound to it.
#[derive(Serialize)]
struct Statement(String, Vec<Value>);

impl Batch {
    /// Adds a statement; its rows are found in the answers under the slot.
    pub fn ask<T>(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Slot<T> {
        self.0.push(Statement(sql.to_owned(), parameters.iter().map(|parameter| parameter.value()).collect()));
        Slot { at: self.0.len() - 1, rows: PhantomData }
    }

    /// Adds a statement whose rows nobody asks for.
    pub fn run(&mut self, sql: &str, parameters: &[&dyn Parameter]) {
        self.ask::<()>(sql, parameters);
    }
}

/// Where a statement's rows are found in the answers.
pub struct Slot<T> {
    at: usize,
    rows: PhantomData<fn() -> T>,
}

/// What a batch answered.
pub struct Answers(Vec<Answer>);

/// What a statement answered.
#[derive(Deserialize)]
struct Answer {
    /// Its rows, as JSON; some runtimes leave out that there are none.
    results: Option<Box<RawValue>>,
    #[serde(default)]
    rows_read: u32,
}

impl Answers {
    /// A statement's rows.
    pub fn rows<T: DeserializeOwned>(&self, slot: &Slot<T>) -> Result<Vec<T>, Problem> {
        let result =
            self.0.get(slot.at).ok_or_else(|| Problem::bug("a batch answered fewer results than it had statements"))?;
        result.results.as_ref().map_or(Ok(Vec::new()), |rows| {
            serde_json::from_str(rows.get()).map_err(|error| Problem::unreadable(&error))
        })
    }

    /// A statement's first row.
    pub fn first<T: DeserializeOwned>(&self, slot: &Slot<T>) -> Result<Option<T>, Problem> {
        Ok(self.rows(slot)?.into_iter().next())
    }
}

/// What can be bound to a statement.
pub trait Parameter {
    /// As D1 takes it.
    fn value(&self) -> Value;
}

impl Parameter for &str {
    fn value(&self) -> Value {
        Value::from(*self)
    }
}

impl Parameter for String {
    fn value(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Parameter for u32 {
    fn value(&self) -> Value {
        Value::from(*self)
    }
}

impl Parameter for u64 {
    fn value(&self) -> Value {
        // Exact up to 2⁵³, as far as D1's own numbers are.
        Value::from(*self)
    }
}

impl Parameter for bool {
    fn value(&self) -> Value {
        Value::from(u8::from(*self))
    }
}

impl Parameter for DateTime<Utc> {
    fn value(&self) -> Value {
        Value::from(instant(*self))
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::value)
    }
}

/// An instant as it is stored: RFC 3339 in UTC with milliseconds, so that instants sort as text.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Reads a column that holds JSON, or nothing.
pub fn json<'de, D: Deserializer<'de>, T: DeserializeOwned>(column: D) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(D::Error::custom)
}

/// Why a batch was not committed.
#[derive(Debug)]
pub enum Failure {
    /// Somebody else was first.
    Conflict(Conflict),
    /// D1 can't be reached, or did not answer.
    Unavailable(String),
    /// The statement is wrong.
    Bug(String),
}

/// On what somebody else was first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The case's next event.
    Event,
    /// The ticket number.
    Ticket,
    /// The open request for this holder from this account, or from the desk.
    OpenRequest,
    /// The document is part of a case already.
    DocumentInUse,
    /// The person.
    Person,
    /// The same command, at the same moment.
    Idempotency,
    /// The mail that an office sends once a day.
    DaysMail,
    /// The office's next entry.
    OfficeEvent,
    /// The answer to a wish to have something put right.
    Answer,
    /// The civil servant number.
    Nip,
    /// Something referred to is there no more, or still referred to.
    Reference,
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        match failure {
            Failure::Unavailable(cause) => Problem::storage_unavailable(&cause),
            Failure::Conflict(conflict) => Problem::bug(format!("unexpected conflict: {conflict:?}")),
            Failure::Bug(cause) => Problem::bug(cause),
        }
    }
}

fn message(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => format!("{error:?}"),
    }
}

/// Reads D1's message. SQLite names the columns of the constraint that failed, and the index only where it is of expressions.
fn classify(message: &str) -> Failure {
    const UNIQUE: [(&str, Conflict); 10] = [
        ("idempotency.person", Conflict::Idempotency),
        ("events.ticket", Conflict::Event),
        ("index 'one_open_request'", Conflict::OpenRequest),
        ("cases.ticket", Conflict::Ticket),
        ("case_documents.document", Conflict::DocumentInUse),
        ("people.email_key", Conflict::Person),
        ("people.nip", Conflict::Nip),
        ("days_mails.office", Conflict::DaysMail),
        ("office_events.office", Conflict::OfficeEvent),
        ("correction_answers.id", Conflict::Answer),
    ];
    // The latter is what a trigger says: the document was taken back meanwhile.
    if message.contains("FOREIGN KEY constraint failed") || message.contains("the document was removed") {
        return Failure::Conflict(Conflict::Reference);
    }
    if let Some((_, columns)) = message.split_once("UNIQUE constraint failed: ") {
        return match UNIQUE.iter().find(|(column, _)| columns.starts_with(column)) {
            Some((_, conflict)) => Failure::Conflict(*conflict),
            None => Failure::Bug(message.to_owned()),
        };
    }
    let wrong = ["SQLITE_ERROR", "SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "D1_TYPE_ERROR", "syntax error", "no such"];
    if wrong.iter().any(|word| message.contains(word)) {
        Failure::Bug(message.to_owned())
    } else {
        Failure::Unavailable(message.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_told_apart_by_the_columns_of_the_constraint() {
        let conflict = |message: &str| match classify(message) {
            Failure::Conflict(conflict) => Some(conflict),
            _ => None,
        };
        let unique = |columns: &str| format!("D1_ERROR: UNIQUE constraint failed: {columns}: SQLITE_CONSTRAINT");
        assert_eq!(conflict(&unique("events.ticket, events.seq")), Some(Conflict::Event));
        assert_eq!(conflict(&unique("index 'one_open_request'")), Some(Conflict::OpenRequest));
        assert_eq!(conflict(&unique("cases.ticket")), Some(Conflict::Ticket));
        assert_eq!(conflict(&unique("idempotency.person, idempotency.key")), Some(Conflict::Idempotency));
        assert_eq!(conflict("D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT"), Some(Conflict::Reference));
        assert!(matches!(classify("D1_ERROR: no such column: x: SQLITE_ERROR"), Failure::Bug(_)));
        assert!(matches!(classify("D1_ERROR: Network connection lost."), Failure::Unavailable(_)));
    }
}
