//! There is no such page.

use leptos::prelude::*;

use crate::{components::LinkButton, navigation::Heading, office::Office, routes::Page};

/// There is no such page, and where to go.
#[component]
pub fn NotFound() -> impl IntoView {
    let home = use_context::<Office>().map_or_else(|| "/".to_owned(), |office| office.href(Page::Start));
    view! {
        <Heading text="Halaman tidak ditemukan" />
        <p class="govuk-body-l">
            "Alamat ini tidak ada pada layanan kami. Bila Anda mengetiknya, periksa kembali ejaannya."
        </p>
        <LinkButton href=home label="Ke halaman awal" />
    }
    .into_any()
}
