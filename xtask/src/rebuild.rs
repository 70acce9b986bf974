//! `cargo xtask rebuild`: makes anew from the events what days and months add up to, and puts right what differs.
//!
//! What it read is what it writes from, or it writes nothing: the file begins with a statement that fails if an event came
//! meanwhile, and then all of it starts again.

use std::collections::BTreeMap;
use std::fs;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use workflow::calendar::{Calendar, Calendars};
use workflow::case::{Event, Happened, times};
use workflow::procedure::{Office, Procedure, offices};
use workflow::report::{Tally, day, increments};

use crate::door::{Door, number, quoted};
use crate::failure::{Failure, Result, Trying};
use crate::paths;

/// `cargo xtask rebuild`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let usage = "`cargo xtask rebuild [--remote | --port N]`";
    let mut door = Door::default();
    while let Some(arg) = args.next().trying(format_args!("find sense in {usage}"))? {
        match arg {
            lexopt::Arg::Long(flag) => {
                let flag = flag.to_owned();
                door.take(&flag, &mut args, usage)?;
            }
            other => return Err(Failure::new(format!("{} in {usage}.", other.unexpected()))),
        }
    }
    for _ in 0..TRIES {
        if rebuild(&door)? {
            return Ok(());
        }
        println!("Somebody acted meanwhile: once more.");
    }
    Err(Failure::new(
        "Events kept coming while they were read, so nothing was changed: run this again at a quieter hour.",
    ))
}

const TRIES: usize = 20;

/// How many events are read at a time.
const READ: usize = 5_000;

/// How many days and months.
const TALLIES: usize = 500;

/// How many keys a statement writes: D1 takes no statement of more than 100 KB.
const KEYS: usize = 500;

/// What an office's day or month adds up to, by office and period.
type Tallies = BTreeMap<(String, String), Tally>;

/// Whether it came to an end without somebody acting meanwhile.
fn rebuild(door: &Door) -> Result<bool> {
    let Made { tallies: made, events, cases } = fold(door)?;
    let mut kept = read_tallies(door)?;
    let wrong_counts = number(door, WRONG_COUNTS)?;
    // Last of all: as many events as were read are the same events, for none is ever changed.
    if number(door, COUNT)? != events {
        return Ok(false);
    }
    let mut sql = guard(events);
    let mut changed = 0;
    for (place, tally) in &made {
        if kept.remove(place).as_ref() != Some(&Some(tally.clone())) {
            changed += 1;
            write_tally(&mut sql, place, tally)?;
        }
    }
    // What no event stands behind.
    for place in kept.keys() {
        changed += 1;
        sql += &forget(place);
    }
    println!("{events} events of {cases} cases add up to {} days and months.", made.len());
    if changed == 0 && wrong_counts == 0 {
        println!("Nothing differed.");
        return Ok(true);
    }
    if wrong_counts > 0 {
        sql += "DELETE FROM status_counts;
            INSERT INTO status_counts (office, status, count) SELECT office, status, count(*) FROM cases GROUP BY 1, 2;\n";
    }
    let file = paths::scratch("rebuild.sql");
    fs::create_dir_all(paths::scratch("")).trying("make the folder of what belongs to this checkout")?;
    fs::write(&file, sql).trying(format_args!("write {}", file.display()))?;
    if let Err(failure) = door.run(&file) {
        return if number(door, COUNT)? == events { Err(failure) } else { Ok(false) };
    }
    println!("{changed} days and months differed, and {wrong_counts} counts of cases by status: they were put right.");
    Ok(true)
}

const COUNT: &str = "SELECT count(*) AS number FROM events";

/// Counts of cases by status that are not what the rows of cases add up to, whichever of the two is missing.
const WRONG_COUNTS: &str = "WITH kept AS (SELECT office, status, count AS n FROM status_counts WHERE count <> 0),
    made AS (SELECT office, status, count(*) AS n FROM cases GROUP BY 1, 2)
    SELECT count(DISTINCT office || ' ' || status) AS number FROM
        (SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM made)
         UNION ALL SELECT * FROM (SELECT * FROM made EXCEPT SELECT * FROM kept))";

