//! A key that leaked is replaced by a command, and nobody is lost by it.

use std::{fs, process::Command};

use cabut_tests::{
    database,
    matter::{Matter, files, request},
    person::{Person, both, staff},
    product::{given, given_path, on, product},
};
use serde_json::json;
use workflow::{
    case::{AUDITOR, Act, FilingWay},
    log::{Checkpoint, End, Receipt, SignedNote, VerifierKey, check_export},
    procedure::Procedure,
};

use crate::runtime::{Runtime, Storage};

/// Runs `cargo xtask rekey` against a product: what it says, and whether it succeeded.
fn rekey(runtime: &Runtime, secrets: &str, new: &str) -> (bool, String) {
    let port = runtime.port().to_string();
    let args = ["rekey", "--secrets", secrets, "--new", new, "--port", &port];
    let said = Command::new(given("CABUT_XTASK")).args(args).output().expect("it runs");
    (said.status.success(), String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned())
}

#[test]
fn people_and_open_requests_are_found_by_another_lookup_key() {
    let (storage, folder) = (Storage::fresh(), Storage::empty());
    let mut runtime = Runtime::start(&storage);
    let old = given_path("CABUT_SECRETS");
    let text = fs::read_to_string(&old).expect("the local secrets");
    let written = |name: &str, from: &str, to: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text.replace(from, to)).expect("a file");
        file
    };
    let new = written("new", "LOOKUP_KEY=6c", "LOOKUP_KEY=6d");
    let others = written("others", "LOOKUP_KEY=6c", "LOOKUP_KEY=7d");
    let [old_file, new_file, others_file] = [&old, &new, &others].map(|file| file.to_string_lossy().into_owned());

    let matters = on(runtime.product(), || both().map(Matter::filed));
    let over = on(runtime.product(), || {
        let over = Matter::filed(both()[0]);
        over.act(&over.filer, Act::Withdraw).expect(200);
        let keys = database::texts("SELECT holder_key FROM cases WHERE ticket = ?1", &[json!(over.ticket)]);
        assert_eq!(keys, [""], "nobody looks for a holder by what is over");
        over
    });
    let mailboxes = on(runtime.product(), || database::number("SELECT count(*) FROM people WHERE email <> ''", &[]));
    let (success, said) = rekey(&runtime, &others_file, &new_file);
    assert!(!success && said.contains("found by neither"), "{said}");
    let (success, said) = rekey(&runtime, &old_file, &new_file);
    assert!(success, "{said}");
    let rows: i64 = said.split(' ').next().and_then(|number| number.parse().ok()).expect("how many");
    assert!(rows > mailboxes + 2, "everybody, two requests, and mails: {said}");
    // What came in between by the old one is done by doing it again.
    let (success, said) = rekey(&runtime, &old_file, &new_file);
    assert!(success && said.starts_with("0 rows"), "{said}");
    let (success, said) = rekey(&runtime, &others_file, &old_file);
    assert!(!success && said.contains("found by neither"), "{said}");

    runtime.is_given(&storage, &new);
    on(runtime.product(), || {
        for matter in &matters {
            let again = Person::signs_in(matter.procedure, &matter.filer.email);
            assert_eq!(again.id, matter.filer.id, "they are who they were");
            matter.view(&again);
            let asked = request(matter.procedure, FilingWay::Holder, &again, &matter.holder);
            let problem = files(matter.procedure, &again, &asked).refused(409, "open_request_exists");
            assert_eq!(problem.ticket.as_ref(), Some(&matter.ticket));
        }
        assert_eq!(Person::signs_in(over.procedure, &over.filer.email).id, over.filer.id);
        matters[0].act(&staff(matters[0].procedure, "kadin"), Act::Forward).expect(200);
    });
}

/// What everybody can read of an office's log.
fn public(procedure: &Procedure, what: &str) -> String {
    let path = format!("/api/offices/{}/log/{what}", procedure.office.id);
    product().request("GET", &path).send().expect(200).text()
}

fn published(procedure: &Procedure) -> Vec<VerifierKey> {
    public(procedure, "keys").lines().map(|key| VerifierKey::parse(key).expect("a key")).collect()
}

