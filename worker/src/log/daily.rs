//! Once a day, each office's log is signed and the checkpoint mailed to whom the office named: what they hold, nobody can
//! take back.

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
    mail::{self, daily},
    noted,
    problem::Problem,
    store::affairs::SealedList,
};

#[derive(Deserialize)]
struct Mailboxes {
    checkpoint_emails: Option<SealedList>,
}

/// Signs and mails it, office by office, where today's has not gone.
pub async fn daily(env: &Env, now: DateTime<Utc>) {
    for procedure in offices().iter() {
        if of_office(env, &procedure.office, now).await.is_err() {
            noted::wrong("log", format_args!("{}: not signed today; the next run tries again", procedure.office.id));
        }
    }
}

async fn of_office(env: &Env, office: &Office, now: DateTime<Utc>) -> Result<(), Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let Some(mut todays) = daily::begin(&db, MailKind::Checkpoint, office, now).await? else { return Ok(()) };
    let mut batch = db.batch();
    let to = batch.ask::<Mailboxes>("SELECT checkpoint_emails FROM offices WHERE id = ?1", &[&office.id]);
    let to = db.read(batch).await?.first(&to)?.and_then(|office| office.checkpoint_emails);
    let vault = app::vault(env)?;
    let to = to.map_or(Ok(Vec::new()), |list| list.open(&vault, &office.id))?;
    let signed = Ledger::open(env, &db, &office.id, now)?.newest().await?;
    let origin = env.var("ORIGIN").map_err(Problem::bug)?.to_string();
    for to in to {
        let message = mail::checkpoint(office, &origin, to.as_str(), &signed.note, signed.checkpoint.size(), now);
        mail::insert(&mut todays, &message, &vault, app::now())?;
    }
    daily::write(&db, todays).await
}
