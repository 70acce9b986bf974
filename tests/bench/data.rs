//! What lies in the database while it is measured: people in their sessions, whole cases, and a long history.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use workflow::{
    case::{By, Content, Digest, DocumentId, Event, FilingWay, Form, Handed, Happened, PersonId, commit, rank, seal},
    identity::{EmailAddress, TicketNumber},
    procedure::{ActorId, PaperId, Procedure},
    reason::Reason,
};

use cabut_tests::{
    fresh,
    matter::Holder,
    person::{instant, office},
    vault,
};

use crate::side::Side;

/// Where everything is measured.
pub const OFFICE: &str = "madiun";

/// Its procedure.
pub fn procedure() -> &'static Procedure {
    office(OFFICE)
}

/// One of the demo people of the office, in a session of their own. Gives the token.
pub fn signed_in(sides: &[&Side], person: &str) -> String {
    let token = fresh::word("sesi");
    let hash: String = Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    for side in sides {
        side.sql(
            "INSERT INTO sessions (token_hash, person, created_at, last_seen, proven_at) VALUES (?1, ?2, ?3, ?3, ?3)",
            &[json!(hash), json!(format!("demo-{OFFICE}-{person}")), json!(instant(Utc::now()))],
        );
    }
    token
}

/// Who filed the cases.
const FILER: &str = "demo-madiun-pegawai-1";

/// A ticket number that no other has; `kind` keeps whole cases apart from history. They sort as their numbers do, which
/// makes a million of them quicker to plant.
fn ticket(kind: u64, number: u64) -> TicketNumber {
    let number = kind << 30 | number;
    let random = (0..7).fold(0, |random, place| random << 5 | (number >> (5 * place) & 31));
    TicketNumber::new(&procedure().office.ticket_prefix, random).expect("the office's prefix is right")
}

/// Plants so many whole cases that wait for the first official, the same on every side. They are filed as the product
/// files, chained and with their papers, and stand before all history.
pub fn plant_cases(sides: &[&Side], count: u64) -> Vec<TicketNumber> {
    let filed = Utc::now() - TimeDelta::minutes(1);
    let tickets: Vec<TicketNumber> = (0..count).map(|number| ticket(1, fresh::number() << 10 | number)).collect();
    for ticket in &tickets {
        let whole = Whole::filed(ticket, filed);
        sides.iter().for_each(|side| whole.plant(side));
    }
    tickets
}

/// A case as its filing leaves it.
struct Whole {
    event: Event,
    content: Content,
    papers: Vec<Handed>,
}

impl Whole {
    fn filed(ticket: &TicketNumber, at: DateTime<Utc>) -> Whole {
        let email = EmailAddress::parse("contoh.pegawai1@madiunkota.go.id").expect("a valid address");
        let form: Form = Holder::written_to_at(&email).form();
        let paper = |paper: &PaperId| Handed {
            paper: paper.clone(),
            document: DocumentId(fresh::word("berkas")),
            sha256: Digest::of(fresh::word("isi").as_bytes()),
        };
        let papers: Vec<Handed> =
            procedure().required_papers(FilingWay::Holder).map(|required| paper(&required.id)).collect();
        let event = Event {
            case: ticket.clone(),
            seq: 1,
            at,
            by: By {
                person: PersonId(FILER.to_owned()),
                actor: ActorId("pemohon".to_owned()),
                behalf: None,
                acting: None,
            },
            what: Happened::Filed {
                office: OFFICE.to_owned(),
                version: procedure().version,
                way: FilingWay::Holder,
                reason: Reason::PassphraseLeaked,
                holder: Some(PersonId(FILER.to_owned())),
                papers: papers.clone(),
            },
            content: None,
        };
        Whole { event, content: Content { form: Some(form), note: None, reference: None }, papers }
    }

