//! What people do in their browsers: sign in, file, find a request, act.

use std::sync::{Mutex, PoisonError};

use cabut_tests::{
    database, fresh, mailbox,
    matter::Holder,
    person::{Person, staff},
};
use serde_json::json;
use workflow::{
    api::MailKind,
    case::{Act, FilingWay},
    identity::{EmailAddress, TicketNumber},
    procedure::{FieldId, Procedure, Step, StepAct},
    reason::Reason,
};

use crate::browser::{Browser, Size};

/// What the Kepala Dinas and those after write on the disposition sheet.
pub const DISPOSITION: &str = "Mohon diproses hari ini.";
/// What BSrE's answer is numbered.
pub const REFERENCE: &str = "R-99/IJ/KP.07.6/11/2026";

/// An address of an office's pages.
pub fn at(procedure: &Procedure, page: &str) -> String {
    let office = &procedure.office.id;
    if page.is_empty() { format!("/{office}") } else { format!("/{office}/{page}") }
}

/// Signs in on the page that asks for it, with the code from the mailbox.
#[track_caller]
pub fn signs_in(browser: &Browser, email: &EmailAddress) {
    browser.fills("Alamat e-mail", email.as_str());
    enters_code(browser, email);
}

/// Asks for a code for the address that stands there, and enters it.
#[track_caller]
pub fn enters_code(browser: &Browser, email: &EmailAddress) {
    with_code(
        email,
        || browser.presses("Kirim kode"),
        |code| {
            browser.fills("Kode 8 angka", code);
            browser.presses("Masuk");
            browser.until("the door to open", || !browser.shows("Kode 8 angka"));
        },
    );
}

/// Asks for a code in one way or another, and does something with it.
#[track_caller]
pub fn with_code(email: &EmailAddress, ask: impl FnOnce(), enter: impl FnOnce(&str)) {
    // A newer code takes the place of an older one: two tests must not be at the door of the same mailbox at once.
    static DOOR: Mutex<()> = Mutex::new(());
    let _alone = DOOR.lock().unwrap_or_else(PoisonError::into_inner);
    let before = mailbox::now(email.as_str(), MailKind::Code, None).len();
    ask();
    enter(&mailbox::code(email, before + 1));
}

/// The browser of an official who has just signed in at the door, before what waits for them.
#[track_caller]
pub fn official(procedure: &Procedure, actor: &str, size: Size) -> Browser {
    let browser = Browser::opens(size);
    browser.goes_to(&at(procedure, "kerja"));
    browser.arrives(&at(procedure, "masuk"));
    signs_in(&browser, &staff(procedure, actor).email);
    browser.arrives(&at(procedure, "kerja"));
    browser
}

/// Finds the request among those that wait, and opens it.
#[track_caller]
pub fn opens_from_list(browser: &Browser, ticket: &TicketNumber) {
    loop {
        browser.settles();
        if browser.has_link(ticket.as_str()) {
            browser.follows(ticket.as_str());
            break;
        }
        assert!(browser.has_link("Berikutnya"), "{ticket} is not on the list:\n{}", browser.text());
        let here = browser.path();
        browser.follows("Berikutnya");
        browser.until("the next part of the list", || browser.path() != here);
    }
    browser.settles();
    browser.reads("Langkah SOP");
}

/// Fills in whose certificate it is.
#[track_caller]
pub fn fills_identity(browser: &Browser, procedure: &Procedure, holder: &Holder) {
    for field in &procedure.fields {
        match field.id {
            FieldId::Name => browser.fills("#nama", holder.name.as_str()),
            FieldId::Nik => browser.fills("#nik", holder.nik.as_str()),
            FieldId::Nip => browser.fills("#nip", holder.nip.as_str()),
            FieldId::Position => browser.fills("#jabatan", "Analis Kepegawaian"),
            FieldId::Unit => browser.fills("#unit", "Dinas Kesehatan"),
            FieldId::UnitHead => {
                browser.fills("#kepala-nama", "dr. Bambang Suryono, M.Kes");
                browser.fills("#kepala-jabatan", "Kepala Dinas Kesehatan");
            }
            FieldId::Email | FieldId::Phone => {}
        }
    }
}

