//! The rows that wait, their sending and its repetition.
//!
//! To send a row one first *takes* it: a single statement counts the attempt and moves `next_at` past any
//! sending's length, and gives back only what was due. Of two runs at once, one gets the row. A run that
//! dies halfway leaves it due again. So a mail goes out at least once, and twice only where the row could
//! not be marked after the mail went.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use js_sys::{JsString, Object, Uint8Array};
use serde::Deserialize;
use vault::{MAIL_HTML, MAIL_RECIPIENT, MAIL_TEXT, Place, Vault};
use worker::{D1Database, D1Type, EmailAttachment, Env, Error, SendEmailBuilder};
use workflow::{
    api::{MailKind, MailState, OtherMail, SentMail},
    case::{Case, PersonId, is_urgent, wakes},
    identity::{EmailAddress, TicketNumber},
    procedure::{Office, offices},
};

use super::{Message, bounce, texts};
use crate::{
    app::{now, vault},
    body,
    calendar::{self, CalendarRow, calendars},
    db::{Batch, Slot, instant},
    log::Carried,
    noted,
    problem::Problem,
    store::sessions::CODE_LIFE,
};

/// How long a row is kept from other runs while one sends it.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(5);

/// How many rows one sweep sends: each costs a query or two, and the free plan allows 50 an invocation.
const SWEEP: i32 = 20;

/// How long after each failed attempt the next one follows, in minutes. After the last it is given up, five days after
/// it was written (RFC 5321, section 4.5.4.1), and an official hears of it.
const PAUSES: [i64; 10] = [1, 5, 30, 120, 360, 720, 1_440, 1_440, 1_440, 1_440];

/// The content id of the picture in a mail that has one.
const QR: &str = "tanda-bukti";
/// What the receipt is called that is attached to it.
const RECEIPT: &str = "tanda-bukti.txt";

/// For how long a morning's digest is news: what was written before noon goes before the office closes, or not at all.
const DIGEST_LIFE: TimeDelta = TimeDelta::hours(3);

/// For how long the row of a sign-in code is kept, without its text, to see whether it went.
const CODE_ROWS_KEPT: TimeDelta = TimeDelta::days(1);

/// For how long mail is kept that belongs to no case: as long as what people wanted put right.
const OF_NO_CASE_KEPT: TimeDelta = TimeDelta::days(365);

/// So many of those go in one sweep.
const OF_NO_CASE_AT_ONCE: i32 = 100;

/// Writes `message` into the outbox, in the batch of the act that causes it. The same twice is written once. Its words and
/// its recipient are sealed.
pub fn insert(batch: &mut Batch, message: &Message, vault: &Vault, now: DateTime<Utc>) -> Result<(), Problem> {
    let Message { id, ticket, seq, kind, rung, to, subject, text, html } = message;
    let text = vault.seal(text_place(id), text.as_bytes())?;
    let html = vault.seal(html_place(id), html.as_bytes())?;
    let to = vault.keep_mailbox(recipient_place(id), to)?;
    batch.run(
        "INSERT INTO outbox (id, ticket, seq, kind, recipient, recipient_key, subject, text, next_at, written_at, rung, html)
         VALUES (?1, ?2, CAST(?3 AS INTEGER), ?4, ?5, ?11, ?6, ?7, ?8, ?8, CAST(?9 AS INTEGER), ?10)
         ON CONFLICT (ticket, seq, kind, rung, recipient_key) DO NOTHING",
        &[
            id,
            &ticket.as_ref().map(TicketNumber::as_str),
            seq,
            &word(*kind),
            &to.sealed,
            subject,
            &text,
            &now,
            &u32::from(*rung),
            &html,
            &to.key,
        ],
    );
    Ok(())
}

/// Where a mail's recipient lies.
fn recipient_place(id: &str) -> Place<'_> {
    Place::new(MAIL_RECIPIENT, id)
}

/// Where its text lies.
fn text_place(id: &str) -> Place<'_> {
    Place::new(MAIL_TEXT, id)
}

/// Where its HTML lies.
fn html_place(id: &str) -> Place<'_> {
    Place::new(MAIL_HTML, id)
}

/// By what mails to a mailbox are found.
pub(super) fn recipient_key(vault: &Vault, address: &str) -> String {
    vault.mailbox_key(MAIL_RECIPIENT, address)
}

/// What was sealed for this place. Of a sign-in code that went, nothing is left.
fn words(vault: &Vault, place: Place, sealed: &str) -> Result<String, Problem> {
    Ok(if sealed.is_empty() { String::new() } else { vault.open_text(place, sealed)? })
}

