//! What the request is about: the holder, the reason, the papers, and the log's seal.

use leptos::prelude::*;
use workflow::case::DocumentId;

use super::{file::CaseFile, papers, tell};
use crate::{components::clock, pages::sheets::parts};

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
    rows.push(("Diajukan", format!("{}, {}", clock::moment(file.case.filed_at, file.zone()), tell::way_words(file.case.way))));
    rows.retain(|(_, value)| !value.is_empty());
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div class="govuk-summary-list__row">
                    <dt class="govuk-summary-list__key">{name}</dt>
                    <dd class="govuk-summary-list__value">{value}</dd>
                </div>
            }
        })
        .collect();
    view! { <dl class="govuk-summary-list">{rows}</dl> }.into_any()
}

/// The papers now in hand.
pub fn in_hand(file: &CaseFile) -> AnyView {
    let one = |name: &str, id: &DocumentId| view! { <li>{papers::link(file, name, id)}</li> };
    let papers: Vec<_> = file.case.papers.iter().map(|held| one(file.paper_name(&held.paper), &held.document)).collect();
    if papers.is_empty() {
        return view! { <p class="govuk-body">"Tidak ada berkas."</p> }.into_any();
    }
    view! { <ul class="govuk-list papers">{papers}</ul> }.into_any()
}

/// Every event with its hash, for whoever wants to check that nothing was changed.
pub fn log(file: &CaseFile) -> AnyView {
    let rows: Vec<_> = file
        .view
        .events
        .iter()
        .map(|seen| {
            let hash = seen.hash.to_string();
            view! { <li>{format!("{}: {} ", clock::moment(seen.event.at, file.zone()), tell::happened(file, seen))}<code class="seal">{hash[..12].to_owned()}"…"</code></li> }
        })
        .collect();
    view! {
        <details class="govuk-details">
            <summary class="govuk-details__summary"><span class="govuk-details__summary-text">"Rantai catatan"</span></summary>
            <div class="govuk-details__text">
                <p class="govuk-body">"Setiap peristiwa memuat sidik dari peristiwa sebelumnya. Bila ada yang diubah, dihapus, atau ditukar urutannya, nilai terakhir tidak lagi cocok."</p>
                <ol class="govuk-list govuk-list--number">{rows}</ol>
                <p class="govuk-body">"Nilai terakhir: "<code class="seal">{file.seal()}</code></p>
            </div>
        </details>
    }
    .into_any()
}
