//! Cases: their events and the text beside them, and the rows that lists are read from.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use vault::{CASE_KEY, CONTENT, DataKey, LookupKey, NIK, Place, Vault};
use workflow::{
    api::{CaseTimes, CaseView, Document, SeenDocument, SeenEvent},
    calendar::Calendars,
    case::{
        Case, Content, Decided, Digest, DocumentId, Event, FilingWay, Form, Happened, PersonId, Reminder, SealedEvent,
        Stage, Status, Who, commit, due, may_read, rank, reminders, seal, times, turn,
    },
    identity::{Nip, TicketNumber},
    note::Note,
    procedure::{ActorId, PaperId, Procedure, offices},
    report::increments,
};

use crate::{
    body,
    calendar::{CalendarRow, calendars},
    db::{Answers, Batch, Parameter, Slot},
    guard::{Person, THEM, TokenHash},
    problem::Problem,
    secret,
    store::{documents::name_place, people::Mailbox, tallies},
};

/// A whole case, from its events.
pub struct Whole {
    /// Its office.
    pub office: String,
    /// The procedure it follows, in its version.
    pub procedure: &'static Procedure,
    /// Its state.
    pub case: Case,
    /// Its events, first one first.
    pub events: Vec<Recorded>,
    /// Every document that was ever handed in.
    pub documents: Vec<CaseDocument>,
    /// By which its time is counted.
    calendars: Cow<'static, Calendars>,
    names: HashMap<PersonId, Name>,
    /// Seals what people write in it; none once that was erased.
    key: Option<DataKey>,
    /// The key of a new case, as it is to lie in the database.
    new_key: Option<String>,
    /// Other open requests of the office for the same NIK.
    same_nik: Vec<TicketNumber>,
}

/// An event in its place, with the text beside it.
pub struct Recorded {
    pub event: Event,
    pub sealed: SealedEvent,
    pub content: Option<Content>,
}

/// A document of a case.
#[derive(Clone, Debug, Deserialize)]
pub struct CaseDocument {
    pub id: DocumentId,
    pub paper: PaperId,
    pub name: String,
    pub media_type: String,
    pub size: u32,
    pub sha256: Digest,
}

#[derive(Clone, Debug, Deserialize)]
struct Name {
    name: Option<String>,
    nip: Option<Nip>,
}

#[derive(Debug, Deserialize)]
struct EventRow {
    body: String,
    prev: Digest,
    hash: Digest,
    content: Option<String>,
    /// The case's key, with the first event.
    key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct NameRow {
    id: PersonId,
    name: Option<String>,
    nip: Option<Nip>,
}

/// The part of a batch that loads a case.
pub struct Loading {
    events: Slot<EventRow>,
    names: Slot<NameRow>,
    documents: Slot<CaseDocument>,
    calendars: Option<Slot<CalendarRow>>,
    same_nik: Option<Slot<Ticket>>,
}

/// So many other requests for the same NIK are named at most.
const SAME_NIK: u32 = 20;

/// Loads the case with this ticket number.
pub fn load(batch: &mut Batch, ticket: &TicketNumber) -> Loading {
    Loading {
        events: batch.ask(
            "SELECT e.body, e.prev, e.hash, c.sealed AS content,
                    CASE e.seq WHEN 1 THEN (SELECT sealed FROM case_keys WHERE ticket = ?1) END AS key
             FROM events e LEFT JOIN contents c ON c.ticket = e.ticket AND c.seq = e.seq
             WHERE e.ticket = ?1 ORDER BY e.seq",
            &[&ticket.as_str()],
        ),
        names: batch.ask(
            "SELECT id, name, nip FROM people WHERE id IN (
                 SELECT json_extract(body, '$.by.person') FROM events WHERE ticket = ?1
                 UNION SELECT json_extract(body, '$.by.acting.principal') FROM events WHERE ticket = ?1
                 UNION SELECT json_extract(body, '$.what.to') FROM events WHERE ticket = ?1)",
            &[&ticket.as_str()],
        ),
        documents: batch.ask(
            "SELECT d.id, c.paper, d.name, d.media_type, d.size, d.sha256
             FROM case_documents c JOIN documents d ON d.id = c.document
             WHERE c.ticket = ?1 ORDER BY c.seq, c.document",
            &[&ticket.as_str()],
        ),
        calendars: Some(batch.ask(
            "SELECT office, changed_at, calendar FROM calendars
             WHERE office = (SELECT office FROM cases WHERE ticket = ?1) ORDER BY changed_at",
            &[&ticket.as_str()],
        )),
        same_nik: Some(batch.ask(
            &format!(
                "SELECT o.ticket FROM cases c JOIN cases o ON o.office = c.office AND o.holder_key = c.holder_key
                 WHERE c.ticket = ?1 AND c.open = 1 AND o.open = 1 AND o.ticket <> c.ticket
                 ORDER BY o.filed_at LIMIT {SAME_NIK}"
            ),
            &[&ticket.as_str()],
        )),
    }
}

