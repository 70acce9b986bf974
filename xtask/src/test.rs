//! `cargo xtask test`: every check and every test, with a table of them at the end.

use std::ffi::OsString;
use std::time::Instant;
use std::{env, fs, iter};

use crate::browser::{Browser, Driver};
use crate::build::{self, Flavour};
use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::server::{self, Server, TempState};
use crate::setup::{self, set_up};
use crate::steps::{Outcome, Steps, Took};
use crate::toolchain::{self, Wasm};
use crate::{database, http, paths, size};

/// The parts that need nothing but sources. Behind them comes one part for every test of the
/// package `cabut-tests`, against the built product.
const CHECKS: [&str; 4] = ["fmt", "clippy", "clippy-wasm", "unit"];

/// `cargo xtask test`
pub fn run(args: lexopt::Parser) -> Result<()> {
    let product = product_parts()?;
    let all: Vec<&str> = CHECKS.into_iter().chain(product.iter().map(String::as_str)).collect();
    let Some(options) = Options::parse(args, &all)? else {
        println!("{}", all.join("\n"));
        return Ok(());
    };
    let mut report = Report::new(options.filter.clone());
    let wanted = |part: &str| options.only.is_empty() || options.only.iter().any(|only| only == part);
    let product: Vec<&String> = product.iter().filter(|part| wanted(part)).collect();

    let wasm = set_up_for_tests(wanted("clippy-wasm"), !product.is_empty())?;
    if wanted("fmt") {
        report.check("fmt", [cargo(&["fmt", "--all", "--check"])])?;
    }
    if wanted("clippy") {
        report.check("clippy", clippy())?;
    }
    if wanted("clippy-wasm") {
        report.check("clippy-wasm", clippy_wasm(&wasm))?;
    }
    if wanted("unit") {
        report.tests("unit", cargo(&["test", "--workspace", "--exclude", "cabut-tests", "--no-fail-fast"]))?;
    }
    if !product.is_empty() {
        match Product::build(&wasm) {
            Ok(built) => {
                let mut parts = product.into_iter();
                while let Some(part) = parts.next() {
                    let mut running = match built.start() {
                        Ok(running) => running,
                        Err(failure) => {
                            report.broken(failure, iter::once(part).chain(parts));
                            break;
                        }
                    };
                    let test = cargo(&["test", "--package", "cabut-tests", "--no-fail-fast", "--test", part]);
                    report.tests(part, test.envs(built.env(&running)))?;
                    if let Some(failure) = running.failed() {
                        report.broken(failure, iter::empty());
                    }
                }
            }
            Err(failure) => report.broken(failure, product.into_iter()),
        }
    }
    report.close()
}

fn cargo(args: &[&str]) -> Run {
    Run::new("cargo").args(args)
}

const DENY: [&str; 3] = ["--", "--deny", "warnings"];

fn clippy() -> [Run; 2] {
    [
        cargo(&["clippy", "--workspace", "--all-targets"]).args(DENY),
        cargo(&["clippy", "--package", "cabut-app", "--features", "ssr", "--all-targets"]).args(DENY),
    ]
}

fn clippy_wasm(wasm: &Wasm) -> [Run; 2] {
    [&["--package", "cabut-app", "--package", "cabut-worker"][..], &["--package", "cabut-worker", "--features", "dev"]]
        .map(|packages| {
            cargo(&["clippy", "--target", "wasm32-unknown-unknown"])
                .args(packages)
                .args(DENY)
                .env("CARGO_TARGET_DIR", paths::at("target/wasm-check"))
                .envs(wasm.env())
        })
}

fn set_up_for_tests(clippy: bool, browser: bool) -> Result<Wasm> {
    let mut steps = Steps::new(setup::STEPS + 2);
    let wasm = set_up(&mut steps)?;
    let only_if =
        |wanted: bool, work: &dyn Fn() -> Result<Outcome>| if wanted { work() } else { Ok(Outcome::Unchanged) };
    steps.step("Clippy for wasm32", |log| only_if(clippy, &|| toolchain::set_up_clippy(&wasm, log)))?;
    steps.step("Browser", |log| only_if(browser, &|| Browser::set_up(log)))?;
    Ok(wasm)
}

/// The built product, with data for its tests.
struct Product {
    browser: Browser,
    state: TempState,
    lab_state: TempState,
    /// A fresh database that no server has opened, for tests that start and kill their own.
    fresh: TempState,
}

/// The product as the tests of one part find it. Each part has servers of its own: the local runtime keeps something of every
/// request, and ends when its memory is full.
struct Running {
    server: Server,
    /// The same again with data of its own, for tests that break what all share.
    lab: Server,
    driver: Driver,
}

