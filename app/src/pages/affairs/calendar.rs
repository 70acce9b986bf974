//! When the office works: edited as a whole, saved as one change.

use std::{cell::RefCell, sync::Arc};

use chrono::{Datelike, NaiveDate};
use leptos::{ev, prelude::*};
use workflow::{
    calendar::{Calendar, Day, DayKind, Hours, Season, Week},
    office::Command,
    procedure::date_in_words,
};

use super::changing::{ChangeForm, Changing};
use crate::{
    browser,
    components::{Button, ButtonKind, Choice, Inset, Reading, Select, Warning, table::table},
    json,
    office::Office,
};

const EDIT: &str = "kalender";

/// The fields of the week, from Monday on, with the name of the day.
const WEEK: [(&str, &str); 7] = [
    ("senin", "Senin"),
    ("selasa", "Selasa"),
    ("rabu", "Rabu"),
    ("kamis", "Kamis"),
    ("jumat", "Jumat"),
    ("sabtu", "Sabtu"),
    ("minggu", "Minggu"),
];
/// The same of a season.
const SEASON_WEEK: [(&str, &str); 7] = [
    ("masa-senin", "Senin"),
    ("masa-selasa", "Selasa"),
    ("masa-rabu", "Rabu"),
    ("masa-kamis", "Kamis"),
    ("masa-jumat", "Jumat"),
    ("masa-sabtu", "Sabtu"),
    ("masa-minggu", "Minggu"),
];

const SOURCE: &str = "dasar-jam";
const DAY: &str = "hari-tanggal";
const DAY_KIND: &str = "hari-jenis";
const DAY_NAME: &str = "hari-nama";
const DAY_HOURS: &str = "hari-jam";
const DAY_SOURCE: &str = "hari-dasar";
const SEASON_NAME: &str = "masa-nama";
const SEASON_FROM: &str = "masa-mulai";
const SEASON_TO: &str = "masa-sampai";
const SEASON_SOURCE: &str = "masa-dasar";

/// What was put into the calendar and taken out of it while it is edited. It is kept beside the calendar, so that nothing is
/// lost when somebody else is faster and a fresher one comes.
#[derive(Clone, Debug, Default)]
pub struct Edits {
    days: Edited<Day>,
    seasons: Edited<Season>,
}

