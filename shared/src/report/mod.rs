//! What an office's days add up to: counts, how long each step took, whose the time was.
//!
//! Each event adds to its day and never takes away ([`increments`]), so that a span is the sum of its days
//! ([`Tally`]), in whatever order they are added. What people read is made of that sum ([`Report`]), and the page and
//! the files show the same [`Table`]s of it.

mod span;
mod table;
mod tally;
mod told;

pub use span::{LONGEST, Part, day, month, parts};
pub use table::{Cell, Table};
pub use tally::{Key, Tally, Whose, increments};
pub use told::{Counts, Period, ReasonCount, Report, Running, StepReport, UnitCount};
