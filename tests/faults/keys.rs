//! A key that leaked is replaced by a command, and nobody is lost by it.

use std::{fs, process::Command};

use cabut_tests::{
    database,
    matter::{Matter, files, request},
    person::{Person, both, staff},
    product::{given, given_path, on},
};
use serde_json::json;
use workflow::case::{Act, FilingWay};

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
