//! The built product on the real runtime: `wrangler dev`, local and offline.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::build::Flavour;
use crate::children::Owned;
use crate::command::{self, Run};
use crate::failure::{Failure, Result, Trying};
use crate::{http, paths};

/// How long the runtime may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(60);

/// Local values of what production keeps as secrets.
pub const LOCAL_SECRETS: &str = "xtask/local.env";

/// How often the cron trigger fires in production; the local runtime never fires it by itself.
const CRON: Duration = Duration::from_secs(60);

/// wrangler, without its questions, statistics and look-ups.
pub fn wrangler() -> Run {
    Run::new(paths::npm_bin("wrangler"))
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_LOG_PATH", paths::scratch("logs/wrangler"))
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
}

/// What a server runs.
#[derive(Clone, Copy)]
pub enum Served {
    /// The app and the development Worker.
    Product,
    /// What the product's speed is measured against.
    Peer,
}

impl Served {
    fn args(self) -> Vec<PathBuf> {
        match self {
            Self::Product => vec![Flavour::Development.script()],
            Self::Peer => vec!["--config".into(), paths::at("tests/peer/wrangler.toml")],
        }
    }
}

/// A running server, gone when dropped.
pub struct Server {
    process: Owned,
    port: u16,
    log: PathBuf,
}

impl Server {
    /// Serves the app and the development Worker with the data in `state`.
    pub fn start(port: u16, state: &Path, log: &Path) -> Result<Self> {
        Self::start_one(Served::Product, port, state, log)
    }

    /// Serves one or the other with the data in `state`.
    pub fn start_one(served: Served, port: u16, state: &Path, log: &Path) -> Result<Self> {
        fs::create_dir_all(state).trying(format_args!("create {}", state.display()))?;
        let process = wrangler()
            .arg("dev")
            .args(served.args())
            .args(["--ip", "127.0.0.1", "--inspector-port", "0", "--show-interactive-dev-session=false"])
            .arg("--test-scheduled")
            .args(["--port", &port.to_string(), "--var", &format!("ORIGIN:http://localhost:{port}"), "--persist-to"])
            .arg(state)
            // Two of them at once (one developing, one testing) must not find each other.
            .env("WRANGLER_REGISTRY_PATH", state.join("registry"))
            .arg("--env-file")
            .arg(paths::at(LOCAL_SECRETS))
            .start_logged(log)?;
        let mut server = Self { process, port, log: log.to_path_buf() };
        server.wait_until_it_answers()?;
        Ok(server)
    }

    /// Where it answers. Browsers keep `Secure` cookies of `localhost`, not of every loopback address.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Keeps the cron trigger going until the server ends by itself, which it should not.
    pub fn watch(mut self) -> Failure {
        let mut fired = Instant::now();
        while !self.process.ended() {
            if fired.elapsed() > CRON {
                http::status(self.port, "/__scheduled");
                fired = Instant::now();
            }
            thread::sleep(Duration::from_millis(200));
        }
        self.ended()
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while http::status(self.port, "/").is_none() {
            if self.process.ended() {
                return Err(self.ended());
            }
            if Instant::now() > deadline {
                return Err(Failure::new(format!(
                    "The server did not answer within {} s; what it said is in {}.",
                    PATIENCE.as_secs(),
                    command::shown_path(&self.log)
                )));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    /// What it said last, if it ended by itself.
    pub fn failed(&mut self) -> Option<Failure> {
        self.process.ended().then(|| self.ended())
    }

    fn ended(&self) -> Failure {
        Failure::new(format!(
            "{}\nThe server ended by itself; its whole output is in {}.",
            command::tail(&self.log),
            command::shown_path(&self.log)
        ))
    }
}

/// A directory of our own under the system's temporary one, gone when dropped.
pub struct TempState(PathBuf);

impl TempState {
    /// A fresh, empty one.
    pub fn new() -> Result<Self> {
        Self::named("test")
    }

    /// A fresh, empty one for this.
    pub fn named(name: &str) -> Result<Self> {
        let dir = env::temp_dir().join(format!("cabut-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).trying(format_args!("create {}", dir.display()))?;
        Ok(Self(dir))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Copies what is in it into another.
    pub fn copy_to(&self, other: &TempState) -> Result<()> {
        Run::new("cp").arg("-R").arg(self.0.join(".")).arg(&other.0).logged(&paths::scratch("logs/copy.log"))
    }
}

impl Drop for TempState {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
