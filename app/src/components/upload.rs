//! One paper to hand in: chosen from the camera or the device, sent at once, shown, replaced or removed.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, HtmlInputElement, Url};
use workflow::api::Document;

use super::fields::message;
use crate::{
    api::{self, ApiError},
    browser, photo, words,
};

/// The most a document may have, in bytes.
const MAX: f64 = 5_000_000.0;

/// What is being sent, kept so that it can be tried again.
#[derive(Clone)]
struct Attempt {
    name: String,
    file: Blob,
    key: String,
}

/// One paper to hand in.
#[component]
pub fn Upload(
    /// The id of its control.
    #[prop(into)]
    id: String,
    /// The office it is handed to.
    #[prop(into)]
    office: String,
    /// The paper's name.
    #[prop(into)]
    label: String,
    /// What to hand in.
    #[prop(into)]
    hint: String,
    /// The document, once the edge has it.
    value: RwSignal<Option<Document>>,
    /// What the form says is wrong with it, such as that it is missing.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
    /// Counts the uploads on their way, where a form wants to wait for them.
    #[prop(optional)]
    pending: Option<RwSignal<u32>>,
) -> impl IntoView {
    let fault = RwSignal::new(None::<String>);
    let progress = RwSignal::new(None::<u8>);
    let preview = RwSignal::new(None::<String>);
    let attempt = StoredValue::new_local(None::<Attempt>);
    let can_retry = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let office = StoredValue::new(office);

    let forget_preview = move || {
        if let Some(url) = preview.try_get_untracked().flatten() {
            let _ = Url::revoke_object_url(&url);
            preview.try_set(None);
        }
    };
    on_cleanup(forget_preview);

    let count = move |begun: bool| {
        if let Some(pending) = pending {
            pending.try_update(|count| *count = if begun { *count + 1 } else { count.saturating_sub(1) });
        }
    };
    let send = move || {
        let Some(Attempt { name, file, key }) = attempt.get_value() else { return };
        fault.set(None);
        can_retry.set(false);
        progress.set(Some(0));
        count(true);
        spawn_local(async move {
            let office = office.try_get_value().unwrap_or_default();
            let answer = api::upload(&office, &name, &file, &key, move |percent| {
                progress.try_set(Some(percent));
            })
            .await;
            count(false);
            progress.try_set(None);
            match answer {
                Ok(document) => {
                    attempt.try_update_value(|attempt| *attempt = None);
                    value.try_set(Some(document));
                }
                Err(error) => {
                    can_retry.try_set(error.is_passing() || error.status() == Some(401));
                    fault.try_set(Some(match error {
                        ApiError::Offline => format!("“{name}” belum terkirim karena sambungan terputus. Berkas masih dipilih; kirim lagi setelah tersambung."),
                        error => format!("“{name}”: {error}"),
                    }));
                }
            }
        });
    };
    let _online = window_event_listener(leptos::ev::online, move |_| {
        if can_retry.get_untracked() {
            send();
        }
    });
    on_cleanup(move || _online.remove());

    let choose = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // Choosing the same file again must be an event again.
        input.set_value("");
        if progress.get_untracked().is_some() {
            return;
        }
        fault.set(None);
        can_retry.set(false);
        progress.set(Some(0));
        count(true);
        spawn_local(async move {
            let chosen = prepare(&file).await;
            count(false);
            progress.try_set(None);
            match chosen {
                Err(text) => {
                    fault.try_set(Some(text));
                }
                Ok(chosen) => {
                    forget_preview();
                    if chosen.file.type_().starts_with("image/") {
                        preview.try_set(Url::create_object_url_with_blob(&chosen.file).ok());
                    }
                    value.try_set(None);
                    attempt.try_update_value(|attempt| *attempt = Some(chosen));
                    send();
                }
            }
        });
    };
    let remove = move |_| {
        let old = value.get_untracked();
        value.set(None);
        fault.set(None);
        can_retry.set(false);
        attempt.set_value(None);
        forget_preview();
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
        if let Some(document) = old {
            // One that stays behind is swept up by the edge in time.
            spawn_local(async move { drop(api::delete_document(&document.id).await) });
        }
    };

    // What the form found missing is missing no more once it is here.
    let wrong = Signal::derive(move || fault.get().or_else(|| error.get().filter(|_| value.read().is_none())));
    let own = id.clone();
    let described = {
        let id = id.clone();
        move || if wrong.read().is_some() { format!("{id}-hint {id}-error") } else { format!("{id}-hint") }
    };
    let shown = {
        let label = label.clone();
        move || {
            value.get().map(|document| {
                let picture = preview
                    .get()
                    .or_else(|| document.media_type.starts_with("image/").then(|| api::document_href(&document.id)));
                let href = api::document_href(&document.id);
                let label = label.clone();
                view! {
                    <div class="app-upload__file">
                        {match picture {
                            Some(src) => {
                                view! { <img class="app-upload__thumb" src=src alt=format!("Pratinjau {label}") /> }
                                    .into_any()
                            }
                            None => {
                                view! {
                                    <span class="app-upload__pdf" aria-hidden="true">
                                        "PDF"
                                    </span>
                                }
                                    .into_any()
                            }
                        }}
                        <div class="app-upload__about">
                            <a class="govuk-link" href=href target="_blank" rel="noopener">
                                {document.name.clone()}
                            </a>
                            <span class="app-upload__size">"Terkirim · "{words::size(document.size)}</span>
                            <button type="button" class="app-link-button" on:click=remove>
                                "Hapus"
                                <span class="govuk-visually-hidden">" "{label}</span>
                            </button>
                        </div>
                    </div>
                }
            })
        }
    };
    view! {
        <div
            class="govuk-form-group app-upload"
            class=("govuk-form-group--error", move || wrong.read().is_some())
            class=("app-upload--done", move || value.read().is_some())
        >
            <label class="govuk-label govuk-label--s" for=own.clone()>
                {label}
            </label>
            <div id=format!("{own}-hint") class="govuk-hint">
                {hint}
            </div>
            <div role="alert">{message(&id, wrong)}</div>
            {move || {
                can_retry
                    .get()
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="govuk-button govuk-button--secondary app-upload__again"
                                on:click=move |_| send()
                            >
                                "Kirim lagi"
                            </button>
                        }
                    })
            }}
            {shown}
            <div role="status" class="app-upload__progress">
                {move || {
                    progress
                        .get()
                        .map(|percent| {
                            view! {
                                <progress max="100" prop:value=u32::from(percent) aria-label="Pengiriman berkas"></progress>
                                <span aria-hidden="true">{percent}"%"</span>
                            }
                        })
                }}
            </div>
            <div class="app-upload__choose" class:govuk-visually-hidden=move || progress.read().is_some()>
                <input
                    id=own.clone()
                    name=own.clone()
                    class="app-upload__input"
                    type="file"
                    accept="image/jpeg,image/png,application/pdf,image/*"
                    aria-describedby=described
                    node_ref=input
                    on:change=choose
                />
                <span class="app-upload__button" aria-hidden="true">
                    {move || if value.read().is_some() { "Ganti berkas" } else { "Ambil foto atau pilih berkas" }}
                </span>
            </div>
        </div>
    }
    .into_any()
}

/// Makes the chosen file ready to send, or says in words why it can't be.
async fn prepare(file: &File) -> Result<Attempt, String> {
    let name = file.name();
    let kind = file.type_();
    let mut attempt = Attempt { name: name.clone(), file: file.clone().unchecked_into(), key: browser::random_id() };
    if kind.starts_with("image/") {
        if let Some(smaller) = photo::scaled(file).await {
            attempt.file = smaller;
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            attempt.name = format!("{stem}.jpg");
        } else if kind != "image/jpeg" && kind != "image/png" {
            return Err(format!("“{name}” adalah gambar yang tidak dapat dibaca. Kirim sebagai JPEG, PNG, atau PDF."));
        }
    } else if kind != "application/pdf" {
        return Err(format!("“{name}” bukan PDF atau foto. Pilih berkas PDF, JPEG, atau PNG."));
    }
    if attempt.file.size() > MAX {
        let size = words::size(attempt.file.size() as u32);
        return Err(format!("“{name}” berukuran {size}; paling besar 5 MB. Perkecil atau foto ulang."));
    }
    if attempt.file.size() == 0.0 {
        return Err(format!("“{name}” kosong. Pilih berkas lain."));
    }
    Ok(attempt)
}
