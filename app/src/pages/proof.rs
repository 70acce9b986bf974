//! A code from one's own mailbox, asked for in place before what can do much harm. What was typed stays, and the same act goes
//! again by itself.

use std::future::Future;

use js_sys::{Function, Promise};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use workflow::api::{Proof as ProofRequest, code_digits};

use super::sign_in::Countdown;
use crate::{
    api::{self, ApiError},
    components::{Button, ButtonKind, ErrorSummary, Errors, FieldError, Submit, TextInput},
    navigation::focus_soon,
    office::Office,
    session::Session,
};

/// The proof of one page. Copy it freely.
#[derive(Clone, Copy)]
pub struct Proof {
    office: StoredValue<String>,
    /// Whether the code is asked for now.
    asked: RwSignal<bool>,
    /// Hears how it ended: whether the mailbox is proven.
    ended: StoredValue<Option<Function>, LocalStorage>,
    code: RwSignal<String>,
    errors: Errors,
    busy: RwSignal<bool>,
    wait: Countdown,
    session: Session,
}

/// The field of the code.
const CODE: &str = "kode-bukti";

impl Proof {
    /// Nothing asked.
    pub fn new() -> Proof {
        Proof {
            office: StoredValue::new(Office::expect().id().to_owned()),
            asked: RwSignal::new(false),
            ended: StoredValue::new_local(None),
            code: RwSignal::new(String::new()),
            errors: Errors::new(),
            busy: RwSignal::new(false),
            wait: Countdown::new(),
            session: Session::expect(),
        }
    }

    /// Does something. Where the edge wants a code first, it is asked for, and the same is done again.
    pub async fn before<T, F: Future<Output = Result<T, ApiError>>>(self, act: impl Fn() -> F) -> Result<T, ApiError> {
        loop {
            let answer = act().await;
            if !answer.as_ref().is_err_and(|error| error.needs_proof()) || !self.is_given().await {
                return answer;
            }
        }
    }

    /// Asks for the code, and waits until it was right or they would rather not.
    async fn is_given(self) -> bool {
        let ended = Promise::new(&mut |resolve: Function, _| {
            self.ended.try_set_value(Some(resolve));
        });
        if self.asked.try_set(true).is_some() {
            return false;
        }
        self.send_code();
        let given = JsFuture::from(ended).await.is_ok_and(|given| given.is_truthy());
        self.asked.try_set(false);
        given
    }

    fn end(self, given: bool) {
        self.errors.clear();
        if let Some(Some(ended)) = self.ended.try_update_value(Option::take) {
            let _ = ended.call1(&JsValue::NULL, &JsValue::from_bool(given));
        }
    }

    fn send_code(self) {
        self.errors.clear();
        self.code.set(String::new());
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::request_proof_code(&self.office.get_value()).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    self.wait.start();
                    focus_soon(CODE);
                }
                Err(error) => self.errors.show_failure(&error),
            }
        });
    }

    fn hand_in(self) {
        if self.busy.get_untracked() {
            return;
        }
        let Some(digits) = code_digits(&self.code.get_untracked()) else {
            self.fault("Isi kode 8 angka dari e-mail.".to_owned());
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::prove(&ProofRequest { code: digits }).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => self.end(true),
                Err(error) => self.fault(error.to_string()),
            }
        });
    }

    fn fault(self, text: String) {
        self.errors.show(vec![FieldError { id: CODE.to_owned(), text }]);
    }

    /// The form, while the code is asked for. It stands below the form of the act: one does not lie in another.
    pub fn form(self) -> AnyView {
        (move || self.asked.get().then(|| self.entry())).into_any()
    }

    fn entry(self) -> AnyView {
        let email = self.session.me_untracked().map(|me| me.email.to_string()).unwrap_or_default();
        let hint = format!("Kami mengirimnya ke {email}. Berlaku 10 menit. Periksa juga folder spam.");
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.hand_in();
        };
        let again = move || {
            match self.wait.left() {
            0 => view! { <button type="button" class="app-link-button" on:click=move |_| self.send_code()>"Kirim kode baru"</button> }.into_any(),
            // Not a live region: a screen reader would count along.
            left => view! { <span class="app-soft">"Kode baru dapat diminta dalam "{left}" detik."</span> }.into_any(),
        }
        };
        view! {
            <section class="app-confirm" aria-labelledby="bukti">
                <h3 class="govuk-heading-s" id="bukti">"Pastikan bahwa ini Anda"</h3>
                <ErrorSummary errors=self.errors />
                <p class="govuk-body">
                    "Demi keamanan, masukkan kode yang kami kirim ke e-mail Anda. Yang sudah Anda isi tetap ada, dan dikirim sendiri setelah kodenya benar."
                </p>
                <form novalidate on:submit=submit>
                    <TextInput id=CODE label="Kode 8 angka" hint=hint value=self.code error=self.errors.of(CODE) inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]*" width=10 />
                    <div class="govuk-button-group">
                        <Submit label="Lanjutkan" pending=self.busy />
                        <Button label="Tidak jadi" kind=ButtonKind::Secondary on_press=Callback::new(move |()| self.end(false)) />
                    </div>
                </form>
                <p class="govuk-body">{again}</p>
            </section>
        }
        .into_any()
    }
}
