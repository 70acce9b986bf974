//! What goes with a confirmation or a proof of revocation, so that anybody can check without asking the office that its
//! event is in the log that the office signed.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    base32,
    checkpoint::{Checkpoint, CheckpointFault, decimal, hash, lines},
    content,
    kind::Kind,
    leaf,
    proof::{inclusion_root, verify_inclusion},
    signed_note::{Signature, SignedNote, VerifierKey},
};
use crate::case::Digest;

/// That one event is in a log: its kind and hash, its position, the way to the root, and the signed checkpoint with that root.
///
/// Written as C2SP's tlog-proof (<https://c2sp.org/tlog-proof>), the entry behind its beginning as its extra data; in JSON as that text.
/// It holds no personal data, see [`crate::log`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Receipt {
    /// What happened.
    pub kind: Kind,
    /// The hash of the sealed event.
    pub event: Digest,
    /// Its position in the log, from 0.
    pub index: u64,
    /// That it is there.
    pub proof: Vec<Digest>,
    /// Signed by the log.
    pub checkpoint: SignedNote,
}

/// What a receipt proves: the log of this name held this event, under this kind, when it had so many entries and this root, all
/// of which its key signed. It does not prove when that was, that the event was lawful, or who the people in it are. That the
/// event is of the kind under which the log has it, an auditor's export shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What happened.
    pub kind: Kind,
    /// The event's hash.
    pub event: Digest,
    /// Its position, from 0.
    pub index: u64,
    /// The log, its size and its root.
    pub checkpoint: Checkpoint,
}

const HEAD: &str = "c2sp.org/tlog-proof@v1";

/// What the short form begins with. Another arrangement of the bytes is another number.
const SHORT: u8 = 1;

impl Receipt {
    /// Checks it against the published keys of the log; more than one while a key is being replaced.
    ///
    /// # Errors
    /// [`ReceiptFault`]: who signed it, or what it says, is not what it should be.
    pub fn check(&self, keys: &[VerifierKey]) -> Result<Checked, ReceiptFault> {
        let checkpoint = Checkpoint::open(&self.checkpoint, keys)?;
        if !verify_inclusion(leaf(self.kind, self.event), self.index, checkpoint.size(), &self.proof, checkpoint.root())
        {
            return Err(ReceiptFault::NotInLog);
        }
        Ok(Checked { kind: self.kind, event: self.event, index: self.index, checkpoint })
    }

    /// Reads what [`fmt::Display`] writes.
    ///
    /// # Errors
    /// [`ReceiptFault::Unreadable`].
    pub fn parse(text: &str) -> Result<Receipt, ReceiptFault> {
        let (head, note) = text.split_once("\n\n").ok_or(ReceiptFault::Unreadable)?;
        let mut head = head.split('\n');
        let mut field = |name: &str| head.next().and_then(|line| line.strip_prefix(name));
        let (Some(""), Some(event), Some(index)) = (field(HEAD), field("extra "), field("index ")) else {
            return Err(ReceiptFault::Unreadable);
        };
        let (entry, index) = (entry(event), decimal(index));
        let proof: Option<Vec<Digest>> = head.map(hash).collect();
        let (Some((kind, event)), Some(index), Some(proof)) = (entry, index, proof) else {
            return Err(ReceiptFault::Unreadable);
        };
        let checkpoint = SignedNote::parse(note).map_err(|_| ReceiptFault::Unreadable)?;
        Ok(Receipt { kind, event, index, proof, checkpoint })
    }

    /// The same in about 1,200 capitals and digits at a million entries, for the address in a QR code. Of the signatures
    /// it carries the log's own. The root is left out: it follows from the proof, and the signature from it.
    ///
    /// None where the checkpoint is not one that [`Checkpoint::sign`] signs.
    pub fn short(&self) -> Option<String> {
        let checkpoint = Checkpoint::parse(self.checkpoint.text()).ok()?;
        let own = self.checkpoint.signatures().iter().find(|signature| signature.name == checkpoint.origin())?;
        let whole = checkpoint.extensions().is_empty() && own.bytes.len() == 64;
        let length = u8::try_from(checkpoint.origin().len()).ok().filter(|_| whole)?;
        let mut bytes = vec![SHORT, length];
        bytes.extend_from_slice(checkpoint.origin().as_bytes());
        bytes.extend_from_slice(&own.id);
        bytes.extend_from_slice(&own.bytes);
        write_number(&mut bytes, checkpoint.size());
        write_number(&mut bytes, self.index);
        bytes.push(self.kind.number());
        bytes.extend_from_slice(self.event.as_bytes());
        self.proof.iter().for_each(|hash| bytes.extend_from_slice(hash.as_bytes()));
        Some(base32::encode(&bytes))
    }

