//! The record of contacting the applicant.

use leptos::prelude::*;
use workflow::case::Happened;

use super::parts;
use crate::{
    components::clock,
    pages::case::{file::CaseFile, tell},
};

/// Every attempt; none before the first.
pub fn sheet(file: &CaseFile) -> Option<AnyView> {
    let is_contact = |what: &Happened| matches!(what, Happened::Contacted { .. });
    let last = file.newest(is_contact)?;
    let rows: Vec<_> = file
        .where_happened(is_contact)
        .map(|seen| {
            let Happened::Contacted { channel, reached } = &seen.event.what else {
                unreachable!("only contacts were asked for")
            };
            view! {
                <tr>
                    <td>{clock::moment(seen.event.at, file.zone())}</td>
                    <td>{channel.label()}</td>
                    <td>{if *reached { "Terhubung" } else { "Tidak terhubung" }}</td>
                    <td>{tell::note(seen).unwrap_or(parts::NONE).to_owned()}</td>
                    <td>{file.who(seen)}</td>
                </tr>
            }
        })
        .collect();
    Some(
        view! {
            {parts::letterhead(file)}
            {parts::title("Catatan Menghubungi Pemohon", format!("Pencabutan TTE, tiket {}", file.case.ticket))}
            {parts::entries(parts::holder(file))}
            <table class="sheet-table">
                <thead>
                    <tr>
                        <th scope="col">"Waktu"</th>
                        <th scope="col">"Lewat"</th>
                        <th scope="col">"Hasil"</th>
                        <th scope="col">"Catatan"</th>
                        <th scope="col">"Petugas"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {parts::signature(file, last)}
        }
        .into_any(),
    )
}
