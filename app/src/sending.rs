//! A request that was sent and not answered: what became of it only the same again will tell, so the same goes out under the same
//! key until there is an answer.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiError},
    components::Banner,
    draft::{Draft, Drafts, Sent},
    office::Office,
    routes::{FilingPage, Page},
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

/// That it is kept, where it is filled in: it may be about to change, so it does not go from there.
pub fn named(draft: Draft) -> AnyView {
    let office = Office::expect();
    let shown = move || {
        draft.sent.read().as_ref()?;
        Some(with_link(kept(), office.href(Page::File(FilingPage::Check)), "Lihat isian"))
    };
    view! { {shown} }.into_any()
}

/// What became of it, where it had been left.
#[derive(Clone, PartialEq, Eq)]
enum Became {
    /// It came, under this number.
    Received(String),
    /// Something in it has to be put right.
    Refused,
}

/// Above any other page of an office: a request that its owner left without an answer goes again from there.
pub fn left() -> AnyView {
    let (office, session) = (Office::expect(), Session::expect());
    let person = Memo::new(move |_| session.me().map(|me| me.person.0));
    let became = RwSignal::new(None::<Became>);
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
        let draft = Drafts::unanswered(office.id(), &person.get()?)?;
        draft.sent.read().as_ref()?;
        goes_again(office.id().to_owned(), draft, became);
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
