//! Passing on several requests with one disposition. Each is judged by itself, and has a result of its own.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use workflow::{
    api::{ActRequest, CaseRow},
    case::{Ask, Command, Urgency},
    identity::TicketNumber,
    note::{Note, NoteError},
    procedure::{Procedure, StepAct},
};

use crate::{
    api::{self, ApiError},
    components::{Banner, Checkboxes, Choice, ErrorSummary, Errors, FieldError, Radios, Submit, Tag, TextArea},
    json,
    navigation::focus_soon,
    office::Office,
    pages::lists,
    session::Session,
};

/// What was chosen on the list, and what came of it. Copy it freely.
#[derive(Clone, Copy)]
pub struct Together {
    chosen: RwSignal<Vec<Chosen>>,
    /// All that can be chosen on the list.
    offered: RwSignal<Vec<Chosen>>,
    results: RwSignal<Vec<(TicketNumber, Result<(), String>)>>,
    /// Goes up when the list has changed.
    round: RwSignal<u32>,
    busy: RwSignal<bool>,
    errors: Errors,
    session: Session,
}

/// A request on the list, as it was seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    ticket: TicketNumber,
    seq: u32,
    urgent: bool,
}

/// Where the focus goes when all are done.
const RESULTS: &str = "hasil-bersama";

impl Together {
    /// Nothing chosen.
    pub fn provide() -> Together {
        let together = Together {
            chosen: RwSignal::new(Vec::new()),
            offered: RwSignal::new(Vec::new()),
            results: RwSignal::new(Vec::new()),
            round: RwSignal::new(0),
            busy: RwSignal::new(false),
            errors: Errors::new(),
            session: Session::expect(),
        };
        provide_context(together);
        together
    }

    /// The one of this page.
    pub fn expect() -> Together {
        expect_context()
    }

    /// Tracks the list: it is to be loaded anew when something was passed on. What was chosen on another part is not
    /// before one's eyes any more.
    pub fn changed(self) {
        self.round.track();
        self.chosen.set(Vec::new());
        self.offered.set(Vec::new());
    }

    /// Chooses all of the list, or none, where there are several.
    pub fn every(self) -> AnyView {
        let several = Memo::new(move |_| self.offered.read().len() > 1);
        let all = Signal::derive(move || self.chosen.read().len() == self.offered.read().len());
        let change = move |event| {
            let chosen = if event_target_checked(&event) { self.offered.get_untracked() } else { Vec::new() };
            self.chosen.set(chosen);
        };
        let shown = move || {
            several.get().then(|| {
                view! { <label class="choose-all"><input class="choose" type="checkbox" prop:checked=all on:change=change />"Pilih semua"</label> }
            })
        };
        view! { {shown} }.into_any()
    }

    /// The box that chooses a request, where it is the person's to pass on.
    pub fn choice(self, procedure: &Procedure, case: &CaseRow) -> Option<AnyView> {
        let who = untrack(|| self.session.who())?;
        let step = procedure.step(case.step).filter(|step| step.act == StepAct::Forward)?;
        if !who.holds(procedure, &step.actor) {
            return None;
        }
        let one = Chosen { ticket: case.ticket.clone(), seq: case.seq, urgent: case.reason.is_urgent() };
        self.offered.update(|all| all.push(one.clone()));
        let label = format!("Pilih {}", case.ticket);
        let (is, set) = (one.clone(), one);
        let change = move |event| {
            let chosen = event_target_checked(&event);
            self.chosen.update(|all| {
                all.retain(|other| *other != set);
                if chosen {
                    all.push(set.clone());
                }
            });
        };
        Some(
            view! {
                <input class="choose" type="checkbox" aria-label=label prop:checked=move || self.chosen.read().contains(&is) on:change=change />
            }
            .into_any(),
        )
    }

    /// What came of the last time, one line for each.
    pub fn results(self) -> AnyView {
        let office = Office::expect();
        let shown = move || {
            let results = self.results.get();
            if results.is_empty() {
                return ().into_any();
            }
            let done = results.iter().filter(|(_, result)| result.is_ok()).count();
            let all = done == results.len();
            let text = match results.len() - done {
                0 => format!("{done} permohonan sudah diteruskan."),
                failed if done == 0 => format!("Tidak ada yang diteruskan: {failed} permohonan gagal."),
                failed => format!("{done} permohonan sudah diteruskan, {failed} belum."),
            };
            let lines: Vec<_> = results
                .into_iter()
                .map(|(ticket, result)| {
                    let told = match result {
                        Ok(()) => "sudah diteruskan".into_any(),
                        Err(why) => view! { <Tag label="Belum diteruskan" colour="red" />" "{why} }.into_any(),
                    };
                    view! { <li>{lists::ticket(office.id(), &ticket)}": "{told}</li> }
                })
                .collect();
            view! { <Banner text=text success=all /><ul class="govuk-list govuk-list--bullet">{lines}</ul> }.into_any()
        };
        view! { <div id=RESULTS tabindex="-1" class="act-result">{shown}</div> }.into_any()
    }

