//! How far a mail has come, what comes back, and what an official does about it.

use cabut_tests::{
    database, fresh, mailbox,
    matter::{Matter, note},
    person::{Person, instant, office, staff},
    product::{Answer, fresh_key, product},
    until, vault,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{MailKind, MailState, SentMail},
    case::{Act, Command, FilingWay, Happened},
    identity::EmailAddress,
    procedure::Procedure,
};

fn temanggung() -> &'static Procedure {
    office("temanggung")
}

/// Filed by somebody whose mailbox fails so.
fn filed_from(how: &str) -> Matter {
    let procedure = temanggung();
    let email = fresh::unreachable("pemohon", &procedure.office.email_domains[0], how);
    Matter::filed_by(procedure, FilingWay::Holder, Person::signs_in(procedure, &email))
}

/// The mail of this kind to this mailbox, as the office sees it.
fn mail(matter: &Matter, kind: MailKind, to: &EmailAddress) -> Option<SentMail> {
    let verifier = staff(matter.procedure, "verifikator");
    let mails: Vec<SentMail> = verifier.get(&format!("{}/mails", matter.path())).ok();
    mails.into_iter().find(|mail| mail.kind == kind && mail.to == to.as_str())
}

/// That mail, once it has come so far.
#[track_caller]
fn comes_to(matter: &Matter, kind: MailKind, to: &EmailAddress, state: MailState) -> SentMail {
    until(&format!("{kind:?} to be {state:?}"), || mail(matter, kind, to).filter(|mail| mail.state == state))
}

fn again(person: &Person, matter: &Matter, id: &str) -> Answer {
    person.request("POST", &format!("{}/mails/{id}/again", matter.path())).send()
}

fn readdress(email: &EmailAddress) -> Command {
    Command::Readdress { email: email.clone(), note: note("Disebut lewat telepon, ke nomor pada formulir.") }
}

/// What a mail server sends back.
struct Notification<'a> {
    id: &'a str,
    recipient: &'a str,
    action: &'a str,
    report: &'a str,
    filler: usize,
}

impl Notification<'_> {
    fn comes_back(&self) {
        let Notification { id, recipient, action, report, filler } = self;
        let raw = format!(
            "From: MAILER-DAEMON@mx.contoh.invalid\r\nTo: cabut@example.test\r\nSubject: Undelivered Mail\r\n\
             MIME-Version: 1.0\r\nMessage-ID: <{}@mx.contoh.invalid>\r\n\
             Content-Type: multipart/report; report-type={report}; boundary=\"b1\"\r\n\r\n\
             --b1\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n{}\r\n\
             --b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.contoh.invalid\r\n\r\n\
             Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n\
             --b1\r\nContent-Type: message/rfc822\r\n\r\nFrom: cabut@example.test\r\nX-Cabut-Mail: {id}\r\n\
             Subject: Permohonan\r\n\r\nIsi.\r\n\r\n--b1--\r\n",
            fresh::word("id"),
            "x".repeat(*filler),
        );
        let path = "/cdn-cgi/handler/email?from=MAILER-DAEMON@mx.contoh.invalid&to=cabut@example.test";
        product().request("POST", path).bytes("message/rfc822", raw.into_bytes()).send().expect(200);
    }
}

fn failed<'a>(id: &'a str, recipient: &'a str) -> Notification<'a> {
    Notification { id, recipient, action: "failed", report: "delivery-status", filler: 0 }
}

#[test]
fn a_mail_goes_out_as_text_and_as_html() {
    let matter = Matter::filed(temanggung());
    let mail = mailbox::about(&matter.ticket, MailKind::Received, matter.filer.email.as_str());
    assert!(mail.html.starts_with("<!doctype html>") && mail.html.contains(matter.ticket.as_str()), "{}", mail.html);
    assert!(mail.text.contains(matter.ticket.as_str()));
    assert_eq!(comes_to(&matter, MailKind::Received, &matter.filer.email, MailState::Sent).reason, None);
}

#[test]
fn what_a_mailbox_refuses_fails_and_says_why() {
    let matter = filed_from("ditolak");
    let lost = comes_to(&matter, MailKind::Received, &matter.filer.email, MailState::Failed);
    assert_eq!((lost.reason.as_deref(), lost.sent_at), (Some("recipient_suppressed"), None));
}

