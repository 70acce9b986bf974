//! Everybody tries every act at every step of both SOPs. What came of it stands in `golden/`, one file an
//! office, and is reviewed like code. `UPDATE_GOLDEN=1` writes the files anew.

use std::{fmt::Write as _, fs, path::PathBuf};

use cabut_tests::{
    matter::{Matter, complete, files, request},
    person::{Person, all_staff, both, office, staff},
    product::{fresh_key, product},
};
use workflow::{
    api::ActRequest,
    case::{Act, Case, FilingWay, Stage},
    procedure::{ActorKind, Procedure},
};

/// Somebody who tries; nobody has no session.
pub type Someone = Option<Person>;

/// Everybody there is, but for the applicant, who is another one with each request.
pub fn everybody(procedure: &'static Procedure) -> Vec<(String, Someone)> {
    let elsewhere = both().into_iter().find(|other| other.office.id != procedure.office.id).expect("two offices");
    let there: Vec<&str> = elsewhere.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    let mut all: Vec<(String, Someone)> =
        all_staff(procedure).into_iter().map(|(actor, person)| (actor, Some(person))).collect();
    all.push(("other applicant".to_owned(), Some(Matter::filed(procedure).filer)));
    let other_office = Person::with_roles(elsewhere, &there);
    crate::exits::ends_role_later(&other_office);
    all.push(("other office".to_owned(), Some(other_office)));
    all.push(("stranger".to_owned(), Some(Person::applicant(procedure))));
    all.push(("nobody".to_owned(), None));
    all
}

/// What came of one act tried by one person on the case as it stands.
fn tries(matter: &Matter, case: &Case, someone: &Someone, act: Act) -> String {
    let command = complete(matter.procedure, case, act, Vec::new, &matter.holder);
    let request = ActRequest { seen: case.seq, command };
    let path = format!("{}/acts", matter.path());
    match someone {
        Some(person) => person.post(&path, &request),
        None => product().request("POST", &path).json(&request).send(),
    }
    .word()
}

/// A state to try in, and how a case gets there.
struct State {
    name: String,
    reach: Box<dyn Fn() -> Matter>,
}

fn states(procedure: &'static Procedure) -> Vec<State> {
    let step = |no: u8| State { name: format!("step {no}"), reach: Box::new(move || Matter::at_step(procedure, no)) };
    let last = u8::try_from(procedure.steps.len()).expect("few steps");
    let mut states: Vec<State> = (2..=last).map(step).collect();
    states.push(State {
        name: "with the applicant".to_owned(),
        reach: Box::new(move || {
            let matter = Matter::filed(procedure);
            // Without papers: whoever tries to complete it needs none of their own then.
            matter.walks_to(procedure.step_with(workflow::procedure::StepAct::Check).expect("it checks").no);
            let command = workflow::case::Command::Return {
                papers: vec![],
                fields: vec![workflow::procedure::FieldId::Phone],
                note: cabut_tests::matter::note("Nomor HP tidak dapat dihubungi."),
            };
            matter.command(&staff(procedure, "verifikator"), command).expect(200);
            matter
        }),
    });
    let ended = |name: &str, end: fn(&Matter)| State {
        name: name.to_owned(),
        reach: Box::new(move || {
            let matter = Matter::filed(procedure);
            end(&matter);
            assert!(matches!(matter.case().stage, Stage::Ended { .. }));
            matter
        }),
    };
    states.push(ended("withdrawn", |matter| {
        matter.act(&matter.filer, Act::Withdraw).expect(200);
    }));
    states.push(ended("revoked", |matter| matter.walks_to(u8::MAX)));
    states
}

/// A table with a line for each person and a column for each act. Who gets the same for everything has one word.
pub fn table(title: &str, head: &[String], rows: &[(String, Vec<String>)]) -> String {
    let uniform = |cells: &[String]| cells.iter().all(|cell| cell == &cells[0]);
    let mut widths: Vec<usize> = head.iter().map(String::len).collect();
    for (_, cells) in rows.iter().filter(|(_, cells)| !uniform(cells)) {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.len());
        }
    }
    let first = rows.iter().map(|(who, _)| who.len()).max().unwrap_or(0);
    let line = |who: &str, cells: &[String]| {
        let mut row = format!("{who:first$}");
        for (width, cell) in widths.iter().zip(cells) {
            let _ = write!(row, "  {cell:width$}");
        }
        format!("{}\n", row.trim_end())
    };
    let mut text = format!("## {title}\n\n{}", line("", head));
    for (who, cells) in rows {
        let row = if uniform(cells) { format!("{who:first$}  everything: {}\n", cells[0]) } else { line(who, cells) };
        text.push_str(&row);
    }
    text.push('\n');
    text
}

