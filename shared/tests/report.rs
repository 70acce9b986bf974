//! What days add up to: in any order, in any grouping, to the minute.

mod common;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use common::{act, command, event, filer, known, procedure, request, ticket, who};
use proptest::prelude::*;
use workflow::{
    api::Due,
    calendar::{Calendars, national},
    case::{Act, Case, Event, FilingWay, file, times},
    procedure::{Procedure, Zone},
    reason::Reason,
    report::{Cell, Counts, Key, Part, Report, Running, Tally, Whose, increments, parts},
};

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        Just(Key::Filed),
        Just(Key::Revoked),
        Just(Key::Returned),
        Just(Key::Refused),
        Just(Key::Withdrawn),
        (0..Reason::ALL.len()).prop_map(|at| Key::Reason(Reason::ALL[at])),
        any::<Option<String>>().prop_map(|typed| Key::unit(typed.as_deref())),
        (1..3_u32, 2..9_u8, 0..5000_u64).prop_map(|(version, step, minutes)| Key::Minutes { version, step, minutes }),
        (1..3_u32, 2..9_u8).prop_map(|(version, step)| Key::Late { version, step }),
        prop_oneof![Just(Whose::Office), Just(Whose::Applicant), Just(Whose::Outside)].prop_map(Key::Time),
    ]
}

fn tally(counted: &[(Key, u64)]) -> Tally {
    let mut tally = Tally::default();
    counted.iter().for_each(|(key, count)| tally.add(key, *count));
    tally
}

