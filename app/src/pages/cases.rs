//! The office's requests: all of them by state, or the one searched for. The state is in the address, so that one can
//! send it on; who was searched for is not.

use leptos::{ev::SubmitEvent, prelude::*};
use workflow::{
    api::{CaseRow, List, Standing},
    procedure::Procedure,
};

use super::lists::{self, Cases as CaseList};
use crate::{
    api::CaseQuery,
    components::{ButtonKind, Choice, Select, Submit, TextInput},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
    session::Session,
};

/// The office's requests.
#[component]
pub fn Cases() -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let staff = Session::expect().who().is_some_and(|who| who.is_staff(&office.procedure()));
    if !staff {
        return view! { <Heading text="Semua permohonan" />{lists::for_staff()} }.into_any();
    }
    let list = move || {
        let query = asked(navigation);
        let by_limit = matches!(query.status, Some(Standing::Due(_)));
        CaseList {
            list: List::Office,
            query,
            caption: if by_limit {
                "Permohonan di kantor ini, yang batas SOP-nya paling dulu di atas"
            } else {
                "Permohonan di kantor ini, yang mendesak lalu yang terbaru di atas"
            },
            heads: if by_limit {
                &["Nomor tiket", "Pemegang", "Alasan", "Keadaan", "Batas waktu"]
            } else {
                &["Nomor tiket", "Pemegang", "Alasan", "Keadaan", "Diajukan"]
            },
            row: if by_limit {
                |procedure, case| row(procedure, case, lists::until(procedure, case))
            } else {
                |procedure, case| row(procedure, case, lists::moment(procedure, case.filed_at))
            },
            nothing: (
                "Tidak ada permohonan yang cocok",
                "Ubah pencarian atau keadaan yang dipilih. Nama dicari dari awal katanya.",
            ),
            at: href,
        }
        .view()
    };
    view! {
        <Heading text="Semua permohonan" />
        <Filter />
        <div aria-live="polite">{list}</div>
    }
    .into_any()
}

fn row(procedure: &Procedure, case: &CaseRow, when: AnyView) -> Vec<AnyView> {
    vec![
        lists::ticket(&procedure.office.id, &case.ticket),
        lists::holder(&case.name, case.unit.as_deref()),
        lists::reason(case.reason, lists::cannot_wait(case)),
        lists::place(procedure, case),
        when,
    ]
}

/// Search and state, filled from the page's place in the history and written to it.
#[component]
fn Filter() -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let search = RwSignal::new(String::new());
    let status = RwSignal::new(String::new());
    // The back button changes the address without the form.
    Effect::new(move |_| {
        let query = asked(navigation);
        search.set(query.search);
        status.set(query.status.map(|status| status.id().to_owned()).unwrap_or_default());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let query =
            CaseQuery { status: status_of(&status.get_untracked()), search: search.get_untracked(), after: None };
        navigation.go_typed(&href(&office, &query, ""), query.search.trim());
    };
    let every = Choice::new("", "Semua keadaan");
    let choices = std::iter::once(every).chain(Standing::all().map(|one| Choice::new(one.id(), one.label()))).collect();
    view! {
        <form class="filter" role="search" on:submit=submit>
            <TextInput id="cari" label="Cari nomor tiket, nama, atau NIP" value=search kind="search" />
            <Select id="status" label="Keadaan" choices=choices value=status />
            <Submit label="Cari" kind=ButtonKind::Secondary />
        </form>
    }
    .into_any()
}

fn asked(navigation: Navigation) -> CaseQuery {
    CaseQuery {
        status: navigation.query("status").and_then(|id| status_of(&id)),
        search: navigation.typed(),
        after: navigation.query(place(&navigation.typed())),
    }
}

fn status_of(id: &str) -> Option<Standing> {
    Standing::all().find(|one| one.id() == id)
}

fn href(office: &Office, query: &CaseQuery, after: &str) -> String {
    let status = query.status.map_or("", Standing::id);
    lists::with_query(office.href(Page::Cases), &[("status", status), (place(&query.search), after)])
}

/// The name under which the place in the list stands in the address: of a search, without what was searched for, it
/// means nothing.
fn place(search: &str) -> &'static str {
    if search.trim().is_empty() { "setelah" } else { "lanjut" }
}
