//! The rows that wait, their sending and its repetition.
//!
//! To send a row one first *takes* it: a single statement counts the attempt and moves `next_at` past any
//! sending's length, and gives back only what was due. Of two runs at once, one gets the row. A run that
//! dies halfway leaves it due again. So a mail goes out at least once, and twice only where the row could
//! not be marked after the mail went.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use worker::{D1Database, D1PreparedStatement, D1Type, Env, Error, SendEmailBuilder};
use workflow::{
    api::{MailKind, SentMail},
    identity::TicketNumber,
};

use super::Message;
use crate::{app::now, db::instant, store::sessions::CODE_LIFE};

/// How long a row is kept from other runs while one sends it.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(5);

/// How many rows one sweep sends: each costs a query or two, and the free plan allows 50 an invocation.
const SWEEP: i32 = 20;

/// How long after each failed attempt the next one follows, in minutes; the last again and again, until it went.
const PAUSES: [i64; 7] = [1, 5, 30, 120, 360, 720, 1_440];

/// For how long the row of a sign-in code is kept, without its text, to see whether it went.
const CODE_ROWS_KEPT: TimeDelta = TimeDelta::days(1);

/// The statement that writes `message` into the outbox, for the batch of the act that causes it. The same twice is
/// written once.
pub fn insert(db: &D1Database, message: &Message, now: DateTime<Utc>) -> worker::Result<D1PreparedStatement> {
    let ticket = message.ticket.as_ref().map(TicketNumber::as_str);
    let seq = message.seq.map(|seq| i32::try_from(seq).expect("a case has fewer than 2³¹ events"));
    let now = instant(now);
    db.prepare(
        "INSERT INTO outbox (id, ticket, seq, kind, recipient, subject, text, next_at, written_at, rung)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)
         ON CONFLICT (ticket, seq, kind, rung, recipient) DO NOTHING",
    )
    .bind_refs(&[
        D1Type::Text(&message.id),
        ticket.map_or(D1Type::Null, D1Type::Text),
        seq.map_or(D1Type::Null, D1Type::Integer),
        D1Type::Text(word(message.kind)),
        D1Type::Text(&message.to),
        D1Type::Text(&message.subject),
        D1Type::Text(&message.text),
        D1Type::Text(&now),
        D1Type::Integer(i32::from(message.rung)),
    ])
}

/// Sends these rows, as far as they are due. Call it after the commit, in the background: whatever fails
/// here is tried again by [`sweep`].
pub async fn deliver(env: &Env, ids: &[String]) {
    if ids.is_empty() {
        return;
    }
    // The list goes in as one parameter, so its length is not bound by how many a statement may have.
    let list = serde_json::to_string(ids).expect("a list of strings is JSON");
    let which = "id IN (SELECT value FROM json_each(?4))";
    if let Err(error) = run(env, which, D1Type::Text(&list)).await {
        worker::console_error!("outbox: delivery did not run: {}", cause(&error));
    }
}

/// Sends everything that is due, and sweeps away what is left of old sign-in codes. For the cron trigger.
pub async fn sweep(env: &Env) {
    let which = "id IN (SELECT id FROM outbox WHERE state = 'waiting' AND next_at <= ?1 ORDER BY next_at LIMIT ?4)";
    if let Err(error) = run(env, which, D1Type::Integer(SWEEP)).await {
        worker::console_error!("outbox: sweep did not run: {}", cause(&error));
    }
    if let Err(error) = sweep_codes(env).await {
        worker::console_error!("outbox: old codes were not swept: {}", cause(&error));
    }
}

/// The mails that belong to a case, in the order in which they were written; [`MailRow`]s come back.
pub fn of_case(db: &D1Database, ticket: &TicketNumber) -> worker::Result<D1PreparedStatement> {
    db.prepare(
        "SELECT seq, kind, recipient, subject, text, state = 'failed' AS failed, written_at, sent_at FROM outbox
         WHERE ticket = ?1 ORDER BY seq, kind, recipient",
    )
    .bind_refs(&[D1Type::Text(ticket.as_str())])
}

