//! Two at once, and twice the same.

use std::sync::Barrier;

use cabut_tests::{
    fresh,
    matter::{Matter, files, note, request},
    person::{Person, both, office, staff},
    product::{Answer, fresh_key},
};
use serde_json::json;
use workflow::{
    api::{ActRequest, CaseView, Document},
    case::{Act, Command, FilingWay},
    office::{ChangeRequest, Command as Change, Retention},
    procedure::StepAct,
};

use crate::affairs::{administrator, affairs, alone};

/// Asks `count` times at the same moment.
fn at_once(count: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let barrier = Barrier::new(count);
    let (barrier, ask) = (&barrier, &ask);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|at| {
                scope.spawn(move || {
                    barrier.wait();
                    ask(at)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    })
}

#[test]
fn of_two_officials_at_once_one_acts_and_the_other_sees_the_fresh_case() {
    for round in 0..5 {
        let procedure = both()[round % 2];
        let matter = Matter::at(procedure, StepAct::Check);
        let seen = matter.case().seq;
        let verifier = staff(procedure, "verifikator");
        let asked = [Act::Approve, Act::Refuse, Act::Approve, Act::Return];
        let commands: Vec<Command> = asked
            .iter()
            .map(|act| cabut_tests::matter::complete(procedure, &matter.case(), *act, Vec::new, &matter.holder))
            .collect();
        let answers = at_once(commands.len(), |at| matter.command_seen(&verifier, seen, commands[at].clone()));
        let (won, lost): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.is_ok());
        assert_eq!(won.len(), 1, "{}", answers.iter().map(Answer::word).collect::<Vec<_>>().join(", "));
        let after: CaseView = won[0].read();
        assert_eq!(after.events.len(), usize::try_from(seen).expect("few events") + 1);
        for answer in lost {
            let problem = answer.refused(409, "moved_on");
            let case = problem.case.expect("the fresh case comes along");
            assert_eq!(case.events, after.events);
        }
        crate::procedures::log_holds(&matter, &matter.filer);
    }
}

#[test]
fn whoever_was_overtaken_hears_just_that() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    matter.moves_on();
    let answer = matter.command_seen(&staff(procedure, "kadin"), 1, Command::Close { note: None });
    let problem = answer.refused(409, "moved_on");
    assert_eq!(problem.case.expect("the fresh case").events.len(), 2);
    // Someone who has nothing to do with it hears that it is not there, however much they have seen.
    matter.command_seen(&Person::applicant(procedure), 1, Command::Close { note: None }).refused(404, "not_found");
}

#[test]
fn of_two_requests_for_one_holder_at_once_one_is_taken() {
    let procedure = office("temanggung");
    let person = Person::applicant(procedure);
    let holder = cabut_tests::matter::Holder::written_to_at(&person.email);
    let requests: Vec<_> = (0..4).map(|_| request(procedure, FilingWay::Holder, &person, &holder)).collect();
    let answers = at_once(requests.len(), |at| files(procedure, &person, &requests[at]));
    let taken: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(taken.len(), 1, "{}", answers.iter().map(Answer::word).collect::<Vec<_>>().join(", "));
    let ticket = taken[0].read::<CaseView>().ticket;
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.refused(409, "open_request_exists").ticket.as_ref(), Some(&ticket));
    }
}

#[test]
fn a_repeated_act_gets_the_first_answer_again_and_happens_once() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        let head = staff(procedure, "kadin");
        let command = cabut_tests::matter::complete(procedure, &matter.case(), Act::Forward, Vec::new, &matter.holder);
        let act = head
            .request("POST", &format!("{}/acts", matter.path()))
            .header("Idempotency-Key", &fresh_key())
            .json(&ActRequest { seen: 1, command });
        let first = act.clone().send().expect(200);
        let again = act.clone().send().expect(200);
        assert_eq!(first.body, again.body);
        // Also when the case has gone on since.
        matter.moves_on();
        let later = act.send().expect(200);
        assert_eq!(first.body, later.body);
        assert_eq!(matter.case().seq, 3);
    }
}

#[test]
fn one_act_sent_many_times_at_once_happens_once() {
    for round in 0..4 {
        let procedure = both()[round % 2];
        let matter = Matter::filed(procedure);
        let head = staff(procedure, "kadin");
        let command = cabut_tests::matter::complete(procedure, &matter.case(), Act::Forward, Vec::new, &matter.holder);
        let act = head
            .request("POST", &format!("{}/acts", matter.path()))
            .header("Idempotency-Key", &fresh_key())
            .json(&ActRequest { seen: 1, command });
        let answers = at_once(6, |_| act.clone().send());
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &answers[0].body), "{answer}");
        }
        assert_eq!(matter.case().seq, 2);
    }
}

