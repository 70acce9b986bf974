//! Documents: taken in by what they are, not by what they are called; read by those with a reason to.

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request},
    response::Response,
};
use chrono::TimeDelta;
use files::{Accepted, Refusal};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use workflow::{api::Document, case::DocumentId};

use crate::{
    app::Shared,
    body,
    db::{Conflict, Failure},
    guard::{self, Asking, Person, Readable, TokenHash},
    idempotency::{self, Key},
    kv,
    limits::{self, Limit},
    problem::{Code, Problem},
    secret,
    store::{
        documents::{self, Upload},
        readings,
    },
    subtle, wire,
};

mod name;

/// The largest document, in bytes.
const LIMIT: usize = wire::MOST;
/// Uploads of one person: a day at the desk, and no more.
const UPLOADS_A_DAY: Limit = Limit { most: 180, within: TimeDelta::days(1) };

/// `POST /api/offices/{office}/documents`. What is stored, and what size and SHA-256 are told of, is the file as
/// [`files::judge`] leaves it: a photo without place and camera. The key is bound to what was sent.
#[worker::send]
pub async fn upload(app: Shared, Path(office): Path<String>, request: Request) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    guard::procedure(&office)?;
    idempotency::require(request.headers())?;
    let name = name::read(request.headers())?;
    let (parts, body) = request.into_parts();
    let bytes = body::bytes(Request::from_parts(parts.clone(), body), LIMIT, Code::DocumentTooLarge).await?;
    if bytes.is_empty() {
        return Err(Code::DocumentEmpty.into());
    }
    let sent = subtle::sha256(&bytes).await?;
    let key = Key::read(&parts.headers, &parts.method, parts.uri.path(), format!("{sent} {name}").as_bytes())?;

    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, &app);
    let first = key.first(&mut batch, token.as_str());
    let uploads = limits::count_of_person(&mut batch, "uploads", token.as_str(), UPLOADS_A_DAY, app.now);
    let answers = app.db.read(batch).await?;
    let Person { me, .. } = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }
    if uploads.check(&answers, app.now).is_err() {
        return Err(Problem::from(Code::DocumentLimit).with_retry_after(3600));
    }
    // Not before it is known who asks, and how often: to look through a file takes longer than all the rest.
    let Accepted { kind, bytes: cleaned } = files::judge(&bytes).map_err(code)?;
    let sha256 = if *cleaned == *bytes { sent } else { subtle::sha256(&cleaned).await? };

    let id = DocumentId(secret::random_id());
    let (data_key, sealed_key) = app.vault()?.new_key(documents::key_place(&id))?;
    let sealed = subtle::seal(&data_key, documents::place(&id), &cleaned).await?;
    let sealed_name = app.vault()?.seal(documents::name_place(&id), name.as_bytes())?;
    let upload = Upload {
        id,
        owner: me.person,
        office,
        name: sealed_name,
        media_type: kind.media_type().to_owned(),
        size: u32::try_from(cleaned.len()).map_err(Problem::bug)?,
        sha256,
        kv_key: secret::session_token(),
        sealed_key,
        attached: 0,
    };
    // The row first, so that no bytes lie where nothing knows of them; nobody knows its id before it is answered.
    let mut batch = app.db.batch();
    documents::insert(&mut batch, &upload, app.now);
    app.db.write(batch).await?;
    kv::put(&app.env, &upload.kv_key, &sealed).await?;
    let Upload { id, media_type, size, sha256, .. } = upload.clone();
    let answer = body::text(&Document { id, name, media_type, size, sha256 })?;
    let mut batch = app.db.batch();
    key.keep(&mut batch, &upload.owner, StatusCode::CREATED, &answer, &app)?;
    match app.db.write(batch).await {
        Ok(_) => Ok(body::json_text(StatusCode::CREATED, answer)),
        Err(Failure::Conflict(Conflict::Idempotency)) => {
            let mut batch = app.db.batch();
            documents::remove(&mut batch, &upload.id);
            key.again(&app, batch, token.as_str()).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /api/documents/{id}`. The reading is recorded before anything is shown.
#[worker::send]
pub async fn open(app: Shared, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let Readable { person, upload } = guard::document(&app, &headers, &id).await?;
    let mut batch = app.db.batch();
    readings::of_document(&mut batch, &upload.id, &person.me.person, app.now);
    app.db.write(batch).await?;
    let bytes = kv::get(&app.env, &upload.kv_key).await?;
    let bytes = bytes.ok_or_else(|| Problem::storage_unavailable("a document's bytes are not there"))?;
    let key = app.vault()?.open_key(documents::key_place(&upload.id), &upload.sealed_key)?;
    let name = upload.called(app.vault()?)?;
    shown(&upload, &name, subtle::open(&key, documents::place(&upload.id), &bytes).await?)
}

/// `DELETE /api/documents/{id}`
#[worker::send]
pub async fn remove(app: Shared, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let token = TokenHash::read(request.headers())?;
    let key = Key::read(request.headers(), request.method(), request.uri().path(), b"")?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, &app);
    let first = key.first(&mut batch, token.as_str());
    let upload = documents::by_id(&mut batch, &id);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    if let Some(response) = key.replay(&answers, &first, &app)? {
        return Ok(response);
    }
    let upload = answers.first(&upload)?.filter(|upload| upload.owner == person.me.person).ok_or(Code::NotFound)?;
    if upload.attached == documents::ATTACHED {
        return Err(Code::DocumentInUse.into());
    }
    let mut batch = app.db.batch();
    key.keep(&mut batch, &person.me.person, StatusCode::NO_CONTENT, "", &app)?;
    documents::remove(&mut batch, &upload.id);
    match app.db.write(batch).await {
        // The sweep erases the bytes, and goes on until they are gone.
        Ok(_) | Err(Failure::Conflict(Conflict::Idempotency)) => {}
        Err(failure) => return Err(failure.into()),
    }
    Ok(body::json_text(StatusCode::NO_CONTENT, String::new()))
}

/// The document as a browser may show it: as what it is by its content, and unable to do anything.
fn shown(upload: &Upload, name: &str, bytes: Vec<u8>) -> Result<Response, Problem> {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let name = utf8_percent_encode(name, KEPT);
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

/// What is told of a file that is not taken.
fn code(refusal: Refusal) -> Code {
    match refusal {
        Refusal::Unknown => Code::DocumentType,
        Refusal::Damaged => Code::DocumentDamaged,
        Refusal::Mixed => Code::DocumentMixed,
        Refusal::TooManyPixels => Code::DocumentPixels,
        Refusal::Bomb => Code::DocumentBomb,
        Refusal::Locked => Code::DocumentLocked,
        Refusal::Script => Code::DocumentScript,
        Refusal::Action => Code::DocumentAction,
        Refusal::Embeds => Code::DocumentEmbeds,
        Refusal::Opaque => Code::DocumentOpaque,
    }
}
