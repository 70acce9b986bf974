//! Every reachable state of every procedure × every kind of person × every act: accepted if and only if the
//! procedure allows it, and each refusal of the right kind.
//!
//! What is allowed is written down here a second time, as plain tables read off the SOPs, so that the rules are
//! held against something that is not the rules.

mod common;

use std::collections::{HashSet, VecDeque};

use common::{act, at, command, filed, filer, handed, known, procedure, procedures, who};
use workflow::{
    case::{
        Act, Case, Command, EVIDENCE, Event, FilingWay, Refusal, Stage, Who, decide, may_read, open_acts, timeline,
    },
    procedure::Procedure,
};

/// Per office: the steps after filing, each with the acts it takes and who may do them.
/// The first act of a step is the one that ends it.
type Table = &'static [(u8, &'static [Act], &'static [&'static str])];

const MADIUN: Table = &[
    (2, &[Act::Forward], &["kadin"]),
    (3, &[Act::Forward], &["kabid"]),
    (4, &[Act::Forward], &["kasi"]),
    (5, &[Act::Approve, Act::Return, Act::Refuse], &["verifikator"]),
    (6, &[Act::Send], &["verifikator"]),
    (7, &[Act::Answer], &["bsre", "verifikator"]),
    (8, &[Act::Close], &["verifikator"]),
];

const TEMANGGUNG: Table = &[
    (2, &[Act::Forward], &["kadin"]),
    (3, &[Act::Approve, Act::Return, Act::Refuse], &["verifikator"]),
    (4, &[Act::Send], &["verifikator"]),
    (5, &[Act::Answer], &["bsre", "verifikator"]),
    (6, &[Act::Contact], &["verifikator"]),
    (7, &[Act::Close], &["verifikator"]),
];

const SUMBER: Table = &[
    (2, &[Act::Approve, Act::Return, Act::Refuse], &["admin_tte"]),
    (3, &[Act::Send], &["sekretaris"]),
    (4, &[Act::Answer], &["balai", "admin_tte"]),
    (5, &[Act::Close], &["pegawai"]),
];

fn table(procedure: &Procedure) -> Table {
    match procedure.office.id.as_str() {
        "madiun" => MADIUN,
        "temanggung" => TEMANGGUNG,
        "sumber" => SUMBER,
        other => panic!("write the table of {other} first"),
    }
}

