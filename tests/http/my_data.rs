//! What is held on a person: who saw it, a copy of it, and that it goes when its time is over.

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, files, note, request},
    person::{Person, both, instant, office, staff},
    product::product,
    until, vault,
};
use chrono::{Datelike, Months, TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{
        CaseView, Correction, CorrectionRequest, Document, MailKind, MyData, Page, Reading, ReadingKind, RegisterRow,
        RegisterSearch,
    },
    case::{ADMINISTRATOR, Act, Command, FilingWay},
    office::{self, Change},
    procedure::Procedure,
};

use crate::{
    affairs::{administrator, affairs, alone, appointment, changes, invite},
    log,
};

/// What others saw of somebody's requests, the latest first.
fn seen(person: &Person) -> Vec<Reading> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page: Page<Reading> = person.get(&format!("/api/me/readings?after={after}")).expect(200).read();
        all.extend(page.rows);
        let Some(next) = page.next else { return all };
        after = next;
    }
}

fn kinds(person: &Person) -> Vec<ReadingKind> {
    seen(person).iter().map(|reading| reading.what).collect()
}

#[test]
fn whoever_sees_a_request_is_in_its_access_record() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        let first = procedure.steps[1].actor.0.as_str();
        let official = staff(procedure, first);
        assert_eq!(seen(&matter.filer), [], "one's own looks are no news");

        for path in ["", "/log", "/mails", ""] {
            official.get(&format!("{}{path}", matter.path())).expect(200);
        }
        let [once] = seen(&matter.filer).try_into().expect("within an hour it is noted once");
        assert_eq!(
            (once.what, once.ticket.as_ref(), once.office.as_str()),
            (ReadingKind::Request, Some(&matter.ticket), procedure.office.id.as_str())
        );
        assert_eq!(once.name.as_deref(), official.column("name").as_str());
        assert_eq!(once.titles, [procedure.title(&first.into()).to_owned()], "as what they could see it");
        let before = instant(Utc::now() - TimeDelta::minutes(61));
        database::sql("UPDATE readings SET at = ?2 WHERE ticket = ?1", &[json!(matter.ticket), json!(before)]);
        official.get(&page(&matter)).expect(200);
        assert_eq!(kinds(&matter.filer), [ReadingKind::Request; 2], "an hour later, on the page that the edge begins");

        // Who is told that others were first sees it too.
        let other = staff(procedure, procedure.steps[2].actor.0.as_str());
        matter.command_seen(&other, 0, Command::Close { note: None }).refused(409, "moved_on");
        assert_eq!(kinds(&matter.filer).len(), 3, "an act in vain");
        assert_eq!(seen(&matter.filer)[0].name.as_deref(), other.column("name").as_str());

        let paper =
            matter.case().papers.iter().find(|held| official.get(&document(held.document.0.as_str())).is_ok()).cloned();
        if let Some(held) = paper {
            let newest = seen(&matter.filer).remove(0);
            assert_eq!(newest.what, ReadingKind::Document);
            assert_eq!(
                newest.paper.as_deref(),
                Some(procedure.paper(&held.paper).expect("it is asked for").name.as_str())
            );
        }

        // Nobody else reads this record, and who was shown nothing is not in it.
        let stranger = Person::applicant(procedure);
        let before = seen(&matter.filer);
        stranger.get(&matter.path()).refused(404, "not_found");
        assert_eq!(seen(&matter.filer), before);
        let theirs = seen(&official).iter().any(|one| one.ticket.as_ref() == Some(&matter.ticket));
        assert_eq!((seen(&stranger), theirs), (vec![], false));
    }
    staff(office("madiun"), "kadin").get("/api/me/readings?after=x").refused(400, "query_invalid");
}

fn document(id: &str) -> String {
    format!("/api/documents/{id}")
}

fn page(matter: &Matter) -> String {
    format!("/{}/permohonan/{}", matter.procedure.office.id, matter.ticket)
}

