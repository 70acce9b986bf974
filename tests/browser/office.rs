//! The people who keep the SOP's minutes: substitutes, colleagues, the administrator.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cabut_tests::{
    database, fresh,
    matter::{Holder, Matter, request},
    person::{Person, office, staff},
};
use chrono::{Days, NaiveDate};
use serde_json::json;
use workflow::{
    api::{Correction, CorrectionRequest},
    case::{ADMINISTRATOR, AUDITOR, Act, FilingWay},
    note::Note,
    office::{Affairs, ChangeRequest, Command, Retention},
    procedure::StepAct,
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::{at, does, fills_in, opens_from_list},
};

/// How many answers from a path the page has had.
const ANSWERS: &str =
    "return performance.getEntriesByType('resource').filter(one => new URL(one.name).pathname === arguments[0]).length";

/// One at a time: an office has one log, and whoever was overtaken is told so.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

on_both_sizes! {
    /// Who works on no request reads what is theirs instead; what people want put right waits there until it is answered.
    fn who_works_on_no_request_sees_what_is_theirs(size) {
        let procedure = office("temanggung");
        let (person, administrator) = (Person::applicant(procedure), staff(procedure, ADMINISTRATOR));
        let wish = fresh::word("gelar");
        let browser = Browser::opens(size);
        browser.becomes(&person);
        browser.goes_to(&at(procedure, "data-saya"));
        browser.presses("Minta diperbaiki");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.fills("Apa yang keliru, dan bagaimana seharusnya?", &wish);
        browser.presses("Minta diperbaiki");
        browser.reads("Permintaan perbaikan sudah dikirim.");
        browser.reads(&wish);
        browser.reads("Belum dijawab.");
        browser.sees("data-saya-permintaan");

        browser.becomes(&administrator);
        browser.goes_to(&at(procedure, "kerja"));
        browser.reads("permintaan perbaikan data menunggu jawaban Anda");
        browser.reads("Yang menjadi urusan Anda:");
        assert!(!browser.shows("Tidak ada yang menunggu Anda"));
        browser.sees("kerja-administrator");
        browser.asks("document.querySelector('.govuk-inset-text a').click()");
        browser.reads(&wish);
        browser.sees("kantor/perbaikan");
        browser.goes_to(&at(procedure, "data-saya"));
        browser.reads("Ada data yang keliru?");
        browser.settles();
        assert!(!browser.shows(&wish), "others' wishes are not on one's own page");

        let path = format!("/api/offices/{}/corrections", procedure.office.id);
        let all: Vec<Correction> = administrator.get(&format!("{path}/all")).ok();
        let asked = all.iter().find(|one| one.text.as_str() == wish).expect("it was asked");
        let answer = CorrectionRequest { text: Note::parse("Gelar sudah ditambahkan.").expect("words") };
        administrator.post(&format!("{path}/{}/answer", asked.id), &answer).expect(200);
        browser.becomes(&person);
        browser.goes_to(&at(procedure, "data-saya"));
        browser.reads("Gelar sudah ditambahkan.");
        browser.reads("Permintaan perbaikan data, dengan nama dan e-mail Anda");
        browser.reads(administrator.column("name").as_str().expect("they have a name"));
        browser.sees("data-saya-dilihat");

        browser.becomes(&staff(procedure, AUDITOR));
        browser.goes_to(&at(procedure, "kerja"));
        browser.reads("Sebagai auditor Anda tidak menangani permohonan.");
    }

    /// Somebody else filed under the same NIK: the official sees it before they act, and goes to look.
    fn two_requests_for_one_nik_name_each_other_to_officials(size) {
        let procedure = office("madiun");
        let head = Person::with_roles(procedure, &["kadin"]);
        let (first, filer) = (Matter::filed(procedure), Person::applicant(procedure));
        let asked = request(procedure, FilingWay::Holder, &filer, &Holder { email: filer.email.clone(), ..first.holder.clone() });
        let second = Matter::begun(procedure, filer.clone(), first.holder.clone(), &asked);
        let browser = Browser::opens(size);
        browser.becomes(&head);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", second.ticket)));
        browser.reads("NIK yang sama juga diajukan oleh akun lain.");
        browser.sees("nik-sama");
        browser.follows(first.ticket.as_str());
        browser.arrives(&at(procedure, &format!("permohonan/{}", first.ticket)));
        browser.reads("NIK yang sama juga diajukan oleh akun lain.");

        let browser = Browser::opens(size);
        browser.becomes(&filer);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", second.ticket)));
        browser.reads("Data permohonan");
        assert!(!browser.shows("NIK yang sama"), "nobody else hears of it");
    }

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
        // In full, as on paper.
        let nip = substitute.nip.as_ref().expect("a number");
        browser.reads(&format!("Plh. Kepala Dinas Kominfo ({name}, NIP {nip})"));
        browser.sees("kasus-plh");
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/disposisi-2", matter.ticket)));
        browser.reads("Plh. Kepala Dinas Kominfo");
        browser.reads(&name);
        browser.reads(&format!("NIP {nip}"));
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

    /// Whose place has ended while their form was open is told so, and the page is theirs no more than the request is.
    fn a_page_follows_the_roles_of_now(size) {
        let procedure = office("madiun");
        let kadin = Person::with_roles(procedure, &["kadin"]);
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&kadin);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Sekarang giliran Anda");
        browser.presses(Act::Forward.label());
        database::sql("UPDATE roles SET actor = 'kabid' WHERE person = ?1", &[json!(kadin.id)]);
        browser.provokes(" 409 ");
        browser.presses(Act::Forward.label());
        browser.until("the buttons to go", || !browser.has_button(Act::Forward.label()));
        browser.reads("Sekarang giliran Kepala Dinas Kominfo (langkah 2).");
        browser.until("the turn to be another's", || !browser.shows("Sekarang giliran Anda"));
        browser.sees("kasus-bukan-giliran-lagi");

        let browser = Browser::opens(size);
        database::sql("UPDATE roles SET actor = 'kadin' WHERE person = ?1", &[json!(kadin.id)]);
        browser.becomes(&kadin);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.presses(Act::Forward.label());
        database::sql("DELETE FROM roles WHERE person = ?1", &[json!(kadin.id)]);
        browser.provokes(" 404 ");
        browser.presses(Act::Forward.label());
        browser.reads("Akses Anda ke permohonan ini sudah berakhir.");
        browser.until("the request to go", || !browser.shows("Langkah SOP"));
        browser.until("the office's pages to go", || !browser.has_link("Semua permohonan"));
        browser.sees("kasus-akses-berakhir");
    }

    /// Whoever is disabled with an act on the screen is out with the next press; nothing is done, and the page says why.
    fn a_disabled_official_is_out_with_the_next_press(size) {
        let procedure = office("madiun");
        let kadin = Person::with_roles(procedure, &["kadin"]);
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&kadin);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.presses(Act::Forward.label());
        browser.fills("#catatan", "Mohon diproses.");
        database::sql("UPDATE people SET disabled_at = created_at WHERE id = ?1", &[json!(kadin.id)]);
        browser.provokes(" 401 ");
        browser.presses(Act::Forward.label());
        browser.reads("Sesi Anda berakhir");
        browser.until("the way in to have the focus", || browser.focus_is("#sesi"));
        browser.sees("kasus-dinonaktifkan");
        assert_eq!(matter.case().seq, 1, "nothing was done");
        database::sql("UPDATE roles SET held_until = held_from WHERE person = ?1", &[json!(kadin.id)]);
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

    /// Who opens a check that a colleague could open too has it in hand with that: the other reads so, and checks nothing.
    fn two_do_not_check_at_once(size) {
        let procedure = office("temanggung");
        let (one, two) =
            (Person::with_roles(procedure, &["verifikator"]), Person::with_roles(procedure, &["verifikator"]));
        let matter = Matter::at(procedure, StepAct::Check);
        let case = at(procedure, &format!("permohonan/{}", matter.ticket));
        let [first, second] = [&one, &two].map(|person| {
            let browser = Browser::opens(size);
            browser.becomes(person);
            browser.goes_to(&case);
            browser.until("the button", || browser.has_button(Act::Approve.label()));
            browser
        });
        first.presses(Act::Approve.label());
        first.until("the form to have the focus", || first.focus_is("#tindakan-isi"));
        first.reads("Berkas ini ada pada Anda.");
        second.provokes(" 409 ");
        second.presses(Act::Approve.label());
        let name = one.column("name");
        second.reads(&format!("sedang dikerjakan {}", name.as_str().expect("a name")));
        assert!(!second.has_button(Act::Approve.label()), "two cannot check at once");
        second.sees("kasus-diperiksa-rekan");
        fills_in(&first, procedure, StepAct::Check);
        first.presses(Act::Approve.label());
        first.reads("Permohonan dinyatakan lengkap.");
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
        let is_chosen = "return [...document.querySelectorAll('[name=sifat]:checked')].map(one => one.labels[0].innerText.trim())";
        browser.until("what cannot wait to be passed on as such", || browser.asks(is_chosen) == json!(["Sangat segera"]));
        // Somebody else is faster with one of them.
        chosen[0].moves_on();
        browser.chooses("Segera");
        browser.chooses("Proses lebih lanjut");
        browser.fills("Catatan (tidak wajib)", "Mohon diproses hari ini.");
        browser.sees("kerja-bersama");
        browser.provokes(" 409 ");
        browser.presses("Teruskan yang dipilih");
        browser.reads(&format!("{} permohonan sudah diteruskan, 1 belum.", chosen.len() - 1));
        browser.reads("Permohonan ini sudah berubah sejak daftar ditampilkan. Buka permohonannya");
        browser.reads("Belum diteruskan");
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
        // The form's own buttons lie above the lower edge.
        browser.asks("document.querySelector('#hari-dasar').scrollIntoView({ block: 'center' })");
        browser.presses("Tambah hari ini ke kalender");
        let zone = procedure.office.zone;
        browser.reads(&zone.date(zone.beginning(day)));
        // What is not saved yet is still there after a look at another page.
        browser.follows("Pengaturan");
        browser.reads("E-mail BSrE");
        browser.follows("Kalender kerja");
        browser.reads(&zone.date(zone.beginning(day)));
        browser.fills("#senin", "setengah delapan");
        browser.fills("Alasan atau dasar perubahan", "SE Bupati 003/2031.");
        browser.presses("Simpan");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("Tulis jam kerja seperti 07.30-12.00 13.00-16.00");
        browser.sees("kantor/kalender-salah");
        browser.fills("#senin", "07:30-12:00 13:00-16:00");
        another_is_faster();
        let answers = || browser.asks_with(ANSWERS, json!([path])).as_u64().unwrap_or_default();
        let before = answers();
        browser.provokes(" 409 ");
        browser.presses("Simpan");
        // The refusal, and the fresher calendar, which takes the older one's place; what is told stays.
        browser.until("the fresher calendar", || answers() >= before + 2);
        browser.settles();
        browser.reads(&zone.date(zone.beginning(day)));
        assert!(browser.shows("Urusan kantor sudah diubah orang lain"), "what was told is gone");
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
        let holiday = format!("{}: Hari Jadi Kabupaten Temanggung (libur daerah", zone.date(zone.beginning(day)));
        for told in ["Kalender kerja diubah", &holiday, "Masa simpan data: 7 tahun", "Wati Contoh Rahayu, S.Sos terdaftar sebagai Verifikator", "SK mutasi 821/7/2026."] {
            browser.reads(told);
        }
        browser.sees("kantor/riwayat");
    }
}
