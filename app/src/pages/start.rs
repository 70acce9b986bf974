//! Cabut tanda tangan elektronik.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Cabut tanda tangan elektronik.
#[component]
pub fn Start() -> impl IntoView {
    view! { <Heading text="Cabut tanda tangan elektronik" /> }.into_any()
}
