//! A sheet: an output that the SOP names, filled from the case, that prints cleanly on A4.

mod check;
mod contact;
mod disposition;
mod mail;
pub mod parts;
mod proof;
mod request;

use std::sync::Arc;

use leptos::prelude::*;
use workflow::{
    api::{MailKind, SentMail},
    case::{Answer, Happened},
    procedure::Sheet,
};

use super::case::{mails, open};
use crate::{
    components::{Button, Empty, Load, Loaded},
    navigation::Heading,
    office::Office,
    routes::{Page, sheet_id},
};
use workflow::told::CaseFile;

/// A sheet, with a button that prints it.
#[component]
pub fn PrintSheet(
    /// The case's ticket number, as written in the address.
    ticket: String,
    /// Which sheet, as written in the address.
    sheet: String,
) -> impl IntoView {
    let Some((kind, seq)) = named(&sheet) else {
        return view! { <super::NotFound /> }.into_any();
    };
    let office = Office::expect();
    let back = office.href(Page::Case(ticket.clone()));
    let loading = open(&ticket);
    let shown = move |file: Arc<CaseFile>| match mail_kind(kind) {
        // Only a sheet that shows mails waits for them.
        Some(_) => with_mails(kind, &file),
        None => paper(&file, kind, content(&file, kind, seq, &[])),
    };
    view! {
        <p class="no-print"><a class="govuk-link sheet-back" href=back>{format!("Kembali ke permohonan {ticket}")}</a></p>
        {move || {
            // What did not come has no name of its own.
            matches!(loading.state.get(), Load::Failed(_)).then(|| view! { <Heading text="Lembar" small=true /> })
        }}
        <Loaded loading=loading children=shown />
    }
    .into_any()
}

fn with_mails(kind: Sheet, file: &Arc<CaseFile>) -> AnyView {
    let mails = mails::ask(file);
    let file = file.clone();
    view! { <Loaded loading=mails children=move |mails| paper(&file, kind, content(&file, kind, None, &mails)) /> }
        .into_any()
}

/// The sheet on its paper, or that there is none yet.
fn paper(file: &CaseFile, kind: Sheet, content: Option<AnyView>) -> AnyView {
    let name = name(file, kind);
    let print = Callback::new(move |()| drop(window().print()));
    let (title, text) = if mail_kind(kind).is_some() && is_there(file, kind) {
        ("E-mail ini tidak ditujukan kepada Anda", "E-mail ini hanya dapat dibuka oleh penerimanya dan petugas kantor.")
    } else {
        (
            "Lembar ini belum ada",
            "Lembar ini terisi sendiri setelah langkahnya selesai. Lihat langkah yang sedang berjalan pada halaman permohonan.",
        )
    };
    match content {
        Some(content) => view! {
            <div class="no-print sheet-bar">
                <div>
                    <Heading text=name caption=format!("Tiket {}", file.case.ticket) small=true />
                </div>
                <Button label="Cetak" on_press=print />
            </div>
            <article class="sheet" aria-label=name>{content}</article>
        }
        .into_any(),
        None => view! {
            <Heading text=name caption=format!("Tiket {}", file.case.ticket) small=true />
            <Empty title=title text=text />
        }
        .into_any(),
    }
}

/// Every kind of sheet.
const ALL: [Sheet; 8] = [
    Sheet::Request,
    Sheet::Disposition,
    Sheet::Checklist,
    Sheet::Approval,
    Sheet::RequestToBsre,
    Sheet::Notification,
    Sheet::Contact,
    Sheet::Proof,
];

/// The sheet as its address names it: `disposisi` is all of them, `disposisi-2` the one of event 2.
fn named(id: &str) -> Option<(Sheet, Option<u32>)> {
    ALL.into_iter().find_map(|sheet| {
        let rest = id.strip_prefix(sheet_id(sheet))?;
        match (sheet, rest.strip_prefix('-')) {
            (_, None) if rest.is_empty() => Some((sheet, None)),
            (Sheet::Disposition, Some(seq)) => Some((sheet, Some(seq.parse().ok()?))),
            _ => None,
        }
    })
}

/// What a sheet is called.
pub fn name(file: &CaseFile, sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Request => request::name(file),
        Sheet::Disposition => "Lembar disposisi",
        Sheet::Checklist => "Check list kelengkapan",
        Sheet::Approval => "Persetujuan pencabutan",
        Sheet::RequestToBsre => "E-mail permohonan ke BSrE",
        Sheet::Notification => "E-mail pemberitahuan pencabutan",
        Sheet::Contact => "Catatan menghubungi pemohon",
        Sheet::Proof => "Bukti pencabutan",
    }
}

/// Whether what it is filled from has happened.
pub fn is_there(file: &CaseFile, sheet: Sheet) -> bool {
    let happened: fn(&Happened) -> bool = match sheet {
        Sheet::Request => return true,
        Sheet::Disposition => |what| matches!(what, Happened::Forwarded { .. }),
        Sheet::Checklist | Sheet::Approval => |what| matches!(what, Happened::Approved { .. }),
        Sheet::RequestToBsre => |what| matches!(what, Happened::Sent),
        Sheet::Notification | Sheet::Proof => |what| matches!(what, Happened::Answered { answer: Answer::Revoked, .. }),
        Sheet::Contact => |what| matches!(what, Happened::Contacted { .. }),
    };
    file.newest(happened).is_some()
}

/// The kind of mail that a sheet shows, if it shows one.
fn mail_kind(sheet: Sheet) -> Option<MailKind> {
    match sheet {
        Sheet::RequestToBsre => Some(MailKind::RequestToBsre),
        Sheet::Notification => Some(MailKind::Revoked),
        _ => None,
    }
}

/// The sheet itself; none before its event has happened.
fn content(file: &CaseFile, sheet: Sheet, seq: Option<u32>, mails: &[SentMail]) -> Option<AnyView> {
    match sheet {
        Sheet::Request => Some(request::sheet(file)),
        Sheet::Disposition => disposition::sheet(file, seq),
        Sheet::Checklist => check::checklist(file),
        Sheet::Approval => check::approval(file),
        Sheet::RequestToBsre | Sheet::Notification => mail::sheet(file, name(file, sheet), mail_kind(sheet)?, mails),
        Sheet::Contact => contact::sheet(file),
        Sheet::Proof => proof::sheet(file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_is_found_under_its_word() {
        for sheet in ALL {
            assert_eq!(named(sheet_id(sheet)), Some((sheet, None)));
        }
        assert_eq!(named("disposisi-12"), Some((Sheet::Disposition, Some(12))));
        for unknown in ["", "disposisi-", "disposisi-x", "bukti-2", "surat"] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }
}
