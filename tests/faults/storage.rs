//! Storage that fails: each call to D1 and KV that a write makes fails once without effect, does not answer once, and fails
//! once after it took effect. Then all of the write is done or nothing of it, and the same request under the same key
//! does the rest, once.

use std::{
    fs,
    sync::{Mutex, OnceLock},
    thread,
};

use cabut_tests::{
    database, fresh, in_time, mailbox,
    matter::{Holder, Matter, complete, note, request, settings_change},
    person::{Person, at_the_door, both, device_of, enters_code, instant, office, sha256, staff, token},
    product::{Answer, Request, fresh_key, given_path, product},
    until, vault,
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{ActRequest, CodeRequest, Correction, CorrectionRequest, Document, MailKind, SignIn},
    case::{ADMINISTRATOR, Act, Command, FilingWay},
    identity::PersonName,
    office::{Affairs, ChangeRequest, Command as Change},
    procedure::{Procedure, StepAct},
};

/// What a fault does to a call.
const WAYS: [&str; 3] = ["fail", "after", "hang"];

/// How many writes go on at once.
const AT_ONCE: usize = 12;

fn madiun() -> &'static Procedure {
    office("madiun")
}

/// A write that nobody asked for yet.
struct Write {
    request: Request<'static>,
    /// How much of it there is: rows of each kind that it makes or changes.
    state: Box<dyn Fn() -> Vec<i64> + Send>,
}

impl Write {
    fn new(request: Request<'static>, state: impl Fn() -> Vec<i64> + Send + 'static) -> Write {
        Write { request: request.header("Idempotency-Key", &fresh_key()), state: Box::new(state) }
    }
}

/// Whether the call was made at all: none of it, or how it ended.
fn meets(write: &Write, fault: &str) -> (bool, Answer) {
    let answer = write.request.clone().header("X-Cabut-Fault", fault).send();
    (answer.header("x-cabut-fault-met").is_some(), answer)
}

/// Has one call of a fresh write go wrong, and holds what came of it to the promise. Whether the call was made.
fn goes_wrong(name: &str, make: &dyn Fn() -> Write, fault: &str) -> bool {
    let write = make();
    let before = (write.state)();
    let (met, answer) = meets(&write, fault);
    if !answer.is_ok() {
        answer.refused(503, "storage_unavailable");
        assert!(answer.header("retry-after").is_some(), "{name} {fault}: {answer}");
    }
    let between = (write.state)();
    let repaired = write.request.clone().send();
    assert!(repaired.is_ok(), "{name} {fault}: {repaired}");
    let after = (write.state)();
    assert_ne!(before, after, "{name} {fault}: nothing was done");
    assert!(between == before || between == after, "{name} {fault}: half done: {before:?}, {between:?}, {after:?}");
    assert!(!answer.is_ok() || between == after, "{name} {fault}: acknowledged and not done");
    // And once more: it is as it was, and the answer the same.
    let again = write.request.send();
    assert_eq!((again.status, &again.body), (repaired.status, &repaired.body), "{name} {fault}");
    assert_eq!((write.state)(), after, "{name} {fault}: done twice");
    met
}

