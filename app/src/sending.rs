//! A request that was sent and not answered: what became of it only the same again will tell, so the same goes out under the same
//! key until there is an answer.

use std::{sync::Arc, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{self, ApiError},
    components::Banner,
    draft::Draft,
    kept::Sent,
    office::Office,
    routes::{FilingPage, Page},
    session::Session,
};

/// Whether the same is to go again. Either the service was not reached, or could not say what became of it; or the session is
/// over, and it goes once its person has signed in again.
fn goes_again(error: &ApiError) -> bool {
    error.status().is_none_or(|status| status >= 500 || status == 401)
}

/// Hears the answer, also when the page is gone.
pub type Answered = Arc<dyn Fn(Result<String, ApiError>) + Send + Sync>;

/// What is sent, where to, and who hears the answer.
#[derive(Clone)]
struct Letter {
    url: String,
    sent: Sent,
    answered: Answered,
}

/// The sending of one page. Copy it freely.
#[derive(Clone, Copy)]
pub struct Sending {
    /// It is on its way now.
    pub pending: RwSignal<bool>,
    /// It went without an answer, and goes again by itself.
    pub waiting: RwSignal<bool>,
    letter: StoredValue<Option<Letter>>,
    /// How many seconds it waits before it goes again.
    pause: StoredValue<u32>,
    /// Which of the pauses is the last one: an earlier one that ends does nothing.
    round: StoredValue<u32>,
    session: Session,
}

impl Sending {
    /// Of the page that is being built.
    pub fn here() -> Sending {
        let session = Session::expect();
        let sending = Sending {
            pending: RwSignal::new(false),
            waiting: RwSignal::new(false),
            letter: StoredValue::new(None),
            pause: StoredValue::new(1),
            round: StoredValue::new(0),
            session,
        };
        let online = window_event_listener(leptos::ev::online, move |_| sending.again());
        on_cleanup(move || online.remove());
        Effect::new(move |before: Option<bool>| {
            let ended = session.ended();
            if before == Some(true) && !ended {
                sending.again();
            }
            ended
        });
        sending
    }

    /// Sends this now, and again until there is an answer.
    pub fn send(self, url: String, sent: Sent, answered: Answered) {
        if !self.pending.get_untracked() {
            self.letter.set_value(Some(Letter { url, sent, answered }));
            self.go();
        }
    }

    /// Goes on with what was sent before this page was there.
    pub fn resume(self, url: String, sent: Sent, answered: Answered) {
        self.letter.set_value(Some(Letter { url, sent, answered }));
        self.waiting.set(true);
        self.later();
    }

    /// Sends it no more.
    pub fn stop(self) {
        self.letter.set_value(None);
        self.waiting.set(false);
    }

    /// Sends it again when there is a connection, and where nothing tells so after 1 second, 2, 4 and so on, up to a minute.
    fn later(self) {
        let Some(seconds) = self.pause.try_get_value() else { return };
        self.pause.set_value(60.min(2 * seconds));
        self.round.update_value(|round| *round += 1);
        let round = self.round.get_value();
        let again = move || {
            if self.round.try_get_value() == Some(round) {
                self.again();
            }
        };
        set_timeout(again, Duration::from_secs(seconds.into()));
    }

    fn again(self) {
        if self.waiting.try_get_untracked() == Some(true) && !self.pending.get_untracked() {
            self.go();
        }
    }

    /// Where it went before, it goes again only if it is its person who is signed in: another page of this browser may have seen
    /// somebody else in.
    fn go(self) {
        let Some(Letter { url, sent, answered }) = self.letter.get_value() else { return };
        self.pending.set(true);
        let (went, session) = (self.waiting.get_untracked(), self.session);
        spawn_local(async move {
            let answer = if went && !session.is_still_theirs().await {
                Err(ApiError::Offline)
            } else {
                api::post(&url, sent.body, &sent.key).await
            };
            self.pending.try_set(false);
            match answer {
                Err(error) if goes_again(&error) => {
                    // Whoever would rather not has said so meanwhile. It is not said anew each time.
                    if self.letter.try_get_value().flatten().is_some() && !self.waiting.get_untracked() {
                        self.waiting.set(true);
                    }
                    self.later();
                }
                answer => {
                    self.waiting.try_set(false);
                    answered(answer);
                }
            }
        });
    }
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

/// News with the page where there is more of it.
pub fn with_link(banner: AnyView, href: String, label: &'static str) -> AnyView {
    view! { {banner}<p class="govuk-body"><a class="govuk-link" href=href>{label}</a></p> }.into_any()
}
