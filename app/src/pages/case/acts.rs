//! What this person may do with the case now: a button for each act, its form in place, and what came of it.

mod draft;
mod forms;
mod own;
mod reach;
mod typed;

use std::sync::Arc;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use workflow::{
    api::{ActRequest, CaseView},
    case::{Act, Command, OpenAct, Refusal, Who, open_acts, permit},
    procedure::StepAct,
};

use crate::{
    api::{self, ApiError},
    browser,
    components::{Banner, Button, ButtonKind, Empty, ErrorSummary, Inset, Load, Loading, Submit},
    kept::KeptAct,
    navigation::focus_soon,
    pages::proof::Proof,
    sending::{self, Sending},
    session::Session,
};
use draft::Draft;
use typed::Typed;
use workflow::told::CaseFile;

/// The acts of one case's page. Copy it freely.
#[derive(Clone, Copy)]
pub struct Acts {
    case: Loading<Arc<CaseFile>>,
    draft: Draft,
    /// The act whose form is open.
    open: RwSignal<Option<Act>>,
    /// The act to which the draft belongs.
    drafted: StoredValue<Option<Act>>,
    busy: RwSignal<bool>,
    done: RwSignal<Option<&'static str>>,
    /// Why the case is not theirs to see any more.
    lost: RwSignal<Option<String>>,
    session: Session,
    proof: Proof,
    /// What the applicant did here, as long as the edge has not taken it.
    kept: StoredValue<Option<KeptAct>>,
    sending: Sending,
}

/// Where the focus goes when a form opens.
const FORM: &str = "tindakan-isi";
/// Where it goes when an act is done.
const RESULT: &str = "hasil";

impl Acts {
    /// Nothing open and nothing typed, but for what the applicant has left here without an answer.
    pub fn new(case: Loading<Arc<CaseFile>>, ticket: &str) -> Acts {
        let acts = Acts {
            case,
            draft: Draft::new(),
            open: RwSignal::new(None),
            drafted: StoredValue::new(None),
            busy: RwSignal::new(false),
            done: RwSignal::new(None),
            lost: RwSignal::new(None),
            session: Session::expect(),
            proof: Proof::new(),
            kept: StoredValue::new(None),
            sending: Sending::here(),
        };
        acts.resume(ticket);
        acts
    }

    /// Whether the case is theirs to see, tracked.
    pub fn sees(self) -> bool {
        self.lost.read().is_none()
    }

    /// What came of the last act. It stands outside what a fresher case redraws.
    pub fn results(self) -> AnyView {
        let done = move || self.done.get().map(|text| view! { <Banner text=text success=true /> });
        let lost = move || self.lost.get().map(|text| view! { <Empty title="Akses berakhir" text=text /> });
        view! {
            <div id=RESULT tabindex="-1" class="act-result">{done}{lost}</div>
            <ErrorSummary errors=self.draft.errors />
        }
        .into_any()
    }

    /// The person's acts, or why they have none although they hold the role.
    pub fn section(self, file: &Arc<CaseFile>, who: &Who) -> AnyView {
        // Where the applicant is written to is asked only beside a mail that did not reach them.
        let (aside, acts): (Vec<OpenAct>, Vec<OpenAct>) =
            open_acts(&file.procedure, &file.case, who).into_iter().partition(|open| open.act == Act::Readdress);
        self.settle(&acts);
        let nothing = acts.is_empty();
        let explained = nothing.then(|| own_request(file, who));
        let file = file.clone();
        let shown = Memo::new(move |_| !nothing || self.open.get() == Some(Act::Readdress));
        // One calls first, and records what came of it then.
        let calls = acts.iter().any(|open| open.act == Act::Contact);
        let proof = self.proof;
        let section = move || {
            let (aside, acts, file) = (aside.clone(), acts.clone(), file.clone());
            let called = file.clone();
            // The form for another address has its own.
            let reach = move || (calls && self.open.get() != Some(Act::Readdress)).then(|| reach::contact(&called));
            let inner =
                move || match self.open.get().and_then(|open| acts.iter().chain(&aside).find(|act| act.act == open)) {
                    Some(act) => self.form(act, &file),
                    None => self.buttons(&acts, &file),
                };
            view! {
                <section class="acts" aria-labelledby="tindakan">
                    <h2 class="govuk-heading-m" id="tindakan">"Tindakan Anda"</h2>
                    {reach}
                    {inner}
                    {proof.form()}
                </section>
            }
        };
        view! { {explained}{move || shown.get().then(&section)} }.into_any()
    }

