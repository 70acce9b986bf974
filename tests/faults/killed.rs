//! The runtime is killed again and again in the midst of its work, and starts again on the same storage: what was
//! acknowledged is there, whatever is there is whole, and what was not acknowledged is done by asking again, once.

use std::{
    collections::BTreeMap,
    env, process,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, act_of, complete, fold, request_with},
    person::{Person, both, staff},
    product::{Answer, Request, fresh_key, given, on, product},
    until,
};
use serde_json::{Value, json};
use workflow::{
    api::{ActRequest, CaseView, Document},
    case::{AUDITOR, FilingWay, Handed, SealedEvent, Stage},
    identity::TicketNumber,
    log::{End, VerifierKey, check_export},
    procedure::Procedure,
};

use crate::runtime::{Runtime, Storage};

/// How often the runtime is killed.
const KILLS: u32 = 100;

/// How many people file and have their requests worked on at once.
const CLIENTS: usize = 4;

/// How many requests one person files: there is a limit to what one person uploads in a day.
const FILED_BY_ONE: usize = 40;

/// How long the runtime lives at most before it is killed, from its first answer.
const LIFE: Duration = Duration::from_millis(700);

/// What became of the storm, counted.
#[derive(Default)]
struct Counts {
    acknowledged: AtomicUsize,
    asked_again: AtomicUsize,
}

/// A request that was worked on to its end, as far as it was acknowledged.
struct Acknowledged {
    procedure: &'static Procedure,
    filer: Person,
    ticket: TicketNumber,
    view: CaseView,
    papers: Vec<Handed>,
}

/// Asks until there is an answer, always under the same key.
fn insists(counts: &Counts, request: &Request<'_>) -> Answer {
    loop {
        match request.attempt() {
            Ok(answer) if answer.is_ok() => {
                counts.acknowledged.fetch_add(1, Ordering::Relaxed);
                return answer;
            }
            // Of a runtime that is being killed, the front may still live when what is behind it does not.
            Ok(answer) => assert!(answer.status >= 500, "{answer}"),
            Err(_) => {}
        }
        counts.asked_again.fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(20));
    }
}

fn hands_in(counts: &Counts, filer: &Person, procedure: &Procedure, paper: &workflow::procedure::PaperId) -> Handed {
    let upload = filer
        .request("POST", &format!("/api/offices/{}/documents", procedure.office.id))
        .header("Idempotency-Key", &fresh_key())
        .bytes("application/octet-stream", fresh::pdf(&fresh::word("hal")))
        .header("X-File-Name", &format!("{}.pdf", paper.0));
    let document: Document = insists(counts, &upload).read();
    Handed { paper: paper.clone(), document: document.id, sha256: document.sha256 }
}

/// Files a request, and has everybody do what is theirs until it ends.
fn one_request(
    counts: &Counts,
    procedure: &'static Procedure,
    filer: &Person,
    officials: &BTreeMap<String, Person>,
) -> Acknowledged {
    let holder = Holder::written_to_at(&filer.email);
    let papers: Vec<Handed> = procedure
        .required_papers(FilingWay::Holder)
        .map(|paper| hands_in(counts, filer, procedure, &paper.id))
        .collect();
    let asked = request_with(papers.clone(), FilingWay::Holder, &holder);
    let path = format!("/api/offices/{}/cases", procedure.office.id);
    let filing = filer.request("POST", &path).header("Idempotency-Key", &fresh_key()).json(&asked);
    let mut view: CaseView = insists(counts, &filing).read();
    let ticket = view.ticket.clone();
    loop {
        let case = fold(procedure, &view);
        let Stage::Step { no } = case.stage else { break };
        let step = procedure.step(no).expect("a case stands at a step of its procedure");
        let command = complete(procedure, &case, act_of(step.act), Vec::new, &holder);
        let act = officials[&step.actor.0]
            .request("POST", &format!("{path}/{ticket}/acts"))
            .header("Idempotency-Key", &fresh_key())
            .json(&ActRequest { seen: case.seq, command });
        let next: CaseView = insists(counts, &act).read();
        assert_eq!(next.events.len(), view.events.len() + 1, "{ticket}: one act, one event");
        view = next;
    }
    Acknowledged { procedure, filer: filer.clone(), ticket, view, papers }
}

/// Numbers that look random, and are the same for the same seed.
struct Random(u64);

