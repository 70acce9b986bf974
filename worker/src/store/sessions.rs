//! Sessions and sign-in codes.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use vault::{Kept, Vault};
use workflow::{
    api::{Me, OwnSession},
    case::{Acting, PersonId, Role},
    identity::Nip,
    procedure::ActorId,
};

use crate::{
    db::{Batch, Slot},
    guard::THEM,
    problem::Problem,
    store::people::Sealed,
};

/// A session ends when nothing was asked for so long.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);
/// A session ends so long after signing in.
pub const ABSOLUTE: TimeDelta = TimeDelta::hours(12);
/// `last_seen` is written no oftener than this.
pub const TOUCH: TimeDelta = TimeDelta::minutes(5);
/// A code is good for so long.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// So many wrong codes, and it is void.
pub const CODE_TRIES: u32 = 5;
/// For so long after a code was entered its person does what can do much harm in wrong hands. Enough for a pile of requests at
/// one sitting, and no more than a screen is left alone for.
pub const PROOF_LIFE: TimeDelta = TimeDelta::minutes(15);
/// A browser from which somebody signed in is known as theirs for so long. Browsers keep no cookie longer.
pub const KNOWN_LIFE: TimeDelta = TimeDelta::days(400);
/// So many sessions one person has at most: whoever begins another ends the one that was used the longest ago.
pub const MOST: u32 = 20;

/// A session with its person and the roles they hold now.
#[derive(Debug, Deserialize)]
pub struct Session {
    pub id: String,
    pub person: PersonId,
    pub created_at: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub proven_at: DateTime<Utc>,
    pub name: Option<String>,
    pub email: Sealed,
    pub nip: Option<Nip>,
    pub disabled_at: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "crate::db::json")]
    roles: Option<Vec<RoleRow>>,
}

impl Session {
    /// The person, as the app knows them.
    pub fn me(self, vault: &Vault) -> Result<Me, Problem> {
        let roles = self.roles.into_iter().flatten().map(Role::from).collect();
        let email = self.email.open(vault, &self.person)?;
        Ok(Me { person: self.person, name: self.name, email, roles })
    }
}

