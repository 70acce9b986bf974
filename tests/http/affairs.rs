//! An office's own affairs: its people, who stands in for whom, its settings, and the log of every change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cabut_tests::{
    database, fresh,
    matter::{Matter, note, pages},
    person::{Person, instant, office, staff},
    product::Answer,
    vault,
};
use chrono::{Days, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{CaseRow, Page, SeenChange},
    calendar::{Calendar, Day, DayKind, Hours},
    case::{ADMINISTRATOR, Act, ActingKind, Command as Do, Happened, SealedEvent, verify_chain},
    identity::{EmailAddress, LetterNumber, PersonName},
    office::{Affairs, Change, ChangeRequest, Command, OfficeEvent, Retention},
    procedure::{ActorId, Procedure, StepAct},
};

/// One at a time: an office has one log, and whoever was overtaken is told so.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The office's demo administrator.
pub fn administrator(procedure: &Procedure) -> Person {
    staff(procedure, ADMINISTRATOR)
}

fn path(procedure: &Procedure) -> String {
    format!("/api/offices/{}/affairs", procedure.office.id)
}

pub fn affairs(procedure: &Procedure, person: &Person) -> Affairs {
    person.get(&path(procedure)).expect(200).read()
}

/// Asks for a change, having seen all.
pub fn changes(procedure: &Procedure, person: &Person, command: Command) -> Answer {
    let seen = affairs(procedure, &administrator(procedure)).seq;
    changes_seen(procedure, person, seen, command)
}

pub fn changes_seen(procedure: &Procedure, person: &Person, seen: u32, command: Command) -> Answer {
    person.post(&path(procedure), &ChangeRequest { seen, command, why: note("Nota dinas 12/2026.") })
}

fn log(procedure: &Procedure) -> Vec<SeenChange> {
    let page: Page<SeenChange> = administrator(procedure).get(&format!("{}/log", path(procedure))).expect(200).read();
    page.rows
}

pub fn invite(email: &EmailAddress, actors: &[&str]) -> Command {
    Command::Invite {
        email: email.clone(),
        name: PersonName::parse("Wati Contoh Rahayu, S.Sos").expect("a valid name"),
        nip: Some(fresh::nip()),
        actors: actors.iter().map(|actor| ActorId::from(*actor)).collect(),
    }
}

pub fn today(procedure: &Procedure) -> NaiveDate {
    procedure.office.zone.local(Utc::now()).date_naive()
}

/// A letter that lets `person` stand in for whoever holds `actor`, for three days.
pub fn appointment(procedure: &Procedure, person: &Person, actor: &str, principal: Option<&Person>) -> Command {
    let today = today(procedure);
    Command::Appoint {
        person: person.id.clone(),
        actor: actor.into(),
        kind: ActingKind::Plh,
        principal: principal.map(|principal| principal.id.clone()),
        letter: LetterNumber::parse("800/15/SP/2026").expect("a valid number"),
        dated: today,
        from: today,
        to: today + Days::new(2),
    }
}

/// How often somebody was told that it is their turn.
fn told(person: &Person, matter: &Matter) -> i64 {
    database::number(
        "SELECT count(*) FROM outbox WHERE kind = 'your_turn' AND recipient_key = ?1 AND ticket = ?2",
        &[json!(vault::recipient_key(person.email.as_str())), json!(matter.ticket)],
    )
}

