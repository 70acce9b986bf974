//! A wish to have something put right, and what came of it: as whoever asked sees it, and as the administrators do.

use leptos::prelude::*;
use workflow::api::Correction as Wish;

use crate::{components::Inset, office::Office};

/// What somebody asked for, and the answer.
#[component]
pub fn Correction(
    /// It.
    wish: Wish,
    /// Whether who asks is told: to the administrators.
    #[prop(optional)]
    who: bool,
) -> impl IntoView {
    let zone = Office::expect().procedure().office.zone;
    let Wish { at, name, email, text, answered_at, answer, .. } = wish;
    let by = who.then(|| match name {
        Some(name) => format!(", {name} ({email})"),
        None => format!(", {email}"),
    });
    let answer = match answered_at.zip(answer) {
        Some((at, answer)) => view! {
            <Inset>
                <p class="govuk-body-s">{format!("Jawaban kantor, {}", zone.brief(at))}</p>
                <p class="govuk-body written">{answer.to_string()}</p>
            </Inset>
        }
        .into_any(),
        None => view! { <p class="govuk-body-s">"Belum dijawab."</p> }.into_any(),
    };
    view! {
        <section class="correction">
            <h3 class="govuk-heading-s">{zone.brief(at)}{by}</h3>
            <p class="govuk-body written">{text.to_string()}</p>
            {answer}
        </section>
    }
    .into_any()
}
