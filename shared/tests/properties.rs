//! Properties that hold on every path through every procedure.

mod common;

use common::{act, at, command, filed, procedures, who};
use proptest::prelude::*;
use workflow::{
    case::{Act, Case, End, Event, FilingWay, Happened, RowState, Stage, Who, open_acts, timeline, turn},
    procedure::{Procedure, StepAct},
};

/// One move of a random walk: which person tries which act, and in which variant.
type Move = (usize, usize, bool);

fn people(procedure: &Procedure) -> Vec<Who> {
    let office = &procedure.office.id;
    let mut people: Vec<Who> = procedure.actors.iter().map(|actor| who(&actor.id.0, office, &[&actor.id.0])).collect();
    people.push(who("holder", office, &[]));
    people.push(who("leader", office, &["pimpinan"]));
    people.push(who("stranger", "lain", &["verifikator"]));
    people
}

/// Takes every move that is allowed; checks on the way what must hold in each state.
fn walk(procedure: &Procedure, way: FilingWay, moves: &[Move]) -> (Case, Vec<Event>) {
    let first = filed(procedure, way);
    let mut case = Case::begin(&first).expect("begins");
    let mut events = vec![first];
    let people = people(procedure);
    for (step, (person, kind, variant)) in moves.iter().enumerate() {
        let who = &people[person % people.len()];
        let kind = Act::ALL[kind % Act::ALL.len()];
        let now = at(step as i64 + 1);
        let open = open_acts(procedure, &case, who).iter().any(|open| open.act == kind);
        let asked = command(procedure, &case, kind, *variant, now);
        let before = case.clone();
        match act(procedure, &mut case, who, asked, now) {
            Ok(event) => {
                assert!(open, "{kind:?} was accepted but not open");
                events.push(event);
            }
            Err(_) => {
                assert!(!open, "{kind:?} was open but refused");
                assert_eq!(case, before, "a refusal changes nothing");
            }
        }
        let somebody = people.iter().any(|who| open_acts(procedure, &case, who).iter().any(|open| open.act.moves_on()));
        assert_eq!(somebody, turn(procedure, &case).is_some(), "while a case is open, somebody can move it on");
    }
    (case, events)
}

fn ways() -> impl Strategy<Value = FilingWay> {
    prop_oneof![Just(FilingWay::Holder), Just(FilingWay::Leader), Just(FilingWay::Desk)]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    prop::collection::vec((0..64_usize, 0..64_usize, prop::bool::weighted(0.2)), 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn replaying_gives_the_same_case_and_no_path_skips_a_step(which in 0..3_usize, way in ways(), moves in moves()) {
        let procedure = &procedures()[which];
        let way = if procedure.filing(way).is_some() { way } else { FilingWay::Holder };
        let (case, events) = walk(procedure, way, &moves);
        prop_assert_eq!(&Case::replay(procedure, &events).expect("replays"), &case);

        // After any event the case is at most one step further than the furthest before it, and a step is left
        // forward only by the act that ends it.
        let mut replayed = Case::begin(&events[0]).expect("begins");
        let mut done = std::collections::BTreeSet::from([1]);
        for event in &events[1..] {
            let before = replayed.clone();
            replayed.evolve(procedure, event).expect("fits");
            prop_assert!(replayed.reached <= before.reached + 1);
            if let (Stage::Step { no }, Stage::Step { no: next }) = (&before.stage, &replayed.stage)
                && next > no
            {
                prop_assert_eq!(*next, no + 1);
                done.insert(*no);
            }
        }
        if case.stage == (Stage::Ended { end: End::Revoked }) {
            let last = procedure.steps.last().expect("has steps").no;
            let all: std::collections::BTreeSet<u8> = (1..last).collect();
            prop_assert_eq!(done, all, "every step but the last was left forward");
            let answered = events.iter().any(|event| matches!(event.what, Happened::Answered { answer: workflow::case::Answer::Revoked, .. }));
            prop_assert!(answered && case.revoked_at.is_some());
        }
    }

    #[test]
    fn the_timeline_agrees_with_the_case(which in 0..3_usize, moves in moves()) {
        let procedure = &procedures()[which];
        let (case, events) = walk(procedure, FilingWay::Holder, &moves);
        let rows = timeline(procedure, &events).expect("fits");
        let told: usize = rows.iter().map(|row| row.events.len()).sum();
        prop_assert_eq!(told, events.len(), "every event is told once");
        let now = rows.iter().filter(|row| matches!(row.state, RowState::Now | RowState::Completion)).count();
        prop_assert_eq!(now, usize::from(turn(procedure, &case).is_some()));
        if let Some(turn) = turn(procedure, &case) {
            prop_assert!(procedure.step(turn.step).is_some_and(|step| step.act != StepAct::File));
        }
    }
}
