//! What a person asks to be done, and the text that goes with it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{Answer, Ask, Channel, FilingWay, Handed, PersonId, Urgency};
use crate::{
    identity::{EmailAddress, LetterNumber, Nik, Nip, PersonName, PhoneNumber},
    note::Note,
    procedure::{FieldId, PaperId},
    reason::Reason,
};

/// A request to revoke, as it is filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FileRequest {
    /// Who asks, and how.
    pub way: FilingWay,
    /// Why.
    pub reason: Reason,
    /// What the form asks.
    pub form: Form,
    /// More about the reason. Must be there for [`Reason::Other`].
    #[serde(default)]
    pub note: Option<Note>,
    /// The papers, each as an uploaded document.
    pub papers: Vec<Handed>,
}

/// The form, filled in. What an office does not ask stays absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The holder's name with titles.
    pub name: PersonName,
    /// The holder's population number.
    pub nik: Nik,
    /// The holder's civil servant number, if they have one.
    #[serde(default)]
    pub nip: Option<Nip>,
    /// The holder's position.
    #[serde(default)]
    pub position: Option<PersonName>,
    /// The holder's unit.
    #[serde(default)]
    pub unit: Option<PersonName>,
    /// Where the holder, or for the leader's filing the leader, is written to.
    pub email: EmailAddress,
    /// Where they are called.
    #[serde(default)]
    pub phone: Option<PhoneNumber>,
    /// The head of the holder's unit (KA OPD).
    #[serde(default)]
    pub unit_head: Option<UnitHead>,
    /// Number of the letter of request or recommendation.
    #[serde(default)]
    pub letter: Option<LetterNumber>,
}

impl Form {
    /// Which entries differ from those of `before`. The number of the letter is nobody's entry to ask for.
    pub fn changed_from(&self, before: &Form) -> Vec<FieldId> {
        let same = |id: FieldId| match id {
            FieldId::Name => self.name == before.name,
            FieldId::Nik => self.nik == before.nik,
            FieldId::Nip => self.nip == before.nip,
            FieldId::Position => self.position == before.position,
            FieldId::Unit => self.unit == before.unit,
            FieldId::Email => self.email.key() == before.email.key(),
            FieldId::Phone => self.phone == before.phone,
            FieldId::UnitHead => self.unit_head == before.unit_head,
        };
        FieldId::ALL.into_iter().filter(|id| !same(*id)).collect()
    }

    /// Whether the entry `id` is filled in.
    pub fn has(&self, id: FieldId) -> bool {
        match id {
            FieldId::Name | FieldId::Nik | FieldId::Email => true,
            FieldId::Nip => self.nip.is_some(),
            FieldId::Position => self.position.is_some(),
            FieldId::Unit => self.unit.is_some(),
            FieldId::Phone => self.phone.is_some(),
            FieldId::UnitHead => self.unit_head.is_some(),
        }
    }
}

/// The head of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitHead {
    /// With titles.
    pub name: PersonName,
    /// "Kepala Dinas Kesehatan".
    pub position: PersonName,
    /// Civil servant number, if they have one.
    #[serde(default)]
    pub nip: Option<Nip>,
}

/// How one knows what the outside body answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Number or subject of the e-mail, ticket or letter that says so.
    pub reference: LetterNumber,
    /// When it was answered, by its own word.
    pub answered_at: DateTime<Utc>,
    /// The letter or a picture of it, if there is one.
    #[serde(default)]
    pub papers: Vec<Handed>,
}

