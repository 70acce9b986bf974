//! What a person has typed for an act, and the command that it makes. Pure: no browser, no signals.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use workflow::{
    api::Document,
    case::{Act, Answer, Ask, Channel, Command, Evidence, Form, Handed, PersonId, Stage, UnitHead, Urgency, checklist},
    identity::{EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber},
    note::{Note, NoteError},
    procedure::{FieldId, PaperId, Zone},
    told::CaseFile,
};

use crate::components::{FieldError, Reading, clock};

/// The ids of the fields on the page.
pub mod id {
    /// "Sifat".
    pub const URGENCY: &str = "sifat";
    /// "Dengan hormat harap".
    pub const ASKS: &str = "harap";
    /// The checklist.
    pub const CHECKLIST: &str = "periksa";
    /// What is to be completed.
    pub const RETURN: &str = "lengkapi";
    /// The outside body's answer.
    pub const ANSWER: &str = "jawaban";
    /// Its number or subject.
    pub const REFERENCE: &str = "rujukan";
    /// On which day it answered.
    pub const DATE: &str = "tanggal";
    /// At what time.
    pub const TIME: &str = "jam";
    /// How the applicant was contacted.
    pub const CHANNEL: &str = "saluran";
    /// Whether they were reached.
    pub const REACHED: &str = "terhubung";
    /// Where the applicant is written to from now on.
    pub const EMAIL: &str = "alamat-baru";
    /// What is written.
    pub const NOTE: &str = "catatan";
    /// That one understands that there is no way back.
    pub const SURE: &str = "mengerti";
    /// The colleague to whom it is handed over.
    pub const COLLEAGUE: &str = "rekan";
    /// The position of the unit's head, beside their name.
    pub const HEAD_POSITION: &str = "isian-kepala-jabatan";

    /// Every field that holds a text, but the entries of the form.
    pub const TEXTS: [&str; 11] =
        [URGENCY, ANSWER, REFERENCE, DATE, TIME, CHANNEL, REACHED, EMAIL, NOTE, COLLEAGUE, HEAD_POSITION];
}

pub use workflow::case::EVIDENCE;

/// Everything typed, ticked and uploaded, by the id of its field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Texts and choices.
    pub texts: BTreeMap<&'static str, String>,
    /// The values of ticked boxes.
    pub ticks: Vec<String>,
    /// Whether one understands that there is no way back.
    pub sure: bool,
    /// Uploaded documents, by paper.
    pub papers: BTreeMap<String, Document>,
}

impl Typed {
    /// What an act's form holds when it is opened.
    pub fn opening(act: Act, file: &CaseFile, now: DateTime<Utc>) -> Typed {
        let mut typed = Typed::default();
        match act {
            Act::Forward => {
                let urgent = file.case.reason.is_urgent();
                typed.put(id::URGENCY, urgency_value(if urgent { Urgency::VeryUrgent } else { Urgency::Ordinary }));
            }
            Act::Answer => typed.put(id::DATE, clock::inputs(now, file.zone()).0),
            Act::Resubmit => {
                if let Some(form) = file.form() {
                    typed.fill(form);
                }
            }
            _ => {}
        }
        typed
    }

    /// The command, or everything that is not right yet.
    pub fn command(&self, act: Act, file: &CaseFile) -> Result<Command, Vec<FieldError>> {
        let mut reading = Reading::default();
        let command = self.build(act, file, &mut reading);
        if act.is_final() && !self.sure {
            reading.fault(id::SURE, "Centang pernyataan bahwa Anda mengerti sebelum melanjutkan.");
        }
        match command {
            Some(command) if reading.0.is_empty() => Ok(command),
            _ => Err(reading.0),
        }
    }

