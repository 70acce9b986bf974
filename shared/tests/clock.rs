//! The clocks of a case: what each step took by the office's working time, and whose the time was.

mod common;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use common::{act, command, event, filer, known, procedure, procedures, request, ticket, who};
use proptest::prelude::*;
use workflow::{
    api::{CaseTimes, RunClock},
    calendar::{Calendar, Calendars, Day, DayKind, Hours, WorkingTime, national},
    case::{Act, Case, Event, FilingWay, Stage, Who, due, file, rank, runs, times},
    procedure::{Procedure, StepAct, Zone},
    reason::Reason,
};

fn wib(local: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap();
    local.and_local_timezone(Zone::Wib.offset()).unwrap().to_utc()
}

fn calendars() -> Calendars {
    Calendars::new(&national(Zone::Wib)).unwrap()
}

/// A case that the tests lead from act to act.
struct Story {
    procedure: Procedure,
    case: Case,
    events: Vec<Event>,
}

impl Story {
    fn filed(procedure: Procedure, at: DateTime<Utc>, reason: Reason) -> Story {
        let (who, holder) = filer(&procedure, FilingWay::Holder);
        let asked = workflow::case::FileRequest { reason, ..request(&procedure, FilingWay::Holder) };
        let decided =
            file(&procedure, &who, &known(&procedure, holder), asked).expect("a complete request is accepted");
        let first = event(decided, ticket(&procedure), 1, at);
        Story { case: Case::begin(&first).unwrap(), events: vec![first], procedure }
    }

    /// Whoever has the turn does it; what varies in the act, varies.
    fn varied(&mut self, kind: Act, variant: bool, at: DateTime<Utc>) -> &mut Story {
        let office = self.procedure.office.id.clone();
        let actor = match &self.case.stage {
            Stage::Step { no } => self.procedure.step(*no).map(|step| step.actor.clone()),
            _ => None,
        };
        let who = match (kind, actor) {
            (Act::Resubmit | Act::Withdraw, _) | (_, None) => who("holder", &office, &[]),
            (_, Some(actor)) if &actor == self.procedure.applicant() => who("holder", &office, &[]),
            (_, Some(actor)) => who(&actor.0, &office, &[&actor.0]),
        };
        let asked = command(&self.procedure, &self.case, kind, variant, at);
        self.events.push(act(&self.procedure, &mut self.case, &who, asked, at).expect("in order"));
        self
    }

    fn then(&mut self, kind: Act, at: DateTime<Utc>) -> &mut Story {
        self.varied(kind, false, at)
    }

    fn times(&self, now: DateTime<Utc>) -> CaseTimes {
        times(&self.procedure, &self.events, &calendars(), now).unwrap()
    }

    fn last(&self, now: DateTime<Utc>) -> RunClock {
        self.times(now).runs.pop().expect("a run")
    }
}

fn told(clock: &RunClock) -> (u8, u64, bool, bool) {
    (clock.step, clock.spent, clock.late, clock.paused)
}

#[test]
fn a_clock_starts_with_its_turn_and_stops_with_its_act() {
    let mut story = Story::filed(procedure("madiun"), wib("2026-06-22 15:58:00"), Reason::Moved);
    let clock = story.last(wib("2026-06-22 15:59:30"));
    assert_eq!(told(&clock), (2, 90, false, false));
    // Five minutes: two are left of the day.
    assert_eq!(clock.due, Some(wib("2026-06-23 07:33:00")));
    assert_eq!(told(&story.last(wib("2026-06-22 22:00:00"))), (2, 120, false, false), "it does not run at night");
    assert_eq!(told(&story.last(wib("2026-06-23 07:33:00"))), (2, 300, false, false), "not late at the last moment");
    assert_eq!(told(&story.last(wib("2026-06-23 07:33:01"))), (2, 301, true, false));

    story.then(Act::Forward, wib("2026-06-23 07:32:00")).then(Act::Forward, wib("2026-06-23 07:40:00"));
    let runs = story.times(wib("2026-06-23 09:00:00")).runs;
    assert_eq!(told(&runs[0]), (2, 240, false, false));
    assert_eq!(runs[0].ended, Some(wib("2026-06-23 07:32:00")));
    assert_eq!(told(&runs[1]), (3, 480, true, false), "a closed run stays late");
    assert_eq!(runs[1].due, Some(wib("2026-06-23 07:37:00")));
    assert_eq!(told(&runs[2]), (4, 80 * 60, true, false));
}

