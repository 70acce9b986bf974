//! A request to revoke, from filing to its end, told in acts.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::{SubsecRound, TimeDelta, Utc};
use workflow::{
    api::{ActRequest, CaseView, Search},
    case::{
        Act, Answer as Bsre, Ask, Case, Channel, Command, Evidence, FileRequest, FilingWay, Form, Handed, SealedEvent,
        Stage, UnitHead, Urgency, checklist,
    },
    identity::{EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber, TicketNumber},
    note::Note,
    procedure::{FieldId, Procedure, StepAct},
    reason::Reason,
};

use crate::{
    fresh,
    person::{Person, staff},
    product::Answer,
};

/// Whose certificate is to be revoked.
#[derive(Clone, Debug)]
pub struct Holder {
    /// With titles.
    pub name: PersonName,
    /// Population number.
    pub nik: Nik,
    /// Civil servant number.
    pub nip: Nip,
    /// Where they, or for the leader's filing the leader, are written to.
    pub email: EmailAddress,
}

impl Holder {
    /// Somebody whom nobody asked for yet, written to at `email`.
    pub fn written_to_at(email: &EmailAddress) -> Holder {
        let name = format!("Sri {} Wahyuni, S.STP., M.Si", letters(fresh::number()));
        Holder { name: name_of(&name), nik: fresh::nik(), nip: fresh::nip(), email: email.clone() }
    }

    /// The form with everything that any office asks.
    pub fn form(&self) -> Form {
        Form {
            name: self.name.clone(),
            nik: self.nik.clone(),
            nip: Some(self.nip.clone()),
            position: Some(name_of("Analis Kepegawaian")),
            unit: Some(name_of("Dinas Kesehatan")),
            email: self.email.clone(),
            phone: Some(PhoneNumber::parse("0812 3456 7890").expect("a valid number")),
            unit_head: Some(UnitHead {
                name: name_of("Bambang"),
                position: name_of("Kepala Dinas Kesehatan"),
                nip: None,
            }),
            letter: Some(LetterNumber::parse("800/15/2026").expect("a valid number")),
        }
    }
}

/// A number in letters: names hold no digits.
fn letters(mut number: u64) -> String {
    let mut word = String::from("N");
    while number > 0 {
        word.push(char::from(b'a' + u8::try_from(number % 26).expect("less than 26")));
        number /= 26;
    }
    word
}

fn name_of(text: &str) -> PersonName {
    PersonName::parse(text).expect("a valid name")
}

/// A text.
pub fn note(text: &str) -> Note {
    Note::parse(text).expect("a valid note")
}

/// A complete request, its papers uploaded by `filer`.
pub fn request(procedure: &Procedure, way: FilingWay, filer: &Person, holder: &Holder) -> FileRequest {
    let papers = procedure.required_papers(way).map(|paper| filer.hands_in(&procedure.office.id, &paper.id)).collect();
    request_with(papers, way, holder)
}

/// A complete request with papers that were uploaded before.
pub fn request_with(papers: Vec<Handed>, way: FilingWay, holder: &Holder) -> FileRequest {
    let reason = if way == FilingWay::Leader { Reason::Retired } else { Reason::PassphraseLeaked };
    FileRequest { way, reason, form: holder.form(), note: None, papers }
}

/// Looks for requests of the office.
pub fn looks_for(person: &Person, procedure: &Procedure, search: &Search) -> Answer {
    person.post(&format!("/api/offices/{}/cases/search", procedure.office.id), search)
}

/// Files it.
pub fn files(procedure: &Procedure, filer: &Person, request: &FileRequest) -> Answer {
    let _settings = settings_stay();
    filer.post(&format!("/api/offices/{}/cases", procedure.office.id), request)
}

/// A request that was filed.
#[derive(Clone, Debug)]
pub struct Matter {
    /// Whose procedure it follows.
    pub procedure: &'static Procedure,
    /// Its number.
    pub ticket: TicketNumber,
    /// How it was filed.
    pub way: FilingWay,
    /// Who filed it.
    pub filer: Person,
    /// Whom it is about.
    pub holder: Holder,
}

impl Matter {
    /// Filed by a holder who is new to the office.
    pub fn filed(procedure: &'static Procedure) -> Matter {
        Matter::filed_by(procedure, FilingWay::Holder, Person::applicant(procedure))
    }

