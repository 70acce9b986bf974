//! Documents: taken in by what they are, not by what they are called; read by those with a reason to.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request},
    response::Response,
};
use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use workflow::{
    api::Document,
    case::{Digest, DocumentId, may_read},
    identity::is_hidden,
};

use crate::{
    app::{App, Shared},
    body,
    db::{Conflict, Failure},
    guard::{self, Asking, Person, TokenHash},
    idempotency::{self, Key},
    limits::{self, Limit},
    problem::{Code, Problem},
    secret,
    store::{
        cases,
        documents::{self, Upload},
    },
};

mod kind;

/// The largest document, in bytes.
const LIMIT: usize = body::MOST;
/// Uploads of one person: a day at the desk, and no more.
const UPLOADS_A_DAY: Limit = Limit { most: 180, within: TimeDelta::days(1) };
/// The longest name, in characters.
const NAME_MAX: usize = 120;

/// `POST /api/offices/{office}/documents`
#[worker::send]
pub async fn upload(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    guard::procedure(&office)?;
    idempotency::require(request.headers())?;
    let name = name(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::bytes(Request::from_parts(parts.clone(), body), LIMIT, Code::DocumentTooLarge).await?;
    if bytes.is_empty() {
        return Err(Code::DocumentEmpty.into());
    }
    let media_type = kind::media_type(&bytes).ok_or(Code::DocumentType)?;
    let sha256 = sha256(&bytes).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), format!("{sha256} {name}").as_bytes())?;

    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let first = key.first(&mut batch, token.as_str());
    let uploads = limits::count_of_person(&mut batch, "uploads", token.as_str(), UPLOADS_A_DAY, app.now);
    let answers = app.db.read(batch).await?;
    let Person { me, .. } = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first)? {
        return Ok(response);
    }
    if uploads.check(&answers, app.now).is_err() {
        return Err(Problem::from(Code::DocumentLimit).with_retry_after(3600));
    }

    let upload = Upload {
        id: DocumentId(secret::random_id()),
        owner: me.person,
        office,
        name,
        media_type: media_type.to_owned(),
        size: u32::try_from(bytes.len()).map_err(Problem::bug)?,
        sha256,
        kv_key: secret::session_token(),
        attached: 0,
    };
    // The row first, so that no bytes lie where nothing knows of them; nobody knows its id before it is answered.
    let mut batch = app.db.batch();
    documents::insert(&mut batch, &upload, app.now);
    app.db.write(batch).await?;
    put(&app, &upload.kv_key, &bytes).await?;
    let Upload { id, name, media_type, size, sha256, .. } = upload.clone();
    let answer = body::text(&Document { id, name, media_type, size, sha256 })?;
    let mut batch = app.db.batch();
    key.keep(&mut batch, &upload.owner, StatusCode::CREATED, &answer, app.now);
    match app.db.write(batch).await {
        Ok(_) => Ok(body::json_text(StatusCode::CREATED, answer)),
        Err(Failure::Conflict(Conflict::Idempotency)) => {
            let mut batch = app.db.batch();
            documents::remove(&mut batch, &upload.id);
            let first = key.first(&mut batch, token.as_str());
            let answers = app.db.read(batch).await?;
            key.replay(&answers, &first)?.ok_or_else(|| Problem::bug("a first answer is gone at once"))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /api/documents/{id}`. The reading is recorded before anything is shown.
#[worker::send]
pub async fn open(app: Shared, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let token = TokenHash::read(&headers)?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let upload = documents::by_id(&mut batch, &id);
    let case = cases::load_by_document(&mut batch, &id);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    let upload = answers.first(&upload)?.ok_or(Code::NotFound)?;
    let may = match case.whole(&answers)? {
        Some(whole) => {
            let paper = whole.documents.first().map(|document| document.paper.clone());
            paper.is_some_and(|paper| may_read(whole.procedure, &whole.case, &person.who(), &paper))
        }
        None => upload.owner == person.me.person,
    };
    if !may {
        return Err(Code::NotFound.into());
    }

    let mut batch = app.db.batch();
    documents::read_by(&mut batch, &upload.id, &person.me.person, app.now);
    app.db.write(batch).await?;
    let store = app.env.kv("DOCUMENTS").map_err(Problem::bug)?;
    let bytes = store.get(&upload.kv_key).bytes().await.map_err(unreachable_store)?;
    // KV takes up to a minute to show a value everywhere.
    let bytes = bytes.ok_or_else(|| Problem::storage_unavailable("a document's bytes are not there"))?;
    shown(&upload, bytes)
}

/// `DELETE /api/documents/{id}`
#[worker::send]
pub async fn remove(app: Shared, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    let key = Key::read(request.headers(), request.method(), request.uri().path(), b"")?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let first = key.first(&mut batch, token.as_str());
    let upload = documents::by_id(&mut batch, &id);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first)? {
        return Ok(response);
    }
    let upload = answers.first(&upload)?.filter(|upload| upload.owner == person.me.person).ok_or(Code::NotFound)?;
    if upload.attached == documents::ATTACHED {
        return Err(Code::DocumentInUse.into());
    }
    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::NO_CONTENT, "", app.now);
    documents::remove(&mut batch, &upload.id);
    match app.db.write(batch).await {
        // The sweep erases the bytes, and goes on until they are gone.
        Ok(_) | Err(Failure::Conflict(Conflict::Idempotency)) => {}
        Err(failure) => return Err(failure.into()),
    }
    Ok(body::json_text(StatusCode::NO_CONTENT, String::new()))
}

/// The document as a browser may show it: as what it is by its content, and unable to do anything.
fn shown(upload: &Upload, bytes: Vec<u8>) -> Result<Response, Problem> {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let name = utf8_percent_encode(&upload.name, KEPT);
    let headers = [
        (header::CONTENT_TYPE, upload.media_type.clone()),
        (header::CONTENT_DISPOSITION, format!("inline; filename*=UTF-8''{name}")),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'self'".to_owned()),
        (header::CONTENT_LENGTH, bytes.len().to_string()),
    ];
    let mut response = Response::new(Body::from(Bytes::from(bytes)));
    for (header, value) in headers {
        response.headers_mut().insert(header, HeaderValue::try_from(value).map_err(Problem::bug)?);
    }
    Ok(response)
}

/// The file's name from `X-File-Name`: without its path and what nobody sees.
fn name(headers: &HeaderMap) -> Result<String, Problem> {
    let value = headers.get("x-file-name").and_then(|value| value.to_str().ok()).ok_or(Code::DocumentName)?;
    let decoded = percent_decode_str(value).decode_utf8().map_err(|_| Code::DocumentName)?;
    clean_name(&decoded).ok_or_else(|| Code::DocumentName.into())
}

fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !is_hidden(*c)).collect();
    let clean = clean.trim();
    let usable = !clean.is_empty() && clean.chars().any(|c| c != '.') && clean.chars().count() <= NAME_MAX;
    usable.then(|| clean.to_owned())
}

/// SHA-256 by the runtime: for five megabytes in wasm, the free plan's processor time would not do.
async fn sha256(bytes: &[u8]) -> Result<Digest, Problem> {
    let wrong = |error: JsValue| Problem::bug(format!("crypto.subtle.digest: {error:?}"));
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into()).map_err(wrong)?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).map_err(wrong)?;
    let digest: Function = Reflect::get(&subtle, &"digest".into()).map_err(wrong)?.unchecked_into();
    let promise: Promise =
        digest.call2(&subtle, &"SHA-256".into(), &Uint8Array::from(bytes)).map_err(wrong)?.unchecked_into();
    let digest = Uint8Array::new(&JsFuture::from(promise).await.map_err(wrong)?).to_vec();
    Digest::parse(&secret::hex(&digest)).map_err(Problem::bug)
}

async fn put(app: &App, key: &str, bytes: &[u8]) -> Result<(), Problem> {
    let store = app.env.kv("DOCUMENTS").map_err(Problem::bug)?;
    store.put_bytes(key, bytes).map_err(unreachable_store)?.execute().await.map_err(unreachable_store)
}

fn unreachable_store(error: worker::kv::KvError) -> Problem {
    Problem::storage_unavailable(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_its_path_and_what_nobody_sees() {
        assert_eq!(clean_name("C:\\fakepath\\KTP Siti.jpg").as_deref(), Some("KTP Siti.jpg"));
        assert_eq!(clean_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean_name("a\u{202e}gpj.exe\n").as_deref(), Some("agpj.exe"));
        for unusable in ["", "  ", "..", "a/", &"x".repeat(121)] {
            assert_eq!(clean_name(unusable), None, "{unusable:?}");
        }
    }
}