#[test]
fn a_member_comes_changes_roles_and_goes_and_the_log_says_so() {
    let _alone = alone();
    let madiun = office("madiun");
    let boss = administrator(madiun);
    let email = fresh::email("pegawai", "madiunkota.go.id");
    changes(madiun, &boss, invite(&email, &["kabid"])).expect(200);

    let invited =
        vault::mails("kind = 'invited' AND recipient_key = ?1", &[json!(vault::recipient_key(email.as_str()))]);
    assert!(matches!(invited.as_slice(), [one] if one.contains(madiun.title(&"kabid".into()))), "{invited:?}");
    let person = Person::signs_in(madiun, &email);
    let case = Matter::at(madiun, StepAct::Check);
    let sees = || person.get(&case.path()).status;
    assert_eq!(sees(), 200, "the office's staff sees the office's cases");
    let roles = |actors: &[&str]| Command::Staff {
        person: person.id.clone(),
        actors: actors.iter().map(|actor| ActorId::from(*actor)).collect(),
    };
    assert_eq!(case.act(&person, Act::Approve).problem().code, "not_your_role");
    changes(madiun, &boss, roles(&["verifikator"])).expect(200);
    case.act(&person, Act::Approve).expect(200);
    changes(madiun, &boss, roles(&[])).expect(200);
    assert_eq!(sees(), 401, "effective on the next request: they are signed out");
    let again = Person::known(&person.id, &person.email);
    assert_eq!(again.get(&case.path()).status, 404, "and hold nothing when they come again");
    assert_eq!(case.act(&again, Act::Send).problem().code, "not_found");

    let newest = &log(madiun)[..3];
    let kinds: Vec<bool> = newest
        .iter()
        .map(|seen| matches!(&seen.event.what, Change::Invited { person: who, .. } | Change::Staffed { person: who, .. } if *who == person.id))
        .collect();
    assert_eq!(kinds, [true, true, true]);
    for seen in newest {
        assert_eq!(seen.event.by.person, boss.id);
        assert_eq!(seen.event.by.actor.0, ADMINISTRATOR);
        assert_eq!(seen.content.as_ref().expect("why").why, note("Nota dinas 12/2026."));
        assert_eq!(seen.whom.as_deref(), Some("Wati Contoh Rahayu, S.Sos"));
    }
    // No entry holds a name, an address or a number, and the chain holds.
    let rows = database::sql("SELECT body, prev, hash FROM office_events WHERE office = 'madiun' ORDER BY seq", &[]);
    let sealed: Vec<SealedEvent> = rows
        .into_iter()
        .map(|row| serde_json::from_value(json!({ "body": row[0], "prev": row[1], "hash": row[2] })).expect("sealed"))
        .collect();
    assert!(sealed.iter().all(|entry| !entry.body.contains('@') && !entry.body.contains("Wati")));
    let events: Vec<OfficeEvent> = verify_chain(&sealed).expect("the chain holds");
    assert_eq!(events.len(), sealed.len());
    let mut changed = sealed;
    changed[0].body = changed[0].body.replace("madiun", "madium");
    assert!(verify_chain::<OfficeEvent>(&changed).is_err());
}

/// Temanggung's only administrator gives up every role.
pub fn the_last_resigns() -> Answer {
    let _alone = alone();
    let temanggung = office("temanggung");
    let boss = administrator(temanggung);
    database::sql(
        "UPDATE roles SET held_until = ?2 WHERE office = 'temanggung' AND actor = 'administrator' AND person <> ?1 AND held_until IS NULL",
        &[json!(boss.id), json!(instant(Utc::now() - TimeDelta::seconds(1)))],
    );
    changes(temanggung, &boss, Command::Staff { person: boss.id.clone(), actors: vec![] })
}

#[test]
fn the_last_administrator_cannot_lock_themself_out() {
    assert_eq!(the_last_resigns().problem().code, "last_administrator");
    let _alone = alone();
    let temanggung = office("temanggung");
    let boss = administrator(temanggung);
    let resign = || Command::Staff { person: boss.id.clone(), actors: vec![] };
    let other = Person::with_roles(temanggung, &[ADMINISTRATOR]);
    changes(temanggung, &boss, Command::Staff { person: boss.id.clone(), actors: vec!["verifikator".into()] })
        .expect(200);
    assert_eq!(changes(temanggung, &boss, resign()).status, 403, "no administrator any more");
    let back = Command::Staff { person: boss.id.clone(), actors: vec![ADMINISTRATOR.into()] };
    let seen: Affairs = other.get(&path(temanggung)).expect(200).read();
    changes_seen(temanggung, &other, seen.seq, back).expect(200);
}

#[test]
fn nobody_else_changes_anything() {
    let _alone = alone();
    let (madiun, temanggung) = (office("madiun"), office("temanggung"));
    let email = fresh::email("pegawai", "madiunkota.go.id");
    let verifier = staff(madiun, "verifikator");
    assert_eq!(changes(madiun, &verifier, invite(&email, &["kadin"])).problem().code, "not_administrator");
    let applicant = Person::applicant(madiun);
    assert_eq!(changes(madiun, &applicant, invite(&email, &["kadin"])).problem().code, "staff_only");
    assert_eq!(applicant.get(&path(madiun)).problem().code, "staff_only");
    let neighbour = administrator(temanggung);
    assert_eq!(changes(madiun, &neighbour, invite(&email, &["kadin"])).problem().code, "staff_only");
    assert_eq!(neighbour.get(&path(madiun)).status, 403);
    assert_eq!(verifier.get(&format!("{}/log", path(madiun))).problem().code, "administrator_only");
    // Officials see who there is, and neither addresses nor settings.
    let seen = affairs(madiun, &verifier);
    assert_eq!(seen.settings, None);
    assert!(seen.members.iter().all(|member| member.email.is_none() && member.nip.is_none()));
    assert!(affairs(madiun, &administrator(madiun)).members.iter().all(|member| member.email.is_some()));
    // A person of another office is no member here.
    let theirs = staff(temanggung, "kadin").id;
    let staffed = Command::Staff { person: theirs, actors: vec!["kadin".into()] };
    assert_eq!(changes(madiun, &administrator(madiun), staffed).problem().code, "unknown_member");
    // An administrator without another role is nobody to the cases.
    let matter = Matter::filed(madiun);
    assert_eq!(administrator(madiun).get(&matter.path()).status, 404);
}

