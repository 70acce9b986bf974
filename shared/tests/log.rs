//! An office's log as outsiders check it: the tree by RFC 6962, notes and checkpoints by C2SP, receipts, and that no
//! tampering with an export goes unseen or unnamed.

mod common;

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{at, person, procedure, sealed, whole_case};
use proptest::prelude::*;
use workflow::{
    case::{By, Digest, Event, SealedEvent, seal},
    identity::TicketNumber,
    log::{
        Chain, Checkpoint, CheckpointFault, Entry, ExportFault, Frontier, KeyError, Kind, LARGEST, MOST_SIGNATURES,
        NoteError, Receipt, ReceiptFault, SignedNote, Signer, TreeError, VerifierKey, check_export, consistency_proof,
        empty_root, inclusion_proof, inclusion_root, leaf, leaf_hash, needed_for_consistency, needed_for_inclusion,
        needed_for_root, node_hash, root, stored_hash_count, stored_hash_index, verify_consistency, verify_inclusion,
    },
    office::{Change, OfficeEvent, Retention},
};

/// The stored hashes of a log with these leaves, as the database would hold them.
fn stored(leaves: &[Digest]) -> BTreeMap<u64, Digest> {
    let mut frontier = Frontier::load(0, |_| None).expect("an empty tree needs nothing");
    leaves.iter().flat_map(|&leaf| frontier.append(leaf)).map(|new| (new.index, new.hash)).collect()
}

fn leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|n| leaf(Kind::Filed, Digest::of(&n.to_be_bytes()))).collect()
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
fn a_leaf_is_the_hash_of_a_sealed_event_behind_its_kind_and_the_name_of_this_log() {
    let entry = [&b"cabut log v1\nhanded_over\n"[..], &[7; 32]].concat();
    let leaf = leaf(Kind::HandedOver, [7; 32].into());
    assert_eq!(leaf, Digest::of(&[&[0], &entry[..]].concat()));
    assert_eq!(leaf.to_string(), "1a865548c9bf1f6053c3d68530155958abbde8a477f2256012e96410c6414f4c");
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

/// Key, text and signature of the tests of Go's `golang.org/x/mod/sumdb/note`.
mod go {
    pub const SECRET: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    pub const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    pub const OTHER_PUBLIC: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
    pub const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    pub const SIGNATURE: &str =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    pub const OTHER_SIGNATURE: &str =
        "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
}

fn key(text: &str) -> VerifierKey {
    VerifierKey::parse(text).expect("a published key")
}

fn open<'a>(note: &str, keys: &'a [VerifierKey]) -> Result<Vec<&'a VerifierKey>, NoteError> {
    SignedNote::parse(note)?.open(keys)
}

#[test]
fn notes_are_signed_to_the_byte_as_go_signs_them() {
    let secret = STANDARD.decode(go::SECRET).expect("base64");
    let seed = secret[1..].try_into().expect("32 bytes behind the kind");
    let signer = Signer::new("PeterNeumann", seed).expect("a name");
    assert_eq!(signer.verifier_key(), key(go::PUBLIC));
    assert_eq!(signer.verifier_key().to_string(), go::PUBLIC);
    let note = SignedNote::sign(go::TEXT, &signer).expect("a text");
    assert_eq!(note.to_string(), format!("{}\n{}", go::TEXT, go::SIGNATURE));
    assert!(!format!("{signer:?}").contains("81"), "a signer shows no secret");
}

#[test]
fn a_note_holds_by_its_known_keys_and_whoever_else_signed_is_passed_over() {
    let (peter, enoch) = (key(go::PUBLIC), key(go::OTHER_PUBLIC));
    let both = format!("{}\n{}{}", go::TEXT, go::SIGNATURE, go::OTHER_SIGNATURE);
    assert_eq!(open(&both, std::slice::from_ref(&peter)), Ok(vec![&peter]));
    assert_eq!(open(&both, std::slice::from_ref(&enoch)), Ok(vec![&enoch]));
    assert_eq!(open(&both, &[enoch.clone(), peter.clone()]), Ok(vec![&peter, &enoch]));
    assert_eq!(open(&both, &[]), Err(NoteError::UnknownSigner));
    let read = SignedNote::parse(&both).expect("a note");
    assert_eq!((read.text(), read.to_string()), (go::TEXT, both.clone()));

    // One wrong signature of a known key spoils the note, whoever else signed it.
    let wrong = both.replace("EnochRoot rwz+eBz", "EnochRoot rwz+eBy");
    assert_eq!(open(&wrong, std::slice::from_ref(&peter)), Ok(vec![&peter]));
    assert_eq!(open(&wrong, &[peter.clone(), enoch]), Err(NoteError::WrongSignature));
    let short = format!("{}\n— PeterNeumann x08gowA=\n", go::TEXT);
    assert_eq!(open(&short, &[peter]), Err(NoteError::WrongSignature));
}

