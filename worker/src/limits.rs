//! How often something may be asked for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    db::{Answers, Batch, Slot},
    problem::{Code, Problem},
};

/// How much of something there may be.
#[derive(Clone, Copy)]
pub struct Limit {
    /// How often.
    pub most: u32,
    /// In what time.
    pub within: TimeDelta,
}

/// A count since a time.
#[derive(Debug, Deserialize)]
struct Count {
    since: DateTime<Utc>,
    count: u32,
}

/// One more of something that is limited.
pub struct Counted {
    slot: Slot<Count>,
    limit: Limit,
}

const COUNT: &str = "ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN since <= ?3 THEN 1 ELSE count + 1 END,
    since = CASE WHEN since <= ?3 THEN ?2 ELSE since END
    RETURNING since, count";

/// Counts one more under `key`.
pub fn count(batch: &mut Batch, key: &str, limit: Limit, now: DateTime<Utc>) -> Counted {
    let sql = format!("INSERT INTO limits (key, since, count) VALUES (?1, ?2, 1) {COUNT}");
    let slot = batch.ask(&sql, &[&key, &now, &(now - limit.within)]);
    Counted { slot, limit }
}

/// Counts one more under `key`, unless `other` is over its limit already: so that a client that was stopped
/// can't use up other people's.
pub fn count_unless(
    batch: &mut Batch,
    key: &str,
    limit: Limit,
    other: &str,
    others: Limit,
    now: DateTime<Utc>,
) -> Counted {
    let sql = format!(
        "INSERT INTO limits (key, since, count)
         SELECT ?1, ?2, 1 WHERE NOT EXISTS (SELECT 1 FROM limits WHERE key = ?4 AND count > ?5) {COUNT}"
    );
    let slot = batch.ask(&sql, &[&key, &now, &(now - limit.within), &other, &others.most]);
    Counted { slot, limit }
}

/// Counts one more of `what` for the person of this session, whichever session it is.
pub fn count_of_person(batch: &mut Batch, what: &str, token_hash: &str, limit: Limit, now: DateTime<Utc>) -> Counted {
    let sql = format!(
        "INSERT INTO limits (key, since, count)
         SELECT ?1 || ' ' || person, ?2, 1 FROM sessions WHERE token_hash = ?4 {COUNT}"
    );
    let slot = batch.ask(&sql, &[&what, &now, &(now - limit.within), &token_hash]);
    Counted { slot, limit }
}

impl Counted {
    /// Refuses when it was one too many.
    pub fn check(&self, answers: &Answers, now: DateTime<Utc>) -> Result<(), Problem> {
        match answers.first(&self.slot)? {
            Some(Count { since, count }) if count > self.limit.most => {
                let left = (since + self.limit.within - now).num_seconds().max(1);
                Err(Problem::from(Code::TooManyRequests).with_retry_after(u32::try_from(left).unwrap_or(1)))
            }
            _ => Ok(()),
        }
    }
}
