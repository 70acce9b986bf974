//! Every operation of the API, asked with everything right: what it answers is then for whoever asks. A new operation needs a
//! row in [`ASKS`]; the tests that walk the API's description fail without.

use std::{cell::RefCell, collections::HashMap};

use cabut_tests::{
    database, fresh,
    matter::{self, Holder, Matter, complete, note},
    person::{COOKIE, DEVICE, Person, asks_for_code, device_of, staff},
    product::{Answer, Request, product},
    until,
};
use chrono::Utc;
use serde_json::{Value, json};
use workflow::{
    api::{ActRequest, CodeRequest, Correction, MailState, SentMail},
    case::{Act, FilingWay, Handed, checklist},
    identity::PersonName,
    office::{ChangeRequest, Command, Retention},
    procedure::{Procedure, StepAct},
};

use crate::{affairs, openapi};

/// A request before it is anybody's.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    Nothing,
    Json(Value),
    File,
}

fn get(path: impl Into<String>) -> Call {
    Call { method: "GET", path: path.into(), body: Body::Nothing }
}

pub fn post(path: impl Into<String>, body: Value) -> Call {
    Call { method: "POST", path: path.into(), body: Body::Json(body) }
}

fn bare(method: &'static str, path: impl Into<String>) -> Call {
    Call { method, path: path.into(), body: Body::Nothing }
}

impl Call {
    /// Asked with this session, or with none.
    pub fn by(&self, token: Option<&str>) -> Request<'static> {
        let request = product().request(self.method, &self.path).header("X-Test-Client", &fresh::word("client"));
        // The door knows a browser by a cookie of its own: a code counts where it was asked for.
        let device = match &self.body {
            Body::Json(body) if self.path.starts_with("/api/session") => body["email"].as_str().map(device_of),
            _ => None,
        };
        let cookies =
            [token.map(|token| format!("{COOKIE}={token}")), device.map(|device| format!("{DEVICE}={device}"))];
        let cookies: Vec<String> = cookies.into_iter().flatten().collect();
        let request = if cookies.is_empty() { request } else { request.header("Cookie", &cookies.join("; ")) };
        match &self.body {
            Body::Nothing => request,
            Body::Json(body) => request.json(body),
            Body::File => {
                request.bytes("application/pdf", fresh::pdf(&fresh::word("hal"))).header("X-File-Name", "a.pdf")
            }
        }
    }

    pub fn asked_by(&self, person: &Person) -> Answer {
        self.by(Some(&person.token)).send()
    }
}

/// What there is to ask about in one office. What was used up is made anew.
pub struct World {
    pub procedure: &'static Procedure,
    /// What was given at the desk, for somebody who has signed in since.
    pub on_paper: Matter,
    matters: RefCell<HashMap<&'static str, Matter>>,
    loose: RefCell<Option<(Person, Handed)>>,
    sender: Person,
}

impl World {
    pub fn new(procedure: &'static Procedure) -> World {
        World {
            procedure,
            on_paper: Matter::filed_by(procedure, FilingWay::Desk, staff(procedure, "verifikator")),
            matters: RefCell::default(),
            loose: RefCell::default(),
            sender: Person::applicant(procedure),
        }
    }

    /// A request that stands there, filed by its holder.
    fn matter(&self, state: &'static str, reach: impl FnOnce() -> Matter) -> Matter {
        self.matters.borrow_mut().entry(state).or_insert_with(reach).clone()
    }

    /// A request before its first official.
    pub fn filed(&self) -> Matter {
        self.matter("filed", || Matter::filed_by(self.procedure, FilingWay::Holder, self.sender.clone()))
    }

    /// A request at the step with this act.
    pub fn at(&self, act: StepAct) -> Matter {
        let state = match act {
            StepAct::Check => "check",
            StepAct::Send => "send",
            _ => "answer",
        };
        self.matter(state, || Matter::at(self.procedure, act))
    }