    fn plant(&self, side: &Side) {
        let salt = [7; 16];
        let content = serde_json::to_string(&self.content).expect("plain data");
        let event = Event { content: Some(commit(&salt, &content)), ..self.event.clone() };
        let sealed = seal(&event, Digest::ZERO);
        let case = workflow::case::Case::begin(&event).expect("it begins with its filing");
        let (ticket, at) = (json!(event.case), json!(instant(event.at)));
        let form = self.content.form.as_ref().expect("it was filled in");
        side.sql(
            "INSERT INTO events (ticket, seq, body, prev, hash) VALUES (?1, 1, ?2, ?3, ?4)",
            &[ticket.clone(), json!(sealed.body), json!(sealed.prev), json!(sealed.hash)],
        );
        let (key, lies) = vault::new_case_key(&event.case);
        side.sql("INSERT INTO case_keys (ticket, sealed) VALUES (?1, ?2)", &[ticket.clone(), json!(lies)]);
        let beside = [&salt[..], content.as_bytes()].concat();
        side.sql(
            "INSERT INTO contents (ticket, seq, sealed) VALUES (?1, 1, ?2)",
            &[
                ticket.clone(),
                json!(
                    key.seal(vault::Place::new(vault::CONTENT, &format!("{} 1", event.case)), &beside)
                        .expect("it is sealed")
                ),
            ],
        );
        side.sql(
            "INSERT INTO cases (ticket, office, version, seq, filer, holder, holder_key, open, name, nip, unit, reason,
                 way, status, turn, step, filed_at, since)
             VALUES (?1, ?2, 1, 1, ?3, ?3, 'nik ' || ?1, 1, ?4, ?5, ?6, 'passphrase_leaked', 'holder', 'in_office',
                 'kadin', 2, ?7, ?7)",
            &[
                ticket.clone(),
                json!(OFFICE),
                json!(FILER),
                json!(form.name),
                json!(form.nip),
                json!(form.unit),
                at.clone(),
            ],
        );
        side.sql(
            "INSERT INTO case_turns (office, actor, rank, ticket, holder, filer) VALUES (?1, 'kadin', ?2, ?3, ?4, ?4)",
            &[json!(OFFICE), json!(rank(&case, None)), ticket.clone(), json!(FILER)],
        );
        side.sql(
            "INSERT INTO case_parties (person, office, filed_at, ticket) VALUES (?1, ?2, ?3, ?4)",
            &[json!(FILER), json!(OFFICE), at.clone(), ticket.clone()],
        );
        for Handed { paper, document, sha256 } in &self.papers {
            side.sql(
                "INSERT INTO documents (id, owner, office, name, media_type, size, sha256, kv_key, sealed_key, uploaded_at, attached)
                 VALUES (?1, ?2, ?3, ?4, 'application/pdf', '20000', ?5, ?1, '2.', ?6, '1')",
                &[json!(document), json!(FILER), json!(OFFICE), json!(vault::seal(vault::DOCUMENT_NAME, &document.0, format!("{}.pdf", paper.0).as_bytes())), json!(sha256), at.clone()],
            );
            side.sql(
                "INSERT INTO case_documents (document, ticket, seq, paper) VALUES (?1, ?2, '1', ?3)",
                &[json!(document), ticket.clone(), json!(paper)],
            );
        }
    }
}

/// How many tickets go into one statement.
const PART: u64 = 50_000;

/// Lengthens the office's history from `from` cases to `to`: each in one of the states, waiting for somebody or revoked,
/// its ticket and name found by the search. It stands behind the whole cases in every list.
pub fn plant_history(sides: &[&Side], from: u64, to: u64) {
    for begin in (from..to).step_by(usize::try_from(PART).expect("small")) {
        let end = to.min(begin + PART);
        let tickets: Vec<TicketNumber> = (begin..end).map(|number| ticket(2, number)).collect();
        let tickets = json!(Value::from(tickets.iter().map(TicketNumber::as_str).collect::<Vec<_>>()).to_string());
        for side in sides {
            for statement in HISTORY {
                side.sql(statement, &[tickets.clone(), json!(begin.to_string())]);
            }
        }
    }
}

/// `?1` are the tickets, `?2` the first one's number. Of ten cases four wait, three are revoked, three ended otherwise;
/// a case is filed every five minutes from the year 2001 on, and 17,576 names go round. Their time is over: they count
/// as erased, so that the cron trigger does not begin with it.
const HISTORY: [&str; 4] = [
    "WITH h AS (
        SELECT value AS ticket, ?2 + key AS n,
            strftime('%Y-%m-%dT%H:%M:%S.000Z', 978307200 + (?2 + key) * 300, 'unixepoch') AS at
        FROM json_each(?1))
     INSERT INTO cases (ticket, office, version, seq, filer, holder_key, open, name, unit, reason, way, status, turn,
         step, filed_at, since, revoked_at, erased_at)
     SELECT ticket, 'madiun', 1, 1, 'demo-madiun-pegawai-2', 'riwayat ' || ticket, 0,
         'Riwayat Contoh ' || char(65 + n / 676 % 26) || char(97 + n / 26 % 26) || char(97 + n % 26),
         'Dinas Arsip', 'retired', 'leader',
         CASE WHEN n % 10 < 4 THEN 'in_office' WHEN n % 10 < 7 THEN 'revoked' WHEN n % 10 < 9 THEN 'refused'
              ELSE 'withdrawn' END,
         CASE n % 10 WHEN 0 THEN 'kadin' WHEN 1 THEN 'kabid' WHEN 2 THEN 'kasi' WHEN 3 THEN 'verifikator' END,
         CASE WHEN n % 10 < 4 THEN 2 + n % 10 ELSE 8 END, at, at, CASE WHEN n % 10 BETWEEN 4 AND 6 THEN at END, at
     FROM h",
    "INSERT INTO case_turns (office, actor, rank, ticket, filer)
     SELECT c.office, c.turn, '2' || c.since, c.ticket, c.filer FROM json_each(?1) j JOIN cases c ON c.ticket = j.value
     WHERE c.turn IS NOT NULL AND ?2 IS NOT NULL",
    "INSERT INTO case_parties (person, office, filed_at, ticket)
     SELECT c.filer, c.office, c.filed_at, c.ticket FROM json_each(?1) j JOIN cases c ON c.ticket = j.value
     WHERE ?2 IS NOT NULL",
    "INSERT INTO case_terms (office, term, ticket)
     SELECT c.office, term.value, c.ticket FROM json_each(?1) j JOIN cases c ON c.ticket = j.value
     JOIN json_each(json_array(lower(c.name), lower(substr(c.name, 9)), lower(replace(c.ticket, '-', '')))) term
     WHERE ?2 IS NOT NULL",
];
