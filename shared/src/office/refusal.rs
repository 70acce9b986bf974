//! Why a change is refused.

use std::fmt;

use chrono::NaiveDate;

use super::CHECKPOINT_MAILBOXES;
use crate::procedure::date_in_words;

/// Why an office's affairs stay as they are. `Display` is an Indonesian sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person does not administer this office, nor hold the role for which they appoint somebody.
    NotAdministrator,
    /// The affairs are not as the person last saw them.
    AffairsMovedOn,
    /// Nobody would be left who administers the office.
    LastAdministrator,
    /// A role that the procedure does not have, or an invitation to none.
    UnknownRole,
    /// Nobody of the office.
    UnknownMember,
    /// Somebody of this mailbox or number is known already as another person.
    PersonTaken,
    /// Somebody who serves another office too, or has a request there: their name and mailbox are not this office's to change.
    ServesElsewhere,
    /// Whoever answers for the outside body holds no role of the office beside.
    OutsideAlone,
    /// Whoever stands in is not the one for whom they do.
    ForThemself,
    /// Only an official is stood in for; a Plh. stands in for somebody who holds the role.
    NoPrincipal,
    /// An appointment ends on or after its first day, begins today or within a year, lasts a year at most, and its letter is not of
    /// tomorrow nor older than two years.
    Period,
    /// There is no such appointment, or it has ended.
    NotAppointed,
    /// The same person stands in for the same role in that time already.
    AppointedAlready,
    /// The calendar is of another zone.
    CalendarZone,
    /// Nobody would ever work.
    CalendarEmpty,
    /// Two entries for one date.
    CalendarDayTwice {
        /// Which.
        date: NaiveDate,
    },
    /// A day off with hours, or a working day without.
    CalendarDayHours {
        /// Which.
        date: NaiveDate,
    },
    /// A season that ends before it begins or is longer than a year.
    CalendarSeason {
        /// Its name.
        name: String,
    },
    /// Two seasons that share a day.
    CalendarOverlap {
        /// Which.
        date: NaiveDate,
    },
    /// The retention is out of its bounds.
    RetentionOutOfBounds,
    /// More mailboxes than checkpoints are mailed to.
    TooManyMailboxes,
}

impl Refusal {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotAdministrator => "not_administrator",
            Refusal::AffairsMovedOn => "affairs_moved_on",
            Refusal::LastAdministrator => "last_administrator",
            Refusal::UnknownRole => "unknown_role",
            Refusal::UnknownMember => "unknown_member",
            Refusal::PersonTaken => "person_taken",
            Refusal::ServesElsewhere => "serves_elsewhere",
            Refusal::OutsideAlone => "outside_alone",
            Refusal::ForThemself => "for_themself",
            Refusal::NoPrincipal => "no_principal",
            Refusal::Period => "period",
            Refusal::NotAppointed => "not_appointed",
            Refusal::AppointedAlready => "appointed_already",
            Refusal::CalendarZone => "calendar_zone",
            Refusal::CalendarEmpty => "calendar_empty",
            Refusal::CalendarDayTwice { .. } => "calendar_day_twice",
            Refusal::CalendarDayHours { .. } => "calendar_day_hours",
            Refusal::CalendarSeason { .. } => "calendar_season",
            Refusal::CalendarOverlap { .. } => "calendar_overlap",
            Refusal::RetentionOutOfBounds => "retention_out_of_bounds",
            Refusal::TooManyMailboxes => "too_many_mailboxes",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotAdministrator => f.write_str("Hanya administrator kantor yang dapat mengubah ini. Pejabat dapat menunjuk penggantinya sendiri."),
            Refusal::AffairsMovedOn => f.write_str("Urusan kantor sudah diubah orang lain sejak Anda membukanya. Keadaan terbaru sudah ditampilkan; periksa dulu, lalu simpan lagi bila masih perlu."),
            Refusal::LastAdministrator => f.write_str("Kantor harus selalu punya seorang administrator. Beri peran administrator kepada orang lain dulu."),
            Refusal::UnknownRole => f.write_str("Pilih paling sedikit satu peran yang ada pada SOP kantor ini."),
            Refusal::UnknownMember => f.write_str("Orang ini tidak terdaftar pada kantor ini. Undang dulu dengan alamat e-mailnya."),
            Refusal::PersonTaken => f.write_str("Alamat e-mail atau NIP ini sudah dipakai orang lain. Periksa kembali."),
            Refusal::ServesElsewhere => f.write_str("Orang ini juga bertugas atau punya permohonan di kantor lain, jadi nama dan alamatnya tidak dapat diubah dari sini. Minta yang bersangkutan menghubungi pengelola layanan."),
            Refusal::OutsideAlone => f.write_str("Petugas BSrE tidak dapat memegang peran lain di kantor atau menggantikan pejabatnya. Pilih orang lain."),
            Refusal::ForThemself => f.write_str("Pengganti harus orang lain, bukan pejabat yang digantikan."),
            Refusal::NoPrincipal => f.write_str("Pilih pejabat yang digantikan: orang yang memegang peran itu. Hanya Plt. yang dapat mengisi jabatan, dan hanya bila jabatan itu kosong."),
            Refusal::Period => f.write_str("Masa tugas harus mulai hari ini atau sesudahnya, berakhir pada atau sesudah hari pertamanya, dan paling lama setahun; tanggal surat tidak boleh sesudah hari ini atau lebih dari dua tahun lalu."),
            Refusal::NotAppointed => f.write_str("Penunjukan ini tidak ada atau sudah berakhir."),
            Refusal::AppointedAlready => f.write_str("Orang ini sudah ditunjuk untuk peran yang sama pada masa itu."),
            Refusal::CalendarZone => f.write_str("Zona waktu kalender harus sama dengan zona waktu kantor."),
            Refusal::CalendarEmpty => f.write_str("Kalender tidak memuat jam kerja satu pun. Isi jam kerja paling sedikit satu hari."),
            Refusal::CalendarDayTwice { date } => write!(f, "{} tercantum dua kali. Hapus salah satunya.", date_in_words(*date)),
            Refusal::CalendarDayHours { date } => write!(f, "{}: hari kerja khusus harus punya jam kerja, dan hari libur tidak.", date_in_words(*date)),
            Refusal::CalendarSeason { name } => write!(f, "Masa \"{name}\" harus berakhir pada atau sesudah hari pertamanya, paling lama setahun."),
            Refusal::CalendarOverlap { date } => write!(f, "Dua masa khusus berlaku pada {}. Ubah tanggalnya supaya tidak bertumpuk.", date_in_words(*date)),
            Refusal::RetentionOutOfBounds => f.write_str("Masa simpan: 1 sampai 30 tahun untuk yang dicabut, 1 sampai 60 bulan untuk yang ditolak atau ditarik kembali."),
            Refusal::TooManyMailboxes => write!(f, "Paling banyak {CHECKPOINT_MAILBOXES} alamat. Hapus sebagian, lalu simpan lagi."),
        }
    }
}

impl std::error::Error for Refusal {}
