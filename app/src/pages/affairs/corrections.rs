//! What people want put right that is held on them, and the administrators' answers.

use leptos::prelude::*;
use workflow::api::Correction as Wish;

use crate::{
    api,
    components::{Empty, Loaded, Loading, NoteForm, load},
    office::Office,
    pages::correction::Correction,
};

/// What anybody asked for, the newest on top.
pub fn all() -> AnyView {
    let office = Office::expect();
    let id = office.id().to_owned();
    let list = load(move || {
        let id = id.clone();
        async move { api::all_corrections(&id).await }
    });
    let shown = move |corrections: Vec<Wish>| {
        if corrections.is_empty() {
            return view! { <Empty title="Tidak ada permintaan" text="Permintaan orang agar datanya diperbaiki akan terlihat di sini." /> }
                .into_any();
        }
        let each: Vec<_> = corrections.into_iter().map(|wish| shown(&office, wish, list)).collect();
        view! { <h2 class="govuk-heading-m">"Permintaan"</h2>{each} }.into_any()
    };
    view! {
        <p class="govuk-body">
            "Isian permohonan yang masih berjalan diperbaiki oleh pemohon setelah verifikator mengembalikannya; nama, NIP, dan e-mail pegawai di halaman Pegawai. Tulis di sini apa yang sudah dilakukan, atau mengapa tidak dapat."
        </p>
        <Loaded loading=list children=shown />
    }
    .into_any()
}

fn shown(office: &Office, wish: Wish, list: Loading<Vec<Wish>>) -> AnyView {
    let of = office.id().to_owned();
    let waits = wish.answer.is_none();
    let form = waits.then(|| {
        let id = wish.id.clone();
        let send = Callback::new(move |()| list.again.run(()));
        view! {
            <NoteForm
                id=format!("jawaban-{id}")
                label="Jawaban"
                hint="Dikirim ke alamat e-mail yang meminta."
                button="Kirim jawaban"
                done=send
                send=move |text| {
                    let (of, id) = (of.clone(), id.clone());
                    async move { api::answer_correction(&of, &id, &text).await }
                }
            />
        }
    });
    view! { <Correction wish=wish who=true />{form} }.into_any()
}
