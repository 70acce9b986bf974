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
use workflow::{
    api::{CaseView, Correction, CorrectionRequest, Document, Me, Page, SeenChange, SentMail},
    case::{Command as Do, FilingWay},
    identity::{EmailAddress, PersonName, PhoneNumber},
    office::{Affairs, Command},
};

use crate::affairs::{administrator, affairs, alone, changes, invite};

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
        // A phone names a photo by its owner's numbers.
        let named = format!("KTP {} Uji {phone}.pdf", asked.form.nik.as_str());
        let sent = named.replace(' ', "%20");
        let loose = filer.uploads(&procedure.office.id, &sent, fresh::pdf(&page)).expect(201);
        let loose: Document = loose.read();
        assert_eq!(loose.name, named);
        let shown = filer.get(&format!("/api/documents/{}", loose.id.0)).expect(200);
        assert!(shown.body.windows(page.len()).any(|window| window == page.as_bytes()), "it is that page");

        let national = phone.trim_start_matches('0');
        let shown = shown.header("content-disposition").expect("it has a name");
        assert!(shown.contains(asked.form.nik.as_str()) && shown.contains(&phone), "{shown}");

        for secret in [asked.form.nik.as_str(), national, &why, &page] {
            let mut found = Vec::new();
            holding(&given_path("CABUT_STATE"), secret.as_bytes(), &mut found);
            assert!(found.is_empty(), "{secret} lies in {found:?}");
            assert_eq!(in_tables(&[secret.to_lowercase()]), [] as [&str; 0]);
        }
        // The same search finds what is not sealed.
        let mut found = Vec::new();
        holding(&given_path("CABUT_STATE"), loose.id.0.as_bytes(), &mut found);
        assert!(!found.is_empty());
    }
}

/// Those of the mailboxes that stand in a file below a folder, in whatever letters.
fn standing(folder: &Path, mailboxes: &[String], found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            standing(&path, mailboxes, found);
        } else if let Ok(bytes) = fs::read(&path) {
            let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            let stand = mailboxes.iter().filter(|mailbox| text.contains(*mailbox));
            found.extend(stand.map(|mailbox| format!("{mailbox} in {}", path.display())));
        }
    }
}

/// Those of the words that stand in a column of a table, in whatever letters.
fn in_tables(words: &[String]) -> Vec<String> {
    let tables = database::texts(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
        &[],
    );
    assert!(tables.len() > 20 && tables.iter().any(|table| table == "outbox"), "{tables:?}");
    let mut found = Vec::new();
    for table in tables {
        let columns = database::texts("SELECT name FROM pragma_table_info(?1)", &[json!(table)]);
        assert!(!columns.is_empty(), "{table}");
        let holds: Vec<String> =
            columns.iter().map(|column| format!("instr(lower(CAST(\"{column}\" AS TEXT)), m.value)")).collect();
        let sql = format!(
            "SELECT m.value FROM json_each(?1) m WHERE EXISTS (SELECT 1 FROM \"{table}\" WHERE {})",
            holds.join(" OR ")
        );
        let these = database::texts(&sql, &[json!(json!(words).to_string())]);
        found.extend(these.into_iter().map(|word| format!("{word} in {table}")));
    }
    found
}

/// A mailbox as people type it.
fn typed(stem: &str, domain: &str) -> EmailAddress {
    let email = fresh::email(stem, domain).to_string();
    EmailAddress::parse(&format!("{}{}", &email[..1].to_uppercase(), &email[1..])).expect("it stays an address")
}

