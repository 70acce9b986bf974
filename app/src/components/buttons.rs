//! Buttons. A button that waits says so, and does nothing more until it is done.

use leptos::prelude::*;

/// How a button looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do on this page.
    #[default]
    Main,
    /// Something else one can do.
    Secondary,
    /// Has no way back.
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            ButtonKind::Main => "govuk-button",
            ButtonKind::Secondary => "govuk-button govuk-button--secondary",
            ButtonKind::Danger => "govuk-button govuk-button--warning",
        }
    }
}

/// Does something on this page.
#[component]
pub fn Button(
    /// What it does.
    #[prop(into)]
    label: String,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it was pressed and is not done yet.
    #[prop(into, optional)]
    pending: Signal<bool>,
    /// Does it.
    on_press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=kind.class()
            aria-disabled=move || pending.get().then_some("true")
            on:click=move |_| {
                if !pending.get_untracked() {
                    on_press.run(());
                }
            }
        >
            {label}
        </button>
    }
    .into_any()
}

/// Sends the form it is in. The form's handler asks `pending` itself: Enter sends a form without any button.
#[component]
pub fn Submit(
    /// What it does.
    #[prop(into)]
    label: String,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it was pressed and is not done yet.
    #[prop(into, optional)]
    pending: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="submit" class=kind.class() aria-disabled=move || pending.get().then_some("true")>
            {move || if pending.get() { "Mohon tunggu…".to_owned() } else { label.clone() }}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: goes on to another page.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// What it does.
    #[prop(into)]
    label: String,
    /// How it looks.
    #[prop(optional)]
    kind: ButtonKind,
) -> impl IntoView {
    view! {
        <a href=href draggable="false" class=kind.class()>
            {label}
        </a>
    }
    .into_any()
}

/// Asks once more before something that has no way back, in place and not in a window of its own.
#[component]
pub fn Confirm(
    /// The button that asks.
    #[prop(into)]
    label: String,
    /// What will have happened, in a sentence.
    #[prop(into)]
    question: String,
    /// The button that does it.
    #[prop(into)]
    yes: String,
    /// Whether it was pressed and is not done yet.
    #[prop(into, optional)]
    pending: Signal<bool>,
    /// Does it.
    on_yes: Callback<()>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let heading = NodeRef::<leptos::html::P>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            let _ = heading.focus();
        }
    });
    move || {
        if asking.get() {
            view! {
                <div class="app-confirm">
                    <p class="govuk-body govuk-!-font-weight-bold" tabindex="-1" node_ref=heading>
                        {question.clone()}
                    </p>
                    <div class="govuk-button-group">
                        <Button label=yes.clone() kind=ButtonKind::Danger pending=pending on_press=on_yes />
                        <Button
                            label="Batal"
                            kind=ButtonKind::Secondary
                            on_press=Callback::new(move |()| asking.set(false))
                        />
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <Button
                    label=label.clone()
                    kind=ButtonKind::Secondary
                    pending=pending
                    on_press=Callback::new(move |()| asking.set(true))
                />
            }
            .into_any()
        }
    }
}
