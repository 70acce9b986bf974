//! Signing in with a code, and how long it lasts.

use cabut_tests::{
    database, fresh, mailbox,
    matter::Matter,
    person::{COOKIE, Person, asks_for_code, both, enters_code, instant, office, token},
    product::{Answer, product},
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use workflow::{
    api::{MailKind, Me},
    case::Act,
    identity::EmailAddress,
};

/// Some mailbox of Madiun's.
fn mailbox_of_madiun() -> EmailAddress {
    fresh::email("pegawai", "madiunkota.go.id")
}

/// Asks for a code, and reads it.
fn code_for(email: &EmailAddress) -> String {
    let before = mailbox::now(email.as_str(), MailKind::Code, None).len();
    asks_for_code("madiun", email.as_str(), &fresh::word("client")).expect(202);
    mailbox::code(email, before + 1)
}

/// A code that is not this one.
fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("six digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Moves an instant of the person's sessions into the past.
fn ages(person: &Person, column: &str, by: TimeDelta) {
    let at = instant(Utc::now() - by);
    database::sql(&format!("UPDATE sessions SET {column} = ?2 WHERE person = ?1"), &[json!(person.id), json!(at)]);
}

#[test]
fn a_code_from_the_mailbox_signs_in_whoever_reads_it() {
    for procedure in both() {
        let email = fresh::email("pegawai", &procedure.office.email_domains[0]);
        let person = Person::signs_in(procedure, &email);
        let me: Me = person.me().expect(200).read();
        assert_eq!((me.email, me.roles), (email, vec![]));
    }
}

#[test]
fn an_official_signs_in_and_holds_their_roles() {
    let procedure = office("temanggung");
    let entered = Person::with_roles(procedure, &["pimpinan"]);
    let person = Person::signs_in(procedure, &entered.email);
    assert_eq!(person.id, entered.id);
    let me: Me = person.me().expect(200).read();
    assert_eq!(me.roles.iter().map(|role| role.actor.0.as_str()).collect::<Vec<_>>(), ["pimpinan"]);
    assert_eq!(me.name, entered.column("name").as_str().map(str::to_owned));
}

#[test]
fn the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
    let email = mailbox_of_madiun();
    let answer = enters_code(email.as_str(), &code_for(&email)).expect(200);
    let cookie = answer.header("set-cookie").expect("a cookie is set").to_owned();
    let attributes: Vec<String> = cookie.split(';').skip(1).map(|part| part.trim().to_lowercase()).collect();
    for attribute in ["path=/", "secure", "httponly", "samesite=strict"] {
        assert!(attributes.iter().any(|given| given == attribute), "{attribute} is not in {cookie}");
    }
    assert!(!attributes.iter().any(|given| given.starts_with("domain")), "{cookie}");
    let token = token(&answer).expect("a token");
    // 256 bits take 43 characters of base 64.
    assert!(token.len() >= 43, "{} characters", token.len());
    let kept = |hash: &str| database::number("SELECT count(*) FROM sessions WHERE token_hash = ?1", &[json!(hash)]);
    assert_eq!((kept(&token), kept(&sha256(&token))), (0, 1), "only its hash is kept");
}

#[test]
fn the_door_does_not_tell_who_is_known() {
    let procedure = office("madiun");
    let known = Person::applicant(procedure).email;
    let new = mailbox_of_madiun();
    let private = fresh::email("sri", "contoh.invalid");
    let gone = Person::with_roles(procedure, &[]);
    database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(gone.id), json!(instant(Utc::now()))]);
    let ask = |email: &EmailAddress| asks_for_code("madiun", email.as_str(), &fresh::word("client")).expect(202);
    let told = |answer: Answer| {
        // The development build's counts are not there in production.
        let of_the_moment = |name: &str| name == "date" || name.starts_with("x-d1-");
        let headers = answer.headers.into_iter().filter(|(name, _)| !of_the_moment(name));
        (answer.body, headers.collect::<Vec<_>>())
    };
    let refused: Vec<_> = [&private, &gone.email].into_iter().map(|email| told(ask(email))).collect();
    let sent: Vec<_> = [&known, &new].into_iter().map(|email| told(ask(email))).collect();
    for other in refused.iter().chain(&sent) {
        assert_eq!(other, &sent[0]);
    }
    // These came later, so that the others' mails would be there by now.
    mailbox::code(&known, 2);
    mailbox::code(&new, 1);
    for email in [private, gone.email] {
        assert!(mailbox::now(email.as_str(), MailKind::Code, None).is_empty(), "{email} got a code");
    }
}

