//! An office's own affairs: its people, who stands in for whom, its calendar, its settings, and the log of their changes.

use axum::{
    extract::{Path, RawQuery, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use vault::Vault;
use workflow::{
    api::{PAGE, SeenChange},
    calendar::{differences, national_at},
    office::{self, Affairs, Appointment, Change, ChangeRequest, Command, Decided, OfficeEvent, decide},
    procedure::Procedure,
};

use crate::{
    app::{App, Shared},
    body,
    cases::{deliver, page, read},
    db::{Batch, Conflict, Failure},
    guard::{self, Asking, For, Person, TokenHash},
    idempotency::{self, Key},
    mail::{self, Message},
    panics,
    problem::Problem,
    remind, routes,
    store::{
        affairs::{self, ChangeRow, Named},
        readings,
    },
};

/// `GET /api/offices/{office}/affairs`
#[worker::send]
pub async fn show(app: Shared, Path(office): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let vault = app.vault()?;
    let ask = |batch: &mut Batch, token: &TokenHash| {
        (affairs::load(batch, &office, None, vault), readings::recent_of_people(batch, &office, token, app.now))
    };
    let (person, answers, (loading, recent)) = guard::load(&app, &headers, For::Office(procedure), ask).await?;
    let loaded = loading.affairs(&answers, procedure, vault, app.now)?;
    if person.who().administers(&office) {
        noted(&app, &office, &person, answers.first(&recent)?.is_some()).await?;
    }
    body::json(StatusCode::OK, &shown(loaded.affairs, &person, &office))
}

/// That an administrator sees who the office's people are, with mailboxes and numbers, is in the record of each of them before
/// they see anything; this costs a round trip more, once an hour.
async fn noted(app: &App, office: &str, person: &Person, recent: bool) -> Result<(), Problem> {
    if !recent {
        let mut batch = app.db.batch();
        readings::of_people(&mut batch, office, &person.me.person, app.now);
        app.db.write(batch).await?;
    }
    Ok(())
}

/// Addresses, numbers and settings are the administrator's to see.
fn shown(mut affairs: Affairs, person: &Person, office: &str) -> Affairs {
    if !person.who().administers(office) {
        affairs.settings = None;
        for member in &mut affairs.members {
            (member.email, member.nip, member.locked) = (None, None, false);
        }
    }
    affairs
}

/// `POST /api/offices/{office}/affairs`
#[worker::send]
pub async fn change(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let token = TokenHash::read(request.headers())?;
    idempotency::require(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::json_bytes(Request::from_parts(parts.clone(), body)).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), &bytes)?;
    let ChangeRequest { seen, command, why } = body::parse(&bytes)?;

    let named = match &command {
        Command::Invite { email, nip, .. } => Named { email: Some(email), nip: nip.as_ref(), person: None },
        Command::Correct { person, email, nip, .. } => {
            Named { email: Some(email), nip: nip.as_ref(), person: Some(person) }
        }
        _ => Named::default(),
    };
    let (mut batch, vault) = (app.db.batch(), app.vault()?);
    let asking = Asking::ask(&mut batch, &token, &app);
    let first = key.first(&mut batch, token.as_str());
    let loading = affairs::load(&mut batch, &office, Some(&named), vault);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    person.check(For::Office(procedure))?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }

    let loaded = loading.affairs(&answers, procedure, vault, app.now)?;
    let known = loading.known(&answers, &named, matches!(command, Command::Invite { .. }))?;
    let needs_proof = command.needs_proof();
    let decided = decide(procedure, &loaded.affairs, &person.who(), seen, command, why, &known, app.now)?;
    if needs_proof {
        person.check_proven(app.now)?;
    }

    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::OK, DONE, &app)?;
    let is_calendar = matches!(decided.what, Change::CalendarSet { .. });
    let told = told(procedure, &app.origin, &loaded.affairs, &decided);
    affairs::commit_change(&mut batch, procedure, &loaded, decided, vault, app.now)?;
    for message in &told {
        mail::insert(&mut batch, message, vault, app.now)?;
    }
    match app.db.write(batch).await {
        Ok(_) => {
            deliver(&app, told.into_iter().map(|message| message.id).collect());
            if is_calendar {
                let env = app.env.clone();
                panics::behind(&app.ctx, async move { remind::recount(&env).await });
            }
            Ok(body::json_text(StatusCode::OK, DONE.to_owned()))
        }
        Err(Failure::Conflict(Conflict::Idempotency)) => {
            // The same was asked at the same moment, and may have been of themself.
            guard::one_of(&app, &parts.headers, For::Office(procedure)).await?;
            key.again(&app, app.db.batch(), token.as_str()).await
        }
        Err(Failure::Conflict(Conflict::OfficeEvent)) => Err(office::Refusal::AffairsMovedOn.into()),
        Err(Failure::Conflict(Conflict::Person | Conflict::Nip)) => Err(office::Refusal::PersonTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// The mails to whom a change gives something to do or to know.
fn told(procedure: &Procedure, origin: &str, affairs: &Affairs, decided: &Decided) -> Vec<Message> {
    let mailbox = |person| affairs.member(person).and_then(|member| member.email.as_ref());
    match &decided.what {
        Change::Invited { actors, .. } => {
            let to = decided.content.email.iter();
            to.map(|to| mail::invited(procedure, origin, to.as_str(), actors)).collect()
        }
        Change::Corrected { person } => match (mailbox(person), &decided.content.email) {
            (Some(old), Some(new)) if old.key() != new.key() => {
                [old, new].map(|to| mail::moved(&procedure.office, to.as_str(), new)).into()
            }
            _ => Vec::new(),
        },
        Change::Appointed { appointment, person, actor, acting, from, until } => {
            let appointment = Appointment {
                id: appointment.clone(),
                person: person.clone(),
                actor: actor.clone(),
                acting: acting.clone(),
                from: *from,
                until: *until,
            };
            let to = mailbox(person).into_iter();
            to.map(|to| mail::appointed(procedure, origin, to.as_str(), &appointment)).collect()
        }
        _ => Vec::new(),
    }
}

/// A change answers nothing but that it was made; whoever wants to see the affairs asks for them.
const DONE: &str = "{}";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    after: Option<String>,
}

/// After which entry a page of the log begins.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AfterSeq {
    seq: u32,
}