/// A kind of write: its name, and how a fresh one is made.
type Kind = (&'static str, Box<dyn Fn() -> Write + Sync + Send>);

/// Has each call of these writes go wrong in each way. Prints how many that were.
fn each_call_goes_wrong(kinds: Vec<Kind>) {
    let stores = kinds.iter().flat_map(|kind| ["d1", "kv"].map(|store| (kind, store)));
    // How many calls there are is found by the way that takes no time.
    let found = at_once(stores.collect(), |((name, make), store)| {
        let calls = (1..).find(|call| !goes_wrong(name, make, &format!("{store}:{call}:fail"))).expect("it ends") - 1;
        println!("{name:12} makes {calls} calls to {store}");
        (name, make, store, calls)
    });
    let met: usize = found.iter().map(|(.., calls)| calls).sum();
    let faults = found.into_iter().flat_map(|(name, make, store, calls)| {
        // Those behind the answer too: whatever fails there is done by a later run.
        let behind = if store == "d1" { 3 } else { 0 };
        let all = (1..=calls + behind).flat_map(|call| WAYS.map(|way| (call, way)));
        let rest = all.filter(move |(call, way)| *way != "fail" || *call > calls);
        rest.map(move |(call, way)| (name, make, format!("{store}:{call}:{way}")))
    });
    let rest = at_once(faults.collect(), |(name, make, fault)| usize::from(goes_wrong(name, make, &fault)));
    println!("{} faults were met in {} kinds of writes", met + rest.iter().sum::<usize>(), kinds.len());
}

/// Does all of it, some at a time: most of the time is spent waiting for calls that do not answer.
fn at_once<T: Send, R: Send>(all: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let (left, done) = (Mutex::new(all), Mutex::new(Vec::new()));
    let lock = "nobody panicked while they held it";
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(next) = left.lock().expect(lock).pop() else { break };
                    let result = work(next);
                    done.lock().expect(lock).push(result);
                }
            });
        }
    });
    done.into_inner().expect(lock)
}

/// Rows of a case in every table that an act writes.
fn rows_of(ticket: &str) -> Vec<i64> {
    let count = |sql: &str| format!("(SELECT count(*) FROM {sql} WHERE ticket = ?1)");
    let sql = [
        count("events"),
        count("contents"),
        count("log"),
        count("case_documents"),
        // Mails of the act; what reminds of a turn that is over goes with it.
        count("outbox"),
        "(SELECT ifnull(max(seq), 0) FROM cases WHERE ticket = ?1)".to_owned(),
    ];
    let rows = database::sql(&format!("SELECT {}", sql.join(", ")), &[json!(ticket)]);
    rows[0].iter().map(|value| value.as_i64().expect("a number")).collect()
}

fn count(sql: &str, parameter: &impl serde::Serialize) -> i64 {
    database::number(&format!("SELECT count(*) FROM {sql}"), &[json!(parameter)])
}

/// Somebody new, planted: the door is not what is tested here, and a hundred codes by mail take their time.
fn applicant(procedure: &Procedure) -> Person {
    Person::entered(&fresh::email("pemohon", &procedure.office.email_domains[0]), &[])
}

fn filed(procedure: &'static Procedure) -> Matter {
    Matter::filed_by(procedure, FilingWay::Holder, applicant(procedure))
}

/// A request at whose turn the act is, and who does it.
fn ready(act: Act) -> (Matter, Person) {
    let step = |act: StepAct| {
        let procedure =
            both().into_iter().find(|procedure| procedure.step_with(act).is_some()).expect("some office does it");
        let step = procedure.step_with(act).expect("just found");
        let matter = filed(procedure);
        matter.walks_to(step.no);
        (matter, staff(procedure, &step.actor.0))
    };
    match act {
        Act::Forward => step(StepAct::Forward),
        Act::Approve | Act::Return | Act::Refuse | Act::Take => step(StepAct::Check),
        Act::Send => step(StepAct::Send),
        Act::Answer => step(StepAct::Answer),
        Act::Contact => step(StepAct::Contact),
        Act::Close => step(StepAct::Close),
        Act::HandOver | Act::PutBack => {
            let (matter, person) = step(StepAct::Check);
            matter.act(&person, Act::Take).expect(200);
            (matter, person)
        }
        Act::Readdress => step(StepAct::Check),
        Act::Withdraw => {
            let matter = filed(madiun());
            let filer = matter.filer.clone();
            (matter, filer)
        }
        Act::Resubmit => {
            let matter = filed(madiun());
            matter.is_returned();
            let filer = matter.filer.clone();
            (matter, filer)
        }
    }
}

fn an_act(act: Act) -> Write {
    let (matter, person) = ready(act);
    let case = matter.case();
    let command = match act {
        Act::HandOver => Command::HandOver { to: colleague().id, note: None },
        _ => complete(matter.procedure, &case, act, || matter.papers_again(&person, &case), &matter.holder),
    };
    let request = person.request("POST", &format!("{}/acts", matter.path()));
    let request = request.json(&ActRequest { seen: case.seq, command });
    Write::new(request, move || rows_of(matter.ticket.as_str()))
}

