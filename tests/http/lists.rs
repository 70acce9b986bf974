//! Lists: what waits, what is mine, the office's cases, search, the register; whole pages without repeats.

use std::collections::HashSet;

use cabut_tests::{
    database,
    matter::{Holder, Matter, looks_for, pages, request},
    person::{Person, both, instant, office, staff},
};
use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflow::{
    api::{CaseRow, Due, PAGE, Page, RegisterRow, Search, Standing},
    case::{Act, FilingWay, Status},
    identity::TicketNumber,
    procedure::{Procedure, StepAct},
    reason::Reason,
};

fn cases(procedure: &Procedure, query: &str) -> String {
    format!("/api/offices/{}/cases?{query}", procedure.office.id)
}

/// The list's rows, at least as far as all of `tickets`.
fn as_far_as(person: &Person, path: &str, tickets: &[&TicketNumber]) -> Vec<CaseRow> {
    pages(person, path, |rows: &[CaseRow]| tickets.iter().all(|ticket| rows.iter().any(|row| &&row.ticket == ticket)))
}

fn is_on(person: &Person, path: &str, ticket: &TicketNumber) -> bool {
    as_far_as(person, path, &[ticket]).iter().any(|row| &row.ticket == ticket)
}

/// What is found under these words, and among those of this state.
fn searched(person: &Person, procedure: &Procedure, text: &str, status: Option<Status>) -> Vec<CaseRow> {
    stands(person, procedure, text, status.map(Standing::At))
}

/// The same among those that stand so.
fn stands(person: &Person, procedure: &Procedure, text: &str, status: Option<Standing>) -> Vec<CaseRow> {
    let search = Search { text: text.to_owned(), status, after: None };
    looks_for(person, procedure, &search).expect(200).read::<Page<CaseRow>>().rows
}

/// What is found by the holder's own NIP: this case and no other.
fn search_own(person: &Person, matter: &Matter) -> Vec<CaseRow> {
    searched(person, matter.procedure, matter.holder.nip.as_str(), None)
}

#[test]
fn a_request_waits_for_the_one_whose_turn_it_is_and_for_nobody_else() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        for step in &procedure.steps[1..] {
            for actor in
                procedure.actors.iter().filter(|actor| actor.id.0 != "pimpinan" && &actor.id != procedure.applicant())
            {
                let person = staff(procedure, &actor.id.0);
                // BSrE has no account of its own everywhere: its step waits for the recorder too.
                let waits = actor.id == step.actor || step.recorded_by.as_ref() == Some(&actor.id);
                let waiting = cases(procedure, "list=waiting&");
                assert_eq!(is_on(&person, &waiting, &matter.ticket), waits, "{} at step {}", actor.id.0, step.no);
            }
            matter.moves_on();
        }
    }
}

#[test]
fn what_is_with_the_applicant_waits_for_nobody_in_the_office() {
    let matter = Matter::filed(office("temanggung"));
    matter.is_returned();
    let verifier = staff(matter.procedure, "verifikator");
    let waiting = cases(matter.procedure, "list=waiting&");
    assert!(!is_on(&verifier, &waiting, &matter.ticket));
    assert!(is_on(&matter.filer, &cases(matter.procedure, "list=mine&"), &matter.ticket));
    matter.act(&matter.filer, Act::Resubmit).expect(200);
    assert!(is_on(&verifier, &waiting, &matter.ticket));
}

#[test]
fn ones_own_request_does_not_wait_for_oneself() {
    let procedure = office("madiun");
    let verifier = Person::with_roles(procedure, &["verifikator"]);
    let matter = Matter::filed_by(procedure, FilingWay::Holder, verifier.clone());
    matter.walks_to(procedure.step_with(StepAct::Check).expect("it checks").no);
    assert!(!is_on(&verifier, &cases(procedure, "list=waiting&"), &matter.ticket));
    assert!(is_on(&staff(procedure, "verifikator"), &cases(procedure, "list=waiting&"), &matter.ticket));
    crate::exits::ends_role(&verifier);
}

