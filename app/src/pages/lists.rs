//! What the lists of cases share: their rows, their paging, their place in the address.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use workflow::{
    api::{CaseRow, List},
    case::Status,
    identity::TicketNumber,
    procedure::{ActorId, Procedure, Zone},
    reason::Reason,
};

use super::case::status;
use crate::{
    api::{self, CaseQuery},
    browser,
    components::{
        Empty, Loaded, Tag, load,
        table::{Row, table},
    },
    navigation::encode,
    office::Office,
    routes::Page,
    words,
};

/// A list of cases, loaded and shown.
pub struct Cases {
    /// Which list.
    pub list: List,
    /// What of it.
    pub query: CaseQuery,
    /// The table's caption.
    pub caption: &'static str,
    /// Its heads.
    pub heads: &'static [&'static str],
    /// A row's cells.
    pub row: fn(&Procedure, &CaseRow) -> Row,
    /// What is said when there is nothing: a title and a text.
    pub nothing: (&'static str, &'static str),
    /// The address of the page that begins after this cursor; empty for the first page.
    pub at: fn(&Office, &CaseQuery, &str) -> String,
}

impl Cases {
    /// Loads and shows it.
    pub fn view(self) -> AnyView {
        let office = Office::expect();
        let Cases { list, query, caption, heads, row, nothing, at } = self;
        let asked = (office.clone(), query.clone());
        let loading = load(move || {
            let (office, query) = asked.clone();
            async move { api::cases(office.id(), list, &query).await }
        });
        let shown = move |page: workflow::api::Page<CaseRow>| {
            let first = query.after.is_none();
            if page.rows.is_empty() && first {
                return view! { <Empty title=nothing.0 text=nothing.1 /> }.into_any();
            }
            let procedure = office.procedure();
            let rows = page.rows.iter().map(|case| row(&procedure, case)).collect();
            let next = page.next.map(|after| at(&office, &query, &after));
            let start = (!first).then(|| at(&office, &query, ""));
            view! { {table(caption, heads, rows)}{paging(start, next)} }.into_any()
        };
        view! { <Loaded loading=loading children=shown /> }.into_any()
    }
}

/// In place of a page of the office, for whoever has no work there.
pub fn for_staff() -> AnyView {
    let text = "Permohonan Anda sendiri ada di halaman Permohonan saya.";
    view! { <Empty title="Halaman ini untuk petugas kantor" text=text /> }.into_any()
}

/// Links to the first and to the next part of a long list.
pub fn paging(start: Option<String>, next: Option<String>) -> Option<AnyView> {
    if start.is_none() && next.is_none() {
        return None;
    }
    let start = start.map(|href| view! { <a class="govuk-link paging__link" href=href>"Kembali ke awal"</a> });
    let next = next
        .map(|href| view! { <a class="govuk-link paging__link paging__next" href=href rel="next">"Berikutnya"</a> });
    Some(view! { <nav class="paging" aria-label="Halaman daftar">{start}{next}</nav> }.into_any())
}

/// An address with these in its query; those that are empty stay out.
pub fn with_query(path: String, pairs: &[(&str, &str)]) -> String {
    let query: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

/// The ticket number as a link to its case.
pub fn ticket(office: &str, ticket: &TicketNumber) -> AnyView {
    let href = crate::routes::Route::of(office, Page::Case(ticket.to_string())).href();
    view! { <a class="govuk-link stack__ticket" href=href>{ticket.to_string()}</a> }.into_any()
}

/// The holder and their unit.
pub fn holder(name: &str, unit: Option<&str>) -> AnyView {
    let unit = unit.map(|unit| view! { <span class="stack__below">{unit.to_owned()}</span> });
    view! { <span class="stack__free">{name.to_owned()}{unit}</span> }.into_any()
}

/// The reason, tagged where every hour counts: somebody else may be signing.
pub fn reason(reason: Reason, cannot_wait: bool) -> AnyView {
    let tag = cannot_wait.then(|| view! { " "<Tag label="Mendesak" colour="red" /> });
    view! { {reason.label()}{tag} }.into_any()
}

/// Whether it still is to be revoked at once.
pub fn cannot_wait(case: &CaseRow) -> bool {
    case.reason.is_urgent() && case.status != Status::RevokedOpen && !case.status.is_end()
}

/// Whose turn it is, at which step.
pub fn place(procedure: &Procedure, case: &CaseRow) -> AnyView {
    let step = format!("langkah {} dari {}", case.step, procedure.steps.len());
    let turn = case.turn.as_ref().map(|actor: &ActorId| procedure.title(actor).to_owned());
    match turn {
        Some(turn) => {
            let hand = case.in_hand.as_ref().map(|name| format!(", dikerjakan {name}")).unwrap_or_default();
            view! { {status(case.status)}<span class="stack__below stack__free">{format!("{turn}, {step}{hand}")}</span> }
                .into_any()
        }
        None => status(case.status),
    }
}

/// The limit of the step that runs, if one does.
pub fn until(procedure: &Procedure, case: &CaseRow) -> AnyView {
    let limit = |at| due(procedure.office.zone, at, browser::now());
    case.due.map_or_else(|| ().into_any(), limit)
}

/// When the SOP's limit of the step that runs ends, and how far away that is.
pub fn due(zone: Zone, due: DateTime<Utc>, now: DateTime<Utc>) -> AnyView {
    let at = zone.since(due, now);
    if due < now {
        let told = format!("Lewat batas SOP sejak {at}");
        return view! { <strong class="stack__late stack__line">{told}</strong> }.into_any();
    }
    let left = format!(" ({} lagi)", words::duration(due - now));
    view! { <strong class="stack__line">{format!("Batas SOP {at}")}</strong>{left} }.into_any()
}

/// An instant in the office's zone.
pub fn moment(procedure: &Procedure, at: DateTime<Utc>) -> AnyView {
    procedure.office.zone.brief(at).into_any()
}

#[cfg(test)]
mod tests {
    use workflow::case::FilingWay;

    use super::*;

    #[test]
    fn what_is_revoked_or_has_ended_can_wait() {
        let row = |reason, status| CaseRow {
            ticket: TicketNumber::new("MDN", 1).unwrap(),
            name: "Sri Contoh".to_owned(),
            unit: None,
            reason,
            way: FilingWay::Holder,
            status,
            turn: None,
            step: 2,
            filed_at: DateTime::UNIX_EPOCH,
            since: DateTime::UNIX_EPOCH,
            seq: 1,
            in_hand: None,
            due: None,
        };
        let urgent: Vec<Status> =
            Status::ALL.into_iter().filter(|status| cannot_wait(&row(Reason::DeviceLost, *status))).collect();
        assert_eq!(urgent, [Status::InOffice, Status::WithApplicant, Status::WithBsre]);
        assert!(Status::ALL.into_iter().all(|status| !cannot_wait(&row(Reason::Moved, status))));
    }
}
