//! The mails of a case, for whoever works on it: which did not arrive and what can be done about it, and how far each
//! has come.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use workflow::{
    api::{MailKind, MailState, SentMail},
    case::{Act, Stage, Who},
    procedure::Zone,
};

use super::acts::Acts;
use crate::{
    api,
    components::{Button, ButtonKind, Details, Load, Loaded, Loading, SummaryList, SummaryRow, Warning, load},
    session::Session,
};
use workflow::told::CaseFile;

/// Asks for the mails of a case.
pub fn ask(file: &CaseFile) -> Loading<Vec<SentMail>> {
    let (office, ticket) = (file.view.office.clone(), file.case.ticket.to_string());
    load(move || {
        let (office, ticket) = (office.clone(), ticket.clone());
        async move { api::mails(&office, &ticket).await }
    })
}

/// Whether they are this person's to see to: an official whom the case does not concern.
pub fn are_theirs(file: &CaseFile, who: &Who) -> bool {
    who.is_staff(&file.procedure) && !file.case.concerns(&who.person)
}

/// That mail to the reader, a party, did not arrive: they read of the request here. Nothing of anybody else's.
pub fn own_lost(file: &CaseFile) -> AnyView {
    let mailbox = Session::expect().me().map(|me| me.email.key());
    let office = file.procedure.office.name.clone();
    let mails = ask(file);
    let shown = move || match mails.state.get() {
        Load::Ready(all) => {
            let theirs = all.iter().filter(|mail| Some(mail.to.to_ascii_lowercase()) == mailbox);
            // One that arrived since then says that the mailbox is in order.
            let newest = theirs.filter(|mail| mail.state != MailState::Waiting).max_by_key(|mail| mail.written_at);
            newest.filter(|mail| mail.state.is_lost()).map(|mail| {
                let text = format!("E-mail kami kepada Anda ({}) tidak sampai.", mail.to);
                let more = format!(
                    "Sebabnya: {}. Pastikan kotak surat itu masih ada dan tidak penuh. Bila Anda memakai alamat lain, beri tahu {office}: petugas dapat mengganti alamatnya. Keadaan permohonan selalu dapat Anda lihat di halaman ini.",
                    why(mail.reason.as_deref())
                );
                view! {
                    <section class="lost-mail" aria-label="E-mail tidak sampai">
                        <Warning text=text />
                        <p class="govuk-body">{more}</p>
                    </section>
                }
            })
            .into_any()
        }
        _ => ().into_any(),
    };
    view! { {shown} }.into_any()
}

/// What did not arrive, with what can be done. Nothing while they are on their way: the page is not about them.
pub fn lost(file: &Arc<CaseFile>, mails: Loading<Vec<SentMail>>, acts: Acts) -> AnyView {
    let file = file.clone();
    let shown = move || match mails.state.get() {
        Load::Ready(all) => {
            let shown: Vec<_> = to_whom(&file, all).into_iter().map(|lost| warning(&file, lost, mails, acts)).collect();
            shown.into_any()
        }
        _ => ().into_any(),
    };
    view! { {shown} }.into_any()
}

/// Those that did not arrive, together where they go to one address. That it was somebody's turn is nothing to mend once
/// it is not.
fn to_whom(file: &CaseFile, all: Vec<SentMail>) -> Vec<Vec<SentMail>> {
    let ended = matches!(file.case.stage, Stage::Ended { .. });
    let is_over = |mail: &SentMail| {
        matches!(mail.kind, MailKind::YourTurn | MailKind::Reminder) && (ended || mail.seq < file.case.entered)
    };
    let mut lost: Vec<Vec<SentMail>> = Vec::new();
    for mail in all.into_iter().filter(|mail| mail.state.is_lost() && !is_over(mail)) {
        match lost.iter_mut().find(|group| group[0].to == mail.to) {
            Some(group) => group.push(mail),
            None => lost.push(vec![mail]),
        }
    }
    lost
}