/// Loads the case that this document is part of, without what only a view needs.
pub fn load_by_document(batch: &mut Batch, document: &str) -> Loading {
    Loading {
        events: batch.ask(
            "SELECT e.body, e.prev, e.hash, NULL AS content, NULL AS key FROM events e
             WHERE e.ticket = (SELECT ticket FROM case_documents WHERE document = ?1) ORDER BY e.seq",
            &[&document],
        ),
        names: batch.ask("SELECT id, name, nip FROM people WHERE FALSE", &[]),
        documents: batch.ask(
            "SELECT d.id, c.paper, d.name, d.media_type, d.size, d.sha256
             FROM case_documents c JOIN documents d ON d.id = c.document WHERE c.document = ?1",
            &[&document],
        ),
        calendars: None,
        same_nik: None,
    }
}

impl Loading {
    /// The case, if there is one. Whether somebody may see it is the guard's to say.
    pub fn whole(&self, answers: &Answers, vault: &Vault) -> Result<Option<Whole>, Problem> {
        let rows = answers.rows(&self.events)?;
        let Some(first) = rows.first() else { return Ok(None) };
        let filed: Event = serde_json::from_str(&first.body).map_err(|error| Problem::unreadable(&error))?;
        let key =
            first.key.as_ref().map(|sealed| vault.open_key(key_place(filed.case.as_str()), sealed)).transpose()?;
        let events = rows.into_iter().map(|row| row.recorded(key.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let Some(first) = events.first() else { return Ok(None) };
        let Happened::Filed { office, version, .. } = &first.event.what else {
            return Err(Problem::bug("a case does not begin with its filing"));
        };
        let (office, version) = (office.clone(), *version);
        let procedure = offices()
            .version(&office, version)
            .ok_or_else(|| Problem::bug(format!("no version {version} of {office}'s procedure in this build")))?;
        let case = Case::replay(procedure, events.iter().map(|recorded| &recorded.event)).map_err(Problem::bug)?;
        let names = answers.rows(&self.names)?.into_iter().map(|row| (row.id, Name { name: row.name, nip: row.nip }));
        let same_nik = self.same_nik.as_ref().map(|slot| answers.rows(slot)).transpose()?.unwrap_or_default();
        let set = self.calendars.as_ref().map(|slot| answers.rows(slot)).transpose()?.unwrap_or_default();
        Ok(Some(Whole {
            calendars: calendars(procedure.office.zone, &set)?,
            office,
            procedure,
            case,
            events,
            documents: opened(answers.rows(&self.documents)?, vault)?,
            names: names.collect(),
            key,
            new_key: None,
            same_nik: same_nik.into_iter().map(|other| other.ticket).collect(),
        }))
    }
}

impl EventRow {
    /// With what was written beside it, unless that was erased.
    fn recorded(self, key: Option<&DataKey>) -> Result<Recorded, Problem> {
        let event: Event = serde_json::from_str(&self.body).map_err(|error| Problem::unreadable(&error))?;
        let opened = key.zip(self.content).map(|(key, sealed)| key.open(Beside::place(&Beside::row(&event)), &sealed));
        let content = opened.transpose()?.map(|opened| Beside::content(&opened)).transpose()?;
        Ok(Recorded { event, sealed: SealedEvent { body: self.body, prev: self.prev, hash: self.hash }, content })
    }
}

/// With what they are called.
fn opened(documents: Vec<CaseDocument>, vault: &Vault) -> Result<Vec<CaseDocument>, Problem> {
    let called = |document: CaseDocument| {
        let name = vault.open_text(name_place(&document.id), &document.name)?;
        Ok(CaseDocument { name, ..document })
    };
    documents.into_iter().map(called).collect()
}

/// Where a case's key lies.
fn key_place(ticket: &str) -> Place<'_> {
    Place::new(CASE_KEY, ticket)
}

/// What lies beside an event: what hides the content behind its digest, and the content's text.
struct Beside {
    salt: [u8; 16],
    text: String,
}

impl Beside {
    fn row(event: &Event) -> String {
        format!("{} {}", event.case, event.seq)
    }

