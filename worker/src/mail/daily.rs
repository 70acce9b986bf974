//! Mail that an office sends once on a day of its own, whichever run of the cron trigger comes first.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use vault::Vault;
use workflow::{api::MailKind, procedure::Office, report::day};

use super::{Message, outbox};
use crate::{
    db::{Batch, Conflict, Db, Failure},
    problem::Problem,
};

/// What of a day's mail is written.
pub struct Todays {
    office: String,
    kind: &'static str,
    day: String,
    rows: u32,
    /// By the keys of their mailboxes.
    told: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Row {
    recipient_key: Option<String>,
}

impl Todays {
    /// As it stands. Asked alone: on all runs but a day's first there is mostly nothing more to do.
    pub async fn load(db: &Db, kind: MailKind, office: &Office, now: DateTime<Utc>) -> Result<Todays, Problem> {
        let (office, kind, day) = (office.id.clone(), outbox::word(kind), day(now, office.zone));
        let mut batch = db.batch();
        let written = batch.ask::<Row>(
            "SELECT o.recipient_key FROM days_mails d LEFT JOIN outbox o ON o.id = d.mail
             WHERE d.office = ?1 AND d.kind = ?2 AND d.day = ?3",
            &[&office, &kind, &day],
        );
        let written = db.read(batch).await?.rows(&written)?;
        let rows = u32::try_from(written.len()).unwrap_or(u32::MAX);
        Ok(Todays { office, kind, day, rows, told: written.into_iter().filter_map(|row| row.recipient_key).collect() })
    }

    /// Whether a run has begun it.
    pub fn is_begun(&self) -> bool {
        self.rows > 0
    }

    /// Whether it was written to this mailbox.
    pub fn is_told(&self, vault: &Vault, address: &str) -> bool {
        self.told.contains(&outbox::recipient_key(vault, address))
    }

    /// Begins it, if no run has.
    pub fn begin(&mut self, batch: &mut Batch) {
        if !self.is_begun() {
            self.note(batch, None);
        }
    }

    /// Writes it to somebody who is not to get it again on that day.
    pub fn tell(
        &mut self,
        batch: &mut Batch,
        message: &Message,
        vault: &Vault,
        now: DateTime<Utc>,
    ) -> Result<(), Problem> {
        self.note(batch, Some(&message.id));
        outbox::insert(batch, message, vault, now)
    }

    fn note(&mut self, batch: &mut Batch, mail: Option<&str>) {
        batch.run(
            "INSERT INTO days_mails (office, kind, day, n, mail) VALUES (?1, ?2, ?3, CAST(?4 AS INTEGER), ?5)",
            &[&self.office, &self.kind, &self.day, &self.rows, &mail],
        );
        self.rows += 1;
    }
}

/// Writes it: all of it, or nothing where another run was first.
pub async fn write(db: &Db, batch: Batch) -> Result<(), Problem> {
    match db.write(batch).await {
        Ok(_) | Err(Failure::Conflict(Conflict::DaysMail)) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}