/// A limit that ends when the office closes has ended, whatever the hour: what people are told as the end is one instant.
#[test]
fn what_ends_when_the_office_closes_is_late_from_then_on() {
    let story = Story::filed(procedure("madiun"), wib("2026-06-22 15:55:00"), Reason::Moved);
    assert_eq!(story.last(wib("2026-06-22 15:56:00")).due, Some(wib("2026-06-22 16:00:00")));
    assert!(!story.last(wib("2026-06-22 16:00:00")).late);
    assert!(story.last(wib("2026-06-22 16:00:01")).late);
    let spent = story.last(wib("2026-06-23 07:30:00")).spent;
    assert_eq!(spent, 300, "the clock stands at night all the same");
}

#[test]
fn the_time_with_the_applicant_is_theirs() {
    let mut story = Story::filed(procedure("temanggung"), wib("2026-06-22 08:00:00"), Reason::Moved);
    story.then(Act::Forward, wib("2026-06-22 08:05:00")).then(Act::Return, wib("2026-06-22 08:08:00"));
    let paused = story.last(wib("2026-06-22 10:00:00"));
    assert_eq!(told(&paused), (3, 180, false, true), "it stands");
    assert_eq!(paused.due, None, "and ends nowhere");
    story.then(Act::Resubmit, wib("2026-06-22 09:40:00"));
    let limit = 60 * i64::from(story.procedure.step(3).unwrap().time.as_ref().unwrap().amount());
    let due = wib("2026-06-22 09:40:00") + TimeDelta::seconds(limit - 180);
    assert_eq!(story.last(wib("2026-06-22 09:41:00")).due, Some(due), "what was left is left");
    story.then(Act::Approve, wib("2026-06-22 09:44:00"));
    let times = story.times(wib("2026-06-22 09:44:00"));
    assert_eq!(told(&times.runs[1]), (3, 180 + 240, false, false));
    assert_eq!((times.shares.office, times.shares.applicant, times.shares.outside), (5 * 60 + 7 * 60, 92 * 60, 0));
}

#[test]
fn the_time_with_bsre_is_theirs_and_each_run_has_its_own_clock() {
    let mut story = Story::filed(procedure("temanggung"), wib("2026-06-22 08:00:00"), Reason::Moved);
    story
        .then(Act::Forward, wib("2026-06-22 08:01:00"))
        .then(Act::Approve, wib("2026-06-22 08:02:00"))
        .then(Act::Send, wib("2026-06-22 08:03:00"))
        .varied(Act::Answer, true, wib("2026-06-22 10:03:00"))
        .then(Act::Approve, wib("2026-06-22 10:04:00"))
        .then(Act::Send, wib("2026-06-22 10:05:00"))
        .then(Act::Answer, wib("2026-06-23 10:05:00"));
    let times = story.times(wib("2026-06-23 10:05:00"));
    let steps: Vec<u8> = times.runs.iter().map(|run| run.step).collect();
    assert_eq!(steps, [2, 3, 4, 5, 3, 4, 5, 6], "declined, it goes through the check once more");
    // Two hours, and then a working day of seven and a half.
    assert_eq!(times.shares.outside, 2 * 3600 + 27_000);
    assert_eq!(times.shares.office, 5 * 60);
    assert_eq!(times.runs[3].due, None, "Temanggung's SOP gives BSrE no time");
    assert!(!times.runs[3].late);
}

