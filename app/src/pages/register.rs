//! The register of revoked certificates, year by year. Names and numbers are masked; whoever presses for them in full is
//! told that it is recorded. Neither that nor whom one looks for is in the address.

use chrono::Datelike;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use workflow::{
    api::{Page as Part, RegisterRow, RegisterSearch},
    procedure::Procedure,
};

use super::lists;
use crate::{
    api::{self, ApiError},
    browser,
    components::{Button, ButtonKind, Empty, Loaded, Submit, TextInput, load, table::table},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
    session::Session,
};

/// So many rows are printed from the page; who needs more has the files.
const PRINTED: usize = 1000;

/// The register of revoked certificates.
#[component]
pub fn Register() -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let staff = Session::expect().who().is_some_and(|who| who.is_staff(&office.procedure()));
    if !staff {
        return view! { <Heading text="Register pencabutan" />{lists::for_staff()} }.into_any();
    }
    let year = Memo::new(move |_| asked_year(navigation));
    let whole = RwSignal::new(false);
    view! {
        <div class="register">
            {letterhead(&office)}
            <Heading text="Register pencabutan" />
            <p class="govuk-body">
                {move || format!("Data pengguna TTE yang telah dicabut pada tahun {}, yang terakhir dicabut di atas.", year.get())}
            </p>
            <Years year=year />
            <Find />
            <Whole whole=whole />
            {move || printed(whole.get())}
            {move || part(year.get(), navigation.typed(), navigation.query(place(&navigation.typed())), whole.get())}
        </div>
    }
    .into_any()
}

/// The office's letterhead, on paper alone.
pub fn letterhead(office: &Office) -> AnyView {
    let procedure = office.procedure();
    let lines: Vec<_> = procedure.sop.heading.iter().map(|line| view! { <span>{line.clone()}</span> }).collect();
    view! { <div class="sheet-letterhead print-only">{lines}</div> }.into_any()
}

/// On paper alone: when it was printed, and whether it says everything.
fn printed(whole: bool) -> AnyView {
    let procedure = Office::expect().procedure();
    let at = procedure.office.zone.moment(browser::now());
    let names = if whole { "Nama dan NIP lengkap." } else { "Nama dan NIP disamarkan." };
    view! { <p class="govuk-body print-only">{format!("{names} Dicetak {at}.")}</p> }.into_any()
}