    fn place(row: &str) -> Place<'_> {
        Place::new(CONTENT, row)
    }

    fn seal(&self, key: &DataKey, event: &Event) -> Result<String, Problem> {
        Ok(key.seal(Beside::place(&Beside::row(event)), &[&self.salt, self.text.as_bytes()].concat())?)
    }

    fn content(opened: &[u8]) -> Result<Content, Problem> {
        let text = opened.get(16..).ok_or_else(|| Problem::bug("a content without its salt"))?;
        serde_json::from_slice(text).map_err(|error| Problem::unreadable(&error))
    }
}

/// The next event of a case, ready to be written.
pub struct Next {
    recorded: Recorded,
    beside: Option<Beside>,
}

/// Makes the next event of what was decided. A clock that was set back does not turn the order of events.
pub fn next(
    ticket: &TicketNumber,
    last: Option<&Recorded>,
    decided: Decided,
    now: DateTime<Utc>,
) -> Result<Next, Problem> {
    let Decided { by, what, content } = decided;
    let (seq, prev, at) = match last {
        Some(last) => (last.event.seq + 1, last.sealed.hash, now.max(last.event.at)),
        None => (1, Digest::ZERO, now),
    };
    let (digest, beside) = if content.is_empty() {
        (None, None)
    } else {
        let salt = secret::random::<16>();
        let text = body::text(&content)?;
        (Some(commit(&salt, &text)), Some(Beside { salt, text }))
    };
    let event = Event { case: ticket.clone(), seq, at, by, what, content: digest };
    let sealed = seal(&event, prev);
    let content = (!content.is_empty()).then_some(content);
    Ok(Next { recorded: Recorded { event, sealed, content }, beside })
}

impl Next {
    /// The documents that it hands in.
    fn papers(&self) -> &[workflow::case::Handed] {
        match &self.recorded.event.what {
            Happened::Filed { papers, .. }
            | Happened::Resubmitted { papers, .. }
            | Happened::Answered { papers, .. } => papers,
            _ => &[],
        }
    }

    fn write(&self, batch: &mut Batch, key: Option<&DataKey>) -> Result<(), Problem> {
        let Recorded { event, sealed, .. } = &self.recorded;
        let ticket = event.case.as_str();
        batch.run(
            "INSERT INTO events (ticket, seq, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[&ticket, &event.seq, &sealed.body, &sealed.prev.to_string(), &sealed.hash.to_string()],
        );
        if let Some(beside) = &self.beside {
            let key = key.ok_or_else(|| Problem::bug("something to write beside an event of an erased case"))?;
            let sealed = beside.seal(key, event)?;
            batch
                .run("INSERT INTO contents (ticket, seq, sealed) VALUES (?1, ?2, ?3)", &[&ticket, &event.seq, &sealed]);
        }
        Ok(())
    }
}

impl Whole {
    /// A case that begins with `next`, and with a key of its own; `same_nik` are the open ones for the same holder.
    pub fn begin(
        procedure: &'static Procedure,
        next: &Next,
        calendars: Cow<'static, Calendars>,
        vault: &Vault,
        same_nik: Vec<TicketNumber>,
    ) -> Result<Whole, Problem> {
        let case = Case::begin(&next.recorded.event).map_err(Problem::bug)?;
        let office = procedure.office.id.clone();
        let (events, documents, names) = (Vec::new(), Vec::new(), HashMap::new());
        let (key, sealed) = vault.new_key(key_place(case.ticket.as_str()))?;
        let (key, new_key) = (Some(key), Some(sealed));
        Ok(Whole { office, procedure, case, events, documents, calendars, names, key, new_key, same_nik })
    }

