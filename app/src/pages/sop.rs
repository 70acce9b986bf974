//! SOP.

use leptos::prelude::*;

use crate::navigation::Heading;

/// SOP.
#[component]
pub fn Sop() -> impl IntoView {
    view! { <Heading text="SOP" /> }.into_any()
}
