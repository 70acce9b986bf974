//! The office's report, its counts and its register: recomputed from what the edge exports of the events, by an
//! arithmetic of this file's own; made anew by `cargo xtask rebuild`; for the office's staff alone.

use std::{
    collections::BTreeMap,
    env, fs,
    io::Cursor,
    path::PathBuf,
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use cabut_tests::{
    database, fresh,
    matter::{Matter, answer, pages, settings_change, settings_stay},
    person::{Person, both, instant, office, staff},
    product::{Answer, given, product},
    vault,
};
use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde_json::{Value, json};
use workflow::{
    api::{CaseRow, Due, Page, RegisterRow, RegisterSearch, StatusCount},
    case::{Act, Answer as Bsre, Digest, SealedEvent, Status, seal},
    identity::TicketNumber,
    procedure::{Procedure, StepAct},
    report::Running,
};

/// One at a time: what one plants, another's rebuild would count.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wib(text: &str) -> DateTime<Utc> {
    format!("{text}:00+07:00").parse::<DateTime<Utc>>().expect("an instant")
}

/// A request whose first events happened at these instants: as if it had been filed then. The edge did not add them up,
/// a rebuild does.
fn begun_at(procedure: &'static Procedure, instants: &[&str]) -> Matter {
    let model = Matter::at_step(procedure, u8::try_from(instants.len() + 1).expect("few"));
    let number = u64::from_str_radix(fresh::run(), 16).expect("hexadecimal") << 12 | fresh::number();
    let ticket = TicketNumber::new(&procedure.office.ticket_prefix, number).expect("a valid prefix");
    let log = model.log(&staff(procedure, "verifikator"));
    // One holder has one open request.
    model.act(&model.filer, Act::Withdraw).expect(200);
    let _stay = settings_stay();
    let mut prev = Digest::ZERO;
    for (sealed, at) in log.iter().zip(instants) {
        let mut event: workflow::case::Event = serde_json::from_str(&sealed.body).expect("an event");
        (event.case, event.at) = (ticket.clone(), wib(at));
        let SealedEvent { body, prev: before, hash } = seal(&event, prev);
        let seq = json!(event.seq.to_string());
        database::sql(
            "INSERT INTO events (ticket, seq, body, prev, hash) VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4, ?5)",
            &[json!(ticket), seq.clone(), json!(body), json!(before), json!(hash)],
        );
        prev = hash;
    }
    let (key, lies) = vault::new_case_key(&ticket);
    database::sql("INSERT INTO case_keys (ticket, sealed) VALUES (?1, ?2)", &[json!(ticket), json!(lies)]);
    let rows = database::sql("SELECT seq, sealed FROM contents WHERE ticket = ?1", &[json!(model.ticket)]);
    for row in rows.iter().filter(|row| row[0].as_u64() <= Some(instants.len() as u64)) {
        let (seq, sealed) = (row[0].to_string(), row[1].as_str().expect("a text"));
        let of = |ticket: &TicketNumber| format!("{ticket} {seq}");
        let content = vault::case_key(&model.ticket)
            .open(vault::Place::new(vault::CONTENT, &of(&model.ticket)), sealed)
            .expect("it opens");
        database::sql(
            "INSERT INTO contents (ticket, seq, sealed) VALUES (?1, CAST(?2 AS INTEGER), ?3)",
            &[
                json!(ticket),
                json!(seq),
                json!(key.seal(vault::Place::new(vault::CONTENT, &of(&ticket)), &content).expect("it is sealed")),
            ],
        );
    }
    let columns = "office, version, filer, holder, name, nip, unit, filed_unit, reason, way, turn, step";
    database::sql(
        &format!(
            "INSERT INTO cases (ticket, seq, holder_key, open, status, filed_at, since, {columns})
             SELECT ?1, CAST(?3 AS INTEGER), 'dulu ' || ?1, 0, 'in_office', ?4, ?4, {columns} FROM cases WHERE ticket = ?2"
        ),
        &[json!(ticket), json!(model.ticket), json!(instants.len().to_string()), json!(instant(wib(instants[0])))],
    );
    Matter { ticket, ..model }
}

/// Requests that came to every kind of end, some of them begun in a working week of June.
fn much_happens(procedure: &'static Procedure) {
    let check = procedure.step_with(StepAct::Check).expect("it checks");
    let verifier = staff(procedure, &check.actor.0);
    Matter::filed(procedure).walks_to(u8::MAX);
    let withdrawn = Matter::filed(procedure);
    withdrawn.act(&withdrawn.filer, Act::Withdraw).expect(200);
    let returned = Matter::filed(procedure);
    returned.is_returned();
    returned.act(&returned.filer, Act::Resubmit).expect(200);
    returned.act(&verifier, Act::Refuse).expect(200);
    let declined = Matter::at(procedure, StepAct::Answer);
    declined.command(&staff(procedure, "bsre"), answer(Bsre::Declined)).expect(200);
    declined.walks_to(u8::MAX);
    // The working time between is months.
    begun_at(procedure, &["2026-06-22 09:00"]).moves_on();
    begun_at(procedure, &["2026-06-22 15:58", "2026-06-23 07:33"]).moves_on();
    let back = begun_at(procedure, &["2026-06-26 11:29"]);
    back.is_returned();
    back.act(&back.filer, Act::Withdraw).expect(200);
    let refused = begun_at(procedure, &["2026-06-26 11:00", "2026-06-26 13:10"]);
    refused.walks_to(check.no);
    refused.act(&verifier, Act::Refuse).expect(200);
}

