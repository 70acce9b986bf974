//! Check your answers, and send.

use std::sync::Arc;

use leptos::prelude::*;
use workflow::{
    case::FileRequest,
    identity::PhoneNumber,
    procedure::{FieldId, Procedure},
};

use crate::{
    api::{self, ApiError},
    components::{Button, ErrorSummary, Errors, FieldError, SummaryList, SummaryRow, Warning},
    draft::{Draft, Entry, paper_control},
    json,
    kept::Sent,
    navigation::{Heading, Navigation},
    office::Office,
    routes::{FilingPage, Page},
    sending::{self, Answered, Sending},
};

/// The answers with links to change them, and the button that sends them.
#[component]
pub fn Check(
    /// What was typed.
    draft: Draft,
) -> impl IntoView {
    let office = Office::expect();
    let navigation = Navigation::expect();
    let procedure = office.procedure();
    let errors = Errors::new();
    let open_ticket = RwSignal::new(None::<String>);
    let Some(request) = untrack(|| draft.request(&procedure)).map(Arc::new) else { return ().into_any() };

    let sending = Sending::here();
    let answered: Answered = {
        let (office, procedure) = (office.clone(), procedure.clone());
        Arc::new(move |answer| match answer.and_then(|text| api::filed(&text)) {
            // The request was filed even where the person has gone to another page meanwhile.
            Ok(ticket) => {
                draft.clear();
                if open_ticket.try_get_untracked().is_some() {
                    let done = office.href(Page::File(FilingPage::Done));
                    navigation.replace(&format!("{done}?tiket={ticket}"));
                }
            }
            Err(error) => {
                draft.sent.set(None);
                if let ApiError::Problem(problem) = &error {
                    open_ticket.try_set(problem.ticket.as_ref().map(ToString::to_string));
                }
                errors.show(faults(&procedure, &error));
            }
        })
    };
    let url = api::filing_url(office.id());
    // Sent and not answered; also by this page as it was before it was loaded again.
    let body = json::write(&*request);
    if let Some(sent) = draft.sent.get_untracked().filter(|sent| sent.body == body) {
        sending.resume(url.clone(), sent, answered.clone());
    }
    let send = Callback::new(move |()| {
        errors.clear();
        open_ticket.set(None);
        let sent = Sent::again(draft.sent.get_untracked(), body.clone());
        draft.sent.set(Some(sent.clone()));
        sending.send(url.clone(), sent, answered.clone());
    });

    let to_case = {
        let office = office.clone();
        move || {
            open_ticket.get().map(|ticket| {
                let href = office.href(Page::Case(ticket.clone()));
                view! {
                    <p class="govuk-body">
                        <a class="govuk-link" href=href>
                            "Lihat permohonan "
                            {ticket}
                        </a>
                    </p>
                }
            })
        }
    };
    view! {
        <a class="app-back" href=office.href(Page::File(FilingPage::Papers))>
            "Kembali"
        </a>
        <ErrorSummary errors=errors />
        {to_case}
        <Heading text="Periksa isian Anda" caption="Langkah 6 dari 6" small=true />
        {answers(&office, &procedure, &request, draft)}
        <Warning text="Setelah sertifikat dicabut, sertifikat itu tidak dapat dipakai lagi dan pencabutan tidak dapat dibatalkan." />
        <p class="govuk-body">
            "Dengan mengirim, saya menyatakan isian dan berkas ini benar. Permohonan masih dapat ditarik kembali sebelum diajukan ke BSrE."
        </p>
        <div role="status">
            {move || sending.waiting.get().then(sending::kept)}
        </div>
        {move || {
            let label = match (sending.pending.get(), sending.waiting.get()) {
                (true, _) => "Mengirim…",
                (_, true) => "Coba kirim lagi",
                _ => "Kirim permohonan",
            };
            view! { <Button label=label pending=sending.pending on_press=send /> }
        }}
    }
    .into_any()
}

