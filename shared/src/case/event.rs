//! What happened to a case. Events hold no personal data: people and papers are named by id, and the text
//! that belongs to an event lies beside it, bound by a salted digest.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::chain::Digest;
use crate::{
    identity::{LetterNumber, Nip, TicketNumber},
    procedure::{ActorId, FieldId, PaperId, Procedure},
    reason::Reason,
};

/// Names a person, in every office. Random; says nothing about them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PersonId(pub String);

/// Names an uploaded document. Random; says nothing about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct DocumentId(pub String);

/// Who asks for the revocation, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilingWay {
    /// The holder, online (*daring*).
    Holder,
    /// The leader, on a recommendation: mutation, retirement, death.
    Leader,
    /// The holder on paper, handed in at the desk and entered by an officer (*luring*).
    Desk,
}

/// One entry in the life of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Whose life it is.
    pub case: TicketNumber,
    /// Counts up from 1 without a gap.
    pub seq: u32,
    /// When, in UTC.
    pub at: DateTime<Utc>,
    /// Who acted.
    pub by: By,
    /// What they did.
    pub what: Happened,
    /// Binds the text that lies beside the event, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Digest>,
}

/// Who acted, and as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct By {
    /// The person themself.
    pub person: PersonId,
    /// The role they acted in.
    pub actor: ActorId,
    /// The actor whose act it was, where another entered it: BSrE's answer recorded by the verifier, or
    /// the applicant's paper entered at the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behalf: Option<ActorId>,
    /// By which letter they acted in the role, where it is not their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<Acting>,
}

/// The appointment of a person who stands in for an official (*pejabat pelaksana*).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Acting {
    /// For how long the official is away.
    pub kind: ActingKind,
    /// For whom; nobody where the post is vacant.
    #[serde(default)]
    pub principal: Option<PersonId>,
    /// Number of the letter of appointment (*surat perintah*).
    pub letter: LetterNumber,
    /// Its date.
    #[serde(with = "crate::day")]
    pub dated: NaiveDate,
}

/// How somebody stands in (UU 30/2014, art. 34(2); PP 17/2020).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActingKind {
    /// Pelaksana harian: the official is away for a time.
    Plh,
    /// Pelaksana tugas: the official is away for good, or the post is vacant.
    Plt,
}

impl ActingKind {
    /// In the order in which they are offered.
    pub const ALL: [ActingKind; 2] = [ActingKind::Plh, ActingKind::Plt];

    /// As it stands before a title: "Plh.".
    pub fn label(self) -> &'static str {
        match self {
            ActingKind::Plh => "Plh.",
            ActingKind::Plt => "Plt.",
        }
    }
}

impl Acting {
    /// What who stands in for this actor is called: "Plh. Kepala Dinas Kominfo".
    pub fn title(&self, procedure: &Procedure, actor: &ActorId) -> String {
        format!("{} {}", self.kind.label(), procedure.title(actor))
    }
}

impl By {
    /// As what they acted, in full: "Plh. Kepala Dinas Kominfo".
    pub fn title(&self, procedure: &Procedure) -> String {
        title(procedure, &self.actor, self.acting.as_ref())
    }

    /// The same as it stands on what is sent out: of somebody who stood in, with their name and number.
    pub fn signature(&self, procedure: &Procedure, name: Option<&str>, nip: Option<&Nip>) -> String {
        let title = self.title(procedure);
        match (name.filter(|_| self.acting.is_some()), nip) {
            (Some(name), Some(nip)) => format!("{title} ({name}, NIP {nip})"),
            (Some(name), None) => format!("{title} ({name})"),
            (None, _) => title,
        }
    }
}