/// When the office works on a day, in minutes since midnight: Perpres 21/2023, Ramadan 1447 H, and the days off that the
/// file of the national calendar names.
fn hours(date: NaiveDate) -> &'static [(i64, i64)] {
    const FILE: &str = include_str!("../../shared/calendars/national.toml");
    let (_, days) = FILE.split_once("[[days]]").expect("days off");
    let ramadan = date.to_string().as_str() >= "2026-02-19" && date.to_string().as_str() <= "2026-03-20";
    if days.contains(&format!("date = \"{date}\"")) {
        return &[];
    }
    match (date.weekday(), ramadan) {
        (Weekday::Sat | Weekday::Sun, _) => &[],
        (Weekday::Fri, false) => &[(450, 690), (780, 990)],
        (Weekday::Fri, true) => &[(480, 720), (780, 930)],
        (_, false) => &[(450, 720), (780, 960)],
        (_, true) => &[(480, 720), (750, 900)],
    }
}

/// Working time between two instants in milliseconds, day by day.
fn worked(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    let local = |at: DateTime<Utc>| at.naive_utc() + TimeDelta::hours(7);
    let (from, to) = (local(from), local(to));
    let days = from.date().iter_days().take_while(|day| *day <= to.date());
    let of_day = |day: NaiveDate| {
        let at = |minutes: i64| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(minutes);
        let spans =
            hours(day).iter().map(|(open, close)| (at(*close).min(to) - at(*open).max(from)).num_milliseconds());
        spans.map(|span| span.max(0)).sum::<i64>()
    };
    days.map(of_day).sum()
}

/// What a span adds up to, counted from the exports.
#[derive(Debug, Default)]
struct Counted {
    /// For each day: filed, revoked, returned, refused, withdrawn.
    days: BTreeMap<String, [u64; 5]>,
    /// For each step: minutes of each run that ended, and how many were late.
    steps: BTreeMap<u64, (Vec<u64>, u64)>,
    /// The office's, the applicant's and BSrE's, in seconds.
    shares: [u64; 3],
    reasons: BTreeMap<String, u64>,
    units: BTreeMap<String, u64>,
}

/// One case's part of it.
fn counts_case(procedure: &Procedure, events: &[Value], unit: &str, in_span: &dyn Fn(&str) -> bool, all: &mut Counted) {
    let at = |event: &Value| event["at"].as_str().expect("a text").parse::<DateTime<Utc>>().expect("an instant");
    let day = |at: DateTime<Utc>| (at.naive_utc() + TimeDelta::hours(7)).date().to_string();
    let last = u64::try_from(procedure.steps.len()).expect("few");
    let (mut step, mut since, mut spent, mut away, mut attempts) = (2_u64, at(&events[0]), 0, false, 0);
    let (mut shares, mut checked) = ([0_i64; 3], false);
    for event in events {
        let (now, kind) = (at(event), event["what"]["kind"].as_str().expect("a kind"));
        let counted = in_span(&day(now));
        if event["seq"] != 1 {
            let time = worked(since, now);
            let outside = procedure.steps[usize::try_from(step - 1).expect("small")].actor.0 == "bsre";
            if !away {
                spent += time;
            }
            shares[if away {
                1
            } else if outside {
                2
            } else {
                0
            }] += time;
        }
        since = now;
        let place = ["filed", "revoked", "returned", "refused", "withdrawn"].iter().position(|one| *one == kind);
        let revoked = kind == "answered" && event["what"]["answer"] == "revoked";
        if let (Some(place), true) = (place.or(revoked.then_some(1)), counted) {
            all.days.entry(day(now)).or_default()[place] += 1;
        }
        attempts += u64::from(kind == "contacted" && event["what"]["reached"] == false);
        let next = match kind {
            "filed" | "returned" | "resubmitted" => None,
            // Whose hand it is in, and where the applicant is written to, move nothing.
            "taken" | "handed_over" | "put_back" | "readdressed" => None,
            "contacted" if event["what"]["reached"] == false && attempts < 3 => None,
            "answered" if !revoked => procedure.step_with(StepAct::Check).map(|step| u64::from(step.no)),
            _ => Some(step + 1),
        };
        away = kind == "returned" || (away && kind == "readdressed");
        if kind == "filed" && counted {
            *all.reasons.entry(event["what"]["reason"].as_str().expect("a word").to_owned()).or_default() += 1;
        }
        if kind == "approved" && counted && !checked {
            *all.units.entry(unit.to_owned()).or_default() += 1;
        }
        checked |= kind == "approved";
        if let Some(next) = next {
            if counted && kind != "withdrawn" {
                let limit = procedure.steps[usize::try_from(step - 1).expect("small")].time.as_ref();
                let minutes = limit.map(|limit| limit.wording().split(' ').next().expect("a number").parse::<i64>());
                let entry = all.steps.entry(step).or_default();
                let seconds = u64::try_from(spent / 1000).expect("not negative");
                entry.0.push(seconds / 60 + u64::from(seconds % 60 > 0));
                entry.1 += u64::from(minutes.is_some_and(|minutes| spent > minutes.expect("a number") * 60_000));
            }
            (step, spent) = (next.min(last), 0);
        }
        if counted && ["closed", "refused", "withdrawn"].contains(&kind) {
            for (sum, share) in all.shares.iter_mut().zip(shares) {
                *sum += u64::try_from(share / 1000).expect("not negative");
            }
        }
    }
}

