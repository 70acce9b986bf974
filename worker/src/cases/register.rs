//! The register of revoked certificates ("data pengguna TTE yang telah dicabut").

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use workflow::api::RegisterRow;

use super::list::{page, read};
use crate::{
    app::Shared,
    body, guard,
    problem::Problem,
    routes,
    store::lists::{self, AfterTime},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    after: Option<String>,
}

/// `GET /api/offices/{office}/register?after=`
#[worker::send]
pub async fn register(
    State(app): State<Shared>,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let procedure = guard::procedure(&office)?;
    let Query { after } = routes::query(query.as_deref())?;
    guard::person(&app, &headers).await?.check_staff(procedure)?;
    let mut batch = app.db.batch();
    let slot = lists::register(&mut batch, &office, read(after.as_deref())?.as_ref());
    let rows = app.db.read(batch).await?.rows(&slot)?;
    body::json(
        StatusCode::OK,
        &page(rows, |row: &RegisterRow| AfterTime { at: row.revoked_at, ticket: row.ticket.clone() })?,
    )
}
