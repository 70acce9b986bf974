//! What is known, line by line.

use leptos::prelude::*;

/// A line.
pub struct SummaryRow {
    /// What it is.
    pub key: String,
    /// What it says.
    pub value: AnyView,
    /// Where it is changed.
    pub change: Option<String>,
    /// The id of that link, for what leads there.
    pub id: Option<String>,
}

impl SummaryRow {
    /// A line of text that is not changed from here.
    pub fn new(key: impl Into<String>, value: impl IntoView + 'static) -> SummaryRow {
        SummaryRow { key: key.into(), value: value.into_any(), change: None, id: None }
    }

    /// With a link to where it is changed.
    #[must_use]
    pub fn change(mut self, href: impl Into<String>) -> SummaryRow {
        self.change = Some(href.into());
        self
    }

    /// With an id on that link.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> SummaryRow {
        self.id = Some(id.into());
        self
    }
}

/// What is known, line by line, each with a link to change it where it has one.
#[component]
pub fn SummaryList(
    /// The lines.
    rows: Vec<SummaryRow>,
) -> impl IntoView {
    let rows: Vec<AnyView> = rows
        .into_iter()
        .map(|SummaryRow { key, value, change, id }| {
            let class = if change.is_some() {
                "govuk-summary-list__row"
            } else {
                "govuk-summary-list__row govuk-summary-list__row--no-actions"
            };
            let of = key.to_ascii_lowercase();
            view! {
                <div class=class>
                    <dt class="govuk-summary-list__key">{key}</dt>
                    <dd class="govuk-summary-list__value">{value}</dd>
                    {change
                        .map(|href| {
                            view! {
                                <dd class="govuk-summary-list__actions">
                                    <a class="govuk-link" href=href id=id>
                                        "Ubah"
                                        <span class="govuk-visually-hidden">" "{of}</span>
                                    </a>
                                </dd>
                            }
                        })}
                </div>
            }
            .into_any()
        })
        .collect();
    view! { <dl class="govuk-summary-list">{rows}</dl> }.into_any()
}
