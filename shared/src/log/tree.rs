//! The Merkle tree over a log's entries (RFC 6962 §2.1), made of hashes that are stored once and never change.
//!
//! Stored are the hashes of all complete subtrees, in the order in which they become complete, as Go's checksum database
//! and C2SP's logs number them: with the entry at position n come its leaf and one hash for each 1 bit at n's end, two
//! per entry on average. Whatever is asked of the tree needs about log₂ of its size of them. The `needed_for_…`
//! functions name those, so that a caller loads them in one query and then computes without waiting.

use std::{fmt, ops::Range};

use sha2::{Digest as _, Sha256};

use crate::case::Digest;

/// The most entries that a tree is built for: the numbers of its stored hashes, twice as many, are still exact where a
/// database hands them out as JavaScript numbers (2⁵³).
pub const LARGEST: u64 = 1 << 52;

/// The hash of an entry: SHA-256(0x00 ‖ entry).
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let hash: [u8; 32] = Sha256::new().chain_update([0]).chain_update(entry).finalize().into();
    hash.into()
}

/// The hash of two subtrees side by side: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    let sha = Sha256::new().chain_update([1]).chain_update(left.as_bytes()).chain_update(right.as_bytes());
    let hash: [u8; 32] = sha.finalize().into();
    hash.into()
}

/// The root of the tree without entries: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// The number under which the `n`-th subtree (from 0) of 2^`level` entries is stored.
pub fn stored_hash_index(level: u32, n: u64) -> u64 {
    // It is stored with its last entry, after that entry's leaf and the smaller subtrees which end there.
    let last = ((n + 1) << level) - 1;
    stored_hash_count(last) + u64::from(level)
}

/// How many hashes are stored for a tree of this size.
pub fn stored_hash_count(size: u64) -> u64 {
    // `size` leaves, half as many pairs, a quarter as many fours, and so on.
    2 * size - u64::from(size.count_ones())
}

/// The right edge of a tree: the complete subtrees of which its root is made. All that appending takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The largest subtree first; one for each 1 bit of the size.
    peaks: Vec<Digest>,
}

/// A hash to be stored, under its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredHash {
    /// As [`stored_hash_index`] counts.
    pub index: u64,
    /// The hash.
    pub hash: Digest,
}

impl Frontier {
    /// The edge of the tree of this size; `stored` gives the hashes that [`needed_for_root`] names.
    ///
    /// # Errors
    /// [`TreeError`] when the tree is too large, or a hash is not there.
    pub fn load(size: u64, stored: impl Fn(u64) -> Option<Digest>) -> Result<Frontier, TreeError> {
        within(size)?;
        Ok(Frontier { size, peaks: read(0..size, &stored)? })
    }

    /// Appends an entry by its leaf hash, and gives what is to be stored: new numbers without a gap, none written over.
    pub fn append(&mut self, leaf: Digest) -> Vec<StoredHash> {
        let first = stored_hash_count(self.size);
        let mut new = vec![StoredHash { index: first, hash: leaf }];
        let mut hash = leaf;
        // Each 1 bit at the end of the size is a subtree that is complete with this entry, as a carry goes in adding 1.
        for (_, index) in (0..self.size.trailing_ones()).zip(first + 1..) {
            let left = self.peaks.pop().expect("there is a peak for each 1 bit of the size");
            hash = node_hash(left, hash);
            new.push(StoredHash { index, hash });
        }
        self.peaks.push(hash);
        self.size += 1;
        new
    }

    /// How many entries it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree: what a checkpoint signs.
    pub fn root(&self) -> Digest {
        fold(&self.peaks)
    }
}

/// The stored hashes that [`root`] and [`Frontier::load`] read.
///
/// # Errors
/// [`TreeError::OutOfRange`] when the tree is too large.
pub fn needed_for_root(size: u64) -> Result<Vec<u64>, TreeError> {
    within(size)?;
    Ok(subtrees(0..size).collect())
}

/// The root of the tree of the first `size` entries.
///
/// # Errors
/// [`TreeError`] when the tree is too large, or a hash is not there.
pub fn root(size: u64, stored: impl Fn(u64) -> Option<Digest>) -> Result<Digest, TreeError> {
    Ok(Frontier::load(size, stored)?.root())
}

/// The stored hashes that [`inclusion_proof`] reads.
///
/// # Errors
/// [`TreeError::OutOfRange`] when the tree has no such entry.
pub fn needed_for_inclusion(n: u64, size: u64) -> Result<Vec<u64>, TreeError> {
    Ok(inclusion_path(n, size)?.into_iter().flat_map(subtrees).collect())
}

