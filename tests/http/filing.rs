//! Filing: each way to its actor, with its reasons, papers and entries.

use std::slice::from_ref;

use cabut_tests::{
    fresh,
    matter::{Holder, Matter, files, note, request},
    person::{Person, both, office, staff},
};
use workflow::{
    api::CaseView,
    case::{Act, FilingWay},
    identity::EmailAddress,
    procedure::{FieldId, StepAct},
    reason::Reason,
};

#[test]
fn a_way_is_open_to_its_actor_alone() {
    for procedure in both() {
        for (way, actor) in [(FilingWay::Leader, "pimpinan"), (FilingWay::Desk, "verifikator")] {
            let stranger = Person::applicant(procedure);
            let asked = request(procedure, way, &stranger, &Holder::written_to_at(&stranger.email));
            files(procedure, &stranger, &asked).refused(403, "way_not_offered");
            let elsewhere =
                both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
            let other = Person::with_roles(elsewhere, &[actor]);
            let asked = request(procedure, way, &other, &Holder::written_to_at(&stranger.email));
            files(procedure, &other, &asked).refused(403, "way_not_offered");
        }
    }
}

#[test]
fn a_death_is_filed_by_the_leader_alone() {
    let procedure = office("madiun");
    let person = Person::applicant(procedure);
    let mut asked = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
    asked.reason = Reason::Deceased;
    files(procedure, &person, &asked).refused(422, "reason_not_for_way");
    let desk = staff(procedure, "verifikator");
    let mut asked = request(procedure, FilingWay::Desk, &desk, &Holder::written_to_at(&person.email));
    asked.reason = Reason::Deceased;
    files(procedure, &desk, &asked).refused(422, "reason_not_for_way");
}

#[test]
fn another_reason_is_explained() {
    let procedure = office("temanggung");
    let person = Person::applicant(procedure);
    let mut asked = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
    asked.reason = Reason::Other;
    files(procedure, &person, &asked).refused(422, "reason_needs_note");
    asked.note = Some(note("Tidak dipakai lagi."));
    files(procedure, &person, &asked).expect(201);
}

#[test]
fn missing_papers_and_entries_are_named() {
    let procedure = office("temanggung");
    let person = Person::applicant(procedure);
    let whole = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
    let mut asked = whole.clone();
    let gone = asked.papers.remove(0);
    let problem = files(procedure, &person, &asked).refused(422, "missing_papers");
    assert!(problem.detail.contains(&procedure.paper(&gone.paper).expect("known").name), "{problem:?}");
    let mut asked = whole.clone();
    asked.form.phone = None;
    let problem = files(procedure, &person, &asked).refused(422, "missing_fields");
    assert!(problem.detail.contains(FieldId::Phone.label()), "{problem:?}");
    let mut asked = whole.clone();
    asked.form.nip = None;
    files(procedure, &person, &asked).expect(201);
}

#[test]
fn a_private_mailbox_is_taken_where_the_sop_allows_it() {
    for (procedure, accepted) in [(office("madiun"), false), (office("temanggung"), true)] {
        let private = EmailAddress::parse(&format!("{}@contoh.invalid", fresh::word("sri"))).expect("valid");
        let person = Person::entered(&private, &[]);
        let asked = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
        let answer = files(procedure, &person, &asked);
        if accepted {
            answer.expect(201);
        } else {
            answer.refused(422, "email_not_accepted");
        }
    }
}

#[test]
fn one_account_has_one_open_request_for_a_holder_in_an_office_and_so_has_the_desk() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let again = request(procedure, FilingWay::Holder, &matter.filer, &matter.holder);
    let problem = files(procedure, &matter.filer, &again).refused(409, "open_request_exists");
    assert_eq!(problem.ticket, Some(matter.ticket.clone()), "their own is named");
    let leader = Person::with_roles(procedure, &["pimpinan"]);
    let second = request(procedure, FilingWay::Leader, &leader, &matter.holder);
    files(procedure, &leader, &second).expect(201);
    // The desk is one, whoever stands at it.
    let (desk, colleague) = (staff(procedure, "verifikator"), Person::with_roles(procedure, &["verifikator"]));
    let third = request(procedure, FilingWay::Desk, &desk, &matter.holder);
    let third = Matter::begun(procedure, desk, matter.holder.clone(), &third);
    let fourth = request(procedure, FilingWay::Desk, &colleague, &matter.holder);
    let problem = files(procedure, &colleague, &fourth).refused(409, "open_request_exists");
    assert_eq!(problem.ticket, Some(third.ticket), "the office's own staff is told which");
    crate::exits::ends_role(&leader);
    crate::exits::ends_role(&colleague);

    // The other office is another matter.
    let elsewhere = office("temanggung");
    let there = request(elsewhere, FilingWay::Holder, &matter.filer, &matter.holder);
    files(elsewhere, &matter.filer, &there).expect(201);
}

