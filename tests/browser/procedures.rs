//! Both SOPs whole, by their people, and the ways aside: completing what is missing, and being overtaken.

use std::collections::BTreeSet;

use cabut_tests::{
    database, fresh, mailbox,
    matter::{Holder, Matter},
    person::{office, staff},
};
use serde_json::json;
use workflow::{
    api::MailKind,
    case::{Act, Ask, Urgency},
    identity::TicketNumber,
    procedure::{Procedure, Step, StepAct},
    reason::Reason,
};

use crate::{
    browser::{Browser, Size, on_both_sizes},
    people::{
        DISPOSITION, REFERENCE, at, does, fills_up_to, official, opens_from_list, sends, signs_in, ticks_checklist,
    },
};

on_both_sizes! {
    /// Eight steps, from the start page to "TTE dicabut".
    fn the_sop_of_madiun(size) {
        from_request_to_revoked(office("madiun"), size);
    }

    /// Seven steps, from the start page to "TTE dicabut".
    fn the_sop_of_temanggung(size) {
        from_request_to_revoked(office("temanggung"), size);
    }

    /// The verifier gives it back, the applicant completes it, and the verifier finds it complete.
    fn what_is_missing_is_asked_for_and_sent_again(size) {
        let procedure = office("temanggung");
        let matter = Matter::at(procedure, StepAct::Check);
        let path = at(procedure, &format!("permohonan/{}", matter.ticket));

        let verifier = Browser::opens(size);
        verifier.becomes(&staff(procedure, "verifikator"));
        verifier.goes_to(&path);
        verifier.presses(Act::Return.label());
        verifier.presses(Act::Return.label());
        verifier.until("the errors to have the focus", || verifier.focus_is(".govuk-error-summary"));
        verifier.reads("Pilih berkas atau isian yang harus dilengkapi pemohon.");
        verifier.sees("kembalikan-salah");
        verifier.chooses("KTP");
        verifier.chooses("Isian Nomor HP");
        verifier.fills("#catatan", "Foto KTP terpotong; ambil lagi sampai keempat sudutnya terlihat.");
        verifier.sees("kembalikan");
        verifier.presses(Act::Return.label());
        verifier.reads("Permohonan dikembalikan. Pemohon diberi tahu lewat e-mail.");
        verifier.reads("Menunggu kelengkapan dari pemohon");
        verifier.sees("kasus-dikembalikan");
        mailbox::about(&matter.ticket, MailKind::Returned, matter.holder.email.as_str());

        let applicant = Browser::opens(size);
        applicant.becomes(&matter.filer);
        applicant.goes_to(&path);
        applicant.reads("Menunggu kelengkapan dari Anda");
        applicant.reads("Foto KTP terpotong");
        applicant.sees("kasus-kelengkapan");
        applicant.presses(Act::Resubmit.label());
        applicant.presses(Act::Resubmit.label());
        applicant.reads("Unggah KTP.");
        applicant.gives_file("berkas-ktp", "ktp-lengkap.jpg", &fresh::jpeg(&fresh::word("ktp")));
        applicant.reads("ktp-lengkap.jpg");
        applicant.fills("Nomor HP", "0813 1111 2222");
        applicant.sees("lengkapi");
        applicant.presses(Act::Resubmit.label());
        applicant.reads("Kelengkapan sudah dikirim ke kantor.");
        applicant.reads("Sekarang giliran Verifikator");
        applicant.reads("081311112222");

        verifier.goes_to(&path);
        verifier.reads("Kelengkapan dikirim: KTP, isian formulir");
        does(&verifier, procedure, procedure.step_with(StepAct::Check).expect("it checks"), |_| ());
    }

    /// Two verifiers have the same request before them: who comes second reads why not, and sees how it stands.
    fn who_was_overtaken_reads_so_in_place_and_sees_the_fresh_state(size) {
        let procedure = office("madiun");
        let matter = Matter::at(procedure, StepAct::Check);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "verifikator"));
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.presses(Act::Approve.label());
        ticks_checklist(&browser);

        matter.moves_on();

        browser.provokes(" 409 ");
        browser.presses(Act::Approve.label());
        browser.until("the refusal to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("Permohonan ini sudah berubah sejak Anda membukanya.");
        browser.reads("Langkah 6 dari 8");
        browser.until("the next act to be offered", || browser.has_button(Act::Send.label()));
        browser.sees("kasus-didahului");
        assert_eq!(events(&matter), 6, "it was taken with the form, and the second one has changed nothing");
    }

    /// Refused by the office; taken back by the applicant.
    fn a_request_can_end_without_a_revocation(size) {
        let procedure = office("madiun");
        let refused = Matter::at(procedure, StepAct::Check);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "verifikator"));
        browser.goes_to(&at(procedure, &format!("permohonan/{}", refused.ticket)));
        browser.presses(Act::Refuse.label());
        browser.fills("#catatan", "Sertifikat atas nama ini tidak ada.");
        browser.presses(Act::Refuse.label());
        browser.reads("Centang pernyataan bahwa Anda mengerti sebelum melanjutkan.");
        browser.chooses("Saya mengerti");
        browser.sees("tolak");
        browser.presses(Act::Refuse.label());
        browser.reads("Permohonan ditolak. Pemohon diberi tahu lewat e-mail.");
        browser.sees("kasus-ditolak");

        let withdrawn = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&withdrawn.filer);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", withdrawn.ticket)));
        browser.sees("kasus-pemohon");
        browser.presses(Act::Withdraw.label());
        browser.chooses("Saya mengerti");
        browser.sees("tarik-kembali");
        browser.presses(Act::Withdraw.label());
        browser.reads("Permohonan sudah ditarik kembali.");
        browser.sees("kasus-ditarik-kembali");
    }

    /// A finger that presses twice does one thing.
    fn an_act_happens_once_however_often_it_is_pressed(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, "kadin"));
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.presses(Act::Forward.label());
        browser.reads("Diteruskan kepada Verifikator");
        browser.presses_twice(Act::Forward.label());
        browser.reads("Permohonan sudah diteruskan.");
        browser.sees("kasus-diteruskan");
        assert_eq!(events(&matter), 2);
    }
}

