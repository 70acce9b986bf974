//! Lists of cases, and the search among them.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, RawQuery, Request, State},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use workflow::{
    api::{CaseRow, List, PAGE, Page, Search},
    case::Status,
    identity::TicketNumber,
    procedure::{ActorId, Procedure},
};

use crate::{
    app::Shared,
    body,
    guard::{self, Person},
    problem::{Code, Problem},
    routes,
    store::{
        cases::{search_term, terms},
        lists::{self, AfterRank, AfterTerm, AfterTime, Row},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    list: List,
    status: Option<Status>,
    after: Option<String>,
}

/// The longest search that is read.
const SEARCH_MAX: usize = 120;

/// `GET /api/offices/{office}/cases?list=&status=&after=`
#[worker::send]
pub async fn list(
    State(app): State<Shared>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { list, status, after } = routes::query(query.as_deref())?;
    let person = guard::person(&app, &headers).await?;
    let mut batch = app.db.batch();
    let page = match list {
        List::Office => {
            person.check_staff(procedure)?;
            let slot = lists::office(&mut batch, &office, status, read(after.as_deref())?.as_ref());
            page(app.db.read(batch).await?.rows(&slot)?, by_filing)?
        }
        List::Mine => {
            let slot = lists::mine(&mut batch, &office, &person.me.person, read(after.as_deref())?.as_ref());
            page(app.db.read(batch).await?.rows(&slot)?, by_filing)?
        }
        List::Passed => {
            let slot = lists::passed(&mut batch, &office, &person.me.person, read(after.as_deref())?.as_ref());
            page(app.db.read(batch).await?.rows(&slot)?, |row: &Row| AfterTime {
                at: row.acted_at.unwrap_or(row.row.filed_at),
                ticket: row.row.ticket.clone(),
            })?
        }
        List::Waiting => {
            let actors = actors(procedure, &person);
            if actors.is_empty() {
                Page { rows: Vec::new(), next: None }
            } else {
                let slot =
                    lists::waiting(&mut batch, &office, &person.me.person, &actors, read(after.as_deref())?.as_ref());
                let rows = app.db.read(batch).await?.rows(&slot)?;
                let page = page(rows, |row: &Row| AfterRank {
                    rank: row.rank.clone().unwrap_or_default(),
                    ticket: row.row.ticket.clone(),
                })?;
                keep(page, |row| row.own != Some(1))
            }
        }
    };
    shown(page)
}

/// `POST /api/offices/{office}/cases/search`. It changes nothing, so it needs no key.
#[worker::send]
pub async fn search(
    State(app): State<Shared>,
    Path(office): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let person = guard::person(&app, request.headers()).await?;
    person.check_staff(procedure)?;
    let Search { text, status, after } = body::parse(&body::json_bytes(request).await?)?;
    let term = term(&text, procedure);
    // What holds no letter and no digit finds nothing.
    if term.is_empty() {
        return shown(Page { rows: Vec::new(), next: None });
    }
    let mut batch = app.db.batch();
    let slot = lists::search(&mut batch, &office, &term, read(after.as_deref())?.as_ref());
    let rows = app.db.read(batch).await?.rows(&slot)?;
    let page = page(rows, |row: &Row| by_term(&row.row.ticket, &terms_of(row), row.term.as_ref()))?;
    let first = |row: &Row| is_first_of_its_case(&terms_of(row), row.term.as_ref(), &term);
    shown(keep(page, |row| status.is_none_or(|status| row.row.status == status) && first(row)))
}

/// What somebody typed, as the beginning of a term.
pub(super) fn term(typed: &str, procedure: &Procedure) -> String {
    let typed: String = typed.chars().take(SEARCH_MAX).collect();
    search_term(&typed, &procedure.office.ticket_prefix)
}

fn shown(page: Page<Row>) -> Result<Response, Problem> {
    let rows: Vec<CaseRow> = page.rows.into_iter().map(|row| row.row).collect();
    body::json(StatusCode::OK, &Page { rows, next: page.next })
}

fn by_filing(row: &Row) -> AfterTime {
    AfterTime { at: row.row.filed_at, ticket: row.row.ticket.clone() }
}

/// As which actors the person may have a turn.
fn actors(procedure: &Procedure, person: &Person) -> Vec<ActorId> {
    let who = person.who();
    let theirs = procedure.actors.iter().filter(|actor| procedure.works_on_cases(&actor.id));
    theirs.filter(|actor| who.holds(procedure, &actor.id)).map(|actor| actor.id.clone()).collect()
}

/// Where a page goes on behind a case that was found by one of its terms.
pub(super) fn by_term(ticket: &TicketNumber, terms: &BTreeSet<String>, term: Option<&String>) -> AfterTerm {
    let nth = terms.iter().position(|one| Some(one) == term).unwrap_or_default();
    AfterTerm { nth: u32::try_from(nth).unwrap_or_default(), ticket: ticket.clone() }
}

/// A case with several terms that begin alike is found under each; it is shown under the first.
pub(super) fn is_first_of_its_case(terms: &BTreeSet<String>, term: Option<&String>, searched: &str) -> bool {
    terms.iter().find(|term| term.starts_with(searched)) == term
}

fn terms_of(row: &Row) -> BTreeSet<String> {
    terms(row.row.ticket.as_str(), &row.row.name, row.nip.as_ref().map(|nip| nip.as_str()))
}

/// Cuts the row too many off, and says where the next page begins.
pub fn page<T, A: Serialize>(mut rows: Vec<T>, after: impl Fn(&T) -> A) -> Result<Page<T>, Problem> {
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
pub fn read<A: DeserializeOwned>(after: Option<&str>) -> Result<Option<A>, Problem> {
    let Some(after) = after.filter(|after| !after.is_empty()) else { return Ok(None) };
    let json = URL_SAFE_NO_PAD.decode(after).map_err(|_| Code::QueryInvalid)?;
    serde_json::from_slice(&json).map(Some).map_err(|_| Code::QueryInvalid.into())
}
