//! Once a day, each office's log is signed and the checkpoint mailed to whom the office named: what they hold, nobody can
//! take back. Whom it names later on that day gets the newest one with the next run.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use worker::Env;
use workflow::{
    api::MailKind,
    procedure::{Office, offices},
};

use super::ledger::Ledger;
use crate::{
    app,
    db::Db,
    mail::{
        self,
        daily::{self, Todays},
    },
    noted,
    problem::Problem,
    store::affairs::SealedList,
};

#[derive(Deserialize)]
struct Mailboxes {
    checkpoint_emails: Option<SealedList>,
}

/// Signs and mails it, office by office, where today's has not gone, or not to all.
pub async fn daily(env: &Env, now: DateTime<Utc>) {
    for procedure in offices().iter() {
        if of_office(env, &procedure.office, now).await.is_err() {
            noted::wrong("log", format_args!("{}: not signed today; the next run tries again", procedure.office.id));
        }
    }
}

async fn of_office(env: &Env, office: &Office, now: DateTime<Utc>) -> Result<(), Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let mut todays = Todays::load(&db, MailKind::Checkpoint, office, now).await?;
    let mut batch = db.batch();
    let to = batch.ask::<Mailboxes>("SELECT checkpoint_emails FROM offices WHERE id = ?1", &[&office.id]);
    let to = db.read(batch).await?.first(&to)?.and_then(|office| office.checkpoint_emails);
    let vault = app::vault(env)?;
    let mut to = to.map_or(Ok(Vec::new()), |list| list.open(&vault, &office.id))?;
    to.retain(|to| !todays.is_told(&vault, to.as_str()));
    if todays.is_begun() && to.is_empty() {
        return Ok(());
    }
    let signed = Ledger::open(env, &db, &office.id, now)?.newest().await?;
    let origin = env.var("ORIGIN").map_err(Problem::bug)?.to_string();
    let mut batch = db.batch();
    todays.begin(&mut batch);
    for to in to {
        let message = mail::checkpoint(office, &origin, to.as_str(), &signed.note, signed.checkpoint.size(), now);
        todays.tell(&mut batch, &message, &vault, app::now())?;
    }
    daily::write(&db, batch).await
}
