//! What the platform's log hears of security and of what went wrong: that it happened, where, and who it was by keyed digests alone.

use cabut_tests::{
    fresh,
    matter::Matter,
    person::{
        Person, asks_for_code, asks_for_code_in, device_of, enters_code, enters_code_in, new_device, office, staff,
        token,
    },
    product::{Answer, product},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use workflow::{api::MailKind, case::Act, procedure::StepAct};

/// The line that an answer left in the log, as the development build shows it.
fn line(answer: &Answer) -> Value {
    let line = answer.header("x-noted").unwrap_or_else(|| panic!("nothing was noted: {answer}"));
    serde_json::from_str(line).expect("a line is JSON")
}

/// What it says, but for when and by whom.
fn says(answer: &Answer) -> [Value; 4] {
    ["event", "code", "method", "route"].map(|part| line(answer)[part].clone())
}

#[test]
fn signing_in_and_failing_to_is_noted_with_digests_and_nothing_that_was_typed() {
    let (email, other) = (fresh::email("pegawai", "madiunkota.go.id"), fresh::email("pegawai", "madiunkota.go.id"));
    let (device, client) = (device_of(email.as_str()), fresh::word("client"));
    let asked = asks_for_code_in(&device, "madiun", email.as_str(), &client).expect(202);
    assert_eq!(asked.header("x-noted"), None, "asking for a code is nothing");
    let code = cabut_tests::mailbox::code(&email, 1);
    let wrong = enters_code_in(&device, email.as_str(), "00000000", &client).expect(401);
    let right = enters_code_in(&device, email.as_str(), &code, &client).expect(200);
    let elsewhere = enters_code(other.as_str(), "00000000").expect(401);
    assert_eq!(says(&wrong), [json!("sign_in_failed"), json!("code_wrong"), json!("POST"), json!("/api/session")]);
    assert_eq!(says(&right), [json!("signed_in"), Value::Null, json!("POST"), json!("/api/session")]);
    let of = |answer: &Answer, part: &str| line(answer)[part].as_str().expect("a digest").to_owned();
    for part in ["who", "client"] {
        assert_eq!(of(&wrong, part), of(&right, part), "what belongs together is seen");
        assert_ne!(of(&wrong, part), of(&elsewhere, part));
        assert_eq!(of(&right, part).len(), 16);
    }
    assert!(of(&right, "at").ends_with('Z'));
    // Whoever is signed in has the same digest as at the door.
    let me = Person {
        token: token(&right).expect("a session"),
        email: email.clone(),
        ..Person::applicant(office("madiun"))
    };
    assert_eq!(of(&me.get("/api/offices/madiun/register").expect(403), "who"), of(&right, "who"));
    for answer in [&wrong, &right] {
        let text = line(answer).to_string();
        let name = email.as_str().split('@').next().expect("a name");
        for secret in [name, code.as_str(), "00000000", &client, &device, &me.token] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

/// What lies in the database as it should not is nobody's mistake but ours.
#[test]
fn what_goes_wrong_for_a_reason_of_ours_is_noted_and_told_to_nobody() {
    let person = Person::with_roles(office("madiun"), &[]);
    let lay = person.column("email");
    let lies = |email: Value| {
        cabut_tests::database::sql("UPDATE people SET email = ?2 WHERE id = ?1", &[json!(person.id), email]);
    };
    lies(json!("rusak"));
    let answer = person.get("/api/session");
    lies(lay);
    answer.refused(500, "internal");
    assert_eq!(says(&answer), [json!("failed"), json!("internal"), json!("GET"), json!("/api/session")]);
    assert!(!answer.text().contains("rusak") && !answer.text().contains("mailbox"), "{answer}");
    person.get("/api/session").expect(200);
}

#[test]
fn a_limit_that_is_met_and_what_is_refused_is_noted_and_what_goes_well_is_not() {
    let procedure = office("madiun");
    let (email, client) = (fresh::email("pegawai", "madiunkota.go.id"), fresh::word("client"));
    let ask = |_| asks_for_code_in(&new_device(), "madiun", email.as_str(), &client);
    let stopped = (0..10).map(ask).find(|answer| answer.status == 429).expect("there is a limit");
    assert_eq!(
        says(&stopped),
        [json!("limit_met"), json!("too_many_requests"), json!("POST"), json!("/api/session/code")]
    );
    assert_eq!(asks_for_code("madiun", email.as_str(), &fresh::word("client")).expect(202).header("x-noted"), None);

    let matter = Matter::at(procedure, StepAct::Send);
    let acts = json!("/api/offices/{office}/cases/{ticket}/acts");
    let verifier = Person::with_roles(procedure, &["verifikator"]).proven_ago(TimeDelta::hours(1));
    let refused = |code: &str| [json!("refused"), json!(code), json!("POST"), acts.clone()];
    assert_eq!(says(&matter.act(&verifier, Act::Send)), refused("fresh_code_needed"));
    assert_eq!(says(&matter.act(&staff(procedure, "kadin"), Act::Send)), refused("not_your_role"));
    let unseen = matter.act(&Person::applicant(procedure), Act::Send);
    assert_eq!(says(&unseen), [json!("not_found"), json!("not_found"), json!("POST"), acts.clone()]);
    assert!(!line(&unseen).to_string().contains(matter.ticket.as_str()), "{}", line(&unseen));

    let before = cabut_tests::mailbox::now(verifier.email.as_str(), MailKind::Code, None).len();
    verifier.post("/api/session/proof/code", &json!({ "office": "madiun" })).expect(202);
    let wrong = verifier.post("/api/session/proof", &json!({ "code": "1" })).expect(401);
    assert_eq!(says(&wrong)[0], "proof_failed");
    let code = cabut_tests::mailbox::code(&verifier.email, before + 1);
    assert_eq!(says(&verifier.post("/api/session/proof", &json!({ "code": code })).expect(204))[0], "proven");

    let typed = product().request("POST", "/api/siti").header("Origin", "https://contoh.invalid").send();
    assert_eq!(says(&typed), [json!("refused"), json!("foreign_origin"), json!("POST"), Value::Null]);
    assert_eq!(matter.filer.get(&matter.path()).expect(200).header("x-noted"), None);

    let upload = matter.filer.request("POST", "/api/offices/madiun/documents").header("X-File-Name", "surat.pdf");
    let failed =
        upload.bytes("application/octet-stream", fresh::pdf("hal")).header("X-Cabut-Fault", "kv:1:fail").send();
    let documents = json!("/api/offices/{office}/documents");
    assert_eq!(says(&failed), [json!("failed"), json!("storage_unavailable"), json!("POST"), documents]);
    crate::exits::ends_role(&verifier);
}
