//! A report as tables: what the page draws its bars in, and what the files hold.

use super::{Counts, Report, Running};
use crate::{
    api::Due,
    day,
    procedure::{Procedure, Zone, date_in_words, month_in_words},
};

/// A table with a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it tells.
    pub title: &'static str,
    /// What is counted and how, in a sentence; empty where the title says it.
    pub note: &'static str,
    /// A head for each column.
    pub heads: Vec<&'static str>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell, each way of showing it left to who shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number of things.
    Count(u64),
    /// Working time in minutes; none where nothing was measured.
    Minutes(Option<u64>),
    /// So many of so many.
    Share(u64, u64),
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A share in thousandths, rounded; none where there is nothing of which it could be one.
    pub fn permille(&self) -> Option<u64> {
        match self {
            Cell::Share(part, of) if *of > 0 => Some((part * 1000 + of / 2) / of),
            _ => None,
        }
    }

    /// A share as people write it: "85,7%".
    pub fn percent(&self) -> Option<String> {
        self.permille().map(|permille| format!("{},{}%", permille / 10, permille % 10))
    }
}

/// The heads of [`Counts`], in their order.
const COUNTS: [&str; 5] = ["Diajukan", "Dicabut", "Dikembalikan", "Ditolak", "Ditarik kembali"];

impl Counts {
    /// In the order of the tables.
    pub fn named(&self) -> [(&'static str, u64); 5] {
        let Counts { filed, revoked, returned, refused, withdrawn } = *self;
        let [a, b, c, d, e] = COUNTS;
        [(a, filed), (b, revoked), (c, returned), (d, refused), (e, withdrawn)]
    }
}

impl Report {
    /// All of it. `procedure` is the newest of the office: steps of other versions say which they are of.
    pub fn tables(&self, procedure: &Procedure) -> [Table; 7] {
        [
            self.summary(),
            self.now(procedure.office.zone),
            self.by_period(),
            self.by_step(procedure.version),
            self.by_whose(),
            self.by_reason(),
            self.by_unit(),
        ]
    }

    /// How the turns that run stand.
    pub fn now(&self, zone: Zone) -> Table {
        let count = |due: Due| {
            let count = self.running.count(due);
            let least = if count < Running::MOST { "" } else { ", sekurang-kurangnya" };
            vec![Cell::Text(format!("{}{least}", due.label())), Cell::Count(count)]
        };
        let at = vec![Cell::text("Dihitung pada"), Cell::Text(zone.moment(self.running.at))];
        let rows = Due::ALL.into_iter().map(count).chain([at]).collect();
        Table { title: "Sekarang", note: "", heads: vec!["Hal", "Jumlah"], rows }
    }

    /// The counts, and the share of steps within the SOP's time.
    pub fn summary(&self) -> Table {
        let (ended, within) = self.within();
        let mut rows: Vec<_> =
            self.counts.named().into_iter().map(|(name, count)| vec![Cell::text(name), Cell::Count(count)]).collect();
        rows.push(vec![Cell::text("Langkah selesai dalam batas SOP"), Cell::Share(within, ended)]);
        Table { title: "Ringkasan", note: "", heads: vec!["Hal", "Jumlah"], rows }
    }

    /// The counts of each day or month.
    pub fn by_period(&self) -> Table {
        let by_month = self.periods.first().is_some_and(|first| first.period.len() < "2026-11-22".len());
        let (title, head) = if by_month { ("Per bulan", "Bulan") } else { ("Per hari", "Tanggal") };
        let row = |one: &super::Period| {
            let counts = one.counts.named().map(|(_, count)| Cell::Count(count));
            std::iter::once(Cell::Text(period_in_words(&one.period))).chain(counts).collect()
        };
        let heads = std::iter::once(head).chain(COUNTS).collect();
        Table { title, note: "", heads, rows: self.periods.iter().map(row).collect() }
    }

    /// How long each step took, against its limit.
    pub fn by_step(&self, version: u32) -> Table {
        let row = |step: &super::StepReport| {
            let of = if step.version == version { String::new() } else { format!(" (SOP versi {})", step.version) };
            let limit = step.limit.as_ref().map_or("tanpa batas", |limit| limit.wording());
            let (late, within) = match step.limit {
                Some(_) => (Cell::Count(step.late), Cell::Share(step.ended - step.late, step.ended)),
                None => (Cell::text("–"), Cell::text("–")),
            };
            vec![
                Cell::Text(format!("{}. {}{of}", step.step, step.wording)),
                Cell::text(limit),
                Cell::Count(step.ended),
                within,
                late,
                Cell::Minutes(step.median),
                Cell::Minutes(step.ninetieth),
            ]
        };
        Table {
            title: "Waktu tiap langkah",
            note: "Waktu kerja langkah yang selesai, menit yang sudah dimulai dihitung penuh. Separuh selesai dalam waktu median, sembilan dari sepuluh dalam persentil 90.",
            heads: vec!["Langkah", "Batas SOP", "Selesai", "Dalam batas", "Terlambat", "Median", "Persentil 90"],
            rows: self.steps.iter().map(row).collect(),
        }
    }

    /// Where the time goes.
    pub fn by_whose(&self) -> Table {
        let shares = &self.shares;
        let all = shares.office + shares.applicant + shares.outside;
        let row = |name: &str, seconds: u64| {
            vec![Cell::text(name), Cell::Minutes(Some(seconds / 60)), Cell::Share(seconds, all)]
        };
        Table {
            title: "Ke mana waktu terpakai",
            note: "Waktu kerja pada permohonan yang berakhir dalam masa ini.",
            heads: vec!["Pada siapa", "Waktu kerja", "Bagian"],
            rows: vec![row("Kantor", shares.office), row("Pemohon", shares.applicant), row("BSrE", shares.outside)],
        }
    }

    /// Why requests were filed.
    pub fn by_reason(&self) -> Table {
        let all = self.counts.filed;
        let rows = self.reasons.iter();
        Table {
            title: "Alasan",
            note: "Dari permohonan yang diajukan.",
            heads: vec!["Alasan", "Jumlah", "Bagian"],
            rows: rows.map(|one| row(one.reason.label(), one.count, all)).collect(),
        }
    }

    /// For which units.
    pub fn by_unit(&self) -> Table {
        let all = self.units.iter().map(|one| one.count).sum();
        let rows = self.units.iter();
        Table {
            title: "Unit kerja",
            note: "Dari permohonan yang sudah diperiksa dan lengkap, unit seperti yang tertulis ketika diajukan.",
            heads: vec!["Unit kerja", "Jumlah", "Bagian"],
            rows: rows.map(|one| row(one.unit.as_deref().unwrap_or("Tanpa unit"), one.count, all)).collect(),
        }
    }
}

fn row(name: &str, count: u64, all: u64) -> Vec<Cell> {
    vec![Cell::text(name), Cell::Count(count), Cell::Share(count, all)]
}

/// "22 November 2026" of "2026-11-22", "November 2026" of "2026-11".
fn period_in_words(period: &str) -> String {
    let month = || day::parse(&format!("{period}-01")).map(month_in_words);
    day::parse(period).map(date_in_words).or_else(month).unwrap_or_default()
}