#[test]
fn a_private_mailbox_is_let_in_where_the_sop_allows_it() {
    let email = fresh::email("sri", "contoh.invalid");
    Person::signs_in(office("temanggung"), &email).me().expect(200);
}

#[test]
fn one_mailbox_is_one_person_however_it_is_written() {
    let procedure = office("madiun");
    let person = Person::applicant(procedure);
    let shouted = EmailAddress::parse(&person.email.as_str().to_uppercase()).expect("valid");
    asks_for_code("madiun", shouted.as_str(), &fresh::word("client")).expect(202);
    let code = cabut_tests::until("a second code", || {
        let mails = [&shouted, &person.email].map(|email| mailbox::now(email.as_str(), MailKind::Code, None)).concat();
        let codes = mails.iter().filter(|mail| mail.to == shouted.as_str() || mail.to == person.email.as_str());
        let mut words = codes.flat_map(|mail| mail.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        words.find(|word| {
            let is_code = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
            is_code && enters_code(shouted.as_str(), word).is_ok()
        })
    });
    assert_eq!(code.len(), 6);
    assert_eq!(database::number("SELECT count(*) FROM people WHERE lower(email) = lower(?1)", &[json!(shouted)]), 1);
}

#[test]
fn after_five_wrong_codes_the_right_one_is_void() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    for _ in 0..5 {
        enters_code(email.as_str(), &other_than(&code)).refused(401, "code_wrong");
    }
    enters_code(email.as_str(), &code).refused(401, "code_wrong");
    enters_code(email.as_str(), &code_for(&email)).expect(200);
}

#[test]
fn after_four_wrong_codes_the_right_one_still_counts() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    for _ in 0..4 {
        enters_code(email.as_str(), &other_than(&code)).refused(401, "code_wrong");
    }
    enters_code(email.as_str(), &code).expect(200);
}

#[test]
fn a_code_counts_once() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    enters_code(email.as_str(), &code).expect(200);
    enters_code(email.as_str(), &code).refused(401, "code_wrong");
}

#[test]
fn of_two_who_enter_one_code_at_once_one_gets_in() {
    for _ in 0..5 {
        let email = mailbox_of_madiun();
        let code = code_for(&email);
        let words: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| enters_code(email.as_str(), &code).word())).collect();
            threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
        });
        assert_eq!(words.iter().filter(|word| *word == "ok").count(), 1, "{words:?}");
        assert!(words.iter().all(|word| word == "ok" || word == "401 code_wrong"), "{words:?}");
    }
}

#[test]
fn a_new_code_makes_the_old_one_void() {
    let email = mailbox_of_madiun();
    let (old, new) = (code_for(&email), code_for(&email));
    if old != new {
        enters_code(email.as_str(), &old).refused(401, "code_wrong");
    }
    enters_code(email.as_str(), &new).expect(200);
}

#[test]
fn a_code_counts_for_its_own_mailbox_alone() {
    let (email, other) = (mailbox_of_madiun(), mailbox_of_madiun());
    let code = code_for(&email);
    if code_for(&other) != code {
        enters_code(other.as_str(), &code).refused(401, "code_wrong");
    }
}

#[test]
fn a_code_counts_for_ten_minutes() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    // The address is stored as a keyed digest. This one is told from others by when it was written and that
    // it was tried three times.
    for _ in 0..3 {
        enters_code(email.as_str(), &other_than(&code)).refused(401, "code_wrong");
    }
    let which =
        "WHERE tries = 3 AND created_at = (SELECT written_at FROM outbox WHERE kind = 'code' AND recipient = ?1)";
    assert_eq!(database::number(&format!("SELECT count(*) FROM sign_in_codes {which}"), &[json!(email)]), 1);
    let late = instant(Utc::now() - TimeDelta::minutes(10));
    database::sql(&format!("UPDATE sign_in_codes SET created_at = ?2 {which}"), &[json!(email), json!(late)]);
    enters_code(email.as_str(), &code).refused(401, "code_wrong");
}

