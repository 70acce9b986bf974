//! Sign-in: a mailbox, then the code that came to it.

use leptos::{prelude::*, task::spawn_local};
use workflow::{
    api::{CodeRequest, Me, SignIn as SignInRequest, code_digits},
    identity::EmailAddress,
};

use crate::{
    api,
    components::{ErrorSummary, Errors, FieldError, Inset, Submit, TextInput},
    navigation::{Heading, Navigation, focus_soon},
    office::Office,
    routes::Page,
    session::Session,
};

/// How long until another code may be asked for, in seconds.
const WAIT: u32 = 60;

/// The sign-in page. Goes on to where one wanted to.
#[component]
pub fn SignIn() -> impl IntoView {
    let navigation = Navigation::expect();
    let session = Session::expect();
    let office = Office::expect();
    let onward = {
        let home = office.href(Page::Mine);
        // Only to a page of this site: `//elsewhere` is none.
        move || {
            let wanted = navigation.query("lanjut").filter(|href| href.starts_with('/') && !href.starts_with("//"));
            wanted.unwrap_or_else(|| home.clone())
        }
    };
    // Who is in already, or was while the edge was asked, need not stand at the door.
    Effect::new(move |_| {
        if session.me().is_some() {
            navigation.replace(&untrack(&onward));
        }
    });
    let on_enter = Callback::new(move |me: Me| session.enter(me));
    view! {
        <Heading text="Masuk" />
        <SignInForm email=String::new() on_enter=on_enter />
    }
    .into_any()
}

/// Asks for a mailbox, then for the code.
#[component]
pub fn SignInForm(
    /// The mailbox, where it is known.
    email: String,
    /// Hears who came in.
    on_enter: Callback<Me>,
) -> impl IntoView {
    let office = Office::expect();
    let email = RwSignal::new(email);
    let code = RwSignal::new(String::new());
    let sent_to = RwSignal::new(None::<EmailAddress>);
    let pending = RwSignal::new(false);
    let errors = Errors::new();
    let wait = Countdown::new();
    let office_id = office.id().to_owned();

    let ask_code = Callback::new(move |address: EmailAddress| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let request = CodeRequest { email: address.clone(), office: office_id.clone() };
        spawn_local(async move {
            let answer = api::request_code(&request).await;
            pending.try_set(false);
            match answer {
                Ok(()) => {
                    errors.clear();
                    code.set(String::new());
                    sent_to.set(Some(address));
                    wait.start();
                    focus_soon("kode");
                }
                Err(error) => errors.show_failure(&error),
            }
        });
    });
    let procedure = office.procedure();
    let send_email = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let fault = |text: String| errors.show(vec![FieldError { id: "surel".to_owned(), text }]);
        match EmailAddress::parse(&email.get_untracked()) {
            Ok(address) => ask_code.run(address),
            Err(error) => drop(fault(error.to_string())),
        }
    };
    let send_code = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(address) = sent_to.get_untracked() else { return };
        if pending.get_untracked() {
            return;
        }
        let fault = |text: String| FieldError { id: "kode".to_owned(), text };
        let Some(digits) = code_digits(&code.get_untracked()) else {
            errors.show(vec![fault("Isi kode 8 angka dari e-mail.".to_owned())]);
            return;
        };
        pending.set(true);
        let request = SignInRequest { email: address, code: digits };
        spawn_local(async move {
            let answer = api::sign_in(&request).await;
            pending.try_set(false);
            match answer {
                Ok(me) => on_enter.run(me),
                Err(error) => drop(errors.show(vec![fault(error.to_string())])),
            }
        });
    };
    let hint = if procedure.office.private_email {
        "E-mail dinas atau pribadi. Kami mengirim kode 8 angka ke sana; tidak perlu kata sandi.".to_owned()
    } else {
        let domains = procedure.office.email_domains.join(" atau @");
        format!("E-mail dinas Anda (@{domains}). Kami mengirim kode 8 angka ke sana; tidak perlu kata sandi.")
    };
    let form = move || match sent_to.get() {
        None => view! {
            <form novalidate on:submit=send_email>
                <TextInput
                    id="surel"
                    label="Alamat e-mail"
                    hint=hint.clone()
                    value=email
                    error=errors.of("surel")
                    kind="email"
                    autocomplete="email"
                />
                <Submit label="Kirim kode" pending=pending />
            </form>
        }
        .into_any(),
        Some(address) => {
            let again = address.clone();
            view! {
                <form novalidate on:submit=send_code>
                    <Inset>
                        "Bila alamat " <strong class="app-break">{address.to_string()}</strong>
                        " dapat masuk, kode sudah dikirim. Kode berlaku 10 menit, di peramban ini. Periksa juga folder spam."
                    </Inset>
                    <TextInput
                        id="kode"
                        label="Kode 8 angka"
                        value=code
                        error=errors.of("kode")
                        inputmode="numeric"
                        autocomplete="one-time-code"
                        pattern="[0-9]*"
                        width=10
                    />
                    <Submit label="Masuk" pending=pending />
                </form>
                <p class="govuk-body">
                    {move || {
                        let again = again.clone();
                        match wait.left() {
                            0 => {
                                view! {
                                    <button
                                        type="button"
                                        class="app-link-button"
                                        on:click=move |_| ask_code.run(again.clone())
                                    >
                                        "Kirim kode baru"
                                    </button>
                                }
                                    .into_any()
                            }
                            // Not a live region: a screen reader would count along.
                            left => {
                                view! {
                                    <span class="app-soft">
                                        "Kode baru dapat diminta dalam "{left}" detik."
                                    </span>
                                }
                                    .into_any()
                            }
                        }
                    }}
                </p>
                <p class="govuk-body">
                    <button
                        type="button"
                        class="app-link-button"
                        on:click=move |_| {
                            errors.clear();
                            sent_to.set(None);
                            focus_soon("surel");
                        }
                    >
                        "Pakai alamat lain"
                    </button>
                </p>
            }
            .into_any()
        }
    };
    view! {
        <ErrorSummary errors=errors />
        {form}
    }
    .into_any()
}

/// Seconds that run down.
#[derive(Clone, Copy)]
pub(super) struct Countdown {
    left: RwSignal<u32>,
    ticking: StoredValue<Option<IntervalHandle>>,
}

impl Countdown {
    pub(super) fn new() -> Countdown {
        let countdown = Countdown { left: RwSignal::new(0), ticking: StoredValue::new(None) };
        on_cleanup(move || countdown.stop());
        countdown
    }

    pub(super) fn left(self) -> u32 {
        self.left.get()
    }

    pub(super) fn start(self) {
        self.stop();
        self.left.set(WAIT);
        let tick = move || {
            self.left.update(|left| *left = left.saturating_sub(1));
            if self.left.get_untracked() == 0 {
                self.stop();
            }
        };
        self.ticking.set_value(set_interval_with_handle(tick, std::time::Duration::from_secs(1)).ok());
    }

    fn stop(self) {
        if let Some(handle) = self.ticking.try_get_value().flatten() {
            handle.clear();
        }
    }
}
