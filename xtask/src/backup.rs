//! `cargo xtask backup` and `cargo xtask restore`: all that the service knows, in a folder, and back from it.
//!
//! | in the folder | what it is |
//! |---|---|
//! | `database.sql` | the whole database, as statements that make it anew |
//! | `documents/` | the bytes of each document, sealed as they lie, each under its key |
//! | `manifest.json` | SHA-256 of each of these, and the offices' newest checkpoints and their keys |
//!
//! What people wrote and handed in and their mailboxes are sealed in it, and whoever has `DATA_KEYS` opens them; names and
//! numbers lie open. So the folder and its files are their owner's alone (0700, 0600). The secrets are not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;

use serde::{Deserialize, Serialize};
use workflow::case::Digest;
use workflow::log::{ExportFault, VerifierKey, check_export};
use workflow::procedure::offices;

use crate::database::Aside;
use crate::door::{Door, number, quoted, rows_of};
use crate::failure::{Failure, Result, Trying};
use crate::{roles, verify};

const BACKUP: &str = "`cargo xtask backup FOLDER [--remote | --port N]`";
const RESTORE: &str = "`cargo xtask restore FOLDER [--over] [--checkpoint FILE]… [--key KEY]… [--remote | --port N]`";

const DATABASE: &str = "database.sql";
const DOCUMENTS: &str = "documents";
const MANIFEST: &str = "manifest.json";

/// Who was signed in when it was made may have signed out or been locked out since, and a code may have been used: after a
/// restore everybody signs in anew.
const NOBODY_IS_SIGNED_IN: &str = "DELETE FROM sessions;\nDELETE FROM sign_in_codes;\n";

/// How many documents are fetched or put back at a time.
const AT_ONCE: usize = 4;

/// How many events are read at a time.
const READ: usize = 5_000;

/// What a backup says of itself.
#[derive(Default, Serialize, Deserialize)]
struct Manifest {
    /// SHA-256 of each file, by its path within the folder.
    files: BTreeMap<String, String>,
    /// The log of each office.
    logs: BTreeMap<String, Signed>,
}

/// What an office signed, by its own word.
#[derive(Serialize, Deserialize)]
struct Signed {
    checkpoint: String,
    keys: Vec<String>,
}

/// `cargo xtask backup`
pub fn backup(mut args: lexopt::Parser) -> Result<()> {
    let (mut door, mut folders) = (Door::default(), Vec::new());
    while let Some(arg) = args.next().trying(format_args!("find sense in {BACKUP}"))? {
        match arg {
            lexopt::Arg::Value(folder) => folders.push(PathBuf::from(folder)),
            lexopt::Arg::Long(flag) => {
                let flag = flag.to_owned();
                door.take(&flag, &mut args, BACKUP)?;
            }
            other => return Err(Failure::new(format!("{} in {BACKUP}.", other.unexpected()))),
        }
    }
    let [folder] = folders.as_slice() else {
        return Err(Failure::new(format!("It takes one folder: {BACKUP}.")));
    };
    private_folder(folder)?;
    private_folder(&folder.join(DOCUMENTS))?;

    // First what was signed: each event up to there is in what is read next.
    let mut manifest = Manifest::default();
    for procedure in offices().iter() {
        let office = &procedure.office.id;
        let log = |what: &str| door.public(&format!("/api/offices/{office}/log/{what}"));
        let keys = log("keys")?.lines().map(str::to_owned).collect();
        // A note ends with its line.
        let checkpoint = log("checkpoint")? + "\n";
        manifest.logs.insert(office.clone(), Signed { checkpoint, keys });
    }
    door.dump(&folder.join(DATABASE))?;
    private(&folder.join(DATABASE))?;
    // And last the bytes: a document never changes, so what is here already is not fetched again.
    let documents = documents(&|sql| door.answer(sql))?;
    each(&documents, |Document { kv_key, attached }| {
        let file = folder.join(DOCUMENTS).join(kv_key);
        match file.exists() || door.fetch(kv_key, &file)? {
            true => private(&file),
            false if *attached == 0 => Ok(()),
            false => Err(Failure::new(format!("The bytes of a document are gone: {kv_key}."))),
        }
    })?;
    manifest.files = sums(folder)?;
    let file = folder.join(MANIFEST);
    let json = serde_json::to_string_pretty(&manifest).trying("write the manifest as JSON")?;
    fs::write(&file, json).trying(format_args!("write {}", file.display()))?;
    private(&file)?;
    println!("The database and {} documents are in {}.", manifest.files.len() - 1, folder.display());
    println!(
        "It holds names and numbers as they are, and sealed what people wrote: keep it as you keep DATA_KEYS, apart."
    );
    Ok(())
}

