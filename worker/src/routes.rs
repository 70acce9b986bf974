//! Every address the service has, in one table, and what holds for all of them.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use tower_service::Service;
use worker::{Context, Env};

#[cfg(feature = "dev")]
use crate::fault;
use crate::{
    affairs,
    app::{App, Shared},
    assets, body, cases, corrections, documents, guard, log, me, noted, offices, pace,
    problem::{Code, Problem},
    report, session, shell,
};

/// The route table, made once for all requests that this instance answers.
static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let api = Router::new()
        .route("/api/session/code", post(session::send_code))
        .route("/api/session", get(session::show).post(session::sign_in).delete(session::sign_out))
        .route("/api/me/readings", get(me::readings))
        .route("/api/me/data", get(me::data))
        .route("/api/session/proof/code", post(session::send_proof_code))
        .route("/api/session/proof", post(session::prove))
        .route("/api/sessions", get(session::list).delete(session::end_others))
        .route("/api/sessions/{id}", delete(session::end))
        .route("/api/offices", get(offices::list))
        .route("/api/offices/{office}/procedure", get(offices::procedure))
        .route("/api/offices/{office}/corrections", get(corrections::own).post(corrections::ask))
        .route("/api/offices/{office}/corrections/all", get(corrections::all))
        .route("/api/offices/{office}/corrections/{id}/answer", post(corrections::answer))
        .route("/api/offices/{office}/documents", post(documents::upload))
        .route("/api/documents/{id}", delete(documents::remove).get(documents::open))
        .route("/api/offices/{office}/cases", get(cases::list).post(cases::file))
        .route("/api/offices/{office}/cases/search", post(cases::search))
        .route("/api/offices/{office}/cases/{ticket}", get(cases::view))
        .route("/api/offices/{office}/cases/{ticket}/acts", post(cases::act))
        .route("/api/offices/{office}/cases/{ticket}/mails", get(cases::mails))
        .route("/api/offices/{office}/cases/{ticket}/mails/{id}/again", post(cases::again))
        .route("/api/offices/{office}/cases/{ticket}/log", get(cases::log))
        .route("/api/offices/{office}/cases/{ticket}/receipts/{seq}", get(log::receipt))
        .route("/api/offices/{office}/cases/{ticket}/receipts/{seq}/qr", get(log::qr))
        .route("/api/offices/{office}/cases/{ticket}/receipts/{seq}/check", get(log::check))
        .route("/api/offices/{office}/counts", get(report::counts))
        .route("/api/offices/{office}/register", get(cases::register))
        .route("/api/offices/{office}/register/search", post(cases::search_register))
        .route("/api/offices/{office}/register.xlsx", get(cases::register_xlsx))
        .route("/api/offices/{office}/register.csv", get(cases::register_csv))
        .route("/api/offices/{office}/report", get(report::show))
        .route("/api/offices/{office}/report.xlsx", get(report::xlsx))
        .route("/api/offices/{office}/report.csv", get(report::csv))
        .route("/api/offices/{office}/affairs", get(affairs::show).post(affairs::change))
        .route("/api/offices/{office}/affairs/log", get(affairs::log))
        .route("/api/offices/{office}/log", get(log::entries))
        .route("/api/offices/{office}/log/keys", get(log::keys))
        .route("/api/offices/{office}/log/checkpoint", get(log::checkpoint))
        .route("/api/offices/{office}/log/consistency", get(log::consistency))
        .route("/api/openapi.json", get(openapi));
    #[cfg(feature = "dev")]
    let api = api
        .merge(crate::mail::mailbox::routes())
        // What every answer costs, and every answer that asks D1: `cargo xtask bench` holds the others against them.
        .route("/dev/empty", get(async || StatusCode::NO_CONTENT))
        .route("/dev/one-row", get(one_row));
    api.method_not_allowed_fallback(method_not_allowed).fallback(elsewhere)
});

/// Answers a request: in too many words or from another origin not at all; else by its route.
pub async fn answer(mut request: Request, env: Env, ctx: Context) -> Response {
    #[cfg(feature = "dev")]
    let (fault, env) = {
        let fault = fault::asked(request.headers());
        let env = fault::injected(env, fault.as_deref().unwrap_or_default());
        (fault, env)
    };
    let app = match App::new(env, ctx, request.uri()) {
        Ok(app) => Shared::new(app),
        Err(error) => return secured(Problem::bug(error).into_response()),
    };
    let method = request.method().clone();
    let client = guard::client(&request);
    request.extensions_mut().insert(app.clone());
    let is_api = request.uri().path().starts_with("/api/");
    // The framework would answer it in its own words.
    let readable = percent_decode_str(request.uri().path()).decode_utf8().is_ok();
    let response = match guard::fits(&request).and_then(|()| guard::same_origin(&request, &app.origin)) {
        Ok(()) if !readable => Problem::from(Code::RouteUnknown).into_response(),
        Ok(()) => match pace::keeps(&request, &client, &app.env).await {
            Ok(()) => {
                let answered = ROUTER.clone().call(request);
                #[cfg(feature = "dev")]
                let answered = fault::panicking(fault, answered);
                answered.await.unwrap_or_else(|never| match never {})
            }
            Err(problem) => problem.into_response(),
        },
        Err(problem) => problem.into_response(),
    };
    let mut response = secured(response);
    if is_api {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    counted(noted::note(&app, &method, &client, response), &app)
}

/// The answer to a request whose handler panicked.
pub fn panicked() -> Response {
    secured(Problem::bug("a handler panicked").into_response())
}

/// What holds for every answer: it is nobody's to guess at, to frame or to run. A page and a document bring policies of
/// their own (`app/src/bin/prerender.rs`, `documents.rs`).
fn secured(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 7] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (PERMISSIONS_POLICY, "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// In the development build, says what the request cost.
#[cfg_attr(not(feature = "dev"), expect(unused_mut, unused_variables))]
fn counted(mut response: Response, app: &App) -> Response {
    #[cfg(feature = "dev")]
    {
        let (trips, statements, rows) = app.db.spent();
        response.headers_mut().insert("x-d1-round-trips", trips.into());
        response.headers_mut().insert("x-d1-statements", statements.into());
        response.headers_mut().insert("x-d1-rows-read", rows.into());
        fault::told(&app.env, &mut response);
    }
    response
}

/// `GET /api/openapi.json`
async fn openapi() -> Response {
    body::json_text(StatusCode::OK, include_str!("../openapi.json").to_owned())
}

/// The least that can be asked of D1.
#[cfg(feature = "dev")]
#[worker::send]
async fn one_row(app: Shared) -> Result<StatusCode, Problem> {
    let mut batch = app.db.batch();
    batch.run("SELECT 1", &[]);
    app.db.read(batch).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn method_not_allowed() -> Problem {
    Code::MethodNotAllowed.into()
}

/// What no route takes: below `/api` nothing, elsewhere the app, which has its own files and pages.
#[worker::send]
async fn elsewhere(app: Shared, request: Request) -> Response {
    if request.uri().path().starts_with("/api") {
        return Problem::from(Code::RouteUnknown).into_response();
    }
    let shown = match assets::content_type(request.uri().path()) {
        Some(kind) => assets::show(&app, &request, kind).await,
        None => shell::show(&app, &request).await,
    };
    shown.unwrap_or_else(IntoResponse::into_response)
}

/// Reads an address's query. What it does not know it refuses, so that a slip does not look like an answer.
pub fn query<T: DeserializeOwned>(query: Option<&str>) -> Result<T, Problem> {
    serde_urlencoded::from_str(query.unwrap_or_default()).map_err(|_| Code::QueryInvalid.into())
}
