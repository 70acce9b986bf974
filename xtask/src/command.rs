//! One way to run a program: quietly into a log, and with one sentence when it fails.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, io};

use crate::children::Owned;
use crate::failure::{Failure, Result, Trying};
use crate::paths;

/// How many last lines of a failed program's output are shown.
const TAIL: usize = 25;

/// A program with its arguments and its surroundings.
pub struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// Runs in the repository's root unless told otherwise.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let name = Path::new(program.as_ref()).file_name().unwrap_or(program.as_ref());
        let shown = name.to_string_lossy().into_owned();
        let mut command = Command::new(program);
        command.current_dir(paths::root());
        // Some tools refuse the value 1 that others want here; uncoloured output needs neither.
        command.env_remove("NO_COLOR");
        Self { command, shown }
    }

    /// One more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.command.arg(arg);
        self
    }

    /// More arguments.
    pub fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Run::arg)
    }

    /// An environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Several environment variables.
    pub fn envs<V: AsRef<OsStr>>(self, vars: impl IntoIterator<Item = (&'static str, V)>) -> Self {
        vars.into_iter().fold(self, |run, (name, value)| run.env(name, value))
    }

    /// These directories come first on `PATH`.
    pub fn path_first(self, dirs: impl IntoIterator<Item = PathBuf>) -> Self {
        let old = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(dirs.into_iter().chain(env::split_paths(&old)));
        self.env("PATH", path.unwrap_or(old))
    }

    /// The directory it runs in.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// What it prints, when only that is wanted; `None` if it fails or is not there.
    pub fn answer(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Writes what it prints into a file of our own; false, and no file, if it fails.
    pub fn into_file(mut self, file: &Path) -> Result<bool> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output();
        let output = output.map_err(|error| self.missing(&error))?;
        if !output.status.success() {
            return Ok(false);
        }
        let mut made = File::options().create(true).truncate(true).write(true).mode(0o600).open(file);
        made.as_mut()
            .map_err(|error| error.to_string())
            .and_then(|made| made.write_all(&output.stdout).map_err(|error| error.to_string()))
            .trying(format_args!("write {}", file.display()))?;
        Ok(true)
    }

    /// Runs with all output appended to `log`; the end of it is shown on failure.
    pub fn logged(mut self, log: &Path) -> Result<()> {
        let mut child = self.start_logged(log)?;
        let status = child.wait().trying(format_args!("wait for `{}`", self.shown))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{}\n`{}` failed ({status}); its whole output is in {}.",
            tail(log),
            self.shown,
            shown_path(log)
        )))
    }

    /// Starts it with all output appended to `log`.
    pub fn start_logged(&mut self, log: &Path) -> Result<Owned> {
        let mut file = open_log(log)?;
        let _ = writeln!(file, "\n$ {}", self.shown);
        let copy = file.try_clone().trying("share the log file")?;
        Owned::start(self.command.stdout(file).stderr(copy)).map_err(|error| self.missing(&error))
    }

    /// Runs with its output on the terminal, line by line past `each_line`; true if it succeeded.
    pub fn shown(mut self, mut each_line: impl FnMut(&str)) -> Result<bool> {
        println!("$ {}", self.shown);
        let mut child = Owned::start(self.command.stdout(Stdio::piped())).map_err(|error| self.missing(&error))?;
        if let Some(stdout) = child.inner().stdout.take() {
            for line in BufReader::new(stdout).split(b'\n') {
                let line = line.trying("read the output")?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                each_line(&line);
            }
        }
        Ok(child.wait().trying("wait for the program")?.success())
    }

    /// Runs with the terminal as its own, for programs that may ask for a password.
    pub fn interactive(mut self) -> Result<()> {
        let status = self.command.status().map_err(|error| self.missing(&error))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::new(format!("`{}` failed ({status}).", self.shown)))
    }

    fn missing(&self, error: &io::Error) -> Failure {
        let program = self.shown.split(' ').next().unwrap_or_default();
        match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::new(format!("`{program}` is not installed or not on PATH: {}", advice(program)))
            }
            _ => Failure::new(format!("Could not start `{}`: {error}.", self.shown)),
        }
    }
}

/// What to do about a missing program.
fn advice(program: &str) -> &'static str {
    match program {
        "node" | "npm" => "install Node.js 20.19 or later (with npm), then run this again.",
        "rustup" | "cargo" | "rustc" => "install Rust through rustup (https://rustup.rs), then run this again.",
        _ => "install it, then run this again.",
    }
}

fn open_log(log: &Path) -> Result<File> {
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).trying(format_args!("create {}", dir.display()))?;
    }
    File::options().create(true).append(true).open(log).trying(format_args!("open {}", log.display()))
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}

/// A path as a person would type it from the repository's root.
pub fn shown_path(path: &Path) -> String {
    path.strip_prefix(paths::root()).unwrap_or(path).display().to_string()
}
