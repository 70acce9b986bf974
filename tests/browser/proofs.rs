//! The code from one's mailbox before what can do much harm, and the page of one's own sessions.

use cabut_tests::{
    fresh, mailbox,
    matter::Matter,
    person::{Person, office},
};
use chrono::TimeDelta;
use workflow::{
    api::MailKind,
    case::{ADMINISTRATOR, Act},
    procedure::StepAct,
};

use crate::{
    browser::{Browser, on_both_sizes},
    office::alone,
    people::at,
};

/// Somebody with this role of Madiun's who entered a code an hour ago.
fn official(actor: &str) -> Person {
    Person::with_roles(office("madiun"), &[actor]).proven_ago(TimeDelta::hours(1))
}

/// How many codes they have had.
fn codes(person: &Person) -> usize {
    mailbox::now(person.email.as_str(), MailKind::Code, None).len()
}

on_both_sizes! {
    /// The code is asked for in place; what was typed stays, and the act goes again by itself.
    fn an_act_asks_for_a_code_and_goes_on_by_itself(size) {
        let procedure = office("madiun");
        let verifier = official("verifikator");
        let matter = Matter::at(procedure, StepAct::Send);
        let browser = Browser::opens(size);
        browser.becomes(&verifier);
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.presses(Act::Send.label());
        browser.fills("#catatan", "Mohon diproses hari ini.");
        browser.chooses("Saya mengerti");
        browser.provokes(" 403 ");
        browser.presses(Act::Send.label());
        browser.until("the code's entry to have the focus", || browser.focus_is("#kode-bukti"));
        browser.reads(verifier.email.as_str());
        browser.holds("#catatan", "Mohon diproses hari ini.");
        browser.sees("bukti/kode");
        let attribute = browser.asks("const e = document.getElementById('kode-bukti'); return [e.autocomplete, e.inputMode].join()");
        assert_eq!(attribute, "one-time-code,numeric", "phones fill it in, with digits to type");

        let code = mailbox::code(&verifier.email, 1);
        browser.fills("#kode-bukti", if code == "12345678" { "87654321" } else { "12345678" });
        browser.provokes("/api/session/proof");
        browser.presses("Lanjutkan");
        browser.until("the error to have the focus", || browser.focus_is(".govuk-error-summary"));
        browser.reads("Kode salah");
        browser.sees("bukti/kode-salah");

        // They would rather not: nothing has happened, and nothing is lost.
        browser.presses("Tidak jadi");
        browser.until("the code's entry to go", || browser.is_gone("kode-bukti"));
        browser.holds("#catatan", "Mohon diproses hari ini.");
        assert_eq!(matter.case().sent_at, None);

        browser.presses(Act::Send.label());
        browser.until("the code's entry again", || browser.focus_is("#kode-bukti"));
        browser.fills("#kode-bukti", &mailbox::code(&verifier.email, 2));
        browser.presses("Lanjutkan");
        browser.reads("Permohonan sudah diajukan ke BSrE.");
        browser.until("the result to have the focus", || browser.focus_is("#hasil"));
        assert!(matter.case().sent_at.is_some());
        browser.sees("bukti/diajukan");
        browser.reads("Mohon diproses hari ini.");
    }

    /// The office's administrator is asked too, and not again for what comes soon after.
    fn a_change_of_roles_asks_for_a_code_once(size) {
        let _alone = alone();
        let procedure = office("madiun");
        let boss = official(ADMINISTRATOR);
        let browser = Browser::opens(size);
        browser.becomes(&boss);
        browser.goes_to(&at(procedure, "kantor"));
        let invites = |email: &str| {
            browser.presses("Undang pegawai");
            browser.fills("Nama lengkap dengan gelar", "Wati Contoh Rahayu, S.Sos");
            browser.fills("#email", email);
            browser.fills("#nip", fresh::nip().as_str());
            browser.chooses("Verifikator");
            browser.fills("Alasan atau dasar perubahan", "SK mutasi 821/7/2026.");
            browser.presses("Simpan");
        };
        let (first, second) = (fresh::email("wati", "madiunkota.go.id"), fresh::email("wati", "madiunkota.go.id"));
        browser.provokes(" 403 ");
        invites(first.as_str());
        browser.until("the code's entry to have the focus", || browser.focus_is("#kode-bukti"));
        browser.sees("bukti/kantor-kode");
        browser.fills("#kode-bukti", &mailbox::code(&boss.email, 1));
        browser.presses("Lanjutkan");
        browser.reads("Pegawai sudah terdaftar");
        browser.reads(first.as_str());
        browser.reloads();
        invites(second.as_str());
        browser.reads("Pegawai sudah terdaftar");
        assert_eq!(codes(&boss), 1, "one code for what comes soon after");
        cabut_tests::database::sql("UPDATE roles SET held_until = held_from WHERE person = ?1", &[serde_json::json!(boss.id)]);
    }

    /// A device that was lost is signed out from another.
    fn one_signs_out_where_one_is_not(size) {
        let procedure = office("madiun");
        let person = Person::applicant(procedure);
        let (lost, other) = (Person::known(&person.id, &person.email), Person::known(&person.id, &person.email));
        let browser = Browser::opens(size);
        browser.becomes(&person);
        browser.goes_to(&at(procedure, "permohonan"));
        browser.follows(person.email.as_str());
        browser.arrives(&at(procedure, "data-saya"));
        browser.follows("Perangkat tempat Anda masuk");
        browser.arrives(&at(procedure, "sesi"));
        browser.reads("Perangkat ini");
        browser.sees("sesi");
        let label = "return document.querySelectorAll('main button[aria-label^=\"Keluar dari sana\"]').length";
        assert_eq!(browser.asks(label), 2);
        browser.presses("Keluar dari sana");
        browser.reads("Perangkat itu sudah dikeluarkan.");
        browser.until("the result to have the focus", || browser.focus_is("#hasil"));
        browser.until("one to be gone", || browser.asks(label) == 1);
        let out = [&lost, &other].iter().filter(|one| one.me().status == 401).count();
        assert_eq!(out, 1);
        browser.presses("Keluar dari semua perangkat lain");
        browser.reads("dikeluarkan sekarang juga");
        browser.sees("sesi-semua");
        browser.presses("Ya, keluarkan semuanya");
        browser.reads("Semua perangkat lain sudah dikeluarkan.");
        browser.until("all others to be gone", || browser.asks(label) == 0);
        browser.sees("sesi-sendiri");
        assert!([lost, other].iter().all(|one| one.me().status == 401));
        person.me().expect(200);
    }
}
