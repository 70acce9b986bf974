//! What a case says of itself, in sentences: the same on the page that the edge begins and the app goes on with.

mod file;

pub use file::CaseFile;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    api::SeenEvent,
    case::{Act, Answer, End, FilingWay, Happened, Stage, Status, Who, open_acts},
    procedure::{ActorKind, Step},
};

/// What stands at the head of a case's page.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// What lists call its state.
    pub status: Status,
    /// The holder's name, where the reader may know it.
    pub name: String,
    /// What a request that cannot wait asks of the office.
    pub urgent: Option<String>,
    /// Whose turn it is.
    pub turn: TurnWords,
}

/// The head of the case's page, for `who`.
pub fn head(file: &CaseFile, who: &Who, now: DateTime<Utc>) -> Head {
    let mine = open_acts(&file.procedure, &file.case, who).iter().any(|open| open.act.moves_on());
    let mut turn = turn(file, who, mine, now);
    turn.more.extend(in_time(file));
    Head {
        status: file.status(),
        name: file.form().map(|form| form.name.to_string()).unwrap_or_default(),
        urgent: urgent(file),
        turn,
    }
}

/// The colour in which a state is shown, one of GOV.UK's tags.
pub fn colour(status: Status) -> &'static str {
    match status {
        Status::InOffice | Status::WithBsre => "blue",
        Status::WithApplicant => "yellow",
        Status::RevokedOpen | Status::Revoked => "green",
        Status::Refused => "red",
        Status::Withdrawn => "grey",
    }
}

/// Whose turn it is, or how it ended: a headline, and what there is to add.
#[derive(Debug, PartialEq, Eq)]
pub struct TurnWords {
    /// "Sekarang giliran Kepala Bidang … sejak hari ini 12.30 WIB."
    pub headline: String,
    /// Further sentences, each a paragraph.
    pub more: Vec<String>,
    /// Things to complete, as a list.
    pub items: Vec<String>,
    /// Whether it is the reader's turn.
    pub mine: bool,
}

/// Whose turn it is, told to `who`. The applicant also hears where the file lies and what they can do.
fn turn(file: &CaseFile, who: &Who, mine: bool, now: DateTime<Utc>) -> TurnWords {
    let mut words = whose(file, who, mine, now);
    if file.case.is_party(&who.person) {
        words.more.extend(place(file));
        words.more.extend(can_do(file, who, mine));
    }
    words
}

/// Where the file lies.
fn place(file: &CaseFile) -> Option<String> {
    let office = &file.procedure.office.name;
    let step = match &file.case.stage {
        Stage::Step { no } => file.procedure.step(*no)?,
        Stage::Completion { no, .. } => {
            let title = file.title(&file.procedure.step(*no)?.actor);
            return Some(format!("Berkas ada di {office}, pada {title}, dan menunggu kelengkapan itu."));
        }
        Stage::Ended { .. } => return Some(format!("Berkas disimpan di {office}.")),
    };
    let actor = file.procedure.actor(&step.actor)?;
    Some(match actor.kind {
        ActorKind::Outside => format!("Permintaan ada di {}; berkasnya di {office}.", actor.title),
        ActorKind::Official => format!("Berkas ada di {office}, pada {}.", actor.title),
        ActorKind::Applicant | ActorKind::Leader => format!("Berkas ada di {office}."),
    })
}

