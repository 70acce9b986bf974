//! The office's log: every event has its place, what was signed stays signed, and whoever changes anything is found out.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command as Process, thread};

use base64::{Engine, engine::general_purpose::STANDARD};
use cabut_tests::{
    database, fresh, mailbox,
    matter::Matter,
    person::{Person, both, instant, office, staff},
    product::{Answer, given, in_the_lab, product},
    until,
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::MailKind,
    case::{AUDITOR, Digest, SealedEvent, Stage, seal},
    identity::{EmailAddress, TicketNumber},
    log::{Checkpoint, End, Entry, ExportFault, Kind, Receipt, SignedNote, VerifierKey, check_export},
    office::Command,
    procedure::Procedure,
};

use crate::affairs::{administrator, changes};

fn public(procedure: &Procedure, rest: &str) -> Answer {
    product().request("GET", &format!("/api/offices/{}/log{rest}", procedure.office.id)).send()
}

fn keys(procedure: &Procedure) -> Vec<VerifierKey> {
    let text = public(procedure, "/keys").expect(200).text();
    text.lines().map(|key| VerifierKey::parse(key).expect("a key")).collect()
}

/// The newest checkpoint, as a note.
pub fn note(procedure: &Procedure) -> String {
    public(procedure, "/checkpoint").expect(200).text()
}

fn checkpoint(procedure: &Procedure) -> Checkpoint {
    open(procedure, &note(procedure))
}

fn open(procedure: &Procedure, note: &str) -> Checkpoint {
    Checkpoint::open(&SignedNote::parse(note).expect("a note"), &keys(procedure)).expect("signed by the office")
}

/// The whole log, as the office's auditor downloads it.
pub fn export(procedure: &Procedure) -> String {
    let (mut path, mut whole) = (format!("/api/offices/{}/log", procedure.office.id), String::new());
    loop {
        let answer = staff(procedure, AUDITOR).get(&path).expect(200);
        whole += &answer.text();
        let Some(link) = answer.header("link") else { return whole };
        path = link.split(['<', '>']).nth(1).expect("an address").to_owned();
    }
}

fn receipt_path(matter: &Matter, seq: usize) -> String {
    format!("{}/receipts/{seq}", matter.path())
}

/// The receipt that an address carries.
fn carried(address: &str) -> Receipt {
    Receipt::parse_short(address.rsplit('#').next().expect("what stands behind #")).expect("a receipt")
}

#[test]
fn every_event_has_its_place_however_many_come_at_once() {
    let procedure = office("madiun");
    let matters: Vec<Matter> = thread::scope(|scope| {
        let filing: Vec<_> = (0..16).map(|_| scope.spawn(|| Matter::at_step(procedure, 3))).collect();
        filing.into_iter().map(|one| one.join().expect("it is filed")).collect()
    });
    for office in both() {
        let id = json!(office.office.id);
        let gaps = database::sql(
            "SELECT min(n), max(n) + 1 - count(*), count(*) - count(DISTINCT ifnull(ticket, 'office') || ' ' || seq)
             FROM log WHERE office = ?1",
            std::slice::from_ref(&id),
        );
        assert_eq!(gaps, [[json!(0), json!(0), json!(0)]], "{id}: a gap, or an event twice");
    }
    for matter in matters {
        let seqs = database::sql("SELECT seq FROM log WHERE ticket = ?1 ORDER BY n", &[json!(matter.ticket)]);
        let expected: Vec<_> = (1..=matter.case().seq).map(|seq| vec![json!(seq)]).collect();
        assert_eq!(seqs, expected, "{}: not in order", matter.ticket);
    }
    for unnumbered in [
        "SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM log l WHERE l.ticket = e.ticket AND l.seq = e.seq)",
        "SELECT count(*) FROM office_events e WHERE NOT EXISTS
            (SELECT 1 FROM log l WHERE l.office = e.office AND l.ticket IS NULL AND l.seq = e.seq)",
    ] {
        assert_eq!(database::number(unnumbered, &[]), 0);
    }
}

