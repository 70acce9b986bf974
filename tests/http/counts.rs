//! The counts that are promised: round trips, rows, bytes.

use std::{fs, path::Path};

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, files, looks_for, request},
    person::{Person, both, instant, office, staff},
    product::{Answer, given_path, product},
};
use chrono::{TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};
use workflow::{
    api::{PAGE, Page, RegisterSearch, Search, Standing},
    case::{ADMINISTRATOR, Act, FilingWay, Status},
    identity::TicketNumber,
    procedure::{Procedure, StepAct},
    report::Running,
};

/// How many round trips to D1 one act may take, the check of the session included.
const TRIPS: u64 = 2;

/// How many cases the office has.
const HISTORY: usize = 100_000;

#[track_caller]
fn in_two_trips(answer: &Answer) {
    assert!(answer.is_ok(), "{answer}");
    let trips = answer.count("x-d1-round-trips");
    assert_eq!(trips, TRIPS, "{}", answer.asked);
}

#[test]
fn filing_takes_two_round_trips_whichever_way() {
    for procedure in both() {
        let filers = [
            (FilingWay::Holder, Person::applicant(procedure)),
            (FilingWay::Leader, Person::with_roles(procedure, &["pimpinan"])),
            (FilingWay::Desk, staff(procedure, "verifikator")),
        ];
        for (way, filer) in filers {
            let email = match way {
                FilingWay::Holder => filer.email.clone(),
                _ => fresh::email("pemegang", &procedure.office.email_domains[0]),
            };
            in_two_trips(&files(procedure, &filer, &request(procedure, way, &filer, &Holder::written_to_at(&email))));
        }
    }
}

#[test]
fn every_act_takes_two_round_trips() {
    for procedure in both() {
        // Straight on.
        let matter = Matter::filed(procedure);
        for step in &procedure.steps[1..] {
            let act = match step.act {
                StepAct::Forward => Act::Forward,
                StepAct::Check => Act::Approve,
                StepAct::Send => Act::Send,
                StepAct::Answer => Act::Answer,
                StepAct::Contact => Act::Contact,
                StepAct::Close => Act::Close,
                StepAct::File => unreachable!("the first step alone files"),
            };
            in_two_trips(&matter.act(&staff(procedure, &step.actor.0), act));
        }
        // And aside.
        let verifier = staff(procedure, "verifikator");
        let matter = Matter::at(procedure, StepAct::Check);
        in_two_trips(&matter.act(&verifier, Act::Return));
        in_two_trips(&matter.act(&matter.filer, Act::Resubmit));
        in_two_trips(&matter.act(&verifier, Act::Refuse));
        let matter = Matter::filed(procedure);
        in_two_trips(&matter.act(&matter.filer, Act::Withdraw));
        in_two_trips(&matter.act(&verifier, Act::Readdress));
    }
}

#[test]
fn a_case_and_a_list_take_one_round_trip_what_is_noted_first_one_more_and_an_upload_three() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let head = staff(procedure, "kadin");
    let path = matter.path();
    let trips = |answer: Answer| {
        assert!(answer.is_ok(), "{answer}");
        (answer.asked.clone(), answer.count("x-d1-round-trips"))
    };
    // That somebody looks at it is written down first, once an hour.
    assert_eq!(trips(head.get(&path)), (format!("GET {path}"), 2));
    assert_eq!(trips(matter.filer.get(&path)), (format!("GET {path}"), 1));
    // Who asks is found out together with what they ask for.
    let of_case = [path.clone(), format!("{path}/log"), format!("{path}/mails")];
    let lists = ["waiting", "passed", "mine", "office"].map(|list| format!("/api/offices/madiun/cases?list={list}"));
    for path in of_case.into_iter().chain(lists).chain(["/api/session".to_owned()]) {
        assert_eq!(trips(head.get(&path)), (format!("GET {path}"), 1));
    }
    // So is whose whole name they were shown.
    for (register, took) in [("/api/offices/madiun/register", 1), ("/api/offices/madiun/register?whole=true", 2)] {
        assert_eq!(trips(head.get(register)), (format!("GET {register}"), took));
    }
    // And that an administrator was shown who the office's people are, once an hour.
    let (affairs, administrator) = ("/api/offices/madiun/affairs", Person::with_roles(procedure, &[ADMINISTRATOR]));
    for (who, took) in [(&head, 1), (&administrator, 2), (&administrator, 1)] {
        assert_eq!(trips(who.get(affairs)), (format!("GET {affairs}"), took));
    }
    // An upload's row before its bytes, and its answer after them.
    assert_eq!(trips(matter.filer.uploads("madiun", "a.pdf", fresh::pdf("a"))).1, 3);
    // That somebody opened it is written down first.
    let document = format!("/api/documents/{}", matter.case().papers[0].document.0);
    assert_eq!(trips(head.get(&document)), (format!("GET {document}"), 2));
}

