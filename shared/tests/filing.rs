//! Filing: by the holder, by the leader on a recommendation, at the desk on paper; and what is refused.

mod common;

use common::{filer, handed, known, note, person, procedure, procedures, request, who};
use workflow::{
    case::{
        Act, Case, Command, FilingWay, Form, Happened, Known, PersonId, Refusal, Urgency, Who, decide, file, permit,
    },
    identity::{EmailAddress, Nik},
    procedure::{FieldId, PaperId},
    reason::Reason,
};

const WAYS: [FilingWay; 3] = [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk];

#[test]
fn both_offices_take_requests_all_three_ways() {
    for office in ["madiun", "temanggung"] {
        let procedure = procedure(office);
        for way in WAYS {
            let (who, holder) = filer(&procedure, way);
            let decided =
                file(&procedure, &who, &known(&procedure, holder), request(&procedure, way)).expect("accepted");
            let Happened::Filed { holder, .. } = &decided.what else { panic!("filing files") };
            assert_eq!(holder.as_ref(), Some(&person("holder")));
            let (actor, behalf) = match way {
                FilingWay::Holder => ("pemohon", None),
                FilingWay::Leader => ("pimpinan", None),
                FilingWay::Desk => ("verifikator", Some("pemohon".into())),
            };
            assert_eq!((decided.by.actor.0.as_str(), decided.by.behalf), (actor, behalf));
        }
    }
}

#[test]
fn a_way_is_open_to_its_actor_only() {
    let procedure = procedure("madiun");
    for (way, actor) in [(FilingWay::Leader, "pimpinan"), (FilingWay::Desk, "verifikator")] {
        for other in ["pemohon", "kadin", "kabid", "kasi", "bsre", "pimpinan", "verifikator"] {
            let got =
                file(&procedure, &who("a", "madiun", &[other]), &known(&procedure, None), request(&procedure, way));
            assert_eq!(got.is_ok(), other == actor, "{other} files as {way:?}: {got:?}");
        }
        let elsewhere =
            file(&procedure, &who("a", "temanggung", &[actor]), &known(&procedure, None), request(&procedure, way));
        assert_eq!(elsewhere, Err(Refusal::WayNotOffered));
    }
}

#[test]
fn a_way_the_office_does_not_offer_is_refused() {
    let mut procedure = procedure("madiun");
    procedure.filing.retain(|filing| filing.way == FilingWay::Holder);
    let got = file(
        &procedure,
        &who("a", "madiun", &["pimpinan"]),
        &known(&procedure, None),
        request(&procedure, FilingWay::Leader),
    );
    assert_eq!(got, Err(Refusal::WayNotOffered));
}

#[test]
fn reasons_by_way_and_a_death_by_the_leader_alone() {
    let allowed = |way| Reason::ALL.into_iter().filter(|reason| reason.fits(way)).collect::<Vec<_>>();
    assert_eq!(allowed(FilingWay::Leader), [Reason::Moved, Reason::Retired, Reason::Deceased]);
    assert_eq!(allowed(FilingWay::Holder), allowed(FilingWay::Desk));
    assert_eq!(allowed(FilingWay::Holder).len(), Reason::ALL.len() - 1);
    let procedure = procedure("temanggung");
    for way in WAYS {
        for reason in Reason::ALL {
            let (who, holder) = filer(&procedure, way);
            let mut request = request(&procedure, way);
            request.reason = reason;
            request.note = Some(note("Penjelasan."));
            let got = file(&procedure, &who, &known(&procedure, holder), request);
            assert_eq!(got.is_ok(), reason.fits(way), "{reason:?} as {way:?}");
            assert!(got.is_ok() || got == Err(Refusal::ReasonNotForWay));
        }
    }
}

