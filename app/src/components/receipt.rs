//! The receipt of an event: a QR code that leads whoever scans it to the page that checks it.

use leptos::prelude::*;

/// The receipt of event `seq` of a case. `what` it proves stands beside the code, which is asked for by who comes to see it.
pub fn receipt(office: &str, ticket: &str, seq: u32, what: &str) -> AnyView {
    let address = format!("/api/offices/{office}/cases/{ticket}/receipts/{seq}");
    // As text: every applicant waits for this code, and it never changes. Nothing in it was typed.
    let html = format!(
        "<img src=\"{address}/qr\" alt=\"Kode QR tanda bukti\" loading=lazy width=\"160\" height=\"160\">\
         <figcaption><p>{what}</p><p class=\"no-print\"><a class=\"govuk-link\" href=\"{address}/check\">Periksa</a> \
         <a class=\"govuk-link\" href=\"{address}\" download>Unduh</a></p></figcaption>"
    );
    view! { <figure class="app-receipt" inner_html=html></figure> }.into_any()
}
