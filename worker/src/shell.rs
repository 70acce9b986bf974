//! The app's page, for every address that is the app's own. What the edge knows stands in it already: who is signed in,
//! and on a case's page the case, whose head can be read before the app is there.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use workflow::{
    case::Who,
    identity::TicketNumber,
    told::{self, CaseFile, Head},
};

use crate::{
    app::App,
    assets, body,
    guard::{self, Person, Seen, TokenHash},
    mail::escape,
    problem::{Code, Problem},
};

/// Where a case's head goes in the app's page (`app/src/bin/prerender.rs`).
const PLACE: &str = "<!--permohonan-->";
/// How the page's title begins there.
const TITLE: &str = "<title>Memuat…";

/// The app's page. A missing file is missing, not the app.
///
/// | for | who shows a session | page |
/// |---|---|---|
/// | an office's address | no | the one that can sign in, and is the lightest |
/// | filing | yes | the one that the build left for it |
/// | another of an office's | yes | the one with every page, begun with what is known |
/// | an address of no office | | the one that says so |
/// | an address with a slash at its end | | the address without it |
pub async fn show(app: &App, request: &Request) -> Result<Response, Problem> {
    let path = request.uri().path();
    if path.len() > 1 && path.ends_with('/') {
        return whole(request);
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Code::RouteUnknown.into());
    }
    let mut parts = path.split('/').skip(1);
    let Some(procedure) = parts.next().and_then(|office| guard::procedure(office).ok()) else {
        return file(app, request, "/app").await;
    };
    let office = &procedure.office.id;
    let signs_in = format!("/{office}/masuk");
    if TokenHash::find(request.headers()).is_none() {
        return file(app, request, &signs_in).await;
    }
    if parts.next() == Some("ajukan")
        && let Ok(page) = file(app, request, path).await
    {
        return Ok(page);
    }
    match Known::load(app, request.headers(), office, path).await {
        Ok(known) => {
            // Whole, whatever the browser has of it: what is written into it is new.
            let page = assets::fetch(app, request.method(), &format!("/{office}/app"), None).await?;
            known.begin(page, app.now).await
        }
        Err(problem) if problem.is(Code::SessionExpired) => file(app, request, &signs_in).await,
        // The app finds out by itself, and tells it.
        Err(_) => file(app, request, &format!("/{office}/app")).await,
    }
}

/// The same address as it is written here, without a slash at its end. With one at its beginning, as two would be another host.
fn whole(request: &Request) -> Result<Response, Problem> {
    let path = request.uri().path().trim_matches('/');
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let to = HeaderValue::try_from(format!("/{path}{query}")).map_err(Problem::bug)?;
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}

/// One of the pages that the build left. Which one it is depends on whether somebody is signed in.
async fn file(app: &App, request: &Request, path: &str) -> Result<Response, Problem> {
    let known = request.headers().get(header::IF_NONE_MATCH);
    let mut page = assets::fetch(app, request.method(), path, known).await?;
    page.headers_mut().append(header::VARY, HeaderValue::from_static("Cookie"));
    match page.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED => Ok(page),
        _ => Err(Code::RouteUnknown.into()),
    }
}

/// What the edge knows and the app would ask for.
struct Known {
    person: Person,
    case: Option<CaseFile>,
}

impl Known {
    /// Who asks, and the case of a case's page, if it exists for them.
    async fn load(app: &App, headers: &HeaderMap, office: &str, path: &str) -> Result<Known, Problem> {
        let alone = async || Ok(Known { person: guard::person(app, headers).await?, case: None });
        let Some(ticket) = ticket(path) else { return alone().await };
        match guard::case(app, headers, office, ticket.as_str()).await {
            Ok(Seen { person, whole }) => {
                let view = whole.view(&person.who(), app.now)?;
                let file = CaseFile::new(Arc::new(whole.procedure.clone()), view);
                let file = file.map_err(|misfit| Problem::bug(format!("{misfit:?}")))?;
                Ok(Known { person, case: Some(file) })
            }
            Err(problem) if problem.is(Code::NotFound) => alone().await,
            Err(problem) => Err(problem),
        }
    }