/// Every case of the office: its events as they are exported, and the unit that was filed.
fn exports(procedure: &Procedure) -> Vec<(Vec<Value>, String)> {
    let verifier = staff(procedure, "verifikator");
    let rows = database::sql(
        "SELECT ticket, coalesce(filed_unit, '') FROM cases WHERE office = ?1",
        &[json!(procedure.office.id)],
    );
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    rows.iter()
        .map(|row| {
            let path = format!("/api/offices/{}/cases/{}/log", procedure.office.id, text(&row[0]));
            let log: Vec<SealedEvent> = verifier.get(&path).expect(200).read();
            let events = log.iter().map(|sealed| serde_json::from_str(&sealed.body).expect("JSON"));
            // Two signs are counted as others that look alike.
            (events.collect(), text(&row[1]).replace('"', "'").replace('\\', "/"))
        })
        .collect()
}

fn counts(procedure: &Procedure, exports: &[(Vec<Value>, String)], from: &str, to: &str) -> Counted {
    let mut counted = Counted::default();
    for (events, unit) in exports {
        counts_case(procedure, events, unit, &|day| from <= day && day <= to, &mut counted);
    }
    counted
}

/// The value at the nearest rank of a sorted list.
fn nearest(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (percent * sorted.len()).div_ceil(100);
    if sorted.is_empty() { None } else { Some(sorted[rank.max(1) - 1]) }
}

fn percent(part: u64, of: u64) -> String {
    let permille = (1000.0 * part as f64 / of as f64).round() as u64;
    if of == 0 { String::new() } else { format!("{},{}%", permille / 10, permille % 10) }
}

const NAMES: [&str; 5] = ["Diajukan", "Dicabut", "Dikembalikan", "Ditolak", "Ditarik kembali"];

/// The rows that the files have, by the title of their table, without the days.
fn tables(procedure: &Procedure, counted: &Counted) -> BTreeMap<&'static str, Vec<Vec<String>>> {
    let sum = |place: usize| counted.days.values().map(|day| day[place]).sum::<u64>();
    let (mut ended, mut within) = (0, 0);
    let mut steps = Vec::new();
    for step in &procedure.steps[1..] {
        let (mut minutes, late) = counted.steps.get(&u64::from(step.no)).cloned().unwrap_or_default();
        minutes.sort_unstable();
        let count = u64::try_from(minutes.len()).expect("small");
        let told = |minutes: Option<u64>| minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
        let limit = step.time.as_ref().map(|limit| limit.wording().to_owned());
        let of_limit = |text: String| if limit.is_some() { text } else { "–".to_owned() };
        if limit.is_some() {
            (ended, within) = (ended + count, within + count - late);
        }
        steps.push(vec![
            format!("{}. {}", step.no, step.wording),
            limit.clone().unwrap_or_else(|| "tanpa batas".to_owned()),
            count.to_string(),
            of_limit(percent(count - late, count)),
            of_limit(late.to_string()),
            told(nearest(&minutes, 50)),
            told(nearest(&minutes, 90)),
        ]);
    }
    let mut summary: Vec<Vec<String>> =
        NAMES.iter().enumerate().map(|(place, name)| vec![(*name).to_owned(), sum(place).to_string()]).collect();
    summary.push(vec!["Langkah selesai dalam batas SOP".to_owned(), percent(within, ended)]);
    let all: u64 = counted.shares.iter().sum();
    let whose = ["Kantor", "Pemohon", "BSrE"].iter().zip(counted.shares);
    let whose =
        whose.map(|(name, seconds)| vec![(*name).to_owned(), (seconds / 60).to_string(), percent(seconds, all)]);
    let filed = sum(0);
    let row_of = |name: &str, count: &u64, all| vec![name.to_owned(), count.to_string(), percent(*count, all)];
    let row = |name: &str, count: &u64| row_of(name, count, filed);
    let checked = counted.units.values().sum();
    let label = |word: &str| serde_json::from_value::<workflow::reason::Reason>(json!(word)).expect("a reason").label();
    let mut reasons: Vec<Vec<String>> = counted.reasons.iter().map(|(word, count)| row(label(word), count)).collect();
    let mut units: Vec<Vec<String>> = counted
        .units
        .iter()
        .map(|(unit, count)| row_of(if unit.is_empty() { "Tanpa unit" } else { unit }, count, checked))
        .collect();
    reasons.sort();
    units.sort();
    BTreeMap::from([
        ("Ringkasan", summary),
        ("Waktu tiap langkah", steps),
        ("Ke mana waktu terpakai", whose.collect()),
        ("Alasan", reasons),
        ("Unit kerja", units),
    ])
}