#[test]
fn reasons_carry_their_rfc_5280_codes() {
    let codes: Vec<(u8, &str)> = Reason::ALL.iter().map(|reason| (reason.rfc5280(), reason.rfc5280_name())).collect();
    let (compromise, affiliation, cessation) =
        ((1, "keyCompromise"), (3, "affiliationChanged"), (5, "cessationOfOperation"));
    let expected = [
        compromise,
        compromise,
        affiliation,
        affiliation,
        (4, "superseded"),
        cessation,
        cessation,
        cessation,
        (0, "unspecified"),
    ];
    assert_eq!(codes, expected);
}

#[test]
fn another_reason_is_explained() {
    let procedure = procedure("madiun");
    let (who, holder) = filer(&procedure, FilingWay::Holder);
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.reason = Reason::Other;
    assert_eq!(
        file(&procedure, &who, &known(&procedure, holder.clone()), asked.clone()),
        Err(Refusal::ReasonNeedsNote)
    );
    asked.note = Some(note("Tidak dipakai lagi."));
    assert!(file(&procedure, &who, &known(&procedure, holder), asked).is_ok());
}

#[test]
fn each_missing_paper_is_named_and_none_is_taken_unasked() {
    for procedure in procedures() {
        for way in WAYS.into_iter().filter(|way| procedure.filing(*way).is_some()) {
            let (who, holder) = filer(&procedure, way);
            let whole = request(&procedure, way);
            for at in 0..whole.papers.len() {
                let mut asked = whole.clone();
                let gone = asked.papers.remove(at);
                let Err(Refusal::MissingPapers { papers, names }) =
                    file(&procedure, &who, &known(&procedure, holder.clone()), asked)
                else {
                    panic!("{way:?} without {gone:?} was not refused as it should be")
                };
                assert_eq!(papers, std::slice::from_ref(&gone.paper));
                assert_eq!(names, [procedure.paper(&gone.paper).expect("known").name.clone()]);
            }
            for extra in [handed(&PaperId::from("lain"), "x"), whole.papers[0].clone()] {
                let mut asked = whole.clone();
                asked.papers.push(extra.clone());
                assert_eq!(
                    file(&procedure, &who, &known(&procedure, holder.clone()), asked),
                    Err(Refusal::UnexpectedPapers { papers: vec![extra.paper] })
                );
            }
        }
    }
}

#[test]
fn one_document_does_not_serve_as_two_papers() {
    let procedure = procedure("temanggung");
    let (who, holder) = filer(&procedure, FilingWay::Holder);
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.papers[1].document = asked.papers[0].document.clone();
    let second = asked.papers[1].paper.clone();
    assert_eq!(
        file(&procedure, &who, &known(&procedure, holder), asked),
        Err(Refusal::UnexpectedPapers { papers: vec![second] })
    );
}

#[test]
fn required_entries_are_named_when_missing() {
    let procedure = procedure("temanggung");
    let (who, holder) = filer(&procedure, FilingWay::Holder);
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.form.phone = None;
    asked.form.position = None;
    let Err(Refusal::MissingFields { fields }) = file(&procedure, &who, &known(&procedure, holder.clone()), asked)
    else {
        panic!("accepted")
    };
    assert!(fields.contains(&FieldId::Phone) && fields.contains(&FieldId::Position));
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.form.nip = None;
    assert!(file(&procedure, &who, &known(&procedure, holder), asked).is_ok(), "who is no civil servant has no NIP");
}

#[test]
fn private_mailboxes_where_the_office_allows_them() {
    let private = EmailAddress::parse("sri@contoh.invalid").expect("valid");
    for (office, accepted) in [("madiun", false), ("temanggung", true)] {
        let procedure = procedure(office);
        let (who, holder) = filer(&procedure, FilingWay::Holder);
        let mut asked = request(&procedure, FilingWay::Holder);
        asked.form.email = private.clone();
        let known = Known { mailbox: private.clone(), ..known(&procedure, holder) };
        let got = file(&procedure, &who, &known, asked);
        assert_eq!(got.is_ok(), accepted, "{office}: {got:?}");
    }
}

