//! Masuk.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Masuk.
#[component]
pub fn SignIn() -> impl IntoView {
    view! { <Heading text="Masuk" /> }.into_any()
}
