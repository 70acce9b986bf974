//! Why an act is refused: a value, typed and complete, with a stable code and a sentence for people.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::state::End;
use crate::procedure::{ActorId, FieldId, PaperId};

/// Why the rules say no. Nothing in it is secret. `Display` is an Indonesian sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The person has nothing to do with this office, nor with this case.
    NotThisOffice,
    /// The case is not as the person last saw it.
    MovedOn {
        /// The newest event's number.
        seq: u32,
    },
    /// The case has ended.
    Closed {
        /// How.
        end: End,
    },
    /// The procedure has no such act anywhere, or does not allow it at any step.
    NotInProcedure,
    /// The act belongs to a role the person does not hold.
    NotYourRole {
        /// Whose it is, by title.
        whose: Vec<String>,
    },
    /// The person is a party to the case; nobody acts on their own request as an official.
    OwnRequest,
    /// Who stands in for an official has acted in this chain already, or the other way round.
    TwiceInChain {
        /// As what, by title.
        title: String,
    },
    /// A colleague who holds the same role has it in hand.
    InOtherHands,
    /// The person has it in hand already.
    InYourHands,
    /// The person does not have it in hand.
    NotInYourHands,
    /// Handed over to somebody who does not hold the role, or may not decide on this request.
    NoColleague,
    /// It is another's turn.
    NotYourTurn {
        /// The actor whose turn it is.
        turn: ActorId,
        /// Their title.
        title: String,
        /// The step at which the case is.
        step: u8,
    },
    /// The person's step is behind the case already.
    AlreadyDone {
        /// The step at which the case is.
        step: u8,
    },
    /// It is the person's turn, but for another act.
    NotThisStep {
        /// The step at which the case is.
        step: u8,
    },
    /// The request has gone to the outside body and can't be taken back.
    PastRecall,
    /// The office does not offer this way of filing.
    WayNotOffered,
    /// This reason can't be given in this way of filing; a death is filed by the leader.
    ReasonNotForWay,
    /// The reason "other" needs an explanation.
    ReasonNeedsNote,
    /// The mailbox is not one the office accepts.
    EmailNotAccepted {
        /// The domains it does.
        domains: Vec<String>,
    },
    /// The holder's mailbox on the form is not the one they signed in with.
    EmailNotYours,
    /// The applicant is written to at this mailbox already.
    SameEmail,
    /// Entries of the form are missing.
    MissingFields {
        /// Which.
        fields: Vec<FieldId>,
    },
    /// Papers are missing.
    MissingPapers {
        /// Which, by id.
        papers: Vec<PaperId>,
        /// Their names.
        names: Vec<String>,
    },
    /// Papers that nobody asked for, or the same twice.
    UnexpectedPapers {
        /// Which.
        papers: Vec<PaperId>,
    },
    /// Entries changed that nobody asked for, or asked for that the office's form does not have.
    UnexpectedFields {
        /// Which.
        fields: Vec<FieldId>,
    },
    /// Not everything on the checklist holds.
    ChecklistIncomplete {
        /// What is not ticked, by id.
        missing: Vec<String>,
    },
    /// Given back without saying what to complete.
    NothingToComplete,
    /// A declined request needs the outside body's reason.
    DeclineNeedsNote,
    /// Whoever takes a request back on the applicant's behalf says why.
    WithdrawNeedsNote,
    /// The outside body's answer is dated before it was asked, or after now.
    AnswerOutOfTime,
}

