//! An office's affairs: read from the rows that are written with its log.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use vault::{CHECKPOINT_MAILBOXES, OFFICE_CONTENT, Place, Vault};
use workflow::{
    api::OwnChange,
    calendar::Calendar,
    case::{Acting, By, Digest, PersonId, SealedEvent, commit, seal},
    identity::{EmailAddress, Nip},
    office::{Affairs, Appointment, Change, Decided, Known, Member, OfficeContent, OfficeEvent, Retention, Settings},
    procedure::{ActorId, Procedure},
};

use crate::{
    body,
    calendar::{self, CalendarRow},
    db::{self, Answers, Batch, Slot},
    guard::{THEM, TokenHash},
    problem::Problem,
    secret,
    store::people::{self, Sealed},
};

/// The part of a batch that loads an office's affairs.
pub struct Loading {
    last: Slot<LastRow>,
    roles: Slot<RoleRow>,
    office: Slot<OfficeRow>,
    calendars: Slot<CalendarRow>,
    known: Option<Slot<KnownRow>>,
}

#[derive(Debug, Deserialize)]
struct LastRow {
    seq: u32,
    hash: Digest,
    at: DateTime<Utc>,
}

/// A role with who holds it. One that ended stays as a row.
#[derive(Debug, Deserialize)]
struct RoleRow {
    id: String,
    person: PersonId,
    name: Option<String>,
    email: Sealed,
    nip: Option<Nip>,
    actor: ActorId,
    held_from: DateTime<Utc>,
    held_until: Option<DateTime<Utc>>,
    #[serde(deserialize_with = "db::json")]
    acting: Option<Acting>,
    locked: u8,
}

#[derive(Debug, Default, Deserialize)]
struct OfficeRow {
    bsre_email: Option<EmailAddress>,
    #[serde(deserialize_with = "db::json")]
    retention: Option<Retention>,
    checkpoint_emails: Option<SealedList>,
}

/// To whom an office's checkpoints are mailed, as it lies in the office's row.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct SealedList(String);

impl SealedList {
    /// The list, which was sealed for this office.
    pub fn open(&self, vault: &Vault, office: &str) -> Result<Vec<EmailAddress>, Problem> {
        let list = vault.open(Place::new(CHECKPOINT_MAILBOXES, office), &self.0)?;
        serde_json::from_slice(&list).map_err(|error| Problem::unreadable(&error))
    }
}

#[derive(Debug, Deserialize)]
struct KnownRow {
    by_email: Option<PersonId>,
    by_nip: Option<PersonId>,
    elsewhere: u8,
}

/// What a command names that lies outside the office.
#[derive(Default)]
pub struct Named<'a> {
    pub email: Option<&'a EmailAddress>,
    pub nip: Option<&'a Nip>,
    pub person: Option<&'a PersonId>,
}

/// Loads an office's affairs, and who is known under what a command names.
pub fn load(batch: &mut Batch, office: &str, named: Option<&Named>, vault: &Vault) -> Loading {
    Loading {
        last: batch.ask(
            "SELECT seq, hash, json_extract(body, '$.at') AS at FROM office_events
             WHERE office = ?1 ORDER BY seq DESC LIMIT 1",
            &[&office],
        ),
        roles: batch.ask(
            "SELECT r.id, r.person, p.name, p.email, p.nip, r.actor, r.held_from, r.held_until, r.acting,
                    p.disabled_at IS NOT NULL AS locked
             FROM roles r JOIN people p ON p.id = r.person WHERE r.office = ?1
             ORDER BY p.name, r.person, r.actor",
            &[&office],
        ),
        office: batch.ask("SELECT bsre_email, retention, checkpoint_emails FROM offices WHERE id = ?1", &[&office]),
        calendars: calendar::of_office(batch, office),
        known: named.map(|named| {
            batch.ask(
                "SELECT (SELECT id FROM people WHERE email_key = ?1) AS by_email,
                        (SELECT id FROM people WHERE nip = ?2) AS by_nip,
                        -- Their mailbox opens what they have there, too.
                        EXISTS (SELECT 1 FROM roles WHERE person = ?3 AND office <> ?4)
                            OR EXISTS (SELECT 1 FROM case_parties WHERE person = ?3 AND office <> ?4) AS elsewhere",
                &[
                    &named.email.map(|email| people::key(vault, email)),
                    &named.nip.map(Nip::as_str),
                    &named.person.map(|person| person.0.as_str()),
                    &office,
                ],
            )
        }),
    }
}

/// What was loaded.
pub struct Loaded {
    /// The affairs, as an administrator sees them.
    pub affairs: Affairs,
    /// The hash and the time of the newest entry of the log.
    pub last: Option<(Digest, DateTime<Utc>)>,
}

