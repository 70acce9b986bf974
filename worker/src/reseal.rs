//! A replaced key of `DATA_KEYS` gives way: what it sealed is sealed anew in the background.

use serde::Deserialize;
use vault::Place;
use worker::Env;

use crate::{app, db::Db, noted, problem::Problem};

/// What the keys in `DATA_KEYS` sealed and that is kept: table, what names a row, the column, and its purpose. First answers
/// are not among it; they are gone after a day.
const KEPT: [(&str, &str, &str, &str); 11] = [
    ("case_keys", "ticket", "sealed", vault::CASE_KEY),
    ("documents", "id", "sealed_key", vault::DOCUMENT_KEY),
    ("documents", "id", "name", vault::DOCUMENT_NAME),
    ("people", "id", "email", vault::MAILBOX),
    ("offices", "id", "checkpoint_emails", vault::CHECKPOINT_MAILBOXES),
    ("office_contents", "office || ' ' || seq", "sealed", vault::OFFICE_CONTENT),
    ("outbox", "id", "recipient", vault::MAIL_RECIPIENT),
    ("outbox", "id", "text", vault::MAIL_TEXT),
    ("outbox", "id", "html", vault::MAIL_HTML),
    ("corrections", "id", "text", vault::CORRECTION),
    ("correction_answers", "id", "text", vault::CORRECTION_ANSWER),
];

/// So many of each are sealed anew in one run.
const AT_ONCE: u32 = 50;

#[derive(Deserialize)]
struct Lying {
    row: String,
    sealed: String,
}

/// While a key is being replaced, seals anew what others than the first one sealed; the next run goes on.
pub async fn reseal(env: &Env) {
    if reseal_some(env).await.is_err() {
        noted::wrong("vault", "not all sealed anew; the next run goes on");
    }
}

async fn reseal_some(env: &Env) -> Result<(), Problem> {
    let vault = app::vault(env)?;
    let Some(current) = vault.replaces() else { return Ok(()) };
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let mut batch = db.batch();
    let old = KEPT.map(|(table, key, column, _)| {
        // By the index on the id of the key, which every table has that grows.
        let id = format!("substr({column}, 1, instr({column}, '.') - 1)");
        batch.ask::<Lying>(
            &format!(
                "SELECT {key} AS row, {column} AS sealed FROM {table}
                 WHERE {column} <> '' AND ({id} < ?1 OR {id} > ?1) LIMIT ?2"
            ),
            &[&current, &AT_ONCE],
        )
    });
    let answers = db.read(batch).await?;
    let mut batch = db.batch();
    let mut found = false;
    for ((table, key, column, purpose), old) in KEPT.iter().zip(&old) {
        for Lying { row, sealed } in answers.rows(old)? {
            let place = Place::new(purpose, &row);
            let anew = match vault.open(place, &sealed).and_then(|opened| vault.seal(place, &opened)) {
                Ok(anew) => anew,
                // One that does not open keeps none of the others.
                Err(error) => {
                    noted::wrong("vault", format_args!("a row of {table}: {error}"));
                    continue;
                }
            };
            batch.run(
                &format!("UPDATE {table} SET {column} = ?3 WHERE {key} = ?1 AND {column} = ?2"),
                &[&row, &sealed, &anew],
            );
            found = true;
        }
    }
    if found {
        db.write(batch).await?;
    }
    Ok(())
}
