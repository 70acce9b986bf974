//! Every way out of the straight line: returned, refused, taken back, declined; and nobody on their own request.

use cabut_tests::{
    fresh, mailbox,
    matter::{Holder, Matter, answer, note, request},
    person::{Person, both, office, staff},
    product::fresh_key,
};
use serde_json::json;
use workflow::{
    api::{ActRequest, CaseRow, MailKind, Page},
    case::{Act, Answer, Channel, Command, FilingWay, Stage, Status, Urgency},
    identity::PhoneNumber,
    procedure::{FieldId, StepAct},
};

#[test]
fn what_is_missing_goes_back_to_the_applicant_and_then_the_check_goes_on() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        matter.is_returned();
        let case = matter.case();
        let paper = procedure.required_papers(FilingWay::Holder).next().expect("papers are asked for");
        let Stage::Completion { papers, fields, .. } = &case.stage else { panic!("{:?}", case.stage) };
        assert_eq!(
            (papers.as_slice(), fields.as_slice()),
            (&[paper.id.clone()][..], &[FieldId::Name, FieldId::Nik, FieldId::Nip, FieldId::Phone][..])
        );
        assert_eq!(case.status(procedure), Status::WithApplicant);
        let mail = mailbox::about(&matter.ticket, MailKind::Returned, matter.holder.email.as_str());
        for told in [paper.name.as_str(), FieldId::Phone.label(), "Foto KTP tidak terbaca."] {
            assert!(mail.says(told), "{told:?} is not in {}", mail.text);
        }

        let verifier = staff(procedure, "verifikator");
        matter.act(&verifier, Act::Approve).refused(409, "not_your_turn");
        let mut form = matter.holder.form();
        form.phone = Some(PhoneNumber::parse("0813 1111 2222").expect("valid"));
        let papers = matter.papers_again(&matter.filer, &case);
        let newest = papers[0].document.clone();
        let resubmit =
            Command::Resubmit { papers, form: Some(Box::new(form.clone())), note: Some(note("Sudah diperbaiki.")) };
        matter.command(&matter.filer, resubmit).expect(200);

        // As written with the acts, so that none of them can still be on its way.
        let mails: Vec<workflow::api::SentMail> = verifier.get(&format!("{}/mails", matter.path())).expect(200).read();
        let notes = mails.iter().filter(|mail| mail.kind == MailKind::YourTurn && mail.to == verifier.email.as_str());
        assert_eq!(notes.count(), 2, "one note on the way there, one on the way back");
        let view = matter.view(&verifier);
        let again = view.events.last().and_then(|seen| seen.content.clone()).and_then(|content| content.form);
        assert_eq!(again, Some(form));
        assert_eq!(
            matter.case().papers.iter().filter(|held| held.document == newest).count(),
            1,
            "the newest paper counts"
        );
        matter.walks_to(u8::MAX);
        assert_eq!(matter.case().status(procedure), Status::Revoked);
        crate::procedures::log_holds(&matter, &verifier);
    }
}

#[test]
fn the_verifier_hears_when_the_applicant_has_completed_the_file() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    matter.is_returned();
    let verifier = staff(procedure, "verifikator");
    let before = mailbox::now(verifier.email.as_str(), MailKind::YourTurn, Some(&matter.ticket)).len();
    matter.act(&matter.filer, Act::Resubmit).expect(200);
    cabut_tests::until("a second note to the verifier", || {
        let now = mailbox::now(verifier.email.as_str(), MailKind::YourTurn, Some(&matter.ticket)).len();
        (now > before.max(1)).then_some(())
    });
}

#[test]
fn a_file_is_completed_only_with_what_was_asked_for() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    matter.is_returned();
    let case = matter.case();
    let (filer, form) = (&matter.filer, Some(Box::new(matter.holder.form())));
    let papers = matter.papers_again(filer, &case);
    let extra = vec![papers[0].clone(), filer.hands_in("madiun", &"identitas".into())];
    for (papers, form, code) in [
        (vec![], form.clone(), "missing_papers"),
        (papers.clone(), None, "missing_fields"),
        (extra, form.clone(), "unexpected_papers"),
    ] {
        matter.command(filer, Command::Resubmit { papers, form, note: None }).refused(422, code);
    }
    matter.command(filer, Command::Resubmit { papers, form, note: None }).expect(200);
}

