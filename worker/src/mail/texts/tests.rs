use chrono::TimeDelta;
use workflow::{
    case::{Acting, ActingKind, By, Channel, Digest, DocumentId, Handed, PersonId, Urgency},
    identity::{LetterNumber, TicketNumber},
    log::{Checkpoint, Signer},
    note::Note,
    procedure::{ActorId, PaperId, offices},
};

use super::*;

/// A case that the tests lead from event to event, with the mails that each one causes.
struct Story {
    procedure: &'static Procedure,
    case: Case,
    form: Form,
    explanation: Option<Note>,
    turn: Vec<Recipient>,
    last: Vec<Message>,
}

fn recipient(address: &str, title: &str) -> Recipient {
    Recipient { address: address.to_owned(), title: title.to_owned() }
}

impl Story {
    fn begin(office: &str, way: FilingWay, reason: Reason) -> Story {
        Story::explained(office, way, reason, None)
    }

    fn explained(office: &str, way: FilingWay, reason: Reason, explanation: Option<&str>) -> Story {
        let procedure = offices().current(office).unwrap();
        let form: Form = serde_json::from_value(serde_json::json!({
            "name": "Siti Nur'aini, S.STP., M.Si",
            "nik": "3515144508680002",
            "nip": "196808052015052001",
            "position": "Sekretaris Dinas",
            "unit": "Dinas Kesehatan",
            "email": format!("siti.contoh@{}", procedure.office.email_domains[0]),
        }))
        .unwrap();
        let papers = procedure
            .required_papers(way)
            .map(|paper| Handed {
                paper: paper.id.clone(),
                document: DocumentId(paper.id.0.clone()),
                sha256: Digest::ZERO,
            })
            .collect();
        let by = match way {
            FilingWay::Holder => "pemohon",
            FilingWay::Leader => "pimpinan",
            FilingWay::Desk => "verifikator",
        };
        let filed = Happened::Filed { office: office.to_owned(), version: 1, way, reason, holder: None, papers };
        let event = event(1, &procedure.office.ticket_prefix, by, filed);
        let case = Case::begin(&event).unwrap();
        let note = explanation.map(|text| Note::parse(text).unwrap());
        let turn = vec![
            recipient("a@kantor.invalid", "Kepala Dinas Kominfo"),
            recipient("b@kantor.invalid", "Plh. Kepala Dinas Kominfo"),
        ];
        let mut story = Story { procedure, case, form, explanation: note, turn, last: Vec::new() };
        story.write(&event, explanation);
        story
    }

    fn then(&mut self, by: &str, what: Happened, note: Option<&str>) -> &mut Story {
        let event = event(self.case.seq + 1, &self.procedure.office.ticket_prefix, by, what);
        self.case.evolve(self.procedure, &event).unwrap();
        self.write(&event, note);
        self
    }

    fn write(&mut self, event: &Event, note: Option<&str>) {
        let content = Content { note: note.map(|note| Note::parse(note).unwrap()), ..Content::default() };
        self.last = for_event(&Facts {
            procedure: self.procedure,
            case: &self.case,
            event,
            writer: &event.by.title(self.procedure),
            approver: "Verifikator",
            content: &content,
            form: &self.form,
            explanation: self.explanation.as_ref(),
            turn: &self.turn,
            chain: &|| ["b@kantor.invalid", "c@kantor.invalid"].map(|address| recipient(address, "Jabatan")).into(),
            administrators: &|| vec![recipient("admin@kantor.invalid", "Administrator")],
            bsre_email: "bsre@contoh.invalid",
            origin: "https://cabut.invalid",
        });
    }

    fn kinds(&self) -> Vec<(MailKind, &str)> {
        self.last.iter().map(|mail| (mail.kind, mail.to.as_str())).collect()
    }
}

fn event(seq: u32, prefix: &str, by: &str, what: Happened) -> Event {
    let at = DateTime::from_timestamp(1_740_971_100, 0).unwrap() + TimeDelta::minutes(i64::from(seq) - 1);
    let by = By { person: PersonId("p".to_owned()), actor: ActorId::from(by), behalf: None, acting: None };
    Event { case: TicketNumber::new(prefix, 0x5_1234_5678).unwrap(), seq, at, by, what, content: None }
}