/// Somebody with the same role as whoever checks.
fn colleague() -> Person {
    static ONE: OnceLock<Person> = OnceLock::new();
    let actor = &madiun().step_with(StepAct::Check).expect("every procedure checks").actor.0;
    ONE.get_or_init(|| Person::with_roles(madiun(), &[actor])).clone()
}

#[test]
fn each_act_is_done_or_not_whatever_call_fails_and_the_same_key_repairs_it() {
    let acts: [(&str, Act); 14] = [
        ("forward", Act::Forward),
        ("approve", Act::Approve),
        ("return", Act::Return),
        ("resubmit", Act::Resubmit),
        ("refuse", Act::Refuse),
        ("send", Act::Send),
        ("answer", Act::Answer),
        ("contact", Act::Contact),
        ("close", Act::Close),
        ("withdraw", Act::Withdraw),
        ("take", Act::Take),
        ("hand over", Act::HandOver),
        ("put back", Act::PutBack),
        ("readdress", Act::Readdress),
    ];
    each_call_goes_wrong(acts.map(|(name, act)| -> Kind { (name, Box::new(move || an_act(act))) }).into());
}

fn a_filing(way: FilingWay) -> Write {
    let procedure =
        both().into_iter().find(|procedure| procedure.filing(way).is_some()).expect("some office takes it so");
    let filer = match way {
        FilingWay::Desk => staff(procedure, "verifikator"),
        FilingWay::Leader => Person::with_roles(procedure, &["pimpinan"]),
        FilingWay::Holder => applicant(procedure),
    };
    let holder = Holder::written_to_at(&match way {
        FilingWay::Desk => fresh::email("pemegang", &procedure.office.email_domains[0]),
        FilingWay::Holder | FilingWay::Leader => filer.email.clone(),
    });
    let asked = request(procedure, way, &filer, &holder);
    // A desk may not file as often in a day as all this adds up to.
    database::sql("DELETE FROM limits WHERE key = 'filings ' || ?1", &[json!(filer.id)]);
    let request = filer.request("POST", &format!("/api/offices/{}/cases", procedure.office.id)).json(&asked);
    let (nip, paper) = (holder.nip.clone(), asked.papers[0].document.clone());
    Write::new(request, move || {
        let ticket = database::texts("SELECT ticket FROM cases WHERE nip = ?1", &[json!(nip)]);
        assert!(ticket.len() <= 1, "two requests: {ticket:?}");
        let mut rows = ticket.first().map_or(vec![0; 6], |ticket| rows_of(ticket));
        rows.push(count("documents WHERE id = ?1 AND attached = 1", &paper));
        rows
    })
}

fn an_upload() -> Write {
    let person = applicant(madiun());
    let request = person
        .request("POST", "/api/offices/madiun/documents")
        .bytes("application/octet-stream", fresh::pdf(&fresh::word("hal")))
        .header("X-File-Name", "surat.pdf");
    // A row to whose bytes it did not come is nobody's document: its id was never told, and it is swept.
    Write::new(request, move || vec![count("idempotency WHERE person = ?1", &person.id)])
}

fn a_removal() -> Write {
    let person = applicant(madiun());
    let document: Document = person.uploads("madiun", "ktp.pdf", fresh::pdf(&fresh::word("hal"))).expect(201).read();
    let request = person.request("DELETE", &format!("/api/documents/{}", document.id.0));
    Write::new(request, move || vec![count("documents WHERE id = ?1 AND attached = 0", &document.id)])
}

fn a_mail_sent_again() -> Write {
    let domain = &madiun().office.email_domains[0];
    let filer = Person::entered(&fresh::unreachable("pemohon", domain, "ditolak"), &[]);
    let matter = Matter::filed_by(madiun(), FilingWay::Holder, filer);
    let lost = until("a mail to be lost", || {
        let lost = "SELECT id FROM outbox WHERE ticket = ?1 AND state = 'failed'";
        database::texts(lost, &[json!(matter.ticket)]).into_iter().next()
    });
    let verifier = staff(madiun(), "verifikator");
    let request = verifier.request("POST", &format!("{}/mails/{lost}/again", matter.path()));
    let key = fresh_key();
    let mut write = Write::new(request, {
        let key = key.clone();
        // The mail is lost again at once; that it was sent again stands under the key.
        move || vec![count("idempotency WHERE key = ?1", &key)]
    });
    write.request = write.request.header("Idempotency-Key", &key);
    write
}