#[test]
fn no_changed_byte_of_a_note_or_key_is_taken() {
    let peter = [key(go::PUBLIC)];
    let note = format!("{}\n{}", go::TEXT, go::SIGNATURE);
    let mut refused = 0;
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let opened = String::from_utf8(bytes).map(|changed| open(&changed, &peter).is_ok());
            assert_ne!(opened, Ok(true), "bit {bit} of byte {at}");
            refused += 1;
        }
        if note.is_char_boundary(at) {
            assert!(open(&note[..at], &peter).is_err(), "cut off at {at}");
            assert!(at == 0 || open(&note[at..], &peter).is_err(), "begun at {at}");
        }
    }
    for from in 0..go::PUBLIC.len() {
        for to in from..=go::PUBLIC.len() {
            assert!(to - from == go::PUBLIC.len() || VerifierKey::parse(&go::PUBLIC[from..to]).is_err());
        }
        let mut bytes = go::PUBLIC.to_owned().into_bytes();
        bytes[from] += 1;
        assert!(VerifierKey::parse(std::str::from_utf8(&bytes).expect("ASCII")).is_err(), "byte {from} of the key");
        refused += 1;
    }
    println!("notes: {refused} changed notes and keys refused");
}

#[test]
fn what_is_not_a_note_or_a_key_is_refused() {
    let (text, signature) = (go::TEXT, go::SIGNATURE);
    for malformed in [
        String::new(),
        "\n\n".to_owned(),
        text.to_owned(),
        format!("{text}\n"),
        format!("{text}{signature}"),
        format!("{text}\n{}", signature.trim_end()),
        format!("{text}\n{signature}\n"),
        format!("\u{1}{text}\n{signature}"),
        format!("a\tb\n\n{signature}"),
        format!("a\r\n\n{signature}"),
        format!("{text}\n{signature}Unexpected line.\n"),
        format!("{text}\n{}", signature.replace("— ", "- ")),
        format!("{text}\n{}", signature.replace("PeterNeumann", "Peter Neumann")),
        format!("{text}\n{}", signature.replace("PeterNeumann", "Peter\u{2003}Neumann")),
        format!("{text}\n{}", signature.replace("PeterNeumann", "Peter+Neumann")),
        format!("{text}\n{}", signature.replace("PeterNeumann ", " ")),
        format!("{text}\n{}", signature.replace('=', "")),
        // The same bytes in base64 with a bit set that stands for nothing.
        format!("{text}\n{}", signature.replace("nAM=", "nAN=")),
        format!("{text}\n— PeterNeumann x08gow==\n"),
    ] {
        assert_eq!(SignedNote::parse(&malformed), Err(NoteError::Malformed), "{malformed:?}");
    }
    let most = format!("{text}\n{}", signature.repeat(MOST_SIGNATURES));
    assert_eq!(open(&most, &[key(go::PUBLIC)]).map(|signed| signed.len()), Ok(MOST_SIGNATURES));
    assert_eq!(SignedNote::parse(&format!("{most}{signature}")), Err(NoteError::TooManySignatures));

    let parse = |text: &str| VerifierKey::parse(text).expect_err("no key");
    assert_eq!(parse("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="), KeyError::Form);
    assert_eq!(parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), KeyError::OtherKind);
    assert_eq!(parse(&go::PUBLIC.replace("c74f20a3", "C74F20A3")), KeyError::Id { written: "C74F20A3".to_owned() });
    // The neutral element, under which one signature would fit every text.
    let weak = STANDARD.encode([&[1, 1][..], &[0; 31]].concat());
    assert_eq!(parse(&format!("PeterNeumann+00000000+{weak}")), KeyError::Weak);
    assert_eq!(Signer::new("a b", &[0; 32]).map(|_| ()), Err(KeyError::Form));
    assert!(Signer::new("a\nb", &[0; 32]).is_err() && Signer::new("a+b", &[0; 32]).is_err());
}

