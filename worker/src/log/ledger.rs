//! An office's log with what signs it: checkpoints, and proofs from them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use worker::Env;
use workflow::{
    case::Digest,
    identity::TicketNumber,
    log::{
        Checkpoint, Frontier, Receipt, SignedNote, Signer, StoredHash, TreeError, VerifierKey, consistency_proof,
        inclusion_proof, leaf, needed_for_consistency, needed_for_inclusion, needed_for_root,
    },
};

use crate::{db::Db, problem::Problem, secret, store::log};

/// So many entries are taken into the tree at a time: their hashes go to D1 as one parameter, of 2 MB at most.
const STEP: u32 = 2_000;

/// An office's log.
pub struct Ledger<'a> {
    db: &'a Db,
    office: &'a str,
    signer: Signer,
    former: Vec<VerifierKey>,
    now: DateTime<Utc>,
}

/// A checkpoint of the log, as it was signed.
pub struct Signed {
    pub checkpoint: Checkpoint,
    pub note: SignedNote,
}

impl<'a> Ledger<'a> {
    /// The log of this office, signed by the key in `LOG_KEY` under the name in `LOG_NAME`.
    pub fn open(env: &Env, db: &'a Db, office: &'a str, now: DateTime<Utc>) -> Result<Ledger<'a>, Problem> {
        let seed = env.secret("LOG_KEY").map_err(Problem::bug)?.to_string();
        let seed = secret::key(&seed).ok_or_else(|| Problem::bug("LOG_KEY is not 64 hexadecimal digits"))?;
        let name = env.var("LOG_NAME").map_err(Problem::bug)?.to_string();
        let signer = Signer::new(&format!("{name}/{office}"), &seed).map_err(Problem::bug)?;
        let former = env.var("LOG_KEYS_FORMER").map(|keys| keys.to_string()).unwrap_or_default();
        let former = former.split_whitespace().map(VerifierKey::parse).collect::<Result<Vec<_>, _>>();
        let mut former = former.map_err(Problem::bug)?;
        former.retain(|key| key.name() == signer.verifier_key().name());
        Ok(Ledger { db, office, signer, former, now })
    }

    /// The keys that the log's checkpoints are checked by, the one that signs now first.
    pub fn keys(&self) -> Vec<VerifierKey> {
        let mut keys = vec![self.signer.verifier_key()];
        keys.extend(self.former.iter().cloned());
        keys
    }

    /// The checkpoint over all entries, signed now where it was not yet. It never becomes smaller.
    pub async fn newest(&self) -> Result<Signed, Problem> {
        loop {
            let mut batch = self.db.batch();
            let state = log::state(&mut batch, self.office);
            let state = self.db.read(batch).await?.first(&state)?;
            let state = state.ok_or_else(|| Problem::bug("a log without a state"))?;
            let signed = state.note.map(|note| self.read(&note)).transpose()?;
            match signed {
                // A log that has become shorter than what was signed is shown by just that: nothing smaller is signed again.
                Some(signed) if signed.checkpoint.size() >= state.length && self.is_current(&signed) => {
                    return Ok(signed);
                }
                signed => self.extend(signed.map(|signed| signed.checkpoint)).await?,
            }
        }
    }

    /// What the log itself signed; anything else in its place is not gone on from.
    fn read(&self, note: &str) -> Result<Signed, Problem> {
        let contradicted = |cause| Problem::bug(format!("log of {}: its newest checkpoint: {cause}", self.office));
        let note = SignedNote::parse(note).map_err(|error| contradicted(error.to_string()))?;
        let checkpoint = Checkpoint::open(&note, &self.keys()).map_err(|fault| contradicted(fault.to_string()))?;
        Ok(Signed { checkpoint, note })
    }

    /// Whether the key that signs now signed it.
    fn is_current(&self, signed: &Signed) -> bool {
        let id = self.signer.verifier_key().id();
        signed.note.signatures().iter().any(|signature| signature.id == id)
    }

    /// Takes the next entries into the tree and signs it.
    async fn extend(&self, from: Option<Checkpoint>) -> Result<(), Problem> {
        let size = from.as_ref().map_or(0, Checkpoint::size);
        let mut batch = self.db.batch();
        let needed = log::hashes(&mut batch, self.office, &needed_for_root(size).map_err(Problem::bug)?)?;
        let leaves = log::leaves(&mut batch, self.office, size, STEP);
        let answers = self.db.read(batch).await?;
        let stored = by_number(answers.rows(&needed)?);
        let mut tree = Frontier::load(size, |i| stored.get(&i).copied()).map_err(|error| self.damaged(error))?;
        // A log does not go on from what it never signed.
        if from.is_some_and(|from| from.root() != tree.root()) {
            return Err(Problem::bug(format!("log of {}: the tree is not the one that was signed", self.office)));
        }
        let mut new: Vec<StoredHash> = Vec::new();
        for log::Leaf { n, hash, kind } in answers.rows(&leaves)? {
            let hash = hash.filter(|_| n == tree.size());
            let hash =
                hash.ok_or_else(|| Problem::bug(format!("log of {}: entry {} is gone", self.office, tree.size())))?;
            new.extend(tree.append(leaf(kind, hash)));
        }
        let checkpoint = Checkpoint::new(self.signer.verifier_key().name(), tree.size(), tree.root());
        let note = checkpoint.map_err(Problem::bug)?.sign(&self.signer).map_err(Problem::bug)?;
        let mut batch = self.db.batch();
        log::extend(&mut batch, self.office, &new, tree.size(), &note.to_string(), self.now)?;
        self.db.read(batch).await?;
        Ok(())
    }

    /// That the log of `to` entries begins with that of `from`.
    pub async fn consistency(&self, from: u64, to: u64) -> Result<Vec<Digest>, Problem> {
        let stored = self.stored(&needed_for_consistency(from, to).map_err(Problem::bug)?).await?;
        consistency_proof(from, to, |i| stored.get(&i).copied()).map_err(|error| self.damaged(error))
    }

    /// That a case's event is in the log; none where the case has no such event.
    pub async fn receipt(&self, ticket: &TicketNumber, seq: u32) -> Result<Option<Receipt>, Problem> {
        let mut batch = self.db.batch();
        let place = log::place(&mut batch, self.office, ticket.as_str(), seq);
        let place = self.db.read(batch).await?.first(&place)?;
        let Some(log::Place { n, hash, kind }) = place else { return Ok(None) };
        let Signed { checkpoint, note } = self.newest().await?;
        let size = checkpoint.size();
        let stored = self.stored(&needed_for_inclusion(n, size).map_err(Problem::bug)?).await?;
        let proof = inclusion_proof(n, size, |i| stored.get(&i).copied()).map_err(|error| self.damaged(error))?;
        Ok(Some(Receipt { kind, event: hash, index: n, proof, checkpoint: note }))
    }

    async fn stored(&self, numbers: &[u64]) -> Result<HashMap<u64, Digest>, Problem> {
        let mut batch = self.db.batch();
        let rows = log::hashes(&mut batch, self.office, numbers)?;
        Ok(by_number(self.db.read(batch).await?.rows(&rows)?))
    }

    fn damaged(&self, error: TreeError) -> Problem {
        Problem::bug(format!("log of {}: {error}", self.office))
    }
}

fn by_number(rows: Vec<log::HashRow>) -> HashMap<u64, Digest> {
    rows.into_iter().map(|row| (row.i, row.hash)).collect()
}