/// What concerns oneself takes no other's place on a page, and costs no more than the row that is passed over.
#[test]
fn a_page_of_what_waits_is_full_beside_ones_own_requests() {
    let procedure = office("madiun");
    // The leader files for others, and decides on none of those.
    let (of, role) = (&procedure.office.id, procedure.steps[1].actor.0.as_str());
    let official = Person::with_roles(procedure, &[role, "pimpinan"]);
    let own: Vec<Matter> = (0..2).map(|_| Matter::filed_by(procedure, FilingWay::Leader, official.clone())).collect();
    // Before everything else that waits for this role.
    for matter in &own {
        database::sql("UPDATE case_turns SET rank = '!' || rank WHERE ticket = ?1", &[json!(matter.ticket)]);
    }
    for _ in 0..=PAGE {
        Matter::filed(procedure);
    }
    let answer = official.get(&format!("/api/offices/{of}/cases?list=waiting")).expect(200);
    let page: Page<CaseRow> = answer.read();
    assert_eq!(page.rows.len(), PAGE);
    assert!(page.next.is_some());
    assert!(own.iter().all(|matter| page.rows.iter().all(|row| row.ticket != matter.ticket)));
    let rows = answer.count("x-d1-rows-read");
    assert!(rows <= 3 * PAGE as u64, "{rows} rows read");
    let first: Page<CaseRow> = staff(procedure, role).get(&format!("/api/offices/{of}/cases?list=waiting")).ok();
    assert!(own.iter().all(|matter| first.rows.iter().any(|row| row.ticket == matter.ticket)), "they stand first");
    for matter in &own {
        matter.act(&official, Act::Withdraw).expect(200);
    }
    crate::exits::ends_role(&official);
}

#[test]
fn a_row_says_what_the_case_is() {
    for procedure in both() {
        let matter = Matter::filed(procedure);
        matter.moves_on();
        let case = matter.case();
        let rows = search_own(&staff(procedure, "kadin"), &matter);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(row.ticket, matter.ticket);
        assert_eq!(row.name, matter.holder.name.as_str());
        assert_eq!(row.unit.as_deref(), Some("Dinas Kesehatan"));
        assert_eq!((row.reason, row.way), (Reason::PassphraseLeaked, FilingWay::Holder));
        assert_eq!((row.status, row.step), (Status::InOffice, 3));
        assert_eq!(row.turn.as_ref(), Some(&procedure.steps[2].actor));
        assert_eq!(row.filed_at, case.filed_at);
        assert!(row.since > row.filed_at, "its turn began with the last act");
    }
}

#[test]
fn lists_follow_a_case_through_every_status() {
    let procedure = office("temanggung");
    let verifier = staff(procedure, "verifikator");
    let stands = |matter: &Matter, status: Status| {
        let by_status = cases(procedure, &format!("list=office&status={}&", status.id()));
        assert!(is_on(&verifier, &by_status, &matter.ticket), "{} is not under {}", matter.ticket, status.id());
        for other in Status::ALL.into_iter().filter(|other| *other != status) {
            let rows = searched(&verifier, procedure, matter.holder.nip.as_str(), Some(other));
            assert!(rows.is_empty(), "{} is under {} too", matter.ticket, other.id());
        }
    };
    let matter = Matter::filed(procedure);
    stands(&matter, Status::InOffice);
    matter.is_returned();
    stands(&matter, Status::WithApplicant);
    matter.act(&matter.filer, Act::Resubmit).expect(200);
    stands(&matter, Status::InOffice);
    matter.walks_to(procedure.step_with(StepAct::Answer).expect("it answers").no);
    stands(&matter, Status::WithBsre);
    matter.moves_on();
    stands(&matter, Status::RevokedOpen);
    matter.walks_to(u8::MAX);
    stands(&matter, Status::Revoked);
    let refused = Matter::at(procedure, StepAct::Check);
    refused.act(&verifier, Act::Refuse).expect(200);
    stands(&refused, Status::Refused);
    let withdrawn = Matter::filed(procedure);
    withdrawn.act(&withdrawn.filer, Act::Withdraw).expect(200);
    stands(&withdrawn, Status::Withdrawn);
}

#[test]
fn a_case_is_found_by_ticket_by_name_and_by_nip() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    let head = staff(procedure, "kadin");
    let ticket = matter.ticket.as_str();
    let own_word = matter.holder.name.as_str().split(' ').nth(1).expect("a word of its own");
    let nip = matter.holder.nip.as_str();
    let searches = [
        ticket.to_owned(),
        ticket.to_lowercase(),
        ticket.replace('-', ""),
        ticket.replace('-', " "),
        own_word.to_owned(),
        own_word.to_uppercase(),
        format!("sri {own_word}"),
        nip.to_owned(),
        format!("{} {}", &nip[..8], &nip[8..]),
        nip[..17].to_owned(),
    ];
    for search in searches {
        let rows = searched(&head, procedure, &search, None);
        assert!(
            rows.iter().any(|row| row.ticket == matter.ticket),
            "{search:?} does not find {ticket}: {} rows",
            rows.len()
        );
        let times = rows.iter().filter(|row| row.ticket == matter.ticket).count();
        assert_eq!(times, 1, "{search:?} finds it once");
    }
    // Not by what is nobody's business to search, nor across offices, nor by a pattern.
    let elsewhere = staff(office("temanggung"), "kadin");
    assert!(searched(&elsewhere, office("temanggung"), nip, None).is_empty());
    for search in [matter.holder.nik.as_str(), "%", "_", "", "tidak-ada-yang-begini"] {
        assert!(searched(&head, procedure, search, None).is_empty(), "{search:?}");
    }
}

