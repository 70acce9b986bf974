//! Commands, as JSON: on a case in any state it can come to, and on an office's affairs.

use serde_json::Value;
use std::sync::LazyLock;
use workflow::{
    calendar::national,
    case::{ADMINISTRATOR, Act, Case, Command, FilingWay, Happened, Known, Who, decide, open_acts, permit},
    office::{self, Affairs, Change, Member, Retention, Settings},
    procedure::{ActorId, Procedure, Zone},
};

use crate::common::{act, at, command, event, filed, form, known, note, person, procedures, who};

static PROCEDURES: LazyLock<Vec<Procedure>> = LazyLock::new(procedures);

/// How many bytes before the JSON say in which state, and by whom.
const SETTING: usize = 5;

/// A command is accepted only where `permit` allows its act, by whom it names, on the state that was seen; what comes of
/// it fits the case, and takes it one step further at most.
pub fn case(bytes: &[u8]) -> bool {
    let Some((setting, json)) = bytes.split_first_chunk::<SETTING>() else { return false };
    let Ok(asked) = serde_json::from_slice::<Command>(json) else { return false };
    let printed = serde_json::to_string(&asked).expect("a command is plain data");
    assert_eq!(serde_json::from_str::<Command>(&printed).expect("it was written by itself"), asked);

    let (procedure, mut case, who) = set(setting);
    let known = Known { form: Some(form(procedure)), ..known(procedure, None) };
    let now = at(1_000);
    let stale = decide(procedure, &case, &who, case.seq + 1, asked.clone(), &known, now);
    assert!(stale.is_err(), "nothing is decided on what was not seen");
    let (permitted, before) = (permit(procedure, &case, &who, asked.act()), case.clone());
    let decided = match (permitted, decide(procedure, &case, &who, case.seq, asked.clone(), &known, now)) {
        (Ok(by), Ok(decided)) => {
            assert_eq!(decided.by, by, "as whom it is permitted");
            decided
        }
        (Ok(_), Err(_)) => return false,
        (Err(refusal), told) => {
            assert_eq!(told.err(), Some(refusal), "what is not permitted is told so");
            return false;
        }
    };
    match (&asked, &decided.what) {
        (Command::Approve { .. }, Happened::Approved { ticked }) => {
            let whole = command(procedure, &case, Act::Approve, false, now);
            assert!(
                matches!(whole, Command::Approve { ticked: all, .. } if &all == ticked),
                "all of the list is ticked"
            );
        }
        (Command::Return { papers, fields, .. }, _) => assert!(!papers.is_empty() || !fields.is_empty()),
        (Command::Answer { evidence, .. }, _) => {
            let sent = case.sent_at.expect("an answer is one to what was sent");
            assert!(
                evidence.answered_at <= now
                    && evidence.answered_at.date_naive() >= sent.date_naive().pred_opt().unwrap_or_default()
            );
        }
        _ => {}
    }
    let event = event(decided, case.ticket.clone(), case.seq + 1, now);
    case.evolve(procedure, &event).expect("what was decided fits");
    assert!(case.reached <= before.reached + 1, "no step is skipped");
    assert_eq!(case.seq, before.seq + 1);
    true
}

/// A case in a state that the setting leads to, and somebody before it.
fn set([which, way, turns, choice, by]: &[u8; SETTING]) -> (&'static Procedure, Case, Who) {
    let pick = |byte: u8, of: usize| usize::from(byte) % of;
    let procedure = &PROCEDURES[pick(*which, PROCEDURES.len())];
    let way = procedure.filing[pick(*way, procedure.filing.len())].way;
    let mut case = Case::begin(&filed(procedure, way)).expect("it was filed");
    let people = people(procedure);
    for turn in 1..=*turns % 16 {
        let open = |who| open_acts(procedure, &case, who).into_iter().map(move |open| (who, open.act));
        let open: Vec<(&Who, Act)> = people.iter().flat_map(open).collect();
        if open.is_empty() {
            break;
        }
        let (who, kind) = open[pick(choice.wrapping_mul(turn), open.len())];
        let asked = command(procedure, &case, kind, choice & turn == 1, at(turn.into()));
        // Some need what only the database knows.
        let _ = act(procedure, &mut case, who, asked, at(turn.into()));
    }
    let who = people[pick(*by, people.len())].clone();
    (procedure, case, who)
}

fn people(procedure: &Procedure) -> Vec<Who> {
    let office = &procedure.office.id;
    let all: Vec<&str> = procedure.actors.iter().map(|actor| actor.id.0.as_str()).collect();
    let mut people: Vec<Who> = all.iter().map(|actor| who(actor, office, &[actor])).collect();
    people.push(who("holder", office, &[]));
    people.push(who("everyone", office, &all));
    people.push(who("elsewhere", "lain", &all));
    people
}

pub fn case_seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (which, procedure) in (0..).zip(PROCEDURES.iter()) {
        let case = Case::begin(&filed(procedure, FilingWay::Holder)).expect("it was filed");
        for (number, kind) in (0..).zip(Act::ALL.into_iter().chain(Act::POOL)) {
            let asked = command(procedure, &case, kind, number % 2 == 0, at(900));
            let json = serde_json::to_vec(&asked).expect("a command is plain data");
            let settings = (0..16).flat_map(|turns| (0..10).map(move |by| [which, number, turns, number * turns, by]));
            seeds.extend(settings.map(|setting| [&setting[..], &json].concat()));
        }
    }
    seeds
}

