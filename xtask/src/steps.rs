//! Says what is being done, which step of how many, and how long it took.

use std::fs;
use std::io::{IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use crate::failure::Result;
use crate::paths;

/// How a step ended.
pub enum Outcome {
    /// Something was done.
    Done,
    /// Everything was already as it should be.
    Unchanged,
}

/// The steps of one verb.
pub struct Steps {
    total: usize,
    started: usize,
    beginning: Instant,
}

impl Steps {
    /// Announces so many steps.
    pub fn new(total: usize) -> Self {
        Self { total, started: 0, beginning: Instant::now() }
    }

    /// Runs one step; `work` gets the log file to write to.
    pub fn step(&mut self, title: &str, work: impl FnOnce(&Path) -> Result<Outcome>) -> Result<()> {
        self.started += 1;
        let head = format!("[{}/{}] {title} …", self.started, self.total);
        let log = log_file(title);
        let _ = fs::remove_file(&log);
        let beginning = Instant::now();
        print!("{head} ");
        let _ = stdout().flush();
        let outcome = while_shown(&head, &log, || work(&log));
        let time = Took(beginning.elapsed());
        match &outcome {
            Ok(Outcome::Done) => println!("{time}"),
            Ok(Outcome::Unchanged) => println!("unchanged"),
            Err(_) => println!("failed after {time}"),
        }
        outcome.map(drop)
    }

    /// How long all steps took so far.
    pub fn took(&self) -> Took {
        Took(self.beginning.elapsed())
    }
}

fn log_file(title: &str) -> PathBuf {
    let name: String = title
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    paths::scratch("logs").join(format!("{name}.log"))
}

/// On a terminal the line lives: seconds go by, and the tool's own last word stands beside them.
/// Elsewhere (CI) it is only begun and ended.
fn while_shown<T>(head: &str, log: &Path, work: impl FnOnce() -> T) -> T {
    if !stdout().is_terminal() {
        return work();
    }
    let finished = AtomicBool::new(false);
    thread::scope(|scope| {
        let ticker = scope.spawn(|| {
            let beginning = Instant::now();
            while !finished.load(Ordering::Relaxed) {
                let line = format!("{head} {}  {}", Took(beginning.elapsed()), last_line(log));
                print!("\r\x1b[2K{}", line.chars().take(78).collect::<String>());
                let _ = stdout().flush();
                thread::park_timeout(Duration::from_millis(500));
            }
            print!("\r\x1b[2K{head} ");
        });
        let result = work();
        finished.store(true, Ordering::Relaxed);
        ticker.thread().unpark();
        result
    })
}

fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.trim().chars().filter(|c| !c.is_control()).collect()
}

/// A time as people say it.
pub struct Took(pub Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..10 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..100 => write!(f, "{seconds} s"),
            _ => write!(f, "{} min {:02} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        let shown = |seconds: f64| Took(Duration::from_secs_f64(seconds)).to_string();
        assert_eq!(shown(0.44), "0.4 s");
        assert_eq!(shown(42.0), "42 s");
        assert_eq!(shown(192.0), "3 min 12 s");
    }
}
