//! A backup is all that the service knows: it comes back on an empty database, and whatever was changed in it is found.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use cabut_tests::{
    database, fresh,
    matter::Matter,
    person::{Person, asks_for_code, both},
    product::{given, on},
};
use serde_json::{Value, json};
use workflow::{api::CaseView, case::Digest};

use crate::runtime::{Runtime, Storage};

/// Runs a verb of `cargo xtask`: whether it succeeded, and all that it said.
fn xtask(args: &[&str]) -> (bool, String) {
    let said = Command::new(given("CABUT_XTASK")).args(args).output().expect("it runs");
    let text = [said.stdout, said.stderr].concat();
    (said.status.success(), String::from_utf8_lossy(&text).into_owned())
}

fn succeeds(args: &[&str]) -> String {
    let (success, said) = xtask(args);
    assert!(success, "{args:?}: {said}");
    said
}

fn fails(args: &[&str], why: &str) {
    let (success, said) = xtask(args);
    assert!(!success && said.contains(why), "{args:?}: {said}");
}

/// A product with a case of each office on its way, and its backup.
struct BackedUp {
    folder: Storage,
    matters: Vec<(Matter, CaseView)>,
    checkpoint: String,
    rows: Vec<Vec<Value>>,
}

const TABLES: [&str; 9] =
    ["people", "roles", "events", "contents", "case_keys", "cases", "log", "outbox", "status_counts"];

fn rows() -> Vec<Vec<Value>> {
    let counts = TABLES.map(|table| format!("(SELECT count(*) FROM {table})")).join(", ");
    database::sql(&format!("SELECT {counts}, (SELECT sum(count) FROM status_counts)"), &[])
}

fn backed_up() -> BackedUp {
    let (storage, folder) = (Storage::fresh(), Storage::empty());
    let runtime = Runtime::start(&storage);
    on(runtime.product(), || {
        let matters = both().map(|procedure| {
            let matter = Matter::at_step(procedure, 4);
            let view = matter.view(&matter.filer);
            (matter, view)
        });
        let asks = matters[0].0.filer.email.as_str();
        asks_for_code("madiun", asks, &fresh::word("client")).expect(202);
        for held in ["sessions", "sign_in_codes"] {
            assert!(database::number(&format!("SELECT count(*) FROM {held}"), &[]) > 0, "{held}");
        }
        let port = runtime.port().to_string();
        let said = succeeds(&["backup", &text(folder.path()), "--port", &port]);
        assert!(said.contains("names and numbers as they are"), "{said}");
        let checkpoint =
            runtime.product().request("GET", "/api/offices/madiun/log/checkpoint").send().expect(200).text();
        BackedUp { folder, matters: matters.into(), checkpoint, rows: rows() }
    })
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn all_that_was_there_is_there_again_after_a_restore_on_nothing() {
    let BackedUp { folder, mut matters, checkpoint, rows: before } = backed_up();
    let folder = text(folder.path());
    for (path, mode) in [("", 0o700), ("documents", 0o700), ("database.sql", 0o600), ("manifest.json", 0o600)] {
        let found = fs::metadata(Path::new(&folder).join(path)).expect("it is there").permissions().mode();
        assert_eq!(found & 0o777, mode, "{path}");
    }
    for (matter, _) in &matters {
        let sql = fs::read_to_string(Path::new(&folder).join("database.sql")).expect("a text");
        assert!(!sql.contains(matter.holder.nik.as_str()), "what people wrote is sealed");
        let mailbox = matter.filer.email.key();
        assert!(!sql.to_lowercase().contains(&mailbox), "so are mailboxes");
    }

    let storage = Storage::empty();
    let runtime = Runtime::start(&storage);
    let port = runtime.port().to_string();
    let note = Path::new(&folder).with_extension("note");
    fs::write(&note, checkpoint).expect("a file");
    let said = succeeds(&["restore", &folder, "--port", &port, "--checkpoint", &text(&note)]);
    let _ = fs::remove_file(note);
    for procedure in both() {
        assert!(said.contains(&format!("{}: it agrees with", procedure.office.id)), "{said}");
    }
    on(runtime.product(), || {
        assert_eq!(rows(), before);
        for (matter, view) in &mut matters {
            comes_back(matter);
            holds(matter, view);
            for paper in &matter.case().papers {
                matter.filer.get(&format!("/api/documents/{}", paper.document.0)).expect(200);
            }
            // And it goes on from there.
            matter.moves_on();
        }
    });
    fails(&["restore", &folder, "--port", &port], "There are people or events");
    succeeds(&["restore", &folder, "--port", &port, "--over"]);
    on(runtime.product(), || {
        for (matter, view) in &mut matters {
            comes_back(matter);
            holds(matter, view);
        }
    });
}

/// Whoever was signed in when it was backed up is not, no code of then counts, and they sign in anew.
fn comes_back(matter: &mut Matter) {
    matter.filer.me().refused(401, "session_expired");
    assert_eq!(database::number("SELECT count(*) FROM sign_in_codes", &[]), 0);
    matter.filer = Person::known(&matter.filer.id, &matter.filer.email);
}

/// It stands as it was seen, but for the time that has passed.
fn holds(matter: &Matter, view: &CaseView) {
    let now = matter.view(&matter.filer);
    assert_eq!((&now.events, &now.documents), (&view.events, &view.documents));
}

#[test]
fn a_backup_that_was_changed_is_found_and_what_was_changed_is_named() {
    let BackedUp { folder, matters, .. } = backed_up();
    let (place, folder) = (folder.path(), text(folder.path()));
    let storage = Storage::empty();
    let runtime = Runtime::start(&storage);
    let port = runtime.port().to_string();
    let document =
        fs::read_dir(place.join("documents")).expect("a folder").flatten().next().expect("a document").path();
    let name = format!("documents/{}", document.file_name().expect("a name").to_string_lossy());
    let bytes = fs::read(&document).expect("bytes");

    fs::write(&document, [&bytes[..], b"x"].concat()).expect("written");
    fails(&["restore", &folder, "--port", &port], &name);
    fs::remove_file(&document).expect("removed");
    fails(&["restore", &folder, "--port", &port], &name);
    fs::write(&document, bytes).expect("written");

    // Whoever changes an event and the manifest with it is found by the log.
    let database = place.join("database.sql");
    let sql = fs::read_to_string(&database).expect("a text");
    let ticket = matters[0].0.ticket.as_str();
    let forged = sql.replacen("passphrase_leaked", "device_lost", 1);
    assert_ne!(sql, forged, "an event of {ticket} names its reason");
    fs::write(&database, &forged).expect("written");
    fails(&["restore", &folder, "--port", &port], "database.sql");
    sign_anew(&place.join("manifest.json"), &forged);
    fails(&["restore", &folder, "--port", &port], "is not the one that was signed");
}

/// Names the changed database in the manifest as if it had always been so.
fn sign_anew(manifest: &PathBuf, sql: &str) {
    let mut value: Value = serde_json::from_str(&fs::read_to_string(manifest).expect("a text")).expect("JSON");
    value["files"]["database.sql"] = json!(Digest::of(sql.as_bytes()).to_string());
    fs::write(manifest, value.to_string()).expect("written");
}

#[test]
fn nothing_is_backed_up_from_where_nothing_runs() {
    let folder = Storage::empty();
    fails(&["backup", &text(folder.path()), "--port", &fresh_port()], "did not answer");
}

fn fresh_port() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port().to_string()
}
