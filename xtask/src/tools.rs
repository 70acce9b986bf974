//! The tools that build and serve, each at one pinned version.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Run;
use crate::failure::{Failure, Result, Trying};
use crate::steps::Outcome;
use crate::{fingerprint, paths};

/// A tool from crates.io, kept under the cache by name and version.
pub struct CargoTool {
    /// The package.
    pub name: &'static str,
    /// The pinned version.
    pub version: &'static str,
    program: &'static str,
    /// With the tool's own lockfile, where that still builds.
    locked: bool,
}

/// Must be the version that `Cargo.lock` has of the library `wasm-bindgen`.
pub const WASM_BINDGEN: CargoTool =
    CargoTool { name: "wasm-bindgen-cli", version: "0.2.130", program: "wasm-bindgen", locked: false };

/// Bundles the app.
pub const TRUNK: CargoTool = CargoTool { name: "trunk", version: "0.21.14", program: "trunk", locked: true };

/// Bundles the Worker.
pub const WORKER_BUILD: CargoTool =
    CargoTool { name: "worker-build", version: "0.8.7", program: "worker-build", locked: true };

impl CargoTool {
    /// Where its programs lie.
    pub fn bin_dir(&self) -> PathBuf {
        self.home().join("bin")
    }

    /// The program itself.
    pub fn program(&self) -> PathBuf {
        self.bin_dir().join(self.program)
    }

    fn home(&self) -> PathBuf {
        paths::cache().join(format!("{}-{}", self.name, self.version))
    }

    /// Installs it unless it is there.
    pub fn set_up(&self, log: &Path) -> Result<Outcome> {
        if self.program().is_file() {
            return Ok(Outcome::Unchanged);
        }
        // Shared by the tools, which have many crates in common.
        let build = paths::scratch("tools");
        Run::new("cargo")
            .args(["install", "--root"])
            .arg(self.home())
            .args(self.locked.then_some("--locked"))
            .arg(format!("{}@{}", self.name, self.version))
            .env("CARGO_TARGET_DIR", build)
            // They run for seconds; what people wait for on a new machine is this compilation.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .logged(log)?;
        Ok(Outcome::Done)
    }
}

/// Throws away what compiling the tools left behind.
pub fn clean_up() {
    let _ = fs::remove_dir_all(paths::scratch("tools"));
}

/// The library and its command-line tool only understand each other at the same version.
pub fn check_wasm_bindgen() -> Result<()> {
    let lock = fs::read_to_string(paths::at("Cargo.lock")).unwrap_or_default();
    match version_in_lock(&lock, "wasm-bindgen") {
        Some(version) if version != WASM_BINDGEN.version => Err(Failure::new(format!(
            "Cargo.lock has wasm-bindgen {version} but the tool is pinned at {}: make both the same (xtask/src/tools.rs, Cargo.toml).",
            WASM_BINDGEN.version
        ))),
        _ => Ok(()),
    }
}

fn version_in_lock<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    after.split('"').next()
}

/// Installs what `package-lock.json` names unless exactly that is there.
pub fn set_up_npm(log: &Path) -> Result<Outcome> {
    check_node()?;
    let stamp = paths::at("node_modules/.cabut");
    let now = fingerprint::of(&[paths::at("package.json"), paths::at("package-lock.json")], &format!("{MENDED:?}"))?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == now) {
        return Ok(Outcome::Unchanged);
    }
    Run::new("npm").args(["ci", "--no-audit", "--no-fund"]).logged(log)?;
    mend_proxies()?;
    fs::write(&stamp, now).trying("note what npm installed")?;
    Ok(Outcome::Done)
}

