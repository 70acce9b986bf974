//! What the office's days add up to, for its staff: counts, the report on a span, and the report as files.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use workflow::{
    api::{Due, StatusCount},
    case::Status,
    day,
    procedure::{Procedure, offices},
    report::{self, Report, Running, parts},
};

use crate::{
    app::{App, Shared},
    body,
    db::Batch,
    export::{self, Kind},
    guard::{self, For, TokenHash},
    problem::{Code, Problem},
    routes,
    store::tallies::{self, Count},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    from: String,
    to: String,
}

/// `GET /api/offices/{office}/report?from=&to=`
#[worker::send]
pub async fn show(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, report) = load(&app, &office, query.as_deref(), &headers).await?;
    body::json(StatusCode::OK, &report)
}

/// `GET /api/offices/{office}/report.xlsx?from=&to=`
#[worker::send]
pub async fn xlsx(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&app, &office, query.as_deref(), &headers, Kind::Xlsx).await
}

/// `GET /api/offices/{office}/report.csv?from=&to=`
#[worker::send]
pub async fn csv(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    file(&app, &office, query.as_deref(), &headers, Kind::Csv).await
}

async fn file(
    app: &App,
    office: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    kind: Kind,
) -> Result<Response, Problem> {
    let (procedure, report) = load(app, office, query, headers).await?;
    let name = format!("laporan-{office}-{}-{}", report.from, report.to);
    export::answer(&name, &report.tables(procedure), kind)
}

/// The report.
async fn load(
    app: &App,
    office: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<(&'static Procedure, Report), Problem> {
    let procedure = guard::procedure(office)?;
    let Query { from, to } = routes::query(query)?;
    let (from, to) = (day::parse(&from).ok_or(Code::QueryInvalid)?, day::parse(&to).ok_or(Code::QueryInvalid)?);
    if to < from || to - from > report::LONGEST {
        return Err(Code::QueryInvalid.into());
    }
    let ask = |batch: &mut Batch, _: &TokenHash| {
        let due = Due::ALL.map(|due| tallies::due(batch, office, due.span(app.now, procedure.office.zone)));
        (due, tallies::load(batch, office, &parts(from, to)))
    };
    let (_, answers, ([overdue, due_today], loading)) = guard::load(app, headers, For::Staff(procedure), ask).await?;
    let count = |slot| Ok::<_, Problem>(answers.first::<Count>(slot)?.map_or(0, |counted| counted.count));
    let running = Running { at: app.now, overdue: count(&overdue)?, due_today: count(&due_today)? };
    let kept = loading?.tallies(&answers)?;
    let version = |version| offices().version(office, version);
    Ok((procedure, Report::new((from, to), running, &kept, procedure, version)))
}

/// `GET /api/offices/{office}/counts`
#[worker::send]
pub async fn counts(app: Shared, Path(office): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let ask = |batch: &mut Batch, _: &TokenHash| tallies::by_status(batch, &office);
    let (_, answers, counts) = guard::load(&app, &headers, For::Staff(procedure), ask).await?;
    let counts: BTreeMap<&str, u64> =
        answers.rows(&counts)?.into_iter().map(|StatusCount { status, count }| (status.id(), count)).collect();
    let all = Status::ALL.map(|status| StatusCount { status, count: counts.get(status.id()).copied().unwrap_or(0) });
    body::json(StatusCode::OK, &all)
}
