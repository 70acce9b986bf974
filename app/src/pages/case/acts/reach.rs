//! Ways to reach the applicant, with the words prepared.

use leptos::prelude::*;

use crate::{navigation::encode, pages::case::file::CaseFile};

/// Links that call, write on WhatsApp or write an e-mail.
pub fn links(file: &CaseFile) -> Option<AnyView> {
    let form = file.form()?;
    let text = encode(&text(file));
    let subject = encode(&format!("Pencabutan TTE, tiket {}", file.case.ticket));
    let phone = form.phone.as_ref().map(|phone| {
        view! {
            <li><a class="govuk-link reach__link" href=format!("tel:{}", phone.as_str())>{format!("Telepon {}", phone.local())}</a></li>
            <li>
                <a class="govuk-link reach__link" href=format!("https://wa.me/{}?text={text}", phone.wa_digits()) target="_blank" rel="noopener">
                    {format!("WhatsApp {}", phone.local())}
                    <span class="govuk-visually-hidden">" (buka di tab baru)"</span>
                </a>
            </li>
        }
    });
    let mail = format!("mailto:{}?subject={subject}&body={text}", form.email.as_str());
    Some(
        view! {
            <p class="govuk-body">"Hubungi pemohon; pesannya sudah disiapkan:"</p>
            <ul class="reach">
                {phone}
                <li><a class="govuk-link reach__link" href=mail target="_blank" rel="noopener">{format!("E-mail {}", form.email)}</a></li>
            </ul>
        }
        .into_any(),
    )
}

/// What is told: where the request stands, never anything secret.
fn text(file: &CaseFile) -> String {
    let name = file.form().map(|form| form.name.to_string()).unwrap_or_default();
    let office = &file.procedure.office.name;
    let what = match file.case.revoked_at {
        Some(at) => format!(
            "TTE Bapak/Ibu sudah dicabut oleh {} pada {} dan tidak dapat digunakan kembali",
            file.outside(),
            file.zone().brief(at)
        ),
        None => "kami sedang memproses permohonan pencabutan TTE Bapak/Ibu".to_owned(),
    };
    format!(
        "Yth. {name}, kami dari {office}. Kami memberitahukan bahwa {what}. Nomor tiket: {}. Terima kasih.",
        file.case.ticket
    )
}