/// An office's affairs are changed by its administrator, or for themself by who is stood in for; and never so that nobody
/// administers it, that somebody holds what it has not, or that anything is kept for less or longer than may be.
pub fn office(bytes: &[u8]) -> bool {
    let Some(([by, seq], json)) = bytes.split_first_chunk::<2>() else { return false };
    let Ok(asked) = serde_json::from_slice::<office::Command>(json) else { return false };
    let printed = serde_json::to_string(&asked).expect("a command is plain data");
    assert_eq!(serde_json::from_str::<office::Command>(&printed).expect("it was written by itself"), asked);

    let procedure = &PROCEDURES[0];
    let id = &procedure.office.id;
    let people = [
        who("boss", id, &[ADMINISTRATOR]),
        who("kadin", id, &["kadin"]),
        who("gone", id, &[]),
        who("boss", "lain", &[ADMINISTRATOR]),
    ];
    let who = &people[usize::from(*by) % people.len()];
    let affairs = affairs();
    let known = office::Known { person: Some(person("new")), fresh: "fresh".to_owned(), ..office::Known::default() };
    let seen = affairs.seq + u32::from(*seq % 2);
    let why = note("Nota dinas.");
    let Ok(decided) = office::decide(procedure, &affairs, who, seen, asked.clone(), why, &known, at(0)) else {
        return false;
    };

    assert_eq!(seen, affairs.seq, "nothing is decided on what was not seen");
    let own = match &asked {
        office::Command::Appoint { principal, .. } => principal.as_ref() == Some(&who.person),
        _ => false,
    };
    assert!(who.administers(id) || own, "{} changed {asked:?}", who.person.0);
    let has = |actors: &[ActorId]| actors.iter().all(|actor| office::roles(procedure).contains(actor));
    match decided.what {
        Change::Invited { actors, .. } => assert!(!actors.is_empty() && has(&actors)),
        Change::Staffed { person, actors } => {
            assert!(has(&actors) && affairs.member(&person).is_some());
            assert!(person.0 != "boss" || actors.contains(&ADMINISTRATOR.into()), "the last one stays");
        }
        Change::Appointed { person, actor, from, until, .. } => {
            assert!(from < until && (until - from).num_days() <= 367);
            assert!(!affairs.member(&person).is_some_and(|member| member.actors.contains(&actor)));
        }
        Change::RetentionSet { retention: Retention { revoked_years, ended_months } } => {
            assert!((1..=30).contains(&revoked_years) && (1..=60).contains(&ended_months));
        }
        _ => assert!(decided.content.emails.len() <= 10),
    }
    true
}

fn affairs() -> Affairs {
    let member = |name: &str, actors: &[&str]| Member {
        person: person(name),
        name: None,
        email: None,
        nip: None,
        actors: actors.iter().map(|actor| ActorId::from(*actor)).collect(),
        locked: false,
    };
    Affairs {
        seq: 7,
        members: vec![member("boss", &[ADMINISTRATOR]), member("kadin", &["kadin"]), member("kabid", &["kabid"])],
        appointments: Vec::new(),
        settings: Some(Settings {
            calendar: national(Zone::Wib),
            bsre_email: None,
            retention: Retention::default(),
            checkpoint_emails: Vec::new(),
        }),
    }
}

pub fn office_seeds() -> Vec<Vec<u8>> {
    let calendar = serde_json::to_value(national(Zone::Wib)).expect("plain data");
    let commands = [
        r#"{"change":"invite","email":"wati@madiunkota.go.id","name":"Wati Contoh","actors":["kasi","kabid"]}"#.to_owned(),
        r#"{"change":"staff","person":"kabid","actors":["kasi"]}"#.to_owned(),
        r#"{"change":"staff","person":"boss","actors":[]}"#.to_owned(),
        r#"{"change":"correct","person":"kabid","email":"wati@madiunkota.go.id","name":"Wati Contoh","nip":"198609262015051001"}"#.to_owned(),
        r#"{"change":"appoint","person":"kabid","actor":"kadin","kind":"plh","principal":"kadin","letter":"800/1/2026","dated":"2026-03-01","from":"2026-03-02","to":"2026-03-09"}"#.to_owned(),
        r#"{"change":"dismiss","appointment":"fresh"}"#.to_owned(),
        r#"{"change":"set_bsre_mailbox","email":"bsre@contoh.go.id"}"#.to_owned(),
        r#"{"change":"set_retention","retention":{"revoked_years":5,"ended_months":12}}"#.to_owned(),
        r#"{"change":"set_checkpoint_mailboxes","emails":["a@contoh.go.id","b@contoh.go.id"]}"#.to_owned(),
        Value::Object(serde_json::Map::from_iter([("change".to_owned(), "set_calendar".into()), ("calendar".to_owned(), calendar)])).to_string(),
    ];
    let seed = |command: &String| (0..4).map(|by| [&[by, 0][..], command.as_bytes()].concat()).collect::<Vec<_>>();
    commands.iter().flat_map(seed).collect()
}