/// Drops reminders of a turn that is over, in the batch of the act that ended it: those of events before the one with
/// which the turn began that runs now.
pub fn drop_reminders(batch: &mut Batch, case: &Case) {
    batch.run(
        "DELETE FROM outbox WHERE ticket = ?1 AND seq < ?2 AND kind = 'reminder' AND rung > 0 AND state = 'waiting'",
        &[&case.ticket.as_str(), &case.entered],
    );
}

/// Sends a lost mail again. What went to the outside body goes where the office writes to it now.
pub fn again(
    batch: &mut Batch,
    id: &str,
    bsre_email: Option<&str>,
    vault: &Vault,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let bsre = bsre_email.map(|to| vault.keep_mailbox(recipient_place(id), to)).transpose()?;
    let (sealed, key) = (bsre.as_ref().map(|bsre| bsre.sealed.as_str()), bsre.as_ref().map(|bsre| bsre.key.as_str()));
    batch.run(
        "UPDATE outbox SET state = 'waiting', attempts = 0, next_at = ?2, last_error = NULL, sent_at = NULL,
         recipient = CASE kind WHEN 'request_to_bsre' THEN ifnull(?3, recipient) ELSE recipient END,
         recipient_key = CASE kind WHEN 'request_to_bsre' THEN ifnull(?4, recipient_key) ELSE recipient_key END
         WHERE id = ?1 AND state IN ('failed', 'bounced')",
        &[&id, &now, &sealed, &key],
    );
    Ok(())
}

/// Sends a case's mails to the applicant's new address where they did not reach the old one, those that still wait
/// included. What says that it is their turn goes only if it still is: since the event `case.entered`. `mails` are the
/// case's, for each of which the address is sealed.
pub fn readdress(
    batch: &mut Batch,
    case: &Case,
    mails: Vec<MailRow>,
    from: &EmailAddress,
    to: &EmailAddress,
    vault: &Vault,
    now: DateTime<Utc>,
) -> Result<Slot<Named>, Problem> {
    let seal = |mail: MailRow| {
        let sealed = vault.seal(recipient_place(&mail.id), to.as_str().as_bytes())?;
        Ok((mail.id, sealed))
    };
    let sealed = mails.into_iter().map(seal).collect::<Result<BTreeMap<_, _>, Problem>>()?;
    Ok(batch.ask(
        "UPDATE OR IGNORE outbox SET recipient = (SELECT value FROM json_each(?3) WHERE key = outbox.id),
         recipient_key = ?6, state = 'waiting', attempts = 0, next_at = ?4, last_error = NULL, sent_at = NULL
         WHERE ticket = ?1 AND recipient_key = ?2 AND state <> 'sent' AND id IN (SELECT key FROM json_each(?3))
             AND (kind NOT IN ('your_turn', 'reminder') OR seq >= ?5) RETURNING id",
        &[
            &case.ticket.as_str(),
            &recipient_key(vault, from.as_str()),
            &body::text(&sealed)?,
            &now,
            &case.entered,
            &recipient_key(vault, to.as_str()),
        ],
    ))
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
        noted::wrong("outbox", format_args!("delivery did not run: {}", cause(&error)));
    }
}

/// Sends everything that is due, and sweeps away what has outlived its time. For the cron trigger.
pub async fn sweep(env: &Env) {
    // First what is too late, so that it is not sent.
    if let Err(error) = sweep_late(env).await {
        noted::wrong("outbox", format_args!("what came too late was not swept: {}", cause(&error)));
    }
    let which = "id IN (SELECT id FROM outbox WHERE state = 'waiting' AND next_at <= ?1 ORDER BY next_at LIMIT ?4)";
    if let Err(error) = run(env, which, D1Type::Integer(SWEEP)).await {
        noted::wrong("outbox", format_args!("sweep did not run: {}", cause(&error)));
    }
}

/// The mails that belong to a case.
pub fn of_case(batch: &mut Batch, ticket: &TicketNumber) -> Slot<MailRow> {
    batch.ask(
        "SELECT id, seq, kind, recipient, subject, text, state, last_error, written_at, sent_at FROM outbox
         WHERE ticket = ?1",
        &[&ticket.as_str()],
    )
}

/// One of them.
pub fn row(batch: &mut Batch, ticket: &TicketNumber, id: &str) -> Slot<MailRow> {
    batch.ask(
        "SELECT id, seq, kind, recipient, subject, text, state, last_error, written_at, sent_at FROM outbox
         WHERE ticket = ?1 AND id = ?2",
        &[&ticket.as_str(), &id],
    )
}