/// The tables of a CSV with semicolons, by title: heads and rows.
fn in_csv(answer: &Answer) -> BTreeMap<String, Vec<Vec<String>>> {
    let text = String::from_utf8(answer.body.clone()).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("Excel needs the mark to read it as UTF-8");
    let parts = text.split("\r\n\"\"\r\n").map(|part| {
        let mut lines = part.trim_end().split("\r\n");
        let title = lines.next().expect("a title").to_owned();
        (title, lines.map(cells).collect())
    });
    parts.collect()
}

/// The cells of a line: those with a semicolon or a quotation mark in them stand in quotation marks.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("one at least").push(c),
        }
    }
    // What would be a formula has an apostrophe before it.
    cells.into_iter().map(|cell| cell.strip_prefix("'=").map(|rest| format!("={rest}")).unwrap_or(cell)).collect()
}

/// The sheets of a workbook, by name, written as the CSV has them.
fn in_workbook(answer: &Answer) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.clone())).expect("a workbook");
    let cell = |column: usize, heads: &[String], name: &str, cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::Float(number) if heads[column] == "Bagian" || heads[column] == "Dalam batas" || name == SHARE => {
            let permille = (number * 1000.0).round() as u64;
            format!("{},{}%", permille / 10, permille % 10)
        }
        Data::Float(number) => format!("{number}"),
        other => other.to_string(),
    };
    const SHARE: &str = "Langkah selesai dalam batas SOP";
    let sheets = book.worksheets().into_iter().map(|(name, range)| {
        let heads: Vec<String> = range.rows().next().expect("heads").iter().map(ToString::to_string).collect();
        let row = |row: &[Data]| {
            let first = row[0].to_string();
            row.iter().enumerate().map(|(column, one)| cell(column, &heads, &first, one)).collect()
        };
        (name, range.rows().map(row).collect())
    });
    sheets.collect()
}

/// Holds the report of a span, and both files of it, to what was counted.
fn is_what_was_counted(procedure: &Procedure, counted: &Counted, from: &str, to: &str) {
    let verifier = staff(procedure, "verifikator");
    let ask = |kind: &str| {
        verifier.get(&format!("/api/offices/{}/report{kind}?from={from}&to={to}", procedure.office.id)).expect(200)
    };
    let report = ask("").value();
    let told =
        |of: &Value| ["filed", "revoked", "returned", "refused", "withdrawn"].map(|name| of[name].as_u64().unwrap());
    let sums = counted.days.values().fold([0; 5], |sums, day| std::array::from_fn(|place| sums[place] + day[place]));
    assert_eq!(told(&report["counts"]), sums, "{from} to {to}");
    let mut periods: BTreeMap<String, [u64; 5]> = BTreeMap::new();
    let listed = report["periods"].as_array().expect("a list");
    let long = listed[0]["period"].as_str().expect("a text").len();
    for (day, counts) in &counted.days {
        let sum = periods.entry(day[..long].to_owned()).or_default();
        *sum = std::array::from_fn(|place| sum[place] + counts[place]);
    }
    for one in listed {
        let expected = periods.remove(one["period"].as_str().expect("a text")).unwrap_or_default();
        assert_eq!(told(&one["counts"]), expected, "{}", one["period"]);
    }
    assert!(periods.is_empty(), "the page leaves out {periods:?}");
    for (step, (minutes, late)) in &counted.steps {
        let mut minutes = minutes.clone();
        minutes.sort_unstable();
        let told =
            report["steps"].as_array().expect("a list").iter().find(|told| told["step"] == *step).expect("a step");
        let expected = json!([minutes.len(), late, nearest(&minutes, 50), nearest(&minutes, 90)]);
        assert_eq!(json!([told["ended"], told["late"], told["median"], told["ninetieth"]]), expected, "step {step}");
    }
    assert_eq!(
        ["office", "applicant", "outside"].map(|whose| report["shares"][whose].as_u64().unwrap()),
        counted.shares
    );

    for (kind, mut found) in [("CSV", in_csv(&ask(".csv"))), ("XLSX", in_workbook(&ask(".xlsx")))] {
        let by_period = found.remove("Per hari").or_else(|| found.remove("Per bulan")).expect("days or months");
        assert_eq!(by_period.len(), listed.len() + 1, "{kind}");
        let column =
            |at: usize| by_period[1..].iter().map(|row| row[at].parse::<u64>().expect("a number")).sum::<u64>();
        assert_eq!([1, 2, 3, 4, 5].map(column), sums, "{kind}");
        for (title, expected) in tables(procedure, counted) {
            let mut rows = found.remove(title).unwrap_or_else(|| panic!("no {title} in {kind}")).split_off(1);
            if title == "Alasan" || title == "Unit kerja" {
                rows.sort();
            }
            assert_eq!(rows, expected, "{title} in {kind}, {from} to {to}");
        }
        assert!(found.remove("Sekarang").is_some(), "how things stand, whatever the span");
        assert!(found.is_empty(), "{kind} also has {found:?}");
    }
}