/// `cargo xtask restore`
pub fn restore(mut args: lexopt::Parser) -> Result<()> {
    let (mut door, mut folders, mut over) = (Door::default(), Vec::new(), false);
    let (mut checkpoints, mut keys) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next().trying(format_args!("find sense in {RESTORE}"))? {
        match arg {
            lexopt::Arg::Value(folder) => folders.push(PathBuf::from(folder)),
            lexopt::Arg::Long("over") => over = true,
            lexopt::Arg::Long("checkpoint") => {
                let file = args.value().trying(format_args!("find the file in {RESTORE}"))?;
                checkpoints.push(verify::brought(file.as_ref())?);
            }
            lexopt::Arg::Long("key") => {
                let key = args.value().trying(format_args!("find the key in {RESTORE}"))?;
                keys.push(key.to_string_lossy().into_owned());
            }
            lexopt::Arg::Long(flag) => {
                let flag = flag.to_owned();
                door.take(&flag, &mut args, RESTORE)?;
            }
            other => return Err(Failure::new(format!("{} in {RESTORE}.", other.unexpected()))),
        }
    }
    let [folder] = folders.as_slice() else {
        return Err(Failure::new(format!("It takes one folder: {RESTORE}.")));
    };
    let manifest = checked(folder)?;
    if !over && holds_something(&door)? {
        return Err(Failure::new(
            "There are people or events in this database. Back it up first; then `--over` throws them away.",
        ));
    }
    let bytes: Vec<&str> = manifest.files.keys().filter_map(|file| file.strip_prefix("documents/")).collect();
    let demo = matches!(door, Door::Local { .. });
    let holds = |ask: Ask<'_>| is_whole(ask, &manifest, &bytes, &checkpoints, &keys, demo);
    let aside = Aside::of(&folder.join(DATABASE))?;
    holds(&|sql| aside.answer(sql)).map_err(|failure| Failure::new(format!("{failure}\nNothing was restored.")))?;
    drop(aside);
    println!("The backup holds; it takes the place of what is there.");
    each(&bytes, |key| door.put(key, &folder.join(DOCUMENTS).join(key)))?;
    door.replace(&folder.join(DATABASE), NOBODY_IS_SIGNED_IN)?;
    holds(&|sql| door.answer(sql))?;
    println!("The database and {} documents are back.", bytes.len());
    println!("Nobody is signed in. Roles and locks are those of the backup: look at who has which role, under Kantor.");
    if keys.is_empty() {
        println!(
            "Nobody but the backup itself says that these keys are the offices'; compare them, or bring them: --key KEY."
        );
    }
    Ok(())
}

/// The manifest of a backup that is as it was made.
fn checked(folder: &Path) -> Result<Manifest> {
    let file = folder.join(MANIFEST);
    let json = fs::read_to_string(&file).trying(format_args!("read {}", file.display()))?;
    let manifest: Manifest = serde_json::from_str(&json).trying(format_args!("read {}", file.display()))?;
    let now = sums(folder)?;
    let named: BTreeSet<&String> = manifest.files.keys().chain(now.keys()).collect();
    let wrong: Vec<&str> =
        named.into_iter().filter(|file| manifest.files.get(*file) != now.get(*file)).map(String::as_str).collect();
    if wrong.is_empty() {
        return Ok(manifest);
    }
    Err(Failure::new(format!(
        "The backup is not as it was made; nothing was restored. Changed, missing or added since: {}.",
        wrong.join(", ")
    )))
}

/// SHA-256 of each file of a backup but the manifest.
fn sums(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::from([(DATABASE.to_owned(), sha256(&folder.join(DATABASE))?)]);
    let documents = folder.join(DOCUMENTS);
    for file in fs::read_dir(&documents).trying(format_args!("list {}", documents.display()))?.flatten() {
        let name = format!("{DOCUMENTS}/{}", file.file_name().to_string_lossy());
        files.insert(name, sha256(&file.path())?);
    }
    Ok(files)
}

