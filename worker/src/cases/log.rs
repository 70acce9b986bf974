//! A case's events as they lie on the chain, for anyone who wants to check them.

use axum::{extract::Path, response::Response};
use http::{HeaderMap, StatusCode};

use crate::{
    app::Shared,
    body,
    guard::{self, Seen},
    problem::Problem,
};

/// `GET /api/offices/{office}/cases/{ticket}/log`
#[worker::send]
pub async fn log(
    app: Shared,
    Path((office, ticket)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Seen { whole, .. } = guard::case(&app, &headers, &office, &ticket).await?;
    let sealed: Vec<_> = whole.events.iter().map(|recorded| &recorded.sealed).collect();
    body::json(StatusCode::OK, &sealed)
}
