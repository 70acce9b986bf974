//! What the applicant does on their own request: it stays on the device until the edge has taken it, and goes again by itself.

use std::sync::Arc;

use leptos::prelude::*;
use workflow::{
    api::ActRequest,
    case::{Act, OpenAct},
    told::CaseFile,
};

use super::Acts;
use crate::{
    api,
    components::FieldError,
    json,
    kept::{KeptAct, Sent},
    office::Office,
    sending::Answered,
};

impl Acts {
    /// Goes on with what was left on this request: sends it again, or opens it with why it was refused.
    pub(super) fn resume(self, ticket: &str) {
        let Some(me) = self.session.me_untracked() else { return };
        let Some(kept) = KeptAct::on(Office::expect().id(), &me.person, ticket) else { return };
        let Some(act) = kept.act() else { return };
        self.draft.put_back(&kept);
        self.drafted.set_value(Some(act));
        self.open.set(Some(act));
        if let Some(text) = kept.refused() {
            self.draft.errors.show(vec![FieldError { id: String::new(), text }]);
        }
        if let Some(sent) = kept.kept.sent.clone() {
            let url = api::acts_url(Office::expect().id(), ticket);
            self.sending.resume(url, sent, self.answered(act));
        }
        self.kept.set_value(Some(kept));
    }

    /// Sends it, from when it is kept; the same under the same key.
    pub(super) fn send_own(self, act: Act, file: &CaseFile, request: &ActRequest) {
        let Some(me) = self.session.me_untracked() else { return };
        let (office, ticket) = (&file.view.office, file.case.ticket.as_str());
        let before = self.kept.with_value(|kept| kept.as_ref()?.kept.sent.clone());
        let sent = Sent::again(before, json::write(request));
        let kept = KeptAct::new(office, &me.person, ticket, act, self.draft.kept(sent.clone()));
        self.kept.set_value(Some(kept));
        self.sending.send(api::acts_url(office, ticket), sent, self.answered(act));
    }

    fn answered(self, act: Act) -> Answered {
        Arc::new(move |answer| {
            // Who has left the page hears of it on the next one, which asks the same.
            if self.kept.is_disposed() {
                return;
            }
            match api::acted(answer) {
                Ok(view) => {
                    self.forget();
                    self.taken(act, view);
                }
                Err(error) => {
                    self.kept.update_value(|kept| kept.iter_mut().for_each(|kept| kept.refuse(&error)));
                    self.refused(&error);
                }
            }
        })
    }

    /// Sends it no more, and forgets it on the device.
    pub(super) fn forget(self) {
        self.sending.stop();
        if let Some(kept) = self.kept.try_update_value(Option::take).flatten() {
            kept.forget();
        }
    }

    /// What was refused and can't be put right, as it may not be done any more, need not be kept.
    pub(super) fn settle(self, open: &[OpenAct]) {
        let over = |kept: &KeptAct| kept.refused().is_some() && open.iter().all(|open| Some(open.act) != kept.act());
        if self.kept.with_value(|kept| kept.as_ref().is_some_and(over)) {
            self.forget();
        }
    }
}