    /// An upload that is part of nothing, of whoever filed.
    fn loose(&self) -> String {
        let paper =
            || self.procedure.required_papers(FilingWay::Holder).next().expect("papers are asked for").id.clone();
        let mut loose = self.loose.borrow_mut();
        let (_, handed) = loose
            .get_or_insert_with(|| (self.sender.clone(), self.sender.hands_in(&self.procedure.office.id, &paper())));
        handed.document.0.clone()
    }

    /// Whoever filed the requests of this world.
    pub fn sender(&self) -> &Person {
        &self.sender
    }

    /// Something was done: what it was done with is made anew.
    pub fn is_used(&self) {
        let filed = self.matters.borrow_mut().drain().find(|(state, _)| *state == "filed");
        if let Some((_, filed)) = filed
            && filed.case().seq == 1
        {
            self.matters.borrow_mut().insert("filed", filed);
        }
        self.loose.borrow_mut().take();
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/offices/{}{rest}", self.procedure.office.id)
    }

    fn act(&self, matter: &Matter, act: Act) -> Call {
        let case = matter.case();
        let mut command = complete(self.procedure, &case, act, Vec::new, &matter.holder);
        if let workflow::case::Command::Approve { ticked, .. } = &mut command {
            *ticked = checklist(self.procedure, &case).collect();
        }
        post(format!("{}/acts", matter.path()), json!(ActRequest { seen: case.seq, command }))
    }

    fn change(&self, command: Command) -> Call {
        let seen = affairs::affairs(self.procedure, &affairs::administrator(self.procedure)).seq;
        post(self.path("/affairs"), json!(ChangeRequest { seen, command, why: note("Nota dinas 12/2026.") }))
    }

    fn files(&self, asker: Option<&Person>, way: FilingWay) -> Call {
        let filer = asker.unwrap_or(&self.sender);
        let domain = &self.procedure.office.email_domains[0];
        let email = if way == FilingWay::Desk { fresh::email("pemegang", domain) } else { filer.email.clone() };
        let asked = matter::request(self.procedure, way, filer, &Holder::written_to_at(&email));
        post(self.path("/cases"), json!(asked))
    }

    fn lost_mail(&self, matter: &Matter) -> String {
        lost_mail(matter, &staff(self.procedure, "verifikator"))
    }
}

/// A mail of the request, of which the product believes that it could not be sent.
pub fn lost_mail(matter: &Matter, official: &Person) -> String {
    let mail = until("a mail that is on its way no more", || {
        let mails: Vec<SentMail> = official.get(&format!("{}/mails", matter.path())).ok();
        mails.into_iter().find(|mail| mail.state != MailState::Waiting)
    });
    database::sql("UPDATE outbox SET state = 'failed', sent_at = NULL WHERE id = ?1", &[json!(mail.id)]);
    mail.id
}

/// Who asks: their session, where they have one that is good for uploads, and whose request they ask about.
pub struct Asker<'a> {
    /// Somebody signed in.
    pub person: Option<&'a Person>,
    /// Whether they ask about what was given at the desk.
    pub on_paper: bool,
}

impl Asker<'_> {
    fn matter(&self, world: &World) -> Matter {
        if self.on_paper { world.on_paper.clone() } else { world.filed() }
    }
}