impl Loading {
    /// The affairs at `now`.
    pub fn affairs(
        &self,
        answers: &Answers,
        procedure: &Procedure,
        vault: &Vault,
        now: DateTime<Utc>,
    ) -> Result<Loaded, Problem> {
        let last = answers.first(&self.last)?;
        let OfficeRow { bsre_email, retention, checkpoint_emails } = answers.first(&self.office)?.unwrap_or_default();
        let settings = Settings {
            calendar: calendar::newest(procedure.office.zone, answers.rows(&self.calendars)?, now),
            bsre_email,
            retention: retention.unwrap_or_default(),
            checkpoint_emails: checkpoint_emails
                .map_or(Ok(Vec::new()), |list| list.open(vault, &procedure.office.id))?,
        };
        let mut members: BTreeMap<(Option<String>, PersonId), Member> = BTreeMap::new();
        let mut appointments = Vec::new();
        for row in answers.rows(&self.roles)? {
            let RoleRow { id, person, name, email, nip, actor, held_from: from, held_until, acting, locked } = row;
            let member = match members.entry((name.clone(), person.clone())) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let email = email.opened(vault, &person);
                    let (person, locked) = (person.clone(), locked == 1);
                    new.insert(Member { person, name, email, nip, actors: Vec::new(), locked })
                }
            };
            match (acting, held_until) {
                (Some(acting), Some(until)) => {
                    appointments.push(Appointment { id, person, actor, acting, from, until });
                }
                (_, until) if from <= now && until.is_none_or(|until| until > now) => member.actors.push(actor),
                _ => {}
            }
        }
        appointments.sort_by(|a, b| (b.from, &b.id).cmp(&(a.from, &a.id)));
        let seq = last.as_ref().map_or(0, |last| last.seq);
        let affairs = Affairs { seq, members: members.into_values().collect(), appointments, settings: Some(settings) };
        Ok(Loaded { affairs, last: last.map(|last| (last.hash, last.at)) })
    }

    /// What lies outside the office. `invited` says whether the command is about whoever has the mailbox.
    pub fn known(&self, answers: &Answers, named: &Named, invited: bool) -> Result<Known, Problem> {
        let row = self.known.as_ref().map(|slot| answers.first(slot)).transpose()?.flatten();
        let fresh = secret::random_id();
        let Some(KnownRow { by_email, by_nip, elsewhere }) = row else {
            return Ok(Known { fresh, ..Known::default() });
        };
        let person =
            if invited { by_email.clone().or_else(|| Some(PersonId(fresh.clone()))) } else { named.person.cloned() };
        let other = |found: &Option<PersonId>| found.is_some() && *found != person;
        Ok(Known { taken: other(&by_email) || other(&by_nip), elsewhere: elsewhere == 1, fresh, person })
    }
}

/// Takes in a change: its entry in the log, and the rows that are read.
pub fn commit_change(
    batch: &mut Batch,
    procedure: &Procedure,
    loaded: &Loaded,
    decided: Decided,
    vault: &Vault,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let Decided { by, what, content } = decided;
    let office = procedure.office.id.as_str();
    let (prev, at) = loaded.last.map_or((Digest::ZERO, now), |(hash, at)| (hash, now.max(at)));
    let seq = loaded.affairs.seq + 1;
    let (salt, text) = (secret::random::<16>(), body::text(&content)?);
    let event = OfficeEvent { office: office.to_owned(), seq, at, by, what, content: commit(&salt, &text) };
    let SealedEvent { body, prev, hash } = seal(&event, prev);
    batch.run(
        "INSERT INTO office_events (office, seq, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[&office, &seq, &body, &prev.to_string(), &hash.to_string()],
    );
    let sealed = vault.seal(beside(&beside_row(office, seq)), &[&salt, text.as_bytes()].concat())?;
    batch.run("INSERT INTO office_contents (office, seq, sealed) VALUES (?1, ?2, ?3)", &[&office, &seq, &sealed]);
    write_rows(batch, office, &event, &content, vault)
}

/// Where what lies beside an entry lies.
fn beside(row: &str) -> Place<'_> {
    Place::new(OFFICE_CONTENT, row)
}

fn beside_row(office: &str, seq: u32) -> String {
    format!("{office} {seq}")
}

