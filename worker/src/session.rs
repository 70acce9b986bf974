//! Signing in with a code to one's mailbox, and out.

use axum::{extract::Request, response::Response};
use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use workflow::{
    api::{CodeRequest, Me, SignIn},
    case::Role,
    identity::EmailAddress,
};

use crate::{
    app::Shared,
    body,
    guard::{self, COOKIE, TokenHash},
    limits::{self, Limit},
    mail,
    problem::{Code, Problem},
    secret::{self, LookupKey},
    store::sessions::{self, Used},
};

/// Codes for one address, soon after each other.
const CODES_PER_ADDRESS: Limit = Limit { most: 5, within: TimeDelta::minutes(15) };
/// Codes for one address in the long run: each may be tried five times, so that a code is guessed in some 13 years.
const CODES_PER_ADDRESS_A_DAY: Limit = Limit { most: 40, within: TimeDelta::days(1) };
/// Codes asked for by one client.
const CODES_PER_CLIENT: Limit = Limit { most: 30, within: TimeDelta::minutes(15) };
/// Codes tried by one client.
const TRIES_PER_CLIENT: Limit = Limit { most: 30, within: TimeDelta::minutes(15) };

/// `POST /api/session/code`. The answer and the work are the same whatever the address, so that neither
/// tells whether it is known; only the mail is not written.
#[worker::send]
pub async fn send_code(app: Shared, request: Request) -> Result<Response, Problem> {
    let client = guard::client(&request);
    let CodeRequest { email, office } = body::parse(&body::json_bytes(request).await?)?;
    let office = &guard::procedure(&office)?.office;
    let key = app.lookup_key()?;
    let address = address(&key, &email);

    let mut batch = app.db.batch();
    let (client, of_address) = (key.digest("codes of client", &client), key.digest("codes of address", &email.key()));
    let by_client = limits::count(&mut batch, &client, CODES_PER_CLIENT, app.now);
    let by_address =
        limits::count_unless(&mut batch, &of_address, CODES_PER_ADDRESS, &client, CODES_PER_CLIENT, app.now);
    let a_day = key.digest("codes of address a day", &email.key());
    let a_day =
        limits::count_unless(&mut batch, &a_day, CODES_PER_ADDRESS_A_DAY, &of_address, CODES_PER_ADDRESS, app.now);
    let known =
        batch.ask::<Welcome>("SELECT disabled_at IS NULL AS welcome FROM people WHERE email_key = ?1", &[&email.key()]);
    let answers = app.db.read(batch).await?;
    by_client.check(&answers, app.now)?;
    by_address.check(&answers, app.now)?;
    a_day.check(&answers, app.now)?;

    let welcome = answers.first(&known)?.map_or(office.accepts(&email), |known| known.welcome == 1);
    let code = secret::six_digits();
    let message = mail::code(office, &email, &code);
    let mut batch = app.db.batch();
    if welcome {
        sessions::keep_code(&mut batch, &address, &self::code(&key, &email, &code), app.now);
        batch.add(mail::insert(app.db.d1(), &message, app.now).map_err(Problem::bug)?);
    } else {
        // Nobody is told this code, and no six digits are it. Kept twice, to be as much work as a mail.
        let unknown = key.digest("no code", &secret::random_id());
        sessions::keep_code(&mut batch, &address, &unknown, app.now);
        sessions::keep_code(&mut batch, &address, &unknown, app.now);
    }
    app.db.write(batch).await?;

    let (env, ids) = (app.env.clone(), if welcome { vec![message.id] } else { Vec::new() });
    app.ctx.wait_until(async move { mail::deliver(&env, &ids).await });
    Ok(body::json_text(StatusCode::ACCEPTED, String::new()))
}

#[derive(serde::Deserialize)]
struct Welcome {
    welcome: u8,
}

/// `POST /api/session`
#[worker::send]
pub async fn sign_in(app: Shared, request: Request) -> Result<Response, Problem> {
    let client = guard::client(&request);
    let before = TokenHash::find(request.headers());
    let SignIn { email, code } = body::parse(&body::json_bytes(request).await?)?;
    let key = app.lookup_key()?;
    let address = address(&key, &email);

    let mut batch = app.db.batch();
    let by_client = limits::count(&mut batch, &key.digest("tries of client", &client), TRIES_PER_CLIENT, app.now);
    let kept = sessions::try_code(&mut batch, &address, app.now);
    let answers = app.db.read(batch).await?;
    by_client.check(&answers, app.now)?;
    let kept = answers.first(&kept)?.ok_or(Code::SignInFailed)?;
    let code = self::code(&key, &email, code.trim());
    if !secret::same(&kept.code, &code) {
        return Err(Code::SignInFailed.into());
    }

    let token = secret::session_token();
    let token_hash = secret::sha256(token.as_bytes());
    let mut batch = app.db.batch();
    if let Some(before) = before {
        sessions::end(&mut batch, before.as_str());
    }
    let used = Used { email, address, code, new_person: secret::random_id(), token_hash };
    let signed_in = sessions::sign_in(&mut batch, &used, app.now);
    let answers = app.db.write(batch).await?;
    let session = answers.first(&signed_in.session)?.ok_or(Code::SignInFailed)?;
    let roles = answers.rows(&signed_in.roles)?.into_iter().map(Role::from).collect();
    let me = Me { person: session.person, name: session.name, email: session.email, roles };
    let mut response = body::json(StatusCode::OK, &me)?;
    set_cookie(&mut response, &token, sessions::ABSOLUTE.num_seconds())?;
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
    set_cookie(&mut response, "", 0)?;
    Ok(response)
}

fn set_cookie(response: &mut Response, token: &str, seconds: i64) -> Result<(), Problem> {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict");
    response.headers_mut().insert(header::SET_COOKIE, HeaderValue::try_from(cookie).map_err(Problem::bug)?);
    Ok(())
}

fn address(key: &LookupKey, email: &EmailAddress) -> String {
    key.digest("address", &email.key())
}

/// A code is bound to its address.
fn code(key: &LookupKey, email: &EmailAddress, code: &str) -> String {
    key.digest("code", &format!("{}\n{code}", email.key()))
}