/// What a party can do now.
fn can_do(file: &CaseFile, who: &Who, mine: bool) -> Option<String> {
    let open: Vec<Act> = open_acts(&file.procedure, &file.case, who).into_iter().map(|open| open.act).collect();
    let back = open.contains(&Act::Withdraw);
    let email = file.form().map(|form| form.email.to_string()).unwrap_or_default();
    Some(match &file.case.stage {
        Stage::Step { .. } if mine => "Kerjakan dengan tombol di bawah ini.".to_owned(),
        Stage::Step { .. } if back => format!(
            "{} Bila ada yang harus dilengkapi, kami menulis ke {email}. Selama belum diajukan ke {}, Anda dapat menarik kembali permohonan.",
            meanwhile(file),
            file.outside()
        ),
        Stage::Step { .. } if file.case.revoked_at.is_some() => {
            "Sertifikat sudah dicabut. Anda tidak perlu melakukan apa pun; kantor menyelesaikan langkah yang tersisa.".to_owned()
        }
        Stage::Step { .. } if file.case.sent_at.is_some() => format!(
            "{} Setelah sertifikat dicabut, kami menulis ke {email}. Permohonan tidak dapat ditarik kembali lagi.",
            meanwhile(file)
        ),
        Stage::Step { .. } => meanwhile(file),
        Stage::Completion { .. } if open.contains(&Act::Resubmit) => {
            "Tidak ada batas waktunya, tetapi permohonan baru berjalan lagi setelah Anda mengirim kelengkapan dengan tombol di bawah ini. Anda juga dapat menarik kembali permohonan.".to_owned()
        }
        Stage::Completion { .. } => "Yang mengajukan permohonan inilah yang melengkapinya.".to_owned(),
        Stage::Ended { end: End::Revoked } => {
            "Bukti pencabutan dapat Anda buka dan cetak dari langkah terakhir di bawah ini.".to_owned()
        }
        Stage::Ended { end: End::Refused } => {
            "Bila penyebabnya sudah diatasi, Anda dapat mengajukan permohonan baru.".to_owned()
        }
        // It is said already.
        Stage::Ended { end: End::Withdrawn } => return None,
    })
}

/// What a party can do while the office works on it: nothing, or ask where every hour counts or the office is late.
fn meanwhile(file: &CaseFile) -> String {
    let urgent = file.view.times.urgent.is_some_and(|urgent| urgent.revoked_at.is_none());
    let late = file.view.times.runs.last().is_some_and(|run| run.ended.is_none() && run.late);
    let why = match (urgent, late) {
        (true, _) => "Permohonan ini mendesak: didahulukan, dan semua pejabat yang memprosesnya sudah diberi tahu.",
        (false, true) => "Waktu SOP langkah ini sudah lewat, dan pejabatnya sudah diingatkan.",
        (false, false) => return "Anda tidak perlu melakukan apa pun sekarang.".to_owned(),
    };
    let (office, ticket) = (&file.procedure.office.name, &file.case.ticket);
    format!("{why} Bila ingin menanyakannya, hubungi {office} dan sebutkan nomor permohonan {ticket}.")
}

/// Whose turn it is.
fn whose(file: &CaseFile, who: &Who, mine: bool, now: DateTime<Utc>) -> TurnWords {
    let since = file.zone().since(file.case.since, now);
    let said = |headline: String, more: Vec<String>| TurnWords { headline, more, items: Vec::new(), mine };
    match &file.case.stage {
        Stage::Ended { end } => {
            let when = file.zone().brief(file.case.since);
            let note = file.newest(|what| matches!(what, Happened::Refused)).and_then(note);
            match end {
                End::Revoked => said(
                    "TTE sudah dicabut dan permohonan selesai.".to_owned(),
                    vec![format!("Ditutup {when}. Sertifikat elektronik ini tidak dapat digunakan kembali.")],
                ),
                End::Refused => said(
                    "Permohonan ditolak.".to_owned(),
                    [Some(format!("Ditolak {when}. TTE tidak dicabut.")), note.map(|why| format!("Alasan: {why}"))]
                        .into_iter()
                        .flatten()
                        .collect(),
                ),
                End::Withdrawn => said(
                    "Permohonan ditarik kembali oleh pemohon.".to_owned(),
                    vec![format!(
                        "Ditarik kembali {when}. TTE tidak dicabut; pemohon dapat mengajukan lagi bila perlu."
                    )],
                ),
            }
        }
        Stage::Completion { .. } => {
            let whom = if file.case.is_applicant(&who.person) { "Anda" } else { "pemohon" };
            let why = file.newest(|what| matches!(what, Happened::Returned { .. })).and_then(|seen| {
                Some(format!("Catatan dari {}: {}", seen.event.by.title(&file.procedure), note(seen)?))
            });
            TurnWords {
                headline: format!("Menunggu kelengkapan dari {whom} sejak {since}."),
                more: why
                    .into_iter()
                    .chain(["Waktu SOP berhenti selama berkas menunggu kelengkapan.".to_owned()])
                    .collect(),
                items: file.to_complete(),
                mine,
            }
        }
        Stage::Step { no } => {
            let Some(step) = file.procedure.step(*no) else { return said(String::new(), Vec::new()) };
            let title = file.title(&step.actor);
            let place = format!("Langkah {no} dari {}: {}", file.procedure.steps.len(), step.wording);
            let outside = file.procedure.actor(&step.actor).is_some_and(|actor| actor.kind == ActorKind::Outside);
            let headline = match (mine, outside) {
                (true, true) => format!("Menunggu jawaban {title} sejak {since}. Anda mencatat jawabannya."),
                (true, false) => {
                    let role = who.role(&file.procedure, &step.actor);
                    let title = role.map_or_else(|| title.to_owned(), |role| role.title(&file.procedure));
                    format!("Sekarang giliran Anda, sebagai {title}, sejak {since}, {}.", limit(step))
                }
                (false, true) => format!("Menunggu jawaban {title} sejak {since}, {}.", limit(step)),
                (false, false) => format!("Sekarang giliran {title} sejak {since}, {}.", limit(step)),
            };
            said(
                headline,
                [declined(file), Some(place), in_hand(file, who), by_when(file)].into_iter().flatten().collect(),
            )
        }
    }
}

