//! What is held on me, and who saw it.

use leptos::prelude::*;
use workflow::api::{Correction as Wish, Page as Part, Reading, ReadingKind};

use super::{correction::Correction, lists};
use crate::{
    api,
    components::{Banner, Empty, Loaded, NoteForm, SummaryList, SummaryRow, load, table::table},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
    session::Session,
};

/// What is held on me.
#[component]
pub fn MyData() -> impl IntoView {
    let navigation = Navigation::expect();
    let me = Session::expect().me();
    let sessions = Office::expect().href(Page::Sessions);
    let rows = me.map(|me| {
        let name = me.name.unwrap_or_else(|| "belum diketahui".to_owned());
        vec![SummaryRow::new("Nama", name), SummaryRow::new("E-mail", me.email.to_string())]
    });
    view! {
        <Heading text="Data saya" />
        <SummaryList rows=rows.unwrap_or_default() />
        <p class="govuk-body"><a class="govuk-link" href=sessions>"Perangkat tempat Anda masuk"</a></p>
        <h2 class="govuk-heading-m">"Salinan semua data"</h2>
        <p class="govuk-body">
            "Satu berkas berisi semua yang disimpan tentang Anda: permohonan dengan semua isiannya, e-mail yang dikirim kepada Anda, dan siapa yang melihatnya. Dokumen diunduh dari halaman permohonannya."
        </p>
        <p class="govuk-body"><a class="govuk-link" href="/api/me/data" download="data-saya.json">"Unduh data saya (JSON)"</a></p>
        <h2 class="govuk-heading-m">"Siapa yang melihat data saya"</h2>
        {move || readings(navigation.query("setelah"))}
        <h2 class="govuk-heading-m">"Ada data yang keliru?"</h2>
        {corrections()}
    }
    .into_any()
}

/// What I asked to have put right, and asking for it.
fn corrections() -> AnyView {
    let office = Office::expect();
    let (id, of) = (office.id().to_owned(), office.id().to_owned());
    let list = load(move || {
        let id = id.clone();
        async move { api::own_corrections(&id).await }
    });
    let told = RwSignal::new(false);
    let done = Callback::new(move |()| {
        told.set(true);
        list.again.run(());
    });
    let shown = |mine: Vec<Wish>| {
        mine.into_iter().map(|wish| view! { <Correction wish=wish /> }).collect::<Vec<_>>().into_any()
    };
    view! {
        <p class="govuk-body">
            "Permohonan yang dikembalikan dapat Anda perbaiki sendiri di halamannya. Untuk yang lain, tulis kepada administrator kantor; jawabannya dikirim ke e-mail Anda dan tampil di sini."
        </p>
        {move || told.get().then(|| view! { <Banner text="Permintaan perbaikan sudah dikirim." success=true /> })}
        <Loaded loading=list children=shown />
        <NoteForm
            id="perbaikan"
            label="Apa yang keliru, dan bagaimana seharusnya?"
            hint="Sebutkan nomor tiketnya bila menyangkut sebuah permohonan."
            button="Minta diperbaiki"
            done=done
            send=move |text| {
                let of = of.clone();
                async move { api::ask_for_correction(&of, &text).await }
            }
        />
    }
    .into_any()
}

fn readings(after: Option<String>) -> AnyView {
    let office = Office::expect();
    let asked = after.clone();
    let loading = load(move || {
        let after = asked.clone();
        async move { api::my_readings(after.as_deref()).await }
    });
    let shown = move |page: Part<Reading>| {
        if page.rows.is_empty() && after.is_none() {
            return view! { <Empty title="Belum ada yang melihat" text="Setiap kali petugas membuka permohonan Anda, dokumennya, nama lengkap Anda dalam register, permintaan perbaikan Anda, atau e-mail dan NIP Anda sebagai orang kantor, waktu dan namanya tercatat di sini." /> }
                .into_any();
        }
        let rows = page.rows.iter().map(|reading| row(&office, reading)).collect();
        let at = |after: &str| lists::with_query(office.href(Page::MyData), &[("setelah", after)]);
        let paging = lists::paging(after.as_ref().map(|_| at("")), page.next.as_deref().map(at));
        view! {
            {table("Siapa yang melihat data saya", &["Waktu", "Permohonan", "Yang dilihat", "Oleh"], rows)}
            {paging}
        }
        .into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}

fn row(office: &Office, reading: &Reading) -> Vec<AnyView> {
    let Reading { at, ticket, office: of, what, paper, name, titles } = reading;
    let what = match what {
        ReadingKind::Request => "Permohonan dan isinya".to_owned(),
        ReadingKind::Document => format!("Dokumen: {}", paper.as_deref().unwrap_or("lampiran")),
        ReadingKind::Register => "Nama lengkap dalam register".to_owned(),
        ReadingKind::RegisterFile => "Berkas register dengan nama lengkap".to_owned(),
        ReadingKind::Correction => "Permintaan perbaikan data, dengan nama dan e-mail Anda".to_owned(),
        ReadingKind::People => "Daftar orang kantor, dengan e-mail dan NIP Anda".to_owned(),
    };
    let name = name.as_deref().unwrap_or("petugas");
    let by = if titles.is_empty() { name.to_owned() } else { format!("{name} ({})", titles.join(", ")) };
    vec![
        office.procedure().office.zone.brief(*at).into_any(),
        ticket.as_ref().map_or_else(|| "–".into_any(), |ticket| lists::ticket(of, ticket)),
        what.into_any(),
        by.into_any(),
    ]
}
