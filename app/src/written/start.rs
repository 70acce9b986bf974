//! What the service is, how long it takes, what one needs, what revoking means.

use leptos::prelude::*;
use workflow::{
    case::FilingWay,
    procedure::{FieldId, Procedure, TimeUnit},
};

use crate::{
    components::{ButtonKind, Details, LinkButton, Warning, steps},
    navigation::Heading,
    office::Office,
    routes::{FilingPage, Page},
    words,
};

/// The office's start page. Its text is in the page before the app is.
#[component]
pub fn Start() -> impl IntoView {
    let office = Office::expect();
    let procedure = office.procedure();
    let intro = format!(
        "Layanan {} untuk mencabut sertifikat elektronik yang dipakai menandatangani dokumen, menurut SOP yang berlaku.",
        procedure.office.name,
    );
    view! {
        <Heading text="Cabut tanda tangan elektronik (TTE)" caption=procedure.office.place.clone() />
        <p class="govuk-body-l">{intro}</p>
        <p class="govuk-body">
            "Pakai layanan ini bila passphrase diketahui orang lain, perangkat hilang, pemegang pindah tugas, pensiun, berhenti, atau meninggal, data pada sertifikat berubah, atau sertifikat diganti."
        </p>
        <div class="app-actions">
            <LinkButton href=office.href(Page::File(FilingPage::Who)) label="Ajukan pencabutan" />
            <LinkButton
                href=office.href(Page::Mine)
                label="Lihat permohonan saya"
                kind=ButtonKind::Secondary
            />
        </div>

        <h2 class="govuk-heading-l">"Arti pencabutan"</h2>
        <Warning text="Pencabutan tidak dapat dibatalkan." />
        <ul class="govuk-list govuk-list--bullet">
            <li>"Sertifikat yang sudah dicabut tidak dapat dipakai lagi untuk menandatangani."</li>
            <li>"Dokumen yang sudah ditandatangani sebelum pencabutan tetap ada dan tetap sah."</li>
            <li>"Bila nanti perlu menandatangani lagi, pemegang mengajukan sertifikat baru."</li>
        </ul>

        <h2 class="govuk-heading-l">"Siapa yang dapat mengajukan"</h2>
        {who(&procedure)}

        <h2 class="govuk-heading-l">"Yang perlu disiapkan"</h2>
        {needs(&procedure)}

        <h2 class="govuk-heading-l">"Berapa lama"</h2>
        {time(&procedure)}
        <p class="govuk-body">
            <a class="govuk-link" href=office.href(Page::Sop)>
                "Baca SOP selengkapnya"
            </a>
        </p>
    }
    .into_any()
}

fn bullets(items: impl IntoIterator<Item = String>) -> AnyView {
    let items: Vec<AnyView> = items.into_iter().map(|item| view! { <li>{item}</li> }.into_any()).collect();
    view! { <ul class="govuk-list govuk-list--bullet">{items}</ul> }.into_any()
}

fn who(procedure: &Procedure) -> AnyView {
    bullets(procedure.filing.iter().map(|filing| {
        let title = procedure.title(&filing.by);
        match filing.way {
            FilingWay::Holder => "Pemegang sertifikat sendiri, secara daring di sini.".to_owned(),
            FilingWay::Leader => {
                format!(
                    "{title}, dengan surat rekomendasi, bagi pegawai yang pindah tugas, pensiun, atau meninggal dunia."
                )
            }
            FilingWay::Desk => {
                format!(
                    "Pemegang yang menyerahkan surat di kantor (luring); {title} memasukkannya beserta pindaiannya."
                )
            }
        }
    }))
}

fn needs(procedure: &Procedure) -> AnyView {
    let email = if procedure.office.private_email {
        "Alamat e-mail dinas atau pribadi yang aktif; kode masuk dan pemberitahuan dikirim ke sana.".to_owned()
    } else {
        let domains = procedure.office.email_domains.join(" atau @");
        format!("Alamat e-mail dinas (@{domains}) yang aktif; kode masuk dan pemberitahuan dikirim ke sana.")
    };
    let fields: Vec<String> = procedure
        .fields
        .iter()
        .filter(|field| field.id != FieldId::Email)
        .map(|field| {
            let label = field.id.label();
            if field.required { label.to_owned() } else { format!("{label} (bila ada)") }
        })
        .collect();
    let papers: Vec<AnyView> = procedure
        .papers
        .iter()
        .map(|paper| {
            let only = if paper.required_for.contains(&FilingWay::Holder) {
                None
            } else if paper.required_for.contains(&FilingWay::Leader) {
                Some(" (bila diajukan pimpinan)")
            } else {
                Some(" (bila diserahkan di kantor)")
            };
            view! {
                <li>
                    <strong>{paper.name.clone()}</strong>
                    {only}
                    <br />
                    <span class="app-soft">{paper.hint.clone()}</span>
                </li>
            }
            .into_any()
        })
        .collect();
    view! {
        {bullets([email, format!("Data pemegang: {}.", fields.join(", "))])}
        <h3 class="govuk-heading-s">"Berkas, sebagai foto dari HP atau PDF"</h3>
        <ul class="govuk-list govuk-list--bullet govuk-list--spaced">{papers}</ul>
    }
    .into_any()
}

fn time(procedure: &Procedure) -> AnyView {
    let units = [TimeUnit::WorkingDays, TimeUnit::Hours, TimeUnit::Minutes];
    let sums: Vec<String> = units
        .into_iter()
        .filter_map(|unit| {
            let times = procedure.steps.iter().filter_map(|step| step.time.as_ref());
            let sum: u32 = times.filter(|time| time.unit() == unit).map(|time| time.amount()).sum();
            (sum > 0).then(|| words::amount(sum, unit))
        })
        .collect();
    let open = procedure.steps.iter().filter(|step| step.time.is_none()).count();
    let sum = match (sums.is_empty(), open) {
        (true, _) => "SOP tidak menyebut waktu untuk langkah-langkahnya.".to_owned(),
        (false, 0) => format!("Menurut SOP, semua langkah bersama {} waktu kerja.", sums.join(" ")),
        (false, open) => format!(
            "Menurut SOP, langkah yang waktunya disebut bersama {} waktu kerja; waktu {open} langkah tidak disebut.",
            sums.join(" "),
        ),
    };
    let each = steps(procedure, 1);
    view! {
        <p class="govuk-body">{sum}</p>
        <p class="govuk-body">"Jam kantor saja yang dihitung, dan waktu berhenti selama berkas menunggu kelengkapan dari Anda."</p>
        <Details summary="Lihat waktu tiap langkah">
            {each}
        </Details>
    }
    .into_any()
}