fn forwarded() -> Happened {
    Happened::Forwarded { urgency: Urgency::Ordinary, asks: Vec::new() }
}

fn approved() -> Happened {
    Happened::Approved { ticked: Vec::new() }
}

fn answered(answer: Answer) -> Happened {
    Happened::Answered { answer, answered_at: DateTime::from_timestamp(1_740_974_700, 0).unwrap(), papers: Vec::new() }
}

fn at_check() -> Story {
    let mut story = Story::begin("madiun", FilingWay::Holder, Reason::Moved);
    story.then("kadin", forwarded(), None).then("kabid", forwarded(), None).then("kasi", forwarded(), None);
    story
}

const APPLICANT: &str = "siti.contoh@madiunkota.go.id";
const YOURS: [(MailKind, &str); 2] =
    [(MailKind::YourTurn, "a@kantor.invalid"), (MailKind::YourTurn, "b@kantor.invalid")];

#[test]
fn the_code() {
    let office = &offices().current("madiun").unwrap().office;
    let mail = code(office, &EmailAddress::parse(APPLICANT).unwrap(), "012345");
    assert_eq!(mail.subject, "Kode masuk layanan pencabutan TTE Kota Madiun");
    assert_eq!((mail.to.as_str(), &mail.ticket, mail.seq), (APPLICANT, &None, None));
    expect(&mail, "CODE");
}

#[test]
fn the_code_that_proves_a_mailbox_is_told_from_the_one_that_signs_in() {
    let office = &offices().current("madiun").unwrap().office;
    let mail = proof_code(office, &EmailAddress::parse(APPLICANT).unwrap(), "012345");
    assert_eq!(mail.subject, "Kode konfirmasi layanan pencabutan TTE Kota Madiun");
    assert_eq!((mail.kind, mail.to.as_str(), &mail.ticket), (MailKind::Code, APPLICANT, &None));
    expect(&mail, "PROOF_CODE");
}

#[test]
fn received_tells_what_comes_next_and_by_when() {
    let story = Story::begin("madiun", FilingWay::Holder, Reason::Moved);
    assert_eq!(story.kinds(), [&[(MailKind::Received, APPLICANT)], &YOURS[..]].concat());
    expect(&story.last[0], "RECEIVED");
    expect(&story.last[1], "YOUR_TURN");
}

#[test]
fn received_by_a_leader_and_at_the_desk() {
    let story = Story::begin("temanggung", FilingWay::Leader, Reason::Deceased);
    let text = flat(&story.last[0]);
    assert!(text.contains("Yth. Bapak/Ibu Pimpinan, "));
    assert!(text.contains("atas nama Siti Nur'aini, S.STP., M.Si yang Anda ajukan"), "{text}");
    assert!(text.contains("SOP tidak menyebut waktu untuk langkah 5, 6 dan 7."), "{text}");
    let story = Story::begin("madiun", FilingWay::Desk, Reason::Retired);
    assert_eq!(story.kinds()[0], (MailKind::Received, APPLICANT));
    assert!(flat(&story.last[0]).contains("yang Anda serahkan di kantor kami"));
}

#[test]
fn returned_lists_what_is_missing_and_why() {
    let mut story = at_check();
    let what =
        Happened::Returned { papers: vec![PaperId::from("identitas")], fields: vec![FieldId::Nik, FieldId::UnitHead] };
    story.then("verifikator", what, Some("Foto KTP terpotong.\nNIK tidak sama dengan KTP."));
    assert_eq!(story.kinds(), [(MailKind::Returned, APPLICANT)]);
    expect(&story.last[0], "RETURNED");
    story.then("pemohon", Happened::Resubmitted { papers: Vec::new(), form: true, holder: None }, None);
    assert_eq!(story.kinds(), YOURS);
    assert!(flat(&story.last[0]).contains("Pemohon sudah melengkapi permohonan"));
}

