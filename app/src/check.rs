//! Checks a receipt: a small app of its own. Whoever is shown a receipt scans its code and comes here, without an account,
//! and the checking is done by their own browser.
//!
//! The receipt stands in the address behind `#`, so it never leaves the browser. The edge is asked for the office's public
//! keys, and for what the office's log is today: whether that still begins as the receipt says.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlInputElement, SubmitEvent};
use workflow::log::{Checked, Checkpoint, CheckpointFault, Receipt, ReceiptFault, SignedNote, VerifierKey};

use crate::{
    api::{self, ApiError},
    components::{Inset, Submit, TextArea, Warning},
    words,
};

/// Takes the place of what says that the app is on its way.
#[cfg(target_arch = "wasm32")]
pub fn start() {
    if let Some(place) = crate::browser::element(PLACE) {
        place.set_inner_html("");
        leptos::mount::mount_to(place, || view! { <Check /> }).forget();
        // Around it nothing changes.
        if let Some(page) = crate::browser::element("app") {
            let _ = page.remove_attribute("data-ahead");
        }
    }
}

/// The id of the element in which the app works.
pub const PLACE: &str = "periksa";

/// What became of a receipt.
#[derive(Clone, Debug)]
enum Outcome {
    /// Nothing was given yet.
    Nothing,
    Checking,
    /// The edge did not say by which keys to check.
    Unreached(ApiError),
    Refuted(ReceiptFault),
    Holds(Box<Checked>, Today),
}

/// Whether the log of today still begins with the log of the receipt.
#[derive(Clone, Debug)]
enum Today {
    /// It does, and has so many entries.
    Same(u64),
    /// It does not: entries that were signed are changed or gone.
    Contradicted,
    /// The edge did not say.
    Unknown,
}

#[component]
fn Check() -> impl IntoView {
    let office = window().location().pathname().unwrap_or_default();
    let office = office.split('/').nth(1).unwrap_or_default().to_owned();
    let (outcome, typed) = (RwSignal::new(Outcome::Nothing), RwSignal::new(String::new()));
    let check = Callback::new(move |text: String| {
        let office = office.clone();
        outcome.set(Outcome::Checking);
        spawn_local(async move { outcome.set(judge(&office, &text).await) });
    });
    let scanned = move || {
        let code = window().location().hash().unwrap_or_default();
        if let Some(code) = code.strip_prefix('#').filter(|code| !code.is_empty()) {
            check.run(code.to_owned());
        }
    };
    scanned();
    let _ = window_event_listener(leptos::ev::hashchange, move |_| scanned());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        check.run(typed.get_untracked());
    };
    let chosen = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return };
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            check.run(text.unwrap_or_default());
        });
    };
    let waits = Signal::derive(move || matches!(outcome.get(), Outcome::Checking));
    view! {
        <div aria-live="polite">{move || shown(&outcome.get())}</div>
        <form novalidate on:submit=submit>
            <h2 class="govuk-heading-m">"Periksa tanda bukti lain"</h2>
            <div class="govuk-form-group">
                <label class="govuk-label" for="berkas">"Berkas tanda bukti"</label>
                <div class="govuk-hint" id="berkas-hint">"Berkas tanda-bukti.txt yang terlampir pada e-mail atau diunduh dari halaman permohonan."</div>
                <input class="govuk-file-upload" id="berkas" type="file" accept=".txt,text/plain" aria-describedby="berkas-hint" on:change=chosen />
            </div>
            <TextArea id="tanda-bukti" label="Atau tempel isinya di sini" hint="Isi berkas, atau alamat yang ada pada kode QR." value=typed rows=4 />
            <Submit label="Periksa" pending=waits />
        </form>
    }
    .into_any()
}

/// Checks what was scanned, chosen or pasted.
async fn judge(office: &str, text: &str) -> Outcome {
    let receipt = match read(text) {
        Ok(receipt) => receipt,
        Err(fault) => return Outcome::Refuted(fault),
    };
    let keys = match api::log_keys(office).await {
        Ok(keys) => keys.lines().filter_map(|key| VerifierKey::parse(key).ok()).collect::<Vec<_>>(),
        Err(error) => return Outcome::Unreached(error),
    };
    match receipt.check(&keys) {
        Ok(checked) => {
            let today = today(office, &checked.checkpoint, &keys).await;
            Outcome::Holds(Box::new(checked), today)
        }
        Err(fault) => Outcome::Refuted(fault),
    }
}

/// A receipt as a file holds it, or as an address does.
fn read(text: &str) -> Result<Receipt, ReceiptFault> {
    let text = text.trim_start();
    if text.starts_with("c2sp.org/") {
        return Receipt::parse(&text.replace("\r\n", "\n"));
    }
    let code = text.rsplit('#').next().unwrap_or_default();
    Receipt::parse_short(code.trim())
}

