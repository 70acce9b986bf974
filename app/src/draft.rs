//! What was typed for a request and not sent yet. It is kept on the device as it is typed, by office and
//! person, so that a reload, the back button, a dropped connection or the end of a session loses nothing.

use leptos::prelude::*;
use workflow::{
    api::Document,
    case::{FileRequest, FilingWay, Form, Handed, UnitHead},
    identity::{EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber},
    note::Note,
    procedure::{FieldId, PaperId, Procedure},
    reason::Reason,
};

use crate::{
    browser,
    components::Reading,
    json,
    kept::{self, Kept, Sent, hour, place},
    routes::FilingPage,
};

/// A line of the draft, as typed or chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `holder`, `leader`, `desk`.
    Way,
    /// A reason's name in JSON.
    Reason,
    /// More about the reason.
    Note,
    /// Holder's name.
    Name,
    /// Population number.
    Nik,
    /// Civil servant number.
    Nip,
    /// Position.
    Position,
    /// Unit.
    Unit,
    /// Mailbox.
    Email,
    /// Phone.
    Phone,
    /// Name of the unit's head.
    HeadName,
    /// Their position.
    HeadPosition,
    /// Their civil servant number.
    HeadNip,
    /// Number of the letter.
    Letter,
}

impl Entry {
    const ALL: [Entry; 14] = [
        Entry::Way,
        Entry::Reason,
        Entry::Note,
        Entry::Name,
        Entry::Nik,
        Entry::Nip,
        Entry::Position,
        Entry::Unit,
        Entry::Email,
        Entry::Phone,
        Entry::HeadName,
        Entry::HeadPosition,
        Entry::HeadNip,
        Entry::Letter,
    ];

    /// The id of its control, and its name on the device.
    pub fn id(self) -> &'static str {
        match self {
            Entry::Way => "cara",
            Entry::Reason => "alasan",
            Entry::Note => "keterangan",
            Entry::Name => "nama",
            Entry::Nik => "nik",
            Entry::Nip => "nip",
            Entry::Position => "jabatan",
            Entry::Unit => "unit",
            Entry::Email => "email",
            Entry::Phone => "hp",
            Entry::HeadName => "kepala-nama",
            Entry::HeadPosition => "kepala-jabatan",
            Entry::HeadNip => "kepala-nip",
            Entry::Letter => "nomor-surat",
        }
    }
}

/// The id of a paper's control.
pub fn paper_control(paper: &PaperId) -> String {
    format!("berkas-{}", paper.0)
}

/// A draft. Copy it freely.
#[derive(Clone, Copy)]
pub struct Draft {
    texts: StoredValue<Vec<RwSignal<String>>>,
    /// The papers that the edge has already.
    pub papers: RwSignal<Vec<(PaperId, Document)>>,
    /// The request on its way, if there is one.
    pub sent: RwSignal<Option<Sent>>,
    /// When the oldest paper was uploaded.
    uploaded: StoredValue<Option<u32>>,
    place: StoredValue<String>,
}

impl Draft {
    /// The entry, as typed.
    pub fn text(self, entry: Entry) -> RwSignal<String> {
        self.texts.with_value(|texts| texts[entry as usize])
    }

    fn typed(self, entry: Entry) -> String {
        self.text(entry).get()
    }

    /// Whether anything was typed, tracked.
    pub fn is_empty(self) -> bool {
        Entry::ALL.into_iter().all(|entry| self.text(entry).read().is_empty()) && self.papers.read().is_empty()
    }

    /// Forgets everything, here and on the device.
    pub fn clear(self) {
        for entry in Entry::ALL {
            self.text(entry).set(String::new());
        }
        self.papers.set(Vec::new());
        self.sent.set(None);
        browser::store(&self.place.get_value(), None);
    }

    /// Keeps everything on the device.
    fn save(self) {
        let papers = self.papers.get();
        self.uploaded.update_value(|at| *at = at.or_else(|| Some(hour())).filter(|_| !papers.is_empty()));
        let texts = Entry::ALL.into_iter().map(|entry| (entry.id().to_owned(), self.typed(entry)));
        let texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
        let kept = Kept { worked: hour(), uploaded: self.uploaded.get_value(), texts, papers, sent: self.sent.get() };
        let place = self.place.get_value();
        if kept.texts.is_empty() && kept.papers.is_empty() { browser::store(&place, None) } else { kept.keep(&place) }
    }

    /// Who asks.
    pub fn way(self) -> Option<FilingWay> {
        json::word(&self.typed(Entry::Way))
    }

    /// Why.
    pub fn reason(self) -> Option<Reason> {
        json::word(&self.typed(Entry::Reason))
    }

