//! How often something may be asked for.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;

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

/// In seconds.
const HOUR: u32 = 3_600;

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

/// Counts one more under each of these keys in turn, and under none behind one that is over its limit already: so that whoever
/// was stopped can't use up other people's.
pub fn count_in_turn(batch: &mut Batch, limits: &[(String, Limit)], now: DateTime<Utc>) -> Vec<Counted> {
    let sql = format!(
        "INSERT INTO limits (key, since, count)
         SELECT ?1, ?2, 1 WHERE NOT EXISTS (
             SELECT 1 FROM json_each(?4) before JOIN limits ON limits.key = before.value ->> 0
             WHERE count > before.value ->> 1) {COUNT}"
    );
    let mut count = |(at, (key, limit)): (usize, &(String, Limit))| {
        let before: serde_json::Value = limits[..at].iter().map(|(key, limit)| json!([key, limit.most])).collect();
        let slot = batch.ask(&sql, &[key, &now, &(now - limit.within), &before.to_string()]);
        Counted { slot, limit: *limit }
    };
    limits.iter().enumerate().map(&mut count).collect()
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
                let left = u32::try_from((since + self.limit.within - now).num_seconds().max(1)).unwrap_or(1);
                let problem = Problem::from(Code::TooManyRequests).with_retry_after(left);
                Err(match left.div_ceil(HOUR) {
                    0 | 1 => problem,
                    hours => problem.with_detail(format!("Terlalu banyak percobaan. Coba lagi {hours} jam lagi.")),
                })
            }
            _ => Ok(()),
        }
    }
}