/// What went to this person's mailbox and belongs to no request, the newest first, since it has been theirs: before, it may have
/// been somebody else's. Of codes, which come before the person is known, only that they went.
pub fn of_mailbox(batch: &mut Batch, person: &PersonId, address: &str, vault: &Vault) -> Slot<OtherRow> {
    batch.ask(
        "SELECT id, kind, subject, CASE kind WHEN 'code' THEN '' ELSE text END AS text, state, written_at, sent_at
         FROM outbox WHERE ticket IS NULL AND recipient_key = ?1
           AND (kind = 'code' OR written_at >= max(
                (SELECT created_at FROM people WHERE id = ?2),
                ifnull((SELECT max(json_extract(body, '$.at')) FROM office_events
                        WHERE office IN (SELECT office FROM roles WHERE person = ?2)
                          AND json_extract(body, '$.what.kind') = 'corrected'
                          AND json_extract(body, '$.what.person') = ?2), '')))
         ORDER BY written_at DESC, id",
        &[&recipient_key(vault, address), &person.0],
    )
}

/// A row of [`of_mailbox`].
#[derive(Debug, Deserialize)]
pub struct OtherRow {
    id: String,
    kind: MailKind,
    subject: String,
    text: String,
    state: MailState,
    written_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl OtherRow {
    /// As whom it went to sees it.
    pub fn open(self, vault: &Vault) -> Result<OtherMail, Problem> {
        let OtherRow { id, kind, subject, text, state, written_at, sent_at } = self;
        Ok(OtherMail { kind, subject, text: words(vault, text_place(&id), &text)?, state, written_at, sent_at })
    }
}

/// A row that [`readdress`] moved.
#[derive(Debug, Deserialize)]
pub struct Named {
    pub id: String,
}

/// A row of [`of_case`].
#[derive(Debug, Deserialize)]
pub struct MailRow {
    id: String,
    seq: u32,
    kind: MailKind,
    recipient: String,
    subject: String,
    text: String,
    state: MailState,
    last_error: Option<String>,
    written_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl MailRow {
    /// As the officials and the applicant see it.
    pub fn open(self, vault: &Vault) -> Result<SentMail, Problem> {
        let MailRow { id, seq, kind, recipient, subject, text, state, last_error, written_at, sent_at } = self;
        let text = words(vault, text_place(&id), &text)?;
        let to = vault.open_text(recipient_place(&id), &recipient)?;
        Ok(SentMail { id, seq, kind, to, subject, text, state, reason: last_error, written_at, sent_at })
    }
}

/// The mails of a case as they are seen, in the order in which they were written.
pub fn opened(rows: Vec<MailRow>, vault: &Vault) -> Result<Vec<SentMail>, Problem> {
    let mut mails = rows.into_iter().map(|row| row.open(vault)).collect::<Result<Vec<_>, _>>()?;
    mails.sort_by(|a, b| (a.seq, word(a.kind), &a.to).cmp(&(b.seq, word(b.kind), &b.to)));
    Ok(mails)
}

/// A row that this run has taken.
#[derive(Debug, Deserialize)]
pub(super) struct Taken {
    pub id: String,
    pub ticket: Option<TicketNumber>,
    pub seq: Option<u32>,
    pub kind: MailKind,
    pub rung: u8,
    pub recipient: String,
    pub recipient_key: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attempts: u32,
}

impl Taken {
    /// When the office opens, where this is a reminder and it is closed: nobody is reminded at night, however late a row
    /// is sent. Of a request that cannot wait people are reminded by day, and what it begins with goes at any hour.
    fn waits_until(&self, set: &[CalendarRow], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if !self.is_rung() {
            return None;
        }
        let office = self.office()?;
        if is_urgent(self.rung) {
            return wakes(office.zone, now);
        }
        let calendars = calendars(office.zone, set.iter().filter(|row| row.office == office.id)).ok()?;
        let working = calendars.in_force(now);
        // Where they work at night they are left in peace all the same.
        if working.is_open(now) { wakes(office.zone, now) } else { working.opening(now) }
    }

    /// The office of its case.
    fn office(&self) -> Option<&'static Office> {
        let ticket = self.ticket.as_ref()?.as_str();
        offices().iter().map(|procedure| &procedure.office).find(|office| ticket.starts_with(&office.ticket_prefix))
    }

