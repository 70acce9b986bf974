//! Of which kind an event is: what its entry in the log, and so a receipt, says of it.

use std::fmt;

use serde::Deserialize;

use crate::case::{Answer, Happened};

/// What happened, and nothing of whom it concerns, why, or who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Kind {
    /// The request was filed.
    Filed,
    /// Passed on.
    Forwarded,
    /// Found complete.
    Approved,
    /// Given back for completion.
    Returned,
    /// Completed.
    Resubmitted,
    /// Refused.
    Refused,
    /// Sent to the outside body.
    Sent,
    /// The outside body answered that the certificate is revoked.
    Revoked,
    /// It answered that it is not.
    Declined,
    /// The applicant was contacted, or it was tried.
    Contacted,
    /// Closed.
    Closed,
    /// Taken back by the applicant.
    Withdrawn,
    /// Taken from the pool.
    Taken,
    /// Given to a colleague.
    HandedOver,
    /// Put back into the pool.
    PutBack,
    /// The applicant is written to elsewhere.
    Readdressed,
    /// A change of the office's own affairs.
    Office,
}

/// Each kind with its word in the log and what it is called. Both its word and its place here stay what they are.
const KINDS: [(Kind, &str, &str); 17] = [
    (Kind::Filed, "filed", "permohonan pencabutan TTE diajukan"),
    (Kind::Forwarded, "forwarded", "permohonan diteruskan"),
    (Kind::Approved, "approved", "kelengkapan permohonan diperiksa dan disetujui"),
    (Kind::Returned, "returned", "permohonan dikembalikan untuk dilengkapi"),
    (Kind::Resubmitted, "resubmitted", "permohonan dilengkapi pemohon"),
    (Kind::Refused, "refused", "permohonan ditolak"),
    (Kind::Sent, "sent", "permintaan pencabutan dikirim ke BSrE"),
    (Kind::Revoked, "revoked", "TTE dicabut, menurut jawaban BSrE"),
    (Kind::Declined, "declined", "TTE belum dicabut, menurut jawaban BSrE"),
    (Kind::Contacted, "contacted", "pemohon dihubungi"),
    (Kind::Closed, "closed", "permohonan ditutup"),
    (Kind::Withdrawn, "withdrawn", "permohonan ditarik pemohon"),
    (Kind::Taken, "taken", "permohonan diambil seorang petugas"),
    (Kind::HandedOver, "handed_over", "permohonan diserahkan kepada petugas lain"),
    (Kind::PutBack, "put_back", "permohonan dikembalikan ke antrean petugas"),
    (Kind::Readdressed, "readdressed", "alamat e-mail untuk permohonan diubah"),
    (Kind::Office, "office", "urusan kantor sendiri diubah"),
];

impl Kind {
    /// That of a case's event.
    pub fn of(what: &Happened) -> Kind {
        match what {
            Happened::Filed { .. } => Kind::Filed,
            Happened::Forwarded { .. } => Kind::Forwarded,
            Happened::Approved { .. } => Kind::Approved,
            Happened::Returned { .. } => Kind::Returned,
            Happened::Resubmitted { .. } => Kind::Resubmitted,
            Happened::Refused => Kind::Refused,
            Happened::Sent => Kind::Sent,
            Happened::Answered { answer: Answer::Revoked, .. } => Kind::Revoked,
            Happened::Answered { answer: Answer::Declined, .. } => Kind::Declined,
            Happened::Contacted { .. } => Kind::Contacted,
            Happened::Closed => Kind::Closed,
            Happened::Withdrawn => Kind::Withdrawn,
            Happened::Taken => Kind::Taken,
            Happened::HandedOver { .. } => Kind::HandedOver,
            Happened::PutBack => Kind::PutBack,
            Happened::Readdressed => Kind::Readdressed,
        }
    }

    /// The one with this word: an event's `kind` as it is written, of an answer what it says.
    pub fn parse(word: &str) -> Option<Kind> {
        KINDS.iter().find(|(_, of, _)| *of == word).map(|(kind, ..)| *kind)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        KINDS[usize::from(self.number())].1
    }

    /// What it is called, in plain Indonesian.
    pub fn label(self) -> &'static str {
        KINDS[usize::from(self.number())].2
    }

    pub(super) fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn numbered(number: u8) -> Option<Kind> {
        KINDS.get(usize::from(number)).map(|(kind, ..)| *kind)
    }
}

impl TryFrom<String> for Kind {
    type Error = UnknownKind;

    fn try_from(word: String) -> Result<Kind, UnknownKind> {
        Kind::parse(&word).ok_or(UnknownKind)
    }
}

/// A word that is no kind's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownKind;

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no kind of event")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_at_its_number_under_its_word() {
        for ((kind, word, label), number) in KINDS.into_iter().zip(0..) {
            assert_eq!((kind.number(), Kind::numbered(number)), (number, Some(kind)));
            assert_eq!((kind.word(), kind.label(), Kind::parse(word)), (word, label, Some(kind)));
        }
        assert_eq!((Kind::numbered(17), Kind::parse("answered")), (None, None));
    }
}
