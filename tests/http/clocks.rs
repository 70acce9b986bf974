//! The clocks of a case as the edge tells them: what anybody counts from its events.

use cabut_tests::{
    matter::Matter,
    person::{both, office, staff},
};
use workflow::{
    calendar::{Calendars, national},
    case::{Act, Event, times},
    procedure::StepAct,
};

/// Whose time it was, counted here from what the edge shows of the events.
fn is_what_the_events_say(matter: &Matter) {
    let view = matter.view(&staff(matter.procedure, "verifikator"));
    let events: Vec<Event> = view.events.iter().map(|seen| seen.event.clone()).collect();
    let calendars = Calendars::new(&national(matter.procedure.office.zone)).expect("a calendar");
    let counted = times(matter.procedure, &events, &calendars, view.times.at).expect("a case");
    assert_eq!(view.times, counted);
}

#[test]
fn the_clocks_follow_a_case_to_its_end() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        for step in &procedure.steps[1..] {
            is_what_the_events_say(&matter);
            let times = matter.view(&matter.filer).times;
            let running = times.runs.last().expect("a run");
            assert_eq!((running.step, running.ended, running.paused), (step.no, None, false));
            assert_eq!(running.due.is_some(), step.time.is_some(), "step {}", step.no);
            matter.moves_on();
        }
        is_what_the_events_say(&matter);
        let times = matter.view(&matter.filer).times;
        assert_eq!(times.runs.len(), procedure.steps.len() - 1);
        assert!(times.runs.iter().all(|run| run.ended.is_some()));
        // A leaked passphrase: the tests revoke it well within a day.
        let urgent = times.urgent.expect("it cannot wait");
        assert!(urgent.revoked_at.is_some_and(|at| at < urgent.until));
    }
}

#[test]
fn the_clock_stands_while_the_file_is_with_the_applicant() {
    let matter = Matter::at(office("temanggung"), StepAct::Check);
    matter.act(&staff(matter.procedure, "verifikator"), Act::Return).expect(200);
    is_what_the_events_say(&matter);
    let paused = matter.view(&matter.filer).times.runs.pop().expect("a run");
    assert_eq!((paused.paused, paused.due), (true, None));
    matter.act(&matter.filer, Act::Resubmit).expect(200);
    is_what_the_events_say(&matter);
    let again = matter.view(&matter.filer).times.runs.pop().expect("a run");
    assert_eq!((again.step, again.paused, again.began), (paused.step, false, paused.began), "the same run goes on");
}
