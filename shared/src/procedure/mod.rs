//! A procedure (SOP) as data: everything its document holds, and what the rules need to follow it.
//!
//! One TOML file for each office and version lies under `shared/procedures/`. A new office is a new file
//! and no new code. What the document leaves open and we infer is marked `inferred` in the file.

mod limit;
#[cfg(feature = "offices")]
mod offices;
#[cfg(feature = "offices")]
mod reminders;
#[cfg(feature = "offices")]
mod rules;
#[cfg(feature = "offices")]
mod validate;
mod zone;

use serde::{Deserialize, Serialize};

pub use limit::{TimeLimit, TimeLimitError, TimeUnit};
#[cfg(feature = "offices")]
pub use offices::{Offices, offices};
#[cfg(feature = "offices")]
pub use reminders::{Reminders, Rung, Whom};
#[cfg(feature = "offices")]
pub use validate::{Flaw, Rule};
pub use zone::{Zone, date_in_words, month_in_words};

use crate::case::FilingWay;

/// One office's procedure in one version. A case keeps the version it was filed under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Counts up from 1 with each change of the SOP.
    pub version: u32,
    /// Whose procedure it is.
    pub office: Office,
    /// The SOP's own words, apart from its steps.
    pub sop: Sop,
    /// Who takes part, in the order of the SOP's columns.
    pub actors: Vec<Actor>,
    /// Which ways of filing the office offers, and to whom.
    pub filing: Vec<Filing>,
    /// What the form asks of the holder.
    pub fields: Vec<Field>,
    /// Which papers are asked for.
    pub papers: Vec<Paper>,
    /// What the verifier confirms before a file may go on, beside the papers.
    pub checks: Vec<Check>,
    /// The steps in their order, numbered from 1.
    pub steps: Vec<Step>,
    /// Whether who stands in for an official may act in one chain in their own role too. Neither SOP speaks of it.
    #[serde(default)]
    pub acting_twice: bool,
    /// Who is reminded of a turn that lasts, and when. Only the edge reminds: the app is not told.
    #[cfg(feature = "offices")]
    #[cfg_attr(feature = "openapi", schema(ignore))]
    #[serde(default, skip_serializing)]
    pub reminders: Reminders,
    /// What holds for the whole file and is ours, not the document's.
    #[serde(default)]
    pub inferred: Vec<String>,
}

/// The office that keeps the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Lower-case word, used in addresses: `madiun`.
    pub id: String,
    /// "Dinas Komunikasi dan Informatika Kota Madiun".
    pub name: String,
    /// "Kota Madiun".
    pub place: String,
    /// Three capitals that begin every ticket number: `MDN`.
    pub ticket_prefix: String,
    /// In which zone its instants are shown.
    pub zone: Zone,
    /// Domains whose mailboxes are official ones, without `@`.
    pub email_domains: Vec<String>,
    /// Whether an applicant may sign in with a private mailbox too.
    pub private_email: bool,
}

/// What the SOP's head says, word for word. Absent stays absent. The items of a list keep the document's
/// own numbering, so a list is shown without further numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Sop {
    /// The lines of a page in front of the SOP, where the document has one.
    #[serde(default)]
    pub cover: Vec<String>,
    /// The letterhead, line by line.
    pub heading: Vec<String>,
    /// "Judul SOP".
    pub title: String,
    /// "Nomor SOP".
    pub number: Option<String>,
    /// "Tanggal Pembuatan".
    pub created: Option<String>,
    /// "Tanggal Revisi".
    pub revised: Option<String>,
    /// "Tanggal Efektif".
    pub effective: Option<String>,
    /// "Disahkan oleh", with name and NIP where the document gives them, line by line.
    pub approved_by: Vec<String>,
    /// "Dasar Hukum".
    pub legal_basis: Vec<String>,
    /// "Kualifikasi Pelaksana".
    pub qualifications: Vec<String>,
    /// "Keterkaitan".
    pub related: Vec<String>,
    /// "Peralatan/Perlengkapan".
    pub equipment: Vec<String>,
    /// "Peringatan".
    pub warnings: Vec<String>,
    /// "Pencatatan dan Pendataan" or "Data yang dibutuhkan".
    pub records: Vec<String>,
    /// What stands above the table of steps.
    pub table_heading: Option<String>,
    /// What the document calls its parts.
    #[serde(default)]
    pub captions: Captions,
}

