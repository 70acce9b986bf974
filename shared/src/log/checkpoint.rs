//! How large a log is and what its root is, at one moment (<https://c2sp.org/tlog-checkpoint>): what a log signs.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    proof::verify_consistency,
    signed_note::{NoteError, SignedNote, Signer, VerifierKey},
};
use crate::case::Digest;

/// The text of a checkpoint: the log's name, its size in decimal digits, its root in base64; a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// Of the log of this name, with so many entries and this root. It has no extension lines: nobody could check them.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when the origin is empty or more than a line.
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Checkpoint, NoteError> {
        if !is_line(origin) {
            return Err(NoteError::Malformed);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads the text of a checkpoint: of each there is only one, to the byte.
    ///
    /// # Errors
    /// [`NoteError::Malformed`].
    pub fn parse(text: &str) -> Result<Checkpoint, NoteError> {
        let lines = text.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(NoteError::Malformed);
        };
        let size = decimal(size).ok_or(NoteError::Malformed)?;
        let root = hash(root).ok_or(NoteError::Malformed)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if !extensions.iter().all(|line| is_line(line)) {
            return Err(NoteError::Malformed);
        }
        Ok(Checkpoint { extensions, ..Checkpoint::new(origin, size, root)? })
    }

    /// Signs it with the log's key, whose name is the origin.
    ///
    /// # Errors
    /// [`CheckpointFault::OtherLog`] when the key is that of another log.
    pub fn sign(&self, signer: &Signer) -> Result<SignedNote, CheckpointFault> {
        if signer.verifier_key().name() != self.origin {
            return Err(CheckpointFault::OtherLog);
        }
        Ok(SignedNote::sign(&self.to_string(), signer)?)
    }

    /// What a signed checkpoint says, once its signatures are checked. `keys` are those of the log; more than one while a
    /// key is being replaced.
    ///
    /// # Errors
    /// [`CheckpointFault`]: not signed by the log's key, or no checkpoint of it.
    pub fn open(note: &SignedNote, keys: &[VerifierKey]) -> Result<Checkpoint, CheckpointFault> {
        let signed = note.open(keys)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        // A key that vouches for its own log is not believed about another's.
        if signed.iter().any(|key| key.name() == checkpoint.origin) {
            Ok(checkpoint)
        } else {
            Err(CheckpointFault::OtherLog)
        }
    }

    /// Whether the log of this checkpoint begins with that of an older one, by a proof as [`lines()`] writes it.
    #[must_use]
    pub fn continues(&self, older: &Checkpoint, proof: &str) -> bool {
        let proof: Option<Vec<Digest>> = proof.lines().map(hash).collect();
        let begins = |proof: Vec<Digest>| verify_consistency(older.size, older.root, self.size, self.root, &proof);
        self.origin == older.origin && proof.is_some_and(begins)
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries the log had.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over them.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// What else was signed, lines without meaning here.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Checkpoint { origin, size, root, extensions } = self;
        write!(f, "{origin}\n{size}\n{}", lines(&[*root]))?;
        extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        Checkpoint::parse(text)
    }
}

/// Something on one line.
fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c < ' ')
}

/// A number as it is written and no other way: digits alone, no zero before them.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Hashes as text: in base64, one a line.
pub fn lines(hashes: &[Digest]) -> String {
    hashes.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect()
}

/// 32 bytes in base64.
pub(super) fn hash(text: &str) -> Option<Digest> {
    let bytes: [u8; 32] = STANDARD.decode(text).ok()?.try_into().ok()?;
    Some(bytes.into())
}

/// Why a checkpoint is not believed. `Display` is an Indonesian sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointFault {
    /// Its note is not.
    Note(NoteError),
    /// It speaks of another log than its key's.
    OtherLog,
}

impl CheckpointFault {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            CheckpointFault::Note(error) => error.code(),
            CheckpointFault::OtherLog => "checkpoint-other-log",
        }
    }
}

impl fmt::Display for CheckpointFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckpointFault::Note(error) => error.fmt(f),
            CheckpointFault::OtherLog => {
                f.write_str("Kunci ini milik catatan lain, bukan catatan yang disebut di sini.")
            }
        }
    }
}

impl From<NoteError> for CheckpointFault {
    fn from(error: NoteError) -> Self {
        CheckpointFault::Note(error)
    }
}

impl std::error::Error for CheckpointFault {}
