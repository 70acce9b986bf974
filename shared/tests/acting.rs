//! Standing in for an official, and sharing out work among those who hold the same role.

mod common;

use chrono::NaiveDate;
use common::{act, at, command, filed, known, note, person, procedure, role, who};
use proptest::prelude::*;
use workflow::{
    case::{
        Act, Acting, ActingKind, Case, Command, Event, FilingWay, Happened, InHand, Refusal, Role, Stage, Who, decide,
        open_acts,
    },
    identity::LetterNumber,
    procedure::Procedure,
};

fn letter(kind: ActingKind) -> Acting {
    Acting {
        kind,
        principal: Some(person("kadin")),
        letter: LetterNumber::parse("800/15/SP/2026").expect("a valid number"),
        dated: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a valid day"),
    }
}

fn acting(office: &str, actor: &str) -> Role {
    Role { acting: Some(letter(ActingKind::Plh)), ..role(office, actor) }
}

/// The kabid of Madiun, who stands in for the kadin.
fn substitute() -> Who {
    Who { person: person("kabid"), roles: vec![role("madiun", "kabid"), acting("madiun", "kadin")] }
}

fn begun(procedure: &Procedure) -> Case {
    Case::begin(&filed(procedure, FilingWay::Holder)).expect("filed")
}

fn forward(procedure: &Procedure, case: &mut Case, who: &Who) -> Result<Event, Refusal> {
    let asked = command(procedure, case, Act::Forward, false, at(5));
    act(procedure, case, who, asked, at(5))
}

#[test]
fn the_event_names_both_and_the_letter() {
    let madiun = procedure("madiun");
    let mut case = begun(&madiun);
    let event = forward(&madiun, &mut case, &substitute()).expect("the substitute may");
    assert_eq!(event.by.person, person("kabid"));
    assert_eq!(event.by.acting, Some(letter(ActingKind::Plh)));
    assert_eq!(event.by.title(&madiun), "Plh. Kepala Dinas Kominfo");
    assert_eq!(case.stage, Stage::Step { no: 3 });
}

#[test]
fn who_holds_the_role_themself_acts_in_it_and_not_by_letter() {
    let madiun = procedure("madiun");
    let mut case = begun(&madiun);
    let both = Who { person: person("kadin"), roles: vec![acting("madiun", "kadin"), role("madiun", "kadin")] };
    let event = forward(&madiun, &mut case, &both).expect("the kadin may");
    assert_eq!(event.by.acting, None);
    assert_eq!(event.by.title(&madiun), "Kepala Dinas Kominfo");
}

#[test]
fn nobody_acts_twice_in_one_chain_as_a_substitute() {
    let mut madiun = procedure("madiun");
    let mut case = begun(&madiun);
    forward(&madiun, &mut case, &substitute()).expect("as Plh. Kadin");
    let moves = |open: workflow::case::OpenAct| open.act.moves_on();
    assert!(!open_acts(&madiun, &case, &substitute()).into_iter().any(moves), "no button that would be refused");
    let title = "Kepala Dinas Kominfo".to_owned();
    let mut again = case.clone();
    assert_eq!(forward(&madiun, &mut again, &substitute()), Err(Refusal::TwiceInChain { title }));
    // Another kabid goes on, and an office that allows it says so in its file.
    let mut other = case.clone();
    forward(&madiun, &mut other, &who("another", "madiun", &["kabid"])).expect("another kabid may");
    madiun.acting_twice = true;
    forward(&madiun, &mut case, &substitute()).expect("this office allows it");
}

#[test]
fn nor_in_their_own_role_first() {
    let madiun = procedure("madiun");
    let mut case = begun(&madiun);
    forward(&madiun, &mut case, &who("kadin", "madiun", &["kadin"])).expect("kadin");
    forward(&madiun, &mut case, &substitute()).expect("as kabid, their own role");
    let also_kasi = Who { person: person("kabid"), roles: vec![acting("madiun", "kasi")] };
    let title = madiun.title(&"kabid".into()).to_owned();
    assert_eq!(forward(&madiun, &mut case, &also_kasi), Err(Refusal::TwiceInChain { title }));
}

#[test]
fn two_own_roles_are_not_standing_in() {
    let madiun = procedure("madiun");
    let mut case = begun(&madiun);
    let both = who("both", "madiun", &["kadin", "kabid"]);
    forward(&madiun, &mut case, &both).expect("as kadin");
    forward(&madiun, &mut case, &both).expect("as kabid");
}

fn at_the_check() -> (Procedure, Case) {
    let temanggung = procedure("temanggung");
    let mut case = begun(&temanggung);
    forward(&temanggung, &mut case, &who("kadin", "temanggung", &["kadin"])).expect("kadin");
    (temanggung, case)
}

fn verifier(name: &str) -> Who {
    who(name, "temanggung", &["verifikator"])
}

fn does(procedure: &Procedure, case: &mut Case, who: &Who, kind: Act) -> Result<Event, Refusal> {
    let asked = command(procedure, case, kind, false, at(20));
    act(procedure, case, who, asked, at(20))
}