    /// Says what came of something else on the page.
    pub fn say(self, what: &'static str) {
        self.draft.errors.clear();
        self.done.set(Some(what));
        focus_soon(RESULT);
    }

    /// Says why something else on the page did not come about.
    pub fn fail(self, error: &ApiError) {
        self.done.set(None);
        self.draft.errors.show_failure(error);
    }

    fn buttons(self, acts: &[OpenAct], file: &Arc<CaseFile>) -> AnyView {
        let take = acts.iter().find(|open| open.act == Act::Take).map(|open| open.by.actor.clone());
        let buttons: Vec<_> = acts
            .iter()
            .enumerate()
            .map(|(at, OpenAct { act, by })| {
                // Two colleagues do not work at once on what either could do: who begins has it in hand.
                let takes = act.moves_on() && take.as_ref() == Some(&by.actor);
                let (act, file) = (*act, file.clone());
                // Taking the request back is never what the page is for.
                let kind = if at == 0 && act != Act::Withdraw { ButtonKind::Main } else { ButtonKind::Secondary };
                let press = Callback::new(move |()| if takes { self.take(act, &file) } else { self.show(act, &file) });
                view! { <Button label=act.label() kind=kind on_press=press /> }
            })
            .collect();
        view! { <div class="govuk-button-group">{buttons}</div> }.into_any()
    }

    /// Opens the form of an act.
    pub fn show(self, act: Act, file: &CaseFile) {
        self.done.set(None);
        self.draft.errors.clear();
        // What was typed for this act and put aside is still there; what was typed for another is not.
        if self.drafted.get_value() != Some(act) {
            self.drafted.set_value(Some(act));
            self.draft.set(&Typed::opening(act, file, browser::now()));
        }
        self.open.set(Some(act));
        focus_soon(FORM);
    }

    /// Takes the file in hand, and opens the form of an act then.
    fn take(self, act: Act, file: &Arc<CaseFile>) {
        if self.busy.get_untracked() {
            return;
        }
        self.draft.errors.clear();
        self.busy.set(true);
        let request = ActRequest { seen: file.case.seq, command: Command::Take { note: None } };
        let file = file.clone();
        spawn_local(async move {
            let answer = api::act(&file.view.office, file.case.ticket.as_str(), &request).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(view) => {
                    self.freshen(view);
                    self.show(act, &file);
                }
                Err(error) => self.refused(&error),
            }
        });
    }

    fn form(self, OpenAct { act, by }: &OpenAct, file: &Arc<CaseFile>) -> AnyView {
        let act = *act;
        let behalf = by.behalf.as_ref().map(|behalf| {
            let text = format!("Anda mencatat ini atas nama {}; catatan menyebut keduanya.", file.title(behalf));
            view! { <p class="govuk-body">{text}</p> }
        });
        let kind = if matches!(act, Act::Refuse | Act::Withdraw) { ButtonKind::Danger } else { ButtonKind::Main };
        let on_its_way = move || self.busy.get() || self.sending.pending.get();
        let busy = Signal::derive(move || on_its_way() || *self.draft.uploading.read() > 0);
        let own = file.case.is_applicant(&by.person);
        let inner = forms::form(act, file, self.draft);
        let file = file.clone();
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            if !busy.get_untracked() {
                self.submit(act, own, &file);
            }
        };
        let cancel = Callback::new(move |()| {
            self.open.set(None);
            self.draft.errors.clear();
            self.forget();
            focus_soon("tindakan");
        });
        view! {
            <form class="act-form" novalidate on:submit=submit aria-labelledby=FORM>
                <h3 class="govuk-heading-s" id=FORM tabindex="-1">{act.label()}</h3>
                {behalf}
                {inner}
                <div role="status">{move || self.sending.waiting.get().then(sending::kept)}</div>
                <div class="govuk-button-group">
                    <Submit label=act.label() kind=kind pending=busy />
                    <Button label="Batal" kind=ButtonKind::Secondary on_press=cancel />
                </div>
            </form>
        }
        .into_any()
    }

    /// Sends it. What is the applicant's `own` stays on the device until there is an answer: an official's act goes while
    /// they look at the request, or not at all.
    fn submit(self, act: Act, own: bool, file: &Arc<CaseFile>) {
        self.draft.errors.clear();
        let command = match self.draft.typed().command(act, file) {
            Ok(command) => command,
            Err(faults) => {
                self.draft.errors.show(faults);
                return;
            }
        };
        let request = ActRequest { seen: file.case.seq, command };
        if own {
            return self.send_own(act, file, &request);
        }
        let file = file.clone();
        self.busy.set(true);
        spawn_local(async move {
            let act_once = || api::act(&file.view.office, file.case.ticket.as_str(), &request);
            let answer = self.proof.before(act_once).await;
            // Who has left the page hears of it on the next one.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(view) => self.taken(act, view),
                // They would rather not, and nothing has happened.
                Err(error) if error.needs_proof() => focus_soon(FORM),
                Err(error) => self.refused(&error),
            }
        });
    }

    /// The edge has it: says so, and shows the case as it is now.
    fn taken(self, act: Act, view: CaseView) {
        self.open.set(None);
        self.drafted.set_value(None);
        self.done.set(Some(done(act)));
        self.freshen(view);
        focus_soon(RESULT);
    }

    /// Says why not, and shows the case as it is now, to whom the person is now; what was typed stays.
    fn refused(self, error: &ApiError) {
        if error.is_not_theirs() {
            self.session.ask();
        }
        if error.status() == Some(404) {
            self.lost.set(Some(error.to_string()));
            focus_soon(RESULT);
            return;
        }
        if let ApiError::Problem(problem) = error
            && let Some(view) = problem.case()
        {
            self.freshen(view);
        }
        self.draft.errors.show_failure(error);
    }

    fn freshen(self, view: CaseView) {
        let procedure = match &*self.case.state.read_untracked() {
            Load::Ready(file) => Some(file.procedure.clone()),
            _ => None,
        };
        match procedure.and_then(|procedure| CaseFile::new(procedure, view).ok()) {
            Some(fresh) => self.case.state.set(Load::Ready(Arc::new(fresh))),
            None => self.case.again.run(()),
        }
    }
}

