//! The office's own affairs: its people and who stands in, its calendar, its settings, and the log of all changes.

mod acting;
mod calendar;
mod changing;
mod log;
mod people;
mod settings;

use leptos::prelude::*;
use workflow::office::Affairs;

use crate::{
    api,
    components::{Empty, Loaded, load},
    navigation::Heading,
    office::Office,
    routes::{AffairsPage, Page},
    session::Session,
};
use changing::Changing;

/// A page of the office's affairs.
#[component]
pub fn OfficeAffairs(
    /// Which.
    page: AffairsPage,
) -> impl IntoView {
    let office = Office::expect();
    let administers = Session::expect().who().is_some_and(|who| who.administers(office.id()));
    let shown = match page {
        AffairsPage::Log => log::log(),
        page => affairs(page),
    };
    view! {
        <Heading text=title(page) caption="Kantor" />
        {administers.then(|| links(&office, page))}
        {shown}
    }
    .into_any()
}

fn title(page: AffairsPage) -> &'static str {
    match page {
        AffairsPage::People => "Pegawai dan pengganti",
        AffairsPage::Calendar => "Kalender kerja",
        AffairsPage::Settings => "Pengaturan",
        AffairsPage::Log => "Riwayat perubahan",
    }
}

/// The other pages, for the administrator: others have the first alone.
fn links(office: &Office, here: AffairsPage) -> AnyView {
    let links: Vec<_> = AffairsPage::ALL
        .into_iter()
        .map(|page| {
            let href = office.href(Page::Affairs(page));
            let current = (page == here).then_some("page");
            view! { <li class="tabs__item"><a class="govuk-link tabs__link" href=href aria-current=current>{title(page)}</a></li> }
        })
        .collect();
    view! { <nav aria-label="Urusan kantor"><ul class="tabs">{links}</ul></nav> }.into_any()
}

fn affairs(page: AffairsPage) -> AnyView {
    let office = Office::expect();
    let id = office.id().to_owned();
    let loading = load(move || {
        let id = id.clone();
        async move { api::affairs(&id).await }
    });
    let changing = Changing::new(loading);
    let edits = RwSignal::new(calendar::Edits::default());
    let shown = move |affairs: Affairs| {
        match (page, &affairs.settings) {
        (AffairsPage::Calendar, Some(settings)) => calendar::calendar(changing, edits, affairs.seq, &settings.calendar),
        (AffairsPage::Settings, Some(settings)) => settings::settings(changing, affairs.seq, settings),
        (AffairsPage::People, _) => people::people(changing, affairs),
        _ => view! { <Empty title="Hanya untuk administrator" text="Mintalah administrator kantor bila ada yang perlu diubah." /> }
            .into_any(),
    }
    };
    view! { {changing.results()}<Loaded loading=loading children=shown /> }.into_any()
}
