//! What differs between two calendars, in sentences: the office's log says what was changed, not only that it was.

use super::{Calendar, Day, Hours, Season, Week};
use crate::procedure::date_in_words;

/// The names of the days of [`Week::days`].
const NAMES: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];

/// What `after` says otherwise than `before`, one sentence each; none where both say the same.
pub fn differences(before: &Calendar, after: &Calendar) -> Vec<String> {
    let mut all = Vec::new();
    if before.zone != after.zone {
        all.push(format!("Zona waktu: {}, sebelumnya {}", after.zone.label(), before.zone.label()));
    }
    all.extend(of_week(&before.week, &after.week));
    if before.source != after.source {
        all.push(format!("Dasar jam kerja: {}, sebelumnya {}", after.source, before.source));
    }
    all.extend(of_list(&before.seasons, &after.seasons, |one| one.from, season));
    all.extend(of_list(&before.days, &after.days, |one| one.date, day));
    all
}

fn of_week<'a>(before: &'a Week, after: &'a Week) -> impl Iterator<Item = String> + 'a {
    let days = NAMES.into_iter().zip(before.days().into_iter().zip(after.days()));
    days.filter(|(_, (before, after))| before != after)
        .map(|(name, (before, after))| format!("{name}: {}, sebelumnya {}", hours(after), hours(before)))
}

/// Entries that came, went, or say something else under the same `key`, in the order of their keys.
fn of_list<T: PartialEq, K: Ord>(
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> K,
    words: impl Fn(&T) -> String,
) -> Vec<String> {
    let twin = |all: &[T], one: &T| all.iter().position(|other| key(other) == key(one));
    let gone = before.iter().filter(|one| twin(after, one).is_none());
    let gone = gone.map(|one| (key(one), format!("{} dihapus", words(one))));
    let now = after.iter().filter_map(|one| match twin(before, one) {
        None => Some((key(one), format!("{} ditambahkan", words(one)))),
        Some(at) if before[at] != *one => {
            Some((key(one), format!("{}, sebelumnya {}", words(one), words(&before[at]))))
        }
        Some(_) => None,
    });
    let mut all: Vec<(K, String)> = gone.chain(now).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all.into_iter().map(|(_, told)| told).collect()
}

fn season(Season { name, from, to, week, source }: &Season) -> String {
    let mut spans: Vec<(&str, &str, &Hours)> = Vec::new();
    for (day, on) in NAMES.into_iter().zip(week.days()) {
        match spans.last_mut() {
            Some((_, last, same)) if *same == on => *last = day,
            _ => spans.push((day, day, on)),
        }
    }
    let spans = spans.into_iter().map(|(first, last, on)| match first == last {
        true => format!("{first} {}", hours(on)),
        false => format!("{first}–{last} {}", hours(on)),
    });
    let week = spans.collect::<Vec<_>>().join(", ");
    format!("{name}, {} sampai {} ({week}; dasar: {source})", date_in_words(*from), date_in_words(*to))
}

fn day(Day { date, kind, name, hours: on, source }: &Day) -> String {
    let on = if on.is_off() { String::new() } else { format!(", {}", hours(on)) };
    format!("{}: {name} ({}{on}; dasar: {source})", date_in_words(*date), kind.label().to_lowercase())
}

/// "07.30–12.00 dan 13.00–16.00", "libur"
fn hours(hours: &Hours) -> String {
    if hours.is_off() {
        return "libur".to_owned();
    }
    hours.to_string().replace(':', ".").replace('-', "–").replace(' ', " dan ")
}
