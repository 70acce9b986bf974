//! An office's log as outsiders check it: the tree by RFC 6962, notes and checkpoints by C2SP, receipts, and that no
//! tampering with an export goes unseen or unnamed.

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;
use workflow::{
    case::Digest,
    log::{
        Frontier, LARGEST, TreeError, consistency_proof, empty_root, inclusion_proof, leaf, leaf_hash,
        needed_for_consistency, needed_for_inclusion, needed_for_root, node_hash, root, stored_hash_count,
        stored_hash_index, verify_consistency, verify_inclusion,
    },
};

/// The stored hashes of a log with these leaves, as the database would hold them.
fn stored(leaves: &[Digest]) -> BTreeMap<u64, Digest> {
    let mut frontier = Frontier::load(0, |_| None).expect("an empty tree needs nothing");
    leaves.iter().flat_map(|&leaf| frontier.append(leaf)).map(|new| (new.index, new.hash)).collect()
}

fn leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|n| leaf(Digest::of(&n.to_be_bytes()))).collect()
}

fn flipped(digest: Digest, bit: usize) -> Digest {
    let mut bytes = *digest.as_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes.into()
}

/// The bits that are changed in each hash: all of them in small trees, in larger ones one that moves along.
fn bits(size: u64, n: u64) -> Vec<usize> {
    if size <= 16 { (0..256).collect() } else { vec![((size * 31 + n * 7) % 256) as usize] }
}

/// The definitions of RFC 6962 §2.1, word for word, over all leaves: slow, and nothing to get wrong.
mod by_the_book {
    use super::{Digest, empty_root, node_hash};

    fn split(n: usize) -> usize {
        (0..).map(|power| 1 << power).take_while(|&k| k < n).last().expect("n is at least 2")
    }

    pub fn root(d: &[Digest]) -> Digest {
        match d {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = d.split_at(split(d.len()));
                node_hash(root(left), root(right))
            }
        }
    }

    pub fn path(m: usize, d: &[Digest]) -> Vec<Digest> {
        if d.len() == 1 {
            return vec![];
        }
        let k = split(d.len());
        let (mut path, beside) =
            if m < k { (self::path(m, &d[..k]), root(&d[k..])) } else { (self::path(m - k, &d[k..]), root(&d[..k])) };
        path.push(beside);
        path
    }

    pub fn subproof(m: usize, d: &[Digest], whole: bool) -> Vec<Digest> {
        if m == d.len() {
            return if whole { vec![] } else { vec![root(d)] };
        }
        let k = split(d.len());
        let (mut proof, beside) = if m <= k {
            (subproof(m, &d[..k], whole), root(&d[k..]))
        } else {
            (subproof(m - k, &d[k..], false), root(&d[..k]))
        };
        proof.push(beside);
        proof
    }
}