    /// The document handed in as this paper.
    pub fn paper(self, paper: &PaperId) -> Option<Document> {
        self.papers.read().iter().find(|(id, _)| id == paper).map(|(_, document)| document.clone())
    }

    /// What is wrong on `page`; nothing when it is finished.
    pub fn faults(self, procedure: &Procedure, page: FilingPage) -> Reading {
        let mut reading = Reading::default();
        match page {
            FilingPage::Who => drop(self.read_way(procedure, &mut reading)),
            FilingPage::Identity => drop(self.read_identity(procedure, &mut reading)),
            FilingPage::Reason => drop(self.read_reason(&mut reading)),
            FilingPage::Contact => drop(self.read_contact(procedure, &mut reading)),
            FilingPage::Papers => drop(self.read_papers(procedure, &mut reading)),
            FilingPage::Check | FilingPage::Done => {}
        }
        reading
    }

    /// The first page that is not finished, the last one to fill in being `Check`.
    pub fn unfinished(self, procedure: &Procedure) -> FilingPage {
        FilingPage::ALL
            .into_iter()
            .find(|page| *page >= FilingPage::Check || !self.faults(procedure, *page).0.is_empty())
            .unwrap_or(FilingPage::Check)
    }

    /// The request, once every page is finished.
    pub fn request(self, procedure: &Procedure) -> Option<FileRequest> {
        let mut reading = Reading::default();
        let reading = &mut reading;
        let way = self.read_way(procedure, reading)?;
        let (reason, note) = self.read_reason(reading)?;
        let (name, nik, nip, position, unit, unit_head) = self.read_identity(procedure, reading)?;
        let (email, phone, letter) = self.read_contact(procedure, reading)?;
        let papers = self.read_papers(procedure, reading)?;
        let form = Form { name, nik, nip, position, unit, email, phone, unit_head, letter };
        Some(FileRequest { way, reason, form, note, papers })
    }

    fn read_way(self, procedure: &Procedure, reading: &mut Reading) -> Option<FilingWay> {
        let way = self.way().filter(|way| procedure.filing(*way).is_some());
        reading.take(Entry::Way.id(), way.ok_or("Pilih siapa yang mengajukan."))
    }

    fn read_reason(self, reading: &mut Reading) -> Option<(Reason, Option<Note>)> {
        let fits = self.reason().filter(|reason| self.way().is_some_and(|way| reason.fits(way)));
        let reason = reading.take(Entry::Reason.id(), fits.ok_or("Pilih alasan pencabutan."));
        let note = self.optional(Entry::Note, Note::parse, reading);
        if reason == Some(Reason::Other) && note == Some(None) {
            reading.fault(Entry::Note.id(), "Jelaskan alasannya.");
            return None;
        }
        Some((reason?, note?))
    }

    #[allow(clippy::type_complexity)]
    fn read_identity(
        self,
        procedure: &Procedure,
        reading: &mut Reading,
    ) -> Option<(PersonName, Nik, Option<Nip>, Option<PersonName>, Option<PersonName>, Option<UnitHead>)> {
        let name = reading.take(Entry::Name.id(), PersonName::parse(&self.typed(Entry::Name)));
        let nik = reading.take(Entry::Nik.id(), Nik::parse(&self.typed(Entry::Nik)));
        let nip = self.asked(procedure, FieldId::Nip, Entry::Nip, Nip::parse, reading);
        let position = self.asked(procedure, FieldId::Position, Entry::Position, named("Isi jabatan."), reading);
        let unit = self.asked(procedure, FieldId::Unit, Entry::Unit, named("Isi unit kerja."), reading);
        let head = self.read_head(procedure, reading);
        Some((name?, nik?, nip?, position?, unit?, head?))
    }

    fn read_head(self, procedure: &Procedure, reading: &mut Reading) -> Option<Option<UnitHead>> {
        let Some(field) = procedure.field(FieldId::UnitHead) else { return Some(None) };
        let all = [Entry::HeadName, Entry::HeadPosition, Entry::HeadNip];
        if !field.required && all.into_iter().all(|entry| self.text(entry).read().trim().is_empty()) {
            return Some(None);
        }
        let name = reading
            .take(Entry::HeadName.id(), named("Isi nama kepala perangkat daerah.")(&self.typed(Entry::HeadName)));
        let position = reading.take(
            Entry::HeadPosition.id(),
            named("Isi jabatan kepala perangkat daerah.")(&self.typed(Entry::HeadPosition)),
        );
        let nip = self.optional(Entry::HeadNip, Nip::parse, reading);
        Some(Some(UnitHead { name: name?, position: position?, nip: nip? }))
    }