/// One of each kind of person there is, with a word for what they are on the case.
fn people(procedure: &Procedure) -> Vec<(&'static str, Who)> {
    let office = procedure.office.id.as_str();
    let all: Vec<&str> = procedure.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    let mut people: Vec<(&'static str, Who)> =
        all.iter().map(|actor| ("one role", who(actor, office, &[actor]))).collect();
    people.push(("every role", who("everyone", office, &all)));
    people.push(("the holder", who("holder", office, &[])));
    people.push(("the holder with every role", who("holder", office, &all)));
    people.push(("the leader", who("leader", office, &["pimpinan"])));
    people.push(("the desk", filer(procedure, FilingWay::Desk.min_offered(procedure)).0));
    people.push(("a stranger", who("stranger", office, &[])));
    people.push(("another office", who("elsewhere", "lain", &all)));
    people
}

trait MinOffered {
    fn min_offered(self, procedure: &Procedure) -> FilingWay;
}

impl MinOffered for FilingWay {
    /// This way where the office offers it, else the holder's, which every office does.
    fn min_offered(self, procedure: &Procedure) -> FilingWay {
        if procedure.filing(self).is_some() { self } else { FilingWay::Holder }
    }
}

/// What the SOP says of this person doing this act now.
fn expected(procedure: &Procedure, case: &Case, who: &Who, act: Act) -> Result<(), &'static str> {
    let table = table(procedure);
    let office = &procedure.office.id;
    let holds = |actor: &str| who.roles.iter().any(|role| &role.office == office && role.actor.0 == actor);
    let is = |name: &str| who.person.0 == name;
    let applicant = match case.way {
        FilingWay::Holder | FilingWay::Desk => is("holder"),
        FilingWay::Leader => is("leader"),
    };
    let party = is("holder") || (case.way == FilingWay::Leader && is("leader"));
    let at_desk =
        case.way == FilingWay::Desk && procedure.filing(FilingWay::Desk).is_some_and(|desk| holds(&desk.by.0));

    let outside = ["bsre", "balai"];
    let staff = table
        .iter()
        .flat_map(|(_, _, actors)| *actors)
        .any(|actor| !outside.contains(actor) && *actor != procedure.applicant().0 && holds(actor));
    let answer_step = table.iter().find(|(_, acts, _)| acts.contains(&Act::Answer)).expect("every SOP has an answer").0;
    let asked = outside.iter().any(|actor| holds(actor)) && case.reached >= answer_step;
    if !(party || staff || asked) {
        return Err("not_this_office");
    }

    if act == Act::Readdress {
        return match (staff, party) {
            (false, _) => Err("not_your_role"),
            (true, true) => Err("own_request"),
            (true, false) => Ok(()),
        };
    }
    let (now, completion) = match case.stage {
        Stage::Ended { .. } => return Err("closed"),
        Stage::Step { no } => (no, false),
        Stage::Completion { no, .. } => (no, true),
    };
    match act {
        Act::Resubmit | Act::Withdraw if !(applicant || at_desk) => return Err("not_your_role"),
        Act::Resubmit => return if completion { Ok(()) } else { Err("not_your_turn") },
        Act::Withdraw => {
            let send_step = table.iter().find(|(_, acts, _)| acts.contains(&Act::Send)).expect("every SOP sends").0;
            return if now <= send_step { Ok(()) } else { Err("past_recall") };
        }
        _ => {}
    }

    let mine = |actors: &[&str]| {
        actors.iter().any(|actor| if *actor == procedure.applicant().0 { applicant } else { holds(actor) })
    };
    let steps: Vec<u8> =
        table.iter().filter(|(_, acts, actors)| acts.contains(&act) && mine(actors)).map(|row| row.0).collect();
    if !table.iter().any(|(_, acts, _)| acts.contains(&act)) {
        return Err("not_in_procedure");
    }
    if steps.is_empty() {
        return Err("not_your_role");
    }
    let by_applicant =
        table.iter().any(|(_, acts, actors)| acts.contains(&act) && actors.contains(&procedure.applicant().0.as_str()));
    if party && !by_applicant {
        return Err("own_request");
    }
    if completion {
        return Err("not_your_turn");
    }
    if steps.contains(&now) {
        return Ok(());
    }
    let my_turn = table.iter().any(|(step, _, actors)| *step == now && mine(actors));
    Err(match steps.iter().all(|step| *step < now) {
        _ if my_turn => "not_this_step",
        true => "already_done",
        false => "not_your_turn",
    })
}

/// What tells two states apart for the rules.
fn key(case: &Case) -> impl Eq + std::hash::Hash + use<> {
    (case.stage.clone(), case.attempts, case.reached, case.sent_at.is_some(), case.revoked_at.is_some())
}

#[test]
fn every_state_every_person_every_act() {
    let (mut states, mut accepted, mut refused) = (0_u32, 0_u32, 0_u32);
    let mut kinds = HashSet::new();
    for procedure in procedures() {
        for way in [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk] {
            if procedure.filing(way).is_none() {
                continue;
            }
            let first = Case::begin(&filed(&procedure, way)).expect("a filing begins a case");
            let mut seen = HashSet::from([key(&first)]);
            let mut queue = VecDeque::from([first]);
            while let Some(case) = queue.pop_front() {
                states += 1;
                let now = at(i64::from(case.seq));
                for (what, who) in people(&procedure) {
                    let open: Vec<Act> = open_acts(&procedure, &case, &who).into_iter().map(|open| open.act).collect();
                    for kind in Act::ALL {
                        for variant in [false, true] {
                            let mut next = case.clone();
                            let asked = command(&procedure, &case, kind, variant, now);
                            let got = act(&procedure, &mut next, &who, asked, now);
                            let want = expected(&procedure, &case, &who, kind);
                            let told = format!(
                                "{}: {what} ({}) does {kind:?} at {:?}",
                                procedure.office.id, who.person.0, case.stage
                            );
                            match (&got, want) {
                                (Ok(_), Ok(())) => accepted += 1,
                                (Err(refusal), Err(code)) => {
                                    assert_eq!(refusal.code(), code, "{told}");
                                    kinds.insert(refusal.code());
                                    refused += 1;
                                }
                                _ => panic!("{told}: got {got:?}, the SOP says {want:?}"),
                            }
                            assert_eq!(open.contains(&kind), got.is_ok(), "{told}: open acts and decisions differ");
                            if got.is_ok() && seen.insert(key(&next)) {
                                queue.push_back(next);
                            }
                        }
                    }
                }
            }
        }
    }
    println!("{states} states, {accepted} accepted, {refused} refused");
    assert!(states > 100, "only {states} states were reached");
    for kind in [
        "not_this_office",
        "closed",
        "not_in_procedure",
        "not_your_role",
        "own_request",
        "not_your_turn",
        "already_done",
        "not_this_step",
        "past_recall",
    ] {
        assert!(kinds.contains(kind), "no case of {kind} was seen");
    }
}