const ORIGIN: &str = "cabut.example/log/madiun";

fn signer() -> Signer {
    Signer::new(ORIGIN, &[7; 32]).expect("a name")
}

fn checkpoint(size: u64, root: Digest) -> Checkpoint {
    Checkpoint::new(ORIGIN, size, root).expect("an origin")
}

#[test]
fn a_checkpoint_is_read_and_written_in_one_way() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let read = Checkpoint::parse(text).expect("the example of tlog-checkpoint");
    assert_eq!(
        (read.origin(), read.size(), read.to_string()),
        ("example.com/behind-the-sofa", 20_852_163, text.into())
    );
    let extended = format!("{text}more\nand more\n");
    let read = Checkpoint::parse(&extended).expect("extended");
    assert_eq!((read.extensions().len(), read.to_string()), (2, extended));
    let empty = checkpoint(0, empty_root()).to_string();
    assert_eq!(empty, format!("{ORIGIN}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
    assert_eq!(Checkpoint::parse(&empty), Ok(checkpoint(0, empty_root())));

    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for malformed in [
        String::new(),
        "a\n1\n".to_owned(),
        format!("a\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("a\n01\n{root}\n"),
        format!("a\n+1\n{root}\n"),
        format!("a\n-1\n{root}\n"),
        format!("a\n 1\n{root}\n"),
        format!("a\n\n{root}\n"),
        format!("a\n18446744073709551616\n{root}\n"),
        format!("a\n1\n{root}\n\n"),
        format!("a\n1\n{root}\n\nmore\n"),
        format!("a\r\n1\n{root}\n"),
        format!("a\n1\n{}\n", root.replace("q2I=", "q2J=")),
        format!("a\n1\n{}\n", root.replace("q2I=", "q2I")),
        format!("a\n1\n{}\n", root.replace("/Xajj", "_Xajj")),
        "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n".to_owned(),
    ] {
        assert_eq!(Checkpoint::parse(&malformed), Err(NoteError::Malformed), "{malformed:?}");
    }
}

#[test]
fn a_log_speaks_for_itself_alone() {
    let note = checkpoint(3, Digest::of(b"root")).sign(&signer()).expect("its own key");
    let (own, other) = (signer().verifier_key(), Signer::new("other.example/log", &[8; 32]).expect("a name"));
    assert_eq!(Checkpoint::open(&note, &[own]), Ok(checkpoint(3, Digest::of(b"root"))));
    assert_eq!(checkpoint(3, Digest::of(b"root")).sign(&other), Err(CheckpointFault::OtherLog));
    let forged = SignedNote::sign(note.text(), &other).expect("a text");
    assert_eq!(Checkpoint::open(&forged, &[other.verifier_key()]), Err(CheckpointFault::OtherLog));
}

proptest! {
    #[test]
    fn whatever_is_signed_is_read_again_and_nothing_else_panics(origin in "[^\\x00-\\x1f]{1,40}", size: u64, root: [u8; 32], junk in "(?s).{0,200}") {
        let checkpoint = Checkpoint::new(&origin, size, root.into()).expect("a line");
        prop_assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Ok(checkpoint.clone()));
        let note = SignedNote::sign(&checkpoint.to_string(), &signer()).expect("a text");
        prop_assert_eq!(SignedNote::parse(&note.to_string()), Ok(note));
        let _ = (SignedNote::parse(&junk).is_ok(), Checkpoint::parse(&junk).is_ok(), VerifierKey::parse(&junk).is_ok());
    }

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

/// The receipt of the event at this position, in the log of these events when it had so many.
fn receipt(events: &[Digest], index: u64, size: u64) -> Receipt {
    let leaves: Vec<Digest> = events.iter().map(|&event| leaf(Kind::Revoked, event)).collect();
    let stored = stored(&leaves);
    let read = |index| stored.get(&index).copied();
    let checkpoint = checkpoint(size, root(size, read).expect("stored")).sign(&signer()).expect("its own key");
    let proof = inclusion_proof(index, size, read).expect("in the tree");
    Receipt { kind: Kind::Revoked, event: events[index as usize], index, proof, checkpoint }
}

#[test]
fn a_receipt_proves_its_event_in_every_form_and_no_changed_one_does() {
    let events: Vec<Digest> = (0..40_u8).map(|n| Digest::of(&[n])).collect();
    let keys = [signer().verifier_key()];
    let (mut held, mut refused) = (0, 0);
    for size in 1..=40 {
        for index in 0..size {
            let receipt = receipt(&events, index, size);
            let checked = receipt.check(&keys).expect("holds");
            assert_eq!((checked.event, checked.index, checked.checkpoint.size()), (receipt.event, index, size));
            assert_eq!(checked.kind, Kind::Revoked);
            assert_eq!(Receipt::parse(&receipt.to_string()), Ok(receipt.clone()));
            assert_eq!(Receipt::parse_short(&receipt.short().expect("our own")), Ok(receipt.clone()));
            let json = serde_json::to_string(&receipt).expect("a text");
            assert_eq!(serde_json::from_str::<Receipt>(&json).expect("the same"), receipt);
            held += 1;

            let mut refuse = |changed: Receipt, fault: ReceiptFault| {
                assert_eq!(changed.check(&keys), Err(fault));
                refused += 1;
            };
            let other = events[(index as usize + 1) % 40];
            refuse(Receipt { event: other, ..receipt.clone() }, ReceiptFault::NotInLog);
            refuse(Receipt { kind: Kind::Declined, ..receipt.clone() }, ReceiptFault::NotInLog);
            refuse(Receipt { index: index + 1, ..receipt.clone() }, ReceiptFault::NotInLog);
            let forged = receipt.checkpoint.to_string().replace(&format!("\n{size}\n"), &format!("\n{}\n", size + 1));
            let forged = SignedNote::parse(&forged).expect("a note");
            let wrong = ReceiptFault::Checkpoint(CheckpointFault::Note(NoteError::WrongSignature));
            refuse(Receipt { checkpoint: forged, ..receipt.clone() }, wrong);
        }
    }
    let receipt = receipt(&events, 33, 40);
    let unknown = ReceiptFault::Checkpoint(CheckpointFault::Note(NoteError::UnknownSigner));
    assert_eq!(receipt.check(&[key(go::PUBLIC)]), Err(unknown));
    let (text, short) = (receipt.to_string(), receipt.short().expect("our own"));
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert!(Receipt::parse(&changed).and_then(|changed| changed.check(&keys)).is_err(), "bit {bit} of {at}");
            refused += 1;
        }
        assert!(!text.is_char_boundary(at) || Receipt::parse(&text[..at]).is_err(), "cut off at {at}");
    }
    for at in 0..short.len() {
        for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567a018=-".chars() {
            let changed = format!("{}{character}{}", &short[..at], &short[at + 1..]);
            let checked = Receipt::parse_short(&changed).and_then(|changed| changed.check(&keys));
            assert!(changed == short || checked.is_err(), "{character} at {at}");
            refused += 1;
        }
        let cut = Receipt::parse_short(&short[..at]).and_then(|cut| cut.check(&keys));
        assert!(cut.is_err(), "cut off at {at}");
    }
    println!("receipts: {held} held, {refused} changed ones refused");
}