    /// Knows the office's people by name.
    pub fn know(&mut self, staff: &[Mailbox]) {
        let names = staff.iter().map(|one| (one.person.clone(), Name { name: one.name.clone(), nip: one.nip.clone() }));
        self.names.extend(names);
    }

    /// Takes in the next event, and what it hands in.
    pub fn evolve(&mut self, next: &Next, handed: Vec<CaseDocument>, by: &Person) -> Result<(), Problem> {
        let Recorded { event, sealed, content } = &next.recorded;
        if !self.events.is_empty() {
            self.case.evolve(self.procedure, event).map_err(Problem::bug)?;
        }
        self.events.push(Recorded { event: event.clone(), sealed: sealed.clone(), content: content.clone() });
        self.documents.extend(handed);
        self.names.insert(by.me.person.clone(), Name { name: by.me.name.clone(), nip: by.nip.clone() });
        Ok(())
    }

    /// The newest event.
    pub fn last(&self) -> Option<&Recorded> {
        self.events.last()
    }

    /// As what the author of an event signs.
    pub fn signature(&self, event: &Event) -> String {
        let (name, nip) = self.known(&event.by.person);
        event.by.signature(self.procedure, name, nip)
    }

    /// The form as it was last filled in.
    pub fn form(&self) -> Option<&Form> {
        self.events.iter().rev().find_map(|recorded| recorded.content.as_ref()?.form.as_ref())
    }

    /// The holder's unit as it was filed.
    fn filed_unit(&self) -> Option<&str> {
        let form = self.events.first()?.content.as_ref()?.form.as_ref()?;
        form.unit.as_ref().map(|unit| unit.as_str())
    }

    /// What was written about the reason when it was filed.
    pub fn explanation(&self) -> Option<&Note> {
        self.events.first()?.content.as_ref()?.note.as_ref()
    }

    /// The clocks of its steps.
    pub fn times(&self, now: DateTime<Utc>) -> Result<CaseTimes, Problem> {
        times(self.procedure, &self.plain_events(), &self.calendars, now).map_err(Problem::bug)
    }

    /// Its events alone, as the rules take them.
    fn plain_events(&self) -> Vec<Event> {
        self.events.iter().map(|recorded| recorded.event.clone()).collect()
    }

    /// What is known of somebody by name and number.
    fn known(&self, person: &PersonId) -> (Option<&str>, Option<&Nip>) {
        self.names.get(person).map_or((None, None), |known| (known.name.as_deref(), known.nip.as_ref()))
    }

    /// The reminders of the turn that runs, past and to come.
    pub fn reminders(&self, times: &CaseTimes, now: DateTime<Utc>) -> Vec<Reminder> {
        reminders(self.procedure, &self.case, times, self.calendars.in_force(now))
    }

    /// As this person sees it.
    pub fn view(&self, who: &Who, now: DateTime<Utc>) -> Result<CaseView, Problem> {
        Ok(CaseView {
            ticket: self.case.ticket.clone(),
            office: self.office.clone(),
            version: self.procedure.version,
            events: self.events.iter().map(|recorded| self.seen_event(recorded, who)).collect(),
            documents: self.documents.iter().map(|document| self.seen_document(document, who)).collect(),
            times: self.times(now)?,
            same_nik: if who.is_staff(self.procedure) { self.same_nik.clone() } else { Vec::new() },
        })
    }

    fn seen_event(&self, Recorded { event, sealed, content }: &Recorded, who: &Who) -> SeenEvent {
        let (event, hash, content) = (event.clone(), sealed.hash, content.clone());
        if event.what.is_among_colleagues() && !who.is_staff(self.procedure) {
            return SeenEvent { event, hash, content: None, name: None, nip: None, principal: None, to: None };
        }
        let (name, nip) = self.known(&event.by.person);
        let (name, nip) = (name.map(str::to_owned), nip.cloned());
        let name_of = |person: &PersonId| self.known(person).0.map(str::to_owned);
        let principal = event.by.acting.as_ref().and_then(|acting| name_of(acting.principal.as_ref()?));
        let to = match &event.what {
            Happened::HandedOver { to } => name_of(to),
            _ => None,
        };
        SeenEvent { event, hash, content, name, nip, principal, to }
    }