impl Random {
    fn seeded() -> Random {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_nanos();
        let seed = env::var("CABUT_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or(u64::try_from(now % u128::from(u32::MAX)).expect("less than 2³²"));
        println!("the moments are those of CABUT_SEED={seed}");
        Random(seed | 1)
    }

    fn below(&mut self, most: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        most.mul_f64((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

#[test]
fn a_runtime_that_is_killed_a_hundred_times_under_load_loses_nothing_and_doubles_nothing() {
    let storage = Storage::fresh();
    let mut runtime = Runtime::start(&storage);
    let product = runtime.product();
    let (counts, over) = (Counts::default(), AtomicBool::new(false));
    let before = on(product, || database::number("SELECT count(*) FROM log", &[]));
    let clients = on(product, clients);
    let done: Vec<Acknowledged> = thread::scope(|scope| {
        let (counts, over) = (&counts, &over);
        let working: Vec<_> =
            clients.iter().map(|client| scope.spawn(move || on(product, || client.works(counts, over)))).collect();
        let (mut random, beginning) = (Random::seeded(), Instant::now());
        for _ in 0..KILLS {
            thread::sleep(random.below(LIFE));
            runtime.is_killed(&storage);
        }
        over.store(true, Ordering::Relaxed);
        println!("{KILLS} kills in {:.0?}", beginning.elapsed());
        working.into_iter().flat_map(|client| client.join().expect("its requests are worked on")).collect()
    });
    println!(
        "{} requests were worked on to their end; {} writes acknowledged, {} times asked again",
        done.len(),
        counts.acknowledged.load(Ordering::Relaxed),
        counts.asked_again.load(Ordering::Relaxed)
    );
    on(product, || {
        everything_acknowledged_is_there(&done);
        nothing_is_half_there();
        let events: usize = done.iter().map(|one| one.view.events.len()).sum();
        let logged = database::number("SELECT count(*) FROM log", &[]) - before;
        assert_eq!(usize::try_from(logged), Ok(events), "as many events as were acknowledged");
        let kept = database::number("SELECT count(*) FROM idempotency", &[]);
        assert_eq!(usize::try_from(kept), Ok(counts.acknowledged.load(Ordering::Relaxed)));
        both().into_iter().for_each(log_is_whole);
        sums_are_right(&runtime);
        outbox_is_whole(&done);
    });
}

/// Somebody for whom others work: it takes a few people, for the limits.
struct Client {
    procedure: &'static Procedure,
    filers: Vec<Person>,
    officials: BTreeMap<String, Person>,
}

fn clients() -> Vec<Client> {
    let client = |at: usize| {
        let procedure = both()[at % 2];
        let email = || fresh::email("pemohon", &procedure.office.email_domains[0]);
        let filers = (0..6).map(|_| Person::entered(&email(), &[])).collect();
        let officials = procedure.steps.iter().map(|step| step.actor.0.clone()).filter(|actor| actor != "pemohon");
        let officials = officials.map(|actor| (actor.clone(), staff(procedure, &actor))).collect();
        Client { procedure, filers, officials }
    };
    (0..CLIENTS).map(client).collect()
}

impl Client {
    fn works(&self, counts: &Counts, over: &AtomicBool) -> Vec<Acknowledged> {
        let filers = self.filers.iter().flat_map(|filer| std::iter::repeat_n(filer, FILED_BY_ONE));
        let requests = filers.take_while(|_| !over.load(Ordering::Relaxed));
        requests.map(|filer| one_request(counts, self.procedure, filer, &self.officials)).collect()
    }
}

fn everything_acknowledged_is_there(done: &[Acknowledged]) {
    for Acknowledged { procedure, filer, ticket, view, papers } in done {
        let path = format!("/api/offices/{}/cases/{ticket}", procedure.office.id);
        let now: CaseView = filer.get(&path).expect(200).read();
        let events = |view: &CaseView| view.events.iter().map(|seen| seen.event.clone()).collect::<Vec<_>>();
        assert_eq!(events(&now), events(view), "{ticket}");
        assert_eq!(now.documents.len(), papers.len(), "{ticket}");
        let log: Vec<SealedEvent> = filer.get(&format!("{path}/log")).expect(200).read();
        workflow::case::verify(&log).expect("the chain holds");
        assert_eq!(log.len(), view.events.len());
    }
    // Their bytes too, of some: each is opened by its own key.
    for Acknowledged { filer, papers, .. } in done.iter().step_by(10) {
        for paper in papers {
            filer.get(&format!("/api/documents/{}", paper.document.0)).expect(200);
        }
    }
}

/// What belongs together is there together.
fn nothing_is_half_there() {
    for half in [
        "cases c WHERE c.seq <> ifnull((SELECT max(seq) FROM events e WHERE e.ticket = c.ticket), 0)",
        "events e WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.ticket = e.ticket)",
        "events e WHERE NOT EXISTS (SELECT 1 FROM log l WHERE l.ticket = e.ticket AND l.seq = e.seq)",
        "log l WHERE ticket IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM events e WHERE e.ticket = l.ticket AND e.seq = l.seq)",
        "events e WHERE body ->> '$.content' IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM contents c WHERE c.ticket = e.ticket AND c.seq = e.seq)",
        "cases c WHERE NOT EXISTS (SELECT 1 FROM case_keys k WHERE k.ticket = c.ticket)",
        "case_documents c JOIN documents d ON d.id = c.document WHERE d.attached <> 1",
        "documents d WHERE attached = 1 AND NOT EXISTS (SELECT 1 FROM case_documents c WHERE c.document = d.id)",
        "cases c WHERE open = 1 AND turn IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM case_turns t WHERE t.ticket = c.ticket)",
    ] {
        assert_eq!(database::number(&format!("SELECT count(*) FROM {half}"), &[]), 0, "{half}");
    }
}

/// The office's log, as its auditor downloads it, against the checkpoint that is signed now.
fn log_is_whole(procedure: &Procedure) {
    let (mut path, mut whole) = (format!("/api/offices/{}/log", procedure.office.id), String::new());
    loop {
        let answer = staff(procedure, AUDITOR).get(&path).expect(200);
        whole += &answer.text();
        let Some(link) = answer.header("link") else { break };
        path = link.split(['<', '>']).nth(1).expect("an address").to_owned();
    }
    let (entries, end) = End::split(&whole);
    let End { checkpoint, keys } = end.expect("the export is whole");
    let keys: Vec<VerifierKey> = keys.iter().map(|key| VerifierKey::parse(key).expect("a key")).collect();
    let verified = check_export(entries, &[&checkpoint], &keys).expect("it is the log that was signed");
    println!(
        "{}: {} events on {} chains, root {}",
        procedure.office.id, verified.entries, verified.chains, verified.root
    );
}

/// What days and months add up to is what the events add up to.
fn sums_are_right(runtime: &Runtime) {
    let port = runtime.port().to_string();
    let said = process::Command::new(given("CABUT_XTASK")).args(["rebuild", "--port", &port]).output();
    let said = said.expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(
        said.status.success() && text.contains("Nothing differed."),
        "{text}{}",
        String::from_utf8_lossy(&said.stderr)
    );
}

/// Each mail of each act is there once, and goes: the same mails as those of a request that nothing befell.
fn outbox_is_whole(done: &[Acknowledged]) {
    until_sent();
    for procedure in both() {
        let expected = mails(&Matter::at_end(procedure).ticket);
        for one in done.iter().filter(|one| one.procedure.office.id == procedure.office.id) {
            assert_eq!(mails(&one.ticket), expected, "{}", one.ticket);
        }
    }
    // Of those that nothing befell, each went at once, and once.
    until("the last mails to go", || (number("outbox WHERE state = 'waiting'") == 0).then_some(()));
    assert_eq!(number("dev_mailbox"), number("outbox"), "each mail that was written arrived");
    let often = "dev_mailbox d JOIN outbox o ON o.id = d.id WHERE d.deliveries >";
    assert_eq!(number(&format!("{often} o.attempts")), 0, "more often than somebody got hold of it");
    let (again, twice) = (number("outbox WHERE attempts > 1"), number(&format!("{often} 1")));
    println!(
        "{} mails were written, and each arrived; {again} needed another attempt, {twice} went twice",
        number("outbox")
    );
}

fn number(of: &str) -> i64 {
    database::number(&format!("SELECT count(*) FROM {of}"), &[])
}

/// Lets time pass until every mail has gone.
fn until_sent() {
    let waiting = || number("outbox WHERE state = 'waiting'");
    let attempts = || -> BTreeMap<String, i64> {
        let rows = database::sql("SELECT id, attempts FROM outbox", &[]);
        rows.iter().map(|row| (row[0].to_string(), row[1].as_i64().expect("a number"))).collect()
    };
    let here = product();
    while waiting() > 0 {
        let (before, tried) = (waiting(), attempts());
        database::sql("UPDATE outbox SET next_at = written_at WHERE state = 'waiting'", &[]);
        // Several at once, as several instances do: of each mail, one of them gets hold.
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| here.request("GET", "/cdn-cgi/handler/scheduled").send().expect(200));
            }
        });
        assert!(waiting() < before, "mails that do not go");
        let now = attempts();
        let twice = tried.iter().filter(|(id, before)| now[*id] > **before + 1).count();
        assert_eq!(twice, 0, "two runs got hold of the same mail");
    }
}

/// Which mails the events of a request caused, by the event's number and the mail's kind.
fn mails(ticket: &TicketNumber) -> Vec<Vec<Value>> {
    let kinds = "SELECT seq, kind, rung, count(*) FROM outbox WHERE ticket = ?1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    database::sql(kinds, &[json!(ticket)])
}