/// The reference inputs and roots of Certificate Transparency.
#[test]
fn the_tree_is_that_of_rfc_6962() {
    let inputs: [&[u8]; 8] =
        [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"PQRSTUVW", b"`abcdefghijklmno"];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let leaves = inputs.map(leaf_hash);
    let stored = stored(&leaves);
    for (size, expected) in (0..).zip(roots) {
        assert_eq!(root(size, |index| stored.get(&index).copied()).expect("stored").to_string(), expected);
    }
    let proof = |n, size| inclusion_proof(n, size, |index| stored.get(&index).copied()).expect("in the tree");
    let hex = |digests: Vec<Digest>| digests.iter().map(Digest::to_string).collect::<Vec<_>>();
    assert_eq!(
        hex(proof(5, 8)),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    let proof = consistency_proof(6, 8, |index| stored.get(&index).copied()).expect("in the tree");
    assert_eq!(
        hex(proof),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

/// This entry, and so every proof ever given, stays what it is.
#[test]
fn a_leaf_is_the_hash_of_a_sealed_event_behind_the_name_of_this_log() {
    let entry = [&b"cabut log v1\n"[..], &[7; 32]].concat();
    assert_eq!(leaf([7; 32].into()), Digest::of(&[&[0], &entry[..]].concat()));
    assert_eq!(leaf([7; 32].into()).to_string(), "a1485cad957b0bbcd538ef9eb1962a4536af77fb0341033d79e4dd179e645660");
}

#[test]
fn hashes_are_stored_without_a_gap_and_found_by_level_and_place() {
    let mut next = 0;
    for n in 0..1000_u64 {
        assert_eq!(stored_hash_count(n), next);
        for level in 0..=n.trailing_ones() {
            assert_eq!(stored_hash_index(level, n >> level), next, "level {level} at {n}");
            next += 1;
        }
    }
}

#[test]
fn every_proof_of_every_tree_to_64_holds_and_no_changed_one_does() {
    let all = leaves(64);
    let stored = stored(&all);
    let (mut held, mut refused, mut other_size) = (0, 0, 0);
    for size in 1..=64_u64 {
        let tree = &all[..size as usize];
        let whole = by_the_book::root(tree);
        assert_eq!(root(size, |index| stored.get(&index).copied()), Ok(whole));
        for n in 0..size {
            let leaf = tree[n as usize];
            let needed = needed_for_inclusion(n, size).expect("in the tree");
            assert!(needed.len() <= 12, "{n} of {size} needs {} hashes", needed.len());
            let loaded: BTreeMap<u64, Digest> = needed.into_iter().map(|index| (index, stored[&index])).collect();
            let proof = inclusion_proof(n, size, |index| loaded.get(&index).copied()).expect("what is needed is there");
            assert_eq!(proof, by_the_book::path(n as usize, tree));
            assert!(verify_inclusion(leaf, n, size, &proof, whole));
            held += 1;

            let mut refuse = |leaf, n, proof: &[Digest], root| {
                assert!(!verify_inclusion(leaf, n, size, proof, root), "{n} of {size}");
                refused += 1;
            };
            for bit in bits(size, n) {
                refuse(flipped(leaf, bit), n, &proof, whole);
                refuse(leaf, n, &proof, flipped(whole, bit));
                for at in 0..proof.len() {
                    let mut proof = proof.clone();
                    proof[at] = flipped(proof[at], bit);
                    refuse(leaf, n, &proof, whole);
                }
            }
            for bit in 0..64 {
                refuse(leaf, n ^ 1 << bit, &proof, whole);
                // Alone, a proof does not bind the size; with another one it still leads to this root or to none.
                other_size += u32::from(verify_inclusion(leaf, n, size ^ 1 << bit, &proof, whole));
            }
            refuse(leaf, n, &[&proof[..], &[whole]].concat(), whole);
            if let Some((_, shorter)) = proof.split_last() {
                refuse(leaf, n, shorter, whole);
            }
        }
    }
    println!("inclusion: {held} proofs held, {refused} changed ones refused, {other_size} hold for another size too");
}

#[test]
fn every_tree_to_64_is_shown_to_begin_with_every_smaller_one() {
    let all = leaves(64);
    let stored = stored(&all);
    let roots: Vec<Digest> = (0..=64).map(|size| by_the_book::root(&all[..size])).collect();
    let (mut held, mut refused) = (0, 0);
    for new in 0..=64_u64 {
        for old in 0..=new {
            let (old_root, new_root) = (roots[old as usize], roots[new as usize]);
            let needed = needed_for_consistency(old, new).expect("not larger");
            let loaded: BTreeMap<u64, Digest> = needed.into_iter().map(|index| (index, stored[&index])).collect();
            let proof = consistency_proof(old, new, |index| loaded.get(&index).copied()).expect("loaded");
            if old > 0 {
                assert_eq!(proof, by_the_book::subproof(old as usize, &all[..new as usize], true));
            }
            assert!(verify_consistency(old, old_root, new, new_root, &proof), "{old} in {new}");
            held += 1;

            let mut refuse = |old, old_root, new, new_root, proof: &[Digest]| {
                assert!(!verify_consistency(old, old_root, new, new_root, proof), "{old} in {new}");
                refused += 1;
            };
            for bit in bits(new, old) {
                refuse(old, flipped(old_root, bit), new, new_root, &proof);
                // Every tree begins with the empty one, whatever its root.
                if old > 0 {
                    refuse(old, old_root, new, flipped(new_root, bit), &proof);
                }
                for at in 0..proof.len() {
                    let mut proof = proof.clone();
                    proof[at] = flipped(proof[at], bit);
                    refuse(old, old_root, new, new_root, &proof);
                }
            }
            // No other old tree has this root.
            for other in (0..=new).filter(|&other| other != old) {
                refuse(other, roots[other as usize], new, flipped(new_root, 0), &[&proof[..], &[new_root]].concat());
            }
            refuse(old, old_root, new, new_root, &[&proof[..], &[new_root]].concat());
            if let Some((_, shorter)) = proof.split_last() {
                refuse(old, old_root, new, new_root, shorter);
            }
            if old < new {
                refuse(new, new_root, old, old_root, &proof);
            }
        }
    }
    println!("consistency: {held} proofs held, {refused} changed ones refused");
}

#[test]
fn what_a_tree_does_not_have_it_does_not_prove() {
    let stored = stored(&leaves(5));
    let read = |index| stored.get(&index).copied();
    assert_eq!(inclusion_proof(5, 5, read), Err(TreeError::OutOfRange));
    assert_eq!(inclusion_proof(0, 0, read), Err(TreeError::OutOfRange));
    assert_eq!(consistency_proof(6, 5, read), Err(TreeError::OutOfRange));
    assert_eq!(root(LARGEST + 1, read), Err(TreeError::OutOfRange));
    assert_eq!(needed_for_root(LARGEST).map(|needed| needed.len()), Ok(1));
    assert_eq!(root(6, read), Err(TreeError::Missing { index: 9 }), "never a root over a hole");
    assert!(!verify_inclusion(leaves(1)[0], 0, 0, &[], empty_root()));
}

proptest! {
    #[test]
    fn a_log_that_is_continued_is_the_log_that_was_never_left(before in 0..3000_u64, more in 1..40_u64) {
        let all = leaves(before + more);
        let stored = stored(&all);
        let needed: BTreeMap<u64, Digest> =
            needed_for_root(before).expect("small").into_iter().map(|index| (index, stored[&index])).collect();
        prop_assert!(needed.len() <= 12);
        let mut frontier = Frontier::load(before, |index| needed.get(&index).copied()).expect("loaded");
        for leaf in &all[before as usize..] {
            for new in frontier.append(*leaf) {
                prop_assert_eq!(stored.get(&new.index), Some(&new.hash));
            }
        }
        prop_assert_eq!(frontier.size(), before + more);
        prop_assert_eq!(frontier.root(), by_the_book::root(&all));
    }
}
