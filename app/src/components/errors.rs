//! What is wrong with a form: said above it and beside each entry, in the same words.

use leptos::prelude::*;

use crate::{api::ApiError, browser};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the element to correct; empty where it is the form as a whole.
    pub id: String,
    /// What is wrong and what to do.
    pub text: String,
}

/// All that is wrong with a form. Copy it freely.
#[derive(Clone, Copy, Default)]
pub struct Errors(RwSignal<Vec<FieldError>>);

impl Errors {
    /// None yet.
    pub fn new() -> Errors {
        Errors(RwSignal::new(Vec::new()))
    }

    /// What is wrong with the element `id`.
    pub fn of(self, id: impl Into<String>) -> Signal<Option<String>> {
        let id = id.into();
        Signal::derive(move || self.0.read().iter().find(|error| error.id == id).map(|error| error.text.clone()))
    }

    /// Forgets them all.
    pub fn clear(self) {
        self.0.set(Vec::new());
    }

    /// Shows these instead, and moves the focus to them. Whether there are any.
    pub fn show(self, errors: Vec<FieldError>) -> bool {
        let any = !errors.is_empty();
        self.0.set(errors);
        any
    }

    /// Shows what the edge, or the way there, had to say. That the session is over is said above the page already,
    /// and no longer true once one has signed in again.
    pub fn show_failure(self, error: &ApiError) {
        if error.status() == Some(401) {
            return self.clear();
        }
        self.show(vec![FieldError { id: String::new(), text: error.to_string() }]);
    }

    /// Whether there are none, tracked.
    pub fn is_empty(self) -> bool {
        self.0.read().is_empty()
    }
}

/// Collects what is wrong while the entries of a form are read.
#[derive(Debug, Default)]
pub struct Reading(pub Vec<FieldError>);

impl Reading {
    /// Takes the value, or notes why there is none.
    pub fn take<T, E: ToString>(&mut self, id: &str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.fault(id, error)).ok()
    }

    /// Notes what is wrong with the element `id`.
    pub fn fault(&mut self, id: &str, text: impl ToString) {
        self.0.push(FieldError { id: id.to_owned(), text: text.to_string() });
    }
}

/// The summary above a form, with a link to each entry. It takes the focus each time it is shown.
#[component]
pub fn ErrorSummary(
    /// What is wrong.
    errors: Errors,
) -> impl IntoView {
    let summary = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if !errors.is_empty()
            && let Some(summary) = summary.get()
        {
            let _ = summary.focus();
        }
    });
    move || {
        let items: Vec<FieldError> = errors.0.get();
        (!items.is_empty()).then(|| {
            let items: Vec<AnyView> = items.into_iter().map(item).collect();
            view! {
                <div class="govuk-error-summary" tabindex="-1" role="alert" node_ref=summary>
                    <h2 class="govuk-error-summary__title">"Ada yang perlu diperbaiki"</h2>
                    <div class="govuk-error-summary__body">
                        <ul class="govuk-list govuk-error-summary__list">{items}</ul>
                    </div>
                </div>
            }
            .into_any()
        })
    }
}

fn item(FieldError { id, text }: FieldError) -> AnyView {
    if id.is_empty() {
        return view! { <li>{text}</li> }.into_any();
    }
    let href = format!("#{id}");
    view! {
        <li>
            <a
                href=href
                on:click=move |event| {
                    event.prevent_default();
                    browser::focus(&id);
                }
            >
                {text}
            </a>
        </li>
    }
    .into_any()
}