    /// Writes it into the app's page, which is nobody else's from then on.
    async fn begin(self, page: Response, now: DateTime<Utc>) -> Result<Response, Problem> {
        let (mut parts, text) = page.into_parts();
        let text = axum::body::to_bytes(text, usize::MAX).await.map_err(Problem::bug)?;
        let mut text = String::from_utf8(text.into()).map_err(Problem::bug)?;
        let mut data = embedded("me", &self.person.me)?;
        if let Some(file) = &self.case {
            data += &embedded("case", &file.view)?;
            text = text.replacen(PLACE, &head(file, &self.person.who(), now), 1);
            text = text.replacen(TITLE, &format!("<title>{}", file.view.ticket), 1);
        }
        text = text.replacen("</body>", &(data + "</body>"), 1);
        parts.headers.remove(header::ETAG);
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        Ok(Response::from_parts(parts, Body::from(text)))
    }
}

/// A value as JSON in the page. `<` can't end the element early.
fn embedded<T: Serialize>(id: &str, value: &T) -> Result<String, Problem> {
    let json = body::text(value)?.replace('<', "\\u003c");
    Ok(format!("<script type=\"application/json\" id=\"{id}\">{json}</script>"))
}

/// The head of a case's page, in the elements of the app (`app/src/pages/case.rs`), which takes its place.
fn head(file: &CaseFile, who: &Who, now: DateTime<Utc>) -> String {
    let Head { status, name, urgent, turn } = told::head(file, who, now);
    let urgent = urgent.map(|text| (tag("red", "Mendesak"), warning(&text)));
    let (urgent_tag, urgent) = urgent.unwrap_or_default();
    let items: String = turn.items.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
    let items =
        if items.is_empty() { items } else { format!("<ul class=\"govuk-list govuk-list--bullet\">{items}</ul>") };
    let more: String =
        turn.more.iter().map(|text| format!("<p class=\"govuk-body turn__more\">{}</p>", escape(text))).collect();
    format!(
        "<span class=\"govuk-caption-l\">Permohonan pencabutan TTE</span>\
         <h1 class=\"govuk-heading-xl\" tabindex=\"-1\">{ticket}</h1>\
         <p class=\"case-head\">{status}{urgent_tag}<span class=\"case-head__name\">{name}</span></p>{urgent}\
         <section class=\"turn{mine}\" aria-label=\"Giliran sekarang\">\
         <p class=\"turn__headline\">{headline}</p>{items}{more}</section>",
        ticket = file.view.ticket,
        status = tag(told::colour(status), status.label()),
        name = escape(&name),
        mine = if turn.mine { " turn--mine" } else { "" },
        headline = escape(&turn.headline),
    )
}

fn tag(colour: &str, label: &str) -> String {
    format!("<strong class=\"govuk-tag govuk-tag--{colour}\">{label}</strong>")
}

fn warning(text: &str) -> String {
    format!(
        "<div class=\"govuk-warning-text\"><span class=\"govuk-warning-text__icon\" aria-hidden=\"true\">!</span>\
         <strong class=\"govuk-warning-text__text\"><span class=\"govuk-visually-hidden\">Perhatian: </span>{}</strong></div>",
        escape(text)
    )
}

/// The ticket of a case's page.
fn ticket(path: &str) -> Option<TicketNumber> {
    let [_, "permohonan", ticket] = path.strip_prefix('/')?.split('/').collect::<Vec<_>>()[..] else {
        return None;
    };
    guard::ticket(ticket).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_requests_page_has_a_request() {
        let found = ticket("/madiun/permohonan/MDN-7K3F-9QXH").expect("it is a request's page");
        assert_eq!(found.as_str(), "MDN-7K3F-9QXH");
        for path in ["/madiun/permohonan", "/madiun/permohonan/x", "/madiun/kerja", "/"] {
            assert_eq!(ticket(path), None, "{path}");
        }
    }

    #[test]
    fn what_stands_in_the_page_is_no_markup() {
        let text = embedded("me", &"</script><b>").expect("it is text");
        assert_eq!(text, r#"<script type="application/json" id="me">"\u003c/script>\u003cb>"</script>"#);
    }
}
