//! Mail that did not arrive: an official sees it on the request, sends it again, or writes elsewhere.

use cabut_tests::{
    fresh, mailbox,
    matter::Matter,
    person::{Person, office, staff},
    until,
};
use workflow::{
    api::{MailKind, MailState, SentMail},
    case::{Act, FilingWay},
};

use crate::{
    browser::{Browser, on_both_sizes},
    people::at,
};

on_both_sizes! {
    /// Whoever has no turn sees it too. The applicant is told where else they read of it; to mend it is the office's.
    fn lost_mail_goes_again_and_then_elsewhere(size) {
        let procedure = office("temanggung");
        let domain = &procedure.office.email_domains[0];
        let applicant = Person::signs_in(procedure, &fresh::unreachable("pemohon", domain, "ditolak"));
        let matter = Matter::filed_by(procedure, FilingWay::Holder, applicant.clone());
        let verifier = staff(procedure, "verifikator");
        let received = || {
            let mails: Vec<SentMail> = verifier.get(&format!("{}/mails", matter.path())).ok();
            mails.into_iter().find(|mail| mail.kind == MailKind::Received).expect("it was written")
        };
        let fails = || until("the mail to fail", || (received().state == MailState::Failed).then_some(()));
        fails();

        let browser = Browser::opens(size);
        browser.becomes(&applicant);
        let page = at(procedure, &format!("permohonan/{}", matter.ticket));
        browser.goes_to(&page);
        browser.reads(&format!("E-mail kami kepada Anda ({}) tidak sampai.", applicant.email));
        browser.reads("Sebabnya: alamat ini sudah pernah menolak e-mail kami.");
        browser.reads(&format!("beri tahu {}: petugas dapat mengganti alamatnya.", procedure.office.name));
        browser.reads("selalu dapat Anda lihat di halaman ini");
        assert!(!browser.has_button("Kirim lagi") && !browser.has_button("Ganti alamat"));
        browser.sees("permohonan-email-tidak-sampai");

        browser.becomes(&verifier);
        browser.goes_to(&page);
        browser.reads(&format!("E-mail kepada pemohon ({}) tidak sampai: permohonan diterima.", applicant.email));
        browser.reads("Sebabnya: alamat ini sudah pernah menolak e-mail kami.");
        assert!(!browser.shows("Tindakan Anda"), "the turn is another's");
        browser.sees("permohonan-email-gagal");
        browser.presses("Kirim lagi");
        browser.reads("E-mail sedang dikirim lagi.");
        fails();

        browser.reloads();
        browser.presses("Ganti alamat");
        browser.reads("Pesan untuk WhatsApp dan e-mail sudah disiapkan");
        browser.presses(Act::Readdress.label());
        browser.reads("Tulis bagaimana Anda memastikan alamat ini milik pemohon.");
        browser.sees("ganti-alamat-salah");
        let elsewhere = fresh::email("alamat.baru", domain);
        browser.fills("Alamat e-mail baru", elsewhere.as_str());
        browser.fills("Bagaimana Anda memastikan alamat ini milik pemohon?", "Disebut lewat telepon.");
        browser.presses(Act::Readdress.label());
        browser.reads("Alamat sudah diganti.");
        mailbox::about(&matter.ticket, MailKind::Received, elsewhere.as_str());
        browser.reloads();
        browser.settles();
        browser.until("the warning to go", || !browser.shows("tidak sampai"));
        browser.reads(elsewhere.as_str());
        browser.sees("permohonan-alamat-diganti");

        // What went elsewhere is not theirs who signs in here.
        browser.becomes(&applicant);
        browser.goes_to(&page);
        browser.settles();
        assert!(!browser.shows("tidak sampai"));
    }

    /// Where the file lies, with whom, since when, by when, and what one can do: at every stage.
    fn the_applicant_is_told_all_of_it(size) {
        let procedure = office("temanggung");
        let matter = Matter::filed(procedure);
        let browser = Browser::opens(size);
        browser.becomes(&matter.filer);
        let page = at(procedure, &format!("permohonan/{}", matter.ticket));
        let reads = |all: &[&str]| {
            browser.goes_to(&page);
            browser.settles();
            for one in all {
                browser.reads(one);
            }
        };
        let name = &procedure.office.name;
        let place = |actor: &str| format!("Berkas ada di {name}, pada {actor}.");
        let head = "Kepala Dinas Kominfo Kabupaten Temanggung";
        let ask = format!("hubungi {name} dan sebutkan nomor permohonan {}", matter.ticket);
        let able = &format!("Permohonan ini mendesak: didahulukan, dan semua pejabat yang memprosesnya sudah diberi tahu. Bila ingin menanyakannya, {ask}.");
        reads(&[&format!("Sekarang giliran {head} sejak"), "Batas langkah ini menurut SOP dan jam kerja kantor", &place(head), able, "menarik kembali"]);
        browser.sees("permohonan-bagi-pemohon");
        matter.is_returned();
        let waits = format!("Berkas ada di {name}, pada Verifikator, dan menunggu kelengkapan itu.");
        reads(&["Menunggu kelengkapan dari Anda sejak", "Tidak ada batas waktunya", &waits]);
        matter.act(&matter.filer, Act::Resubmit).expect(200);
        reads(&["Sekarang giliran Verifikator sejak", &place("Verifikator"), able]);
        matter.moves_on();
        matter.moves_on();
        let body = format!("Permintaan ada di BSrE; berkasnya di {name}.");
        reads(&["Menunggu jawaban BSrE sejak", "tanpa batas waktu dalam SOP", &body, "tidak dapat ditarik kembali lagi"]);
        matter.moves_on();
        reads(&[&place("Verifikator"), "Sertifikat sudah dicabut. Anda tidak perlu melakukan apa pun"]);
        matter.walks_to(u8::MAX);
        reads(&["permohonan selesai", &format!("Berkas disimpan di {name}."), "Bukti pencabutan dapat Anda buka dan cetak"]);
    }
}
