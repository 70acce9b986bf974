//! Halaman tidak ditemukan.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Halaman tidak ditemukan.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <Heading text="Halaman tidak ditemukan" /> }.into_any()
}