#[test]
fn a_checkpoint_is_everybodys_and_the_log_only_grows() {
    for procedure in both() {
        let keys = keys(procedure);
        assert_eq!(keys.len(), 1);
        assert!(keys[0].name().ends_with(&format!("/{}", procedure.office.id)), "{}", keys[0].name());
        let before = checkpoint(procedure);
        let matter = Matter::filed(procedure);
        let after = checkpoint(procedure);
        assert!(after.size() > before.size() && after.root() != before.root());
        let sizes = format!("/consistency?from={}&to={}", before.size(), after.size());
        let answer = public(procedure, &sizes).expect(200);
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
        assert!(after.continues(&before, &answer.text()));
        let place = database::number("SELECT n FROM log WHERE ticket = ?1 AND seq = 1", &[json!(matter.ticket)]);
        assert!(u64::try_from(place).expect("a place") >= before.size());

        for wrong in ["?from=2&to=1", "?from=0&to=4503599627370497", "?from=1", "?from=-1&to=1", "?from=a&to=1", ""] {
            public(procedure, &format!("/consistency{wrong}")).refused(400, "query_invalid");
        }
    }
    for rest in ["keys", "checkpoint", "consistency?from=0&to=0"] {
        let path = format!("/api/offices/tidak-ada/log/{rest}");
        product().request("GET", &path).send().refused(404, "office_unknown");
    }
}

#[test]
fn every_event_of_a_case_has_a_receipt_for_whoever_may_see_the_case() {
    for procedure in both() {
        let matter = Matter::at_end(procedure);
        let view = matter.view(&matter.filer);
        for (seen, seq) in view.events.iter().zip(1..) {
            let answer = matter.filer.get(&receipt_path(&matter, seq)).expect(200);
            let name = format!("attachment; filename=\"tanda-bukti-{}-{seq}.txt\"", matter.ticket);
            assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
            let receipt = Receipt::parse(&answer.text()).expect("a receipt");
            let checked = receipt.check(&keys(procedure)).expect("it holds");
            assert_eq!((checked.event, checked.kind), (seen.hash, Kind::of(&seen.event.what)));

            let qr = matter.filer.get(&format!("{}/qr", receipt_path(&matter, seq))).expect(200);
            assert_eq!(qr.header("content-type"), Some("image/svg+xml; charset=utf-8"));
            assert!(qr.text().starts_with("<svg ") && !qr.text().contains("<script"));

            let check = matter.filer.get(&format!("{}/check", receipt_path(&matter, seq))).expect(303);
            let address = check.header("location").expect("where it is checked").to_owned();
            assert!(address.starts_with(&format!("/{}/tanda-bukti#", procedure.office.id)), "{address}");
            let from_address = carried(&address).check(&keys(procedure)).expect("it holds");
            // The log may have grown meanwhile: others act too.
            assert!(from_address.checkpoint.size() >= checked.checkpoint.size());
            assert_eq!(
                (from_address.event, from_address.kind, from_address.index),
                (checked.event, checked.kind, checked.index)
            );
        }
        let more = view.events.len() + 1;
        for wrong in ["0".to_owned(), "01".to_owned(), "x".to_owned(), "4294967296".to_owned(), more.to_string()] {
            matter.filer.get(&format!("{}/receipts/{wrong}", matter.path())).refused(404, "not_found");
        }
        let stranger = Person::applicant(procedure);
        for part in ["", "/qr", "/check"] {
            let path = format!("{}{part}", receipt_path(&matter, 1));
            stranger.get(&path).refused(404, "not_found");
            staff(procedure, AUDITOR).get(&path).refused(404, "not_found");
            product().request("GET", &path).send().refused(401, "sign_in_needed");
        }
    }
}

