//! Pilih kantor.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Pilih kantor.
#[component]
pub fn Offices() -> impl IntoView {
    view! { <Heading text="Pilih kantor" /> }.into_any()
}
