//! Reminders of turns that last, and the morning's digest. For the cron trigger; nothing of it happens at night.
//!
//! Nothing is sent twice: a reminder's row in the outbox is unique by case, event, rung and recipient, and a digest's by
//! office and day. A run that was missed is caught up by the next one, while the office works; by day on any day, where a
//! request cannot wait.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde::Deserialize;
use vault::Vault;
use worker::Env;
use workflow::{
    api::MailKind,
    case::{Content, PersonId, due, wakes},
    identity::TicketNumber,
    procedure::{ActorId, Procedure, offices},
};

use crate::{
    app, body,
    calendar::{self, calendars},
    db::{Batch, Db, Slot},
    mail::{
        self, Facts, Message,
        daily::{self, Todays},
    },
    noted,
    problem::Problem,
    store::{
        cases::{self, Whole},
        people::{self, Mailbox, Recipient},
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
    person: PersonId,
    waiting: u32,
    urgent: u32,
}

/// Reminds where it is due at `now`, office by office; the next run goes on.
pub async fn remind(env: &Env, now: DateTime<Utc>) {
    let Ok(set) = calendar::of_every_office(env).await else {
        noted::wrong("reminders", "no calendars; the next run goes on");
        return;
    };
    for procedure in offices().iter() {
        let its_own = set.iter().filter(|row| row.office == procedure.office.id);
        // At night nobody hears of anything, also where they work then.
        if wakes(procedure.office.zone, now).is_some() {
            continue;
        }
        let open = calendars(procedure.office.zone, its_own).is_ok_and(|all| all.in_force(now).is_open(now));
        let done = match open {
            true => of_office(env, procedure, false, now).await.and(digest(env, procedure, now).await),
            // On a day off they hear of what cannot wait.
            false => of_office(env, procedure, true, now).await,
        };
        if done.is_err() {
            noted::wrong("reminders", format_args!("{}: not all done; the next run goes on", procedure.office.id));
        }
    }
}

async fn of_office(env: &Env, procedure: &Procedure, only_urgent: bool, now: DateTime<Utc>) -> Result<(), Problem> {
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    let office = &procedure.office.id;
    let mut batch = db.batch();
    let due = batch.ask::<ToRemind>(
        "SELECT ticket FROM cases INDEXED BY cases_to_remind WHERE office = ?1 AND remind_at <= ?2
         AND urgent >= CAST(?4 AS INTEGER) ORDER BY remind_at LIMIT ?3",
        &[office, &now, &CASES, &u32::from(only_urgent)],
    );
    let staff = people::mailboxes(&mut batch, office, now);
    let answers = db.read(batch).await?;
    let staff = answers.rows(&staff)?;
    for ToRemind { ticket } in answers.rows(&due)? {
        if of_case(env, &db, &ticket, &staff, now).await.is_err() {
            noted::wrong("reminders", format_args!("{ticket}: not written; tried again later"));
            // One that fails must not keep the others from their turn.
            let mut batch = db.batch();
            batch.run("UPDATE cases SET remind_at = ?2 WHERE ticket = ?1", &[&ticket.as_str(), &(now + LATER)]);
            db.write(batch).await?;
        }
    }
    Ok(())
}

/// Writes the reminders that are due, and when the next one will be. Of several that were missed, the last for the same
/// people says it.
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
    let vault = app::vault(env)?;
    let whole = loading.whole(&answers, &vault)?.ok_or_else(|| Problem::bug("a case to remind of is not there"))?;
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
    let recipients = |them: Vec<&Mailbox>| Mailbox::recipients(them, whole.procedure, &vault);
    let origin = origin(env)?;
    let turn = recipients(Mailbox::of_turn(whole.procedure, staff, &whole.case));
    let administrators = || recipients(Mailbox::of_administrators(staff).collect());
    let facts = facts(&whole, &origin, &turn, &administrators)?;
    let last = past.last();
    let mut messages: Vec<Message> = last.map_or_else(Vec::new, |last| mail::still_stranded(&facts, last));
    let last_to_applicant = past.iter().rfind(|reminder| reminder.is_to_applicant());
    let mut told = BTreeSet::new();
    for reminder in past.iter().rev() {
        let those = Mailbox::of(whole.procedure, staff, &whole.case, |actor| reminder.actors.contains(actor))
            // Once it is late or cannot wait, colleagues hear of it too: whoever took it may be away.
            .filter(|one| reminder.late || reminder.is_urgent() || !one.leaves_it_to_a_colleague(staff, &whole.case));
        let to = recipients(those.filter(|one| told.insert(one.person.clone())).collect());
        if !reminder.is_to_applicant() || Some(reminder) == last_to_applicant {
            messages.extend(mail::reminder(&facts, reminder, due(&times), &to));
        }
    }
    for message in messages {
        mail::insert(&mut batch, &message, &vault, now)?;
    }
    // The next run of the outbox sends them: this one has its queries to count.
    db.write(batch).await?;
    Ok(())
}