/// What a person asks to be done with a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Pass on to the next with a disposition.
    Forward {
        /// "Sifat".
        urgency: Urgency,
        /// "Dengan hormat harap".
        asks: Vec<Ask>,
        /// "Catatan".
        #[serde(default)]
        note: Option<Note>,
    },
    /// Find complete.
    Approve {
        /// The papers and checks that hold, by id. All must.
        ticked: Vec<String>,
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Give back for completion.
    Return {
        /// Which papers.
        papers: Vec<PaperId>,
        /// Which entries of the form.
        fields: Vec<FieldId>,
        /// Why, in words for the applicant.
        note: Note,
    },
    /// Hand in what was missing.
    Resubmit {
        /// Every paper that was asked for again.
        papers: Vec<Handed>,
        /// The form anew, where entries were to be corrected.
        #[serde(default)]
        form: Option<Box<Form>>,
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Refuse for good.
    Refuse {
        /// Why, in words for the applicant.
        note: Note,
    },
    /// Send to the outside body.
    Send {
        /// A line for the outside body.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Record the outside body's answer.
    Answer {
        /// What it was.
        answer: Answer,
        /// How one knows.
        evidence: Evidence,
        /// Anything to add; for a declined request, why.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Record that the applicant was contacted.
    Contact {
        /// How.
        channel: Channel,
        /// Whether they were reached.
        reached: bool,
        /// What was said.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Close the case.
    Close {
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Take the request back.
    Withdraw {
        /// Why, if they wish to say.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Take it from the pool, or from a colleague who is away.
    Take {
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Give it to a colleague.
    HandOver {
        /// To whom.
        to: PersonId,
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Put it back into the pool.
    PutBack {
        /// Anything to add.
        #[serde(default)]
        note: Option<Note>,
    },
    /// Write to the applicant elsewhere, where mail did not reach them.
    Readdress {
        /// Where they are written to from now on.
        email: EmailAddress,
        /// How the office made sure that it is theirs.
        note: Note,
    },
}

impl Command {
    /// The form that it hands in.
    pub fn form(&self) -> Option<&Form> {
        match self {
            Command::Resubmit { form, .. } => form.as_deref(),
            _ => None,
        }
    }

    /// Which act this is.
    pub fn act(&self) -> Act {
        match self {
            Command::Forward { .. } => Act::Forward,
            Command::Approve { .. } => Act::Approve,
            Command::Return { .. } => Act::Return,
            Command::Resubmit { .. } => Act::Resubmit,
            Command::Refuse { .. } => Act::Refuse,
            Command::Send { .. } => Act::Send,
            Command::Answer { .. } => Act::Answer,
            Command::Contact { .. } => Act::Contact,
            Command::Close { .. } => Act::Close,
            Command::Withdraw { .. } => Act::Withdraw,
            Command::Take { .. } => Act::Take,
            Command::HandOver { .. } => Act::HandOver,
            Command::PutBack { .. } => Act::PutBack,
            Command::Readdress { .. } => Act::Readdress,
        }
    }

    /// The documents it hands in.
    pub fn papers(&self) -> &[Handed] {
        match self {
            Command::Resubmit { papers, .. } => papers,
            Command::Answer { evidence, .. } => &evidence.papers,
            _ => &[],
        }
    }
}

/// The kinds of act on a case that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// See [`Command::Forward`].
    Forward,
    /// See [`Command::Approve`].
    Approve,
    /// See [`Command::Return`].
    Return,
    /// See [`Command::Resubmit`].
    Resubmit,
    /// See [`Command::Refuse`].
    Refuse,
    /// See [`Command::Send`].
    Send,
    /// See [`Command::Answer`].
    Answer,
    /// See [`Command::Contact`].
    Contact,
    /// See [`Command::Close`].
    Close,
    /// See [`Command::Withdraw`].
    Withdraw,
    /// See [`Command::Take`].
    Take,
    /// See [`Command::HandOver`].
    HandOver,
    /// See [`Command::PutBack`].
    PutBack,
    /// See [`Command::Readdress`].
    Readdress,
}

impl Act {
    /// Every act that the procedures know, the one that moves the case on first: the first open one is a page's main
    /// button.
    pub const ALL: [Act; 11] = [
        Act::Forward,
        Act::Approve,
        Act::Send,
        Act::Answer,
        Act::Contact,
        Act::Close,
        Act::Resubmit,
        Act::Return,
        Act::Refuse,
        Act::Withdraw,
        Act::Readdress,
    ];

    /// What those who hold the same role agree on among themselves. None of it moves the case.
    pub const POOL: [Act; 3] = [Act::Take, Act::HandOver, Act::PutBack];

    /// The word on its button.
    pub fn label(self) -> &'static str {
        match self {
            Act::Forward => "Teruskan",
            Act::Approve => "Nyatakan lengkap",
            Act::Return => "Kembalikan untuk dilengkapi",
            Act::Resubmit => "Kirim kelengkapan",
            Act::Refuse => "Tolak permohonan",
            Act::Send => "Ajukan ke BSrE",
            Act::Answer => "Catat jawaban BSrE",
            Act::Contact => "Catat hasil menghubungi pemohon",
            Act::Close => "Selesaikan",
            Act::Withdraw => "Tarik kembali permohonan",
            Act::Take => "Ambil berkas ini",
            Act::HandOver => "Serahkan kepada rekan",
            Act::PutBack => "Kembalikan ke antrean",
            Act::Readdress => "Ganti alamat e-mail pemohon",
        }
    }

    /// Whether it takes the case further or ends its work: the others are not what anybody waits for.
    pub fn moves_on(self) -> bool {
        !matches!(self, Act::Withdraw | Act::Readdress | Act::Take | Act::HandOver | Act::PutBack)
    }

    /// Whether a code from one's mailbox, entered of late, goes before it: it sends somebody's data out of the office, or
    /// says that a certificate is revoked.
    pub fn needs_proof(self) -> bool {
        matches!(self, Act::Send | Act::Answer)
    }

    /// Whether nothing can undo it, so that it asks to be confirmed.
    pub fn is_final(self) -> bool {
        matches!(self, Act::Refuse | Act::Send | Act::Answer | Act::Close | Act::Withdraw)
    }
}

/// The text of one event, kept beside it and bound by a salted digest: this is where personal data is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The form, when filed or corrected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// What the person wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Number or subject of the outside body's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<LetterNumber>,
}

impl Content {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.form.is_none() && self.note.is_none() && self.reference.is_none()
    }
}