/// What a document calls its parts. A file names only those where its document departs from the usual form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Captions {
    /// Of [`Sop::number`].
    pub number: String,
    /// Of [`Sop::created`].
    pub created: String,
    /// Of [`Sop::revised`].
    pub revised: String,
    /// Of [`Sop::effective`].
    pub effective: String,
    /// Of [`Sop::approved_by`].
    pub approved_by: String,
    /// Of [`Sop::title`].
    pub title: String,
    /// Of [`Sop::legal_basis`].
    pub legal_basis: String,
    /// Of [`Sop::qualifications`].
    pub qualifications: String,
    /// Of [`Sop::related`].
    pub related: String,
    /// Of [`Sop::equipment`].
    pub equipment: String,
    /// Of [`Sop::warnings`].
    pub warnings: String,
    /// Of [`Sop::records`].
    pub records: String,
    /// Of [`Step::wording`].
    pub wording: String,
    /// Over the columns of the actors, where the document writes anything there.
    pub actors: Option<String>,
    /// Over requirement, time and output together.
    pub standard: String,
    /// Of [`Step::requirement`].
    pub requirement: String,
    /// Of [`Step::time`].
    pub time: String,
    /// Of [`Step::output`].
    pub output: String,
    /// Of [`Step::remark`].
    pub remark: String,
}

impl Default for Captions {
    fn default() -> Self {
        Captions {
            number: "Nomor SOP".to_owned(),
            created: "Tanggal Pembuatan".to_owned(),
            revised: "Tanggal Revisi".to_owned(),
            effective: "Tanggal Efektif".to_owned(),
            approved_by: "Disahkan oleh".to_owned(),
            title: "Judul SOP".to_owned(),
            legal_basis: "Dasar Hukum".to_owned(),
            qualifications: "Kualifikasi Pelaksana".to_owned(),
            related: "Keterkaitan".to_owned(),
            equipment: "Peralatan/Perlengkapan".to_owned(),
            warnings: "Peringatan".to_owned(),
            records: "Pencatatan dan Pendataan".to_owned(),
            wording: "Uraian Prosedur".to_owned(),
            actors: None,
            standard: "Mutu Baku".to_owned(),
            requirement: "Kelengkapan".to_owned(),
            time: "Waktu".to_owned(),
            output: "Output".to_owned(),
            remark: "Keterangan".to_owned(),
        }
    }
}

/// Names an actor within one procedure: `pemohon`, `kadin`, `verifikator`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct ActorId(pub String);

impl From<&str> for ActorId {
    fn from(id: &str) -> Self {
        ActorId(id.to_owned())
    }
}

/// Names a kind of paper within one procedure: `surat_permohonan`, `ktp`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct PaperId(pub String);

impl From<&str> for PaperId {
    fn from(id: &str) -> Self {
        PaperId(id.to_owned())
    }
}

/// Somebody who takes part in the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Referred to by steps and by the people who hold this role.
    pub id: ActorId,
    /// The SOP's column: "Kadin". For an actor that only its sentences name, their word.
    pub column: String,
    /// The title in full: "Kepala Dinas Kominfo".
    pub title: String,
    /// What sort of person it is.
    pub kind: ActorKind,
    /// Whether several people hold the role and take requests out of a pool.
    #[serde(default)]
    pub pool: bool,
    /// Why this actor is here although the SOP has no column for it.
    pub inferred: Option<String>,
}

/// What sort of person an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// Anyone who signed in and asks for their own certificate.
    Applicant,
    /// Head of a unit, who may recommend a revocation.
    Leader,
    /// Works in the office.
    Official,
    /// Another body, such as BSrE.
    Outside,
}

/// A way of filing, and the actor it is open to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Filing {
    /// Who asks, and how.
    pub way: FilingWay,
    /// The actor who may file this way.
    pub by: ActorId,
    /// Why this way exists where the SOP does not name it.
    pub inferred: Option<String>,
}

/// One thing that the form asks of the holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Which.
    pub id: FieldId,
    /// Whether it must be filled in.
    pub required: bool,
    /// Why it is asked although the SOP does not name it.
    pub inferred: Option<String>,
}

/// What a form can ask. `Name`, `Nik` and `Email` are asked by every office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldId {
    /// The holder's name with titles.
    Name,
    /// Population number.
    Nik,
    /// Civil servant number. Never required of somebody who has none.
    Nip,
    /// Position held.
    Position,
    /// Unit (OPD) of the holder.
    Unit,
    /// Mailbox, official or private as the office allows.
    Email,
    /// Mobile phone.
    Phone,
    /// Name and position of the head of the holder's unit (KA OPD).
    UnitHead,
}

/// A paper that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Referred to by steps and by documents.
    pub id: PaperId,
    /// "Surat permohonan pencabutan".
    pub name: String,
    /// One sentence on what to hand in.
    pub hint: String,
    /// In which ways of filing it must be there. Never empty.
    pub required_for: Vec<FilingWay>,
    /// Why it is asked although the SOP does not name it.
    pub inferred: Option<String>,
}

/// A line on the checklist that is not a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Short word: `identitas`.
    pub id: String,
    /// What is confirmed: "Identitas pada formulir sama dengan KTP".
    pub wording: String,
}

