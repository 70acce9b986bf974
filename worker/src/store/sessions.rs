//! Sessions and sign-in codes.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use workflow::{
    case::{Acting, PersonId, Role},
    identity::{EmailAddress, Nip},
    procedure::ActorId,
};

use crate::db::{Batch, Slot};

/// A session ends when nothing was asked for so long.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);
/// A session ends so long after signing in.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// `last_seen` is written no oftener than this.
const TOUCH: TimeDelta = TimeDelta::minutes(5);
/// A code is good for so long.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// So many wrong codes, and it is void.
pub const CODE_TRIES: u32 = 5;

/// A session with its person.
#[derive(Debug, Deserialize)]
pub struct Session {
    pub person: PersonId,
    pub created_at: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub name: Option<String>,
    pub email: EmailAddress,
    pub nip: Option<Nip>,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// The session with this token, and its person.
pub fn session(batch: &mut Batch, token_hash: &str) -> Slot<Session> {
    batch.ask(
        "SELECT s.person, s.created_at, s.last_seen, p.name, p.email, p.nip, p.disabled_at
         FROM sessions s JOIN people p ON p.id = s.person WHERE s.token_hash = ?1",
        &[&token_hash],
    )
}

/// A role as it is stored.
#[derive(Debug, Deserialize)]
pub struct RoleRow {
    office: String,
    actor: ActorId,
    #[serde(deserialize_with = "crate::db::json")]
    acting: Option<Acting>,
}

impl From<RoleRow> for Role {
    fn from(RoleRow { office, actor, acting }: RoleRow) -> Role {
        Role { office, actor, acting }
    }
}

/// The roles its person holds now.
pub fn roles(batch: &mut Batch, token_hash: &str, now: DateTime<Utc>) -> Slot<RoleRow> {
    batch.ask(
        "SELECT office, actor, acting FROM roles
         WHERE person = (SELECT person FROM sessions WHERE token_hash = ?1)
           AND held_from <= ?2 AND (held_until IS NULL OR held_until > ?2)",
        &[&token_hash, &now],
    )
}

/// Notes that a living session was used.
pub fn touch(batch: &mut Batch, token_hash: &str, now: DateTime<Utc>) {
    batch.run(
        "UPDATE sessions SET last_seen = ?2
         WHERE token_hash = ?1 AND last_seen < ?3 AND last_seen > ?4 AND created_at > ?5",
        &[&token_hash, &now, &(now - TOUCH), &(now - IDLE), &(now - ABSOLUTE)],
    );
}

/// Ends a session.
pub fn end(batch: &mut Batch, token_hash: &str) {
    batch.run("DELETE FROM sessions WHERE token_hash = ?1", &[&token_hash]);
}

/// Keeps a code in place of the one before.
pub fn keep_code(batch: &mut Batch, address: &str, code: &str, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO sign_in_codes (address, code, created_at, tries) VALUES (?1, ?2, ?3, 0)
         ON CONFLICT (address) DO UPDATE SET code = ?2, created_at = ?3, tries = 0",
        &[&address, &code, &now],
    );
}

/// A code that may still be tried.
#[derive(Debug, Deserialize)]
pub struct Code {
    pub code: String,
}

/// The address's code, with one try used up in the same breath.
pub fn try_code(batch: &mut Batch, address: &str, now: DateTime<Utc>) -> Slot<Code> {
    batch.ask(
        "UPDATE sign_in_codes SET tries = tries + 1 WHERE address = ?1 AND tries < ?2 AND created_at > ?3
         RETURNING code",
        &[&address, &CODE_TRIES, &(now - CODE_LIFE)],
    )
}

/// Uses up a code that was right: makes the person if this is their first time, begins a session, voids the
/// code. Nothing of it happens when the code is gone meanwhile, or the person is disabled.
pub fn sign_in(batch: &mut Batch, used: &Used, now: DateTime<Utc>) -> SignedIn {
    batch.run(
        "INSERT INTO people (id, email, email_key, created_at)
         SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM sign_in_codes WHERE address = ?5 AND code = ?6)
         ON CONFLICT (email_key) DO NOTHING",
        &[&used.new_person, &used.email.as_str(), &used.email.key(), &now, &used.address, &used.code],
    );
    batch.run(
        "INSERT INTO sessions (token_hash, person, created_at, last_seen)
         SELECT ?1, id, ?2, ?2 FROM people WHERE email_key = ?3 AND disabled_at IS NULL
           AND EXISTS (SELECT 1 FROM sign_in_codes WHERE address = ?4 AND code = ?5)",
        &[&used.token_hash, &now, &used.email.key(), &used.address, &used.code],
    );
    batch.run("DELETE FROM sign_in_codes WHERE address = ?1 AND code = ?2", &[&used.address, &used.code]);
    SignedIn { session: session(batch, &used.token_hash), roles: roles(batch, &used.token_hash, now) }
}

/// A right code, and what it is to be turned into.
pub struct Used {
    pub email: EmailAddress,
    /// HMAC of the address.
    pub address: String,
    /// HMAC of the code.
    pub code: String,
    /// The id of the person, if this is their first time.
    pub new_person: String,
    /// SHA-256 of the new session's token.
    pub token_hash: String,
}

/// Where the new session is found.
pub struct SignedIn {
    pub session: Slot<Session>,
    pub roles: Slot<RoleRow>,
}