#[test]
fn whose_whole_name_the_register_showed_is_told() {
    let procedure = office("temanggung");
    let matter = Matter::at_end(procedure);
    let official = Person::with_roles(procedure, &["kadin"]);
    let year = (Utc::now() + TimeDelta::hours(7)).year();
    let base = "/api/offices/temanggung/register";
    let by_them = || -> Vec<ReadingKind> {
        let name = official.column("name");
        let theirs = seen(&matter.filer).into_iter().filter(|reading| reading.name.as_deref() == name.as_str());
        theirs.map(|reading| reading.what).collect()
    };
    let search = |whole: bool| {
        let body = RegisterSearch { text: matter.ticket.to_string(), year: None, whole, after: None };
        let page: Page<RegisterRow> = official.post(&format!("{base}/search"), &body).expect(200).read();
        assert!(page.rows.iter().any(|row| row.ticket == matter.ticket));
    };
    search(false);
    for masked in [format!("{base}?year={year}"), format!("{base}.csv?year={year}")] {
        official.get(&masked).expect(200);
    }
    assert_eq!(by_them(), [], "a mask shows nobody");
    search(true);
    assert_eq!(by_them(), [ReadingKind::Register]);
    official.get(&format!("{base}.csv?whole=true&year={}", year - 1)).expect(200);
    assert_eq!(by_them(), [ReadingKind::Register], "another year's file");
    official.get(&format!("{base}.csv?whole=true&year={year}")).expect(200);
    assert_eq!(by_them(), [ReadingKind::RegisterFile, ReadingKind::Register]);
}

/// What `whose` record says of `who`.
fn seen_by(who: &Person, whose: &Person) -> Vec<Reading> {
    let name = who.column("name");
    seen(whose).into_iter().filter(|reading| reading.name.as_deref() == name.as_str()).collect()
}

/// What nobody can write down is shown to nobody.
#[track_caller]
fn is_not_shown_unrecorded(person: &Person, path: &str) {
    let fault = person.request("GET", path).header("X-Cabut-Fault", "d1:2:fail");
    fault.send().refused(503, "storage_unavailable");
}

#[test]
fn an_administrator_who_sees_the_offices_people_is_in_the_record_of_each() {
    for procedure in both() {
        let id = procedure.office.id.as_str();
        let (member, colleague) =
            (Person::with_roles(procedure, &["kadin"]), Person::with_roles(procedure, &["kadin"]));
        let administrator = Person::with_roles(procedure, &[ADMINISTRATOR]);
        let (affairs, log) = (format!("/api/offices/{id}/affairs"), format!("/api/offices/{id}/affairs/log"));

        colleague.get(&affairs).expect(200);
        assert_eq!(seen_by(&colleague, &member), [], "they see neither mailboxes nor numbers");
        is_not_shown_unrecorded(&administrator, &affairs);
        is_not_shown_unrecorded(&administrator, &log);
        for path in [&affairs, &affairs, &log] {
            administrator.get(path).expect(200);
        }
        let [once] = seen_by(&administrator, &member).try_into().expect("within an hour it is noted once");
        assert_eq!((once.what, once.ticket, once.office.as_str()), (ReadingKind::People, None, id));
        assert_eq!(once.titles, [workflow::office::title(procedure, &ADMINISTRATOR.into())]);
        assert_eq!(seen_by(&administrator, &administrator), [], "one's own looks are no news");
        assert_eq!(seen_by(&administrator, &Person::applicant(procedure)), [], "who is none of them was not seen");

        let before = instant(Utc::now() - TimeDelta::minutes(61));
        database::sql(
            "UPDATE disclosures SET at = ?2 WHERE person = ?1 AND what = 'people'",
            &[json!(administrator.id), json!(before)],
        );
        let since = instant(Utc::now() - TimeDelta::minutes(30));
        database::sql("UPDATE roles SET held_from = ?2 WHERE person = ?1", &[json!(colleague.id), json!(since)]);
        assert_eq!(seen_by(&administrator, &colleague), [], "who came later was not seen");
        administrator.get(&log).expect(200);
        let kinds = |whose: &Person| seen_by(&administrator, whose).iter().map(|one| one.what).collect::<Vec<_>>();
        assert_eq!(kinds(&colleague), [ReadingKind::People], "what was changed names them too");
        assert_eq!(kinds(&member), [ReadingKind::People; 2], "an hour later it is noted again");
    }
}

