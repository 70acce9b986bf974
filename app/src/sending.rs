//! A request that was sent and not answered: what became of it only the same again will tell, so the same goes out under the same
//! key until there is an answer.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiError},
    components::Banner,
    draft::{Draft, Drafts, Sent},
    navigation::Navigation,
    office::Office,
    routes::{FilingPage, Page, Route},
    session::Session,
};

/// Whether an answer leaves open what became of the request: the service was not reached, or not able to say.
pub fn is_open(error: &ApiError) -> bool {
    error.status().is_none_or(|status| status >= 500)
}

/// Has `send` run as long as it is waited: when there is a connection again, and where nothing tells so after 1 second, 2, 4
/// and so on, up to a minute.
pub fn again_while(waiting: RwSignal<bool>, send: Callback<()>) {
    let online = window_event_listener(leptos::ev::online, move |_| {
        if waiting.get_untracked() {
            send.run(());
        }
    });
    on_cleanup(move || online.remove());
    let pause = StoredValue::new(1);
    Effect::new(move |_| {
        if waiting.get() {
            let seconds = pause.get_value();
            pause.set_value(60.min(2 * seconds));
            let again = move || {
                if waiting.try_get_untracked() == Some(true) {
                    send.run(());
                }
            };
            set_timeout(again, Duration::from_secs(seconds));
        }
    });
}

/// That it is kept.
pub fn kept() -> AnyView {
    view! { <Banner text="Tersimpan di perangkat, belum diterima. Dikirim lagi dengan sendirinya." /> }.into_any()
}

/// Where somebody is while a request of theirs has no answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the page that sends it, or that says that it came.
    Sending,
    /// Where it is filled in: it may be about to change, and is only named.
    FillingIn,
    /// On any other page: it goes again from there.
    Elsewhere,
}

/// What became of it, where it had been left.
#[derive(Clone, PartialEq, Eq)]
enum Became {
    /// It came, under this number.
    Received(String),
    /// Something in it has to be put right.
    Refused,
}

/// Above every page of an office: a request that its owner left without an answer.
pub fn left() -> AnyView {
    let (office, session, navigation) = (Office::expect(), Session::expect(), Navigation::expect());
    let place = Memo::new(move |_| match navigation.route() {
        Route::Office(_, Page::File(FilingPage::Check | FilingPage::Done)) => Place::Sending,
        Route::Office(_, Page::File(_)) => Place::FillingIn,
        _ => Place::Elsewhere,
    });
    let person = Memo::new(move |_| session.me().map(|me| me.person.0));
    let became = RwSignal::new(None::<Became>);
    // News stay as long as the page.
    Effect::new(move |before: Option<Route>| {
        let route = navigation.route();
        if before.is_some_and(|before| before != route) {
            became.set(None);
        }
        route
    });
    let shown = move || {
        let check = office.href(Page::File(FilingPage::Check));
        match became.get() {
            Some(Became::Received(ticket)) => {
                let href = office.href(Page::Case(ticket.clone()));
                let text = format!("Permohonan yang tersimpan di perangkat ini sudah diterima, nomor {ticket}.");
                return Some(with_link(
                    view! { <Banner text=text success=true /> }.into_any(),
                    href,
                    "Lihat permohonan",
                ));
            }
            Some(Became::Refused) => {
                let text =
                    "Permohonan yang tersimpan di perangkat ini belum dapat diterima. Periksa isiannya, lalu kirim.";
                return Some(with_link(view! { <Banner text=text /> }.into_any(), check, "Periksa isian"));
            }
            None => {}
        }
        let (place, person) = (place.get(), person.get()?);
        let draft = Drafts::unanswered(office.id(), &person).filter(|_| place != Place::Sending)?;
        draft.sent.read().as_ref()?;
        if place == Place::Elsewhere {
            goes_again(office.id().to_owned(), draft, became);
        }
        Some(with_link(kept(), check, "Lihat isian"))
    };
    view! { {shown} }.into_any()
}

fn with_link(banner: AnyView, href: String, label: &'static str) -> AnyView {
    view! { {banner}<p class="govuk-body"><a class="govuk-link" href=href>{label}</a></p> }.into_any()
}

/// Sends it at once, and until there is an answer.
fn goes_again(office: String, draft: Draft, became: RwSignal<Option<Became>>) {
    let waiting = RwSignal::new(false);
    let send = Callback::new(move |()| {
        let Some(Sent { key, body }) = draft.sent.get_untracked() else { return };
        waiting.try_set(false);
        let office = office.clone();
        spawn_local(async move {
            match api::file(&office, body, &key).await {
                Ok(ticket) => {
                    draft.clear();
                    became.try_set(Some(Became::Received(ticket.to_string())));
                }
                Err(error) if is_open(&error) => drop(waiting.try_set(true)),
                // Whoever signs in again comes back here.
                Err(error) if error.status() == Some(401) => {}
                Err(_) => {
                    draft.sent.set(None);
                    became.try_set(Some(Became::Refused));
                }
            }
        });
    });
    again_while(waiting, send);
    send.run(());
}