fn merged<'a>(tallies: impl IntoIterator<Item = &'a Tally>) -> Tally {
    let mut all = Tally::default();
    tallies.into_iter().for_each(|tally| all.merge(tally));
    all
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// How things stand in all of these reports.
const NOW: Running = Running { at: DateTime::UNIX_EPOCH, overdue: Running::MOST, due_today: 2 };

/// A report on one day on which this was counted.
fn report(procedure: &Procedure, tally: Tally) -> Report {
    let kept = BTreeMap::from([("2026-06-22".to_owned(), tally)]);
    Report::new((day("2026-06-22"), day("2026-06-22")), NOW, &kept, procedure, |_| Some(procedure))
}

proptest! {
    #[test]
    fn order_and_grouping_make_no_difference(counted in prop::collection::vec((key(), 0..9_u64), 0..40), cut in 0..40_usize) {
        let whole = tally(&counted);
        let backwards: Vec<_> = counted.iter().rev().cloned().collect();
        prop_assert_eq!(&tally(&backwards), &whole);
        let (first, last) = counted.split_at(cut.min(counted.len()));
        let parts = [tally(first), tally(last)];
        prop_assert_eq!(&merged(&parts), &whole);
        prop_assert_eq!(&merged(parts.iter().rev()), &whole);
    }

    /// A key goes into a JSON path between quotation marks, so it holds nothing that would end them.
    #[test]
    fn a_key_is_read_as_it_was_written_and_is_safe_in_a_path(key in key()) {
        let text = key.to_string();
        prop_assert!(!text.contains(['"', '\\']) && !text.contains(char::is_control), "{text:?}");
        prop_assert_eq!(Key::parse(&text), Some(key));
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_list(mut taken in prop::collection::vec(0..400_u64, 1..80), cut in 0..80_usize) {
        let procedure = procedure("madiun");
        let keys: Vec<_> = taken.iter().map(|minutes| (Key::Minutes { version: 1, step: 2, minutes: *minutes }, 1)).collect();
        let (first, last) = keys.split_at(cut.min(keys.len()));
        let report = report(&procedure, merged(&[tally(first), tally(last)]));
        taken.sort_unstable();
        let nearest = |percent: usize| taken[(percent * taken.len()).div_ceil(100) - 1];
        let step = &report.steps[0];
        prop_assert_eq!((step.ended, step.median, step.ninetieth), (taken.len() as u64, Some(nearest(50)), Some(nearest(90))));
    }

    #[test]
    fn the_parts_of_a_span_hold_each_of_its_days_once(from in 0..20_000_i64, days in 0..2_000_i64) {
        let from = day("2000-01-01") + TimeDelta::days(from);
        let to = from + TimeDelta::days(days);
        let mut held = Vec::new();
        for part in parts(from, to) {
            for period in part.periods() {
                match part {
                    Part::Days(..) => held.push(day(&period)),
                    Part::Months(..) => {
                        let first = day(&format!("{period}-01"));
                        held.extend(first.iter_days().take_while(|day| day.to_string().starts_with(&period)));
                    }
                }
            }
        }
        let days: Vec<NaiveDate> = from.iter_days().take_while(|day| *day <= to).collect();
        prop_assert_eq!(held, days);
    }
}

#[test]
fn a_span_that_ends_before_it_begins_has_no_parts() {
    assert_eq!(parts(day("2026-06-22"), day("2026-06-21")), []);
}

/// What each event of a case adds, of acts by whoever has the turn.
fn walked(procedure: &Procedure, filed: DateTime<Utc>, acts: &[(Act, i64)]) -> (Vec<Tally>, Vec<Event>) {
    let (who_files, holder) = filer(procedure, FilingWay::Holder);
    let decided = file(procedure, &who_files, &known(procedure, holder), request(procedure, FilingWay::Holder));
    let first = event(decided.expect("accepted"), ticket(procedure), 1, filed);
    let mut case = Case::begin(&first).expect("begins");
    let mut events = vec![first];
    let everybody: Vec<&str> = procedure.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    let mut at = filed;
    for (kind, minutes) in acts {
        at += TimeDelta::minutes(*minutes);
        let asked = command(procedure, &case, *kind, false, at);
        let official = who("o", &procedure.office.id, &everybody);
        let by = if matches!(kind, Act::Resubmit | Act::Withdraw) { &who_files } else { &official };
        events.push(act(procedure, &mut case, by, asked, at).expect("in order"));
    }
    let calendars = Calendars::new(&national(Zone::Wib)).expect("it can be counted by");
    let added = (1..=events.len()).map(|seen| {
        let times = times(procedure, &events[..seen], &calendars, events[seen - 1].at).expect("a case");
        increments(procedure, &events[..seen], &times, Some("Dinas \"A\".b")).expect("a case")
    });
    (added.collect(), events)
}

/// 09.00 WIB on a working Monday.
fn monday() -> DateTime<Utc> {
    "2026-06-22T02:00:00Z".parse().expect("an instant")
}

#[test]
fn each_event_adds_what_happened_and_the_run_that_it_ends() {
    let procedure = procedure("madiun");
    let acts = [
        (Act::Forward, 4),
        (Act::Forward, 6),
        (Act::Forward, 1),
        (Act::Return, 5),
        (Act::Resubmit, 40),
        (Act::Refuse, 3),
    ];
    let (added, _) = walked(&procedure, monday(), &acts);
    let run = |step, minutes| (Key::Minutes { version: 1, step, minutes }, 1);
    let expected: [Vec<(Key, u64)>; 7] = [
        vec![(Key::Filed, 1), (Key::Reason(Reason::PassphraseLeaked), 1)],
        vec![run(2, 4)],
        // Five minutes is what the SOP gives.
        vec![run(3, 6), (Key::Late { version: 1, step: 3 }, 1)],
        vec![run(4, 1)],
        // The same run goes on once the file is back.
        vec![(Key::Returned, 1)],
        vec![],
        vec![(Key::Refused, 1), run(5, 8), (Key::Time(Whose::Office), 19 * 60), (Key::Time(Whose::Applicant), 40 * 60)],
    ];
    assert_eq!(added, expected.map(|counted| tally(&counted)));
}

/// Whoever has mailboxes enough can file for thousands of units that there are not.
#[test]
fn units_that_no_official_has_looked_at_make_no_row_longer() {
    let procedure = procedure("madiun");
    let (_, events) = walked(&procedure, monday(), &[(Act::Withdraw, 3)]);
    let calendars = Calendars::new(&national(Zone::Wib)).expect("it can be counted by");
    let mut month = Tally::default();
    for invented in 0..5_000 {
        for seen in 1..=events.len() {
            let times = times(&procedure, &events[..seen], &calendars, events[seen - 1].at).expect("a case");
            let unit = format!("Dinas Rekaan {invented}");
            month.merge(&increments(&procedure, &events[..seen], &times, Some(&unit)).expect("a case"));
        }
    }
    assert_eq!(month.count(&Key::Filed), 5_000);
    assert!(month.entries().count() < 10, "{month:?}");
}

#[test]
fn a_unit_is_counted_when_an_official_has_checked_it() {
    let procedure = procedure("madiun");
    let acts = [Act::Forward, Act::Forward, Act::Forward, Act::Approve].map(|act| (act, 1));
    let (added, _) = walked(&procedure, monday(), &acts);
    let unit = Key::Unit(Some("Dinas 'A'.b".to_owned()));
    assert_eq!(added.iter().map(|one| one.count(&unit)).collect::<Vec<_>>(), [0, 0, 0, 0, 1]);
}

#[test]
fn a_withdrawal_ends_no_run_and_a_revocation_is_counted_once() {
    let procedure = procedure("temanggung");
    let (added, _) = walked(&procedure, monday(), &[(Act::Withdraw, 30)]);
    let step = |tally: &Tally| tally.keys().any(|(key, _)| matches!(key, Key::Minutes { .. } | Key::Late { .. }));
    assert!(!added.iter().any(step) && added[1].count(&Key::Withdrawn) == 1);

    let ends = procedure.steps[1..].iter().map(|step| {
        use workflow::procedure::StepAct as Does;
        let act = match step.act {
            Does::File | Does::Close => Act::Close,
            Does::Forward => Act::Forward,
            Does::Check => Act::Approve,
            Does::Send => Act::Send,
            Does::Answer => Act::Answer,
            Does::Contact => Act::Contact,
        };
        (act, 2)
    });
    let (added, events) = walked(&procedure, monday(), &ends.collect::<Vec<_>>());
    let all = merged(&added);
    let expected = Counts { filed: 1, revoked: 1, ..Counts::default() };
    assert_eq!(Counts::of(&all), expected);
    assert_eq!(all.count(&Key::Unit(Some("Dinas 'A'.b".to_owned()))), 1);
    let report = report(&procedure, all);
    assert_eq!(report.steps.len(), procedure.steps.len() - 1);
    assert!(report.steps.iter().all(|step| (step.ended, step.late, step.median) == (1, 0, Some(2))), "{report:?}");
    let minutes = u64::try_from(events.len() - 1).expect("few") * 2;
    let shares = report.shares;
    assert_eq!(shares.office + shares.applicant + shares.outside, minutes * 60);
}

#[test]
fn a_long_span_is_told_by_month_and_its_edges_count_in_their_months() {
    let procedure = procedure("madiun");
    let one = |key| tally(&[(key, 1)]);
    let kept = BTreeMap::from([
        ("2026-01-31".to_owned(), one(Key::Filed)),
        ("2026-02".to_owned(), one(Key::Filed)),
        ("2026-05-03".to_owned(), one(Key::Refused)),
    ]);
    let report = Report::new((day("2026-01-30"), day("2026-05-03")), NOW, &kept, &procedure, |_| Some(&procedure));
    let told: Vec<(&str, u64, u64)> =
        report.periods.iter().map(|one| (one.period.as_str(), one.counts.filed, one.counts.refused)).collect();
    assert_eq!(told, [("2026-01", 1, 0), ("2026-02", 1, 0), ("2026-03", 0, 0), ("2026-04", 0, 0), ("2026-05", 0, 1)]);
    assert_eq!(report.counts, Counts { filed: 2, refused: 1, ..Counts::default() });
}

/// What is counted no further says so, and a day ends by the office's clocks.
#[test]
fn what_is_late_now_is_told_with_the_moment() {
    let cells = |[name, count]: [&Cell; 2]| format!("{name:?} {count:?}");
    let rows = report(&procedure("madiun"), Tally::default()).now(Zone::Wib).rows;
    let told: Vec<String> = rows.iter().map(|row| cells([&row[0], &row[1]])).collect();
    assert_eq!(
        told,
        [
            r#"Text("Lewat batas SOP, sekurang-kurangnya") Count(20)"#,
            r#"Text("Batas SOP hari ini") Count(2)"#,
            r#"Text("Dihitung pada") Text("1 Januari 1970 pukul 07.00 WIB")"#,
        ]
    );
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
    let now = at("2026-06-22T16:30:00Z");
    assert_eq!(Due::DueToday.span(now, Zone::Wib), (now, at("2026-06-22T17:00:00Z")));
    assert_eq!(Due::DueToday.span(now, Zone::Wit), (now, at("2026-06-23T15:00:00Z")));
    assert_eq!(Due::Overdue.span(now, Zone::Wib).1, now, "and one that ends right now is not over");
}

/// One unit is one row, however people write it; two units are two, however long their names.
#[test]
fn a_unit_is_counted_once_whoever_writes_it() {
    let long = |end: &str| format!("Dinas Pemberdayaan Perempuan, Perlindungan Anak dan Keluarga Berencana {end}");
    let mut tally = Tally::default();
    for (typed, count) in [
        ("Dinas Kesehatan", 2),
        ("DINAS KESEHATAN", 1),
        ("dinas  kesehatan", 1),
        (&long("Satu"), 1),
        (&long("Dua"), 1),
        ("RSUD", 1),
        ("", 3),
    ] {
        tally.add(&Key::unit(Some(typed)), count);
    }
    let madiun = procedure("madiun");
    let day = NaiveDate::from_ymd_opt(2026, 6, 22).unwrap();
    let kept = [("2026-06-22".to_owned(), tally)].into();
    let report = Report::new((day, day), NOW, &kept, &madiun, |_| None);
    let units: Vec<(Option<&str>, u64)> = report.units.iter().map(|one| (one.unit.as_deref(), one.count)).collect();
    let (one, two) = (long("Dua"), long("Satu"));
    let expected =
        [(Some("Dinas Kesehatan"), 4), (None, 3), (Some(one.as_str()), 1), (Some(two.as_str()), 1), (Some("RSUD"), 1)];
    assert_eq!(units, expected);
}
