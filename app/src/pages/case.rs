//! Permohonan.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Permohonan.
#[component]
pub fn Case(
    /// Its ticket number, as written in the address.
    ticket: String,
) -> impl IntoView {
    let _ = ticket;
    view! { <Heading text="Permohonan" /> }.into_any()
}
