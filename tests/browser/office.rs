//! The people who keep the SOP's minutes: substitutes, colleagues, the administrator.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cabut_tests::{
    fresh,
    matter::Matter,
    person::{Person, office, staff},
};
use chrono::{Days, NaiveDate};
use workflow::{
    case::{ADMINISTRATOR, Act},
    note::Note,
    office::{Affairs, ChangeRequest, Command, Retention},
    procedure::StepAct,
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::{at, does, opens_from_list},
};

/// One at a time: an office has one log, and whoever was overtaken is told so.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

on_both_sizes! {
    /// The head is away: appoints a substitute with a letter, and the chain goes on. Every paper says who it was.
    fn a_chain_is_kept_going_by_a_plh(size) {
        let _alone = alone();
        let procedure = office("madiun");
        let kadin = Person::with_roles(procedure, &["kadin"]);
        let substitute = Person::with_roles(procedure, &["kasi"]);
        let name = substitute.column("name").as_str().expect("a name").to_owned();
        let matter = Matter::filed(procedure);

        let browser = Browser::opens(size);
        browser.becomes(&kadin);
        browser.goes_to(&at(procedure, "kantor"));
        browser.reads("Pejabat pengganti (Plh. dan Plt.)");
        browser.presses("Tunjuk pengganti");
        browser.presses("Simpan");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.sees("kantor/pengganti-salah");
        browser.picks("Pengganti", &name);
        browser.fills("Nomor surat perintah", "800/15/SP/2026");
        browser.fills("Alasan atau dasar perubahan", "Dinas luar ke Surabaya.");
        browser.sees("kantor/pengganti");
        browser.presses("Simpan");
        browser.reads("Pengganti sudah ditunjuk.");
        browser.reads("Plh. Kepala Dinas Kominfo");
        browser.sees("kantor/pengganti-ditunjuk");

        let browser = Browser::opens(size);
        browser.becomes(&substitute);
        browser.goes_to(&at(procedure, "kerja"));
        opens_from_list(&browser, &matter.ticket);
        does(&browser, procedure, &procedure.steps[1], |_| ());
        browser.reads("Plh. Kepala Dinas Kominfo");
        browser.reads("surat nomor 800/15/SP/2026");
        browser.reads(kadin.column("name").as_str().expect("a name"));
        browser.sees("kasus-plh");
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/disposisi-2", matter.ticket)));
        browser.reads("Plh. Kepala Dinas Kominfo");
        browser.reads(&name);
        browser.reads("800/15/SP/2026");
        browser.sees("lembar-disposisi-plh");

        // The kabid goes on; the kasi's own step is another's, and the page says why.
        matter.moves_on();
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Anda sudah bertindak sebagai Kepala Dinas Kominfo pada permohonan ini");
        browser.sees("kasus-plh-dua-kali");
        matter.moves_on();
        assert_eq!(matter.case().reached, 5, "and the chain is at the check");
    }

    /// One verifier takes a request; the other sees so, and gets it when it is handed over.
    fn verifiers_share_out_the_work(size) {
        let procedure = office("temanggung");
        let (one, two) =
            (Person::with_roles(procedure, &["verifikator"]), Person::with_roles(procedure, &["verifikator"]));
        let name = |person: &Person| person.column("name").as_str().expect("a name").to_owned();
        let matter = Matter::at(procedure, StepAct::Check);
        let case = at(procedure, &format!("permohonan/{}", matter.ticket));

        let first = Browser::opens(size);
        first.becomes(&one);
        first.goes_to(&case);
        first.presses(Act::Take.label());
        first.presses(Act::Take.label());
        first.reads("Berkas ini sekarang ada pada Anda.");
        first.sees("kasus-diambil");

        let second = Browser::opens(size);
        second.becomes(&two);
        second.goes_to(&case);
        second.reads(&format!("sedang dikerjakan {}", name(&one)));
        assert!(!second.has_button(Act::Approve.label()), "two cannot check at once");
        second.sees("kasus-dikerjakan-rekan");

        first.presses(Act::HandOver.label());
        first.chooses(&name(&two));
        first.fills("#catatan", "Saya cuti mulai siang ini.");
        first.sees("kasus-serahkan");
        first.presses(Act::HandOver.label());
        first.reads("Berkas sudah diserahkan kepada rekan Anda.");
        second.reloads();
        second.reads("Berkas ini ada pada Anda.");
        does(&second, procedure, procedure.step_with(StepAct::Check).expect("it checks"), |_| ());
        second.goes_to(&at(procedure, "kerja"));
        second.follows("Sudah saya kerjakan");
        second.reads(matter.ticket.as_str());
        second.sees("kerja-sudah");
    }

    /// Several requests with one disposition: each is judged by itself, and told by itself.
    fn several_are_passed_on_together(size) {
        let procedure = office("madiun");
        let kadin = Person::with_roles(procedure, &["kadin"]);
        let matters = [Matter::filed(procedure), Matter::filed(procedure), Matter::filed(procedure)];
        let browser = Browser::opens(size);
        browser.becomes(&kadin);
        browser.goes_to(&at(procedure, "kerja"));
        let chosen: Vec<&Matter> = loop {
            browser.settles();
            let here = matters.iter().filter(|matter| browser.has_link(matter.ticket.as_str()));
            let here: Vec<&Matter> = here.collect();
            if here.len() > 1 || !browser.has_link("Berikutnya") {
                break here;
            }
            let here = browser.path();
            browser.follows("Berikutnya");
            browser.until("the next part of the list", || browser.path() != here);
        };
        assert!(chosen.len() > 1, "requests of one minute stand together");
        for matter in &chosen {
            browser.asks(&format!("document.querySelector('[aria-label=\"Pilih {}\"]').click()", matter.ticket));
        }
        browser.reads(&format!("Teruskan {} permohonan", chosen.len()));
        // Somebody else is faster with one of them.
        chosen[0].moves_on();
        browser.chooses("Segera");
        browser.chooses("Proses lebih lanjut");
        browser.fills("Catatan (tidak wajib)", "Mohon diproses hari ini.");
        browser.sees("kerja-bersama");
        browser.provokes(" 409 ");
        browser.presses("Teruskan yang dipilih");
        browser.reads(&format!("{} dari {} permohonan sudah diteruskan.", chosen.len() - 1, chosen.len()));
        browser.reads("Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.sees("kerja-bersama-hasil");
        for matter in &chosen[1..] {
            assert_eq!(matter.case().reached, 3);
        }
        assert_eq!(chosen[0].case().seq, 2, "passed on once");
    }

    /// The administrator's day: invites, changes roles, sets the calendar and the mailbox, and reads it all in the log.
    fn the_administrator_runs_the_office(size) {
        let _alone = alone();
        let procedure = office("temanggung");
        let administrator = staff(procedure, ADMINISTRATOR);
        let browser = Browser::opens(size);
        browser.becomes(&administrator);
        browser.goes_to(&at(procedure, "kantor"));
        browser.presses("Undang pegawai");
        let email = fresh::email("wati", "temanggungkab.go.id");
        browser.fills("Nama lengkap dengan gelar", "Wati Contoh Rahayu, S.Sos");
        browser.fills("#email", email.as_str());
        browser.fills("#nip", fresh::nip().as_str());
        browser.chooses("Verifikator");
        browser.fills("Alasan atau dasar perubahan", "SK mutasi 821/7/2026.");
        browser.sees("kantor/undang");
        // Another administrator is faster: what was typed stays, and is saved on what is there now.
        let path = format!("/api/offices/{}/affairs", procedure.office.id);
        let another_is_faster = || {
            let seen: Affairs = administrator.get(&path).expect(200).read();
            let command = Command::SetRetention { retention: Retention::default() };
            let why = Note::parse("Jadwal retensi arsip.").expect("a note");
            administrator.post(&path, &ChangeRequest { seen: seen.seq, command, why }).expect(200);
        };
        another_is_faster();
        browser.provokes(" 409 ");
        browser.presses("Simpan");
        browser.reads("Urusan kantor sudah diubah orang lain");
        browser.settles();
        browser.holds("#email", email.as_str());
        browser.presses("Simpan");
        browser.reads("Pegawai sudah terdaftar");
        browser.reads(email.as_str());
        browser.sees("kantor/pegawai");

        browser.follows("Kalender kerja");
        browser.reads("Jam kerja");
        browser.sees("kantor/kalender");
        browser.presses("Ubah kalender");
        // A day far off that no other run has entered.
        let day = NaiveDate::from_ymd_opt(2031, 1, 1).expect("a day") + Days::new(fresh::number() * 7 % 3_000);
        browser.sets("#hari-tanggal", &day.to_string());
        browser.fills("#hari-nama", "Hari Jadi Kabupaten Temanggung");
        browser.fills("#hari-dasar", "SE Bupati 003/2031");
        browser.presses("Tambah hari ini ke kalender");
        let zone = procedure.office.zone;
        browser.reads(&zone.date(zone.beginning(day)));
        browser.fills("#senin", "setengah delapan");
        browser.fills("Alasan atau dasar perubahan", "SE Bupati 003/2031.");
        browser.presses("Simpan");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("Tulis jam kerja seperti 07:30-12:00 13:00-16:00");
        browser.sees("kantor/kalender-salah");
        browser.fills("#senin", "07:30-12:00 13:00-16:00");
        another_is_faster();
        browser.provokes(" 409 ");
        browser.presses("Simpan");
        browser.reads("Urusan kantor sudah diubah orang lain");
        browser.settles();
        browser.reads(&zone.date(zone.beginning(day)));
        browser.presses("Simpan");
        browser.reads("Kalender sudah disimpan");

        browser.follows("Pengaturan");
        browser.reads("E-mail BSrE");
        browser.presses("Ubah masa simpan");
        browser.fills("#tahun", "7");
        browser.fills("Alasan atau dasar perubahan", "Jadwal retensi arsip 2026.");
        browser.sees("kantor/pengaturan");
        browser.presses("Simpan");
        browser.reads("Masa simpan sudah diubah.");

        browser.follows("Riwayat perubahan");
        for told in ["Kalender kerja diubah", "Masa simpan data: 7 tahun", "Wati Contoh Rahayu, S.Sos terdaftar sebagai Verifikator", "SK mutasi 821/7/2026."] {
            browser.reads(told);
        }
        browser.sees("kantor/riwayat");
    }
}
