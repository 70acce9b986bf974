//! One text to write and send.

use std::future::Future;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use workflow::note::Note;

use super::{ErrorSummary, Errors, Reading, Submit, TextArea};
use crate::api::ApiError;

/// One text to write and send. What was typed stays until it is sent.
#[component]
pub fn NoteForm<F, A>(
    /// The id of the field: no other on the page has it.
    #[prop(into)]
    id: String,
    /// What is asked.
    label: &'static str,
    /// More about it.
    hint: &'static str,
    /// What stands on the button.
    button: &'static str,
    /// What is done when it is sent.
    done: Callback<()>,
    /// Sends it.
    send: F,
) -> impl IntoView
where
    F: Fn(Note) -> A + Clone + 'static,
    A: Future<Output = Result<(), ApiError>> + 'static,
{
    let (typed, errors, busy) = (RwSignal::new(String::new()), Errors::new(), RwSignal::new(false));
    let field = id.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        errors.clear();
        let mut reading = Reading::default();
        let Some(text) = reading.take(&field, Note::parse(&typed.get_untracked())) else {
            errors.show(reading.0);
            return;
        };
        busy.set(true);
        let answer = send(text);
        spawn_local(async move {
            let answer = answer.await;
            // Who has left the page needs no word of it.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    typed.set(String::new());
                    done.run(());
                }
                Err(error) => errors.show_failure(&error),
            }
        });
    };
    view! {
        <form novalidate on:submit=submit>
            <ErrorSummary errors=errors />
            <TextArea id=id.clone() label=label hint=hint value=typed error=errors.of(id) rows=3 />
            <Submit label=button pending=busy />
        </form>
    }
    .into_any()
}