fn wish() -> CorrectionRequest {
    CorrectionRequest { text: note("Gelar saya kurang.") }
}

fn a_wish_for_correction() -> Write {
    let person = applicant(madiun());
    let request = person.request("POST", "/api/offices/madiun/corrections").json(&wish());
    Write::new(request, move || {
        vec![count("corrections WHERE person = ?1", &person.id), count("idempotency WHERE person = ?1", &person.id)]
    })
}

fn an_answer_to_a_wish() -> Write {
    let person = applicant(madiun());
    let asked: Correction = person.post("/api/offices/madiun/corrections", &wish()).expect(201).read();
    let path = format!("/api/offices/madiun/corrections/{}/answer", asked.id);
    let request = staff(madiun(), ADMINISTRATOR).request("POST", &path).json(&wish());
    let recipient = vault::recipient_key(person.email.as_str());
    Write::new(request, move || {
        vec![
            count("correction_answers WHERE id = ?1", &asked.id),
            // That it was shown to the administrator who answers.
            count("readings WHERE correction = ?1", &asked.id),
            count("outbox WHERE kind = 'corrected' AND recipient_key = ?1", &recipient),
        ]
    })
}

#[test]
fn each_wish_for_correction_and_each_answer_is_done_or_not_and_the_same_key_repairs_it() {
    each_call_goes_wrong(vec![
        ("wish", Box::new(a_wish_for_correction)),
        ("answer to a wish", Box::new(an_answer_to_a_wish)),
    ]);
}

#[test]
fn each_filing_upload_removal_and_resending_is_done_or_not_and_the_same_key_repairs_it() {
    each_call_goes_wrong(vec![
        ("holder files", Box::new(|| a_filing(FilingWay::Holder))),
        ("leader files", Box::new(|| a_filing(FilingWay::Leader))),
        ("desk files", Box::new(|| a_filing(FilingWay::Desk))),
        ("upload", Box::new(an_upload)),
        ("removal", Box::new(a_removal)),
        ("mail again", Box::new(a_mail_sent_again)),
    ]);
}

#[test]
fn a_document_that_was_acknowledged_opens_whatever_call_failed_while_it_came() {
    for fault in ["d1:2:after", "kv:1:fail", "kv:1:after", "d1:3:fail", "d1:3:after"] {
        let person = applicant(madiun());
        let page = fresh::pdf(&fresh::word("hal"));
        let upload = person
            .request("POST", "/api/offices/madiun/documents")
            .header("Idempotency-Key", &fresh_key())
            .bytes("application/octet-stream", page.clone())
            .header("X-File-Name", "surat.pdf");
        let answer = upload.clone().header("X-Cabut-Fault", fault).send();
        assert!(answer.header("x-cabut-fault-met").is_some(), "{fault}: {answer}");
        let document: Document = upload.send().expect(201).read();
        let path = format!("/api/documents/{}", document.id.0);
        assert_eq!(person.get(&path).expect(200).body, page, "{fault}");
        // Reading it is a write too: it is recorded first.
        for fault in ["d1:1:fail", "d1:2:fail", "d1:2:after", "kv:1:fail"] {
            let answer = person.request("GET", &path).header("X-Cabut-Fault", fault).send();
            assert!(answer.is_ok() || answer.problem().code == "storage_unavailable", "{fault}: {answer}");
            assert_eq!(person.get(&path).expect(200).body, page);
        }
    }
}

