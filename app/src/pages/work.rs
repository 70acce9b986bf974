//! What waits for me: the oldest first, with its age and the SOP's limit.

use leptos::prelude::*;
use workflow::{
    api::{CaseRow, List},
    procedure::Procedure,
};

use super::lists::{self, Cases};
use crate::{
    api::CaseQuery,
    browser,
    components::table::Row,
    navigation::{Heading, Navigation},
    routes::Page,
    words,
};

/// What waits for me.
#[component]
pub fn Work() -> impl IntoView {
    let navigation = Navigation::expect();
    let list = move || {
        Cases {
            list: List::Waiting,
            query: CaseQuery { after: navigation.query("setelah"), ..CaseQuery::default() },
            caption: "Permohonan yang menunggu Anda, yang paling lama di atas",
            heads: &["Nomor tiket", "Pemegang", "Alasan", "Menunggu", "Langkah"],
            row,
            nothing: ("Tidak ada yang menunggu Anda", "Anda diberi tahu lewat e-mail saat tiba giliran Anda."),
            at: |office, _, after| lists::with_query(office.href(Page::Work), &[("setelah", after)]),
        }
        .view()
    };
    view! {
        <Heading text="Perlu dikerjakan" />
        <p class="govuk-body">"Permohonan yang sekarang menunggu Anda, yang paling lama di atas."</p>
        {list}
    }
    .into_any()
}

fn row(procedure: &Procedure, case: &CaseRow) -> Row {
    let age = words::duration(browser::now() - case.since);
    let since = procedure.office.zone.brief(case.since);
    let step = procedure.step(case.step);
    let limit = step.and_then(|step| step.time.as_ref()).map_or("tidak disebut", |time| time.wording());
    let wording = step.map(|step| step.wording.clone()).unwrap_or_default();
    vec![
        lists::ticket(&procedure.office.id, &case.ticket),
        lists::holder(&case.name, case.unit.as_deref()),
        lists::reason(case.reason, true),
        view! { <strong>{age}</strong><span class="stack__below">{format!("sejak {since}; batas SOP {limit}")}</span> }
            .into_any(),
        view! { {case.step}". "{wording} }.into_any(),
    ]
}
