//! Reminders of turns that last, and the morning's digest. For the cron trigger; nothing of it happens at night.
//!
//! Nothing is sent twice: a reminder's row in the outbox is unique by case, event, rung and recipient, and a digest's by
//! office and day. A run that was missed is caught up by the next one, while the office works.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, de::IgnoredAny};
use worker::Env;
use workflow::{
    case::{Case, Content, due},
    identity::TicketNumber,
    procedure::{ActorId, Office, Procedure, offices},
};

use crate::{
    calendar::{self, CalendarRow, calendars},
    db::{Conflict, Db, Failure},
    mail::{self, Facts},
    problem::Problem,
    store::{
        cases::{self, Whole},
        people::{self, Mailbox},
    },
};

/// So many cases are reminded of at a time: each costs two queries, and the free plan allows 50 an invocation.
const CASES: u32 = 10;

/// When a reminder that could not be written is tried again.
const LATER: TimeDelta = TimeDelta::hours(1);

/// From this hour on, what was not told in the morning is told by tomorrow's.
const NOON: u32 = 12;

#[derive(Deserialize)]
struct ToRemind {
    ticket: TicketNumber,
}

#[derive(Deserialize)]
struct Waiting {
    actor: ActorId,
    waiting: u32,
    urgent: u32,
}

/// Reminds where it is due at `now`, office by office; the next run goes on.
pub async fn remind(env: &Env, now: DateTime<Utc>) {
    let Ok(set) = calendars_set(env).await else {
        worker::console_error!("reminders: no calendars; the next run goes on");
        return;
    };
    for procedure in offices().iter() {
        let its_own = set.iter().filter(|row| row.office == procedure.office.id);
        let open = calendars(procedure.office.zone, its_own).is_ok_and(|all| all.in_force(now).is_open(now));
        if !open {
            continue;
        }
        for done in [of_office(env, procedure, now).await, digest(env, &procedure.office, now).await] {
            if done.is_err() {
                worker::console_error!("reminders of {}: not all done; the next run goes on", procedure.office.id);
            }
        }
    }
}

async fn calendars_set(env: &Env) -> Result<Vec<CalendarRow>, Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let mut batch = db.batch();
    let set = calendar::of_all(&mut batch);
    db.read(batch).await?.rows(&set)
}

async fn of_office(env: &Env, procedure: &Procedure, now: DateTime<Utc>) -> Result<(), Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let office = &procedure.office.id;
    let mut batch = db.batch();
    let due = batch.ask::<ToRemind>(
        "SELECT ticket FROM cases INDEXED BY cases_to_remind WHERE office = ?1 AND remind_at <= ?2
         ORDER BY remind_at LIMIT ?3",
        &[office, &now, &CASES],
    );
    let staff = people::mailboxes(&mut batch, office, now);
    let answers = db.read(batch).await?;
    let staff = answers.rows(&staff)?;
    for ToRemind { ticket } in answers.rows(&due)? {
        if of_case(env, &db, &ticket, &staff, now).await.is_err() {
            worker::console_error!("reminder of {ticket}: not written; tried again later");
            // One that fails must not keep the others from their turn.
            let mut batch = db.batch();
            batch.run("UPDATE cases SET remind_at = ?2 WHERE ticket = ?1", &[&ticket.as_str(), &(now + LATER)]);
            db.write(batch).await?;
        }
    }
    Ok(())
}