/// Ever more seldom, and given up in the end.
#[test]
fn what_is_stuck_is_tried_again_with_longer_pauses_until_it_is_given_up() {
    let matter = filed_from("macet");
    let email = &matter.filer.email;
    let row = |column: &str| {
        let asked = format!("SELECT CAST({column} AS TEXT) FROM outbox WHERE ticket = ?1 AND kind = 'received'");
        database::texts(&asked, &[json!(matter.ticket)]).remove(0)
    };
    let next = || row("next_at").parse::<DateTime<Utc>>().expect("an instant");
    let due = || {
        let past = instant(Utc::now() - TimeDelta::minutes(1));
        database::sql(
            "UPDATE outbox SET next_at = ?2 WHERE ticket = ?1 AND kind = 'received'",
            &[json!(matter.ticket), json!(past)],
        );
    };
    let mut asked_at = matter.case().filed_at;
    for (attempt, minutes) in [1, 5, 30].into_iter().enumerate() {
        if attempt > 0 {
            asked_at = Utc::now();
            due();
        }
        let attempts = (attempt + 1).to_string();
        until(&format!("attempt {attempts}"), || {
            product().request("GET", "/__scheduled").send().expect(200);
            (row("attempts") == attempts && row("ifnull(last_error, '')") == "mail_service").then_some(())
        });
        // Who takes a row keeps it for five minutes, and then says when it is tried again.
        let pause = TimeDelta::minutes(minutes);
        until("the pause", || (asked_at + pause <= next() && next() <= Utc::now() + pause).then_some(()));
        let waiting = mail(&matter, MailKind::Received, email).expect("it is there");
        assert_eq!((waiting.state, waiting.reason.as_deref()), (MailState::Waiting, Some("mail_service")));
    }
    database::sql("UPDATE outbox SET attempts = 10 WHERE ticket = ?1 AND kind = 'received'", &[json!(matter.ticket)]);
    due();
    until("it to be given up", || {
        product().request("GET", "/__scheduled").send().expect(200);
        (row("state") == "failed").then_some(())
    });
    assert_eq!(row("attempts"), "11");
}

#[test]
fn what_came_back_is_marked_and_can_be_sent_again() {
    let matter = Matter::filed(temanggung());
    let email = &matter.filer.email;
    let sent = comes_to(&matter, MailKind::Received, email, MailState::Sent);
    failed(&sent.id, &email.as_str().to_uppercase()).comes_back();
    let lost = mail(&matter, MailKind::Received, email).expect("it is there");
    assert_eq!((lost.state, lost.reason.as_deref()), (MailState::Bounced, Some("no_such_mailbox")));
    assert_eq!(lost.sent_at, sent.sent_at);

    let (verifier, path) =
        (staff(matter.procedure, "verifikator"), format!("{}/mails/{}/again", matter.path(), lost.id));
    let key = fresh_key();
    let ask = || verifier.request("POST", &path).header("Idempotency-Key", &key).send();
    let first = ask().expect(200);
    assert_eq!(first.count("x-d1-round-trips"), 2);
    assert_eq!(first.read::<SentMail>().state, MailState::Waiting);
    let went = comes_to(&matter, MailKind::Received, email, MailState::Sent);
    assert!(went.id == lost.id && went.sent_at > lost.sent_at && went.reason.is_none());
    // Asked for twice it goes once, and is answered alike.
    let twice = ask().expect(200);
    assert_eq!(twice.value(), first.value());
    assert_eq!(mail(&matter, MailKind::Received, email), Some(went));
    again(&verifier, &matter, &lost.id).refused(409, "mail_not_lost");
}

#[test]
fn hostile_mail_does_nothing() {
    let matter = Matter::filed(temanggung());
    let email = &matter.filer.email;
    let sent = comes_to(&matter, MailKind::Received, email, MailState::Sent);
    let other = Matter::filed(temanggung());
    let others = comes_to(&other, MailKind::Received, &other.filer.email, MailState::Sent);
    let to = email.as_str();
    let with = |change: fn(&mut Notification)| {
        let mut notification = failed(&sent.id, to);
        change(&mut notification);
        notification.comes_back();
    };
    with(|told| told.id = "");
    with(|told| told.id = "tidak-ada");
    with(|told| told.id = "' OR 1 = 1 --");
    with(|told| told.recipient = "orang.lain@contoh.invalid");
    with(|told| told.recipient = "");
    with(|told| told.recipient = "%");
    with(|told| told.action = "delayed");
    with(|told| told.action = "delivered");
    with(|told| told.report = "disposition-notification");
    with(|told| told.filler = 300_000);
    failed(&others.id, to).comes_back();
    let raw = format!(
        "From: a@contoh.invalid\r\nTo: cabut@example.test\r\nMessage-ID: <1@contoh.invalid>\r\n\r\nX-Cabut-Mail: {}\r\n",
        sent.id
    );
    let path = "/cdn-cgi/handler/email?from=a@contoh.invalid&to=cabut@example.test";
    product().request("POST", path).bytes("message/rfc822", raw.into_bytes()).send().expect(200);
    assert_eq!(mail(&matter, MailKind::Received, email), Some(sent));
    assert_eq!(mail(&other, MailKind::Received, &other.filer.email), Some(others));
}