    fn build(&self, act: Act, file: &CaseFile, reading: &mut Reading) -> Option<Command> {
        let note = match act {
            Act::Return => self.note("Tulis apa yang kurang dan cara melengkapinya.", reading),
            Act::Refuse => self.note("Tulis alasan penolakan untuk pemohon.", reading),
            Act::Readdress => self.note("Tulis bagaimana Anda memastikan alamat ini milik pemohon.", reading),
            Act::Answer if self.text(id::ANSWER) == "declined" => {
                self.note("Tulis alasan BSrE tidak mencabut sertifikat.", reading)
            }
            _ => self.note("", reading),
        };
        Some(match act {
            Act::Forward => Command::Forward {
                urgency: Urgency::ALL
                    .into_iter()
                    .find(|one| urgency_value(*one) == self.text(id::URGENCY))
                    .unwrap_or_default(),
                asks: Ask::ALL.into_iter().filter(|one| self.is_ticked(ask_value(*one))).collect(),
                note,
            },
            Act::Approve => {
                // By place and not by id: a paper and a check of one name are two boxes.
                let (ticked, missing): (Vec<_>, Vec<_>) = checklist(&file.procedure, &file.case)
                    .enumerate()
                    .partition(|(place, _)| self.is_ticked(&place.to_string()));
                if !missing.is_empty() {
                    let text = "Belum semua butir dicentang. Centang semuanya, atau kembalikan berkas kepada pemohon.";
                    reading.fault(id::CHECKLIST, text);
                }
                Command::Approve { ticked: ticked.into_iter().map(|(_, id)| id).collect(), note }
            }
            Act::Return => {
                let papers: Vec<PaperId> =
                    file.asked_papers().map(|paper| paper.id.clone()).filter(|id| self.is_ticked(&id.0)).collect();
                let fields: Vec<FieldId> =
                    FieldId::ALL.into_iter().filter(|field| self.is_ticked(entry_id(*field))).collect();
                if papers.is_empty() && fields.is_empty() {
                    reading.fault(id::RETURN, "Pilih berkas atau isian yang harus dilengkapi pemohon.");
                }
                Command::Return { papers, fields, note: note? }
            }
            Act::Resubmit => {
                let Stage::Completion { papers, fields, .. } = &file.case.stage else { return None };
                let papers = papers.iter().filter_map(|id| self.handed(file, id, reading)).collect();
                let form = if fields.is_empty() { None } else { Some(Box::new(self.form(file, fields, reading)?)) };
                Command::Resubmit { papers, form, note }
            }
            Act::Refuse => Command::Refuse { note: note? },
            Act::Send => Command::Send { note },
            Act::Answer => self.answer(file.zone(), note, reading)?,
            Act::Contact => {
                let channel = Channel::ALL.into_iter().find(|one| channel_value(*one) == self.text(id::CHANNEL));
                if channel.is_none() {
                    reading.fault(id::CHANNEL, "Pilih lewat apa pemohon dihubungi.");
                }
                let reached = self.text(id::REACHED);
                if reached.is_empty() {
                    reading.fault(id::REACHED, "Pilih apakah pemohon berhasil dihubungi.");
                }
                Command::Contact { channel: channel?, reached: reached == "yes", note }
            }
            Act::Close => Command::Close { note },
            Act::Withdraw => Command::Withdraw { note },
            Act::Take => Command::Take { note },
            Act::HandOver => {
                let to = self.text(id::COLLEAGUE);
                if to.is_empty() {
                    reading.fault(id::COLLEAGUE, "Pilih rekan yang menerima berkas ini.");
                    return None;
                }
                Command::HandOver { to: PersonId(to.to_owned()), note }
            }
            Act::PutBack => Command::PutBack { note },
            Act::Readdress => {
                let email = reading.take(id::EMAIL, EmailAddress::parse(self.text(id::EMAIL)));
                Command::Readdress { email: email?, note: note? }
            }
        })
    }

    fn answer(&self, zone: Zone, note: Option<Note>, reading: &mut Reading) -> Option<Command> {
        let answer = match self.text(id::ANSWER) {
            "revoked" => Some(Answer::Revoked),
            "declined" => Some(Answer::Declined),
            _ => {
                reading.fault(id::ANSWER, "Pilih jawaban BSrE.");
                None
            }
        };
        let reference = reading.take(id::REFERENCE, LetterNumber::parse(self.text(id::REFERENCE)));
        let answered_at = clock::from_inputs(self.text(id::DATE), self.text(id::TIME), zone);
        if answered_at.is_none() {
            let field = if self.text(id::DATE).is_empty() { id::DATE } else { id::TIME };
            reading.fault(field, "Isi tanggal dan jam jawaban BSrE.");
        }
        let papers = self.papers.get(EVIDENCE).map(|document| hand(EVIDENCE.into(), document));
        let evidence =
            Evidence { reference: reference?, answered_at: answered_at?, papers: papers.into_iter().collect() };
        Some(Command::Answer { answer: answer?, evidence, note })
    }

