//! What is held on a person, for that person: their access record, and all of it as a file.

use axum::{extract::RawQuery, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use workflow::{
    api::{CaseView, HeldRole, MyData, OwnSession, PAGE, Page, Reading, SentMail},
    office,
    procedure::offices,
};

use crate::{
    app::{App, Shared},
    body,
    cases::{page, read},
    corrections,
    db::Batch,
    guard::{self, For, Person, TokenHash},
    mail,
    problem::{Code, Problem},
    routes,
    store::{
        affairs,
        cases::{self, Ticket},
        documents, people,
        readings::{self, AfterReading, ReadingRow},
        sessions,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    after: Option<String>,
}

/// `GET /api/me/readings?after=`
#[worker::send]
pub async fn readings(app: Shared, RawQuery(query): RawQuery, headers: HeaderMap) -> Result<Response, Problem> {
    let Query { after } = routes::query(query.as_deref())?;
    let after: Option<AfterReading> = read(after.as_deref())?;
    let ask = |batch: &mut Batch, token: &TokenHash| readings::about(batch, token, after.as_ref(), PAGE as u32 + 1);
    let (_, answers, rows) = guard::load(&app, &headers, For::Themself, ask).await?;
    let Page { rows, next } = page(answers.rows(&rows?)?, by_place)?;
    body::json(StatusCode::OK, &Page { rows: rows.into_iter().map(told).collect(), next })
}

/// So many requests are read at a time, and so many at most are put into one file.
const READ: usize = 10;
const MOST: u32 = 200;

/// `GET /api/me/data`
#[worker::send]
pub async fn data(app: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    let ask = |batch: &mut Batch, token: &TokenHash| {
        let held = (
            corrections::of_person(batch, token),
            documents::loose(batch, token),
            people::roles_of(batch, token),
            sessions::kept_of_person(batch, token.as_str()),
            affairs::about(batch, token),
        );
        (cases::tickets_of(batch, token, MOST + 1), readings::about(batch, token, None, u32::MAX), held)
    };
    let (person, answers, (tickets, readings, (corrections, uploads, roles, sessions, changes))) =
        guard::load(&app, &headers, For::Themself, ask).await?;
    let tickets = answers.rows(&tickets)?;
    if tickets.len() > MOST as usize {
        return Err(Code::DataTooLarge.into());
    }
    let (mut cases, mut mails) = (Vec::new(), Vec::new());
    for part in tickets.chunks(READ) {
        let (views, theirs) = requests(&app, &person, part).await?;
        cases.extend(views);
        mails.extend(theirs);
    }
    let vault = app.vault()?;
    let mut batch = app.db.batch();
    let other_mails = mail::of_mailbox(&mut batch, &person.me.person, person.me.email.as_str(), vault);
    let other_mails = app.db.read(batch).await?.rows(&other_mails)?;
    let other_mails = other_mails.into_iter().map(|mail| mail.open(vault)).collect::<Result<_, _>>()?;
    let readings = answers.rows(&readings?)?.into_iter().map(told).collect();
    let corrections = answers.rows(&corrections)?.into_iter().map(|row| row.open(vault)).collect::<Result<_, _>>()?;
    let uploads = answers.rows(&uploads)?.into_iter().map(|upload| upload.shown(vault)).collect::<Result<_, _>>()?;
    let roles = answers.rows(&roles)?.into_iter().map(HeldRole::from).collect();
    let changes = answers.rows(&changes)?.into_iter().map(|row| row.open(vault)).collect::<Result<_, _>>()?;
    let sessions = answers.rows(&sessions)?.into_iter().map(OwnSession::from).collect();
    let (at, nip, person) = (app.now, person.nip, person.me);
    let data =
        MyData { at, person, nip, cases, mails, other_mails, readings, corrections, uploads, roles, changes, sessions };
    let mut response = body::json(StatusCode::OK, &data)?;
    let name = HeaderValue::from_static("attachment; filename=\"data-saya.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// These requests as the person sees them, and the mails about them that went to their mailbox.
async fn requests(app: &App, person: &Person, tickets: &[Ticket]) -> Result<(Vec<CaseView>, Vec<SentMail>), Problem> {
    let mut batch = app.db.batch();
    let mut asked = Vec::new();
    for Ticket { ticket } in tickets {
        asked.push((cases::load(&mut batch, ticket), mail::of_case(&mut batch, ticket)));
    }
    let answers = app.db.read(batch).await?;
    let (vault, mailbox) = (app.vault()?, person.me.email.key());
    let (mut views, mut theirs) = (Vec::new(), Vec::new());
    for (case, mails) in asked {
        let whole = case.whole(&answers, vault)?.ok_or_else(|| Problem::bug("a request of somebody is not there"))?;
        views.push(whole.view(&person.who(), app.now)?);
        let mails = mail::opened(answers.rows(&mails)?, vault)?;
        theirs.extend(mails.into_iter().filter(|mail| mail.to.to_ascii_lowercase() == mailbox));
    }
    Ok((views, theirs))
}

fn by_place(row: &ReadingRow) -> AfterReading {
    AfterReading { at: row.at, key: row.key.clone() }
}

/// In the words of the procedure that the request follows, or else of the office's now.
fn told(row: ReadingRow) -> Reading {
    let ReadingRow { at, ticket, office, version, what, paper, name, actors, .. } = row;
    let procedure = version.map_or_else(|| offices().current(&office), |version| offices().version(&office, version));
    let title = |actor| procedure.map(|procedure| office::title(procedure, actor).to_owned());
    let titles = actors.iter().flatten().filter_map(title).collect();
    let paper = paper.and_then(|paper| Some(procedure?.paper(&paper)?.name.clone()));
    Reading { at, ticket, office, what, paper, name, titles }
}
