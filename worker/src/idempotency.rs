//! A write that is asked for twice happens once, and both times gets the same answer.

use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use vault::{ANSWER, Place};
use workflow::case::PersonId;

use crate::{
    app::App,
    body,
    db::{Answers, Batch, Slot},
    guard::THEM,
    problem::{Code, Problem},
    secret,
};

/// What tells one write from another.
pub struct Key {
    /// `Idempotency-Key`.
    key: String,
    /// SHA-256 of method, address and body.
    request: String,
}

/// The first answer to a write. Its body is sealed: it may hold what is personal.
#[derive(Debug, Deserialize)]
pub struct First {
    person: PersonId,
    request: String,
    status: u16,
    body: String,
}

impl Key {
    /// Reads the header that every write carries: up to 100 visible ASCII characters.
    pub fn read(headers: &HeaderMap, method: &Method, path: &str, body: &[u8]) -> Result<Key, Problem> {
        let key = header(headers)?;
        let request = secret::sha256(format!("{method}\n{path}\n{}", secret::sha256(body)).as_bytes());
        Ok(Key { key, request })
    }

    /// The answer that the write got before, if it was asked for before.
    pub fn first(&self, batch: &mut Batch, token_hash: &str) -> Slot<First> {
        batch.ask(
            &format!("SELECT person, request, status, body FROM idempotency WHERE person = {THEM} AND key = ?2"),
            &[&token_hash, &self.key],
        )
    }

    /// That answer again; refuses when it was another write's.
    pub fn replay(&self, answers: &Answers, slot: &Slot<First>, app: &App) -> Result<Option<Response>, Problem> {
        let Some(first) = answers.first(slot)? else { return Ok(None) };
        if first.request != self.request {
            return Err(Code::IdempotencyKeyReused.into());
        }
        let status = StatusCode::from_u16(first.status).map_err(Problem::bug)?;
        let text = app.vault()?.open_text(place(&row(&first.person, &self.key)), &first.body)?;
        Ok(Some(body::json_text(status, text)))
    }

    /// That answer, where the same was asked at the same moment and the other one was first. `batch` has what is to be undone.
    pub async fn again(&self, app: &App, mut batch: Batch, token_hash: &str) -> Result<Response, Problem> {
        let first = self.first(&mut batch, token_hash);
        let answers = app.db.read(batch).await?;
        self.replay(&answers, &first, app)?.ok_or_else(|| Problem::bug("a first answer is gone at once"))
    }

    /// Keeps the answer. Goes first into a write's batch: of two at once, the second is to fail on this.
    pub fn keep(
        &self,
        batch: &mut Batch,
        person: &PersonId,
        status: StatusCode,
        body: &str,
        app: &App,
    ) -> Result<(), Problem> {
        let sealed = app.vault()?.seal(place(&row(person, &self.key)), body.as_bytes())?;
        batch.run(
            "INSERT INTO idempotency (person, key, request, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[&person.0, &self.key, &self.request, &u32::from(status.as_u16()), &sealed, &app.now],
        );
        Ok(())
    }
}

fn row(person: &PersonId, key: &str) -> String {
    format!("{} {key}", person.0)
}

fn place(row: &str) -> Place<'_> {
    Place::new(ANSWER, row)
}

/// Refuses a write without a key, before its body is read.
pub fn require(headers: &HeaderMap) -> Result<(), Problem> {
    header(headers).map(drop)
}

fn header(headers: &HeaderMap) -> Result<String, Problem> {
    let value = headers.get("idempotency-key").ok_or(Code::IdempotencyKeyMissing)?;
    let key = value.to_str().unwrap_or_default();
    if (1..=100).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(key.to_owned())
    } else {
        Err(Code::IdempotencyKeyInvalid.into())
    }
}
