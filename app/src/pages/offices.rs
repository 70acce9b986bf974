//! The offices that one can turn to.

use leptos::prelude::*;
use workflow::api::OfficeCard;

use crate::{
    api,
    app::Ahead,
    components::{Load, Loaded, Loading, load},
    navigation::Heading,
    routes::{Page, Route},
};

/// The offices that one can turn to.
#[component]
pub fn Offices() -> impl IntoView {
    let offices: Loading<Vec<OfficeCard>> = match use_context::<Ahead>().and_then(|ahead| ahead.offices) {
        Some(offices) => Loading { state: RwSignal::new(Load::Ready(offices)), again: Callback::new(|()| ()) },
        None => load(api::offices),
    };
    view! {
        <Heading text="Cabut tanda tangan elektronik" />
        <p class="govuk-body-l">
            "Ajukan pencabutan sertifikat elektronik Anda, dan lihat di mana berkasnya berada sampai selesai."
        </p>
        <h2 class="govuk-heading-m">"Pilih pemerintah daerah Anda"</h2>
        <Loaded loading=offices children=list />
    }
    .into_any()
}

fn list(offices: Vec<OfficeCard>) -> AnyView {
    let items: Vec<AnyView> = offices
        .into_iter()
        .map(|OfficeCard { id, name, place }| {
            view! {
                <li>
                    <a class="app-card" href=Route::of(&id, Page::Start).href()>
                        <span class="app-card__title">{place}</span>
                        <span class="app-card__text">{name}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ul class="app-cards">{items}</ul> }.into_any()
}