/// Links to files, each with its kind.
pub fn downloads(files: &[(&'static str, String)]) -> AnyView {
    let links: Vec<_> = files
        .iter()
        .map(|(kind, href)| {
            let label = format!("Unduh {}", kind.to_uppercase());
            view! { <a class="govuk-link paging__link" href=href.clone() download="">{label}</a> }
        })
        .collect();
    links.into_any()
}

/// The year in the address, tracked; this one where there is none.
fn asked_year(navigation: Navigation) -> i32 {
    navigation.query("tahun").and_then(|year| year.parse().ok()).unwrap_or_else(this_year)
}

fn this_year() -> i32 {
    Office::expect().procedure().office.zone.local(browser::now()).year()
}

/// The years beside, as far as there are any yet.
#[component]
fn Years(
    /// What is shown.
    year: Memo<i32>,
) -> impl IntoView {
    let office = Office::expect();
    let now = this_year();
    let links = move || {
        let beside = [year.get() - 1, year.get() + 1].into_iter().filter(|year| *year <= now);
        let link = |year: i32| {
            let year = year.to_string();
            let href = lists::with_query(office.href(Page::Register), &[("tahun", &year)]);
            view! { <a class="govuk-link paging__link" href=href>{format!("Tahun {year}")}</a> }
        };
        beside.map(link).collect::<Vec<_>>()
    };
    view! { <nav class="paging no-print" aria-label="Tahun lain">{links}</nav> }.into_any()
}

/// The search.
#[component]
fn Find() -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let search = RwSignal::new(String::new());
    // The back button changes what was typed without the form.
    Effect::new(move |_| search.set(navigation.typed()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let year = navigation.query("tahun").unwrap_or_default();
        let href = lists::with_query(office.href(Page::Register), &[("tahun", &year)]);
        navigation.go_typed(&href, search.get_untracked().trim());
    };
    view! {
        <form class="filter filter--short no-print" role="search" on:submit=submit>
            <TextInput id="cari" label="Cari nomor tiket, nama, atau NIP dalam tahun ini" value=search kind="search" />
            <Submit label="Cari" kind=ButtonKind::Secondary />
        </form>
    }
    .into_any()
}

/// Asks for whole names and numbers, and says what that means.
#[component]
fn Whole(
    /// Whether they are shown.
    whole: RwSignal<bool>,
) -> impl IntoView {
    (move || {
        if whole.get() {
            view! {
                <p class="govuk-inset-text no-print">
                    "Nama dan NIP ditampilkan lengkap. Setiap tampilan dan unduhan data lengkap dicatat dengan nama Anda."
                </p>
            }
            .into_any()
        } else {
            view! {
                <p class="govuk-body no-print">
                    "Nama dan NIP disamarkan. Data lengkap dapat ditampilkan bila diperlukan untuk tugas; itu dicatat dengan nama Anda."
                </p>
                <div class="no-print">
                    <Button
                        label="Tampilkan data lengkap"
                        kind=ButtonKind::Secondary
                        on_press=Callback::new(move |()| whole.set(true))
                    />
                </div>
            }
            .into_any()
        }
    })
    .into_any()
}

/// The name under which the place in the list stands in the address, as among all requests.
fn place(search: &str) -> &'static str {
    if search.trim().is_empty() { "setelah" } else { "lanjut" }
}

fn part(year: i32, text: String, after: Option<String>, whole: bool) -> AnyView {
    let office = Office::expect();
    let query = RegisterSearch { text, year: Some(year), whole, after };
    let asked = (office.clone(), query.clone());
    let loading = load(move || {
        let (office, query) = asked.clone();
        async move { api::register(office.id(), &query).await }
    });
    let shown = move |page: Part<RegisterRow>| {
        let first = query.after.is_none();
        if page.rows.is_empty() && page.next.is_none() && first {
            let (title, text) = if query.text.is_empty() {
                ("Tidak ada pencabutan pada tahun ini", "Setiap sertifikat yang sudah dicabut BSrE tercatat di sini.")
            } else {
                ("Tidak ada yang cocok", "Ubah pencarian atau tahunnya. Nama dicari dari awal katanya.")
            };
            return view! { <Empty title=title text=text /> }.into_any();
        }
        let (year, typed) = (year.to_string(), query.text.clone());
        let at =
            |after: &str| lists::with_query(office.href(Page::Register), &[("tahun", &year), (place(&typed), after)]);
        let paging = lists::paging((!first).then(|| at("")), page.next.as_deref().map(at));
        let files = ["xlsx", "csv"]
            .map(|kind| (kind, api::register_href(office.id(), query.year.unwrap_or_default(), whole, kind)));
        let rows = RwSignal::new(page.rows);
        let procedure = office.procedure();
        view! {
            <div class="report__files no-print">
                {query.text.is_empty().then(|| downloads(&files))}
                <Print query=RegisterSearch { after: None, ..query.clone() } rows=rows />
            </div>
            {move || shown_rows(&procedure, &rows.read())}
            <div class="no-print">{paging}</div>
        }
        .into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}

fn shown_rows(procedure: &Procedure, rows: &[RegisterRow]) -> AnyView {
    let cells = |row: &RegisterRow| {
        vec![
            lists::ticket(&procedure.office.id, &row.ticket),
            lists::holder(&row.name, row.unit.as_deref()),
            row.nip.clone().unwrap_or_else(|| "–".to_owned()).into_any(),
            lists::reason(row.reason, false),
            lists::moment(procedure, row.filed_at),
            lists::moment(procedure, row.revoked_at),
        ]
    };
    let heads = &["Nomor tiket", "Pemegang", "NIP", "Alasan", "Diajukan", "Dicabut"];
    table("Sertifikat yang sudah dicabut", heads, rows.iter().map(cells).collect())
}

/// Prints the whole year, or all that was found: the rest of it is asked for first.
#[component]
fn Print(
    /// What is printed, from its beginning.
    query: RegisterSearch,
    /// What is on the page; becomes all of it.
    rows: RwSignal<Vec<RegisterRow>>,
) -> impl IntoView {
    let office = Office::expect();
    let pending = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let press = Callback::new(move |()| {
        pending.set(true);
        failed.set(None);
        let (office, query) = (office.clone(), query.clone());
        spawn_local(async move {
            let answer = whole_list(&office, query).await;
            pending.try_set(false);
            match answer {
                Ok(Some(all)) => {
                    rows.try_set(all);
                    request_animation_frame(|| drop(window().print()));
                }
                Ok(None) => {
                    let text = format!("Lebih dari {PRINTED} baris: unduh XLSX atau CSV, lalu cetak dari sana.");
                    failed.try_set(Some(text));
                }
                Err(error) => {
                    failed.try_set(Some(error.to_string()));
                }
            }
        });
    });
    view! {
        <Button label="Cetak" kind=ButtonKind::Secondary pending=pending on_press=press />
        <p class="govuk-error-message" role="status">{move || failed.get()}</p>
    }
    .into_any()
}

/// Every row; none where they are too many.
async fn whole_list(office: &Office, mut query: RegisterSearch) -> Result<Option<Vec<RegisterRow>>, ApiError> {
    let mut all = Vec::new();
    loop {
        let page = api::register(office.id(), &query).await?;
        all.extend(page.rows);
        if all.len() > PRINTED {
            return Ok(None);
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(Some(all)),
        }
    }
}