#[test]
fn the_confirmation_and_the_proof_carry_their_receipts() {
    for procedure in both() {
        let matter = Matter::at_end(procedure);
        let view = matter.view(&matter.filer);
        let carry = [(MailKind::Received, 1, Kind::Filed), (MailKind::Revoked, revoked(&matter), Kind::Revoked)];
        for (kind, seq, what) in carry {
            let mail = mailbox::about(&matter.ticket, kind, matter.holder.email.as_str());
            let beginning = format!("{}/{}/tanda-bukti#", product().url(), procedure.office.id);
            let address = mail.text.lines().find(|line| line.starts_with(&beginning)).expect("the address is there");
            let checked = carried(address).check(&keys(procedure)).expect("it holds");
            assert_eq!((checked.event, checked.kind), (view.events[seq - 1].hash, what), "{kind:?}");
            assert!(mail.html.contains(&format!("href=\"{address}\"")));
            assert!(mail.html.contains("<img src=\"data:image/png;base64,"), "the code, where a mail has it attached");
            let attached = attached(&mail.html, "tanda-bukti.txt");
            let from_file = Receipt::parse(&attached).expect("a receipt").check(&keys(procedure)).expect("it holds");
            assert_eq!(
                (from_file.event, from_file.kind, from_file.index),
                (checked.event, checked.kind, checked.index)
            );
        }
        let others = mailbox::now(matter.holder.email.as_str(), MailKind::Code, None);
        assert!(others.iter().all(|mail| !mail.text.contains("tanda-bukti")));
    }
}

/// The text that goes with a mail under this name, as the local mailbox has it under the mail.
fn attached(html: &str, name: &str) -> String {
    let beginning = format!("<a download=\"{name}\" href=\"data:text/plain;base64,");
    let (_, rest) = html.split_once(&beginning).unwrap_or_else(|| panic!("no {name} in {html}"));
    let bytes = STANDARD.decode(rest.split('"').next().expect("an address")).expect("base64");
    String::from_utf8(bytes).expect("a text")
}

/// The number of the event that says it is revoked.
fn revoked(matter: &Matter) -> usize {
    let view = matter.view(&matter.filer);
    let at = view.events.iter().position(|seen| json!(seen.event.what)["kind"] == "answered");
    at.expect("it was answered") + 1
}

#[test]
fn the_log_is_the_auditors_to_download_and_nothing_else_is_theirs() {
    for procedure in both() {
        let id = &procedure.office.id;
        let path = format!("/api/offices/{id}/log");
        let matter = Matter::filed(procedure);
        let other = both().into_iter().find(|other| other.office.id != *id).expect("there are two");
        for who in [matter.filer.clone(), administrator(procedure), staff(procedure, "kadin"), staff(other, AUDITOR)] {
            who.get(&path).refused(403, "auditor_only");
        }
        product().request("GET", &path).send().refused(401, "sign_in_needed");

        let auditor = staff(procedure, AUDITOR);
        let answer = auditor.get(&path).expect(200);
        assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
        auditor.get(&format!("{path}?from=x")).refused(400, "query_invalid");
        auditor.get(&matter.path()).refused(404, "not_found");
        auditor.get(&format!("/api/offices/{id}/cases?list=office")).refused(403, "staff_only");
        auditor.get(&format!("/api/offices/{id}/affairs")).refused(403, "staff_only");
        auditor.get(&format!("/api/offices/{id}/register")).refused(403, "staff_only");
    }
}

#[test]
fn an_export_holds_no_personal_data() {
    in_the_lab(|| {
        let matter = Matter::at_end(office("madiun"));
        let form = matter.holder.form();
        let export = export(matter.procedure).to_lowercase();
        let of = |value: serde_json::Value| value.as_str().map(str::to_lowercase);
        let values: Vec<String> = json!(form).as_object().expect("a form").values().cloned().filter_map(of).collect();
        assert!(values.len() > 4);
        for value in values {
            assert!(!export.contains(&value), "{value}");
        }
        assert!(!export.contains('@'));
    });
}