    /// Filed this way by this person; at the desk and by the leader for a holder whom nobody knows.
    pub fn filed_by(procedure: &'static Procedure, way: FilingWay, filer: Person) -> Matter {
        let email = match way {
            FilingWay::Holder | FilingWay::Leader => filer.email.clone(),
            FilingWay::Desk => fresh::email("pemegang", &procedure.office.email_domains[0]),
        };
        let holder = Holder::written_to_at(&email);
        let asked = request(procedure, way, &filer, &holder);
        Matter::begun(procedure, filer, holder, &asked)
    }

    /// Filed with this request.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn begun(procedure: &'static Procedure, filer: Person, holder: Holder, asked: &FileRequest) -> Matter {
        let view: CaseView = files(procedure, &filer, asked).expect(201).read();
        assert_eq!((view.office.as_str(), view.version), (procedure.office.id.as_str(), procedure.version));
        assert_eq!(view.events.len(), 1);
        Matter { procedure, ticket: view.ticket, way: asked.way, filer, holder }
    }

    /// Filed, and taken by everybody in their turn until it stands at step `no`.
    pub fn at_step(procedure: &'static Procedure, no: u8) -> Matter {
        let matter = Matter::filed(procedure);
        matter.walks_to(no);
        matter
    }

    /// Filed, and taken by everybody in their turn to its end.
    pub fn at_end(procedure: &'static Procedure) -> Matter {
        Matter::at_step(procedure, u8::MAX)
    }

    /// Filed, and taken to the step with this act.
    ///
    /// # Panics
    /// When the procedure has no such step.
    pub fn at(procedure: &'static Procedure, act: StepAct) -> Matter {
        Matter::at_step(procedure, procedure.step_with(act).expect("the procedure has the step").no)
    }

    /// Taken by everybody in their turn until it stands at step `no`.
    pub fn walks_to(&self, no: u8) {
        while let Stage::Step { no: now } = self.case().stage {
            if now >= no {
                return;
            }
            self.moves_on();
        }
    }

    /// The act that ends the present step, by its actor. Gives who it was.
    ///
    /// # Panics
    /// When it is refused or nobody's turn.
    #[track_caller]
    pub fn moves_on(&self) -> Person {
        let Stage::Step { no } = self.case().stage else { panic!("{} stands at no step", self.ticket) };
        let step = self.procedure.step(no).expect("the case stands at a step of its procedure");
        let person = staff(self.procedure, &step.actor.0);
        self.act(&person, act_of(step.act)).expect(200);
        person
    }

    /// The path of it.
    pub fn path(&self) -> String {
        format!("/api/offices/{}/cases/{}", self.procedure.office.id, self.ticket)
    }

    /// What this person sees of it.
    ///
    /// # Panics
    /// When they may not see it.
    #[track_caller]
    pub fn view(&self, person: &Person) -> CaseView {
        person.get(&self.path()).expect(200).read()
    }

    /// Its state.
    pub fn case(&self) -> Case {
        fold(self.procedure, &self.view(&self.filer))
    }

    /// Its log, as this person may export it.
    pub fn log(&self, person: &Person) -> Vec<SealedEvent> {
        person.get(&format!("{}/log", self.path())).expect(200).read()
    }

    /// Somebody asks for this command, having seen all.
    pub fn command(&self, person: &Person, command: Command) -> Answer {
        self.command_seen(person, self.case().seq, command)
    }

    /// Somebody asks for this command, having seen all up to event `seen`.
    pub fn command_seen(&self, person: &Person, seen: u32, command: Command) -> Answer {
        let _settings = settings_stay();
        person.post(&format!("{}/acts", self.path()), &ActRequest { seen, command })
    }

    /// Somebody asks for this act, with everything that it needs as the case stands.
    pub fn act(&self, person: &Person, act: Act) -> Answer {
        let case = self.case();
        let command = complete(self.procedure, &case, act, || self.papers_again(person, &case), &self.holder);
        self.command_seen(person, case.seq, command)
    }

    /// The papers that were asked for again, uploaded by this person.
    pub fn papers_again(&self, person: &Person, case: &Case) -> Vec<Handed> {
        match &case.stage {
            Stage::Completion { papers, .. } => {
                papers.iter().map(|paper| person.hands_in(&self.procedure.office.id, paper)).collect()
            }
            _ => vec![],
        }
    }

    /// Given back by whoever checks, for a paper and for who the holder is.
    pub fn is_returned(&self) {
        let check = self.procedure.step_with(StepAct::Check).expect("every procedure checks");
        self.walks_to(check.no);
        self.act(&staff(self.procedure, &check.actor.0), Act::Return).expect(200);
    }
}

