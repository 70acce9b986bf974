//! A mail as it was sent: the request to BSrE, and the notification.

use leptos::prelude::*;
use workflow::api::{MailKind, MailState, SentMail};

use super::parts;
use crate::pages::case::mails;
use workflow::told::CaseFile;

/// Every mail of this kind, newest last; none before the first was written.
pub fn sheet(file: &CaseFile, name: &str, kind: MailKind, mails: &[SentMail]) -> Option<AnyView> {
    let pages: Vec<_> = mails.iter().filter(|mail| mail.kind == kind).map(|mail| page(file, name, mail)).collect();
    (!pages.is_empty()).then(|| pages.into_any())
}

fn page(file: &CaseFile, name: &str, mail: &SentMail) -> AnyView {
    let zone = file.zone();
    let sent = match (mail.state, mail.sent_at) {
        (MailState::Sent, Some(at)) => zone.brief(at),
        _ => mails::state(zone, mail),
    };
    view! {
        <section class="sheet-page">
            {parts::title(name, format!("Nomor tiket {}", file.case.ticket))}
            {parts::entries(vec![
                ("Kepada", mail.to.clone()),
                ("Subjek", mail.subject.clone()),
                ("Ditulis", zone.brief(mail.written_at)),
                ("Dikirim", sent),
            ])}
            <div class="sheet-mail">{mail.text.clone()}</div>
        </section>
    }
    .into_any()
}
