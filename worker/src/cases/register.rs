//! The register of revoked certificates ("data pengguna TTE yang telah dicabut"). Names and numbers are masked; who
//! asks for them in full gets them, and that is recorded with the reading itself.

use std::collections::BTreeSet;

use axum::{
    extract::{Path, RawQuery, Request},
    response::Response,
};
use chrono::{DateTime, NaiveDate, TimeZone, Timelike, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use workflow::{
    api::{PAGE, Page, RegisterRow, RegisterSearch},
    day,
    identity::{Nip, TicketNumber},
    procedure::{Procedure, Zone},
    report::{Cell, Table},
};

use super::list::{by_term, is_first_of_its_case, page, read, term};
use crate::{
    app::{App, Shared},
    body,
    db::Batch,
    export::{self, Kind},
    guard::{self, For, Person, TokenHash},
    problem::{Code, Problem},
    routes,
    store::{
        cases::terms,
        lists::{self, AfterTime, Registered, Span},
        readings,
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    year: Option<i32>,
    #[serde(default)]
    whole: bool,
    after: Option<String>,
}

/// `GET /api/offices/{office}/register?year=&whole=&after=`
#[worker::send]
pub async fn register(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { year, whole, after } = routes::query(query.as_deref())?;
    let span = span(year, procedure.office.zone)?;
    let after: Option<AfterTime> = read(after.as_deref())?;
    if let (Some((from, to)), Some(after)) = (span, &after)
        && !(from..to).contains(&after.at)
    {
        return Err(Code::QueryInvalid.into());
    }
    let ask = |batch: &mut Batch, _: &TokenHash| lists::register(batch, &office, span, after.as_ref(), PAGE);
    let (person, answers, rows) = guard::load(&app, &headers, For::Staff(procedure), ask).await?;
    let shown = shown(page(answers.rows(&rows)?, by_time)?, whole, |_| true);
    if whole {
        disclose(&app, &office, &person, &format!("register {}", year_word(year)), &shown.rows).await?;
    }
    body::json(StatusCode::OK, &shown)
}

/// `POST /api/offices/{office}/register/search`. It changes nothing of the register, so it needs no key.
#[worker::send]
pub async fn search_register(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let person = guard::one_of(&app, request.headers(), For::Staff(procedure)).await?;
    let RegisterSearch { text, year, whole, after } = body::parse(&body::json_bytes(request).await?)?;
    let span = span(year, procedure.office.zone)?;
    let term = term(&text, procedure);
    if term.is_empty() {
        return body::json(StatusCode::OK, &Page::<RegisterRow> { rows: Vec::new(), next: None });
    }
    let mut batch = app.db.batch();
    let slot = lists::search_register(&mut batch, &office, &term, read(after.as_deref())?.as_ref());
    let rows = app.db.read(batch).await?.rows(&slot)?;
    let page = page(rows, |row: &Registered| by_term(&row.ticket, &terms_of(row), row.term.as_ref()))?;
    let wanted = |row: &Registered| {
        let at = row.revoked_at.filter(|at| span.is_none_or(|(from, to)| (from..to).contains(at)));
        at.is_some() && is_first_of_its_case(&terms_of(row), row.term.as_ref(), &term)
    };
    let shown = shown(page, whole, wanted);
    if whole {
        // Not for whom was looked: that is a person.
        disclose(&app, &office, &person, &format!("search {}", year_word(year)), &shown.rows).await?;
    }
    body::json(StatusCode::OK, &shown)
}

/// Records who has names and numbers shown in full, for the office, and for each whose line it is.
async fn disclose(app: &App, office: &str, person: &Person, what: &str, rows: &[RegisterRow]) -> Result<(), Problem> {
    let tickets: Vec<TicketNumber> = rows.iter().map(|row| row.ticket.clone()).collect();
    let mut batch = app.db.batch();
    lists::disclosed(&mut batch, office, &person.me.person, app.now, what);
    readings::of_register(&mut batch, &tickets, &person.me.person, app.now);
    app.db.write(batch).await?;
    Ok(())
}

/// `GET /api/offices/{office}/register.xlsx?year=&whole=`
#[worker::send]
pub async fn register_xlsx(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&app, &office, query.as_deref(), &headers, Kind::Xlsx).await
}

/// `GET /api/offices/{office}/register.csv?year=&whole=`
#[worker::send]
pub async fn register_csv(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&app, &office, query.as_deref(), &headers, Kind::Csv).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileQuery {
    year: i32,
    #[serde(default)]
    whole: bool,
}

/// How many rows are read at a time.
const READ: usize = 1000;

/// How many rows a file has at most: it is made in memory, of which a Worker has 128 MB, and a workbook takes several
/// times what its text does.
fn most(kind: Kind) -> usize {
    match kind {
        Kind::Xlsx => 20_000,
        Kind::Csv => 200_000,
    }
}

async fn file(
    app: &App,
    office: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    kind: Kind,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(office)?;
    let FileQuery { year, whole } = routes::query(query)?;
    let span = span(Some(year), procedure.office.zone)?;
    let person = guard::one_of(app, headers, For::Staff(procedure)).await?;
    let rows = year_rows(app, procedure, &person, span, whole.then_some(year), most(kind)).await?;
    export::answer(&format!("register-{office}-{year}"), &[table(procedure.office.zone, rows)], kind)
}

/// Every row of the year. `disclosed` is the year where names and numbers are to be whole.
async fn year_rows(
    app: &App,
    procedure: &Procedure,
    person: &Person,
    span: Option<Span>,
    disclosed: Option<i32>,
    most: usize,
) -> Result<Vec<RegisterRow>, Problem> {
    let office = &procedure.office.id;
    let mut rows: Vec<RegisterRow> = Vec::new();
    let mut after: Option<AfterTime> = None;
    loop {
        let mut batch = app.db.batch();
        if let (Some(year), None) = (disclosed, &after) {
            lists::disclosed(&mut batch, office, &person.me.person, app.now, &format!("file {year}"));
        }
        let slot = lists::register(&mut batch, office, span, after.as_ref(), READ);
        let mut part = app.db.read(batch).await?.rows(&slot)?;
        let more = part.len() > READ;
        part.truncate(READ);
        after = part.last().map(by_time);
        rows.extend(part.into_iter().filter_map(|row| row.shown(disclosed.is_some())));
        if rows.len() > most {
            return Err(Code::ExportTooLarge.into());
        }
        if !more {
            return Ok(rows);
        }
    }
}

fn table(zone: Zone, rows: Vec<RegisterRow>) -> Table {
    let minute = |at: DateTime<Utc>| {
        let local = zone.local(at);
        Cell::Text(format!("{} {:02}:{:02}", day::write(local.date_naive()), local.hour(), local.minute()))
    };
    let row = |row: RegisterRow| {
        vec![
            Cell::text(row.ticket.as_str()),
            Cell::Text(row.name),
            Cell::Text(row.nip.unwrap_or_default()),
            Cell::Text(row.unit.unwrap_or_default()),
            Cell::text(row.reason.label()),
            minute(row.filed_at),
            minute(row.revoked_at),
        ]
    };
    Table {
        title: "Register pencabutan",
        note: "",
        heads: vec!["Nomor tiket", "Pemegang", "NIP", "Unit kerja", "Alasan", "Diajukan", "Dicabut"],
        rows: rows.into_iter().map(row).collect(),
    }
}

/// The year at the office.
fn span(year: Option<i32>, zone: Zone) -> Result<Option<Span>, Problem> {
    let Some(year) = year else { return Ok(None) };
    let begin = |year: i32| {
        let day = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| (1970..=9999).contains(&year))?;
        Some(zone.offset().from_local_datetime(&day.and_hms_opt(0, 0, 0)?).single()?.to_utc())
    };
    match (begin(year), begin(year + 1)) {
        (Some(from), Some(to)) => Ok(Some((from, to))),
        _ => Err(Code::QueryInvalid.into()),
    }
}

fn year_word(year: Option<i32>) -> String {
    year.map_or_else(|| "all".to_owned(), |year| year.to_string())
}

fn by_time(row: &Registered) -> AfterTime {
    AfterTime { at: row.revoked_at.unwrap_or_default(), ticket: row.ticket.clone() }
}

fn terms_of(row: &Registered) -> BTreeSet<String> {
    terms(row.ticket.as_str(), &row.name, row.nip.as_ref().map(Nip::as_str))
}

fn shown(page: Page<Registered>, whole: bool, wanted: impl Fn(&Registered) -> bool) -> Page<RegisterRow> {
    let rows = page.rows.into_iter().filter(|row| wanted(row)).filter_map(|row| row.shown(whole));
    Page { rows: rows.collect(), next: page.next }
}