#[test]
fn the_checkpoint_is_mailed_once_a_day_to_whom_the_office_named() {
    in_the_lab(|| {
        let procedure = office("madiun");
        let [one, two] = ["inspektorat", "bpk"].map(|who| fresh::email(who, "pengawas.example"));
        let emails = vec![one.clone(), two.clone(), one.clone()];
        changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails }).expect(200);
        let emails = (0..11).map(|_| fresh::email("banyak", "pengawas.example")).collect();
        changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails })
            .refused(422, "too_many_mailboxes");
        // Past midnight, twice that day, and the day after.
        let day = Utc::now() + TimeDelta::days(2);
        let mut sent = Vec::new();
        for (at, expected) in [(day, 1), (day + TimeDelta::minutes(1), 1), (day + TimeDelta::days(1), 2)] {
            Matter::filed(procedure);
            for _ in 0..2 {
                product().request("GET", &format!("/__scheduled?cron={}", instant(at))).send().expect(200);
            }
            for to in [&one, &two] {
                let mails = until("the checkpoint's mail", || {
                    // It goes with the next run.
                    product().request("GET", &format!("/__scheduled?cron={}", instant(at))).send().expect(200);
                    let mails = mailbox::now(to.as_str(), MailKind::Checkpoint, None);
                    (mails.len() >= expected).then_some(mails)
                });
                assert_eq!(mails.len(), expected, "{to} at {at}");
                sent = mails;
            }
        }
        // What was mailed is what was signed, and the log of now begins with it.
        let mailed = &sent[0].text;
        let begins = mailed.find(keys(procedure)[0].name()).expect("the log's name");
        let ends = mailed.find("\n\nKunci").expect("what follows");
        let then = open(procedure, &mailed[begins..=ends]);
        Matter::filed(procedure);
        let now = checkpoint(procedure);
        let proof = public(procedure, &format!("/consistency?from={}&to={}", then.size(), now.size()));
        assert!(now.continues(&then, &proof.expect(200).text()));
    });
}

#[test]
fn whoever_is_named_later_on_a_day_gets_that_days_checkpoint_too_and_nobody_gets_it_twice() {
    in_the_lab(|| {
        let procedure = office("temanggung");
        let at = instant(Utc::now() + TimeDelta::days(2));
        let runs = || drop(product().request("GET", &format!("/__scheduled?cron={at}")).send().expect(200));
        let mails = |to: &EmailAddress| mailbox::now(to.as_str(), MailKind::Checkpoint, None).len();
        let [one, two, last] = ["inspektorat", "bpk", "bssn"].map(|who| fresh::email(who, "pengawas.example"));
        let named = [
            (vec![], vec![]),
            (vec![&one], vec![&one]),
            (vec![&one, &two], vec![&one, &two]),
            (vec![&two], vec![&one, &two]),
            // What was written with the last one's was written when that came.
            (vec![&one, &two, &last], vec![&one, &two, &last]),
        ];
        for (emails, have) in named {
            let emails = emails.into_iter().cloned().collect();
            changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails }).expect(200);
            runs();
            until("the checkpoints' mails", || {
                runs();
                have.iter().all(|to| mails(to) > 0).then_some(())
            });
            for to in &have {
                assert_eq!(mails(to), 1, "{to}");
            }
        }
        let emails = Vec::new();
        changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails }).expect(200);
    });
}

/// Statements of whoever has the database in their hands.
fn tampers(statements: &[String]) {
    for statement in statements {
        database::sql(statement, &[]);
    }
}

/// All that is in the log's tables, put aside and put back; and what keeps the rows as they are, as it is made.
struct Kept(Vec<String>);

/// With what tells their rows apart.
const TABLES: [(&str, &str); 7] = [
    ("log", "office, n"),
    ("events", "ticket, seq"),
    ("contents", "ticket, seq"),
    ("office_events", "office, seq"),
    ("office_contents", "office, seq"),
    ("log_hashes", "office, i"),
    ("checkpoints", "office, size"),
];

