//! Every problem code, met for real: with its status, an Indonesian sentence, and nothing secret in it.

use std::collections::{BTreeMap, BTreeSet};

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, answer, complete, files, note, request, settings_change},
    person::{self, Person, asks_for_code, enters_code, instant, staff},
    product::{Answer, fresh_key, product},
};
use chrono::{Days, TimeDelta, Utc};
use files::corpus::bad;
use serde_json::json;
use workflow::{
    api::{ActRequest, CodeRequest, Correction, CorrectionRequest, SentMail},
    calendar::{Calendar, DayKind, Week, national},
    case::{ADMINISTRATOR, Act, Answer as Bsre, Command, FileRequest, FilingWay, PersonId},
    identity::{PersonName, TicketNumber},
    office,
    procedure::{Procedure, StepAct, Zone},
    reason::Reason,
};

use crate::{
    affairs::{self, administrator, alone},
    openapi::{document, documented_codes},
};

/// Codes that belong to no operation, and so stand in no list of the description.
const OF_NO_OPERATION: [&str; 4] = ["route_unknown", "method_not_allowed", "address_too_long", "headers_too_large"];

/// How a code is brought about.
type Way = (&'static str, Box<dyn Fn() -> Answer>);

fn way(code: &'static str, ask: impl Fn() -> Answer + 'static) -> Way {
    (code, Box::new(ask))
}

fn madiun() -> &'static Procedure {
    person::office("madiun")
}

fn temanggung() -> &'static Procedure {
    person::office("temanggung")
}

/// Files with one thing changed.
fn filing(procedure: &'static Procedure, change: impl Fn(&mut FileRequest)) -> Answer {
    let person = Person::applicant(procedure);
    let mut asked = request(procedure, FilingWay::Holder, &person, &Holder::written_to_at(&person.email));
    change(&mut asked);
    files(procedure, &person, &asked)
}

/// A whole filing as JSON of any shape.
fn raw(content_type: &str, body: &[u8]) -> Answer {
    let person = Person::with_roles(madiun(), &[]);
    person.request("POST", "/api/offices/madiun/cases").bytes(content_type, body.to_vec()).send()
}

fn upload(name: &str, bytes: Vec<u8>) -> Answer {
    Person::with_roles(madiun(), &[]).uploads("madiun", name, bytes)
}

/// Uploads the bad file of this name.
fn bad_file(name: &str) -> Answer {
    let file = bad().into_iter().find(|sample| sample.name == name).expect("the corpus has it");
    upload("a.pdf", file.bytes)
}

fn verifier(procedure: &'static Procedure) -> Person {
    staff(procedure, "verifikator")
}

/// Where it is decided who asks.
fn of_who_asks() -> Vec<Way> {
    vec![
        way("sign_in_needed", || product().request("GET", "/api/session").send()),
        way("session_expired", || {
            let person = Person::with_roles(madiun(), &[]);
            let long_ago = json!(instant(Utc::now() - TimeDelta::days(1)));
            database::sql("UPDATE sessions SET last_seen = ?2 WHERE person = ?1", &[json!(person.id), long_ago]);
            person.me()
        }),
        way("code_wrong", || enters_code(fresh::email("siti", "madiunkota.go.id").as_str(), "00000000")),
        way("foreign_origin", || {
            product().request("DELETE", "/api/session").header("Origin", "https://contoh.invalid").send()
        }),
        way("fresh_code_needed", || {
            let matter = Matter::at(madiun(), StepAct::Send);
            let verifier = Person::with_roles(madiun(), &["verifikator"]).proven_ago(TimeDelta::hours(1));
            let answer = matter.act(&verifier, Act::Send);
            crate::exits::ends_role(&verifier);
            answer
        }),
        way("staff_only", || Person::with_roles(madiun(), &[]).get("/api/offices/madiun/register")),
        way("too_many_requests", || {
            let (email, client) = (fresh::email("siti", "madiunkota.go.id"), fresh::word("client"));
            let ask = || asks_for_code("madiun", email.as_str(), &client);
            (0..100).map(|_| ask()).find(|answer| answer.status == 429).expect("there is a limit")
        }),
    ]
}