#[test]
fn an_administrator_who_sees_what_somebody_wants_put_right_is_in_their_record() {
    for procedure in both() {
        let id = procedure.office.id.as_str();
        let person = Person::applicant(procedure);
        let [one, two] = [(); 2].map(|()| Person::with_roles(procedure, &[ADMINISTRATOR]));
        let path = format!("/api/offices/{id}/corrections");
        let words = CorrectionRequest { text: note("Gelar saya kurang.") };
        let [asked, theirs] = [&person, &one].map(|who| who.post(&path, &words).expect(201).read::<Correction>());
        let all = format!("{path}/all");

        is_not_shown_unrecorded(&one, &all);
        for _ in 0..2 {
            let shown: Vec<Correction> = one.get(&all).expect(200).read();
            assert!(shown.iter().any(|wish| wish.id == asked.id));
        }
        let [once] = seen_by(&one, &person).try_into().expect("within an hour it is noted once");
        assert_eq!((once.what, once.ticket, once.office.as_str()), (ReadingKind::Correction, None, id));
        let of =
            |person: &Person| seen_by(&one, person).iter().filter(|one| one.what == ReadingKind::Correction).count();
        assert_eq!(of(&one), 0, "one's own looks are no news");
        let before = instant(Utc::now() - TimeDelta::minutes(61));
        database::sql("UPDATE readings SET at = ?2 WHERE correction = ?1", &[json!(asked.id), json!(before)]);
        one.get(&all).expect(200);
        assert_eq!(of(&person), 2, "an hour later it is noted again");

        // Whoever answers has it in the answer.
        for wish in [&asked, &theirs] {
            two.post(&format!("{path}/{}/answer", wish.id), &words).expect(200);
        }
        for whose in [&person, &one] {
            let kinds: Vec<_> = seen_by(&two, whose).iter().map(|reading| reading.what).collect();
            assert_eq!(kinds, [ReadingKind::Correction]);
        }
        // The record goes with what it is of.
        let answered = instant(Utc::now() - TimeDelta::days(366));
        database::sql("UPDATE correction_answers SET at = ?2 WHERE id = ?1", &[json!(asked.id), json!(answered)]);
        until("the wish to be swept", || {
            product().request("GET", "/__scheduled").send().expect(200);
            let left = database::number("SELECT count(*) FROM readings WHERE correction = ?1", &[json!(asked.id)]);
            (left == 0).then_some(())
        });
        assert!(seen_by(&one, &person).is_empty() && seen_by(&two, &person).is_empty());
    }
}

#[test]
fn a_copy_holds_all_that_is_held_and_nothing_of_others() {
    for procedure in both() {
        let filer = Person::applicant(procedure);
        let holder = Holder::written_to_at(&filer.email);
        let mut asked = request(procedure, FilingWay::Holder, &filer, &holder);
        let why = fresh::word("alasan");
        asked.note = Some(note(&why));
        let filed: CaseView = files(procedure, &filer, &asked).expect(201).read();
        let others = Matter::filed(procedure);
        let path = format!("/api/offices/{}/corrections", procedure.office.id);
        for (person, text) in [(&others.filer, fresh::word("lain")), (&filer, fresh::word("gelar"))] {
            person.post(&path, &CorrectionRequest { text: note(&text) }).expect(201);
        }
        others.filer.hands_in(&procedure.office.id, &"identitas".into());
        let wish = filer.get(&path).expect(200).read::<Vec<Correction>>().remove(0);
        let loose = "ktp%20saya.pdf";
        let loose: Document = filer.uploads(&procedure.office.id, loose, fresh::pdf("hal")).expect(201).read();
        staff(procedure, procedure.steps[1].actor.0.as_str())
            .get(&format!("/api/offices/{}/cases/{}", procedure.office.id, filed.ticket))
            .expect(200);

        let answer = filer.get("/api/me/data").expect(200);
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"data-saya.json\""));
        let data: MyData = answer.read();
        assert_eq!((&data.person.person, &data.person.email), (&filer.id, &filer.email));
        let [case] = data.cases.try_into().expect("one request");
        assert_eq!(case.events, filed.events);
        assert!(answer.text().contains(&why) && answer.text().contains(asked.form.nik.as_str()));
        assert!(data.mails.iter().any(|mail| mail.kind == MailKind::Received));
        assert!(data.mails.iter().all(|mail| mail.to == filer.email.as_str()));
        assert!(data.readings.iter().any(|reading| reading.ticket.as_ref() == Some(&filed.ticket)));
        assert!(seen(&filer).ends_with(&data.readings), "all but what came since: {:?}", data.readings);
        assert_eq!((data.corrections, data.uploads), (vec![wish], vec![loose]));
        assert_eq!((data.roles, data.changes), (vec![], vec![]));
        // The code with which they signed in: that it went, and not what it was.
        let codes: Vec<_> = data.other_mails.iter().map(|mail| (mail.kind, mail.text.as_str())).collect();
        assert_eq!(codes, [(MailKind::Code, "")]);
        let [session] = data.sessions.try_into().expect("one session");
        assert!(session.here && session.began_at <= data.at, "{session:?}");
        assert!(
            !answer.text().contains(others.ticket.as_str())
                && !answer.text().contains(others.holder.form().nik.as_str())
        );
    }
}