#[test]
fn what_one_has_taken_the_others_leave_alone() {
    let (temanggung, mut case) = at_the_check();
    let (one, two) = (verifier("one"), verifier("two"));
    does(&temanggung, &mut case, &one, Act::Take).expect("it lies in the pool");
    let in_hand = InHand { person: person("one"), actor: "verifikator".into() };
    assert_eq!(case.in_hand.as_ref(), Some(&in_hand));
    for kind in [Act::Approve, Act::Return, Act::Refuse] {
        assert_eq!(does(&temanggung, &mut case, &two, kind), Err(Refusal::InOtherHands));
    }
    assert_eq!(does(&temanggung, &mut case, &one, Act::Take), Err(Refusal::InYourHands));
    assert_eq!(does(&temanggung, &mut case, &two, Act::PutBack), Err(Refusal::NotInYourHands));
    // It stays with them while their role goes on with it, and BSrE's own account is not kept from answering.
    does(&temanggung, &mut case, &one, Act::Approve).expect("in hand");
    does(&temanggung, &mut case, &one, Act::Send).expect("in hand");
    assert_eq!(case.in_hand.as_ref(), Some(&in_hand));
    assert_eq!(does(&temanggung, &mut case, &two, Act::Answer), Err(Refusal::InOtherHands));
    does(&temanggung, &mut case, &who("balai", "temanggung", &["bsre"]), Act::Answer).expect("their own step");
}

#[test]
fn a_colleague_who_is_away_keeps_nothing_waiting() {
    let (temanggung, mut case) = at_the_check();
    let (one, two) = (verifier("one"), verifier("two"));
    does(&temanggung, &mut case, &one, Act::Take).expect("in the pool");
    does(&temanggung, &mut case, &two, Act::Take).expect("taken over");
    assert_eq!(does(&temanggung, &mut case, &one, Act::Approve), Err(Refusal::InOtherHands));
    does(&temanggung, &mut case, &two, Act::PutBack).expect("in hand");
    assert_eq!(case.in_hand, None);
    does(&temanggung, &mut case, &one, Act::Approve).expect("in the pool, it is anybody's");
}

#[test]
fn it_is_handed_to_colleagues_only() {
    let (temanggung, mut case) = at_the_check();
    let one = verifier("one");
    does(&temanggung, &mut case, &one, Act::Take).expect("in the pool");
    let hand_over = |to: &str, staff: &[(&str, &str)]| {
        let mut known = known(&temanggung, None);
        known.staff = staff.iter().map(|(name, actor)| (person(name), (*actor).into())).collect();
        let asked = Command::HandOver { to: person(to), note: Some(note("Saya cuti.")) };
        decide(&temanggung, &case, &one, case.seq, asked, &known, at(20)).map(|decided| decided.what)
    };
    let staff = [("one", "verifikator"), ("two", "verifikator"), ("kadin", "kadin"), ("holder", "verifikator")];
    assert_eq!(hand_over("two", &staff), Ok(Happened::HandedOver { to: person("two") }));
    for nobody in ["one", "kadin", "stranger", "holder"] {
        assert_eq!(hand_over(nobody, &staff), Err(Refusal::NoColleague), "{nobody}");
    }
}

/// They could neither decide nor put it back.
#[test]
fn it_is_not_handed_to_who_has_stood_in_for_somebody_in_this_chain() {
    let temanggung = procedure("temanggung");
    let mut case = begun(&temanggung);
    let two =
        Who { person: person("two"), roles: vec![role("temanggung", "verifikator"), acting("temanggung", "kadin")] };
    forward(&temanggung, &mut case, &two).expect("as Plh. Kadin");
    let one = verifier("one");
    does(&temanggung, &mut case, &one, Act::Take).expect("in the pool");
    let mut known = known(&temanggung, None);
    known.staff = ["one", "two"].iter().map(|name| (person(name), "verifikator".into())).collect();
    let asked = Command::HandOver { to: person("two"), note: None };
    assert_eq!(decide(&temanggung, &case, &one, case.seq, asked, &known, at(20)), Err(Refusal::NoColleague));
}

#[test]
fn only_a_role_with_a_pool_takes_from_it() {
    let madiun = procedure("madiun");
    let mut case = begun(&madiun);
    let whose = vec!["Verifikator".to_owned()];
    let kadin = who("kadin", "madiun", &["kadin"]);
    assert_eq!(does(&madiun, &mut case, &kadin, Act::Take), Err(Refusal::NotYourRole { whose }));
    let verifier = who("one", "madiun", &["verifikator"]);
    let refused = does(&madiun, &mut case, &verifier, Act::Take);
    assert!(matches!(refused, Err(Refusal::NotYourTurn { .. })), "{refused:?}");
}

proptest! {
    /// Whatever three colleagues do with the pool in whatever order: at most one of them may check, and always somebody
    /// may, at once or after taking it.
    #[test]
    fn never_two_and_never_nobody(deeds in proptest::collection::vec((0..3usize, 0..3usize), 0..30)) {
        let (temanggung, mut case) = at_the_check();
        let colleagues = ["one", "two", "three"].map(verifier);
        let staff = colleagues.iter().map(|who| (who.person.clone(), "verifikator".into())).collect();
        let known = workflow::case::Known { staff, ..known(&temanggung, None) };
        let stage = case.stage.clone();
        for (who, kind) in deeds {
            let who = &colleagues[who];
            let to = colleagues[(kind + 1) % 3].person.clone();
            let asked = [Command::Take { note: None }, Command::PutBack { note: None }, Command::HandOver { to, note: None }]
                [kind].clone();
            if let Ok(decided) = decide(&temanggung, &case, who, case.seq, asked, &known, at(20)) {
                let event = common::event(decided, case.ticket.clone(), case.seq + 1, at(20));
                case.evolve(&temanggung, &event).expect("what was decided fits");
            }
            let checks = |who: &&Who| open_acts(&temanggung, &case, who).iter().any(|open| open.act == Act::Approve);
            let able = colleagues.iter().filter(checks).count();
            prop_assert_eq!(able, if case.in_hand.is_some() { 1 } else { 3 });
            prop_assert!(colleagues.iter().any(|who| open_acts(&temanggung, &case, who).iter().any(|open| open.act == Act::Take)));
            prop_assert_eq!(&case.stage, &stage);
        }
    }
}
