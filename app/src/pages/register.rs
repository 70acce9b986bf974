//! The register of revoked certificates.

use leptos::prelude::*;
use workflow::api::{Page as Part, RegisterRow};

use super::lists;
use crate::{
    api,
    components::{Empty, Loaded, load, table::table},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
};

/// The register of revoked certificates.
#[component]
pub fn Register() -> impl IntoView {
    let navigation = Navigation::expect();
    view! {
        <Heading text="Register pencabutan" />
        <p class="govuk-body">"Data pengguna TTE yang telah dicabut, yang terakhir dicabut di atas."</p>
        {move || part(navigation.query("setelah"))}
    }
    .into_any()
}

fn part(after: Option<String>) -> AnyView {
    let office = Office::expect();
    let asked = (office.clone(), after.clone());
    let loading = load(move || {
        let (office, after) = asked.clone();
        async move { api::register(office.id(), after.as_deref()).await }
    });
    let shown = move |page: Part<RegisterRow>| {
        if page.rows.is_empty() && after.is_none() {
            return view! { <Empty title="Register masih kosong" text="Setiap sertifikat yang sudah dicabut BSrE tercatat di sini." /> }.into_any();
        }
        let procedure = office.procedure();
        let rows = page
            .rows
            .iter()
            .map(|row| {
                vec![
                    lists::ticket(office.id(), &row.ticket),
                    lists::holder(&row.name, row.unit.as_deref()),
                    row.nip.as_ref().map_or("–".to_owned(), ToString::to_string).into_any(),
                    lists::reason(row.reason, false),
                    lists::moment(&procedure, row.filed_at),
                    lists::moment(&procedure, row.revoked_at),
                ]
            })
            .collect();
        let at = |after: &str| lists::with_query(office.href(Page::Register), &[("setelah", after)]);
        let paging = lists::paging(after.as_ref().map(|_| at("")), page.next.as_deref().map(at));
        let heads = &["Nomor tiket", "Pemegang", "NIP", "Alasan", "Diajukan", "Dicabut"];
        view! { {table("Sertifikat yang sudah dicabut", heads, rows)}{paging} }.into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}