/// One row of the SOP's table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// From 1.
    pub no: u8,
    /// "Uraian Prosedur", word for word.
    pub wording: String,
    /// Whose step it is.
    pub actor: ActorId,
    /// "Kelengkapan" or "Persyaratan".
    pub requirement: Option<String>,
    /// "Waktu". Absent is not zero.
    pub time: Option<TimeLimit>,
    /// "Output".
    pub output: Option<String>,
    /// "Keterangan".
    pub remark: Option<String>,
    /// What ends the step and gives the turn to the next.
    pub act: StepAct,
    /// Which other ways out of the step there are.
    #[serde(default)]
    pub exits: Vec<Exit>,
    /// For a step of an outside body: who records its answer when it has no account.
    pub recorded_by: Option<ActorId>,
    /// Which papers its actor has a reason to read.
    #[serde(default)]
    pub reads: Vec<PaperId>,
    /// Which printable sheets the step leaves behind.
    #[serde(default)]
    pub sheets: Vec<Sheet>,
    /// What of this row is ours and not the document's, and why.
    #[serde(default)]
    pub inferred: Vec<String>,
}

/// What ends a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepAct {
    /// The request is filed. Always and only the first step.
    File,
    /// Passed on with a disposition note.
    Forward,
    /// Papers and data are checked and found complete.
    Check,
    /// The request goes to the outside body.
    Send,
    /// The outside body's answer is recorded, with evidence.
    Answer,
    /// The applicant is contacted.
    Contact,
    /// The case is closed. Always and only the last step.
    Close,
}

/// A way out of a step other than on to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Back to the applicant for completion; then this same step again.
    Return,
    /// Refused with a reason; the case ends.
    Refuse,
}

/// A printable sheet, filled from the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sheet {
    /// Letter or form of request.
    Request,
    /// Lembar disposisi.
    Disposition,
    /// Check list kelengkapan.
    Checklist,
    /// Persetujuan pencabutan.
    Approval,
    /// The e-mail to BSrE as it was sent.
    RequestToBsre,
    /// The notification as it was sent.
    Notification,
    /// Record of contacting the applicant.
    Contact,
    /// Proof of revocation.
    Proof,
}

impl Procedure {
    /// Whether the actor works on the office's cases, in the office or for the outside body.
    pub fn works_on_cases(&self, actor: &ActorId) -> bool {
        matches!(self.actor(actor).map(|actor| actor.kind), Some(ActorKind::Official | ActorKind::Outside))
    }

    /// The step numbered `no`.
    pub fn step(&self, no: u8) -> Option<&Step> {
        self.steps.iter().find(|step| step.no == no)
    }

    /// The step ended by `act`; there may be several that are forwarded, the first is given.
    pub fn step_with(&self, act: StepAct) -> Option<&Step> {
        self.steps.iter().find(|step| step.act == act)
    }

    /// The actor who asks: the first step's. Every procedure that parsed has a first step.
    pub fn applicant(&self) -> &ActorId {
        &self.steps[0].actor
    }

    /// The actor named `id`.
    pub fn actor(&self, id: &ActorId) -> Option<&Actor> {
        self.actors.iter().find(|actor| &actor.id == id)
    }

    /// The actor's title, or its id where the procedure does not know it.
    pub fn title<'a>(&'a self, id: &'a ActorId) -> &'a str {
        self.actor(id).map_or(id.0.as_str(), |actor| actor.title.as_str())
    }

    /// The paper named `id`.
    pub fn paper(&self, id: &PaperId) -> Option<&Paper> {
        self.papers.iter().find(|paper| &paper.id == id)
    }

    /// The papers that must be there when filing this way.
    pub fn required_papers(&self, way: FilingWay) -> impl Iterator<Item = &Paper> {
        self.papers.iter().filter(move |paper| paper.required_for.contains(&way))
    }

    /// How filing this way is open, if it is.
    pub fn filing(&self, way: FilingWay) -> Option<&Filing> {
        self.filing.iter().find(|filing| filing.way == way)
    }

    /// What the form asks under `id`, if it does.
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }
}

impl FieldId {
    /// Every entry, in the order in which forms ask.
    pub const ALL: [FieldId; 8] = [
        FieldId::Name,
        FieldId::Nik,
        FieldId::Nip,
        FieldId::Position,
        FieldId::Unit,
        FieldId::Email,
        FieldId::Phone,
        FieldId::UnitHead,
    ];

    /// What the form and the checklist call it.
    pub fn label(self) -> &'static str {
        match self {
            FieldId::Name => "Nama lengkap",
            FieldId::Nik => "NIK",
            FieldId::Nip => "NIP",
            FieldId::Position => "Jabatan",
            FieldId::Unit => "Unit kerja",
            FieldId::Email => "E-mail",
            FieldId::Phone => "Nomor HP",
            FieldId::UnitHead => "Kepala perangkat daerah",
        }
    }
}
