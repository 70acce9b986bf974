//! The record of contacting the applicant.

use leptos::prelude::*;
use workflow::case::Happened;

use super::parts;
use workflow::told::{self, CaseFile};

/// Every attempt; none before the first.
pub fn sheet(file: &CaseFile) -> Option<AnyView> {
    let is_contact = |what: &Happened| matches!(what, Happened::Contacted { .. });
    let last = file.newest(is_contact)?;
    let rows = file
        .where_happened(is_contact)
        .filter_map(|seen| {
            let Happened::Contacted { channel, reached } = &seen.event.what else { return None };
            Some(vec![
                file.zone().brief(seen.event.at),
                channel.label().to_owned(),
                if *reached { "Terhubung" } else { "Tidak terhubung" }.to_owned(),
                told::note(seen).unwrap_or(parts::NONE).to_owned(),
                file.signed(seen),
            ])
        })
        .collect();
    Some(
        view! {
            {parts::letterhead(file)}
            {parts::title("Catatan Menghubungi Pemohon", format!("Pencabutan TTE, tiket {}", file.case.ticket))}
            {parts::entries(parts::holder(file))}
            {parts::table("Catatan menghubungi", &["Waktu", "Lewat", "Hasil", "Catatan", "Petugas"], rows)}
            {parts::signature(file, last)}
        }
        .into_any(),
    )
}
