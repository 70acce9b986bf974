//! The offices and their procedures: public.

use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use http::StatusCode;
use serde::Deserialize;
use workflow::{api::OfficeCard, procedure::offices};

use crate::{
    body, guard,
    problem::{Code, Problem},
    routes,
};

/// `GET /api/offices`
pub async fn list() -> Result<Response, Problem> {
    let card = |procedure: &workflow::procedure::Procedure| OfficeCard {
        id: procedure.office.id.clone(),
        name: procedure.office.name.clone(),
        place: procedure.office.place.clone(),
    };
    body::json(StatusCode::OK, &offices().iter().map(card).collect::<Vec<_>>())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    version: Option<u32>,
}

/// `GET /api/offices/{office}/procedure`
pub async fn procedure(Path(office): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let Query { version } = routes::query(query.as_deref())?;
    let current = guard::procedure(&office)?;
    let procedure = match version {
        Some(version) => offices().version(&office, version).ok_or(Code::VersionUnknown)?,
        None => current,
    };
    body::json(StatusCode::OK, procedure)
}
