//! What has outlived its time goes: sessions, codes, counts, first answers, and uploads of which nothing came.

use chrono::TimeDelta;
use serde::Deserialize;
use worker::Env;

use crate::{
    app::now,
    body,
    db::{Db, Parameter},
    kv, noted,
    problem::Problem,
    store::{documents::LOOSE_LIFE, sessions},
};

/// So many uploads are removed at a time: each costs a call to KV, and an invocation has 50.
const UPLOADS: u32 = 20;

#[derive(Deserialize)]
struct Removed {
    id: String,
    kv_key: String,
}

/// Removes it, as far as one run goes; the next goes on.
pub async fn sweep(env: &Env) {
    if run(env).await.is_err() {
        noted::wrong("sweep", "did not finish; the next run goes on");
    }
}

async fn run(env: &Env) -> Result<(), Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let now = now();
    let mut batch = db.batch();
    let mut old = |table: &str, column: &str, life: TimeDelta| {
        let before: &dyn Parameter = &(now - life);
        batch.run(&format!("DELETE FROM {table} WHERE {column} < ?1"), &[before]);
    };
    // A session that idled out is kept until its absolute end, so that its person is told that it ended.
    old("sessions", "created_at", sessions::ABSOLUTE * 2);
    old("sign_in_codes", "created_at", sessions::CODE_LIFE);
    old("known_devices", "at", sessions::KNOWN_LIFE);
    old("limits", "since", TimeDelta::days(1));
    old("idempotency", "created_at", TimeDelta::days(1));
    // By then it is done, or was refused.
    batch.run(
        "DELETE FROM corrections WHERE id IN (SELECT id FROM correction_answers WHERE at < ?1)",
        &[&(now - TimeDelta::days(365))],
    );
    batch.run(
        "UPDATE documents SET attached = 2 WHERE id IN (
             SELECT id FROM documents INDEXED BY loose_documents_by_age
             WHERE attached = 0 AND uploaded_at < ?1 ORDER BY uploaded_at LIMIT ?2)",
        &[&(now - LOOSE_LIFE), &UPLOADS],
    );
    let removed = batch.ask::<Removed>(
        "SELECT id, kv_key FROM documents INDEXED BY removed_documents WHERE attached = 2 LIMIT ?1",
        &[&UPLOADS],
    );
    let removed = db.read(batch).await?.rows(&removed)?;
    if removed.is_empty() {
        return Ok(());
    }
    for Removed { kv_key, .. } in &removed {
        kv::delete(env, kv_key).await?;
    }
    // The rows last: as long as one is there, its bytes are looked for.
    let ids: Vec<&str> = removed.iter().map(|removed| removed.id.as_str()).collect();
    let mut batch = db.batch();
    batch.run("DELETE FROM documents WHERE id IN (SELECT value FROM json_each(?1))", &[&body::text(&ids)?]);
    db.write(batch).await?;
    Ok(())
}
