//! The description of the API: the one that was reviewed, and true.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use cabut_tests::{
    fresh,
    matter::Matter,
    person::{Person, office, staff},
    product::{Answer, product},
};
use serde_json::{Value, json};
use workflow::{
    api::{CaseRow, CaseView, Me, OfficeCard, Page, RegisterRow, SentMail},
    case::SealedEvent,
    procedure::Procedure,
};

/// The description as it is served.
pub fn document() -> Value {
    product().request("GET", "/api/openapi.json").send().expect(200).value()
}

/// Method, path and description of each operation.
pub fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("there are paths");
    let of_path = |(path, item): (&String, &Value)| {
        let methods = item.as_object().expect("a path has operations").clone();
        methods
            .into_iter()
            .map(|(method, operation)| (method.to_uppercase(), path.clone(), operation))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

/// The id of each operation.
pub fn operation_ids(document: &Value) -> Vec<String> {
    let ids = operations(document).into_iter().map(|(_, _, operation)| operation["operationId"].clone());
    ids.map(|id| id.as_str().expect("each operation has an id").to_owned()).collect()
}

/// Every problem code that some operation documents, with its statuses.
pub fn documented_codes(document: &Value) -> BTreeMap<String, BTreeSet<u16>> {
    let mut codes: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for (_, _, operation) in operations(document) {
        for (status, response) in operation["responses"].as_object().expect("there are responses") {
            for code in codes_of(response) {
                codes.entry(code).or_default().insert(status.parse().expect("a status is a number"));
            }
        }
    }
    codes
}

fn codes_of(response: &Value) -> Vec<String> {
    let schema = &response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]["enum"];
    let codes = schema.as_array().into_iter().flatten();
    codes.map(|code| code.as_str().expect("a code is a word").to_owned()).collect()
}

#[test]
fn what_is_served_is_the_reviewed_snapshot() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../worker/openapi.json");
    let snapshot = fs::read(&path).expect("the snapshot is there");
    let snapshot: Value = serde_json::from_slice(&snapshot).expect("it is JSON");
    // Not `assert_eq`: it would print both.
    assert!(document() == snapshot, "another worker/openapi.json is served");
    assert_eq!(snapshot["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
}

/// Holds an answer to what its operation documents.
#[track_caller]
fn is_documented(operation: &Value, answer: &Answer) {
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "this status is not documented: {answer}");
    if answer.is_ok() {
        let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let documented = response["content"].as_object();
        let fits = documented.map_or(kind.is_empty(), |kinds| kinds.contains_key(kind));
        assert!(fits, "{kind:?} is not documented: {answer}");
    } else {
        let code = answer.problem().code;
        assert!(codes_of(response).contains(&code), "this code is not documented: {answer}");
    }
}

#[test]
fn every_operation_answers_everybody_with_something_documented() {
    let document = document();
    let procedure = office("madiun");
    let matter = Matter::at_step(procedure, 3);
    let held = matter.case().papers[0].document.0.clone();
    let people: [Option<Person>; 6] = [
        None,
        Some(matter.filer.clone()),
        Some(staff(procedure, "kadin")),
        Some(staff(procedure, "bsre")),
        Some(staff(office("temanggung"), "verifikator")),
        Some(Person::applicant(procedure)),
    ];
    let bodies = [
        None,
        Some(json!({})),
        Some(json!({ "lain": 1 })),
        Some(json!([])),
        Some(json!({ "seen": 1, "command": { "act": "close" } })),
    ];
    let mut asked = 0;
    for (method, path, operation) in operations(&document) {
        for office in ["madiun", "temanggung", "sumber"] {
            for (ticket, id) in [(matter.ticket.as_str(), held.as_str()), ("MDN-0000-0000", "AAAAAAAAAAAAAAAAAAAAAA")] {
                let path = path.replace("{office}", office).replace("{ticket}", ticket).replace("{id}", id);
                for person in &people {
                    for body in &bodies {
                        if (method == "GET" || method == "DELETE") && body.is_some() {
                            continue;
                        }
                        // Signing out for real would end the session in which the next ones ask, and others' with it.
                        if method == "DELETE" && path.starts_with("/api/session") && person.is_some() {
                            continue;
                        }
                        let request = match person {
                            Some(person) => person.request(&method, &path),
                            None => product().request(&method, &path),
                        };
                        let request =
                            request.header("X-Test-Client", &fresh::word("client")).header("X-File-Name", "a.pdf");
                        let request = match body {
                            Some(body) => request.json(body),
                            None => request,
                        };
                        is_documented(&operation, &request.send());
                        asked += 1;
                    }
                }
            }
        }
    }
    assert!(asked > 500, "{asked} requests");
    assert_eq!(matter.case().seq, 2, "none of this changed the case");
}

#[test]
fn answers_are_what_the_contract_says() {
    let procedure = office("temanggung");
    let matter = Matter::filed(procedure);
    matter.walks_to(u8::MAX);
    let verifier = staff(procedure, "verifikator");
    let path = matter.path();
    let base = "/api/offices/temanggung";
    verifier.get("/api/session").ok::<Me>();
    verifier.get("/api/offices").ok::<Vec<OfficeCard>>();
    verifier.get(&format!("{base}/procedure")).ok::<Procedure>();
    verifier.get(&path).ok::<CaseView>();
    verifier.get(&format!("{path}/log")).ok::<Vec<SealedEvent>>();
    verifier.get(&format!("{path}/mails")).ok::<Vec<SentMail>>();
    verifier.get(&format!("{base}/register")).ok::<Page<RegisterRow>>();
    for list in ["waiting", "mine", "office"] {
        verifier.get(&format!("{base}/cases?list={list}")).ok::<Page<CaseRow>>();
    }
    // Nothing is said that the contract does not know: what is read back is what was sent.
    let case = verifier.get(&path);
    assert_eq!(case.value(), serde_json::to_value(case.read::<CaseView>()).expect("JSON"));
    let register = verifier.get(&format!("{base}/register"));
    assert_eq!(register.value(), serde_json::to_value(register.read::<Page<RegisterRow>>()).expect("JSON"));
}
