//! Permohonan saya.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Permohonan saya.
#[component]
pub fn Mine() -> impl IntoView {
    view! { <Heading text="Permohonan saya" /> }.into_any()
}
