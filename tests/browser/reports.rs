//! What the office adds up to, and its register, before the eyes of its officials.

use std::collections::BTreeMap;

use cabut_tests::{
    database,
    matter::Matter,
    person::{Person, instant, office, staff},
};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use workflow::{
    case::Act,
    procedure::Procedure,
    reason::Reason,
    report::{Key, Tally, Whose},
};

use crate::{
    browser::{Browser, Size, on_both_sizes},
    people::at,
    procedures::prints_on_one_page,
};

on_both_sizes! {
    /// A month with everything in it: charts that are tables, told in words, on one sheet of paper.
    fn a_full_month_is_told_and_prints_on_one_page(size) {
        for id in ["madiun", "temanggung"] {
            let procedure = office(id);
            a_busy_month(procedure);
            let browser = Browser::opens(size);
            browser.becomes(&staff(procedure, "kadin"));
            browser.goes_to(&at(procedure, "laporan?dari=2003-03-01&sampai=2003-03-31"));
            for told in ["Maret 2003", "Waktu tiap langkah", "17 terlambat", "di atas batas", "Ke mana waktu terpakai", "3 unit lain"] {
                browser.reads(told);
            }
            for reason in Reason::ALL {
                browser.reads(reason.label());
            }
            browser.sees(&format!("laporan-{id}"));
            browser.presses("Per hari sebagai tabel");
            browser.reads("31 Maret 2003");
            browser.sees(&format!("laporan-{id}-tabel"));
            for (kind, media_type) in [("XLSX", "application/vnd.openxmlformats"), ("CSV", "text/csv")] {
                let answer = fetches(&browser, &format!("Unduh {kind}"));
                assert_eq!(answer["status"], 200);
                assert!(answer["type"].as_str().is_some_and(|told| told.starts_with(media_type)), "{answer}");
            }
            browser.reloads();
            browser.reads("Waktu tiap langkah");
            if size == Size::Desktop {
                prints_on_one_page(&browser, &format!("cetak/laporan-{id}"));
            }
        }
    }

    /// What is late now stands on the report of any span, and leads to the list of it.
    fn what_is_late_now_leads_to_its_list(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        // Late for so long that it stands first.
        let due = instant(Utc::now() - TimeDelta::days(400));
        database::sql("UPDATE cases SET due_at = ?2 WHERE ticket = ?1", &[json!(matter.ticket), json!(due)]);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "kadin"));
        browser.goes_to(&at(procedure, "laporan?dari=2004-05-01&sampai=2004-05-31"));
        browser.reads("Lewat batas SOP");
        browser.reads("Batas SOP hari ini");
        browser.sees("laporan-sekarang");
        browser.asks("document.querySelector('.report__due a').click()");
        browser.reads(matter.ticket.as_str());
        assert!(browser.path().ends_with("kasus?status=overdue"), "{}", browser.path());
        assert_eq!(browser.asks("return document.querySelector('select').selectedOptions[0].text"), "Lewat batas SOP");
        browser.sees("kasus-lewat-batas");
        matter.act(&matter.filer, Act::Withdraw).expect(200);
        browser.reloads();
        browser.settles();
        assert!(!browser.shows(matter.ticket.as_str()), "what has ended is not late");
    }

    /// From month to month and to any span, each with an address of its own.
    fn a_span_is_chosen_and_stands_in_the_address(size) {
        let procedure = office("temanggung");
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "verifikator"));
        browser.goes_to(&at(procedure, "laporan?dari=2004-05-01&sampai=2004-05-31"));
        browser.reads("Belum ada permohonan yang diajukan.");
        browser.reads("Belum ada permohonan yang dinyatakan lengkap.");
        browser.sees("laporan-kosong");
        browser.follows("April 2004");
        browser.reads("Maret 2004");
        assert!(browser.path().ends_with("laporan?dari=2004-04-01&sampai=2004-04-30"), "{}", browser.path());
        browser.sets("Dari tanggal", "2004-02-10");
        browser.sets("Sampai tanggal", "2004-02-09");
        browser.presses("Tampilkan");
        browser.reads("yang pertama tidak boleh sesudah yang terakhir");
        browser.sets("Sampai tanggal", "2004-11-09");
        browser.presses("Tampilkan");
        browser.reads("10 Februari 2004 sampai 9 November 2004");
        browser.reads("Per bulan");
        browser.goes_back();
        browser.reads("Mei 2004");

        // Beside a year are years, and an address that makes no sense has no numbers.
        browser.goes_to(&at(procedure, "laporan?dari=2004-01-01&sampai=2004-12-31"));
        browser.follows("Tahun 2005");
        browser.reads("Tahun 2004");
        for (query, told) in [
            ("dari=2004-05-02&sampai=2004-05-01", "Tanggal yang pertama tidak boleh sesudah yang terakhir."),
            ("dari=2004-05-01", "Isi kedua tanggal"),
            ("dari=2004-05-01&sampai=besok", "bukan tanggal"),
            ("dari=1990-05-01&sampai=2004-05-01", "terlalu panjang"),
        ] {
            browser.goes_to(&at(procedure, &format!("laporan?{query}")));
            browser.reads(told);
            assert!(!browser.shows("Waktu tiap langkah"), "{query}");
        }
        browser.sees("laporan-rentang-salah");
    }

    /// Names and numbers are masked until somebody presses for them, and that is on record.
    fn the_register_shows_whole_names_only_on_request(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        matter.walks_to(u8::MAX);
        let official = Person::with_roles(procedure, &["kasi"]);
        let browser = Browser::opens(size);
        browser.becomes(&official);
        browser.goes_to(&at(procedure, "register"));
        browser.fills("Cari nomor tiket, nama, atau NIP dalam tahun ini", matter.ticket.as_str());
        browser.presses("Cari");
        let nip = matter.holder.nip.as_str();
        browser.reads(&format!("••• {}", &nip[14..]));
        assert!(!browser.shows(matter.holder.name.as_str()) && !browser.shows(nip));
        browser.sees("register-disamarkan");
        let recorded = || {
            database::number("SELECT count(*) FROM disclosures WHERE person = ?1", &[json!(official.id)])
        };
        assert_eq!(recorded(), 0);
        browser.presses("Tampilkan data lengkap");
        browser.reads(matter.holder.name.as_str());
        browser.reads(nip);
        browser.reads("dicatat dengan nama Anda");
        assert_eq!(recorded(), 1);
        assert!(!browser.path().contains("whole") && !browser.path().contains(matter.ticket.as_str()), "{}", browser.path());
        browser.sees("register-lengkap");
        if size == Size::Desktop {
            prints_on_one_page(&browser, "cetak/register");
        }
    }
}

