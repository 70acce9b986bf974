//! How long answers take, always of two or three asked in turn, so that what else the machine does falls on all alike.

use std::{collections::BTreeMap, thread, time::Duration};

use chrono::{Datelike, Utc};
use serde_json::{Value, json};
use workflow::{api::PAGE, case::Status, identity::TicketNumber};

use crate::{
    data::{self, OFFICE},
    side::{Answer, Ask, Side},
};

/// How often each is asked, after a fifth as many that are not counted: enough for one in a hundred to be no accident.
const READS: usize = 2_000;
const ACTS: usize = 800;

/// How often each is asked at each length of the history.
const ROUNDS_OF_SCALE: usize = 150;

/// After an act, its mails go out; the next answer is not to wait for them.
const QUIET: Duration = Duration::from_millis(30);

/// Who asks: tokens of their sessions.
pub struct People {
    /// The first officials in their order: each forwards to the next.
    pub chain: [String; 3],
    /// A party to all history.
    pub filer: String,
}

impl People {
    /// Signs them in.
    pub fn sign_in(sides: &[&Side]) -> People {
        let chain = ["kadin", "kabid", "kasi"].map(|person| data::signed_in(sides, person));
        People { chain, filer: data::signed_in(sides, "pegawai-2") }
    }

    fn head(&self) -> &str {
        &self.chain[0]
    }
}

/// Ours against theirs.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// Of the medians.
    pub p50: f64,
    /// Of what one answer in a hundred takes longer than.
    pub p99: f64,
    /// Our median.
    pub ours: Duration,
}

/// Times of one thing.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    /// What this share of them takes at most.
    fn at(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        let place = (share * sorted.len() as f64).ceil() as usize;
        sorted[place.clamp(1, sorted.len()) - 1]
    }

    fn against(&self, theirs: &Times) -> Ratio {
        let ratio = |share| self.at(share).as_secs_f64() / theirs.at(share).as_secs_f64();
        Ratio { p50: ratio(0.5), p99: ratio(0.99), ours: self.at(0.5) }
    }
}

/// One side's times in rounds of three.
#[derive(Default)]
struct Three {
    empty: Times,
    one_row: Times,
    asked: Times,
}

/// What every answer costs.
fn empty() -> Ask {
    Ask::get("/dev/empty", None)
}

/// What every answer costs that asks D1 anything at all.
fn one_row() -> Ask {
    Ask::get("/dev/one-row", None)
}

fn path(rest: &str) -> String {
    format!("/api/offices/{OFFICE}/{rest}")
}

fn waiting(people: &People) -> Ask {
    Ask::get(path("cases?list=waiting"), Some(people.head()))
}

/// The report on this month.
fn month() -> String {
    let today = Utc::now().date_naive();
    format!("report?from={}&to={today}", today.with_day(1).expect("every month has a first"))
}

fn view(people: &People, ticket: &TicketNumber) -> Ask {
    Ask::get(path(&format!("cases/{ticket}")), Some(people.head()))
}

/// Forwards a case that stands behind event `seen`.
fn forward(token: &str, ticket: &TicketNumber, seen: usize) -> Ask {
    let command =
        json!({ "act": "forward", "urgency": "urgent", "asks": ["process"], "note": "Mohon segera diproses." });
    Ask::post(path(&format!("cases/{ticket}/acts")), token, json!({ "seen": seen, "command": command }))
}

/// One route's times.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// Against the peer's.
    pub peer: Ratio,
    /// Against the empty route's.
    pub floor: Ratio,
    /// Against those of a route that asks D1 for one row in one round trip.
    pub one_row: Ratio,
}

/// The three endpoints of the peer and its empty route, by name.
pub fn compare(ours: &Side, peer: &Side, people: &People) -> BTreeMap<&'static str, Compared> {
    let both = [ours, peer];
    let cases = data::plant_cases(&both, (ACTS + ACTS / 5).div_ceil(people.chain.len()) as u64 + 2);
    let (shown, acted_on) = cases.split_first().expect("they were planted");
    for (seen, token) in people.chain.iter().enumerate().take(2) {
        both.iter().for_each(|side| drop(side.ok(&forward(token, shown, seen + 1))));
    }
    thread::sleep(QUIET);
    let reads = [("list", waiting(people)), ("case", view(people, shown))];
    check_headers("empty", &ours.ok(&empty()), &peer.ok(&empty()));
    let mut compared = BTreeMap::from([("empty", in_turn(ours, peer, READS, Duration::ZERO, |_| empty()))]);
    for (name, ask) in reads {
        check_alike(name, &ours.ok(&ask), &peer.ok(&ask));
        compared.insert(name, in_turn(ours, peer, READS, Duration::ZERO, |_| ask.clone()));
    }
    let acts: Vec<Ask> = acted_on
        .iter()
        .flat_map(|ticket| people.chain.iter().enumerate().map(move |(at, token)| forward(token, ticket, at + 1)))
        .collect();
    let (first, rest) = acts.split_first().expect("there are acts");
    check_alike("act", &ours.ok(first), &peer.ok(first));
    compared.insert("act", in_turn(ours, peer, ACTS, QUIET, |round| rest[round].clone()));
    compared
}