fn matrix(procedure: &'static Procedure) -> String {
    let mut text = format!(
        "# Who may do what, when: {}\n\nWritten by tests/http/matrix.rs (UPDATE_GOLDEN=1). Read every change like a change of code.\n\n",
        procedure.office.name
    );
    let mut all = everybody(procedure);
    text.push_str(&filing(procedure, &all));
    all.insert(0, ("applicant".to_owned(), None));
    let head: Vec<String> = Act::ALL
        .iter()
        .map(|act| serde_json::to_value(act).expect("a word").as_str().expect("a word").to_owned())
        .collect();
    for state in states(procedure) {
        let mut matter = (state.reach)();
        let mut case = matter.case();
        let mut rows = Vec::new();
        for (who, someone) in &all {
            let mut cells = Vec::new();
            for act in Act::ALL {
                let someone = if who == "applicant" { &Some(matter.filer.clone()) } else { someone };
                let word = tries(&matter, &case, someone, act);
                if word == "ok" {
                    assert_eq!(matter.case().seq, case.seq + 1, "{who} did {act:?} at {}", state.name);
                    matter = (state.reach)();
                    case = matter.case();
                }
                cells.push(word);
            }
            rows.push((who.clone(), cells));
            assert_eq!(matter.case().seq, case.seq, "what was refused to {who} at {} did nothing", state.name);
        }
        text.push_str(&table(&state.name, &head, &rows));
    }
    text
}

/// Everybody tries every way of filing.
fn filing(procedure: &'static Procedure, all: &[(String, Someone)]) -> String {
    let ways = [(FilingWay::Holder, "holder"), (FilingWay::Leader, "leader"), (FilingWay::Desk, "desk")];
    let rows: Vec<(String, Vec<String>)> = all
        .iter()
        .map(|(who, someone)| {
            let cells = ways.iter().map(|(way, _)| {
                let stand_in = someone.clone().unwrap_or_else(|| staff(procedure, "verifikator"));
                let domain = &procedure.office.email_domains[0];
                let email = match way {
                    FilingWay::Holder => stand_in.email.clone(),
                    FilingWay::Leader | FilingWay::Desk => cabut_tests::fresh::email("pemegang", domain),
                };
                let holder = cabut_tests::matter::Holder::written_to_at(&email);
                let asked = request(procedure, *way, &stand_in, &holder);
                let answer = match someone {
                    Some(person) => files(procedure, person, &asked),
                    None => product()
                        .request("POST", &format!("/api/offices/{}/cases", procedure.office.id))
                        .header("Idempotency-Key", &fresh_key())
                        .json(&asked)
                        .send(),
                };
                answer.word()
            });
            (who.clone(), cells.collect())
        })
        .collect();
    let head: Vec<String> = ways.iter().map(|(_, name)| (*name).to_owned()).collect();
    table("filing", &head, &rows)
}

fn matches_golden(procedure: &'static Procedure) {
    holds_golden(&format!("matrix-{}.txt", procedure.office.id), &matrix(procedure));
}

/// Holds what was found against the reviewed file of this name.
pub fn holds_golden(name: &str, found: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("the folder can be made");
        fs::write(&path, found).expect("the file can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let differ: Vec<String> = golden
        .lines()
        .zip(found.lines())
        .filter(|(golden, found)| golden != found)
        .map(|(golden, found)| format!("- {golden}\n+ {found}"))
        .collect();
    assert!(golden == found, "{} is not what happens any more:\n{}", path.display(), differ.join("\n"));
}

#[test]
fn everybody_tries_everything_at_madiun() {
    assert!(office("madiun").actors.iter().any(|actor| actor.kind == ActorKind::Outside));
    matches_golden(office("madiun"));
}

#[test]
fn everybody_tries_everything_at_temanggung() {
    matches_golden(office("temanggung"));
}