/// Writes the newest reminder that is due, and when the next one will be. Of several that were missed, the last says it.
async fn of_case(
    env: &Env,
    db: &Db,
    ticket: &TicketNumber,
    staff: &[Mailbox],
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let mut batch = db.batch();
    let loading = cases::load(&mut batch, ticket);
    let answers = db.read(batch).await?;
    let whole = loading.whole(&answers)?.ok_or_else(|| Problem::bug("a case to remind of is not there"))?;
    let times = whole.times(now)?;
    let (past, to_come): (Vec<_>, Vec<_>) =
        whole.reminders(&times, now).into_iter().partition(|reminder| reminder.at <= now);
    let next = to_come.first().map(|reminder| reminder.at);

    let mut batch = db.batch();
    // Somebody may have acted meanwhile: then it is another turn, which has its own time.
    batch.run(
        "UPDATE cases SET remind_at = ?3 WHERE ticket = ?1 AND seq = ?2",
        &[&ticket.as_str(), &whole.case.seq, &next],
    );
    if let Some(reminder) = past.last() {
        let to = mailboxes(&whole.case, staff, &reminder.actors);
        let origin = origin(env)?;
        let facts = facts(&whole, &to, &origin)?;
        for message in mail::reminder(&facts, reminder, due(&times), &to) {
            batch.add(mail::insert(batch.d1(), &message, now).map_err(Problem::bug)?);
        }
    }
    // The next run of the outbox sends them: this one has its queries to count.
    db.write(batch).await?;
    Ok(())
}

/// Tells each official, once on a working morning, how much waits for them.
async fn digest(env: &Env, office: &Office, now: DateTime<Utc>) -> Result<(), Problem> {
    let local = office.zone.local(now);
    if local.hour() >= NOON {
        return Ok(());
    }
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let day = local.date_naive().to_string();
    // Asked alone: all but the first time in a morning there is nothing more to do.
    let mut batch = db.batch();
    let written = batch.ask::<IgnoredAny>("SELECT 1 FROM digests WHERE office = ?1 AND day = ?2", &[&office.id, &day]);
    if db.read(batch).await?.first(&written)?.is_some() {
        return Ok(());
    }
    let mut batch = db.batch();
    let waiting = batch.ask::<Waiting>(
        "SELECT actor, count(*) AS waiting, sum(rank < '1') AS urgent FROM case_turns WHERE office = ?1 GROUP BY actor",
        &[&office.id],
    );
    let staff = people::mailboxes(&mut batch, &office.id, now);
    let answers = db.read(batch).await?;
    let waiting = answers.rows(&waiting)?;
    let mut by_person: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for mailbox in answers.rows(&staff)? {
        for one in waiting.iter().filter(|one| one.actor == mailbox.actor) {
            let (all, urgent) = by_person.entry(mailbox.email.clone()).or_default();
            *all += one.waiting;
            *urgent += one.urgent;
        }
    }
    let origin = origin(env)?;
    let mut batch = db.batch();
    batch.run("INSERT INTO digests (office, day) VALUES (?1, ?2)", &[&office.id, &day]);
    for (to, (waiting, urgent)) in by_person {
        let message = mail::digest(office, &origin, &to, waiting, urgent);
        batch.add(mail::insert(batch.d1(), &message, now).map_err(Problem::bug)?);
    }
    match db.write(batch).await {
        // Or another run was first.
        Ok(_) | Err(Failure::Conflict(Conflict::Digest)) => Ok(()),
        Err(failure) => Err(failure.into()),
    }
}

fn facts<'a>(whole: &'a Whole, to: &'a [String], origin: &'a str) -> Result<Facts<'a>, Problem> {
    static NOTHING: Content = Content { form: None, note: None, reference: None };
    let newest = whole.last().ok_or_else(|| Problem::bug("a case without an event"))?;
    Ok(Facts {
        procedure: whole.procedure,
        case: &whole.case,
        event: &newest.event,
        writer: "",
        approver: "",
        content: &NOTHING,
        form: whole.form().ok_or_else(|| Problem::bug("a case without a form"))?,
        explanation: None,
        turn_mailboxes: to,
        chain_mailboxes: &[],
        bsre_email: "",
        origin,
    })
}

/// Those who hold one of the roles, but for the parties of the case.
fn mailboxes(case: &Case, staff: &[Mailbox], actors: &[ActorId]) -> Vec<String> {
    let theirs = staff.iter().filter(|one| actors.contains(&one.actor) && !case.concerns(&one.person));
    let mut to: Vec<String> = theirs.map(|one| one.email.clone()).collect();
    to.sort();
    to.dedup();
    to
}

/// Under which address people reach the app, where no request says it.
fn origin(env: &Env) -> Result<String, Problem> {
    Ok(env.var("ORIGIN").map_err(Problem::bug)?.to_string())
}
