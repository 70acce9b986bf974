//! Reminders: who hears that a turn lasts, and when. Never at night, and nobody twice for the same.

mod common;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use common::{act, command, event, filer, known, procedure, procedures, request, ticket, who};
use proptest::prelude::*;
use workflow::{
    calendar::{Calendars, WorkingTime, national},
    case::{Act, Case, Event, FilingWay, Reminder, file, reminders, times, wakes},
    procedure::{Procedure, Reminders, Rung, Whom, Zone},
};

fn wib(local: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    local.and_local_timezone(Zone::Wib.offset()).unwrap().to_utc()
}

/// The case after these acts, each by whoever has the turn.
fn after(procedure: &Procedure, filed: DateTime<Utc>, acts: &[(Act, DateTime<Utc>)]) -> (Case, Vec<Event>) {
    let (who_files, holder) = filer(procedure, FilingWay::Holder);
    let decided = file(procedure, &who_files, &known(procedure, holder), request(procedure, FilingWay::Holder));
    let first = event(decided.expect("accepted"), ticket(procedure), 1, filed);
    let mut case = Case::begin(&first).expect("begins");
    let mut events = vec![first];
    let everybody: Vec<&str> = procedure.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    for (kind, at) in acts {
        let asked = command(procedure, &case, *kind, false, *at);
        let official = who("o", &procedure.office.id, &everybody);
        let whoever = if *kind == Act::Resubmit { &who_files } else { &official };
        events.push(act(procedure, &mut case, whoever, asked, *at).expect("in order"));
    }
    (case, events)
}

fn of(procedure: &Procedure, (case, events): &(Case, Vec<Event>), now: DateTime<Utc>) -> Vec<Reminder> {
    let calendars = Calendars::new(&national(Zone::Wib)).unwrap();
    let times = times(procedure, events, &calendars, now).unwrap();
    reminders(procedure, case, &times, calendars.in_force(now))
}

/// The rungs of the ladder, or those of the 24 hours.
fn rungs(reminders: &[Reminder], urgent: bool) -> Vec<(u8, DateTime<Utc>, String, bool)> {
    let actors = |one: &Reminder| one.actors.iter().map(|actor| actor.0.as_str()).collect::<Vec<_>>().join(" ");
    let those = reminders.iter().filter(|one| one.is_urgent() == urgent);
    those.map(|one| (one.rung, one.at, actors(one), one.late)).collect()
}

fn told(reminders: &[Reminder]) -> Vec<(u8, DateTime<Utc>, String, bool)> {
    rungs(reminders, false)
}

#[test]
fn a_turn_of_minutes_climbs_the_ladder() {
    let madiun = procedure("madiun");
    // Five minutes at the desk of the head of section, from 9 o'clock on a Monday.
    let nine = wib("2026-06-22 09:00");
    let case = after(&madiun, nine, &[(Act::Forward, nine), (Act::Forward, nine)]);
    let ladder = [
        // When a third of the five minutes is left.
        (1, wib("2026-06-22 09:05") - TimeDelta::seconds(100), "kasi".to_owned(), false),
        (2, wib("2026-06-22 09:05"), "kasi".to_owned(), true),
        (3, wib("2026-06-22 10:05"), "verifikator".to_owned(), true),
        (4, wib("2026-06-22 14:05"), "kadin".to_owned(), true),
    ];
    assert_eq!(told(&of(&madiun, &case, nine)), ladder);
    // As time goes on it stays the same.
    assert_eq!(told(&of(&madiun, &case, wib("2026-06-24 09:00"))), ladder);
}

#[test]
fn a_turn_of_an_hour_hears_of_it_before_it_ends() {
    let temanggung = procedure("temanggung");
    let case = after(&temanggung, wib("2026-06-22 09:00"), &[]);
    assert_eq!(
        told(&of(&temanggung, &case, wib("2026-06-22 09:00"))),
        [
            (1, wib("2026-06-22 09:45"), "kadin".to_owned(), false),
            (2, wib("2026-06-22 10:00"), "kadin".to_owned(), true),
            (3, wib("2026-06-22 11:00"), "verifikator".to_owned(), true),
            // The fourth would tell the head what the head was told.
        ]
    );
}

