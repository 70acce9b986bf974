//! Lists of cases.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use workflow::{
    api::{CaseRow, List, PAGE, Page},
    case::Status,
    procedure::{ActorId, ActorKind, Procedure},
};

use crate::{
    app::Shared,
    body,
    guard::{self, Person},
    problem::{Code, Problem},
    routes,
    store::{
        cases::{search_term, terms},
        lists::{self, AfterTerm, AfterTime, Row},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    list: List,
    status: Option<Status>,
    q: Option<String>,
    after: Option<String>,
}

/// The longest search that is read.
const SEARCH_MAX: usize = 120;

/// `GET /api/offices/{office}/cases?list=&status=&q=&after=`
#[worker::send]
pub async fn list(
    State(app): State<Shared>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { list, status, q, after } = routes::query(query.as_deref())?;
    let person = guard::person(&app, &headers).await?;
    // Nothing typed is no search; what is typed and holds no letter and no digit finds nothing.
    let typed = q.filter(|typed| !typed.trim().is_empty());
    let term = typed
        .map(|typed| search_term(&typed.chars().take(SEARCH_MAX).collect::<String>(), &procedure.office.ticket_prefix));

    let mut batch = app.db.batch();
    let page = match (list, term) {
        (List::Office, Some(term)) if term.is_empty() => {
            person.check_staff(procedure)?;
            Page { rows: Vec::new(), next: None }
        }
        (List::Office, Some(term)) => {
            person.check_staff(procedure)?;
            let after: Option<AfterTerm> = read(after.as_deref())?;
            // A page of another search begins elsewhere.
            if after.as_ref().is_some_and(|after| !after.term.starts_with(&term)) {
                return Err(Code::QueryInvalid.into());
            }
            let slot = lists::search(&mut batch, &office, &term, after.as_ref());
            let rows = app.db.read(batch).await?.rows(&slot)?;
            let page = page(rows, |row| AfterTerm {
                term: row.term.clone().unwrap_or_default(),
                ticket: row.row.ticket.clone(),
            })?;
            keep(page, |row| status.is_none_or(|status| row.row.status == status) && is_first_of_its_case(row, &term))
        }
        (List::Office, None) => {
            person.check_staff(procedure)?;
            let slot = lists::office(&mut batch, &office, status, read(after.as_deref())?.as_ref());
            page(app.db.read(batch).await?.rows(&slot)?, by_filing)?
        }
        (List::Mine, _) => {
            let slot = lists::mine(&mut batch, &office, &person.me.person, read(after.as_deref())?.as_ref());
            page(app.db.read(batch).await?.rows(&slot)?, by_filing)?
        }
        (List::Waiting, _) => {
            let actors = actors(procedure, &person);
            if actors.is_empty() {
                Page { rows: Vec::new(), next: None }
            } else {
                let slot =
                    lists::waiting(&mut batch, &office, &person.me.person, &actors, read(after.as_deref())?.as_ref());
                let rows = app.db.read(batch).await?.rows(&slot)?;
                let page = page(rows, |row: &Row| AfterTime { at: row.row.since, ticket: row.row.ticket.clone() })?;
                keep(page, |row| row.own != Some(1))
            }
        }
    };
    let rows: Vec<CaseRow> = page.rows.into_iter().map(|row| row.row).collect();
    body::json(StatusCode::OK, &Page { rows, next: page.next })
}

fn by_filing(row: &Row) -> AfterTime {
    AfterTime { at: row.row.filed_at, ticket: row.row.ticket.clone() }
}

/// As which actors the person may have a turn.
fn actors(procedure: &Procedure, person: &Person) -> Vec<ActorId> {
    let who = person.who();
    let theirs = procedure.actors.iter().filter(|actor| matches!(actor.kind, ActorKind::Official | ActorKind::Outside));
    theirs.filter(|actor| who.holds(procedure, &actor.id)).map(|actor| actor.id.clone()).collect()
}

/// A case with several terms that begin alike is found under each; it is shown under the first.
fn is_first_of_its_case(row: &Row, searched: &str) -> bool {
    let terms = terms(row.row.ticket.as_str(), &row.row.name, row.nip.as_ref().map(|nip| nip.as_str()));
    let first = terms.iter().find(|term| term.starts_with(searched));
    first == row.term.as_ref()
}

/// Cuts the row too many off, and says where the next page begins.
pub(super) fn page<T, A: Serialize>(mut rows: Vec<T>, after: impl Fn(&T) -> A) -> Result<Page<T>, Problem> {
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| Ok::<_, Problem>(URL_SAFE_NO_PAD.encode(body::text(&after(row))?))).transpose()?;
    Ok(Page { rows, next })
}

fn keep<T>(page: Page<T>, wanted: impl Fn(&T) -> bool) -> Page<T> {
    Page { rows: page.rows.into_iter().filter(|row| wanted(row)).collect(), next: page.next }
}

/// Reads `after`.
pub(super) fn read<A: DeserializeOwned>(after: Option<&str>) -> Result<Option<A>, Problem> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(None) };
    let json = URL_SAFE_NO_PAD.decode(after).map_err(|_| Code::QueryInvalid)?;
    serde_json::from_slice(&json).map(Some).map_err(|_| Code::QueryInvalid.into())
}
