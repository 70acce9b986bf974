//! The edge of Cabut, as a Cloudflare Worker: it authenticates, loads, asks `workflow` to decide, commits
//! and answers. It decides nothing about a procedure itself.
//!
//! | room | what is in it |
//! |---|---|
//! | [`routes`] | every address the API has, in one table |
//! | [`session`], [`offices`], [`documents`], [`cases`] | one file for each resource |
//! | [`affairs`] | an office's people, acting officials, calendar and settings |
//! | [`guard`] | who asks, and the case they may see: loading is authorising |
//! | [`store`] | the SQL of each aggregate |
//! | [`calendar`] | by which calendars an office's time is counted |
//! | [`report`], [`export`] | what days add up to, and tables as files |
//! | [`remind`] | who is reminded of a turn that lasts |
//! | [`mail`] | what is written to whom, the outbox, and sending |
//! | [`assets`], [`shell`] | the app's own files, and its page |
//! | [`problem`] | every failure as `application/problem+json` |

mod affairs;
mod app;
mod assets;
mod body;
mod calendar;
mod cases;
mod db;
mod documents;
mod export;
mod guard;
mod idempotency;
mod limits;
mod mail;
mod offices;
#[cfg(test)]
mod openapi;
mod problem;
mod remind;
mod report;
mod routes;
mod secret;
mod session;
mod shell;
mod store;
mod sweep;

pub use problem::{ALL_CODES, CodeEntry};

use chrono::{DateTime, Utc};
use worker::{
    Context, Env, ForwardableEmailMessage, ScheduleContext, ScheduledEvent, event,
    web_sys::{Request, Response},
};

/// Answers a request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, ctx: Context) -> worker::Result<Response> {
    body::given(routes::answer(assets::as_asked(request)?, env, ctx).await).await
}

/// Runs every minute: mail that has not gone yet, and what has outlived its time.
#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _ctx: ScheduleContext) {
    mail::sweep(&env).await;
    remind::remind(&env, fired_at(&event)).await;
    sweep::sweep(&env).await;
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
