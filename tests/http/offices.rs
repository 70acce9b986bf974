//! Another office's people, other people's requests: for them it is as if it did not exist.

use cabut_tests::{
    matter::{Matter, looks_for},
    person::{Person, both, office, staff},
    product::{Answer, product},
};
use serde_json::json;
use workflow::{
    api::{OfficeCard, Search, SeenDocument},
    case::DocumentId,
    identity::TicketNumber,
    procedure::{Procedure, StepAct},
};

/// A number of this office that no request has.
fn unused(procedure: &Procedure) -> TicketNumber {
    TicketNumber::new(&procedure.office.ticket_prefix, cabut_tests::fresh::number()).expect("the prefix is valid")
}

/// Status and body, with the number itself taken out.
fn told(answer: &Answer, ticket: &TicketNumber) -> (u16, String) {
    (answer.status, String::from_utf8_lossy(&answer.body).replace(ticket.as_str(), "…"))
}

/// Everything that can be asked about a case.
fn ask_all(person: &Person, procedure: &Procedure, ticket: &TicketNumber) -> Vec<(u16, String)> {
    let path = format!("/api/offices/{}/cases/{ticket}", procedure.office.id);
    let act = json!({ "seen": 1, "command": { "act": "close" } });
    let stale = json!({ "seen": 0, "command": { "act": "withdraw" } });
    let answers = [
        person.get(&path),
        person.get(&format!("{path}/log")),
        person.get(&format!("{path}/mails")),
        person.post(&format!("{path}/acts"), &act),
        person.post(&format!("{path}/acts"), &stale),
    ];
    answers.iter().map(|answer| told(answer, ticket)).collect()
}

#[test]
fn other_peoples_requests_answer_as_if_they_did_not_exist() {
    for procedure in both() {
        let matter = Matter::at(procedure, StepAct::Check);
        let elsewhere = both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
        let other_applicant = Matter::filed(procedure).filer;
        let people = [
            ("another office's verifier", staff(elsewhere, "verifikator")),
            ("another office's head", staff(elsewhere, "kadin")),
            ("another applicant", other_applicant),
            ("a leader who did not file it", Person::with_roles(procedure, &["pimpinan"])),
            ("BSrE before it was asked", staff(procedure, "bsre")),
            ("a stranger", Person::applicant(procedure)),
        ];
        let document = matter.view(&matter.filer).documents[0].document.id.clone();
        for (who, person) in people {
            let real = ask_all(&person, procedure, &matter.ticket);
            let none = ask_all(&person, procedure, &unused(procedure));
            assert_eq!(real, none, "{who} in {}", procedure.office.id);
            assert!(real.iter().all(|(status, _)| *status == 404), "{who}: {real:?}");
            let real = person.get(&format!("/api/documents/{}", document.0));
            let none = person.get("/api/documents/AAAAAAAAAAAAAAAAAAAAAA");
            assert_eq!((real.status, &real.body), (404, &none.body), "{who}: {real}");
        }
    }
}

#[test]
fn bsre_sees_a_request_from_the_moment_it_was_asked() {
    let procedure = office("madiun");
    let bsre = staff(procedure, "bsre");
    let matter = Matter::at(procedure, StepAct::Send);
    bsre.get(&matter.path()).refused(404, "not_found");
    matter.moves_on();
    matter.view(&bsre);
}

#[test]
fn a_request_is_found_at_its_own_office_alone() {
    let matter = Matter::filed(office("madiun"));
    let path = format!("/api/offices/temanggung/cases/{}", matter.ticket);
    matter.filer.get(&path).refused(404, "not_found");
    let act = json!({ "seen": 1, "command": { "act": "withdraw" } });
    matter.filer.post(&format!("{path}/acts"), &act).refused(404, "not_found");
    assert_eq!(matter.case().seq, 1);
}

