//! Filing, one thing a page.

use leptos::prelude::*;

use crate::{navigation::Heading, routes::FilingPage};

/// Filing, one thing a page.
#[component]
pub fn Filing(
    /// Which page of it.
    page: FilingPage,
) -> impl IntoView {
    let _ = page;
    view! { <Heading text="Ajukan pencabutan" /> }.into_any()
}
