//! The official's home: what waits for me, what cannot wait first, and what I have passed on.

mod together;

use chrono::TimeDelta;
use leptos::prelude::*;
use workflow::{
    api::{CaseRow, List},
    case::{Status, URGENT},
    procedure::{ActorId, Procedure, StepAct},
    told,
};

use super::{
    affairs,
    lists::{self, Cases},
};
use crate::{
    api::{self, CaseQuery},
    browser,
    components::{Failure, Inset, Load, load, table::Row},
    navigation::{Heading, Navigation},
    office::Office,
    routes::{AffairsPage, Page},
    session::Session,
    words,
};
use together::Together;

/// Which list, as the address says: nothing for what waits.
const LIST: &str = "daftar";
/// What I have passed on.
const PASSED: &str = "dikerjakan";

/// What waits for me, or what I have passed on.
#[component]
pub fn Work() -> impl IntoView {
    let navigation = Navigation::expect();
    let office = Office::expect();
    let (procedure, session) = (office.procedure(), Session::expect());
    let roles = session.me().map(|me| me.roles).unwrap_or_default();
    let actors: Vec<&ActorId> =
        roles.iter().filter(|role| role.office == office.id()).map(|role| &role.actor).collect();
    if actors.is_empty() {
        return view! { <Heading text="Perlu dikerjakan" />{lists::for_staff()} }.into_any();
    }
    let administers = session.who().is_some_and(|who| who.administers(office.id()));
    let audits = session.who().is_some_and(|who| who.audits(office.id()));
    let wishes = administers.then(wishes);
    if (administers || audits) && !actors.into_iter().any(|actor| procedure.works_on_cases(actor)) {
        let links = if administers { affairs::guide(&office) } else { auditing(&office) };
        return view! { <Heading text="Perlu dikerjakan" />{wishes}{links} }.into_any();
    }
    let passed = Memo::new(move |_| navigation.query(LIST).as_deref() == Some(PASSED));
    let together = Together::provide();
    let list = move || {
        together.changed();
        let query = CaseQuery { after: navigation.query("setelah"), ..CaseQuery::default() };
        if passed.get() { passed_on(query).view() } else { waiting(query).view() }
    };
    let tab = |label: &'static str, at: &'static str, is: bool| {
        let href = lists::with_query(office.href(Page::Work), &[(LIST, at)]);
        let here = move || (passed.get() == is).then_some("page");
        view! { <li class="tabs__item"><a class="govuk-link tabs__link" href=href aria-current=here>{label}</a></li> }
    };
    view! {
        <Heading text="Perlu dikerjakan" />
        {counts()}
        {wishes}
        <nav aria-label="Daftar">
            <ul class="tabs">{tab("Menunggu saya", "", false)} {tab("Sudah saya kerjakan", PASSED, true)}</ul>
        </nav>
        {together.results()}
        {together.every()}
        {list}
        {together.form()}
    }
    .into_any()
}

/// What people want put right and nobody has answered: the administrators' alone.
fn wishes() -> AnyView {
    let office = Office::expect();
    let asked = office.id().to_owned();
    let loading = load(move || {
        let office = asked.clone();
        async move { api::all_corrections(&office).await }
    });
    let href = office.href(Page::Affairs(AffairsPage::Corrections));
    // Mostly there are none, so nothing stands in their place meanwhile.
    let shown = move || match loading.state.get() {
        Load::Ready(all) => {
            let count = all.iter().filter(|one| one.answer.is_none()).count();
            let text = format!("{count} permintaan perbaikan data menunggu jawaban Anda");
            let href = href.clone();
            (count > 0).then(|| view! { <Inset><a class="govuk-link" href=href>{text}</a></Inset> }).into_any()
        }
        Load::Failed(error) => view! { <Failure error=error again=loading.again /> }.into_any(),
        Load::Waiting => ().into_any(),
    };
    view! { {shown} }.into_any()
}

/// What auditors come for, who work on no request.
fn auditing(office: &Office) -> AnyView {
    view! {
        <p class="govuk-body">
            "Sebagai auditor Anda tidak menangani permohonan. Catatan kantor ada di halaman "<a class="govuk-link" href=office.href(Page::Log)>"Catatan"</a>"."
        </p>
    }
    .into_any()
}

