//! Working time: what the rules say in words, held against days one can look up, and against counting each minute.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use workflow::{
    calendar::{
        Calendar, CalendarError, Calendars, Day, DayKind, Hours, HoursError, Season, Week, WorkingTime, differences,
        national, national_at, nationals,
    },
    case::Digest,
    procedure::{TimeLimit, Zone},
};

fn hours(text: &str) -> Hours {
    Hours::parse(text).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Perpres 21/2023: from 07.30, 37 h 30 min a week.
fn ordinary() -> Week {
    let day = hours("07:30-12:00 13:00-16:00");
    Week {
        monday: day.clone(),
        tuesday: day.clone(),
        wednesday: day.clone(),
        thursday: day,
        friday: hours("07:30-11:30 13:00-16:30"),
        ..Week::default()
    }
}

/// The same for Ramadan: from 08.00, 32 h 30 min a week.
fn ramadan() -> Season {
    let day = hours("08:00-12:00 12:30-15:00");
    Season {
        name: "Ramadan 1447 H".to_owned(),
        from: date("2026-02-19"),
        to: date("2026-03-19"),
        week: Week {
            monday: day.clone(),
            tuesday: day.clone(),
            wednesday: day.clone(),
            thursday: day,
            friday: hours("08:00-12:00 13:00-15:30"),
            ..Week::default()
        },
        source: "Perpres 21/2023".to_owned(),
    }
}

fn off(day: &str, kind: DayKind) -> Day {
    Day { date: date(day), kind, name: "Libur".to_owned(), hours: Hours::NONE, source: "SKB 3 Menteri".to_owned() }
}

fn calendar() -> Calendar {
    Calendar {
        zone: Zone::Wib,
        week: ordinary(),
        source: "Perpres 21/2023".to_owned(),
        seasons: vec![ramadan()],
        days: vec![
            off("2026-03-18", DayKind::JointLeave),
            off("2026-03-19", DayKind::Holiday),
            off("2026-03-20", DayKind::JointLeave),
            off("2026-03-23", DayKind::JointLeave),
            off("2026-03-24", DayKind::JointLeave),
            off("2026-08-17", DayKind::Holiday),
            Day {
                date: date("2026-08-22"),
                kind: DayKind::Working,
                name: "Pelayanan Sabtu".to_owned(),
                hours: hours("08:00-11:00"),
                source: "SE Wali Kota".to_owned(),
            },
        ],
    }
}

fn working() -> WorkingTime {
    WorkingTime::new(&calendar()).unwrap()
}

/// An instant as clocks in the zone show it.
fn at(zone: Zone, local: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap();
    local.and_local_timezone(zone.offset()).unwrap().to_utc()
}

fn wib(local: &str) -> DateTime<Utc> {
    at(Zone::Wib, local)
}

fn limit(text: &str) -> TimeLimit {
    TimeLimit::parse(text).unwrap()
}

#[test]
fn weeks_are_as_long_as_the_rule_says() {
    let working = working();
    // Monday to Monday.
    let ordinary = working.between(wib("2026-06-22 00:00:00"), wib("2026-06-29 00:00:00"));
    assert_eq!(ordinary, TimeDelta::minutes(37 * 60 + 30));
    let ramadan = working.between(wib("2026-03-02 00:00:00"), wib("2026-03-09 00:00:00"));
    assert_eq!(ramadan, TimeDelta::minutes(32 * 60 + 30));
}

/// By each of them closed steps are counted for as long as there are records: a change is one more, from its own day on.
#[test]
fn a_national_calendar_that_has_counted_is_as_it_was() {
    let kept = [("2026-01-01", "36a547f4d545472f94f38f5b0b3ae51424e3e33bea98c3347dae7e688affcaa3")];
    let all: Vec<_> = nationals(Zone::Wib).collect();
    assert!(all.is_sorted_by_key(|(from, _)| *from));
    for ((from, calendar), (day, digest)) in all.iter().zip(kept) {
        assert_eq!(*from, date(day));
        let json = serde_json::to_vec(calendar).unwrap();
        assert_eq!(Digest::of(&json).to_string(), digest, "a decree's changes go into a file of their own");
    }
    assert_eq!(all.len(), kept.len(), "a new one is written down here");
    assert_eq!(national(Zone::Wib), all.last().unwrap().1);
    for (from, calendar) in &all {
        assert_eq!(&national_at(Zone::Wib, Zone::Wib.beginning(*from)), calendar);
    }
    assert_eq!(national_at(Zone::Wib, wib("2020-01-01 00:00:00")), all[0].1, "the first, for all that was before");
    // What runs when a new one begins is counted by it: it knows the days that were before it.
    for pair in all.windows(2) {
        let (before, after) = (&pair[0].1, &pair[1].1);
        let gone = before.days.iter().filter(|day| day.date < pair[1].0 && !after.days.contains(day)).count();
        let seasons = before.seasons.iter().filter(|one| one.from < pair[1].0 && !after.seasons.contains(one)).count();
        assert_eq!((gone, seasons), (0, 0), "the file of {} leaves out what was before it", pair[1].0);
    }
}

/// Until an office sets one it counts by the national ones; from then on by its own, whatever a later decree says.
#[test]
fn an_office_counts_by_the_national_calendar_until_it_sets_its_own() {
    let mut own = national(Zone::Wib);
    own.week = Week { saturday: hours("07:30-12:00"), ..ordinary() };
    let (set, saturday) = (wib("2026-06-24 09:00:00"), [wib("2026-06-27 08:00:00"), wib("2026-06-27 09:00:00")]);
    let calendars = Calendars::of_office(Zone::Wib, [(set, &own)]).unwrap();
    let on_saturday = |at| calendars.in_force(at).between(saturday[0], saturday[1]);
    assert_eq!(on_saturday(set - TimeDelta::seconds(1)), TimeDelta::zero());
    assert_eq!(on_saturday(set), TimeDelta::hours(1));
    // As it would be with a decree that counts from the day after.
    let decreed = Calendars::new(&national(Zone::Wib)).unwrap().changed(set + TimeDelta::days(1), &calendar()).unwrap();
    let decreed = decreed.changed(set, &own).unwrap();
    assert_eq!(decreed.in_force(set + TimeDelta::days(2)).between(saturday[0], saturday[1]), TimeDelta::hours(1));
}

#[test]
fn working_time_by_hand() {
    // Monday 22 June 2026 is an ordinary one.
    let vectors = [
        ("2026-06-22 09:00:00", "2026-06-22 09:05:00", 5 * 60),
        // To the second.
        ("2026-06-22 09:00:00", "2026-06-22 09:00:01", 1),
        // Before the office opens, and after it has closed.
        ("2026-06-22 07:00:00", "2026-06-22 07:30:00", 0),
        ("2026-06-22 07:00:00", "2026-06-22 07:31:00", 60),
        ("2026-06-22 15:59:00", "2026-06-23 07:31:00", 2 * 60),
        // Over the break, which is longer on a Friday.
        ("2026-06-22 11:59:00", "2026-06-22 13:01:00", 2 * 60),
        ("2026-06-26 11:29:00", "2026-06-26 13:01:00", 2 * 60),
        // Over a week-end.
        ("2026-06-26 16:29:30", "2026-06-29 07:30:30", 60),
        // Over a holiday: Friday the 14th, Monday the 17th off.
        ("2026-08-14 16:29:00", "2026-08-18 07:31:00", 2 * 60),
        // A Saturday on which they work.
        ("2026-08-21 16:29:00", "2026-08-22 08:01:00", 2 * 60),
        ("2026-08-22 10:59:00", "2026-08-24 07:31:00", 2 * 60),
        // The day before Ramadan closes at 16, the first day of it opens at 8.
        ("2026-02-18 15:59:00", "2026-02-19 08:01:00", 2 * 60),
        // Idulfitri with its joint leave: Tuesday the 17th in Ramadan, then Wednesday the 25th.
        ("2026-03-17 14:59:00", "2026-03-25 07:31:00", 2 * 60),
        // A whole night, and a whole year's end.
        ("2026-06-22 16:00:00", "2026-06-23 07:30:00", 0),
    ];
    for (from, to, seconds) in vectors {
        let (from, to) = (wib(from), wib(to));
        assert_eq!(working().between(from, to), TimeDelta::seconds(seconds), "{from} to {to}");
        assert_eq!(working().between(to, from), TimeDelta::seconds(-seconds), "{to} back to {from}");
    }
}

#[test]
fn due_by_hand() {
    let vectors = [
        ("2026-06-22 09:00:00", "5 menit", "2026-06-22 09:05:00"),
        // Friday, four minutes before they close.
        ("2026-06-26 16:26:00", "5 menit", "2026-06-29 07:31:00"),
        // What ends with the day ends then, and not in the morning.
        ("2026-06-26 16:25:00", "5 menit", "2026-06-26 16:30:00"),
        // Handed in at night.
        ("2026-06-26 22:00:00", "15 menit", "2026-06-29 07:45:00"),
        ("2026-06-22 11:30:00", "60 menit", "2026-06-22 13:30:00"),
        ("2026-06-22 15:00:00", "2 jam", "2026-06-23 08:30:00"),
        ("2026-03-17 14:30:00", "60 menit", "2026-03-25 08:00:00"),
        // Working days: the day itself is not counted, and the last ends when they close.
        ("2026-06-22 09:00:00", "1 hari kerja", "2026-06-23 16:00:00"),
        ("2026-06-24 23:00:00", "3 hari kerja", "2026-06-29 16:00:00"),
        ("2026-06-20 09:00:00", "1 hari kerja", "2026-06-22 16:00:00"),
        ("2026-08-14 09:00:00", "2 hari kerja", "2026-08-19 16:00:00"),
        ("2026-08-20 09:00:00", "2 hari kerja", "2026-08-22 11:00:00"),
    ];
    for (from, time, due) in vectors {
        assert_eq!(working().due(wib(from), &limit(time)), Some(wib(due)), "{time} from {from}");
    }
}

#[test]
fn a_day_begins_in_the_offices_own_zone() {
    for (zone, opening) in [(Zone::Wib, "00:30"), (Zone::Wita, "23:30"), (Zone::Wit, "22:30")] {
        let working = WorkingTime::new(&Calendar { zone, ..calendar() }).unwrap();
        let opens = working.opening(at(zone, "2026-06-23 05:00:00")).unwrap();
        assert_eq!(opens, at(zone, "2026-06-23 07:30:00"));
        assert_eq!(format!("{:02}:{:02}", opens.hour(), opens.minute()), opening);
        assert!(working.is_open(opens) && !working.is_open(opens - TimeDelta::milliseconds(1)));
    }
}

#[test]
fn an_office_that_works_six_days() {
    let week = Week { saturday: hours("07:30-12:00"), ..ordinary() };
    let working = WorkingTime::new(&Calendar { week, ..calendar() }).unwrap();
    assert_eq!(working.due(wib("2026-06-26 16:26:00"), &limit("5 menit")), Some(wib("2026-06-27 07:31:00")));
    assert_eq!(working.due(wib("2026-06-26 16:26:00"), &limit("1 hari kerja")), Some(wib("2026-06-27 12:00:00")));
}

#[test]
fn an_office_that_never_works_is_never_due() {
    let never = Calendar { week: Week::default(), seasons: Vec::new(), days: Vec::new(), ..calendar() };
    let working = WorkingTime::new(&never).unwrap();
    let from = wib("2026-06-22 09:00:00");
    for time in ["1 menit", "1 jam", "1 hari kerja"] {
        assert_eq!(working.due(from, &limit(time)), None);
    }
    assert_eq!(working.opening(from), None);
    assert_eq!(working.between(from, from + TimeDelta::days(4000)), TimeDelta::zero());
    // Unless it once does.
    let once = WorkingTime::new(&Calendar { days: vec![calendar().days.pop().unwrap()], ..never }).unwrap();
    assert_eq!(once.due(from, &limit("3 jam")), Some(wib("2026-08-22 11:00:00")));
    assert_eq!(once.due(from, &limit("4 jam")), None);
}

#[test]
fn an_office_that_worked_on_one_day_alone_never_worked_longer() {
    let only = Day { hours: hours("08:00-09:00"), ..off("2026-03-02", DayKind::Working) };
    let calendar = Calendar { week: Week::default(), seasons: Vec::new(), days: vec![only], ..calendar() };
    let working = WorkingTime::new(&calendar).unwrap();
    let (before, after) = (wib("2026-03-01 10:00:00"), wib("2026-03-03 10:00:00"));
    assert_eq!(working.before(before, TimeDelta::minutes(1)), None, "it had not begun");
    assert_eq!(working.before(after, TimeDelta::minutes(61)), None);
    assert_eq!(working.before(after, TimeDelta::minutes(30)), Some(wib("2026-03-02 08:30:00")));
    assert_eq!(working.after(before, TimeDelta::minutes(60)), Some(wib("2026-03-02 09:00:00")));
    assert_eq!(working.after(before, TimeDelta::minutes(61)), None);
}

#[test]
fn hours_are_read_as_they_are_written() {
    for text in ["", "07:30-12:00 13:00-16:00", "00:00-24:00", "00:00-00:01"] {
        assert_eq!(hours(text).to_string(), text);
    }
    for text in ["7.30-12.00", "07:30", "07:30-25:00", "07:30-12:60", "a-b", "-"] {
        assert_eq!(Hours::parse(text), Err(HoursError::Span), "{text}");
    }
    for text in ["07.30–12.00 13.00–16.00", "07.30-12.00 dan 13.00-16.00", " 07:30-12:00,  13:00-16:00 "] {
        assert_eq!(hours(text), hours("07:30-12:00 13:00-16:00"), "{text}");
    }
    for text in ["12:00-07:30", "07:30-07:30", "07:30-12:00 12:00-16:00", "13:00-16:00 07:30-12:00"] {
        assert_eq!(Hours::parse(text), Err(HoursError::Order), "{text}");
    }
}

#[test]
fn a_calendar_that_contradicts_itself_is_refused() {
    let check = |change: &dyn Fn(&mut Calendar)| {
        let mut changed = calendar();
        change(&mut changed);
        WorkingTime::new(&changed).map(|_| ())
    };
    assert_eq!(
        check(&|calendar| calendar.days.push(off("2026-08-17", DayKind::Regional))),
        Err(CalendarError::DayTwice(date("2026-08-17")))
    );
    assert_eq!(
        check(&|calendar| calendar.days.push(off("2026-09-05", DayKind::Working))),
        Err(CalendarError::DayHours(date("2026-09-05")))
    );
    assert_eq!(
        check(&|calendar| calendar.days[0].hours = hours("08:00-09:00")),
        Err(CalendarError::DayHours(date("2026-03-18")))
    );
    assert_eq!(
        check(&|calendar| calendar.seasons[0].to = date("2026-02-18")),
        Err(CalendarError::SeasonSpan("Ramadan 1447 H".to_owned()))
    );
    assert_eq!(
        check(&|calendar| calendar.seasons[0].to = date("2028-02-18")),
        Err(CalendarError::SeasonSpan("Ramadan 1447 H".to_owned()))
    );
    assert_eq!(
        check(&|calendar| calendar.seasons.push(Season {
            from: date("2026-03-19"),
            to: date("2026-03-20"),
            ..ramadan()
        })),
        Err(CalendarError::SeasonsOverlap(date("2026-03-19")))
    );
}

fn some_hours() -> impl Strategy<Value = Hours> {
    // Cut points in five minutes, two for each span.
    prop::collection::btree_set(0..=288_i64, 0..=6).prop_map(|cuts| {
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let time = |cut: i64| format!("{:02}:{:02}", cut * 5 / 60, cut * 5 % 60);
        let spans = cuts.chunks_exact(2).map(|span| format!("{}-{}", time(span[0]), time(span[1])));
        hours(&spans.collect::<Vec<_>>().join(" "))
    })
}

fn some_week() -> impl Strategy<Value = Week> {
    prop::collection::vec(some_hours(), 7).prop_map(|days| {
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = days.try_into().unwrap();
        Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday }
    })
}

