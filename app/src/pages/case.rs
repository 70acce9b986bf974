//! One request: whose turn it is, what this person may do, the SOP's steps, and what it is about.

mod about;
mod acts;
pub mod mails;
mod papers;
mod steps;

use std::sync::Arc;

use leptos::prelude::*;
use workflow::{
    api::CaseView,
    case::{Status, Who},
};

use crate::{
    api::{self, ApiError},
    app::Ahead,
    browser,
    components::{Loaded, Loading, Tag, Warning, load_unless},
    json,
    navigation::Heading,
    office::Office,
    session::Session,
    tasks::Turn,
};
use acts::Acts;
use workflow::told::{self, CaseFile, Head, TurnWords};

/// One request.
#[component]
pub fn Case(
    /// Its ticket number, as written in the address.
    ticket: String,
) -> impl IntoView {
    let loading = open(&ticket);
    let acts = Acts::new(loading, &ticket);
    // Reading it takes as long as showing it.
    let read = Turn::next();
    let turns = [(); PARTS].map(|()| Turn::next());
    let whole =
        move || acts.sees().then(|| view! { <Loaded loading=loading children=move |file| page(&file, acts, turns) /> });
    view! {
        <Heading text=ticket caption="Permohonan pencabutan TTE" />
        {acts.results()}
        {read.shows(move || whole.into_any())}
    }
    .into_any()
}

/// Loads a case of this office, with the version of the procedure that it follows.
pub fn open(ticket: &str) -> Loading<Arc<CaseFile>> {
    let (office, ticket) = (Office::expect(), ticket.to_owned());
    let ahead = expect_context::<Ahead>().case;
    let here = ahead.try_update_untracked(Option::take).flatten().and_then(|text| json::read::<CaseView>(&text));
    let here = here.filter(|view| view.ticket.as_str() == ticket && view.version == office.procedure().version);
    let here = here.and_then(|view| CaseFile::new(office.procedure(), view).ok()).map(Arc::new);
    load_unless(here, move || {
        let (office, ticket) = (office.clone(), ticket.clone());
        async move {
            let view = api::case(office.id(), &ticket).await?;
            let mut procedure = office.procedure();
            if procedure.version != view.version {
                procedure = Arc::new(api::procedure(office.id(), Some(view.version)).await?);
            }
            // Events that don't fit the procedure are the edge's fault, not the reader's.
            CaseFile::new(procedure, view).map(Arc::new).map_err(|_| ApiError::Unexpected)
        }
    })
}

/// The edge begins this page in the same words and the same elements (`worker/src/shell.rs`).
fn page(file: &Arc<CaseFile>, acts: Acts, turns: [Turn; PARTS]) -> AnyView {
    let Some(who) = Session::expect().who() else { return ().into_any() };
    let Head { status, name, urgent, turn } = told::head(file, &who, browser::now());
    let TurnWords { headline, more, items, mine } = turn;
    let more: Vec<_> = more.into_iter().map(|text| view! { <p class="govuk-body turn__more">{text}</p> }).collect();
    let items: Vec<_> = items.into_iter().map(|text| view! { <li>{text}</li> }).collect();
    let items = (!items.is_empty()).then(|| view! { <ul class="govuk-list govuk-list--bullet">{items}</ul> });
    let urgent = urgent.map(|text| view! { <Warning text=text /> });
    let mails = mails::are_theirs(file, &who).then(|| mails::ask(file));
    let lost = mails.map(|mails| mails::lost(file, mails, acts));
    let of = |part: fn(&Arc<CaseFile>, &Who) -> AnyView| {
        let (file, who) = (file.clone(), who.clone());
        move || part(&file, &who)
    };
    let own_lost = |file: &Arc<CaseFile>, who: &Who| match file.case.is_party(&who.person) {
        true => mails::own_lost(file),
        false => ().into_any(),
    };
    let [acting, walking, telling, proving] = turns;
    let (acted, actor) = (file.clone(), who.clone());
    let mailed = file.clone();
    view! {
        <p class="case-head">{self::status(status)}{urgent.is_some().then(urgent_tag)}<span class="case-head__name">{name}</span></p>
        {urgent}
        {lost}
        {proving.shows(of(own_lost))}
        <section class="turn" class=("turn--mine", mine) aria-label="Giliran sekarang">
            <p class="turn__headline">{headline}</p>
            {items}
            {more}
        </section>
        {about::same_nik(file)}
        {acting.shows(move || acts.section(&acted, &actor))}
        {walking.shows(of(steps_of))}
        {telling.shows(of(told_of))}
        {mails.map(|mails| telling.shows(move || mails::list(&mailed, mails)))}
        {proving.shows(of(proof_of))}
    }
    .into_any()
}

/// The parts of the page below whose turn it is, each of which comes in its turn.
const PARTS: usize = 4;

fn steps_of(file: &Arc<CaseFile>, who: &Who) -> AnyView {
    view! {
        <section aria-labelledby="langkah">
            <h2 class="govuk-heading-m" id="langkah">"Langkah SOP"</h2>
            {steps::shares(file)}
            {steps::steps(file, who)}
        </section>
    }
    .into_any()
}

fn told_of(file: &Arc<CaseFile>, _: &Who) -> AnyView {
    view! {
        <section aria-labelledby="data">
            <h2 class="govuk-heading-m" id="data">"Data permohonan"</h2>
            {about::holder(file)}
        </section>
        <section aria-labelledby="berkas">
            <h2 class="govuk-heading-m" id="berkas">"Berkas"</h2>
            {about::in_hand(file)}
        </section>
    }
    .into_any()
}

fn proof_of(file: &Arc<CaseFile>, _: &Who) -> AnyView {
    view! {
        <section aria-labelledby="tanda-bukti">
            <h2 class="govuk-heading-m" id="tanda-bukti">"Tanda bukti"</h2>
            {about::receipts(file)}
        </section>
        {about::log(file)}
    }
    .into_any()
}

/// Marks a request that cannot wait.
pub fn urgent_tag() -> AnyView {
    view! { <Tag label="Mendesak" colour="red" /> }.into_any()
}

/// A status as a tag.
pub fn status(status: Status) -> AnyView {
    view! { <Tag label=status.label() colour=told::colour(status) /> }.into_any()
}