/// `GET /api/offices/{office}/affairs/log?after=`
#[worker::send]
pub async fn log(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { after } = routes::query(query.as_deref())?;
    let after: Option<AfterSeq> = read(after.as_deref())?;
    let limit = u32::try_from(PAGE).unwrap_or(u32::MAX) + 1;
    let after = after.map(|after| after.seq);
    let ask = |batch: &mut Batch, token: &TokenHash| {
        (affairs::log(batch, &office, after, limit), readings::recent_of_people(batch, &office, token, app.now))
    };
    let (person, answers, (rows, recent)) = guard::load(&app, &headers, For::Administrators(procedure), ask).await?;
    // What was changed names them too.
    noted(&app, &office, &person, answers.first(&recent)?.is_some()).await?;
    let vault = app.vault()?;
    let seen = |row| seen(row, procedure, vault);
    let changes = answers.rows(&rows)?.into_iter().map(seen).collect::<Result<Vec<_>, _>>()?;
    body::json(StatusCode::OK, &page(changes, |change| AfterSeq { seq: change.event.seq })?)
}

fn seen(row: ChangeRow, procedure: &Procedure, vault: &Vault) -> Result<SeenChange, Problem> {
    let event: OfficeEvent = serde_json::from_str(&row.body).map_err(|error| Problem::unreadable(&error))?;
    let content = row.content(vault, &event.office, event.seq)?;
    let ChangeRow { hash, name, whom, principal, ended, calendar_before, .. } = row;
    let differences = match &event.what {
        Change::CalendarSet { calendar } => {
            let before = calendar_before.unwrap_or_else(|| national_at(procedure.office.zone, event.at));
            differences(&before, calendar)
        }
        _ => Vec::new(),
    };
    Ok(SeenChange { event, hash, content, name, whom, principal, ended, differences })
}