#[test]
fn refused_gives_the_reason() {
    let mut story = at_check();
    story.then("verifikator", Happened::Refused, Some("Pemegang tidak bekerja di Kota Madiun."));
    assert_eq!(story.kinds(), [(MailKind::Refused, APPLICANT)]);
    expect(&story.last[0], "REFUSED");
}

#[test]
fn the_request_to_bsre_is_a_formal_letter() {
    let mut story = at_check();
    story.then("verifikator", approved(), None);
    assert_eq!(story.kinds(), [], "the same role goes on with the file");
    story.then("verifikator", Happened::Sent, Some("Mohon didahulukan."));
    assert_eq!(story.kinds(), [&[(MailKind::RequestToBsre, "bsre@contoh.invalid")], &YOURS[..]].concat());
    expect(&story.last[0], "REQUEST_TO_BSRE");
}

/// A leaked passphrase: everybody in the chain hears of it at once, and whoever has the turn only once.
#[test]
fn what_cannot_wait_alarms_the_chain() {
    let story = Story::begin("madiun", FilingWay::Holder, Reason::PassphraseLeaked);
    let alarm = (MailKind::Reminder, "c@kantor.invalid");
    assert_eq!(story.kinds(), [&[(MailKind::Received, APPLICANT), alarm], &YOURS[..]].concat());
    expect(&story.last[1], "ALARM");
    let text = flat(&story.last[1]);
    assert!(text.contains("Mendesak") && text.contains("sebelum 4 Maret 2025 pukul 10.05 WIB"), "{text}");
    assert!(!text.contains("Siti") && !text.contains("3515144508680002"), "nothing of the form: {text}");
}

/// Whoever has to act hears that it cannot wait, at every step until it is revoked; the outside body too.
#[test]
fn what_cannot_wait_says_so_at_every_step_until_it_is_revoked() {
    let mut story = Story::begin("madiun", FilingWay::Holder, Reason::DeviceLost);
    let until = "sebelum 4 Maret 2025 pukul 10.05 WIB, 24 jam sejak diajukan";
    for (by, what) in [
        ("kadin", forwarded()),
        ("kabid", forwarded()),
        ("kasi", forwarded()),
        ("verifikator", approved()),
        ("verifikator", Happened::Sent),
    ] {
        let theirs = story.last.iter().filter(|mail| matches!(mail.kind, MailKind::YourTurn | MailKind::RequestToBsre));
        for mail in theirs {
            assert!(mail.subject.starts_with("Mendesak") && flat(mail).contains(until), "{}", mail.text);
        }
        story.then(by, what, None);
    }
    assert!(story.last[0].subject.starts_with("Mendesak: permohonan") && flat(&story.last[0]).contains(until));
    expect(&story.last[0], "REQUEST_TO_BSRE_URGENT");
    story.then("verifikator", answered(Answer::Revoked), None);
    assert!(story.last.iter().all(|mail| !mail.subject.contains("Mendesak") && !flat(mail).contains("24 jam")));
    let calm = Story::begin("madiun", FilingWay::Holder, Reason::Moved);
    assert!(calm.last.iter().all(|mail| !flat(mail).contains("24 jam")));
}

/// The only kasi stood in for the kadin in this request: nobody can take the step, and the administrators hear of it.
#[test]
fn the_administrators_hear_where_nobody_can_act() {
    let mut story = Story::begin("madiun", FilingWay::Holder, Reason::Moved);
    story.turn = Vec::new();
    story.then("kadin", forwarded(), None);
    assert_eq!(story.kinds(), [(MailKind::Stranded, "admin@kantor.invalid")]);
    expect(&story.last[0], "STRANDED");
    story.then("kabid", forwarded(), None).then("kasi", forwarded(), None);
    story.then("verifikator", Happened::Returned { papers: vec!["identitas".into()], fields: vec![] }, Some("Buram."));
    assert!(
        story.last.iter().all(|mail| mail.kind != MailKind::Stranded),
        "the applicant's turn waits for nobody else"
    );
}

