//! Proving one's mailbox once more, within a session: asked for before what can do much harm when somebody else has got hold
//! of the session.

use axum::{extract::Request, response::Response};
use chrono::TimeDelta;
use http::StatusCode;
use workflow::api::{Proof as ProofRequest, ProofCodeRequest, code_digits};

use super::set_cookie;
use crate::{
    app::Shared,
    body,
    db::Batch,
    guard::{self, COOKIE, For, Person, TokenHash},
    limits::{self, Limit},
    mail,
    problem::{Code, Problem},
    secret::{self, LookupKey},
    store::sessions::{self, Proof},
};

/// Codes for one person, soon after each other.
const CODES: Limit = Limit { most: 5, within: TimeDelta::minutes(15) };
/// Codes for one person in the long run: as many as for signing in, and so as hard to guess.
const CODES_A_DAY: Limit = Limit { most: 40, within: TimeDelta::days(1) };

/// `POST /api/session/proof/code`. To the session's own mailbox: no address is taken from who asks.
#[worker::send]
pub async fn send_proof_code(app: Shared, request: Request) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let ProofCodeRequest { office } = body::parse(&body::json_bytes(request).await?)?;
    let office = &guard::procedure(&office)?.office;
    let ask = |batch: &mut Batch, token: &TokenHash| {
        [("proof codes", CODES), ("proof codes a day", CODES_A_DAY)]
            .map(|(what, limit)| limits::count_of_person(batch, what, token.as_str(), limit, app.now))
    };
    let (person, answers, counted) = guard::load(&app, &headers, For::Themself, ask).await?;
    for counted in counted {
        counted.check(&answers, app.now)?;
    }
    let (key, code) = (app.lookup_key()?, secret::mailbox_code());
    let message = mail::proof_code(office, &person.me.email, &code);
    let mut batch = app.db.batch();
    sessions::keep_code(&mut batch, &address(key, &person), &self::code(key, &person, &code), app.now);
    mail::insert(&mut batch, &message, app.vault()?, app.now)?;
    app.db.write(batch).await?;
    let (env, ids) = (app.env.clone(), vec![message.id]);
    app.ctx.wait_until(async move { mail::deliver(&env, &ids).await });
    Ok(body::json_text(StatusCode::ACCEPTED, String::new()))
}

/// `POST /api/session/proof`. The session goes on under another token: whoever has got hold of the old one is out.
#[worker::send]
pub async fn prove(app: Shared, request: Request) -> Result<Response, Problem> {
    let before = TokenHash::read(request.headers())?;
    let headers = request.headers().clone();
    let ProofRequest { code } = body::parse(&body::json_bytes(request).await?)?;
    let person = guard::person(&app, &headers).await?;
    let key = app.lookup_key()?;
    let (address, code) = (address(key, &person), self::code(key, &person, &code_digits(&code).unwrap_or_default()));
    let mut batch = app.db.batch();
    let kept = sessions::try_code(&mut batch, &address, app.now);
    let kept = app.db.read(batch).await?.first(&kept)?.ok_or(Code::SignInFailed)?;
    if !secret::same(&kept.code, &code) {
        return Err(Code::SignInFailed.into());
    }

    let token = secret::session_token();
    let new_token_hash = &secret::sha256(token.as_bytes());
    let proof = Proof { address: &address, code: &code, token_hash: before.as_str(), new_token_hash };
    let mut batch = app.db.batch();
    let proven = sessions::prove(&mut batch, &proof, app.now);
    let proven = app.db.write(batch).await?.first(&proven)?.ok_or(Code::SignInFailed)?;
    let mut response = body::json_text(StatusCode::NO_CONTENT, String::new());
    let left = proven.created_at + sessions::ABSOLUTE - app.now;
    set_cookie(&mut response, COOKIE, &token, left.num_seconds())?;
    Ok(response)
}

/// Where a session's code is kept.
fn address(key: &LookupKey, person: &Person) -> String {
    key.digest("session to prove", &person.session)
}

/// A code is bound to its session, and to the mailbox that it was sent to.
fn code(key: &LookupKey, person: &Person, code: &str) -> String {
    key.digest("proof", &format!("{}\n{}\n{code}", person.session, person.me.email.key()))
}
