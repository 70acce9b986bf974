//! The request: a letter where the SOP speaks of a letter, a form where it speaks of a form.

use leptos::prelude::*;
use workflow::case::{FilingWay, Happened};

use super::parts;
use workflow::told::{self, CaseFile};

/// The request as it was filed, with the identity as last corrected.
pub fn sheet(file: &CaseFile) -> AnyView {
    if is_form(file) { form(file) } else { letter(file) }
}

/// What the sheet is called in this office.
pub fn name(file: &CaseFile) -> &'static str {
    match (is_form(file), file.case.way) {
        (true, _) => "Formulir permohonan",
        (false, FilingWay::Leader) => "Surat rekomendasi",
        (false, _) => "Surat permohonan",
    }
}

/// Whether the SOP's first steps ask for a form, in its own words.
fn is_form(file: &CaseFile) -> bool {
    let says_form = |text: &Option<String>| text.as_deref().is_some_and(|text| text.to_lowercase().contains("form"));
    file.procedure.steps.iter().take(2).any(|step| says_form(&step.requirement) || says_form(&step.output))
}

fn form(file: &CaseFile) -> AnyView {
    let mut rows = vec![
        ("Nomor tiket", file.case.ticket.to_string()),
        ("Tanggal pengajuan", file.zone().brief(file.case.filed_at)),
    ];
    rows.push(("Cara pengajuan", told::way_words(file.case.way).to_owned()));
    rows.extend(parts::holder(file));
    rows.push(("Alasan pencabutan", parts::reason(file)));
    view! {
        {parts::letterhead(file)}
        {parts::title("Formulir Permohonan Pencabutan Tanda Tangan Elektronik", String::new())}
        {parts::entries(rows)}
        {attached(file)}
        {corrected(file)}
        {statement()}
        {signatory(file)}
    }
    .into_any()
}

fn letter(file: &CaseFile) -> AnyView {
    let filed = file.zone().date(file.case.filed_at);
    let number = file.form().and_then(|form| form.letter.as_ref()).map(ToString::to_string).unwrap_or_default();
    let first = file.procedure.step(2).map_or("", |step| file.title(&step.actor));
    let (subject, opening) = match file.case.way {
        FilingWay::Leader => (
            "Rekomendasi pencabutan sertifikat elektronik (TTE)",
            "Dengan hormat, kami merekomendasikan pencabutan sertifikat elektronik (TTE) pegawai berikut:",
        ),
        FilingWay::Holder | FilingWay::Desk => (
            "Permohonan pencabutan sertifikat elektronik (TTE)",
            "Dengan hormat, saya mengajukan permohonan pencabutan sertifikat elektronik (TTE) dengan data berikut:",
        ),
    };
    let head =
        file.form().and_then(|form| form.unit_head.as_ref()).map(|head| format!("{}, {}", head.name, head.position));
    let mut rows = parts::holder(file);
    rows.extend(head.map(|head| ("Kepala perangkat daerah", head)));
    rows.push(("Alasan pencabutan", parts::reason(file)));
    view! {
        <p class="sheet-date">{format!("{}, {filed}", parts::town(&file.procedure.office.place))}</p>
        {parts::entries(vec![
            ("Nomor", number),
            ("Lampiran", format!("{} berkas", file.case.papers.len())),
            ("Perihal", subject.to_owned()),
            ("Nomor tiket", file.case.ticket.to_string()),
        ])}
        <p class="sheet-to">"Kepada Yth."<br/>{first.to_owned()}<br/>"di "{parts::town(&file.procedure.office.place).to_owned()}</p>
        <p>{opening}</p>
        {parts::entries(rows)}
        {attached(file)}
        {corrected(file)}
        {statement()}
        <p>"Demikian disampaikan. Atas perhatian Bapak/Ibu, kami ucapkan terima kasih."</p>
        {signatory(file)}
    }
    .into_any()
}

fn attached(file: &CaseFile) -> AnyView {
    let papers: Vec<_> =
        file.case.papers.iter().map(|held| view! { <li>{file.paper_name(&held.paper).to_owned()}</li> }).collect();
    view! { <p>"Berkas yang dilampirkan:"</p><ol class="sheet-list">{papers}</ol> }.into_any()
}

/// Says when the request was corrected after its date, where it was.
fn corrected(file: &CaseFile) -> Option<AnyView> {
    let seen = file.newest(|what| matches!(what, Happened::Resubmitted { .. }))?;
    let text = format!(
        "Isian dan berkas di atas sudah termasuk perbaikan pemohon tanggal {}.",
        file.zone().brief(seen.event.at)
    );
    Some(view! { <p>{text}</p> }.into_any())
}

fn statement() -> AnyView {
    view! {
        <p>
            "Pemohon memahami bahwa sertifikat yang sudah dicabut tidak dapat digunakan kembali, dan dokumen yang sudah ditandatangani sebelumnya tetap berlaku."
        </p>
    }
    .into_any()
}

/// The holder signs their own request, the leader their recommendation; a paper request was signed on paper.
fn signatory(file: &CaseFile) -> AnyView {
    let filed = file.filed();
    match file.case.way {
        FilingWay::Leader => parts::signature(file, filed),
        FilingWay::Holder | FilingWay::Desk => {
            let nip = file.form().and_then(|form| form.nip.as_ref()).map(|nip| format!("NIP {}", nip.as_str()));
            let role = if file.case.way == FilingWay::Desk {
                "Pemohon (surat asli bertanda tangan diserahkan di loket)"
            } else {
                "Pemohon"
            };
            parts::signed(file, filed.event.at, role.to_owned(), parts::name(file), nip)
        }
    }
}