#[test]
fn one_change_of_the_offices_affairs_sent_many_times_at_once_happens_once() {
    let _alone = alone();
    let madiun = office("madiun");
    let boss = administrator(madiun);
    for months in [9, 10, 11, 12] {
        let seen = affairs(madiun, &boss).seq;
        let command = Change::SetRetention { retention: Retention { revoked_years: 5, ended_months: months } };
        let change = boss
            .request("POST", "/api/offices/madiun/affairs")
            .header("Idempotency-Key", &fresh_key())
            .json(&ChangeRequest { seen, command, why: note("Nota dinas 12/2026.") });
        let answers = at_once(6, |_| change.clone().send());
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &answers[0].body), "{answer}");
        }
        assert_eq!(affairs(madiun, &boss).seq, seen + 1);
    }
}

#[test]
fn one_filing_sent_many_times_at_once_is_one_request() {
    let procedure = office("madiun");
    let person = Person::applicant(procedure);
    let asked =
        request(procedure, FilingWay::Holder, &person, &cabut_tests::matter::Holder::written_to_at(&person.email));
    let filing =
        person.request("POST", "/api/offices/madiun/cases").header("Idempotency-Key", &fresh_key()).json(&asked);
    let answers = at_once(6, |_| filing.clone().send());
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body), "{answer}");
    }
    let mine = person.get("/api/offices/madiun/cases?list=mine").expect(200);
    assert_eq!(mine.read::<workflow::api::Page<workflow::api::CaseRow>>().rows.len(), 1);
}

#[test]
fn a_key_that_comes_with_another_command_is_refused() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let head = staff(procedure, "kadin");
    let key = fresh_key();
    let case = matter.case();
    let command = |text: &str| {
        let Command::Forward { urgency, asks, .. } =
            cabut_tests::matter::complete(procedure, &case, Act::Forward, Vec::new, &matter.holder)
        else {
            unreachable!("forwarding forwards")
        };
        ActRequest { seen: 1, command: Command::Forward { urgency, asks, note: Some(note(text)) } }
    };
    let path = format!("{}/acts", matter.path());
    let send = |person: &Person, text: &str| {
        person.request("POST", &path).header("Idempotency-Key", &key).json(&command(text)).send()
    };
    send(&head, "Pertama.").expect(200);
    send(&head, "Kedua.").refused(422, "idempotency_key_reused");
    let elsewhere = format!("{}/acts", Matter::filed(procedure).path());
    let answer = head.request("POST", &elsewhere).header("Idempotency-Key", &key).json(&command("Pertama.")).send();
    answer.refused(422, "idempotency_key_reused");
    // Another person's keys are their own.
    assert_eq!(send(&matter.filer, "Pertama.").problem().code, "moved_on");
    assert_eq!(matter.case().seq, 2);
}

#[test]
fn a_refused_act_may_be_asked_for_again_with_the_same_key() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let next = staff(procedure, "kabid");
    let command = cabut_tests::matter::complete(procedure, &matter.case(), Act::Forward, Vec::new, &matter.holder);
    let act = |seen| {
        next.request("POST", &format!("{}/acts", matter.path()))
            .header("Idempotency-Key", &format!("{}-again", matter.ticket))
            .json(&ActRequest { seen, command: command.clone() })
            .send()
    };
    act(1).refused(409, "not_your_turn");
    matter.moves_on();
    act(2).expect(200);
}

#[test]
fn a_write_without_a_good_key_is_refused() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let act = matter
        .filer
        .request("POST", &format!("{}/acts", matter.path()))
        .json(&json!({ "seen": 1, "command": { "act": "withdraw" } }));
    let upload =
        matter.filer.request("POST", "/api/offices/madiun/documents").bytes("application/pdf", fresh::pdf("x"));
    let delete = matter.filer.request("DELETE", "/api/documents/x");
    for write in [act, upload, delete] {
        write.clone().without("Idempotency-Key").send().refused(400, "idempotency_key_missing");
        for key in [" ", "dua kata", &"x".repeat(101)] {
            let answer = write.clone().header("Idempotency-Key", key).send();
            assert!(
                ["idempotency_key_invalid", "idempotency_key_missing"].contains(&answer.problem().code.as_str()),
                "{answer}"
            );
        }
    }
    assert_eq!(matter.case().seq, 1);
}

#[test]
fn a_repeated_upload_is_one_document() {
    let person = Person::applicant(office("madiun"));
    let upload = person
        .request("POST", "/api/offices/madiun/documents")
        .header("Idempotency-Key", &fresh_key())
        .bytes("application/pdf", fresh::pdf("sekali"))
        .header("X-File-Name", "surat.pdf");
    let first: Document = upload.clone().send().expect(201).read();
    let again: Document = upload.send().expect(201).read();
    assert_eq!(first, again);
}
