//! Where the office's mail goes, and how long it keeps personal data.

use leptos::prelude::*;
use workflow::{
    identity::EmailAddress,
    office::{Command, Retention, Settings},
};

use super::changing::{ChangeForm, Changing};
use crate::components::{SummaryList, SummaryRow, TextArea};

const BSRE: &str = "bsre";
const RETENTION: &str = "simpan";
const CHECKPOINTS: &str = "pernyataan";
const EMAILS: &str = "email-pernyataan";
const EMAIL: &str = "email-bsre";
const YEARS: &str = "tahun";
const MONTHS: &str = "bulan";

/// The settings, each with its form.
pub fn settings(changing: Changing, seq: u32, settings: &Settings) -> AnyView {
    let Settings { bsre_email, retention, checkpoint_emails, .. } = settings;
    let bsre = bsre_email.as_ref().map_or_else(|| "belum diatur".to_owned(), ToString::to_string);
    let kept = format!(
        "{} tahun untuk sertifikat yang dicabut, {} bulan untuk permohonan yang ditolak atau ditarik kembali",
        retention.revoked_years, retention.ended_months
    );
    let lines = |between| checkpoint_emails.iter().map(ToString::to_string).collect::<Vec<_>>().join(between);
    let checkpoints = if checkpoint_emails.is_empty() { "belum diatur".to_owned() } else { lines(", ") };
    let rows = vec![
        SummaryRow::new("E-mail BSrE", bsre),
        SummaryRow::new("Masa simpan data pribadi", kept),
        SummaryRow::new("Penerima pernyataan catatan", checkpoints),
    ];
    let emails = vec![(EMAILS, lines("\n"))];
    let email = vec![(EMAIL, bsre_email.as_ref().map(ToString::to_string).unwrap_or_default())];
    let terms = vec![(YEARS, retention.revoked_years.to_string()), (MONTHS, retention.ended_months.to_string())];
    let openers = view! {
        {changing.opener("Ubah e-mail BSrE", BSRE, String::new(), email, Vec::new())}
        {changing.opener("Ubah masa simpan", RETENTION, String::new(), terms, Vec::new())}
        {changing.opener("Ubah penerima pernyataan", CHECKPOINTS, String::new(), emails, Vec::new())}
    };
    let form = move || match changing.open()?.0 {
        BSRE => Some(mailbox(changing, seq)),
        RETENTION => Some(terms_form(changing, seq)),
        CHECKPOINTS => Some(checkpoints_form(changing, seq)),
        _ => None,
    };
    view! {
        <SummaryList rows=rows />
        {form}
        <div class="govuk-button-group">{openers}</div>
    }
    .into_any()
}

fn mailbox(changing: Changing, seen: u32) -> AnyView {
    let inner = changing.line(EMAIL, "E-mail BSrE", "Surat permohonan pencabutan dikirim ke alamat ini.", "email");
    let form = ChangeForm { title: "Ubah e-mail BSrE", inner, seen, done: "E-mail BSrE sudah diubah." };
    changing.form(form, |changing, reading| {
        let email = reading.take(EMAIL, EmailAddress::parse(&changing.typed(EMAIL)))?;
        Some(Command::SetBsreMailbox { email })
    })
}

fn checkpoints_form(changing: Changing, seen: u32) -> AnyView {
    let hint = "Satu alamat tiap baris, paling banyak 10: sebaiknya di luar kantor, misalnya inspektorat. Setiap hari pernyataan bertanda tangan tentang catatan kantor dikirim ke sana.";
    let inner = view! { <TextArea id=EMAILS label="Penerima pernyataan catatan" hint=hint value=changing.text(EMAILS) error=changing.errors.of(EMAILS) rows=4 /> }
        .into_any();
    let done = "Penerima pernyataan catatan sudah diubah.";
    let form = ChangeForm { title: "Ubah penerima pernyataan", inner, seen, done };
    changing.form(form, |changing, reading| {
        let typed = changing.typed(EMAILS);
        let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
        let emails = lines.map(EmailAddress::parse).collect::<Result<Vec<_>, _>>();
        Some(Command::SetCheckpointMailboxes { emails: reading.take(EMAILS, emails)? })
    })
}

fn terms_form(changing: Changing, seen: u32) -> AnyView {
    let inner = view! {
        {changing.line(YEARS, "Tahun, untuk sertifikat yang dicabut", "1 sampai 30, menurut jadwal retensi arsip kantor.", "text")}
        {changing.line(MONTHS, "Bulan, untuk permohonan yang ditolak atau ditarik kembali", "1 sampai 60.", "text")}
    }
    .into_any();
    let form = ChangeForm { title: "Ubah masa simpan", inner, seen, done: "Masa simpan sudah diubah." };
    changing.form(form, |changing, reading| {
        let mut number = |id: &'static str| {
            let number = changing.typed(id).parse::<u8>().ok();
            if number.is_none() {
                reading.fault(id, "Isi dengan angka.");
            }
            number
        };
        let (revoked_years, ended_months) = (number(YEARS), number(MONTHS));
        Some(Command::SetRetention {
            retention: Retention { revoked_years: revoked_years?, ended_months: ended_months? },
        })
    })
}