/// Hours and working days, in another zone and with an applicant's step at the end.
#[test]
fn limits_in_hours_and_working_days() {
    let third = procedures().pop().unwrap();
    let wita = |local: &str| wib(local) - TimeDelta::hours(1);
    let calendars = Calendars::new(&national(Zone::Wita)).unwrap();
    let mut story = Story::filed(third, wita("2026-06-26 15:30:00"), Reason::Moved);
    let now = |story: &Story, at| times(&story.procedure, &story.events, &calendars, at).unwrap();
    // Two hours from Friday, 15.30.
    assert_eq!(now(&story, wita("2026-06-26 15:31:00")).runs[0].due, Some(wita("2026-06-29 08:30:00")));
    story.then(Act::Approve, wita("2026-06-29 08:00:00"));
    assert_eq!(now(&story, wita("2026-06-29 08:00:00")).runs[1].due, Some(wita("2026-06-30 16:00:00")));
    story.then(Act::Send, wita("2026-06-30 16:00:00"));
    let sent = now(&story, wita("2026-06-30 18:00:00"));
    assert!(!sent.runs[1].late, "the last moment of the last day is in time");
    assert_eq!(sent.runs[2].due, Some(wita("2026-07-03 16:30:00")));
    story.then(Act::Answer, wita("2026-07-06 09:00:00"));
    let answered = now(&story, wita("2026-07-06 10:00:00"));
    assert!(answered.runs[2].late, "the morning after it is not");
    assert_eq!(answered.shares.applicant, 3600, "the last step is the applicant's");
}

#[test]
fn a_change_of_the_calendar_never_rewrites_what_a_closed_step_took() {
    let before = national(Zone::Wib);
    let mut after = before.clone();
    after.days.push(Day {
        date: "2026-06-22".parse().unwrap(),
        kind: DayKind::Regional,
        name: "Hari jadi".to_owned(),
        hours: Hours::NONE,
        source: "SK Wali Kota".to_owned(),
    });
    let changed = calendars().changed(wib("2026-06-22 12:30:00"), &after).unwrap();

    let mut story = Story::filed(procedure("madiun"), wib("2026-06-22 08:00:00"), Reason::Moved);
    story.then(Act::Forward, wib("2026-06-22 08:04:00"));
    let now = wib("2026-06-23 07:33:00");
    let told = |calendars: &Calendars| -> Vec<u64> {
        times(&story.procedure, &story.events, calendars, now).unwrap().runs.iter().map(|run| run.spent).collect()
    };
    assert_eq!(told(&calendars()), [240, 6 * 3600 + 56 * 60 + 180]);
    assert_eq!(told(&changed), [240, 180], "the closed one stays, the one that runs has the day off");
}

#[test]
fn what_cannot_wait_counts_in_plain_time_too() {
    let friday = wib("2026-06-26 16:00:00");
    let mut story = Story::filed(procedure("temanggung"), friday, Reason::DeviceLost);
    let urgent = story.times(friday).urgent.expect("an urgent request");
    assert_eq!((urgent.until, urgent.revoked_at), (wib("2026-06-27 16:00:00"), None));
    story
        .then(Act::Forward, wib("2026-06-26 16:01:00"))
        .then(Act::Approve, wib("2026-06-26 16:02:00"))
        .then(Act::Send, wib("2026-06-26 16:03:00"))
        .then(Act::Answer, wib("2026-06-26 21:00:00"));
    assert_eq!(story.times(wib("2026-06-29 08:00:00")).urgent.unwrap().revoked_at, Some(wib("2026-06-26 21:00:00")));
    assert_eq!(Story::filed(procedure("temanggung"), friday, Reason::Retired).times(friday).urgent, None);
    let urgent: Vec<Reason> = Reason::ALL.into_iter().filter(|reason| reason.is_urgent()).collect();
    assert_eq!(urgent, [Reason::PassphraseLeaked, Reason::DeviceLost]);
}