/// Back in the pool, it is everybody's who can take it.
#[test]
fn the_pool_hears_of_what_is_put_back() {
    let mut story = at_check();
    story.then("verifikator", Happened::Taken, None);
    assert!(story.last.is_empty());
    story.then("verifikator", Happened::PutBack, None);
    assert_eq!(story.kinds(), YOURS);
    assert!(flat(&story.last[0]).contains("dikembalikan ke antrean"));
}

/// Both mailboxes, so that whoever did not ask for it hears of it.
#[test]
fn a_new_mailbox_is_told_to_the_old_one_too() {
    let office = &offices().current("madiun").unwrap().office;
    let new = EmailAddress::parse("baru@madiunkota.go.id").unwrap();
    let mail = moved(office, "lama@madiunkota.go.id", &new);
    expect(&mail, "MOVED");
    assert_eq!(mail.to, "lama@madiunkota.go.id");
}

/// Each rung says what it is about to whom.
#[test]
fn reminders_say_whose_turn_it_is_and_since_when() {
    let mut story = at_check();
    let filed_at = story.case.filed_at;
    let at = |minutes: i64| filed_at + TimeDelta::minutes(minutes);
    let told = |story: &Story, one: Reminder, due| {
        let last = event(story.case.seq, "MDN", "verifikator", approved());
        let facts = Facts {
            procedure: story.procedure,
            case: &story.case,
            event: &last,
            writer: "",
            approver: "",
            content: &Content::default(),
            form: &story.form,
            explanation: None,
            turn: &[],
            chain: &Vec::new,
            administrators: &Vec::new,
            bsre_email: "",
            origin: "https://cabut.invalid",
        };
        reminder(&facts, &one, due, &[recipient("d@kantor.invalid", "Plh. Kepala Dinas Kominfo")])
    };
    let rung = |rung, actor: &str, late| Reminder { rung, at: at(60), actors: vec![ActorId::from(actor)], late };
    let mails = told(&story, rung(2, "verifikator", true), Some(at(13)));
    assert_eq!((mails[0].rung, mails[0].kind), (2, MailKind::Reminder));
    expect(&mails[0], "REMINDER");
    let text = flat(&mails[0]);
    assert!(text.contains("menunggu Anda sejak 3 Maret 2025 pukul 10.08 WIB (langkah 5 dari 8)"), "{text}");
    assert!(text.contains("sudah habis pada 3 Maret 2025 pukul 10.18 WIB"), "{text}");
    let text = flat(&told(&story, rung(4, "kadin", true), Some(at(13)))[0]);
    assert!(text.contains("menunggu Verifikator sejak"), "{text}");
    assert!(text.contains("diberi tahu sebagai Plh. Kepala Dinas Kominfo"), "{text}");
    let urgent = Story::begin("madiun", FilingWay::Holder, Reason::PassphraseLeaked);
    let mails = told(&urgent, rung(101, "kadin", false), Some(at(13)));
    expect(&mails[0], "REMINDER_OF_24_HOURS");
    let text = flat(&mails[0]);
    assert!(text.contains("Harus sudah dicabut sebelum 4 Maret 2025 pukul"), "{text}");
    assert!(mails[0].subject.starts_with("Mendesak, 24 jam segera habis: "), "{}", mails[0].subject);
    let over = |actors: &[&str]| Reminder {
        at: urgent.case.filed_at + URGENT,
        actors: actors.iter().map(|actor| ActorId::from(*actor)).collect(),
        ..rung(102, "kadin", true)
    };
    let mails = told(&urgent, over(&["kadin"]), Some(at(13)));
    assert!(mails[0].subject.starts_with("Mendesak, 24 jam sudah habis: "), "{}", mails[0].subject);
    story.then("verifikator", Happened::Returned { papers: vec!["identitas".into()], fields: vec![] }, Some("Buram."));
    let mails = told(&story, Reminder { rung: 1, at: at(60), actors: vec![], late: false }, None);
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [APPLICANT]);
    assert!(flat(&mails[0]).contains("masih menunggu kelengkapan dari Anda"));
    expect(&mails[0], "REMINDER_TO_COMPLETE");
    // What cannot wait is not forgotten with the applicant: they hear by when, and the head hears who has it.
    let mut urgent = Story::begin("temanggung", FilingWay::Holder, Reason::PassphraseLeaked);
    urgent.then("kadin", forwarded(), None);
    urgent.then("verifikator", Happened::Returned { papers: vec!["identitas".into()], fields: vec![] }, Some("Buram."));
    let of_hours = |actors| Reminder { rung: 101, at: at(60), actors, late: false };
    let mails = told(&urgent, of_hours(vec![]), None);
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["siti.contoh@temanggungkab.go.id"]);
    assert!(mails[0].subject.starts_with("Mendesak, masih menunggu kelengkapan"), "{}", mails[0].subject);
    assert!(flat(&mails[0]).contains("Harus sudah dicabut sebelum"));
    let mails = told(&urgent, of_hours(vec!["kadin".into()]), None);
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["d@kantor.invalid"]);
    assert!(flat(&mails[0]).contains("menunggu kelengkapan dari pemohon sejak"));
    expect(&mails[0], "REMINDER_OF_24_HOURS_WITH_APPLICANT");
}