fn events() -> i64 {
    database::number("SELECT count(*) FROM events", &[])
}

/// Runs `cargo xtask rebuild` against the running product, and gives what it said.
fn rebuilds() -> String {
    let port = product().url().rsplit(':').next().expect("a port").to_owned();
    let ran = Command::new(given("CABUT_XTASK")).args(["rebuild", "--port", &port]).output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}\n{}", String::from_utf8_lossy(&ran.stderr));
    said
}

/// Every number of the month, of a June that was rebuilt, and of spans that begin and end within months.
#[test]
fn the_report_is_what_the_exported_events_add_up_to() {
    let _alone = alone();
    both().into_iter().for_each(much_happens);
    let now = (Utc::now() + TimeDelta::hours(7)).date_naive();
    let first = now.with_day(1).expect("every month has it");
    let last = first.checked_add_months(chrono::Months::new(1)).expect("it is near") - Days::new(1);
    let text = |day: NaiveDate| day.to_string();
    let spans = [
        (text(first), text(last)),
        ("2026-06-01".to_owned(), "2026-06-30".to_owned()),
        ("2026-06-23".to_owned(), "2026-06-26".to_owned()),
        ("2026-06-24".to_owned(), text(now)),
        (format!("{}-01-01", now.year()), format!("{}-12-31", now.year())),
    ];
    // Nobody else acts meanwhile, or all of it is read again.
    for _ in 0..5 {
        let _nobody_acts = settings_change();
        rebuilds();
        let before = events();
        let exports = both().map(|procedure| (procedure, exports(procedure)));
        if events() != before {
            continue;
        }
        for (procedure, exports) in &exports {
            for (from, to) in &spans {
                let counted = counts(procedure, exports, from, to);
                if from.ends_with("06-01") {
                    assert!(counted.days.values().map(|day| day[0]).sum::<u64>() >= 4, "June has its requests");
                }
                if events() == before {
                    is_what_was_counted(procedure, &counted, from, to);
                }
            }
        }
        if events() == before {
            return;
        }
    }
    panic!("others kept acting");
}

fn kept() -> Vec<Vec<Value>> {
    database::sql("SELECT office, period, key, value FROM tallies, json_each(tally) ORDER BY 1, 2, 3", &[])
}

/// What each act added in passing is what all events add up to; what somebody changed is put right.
#[test]
fn a_rebuild_changes_nothing_and_mends_what_was_tampered_with() {
    let _alone = alone();
    let planted = both().map(|procedure| begun_at(procedure, &["2026-06-22 09:00", "2026-06-24 10:00"]));
    rebuilds();
    for matter in &planted {
        matter.walks_to(u8::MAX);
        much_happens_live(matter.procedure);
    }
    let _nobody_acts = settings_change();
    let said = rebuilds();
    assert!(said.contains("Nothing differed."), "{said}");
    let before = kept();
    let month = &instant(Utc::now() + TimeDelta::hours(7))[..7];
    database::sql(
        "UPDATE tallies SET tally = json_set(tally, '$.filed', 1000000) WHERE office = 'madiun' AND period = ?1",
        &[json!(month)],
    );
    database::sql("DELETE FROM tallies WHERE office = 'temanggung' AND period = '2026-06-22'", &[]);
    database::sql("INSERT INTO tallies (office, period, tally) VALUES ('madiun', '1999-01', '{\"filed\":3}')", &[]);
    database::sql("UPDATE status_counts SET count = count + 7 WHERE office = 'madiun' AND status = 'revoked'", &[]);
    assert_ne!(kept(), before);
    let said = rebuilds();
    assert!(said.contains("3 days and months differed"), "{said}");
    let said = rebuilds();
    assert!(said.contains("Nothing differed."), "{said}");
    // Others may have been half-way through a request of their own.
    let grown = kept();
    for row in before {
        let now = grown.iter().find(|now| now[..3] == row[..3]).map(|now| now[3].as_u64());
        assert!(now.flatten() >= row[3].as_u64() && now.flatten() < Some(900_000_000), "{row:?} became {now:?}");
    }
    assert!(!grown.iter().any(|row| row[1] == "1999-01"));
}