/// Plants a long history behind the office: filed long ago, so that it stands behind what other tests look for
/// on lists that begin with the newest; and waiting since a day to come, so that it stands behind it on those
/// that begin with the oldest.
fn plants_history(procedure: &Procedure) -> Person {
    let office = procedure.office.id.as_str();
    let filer = Person::with_roles(procedure, &["pimpinan"]);
    let first = Utc.with_ymd_and_hms(2001, 1, 1, 0, 0, 0).single().expect("a valid instant");
    let waits = Utc.with_ymd_and_hms(2099, 1, 1, 0, 0, 0).single().expect("a valid instant");
    let verifier = [(Status::InOffice, "verifikator"), (Status::WithBsre, "bsre")];
    // The run fills the upper bits of the random part, so that a second run plants other numbers.
    let run = u64::from_str_radix(fresh::run(), 16).expect("the run is a number in hexadecimal");
    let rows: Vec<Value> = (0..HISTORY)
        .map(|at| {
            let ticket =
                TicketNumber::new(&procedure.office.ticket_prefix, run << 17 | at as u64).expect("a valid prefix");
            let status = Status::ALL[at % Status::ALL.len()];
            let turn = verifier.iter().find(|(of, _)| *of == status).map(|(_, actor)| *actor);
            let since = TimeDelta::seconds(i64::try_from(at).expect("small"));
            let revoked = matches!(status, Status::Revoked | Status::RevokedOpen).then(|| instant(first + since));
            let name = format!("Riwayat Contoh{}", letters(at));
            json!([ticket, instant(first + since), instant(waits + since), status.id(), turn, revoked, name])
        })
        .collect();
    for part in rows.chunks(5_000) {
        let part = json!(Value::Array(part.to_vec()).to_string());
        let value = |at: usize| format!("json_extract(value, '$[{at}]')");
        let [ticket, filed, since, status, turn, revoked, name] = [0, 1, 2, 3, 4, 5, 6].map(value);
        let from = "FROM json_each(?1)";
        let plant = |statement: &str| {
            database::sql(statement, &[part.clone(), json!(office), json!(filer.id)]);
        };
        plant(&format!(
            "INSERT INTO cases (ticket, office, version, seq, filer, holder, holder_key, open, name, nip, unit, reason,
                 way, status, turn, step, filed_at, since, revoked_at, due_at)
             SELECT {ticket}, ?2, 1, 1, ?3, NULL, 'riwayat ' || {ticket}, 0, {name}, NULL, 'Dinas Arsip', 'retired',
                 'leader', {status}, {turn}, 2, {filed}, {since}, {revoked},
                 CASE WHEN {turn} IS NOT NULL THEN {filed} END {from}"
        ));
        plant(&format!(
            "INSERT INTO case_turns (office, actor, rank, ticket, filer)
             SELECT ?2, {turn}, '2' || {since}, {ticket}, ?3 {from} WHERE {turn} IS NOT NULL"
        ));
        plant(&format!(
            "INSERT INTO case_parties (person, office, filed_at, ticket) SELECT ?3, ?2, {filed}, {ticket} {from}"
        ));
        for term in [format!("lower({name})"), format!("lower({ticket})")] {
            plant(&format!(
                "INSERT INTO case_terms (office, term, ticket) SELECT ?2, {term}, {ticket} {from} WHERE ?3 IS NOT NULL"
            ));
        }
    }
    filer
}

/// Leaves the office as it was: what comes after these tests looks at its lists too.
fn forgets_history(filer: &Person) {
    for table in ["case_terms", "case_turns", "case_parties", "cases"] {
        let of_history = "SELECT ticket FROM cases WHERE filer = ?1";
        database::sql(&format!("DELETE FROM {table} WHERE ticket IN ({of_history})"), &[json!(filer.id)]);
    }
}

