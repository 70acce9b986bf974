//! Who asks, and what they may hold. Checks and loading share one batch, and what comes out of them has no
//! other maker: a handler that holds a [`Person`] is signed in, one that holds a [`Seen`] case may see it, one that holds a
//! [`Readable`] document may read it, and the answers of [`load`] are held by those alone [`For`] whom they are.

use std::net::Ipv6Addr;

use axum::extract::Request;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Method, header};
use workflow::{
    api::Me,
    case::{Who, may_read, may_see},
    identity::{Nip, TicketNumber},
    procedure::{Procedure, offices},
};

use crate::{
    app::App,
    db::{Answers, Batch, Db, Slot},
    panics,
    problem::{Code, Problem},
    secret,
    store::{
        cases::{self, Whole},
        documents::{self, Upload},
        readings,
        sessions::{self, Session},
    },
};

/// The name of the session cookie. A browser takes a `__Host-` cookie only over HTTPS, for this host alone.
pub const COOKIE: &str = "__Host-cabut";

/// The longest address, path and query, in bytes. The longest that the app asks for has some 200.
const ADDRESS_MOST: usize = 2 * 1024;
/// The most headers, and the most bytes in them. Browsers send some twenty with two kilobytes, and the cookies that the
/// office's other services under the same domain have set.
const HEADERS_MOST: (usize, usize) = (100, 16 * 1024);

/// Refuses what no client of ours asks in so many words, whatever it asks.
pub fn fits<B>(request: &http::Request<B>) -> Result<(), Problem> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let headers = request.headers();
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if address > ADDRESS_MOST {
        Err(Code::AddressTooLong.into())
    } else if headers.len() > HEADERS_MOST.0 || bytes > HEADERS_MOST.1 {
        Err(Code::HeadersTooLarge.into())
    } else {
        Ok(())
    }
}

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

/// In a statement whose first parameter is a session's [`TokenHash`]: the person whose session it is.
pub const THEM: &str = "(SELECT person FROM sessions WHERE token_hash = ?1)";

/// SHA-256 of a session token that came as a cookie.
pub struct TokenHash(String);

impl TokenHash {
    /// Reads the cookie.
    pub fn read(headers: &HeaderMap) -> Result<TokenHash, Problem> {
        TokenHash::find(headers).ok_or_else(|| Code::SignInNeeded.into())
    }

