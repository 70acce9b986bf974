//! What each mail says, in plain Indonesian. Pure: the same facts give the same words.

use chrono::{DateTime, Utc};
use workflow::{
    api::{MailKind, grouped_code},
    case::{Answer, Case, Content, Event, FilingWay, Form, Happened, Reminder, Turn, URGENT, turn},
    identity::EmailAddress,
    log::SignedNote,
    note::Note,
    office::Appointment,
    procedure::{ActorId, ActorKind, FieldId, Office, Procedure, Step, TimeUnit, date_in_words},
    reason::Reason,
    told,
};

use super::{Message, letter::Letter};
use crate::{
    secret::random_id,
    store::{people::Recipient, sessions::CODE_LIFE},
};

/// What is known when the mails of an event are written.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The procedure that the case follows.
    pub procedure: &'a Procedure,
    /// The case after the event.
    pub case: &'a Case,
    /// What happened.
    pub event: &'a Event,
    /// As what its author signs.
    pub writer: &'a str,
    /// As what whoever found the file complete signs.
    pub approver: &'a str,
    /// What was written with it.
    pub content: &'a Content,
    /// The form as it is now.
    pub form: &'a Form,
    /// What was written about the reason when the request was filed.
    pub explanation: Option<&'a Note>,
    /// The people whose turn it is now.
    pub turn: &'a [Recipient],
    /// Gives everybody in the office who has a step in the procedure: their mailboxes are opened only where they are written to.
    pub chain: &'a dyn Fn() -> Vec<Recipient>,
    /// Gives whoever administers the office, likewise.
    pub administrators: &'a dyn Fn() -> Vec<Recipient>,
    /// Where the office writes to the outside body.
    pub bsre_email: &'a str,
    /// Scheme and host under which people reach the app, without a slash at the end.
    pub origin: &'a str,
}

/// The mail with a sign-in code.
pub fn code(office: &Office, email: &EmailAddress, code: &str) -> Message {
    let letter = headed(office)
        .para("Kode untuk masuk ke layanan pencabutan TTE:")
        .code(&grouped_code(code))
        .para(&format!("Kode ini berlaku {} menit, satu kali, di peramban tempat kode ini diminta.", CODE_LIFE.num_minutes()))
        .para("Jangan berikan kode ini kepada siapa pun. Petugas tidak pernah memintanya.")
        .para("Bila Anda tidak sedang masuk, abaikan e-mail ini; tanpa kode ini tidak ada yang dapat masuk atas nama Anda.");
    let subject = format!("Kode masuk layanan pencabutan TTE {}", office.place);
    of_no_case(MailKind::Code, email.as_str(), subject, &letter)
}

/// The mail with a code that proves a mailbox within a session.
pub fn proof_code(office: &Office, email: &EmailAddress, code: &str) -> Message {
    let letter = headed(office)
        .para("Kode untuk memastikan bahwa tindakan penting ini dari Anda sendiri:")
        .code(&grouped_code(code))
        .para(&format!("Kode ini berlaku {} menit, satu kali, di peramban tempat kode ini diminta.", CODE_LIFE.num_minutes()))
        .para("Jangan berikan kode ini kepada siapa pun. Petugas tidak pernah memintanya.")
        .para("Bila bukan Anda yang memintanya, seseorang memakai sesi Anda. Masuk ke layanan ini, tekan nama Anda, buka \"Perangkat tempat Anda masuk\", lalu keluarkan perangkat yang bukan milik Anda.");
    let subject = format!("Kode konfirmasi layanan pencabutan TTE {}", office.place);
    of_no_case(MailKind::Code, email.as_str(), subject, &letter)
}

/// The mails that an event causes: to the applicant, to the outside body, and to whoever's turn it becomes.
pub fn for_event(facts: &Facts) -> Vec<Message> {
    let mut messages = Vec::new();
    match &facts.event.what {
        // What did not arrive is sent again to the new address, and nobody's turn has come.
        Happened::Readdressed => return messages,
        Happened::Filed { .. } => {
            messages.push(received(facts));
            messages.extend(alarm(facts));
        }
        Happened::Returned { papers, fields } => {
            let papers = papers.iter().filter_map(|id| facts.procedure.paper(id));
            let papers = papers.map(|paper| format!("Berkas \"{}\": {}", paper.name, paper.hint));
            let fields = fields.iter().map(|field: &FieldId| format!("Isian \"{}\"", field.label()));
            messages.push(returned(facts, &papers.chain(fields).collect::<Vec<_>>()));
        }
        Happened::Refused => messages.push(refused(facts)),
        Happened::Sent => messages.push(request_to_bsre(facts)),
        Happened::Answered { answer: Answer::Revoked, answered_at, .. } => messages.push(revoked(facts, *answered_at)),
        Happened::Answered { answer: Answer::Declined, .. }
        | Happened::Forwarded { .. }
        | Happened::Approved { .. }
        | Happened::Resubmitted { .. }
        | Happened::Contacted { .. }
        | Happened::Closed
        | Happened::Withdrawn
        | Happened::HandedOver { .. }
        | Happened::PutBack => {}
        // A colleague who takes it knows.
        Happened::Taken => return messages,
    }
    messages.extend(your_turn(facts));
    messages.extend(stranded(facts));
    messages
}

