//! The edge of Cabut, as a Cloudflare Worker: it authenticates, loads, asks `workflow` to decide, commits
//! and answers. It decides nothing about a procedure itself.
//!
//! | room | what is in it |
//! |---|---|
//! | [`routes`] | every address the API has, in one table |
//! | [`session`], [`offices`], [`documents`], [`cases`] | one file for each resource |
//! | [`me`], [`corrections`] | what is held on a person, who saw it, and having it put right |
//! | [`affairs`] | an office's people, acting officials, calendar and settings |
//! | [`guard`] | who asks, and the case they may see: loading is authorising |
//! | [`store`] | the SQL of each aggregate |
//! | [`calendar`] | by which calendars an office's time is counted |
//! | [`log`] | the office's log: its checkpoints, proofs, export, and the receipts of its events |
//! | [`report`], [`export`] | what days add up to, and tables as files |
//! | [`erase`] | what is personal goes when its time is over |
//! | [`remind`] | who is reminded of a turn that lasts |
//! | [`mail`] | what is written to whom, the outbox, and sending |
//! | [`wire`] | requests as they come in, answers as they go out |
//! | [`assets`], [`shell`] | the app's own files, and its page |
//! | [`subtle`], [`reseal`] | documents, sealed by the runtime's own cipher, and what a replaced key sealed, sealed anew; how all that is personal lies is in the crate `vault` |
//! | [`kv`], [`patience`] | documents' bytes, and how long storage is waited for |
//! | [`panics`] | what a panic costs |
//! | [`noted`] | what the platform's log hears of security |
//! | [`fault`] | faults on demand; only in the development build |
//! | [`problem`] | every failure as `application/problem+json` |

mod affairs;
mod app;
mod assets;
mod body;
mod calendar;
mod cases;
mod corrections;
mod db;
mod documents;
mod erase;
mod export;
#[cfg(feature = "dev")]
mod fault;
mod guard;
mod idempotency;
mod kv;
mod limits;
mod log;
mod mail;
mod me;
mod noted;
mod offices;
#[cfg(test)]
mod openapi;
mod pace;
mod panics;
mod patience;
mod problem;
mod remind;
mod report;
mod reseal;
mod routes;
mod secret;
mod session;
mod shell;
mod store;
mod subtle;
mod sweep;
mod wire;

pub use problem::{ALL_CODES, CodeEntry};

use chrono::{DateTime, Utc};
use worker::{
    Context, Env, ForwardableEmailMessage, ScheduleContext, ScheduledEvent, event,
    web_sys::{Request, Response},
};

/// Answers a request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    let answered = async move {
        let request = wire::taken(request).await?;
        wire::given(routes::answer(request, env, ctx).await).await
    };
    match panics::caught(answered).await {
        Some(answer) => answer,
        None => wire::given(routes::panicked()).await,
    }
}

/// Runs every minute: mail that has not gone yet, and what has outlived its time. Each part by itself: a panic in one costs
/// none of the others.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    let at = fired_at(&event);
    #[cfg(feature = "dev")]
    let env = fault::injected(env, &event.cron());
    part(&env, |env| async move { mail::sweep(&env).await }).await;
    part(&env, |env| async move { remind::recount(&env).await }).await;
    part(&env, move |env| async move { remind::remind(&env, at).await }).await;
    part(&env, move |env| async move { log::daily(&env, at).await }).await;
    part(&env, move |env| async move { erase::erase(&env, at).await }).await;
    part(&env, |env| async move { sweep::sweep(&env).await }).await;
    part(&env, |env| async move { reseal::reseal(&env).await }).await;
}

async fn part<W: Future<Output = ()> + 'static>(env: &Env, work: impl FnOnce(Env) -> W) {
    panics::caught(work(env.clone())).await;
}

/// Takes in what comes to the address from which we send: notifications that a mail did not arrive.
#[event(email)]
async fn email(message: ForwardableEmailMessage, env: Env, _ctx: Context) -> worker::Result<()> {
    mail::receive(&env, &message).await;
    Ok(())
}

/// When the trigger fired. The tests of the development build let a week pass by naming the instant as its pattern.
#[cfg_attr(not(feature = "dev"), expect(unused_variables))]
fn fired_at(event: &ScheduledEvent) -> DateTime<Utc> {
    #[cfg(feature = "dev")]
    if let Ok(at) = event.cron().parse() {
        return at;
    }
    app::now()
}
