//! Lists of cases, and the search among them.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, RawQuery, Request},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use workflow::{
    api::{CaseRow, List, PAGE, Page, Search, Standing},
    identity::TicketNumber,
    procedure::{ActorId, Procedure},
};

use crate::{
    app::Shared,
    body,
    db::Batch,
    guard::{self, For, TokenHash},
    problem::{Code, Problem},
    routes,
    store::{
        cases::{search_term, terms},
        lists::{self, AfterDue, AfterFiling, AfterRank, AfterTerm, AfterTime, Row},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    list: List,
    status: Option<Standing>,
    after: Option<String>,
}

/// The longest search that is read.
const SEARCH_MAX: usize = 120;

/// `GET /api/offices/{office}/cases?list=&status=&after=`
#[worker::send]
pub async fn list(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { list, status, after } = routes::query(query.as_deref())?;
    let after = after.as_deref();
    let page = match (list, status) {
        (List::Office, Some(Standing::Due(due))) => {
            let (after, span) = (read(after)?, due.span(app.now, procedure.office.zone));
            let ask = |batch: &mut Batch, _: &TokenHash| lists::due(batch, &office, span, after.as_ref());
            let (_, answers, rows) = guard::load(&app, &headers, For::Staff(procedure), ask).await?;
            page(answers.rows(&rows)?, by_due)?
        }
        (List::Office, status) => {
            let after = read(after)?;
            let status = status.and_then(Standing::status);
            let ask = |batch: &mut Batch, _: &TokenHash| lists::office(batch, &office, status, after.as_ref());
            let (_, answers, rows) = guard::load(&app, &headers, For::Staff(procedure), ask).await?;
            page(answers.rows(&rows)?, by_urgency)?
        }
        (List::Mine, _) => {
            let after = read(after)?;
            let ask = |batch: &mut Batch, token: &TokenHash| lists::mine(batch, &office, token, after.as_ref());
            let (_, answers, rows) = guard::load(&app, &headers, For::Themself, ask).await?;
            page(answers.rows(&rows)?, by_filing)?
        }
        (List::Passed, _) => {
            let after = read(after)?;
            let ask = |batch: &mut Batch, token: &TokenHash| lists::passed(batch, &office, token, after.as_ref());
            // Who has left the office sees no more of what they did there.
            let (_, answers, rows) = guard::load(&app, &headers, For::Workers(procedure), ask).await?;
            page(answers.rows(&rows)?, by_act)?
        }
        (List::Waiting, _) => {
            let after = read(after)?;
            let actors: Vec<&ActorId> = procedure
                .actors
                .iter()
                .map(|actor| &actor.id)
                .filter(|actor| procedure.works_on_cases(actor))
                .collect();
            let ask = |batch: &mut Batch, token: &TokenHash| {
                lists::waiting(batch, &office, token, app.now, &actors, after.as_ref())
            };
            let (_, answers, rows) = guard::load(&app, &headers, For::Themself, ask).await?;
            page(answers.rows(&rows)?, by_rank)?
        }
    };
    shown(page)
}

/// `POST /api/offices/{office}/cases/search`. It changes nothing, so it needs no key.
#[worker::send]
pub async fn search(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let headers = request.headers().clone();
    let Search { text, status, after } = body::parse(&body::json_bytes(request).await?)?;
    let (term, after) = (term(&text, procedure), read(after.as_deref())?);
    let ask = |batch: &mut Batch, _: &TokenHash| {
        // What holds no letter and no digit finds nothing.
        (!term.is_empty()).then(|| lists::search(batch, &office, &term, after.as_ref()))
    };
    let (_, answers, found) = guard::load(&app, &headers, For::Staff(procedure), ask).await?;
    let rows = found.map_or(Ok(Vec::new()), |found| answers.rows(&found))?;
    let page = page(rows, |row: &Row| by_term(&row.row.ticket, &terms_of(row), row.term.as_ref()))?;
    let first = |row: &Row| is_first_of_its_case(&terms_of(row), row.term.as_ref(), &term);
    let stands = |row: &CaseRow, standing| match standing {
        Standing::At(status) => row.status == status,
        Standing::Due(due) => {
            let (from, until) = due.span(app.now, procedure.office.zone);
            row.due.is_some_and(|due| (from..until).contains(&due))
        }
    };
    shown(keep(page, |row| status.is_none_or(|standing| stands(&row.row, standing)) && first(row)))
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

fn by_urgency(row: &Row) -> AfterFiling {
    AfterFiling { urgent: row.urgent == Some(1), at: row.row.filed_at, ticket: row.row.ticket.clone() }
}

fn by_due(row: &Row) -> AfterDue {
    let due = row.row.due.unwrap_or(row.row.since);
    AfterDue { urgent: row.urgent == Some(1), due, ticket: row.row.ticket.clone() }
}

fn by_filing(row: &Row) -> AfterTime {
    AfterTime { at: row.row.filed_at, ticket: row.row.ticket.clone() }
}

fn by_act(row: &Row) -> AfterTime {
    AfterTime { at: row.acted_at.unwrap_or(row.row.filed_at), ticket: row.row.ticket.clone() }
}

fn by_rank(row: &Row) -> AfterRank {
    AfterRank { rank: row.rank.clone().unwrap_or_default(), ticket: row.row.ticket.clone() }
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
