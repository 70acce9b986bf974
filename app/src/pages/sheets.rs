//! Lembar.

use leptos::prelude::*;

use crate::navigation::Heading;

/// Lembar.
#[component]
pub fn PrintSheet(
    /// The case's ticket number, as written in the address.
    ticket: String,
    /// Which sheet, as written in the address.
    sheet: String,
) -> impl IntoView {
    let _ = (ticket, sheet);
    view! { <Heading text="Lembar" /> }.into_any()
}