/// The session with this token, and its person.
pub fn session(batch: &mut Batch, token_hash: &str, now: DateTime<Utc>) -> Slot<Session> {
    batch.ask(
        "SELECT s.id, s.person, s.created_at, s.last_seen, s.proven_at, p.name, p.email, p.nip, p.disabled_at,
           (SELECT json_group_array(json_object('office', office, 'actor', actor, 'acting', acting)) FROM roles
            WHERE person = s.person AND held_from <= ?2 AND (held_until IS NULL OR held_until > ?2)) AS roles
         FROM sessions s JOIN people p ON p.id = s.person WHERE s.token_hash = ?1",
        &[&token_hash, &now],
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

/// Notes that a living session was used.
pub fn touch(batch: &mut Batch, token_hash: &str, now: DateTime<Utc>) {
    batch.run(
        "UPDATE sessions SET last_seen = ?2
         WHERE token_hash = ?1 AND last_seen < ?3 AND last_seen > ?4 AND created_at > ?5",
        &[&token_hash, &now, &(now - TOUCH), &(now - IDLE), &(now - ABSOLUTE)],
    );
}

/// The person's sessions that have not ended, the last used first.
pub fn of_person(batch: &mut Batch, token_hash: &str, now: DateTime<Utc>) -> Slot<OneOf> {
    batch.ask(
        &format!(
            "SELECT id, created_at, last_seen, browser, token_hash = ?1 AS here FROM sessions
             WHERE person = {THEM} AND last_seen > ?2 AND created_at > ?3 ORDER BY last_seen DESC, id"
        ),
        &[&token_hash, &(now - IDLE), &(now - ABSOLUTE)],
    )
}

/// All of the person's sessions that are kept, the last used first.
pub fn kept_of_person(batch: &mut Batch, token_hash: &str) -> Slot<OneOf> {
    batch.ask(
        &format!(
            "SELECT id, created_at, last_seen, browser, token_hash = ?1 AS here FROM sessions
             WHERE person = {THEM} ORDER BY last_seen DESC, id"
        ),
        &[&token_hash],
    )
}

/// A session as its person sees it among theirs.
#[derive(Debug, Deserialize)]
pub struct OneOf {
    pub id: String,
    pub created_at: DateTime<Utc>,
    pub last_seen: DateTime<Utc>,
    pub browser: Option<String>,
    /// Whether it is the one that asks, as 0 or 1.
    pub here: u8,
}

impl From<OneOf> for OwnSession {
    fn from(OneOf { id, created_at, last_seen, browser, here }: OneOf) -> OwnSession {
        OwnSession { id, began_at: created_at, used_at: last_seen, browser, here: here == 1 }
    }
}

/// Something that was ended, by its id.
#[derive(Debug, Deserialize)]
pub struct Ended {
    #[expect(dead_code, reason = "that there is one is all that is asked")]
    id: String,
}

/// Ends one of the person's sessions.
pub fn end_one(batch: &mut Batch, person: &PersonId, id: &str) -> Slot<Ended> {
    batch.ask("DELETE FROM sessions WHERE person = ?1 AND id = ?2 RETURNING id", &[&person.0, &id])
}

/// Ends all of the person's sessions but this one.
pub fn end_others(batch: &mut Batch, person: &PersonId, id: &str) {
    batch.run("DELETE FROM sessions WHERE person = ?1 AND id <> ?2", &[&person.0, &id]);
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

/// That somebody signed in with a mailbox from a browser.
#[derive(Debug, Deserialize)]
pub struct KnownDevice {
    #[expect(dead_code, reason = "that there is one is all that is asked")]
    at: DateTime<Utc>,
}

/// Whether somebody did, by the digest of both.
pub fn known_device(batch: &mut Batch, key: &str) -> Slot<KnownDevice> {
    batch.ask("SELECT at FROM known_devices WHERE key = ?1", &[&key])
}

/// Uses up a code that was right: makes the person if this is their first time, begins a session, knows the browser from now
/// on, voids the code. Nothing of it happens when the code is gone meanwhile, or the person is disabled.
pub fn sign_in(batch: &mut Batch, used: &Used, now: DateTime<Utc>) -> Slot<Session> {
    batch.run(
        "INSERT INTO people (id, email, email_key, created_at)
         SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM sign_in_codes WHERE address = ?5 AND code = ?6)
         ON CONFLICT (email_key) DO NOTHING",
        &[&used.new_person.0, &used.mailbox.sealed, &used.mailbox.key, &now, &used.address, &used.code],
    );
    batch.run(
        "INSERT INTO sessions (token_hash, person, created_at, last_seen, proven_at, browser)
         SELECT ?1, id, ?2, ?2, ?2, ?6 FROM people WHERE email_key = ?3 AND disabled_at IS NULL
           AND EXISTS (SELECT 1 FROM sign_in_codes WHERE address = ?4 AND code = ?5)",
        &[&used.token_hash, &now, &used.mailbox.key, &used.address, &used.code, &used.browser],
    );
    batch.run(
        &format!(
            "DELETE FROM sessions WHERE token_hash IN (
               SELECT token_hash FROM sessions WHERE person = {THEM}
               ORDER BY last_seen DESC, token_hash = ?1 DESC LIMIT -1 OFFSET ?2)"
        ),
        &[&used.token_hash, &MOST],
    );
    batch.run(
        "INSERT INTO known_devices (key, at) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM sessions WHERE token_hash = ?3)
         ON CONFLICT (key) DO UPDATE SET at = ?2",
        &[&used.known_device, &now, &used.token_hash],
    );
    void_code(batch, &used.address, &used.code);
    session(batch, &used.token_hash, now)
}

/// Uses up a code that was right: the session goes on under another token, as one whose person has just proven their
/// mailbox. Nothing of it happens when the code or the session is gone meanwhile.
pub fn prove(batch: &mut Batch, proof: &Proof, now: DateTime<Utc>) -> Slot<Proven> {
    let proven = batch.ask(
        "UPDATE sessions SET token_hash = ?2, proven_at = ?3, last_seen = ?3
         WHERE token_hash = ?1 AND EXISTS (SELECT 1 FROM sign_in_codes WHERE address = ?4 AND code = ?5)
         RETURNING created_at",
        &[&proof.token_hash, &proof.new_token_hash, &now, &proof.address, &proof.code],
    );
    void_code(batch, proof.address, proof.code);
    proven
}

/// A right code, and the tokens' hashes before and after it.
pub struct Proof<'a> {
    pub address: &'a str,
    pub code: &'a str,
    pub token_hash: &'a str,
    pub new_token_hash: &'a str,
}

/// A session that goes on.
#[derive(Debug, Deserialize)]
pub struct Proven {
    pub created_at: DateTime<Utc>,
}

fn void_code(batch: &mut Batch, address: &str, code: &str) {
    batch.run("DELETE FROM sign_in_codes WHERE address = ?1 AND code = ?2", &[&address, &code]);
}

/// A right code, and what it is to be turned into.
pub struct Used {
    /// As it is to lie in the row of the person, if this is their first time.
    pub mailbox: Kept,
    /// HMAC of the address and the browser.
    pub address: String,
    /// HMAC of the code.
    pub code: String,
    /// The id of the person, if this is their first time.
    pub new_person: PersonId,
    /// SHA-256 of the new session's token.
    pub token_hash: String,
    /// HMAC under which the browser is known from now on.
    pub known_device: String,
    /// From which browser, roughly.
    pub browser: Option<String>,
}
