//! Register pencabutan.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Register pencabutan.
#[component]
pub fn Register() -> impl IntoView {
    view! { <Heading text="Register pencabutan" /> }.into_any()
}
