//! Entries of a form: a label, a hint, what is wrong, the control.

use leptos::prelude::*;

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is kept.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A line below it.
    pub hint: Option<String>,
}

impl Choice {
    /// An answer without a line below it.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: None }
    }

    /// With a line below it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = Some(hint.into());
        self
    }
}

/// The ids of what describes a control.
fn described_by(id: &str, hint: bool, error: Signal<Option<String>>) -> impl Fn() -> Option<String> + Send + 'static {
    let hint = if hint { format!("{id}-hint") } else { String::new() };
    let fault = format!("{id}-error");
    move || {
        let all = if error.read().is_some() { format!("{hint} {fault}") } else { hint.clone() };
        let all = all.trim();
        (!all.is_empty()).then(|| all.to_owned())
    }
}

/// The frame around a control: turns red with what is wrong.
fn group(error: Signal<Option<String>>, inner: AnyView) -> AnyView {
    view! {
        <div class="govuk-form-group" class=("govuk-form-group--error", move || error.read().is_some())>
            {inner}
        </div>
    }
    .into_any()
}

/// What stands in it: what is asked, more about it, what is wrong, the control.
fn inner(id: &str, label: AnyView, hint: Option<String>, error: Signal<Option<String>>, control: AnyView) -> AnyView {
    view! {
        {label}
        {hint.map(|hint| hint_line("govuk-hint", format!("{id}-hint"), hint.into_any()))}
        {message(id, error)}
        {control}
    }
    .into_any()
}

fn hint_line(class: &'static str, id: String, hint: AnyView) -> AnyView {
    view! {
        <div id=id class=class>
            {hint}
        </div>
    }
    .into_any()
}

/// What is wrong with the control `id`.
pub(super) fn message(id: &str, error: Signal<Option<String>>) -> AnyView {
    let id = format!("{id}-error");
    (move || {
        let id = id.clone();
        error.get().map(|error| {
            view! {
                <p id=id class="govuk-error-message">
                    <span class="govuk-visually-hidden">"Kesalahan: "</span>
                    {error}
                </p>
            }
        })
    })
    .into_any()
}

fn label_of(id: &str, label: String) -> AnyView {
    let id = id.to_owned();
    view! {
        <label class="govuk-label" for=id>
            {label}
        </label>
    }
    .into_any()
}

/// A line of text.
#[component]
pub fn TextInput(
    /// The id of its element, also its name.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// More about it; empty for nothing.
    #[prop(into, optional)]
    hint: Option<String>,
    /// What was typed, as typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// `text`, `email`, `tel`, `search`, `date`, `datetime-local`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// About how many characters it is wide: 4, 10, 20 or 0 for the whole line.
    #[prop(optional)]
    width: u8,
    /// For `pattern`.
    #[prop(optional)]
    pattern: Option<&'static str>,
) -> impl IntoView {
    let hint = hint.filter(|hint| !hint.is_empty());
    let width = match width {
        0 => "govuk-input",
        1..=4 => "govuk-input govuk-input--width-4",
        5..=10 => "govuk-input govuk-input--width-10",
        _ => "govuk-input govuk-input--width-20",
    };
    let spelled = matches!(kind, "email" | "tel") || inputmode.is_some();
    let control = view! {
        <input
            id=id.clone()
            name=id.clone()
            class=width
            class=("govuk-input--error", move || error.read().is_some())
            type=kind
            inputmode=inputmode
            autocomplete=autocomplete
            pattern=pattern
            spellcheck=spelled.then_some("false")
            aria-describedby=described_by(&id, hint.is_some(), error)
            aria-invalid=move || error.read().is_some().then_some("true")
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        />
    }
    .into_any();
    group(error, inner(&id, label_of(&id, label), hint, error, control))
}

/// Several lines of text, with how much room is left.
#[component]
pub fn TextArea(
    /// The id of its element, also its name.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// More about it.
    #[prop(into, optional)]
    hint: Option<String>,
    /// What was typed, as typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// How many characters there may be.
    #[prop(default = workflow::note::Note::MAX)]
    max: usize,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u8,
) -> impl IntoView {
    let left = move || {
        let length = value.read().chars().count();
        // Nobody needs the count until it gets tight.
        (length * 4 >= max * 3).then(|| {
            if length > max {
                format!("Kelebihan {} huruf", length - max)
            } else {
                format!("Tersisa {} huruf", max - length)
            }
        })
    };
    let control = view! {
        <textarea
            id=id.clone()
            name=id.clone()
            class="govuk-textarea"
            class=("govuk-textarea--error", move || error.read().is_some())
            rows=rows.to_string()
            aria-describedby=described_by(&id, hint.is_some(), error)
            aria-invalid=move || error.read().is_some().then_some("true")
            prop:value=move || value.get()
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
        <p class="govuk-hint app-count" aria-live="polite">
            {left}
        </p>
    }
    .into_any();
    group(error, inner(&id, label_of(&id, label), hint, error, control))
}

