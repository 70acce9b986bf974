//! One's own sessions, and ending those on devices that are not at hand.

use axum::{extract::Path, response::Response};
use http::{HeaderMap, StatusCode};
use workflow::api::OwnSession;

use crate::{
    app::Shared,
    body,
    db::Batch,
    guard::{self, For, TokenHash},
    problem::{Code, Problem},
    store::sessions,
};

/// `GET /api/sessions`
#[worker::send]
pub async fn list(app: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    let ask = |batch: &mut Batch, token: &TokenHash| sessions::of_person(batch, token.as_str(), app.now);
    let (_, answers, mine) = guard::load(&app, &headers, For::Themself, ask).await?;
    let mine: Vec<OwnSession> = answers.rows(&mine)?.into_iter().map(OwnSession::from).collect();
    body::json(StatusCode::OK, &mine)
}

/// `DELETE /api/sessions/{id}`. Another person's answers as if it did not exist.
#[worker::send]
pub async fn end(app: Shared, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let person = guard::person(&app, &headers).await?;
    let mut batch = app.db.batch();
    let ended = sessions::end_one(&mut batch, &person.me.person, &id);
    let ended = app.db.write(batch).await?.first(&ended)?;
    ended.map(|_| body::json_text(StatusCode::NO_CONTENT, String::new())).ok_or_else(|| Code::NotFound.into())
}

/// `DELETE /api/sessions`
#[worker::send]
pub async fn end_others(app: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    let person = guard::person(&app, &headers).await?;
    let mut batch = app.db.batch();
    sessions::end_others(&mut batch, &person.me.person, &person.session);
    app.db.write(batch).await?;
    Ok(body::json_text(StatusCode::NO_CONTENT, String::new()))
}
