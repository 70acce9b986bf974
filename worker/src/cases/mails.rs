//! The mails that belong to a case: as they were sent, and once more where one was lost.

use axum::{
    extract::{Path, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use workflow::{
    api::{MailState, SentMail},
    case::Refusal,
};

use super::deliver;
use crate::{
    app::Shared,
    body,
    db::{Conflict, Failure},
    guard::{self, AskingCase, For, Seen, TokenHash},
    idempotency::{self, Key},
    mail,
    problem::{Code, Problem},
    store::people,
};

/// `GET /api/offices/{office}/cases/{ticket}/mails`. A party sees what went to the mailbox on the form and
/// to their own; what went to officials and to the outside body is for those who work on the case.
#[worker::send]
pub async fn mails(
    app: Shared,
    Path((office, ticket)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (Seen { person, whole }, answers, rows) =
        guard::case_with(&app, &headers, &office, &ticket, |batch, ticket| Ok(mail::of_case(batch, ticket))).await?;

    let works_on_it = !whole.case.is_party(&person.me.person);
    let forms = whole.events.iter().filter_map(|recorded| recorded.content.as_ref()?.form.as_ref());
    let theirs: Vec<String> = forms.map(|form| form.email.key()).chain([person.me.email.key()]).collect();
    let vault = app.vault()?;
    let mails = mail::opened(answers.rows(&rows)?, vault)?;
    let shown: Vec<SentMail> =
        mails.into_iter().filter(|mail| works_on_it || theirs.contains(&mail.to.to_ascii_lowercase())).collect();
    body::json(StatusCode::OK, &shown)
}

/// `POST /api/offices/{office}/cases/{ticket}/mails/{id}/again`. For the office's officials whom the case does not
/// concern; only a mail that failed or was returned. Where it should go elsewhere, that is the act `readdress`.
#[worker::send]
pub async fn again(
    app: Shared,
    Path((office, ticket, id)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    idempotency::require(request.headers())?;
    let key = Key::read(request.headers(), request.method(), request.uri().path(), &[])?;
    let ticket = guard::ticket(&ticket)?;

    let mut batch = app.db.batch();
    let asking = AskingCase::ask(&mut batch, &token, &office, &ticket, &app);
    let first = key.first(&mut batch, token.as_str());
    let settings = people::settings(&mut batch, &office);
    let row = mail::row(&mut batch, &ticket, &id);
    let answers = app.db.read(batch).await?;
    let Seen { person, whole } = asking.seen(&answers)?;
    person.check(For::Staff(whole.procedure))?;
    if whole.case.concerns(&person.me.person) {
        return Err(Refusal::OwnRequest.into());
    }
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }
    let mail = answers.first(&row)?.ok_or(Code::NotFound)?.open(app.vault()?)?;
    if !mail.state.is_lost() {
        return Err(Code::MailNotLost.into());
    }

    let bsre_email = answers.first(&settings)?.and_then(|settings| settings.bsre_email);
    let answer = body::text(&SentMail { state: MailState::Waiting, reason: None, sent_at: None, ..mail })?;
    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::OK, &answer, &app)?;
    mail::again(&mut batch, &id, bsre_email.as_deref(), app.vault()?, app.now)?;
    match app.db.write(batch).await {
        Ok(_) => {
            deliver(&app, vec![id]);
            Ok(body::json_text(StatusCode::OK, answer))
        }
        // The same was asked at the same moment: the other one sends it.
        Err(Failure::Conflict(Conflict::Idempotency)) => key.again(&app, app.db.batch(), token.as_str()).await,
        Err(failure) => Err(failure.into()),
    }
}
