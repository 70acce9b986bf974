//! What the platform's log hears: who signed in or failed to, which limit was met, what was refused, what went wrong. A line of
//! JSON each, with keyed digests in place of mailboxes and network addresses: the same one has the same digest, so that what
//! belongs together is seen. Nothing that somebody typed is in it.

use std::fmt::Display;

use axum::response::Response;
use http::{Method, StatusCode};
use serde::Serialize;

use crate::{
    app::{self, App},
    db::instant,
    secret::LookupKey,
};

/// The code of the problem that an answer tells, beside it for the log.
#[derive(Clone)]
pub struct Told(pub String);

/// Something that should not be: somebody is to look at it.
pub fn wrong(part: &str, what: impl Display) {
    worker::console_error!("{}", said("wrong", part, what));
}

/// Something that may be, and is worth knowing when much else goes wrong.
pub fn odd(part: &str, what: impl Display) {
    worker::console_warn!("{}", said("odd", part, what));
}

/// Something that went as it should.
pub fn done(part: &str, what: impl Display) {
    worker::console_log!("{}", said("done", part, what));
}

fn said(event: &str, part: &str, what: impl Display) -> serde_json::Value {
    serde_json::json!({ "at": instant(app::now()), "event": event, "part": part, "what": what.to_string() })
}

/// A line about a request.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    method: &'a str,
    /// As the table of routes has it, without what stands for its parameters; none where no route was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<&'a str>,
    /// The mailbox at the door, or that of whoever is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<String>,
    /// The line at whose end they are.
    client: String,
}

/// What an answer means for whoever watches over the service, if anything.
fn event(method: &Method, route: Option<&str>, status: StatusCode, code: Option<&str>) -> Option<&'static str> {
    let at_the_door = route == Some("/api/session");
    match (status, code) {
        (_, Some("code_wrong")) => Some(if at_the_door { "sign_in_failed" } else { "proof_failed" }),
        (StatusCode::TOO_MANY_REQUESTS, _) => Some("limit_met"),
        (StatusCode::FORBIDDEN, _) => Some("refused"),
        // Also what is there and not theirs to see.
        (StatusCode::NOT_FOUND, Some("not_found")) => Some("not_found"),
        (StatusCode::OK, _) if at_the_door && method == Method::POST => Some("signed_in"),
        // Why, the line before says.
        (status, _) if status.is_server_error() => Some("failed"),
        (StatusCode::NO_CONTENT, _) if route == Some("/api/session/proof") => Some("proven"),
        _ => None,
    }
}

/// Notes an answer that means something for whoever watches over the service.
#[cfg_attr(not(feature = "dev"), expect(unused_mut))]
pub fn note(app: &App, method: &Method, client: &str, mut answer: Response) -> Response {
    let code = answer.extensions().get::<Told>().map(|told| told.0.clone());
    let Some(event) = event(method, app.route(), answer.status(), code.as_deref()) else { return answer };
    let Ok(key) = app.lookup_key() else { return answer };
    let line = Line {
        at: instant(app.now),
        event,
        code: code.as_deref(),
        method: method.as_str(),
        route: app.route(),
        who: app.who().map(|who| digest(key, "who in the log", who)),
        client: digest(key, "client in the log", client),
    };
    let Ok(line) = serde_json::to_string(&line) else { return answer };
    worker::console_log!("{line}");
    // The tests read it here: no runtime hands out its log.
    #[cfg(feature = "dev")]
    if let Ok(line) = http::HeaderValue::from_str(&line) {
        answer.headers_mut().insert("x-noted", line);
    }
    answer
}

/// 64 bits of a keyed digest: enough to tell one from others.
fn digest(key: &LookupKey, kind: &str, value: &str) -> String {
    let mut digest = key.digest(kind, value);
    digest.truncate(16);
    digest
}
