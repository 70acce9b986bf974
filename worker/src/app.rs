//! What one request has at hand.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use axum::extract::{FromRequestParts, MatchedPath};
use chrono::{DateTime, Utc};
use http::{Uri, request::Parts};
use vault::{LookupKey, Vault};
use worker::{Context, Env};
use workflow::identity::EmailAddress;

use crate::{db::Db, problem::Problem};

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
    /// The keys of what is personal, once somebody asked for them.
    vault: OnceLock<Vault>,
    /// The route, once it is found, and the mailbox of whoever asks, once that is known: for the log.
    route: OnceLock<String>,
    who: OnceLock<String>,
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
        let app: Option<Shared> = parts.extensions.get().cloned();
        let app = app.ok_or_else(|| Problem::bug("a request came without its surroundings"))?;
        if let Some(route) = parts.extensions.get::<MatchedPath>() {
            let _ = app.route.set(route.as_str().to_owned());
        }
        Ok(app)
    }
}

impl App {
    /// The surroundings of a request to `uri`.
    pub fn new(env: Env, ctx: Context, uri: &Uri) -> worker::Result<App> {
        let db = Db::new(env.d1("DB")?);
        let scheme = uri.scheme_str().unwrap_or("https");
        let host = uri.authority().map_or("", |authority| authority.as_str());
        Ok(App {
            db,
            now: now(),
            origin: format!("{scheme}://{host}"),
            vault: OnceLock::new(),
            route: OnceLock::new(),
            who: OnceLock::new(),
            env,
            ctx,
        })
    }

    /// The request's route, as the table has it.
    pub fn route(&self) -> Option<&str> {
        self.route.get().map(String::as_str)
    }

    /// Whose mailbox stands at the door, or who is signed in.
    pub fn is_asked_by(&self, email: &EmailAddress) {
        let _ = self.who.set(email.key());
    }

    /// The key of their mailbox, where it is known.
    pub fn who(&self) -> Option<&str> {
        self.who.get().map(String::as_str)
    }

    /// The keys by which personal data is sealed and found.
    pub fn vault(&self) -> Result<&Vault, Problem> {
        if self.vault.get().is_none() {
            // Nobody else sets it meanwhile: there is one thread.
            let _ = self.vault.set(vault(&self.env)?);
        }
        self.vault.get().ok_or_else(|| Problem::bug("the keys were read and are not there"))
    }

    /// The key under which NIKs, codes and limits are stored.
    pub fn lookup_key(&self) -> Result<&LookupKey, Problem> {
        Ok(self.vault()?.lookup())
    }
}

/// The keys by which personal data is sealed and found, where no request asks.
pub fn vault(env: &Env) -> Result<Vault, Problem> {
    let secret = |name| env.secret(name).map(|secret| secret.to_string()).map_err(Problem::bug);
    Ok(Vault::parse(&secret("DATA_KEYS")?, &secret("LOOKUP_KEY")?)?)
}

/// The time, to the millisecond: as exact as the edge's clock is and as events are stored.
pub fn now() -> DateTime<Utc> {
    let millis = i64::try_from(worker::Date::now().as_millis()).unwrap_or_default();
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