/// An operation, by its id and, where one way does not tell all, a word for which; and how it is asked.
pub type Ask = (&'static str, fn(&World, &Asker) -> Call);

fn of_case(world: &World, asker: &Asker, rest: &str) -> Call {
    get(format!("{}{rest}", asker.matter(world).path()))
}

/// Every operation of the API.
pub const ASKS: &[Ask] = &[
    // The door.
    ("request_code", |world, _| {
        let email = fresh::email("pegawai", &world.procedure.office.email_domains[0]);
        post("/api/session/code", json!(CodeRequest { email, office: world.procedure.office.id.clone() }))
    }),
    ("sign_in", |world, _| {
        let email = fresh::email("pegawai", &world.procedure.office.email_domains[0]);
        asks_for_code(&world.procedure.office.id, email.as_str(), &fresh::word("client")).expect(202);
        post("/api/session", json!({ "email": email, "code": cabut_tests::mailbox::code(&email, 1) }))
    }),
    ("sign_out", |_, _| bare("DELETE", "/api/session")),
    ("me", |_, _| get("/api/session")),
    ("request_proof_code", |world, _| post("/api/session/proof/code", json!({ "office": world.procedure.office.id }))),
    // A right one would end this session's token: tests/http/proofs.rs.
    ("prove: a wrong code", |_, _| post("/api/session/proof", json!({ "code": "00000000" }))),
    ("sessions", |_, _| get("/api/sessions")),
    ("end_session", |_, asker| {
        let other = asker.person.map(|person| Person::known(&person.id, &person.email).session_id());
        bare("DELETE", format!("/api/sessions/{}", other.unwrap_or_else(|| fresh::word("sesi"))))
    }),
    ("end_other_sessions", |_, _| bare("DELETE", "/api/sessions")),
    // What is held on oneself.
    ("my_readings", |_, _| get("/api/me/readings")),
    ("my_data", |_, _| get("/api/me/data")),
    ("list_corrections", |world, _| get(world.path("/corrections"))),
    ("list_all_corrections", |world, _| get(world.path("/corrections/all"))),
    ("ask_for_correction", |world, _| post(world.path("/corrections"), json!({ "text": "Gelar saya kurang." }))),
    ("answer_correction", |world, _| {
        let wish = json!({ "text": "Gelar saya kurang." });
        let asked = Person::applicant(world.procedure).post(&world.path("/corrections"), &wish).expect(201);
        let asked: Correction = asked.read();
        post(world.path(&format!("/corrections/{}/answer", asked.id)), json!({ "text": "Sudah diperbaiki." }))
    }),
    // What is everybody's.
    ("offices", |_, _| get("/api/offices")),
    ("procedure", |world, _| get(world.path("/procedure"))),
    ("openapi", |_, _| get("/api/openapi.json")),
    ("log_keys", |world, _| get(world.path("/log/keys"))),
    ("log_checkpoint", |world, _| get(world.path("/log/checkpoint"))),
    ("log_consistency", |world, _| get(world.path("/log/consistency?from=1&to=1"))),
    // Documents.
    ("upload", |world, _| Call { method: "POST", path: world.path("/documents"), body: Body::File }),
    ("document: part of a request", |world, asker| {
        let matter = asker.matter(world);
        get(format!("/api/documents/{}", matter.case().papers[0].document.0))
    }),
    ("document: part of nothing", |world, _| get(format!("/api/documents/{}", world.loose()))),
    ("discard", |world, _| bare("DELETE", format!("/api/documents/{}", world.loose()))),
    // Requests.
    ("file: as holder", |world, asker| world.files(asker.person, FilingWay::Holder)),
    ("file: as leader", |world, asker| world.files(asker.person, FilingWay::Leader)),
    ("file: at the desk", |world, asker| world.files(asker.person, FilingWay::Desk)),
    ("cases: office", |world, _| get(world.path("/cases?list=office"))),
    ("cases: waiting", |world, _| get(world.path("/cases?list=waiting"))),
    ("cases: mine", |world, _| get(world.path("/cases?list=mine"))),
    ("cases: passed", |world, _| get(world.path("/cases?list=passed"))),
    ("search", |world, _| post(world.path("/cases/search"), json!({ "text": "sri" }))),
    ("case", |world, asker| of_case(world, asker, "")),
    ("case: once BSrE was asked", |world, _| get(world.at(StepAct::Answer).path())),
    ("mails", |world, asker| of_case(world, asker, "/mails")),
    ("again", |world, asker| {
        let matter = asker.matter(world);
        bare("POST", format!("{}/mails/{}/again", matter.path(), world.lost_mail(&matter)))
    }),
    ("log", |world, asker| of_case(world, asker, "/log")),
    ("receipt", |world, asker| of_case(world, asker, "/receipts/1")),
    ("receipt_qr", |world, asker| of_case(world, asker, "/receipts/1/qr")),
    ("receipt_check", |world, asker| of_case(world, asker, "/receipts/1/check")),
    ("act: forward", |world, asker| world.act(&asker.matter(world), Act::Forward)),
    ("act: withdraw", |world, asker| world.act(&asker.matter(world), Act::Withdraw)),
    ("act: approve", |world, _| world.act(&world.at(StepAct::Check), Act::Approve)),
    ("act: approve, in a colleague's hands", |world, _| {
        let matter = world.matter("in hand", || {
            let matter = Matter::at(world.procedure, StepAct::Check);
            matter.act(&staff(world.procedure, "verifikator"), Act::Take).expect(200);
            matter
        });
        world.act(&matter, Act::Approve)
    }),
    ("act: send", |world, _| world.act(&world.at(StepAct::Send), Act::Send)),
    ("act: answer", |world, _| world.act(&world.at(StepAct::Answer), Act::Answer)),
    // The register and the report.
    ("register", |world, _| get(world.path("/register"))),
    ("register: names in full", |world, _| get(world.path("/register?whole=true"))),
    ("search_register", |world, _| post(world.path("/register/search"), json!({ "text": "sri" }))),
    ("register_xlsx", |world, _| get(world.path("/register.xlsx?year=2026"))),
    ("register_csv", |world, _| get(world.path("/register.csv?year=2026"))),
    ("counts", |world, _| get(world.path("/counts"))),
    ("report", |world, _| get(world.path("/report?from=2026-01-01&to=2026-01-31"))),
    ("report_xlsx", |world, _| get(world.path("/report.xlsx?from=2026-01-01&to=2026-01-31"))),
    ("report_csv", |world, _| get(world.path("/report.csv?from=2026-01-01&to=2026-01-31"))),
    // The office's own affairs.
    ("affairs", |world, _| get(world.path("/affairs"))),
    ("affairs_log", |world, _| get(world.path("/affairs/log"))),
    ("log_entries", |world, _| get(world.path("/log"))),
    ("change: roles", |world, _| {
        let email = fresh::email("pegawai", &world.procedure.office.email_domains[0]);
        world.change(affairs::invite(&email, &["verifikator"]))
    }),
    ("change: somebody's mailbox", |world, _| {
        let whom = Person::with_roles(world.procedure, &["verifikator"]);
        crate::exits::ends_role(&whom);
        let name = PersonName::parse("Wati Contoh").expect("a valid name");
        let email = fresh::email("baru", &world.procedure.office.email_domains[0]);
        world.change(Command::Correct { person: whom.id, email, name, nip: None })
    }),
    ("change: a substitute for another", |world, _| {
        let (whom, head) = (Person::with_roles(world.procedure, &["verifikator"]), staff(world.procedure, "kadin"));
        crate::exits::ends_role_later(&whom);
        world.change(affairs::appointment(world.procedure, &whom, "kadin", Some(&head)))
    }),
    ("change: retention", |world, _| {
        let revoked_years = 1 + u8::try_from(Utc::now().timestamp_subsec_millis() % 30).expect("less than 30");
        world.change(Command::SetRetention { retention: Retention { revoked_years, ended_months: 12 } })
    }),
];

/// The operation that is asked.
pub fn operation(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// Fails when an operation of the API is not asked here, or something is asked that is none any more.
pub fn every_operation_is_asked() -> usize {
    let described: Vec<String> = openapi::operation_ids(&openapi::document());
    let missing: Vec<&String> =
        described.iter().filter(|id| ASKS.iter().all(|(name, _)| operation(name) != id.as_str())).collect();
    let stale: Vec<&str> = ASKS
        .iter()
        .map(|(name, _)| operation(name))
        .filter(|operation| described.iter().all(|id| id != operation))
        .collect();
    assert!(missing.is_empty(), "operations without a row in ASKS (tests/http/asks.rs): {missing:?}");
    assert!(stale.is_empty(), "rows in ASKS (tests/http/asks.rs) whose operation is gone: {stale:?}");
    described.len()
}