impl Kept {
    /// Puts it aside, and takes away what keeps the rows as they are.
    fn of_now() -> Kept {
        let guards = "FROM sqlite_master WHERE name IN ('events_are_not_changed', 'events_are_not_removed',
            'events_have_their_place', 'office_events_are_not_changed', 'office_events_are_not_removed',
            'office_events_have_their_place', 'log_is_not_changed', 'log_is_not_cut', 'log_of_case')";
        let made = database::texts(&format!("SELECT sql {guards}"), &[]);
        assert_eq!(made.len(), 9);
        for drop in database::texts(&format!("SELECT 'DROP ' || type || ' ' || name {guards}"), &[]) {
            database::sql(&drop, &[]);
        }
        for (table, _) in TABLES {
            database::sql(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"), &[]);
        }
        Kept(made)
    }

    /// What is not as it was goes, and what is not there comes, in the tables that these statements name.
    fn is_put_back(&self, statements: &[String]) {
        let names = |statement: &String, table| {
            statement.split(|c: char| c != '_' && !c.is_alphabetic()).any(|word| word == table)
        };
        let named = |table| statements.iter().any(|statement| names(statement, table));
        // Whoever asks for a log of another length has it signed.
        let signed = named("log");
        for (table, key) in TABLES {
            if !(named(table) || signed && matches!(table, "log_hashes" | "checkpoints")) {
                continue;
            }
            database::sql(&format!("DELETE FROM {table} WHERE ({key}) NOT IN (SELECT {key} FROM kept_{table})"), &[]);
            database::sql(&format!("INSERT OR REPLACE INTO {table} SELECT * FROM kept_{table}"), &[]);
        }
    }
}

/// What comes after finds all as it was.
impl Drop for Kept {
    fn drop(&mut self) {
        self.is_put_back(&TABLES.map(|(table, _)| table.to_owned()));
        self.0.iter().for_each(|made| drop(database::sql(made, &[])));
        TABLES.iter().for_each(|(table, _)| drop(database::sql(&format!("DROP TABLE kept_{table}"), &[])));
    }
}

