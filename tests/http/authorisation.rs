//! Who is answered what: every operation of the API, asked with everything right by every kind of person, at both offices. What
//! came of it stands in `golden/authorisation-*.txt`, and is reviewed like code; `UPDATE_GOLDEN=1` writes it anew.
//!
//! Acts at every step of both SOPs are in `matrix.rs`.

use std::{collections::BTreeMap, fmt::Write as _};

use cabut_tests::{
    database,
    matter::Matter,
    person::{Person, both, instant, office},
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    case::{ADMINISTRATOR, AUDITOR, SUBSTITUTE},
    procedure::{ActorKind, Procedure},
};

use crate::{
    affairs::alone,
    asks::{ASKS, Asker, World, every_operation_is_asked, operation},
    exits::ends_role,
    matrix::holds_golden,
};

/// A kind of person.
struct Kind {
    name: String,
    person: Option<Person>,
    /// Whether their session is one in which things can be uploaded.
    lives: bool,
    on_paper: bool,
}

fn kind(name: &str, person: Person) -> Kind {
    Kind { name: name.to_owned(), person: Some(person), lives: true, on_paper: false }
}

/// Somebody who stands in for the head from and until so many days from now.
fn acting(procedure: &'static Procedure, from: i64, until: i64) -> Person {
    let person = Person::with_roles(procedure, &[]);
    let day = |days: i64| json!(instant(Utc::now() + TimeDelta::days(days)));
    let letter = json!({ "kind": "plh", "principal": null, "letter": "800/15/SP/2026", "dated": "2026-01-05" });
    database::sql(
        "INSERT INTO roles (person, office, actor, held_from, held_until, acting) VALUES (?1, ?2, 'kadin', ?3, ?4, ?5)",
        &[json!(person.id), json!(procedure.office.id), day(from), day(until), json!(letter.to_string())],
    );
    person
}

/// Everybody there is. None of them is another test's, so that what ends their sessions ends nobody else's.
fn kinds(world: &World) -> Vec<Kind> {
    let procedure = world.procedure;
    let elsewhere = both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
    let officials = |procedure: &'static Procedure| -> Vec<&'static str> {
        let actors = procedure.actors.iter().filter(|actor| actor.kind != ActorKind::Applicant);
        actors.map(|actor| actor.id.0.as_str()).collect()
    };
    let dead = |name: &str, person: Person| Kind { lives: false, ..kind(name, person) };

    let late = Person::with_roles(procedure, &["kadin"]);
    let long_ago = json!(instant(Utc::now() - TimeDelta::hours(13)));
    database::sql("UPDATE sessions SET created_at = ?2 WHERE person = ?1", &[json!(late.id), long_ago]);
    let disabled = Person::with_roles(procedure, &["kadin"]);
    let now = || json!(instant(Utc::now()));
    database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(disabled.id), now()]);
    let former = Person::with_roles(procedure, &officials(procedure));
    ends_role(&former);
    let holder = Person::signs_in(procedure, &world.on_paper.holder.email);
    let proven_long_ago = |actor: &str| Person::with_roles(procedure, &[actor]).proven_ago(TimeDelta::days(1));

    let mut kinds = vec![
        Kind { name: "nobody".to_owned(), person: None, lives: false, on_paper: false },
        dead("head, session over", late),
        dead("head, disabled", disabled),
        kind("applicant", world.sender().clone()),
        Kind { on_paper: true, ..kind("holder of what came on paper", holder) },
        kind("other applicant", Matter::filed(procedure).filer),
        kind("stranger", Person::applicant(procedure)),
    ];
    kinds.extend(officials(procedure).into_iter().map(|actor| kind(actor, Person::with_roles(procedure, &[actor]))));
    kinds.extend([
        kind("verifikator, code long ago", proven_long_ago("verifikator")),
        kind("all roles, ended", former),
        kind("plh. kadin", acting(procedure, -1, 1)),
        kind("plh. kadin, from tomorrow", acting(procedure, 1, 2)),
        kind("plh. kadin, until yesterday", acting(procedure, -2, -1)),
        kind("administrator", Person::with_roles(procedure, &[ADMINISTRATOR])),
        kind("administrator, code long ago", proven_long_ago(ADMINISTRATOR)),
        kind("auditor", Person::with_roles(procedure, &[AUDITOR])),
        kind("substitute without an appointment", Person::with_roles(procedure, &[SUBSTITUTE])),
        kind("all roles elsewhere", Person::with_roles(elsewhere, &officials(elsewhere))),
        kind("administrator elsewhere", Person::with_roles(elsewhere, &[ADMINISTRATOR])),
        kind("auditor elsewhere", Person::with_roles(elsewhere, &[AUDITOR])),
    ]);
    kinds
}

/// What ends the session in which it is asked is asked in another one.
const ENDS_ITS_SESSION: [&str; 2] = ["sign_in", "sign_out"];

