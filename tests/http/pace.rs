//! How fast one may ask for what costs much: what is asked so fast is refused for a minute, and nobody else is.

use cabut_tests::{
    fresh,
    matter::Matter,
    person::{Person, office},
    product::{Request, product},
};
use serde_json::json;
use workflow::{api::Search, case::ADMINISTRATOR};

/// Asks until it is too much. The minute may turn meanwhile, so that it may be more often than `most` and never less.
fn is_too_much_after(most: usize, request: &Request<'_>) {
    for at in 0..10 * most {
        let answer = request.clone().send();
        if answer.status != 429 {
            continue;
        }
        assert!(at >= most, "stopped after {at} of {most}: {answer}");
        assert_eq!(answer.header("retry-after"), Some("60"), "{answer}");
        assert_eq!(answer.count("x-d1-round-trips"), 0, "who is stopped costs no storage: {answer}");
        let problem = answer.refused(429, "too_many_requests");
        assert!(problem.detail.contains("Tunggu satu menit"), "{}", problem.detail);
        return;
    }
    panic!("it is never too much");
}

/// As tests say that theirs are to be counted.
fn counted<'a>(request: Request<'a>, client: &str) -> Request<'a> {
    request.header("x-test-client", client)
}

#[test]
fn a_session_is_stopped_at_so_many_acts_searches_and_files_a_minute_and_no_other_session_is() {
    let madiun = office("madiun");
    let client = fresh::word("client");
    let (person, colleague) = (Person::with_roles(madiun, &["verifikator"]), Person::with_roles(madiun, &["kadin"]));
    let matter = Matter::filed(madiun);
    let acts = format!("{}/acts", matter.path());
    let search = json!(Search { text: "tidak-ada".to_owned(), status: None, after: None });
    type Ask<'a> = Box<dyn Fn(&Person) -> Request<'static> + 'a>;
    let read = |path: &'static str| -> Ask<'_> { Box::new(move |who: &Person| who.request("GET", path)) };
    let asked: [(usize, Ask<'_>); 3] = [
        // Also what is refused is counted.
        (120, Box::new(|who| who.request("POST", &acts).json(&json!({ "seen": 1, "command": { "act": "put_back" } })))),
        (120, Box::new(|who| who.request("POST", "/api/offices/madiun/cases/search").json(&search))),
        (10, read("/api/offices/madiun/report.csv?from=2001-01-01&to=2001-01-02")),
    ];
    for (most, ask) in &asked {
        is_too_much_after(*most, &counted(ask(&person), &client));
        let other = counted(ask(&colleague), &client).send();
        assert_ne!(other.status, 429, "{other}");
    }
    // What they came for is still there.
    assert!(counted(person.request("GET", "/api/offices/madiun/cases?list=waiting"), &client).send().is_ok());
    crate::exits::ends_role(&person);
    crate::exits::ends_role(&colleague);
}

#[test]
fn a_persons_own_copy_and_an_offices_affairs_are_counted_too() {
    let madiun = office("madiun");
    let client = fresh::word("client");
    let administrator = Person::with_roles(madiun, &[ADMINISTRATOR]);
    is_too_much_after(10, &counted(administrator.request("GET", "/api/me/data"), &client));
    let nothing = json!({ "seen": 0 });
    is_too_much_after(
        120,
        &counted(administrator.request("POST", "/api/offices/madiun/affairs").json(&nothing), &client),
    );
    crate::exits::ends_role(&administrator);
}

#[test]
fn one_line_is_stopped_at_so_many_checkpoints_a_minute_and_no_other_line_is() {
    let [client, other, third] = [fresh::word("client"), fresh::word("client"), fresh::word("client")];
    let ask = |what: &str, client: &str| {
        counted(product().request("GET", &format!("/api/offices/madiun/log/{what}")), client)
    };
    is_too_much_after(120, &ask("keys", &client));
    ask("checkpoint", &other).send().expect(200);
    is_too_much_after(120, &ask("checkpoint", &third));
}