fn sha256(file: &Path) -> Result<String> {
    let bytes = fs::read(file).trying(format_args!("read {}", file.display()))?;
    Ok(Digest::of(&bytes).to_string())
}

/// How a database is asked: the backup's own, before anything is replaced, and then the one that it became.
type Ask<'a> = &'a dyn Fn(&str) -> Result<String>;

/// Whether the database has the bytes of every document beside it, its logs are those that were signed, and its roles those of
/// which they tell. `demo` is whether there may be people of whom no log tells.
fn is_whole(
    ask: Ask<'_>,
    manifest: &Manifest,
    bytes: &[&str],
    checkpoints: &[String],
    keys: &[String],
    demo: bool,
) -> Result<()> {
    let handed_in = documents(ask)?.into_iter().filter(|document| document.attached == 1);
    let lacking: Vec<String> =
        handed_in.map(|document| document.kv_key).filter(|key| !bytes.contains(&key.as_str())).collect();
    if !lacking.is_empty() {
        return Err(Failure::new(format!(
            "The bytes of {} documents are not in the backup: {}.",
            lacking.len(),
            lacking.join(", ")
        )));
    }
    for (office, signed) in &manifest.logs {
        check_log(ask, office, signed, checkpoints, keys)?;
        check_roles(ask, office, demo)?;
    }
    #[derive(Deserialize)]
    struct Office {
        office: String,
    }
    let offices: Vec<Office> = rows_of(&ask("SELECT office FROM log UNION SELECT office FROM roles ORDER BY 1")?)?;
    match offices.iter().find(|row| !manifest.logs.contains_key(&row.office)) {
        Some(Office { office }) => {
            Err(Failure::new(format!("The manifest does not speak of {office}, which has a log or roles.")))
        }
        None => Ok(()),
    }
}

/// Holds an office's roles against what its log says of them.
fn check_roles(ask: Ask<'_>, office: &str, demo: bool) -> Result<()> {
    #[derive(Deserialize)]
    struct Body {
        body: String,
    }
    let here = quoted(office);
    let bodies: Vec<Body> =
        rows_of(&ask(&format!("SELECT body FROM office_events WHERE office = {here} ORDER BY seq"))?)?;
    let log = bodies.iter().map(|row| serde_json::from_str(&row.body)).collect::<std::result::Result<Vec<_>, _>>();
    let columns = "id, person, actor, held_from, held_until, acting";
    let rows = rows_of(&ask(&format!("SELECT {columns} FROM roles WHERE office = {here} ORDER BY person, actor"))?)?;
    match roles::check(&log.trying("read an office's log")?, &rows) {
        Ok(untold) if untold.is_empty() => Ok(()),
        Ok(untold) if demo => {
            println!("{office}: {} roles are of people of whom its log does not tell.", untold.len());
            Ok(())
        }
        Ok(wrong) | Err(wrong) => Err(Failure::new(format!(
            "The roles of {office} are not those of which its log tells. By the ids of people: {}.",
            wrong.join(", ")
        ))),
    }
}

/// A document, by the key under which its bytes lie.
#[derive(Deserialize)]
struct Document {
    kv_key: String,
    /// 1 when it is part of a case. An upload that nobody handed in yet can have come without its bytes.
    attached: u8,
}

fn documents(ask: Ask<'_>) -> Result<Vec<Document>> {
    rows_of(&ask("SELECT kv_key, attached FROM documents WHERE attached <> 2 ORDER BY kv_key")?)
}

/// Does `work` with each, some at a time: most of it is waiting for others.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
    let share = all.len().div_ceil(AT_ONCE).max(1);
    thread::scope(|scope| {
        let working: Vec<_> = all.chunks(share).map(|part| scope.spawn(|| part.iter().try_for_each(&work))).collect();
        working.into_iter().try_for_each(|one| one.join().map_err(|_| Failure::new("A thread broke down."))?)
    })
}

/// Whether anybody is in the database, or anything happened. One without its tables holds nothing.
fn holds_something(door: &Door) -> Result<bool> {
    let tables = "SELECT count(*) AS number FROM sqlite_master WHERE name IN ('people', 'events')";
    if number(door, tables)? < 2 {
        return Ok(false);
    }
    Ok(number(door, "SELECT (SELECT count(*) FROM people) + (SELECT count(*) FROM events) AS number")? > 0)
}