    fn seen_document(&self, document: &CaseDocument, who: &Who) -> SeenDocument {
        let CaseDocument { id, paper, name, media_type, size, sha256 } = document.clone();
        let readable = may_read(self.procedure, &self.case, who, &paper);
        SeenDocument { paper, document: Document { id, name, media_type, size, sha256 }, readable }
    }

    /// The actors of the office who may do the step at which the case is. An applicant's turn is theirs
    /// alone, and found among their own requests.
    pub fn takers(&self) -> BTreeSet<ActorId> {
        let Stage::Step { no } = self.case.stage else { return BTreeSet::new() };
        let Some(step) = self.procedure.step(no) else { return BTreeSet::new() };
        [Some(&step.actor), step.recorded_by.as_ref()]
            .into_iter()
            .flatten()
            .filter(|actor| self.procedure.works_on_cases(actor))
            .cloned()
            .collect()
    }

    /// Writes the newest event, `next`, and everything that is derived from it.
    pub fn write(&self, batch: &mut Batch, next: &Next, key: &LookupKey) -> Result<(), Problem> {
        let form = self.form().ok_or_else(|| Problem::bug("a case without a form"))?;
        let ticket = self.case.ticket.as_str();
        let status = self.case.status(self.procedure);
        let filed = self.case.seq == 1;
        let in_hand = !next.papers().is_empty();

        next.write(batch, self.key.as_ref())?;
        if let Some(sealed) = &self.new_key {
            batch.run("INSERT INTO case_keys (ticket, sealed) VALUES (?1, ?2)", &[&ticket, sealed]);
        }
        let at = next.recorded.event.at;
        let times = self.times(at)?;
        let due = due(&times);
        let remind_at = self.reminders(&times, at).iter().map(|reminder| reminder.at).find(|remind| *remind > at);
        self.write_row(batch, form, status, &times, remind_at, key)?;
        self.write_tally(batch, at, &times)?;
        batch.run("DELETE FROM case_turns WHERE ticket = ?1", &[&ticket]);
        let takers = body::text(&self.takers())?;
        let concerned = [self.case.holder.as_ref(), Some(&self.case.filer)];
        let [holder, filer] = concerned.map(|one| one.filter(|one| self.case.concerns(one)).map(|one| one.0.as_str()));
        batch.run(
            "INSERT INTO case_turns (office, actor, rank, ticket, holder, filer)
             SELECT ?1, value, ?2, ?3, ?5, ?6 FROM json_each(?4)",
            &[&self.office, &rank(&self.case, due), &ticket, &takers, &holder, &filer],
        );
        let named = matches!(&next.recorded.event.what, Happened::Resubmitted { form: true, .. });
        let by = &next.recorded.event.by;
        if self.procedure.works_on_cases(&by.actor) {
            batch.run(
                "INSERT INTO case_hands (person, office, ticket, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (person, office, ticket) DO UPDATE SET at = ?4",
                &[&by.person.0, &self.office, &ticket, &at],
            );
        }
        if filed || named {
            batch.run("DELETE FROM case_parties WHERE ticket = ?1", &[&ticket]);
            let parties: BTreeSet<&PersonId> = [Some(&self.case.filer), self.case.holder.as_ref()]
                .into_iter()
                .flatten()
                .filter(|person| self.case.is_party(person))
                .collect();
            batch.run(
                "INSERT INTO case_parties (person, office, filed_at, ticket) SELECT value, ?1, ?2, ?3 FROM json_each(?4)",
                &[&self.office, &self.case.filed_at, &ticket, &body::text(&parties)?],
            );
        }
        if next.recorded.content.as_ref().is_some_and(|content| content.form.is_some()) {
            let terms = terms(ticket, form.name.as_str(), form.nip.as_ref().map(Nip::as_str));
            batch.run("DELETE FROM case_terms WHERE ticket = ?1", &[&ticket]);
            batch.run(
                "INSERT INTO case_terms (office, term, ticket) SELECT ?1, value, ?2 FROM json_each(?3)",
                &[&self.office, &ticket, &body::text(&terms)?],
            );
        }
        if in_hand {
            let papers = body::text(&next.papers())?;
            batch.run(
                "INSERT INTO case_documents (document, ticket, seq, paper)
                 SELECT value ->> 'document', ?1, ?2, value ->> 'paper' FROM json_each(?3)",
                &[&ticket, &self.case.seq, &papers],
            );
            batch.run(
                "UPDATE documents SET attached = 1 WHERE id IN (SELECT value ->> 'document' FROM json_each(?1))",
                &[&papers],
            );
        }
        Ok(())
    }

