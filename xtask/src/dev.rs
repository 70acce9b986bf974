//! `cargo xtask dev`: from a fresh clone to a running product.

use std::fs;

use crate::build::{self, Flavour};
use crate::failure::{Failure, Result, Trying};
use crate::server::Server;
use crate::setup::{self, set_up};
use crate::steps::{Outcome, Steps};
use crate::{database, http, paths};

/// `cargo xtask dev`
pub fn run(args: lexopt::Parser) -> Result<()> {
    let Options { port, reset } = Options::parse(args)?;
    // Asked first: nobody should wait for a build to learn this.
    if !http::is_free(port) {
        return Err(Failure::new(format!(
            "Port {port} is taken: stop what listens there, or choose another with `cargo xtask dev --port {}`.",
            port.wrapping_add(1).max(1024)
        )));
    }
    let state = paths::scratch("dev-state");
    if reset && state.exists() {
        fs::remove_dir_all(&state).trying(format_args!("remove {}", state.display()))?;
    }

    let mut steps = Steps::new(setup::STEPS + build::APP_STEPS + build::WORKER_STEPS + 2);
    let wasm = set_up(&mut steps)?;
    build::app(&mut steps, &wasm)?;
    build::worker(&mut steps, &wasm, Flavour::Development)?;
    steps.step("Local database", |log| database::set_up(&state, log))?;
    let mut server = None;
    steps.step("Server", |log| {
        server = Some(Server::start(port, &state, log)?);
        Ok(Outcome::Done)
    })?;
    let Some(server) = server else { return Ok(()) };

    let url = server.url();
    println!("\nCabut is ready at {url} ({}).", steps.took());
    println!("Every e-mail it sends, sign-in codes included, lies at {url}/dev/mailbox.");
    if let Ok(people) = fs::read_to_string(paths::at("worker/seed/people.txt")) {
        println!("\n{}", people.trim_end());
    }
    println!("\nCtrl-C stops it.");
    Err(server.watch())
}

struct Options {
    port: u16,
    reset: bool,
}

impl Options {
    fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let usage = "in the arguments of `cargo xtask dev [--port N] [--reset]`";
        let mut options = Self { port: 8787, reset: false };
        while let Some(arg) = args.next().trying(format_args!("find sense {usage}"))? {
            match arg {
                lexopt::Arg::Long("port") => {
                    let value = args.value().trying(format_args!("find the port {usage}"))?;
                    let value = value.to_string_lossy();
                    options.port = value.parse().trying(format_args!("take \"{value}\" for a port {usage}"))?;
                }
                lexopt::Arg::Long("reset") => options.reset = true,
                other => return Err(Failure::new(format!("{} {usage}.", other.unexpected()))),
            }
        }
        Ok(options)
    }
}
