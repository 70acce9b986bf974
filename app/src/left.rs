//! What its owner sent and left without an answer. It goes again from any other page of the office, which says what came of it.

use std::sync::Arc;

use leptos::prelude::*;
use workflow::case::Act;

use crate::{
    api::{self, ApiError},
    components::Banner,
    draft::{Draft, Drafts},
    kept::{KeptAct, Sent},
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
        let mut left = Vec::new();
        if let Some(draft) = Drafts::unanswered(office.id(), &person.0) {
            left.extend(Left::filing(&office, draft).map(Left::view));
        }
        for kept in KeptAct::all(office.id(), &person) {
            if kept.ticket() != here {
                left.push(Left::act(&office, kept).view());
            }
        }
        Some(left)
    };
    view! { {shown} }.into_any()
}

/// Something that was left.
struct Left {
    /// What it is, to begin a sentence.
    what: String,
    /// The page where it is seen and put right.
    page: String,
    /// Where it goes.
    url: String,
    /// What goes, or why it does not any more.
    sent: Result<Sent, String>,
    /// Hears the answer: forgets it on the device, and gives its number and its page; or keeps it there to be put right, and
    /// gives the reason.
    settle: Box<dyn Fn(Result<String, ApiError>) -> Settled + Send + Sync>,
}

type Settled = Result<(String, String), String>;

impl Left {
    fn filing(office: &Office, draft: Draft) -> Option<Left> {
        let at = office.clone();
        let settle = move |answer: Result<String, ApiError>| match answer.and_then(|text| api::filed(&text)) {
            Ok(ticket) => {
                draft.clear();
                Ok((format!(", nomor {ticket}"), at.href(Page::Case(ticket.to_string()))))
            }
            Err(error) => {
                draft.sent.set(None);
                Err(error.to_string())
            }
        };
        Some(Left {
            what: "Permohonan yang tersimpan di perangkat ini".to_owned(),
            page: office.href(Page::File(FilingPage::Check)),
            url: api::filing_url(office.id()),
            sent: Ok(draft.sent.get_untracked()?),
            settle: Box::new(settle),
        })
    }

    fn act(office: &Office, act: KeptAct) -> Left {
        let (label, ticket) = (act.act().map_or("", Act::label), act.ticket().to_owned());
        let page = office.href(Page::Case(ticket.clone()));
        let (there, place) = (page.clone(), act.place.clone());
        let settle = move |answer| {
            // As it lies there now: another page may have dropped it meanwhile.
            let kept = KeptAct::at(place.clone());
            match api::acted(answer) {
                Ok(_) => {
                    kept.iter().for_each(KeptAct::forget);
                    Ok((String::new(), there.clone()))
                }
                Err(error) => {
                    kept.into_iter().for_each(|mut kept| kept.refuse(&error));
                    Err(error.to_string())
                }
            }
        };
        Left {
            what: format!("“{label}” untuk permohonan {ticket}, yang tersimpan di perangkat ini,"),
            page,
            url: api::acts_url(office.id(), &ticket),
            sent: act.kept.sent.clone().ok_or_else(|| act.refused().unwrap_or_default()),
            settle: Box::new(settle),
        }
    }

    fn view(self) -> AnyView {
        let Left { what, page, url, sent, settle } = self;
        let settled = RwSignal::new(sent.as_ref().err().map(|why| Settled::Err(why.clone())));
        if let Ok(sent) = sent {
            let answered = move |answer| drop(settled.try_set(Some(settle(answer))));
            Sending::here().resume(url, sent, Arc::new(answered));
        }
        let shown = move || match settled.get() {
            None => with_link(kept(), page.clone(), "Lihat isian"),
            Some(Ok((number, page))) => {
                let text = format!("{what} sudah diterima{number}.");
                with_link(view! { <Banner text=text success=true /> }.into_any(), page, "Lihat permohonan")
            }
            Some(Err(why)) => {
                let text = format!("{what} belum dapat diterima. {why}");
                with_link(view! { <Banner text=text /> }.into_any(), page.clone(), "Periksa isian")
            }
        };
        view! { {shown} }.into_any()
    }
}
