//! Builds the app and the Worker, each only when something it is made of has changed.
//!
//! `dist/app` is served by both Workers; `dist/worker` is the production Worker and
//! `dist/worker-dev` the one with the feature `dev`. They compile in target directories of their
//! own, because the bundlers otherwise keep recompiling each other's dependencies.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::fingerprint::Build;
use crate::setup::{self, set_up};
use crate::shrink::{SHRINKING, shrink};
use crate::steps::{Outcome, Steps};
use crate::toolchain::Wasm;
use crate::tools::{TRUNK, WASM_BINDGEN, WORKER_BUILD};
use crate::{command, paths};

/// What both builds depend on besides their own sources.
const SHARED_INPUTS: [&str; 4] = ["shared", "Cargo.toml", "Cargo.lock", "package-lock.json"];

/// How many steps [`app`] takes.
pub const APP_STEPS: usize = 3;

/// How many steps [`worker`] takes.
pub const WORKER_STEPS: usize = 1;

/// The two builds of the Worker.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// What is deployed.
    Production,
    /// With the local mailbox and whatever else only developers may have.
    Development,
}

impl Flavour {
    /// Where it is built to.
    pub fn dist(self) -> PathBuf {
        paths::at(match self {
            Self::Production => "dist/worker",
            Self::Development => "dist/worker-dev",
        })
    }

    /// The module that wrangler runs.
    pub fn script(self) -> PathBuf {
        self.dist().join("index.js")
    }
}

/// `cargo xtask build`
pub fn run(mut args: lexopt::Parser) -> Result<()> {
    if let Ok(Some(_)) = args.next() {
        return Err(Failure::new("`cargo xtask build` takes no arguments."));
    }
    let steps = production()?;
    println!(
        "\nThe app is in {} and the Worker in {} ({}).",
        shown(&paths::app_dist()),
        shown(&Flavour::Production.dist()),
        steps.took()
    );
    Ok(())
}

/// The production build and everything it needs.
pub fn production() -> Result<Steps> {
    let mut steps = Steps::new(setup::STEPS + APP_STEPS + WORKER_STEPS);
    let wasm = set_up(&mut steps)?;
    app(&mut steps, &wasm)?;
    worker(&mut steps, &wasm, Flavour::Production)?;
    Ok(steps)
}

/// The stylesheet, the app's wasm, and the pages that are readable before it has loaded.
pub fn app(steps: &mut Steps, wasm: &Wasm) -> Result<()> {
    let inputs: Vec<&str> = ["app"].into_iter().chain(SHARED_INPUTS).collect();
    let also = format!("{} {} {} {SHRINKING}", wasm.compiler, TRUNK.version, WASM_BINDGEN.version);
    let build = Build::new("app", &inputs, &also, paths::app_dist())?;
    let current = build.is_current();
    let unless_current = |work: &dyn Fn() -> Result<()>| {
        if current { Ok(Outcome::Unchanged) } else { work().map(|()| Outcome::Done) }
    };
    if !current {
        build.forget();
    }
    steps.step("Stylesheet", |log| unless_current(&|| stylesheet(log)))?;
    steps.step("App", |log| unless_current(&|| bundle(wasm, log)))?;
    steps.step("Start pages", |log| {
        unless_current(&|| {
            prerender(log)?;
            compress(log)?;
            check_app()?;
            build.note()
        })
    })
}

fn stylesheet(log: &Path) -> Result<()> {
    Run::new(paths::npm_bin("sass"))
        .args(["--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=node_modules"])
        .args(["app/style/main.scss:app/generated/main.css", "app/style/rest.scss:app/generated/rest.css"])
        .logged(log)?;
    // What no page of ours names of the patterns' styles, nobody has to wait for.
    Run::new(paths::npm_bin("purgecss")).args(["--config", "app/style/purge.cjs"]).logged(log)
}

/// The app three times: with the pages that an applicant meets first, which must load quickly, with all of them, and the page
/// that checks receipts.
fn bundle(wasm: &Wasm, log: &Path) -> Result<()> {
    trunk(wasm, log, &[])?;
    shrink(&paths::app_dist(), log)?;
    for part in ["all", "check"] {
        let dist = paths::app_dist().join(part);
        let (url, page) = (format!("/{part}/"), format!("{part}.html"));
        trunk(wasm, log, &["--public-url", &url, "--dist", &dist.to_string_lossy(), &page])?;
        shrink(&dist, log)?;
    }
    Ok(())
}