#[derive(Deserialize)]
struct EntryRow {
    n: u64,
    ticket: Option<String>,
    body: Option<String>,
    prev: Option<String>,
    hash: Option<String>,
}

/// Holds the log of an office against what was signed: as `cargo xtask verify` does with an auditor's export.
fn check_log(ask: Ask<'_>, office: &str, signed: &Signed, brought: &[String], keys: &[String]) -> Result<()> {
    let here = quoted(office);
    let mut export = String::new();
    let mut from = 0;
    loop {
        let rows: Vec<EntryRow> = rows_of(&ask(&format!(
            "SELECT l.n, l.ticket, coalesce(e.body, o.body) AS body, coalesce(e.prev, o.prev) AS prev,
                    coalesce(e.hash, o.hash) AS hash FROM log l
             LEFT JOIN events e ON e.ticket = l.ticket AND e.seq = l.seq
             LEFT JOIN office_events o ON l.ticket IS NULL AND o.office = l.office AND o.seq = l.seq
             WHERE l.office = {here} AND l.n >= {from} ORDER BY l.n LIMIT {READ}"
        ))?)?;
        for row in &rows {
            export += &row.line(office)?;
        }
        let Some(last) = rows.last().filter(|_| rows.len() == READ) else { break };
        from = last.n + 1;
    }
    #[derive(Deserialize)]
    struct Note {
        note: String,
    }
    let kept = format!("SELECT note FROM checkpoints WHERE office = {here} ORDER BY size");
    let kept: Vec<Note> = rows_of(&ask(&kept)?)?;
    let parsed = keys.iter().chain(&signed.keys).map(|key| VerifierKey::parse(key));
    let parsed: Vec<VerifierKey> = parsed.collect::<std::result::Result<_, _>>().trying("read a key")?;
    // Those that were brought count alone, where there are any for this office.
    let of_office = |key: &&VerifierKey| key.name().ends_with(&format!("/{office}"));
    let brought_keys: Vec<VerifierKey> = parsed[..keys.len()].iter().filter(of_office).cloned().collect();
    let keys = if brought_keys.is_empty() { parsed[keys.len()..].to_vec() } else { brought_keys };
    let ours = |note: &&str| keys.iter().any(|key| note.lines().next() == Some(key.name()));
    let notes = kept.iter().map(|kept| kept.note.as_str()).chain([signed.checkpoint.as_str()]);
    let notes: Vec<&str> = notes.chain(brought.iter().map(String::as_str)).filter(ours).collect();
    let events = export.lines().count();
    match check_export(&export, &notes, &keys) {
        Ok(verified) => {
            println!(
                "{office}: {} events on {} chains, whole and unchanged; root {}.",
                verified.entries, verified.chains, verified.root
            );
        }
        // Whatever came between the last checkpoint and the backup lies on its chains, and nobody signed it yet.
        Err(ExportFault::Unsigned { from, .. }) => {
            println!(
                "{office}: {events} events, whole; those from {from} on were not signed yet when this was backed up."
            );
        }
        Err(fault) => {
            return Err(Failure::new(format!(
                "The log of {office} is not the one that was signed ({}). {fault}",
                fault.code()
            )));
        }
    }
    println!("{office}: it agrees with {} checkpoints.", notes.len());
    Ok(())
}

impl EntryRow {
    /// As a line of an export; an event that is gone leaves a gap, by which it is found.
    fn line(&self, office: &str) -> Result<String> {
        let EntryRow { n, ticket, body: Some(body), prev: Some(prev), hash: Some(hash) } = self else {
            return Ok(String::new());
        };
        let chain = match ticket {
            Some(ticket) => serde_json::json!({ "case": ticket }),
            None => serde_json::json!({ "office": office }),
        };
        let line =
            serde_json::json!({ "n": n, "chain": chain, "sealed": { "body": body, "prev": prev, "hash": hash } });
        Ok(format!("{line}\n"))
    }
}

fn private_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).trying(format_args!("make {}", folder.display()))?;
    mode(folder, 0o700)
}

fn private(file: &Path) -> Result<()> {
    mode(file, 0o600)
}

fn mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode)).trying(format_args!("keep others from {}", path.display()))
}
