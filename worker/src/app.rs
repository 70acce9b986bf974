//! What one request has at hand.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRequestParts;
use chrono::{DateTime, Utc};
use http::{Uri, request::Parts};
use worker::{Context, Env};

use crate::{db::Db, problem::Problem, secret::LookupKey};

/// One request's clock, storage and surroundings. Made anew for each.
pub struct App {
    /// The bindings.
    pub env: Env,
    /// Lets work outlive the answer.
    pub ctx: Context,
    /// D1, with its round trips counted.
    pub db: Db,
    /// When the request came, to the millisecond.
    pub now: DateTime<Utc>,
    /// Scheme and host under which the request came: `https://cabut.example`.
    pub origin: String,
}

/// As handlers get it.
#[derive(Clone)]
pub struct Shared(Arc<App>);

impl Shared {
    /// Shares `app` among one request's handlers.
    pub fn new(app: App) -> Shared {
        Shared(Arc::new(app))
    }
}

impl Deref for Shared {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Shared {
    type Rejection = Problem;

    /// The table of routes is made once, so what belongs to one request comes with it.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Shared, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::bug("a request came without its surroundings"))
    }
}

impl App {
    /// The surroundings of a request to `uri`.
    pub fn new(env: Env, ctx: Context, uri: &Uri) -> worker::Result<App> {
        let db = Db::new(env.d1("DB")?);
        let scheme = uri.scheme_str().unwrap_or("https");
        let host = uri.authority().map_or("", |authority| authority.as_str());
        Ok(App { db, now: now(), origin: format!("{scheme}://{host}"), env, ctx })
    }

    /// The key under which NIKs, codes and limits are stored.
    pub fn lookup_key(&self) -> Result<LookupKey, Problem> {
        let hex = self.env.secret("LOOKUP_KEY").map_err(Problem::bug)?.to_string();
        LookupKey::parse(&hex).ok_or_else(|| Problem::bug("LOOKUP_KEY is not 64 hexadecimal digits"))
    }
}

/// The time, to the millisecond: as exact as the edge's clock is and as events are stored.
pub fn now() -> DateTime<Utc> {
    let millis = i64::try_from(worker::Date::now().as_millis()).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