fn trunk(wasm: &Wasm, log: &Path, args: &[&str]) -> Result<()> {
    Run::new(TRUNK.program())
        .args(["build", "--release", "--offline", "true"])
        .args(args)
        .dir(paths::at("app"))
        // Trunk looks for its tools on PATH first and would otherwise download them.
        .path_first([WASM_BINDGEN.bin_dir(), paths::at("node_modules/.bin")])
        .env("CARGO_TARGET_DIR", paths::at("target/wasm-app"))
        // Views without their full static types: less code, and compiled sooner.
        .env("RUSTFLAGS", "--cfg erase_components")
        .envs(wasm.env())
        .logged(log)
}

fn prerender(log: &Path) -> Result<()> {
    Run::new("cargo")
        .args(["run", "--quiet", "--package", "cabut-app", "--features", "ssr", "--bin", "prerender", "--"])
        .arg(paths::app_dist())
        .logged(log)
}

/// Leaves scripts, styles and wasm compressed beside themselves, as well as brotli can: the Worker answers them so.
fn compress(log: &Path) -> Result<()> {
    Run::new("node").args(["-e", COMPRESS]).arg(paths::app_dist()).logged(log)
}

/// Node.js is there for the npm tools.
const COMPRESS: &str = r#"
const fs = require("node:fs"), path = require("node:path"), zlib = require("node:zlib");
const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
for (const name of fs.readdirSync(process.argv[1], { recursive: true })) {
  if (!/\.(wasm|js|css)$/.test(name)) continue;
  const file = path.join(process.argv[1], name), bytes = fs.readFileSync(file);
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(bytes, { params }));
}
"#;

fn check_app() -> Result<()> {
    let dist = paths::app_dist();
    must_have(&dist, "index.html", |name| name == "index.html")?;
    must_have(&dist, "app.html", |name| name == "app.html")?;
    must_have(&dist, "_headers", |name| name == "_headers")?;
    must_have(&dist, "a stylesheet", |name| name.ends_with(".css"))?;
    must_have(&dist, "a script", |name| name.ends_with(".js"))?;
    must_have(&dist, "a wasm module", |name| name.ends_with(".wasm"))?;
    must_have(&dist, "a compressed wasm module", |name| name.ends_with(".wasm.br"))
}

/// `Cargo.toml` has the release of the app, which phones load: small before all else. The Worker is to be quick, and to stop
/// where a sum is too large, rather than to go on with another.
const WORKER_PROFILE: [(&str, &str); 2] =
    [("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"), ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")];

/// The Worker, in the given flavour.
pub fn worker(steps: &mut Steps, wasm: &Wasm, flavour: Flavour) -> Result<()> {
    let (name, title, features) = match flavour {
        Flavour::Production => ("worker", "Worker", None),
        Flavour::Development => ("worker-dev", "Worker, for development", Some("dev")),
    };
    let inputs: Vec<&str> = ["worker", "files", "vault"].into_iter().chain(SHARED_INPUTS).collect();
    let also = format!("{} {} {} {WORKER_PROFILE:?}", wasm.compiler, WORKER_BUILD.version, WASM_BINDGEN.version);
    let dist = flavour.dist();
    let build = Build::new(name, &inputs, &also, dist.clone())?;
    steps.step(title, |log| {
        if build.is_current() {
            return Ok(Outcome::Unchanged);
        }
        build.forget();
        let _ = fs::remove_dir_all(&dist);
        Run::new(WORKER_BUILD.program())
            .args(["--release", "--out-dir"])
            .arg(&dist)
            .args(features.into_iter().flat_map(|feature| ["--features", feature]))
            .dir(paths::at("worker"))
            // It asks these variables first, then its own cache, then the network; never PATH.
            .env("WASM_BINDGEN_BIN", WASM_BINDGEN.program())
            .env("WASM_OPT_BIN", paths::npm_bin("wasm-opt"))
            .env("ESBUILD_BIN", paths::npm_bin("esbuild"))
            .env("CARGO_TARGET_DIR", paths::at("target/wasm-worker"))
            .envs(WORKER_PROFILE)
            .envs(wasm.env())
            .logged(log)?;
        must_have(&dist, "index.js", |name| name == "index.js")?;
        must_have(&dist, "a wasm module", |name| name.ends_with(".wasm"))?;
        build.note()?;
        Ok(Outcome::Done)
    })
}

fn must_have(dir: &Path, what: &str, is_it: impl Fn(&str) -> bool) -> Result<()> {
    let mut files = fs::read_dir(dir).trying(format_args!("list {}", shown(dir)))?.flatten();
    match files.any(|file| is_it(&file.file_name().to_string_lossy())) {
        true => Ok(()),
        false => Err(Failure::new(format!("The build ended without an error but {} lacks {what}.", shown(dir)))),
    }
}

fn shown(path: &Path) -> String {
    command::shown_path(path)
}