#[test]
fn a_copy_holds_the_roles_of_an_official_and_for_which_time() {
    let procedure = office("madiun");
    let official = Person::with_roles(procedure, &["kadin", "kabid"]);
    let copy = || official.get("/api/me/data").expect(200).read::<MyData>();
    let roles = copy().roles;
    let named: Vec<&str> = roles.iter().map(|role| role.actor.0.as_str()).collect();
    assert_eq!(named, ["kabid", "kadin"]);
    assert!(roles.iter().all(|role| role.office == "madiun" && role.until.is_none() && role.from < Utc::now()));
    crate::exits::ends_role(&official);
    assert!(copy().roles.iter().all(|role| role.until.is_some()), "also those that ended");
}

#[test]
fn a_copy_holds_what_an_office_wrote_down_about_its_people_and_mailed_them() {
    let _alone = alone();
    let procedure = office("madiun");
    let administrator = administrator(procedure);
    let [email, other] = ["pegawai", "lain"].map(|stem| fresh::email(stem, &procedure.office.email_domains[0]));
    for email in [&email, &other] {
        changes(procedure, &administrator, invite(email, &["kabid"])).expect(200);
    }
    let person = Person::signs_in(procedure, &email);
    let principal = Person::with_roles(procedure, &["kadin"]);
    changes(procedure, &administrator, appointment(procedure, &person, "kadin", Some(&principal))).expect(200);
    let copy = |who: &Person| who.get("/api/me/data").expect(200);

    let answer = copy(&person);
    let data: MyData = answer.read();
    let what: Vec<_> = data.changes.iter().map(|change| (&change.what, change.office.as_str())).collect();
    let [(Change::Appointed { person: appointed, .. }, "madiun"), (Change::Invited { person: invited, .. }, "madiun")] =
        what.as_slice()
    else {
        panic!("{what:?}")
    };
    assert_eq!((appointed, invited), (&person.id, &person.id));
    let written = data.changes[1].content.as_ref().expect("what was written down");
    assert_eq!(written.email.as_ref(), Some(&email));
    assert!(written.name.is_some() && written.nip.is_some() && written.why.as_str() == "Nota dinas 12/2026.");
    let kinds: Vec<MailKind> = data.other_mails.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::Appointed, MailKind::Code, MailKind::Invited], "the newest first");
    assert!(data.other_mails.iter().all(|mail| mail.text.is_empty() == (mail.kind == MailKind::Code)));
    assert!(!answer.text().contains(other.as_str()), "nothing of others");

    // Who is stood in for is meant too.
    let theirs: MyData = copy(&principal).read();
    assert_eq!(theirs.changes, data.changes[..1]);
    changes(procedure, &administrator, dismissal(procedure, &person)).expect(200);
    let dismissed = |who: &Person| matches!(copy(who).read::<MyData>().changes[0].what, Change::Dismissed { .. });
    assert!(dismissed(&principal), "as is that it ended");
    for person in [&person, &principal] {
        crate::exits::ends_role(person);
    }
}