/// It was late before it went to the applicant: from when it is back, it is late for whoever has it.
#[test]
fn a_turn_that_comes_back_late_climbs_the_ladder_from_then_on() {
    let madiun = procedure("madiun");
    let (nine, quarter, back) = (wib("2026-06-22 09:00"), wib("2026-06-22 09:15"), wib("2026-06-23 10:00"));
    let acts = [
        (Act::Forward, nine),
        (Act::Forward, nine),
        (Act::Forward, nine),
        (Act::Return, quarter),
        (Act::Resubmit, back),
    ];
    let case = after(&madiun, nine, &acts);
    let ladder = [(2, back, "verifikator".to_owned(), true), (4, wib("2026-06-23 15:00"), "kadin".to_owned(), true)];
    assert_eq!(told(&of(&madiun, &case, back)), ladder);
}

#[test]
fn an_office_may_have_a_ladder_of_its_own() {
    let mut temanggung = procedure("temanggung");
    temanggung.reminders = Reminders {
        ladder: vec![
            Rung { after: TimeDelta::minutes(-30), whom: Whom::Turn },
            Rung { after: TimeDelta::minutes(10), whom: Whom::Next },
        ],
        completion_days: vec![2],
        urgent_hours: vec![12, 2],
    };
    let nine = wib("2026-06-22 09:00");
    let case = after(&temanggung, nine, &[]);
    assert_eq!(
        told(&of(&temanggung, &case, nine)),
        [
            (1, wib("2026-06-22 09:30"), "kadin".to_owned(), false),
            (2, wib("2026-06-22 10:10"), "verifikator".to_owned(), true),
        ]
    );
    let hours = [
        (101, wib("2026-06-22 20:00"), "kadin".to_owned(), true),
        (102, wib("2026-06-23 07:00"), "kadin".to_owned(), true),
    ];
    assert_eq!(rungs(&of(&temanggung, &case, nine), true), hours);
    let case = after(&temanggung, nine, &[(Act::Forward, nine), (Act::Return, nine)]);
    assert_eq!(told(&of(&temanggung, &case, nine)), [(1, wib("2026-06-25 07:30"), String::new(), false)]);
}

#[test]
fn nobody_is_written_to_at_night() {
    let madiun = procedure("madiun");
    // Friday, five minutes before they close: what ends with the day is told on Monday, when they open.
    let case = after(&madiun, wib("2026-06-26 16:25"), &[]);
    let due = told(&of(&madiun, &case, wib("2026-06-26 16:25")));
    assert_eq!(due[0], (1, wib("2026-06-26 16:30") - TimeDelta::seconds(100), "kadin".to_owned(), false));
    assert_eq!(due[1], (2, wib("2026-06-29 07:30"), "kadin".to_owned(), true));
    assert_eq!(due[2], (3, wib("2026-06-29 08:30"), "kabid".to_owned(), true));
}

/// Whose passphrase leaked on a Friday has 24 hours, Saturday's among them.
#[test]
fn what_cannot_wait_is_told_by_its_24_hours_on_any_day_and_not_at_night() {
    let madiun = procedure("madiun");
    let hours = |filed: &str, acts: &[Act]| {
        let filed = wib(filed);
        let acts: Vec<_> = acts.iter().map(|act| (*act, filed)).collect();
        rungs(&of(&madiun, &after(&madiun, filed, &acts), filed), true)
    };
    let head = || "kadin".to_owned();
    let twice = |first: &str, last: &str, late| [(101, wib(first), head(), late), (102, wib(last), head(), late)];
    // Four hours before they are over, and when they are; the limit of the step ends on Monday only.
    assert_eq!(hours("2026-06-26 16:25", &[]), twice("2026-06-27 12:25", "2026-06-27 16:25", true));
    assert_eq!(hours("2026-06-26 17:00", &[]), twice("2026-06-27 13:00", "2026-06-27 17:00", false));
    // At four in the morning they sleep: what is to come is told the evening before, what is over when they wake.
    assert_eq!(
        hours("2026-06-27 08:00", &[]),
        [(101, wib("2026-06-27 20:00"), head(), false), (102, wib("2026-06-28 08:00"), head(), false)]
    );
    assert_eq!(hours("2026-06-27 01:30", &[]), twice("2026-06-27 20:00", "2026-06-28 06:00", false));
    assert_eq!(hours("2026-06-27 00:59", &[]), twice("2026-06-27 20:59", "2026-06-28 06:00", false));
    // Whoever has the turn hears of it, and the head.
    let (soon, over) = (wib("2026-06-27 12:25"), wib("2026-06-27 16:25"));
    let both = |whose: &str, late| {
        let each = [(101, soon, whose), (102, soon, "kadin"), (103, over, whose), (104, over, "kadin")];
        each.map(|(rung, at, whose)| (rung, at, whose.to_owned(), late))
    };
    assert_eq!(hours("2026-06-26 16:25", &[Act::Forward]), both("kabid", true));
    // What the applicant is to complete keeps nobody from hearing of it, and them least.
    let returned = [Act::Forward, Act::Forward, Act::Forward, Act::Return];
    assert_eq!(hours("2026-06-26 16:25", &returned), both("", false));
    // A request that can wait has no such hours.
    let (who_files, holder) = filer(&madiun, FilingWay::Leader);
    let asked = request(&madiun, FilingWay::Leader);
    let filed = wib("2026-06-26 16:25");
    let decided = file(&madiun, &who_files, &known(&madiun, holder), asked).expect("accepted");
    let first = event(decided, ticket(&madiun), 1, filed);
    let case = (Case::begin(&first).expect("begins"), vec![first]);
    assert_eq!(rungs(&of(&madiun, &case, filed), true), []);
}