#[test]
fn a_correction_is_asked_for_and_answered() {
    let office = &offices().current("madiun").unwrap().office;
    let mail = correction(office, "https://cabut.invalid", "a@kantor.invalid");
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::Correction, "a@kantor.invalid"));
    expect(&mail, "CORRECTION");
    let mail = corrected(office, "siti@contoh.invalid", &Note::parse("Gelar sudah ditambahkan.").unwrap());
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::Corrected, "siti@contoh.invalid"));
    expect(&mail, "CORRECTED");
}

#[test]
fn who_is_invited_or_stands_in_is_told() {
    let madiun = offices().current("madiun").unwrap();
    let origin = "https://cabut.invalid";
    let mail = invited(madiun, origin, "a@kantor.invalid", &["kasi".into(), "administrator".into()]);
    assert_eq!(mail.kind, MailKind::Invited);
    expect(&mail, "INVITED");
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let acting = Acting {
        kind: ActingKind::Plh,
        principal: None,
        letter: LetterNumber::parse("800/15/SP/2026").unwrap(),
        dated: day("2026-03-01"),
    };
    let appointment = Appointment {
        id: "x".to_owned(),
        person: PersonId("p".to_owned()),
        actor: "kadin".into(),
        acting,
        from: madiun.office.zone.beginning(day("2026-03-02")),
        until: madiun.office.zone.beginning(day("2026-03-05")),
    };
    let mail = appointed(madiun, origin, "a@kantor.invalid", &appointment);
    assert_eq!(mail.subject, "Anda ditunjuk sebagai Plh. Kepala Dinas Kominfo");
    expect(&mail, "APPOINTED");
}

#[test]
fn a_digest_counts() {
    let office = &offices().current("madiun").unwrap().office;
    let mail = digest(office, "https://cabut.invalid", "a@kantor.invalid", 3, 1);
    expect(&mail, "DIGEST");
    let text = flat(&mail);
    assert!(text.contains("Pagi ini 3 permohonan pencabutan TTE menunggu Anda, 1 di antaranya mendesak."), "{text}");
    assert!(text.contains("https://cabut.invalid/madiun/kerja"), "{text}");
    assert!(!flat(&digest(office, "", "a@kantor.invalid", 3, 0)).contains("mendesak"));
}

/// "Alasan lain" says nothing to BSrE without it.
#[test]
fn a_checkpoint_stands_in_its_mail_to_the_byte() {
    let office = &offices().current("madiun").unwrap().office;
    let signer = Signer::new("cabut.invalid/madiun", &[7; 32]).unwrap();
    let note = Checkpoint::new("cabut.invalid/madiun", 42, Digest::of(b"root")).unwrap().sign(&signer).unwrap();
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let mail = checkpoint(office, "https://cabut.invalid", "a@inspektorat.invalid", &note, 42, now);
    expect(&mail, "CHECKPOINT");
    assert!(mail.text.contains(&note.to_string()) && mail.html.contains(&note.to_string()));
    assert!(mail.ticket.is_none());
}

