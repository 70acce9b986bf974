//! What its owner sent and left without an answer. It goes again from any other page of the office, which says what came of it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api::{self, ApiError},
    components::{Banner, Button, ButtonKind},
    draft::{Draft, Drafts},
    kept::KeptAct,
    office::Office,
    routes::{FilingPage, Page},
    sending::{Sending, kept, with_link},
    session::Session,
};

/// Above a page of an office: what was left elsewhere. What was left on this page, the page itself goes on with.
pub fn left(here: &Page) -> AnyView {
    let (office, session) = (Office::expect(), Session::expect());
    let here = match here {
        Page::Case(ticket) => ticket.clone(),
        _ => String::new(),
    };
    let person = Memo::new(move |_| session.me().map(|me| me.person));
    let shown = move || {
        let person = person.get()?;
        let filing = Drafts::unanswered(office.id(), &person.0).map(|draft| filing(&office, draft));
        let acts = KeptAct::all(office.id(), &person).into_iter().filter(|kept| kept.ticket != here);
        let acts = acts.map(|kept| act(&office, kept));
        Some(filing.into_iter().chain(acts).collect_view())
    };
    view! { {shown} }.into_any()
}

/// What became of it.
#[derive(Clone, PartialEq, Eq)]
enum Became {
    /// Nothing yet: it goes again.
    Waits,
    /// The edge has it. For a filing, under this number.
    Received(String),
    /// The edge refused it, and says why.
    Refused(String),
    /// Its owner would rather not.
    Dropped,
}

fn filing(office: &Office, draft: Draft) -> AnyView {
    let Some(sent) = draft.sent.get_untracked() else { return ().into_any() };
    let became = RwSignal::new(Became::Waits);
    let answered = move |answer: Result<String, ApiError>| match answer.and_then(|text| api::filed(&text)) {
        Ok(ticket) => {
            draft.clear();
            became.try_set(Became::Received(ticket.to_string()));
        }
        Err(error) => {
            draft.sent.set(None);
            became.try_set(Became::Refused(error.to_string()));
        }
    };
    Sending::new().resume(api::filing_url(office.id()), sent, Arc::new(answered));
    let (office, check) = (office.clone(), office.href(Page::File(FilingPage::Check)));
    let shown = move || match became.get() {
        Became::Waits => with_link(kept(), check.clone(), "Lihat isian"),
        Became::Received(ticket) => {
            let text = format!("Permohonan yang tersimpan di perangkat ini sudah diterima, nomor {ticket}.");
            with_link(good(text), office.href(Page::Case(ticket)), "Lihat permohonan")
        }
        Became::Refused(why) => {
            let text = format!("Permohonan yang tersimpan di perangkat ini belum dapat diterima. {why}");
            with_link(view! { <Banner text=text /> }.into_any(), check.clone(), "Periksa isian")
        }
        Became::Dropped => ().into_any(),
    };
    view! { {shown} }.into_any()
}

fn act(office: &Office, kept_act: KeptAct) -> AnyView {
    let KeptAct { ticket, act, sent, refused, .. } = kept_act.clone();
    let became = RwSignal::new(refused.map_or(Became::Waits, Became::Refused));
    if became.read_untracked() == Became::Waits {
        let kept_act = kept_act.clone();
        let answered = move |answer| match api::acted(answer) {
            Ok(_) => {
                kept_act.forget();
                became.try_set(Became::Received(kept_act.ticket.clone()));
            }
            Err(error) => {
                kept_act.clone().refuse(error.to_string());
                became.try_set(Became::Refused(error.to_string()));
            }
        };
        Sending::new().resume(api::acts_url(office.id(), &ticket), sent, Arc::new(answered));
    }
    let drop = Callback::new(move |()| {
        kept_act.forget();
        became.set(Became::Dropped);
    });
    let page = office.href(Page::Case(ticket.clone()));
    let what = format!("“{}” untuk permohonan {ticket}, yang tersimpan di perangkat ini,", act.label());
    let shown = move || {
        let (news, label) = match became.get() {
            Became::Waits => (kept(), "Lihat permohonan"),
            Became::Received(_) => (good(format!("{what} sudah diterima.")), "Lihat permohonan"),
            Became::Refused(why) => {
                (view! { <Banner text=format!("{what} belum dapat diterima. {why}") /> }.into_any(), "Perbaiki")
            }
            Became::Dropped => return ().into_any(),
        };
        let can_drop = matches!(&*became.read(), Became::Refused(_));
        let button = can_drop.then(|| view! { <Button label="Hapus dari perangkat" kind=ButtonKind::Secondary on_press=drop /> });
        view! { {with_link(news, page.clone(), label)}{button} }.into_any()
    };
    view! { {shown} }.into_any()
}

fn good(text: String) -> AnyView {
    view! { <Banner text=text success=true /> }.into_any()
}
