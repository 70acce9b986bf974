//! Every page of the app's table, in every state in which people meet it.

use std::{cell::RefCell, collections::BTreeSet};

use cabut_tests::{
    fresh, mailbox,
    matter::{Holder, Matter, note},
    person::{Person, both, office, staff},
};
use chrono::TimeDelta;
use serde_json::json;
use workflow::{
    api::MailKind,
    case::{ADMINISTRATOR, AUDITOR, Act, Channel, Command, FilingWay},
    procedure::{ActorKind, Sheet, StepAct, TimeLimit},
    reason::Reason,
    told,
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::{applicant, at, fills_as, fills_up_to, sends},
};

/// The table of pages itself, as the app has it.
const TABLE: &str = include_str!("../../app/src/routes.rs");

/// Lets requests for cases wait until `letGo()`.
const HELD_BACK: &str = "
    const fetches = window.fetch.bind(window);
    const gate = new Promise(go => { window.letGo = go; });
    window.fetch = async (asked, ...more) => {
        if ((asked.url ?? String(asked)).includes('/cases')) await gate;
        return fetches(asked, ...more);
    };";

on_both_sizes! {
    /// A page that is added to the table and not looked at here fails this test.
    fn every_page_of_the_table_holds(size) {
        let procedure = office("madiun");
        let seen = Seen::default();

        // Nobody is signed in.
        let browser = Browser::opens(size);
        seen.look(&browser, "/", "Offices");
        seen.look(&browser, &at(procedure, ""), "Start");
        seen.look(&browser, &at(procedure, "sop"), "Sop");
        seen.look(&browser, &at(procedure, "masuk"), "SignIn");

        // An applicant.
        let (browser, filer, holder) = applicant(procedure, size);
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        fills_up_to(&browser, procedure, &holder, "periksa", |here| seen.sees(&browser, here, filing_page(here)));
        seen.sees(&browser, "periksa", "Check");
        let ticket = sends(&browser, procedure);
        seen.sees(&browser, "selesai", "Done");
        seen.look(&browser, &at(procedure, "permohonan"), "Mine");
        seen.look(&browser, &at(procedure, "sesi"), "Sessions");
        seen.look(&browser, &at(procedure, &format!("permohonan/{ticket}")), "Case");
        seen.look(&browser, &at(procedure, &format!("permohonan/{ticket}/lembar/permohonan")), "Sheet");

        // An official.
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "verifikator"));
        seen.look(&browser, &at(procedure, "kerja"), "Work");
        seen.look(&browser, &at(procedure, "kasus"), "Cases");
        seen.look(&browser, &at(procedure, "register"), "Register");
        seen.look(&browser, &at(procedure, "laporan"), "Report");

        // The applicant again, whose request somebody saw.
        staff(procedure, "kadin").get(&format!("/api/offices/madiun/cases/{ticket}")).expect(200);
        let browser = Browser::opens(size);
        browser.becomes(&filer);
        seen.look(&browser, &at(procedure, "data-saya"), "MyData");
        browser.reads("Permohonan dan isinya");

        // The administrator.
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, ADMINISTRATOR));
        for (page, name) in [("", "People"), ("/kalender", "Calendar"), ("/pengaturan", "Settings"), ("/perbaikan", "Corrections"), ("/riwayat", "Log")] {
            seen.look(&browser, &at(procedure, &format!("kantor{page}")), name);
        }

        // Who checks the log, and whoever is shown a receipt.
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, AUDITOR));
        seen.look(&browser, &at(procedure, "catatan"), "Log");
        seen.look(&Browser::opens(size), &at(procedure, "tanda-bukti"), "Receipt");

        // Nothing at all.
        seen.look(&browser, &at(procedure, "apa"), "NotFound");

        let table: BTreeSet<String> = ["Route", "Page", "FilingPage", "AffairsPage"].into_iter().flat_map(variants).collect();
        // Those that hold others are no pages themselves.
        let table: BTreeSet<String> = table.into_iter().filter(|name| !matches!(name.as_str(), "Office" | "File" | "Affairs")).collect();
        assert_eq!(seen.pages.take(), table, "the pages seen, and the pages of app/src/routes.rs");
    }

    /// Whoever has nothing there is told so, and what it means.
    fn empty_lists_say_so(size) {
        for procedure in both() {
            let name = |page: &str| format!("kosong-{page}-{}", procedure.office.id);
            let (browser, _, _) = applicant(procedure, size);
            browser.goes_to(&at(procedure, "permohonan"));
            browser.reads("Belum ada permohonan");
            browser.sees(&name("permohonan"));
            browser.goes_to(&at(procedure, "kasus"));
            browser.reads("Halaman ini untuk petugas kantor");
            browser.sees(&name("kasus-bukan-petugas"));
            for page in ["kerja", "kantor"] {
                browser.goes_to(&at(procedure, page));
                browser.reads("Halaman ini untuk petugas kantor");
            }

            // No step of either SOP is a leader's.
            let leader = Browser::opens(size);
            leader.becomes(&Person::with_roles(procedure, &["pimpinan"]));
            leader.goes_to(&at(procedure, "kerja"));
            leader.reads("Tidak ada yang menunggu Anda");
            leader.sees(&name("kerja"));

            let verifier = Browser::opens(size);
            verifier.becomes(&staff(procedure, "verifikator"));
            verifier.goes_to(&at(procedure, "kasus"));
            verifier.fills("Cari nomor tiket, nama, atau NIP", "TidakAdaNamaBegini");
            verifier.presses("Cari");
            verifier.reads("Tidak ada permohonan yang cocok");
            assert!(!verifier.path().contains("TidakAda"), "whom one looks for is in no address: {}", verifier.path());
            verifier.sees(&name("pencarian"));
        }
    }

    /// Another person's request answers as if it did not exist; so does an unknown one.
    fn what_is_not_there_or_not_theirs_is_not_found(size) {
        let procedure = office("madiun");
        let others = Matter::filed(procedure);
        let (browser, _, _) = applicant(procedure, size);
        browser.provokes(" 404 ");
        browser.goes_to(&at(procedure, &format!("permohonan/{}", others.ticket)));
        browser.reads("Tidak ditemukan");
        browser.sees("bukan-milik-sendiri");
        let theirs = browser.text().replace(others.ticket.as_str(), "");
        browser.goes_to(&at(procedure, "permohonan/MDN-0000-0000"));
        browser.reads("Tidak ditemukan");
        assert_eq!(browser.text().replace("MDN-0000-0000", ""), theirs, "nobody can tell one from the other");
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/bukti", others.ticket)));
        browser.reads("Tidak ditemukan");
        browser.sees("lembar-bukan-milik-sendiri");

        browser.goes_to("/kediri");
        browser.reads("Halaman tidak ditemukan");
        browser.sees("kantor-tidak-dikenal");
        browser.goes_to("/madiun/ajukan/apa");
        browser.reads("Halaman tidak ditemukan");
        browser.sees("halaman-tidak-dikenal");
    }

    /// A sheet whose step has not been yet says so.
    fn a_sheet_before_its_time_says_so(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/bukti", matter.ticket)));
        browser.reads("Lembar ini belum ada");
        browser.sees("lembar-belum-ada");
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/apa", matter.ticket)));
        browser.reads("Halaman tidak ditemukan");
        browser.sees("lembar-tidak-dikenal");
    }

    /// What did not come can be asked for again; what is coming says so.
    fn what_fails_can_be_tried_again(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        browser.provokes("ERR_BLOCKED_BY_CLIENT");
        // What the edge does not write into the page: a request that one comes to from a list, who is signed in where
        // somebody may sign in, and the procedure of an office that one comes to from the list of offices.
        browser.goes_to(&at(procedure, "permohonan"));
        browser.reads(matter.ticket.as_str());
        browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*/cases/*"] }));
        browser.follows(matter.ticket.as_str());
        browser.reads("Coba lagi");
        browser.sees("kasus-tidak-tersambung");
        browser.devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        browser.presses("Coba lagi");
        browser.reads("Langkah SOP");
        browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*/api/session"] }));
        browser.goes_to(&at(procedure, "ajukan/siapa"));
        browser.reads("Coba lagi");
        browser.sees("sesi-tidak-tersambung");
        browser.devtools("Network.setBlockedURLs", json!({ "urls": [] }));
        browser.presses("Coba lagi");
        browser.reads("Siapa yang mengajukan?");
        browser.goes_to("/");
        browser.settles();
        browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*/procedure*"] }));
        browser.follows(&procedure.office.place);
        browser.reads("Coba lagi");
        browser.sees("kantor-tidak-tersambung");
        // Text that is there stays, whatever else does not come.
        browser.reloads();
        browser.reads("Arti pencabutan");
        browser.devtools("Network.setBlockedURLs", json!({ "urls": [] }));

        // Answers that are held back: the page says that it loads. In the page itself: for a request that the browser holds
        // back, its driver waits too.
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": HELD_BACK }));
        browser.reloads();
        browser.settles();
        browser.follows("Permohonan saya");
        browser.arrives(&at(procedure, "permohonan"));
        browser.until("the page to say that it loads", || browser.asks("return document.querySelector('[role=status]')?.textContent.includes('Memuat')") == true);
        browser.takes_picture("memuat");
        browser.asks("letGo()");
        browser.reads(matter.ticket.as_str());
    }

    /// The door: a wrong address, a wrong code, another address.
    fn the_door_says_what_is_wrong(size) {
        let procedure = office("madiun");
        let email = fresh::email("pemohon", "madiunkota.go.id");
        let browser = Browser::opens(size);
        browser.goes_to(&at(procedure, "permohonan"));
        browser.arrives(&at(procedure, "masuk"));
        browser.presses("Kirim kode");
        browser.until("the errors to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.sees("masuk-salah");
        browser.fills("Alamat e-mail", email.as_str());
        browser.presses("Kirim kode");
        browser.until("the code's entry to have the focus", || browser.focus_is("#kode"));
        browser.sees("masuk-kode");
        let attribute = browser.asks("const e = document.getElementById('kode'); return [e.autocomplete, e.inputMode]");
        assert_eq!(attribute, json!(["one-time-code", "numeric"]), "phones fill it in, with digits to type");
        let code = mailbox::code(&email, 1);
        let wrong = if code == "12345678" { "87654321" } else { "12345678" };
        browser.fills("Kode 8 angka", wrong);
        browser.provokes("/api/session - Failed");
        browser.provokes("/api/session ");
        browser.presses("Masuk");
        browser.until("the error to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.sees("masuk-kode-salah");
        // As the mail has it, in two groups.
        browser.fills("Kode 8 angka", &format!("{} {}", &code[..4], &code[4..]));
        browser.presses("Masuk");
        browser.arrives(&at(procedure, "permohonan"));
        browser.reads(email.as_str());
        browser.presses("Keluar");
        browser.arrives(&at(procedure, ""));
        browser.until("the way in again", || browser.has_link("Masuk"));
        browser.goes_to(&at(procedure, "permohonan"));
        browser.arrives(&at(procedure, "masuk"));
    }

    /// The leader files for a holder who died, on a recommendation, and the desk what came on paper: each from the
    /// first page to the ticket number.
    fn others_file_for_the_holder(size) {
        let recommended = "oleh pimpinan dengan rekomendasi (daring)";
        let on_paper = "di loket dengan berkas kertas (luring)";
        for (id, way, actor, paper, told) in [
            ("madiun", FilingWay::Leader, "pimpinan", "rekomendasi", recommended),
            ("madiun", FilingWay::Desk, "verifikator", "surat_permohonan", on_paper),
            ("temanggung", FilingWay::Leader, "pimpinan", "surat_rekomendasi", recommended),
            ("temanggung", FilingWay::Desk, "verifikator", "formulir", on_paper),
        ] {
            let procedure = office(id);
            let filer = staff(procedure, actor);
            // A leader is written to themself; who handed in paper, at their own mailbox.
            let email = match way {
                FilingWay::Leader => filer.email.clone(),
                _ => fresh::email("pemegang", &procedure.office.email_domains[0]),
            };
            let holder = Holder::written_to_at(&email);
            let named = |page: &str| format!("ajukan-{actor}-{id}/{page}");

            let browser = Browser::opens(size);
            browser.becomes(&filer);
            browser.goes_to(&at(procedure, "ajukan/siapa"));
            fills_as(&browser, procedure, way, &holder, "periksa", |here| {
                if here == "alasan" {
                    let offered = browser.shows(Reason::Deceased.label());
                    assert_eq!(offered, way == FilingWay::Leader, "a death is the leader's alone to file");
                }
                browser.sees(&named(here));
            });
            for answer in [holder.name.as_str(), email.as_str(), &format!("{paper}.")] {
                browser.reads(answer);
            }
            browser.sees(&named("periksa"));
            let ticket = sends(&browser, procedure);
            browser.sees(&named("selesai"));
            mailbox::about(&ticket, MailKind::Received, email.as_str());
            browser.presses("Lihat permohonan ini");
            browser.arrives(&at(procedure, &format!("permohonan/{ticket}")));
            browser.reads(told);
            browser.reads(holder.name.as_str());
            browser.sees(&named("kasus"));
        }
    }

    /// Every state of a request before the eyes of those who see it.
    fn a_request_in_every_state(size) {
        for procedure in both() {
            let verifier = Browser::opens(size);
            verifier.becomes(&staff(procedure, "verifikator"));
            let matter = Matter::at(procedure, StepAct::Answer);
            let case = at(procedure, &format!("permohonan/{}", matter.ticket));
            verifier.goes_to(&case);
            verifier.reads("Menunggu jawaban BSrE");
            verifier.sees(&format!("kasus-di-bsre-{}", procedure.office.id));
            let declined = cabut_tests::matter::answer(workflow::case::Answer::Declined);
            matter.command(&staff(procedure, "bsre"), declined).expect(200);
            verifier.reloads();
            verifier.reads("BSrE tidak mencabut sertifikat");
            // At the head of the page, too.
            verifier.reads("Alasan: Data tidak cocok.");
            verifier.reads("Akan diulang");
            verifier.sees(&format!("kasus-tidak-dicabut-{}", procedure.office.id));
        }
    }

    /// Who was called three times in vain is told as such, whatever the SOP calls the step's output.
    fn who_could_not_be_reached_is_told_as_such(size) {
        let procedure = office("temanggung");
        let (matter, verifier) = (Matter::at(procedure, StepAct::Contact), staff(procedure, "verifikator"));
        for _ in 0..3 {
            let vain = Command::Contact { channel: Channel::Call, reached: false, note: Some(note("Tidak diangkat.")) };
            matter.command(&verifier, vain).expect(200);
        }
        let browser = Browser::opens(size);
        browser.becomes(&verifier);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Output SOP: Pemohon dihubungi, tetapi 3 kali tidak berhasil");
        browser.sees("kasus-tidak-terhubungi");
    }

    /// By call, WhatsApp and mail, with the words prepared.
    fn an_applicant_is_reached_with_words_that_are_prepared(size) {
        let procedure = office("temanggung");
        let (matter, verifier) = (Matter::at(procedure, StepAct::Contact), staff(procedure, "verifikator"));
        let browser = Browser::opens(size);
        browser.becomes(&verifier);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Sekarang giliran Anda");
        browser.presses(Act::Contact.label());
        browser.reads("Belum pernah dicoba.");
        let links = "return [...document.querySelectorAll('.reach__link')].map(link => {
            const url = new URL(link.href);
            return [url.protocol + url.host + url.pathname, url.searchParams.get('text') ?? url.searchParams.get('body')];
        })";
        let links = browser.asks(links);
        let mailbox = matter.holder.email.to_string();
        let to = [format!("tel:{}", "+6281234567890"), "https:wa.me/6281234567890".to_owned(), format!("mailto:{mailbox}")];
        for (at, to) in to.iter().enumerate() {
            assert_eq!(links[at][0], json!(to), "{links}");
        }
        let words = links[1][1].as_str().expect("words");
        assert!(words.contains("sudah dicabut") && words.contains(matter.ticket.as_str()), "{words}");
        assert!(words.starts_with(&format!("Yth. {}", matter.holder.name)), "{words}");
        assert_eq!(links[2][1], links[1][1]);
        browser.reads(words);
        browser.sees("kasus-hubungi");
    }

    /// What cannot wait counts plain hours beside the working clock; whose the time was stands against what the SOP gives.
    fn a_request_says_by_when_and_whose_the_time_was(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        matter.moves_on();
        let theirs = procedure.steps.iter().filter(|step| {
            procedure.actor(&step.actor).is_some_and(|actor| actor.kind == ActorKind::Official)
        });
        let given: TimeDelta = theirs.filter_map(|step| step.time.as_ref().and_then(TimeLimit::working_time)).sum();
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "kabid"));
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        let until = procedure.office.zone.brief(matter.case().filed_at + TimeDelta::hours(24));
        browser.reads(&format!("Harus sudah dicabut sebelum {until}, 24 jam sejak diajukan (tersisa 23 jam 5"));
        browser.reads(&format!("dari batas SOP {}", told::hours(given)));
        browser.reads("pemohon 0 menit · BSrE 0 menit");
        browser.sees("kasus-waktu");
    }

    /// What stands in the page is not asked for again; how far one's mail has come does not.
    fn a_requests_page_asks_the_edge_for_nothing_more(size) {
        let procedure = office("madiun");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Langkah SOP");
        let asked = "return performance.getEntriesByType('resource').map(one => new URL(one.name).pathname).filter(path => path.startsWith('/api/') && !path.endsWith('/mails'))";
        assert_eq!(browser.asks(asked), json!([]));
    }

    /// The edge writes the head of a request's page, and the app takes its place: the same words in the same elements, so
    /// that nothing moves under the reader's eyes.
    fn the_head_of_a_request_stays_as_the_edge_wrote_it(size) {
        for procedure in both() {
            let waiting = Matter::filed(procedure);
            let returned = Matter::at(procedure, StepAct::Check);
            returned.is_returned();
            let declined = Matter::at(procedure, StepAct::Answer);
            let answer = cabut_tests::matter::answer(workflow::case::Answer::Declined);
            declined.command(&staff(procedure, "bsre"), answer).expect(200);
            for matter in [&waiting, &returned, &declined] {
                for reader in [&matter.filer, &staff(procedure, "kadin")] {
                    let browser = Browser::opens(size);
                    browser.becomes(reader);
                    browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
                    browser.settles();
                    let [edge, app] = serde_json::from_value(browser.asks_later(HEADS)).expect("both heads");
                    let (edge, app): (String, String) = (edge, app);
                    assert!(edge.contains("turn__headline"), "{edge}");
                    assert_eq!(edge, app, "{}", browser.path());
                }
            }
        }
    }
}