/// Gives every paper that this way of filing asks for, some as a PDF and some as a photo, and waits until the edge has
/// them.
#[track_caller]
pub fn uploads_papers(browser: &Browser, procedure: &Procedure, way: FilingWay) {
    for (at, paper) in procedure.required_papers(way).enumerate() {
        let tag = fresh::word("berkas");
        let (name, bytes) = match at % 2 {
            0 => (format!("{}.pdf", paper.id.0), fresh::pdf(&tag)),
            _ => (format!("{}.jpg", paper.id.0), fresh::jpeg(&tag)),
        };
        browser.gives_file(&format!("berkas-{}", paper.id.0), &name, &bytes);
        browser.reads(&name);
    }
}

/// Fills in the contact. Whoever files for themself is written to where they signed in, and need not be asked.
#[track_caller]
pub fn fills_contact(browser: &Browser, holder: &Holder) {
    browser.fills("#hp", "0812 3456 7890");
    browser.fills("#nomor-surat", "800/15/2026");
    if browser.value("#email").is_some() {
        browser.fills("#email", holder.email.as_str());
    } else {
        // The mailbox stands in every page's head too.
        let page = browser.asks("return document.querySelector('main').innerText");
        let told = page.as_str().is_some_and(|page| page.contains(holder.email.as_str()));
        assert!(told, "the page tells the mailbox: {page}");
    }
}

/// Fills in one page of the holder's own filing after the other, up to this one; `look` is called on each that is
/// filled in.
#[track_caller]
pub fn fills_up_to(browser: &Browser, procedure: &Procedure, holder: &Holder, page: &str, look: impl Fn(&str)) {
    fills_as(browser, procedure, FilingWay::Holder, holder, page, look);
}

/// The same, by whoever files in this way. A leader files for a holder who died.
#[track_caller]
pub fn fills_as(
    browser: &Browser,
    procedure: &Procedure,
    way: FilingWay,
    holder: &Holder,
    page: &str,
    look: impl Fn(&str),
) {
    let (who, reason, note) = match way {
        FilingWay::Holder => {
            ("Saya sendiri, pemegang sertifikat", Reason::PassphraseLeaked, "Terlihat orang lain saat dipakai.")
        }
        FilingWay::Leader => ("Pimpinan, untuk pegawai", Reason::Deceased, "Akta kematian disimpan di kepegawaian."),
        FilingWay::Desk => ("Petugas, untuk permohonan kertas", Reason::DeviceLost, "Ponsel tertinggal di angkutan."),
    };
    for here in ["siapa", "identitas", "alasan", "kontak", "berkas", "periksa"] {
        browser.arrives(&at(procedure, &format!("ajukan/{here}")));
        browser.settles();
        if here == page {
            return;
        }
        match here {
            "siapa" => browser.chooses(who),
            "identitas" => fills_identity(browser, procedure, holder),
            "alasan" => {
                browser.chooses(reason.label());
                browser.fills("Keterangan", note);
            }
            "kontak" => fills_contact(browser, holder),
            _ => uploads_papers(browser, procedure, way),
        }
        look(here);
        browser.presses("Lanjutkan");
    }
}

/// Sends what was filled in, and gives the ticket number that the page tells.
#[track_caller]
pub fn sends(browser: &Browser, procedure: &Procedure) -> TicketNumber {
    browser.presses("Kirim permohonan");
    received(browser, procedure)
}

/// The ticket number that the page tells once the request is in.
#[track_caller]
pub fn received(browser: &Browser, procedure: &Procedure) -> TicketNumber {
    browser.arrives(&at(procedure, "ajukan/selesai"));
    browser.reads("Permohonan diterima");
    let ticket = browser.asks("return document.querySelector('.app-ticket').textContent");
    TicketNumber::parse(ticket.as_str().expect("a ticket number")).expect("a ticket number")
}