#[test]
fn a_number_corrected_to_one_that_the_same_account_has_an_open_request_for_is_refused() {
    let procedure = office("madiun");
    let other = Matter::filed(procedure);
    let matter = Matter::filed_by(procedure, FilingWay::Holder, other.filer.clone());
    matter.is_returned();
    let mut taken = matter.clone();
    taken.holder.nik = other.holder.nik.clone();
    let problem = taken.act(&matter.filer, Act::Resubmit).refused(409, "open_request_exists");
    assert_eq!(problem.ticket.as_ref(), Some(&other.ticket));
    other.act(&other.filer, Act::Withdraw).expect(200);
    taken.act(&matter.filer, Act::Resubmit).expect(200);
    // And now it stands under the corrected number.
    let again = cabut_tests::matter::request(procedure, FilingWay::Holder, &other.filer, &other.holder);
    let problem = cabut_tests::matter::files(procedure, &other.filer, &again).refused(409, "open_request_exists");
    assert_eq!(problem.ticket.as_ref(), Some(&matter.ticket));
}

#[test]
fn the_desk_completes_what_came_on_paper() {
    for procedure in both() {
        let desk = staff(procedure, "verifikator");
        let matter = Matter::filed_by(procedure, FilingWay::Desk, desk.clone());
        matter.is_returned();
        matter.act(&desk, Act::Resubmit).expect(200);
        let by = matter.view(&desk).events.last().expect("events").event.by.clone();
        assert_eq!((by.actor.0.as_str(), by.behalf.as_ref()), ("verifikator", Some(procedure.applicant())));
    }
}

#[test]
fn a_refusal_ends_the_request_and_tells_why() {
    for procedure in both() {
        let matter = Matter::at(procedure, StepAct::Check);
        matter.act(&staff(procedure, "verifikator"), Act::Refuse).expect(200);
        assert_eq!(matter.case().status(procedure), Status::Refused);
        let mail = mailbox::about(&matter.ticket, MailKind::Refused, matter.holder.email.as_str());
        assert!(mail.says("Sertifikat atas nama ini tidak ada."), "{}", mail.text);
        matter.act(&staff(procedure, "verifikator"), Act::Approve).refused(409, "closed");
        matter.act(&matter.filer, Act::Withdraw).refused(409, "closed");
        crate::procedures::log_holds(&matter, &matter.filer);
    }
}

#[test]
fn after_a_refusal_the_holder_may_ask_again() {
    let procedure = office("madiun");
    let matter = Matter::at(procedure, StepAct::Check);
    let again = cabut_tests::matter::request(procedure, FilingWay::Holder, &matter.filer, &matter.holder);
    let problem = cabut_tests::matter::files(procedure, &matter.filer, &again).refused(409, "open_request_exists");
    assert_eq!(problem.ticket.as_ref(), Some(&matter.ticket), "the open request is named");
    matter.act(&staff(procedure, "verifikator"), Act::Refuse).expect(200);
    let second = Matter::begun(procedure, matter.filer.clone(), matter.holder.clone(), &again);
    assert_ne!(second.ticket, matter.ticket);
}

#[test]
fn the_applicant_takes_the_request_back_at_every_step_until_it_has_gone_to_bsre() {
    for procedure in both() {
        let sent = procedure.step_with(StepAct::Send).expect("it sends").no;
        for step in 2..=sent {
            let matter = Matter::at_step(procedure, step);
            matter
                .command(&matter.filer, Command::Withdraw { note: Some(note("Sertifikat ditemukan kembali.")) })
                .expect(200);
            assert_eq!(matter.case().status(procedure), Status::Withdrawn);
        }
        let matter = Matter::filed(procedure);
        matter.is_returned();
        matter.act(&matter.filer, Act::Withdraw).expect(200);
        for step in sent + 1..=u8::try_from(procedure.steps.len()).expect("few steps") {
            let matter = Matter::at_step(procedure, step);
            matter.act(&matter.filer, Act::Withdraw).refused(409, "past_recall");
        }
    }
}

