//! Where the office's mail goes, and how long it keeps personal data.

use leptos::prelude::*;
use workflow::{
    identity::EmailAddress,
    office::{Command, Retention, Settings},
};

use super::changing::{ChangeForm, Changing};
use crate::components::{SummaryList, SummaryRow};

const BSRE: &str = "bsre";
const RETENTION: &str = "simpan";
const EMAIL: &str = "email-bsre";
const YEARS: &str = "tahun";
const MONTHS: &str = "bulan";

/// The settings, each with its form.
pub fn settings(changing: Changing, seq: u32, settings: &Settings) -> AnyView {
    let Settings { bsre_email, retention, .. } = settings;
    let bsre = bsre_email.as_ref().map_or_else(|| "belum diatur".to_owned(), ToString::to_string);
    let kept = format!(
        "{} tahun untuk sertifikat yang dicabut, {} bulan untuk permohonan yang ditolak atau ditarik kembali",
        retention.revoked_years, retention.ended_months
    );
    let rows = vec![SummaryRow::new("E-mail BSrE", bsre), SummaryRow::new("Masa simpan data pribadi", kept)];
    let email = vec![(EMAIL, bsre_email.as_ref().map(ToString::to_string).unwrap_or_default())];
    let terms = vec![(YEARS, retention.revoked_years.to_string()), (MONTHS, retention.ended_months.to_string())];
    let openers = view! {
        {changing.opener("Ubah e-mail BSrE", BSRE, String::new(), email, Vec::new())}
        {changing.opener("Ubah masa simpan", RETENTION, String::new(), terms, Vec::new())}
    };
    let form = move || match changing.open()?.0 {
        BSRE => Some(mailbox(changing, seq)),
        RETENTION => Some(terms_form(changing, seq)),
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
