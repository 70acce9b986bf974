//! The office's own affairs: its people and who stands in, its calendar, its settings, and the log of all changes.

mod acting;
mod calendar;
mod changing;
mod corrections;
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
    pages::lists,
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
    let who = Session::expect().who();
    let administers = who.as_ref().is_some_and(|who| who.administers(office.id()));
    if !administers && !who.is_some_and(|who| who.is_staff(&office.procedure())) {
        return view! { <Heading text=title(page) caption="Kantor" />{lists::for_staff()} }.into_any();
    }
    let shown = match page {
        AffairsPage::Log => log::log(),
        AffairsPage::Corrections if administers => corrections::all(),
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
        AffairsPage::Corrections => "Perbaikan data",
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

/// What the administrator's pages are for, on the page of what waits: no request does.
pub fn guide(office: &Office) -> AnyView {
    let rows: Vec<_> = AffairsPage::ALL
        .into_iter()
        .map(|page| {
            let href = office.href(Page::Affairs(page));
            view! { <li><a class="govuk-link" href=href>{title(page)}</a><span class="stack__below">{purpose(page)}</span></li> }
        })
        .collect();
    view! {
        <p class="govuk-body">"Sebagai administrator Anda tidak menangani permohonan. Yang menjadi urusan Anda:"</p>
        <ul class="govuk-list govuk-list--spaced">{rows}</ul>
    }
    .into_any()
}

fn purpose(page: AffairsPage) -> &'static str {
    match page {
        AffairsPage::People => "Undang pegawai, ubah peran dan alamatnya, nonaktifkan, tunjuk Plh. atau Plt.",
        AffairsPage::Calendar => "Hari libur, Ramadan, jam dan hari kerja: batas waktu SOP dihitung dengannya.",
        AffairsPage::Settings => "Alamat BSrE, lama data pribadi disimpan, penerima pernyataan catatan.",
        AffairsPage::Corrections => "Jawab orang yang meminta datanya diperbaiki, paling lambat 3 x 24 jam.",
        AffairsPage::Log => "Siapa mengubah apa, kapan, dan mengapa.",
    }
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