/// Sessions end with the roles, on every device; another sign-in opens what is one's own.
#[test]
fn whoever_is_disabled_is_signed_out_everywhere() {
    let _alone = alone();
    let madiun = office("madiun");
    let official = Person::with_roles(madiun, &["kasi"]);
    let elsewhere = Person::known(&official.id, &official.email);
    let command = |actors: &[&str]| Command::Staff {
        person: official.id.clone(),
        actors: actors.iter().map(|actor| (*actor).into()).collect(),
    };
    changes(madiun, &administrator(madiun), command(&["verifikator"])).expect(200);
    assert_eq!((official.me().status, elsewhere.me().status), (200, 200), "another role ends nothing");
    changes(madiun, &administrator(madiun), command(&[])).expect(200);
    assert_eq!((official.me().status, elsewhere.me().status), (401, 401));
    let again = Person::known(&official.id, &official.email);
    assert_eq!(again.me().status, 200);
    assert_eq!(again.get(&path(madiun)).problem().code, "staff_only");
}

/// No administrator keeps another office's people from their work.
#[test]
fn whoever_works_for_another_office_too_stays_signed_in_there() {
    let _alone = alone();
    let (madiun, temanggung) = (office("madiun"), office("temanggung"));
    let mailbox = fresh::email("dua", &madiun.office.email_domains[0]);
    let official = Person::entered(&mailbox, &[(madiun, "kasi"), (temanggung, "verifikator")]);
    let leave = Command::Staff { person: official.id.clone(), actors: Vec::new() };
    changes(madiun, &administrator(madiun), leave).expect(200);
    official.get(&path(madiun)).refused(403, "staff_only");
    official.get("/api/offices/temanggung/cases?list=waiting").expect(200);
}

/// Whoever can change a mailbox can sign in with it: it is not one office's where it opens another's.
#[test]
fn a_mailbox_that_opens_another_offices_requests_is_not_changed() {
    let _alone = alone();
    let (madiun, temanggung) = (office("madiun"), office("temanggung"));
    let official = Person::with_roles(madiun, &["kasi"]);
    let correct = || Command::Correct {
        person: official.id.clone(),
        email: fresh::email("baru", "madiunkota.go.id"),
        name: PersonName::parse("Wati Contoh").expect("a valid name"),
        nip: official.nip.clone(),
    };
    changes(madiun, &administrator(madiun), correct()).expect(200);
    assert_eq!(official.me().status, 401, "signed out wherever the old mailbox was in");
    let again = Person::known(&official.id, &official.email);
    database::sql(
        "INSERT INTO case_parties (person, office, filed_at, ticket) SELECT ?1, 'temanggung', filed_at, ticket FROM cases WHERE ticket = ?2",
        &[json!(again.id), json!(Matter::filed(temanggung).ticket)],
    );
    assert_eq!(changes(madiun, &administrator(madiun), correct()).problem().code, "serves_elsewhere");
}

#[test]
fn of_two_changes_at_once_one_wins() {
    let _alone = alone();
    let madiun = office("madiun");
    let boss = administrator(madiun);
    let seen = affairs(madiun, &boss).seq;
    let keep = |years| Command::SetRetention { retention: Retention { revoked_years: years, ended_months: 12 } };
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let boss = &boss;
        let both = [5, 6].map(|years| scope.spawn(move || changes_seen(madiun, boss, seen, keep(years))));
        both.map(|one| one.join().expect("it answers")).into()
    });
    let mut told: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    told.sort_unstable();
    assert_eq!(told, [200, 409]);
    assert_eq!(affairs(madiun, &boss).seq, seen + 1);
    let lost = answers.iter().find(|answer| answer.status == 409).expect("one lost");
    assert_eq!(lost.problem().code, "affairs_moved_on");
}