fn received(facts: &Facts) -> Message {
    let procedure = facts.procedure;
    let opening = match facts.case.way {
        FilingWay::Holder => "Permohonan pencabutan Tanda Tangan Elektronik (TTE) Anda sudah kami terima.".to_owned(),
        FilingWay::Desk => {
            "Permohonan pencabutan Tanda Tangan Elektronik (TTE) yang Anda serahkan di kantor kami sudah kami catat."
                .to_owned()
        }
        FilingWay::Leader => {
            format!(
                "Permohonan pencabutan Tanda Tangan Elektronik (TTE) atas nama {} yang Anda ajukan sudah kami terima.",
                facts.form.name
            )
        }
    };
    let mut letter = to_applicant(facts)
        .para(&opening)
        .table(&[
            ("Nomor tiket", facts.case.ticket.to_string()),
            ("Diterima", procedure.office.zone.moment(facts.case.filed_at)),
            ("Alasan", facts.case.reason.label().to_owned()),
        ])
        .para("Simpan nomor tiket itu; sebutkan bila Anda bertanya.")
        .heading("APA YANG TERJADI SELANJUTNYA");
    if let Some((turn, step)) = next(facts) {
        letter = letter.para(&format!(
            "Sekarang giliran {} (langkah {} dari {}). {}",
            turn.title,
            step.no,
            procedure.steps.len(),
            within(step)
        ));
    }
    letter = letter
        .para(&whole_time(procedure))
        .para("Kami menulis lagi ke alamat ini bila ada yang harus dilengkapi, dan setelah sertifikat dicabut.")
        .para("Permohonan masih dapat ditarik kembali selama belum diajukan ke BSrE. Sesudah dicabut, sertifikat tidak dapat dipakai kembali.");
    message(
        facts,
        MailKind::Received,
        facts.form.email.as_str(),
        format!("Permohonan {} sudah diterima", facts.case.ticket),
        &with_link(letter, facts, "Perkembangan permohonan:"),
    )
}

fn returned(facts: &Facts, missing: &[String]) -> Message {
    let mut letter = to_applicant(facts)
        .para(&format!("Permohonan {} belum dapat diteruskan. Yang harus dilengkapi atau diperbaiki:", about(facts)))
        .list(missing.iter().map(String::as_str));
    if let Some(note) = &facts.content.note {
        letter = letter.para(&format!("Penjelasan dari {}:", facts.writer)).quote(note.as_str());
    }
    letter = match facts.case.way {
        FilingWay::Holder | FilingWay::Leader => {
            letter.para("Buka permohonan lewat tautan di bawah ini, masuk dengan alamat e-mail Anda, lalu kirim kelengkapannya. Permohonan tidak perlu diajukan ulang.")
        }
        FilingWay::Desk => letter.para("Serahkan kelengkapannya kepada petugas di tempat Anda mengajukan permohonan. Permohonan tidak perlu diajukan ulang."),
    };
    if let workflow::case::Stage::Completion { no, .. } = facts.case.stage
        && let Some(step) = facts.procedure.step(no)
    {
        let title = facts.procedure.title(&step.actor);
        letter = letter.para(&format!("Setelah itu {title} memeriksanya lagi (langkah {no}). {}", within(step)));
    }
    message(
        facts,
        MailKind::Returned,
        facts.form.email.as_str(),
        format!("Permohonan {} perlu dilengkapi", facts.case.ticket),
        &with_link(letter, facts, "Buka permohonan:"),
    )
}

fn refused(facts: &Facts) -> Message {
    let mut letter = to_applicant(facts).para(&format!("Permohonan {} ditolak oleh {}.", about(facts), facts.writer));
    if let Some(note) = &facts.content.note {
        letter = letter.para("Alasannya:").quote(note.as_str());
    }
    letter = letter
        .para("Permohonan ini sudah berakhir dan sertifikat tidak dicabut. Bila penyebabnya sudah diatasi, Anda dapat mengajukan permohonan baru.")
        .bare(&format!("{}/{}", facts.origin, facts.procedure.office.id));
    // keyCompromise: until it is revoked, somebody else may sign in the holder's name.
    if facts.case.reason.is_urgent() {
        letter = letter.para("Karena sertifikat mungkin dapat dipakai orang lain, segera hubungi kantor kami.");
    }
    message(
        facts,
        MailKind::Refused,
        facts.form.email.as_str(),
        format!("Permohonan {} ditolak", facts.case.ticket),
        &with_link(letter, facts, "Permohonan yang ditolak:"),
    )
}