impl Product {
    fn build(wasm: &Wasm) -> Result<Self> {
        println!();
        let mut steps = Steps::new(build::APP_STEPS + 2 * build::WORKER_STEPS + 2);
        build::app(&mut steps, wasm)?;
        build::worker(&mut steps, wasm, Flavour::Production)?;
        build::worker(&mut steps, wasm, Flavour::Development)?;
        steps.step("Sizes", |_| size::measure().map(|_| Outcome::Done))?;
        let (state, lab_state, fresh) = (TempState::new()?, TempState::named("lab")?, TempState::named("fresh")?);
        steps.step("Fresh databases", |log| {
            database::set_up(fresh.path(), log)?;
            fresh.copy_to(&state)?;
            fresh.copy_to(&lab_state)?;
            Ok(Outcome::Done)
        })?;
        let browser = Browser::present().ok_or_else(|| Failure::new("The browser has gone since its set-up."))?;
        Ok(Self { browser, state, lab_state, fresh })
    }

    fn start(&self) -> Result<Running> {
        println!();
        let mut started = None;
        Steps::new(1).step("Server and browser driver", |log| {
            let start = |state: &TempState| {
                let port = http::free_port().trying("find a free port")?;
                Server::start(port, state.path(), log)
            };
            let (server, lab) = (start(&self.state)?, start(&self.lab_state)?);
            let driver = Driver::start(&self.browser, &paths::scratch("logs/chromedriver.log"))?;
            started = Some(Running { server, lab, driver });
            Ok(Outcome::Done)
        })?;
        started.ok_or_else(|| Failure::new("The server did not start."))
    }

    fn env(&self, running: &Running) -> Vec<(&'static str, OsString)> {
        let state = self.state.path();
        vec![
            ("CABUT_URL", running.server.url().into()),
            ("CABUT_LAB_URL", running.lab.url().into()),
            ("CABUT_SECRETS", paths::at(server::LOCAL_SECRETS).into()),
            ("CABUT_XTASK", env::current_exe().unwrap_or_default().into()),
            ("CABUT_STATE", state.into()),
            ("CABUT_FRESH_STATE", self.fresh.path().into()),
            ("CABUT_DIST", paths::app_dist().into()),
            ("CABUT_PROD_WORKER", Flavour::Production.dist().into()),
            ("CABUT_DEV_WORKER", Flavour::Development.dist().into()),
            ("CABUT_SERVER_LOG", paths::scratch("logs/server-and-browser-driver.log").into()),
            ("CABUT_CHROMEDRIVER", running.driver.url().into()),
            ("CABUT_CHROMIUM", self.browser.chromium.clone().into()),
            ("CABUT_AXE", paths::at("node_modules/axe-core/axe.min.js").into()),
            ("CABUT_SIZE", paths::at("target/size.json").into()),
        ]
    }
}

impl Running {
    /// What a server said last that ended by itself: tests failed for it.
    fn failed(&mut self) -> Option<Failure> {
        self.server.failed().or_else(|| self.lab.failed())
    }
}

/// One part for every `[[test]]` of the tests' manifest, browsers last because they take longest.
fn product_parts() -> Result<Vec<String>> {
    let manifest = paths::at("tests/Cargo.toml");
    let manifest = fs::read_to_string(&manifest).trying(format_args!("read {}", manifest.display()))?;
    let mut parts = test_names(&manifest);
    parts.sort_by_key(|part| part.contains("browser"));
    Ok(parts)
}

fn test_names(manifest: &str) -> Vec<String> {
    let sections = manifest.split("\n[").filter_map(|section| section.strip_prefix("[test]]"));
    sections.filter_map(|section| Some(section.split_once("name = \"")?.1.split_once('"')?.0.to_owned())).collect()
}

struct Options {
    only: Vec<String>,
    filter: Vec<OsString>,
}

impl Options {
    /// Nothing if only the list of parts is wanted.
    fn parse(mut args: lexopt::Parser, parts: &[&str]) -> Result<Option<Self>> {
        let usage = "in `cargo xtask test [--only PART]… [-- FILTER]`";
        let mut options = Self { only: Vec::new(), filter: Vec::new() };
        while let Some(arg) = args.next().trying(format_args!("find sense {usage}"))? {
            match arg {
                lexopt::Arg::Long("list") => return Ok(None),
                lexopt::Arg::Long("only") => {
                    let part = args.value().trying(format_args!("find the part {usage}"))?;
                    let part = part.to_string_lossy().into_owned();
                    if !parts.contains(&part.as_str()) {
                        return Err(Failure::new(format!(
                            "There is no part \"{part}\"; the parts are {}.",
                            parts.join(", ")
                        )));
                    }
                    options.only.push(part);
                }
                lexopt::Arg::Value(filter) => options.filter.push(filter),
                other => return Err(Failure::new(format!("{} {usage}.", other.unexpected()))),
            }
        }
        Ok(Some(options))
    }
}