async fn today(office: &str, then: &Checkpoint, keys: &[VerifierKey]) -> Today {
    let Ok(note) = api::log_checkpoint(office).await else { return Today::Unknown };
    let now = SignedNote::parse(&note).map_err(CheckpointFault::from).and_then(|note| Checkpoint::open(&note, keys));
    let Ok(now) = now else { return Today::Contradicted };
    if now.size() < then.size() {
        return Today::Contradicted;
    }
    let Ok(proof) = api::log_consistency(office, then.size(), now.size()).await else { return Today::Unknown };
    if now.continues(then, &proof) { Today::Same(now.size()) } else { Today::Contradicted }
}

fn shown(outcome: &Outcome) -> Option<AnyView> {
    Some(match outcome {
        Outcome::Nothing => return None,
        Outcome::Checking => view! { <p class="govuk-body" role="status">"Memeriksa…"</p> }.into_any(),
        Outcome::Unreached(error) => {
            view! { <Warning text=format!("Tanda bukti belum dapat diperiksa. {error}") /> }.into_any()
        }
        Outcome::Refuted(fault) => view! {
            <h2 class="govuk-heading-l">"Tanda bukti ini tidak membuktikan apa pun"</h2>
            <Warning text=fault.to_string() />
            <p class="govuk-body">"Mintalah tanda bukti itu sekali lagi kepada yang memberikannya. Bila hasilnya tetap begini, tanyakan kepada kantor."</p>
        }
        .into_any(),
        Outcome::Holds(checked, today) => holds(checked, today),
    })
}

fn holds(checked: &Checked, today: &Today) -> AnyView {
    let Checked { kind, event, index, checkpoint } = checked;
    // As in the file of the log, and as `cargo xtask verify` names it.
    let then = format!(
        "Peristiwa ini adalah entri nomor {index}, dihitung dari 0, dalam catatan {} ketika catatan itu memuat {} peristiwa, dan kantor menandatanganinya.",
        checkpoint.origin(),
        checkpoint.size()
    );
    let (now, warning) = match today {
        Today::Same(size) => (
            Some(format!(
                "Catatan kantor saat ini, dengan {size} peristiwa, masih memuat semua yang ditandatangani waktu itu tanpa perubahan."
            )),
            None,
        ),
        Today::Contradicted => (
            None,
            Some(
                "Catatan kantor saat ini tidak lagi cocok dengan yang ditandatangani waktu itu: ada peristiwa yang diubah atau hilang. Simpan tanda bukti ini dan laporkan kepada pengawas kantor.",
            ),
        ),
        Today::Unknown => {
            (None, Some("Catatan kantor saat ini tidak dapat dihubungi, jadi belum dibandingkan. Coba lagi nanti."))
        }
    };
    let title = match today {
        Today::Contradicted => "Tanda bukti ini benar, tetapi catatan kantor tidak lagi cocok",
        _ => "Tanda bukti ini benar",
    };
    let what = format!("Peristiwanya tercatat sebagai: {}.", kind.label());
    let hash = words::in_eights(&event.to_string());
    view! {
        <h2 class="govuk-heading-l">{title}</h2>
        {warning.map(|text| view! { <Warning text=text.to_owned() /> })}
        <h3 class="govuk-heading-s">"Yang terbukti"</h3>
        <ul class="govuk-list govuk-list--bullet">
            <li>{what}</li>
            <li>{then}</li>
            {now.map(|now| view! { <li>{now}</li> })}
        </ul>
        <h3 class="govuk-heading-s">"Yang tidak dibuktikan"</h3>
        <ul class="govuk-list govuk-list--bullet">
            <li>"Tentang siapa peristiwanya dan apa isi selebihnya: tanda bukti tidak memuat data pribadi. Cocokkan sidik di bawah ini dengan yang tercetak pada lembarnya."</li>
            <li>"Kapan tepatnya peristiwa itu terjadi, dan apakah keputusannya benar."</li>
            <li>"Bahwa yang menunjukkannya adalah orang yang bersangkutan."</li>
            <li>"Bahwa kunci kantor dan halaman ini sendiri asli: keduanya berasal dari layanan kantor. Siapa yang tidak memercayainya membandingkan kunci itu dengan yang diumumkan kantor di tempat lain."</li>
        </ul>
        <Inset>
            <p class="govuk-body">"Sidik peristiwa:"</p>
            <p class="app-code">{hash}</p>
        </Inset>
    }
    .into_any()
}