/// An actor's title, with what an acting official puts before it.
pub(crate) fn title(procedure: &Procedure, actor: &ActorId, acting: Option<&Acting>) -> String {
    acting.map_or_else(|| procedure.title(actor).to_owned(), |acting| acting.title(procedure, actor))
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happened {
    /// The request was filed.
    Filed {
        /// Whose procedure the case follows.
        office: String,
        /// In which version.
        version: u32,
        /// How it was filed.
        way: FilingWay,
        /// Why the certificate is to be revoked.
        reason: Reason,
        /// The holder, where the office knows them as a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<PersonId>,
        /// The papers handed in.
        papers: Vec<Handed>,
    },
    /// Passed on with a disposition note.
    Forwarded {
        /// "Sifat".
        urgency: Urgency,
        /// "Dengan hormat harap".
        asks: Vec<Ask>,
    },
    /// Checked against the checklist and found complete.
    Approved {
        /// The papers and checks that were ticked, by id.
        ticked: Vec<String>,
    },
    /// Given back to the applicant for completion.
    Returned {
        /// Papers to hand in again.
        papers: Vec<PaperId>,
        /// Entries of the form to correct.
        fields: Vec<FieldId>,
    },
    /// Completed by the applicant.
    Resubmitted {
        /// The papers handed in anew.
        papers: Vec<Handed>,
        /// Whether the form was changed; the new one is in the content.
        form: bool,
        /// With a new form: the holder, where the office knows them as a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<PersonId>,
    },
    /// Refused with the reason in the content. The end.
    Refused,
    /// Sent to the outside body.
    Sent,
    /// The outside body answered; the evidence is in the content and the papers.
    Answered {
        /// What it answered.
        answer: Answer,
        /// When it did, by its own word.
        answered_at: DateTime<Utc>,
        /// Its letter or a picture of it.
        papers: Vec<Handed>,
    },
    /// The applicant was contacted, or it was tried.
    Contacted {
        /// How.
        channel: Channel,
        /// Whether they were reached.
        reached: bool,
    },
    /// Closed. The end.
    Closed,
    /// Taken back by the applicant. The end.
    Withdrawn,
    /// Taken from the pool of those who hold the same role: from now on this person has it in hand.
    Taken,
    /// Given to a colleague who holds the same role.
    HandedOver {
        /// To whom.
        to: PersonId,
    },
    /// Put back into the pool.
    PutBack,
    /// The applicant is written to elsewhere from now on: the form with the new address, and how one knows it, are in
    /// the content. It changes nothing of where the case stands, and comes after its end too.
    Readdressed,
}

impl Happened {
    /// Whether colleagues arranged among themselves who has the case in hand: the applicant is told that it was, not by whom
    /// nor in what words.
    pub fn is_among_colleagues(&self) -> bool {
        matches!(self, Happened::Taken | Happened::HandedOver { .. } | Happened::PutBack)
    }
}

/// A paper in hand: an uploaded document that serves as one of the papers asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// As which paper it serves.
    pub paper: PaperId,
    /// Which document it is.
    pub document: DocumentId,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// "Sifat" of a disposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Biasa
    #[default]
    Ordinary,
    /// Segera
    Urgent,
    /// Sangat segera
    VeryUrgent,
    /// Rahasia
    Confidential,
}

impl Urgency {
    /// In the order of the form.
    pub const ALL: [Urgency; 4] = [Urgency::Ordinary, Urgency::Urgent, Urgency::VeryUrgent, Urgency::Confidential];

    /// As the disposition sheet words it.
    pub fn label(self) -> &'static str {
        match self {
            Urgency::Ordinary => "Biasa",
            Urgency::Urgent => "Segera",
            Urgency::VeryUrgent => "Sangat segera",
            Urgency::Confidential => "Rahasia",
        }
    }
}

/// "Dengan hormat harap" of a disposition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Tanggapan dan saran
    Advise,
    /// Proses lebih lanjut
    Process,
    /// Koordinasi/konfirmasi
    Coordinate,
}

impl Ask {
    /// In the order of the form.
    pub const ALL: [Ask; 3] = [Ask::Advise, Ask::Process, Ask::Coordinate];

    /// As the disposition sheet words it.
    pub fn label(self) -> &'static str {
        match self {
            Ask::Advise => "Tanggapan dan saran",
            Ask::Process => "Proses lebih lanjut",
            Ask::Coordinate => "Koordinasi/konfirmasi",
        }
    }
}

/// What the outside body answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The certificate is revoked.
    Revoked,
    /// It was not; the file goes back to the check.
    Declined,
}

/// How the applicant was contacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Telepon
    Call,
    /// WhatsApp
    Whatsapp,
    /// E-mail
    Email,
    /// Tatap muka
    InPerson,
}

impl Channel {
    /// In the order they are offered.
    pub const ALL: [Channel; 4] = [Channel::Call, Channel::Whatsapp, Channel::Email, Channel::InPerson];

    /// In plain Indonesian.
    pub fn label(self) -> &'static str {
        match self {
            Channel::Call => "Telepon",
            Channel::Whatsapp => "WhatsApp",
            Channel::Email => "E-mail",
            Channel::InPerson => "Tatap muka",
        }
    }
}
