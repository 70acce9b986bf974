//! How often something may be asked for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    db::{Answers, Batch, Slot},
    problem::{Code, Problem},
};

/// The time in which is counted.
const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// A count since a time.
#[derive(Debug, Deserialize)]
struct Count {
    since: DateTime<Utc>,
    count: u32,
}

/// One more of something that is limited.
pub struct Counted {
    slot: Slot<Count>,
    most: u32,
}

/// Counts one more under `key`, of `most` within a quarter of an hour.
pub fn count(batch: &mut Batch, key: &str, most: u32, now: DateTime<Utc>) -> Counted {
    let slot = batch.ask(
        "INSERT INTO limits (key, since, count) VALUES (?1, ?2, 1)
         ON CONFLICT (key) DO UPDATE SET
             count = CASE WHEN since <= ?3 THEN 1 ELSE count + 1 END,
             since = CASE WHEN since <= ?3 THEN ?2 ELSE since END
         RETURNING since, count",
        &[&key, &now, &(now - WINDOW)],
    );
    Counted { slot, most }
}

/// Counts one more under `key`, unless `other` is over its limit already: so that a client that was stopped
/// can't use up other people's.
pub fn count_unless(
    batch: &mut Batch,
    key: &str,
    most: u32,
    other: &str,
    others_most: u32,
    now: DateTime<Utc>,
) -> Counted {
    let slot = batch.ask(
        "INSERT INTO limits (key, since, count)
         SELECT ?1, ?2, 1 WHERE NOT EXISTS (SELECT 1 FROM limits WHERE key = ?4 AND count > ?5)
         ON CONFLICT (key) DO UPDATE SET
             count = CASE WHEN since <= ?3 THEN 1 ELSE count + 1 END,
             since = CASE WHEN since <= ?3 THEN ?2 ELSE since END
         RETURNING since, count",
        &[&key, &now, &(now - WINDOW), &other, &others_most],
    );
    Counted { slot, most }
}

impl Counted {
    /// Refuses when it was one too many.
    pub fn check(&self, answers: &Answers, now: DateTime<Utc>) -> Result<(), Problem> {
        match answers.first(&self.slot)? {
            Some(Count { since, count }) if count > self.most => {
                let left = (since + WINDOW - now).num_seconds().max(1);
                Err(Problem::from(Code::TooManyRequests).with_retry_after(u32::try_from(left).unwrap_or(1)))
            }
            _ => Ok(()),
        }
    }
}