/// The same outcomes, all of them through the edge.
fn much_happens_live(procedure: &'static Procedure) {
    let check = procedure.step_with(StepAct::Check).expect("it checks");
    let returned = Matter::filed(procedure);
    returned.is_returned();
    returned.act(&returned.filer, Act::Resubmit).expect(200);
    returned.act(&staff(procedure, &check.actor.0), Act::Refuse).expect(200);
    let withdrawn = Matter::filed(procedure);
    withdrawn.act(&withdrawn.filer, Act::Withdraw).expect(200);
}

/// A unit is what somebody typed: nothing in it is read as a path, a formula or the end of a text.
#[test]
fn an_odd_unit_is_counted_under_its_name() {
    let _alone = alone();
    let procedure = office("madiun");
    let mark = fresh::word("u");
    let units =
        [format!("=1+1 {mark}"), format!("a\".b\"[0].$ {mark}"), format!("c\\d;e 'f' {mark}"), format!("é%22 {mark}")];
    let counted =
        [format!("=1+1 {mark}"), format!("a'.b'[0].$ {mark}"), format!("c/d;e 'f' {mark}"), format!("é%22 {mark}")];
    for unit in &units {
        let filer = Person::applicant(procedure);
        let holder = cabut_tests::matter::Holder::written_to_at(&filer.email);
        let way = workflow::case::FilingWay::Holder;
        let mut asked = cabut_tests::matter::request(procedure, way, &filer, &holder);
        asked.form.unit = Some(unit.parse().expect("it may be typed"));
        let matter = Matter::begun(procedure, filer, holder, &asked);
        matter.walks_to(procedure.step_with(StepAct::Check).expect("it checks").no + 1);
    }
    let today = (Utc::now() + TimeDelta::hours(7)).date_naive();
    let ask = |kind: &str| {
        let path = format!("/api/offices/madiun/report{kind}?from={today}&to={today}");
        staff(procedure, "kadin").get(&path).expect(200)
    };
    let report = ask("").value();
    for unit in &counted {
        let one = json!({ "unit": unit, "count": 1 });
        assert!(report["units"].as_array().expect("a list").contains(&one), "{unit} in {}", report["units"]);
    }
    let csv = String::from_utf8(ask(".csv").body).expect("UTF-8");
    assert!(csv.contains(&format!("\r\n'=1+1 {mark};1;")), "no cell begins as a formula does");
    let sheets = in_workbook(&ask(".xlsx"));
    assert!(counted.iter().all(|unit| sheets["Unit kerja"].iter().any(|row| &row[0] == unit)), "{sheets:?}");
}

/// How many turns were counted one by one.
fn counted(running: &Value) -> u64 {
    ["overdue", "due_today"].iter().filter_map(|one| running[one].as_u64()).sum()
}

/// However much happened, a report reads no more than three rows for each that it shows, but for the days at the edges of a
/// long span; so do the counts.
#[test]
fn a_report_reads_three_rows_for_each_it_shows() {
    let _alone = alone();
    let procedure = office("temanggung");
    let head = staff(procedure, "kadin");
    // Each day of 2001 was a busy one.
    let filler: BTreeMap<String, u64> = (0..1500).map(|minutes| (format!("step 1 2 {minutes}"), 40)).collect();
    let periods = (0..365).map(|day| NaiveDate::from_ymd_opt(2001, 1, 1).unwrap() + Days::new(day));
    let periods: Vec<String> =
        periods.map(|day| day.to_string()).chain((1..=12).map(|month| format!("2001-{month:02}"))).collect();
    database::sql(
        "INSERT INTO tallies (office, period, tally) SELECT 'temanggung', value, ?2 FROM json_each(?1)",
        &[json!(json!(periods).to_string()), json!(json!(filler).to_string())],
    );
    let mut too_many = Vec::new();
    // A long span that begins and ends within a month reads those days beside its months.
    for (from, to, edges) in [
        ("2001-03-01", "2001-03-31", 0),
        ("2001-01-01", "2001-12-31", 0),
        ("2001-01-02", "2001-12-30", 60),
        ("2001-05-05", "2001-05-05", 0),
    ] {
        let answer = head.get(&format!("/api/offices/temanggung/report?from={from}&to={to}")).expect(200);
        let report = answer.value();
        let shown: usize =
            ["periods", "steps", "reasons", "units"].iter().map(|part| report[part].as_array().unwrap().len()).sum();
        let (rows, trips) = (answer.count("x-d1-rows-read"), answer.count("x-d1-round-trips"));
        assert_eq!(trips, 1);
        // Beside them the counts, and whose the time was.
        let most = 3 * u64::try_from(shown + 6 + 3).expect("small") + edges + counted(&report["running"]);
        if rows > most {
            too_many.push(format!("{from} to {to}: {rows} rows read for {shown} shown"));
        }
    }
    database::sql("DELETE FROM tallies WHERE office = 'temanggung' AND period LIKE '2001-%'", &[]);
    let answer = head.get("/api/offices/temanggung/counts").expect(200);
    let shown = u64::try_from(answer.read::<Vec<StatusCount>>().len()).expect("small");
    if answer.count("x-d1-rows-read") > 3 * shown {
        too_many.push(format!("counts: {} rows read", answer.count("x-d1-rows-read")));
    }
    assert!(too_many.is_empty(), "{}", too_many.join("\n"));
}

