//! Ways to reach the applicant, with the words prepared.

use leptos::prelude::*;
use workflow::case::{CONTACT_ATTEMPTS, FilingWay};

use crate::navigation::encode;
use workflow::told::CaseFile;

/// The ways to the applicant, how often it was tried, and how often it has to be.
pub fn contact(file: &CaseFile) -> AnyView {
    let tried = file.case.attempts;
    let left = CONTACT_ATTEMPTS.saturating_sub(tried);
    let (so_far, more) = match tried {
        0 => ("Belum pernah dicoba.".to_owned(), format!("{left} kali")),
        _ => (format!("Sudah dicoba {tried} kali."), format!("{left} kali lagi")),
    };
    view! {
        {links(file, &text(file), true)}
        <p class="govuk-body">{format!("{so_far} Bila {more} tidak terhubung, langkah ini selesai dengan hasil tidak terhubung.")}</p>
    }
    .into_any()
}

/// The ways to an applicant whose mailbox takes nothing: they are asked for another one.
pub fn asking_for_mailbox(file: &CaseFile) -> Option<AnyView> {
    let form = file.form()?;
    let asked = format!(
        "Yth. {}, kami dari {}. E-mail kami ke {} tentang permohonan pencabutan TTE, nomor tiket {}, tidak sampai. Mohon sebutkan alamat e-mail lain yang dapat menerimanya. Terima kasih.",
        form.name, file.procedure.office.name, form.email, file.case.ticket
    );
    links(file, &asked, false)
}

/// Links that call, write on WhatsApp or, where that arrives, write an e-mail; and the words, to be read out.
fn links(file: &CaseFile, words: &str, by_mail: bool) -> Option<AnyView> {
    let form = file.form()?;
    let text = encode(words);
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
    let mail = by_mail.then(|| {
        let href = format!("mailto:{}?subject={subject}&body={text}", form.email.as_str());
        view! {
            <li><a class="govuk-link reach__link" href=href target="_blank" rel="noopener">{format!("E-mail {}", form.email)}</a></li>
        }
    });
    Some(
        view! {
            <p class="govuk-body">"Hubungi pemohon. Pesan untuk WhatsApp dan e-mail sudah disiapkan; di telepon, bacakan:"</p>
            <div class="govuk-inset-text">{words.to_owned()}</div>
            <ul class="reach">{phone}{mail}</ul>
        }
        .into_any(),
    )
}

/// What is told: where the request stands, never anything secret.
fn text(file: &CaseFile) -> String {
    let name = file.form().map(|form| form.name.to_string()).unwrap_or_default();
    let office = &file.procedure.office.name;
    // The leader is written to about somebody else, who may have died.
    let (whom, whose) = match file.case.way {
        FilingWay::Leader => ("Bapak/Ibu Pimpinan".to_owned(), format!("TTE atas nama {name}")),
        FilingWay::Holder | FilingWay::Desk => (name, "TTE Bapak/Ibu".to_owned()),
    };
    let what = match file.case.revoked_at {
        Some(at) => format!(
            "{whose} sudah dicabut oleh {} pada {} dan tidak dapat digunakan kembali",
            file.outside(),
            file.zone().brief(at)
        ),
        None => format!("kami sedang memproses permohonan pencabutan {whose}"),
    };
    format!(
        "Yth. {whom}, kami dari {office}. Kami memberitahukan bahwa {what}. Nomor tiket: {}. Terima kasih.",
        file.case.ticket
    )
}