/// An official who is a party to the case, or has acted in it as somebody else, learns why there is no button.
fn own_request(file: &CaseFile, who: &Who) -> Option<AnyView> {
    let step = match file.case.stage {
        workflow::case::Stage::Step { no } => file.procedure.step(no)?,
        _ => return None,
    };
    let act = match step.act {
        StepAct::Forward => Act::Forward,
        StepAct::Check => Act::Approve,
        StepAct::Send => Act::Send,
        StepAct::Answer => Act::Answer,
        StepAct::Contact => Act::Contact,
        StepAct::File | StepAct::Close => Act::Close,
    };
    match permit(&file.procedure, &file.case, who, act) {
        Err(refusal @ (Refusal::OwnRequest | Refusal::TwiceInChain { .. })) => {
            Some(view! { <Inset>{refusal.to_string()}</Inset> }.into_any())
        }
        _ => None,
    }
}

/// What is said when the edge has taken the act.
fn done(act: Act) -> &'static str {
    match act {
        Act::Forward => "Permohonan sudah diteruskan.",
        Act::Approve => "Permohonan dinyatakan lengkap.",
        Act::Return => "Permohonan dikembalikan. Pemohon diberi tahu lewat e-mail.",
        Act::Resubmit => "Kelengkapan sudah dikirim ke kantor.",
        Act::Refuse => "Permohonan ditolak. Pemohon diberi tahu lewat e-mail.",
        Act::Send => "Permohonan sudah diajukan ke BSrE.",
        Act::Answer => "Jawaban BSrE sudah dicatat.",
        Act::Contact => "Hasil menghubungi pemohon sudah dicatat.",
        Act::Close => "Permohonan selesai.",
        Act::Withdraw => "Permohonan sudah ditarik kembali.",
        Act::Take => "Berkas ini sekarang ada pada Anda.",
        Act::HandOver => "Berkas sudah diserahkan kepada rekan Anda.",
        Act::PutBack => "Berkas sudah dikembalikan ke antrean.",
        Act::Readdress => "Alamat sudah diganti. E-mail yang tidak sampai dikirim lagi ke alamat baru.",
    }
}
