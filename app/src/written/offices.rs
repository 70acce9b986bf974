//! The offices that one can turn to.

use leptos::prelude::*;
use workflow::procedure::Office;

use crate::{
    navigation::Heading,
    routes::{Page, Route},
};

/// The offices that one can turn to.
#[component]
pub fn Offices(
    /// All of them.
    offices: Vec<Office>,
) -> impl IntoView {
    let items: Vec<AnyView> = offices
        .into_iter()
        .map(|office| {
            view! {
                <li>
                    <a class="app-card" href=Route::of(&office.id, Page::Start).href()>
                        <span class="app-card__title">{office.place}</span>
                        <span class="app-card__text">{office.name}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        <Heading text="Cabut tanda tangan elektronik" />
        <p class="govuk-body-l">
            "Ajukan pencabutan sertifikat elektronik Anda, dan lihat di mana berkasnya berada sampai selesai."
        </p>
        <h2 class="govuk-heading-m">"Pilih pemerintah daerah Anda"</h2>
        <ul class="app-cards">{items}</ul>
    }
    .into_any()
}
