//! What a receipt is, around the small app that checks it.

use leptos::prelude::*;

use crate::{check, components::Details, navigation::Heading, office::Office};

/// The page that checks receipts.
#[component]
pub fn ReceiptCheck() -> impl IntoView {
    let place = Office::expect().procedure().office.place.clone();
    view! {
        <Heading text="Periksa tanda bukti" caption=place />
        <p class="govuk-body-l">
            "Setiap permohonan yang diterima dan setiap pencabutan disertai tanda bukti. Di sini siapa pun dapat memeriksanya; pemeriksaan dilakukan oleh peramban Anda sendiri."
        </p>
        <div id=check::PLACE>
            <p class="govuk-body" role="status">"Memuat…"</p>
        </div>
        <Details summary="Bagaimana cara kerjanya">
            <p class="govuk-body">
                "Semua peristiwa kantor masuk ke satu catatan yang hanya dapat ditambah. Secara berkala kantor menandatangani sidik seluruh catatan itu dengan kuncinya. Tanda bukti memuat sidik satu peristiwa, jalannya sampai ke sidik seluruh catatan, dan tanda tangan itu. Bila satu peristiwa saja diubah, disisipkan, atau dihapus, sidiknya tidak lagi cocok."
            </p>
            <p class="govuk-body">
                "Isi tanda bukti tidak dikirim ke mana pun. Dari layanan ini hanya diambil kunci umum dan sidik catatan yang terbaru, yang terbuka bagi semua orang."
            </p>
        </Details>
    }
    .into_any()
}
