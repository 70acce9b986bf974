//! A change that is being written: its entries, why, what is wrong with it, and what came of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use workflow::{
    day,
    note::Note,
    office::{Affairs, ChangeRequest, Command},
};

use crate::{
    api,
    components::{Banner, Button, ButtonKind, ErrorSummary, Errors, Loading, Reading, Submit, TextArea, TextInput},
    navigation::focus_soon,
    office::Office,
    pages::proof::Proof,
};

/// The changes of one page. Copy it freely.
#[derive(Clone, Copy)]
pub struct Changing {
    affairs: Loading<Affairs>,
    /// Which form is open: a word for it, and whom or what it is about.
    open: RwSignal<Option<(&'static str, String)>>,
    texts: StoredValue<BTreeMap<&'static str, RwSignal<String>>>,
    /// The page, which outlives its forms.
    page: StoredValue<Owner>,
    /// The values of the ticked boxes.
    pub ticks: RwSignal<Vec<String>>,
    /// What is wrong.
    pub errors: Errors,
    busy: RwSignal<bool>,
    done: RwSignal<Option<&'static str>>,
    proof: Proof,
}

/// Where the focus goes when a form opens.
const FORM: &str = "perubahan";
/// Where it goes when a change was made.
const RESULT: &str = "hasil";
/// The field that asks why.
const WHY: &str = "alasan";

/// What a form is about.
pub struct ChangeForm {
    /// What it does: its heading.
    pub title: &'static str,
    /// What it asks, but for why.
    pub inner: AnyView,
    /// The number of the log's newest entry that is shown.
    pub seen: u32,
    /// What is said when it is done.
    pub done: &'static str,
}

impl Changing {
    /// Nothing open, nothing typed.
    pub fn new(affairs: Loading<Affairs>) -> Changing {
        Changing {
            affairs,
            open: RwSignal::new(None),
            texts: StoredValue::new(BTreeMap::new()),
            page: StoredValue::new(Owner::current().expect("a page is built under its owner")),
            ticks: RwSignal::new(Vec::new()),
            errors: Errors::new(),
            busy: RwSignal::new(false),
            done: RwSignal::new(None),
            proof: Proof::new(),
        }
    }

    /// What came of the last change. It stands outside what fresher affairs redraw.
    pub fn results(self) -> AnyView {
        let done = move || self.done.get().map(|text| view! { <Banner text=text success=true /> });
        view! {
            <div id=RESULT tabindex="-1" class="act-result">{done}</div>
            <ErrorSummary errors=self.errors />
        }
        .into_any()
    }

    /// The text of a field.
    pub fn text(self, id: &'static str) -> RwSignal<String> {
        if let Some(known) = self.texts.with_value(|texts| texts.get(id).copied()) {
            return known;
        }
        let new = self.page.with_value(|page| page.with(|| RwSignal::new(String::new())));
        self.texts.update_value(|texts| {
            texts.insert(id, new);
        });
        new
    }

    /// What is typed in a field.
    pub fn typed(self, id: &'static str) -> String {
        self.text(id).get_untracked().trim().to_owned()
    }

    /// The day that is entered in a field, which must be there.
    pub fn day(self, id: &'static str, reading: &mut Reading) -> Option<NaiveDate> {
        let day = day::parse(&self.typed(id));
        if day.is_none() {
            reading.fault(id, "Isi tanggalnya.");
        }
        day
    }

    /// Which form is open, tracked.
    pub fn open(self) -> Option<(&'static str, String)> {
        self.open.get()
    }

