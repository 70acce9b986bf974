//! People, papers and commands with which the tests of the rules are told.

#![allow(dead_code, reason = "each test file uses its part")]

use chrono::{DateTime, TimeDelta, Utc};
use workflow::{
    case::{
        Act, Answer, Ask, Case, Chained, Channel, Command, Decided, Digest, DocumentId, Event, Evidence, FileRequest,
        FilingWay, Form, Handed, Known, PersonId, Role, SealedEvent, Stage, UnitHead, Urgency, Who, checklist, decide,
        file, seal,
    },
    identity::{EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber, TicketNumber},
    note::Note,
    procedure::{PaperId, Procedure, offices},
    reason::Reason,
};

/// The two published procedures and a made-up third.
pub fn procedures() -> Vec<Procedure> {
    let third = include_str!("../data/sumber-1.toml");
    let third = Procedure::parse("sumber-1.toml", third).expect("the third procedure is valid");
    offices().iter().cloned().chain([third]).collect()
}

pub fn procedure(office: &str) -> Procedure {
    procedures().into_iter().find(|procedure| procedure.office.id == office).expect("the office exists")
}

pub fn at(minutes: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-02T01:00:00Z".parse().expect("a valid instant");
    start + TimeDelta::minutes(minutes)
}

pub fn person(name: &str) -> PersonId {
    PersonId(name.to_owned())
}

pub fn who(name: &str, office: &str, actors: &[&str]) -> Who {
    let roles = actors.iter().map(|actor| role(office, actor)).collect();
    Who { person: person(name), roles }
}

pub fn role(office: &str, actor: &str) -> Role {
    Role { office: office.to_owned(), actor: actor.into(), acting: None }
}

pub fn note(text: &str) -> Note {
    Note::parse(text).expect("a valid note")
}

pub fn handed(paper: &PaperId, tag: &str) -> Handed {
    let document = format!("{tag}-{}", paper.0);
    Handed { paper: paper.clone(), sha256: Digest::of(document.as_bytes()), document: DocumentId(document) }
}

pub fn form(procedure: &Procedure) -> Form {
    let domain = &procedure.office.email_domains[0];
    let name = |text: &str| PersonName::parse(text).expect("a valid name");
    Form {
        name: name("Sri Wahyuni, S.STP., M.Si"),
        nik: Nik::parse("3515144508680002").expect("a valid NIK"),
        nip: Some(Nip::parse("198609262015051001").expect("a valid NIP")),
        position: Some(name("Analis Kepegawaian")),
        unit: Some(name("Dinas Kesehatan")),
        email: EmailAddress::parse(&format!("sri.wahyuni@{domain}")).expect("a valid address"),
        phone: Some(PhoneNumber::parse("0812 3456 7890").expect("a valid number")),
        unit_head: Some(UnitHead { name: name("Bambang"), position: name("Kepala Dinas Kesehatan"), nip: None }),
        letter: Some(LetterNumber::parse("800/15/2026").expect("a valid number")),
    }
}

pub fn request(procedure: &Procedure, way: FilingWay) -> FileRequest {
    let reason = if way == FilingWay::Leader { Reason::Retired } else { Reason::PassphraseLeaked };
    let papers = procedure.required_papers(way).map(|paper| handed(&paper.id, "first")).collect();
    FileRequest { way, reason, form: form(procedure), note: None, papers }
}

pub fn ticket(procedure: &Procedure) -> TicketNumber {
    TicketNumber::new(&procedure.office.ticket_prefix, 7).expect("the prefix is valid")
}

/// The person who files this way, and the holder as the edge knows them.
pub fn filer(procedure: &Procedure, way: FilingWay) -> (Who, Option<PersonId>) {
    let office = &procedure.office.id;
    match way {
        FilingWay::Holder => (who("holder", office, &[]), None),
        FilingWay::Leader => {
            (who("leader", office, &[&procedure.filing(way).expect("offered").by.0]), Some(person("holder")))
        }
        FilingWay::Desk => {
            (who("desk", office, &[&procedure.filing(way).expect("offered").by.0]), Some(person("holder")))
        }
    }
}

/// What the edge knows: the mailbox on the test's form is proven, and its holder is this person.
pub fn known(procedure: &Procedure, holder: Option<PersonId>) -> Known {
    Known { mailbox: form(procedure).email, holder, form: None, staff: Vec::new() }
}

/// The first event of a case filed this way.
pub fn filed(procedure: &Procedure, way: FilingWay) -> Event {
    let (who, holder) = filer(procedure, way);
    let decided = file(procedure, &who, &known(procedure, holder), request(procedure, way))
        .expect("a complete request is accepted");
    event(decided, ticket(procedure), 1, at(0))
}