/// The rows that follow from an entry.
fn write_rows(
    batch: &mut Batch,
    office: &str,
    event: &OfficeEvent,
    content: &OfficeContent,
    vault: &Vault,
) -> Result<(), Problem> {
    let at = event.at;
    let kept = |person| content.email.as_ref().map(|email| people::kept(vault, person, email)).transpose();
    match &event.what {
        Change::Invited { person, actors } => {
            let mailbox = kept(person)?;
            batch.run(
                "INSERT INTO people (id, email, email_key, name, nip, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (id) DO UPDATE SET name = ?4, nip = COALESCE(?5, nip)
                 WHERE NOT EXISTS (SELECT 1 FROM roles WHERE person = ?1 AND office <> ?7)",
                &[
                    &person.0,
                    &mailbox.as_ref().map(|mailbox| mailbox.sealed.as_str()),
                    &mailbox.as_ref().map(|mailbox| mailbox.key.as_str()),
                    &content.name.as_ref().map(|name| name.as_str()),
                    &content.nip.as_ref().map(Nip::as_str),
                    &at,
                    &office,
                ],
            );
            set_roles(batch, office, person, actors, at)
        }
        Change::Staffed { person, actors } => {
            if actors.is_empty() {
                // Who is disabled does not stand in for anybody either.
                batch.run(
                    "UPDATE roles SET held_until = max(?3, held_from)
                     WHERE person = ?1 AND office = ?2 AND acting IS NOT NULL AND held_until > ?3",
                    &[&person.0, &office, &at],
                );
                // Whom another office has for work stays signed in there: what they may is read with each request.
                batch.run(
                    "DELETE FROM sessions WHERE person = ?1
                     AND NOT EXISTS (SELECT 1 FROM roles WHERE person = ?1 AND office <> ?2
                                       AND (held_until IS NULL OR held_until > ?3))",
                    &[&person.0, &office, &at],
                );
            }
            set_roles(batch, office, person, actors, at)
        }
        Change::Corrected { person } => {
            let mailbox = kept(person)?;
            batch.run(
                "UPDATE people SET name = ?2, email = ?3, email_key = ?4, nip = ?5 WHERE id = ?1",
                &[
                    &person.0,
                    &content.name.as_ref().map(|name| name.as_str()),
                    &mailbox.as_ref().map(|mailbox| mailbox.sealed.as_str()),
                    &mailbox.as_ref().map(|mailbox| mailbox.key.as_str()),
                    &content.nip.as_ref().map(Nip::as_str),
                ],
            );
            // Whoever had the old mailbox is not in any more.
            sign_out(batch, person);
            Ok(())
        }
        Change::Appointed { appointment, person, actor, acting, from, until } => {
            batch.run(
                "INSERT INTO roles (id, person, office, actor, held_from, held_until, acting)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                &[appointment, &person.0, &office, &actor.0, from, until, &body::text(acting)?],
            );
            Ok(())
        }
        Change::Dismissed { appointment } => {
            batch.run(
                "UPDATE roles SET held_until = max(?3, held_from) WHERE id = ?1 AND office = ?2 AND acting IS NOT NULL",
                &[appointment, &office, &at],
            );
            Ok(())
        }
        Change::CalendarSet { calendar } => {
            batch.run(
                "INSERT INTO calendars (office, changed_at, calendar) VALUES (?1, ?2, ?3)",
                &[&office, &at, &body::text::<Calendar>(calendar)?],
            );
            // They are counted anew one by one, behind the answer and by the cron trigger.
            batch.run("UPDATE cases SET stale = 1 WHERE office = ?1 AND open = 1", &[&office]);
            Ok(())
        }
        Change::BsreMailboxSet => {
            batch.run(
                "INSERT INTO offices (id, bsre_email) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET bsre_email = ?2",
                &[&office, &content.email.as_ref().map(EmailAddress::as_str)],
            );
            Ok(())
        }
        Change::RetentionSet { retention } => {
            batch.run(
                "INSERT INTO offices (id, retention) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET retention = ?2",
                &[&office, &body::text(retention)?],
            );
            Ok(())
        }
        Change::CheckpointMailboxesSet => {
            batch.run(
                "INSERT INTO offices (id, checkpoint_emails) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET checkpoint_emails = ?2",
                &[
                    &office,
                    &vault.seal(Place::new(CHECKPOINT_MAILBOXES, office), body::text(&content.emails)?.as_bytes())?,
                ],
            );
            Ok(())
        }
    }
}

/// They have to sign in again, everywhere.
fn sign_out(batch: &mut Batch, person: &PersonId) {
    batch.run("DELETE FROM sessions WHERE person = ?1", &[&person.0]);
}

/// From now on exactly these roles are the person's own.
fn set_roles(
    batch: &mut Batch,
    office: &str,
    person: &PersonId,
    actors: &[ActorId],
    at: DateTime<Utc>,
) -> Result<(), Problem> {
    let actors = body::text(&actors)?;
    batch.run(
        "UPDATE roles SET held_until = ?4
         WHERE person = ?1 AND office = ?2 AND acting IS NULL AND held_until IS NULL
           AND actor NOT IN (SELECT value FROM json_each(?3))",
        &[&person.0, &office, &actors, &at],
    );
    batch.run(
        "INSERT INTO roles (id, person, office, actor, held_from)
         SELECT lower(hex(randomblob(16))), ?1, ?2, value, ?4 FROM json_each(?3) WHERE true
         ON CONFLICT (person, office, actor) WHERE acting IS NULL AND held_until IS NULL DO NOTHING",
        &[&person.0, &office, &actors, &at],
    );
    Ok(())
}

