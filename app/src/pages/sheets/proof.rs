//! Bukti pencabutan: that the certificate is revoked, by whose word, and how to check it.

use leptos::prelude::*;
use workflow::case::{Answer, Happened, Stage};

use super::parts;
use crate::{components::receipt, words};
use workflow::told::CaseFile;

/// The proof; none before the outside body has said that it is revoked.
pub fn sheet(file: &CaseFile) -> Option<AnyView> {
    let revoked_at = file.case.revoked_at?;
    let answered = file.newest(|what| matches!(what, Happened::Answered { answer: Answer::Revoked, .. }))?;
    let zone = file.zone();
    let reason = file.case.reason;
    let reference = answered
        .content
        .as_ref()
        .and_then(|content| content.reference.as_ref())
        .map(ToString::to_string)
        .unwrap_or_default();
    let form = file.form();
    let text = |value: Option<String>| value.unwrap_or_default();
    let closed = matches!(file.case.stage, Stage::Ended { .. });
    let state = if closed { "Selesai" } else { "Sudah dicabut; penutupan permohonan belum dicatat" };
    let rows = vec![
        ("Pemegang sertifikat", parts::name(file)),
        ("NIP", text(form.and_then(|form| form.nip.as_ref()).map(ToString::to_string))),
        ("Unit kerja", text(form.and_then(|form| form.unit.as_ref()).map(ToString::to_string))),
        ("Dicabut pada", format!("{} (menurut {})", zone.brief(revoked_at), file.outside())),
        ("Nomor jawaban", reference),
        ("Dicatat oleh", format!("{}, {}", file.who(answered), file.role(&answered.event))),
        ("Alasan", format!("{} ({}, RFC 5280 kode {})", reason.label(), reason.rfc5280_name(), reason.rfc5280())),
        ("Nomor tiket", file.case.ticket.to_string()),
        ("Diajukan", zone.brief(file.case.filed_at)),
        ("Keadaan permohonan", state.to_owned()),
    ];
    let last = file.view.events.last()?;
    Some(
        view! {
            {parts::letterhead(file)}
            {parts::title("Bukti Pencabutan Tanda Tangan Elektronik", format!("Nomor tiket {}", file.case.ticket))}
            <p>"Dengan ini dinyatakan bahwa sertifikat elektronik berikut telah dicabut."</p>
            {parts::entries(rows)}
            <p class="sheet-statement">
                "Sertifikat elektronik telah dicabut dan tidak dapat digunakan kembali. Dokumen yang ditandatangani sebelum waktu pencabutan tetap berlaku."
            </p>
            <h3>"Tanda bukti"</h3>
            <p>"Pencabutan ini tercatat dalam catatan kantor yang tidak dapat diubah tanpa ketahuan, dengan sidik peristiwa:"</p>
            <p class="sheet-seal">{words::in_eights(&answered.hash.to_string())}</p>
            {receipt(&file.view.office, file.view.ticket.as_str(), answered.event.seq, "Pindai untuk memeriksanya, tanpa bertanya kepada kantor.")}
            {parts::signature(file, if closed { last } else { answered })}
        }
        .into_any(),
    )
}
