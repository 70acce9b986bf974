//! Asking for what is held on one to be put right, and the answer of the office's administrators (UU 27/2022, art. 6 and
//! 30). What a request says is put right in the request, by returning it; what was decided stays as it was decided.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, Request},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use vault::{CORRECTION, CORRECTION_ANSWER, Place, Vault};
use workflow::{
    api::{Correction, CorrectionRequest},
    case::{ADMINISTRATOR, PersonId},
    note::Note,
};

use crate::{
    app::{App, Shared},
    body,
    cases::deliver,
    db::{Batch, Conflict, Failure, Slot},
    guard::{self, Asking, For, THEM, TokenHash},
    idempotency::{self, Key},
    limits::{self, Limit},
    mail,
    problem::{Code, Problem},
    secret,
    store::{
        people::{self, Mailbox, Sealed},
        readings,
    },
};

/// What one person may ask for.
const ASKED_A_DAY: Limit = Limit { most: 5, within: TimeDelta::days(1) };

/// So many are shown, of what is alike the newest first.
const SHOWN: u32 = 100;

const COLUMNS: &str = "c.id, c.person, c.at, p.name, p.email, c.text, a.at AS answered_at, a.text AS answer
    FROM corrections c JOIN people p ON p.id = c.person LEFT JOIN correction_answers a ON a.id = c.id";

/// As it lies.
#[derive(Deserialize)]
pub struct Row {
    id: String,
    person: PersonId,
    at: DateTime<Utc>,
    name: Option<String>,
    email: Sealed,
    text: String,
    answered_at: Option<DateTime<Utc>>,
    answer: Option<String>,
}

impl Row {
    /// With its words.
    pub fn open(self, vault: &Vault) -> Result<Correction, Problem> {
        let Row { id, person, at, name, email, text, answered_at, answer } = self;
        let note = |purpose, sealed: &str| {
            Note::parse(&vault.open_text(Place::new(purpose, &id), sealed)?)
                .map_err(|error| Problem::bug(format!("{error:?}")))
        };
        let text = note(CORRECTION, &text)?;
        let answer = answer.map(|sealed| note(CORRECTION_ANSWER, &sealed)).transpose()?;
        let email = email.open(vault, &person)?;
        Ok(Correction { id, at, name, email, text, answered_at, answer })
    }
}

/// `GET /api/offices/{office}/corrections`: one's own.
#[worker::send]
pub async fn own(app: Shared, Path(office): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    guard::procedure(&office)?;
    let ask = |batch: &mut Batch, token: &TokenHash| -> Slot<Row> {
        batch.ask(
            &format!("SELECT {COLUMNS} WHERE c.person = {THEM} AND c.office = ?2 ORDER BY c.at DESC LIMIT ?3"),
            &[&token.as_str(), &office, &SHOWN],
        )
    };
    let (_, answers, rows) = guard::load(&app, &headers, For::Themself, ask).await?;
    shown(&app, answers.rows(&rows)?)
}

/// `GET /api/offices/{office}/corrections/all`: anybody's, for the office's administrators; what waits for an answer on top.
/// That they see it is in the record of each who asked, before they see anything.
#[worker::send]
pub async fn all(app: Shared, Path(office): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let ask = |batch: &mut Batch, token: &TokenHash| {
        let rows: Slot<Row> = batch.ask(
            &format!("SELECT {COLUMNS} WHERE c.office = ?1 ORDER BY a.id IS NOT NULL, c.at DESC LIMIT ?2"),
            &[&office, &SHOWN],
        );
        (rows, readings::recent_of_corrections(batch, &office, token, app.now))
    };
    let (person, answers, (rows, recent)) = guard::load(&app, &headers, For::Administrators(procedure), ask).await?;
    let (rows, me) = (answers.rows(&rows)?, &person.me.person);
    let recent: BTreeSet<String> = answers.rows(&recent)?.into_iter().map(|wish| wish.correction).collect();
    let new = rows.iter().filter(|row| row.person != *me && !recent.contains(&row.id));
    let new: Vec<&str> = new.map(|row| row.id.as_str()).collect();
    if !new.is_empty() {
        let mut batch = app.db.batch();
        readings::of_corrections(&mut batch, &new, me, app.now)?;
        app.db.write(batch).await?;
    }
    shown(&app, rows)
}

fn shown(app: &App, rows: Vec<Row>) -> Result<Response, Problem> {
    let vault = app.vault()?;
    let shown = rows.into_iter().map(|row| row.open(vault)).collect::<Result<Vec<_>, _>>()?;
    body::json(StatusCode::OK, &shown)
}