/// That the outside body did not revoke, and why, until it is asked again.
fn declined(file: &CaseFile) -> Option<String> {
    let last = file.newest(|what| matches!(what, Happened::Sent | Happened::Answered { .. }))?;
    let Happened::Answered { answer: Answer::Declined, .. } = last.event.what else { return None };
    let why = note(last).map(|why| format!(" Alasan: {why}")).unwrap_or_default();
    Some(format!("{}.{why}", happened(file, last)))
}

/// Who has it in hand, for those who work in the office. To the applicant it lies with the office.
fn in_hand(file: &CaseFile, who: &Who) -> Option<String> {
    let in_hand = file.case.in_hand.as_ref().filter(|_| who.is_staff(&file.procedure))?;
    if in_hand.person == who.person {
        return Some("Berkas ini ada pada Anda. Rekan Anda tidak dapat memeriksanya bersamaan.".to_owned());
    }
    let name = file.in_hand_of().unwrap_or_else(|| "rekan Anda".to_owned());
    Some(format!(
        "Berkas ini sedang dikerjakan {name}. Bila berhalangan, rekan dengan peran yang sama dapat mengambilnya."
    ))
}

/// By when the step that runs is to be done, or since when it should have been.
fn by_when(file: &CaseFile) -> Option<String> {
    let run = file.view.times.runs.last().filter(|run| run.ended.is_none())?;
    let due = file.zone().brief(run.due?);
    Some(if run.late {
        format!("Waktu SOP untuk langkah ini sudah lewat sejak {due}.")
    } else {
        format!("Batas langkah ini menurut SOP dan jam kerja kantor: {due}.")
    })
}

/// What a request that cannot wait asks of the office; none where it can.
fn urgent(file: &CaseFile) -> Option<String> {
    let urgent = file.view.times.urgent?;
    let until = file.zone().brief(urgent.until);
    match (urgent.revoked_at, &file.case.stage) {
        (None, Stage::Ended { .. }) => None,
        (None, _) => {
            let now = file.view.times.at;
            let left = urgent.until - now;
            let left = if left > TimeDelta::zero() {
                format!("tersisa {}", hours(left))
            } else {
                format!("sudah lewat {}", hours(-left))
            };
            Some(must_be_revoked(&until, &format!(" ({left})")))
        }
        (Some(at), _) if at > urgent.until => {
            Some(format!("Dicabut {} sejak diajukan, lewat dari 24 jam.", hours(at - file.case.filed_at)))
        }
        (Some(_), _) => None,
    }
}

/// How long the office needed, where it could not wait and was revoked in time.
fn in_time(file: &CaseFile) -> Option<String> {
    let urgent = file.view.times.urgent?;
    let at = urgent.revoked_at.filter(|at| *at <= urgent.until)?;
    Some(format!("Dicabut {} sejak diajukan, dalam 24 jam.", hours(at - file.case.filed_at)))
}

/// By when a certificate that somebody else may use has to be revoked, and what is left of that.
pub fn must_be_revoked(until: &str, left: &str) -> String {
    format!(
        "Sertifikat ini mungkin dipakai orang lain. Harus sudah dicabut sebelum {until}, 24 jam sejak diajukan{left}; malam dan hari libur ikut dihitung."
    )
}