fn events(matter: &Matter) -> i64 {
    database::number("SELECT seq FROM cases WHERE ticket = ?1", &[json!(matter.ticket)])
}

fn from_request_to_revoked(procedure: &'static Procedure, size: Size) {
    let id = &procedure.office.id;
    let named = |name: &str| format!("sop-{id}/{name}");

    // The applicant comes to the door, and reads.
    let applicant = Browser::opens(size);
    applicant.goes_to("/");
    applicant.sees(&named("00-kantor"));
    applicant.follows(&procedure.office.place);
    applicant.arrives(&at(procedure, ""));
    applicant.reads("Pencabutan tidak dapat dibatalkan.");
    applicant.sees(&named("01-mulai"));
    applicant.follows("Baca SOP selengkapnya");
    applicant.arrives(&at(procedure, "sop"));
    for step in &procedure.steps {
        applicant.reads(&step.wording);
    }
    applicant.sees(&named("02-sop"));
    applicant.goes_back();
    applicant.arrives(&at(procedure, ""));

    // Signs in, and files.
    applicant.presses("Ajukan pencabutan");
    applicant.arrives(&at(procedure, "masuk"));
    applicant.sees(&named("03-masuk"));
    let email = fresh::email("pemohon", &procedure.office.email_domains[0]);
    let holder = Holder::written_to_at(&email);
    signs_in(&applicant, &email);
    let page =
        |number: &str| ["siapa", "identitas", "alasan", "kontak", "berkas"].iter().position(|page| *page == number);
    fills_up_to(&applicant, procedure, &holder, "periksa", |here| {
        applicant.sees(&named(&format!("{:02}-ajukan-{here}", page(here).unwrap_or(9) + 4)));
    });
    for told in
        [holder.name.as_str(), holder.nik.as_str(), email.as_str(), Reason::PassphraseLeaked.label(), "081234567890"]
    {
        assert!(
            applicant.shows(told) || applicant.text().replace(' ', "").contains(told),
            "{told} is not among the answers:\n{}",
            applicant.text()
        );
    }
    applicant.sees(&named("09-ajukan-periksa"));
    let ticket = sends(&applicant, procedure);
    applicant.reads(ticket.as_str());
    applicant.sees(&named("10-ajukan-selesai"));
    applicant.presses("Lihat permohonan ini");
    applicant.arrives(&at(procedure, &format!("permohonan/{ticket}")));
    applicant.reads(&format!("Sekarang giliran {}", procedure.title(&procedure.steps[1].actor)));
    applicant.sees(&named("11-kasus-pemohon"));

    // Each official in their turn, in a browser of their own.
    let mut at_work: Option<(String, Browser)> = None;
    for step in &procedure.steps[1..] {
        if step.act == StepAct::Answer && bsre_answers(procedure) {
            // The verifier's browser stays open meanwhile: after BSrE it is their turn again.
            let bsre = official(procedure, &step.actor.0, size);
            bsre.sees(&named(&format!("kerja-{}", step.actor.0)));
            takes_turn(&bsre, procedure, step, &ticket);
            continue;
        }
        let actor = step.recorded_by.as_ref().unwrap_or(&step.actor).0.clone();
        let browser = match at_work.take() {
            Some((same, browser)) if same == actor => {
                browser.goes_to(&at(procedure, "kerja"));
                browser
            }
            left => {
                drop(left);
                let browser = official(procedure, &actor, size);
                browser.sees(&named(&format!("kerja-{actor}")));
                browser
            }
        };
        takes_turn(&browser, procedure, step, &ticket);
        at_work = Some((actor, browser));
    }
    mailbox::about(&ticket, MailKind::Revoked, email.as_str());

    // The applicant sees that it is done, and opens the proof.
    applicant.reloads();
    applicant.reads("TTE sudah dicabut dan permohonan selesai.");
    applicant.reads("TTE dicabut");
    tells_who_answered(&applicant, procedure);
    applicant.sees(&named("kasus-dicabut"));
    applicant.follows("Bukti pencabutan");
    applicant.reads("telah dicabut");
    applicant.sees(&named("lembar-bukti-pemohon"));
    applicant.goes_to(&at(procedure, "permohonan"));
    applicant.reads(ticket.as_str());
    applicant.sees(&named("permohonan-saya"));

    // The verifier finds it in the register and by its number, and every sheet has its contents.
    let (_, verifier) = at_work.expect("somebody was last");
    verifier.goes_to(&at(procedure, "register"));
    opens_from_list_of_revoked(&verifier, ticket.as_str(), &holder);
    verifier.sees(&named("register"));
    verifier.goes_to(&at(procedure, "kasus"));
    verifier.fills("Cari nomor tiket, nama, atau NIP", ticket.as_str());
    verifier.picks("Keadaan", "TTE dicabut");
    verifier.presses("Cari");
    verifier.until("the one request", || verifier.has_link(ticket.as_str()));
    verifier.sees(&named("semua-permohonan"));
    verifier.follows(ticket.as_str());
    verifier.reads("Rantai catatan");
    sheets(&verifier, procedure, &holder, ticket.as_str(), size);
}

