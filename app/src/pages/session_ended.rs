//! The session ended under the person's hands.

use leptos::prelude::*;

/// Shown above the page, which stays as it is.
#[component]
pub fn SessionEnded() -> impl IntoView {
    view! {}.into_any()
}