/// A calendar with a season and some odd days within half a year, in any zone.
fn some_calendar() -> impl Strategy<Value = Calendar> {
    let zone = prop_oneof![Just(Zone::Wib), Just(Zone::Wita), Just(Zone::Wit)];
    let days = prop::collection::btree_map(0..180_i64, some_hours(), 0..12);
    (zone, some_week(), some_week(), 0..150_i64, 0..40_i64, days).prop_map(|(zone, week, other, from, length, days)| {
        let first = date("2026-01-01");
        let day = |number: i64| first + TimeDelta::days(number);
        let days = days.into_iter().map(|(number, hours)| Day {
            date: day(number),
            kind: if hours.is_off() { DayKind::Holiday } else { DayKind::Working },
            name: String::new(),
            hours,
            source: String::new(),
        });
        let season =
            Season { name: String::new(), from: day(from), to: day(from + length), week: other, source: String::new() };
        Calendar { zone, week, source: String::new(), seasons: vec![season], days: days.collect() }
    })
}

/// Around the odd days, and far from them.
fn some_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let near = 1_767_000_000_000..1_784_000_000_000_i64;
    let far = -2_000_000_000_000..20_000_000_000_000_i64;
    prop_oneof![4 => near, 1 => far].prop_map(|millis| DateTime::from_timestamp_millis(millis).unwrap())
}

