//! What applicants do on their own requests while there is no connection: it stays on the device, and goes by itself.

use cabut_tests::{
    fresh,
    matter::{Matter, note},
    person::{Person, office, staff},
};
use serde_json::json;
use workflow::{
    case::{Act, Command, Stage},
    procedure::StepAct,
};

use crate::{
    browser::{Browser, Size, on_both_sizes},
    people::{LOST, at, is_kept, loses_answers},
};

/// Why it is taken back.
const WHY: &str = "Sertifikat masih dipakai.";
/// What is typed anew in a request that was given back.
const NAME: &str = "Siti Aminah, S.Kom.";

on_both_sizes! {
    /// Taken back without a connection; when there is one again it goes by itself, and once.
    fn a_request_is_taken_back_when_the_connection_is_back(size) {
        let matter = Matter::filed(office("madiun"));
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        browser.holds("#catatan", WHY);
        browser.sees("tarik-kembali-terputus");
        assert_eq!(matter.case().seq, 1);
        browser.is_online(true);
        browser.reads("Permohonan sudah ditarik kembali.");
        browser.until("the result to have the focus", || browser.focus_is("#hasil"));
        assert_eq!(matter.case().seq, 2);
        assert!(!is_kept(&browser, WHY), "nothing of it is left on the device");
    }

    /// What was missing is handed in without a connection, and the page is closed: it goes when that is open again.
    fn what_was_missing_goes_when_the_page_is_open_again(size) {
        let matter = Matter::filed(office("temanggung"));
        matter.is_returned();
        let browser = applicant(&matter, size);
        completes_offline(&browser, &matter);
        browser.sees("lengkapi-terputus");
        let before = matter.case().seq;
        is_closed(&browser);
        browser.is_online(true);
        assert_eq!(matter.case().seq, before);
        browser.goes_to(&page(&matter));
        browser.reads("Kelengkapan sudah dikirim ke kantor.");
        browser.reads(NAME);
        assert_eq!(matter.case().seq, before + 1);
        assert!(!is_kept(&browser, NAME));
    }

    /// The same from any other page of the office, which says what came of it.
    fn what_was_missing_goes_from_the_list_of_ones_requests(size) {
        let matter = Matter::filed(office("madiun"));
        matter.is_returned();
        let browser = applicant(&matter, size);
        completes_offline(&browser, &matter);
        let before = matter.case().seq;
        is_closed(&browser);
        browser.is_online(true);
        browser.goes_to(&at(matter.procedure, "permohonan"));
        browser.reads(&format!("“Kirim kelengkapan” untuk permohonan {}, yang tersimpan di perangkat ini, sudah diterima.", matter.ticket));
        browser.sees("permohonan-kelengkapan-terkirim");
        assert_eq!(matter.case().seq, before + 1);
        browser.follows("Lihat permohonan");
        browser.arrives(&page(&matter));
        browser.reads(NAME);
        assert!(!browser.shows("tersimpan di perangkat"));
        assert_eq!(matter.case().seq, before + 1);
    }

    /// What the edge took without being able to say so is the same act when it goes again.
    fn an_act_whose_answer_was_lost_happens_once(size) {
        let matter = Matter::filed(office("temanggung"));
        let browser = applicant(&matter, size);
        browser.presses(Act::Withdraw.label());
        browser.chooses("Saya mengerti");
        browser.provokes(" 503 ");
        loses_answers(&browser, "/acts");
        browser.presses(Act::Withdraw.label());
        browser.reads(LOST);
        assert_eq!(matter.case().seq, 2);
        browser.reloads();
        browser.reads("Permohonan sudah ditarik kembali.");
        assert_eq!(matter.case().seq, 2);
    }

    /// The office was faster: the applicant reads so, finds what they typed, and sends it anew.
    fn who_was_overtaken_meanwhile_reads_so_and_puts_it_right(size) {
        let matter = Matter::filed(office("madiun"));
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        matter.moves_on();
        browser.provokes(" 409 ");
        browser.is_online(true);
        browser.until("the reason to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.holds("#catatan", WHY);
        browser.sees("tarik-kembali-didahului");
        assert_eq!(matter.case().seq, 2);
        browser.presses(Act::Withdraw.label());
        browser.reads("Permohonan sudah ditarik kembali.");
        browser.reads(WHY);
        assert_eq!(matter.case().seq, 3);
    }

    /// The same told on another page: from there it leads to what was typed, also after a reload, and it can be dropped.
    fn what_was_refused_meanwhile_stays_until_it_is_dropped(size) {
        let matter = Matter::filed(office("temanggung"));
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        is_closed(&browser);
        matter.moves_on();
        browser.provokes(" 409 ");
        browser.is_online(true);
        let list = at(matter.procedure, "permohonan");
        browser.goes_to(&list);
        browser.reads("belum dapat diterima. Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.sees("permohonan-tarik-kembali-didahului");
        browser.reloads();
        browser.follows("Periksa isian");
        browser.arrives(&page(&matter));
        browser.reads("Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.holds("#catatan", WHY);
        browser.sees("tarik-kembali-tertinggal");

        browser.presses("Batal");
        assert!(!is_kept(&browser, WHY));
        browser.goes_to(&list);
        browser.reads(matter.ticket.as_str());
        assert!(!browser.shows("belum dapat diterima"));
        assert_eq!(matter.case().seq, 2);
    }

    /// What may not be done any more can't be put right: they read so, and it is not kept.
    fn what_can_not_be_done_any_more_is_not_kept(size) {
        let procedure = office("madiun");
        let matter = Matter::at(procedure, StepAct::Send);
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        matter.moves_on();
        let before = matter.case().seq;
        browser.provokes(" 409 ");
        browser.is_online(true);
        browser.reads("Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.until("the act to be offered no more", || !browser.has_button(Act::Withdraw.label()));
        browser.sees("tarik-kembali-terlambat");
        assert!(!is_kept(&browser, WHY));
        assert_eq!(matter.case().seq, before);
    }

    /// Whoever would rather not says so while it waits: it does not go, and what they typed is there to be changed.
    fn who_would_rather_not_sends_nothing(size) {
        let matter = Matter::filed(office("madiun"));
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        browser.presses("Batal");
        assert!(!is_kept(&browser, WHY));
        browser.presses(Act::Withdraw.label());
        browser.holds("#catatan", WHY);
        assert!(!browser.shows(LOST));
        browser.is_online(true);
        browser.goes_to(&page(&matter));
        browser.reads("Tindakan Anda");
        assert!(!browser.shows(LOST));
        assert!(matches!(matter.case().stage, Stage::Step { no: 2 }));
    }

    /// Whoever else signs in on the device sends nothing of it, and reads nothing of it; its owner sends it later.
    fn nobody_else_on_the_device_sends_it(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        // In another tab somebody else has signed in.
        let other = Person::applicant(procedure);
        browser.becomes(&other);
        browser.provokes(" 404 ");
        browser.is_online(true);
        browser.reads(other.email.as_str());
        assert!(!browser.shows(LOST));
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads(other.email.as_str());
        browser.reads("Belum ada permohonan");
        assert!(!browser.shows(LOST));
        assert_eq!(matter.case().seq, 1);

        browser.becomes(&matter.filer);
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads("sudah diterima.");
        assert_eq!(matter.case().seq, 2);
    }

    /// Signing out forgets it, and so does a month in which nobody goes on with it.
    fn it_lies_on_the_device_no_longer_than_a_draft(size) {
        let matter = Matter::filed(office("madiun"));
        let browser = applicant(&matter, size);
        withdraws_offline(&browser);
        is_closed(&browser);
        matter.command(&matter.filer, Command::Withdraw { note: Some(note("Dari komputer.")) }).expect(200);
        browser.provokes(" 409 ");
        browser.is_online(true);
        browser.goes_to(&at(matter.procedure, "permohonan"));
        browser.reads("belum dapat diterima");
        let ages = |days: u32| {
            browser.asks(&format!(
                "for (const key of Object.keys(localStorage).filter(key => key.startsWith('cabut:draf:'))) {{ \
                 const kept = JSON.parse(localStorage[key]); kept.worked = Math.floor(Date.now() / 3600000) - {days} * 24; \
                 localStorage[key] = JSON.stringify(kept); }}"
            ));
            browser.reloads();
            browser.settles();
        };
        ages(29);
        assert!(is_kept(&browser, WHY));
        browser.presses("Keluar");
        browser.until("them to be out", || browser.has_link("Masuk"));
        assert!(!is_kept(&browser, WHY), "whoever signs out leaves nothing");

        // Of somebody else, who did not sign out.
        let left = "localStorage['cabut:draf:madiun:seseorang:tiket'] = JSON.stringify({ worked: 0, texts: [['catatan', arguments[0]]] })";
        browser.asks_with(left, json!([WHY]));
        browser.becomes(&Person::applicant(matter.procedure));
        ages(29);
        browser.goes_to(&at(matter.procedure, "permohonan"));
        browser.settles();
        assert!(is_kept(&browser, WHY));
        ages(31);
        assert!(!is_kept(&browser, WHY), "whosever it is");
    }

    /// An official's act does not go behind their back: it is told that it did not go, and they press again.
    fn an_officials_act_is_not_kept(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "kadin"));
        browser.goes_to(&page(&matter));
        browser.presses(Act::Forward.label());
        browser.fills("#catatan", WHY);
        browser.is_online(false);
        browser.presses(Act::Forward.label());
        browser.reads("Tidak ada sambungan internet.");
        assert!(!browser.shows(LOST));
        assert!(!is_kept(&browser, WHY));
        browser.is_online(true);
        browser.holds("#catatan", WHY);
        browser.presses(Act::Forward.label());
        browser.reads("Permohonan sudah diteruskan.");
        assert_eq!(matter.case().seq, 2);
    }
}

/// The page of the request.
fn page(matter: &Matter) -> String {
    at(matter.procedure, &format!("permohonan/{}", matter.ticket))
}

/// The browser of whoever filed it, on its page.
fn applicant(matter: &Matter, size: Size) -> Browser {
    let browser = Browser::opens(size);
    browser.becomes(&matter.filer);
    browser.goes_to(&page(matter));
    browser.settles();
    browser
}

/// Takes it back, with the connection gone.
#[track_caller]
fn withdraws_offline(browser: &Browser) {
    browser.presses(Act::Withdraw.label());
    browser.fills("#catatan", WHY);
    browser.chooses("Saya mengerti");
    browser.is_online(false);
    browser.presses(Act::Withdraw.label());
    browser.reads(LOST);
}

/// Hands in what was asked for, with the connection gone once the papers are uploaded.
#[track_caller]
fn completes_offline(browser: &Browser, matter: &Matter) {
    browser.presses(Act::Resubmit.label());
    let Stage::Completion { papers, .. } = matter.case().stage else { panic!("it was not given back") };
    for paper in papers {
        browser.gives_file(&format!("berkas-{}", paper.0), "berkas.pdf", &fresh::pdf(&fresh::word("berkas")));
        browser.reads("Terkirim ·");
    }
    browser.fills("#isian-nama", NAME);
    browser.is_online(false);
    browser.presses(Act::Resubmit.label());
    browser.reads(LOST);
}

/// Whoever looks away closes the page.
fn is_closed(browser: &Browser) {
    browser.asks("location.href = 'about:blank'; return 0");
    browser.until("the page to be closed", || browser.asks("return location.href") == "about:blank");
}
