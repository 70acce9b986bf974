//! Personal data at rest: sealed before it is stored, bound to where it lies, and sealed anew when a key is replaced.

use std::{fs, path::Path};

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, files, note, request},
    person::{Person, both, office},
    product::{given_path, in_the_lab, product},
    until, vault,
};
use serde_json::json;
use workflow::{api::Document, case::FilingWay, identity::PhoneNumber};

/// Every file below a folder that holds these bytes.
fn holding(folder: &Path, bytes: &[u8], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            holding(&path, bytes, found);
        } else if fs::read(&path).is_ok_and(|all| all.windows(bytes.len()).any(|window| window == bytes)) {
            found.push(path.display().to_string());
        }
    }
}

#[test]
fn nothing_personal_lies_in_the_storage_as_it_was_typed() {
    for procedure in both() {
        let filer = Person::applicant(procedure);
        let holder = Holder::written_to_at(&filer.email);
        let mut asked = request(procedure, FilingWay::Holder, &filer, &holder);
        let (why, page) = (fresh::word("alasan"), fresh::word("isi"));
        let phone = format!("08127{:08}", fresh::number() % 100_000_000);
        asked.note = Some(note(&why));
        asked.form.phone = Some(PhoneNumber::parse(&phone).expect("a number"));
        files(procedure, &filer, &asked).expect(201);
        let loose = filer.uploads(&procedure.office.id, "ktp.pdf", fresh::pdf(&page)).expect(201);
        let loose: Document = loose.read();
        let shown = filer.get(&format!("/api/documents/{}", loose.id.0)).expect(200);
        assert!(shown.body.windows(page.len()).any(|window| window == page.as_bytes()), "it is that page");

        let national = phone.trim_start_matches('0');
        for secret in [asked.form.nik.as_str(), national, &why, &page] {
            let mut found = Vec::new();
            holding(&given_path("CABUT_STATE"), secret.as_bytes(), &mut found);
            assert!(found.is_empty(), "{secret} lies in {found:?}");
        }
        // The same search finds what is not sealed.
        let mut found = Vec::new();
        holding(&given_path("CABUT_STATE"), loose.id.0.as_bytes(), &mut found);
        assert!(!found.is_empty());
    }
}

#[test]
fn what_is_moved_to_another_row_does_not_open() {
    in_the_lab(|| {
        let procedure = office("madiun");
        let [one, two] = [(); 2].map(|()| Matter::filed(procedure));
        let sealed = |table: &str, matter: &Matter| {
            database::texts(&format!("SELECT sealed FROM {table} WHERE ticket = ?1"), &[json!(matter.ticket)]).remove(0)
        };
        for table in ["contents", "case_keys"] {
            let before = sealed(table, &one);
            let set = format!("UPDATE {table} SET sealed = ?2 WHERE ticket = ?1");
            database::sql(&set, &[json!(one.ticket), json!(sealed(table, &two))]);
            let answer = one.filer.get(&one.path());
            answer.refused(500, "internal");
            assert!(!answer.to_string().contains(two.holder.form().nik.as_str()));
            database::sql(&set, &[json!(one.ticket), json!(before)]);
            one.filer.get(&one.path()).expect(200);
        }
        // Whoever destroys the key has erased what was written; the request itself still stands.
        database::sql("DELETE FROM case_keys WHERE ticket = ?1", &[json!(one.ticket)]);
        let view = one.view(&one.filer);
        assert!(view.events.iter().all(|seen| seen.content.is_none()));
        let log = one.log(&one.filer);
        workflow::case::verify(&log).expect("the chain holds");
    });
}

#[test]
fn a_key_that_is_replaced_gives_way_in_the_background() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    let document = matter.case().papers[0].document.clone();
    let mail = database::texts("SELECT id FROM outbox WHERE ticket = ?1", &[json!(matter.ticket)]).remove(0);
    let kept = [
        ("case_keys", "ticket", "sealed", "case key", matter.ticket.to_string()),
        ("documents", "id", "sealed_key", "document key", document.0.clone()),
        ("outbox", "id", "text", "mail text", mail.clone()),
        ("outbox", "id", "html", "mail html", mail),
    ];
    let lies = |(table, key, column, _, row): &(&str, &str, &str, &str, String)| {
        database::texts(&format!("SELECT {column} FROM {table} WHERE {key} = ?1"), &[json!(row)]).remove(0)
    };
    for one @ (table, key, column, purpose, row) in &kept {
        let now = lies(one);
        assert!(now.starts_with("2."), "{table}: the newest key seals: {now}");
        let old = format!("1.{}", vault::Key::with_id("1").seal(purpose, row, &vault::open(purpose, row, &now)));
        database::sql(&format!("UPDATE {table} SET {column} = ?2 WHERE {key} = ?1"), &[json!(row), json!(old)]);
    }
    // The old key still opens.
    matter.view(&matter.filer);
    matter.filer.get(&format!("/api/documents/{}", document.0)).expect(200);
    until("all to be sealed anew", || {
        product().request("GET", "/__scheduled").send().expect(200);
        kept.iter().all(|one| lies(one).starts_with("2.")).then_some(())
    });
    matter.view(&matter.filer);
    matter.filer.get(&format!("/api/documents/{}", document.0)).expect(200);
}