/// `POST /api/offices/{office}/corrections`
#[worker::send]
pub async fn ask(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let token = TokenHash::read(request.headers())?;
    let (key, CorrectionRequest { text }) = read(request).await?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, &app);
    let first = key.first(&mut batch, token.as_str());
    let asked = limits::count_of_person(&mut batch, "corrections", token.as_str(), ASKED_A_DAY, app.now);
    let staff = people::mailboxes(&mut batch, &office, app.now);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }
    asked.check(&answers, app.now)?;

    let (id, vault) = (secret::random_id(), app.vault()?);
    let sealed = vault.seal(Place::new(CORRECTION, &id), text.as_str().as_bytes())?;
    let staff = answers.rows(&staff)?;
    let administrators = staff.iter().filter(|one| one.actor.0 == ADMINISTRATOR);
    let mails: Vec<_> = Mailbox::recipients(administrators, procedure, vault)
        .iter()
        .map(|to| mail::correction(&procedure.office, &app.origin, &to.address))
        .collect();
    let me = person.me;
    let mut batch = app.db.batch();
    batch.run(
        "INSERT INTO corrections (id, office, person, at, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[&id, &office, &me.person.0, &app.now, &sealed],
    );
    for message in &mails {
        mail::insert(&mut batch, message, vault, app.now)?;
    }
    let kept = Correction { id, at: app.now, name: me.name, email: me.email, text, answered_at: None, answer: None };
    let answer = body::text(&kept)?;
    key.keep(&mut batch, &me.person, StatusCode::CREATED, &answer, &app)?;
    match app.db.write(batch).await {
        Ok(_) => deliver(&app, mails.into_iter().map(|message| message.id).collect()),
        Err(Failure::Conflict(Conflict::Idempotency)) => {
            return key.again(&app, app.db.batch(), token.as_str()).await;
        }
        Err(failure) => return Err(failure.into()),
    }
    Ok(body::json_text(StatusCode::CREATED, answer))
}

/// `POST /api/offices/{office}/corrections/{id}/answer`
#[worker::send]
pub async fn answer(
    app: Shared,
    Path((office, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let token = TokenHash::read(request.headers())?;
    let (key, CorrectionRequest { text }) = read(request).await?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, &app);
    let first = key.first(&mut batch, token.as_str());
    let row = of_office(&mut batch, &office, &id);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    person.check(For::Administrators(procedure))?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }
    let vault = app.vault()?;
    let asked = answers.first(&row)?.ok_or(Code::NotFound)?.open(vault)?;
    if asked.answered_at.is_some() {
        return Err(Code::AlreadyAnswered.into());
    }

    let message = mail::corrected(&procedure.office, asked.email.as_str(), &text);
    let sealed = vault.seal(Place::new(CORRECTION_ANSWER, &id), text.as_str().as_bytes())?;
    let answer = body::text(&Correction { answered_at: Some(app.now), answer: Some(text), ..asked })?;
    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::OK, &answer, &app)?;
    batch.run(
        "INSERT INTO correction_answers (id, person, at, text) VALUES (?1, ?2, ?3, ?4)",
        &[&id, &person.me.person.0, &app.now, &sealed],
    );
    readings::of_corrections(&mut batch, &[&id], &person.me.person, app.now)?;
    mail::insert(&mut batch, &message, vault, app.now)?;
    match app.db.write(batch).await {
        Ok(_) => deliver(&app, vec![message.id]),
        Err(Failure::Conflict(Conflict::Idempotency)) => {
            return key.again(&app, app.db.batch(), token.as_str()).await;
        }
        Err(Failure::Conflict(Conflict::Answer)) => return Err(Code::AlreadyAnswered.into()),
        Err(failure) => return Err(failure.into()),
    }
    Ok(body::json_text(StatusCode::OK, answer))
}

async fn read(request: Request) -> Result<(Key, CorrectionRequest), Problem> {
    idempotency::require(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::json_bytes(Request::from_parts(parts.clone(), body)).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), &bytes)?;
    Ok((key, body::parse(&bytes)?))
}

/// All that the person asked for, in whichever office.
pub fn of_person(batch: &mut Batch, token: &TokenHash) -> Slot<Row> {
    batch.ask(&format!("SELECT {COLUMNS} WHERE c.person = {THEM} ORDER BY c.at DESC"), &[&token.as_str()])
}

fn of_office(batch: &mut Batch, office: &str, id: &str) -> Slot<Row> {
    batch.ask(&format!("SELECT {COLUMNS} WHERE c.id = ?1 AND c.office = ?2"), &[&id, &office])
}