fn letters(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..5 {
        word.push(char::from(b'a' + u8::try_from(number % 26).expect("less than 26")));
        number /= 26;
    }
    word
}

#[test]
fn a_page_reads_three_rows_for_each_it_shows_however_long_the_history() {
    let procedure = office("temanggung");
    let filer = plants_history(procedure);
    let all = database::number("SELECT count(*) FROM cases WHERE office = ?1", &[json!("temanggung")]);
    assert!(all >= i64::try_from(HISTORY).expect("small"), "{all} cases");
    let verifier = staff(procedure, "verifikator");
    let base = "/api/offices/temanggung";
    let mut lists = vec![
        (&verifier, format!("{base}/cases?list=waiting")),
        (&filer, format!("{base}/cases?list=mine")),
        (&verifier, format!("{base}/cases?list=mine")),
        (&verifier, format!("{base}/cases?list=office")),
        (&verifier, format!("{base}/register")),
        (&verifier, format!("{base}/register?year=2001")),
        (&verifier, format!("{base}/register?year=2001&whole=true")),
    ];
    lists.extend(Standing::all().map(|one| (&verifier, format!("{base}/cases?list=office&status={}", one.id()))));
    let mut searches: Vec<(&str, Option<Status>)> =
        ["riwayat", "riwayat contoha", "TMG", "tidak-ada"].map(|text| (text, None)).to_vec();
    searches.extend(Status::ALL.map(|status| ("riwayat", Some(status))));
    let mut too_many = Vec::new();
    let most = 3 * u64::try_from(PAGE).expect("small");
    // The first pages and, from then on, deep ones cost alike.
    let mut turns_pages = |what: String, page: &dyn Fn(Option<String>) -> Answer| {
        let mut after = None::<String>;
        for no in 0..4 {
            let answer = page(after.take()).expect(200);
            let rows = answer.count("x-d1-rows-read");
            if rows > most {
                too_many.push(format!("page {no} of {what}: {rows} rows read"));
            }
            assert!(answer.count("x-d1-round-trips") <= 2, "{what}");
            let Some(next) = answer.value()["next"].as_str().map(str::to_owned) else { return };
            after = Some(next);
        }
    };
    for (person, path) in lists {
        turns_pages(path.clone(), &|after| {
            let sign = if path.contains('?') { "&" } else { "?" };
            let after = after.map(|after| format!("{sign}after={after}")).unwrap_or_default();
            person.get(&format!("{path}{after}"))
        });
    }
    for text in ["riwayat", "riwayat contoha", "TMG", "tidak-ada"] {
        turns_pages(format!("{text} in the register"), &|after| {
            let search = RegisterSearch { text: text.to_owned(), year: Some(2001), whole: false, after };
            verifier.post(&format!("{base}/register/search"), &search)
        });
    }
    for (text, status) in searches {
        turns_pages(format!("{text}, {status:?}"), &|after| {
            looks_for(&verifier, procedure, &Search { text: text.to_owned(), status: status.map(Standing::At), after })
        });
    }
    // What the office adds up to is told from a few rows.
    for (path, shown) in [("counts", Status::ALL.len()), ("report?from=2001-01-01&to=2001-01-31", 31)] {
        let answer = verifier.get(&format!("{base}/{path}")).expect(200);
        let rows = answer.count("x-d1-rows-read");
        let late = answer.value()["running"]["overdue"].as_u64();
        assert!(path == "counts" || late == Some(Running::MOST), "much is late, and it is counted so far: {late:?}");
        if rows > 3 * u64::try_from(shown).expect("small") {
            too_many.push(format!("{path}: {rows} rows read"));
        }
    }
    forgets_history(&filer);
    assert!(too_many.is_empty(), "{}", too_many.join("\n"));
}