/// Walks a procedure by its table, every step by the first who may.
fn walk(procedure: &Procedure) -> (Case, Vec<Event>) {
    let first = filed(procedure, FilingWay::Holder);
    let mut case = Case::begin(&first).expect("a filing begins a case");
    let mut events = vec![first];
    for (step, acts, actors) in table(procedure) {
        assert_eq!(case.stage, Stage::Step { no: *step });
        let now = at(10 * i64::from(*step));
        let who = if actors[0] == procedure.applicant().0 {
            who("holder", &procedure.office.id, &[])
        } else {
            who(actors[0], &procedure.office.id, &[actors[0]])
        };
        let asked = command(procedure, &case, acts[0], false, now);
        events.push(act(procedure, &mut case, &who, asked, now).expect("the right person at the right step"));
    }
    (case, events)
}

#[test]
fn each_procedure_runs_to_its_end_step_by_step() {
    for procedure in procedures() {
        let (case, events) = walk(&procedure);
        assert_eq!(case.stage, Stage::Ended { end: workflow::case::End::Revoked });
        assert_eq!(events.len(), procedure.steps.len(), "one event for each step of {}", procedure.office.id);
        assert!(case.revoked_at.is_some());
        let rows = timeline(&procedure, &events).expect("the events fit");
        for (row, step) in rows.iter().zip(&procedure.steps) {
            assert_eq!(row.state, workflow::case::RowState::Done, "step {}", step.no);
        }
    }
}

#[test]
fn a_declined_request_goes_back_to_the_check_and_can_be_sent_again() {
    for procedure in procedures() {
        let mut case = Case::begin(&filed(&procedure, FilingWay::Holder)).expect("begins");
        let office = procedure.office.id.clone();
        let go = |case: &mut Case, kind: Act, variant: bool| {
            let (_, _, actors) =
                table(&procedure).iter().find(|(step, _, _)| Stage::Step { no: *step } == case.stage).expect("a step");
            let asked = command(&procedure, case, kind, variant, at(1));
            act(&procedure, case, &who(actors[0], &office, &[actors[0]]), asked, at(1)).expect("allowed");
        };
        while !matches!(&case.stage, Stage::Step { no } if procedure.step(*no).is_some_and(|step| step.act == workflow::procedure::StepAct::Answer))
        {
            let (_, acts, _) =
                table(&procedure).iter().find(|(step, _, _)| Stage::Step { no: *step } == case.stage).expect("a step");
            go(&mut case, acts[0], false);
        }
        go(&mut case, Act::Answer, true);
        let check = procedure.step_with(workflow::procedure::StepAct::Check).expect("every SOP checks").no;
        assert_eq!(case.stage, Stage::Step { no: check });
        assert_eq!(case.revoked_at, None);
        let holder = who("holder", &office, &[]);
        assert!(
            open_acts(&procedure, &case, &holder).iter().any(|open| open.act == Act::Withdraw),
            "nothing is pending outside"
        );
        go(&mut case, Act::Approve, false);
        go(&mut case, Act::Send, false);
        go(&mut case, Act::Answer, false);
        assert!(case.revoked_at.is_some());
    }
}