    /// The form anew: the entries asked for as typed, the others as they were.
    fn form(&self, file: &CaseFile, fields: &[FieldId], reading: &mut Reading) -> Option<Form> {
        let mut form = file.form()?.clone();
        for field in fields {
            let id = entry_id(*field);
            let text = self.text(id);
            let optional = file.procedure.field(*field).is_some_and(|field| !field.required);
            let left_out = optional && text.trim().is_empty();
            let mut name = |id, text| reading.take(id, PersonName::parse(text));
            match field {
                FieldId::Name => set(&mut form.name, name(id, text)),
                FieldId::Nik => set(&mut form.nik, reading.take(id, Nik::parse(text))),
                FieldId::Email => set(&mut form.email, reading.take(id, EmailAddress::parse(text))),
                FieldId::Nip => form.nip = if left_out { None } else { reading.take(id, Nip::parse(text)) },
                FieldId::Position => form.position = if left_out { None } else { name(id, text) },
                FieldId::Unit => form.unit = if left_out { None } else { name(id, text) },
                FieldId::Phone => form.phone = if left_out { None } else { reading.take(id, PhoneNumber::parse(text)) },
                FieldId::UnitHead if left_out => form.unit_head = None,
                FieldId::UnitHead => {
                    let head = (name(id, text), name(id::HEAD_POSITION, self.text(id::HEAD_POSITION)));
                    let nip = form.unit_head.as_ref().and_then(|head| head.nip.clone());
                    if let (Some(name), Some(position)) = head {
                        form.unit_head = Some(UnitHead { name, position, nip });
                    }
                }
            }
        }
        Some(form)
    }

    fn fill(&mut self, form: &Form) {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let head = form.unit_head.as_ref();
        self.put(entry_id(FieldId::Name), form.name.as_str());
        self.put(entry_id(FieldId::Nik), form.nik.as_str());
        self.put(entry_id(FieldId::Email), form.email.as_str());
        self.put(entry_id(FieldId::Nip), text(form.nip.as_ref().map(Nip::as_str)));
        self.put(entry_id(FieldId::Position), text(form.position.as_ref().map(PersonName::as_str)));
        self.put(entry_id(FieldId::Unit), text(form.unit.as_ref().map(PersonName::as_str)));
        self.put(entry_id(FieldId::Phone), form.phone.as_ref().map(PhoneNumber::local).unwrap_or_default());
        self.put(entry_id(FieldId::UnitHead), text(head.map(|head| head.name.as_str())));
        self.put(id::HEAD_POSITION, text(head.map(|head| head.position.as_str())));
    }

    fn put(&mut self, id: &'static str, text: impl Into<String>) {
        self.texts.insert(id, text.into());
    }

    fn text(&self, id: &str) -> &str {
        self.texts.get(id).map_or("", String::as_str)
    }

    fn is_ticked(&self, value: &str) -> bool {
        self.ticks.iter().any(|ticked| ticked == value)
    }

    fn handed(&self, file: &CaseFile, id: &PaperId, reading: &mut Reading) -> Option<Handed> {
        let document = self.papers.get(&id.0);
        if document.is_none() {
            reading.fault(&upload_id(id), format!("Unggah {}.", file.paper_name(id)));
        }
        Some(hand(id.clone(), document?))
    }

    /// The note; where there must be one, `empty` says so.
    fn note(&self, empty: &str, reading: &mut Reading) -> Option<Note> {
        match Note::parse(self.text(id::NOTE)) {
            Ok(note) => return Some(note),
            Err(NoteError::Empty) if empty.is_empty() => {}
            Err(NoteError::Empty) => reading.fault(id::NOTE, empty),
            Err(error) => reading.fault(id::NOTE, error),
        }
        None
    }
}

fn hand(paper: PaperId, document: &Document) -> Handed {
    Handed { paper, document: document.id.clone(), sha256: document.sha256 }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// The field of an entry of the form; also the value of the box that asks for it to be corrected.
pub fn entry_id(field: FieldId) -> &'static str {
    match field {
        FieldId::Name => "isian-nama",
        FieldId::Nik => "isian-nik",
        FieldId::Nip => "isian-nip",
        FieldId::Position => "isian-jabatan",
        FieldId::Unit => "isian-unit",
        FieldId::Email => "isian-email",
        FieldId::Phone => "isian-hp",
        FieldId::UnitHead => "isian-kepala",
    }
}

/// The field in which a paper is uploaded.
pub fn upload_id(paper: &PaperId) -> String {
    format!("berkas-{}", paper.0)
}

/// The value of a choice of "sifat".
pub fn urgency_value(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Ordinary => "ordinary",
        Urgency::Urgent => "urgent",
        Urgency::VeryUrgent => "very_urgent",
        Urgency::Confidential => "confidential",
    }
}

/// The value of a box of "dengan hormat harap".
pub fn ask_value(ask: Ask) -> &'static str {
    match ask {
        Ask::Advise => "advise",
        Ask::Process => "process",
        Ask::Coordinate => "coordinate",
    }
}

/// The value of a choice of channel.
pub fn channel_value(channel: Channel) -> &'static str {
    match channel {
        Channel::Call => "call",
        Channel::Whatsapp => "whatsapp",
        Channel::Email => "email",
        Channel::InPerson => "in_person",
    }
}