    fn read_contact(
        self,
        procedure: &Procedure,
        reading: &mut Reading,
    ) -> Option<(EmailAddress, Option<PhoneNumber>, Option<LetterNumber>)> {
        let mut email = reading.take(Entry::Email.id(), EmailAddress::parse(&self.typed(Entry::Email)));
        let office = &procedure.office;
        if let Some(address) = &email
            && !office.accepts(address)
        {
            let domains = office.email_domains.clone();
            reading.fault(Entry::Email.id(), workflow::case::Refusal::EmailNotAccepted { domains });
            email = None;
        }
        let phone = self.asked(procedure, FieldId::Phone, Entry::Phone, PhoneNumber::parse, reading);
        let letter = self.optional(Entry::Letter, LetterNumber::parse, reading);
        Some((email?, phone?, letter?))
    }

    fn read_papers(self, procedure: &Procedure, reading: &mut Reading) -> Option<Vec<Handed>> {
        let way = self.way()?;
        let mut handed = Vec::new();
        for paper in procedure.required_papers(way) {
            match self.paper(&paper.id) {
                Some(document) => {
                    handed.push(Handed { paper: paper.id.clone(), document: document.id, sha256: document.sha256 });
                }
                None => reading.fault(&paper_control(&paper.id), format!("Unggah {}.", paper.name)),
            }
        }
        reading.0.is_empty().then_some(handed)
    }

    /// What the procedure asks under `field`: nothing where it does not, or where it may be left out and was.
    fn asked<T, E: ToString>(
        self,
        procedure: &Procedure,
        field: FieldId,
        entry: Entry,
        parse: impl FnOnce(&str) -> Result<T, E>,
        reading: &mut Reading,
    ) -> Option<Option<T>> {
        match procedure.field(field) {
            None => Some(None),
            // Never required of somebody who has none.
            Some(asked) if asked.required && field != FieldId::Nip => {
                reading.take(entry.id(), parse(&self.typed(entry))).map(Some)
            }
            Some(_) => self.optional(entry, parse, reading),
        }
    }

    fn optional<T, E: ToString>(
        self,
        entry: Entry,
        parse: impl FnOnce(&str) -> Result<T, E>,
        reading: &mut Reading,
    ) -> Option<Option<T>> {
        let typed = self.typed(entry);
        if typed.trim().is_empty() {
            return Some(None);
        }
        reading.take(entry.id(), parse(&typed)).map(Some)
    }
}

/// Reads what bears a name's form but is asked under another word.
fn named(empty: &'static str) -> impl FnOnce(&str) -> Result<PersonName, String> {
    move |text| {
        if text.trim().is_empty() {
            return Err(empty.to_owned());
        }
        PersonName::parse(text).map_err(|error| error.to_string())
    }
}

/// The drafts of this device. The one that is open stays so from page to page, even where the device keeps nothing.
#[derive(Clone)]
pub struct Drafts {
    owner: Owner,
    open: StoredValue<Option<(String, Draft)>>,
}

impl Drafts {
    /// Makes them known to everything below. What is too old goes, whosever it is.
    pub fn provide() {
        kept::forget_old();
        let owner = Owner::current().expect("the app has an owner");
        provide_context(Drafts { owner, open: StoredValue::new(None) });
    }

    /// Forgets them all: who signs out perhaps leaves the device to somebody else.
    pub fn forget(&self) {
        if let Some((_, draft)) = self.open.get_value() {
            draft.clear();
        }
        kept::forget_all();
    }

    /// The draft of this person in this office, if it was sent and not answered. One that was only begun is left alone.
    pub fn unanswered(office: &str, person: &str) -> Option<Draft> {
        Kept::at(&place(office, person))?.sent.map(|_| Drafts::open(office, person))
    }

    /// The draft of this person in this office.
    pub fn open(office: &str, person: &str) -> Draft {
        let drafts: Drafts = expect_context();
        let place = place(office, person);
        if let Some((_, draft)) = drafts.open.get_value().filter(|(open, _)| *open == place) {
            return draft;
        }
        let draft = drafts.owner.with(|| {
            let kept = Kept::at(&place).unwrap_or_default();
            let text = |entry: Entry| {
                let text = kept.texts.iter().find(|(id, _)| id == entry.id());
                RwSignal::new(text.map(|(_, text)| text.clone()).unwrap_or_default())
            };
            let draft = Draft {
                texts: StoredValue::new(Entry::ALL.map(text).to_vec()),
                papers: RwSignal::new(kept.papers),
                sent: RwSignal::new(kept.sent),
                uploaded: StoredValue::new(kept.uploaded),
                place: StoredValue::new(place.clone()),
            };
            Effect::new(move |_| draft.save());
            draft
        });
        drafts.open.set_value(Some((place, draft)));
        draft
    }
}
