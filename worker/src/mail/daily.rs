//! Mail that an office sends once on a day of its own, whichever run of the cron trigger comes first.

use chrono::{DateTime, Utc};
use serde::de::IgnoredAny;
use workflow::{api::MailKind, procedure::Office, report::day};

use super::outbox;
use crate::{
    db::{Batch, Conflict, Db, Failure},
    problem::Problem,
};

/// The batch into which today's is written; none where it was. Asked alone: on all runs but a day's first there is nothing
/// more to do.
pub async fn begin(db: &Db, kind: MailKind, office: &Office, now: DateTime<Utc>) -> Result<Option<Batch>, Problem> {
    let (kind, day) = (outbox::word(kind), day(now, office.zone));
    let mut batch = db.batch();
    let written = batch.ask::<IgnoredAny>(
        "SELECT 1 FROM days_mails WHERE office = ?1 AND kind = ?2 AND day = ?3",
        &[&office.id, &kind, &day],
    );
    if db.read(batch).await?.first(&written)?.is_some() {
        return Ok(None);
    }
    let mut batch = db.batch();
    batch.run("INSERT INTO days_mails (office, kind, day) VALUES (?1, ?2, ?3)", &[&office.id, &kind, &day]);
    Ok(Some(batch))
}

/// Writes it: all of it, or nothing where another run was first.
pub async fn write(db: &Db, batch: Batch) -> Result<(), Problem> {
    match db.write(batch).await {
        Ok(_) | Err(Failure::Conflict(Conflict::DaysMail)) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}
