//! What is personal in a request goes when its time is over (UU 27/2022, art. 43 and 44): its key, what it sealed, its
//! documents, its mails, its name. What stays is that there was one: ticket number, instants, reason, and its events, which
//! name nobody. Chain and log still verify.
//!
//! Whom nothing needs any more is forgotten too, by a rule of its own: [`NEEDED`].

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use worker::Env;
use workflow::{
    case::PersonId,
    identity::TicketNumber,
    office::Retention,
    procedure::{Procedure, offices},
};

use crate::{
    body,
    db::{self, Batch, Db},
    noted,
    problem::Problem,
};

/// So many requests of an office are erased in one run.
const AT_ONCE: u32 = 10;

/// Whether so many people are still needed is looked at in one run.
const LOOKED_AT: u32 = 50;

/// Whoever signed in and asked for nothing is known for so long.
const STRANGER_LIFE: TimeDelta = TimeDelta::days(30);

/// What needs a row of `people`. Whoever held a role stays in the office's log by their name; whoever is signed in, or has an
/// upload waiting, is about to ask for something.
const NEEDED: &str = "
    EXISTS (SELECT 1 FROM roles WHERE person = people.id)
    OR EXISTS (SELECT 1 FROM case_parties WHERE person = people.id)
    OR EXISTS (SELECT 1 FROM corrections WHERE person = people.id)
    OR EXISTS (SELECT 1 FROM sessions WHERE person = people.id)
    OR EXISTS (SELECT 1 FROM documents WHERE owner = people.id AND attached = 0)";

/// What stands in place of a name.
const ERASED: &str = "(sudah dihapus)";

#[derive(Deserialize)]
struct Kept {
    #[serde(deserialize_with = "db::json")]
    retention: Option<Retention>,
}

#[derive(Deserialize)]
struct Over {
    ticket: TicketNumber,
}

#[derive(Deserialize)]
struct ToLookAt {
    id: PersonId,
}

/// Erases what has outlived its time, as far as one run goes; the next goes on.
pub async fn erase(env: &Env, now: DateTime<Utc>) {
    for procedure in offices().iter() {
        match of_office(env, procedure, now).await {
            Ok(0) => {}
            Ok(erased) => noted::done("erasure", format_args!("{}: {erased} requests erased", procedure.office.id)),
            Err(_) => {
                noted::wrong("erasure", format_args!("{}: not all erased; the next run goes on", procedure.office.id))
            }
        }
    }
    match forget(env, now).await {
        Ok(0) => {}
        Ok(forgotten) => noted::done("erasure", format_args!("{forgotten} people forgotten")),
        Err(_) => noted::wrong("erasure", "not all forgotten; the next run goes on"),
    }
}

/// Forgets whom nothing needs: how many. The others are looked at again when something that needed them is gone, which the
/// triggers of the database tell. Whoever is locked out stays known, or they would come in again.
async fn forget(env: &Env, now: DateTime<Utc>) -> Result<usize, Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let mut batch = db.batch();
    let found = batch.ask::<ToLookAt>(
        "SELECT id FROM people INDEXED BY people_to_look_at
         WHERE to_look_at = 1 AND disabled_at IS NULL AND created_at < ?1 ORDER BY created_at LIMIT ?2",
        &[&(now - STRANGER_LIFE), &LOOKED_AT],
    );
    let found = db.read(batch).await?.rows(&found)?;
    if found.is_empty() {
        return Ok(0);
    }
    let ids: Vec<&PersonId> = found.iter().map(|found| &found.id).collect();
    let ids = body::text(&ids)?;
    let mut batch = db.batch();
    let forgotten = batch.ask::<ToLookAt>(
        &format!(
            "UPDATE people SET email = '', email_key = 'erased ' || id, name = NULL, nip = NULL, disabled_at = ?2
             WHERE id IN (SELECT value FROM json_each(?1)) AND NOT ({NEEDED}) RETURNING id"
        ),
        &[&ids, &now],
    );
    batch.run("UPDATE people SET to_look_at = 0 WHERE id IN (SELECT value FROM json_each(?1))", &[&ids]);
    Ok(db.write(batch).await?.rows(&forgotten)?.len())
}

/// How many were erased.
async fn of_office(env: &Env, procedure: &Procedure, now: DateTime<Utc>) -> Result<usize, Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let office = procedure.office.id.as_str();
    let mut batch = db.batch();
    let kept = batch.ask::<Kept>("SELECT retention FROM offices WHERE id = ?1", &[&office]);
    let kept = db.read(batch).await?.first(&kept)?.and_then(|kept| kept.retention).unwrap_or_default();

    let mut batch = db.batch();
    let over = [true, false].map(|revoked| {
        batch.ask::<Over>(
            "SELECT ticket FROM cases INDEXED BY cases_to_erase
             WHERE office = ?1 AND (revoked_at IS NULL) = ?2 AND since < ?3 AND open = 0 AND erased_at IS NULL
             ORDER BY since LIMIT ?4",
            &[&office, &!revoked, &kept.ended_before(revoked, now), &AT_ONCE],
        )
    });
    let answers = db.read(batch).await?;
    let mut erased = 0;
    for slot in over {
        for Over { ticket } in answers.rows(&slot)? {
            let mut batch = db.batch();
            erase_case(&mut batch, &ticket, now);
            db.write(batch).await?;
            erased += 1;
        }
    }
    Ok(erased)
}

fn erase_case(batch: &mut Batch, ticket: &TicketNumber, now: DateTime<Utc>) {
    let ticket = &ticket.as_str();
    for statement in [
        // Without it nothing that was written opens, wherever copies of it lie.
        "DELETE FROM case_keys WHERE ticket = ?1",
        "DELETE FROM contents WHERE ticket = ?1",
        // The sweep finds the bytes by these rows, which no key opens any more, and removes both.
        "UPDATE documents SET attached = 2, name = '', sealed_key = ''
         WHERE id IN (SELECT document FROM case_documents WHERE ticket = ?1)",
        "DELETE FROM case_documents WHERE ticket = ?1",
        "DELETE FROM case_terms WHERE ticket = ?1",
        "DELETE FROM case_parties WHERE ticket = ?1",
        "DELETE FROM outbox WHERE ticket = ?1",
        "DELETE FROM readings WHERE ticket = ?1",
    ] {
        batch.run(statement, &[ticket]);
    }
    batch.run(
        "UPDATE cases SET name = ?2, nip = NULL, unit = NULL, holder_key = '', erased_at = ?3 WHERE ticket = ?1",
        &[ticket, &ERASED, &now],
    );
}
