//! The two sheets that a check leaves behind: the checklist and the approval.

use leptos::prelude::*;
use workflow::{api::SeenEvent, case::Happened};

use super::parts;
use workflow::told::{self, CaseFile};

/// Check list kelengkapan, as ticked the last time.
pub fn checklist(file: &CaseFile) -> Option<AnyView> {
    let (seen, ticked) = approved(file)?;
    // What was signed is what lay before them then.
    let file = &file.until(seen.event.seq);
    let papers = file.asked_papers().map(|paper| {
        let document = file.in_hand(&paper.id).map(|seen| seen.document.name.clone()).unwrap_or_default();
        (paper.id.0.clone(), paper.name.clone(), document)
    });
    let checks = file.procedure.checks.iter().map(|check| (check.id.clone(), check.wording.clone(), String::new()));
    let rows = papers
        .chain(checks)
        .zip(1..)
        .map(|((id, wording, document), no)| {
            let held = if ticked.contains(&id) { "☑ ya" } else { "☐ tidak" };
            vec![no.to_string(), wording, held.to_owned(), document]
        })
        .collect();
    let returns: Vec<_> = file
        .where_happened(|what| matches!(what, Happened::Returned { .. }))
        .map(|seen| {
            let note = told::note(seen).map(|note| format!(". {note}")).unwrap_or_default();
            view! { <li>{format!("{}: {}{note}", file.zone().brief(seen.event.at), told::happened(file, seen))}</li> }
        })
        .collect();
    let returned = (!returns.is_empty())
        .then(|| view! { <h3>"Pengembalian sebelumnya"</h3><ol class="sheet-list">{returns}</ol> });
    Some(
        view! {
            {parts::letterhead(file)}
            {parts::title("Check List Kelengkapan", format!("Pencabutan TTE, tiket {}", file.case.ticket))}
            {parts::entries(short_holder(file))}
            {parts::table("Daftar periksa", &["No.", "Yang diperiksa", "Sesuai", "Berkas"], rows)}
            {returned}
            <h3>"Catatan"</h3>
            <p class="sheet-note">{told::note(seen).unwrap_or(parts::NONE).to_owned()}</p>
            {parts::signature(file, seen)}
        }
        .into_any(),
    )
}

/// Persetujuan pencabutan.
pub fn approval(file: &CaseFile) -> Option<AnyView> {
    let (seen, _) = approved(file)?;
    let file = &file.until(seen.event.seq);
    let mut rows = parts::holder(file);
    rows.push(("Alasan pencabutan", parts::reason(file)));
    rows.push(("Diajukan", file.zone().brief(file.case.filed_at)));
    Some(
        view! {
            {parts::letterhead(file)}
            {parts::title("Persetujuan Pencabutan Tanda Tangan Elektronik", format!("Nomor tiket {}", file.case.ticket))}
            <p>
                {format!(
                    "Berdasarkan SOP {}, kelengkapan permohonan berikut telah divalidasi dan dinyatakan lengkap:",
                    file.procedure.sop.title,
                )}
            </p>
            {parts::entries(rows)}
            <p>{format!("Permohonan ini disetujui untuk diajukan pencabutannya ke {}.", file.outside())}</p>
            {told::note(seen).map(|note| view! { <p>{format!("Catatan: {note}")}</p> })}
            {parts::signature(file, seen)}
        }
        .into_any(),
    )
}

fn approved(file: &CaseFile) -> Option<(&SeenEvent, &[String])> {
    let seen = file.newest(|what| matches!(what, Happened::Approved { .. }))?;
    match &seen.event.what {
        Happened::Approved { ticked } => Some((seen, ticked)),
        _ => None,
    }
}

fn short_holder(file: &CaseFile) -> Vec<(&'static str, String)> {
    let mut rows = parts::holder(file);
    rows.truncate(5);
    rows.push(("Alasan pencabutan", file.case.reason.label().to_owned()));
    rows
}