/// The act that ends a step.
///
/// # Panics
/// For the filing, at which no case stands.
pub fn act_of(step: StepAct) -> Act {
    match step {
        StepAct::File => panic!("no case stands at the filing"),
        StepAct::Forward => Act::Forward,
        StepAct::Check => Act::Approve,
        StepAct::Send => Act::Send,
        StepAct::Answer => Act::Answer,
        StepAct::Contact => Act::Contact,
        StepAct::Close => Act::Close,
    }
}

static SETTINGS: RwLock<()> = RwLock::new(());

/// While this is held, no test changes an office's settings.
pub fn settings_stay() -> RwLockReadGuard<'static, ()> {
    SETTINGS.read().unwrap_or_else(PoisonError::into_inner)
}

/// While this is held, no other test files or acts on a case: settings are the office's, and all tests share it.
pub fn settings_change() -> RwLockWriteGuard<'static, ()> {
    SETTINGS.write().unwrap_or_else(PoisonError::into_inner)
}

/// A case as its events add up.
pub fn fold(procedure: &Procedure, view: &CaseView) -> Case {
    let [first, rest @ ..] = view.events.as_slice() else { panic!("{} has no events", view.ticket) };
    let mut case = Case::begin(&first.event).expect("a case begins with its filing");
    for seen in rest {
        case.evolve(procedure, &seen.event).expect("each event fits the ones before");
    }
    case
}

/// A command of this kind with everything that it needs as the case stands.
pub fn complete(
    procedure: &Procedure,
    case: &Case,
    act: Act,
    again: impl FnOnce() -> Vec<Handed>,
    holder: &Holder,
) -> Command {
    match act {
        Act::Forward => {
            Command::Forward { urgency: Urgency::Urgent, asks: vec![Ask::Process], note: Some(note("Mohon diproses.")) }
        }
        Act::Approve => Command::Approve { ticked: checklist(procedure, case).collect(), note: None },
        Act::Return => Command::Return {
            papers: procedure.required_papers(case.way).take(1).map(|paper| paper.id.clone()).collect(),
            fields: [FieldId::Name, FieldId::Nik, FieldId::Nip, FieldId::Phone]
                .into_iter()
                .filter(|id| procedure.field(*id).is_some())
                .collect(),
            note: note("Foto KTP tidak terbaca."),
        },
        Act::Resubmit => Command::Resubmit { papers: again(), form: Some(Box::new(holder.form())), note: None },
        Act::Refuse => Command::Refuse { note: note("Sertifikat atas nama ini tidak ada.") },
        Act::Send => Command::Send { note: None },
        Act::Answer => answer(Bsre::Revoked),
        Act::Contact => Command::Contact { channel: Channel::Call, reached: true, note: None },
        Act::Close => Command::Close { note: None },
        Act::Withdraw => Command::Withdraw { note: Some(note("Sertifikat masih dipakai.")) },
        Act::Take => Command::Take { note: None },
        Act::HandOver => Command::HandOver { to: case.filer.clone(), note: None },
        Act::PutBack => Command::PutBack { note: None },
        Act::Readdress => Command::Readdress {
            email: fresh::email("alamat.baru", &procedure.office.email_domains[0]),
            note: note("Disebut lewat telepon."),
        },
    }
}

/// BSrE's answer, given a moment ago.
pub fn answer(answer: Bsre) -> Command {
    let evidence = Evidence {
        reference: LetterNumber::parse("R-99/BSrE").expect("a valid number"),
        answered_at: (Utc::now() - TimeDelta::seconds(1)).trunc_subsecs(0),
        papers: vec![],
    };
    Command::Answer { answer, evidence, note: (answer == Bsre::Declined).then(|| note("Data tidak cocok.")) }
}

/// Pages through a list until `stop` says that enough was seen; `path` ends in `?` or `&`.
///
/// # Panics
/// When a page is refused or the list does not end within a thousand pages.
pub fn pages<T: serde::de::DeserializeOwned>(
    person: &Person,
    path: &str,
    mut stop: impl FnMut(&[T]) -> bool,
) -> Vec<T> {
    let mut rows = Vec::new();
    let mut after = None::<String>;
    for _ in 0..1_000 {
        let path = match &after {
            Some(after) => format!("{path}after={after}"),
            None => path.trim_end_matches(['?', '&']).to_owned(),
        };
        let page: workflow::api::Page<T> = person.get(&path).expect(200).read();
        assert!(page.rows.len() <= workflow::api::PAGE, "{path}: {} rows", page.rows.len());
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() || stop(&rows) {
            return rows;
        }
    }
    panic!("{path} does not end")
}