#[test]
fn a_step_without_a_limit_is_not_forgotten() {
    let temanggung = procedure("temanggung");
    let nine = wib("2026-06-22 09:00");
    let acts = [(Act::Forward, nine), (Act::Approve, nine), (Act::Send, nine)];
    let case = after(&temanggung, nine, &acts);
    // With BSrE since Monday: on Tuesday at four a working day is over; whoever records the answer hears of it.
    let due = told(&of(&temanggung, &case, nine));
    assert_eq!(due[0], (1, wib("2026-06-23 15:45"), "bsre verifikator".to_owned(), false));
    assert_eq!(due[1], (2, wib("2026-06-24 07:30"), "bsre verifikator".to_owned(), true));
}

#[test]
fn the_applicant_is_reminded_of_what_they_complete() {
    let temanggung = procedure("temanggung");
    let nine = wib("2026-06-22 09:00");
    let case = after(&temanggung, nine, &[(Act::Forward, nine), (Act::Return, nine)]);
    let due = told(&of(&temanggung, &case, nine));
    // After three and after seven working days.
    assert_eq!(
        due,
        [(1, wib("2026-06-26 07:30"), String::new(), false), (2, wib("2026-07-02 07:30"), String::new(), false)]
    );
}

#[test]
fn who_has_ended_is_left_in_peace() {
    let madiun = procedure("madiun");
    let nine = wib("2026-06-22 09:00");
    let (_, events) = after(&madiun, nine, &[(Act::Forward, nine)]);
    let holder = who("holder", "madiun", &[]);
    let mut case = Case::replay(&madiun, &events).unwrap();
    let asked = command(&madiun, &case, Act::Withdraw, false, nine);
    let last = act(&madiun, &mut case, &holder, asked, nine).expect("allowed");
    let events: Vec<Event> = events.into_iter().chain([last]).collect();
    assert_eq!(of(&madiun, &(case, events), nine), []);
}

proptest! {
    /// Whatever the hour at which a turn begins.
    #[test]
    fn reminders_come_while_the_office_works_or_by_day_and_in_order(which in 0..3_usize, minutes in 0..500_000_i64, forward in any::<bool>()) {
        let procedure = procedures().swap_remove(which);
        let filed = wib("2026-01-01 00:00") + TimeDelta::minutes(minutes);
        let acts: &[(Act, DateTime<Utc>)] =
            if forward && which < 2 { &[(Act::Forward, filed)] } else { &[] };
        let case = after(&procedure, filed, acts);
        let working = WorkingTime::new(&national(Zone::Wib)).unwrap();
        let reminders = of(&procedure, &case, filed);
        prop_assert!(!reminders.is_empty());
        prop_assert!(reminders.is_sorted_by_key(|one| one.at));
        prop_assert!(told(&reminders).is_sorted_by(|a, b| a.0 < b.0));
        for reminder in &reminders {
            let awake = if reminder.is_urgent() { wakes(procedure.office.zone, reminder.at).is_none() } else { working.is_open(reminder.at) };
            prop_assert!(awake);
            prop_assert!(reminder.at > filed);
        }
    }
}
