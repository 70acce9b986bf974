//! Both SOPs to their ends, by their people, with every mail.

use std::collections::BTreeSet;

use cabut_tests::{
    database, mailbox,
    matter::{Matter, pages},
    person::{Person, both, office, staff},
};
use serde_json::json;
use workflow::{
    api::{MailKind, RegisterRow, SentMail},
    case::{Act, Answer, FilingWay, Happened, Stage, Status, open_acts, turn, verify},
    identity::TicketNumber,
    procedure::{ActorKind, Procedure, StepAct},
    reason::Reason,
};

/// Where the office writes to BSrE.
pub fn bsre_address(procedure: &Procedure) -> String {
    let found = database::texts("SELECT bsre_email FROM offices WHERE id = ?1", &[json!(procedure.office.id)]);
    found.into_iter().next().expect("the office's address at BSrE is set")
}

/// The register's line of this case.
pub fn registered(procedure: &Procedure, ticket: &TicketNumber) -> RegisterRow {
    let verifier = staff(procedure, "verifikator");
    let path = format!("/api/offices/{}/register?whole=true&", procedure.office.id);
    let rows: Vec<RegisterRow> =
        pages(&verifier, &path, |rows: &[RegisterRow]| rows.iter().any(|row| &row.ticket == ticket));
    rows.into_iter().find(|row| &row.ticket == ticket).unwrap_or_else(|| panic!("{ticket} is not in the register"))
}

/// Holds the log of a case to its seals and to what the view shows.
pub fn log_holds(matter: &Matter, person: &Person) {
    let events = verify(&matter.log(person)).expect("the log is whole");
    let view = matter.view(person);
    assert_eq!(events, view.events.iter().map(|seen| seen.event.clone()).collect::<Vec<_>>());
    assert_eq!(
        matter.log(person).iter().map(|sealed| sealed.hash).collect::<Vec<_>>(),
        view.events.iter().map(|seen| seen.hash).collect::<Vec<_>>()
    );
}

/// Walks from filing to the end; at each step it is just its actor's turn, the mails go out, and the state is told.
fn to_the_end(procedure: &'static Procedure) {
    let matter = Matter::filed(procedure);
    let verifier = staff(procedure, "verifikator");
    let to_applicant = matter.holder.email.to_string();
    // The mails that are to be there at the end, as (event, kind, mailbox).
    let mut expected: BTreeSet<(u32, String, String)> = BTreeSet::new();
    let mut expect = |seq: u32, kind: MailKind, to: &str| {
        let mail = mailbox::about(&matter.ticket, kind, to);
        assert!(mail.says(matter.ticket.as_str()), "{mail:?}");
        assert!(
            !mail.subject.contains(matter.holder.nik.as_str()) && !mail.subject.contains(matter.holder.name.as_str())
        );
        expected.insert((seq, word(kind), to.to_owned()));
    };
    expect(1, MailKind::Received, &to_applicant);
    for step in &procedure.steps[1..] {
        let case = matter.case();
        assert_eq!(case.stage, Stage::Step { no: step.no });
        let now = turn(procedure, &case).expect("the case has not ended");
        assert_eq!((now.actor, now.step, now.completion), (step.actor.clone(), step.no, false));
        let before = &procedure.steps[usize::from(step.no) - 2].actor;
        if before != &step.actor {
            expect(case.seq, MailKind::YourTurn, staff(procedure, &step.actor.0).email.as_str());
        }
        for (other, person) in cabut_tests::person::all_staff(procedure) {
            let who = person.me().expect(200).read::<workflow::api::Me>().who();
            let main = open_acts(procedure, &case, &who).into_iter().any(|open| open.act.moves_on());
            let theirs = other == step.actor.0 || step.recorded_by.as_ref().is_some_and(|by| by.0 == other);
            assert_eq!(main, theirs, "{other} at step {} of {}", step.no, procedure.office.id);
        }
        matter.moves_on();
        let seq = matter.case().seq;
        match step.act {
            StepAct::Send => {
                expect(seq, MailKind::RequestToBsre, &bsre_address(procedure));
                assert_eq!(matter.case().status(procedure), Status::WithBsre);
            }
            StepAct::Answer => {
                expect(seq, MailKind::Revoked, &to_applicant);
                assert_eq!(matter.case().status(procedure), Status::RevokedOpen);
            }
            _ => {}
        }
    }
    let case = matter.case();
    assert_eq!(case.status(procedure), Status::Revoked);
    assert_eq!(turn(procedure, &case), None);
    for person in [&matter.filer, &verifier] {
        log_holds(&matter, person);
    }
    let sent: Vec<SentMail> = verifier.get(&format!("{}/mails", matter.path())).expect(200).read();
    let notes = [word(MailKind::YourTurn), word(MailKind::Reminder)];
    let sent: BTreeSet<(u32, String, String)> =
        sent.into_iter().map(|mail| (mail.seq, word(mail.kind), mail.to)).collect();
    assert!(sent.is_superset(&expected), "sent {sent:?}, expected {expected:?}");
    // Whoever else holds an actor is told too, and alarmed of what cannot wait; beside them, nobody is told anything.
    let letters =
        |mails: &BTreeSet<(u32, String, String)>| mails.iter().filter(|mail| !notes.contains(&mail.1)).count();
    assert_eq!(letters(&sent), letters(&expected), "{sent:?}");
    let row = registered(procedure, &matter.ticket);
    assert_eq!((row.name, row.nip), (matter.holder.name.to_string(), Some(matter.holder.nip.to_string())));
    assert_eq!((row.reason, Some(row.revoked_at)), (Reason::PassphraseLeaked, case.revoked_at));
    assert_eq!(row.filed_at, case.filed_at);
}