#[test]
fn a_receipt_goes_at_the_end_of_a_mail() {
    let mut story = Story::begin("madiun", FilingWay::Holder, Reason::Moved);
    let mut mail = story.last.remove(0);
    let before = mail.clone();
    receipt("https://cabut.invalid/madiun/tanda-bukti#AE", "qr").append_to(&mut mail.text, &mut mail.html);
    assert!(
        mail.text.starts_with(&before.text) && mail.text.contains("\nhttps://cabut.invalid/madiun/tanda-bukti#AE\n")
    );
    assert!(mail.html.ends_with("</div>\n</body>\n</html>\n") && mail.html.contains("src=\"cid:qr\""));
    assert!(mail.html.contains("href=\"https://cabut.invalid/madiun/tanda-bukti#AE\""));
    expect(&mail, "RECEIVED_WITH_RECEIPT");
}

#[test]
fn the_request_to_bsre_gives_the_explanation_of_the_filing() {
    let why = "Nama pada sertifikat salah eja.";
    let mut story = Story::explained("temanggung", FilingWay::Holder, Reason::Other, Some(why));
    story.then("kadin", forwarded(), None).then("verifikator", approved(), None);
    story.then("verifikator", Happened::Sent, None);
    let text = flat(&story.last[0]);
    assert!(text.contains(&format!("Penjelasan pada permohonan: {why}")), "{text}");
}

#[test]
fn revoked_says_what_it_means() {
    let mut story = at_check();
    story.then("verifikator", approved(), None).then("verifikator", Happened::Sent, None);
    story.then("bsre", answered(Answer::Revoked), None);
    assert_eq!(story.kinds(), [&[(MailKind::Revoked, APPLICANT)], &YOURS[..]].concat());
    expect(&story.last[0], "REVOKED");
    story.then("verifikator", Happened::Closed, None);
    assert_eq!(story.kinds(), []);
}

#[test]
fn declined_goes_back_to_the_verifier_whoever_recorded_it() {
    let mut story = at_check();
    story.then("verifikator", approved(), None).then("verifikator", Happened::Sent, None);
    story.then("verifikator", answered(Answer::Declined), Some("Data tidak ditemukan."));
    assert_eq!(story.kinds(), YOURS);
    let text = flat(&story.last[0]);
    assert!(text.contains("BSrE tidak mencabut sertifikat") && text.contains("langkah 5 dari 8"), "{text}");
    assert!(!text.contains("Data tidak ditemukan"), "what was written stays in the case");
}

#[test]
fn temanggung_contacts_and_closes_without_mail() {
    let mut story = Story::begin("temanggung", FilingWay::Holder, Reason::PassphraseLeaked);
    story.then("kadin", forwarded(), None).then("verifikator", approved(), None).then(
        "verifikator",
        Happened::Sent,
        None,
    );
    story.then("bsre", answered(Answer::Revoked), None);
    assert!(flat(&story.last[0]).contains("langkah 6 dari 7"));
    story.then("verifikator", Happened::Contacted { channel: Channel::Call, reached: true }, None);
    assert_eq!(story.kinds(), []);
    story.then("verifikator", Happened::Closed, None);
    assert_eq!(story.kinds(), []);
}

#[test]
fn a_leaked_passphrase_that_was_refused_is_urgent() {
    let mut story = Story::begin("temanggung", FilingWay::Holder, Reason::PassphraseLeaked);
    story.then("kadin", forwarded(), None).then("verifikator", Happened::Refused, Some("Bukan pegawai."));
    assert!(flat(&story.last[0]).contains("segera hubungi kantor kami"));
}

