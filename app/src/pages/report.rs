//! The office's report: what a month or any span of days adds up to. The span is in the address, so that one can send
//! it on; what is shown are the tables that the files hold, with bars in them.

mod figures;

use chrono::{Datelike, Months, NaiveDate};
use leptos::{ev::SubmitEvent, prelude::*};
use workflow::{
    day,
    procedure::{date_in_words, month_in_words},
    report::{LONGEST, Report as Told},
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
        return view! { <Heading text="Laporan" />{lists::for_staff()} }.into_any();
    }
    let span = Memo::new(move |_| Span::asked(navigation));
    let shown = move || match span.get() {
        Ok(span) => part(span),
        // Numbers of another span than the one in the address would be taken for its own.
        Err(wrong) => view! { <Empty title="Rentang tanggal ini tidak dapat dilaporkan" text=wrong /> }.into_any(),
    };
    view! {
        <div class="report">
            {super::register::letterhead(&office)}
            <Heading text="Laporan pencabutan TTE" small=true />
            <p class="report__span">{move || span.get().map(Span::words).unwrap_or_default()}</p>
            <Picker span=span />
            {shown}
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
    /// The one in the address, tracked, or what is wrong with it; this month where there is none.
    fn asked(navigation: Navigation) -> Result<Span, &'static str> {
        match (navigation.query("dari"), navigation.query("sampai")) {
            (None, None) => Ok(Span::month(today())),
            (from, to) => Span::read(&from.unwrap_or_default(), &to.unwrap_or_default()),
        }
    }

    /// The one between two days as they are written in an address and by a field.
    fn read(from: &str, to: &str) -> Result<Span, &'static str> {
        if from.trim().is_empty() || to.trim().is_empty() {
            return Err("Isi kedua tanggal, yang pertama dan yang terakhir.");
        }
        let (Some(from), Some(to)) = (day::parse(from), day::parse(to)) else {
            return Err("Salah satunya bukan tanggal. Tulis seperti 2026-03-01.");
        };
        if to < from {
            return Err("Tanggal yang pertama tidak boleh sesudah yang terakhir.");
        }
        if to - from > LONGEST {
            return Err("Rentangnya terlalu panjang: paling lama 3.660 hari, sekitar sepuluh tahun.");
        }
        Ok(Span { from, to })
    }

    /// The year of this day.
    fn year(day: NaiveDate) -> Span {
        let on = |month, date| NaiveDate::from_ymd_opt(day.year(), month, date).unwrap_or(day);
        Span { from: on(1, 1), to: on(12, 31) }
    }

    /// The years beside a year; beside any other span, the months beside the one in which it begins.
    fn beside(self) -> [Option<Span>; 2] {
        let (of, months): (fn(NaiveDate) -> Span, u32) =
            if self == Span::year(self.from) { (Span::year, 12) } else { (Span::month, 1) };
        let first = of(self.from).from;
        let months = Months::new(months);
        [first.checked_sub_months(months), first.checked_add_months(months)].map(|day| day.map(of))
    }

    /// The month of this day.
    fn month(day: NaiveDate) -> Span {
        let from = day.with_day(1).unwrap_or(day);
        Span { from, to: from.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(from) }
    }

    fn words(self) -> String {
        if self == Span::month(self.from) {
            month_in_words(self.from)
        } else if self == Span::year(self.from) {
            format!("Tahun {}", self.from.year())
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

/// The months or years beside, and a form for any span.
#[component]
fn Picker(
    /// What is shown.
    span: Memo<Result<Span, &'static str>>,
) -> impl IntoView {
    let (navigation, office) = (Navigation::expect(), Office::expect());
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let days = span.get().map(|Span { from, to }| (day::write(from), day::write(to)));
        // What is wrong with the one in the address stands below; the days of it that are days can be mended here.
        let (first, last) = days.unwrap_or_else(|_| {
            let typed = |name| navigation.query(name).unwrap_or_default();
            (typed("dari"), typed("sampai"))
        });
        from.set(first);
        to.set(last);
        wrong.set(None);
    });
    let form_office = office.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match Span::read(&from.read_untracked(), &to.read_untracked()) {
            Ok(span) => navigation.go(&span.href(&form_office)),
            Err(why) => wrong.set(Some(why.to_owned())),
        }
    };
    let today = today();
    let beside = move || {
        let [before, after] = span.get().unwrap_or_else(|_| Span::month(today)).beside();
        let after = after.filter(|span| span.from <= today);
        let link = |span: Option<Span>, class: &'static str, rel: &'static str| {
            span.map(|span| view! { <a class=class rel=rel href=span.href(&office)>{span.words()}</a> })
        };
        view! {
            {link(before, "govuk-link paging__link", "prev")}
            {link(after, "govuk-link paging__link paging__next", "next")}
        }
    };
    view! {
        <nav class="paging report__months no-print" aria-label="Bulan atau tahun lain">{beside}</nav>
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
    let of = office.clone();
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
            {figures::all(&report, &of)}
        }
        .into_any()
    };
    view! { <Loaded loading=loading children=shown /> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_what_the_address_says_or_it_is_said_what_is_wrong() {
        for (from, to, says) in [
            ("2026-03-01", "", "Isi kedua tanggal"),
            ("", "2026-03-01", "Isi kedua tanggal"),
            ("2026-02-30", "2026-03-01", "bukan tanggal"),
            ("2026-03-02", "2026-03-01", "tidak boleh sesudah"),
            ("2010-01-01", "2026-03-01", "terlalu panjang"),
        ] {
            assert!(Span::read(from, to).is_err_and(|told| told.contains(says)), "{from} {to}");
        }
        let words = |from, to| Span::read(from, to).map(Span::words);
        assert_eq!(words("2026-03-01", "2026-03-31"), Ok("Maret 2026".to_owned()));
        assert_eq!(words("2024-01-01", "2024-12-31"), Ok("Tahun 2024".to_owned()));
        assert_eq!(words("2024-01-01", "2024-12-30"), Ok("1 Januari 2024 sampai 30 Desember 2024".to_owned()));
        let beside = |from, to| Span::read(from, to).map(|span| span.beside().map(|span| span.map(Span::words)));
        let both = |before: &str, after: &str| Ok([Some(before.to_owned()), Some(after.to_owned())]);
        assert_eq!(beside("2024-01-01", "2024-12-31"), both("Tahun 2023", "Tahun 2025"));
        assert_eq!(beside("2024-01-01", "2024-01-31"), both("Desember 2023", "Februari 2024"));
    }
}