/// Counts anew, by the calendar of now, some of the cases that were counted by one before it; the next run goes on.
pub async fn recount(env: &Env) {
    for procedure in offices().iter() {
        if recount_office(env, &procedure.office.id).await.is_err() {
            noted::wrong("times", format_args!("{}: not all counted anew; the next run goes on", procedure.office.id));
        }
    }
}

async fn recount_office(env: &Env, office: &str) -> Result<(), Problem> {
    let (db, vault) = (Db::new(env.d1("DB").map_err(Problem::bug)?), app::vault(env)?);
    let mut batch = db.batch();
    let stale = batch.ask::<ToRemind>(
        "SELECT ticket FROM cases INDEXED BY cases_to_count WHERE office = ?1 AND stale = 1 LIMIT ?2",
        &[&office, &CASES],
    );
    let mut missed = None;
    for ToRemind { ticket } in db.read(batch).await?.rows(&stale)? {
        // One that fails must not keep the others from their turn.
        if let Err(problem) = recount_case(&db, &vault, &ticket).await {
            missed = Some(problem);
        }
    }
    missed.map_or(Ok(()), Err)
}

async fn recount_case(db: &Db, vault: &Vault, ticket: &TicketNumber) -> Result<(), Problem> {
    let mut batch = db.batch();
    let loading = cases::load(&mut batch, ticket);
    let answers = db.read(batch).await?;
    let whole = loading.whole(&answers, vault)?.ok_or_else(|| Problem::bug("a case to count is not there"))?;
    let mut batch = db.batch();
    whole.write_times(&mut batch, app::now())?;
    db.write(batch).await?;
    Ok(())
}

/// Tells each official, once on a working morning, how much waits for them.
async fn digest(env: &Env, procedure: &Procedure, now: DateTime<Utc>) -> Result<(), Problem> {
    let office = &procedure.office;
    let db = Db::new(env.d1("DB").map_err(Problem::bug)?);
    if office.zone.local(now).hour() >= NOON {
        return Ok(());
    }
    let mut todays = Todays::load(&db, MailKind::Digest, office, now).await?;
    if todays.is_begun() {
        return Ok(());
    }
    let mut batch = db.batch();
    let staff = people::mailboxes(&mut batch, &office.id, now);
    let (origin, vault) = (origin(env)?, app::vault(env)?);
    let staff = db.read(batch).await?.rows(&staff)?;
    let mut batch = db.batch();
    let waiting = waiting(&mut batch, &office.id, &staff)?;
    let mut written = db.batch();
    todays.begin(&mut written);
    for Waiting { person, waiting, urgent } in db.read(batch).await?.rows(&waiting)? {
        let them = staff.iter().filter(|one| one.person == person);
        for to in Mailbox::recipients(them, procedure, &vault) {
            mail::insert(&mut written, &mail::digest(office, &origin, &to.address, waiting, urgent), &vault, now)?;
        }
    }
    daily::write(&db, written).await
}

/// How many requests wait for each of them: each once, however many roles could take it, and none that concerns them or that a
/// colleague with the role has in hand.
fn waiting(batch: &mut Batch, office: &str, staff: &[Mailbox]) -> Result<Slot<Waiting>, Problem> {
    let roles: Vec<(&PersonId, &ActorId)> = staff.iter().map(|one| (&one.person, &one.actor)).collect();
    Ok(batch.ask(
        "SELECT s.value ->> 0 AS person, count(DISTINCT t.ticket) AS waiting,
                count(DISTINCT CASE WHEN t.rank < '1' THEN t.ticket END) AS urgent
         FROM json_each(?2) s
         JOIN case_turns t ON t.office = ?1 AND t.actor = s.value ->> 1
           AND t.holder IS NOT s.value ->> 0 AND t.filer IS NOT s.value ->> 0
         JOIN cases c ON c.ticket = t.ticket
           AND (c.in_hand IS NULL OR c.in_hand = s.value ->> 0 OR NOT EXISTS (
                SELECT 1 FROM json_each(?2) h WHERE h.value ->> 0 = c.in_hand AND h.value ->> 1 = t.actor))
         GROUP BY person ORDER BY person",
        &[&office, &body::text(&roles)?],
    ))
}

fn facts<'a>(
    whole: &'a Whole,
    origin: &'a str,
    turn: &'a [Recipient],
    administrators: &'a dyn Fn() -> Vec<Recipient>,
) -> Result<Facts<'a>, Problem> {
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
        turn,
        chain: &Vec::new,
        administrators,
        bsre_email: "",
        origin,
    })
}

/// Under which address people reach the app, where no request says it.
fn origin(env: &Env) -> Result<String, Problem> {
    Ok(env.var("ORIGIN").map_err(Problem::bug)?.to_string())
}