#[test]
fn a_request_that_bsre_declines_is_checked_again_and_may_be_sent_again() {
    for procedure in both() {
        let matter = Matter::at(procedure, StepAct::Answer);
        let bsre = staff(procedure, "bsre");
        matter.command(&bsre, answer(Answer::Declined)).expect(200);
        let check = procedure.step_with(StepAct::Check).expect("it checks").no;
        let case = matter.case();
        assert_eq!(case.stage, Stage::Step { no: check });
        assert_eq!(case.revoked_at, None);
        matter.view(&bsre);
        let verifier = staff(procedure, "verifikator");
        cabut_tests::until("the verifier to hear of the decline", || {
            let mails = mailbox::now(verifier.email.as_str(), MailKind::YourTurn, Some(&matter.ticket));
            mails.iter().any(|mail| mail.says("tidak mencabut")).then_some(())
        });
        matter.walks_to(u8::MAX);
        assert_eq!(matter.case().status(procedure), Status::Revoked);
        crate::procedures::log_holds(&matter, &verifier);
    }
}

#[test]
fn a_declined_request_may_be_taken_back() {
    let matter = Matter::at(office("madiun"), StepAct::Answer);
    matter.command(&staff(matter.procedure, "verifikator"), answer(Answer::Declined)).expect(200);
    matter.act(&matter.filer, Act::Withdraw).expect(200);
}

#[test]
fn three_attempts_in_vain_to_contact_the_applicant_are_a_result() {
    let procedure = office("temanggung");
    let matter = Matter::at(procedure, StepAct::Contact);
    let verifier = staff(procedure, "verifikator");
    let step = matter.case().stage;
    for _ in 0..3 {
        assert_eq!(matter.case().stage, step);
        let vain = Command::Contact { channel: Channel::Whatsapp, reached: false, note: Some(note("Tidak dijawab.")) };
        matter.command(&verifier, vain).expect(200);
    }
    matter.act(&verifier, Act::Close).expect(200);
}

#[test]
fn nobody_acts_on_their_own_request_as_an_official() {
    for procedure in both() {
        let verifier = Person::with_roles(procedure, &["verifikator"]);
        let matter = Matter::filed_by(procedure, FilingWay::Holder, verifier.clone());
        matter.walks_to(procedure.step_with(StepAct::Check).expect("it checks").no);
        for act in [Act::Approve, Act::Return, Act::Refuse, Act::Send, Act::Close] {
            matter.act(&verifier, act).refused(403, "own_request");
        }
        matter.act(&verifier, Act::Withdraw).expect(200);
        ends_role(&verifier);
    }
}

#[test]
fn an_official_does_not_take_in_their_own_paper() {
    let procedure = office("temanggung");
    let desk = Person::with_roles(procedure, &["verifikator"]);
    let mut holder = cabut_tests::matter::Holder::written_to_at(&desk.email);
    holder.nip = desk.nip.clone().expect("the administrator set it");
    let asked = cabut_tests::matter::request(procedure, FilingWay::Desk, &desk, &holder);
    cabut_tests::matter::files(procedure, &desk, &asked).refused(403, "own_request");
    ends_role(&desk);
}

/// From a second mailbox an official is known by the number that the administrator gave them.
#[test]
fn a_second_mailbox_makes_nobody_their_own_official() {
    for procedure in both() {
        let verifier = Person::with_roles(procedure, &["verifikator"]);
        let number = verifier.nip.clone().expect("the administrator set it");
        let check = procedure.step_with(StepAct::Check).expect("it checks").no;

        let again = Person::applicant(procedure);
        let mut holder = Holder::written_to_at(&again.email);
        holder.nip = number.clone();
        let asked = request(procedure, FilingWay::Holder, &again, &holder);
        let matter = Matter::begun(procedure, again, holder, &asked);
        matter.walks_to(check);
        matter.act(&verifier, Act::Approve).refused(403, "own_request");

        // Nor by a number that was corrected later.
        let mut matter = Matter::filed(procedure);
        matter.is_returned();
        matter.holder.nip = number;
        matter.act(&matter.filer, Act::Resubmit).expect(200);
        matter.act(&verifier, Act::Approve).refused(403, "own_request");
        // What an applicant typed makes it nobody else's.
        let mine = format!("/api/offices/{}/cases?list=mine", procedure.office.id);
        let mine: Page<CaseRow> = verifier.get(&mine).expect(200).read();
        assert!(mine.rows.iter().all(|row| row.ticket != matter.ticket));
        ends_role(&verifier);
        verifier.get(&matter.path()).refused(404, "not_found");
    }
}

