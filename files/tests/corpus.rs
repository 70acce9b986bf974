//! Every good file is taken, every bad one refused for its reason, and nothing private comes out.

use std::collections::{BTreeMap, BTreeSet};

use files::{
    Kind, Refusal,
    corpus::{PRIVATE, Sample, bad, good, jpeg, pdf, png},
    judge,
};

#[test]
fn every_file_that_people_send_is_taken_for_what_it_is() {
    let good = good();
    for Sample { name, bytes, expected } in &good {
        assert_eq!(judge(bytes).map(|accepted| accepted.kind), *expected, "{name}");
    }
    println!("{} good files taken", good.len());
    assert!(good.len() >= 30);
}

#[test]
fn every_bad_file_is_refused_for_its_reason() {
    let bad = bad();
    let mut reasons = BTreeMap::new();
    for Sample { name, bytes, expected } in &bad {
        assert_eq!(judge(bytes).map(|accepted| accepted.kind), *expected, "{name}");
        *reasons.entry(expected.expect_err("it is bad")).or_insert(0) += 1;
    }
    println!("{} bad files refused: {reasons:?}", bad.len());
    assert!(bad.len() >= 200);
    assert_eq!(reasons.len(), 10, "each reason is met: {reasons:?}");
}

#[test]
fn no_two_files_are_the_same() {
    let (mut names, mut files) = (BTreeSet::new(), BTreeMap::new());
    for Sample { name, bytes, .. } in good().into_iter().chain(bad()) {
        if let Some(other) = files.insert(bytes, name.clone()) {
            panic!("{name} is {other}");
        }
        assert!(names.insert(name.clone()), "{name} is there twice");
    }
}

#[test]
fn what_is_stored_is_taken_as_it_is() {
    for Sample { name, bytes, .. } in good() {
        let stored = judge(&bytes).expect("it is good").bytes;
        let again = judge(&stored).map(|accepted| accepted.bytes);
        assert!(again.as_ref() == Ok(&stored), "{name}: {:?}", again.err());
    }
}

#[test]
fn neither_place_nor_camera_nor_notes_are_left_in_a_picture() {
    let mut met = BTreeSet::new();
    for Sample { name, bytes, expected } in good() {
        if expected == Ok(Kind::Pdf) {
            continue;
        }
        let stored = judge(&bytes).expect("it is good").bytes;
        for word in PRIVATE {
            let has = |bytes: &[u8]| bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!has(&stored), "{name} keeps {word}");
            if has(&bytes) {
                met.insert(word);
            }
        }
    }
    assert_eq!(met.len(), PRIVATE.len());
}

/// Where it stands, so that nothing else of the document moves; and not where a signature holds it as it is.
#[test]
fn neither_place_nor_camera_nor_notes_are_left_in_a_photo_within_a_document() {
    let document = |name: &str| {
        let file = good().into_iter().find(|sample| sample.name == format!("Pdf: {name}")).expect("there is one").bytes;
        let stored = judge(&file).expect("it is good").bytes.into_owned();
        (file, stored)
    };
    let has = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    let (file, stored) = document("a photo with place and camera");
    assert_eq!(file.len(), stored.len());
    for word in PRIVATE {
        assert!(has(&file, word) && !has(&stored, word), "{word}");
    }
    assert!(has(&stored, "Display P3") && has(&stored, "JFIF\0"));
    assert!(file.iter().zip(&stored).all(|(was, is)| was == is || *is == 0));
    let coded = |bytes: &[u8]| {
        let scan = bytes.windows(2).position(|pair| pair == b"\xff\xda").expect("it is coded");
        bytes[scan..scan + 52].to_vec()
    };
    assert_eq!(coded(&file), coded(&stored));
    let (file, stored) = document("a signed photo with place and camera");
    assert!(file == stored && has(&stored, PRIVATE[0]));
}

#[test]
fn a_photo_stays_the_right_way_up() {
    for (name, which) in
        [("upright", None), ("turned right", Some(6)), ("turned left", Some(8)), ("upside down", Some(3))]
    {
        let photo = good().into_iter().find(|sample| sample.name == format!("Jpeg: a phone's photo, {name}"));
        let photo = photo.expect("there is one").bytes;
        let stored = judge(&photo).expect("it is good").bytes;
        let notes = stored.windows(6).position(|window| window == b"Exif\0\0").map(|at| stored[at..at + 32].to_vec());
        let wanted = |which| {
            [&b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[which, 0, 0, 0, 0, 0, 0]].concat()
        };
        assert_eq!(notes, which.map(wanted), "{name}");
    }
}

#[test]
fn what_has_nothing_to_hide_is_stored_byte_for_byte() {
    for file in [pdf::tagged("a"), jpeg::tagged("a"), png::tagged("a"), pdf::plain(), jpeg::plain(), png::plain()] {
        assert_eq!(judge(&file).map(|accepted| accepted.bytes.into_owned()), Ok(file));
    }
}

#[test]
fn another_tag_is_another_file() {
    for tagged in [pdf::tagged, jpeg::tagged, png::tagged] {
        assert_ne!(tagged("satu"), tagged("dua"));
    }
}

/// Each costs no more than its length allows: a reader that went over the rest at every byte would take minutes.
#[test]
fn five_megabytes_of_anything_are_judged_at_once() {
    let five = 5 * 1024 * 1024;
    for (head, unit) in [
        (&b"%PDF-1.5\n"[..], &b"<<"[..]),
        (b"%PDF-1.5\n", b"("),
        (b"%PDF-1.5\n", b"obj "),
        (b"%PDF-1.5\n", b"<</Length 1>>stream\nendstream "),
        (b"%PDF-1.5\n", b"0 0 "),
        (b"%PDF-1.5\n(", b"0 0 obj"),
        (b"%PDF-1.5\n(", b"          "),
        (b"\xff\xd8", b"\xff"),
        (b"\xff\xd8", b"\xff\xe0\0\x02"),
        (b"\x89PNG\r\n\x1a\n", b"\0\0\0\0abcd\0\0\0\0"),
    ] {
        let mut file = head.to_vec();
        while file.len() < five {
            file.extend(unit);
        }
        file.extend(b"\nstartxref\n0\n%%EOF\n");
        let begun = std::time::Instant::now();
        let judged = judge(&file).map(|accepted| accepted.kind);
        assert!(matches!(judged, Err(Refusal::Damaged | Refusal::Opaque)), "{judged:?}: {unit:?}");
        assert!(begun.elapsed().as_secs() < 10, "{:?} for {unit:?}", begun.elapsed());
    }
}

/// Nothing of it is kept: four gigabytes would be more than there is.
#[test]
fn four_megabytes_that_unpack_to_four_gigabytes_are_refused() {
    let zeros = pdf::zeros(4_000);
    assert!(zeros.len() < 5 * 1024 * 1024);
    for entries in
        ["", "/Width 9999 /Height 4999", "/Width 9999 /Height 4999 /BitsPerComponent 16", "/Width 1 /Height 1"]
    {
        let file = pdf::with_streams(&[(&format!("{entries} /Filter /FlateDecode"), &zeros)]);
        assert_eq!(judge(&file), Err(Refusal::Bomb), "{entries}");
    }
    // Each picture is as large as it says, and all of them are too much.
    let (picture, page) = (pdf::zeros(25), "/Width 2480 /Height 3508 /Filter /FlateDecode");
    let pages = |count| pdf::with_streams(&vec![(page, &picture[..]); count]);
    assert_eq!(judge(&pages(30)).map(|accepted| accepted.kind), Ok(Kind::Pdf));
    assert_eq!(judge(&pages(40)), Err(Refusal::Bomb));
}
