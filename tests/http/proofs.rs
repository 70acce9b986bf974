//! The code from one's mailbox that goes before what can do much harm.

use std::thread;

use cabut_tests::{
    database, fresh, mailbox,
    matter::{Matter, answer, note},
    person::{Person, asks_for_code, enters_code, instant, office, token},
    product::{Answer, fresh_key, product},
    until, vault,
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{ActRequest, MailKind},
    case::{ADMINISTRATOR, Act, Answer as Bsre, Command},
    office::{self, ChangeRequest},
    procedure::StepAct,
};

use crate::{
    affairs::{self, affairs, alone},
    exits::ends_role,
};

/// Longer ago than a code counts for.
const LONG_AGO: TimeDelta = TimeDelta::minutes(16);

/// Somebody with this role of Madiun's, whose last code is long ago.
fn official(actor: &str) -> Person {
    Person::with_roles(office("madiun"), &[actor]).proven_ago(LONG_AGO)
}

fn asks(person: &Person) -> Answer {
    person.post("/api/session/proof/code", &json!({ "office": "madiun" }))
}

/// Asks for a code, and reads it.
fn code_for(person: &Person) -> String {
    let before = mailbox::now(person.email.as_str(), MailKind::Code, None).len();
    asks(person).expect(202);
    mailbox::code(&person.email, before + 1)
}

fn enters(person: &Person, code: &str) -> Answer {
    person.post("/api/session/proof", &json!({ "code": code }))
}

/// The same person, in the session that goes on.
fn goes_on(person: &Person, answer: &Answer) -> Person {
    Person { token: token(answer).expect("another cookie"), ..person.clone() }
}

fn other_than(code: &str) -> String {
    format!("{:08}", (code.parse::<u32>().expect("eight digits") + 1) % 100_000_000)
}

#[test]
fn an_act_that_asks_for_a_code_is_done_with_it_under_the_same_key() {
    let matter = Matter::at(office("madiun"), StepAct::Send);
    let verifier = official("verifikator");
    let (path, key, seen) = (format!("{}/acts", matter.path()), fresh_key(), matter.case().seq);
    let send = |person: &Person| {
        let request = person.request("POST", &path).header("Idempotency-Key", &key);
        request.json(&ActRequest { seen, command: Command::Send { note: None } }).send()
    };
    send(&verifier).refused(403, "fresh_code_needed");
    assert_eq!(matter.case().seq, seen, "nothing happened");

    let again = goes_on(&verifier, &enters(&verifier, &code_for(&verifier)).expect(204));
    let first = send(&again).expect(200);
    assert_eq!(matter.case().seq, seen + 1);

    // What was done is answered again without a code, and done once.
    let late = again.proven_ago(LONG_AGO);
    assert_eq!(send(&late).expect(200).body, first.body);
    assert_eq!(matter.case().seq, seen + 1);
    ends_role(&verifier);
}

#[test]
fn sending_and_recording_an_answer_ask_for_a_code_and_no_other_act_does() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    for step in &procedure.steps[1..] {
        let act = match step.act {
            StepAct::Forward => Act::Forward,
            StepAct::Check => Act::Approve,
            StepAct::Send => Act::Send,
            StepAct::Answer => Act::Answer,
            StepAct::Contact => Act::Contact,
            StepAct::Close | StepAct::File => Act::Close,
        };
        let actor = step.recorded_by.as_ref().unwrap_or(&step.actor);
        if procedure.applicant() == actor {
            break;
        }
        let person = official(&actor.0);
        let answer = matter.act(&person, act);
        if matches!(act, Act::Send | Act::Answer) {
            answer.refused(403, "fresh_code_needed");
            matter.moves_on();
        } else {
            answer.expect(200);
        }
        ends_role(&person);
    }
    // BSrE's own officer too.
    let matter = Matter::at(procedure, StepAct::Answer);
    let bsre = official("bsre");
    matter.command(&bsre, answer(Bsre::Revoked)).refused(403, "fresh_code_needed");
    ends_role(&bsre);
}

#[test]
fn who_may_not_do_it_at_all_is_told_that_and_asked_for_no_code() {
    let matter = Matter::at(office("madiun"), StepAct::Send);
    let (head, stranger) = (official("kadin"), Person::with_roles(office("madiun"), &[]).proven_ago(LONG_AGO));
    matter.act(&head, Act::Send).refused(403, "not_your_role");
    matter.act(&stranger, Act::Send).refused(404, "not_found");
    let seen = matter.case().seq;
    let verifier = official("verifikator");
    matter.command_seen(&verifier, seen - 1, Command::Send { note: None }).refused(409, "moved_on");
    ends_role(&head);
    ends_role(&verifier);
}

