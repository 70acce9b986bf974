//! Uploads, until and after they are part of a case.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use vault::{DOCUMENT_KEY, DOCUMENT_NAME, Place, Vault};
use workflow::{
    api::Document,
    case::{Digest, DocumentId, Handed, PersonId},
    procedure::PaperId,
};

use super::cases::CaseDocument;
use crate::{
    body,
    db::{Batch, Slot},
    guard::{THEM, TokenHash},
    problem::{Code, Problem},
};

/// An upload that belongs to nothing is removed when it is older.
pub const LOOSE_LIFE: TimeDelta = TimeDelta::days(7);

/// An upload.
#[derive(Clone, Debug, Deserialize)]
pub struct Upload {
    pub id: DocumentId,
    pub owner: PersonId,
    pub office: String,
    /// What its owner calls it, sealed.
    pub name: String,
    pub media_type: String,
    pub size: u32,
    pub sha256: Digest,
    pub kv_key: String,
    /// The key of its bytes, sealed.
    pub sealed_key: String,
    /// 0, or [`ATTACHED`].
    pub attached: u8,
}

/// The upload is part of a case.
pub const ATTACHED: u8 = 1;

const COLUMNS: &str = "id, owner, office, name, media_type, size, sha256, kv_key, sealed_key, attached";

/// Where a document's key lies.
pub fn key_place(id: &DocumentId) -> Place<'_> {
    Place::new(DOCUMENT_KEY, &id.0)
}

/// Where its bytes lie.
pub fn place(id: &DocumentId) -> Place<'_> {
    Place::new("document", &id.0)
}

/// Where what it is called lies.
pub fn name_place(id: &DocumentId) -> Place<'_> {
    Place::new(DOCUMENT_NAME, &id.0)
}

/// The upload with this id.
pub fn by_id(batch: &mut Batch, id: &str) -> Slot<Upload> {
    batch.ask(&format!("SELECT {COLUMNS} FROM documents WHERE id = ?1 AND attached <> 2"), &[&id])
}

/// The person's uploads that are part of nothing yet, the newest first.
pub fn loose(batch: &mut Batch, token: &TokenHash) -> Slot<Upload> {
    let sql =
        format!("SELECT {COLUMNS} FROM documents WHERE owner = {THEM} AND attached = 0 ORDER BY uploaded_at DESC, id");
    batch.ask(&sql, &[&token.as_str()])
}

/// The uploads that a command hands in.
pub fn named(batch: &mut Batch, papers: &[Handed]) -> Result<Slot<Upload>, Problem> {
    let ids: Vec<&DocumentId> = papers.iter().map(|paper| &paper.document).collect();
    let sql =
        format!("SELECT {COLUMNS} FROM documents WHERE attached <> 2 AND id IN (SELECT value FROM json_each(?1))");
    Ok(batch.ask(&sql, &[&body::text(&ids)?]))
}

/// Keeps an upload.
pub fn insert(batch: &mut Batch, upload: &Upload, now: DateTime<Utc>) {
    batch.run(
        "INSERT INTO documents (id, owner, office, name, media_type, size, sha256, kv_key, sealed_key, uploaded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &[
            &upload.id.0,
            &upload.owner.0,
            &upload.office,
            &upload.name,
            &upload.media_type,
            &upload.size,
            &upload.sha256.to_string(),
            &upload.kv_key,
            &upload.sealed_key,
            &now,
        ],
    );
}

/// Takes an upload back, unless it is part of a case by now.
pub fn remove(batch: &mut Batch, id: &DocumentId) {
    batch.run("UPDATE documents SET attached = 2 WHERE id = ?1 AND attached = 0", &[&id.0]);
}

/// The uploads behind the papers that are handed in: each must be the person's own, for this office, free,
/// and what the command says it is.
pub fn handed_in(
    papers: &[Handed],
    uploads: Vec<Upload>,
    owner: &PersonId,
    office: &str,
    vault: &Vault,
) -> Result<Vec<CaseDocument>, Problem> {
    papers.iter().map(|paper| one(paper, &uploads, owner, office)?.as_paper(paper.paper.clone(), vault)).collect()
}

fn one<'u>(paper: &Handed, uploads: &'u [Upload], owner: &PersonId, office: &str) -> Result<&'u Upload, Problem> {
    let upload = uploads
        .iter()
        .find(|upload| upload.id == paper.document && &upload.owner == owner && upload.office == office)
        .ok_or(Code::DocumentUnknown)?;
    if upload.attached == ATTACHED {
        return Err(Code::DocumentInUse.into());
    }
    if upload.sha256 != paper.sha256 {
        return Err(Code::DocumentMismatch.into());
    }
    Ok(upload)
}

impl Upload {
    /// As its owner sees it.
    pub fn shown(self, vault: &Vault) -> Result<Document, Problem> {
        let name = self.called(vault)?;
        let Upload { id, media_type, size, sha256, .. } = self;
        Ok(Document { id, name, media_type, size, sha256 })
    }

    /// What its owner calls it.
    pub fn called(&self, vault: &Vault) -> Result<String, Problem> {
        Ok(vault.open_text(name_place(&self.id), &self.name)?)
    }

    fn as_paper(&self, paper: PaperId, vault: &Vault) -> Result<CaseDocument, Problem> {
        let name = self.called(vault)?;
        let Upload { id, media_type, size, sha256, .. } = self.clone();
        Ok(CaseDocument { id, paper, name, media_type, size, sha256 })
    }
}
