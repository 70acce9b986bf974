//! The signals that hold what is being typed. They belong to the page, not to a form, so that a form drawn
//! anew with a fresher case shows what was there.

use std::collections::BTreeMap;

use leptos::prelude::*;
use workflow::{
    api::Document,
    procedure::{FieldId, PaperId},
};

use super::typed::{Typed, entry_id, id};
use crate::{
    components::Errors,
    kept::{Kept, KeptAct, Sent},
};

/// What is being typed, and what is wrong with it. Copy it freely.
#[derive(Clone, Copy)]
pub struct Draft {
    texts: StoredValue<BTreeMap<&'static str, RwSignal<String>>>,
    papers: StoredValue<BTreeMap<String, RwSignal<Option<Document>>>>,
    /// The page, which outlives its forms.
    page: StoredValue<Owner>,
    /// The values of the ticked boxes.
    pub ticks: RwSignal<Vec<String>>,
    /// Not empty once one understands that there is no way back.
    pub sure: RwSignal<Vec<String>>,
    /// What is wrong.
    pub errors: Errors,
    /// Uploads on their way.
    pub uploading: RwSignal<u32>,
}

impl Draft {
    /// An empty one, which lives as long as the page that is being built.
    pub fn new() -> Draft {
        let ids = id::TEXTS.into_iter().chain(FieldId::ALL.map(entry_id));
        Draft {
            texts: StoredValue::new(ids.map(|id| (id, RwSignal::new(String::new()))).collect()),
            papers: StoredValue::new(BTreeMap::new()),
            page: StoredValue::new(Owner::current().expect("a page is built under its owner")),
            ticks: RwSignal::new(Vec::new()),
            sure: RwSignal::new(Vec::new()),
            errors: Errors::new(),
            uploading: RwSignal::new(0),
        }
    }

    /// The text of a field. Every field of every act has one.
    pub fn text(self, id: &str) -> RwSignal<String> {
        self.texts.with_value(|texts| texts.get(id).copied()).expect("the draft was made with every field's id")
    }

    /// The document uploaded as `paper`. Which papers a case asks for is known only once it is here.
    pub fn paper(self, paper: &PaperId) -> RwSignal<Option<Document>> {
        if let Some(known) = self.papers.with_value(|papers| papers.get(&paper.0).copied()) {
            return known;
        }
        let new = self.page.with_value(|page| page.with(|| RwSignal::new(None)));
        self.papers.update_value(|papers| {
            papers.insert(paper.0.clone(), new);
        });
        new
    }

    /// Puts this in the place of what was typed.
    pub fn set(self, typed: &Typed) {
        self.errors.clear();
        self.ticks.set(typed.ticks.clone());
        self.sure.set(Vec::new());
        self.texts.with_value(|texts| {
            for (id, text) in texts {
                text.set(typed.texts.get(id).cloned().unwrap_or_default());
            }
        });
        self.papers.with_value(|papers| papers.iter().for_each(|(id, paper)| paper.set(typed.papers.get(id).cloned())));
    }

    /// Puts there what is kept on the device. Whoever sent it understood that there is no way back; once it was refused, they
    /// are asked anew.
    pub fn put_back(self, act: &KeptAct) {
        if act.kept.sent.is_some() {
            self.sure.set(vec!["ya".to_owned()]);
        }
        self.texts.with_value(|texts| {
            for (id, text) in texts {
                text.set(act.text(id).unwrap_or_default().to_owned());
            }
        });
        for (paper, document) in &act.kept.papers {
            self.paper(paper).set(Some(document.clone()));
        }
    }

    /// What is typed now, to be kept on the device as long as this is on its way.
    pub fn kept(self, sent: Sent) -> Kept {
        let mut kept = Kept { sent: Some(sent), ..Kept::default() };
        self.texts.with_value(|texts| {
            for (id, text) in texts {
                kept.texts.push(((*id).to_owned(), text.get_untracked()));
            }
        });
        self.papers.with_value(|papers| {
            for (id, paper) in papers {
                kept.papers.extend(paper.get_untracked().map(|document| (PaperId(id.clone()), document)));
            }
        });
        kept
    }

    /// What is typed now.
    pub fn typed(self) -> Typed {
        Typed {
            texts: self.texts.with_value(|texts| texts.iter().map(|(id, text)| (*id, text.get_untracked())).collect()),
            ticks: self.ticks.get_untracked(),
            sure: !self.sure.read_untracked().is_empty(),
            papers: self.papers.with_value(|papers| {
                papers.iter().filter_map(|(id, paper)| Some((id.clone(), paper.get_untracked()?))).collect()
            }),
        }
    }
}
