//! A Rust that compiles to wasm32: through rustup, or, where rustup has none to give, from
//! Debian's own packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::paths;
use crate::steps::Outcome;

const TARGET: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's Rust.
const LINKED: &str = "cabut-wasm";

/// The recent Rust that a stable Debian carries for its browsers, the standard library's source,
/// and the linker for wasm.
const DEBIAN_PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rust-web-llvm", "lld-22"];

/// Which toolchain builds for wasm32; everything native is built with the usual one.
#[derive(Clone)]
pub struct Wasm {
    toolchain: Option<&'static str>,
    /// What compiler that is: part of every fingerprint.
    pub compiler: String,
}

impl Wasm {
    /// The environment in which `cargo` and `rustc` know wasm32.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        self.toolchain.map(|name| ("RUSTUP_TOOLCHAIN", name.to_owned())).into_iter().collect()
    }

    /// Whether this is Debian's Rust.
    pub fn is_debian(&self) -> bool {
        self.toolchain.is_some()
    }
}

/// The toolchain that is there, if one is.
pub fn present() -> Option<Wasm> {
    let usual = (!debian_is_wanted()).then_some(None);
    usual.into_iter().chain([Some(LINKED)]).find_map(|toolchain| {
        let rustc = || match toolchain {
            Some(name) => Run::new("rustc").env("RUSTUP_TOOLCHAIN", name),
            None => Run::new("rustc"),
        };
        let libdir = rustc().args(["--print", "target-libdir", "--target", TARGET]).answer()?;
        has_std(Path::new(&libdir)).then_some(())?;
        Some(Wasm { toolchain, compiler: rustc().arg("-vV").answer()? })
    })
}

/// The lints for wasm32 must come from the compiler that builds for it.
pub fn set_up_clippy(wasm: &Wasm, log: &Path) -> Result<Outcome> {
    if Run::new("cargo").args(["clippy", "--version"]).envs(wasm.env()).answer().is_some() {
        return Ok(Outcome::Unchanged);
    }
    if wasm.is_debian() {
        apt_install(&["rust-web-clippy"], log)?;
    } else {
        Run::new("rustup").args(["component", "add", "clippy", "rustfmt"]).logged(log)?;
    }
    Ok(Outcome::Done)
}

/// `CABUT_WASM=debian` takes Debian's Rust even where rustup has the target, to try that way out.
fn debian_is_wanted() -> bool {
    env::var_os("CABUT_WASM").is_some_and(|choice| choice == "debian")
}

/// Makes sure that a toolchain is there.
pub fn set_up(log: &Path) -> Result<Outcome> {
    if present().is_some() {
        return Ok(Outcome::Unchanged);
    }
    let refusal = match debian_is_wanted() {
        true => Failure::new("CABUT_WASM asks for Debian's Rust."),
        false => match Run::new("rustup").args(["target", "add", TARGET]).logged(log) {
            Ok(()) => return Ok(Outcome::Done),
            Err(refusal) => refusal,
        },
    };
    if !is_debian() {
        return Err(Failure::new(format!(
            "{refusal}\nThe wasm32 target is missing and rustup did not install it: make `rustup target add {TARGET}` work, then run this again."
        )));
    }
    from_debian(log)?;
    match present() {
        Some(_) => Ok(Outcome::Done),
        None => Err(Failure::new(format!(
            "Debian's Rust was installed but still has no {TARGET} target; see {}.",
            log.display()
        ))),
    }
}

fn from_debian(log: &Path) -> Result<()> {
    apt_install(&DEBIAN_PACKAGES, log)?;
    let lib = PathBuf::from("/usr/lib/rustlib").join(TARGET).join("lib");
    if !has_std(&lib) {
        let built = build_std(log)?;
        as_root("install", log, |run| run.args(["-D", "-m", "644", "-t"]).arg(&lib).args(&built))?;
    }
    Run::new("rustup").args(["toolchain", "link", LINKED, "/usr"]).logged(log)
}

/// Builds the standard library from an empty crate and returns the files that make it up.
fn build_std(log: &Path) -> Result<Vec<PathBuf>> {
    let dir = paths::scratch("std");
    fs::create_dir_all(dir.join("src")).trying("create a directory for the standard library")?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n";
    fs::write(dir.join("Cargo.toml"), manifest).trying("write a manifest")?;
    fs::write(dir.join("src/lib.rs"), "#![no_std]\n").trying("write an empty crate")?;
    // Without embedded bitcode, link-time optimisation of what is built on it fails later.
    Run::new("/usr/bin/cargo")
        .args(["build", "-Zbuild-std=std,panic_abort,test", "--target", TARGET, "--release"])
        .dir(&dir)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .logged(log)?;
    let deps = dir.join("target").join(TARGET).join("release/deps");
    let files = fs::read_dir(&deps).trying(format_args!("list {}", deps.display()))?;
    Ok(files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|kind| kind == "rlib" || kind == "rmeta"))
        .filter(|file| file.file_stem().is_some_and(|name| !name.to_string_lossy().starts_with("libempty-")))
        .collect())
}

fn has_std(libdir: &Path) -> bool {
    fs::read_dir(libdir)
        .is_ok_and(|files| files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// Whether this is Debian, where `apt-get` can bring what is missing.
pub fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    release.lines().any(|line| line == "ID=debian") && paths::find_program("apt-get").is_some()
}

/// Installs Debian packages, as root or through sudo.
pub fn apt_install(packages: &[&str], log: &Path) -> Result<()> {
    let install = || {
        as_root("apt-get", log, |run| {
            run.env("DEBIAN_FRONTEND", "noninteractive")
                .args(["install", "--yes", "-qq", "--no-install-recommends"])
                .args(packages)
        })
    };
    // The package lists may be missing or old; looking them up anew is the cure for both.
    install().or_else(|_| {
        as_root("apt-get", log, |run| run.args(["update", "-qq"]))?;
        install()
    })
}

/// Only sudo may need the terminal, to ask for a password.
fn as_root(program: &str, log: &Path, with: impl FnOnce(Run) -> Run) -> Result<()> {
    match Run::new("id").arg("-u").answer().as_deref() {
        Some("0") => with(Run::new(program)).logged(log),
        _ => with(Run::new("sudo").arg(program)).interactive(),
    }
}