/// What is to be done first, as lists are sorted: what cannot wait, what is due, what has no limit.
#[test]
fn what_is_to_be_done_first_stands_first() {
    let monday = wib("2026-06-22 09:00:00");
    let minutes = TimeDelta::minutes;
    let place = |story: &Story, now| rank(&story.case, due(&story.times(now)));
    let filed = |office: &str, at, reason| Story::filed(procedure(office), at, reason);
    let urgent = filed("madiun", monday + minutes(3), Reason::DeviceLost);
    let early = filed("madiun", monday, Reason::Moved);
    let late = filed("madiun", monday + minutes(1), Reason::Moved);
    // Temanggung's sixth step has no limit.
    let mut open = filed("temanggung", monday, Reason::DeviceLost);
    for (act, at) in [(Act::Forward, 1), (Act::Approve, 2), (Act::Send, 3), (Act::Answer, 4)] {
        open.then(act, monday + minutes(at));
    }
    let now = monday + minutes(5);
    let order = [&urgent, &early, &late, &open].map(|story| place(story, now));
    assert!(order.is_sorted(), "{order:?}: what is revoked can wait again");

    // Filed in one night, both are due five minutes after the office opens.
    let night = wib("2026-06-22 22:00:00");
    let (first, second) = (filed("madiun", night, Reason::Moved), filed("madiun", night + minutes(9), Reason::Moved));
    let now = night + minutes(10);
    assert_eq!(due(&first.times(now)), due(&second.times(now)));
    assert!(place(&first, now) < place(&second, now), "what waits longest");
}

fn people(procedure: &Procedure) -> Vec<Who> {
    let office = &procedure.office.id;
    let mut people: Vec<Who> = procedure.actors.iter().map(|actor| who(&actor.id.0, office, &[&actor.id.0])).collect();
    people.push(who("holder", office, &[]));
    people
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// On every path: the runs follow each other without a gap, and all working time is somebody's.
    #[test]
    fn no_working_time_is_lost_or_counted_twice(which in 0..3_usize, moves in prop::collection::vec((0..64_usize, 0..64_usize, prop::bool::weighted(0.3), 0..200_000_i64), 0..120), rest in 0..500_000_i64) {
        let procedure = procedures().swap_remove(which);
        let people = people(&procedure);
        let mut now = wib("2026-02-10 09:00:00");
        let mut story = Story::filed(procedure, now, Reason::Moved);
        for (person, kind, variant, seconds) in moves {
            let later = now + TimeDelta::seconds(seconds);
            let asked = command(&story.procedure, &story.case, Act::ALL[kind % Act::ALL.len()], variant, later);
            if let Ok(event) = act(&story.procedure, &mut story.case, &people[person % people.len()], asked, later) {
                story.events.push(event);
                now = later;
            }
        }
        let ended = matches!(story.case.stage, Stage::Ended { .. });
        let end = if ended { story.case.since } else { now + TimeDelta::seconds(rest) };

        let runs = runs(&story.procedure, &story.events).unwrap();
        prop_assert_eq!(runs[0].began, story.case.filed_at);
        for pair in runs.windows(2) {
            prop_assert_eq!(pair[0].ended, Some(pair[1].began));
        }
        prop_assert_eq!(runs.last().unwrap().ended.is_some(), ended);

        let times = story.times(end);
        let working = WorkingTime::new(&national(Zone::Wib)).unwrap();
        let whole = working.between(story.case.filed_at, end).num_seconds() as u64;
        prop_assert_eq!(times.shares.office + times.shares.applicant + times.shares.outside, whole);
        for clock in &times.runs {
            let step = story.procedure.step(clock.step).unwrap();
            prop_assert!(step.act != StepAct::File);
            prop_assert!(step.time.is_some() || (clock.due.is_none() && !clock.late), "absent limits stay absent");
            prop_assert!(!clock.late || clock.due.is_some_and(|due| due < clock.ended.unwrap_or(end)));
            prop_assert!(clock.due.is_some() || clock.paused || clock.ended.is_some() || step.time.is_none());
        }
    }
}

/// The calendar that comes with the product holds what the decree says.
#[test]
fn the_national_calendar_is_the_decrees() {
    let national: Calendar = national(Zone::Wib);
    let count = |kind: DayKind| national.days.iter().filter(|day| day.kind == kind).count();
    assert_eq!((count(DayKind::Holiday), count(DayKind::JointLeave)), (17, 8));
    assert!(national.days.iter().all(|day| day.source.contains("SKB 3 Menteri") && !day.name.is_empty()));
    let working = WorkingTime::new(&national).unwrap();
    let (begin, end) = (wib("2026-01-01 00:00:00"), wib("2027-01-01 00:00:00"));
    // 261 days from Monday to Friday, less 21 of the 25 that do not fall on a Saturday or Sunday.
    assert_eq!(working.days_between(begin, end), 240);
}