fn request_to_bsre(facts: &Facts) -> Message {
    let Facts { procedure, case, form, .. } = *facts;
    let zone = procedure.office.zone;
    let absent = || "-".to_owned();
    let email_label = if case.way == FilingWay::Leader { "E-mail pimpinan" } else { "E-mail" };
    let holder = [
        ("Nama", form.name.to_string()),
        ("NIP", form.nip.as_ref().map_or_else(absent, ToString::to_string)),
        ("NIK", form.nik.to_string()),
        ("Jabatan", form.position.as_ref().map_or_else(absent, ToString::to_string)),
        ("Unit kerja", form.unit.as_ref().map_or_else(absent, ToString::to_string)),
        (email_label, form.email.to_string()),
    ];
    let asked_by = match case.way {
        FilingWay::Holder => "pemegang sertifikat",
        FilingWay::Desk => "pemegang sertifikat, di atas kertas,",
        FilingWay::Leader => "pimpinan pemegang sertifikat, dengan rekomendasi,",
    };
    let approver = facts.approver;
    let sop = procedure.sop.number.as_ref().map_or(String::new(), |number| format!(" nomor {number}"));
    let mut letter = Letter::headed(procedure.sop.heading.iter().map(String::as_str))
        .table(&[
            ("Nomor", case.ticket.to_string()),
            ("Tanggal", zone.date(facts.event.at)),
            ("Perihal", "Permohonan pencabutan sertifikat elektronik".to_owned()),
        ])
        .bare("")
        .bare("Yth. Kepala Balai Besar Sertifikasi Elektronik (BSrE)")
        .bare("Badan Siber dan Sandi Negara")
        .para("Dengan hormat,")
        .para(&format!("kami mohon agar sertifikat elektronik pegawai {} berikut ini dicabut:", procedure.office.place))
        .table(&holder)
        .table(&[
            ("Alasan", case.reason.label().to_owned()),
            ("Kode alasan", format!("{} {} (RFC 5280)", case.reason.rfc5280(), case.reason.rfc5280_name())),
        ]);
    let urgent = must_be_revoked_by(facts);
    if let Some(until) = &urgent {
        letter = letter.para(until);
    }
    if let Some(explanation) = facts.explanation {
        letter = letter.para("Penjelasan pada permohonan:").quote(explanation.as_str());
    }
    if let Some(note) = &facts.content.note {
        letter = letter.para("Keterangan kami:").quote(note.as_str());
    }
    letter = letter.para(&format!(
        "Pencabutan ini diminta {asked_by} pada {}. Identitas pemegang dan kelengkapan berkas sudah diperiksa, dan pencabutan disetujui oleh {approver}, sesuai SOP {}{sop}.",
        zone.moment(case.filed_at),
        procedure.sop.title,
    ));
    let names: Vec<&str> =
        case.papers.iter().filter_map(|held| procedure.paper(&held.paper)).map(|paper| paper.name.as_str()).collect();
    if !names.is_empty() {
        letter = letter
            .para("Berkas berikut tidak dilampirkan; kami menyimpannya dan memperlihatkannya bila diminta:")
            .list(names);
    }
    let letter = letter
        .para(&format!("Mohon jawaban disampaikan kepada kami dengan menyebut nomor {}. Petugas BSrE yang memiliki akun dapat membaca berkas dan mencatat jawabannya di:", case.ticket))
        .bare(&link(facts))
        .para("Atas perhatian dan kerja samanya kami ucapkan terima kasih.")
        .bare("")
        .bare(facts.writer)
        .bare(&procedure.office.name);
    message(
        facts,
        MailKind::RequestToBsre,
        facts.bsre_email,
        format!(
            "{}ermohonan pencabutan sertifikat elektronik {}, {}",
            if urgent.is_some() { "Mendesak: p" } else { "P" },
            case.ticket,
            procedure.office.place
        ),
        &letter,
    )
}

