//! My requests: those I filed and those about me.

use leptos::prelude::*;
use workflow::api::List;

use super::lists::{self, Cases};
use crate::{
    api::CaseQuery,
    components::LinkButton,
    navigation::{Heading, Navigation},
    office::Office,
    routes::{FilingPage, Page},
};

/// My requests.
#[component]
pub fn Mine() -> impl IntoView {
    let navigation = Navigation::expect();
    let office = Office::expect();
    let list = move || {
        Cases {
            list: List::Mine,
            query: CaseQuery { after: navigation.query("setelah"), ..CaseQuery::default() },
            caption: "Permohonan saya",
            heads: &["Nomor tiket", "Pemegang", "Alasan", "Keadaan", "Diajukan"],
            row: |procedure, case| {
                vec![
                    lists::ticket(&procedure.office.id, &case.ticket),
                    lists::holder(&case.name, case.unit.as_deref()),
                    lists::reason(case.reason, false),
                    lists::place(procedure, case),
                    lists::moment(procedure, case.filed_at),
                ]
            },
            nothing: (
                "Belum ada permohonan",
                "Permohonan yang Anda ajukan, atau yang diajukan untuk Anda, akan terlihat di sini.",
            ),
            at: |office, _, after| lists::with_query(office.href(Page::Mine), &[("setelah", after)]),
        }
        .view()
    };
    view! {
        <Heading text="Permohonan saya" />
        {list}
        <LinkButton href=office.href(Page::File(FilingPage::Who)) label="Ajukan pencabutan" />
    }
    .into_any()
}
