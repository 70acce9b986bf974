//! The product's speed beside a peer's, its weight, and what Lighthouse says: `cargo xtask bench` builds and starts
//! everything, runs this, and its table stands in `docs/performance.md`.

mod data;
mod lighthouse;
mod side;
mod speed;
mod visit;

use std::{collections::BTreeMap, fs};

use cabut_tests::product::{given, given_path};
use serde_json::{Map, Value, json};

use lighthouse::Look;
use side::Side;
use speed::{Compared, Cost, People, Ratio};
use visit::Visit;

/// How long the office's history is, in cases.
const SCALE: [u64; 3] = [1_000, 100_000, 1_000_000];

fn main() {
    let ours = Side::at(given("CABUT_URL"));
    let peer = Side::at(given("CABUT_PEER_URL"));
    let both = [&ours, &peer];
    let people = People::sign_in(&both);

    let only = std::env::var("CABUT_BENCH_ONLY").unwrap_or_default();
    let wanted = |part: &str| only.is_empty() || only == part;

    let mut compared = BTreeMap::new();
    if wanted("speed") {
        say("the same history of 1,000 cases on both sides");
        data::plant_history(&both, 0, SCALE[0]);
        say("the three endpoints against the peer and the empty route");
        compared = speed::compare(&ours, &peer, &people);
        print_compared(&compared);
    }
    let mut visit = None;
    if wanted("visit") {
        say("bytes of a visit");
        visit = Some(visit::heaviest(&ours));
        visit.iter().for_each(print_visit);
    }
    let mut looks = BTreeMap::new();
    if wanted("lighthouse") {
        say("Lighthouse");
        looks = self::looks(&ours, &people);
        print_looks(&looks);
    }
    let mut scale = Vec::new();
    if wanted("scale") {
        let mut planted = if wanted("speed") { SCALE[0] } else { 0 };
        for cases in SCALE {
            say(&format!("{} cases in one office", thousands(cases)));
            data::plant_history(&[&ours], planted, cases);
            planted = cases;
            scale.push((cases, speed::costs(&ours, &people)));
        }
        print_scale(&scale);
    }

    // The figures of one run belong together.
    if let Some(visit) = visit.filter(|_| only.is_empty()) {
        let file = given_path("CABUT_BENCH");
        let text = serde_json::to_string_pretty(&json(&visit, &compared, &looks, &scale)).expect("plain data");
        fs::write(&file, text + "\n").expect("the figures can be written");
    }
}

fn say(what: &str) {
    eprintln!("… {what}");
}

fn looks(ours: &Side, people: &People) -> BTreeMap<&'static str, Look> {
    let [case] = data::plant_cases(&[ours], 1).try_into().expect("one was asked for");
    let scratch = given_path("CABUT_BENCH_SCRATCH");
    let office = format!("{}/{}", ours.url(), data::OFFICE);
    let pages = [
        ("start", office.clone(), None),
        ("filing", format!("{office}/ajukan/siapa"), Some(&people.filer)),
        ("case", format!("{office}/permohonan/{case}"), Some(&people.chain[0])),
    ];
    pages.map(|(page, url, token)| (page, lighthouse::look(&url, token.map(String::as_str), &scratch))).into()
}

type Scale = [(u64, BTreeMap<&'static str, Cost>)];

fn print_compared(compared: &BTreeMap<&'static str, Compared>) {
    println!("\n{:<14} {:>10}   {:>15}   {:>15}   {:>15}", "", "ours", "/ peer", "/ empty route", "/ one row");
    println!(
        "{:<14} {:>10}   {:>7} {:>7}   {:>7} {:>7}   {:>7} {:>7}",
        "route", "median", "p50", "p99", "p50", "p99", "p50", "p99"
    );
    for (route, Compared { peer, floor, one_row }) in compared {
        print!("{route:<14} {:>7.1} ms", peer.ours.as_secs_f64() * 1e3);
        [peer, floor, one_row].iter().for_each(|Ratio { p50, p99, .. }| print!("   {p50:>7.2} {p99:>7.2}"));
        println!();
    }
}

fn print_visit(Visit { page, first, second }: &Visit) {
    println!("\nfirst visit    {:>10} bytes, heads and bodies ({page})", thousands(*first as u64));
    println!("second visit   {:>10} bytes", thousands(*second as u64));
}

fn print_looks(looks: &BTreeMap<&'static str, Look>) {
    println!(
        "\n{:<14} {:>12} {:>14} {:>10} {:>10} {:>7}",
        "Lighthouse", "performance", "accessibility", "LCP", "TBT", "CLS"
    );
    for (page, Look { performance, accessibility, lcp_ms, tbt_ms, cls }) in looks {
        println!("{page:<14} {performance:>12} {accessibility:>14} {lcp_ms:>7} ms {tbt_ms:>7} ms {cls:>7.3}");
    }
}

fn print_scale(scale: &Scale) {
    print!("\n{:<14}", "cases");
    scale.iter().for_each(|(cases, _)| print!(" {:>26}", thousands(*cases)));
    print!("\n{:<14}", "route");
    scale.iter().for_each(|_| print!(" {:>9} {:>7} {:>8}", "median", "ratio", "rows"));
    println!();
    for route in scale[0].1.keys() {
        print!("{route:<14}");
        for (_, costs) in scale {
            let Cost { median, rows_read, .. } = costs[route];
            print!(" {:>6.1} ms {:>7.2} {rows_read:>8}", median.as_secs_f64() * 1e3, to_first(scale, costs, route));
        }
        println!();
    }
}

/// A route's median against its own at the shortest history, both as multiples of the empty route's.
fn to_first(scale: &Scale, costs: &BTreeMap<&'static str, Cost>, route: &str) -> f64 {
    costs[route].of_empty / scale[0].1[route].of_empty
}

fn json(
    visit: &Visit,
    compared: &BTreeMap<&'static str, Compared>,
    looks: &BTreeMap<&'static str, Look>,
    scale: &Scale,
) -> Value {
    let ratios = |which: fn(&Compared) -> Ratio| -> Map<String, Value> {
        let ratio = |ratio: Ratio| json!({ "p50": rounded(ratio.p50), "p99": rounded(ratio.p99) });
        compared.iter().map(|(name, route)| ((*name).to_owned(), ratio(which(route)))).collect()
    };
    let scale: Map<String, Value> = scale
        .iter()
        .map(|(cases, costs)| {
            let routes: Map<String, Value> = costs
                .iter()
                .map(|(route, cost)| {
                    let ratio = rounded(to_first(scale, costs, route));
                    ((*route).to_owned(), json!({ "p50_ratio_to_1000": ratio, "rows_read": cost.rows_read }))
                })
                .collect();
            (cases.to_string(), Value::Object(routes))
        })
        .collect();
    let looks: Map<String, Value> = looks
        .iter()
        .map(|(page, Look { performance, accessibility, lcp_ms, tbt_ms, cls })| {
            let look = json!({
                "performance": performance, "accessibility": accessibility,
                "lcp_ms": lcp_ms, "tbt_ms": tbt_ms, "cls": rounded(*cls),
            });
            ((*page).to_owned(), look)
        })
        .collect();
    json!({
        "first_visit_bytes": visit.first,
        "second_visit_bytes": visit.second,
        "peer": ratios(|route| route.peer),
        "floor": ratios(|route| route.floor),
        "scale": scale,
        "lighthouse": looks,
    })
}

fn rounded(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

/// `1,000,000`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
