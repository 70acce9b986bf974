//! Who asks, and what they may hold. Checks and loading share one batch, and what comes out of them has no
//! other maker: a handler that holds a [`Person`] is signed in, one that holds a [`Seen`] case may see it.

use std::net::Ipv6Addr;

use axum::extract::Request;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, header};
use workflow::{
    api::Me,
    case::{Role, Who, may_see},
    identity::{Nip, TicketNumber},
    procedure::{Procedure, offices},
};

use crate::{
    app::App,
    db::{Answers, Batch, Slot},
    problem::{Code, Problem},
    secret,
    store::{
        cases::{self, Whole},
        sessions::{self, RoleRow, Session},
    },
};

/// The name of the session cookie. A browser takes a `__Host-` cookie only over HTTPS, for this host alone.
pub const COOKIE: &str = "__Host-cabut";

/// Refuses a write that a page of another origin makes: it would carry this person's cookie, not their will.
pub fn same_origin<B>(request: &http::Request<B>, origin: &str) -> Result<(), Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let says =
        |name: &str, word: &str| request.headers().get(name).is_some_and(|value| value.as_bytes() == word.as_bytes());
    if says("origin", origin) && !says("sec-fetch-site", "cross-site") {
        Ok(())
    } else {
        Err(Code::ForeignOrigin.into())
    }
}

/// SHA-256 of a session token that came as a cookie.
pub struct TokenHash(String);

impl TokenHash {
    /// Reads the cookie.
    pub fn read(headers: &HeaderMap) -> Result<TokenHash, Problem> {
        TokenHash::find(headers).ok_or_else(|| Code::SignInNeeded.into())
    }

    /// The cookie, if one came.
    pub fn find(headers: &HeaderMap) -> Option<TokenHash> {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let token = cookies
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
        Some(TokenHash(secret::sha256(token.as_bytes())))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody signed in.
pub struct Person {
    /// As the app knows them.
    pub me: Me,
    /// Their civil servant number, where known.
    pub nip: Option<Nip>,
}

impl Person {
    /// As the rules see them.
    pub fn who(&self) -> Who {
        self.me.who()
    }

    /// Refuses all but the office's staff.
    pub fn check_staff(&self, procedure: &Procedure) -> Result<(), Problem> {
        if self.who().is_staff(procedure) { Ok(()) } else { Err(Code::StaffOnly.into()) }
    }
}

/// The part of a batch that finds out who asks.
pub struct Asking {
    session: Slot<Session>,
    roles: Slot<RoleRow>,
    now: DateTime<Utc>,
}

impl Asking {
    /// Adds the questions, and notes that the session is in use.
    pub fn ask(batch: &mut Batch, token: &TokenHash, now: DateTime<Utc>) -> Asking {
        let session = sessions::session(batch, token.as_str());
        let roles = sessions::roles(batch, token.as_str(), now);
        sessions::touch(batch, token.as_str(), now);
        Asking { session, roles, now }
    }

    /// The person, if the session lives and they are not disabled.
    pub fn person(&self, answers: &Answers) -> Result<Person, Problem> {
        let session = answers.first(&self.session)?.ok_or(Code::SessionExpired)?;
        let ended =
            session.last_seen + sessions::IDLE <= self.now || session.created_at + sessions::ABSOLUTE <= self.now;
        if ended || session.disabled_at.is_some() {
            return Err(Code::SessionExpired.into());
        }
        let roles = answers.rows(&self.roles)?.into_iter().map(Role::from).collect();
        let me = Me { person: session.person, name: session.name, email: session.email, roles };
        Ok(Person { me, nip: session.nip })
    }
}

/// Who asks, where nothing else is to be loaded.
pub async fn person(app: &App, headers: &HeaderMap) -> Result<Person, Problem> {
    Ok(person_with(app, headers, |_, _| ()).await?.0)
}

/// Who asks, and the answers to what `ask` adds to the same round trip: the session's token stands for the person, who is
/// not known yet. Whether they may have the answers is for the caller to check.
pub async fn person_with<T>(
    app: &App,
    headers: &HeaderMap,
    ask: impl FnOnce(&mut Batch, &TokenHash) -> T,
) -> Result<(Person, Answers, T), Problem> {
    let token = TokenHash::read(headers)?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app.now);
    let asked = ask(&mut batch, &token);
    let answers = app.db.read(batch).await?;
    Ok((asking.person(&answers)?, answers, asked))
}

/// A case that this person may see.
pub struct Seen {
    /// Who sees it.
    pub person: Person,
    /// The case.
    pub whole: Whole,
}

/// The part of a batch that loads a case for whoever asks.
pub struct AskingCase {
    asking: Asking,
    case: cases::Loading,
    office: String,
}

impl AskingCase {
    /// Adds the questions. `ticket` is as it stands in the address: one that is none names no case.
    pub fn ask(
        batch: &mut Batch,
        token: &TokenHash,
        office: &str,
        ticket: &TicketNumber,
        now: DateTime<Utc>,
    ) -> AskingCase {
        let asking = Asking::ask(batch, token, now);
        AskingCase { asking, case: cases::load(batch, ticket), office: office.to_owned() }
    }

    /// The case, if it exists for this person.
    pub fn seen(&self, answers: &Answers) -> Result<Seen, Problem> {
        let person = self.asking.person(answers)?;
        let whole = self.case.whole(answers)?.filter(|whole| whole.office == self.office).ok_or(Code::NotFound)?;
        if may_see(whole.procedure, &whole.case, &person.who()) {
            Ok(Seen { person, whole })
        } else {
            Err(Code::NotFound.into())
        }
    }
}

/// A case, where nothing else is to be loaded.
pub async fn case(app: &App, headers: &HeaderMap, office: &str, ticket: &str) -> Result<Seen, Problem> {
    let token = TokenHash::read(headers)?;
    let ticket = self::ticket(ticket)?;
    let mut batch = app.db.batch();
    let asking = AskingCase::ask(&mut batch, &token, office, &ticket, app.now);
    let answers = app.db.read(batch).await?;
    asking.seen(&answers)
}

/// The ticket number in an address, only as it is written in full: an address names one thing.
pub fn ticket(text: &str) -> Result<TicketNumber, Problem> {
    TicketNumber::parse(text).ok().filter(|ticket| ticket.as_str() == text).ok_or_else(|| Code::NotFound.into())
}

/// The office's procedure as it is now.
pub fn procedure(office: &str) -> Result<&'static Procedure, Problem> {
    offices().current(office).ok_or_else(|| Code::OfficeUnknown.into())
}

/// By what a client is told from others when counting.
pub fn client(request: &Request) -> String {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    #[cfg(feature = "dev")]
    if let Some(client) = header("x-test-client") {
        return client;
    }
    network(&header("cf-connecting-ip").unwrap_or_default())
}

/// One line's address: of IPv6, where a line has 2⁶⁴ of them, the half that is the line's.
fn network(address: &str) -> String {
    let Ok(long) = address.parse::<Ipv6Addr>() else { return address.to_owned() };
    let [a, b, c, d, ..] = long.segments();
    format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_client_however_many_addresses_it_has() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
    }
}