/// Whether BSrE records its answer with an account of its own; elsewhere the verifier does, on BSrE's behalf.
fn bsre_answers(procedure: &Procedure) -> bool {
    procedure.office.id == "temanggung"
}

/// As whom BSrE's answer was recorded.
fn answered_as(procedure: &Procedure) -> &'static str {
    if bsre_answers(procedure) { "BSrE" } else { "Verifikator atas nama BSrE" }
}

/// The request's page says of the answer who recorded it, and for whom.
fn tells_who_answered(browser: &Browser, procedure: &Procedure) {
    browser.reads(&format!("({})", answered_as(procedure)));
    assert_eq!(browser.shows("atas nama BSrE"), !bsre_answers(procedure), "{}", browser.text());
}

/// Somebody's turn: the request is among those that wait for them, and they do its step.
fn takes_turn(browser: &Browser, procedure: &Procedure, step: &Step, ticket: &TicketNumber) {
    let named = |name: &str| format!("sop-{}/langkah-{}-{name}", procedure.office.id, step.no);
    opens_from_list(browser, ticket);
    browser.reads(&format!("Langkah {} dari {}", step.no, procedure.steps.len()));
    browser.sees(&named("a-kasus"));
    does(browser, procedure, step, |form| {
        let on_behalf = step.act == StepAct::Answer && !bsre_answers(procedure);
        assert_eq!(browser.shows("Anda mencatat ini atas nama BSrE"), on_behalf, "{}", browser.text());
        browser.sees(&named(&format!("b-{form}")));
    });
    if step.act == StepAct::Answer {
        tells_who_answered(browser, procedure);
    }
    browser.sees(&named("c-sesudah"));
}