#[test]
fn three_attempts_in_vain_to_contact_the_applicant_are_a_result() {
    let procedure = procedure("temanggung");
    let (mut case, _) = until(&procedure, Act::Contact);
    let verifier = who("v", &procedure.office.id, &["verifikator"]);
    for attempt in 1..=3 {
        assert_eq!(case.stage, Stage::Step { no: 6 }, "before attempt {attempt}");
        let asked = command(&procedure, &case, Act::Contact, true, at(99));
        act(&procedure, &mut case, &verifier, asked, at(99)).expect("recorded");
    }
    assert_eq!(case.stage, Stage::Step { no: 7 });
}

/// Walks until `kind` is open.
fn until(procedure: &Procedure, kind: Act) -> (Case, Vec<Event>) {
    let (_, events) = walk(procedure);
    let mut case = Case::begin(&events[0]).expect("begins");
    let mut taken = vec![events[0].clone()];
    for event in &events[1..] {
        let Stage::Step { no } = case.stage else { break };
        if table(procedure).iter().any(|(step, acts, _)| *step == no && acts.contains(&kind)) {
            break;
        }
        case.evolve(procedure, event).expect("fits");
        taken.push(event.clone());
    }
    (case, taken)
}

#[test]
fn whoever_was_overtaken_hears_just_that() {
    let procedure = procedure("madiun");
    let (case, _) = until(&procedure, Act::Approve);
    let verifier = who("v", "madiun", &["verifikator"]);
    let asked = command(&procedure, &case, Act::Approve, false, at(60));
    let refused = decide(&procedure, &case, &verifier, case.seq - 1, asked, &known(&procedure, None), at(60));
    assert_eq!(refused, Err(Refusal::MovedOn { seq: case.seq }));
}

#[test]
fn an_answer_records_for_whom_it_was_entered() {
    let procedure = procedure("madiun");
    let (case, _) = until(&procedure, Act::Answer);
    for (role, behalf) in [("bsre", None), ("verifikator", Some("bsre".into()))] {
        let mut case = case.clone();
        let asked = command(&procedure, &case, Act::Answer, false, at(60));
        let event = act(&procedure, &mut case, &who("a", "madiun", &[role]), asked, at(60)).expect("recorded");
        assert_eq!(event.by.actor.0, role);
        assert_eq!(event.by.behalf, behalf);
    }
}

#[test]
fn an_answer_is_not_from_before_the_request_nor_from_the_future() {
    let procedure = procedure("madiun");
    let (case, _) = until(&procedure, Act::Answer);
    let sent = case.sent_at.expect("it was sent");
    for (answered, now, fine) in [(-2, 10, false), (-1, 10, true), (5, 10, true), (10, 10, true), (11, 10, false)] {
        let minutes = chrono::TimeDelta::minutes;
        let asked = command(&procedure, &case, Act::Answer, false, sent + minutes(answered));
        let got = decide(
            &procedure,
            &case,
            &who("a", "madiun", &["bsre"]),
            case.seq,
            asked,
            &known(&procedure, None),
            sent + minutes(now),
        );
        assert_eq!(got.is_ok(), fine, "answered {answered} minutes after, told {now} minutes after: {got:?}");
    }
}

#[test]
fn evidence_is_one_paper_of_its_own_and_read_from_the_answer_on() {
    let procedure = procedure("madiun");
    let (case, _) = until(&procedure, Act::Answer);
    let answer = |papers: Vec<&str>| {
        let Command::Answer { answer, mut evidence, note } = command(&procedure, &case, Act::Answer, false, at(60))
        else {
            panic!("an answer answers")
        };
        evidence.papers = papers.into_iter().enumerate().map(|(at, id)| handed(&id.into(), &at.to_string())).collect();
        let command = Command::Answer { answer, evidence, note };
        decide(&procedure, &case, &who("a", "madiun", &["bsre"]), case.seq, command, &known(&procedure, None), at(60))
    };
    assert!(answer(vec![EVIDENCE]).is_ok());
    for wrong in [vec!["identitas"], vec![EVIDENCE, EVIDENCE], vec![EVIDENCE, "lain"]] {
        assert!(matches!(answer(wrong.clone()), Err(Refusal::UnexpectedPapers { .. })), "{wrong:?}");
    }
    for (role, reads) in [("bsre", true), ("verifikator", true), ("kadin", false), ("kasi", false)] {
        assert_eq!(may_read(&procedure, &case, &who("a", "madiun", &[role]), &EVIDENCE.into()), reads, "{role}");
    }
}
