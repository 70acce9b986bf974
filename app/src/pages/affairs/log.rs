//! The office's log: every change, with who and why.

use leptos::prelude::*;
use workflow::{
    api::{Page as Part, SeenChange},
    office::{self, Change, Retention},
    procedure::{ActorId, Procedure, date_in_words},
};

use crate::{
    api,
    components::{Empty, Loaded, load, table::table},
    navigation::Navigation,
    office::Office,
    pages::lists,
    routes::{AffairsPage, Page},
};

/// The log, the newest entry on top.
pub fn log() -> AnyView {
    let navigation = Navigation::expect();
    (move || part(navigation.query("setelah"))).into_any()
}

fn part(after: Option<String>) -> AnyView {
    let office = Office::expect();
    let asked = (office.id().to_owned(), after.clone());
    let loading = load(move || {
        let (office, after) = asked.clone();
        async move { api::affairs_log(&office, after.as_deref()).await }
    });
    let shown = move |page: Part<SeenChange>| {
        if page.rows.is_empty() && after.is_none() {
            return view! { <Empty title="Belum ada perubahan" text="Setiap perubahan urusan kantor tercatat di sini, dengan siapa dan mengapa." /> }
                .into_any();
        }
        let procedure = office.procedure();
        let rows = page.rows.iter().map(|seen| row(&procedure, seen)).collect();
        let at = |after: &str| lists::with_query(office.href(Page::Affairs(AffairsPage::Log)), &[("setelah", after)]);
        let paging = lists::paging(after.as_ref().map(|_| at("")), page.next.as_deref().map(at));
        let heads = &["Waktu", "Perubahan", "Oleh", "Alasan", "Sidik"];
        view! { {table("Riwayat perubahan urusan kantor", heads, rows)}{paging} }.into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}

fn row(procedure: &Procedure, seen: &SeenChange) -> Vec<AnyView> {
    let SeenChange { event, hash, content, name, .. } = seen;
    let by =
        format!("{} ({})", name.as_deref().unwrap_or("pengelola layanan"), office::title(procedure, &event.by.actor));
    let why = content.as_ref().map(|content| content.why.to_string()).unwrap_or_default();
    vec![
        procedure.office.zone.brief(event.at).into_any(),
        what(procedure, seen),
        by.into_any(),
        why.into_any(),
        view! { <code class="seal">{hash.to_string()[..12].to_owned()}"…"</code> }.into_any(),
    ]
}

/// What changed: a sentence, and of a calendar what it says otherwise.
fn what(procedure: &Procedure, seen: &SeenChange) -> AnyView {
    let more = (!seen.differences.is_empty()).then(|| {
        let items: Vec<_> = seen.differences.iter().map(|one| view! { <li>{one.clone()}</li> }).collect();
        view! { <ul class="govuk-list govuk-list--bullet">{items}</ul> }
    });
    view! { {sentence(procedure, seen)}{more} }.into_any()
}

fn sentence(
    procedure: &Procedure,
    SeenChange { event, content, whom, principal, ended, differences, .. }: &SeenChange,
) -> String {
    let written = content.as_ref().and_then(|content| content.name.as_ref()).map(ToString::to_string);
    // Whoever is known elsewhere already keeps the name they have there, whatever the invitation says.
    let whom = whom.clone().or_else(|| written.clone()).unwrap_or_else(|| "seseorang".to_owned());
    let email = content.as_ref().and_then(|content| content.email.as_ref()).map(ToString::to_string);
    let titles = |actors: &[ActorId]| {
        let titles: Vec<&str> = actors.iter().map(|actor| office::title(procedure, actor)).collect();
        titles.join(", ")
    };
    let zone = procedure.office.zone;
    match &event.what {
        Change::Invited { actors, .. } => format!("{whom} terdaftar sebagai {}", titles(actors)),
        Change::Staffed { actors, .. } if actors.is_empty() => format!("{whom} dinonaktifkan"),
        Change::Staffed { actors, .. } => format!("Peran {whom}: {}", titles(actors)),
        Change::Corrected { .. } => {
            let nip = content.as_ref().and_then(|content| content.nip.as_ref()).map(|nip| format!("NIP {nip}"));
            let now: Vec<String> = [written, email, nip].into_iter().flatten().collect();
            format!("Data {whom} diperbaiki menjadi: {}", now.join(", "))
        }
        Change::Appointed { actor, acting, from, until, .. } => format!(
            "{whom} menjadi {}{}, {} sampai {}, surat nomor {} tanggal {}",
            acting.title(procedure, actor),
            instead_of(principal.as_deref()),
            zone.date(*from),
            zone.date_before(*until),
            acting.letter,
            date_in_words(acting.dated)
        ),
        Change::Dismissed { .. } => {
            let title = ended.as_ref().map(|ended| ended.title(procedure)).unwrap_or_default();
            let letter = ended.as_ref().and_then(|ended| ended.acting.as_ref());
            let letter = letter.map(|acting| format!(", surat nomor {}", acting.letter)).unwrap_or_default();
            format!("Penunjukan {whom} sebagai {title}{}{letter} diakhiri", instead_of(principal.as_deref()))
        }
        Change::CalendarSet { .. } if differences.is_empty() => "Kalender kerja disimpan tanpa perubahan".to_owned(),
        Change::CalendarSet { .. } => "Kalender kerja diubah:".to_owned(),
        Change::BsreMailboxSet => format!("E-mail BSrE diubah menjadi {}", email.unwrap_or_default()),
        Change::RetentionSet { retention: Retention { revoked_years, ended_months } } => {
            format!("Masa simpan data: {revoked_years} tahun dan {ended_months} bulan")
        }
        Change::CheckpointMailboxesSet => {
            let emails = content.iter().flat_map(|content| &content.emails).map(ToString::to_string);
            format!("Penerima pernyataan catatan: {}", emails.collect::<Vec<_>>().join(", "))
        }
    }
}

/// For whom somebody stands in, where the post has an official.
fn instead_of(principal: Option<&str>) -> String {
    principal.map(|name| format!(" (menggantikan {name})")).unwrap_or_default()
}