/// The head of the page as the edge sends it, and as the app shows it.
const HEADS: &str = "
    const done = arguments[arguments.length - 1];
    const head = page => [...page.querySelectorAll('#isi .govuk-caption-l, #isi h1, .case-head, .case-head + .govuk-warning-text, .turn')]
        .map(element => element.outerHTML.replace(/<!--.*?-->/g, '')).join('\\n');
    fetch(location.href).then(answer => answer.text())
        .then(text => done([head(new DOMParser().parseFromString(text, 'text/html')), head(document)]));";

/// Which pages of the table were looked at.
#[derive(Default)]
struct Seen {
    pages: RefCell<BTreeSet<String>>,
}

impl Seen {
    fn look(&self, browser: &Browser, path: &str, page: &str) {
        if page == "NotFound" {
            browser.provokes(" 404 ");
        }
        browser.goes_to(path);
        browser.settles();
        assert_eq!(browser.path().split('?').next(), Some(path), "one stays there");
        self.sees(browser, page, page);
    }

    fn sees(&self, browser: &Browser, name: &str, page: &str) {
        browser.sees(&format!("halaman/{}", name.to_lowercase()));
        self.pages.borrow_mut().insert(page.to_owned());
    }
}

fn filing_page(id: &str) -> &'static str {
    match id {
        "siapa" => "Who",
        "identitas" => "Identity",
        "alasan" => "Reason",
        "kontak" => "Contact",
        "berkas" => "Papers",
        other => panic!("no page {other}"),
    }
}

/// The variants of an enum of the table.
fn variants(of: &str) -> Vec<String> {
    let (_, body) = TABLE.split_once(&format!("pub enum {of} {{")).expect("the table has this enum");
    let (body, _) = body.split_once("\n}").expect("an enum ends");
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.is_empty());
    lines.map(|line| line.split(['(', ',', ' ']).next().unwrap_or_default().to_owned()).collect()
}

/// The word for a sheet in its address, as the app's table has it.
pub fn sheet_id(sheet: Sheet) -> &'static str {
    let variant = format!("Sheet::{sheet:?} => \"");
    let (_, rest) = TABLE.split_once(&variant).unwrap_or_else(|| panic!("{variant} is not in the table"));
    rest.split_once('"').expect("a word ends").0
}
