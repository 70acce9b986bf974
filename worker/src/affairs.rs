//! An office's own affairs: its people, who stands in for whom, its calendar, its settings, and the log of their changes.

use axum::{
    extract::{Path, RawQuery, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use workflow::{
    api::{PAGE, SeenChange},
    office::{self, Affairs, Appointment, Change, ChangeRequest, Command, Decided, OfficeEvent, decide},
    procedure::Procedure,
};

use crate::{
    app::Shared,
    body,
    cases::{deliver, page, read},
    db::{Conflict, Failure},
    guard::{self, Asking, Person, TokenHash},
    idempotency::{self, Key},
    mail::{self, Message},
    problem::{Code, Problem},
    routes,
    store::affairs::{self, ChangeRow, Named},
};

/// `GET /api/offices/{office}/affairs`
#[worker::send]
pub async fn show(app: Shared, Path(office): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let token = TokenHash::read(&headers)?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let loading = affairs::load(&mut batch, &office, None);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    let loaded = loading.affairs(&answers, procedure, app.now)?;
    if !person.who().administers(&office) {
        person.check_staff(procedure)?;
    }
    body::json(StatusCode::OK, &shown(loaded.affairs, &person, &office))
}

/// Addresses, numbers and settings are the administrator's to see.
fn shown(mut affairs: Affairs, person: &Person, office: &str) -> Affairs {
    if !person.who().administers(office) {
        affairs.settings = None;
        for member in &mut affairs.members {
            (member.email, member.nip) = (None, None);
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
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let first = key.first(&mut batch, token.as_str());
    let loading = affairs::load(&mut batch, &office, Some(&named));
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    if !person.who().administers(&office) {
        person.check_staff(procedure)?;
    }
    if let Some(response) = key.replay(&answers, &first)? {
        return Ok(response);
    }

    let loaded = loading.affairs(&answers, procedure, app.now)?;
    let known = loading.known(&answers, &named, matches!(command, Command::Invite { .. }))?;
    let decided = decide(procedure, &loaded.affairs, &person.who(), seen, command.clone(), why, &known, app.now)?;

    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::OK, DONE, app.now);
    let told = told(procedure, &app.origin, &loaded.affairs, &decided);
    affairs::commit_change(&mut batch, procedure, &loaded, decided, app.now)?;
    if let Some(message) = &told {
        batch.add(mail::insert(batch.d1(), message, app.now).map_err(Problem::bug)?);
    }
    match app.db.write(batch).await {
        Ok(_) => {
            deliver(&app, told.into_iter().map(|message| message.id).collect());
            Ok(body::json_text(StatusCode::OK, DONE.to_owned()))
        }
        Err(Failure::Conflict(Conflict::OfficeEvent | Conflict::Idempotency)) => {
            Err(office::Refusal::AffairsMovedOn.into())
        }
        Err(Failure::Conflict(Conflict::Person | Conflict::Nip)) => Err(office::Refusal::PersonTaken.into()),
        Err(failure) => Err(failure.into()),
    }
}

/// The mail to whom a change gives something to do.
fn told(procedure: &Procedure, origin: &str, affairs: &Affairs, decided: &Decided) -> Option<Message> {
    match &decided.what {
        Change::Invited { actors, .. } => {
            Some(mail::invited(procedure, origin, decided.content.email.as_ref()?.as_str(), actors))
        }
        Change::Appointed { appointment, person, actor, acting, from, until } => {
            let to = affairs.member(person)?.email.as_ref()?;
            let appointment = Appointment {
                id: appointment.clone(),
                person: person.clone(),
                actor: actor.clone(),
                acting: acting.clone(),
                from: *from,
                until: *until,
            };
            Some(mail::appointed(procedure, origin, to.as_str(), &appointment))
        }
        _ => None,
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
    guard::procedure(&office)?;
    let Query { after } = routes::query(query.as_deref())?;
    let after: Option<AfterSeq> = read(after.as_deref())?;
    let token = TokenHash::read(&headers)?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let limit = u32::try_from(PAGE).unwrap_or(u32::MAX) + 1;
    let rows = affairs::log(&mut batch, &office, after.map(|after| after.seq), limit);
    let answers = app.db.read(batch).await?;
    if !asking.person(&answers)?.who().administers(&office) {
        return Err(Code::AdministratorOnly.into());
    }
    let changes = answers.rows(&rows)?.into_iter().map(seen).collect::<Result<Vec<_>, _>>()?;
    body::json(StatusCode::OK, &page(changes, |change| AfterSeq { seq: change.event.seq })?)
}

fn seen(ChangeRow { body, hash, content, name, whom }: ChangeRow) -> Result<SeenChange, Problem> {
    let event: OfficeEvent = serde_json::from_str(&body).map_err(Problem::bug)?;
    Ok(SeenChange { event, hash, content, name, whom })
}