/// A row of [`of_case`].
#[derive(Debug, Deserialize)]
pub struct MailRow {
    seq: u32,
    kind: MailKind,
    recipient: String,
    subject: String,
    text: String,
    failed: u8,
    written_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl From<MailRow> for SentMail {
    fn from(row: MailRow) -> SentMail {
        let MailRow { seq, kind, recipient, subject, text, failed, written_at, sent_at } = row;
        SentMail { seq, kind, to: recipient, subject, text, failed: failed == 1, written_at, sent_at }
    }
}

/// A row that this run has taken.
#[derive(Debug, Deserialize)]
pub(super) struct Taken {
    pub id: String,
    #[cfg(feature = "dev")]
    pub ticket: Option<String>,
    #[cfg(feature = "dev")]
    pub kind: MailKind,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub attempts: u32,
}

/// Takes the due rows that `which` (with its parameter `?4`) names, and sends them one after the other.
async fn run(env: &Env, which: &str, parameter: D1Type<'_>) -> worker::Result<()> {
    let db = env.d1("DB")?;
    let now = now();
    let statement = db
        .prepare(format!(
            "UPDATE outbox SET attempts = attempts + 1, next_at = ?2
             WHERE state = 'waiting' AND next_at <= ?1 AND (kind <> 'code' OR written_at > ?3) AND {which}
             RETURNING id, ticket, kind, recipient, subject, text, attempts"
        ))
        .bind_refs(&[
            D1Type::Text(&instant(now)),
            D1Type::Text(&instant(now + TAKEN_FOR)),
            D1Type::Text(&instant(now - CODE_LIFE)),
            parameter,
        ])?;
    let taken: Vec<Taken> = statement.run().await?.results()?;
    for row in &taken {
        let marked = match send(env, row).await {
            Ok(()) => {
                #[cfg(feature = "dev")]
                if let Err(error) = super::mailbox::keep(&db, row, now).await {
                    worker::console_error!("mailbox: row {} was not copied: {}", row.id, cause(&error));
                }
                sent(&db, row).await
            }
            Err(error) => unsent(&db, row, &error).await,
        };
        if let Err(error) = marked {
            worker::console_error!("outbox: row {} could not be marked: {}", row.id, cause(&error));
        }
    }
    Ok(())
}

async fn send(env: &Env, row: &Taken) -> worker::Result<()> {
    let from = env.var("MAIL_FROM")?.to_string();
    let mail = SendEmailBuilder::new(&from, &row.recipient, &row.subject);
    mail.set_text(&row.text);
    env.send_email("EMAIL")?.send_with_builder(&mail).await?;
    Ok(())
}

async fn sent(db: &D1Database, row: &Taken) -> worker::Result<()> {
    db.prepare(
        "UPDATE outbox SET state = 'sent', sent_at = ?2, last_error = NULL,
         text = CASE kind WHEN 'code' THEN '' ELSE text END WHERE id = ?1",
    )
    .bind_refs(&[D1Type::Text(&row.id), D1Type::Text(&instant(now()))])?
    .run()
    .await?;
    Ok(())
}

async fn unsent(db: &D1Database, row: &Taken, error: &Error) -> worker::Result<()> {
    let why = cause(error);
    let id = D1Type::Text(&row.id);
    let statement = if is_lasting(error) {
        worker::console_error!("outbox: row {} failed after attempt {}: {why}", row.id, row.attempts);
        db.prepare(
            "UPDATE outbox SET state = 'failed', last_error = ?2,
             text = CASE kind WHEN 'code' THEN '' ELSE text END WHERE id = ?1",
        )
        .bind_refs(&[id, D1Type::Text(&why)])?
    } else {
        worker::console_warn!("outbox: row {} waits after attempt {}: {why}", row.id, row.attempts);
        db.prepare("UPDATE outbox SET next_at = ?3, last_error = ?2 WHERE id = ?1").bind_refs(&[
            id,
            D1Type::Text(&why),
            D1Type::Text(&instant(now() + pause(row.attempts))),
        ])?
    };
    statement.run().await?;
    Ok(())
}

/// A code that did not go in its time is never sent and loses its text; old rows of codes go altogether.
async fn sweep_codes(env: &Env) -> worker::Result<()> {
    let db = env.d1("DB")?;
    let now = now();
    let late = db
        .prepare(
            "UPDATE outbox SET state = 'failed', text = '', last_error = 'too_late'
             WHERE kind = 'code' AND state = 'waiting' AND written_at <= ?1",
        )
        .bind_refs(&[D1Type::Text(&instant(now - CODE_LIFE))])?;
    let old = db
        .prepare("DELETE FROM outbox WHERE kind = 'code' AND written_at <= ?1")
        .bind_refs(&[D1Type::Text(&instant(now - CODE_ROWS_KEPT))])?;
    db.batch(vec![late, old]).await?;
    Ok(())
}

/// How long to wait after the attempt of this number, counted from 1.
fn pause(attempt: u32) -> TimeDelta {
    let place = usize::try_from(attempt).unwrap_or(usize::MAX).clamp(1, PAUSES.len()) - 1;
    TimeDelta::minutes(PAUSES[place])
}

/// Whether another attempt would end the same way.
fn is_lasting(error: &Error) -> bool {
    matches!(error, Error::EmailRecipientSuppressed(_) | Error::EmailRecipientNotAllowed(_))
}

/// A word for a failure. Never its message, which may quote an address or a text.
fn cause(error: &Error) -> String {
    match error {
        Error::EmailRecipientSuppressed(_) => "recipient_suppressed".to_owned(),
        Error::EmailRecipientNotAllowed(_) => "recipient_not_allowed".to_owned(),
        Error::RateLimitExceeded(_) => "rate_limit".to_owned(),
        Error::DailyLimitExceeded(_) => "daily_limit".to_owned(),
        Error::InternalError(_) => "mail_service".to_owned(),
        Error::BindingError(_) | Error::RustError(_) => "binding".to_owned(),
        Error::D1(_) => "database".to_owned(),
        Error::UnknownJsError { code: Some(code), .. } => code.clone(),
        Error::UnknownJsError { name: Some(name), .. } => name.clone(),
        _ => "other".to_owned(),
    }
}

/// The word in the table, the same as in JSON.
fn word(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Code => "code",
        MailKind::Received => "received",
        MailKind::Returned => "returned",
        MailKind::Refused => "refused",
        MailKind::RequestToBsre => "request_to_bsre",
        MailKind::Revoked => "revoked",
        MailKind::YourTurn => "your_turn",
        MailKind::Reminder => "reminder",
        MailKind::Digest => "digest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_go_is_tried_again_ever_more_seldom() {
        assert_eq!(pause(1), TimeDelta::minutes(1));
        assert_eq!(pause(4), TimeDelta::hours(2));
        assert!((1..20).all(|attempt| pause(attempt) <= pause(attempt + 1)));
        assert_eq!(pause(1000), TimeDelta::days(1));
    }

    #[test]
    fn kinds_are_stored_as_in_json() {
        use MailKind::{Code, Digest, Received, Refused, Reminder, RequestToBsre, Returned, Revoked, YourTurn};
        for kind in [Code, Received, Returned, Refused, RequestToBsre, Revoked, YourTurn, Reminder, Digest] {
            assert_eq!(serde_json::to_value(kind).unwrap(), word(kind));
            assert!(include_str!("../../migrations/0002_outbox.sql").contains(&format!("'{}'", word(kind))));
        }
    }

    #[test]
    fn a_failure_says_nothing_personal() {
        let error = Error::EmailRecipientSuppressed("siti@contoh.invalid bounced".to_owned());
        assert_eq!(cause(&error), "recipient_suppressed");
        assert!(is_lasting(&error));
        assert_eq!(cause(&Error::JsError("to siti@contoh.invalid".to_owned())), "other");
    }
}
