//! Where one is signed in, and the way out from there.

use leptos::{prelude::*, task::spawn_local};
use workflow::{api::OwnSession, procedure::Zone};

use crate::{
    api::{self, ApiError},
    components::{
        Banner, Confirm, ErrorSummary, Errors, Loaded, Loading, Tag, load,
        table::{Row, table},
    },
    navigation::{Heading, focus_soon},
    office::Office,
};

/// Where the focus goes when somebody was signed out somewhere.
const RESULT: &str = "hasil";

/// What is done on this page. Copy it freely.
#[derive(Clone, Copy)]
struct Ending {
    sessions: Loading<Vec<OwnSession>>,
    done: RwSignal<Option<&'static str>>,
    errors: Errors,
    busy: RwSignal<bool>,
}

/// One's own sessions.
#[component]
pub fn Sessions() -> impl IntoView {
    let zone = Office::expect().procedure().office.zone;
    let sessions = load(api::own_sessions);
    let ending = Ending { sessions, done: RwSignal::new(None), errors: Errors::new(), busy: RwSignal::new(false) };
    let list = move |all: Vec<OwnSession>| ending.list(&all, zone);
    let done = move || ending.done.get().map(|text| view! { <Banner text=text success=true /> });
    view! {
        <Heading text="Sesi saya" />
        <div id=RESULT tabindex="-1" class="act-result">{done}</div>
        <ErrorSummary errors=ending.errors />
        <p class="govuk-body">
            "Di perangkat-perangkat ini Anda sedang masuk. Keluarkan yang hilang, yang dipakai bersama, atau yang tidak Anda kenal; untuk masuk lagi dari sana diperlukan kode dari e-mail Anda."
        </p>
        <Loaded loading=sessions children=list />
    }
    .into_any()
}

impl Ending {
    fn list(self, all: &[OwnSession], zone: Zone) -> AnyView {
        let rows = all.iter().map(|one| self.row(one, zone)).collect();
        let others = all.iter().any(|one| !one.here).then(|| {
            let all_others =
                Callback::new(move |()| self.end("Semua perangkat lain sudah dikeluarkan.", api::end_other_sessions()));
            view! {
                <Confirm
                    label="Keluar dari semua perangkat lain"
                    question="Semua perangkat selain yang sedang Anda pakai ini dikeluarkan sekarang juga."
                    yes="Ya, keluarkan semuanya"
                    pending=self.busy
                    on_yes=all_others
                />
            }
        });
        view! {
            {table("Perangkat tempat Anda sedang masuk", &["Perangkat", "Masuk", "Terakhir dipakai", "Tindakan"], rows)}
            {others}
        }
        .into_any()
    }

    fn row(self, one: &OwnSession, zone: Zone) -> Row {
        let name = one.browser.clone().unwrap_or_else(|| "Perangkat tidak dikenal".to_owned());
        let here = one.here.then(|| view! { " "<Tag label="Perangkat ini" colour="green" /> });
        let out = if one.here {
            "Pilih Keluar di bagian atas halaman.".into_any()
        } else {
            let id = one.id.clone();
            let press = move |_| {
                if !self.busy.get_untracked() {
                    let id = id.clone();
                    self.end("Perangkat itu sudah dikeluarkan.", async move { api::end_session(&id).await });
                }
            };
            let which = format!("Keluar dari sana: {name}, masuk {}", zone.brief(one.began_at));
            view! {
                <div class="row-buttons">
                    <button type="button" class="govuk-button govuk-button--secondary" aria-label=which aria-disabled=move || self.busy.get().then_some("true") on:click=press>
                        "Keluar dari sana"
                    </button>
                </div>
            }
            .into_any()
        };
        vec![
            view! { {name}{here} }.into_any(),
            zone.brief(one.began_at).into_any(),
            zone.brief(one.used_at).into_any(),
            out,
        ]
    }

    fn end(self, done: &'static str, ask: impl Future<Output = Result<(), ApiError>> + 'static) {
        self.errors.clear();
        self.done.set(None);
        self.busy.set(true);
        spawn_local(async move {
            let answer = ask.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.done.set(Some(done));
                    focus_soon(RESULT);
                }
                // Somebody else, or oneself elsewhere, was faster.
                Err(error) if error.status() == Some(404) => self.done.set(Some(done)),
                Err(error) => return self.errors.show_failure(&error),
            }
            self.sessions.again.run(());
        });
    }
}
