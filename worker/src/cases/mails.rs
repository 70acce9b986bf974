//! The mails that belong to a case, as they were sent.

use axum::{
    extract::{Path, State},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use workflow::api::SentMail;

use crate::{
    app::Shared,
    body,
    guard::{self, AskingCase, Seen, TokenHash},
    mail::{self, MailRow},
    problem::Problem,
};

/// `GET /api/offices/{office}/cases/{ticket}/mails`. A party sees what went to the mailbox on the form and
/// to their own; what went to officials and to the outside body is for those who work on the case.
#[worker::send]
pub async fn mails(
    State(app): State<Shared>,
    Path((office, ticket)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = TokenHash::read(&headers)?;
    let ticket = guard::ticket(&ticket)?;
    let mut batch = app.db.batch();
    let asking = AskingCase::ask(&mut batch, &token, &office, &ticket, app.now);
    let rows = mail::of_case(app.db.d1(), &ticket).map_err(Problem::bug)?;
    let rows = batch.ask_made::<MailRow>(rows);
    let answers = app.db.read(batch).await?;
    let Seen { person, whole } = asking.seen(&answers)?;

    let works_on_it = !whole.case.is_party(&person.me.person);
    let forms = whole.events.iter().filter_map(|recorded| recorded.content.as_ref()?.form.as_ref());
    let theirs: Vec<String> = forms.map(|form| form.email.key()).chain([person.me.email.key()]).collect();
    let mails = answers.rows(&rows)?.into_iter().map(SentMail::from);
    let shown: Vec<SentMail> =
        mails.filter(|mail| works_on_it || theirs.contains(&mail.to.to_ascii_lowercase())).collect();
    body::json(StatusCode::OK, &shown)
}