/// The end of whatever this person stands in for.
fn dismissal(procedure: &Procedure, person: &Person) -> office::Command {
    let appointments = affairs(procedure, &administrator(procedure)).appointments;
    let one = appointments.into_iter().find(|one| one.person == person.id).expect("they stand in");
    office::Command::Dismiss { appointment: one.id }
}

#[test]
fn what_is_wrong_is_asked_to_be_put_right_and_answered() {
    let _alone = crate::affairs::alone();
    for procedure in both() {
        let (person, other) = (Person::applicant(procedure), Person::applicant(procedure));
        let administrator = staff(procedure, ADMINISTRATOR);
        let path = format!("/api/offices/{}/corrections", procedure.office.id);
        let list = |person: &Person| person.get(&path).expect(200).read::<Vec<Correction>>();
        let all = || administrator.get(&format!("{path}/all")).expect(200).read::<Vec<Correction>>();
        let words = |text: &str| CorrectionRequest { text: note(text) };
        let wish = fresh::word("gelar");

        let asked: Correction = person.post(&path, &words(&wish)).expect(201).read();
        assert_eq!((asked.text.as_str(), &asked.email, &asked.answer), (wish.as_str(), &person.email, &None));
        assert_eq!((list(&person), list(&other)), (vec![asked.clone()], vec![]));
        assert_eq!(all()[0], asked, "the newest on top");
        for stranger in [&other, &person, &staff(procedure, "verifikator")] {
            stranger.get(&format!("{path}/all")).refused(403, "administrator_only");
        }
        // Administrators have wishes too, however many others have.
        let theirs: Correction = administrator.post(&path, &words(&wish)).expect(201).read();
        assert!(list(&administrator).contains(&theirs));
        assert!(list(&administrator).iter().all(|one| one.email == administrator.email));
        administrator.post(&format!("{path}/{}/answer", theirs.id), &words("Sudah.")).expect(200);
        assert_eq!(
            database::number("SELECT count(*) FROM corrections WHERE text LIKE '%' || ?1 || '%'", &[json!(wish)]),
            0
        );
        let told = vault::mails(
            "kind = 'correction' AND recipient_key = ?1",
            &[json!(vault::recipient_key(administrator.email.as_str()))],
        );
        assert!(
            told.last().is_some_and(|mail| mail.contains("/kantor/perbaikan") && !mail.contains(&wish)),
            "{told:?}"
        );

        let answer = format!("{path}/{}/answer", asked.id);
        for stranger in [&other, &person, &staff(procedure, "verifikator")] {
            stranger.post(&answer, &words("Sudah.")).refused(403, "administrator_only");
        }
        administrator.post(&format!("{path}/tidak-ada/answer"), &words("Sudah.")).refused(404, "not_found");
        let done: Correction = administrator.post(&answer, &words("Gelar sudah ditambahkan.")).expect(200).read();
        assert_eq!(list(&person), std::slice::from_ref(&done));
        let waits: Vec<bool> = all().iter().map(|one| one.answer.is_none()).collect();
        assert!(waits.is_sorted_by(|a, b| a >= b), "what waits for an answer is on top: {waits:?}");
        assert_eq!(done.answer.map(|answer| answer.to_string()).as_deref(), Some("Gelar sudah ditambahkan."));
        let told = vault::mails(
            "kind = 'corrected' AND recipient_key = ?1",
            &[json!(vault::recipient_key(person.email.as_str()))],
        );
        assert!(told[0].contains("Gelar sudah ditambahkan."), "{told:?}");
        for _ in 1..5 {
            person.post(&path, &words(&wish)).expect(201);
        }
        person.post(&path, &words(&wish)).refused(429, "too_many_requests");
    }
}