/// What the edge refused, each beside the page where it is put right.
fn faults(procedure: &Procedure, error: &ApiError) -> Vec<FieldError> {
    let fault = |id: &str| FieldError { id: id.to_owned(), text: error.to_string() };
    match error {
        ApiError::Problem(problem) if problem.code == "missing_papers" => problem
            .missing_papers()
            .iter()
            .map(|paper| FieldError {
                id: format!("ubah-{}", paper_control(paper)),
                text: format!("Unggah lagi {}.", procedure.paper(paper).map_or(paper.0.as_str(), |paper| &paper.name)),
            })
            .collect(),
        _ => vec![fault(match error.code() {
            Some("way_not_offered" | "own_request") => change_id(Entry::Way),
            Some("reason_not_for_way") => change_id(Entry::Reason),
            Some("reason_needs_note") => change_id(Entry::Note),
            Some("email_not_accepted") => change_id(Entry::Email),
            _ => "",
        })],
    }
}

/// The id of the link that changes the entry.
fn change_id(entry: Entry) -> &'static str {
    match entry {
        Entry::Way => "ubah-cara",
        Entry::Reason => "ubah-alasan",
        Entry::Note => "ubah-keterangan",
        _ => "ubah-email",
    }
}

fn answers(office: &Office, procedure: &Procedure, request: &FileRequest, draft: Draft) -> AnyView {
    let change = |page: FilingPage, id: &str| format!("{}?ubah={id}", office.href(Page::File(page)));
    let form = &request.form;
    let text = |page: FilingPage, id: &str, key: &str, value: Option<String>| {
        let value = value.unwrap_or_else(|| "—".to_owned());
        SummaryRow::new(key, value).change(change(page, id)).id(format!("ubah-{id}"))
    };
    let mut about = vec![
        text(FilingPage::Who, "cara", "Yang mengajukan", Some(super::fill::way_words(request.way).0.to_owned())),
        text(FilingPage::Reason, "alasan", "Alasan", Some(request.reason.label().to_owned())),
    ];
    let note = request.note.as_ref().map(ToString::to_string);
    about.push(text(FilingPage::Reason, "keterangan", "Keterangan", note));
    let mut holder = Vec::new();
    let mut contact = Vec::new();
    for field in &procedure.fields {
        let label = field.id.label();
        let page = FilingPage::Identity;
        match field.id {
            FieldId::Name => holder.push(text(page, "nama", label, Some(form.name.to_string()))),
            FieldId::Nik => holder.push(text(page, "nik", label, Some(form.nik.to_string()))),
            FieldId::Nip => holder.push(text(page, "nip", label, form.nip.as_ref().map(ToString::to_string))),
            FieldId::Position => {
                holder.push(text(page, "jabatan", label, form.position.as_ref().map(ToString::to_string)))
            }
            FieldId::Unit => holder.push(text(page, "unit", label, form.unit.as_ref().map(ToString::to_string))),
            FieldId::UnitHead => {
                let head = form.unit_head.as_ref().map(|head| {
                    let nip = head.nip.as_ref().map(|nip| format!(", NIP {nip}")).unwrap_or_default();
                    format!("{}, {}{nip}", head.name, head.position)
                });
                holder.push(text(page, "kepala", label, head));
            }
            FieldId::Email => contact.push(text(FilingPage::Contact, "email", label, Some(form.email.to_string()))),
            FieldId::Phone => {
                contact.push(text(FilingPage::Contact, "hp", label, form.phone.as_ref().map(PhoneNumber::local)));
            }
        }
    }
    contact.push(text(FilingPage::Contact, "surat", "Nomor surat", form.letter.as_ref().map(ToString::to_string)));
    let papers = procedure
        .required_papers(request.way)
        .map(|paper| {
            let name = untrack(|| draft.paper(&paper.id)).map(|document| document.name);
            text(FilingPage::Papers, &paper_control(&paper.id), &paper.name, name)
        })
        .collect();
    let part = |title: &'static str, rows: Vec<SummaryRow>| {
        view! {
            <h2 class="govuk-heading-m">{title}</h2>
            <SummaryList rows=rows />
        }
        .into_any()
    };
    vec![
        part("Permohonan", about),
        part("Pemegang sertifikat", holder),
        part("Kontak", contact),
        part("Berkas", papers),
    ]
    .into_any()
}