/// Everybody tries on a mail that is lost.
#[test]
fn officials_send_again_what_does_not_concern_them() {
    let matter = filed_from("ditolak");
    let lost = comes_to(&matter, MailKind::Received, &matter.filer.email, MailState::Failed);
    let path = format!("{}/mails/{}/again", matter.path(), lost.id);
    product().request("POST", &path).send().refused(401, "sign_in_needed");
    again(&matter.filer, &matter, &lost.id).refused(403, "staff_only");
    for stranger in [Person::applicant(temanggung()), staff(office("madiun"), "kadin"), staff(temanggung(), "bsre")] {
        again(&stranger, &matter, &lost.id).refused(404, "not_found");
    }
    let concerned = Person::with_roles(temanggung(), &["verifikator"]);
    crate::exits::ends_role_later(&concerned);
    let own = Matter::filed_by(temanggung(), FilingWay::Holder, concerned.clone());
    let theirs = comes_to(&own, MailKind::Received, &concerned.email, MailState::Sent);
    again(&concerned, &own, &theirs.id).refused(403, "own_request");
    own.command(&concerned, readdress(&fresh::email("baru", "temanggungkab.go.id"))).refused(403, "own_request");

    let head = staff(temanggung(), "kadin");
    again(&head, &matter, "tidak-ada").refused(404, "not_found");
    // Another case's mail is not found through this one.
    again(&head, &matter, &theirs.id).refused(404, "not_found");
    head.request("POST", &path).without("Idempotency-Key").send().refused(400, "idempotency_key_missing");
    assert_eq!(mail(&matter, MailKind::Received, &matter.filer.email).map(|mail| mail.state), Some(MailState::Failed));
    for actor in ["kadin", "verifikator"] {
        again(&staff(temanggung(), actor), &matter, &lost.id).expect(200);
        comes_to(&matter, MailKind::Received, &matter.filer.email, MailState::Failed);
    }
}

/// From then on the case's mails go there: the lost ones at once, the later ones too, and after the end.
#[test]
fn a_new_address_holds_for_the_case() {
    let matter = filed_from("ditolak");
    comes_to(&matter, MailKind::Received, &matter.filer.email, MailState::Failed);
    let domain = &matter.procedure.office.email_domains[0];
    let verifier = staff(matter.procedure, "verifikator");
    let stage = matter.case().stage;

    let elsewhere = fresh::email("alamat", domain);
    matter.command(&matter.filer, readdress(&elsewhere)).refused(403, "not_your_role");
    matter.command(&verifier, readdress(&elsewhere)).expect(200);
    assert_eq!(matter.case().stage, stage, "it changes nothing of where the case stands");
    comes_to(&matter, MailKind::Received, &elsewhere, MailState::Sent);
    mailbox::about(&matter.ticket, MailKind::Received, elsewhere.as_str());
    assert_eq!(mail(&matter, MailKind::Received, &matter.filer.email), None, "it is the same mail, elsewhere");
    let newest = matter.view(&matter.filer).events.pop().expect("an event");
    assert_eq!(newest.event.what, Happened::Readdressed);
    assert_eq!(newest.content.and_then(|content| content.form).map(|form| form.email), Some(elsewhere.clone()));
    // What went there is the applicant's to read too.
    let theirs: Vec<SentMail> = matter.filer.get(&format!("{}/mails", matter.path())).ok();
    assert!(theirs.iter().any(|mail| mail.to == elsewhere.as_str()));

    matter.act(&staff(matter.procedure, "kadin"), Act::Forward).expect(200);
    matter.act(&verifier, Act::Refuse).expect(200);
    let refused = comes_to(&matter, MailKind::Refused, &elsewhere, MailState::Sent);
    failed(&refused.id, elsewhere.as_str()).comes_back();
    let third = fresh::email("ketiga", domain);
    matter.command(&verifier, readdress(&third)).expect(200);
    comes_to(&matter, MailKind::Refused, &third, MailState::Sent);
    assert!(mail(&matter, MailKind::Received, &elsewhere).is_some(), "what arrived is not sent twice");
    workflow::case::verify(&matter.log(&verifier)).expect("the chain holds");
}

/// The administrator corrects where BSrE is written to; then it goes there.
#[test]
fn the_request_to_bsre_goes_again_where_the_office_writes_now() {
    let matter = Matter::at(temanggung(), workflow::procedure::StepAct::Answer);
    let row = || {
        let asked = "SELECT id, recipient, state FROM outbox WHERE ticket = ?1 AND kind = 'request_to_bsre'";
        let rows = database::sql(asked, &[json!(matter.ticket)]);
        let text = |at: usize| rows[0][at].as_str().unwrap_or_default().to_owned();
        let to = String::from_utf8(vault::open(vault::MAIL_RECIPIENT, &text(0), &text(1))).expect("an address");
        (text(0), to, text(2))
    };
    let (id, _, _) = until("the request", || Some(row()).filter(|row| row.2 == "sent"));
    let old = vault::recipient(&id, "lama@contoh.invalid");
    database::sql(
        "UPDATE outbox SET state = 'failed', sent_at = NULL, recipient = ?2, recipient_key = ?3 WHERE id = ?1",
        &[json!(id), json!(old.sealed), json!(old.key)],
    );
    let _settings = cabut_tests::matter::settings_stay();
    again(&staff(matter.procedure, "kadin"), &matter, &id).expect(200);
    assert_eq!(row().1, crate::procedures::bsre_address(matter.procedure));
}