    /// Writes when its turn is due and to be reminded of, as the calendar of now has it. Nothing where somebody acted
    /// meanwhile: they wrote it.
    pub fn write_times(&self, batch: &mut Batch, now: DateTime<Utc>) -> Result<(), Problem> {
        let (ticket, times) = (self.case.ticket.as_str(), self.times(now)?);
        let due = due(&times);
        // What was written already is not written twice.
        let remind_at = self.reminders(&times, now).first().map(|reminder| reminder.at);
        batch.run(
            "UPDATE case_turns SET rank = ?3 WHERE ticket = ?1
               AND EXISTS (SELECT 1 FROM cases WHERE ticket = ?1 AND seq = ?2)",
            &[&ticket, &self.case.seq, &rank(&self.case, due)],
        );
        batch.run(
            "UPDATE cases SET due_at = ?3, remind_at = ?4, stale = 0 WHERE ticket = ?1 AND seq = ?2",
            &[&ticket, &self.case.seq, &due, &remind_at],
        );
        Ok(())
    }

    /// Adds what the newest event adds to its day.
    fn write_tally(&self, batch: &mut Batch, at: DateTime<Utc>, times: &CaseTimes) -> Result<(), Problem> {
        let added = increments(self.procedure, &self.plain_events(), times, self.filed_unit()).map_err(Problem::bug)?;
        tallies::add(batch, &self.procedure.office, at, &added)
    }

    fn write_row(
        &self,
        batch: &mut Batch,
        form: &Form,
        status: Status,
        times: &CaseTimes,
        remind_at: Option<DateTime<Utc>>,
        key: &LookupKey,
    ) -> Result<(), Problem> {
        let case = &self.case;
        let step = match case.stage {
            Stage::Step { no } | Stage::Completion { no, .. } => no,
            Stage::Ended { .. } => case.reached.min(u8::try_from(self.procedure.steps.len()).unwrap_or(u8::MAX)),
        };
        let (turn, open) = (turn(self.procedure, case).map(|turn| turn.actor.0), !status.is_end());
        batch.run(
            "INSERT INTO cases (ticket, office, version, seq, filer, holder, holder_key, open, name, nip, unit, reason, way,
                                status, turn, step, filed_at, since, revoked_at, due_at, remind_at, in_hand,
                                urgent, filed_unit)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                     CAST(?24 AS INTEGER), ?25)
             ON CONFLICT (ticket) DO UPDATE SET
                 seq = ?4, holder = ?6, holder_key = ?7, open = ?8, name = ?9, nip = ?10, unit = ?11, status = ?14, turn = ?15,
                 step = ?16, since = ?18, revoked_at = ?19, due_at = ?20, in_hand = ?22, urgent = CAST(?24 AS INTEGER),
                 remind_at = CASE ?23 WHEN 1 THEN remind_at ELSE ?21 END",
            &[
                &case.ticket.as_str(),
                &self.office,
                &self.procedure.version,
                &case.seq,
                &case.filer.0,
                &case.holder.as_ref().map(|holder| holder.0.as_str()),
                // Nobody looks for a holder by what is over.
                &if open { holder_key(key, form) } else { String::new() },
                &open,
                &form.name.as_str(),
                &form.nip.as_ref().map(Nip::as_str),
                &form.unit.as_ref().map(|unit| unit.as_str()),
                &word(&case.reason)?,
                &word(&case.way)?,
                &status.id(),
                &turn,
                &u32::from(step),
                &case.filed_at,
                &case.since,
                &case.revoked_at,
                &due(times),
                &remind_at,
                &case.in_hand.as_ref().map(|in_hand| in_hand.person.0.as_str()),
                // A turn that goes on keeps what it is to be reminded of, be it due already.
                &(case.entered < case.seq),
                &(times.urgent.is_some_and(|urgent| urgent.revoked_at.is_none()) && open),
                &self.filed_unit(),
            ],
        );
        Ok(())
    }
}