#[test]
fn a_name_corrected_on_completion_is_found_under_the_new_one() {
    let procedure = office("madiun");
    let matter = Matter::filed(procedure);
    matter.is_returned();
    let mut corrected = matter.clone();
    corrected.holder = Holder { nik: matter.holder.nik.clone(), ..Holder::written_to_at(&matter.holder.email) };
    corrected.act(&matter.filer, Act::Resubmit).expect(200);
    let head = staff(procedure, "kadin");
    let rows = search_own(&head, &corrected);
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), [corrected.holder.name.as_str()]);
    assert!(search_own(&head, &matter).is_empty(), "the wrong number does not find it any more");
}

#[test]
fn pages_cover_everything_once_while_new_requests_come_in() {
    let procedure = office("temanggung");
    let leader = Person::with_roles(procedure, &["pimpinan"]);
    let file = || {
        let asked = request(procedure, FilingWay::Leader, &leader, &Holder::written_to_at(&leader.email));
        cabut_tests::matter::files(procedure, &leader, &asked).expect(201).read::<workflow::api::CaseView>().ticket
    };
    let before: Vec<TicketNumber> = (0..2 * PAGE + 5).map(|_| file()).collect();
    let mut came = Vec::new();
    let rows: Vec<CaseRow> = pages(&leader, &cases(procedure, "list=mine&"), |_| {
        came.push(file());
        false
    });
    let seen: Vec<&TicketNumber> = rows.iter().map(|row| &row.ticket).collect();
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len(), "none is shown twice");
    assert!(before.iter().all(|ticket| seen.contains(&ticket)), "none is left out");
    assert!(came.iter().all(|ticket| !seen.contains(&ticket)), "what came meanwhile is on a page already left");
    assert!(rows.is_sorted_by(|a, b| a.filed_at >= b.filed_at), "newest first");
}

/// Of what is late comes first what cannot wait, then the longest late, and pages cover it; what is due today is not late yet.
#[test]
fn what_is_past_its_limit_is_listed_and_found() {
    let procedure = office("madiun");
    let head = staff(procedure, "kadin");
    let filed: Vec<Matter> = (0..3).map(|_| Matter::filed(procedure)).collect();
    let [late, later, today] = [0, 1, 2].map(|at| &filed[at]);
    let can_wait = Matter::filed_by(procedure, FilingWay::Leader, Person::with_roles(procedure, &["pimpinan"]));
    let now = Utc::now();
    let ends = procedure.office.zone.day_ends(now);
    // Within this day, but for the last second of it.
    let soon = (now + TimeDelta::minutes(30)).min(ends - TimeDelta::seconds(1));
    let ago = |hours| now - TimeDelta::hours(hours);
    for (matter, due) in [(&can_wait, ago(3)), (late, ago(2)), (later, ago(1)), (today, soon)] {
        database::sql("UPDATE cases SET due_at = ?2 WHERE ticket = ?1", &[json!(matter.ticket), json!(instant(due))]);
    }
    let of = |due: Due| cases(procedure, &format!("list=office&status={}&", due.id()));
    let rows = as_far_as(&head, &of(Due::Overdue), &[&late.ticket, &later.ticket, &can_wait.ticket]);
    let order: Vec<&TicketNumber> = rows.iter().map(|row| &row.ticket).collect();
    let place = |matter: &Matter| order.iter().position(|ticket| **ticket == matter.ticket);
    assert!(place(late).is_some() && place(late) < place(later) && place(later) < place(&can_wait));
    let can_wait = |row: &CaseRow| !row.reason.is_urgent() || row.status == Status::Revoked;
    assert!(rows.is_sorted_by_key(|row| (can_wait(row), row.due)), "what cannot wait, then the longest late");
    assert!(rows.iter().all(|row| row.due.is_some_and(|due| due < Utc::now()) && !row.status.is_end()));
    let is_on = |matter: &Matter, due: Due| {
        let found = stands(&head, procedure, matter.ticket.as_str(), Some(Standing::Due(due))).len();
        let listed = is_on(&head, &of(due), &matter.ticket);
        assert_eq!(found == 1, listed, "the search and the list agree");
        listed
    };
    assert!(!is_on(late, Due::DueToday) && !is_on(today, Due::Overdue) && is_on(today, Due::DueToday));
    late.act(&late.filer, Act::Withdraw).expect(200);
    assert!(!is_on(late, Due::Overdue), "what has ended is not late");
}