/// What of wrangler is mended: a file, and each what stands there and what is to stand there.
///
/// `wrangler dev` has a proxy in front of the Worker whose idle connections both ends close after the same five seconds
/// (cloudflare/workers-sdk#14641). A request that meets a closed one never came to the Worker. This version then waits for
/// another request before it sends a GET again, and answers anything else with a 503 of its own; and for the path `/`, by a
/// slip, it ends altogether, as it should only when the Worker is gone (#14926). Newer ones are better, and need a newer
/// Node.js. Here every request is sent again, soon, and not for ever; its body is read whole before.
///
/// A second one, for debuggers, tells Node.js of every request in messages of their own, each over a connection: where many
/// requests come and Node.js is slow, they use up all the files that a process may open. And what the runtime tells of each
/// request it keeps for a debugger that may come, until there is no memory left and the server ends: here, what tells of
/// scripts alone.
const MENDED: [(&str, &[[&str; 2]]); 2] = [
    (
        "ProxyWorker.js",
        &[
            ["if (userWorkerUrl.href === newUserWorkerUrl?.href) {", "if (false) {"],
            [
                "void fetch(userWorkerUrl, new Request(request, { headers })).then(",
                "deferredResponse.sent ??= request.body ? request.arrayBuffer() : Promise.resolve(); \
                 void deferredResponse.sent.then((body) => fetch(userWorkerUrl, new Request(request, body ? { headers, body } : { headers }))).then(",
            ],
            [
                "} else if (request.method === \"GET\" || request.method === \"HEAD\") {",
                "} else if ((deferredResponse.lost = (deferredResponse.lost ?? 0) + 1) <= 10) {",
            ],
            [
                "this.requestRetryQueue.set(request, deferredResponse);",
                "this.requestRetryQueue.set(request, deferredResponse); setTimeout(() => this.processQueue(), 20);",
            ],
        ],
    ),
    (
        "InspectorProxyWorker.js",
        &[
            ["this.sendProxyControllerRequest({ type: \"debug-log\", args });", ""],
            [
                "this.runtimeMessageBuffer.push(msg);",
                "if (this.websockets.devtools !== void 0 || msg.method === \"Debugger.scriptParsed\") this.runtimeMessageBuffer.push(msg);",
            ],
        ],
    ),
];

fn mend_proxies() -> Result<()> {
    for (name, places) in MENDED {
        let file = paths::at("node_modules/wrangler/wrangler-dist").join(name);
        let text = fs::read_to_string(&file).trying(format_args!("read {}", file.display()))?;
        fs::write(&file, mended(text, places)?).trying(format_args!("write {}", file.display()))?;
    }
    Ok(())
}

fn mended(text: String, places: &[[&str; 2]]) -> Result<String> {
    places.iter().try_fold(text, |text, [stands, is_to]| match text.matches(stands).count() {
        1 => Ok(text.replace(stands, is_to)),
        _ => Err(Failure::new(format!(
            "wrangler's proxy is another than the one mended here: no `{stands}` (xtask/src/tools.rs)."
        ))),
    })
}

/// The oldest Node.js that all npm tools run on.
const NODE: (u32, u32) = (20, 19);

fn check_node() -> Result<()> {
    let needed = format!("Node.js {}.{} or later (with npm)", NODE.0, NODE.1);
    let Some(version) = Run::new("node").arg("--version").answer() else {
        return Err(Failure::new(format!(
            "{needed} is needed and `node` was not found: install it, then run this again."
        )));
    };
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= NODE => Ok(()),
        _ => Err(Failure::new(format!(
            "{needed} is needed and this is {version}: install a newer one, then run this again."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{MENDED, mended, version_in_lock};
    use crate::paths;

    /// What is fetched is what somebody once looked at, or it is not taken.
    #[test]
    fn every_dependency_comes_from_its_registry_and_is_held_by_its_checksum() {
        let lock = fs::read_to_string(paths::at("Cargo.lock")).expect("it is there");
        let packages: Vec<&str> = lock.split("\n[[package]]\n").skip(1).collect();
        let ours = ["cabut-app", "cabut-fuzz", "cabut-tests", "cabut-worker", "files", "vault", "workflow", "xtask"];
        let source = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        let held = |package: &&&str| package.contains(source) && package.contains("\nchecksum = \"");
        let loose: Vec<&str> = packages.iter().filter(|package| !held(package)).copied().collect();
        let is_ours = |package: &&str| ours.iter().any(|name| package.starts_with(&format!("name = \"{name}\"\n")));
        assert!(packages.len() > 100 && loose.len() == ours.len() && loose.iter().all(is_ours), "{loose:#?}");

        let lock = fs::read_to_string(paths::at("package-lock.json")).expect("it is there");
        let lock: serde_json::Value = serde_json::from_str(&lock).expect("it is JSON");
        let packages = lock["packages"].as_object().expect("there are packages");
        let is_held = |package: &serde_json::Value| {
            package["integrity"].as_str().is_some_and(|digest| digest.starts_with("sha512-"))
                && package["resolved"].is_null()
        };
        // The first one is the repository itself.
        let loose: Vec<&String> = packages
            .iter()
            .filter(|(path, package)| !path.is_empty() && !is_held(package))
            .map(|(path, _)| path)
            .collect();
        assert!(packages.len() > 100 && loose.is_empty(), "{loose:?}");
    }

    #[test]
    fn a_proxy_is_mended_once_and_another_one_is_told() {
        for (name, places) in MENDED {
            let all = |at: usize| places.iter().map(|place| place[at]).collect::<Vec<_>>().join("\n");
            assert_eq!(mended(all(0), places).ok(), Some(all(1)), "{name}");
            assert!(mended(all(0).replacen('(', "[", 1), places).is_err(), "{name}");
        }
    }

    #[test]
    fn a_version_is_found_under_its_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
