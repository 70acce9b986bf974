//! Offices are apart. Somebody who holds every right in one office plants the names of another office's real things in every
//! parameter of every operation: nothing of the other's is shown or changed. A parameter that is not known here fails the test.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use cabut_tests::{
    fresh,
    matter::{Matter, note},
    person::{Person, both, staff},
    product::Answer,
};
use serde_json::{Value, json};
use workflow::{
    api::Correction,
    case::{ADMINISTRATOR, AUDITOR, FilingWay},
    procedure::{Procedure, StepAct},
};

use crate::{
    affairs::{self, administrator, alone},
    asks::{ASKS, Asker, Body, Call, World, lost_mail, operation, post},
    exits::ends_role,
    openapi::{document, operations},
};

/// Entries that say something and name nothing that an office has of its own.
const VALUES: &[&str] = &[
    // What a list shows, and of which time.
    "list",
    "status",
    "year",
    "whole",
    "from",
    "to",
    "version",
    // Whoever knows a code or a mailbox, wherever they are.
    "email",
    "emails",
    "code",
    // What people write.
    "name",
    "nik",
    "nip",
    "position",
    "unit",
    "phone",
    "unit_head",
    "letter",
    "note",
    "why",
    "reference",
    "dated",
    // What is decided.
    "seen",
    "act",
    "change",
    "way",
    "reason",
    "urgency",
    "asks",
    "ticked",
    "fields",
    "answer",
    "answered_at",
    "channel",
    "reached",
    "kind",
    "revoked_years",
    "ended_months",
    "retention",
    // What holds others, each of which is looked at by itself.
    "command",
    "form",
    "papers",
    "evidence",
    "calendar",
    "sha256",
    "paper",
    // A calendar.
    "zone",
    "week",
    "seasons",
    "days",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "date",
    "hours",
    "source",
];

/// One office, in which somebody has every right, and another's things.
struct Apart {
    here: World,
    /// Holds every role here.
    person: Person,
    /// A request of the other office's, at its third step, with its papers.
    theirs: Matter,
    /// One of its officials.
    official: Person,
    /// An upload of that official's own, part of nothing.
    upload: workflow::case::Handed,
    /// An appointment of the other office's.
    appointment: String,
    there: &'static Procedure,
}

/// A request in which the name of another office's thing stands where one of this office's belongs.
type Plant = (&'static str, &'static str, fn(&Apart) -> Vec<Call>);