/// How many of the office's requests stand where, each with the list of them; for the office's staff. The numbers come into
/// their places: nothing moves under a finger.
fn counts() -> Option<AnyView> {
    let office = Office::expect();
    let staff = Session::expect().who().is_some_and(|who| who.is_staff(&office.procedure()));
    let asked = office.id().to_owned();
    let loading = staff.then(|| {
        load(move || {
            let office = asked.clone();
            async move { api::counts(&office).await }
        })
    })?;
    let number = move |status: Status| {
        loading.state.with(|counts| match counts {
            Load::Ready(counts) => {
                let count = counts.iter().find(|one| one.status == status).map_or(0, |one| one.count);
                words::number(count)
            }
            _ => "–".to_owned(),
        })
    };
    let items: Vec<_> = Status::ALL
        .into_iter()
        .map(|status| {
            let href = lists::with_query(office.href(Page::Cases), &[("status", status.id())]);
            view! {
                <li class="counts__item">
                    <a class="govuk-link counts__link" href=href><span class="counts__number">{move || number(status)}</span>" "<span>{status.label()}</span></a>
                </li>
            }
        })
        .collect();
    let failed = move || match loading.state.get() {
        Load::Failed(error) => Some(view! { <Failure error=error again=loading.again /> }),
        _ => None,
    };
    Some(
        view! {
            <nav aria-label="Permohonan di kantor menurut keadaan"><ul class="counts">{items}</ul></nav>
            {failed}
        }
        .into_any(),
    )
}

fn waiting(query: CaseQuery) -> Cases {
    Cases {
        list: List::Waiting,
        query,
        caption: "Permohonan yang menunggu Anda, yang paling mendesak di atas",
        heads: &["Nomor tiket", "Pemegang", "Alasan", "Batas waktu", "Langkah"],
        row,
        nothing: ("Tidak ada yang menunggu Anda", "Anda diberi tahu lewat e-mail saat tiba giliran Anda."),
        at: |office, _, after| lists::with_query(office.href(Page::Work), &[("setelah", after)]),
    }
}

fn passed_on(query: CaseQuery) -> Cases {
    Cases {
        list: List::Passed,
        query,
        caption: "Permohonan yang pernah Anda kerjakan, yang terbaru di atas",
        heads: &["Nomor tiket", "Pemegang", "Alasan", "Sekarang di", "Sejak"],
        row: |procedure, case| {
            vec![
                lists::ticket(&procedure.office.id, &case.ticket),
                lists::holder(&case.name, case.unit.as_deref()),
                lists::reason(case.reason, lists::cannot_wait(case)),
                lists::place(procedure, case),
                lists::moment(procedure, case.since),
            ]
        },
        nothing: ("Belum ada", "Permohonan yang Anda teruskan, periksa, atau catat akan tampil di sini."),
        at: |office, _, after| lists::with_query(office.href(Page::Work), &[(LIST, PASSED), ("setelah", after)]),
    }
}

fn row(procedure: &Procedure, case: &CaseRow) -> Row {
    let now = browser::now();
    let zone = procedure.office.zone;
    let step = procedure.step(case.step);
    let limit = match (case.due, step.and_then(|step| step.time.as_ref())) {
        (Some(due), _) => lists::due(zone, due, now),
        (None, Some(time)) => format!("Batas SOP {}", time.wording()).into_any(),
        (None, None) => "Tanpa batas waktu dalam SOP".into_any(),
    };
    // What cannot wait stands above what is due earlier: in its 24 hours nights count too.
    let urgent = lists::cannot_wait(case).then(|| {
        let left = case.filed_at + URGENT - now;
        let told = match left > TimeDelta::zero() {
            true => format!("Sisa {} dari 24 jam", told::hours(left)),
            false => "24 jam sudah lewat".to_owned(),
        };
        view! { <strong class="stack__late stack__line">{told}</strong> }
    });
    let today = zone.day_ends(case.since) == zone.day_ends(now);
    let since = if today { zone.hour(case.since) } else { zone.brief(case.since) };
    let since = format!("menunggu sejak {since}");
    let act = step.map(|step| act(step.act)).unwrap_or_default();
    let hand = case
        .in_hand
        .as_ref()
        .map(|name| view! { <span class="stack__below stack__free">{format!("dikerjakan {name}")}</span> });
    vec![
        view! { {Together::expect().choice(procedure, case)}{lists::ticket(&procedure.office.id, &case.ticket)} }
            .into_any(),
        lists::holder(&case.name, case.unit.as_deref()),
        lists::reason(case.reason, lists::cannot_wait(case)),
        view! {
            {urgent.map(|urgent| view! { {urgent}<br /> })}
            {limit}
            <span class="stack__below">{since}</span>
        }
        .into_any(),
        view! { {case.step}".\u{a0}"{act}{hand} }.into_any(),
    ]
}

/// What one does at a step, in short: the SOP's own words stand on the request's page.
fn act(act: StepAct) -> &'static str {
    match act {
        StepAct::File => "Mengajukan",
        StepAct::Forward => "Meneruskan",
        StepAct::Check => "Memeriksa berkas",
        StepAct::Send => "Mengajukan ke BSrE",
        StepAct::Answer => "Mencatat jawaban BSrE",
        StepAct::Contact => "Menghubungi pemohon",
        StepAct::Close => "Menyelesaikan",
    }
}