#[test]
fn a_substitute_keeps_the_chain_going_as_long_as_the_letter_holds() {
    let _alone = alone();
    let madiun = office("madiun");
    let kadin = Person::with_roles(madiun, &["kadin"]);
    let secretary = Person::with_roles(madiun, &["kasi"]);
    let waits = |matter: &Matter| {
        let is = |row: &CaseRow| row.ticket == matter.ticket;
        let rows = pages(&secretary, "/api/offices/madiun/cases?list=waiting&", |rows: &[CaseRow]| rows.iter().any(is));
        rows.iter().any(is)
    };
    let matter = Matter::filed(madiun);
    assert!(!waits(&matter));
    assert_eq!(matter.act(&secretary, Act::Forward).problem().code, "not_your_turn");

    // The kadin appoints the substitute themself.
    changes(madiun, &kadin, appointment(madiun, &secretary, "kadin", Some(&kadin))).expect(200);
    assert!(waits(&matter), "what waits for the kadin waits for the substitute");
    assert_eq!(told(&secretary, &Matter::filed(madiun)), 1, "and they are notified");
    matter.act(&secretary, Act::Forward).expect(200);

    let view = matter.view(&kadin);
    let seen = view.events.last().expect("an event");
    assert_eq!(seen.event.by.person, secretary.id);
    assert_eq!(seen.event.by.title(madiun), "Plh. Kepala Dinas Kominfo");
    let acting = seen.event.by.acting.as_ref().expect("by letter");
    assert_eq!((acting.principal.as_ref(), acting.letter.as_str()), (Some(&kadin.id), "800/15/SP/2026"));
    assert_eq!(seen.principal.as_deref(), kadin.column("name").as_str(), "the log names both");
    // Whoever comes next reads in their mail who passed it on, as it stands on paper.
    let mails = vault::mails("ticket = ?1 AND kind = 'your_turn' AND seq = 2", &[json!(matter.ticket)]);
    let nip = secretary.nip.as_ref().expect("a number");
    let signed =
        format!("Plh. Kepala Dinas Kominfo ({}, NIP {nip})", secretary.column("name").as_str().expect("a name"));
    let flat = |mail: &String| mail.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!mails.is_empty() && mails.iter().all(|mail| flat(mail).contains(&signed)), "{mails:?}");

    // Their own step in the same chain is another's to do, and nobody writes to them that it is theirs.
    matter.moves_on();
    assert_eq!(told(&secretary, &matter), 0);
    assert_eq!(matter.act(&secretary, Act::Forward).problem().code, "twice_in_chain");
    matter.moves_on();

    // The letter's last day is over.
    database::sql(
        "UPDATE roles SET held_until = ?2 WHERE person = ?1 AND acting IS NOT NULL",
        &[json!(secretary.id), json!(instant(Utc::now() - TimeDelta::seconds(1)))],
    );
    let later = Matter::filed(madiun);
    assert_eq!(later.act(&secretary, Act::Forward).problem().code, "not_your_turn");
    assert_eq!(told(&secretary, &later), 0);
    assert!(!waits(&later));
}

#[test]
fn an_appointment_can_be_ended_by_who_is_stood_in_for() {
    let _alone = alone();
    let madiun = office("madiun");
    let (kadin, other) = (Person::with_roles(madiun, &["kadin"]), Person::with_roles(madiun, &["kadin"]));
    let substitute = Person::with_roles(madiun, &["kasi"]);
    changes(madiun, &kadin, appointment(madiun, &substitute, "kadin", Some(&kadin))).expect(200);
    let appointed = affairs(madiun, &kadin).appointments.into_iter().find(|one| one.person == substitute.id);
    let dismiss = || Command::Dismiss { appointment: appointed.clone().expect("appointed").id };
    assert_eq!(changes(madiun, &other, dismiss()).problem().code, "not_administrator");
    changes(madiun, &kadin, dismiss()).expect(200);
    // The log names both, the post and the letter, when it began and when it was ended.
    let (names, log) = ([&substitute, &kadin].map(|one| one.column("name")), log(madiun));
    let [ended, begun] = [&log[0], &log[1]];
    for seen in [ended, begun] {
        let named = [&seen.whom, &seen.principal].map(|name| json!(name));
        assert_eq!(named, names);
    }
    assert_eq!(begun.ended, None);
    let ended = ended.ended.as_ref().expect("of an appointment");
    assert_eq!((&ended.person, ended.title(madiun)), (&substitute.id, "Plh. Kepala Dinas Kominfo".to_owned()));
    assert_eq!(ended.acting.as_ref().map(|acting| acting.letter.as_str()), Some("800/15/SP/2026"));
    let matter = Matter::filed(madiun);
    assert_eq!(matter.act(&substitute, Act::Forward).problem().code, "not_your_turn");
    assert_eq!(changes(madiun, &kadin, dismiss()).problem().code, "not_appointed");
}