/// What failed goes to the new address by itself; nobody's turn has come.
#[test]
fn a_new_address_causes_no_mail_of_its_own() {
    let mut story = at_check();
    story.then("kabid", Happened::Readdressed, Some("Lewat telepon."));
    assert_eq!(story.kinds(), []);
}

#[test]
fn withdrawn_needs_no_mail() {
    let mut story = at_check();
    story.then("pemohon", Happened::Withdrawn, None);
    assert_eq!(story.kinds(), []);
}

#[test]
fn what_mails_never_hold() {
    let mut mails = Vec::new();
    for way in [FilingWay::Holder, FilingWay::Leader, FilingWay::Desk] {
        let mut story = Story::begin("madiun", way, Reason::Moved);
        mails.append(&mut story.last.clone());
        for (by, what) in [
            ("kadin", forwarded()),
            ("kabid", forwarded()),
            ("kasi", forwarded()),
            ("verifikator", approved()),
            ("verifikator", Happened::Sent),
            ("bsre", answered(Answer::Revoked)),
        ] {
            story.then(by, what, Some("Catatan pribadi."));
            mails.append(&mut story.last);
        }
    }
    for mail in &mails {
        says_the_same(mail);
        assert!(mail.text.lines().all(|line| line.chars().count() <= 78), "too wide:\n{}", mail.text);
        assert!(!mail.text.ends_with("\n\n") && !mail.text.lines().any(|line| line.ends_with(' ')));
        let subject = &mail.subject;
        assert!(
            subject.contains(mail.ticket.as_ref().unwrap().as_str()) && !subject.contains("Siti") && subject.len() < 90
        );
        assert!(
            mail.kind == MailKind::RequestToBsre || !mail.text.contains("3515144508680002"),
            "only BSrE reads the NIK"
        );
        assert!(mail.kind == MailKind::RequestToBsre || !mail.html.contains("3515144508680002"));
        if mail.kind == MailKind::YourTurn {
            assert!(!mail.text.contains("Siti") && !mail.text.contains("Catatan"), "{}", mail.text);
        }
        if mail.kind != MailKind::RequestToBsre {
            assert!(mail.text.contains("\nhttps://cabut.invalid/madiun/permohonan/MDN-"), "{}", mail.text);
        }
    }
}

/// Its text on one line, wherever it is broken.
fn flat(mail: &Message) -> String {
    mail.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The reviewed mails, as text and as HTML. `UPDATE=1` writes them anew.
#[track_caller]
fn expect(mail: &Message, name: &str) {
    for (kind, written) in [("txt", &mail.text), ("html", &mail.html)] {
        let path = format!("{}/src/mail/texts/{}.{kind}", env!("CARGO_MANIFEST_DIR"), name.to_lowercase());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, written).unwrap();
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(&reviewed, written, "{path} differs; read it, then UPDATE=1");
    }
    says_the_same(mail);
}

/// Every line of the text stands in the HTML, which needs nothing from elsewhere.
#[track_caller]
fn says_the_same(mail: &Message) {
    let (_, body) = mail.html.split_once("<body").expect("a body");
    let mut said = String::new();
    for part in body.split('<').skip(1) {
        let (tag, words) = part.split_once('>').expect("a whole tag");
        // A link may stand under other words than its address.
        said.push_str(tag.strip_prefix("a href=").unwrap_or_default());
        said.push(' ');
        said.push_str(words);
        said.push(' ');
    }
    let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    let said = said.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ");
    for line in mail.text.lines().filter(|line| !line.starts_with("===")) {
        let line = line.strip_prefix("  - ").unwrap_or(line);
        for words in line.splitn(2, " : ") {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.contains(&words), "{words:?} is not in the HTML of {:?}:\n{said}", mail.kind);
        }
    }
    // A picture comes with the mail; nothing else is fetched.
    let html = mail.html.replace("<img src=\"cid:", "");
    for foreign in ["<script", "<img", "<link", "<iframe", "@import", "url(", "src="] {
        assert!(!html.contains(foreign), "{foreign} in the HTML of {:?}", mail.kind);
    }
}