/// Working time counted the slow way: minute by minute.
fn minutes_one_by_one(calendar: &Calendar, from: DateTime<Utc>, minutes: i64) -> i64 {
    (0..minutes)
        .filter(|minute| {
            let local = (from + TimeDelta::minutes(*minute)).with_timezone(&calendar.zone.offset()).naive_local();
            let spans = calendar.hours_on(local.date()).to_string();
            let time = format!("{:02}:{:02}", local.hour(), local.minute());
            spans
                .split(' ')
                .filter_map(|span| span.split_once('-'))
                .any(|(from, to)| from <= &time[..] && &time[..] < to)
        })
        .count() as i64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn it_is_additive_over_any_split(calendar in some_calendar(), a in some_instant(), b in some_instant(), c in some_instant()) {
        let working = WorkingTime::new(&calendar).unwrap();
        prop_assert_eq!(working.between(a, b) + working.between(b, c), working.between(a, c));
        prop_assert_eq!(working.days_between(a, b) + working.days_between(b, c), working.days_between(a, c));
    }

    #[test]
    fn it_never_runs_backwards_or_faster_than_time(calendar in some_calendar(), a in some_instant(), b in some_instant()) {
        let working = WorkingTime::new(&calendar).unwrap();
        let (a, b) = (a.min(b), a.max(b));
        let time = working.between(a, b);
        prop_assert!(TimeDelta::zero() <= time && time <= b - a);
        prop_assert!(working.days_between(a, b) >= 0);
    }

    #[test]
    fn due_and_elapsed_are_inverse(calendar in some_calendar(), from in some_instant(), millis in 1..400_000_000_i64, days in 1..60_i64) {
        let working = WorkingTime::new(&calendar).unwrap();
        let time = TimeDelta::milliseconds(millis);
        if let Some(due) = working.after(from, time) {
            prop_assert_eq!(working.between(from, due), time);
            prop_assert!(working.between(from, due - TimeDelta::milliseconds(1)) < time, "the first such instant");
        }
        if let Some(before) = working.before(from, time) {
            prop_assert_eq!(working.between(before, from), time);
            prop_assert!(working.between(before - TimeDelta::milliseconds(1), from) > time, "the first such instant");
        }
        if let Some(due) = working.days_after(from, days) {
            prop_assert_eq!(working.days_between(from, due), days);
            prop_assert!(working.days_between(from, due - TimeDelta::milliseconds(1)) < days, "the first such instant");
        }
    }

    #[test]
    fn an_office_that_always_works_counts_plain_time(zone in prop_oneof![Just(Zone::Wib), Just(Zone::Wita), Just(Zone::Wit)], a in some_instant(), b in some_instant()) {
        let day = || hours("00:00-24:00");
        let week = Week { monday: day(), tuesday: day(), wednesday: day(), thursday: day(), friday: day(), saturday: day(), sunday: day() };
        let always = WorkingTime::new(&Calendar { zone, week, source: String::new(), seasons: Vec::new(), days: Vec::new() }).unwrap();
        prop_assert_eq!(always.between(a, b), b - a);
        prop_assert_eq!(always.after(a, TimeDelta::minutes(90)), Some(a + TimeDelta::minutes(90)));
        prop_assert!(always.is_open(a));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_one_counts_minute_by_minute(calendar in some_calendar(), from in 29_450_000..29_730_000_i64, minutes in 0..6000_i64) {
        let from = DateTime::from_timestamp(from * 60, 0).unwrap();
        let counted = minutes_one_by_one(&calendar, from, minutes);
        let working = WorkingTime::new(&calendar).unwrap();
        prop_assert_eq!(working.between(from, from + TimeDelta::minutes(minutes)), TimeDelta::minutes(counted));
    }
}

/// Each thing that can differ, told by what it is now and what it was.
#[test]
fn what_differs_between_two_calendars_is_told() {
    let day = |on: &str, name: &str, kind, open: &str| Day {
        date: date(on),
        kind,
        name: name.to_owned(),
        hours: hours(open),
        source: "SE wali kota".to_owned(),
    };
    let before = Calendar {
        zone: Zone::Wib,
        week: ordinary(),
        source: "Perpres 21/2023".to_owned(),
        seasons: Vec::new(),
        days: vec![
            day("2026-03-19", "Nyepi", DayKind::Holiday, ""),
            day("2026-06-20", "Hari jadi kota", DayKind::Regional, ""),
        ],
    };
    let told = |change: &dyn Fn(&mut Calendar)| {
        let mut after = before.clone();
        change(&mut after);
        differences(&before, &after)
    };
    assert_eq!(told(&|_| ()), [""; 0]);
    assert_eq!(told(&|after| after.days.reverse()), [""; 0]);
    assert_eq!(told(&|after| after.zone = Zone::Wita), ["Zona waktu: WITA, sebelumnya WIB"]);
    assert_eq!(
        told(&|after| {
            after.week.friday = hours("07:30-11:30");
            after.week.saturday = hours("08:00-12:00");
        }),
        ["Jumat: 07.30–11.30, sebelumnya 07.30–11.30 dan 13.00–16.30", "Sabtu: 08.00–12.00, sebelumnya libur"]
    );
    let source = "Dasar jam kerja: Perwal 7/2026, sebelumnya Perpres 21/2023";
    assert_eq!(told(&|after| after.source = "Perwal 7/2026".to_owned()), [source]);
    assert_eq!(
        told(&|after| {
            after.days.remove(0);
            after.days[0].date = date("2026-06-21");
            after.days.push(day("2026-07-04", "Kerja bakti", DayKind::Working, "08:00-11:00"));
        }),
        [
            "19 Maret 2026: Nyepi (libur nasional; dasar: SE wali kota) dihapus",
            "20 Juni 2026: Hari jadi kota (libur daerah; dasar: SE wali kota) dihapus",
            "21 Juni 2026: Hari jadi kota (libur daerah; dasar: SE wali kota) ditambahkan",
            "4 Juli 2026: Kerja bakti (hari kerja khusus, 08.00–11.00; dasar: SE wali kota) ditambahkan",
        ]
    );
    assert_eq!(
        told(&|after| after.days[0].kind = DayKind::JointLeave),
        [
            "19 Maret 2026: Nyepi (cuti bersama; dasar: SE wali kota), sebelumnya 19 Maret 2026: Nyepi (libur nasional; dasar: SE wali kota)"
        ]
    );
    let season = told(&|after| after.seasons.push(ramadan()));
    assert_eq!(season.len(), 1);
    let begins =
        "Ramadan 1447 H, 19 Februari 2026 sampai 19 Maret 2026 (Senin–Kamis 08.00–12.00 dan 12.30–15.00, Jumat ";
    assert!(season[0].starts_with(begins) && season[0].ends_with(") ditambahkan"), "{season:?}");
}
