//! What happens with nobody asking: mail that did not go is sent, and what has outlived its time goes.

use cabut_tests::{
    database, fresh, mailbox,
    matter::Matter,
    person::{Person, instant, office},
    product::product,
    until, vault,
};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use workflow::api::MailKind;

/// Fires the cron trigger.
fn a_minute_passes() {
    product().request("GET", "/__scheduled").send().expect(200);
}

/// Plants a mail that waits to be sent.
fn waits(kind: &str, to: &str, about: Option<&Matter>, written: TimeDelta, due: TimeDelta) -> String {
    let id = fresh::word("mail");
    let to = vault::recipient(&id, to);
    // What belongs to no case has no ticket; a case here has no event of that number.
    let ticket = about.map_or(String::new(), |matter| matter.ticket.to_string());
    let now = Utc::now();
    database::sql(
        "INSERT INTO outbox (id, ticket, seq, kind, recipient, recipient_key, subject, text, html, attempts, next_at, written_at)
         VALUES (?1, nullif(?2, ''), CASE ?2 WHEN '' THEN NULL ELSE 99 END, ?3, ?4, ?9, 'Percobaan', ?7, ?8, 1, ?5, ?6)",
        &[
            json!(id),
            json!(ticket),
            json!(kind),
            json!(to.sealed),
            json!(instant(now + due)),
            json!(instant(now - written)),
            json!(vault::seal(vault::MAIL_TEXT, &id, b"Isi percobaan 123456.")),
            json!(vault::seal(vault::MAIL_HTML, &id, b"<p>Isi percobaan 123456.</p>")),
            json!(to.key),
        ],
    );
    id
}

fn state(id: &str) -> (String, String) {
    let rows = database::sql("SELECT state, text FROM outbox WHERE id = ?1", &[json!(id)]);
    let text = |at: usize| rows[0][at].as_str().unwrap_or_default().to_owned();
    (text(0), text(1))
}

#[test]
fn mail_that_did_not_go_goes_once_when_it_is_due() {
    let matter = Matter::filed(office("madiun"));
    let (to, later) = (fresh::email("a", "contoh.invalid"), fresh::email("b", "contoh.invalid"));
    let due = waits("refused", to.as_str(), Some(&matter), TimeDelta::hours(1), -TimeDelta::minutes(1));
    let not_due = waits("refused", later.as_str(), Some(&matter), TimeDelta::hours(1), TimeDelta::hours(1));
    until("the mail that is due", || {
        a_minute_passes();
        (state(&due).0 == "sent").then_some(())
    });
    mailbox::about(&matter.ticket, MailKind::Refused, to.as_str());
    a_minute_passes();
    assert_eq!(mailbox::now(to.as_str(), MailKind::Refused, Some(&matter.ticket)).len(), 1);
    assert_eq!(state(&not_due).0, "waiting");
    assert!(mailbox::now(later.as_str(), MailKind::Refused, Some(&matter.ticket)).is_empty());
}

#[test]
fn a_sign_in_code_that_comes_too_late_is_never_sent_and_forgotten() {
    let to = fresh::email("c", "contoh.invalid");
    let late = waits("code", to.as_str(), None, TimeDelta::minutes(11), -TimeDelta::minutes(1));
    until("the code to be given up", || {
        a_minute_passes();
        (state(&late).0 == "failed").then_some(())
    });
    assert_eq!(state(&late).1, "");
    assert_eq!(database::texts("SELECT html FROM outbox WHERE id = ?1", &[json!(late)]), [""]);
    assert!(mailbox::now(to.as_str(), MailKind::Code, None).is_empty());
}

#[test]
fn what_has_outlived_its_time_goes_and_what_belongs_to_a_case_stays() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let held = matter.case().papers[0].document.clone();
    let person = Person::with_roles(procedure, &[]);
    let loose = person.hands_in("madiun", &"identitas".into()).document;
    let young = person.hands_in("madiun", &"identitas".into()).document;
    let old = Person::with_roles(procedure, &[]);
    let ago = |days: i64| json!(instant(Utc::now() - TimeDelta::days(days)));
    let age = |table: &str, column: &str, which: &str, value: Value, days: i64| {
        database::sql(&format!("UPDATE {table} SET {column} = ?2 WHERE {which} = ?1"), &[value, ago(days)]);
    };
    age("documents", "uploaded_at", "id", json!(loose), 8);
    age("documents", "uploaded_at", "id", json!(held), 800);
    age("sessions", "created_at", "person", json!(old.id), 3);
    age("idempotency", "created_at", "person", json!(person.id), 2);
    let count = |table: &str, which: &str, value: Value| {
        database::number(&format!("SELECT count(*) FROM {table} WHERE {which} = ?1"), &[value])
    };
    until("the sweep", || {
        a_minute_passes();
        (count("documents", "id", json!(loose)) == 0).then_some(())
    });
    assert_eq!(count("sessions", "person", json!(old.id)), 0);
    assert_eq!(count("idempotency", "person", json!(person.id)), 0);
    person.get(&format!("/api/documents/{}", loose.0)).refused(404, "not_found");
    person.get(&format!("/api/documents/{}", young.0)).expect(200);
    matter.filer.get(&format!("/api/documents/{}", held.0)).expect(200);
}

#[test]
fn mail_that_belongs_to_no_case_goes_after_a_year_and_a_cases_mail_with_its_case() {
    let matter = Matter::filed(office("madiun"));
    let to = fresh::email("d", "contoh.invalid");
    let written = |kind: &str, about: Option<&Matter>, days: i64, state: &str| {
        let id = waits(kind, to.as_str(), about, TimeDelta::days(days), TimeDelta::hours(1));
        let sent = "UPDATE outbox SET state = ?2, sent_at = CASE ?2 WHEN 'sent' THEN written_at END WHERE id = ?1";
        database::sql(sent, &[json!(id), json!(state)]);
        id
    };
    let kinds = ["digest", "invited", "appointed", "checkpoint", "moved", "correction", "corrected"];
    let old: Vec<String> = kinds.map(|kind| written(kind, None, 366, "sent")).into();
    let given_up = written("invited", None, 366, "failed");
    let kept = [
        written("invited", None, 364, "sent"),
        written("moved", None, 366, "waiting"),
        written("refused", Some(&matter), 800, "sent"),
    ];
    let left = |id: &String| database::number("SELECT count(*) FROM outbox WHERE id = ?1", &[json!(id)]);
    until("the old ones to go", || {
        a_minute_passes();
        (old.iter().chain([&given_up]).map(left).sum::<i64>() == 0).then_some(())
    });
    assert_eq!(kept.each_ref().map(left), [1, 1, 1]);
}
