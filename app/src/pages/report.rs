//! The office's report: what a month or any span of days adds up to. The span is in the address, so that one can send
//! it on; what is shown are the tables that the files hold, with bars in them.

mod figures;

use chrono::{Datelike, Months, NaiveDate};
use leptos::{ev::SubmitEvent, prelude::*};
use workflow::{
    day,
    procedure::{date_in_words, month_in_words},
    report::Report as Told,
};

use super::lists;
use crate::{
    api, browser,
    components::{Button, ButtonKind, Empty, Loaded, Submit, TextInput, load},
    navigation::{Heading, Navigation},
    office::Office,
    routes::Page,
    session::Session,
};

/// The office's report.
#[component]
pub fn Report() -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let staff = Session::expect().who().is_some_and(|who| who.is_staff(&office.procedure()));
    if !staff {
        return view! {
            <Heading text="Laporan" />
            <Empty title="Halaman ini untuk petugas kantor" text="Permohonan Anda sendiri ada di halaman Permohonan saya." />
        }
        .into_any();
    }
    let span = Memo::new(move |_| Span::asked(navigation));
    view! {
        <div class="report">
            {super::register::letterhead(&office)}
            <Heading text="Laporan" small=true />
            <p class="report__span">{move || span.get().words()}</p>
            <Picker span=span />
            {move || part(span.get())}
        </div>
    }
    .into_any()
}

/// From the first to the last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: NaiveDate,
    to: NaiveDate,
}

impl Span {
    /// The one in the address, tracked; this month where there is none that makes sense.
    fn asked(navigation: Navigation) -> Span {
        let day = |name| navigation.query(name).and_then(|text| day::parse(&text));
        match (day("dari"), day("sampai")) {
            (Some(from), Some(to)) if from <= to => Span { from, to },
            _ => Span::month(today()),
        }
    }

    /// The month of this day.
    fn month(day: NaiveDate) -> Span {
        let from = day.with_day(1).unwrap_or(day);
        Span { from, to: from.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(from) }
    }

    fn words(self) -> String {
        if self == Span::month(self.from) {
            month_in_words(self.from)
        } else {
            format!("{} sampai {}", date_in_words(self.from), date_in_words(self.to))
        }
    }

    fn href(self, office: &Office) -> String {
        let days = [("dari", &*day::write(self.from)), ("sampai", &*day::write(self.to))];
        lists::with_query(office.href(Page::Report), &days)
    }
}

/// Today at the office.
fn today() -> NaiveDate {
    Office::expect().procedure().office.zone.local(browser::now()).date_naive()
}

/// The months beside, and a form for any span.
#[component]
fn Picker(
    /// What is shown.
    span: Memo<Span>,
) -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let Span { from: first, to: last } = span.get();
        from.set(day::write(first));
        to.set(day::write(last));
        wrong.set(None);
    });
    let form_office = office.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match (day::parse(&from.get_untracked()), day::parse(&to.get_untracked())) {
            (Some(from), Some(to)) if from <= to => navigation.go(&Span { from, to }.href(&form_office)),
            _ => wrong.set(Some(
                "Isi tanggal pertama dan terakhir; yang pertama tidak boleh sesudah yang terakhir.".to_owned(),
            )),
        }
    };
    let today = today();
    let months = move || {
        let first = Span::month(span.get().from).from;
        let before = first.checked_sub_months(Months::new(1)).map(Span::month);
        let after = first.checked_add_months(Months::new(1)).filter(|month| *month <= today).map(Span::month);
        let link = |span: Option<Span>, class: &'static str, rel: &'static str| {
            span.map(|span| view! { <a class=class rel=rel href=span.href(&office)>{span.words()}</a> })
        };
        view! {
            {link(before, "govuk-link paging__link", "prev")}
            {link(after, "govuk-link paging__link paging__next", "next")}
        }
    };
    view! {
        <nav class="paging report__months no-print" aria-label="Bulan lain">{months}</nav>
        <form class="filter report__picker no-print" on:submit=submit novalidate>
            <TextInput id="dari" label="Dari tanggal" value=from kind="date" error=wrong />
            <TextInput id="sampai" label="Sampai tanggal" value=to kind="date" />
            <Submit label="Tampilkan" kind=ButtonKind::Secondary />
        </form>
    }
    .into_any()
}

fn part(span: Span) -> AnyView {
    let office = Office::expect();
    let (from, to) = (day::write(span.from), day::write(span.to));
    let files = ["xlsx", "csv"].map(|kind| (kind, api::report_href(office.id(), &from, &to, kind)));
    let version = office.procedure().version;
    let loading = load(move || {
        let (office, from, to) = (office.clone(), from.clone(), to.clone());
        async move { api::report(office.id(), &from, &to).await }
    });
    let shown = move |report: Told| {
        let files = super::register::downloads(&files);
        view! {
            <div class="report__files no-print">
                {files}
                <Button label="Cetak" kind=ButtonKind::Secondary on_press=Callback::new(|()| drop(window().print())) />
            </div>
            {figures::all(&report, version)}
        }
        .into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}