#[test]
fn the_counts_are_those_of_the_list() {
    let _alone = alone();
    let procedure = office("madiun");
    let (filed, head) = (Matter::filed(procedure), staff(procedure, "kadin"));
    let count = |status: Status| {
        let counts: Vec<StatusCount> = head.get("/api/offices/madiun/counts").expect(200).read();
        assert_eq!(counts.iter().map(|one| one.status).collect::<Vec<_>>(), Status::ALL);
        counts.iter().find(|one| one.status == status).expect("each is there").count
    };
    filed.act(&filed.filer, Act::Withdraw).expect(200);
    for _ in 0..20 {
        let _nobody_acts = settings_change();
        let told = Status::ALL.map(count);
        let listed = Status::ALL.map(|status| {
            let sql = "SELECT count(*) FROM cases WHERE office = 'madiun' AND status = ?1";
            u64::try_from(database::number(sql, &[json!(status.id())])).expect("not negative")
        });
        // Other tests plant and remove rows meanwhile.
        if told == listed && told[6] > 0 {
            return;
        }
    }
    panic!("the counts are not those of the cases");
}

/// What is late now is a number on the page and in both files, and as many rows on the list that it leads to.
#[test]
fn what_is_late_now_is_on_the_list_and_in_the_files() {
    let _alone = alone();
    let procedure = office("madiun");
    let head = staff(procedure, "kadin");
    let now = Utc::now();
    let soon = (now + TimeDelta::minutes(30)).min(procedure.office.zone.day_ends(now) - TimeDelta::seconds(1));
    for due in [now - TimeDelta::hours(2), now - TimeDelta::days(3), soon] {
        let matter = Matter::filed(procedure);
        database::sql("UPDATE cases SET due_at = ?2 WHERE ticket = ?1", &[json!(matter.ticket), json!(instant(due))]);
    }
    let span = "from=2026-06-01&to=2026-06-30";
    let ask = |kind: &str| head.get(&format!("/api/offices/madiun/report{kind}?{span}")).expect(200);
    let told = || ["overdue", "due_today"].map(|one| ask("").value()["running"][one].as_u64().expect("a number"));
    let listed = || {
        Due::ALL.map(|due| {
            let path = format!("/api/offices/madiun/cases?list=office&status={}&", due.id());
            (pages::<CaseRow>(&head, &path, |_| false).len() as u64).min(Running::MOST)
        })
    };
    // Nobody files meanwhile; what becomes late by itself is read again.
    for _ in 0..20 {
        let _nobody_acts = settings_change();
        let before = told();
        let (listed, files) = (listed(), [in_csv(&ask(".csv")), in_workbook(&ask(".xlsx"))]);
        if told() != before {
            continue;
        }
        assert_eq!(before, listed);
        assert!(before[0] >= 2 && before[1] >= 1, "{before:?}");
        for mut file in files {
            let rows = file.remove("Sekarang").expect("how things stand").split_off(1);
            let named = [("Lewat batas SOP", before[0]), ("Batas SOP hari ini", before[1])];
            for (row, (name, count)) in rows.iter().zip(named) {
                let least = if count < Running::MOST { "" } else { ", sekurang-kurangnya" };
                assert_eq!(row, &[format!("{name}{least}"), count.to_string()]);
            }
            assert!(rows[2][0] == "Dihitung pada" && rows[2][1].ends_with("WIB"), "{rows:?}");
        }
        return;
    }
    panic!("others kept being late");
}