fn cursor(value: Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

impl Apart {
    fn new(procedure: &'static Procedure) -> Apart {
        let there = both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
        let theirs = Matter::at_step(there, 3);
        let official = staff(there, "verifikator");
        let upload =
            official.hands_in(&there.office.id, &there.required_papers(FilingWay::Holder).next().expect("papers").id);
        let substitute = Person::with_roles(there, &["verifikator"]);
        let appoint = affairs::appointment(there, &substitute, "kadin", Some(&staff(there, "kadin")));
        affairs::changes(there, &administrator(there), appoint).expect(200);
        let appointments = affairs::affairs(there, &administrator(there)).appointments;
        let appointment = appointments.into_iter().find(|one| one.person == substitute.id).expect("appointed").id;
        ends_role(&substitute);
        let roles: Vec<&str> =
            procedure.actors.iter().map(|actor| actor.id.0.as_str()).chain([ADMINISTRATOR, AUDITOR]).collect();
        let person = Person::with_roles(procedure, &roles);
        Apart { here: World::new(procedure), person, theirs, official, upload, appointment, there }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/offices/{}{rest}", self.here.procedure.office.id)
    }

    fn get(&self, rest: &str) -> Vec<Call> {
        vec![Call { method: "GET", path: self.path(rest), body: Body::Nothing }]
    }

    fn list(&self, list: &str, after: Value) -> Call {
        self.get(&format!("/cases?list={list}&after={}", cursor(after))).remove(0)
    }

    /// Every way in which an operation is asked, as [`ASKS`] has them.
    fn asked(&self, id: &str) -> Vec<Call> {
        let asker = Asker { person: Some(&self.person), on_paper: false };
        ASKS.iter().filter(|(name, _)| operation(name) == id).map(|(_, build)| build(&self.here, &asker)).collect()
    }

    /// The same with one entry of the body changed.
    fn with(&self, mut call: Call, pointer: &str, value: Value) -> Call {
        if let Body::Json(body) = &mut call.body {
            *body.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", call.path)) = value;
        }
        call
    }

    fn change(&self, command: Value) -> Call {
        let seen = affairs::affairs(self.here.procedure, &administrator(self.here.procedure)).seq;
        post(self.path("/affairs"), json!({ "seen": seen, "command": command, "why": note("Nota dinas 12/2026.") }))
    }

    fn act(&self, matter: &Matter, command: Value) -> Call {
        post(format!("{}/acts", matter.path()), json!({ "seen": matter.case().seq, "command": command }))
    }

    /// What the office knows of that official.
    fn of_official(&self, column: &str) -> String {
        self.official.column(column).as_str().unwrap_or_else(|| panic!("an official has a {column}")).to_owned()
    }

    /// Words that are in no answer to somebody of this office.
    fn marks(&self) -> Vec<String> {
        let holder = &self.theirs.holder;
        vec![
            self.theirs.ticket.to_string(),
            holder.nik.to_string(),
            holder.email.to_string(),
            self.official.id.0.clone(),
            self.official.email.to_string(),
            self.of_official("nip"),
        ]
    }
}

/// What is planted wherever an operation is asked.
const EVERYWHERE: [&str; 2] = ["path.office", "path.ticket"];

/// Every other parameter that names something.
const PLANTS: &[Plant] = &[
    ("request_code", "body.office", |apart| {
        vec![post("/api/session/code", json!({ "email": apart.person.email, "office": apart.there.office.id }))]
    }),
    ("request_proof_code", "body.office", |apart| {
        vec![post("/api/session/proof/code", json!({ "office": apart.there.office.id }))]
    }),
    ("sign_in", "body.email", |apart| {
        vec![post("/api/session", json!({ "email": apart.official.email, "code": "00000000" }))]
    }),
    ("end_session", "path.id", |apart| {
        vec![Call {
            method: "DELETE",
            path: format!("/api/sessions/{}", apart.official.session_id()),
            body: Body::Nothing,
        }]
    }),
    ("document", "path.id", |apart| {
        let ids = [apart.theirs.case().papers[0].document.0.clone(), apart.upload.document.0.clone()];
        ids.map(|id| Call { method: "GET", path: format!("/api/documents/{id}"), body: Body::Nothing }).into()
    }),
    ("discard", "path.id", |apart| {
        let ids = [apart.theirs.case().papers[0].document.0.clone(), apart.upload.document.0.clone()];
        ids.map(|id| Call { method: "DELETE", path: format!("/api/documents/{id}"), body: Body::Nothing }).into()
    }),
    ("again", "path.id", |apart| {
        let id = lost_mail(&apart.theirs, &apart.official);
        let path = format!("{}/mails/{id}/again", apart.here.filed().path());
        vec![Call { method: "POST", path, body: Body::Nothing }]
    }),
    ("my_readings", "query.after", |apart| {
        let after = cursor(json!({ "at": chrono::Utc::now(), "key": format!("{} ", apart.theirs.ticket) }));
        vec![Call { method: "GET", path: format!("/api/me/readings?after={after}"), body: Body::Nothing }]
    }),
    // What people write.
    ("ask_for_correction", "body.text", |apart| apart.asked("ask_for_correction")),
    ("answer_correction", "body.text", |apart| apart.asked("answer_correction")),
    ("answer_correction", "path.id", |apart| {
        let wish = json!({ "text": "Gelar saya kurang." });
        let there = format!("/api/offices/{}/corrections", apart.there.office.id);
        let asked: Correction = Person::applicant(apart.there).post(&there, &wish).expect(201).read();
        vec![post(apart.path(&format!("/corrections/{}/answer", asked.id)), wish)]
    }),
    ("receipt", "path.seq", |apart| apart.get(&format!("/cases/{}/receipts/2", apart.here.filed().ticket))),
    ("receipt_qr", "path.seq", |apart| apart.get(&format!("/cases/{}/receipts/2/qr", apart.here.filed().ticket))),
    ("receipt_check", "path.seq", |apart| apart.get(&format!("/cases/{}/receipts/2/check", apart.here.filed().ticket))),
    ("cases", "query.after", |apart| {
        let (at, ticket) = (apart.theirs.case().filed_at, &apart.theirs.ticket);
        vec![
            apart.list("office", json!({ "urgent": true, "at": at, "ticket": ticket })),
            apart.list("mine", json!({ "at": at, "ticket": ticket })),
            apart.list("passed", json!({ "at": at, "ticket": ticket })),
            apart.list("waiting", json!({ "rank": "", "ticket": ticket })),
        ]
    }),
    ("search", "body.after", |apart| {
        let after = cursor(json!({ "nth": 0, "ticket": apart.theirs.ticket }));
        vec![post(apart.path("/cases/search"), json!({ "text": "s", "after": after }))]
    }),
    ("search", "body.text", |apart| {
        let typed = [
            apart.theirs.ticket.to_string(),
            apart.theirs.holder.name.to_string(),
            apart.theirs.holder.nip.to_string(),
            apart.official.email.to_string(),
            apart.of_official("name"),
            apart.of_official("nip"),
        ];
        typed.map(|text| post(apart.path("/cases/search"), json!({ "text": text }))).into()
    }),
    ("register", "query.after", |apart| {
        let after = cursor(json!({ "at": apart.theirs.case().filed_at, "ticket": apart.theirs.ticket }));
        apart.get(&format!("/register?whole=true&after={after}"))
    }),
    ("search_register", "body.after", |apart| {
        let after = cursor(json!({ "nth": 0, "ticket": apart.theirs.ticket }));
        vec![post(apart.path("/register/search"), json!({ "text": "s", "whole": true, "after": after }))]
    }),
    ("search_register", "body.text", |apart| {
        let typed = [
            apart.theirs.ticket.to_string(),
            apart.theirs.holder.name.to_string(),
            apart.theirs.holder.nip.to_string(),
            apart.official.email.to_string(),
            apart.of_official("name"),
            apart.of_official("nip"),
        ];
        typed.map(|text| post(apart.path("/register/search"), json!({ "text": text, "whole": true }))).into()
    }),
    ("affairs_log", "query.after", |apart| {
        apart.get(&format!("/affairs/log?after={}", cursor(json!({ "seq": 1_000_000 }))))
    }),
    ("file", "body.document", |apart| {
        // An upload of their own, too, that was made for the other office.
        let paper = &apart.upload.paper;
        let own = apart.person.hands_in(&apart.there.office.id, paper);
        let mut asked = apart.asked("file").remove(0);
        let mut calls = Vec::new();
        for planted in [&apart.upload, &own] {
            asked = apart.with(asked, "/papers/0/document", json!(planted.document));
            asked = apart.with(asked, "/papers/0/sha256", json!(planted.sha256));
            calls.push(asked.clone());
        }
        calls
    }),
    // Somebody of the other office's on a form here: they become no party to it.
    ("file", "body.nip", |apart| {
        let nip = json!(apart.of_official("nip"));
        vec![apart.with(apart.asked("file").remove(0), "/form/nip", nip)]
    }),
    ("file", "body.name", |apart| {
        let name = json!(apart.of_official("name"));
        vec![apart.with(apart.asked("file").remove(0), "/form/name", name)]
    }),
    ("file", "body.email", |apart| {
        let emails = [&apart.official.email, &apart.theirs.holder.email];
        emails.map(|email| apart.with(apart.asked("file").remove(0), "/form/email", json!(email))).into()
    }),
    ("act", "body.email", |apart| {
        let matter = apart.here.at(StepAct::Check);
        let email = &apart.official.email;
        vec![apart.act(&matter, json!({ "act": "readdress", "email": email, "note": note("Lewat telepon.") }))]
    }),
    ("act", "body.document", |apart| {
        let matter = apart.here.at(StepAct::Answer);
        let mut command = json!(cabut_tests::matter::answer(workflow::case::Answer::Revoked));
        let planted = json!({ "paper": workflow::case::EVIDENCE, "document": apart.upload.document, "sha256": apart.upload.sha256 });
        command["evidence"]["papers"] = json!([planted]);
        vec![apart.act(&matter, command)]
    }),
    ("act", "body.to", |apart| {
        let matter = apart.here.at(StepAct::Check);
        if apart.here.procedure.actors.iter().any(|actor| actor.pool) {
            matter.act(&apart.person, workflow::case::Act::Take).expect(200);
        }
        vec![apart.act(&matter, json!({ "act": "hand_over", "to": apart.official.id, "note": null }))]
    }),
    ("change", "body.person", |apart| {
        let name = "Wati Contoh";
        let email = fresh::email("baru", &apart.here.procedure.office.email_domains[0]);
        let head = staff(apart.here.procedure, "kadin");
        let appoint = json!(affairs::appointment(apart.here.procedure, &apart.official, "kadin", Some(&head)));
        vec![
            apart.change(json!({ "change": "staff", "person": apart.official.id, "actors": [ADMINISTRATOR] })),
            apart.change(json!({ "change": "staff", "person": apart.official.id, "actors": [] })),
            apart.change(json!({ "change": "correct", "person": apart.official.id, "email": email, "name": name })),
            apart.change(appoint),
        ]
    }),
    ("change", "body.email", |apart| {
        let own = staff(apart.here.procedure, "verifikator");
        let (email, name) = (&apart.official.email, apart.of_official("name"));
        // To invite them here is an office's own affair: one may serve two.
        vec![apart.change(json!({ "change": "correct", "person": own.id, "email": email, "name": name }))]
    }),
    ("change", "body.nip", |apart| {
        let own = staff(apart.here.procedure, "verifikator");
        let (nip, name) = (apart.of_official("nip"), apart.of_official("name"));
        let email = fresh::email("baru", &apart.here.procedure.office.email_domains[0]);
        let invite = json!({ "change": "invite", "email": email, "name": name, "nip": nip, "actors": ["verifikator"] });
        let correct = json!({ "change": "correct", "person": own.id, "email": own.email, "name": name, "nip": nip });
        vec![apart.change(invite), apart.change(correct)]
    }),
    ("change", "body.principal", |apart| {
        let theirs = staff(apart.there, "kadin");
        let own = staff(apart.here.procedure, "verifikator");
        vec![apart.change(json!(affairs::appointment(apart.here.procedure, &own, "kadin", Some(&theirs))))]
    }),
    ("change", "body.appointment", |apart| {
        vec![apart.change(json!({ "change": "dismiss", "appointment": apart.appointment }))]
    }),
    ("change", "body.actor", |apart| {
        let own = staff(apart.here.procedure, "verifikator");
        let head = staff(apart.here.procedure, "kadin");
        let mut command = json!(affairs::appointment(apart.here.procedure, &own, "kadin", Some(&head)));
        command["actor"] = json!(foreign_role(apart));
        vec![apart.change(command)]
    }),
    ("change", "body.actors", |apart| {
        let whom = staff(apart.here.procedure, "verifikator");
        vec![apart.change(json!({ "change": "staff", "person": whom.id, "actors": [foreign_role(apart)] }))]
    }),
];

/// A role that the other office has and this one has not; of Madiun's roles Temanggung has some, and none of its own.
fn foreign_role(apart: &Apart) -> String {
    let has = |id: &str| apart.here.procedure.actors.iter().any(|actor| actor.id.0 == id);
    let theirs = apart.there.actors.iter().map(|actor| actor.id.0.clone()).find(|id| !has(id));
    theirs.unwrap_or_else(|| "camat".to_owned())
}

/// Where whatever is typed on a form is taken as it was typed: it is that, and whose it is elsewhere follows from nothing.
fn typed(id: &str, parameter: &str) -> bool {
    id == "file" || (id, parameter) == ("act", "body.email")
}

/// Open to anybody at any office, whatever they hold elsewhere.
const EVERYBODYS: [&str; 10] = [
    "procedure",
    "list_corrections",
    "ask_for_correction",
    "upload",
    "file",
    "log_keys",
    "log_checkpoint",
    "log_consistency",
    "request_code",
    "request_proof_code",
];

/// Every parameter of every operation: where it stands and what it is called.
fn parameters(document: &Value) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for (_, _, operation) in operations(document) {
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (place, name) =
                (parameter["in"].as_str().unwrap_or_default(), parameter["name"].as_str().unwrap_or_default());
            if place != "header" {
                all.insert((id.clone(), format!("{place}.{name}")));
            }
        }
        let mut names = BTreeSet::new();
        entries(
            document,
            &operation["requestBody"]["content"]["application/json"]["schema"],
            &mut BTreeSet::new(),
            &mut names,
        );
        all.extend(names.into_iter().map(|name| (id.clone(), format!("body.{name}"))));
    }
    all
}