/// Plants what a month adds up to in which everything happened.
fn a_busy_month(procedure: &Procedure) {
    let mut month = BTreeMap::new();
    for day in 1..=31_u64 {
        let mut tally = Tally::default();
        tally.add(&Key::Filed, day * 7 % 23);
        tally.add(&Key::Revoked, day * 5 % 19);
        if day == 3 {
            for (place, reason) in (1..).zip(Reason::ALL) {
                tally.add(&Key::Reason(reason), place * 7);
            }
            let named = (1..=13).map(|no| format!("Badan Pengelolaan Keuangan dan Aset Daerah Contoh {no}"));
            for (place, unit) in (1..).zip(named) {
                tally.add(&Key::unit(Some(&unit)), 40 - place);
            }
            for (key, count) in [
                (Key::Returned, 12),
                (Key::Refused, 4),
                (Key::Withdrawn, 2),
                (Key::Time(Whose::Office), 999_000),
                (Key::Time(Whose::Applicant), 360_000),
                (Key::Time(Whose::Outside), 123_456),
            ] {
                tally.add(&key, count);
            }
            for step in &procedure.steps[1..] {
                let (version, step) = (procedure.version, step.no);
                for minutes in 1..90 {
                    tally.add(&Key::Minutes { version, step, minutes: minutes * u64::from(step) }, 3);
                }
                tally.add(&Key::Late { version, step }, 17);
            }
        }
        month.insert(format!("2003-03-{day:02}"), tally);
    }
    for (period, tally) in month {
        database::sql(
            "INSERT OR REPLACE INTO tallies (office, period, tally) VALUES (?1, ?2, ?3)",
            &[json!(procedure.office.id), json!(period), json!(json!(tally).to_string())],
        );
    }
}

/// What the browser gets from the address of this link.
fn fetches(browser: &Browser, link: &str) -> Value {
    let link = json!(link);
    browser.asks_later(&format!(
        "const done = arguments[arguments.length - 1];
         const link = [...document.querySelectorAll('a')].find(a => a.textContent.trim() === {link});
         fetch(link.href).then(answer => ({{ status: answer.status, type: answer.headers.get('content-type') }}))
             .then(done, error => done(String(error)))"
    ))
}
