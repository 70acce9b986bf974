//! Checking proofs without the tree (RFC 9162 §2.1.3.2 and §2.1.4.2): all that an outsider needs.
//!
//! A proof binds an entry, or an older root, to a root. It does not by itself bind the tree's size: another size whose way
//! to the root is as long and turns as often passes too. What binds size and root together is the signature on their
//! checkpoint.

use super::tree::{empty_root, node_hash};
use crate::case::Digest;

/// Whether the entry with this leaf hash is at position `n` (from 0) of the tree of `size` entries with this root.
#[must_use]
pub fn verify_inclusion(leaf: Digest, n: u64, size: u64, proof: &[Digest], root: Digest) -> bool {
    inclusion_root(leaf, n, size, proof) == Some(root)
}

/// The root to which a proof of inclusion leads; none where it has not the length that the position asks for, or the tree
/// has no such position.
pub fn inclusion_root(leaf: Digest, n: u64, size: u64, proof: &[Digest]) -> Option<Digest> {
    // Where we stand on this level, and where its last node does.
    let (mut at, mut last) = (n, size.checked_sub(1).filter(|&last| n <= last)?);
    let mut hash = leaf;
    for &beside in proof {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(beside, hash);
            climb(&mut at, &mut last);
        } else {
            hash = node_hash(hash, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(hash)
}

/// Whether the tree of `new` entries with root `new_root` begins with the tree of `old` entries with root `old_root`.
#[must_use]
pub fn verify_consistency(old: u64, old_root: Digest, new: u64, new_root: Digest, proof: &[Digest]) -> bool {
    if old == new {
        return proof.is_empty() && old_root == new_root && (old > 0 || old_root == empty_root());
    }
    if old == 0 {
        return proof.is_empty() && old_root == empty_root();
    }
    if old > new {
        return false;
    }
    // An old tree that is one complete subtree of the new one is left out of the proof.
    let complete = old.is_power_of_two().then_some(old_root);
    let mut proof = complete.into_iter().chain(proof.iter().copied());
    let Some(first) = proof.next() else { return false };

    let (mut at, mut last) = (old - 1, new - 1);
    let shared = at.trailing_ones();
    (at, last) = (at >> shared, last >> shared);
    let (mut old_hash, mut new_hash) = (first, first);
    for beside in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old_hash = node_hash(beside, old_hash);
            new_hash = node_hash(beside, new_hash);
            climb(&mut at, &mut last);
        } else {
            new_hash = node_hash(new_hash, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old_hash == old_root && new_hash == new_root
}

/// Up to the level on which there is a node to the left: on those between, the right edge has nobody beside it.
fn climb(at: &mut u64, last: &mut u64) {
    while *at & 1 == 0 && *at != 0 {
        (*at, *last) = (*at >> 1, *last >> 1);
    }
}