/// The names of all entries that a schema allows, however deep.
fn entries(document: &Value, schema: &Value, seen: &mut BTreeSet<String>, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            if let Some(reference) = map.get("$ref").and_then(Value::as_str)
                && seen.insert(reference.to_owned())
            {
                entries(document, document.pointer(&reference[1..]).unwrap_or(&Value::Null), seen, names);
            }
            for (name, entry) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
                names.insert(name.clone());
                entries(document, entry, seen, names);
            }
            for (key, entry) in map.iter().filter(|(key, _)| *key != "properties" && *key != "$ref") {
                if matches!(
                    key.as_str(),
                    "items" | "oneOf" | "allOf" | "anyOf" | "additionalProperties" | "prefixItems"
                ) {
                    entries(document, entry, seen, names);
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|one| entries(document, one, seen, names)),
        _ => {}
    }
}

#[test]
fn another_offices_things_are_neither_shown_nor_changed_wherever_their_names_are_planted() {
    let _alone = alone();
    let document = document();
    let parameters = parameters(&document);
    let known =
        |id: &str, parameter: &str| PLANTS.iter().any(|(other, where_, _)| *other == id && *where_ == parameter);
    for (id, parameter) in &parameters {
        let is_value = parameter.split_once('.').is_some_and(|(_, name)| VALUES.contains(&name));
        assert!(
            EVERYWHERE.contains(&parameter.as_str()) || known(id, parameter) || is_value,
            "{id} has a parameter {parameter} that is neither in PLANTS nor in VALUES (tests/http/tenants.rs)"
        );
    }
    for (id, parameter, _) in PLANTS {
        let stands = parameters.contains(&((*id).to_owned(), (*parameter).to_owned()));
        assert!(stands, "PLANTS has {parameter} of {id}, which the API has not");
    }

    let said = |value: &&&str| {
        parameters.iter().all(|(_, parameter)| parameter.split_once('.').is_none_or(|(_, name)| name != **value))
    };
    let stale: Vec<_> = VALUES.iter().filter(said).collect();
    assert!(stale.is_empty(), "VALUES has what no parameter is called: {stale:?}");

    let mut planted = 0;
    for procedure in both() {
        let apart = Apart::new(procedure);
        let (before, marks) = (snapshot(&apart), apart.marks());
        let mut holds = |id: &str, parameter: &str, call: &Call| {
            let answer: Answer = call.asked_by(&apart.person);
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            // A name that was sent may be said again where it was looked for or handed in; nothing else.
            let sent = call.path.clone()
                + &match &call.body {
                    Body::Json(body) => body.to_string(),
                    _ => String::new(),
                };
            for mark in &marks {
                let said_again = sent.contains(mark) && (!answer.is_ok() || typed(id, parameter));
                assert!(!text.contains(mark) || said_again, "{id}, {parameter}: {answer}");
            }
            planted += 1;
            answer
        };
        for (id, parameter) in parameters.iter().filter(|(_, parameter)| EVERYWHERE.contains(&parameter.as_str())) {
            for call in apart.asked(id) {
                let (office, other) =
                    (format!("/offices/{}", procedure.office.id), format!("/offices/{}", apart.there.office.id));
                let planted = match parameter.as_str() {
                    "path.office" => Call { path: call.path.replace(&office, &other), ..call },
                    _ => {
                        let part = call.path.split("/cases/").nth(1).and_then(|rest| rest.split('/').next());
                        let own = part.expect("a ticket number in the address").to_owned();
                        Call { path: call.path.replace(&own, apart.theirs.ticket.as_str()), ..call }
                    }
                };
                let answer = holds(id, parameter, &planted);
                let own_list = id == "cases" && answer.is_ok() && answer.value()["rows"] == json!([]);
                assert!(
                    answer.status >= 400 || EVERYBODYS.contains(&id.as_str()) || own_list,
                    "{id}, {parameter}: {answer}"
                );
            }
        }
        for (id, parameter, calls) in PLANTS {
            for call in calls(&apart) {
                let answer = holds(id, parameter, &call);
                let is_list = matches!(*parameter, "query.after" | "body.after" | "body.text");
                let may = is_list || EVERYBODYS.contains(id) || typed(id, parameter);
                assert!(answer.status >= 400 || may, "{id}, {parameter}: {answer}");
            }
        }
        assert_eq!(snapshot(&apart), before, "nothing of {}'s was changed", apart.there.office.id);
        apart.official.me().expect(200);
        ends_role(&apart.person);
    }
    println!("{} parameters known; {planted} requests with another office's names in them", parameters.len());
}

/// What the other office has, as those see it who may.
fn snapshot(apart: &Apart) -> Value {
    let affairs = affairs::affairs(apart.there, &administrator(apart.there));
    let upload = apart.official.get(&format!("/api/documents/{}", apart.upload.document.0)).status;
    let requests: Value = apart.official.get(&apart.path("/cases?list=mine")).expect(200).value();
    json!({
        "case": apart.theirs.view(&apart.theirs.filer).events,
        "appointments": affairs.appointments,
        "roles": affairs.members.iter().find(|member| member.person == apart.official.id),
        "upload": upload,
        "requests here": requests,
    })
}