/// Where it is read what is asked.
fn of_what_is_asked() -> Vec<Way> {
    vec![
        way("route_unknown", || product().request("GET", "/api/tidak-ada").send()),
        way("method_not_allowed", || product().request("PUT", "/api/session").send()),
        way("address_too_long", || product().request("GET", &format!("/api/offices?{}", "x".repeat(3_000))).send()),
        way("headers_too_large", || {
            product().request("GET", "/api/offices").header("X-Lain", &"x".repeat(17_000)).send()
        }),
        way("not_found", || Person::with_roles(madiun(), &[]).get("/api/offices/madiun/cases/MDN-0000-0000")),
        way("office_unknown", || product().request("GET", "/api/offices/sumber/procedure").send()),
        way("version_unknown", || product().request("GET", "/api/offices/madiun/procedure?version=99").send()),
        way("query_invalid", || verifier(madiun()).get("/api/offices/madiun/cases?list=semua")),
        way("export_too_large", || {
            let verifier = verifier(madiun());
            let tickets: Vec<_> =
                (0..20_001).map(|at| TicketNumber::new("MDN", 0x5_0000_0000 | at).expect("a prefix")).collect();
            for part in tickets.chunks(5_000) {
                database::sql(
                    "INSERT INTO cases (ticket, office, version, seq, filer, holder_key, open, name, reason, way, status, step,
                        filed_at, since, revoked_at, erased_at)
                     SELECT value, 'madiun', 1, 1, ?1, 'lama ' || value, 0, 'Lama Contoh', 'retired', 'leader', 'revoked', 8,
                        ?3, ?3, ?3, ?3 FROM json_each(?2)",
                    &[json!(verifier.id), json!(json!(part).to_string()), json!("1971-05-05T00:00:00.000Z")],
                );
            }
            let answer = verifier.get("/api/offices/madiun/register.xlsx?year=1971");
            database::sql("DELETE FROM cases WHERE office = 'madiun' AND name = 'Lama Contoh'", &[]);
            answer
        }),
        way("data_too_large", || {
            let person = Person::with_roles(madiun(), &[]);
            let tickets: Vec<_> =
                (0..201).map(|at| TicketNumber::new("MDN", 0x5_1000_0000 | at).expect("a prefix")).collect();
            let planted = [json!(person.id), json!(json!(tickets).to_string()), json!("1971-05-05T00:00:00.000Z")];
            database::sql(
                "INSERT INTO cases (ticket, office, version, seq, filer, holder_key, open, name, reason, way, status, step,
                    filed_at, since, erased_at)
                 SELECT value, 'madiun', 1, 1, ?1, 'banyak ' || value, 0, 'Banyak Contoh', 'retired', 'leader', 'withdrawn', 8,
                    ?3, ?3, ?3 FROM json_each(?2)",
                &planted,
            );
            database::sql(
                "INSERT INTO case_parties (person, office, filed_at, ticket)
                 SELECT ?1, 'madiun', ?3, value FROM json_each(?2)",
                &planted,
            );
            let answer = person.get("/api/me/data");
            database::sql("DELETE FROM case_parties WHERE person = ?1", &planted[..1]);
            database::sql("DELETE FROM cases WHERE filer = ?1", &planted[..1]);
            answer
        }),
        way("content_type", || raw("text/plain", b"{}")),
        way("body_malformed", || raw("application/json", b"{\"way\":")),
        way("body_too_large", || raw("application/json", &vec![b' '; 1024 * 1024])),
        way("field_unknown", || raw("application/json", br#"{"lain":1}"#)),
        way("field_missing", || raw("application/json", br#"{"way":"holder"}"#)),
        way("field_invalid", || raw("application/json", br#"{"way":"jalan"}"#)),
        way("idempotency_key_missing", || {
            Person::with_roles(madiun(), &[]).request("DELETE", "/api/documents/x").without("Idempotency-Key").send()
        }),
        way("idempotency_key_invalid", || {
            Person::with_roles(madiun(), &[])
                .request("DELETE", "/api/documents/x")
                .header("Idempotency-Key", "dua kata")
                .send()
        }),
        way("idempotency_key_reused", || {
            let (matter, key) = (Matter::filed(madiun()), fresh_key());
            let path = format!("{}/acts", matter.path());
            let send = |text: &str| {
                let command = Command::Withdraw { note: Some(note(text)) };
                let request = matter.filer.request("POST", &path).header("Idempotency-Key", &key);
                request.json(&ActRequest { seen: 1, command }).send()
            };
            send("Satu.").expect(200);
            send("Dua.")
        }),
    ]
}

/// Where documents and requests stand in each other's way.
fn of_documents_and_cases() -> Vec<Way> {
    vec![
        way("open_request_exists", || {
            let matter = Matter::filed(madiun());
            let again = request(madiun(), FilingWay::Holder, &matter.filer, &matter.holder);
            files(madiun(), &matter.filer, &again)
        }),
        way("document_unknown", || {
            filing(madiun(), |asked| asked.papers[0].document.0 = "AAAAAAAAAAAAAAAAAAAAAA".to_owned())
        }),
        way("document_mismatch", || filing(madiun(), |asked| asked.papers[0].sha256 = asked.papers[1].sha256)),
        way("document_in_use", || {
            let matter = Matter::filed(madiun());
            matter.filer.delete(&format!("/api/documents/{}", matter.case().papers[0].document.0))
        }),
        way("document_empty", || upload("a.pdf", vec![])),
        way("document_name", || upload("..", fresh::pdf("a"))),
        way("document_too_large", || upload("a.pdf", fresh::pdf(&"x".repeat(5 * 1024 * 1024)))),
        way("document_name_path", || upload("surat%2Fa.pdf", fresh::pdf("a"))),
        way("document_name_hidden", || upload("a%0A.pdf", fresh::pdf("a"))),
        way("document_type", || upload("a.pdf", b"<html></html>".to_vec())),
        way("document_damaged", || upload("a.pdf", b"%PDF-1.7 tanpa akhir".to_vec())),
        way("document_mixed", || bad_file("a PDF with an archive behind it")),
        way("document_pixels", || bad_file("a PNG with 50 megapixels")),
        way("document_bomb", || bad_file("a PNG with twenty megabytes in a small picture")),
        way("document_locked", || bad_file("a PDF with encryption")),
        way("document_script", || bad_file("a PDF with a script that opens with it")),
        way("document_action", || bad_file("a PDF with a program to start")),
        way("document_embeds", || bad_file("a PDF with a folder of files")),
        way("document_opaque", || bad_file("a PDF with an object in a text")),
        way("document_limit", || {
            let person = Person::with_roles(madiun(), &[]);
            let upload = || person.uploads("madiun", "a.png", fresh::png(&fresh::word("a")));
            (0..200).map(|_| upload()).find(|answer| !answer.is_ok()).expect("there is a limit")
        }),
    ]
}

/// Where the rules refuse.
fn of_the_rules() -> Vec<Way> {
    vec![
        way("not_your_role", || Matter::filed(madiun()).act_by("kadin", Act::Send)),
        way("own_request", || {
            let official = Person::with_roles(madiun(), &["kadin"]);
            let matter = Matter::filed_by(madiun(), FilingWay::Holder, official.clone());
            let answer = matter.act(&official, Act::Forward);
            crate::exits::ends_role(&official);
            answer
        }),
        way("way_not_offered", || filing(madiun(), |asked| asked.way = FilingWay::Desk)),
        way("moved_on", || {
            let matter = Matter::filed(madiun());
            matter.moves_on();
            matter.command_seen(&matter.filer, 1, Command::Withdraw { note: None })
        }),
        way("closed", || {
            let matter = Matter::filed(madiun());
            matter.act(&matter.filer, Act::Withdraw).expect(200);
            matter.act(&matter.filer, Act::Withdraw)
        }),
        way("not_your_turn", || Matter::filed(madiun()).act_by("kabid", Act::Forward)),
        way("already_done", || Matter::at_step(madiun(), 3).act_by("kadin", Act::Forward)),
        way("not_this_step", || Matter::at(madiun(), StepAct::Check).act_by("verifikator", Act::Send)),
        way("mail_not_lost", || {
            let matter = Matter::filed(madiun());
            let verifier = verifier(madiun());
            let mails: Vec<SentMail> = verifier.get(&format!("{}/mails", matter.path())).ok();
            let path = format!("{}/mails/{}/again", matter.path(), mails[0].id);
            verifier.request("POST", &path).send()
        }),
        way("already_answered", || {
            let person = Person::applicant(madiun());
            let path = "/api/offices/madiun/corrections";
            let body = CorrectionRequest { text: note("Gelar saya kurang.") };
            let asked: Correction = person.post(path, &body).expect(201).read();
            let answer = || staff(madiun(), ADMINISTRATOR).post(&format!("{path}/{}/answer", asked.id), &body);
            answer().expect(200);
            answer()
        }),
        way("past_recall", || {
            let matter = Matter::at(madiun(), StepAct::Answer);
            matter.act(&matter.filer, Act::Withdraw)
        }),
        way("not_in_procedure", || Matter::at(madiun(), StepAct::Check).act_by("verifikator", Act::Contact)),
        way("reason_not_for_way", || filing(madiun(), |asked| asked.reason = Reason::Deceased)),
        way("reason_needs_note", || filing(madiun(), |asked| asked.reason = Reason::Other)),
        way("email_not_accepted", || {
            filing(madiun(), |asked| asked.form.email = fresh::email("siti", "contoh.invalid"))
        }),
        way("email_not_yours", || {
            filing(madiun(), |asked| asked.form.email = fresh::email("orang.lain", "madiunkota.go.id"))
        }),
        way("same_email", || {
            let matter = Matter::filed(madiun());
            let again = Command::Readdress { email: matter.filer.email.clone(), note: note("Lewat telepon.") };
            matter.command(&verifier(madiun()), again)
        }),
        way("unexpected_fields", || {
            let matter = Matter::filed(temanggung());
            matter.is_returned();
            let again = || {
                let papers = temanggung().required_papers(FilingWay::Holder).take(1);
                papers.map(|paper| matter.filer.hands_in("temanggung", &paper.id)).collect()
            };
            let mut command = complete(temanggung(), &matter.case(), Act::Resubmit, again, &matter.holder);
            if let Command::Resubmit { form: Some(form), .. } = &mut command {
                form.position = None;
            }
            matter.command(&matter.filer, command)
        }),
        way("withdraw_needs_note", || {
            let desk = verifier(temanggung());
            let matter = Matter::filed_by(temanggung(), FilingWay::Desk, desk.clone());
            matter.command(&desk, Command::Withdraw { note: None })
        }),
        way("missing_fields", || filing(temanggung(), |asked| asked.form.phone = None)),
        way("missing_papers", || filing(madiun(), |asked| asked.papers.truncate(1))),
        way("unexpected_papers", || {
            filing(madiun(), |asked| {
                let twice = asked.papers[0].clone();
                asked.papers.push(twice);
            })
        }),
        way("checklist_incomplete", || {
            let matter = Matter::at(madiun(), StepAct::Check);
            matter.command(&verifier(madiun()), Command::Approve { ticked: vec![], note: None })
        }),
        way("nothing_to_complete", || {
            let matter = Matter::at(madiun(), StepAct::Check);
            let nothing = Command::Return { papers: vec![], fields: vec![], note: note("Lengkapi.") };
            matter.command(&verifier(madiun()), nothing)
        }),
        way("decline_needs_note", || {
            let mut declined = answer(Bsre::Declined);
            if let Command::Answer { note, .. } = &mut declined {
                *note = None;
            }
            Matter::at(madiun(), StepAct::Answer).command(&verifier(madiun()), declined)
        }),
        way("answer_out_of_time", || {
            let mut early = answer(Bsre::Revoked);
            if let Command::Answer { evidence, .. } = &mut early {
                evidence.answered_at -= TimeDelta::days(1);
            }
            Matter::at(madiun(), StepAct::Answer).command(&verifier(madiun()), early)
        }),
        way("twice_in_chain", || {
            let matter = Matter::filed(madiun());
            let kadin = staff(madiun(), "kadin");
            let kabid = Person::with_roles(madiun(), &["kabid"]);
            {
                let _alone = alone();
                let appointment = affairs::appointment(madiun(), &kabid, "kadin", Some(&kadin));
                affairs::changes(madiun(), &administrator(madiun()), appointment).expect(200);
            }
            matter.act(&kabid, Act::Forward).expect(200);
            matter.act(&kabid, Act::Forward)
        }),
        way("in_other_hands", || {
            let matter = Matter::at(madiun(), StepAct::Check);
            matter.act(&Person::with_roles(madiun(), &["verifikator"]), Act::Take).expect(200);
            matter.act(&verifier(madiun()), Act::Approve)
        }),
        way("in_your_hands", || {
            let matter = Matter::at(madiun(), StepAct::Check);
            matter.act(&verifier(madiun()), Act::Take).expect(200);
            matter.act(&verifier(madiun()), Act::Take)
        }),
        way("not_in_your_hands", || Matter::at(madiun(), StepAct::Check).act(&verifier(madiun()), Act::PutBack)),
        way("no_colleague", || {
            let matter = Matter::at(madiun(), StepAct::Check);
            matter.act(&verifier(madiun()), Act::Take).expect(200);
            matter.act(&verifier(madiun()), Act::HandOver)
        }),
    ]
}

/// Where an office's affairs are changed.
fn of_affairs() -> Vec<Way> {
    let changes = |command: fn() -> office::Command| {
        move || {
            let _alone = alone();
            affairs::changes(madiun(), &administrator(madiun()), command())
        }
    };
    let mailbox = || fresh::email("pegawai", "madiunkota.go.id");
    let nobody = || PersonId(fresh::word("siapa"));
    let calendar = |change: fn(&mut Calendar)| {
        move || {
            let _alone = alone();
            let mut calendar = Box::new(national(Zone::Wib));
            change(&mut calendar);
            affairs::changes(madiun(), &administrator(madiun()), office::Command::SetCalendar { calendar })
        }
    };
    let appoints = |change: fn(&mut office::Command)| {
        move || {
            let _alone = alone();
            let (kadin, other) = (staff(madiun(), "kadin"), Person::with_roles(madiun(), &["kasi"]));
            let mut command = affairs::appointment(madiun(), &other, "kadin", Some(&kadin));
            change(&mut command);
            affairs::changes(madiun(), &administrator(madiun()), command)
        }
    };
    vec![
        way("administrator_only", || verifier(madiun()).get("/api/offices/madiun/affairs/log")),
        way("not_administrator", move || {
            affairs::changes(madiun(), &verifier(madiun()), affairs::invite(&mailbox(), &["kadin"]))
        }),
        way("affairs_moved_on", move || {
            let _alone = alone();
            affairs::changes_seen(
                madiun(),
                &administrator(madiun()),
                1_000_000,
                affairs::invite(&mailbox(), &["kadin"]),
            )
        }),
        way("last_administrator", affairs::the_last_resigns),
        way("unknown_role", move || {
            let _alone = alone();
            affairs::changes(madiun(), &administrator(madiun()), affairs::invite(&mailbox(), &["camat"]))
        }),
        way("unknown_member", move || {
            let _alone = alone();
            let command = office::Command::Staff { person: nobody(), actors: vec!["kadin".into()] };
            affairs::changes(madiun(), &administrator(madiun()), command)
        }),
        way("person_taken", move || {
            let _alone = alone();
            let taken = Person::with_roles(madiun(), &["kasi"]).nip;
            let mut command = affairs::invite(&mailbox(), &["kadin"]);
            if let office::Command::Invite { nip, .. } = &mut command {
                *nip = taken;
            }
            affairs::changes(madiun(), &administrator(madiun()), command)
        }),
        way("serves_elsewhere", move || {
            let _alone = alone();
            let both = Person::entered(&mailbox(), &[(madiun(), "kasi"), (temanggung(), "verifikator")]);
            let name = PersonName::parse("Wati Contoh").expect("a valid name");
            let command = office::Command::Correct { person: both.id, email: mailbox(), name, nip: None };
            affairs::changes(madiun(), &administrator(madiun()), command)
        }),
        way(
            "for_themself",
            appoints(|command| {
                if let office::Command::Appoint { person, principal, .. } = command {
                    *person = principal.clone().expect("named");
                }
            }),
        ),
        way(
            "no_principal",
            appoints(|command| {
                if let office::Command::Appoint { principal, .. } = command {
                    *principal = None;
                }
            }),
        ),
        way(
            "period",
            appoints(|command| {
                if let office::Command::Appoint { from, to, .. } = command {
                    (*from, *to) = (*to, *from);
                }
            }),
        ),
        way("not_appointed", changes(|| office::Command::Dismiss { appointment: fresh::word("surat") })),
        way("appointed_already", || {
            let _alone = alone();
            let (kadin, other) = (staff(madiun(), "kadin"), Person::with_roles(madiun(), &["kasi"]));
            let command = affairs::appointment(madiun(), &other, "kadin", Some(&kadin));
            affairs::changes(madiun(), &administrator(madiun()), command.clone()).expect(200);
            affairs::changes(madiun(), &administrator(madiun()), command)
        }),
        way("calendar_zone", calendar(|calendar| calendar.zone = Zone::Wit)),
        way("calendar_empty", calendar(|calendar| calendar.week = Week::default())),
        way("calendar_day_twice", calendar(|calendar| calendar.days.push(calendar.days[0].clone()))),
        way("calendar_day_hours", calendar(|calendar| calendar.days[0].kind = DayKind::Working)),
        way("calendar_season", calendar(|calendar| calendar.seasons[0].to = calendar.seasons[0].from - Days::new(1))),
        way("calendar_overlap", calendar(|calendar| calendar.seasons.push(calendar.seasons[0].clone()))),
        way(
            "retention_out_of_bounds",
            changes(|| office::Command::SetRetention {
                retention: office::Retention { revoked_years: 0, ended_months: 12 },
            }),
        ),
        way(
            "too_many_mailboxes",
            changes(|| {
                let emails = (0..11).map(|_| fresh::email("pengawas", "contoh.invalid"));
                office::Command::SetCheckpointMailboxes { emails: emails.collect() }
            }),
        ),
        way(
            "outside_alone",
            changes(|| affairs::invite(&fresh::email("petugas", "contoh.invalid"), &["bsre", "verifikator"])),
        ),
        way("auditor_only", || verifier(madiun()).get("/api/offices/madiun/log")),
    ]
}

/// What needs an office's settings changed, and so stands apart from the rest.
const OF_THE_SETTINGS: &str = "bsre_address_missing";

trait ActBy {
    fn act_by(&self, actor: &str, act: Act) -> Answer;
}

impl ActBy for Matter {
    /// The office's holder of this actor tries the act.
    fn act_by(&self, actor: &str, act: Act) -> Answer {
        let command = complete(self.procedure, &self.case(), act, Vec::new, &self.holder);
        self.command(&staff(self.procedure, actor), command)
    }
}

fn is_brought_about(ways: Vec<Way>) {
    let documented = documented_codes(&document());
    for (code, ask) in ways {
        let answer = ask();
        let problem = answer.problem();
        assert_eq!(problem.code, code, "{answer}");
        if !OF_NO_OPERATION.contains(&code) {
            assert!(
                documented[code].contains(&problem.status),
                "{code} is documented with {:?}: {answer}",
                documented[code]
            );
        }
        is_for_people(&answer);
    }
}

/// The sentence is Indonesian and says nothing of the inside.
fn is_for_people(answer: &Answer) {
    let detail = answer.problem().detail.to_lowercase();
    for word in
        ["sql", "d1_", "panic", "unknown field", "missing field", "expected", "invalid type", " at line ", "kv_key"]
    {
        assert!(!detail.contains(word), "{word:?} in {answer}");
    }
    assert!(detail.split(' ').count() >= 4, "a whole sentence: {answer}");
}

/// What is our own fault, on demand.
fn of_ours() -> Vec<Way> {
    let faulty = |fault: &'static str| {
        move || {
            let asked = CodeRequest { email: fresh::email("pemohon", "madiunkota.go.id"), office: "madiun".to_owned() };
            let request =
                product().request("POST", "/api/session/code").header("X-Test-Client", &fresh::word("client"));
            request.header("X-Cabut-Fault", fault).json(&asked).send()
        }
    };
    vec![way("storage_unavailable", faulty("d1:3:fail")), way("internal", faulty("panic:1"))]
}

#[test]
fn each_code_of_ours_is_met() {
    is_brought_about(of_ours());
}

#[test]
fn each_code_of_who_asks_is_met() {
    is_brought_about(of_who_asks());
}

#[test]
fn each_code_of_what_is_asked_is_met() {
    is_brought_about(of_what_is_asked());
}

#[test]
fn each_code_of_documents_and_cases_is_met() {
    is_brought_about(of_documents_and_cases());
}

#[test]
fn each_code_of_the_rules_is_met() {
    is_brought_about(of_the_rules());
}

#[test]
fn each_code_of_affairs_is_met() {
    is_brought_about(of_affairs());
}

#[test]
fn nothing_is_sent_to_bsre_before_its_address_is_set() {
    let matter = Matter::at(temanggung(), StepAct::Send);
    let (verifier, seen) = (verifier(temanggung()), matter.case().seq);
    let path = format!("{}/acts", matter.path());
    let send = || verifier.post(&path, &ActRequest { seen, command: Command::Send { note: None } });
    let set = |address: &str| {
        database::sql("UPDATE offices SET bsre_email = nullif(?1, '') WHERE id = 'temanggung'", &[json!(address)]);
    };
    let answer = {
        let _alone = settings_change();
        let before = crate::procedures::bsre_address(temanggung());
        set("");
        let answer = send();
        set(&before);
        answer
    };
    answer.refused(409, OF_THE_SETTINGS);
    is_for_people(&answer);
    assert_eq!(matter.case().seq, seen);
    send().expect(200);
}

#[test]
fn every_documented_code_is_met_by_some_test() {
    let documented: BTreeMap<String, BTreeSet<u16>> = documented_codes(&document());
    let met = [of_who_asks(), of_what_is_asked(), of_documents_and_cases(), of_the_rules(), of_affairs(), of_ours()];
    let mut met: BTreeSet<&str> = met.iter().flatten().map(|(code, _)| *code).collect();
    met.insert(OF_THE_SETTINGS);
    let documented: BTreeSet<&str> = documented.keys().map(String::as_str).chain(OF_NO_OPERATION).collect();
    assert_eq!(met, documented);
}

#[test]
fn a_head_request_and_a_wrong_method_are_told_apart_from_an_unknown_address() {
    for path in ["/api/session", "/api/offices", "/api/offices/madiun/cases", "/api/openapi.json"] {
        product().request("PATCH", path).send().refused(405, "method_not_allowed");
    }
    for path in [
        "/api",
        "/api/",
        "/api/tidak-ada",
        "/api/offices/madiun/tidak-ada",
        "/api/session/code/lagi",
        "/api/documents/%FF",
    ] {
        product().request("GET", path).send().refused(404, "route_unknown");
    }
}
