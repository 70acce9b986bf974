//! A backup is all that the service knows: it comes back on an empty database, and whatever was changed in it is found.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use cabut_tests::{
    database, fresh,
    matter::{Matter, note},
    person::{Person, asks_for_code, both, staff},
    product::{given, on},
    vault,
};
use serde_json::{Value, json};
use workflow::{
    api::CaseView,
    case::{ADMINISTRATOR, Digest},
    identity::PersonName,
    office::{Affairs, ChangeRequest, Command as Change},
    procedure::Procedure,
};

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
    /// Somebody whom Madiun's administrator invited.
    invited: String,
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
        let invited = invites(both()[0]);
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
        BackedUp { folder, matters: matters.into(), checkpoint, rows: rows(), invited }
    })
}

/// The office's administrator invites somebody to check requests. Who that is, by their id.
fn invites(procedure: &Procedure) -> String {
    let email = fresh::email("pegawai", &procedure.office.email_domains[0]);
    let (administrator, path) =
        (staff(procedure, ADMINISTRATOR), format!("/api/offices/{}/affairs", procedure.office.id));
    let seen = administrator.get(&path).expect(200).read::<Affairs>().seq;
    let name = PersonName::parse("Wati Contoh Rahayu, S.Sos").expect("a valid name");
    let command = Change::Invite { email: email.clone(), name, nip: None, actors: vec!["verifikator".into()] };
    administrator.post(&path, &ChangeRequest { seen, command, why: note("Nota dinas 12/2026.") }).expect(200);
    let found = database::texts("SELECT id FROM people WHERE email_key = ?1", &[json!(vault::mailbox_key(&email))]);
    found.into_iter().next().expect("they are known")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn all_that_was_there_is_there_again_after_a_restore_on_nothing() {
    let BackedUp { folder, mut matters, checkpoint, rows: before, .. } = backed_up();
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

/// What is wrong with a backup is found before anything is replaced by it.
#[test]
fn a_forged_backup_replaces_nothing_and_neither_does_one_with_a_role_that_nobody_gave() {
    let BackedUp { folder, matters, invited, .. } = backed_up();
    let (place, folder) = (folder.path(), text(folder.path()));
    let storage = Storage::fresh();
    let runtime = Runtime::start(&storage);
    let port = runtime.port().to_string();
    let (here, before) = on(runtime.product(), || (Matter::filed(both()[1]), rows()));
    let database = place.join("database.sql");
    let whole = fs::read_to_string(&database).expect("a text");
    let restores = |sql: &str, why: &str| {
        fs::write(&database, sql).expect("written");
        sign_anew(&place.join("manifest.json"), sql);
        fails(&["restore", &folder, "--port", &port, "--over"], why);
        fails(&["restore", &folder, "--port", &port, "--over"], "Nothing was restored.");
        on(runtime.product(), || {
            assert_eq!(rows(), before, "{why}");
            here.view(&here.filer);
        });
    };
    restores(&whole.replacen("passphrase_leaked", "device_lost", 1), "is not the one that was signed");
    let gives = |actor: &str| {
        format!(
            "INSERT INTO roles (id, person, office, actor, held_from) VALUES ('x', '{invited}', 'madiun', '{actor}', '2026-01-01T00:00:00.000Z');\n"
        )
    };
    restores(&format!("{whole}{}", gives("kadin")), &format!("{invited} as kadin"));
    let taken = format!("{whole}DELETE FROM roles WHERE person = '{invited}';\n");
    restores(&taken, &format!("{invited} no more as verifikator"));

    // And the whole one does take the place of what is there.
    fs::write(&database, &whole).expect("written");
    sign_anew(&place.join("manifest.json"), &whole);
    succeeds(&["restore", &folder, "--port", &port, "--over"]);
    on(runtime.product(), || {
        let of = |ticket| database::number("SELECT count(*) FROM cases WHERE ticket = ?1", &[json!(ticket)]);
        assert_eq!((of(&here.ticket), of(&matters[0].0.ticket)), (0, 1));
    });
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
