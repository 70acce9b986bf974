//! What the request is about: the holder, the reason, the papers, and the log's seal.

use leptos::prelude::*;
use workflow::{
    api::SeenEvent,
    case::{Answer, DocumentId, Happened},
};

use super::papers;
use crate::{
    components::{Details, SummaryList, SummaryRow, receipt},
    office::Office,
    pages::sheets::parts,
    routes::Page,
};
use workflow::told::{self, CaseFile};

/// Holder and reason as a summary list.
pub fn holder(file: &CaseFile) -> AnyView {
    let mut rows = parts::holder(file);
    if let Some(head) = file.form().and_then(|form| form.unit_head.as_ref()) {
        rows.push(("Kepala perangkat daerah", format!("{}, {}", head.name, head.position)));
    }
    if let Some(letter) = file.form().and_then(|form| form.letter.as_ref()) {
        rows.push(("Nomor surat", letter.to_string()));
    }
    rows.push(("Alasan", parts::reason(file)));
    rows.push(("Diajukan", format!("{}, {}", file.zone().brief(file.case.filed_at), told::way_words(file.case.way))));
    rows.retain(|(_, value)| !value.is_empty());
    let rows = rows.into_iter().map(|(name, value)| SummaryRow::new(name, value)).collect();
    view! { <SummaryList rows=rows /> }.into_any()
}

/// That others have filed for the same NIK, for the officials who decide which request is true.
pub fn same_nik(file: &CaseFile) -> Option<AnyView> {
    if file.view.same_nik.is_empty() {
        return None;
    }
    let office = Office::expect();
    let links: Vec<_> = file
        .view
        .same_nik
        .iter()
        .map(|ticket| {
            let href = office.href(Page::Case(ticket.to_string()));
            view! { <li><a class="govuk-link" href=href>{ticket.to_string()}</a></li> }
        })
        .collect();
    let told = view! {
        <section class="govuk-inset-text" aria-label="NIK yang sama">
            <p class="govuk-body">
                "NIK yang sama juga diajukan oleh akun lain. Siapa pun yang mengetahui sebuah NIK dapat mengajukannya: pastikan dulu kepada pemegang mana yang benar, lalu tolak yang keliru."
            </p>
            <ul class="govuk-list">{links}</ul>
        </section>
    };
    Some(told.into_any())
}

/// The papers now in hand.
pub fn in_hand(file: &CaseFile) -> AnyView {
    let one = |name: &str, id: &DocumentId| view! { <li>{papers::link(file, name, id)}</li> };
    let papers: Vec<_> =
        file.case.papers.iter().map(|held| one(file.paper_name(&held.paper), &held.document)).collect();
    if papers.is_empty() {
        return view! { <p class="govuk-body">"Tidak ada berkas."</p> }.into_any();
    }
    view! { <ul class="govuk-list papers">{papers}</ul> }.into_any()
}

/// The receipts of what is confirmed and what is proven.
pub fn receipts(file: &CaseFile) -> AnyView {
    let of = |seen: &SeenEvent, what| receipt(&file.view.office, file.view.ticket.as_str(), seen.event.seq, what);
    let revoked = file.newest(|what| matches!(what, Happened::Answered { answer: Answer::Revoked, .. }));
    view! {
        {of(file.filed(), "Bukti bahwa permohonan ini tercatat di kantor.")}
        {revoked.map(|seen| of(seen, "Bukti bahwa pencabutan tercatat di kantor."))}
    }
    .into_any()
}

/// Every event with its hash, for whoever wants to check that nothing was changed.
pub fn log(file: &CaseFile) -> AnyView {
    let seal = file.seal();
    let rows: Vec<_> = file
        .view
        .events
        .iter()
        .map(|seen| {
            let hash = seen.hash.to_string();
            view! { <li>{format!("{}: {} ", file.zone().brief(seen.event.at), told::happened(file, seen))}<code class="seal">{hash[..12].to_owned()}"…"</code></li> }
        })
        .collect();
    view! {
        <Details summary="Rantai catatan">
            <p class="govuk-body">
                "Setiap peristiwa memuat sidik dari peristiwa sebelumnya. Bila ada yang diubah, dihapus, atau ditukar urutannya, nilai terakhir tidak lagi cocok."
            </p>
            <ol class="govuk-list govuk-list--number">{rows}</ol>
            <p class="govuk-body">"Nilai terakhir: "<code class="seal">{seal}</code></p>
        </Details>
    }
    .into_any()
}
