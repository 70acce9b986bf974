//! Whatever this program starts also ends with it: on success, on failure and on Ctrl-C.

use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::{Result, Trying};

static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends every child, then this program, when it is told to stop.
pub fn end_with_us() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).trying("listen for Ctrl-C")?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            eprintln!("\nStopping …");
            // Held until the end, so that nothing new is started meanwhile.
            let running = running();
            end(&running.iter().copied().collect::<Vec<_>>());
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// A child process that cannot outlive its owner.
pub struct Owned(Child);

impl Owned {
    /// Starts `command` in a process group of its own, so that it and its children end together.
    pub fn start(command: &mut Command) -> std::io::Result<Self> {
        let mut running = running();
        let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        running.insert(child.id());
        Ok(Self(child))
    }

    /// The child, to read what it prints.
    pub fn inner(&mut self) -> &mut Child {
        &mut self.0
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> std::io::Result<ExitStatus> {
        let status = self.0.wait();
        running().remove(&self.0.id());
        status
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let id = self.0.id();
        if running().remove(&id) {
            end(&[id]);
            let _ = self.0.wait();
        }
    }
}

/// Asks the processes and all their descendants to end, and makes them after three seconds.
fn end(ids: &[u32]) {
    if ids.is_empty() {
        return;
    }
    let family = with_descendants(ids);
    signal("-TERM", ids, &family);
    let deadline = Instant::now() + Duration::from_secs(3);
    while Instant::now() < deadline && family.iter().any(|id| is_alive(*id)) {
        thread::sleep(Duration::from_millis(50));
    }
    signal("-KILL", ids, &family);
}

fn signal(name: &str, groups: &[u32], processes: &[u32]) {
    let targets = groups.iter().map(|id| format!("-{id}")).chain(processes.iter().map(u32::to_string));
    let _ = Command::new("kill").arg(name).arg("--").args(targets).stderr(Stdio::null()).status();
}

/// A browser puts itself into a group of its own; its parent still tells whose it is.
fn with_descendants(ids: &[u32]) -> Vec<u32> {
    let table = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let table = table.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let pairs: Vec<(u32, u32)> = table
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .collect();
    let mut family = ids.to_vec();
    let mut next = 0;
    while next < family.len() {
        let parent = family[next];
        family.extend(pairs.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    family
}

/// A zombie waits only for us and counts as ended.
fn is_alive(id: u32) -> bool {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &id.to_string()]).output();
    state.is_ok_and(|output| {
        let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    })
}
