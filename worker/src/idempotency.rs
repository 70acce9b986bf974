//! A write that is asked for twice happens once, and both times gets the same answer.

use axum::response::Response;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use workflow::case::PersonId;

use crate::{
    body,
    db::{Answers, Batch, Slot},
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

/// The first answer to a write.
#[derive(Debug, Deserialize)]
pub struct First {
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
            "SELECT request, status, body FROM idempotency
             WHERE person = (SELECT person FROM sessions WHERE token_hash = ?1) AND key = ?2",
            &[&token_hash, &self.key],
        )
    }

    /// That answer again; refuses when it was another write's.
    pub fn replay(&self, answers: &Answers, slot: &Slot<First>) -> Result<Option<Response>, Problem> {
        let Some(first) = answers.first(slot)? else { return Ok(None) };
        if first.request != self.request {
            return Err(Code::IdempotencyKeyReused.into());
        }
        let status = StatusCode::from_u16(first.status).map_err(Problem::bug)?;
        Ok(Some(body::json_text(status, first.body)))
    }

    /// Keeps the answer. Goes first into a write's batch: of two at once, the second is to fail on this.
    pub fn keep(&self, batch: &mut Batch, person: &PersonId, status: StatusCode, body: &str, now: DateTime<Utc>) {
        batch.run(
            "INSERT INTO idempotency (person, key, request, status, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            &[&person.0, &self.key, &self.request, &u32::from(status.as_u16()), &body, &now],
        );
    }
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
