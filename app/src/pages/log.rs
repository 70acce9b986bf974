//! The office's log, for whoever checks it: its newest checkpoint, and all of it as a file.

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::JsCast;
use web_sys::{HtmlAnchorElement, Url};

use crate::{
    api::{self, ApiError},
    components::{Banner, Button, Failure, Inset, Loaded, load},
    json,
    navigation::Heading,
    office::Office,
    routes::Page,
    session::Session,
};

/// How far the download is.
#[derive(Clone)]
enum Progress {
    Idle,
    Entries(u64),
    Done(u64),
    Failed(ApiError),
}

/// The log.
#[component]
pub fn Log() -> impl IntoView {
    let office = Office::expect();
    let audits = Session::expect().who().is_some_and(|who| who.audits(office.id()));
    let id = office.id().to_owned();
    let loading = load(move || {
        let id = id.clone();
        async move { api::log_checkpoint(&id).await }
    });
    let keys = format!("/api/offices/{}/log/keys", office.id());
    let check = office.href(Page::Receipt);
    view! {
        <Heading text="Catatan kantor" />
        <p class="govuk-body">
            "Setiap peristiwa, dari permohonan dan dari urusan kantor sendiri, masuk ke satu catatan yang hanya dapat ditambah. Pernyataan di bawah ini mengunci semua peristiwa sampai sekarang; simpan salinannya di luar kantor."
        </p>
        <h2 class="govuk-heading-m">"Pernyataan terbaru"</h2>
        <Loaded loading=loading children=|note: String| view! { <pre class="app-code">{note}</pre> }.into_any() />
        <ul class="govuk-list">
            <li><a class="govuk-link" href=keys>"Kunci umum kantor"</a></li>
            <li><a class="govuk-link" href=check>"Periksa tanda bukti"</a></li>
        </ul>
        <h2 class="govuk-heading-m">"Seluruh catatan"</h2>
        {if audits {
            download(&office)
        } else {
            view! { <p class="govuk-body">"Seluruh catatan dapat diunduh oleh auditor kantor. Administrator memberi peran itu."</p> }.into_any()
        }}
    }
    .into_any()
}

fn download(office: &Office) -> AnyView {
    let progress = RwSignal::new(Progress::Idle);
    let id = office.id().to_owned();
    let command = format!("cargo xtask verify catatan-{id}.ndjson --checkpoint PERNYATAAN --key KUNCI");
    let press = Callback::new(move |()| {
        let id = id.clone();
        progress.set(Progress::Entries(0));
        spawn_local(async move {
            let ended = match fetch(&id, progress).await {
                Ok((text, entries)) => {
                    save(&format!("catatan-{id}.ndjson"), &text);
                    Progress::Done(entries)
                }
                Err(error) => Progress::Failed(error),
            };
            progress.try_set(ended);
        });
    });
    let waits = Signal::derive(move || matches!(progress.get(), Progress::Entries(_)));
    let told = move || match progress.get() {
        Progress::Idle => ().into_any(),
        Progress::Entries(entries) => {
            view! { <p class="govuk-body" role="status">{format!("{entries} peristiwa diunduh…")}</p> }.into_any()
        }
        Progress::Done(entries) => {
            view! { <Banner text=format!("Catatan dengan {entries} peristiwa sudah diunduh.") success=true /> }
                .into_any()
        }
        Progress::Failed(error) => view! { <Failure error=error again=press /> }.into_any(),
    };
    view! {
        <p class="govuk-body">"Berkasnya memuat semua peristiwa tanpa data pribadi, satu pada tiap baris, dan pada baris terakhir pernyataan yang mengunci semuanya. Periksa tanpa sambungan internet dengan:"</p>
        <Inset><p class="app-code">{command}</p></Inset>
        <p class="govuk-body">"PERNYATAAN adalah berkas pernyataan yang pernah Anda terima lewat e-mail, KUNCI adalah kunci kantor yang Anda catat sendiri. Tanpa keduanya, catatan yang dipotong atau ditulis ulang dari awal tidak ketahuan. Perintah itu ada dalam kode sumber layanan ini."</p>
        {told}
        <Button label="Unduh seluruh catatan" pending=waits on_press=press />
    }
    .into_any()
}

/// The whole log, answer by answer, and how many entries it has.
async fn fetch(office: &str, progress: RwSignal<Progress>) -> Result<(String, u64), ApiError> {
    #[derive(Deserialize)]
    struct Numbered {
        n: u64,
    }
    let (mut text, mut entries) = (String::new(), 0);
    loop {
        let part = api::log_entries(office, entries).await?;
        text += &part;
        // The last line of all is no entry.
        let last = part.lines().last().and_then(json::read::<Numbered>);
        let Some(Numbered { n }) = last else {
            let before = part.lines().rev().nth(1).and_then(json::read::<Numbered>);
            return Ok((text, before.map_or(entries, |last| last.n + 1)));
        };
        entries = n + 1;
        // Who has left the page does not wait for it.
        if progress.try_set(Progress::Entries(entries)).is_some() {
            return Err(ApiError::Unexpected);
        }
    }
}

fn save(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let Ok(blob) = web_sys::Blob::new_with_str_sequence(&parts) else { return };
    let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&address);
}