/// Whoever has the whole database can change every row; what was signed and mailed before gives them away. At every
/// position: each change to the event, to its hashes, to its place; one taken out, one put in, two exchanged, the end cut
/// off and signed anew.
#[test]
fn whatever_is_changed_in_the_database_is_found_and_named() {
    in_the_lab(|| {
        let procedure = office("temanggung");
        // Two requests and a change of the office's own, each event signed when it came.
        let mut mailed = Vec::new();
        let matters = [Matter::filed(procedure), Matter::filed(procedure)];
        mailed.push(note(procedure));
        for (matter, to) in matters.iter().zip([u8::MAX, 4]) {
            while matches!(matter.case().stage, Stage::Step { no } if no < to) {
                matter.moves_on();
                mailed.push(note(procedure));
            }
        }
        changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails: vec![] }).expect(200);
        mailed.push(note(procedure));
        let keys = keys(procedure);
        let size = open(procedure, &mailed[mailed.len() - 1]).size();
        let check = |export: &str| {
            let (entries, end) = End::split(export);
            let own = end.map(|end| end.checkpoint);
            let all: Vec<&str> = mailed.iter().map(String::as_str).chain(own.as_deref()).collect();
            check_export(entries, &all, &keys)
        };
        let whole = export(procedure);
        assert_eq!(check(&whole).expect("untouched").entries, size);
        let entries: Vec<Entry> =
            End::split(&whole).0.lines().map(|line| serde_json::from_str(line).expect("an entry")).collect();

        let kept = Kept::of_now();
        let at = |n: u64| format!("office = 'temanggung' AND n = {n}");
        let mut found = BTreeMap::<&str, u32>::new();
        let mut tries = |what: &'static str, named: &[&str], n: u64, statements: &[String]| {
            tampers(statements);
            let fault = check(&export(procedure)).expect_err(&format!("{what} at {n} is found"));
            let (from, to) = fault.span().unwrap_or_else(|| panic!("{what} at {n} is not placed: {fault:?}"));
            assert!((from..=to).contains(&n), "{what} at {n}: {fault:?}");
            assert!(named.contains(&fault.code()), "{what} at {n} is named {fault:?}");
            *found.entry(what).or_default() += 1;
            kept.is_put_back(statements);
        };
        for (entry, n) in entries.iter().zip(0..) {
            let (table, key) = match &entry.chain {
                workflow::log::Chain::Case(ticket) => ("events", format!("ticket = '{ticket}'")),
                workflow::log::Chain::Office(office) => ("office_events", format!("office = '{office}'")),
            };
            let row = format!("{table} WHERE {key} AND seq = (SELECT seq FROM log WHERE {})", at(n));
            let (name, condition) = row.split_once(" WHERE ").expect("a table and which row");
            let edit = |set: &str| vec![format!("UPDATE {name} SET {set} WHERE {condition}")];
            // The event and its hashes.
            tries("edited event", &["export-edited"], n, &edit("body = replace(body, '\"at\":\"20', '\"at\":\"19')"));
            tries("edited hash", &["export-edited"], n, &edit("hash = substr(hash, 2) || substr(hash, 1, 1)"));
            let other = "CASE substr(prev, 1, 1) WHEN 'f' THEN '0' ELSE 'f' END";
            tries("edited link", &["export-edited"], n, &edit(&format!("prev = {other} || substr(prev, 2)")));
            tries("unreadable event", &["export-edited"], n, &edit("body = substr(body, 2)"));
            // Where numbers and chains fit, what was signed is what it contradicts; at the end it is cut off.
            // The event gone, its place left; and its place gone too, the rest moved up.
            let beside = format!("DELETE FROM {}", row.replacen("events", "contents", 1));
            tries("removed event", &["export-missing", "export-cut-off"], n, &[beside, format!("DELETE FROM {row}")]);
            let closed = format!("UPDATE log SET n = n - 1 WHERE office = 'temanggung' AND n > {n}");
            tries(
                "removed entry",
                &["export-missing", "export-cut-off", "export-contradicted"],
                n,
                &[format!("DELETE FROM log WHERE {}", at(n)), closed],
            );
            // One more in front of it: an event of a case that never was, sealed as it should be.
            let forged = forged(procedure, &entries);
            let ticket = forged.0.clone();
            let opened = [
                format!("UPDATE log SET n = n + 1000000 WHERE office = 'temanggung' AND n >= {n}"),
                "UPDATE log SET n = n - 999999 WHERE office = 'temanggung' AND n >= 1000000".to_owned(),
                format!("INSERT INTO log (office, n, ticket, seq) VALUES ('temanggung', {n}, '{ticket}', 1)"),
                format!(
                    "INSERT INTO events (ticket, seq, body, prev, hash) VALUES ('{ticket}', 1, '{}', '{}', '{}')",
                    forged.1.body.replace('\'', "''"),
                    forged.1.prev,
                    forged.1.hash
                ),
            ];
            tries("inserted entry", &["export-inserted", "export-contradicted"], n, &opened);
            // Changed places with the next.
            if n + 1 < size {
                let place = |n: u64| format!("(SELECT {{}} FROM kept_log WHERE {})", at(n));
                let exchange = |here: u64, there: u64| {
                    let [ticket, seq] = ["ticket", "seq"].map(|column| place(there).replace("{}", column));
                    format!("UPDATE log SET ticket = {ticket}, seq = {seq} WHERE {}", at(here))
                };
                tries(
                    "swapped entries",
                    &["export-swapped", "export-contradicted"],
                    n,
                    &[exchange(n, n + 1), exchange(n + 1, n)],
                );
            }
            // Everything from here on gone, with all that was signed over it: the office signs the rest anew.
            let cut = [
                format!("DELETE FROM log WHERE office = 'temanggung' AND n >= {n}"),
                "DELETE FROM checkpoints WHERE office = 'temanggung'".to_owned(),
                "DELETE FROM log_hashes WHERE office = 'temanggung'".to_owned(),
            ];
            tries("cut end", &["export-cut-off"], n, &cut);
        }
        println!("{size} positions: {found:?}");
        assert!(size >= 10 && found.len() == 9 && found.values().all(|&times| u64::from(times) >= size - 1));
        assert_eq!(check(&export(procedure)).expect("all is as it was").entries, size);
        drop(kept);
        matters[1].moves_on();
        assert!(check(&export(procedure)).expect("and it goes on").entries > size);
    });
}