/// Whoever files a leaked passphrase does not stand behind those who retire.
#[test]
fn what_cannot_wait_stands_first() {
    let procedure = office("temanggung");
    let leader = Person::with_roles(procedure, &["pimpinan"]);
    let retired: Vec<Matter> = (0..2).map(|_| Matter::filed_by(procedure, FilingWay::Leader, leader.clone())).collect();
    let urgent = Matter::filed(procedure);
    assert!(urgent.case().reason.is_urgent() && !retired[0].case().reason.is_urgent());
    let tickets = [&urgent.ticket, &retired[0].ticket, &retired[1].ticket];
    let rows = as_far_as(&staff(procedure, "kadin"), &cases(procedure, "list=waiting&"), &tickets);
    let order: Vec<&TicketNumber> =
        rows.iter().map(|row| &row.ticket).filter(|ticket| tickets.contains(ticket)).collect();
    assert_eq!(order, tickets, "then the one that waits longest");
    let due = rows.iter().find(|row| row.ticket == urgent.ticket).expect("on the list").due;
    assert_eq!(due, urgent.view(&urgent.filer).times.runs[0].due, "the list and the case agree");
}

#[test]
fn what_waits_comes_oldest_first_and_pages_cover_it() {
    let procedure = office("temanggung");
    let filed: Vec<Matter> = (0..3).map(|_| Matter::filed(procedure)).collect();
    let tickets: Vec<&TicketNumber> = filed.iter().map(|matter| &matter.ticket).collect();
    let rows = as_far_as(&staff(procedure, "kadin"), &cases(procedure, "list=waiting&"), &tickets);
    let order: Vec<&TicketNumber> =
        rows.iter().map(|row| &row.ticket).filter(|ticket| tickets.contains(ticket)).collect();
    assert_eq!(order, tickets);
    let urgent: Vec<_> = rows.iter().filter(|row| row.reason.is_urgent() && row.status == Status::InOffice).collect();
    assert!(urgent.is_sorted_by(|a, b| a.filed_at <= b.filed_at));
}

#[test]
fn the_register_holds_what_is_revoked_from_the_moment_it_is() {
    for procedure in both() {
        let matter = Matter::at(procedure, StepAct::Answer);
        let path = format!("/api/offices/{}/register?", procedure.office.id);
        let person = staff(procedure, "kadin");
        let newest = |ticket: &TicketNumber| {
            let page: Page<RegisterRow> = person.get(path.trim_end_matches('?')).expect(200).read();
            page.rows.iter().any(|row| &row.ticket == ticket)
        };
        assert!(!newest(&matter.ticket));
        matter.moves_on();
        let row = crate::procedures::registered(procedure, &matter.ticket);
        assert_eq!(row.unit.as_deref(), Some("Dinas Kesehatan"));
        let rows: Vec<RegisterRow> = pages(&person, &path, |rows: &[RegisterRow]| rows.len() > PAGE);
        assert!(rows.is_sorted_by(|a, b| a.revoked_at >= b.revoked_at), "newest first");
    }
}

#[test]
fn what_is_said_twice_is_refused() {
    let procedure = office("madiun");
    let head = staff(procedure, "kadin");
    for query in [
        "cases?list=office&list=waiting",
        "cases?list=office&after=&after=",
        "register?year=2025&year=2026",
        "register.csv?whole=false&year=2025&whole=true",
        "report?from=2026-01-01&to=2026-01-02&to=2026-12-31",
        "procedure?version=1&version=1",
    ] {
        head.get(&format!("/api/offices/madiun/{query}")).refused(400, "query_invalid");
    }
    head.get("/api/me/readings?after=&after=").refused(400, "query_invalid");
    for path in ["cases/search", "register/search"] {
        let asks = |body: &str| {
            let request = head.request("POST", &format!("/api/offices/madiun/{path}"));
            request.bytes("application/json", body.as_bytes().to_vec()).send()
        };
        asks(r#"{ "text": "siti" }"#).expect(200);
        asks(r#"{ "text": "siti", "text": "siti" }"#).refused(422, "field_invalid");
    }
}

#[test]
fn a_list_that_is_asked_for_wrongly_is_refused() {
    let head = staff(office("madiun"), "kadin");
    for query in [
        "",
        "list=semua",
        "list=office&status=hilang",
        "list=office&after=x",
        "list=office&sort=name",
        "list=mine&after=e30",
    ] {
        head.get(&cases(office("madiun"), query)).refused(400, "query_invalid");
    }
    head.get("/api/offices/madiun/register?after=x").refused(400, "query_invalid");
    head.get("/api/offices/sumber/cases?list=office").refused(404, "office_unknown");
    head.get("/api/offices/sumber/register").refused(404, "office_unknown");
}