fn found(procedure: &'static Procedure) -> String {
    // Nobody else changes the affairs meanwhile, nor counts administrators.
    let _alone = alone();
    let operations = every_operation_is_asked();
    let world = World::new(procedure);
    let kinds = kinds(&world);
    let mut text = format!(
        "# Who is answered what: {}\n\nWritten by tests/http/authorisation.rs (UPDATE_GOLDEN=1). Read every change like a change of code.\n\n{operations} operations, asked in {} ways by {} kinds of person: {}.\n",
        procedure.office.name,
        ASKS.len(),
        kinds.len(),
        kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(" · "),
    );
    for (name, build) in ASKS {
        let mut answers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for Kind { name: who, person, lives, on_paper } in &kinds {
            let asker = Asker { person: person.as_ref().filter(|_| *lives), on_paper: *on_paper };
            let call = build(&world, &asker);
            let own = person.as_ref().filter(|_| *lives && ENDS_ITS_SESSION.contains(name));
            let own = own.map(|person| Person::known(&person.id, &person.email));
            let answer = call.by(own.as_ref().or(person.as_ref()).map(|person| person.token.as_str())).send();
            let word = match answer.status {
                status @ 200..400 => status.to_string(),
                status => format!("{status} {}", answer.problem().code),
            };
            if answer.is_ok() && call.method != "GET" {
                world.is_used();
            }
            answers.entry(word).or_default().push(who);
        }
        let _ = write!(text, "\n## {name}\n\n");
        // What most hear is told last, and of no one by name.
        let most = answers.values().map(Vec::len).max().unwrap_or_default();
        let (rest, named): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, who)| who.len() == most);
        for (word, who) in named.into_iter().chain(rest) {
            let who = match who.len() {
                all if all == kinds.len() => "everybody".to_owned(),
                many if many == most && 2 * many > kinds.len() => "everybody else".to_owned(),
                _ => who.join(" · "),
            };
            let _ = writeln!(text, "{word:24} {who}");
        }
    }
    for person in kinds.iter().filter_map(|kind| kind.person.as_ref()) {
        ends_role(person);
    }
    println!(
        "{}: {operations} operations in {} ways × {} kinds of person = {} answers",
        procedure.office.id,
        ASKS.len(),
        kinds.len(),
        ASKS.len() * kinds.len()
    );
    text
}

#[test]
fn who_is_answered_what_at_madiun() {
    holds_golden("authorisation-madiun.txt", &found(office("madiun")));
}

#[test]
fn who_is_answered_what_at_temanggung() {
    holds_golden("authorisation-temanggung.txt", &found(office("temanggung")));
}

/// Whatever an official has before them when their rights are taken away, and however that happens: the next request is
/// refused, each operation that was theirs.
#[test]
fn rights_that_are_taken_away_hold_from_the_next_request_on() {
    let _alone = alone();
    let mut refused = 0;
    for procedure in both() {
        let elsewhere = both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
        let roles: Vec<&str> = procedure
            .actors
            .iter()
            .filter(|actor| actor.kind == ActorKind::Official)
            .map(|actor| actor.id.0.as_str())
            .chain([ADMINISTRATOR, AUDITOR])
            .collect();
        type Taken = fn(&Person, &'static Procedure, &'static Procedure);
        let ways: [(&str, Taken); 3] = [
            ("the administrator takes all roles", |person, procedure, _| {
                let command = workflow::office::Command::Staff { person: person.id.clone(), actors: vec![] };
                crate::affairs::changes(procedure, &crate::affairs::administrator(procedure), command).expect(200);
            }),
            ("the person is disabled", |person, _, _| {
                let now = json!(instant(Utc::now()));
                database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(person.id), now]);
            }),
            ("they go to another office", |person, procedure, elsewhere| {
                database::sql(
                    "UPDATE roles SET office = ?3 WHERE person = ?1 AND office = ?2 AND actor IN ('kadin', 'verifikator')",
                    &[json!(person.id), json!(procedure.office.id), json!(elsewhere.office.id)],
                );
                database::sql(
                    "UPDATE roles SET held_until = ?3 WHERE person = ?1 AND office = ?2",
                    &[json!(person.id), json!(procedure.office.id), json!(instant(Utc::now()))],
                );
            }),
        ];
        for (way, take) in ways {
            let world = World::new(procedure);
            let official = Person::with_roles(procedure, &roles);
            let asker = Asker { person: Some(&official), on_paper: false };
            // What anybody signed in may ask is not taken away with a role; everything else is built while it is still theirs.
            let stranger = Person::applicant(procedure);
            let theirs = ASKS.iter().filter(|(name, _)| {
                !ANYBODYS.contains(&operation(name)) && !name.ends_with("as holder") && !name.ends_with("mine")
            });
            let calls: Vec<_> = theirs.map(|(name, build)| (name, build(&world, &asker))).collect();
            for (name, call) in calls.iter().filter(|(_, call)| call.method == "GET") {
                let before = call.asked_by(&official);
                assert!(before.status < 400 || NOT_AN_OFFICIALS.contains(name), "{name}, before {way}: {before}");
            }
            take(&official, procedure, elsewhere);
            for (name, call) in &calls {
                let after = call.asked_by(&official);
                let nothing = **name == "cases: waiting" && after.is_ok() && after.value()["rows"] == json!([]);
                assert!(after.status >= 400 || nothing, "{name}, after {way}: {after}");
                // They hear what anybody hears who never had them; whoever is disabled is out.
                let strangers = call.asked_by(&stranger);
                let word = (after.status, strangers.status);
                assert!(after.status == 401 || nothing || word.0 == word.1, "{name}, after {way}: {word:?}");
                refused += 1;
            }
            assert_eq!(world.filed().case().seq, 1, "nothing was done after {way}");
            ends_role(&official);
        }
    }
    println!("{refused} requests refused after rights were taken away");
}

/// What anybody who is signed in may ask, whatever they hold.
const ANYBODYS: [&str; 20] = [
    "request_code",
    "sign_in",
    "sign_out",
    "me",
    "request_proof_code",
    "prove",
    "sessions",
    "end_session",
    "end_other_sessions",
    "my_readings",
    "my_data",
    "list_corrections",
    "ask_for_correction",
    "offices",
    "procedure",
    "openapi",
    "log_keys",
    "log_checkpoint",
    "log_consistency",
    "upload",
];

/// What is read by whoever it concerns, and by no official.
const NOT_AN_OFFICIALS: [&str; 2] = ["document: part of nothing", "document: part of a request"];