#[test]
fn changes_of_who_may_do_what_and_where_mail_goes_ask_for_a_code() {
    let _alone = alone();
    let madiun = office("madiun");
    let (boss, head) = (official(ADMINISTRATOR), official("kadin"));
    let (whom, other) = (Person::with_roles(madiun, &["kasi"]), Person::with_roles(madiun, &["kabid"]));
    let email = || fresh::email("pegawai", "madiunkota.go.id");
    let name = workflow::identity::PersonName::parse("Wati Contoh").expect("a valid name");
    let appoint = affairs::appointment(madiun, &whom, "kadin", Some(&head));
    let asked = [
        affairs::invite(&email(), &["kasi"]),
        office::Command::Staff { person: whom.id.clone(), actors: vec!["kabid".into()] },
        office::Command::Correct { person: whom.id.clone(), email: email(), name, nip: None },
        appoint.clone(),
        office::Command::SetBsreMailbox { email: email() },
        office::Command::SetCheckpointMailboxes { emails: vec![email()] },
        office::Command::SetRetention { retention: office::Retention { revoked_years: 9, ended_months: 12 } },
    ];
    let seen = affairs(madiun, &boss).seq;
    for command in asked {
        affairs::changes(madiun, &boss, command).refused(403, "fresh_code_needed");
    }
    // Whoever appoints their own substitute, too; and whoever ends it.
    affairs::changes(madiun, &head, appoint.clone()).refused(403, "fresh_code_needed");
    assert_eq!(affairs(madiun, &boss).seq, seen, "nothing was changed");
    affairs::changes(madiun, &affairs::administrator(madiun), appoint).expect(200);
    let appointed = affairs(madiun, &boss).appointments.into_iter().find(|one| one.person == whom.id);
    let dismiss = office::Command::Dismiss { appointment: appointed.expect("appointed").id };
    affairs::changes(madiun, &boss, dismiss.clone()).refused(403, "fresh_code_needed");
    affairs::changes(madiun, &affairs::administrator(madiun), dismiss).expect(200);

    // A calendar can be set back.
    let calendar = Box::new(affairs(madiun, &boss).settings.expect("an administrator sees them").calendar);
    affairs::changes(madiun, &boss, office::Command::SetCalendar { calendar }).expect(200);
    let bad = ChangeRequest { seen: 0, command: affairs::invite(&email(), &["kasi"]), why: note("Nota dinas.") };
    boss.post("/api/offices/madiun/affairs", &bad).refused(409, "affairs_moved_on");
    for person in [&boss, &head, &whom, &other] {
        ends_role(person);
    }
}

#[test]
fn a_code_counts_for_a_quarter_of_an_hour_and_signing_in_is_one() {
    let matter = Matter::at(office("madiun"), StepAct::Send);
    let verifier = Person::with_roles(office("madiun"), &["verifikator"]);
    let verifier = verifier.proven_ago(TimeDelta::minutes(15));
    matter.act(&verifier, Act::Send).refused(403, "fresh_code_needed");
    let verifier = verifier.proven_ago(TimeDelta::minutes(14));
    matter.act(&verifier, Act::Send).expect(200);
    let signed_in = Person::signs_in(office("madiun"), &verifier.email);
    matter.command(&signed_in, answer(Bsre::Revoked)).expect(200);
    ends_role(&verifier);
}

#[test]
fn the_session_goes_on_under_another_token_and_the_old_one_is_nobodys() {
    let person = official("kasi");
    let id = person.session_id();
    let answer = enters(&person, &code_for(&person)).expect(204);
    let cookie = answer.header("set-cookie").expect("a cookie").to_lowercase();
    for attribute in ["path=/", "secure", "httponly", "samesite=strict"] {
        assert!(cookie.contains(attribute), "{attribute} is not in {cookie}");
    }
    let again = goes_on(&person, &answer);
    assert_ne!(again.token, person.token);
    person.me().refused(401, "session_expired");
    again.me().expect(200);
    assert_eq!(again.session_id(), id, "it is the same session");
    ends_role(&person);
}

#[test]
fn no_code_lengthens_a_session() {
    let person = official("kasi");
    let began = json!(instant(Utc::now() - TimeDelta::hours(11)));
    database::sql("UPDATE sessions SET created_at = ?2 WHERE person = ?1", &[json!(person.id), began.clone()]);
    let answer = enters(&person, &code_for(&person)).expect(204);
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    let (_, age) = cookie.split_once("Max-Age=").expect("an age");
    let age: u32 = age.split(';').next().expect("a number").parse().expect("a number");
    assert!((3_000..=3_600).contains(&age), "{age} s");
    let kept = database::sql("SELECT created_at FROM sessions WHERE person = ?1", &[json!(person.id)]);
    assert_eq!(kept[0][0], began);
    ends_role(&person);
}

