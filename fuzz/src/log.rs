//! The export of an office's log, and what is signed and printed of it.

use std::{fmt::Display, sync::LazyLock};

use workflow::log::{Chain, Checkpoint, End, Entry, Frontier, Receipt, SignedNote, Signer, VerifierKey, check_export};

use crate::common::{procedure, sealed, whole_case};

/// A log with a case in it, and the checkpoint over it.
static LOG: LazyLock<(Vec<Entry>, String)> = LazyLock::new(|| {
    let events = whole_case(&procedure("temanggung"));
    let chain = Chain::Case(events[0].case.clone());
    let entries: Vec<Entry> =
        (0..).zip(sealed(&events)).map(|(n, sealed)| Entry { n, chain: chain.clone(), sealed }).collect();
    let mut frontier = Frontier::load(0, |_| None).expect("an empty tree is made of nothing");
    for entry in &entries {
        frontier.append(entry.leaf().expect("it was sealed as it is"));
    }
    let checkpoint = Checkpoint::new(ORIGIN, frontier.size(), frontier.root()).expect("the origin is a name");
    (entries, checkpoint.sign(&signer()).expect("its own key").to_string())
});

const ORIGIN: &str = "cabut.contoh.invalid/temanggung";

fn signer() -> Signer {
    Signer::new(ORIGIN, &[7; 32]).expect("the origin is a name")
}

/// Only the entries that were signed are found to be whole, however they are written. What else is read of the log reads
/// the same from what it prints.
pub fn run(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return false };
    let (entries, checkpoint) = &*LOG;
    let (lines, _) = End::split(text);
    let whole = check_export(lines, &[checkpoint], &[signer().verifier_key()]).is_ok();
    if whole {
        let read: Vec<Entry> = lines.lines().map(|line| serde_json::from_str(line).expect("it was read")).collect();
        assert_eq!(&read, entries, "another log was found to be this one");
    }
    if let Ok(note) = SignedNote::parse(text)
        && Checkpoint::open(&note, &[signer().verifier_key()]).is_ok()
    {
        assert_eq!(note.text(), SignedNote::parse(checkpoint).expect("it was signed").text(), "it was not signed");
    }
    let _ = Receipt::parse_short(text);
    let read = [
        prints(text, |text| SignedNote::parse(text).ok()),
        prints(text, |text| Checkpoint::parse(text).ok()),
        prints(text, |text| Receipt::parse(text).ok()),
        prints(text, |text| VerifierKey::parse(text).ok()),
    ];
    whole || read.contains(&true)
}

fn prints<T: Display>(text: &str, parse: impl Fn(&str) -> Option<T>) -> bool {
    let Some(value) = parse(text) else { return false };
    let printed = value.to_string();
    assert_eq!(parse(&printed).map(|again| again.to_string()), Some(printed));
    true
}

pub fn seeds() -> Vec<Vec<u8>> {
    let (entries, checkpoint) = &*LOG;
    let lines: String = entries.iter().map(|entry| serde_json::to_string(entry).expect("plain data") + "\n").collect();
    let end = End { checkpoint: checkpoint.clone(), keys: vec![signer().verifier_key().to_string()] };
    let whole = lines.clone() + &serde_json::to_string(&end).expect("plain data") + "\n";
    let note = SignedNote::parse(checkpoint).expect("it was signed").text().to_owned();
    [lines, whole, checkpoint.clone(), note, signer().verifier_key().to_string()].map(String::into_bytes).to_vec()
}