#[test]
fn an_address_names_a_request_in_one_way_only() {
    let matter = Matter::filed(office("madiun"));
    let ticket = matter.ticket.as_str();
    for other in [
        ticket.to_lowercase(),
        ticket.replace('-', ""),
        format!("{ticket}%20"),
        "MDN-0000-0001".to_owned(),
        "x".to_owned(),
    ] {
        matter.filer.get(&format!("/api/offices/madiun/cases/{other}")).refused(404, "not_found");
    }
}

#[test]
fn lists_of_the_office_are_for_its_staff() {
    for procedure in both() {
        let id = &procedure.office.id;
        let elsewhere = both().into_iter().find(|other| &other.office.id != id).expect("two offices");
        for person in [staff(elsewhere, "verifikator"), Person::applicant(procedure), staff(procedure, "bsre")] {
            looks_for(&person, procedure, &Search { text: "sri".to_owned(), status: None, after: None })
                .refused(403, "staff_only");
            for list in ["cases?list=office", "cases?list=office&status=revoked", "register"] {
                person.get(&format!("/api/offices/{id}/{list}")).refused(403, "staff_only");
            }
        }
        for list in ["cases?list=office", "register", "cases?list=waiting", "cases?list=mine"] {
            staff(procedure, "kadin").get(&format!("/api/offices/{id}/{list}")).expect(200);
            product().request("GET", &format!("/api/offices/{id}/{list}")).send().refused(401, "sign_in_needed");
        }
    }
}

#[test]
fn anybody_reads_which_offices_there_are_and_by_which_sop_they_work() {
    let cards: Vec<OfficeCard> = product().request("GET", "/api/offices").send().expect(200).read();
    assert_eq!(cards.iter().map(|card| card.id.as_str()).collect::<Vec<_>>(), ["madiun", "temanggung"]);
    for procedure in both() {
        let path = format!("/api/offices/{}/procedure", procedure.office.id);
        for path in [path.clone(), format!("{path}?version=1")] {
            let served: Procedure = product().request("GET", &path).send().expect(200).read();
            assert_eq!(&served, procedure);
        }
        product().request("GET", &format!("{path}?version=99")).send().refused(404, "version_unknown");
    }
    product().request("GET", "/api/offices/sumber/procedure").send().refused(404, "office_unknown");
}

#[test]
fn mails_of_a_case_are_shown_as_they_were_sent() {
    let procedure = office("madiun");
    let matter = Matter::at(procedure, StepAct::Answer);
    let verifier = staff(procedure, "verifikator");
    let mails: Vec<workflow::api::SentMail> = verifier.get(&format!("{}/mails", matter.path())).expect(200).read();
    let request = mails.iter().find(|mail| mail.kind == workflow::api::MailKind::RequestToBsre).expect("it was sent");
    let kept = cabut_tests::mailbox::about(&matter.ticket, request.kind, &request.to);
    assert_eq!((&kept.subject, &kept.text), (&request.subject, &request.text));
    assert!(kept.says(matter.holder.nik.as_str()), "BSrE needs the NIK");
    // The applicant reads what was written to them; the office's own post is not theirs.
    let theirs: Vec<workflow::api::SentMail> = matter.filer.get(&format!("{}/mails", matter.path())).expect(200).read();
    assert!(theirs.iter().any(|mail| mail.kind == workflow::api::MailKind::Received));
    assert!(theirs.iter().all(|mail| mail.to == matter.holder.email.as_str()), "{theirs:?}");
}

#[test]
fn a_view_says_of_each_paper_whether_this_person_may_open_it() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    let head: Vec<SeenDocument> = matter.view(&staff(procedure, "kadin")).documents;
    assert_eq!(head.len(), 4);
    assert!(head.iter().all(|seen| !seen.readable), "step 2 reads the paper form alone, and this came online");
    assert!(matter.view(&matter.filer).documents.iter().all(|seen| seen.readable));
    let _: Vec<DocumentId> = head.into_iter().map(|seen| seen.document.id).collect();
}