#[test]
fn acting_on_a_case_reads_no_more_for_the_offices_history() {
    // The bounds hold before the history is planted, while it is, and after.
    let most = 3 * u64::try_from(PAGE).expect("small");
    let matter = Matter::filed(office("temanggung"));
    let head = staff(matter.procedure, "kadin");
    let rows = matter.act(&head, Act::Forward).expect(200).count("x-d1-rows-read");
    // Beside the case: everybody with a role in the office, in the index, in the table, and as a person. All tests
    // give roles, and none is ever removed.
    let roles = database::number("SELECT count(*) FROM roles WHERE office = ?1", &[json!("temanggung")]);
    let most_of_act = most + 3 * u64::try_from(roles).expect("it is counted");
    assert!(rows <= most_of_act, "{rows} rows read for an act, with {roles} roles in the office");
    for list in ["cases?list=office", "register"] {
        let answer = head.get(&format!("/api/offices/temanggung/{list}")).expect(200);
        let rows = answer.count("x-d1-rows-read");
        assert!(rows <= most, "{rows} rows read for {list}");
        assert!(answer.read::<Page<Value>>().rows.len() <= PAGE, "{list}");
    }
}

/// `target/size.json`, as `cargo xtask size` leaves it.
fn sizes() -> Value {
    let path = given_path("CABUT_SIZE");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn the_worker_and_the_first_visit_stay_small() {
    let sizes = sizes();
    let bytes =
        |pointer: &str| sizes.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer}: {sizes}"));
    let worker = bytes("/worker_wasm_gzip");
    // 290 KB of it write workbooks. Cloudflare takes three million on its smallest plan.
    assert!(worker > 10_000 && worker <= 1_800_000, "the Worker's wasm has {worker} bytes gzipped");
    let first = bytes("/first_visit_brotli");
    assert!(first > 10_000 && first <= 180_000, "a first visit takes {first} bytes");
    // Who is signed in and comes by the link of a mail gets all pages at once, the officials' too.
    let pages = sizes["pages"].as_array().expect("a list of pages");
    let rest = pages.iter().find(|page| page["page"] == "madiun/app.html").expect("it is measured");
    assert!(rest["brotli"].as_u64().is_some_and(|bytes| bytes <= 395_000), "straight to a request: {rest}");
}

/// As `cargo xtask bench --only visit` counts it: the heaviest page that an applicant may come to first, with all it loads.
#[test]
fn a_first_visit_moves_at_most_180_000_bytes_heads_and_bodies() {
    let sizes = sizes();
    let pages = sizes["pages"].as_array().expect("a list of pages");
    let first = pages.iter().filter(|page| !page["page"].as_str().is_some_and(|name| name.ends_with("/app.html")));
    let heaviest = first.max_by_key(|page| page["brotli"].as_u64()).expect("there are pages");
    let files = heaviest["files"].as_array().expect("a page loads files").iter();
    let files = files.map(|file| format!("/{}", file["file"].as_str().expect("a file has a name")));
    let moved = |path: &str, status: u16| {
        let path = path.trim_end_matches(".html");
        let answer = product().request("GET", path).header("Accept-Encoding", "br").send().expect(status);
        let head: usize = answer.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        "HTTP/1.1 200 OK\r\n\r\n".len() + head + answer.body.len()
    };
    // The app asks who is signed in: nobody is.
    let bytes: usize = files.map(|path| moved(&path, 200)).sum::<usize>() + moved("/api/session", 401);
    assert!(bytes > 100_000 && bytes <= 180_000, "a first visit moves {bytes} bytes: {heaviest}");
}

#[test]
fn the_production_worker_has_no_local_mailbox_and_no_test_doors() {
    let dir = given_path("CABUT_PROD_WORKER");
    let mut read = 0;
    scan(&dir, &mut |path, bytes| {
        read += bytes.len();
        for word in [
            "/dev/mailbox",
            "dev_mailbox",
            "x-test-client",
            "x-d1-round-trips",
            "x-d1-rows-read",
            "x-noted",
            "/dev/empty",
        ] {
            let found = bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
            assert!(!found, "{word} is in {}", path.display());
        }
    });
    assert!(read > 100_000, "{read} bytes in {}", dir.display());
    // The same scan finds them where they are.
    let mut found = false;
    scan(&given_path("CABUT_DEV_WORKER"), &mut |_, bytes| {
        found |= bytes.windows(12).any(|part| part == b"/dev/mailbox");
    });
    assert!(found, "the development Worker has the mailbox");
}

fn scan(dir: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display())) {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            scan(&path, look);
        } else {
            look(&path, &fs::read(&path).expect("the file can be read"));
        }
    }
}
