//! The request is in: its number, what happens next and by when.

use leptos::prelude::*;
use workflow::identity::TicketNumber;

use crate::{
    components::{ButtonKind, LinkButton, Panel, receipt, steps},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
};

/// The request is in.
#[component]
pub fn Done() -> impl IntoView {
    let office = Office::expect();
    let navigation = Navigation::expect();
    let procedure = office.procedure();
    let Some(ticket) = untrack(|| navigation.query("tiket")).and_then(|typed| TicketNumber::parse(&typed).ok()) else {
        let mine = office.href(Page::Mine);
        request_animation_frame(move || navigation.replace(&mine));
        return ().into_any();
    };
    let to_case = office.href(Page::Case(ticket.to_string()));
    let proof = "Bukti bahwa permohonan ini tercatat di kantor. Terkirim juga ke e-mail Anda.";
    let proof = receipt(office.id(), ticket.as_str(), 1, proof);
    let heading = view! { <Heading text="Permohonan diterima" class="govuk-panel__title" /> }.into_any();
    let next = procedure.steps.get(1).map(|step| {
        let who = procedure.title(&step.actor);
        match &step.time {
            Some(time) => format!(
                "Sekarang giliran {who}, paling lama {} pada jam kantor menurut SOP.",
                time.wording().to_ascii_lowercase(),
            ),
            None => format!("Sekarang giliran {who}. SOP tidak menyebut waktunya."),
        }
    });
    view! {
        <Panel heading=heading>
            "Nomor tiket Anda"
            <br />
            <strong class="app-ticket">{ticket.to_string()}</strong>
        </Panel>
        <p class="govuk-body">
            "Kami mengirim nomor ini lewat e-mail. Anda juga diberi tahu lewat e-mail bila ada yang perlu dilengkapi, dan saat sertifikat sudah dicabut."
        </p>
        <h2 class="govuk-heading-m">"Apa yang terjadi selanjutnya"</h2>
        <p class="govuk-body">{next}</p>
        {steps(&procedure, 2)}
        <h2 class="govuk-heading-m">"Tanda bukti"</h2>
        {proof}
        <div class="app-actions">
            <LinkButton href=to_case label="Lihat permohonan ini" />
            <LinkButton href=office.href(Page::Mine) label="Semua permohonan saya" kind=ButtonKind::Secondary />
        </div>
    }
    .into_any()
}