/// One at a time: an office has one log of its affairs, and whoever was overtaken is told so.
#[test]
fn a_change_of_an_offices_affairs_is_made_or_not_and_the_same_key_repairs_it() {
    let procedure = office("temanggung");
    let administrator = staff(procedure, ADMINISTRATOR);
    let path = "/api/offices/temanggung/affairs";
    let mut met = 0;
    let _alone = settings_change();
    for (call, way) in (1..=2).flat_map(|call| WAYS.map(|way| (call, way))) {
        let email = fresh::email("pejabat", &procedure.office.email_domains[0]);
        let command = Change::Invite {
            email: email.clone(),
            name: PersonName::parse("Wati Contoh Rahayu, S.Sos").expect("a valid name"),
            nip: Some(fresh::nip()),
            actors: vec!["kadin".into()],
        };
        let seen = administrator.get(path).expect(200).read::<Affairs>().seq;
        let change = ChangeRequest { seen, command, why: note("Nota dinas 12/2026.") };
        let made = goes_wrong(
            "invite",
            &|| {
                let person = vault::mailbox_key(&email);
                let recipient = vault::recipient_key(email.as_str());
                let state = move || {
                    vec![
                        database::number(
                            "SELECT ifnull(max(seq), 0) FROM office_events WHERE office = 'temanggung'",
                            &[],
                        ),
                        count("people WHERE email_key = ?1", &person),
                        count("roles r JOIN people p ON p.id = r.person WHERE p.email_key = ?1", &person),
                        count("outbox WHERE recipient_key = ?1", &recipient),
                    ]
                };
                Write::new(administrator.request("POST", path).json(&change), state)
            },
            &format!("d1:{call}:{way}"),
        );
        met += usize::from(made);
    }
    assert_eq!(met, 6);
    println!("{met} faults were met in changes of an office's affairs");
}

/// The door has no keys: whoever asks again has another code, another session, and is out.
#[test]
fn whoever_comes_or_goes_while_storage_fails_comes_or_goes_when_they_ask_again() {
    let domain = &madiun().office.email_domains[0];
    let comes_and_goes = |fault: &str| {
        let mut met = 0;
        let email = fresh::email("pemohon", domain);
        let door = |path: &str| at_the_door(path, &device_of(email.as_str()), &fresh::word("client"));
        let mut faulty = |request: Request<'static>| {
            let answer = request.header("X-Cabut-Fault", fault).send();
            assert!(answer.is_ok() || answer.problem().code == "storage_unavailable", "{fault}: {answer}");
            met += usize::from(answer.header("x-cabut-fault-met").is_some());
            answer
        };
        let asked = CodeRequest { email: email.clone(), office: "madiun".to_owned() };
        let answer = faulty(door("/api/session/code").json(&asked));
        // What was acknowledged came; what was not is asked for again.
        if !answer.is_ok() {
            door("/api/session/code").json(&asked).send().expect(202);
        }
        let newest = until("a code", || mailbox::now(email.as_str(), MailKind::Code, None).into_iter().next());
        let code = mailbox::code_in(&newest.text).expect("a code in the mail");
        let answer = faulty(door("/api/session").json(&SignIn { email: email.clone(), code: code.clone() }));
        let answer = if answer.is_ok() { answer } else { enters_code(email.as_str(), &code) };
        // A code whose use was committed and not answered is used up.
        let person = match token(&answer) {
            Some(token) => Person { token, ..Person::signs_in(madiun(), &email) },
            None => {
                answer.refused(401, "code_wrong");
                Person::signs_in(madiun(), &email)
            }
        };
        person.me().expect(200);
        faulty(person.request("DELETE", "/api/session"));
        person.delete("/api/session").expect(204);
        assert_eq!(person.me().status, 401);
        met
    };
    let met: usize = thread::scope(|scope| {
        let faults = (1..=3).flat_map(|call| WAYS.map(|way| format!("d1:{call}:{way}")));
        let all: Vec<_> = faults.map(|fault| scope.spawn(move || comes_and_goes(&fault))).collect();
        all.into_iter().map(|one| one.join().expect("they come and go")).sum()
    });
    println!("{met} faults were met at the door");
}