/// Fails if another event came.
fn guard(events: usize) -> String {
    format!("SELECT iif((SELECT count(*) FROM events) = {events}, 1, json('another event came'));\n")
}

#[derive(Deserialize)]
struct EventRow {
    ticket: String,
    seq: u32,
    body: String,
    /// The holder's unit as it was filed.
    unit: Option<String>,
}

/// What was made of the events, and of how many.
#[derive(Default)]
struct Made {
    tallies: Tallies,
    events: usize,
    cases: usize,
}

/// Reads all events, case by case and in their order, and adds them up. Of many, only a part is in memory.
fn fold(door: &Door) -> Result<Made> {
    let calendars = read_calendars(door)?;
    let mut made = Made::default();
    let mut rows: Vec<EventRow> = Vec::new();
    loop {
        let after = rows.last().map_or_else(
            || "TRUE".to_owned(),
            |last| format!("(e.ticket, e.seq) > ({}, {})", quoted(&last.ticket), last.seq),
        );
        let part: Vec<EventRow> = door.rows(&format!(
            "SELECT e.ticket, e.seq, e.body, c.filed_unit AS unit
             FROM events e LEFT JOIN cases c ON c.ticket = e.ticket
             WHERE {after} ORDER BY e.ticket, e.seq LIMIT {READ}"
        ))?;
        let more = part.len() == READ;
        rows.extend(part);
        // The last case may go on in the next part.
        let last = rows.last().filter(|_| more).map(|last| last.ticket.clone());
        let whole = last.map_or(rows.len(), |last| rows.partition_point(|row| row.ticket < last));
        let rest = rows.split_off(whole);
        for case in rows.chunk_by(|a, b| a.ticket == b.ticket) {
            add_case(&mut made.tallies, &calendars, case)?;
            made.cases += 1;
        }
        made.events += rows.len();
        rows = rest;
        if !more {
            return Ok(made);
        }
    }
}

#[derive(Deserialize)]
struct TallyRow {
    office: String,
    period: String,
    tally: String,
}

/// What is kept; none where it can't be read.
fn read_tallies(door: &Door) -> Result<BTreeMap<(String, String), Option<Tally>>> {
    let mut kept = BTreeMap::new();
    loop {
        let after = kept.last_key_value().map_or_else(
            || "TRUE".to_owned(),
            |((office, period), _): (&(String, String), _)| {
                format!("(office, period) > ({}, {})", quoted(office), quoted(period))
            },
        );
        let rows: Vec<TallyRow> = door.rows(&format!(
            "SELECT office, period, tally FROM tallies WHERE {after} ORDER BY office, period LIMIT {TALLIES}"
        ))?;
        let more = rows.len() == TALLIES;
        kept.extend(rows.into_iter().map(|row| ((row.office, row.period), serde_json::from_str(&row.tally).ok())));
        if !more {
            return Ok(kept);
        }
    }
}

/// Adds what the events of one case add up to.
fn add_case(tallies: &mut Tallies, calendars: &BTreeMap<String, Calendars>, case: &[EventRow]) -> Result<()> {
    let ticket = &case[0].ticket;
    let events: Vec<Event> = case
        .iter()
        .map(|row| serde_json::from_str(&row.body))
        .collect::<std::result::Result<_, _>>()
        .trying(format_args!("read the events of {ticket}"))?;
    let Happened::Filed { office, version, .. } = &events[0].what else {
        return Err(Failure::new(format!("{ticket} does not begin with its filing.")));
    };
    let procedure = offices()
        .version(office, *version)
        .ok_or_else(|| Failure::new(format!("{ticket} follows version {version} of {office}, unknown here.")))?;
    let calendars = calendars.get(office).ok_or_else(|| Failure::new(format!("{office} has no calendar.")))?;
    for seen in 1..=events.len() {
        let (events, at) = (&events[..seen], events[seen - 1].at);
        let added = times(procedure, events, calendars, at)
            .and_then(|times| increments(procedure, events, &times, case[0].unit.as_deref()))
            .trying(format_args!("fold {ticket}"))?;
        if added.is_empty() {
            continue;
        }
        let day = day(at, procedure.office.zone);
        let month = day[.."2026-11".len()].to_owned();
        for period in [day, month] {
            tallies.entry((office.clone(), period)).or_default().merge(&added);
        }
    }
    Ok(())
}