    /// The cookie, if one came.
    pub fn find(headers: &HeaderMap) -> Option<TokenHash> {
        Some(TokenHash(secret::sha256(cookie(headers, COOKIE)?.as_bytes())))
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of the cookie of this name, if one came.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Somebody signed in.
pub struct Person {
    /// As the app knows them.
    pub me: Me,
    /// Their civil servant number, where known.
    pub nip: Option<Nip>,
    /// Names the session in which they ask.
    pub session: String,
    proven_at: DateTime<Utc>,
}

impl Person {
    /// As the rules see them.
    pub fn who(&self) -> Who {
        self.me.who()
    }

    /// Refuses those who have not entered a code from their mailbox of late. What can do much harm asks this last, when
    /// nothing else is in its way: nobody fetches a code for what is not theirs to do.
    pub fn check_proven(&self, now: DateTime<Utc>) -> Result<(), Problem> {
        if self.proven_at + sessions::PROOF_LIFE > now { Ok(()) } else { Err(Code::FreshCodeNeeded.into()) }
    }

    /// Refuses all but those for whom something is.
    pub fn check(&self, whose: For) -> Result<(), Problem> {
        let who = self.who();
        let (may, refusal) = match whose {
            For::Themself => return Ok(()),
            For::Staff(procedure) => (who.is_staff(procedure), Code::StaffOnly),
            For::Workers(procedure) => (who.works(procedure), Code::StaffOnly),
            For::Office(procedure) => {
                (who.is_staff(procedure) || who.administers(&procedure.office.id), Code::StaffOnly)
            }
            For::Administrators(procedure) => (who.administers(&procedure.office.id), Code::AdministratorOnly),
            For::Auditors(procedure) => (who.audits(&procedure.office.id), Code::AuditorOnly),
        };
        if may { Ok(()) } else { Err(refusal.into()) }
    }
}

/// For whom something is that is no case and no document.
#[derive(Clone, Copy)]
pub enum For<'a> {
    /// Whoever is signed in: it is asked for by their session, and so their own.
    Themself,
    /// The office's officials.
    Staff(&'a Procedure),
    /// Its officials, and the outside body's.
    Workers(&'a Procedure),
    /// Its officials and its administrators.
    Office(&'a Procedure),
    /// Its administrators.
    Administrators(&'a Procedure),
    /// Its auditors.
    Auditors(&'a Procedure),
}

/// The part of a batch that finds out who asks.
pub struct Asking<'a> {
    app: &'a App,
    token: &'a TokenHash,
    session: Slot<Session>,
}

impl<'a> Asking<'a> {
    /// Adds the question.
    pub fn ask(batch: &mut Batch, token: &'a TokenHash, app: &'a App) -> Asking<'a> {
        Asking { app, token, session: sessions::session(batch, token.as_str(), app.now) }
    }

    /// The person, if the session lives and they are not disabled.
    pub fn person(&self, answers: &Answers) -> Result<Person, Problem> {
        let session = answers.first(&self.session)?.ok_or(Code::SessionExpired)?;
        let now = self.app.now;
        let ended = session.last_seen + sessions::IDLE <= now || session.created_at + sessions::ABSOLUTE <= now;
        if ended || session.disabled_at.is_some() {
            return Err(Code::SessionExpired.into());
        }
        if session.last_seen + sessions::TOUCH <= now {
            self.is_used();
        }
        let (nip, proven_at, id) = (session.nip.clone(), session.proven_at, session.id.clone());
        let me = session.me(self.app.vault()?)?;
        self.app.is_asked_by(&me.email);
        Ok(Person { nip, proven_at, session: id, me })
    }

    /// Notes behind the answer that the session is in use: who reads waits for no write.
    fn is_used(&self) {
        let (env, token, now) = (self.app.env.clone(), self.token.as_str().to_owned(), self.app.now);
        panics::behind(&self.app.ctx, async move {
            let Ok(d1) = env.d1("DB") else { return };
            let db = Db::new(d1);
            let mut batch = db.batch();
            sessions::touch(&mut batch, &token, now);
            // What went wrong is logged where it did; the session ends the earlier.
            drop(db.read(batch).await);
        });
    }
}

/// Who asks, where nothing else is to be loaded.
pub async fn person(app: &App, headers: &HeaderMap) -> Result<Person, Problem> {
    one_of(app, headers, For::Themself).await
}

/// The same, if they are one of those.
pub async fn one_of(app: &App, headers: &HeaderMap, whose: For<'_>) -> Result<Person, Problem> {
    Ok(load(app, headers, whose, |_, _| ()).await?.0)
}

/// Who asks, and the answers to what `ask` adds to the same round trip: the session's token stands for the person, who is
/// not known yet. Whoever may not have the answers is refused, and nobody holds them then.
pub async fn load<T>(
    app: &App,
    headers: &HeaderMap,
    whose: For<'_>,
    ask: impl FnOnce(&mut Batch, &TokenHash) -> T,
) -> Result<(Person, Answers, T), Problem> {
    let token = TokenHash::read(headers)?;
    let mut batch = app.db.batch();
    let asking = Asking::ask(&mut batch, &token, app);
    let asked = ask(&mut batch, &token);
    let answers = app.db.read(batch).await?;
    let person = asking.person(&answers)?;
    person.check(whose)?;
    Ok((person, answers, asked))
}

/// A case that this person may see.
pub struct Seen {
    /// Who sees it.
    pub person: Person,
    /// The case.
    pub whole: Whole,
}

/// The part of a batch that loads a case for whoever asks.
pub struct AskingCase<'a> {
    asking: Asking<'a>,
    case: cases::Loading,
    office: String,
}

impl<'a> AskingCase<'a> {
    /// Adds the questions. `ticket` is as it stands in the address: one that is none names no case.
    pub fn ask(
        batch: &mut Batch,
        token: &'a TokenHash,
        office: &str,
        ticket: &TicketNumber,
        app: &'a App,
    ) -> AskingCase<'a> {
        let asking = Asking::ask(batch, token, app);
        AskingCase { asking, case: cases::load(batch, ticket), office: office.to_owned() }
    }

    /// The case, if it exists for this person.
    pub fn seen(&self, answers: &Answers) -> Result<Seen, Problem> {
        let person = self.asking.person(answers)?;
        let whole = self
            .case
            .whole(answers, self.asking.app.vault()?)?
            .filter(|whole| whole.office == self.office)
            .ok_or(Code::NotFound)?;
        if may_see(whole.procedure, &whole.case, &person.who()) {
            Ok(Seen { person, whole })
        } else {
            Err(Code::NotFound.into())
        }
    }
}

/// A case to look at, where nothing else is to be loaded.
pub async fn case(app: &App, headers: &HeaderMap, office: &str, ticket: &str) -> Result<Seen, Problem> {
    Ok(case_with(app, headers, office, ticket, |_, _| Ok(())).await?.0)
}

/// A case to look at, and the answers to what `ask` adds to the same round trip. That somebody looks at it whom it does not
/// concern is in its access record before they see anything; this costs a round trip more, once an hour.
pub async fn case_with<T>(
    app: &App,
    headers: &HeaderMap,
    office: &str,
    ticket: &str,
    ask: impl FnOnce(&mut Batch, &TicketNumber) -> Result<T, Problem>,
) -> Result<(Seen, Answers, T), Problem> {
    let token = TokenHash::read(headers)?;
    let ticket = self::ticket(ticket)?;
    let mut batch = app.db.batch();
    let asking = AskingCase::ask(&mut batch, &token, office, &ticket, app);
    let recent = readings::recent(&mut batch, &ticket, &token, app.now);
    let asked = ask(&mut batch, &ticket)?;
    let answers = app.db.read(batch).await?;
    let seen = asking.seen(&answers)?;
    let person = &seen.person.me.person;
    if !seen.whole.case.is_party(person) && answers.first(&recent)?.is_none() {
        let mut batch = app.db.batch();
        readings::of_case(&mut batch, &ticket, person, app.now);
        app.db.write(batch).await?;
    }
    Ok((seen, answers, asked))
}

/// A document that this person may read.
pub struct Readable {
    /// Who reads it.
    pub person: Person,
    /// What was uploaded.
    pub upload: Upload,
}

/// A document: of a case for those to whom the procedure gives a reason, else for whoever uploaded it.
pub async fn document(app: &App, headers: &HeaderMap, id: &str) -> Result<Readable, Problem> {
    let ask = |batch: &mut Batch, _: &TokenHash| (documents::by_id(batch, id), cases::load_by_document(batch, id));
    let (person, answers, (upload, case)) = load(app, headers, For::Themself, ask).await?;
    let upload = answers.first(&upload)?.ok_or(Code::NotFound)?;
    let may = match case.whole(&answers, app.vault()?)? {
        Some(whole) => {
            let paper = whole.documents.first().map(|document| document.paper.clone());
            paper.is_some_and(|paper| may_read(whole.procedure, &whole.case, &person.who(), &paper))
        }
        None => upload.owner == person.me.person,
    };
    if may { Ok(Readable { person, upload }) } else { Err(Code::NotFound.into()) }
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