/// Whose number it is, each office's own administrator says.
#[test]
fn a_number_by_another_offices_word_makes_nobody_a_party() {
    let (here, elsewhere) = (office("madiun"), office("temanggung"));
    let stranger = Person::with_roles(elsewhere, &["verifikator"]);
    let leader = Person::with_roles(here, &["pimpinan"]);
    let mut holder = Holder::written_to_at(&leader.email);
    holder.nip = stranger.nip.clone().expect("the administrator set it");
    let asked = request(here, FilingWay::Leader, &leader, &holder);
    let matter = Matter::begun(here, leader, holder, &asked);
    stranger.get(&matter.path()).refused(404, "not_found");
    ends_role(&stranger);
}

/// The mailbox on a leader's form is the leader's, whoever else reads it.
#[test]
fn a_mailbox_on_a_leaders_form_makes_nobody_a_party() {
    let procedure = office("temanggung");
    let leader = Person::with_roles(procedure, &["pimpinan"]);
    let secretary = Person::applicant(procedure);
    let holder = Holder::written_to_at(&secretary.email);
    let asked = request(procedure, FilingWay::Leader, &leader, &holder);
    let matter = Matter::begun(procedure, leader, holder, &asked);
    secretary.get(&matter.path()).refused(404, "not_found");
}

/// Whoever may not see a case any more gets no answer of it again either.
#[test]
fn a_first_answer_is_given_again_only_to_who_may_see_it() {
    let procedure = office("madiun");
    let head = Person::with_roles(procedure, &["kadin"]);
    let matter = Matter::filed(procedure);
    let key = fresh_key();
    let command = Command::Forward { urgency: Urgency::Ordinary, asks: vec![], note: None };
    let forward = || {
        let request = head.request("POST", &format!("{}/acts", matter.path())).header("Idempotency-Key", &key);
        request.json(&ActRequest { seen: 1, command: command.clone() }).send()
    };
    let first = forward().expect(200).body;
    assert_eq!(forward().expect(200).body, first);
    ends_role(&head);
    forward().refused(404, "not_found");
}

/// From now on they hold no role, so that not every later request is mailed to them too.
pub fn ends_role(person: &Person) {
    let now = cabut_tests::person::instant(chrono::Utc::now());
    cabut_tests::database::sql("UPDATE roles SET held_until = ?2 WHERE person = ?1", &[json!(person.id), json!(now)]);
}

/// As [`ends_role`], but in a quarter of an hour: for somebody who holds it while a long test runs.
pub fn ends_role_later(person: &Person) {
    let then = cabut_tests::person::instant(chrono::Utc::now() + chrono::TimeDelta::minutes(15));
    cabut_tests::database::sql("UPDATE roles SET held_until = ?2 WHERE person = ?1", &[json!(person.id), json!(then)]);
}

#[test]
fn a_role_counts_from_its_first_day_to_its_last() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let head = Person::entered(&fresh::email("plt", "madiunkota.go.id"), &[(procedure, "kadin")]);
    let set = |column: &str, days: i64| {
        let at = cabut_tests::person::instant(chrono::Utc::now() + chrono::TimeDelta::days(days));
        cabut_tests::database::sql(
            &format!("UPDATE roles SET {column} = ?2 WHERE person = ?1"),
            &[json!(head.id), json!(at)],
        );
    };
    set("held_from", 1);
    matter.act(&head, Act::Forward).refused(404, "not_found");
    set("held_from", -2);
    matter.view(&head);
    set("held_until", -1);
    matter.act(&head, Act::Forward).refused(404, "not_found");
    set("held_until", 1);
    matter.act(&head, Act::Forward).expect(200);
    ends_role(&head);
}
