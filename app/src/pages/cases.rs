//! Semua permohonan.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Semua permohonan.
#[component]
pub fn Cases() -> impl IntoView {
    view! { <Heading text="Semua permohonan" /> }.into_any()
}