/// Does the act of this step on the case that is open, and reads that it is done.
#[track_caller]
pub fn does(browser: &Browser, procedure: &Procedure, step: &Step, look: impl Fn(&str)) {
    let (act, done) = match step.act {
        StepAct::Forward => (Act::Forward, "Permohonan sudah diteruskan."),
        StepAct::Check => (Act::Approve, "Permohonan dinyatakan lengkap."),
        StepAct::Send => (Act::Send, "Permohonan sudah diajukan ke BSrE."),
        StepAct::Answer => (Act::Answer, "Jawaban BSrE sudah dicatat."),
        StepAct::Contact => (Act::Contact, "Hasil menghubungi pemohon sudah dicatat."),
        StepAct::Close => (Act::Close, "Permohonan selesai."),
        StepAct::File => panic!("filing is no act on a case"),
    };
    browser.presses(act.label());
    browser.until("the form to have the focus", || browser.focus_is("#tindakan-isi"));
    fills_in(browser, procedure, step.act);
    if act.is_final() {
        browser.chooses("Saya mengerti");
    }
    look("formulir");
    browser.presses(act.label());
    browser.reads(done);
}

/// Fills in the form of a step's act, as it is when nothing is amiss.
#[track_caller]
pub fn fills_in(browser: &Browser, procedure: &Procedure, act: StepAct) {
    match act {
        StepAct::Forward => {
            browser.chooses("Segera");
            browser.chooses("Proses lebih lanjut");
            browser.fills("#catatan", DISPOSITION);
        }
        StepAct::Check => ticks_checklist(browser),
        StepAct::Answer => {
            browser.chooses("Sertifikat sudah dicabut");
            browser.fills("#rujukan", REFERENCE);
            let local = chrono::Utc::now().with_timezone(&procedure.office.zone.offset());
            browser.sets("#tanggal", &local.format("%Y-%m-%d").to_string());
            browser.sets("#jam", &local.format("%H:%M").to_string());
        }
        StepAct::Contact => {
            browser.chooses("Telepon");
            browser.chooses("Ya, pemohon sudah diberi tahu");
            browser.fills("#catatan", "Diangkat sendiri oleh pemohon.");
        }
        StepAct::Send | StepAct::Close | StepAct::File => {}
    }
}

/// Ticks everything on the checklist.
#[track_caller]
pub fn ticks_checklist(browser: &Browser) {
    let labels = || -> Vec<String> {
        let labels = browser.asks(
            "return [...document.querySelectorAll('[name=periksa] ~ label')].map(l => l.textContent.replace(/\\s+/g, ' ').trim())",
        );
        serde_json::from_value(labels).expect("labels are texts")
    };
    browser.until("the checklist to ask something", || !labels().is_empty());
    for label in labels() {
        browser.chooses(&label);
    }
}

/// How many requests this person has filed, by the database.
pub fn filed_by(person: &str) -> i64 {
    database::number("SELECT count(*) FROM cases WHERE filer = ?1", &[json!(person)])
}

/// An applicant who is signed in already, with their browser and what they will file.
pub fn applicant(procedure: &Procedure, size: Size) -> (Browser, Person, Holder) {
    let email = fresh::email("pemohon", &procedure.office.email_domains[0]);
    let person = Person::entered(&email, &[]);
    let browser = Browser::opens(size);
    browser.becomes(&person);
    let holder = Holder::written_to_at(&email);
    (browser, person, holder)
}

/// What is said of something that was sent without an answer.
pub const LOST: &str = "Tersimpan di perangkat, belum diterima.";

/// From now on, as long as `lost` stands in the page, what is sent to an address with this end is lost: the first is committed
/// and its answer lost, and whatever comes after it does not reach the edge.
pub fn loses_answers(browser: &Browser, end: &str) {
    let script = r#"
        const fetch = window.fetch, end = arguments[0];
        window.lost = true;
        let first = true;
        window.fetch = (input, init) => {
            const request = new Request(input, init);
            if (!window.lost || request.method !== "POST" || !request.url.endsWith(end)) return fetch(request);
            if (!first) return Promise.reject(new TypeError("Failed to fetch"));
            first = false;
            request.headers.set("X-Cabut-Fault", "d1:2:after");
            return fetch(request);
        };
        return 0;
    "#;
    browser.asks_with(script, json!([end]));
}

/// Whether this lies on the device.
pub fn is_kept(browser: &Browser, text: &str) -> bool {
    browser.asks_with("return Object.values(localStorage).some(kept => kept.includes(arguments[0]))", json!([text]))
        == true
}
