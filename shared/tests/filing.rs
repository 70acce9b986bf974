//! Filing: by the holder, by the leader on a recommendation, at the desk on paper; and what is refused.

mod common;

use common::{filer, handed, note, person, procedure, procedures, request, who};
use workflow::{
    case::{FilingWay, Happened, Refusal, file},
    identity::EmailAddress,
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
            let decided = file(&procedure, &who, holder, request(&procedure, way)).expect("accepted");
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
            let got = file(&procedure, &who("a", "madiun", &[other]), None, request(&procedure, way));
            assert_eq!(got.is_ok(), other == actor, "{other} files as {way:?}: {got:?}");
        }
        let elsewhere = file(&procedure, &who("a", "temanggung", &[actor]), None, request(&procedure, way));
        assert_eq!(elsewhere, Err(Refusal::WayNotOffered));
    }
}

#[test]
fn a_way_the_office_does_not_offer_is_refused() {
    let mut procedure = procedure("madiun");
    procedure.filing.retain(|filing| filing.way == FilingWay::Holder);
    let got = file(&procedure, &who("a", "madiun", &["pimpinan"]), None, request(&procedure, FilingWay::Leader));
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
            let got = file(&procedure, &who, holder, request);
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
    assert_eq!(file(&procedure, &who, holder.clone(), asked.clone()), Err(Refusal::ReasonNeedsNote));
    asked.note = Some(note("Tidak dipakai lagi."));
    assert!(file(&procedure, &who, holder, asked).is_ok());
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
                let Err(Refusal::MissingPapers { papers, names }) = file(&procedure, &who, holder.clone(), asked)
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
                    file(&procedure, &who, holder.clone(), asked),
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
    assert_eq!(file(&procedure, &who, holder, asked), Err(Refusal::UnexpectedPapers { papers: vec![second] }));
}

#[test]
fn required_entries_are_named_when_missing() {
    let procedure = procedure("temanggung");
    let (who, holder) = filer(&procedure, FilingWay::Holder);
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.form.phone = None;
    asked.form.position = None;
    let Err(Refusal::MissingFields { fields }) = file(&procedure, &who, holder.clone(), asked) else {
        panic!("accepted")
    };
    assert!(fields.contains(&FieldId::Phone) && fields.contains(&FieldId::Position));
    let mut asked = request(&procedure, FilingWay::Holder);
    asked.form.nip = None;
    assert!(file(&procedure, &who, holder, asked).is_ok(), "who is no civil servant has no NIP");
}

#[test]
fn private_mailboxes_where_the_office_allows_them() {
    let private = EmailAddress::parse("sri@contoh.invalid").expect("valid");
    for (office, accepted) in [("madiun", false), ("temanggung", true)] {
        let procedure = procedure(office);
        let (who, holder) = filer(&procedure, FilingWay::Holder);
        let mut asked = request(&procedure, FilingWay::Holder);
        asked.form.email = private.clone();
        let got = file(&procedure, &who, holder, asked);
        assert_eq!(got.is_ok(), accepted, "{office}: {got:?}");
    }
}

#[test]
fn nobody_takes_in_their_own_paper() {
    let procedure = procedure("temanggung");
    let officer = who("officer", "temanggung", &["verifikator"]);
    let got = file(&procedure, &officer, Some(person("officer")), request(&procedure, FilingWay::Desk));
    assert_eq!(got, Err(Refusal::OwnRequest));
}