fn in_turn(ours: &Side, peer: &Side, rounds: usize, quiet: Duration, ask: impl Fn(usize) -> Ask) -> Compared {
    let (mut ours_of_it, mut theirs) = (Three::default(), Three::default());
    let begin = rounds / 5;
    for round in 0..begin + rounds {
        let ask = ask(round);
        let took = |side: &Side, ask: &Ask, times: &mut Times| {
            let answer = side.ok(ask);
            if round >= begin {
                times.0.push(answer.took);
            }
        };
        // Neither is always the first, and as much is asked of either just before: what has just run is quicker, and what has
        // served more has more to clear away.
        let mut sides = [(ours, &mut ours_of_it), (peer, &mut theirs)];
        if round % 2 == 1 {
            sides.reverse();
        }
        for (side, Three { empty: none, one_row: one, asked }) in sides {
            side.ok(&empty());
            took(side, &empty(), none);
            took(side, &one_row(), one);
            took(side, &ask, asked);
            thread::sleep(quiet);
        }
    }
    Compared {
        peer: ours_of_it.asked.against(&theirs.asked),
        floor: ours_of_it.asked.against(&ours_of_it.empty),
        one_row: ours_of_it.asked.against(&ours_of_it.one_row),
    }
}

/// A yardstick must do the same work: as many round trips and rows under the same headers, and what may be the same is.
fn check_alike(name: &str, ours: &Answer, peer: &Answer) {
    check_headers(name, ours, peer);
    let (ours, peer) = (comparable(ours.json()), comparable(peer.json()));
    assert_eq!(ours, peer, "{name}: ours and the peer's");
}

fn check_headers(name: &str, ours: &Answer, peer: &Answer) {
    let said = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        // The bodies differ by what hangs on the moment.
        for of_this_one in ["date", "content-length"] {
            headers.remove(of_this_one);
        }
        headers
    };
    assert_eq!(said(ours), said(peer), "the headers of {name}: ours and the peer's");
}

/// The answer without what hangs on the moment, the rules or chance.
fn comparable(mut answer: Value) -> Value {
    fn blank(value: &mut Value) {
        match value {
            Value::Object(entries) => entries.iter_mut().for_each(|(key, value)| match key.as_str() {
                "at" | "hash" | "readable" | "due" | "late" | "spent" | "began" | "ended" | "shares" | "until" => {
                    *value = Value::Null;
                }
                "content" if value.is_string() => *value = Value::Null,
                _ => blank(value),
            }),
            Value::Array(items) => items.iter_mut().for_each(blank),
            _ => {}
        }
    }
    blank(&mut answer);
    answer
}

/// What one route costs at one length of the history.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Its median as a multiple of the empty route's, which was asked in turn with it.
    pub of_empty: f64,
    /// Its median.
    pub median: Duration,
    /// The most rows that one answer read.
    pub rows_read: u64,
}

/// How many rows a page may read: three for each that it shows, which are a page of a list, a day each of the month, a count for
/// each state.
const MOST_ROWS: [(&str, u64); 7] = [
    ("list waiting", 3 * PAGE as u64),
    ("list office", 3 * PAGE as u64),
    ("list mine", 3 * PAGE as u64),
    ("search", 3 * PAGE as u64),
    ("register", 3 * PAGE as u64),
    ("counts", 3 * Status::ALL.len() as u64),
    ("month", 3 * 31),
];

/// Every list, the case and the act, at the history's present length.
///
/// # Panics
/// When one reads more rows than it may.
pub fn costs(ours: &Side, people: &People) -> BTreeMap<&'static str, Cost> {
    let cases = data::plant_cases(&[ours], (ROUNDS_OF_SCALE + ROUNDS_OF_SCALE / 5) as u64 + 1);
    let (shown, acted_on) = cases.split_first().expect("they were planted");
    let get = |rest: &str, token: &str| Ask::get(path(rest), Some(token));
    let search = json!({ "text": "riwayat contoh a" });
    let reads = [
        ("list waiting", waiting(people)),
        ("list office", get("cases?list=office", people.head())),
        ("list mine", get("cases?list=mine", &people.filer)),
        ("search", Ask::post(path("cases/search"), people.head(), search)),
        ("register", get("register", people.head())),
        ("counts", get("counts", people.head())),
        ("month", get(&month(), people.head())),
        ("case", view(people, shown)),
    ];
    let mut costs = BTreeMap::new();
    for (name, ask) in reads {
        costs.insert(name, cost(ours, Duration::ZERO, |_| ask.clone()));
    }
    for (name, most) in MOST_ROWS {
        let read = costs[name].rows_read;
        assert!(read <= most, "{name} read {read} rows, of {most}");
    }
    costs.insert("act", cost(ours, QUIET, |round| forward(people.head(), &acted_on[round], 1)));
    costs
}

fn cost(ours: &Side, quiet: Duration, ask: impl Fn(usize) -> Ask) -> Cost {
    let (mut times, mut floor, mut rows_read) = (Times::default(), Times::default(), 0);
    let begin = ROUNDS_OF_SCALE / 5;
    for round in 0..begin + ROUNDS_OF_SCALE {
        let empty = ours.ok(&empty());
        let answer = ours.ok(&ask(round));
        rows_read = rows_read.max(answer.count("x-d1-rows-read"));
        if round >= begin {
            floor.0.push(empty.took);
            times.0.push(answer.took);
        }
        thread::sleep(quiet);
    }
    Cost { of_empty: times.against(&floor).p50, median: times.at(0.5), rows_read }
}