#[test]
fn what_is_personal_goes_when_its_time_is_over_and_the_log_holds() {
    let _alone = crate::affairs::alone();
    let procedure = office("madiun");
    let (withdrawn, young, revoked, old) =
        (Matter::filed(procedure), Matter::filed(procedure), Matter::at_end(procedure), Matter::at_end(procedure));
    for matter in [&withdrawn, &young] {
        matter.act(&matter.filer, Act::Withdraw).expect(200);
    }
    let document = document(&withdrawn.case().papers[0].document.0);
    let log = withdrawn.log(&withdrawn.filer);
    let (mailed, exported) = (log::note(procedure), log::export(procedure));
    let ended = |matter: &Matter, months: u32| {
        let at = Utc::now().checked_sub_months(Months::new(months)).expect("a time") - TimeDelta::days(1);
        database::sql("UPDATE cases SET since = ?2 WHERE ticket = ?1", &[json!(matter.ticket), json!(instant(at))]);
    };
    database::sql("UPDATE offices SET retention = NULL WHERE id = 'madiun'", &[]);
    for (matter, months) in [(&withdrawn, 12), (&young, 11), (&revoked, 59), (&old, 60)] {
        ended(matter, months);
    }
    let is_erased = |matter: &Matter| {
        database::number("SELECT erased_at IS NOT NULL FROM cases WHERE ticket = ?1", &[json!(matter.ticket)]) == 1
    };
    until("both to be erased", || {
        product().request("GET", "/__scheduled").send().expect(200);
        (is_erased(&withdrawn) && is_erased(&old)).then_some(())
    });
    // Whoever is signed in is not forgotten while they are; afterwards they are, whenever their request was erased.
    known_since(&withdrawn.filer, 400);
    product().request("GET", "/__scheduled").send().expect(200);
    assert_ne!(withdrawn.filer.column("email"), json!(""));
    signed_in_since(&withdrawn.filer, 400);
    until("them to be forgotten", || {
        product().request("GET", "/__scheduled").send().expect(200);
        (withdrawn.filer.column("email") == json!("")).then_some(())
    });
    assert!(!is_erased(&young) && !is_erased(&revoked));

    // Nobody finds it by a name, nobody reads it, and its owner is a stranger.
    let ticket = json!(withdrawn.ticket);
    for table in ["case_keys", "contents", "case_documents", "case_terms", "case_parties", "outbox", "readings"] {
        let left =
            database::number(&format!("SELECT count(*) FROM {table} WHERE ticket = ?1"), std::slice::from_ref(&ticket));
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(withdrawn.filer.column("email"), json!(""));
    assert_eq!((withdrawn.filer.column("name"), withdrawn.filer.column("nip")), (json!(null), json!(null)));
    let head = staff(procedure, "kadin");
    let view: CaseView = head.get(&withdrawn.path()).expect(200).read();
    assert!(view.documents.is_empty() && view.events.iter().all(|seen| seen.content.is_none()));
    head.get(&document).refused(404, "not_found");
    head.get(&page(&withdrawn)).expect(200);
    let answer = head.get(&withdrawn.path());
    for typed in [withdrawn.holder.name.as_str(), withdrawn.holder.nip.as_str(), withdrawn.filer.email.as_str()] {
        assert!(!answer.text().contains(typed), "{typed}");
    }
    // What happened stands, to the byte, and still verifies.
    assert_eq!(withdrawn.log(&head), log);
    workflow::case::verify(&log).expect("the chain holds");
    // And so it stands in what the auditor takes away, beside what was signed before.
    let (files, now) = (log::Files::new(), log::export(procedure));
    let (export, note) = (files.with("now.ndjson", &now), files.with("before.txt", &mailed));
    let (holds, said) = log::verify(&[&export, "--checkpoint", &note]);
    assert!(holds && said.contains("events"), "{said}");
    let about = |export: &str| export.lines().filter(|line| line.contains(withdrawn.ticket.as_str())).count();
    assert_eq!((about(&now), about(&exported)), (log.len(), log.len()));
    for typed in [withdrawn.holder.name.as_str(), withdrawn.holder.nip.as_str(), withdrawn.filer.email.as_str()] {
        assert!(!now.contains(typed), "{typed}");
    }
    let other = files.with("other.ndjson", &now.replacen(withdrawn.ticket.as_str(), young.ticket.as_str(), 1));
    assert!(!log::verify(&[&other, "--checkpoint", &note]).0, "and what is changed in it is found");
    until("the bytes to be swept", || {
        product().request("GET", "/__scheduled").send().expect(200);
        let left = "SELECT count(*) FROM documents WHERE id = ?1";
        (database::number(left, &[json!(document.rsplit('/').next())]) == 0).then_some(())
    });
    // The others are as they were.
    assert!(young.view(&young.filer).events.iter().any(|seen| seen.content.is_some()));
    assert!(revoked.view(&revoked.filer).events.iter().any(|seen| seen.content.is_some()));
}

/// Lets days pass since somebody came to be known.
fn known_since(person: &Person, days: i64) {
    let at = instant(Utc::now() - TimeDelta::days(days));
    database::sql("UPDATE people SET created_at = ?2 WHERE id = ?1", &[json!(person.id), json!(at)]);
}

/// Lets days pass since somebody signed in.
fn signed_in_since(person: &Person, days: i64) {
    let at = instant(Utc::now() - TimeDelta::days(days));
    let aged = "UPDATE sessions SET created_at = ?2, last_seen = ?2, proven_at = ?2 WHERE person = ?1";
    database::sql(aged, &[json!(person.id), json!(at)]);
}

#[test]
fn whom_nothing_needs_is_forgotten_and_comes_back_as_somebody_new() {
    let procedure = office("madiun");
    let new = |_| Person::applicant(procedure);
    let [stranger, young, signed_in, wishing, uploading, locked] = std::array::from_fn(new);
    let (matter, official) = (Matter::filed(procedure), Person::with_roles(procedure, &["kadin"]));
    crate::exits::ends_role(&official);
    let wish = CorrectionRequest { text: note("Gelar saya.") };
    wishing.post("/api/offices/madiun/corrections", &wish).expect(201);
    let upload = uploading.hands_in("madiun", &"identitas".into()).document;
    database::sql("UPDATE people SET disabled_at = created_at WHERE id = ?1", &[json!(locked.id)]);

    let kept = [&young, &signed_in, &wishing, &uploading, &locked, &matter.filer, &official];
    for person in kept.into_iter().chain([&stranger]) {
        known_since(person, if person.id == young.id { 29 } else { 31 });
        if person.id != signed_in.id {
            signed_in_since(person, 31);
        }
    }
    let forgotten = |person: &Person| {
        until("somebody to be forgotten", || {
            product().request("GET", "/__scheduled").send().expect(200);
            (person.column("email") == json!("")).then_some(())
        });
        assert_eq!((person.column("name"), person.column("nip")), (json!(null), json!(null)));
        let known = "SELECT count(*) FROM people WHERE email_key = ?1";
        assert_eq!(database::number(known, &[json!(vault::mailbox_key(&person.email))]), 0);
    };
    forgotten(&stranger);
    let looked_at = "SELECT to_look_at FROM people WHERE id = ?1";
    until("the others to be looked at", || {
        product().request("GET", "/__scheduled").send().expect(200);
        let waits = |person: &&&Person| database::number(looked_at, &[json!(person.id)]) == 1;
        // Two wait for no look: for one it is too early, and the other is locked out.
        (kept.iter().filter(waits).count() == 2).then_some(())
    });
    for person in kept {
        assert_ne!(person.column("email"), json!(""), "{}", person.id.0);
    }
    assert_ne!(Person::signs_in(procedure, &stranger.email).id, stranger.id);

    // When what needed them is gone, so are they.
    let past = json!(instant(Utc::now() - TimeDelta::days(366)));
    database::sql(
        "INSERT INTO correction_answers (id, person, at, text) SELECT id, ?2, ?3, text FROM corrections WHERE person = ?1",
        &[json!(wishing.id), json!(official.id), past.clone()],
    );
    database::sql("UPDATE documents SET uploaded_at = ?2 WHERE id = ?1", &[json!(upload), past]);
    signed_in_since(&signed_in, 31);
    for person in [&wishing, &uploading, &signed_in] {
        forgotten(person);
    }
    known_since(&young, 31);
    forgotten(&young);
}
