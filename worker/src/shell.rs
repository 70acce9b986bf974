//! The app's page, for every address that is the app's own.

use axum::{body::Body, extract::Request, response::Response};
use http::{Method, StatusCode};

use crate::{
    app::App,
    problem::{Code, Problem},
};

/// Where the app's page lies among the assets.
const SHELL: &str = "/app";

/// The app's page. A missing file is missing, not the app.
pub async fn show(app: &App, request: &Request) -> Result<Response, Problem> {
    let is_file = request.uri().path().rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Code::RouteUnknown.into());
    }
    let assets = app.env.assets("ASSETS").map_err(Problem::bug)?;
    let page = assets.fetch(format!("{}{SHELL}", app.origin), None).await.map_err(Problem::bug)?;
    if page.status() != StatusCode::OK {
        return Err(Code::RouteUnknown.into());
    }
    Ok(page.map(Body::new))
}
