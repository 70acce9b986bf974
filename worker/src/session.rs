//! Signing in with a code to one's mailbox, and out.

use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use workflow::{
    api::{CodeRequest, SignIn, code_digits},
    case::PersonId,
    identity::EmailAddress,
};

mod browser;
mod device;
mod mine;
mod proof;

pub use mine::{end, end_others, list};
pub use proof::{prove, send_proof_code};

use self::device::{Device, Door};
use crate::{
    app::Shared,
    body,
    guard::{self, COOKIE, TokenHash},
    mail, panics,
    problem::{Code, Problem},
    secret::{self, LookupKey},
    store::{
        people,
        sessions::{self, Used},
    },
};

/// `POST /api/session/code`. The answer and the work are the same whatever the address, so that neither
/// tells whether it is known; only the mail is not written. A browser from which its owner has signed in hears of its own
/// limits, which tells nobody else anything.
#[worker::send]
pub async fn send_code(app: Shared, request: Request) -> Result<Response, Problem> {
    let (client, device) = (guard::client(&request), Device::of(request.headers()));
    let CodeRequest { email, office } = body::parse(&body::json_bytes(request).await?)?;
    let office = &guard::procedure(&office)?.office;
    app.is_asked_by(&email);
    let key = app.lookup_key()?;
    let door = Door { key, email: &email, device: &device, client: &client };

    let mut batch = app.db.batch();
    let here = door.is_known(&mut batch);
    let known = batch.ask::<Welcome>(
        "SELECT disabled_at IS NULL AS welcome FROM people WHERE email_key = ?1",
        &[&people::key(app.vault()?, &email)],
    );
    let answers = app.db.read(batch).await?;
    let mut batch = app.db.batch();
    let asked = door.asks(&mut batch, answers.first(&here)?.is_some(), app.now);
    asked.check(&app.db.read(batch).await?, app.now)?;

    let welcome = answers.first(&known)?.map_or(office.accepts(&email), |known| known.welcome == 1);
    let code = secret::mailbox_code();
    let message = mail::code(office, &email, &code);
    let (mut batch, address) = (app.db.batch(), door.address());
    if welcome {
        sessions::keep_code(&mut batch, &address, &self::code(key, &email, &code), app.now);
        mail::insert(&mut batch, &message, app.vault()?, app.now)?;
    } else {
        // Nobody is told this code, and no digits are it. Kept twice, to be as much work as a mail.
        let unknown = key.digest("no code", &secret::random_id());
        sessions::keep_code(&mut batch, &address, &unknown, app.now);
        sessions::keep_code(&mut batch, &address, &unknown, app.now);
    }
    app.db.write(batch).await?;

    let (env, ids) = (app.env.clone(), if welcome { vec![message.id] } else { Vec::new() });
    panics::behind(&app.ctx, async move { mail::deliver(&env, &ids).await });
    let mut response = body::json_text(StatusCode::ACCEPTED, String::new());
    device.keep(&mut response)?;
    Ok(response)
}

#[derive(serde::Deserialize)]
struct Welcome {
    welcome: u8,
}

/// `POST /api/session`
#[worker::send]
pub async fn sign_in(app: Shared, request: Request) -> Result<Response, Problem> {
    let (client, device) = (guard::client(&request), Device::of(request.headers()));
    let before = TokenHash::find(request.headers());
    let browser = browser::of(request.headers());
    let SignIn { email, code } = body::parse(&body::json_bytes(request).await?)?;
    app.is_asked_by(&email);
    let key = app.lookup_key()?;
    let door = Door { key, email: &email, device: &device, client: &client };
    let (address, known_device) = (door.address(), door.known());

    let mut batch = app.db.batch();
    let here = door.is_known(&mut batch);
    let here = app.db.read(batch).await?.first(&here)?.is_some();
    let mut batch = app.db.batch();
    let tried = door.tries(&mut batch, here, app.now);
    let kept = sessions::try_code(&mut batch, &address, app.now);
    let answers = app.db.read(batch).await?;
    tried.check(&answers, app.now)?;
    let kept = answers.first(&kept)?.ok_or(Code::SignInFailed)?;
    let code = self::code(key, &email, &code_digits(&code).unwrap_or_default());
    if !secret::same(&kept.code, &code) {
        return Err(Code::SignInFailed.into());
    }

    let token = secret::session_token();
    let token_hash = secret::sha256(token.as_bytes());
    let mut batch = app.db.batch();
    if let Some(before) = before {
        sessions::end(&mut batch, before.as_str());
    }
    let new_person = PersonId(secret::random_id());
    let mailbox = people::kept(app.vault()?, &new_person, &email)?;
    let used = Used { mailbox, address, code, new_person, token_hash, known_device, browser };
    let session = sessions::sign_in(&mut batch, &used, app.now);
    let answers = app.db.write(batch).await?;
    let session = answers.first(&session)?.ok_or(Code::SignInFailed)?;
    let mut response = body::json(StatusCode::OK, &session.me(app.vault()?)?)?;
    set_cookie(&mut response, COOKIE, &token, sessions::ABSOLUTE.num_seconds())?;
    device.keep(&mut response)?;
    Ok(response)
}

/// `GET /api/session`
#[worker::send]
pub async fn show(app: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    body::json(StatusCode::OK, &guard::person(&app, &headers).await?.me)
}

/// `DELETE /api/session`
#[worker::send]
pub async fn sign_out(app: Shared, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = TokenHash::find(&headers) {
        let mut batch = app.db.batch();
        sessions::end(&mut batch, token.as_str());
        app.db.read(batch).await?;
    }
    let mut response = body::json_text(StatusCode::NO_CONTENT, String::new());
    set_cookie(&mut response, COOKIE, "", 0)?;
    Ok(response)
}

fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: i64) -> Result<(), Problem> {
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict");
    response.headers_mut().append(header::SET_COOKIE, HeaderValue::try_from(cookie).map_err(Problem::bug)?);
    Ok(())
}

/// A code is bound to its address.
fn code(key: &LookupKey, email: &EmailAddress, code: &str) -> String {
    key.digest("code", &format!("{}\n{code}", email.key()))
}
