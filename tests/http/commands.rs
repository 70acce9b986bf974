//! What whoever keeps the service does by a command: it seals as the Worker seals, and what it writes the Worker opens.

use std::{
    fs,
    process::{Command as Process, Output},
};

use cabut_tests::{
    database, fresh,
    matter::Matter,
    person::{Person, asks_for_code, instant, office},
    product::{given, given_path, in_the_lab, product},
    vault,
};
use chrono::Utc;
use serde_json::json;
use workflow::{
    api::{Me, Page, SeenChange},
    case::ADMINISTRATOR,
    identity::EmailAddress,
};

fn command(args: &[&str]) -> Output {
    let port = product().url().rsplit(':').next().expect("a port").to_owned();
    Process::new(given("CABUT_XTASK")).args(args).args(["--port", &port]).output().expect("it starts")
}

/// What it says.
fn succeeds(args: &[&str]) -> String {
    let ran = command(args);
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

/// Why it did not.
fn fails(args: &[&str]) -> String {
    let ran = command(args);
    assert!(!ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stdout));
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

fn shouted(email: &EmailAddress) -> String {
    email.as_str().to_uppercase()
}

#[test]
fn the_first_administrator_is_named_by_a_command_and_signs_in() {
    in_the_lab(|| {
        let procedure = office("madiun");
        let email = fresh::email("pertama", "madiunkota.go.id");
        let named = ["admin", "madiun", email.as_str(), "Sekar Contoh Pertama, S.Kom"];
        assert!(fails(&named).contains("has an administrator already"));
        let now = json!(instant(Utc::now()));
        let of_now = "office = 'madiun' AND actor = ?1 AND held_until IS NULL";
        let sql = format!("UPDATE roles SET held_until = ?2 WHERE {of_now}");
        database::sql(&sql, &[json!(ADMINISTRATOR), now.clone()]);
        // Under other secrets nobody could open what it writes.
        let others = std::env::temp_dir().join(fresh::word("secrets"));
        let local = fs::read_to_string(given_path("CABUT_SECRETS")).expect("the local secrets");
        fs::write(&others, local.replace("LOOKUP_KEY=6c", "LOOKUP_KEY=6d")).expect("a file");
        let said = fails(&[&named[..], &["--secrets", &others.to_string_lossy()]].concat());
        assert!(said.contains("not the secrets"), "{said}");
        assert_eq!(database::number(&format!("SELECT count(*) FROM roles WHERE {of_now}"), &[json!(ADMINISTRATOR)]), 0);
        let _ = fs::remove_file(others);

        succeeds(&named);
        let first = Person::signs_in(procedure, &email);
        let me: Me = first.me().expect(200).read();
        assert!(me.who().administers("madiun"), "{me:?}");
        let log: Page<SeenChange> = first.get("/api/offices/madiun/affairs/log").expect(200).read();
        let written = log.rows[0].content.as_ref().expect("why");
        assert_eq!(written.email.as_ref(), Some(&email));
        assert!(written.why.as_str().starts_with("Administrator pertama"));
        // The others are back, and this one is gone.
        database::sql("UPDATE roles SET held_until = ?2 WHERE person = ?1", &[json!(first.id), now.clone()]);
        database::sql(
            "UPDATE roles SET held_until = NULL WHERE actor = ?1 AND held_until = ?2 AND person <> ?3",
            &[json!(ADMINISTRATOR), now, json!(first.id)],
        );
    });
}

#[test]
fn a_person_is_found_locked_out_and_moved_by_their_mailbox() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    let (person, new) = (&matter.filer, fresh::email("pindah", &procedure.office.email_domains[0]));
    let said = succeeds(&["person", &shouted(&person.email)]);
    assert!(said.contains(matter.holder.name.as_str()) && said.contains(&person.id.0), "{said}");
    assert!(fails(&["person", new.as_str()]).contains("Nobody is known"));

    let said = succeeds(&["person", person.email.as_str(), "--lock"]);
    assert!(said.contains("signed out everywhere"), "{said}");
    person.me().refused(401, "session_expired");
    assert!(succeeds(&["person", person.email.as_str()]).contains("locked out"));
    succeeds(&["person", person.email.as_str(), "--unlock"]);
    person.me().refused(401, "session_expired");
    let person = &Person::signs_in(procedure, &person.email);
    person.me().expect(200);

    let other = Person::applicant(procedure);
    assert!(fails(&["person", person.email.as_str(), "--mailbox", other.email.as_str()]).contains("Somebody else"));
    succeeds(&["person", person.email.as_str(), "--mailbox", new.as_str()]);
    person.me().refused(401, "session_expired");
    let moved = Person::signs_in(procedure, &new);
    assert_eq!(moved.id, person.id);
    matter.view(&moved);
    // The old mailbox opens nothing of it.
    asks_for_code("temanggung", person.email.as_str(), &fresh::word("client")).expect(202);
    let known = "SELECT count(*) FROM people WHERE email_key = ?1";
    assert_eq!(database::number(known, &[json!(vault::mailbox_key(&person.email))]), 0);
}