/// Names and numbers come masked; whole ones are recorded with who asked, and never with whom they looked for.
#[test]
fn the_register_is_masked_unless_whole_is_asked_for_which_is_recorded() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    matter.walks_to(u8::MAX);
    let person = Person::with_roles(procedure, &["kadin"]);
    let year = (Utc::now() + TimeDelta::hours(7)).year();
    let base = "/api/offices/temanggung/register";
    let (name, nip) = (matter.holder.name.as_str(), matter.holder.nip.as_str());
    let recorded =
        || database::texts("SELECT what FROM disclosures WHERE person = ?1 ORDER BY rowid", &[json!(person.id)]);
    let search = |text: &str, year: Option<i32>, whole: bool| {
        let body = RegisterSearch { text: text.to_owned(), year, whole, after: None };
        person.post(&format!("{base}/search"), &body).expect(200)
    };
    let finds = |answer: &Answer| {
        let page: Page<RegisterRow> = answer.read();
        page.rows.into_iter().find(|row| row.ticket == matter.ticket)
    };
    let texts = |answer: &Answer| String::from_utf8_lossy(&answer.body).into_owned();

    let masked = finds(&search(nip, Some(year), false)).expect("it is found by its number");
    assert_eq!(masked.nip.as_deref(), Some(&*format!("••• {}", &nip[14..])));
    assert!(masked.name.starts_with("S••• N••• W•••"), "{}", masked.name);
    assert!(
        finds(&search(name, None, false)).is_some() && finds(&search(matter.ticket.as_str(), None, false)).is_some()
    );
    assert!(finds(&search(nip, Some(year - 1), false)).is_none(), "it was revoked this year");
    for path in [format!("{base}?year={year}"), format!("{base}.csv?year={year}")] {
        let answer = person.get(&path).expect(200);
        assert!(texts(&answer).contains(matter.ticket.as_str()), "{path}");
        assert!(!texts(&answer).contains(name) && !texts(&answer).contains(nip), "{path}");
    }
    assert!(!texts(&person.get(&format!("{base}?year={}", year - 1)).expect(200)).contains(matter.ticket.as_str()));
    let sheet = in_workbook(&person.get(&format!("{base}.xlsx?year={year}")).expect(200)).remove("Register pencabutan");
    let sheet = sheet.expect("the sheet");
    let line = sheet.iter().find(|row| row[0] == matter.ticket.as_str()).expect("a line");
    assert_eq!((&line[1], &line[2]), (&masked.name, masked.nip.as_ref().expect("a number")));
    assert_eq!(recorded(), Vec::<String>::new());

    let whole = finds(&search(nip, None, true)).expect("it is found");
    assert_eq!((whole.name.as_str(), whole.nip.as_deref()), (name, Some(nip)));
    for kind in ["?", ".csv?", ".xlsx?"] {
        let answer = person.get(&format!("{base}{kind}whole=true&year={year}")).expect(200);
        let text = if kind == ".xlsx?" { format!("{:?}", in_workbook(&answer)) } else { texts(&answer) };
        assert!(text.contains(name) && text.contains(nip), "{kind}");
    }
    let told = ["search all".to_owned(), format!("register {year}"), format!("file {year}"), format!("file {year}")];
    assert_eq!(recorded(), told);
}

#[test]
fn a_report_or_register_that_is_asked_for_wrongly_is_refused() {
    let head = staff(office("madiun"), "kadin");
    for query in [
        "report",
        "report?from=2026-11-01",
        "report?from=2026-11-02&to=2026-11-01",
        "report?from=2026-02-30&to=2026-03-01",
        "report?from=1990-01-01&to=2026-01-01",
        "report.csv?from=x&to=y",
        "register?year=x",
        "register?year=1",
        "register?year=2026&whole=ya",
        "register.csv",
        "register.xlsx?year=99999999999",
    ] {
        head.get(&format!("/api/offices/madiun/{query}")).refused(400, "query_invalid");
    }
}

/// Everybody tries to read what is the staff's.
#[test]
fn the_staff_alone_reads_what_the_office_adds_up_to() {
    let mut found = String::from(
        "# Who may read the counts, the report and the register\n\nWritten by tests/http/reports.rs (UPDATE_GOLDEN=1). Read every change like a change of code.\n\n",
    );
    let paths = [
        ("counts", "counts"),
        ("report", "report?from=2026-06-01&to=2026-06-30"),
        ("report.xlsx", "report.xlsx?from=2026-06-01&to=2026-06-30"),
        ("report.csv", "report.csv?from=2026-06-01&to=2026-06-30"),
        ("register", "register?year=2026&whole=true"),
        ("search", ""),
        ("register.xlsx", "register.xlsx?year=2026"),
        ("register.csv", "register.csv?year=2026"),
    ];
    let head: Vec<String> = paths.iter().map(|(name, _)| (*name).to_owned()).collect();
    for procedure in both() {
        let base = format!("/api/offices/{}", procedure.office.id);
        let mut all = crate::matrix::everybody(procedure);
        all.insert(0, ("applicant".to_owned(), Some(Matter::filed(procedure).filer)));
        let cells = |someone: &Option<Person>| {
            let ask = |(_, path): &(&str, &str)| {
                let (method, path) = if path.is_empty() {
                    ("POST", format!("{base}/register/search"))
                } else {
                    ("GET", format!("{base}/{path}"))
                };
                let request = match someone {
                    Some(person) => person.request(method, &path),
                    None => product().request(method, &path),
                };
                let search = RegisterSearch { text: "a".to_owned(), year: None, whole: true, after: None };
                if method == "POST" { request.json(&search).send() } else { request.send() }.word()
            };
            paths.iter().map(ask).collect()
        };
        let rows: Vec<(String, Vec<String>)> = all.iter().map(|(who, someone)| (who.clone(), cells(someone))).collect();
        found.push_str(&crate::matrix::table(&procedure.office.id, &head, &rows));
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden/reports.txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &found).expect("the file can be written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), found);
}