fn revoked(facts: &Facts, at: DateTime<Utc>) -> Message {
    let zone = facts.procedure.office.zone;
    let whose = match facts.case.way {
        FilingWay::Leader => format!("atas nama {}", facts.form.name),
        FilingWay::Holder | FilingWay::Desk => "Anda".to_owned(),
    };
    let again = "Bila masih memerlukan TTE, pemegang mengajukan penerbitan sertifikat baru.";
    // Nobody wants to read that of somebody who has died.
    let again = Some(again).filter(|_| facts.case.reason != Reason::Deceased);
    let letter = to_applicant(facts)
        .para(&format!(
            "Sertifikat Tanda Tangan Elektronik (TTE) {whose} sudah dicabut oleh BSrE pada {}.",
            zone.moment(at)
        ))
        .table(&[("Nomor tiket", facts.case.ticket.to_string()), ("Alasan", facts.case.reason.label().to_owned())])
        .heading("APA ARTINYA")
        .list(
            [
                "Sertifikat ini tidak dapat dipakai lagi untuk menandatangani, dan pencabutannya tidak dapat dibatalkan.",
                "Dokumen yang ditandatangani sebelum pencabutan tetap berlaku.",
            ]
            .into_iter()
            .chain(again),
        );
    let letter = match next(facts) {
        Some((turn, step)) => letter.para(&format!(
            "Sekarang giliran {} (langkah {} dari {}). Setelah langkah terakhir selesai, bukti pencabutan dapat dibuka dan dicetak dari halaman permohonan.",
            turn.title,
            step.no,
            facts.procedure.steps.len()
        )),
        None => letter.para("Bukti pencabutan dapat dibuka dan dicetak dari halaman permohonan."),
    };
    message(
        facts,
        MailKind::Revoked,
        facts.form.email.as_str(),
        format!("Sertifikat TTE sudah dicabut, permohonan {}", facts.case.ticket),
        &with_link(letter, facts, "Permohonan dan bukti pencabutan:"),
    )
}

/// A note to each person whose turn it is now. None where the same role goes on with the file, and none
/// while the applicant completes it: the mail about what is missing has told them. It names nobody and
/// holds nothing of the form, for mailboxes of a role are read by many.
fn your_turn(facts: &Facts) -> Vec<Message> {
    let Some((turn, step)) = next(facts) else { return Vec::new() };
    let declined = matches!(facts.event.what, Happened::Answered { answer: Answer::Declined, .. });
    let moved_on = matches!(facts.event.what, Happened::HandedOver { .. } | Happened::PutBack);
    if turn.completion || (turn.actor == facts.event.by.actor && !declined && !moved_on) {
        return Vec::new();
    }
    let ticket = &facts.case.ticket;
    let why = match &facts.event.what {
        Happened::Filed { .. } => format!("Ada permohonan pencabutan TTE baru, nomor {ticket}."),
        Happened::Resubmitted { .. } => format!("Pemohon sudah melengkapi permohonan nomor {ticket}."),
        Happened::Answered { answer: Answer::Declined, .. } => {
            format!(
                "BSrE tidak mencabut sertifikat pada permohonan nomor {ticket}. Permohonan kembali kepada Anda untuk diperiksa lagi; penjelasan BSrE ada pada permohonan."
            )
        }
        Happened::Answered { answer: Answer::Revoked, .. } => {
            format!("BSrE sudah mencabut sertifikat pada permohonan nomor {ticket}.")
        }
        Happened::Sent => format!("Permohonan nomor {ticket} sudah diajukan ke BSrE."),
        Happened::HandedOver { .. } => format!("Rekan Anda menyerahkan berkas permohonan nomor {ticket} kepada Anda."),
        Happened::PutBack => format!("Permohonan nomor {ticket} dikembalikan ke antrean dan dapat Anda ambil."),
        _ => format!("Permohonan nomor {ticket} diteruskan kepada Anda oleh {}.", facts.writer),
    };
    let urgent = must_be_revoked_by(facts);
    let letter = |title: &str| {
        let letter = headed(&facts.procedure.office)
            .para(&why)
            .para(&format!(
                "Sekarang giliran Anda sebagai {title} (langkah {} dari {}):",
                step.no,
                facts.procedure.steps.len()
            ))
            .quote(&step.wording)
            .para(&within(step));
        let letter = urgent.iter().fold(letter, |letter, until| letter.para(until));
        with_link(letter, facts, "Buka permohonan:")
    };
    let subject = heading(facts, "giliran Anda");
    let applicant = facts.procedure.actor(&turn.actor).is_some_and(|actor| actor.kind == ActorKind::Applicant);
    let owner = [Recipient { address: facts.form.email.to_string(), title: turn.title.clone() }];
    let to = if applicant { &owner } else { facts.turn };
    let subject = format!("{subject}: permohonan {ticket}, langkah {}", step.no);
    to.iter().map(|to| message(facts, MailKind::YourTurn, &to.address, subject.clone(), &letter(&to.title))).collect()
}

