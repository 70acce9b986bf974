//! Files as people send them and as nobody should, on the real runtime: the whole corpus of the crate `files`.

use std::collections::BTreeMap;

use cabut_tests::{
    database,
    person::{Person, office},
};
use files::{
    Refusal,
    corpus::{Sample, bad, good},
    judge,
};
use serde_json::json;
use workflow::{api::Document, case::Digest};

/// Under the uploads that one person has in a day.
const EACH: usize = 150;

/// Uploads all of them, by as many people as that takes.
fn uploads(samples: &[Sample], look: impl Fn(&Person, &Sample) + Sync) {
    std::thread::scope(|scope| {
        for part in samples.chunks(EACH) {
            let look = &look;
            scope.spawn(move || {
                let person = Person::with_roles(office("madiun"), &[]);
                part.iter().for_each(|sample| look(&person, sample));
                let stored = part.iter().filter(|sample| sample.expected.is_ok()).count();
                let rows = database::number("SELECT count(*) FROM documents WHERE owner = ?1", &[json!(person.id)]);
                assert_eq!(usize::try_from(rows), Ok(stored));
            });
        }
    });
}

/// What is told of each.
fn told(refusal: Refusal) -> (u16, &'static str) {
    match refusal {
        Refusal::Unknown => (415, "document_type"),
        Refusal::Damaged => (422, "document_damaged"),
        Refusal::Mixed => (422, "document_mixed"),
        Refusal::TooManyPixels => (422, "document_pixels"),
        Refusal::Bomb => (422, "document_bomb"),
        Refusal::Locked => (422, "document_locked"),
        Refusal::Script => (422, "document_script"),
        Refusal::Action => (422, "document_action"),
        Refusal::Embeds => (422, "document_embeds"),
        Refusal::Opaque => (422, "document_opaque"),
    }
}

#[test]
fn every_bad_file_is_refused_for_its_reason_and_nothing_of_it_stored() {
    let samples = bad();
    uploads(&samples, |person, Sample { name, bytes, expected }| {
        let answer = person.uploads("madiun", "surat.pdf", bytes.clone());
        let (status, code) = match expected.expect_err("it is bad") {
            Refusal::Unknown if bytes.is_empty() => (400, "document_empty"),
            refusal => told(refusal),
        };
        let problem = answer.problem();
        assert_eq!((problem.status, problem.code.as_str()), (status, code), "{name}: {answer}");
    });
    let mut reasons = BTreeMap::new();
    for sample in &samples {
        *reasons.entry(sample.expected.expect_err("it is bad")).or_insert(0) += 1;
    }
    println!("{} bad files refused: {reasons:?}", samples.len());
    assert!(samples.len() >= 200 && reasons.len() == 10);
}

#[test]
fn every_good_file_is_stored_without_place_and_camera_and_told_by_the_digest_of_what_is_stored() {
    let samples = good();
    uploads(&samples, |person, Sample { name, bytes, expected }| {
        let document: Document = person.uploads("madiun", "surat.pdf", bytes.clone()).expect(201).read();
        let stored = judge(bytes).expect("it is good").bytes;
        assert_eq!(Ok(document.media_type.as_str()), expected.map(files::Kind::media_type), "{name}");
        assert_eq!(usize::try_from(document.size), Ok(stored.len()), "{name}");
        assert_eq!(document.sha256, Digest::of(&stored), "{name}");
        let shown = person.get(&format!("/api/documents/{}", document.id.0)).expect(200);
        assert!(shown.body == *stored, "{name}");
        assert_eq!(shown.header("content-type"), Some(document.media_type.as_str()), "{name}");
    });
    println!("{} good files taken", samples.len());
    assert!(samples.len() >= 30);
}

#[test]
fn a_photo_that_is_sent_twice_is_stored_once_whatever_is_cleaned_out_of_it() {
    let person = Person::with_roles(office("madiun"), &[]);
    let photo = good().into_iter().find(|sample| sample.name.ends_with("turned right")).expect("there is one");
    let upload = person.request("POST", "/api/offices/madiun/documents").header("X-File-Name", "KTP.jpg");
    let send = |bytes: &[u8]| upload.clone().bytes("image/jpeg", bytes.to_vec()).send();
    let (first, again) = (send(&photo.bytes).expect(201), send(&photo.bytes).expect(201));
    assert_eq!(first.read::<Document>(), again.read());
    let stored = judge(&photo.bytes).expect("it is good").bytes;
    send(&stored).refused(422, "idempotency_key_reused");
}
