//! `cargo xtask bench`: the product beside a peer on the same runtime, its bytes, and Lighthouse. What is measured and
//! how is in `tests/bench`; the peer is `tests/peer`.

use std::fs;
use std::path::PathBuf;

use crate::browser::Browser;
use crate::build::{self, Flavour};
use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::server::{self, Served, Server, TempState};
use crate::setup::{self, set_up};
use crate::steps::{Outcome, Steps};
use crate::{database, http, paths};

/// Lighthouse is large and nothing else needs it, so it lies with the tools. The newest that runs on Node.js 20.
const LIGHTHOUSE: &str = "12.8.2";

/// What can be measured by itself.
const PARTS: [&str; 4] = ["speed", "visit", "lighthouse", "scale"];

/// `cargo xtask bench`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    let only = match args.next() {
        Ok(None) => String::new(),
        Ok(Some(lexopt::Arg::Long("only"))) => {
            let part = args.value().ok().and_then(|part| part.into_string().ok()).unwrap_or_default();
            if !PARTS.contains(&part.as_str()) {
                return Err(Failure::new(format!("--only is followed by one of: {}.", PARTS.join(", "))));
            }
            part
        }
        _ => return Err(Failure::new("`cargo xtask bench` takes `--only PART` or nothing.")),
    };
    let mut steps = Steps::new(setup::STEPS + build::APP_STEPS + build::WORKER_STEPS + 5);
    let wasm = set_up(&mut steps)?;
    steps.step("Browser", Browser::set_up)?;
    steps.step(&format!("lighthouse {LIGHTHOUSE}"), set_up_lighthouse)?;
    build::app(&mut steps, &wasm)?;
    build::worker(&mut steps, &wasm, Flavour::Development)?;
    let states = [TempState::named("bench-product")?, TempState::named("bench-peer")?];
    steps.step("Two fresh databases", |log| {
        states.iter().try_for_each(|state| database::set_up(state.path(), log).map(drop)).map(|()| Outcome::Done)
    })?;
    let mut servers = Vec::new();
    steps.step("Product and peer", |log| {
        for (served, state) in [Served::Product, Served::Peer].into_iter().zip(&states) {
            let port = http::free_port().trying("find a free port")?;
            servers.push(Server::start_one(served, port, state.path(), log)?);
        }
        Ok(Outcome::Done)
    })?;
    steps.step("What measures", |log| {
        Run::new("cargo").args(["build", "--quiet", "--package", "cabut-tests", "--bin", "bench"]).logged(log)?;
        Ok(Outcome::Done)
    })?;
    let [product, peer] = servers.as_slice() else { return Err(Failure::new("The servers did not start.")) };
    let browser = Browser::present().ok_or_else(|| Failure::new("The browser has gone since its set-up."))?;
    let scratch = paths::scratch("bench");
    fs::create_dir_all(&scratch).trying(format_args!("create {}", scratch.display()))?;

    println!();
    let measured = Run::new("cargo")
        .args(["run", "--quiet", "--package", "cabut-tests", "--bin", "bench"])
        .env("CABUT_URL", product.url())
        .env("CABUT_PEER_URL", peer.url())
        .env("CABUT_SECRETS", paths::at(server::LOCAL_SECRETS))
        .env("CABUT_DIST", paths::app_dist())
        .env("CABUT_LIGHTHOUSE", lighthouse())
        .env("CABUT_CHROMIUM", browser.chromium)
        .env("CABUT_BENCH", paths::at("target/bench.json"))
        .env("CABUT_BENCH_ONLY", &only)
        .env("CABUT_BENCH_SCRATCH", scratch)
        .shown(|_| ())?;
    if !measured {
        return Err(Failure::new("The bench broke off; what is wrong stands above."));
    }
    if only.is_empty() {
        println!("\nThe same figures are in target/bench.json ({}).", steps.took());
    }
    Ok(())
}

fn lighthouse_home() -> PathBuf {
    paths::cache().join(format!("lighthouse-{LIGHTHOUSE}"))
}

fn lighthouse() -> PathBuf {
    lighthouse_home().join("node_modules/.bin/lighthouse")
}

fn set_up_lighthouse(log: &std::path::Path) -> Result<Outcome> {
    if lighthouse().is_file() {
        return Ok(Outcome::Unchanged);
    }
    Run::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
        .arg(lighthouse_home())
        .arg(format!("lighthouse@{LIGHTHOUSE}"))
        .logged(log)?;
    Ok(Outcome::Done)
}