fn warning(file: &Arc<CaseFile>, lost: Vec<SentMail>, mails: Loading<Vec<SentMail>>, acts: Acts) -> AnyView {
    let applicant = to_applicant(file, &lost[0]);
    let whom = match lost[0].kind {
        _ if applicant => "pemohon",
        MailKind::RequestToBsre => file.outside(),
        _ => "petugas",
    };
    let which: Vec<&str> = lost.iter().map(|mail| what(mail.kind)).collect();
    let text = format!("E-mail kepada {whom} ({}) tidak sampai: {}.", lost[0].to, which.join("; "));
    let advice = match lost[0].kind {
        _ if applicant => {
            "Kirim lagi bila penyebabnya sudah diatasi. Bila alamatnya salah atau tidak dipakai lagi, tanyakan alamat yang benar kepada pemohon, lalu ganti alamatnya."
        }
        MailKind::RequestToBsre => {
            "Kirim lagi bila penyebabnya sudah diatasi. Bila alamat BSrE berganti, minta administrator mengaturnya dulu."
        }
        _ => {
            "Kirim lagi bila penyebabnya sudah diatasi. Bila alamat petugas berganti, minta administrator mengaturnya."
        }
    };
    let why = format!("Sebabnya: {}. {advice}", why(lost[0].reason.as_deref()));
    let (office, ticket) = (file.view.office.clone(), file.case.ticket.to_string());
    let ids: Vec<String> = lost.into_iter().map(|mail| mail.id).collect();
    let busy = RwSignal::new(false);
    let again = Callback::new(move |()| {
        let (office, ticket, ids) = (office.clone(), ticket.clone(), ids.clone());
        busy.set(true);
        spawn_local(async move {
            let mut answer = Ok(());
            for id in &ids {
                answer = answer.and(api::mail_again(&office, &ticket, id).await);
            }
            // Who has left the page needs no word of it.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => acts
                    .say("E-mail sedang dikirim lagi. Sampai atau tidaknya tampil di bagian E-mail pada halaman ini."),
                Err(error) => acts.fail(&error),
            }
            mails.again.run(());
        });
    });
    let file = file.clone();
    let elsewhere = Callback::new(move |()| acts.show(Act::Readdress, &file));
    view! {
        <section class="lost-mail" aria-label="E-mail tidak sampai">
            <Warning text=text />
            <p class="govuk-body">{why}</p>
            <div class="govuk-button-group">
                <Button label="Kirim lagi" kind=ButtonKind::Secondary on_press=again pending=busy />
                {applicant.then(|| view! { <Button label="Ganti alamat" kind=ButtonKind::Secondary on_press=elsewhere /> })}
            </div>
        </section>
    }
    .into_any()
}

/// Whether it went to the applicant, as they are written to now.
fn to_applicant(file: &CaseFile, mail: &SentMail) -> bool {
    file.form().is_some_and(|form| form.email.key() == mail.to.to_ascii_lowercase())
}

/// Every mail and how far it has come.
pub fn list(file: &CaseFile, mails: Loading<Vec<SentMail>>) -> AnyView {
    let zone = file.zone();
    let rows = move |mails: Vec<SentMail>| {
        let row = |mail: SentMail| {
            let words = state(zone, &mail);
            SummaryRow::new(capital(what(mail.kind)), view! { {mail.to}<br />{capital(&words)} })
        };
        let rows = mails.into_iter().map(row).collect();
        view! { <SummaryList rows=rows /> }.into_any()
    };
    view! { <Details summary="E-mail"><Loaded loading=mails children=rows /></Details> }.into_any()
}