    /// The receipt that goes with a confirmation and with the proof of a revocation.
    async fn carried(&self, env: &Env) -> worker::Result<Option<Carried>> {
        let (MailKind::Received | MailKind::Revoked, Some(office), Some(ticket), Some(seq)) =
            (self.kind, self.office(), &self.ticket, self.seq)
        else {
            return Ok(None);
        };
        // The cause is logged where it arose.
        let carried = Carried::load(env, office, ticket, seq).await;
        carried.map(Some).map_err(|_| Error::RustError("no receipt".to_owned()))
    }

    /// Opens to whom it goes, and its words.
    fn open(&mut self, vault: &Vault) -> Result<(), Problem> {
        self.recipient = vault.open_text(recipient_place(&self.id), &self.recipient)?;
        self.text = words(vault, text_place(&self.id), &self.text)?;
        self.html = words(vault, html_place(&self.id), &self.html)?;
        Ok(())
    }

    fn is_rung(&self) -> bool {
        self.kind == MailKind::Reminder && self.rung > 0
    }
}

/// Takes the due rows that `which` (with its parameter `?4`) names, and sends them one after the other.
async fn run(env: &Env, which: &str, parameter: D1Type<'_>) -> worker::Result<()> {
    let db = env.d1("DB")?;
    let now = now();
    let statement = db
        .prepare(format!(
            "UPDATE outbox SET attempts = attempts + 1, next_at = ?2
             WHERE state = 'waiting' AND next_at <= ?1 AND (kind <> 'code' OR written_at > ?3) AND {which}
             RETURNING id, ticket, seq, kind, rung, recipient, recipient_key, subject, text, html, attempts"
        ))
        .bind_refs(&[
            D1Type::Text(&instant(now)),
            D1Type::Text(&instant(now + TAKEN_FOR)),
            D1Type::Text(&instant(now - CODE_LIFE)),
            parameter,
        ])?;
    let mut taken: Vec<Taken> = statement.run().await?.results()?;
    // What a problem was is logged where it arose.
    let vault = vault(env).map_err(|_| Error::RustError("no keys".to_owned()))?;
    // Without them the national one says when it is night.
    let set = if taken.iter().any(Taken::is_rung) {
        calendar::of_every_office(env).await.unwrap_or_default()
    } else {
        Vec::new()
    };
    for row in &mut taken {
        if let Some(opening) = row.waits_until(&set, now) {
            if let Err(error) = postpone(&db, row, opening).await {
                noted::wrong("outbox", format_args!("row {} could not be put off: {}", row.id, cause(&error)));
            }
            continue;
        }
        let sent_or_not = match row.open(&vault) {
            Ok(()) => send(env, row).await,
            Err(_) => Err(Error::RustError("sealed by no key that is here".to_owned())),
        };
        let marked = match sent_or_not {
            Ok(()) => {
                #[cfg(feature = "dev")]
                if let Err(error) = super::mailbox::keep(&db, &vault, row, now).await {
                    noted::wrong("mailbox", format_args!("row {} was not copied: {}", row.id, cause(&error)));
                }
                sent(&db, row).await
            }
            Err(error) => unsent(&db, row, &error).await,
        };
        if let Err(error) = marked {
            noted::wrong("outbox", format_args!("row {} could not be marked: {}", row.id, cause(&error)));
        }
    }
    Ok(())
}

/// Sends it, with its receipt where it has one: the row holds the mail as it was written, before the event had its place in
/// the log.
async fn send(env: &Env, row: &mut Taken) -> worker::Result<()> {
    #[cfg(feature = "dev")]
    super::mailbox::refuse(row)?;
    let from = env.var("MAIL_FROM")?.to_string();
    let mail = SendEmailBuilder::new(&from, &row.recipient, &row.subject);
    if let Some(Carried { address, receipt, qr }) = row.carried(env).await? {
        texts::receipt(&address, QR).append_to(&mut row.text, &mut row.html);
        mail.set_attachments(&[
            EmailAttachment::new_inline_with_typed_array(
                QR,
                "tanda-bukti.png",
                "image/png",
                &Uint8Array::from(&qr[..]),
            ),
            EmailAttachment::new_attachment(RECEIPT, "text/plain", &receipt),
        ]);
        #[cfg(feature = "dev")]
        {
            super::mailbox::embed(&mut row.html, QR, &qr);
            super::mailbox::attach(&mut row.html, RECEIPT, &receipt);
        }
    }
    mail.set_text(&row.text);
    mail.set_html(&row.html);
    // By this a notification that it did not arrive finds its row.
    let headers: Object<JsString> = Object::new_typed();
    js_sys::Reflect::set(&headers, &bounce::HEADER.into(), &row.id.as_str().into())?;
    mail.set_headers(&headers);
    env.send_email("EMAIL")?.send_with_builder(&mail).await?;
    Ok(())
}

/// The attempt did not take place, and counts for nothing.
async fn postpone(db: &D1Database, row: &Taken, until: DateTime<Utc>) -> worker::Result<()> {
    db.prepare("UPDATE outbox SET next_at = ?2, attempts = attempts - 1 WHERE id = ?1")
        .bind_refs(&[D1Type::Text(&row.id), D1Type::Text(&instant(until))])?
        .run()
        .await?;
    Ok(())
}

async fn sent(db: &D1Database, row: &Taken) -> worker::Result<()> {
    db.prepare(
        "UPDATE outbox SET state = 'sent', sent_at = ?2, last_error = NULL,
         text = CASE kind WHEN 'code' THEN '' ELSE text END, html = CASE kind WHEN 'code' THEN '' ELSE html END
         WHERE id = ?1 AND recipient_key = ?3",
    )
    // It may have been sent elsewhere meanwhile: then it still waits.
    .bind_refs(&[D1Type::Text(&row.id), D1Type::Text(&instant(now())), D1Type::Text(&row.recipient_key)])?
    .run()
    .await?;
    Ok(())
}

async fn unsent(db: &D1Database, row: &Taken, error: &Error) -> worker::Result<()> {
    let why = cause(error);
    let id = D1Type::Text(&row.id);
    let statement = match pause(row.attempts).filter(|_| !is_lasting(error)) {
        Some(pause) => {
            noted::odd("outbox", format_args!("row {} waits after attempt {}: {why}", row.id, row.attempts));
            let next = instant(now() + pause);
            db.prepare("UPDATE outbox SET next_at = ?4, last_error = ?2 WHERE id = ?1 AND recipient_key = ?3")
                .bind_refs(&[id, D1Type::Text(&why), D1Type::Text(&row.recipient_key), D1Type::Text(&next)])?
        }
        None => {
            noted::wrong("outbox", format_args!("row {} failed after attempt {}: {why}", row.id, row.attempts));
            db.prepare(
                "UPDATE outbox SET state = 'failed', last_error = ?2,
                 text = CASE kind WHEN 'code' THEN '' ELSE text END, html = CASE kind WHEN 'code' THEN '' ELSE html END
                 WHERE id = ?1 AND recipient_key = ?3",
            )
            .bind_refs(&[id, D1Type::Text(&why), D1Type::Text(&row.recipient_key)])?
        }
    };
    statement.run().await?;
    Ok(())
}

/// What did not go in its time is never sent: a code, which loses its text, and whose old rows go altogether, and a
/// morning's digest. What belongs to no case and is done goes when it is old; a case's mails go with the case.
async fn sweep_late(env: &Env) -> worker::Result<()> {
    let db = env.d1("DB")?;
    let now = now();
    let late = db
        .prepare(
            "UPDATE outbox SET state = 'failed', text = '', html = '', last_error = 'too_late'
             WHERE kind = 'code' AND state = 'waiting' AND written_at <= ?1",
        )
        .bind_refs(&[D1Type::Text(&instant(now - CODE_LIFE))])?;
    let stale = db
        .prepare(
            "UPDATE outbox SET state = 'failed', last_error = 'too_late'
             WHERE kind = 'digest' AND state = 'waiting' AND written_at <= ?1",
        )
        .bind_refs(&[D1Type::Text(&instant(now - DIGEST_LIFE))])?;
    let old = db
        .prepare("DELETE FROM outbox WHERE kind = 'code' AND written_at <= ?1")
        .bind_refs(&[D1Type::Text(&instant(now - CODE_ROWS_KEPT))])?;
    let done = db
        .prepare(
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox INDEXED BY outbox_of_no_case
                 WHERE ticket IS NULL AND kind <> 'code' AND written_at <= ?1 AND state <> 'waiting'
                 ORDER BY written_at LIMIT ?2)",
        )
        .bind_refs(&[D1Type::Text(&instant(now - OF_NO_CASE_KEPT)), D1Type::Integer(OF_NO_CASE_AT_ONCE)])?;
    db.batch(vec![late, stale, old, done]).await?;
    Ok(())
}

