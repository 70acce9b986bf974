//! What happens in the middle of filing: a reload, the back button, the end of the session, no connection.

use cabut_tests::{
    database, fresh,
    matter::{Holder, files, request},
    person::{Person, office},
    vault,
};
use files::corpus::bad as bad_files;
use serde_json::json;
use thirtyfour::Key;
use workflow::{case::FilingWay, procedure::Procedure, reason::Reason};

use crate::{
    browser::{Browser, Size, on_both_sizes},
    people::{
        LOST, applicant, at, enters_code, filed_by, fills_identity, fills_up_to, loses_answers, received, sends,
        with_code,
    },
};

on_both_sizes! {
    /// A draft holds a name, a NIK and a NIP: it does not lie on a device for good.
    fn a_draft_goes_when_nobody_went_on_with_it_for_a_month(size) {
        let procedure = office("madiun");
        let (browser, _, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "identitas", |_| ());
        fills_identity(&browser, procedure, &holder);
        // The draft as it would lie there after so many days, and another person's beside it.
        let ages = |days: u32| {
            browser.goes_to("/");
            browser.asks(&format!(
                "const key = Object.keys(localStorage).find(key => key.startsWith('cabut:draf:madiun') && !key.endsWith('lain')); \
                 const kept = JSON.parse(localStorage[key]); kept.worked = Math.floor(Date.now() / 3600000) - {days} * 24; \
                 localStorage[key] = localStorage[key + 'lain'] = JSON.stringify(kept);"
            ));
            browser.goes_to(&at(procedure, "ajukan/identitas"));
            browser.settles();
        };
        let lying = || {
            browser.asks(&format!("return Object.values(localStorage).filter(kept => kept.includes('{}')).length", holder.nik))
        };
        ages(29);
        browser.holds("#nik", holder.nik.as_str());
        assert_eq!(lying(), 2);
        ages(31);
        assert_eq!(lying(), 0, "whosever it was");
    }

    /// What was typed and uploaded is there after a reload and on the way back, and goes with the request.
    fn reload_and_back_lose_nothing(size) {
        let procedure = office("madiun");
        let (browser, person, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "identitas", |_| ());
        fills_identity(&browser, procedure, &holder);
        browser.reloads();
        for (entry, text) in [("#nama", holder.name.as_str()), ("#nik", holder.nik.as_str()), ("#kepala-nama", "dr. Bambang Suryono, M.Kes")] {
            browser.holds(entry, text);
        }
        browser.presses("Lanjutkan");
        browser.chooses(Reason::DeviceLost.label());
        browser.goes_back();
        browser.arrives(&at(procedure, "ajukan/identitas"));
        browser.holds("#unit", "Dinas Kesehatan");
        browser.goes_to(&at(procedure, "ajukan/alasan"));
        browser.settles();
        let chosen = browser.asks("return document.querySelector('input[name=alasan]:checked')?.value");
        assert_eq!(chosen, "device_lost");
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "berkas", |_| ());
        browser.gives_file("berkas-identitas", "ktp.jpg", &fresh::jpeg(&fresh::word("ktp")));
        browser.reads("ktp.jpg");
        browser.reloads();
        browser.reads("ktp.jpg");
        browser.gives_file("berkas-surat_permohonan", "surat.pdf", &fresh::pdf(&fresh::word("surat")));
        browser.reads("surat.pdf");
        browser.presses("Lanjutkan");
        browser.arrives(&at(procedure, "ajukan/periksa"));
        browser.reloads();
        browser.reads(holder.name.as_str());
        sends(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);

        // Nothing of it is left on the device.
        browser.goes_to(&at(procedure, "ajukan/identitas"));
        browser.arrives(&at(procedure, "ajukan/siapa"));
    }

    /// One answer can be changed from the page that shows them all, and one comes back there.
    fn an_answer_is_changed_from_the_page_that_shows_them(size) {
        let procedure = office("temanggung");
        let (browser, _, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "periksa", |_| ());
        browser.follows("Ubah unit kerja");
        browser.arrives(&at(procedure, "ajukan/identitas"));
        browser.fills("#unit", "Dinas Pendidikan");
        browser.presses("Simpan dan kembali periksa");
        browser.arrives(&at(procedure, "ajukan/periksa"));
        browser.reads("Dinas Pendidikan");
    }

    /// Signing in again, one goes on where one was, with everything that was typed.
    fn a_session_that_ends_in_the_middle_loses_nothing(size) {
        let procedure = office("temanggung");
        let (browser, person, holder) = applicant(procedure, size);
        let sign_out = || drop(database::sql("DELETE FROM sessions WHERE person = ?1", &[json!(person.id)]));
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "identitas", |_| ());
        fills_identity(&browser, procedure, &holder);

        // It ends while the page is away: the door leads back to it.
        sign_out();
        browser.reloads();
        browser.arrives(&at(procedure, "masuk"));
        browser.fills("Alamat e-mail", holder.email.as_str());
        enters_code(&browser, &holder.email);
        browser.arrives(&at(procedure, "ajukan/identitas"));
        browser.holds("#nama", holder.name.as_str());
        browser.holds("#jabatan", "Analis Kepegawaian");

        // It ends under one's hands: the page stays, and asks to sign in above it.
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "periksa", |_| ());
        sign_out();
        browser.provokes(" 401 ");
        browser.presses("Kirim permohonan");
        browser.reads("Sesi Anda berakhir");
        browser.until("the news to have the focus", || browser.focus_is("#sesi"));
        browser.reads(holder.name.as_str());
        browser.sees("sesi-berakhir");
        // What was sent goes by itself then.
        enters_code(&browser, &holder.email);
        received(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// Without a connection the request is kept; it goes by itself when there is one again, and once.
    fn offline_and_back_sends_once(size) {
        let procedure = office("temanggung");
        let (browser, person, _) = about_to_send(procedure, size);
        browser.is_online(false);
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        browser.sees("ajukan-terputus");
        assert_eq!(filed_by(&person.id.0), 0);
        browser.is_online(true);
        received(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// What the edge took without being able to say so goes again by itself until there is an answer, and is one request.
    fn a_request_whose_answer_was_lost_goes_again_by_itself(size) {
        let procedure = office("madiun");
        let (browser, person, _) = about_to_send(procedure, size);
        browser.provokes(" 503 ");
        loses_answers(&browser, "/cases");
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        assert_eq!(filed_by(&person.id.0), 1);
        browser.asks("window.lost = false; return 0");
        received(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// The same after the page was closed and opened again: request and key lie on the device.
    fn a_request_whose_answer_was_lost_goes_again_after_a_reload(size) {
        let procedure = office("temanggung");
        let (browser, person, _) = about_to_send(procedure, size);
        browser.provokes(" 503 ");
        loses_answers(&browser, "/cases");
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        browser.reloads();
        received(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// Whoever leaves the page meanwhile is told of it where it is filled in, and it goes from their requests: once.
    fn a_request_without_an_answer_goes_from_the_list_of_ones_requests(size) {
        let procedure = office("madiun");
        let (browser, person, holder) = about_to_send(procedure, size);
        browser.is_online(false);
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        // Where it may be about to change it is named, and stays.
        browser.follows("Kembali");
        browser.arrives(&at(procedure, "ajukan/berkas"));
        browser.reads(LOST);
        browser.sees("ajukan-tertinggal");
        browser.asks("location.href = 'about:blank'; return 0");
        browser.is_online(true);
        assert_eq!(filed_by(&person.id.0), 0);
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads("Permohonan yang tersimpan di perangkat ini sudah diterima");
        browser.sees("permohonan-terkirim-dari-perangkat");
        assert_eq!(filed_by(&person.id.0), 1);
        browser.follows("Lihat permohonan");
        browser.reads(holder.name.as_str());
        assert!(!browser.shows("tersimpan di perangkat"));
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// Whoever else signs in on the device, in another tab, does not send it; its owner does, once they are back.
    fn a_request_without_an_answer_is_sent_by_nobody_else(size) {
        let procedure = office("temanggung");
        let (browser, person, _) = about_to_send(procedure, size);
        browser.is_online(false);
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        let other = Person::applicant(procedure);
        browser.becomes(&other);
        browser.is_online(true);
        browser.reads(other.email.as_str());
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads("Belum ada permohonan");
        assert_eq!((filed_by(&person.id.0), filed_by(&other.id.0)), (0, 0));
        browser.becomes(&person);
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads("Permohonan yang tersimpan di perangkat ini sudah diterima");
        assert_eq!((filed_by(&person.id.0), filed_by(&other.id.0)), (1, 0));
    }

    /// One that is refused then is to be put right, and nothing of it is lost.
    fn a_request_that_is_refused_later_is_there_to_be_put_right(size) {
        let procedure = office("temanggung");
        let (browser, person, holder) = about_to_send(procedure, size);
        browser.is_online(false);
        browser.presses("Kirim permohonan");
        browser.reads(LOST);
        browser.follows("Kembali");
        browser.arrives(&at(procedure, "ajukan/berkas"));
        browser.asks("location.href = 'about:blank'; return 0");
        let other = request(procedure, FilingWay::Holder, &person, &holder);
        files(procedure, &person, &other).expect(201);
        browser.is_online(true);
        browser.provokes(" 409 ");
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads("belum dapat diterima");
        browser.follows("Periksa isian");
        browser.arrives(&at(procedure, "ajukan/periksa"));
        browser.reads(holder.name.as_str());
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// A file whose sending broke off is sent by itself when there is a connection again.
    fn a_file_goes_when_the_connection_is_back(size) {
        let procedure = office("madiun");
        let (browser, _, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "berkas", |_| ());
        browser.is_online(false);
        browser.gives_file("berkas-identitas", "ktp.pdf", &fresh::pdf(&fresh::word("ktp")));
        browser.reads("belum terkirim karena sambungan terputus");
        browser.sees("ajukan-berkas-terputus");
        browser.is_online(true);
        browser.reads("Terkirim ·");
    }

    /// A file that is not taken is named beside its own entry, with the reason and what to do; everything else stays.
    fn a_refused_file_says_why_and_the_rest_of_the_form_stays(size) {
        let procedure = office("madiun");
        let (browser, person, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "berkas", |_| ());
        browser.gives_file("berkas-surat_permohonan", "surat.pdf", &fresh::pdf(&fresh::word("surat")));
        browser.reads("surat.pdf");
        browser.provokes(" 422 ");
        browser.provokes(" 415 ");
        for (name, bad, reason) in [
            ("ktp terkunci.pdf", "a PDF with encryption", "PDF ini dikunci dengan kata sandi. Simpan ulang tanpa kata sandi"),
            ("ktp.pdf", "a PDF with a script that opens with it, in compressed objects", "PDF ini memuat program (skrip)."),
            ("ktp.png", "a PNG with a wrong sum of the pixels", "Berkas ini terpotong atau rusak."),
            ("halaman.pdf", "a page", "Berkas harus PDF, JPEG, atau PNG."),
        ] {
            let file = bad_files().into_iter().find(|sample| sample.name == bad).expect("the corpus has it");
            browser.gives_file("berkas-identitas", name, &file.bytes);
            let beside = "return document.querySelector('#berkas-identitas-error')?.textContent ?? ''";
            browser.until("the reason beside the entry", || {
                let told = browser.asks(beside);
                told.as_str().is_some_and(|told| told.contains(&format!("“{name}”: {reason}")))
            });
            assert!(browser.shows("surat.pdf"), "the other paper stays");
        }
        browser.sees("ajukan-berkas-ditolak");
        browser.gives_file("berkas-identitas", "ktp.jpg", &fresh::jpeg(&fresh::word("ktp")));
        browser.reads("ktp.jpg");
        browser.presses("Lanjutkan");
        browser.arrives(&at(procedure, "ajukan/periksa"));
        browser.reads(holder.name.as_str());
        sends(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);
    }

    /// A photo larger than what may be sent is made smaller on the phone, and shown.
    fn a_photo_is_made_small_enough(size) {
        let procedure = office("temanggung");
        let (browser, _, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "berkas", |_| ());
        // As from a camera: 12 million pixels, the half of them all different.
        let photo = browser.asks_later(
            "const done = arguments[arguments.length - 1], canvas = document.createElement('canvas');
             canvas.width = 4000; canvas.height = 3000;
             const context = canvas.getContext('2d'), noise = context.createImageData(4000, 1500);
             let seed = 1;
             for (let at = 0; at < noise.data.length; at++) noise.data[at] = at % 4 === 3 ? 255 : (seed = seed * 48271 % 2147483647) & 255;
             context.putImageData(noise, 0, 0);
             done(canvas.toDataURL('image/jpeg', 1).split(',')[1])",
        );
        let photo = thirtyfour::support::base64_decode(photo.as_str().expect("a photo")).expect("base64");
        assert!(photo.len() > 5_000_000, "{} bytes are no large photo", photo.len());
        browser.gives_file("berkas-ktp", "DSC_0001.jpg", &photo);
        browser.reads("Terkirim ·");
        let side = "return document.querySelector('.app-upload__thumb')?.naturalWidth ?? 0";
        browser.until("the preview", || browser.asks(side) != 0);
        assert_eq!(browser.asks(side), 2000);
        browser.sees("ajukan-berkas-foto");
        let stored = "SELECT size FROM documents WHERE owner = (SELECT id FROM people WHERE email_key = ?1)";
        assert!(database::number(stored, &[json!(vault::mailbox_key(&holder.email))]) < 5_000_000);
    }

    /// A finger that presses twice files one request; a second request is refused and names the first.
    fn a_request_is_filed_once_however_often_it_is_sent(size) {
        let procedure = office("temanggung");
        let (browser, person, holder) = about_to_send(procedure, size);
        browser.presses_twice("Kirim permohonan");
        let first = received(&browser, procedure);
        assert_eq!(filed_by(&person.id.0), 1);

        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "periksa", |_| ());
        browser.provokes(" 409 ");
        browser.presses("Kirim permohonan");
        browser.until("the refusal to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads(first.as_str());
        browser.sees("ajukan-sudah-ada");
        assert_eq!(filed_by(&person.id.0), 1);
        browser.follows("Lihat permohonan");
        browser.arrives(&at(procedure, &format!("permohonan/{first}")));
    }

    /// What is wrong is said above the form, which takes the focus, and beside each entry; each entry is one step away.
    fn what_is_wrong_is_said_where_it_is(size) {
        let procedure = office("madiun");
        let (browser, _, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "identitas", |_| ());
        browser.fills("#nik", "123");
        browser.presses("Lanjutkan");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("NIK terdiri dari 16 angka; yang diisi 3 angka.");
        browser.sees("ajukan-identitas-salah");
        browser.follows("NIK terdiri dari 16 angka");
        browser.until("the entry to have the focus", || browser.focus_is("#nik[aria-invalid=true]"));
        fills_identity(&browser, procedure, &holder);
        browser.presses("Lanjutkan");
        browser.arrives(&at(procedure, "ajukan/alasan"));

        browser.chooses(Reason::Other.label());
        browser.presses("Lanjutkan");
        browser.reads("Jelaskan alasannya.");
        browser.sees("ajukan-alasan-salah");
        browser.goes_to(&at(procedure, "ajukan/alasan"));
        fills_up_to_papers(&browser, procedure, &holder);
        browser.presses("Lanjutkan");
        browser.reads("Unggah Surat permohonan pencabutan.");
        browser.gives_file("berkas-identitas", "catatan.txt", b"bukan foto");
        browser.reads("“catatan.txt” bukan PDF atau foto.");
        browser.provokes(" 415 ");
        browser.provokes(" 422 ");
        browser.provokes(" 400 ");
        browser.gives_file("berkas-surat_permohonan", "surat.pdf", b"%PD, tetapi bukan");
        browser.until("the file's own error", || browser.text().matches("surat.pdf”").count() > 0);
        browser.sees("ajukan-berkas-salah");
    }

    /// Without a mouse: from the start page, through the door, to the second page of the filing.
    fn the_keyboard_alone_can_file(size) {
        let procedure = office("temanggung");
        let email = fresh::email("pemohon", "temanggungkab.go.id");
        let holder = Holder::written_to_at(&email);
        let browser = Browser::opens(size);
        browser.goes_to(&at(procedure, ""));
        browser.settles();
        browser.types(Key::Tab);
        assert_eq!(browser.focus(), "Langsung ke isi", "the first stop leads past the menu");
        browser.types(Key::Enter);
        browser.tabs_to("Ajukan pencabutan");
        browser.types(Key::Enter);
        browser.arrives(&at(procedure, "masuk"));
        browser.settles();
        // The start page needs no app, so this one was loaded, and begins at its top.
        browser.until("the page to begin at its top", || browser.focus_is("h1, body"));
        browser.tabs_to("surel");
        browser.types(email.as_str());
        with_code(&email, || browser.types(Key::Enter), |code| {
            browser.until("the code's entry to have the focus", || browser.focus_is("#kode"));
            browser.types(code);
            browser.types(Key::Enter);
            browser.arrives(&at(procedure, "ajukan/siapa"));
        });
        browser.until("the heading to have the focus", || browser.focus_is("h1"));
        browser.tabs_to("cara");
        browser.types(" ");
        browser.tabs_to("Lanjutkan");
        browser.types(Key::Enter);
        browser.arrives(&at(procedure, "ajukan/identitas"));
        browser.until("the heading to have the focus", || browser.focus_is("h1"));
        browser.tabs_to("nama");
        browser.types(holder.name.as_str());
        browser.tabs_to("nik");
        browser.types(holder.nik.as_str());
        browser.types(Key::Enter);
        browser.until("Enter to send the form", || browser.focus_is(".govuk-error-summary"));
        browser.holds("#nama", holder.name.as_str());
    }

    /// Whoever goes to another page is told which: the title names it, and the heading takes the focus, where the
    /// browser does not begin at the top of a page by itself.
    fn a_change_of_page_is_told(size) {
        let procedure = office("temanggung");
        let (browser, _, _) = applicant(procedure, size);
        browser.goes_to(&at(procedure, ""));
        browser.settles();
        let mut titles = vec![browser.title()];
        for (link, page) in [("Baca SOP selengkapnya", "sop"), ("Permohonan saya", "permohonan"), ("Layanan", "")] {
            browser.follows(link);
            browser.arrives(&at(procedure, page));
            browser.settles();
            browser.until("the heading to have the focus", || browser.focus_is("h1") || browser.was_loaded_here());
            titles.push(browser.title());
            assert_eq!(browser.asks("return window.scrollY"), 0, "one begins at the top of {page}");
        }
        assert_eq!(titles.pop().as_ref(), titles.first(), "the same page bears the same title");
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), 3, "{titles:?}");
    }
}

/// Somebody who has filled in everything, before the button that sends it.
fn about_to_send(procedure: &Procedure, size: Size) -> (Browser, Person, Holder) {
    let (browser, person, holder) = applicant(procedure, size);
    browser.goes_to(&at(procedure, "ajukan/siapa"));
    fills_up_to(&browser, procedure, &holder, "periksa", |_| ());
    (browser, person, holder)
}

fn fills_up_to_papers(browser: &Browser, procedure: &Procedure, holder: &Holder) {
    browser.goes_to(&at(procedure, "ajukan/siapa"));
    fills_up_to(browser, procedure, holder, "berkas", |_| ());
}
