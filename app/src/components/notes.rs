//! Things said beside the main text.

use leptos::prelude::*;

/// More, for those who want it.
#[component]
pub fn Details(
    /// What it is about.
    #[prop(into)]
    summary: String,
    /// The rest.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="govuk-details">
            <summary class="govuk-details__summary">
                <span class="govuk-details__summary-text">{summary}</span>
            </summary>
            <div class="govuk-details__text">{children()}</div>
        </details>
    }
    .into_any()
}

/// Set apart from the text around it.
#[component]
pub fn Inset(
    /// The text.
    children: Children,
) -> impl IntoView {
    view! { <div class="govuk-inset-text">{children()}</div> }.into_any()
}

/// Something not to be overlooked.
#[component]
pub fn Warning(
    /// What.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <div class="govuk-warning-text">
            <span class="govuk-warning-text__icon" aria-hidden="true">
                "!"
            </span>
            <strong class="govuk-warning-text__text">
                <span class="govuk-visually-hidden">"Perhatian: "</span>
                {text}
            </strong>
        </div>
    }
    .into_any()
}

/// Where something stands, in a word.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    label: String,
    /// `green`, `yellow`, `red`, `grey`, `blue`; none for the usual.
    #[prop(optional)]
    colour: Option<&'static str>,
) -> impl IntoView {
    let class = colour.map_or_else(|| "govuk-tag".to_owned(), |colour| format!("govuk-tag govuk-tag--{colour}"));
    view! { <strong class=class>{label}</strong> }.into_any()
}

/// News of what just happened. Takes the attention of a screen reader.
#[component]
pub fn Banner(
    /// What happened.
    #[prop(into)]
    text: String,
    /// Whether it is good news.
    #[prop(optional)]
    success: bool,
) -> impl IntoView {
    let (class, title, role) = if success {
        ("govuk-notification-banner govuk-notification-banner--success", "Berhasil", "alert")
    } else {
        ("govuk-notification-banner", "Penting", "status")
    };
    view! {
        <div class=class role=role>
            <div class="govuk-notification-banner__header">
                <h2 class="govuk-notification-banner__title">{title}</h2>
            </div>
            <div class="govuk-notification-banner__content">
                <p class="govuk-notification-banner__heading">{text}</p>
            </div>
        </div>
    }
    .into_any()
}

/// It is done.
#[component]
pub fn Panel(
    /// What is done: the page's heading.
    heading: AnyView,
    /// The number to keep.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="govuk-panel govuk-panel--confirmation">
            {heading}
            <div class="govuk-panel__body">{children()}</div>
        </div>
    }
    .into_any()
}