/// What came of each part. A part without tests of its own (formatting, lints) counts as one.
struct Report {
    beginning: Instant,
    filter: Vec<OsString>,
    parts: Vec<Part>,
    /// Why some parts could not be run.
    broken: Option<Failure>,
}

struct Part {
    name: String,
    passed: u32,
    failed: u32,
    took: Took,
}

impl Report {
    fn new(filter: Vec<OsString>) -> Self {
        Self { beginning: Instant::now(), filter, parts: Vec::new(), broken: None }
    }

    fn check(&mut self, name: &str, runs: impl IntoIterator<Item = Run>) -> Result<()> {
        self.part(name, |_| {
            let mut passed = true;
            for run in runs {
                passed &= run.shown(|_| ())?;
            }
            Ok((u32::from(passed), u32::from(!passed)))
        })
    }

    fn tests(&mut self, name: &str, run: Run) -> Result<()> {
        self.part(name, |filter| {
            let run = if filter.is_empty() { run } else { run.arg("--").args(filter) };
            let (mut passed, mut failed) = (0, 0);
            let ended_well = run.shown(|line| {
                if let Some((more_passed, more_failed)) = counts(line) {
                    passed += more_passed;
                    failed += more_failed;
                }
            })?;
            // A test that did not even compile, or took its process down, has no line of its own.
            let silent = !ended_well && failed == 0;
            Ok((passed, failed + u32::from(silent)))
        })
    }

    /// There is nothing to run these against.
    fn broken<'a>(&mut self, why: Failure, names: impl Iterator<Item = &'a String>) {
        self.broken = Some(why);
        for name in names {
            self.parts.push(Part { name: name.clone(), passed: 0, failed: 1, took: Took(Default::default()) });
        }
    }

    fn part(&mut self, name: &str, work: impl FnOnce(&[OsString]) -> Result<(u32, u32)>) -> Result<()> {
        println!("\n── {name}");
        let beginning = Instant::now();
        let (passed, failed) = work(&self.filter)?;
        self.parts.push(Part { name: name.to_owned(), passed, failed, took: Took(beginning.elapsed()) });
        Ok(())
    }

    fn close(self) -> Result<()> {
        if let Some(failure) = &self.broken {
            println!("\n{failure}");
        }
        println!("\n{:<20} {:>7} {:>7}  took", "part", "passed", "failed");
        for part in &self.parts {
            println!("{:<20} {:>7} {:>7}  {}", part.name, part.passed, part.failed, part.took);
        }
        let passed: u32 = self.parts.iter().map(|part| part.passed).sum();
        let failed: u32 = self.parts.iter().map(|part| part.failed).sum();
        println!(
            "\n{passed} passed, {failed} failed, in {} parts and {}",
            self.parts.len(),
            Took(self.beginning.elapsed())
        );
        match self.parts.iter().filter(|part| part.failed > 0).map(|part| part.name.as_str()).collect::<Vec<_>>() {
            failed if failed.is_empty() => Ok(()),
            failed => Err(Failure::new(format!(
                "Failed: {}. One part alone runs with `cargo xtask test --only {}`.",
                failed.join(", "),
                failed[0]
            ))),
        }
    }
}

/// The counts in a line like `test result: ok. 5 passed; 1 failed; 0 ignored; …`.
fn counts(line: &str) -> Option<(u32, u32)> {
    let (_, counts) = line.split_once("test result: ")?;
    let before = |word: &str| counts.split(word).next()?.trim_end().rsplit([' ', ';']).next()?.parse().ok();
    Some((before(" passed")?, before(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::{counts, test_names};

    #[test]
    fn the_lines_of_cargo_test_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test that_it_works ... ok"), None);
    }

    #[test]
    fn every_test_of_a_manifest_is_a_part() {
        let manifest = "[package]\nname = \"cabut-tests\"\n\n[[test]]\nname = \"http\"\npath = \"http/main.rs\"\n\n[[test]]\nname = \"browser\"\n";
        assert_eq!(test_names(manifest), ["http", "browser"]);
    }
}