thread_local! {
    /// What was not saved when one went to another page of the app, and of which office it is.
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

#[derive(Clone)]
struct Kept {
    office: String,
    entries: Vec<(&'static str, String)>,
    edits: Edits,
}

impl Kept {
    /// What differs from the calendar in force, whose entries are these.
    fn unsaved(
        changing: Changing,
        edits: RwSignal<Edits>,
        office: &str,
        saved: &[(&'static str, String)],
    ) -> Option<Kept> {
        let (entries, edits) = (changing.entries_of(EDIT)?, edits.try_get_untracked()?);
        let is_saved = |(id, text): &(&'static str, String)| match saved.iter().find(|(saved, _)| saved == id) {
            Some((_, saved)) => saved == text,
            None => text.is_empty(),
        };
        (!edits.is_empty() || !entries.iter().all(is_saved)).then(|| Kept { office: office.to_owned(), entries, edits })
    }
}

impl Edits {
    fn is_empty(&self) -> bool {
        self.days.is_empty() && self.seasons.is_empty()
    }

    fn on(&self, calendar: &Calendar) -> Calendar {
        let mut calendar = calendar.clone();
        self.days.on(&mut calendar.days);
        self.seasons.on(&mut calendar.seasons);
        calendar
    }
}

/// The same of one list.
#[derive(Clone, Debug)]
struct Edited<T> {
    put_in: Vec<T>,
    taken_out: Vec<T>,
}

impl<T> Default for Edited<T> {
    fn default() -> Self {
        Edited { put_in: Vec::new(), taken_out: Vec::new() }
    }
}

impl<T: Clone + PartialEq> Edited<T> {
    fn is_empty(&self) -> bool {
        self.put_in.is_empty() && self.taken_out.is_empty()
    }

    fn on(&self, list: &mut Vec<T>) {
        list.retain(|one| !self.taken_out.contains(one));
        list.extend(self.put_in.iter().cloned());
    }

    /// Takes out the one that now stands at this place of `list`.
    fn take_out(&mut self, mut list: Vec<T>, at: usize) {
        self.on(&mut list);
        let one = list.remove(at);
        match self.put_in.iter().position(|put_in| *put_in == one) {
            Some(place) => drop(self.put_in.remove(place)),
            None => self.taken_out.push(one),
        }
    }
}

/// The calendar in force, and its editor.
pub fn calendar(changing: Changing, edits: RwSignal<Edits>, seq: u32, calendar: &Calendar) -> AnyView {
    let mut entries: Vec<_> = hours_of(&calendar.week, &WEEK);
    entries.push((SOURCE, calendar.source.clone()));
    entries.push((DAY_KIND, json::word_of(DayKind::Regional)));
    entries.extend(hours_of(&calendar.week, &SEASON_WEEK));
    let missing = missing_holidays(calendar, calendar.zone.local(browser::now()).date_naive());
    let missing = missing.map(|text| view! { <Warning text=text /> });
    let calendar = calendar.clone();
    let office = Office::expect().id().to_owned();
    if let Some(kept) = KEPT.take().filter(|kept| kept.office == office) {
        edits.set(kept.edits);
        changing.open_with(EDIT, String::new(), &kept.entries);
    }
    let opened = entries.clone();
    let opener = move || changing.opener("Ubah kalender", EDIT, String::new(), opened.clone(), Vec::new());
    let shown = move || match changing.open() {
        Some((EDIT, _)) => {
            keep(changing, edits, &office, &entries);
            editor(changing, edits, seq, calendar.clone())
        }
        _ => {
            edits.set(Edits::default());
            view! { {opener()}{week(&calendar)}{seasons(&calendar, None)}{days(&calendar, None)} }.into_any()
        }
    };
    view! {
        {missing}
        <p class="govuk-body">
            "Semua waktu SOP dihitung menurut kalender ini. Perubahan berlaku sejak disimpan; langkah yang sudah selesai tetap dihitung menurut kalender yang berlaku saat itu."
        </p>
        {shown}
    }
    .into_any()
}

/// Nothing that was not saved is lost: it is here again after another page of the app, and the browser asks before it
/// leaves them all.
fn keep(changing: Changing, edits: RwSignal<Edits>, office: &str, saved: &[(&'static str, String)]) {
    let (office, saved) = (office.to_owned(), saved.to_vec());
    let unsaved = Arc::new(move || Kept::unsaved(changing, edits, &office, &saved));
    let asked = unsaved.clone();
    let asks = window_event_listener(ev::beforeunload, move |event| {
        if asked().is_some() {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        asks.remove();
        KEPT.set(unsaved());
    });
}

/// What to say from October on, when next year's holidays are usually known and the calendar has none of them.
fn missing_holidays(calendar: &Calendar, today: NaiveDate) -> Option<String> {
    let next = today.year() + 1;
    let known = calendar.days.iter().any(|day| day.kind == DayKind::Holiday && day.date.year() == next);
    (today.month() >= 10 && !known).then(|| {
        format!("Hari libur tahun {next} (SKB tiga menteri) belum dimasukkan. Selama belum ada, waktu SOP menghitungnya sebagai hari kerja.")
    })
}

fn hours_of(week: &Week, ids: &[(&'static str, &'static str); 7]) -> Vec<(&'static str, String)> {
    ids.iter().zip(week.days()).map(|((id, _), hours)| (*id, hours.to_string())).collect()
}

/// Hours for reading: "07.30–12.00 dan 13.00–16.00".
fn told(hours: &Hours) -> String {
    if hours.is_off() {
        return "libur".to_owned();
    }
    hours.to_string().replace(':', ".").replace('-', "–").replace(' ', " dan ")
}

fn week(calendar: &Calendar) -> AnyView {
    let rows = WEEK
        .iter()
        .zip(calendar.week.days())
        .map(|((_, name), hours)| vec![(*name).into_any(), told(hours).into_any()])
        .collect();
    view! {
        <h2 class="govuk-heading-m">"Jam kerja"</h2>
        <p class="govuk-body">{format!("Zona waktu {}. Dasar: {}.", calendar.zone.label(), calendar.source)}</p>
        {table("Jam kerja setiap hari", &["Hari", "Jam"], rows)}
    }
    .into_any()
}

/// Takes an entry out of the calendar that is being edited.
type Remove = Callback<usize>;

fn removal(remove: Option<Remove>, at: usize, of: &str) -> Option<AnyView> {
    let remove = remove?;
    let label = format!("Hapus {of}");
    let press = Callback::new(move |()| remove.run(at));
    Some(view! { <div class="row-buttons" role="group" aria-label=label><Button label="Hapus" kind=ButtonKind::Secondary on_press=press /></div> }.into_any())
}

fn seasons(calendar: &Calendar, remove: Option<Remove>) -> AnyView {
    let rows: Vec<_> = calendar
        .seasons
        .iter()
        .enumerate()
        .map(|(at, season)| {
            let span = format!("{} sampai {}", date_in_words(season.from), date_in_words(season.to));
            let mut hours: Vec<String> =
                WEEK.iter().zip(season.week.days()).map(|((_, day), hours)| format!("{day} {}", told(hours))).collect();
            hours.retain(|day| !day.ends_with("libur"));
            vec![
                season.name.clone().into_any(),
                span.into_any(),
                hours.join("; ").into_any(),
                view! { {season.source.clone()}{removal(remove, at, &season.name)} }.into_any(),
            ]
        })
        .collect();
    let shown = if rows.is_empty() {
        view! { <p class="govuk-body">"Tidak ada."</p> }.into_any()
    } else {
        table("Masa dengan jam kerja sendiri", &["Masa", "Tanggal", "Jam", "Dasar"], rows)
    };
    view! { <h2 class="govuk-heading-m">"Masa dengan jam kerja sendiri"</h2>{shown} }.into_any()
}

fn days(calendar: &Calendar, remove: Option<Remove>) -> AnyView {
    let mut all: Vec<(usize, &Day)> = calendar.days.iter().enumerate().collect();
    all.sort_by_key(|(_, day)| day.date);
    let rows: Vec<_> = all
        .into_iter()
        .map(|(at, day)| {
            let hours = (!day.hours.is_off()).then(|| format!(", {}", told(&day.hours)));
            vec![
                date_in_words(day.date).into_any(),
                day.name.clone().into_any(),
                view! { {day.kind.label()}{hours} }.into_any(),
                view! { {day.source.clone()}{removal(remove, at, &day.name)} }.into_any(),
            ]
        })
        .collect();
    let shown = if rows.is_empty() {
        view! { <p class="govuk-body">"Tidak ada."</p> }.into_any()
    } else {
        table("Hari libur dan hari kerja khusus", &["Tanggal", "Nama", "Jenis", "Dasar"], rows)
    };
    view! { <h2 class="govuk-heading-m">"Hari libur dan hari kerja khusus"</h2>{shown} }.into_any()
}

fn editor(changing: Changing, edits: RwSignal<Edits>, seq: u32, calendar: Calendar) -> AnyView {
    let calendar = StoredValue::new(calendar);
    let edited = move || calendar.with_value(|calendar| edits.read().on(calendar));
    let drop_season = Callback::new(move |at: usize| {
        edits.update(|edits| edits.seasons.take_out(calendar.get_value().seasons, at));
    });
    let drop_day = Callback::new(move |at: usize| {
        edits.update(|edits| edits.days.take_out(calendar.get_value().days, at));
    });
    let add_season = Callback::new(move |()| {
        let mut reading = Reading::default();
        if let Some(season) = season(changing, &mut reading) {
            edits.update(|edits| edits.seasons.put_in.push(season));
            changing.text(SEASON_NAME).set(String::new());
        }
        changing.errors.show(reading.0);
    });
    let add_day = Callback::new(move |()| {
        let mut reading = Reading::default();
        if let Some(day) = day(changing, &mut reading) {
            edits.update(|edits| edits.days.put_in.push(day));
            changing.text(DAY).set(String::new());
            changing.text(DAY_NAME).set(String::new());
        }
        changing.errors.show(reading.0);
    });
    let kinds = DayKind::ALL.into_iter().map(|kind| Choice::new(json::word_of(kind), kind.label())).collect();
    let hours = |ids: [(&'static str, &'static str); 7]| -> Vec<AnyView> {
        ids.into_iter().map(|(id, name)| changing.line(id, name, "", "text")).collect()
    };
    let inner = view! {
        <Inset>"Isi jam seperti 07.30-12.00 13.00-16.00. Kosongkan untuk hari libur. Kantor enam hari kerja mengisi hari Sabtu."</Inset>
        <fieldset class="govuk-fieldset">
            <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">"Jam kerja setiap minggu"</legend>
            <div class="week">{hours(WEEK)}</div>
        </fieldset>
        {changing.line(SOURCE, "Dasar jam kerja", "Peraturan atau keputusan, misalnya Perpres 21/2023.", "text")}
        {move || days(&edited(), Some(drop_day))}
        <fieldset class="govuk-fieldset">
            <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">"Tambah hari"</legend>
            {changing.line(DAY, "Tanggal", "", "date")}
            <Select id=DAY_KIND label="Jenis" choices=kinds value=changing.text(DAY_KIND) />
            {changing.line(DAY_NAME, "Nama", "", "text")}
            {changing.line(DAY_HOURS, "Jam kerja (hanya hari kerja khusus)", "", "text")}
            {changing.line(DAY_SOURCE, "Dasar", "Nomor surat keputusan atau edaran.", "text")}
            <Button label="Tambah hari ini ke kalender" kind=ButtonKind::Secondary on_press=add_day />
        </fieldset>
        {move || seasons(&edited(), Some(drop_season))}
        <fieldset class="govuk-fieldset">
            <legend class="govuk-fieldset__legend govuk-fieldset__legend--s">"Tambah masa, misalnya Ramadan"</legend>
            {changing.line(SEASON_NAME, "Nama", "", "text")}
            {changing.line(SEASON_FROM, "Hari pertama", "", "date")}
            {changing.line(SEASON_TO, "Hari terakhir", "", "date")}
            <div class="week">{hours(SEASON_WEEK)}</div>
            {changing.line(SEASON_SOURCE, "Dasar", "", "text")}
            <Button label="Tambah masa ini ke kalender" kind=ButtonKind::Secondary on_press=add_season />
        </fieldset>
    }
    .into_any();
    let form = ChangeForm {
        title: "Simpan kalender",
        inner,
        seen: seq,
        done: "Kalender sudah disimpan dan langsung berlaku.",
    };
    changing.form(form, move |changing, reading| {
        let week = hours_typed(changing, &WEEK, reading)?;
        let source = named(changing, SOURCE, "Isi dasar jam kerja.", reading)?;
        let left = [DAY, DAY_NAME, SEASON_NAME].into_iter().find(|id| !changing.typed(id).is_empty());
        if let Some(id) = left {
            reading.fault(id, "Tambahkan dulu ke kalender, atau kosongkan.");
            return None;
        }
        Some(Command::SetCalendar { calendar: Box::new(Calendar { week, source, ..untrack(edited) }) })
    })
}

/// A text that must be there.
fn named(changing: Changing, id: &'static str, empty: &str, reading: &mut Reading) -> Option<String> {
    let text = changing.typed(id);
    if text.is_empty() {
        reading.fault(id, empty);
        return None;
    }
    Some(text)
}

fn hours_typed(changing: Changing, ids: &[(&'static str, &'static str); 7], reading: &mut Reading) -> Option<Week> {
    let mut all =
        ids.iter().map(|(id, _)| reading.take(id, Hours::parse(&changing.typed(id)))).collect::<Vec<_>>().into_iter();
    let mut next = || all.next().flatten();
    let (monday, tuesday, wednesday, thursday) = (next(), next(), next(), next());
    let (friday, saturday, sunday) = (next(), next(), next());
    Some(Week {
        monday: monday?,
        tuesday: tuesday?,
        wednesday: wednesday?,
        thursday: thursday?,
        friday: friday?,
        saturday: saturday?,
        sunday: sunday?,
    })
}

fn day(changing: Changing, reading: &mut Reading) -> Option<Day> {
    let date = changing.day(DAY, reading);
    let name = named(changing, DAY_NAME, "Isi nama harinya.", reading);
    let source = named(changing, DAY_SOURCE, "Isi dasarnya.", reading);
    let kind: DayKind = json::word(&changing.typed(DAY_KIND))?;
    let hours = reading.take(DAY_HOURS, Hours::parse(&changing.typed(DAY_HOURS)))?;
    if (kind == DayKind::Working) == hours.is_off() {
        reading.fault(DAY_HOURS, "Hari kerja khusus harus punya jam kerja, dan hari libur tidak.");
        return None;
    }
    Some(Day { date: date?, kind, name: name?, hours, source: source? })
}

fn season(changing: Changing, reading: &mut Reading) -> Option<Season> {
    let name = named(changing, SEASON_NAME, "Isi nama masanya.", reading);
    let (from, to) = (changing.day(SEASON_FROM, reading), changing.day(SEASON_TO, reading));
    let source = named(changing, SEASON_SOURCE, "Isi dasarnya.", reading);
    let week = hours_typed(changing, &SEASON_WEEK, reading);
    Some(Season { name: name?, from: from?, to: to?, week: week?, source: source? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_years_holidays_are_missed_from_october_on() {
        let mut calendar = workflow::calendar::national(workflow::procedure::Zone::Wib);
        let on = |year, month| NaiveDate::from_ymd_opt(year, month, 1).expect("a day");
        assert_eq!(missing_holidays(&calendar, on(2050, 9)), None);
        assert!(missing_holidays(&calendar, on(2050, 10)).is_some_and(|told| told.contains("2051")));
        calendar.days[0] = Day { date: on(2051, 1), kind: DayKind::Holiday, ..calendar.days[0].clone() };
        assert_eq!(missing_holidays(&calendar, on(2050, 12)), None);
    }

    #[test]
    fn edits_are_made_on_whatever_the_calendar_has_become() {
        let mut edits = Edited::default();
        edits.put_in.push(7);
        edits.take_out(vec![1, 2, 3], 1);
        let on = |edits: &Edited<u8>, list: &[u8]| {
            let mut list = list.to_vec();
            edits.on(&mut list);
            list
        };
        assert_eq!(on(&edits, &[1, 2, 3]), [1, 3, 7]);
        assert_eq!(on(&edits, &[0, 1, 2, 3, 4]), [0, 1, 3, 4, 7], "somebody else put in two");
        assert_eq!(on(&edits, &[1]), [1, 7], "somebody else took the same one out");
        edits.take_out(vec![1, 2, 3], 2);
        assert_eq!(on(&edits, &[1, 2, 3]), [1, 3], "what was put in is taken out again");
    }
}
