//! An office's log as outsiders see it: its keys and checkpoints are everybody's, its entries the auditors', and a receipt
//! is for whoever may see the case. What the parts are is told in `workflow::log`.

mod daily;
mod ledger;
mod qr;
mod receipt;

use axum::{
    body::Body,
    extract::{Path, RawQuery},
    response::Response,
};
pub use daily::daily;
use http::{HeaderMap, HeaderValue, header};
use ledger::{Ledger, Signed};
pub use receipt::{Carried, check, qr, receipt};
use serde::{Deserialize, Serialize};
use workflow::log::{End, lines};

use crate::{
    app::Shared,
    body,
    guard::{self, For},
    problem::{Code, Problem},
    routes,
    store::log::{self as store, EntryRow},
};

/// So many entries an answer has at most: some 600 KB.
const PAGE: u32 = 1_000;

/// `GET /api/offices/{office}/log/keys`
pub async fn keys(app: Shared, Path(office): Path<String>) -> Result<Response, Problem> {
    guard::procedure(&office)?;
    let keys = Ledger::open(&app.env, &app.db, &office, app.now)?.keys();
    Ok(text(keys.iter().map(|key| format!("{key}\n")).collect()))
}

/// `GET /api/offices/{office}/log/checkpoint`
#[worker::send]
pub async fn checkpoint(app: Shared, Path(office): Path<String>) -> Result<Response, Problem> {
    guard::procedure(&office)?;
    let signed = Ledger::open(&app.env, &app.db, &office, app.now)?.newest().await?;
    Ok(text(signed.note.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sizes {
    from: u64,
    to: u64,
}

/// `GET /api/offices/{office}/log/consistency?from=&to=`
#[worker::send]
pub async fn consistency(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    guard::procedure(&office)?;
    let Sizes { from, to } = routes::query(query.as_deref())?;
    let ledger = Ledger::open(&app.env, &app.db, &office, app.now)?;
    if from > to || to > ledger.newest().await?.checkpoint.size() {
        return Err(Code::QueryInvalid.into());
    }
    let proof = ledger.consistency(from, to).await?;
    Ok(text(lines(&proof)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct From {
    #[serde(default)]
    from: u64,
}

/// An entry as [`workflow::log::Entry`] writes it, from whatever lies in the database.
#[derive(Serialize)]
struct Line<'a> {
    n: u64,
    chain: Chain<'a>,
    sealed: Sealed<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Chain<'a> {
    Case(&'a str),
    Office(&'a str),
}

#[derive(Serialize)]
struct Sealed<'a> {
    body: &'a str,
    prev: &'a str,
    hash: &'a str,
}

/// `GET /api/offices/{office}/log?from=`
///
/// The answer names in `Link` where it goes on; the last one ends with the checkpoint over all that was shown.
#[worker::send]
pub async fn entries(
    app: Shared,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let From { from } = routes::query(query.as_deref())?;
    guard::one_of(&app, &headers, For::Auditors(procedure)).await?;
    let ledger = Ledger::open(&app.env, &app.db, &office, app.now)?;
    let Signed { checkpoint, note } = ledger.newest().await?;
    let mut batch = app.db.batch();
    let rows = store::entries(&mut batch, &office, from, checkpoint.size(), PAGE);
    let rows = app.db.read(batch).await?.rows(&rows)?;
    let mut lines = String::new();
    for row in &rows {
        // An event that is gone leaves a gap, by which it is found.
        if let EntryRow { n, ticket, body: Some(event), prev: Some(prev), hash: Some(hash) } = row {
            let chain = ticket.as_deref().map_or(Chain::Office(&office), Chain::Case);
            lines += &body::text(&Line { n: *n, chain, sealed: Sealed { body: event, prev, hash } })?;
            lines.push('\n');
        }
    }
    let more = rows.last().filter(|_| rows.len() == PAGE as usize).map(|last| last.n + 1);
    if more.is_none() {
        let keys = ledger.keys().iter().map(ToString::to_string).collect();
        lines += &body::text(&End { checkpoint: note.to_string(), keys })?;
        lines.push('\n');
    }
    let mut response = Response::new(Body::from(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    if let Some(more) = more {
        let link = format!("</api/offices/{office}/log?from={more}>; rel=\"next\"");
        headers.insert(header::LINK, HeaderValue::try_from(link).map_err(Problem::bug)?);
    }
    Ok(response)
}

fn text(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