/// Whoever knows somebody's NIK can file under it: that must keep the holder out no longer than officials need to see it.
#[test]
fn what_somebody_else_filed_under_a_nik_keeps_its_holder_out_of_nothing() {
    for procedure in both() {
        let (stranger, verifier) = (Person::applicant(procedure), staff(procedure, "verifikator"));
        let false_one = Matter::filed_by(procedure, FilingWay::Holder, stranger);
        let holder = Person::applicant(procedure);
        let named = Holder { nik: false_one.holder.nik.clone(), ..Holder::written_to_at(&holder.email) };
        let asked = request(procedure, FilingWay::Holder, &holder, &named);
        let answer = files(procedure, &holder, &asked).expect(201);
        assert!(!answer.text().contains(false_one.ticket.as_str()), "nobody hears of another's request");
        let true_one =
            Matter { ticket: answer.read::<CaseView>().ticket, filer: holder, holder: named, ..false_one.clone() };

        // Officials see on each that there is the other; those who filed do not.
        let same = |matter: &Matter, person: &Person| matter.view(person).same_nik;
        assert_eq!(same(&true_one, &verifier), from_ref(&false_one.ticket));
        assert_eq!(same(&false_one, &verifier), from_ref(&true_one.ticket));
        for matter in [&true_one, &false_one] {
            assert_eq!(same(matter, &matter.filer), []);
        }
        // The false one is refused, and the true one goes its way.
        false_one.walks_to(procedure.step_with(StepAct::Check).expect("it is checked").no);
        false_one.act(&verifier, Act::Refuse).expect(200);
        assert_eq!(same(&true_one, &verifier), []);
        true_one.moves_on();
    }
}

#[test]
fn a_nik_corrected_to_anothers_tells_nothing_of_theirs() {
    let procedure = office("madiun");
    let other = Matter::filed(procedure);
    let mut matter = Matter::filed(procedure);
    matter.is_returned();
    matter.holder.nik = other.holder.nik.clone();
    let answer = matter.act(&matter.filer.clone(), Act::Resubmit).expect(200);
    assert!(!answer.text().contains(other.ticket.as_str()));
    assert_eq!(matter.view(&staff(procedure, "verifikator")).same_nik, [other.ticket]);
}

#[test]
fn a_nik_typed_with_spaces_is_the_same_nik() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let again = request(procedure, FilingWay::Holder, &matter.filer, &matter.holder);
    let mut body = serde_json::to_value(&again).expect("JSON");
    let nik = matter.holder.nik.as_str();
    body["form"]["nik"] = format!("{} {} {} {}", &nik[..4], &nik[4..8], &nik[8..12], &nik[12..]).into();
    matter.filer.post("/api/offices/madiun/cases", &body).refused(409, "open_request_exists");
}

#[test]
fn what_a_person_typed_is_parsed_and_the_sentence_says_what_is_wrong() {
    let procedure = office("madiun");
    let person = Person::applicant(procedure);
    let asked = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
    let body = serde_json::to_value(&asked).expect("JSON");
    for (field, wrong, told) in [
        ("nik", "123", "NIK terdiri dari 16 angka"),
        ("nip", "12345678901234567a", "NIP"),
        ("email", "siti", "@"),
        ("phone", "12", ""),
        ("name", "", ""),
    ] {
        let mut body = body.clone();
        body["form"][field] = wrong.into();
        let problem = person.post("/api/offices/madiun/cases", &body).refused(422, "field_invalid");
        assert!(problem.detail.contains(told), "{field}: {}", problem.detail);
        assert!(!problem.detail.contains(" at line "), "{field}: {}", problem.detail);
    }
    person.post("/api/offices/madiun/cases", &body).expect(201);
}
