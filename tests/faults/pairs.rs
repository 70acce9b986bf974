//! A thousand pairs of people act on the same request at the same moment.

use std::{
    collections::BTreeMap,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use cabut_tests::{
    fresh,
    matter::{Matter, act_of, complete, fold},
    person::{Person, office, staff},
    product::{Answer, Request, on},
};
use workflow::{
    api::{ActRequest, CaseView},
    case::{FilingWay, Stage},
    procedure::Procedure,
};

use crate::runtime::{Runtime, Storage};

/// How many pairs race.
const PAIRS: usize = 1_000;

/// On how many requests at once.
const AT_ONCE: usize = 4;

/// For each actor two people who hold it.
type Pairs = BTreeMap<String, [Person; 2]>;

#[test]
fn one_of_each_pair_wins_and_the_other_sees_the_fresh_case() {
    let storage = Storage::fresh();
    let runtime = Runtime::start(&storage);
    let product = runtime.product();
    let procedure = office("madiun");
    let pair = |actor: &str| [staff(procedure, actor), Person::with_roles(procedure, &[actor])];
    let actors = procedure.steps[1..].iter().map(|step| step.actor.0.clone());
    let pairs: Pairs = on(product, || actors.map(|actor| (actor.clone(), pair(&actor))).collect());
    let (cases, begun) = (PAIRS.div_ceil(procedure.steps.len() - 1), AtomicUsize::new(0));
    let work = || {
        let mut raced = 0;
        while begun.fetch_add(1, Relaxed) < cases {
            raced += races_to_its_end(procedure, &pairs);
        }
        raced
    };
    let raced: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| on(product, work))).collect();
        threads.into_iter().map(|thread| thread.join().expect("they race")).sum()
    });
    assert!(raced >= PAIRS, "{raced}");
    println!("{raced} pairs raced on {cases} requests, and one of each won");
}

/// Files a request on which two race at each step. Gives how many pairs that were.
fn races_to_its_end(procedure: &'static Procedure, pairs: &Pairs) -> usize {
    let email = fresh::email("pemohon", &procedure.office.email_domains[0]);
    let matter = Matter::filed_by(procedure, FilingWay::Holder, Person::entered(&email, &[]));
    let mut view = matter.view(&matter.filer);
    let mut raced = 0;
    loop {
        let case = fold(procedure, &view);
        let Stage::Step { no } = case.stage else { break };
        let step = procedure.step(no).expect("a case stands at a step of its procedure");
        let command = complete(procedure, &case, act_of(step.act), Vec::new, &matter.holder);
        let act = ActRequest { seen: case.seq, command };
        let [one, other] = &pairs[&step.actor.0];
        let asked = [one, other].map(|person| person.request("POST", &format!("{}/acts", matter.path())).json(&act));
        let answers = at_the_same_moment(asked);
        let (won, lost): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.is_ok());
        let ([won], [lost]) = (won.as_slice(), lost.as_slice()) else { panic!("{} and {}", answers[0], answers[1]) };
        let after: CaseView = won.read();
        assert_eq!(after.events.len(), view.events.len() + 1, "one event");
        assert_eq!(lost.refused(409, "moved_on").case.expect("the fresh case").events, after.events);
        (view, raced) = (after, raced + 1);
    }
    assert_eq!(matter.view(&matter.filer).events, view.events);
    workflow::case::verify(&matter.log(&matter.filer)).expect("the chain holds");
    raced
}

fn at_the_same_moment(asked: [Request<'static>; 2]) -> [Answer; 2] {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        let sent = asked.map(|request| {
            scope.spawn(|| {
                barrier.wait();
                request.send()
            })
        });
        sent.map(|one| one.join().expect("it is answered"))
    })
}
