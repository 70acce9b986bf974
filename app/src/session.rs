//! Who is signed in.

use leptos::{prelude::*, task::spawn_local};
use workflow::{api::Me, case::Who};

use crate::{
    api::{self, ApiError},
    browser,
};

/// Says on the device that somebody is signed in, not who: a page of text then starts the app, and else does without it.
pub const SIGNED_IN: &str = "cabut:masuk";

/// Who is signed in, as far as it is known. Copy it freely.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    ended: RwSignal<bool>,
}

/// What is known of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// The edge has not answered yet.
    Asking,
    /// Nobody is signed in.
    Nobody,
    /// This person is.
    Somebody(Me),
    /// It could not be found out.
    Unknown(ApiError),
}

impl Session {
    /// Makes it known to everything below.
    pub fn provide() -> Session {
        let session = Session { state: RwSignal::new(SessionState::Asking), ended: RwSignal::new(false) };
        provide_context(session);
        session
    }

    /// The one that was provided.
    pub fn expect() -> Session {
        expect_context()
    }

    /// What is known, tracked.
    pub fn state(self) -> SessionState {
        self.state.get()
    }

    /// The person, tracked. They stay known when their session ends under their hands, so that the page stays.
    pub fn me(self) -> Option<Me> {
        match self.state.get() {
            SessionState::Somebody(me) => Some(me),
            _ => None,
        }
    }

    /// The person, not tracked.
    pub fn me_untracked(self) -> Option<Me> {
        untrack(|| self.me())
    }

    /// The person as the rules see them, tracked.
    pub fn who(self) -> Option<Who> {
        self.me().map(|me| me.who())
    }

    /// Whether the session ended under the person's hands, tracked.
    pub fn ended(self) -> bool {
        self.ended.get()
    }

    /// Takes who the edge wrote into the page, or asks it; and hears of it when a later answer says that the session is
    /// over.
    pub fn begin(self, me: Option<Me>) {
        api::when_session_ends(move || self.end());
        match me {
            Some(me) => self.enter(me),
            None => self.ask(),
        }
    }

    /// The session ended under the person's hands.
    pub fn end(self) {
        // Said once: whoever is at the door already is not disturbed.
        if !self.ended.get_untracked() {
            self.ended.set(true);
        }
    }

    /// Asks the edge who is signed in. Who is known stays so meanwhile, and their page with them.
    pub fn ask(self) {
        let known = self.me_untracked().is_some();
        if !known {
            self.state.set(SessionState::Asking);
        }
        spawn_local(async move {
            match api::session().await {
                Ok(Some(me)) => self.enter(me),
                Ok(None) => self.leave(),
                Err(_) if known => {}
                Err(error) => self.state.set(SessionState::Unknown(error)),
            }
        });
    }

    /// Asks the edge whether it is still the same person who is signed in: another page of this browser may have seen somebody
    /// else in, or nobody may be any more. That is known here from then on.
    pub async fn is_still_theirs(self) -> bool {
        let me = self.me_untracked().map(|me| me.person);
        match api::session().await {
            Ok(Some(now)) if me == Some(now.person.clone()) => return true,
            Ok(Some(other)) => self.enter(other),
            Ok(None) => self.end(),
            Err(_) => {}
        }
        false
    }

    /// Somebody signed in.
    pub fn enter(self, me: Me) {
        browser::store(SIGNED_IN, Some("1"));
        self.ended.set(false);
        self.state.set(SessionState::Somebody(me));
    }

    /// Nobody is signed in any more.
    pub fn leave(self) {
        browser::store(SIGNED_IN, None);
        self.ended.set(false);
        self.state.set(SessionState::Nobody);
    }
}