    /// Reads what [`Receipt::short`] writes.
    ///
    /// # Errors
    /// [`ReceiptFault::Unreadable`].
    pub fn parse_short(text: &str) -> Result<Receipt, ReceiptFault> {
        base32::decode(text).and_then(|bytes| Receipt::from_bytes(&bytes)).ok_or(ReceiptFault::Unreadable)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Receipt> {
        let (&[SHORT, length], rest) = bytes.split_first_chunk()? else { return None };
        let (origin, rest) = rest.split_at_checked(length.into())?;
        let origin = str::from_utf8(origin).ok()?;
        let (&id, rest) = rest.split_first_chunk()?;
        let (signature, rest) = rest.split_first_chunk::<64>()?;
        let (size, rest) = read_number(rest)?;
        let (index, rest) = read_number(rest)?;
        let (&kind, rest) = rest.split_first()?;
        let kind = Kind::numbered(kind)?;
        let (hashes, rest) = rest.as_chunks::<32>();
        let (&event, proof) = hashes.split_first().filter(|_| rest.is_empty())?;
        let event = Digest::from(event);
        let proof: Vec<Digest> = proof.iter().map(|&hash| hash.into()).collect();
        let root = inclusion_root(leaf(kind, event), index, size, &proof)?;
        let checkpoint = Checkpoint::new(origin, size, root).ok()?;
        let signature = Signature { name: origin.to_owned(), id, bytes: signature.to_vec() };
        let checkpoint = SignedNote::of(&checkpoint.to_string(), vec![signature]).ok()?;
        Some(Receipt { kind, event, index, proof, checkpoint })
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Receipt { kind, event, index, proof, checkpoint } = self;
        let entry = STANDARD.encode(content(*kind, *event));
        write!(f, "{HEAD}\nextra {entry}\nindex {index}\n{}", lines(proof))?;
        write!(f, "\n{checkpoint}")
    }
}

impl FromStr for Receipt {
    type Err = ReceiptFault;

    fn from_str(text: &str) -> Result<Self, ReceiptFault> {
        Receipt::parse(text)
    }
}

impl TryFrom<String> for Receipt {
    type Error = ReceiptFault;

    fn try_from(text: String) -> Result<Self, ReceiptFault> {
        Receipt::parse(&text)
    }
}

impl From<Receipt> for String {
    fn from(receipt: Receipt) -> String {
        receipt.to_string()
    }
}

/// What an entry holds behind its beginning, in base64.
fn entry(text: &str) -> Option<(Kind, Digest)> {
    let bytes = STANDARD.decode(text).ok()?;
    let (word, &event) = bytes.split_last_chunk::<32>()?;
    Some((Kind::parse(str::from_utf8(word).ok()?.strip_suffix('\n')?)?, event.into()))
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow (LEB128).
fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number in the one way in which it is written.
fn read_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let length = bytes.iter().position(|&byte| byte < 0x80)? + 1;
    let (written, rest) = bytes.split_at(length);
    let number = written.iter().rev().try_fold(0_u64, |number, &byte| {
        let shifted = number.checked_mul(0x80)?;
        Some(shifted | u64::from(byte & 0x7f))
    })?;
    // A zero on top would be a second way.
    (length == 1 || written.last() != Some(&0)).then_some((number, rest))
}

/// Why a receipt proves nothing. `Display` is an Indonesian sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptFault {
    /// It is cut off, or not a receipt.
    Unreadable,
    /// Its checkpoint is not believed.
    Checkpoint(CheckpointFault),
    /// The checkpoint is the log's, and this event is not at this place in that log.
    NotInLog,
}

impl ReceiptFault {
    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            ReceiptFault::Unreadable => "receipt-unreadable",
            ReceiptFault::Checkpoint(fault) => fault.code(),
            ReceiptFault::NotInLog => "receipt-not-in-log",
        }
    }
}

impl fmt::Display for ReceiptFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReceiptFault::Unreadable => {
                f.write_str("Tanda bukti ini tidak dapat dibaca: terpotong, salah salin, atau bukan tanda bukti.")
            }
            ReceiptFault::Checkpoint(fault) => fault.fmt(f),
            ReceiptFault::NotInLog => {
                f.write_str("Peristiwa ini tidak ada di tempat itu dalam catatan yang ditandatangani kantor.")
            }
        }
    }
}

impl From<CheckpointFault> for ReceiptFault {
    fn from(fault: CheckpointFault) -> Self {
        ReceiptFault::Checkpoint(fault)
    }
}

impl std::error::Error for ReceiptFault {}
