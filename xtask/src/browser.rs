//! A browser and its driver, for the tests that need one.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::children::Owned;
use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::steps::Outcome;
use crate::{command, http, paths, toolchain};

/// Where neither the system nor its packages have one: a version fetched for testing.
const FETCHED: (&str, &str) = ("@puppeteer/browsers@2.10.5", "stable");

/// A browser and the driver that fits it.
pub struct Browser {
    /// The browser's program.
    pub chromium: PathBuf,
    driver: PathBuf,
}

impl Browser {
    /// The pair that is there, if one is.
    pub fn present() -> Option<Self> {
        let chosen = |name| env::var_os(name).map(PathBuf::from).filter(|file| file.is_file());
        let on_path = |names: &[&str]| names.iter().find_map(|name| paths::find_program(name));
        let chromium = chosen("CABUT_CHROMIUM")
            .or_else(|| on_path(&["chromium", "chromium-browser", "google-chrome", "chrome"]))
            .or_else(|| fetched("chrome", &["chrome", "Google Chrome for Testing"]))?;
        let driver = chosen("CABUT_CHROMEDRIVER_PROGRAM")
            .or_else(|| on_path(&["chromedriver"]))
            .or_else(|| fetched("chromedriver", &["chromedriver"]))?;
        Some(Self { chromium, driver })
    }

    /// Makes sure that a pair is there.
    pub fn set_up(log: &Path) -> Result<Outcome> {
        if Self::present().is_some() {
            return Ok(Outcome::Unchanged);
        }
        if toolchain::is_debian() {
            toolchain::apt_install(&["chromium", "chromium-driver"], log)?;
        } else {
            for program in ["chrome", "chromedriver"] {
                Run::new("npx")
                    .args(["--yes", FETCHED.0, "install"])
                    .arg(format!("{program}@{}", FETCHED.1))
                    .arg("--path")
                    .arg(fetched_dir())
                    .logged(log)?;
            }
        }
        match Self::present() {
            Some(_) => Ok(Outcome::Done),
            None => Err(Failure::new(
                "No browser was found after its set-up: install Chromium and the chromedriver of the same version, put both on PATH, then run this again.",
            )),
        }
    }
}

fn fetched_dir() -> PathBuf {
    paths::cache().join("browsers")
}

/// Below the directory of fetched browsers, by the program's file name.
fn fetched(kind: &str, names: &[&str]) -> Option<PathBuf> {
    fn find(dir: &Path, names: &[&str]) -> Option<PathBuf> {
        let entries: Vec<PathBuf> = dir.read_dir().ok()?.flatten().map(|entry| entry.path()).collect();
        let is_it = |file: &&PathBuf| {
            file.is_file() && file.file_name().is_some_and(|name| names.iter().any(|wanted| name == *wanted))
        };
        entries.iter().find(is_it).cloned().or_else(|| entries.iter().find_map(|entry| find(entry, names)))
    }
    find(&fetched_dir().join(kind), names)
}

/// A running chromedriver, gone with all its browsers when dropped.
pub struct Driver {
    process: Owned,
    port: u16,
}

impl Driver {
    /// Starts the driver on a free port.
    pub fn start(browser: &Browser, log: &Path) -> Result<Self> {
        let port = http::free_port().trying("find a free port")?;
        let process = Run::new(&browser.driver).arg(format!("--port={port}")).start_logged(log)?;
        let mut driver = Self { process, port };
        let deadline = Instant::now() + Duration::from_secs(20);
        while http::status(port, "/status") != Some(200) {
            if driver.process.ended() || Instant::now() > deadline {
                return Err(Failure::new(format!(
                    "{}\nThe browser's driver did not start; its output is in {}.",
                    command::tail(log),
                    command::shown_path(log)
                )));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}