/// A code in the midst of a session has no key either: it is asked for and entered again, and where it was used and not
/// answered, the session went on under a token that nobody has.
#[test]
fn whoever_proves_their_mailbox_while_storage_fails_proves_it_when_they_ask_again() {
    let (asks, enters) = ("/api/session/proof/code", "/api/session/proof");
    let proves = |where_: &str, fault: &str| {
        let mut met = 0;
        let person = applicant(madiun()).proven_ago(TimeDelta::hours(1));
        let mut faulty = |path: &str, body: serde_json::Value| {
            let mut request = person.request("POST", path).json(&body);
            if path == where_ {
                request = request.header("X-Cabut-Fault", fault);
            }
            let answer = request.send();
            assert!(answer.is_ok() || answer.problem().code == "storage_unavailable", "{fault}: {answer}");
            met += usize::from(answer.header("x-cabut-fault-met").is_some());
            answer
        };
        let asked = json!({ "office": "madiun" });
        let mut came = 0;
        if !faulty(asks, asked.clone()).is_ok() {
            // A code that was written and not sent gives way to the next; it would only come late.
            let recipient = json!(vault::recipient_key(person.email.as_str()));
            database::sql("DELETE FROM outbox WHERE recipient_key = ?1 AND state = 'waiting'", &[recipient]);
            came = mailbox::now(person.email.as_str(), MailKind::Code, None).len();
            person.post(asks, &asked).expect(202);
        }
        let code = json!({ "code": mailbox::code(&person.email, came + 1) });
        let stands = || {
            let is_theirs = "sessions WHERE token_hash = ?1";
            let proven = "SELECT count(*) FROM sessions WHERE person = ?1 AND proven_at > ?2";
            let of_late = instant(Utc::now() - TimeDelta::minutes(15));
            let proven = database::number(proven, &[json!(person.id), json!(of_late)]);
            (count(is_theirs, &sha256(&person.token)), proven)
        };
        assert_eq!(stands(), (1, 0), "{fault}");
        let answer = faulty(enters, code.clone());
        // All of it or nothing: proven, and under another token.
        let (old, proven) = stands();
        assert!([(1, 0), (0, 1)].contains(&(old, proven)), "{fault}: {old} {proven}");
        assert!(!answer.is_ok() || proven == 1, "{fault}: acknowledged and not done");
        if answer.is_ok() {
            let again = Person { token: token(&answer).expect("another cookie"), ..person.clone() };
            again.me().expect(200);
        } else if proven == 0 {
            let again = person.post(enters, &code).expect(204);
            Person { token: token(&again).expect("another cookie"), ..person.clone() }.me().expect(200);
        }
        assert_eq!(stands(), (0, 1), "{fault}");
        person.me().refused(401, "session_expired");
        met
    };
    let met: usize = thread::scope(|scope| {
        // Those before the answer: two where a code is asked for, three where it is entered.
        let calls = [(asks, 1), (asks, 2), (enters, 1), (enters, 2), (enters, 3)];
        let faults = calls.iter().flat_map(|(path, call)| WAYS.map(|way| (*path, format!("d1:{call}:{way}"))));
        let proves = &proves;
        let all: Vec<_> = faults.map(|(path, fault)| scope.spawn(move || proves(path, &fault))).collect();
        all.into_iter().map(|one| one.join().expect("they prove it")).sum()
    });
    println!("{met} faults were met where a mailbox was proven");
    assert_eq!(met, 5 * WAYS.len());
}