/// By what one holder is known from others without storing their NIK beside the case.
pub fn holder_key(key: &LookupKey, form: &Form) -> String {
    key.digest(NIK, form.nik.as_str())
}

/// The office's open requests for this holder, first the one that keeps the person of this session from filing another this way.
pub fn open_requests(
    batch: &mut Batch,
    office: &str,
    holder_key: &str,
    token: &TokenHash,
    way: FilingWay,
) -> Slot<OpenRequest> {
    let from_desk: &dyn Parameter = &(way == FilingWay::Desk);
    batch.ask(
        &format!(
            "SELECT ticket, CASE way WHEN 'desk' THEN ?4 ELSE ?4 = 0 AND filer = s.person END AS own
             FROM cases LEFT JOIN sessions s ON s.token_hash = ?3
             WHERE office = ?1 AND holder_key = ?2 AND open = 1 ORDER BY own DESC, filed_at LIMIT {SAME_NIK}"
        ),
        &[&office, &holder_key, &token.as_str(), from_desk],
    )
}

/// An open request for a holder.
#[derive(Debug, Deserialize)]
pub struct OpenRequest {
    pub ticket: TicketNumber,
    own: u8,
}

impl OpenRequest {
    /// Whether it came from the same account, or from the desk where this one does.
    pub fn is_own(&self) -> bool {
        self.own == 1
    }
}

/// The requests to which the person is a party, the newest first.
pub fn tickets_of(batch: &mut Batch, token: &TokenHash, limit: u32) -> Slot<Ticket> {
    batch.ask(
        &format!("SELECT ticket FROM case_parties WHERE person = {THEM} ORDER BY filed_at DESC, ticket DESC LIMIT ?2"),
        &[&token.as_str(), &limit],
    )
}

/// A ticket number, alone.
#[derive(Debug, Deserialize)]
pub struct Ticket {
    pub ticket: TicketNumber,
}

/// A value's word in JSON.
fn word<T: serde::Serialize>(value: &T) -> Result<String, Problem> {
    let word = serde_json::to_value(value).map_err(Problem::bug)?;
    word.as_str().map(str::to_owned).ok_or_else(|| Problem::bug("the value's JSON is no word"))
}

/// By what a case is found: its ticket number, the NIP, and the name from each of its words on, so that any
/// word finds it, and several in their order do.
pub fn terms(ticket: &str, name: &str, nip: Option<&str>) -> BTreeSet<String> {
    let name = normal(name);
    let words: Vec<&str> = name.split(' ').filter(|word| !word.is_empty()).collect();
    let from_each_word = (0..words.len()).map(|at| words[at..].join(" "));
    from_each_word.chain(nip.map(str::to_owned)).chain([normal_ticket(ticket)]).collect()
}

/// What somebody typed into an office's search, as the beginning of a term. `prefix` begins the office's
/// ticket numbers, and no Indonesian word.
pub fn search_term(typed: &str, prefix: &str) -> String {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return digits;
    }
    let ticket = normal_ticket(typed);
    if ticket.starts_with(&prefix.to_ascii_lowercase()) { ticket } else { normal(typed) }
}

/// Lower case, marks other than letters and digits as one space, apostrophes as nothing.
fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            normal.push(c);
        } else if !matches!(c, '\'' | '’' | '`') && !normal.is_empty() && !normal.ends_with(' ') {
            normal.push(' ');
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

fn normal_ticket(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_word_of_the_name_finds_the_case() {
        let terms = terms("MDN-7K3F-9QX1", "Siti Nur'aini, S.STP., M.Si", Some("198609262015051001"));
        for typed in
            ["siti", "SITI NUR", "nuraini", "Nur'aini s.stp", "mdn-7k3f", "MDN7K3F9QX1", "19860926 201505", "stp m si"]
        {
            let term = search_term(typed, "MDN");
            assert!(terms.iter().any(|known| known.starts_with(&term)), "{typed} → {term}");
        }
        for typed in ["aini", "siti stp", "7k3f", "tmg-7k3f"] {
            let term = search_term(typed, "MDN");
            assert!(!terms.iter().any(|known| known.starts_with(&term)), "{typed} → {term}");
        }
    }
}
