//! Everything that must be there before something can be built.

use crate::failure::{Failure, Result};
use crate::steps::{Outcome, Steps};
use crate::tools::{TRUNK, WASM_BINDGEN, WORKER_BUILD};
use crate::{command::Run, toolchain, tools};

/// How many steps [`set_up`] takes.
pub const STEPS: usize = 6;

/// Installs what is missing.
pub fn set_up(steps: &mut Steps) -> Result<toolchain::Wasm> {
    steps.step("Rust for wasm32", toolchain::set_up)?;
    let wasm = toolchain::present().ok_or_else(|| {
        Failure::new(
            "No Rust for wasm32 was found after its set-up: run `rustup target add wasm32-unknown-unknown` by hand.",
        )
    })?;
    for tool in [WASM_BINDGEN, WORKER_BUILD, TRUNK] {
        steps.step(&format!("{} {}", tool.name, tool.version), |log| tool.set_up(log))?;
    }
    tools::clean_up();
    steps.step("npm tools", tools::set_up_npm)?;
    steps.step("Rust crates", |log| {
        // All of them now, because the app's bundler builds without looking anything up.
        Run::new("cargo").args(["fetch", "--quiet"]).logged(log)?;
        tools::check_wasm_bindgen()?;
        Ok(Outcome::Done)
    })?;
    Ok(wasm)
}

/// `cargo xtask setup`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    if let Ok(Some(_)) = args.next() {
        return Err(Failure::new("`cargo xtask setup` takes no arguments."));
    }
    let mut steps = Steps::new(STEPS);
    set_up(&mut steps)?;
    println!("\nEverything is there ({}).", steps.took());
    Ok(())
}
