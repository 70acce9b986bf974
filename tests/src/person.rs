//! People who sign in.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock},
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use workflow::{
    api::{CodeRequest, Document, Me, SignIn},
    case::{Handed, PersonId},
    identity::{EmailAddress, Nip},
    procedure::{ActorKind, PaperId, Procedure, offices},
};

use crate::{
    database, fresh, mailbox,
    product::{Answer, Request, product},
    vault,
};

/// The cookie's name.
pub const COOKIE: &str = "__Host-cabut";

/// The cookie by which the door knows a browser again.
pub const DEVICE: &str = "__Host-cabut-device";

/// Somebody, with the session they hold.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their mailbox.
    pub email: EmailAddress,
    /// Their civil servant number, where the administrator set one.
    pub nip: Option<Nip>,
    /// The session token.
    pub token: String,
}

/// The newest procedure of an office.
///
/// # Panics
/// When there is no such office.
pub fn office(id: &str) -> &'static Procedure {
    offices().current(id).unwrap_or_else(|| panic!("there is no office {id:?}"))
}

/// Both offices.
pub fn both() -> [&'static Procedure; 2] {
    [office("madiun"), office("temanggung")]
}

/// An instant as the product stores it.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Person {
    /// Signs in at the door of `procedure`'s office with a code from the mailbox.
    pub fn signs_in(procedure: &Procedure, email: &EmailAddress) -> Person {
        let before = mailbox::now(email.as_str(), workflow::api::MailKind::Code, None).len();
        asks_for_code(&procedure.office.id, email.as_str(), &fresh::word("client")).expect(202);
        let code = mailbox::code(email, before + 1);
        let answer = enters_code(email.as_str(), &code).expect(200);
        let me: Me = answer.read();
        assert_eq!(&me.email, email);
        Person { id: me.person, email: me.email, nip: None, token: token(&answer).expect("signing in sets the cookie") }
    }

    /// Somebody new who signs in with a mailbox of the office.
    pub fn applicant(procedure: &Procedure) -> Person {
        Person::signs_in(procedure, &fresh::email("pemohon", &procedure.office.email_domains[0]))
    }

    /// Somebody new whom the administrator entered with these roles.
    pub fn entered(email: &EmailAddress, roles: &[(&Procedure, &str)]) -> Person {
        let (id, nip, now) = (fresh::word("orang"), fresh::nip(), instant(Utc::now() - TimeDelta::days(1)));
        let id = PersonId(id);
        let mailbox = vault::mailbox(&id, email);
        database::sql(
            "INSERT INTO people (id, email, email_key, name, nip, created_at) VALUES (?1, ?2, ?6, ?3, ?4, ?5)",
            &[
                json!(id),
                json!(mailbox.sealed),
                json!(fresh::word("Orang ")),
                json!(nip),
                json!(now),
                json!(mailbox.key),
            ],
        );
        for (procedure, actor) in roles {
            database::sql(
                "INSERT INTO roles (person, office, actor, held_from) VALUES (?1, ?2, ?3, ?4)",
                &[json!(id), json!(procedure.office.id), json!(actor), json!(now)],
            );
        }
        let mut person = Person::known(&id, email);
        person.nip = Some(nip);
        person
    }

    /// Somebody new who holds these actors of one office.
    pub fn with_roles(procedure: &Procedure, actors: &[&str]) -> Person {
        let roles: Vec<(&Procedure, &str)> = actors.iter().map(|actor| (procedure, *actor)).collect();
        Person::entered(&fresh::email("pejabat", &procedure.office.email_domains[0]), &roles)
    }

    /// Somebody who is known, in a session that was not begun at the door: codes are limited per mailbox, and
    /// the same official is needed by many tests.
    pub fn known(id: &PersonId, email: &EmailAddress) -> Person {
        let token = fresh::word("sesi");
        let hash = sha256(&token);
        // Their mailbox stays proven, however long the tests take.
        let (now, proven) = (Utc::now(), Utc::now() + TimeDelta::days(1));
        database::sql(
            "INSERT INTO sessions (token_hash, person, created_at, last_seen, proven_at) VALUES (?1, ?2, ?3, ?3, ?4)",
            &[json!(hash), json!(id), json!(instant(now)), json!(instant(proven))],
        );
        Person { id: id.clone(), email: email.clone(), nip: None, token }
    }

    /// The last code was entered in this session so long ago.
    #[must_use]
    pub fn proven_ago(self, ago: TimeDelta) -> Person {
        database::sql(
            "UPDATE sessions SET proven_at = ?2 WHERE token_hash = ?1",
            &[json!(sha256(&self.token)), json!(instant(Utc::now() - ago))],
        );
        self
    }

    /// By which name their session stands in the list of theirs.
    pub fn session_id(&self) -> String {
        database::texts("SELECT id FROM sessions WHERE token_hash = ?1", &[json!(sha256(&self.token))]).remove(0)
    }

    /// Begins a request of theirs.
    pub fn request(&self, method: &str, path: &str) -> Request<'static> {
        product().request(method, path).header("Cookie", &format!("{COOKIE}={}", self.token))
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    /// Writes.
    pub fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.request("POST", path).json(body).send()
    }

    /// Removes.
    pub fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send()
    }

    /// Who they are, by the product's word.
    pub fn me(&self) -> Answer {
        self.get("/api/session")
    }

    /// Uploads a file.
    pub fn uploads(&self, office: &str, name: &str, bytes: Vec<u8>) -> Answer {
        self.request("POST", &format!("/api/offices/{office}/documents"))
            .bytes("application/octet-stream", bytes)
            .header("X-File-Name", name)
            .send()
    }

    /// Uploads a page that serves as this paper.
    pub fn hands_in(&self, office: &str, paper: &PaperId) -> Handed {
        let document: Document =
            self.uploads(office, &format!("{}.pdf", paper.0), fresh::pdf(&fresh::word("hal"))).expect(201).read();
        Handed { paper: paper.clone(), document: document.id, sha256: document.sha256 }
    }

    /// A column of their row among the people.
    pub fn column(&self, column: &str) -> Value {
        let rows = database::sql(&format!("SELECT {column} FROM people WHERE id = ?1"), &[json!(self.id)]);
        rows.into_iter().next().and_then(|row| row.into_iter().next()).unwrap_or(Value::Null)
    }
}