pub fn event(decided: Decided, case: TicketNumber, seq: u32, at: DateTime<Utc>) -> Event {
    let content = (!decided.content.is_empty()).then(|| Digest::of(b"what was written"));
    Event { case, seq, at, by: decided.by, what: decided.what, content }
}

/// A command of this kind that is complete for the case as it stands.
pub fn command(procedure: &Procedure, case: &Case, act: Act, variant: bool, now: DateTime<Utc>) -> Command {
    match act {
        Act::Forward => {
            Command::Forward { urgency: Urgency::Urgent, asks: vec![Ask::Process], note: Some(note("Mohon diproses.")) }
        }
        Act::Approve => Command::Approve { ticked: checklist(procedure, case).collect(), note: None },
        Act::Return => Command::Return {
            papers: procedure.required_papers(case.way).take(1).map(|paper| paper.id.clone()).collect(),
            fields: if variant { vec![workflow::procedure::FieldId::Nik] } else { vec![] },
            note: note("Foto KTP tidak terbaca."),
        },
        Act::Resubmit => {
            let (papers, fields) = match &case.stage {
                Stage::Completion { papers, fields, .. } => (papers.clone(), fields.clone()),
                _ => (vec![], vec![]),
            };
            Command::Resubmit {
                papers: papers.iter().map(|paper| handed(paper, &format!("again{}", case.seq))).collect(),
                form: (!fields.is_empty()).then(|| Box::new(form(procedure))),
                note: None,
            }
        }
        Act::Refuse => Command::Refuse { note: note("Sertifikat atas nama ini tidak ada.") },
        Act::Send => Command::Send { note: None },
        Act::Answer => Command::Answer {
            answer: if variant { Answer::Declined } else { Answer::Revoked },
            evidence: Evidence {
                reference: LetterNumber::parse("R-99/BSrE").expect("valid"),
                answered_at: now,
                papers: vec![],
            },
            note: variant.then(|| note("Data tidak cocok.")),
        },
        Act::Contact => Command::Contact { channel: Channel::Call, reached: !variant, note: None },
        Act::Close => Command::Close { note: None },
        Act::Withdraw => Command::Withdraw { note: Some(note("Sertifikat masih dipakai.")) },
        Act::Take => Command::Take { note: None },
        Act::HandOver => Command::HandOver { to: person("colleague"), note: None },
        Act::PutBack => Command::PutBack { note: None },
        Act::Readdress => {
            let elsewhere = format!("baru.{}", form(procedure).email);
            Command::Readdress { email: EmailAddress::parse(&elsewhere).expect("valid"), note: note("Lewat telepon.") }
        }
    }
}

/// Decides, and on yes takes the event in.
pub fn act(
    procedure: &Procedure,
    case: &mut Case,
    who: &Who,
    command: Command,
    now: DateTime<Utc>,
) -> Result<Event, workflow::case::Refusal> {
    let known = Known { form: Some(form(procedure)), ..known(procedure, None) };
    let decided = decide(procedure, case, who, case.seq, command, &known, now)?;
    let event = event(decided, case.ticket.clone(), case.seq + 1, now);
    case.evolve(procedure, &event).expect("what was decided fits");
    Ok(event)
}

/// Every event of a case that goes the whole way, once back to the applicant.
pub fn whole_case(procedure: &Procedure) -> Vec<Event> {
    let office = &procedure.office.id;
    let first = filed(procedure, FilingWay::Desk);
    let mut case = Case::begin(&first).expect("begins");
    let mut events = vec![first];
    let (head, verifier) = (who("h", office, &["kadin"]), who("v", office, &["verifikator"]));
    for (who, kind) in [
        (&head, Act::Forward),
        (&verifier, Act::Return),
        (&verifier, Act::Resubmit),
        (&verifier, Act::Approve),
        (&verifier, Act::Send),
        (&verifier, Act::Answer),
        (&verifier, Act::Contact),
        (&verifier, Act::Close),
    ] {
        let now = at(i64::from(case.seq));
        let asked = command(procedure, &case, kind, false, now);
        events.push(act(procedure, &mut case, who, asked, now).expect("in order"));
    }
    events
}

/// Seals events behind each other, as a chain.
pub fn sealed<E: Chained>(events: &[E]) -> Vec<SealedEvent> {
    let mut prev = Digest::ZERO;
    let seal = |event| {
        let sealed = seal(event, prev);
        prev = sealed.hash;
        sealed
    };
    events.iter().map(seal).collect()
}
