//! Looking at a case.

use axum::{extract::Path, response::Response};
use http::{HeaderMap, StatusCode};

use crate::{
    app::Shared,
    body,
    guard::{self, Seen},
    problem::Problem,
};

/// `GET /api/offices/{office}/cases/{ticket}`
#[worker::send]
pub async fn view(
    app: Shared,
    Path((office, ticket)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Seen { person, whole } = guard::case(&app, &headers, &office, &ticket).await?;
    body::json(StatusCode::OK, &whole.view(&person.who(), app.now)?)
}