/// Whoever holds this actor, and nothing else, in the office: one of the demo people where there is one.
/// Always the same person, so that not everybody who ever held the role gets mail about every request.
pub fn staff(procedure: &Procedure, actor: &str) -> Person {
    static STAFF: OnceLock<Mutex<HashMap<String, Person>>> = OnceLock::new();
    let mut staff = STAFF.get_or_init(Mutex::default).lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let key = format!("{} {} {actor}", product().url(), procedure.office.id);
    if let Some(person) = staff.get(&key) {
        return person.clone();
    }
    let found = database::sql(
        "SELECT p.id, p.email FROM people p JOIN roles r ON r.person = p.id
         WHERE r.office = ?1 AND r.actor = ?2 AND r.held_until IS NULL AND p.disabled_at IS NULL
         AND (SELECT count(*) FROM roles all_of WHERE all_of.person = p.id) = 1 ORDER BY p.created_at, p.id LIMIT 1",
        &[json!(procedure.office.id), json!(actor)],
    );
    let person = match found.first().map(Vec::as_slice) {
        Some([Value::String(id), Value::String(email)]) => {
            let id = PersonId(id.clone());
            Person::known(&id, &vault::open_mailbox(&id, email))
        }
        _ => Person::with_roles(procedure, &[actor]),
    };
    staff.insert(key, person.clone());
    person
}

/// Every actor of the office with its person; the applicant has none.
pub fn all_staff(procedure: &Procedure) -> Vec<(String, Person)> {
    let actors = procedure.actors.iter().filter(|actor| actor.kind != ActorKind::Applicant);
    actors.map(|actor| (actor.id.0.clone(), staff(procedure, &actor.id.0))).collect()
}

/// SHA-256, as tokens are stored.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The browser in which this mailbox is used where no other is named: always the same.
pub fn device_of(email: &str) -> String {
    sha256(&email.to_lowercase())[..43].to_owned()
}

/// A browser that nobody has used yet.
pub fn new_device() -> String {
    device_of(&fresh::word("peramban"))
}

/// Begins a request at the door, in this browser, at the end of this client's line.
pub fn at_the_door(path: &str, device: &str, client: &str) -> Request<'static> {
    let request = product().request("POST", path).header("X-Test-Client", client);
    request.header("Cookie", &format!("{DEVICE}={device}"))
}

/// Asks for a sign-in code, as one of many clients.
pub fn asks_for_code(office: &str, email: &str, client: &str) -> Answer {
    asks_for_code_in(&device_of(email), office, email, client)
}

/// Asks for a sign-in code in this browser.
pub fn asks_for_code_in(device: &str, office: &str, email: &str, client: &str) -> Answer {
    let email = EmailAddress::parse(email).expect("tests ask with addresses that are right");
    let body = CodeRequest { email, office: office.to_owned() };
    at_the_door("/api/session/code", device, client).json(&body).send()
}

/// Enters a sign-in code, as a client that did not try before.
pub fn enters_code(email: &str, code: &str) -> Answer {
    enters_code_in(&device_of(email), email, code, &fresh::word("client"))
}

/// Enters a sign-in code in this browser.
pub fn enters_code_in(device: &str, email: &str, code: &str, client: &str) -> Answer {
    let email = EmailAddress::parse(email).expect("tests ask with addresses that are right");
    at_the_door("/api/session", device, client).json(&SignIn { email, code: code.to_owned() }).send()
}

/// The whole cookie of this name that an answer sets.
pub fn set_cookie<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let cookies = answer.headers.iter().filter(|(header, _)| header == "set-cookie").map(|(_, cookie)| cookie.as_str());
    cookies.into_iter().find(|cookie| cookie.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}

/// The value of the cookie of this name that an answer sets.
pub fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let (pair, _) = set_cookie(answer, name)?.split_once(';')?;
    Some(pair[name.len() + 1..].to_owned())
}

/// The session token that an answer sets.
pub fn token(answer: &Answer) -> Option<String> {
    cookie(answer, COOKIE)
}