/// What a mail is about.
fn what(kind: MailKind) -> &'static str {
    match kind {
        MailKind::Code => "kode masuk",
        MailKind::Received => "permohonan diterima",
        MailKind::Returned => "permohonan perlu dilengkapi",
        MailKind::Refused => "permohonan ditolak",
        MailKind::RequestToBsre => "permintaan pencabutan",
        MailKind::Revoked => "sertifikat sudah dicabut",
        MailKind::YourTurn => "giliran petugas",
        MailKind::Reminder => "pengingat",
        MailKind::Digest => "ringkasan pagi",
        MailKind::Invited => "undangan",
        MailKind::Appointed => "penunjukan pengganti",
        MailKind::Checkpoint => "pernyataan catatan",
        MailKind::Moved => "perubahan alamat masuk",
        MailKind::Stranded => "tidak ada yang dapat menangani",
        MailKind::Correction => "permintaan perbaikan data",
        MailKind::Corrected => "jawaban perbaikan data",
    }
}

/// How far a mail has come.
pub fn state(zone: Zone, mail: &SentMail) -> String {
    let sent = mail.sent_at.map(|at| zone.brief(at)).unwrap_or_default();
    match (mail.state, &mail.reason) {
        (MailState::Waiting, None) => "sedang dikirim".to_owned(),
        (MailState::Waiting, Some(reason)) => {
            format!("belum terkirim: {}. Sistem mencoba lagi secara otomatis.", why(Some(reason)))
        }
        (MailState::Sent, _) => format!("terkirim {sent}"),
        (MailState::Failed, reason) => format!("tidak dapat dikirim: {}", why(reason.as_deref())),
        (MailState::Bounced, reason) => format!("terkirim {sent}, lalu dikembalikan: {}", why(reason.as_deref())),
    }
}

/// Why a mail did not arrive, by the edge's word.
fn why(reason: Option<&str>) -> &'static str {
    match reason {
        Some("recipient_suppressed") => "alamat ini sudah pernah menolak e-mail kami",
        Some("recipient_not_allowed") => "layanan e-mail tidak boleh menulis ke alamat ini",
        Some("no_such_mailbox") => "alamat ini tidak ada",
        Some("mailbox_disabled") => "kotak surat ini tidak aktif",
        Some("mailbox_full") => "kotak surat ini penuh",
        Some("refused") => "server penerima menolak e-mail kami",
        Some("returned") => "server penerima mengembalikannya",
        Some("rate_limit" | "daily_limit") => "terlalu banyak e-mail untuk sekarang",
        _ => "layanan e-mail sedang terganggu",
    }
}

/// With a capital first.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(state: MailState, reason: Option<&str>) -> SentMail {
        let at = "2026-06-22T02:00:00Z".parse().expect("an instant");
        SentMail {
            id: String::new(),
            seq: 1,
            kind: MailKind::Received,
            to: "siti@contoh.invalid".to_owned(),
            subject: String::new(),
            text: String::new(),
            state,
            reason: reason.map(str::to_owned),
            written_at: at,
            sent_at: matches!(state, MailState::Sent | MailState::Bounced).then_some(at),
        }
    }

    #[test]
    fn each_state_says_how_far_a_mail_has_come() {
        let says = |state, reason| super::state(Zone::Wib, &mail(state, reason));
        let at = Zone::Wib.brief("2026-06-22T02:00:00Z".parse().expect("an instant"));
        assert_eq!(says(MailState::Waiting, None), "sedang dikirim");
        let stuck = says(MailState::Waiting, Some("mail_service"));
        assert_eq!(stuck, "belum terkirim: layanan e-mail sedang terganggu. Sistem mencoba lagi secara otomatis.");
        assert_eq!(says(MailState::Sent, None), format!("terkirim {at}"));
        let bounced = says(MailState::Bounced, Some("mailbox_full"));
        assert_eq!(bounced, format!("terkirim {at}, lalu dikembalikan: kotak surat ini penuh"));
        let failed = says(MailState::Failed, Some("no_such_mailbox"));
        assert_eq!(failed, "tidak dapat dikirim: alamat ini tidak ada");
        assert_eq!(capital("sedang dikirim"), "Sedang dikirim");
    }
}