/// A mailbox that is only typed could be anybody's: the office would believe it, and its owner would get the mails.
#[test]
fn a_holder_is_written_to_where_they_signed_in() {
    for procedure in procedures() {
        for way in [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk] {
            if procedure.filing(way).is_none() {
                continue;
            }
            let (who, holder) = filer(&procedure, way);
            let other = format!("orang.lain@{}", procedure.office.email_domains[0]);
            let other = Known { mailbox: EmailAddress::parse(&other).expect("valid"), ..known(&procedure, holder) };
            let got = file(&procedure, &who, &other, request(&procedure, way));
            // The leader and the desk write down an address for others.
            let refused = (way == FilingWay::Holder).then_some(Refusal::EmailNotYours);
            assert_eq!(got.err(), refused);
        }
    }
}

/// An official who asks from a second mailbox is found by their number, and does not decide on it all the same. A number
/// that an applicant typed shows nobody what they wrote: it may be mistyped.
#[test]
fn whose_number_stands_on_the_form_does_not_decide() {
    let procedure = procedure("madiun");
    for way in [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk] {
        let (who, _) = filer(&procedure, way);
        let decided = file(&procedure, &who, &known(&procedure, Some(person("kadin"))), request(&procedure, way));
        let first = common::event(decided.expect("accepted"), common::ticket(&procedure), 1, common::at(0));
        let case = Case::begin(&first).expect("begins");
        assert!(case.concerns(&person("kadin")), "{way:?}");
        assert_eq!(case.is_party(&person("kadin")), way != FilingWay::Holder, "{way:?}");
        let act = permit(&procedure, &case, &common::who("kadin", "madiun", &["kadin"]), Act::Forward);
        assert_eq!(act, Err(Refusal::OwnRequest), "{way:?}");
    }
}

/// A request that was given back: what was asked for may change, and nothing else.
#[test]
fn only_what_was_asked_for_is_corrected() {
    let procedure = procedure("temanggung");
    let officials = who("o", "temanggung", &["kadin", "verifikator"]);
    let returned = |fields: Vec<FieldId>| {
        let mut case = Case::begin(&common::filed(&procedure, FilingWay::Holder)).expect("begins");
        for command in [
            Command::Forward { urgency: Urgency::Ordinary, asks: vec![], note: None },
            Command::Return { papers: vec![], fields, note: note("NIK salah ketik.") },
        ] {
            common::act(&procedure, &mut case, &officials, command, common::at(1)).expect("allowed");
        }
        case
    };
    let resubmit = |case: &Case, change: &dyn Fn(&mut Form), holder: Option<PersonId>| {
        let before = common::form(&procedure);
        let mut form = before.clone();
        change(&mut form);
        let known = Known { form: Some(before), ..known(&procedure, holder) };
        let command = Command::Resubmit { papers: vec![], form: Some(Box::new(form)), note: None };
        decide(&procedure, case, &who("holder", "temanggung", &[]), case.seq, command, &known, common::at(2))
    };
    let unasked = |fields: &[FieldId]| Err(Refusal::UnexpectedFields { fields: fields.to_vec() });
    let nik = |form: &mut Form| form.nik = Nik::parse("3515140508680001").expect("valid");
    let unit = |form: &mut Form| form.unit = None;
    let number = |form: &mut Form| form.letter = None;

    let case = returned(vec![FieldId::Nik]);
    for allowed in [&nik as &dyn Fn(&mut Form), &number, &|_| ()] {
        assert!(resubmit(&case, allowed, None).is_ok());
    }
    assert_eq!(resubmit(&case, &unit, None), unasked(&[FieldId::Unit]));
    let both = |form: &mut Form| {
        nik(form);
        form.phone = None;
    };
    assert_eq!(resubmit(&case, &both, None), unasked(&[FieldId::Phone]));

    // The corrected number may be somebody's whom the office knows: they do not decide from then on.
    let decided = resubmit(&case, &nik, Some(person("verifikator"))).expect("accepted");
    let mut case = case;
    let event = common::event(decided, case.ticket.clone(), case.seq + 1, common::at(2));
    case.evolve(&procedure, &event).expect("fits");
    assert!(case.concerns(&person("verifikator")) && case.is_party(&person("holder")));
    assert!(!case.is_party(&person("verifikator")));
}