/// The newest revocations stand first: it is on the first part of the register, with the holder's name for whoever asks to
/// see it.
fn opens_from_list_of_revoked(browser: &Browser, ticket: &str, holder: &Holder) {
    browser.until("the request in the register", || browser.has_link(ticket));
    assert!(!browser.shows(holder.name.as_str()), "masked until somebody asks");
    browser.presses("Tampilkan data lengkap");
    browser.reads(holder.name.as_str());
}

/// Opens each sheet that the case links to, and reads what the SOP wants on it.
fn sheets(browser: &Browser, procedure: &Procedure, holder: &Holder, ticket: &str, size: Size) {
    browser.settles();
    let links = browser
        .asks("return [...document.querySelectorAll('.steps__sheets a')].map(link => link.getAttribute('href'))");
    let links: Vec<String> = serde_json::from_value(links).expect("addresses are texts");
    let mut kinds = BTreeSet::new();
    let recorded = format!(", {}", answered_as(procedure));
    for link in &links {
        browser.goes_to(link);
        let sheet = link.rsplit('/').next().expect("an address has a last part");
        let kind = sheet.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
        kinds.insert(kind.to_owned());
        let answer = [
            "telah dicabut",
            REFERENCE,
            recorded.as_str(),
            Reason::PassphraseLeaked.label(),
            holder.name.as_str(),
            "Tanda bukti",
        ];
        let expected: Vec<&str> = match kind {
            "permohonan" => vec![
                holder.name.as_str(),
                "Analis Kepegawaian",
                Reason::PassphraseLeaked.label(),
                "Terlihat orang lain",
            ],
            "disposisi" => vec!["Lembar Disposisi", Urgency::Urgent.label(), Ask::Process.label(), DISPOSITION],
            "daftar-periksa" => procedure.checks.iter().map(|check| check.wording.as_str()).collect(),
            "persetujuan" => vec!["disetujui untuk diajukan pencabutannya", holder.name.as_str()],
            "email-bsre" => vec!["bsre@contoh.invalid", holder.name.as_str()],
            "pemberitahuan" => vec![holder.email.as_str()],
            "menghubungi" => vec!["Telepon", "Terhubung", "Diangkat sendiri oleh pemohon."],
            "bukti" => answer.to_vec(),
            other => panic!("an unknown sheet: {other}"),
        };
        browser.settles();
        for text in expected.into_iter().chain([ticket]) {
            browser.reads(text);
        }
        browser.sees(&format!("sop-{}/lembar-{sheet}", procedure.office.id));
        if size == Size::Desktop {
            prints_on_one_page(browser, &format!("sop-{}/cetak-{sheet}", procedure.office.id));
        }
    }
    let asked: BTreeSet<String> = procedure
        .steps
        .iter()
        .flat_map(|step| &step.sheets)
        .map(|sheet| crate::pages::sheet_id(*sheet).to_owned())
        .collect();
    assert_eq!(kinds, asked, "the sheets of the SOP's steps");
    assert_eq!(
        links.len(),
        procedure.steps.iter().map(|step| step.sheets.len()).sum::<usize>(),
        "one for each step: {links:?}"
    );
}

/// On A4, without what belongs to the screen alone.
pub fn prints_on_one_page(browser: &Browser, name: &str) {
    browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    browser.measures(794);
    browser.takes_picture(name);
    browser.measures(1280);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "" }));
    let a4 = json!({ "paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": true });
    let pdf = browser.devtools("Page.printToPDF", a4);
    let pdf = thirtyfour::support::base64_decode(pdf["data"].as_str().expect("a document")).expect("base64");
    let pdf = String::from_utf8_lossy(&pdf);
    let pages = pdf.matches("/Type /Page").count() - pdf.matches("/Type /Pages").count();
    if pages != 1 {
        browser.faults(format!("{name} prints on {pages} pages"));
    }
}