/// "3 jam 10 menit"; begun minutes are left out. Never days: a working day has no 24 hours.
pub fn hours(time: TimeDelta) -> String {
    let minutes = time.num_minutes();
    match (minutes / 60, minutes % 60) {
        (0, 0) => "kurang dari 1 menit".to_owned(),
        (0, minutes) => format!("{minutes} menit"),
        (hours, 0) => format!("{hours} jam"),
        (hours, minutes) => format!("{hours} jam {minutes} menit"),
    }
}

/// "batas SOP 5 menit", "tanpa batas waktu dalam SOP"
fn limit(step: &Step) -> String {
    match &step.time {
        Some(time) => format!("batas SOP {}", time.wording()),
        None => "tanpa batas waktu dalam SOP".to_owned(),
    }
}

/// What somebody wrote at an event.
pub fn note(seen: &SeenEvent) -> Option<&str> {
    Some(seen.content.as_ref()?.note.as_ref()?.as_str())
}

/// What happened, as one line without who and when.
pub fn happened(file: &CaseFile, seen: &SeenEvent) -> String {
    match &seen.event.what {
        Happened::Filed { way, .. } => format!("Permohonan diajukan {}", way_words(*way)),
        Happened::Forwarded { urgency, .. } => {
            format!("Diteruskan dengan disposisi, sifat {}", urgency.label().to_lowercase())
        }
        Happened::Approved { .. } => "Diperiksa dan dinyatakan lengkap".to_owned(),
        Happened::Returned { papers, fields } => {
            format!("Dikembalikan untuk dilengkapi: {}", file.completion(papers, fields).join(", "))
        }
        Happened::Resubmitted { papers, form, .. } => {
            let mut what = file.completion(&papers.iter().map(|held| held.paper.clone()).collect::<Vec<_>>(), &[]);
            if *form {
                what.push("isian formulir".to_owned());
            }
            format!("Kelengkapan dikirim: {}", what.join(", "))
        }
        Happened::Refused => "Permohonan ditolak".to_owned(),
        Happened::Sent => format!("Diajukan ke {}", file.outside()),
        Happened::Answered { answer, answered_at, .. } => {
            let when = file.zone().brief(*answered_at);
            let reference = seen.content.as_ref().and_then(|content| content.reference.as_ref());
            let reference = reference.map(|number| format!(", {}", number.as_str())).unwrap_or_default();
            match answer {
                Answer::Revoked => format!("{} mencabut sertifikat pada {when}{reference}", file.outside()),
                Answer::Declined => format!("{} tidak mencabut sertifikat ({when}{reference})", file.outside()),
            }
        }
        Happened::Contacted { channel, reached } => {
            let result = if *reached { "berhasil" } else { "belum berhasil" };
            format!("Pemohon dihubungi lewat {}: {result}", channel_words(*channel))
        }
        Happened::Closed => "Permohonan ditutup: TTE dicabut".to_owned(),
        Happened::Withdrawn => "Permohonan ditarik kembali".to_owned(),
        Happened::Taken => "Berkas diambil untuk dikerjakan".to_owned(),
        Happened::HandedOver { .. } => match &seen.to {
            Some(to) => format!("Berkas diserahkan kepada {to}"),
            None => "Berkas diserahkan kepada rekan".to_owned(),
        },
        Happened::PutBack => "Berkas dikembalikan ke antrean".to_owned(),
        Happened::Readdressed => "Alamat e-mail pemohon diganti".to_owned(),
    }
}

/// "telepon", "WhatsApp"
pub fn channel_words(channel: crate::case::Channel) -> String {
    use crate::case::Channel;
    match channel {
        Channel::Call | Channel::InPerson => channel.label().to_lowercase(),
        Channel::Whatsapp | Channel::Email => channel.label().to_owned(),
    }
}

/// How it was filed.
pub fn way_words(way: FilingWay) -> &'static str {
    match way {
        FilingWay::Holder => "oleh pemegang (daring)",
        FilingWay::Leader => "oleh pimpinan dengan rekomendasi (daring)",
        FilingWay::Desk => "di loket dengan berkas kertas (luring)",
    }
}
