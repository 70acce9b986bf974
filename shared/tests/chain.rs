//! The hash chain: golden vectors of the encoding, and that no single change goes unseen.

mod common;

use common::{at, event, filer, known, procedure, request, sealed, ticket, whole_case};
use workflow::case::{Digest, Event, FilingWay, SealedEvent, commit, file, seal, verify};

fn events() -> Vec<Event> {
    whole_case(&procedure("temanggung"))
}

fn export() -> Vec<SealedEvent> {
    sealed(&events())
}

#[test]
fn a_whole_export_holds_and_gives_its_events_back() {
    assert_eq!(verify(&export()).expect("holds"), events());
    assert_eq!(verify(&[]), Ok(vec![]));
}

/// The bytes of version 1 never change: every export ever made must stay verifiable.
#[test]
fn golden_vectors() {
    let procedure = procedure("madiun");
    let (who, holder) = filer(&procedure, FilingWay::Holder);
    let decided =
        file(&procedure, &who, &known(&procedure, holder), request(&procedure, FilingWay::Holder)).expect("accepted");
    let first = seal(&event(decided, ticket(&procedure), 1, at(0)), Digest::ZERO);
    assert_eq!(first.body, include_str!("data/event-v1.json").trim_end());
    assert_eq!(first.hash.to_string(), include_str!("data/event-v1.sha256").trim_end());
    let content = commit(&[7; 16], r#"{"note":"Mohon diproses."}"#);
    assert_eq!(content.to_string(), include_str!("data/content-v1.sha256").trim_end());
}

#[test]
fn every_single_change_at_every_place_is_found() {
    let whole = export();
    for at in 0..whole.len() {
        let mut edited = whole.clone();
        edited[at].body = edited[at].body.replace("2026", "2025");
        assert_ne!(edited, whole);
        assert!(verify(&edited).is_err(), "an edit at {at}");

        let mut rehashed = edited;
        let event: Event = serde_json::from_str(&rehashed[at].body).expect("still an event");
        rehashed[at] = seal(&event, rehashed[at].prev);
        // The newest event alone, rewritten with its hash, is a chain again: only a witness of its head can tell.
        assert_eq!(verify(&rehashed).is_ok(), at == whole.len() - 1, "a rewritten event at {at}");

        let mut removed = whole.clone();
        removed.remove(at);
        // A tail that was cut off leaves a whole, shorter chain behind.
        assert_eq!(verify(&removed).is_ok(), at == whole.len() - 1, "a removal at {at}");

        let mut doubled = whole.clone();
        doubled.insert(at, whole[at].clone());
        assert!(verify(&doubled).is_err(), "a repetition at {at}");

        for other in at + 1..whole.len() {
            let mut swapped = whole.clone();
            swapped.swap(at, other);
            assert!(verify(&swapped).is_err(), "a swap of {at} and {other}");
        }
    }
}

#[test]
fn no_event_holds_what_a_person_is_or_wrote() {
    let procedure = procedure("temanggung");
    let form = common::form(&procedure);
    let secrets = [form.name.as_str(), form.nik.as_str(), form.email.as_str(), "Foto KTP", "Mohon diproses"];
    for sealed in export() {
        for secret in secrets {
            assert!(!sealed.body.contains(secret), "{secret} is in {}", sealed.body);
        }
    }
}