/// A mail goes at least once, and once more only where it was not marked after it had gone.
#[test]
fn mail_that_could_not_be_sent_while_storage_failed_goes_later_and_twice_only_where_it_was_not_marked() {
    let matter = Matter::filed(madiun());
    let mails = || database::sql("SELECT state, id FROM outbox WHERE ticket = ?1 ORDER BY id", &[json!(matter.ticket)]);
    // How often each has arrived, and whether it still waits.
    let arrived = || -> Vec<(i64, bool)> {
        let rows = database::sql(
            "SELECT (SELECT deliveries FROM dev_mailbox d WHERE d.id = o.id), state = 'waiting' FROM outbox o
             WHERE ticket = ?1 ORDER BY id",
            &[json!(matter.ticket)],
        );
        rows.iter().map(|row| (row[0].as_i64().unwrap_or_default(), row[1] == 1)).collect()
    };
    // What was taken and not marked is due again after a while.
    let all_go = || {
        until("the mails to go", || {
            database::sql(
                "UPDATE outbox SET next_at = written_at WHERE ticket = ?1 AND state = 'waiting'",
                &[json!(matter.ticket)],
            );
            product().request("GET", "/__scheduled").send().expect(200);
            mails().iter().all(|row| row[0] == "sent").then_some(())
        });
    };
    // Nobody else has hold of one once those have gone that the filing sends, or storage took too long for them: the other
    // tests here keep it busy.
    let _ = in_time(|| mails().iter().all(|row| row[0] == "sent").then_some(()));
    all_go();
    let (mut unmarked, mut later) = (0, 0);
    for way in ["fail", "after"] {
        for call in 1..=20 {
            let before = arrived();
            database::sql(
                "UPDATE outbox SET state = 'waiting', sent_at = NULL, attempts = 0, next_at = written_at WHERE ticket = ?1",
                &[json!(matter.ticket)],
            );
            product().request("GET", &format!("/__scheduled?cron=d1:{call}:{way}")).send().expect(200);
            let between = arrived();
            all_go();
            let after = arrived();
            for ((before, between), after) in before.into_iter().zip(between).zip(after) {
                let (went, waits) = (between.0 - before.0, between.1);
                assert!(went <= 1, "d1:{call}:{way}: {went} times in one run");
                // The local mailbox's own copy may be what failed: then it was sent, and marked.
                assert_eq!(
                    after.0 - between.0,
                    i64::from(waits),
                    "d1:{call}:{way}: {before:?}, {between:?}, {after:?}"
                );
                unmarked += usize::from(went == 1 && waits);
                later += usize::from(went == 0 && waits);
            }
        }
    }
    println!("{later} mails went later, {unmarked} twice: they had not been marked");
    assert!(unmarked > 0 && later > 0, "both were met");
}

#[test]
fn the_build_that_is_deployed_knows_no_faults() {
    let knows = |worker: &str| {
        let mut files = fs::read_dir(given_path(worker)).expect("a built Worker").flatten();
        files.any(|file| {
            let bytes = fs::read(file.path()).unwrap_or_default();
            let holds =
                |word: &str| bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
            ["x-cabut-fault", "fault_met", "a panic that was asked for"].into_iter().any(holds)
        })
    };
    assert!(knows("CABUT_DEV_WORKER"), "what is looked for would be found");
    assert!(!knows("CABUT_PROD_WORKER"));
}

/// Whose mailbox no key opens hears nothing, which the log tells. Nobody else waits for that row: the request goes on, and the
/// others who have the turn are written to.
#[test]
fn a_colleagues_row_that_does_not_open_stops_nobodys_act() {
    let procedure = office("madiun");
    let (head, next) = (staff(procedure, "kadin"), staff(procedure, "kabid"));
    let colleague = Person::with_roles(procedure, &["kabid"]);
    let row = json!(colleague.id);
    let lay = database::texts("SELECT email FROM people WHERE id = ?1", std::slice::from_ref(&row));
    database::sql("UPDATE people SET email = '1.AAAA' WHERE id = ?1", std::slice::from_ref(&row));
    let matter = Matter::filed(procedure);
    matter.act(&head, Act::Forward).expect(200);
    mailbox::about(&matter.ticket, MailKind::YourTurn, next.email.as_str());
    assert!(mailbox::now(colleague.email.as_str(), MailKind::YourTurn, Some(&matter.ticket)).is_empty());
    // The office's people are there for the administrator to see, this one without a mailbox.
    let affairs: Affairs = staff(procedure, ADMINISTRATOR).get("/api/offices/madiun/affairs").expect(200).read();
    let email = |person: &Person| affairs.member(&person.id).map(|member| member.email.clone());
    assert_eq!((email(&colleague), email(&next)), (Some(None), Some(Some(next.email.clone()))));
    database::sql("UPDATE people SET email = ?2 WHERE id = ?1", &[row, json!(lay[0])]);
}
