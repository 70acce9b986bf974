//! A panic costs the request in which it happens, and no other.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

use cabut_tests::{
    database,
    matter::{Matter, complete},
    person::{office, staff},
    product::{Answer, fresh_key, product},
    until,
};
use serde_json::json;
use workflow::{
    api::{ActRequest, CaseView},
    case::Act,
};

fn panics() -> Answer {
    product().request("GET", "/api/session").header("X-Cabut-Fault", "panic:1").send()
}

#[test]
fn requests_that_are_on_their_way_while_others_panic_get_their_answers() {
    let matter = Matter::filed(office("madiun"));
    let slow = matter.filer.request("GET", &matter.path()).header("X-Cabut-Fault", "d1:1:hang");
    let (met, panicked) = thread::scope(|scope| {
        // Each waits for storage that does not answer, and has its answer at the second try.
        let waiting: Vec<_> = (0..8)
            .map(|_| {
                let slow = slow.clone();
                scope.spawn(move || slow.send().expect(200))
            })
            .collect();
        let mut panicked = 0;
        while waiting.iter().any(|waiting| !waiting.is_finished()) {
            panics().refused(500, "internal");
            matter.filer.get(&matter.path()).expect(200);
            panicked += 1;
        }
        let answers = waiting.into_iter().map(|waiting| waiting.join().expect("it is answered"));
        (answers.filter(|answer| answer.header("x-cabut-fault-met").is_some()).count(), panicked)
    });
    assert_eq!(met, 8, "each was on its way all the while");
    assert!(panicked > 0);
    println!("{panicked} panics beside 8 requests on their way, all of which were answered");
    matter.filer.get(&matter.path()).expect(200);
}

#[test]
fn what_an_answer_left_to_do_is_done_though_others_panic() {
    let filed = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !filed.load(Relaxed) {
                    panics().refused(500, "internal");
                }
            });
        }
        let matters: Vec<_> = (0..12).map(|_| Matter::filed(office("madiun"))).collect();
        filed.store(true, Relaxed);
        // Nobody triggers the sweep: what nothing sent behind the answer would wait for it.
        for matter in matters {
            until("its mails to go", || {
                let ticket = json!(matter.ticket);
                let left =
                    database::sql("SELECT count(*) FROM outbox WHERE ticket = ?1 AND state <> 'sent'", &[ticket]);
                (left[0][0] == 0).then_some(())
            });
        }
    });
}

#[test]
fn an_act_in_whose_midst_the_handler_panics_is_done_or_not_and_the_same_key_repairs_it() {
    let procedure = office("temanggung");
    let mut met = 0;
    for poll in 1.. {
        let matter = Matter::filed(procedure);
        let command = complete(procedure, &matter.case(), Act::Forward, Vec::new, &matter.holder);
        let act = staff(procedure, "kadin")
            .request("POST", &format!("{}/acts", matter.path()))
            .header("Idempotency-Key", &fresh_key())
            .json(&ActRequest { seen: 1, command });
        let answer = act.clone().header("X-Cabut-Fault", &format!("panic:{poll}")).send();
        let repaired: CaseView = act.send().expect(200).read();
        assert_eq!((repaired.events.len(), matter.case().seq), (2, 2));
        if answer.is_ok() {
            break;
        }
        answer.refused(500, "internal");
        met += 1;
    }
    assert!(met >= 3, "before the first round trip, between the two, and behind the commit");
    println!("an act panicked at each of its {met} polls, and was repaired each time");
}