#[test]
fn no_code_is_kept_after_its_mail_went() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    cabut_tests::until("the outbox to forget the code", || {
        let texts = database::texts("SELECT text FROM outbox WHERE kind = 'code' AND recipient = ?1", &[json!(email)]);
        texts.iter().all(|text| !text.contains(&code)).then_some(())
    });
    assert_eq!(
        database::number(
            "SELECT count(*) FROM sign_in_codes WHERE code = ?1 OR address = ?2",
            &[json!(code), json!(email)]
        ),
        0
    );
}

/// Asks until it is too much; gives how often it went well.
fn until_too_much(mut ask: impl FnMut() -> Answer) -> usize {
    for times in 0..200 {
        let answer = ask();
        if answer.status == 429 {
            answer.refused(429, "too_many_requests");
            let wait: u64 = answer.count("retry-after");
            assert!((1..=3_600).contains(&wait), "{wait} s");
            return times;
        }
    }
    panic!("200 times, and no limit");
}

#[test]
fn codes_for_one_mailbox_are_limited_whoever_asks() {
    let email = mailbox_of_madiun();
    let times = until_too_much(|| asks_for_code("madiun", email.as_str(), &fresh::word("client")));
    assert!((3..=20).contains(&times), "{times} codes");
    asks_for_code("madiun", mailbox_of_madiun().as_str(), &fresh::word("client")).expect(202);
}

#[test]
fn codes_for_one_client_are_limited_whatever_the_mailbox() {
    let client = fresh::word("client");
    let times = until_too_much(|| asks_for_code("madiun", mailbox_of_madiun().as_str(), &client));
    assert!((5..=100).contains(&times), "{times} codes");
    let email = mailbox_of_madiun();
    asks_for_code("madiun", email.as_str(), &client).refused(429, "too_many_requests");
    asks_for_code("madiun", email.as_str(), &fresh::word("client")).expect(202);
}

#[test]
fn the_limit_is_told_alike_for_known_and_unknown_mailboxes() {
    let (known, unknown) = (Person::applicant(office("madiun")).email, fresh::email("sri", "contoh.invalid"));
    let ask = |email: &EmailAddress| until_too_much(|| asks_for_code("madiun", email.as_str(), &fresh::word("client")));
    // The known one has asked once before, to sign in.
    assert_eq!(ask(&known) + 1, ask(&unknown));
}

#[test]
fn guesses_of_one_client_are_limited_whatever_the_mailbox() {
    let client = fresh::word("client");
    let times = until_too_much(|| {
        let body = json!({ "email": mailbox_of_madiun(), "code": "000000" });
        product().request("POST", "/api/session").header("X-Test-Client", &client).json(&body).send()
    });
    assert!((5..=100).contains(&times), "{times} guesses");
}

#[test]
fn signing_in_begins_a_session_that_nobody_knew_before() {
    let email = mailbox_of_madiun();
    let planted = "A".repeat(43);
    let first = enters_code(email.as_str(), &code_for(&email)).expect(200);
    let first = token(&first).expect("a token");
    for brought in [&planted, &first] {
        let body = json!({ "email": email, "code": code_for(&email) });
        let cookie = format!("{COOKIE}={brought}");
        let answer = product()
            .request("POST", "/api/session")
            .header("X-Test-Client", &fresh::word("client"))
            .header("Cookie", &cookie)
            .json(&body)
            .send()
            .expect(200);
        let fresh = token(&answer).expect("a fresh token");
        assert_ne!(&fresh, brought);
    }
    let known = database::number("SELECT count(*) FROM sessions WHERE token_hash = ?1", &[json!(sha256(&planted))]);
    assert_eq!(known, 0, "a token that was brought along is no session");
}

#[test]
fn signing_out_ends_the_session_and_no_other() {
    let procedure = office("madiun");
    let person = Person::applicant(procedure);
    let elsewhere = Person::known(&person.id, &person.email);
    let answer = person.delete("/api/session").expect(204);
    let cookie = answer.header("set-cookie").expect("the cookie is cleared").to_lowercase();
    assert!(cookie.starts_with("__host-cabut=;") && cookie.contains("max-age=0"), "{cookie}");
    person.me().refused(401, "session_expired");
    elsewhere.me().expect(200);
}

