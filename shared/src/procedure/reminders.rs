//! Who is reminded of a turn that lasts, and when: data of the office's file. Neither SOP speaks of reminders, so a
//! file that says nothing has ours.

use chrono::TimeDelta;
use serde::Deserialize;

use super::TimeLimit;

/// `[reminders]` of a procedure file. What it leaves out is as in [`Reminders::default`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reminders {
    /// The rungs of one turn, each later than the one before.
    pub ladder: Vec<Rung>,
    /// After how many working days an applicant is reminded of what they are to complete; rising.
    pub completion_days: Vec<u16>,
    /// So many hours before the 24 of a request that cannot wait are over, whoever has the turn and the head hear of it:
    /// falling, in plain time, nights and holidays included; 0 when they are over.
    pub urgent_hours: Vec<u8>,
}

/// A rung of the ladder: how much working time before or after the limit's end, and who hears of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// Working time after the limit's end; before it where negative: `-15 menit`, `0 menit`, `4 jam`. Of a limit that is no
    /// longer than that, a third is left.
    #[serde(deserialize_with = "working_time")]
    pub after: TimeDelta,
    /// Who hears of it.
    pub whom: Whom,
}

/// Who hears of a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Whoever has the turn.
    Turn,
    /// The official whose step comes next.
    Next,
    /// The head of the office: the first official in the chain.
    Head,
}

impl Default for Reminders {
    /// Before the limit ends and when it has, whoever has the turn; then the next in the chain, then the head.
    fn default() -> Self {
        Reminders {
            ladder: vec![
                Rung { after: TimeDelta::minutes(-15), whom: Whom::Turn },
                Rung { after: TimeDelta::zero(), whom: Whom::Turn },
                Rung { after: TimeDelta::hours(1), whom: Whom::Next },
                Rung { after: TimeDelta::hours(4), whom: Whom::Head },
            ],
            completion_days: vec![3, 7],
            urgent_hours: vec![4, 0],
        }
    }
}

impl Rung {
    /// Reads the wording of [`Rung::after`]; none where it is no such time. Working days are not all as long, so a rung
    /// has none.
    pub fn parse_after(wording: &str) -> Option<TimeDelta> {
        let wording = wording.trim();
        let (before, amount) = wording.strip_prefix('-').map_or((false, wording), |rest| (true, rest));
        if matches!(amount.split_once(' '), Some(("0", "menit" | "jam"))) {
            return Some(TimeDelta::zero());
        }
        let time = TimeLimit::parse(amount).ok()?.working_time()?;
        Some(if before { -time } else { time })
    }
}

fn working_time<'de, D: serde::Deserializer<'de>>(wording: D) -> Result<TimeDelta, D::Error> {
    let wording = String::deserialize(wording)?;
    Rung::parse_after(&wording).ok_or_else(|| serde::de::Error::custom(bad_after(&wording)))
}

/// What is said of a wording that is no time of a rung.
pub(super) fn bad_after(wording: &str) -> String {
    format!("{wording:?} is not a rung's time, such as \"-15 menit\", \"0 menit\" or \"4 jam\"")
}
