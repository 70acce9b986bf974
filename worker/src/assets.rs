//! Scripts, styles and wasm, as they were compressed at build time.
//!
//! The edge would compress them anew for each answer: quickly, and so a tenth larger. `wrangler.toml` sends what has one
//! of these names through the Worker, which answers it with the file that the build left beside it, under its name
//! and `.br`. Whoever takes no brotli gets the file itself.

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use worker::{EncodeBody, Headers, RequestInit};

use crate::{
    app::App,
    problem::{Code, Problem},
};

/// How such names end, and what is in the files.
const KINDS: [(&str, &str); 3] =
    [(".wasm", "application/wasm"), (".js", "text/javascript; charset=utf-8"), (".css", "text/css; charset=utf-8")];

/// What is in the file at `path`, if it is of those that the build compresses.
pub fn content_type(path: &str) -> Option<&'static str> {
    KINDS.iter().find(|(end, _)| path.ends_with(end)).map(|(_, kind)| *kind)
}

/// The file, compressed for those who take it so. Its other headers are those of the file itself, by `_headers`.
pub async fn show(app: &App, request: &Request, kind: &'static str) -> Result<Response, Problem> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Code::MethodNotAllowed.into());
    }
    let (path, known) = (request.uri().path(), request.headers().get(header::IF_NONE_MATCH));
    if takes_brotli(request.headers()) {
        let mut packed = fetch(app, request.method(), &format!("{path}.br"), known).await?;
        if packed.status() != StatusCode::NOT_FOUND {
            let headers = packed.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            // The runtime is not to compress it again.
            packed.extensions_mut().insert(EncodeBody::Manual);
            return Ok(packed);
        }
    }
    let plain = fetch(app, request.method(), path, known).await?;
    if plain.status() == StatusCode::NOT_FOUND { Err(Code::RouteUnknown.into()) } else { Ok(plain) }
}

/// One of the app's files, unless it is still the one that the browser knows.
pub async fn fetch(app: &App, method: &Method, path: &str, known: Option<&HeaderValue>) -> Result<Response, Problem> {
    let headers = Headers::new();
    if let Some(known) = known.and_then(|value| value.to_str().ok()) {
        headers.set("if-none-match", known).map_err(Problem::bug)?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers);
    if method == Method::HEAD {
        init.with_method(worker::Method::Head);
    }
    let assets = app.env.assets("ASSETS").map_err(Problem::bug)?;
    let mut answer = assets.fetch(format!("{}{path}", app.origin), Some(init)).await.map_err(Problem::bug)?;
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    Ok(answer.map(Body::new))
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        name.trim().eq_ignore_ascii_case("br") && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_for_those_who_name_it() {
        let takes = |value: &'static str| {
            takes_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(takes("br") && takes("gzip, deflate, br, zstd") && takes("gzip;q=0.5, BR;q=0.9"));
        assert!(!takes("") && !takes("gzip") && !takes("gzip, br;q=0") && !takes("brotli"));
        assert!(!takes_brotli(&HeaderMap::new()));
    }
}
