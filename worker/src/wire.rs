//! Requests as they come in and answers as they go out, each in one piece. The `worker` crate would hand over every header
//! by several calls between JavaScript and wasm, and of each request much that nobody here asks for.

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use http::{HeaderMap, HeaderValue, Method, Request, header};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::{EncodeBody, web_sys, worker_sys::ext::RequestExt};

use crate::assets;

/// The longest body that anything reads, in bytes.
pub const MOST: usize = 5 * 1024 * 1024;

#[wasm_bindgen(module = "/src/wire.js")]
extern "C" {
    fn said(request: &web_sys::Request) -> Vec<u8>;

    #[wasm_bindgen(catch)]
    async fn body(request: &web_sys::Request, most: u32) -> Result<JsValue, JsValue>;

    fn answer(status: u16, lines: &str, bytes: &[u8], encode_body: &str) -> web_sys::Response;
}

/// The request with its whole body, whatever becomes of it: whoever is answered while still sending sees a broken
/// connection in place of the answer. Of what is too long for everybody, the end is thrown away.
pub async fn taken(raw: web_sys::Request) -> worker::Result<Request<Body>> {
    let said = said(&raw);
    let mut lines = said.split(|byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let mut request = Request::builder().method(line()).uri(line());
    while let (name @ [_, ..], value) = (line(), line()) {
        request = request.header(name, value);
    }
    let mut request = request.body(Body::empty())?;
    if assets::content_type(request.uri().path()).is_some() {
        name_encodings(&raw, request.headers_mut());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        // One byte more than anybody takes tells that it was too long. What breaks off in the middle is none.
        let bytes = body(&raw, MOST as u32 + 1).await.map(|bytes| Uint8Array::from(bytes).to_vec());
        *request.body_mut() = Body::from(bytes.unwrap_or_default());
    }
    Ok(request)
}

/// Names the compressions that the client itself named: the edge puts words of its own in that place, and keeps the
/// client's beside.
fn name_encodings(raw: &web_sys::Request, headers: &mut HeaderMap) {
    let named = raw.cf().and_then(|cf| Reflect::get(&cf, &"clientAcceptEncoding".into()).ok()?.as_string());
    if let Some(named) = named.and_then(|named| HeaderValue::try_from(named).ok()) {
        headers.insert(header::ACCEPT_ENCODING, named);
    }
}

/// Hands an answer over to the runtime.
pub async fn given(response: Response) -> worker::Result<web_sys::Response> {
    let (mut parts, body) = response.into_parts();
    let bytes: Bytes = axum::body::to_bytes(body, usize::MAX).await.map_err(|error| error.to_string())?;
    let encoding = match parts.extensions.remove() {
        Some(EncodeBody::Manual) => "manual",
        _ => "automatic",
    };
    let mut lines = String::new();
    for (name, value) in &parts.headers {
        for word in [name.as_str(), value.to_str().map_err(|error| error.to_string())?] {
            lines.push_str(word);
            lines.push('\n');
        }
    }
    Ok(answer(parts.status.as_u16(), &lines, &bytes, encoding))
}
