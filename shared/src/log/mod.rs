//! One append-only log per office over all events, which outsiders can check.
//!
//! The chain of a case shows whoever holds the case's export that nothing in it was changed. The log shows it to
//! everybody, and shows too what no chain does: that no case was left out and that the newest events are all there.
//!
//! | what | where it comes from |
//! |---|---|
//! | the tree over all entries, and proofs of it | RFC 6962 §2.1, RFC 9162 §2.1.3 and §2.1.4 |
//! | [`Checkpoint`]: how large the log is, and its root | C2SP tlog-checkpoint |
//! | [`SignedNote`]: a text with the log's signature | C2SP signed-note |
//! | [`Receipt`]: that one event is in the log | C2SP tlog-proof, and a short form for a QR code |
//! | [`check_export`]: that a whole export is what was signed | |
//!
//! **What an entry holds.** `"cabut log v1\n" ‖ kind ‖ "\n" ‖ hash`, where `kind` is the word of the event's [`Kind`] and `hash`
//! the 32 bytes of the sealed event's hash on the chain of its case or of the office ([`crate::case::seal`]). That hash commits
//! to the whole event and to all before it on its chain, text beside events included. It gives nothing away: the event names
//! people and documents by random ids, and binds what people wrote by a salted digest, so that nobody can find out by trying
//! what a leaf stands for. The kind is in the event too; it stands beside the hash for receipts, which carry no event:
//! whoever is shown one learns what happened, and no id of anybody. [`check_export`] holds the one against the other.

mod base32;
mod checkpoint;
mod export;
mod kind;
mod proof;
mod receipt;
mod signed_note;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointFault, lines};
pub use export::{Chain, End, Entry, ExportFault, Verified, check_export};
pub use kind::{Kind, UnknownKind};
pub use proof::{inclusion_root, verify_consistency, verify_inclusion};
pub use receipt::{Checked, Receipt, ReceiptFault};
pub use signed_note::{KeyError, MOST_SIGNATURES, NoteError, Signature, SignedNote, Signer, VerifierKey};
pub use tree::{
    Frontier, LARGEST, StoredHash, TreeError, consistency_proof, empty_root, inclusion_proof, leaf_hash,
    needed_for_consistency, needed_for_inclusion, needed_for_root, node_hash, root, stored_hash_count,
    stored_hash_index,
};

use crate::case::Digest;

/// What an entry begins with, so that it can't be taken for anything else that is hashed.
const ENTRY: &[u8] = b"cabut log v1\n";

/// The leaf hash of the sealed event of this kind with this hash.
pub fn leaf(kind: Kind, event: Digest) -> Digest {
    leaf_hash(&[ENTRY, &content(kind, event)].concat())
}

/// What an entry holds behind its beginning.
fn content(kind: Kind, event: Digest) -> Vec<u8> {
    [kind.word().as_bytes(), b"\n", event.as_bytes()].concat()
}