/// What the note says, if one of these keys signed it.
fn opened(note: &str, keys: &[VerifierKey]) -> Option<Checkpoint> {
    Checkpoint::open(&SignedNote::parse(note).expect("a note"), keys).ok()
}

fn receipt(matter: &Matter) -> Receipt {
    let text = matter.filer.get(&format!("{}/receipts/1", matter.path())).expect(200).text();
    Receipt::parse(&text).expect("a receipt")
}

/// What an office signed before `LOG_KEY` was replaced stays proven by the keys that it publishes, what it signs from then on
/// is the new key's alone, and the log goes on. Without its former keys a log signs nothing.
#[test]
fn a_log_goes_on_under_another_key_and_what_the_old_one_signed_stays_proven() {
    let (storage, folder) = (Storage::fresh(), Storage::empty());
    let mut runtime = Runtime::start(&storage);
    let text = fs::read_to_string(given_path("CABUT_SECRETS")).expect("the local secrets");
    let replaced = text.replace("LOG_KEY=6c", "LOG_KEY=6d");
    assert_ne!(replaced, text);
    let written = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a file");
        file
    };
    struct Before {
        matter: Matter,
        keys: Vec<VerifierKey>,
        note: String,
        receipt: Receipt,
    }
    let all: Vec<Before> = on(runtime.product(), || {
        let before = |procedure| {
            let matter = Matter::filed(procedure);
            let (keys, note, receipt) = (published(procedure), public(procedure, "checkpoint"), receipt(&matter));
            Before { matter, keys, note, receipt }
        };
        both().map(before).into()
    });

    runtime.is_given(&storage, &written("forgotten", &replaced));
    on(runtime.product(), || {
        for Before { matter, .. } in &all {
            let path = format!("/api/offices/{}/log/checkpoint", matter.procedure.office.id);
            product().request("GET", &path).send().refused(500, "internal");
            // Nobody's work waits for it.
            matter.act(&staff(matter.procedure, "kadin"), Act::Forward).expect(200);
        }
    });

    let former: Vec<String> = all.iter().flat_map(|before| &before.keys).map(ToString::to_string).collect();
    let with_former = format!("{replaced}\nLOG_KEYS_FORMER={}\n", former.join(" "));
    runtime.is_given(&storage, &written("new", &with_former));
    on(runtime.product(), || {
        for Before { matter, keys: old, note, receipt: from_before } in &all {
            let procedure = matter.procedure;
            let keys = published(procedure);
            assert_eq!((keys.len(), &keys[1..]), (2, &old[..]), "the new one, then the one before");
            let new = &keys[..1];
            let newest = public(procedure, "checkpoint");
            let (then, now) = (opened(note, &keys).expect("it holds"), opened(&newest, &keys).expect("it holds"));
            assert!(opened(note, new).is_none() && opened(note, old).is_some(), "signed by the old key");
            assert!(opened(&newest, old).is_none() && opened(&newest, new).is_some(), "signed by the new key");
            let proof = public(procedure, &format!("consistency?from={}&to={}", then.size(), now.size()));
            assert!(now.size() > then.size() && now.continues(&then, &proof), "it is the same log");

            assert!(from_before.check(&keys).is_ok() && from_before.check(new).is_err());
            let again = receipt(matter);
            assert!(again.check(new).is_ok() && again.check(old).is_err());
            assert_eq!((again.event, again.index), (from_before.event, from_before.index));

            let export = staff(procedure, AUDITOR).get(&format!("/api/offices/{}/log", procedure.office.id));
            let export = export.expect(200).text();
            let (entries, end) = End::split(&export);
            let end = end.expect("all of it");
            assert_eq!(end.keys, keys.iter().map(ToString::to_string).collect::<Vec<_>>());
            let whole = check_export(entries, &[note, &end.checkpoint], &keys).expect("it holds");
            assert_eq!(whole.checkpoints, 2);
            assert!(check_export(entries, &[note, &end.checkpoint], new).is_err());
        }
    });
}