#[test]
fn no_mailbox_stands_in_any_table_or_value() {
    let _alone = alone();
    let procedure = office("madiun");
    let (domain, boss) = (&procedure.office.email_domains[0], administrator(procedure));
    let [applicant, moved, at_desk, official, official_later, invited, watcher] =
        ["pemohon", "pindah", "loket", "pejabat", "pejabatbaru", "undangan", "pengawas"]
            .map(|stem| typed(stem, domain));

    // Officials: one comes, another is invited and never does; the first one's mailbox changes.
    changes(procedure, &boss, invite(&official, &["verifikator"])).expect(200);
    changes(procedure, &boss, invite(&invited, &["kabid"])).expect(200);
    let verifier = Person::signs_in(procedure, &official);
    let name = PersonName::parse("Wati Contoh Rahayu, S.Sos").expect("a name");
    let correct = Command::Correct { person: verifier.id.clone(), email: official_later.clone(), name, nip: None };
    changes(procedure, &boss, correct).expect(200);
    let verifier = Person::signs_in(procedure, &official_later);
    changes(procedure, &boss, Command::SetCheckpointMailboxes { emails: vec![watcher.clone()] }).expect(200);

    // An applicant, who names mailboxes in what they write and upload, and is written to elsewhere later.
    let filer = Person::signs_in(procedure, &applicant);
    let mut asked = request(procedure, FilingWay::Holder, &filer, &Holder::written_to_at(&applicant));
    asked.note = Some(note(&format!("Balas ke {applicant} atau {moved}.")));
    let matter = Matter::begun(procedure, filer.clone(), Holder::written_to_at(&applicant), &asked);
    filer.uploads(&procedure.office.id, "ktp.pdf", fresh::pdf(applicant.as_str())).expect(201);
    let wish = CorrectionRequest { text: note(&format!("Alamat saya {applicant}.")) };
    let path = format!("/api/offices/{}/corrections", procedure.office.id);
    let kept: Correction = filer.post(&path, &wish).expect(201).read();
    assert_eq!(kept.email, applicant);
    let readdress = Do::Readdress { email: moved.clone(), note: note(&format!("Pindah ke {moved}.")) };
    matter.command(&verifier, readdress).expect(200);
    // Somebody who comes to the desk.
    let holder = Holder::written_to_at(&at_desk);
    let desk = Person::with_roles(procedure, &["verifikator"]);
    files(procedure, &desk, &request(procedure, FilingWay::Desk, &desk, &holder)).expect(201);

    // All of it is there for whom it is.
    assert_eq!(filer.me().read::<Me>().email, applicant);
    let Affairs { members, settings, .. } = affairs(procedure, &boss);
    for email in [&official_later, &invited] {
        assert!(members.iter().any(|member| member.email.as_ref() == Some(email)), "{email}");
    }
    assert_eq!(settings.expect("an administrator sees them").checkpoint_emails, std::slice::from_ref(&watcher));
    until("the mails to be sent", || {
        let waiting = "SELECT count(*) FROM outbox WHERE recipient_key = ?1 AND state = 'waiting'";
        let all = [&applicant, &moved, &official_later, &invited];
        all.iter().all(|to| database::number(waiting, &[json!(vault::recipient_key(to.as_str()))]) == 0).then_some(())
    });

    let all = [&applicant, &moved, &at_desk, &official, &official_later, &invited, &watcher].map(|email| email.key());
    assert_eq!(in_tables(&all), [] as [&str; 0]);
    let mut found = Vec::new();
    standing(&given_path("CABUT_STATE"), &all, &mut found);
    assert!(found.is_empty(), "{found:?}");
    // The same looks find an address that is not sealed: where the office writes to BSrE, which is no person's.
    let bsre = [crate::procedures::bsre_address(procedure).to_uppercase().to_lowercase()];
    assert_eq!(in_tables(&bsre), [format!("{} in offices", bsre[0])]);
    standing(&given_path("CABUT_STATE"), &bsre, &mut found);
    assert!(!found.is_empty());
    changes(procedure, &boss, Command::SetCheckpointMailboxes { emails: Vec::new() }).expect(200);
    let invited = members.iter().find(|member| member.email.as_ref() == Some(&invited)).expect("they are there");
    for person in [&verifier.id, &desk.id, &invited.person] {
        changes(procedure, &boss, Command::Staff { person: person.clone(), actors: Vec::new() }).expect(200);
    }
}