    /// A button that opens a form, with these entries in it. While one is open there is no way into another.
    pub fn opener(
        self,
        label: &'static str,
        form: &'static str,
        about: String,
        entries: Vec<(&'static str, String)>,
        ticks: Vec<String>,
    ) -> AnyView {
        let press = Callback::new(move |()| {
            self.done.set(None);
            self.errors.clear();
            self.ticks.set(ticks.clone());
            self.open_with(form, about.clone(), &entries);
            focus_soon(FORM);
        });
        let shown = move || {
            let closed = self.open.read().is_none();
            closed.then(|| view! { <Button label=label kind=ButtonKind::Secondary on_press=press /> })
        };
        view! { {shown} }.into_any()
    }

    /// Opens a form, with these entries in it. What is told to be wrong stays: a form also opens again where fresher affairs
    /// redraw it.
    pub fn open_with(self, form: &'static str, about: String, entries: &[(&'static str, String)]) {
        self.texts.with_value(|texts| texts.values().for_each(|text| text.set(String::new())));
        for (id, text) in entries {
            self.text(id).set(text.clone());
        }
        self.open.set(Some((form, about)));
    }

    /// The entries of the form that is open, if it is this one.
    pub fn entries_of(self, form: &'static str) -> Option<Vec<(&'static str, String)>> {
        self.open.try_get_untracked().flatten().filter(|(open, _)| *open == form)?;
        self.texts.try_with_value(|texts| {
            texts.iter().filter_map(|(id, text)| Some((*id, text.try_get_untracked()?))).collect()
        })
    }

    /// A line of text.
    pub fn line(self, id: &'static str, label: &str, hint: &str, kind: &'static str) -> AnyView {
        let width = if kind == "date" { 10 } else { 0 };
        view! { <TextInput id=id label=label hint=hint.to_owned() value=self.text(id) error=self.errors.of(id) kind=kind width=width /> }
            .into_any()
    }

    /// A form with what it asks, and why.
    pub fn form(
        self,
        form: ChangeForm,
        build: impl Fn(Changing, &mut Reading) -> Option<Command> + Send + Sync + 'static,
    ) -> AnyView {
        let ChangeForm { title, inner, seen, done } = form;
        let office = Office::expect();
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            if self.busy.get_untracked() {
                return;
            }
            self.errors.clear();
            let mut reading = Reading::default();
            let command = build(self, &mut reading);
            let why = reading.take(WHY, Note::parse(&self.typed(WHY)));
            match (command, why) {
                (Some(command), Some(why)) if reading.0.is_empty() => {
                    self.send(office.id().to_owned(), ChangeRequest { seen, command, why }, done);
                }
                _ => {
                    self.errors.show(reading.0);
                }
            }
        };
        let cancel = Callback::new(move |()| {
            self.open.set(None);
            self.errors.clear();
        });
        view! {
            <form class="act-form" novalidate on:submit=submit aria-labelledby=FORM>
                <h2 class="govuk-heading-s" id=FORM tabindex="-1">{title}</h2>
                {inner}
                <TextArea id=WHY label="Alasan atau dasar perubahan" hint="Dicatat dalam riwayat kantor bersama nama Anda." value=self.text(WHY) error=self.errors.of(WHY) rows=2 />
                <div class="govuk-button-group">
                    <Submit label="Simpan" pending=self.busy />
                    <Button label="Batal" kind=ButtonKind::Secondary on_press=cancel />
                </div>
            </form>
            {self.proof.form()}
        }
        .into_any()
    }

    fn send(self, office: String, request: ChangeRequest, done: &'static str) {
        self.busy.set(true);
        spawn_local(async move {
            let answer = self.proof.before(|| api::change(&office, &request)).await;
            // Who has left the page hears of it on the next one.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.open.set(None);
                    self.done.set(Some(done));
                    self.affairs.again.run(());
                    focus_soon(RESULT);
                }
                // They would rather not, and nothing has happened.
                Err(error) if error.needs_proof() => focus_soon(FORM),
                Err(error) => {
                    // What was typed stays; what it was typed for is shown as it is now.
                    if error.code() == Some("affairs_moved_on") {
                        self.affairs.again.run(());
                    }
                    self.errors.show_failure(&error);
                }
            }
        });
    }
}
