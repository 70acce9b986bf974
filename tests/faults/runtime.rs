//! A product of a test's own: it starts it, kills it, and looks at what is left.

use std::{
    fs,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use cabut_tests::{
    fresh,
    product::{Product, given_path},
    until,
};

/// A storage of a test's own, gone when dropped.
pub struct Storage(PathBuf);

impl Storage {
    /// With the demo offices and their people, and nothing else.
    pub fn fresh() -> Storage {
        let storage = Storage::empty();
        let copied =
            Command::new("cp").arg("-R").arg(given_path("CABUT_FRESH_STATE").join(".")).arg(&storage.0).status();
        assert!(copied.is_ok_and(|status| status.success()));
        storage
    }

    /// With nothing at all.
    pub fn empty() -> Storage {
        let folder = std::env::temp_dir().join(format!("cabut-{}", fresh::word("storage")));
        fs::create_dir_all(&folder).expect("a folder of our own");
        Storage(folder)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The runtime over a storage, killed when dropped: there is no other way in which it ends.
pub struct Runtime {
    process: Child,
    port: u16,
}

impl Runtime {
    /// Starts at a free port, and waits until it answers.
    pub fn start(storage: &Storage) -> Runtime {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port");
        Runtime::start_at(free.port(), storage, &given_path("CABUT_SECRETS"))
    }

    /// Ends it, and starts it again on the same storage with other secrets, at the same address.
    pub fn is_given(&mut self, storage: &Storage, secrets: &Path) {
        self.kill();
        *self = Runtime::start_at(self.port, storage, secrets);
    }

    fn start_at(port: u16, storage: &Storage, secrets: &Path) -> Runtime {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults/runtime.mjs");
        let log = fs::File::create(storage.0.join("runtime.log")).expect("a log");
        let process = Command::new("node")
            .arg(script)
            .arg(given_path("CABUT_DEV_WORKER"))
            .arg(&storage.0)
            .arg(port.to_string())
            .arg(secrets)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            // Node.js and the workerd that it starts are one group, and end as one.
            .process_group(0)
            .spawn()
            .expect("Node.js starts");
        let runtime = Runtime { process, port };
        let asked = runtime.product();
        until("the runtime to answer", || {
            asked.request("GET", "/api/offices").attempt().ok().filter(|answer| answer.status == 200)
        });
        runtime
    }

    /// Kills it in the midst of whatever it is doing, and starts it again on the same storage, at the same address.
    pub fn is_killed(&mut self, storage: &Storage) {
        self.is_given(storage, &given_path("CABUT_SECRETS"));
    }

    fn kill(&mut self) {
        let group = format!("-{}", self.process.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        assert!(killed.is_ok());
        self.process.wait().expect("it has ended");
        // The workerd that node started is gone too, once nobody listens.
        until("the port to be free", || TcpListener::bind(("127.0.0.1", self.port)).ok());
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What runs there.
    pub fn product(&self) -> &'static Product {
        Box::leak(Box::new(Product::at(&format!("http://localhost:{}", self.port))))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }
}