#[test]
fn a_mailbox_that_is_moved_to_another_person_does_not_open() {
    in_the_lab(|| {
        let procedure = office("madiun");
        let [one, two] = [(); 2].map(|()| Person::applicant(procedure));
        let (own, other) = (one.column("email"), two.column("email"));
        database::sql("UPDATE people SET email = ?2 WHERE id = ?1", &[json!(one.id), other]);
        let answer = one.me();
        answer.refused(500, "internal");
        assert!(!answer.to_string().contains(two.email.as_str()));
        database::sql("UPDATE people SET email = ?2 WHERE id = ?1", &[json!(one.id), own]);
        one.me().expect(200);
    });
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
    let _alone = alone();
    let procedure = office("temanggung");
    let watcher = fresh::email("pengawas", "pengawas.example");
    let emails = vec![watcher.clone()];
    changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails }).expect(200);
    let seq = affairs(procedure, &administrator(procedure)).seq;
    let matter = Matter::filed(procedure);
    let document = matter.case().papers[0].document.clone();
    let called = |view: &CaseView| {
        let seen = view.documents.iter().find(|seen| seen.document.id == document).expect("it is there");
        seen.document.name.clone()
    };
    let name = called(&matter.view(&matter.filer));
    let mail = database::texts("SELECT id FROM outbox WHERE ticket = ?1", &[json!(matter.ticket)]).remove(0);
    let kept = [
        ("case_keys", "ticket", "sealed", vault::CASE_KEY, matter.ticket.to_string()),
        ("documents", "id", "sealed_key", vault::DOCUMENT_KEY, document.0.clone()),
        ("documents", "id", "name", vault::DOCUMENT_NAME, document.0.clone()),
        ("people", "id", "email", vault::MAILBOX, matter.filer.id.0.clone()),
        ("offices", "id", "checkpoint_emails", vault::CHECKPOINT_MAILBOXES, procedure.office.id.clone()),
        ("office_contents", "office || ' ' || seq", "sealed", vault::OFFICE_CONTENT, format!("temanggung {seq}")),
        ("outbox", "id", "recipient", vault::MAIL_RECIPIENT, mail.clone()),
        ("outbox", "id", "text", vault::MAIL_TEXT, mail.clone()),
        ("outbox", "id", "html", vault::MAIL_HTML, mail),
    ];
    let lies = |(table, key, column, _, row): &(&str, &str, &str, &'static str, String)| {
        database::texts(&format!("SELECT {column} FROM {table} WHERE {key} = ?1"), &[json!(row)]).remove(0)
    };
    for one @ (table, key, column, purpose, row) in &kept {
        let now = lies(one);
        assert!(now.starts_with("2."), "{table}: the newest key seals: {now}");
        let old = vault::seal_by_the_old_key(purpose, row, &vault::open(purpose, row, &now));
        assert!(old.starts_with("1."), "{old}");
        database::sql(&format!("UPDATE {table} SET {column} = ?2 WHERE {key} = ?1"), &[json!(row), json!(old)]);
    }
    // One row that no key opens is in nobody's way. The first to be found: by what names it, and by its key.
    let damaged = [json!("0"), json!("1.AAAA")];
    database::sql("INSERT INTO case_keys (ticket, sealed) VALUES (?1, ?2)", &damaged);
    // The old key still opens.
    let reads = || {
        assert_eq!(called(&matter.view(&matter.filer)), name);
        matter.filer.get(&format!("/api/documents/{}", document.0)).expect(200);
        assert_eq!(matter.filer.me().read::<Me>().email, matter.filer.email);
        let boss = administrator(procedure);
        let settings = affairs(procedure, &boss).settings.expect("an administrator sees them");
        assert_eq!(settings.checkpoint_emails, std::slice::from_ref(&watcher));
        let log: Page<SeenChange> = boss.get("/api/offices/temanggung/affairs/log").expect(200).read();
        assert_eq!(log.rows[0].content.as_ref().map(|content| content.emails.clone()), Some(vec![watcher.clone()]));
        let mails: Vec<SentMail> = matter.filer.get(&format!("{}/mails", matter.path())).expect(200).read();
        assert!(mails.iter().any(|mail| mail.to == matter.filer.email.as_str()));
    };
    reads();
    until("all to be sealed anew", || {
        product().request("GET", "/__scheduled").send().expect(200);
        kept.iter().all(|one| lies(one).starts_with("2.")).then_some(())
    });
    reads();
    let left = "SELECT sealed FROM case_keys WHERE ticket = ?1 AND sealed = ?2";
    assert_eq!(database::texts(left, &damaged).len(), 1, "nothing is made of what does not open");
    database::sql("DELETE FROM case_keys WHERE ticket = ?1 AND sealed = ?2", &damaged);
    changes(procedure, &administrator(procedure), Command::SetCheckpointMailboxes { emails: Vec::new() }).expect(200);
}
