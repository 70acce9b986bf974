//! Signing in with a code, and how long it lasts.

use cabut_tests::{
    database, fresh, mailbox,
    matter::Matter,
    person::{
        COOKIE, DEVICE, Person, asks_for_code, asks_for_code_in, at_the_door, both, cookie, device_of, enters_code,
        enters_code_in, instant, new_device, office, set_cookie, sha256, token,
    },
    product::{Answer, in_the_lab, product},
    until, vault,
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{MailKind, Me, OwnSession},
    case::Act,
    identity::EmailAddress,
};

/// Some mailbox of Madiun's.
fn mailbox_of_madiun() -> EmailAddress {
    fresh::email("pegawai", "madiunkota.go.id")
}

/// Asks for a code, and reads it.
fn code_for(email: &EmailAddress) -> String {
    code_in(&device_of(email.as_str()), email)
}

/// The same in this browser.
fn code_in(device: &str, email: &EmailAddress) -> String {
    let before = mailbox::now(email.as_str(), MailKind::Code, None).len();
    asks_for_code_in(device, "madiun", email.as_str(), &fresh::word("client")).expect(202);
    mailbox::code(email, before + 1)
}

/// A quarter of an hour goes by.
fn a_quarter_of_an_hour_goes_by() {
    database::sql("UPDATE limits SET since = strftime('%Y-%m-%dT%H:%M:%fZ', since, '-16 minutes')", &[]);
}

/// A code that is not this one.
fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("eight digits");
    format!("{:08}", (number + 1) % 100_000_000)
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
    for name in [COOKIE, DEVICE] {
        let cookie = set_cookie(&answer, name).expect("a cookie is set");
        let attributes: Vec<String> = cookie.split(';').skip(1).map(|part| part.trim().to_lowercase()).collect();
        for attribute in ["path=/", "secure", "httponly", "samesite=strict"] {
            assert!(attributes.iter().any(|given| given == attribute), "{attribute} is not in {cookie}");
        }
        assert!(!attributes.iter().any(|given| given.starts_with("domain")), "{cookie}");
    }
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
    let device = new_device();
    let ask =
        |email: &EmailAddress| asks_for_code_in(&device, "madiun", email.as_str(), &fresh::word("client")).expect(202);
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
        codes.filter_map(|mail| mailbox::code_in(&mail.text)).find(|code| enters_code(shouted.as_str(), code).is_ok())
    });
    assert_eq!(code.len(), 8);
    assert_eq!(
        database::number("SELECT count(*) FROM people WHERE email_key = ?1", &[json!(vault::mailbox_key(&shouted))]),
        1
    );
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
fn a_code_is_eight_digits_and_is_taken_as_people_type_it() {
    for (before, between) in [("", " "), ("", "-"), (" ", "")] {
        let email = mailbox_of_madiun();
        let code = code_for(&email);
        let (a, b) = code.split_at(4);
        for other in [a.to_owned(), format!("{a} {b}0"), format!("{a}x{b}"), String::new()] {
            enters_code(email.as_str(), &other).refused(401, "code_wrong");
        }
        enters_code(email.as_str(), &format!("{before}{a}{between}{b}")).expect(200);
    }
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
    let key = json!(vault::recipient_key(email.as_str()));
    // The address is stored as another keyed digest. This one is told from others by when it was written and that
    // it was tried three times.
    for _ in 0..3 {
        enters_code(email.as_str(), &other_than(&code)).refused(401, "code_wrong");
    }
    let which =
        "WHERE tries = 3 AND created_at = (SELECT written_at FROM outbox WHERE kind = 'code' AND recipient_key = ?1)";
    assert_eq!(database::number(&format!("SELECT count(*) FROM sign_in_codes {which}"), std::slice::from_ref(&key)), 1);
    let late = instant(Utc::now() - TimeDelta::minutes(10));
    database::sql(&format!("UPDATE sign_in_codes SET created_at = ?2 {which}"), &[key, json!(late)]);
    enters_code(email.as_str(), &code).refused(401, "code_wrong");
}