/// How long to wait after the attempt of this number, counted from 1; none where it was the last.
fn pause(attempt: u32) -> Option<TimeDelta> {
    let place = usize::try_from(attempt).unwrap_or(usize::MAX).saturating_sub(1);
    PAUSES.get(place).map(|minutes| TimeDelta::minutes(*minutes))
}

/// Whether another attempt would end the same way.
fn is_lasting(error: &Error) -> bool {
    matches!(error, Error::EmailRecipientSuppressed(_) | Error::EmailRecipientNotAllowed(_))
}

/// A word for a failure. Never its message, which may quote an address or a text.
pub(super) fn cause(error: &Error) -> String {
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
pub(super) fn word(kind: MailKind) -> &'static str {
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
        MailKind::Invited => "invited",
        MailKind::Appointed => "appointed",
        MailKind::Checkpoint => "checkpoint",
        MailKind::Moved => "moved",
        MailKind::Stranded => "stranded",
        MailKind::Correction => "correction",
        MailKind::Corrected => "corrected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_go_is_tried_again_ever_more_seldom() {
        assert_eq!(pause(1), Some(TimeDelta::minutes(1)));
        assert_eq!(pause(4), Some(TimeDelta::hours(2)));
        assert!(PAUSES.is_sorted());
        let all: TimeDelta = (1..).map_while(pause).sum();
        assert_eq!(all.num_days(), 4, "given up on the fifth day");
        assert_eq!(pause(u32::try_from(PAUSES.len()).unwrap() + 1), None);
    }

    #[test]
    fn kinds_are_stored_as_in_json() {
        use MailKind::{
            Appointed, Checkpoint, Code, Corrected, Correction, Digest, Invited, Moved, Received, Refused, Reminder,
            RequestToBsre, Returned, Revoked, Stranded, YourTurn,
        };
        for kind in [
            Code,
            Received,
            Returned,
            Refused,
            RequestToBsre,
            Revoked,
            YourTurn,
            Reminder,
            Digest,
            Invited,
            Appointed,
            Checkpoint,
            Moved,
            Stranded,
            Correction,
            Corrected,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), word(kind));
            assert!(include_str!("../../migrations/0002_outbox.sql").contains(&format!("'{}'", word(kind))));
        }
    }

    #[test]
    fn a_reminder_waits_until_the_office_opens_and_what_cannot_wait_does_not() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let row = |kind, rung| Taken {
            id: String::new(),
            ticket: Some(TicketNumber::parse("MDN-7000-000H").unwrap()),
            seq: Some(1),
            kind,
            rung,
            recipient: String::new(),
            recipient_key: String::new(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            attempts: 1,
        };
        // Nine in the evening of a Friday, and Monday when they open.
        let (night, opening) = (at("2026-06-26T14:00:00Z"), at("2026-06-29T00:30:00Z"));
        assert_eq!(row(MailKind::Reminder, 2).waits_until(&[], night), Some(opening));
        assert_eq!(row(MailKind::Reminder, 2).waits_until(&[], opening), None);
        let (saturday, evening) = (at("2026-06-26T23:00:00Z"), at("2026-06-26T13:59:59Z"));
        assert_eq!(row(MailKind::Reminder, 101).waits_until(&[], night), Some(saturday), "by day, on any day");
        assert_eq!(row(MailKind::Reminder, 101).waits_until(&[], at("2026-06-26T22:59:59Z")), Some(saturday));
        assert_eq!(row(MailKind::Reminder, 101).waits_until(&[], saturday), None);
        assert_eq!(row(MailKind::Reminder, 101).waits_until(&[], evening), None);
        assert_eq!(row(MailKind::Reminder, 0).waits_until(&[], night), None, "an alarm");
        assert_eq!(row(MailKind::Received, 0).waits_until(&[], night), None);
        // Where somebody always works, they sleep all the same.
        let always = serde_json::json!({
            "zone": "WIB", "source": "", "week": { "friday": "00:00-24:00", "saturday": "00:00-24:00" },
        });
        let set = serde_json::json!({ "office": "madiun", "changed_at": night, "calendar": always.to_string() });
        let set: CalendarRow = serde_json::from_value(set).unwrap();
        assert_eq!(row(MailKind::Reminder, 2).waits_until(&[set], night), Some(saturday));
    }

    #[test]
    fn states_are_stored_as_in_json() {
        for state in [MailState::Waiting, MailState::Sent, MailState::Failed, MailState::Bounced] {
            let word = serde_json::to_value(state).unwrap();
            let word = word.as_str().unwrap();
            assert!(include_str!("../../migrations/0002_outbox.sql").contains(&format!("'{word}'")));
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
