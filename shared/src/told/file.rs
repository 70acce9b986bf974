//! A case with its procedure and its folded state: what every page about one case reads from.

use std::sync::Arc;

use crate::{
    api::{CaseView, SeenDocument, SeenEvent},
    case::{Case, DocumentId, Event, Happened, Misfit, Stage, Status},
    procedure::{ActorId, Paper, PaperId, Procedure, StepAct, Zone, date_in_words},
};

/// A case as it is before one's eyes.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// In the version that the case follows.
    pub procedure: Arc<Procedure>,
    /// As the edge sent it.
    pub view: CaseView,
    /// The view's events alone, as the rules take them.
    pub events: Vec<Event>,
    /// What they add up to.
    pub case: Case,
}

impl CaseFile {
    /// Folds the events with the workflow's rules.
    pub fn new(procedure: Arc<Procedure>, view: CaseView) -> Result<CaseFile, Misfit> {
        let events: Vec<Event> = view.events.iter().map(|seen| seen.event.clone()).collect();
        let case = Case::replay(&procedure, &events)?;
        Ok(CaseFile { procedure, view, events, case })
    }

    /// As it was when the event `seq` had just happened.
    pub fn until(&self, seq: u32) -> CaseFile {
        let mut view = self.view.clone();
        view.events.retain(|seen| seen.event.seq <= seq);
        CaseFile::new(self.procedure.clone(), view).expect("the beginning of a case's events is a case's")
    }

    /// The zone in which its times are shown.
    pub fn zone(&self) -> Zone {
        self.procedure.office.zone
    }

    /// What lists call its state.
    pub fn status(&self) -> Status {
        self.case.status(&self.procedure)
    }

    /// The holder's form, as last corrected. Absent once erased, or where the reader has no reason to see it.
    pub fn form(&self) -> Option<&crate::case::Form> {
        self.view.events.iter().rev().find_map(|seen| seen.content.as_ref()?.form.as_ref())
    }

    /// The event numbered `seq`.
    pub fn seen(&self, seq: u32) -> Option<&SeenEvent> {
        self.view.events.iter().find(|seen| seen.event.seq == seq)
    }

    /// The events of a kind, first one first.
    pub fn where_happened(&self, is: fn(&Happened) -> bool) -> impl DoubleEndedIterator<Item = &SeenEvent> {
        self.view.events.iter().filter(move |seen| is(&seen.event.what))
    }

    /// The newest event of a kind.
    pub fn newest(&self, is: fn(&Happened) -> bool) -> Option<&SeenEvent> {
        self.where_happened(is).next_back()
    }

    /// The filing. Every case begins with it.
    pub fn filed(&self) -> &SeenEvent {
        &self.view.events[0]
    }

    /// The document `id`, where this person may know of it.
    pub fn document(&self, id: &DocumentId) -> Option<&SeenDocument> {
        self.view.documents.iter().find(|seen| &seen.document.id == id)
    }

    /// The document that now serves as `paper`.
    pub fn in_hand(&self, paper: &PaperId) -> Option<&SeenDocument> {
        let held = self.case.papers.iter().find(|held| &held.paper == paper)?;
        self.document(&held.document)
    }

    /// The papers that had to be there for this way of filing.
    pub fn asked_papers(&self) -> impl Iterator<Item = &Paper> {
        self.procedure.required_papers(self.case.way)
    }

    /// What the paper is called.
    pub fn paper_name<'a>(&'a self, id: &'a PaperId) -> &'a str {
        match self.procedure.paper(id) {
            Some(paper) => &paper.name,
            // The outside body's own letter is on no office's list.
            None => "Bukti jawaban",
        }
    }

    /// An actor's title.
    pub fn title<'a>(&'a self, actor: &'a ActorId) -> &'a str {
        self.procedure.title(actor)
    }

    /// "Kepala Dinas Kominfo", or "Verifikator atas nama BSrE" where another entered it.
    pub fn role(&self, event: &Event) -> String {
        let title = event.by.title(&self.procedure);
        match &event.by.behalf {
            Some(behalf) => format!("{title} atas nama {}", self.title(behalf)),
            None => title,
        }
    }

    /// "menggantikan Bambang …, surat nomor 800/15 tanggal 1 Maret 2026", where who acted stood in for another.
    pub fn letter(&self, seen: &SeenEvent) -> Option<String> {
        let acting = seen.event.by.acting.as_ref()?;
        let dated = date_in_words(acting.dated);
        let whom = seen.principal.as_ref().map(|name| format!("menggantikan {name}, ")).unwrap_or_default();
        Some(format!("{whom}surat nomor {} tanggal {dated}", acting.letter))
    }

    /// Who of those with the role has it in hand, by name.
    pub fn in_hand_of(&self) -> Option<String> {
        self.case.in_hand.as_ref()?;
        let seen = self.newest(|what| matches!(what, Happened::Taken | Happened::HandedOver { .. }))?;
        match seen.event.what {
            Happened::HandedOver { .. } => seen.to.clone(),
            _ => seen.name.clone(),
        }
    }

    /// Who acted by name, or by role where the name is not known any more.
    pub fn who(&self, seen: &SeenEvent) -> String {
        seen.name.clone().unwrap_or_else(|| self.role(&seen.event))
    }

    /// Who acted, and as what: "Sekar Contoh (Verifikator)". Who stood in is named in full, as on paper: "Plh. Verifikator (Sekar
    /// Contoh, NIP …)".
    pub fn signed(&self, seen: &SeenEvent) -> String {
        let role = self.role(&seen.event);
        let nip = seen.nip.as_ref().filter(|_| seen.event.by.acting.is_some());
        match (&seen.name, nip) {
            (Some(name), Some(nip)) => format!("{role} ({name}, NIP {nip})"),
            (Some(name), None) => format!("{name} ({role})"),
            (None, _) => role,
        }
    }

    /// What the outside body is called: the actor of the step that is answered.
    pub fn outside(&self) -> &str {
        self.procedure.step_with(StepAct::Answer).map_or("BSrE", |step| self.title(&step.actor))
    }

    /// What the applicant is to complete now, in words.
    pub fn to_complete(&self) -> Vec<String> {
        match &self.case.stage {
            Stage::Completion { papers, fields, .. } => self.completion(papers, fields),
            _ => Vec::new(),
        }
    }

    /// Papers and entries in words.
    pub fn completion(&self, papers: &[PaperId], fields: &[crate::procedure::FieldId]) -> Vec<String> {
        let papers = papers.iter().map(|id| self.paper_name(id).to_owned());
        papers.chain(fields.iter().map(|field| field.label().to_owned())).collect()
    }

    /// The hash of the newest event: the whole log in 64 digits.
    pub fn seal(&self) -> String {
        self.view.events.last().map(|seen| seen.hash.to_string()).unwrap_or_default()
    }
}