/// Else one receipt could be told as many, each good.
#[test]
fn a_short_receipt_has_one_way_to_write_a_number() {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let receipt = receipt(&[Digest::of(b"event")], 0, 1);
    let short = receipt.short().expect("our own");
    let bits: String = short.chars().map(|c| format!("{:05b}", ALPHABET.find(c).expect("in it"))).collect();
    // Behind the form's number, the origin with its length, the key's id and the signature stands the size.
    let (before, rest) = bits.split_at(8 * (2 + ORIGIN.len() + 4 + 64));
    let rest = rest.strip_prefix("00000001").expect("a size of 1");
    for (size, read) in [("00000001", true), ("1000000100000000", false), ("100000011000000000000000", false)] {
        let whole = format!("{before}{size}{rest}");
        let whole = &whole[..whole.len() / 8 * 8];
        let five = |at: usize| format!("{:0<5}", &whole[at..(at + 5).min(whole.len())]);
        let value = |at| usize::from_str_radix(&five(at), 2).expect("five bits");
        let written: String = (0..whole.len()).step_by(5).map(|at| &ALPHABET[value(at)..=value(at)]).collect();
        assert_eq!(Receipt::parse_short(&written).is_ok(), read, "a size of {size}");
    }
}

#[test]
fn a_receipt_of_a_log_of_a_million_fits_a_qr_code() {
    // Any hashes make a proof as long as the longest in such a log, and the root that belongs to it.
    let (event, index, size) = (Digest::of(b"event"), 524_287, 1_000_000);
    let proof = inclusion_proof(index, size, |index| Some(Digest::of(&index.to_be_bytes()))).expect("in the tree");
    let kind = Kind::Resubmitted;
    let root = inclusion_root(leaf(kind, event), index, size, &proof).expect("as long as it should be");
    let checkpoint = checkpoint(size, root).sign(&signer()).expect("its own key");
    let receipt = Receipt { kind, event, index, proof, checkpoint };
    assert!(receipt.check(&[signer().verifier_key()]).is_ok());
    let short = receipt.short().expect("our own");
    assert_eq!(Receipt::parse_short(&short), Ok(receipt.clone()));
    assert!(short.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    // A QR code of version 25 holds 1,451 such characters at level M; an address of 80 bytes before it takes 119.
    assert!(short.len() + 119 <= 1451, "{} characters", short.len());
    println!(
        "a receipt at 1,000,000 entries: {} hashes, {} characters short, {} bytes as text",
        receipt.proof.len(),
        short.len(),
        receipt.to_string().len()
    );
}

/// The events of a case of its own that goes the whole way.
fn case_events(number: u64) -> Vec<Event> {
    let procedure = procedure("temanggung");
    let ticket = TicketNumber::new(&procedure.office.ticket_prefix, number).expect("the prefix is valid");
    whole_case(&procedure).into_iter().map(|event| Event { case: ticket.clone(), ..event }).collect()
}

fn office_event(seq: u32) -> OfficeEvent {
    let by = By { person: person("admin"), actor: workflow::case::ADMINISTRATOR.into(), behalf: None, acting: None };
    let what = Change::RetentionSet { retention: Retention { revoked_years: seq as u8, ended_months: 12 } };
    OfficeEvent { office: "temanggung".to_owned(), seq, at: at(seq.into()), by, what, content: Digest::of(b"why") }
}

/// 40 entries: four whole cases and four changes of the office, as they come when many work at once.
fn log() -> Vec<Entry> {
    let mut chains: Vec<(Chain, Vec<SealedEvent>)> = (1..=4)
        .map(|number| {
            let events = case_events(number);
            (Chain::Case(events[0].case.clone()), sealed(&events))
        })
        .collect();
    let office: Vec<OfficeEvent> = (1..=4).map(office_event).collect();
    chains.push((Chain::Office("temanggung".to_owned()), sealed(&office)));
    let mut entries = Vec::new();
    let mut turn = 0;
    while chains.iter().any(|(_, events)| !events.is_empty()) {
        // Now here, now there, now twice running.
        turn = (turn * 5 + 3) % 17;
        let which = turn % chains.len();
        let (chain, events) = &mut chains[which];
        if events.is_empty() {
            chains.remove(which);
            continue;
        }
        entries.push(Entry { n: entries.len() as u64, chain: chain.clone(), sealed: events.remove(0) });
    }
    entries
}

fn lines(entries: &[Entry]) -> String {
    entries.iter().map(|entry| serde_json::to_string(entry).expect("an entry") + "\n").collect()
}

fn renumbered(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.iter_mut().zip(0..).for_each(|(entry, n)| entry.n = n);
    entries
}

/// Signed checkpoints of the log at these sizes.
fn signed(entries: &[Entry], sizes: impl Iterator<Item = usize>) -> Vec<String> {
    let leaves: Vec<Digest> = entries.iter().map(|entry| entry.leaf().expect("it can be read")).collect();
    let sign = |size| checkpoint(size as u64, by_the_book::root(&leaves[..size])).sign(&signer());
    sizes.map(|size| sign(size).expect("its own key").to_string()).collect()
}

fn check(entries: &[Entry], checkpoints: &[String]) -> Result<u64, ExportFault> {
    let checkpoints: Vec<&str> = checkpoints.iter().map(String::as_str).collect();
    check_export(&lines(entries), &checkpoints, &[signer().verifier_key()]).map(|verified| verified.entries)
}

/// The log that its office kept under other kinds than its events have is not the log of these events.
#[test]
fn an_event_under_another_kind_than_its_own_is_found() {
    let whole = log();
    for (entry, n) in whole.iter().zip(0..) {
        let mut leaves: Vec<Digest> = whole.iter().map(|entry| entry.leaf().expect("it can be read")).collect();
        leaves[n] = leaf(Kind::Revoked, entry.sealed.hash);
        let same = Some(leaves[n]) == entry.leaf();
        let root = by_the_book::root(&leaves[..=n]);
        let note = checkpoint(n as u64 + 1, root).sign(&signer()).expect("its own key").to_string();
        assert_eq!(check(&whole[..=n], &[note]).is_ok(), same, "{n}");
    }
}

/// Each event has the kind that its own text names: the edge takes it from there.
#[test]
fn the_kind_of_an_event_is_the_word_in_its_text() {
    let mut words = Vec::new();
    for entry in log() {
        let body: serde_json::Value = serde_json::from_str(&entry.sealed.body).expect("an event");
        let what = &body["what"];
        let word = what["answer"].as_str().or(what["kind"].as_str()).expect("a word");
        let is_case = matches!(entry.chain, Chain::Case(_));
        let kind = if is_case { Kind::parse(word).expect("a kind") } else { Kind::Office };
        assert_eq!(entry.leaf(), Some(leaf(kind, entry.sealed.hash)), "{word}");
        words.push(kind.word());
    }
    assert!(
        ["filed", "forwarded", "approved", "sent", "revoked", "closed", "office"].iter().all(|one| words.contains(one))
    );
}

/// The sentence of each fault says at which position it is.
fn named(fault: ExportFault, position: u64) -> bool {
    let (from, to) = fault.span().expect("a fault of the entries");
    let told = fault.to_string();
    from <= position && position <= to && told.contains(&from.to_string()) && !fault.code().is_empty()
}

#[test]
fn a_whole_export_holds_against_every_checkpoint_ever_signed() {
    let whole = log();
    let verified = check_export(
        &lines(&whole),
        &signed(&whole, 0..=40).iter().rev().map(String::as_str).collect::<Vec<_>>(),
        &[signer().verifier_key()],
    )
    .expect("holds");
    assert_eq!((verified.entries, verified.chains, verified.checkpoints), (40, 5, 41));
    assert_eq!(check(&[], &signed(&[], 0..=0)), Ok(0), "an empty log is signed too");
    assert_eq!(check(&whole, &[]), Err(ExportFault::NoCheckpoint));
}

#[test]
fn every_single_edit_at_every_position_is_found_and_named() {
    let whole = log();
    let last = signed(&whole, 40..=40);
    let mut found = 0;
    for p in 0..40 {
        let position = p as u64;
        let edits: [fn(&mut Entry); 9] = [
            |entry| entry.sealed.body = entry.sealed.body.replace("2026", "2025"),
            |entry| entry.sealed.body.push(' '),
            |entry| entry.sealed.hash = flipped(entry.sealed.hash, 0),
            |entry| entry.sealed.prev = flipped(entry.sealed.prev, 255),
            |entry| entry.chain = Chain::Office("lain".to_owned()),
            |entry| entry.chain = Chain::Case(TicketNumber::new("TMG", 99).expect("valid")),
            |entry| entry.n += 1,
            |entry| entry.n = entry.n.wrapping_sub(1),
            |entry| entry.n += 1000,
        ];
        for edit in edits {
            let mut edited = whole.clone();
            edit(&mut edited[p]);
            assert_eq!(check(&edited, &last), Err(ExportFault::Edited { position }));
            found += 1;
        }
        let broken = lines(&whole).replacen(&format!("{{\"n\":{p},"), &format!("{{\"n\":{p},\"m\":1,"), 1);
        let fault = check_export(&broken, &[&last[0]], &[signer().verifier_key()]);
        assert_eq!(fault, Err(ExportFault::Unreadable { position }));
        found += 1;
    }
    println!("edits: {found} found and named");
}

#[test]
fn every_removal_and_every_cut_at_every_position_is_found_and_named() {
    let whole = log();
    let (last, each) = (signed(&whole, 40..=40), signed(&whole, 0..=40));
    let mut found = 0;
    for p in 0..40 {
        let position = p as u64;
        let mut removed = whole.clone();
        removed.remove(p);
        let fault = check(&removed, &last).expect_err("one is missing");
        let expected = match position {
            39 => ExportFault::CutOff { from: 39, to: 39 },
            _ => ExportFault::Missing { from: position, to: position },
        };
        assert_eq!(fault, expected);

        // Numbered anew, the gap shows on the event's own chain or in the next root.
        let removed = renumbered(removed);
        let fault = check(&removed, &each).expect_err("one is missing");
        assert!(named(fault, position), "{position}: {fault:?}");
        let fault = check(&removed, &last).expect_err("one is missing");
        assert!(named(fault, position) || fault == ExportFault::CutOff { from: 39, to: 39 }, "{position}: {fault:?}");

        let cut = &whole[..p];
        assert_eq!(check(cut, &last), Err(ExportFault::CutOff { from: position, to: 39 }));
        assert_eq!(check(cut, &each), Err(ExportFault::CutOff { from: position, to: 39 }));
        // What comes after the newest checkpoint is not proven.
        let early = signed(&whole, p..=p);
        assert_eq!(check(&whole, &early), Err(ExportFault::Unsigned { from: position, to: 39 }));
        found += 6;
    }
    println!("removals and cuts: {found} found and named");
}

#[test]
fn every_insertion_at_every_position_is_found_and_named() {
    let whole = log();
    let (last, each) = (signed(&whole, 40..=40), signed(&whole, 0..=40));
    let mut found = 0;
    for p in 0..=40 {
        for (copied, entry) in whole.iter().enumerate() {
            let position = p as u64;
            let mut inserted = whole.clone();
            inserted.insert(p, entry.clone());
            // A copy behind its original is the same export as one before it.
            let same = if copied + 1 == p { position - 1 } else { position };
            assert_eq!(check(&inserted, &last), Err(ExportFault::Inserted { from: same, to: same }), "{copied} at {p}");

            inserted[p].n = position;
            let fault = check(&inserted, &last).expect_err("one too many");
            assert!(
                matches!(fault, ExportFault::Inserted { .. }) && named(fault, position),
                "{copied} at {p}: {fault:?}"
            );

            let inserted = renumbered(inserted);
            let fault = check(&inserted, &last).expect_err("one too many");
            assert!(
                matches!(fault, ExportFault::Inserted { .. }) && named(fault, position),
                "{copied} at {p}: {fault:?}"
            );
            found += 3;
        }

        // A case that never was, sealed as a case is.
        let mut invented = case_events(9).remove(0);
        invented.at = at(1);
        let chain = Chain::Case(invented.case.clone());
        let mut inserted = whole.clone();
        inserted.insert(p, Entry { n: 0, chain, sealed: seal(&invented, Digest::ZERO) });
        let fault = check(&renumbered(inserted), &each).expect_err("one too many");
        let expected = match p {
            40 => ExportFault::Unsigned { from: 40, to: 40 },
            _ => ExportFault::Contradicted { from: p as u64, to: p as u64, checkpoint: p + 1 },
        };
        assert_eq!(fault, expected);
        found += 1;
    }
    println!("insertions: {found} found and named");
}

#[test]
fn every_swap_of_every_two_is_found_and_named() {
    let whole = log();
    let (last, each) = (signed(&whole, 40..=40), signed(&whole, 0..=40));
    let mut found = 0;
    for p in 0..40 {
        for q in p + 1..40 {
            let (position, other) = (p as u64, q as u64);
            let mut swapped = whole.clone();
            swapped.swap(p, q);
            assert_eq!(check(&swapped, &last), Err(ExportFault::Swapped { position, other }));

            let swapped = renumbered(swapped);
            let fault = check(&swapped, &each[p..p + 2]).expect_err("swapped");
            assert!(named(fault, position), "{p} and {q}: {fault:?}");
            let fault = check(&swapped, &last).expect_err("swapped");
            assert!(fault.span().is_some_and(|(_, to)| position <= to), "{p} and {q}: {fault:?}");
            found += 3;
        }
    }
    println!("swaps: {found} found and named");
}

/// Whoever holds the database can seal a chain anew. What was signed stays what it was.
#[test]
fn a_chain_that_was_rewritten_from_any_position_on_contradicts_what_was_signed() {
    let whole = log();
    let (each, daily) = (signed(&whole, 0..=40), signed(&whole, (0..=40).step_by(8)));
    let mut found = 0;
    for p in 0..40 {
        let position = p as u64;
        let mut rewritten = whole.clone();
        let mut prev = whole[p].sealed.prev;
        for (at, entry) in rewritten.iter_mut().enumerate().skip(p).filter(|(_, entry)| entry.chain == whole[p].chain) {
            let body = if at == p { entry.sealed.body.replace("2026", "2025") } else { entry.sealed.body.clone() };
            entry.sealed = match &entry.chain {
                Chain::Case(_) => seal(&serde_json::from_str::<Event>(&body).expect("an event"), prev),
                Chain::Office(_) => seal(&serde_json::from_str::<OfficeEvent>(&body).expect("a change"), prev),
            };
            prev = entry.sealed.hash;
        }
        assert_ne!(rewritten, whole);
        let exact = ExportFault::Contradicted { from: position, to: position, checkpoint: p + 1 };
        assert_eq!(check(&rewritten, &each), Err(exact));
        let day = position / 8;
        let same_day = ExportFault::Contradicted { from: day * 8, to: day * 8 + 7, checkpoint: p / 8 + 1 };
        assert_eq!(check(&rewritten, &daily), Err(same_day));
        found += 2;
    }
    println!("rewritten chains: {found} found and named");
}

/// Even where the log signed it.
#[test]
fn an_event_that_does_not_count_on_from_the_one_before_is_found() {
    let events = case_events(5);
    let skipped = sealed(&[events[0].clone(), events[2].clone()]);
    let chain = Chain::Case(events[0].case.clone());
    let entries: Vec<Entry> = (0..).zip(skipped).map(|(n, sealed)| Entry { n, chain: chain.clone(), sealed }).collect();
    assert_eq!(check(&entries, &signed(&entries, 2..=2)), Err(ExportFault::Edited { position: 1 }));
}

#[test]
fn a_checkpoint_that_the_log_did_not_sign_is_named() {
    let whole = log();
    let mut checkpoints = signed(&whole, (0..=40).step_by(20));
    let mut refuse = |at: usize, forged: String, fault: CheckpointFault| {
        let genuine = std::mem::replace(&mut checkpoints[at], forged);
        let found = check(&whole, &checkpoints).expect_err("forged");
        assert_eq!(found, ExportFault::Checkpoint { checkpoint: at, fault });
        assert_eq!((found.code(), found.span()), (fault.code(), None));
        checkpoints[at] = genuine;
    };
    for at in 0..3 {
        let size = at * 20;
        let genuine = signed(&whole, size..=size).remove(0);
        refuse(at, genuine.replace(&format!("\n{size}\n"), "\n39\n"), NoteError::WrongSignature.into());
        refuse(at, genuine.trim_end().to_owned(), NoteError::Malformed.into());
        let text = SignedNote::parse(&genuine).expect("a note").text().to_owned();
        let stranger = Signer::new(ORIGIN, &[9; 32]).expect("a name");
        refuse(at, SignedNote::sign(&text, &stranger).expect("a text").to_string(), NoteError::UnknownSigner.into());
        let text = text.replace(ORIGIN, "cabut.example/log/lain");
        refuse(at, SignedNote::sign(&text, &signer()).expect("a text").to_string(), CheckpointFault::OtherLog);
    }
    // A log that signed two different trees of one size is caught by either.
    let other = checkpoint(20, Digest::of(b"another tree")).sign(&signer()).expect("its own key").to_string();
    checkpoints.push(other);
    assert_eq!(check(&whole, &checkpoints), Err(ExportFault::Contradicted { from: 0, to: 19, checkpoint: 3 }));
}
