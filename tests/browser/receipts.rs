//! Receipts, from the page of a request to whoever is shown one; and the log, for whoever checks it.

use cabut_tests::{
    matter::Matter,
    person::{both, office, staff},
    vault,
};
use workflow::{
    case::AUDITOR,
    log::{Checkpoint, Receipt, leaf},
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::at,
};

/// Where a receipt of the case is checked, as the QR code has it.
fn address(matter: &Matter, seq: u32) -> String {
    let answer = matter.filer.get(&format!("{}/receipts/{seq}/check", matter.path())).expect(303);
    answer.header("location").expect("where it is checked").to_owned()
}

on_both_sizes! {
    /// Without an account, by their own browser, and without learning whom it is about.
    fn whoever_is_shown_a_receipt_checks_it(size) {
        for procedure in both() {
            let matter = Matter::at_end(procedure);
            let view = matter.view(&matter.filer);
            let (name, office) = (matter.holder.form().name.to_string(), &procedure.office.id);
            let browser = Browser::opens(size);
            let address = address(&matter, 1);
            browser.goes_to(&address);
            browser.reads("Tanda bukti ini benar");
            browser.reads("Peristiwanya tercatat sebagai: permohonan pencabutan TTE diajukan.");
            browser.reads("masih memuat semua yang ditandatangani waktu itu tanpa perubahan");
            browser.reads("Yang tidak dibuktikan");
            let hash = view.events[0].hash.to_string();
            assert!(browser.text().replace(' ', "").contains(&hash), "the hash that is printed on the sheet");
            assert!(!browser.shows(&name) && !browser.shows(matter.ticket.as_str()));
            browser.sees(&format!("tanda-bukti-benar-{office}"));

            // One character is another.
            let (before, code) = address.split_once('#').expect("the receipt");
            let place = code.len() / 2;
            let other = if code.as_bytes()[place] == b'A' { "B" } else { "A" };
            let code = format!("{}{other}{}", &code[..place], &code[place + 1..]);
            browser.goes_to(&format!("{before}#{code}"));
            browser.reads("Tanda bukti ini tidak membuktikan apa pun");
            browser.sees(&format!("tanda-bukti-salah-{office}"));

            // The file that goes with the mail.
            let receipt = matter.filer.get(&format!("{}/receipts/{}", matter.path(), view.events.len())).expect(200);
            browser.fills("Atau tempel isinya di sini", &receipt.text());
            browser.presses("Periksa");
            browser.reads("Tanda bukti ini benar");
            browser.reads("Peristiwanya tercatat sebagai: permohonan ditutup.");
            browser.gives_file("berkas", "tanda-bukti.txt", &receipt.text().as_bytes()[..300]);
            browser.reads("Tanda bukti ini tidak dapat dibaca");
        }
    }

    /// An office that rewrote its log has signed two: what it once signed of the other one still proves that.
    fn a_receipt_that_the_log_of_today_contradicts_says_so(size) {
        let procedure = office("madiun");
        let matter = Matter::at_end(procedure);
        let text = matter.filer.get(&format!("{}/receipts/1", matter.path())).expect(200).text();
        let receipt = Receipt::parse(&text).expect("a receipt");
        // Signed by the office's own key: a log that has this event alone, which is not how today's begins.
        let name = &receipt.checkpoint.signatures()[0].name;
        let other = Checkpoint::new(name, 1, leaf(receipt.kind, receipt.event)).expect("a checkpoint");
        let checkpoint = other.sign(&vault::log_signer(name)).expect("signed");
        let other = Receipt { index: 0, proof: Vec::new(), checkpoint, ..receipt };
        let browser = Browser::opens(size);
        browser.goes_to(&at(procedure, &format!("tanda-bukti#{}", other.short().expect("a short form"))));
        browser.reads("Tanda bukti ini benar, tetapi catatan kantor tidak lagi cocok");
        browser.reads("ada peristiwa yang diubah atau hilang");
        browser.reads("laporkan kepada pengawas kantor");
        assert!(!browser.shows("masih memuat semua yang ditandatangani waktu itu"));
        browser.sees("tanda-bukti-bertentangan");

        // So does the file, and the receipt that the log of today gives is free of it.
        browser.fills("Atau tempel isinya di sini", &other.to_string());
        browser.presses("Periksa");
        browser.reads("Tanda bukti ini benar, tetapi catatan kantor tidak lagi cocok");
        browser.goes_to(&address(&matter, 1));
        browser.reads("masih memuat semua yang ditandatangani waktu itu tanpa perubahan");
    }

    /// On the request's own page, and on the proof that is printed.
    fn a_request_shows_its_receipts(size) {
        let procedure = office("madiun");
        let matter = Matter::at_end(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        let codes = "return [...document.querySelectorAll('.app-receipt img')].filter(one => one.naturalWidth > 0).length";
        browser.goes_to(&at(procedure, &format!("permohonan/{}", matter.ticket)));
        browser.reads("Bukti bahwa pencabutan tercatat di kantor.");
        browser.asks("document.querySelector('.app-receipt').scrollIntoView()");
        browser.until("both codes to be drawn", || browser.asks(codes) == 2);
        browser.goes_to(&at(procedure, &format!("permohonan/{}/lembar/bukti", matter.ticket)));
        browser.until("the code to be drawn", || browser.asks(codes) == 1);
        browser.sees("bukti-pencabutan");
        browser.follows("Periksa");
        browser.reads("Tanda bukti ini benar");
    }

    /// The whole log, as a file.
    fn an_auditor_downloads_the_log(size) {
        let procedure = office("temanggung");
        Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&staff(procedure, AUDITOR));
        browser.goes_to(&at(procedure, "catatan"));
        browser.reads(&format!("/{}", procedure.office.id));
        browser.presses("Unduh seluruh catatan");
        browser.reads("sudah diunduh");
        browser.sees("catatan");
        browser.becomes(&staff(procedure, "kadin"));
        browser.goes_to(&at(procedure, "catatan"));
        browser.reads("Seluruh catatan dapat diunduh oleh auditor kantor.");
    }
}
