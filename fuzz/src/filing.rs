//! A filing, as JSON: what the desk, a leader or a holder hands in.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Value, json};
use workflow::{
    case::{Case, FileRequest, FilingWay, Happened, Known, Who, file},
    identity::is_hidden,
    note::Note,
    procedure::{FieldId, Procedure},
    reason::Reason,
};

use crate::common::{at, event, filer, known, note, person, procedures, request, ticket};

static PROCEDURES: LazyLock<Vec<Procedure>> = LazyLock::new(procedures);

/// How many bytes before the JSON say at which office, by whom, and whom the office knows the form's number as.
const SETTING: usize = 3;

/// A filing is taken only in a way that the office offers to whoever files it, for a reason that fits, with all that is
/// asked and each paper once; and what was handed in is what is kept, nothing else and nothing that nobody sees.
pub fn run(bytes: &[u8]) -> bool {
    let Some((setting, json)) = bytes.split_first_chunk::<SETTING>() else { return false };
    let Ok(asked) = serde_json::from_slice::<FileRequest>(json) else { return false };
    let printed = serde_json::to_value(&asked).expect("a filing is plain data");
    assert_eq!(serde_json::from_value::<FileRequest>(printed.clone()).expect("it was written by itself"), asked);
    shows_all_that_it_is(&printed);
    let written: Value = serde_json::from_slice(json).expect("it was read as a filing");
    says_no_more_than(&written, &printed);

    let (procedure, who, known) = set(setting);
    let Ok(decided) = file(procedure, &who, &known, asked.clone()) else { return false };
    let filing = procedure.filing(asked.way).expect("only what is offered is taken");
    let may = asked.way == FilingWay::Holder || who.holds(procedure, &filing.by);
    assert!(may, "{} filed as {:?}", who.person.0, asked.way);
    let fits = match asked.way {
        FilingWay::Leader => matches!(asked.reason, Reason::Moved | Reason::Retired | Reason::Deceased),
        FilingWay::Holder | FilingWay::Desk => asked.reason != Reason::Deceased,
    };
    assert!(fits, "{:?} as {:?}", asked.reason, asked.way);
    assert!(asked.reason != Reason::Other || asked.note.is_some(), "another reason is told");
    for field in procedure.fields.iter().filter(|field| field.required) {
        assert!(is_filled_in(&printed, field.id), "{:?} is asked", field.id);
    }
    let email = &asked.form.email;
    let of_office = procedure.office.email_domains.iter().any(|domain| domain.eq_ignore_ascii_case(email.domain()));
    assert!(procedure.office.private_email || of_office, "{email} is nobody's of the office");
    assert!(asked.way != FilingWay::Holder || email.key() == known.mailbox.key(), "{email} was never proven");
    let handed: Vec<&str> = asked.papers.iter().map(|handed| handed.paper.0.as_str()).collect();
    let wanted: BTreeSet<&str> = procedure.required_papers(asked.way).map(|paper| paper.id.0.as_str()).collect();
    assert_eq!((handed.len(), handed.into_iter().collect()), (wanted.len(), wanted), "each paper, once");
    let documents: BTreeSet<&str> = asked.papers.iter().map(|handed| handed.document.0.as_str()).collect();
    assert_eq!(documents.len(), asked.papers.len(), "a document is one paper");
    assert!(
        asked.way != FilingWay::Desk || known.holder.as_ref() != Some(&who.person),
        "nobody takes in their own request at the desk"
    );

    assert_eq!((decided.content.form.as_ref(), &decided.content.note), (Some(&asked.form), &asked.note));
    assert_eq!((&decided.by.person, &decided.by.actor), (&who.person, &filing.by));
    let Happened::Filed { way, reason, papers, .. } = &decided.what else { panic!("a filing files") };
    assert_eq!((*way, *reason, papers), (asked.way, asked.reason, &asked.papers));
    Case::begin(&event(decided, ticket(procedure), 1, at(0))).expect("a case begins with it");
    true
}

/// No text in it is blank at an end, or has what nobody sees; a note may have lines.
fn shows_all_that_it_is(value: &Value) {
    match value {
        Value::String(text) => {
            let hidden = text.chars().any(|c| is_hidden(c) && !matches!(c, '\n' | '\t'));
            assert!(!hidden && text.chars().count() <= Note::MAX, "{text:?}");
        }
        Value::Array(all) => all.iter().for_each(shows_all_that_it_is),
        Value::Object(entries) => {
            // Papers name what the office's file and the upload are called, and are held against both.
            let shown = entries.iter().filter(|(name, _)| name.as_str() != "papers");
            shown.for_each(|(_, value)| shows_all_that_it_is(value));
        }
        _ => {}
    }
}

/// Whatever was written is read: no entry is passed over in silence.
fn says_no_more_than(written: &Value, read: &Value) {
    let (Value::Object(written), Value::Object(read)) = (written, read) else { return };
    for (name, entry) in written {
        let known = read.get(name).unwrap_or_else(|| panic!("{name} was passed over"));
        says_no_more_than(entry, known);
    }
}

fn is_filled_in(request: &Value, field: FieldId) -> bool {
    let name = serde_json::to_value(field).expect("a field has a name");
    let entry = &request["form"][name.as_str().expect("a field's name is a word")];
    entry.is_object() || entry.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// An office, somebody there, and what the edge knows.
fn set(&[which, by, whose]: &[u8; SETTING]) -> (&'static Procedure, Who, Known) {
    let procedure = &PROCEDURES[usize::from(which) % PROCEDURES.len()];
    let ways = [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk];
    let way = ways[usize::from(by) % ways.len()];
    let who = match procedure.filing(way) {
        Some(_) => filer(procedure, way).0,
        None => filer(procedure, FilingWay::Holder).0,
    };
    let holder = [None, Some(person("holder")), Some(who.person.clone())];
    let known = known(procedure, holder[usize::from(whose) % holder.len()].clone());
    (procedure, who, known)
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (which, procedure) in (0..).zip(PROCEDURES.iter()) {
        for (by, way) in (0..).zip([FilingWay::Holder, FilingWay::Leader, FilingWay::Desk]) {
            let whole = FileRequest { note: Some(note("Mohon segera.\nTerima kasih.")), ..request(procedure, way) };
            let mut others = vec![whole.clone()];
            for reason in Reason::ALL {
                others.push(FileRequest { reason, note: None, ..whole.clone() });
            }
            let mut json: Vec<Value> = others.iter().map(|asked| json!(asked)).collect();
            for change in [
                |asked: &mut Value| asked["form"]["nik"] = json!("351514450868000"),
                |asked: &mut Value| asked["form"]["nip"] = json!("198613262015051001"),
                |asked: &mut Value| asked["form"]["email"] = json!("siti@contoh.invalid"),
                |asked: &mut Value| asked["form"]["name"] = json!("Sri\u{202e} Wahyuni"),
                |asked: &mut Value| asked["form"]["agama"] = json!("x"),
                |asked: &mut Value| asked["papers"] = json!([]),
                |asked: &mut Value| {
                    asked["papers"] = json!([{ "paper": "lain", "document": "x", "sha256": "0".repeat(64) }])
                },
                |asked: &mut Value| asked["form"]["phone"] = Value::Null,
            ] {
                let mut changed = json[0].clone();
                change(&mut changed);
                json.push(changed);
            }
            let settings = (0..3).map(|whose| [which, by, whose]).chain([[which, by + 1, 0]]);
            for setting in settings {
                seeds.extend(json.iter().map(|json| [&setting[..], json.to_string().as_bytes()].concat()));
            }
        }
    }
    seeds
}