/// How a subject begins: what cannot wait says so first.
fn heading(facts: &Facts, what: &str) -> String {
    if must_be_revoked_by(facts).is_some() {
        return format!("Mendesak, {what}");
    }
    let mut letters = what.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// By when a certificate that somebody else may use has to be revoked; none where it need not or was.
fn must_be_revoked_by(facts: &Facts) -> Option<String> {
    if !facts.case.reason.is_urgent() || facts.case.revoked_at.is_some() {
        return None;
    }
    let until = facts.procedure.office.zone.moment(facts.case.filed_at + URGENT);
    Some(format!("Mendesak. {}", told::must_be_revoked(&until, "")))
}

/// To the administrators, where it is the turn of an official and nobody holds the post, or whoever does has acted in this
/// request as somebody else: without them it would wait for ever.
fn stranded(facts: &Facts) -> Vec<Message> {
    let Some((turn, step)) = next(facts).filter(|(turn, _)| !turn.completion) else { return Vec::new() };
    if !facts.turn.is_empty() || !facts.procedure.works_on_cases(&turn.actor) {
        return Vec::new();
    }
    let ticket = &facts.case.ticket;
    let letter = headed(&facts.procedure.office)
        .para(&format!(
            "Permohonan pencabutan TTE nomor {ticket} menunggu {} (langkah {} dari {}), tetapi tidak ada pegawai yang dapat menanganinya: jabatan itu kosong, atau pemegangnya sudah bertindak dalam permohonan ini dengan jabatan lain.",
            turn.title,
            step.no,
            facts.procedure.steps.len()
        ))
        .para("Tunjuk pengganti (Plh. atau Plt.), atau beri peran itu kepada pegawai lain:")
        .bare(&format!("{}/{}/kantor", facts.origin, facts.procedure.office.id));
    let subject = format!("Tidak ada yang dapat menangani permohonan {ticket}");
    (facts.administrators)()
        .iter()
        .map(|to| message(facts, MailKind::Stranded, &to.address, subject.clone(), &letter))
        .collect()
}

/// The same while it goes on, as often as a reminder that nobody is there to hear is due: who had the post when the request came
/// may have left it since.
pub fn still_stranded(facts: &Facts, reminder: &Reminder) -> Vec<Message> {
    let seq = Some(facts.case.entered);
    stranded(facts).into_iter().map(|message| Message { rung: reminder.rung, seq, ..message }).collect()
}

/// Tells everybody in the chain at once of what cannot wait, so that they are ready when it comes to them. Whoever has
/// the turn is written to anyway.
fn alarm(facts: &Facts) -> Vec<Message> {
    let ticket = &facts.case.ticket;
    let Some(until) = must_be_revoked_by(facts) else { return Vec::new() };
    let letter = headed(&facts.procedure.office)
        .para(&format!(
            "Ada permohonan pencabutan TTE baru, nomor {ticket}: {}.",
            facts.case.reason.label().to_lowercase()
        ))
        .para(&until)
        .para("Bersiaplah untuk langkah Anda. Anda diberi tahu lagi saat tiba giliran Anda.");
    let letter = with_link(letter, facts, "Buka permohonan:");
    let mut to = (facts.chain)();
    to.retain(|one| facts.turn.iter().all(|other| other.address != one.address));
    to.iter()
        .map(|to| message(facts, MailKind::Reminder, &to.address, format!("Mendesak: permohonan {ticket}"), &letter))
        .collect()
}

/// Reminds of a turn that lasts: whoever has it, those behind them, or the applicant of what they are to complete. It
/// names nobody and holds nothing of the form but to the applicant.
pub fn reminder(facts: &Facts, reminder: &Reminder, due: Option<DateTime<Utc>>, to: &[Recipient]) -> Vec<Message> {
    let Some((turn, step)) = next(facts) else { return Vec::new() };
    // Counted from where the case came to stand: what happened since did not change the turn.
    let seq = Some(facts.case.entered);
    let rung = |message: Message| Message { rung: reminder.rung, seq, ..message };
    let ticket = &facts.case.ticket;
    if reminder.is_to_applicant() {
        return vec![rung(to_complete(facts))];
    }
    let zone = facts.procedure.office.zone;
    let theirs = !turn.completion && reminder.actors.contains(&turn.actor);
    let outside = facts.procedure.actor(&turn.actor).is_some_and(|actor| actor.kind == ActorKind::Outside);
    let who = match (outside, theirs) {
        _ if turn.completion => "kelengkapan dari pemohon".to_owned(),
        (true, _) => format!("jawaban {}", turn.title),
        (false, true) => "Anda".to_owned(),
        (false, false) => turn.title.clone(),
    };
    let since = zone.moment(facts.case.since);
    let limit = match (due, reminder.late) {
        _ if turn.completion => "Waktu SOP berhenti selama berkas menunggu kelengkapan.".to_owned(),
        (None, _) => "SOP tidak menyebut waktu untuk langkah ini.".to_owned(),
        (Some(due), false) => format!("Waktu menurut SOP habis pada {}.", zone.moment(due)),
        (Some(due), true) => format!("Waktu menurut SOP sudah habis pada {}.", zone.moment(due)),
    };
    let mut letter = headed(&facts.procedure.office)
        .para(&format!(
            "Permohonan pencabutan TTE nomor {ticket} menunggu {who} sejak {since} (langkah {} dari {}):",
            step.no,
            facts.procedure.steps.len()
        ))
        .quote(&step.wording)
        .para(&limit);
    if let Some(until) = must_be_revoked_by(facts) {
        letter = letter.para(&until);
    }
    if outside && theirs {
        letter = letter.para("Bila jawabannya sudah ada, catat pada permohonan.");
    }
    if theirs && reminder.late && facts.case.in_hand.is_some() {
        letter = letter.para("Bila yang mengerjakannya berhalangan, rekan dengan peran yang sama dapat mengambilnya.");
    }
    let what = match reminder.late {
        _ if reminder.is_urgent() && reminder.hours_are_over(facts.case) => "24 jam sudah habis",
        _ if reminder.is_urgent() => "24 jam segera habis",
        _ if due.is_none() || outside => "masih menunggu",
        false => "segera habis waktunya",
        true if theirs => "terlambat, menunggu Anda",
        true => "terlambat",
    };
    let subject = format!("{}: permohonan {ticket}, langkah {}", heading(facts, what), step.no);
    let letter = |title: &str| {
        let told = format!("Anda diberi tahu sebagai {title}, supaya permohonan ini tidak terhenti.");
        let letter = if theirs { letter.clone() } else { letter.clone().para(&told) };
        with_link(letter, facts, "Buka permohonan:")
    };
    let one =
        |to: &Recipient| rung(message(facts, MailKind::Reminder, &to.address, subject.clone(), &letter(&to.title)));
    to.iter().map(one).collect()
}

/// Reminds the applicant of what they are to complete.
fn to_complete(facts: &Facts) -> Message {
    let mut letter = to_applicant(facts).para(&format!(
        "Permohonan {} masih menunggu kelengkapan dari Anda. Sampai dilengkapi, permohonan tidak dapat diteruskan.",
        about(facts)
    ));
    if let Some(until) = must_be_revoked_by(facts) {
        letter = letter.para(&until);
    }
    let letter = letter.para("Apa yang kurang dan cara mengirimnya ada pada halaman permohonan.");
    let subject = format!("{}: permohonan {}", heading(facts, "masih menunggu kelengkapan"), facts.case.ticket);
    let letter = with_link(letter, facts, "Buka permohonan:");
    message(facts, MailKind::Reminder, facts.form.email.as_str(), subject, &letter)
}

/// What waits for an official when the office opens: how many, and how many of them are urgent.
pub fn digest(office: &Office, origin: &str, to: &str, waiting: u32, urgent: u32) -> Message {
    let more = match urgent {
        0 => String::new(),
        urgent => format!(", {urgent} di antaranya mendesak"),
    };
    let letter = headed(office)
        .para(&format!("Pagi ini {waiting} permohonan pencabutan TTE menunggu Anda{more}."))
        .para("Buka daftarnya:")
        .bare(&format!("{origin}/{}/kerja", office.id))
        .para("E-mail ini dikirim sekali pada pagi hari kerja, hanya bila ada yang menunggu.");
    of_no_case(MailKind::Digest, to, format!("{waiting} permohonan menunggu Anda pagi ini"), &letter)
}

/// To somebody who was given roles of the office.
pub fn invited(procedure: &Procedure, origin: &str, to: &str, actors: &[ActorId]) -> Message {
    let office = &procedure.office;
    let titles: Vec<&str> = actors.iter().map(|actor| workflow::office::title(procedure, actor)).collect();
    let letter = headed(office)
        .para("Anda terdaftar pada layanan pencabutan TTE kantor kami, sebagai:")
        .list(titles)
        .para("Masuk dengan alamat e-mail ini; tidak perlu kata sandi, kodenya dikirim setiap kali Anda masuk:")
        .bare(&format!("{origin}/{}/kerja", office.id))
        .para("Bila Anda merasa ini keliru, hubungi administrator kantor.");
    of_no_case(MailKind::Invited, to, format!("Anda terdaftar pada layanan pencabutan TTE {}", office.place), &letter)
}

/// To somebody who stands in for an official.
pub fn appointed(procedure: &Procedure, origin: &str, to: &str, appointment: &Appointment) -> Message {
    let office = &procedure.office;
    let Appointment { actor, acting, from, until, .. } = appointment;
    let title = acting.title(procedure, actor);
    let letter = headed(office)
        .para(&format!("Anda ditunjuk sebagai {title} pada layanan pencabutan TTE."))
        .table(&[
            ("Mulai", office.zone.date(*from)),
            ("Sampai dengan", office.zone.date_before(*until)),
            ("Surat", format!("{}, {}", acting.letter, date_in_words(acting.dated))),
        ])
        .para("Selama masa itu Anda diberi tahu tentang permohonan yang menunggu jabatan tersebut. Setiap tindakan tercatat atas nama Anda sebagai pengganti. Sesudah hari terakhir, tugas ini berakhir sendiri.")
        .para("Daftar yang menunggu:")
        .bare(&format!("{origin}/{}/kerja", office.id));
    of_no_case(MailKind::Appointed, to, format!("Anda ditunjuk sebagai {title}"), &letter)
}

/// To both mailboxes of somebody whose mailbox the administrator changed: whoever did not ask for it hears of it.
pub fn moved(office: &Office, to: &str, new: &EmailAddress) -> Message {
    let letter = headed(office)
        .para("Alamat e-mail Anda pada layanan pencabutan TTE kantor kami diganti oleh administrator kantor.")
        .table(&[("Alamat untuk masuk", new.to_string())])
        .para("Sesi Anda yang masih terbuka sudah diakhiri; masuklah dengan alamat itu.")
        .para("Bila Anda tidak mengetahui perubahan ini, segera hubungi administrator kantor.");
    of_no_case(
        MailKind::Moved,
        to,
        format!("Alamat masuk Anda pada layanan pencabutan TTE {} diganti", office.place),
        &letter,
    )
}

/// To the administrators: somebody wants what is held on them put right. What they wrote stands in the app alone.
pub fn correction(office: &Office, origin: &str, to: &str) -> Message {
    let letter = headed(office)
        .para("Seseorang meminta data pribadinya pada layanan pencabutan TTE diperbaiki.")
        .para("Baca permintaannya dan jawab paling lambat dalam 3 x 24 jam (UU 27/2022, pasal 30):")
        .bare(&format!("{origin}/{}/kantor/perbaikan", office.id));
    of_no_case(
        MailKind::Correction,
        to,
        format!("Permintaan perbaikan data pada layanan pencabutan TTE {}", office.place),
        &letter,
    )
}

/// To whoever asked for it: what was done.
pub fn corrected(office: &Office, to: &str, answer: &Note) -> Message {
    let letter = headed(office)
        .para("Permintaan Anda agar data pribadi Anda diperbaiki sudah dijawab:")
        .quote(answer.as_str())
        .para("Permintaan dan jawabannya ada di halaman Data saya.");
    of_no_case(
        MailKind::Corrected,
        to,
        format!("Jawaban atas permintaan perbaikan data Anda, {}", office.place),
        &letter,
    )
}

/// The newest checkpoint of the office's log, to be kept by somebody else.
pub fn checkpoint(
    office: &Office,
    origin: &str,
    to: &str,
    note: &SignedNote,
    size: u64,
    now: DateTime<Utc>,
) -> Message {
    let letter = headed(office)
        .para(&format!(
            "Sampai {}, catatan pencabutan TTE kantor kami memuat {size} peristiwa. Pernyataan bertanda tangan di bawah ini mengunci semuanya.",
            office.zone.moment(now)
        ))
        .para("Simpan e-mail ini. Dengan pernyataan ini siapa pun dapat menunjukkan kelak bahwa tidak ada peristiwa yang diubah, disisipkan, atau dihapus, termasuk yang terbaru. Di dalamnya tidak ada data pribadi.")
        .verbatim(&note.to_string())
        .para("Kunci untuk memeriksanya:")
        .bare(&format!("{origin}/api/offices/{}/log/keys", office.id));
    let subject = format!("Pernyataan catatan pencabutan TTE {}, {}", office.place, office.zone.date(now));
    of_no_case(MailKind::Checkpoint, to, subject, &letter)
}

/// What goes with a mail that proves something: how its receipt is checked. The picture has the id `picture`.
pub fn receipt(address: &str, picture: &str) -> Letter {
    Letter::default()
        .heading("TANDA BUKTI")
        .para("Peristiwa ini tercatat dalam catatan kantor yang tidak dapat diubah tanpa ketahuan. Siapa pun dapat memeriksanya tanpa bertanya kepada kantor: pindai kode QR, atau buka alamat ini.")
        .picture(picture, "Kode QR berisi alamat untuk memeriksa tanda bukti ini")
        .link("Periksa tanda bukti ini", address)
        .para("Tanda bukti yang sama terlampir sebagai berkas.")
}

fn of_no_case(kind: MailKind, to: &str, subject: String, letter: &Letter) -> Message {
    Message {
        id: random_id(),
        ticket: None,
        seq: None,
        kind,
        rung: 0,
        to: to.to_owned(),
        text: letter.text(),
        html: letter.html(&subject),
        subject,
    }
}

fn message(facts: &Facts, kind: MailKind, to: &str, subject: String, letter: &Letter) -> Message {
    let message = of_no_case(kind, to, subject, letter);
    Message { ticket: Some(facts.case.ticket.clone()), seq: Some(facts.event.seq), ..message }
}

fn headed(office: &Office) -> Letter {
    Letter::headed([office.name.as_str(), "Layanan pencabutan Tanda Tangan Elektronik (TTE)"])
}

/// The form's address is the holder's, or for the leader's filing the leader's, whose name nobody asked.
fn to_applicant(facts: &Facts) -> Letter {
    let greeting = match facts.case.way {
        FilingWay::Leader => "Yth. Bapak/Ibu Pimpinan,".to_owned(),
        FilingWay::Holder | FilingWay::Desk => format!("Yth. {},", facts.form.name),
    };
    headed(&facts.procedure.office).para(&greeting)
}

fn with_link(letter: Letter, facts: &Facts, what: &str) -> Letter {
    letter
        .para(what)
        .bare(&link(facts))
        .para("E-mail ini dikirim otomatis. Kantor kami tidak pernah meminta kode masuk atau passphrase Anda.")
}

fn link(facts: &Facts) -> String {
    format!("{}/{}/permohonan/{}", facts.origin, facts.procedure.office.id, facts.case.ticket)
}

/// "nomor MDN-… (atas nama …)": which request, in the words of whoever asked for it.
fn about(facts: &Facts) -> String {
    match facts.case.way {
        FilingWay::Leader => format!("nomor {} atas nama {}", facts.case.ticket, facts.form.name),
        FilingWay::Holder | FilingWay::Desk => format!("nomor {}", facts.case.ticket),
    }
}

/// The title of whoever acted.
/// Whose turn it is, and at which step.
fn next<'a>(facts: &Facts<'a>) -> Option<(Turn, &'a Step)> {
    let turn = turn(facts.procedure, facts.case)?;
    let step = facts.procedure.step(turn.step)?;
    Some((turn, step))
}

