//! Perlu dikerjakan.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Perlu dikerjakan.
#[component]
pub fn Work() -> impl IntoView {
    view! { <Heading text="Perlu dikerjakan" /> }.into_any()
}