#[test]
fn what_a_colleague_has_taken_is_seen_and_left_alone() {
    let temanggung = office("temanggung");
    let (one, two) =
        (Person::with_roles(temanggung, &["verifikator"]), Person::with_roles(temanggung, &["verifikator"]));
    let matter = Matter::at(temanggung, StepAct::Check);
    matter.act(&one, Act::Take).expect(200);
    assert_eq!(matter.act(&two, Act::Approve).problem().code, "in_other_hands");
    let row = || -> CaseRow {
        let search = workflow::api::Search { text: matter.ticket.to_string(), status: None, after: None };
        let page: Page<CaseRow> = cabut_tests::matter::looks_for(&two, temanggung, &search).expect(200).read();
        page.rows.into_iter().next().expect("found by its number")
    };
    assert_eq!(row().in_hand.as_deref(), one.column("name").as_str());

    let to = |person: &Person| Do::HandOver { to: person.id.clone(), note: None };
    assert_eq!(matter.command(&one, to(&staff(temanggung, "kadin"))).problem().code, "no_colleague");
    matter.command(&one, to(&two)).expect(200);
    assert_eq!((told(&one, &matter), told(&two, &matter)), (1, 2), "only the colleague hears of it again");
    let seen = matter.view(&one).events.pop().expect("an event");
    assert_eq!(seen.to.as_deref(), two.column("name").as_str());
    assert_eq!(matter.act(&one, Act::Approve).problem().code, "in_other_hands");
    // The applicant hears that it was handed over; who of them has it, and what they wrote, is the colleagues' own affair.
    let seen = matter.view(&matter.filer).events.pop().expect("an event");
    assert!(matches!(seen.event.what, Happened::HandedOver { .. }));
    assert_eq!((seen.content, seen.name, seen.nip, seen.to), (None, None, None, None));
    let own: Page<CaseRow> = matter.filer.get("/api/offices/temanggung/cases?list=mine").expect(200).read();
    assert_eq!((&own.rows[0].ticket, own.rows[0].in_hand.as_deref()), (&matter.ticket, None));
    matter.act(&two, Act::Approve).expect(200);

    // What one has passed on stays on one's own list, with where it is now.
    let path = "/api/offices/temanggung/cases?list=passed";
    let page: Page<CaseRow> = two.get(path).expect(200).read();
    assert_eq!(page.rows[0].ticket, matter.ticket);
    assert_eq!(page.rows[0].step, matter.case().reached);
    assert!(one.get(path).expect(200).read::<Page<CaseRow>>().rows.iter().any(|row| row.ticket == matter.ticket));
}

/// The log says what was changed in the calendar, held against the one before it.
#[test]
fn the_log_says_what_a_calendar_says_otherwise() {
    let (_alone, procedure) = (alone(), office("temanggung"));
    let boss = administrator(procedure);
    let was = affairs(procedure, &boss).settings.expect("the administrator's").calendar;
    let mut calendar = was.clone();
    let day = NaiveDate::from_ymd_opt(2041, 6, 3).expect("a day");
    calendar.days.retain(|one| one.date != day);
    calendar.days.push(Day {
        date: day,
        kind: DayKind::Regional,
        name: "Hari jadi kabupaten".to_owned(),
        hours: Hours::default(),
        source: "SE bupati".to_owned(),
    });
    let set = |calendar: Calendar| {
        changes(procedure, &boss, Command::SetCalendar { calendar: Box::new(calendar) }).expect(200);
        log(procedure).swap_remove(0).differences
    };
    let told = "3 Juni 2041: Hari jadi kabupaten (libur daerah; dasar: SE bupati)";
    assert_eq!(set(calendar.clone()), [format!("{told} ditambahkan")]);
    assert_eq!(set(calendar), [""; 0]);
    assert_eq!(set(was), [format!("{told} dihapus")]);
}
