//! The steps of a procedure in short: who, how long, what.

use leptos::prelude::*;
use workflow::procedure::Procedure;

/// The steps from number `first` on.
pub fn steps(procedure: &Procedure, first: u8) -> AnyView {
    let steps: Vec<AnyView> = procedure
        .steps
        .iter()
        .filter(|step| step.no >= first)
        .map(|step| {
            let time = step.time.as_ref().map_or_else(
                || "waktu tidak disebut".to_owned(),
                |time| format!("paling lama {}", time.wording().to_ascii_lowercase()),
            );
            view! {
                <li class="app-steps__item">
                    <span class="app-steps__who">{procedure.title(&step.actor).to_owned()}</span>
                    <span class="app-steps__time">{time}</span>
                    <span class="app-steps__what">{step.wording.clone()}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <ol class="app-steps" start=first.to_string()>
            {steps}
        </ol>
    }
    .into_any()
}