/// That the entry at position `n` (from 0) is in the tree of the first `size` entries (RFC 6962 §2.1.1): the hashes
/// beside its way to the root, the lowest first.
///
/// # Errors
/// [`TreeError`] when the tree has no such entry, or a hash is not there.
pub fn inclusion_proof(n: u64, size: u64, stored: impl Fn(u64) -> Option<Digest>) -> Result<Vec<Digest>, TreeError> {
    hashes(inclusion_path(n, size)?, stored)
}

/// The stored hashes that [`consistency_proof`] reads.
///
/// # Errors
/// [`TreeError::OutOfRange`] when the newer tree is the smaller one.
pub fn needed_for_consistency(old: u64, new: u64) -> Result<Vec<u64>, TreeError> {
    Ok(consistency_path(old, new)?.into_iter().flat_map(subtrees).collect())
}

/// That the tree of `new` entries begins with that of `old` (RFC 6962 §2.1.2). Empty where the two are the same, and
/// where the old one is empty: every tree begins with that.
///
/// # Errors
/// [`TreeError`] when the newer tree is the smaller one, or a hash is not there.
pub fn consistency_proof(old: u64, new: u64, stored: impl Fn(u64) -> Option<Digest>) -> Result<Vec<Digest>, TreeError> {
    hashes(consistency_path(old, new)?, stored)
}

/// PATH(n, D[size]) of RFC 6962 §2.1.1, as ranges of entries.
fn inclusion_path(n: u64, size: u64) -> Result<Vec<Range<u64>>, TreeError> {
    within(size)?;
    if n >= size {
        return Err(TreeError::OutOfRange);
    }
    let (mut tree, mut beside) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        let (left, right) = split(&tree);
        let other;
        (tree, other) = if left.contains(&n) { (left, right) } else { (right, left) };
        beside.push(other);
    }
    beside.reverse();
    Ok(beside)
}

/// PROOF(old, D[new]) of RFC 6962 §2.1.2, as ranges of entries.
fn consistency_path(old: u64, new: u64) -> Result<Vec<Range<u64>>, TreeError> {
    within(new)?;
    if old > new {
        return Err(TreeError::OutOfRange);
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut tree, mut beside) = (0..new, Vec::new());
    while tree.end != old {
        let (left, right) = split(&tree);
        let other;
        (tree, other) = if old <= left.end { (left, right) } else { (right, left) };
        beside.push(other);
    }
    // Whoever checks knows the old root already.
    if tree.start > 0 {
        beside.push(tree);
    }
    beside.reverse();
    Ok(beside)
}

/// A tree's two halves: the left one holds the largest power of two of entries that is less than all.
fn split(tree: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = tree.start + (1 << (tree.end - tree.start - 1).ilog2());
    (tree.start..middle, middle..tree.end)
}

/// The stored subtrees of which a range is made, the largest first. It begins where one of that size does, as every
/// range in a tree.
fn subtrees(range: Range<u64>) -> impl Iterator<Item = u64> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let level = (range.end - start).checked_ilog2()?;
        let index = stored_hash_index(level, start >> level);
        start += 1 << level;
        Some(index)
    })
}

fn hashes(path: Vec<Range<u64>>, stored: impl Fn(u64) -> Option<Digest>) -> Result<Vec<Digest>, TreeError> {
    path.into_iter().map(|range| Ok(fold(&read(range, &stored)?))).collect()
}

fn read(range: Range<u64>, stored: &impl Fn(u64) -> Option<Digest>) -> Result<Vec<Digest>, TreeError> {
    subtrees(range).map(|index| stored(index).ok_or(TreeError::Missing { index })).collect()
}

/// The hash of neighbouring subtrees, each smaller than the one before it.
fn fold(subtrees: &[Digest]) -> Digest {
    let from_right = subtrees.iter().rev().copied();
    from_right.reduce(|right, left| node_hash(left, right)).unwrap_or_else(empty_root)
}

fn within(size: u64) -> Result<(), TreeError> {
    if size > LARGEST { Err(TreeError::OutOfRange) } else { Ok(()) }
}

/// Why a tree gives no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// It has no such entry, no such part, or is larger than [`LARGEST`].
    OutOfRange,
    /// A stored hash is not there.
    Missing {
        /// Its number.
        index: u64,
    },
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TreeError::OutOfRange => f.write_str("the tree has no such entry or part"),
            TreeError::Missing { index } => write!(f, "the stored hash {index} is not there"),
        }
    }
}

impl std::error::Error for TreeError {}