/// The step's own time, as the SOP sets it.
fn within(step: &Step) -> String {
    match &step.time {
        Some(time) => format!("Waktu menurut SOP: {}, dihitung pada jam kerja.", lower(time.wording())),
        None => "SOP tidak menyebut waktu untuk langkah ini.".to_owned(),
    }
}

/// The sum of all times that the SOP sets, and the steps for which it sets none.
fn whole_time(procedure: &Procedure) -> String {
    let sum = |unit| {
        procedure
            .steps
            .iter()
            .filter_map(|step| step.time.as_ref())
            .filter(|time| time.unit() == unit)
            .map(|time| time.amount())
            .sum::<u32>()
    };
    let sums =
        [(sum(TimeUnit::WorkingDays), "hari kerja"), (sum(TimeUnit::Hours), "jam"), (sum(TimeUnit::Minutes), "menit")];
    let sums: Vec<String> =
        sums.iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount} {unit}")).collect();
    // The first step is the filing itself, which is over.
    let untimed: Vec<String> =
        procedure.steps.iter().skip(1).filter(|step| step.time.is_none()).map(|step| step.no.to_string()).collect();
    let without = match untimed.as_slice() {
        [] => String::new(),
        [one] => format!(" SOP tidak menyebut waktu untuk langkah {one}."),
        [most @ .., last] => format!(" SOP tidak menyebut waktu untuk langkah {} dan {last}.", most.join(", ")),
    };
    if sums.is_empty() {
        "SOP tidak menyebut waktu untuk langkah-langkahnya.".to_owned()
    } else {
        format!("Jumlah waktu seluruh langkah menurut SOP: {}, dihitung pada jam kerja.{without}", sums.join(" "))
    }
}

fn lower(wording: &str) -> String {
    wording.to_lowercase()
}

#[cfg(test)]
mod tests;