#[test]
fn a_code_is_sent_to_the_sessions_own_mailbox_and_to_no_address_that_is_named() {
    let person = official("kasi");
    let elsewhere = fresh::email("pencuri", "madiunkota.go.id");
    let named = json!({ "office": "madiun", "email": elsewhere });
    person.post("/api/session/proof/code", &named).refused(422, "field_unknown");
    person.post("/api/session/proof/code", &json!({ "office": "sumber" })).refused(404, "office_unknown");
    code_for(&person);
    assert!(mailbox::now(elsewhere.as_str(), MailKind::Code, None).is_empty());
    product()
        .request("POST", "/api/session/proof/code")
        .json(&json!({ "office": "madiun" }))
        .send()
        .refused(401, "sign_in_needed");
    product()
        .request("POST", "/api/session/proof")
        .json(&json!({ "code": "00000000" }))
        .send()
        .refused(401, "sign_in_needed");
    ends_role(&person);
}

#[test]
fn a_code_counts_once_five_tries_long_and_the_newest_alone() {
    let person = official("kasi");
    let (old, new) = (code_for(&person), code_for(&person));
    if old != new {
        enters(&person, &old).refused(401, "code_wrong");
    }
    let again = goes_on(&person, &enters(&person, &new).expect(204));
    enters(&again, &new).refused(401, "code_wrong");

    let code = code_for(&again);
    for _ in 0..5 {
        enters(&again, &other_than(&code)).refused(401, "code_wrong");
    }
    enters(&again, &code).refused(401, "code_wrong");
    again.me().expect(200);
    ends_role(&person);
}

#[test]
fn of_two_who_enter_one_code_at_once_one_goes_on() {
    let person = official("kasi");
    let code = code_for(&person);
    let words: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| enters(&person, &code).word())).collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    });
    assert_eq!(words.iter().filter(|word| *word == "ok").count(), 1, "{words:?}");
    let lost = |word: &String| ["ok", "401 code_wrong", "401 session_expired"].contains(&word.as_str());
    assert!(words.iter().all(lost), "{words:?}");
    ends_role(&person);
}

#[test]
fn a_code_counts_for_its_own_session_alone_and_for_what_it_was_asked_for() {
    let person = official("kasi");
    let (other, thief) = (Person::known(&person.id, &person.email), official("kasi"));
    let code = code_for(&person);
    for another in [&other, &thief] {
        enters(another, &code).refused(401, "code_wrong");
    }
    // It opens no door, and a code for the door proves nothing.
    enters_code(person.email.as_str(), &code).refused(401, "code_wrong");
    let before = mailbox::now(person.email.as_str(), MailKind::Code, None).len();
    asks_for_code("madiun", person.email.as_str(), &fresh::word("client")).expect(202);
    let door = mailbox::code(&person.email, before + 1);
    if door != code {
        enters(&person, &door).refused(401, "code_wrong");
    }
    enters(&person, &code).expect(204);
    ends_role(&person);
    ends_role(&thief);
}

#[test]
fn codes_are_limited_for_each_person_whichever_session_asks() {
    let person = official("kasi");
    let other = Person::known(&person.id, &person.email);
    let sent = (0..20).take_while(|at| asks(if at % 2 == 0 { &person } else { &other }).status == 202).count();
    assert_eq!(sent, 5);
    let refused = asks(&person);
    refused.refused(429, "too_many_requests");
    assert!((1..=900).contains(&refused.count("retry-after")));
    asks(&official("kasi")).expect(202);
}

#[test]
fn a_code_lies_nowhere_in_the_database_once_its_mail_went() {
    let person = official("kasi");
    let code = code_for(&person);
    until("the outbox to forget the code", || {
        let key = json!(vault::recipient_key(person.email.as_str()));
        let texts = database::texts("SELECT text FROM outbox WHERE kind = 'code' AND recipient_key = ?1", &[key]);
        (!texts.is_empty() && texts.iter().all(String::is_empty)).then_some(())
    });
    let bare = database::number(
        "SELECT count(*) FROM sign_in_codes WHERE code = ?1 OR address = ?2",
        &[json!(code), json!(person.session_id())],
    );
    assert_eq!(bare, 0);
    ends_role(&person);
}