/// One answer of a few.
#[component]
pub fn Radios(
    /// Their name, and the id of the first.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    legend: String,
    /// Whether the question is the page's heading already, and is only read out here.
    #[prop(optional)]
    legend_hidden: bool,
    /// More about it.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The answers.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The one chosen; empty for none.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let name = id.clone();
    let items = move || -> Vec<AnyView> {
        let each = choices.get().into_iter().enumerate();
        each.map(|(index, choice)| {
            let own = own_id(&name, index);
            let Choice { value: answer, label, hint } = choice;
            let (is, set) = (answer.clone(), answer.clone());
            view! {
                <div class="govuk-radios__item">
                    <input
                        class="govuk-radios__input"
                        id=own.clone()
                        name=name.clone()
                        type="radio"
                        value=answer
                        aria-describedby=hint.is_some().then(|| format!("{own}-item-hint"))
                        prop:checked=move || *value.read() == is
                        on:change=move |_| value.set(set.clone())
                    />
                    {choice_label("govuk-label govuk-radios__label", "govuk-hint govuk-radios__hint", &own, label, hint.map(IntoAny::into_any))}
                </div>
            }
            .into_any()
        })
        .collect()
    };
    let control = view! { <div class="govuk-radios">{items}</div> }.into_any();
    fieldset(id, legend, legend_hidden, hint, error, control)
}

/// Any number of answers.
#[component]
pub fn Checkboxes(
    /// Their name, and the id of the first.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    legend: String,
    /// Whether the question is the page's heading already, and is only read out here.
    #[prop(optional)]
    legend_hidden: bool,
    /// More about it.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The answers.
    choices: Vec<Choice>,
    /// The values of those chosen.
    value: RwSignal<Vec<String>>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let items: Vec<AnyView> = choices
        .into_iter()
        .enumerate()
        .map(|(index, Choice { value: answer, label, hint })| {
            checkbox(&id, index, answer, label, hint.map(IntoAny::into_any), value)
        })
        .collect();
    checklist(id, legend, legend_hidden, hint, error, items)
}

/// A fieldset of [`checkbox`]es.
pub fn checklist(
    id: String,
    legend: String,
    legend_hidden: bool,
    hint: Option<String>,
    error: Signal<Option<String>>,
    items: Vec<AnyView>,
) -> AnyView {
    let control = view! { <div class="govuk-checkboxes">{items}</div> }.into_any();
    fieldset(id, legend, legend_hidden, hint, error, control)
}

/// One box of a [`checklist`]: `answer` is among `value` while it is ticked. `below` stands under its label.
pub fn checkbox(
    name: &str,
    index: usize,
    answer: String,
    label: String,
    below: Option<AnyView>,
    value: RwSignal<Vec<String>>,
) -> AnyView {
    let own = own_id(name, index);
    let (is, set) = (answer.clone(), answer.clone());
    let change = move |event| {
        let checked = event_target_checked(&event);
        value.update(|all| {
            all.retain(|one| *one != set);
            if checked {
                all.push(set.clone());
            }
        });
    };
    view! {
        <div class="govuk-checkboxes__item">
            <input
                class="govuk-checkboxes__input"
                id=own.clone()
                name=name.to_owned()
                type="checkbox"
                value=answer
                aria-describedby=below.is_some().then(|| format!("{own}-item-hint"))
                prop:checked=move || value.read().contains(&is)
                on:change=change
            />
            {choice_label("govuk-label govuk-checkboxes__label", "govuk-hint govuk-checkboxes__hint", &own, label, below)}
        </div>
    }
    .into_any()
}

/// The first control bears the group's id, so that a link from the summary of errors finds it.
fn own_id(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}-{}", index + 1) }
}

fn choice_label(
    class: &'static str,
    hint_class: &'static str,
    id: &str,
    label: String,
    hint: Option<AnyView>,
) -> AnyView {
    view! {
        <label class=class for=id.to_owned()>
            {label}
        </label>
        {hint.map(|hint| hint_line(hint_class, format!("{id}-item-hint"), hint))}
    }
    .into_any()
}

fn fieldset(
    id: String,
    legend: String,
    legend_hidden: bool,
    hint: Option<String>,
    error: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    let class = if legend_hidden {
        "govuk-fieldset__legend govuk-visually-hidden"
    } else {
        "govuk-fieldset__legend govuk-fieldset__legend--s"
    };
    let described = described_by(&id, hint.is_some(), error);
    let legend = view! { <legend class=class>{legend}</legend> }.into_any();
    let inner = inner(&id, legend, hint, error, control);
    let set = view! {
        <fieldset class="govuk-fieldset" aria-describedby=described>
            {inner}
        </fieldset>
    };
    group(error, set.into_any())
}

/// One answer of many.
#[component]
pub fn Select(
    /// The id of its element, also its name.
    #[prop(into)]
    id: String,
    /// What is asked.
    #[prop(into)]
    label: String,
    /// More about it; empty for nothing.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The answers.
    choices: Vec<Choice>,
    /// The one chosen.
    value: RwSignal<String>,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let described = described_by(&id, hint.is_some(), error);
    let options: Vec<AnyView> = choices
        .into_iter()
        .map(|choice| {
            let is = choice.value.clone();
            view! {
                <option value=choice.value prop:selected=move || *value.read() == is>
                    {choice.label}
                </option>
            }
            .into_any()
        })
        .collect();
    let control = view! {
        <select
            class="govuk-select"
            id=id.clone()
            name=id.clone()
            aria-describedby=described
            aria-invalid=move || error.read().is_some().then_some("true")
            on:change=move |event| value.set(event_target_value(&event))
        >
            {options}
        </select>
    }
    .into_any();
    group(error, inner(&id, label_of(&id, label), hint, error, control))
}
