//! Procedure files.

use workflow::{
    case::{Case, End, FilingWay, Stage, Who, open_acts},
    procedure::{Procedure, StepAct},
};

use crate::common::{act, at, command, filed, filer, who};

const FILES: [(&str, &str); 3] = [
    ("madiun-1.toml", include_str!("../../shared/procedures/madiun-1.toml")),
    ("temanggung-1.toml", include_str!("../../shared/procedures/temanggung-1.toml")),
    ("sumber-1.toml", include_str!("../../shared/tests/data/sumber-1.toml")),
];

/// A file that is taken leads from filing to a proven revocation, whichever way it offers; in its own order, with
/// nobody needed whom it does not name. The first byte says under which name it comes.
pub fn run(bytes: &[u8]) -> bool {
    let Some((first, text)) = bytes.split_first() else { return false };
    let Ok(text) = str::from_utf8(text) else { return false };
    let Ok(procedure) = Procedure::parse(FILES[usize::from(*first) % FILES.len()].0, text) else { return false };
    let steps = &procedure.steps;
    assert!((1_u8..).zip(steps).all(|(no, step)| step.no == no), "steps count from 1");
    assert!(steps.iter().all(|step| (step.act == StepAct::File) == (step.no == 1)), "filed first, and once");
    assert!(steps.last().is_some_and(|last| last.act == StepAct::Close), "closed last");
    assert!(steps.iter().all(|step| procedure.actor(&step.actor).is_some()), "each step is somebody's");
    if procedure.office.email_domains.is_empty() {
        return true;
    }
    for filing in &procedure.filing {
        leads_to_the_end(&procedure, filing.way);
    }
    true
}

fn leads_to_the_end(procedure: &Procedure, way: FilingWay) {
    let mut case = Case::begin(&filed(procedure, way)).expect("it was filed");
    let office = &procedure.office.id;
    let mut people: Vec<Who> = procedure.actors.iter().map(|actor| who(&actor.id.0, office, &[&actor.id.0])).collect();
    people.extend([who("holder", office, &[]), filer(procedure, way).0]);
    for turn in 1..=i64::from(u8::MAX) + 1 {
        let next = people.iter().find_map(|who| {
            let open = open_acts(procedure, &case, who).into_iter().find(|open| open.act.moves_on())?;
            Some((who, open.act))
        });
        let Some((who, open)) = next else { break };
        let before = case.reached;
        let asked = command(procedure, &case, open, false, at(turn));
        act(procedure, &mut case, who, asked, at(turn)).expect("it was open");
        assert!(case.reached <= before + 1, "no step is skipped");
    }
    assert_eq!(case.stage, Stage::Ended { end: End::Revoked }, "{way:?} leads to the end");
}

pub fn seeds() -> Vec<Vec<u8>> {
    (0..).zip(FILES).map(|(at, (_, text))| [&[at], text.as_bytes()].concat()).collect()
}