impl Refusal {
    /// A stable name for programs, the same as the `code` in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotThisOffice => "not_this_office",
            Refusal::MovedOn { .. } => "moved_on",
            Refusal::Closed { .. } => "closed",
            Refusal::NotInProcedure => "not_in_procedure",
            Refusal::NotYourRole { .. } => "not_your_role",
            Refusal::OwnRequest => "own_request",
            Refusal::TwiceInChain { .. } => "twice_in_chain",
            Refusal::InOtherHands => "in_other_hands",
            Refusal::InYourHands => "in_your_hands",
            Refusal::NotInYourHands => "not_in_your_hands",
            Refusal::NoColleague => "no_colleague",
            Refusal::NotYourTurn { .. } => "not_your_turn",
            Refusal::AlreadyDone { .. } => "already_done",
            Refusal::NotThisStep { .. } => "not_this_step",
            Refusal::PastRecall => "past_recall",
            Refusal::WayNotOffered => "way_not_offered",
            Refusal::ReasonNotForWay => "reason_not_for_way",
            Refusal::ReasonNeedsNote => "reason_needs_note",
            Refusal::EmailNotAccepted { .. } => "email_not_accepted",
            Refusal::EmailNotYours => "email_not_yours",
            Refusal::SameEmail => "same_email",
            Refusal::MissingFields { .. } => "missing_fields",
            Refusal::MissingPapers { .. } => "missing_papers",
            Refusal::UnexpectedPapers { .. } => "unexpected_papers",
            Refusal::UnexpectedFields { .. } => "unexpected_fields",
            Refusal::ChecklistIncomplete { .. } => "checklist_incomplete",
            Refusal::NothingToComplete => "nothing_to_complete",
            Refusal::DeclineNeedsNote => "decline_needs_note",
            Refusal::WithdrawNeedsNote => "withdraw_needs_note",
            Refusal::AnswerOutOfTime => "answer_out_of_time",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotThisOffice => f.write_str("Permohonan ini bukan bagian Anda. Periksa apakah Anda masuk dengan alamat e-mail yang benar."),
            Refusal::MovedOn { .. } => f.write_str("Permohonan ini sudah berubah sejak Anda membukanya. Keadaan terbaru sudah ditampilkan; periksa dulu, lalu ulangi bila masih perlu."),
            Refusal::Closed { end } => write!(f, "Permohonan ini sudah berakhir: {}. Tidak ada tindakan lagi.", end.label()),
            Refusal::NotInProcedure => f.write_str("SOP kantor ini tidak mengenal tindakan tersebut."),
            Refusal::NotYourRole { whose } => write!(f, "Tindakan ini wewenang {}. Hubungi yang bersangkutan bila perlu.", whose.join(" atau ")),
            Refusal::OwnRequest => f.write_str("Anda tidak dapat memproses permohonan Anda sendiri. Mintalah pejabat lain dengan peran yang sama."),
            Refusal::TwiceInChain { title } => write!(f, "Anda sudah bertindak sebagai {title} pada permohonan ini, dan tidak boleh bertindak dua kali dalam satu rangkaian sebagai pejabat pengganti. Mintalah pejabat lain."),
            Refusal::InOtherHands => f.write_str("Berkas ini sedang dikerjakan rekan Anda. Bila rekan Anda berhalangan, ambil dulu berkasnya, lalu lanjutkan."),
            Refusal::InYourHands => f.write_str("Berkas ini sudah ada pada Anda. Lanjutkan langkahnya."),
            Refusal::NotInYourHands => f.write_str("Berkas ini tidak sedang ada pada Anda. Ambil dulu berkasnya bila perlu."),
            Refusal::NoColleague => f.write_str("Berkas hanya dapat diserahkan kepada rekan dengan peran yang sama, yang bukan pihak dalam permohonan ini. Pilih orang lain."),
            Refusal::NotYourTurn { title, step, .. } => write!(f, "Sekarang giliran {title} (langkah {step}). Anda akan diberi tahu saat tiba giliran Anda."),
            Refusal::AlreadyDone { step } => write!(f, "Langkah Anda sudah selesai; permohonan sudah sampai langkah {step}."),
            Refusal::NotThisStep { step } => write!(f, "Tindakan ini bukan untuk langkah {step} yang sedang berjalan. Pilih tindakan yang tersedia."),
            Refusal::PastRecall => f.write_str("Permohonan sudah diajukan ke BSrE dan tidak dapat ditarik kembali."),
            Refusal::WayNotOffered => f.write_str("Kantor ini tidak menerima permohonan dengan cara tersebut, atau peran Anda tidak mengizinkannya. Pilih cara lain."),
            Refusal::ReasonNotForWay => f.write_str("Alasan ini tidak dapat dipakai untuk cara pengajuan tersebut. Permohonan bagi pemegang yang meninggal dunia hanya dapat diajukan oleh pimpinan."),
            Refusal::ReasonNeedsNote => f.write_str("Jelaskan alasannya dalam kolom keterangan."),
            Refusal::EmailNotAccepted { domains } => write!(f, "Pakai alamat e-mail dinas (…@{}).", domains.join(", …@")),
            Refusal::EmailNotYours => f.write_str("Alamat e-mail pada formulir harus alamat yang Anda pakai untuk masuk. Masuk dengan alamat itu, atau pakai alamat Anda sendiri."),
            Refusal::SameEmail => f.write_str("Pemohon sudah disurati di alamat ini. Isi alamat yang lain, atau kirim lagi e-mailnya."),
            Refusal::MissingFields { fields } => {
                let names: Vec<_> = fields.iter().map(|field| field.label()).collect();
                write!(f, "Isian belum lengkap: {}.", names.join(", "))
            }
            Refusal::MissingPapers { names, .. } => write!(f, "Berkas belum lengkap: {}. Unggah dulu, lalu kirim lagi.", names.join(", ")),
            Refusal::UnexpectedPapers { .. } => f.write_str("Ada berkas yang tidak diminta atau diunggah dua kali. Hapus berkas itu, lalu kirim lagi."),
            Refusal::UnexpectedFields { fields } => {
                let names: Vec<_> = fields.iter().map(|field| field.label()).collect();
                write!(f, "Isian ini tidak diminta untuk diperbaiki: {}. Kembalikan seperti semula, lalu kirim lagi.", names.join(", "))
            }
            Refusal::ChecklistIncomplete { .. } => f.write_str("Belum semua butir daftar periksa dicentang. Centang semuanya, atau kembalikan berkas kepada pemohon."),
            Refusal::NothingToComplete => f.write_str("Pilih berkas atau isian yang harus dilengkapi pemohon."),
            Refusal::DeclineNeedsNote => f.write_str("Tulis alasan BSrE tidak mencabut sertifikat."),
            Refusal::WithdrawNeedsNote => f.write_str("Tulis mengapa pemohon menarik kembali permohonannya."),
            Refusal::AnswerOutOfTime => f.write_str("Waktu jawaban BSrE harus sesudah pengajuan dan tidak boleh di masa depan. Periksa tanggal dan jamnya."),
        }
    }
}

impl std::error::Error for Refusal {}