    /// The disposition for all that are chosen.
    pub fn form(self) -> AnyView {
        let urgency = RwSignal::new(json::word_of(Urgency::Ordinary));
        let asks = RwSignal::new(Vec::new());
        let note = RwSignal::new(String::new());
        let office = Office::expect();
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            if self.busy.get_untracked() {
                return;
            }
            self.errors.clear();
            let note = match Note::parse(&note.read_untracked()) {
                Ok(note) => Some(note),
                Err(NoteError::Empty) => None,
                Err(error) => {
                    self.errors.show(vec![FieldError { id: "catatan".to_owned(), text: error.to_string() }]);
                    return;
                }
            };
            let command = Command::Forward {
                urgency: json::word(&urgency.read_untracked()).unwrap_or_default(),
                asks: asks.read_untracked().iter().filter_map(|ask: &String| json::word(ask)).collect(),
                note,
            };
            self.pass_on(office.id().to_owned(), command);
        };
        // What cannot wait is not passed on as if it could, unless the official says so; and the other way round.
        let cannot_wait = Memo::new(move |_| self.chosen.read().iter().any(|one| one.urgent));
        Effect::new(move |was: Option<bool>| {
            let (ordinary, very) = (json::word_of(Urgency::Ordinary), json::word_of(Urgency::VeryUrgent));
            let is = cannot_wait.get();
            if is && *urgency.read_untracked() == ordinary {
                urgency.set(very);
            } else if was == Some(true) && !is && *urgency.read_untracked() == very {
                urgency.set(ordinary);
            }
            is
        });
        let any = Memo::new(move |_| !self.chosen.read().is_empty());
        let inner = move || {
            any.get().then(|| {
                let urgencies: Vec<_> =
                    Urgency::ALL.into_iter().map(|one| Choice::new(json::word_of(one), one.label())).collect();
                let wishes = Ask::ALL.into_iter().map(|one| Choice::new(json::word_of(one), one.label())).collect();
                let label = move || format!("Teruskan {} permohonan", self.chosen.read().len());
                let submit = submit.clone();
                view! {
                    <ErrorSummary errors=self.errors />
                    <form class="act-form" novalidate on:submit=submit aria-labelledby="bersama">
                        <h2 class="govuk-heading-m" id="bersama">{label}</h2>
                        <p class="govuk-body">"Satu disposisi untuk semuanya. Setiap permohonan tetap diperiksa sendiri-sendiri, dan hasilnya ditampilkan satu per satu."</p>
                        <Radios id="sifat" legend="Sifat" choices=urgencies value=urgency />
                        <Checkboxes id="harap" legend="Dengan hormat harap" choices=wishes value=asks />
                        <TextArea id="catatan" label="Catatan (tidak wajib)" value=note error=self.errors.of("catatan") />
                        <Submit label="Teruskan yang dipilih" pending=self.busy />
                    </form>
                }
                .into_any()
            })
        };
        view! { {inner} }.into_any()
    }

    /// One after the other: each is a write of its own, which happens once and is answered by itself.
    fn pass_on(self, office: String, command: Command) {
        let chosen = self.chosen.get_untracked();
        self.busy.set(true);
        spawn_local(async move {
            let mut results = Vec::with_capacity(chosen.len());
            for Chosen { ticket, seq, .. } in chosen {
                let request = ActRequest { seen: seq, command: command.clone() };
                let answer = api::act(&office, ticket.as_str(), &request).await;
                if answer.as_ref().is_err_and(ApiError::is_not_theirs) {
                    self.session.ask();
                }
                results.push((ticket, answer.map(drop).map_err(|error| why(&error))));
            }
            // Who has left the page finds the list as it is then.
            if self.busy.try_set(false).is_none() {
                self.results.set(results);
                self.round.update(|round| *round += 1);
                focus_soon(RESULTS);
            }
        });
    }
}

/// Why one was not passed on, for who has the list before their eyes and not the request.
fn why(error: &ApiError) -> String {
    if error.code() == Some("moved_on") {
        return "Permohonan ini sudah berubah sejak daftar ditampilkan. Buka permohonannya untuk melihat keadaannya sekarang.".to_owned();
    }
    error.to_string()
}