/// An entry of the log, with its text and the names in it.
#[derive(Debug, Deserialize)]
pub struct ChangeRow {
    pub body: String,
    pub hash: Digest,
    content: Option<String>,
    pub name: Option<String>,
    pub whom: Option<String>,
    pub principal: Option<String>,
    /// Of an appointment that was ended: who stood in, as what.
    #[serde(deserialize_with = "db::json")]
    pub ended: Option<By>,
    /// Of a calendar: the office's own before it.
    #[serde(deserialize_with = "db::json")]
    pub calendar_before: Option<Calendar>,
}

impl ChangeRow {
    /// Why, and who is meant.
    pub fn content(&self, vault: &Vault, office: &str, seq: u32) -> Result<Option<OfficeContent>, Problem> {
        open_content(self.content.as_deref(), vault, office, seq)
    }
}

fn open_content(sealed: Option<&str>, vault: &Vault, office: &str, seq: u32) -> Result<Option<OfficeContent>, Problem> {
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = vault.open(beside(&beside_row(office, seq)), sealed)?;
    let text = opened.get(16..).ok_or_else(|| Problem::bug("a content without its salt"))?;
    serde_json::from_slice(text).map_err(|error| Problem::unreadable(&error))
}

/// An entry of an office's log that is about somebody.
#[derive(Debug, Deserialize)]
pub struct AboutRow {
    body: String,
    content: Option<String>,
}

impl AboutRow {
    /// As they are told it.
    pub fn open(self, vault: &Vault) -> Result<OwnChange, Problem> {
        let event: OfficeEvent = serde_json::from_str(&self.body).map_err(|error| Problem::unreadable(&error))?;
        let content = open_content(self.content.as_deref(), vault, &event.office, event.seq)?;
        Ok(OwnChange { office: event.office, at: event.at, what: event.what, content })
    }
}

/// What offices' logs say about the person of this session, the newest first: whom they invited, corrected, gave roles or took
/// them from, and who stood in or was stood in for.
pub fn about(batch: &mut Batch, token: &TokenHash) -> Slot<AboutRow> {
    batch.ask(
        &format!(
            "SELECT e.body, c.sealed AS content
             FROM office_events e LEFT JOIN office_contents c ON c.office = e.office AND c.seq = e.seq
                  LEFT JOIN roles r ON r.id = json_extract(e.body, '$.what.appointment')
             WHERE e.office IN (SELECT office FROM roles WHERE person = {THEM}
                                UNION SELECT r.office FROM roles r WHERE json_extract(r.acting, '$.principal') = {THEM})
               AND {THEM} IN (json_extract(e.body, '$.what.person'), r.person,
                              json_extract(e.body, '$.what.acting.principal'), json_extract(r.acting, '$.principal'))
             ORDER BY json_extract(e.body, '$.at') DESC, e.office, e.seq DESC"
        ),
        &[&token.as_str()],
    )
}

/// The office's log, the newest entry first, from before `before` on.
pub fn log(batch: &mut Batch, office: &str, before: Option<u32>, limit: u32) -> Slot<ChangeRow> {
    batch.ask(
        "SELECT e.body, e.hash, c.sealed AS content,
                (SELECT name FROM people WHERE id = json_extract(e.body, '$.by.person')) AS name,
                (SELECT name FROM people WHERE id = COALESCE(json_extract(e.body, '$.what.person'), r.person)) AS whom,
                (SELECT name FROM people WHERE id = COALESCE(json_extract(e.body, '$.what.acting.principal'),
                    json_extract(r.acting, '$.principal'))) AS principal,
                iif(json_extract(e.body, '$.what.kind') = 'dismissed',
                    json_object('person', r.person, 'actor', r.actor, 'acting', json(r.acting)), NULL) AS ended,
                iif(json_extract(e.body, '$.what.kind') = 'calendar_set',
                    (SELECT calendar FROM calendars WHERE office = e.office AND changed_at < json_extract(e.body, '$.at')
                     ORDER BY changed_at DESC LIMIT 1), NULL) AS calendar_before
         FROM office_events e LEFT JOIN office_contents c ON c.office = e.office AND c.seq = e.seq
              LEFT JOIN roles r ON r.id = json_extract(e.body, '$.what.appointment')
         WHERE e.office = ?1 AND e.seq < COALESCE(?2, 4294967295) ORDER BY e.seq DESC LIMIT ?3",
        &[&office, &before, &limit],
    )
}