#[test]
fn no_code_is_kept_after_its_mail_went() {
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    cabut_tests::until("the outbox to forget the code", || {
        let key = json!(vault::recipient_key(email.as_str()));
        let texts = database::texts("SELECT text FROM outbox WHERE kind = 'code' AND recipient_key = ?1", &[key]);
        (texts == [""]).then_some(())
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

/// Asks again and again for this mailbox, in browsers that nobody has used, as this client; gives how often a code was sent.
fn asks_as_a_stranger(email: &EmailAddress, client: &str, most: usize) -> usize {
    let ask = |_: &usize| asks_for_code_in(&new_device(), "madiun", email.as_str(), client).status == 202;
    (0..most).take_while(ask).count()
}

#[test]
fn one_client_gets_three_codes_for_one_mailbox_in_a_quarter_of_an_hour_and_ten_a_day() {
    in_the_lab(|| {
        let (email, client) = (mailbox_of_madiun(), fresh::word("client"));
        let mut sent = Vec::new();
        for _ in 0..5 {
            sent.push(asks_as_a_stranger(&email, &client, 10));
            a_quarter_of_an_hour_goes_by();
        }
        assert_eq!(sent, [3, 3, 3, 1, 0]);
        // Whoever was stopped by the limit of a day is told how long it lasts, and what to do meanwhile.
        let stopped = asks_for_code("madiun", email.as_str(), &client);
        let told = stopped.refused(429, "too_many_requests").detail;
        assert!(told.contains("jam lagi") && told.contains("peramban lain") && told.contains("Loket"), "{told}");
        assert!((3_600..=86_400).contains(&stopped.count("retry-after")));
        // At another line the door is open.
        asks_for_code("madiun", email.as_str(), &fresh::word("client")).expect(202);
    });
}

#[test]
fn codes_for_one_mailbox_are_limited_in_the_long_run_whoever_asks() {
    in_the_lab(|| {
        let email = mailbox_of_madiun();
        let client = |_: usize| fresh::word("client");
        let sent: usize = (0..60).map(|at| asks_as_a_stranger(&email, &client(at), 3)).sum();
        assert_eq!(sent, 100, "in a day, however many ask");
        asks_for_code("madiun", mailbox_of_madiun().as_str(), &fresh::word("client")).expect(202);
    });
}

/// Who knows a mailbox must not be able to keep its owner out.
#[test]
fn whoever_has_signed_in_from_a_browser_gets_in_there_however_often_others_ask() {
    in_the_lab(|| {
        let (email, here) = (mailbox_of_madiun(), new_device());
        let line = fresh::word("client");
        let code = code_in(&here, &email);
        enters_code_in(&here, email.as_str(), &code, &line).expect(200);
        // Many strangers use up all that there is for this mailbox, and one of them, on the same line, all that there is for it.
        let asked: usize = (0..60).map(|_| asks_as_a_stranger(&email, &fresh::word("client"), 3)).sum();
        assert!(asked >= 98, "{asked}");
        asks_for_code_in(&new_device(), "madiun", email.as_str(), &fresh::word("client"))
            .refused(429, "too_many_requests");
        let many = || asks_for_code_in(&new_device(), "madiun", mailbox_of_madiun().as_str(), &line);
        assert!((0..60).any(|_| many().status == 429), "the line is used up");
        let guess = || enters_code_in(&new_device(), mailbox_of_madiun().as_str(), "00000000", &line);
        assert!((0..60).any(|_| guess().status == 429), "so are its tries");

        let before = mailbox::now(email.as_str(), MailKind::Code, None).len();
        asks_for_code_in(&here, "madiun", email.as_str(), &line).expect(202);
        let code = mailbox::code(&email, before + 1);
        enters_code_in(&here, email.as_str(), &code, &line).expect(200);
        // It is this mailbox's browser, and no other's.
        asks_for_code_in(&here, "madiun", mailbox_of_madiun().as_str(), &line).refused(429, "too_many_requests");
    });
}

#[test]
fn a_known_browser_asks_for_five_codes_in_a_quarter_of_an_hour_and_twenty_a_day() {
    in_the_lab(|| {
        let (email, here) = (mailbox_of_madiun(), new_device());
        enters_code_in(&here, email.as_str(), &code_in(&here, &email), &fresh::word("client")).expect(200);
        let ask = |_: &i32| asks_for_code_in(&here, "madiun", email.as_str(), &fresh::word("client")).status == 202;
        let mut sent = Vec::new();
        for _ in 0..6 {
            sent.push((0..10).take_while(ask).count());
            a_quarter_of_an_hour_goes_by();
        }
        assert_eq!(sent, [5, 5, 5, 5, 0, 0]);
    });
}

#[test]
fn a_browser_is_known_by_a_cookie_that_says_nothing_and_is_kept_as_a_digest() {
    let email = mailbox_of_madiun();
    let body = json!({ "email": email, "office": "madiun" });
    let ask = || product().request("POST", "/api/session/code").header("X-Test-Client", &fresh::word("client"));
    let first = ask().json(&body).send().expect(202);
    let device = cookie(&first, DEVICE).expect("a browser without one is given one");
    // It has gone before the next one goes, which voids it.
    mailbox::code(&email, 1);
    assert_eq!(device.len(), 43);
    let again = ask().header("Cookie", &format!("{DEVICE}={device}")).json(&body).send().expect(202);
    assert_eq!(cookie(&again, DEVICE).as_ref(), Some(&device), "and keeps it");
    // What is not one of ours is replaced.
    for other in ["", "x", &"A".repeat(44), &"!".repeat(43)] {
        let email = mailbox_of_madiun();
        let body = json!({ "email": email, "office": "madiun" });
        let answer = ask().header("Cookie", &format!("{DEVICE}={other}")).json(&body).send().expect(202);
        let given = cookie(&answer, DEVICE).expect("a cookie");
        assert!(given.len() == 43 && given != other);
    }
    let known = || database::number("SELECT count(*) FROM known_devices", &[]);
    let before = known();
    let code = mailbox::code(&email, 2);
    enters_code_in(&device, email.as_str(), &code, &fresh::word("client")).expect(200);
    assert!(known() > before);
    let bare = "SELECT count(*) FROM known_devices WHERE instr(key, ?1) OR instr(key, ?2)";
    assert_eq!(database::number(bare, &[json!(device), json!(email)]), 0);
}

#[test]
fn a_code_counts_in_the_browser_that_asked_for_it_alone() {
    let email = mailbox_of_madiun();
    let (here, elsewhere) = (new_device(), new_device());
    let code = code_in(&here, &email);
    // Whoever is told it can use it nowhere else; who knows the mailbox alone neither voids it nor uses up its tries.
    for _ in 0..6 {
        enters_code_in(&elsewhere, email.as_str(), &code, &fresh::word("client")).refused(401, "code_wrong");
    }
    let other = code_in(&elsewhere, &email);
    enters_code_in(&here, email.as_str(), &code, &fresh::word("client")).expect(200);
    enters_code_in(&elsewhere, email.as_str(), &other, &fresh::word("client")).expect(200);
}

#[test]
fn wrong_codes_for_one_mailbox_are_limited_for_each_client_and_for_all_of_them() {
    in_the_lab(|| {
        let email = mailbox_of_madiun();
        let guess = |client: &str| enters_code_in(&new_device(), email.as_str(), "00000000", client).status == 401;
        let tried = |client: String| (0..40).take_while(|_| guess(&client)).count();
        assert_eq!(tried(fresh::word("client")), 20);
        let others: usize = (0..15).map(|_| tried(fresh::word("client"))).sum();
        assert_eq!(20 + others, 200, "in a day, however many try");
    });
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
    let client = fresh::word("client");
    assert_eq!(asks_as_a_stranger(&known, &client, 10), asks_as_a_stranger(&unknown, &client, 10));
    let told = |email: &EmailAddress| asks_for_code_in(&new_device(), "madiun", email.as_str(), &client).body;
    assert_eq!(told(&known), told(&unknown));
}

#[test]
fn guesses_of_one_client_are_limited_whatever_the_mailbox() {
    let client = fresh::word("client");
    let times = until_too_much(|| {
        let body = json!({ "email": mailbox_of_madiun(), "code": "00000000" });
        product().request("POST", "/api/session").header("X-Test-Client", &client).json(&body).send()
    });
    assert!((5..=100).contains(&times), "{times} guesses");
}

/// Else whoever was stopped could go on using up what there is for other people's mailboxes.
#[test]
fn a_client_that_was_stopped_uses_up_nobodys_tries() {
    let client = fresh::word("client");
    let guesses = |email: &EmailAddress| enters_code_in(&new_device(), email.as_str(), "00000000", &client);
    until_too_much(|| guesses(&mailbox_of_madiun()));
    let email = mailbox_of_madiun();
    let code = code_for(&email);
    for _ in 0..220 {
        guesses(&email).refused(429, "too_many_requests");
    }
    enters_code(email.as_str(), &code).expect(200);
}

#[test]
fn signing_in_begins_a_session_that_nobody_knew_before() {
    let email = mailbox_of_madiun();
    let planted = "A".repeat(43);
    let first = enters_code(email.as_str(), &code_for(&email)).expect(200);
    let first = token(&first).expect("a token");
    for brought in [&planted, &first] {
        let body = json!({ "email": email, "code": code_for(&email) });
        let cookie = format!("{COOKIE}={brought}; {DEVICE}={}", device_of(email.as_str()));
        let answer = at_the_door("/api/session", "", &fresh::word("client"))
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
    // It was used just now, and so has another hour. That is written behind the answer.
    until("the session to be noted as used", || {
        let seen = database::texts("SELECT last_seen FROM sessions WHERE person = ?1", &[json!(person.id)]);
        (seen[0] > instant(Utc::now() - TimeDelta::minutes(1))).then_some(())
    });
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
        person.request("DELETE", "/api/sessions"),
        person.request("DELETE", "/api/sessions/x"),
        person.request("POST", "/api/session/proof").json(&json!({})),
        person.request("POST", "/api/session/proof/code").json(&json!({})),
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

/// One's own sessions, as the list has them.
fn own(person: &Person) -> Vec<OwnSession> {
    person.get("/api/sessions").expect(200).read()
}

#[test]
fn ones_own_sessions_are_listed_with_the_browser_and_without_anything_to_sign_in_with() {
    let email = mailbox_of_madiun();
    let phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";
    let body = json!({ "email": email, "code": code_for(&email) });
    let request = at_the_door("/api/session", &device_of(email.as_str()), &fresh::word("client"));
    let answer = request.header("User-Agent", phone).json(&body).send().expect(200);
    let me: Me = answer.read();
    let here = Person { id: me.person, email, nip: None, token: token(&answer).expect("a token") };
    let there = Person::known(&here.id, &here.email);
    let sessions = own(&here);
    let told: Vec<_> = sessions.iter().map(|one| (one.here, one.browser.as_deref())).collect();
    assert!(told.contains(&(true, Some("Chrome di Android"))) && told.contains(&(false, None)), "{told:?}");
    let text = here.get("/api/sessions").text();
    for secret in [&here.token, &there.token, &sha256(&here.token), &sha256(&there.token)] {
        assert!(!text.contains(secret.as_str()), "a session is named by nothing that opens it");
    }
    assert_eq!(own(&Person::applicant(office("madiun"))).len(), 1, "nobody else's");
}

#[test]
fn a_session_elsewhere_is_ended_at_once_and_nobody_elses_can_be() {
    let person = Person::applicant(office("madiun"));
    let (lost, kept) = (Person::known(&person.id, &person.email), Person::known(&person.id, &person.email));
    let other = Person::applicant(office("madiun"));
    let end = |id: &str| person.delete(&format!("/api/sessions/{id}"));
    end(&lost.session_id()).expect(204);
    lost.me().refused(401, "session_expired");
    kept.me().expect(200);
    let (theirs, none) = (end(&other.session_id()), end("tidak-ada"));
    assert_eq!((theirs.status, &theirs.body), (404, &none.body), "another's answers as if it did not exist");
    other.me().expect(200);

    person.delete("/api/sessions").expect(204);
    kept.me().refused(401, "session_expired");
    assert_eq!(own(&person).len(), 1);
    other.me().expect(200);
}

#[test]
fn sessions_that_have_ended_are_not_listed() {
    let person = Person::applicant(office("madiun"));
    let late = Person::known(&person.id, &person.email);
    let long_ago = json!(instant(Utc::now() - TimeDelta::hours(2)));
    database::sql("UPDATE sessions SET last_seen = ?2 WHERE id = ?1", &[json!(late.session_id()), long_ago]);
    assert_eq!(own(&person).len(), 1);
}

#[test]
fn beyond_twenty_sessions_the_one_that_was_used_the_longest_ago_ends() {
    let email = mailbox_of_madiun();
    let first = Person::signs_in(office("madiun"), &email);
    let oldest = Person::known(&first.id, &email);
    let before = json!(instant(Utc::now() - TimeDelta::minutes(50)));
    database::sql("UPDATE sessions SET last_seen = ?2 WHERE id = ?1", &[json!(oldest.session_id()), before]);
    let others: Vec<Person> = (0..18).map(|_| Person::known(&first.id, &email)).collect();
    assert_eq!(own(&first).len(), 20);
    let newest = Person::signs_in(office("madiun"), &email);
    assert_eq!(own(&newest).len(), 20);
    oldest.me().refused(401, "session_expired");
    for person in others.iter().chain([&first, &newest]) {
        person.me().expect(200);
    }
}

#[test]
fn the_door_does_as_much_work_whoever_is_known() {
    let procedure = office("madiun");
    let gone = Person::with_roles(procedure, &[]);
    database::sql("UPDATE people SET disabled_at = ?2 WHERE id = ?1", &[json!(gone.id), json!(instant(Utc::now()))]);
    let known = Person::applicant(procedure).email;
    let mailboxes = [known, gone.email, mailbox_of_madiun(), fresh::email("sri", "contoh.invalid")];
    let work = |answer: &Answer| (answer.count("x-d1-round-trips"), answer.count("x-d1-statements"));
    let asked: Vec<_> = mailboxes
        .iter()
        .map(|email| {
            work(&asks_for_code_in(&new_device(), "madiun", email.as_str(), &fresh::word("client")).expect(202))
        })
        .collect();
    assert!(asked.iter().all(|one| one == &asked[0]), "asking for a code: {asked:?}");
    // A wrong code for each: known, disabled, new, not let in at all; and for one that never asked.
    let never = mailbox_of_madiun();
    let tried: Vec<_> = mailboxes
        .iter()
        .chain([&never])
        .map(|email| {
            let answer = enters_code_in(&new_device(), email.as_str(), "x", &fresh::word("client"));
            answer.refused(401, "code_wrong");
            (work(&answer), answer.body)
        })
        .collect();
    assert!(tried.iter().all(|one| one == &tried[0]), "trying a code: {tried:?}");
}

#[test]
fn a_cookie_that_was_planted_before_signing_in_never_becomes_a_session() {
    let email = mailbox_of_madiun();
    let planted = fresh::word("tanam");
    let cookie = format!("{COOKIE}={planted}; {DEVICE}={}", device_of(email.as_str()));
    let request = |method: &str, path: &str| {
        product().request(method, path).header("Cookie", &cookie).header("X-Test-Client", &fresh::word("client"))
    };
    let code = code_for(&email);
    request("POST", "/api/session").json(&json!({ "email": email, "code": code })).send().expect(200);
    request("GET", "/api/session").send().refused(401, "session_expired");
    request("POST", "/api/session/proof").json(&json!({ "code": code })).send().refused(401, "session_expired");
    request("GET", "/api/sessions").send().refused(401, "session_expired");
}
