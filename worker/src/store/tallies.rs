//! What days and months add up to, and how many cases stand where.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use workflow::{
    api::StatusCount,
    day,
    procedure::Office,
    report::{Part, Running, Tally, day},
};

use crate::{
    body,
    db::{Answers, Batch, Parameter, Slot},
    problem::Problem,
};

/// Adds to the day in which this instant lies at the office, and to its month.
pub fn add(batch: &mut Batch, office: &Office, at: DateTime<Utc>, tally: &Tally) -> Result<(), Problem> {
    if tally.is_empty() {
        return Ok(());
    }
    let (day, first) = (day(at, office.zone), body::text(tally)?);
    let month = day[.."2026-11".len()].to_owned();
    let mut parameters: Vec<Box<dyn Parameter>> =
        vec![Box::new(office.id.clone()), Box::new(day), Box::new(month), Box::new(first)];
    let mut sums = String::new();
    for (key, count) in tally.entries() {
        let (path, more) = (parameters.len() + 1, parameters.len() + 2);
        // A key holds nothing that would end the quotation. What is bound as a number comes as a real.
        parameters.push(Box::new(format!("$.\"{key}\"")));
        parameters.push(Box::new(u32::try_from(count).unwrap_or(u32::MAX)));
        sums += &format!(", ?{path}, coalesce(tally ->> ?{path}, 0) + CAST(?{more} AS INTEGER)");
    }
    let parameters: Vec<&dyn Parameter> = parameters.iter().map(AsRef::as_ref).collect();
    batch.run(
        &format!(
            "INSERT INTO tallies (office, period, tally) VALUES (?1, ?2, ?4), (?1, ?3, ?4)
             ON CONFLICT (office, period) DO UPDATE SET tally = json_set(tally{sums})"
        ),
        &parameters,
    );
    Ok(())
}

/// The part of a batch that loads a span.
pub struct Loading(Vec<Slot<Row>>);

#[derive(Deserialize)]
struct Row {
    period: String,
    tally: String,
}

/// Loads the parts of a span.
pub fn load(batch: &mut Batch, office: &str, parts: &[Part]) -> Result<Loading, Problem> {
    let load = |part: &Part| {
        Ok(match part {
            // Between two days lie the months that begin between them, too.
            Part::Days(from, to) => batch.ask(
                "SELECT period, tally FROM tallies
                 WHERE office = ?1 AND period BETWEEN ?2 AND ?3 AND length(period) = length('2026-11-22')",
                &[&office, &day::write(*from), &day::write(*to)],
            ),
            Part::Months(..) => batch.ask(
                "SELECT period, tally FROM tallies WHERE office = ?1 AND period IN (SELECT value FROM json_each(?2))",
                &[&office, &body::text(&part.periods())?],
            ),
        })
    };
    parts.iter().map(load).collect::<Result<_, Problem>>().map(Loading)
}

impl Loading {
    /// The periods with what they add up to.
    pub fn tallies(&self, answers: &Answers) -> Result<BTreeMap<String, Tally>, Problem> {
        let mut tallies = BTreeMap::new();
        for slot in &self.0 {
            for Row { period, tally } in answers.rows(slot)? {
                tallies.insert(period, serde_json::from_str(&tally).map_err(|error| Problem::unreadable(&error))?);
            }
        }
        Ok(tallies)
    }
}

/// A number alone.
#[derive(Debug, Deserialize)]
pub struct Count {
    pub count: u64,
}

/// How many turns of the office reach the SOP's limit from this instant on and before that one, so far as they are counted.
pub fn due(batch: &mut Batch, office: &str, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> Slot<Count> {
    batch.ask(
        &format!(
            "SELECT count(*) AS count FROM (SELECT 1 FROM cases INDEXED BY cases_by_due
             WHERE office = ?1 AND urgent IN (0, 1) AND due_at >= ?2 AND due_at < ?3 LIMIT {})",
            Running::MOST
        ),
        &[&office, &from, &until],
    )
}

/// How many cases of the office stand where; nothing of where none ever stood.
pub fn by_status(batch: &mut Batch, office: &str) -> Slot<StatusCount> {
    batch.ask("SELECT status, count FROM status_counts WHERE office = ?1", &[&office])
}
