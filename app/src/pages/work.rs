//! What waits for me: what cannot wait first, then by when the SOP's limit ends.

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
            caption: "Permohonan yang menunggu Anda, yang paling mendesak di atas",
            heads: &["Nomor tiket", "Pemegang", "Alasan", "Menunggu", "Langkah"],
            row,
            nothing: ("Tidak ada yang menunggu Anda", "Anda diberi tahu lewat e-mail saat tiba giliran Anda."),
            at: |office, _, after| lists::with_query(office.href(Page::Work), &[("setelah", after)]),
        }
        .view()
    };
    view! {
        <Heading text="Perlu dikerjakan" />
        <p class="govuk-body">"Permohonan yang sekarang menunggu Anda: yang mendesak di atas, lalu menurut batas waktu SOP."</p>
        {list}
    }
    .into_any()
}

fn row(procedure: &Procedure, case: &CaseRow) -> Row {
    let now = browser::now();
    let zone = procedure.office.zone;
    let age = words::duration(now - case.since);
    let step = procedure.step(case.step);
    let limit = match (case.due, step.and_then(|step| step.time.as_ref())) {
        (Some(due), _) if due < now => {
            view! { <strong class="stack__late">{format!("batas SOP lewat, {}", zone.brief(due))}</strong> }.into_any()
        }
        (Some(due), _) => format!("batas SOP {}", zone.brief(due)).into_any(),
        (None, Some(time)) => format!("batas SOP {}", time.wording()).into_any(),
        (None, None) => "tanpa batas waktu dalam SOP".into_any(),
    };
    let wording = step.map(|step| step.wording.clone()).unwrap_or_default();
    vec![
        lists::ticket(&procedure.office.id, &case.ticket),
        lists::holder(&case.name, case.unit.as_deref()),
        lists::reason(case.reason, true),
        view! { <strong>{age}</strong><span class="stack__below">{limit}</span> }.into_any(),
        view! { {case.step}". "{wording} }.into_any(),
    ]
}
