//! The session ended under the person's hands.

use leptos::prelude::*;
use workflow::api::Me;

use super::sign_in::SignInForm;
use crate::session::Session;

/// Shown above the page, which stays as it is with everything typed: who signs in again goes on where they were.
#[component]
pub fn SessionEnded() -> impl IntoView {
    let session = Session::expect();
    let heading = NodeRef::<leptos::html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    (move || {
        session.ended().then(|| {
            let email = session.me_untracked().map(|me| me.email.to_string()).unwrap_or_default();
            let on_enter = Callback::new(move |me: Me| session.enter(me));
            view! {
                <section class="app-confirm" aria-labelledby="sesi">
                    <h2 class="govuk-heading-m" id="sesi" tabindex="-1" node_ref=heading>
                        "Sesi Anda berakhir"
                    </h2>
                    <p class="govuk-body">
                        "Yang sudah Anda isi tetap ada di bawah. Masuk lagi, lalu lanjutkan dari sini."
                    </p>
                    <SignInForm email=email on_enter=on_enter />
                </section>
            }
        })
    })
    .into_any()
}