/// By which calendars each office's time is counted: the same as at the edge.
fn read_calendars(door: &Door) -> Result<BTreeMap<String, Calendars>> {
    #[derive(Deserialize)]
    struct Row {
        office: String,
        changed_at: DateTime<Utc>,
        calendar: String,
    }
    let rows: Vec<Row> = door.rows("SELECT office, changed_at, calendar FROM calendars ORDER BY office, changed_at")?;
    let mut own: BTreeMap<String, Vec<(DateTime<Utc>, Calendar)>> = BTreeMap::new();
    for Row { office, changed_at, calendar } in rows {
        let calendar = serde_json::from_str(&calendar).trying(format_args!("read a calendar of {office}"))?;
        own.entry(office).or_default().push((changed_at, calendar));
    }
    let counted = |procedure: &Procedure| {
        let Office { id, zone, .. } = &procedure.office;
        let set = own.get(id).into_iter().flatten().map(|(at, calendar)| (*at, calendar));
        let calendars = Calendars::of_office(*zone, set).trying(format_args!("count by the calendars of {id}"))?;
        Ok((id.clone(), calendars.into_owned()))
    };
    offices().iter().map(counted).collect()
}

fn write_tally(sql: &mut String, place: &(String, String), tally: &Tally) -> Result<()> {
    let (office, period) = (quoted(&place.0), quoted(&place.1));
    *sql += &forget(place);
    *sql += &format!("INSERT INTO tallies (office, period, tally) VALUES ({office}, {period}, '{{}}');\n");
    let entries: Vec<(&str, u64)> = tally.entries().collect();
    for part in entries.chunks(KEYS) {
        let part: BTreeMap<&str, u64> = part.iter().copied().collect();
        let json = serde_json::to_string(&part).trying("write counts as JSON")?;
        *sql += &format!(
            "UPDATE tallies SET tally = json_patch(tally, {}) WHERE office = {office} AND period = {period};\n",
            quoted(&json)
        );
    }
    Ok(())
}

fn forget((office, period): &(String, String)) -> String {
    format!("DELETE FROM tallies WHERE office = {} AND period = {};\n", quoted(office), quoted(period))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::rows_of;

    #[test]
    fn the_answer_of_wrangler_is_read() {
        let printed = r#"[{"results":[{"office":"madiun","period":"2026-11","tally":"{\"filed\":2}"}],"success":true,"meta":{"duration":1}}]"#;
        let rows: Vec<TallyRow> = rows_of(printed).unwrap();
        assert_eq!((rows[0].period.as_str(), rows[0].tally.as_str()), ("2026-11", "{\"filed\":2}"));
    }

    #[test]
    fn texts_stay_texts_and_long_tallies_come_in_parts() {
        assert_eq!(quoted("Jum'at"), "'Jum''at'");
        let mut tally = Tally::default();
        for minutes in 0..1200 {
            tally.add(&workflow::report::Key::Minutes { version: 1, step: 2, minutes }, 1);
        }
        let mut sql = String::new();
        write_tally(&mut sql, &("madiun".to_owned(), "2026-11".to_owned()), &tally).unwrap();
        assert_eq!(sql.matches("json_patch").count(), 3);
        assert!(sql.lines().all(|line| line.len() < 100_000));
    }
}