#[test]
fn what_the_form_does_not_have_is_not_asked_for() {
    let procedure = procedures().into_iter().find(|one| one.field(FieldId::UnitHead).is_none()).expect("one has none");
    let mut case = Case::begin(&common::filed(&procedure, FilingWay::Holder)).expect("begins");
    let everybody: Vec<&str> = procedure.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    let official = who("o", &procedure.office.id, &everybody);
    while permit(&procedure, &case, &official, Act::Return).is_err() {
        let forward = Command::Forward { urgency: Urgency::Ordinary, asks: vec![], note: None };
        common::act(&procedure, &mut case, &official, forward, common::at(1)).expect("allowed");
    }
    let command = Command::Return { papers: vec![], fields: vec![FieldId::UnitHead], note: note("Isi.") };
    let got = decide(&procedure, &case, &official, case.seq, command, &known(&procedure, None), common::at(2));
    assert_eq!(got, Err(Refusal::UnexpectedFields { fields: vec![FieldId::UnitHead] }));
}

/// The applicant needs no reason to take their request back; the desk that does it for them says why.
#[test]
fn the_desk_says_why_it_takes_a_request_back() {
    let procedure = procedure("temanggung");
    let case = Case::begin(&common::filed(&procedure, FilingWay::Desk)).expect("begins");
    let withdraw = |who: &Who, note| {
        let known = known(&procedure, None);
        decide(&procedure, &case, who, 1, Command::Withdraw { note }, &known, common::at(1)).map(|_| ())
    };
    let desk = who("desk", "temanggung", &["verifikator"]);
    assert_eq!(withdraw(&desk, None), Err(Refusal::WithdrawNeedsNote));
    assert_eq!(withdraw(&desk, Some(note("Diminta lewat telepon."))), Ok(()));
    assert_eq!(withdraw(&who("holder", "temanggung", &[]), None), Ok(()));
}

/// Where mail did not arrive, an official writes down where it will; nothing else of the case changes.
#[test]
fn an_official_changes_where_the_applicant_is_written_to() {
    let procedure = procedure("madiun");
    let form = request(&procedure, FilingWay::Holder).form;
    let mut case = Case::begin(&common::filed(&procedure, FilingWay::Holder)).expect("begins");
    let known = Known { form: Some(form.clone()), ..known(&procedure, None) };
    let readdress = |case: &Case, address: &str| {
        let email = EmailAddress::parse(address).expect("an address");
        let command = Command::Readdress { email, note: note("Disebut lewat telepon.") };
        let official = who("kabid", "madiun", &["kabid"]);
        decide(&procedure, case, &official, case.seq, command, &known, common::at(1))
    };
    let elsewhere = "alamat.baru@madiunkota.go.id";
    let decided = readdress(&case, elsewhere).expect("an official who has no turn");
    let new = decided.content.form.clone().expect("the form is written anew");
    assert_eq!(new.changed_from(&form), [FieldId::Email]);
    assert_eq!(new.email.as_str(), elsewhere);
    let before = case.clone();
    case.evolve(&procedure, &common::event(decided, case.ticket.clone(), 2, common::at(1))).expect("it fits");
    assert_eq!(case, Case { seq: 2, ..before });

    let shouted = form.email.as_str().to_uppercase();
    assert_eq!(readdress(&case, &shouted), Err(Refusal::SameEmail));
    let private = readdress(&case, "siti@contoh.invalid");
    assert!(matches!(private, Err(Refusal::EmailNotAccepted { .. })), "{private:?}");
}

#[test]
fn nobody_takes_in_their_own_paper() {
    let procedure = procedure("temanggung");
    let officer = who("officer", "temanggung", &["verifikator"]);
    let got =
        file(&procedure, &officer, &known(&procedure, Some(person("officer"))), request(&procedure, FilingWay::Desk));
    assert_eq!(got, Err(Refusal::OwnRequest));
}