/// The filing of another case, sealed as any.
fn forged(procedure: &Procedure, entries: &[Entry]) -> (String, SealedEvent) {
    let ticket = TicketNumber::new(&procedure.office.ticket_prefix, 7).expect("a valid prefix");
    let model =
        entries.iter().find(|entry| entry.sealed.prev == Digest::ZERO && entry.sealed.body.contains("\"filed\""));
    let body = &model.expect("a filing").sealed.body;
    let mut event: workflow::case::Event = serde_json::from_str(body).expect("an event");
    event.case = ticket.clone();
    (ticket.to_string(), seal(&event, Digest::ZERO))
}

/// Files for `cargo xtask verify`, gone when dropped.
pub struct Files(PathBuf);

impl Files {
    pub fn new() -> Files {
        let folder = std::env::temp_dir().join(fresh::word("catatan"));
        fs::create_dir_all(&folder).expect("a folder");
        Files(folder)
    }

    /// Writes one, and says where it is.
    pub fn with(&self, name: &str, text: &str) -> String {
        let file = self.0.join(name);
        fs::write(&file, text).expect("it is written");
        file.to_string_lossy().into_owned()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// `cargo xtask verify`: whether all holds, and what it says.
pub fn verify(args: &[&str]) -> (bool, String) {
    let ran = Process::new(given("CABUT_XTASK")).arg("verify").args(args).output().expect("it starts");
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn whoever_holds_the_file_checks_it_without_us() {
    in_the_lab(|| {
        let procedure = office("madiun");
        Matter::at_end(procedure);
        let before = (note(procedure), export(procedure));
        Matter::filed(procedure);
        let (mailed, whole) = (note(procedure), export(procedure));
        let key = keys(procedure)[0].to_string();
        let files = Files::new();
        let file = |name: &str, text: &str| files.with(name, text);
        let mail = file("mail.txt", &format!("Yth.\r\n\r\n{}\r\nKunci:\r\n", mailed.replace('\n', "\r\n")));
        let (exported, older) = (file("whole.ndjson", &whole), file("older.ndjson", &before.1));
        let old_note = file("old.txt", &before.0);

        let (holds, said) = verify(&[&exported, "--checkpoint", &mail, "--checkpoint", &old_note, "--key", &key]);
        assert!(holds && said.contains(&format!("{} events", open(procedure, &mailed).size())), "{said}");
        let (holds, said) = verify(&[&exported]);
        assert!(holds && said.contains(&key), "it says whose word the key is: {said}");

        // The end cut off shows as soon as somebody brings a checkpoint from elsewhere.
        assert!(verify(&[&older]).0);
        let (holds, said) = verify(&[&older, "--checkpoint", &mail]);
        assert!(!holds && said.contains("cut"), "{said}");
        let changed = file("changed.ndjson", &whole.replacen("holder", "leader", 1));
        let (holds, said) = verify(&[&changed]);
        assert!(!holds && said.contains(ExportFault::Edited { position: 0 }.code()), "{said}");
        let unfinished: Vec<&str> = whole.lines().collect();
        let unfinished = file("unfinished.ndjson", &unfinished[..unfinished.len() - 1].join("\n"));
        assert!(!verify(&[&unfinished]).0);
        let foreign = "x+9b0fbcd8+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        assert!(!verify(&[&exported, "--key", foreign]).0);
        assert!(!verify(&[]).0);
    });
}
