//! What comes in from outside, held against what must always hold, whatever the bytes: no panic, no hang, nothing taken
//! that the rules refuse.
//!
//! [`TARGETS`] are functions over bytes that panic where something does not hold. `tests/bounded.rs` runs each on its
//! seeds and so many changes of them, the same ones each time; `coverage/` hands the same functions to libFuzzer, which
//! finds its way by what the code does. The README says how.

mod acts;
#[path = "../../shared/tests/common/mod.rs"]
mod common;
mod filing;
mod log;
mod procedure;
mod text;

/// Something that comes in.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, also of its program in `coverage/`.
    pub name: &'static str,
    /// Whether it is taken. Panics where something does not hold.
    pub run: fn(&[u8]) -> bool,
    /// Inputs from which others are made.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many inputs the bounded run makes: what takes a second or two.
    pub bounded: u32,
}

/// All of them.
pub const TARGETS: [Target; 8] = [
    Target { name: "procedure", run: procedure::run, seeds: procedure::seeds, bounded: 1_500 },
    Target { name: "filing", run: filing::run, seeds: filing::seeds, bounded: 12_000 },
    Target { name: "case_command", run: acts::case, seeds: acts::case_seeds, bounded: 10_000 },
    Target { name: "office_command", run: acts::office, seeds: acts::office_seeds, bounded: 20_000 },
    Target { name: "identity", run: text::identity, seeds: text::identity_seeds, bounded: 60_000 },
    Target { name: "note", run: text::note, seeds: text::note_seeds, bounded: 40_000 },
    Target { name: "file", run: file, seeds: file_seeds, bounded: 12_000 },
    Target { name: "log_export", run: log::run, seeds: log::seeds, bounded: 10_000 },
];

/// The target of this name.
///
/// # Panics
/// When there is none.
pub fn target(name: &str) -> Target {
    TARGETS.into_iter().find(|target| target.name == name).unwrap_or_else(|| panic!("there is no target {name}"))
}

/// A file that is taken is taken again as it was stored, under the same name, and is hardly longer than what was sent.
fn file(bytes: &[u8]) -> bool {
    let Ok(accepted) = files::judge(bytes) else { return false };
    let stored = accepted.bytes;
    // Which way up it is may take more room than what it was told by.
    assert!(stored.len() <= bytes.len() + 64, "{} of {} bytes are stored", stored.len(), bytes.len());
    let again = files::judge(&stored).map(|again| (again.kind, again.bytes));
    assert_eq!(again, Ok((accepted.kind, stored.clone())), "what is stored is taken as it is");
    true
}

fn file_seeds() -> Vec<Vec<u8>> {
    let all = files::corpus::good().into_iter().chain(files::corpus::bad());
    all.map(|sample| sample.bytes).filter(|bytes| bytes.len() < 8_000).collect()
}