fn word(kind: MailKind) -> String {
    serde_json::to_value(kind).expect("a word").as_str().expect("a word").to_owned()
}

#[test]
fn the_sop_of_madiun_from_request_to_revoked() {
    assert_eq!(office("madiun").steps.len(), 8);
    to_the_end(office("madiun"));
}

#[test]
fn the_sop_of_temanggung_from_request_to_revoked() {
    assert_eq!(office("temanggung").steps.len(), 7);
    to_the_end(office("temanggung"));
}

#[test]
fn a_paper_from_the_desk_goes_the_same_way_and_the_log_says_who_entered_it() {
    for procedure in both() {
        let desk = staff(procedure, "verifikator");
        let matter = Matter::filed_by(procedure, FilingWay::Desk, desk.clone());
        let by = &matter.view(&desk).events[0].event.by;
        assert_eq!((&by.person, by.actor.0.as_str()), (&desk.id, "verifikator"));
        assert_eq!(by.behalf.as_ref(), Some(procedure.applicant()));
        mailbox::about(&matter.ticket, MailKind::Received, matter.holder.email.as_str());
        matter.walks_to(u8::MAX);
        assert_eq!(matter.case().status(procedure), Status::Revoked);
        mailbox::about(&matter.ticket, MailKind::Revoked, matter.holder.email.as_str());
        registered(procedure, &matter.ticket);
    }
}

#[test]
fn a_holder_who_handed_in_paper_sees_the_request_when_signing_in_with_the_same_mailbox() {
    for procedure in both() {
        let holder = Person::with_roles(procedure, &[]);
        let desk = staff(procedure, "verifikator");
        let mut data = cabut_tests::matter::Holder::written_to_at(&holder.email);
        data.nip = holder.nip.clone().expect("the administrator set it");
        let asked = cabut_tests::matter::request(procedure, FilingWay::Desk, &desk, &data);
        let matter = Matter::begun(procedure, desk, data, &asked);
        assert_eq!(matter.case().holder, Some(holder.id.clone()));
        matter.view(&holder);
        matter.act(&holder, Act::Withdraw).expect(200);
    }
}

#[test]
fn a_leader_files_for_a_holder_who_died() {
    for procedure in both() {
        let leader = Person::with_roles(procedure, &["pimpinan"]);
        let holder = cabut_tests::matter::Holder::written_to_at(&leader.email);
        let mut asked = cabut_tests::matter::request(procedure, FilingWay::Leader, &leader, &holder);
        asked.reason = Reason::Deceased;
        let matter = Matter::begun(procedure, leader.clone(), holder, &asked);
        let received = mailbox::about(&matter.ticket, MailKind::Received, leader.email.as_str());
        assert!(received.says(matter.holder.name.as_str()), "the leader is told for whom: {}", received.text);
        matter.walks_to(u8::MAX);
        assert_eq!(matter.case().status(procedure), Status::Revoked);
        mailbox::about(&matter.ticket, MailKind::Revoked, leader.email.as_str());
        assert_eq!(registered(procedure, &matter.ticket).reason, Reason::Deceased);
        log_holds(&matter, &leader);
    }
}

#[test]
fn the_answer_is_recorded_by_bsre_itself_or_by_the_verifier_on_its_behalf_and_the_record_says_which() {
    for procedure in both() {
        for (actor, behalf) in [("bsre", None), ("verifikator", Some("bsre".into()))] {
            let matter = Matter::at(procedure, StepAct::Answer);
            let person = staff(procedure, actor);
            assert_eq!(procedure.actor(&"bsre".into()).expect("an actor").kind, ActorKind::Outside);
            matter.command(&person, cabut_tests::matter::answer(Answer::Revoked)).expect(200);
            let view = matter.view(&matter.filer);
            let last = view.events.last().expect("there are events");
            assert!(matches!(last.event.what, Happened::Answered { answer: Answer::Revoked, .. }));
            assert_eq!((last.event.by.actor.0.as_str(), last.event.by.behalf.clone()), (actor, behalf));
            let reference = last.content.as_ref().and_then(|content| content.reference.as_ref());
            assert_eq!(reference.map(|number| number.as_str()), Some("R-99/BSrE"));
        }
    }
}

#[test]
fn an_answer_comes_with_its_letter() {
    let procedure = office("temanggung");
    let matter = Matter::at(procedure, StepAct::Answer);
    let verifier = staff(procedure, "verifikator");
    let mut command = cabut_tests::matter::answer(Answer::Revoked);
    if let workflow::case::Command::Answer { evidence, .. } = &mut command {
        evidence.papers.push(verifier.hands_in("temanggung", &workflow::case::EVIDENCE.into()));
    }
    matter.command(&verifier, command).expect(200);
    let view = matter.view(&verifier);
    let letter = view
        .documents
        .iter()
        .find(|seen| seen.paper.0 == workflow::case::EVIDENCE)
        .expect("the letter is with the case");
    assert!(letter.readable, "whoever entered it may read it");
}