#[test]
fn a_session_ends_an_hour_after_it_was_last_used() {
    let person = Person::with_roles(office("madiun"), &[]);
    ages(&person, "last_seen", TimeDelta::minutes(59));
    person.me().expect(200);
    // It was used just now, and so has another hour.
    let seen = database::texts("SELECT last_seen FROM sessions WHERE person = ?1", &[json!(person.id)]);
    assert!(seen[0] > instant(Utc::now() - TimeDelta::minutes(1)), "{seen:?}");
    ages(&person, "last_seen", TimeDelta::minutes(60));
    person.me().refused(401, "session_expired");
}

#[test]
fn a_session_ends_twelve_hours_after_signing_in_however_busy() {
    let person = Person::with_roles(office("madiun"), &[]);
    ages(&person, "created_at", TimeDelta::hours(12) - TimeDelta::minutes(1));
    person.me().expect(200);
    ages(&person, "created_at", TimeDelta::hours(12));
    person.me().refused(401, "session_expired");
}

#[test]
fn an_ended_session_does_nothing() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    let head = Person::with_roles(procedure, &["kadin"]);
    ages(&head, "last_seen", TimeDelta::hours(2));
    matter.act(&head, Act::Forward).refused(401, "session_expired");
    assert_eq!(matter.case().seq, 1);
    crate::exits::ends_role(&head);
}

#[test]
fn a_disabled_person_is_gone_at_once_in_the_middle_of_a_session() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    let head = Person::with_roles(procedure, &["kadin"]);
    matter.view(&head);
    database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(head.id), json!(instant(Utc::now()))]);
    head.me().refused(401, "session_expired");
    head.get(&matter.path()).refused(401, "session_expired");
    matter.act(&head, Act::Forward).refused(401, "session_expired");
    head.uploads("temanggung", "a.pdf", fresh::pdf("a")).refused(401, "session_expired");
    assert_eq!(matter.case().seq, 1);
}

#[test]
fn a_code_that_was_sent_before_somebody_was_disabled_lets_nobody_in() {
    let person = Person::with_roles(office("madiun"), &[]);
    let code = code_for(&person.email);
    database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(person.id), json!(instant(Utc::now()))]);
    enters_code(person.email.as_str(), &code).refused(401, "code_wrong");
}

#[test]
fn whoever_is_not_signed_in_is_told_so() {
    product().request("GET", "/api/session").send().refused(401, "sign_in_needed");
    for token in ["", "x", &"A".repeat(43), &"A".repeat(5_000)] {
        let answer = product().request("GET", "/api/session").header("Cookie", &format!("{COOKIE}={token}")).send();
        assert_eq!(answer.status, 401, "{answer}");
    }
    let other = product().request("GET", "/api/session").header("Cookie", "x__Host-cabut=1; cabut=2").send();
    other.refused(401, "sign_in_needed");
}

#[test]
fn writes_from_another_origin_are_refused() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let person = &matter.filer;
    let withdraw = json!({ "seen": 1, "command": { "act": "withdraw" } });
    let writes = [
        person.request("POST", &format!("{}/acts", matter.path())).json(&withdraw),
        person.request("POST", "/api/offices/madiun/cases").json(&json!({})),
        person.request("POST", "/api/offices/madiun/documents").bytes("application/pdf", fresh::pdf("x")),
        person.request("DELETE", "/api/documents/x"),
        person.request("DELETE", "/api/session"),
        product().request("POST", "/api/session").json(&json!({})),
        product().request("POST", "/api/session/code").json(&json!({})),
    ];
    for write in writes {
        let url = product().url();
        for origin in
            ["https://contoh.invalid", "null", &format!("{url}.contoh.invalid"), &format!("{url}/"), "http://localhost"]
        {
            write.clone().header("Origin", origin).send().refused(403, "foreign_origin");
        }
        write.clone().without("Origin").send().refused(403, "foreign_origin");
        write.header("Sec-Fetch-Site", "cross-site").send().refused(403, "foreign_origin");
    }
    assert_eq!(matter.case().seq, 1);
    person.me().expect(200);
}
