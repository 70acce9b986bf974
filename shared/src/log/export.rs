//! A whole log, as an auditor gets it, against the checkpoints that its office signed.
//!
//! Three things are checked for each entry, in this order over the whole export: that its number is the one that its
//! place asks for; that its event lies on its chain as it was sealed; and that the tree so far has the root of each
//! checkpoint of that size. What is found first is named. A change by somebody who wrote hashes and numbers anew as
//! well, so that all of it fits together, shows only in a root: then what is named is the span back to the checkpoint
//! before, one entry where each entry was signed, a day's where each day was.
//!
//! An auditor brings the checkpoints that they were mailed or fetched themself: whoever writes an export can leave out
//! its newest entries and the checkpoint over them together.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::{
    checkpoint::{Checkpoint, CheckpointFault},
    kind::Kind,
    leaf,
    signed_note::{SignedNote, VerifierKey},
    tree::{Frontier, empty_root},
};
use crate::{
    case::{Chained, Digest, Event, Fault, SealedEvent, open},
    identity::TicketNumber,
    office::OfficeEvent,
};

/// A line of an export: one JSON object, no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its position in the log, from 0.
    pub n: u64,
    /// Whose event it is.
    pub chain: Chain,
    /// The event as it was sealed, without the text beside it.
    pub sealed: SealedEvent,
}

/// On which chain an event lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// That of a case.
    Case(TicketNumber),
    /// That of an office's own affairs, by the office's id.
    Office(String),
}

/// The last line of an export that is whole: what the office itself says of it. Whoever trusts nobody brings their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The checkpoint over all entries, a signed note.
    pub checkpoint: String,
    /// The log's keys, the one that signs now first.
    pub keys: Vec<String>,
}

impl End {
    /// Takes the last line off an export; none where it was not finished.
    pub fn split(export: &str) -> (&str, Option<End>) {
        let lines = export.trim_end_matches('\n');
        let start = lines.rfind('\n').map_or(0, |newline| newline + 1);
        match serde_json::from_str(&lines[start..]) {
            Ok(end) => (&export[..start], Some(end)),
            Err(_) => (export, None),
        }
    }
}

/// What a whole export was found to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has; all are signed.
    pub entries: u64,
    /// How many cases and offices' affairs they tell of.
    pub chains: usize,
    /// The root over all of them.
    pub root: Digest,
    /// How many checkpoints it agrees with.
    pub checkpoints: usize,
}

/// Checks a whole export, first entry first, against signed checkpoints in any order. `keys` are the log's; more than one
/// where a key was replaced.
///
/// # Errors
/// [`ExportFault`]: the first thing that is wrong, and where.
pub fn check_export(export: &str, checkpoints: &[&str], keys: &[VerifierKey]) -> Result<Verified, ExportFault> {
    let signed = Signed::open(checkpoints, keys)?;
    let entries = read(export)?;
    check_numbers(&entries, signed.size())?;
    let (frontier, chains) = check_contents(&entries, &signed)?;
    let (have, signed_size) = (frontier.size(), signed.size());
    if have < signed_size {
        return Err(ExportFault::CutOff { from: have, to: signed_size - 1 });
    }
    if have > signed_size {
        return Err(ExportFault::Unsigned { from: signed_size, to: have - 1 });
    }
    Ok(Verified { entries: have, chains, root: frontier.root(), checkpoints: checkpoints.len() })
}

/// Checkpoints whose signatures hold, the smallest log first, each with its place in the list that was given.
struct Signed(Vec<(usize, Checkpoint)>);

impl Signed {
    fn open(notes: &[&str], keys: &[VerifierKey]) -> Result<Signed, ExportFault> {
        let mut all: Vec<(usize, Checkpoint)> = Vec::with_capacity(notes.len());
        for (checkpoint, note) in notes.iter().enumerate() {
            let fault = |fault| ExportFault::Checkpoint { checkpoint, fault };
            let note = SignedNote::parse(note).map_err(|error| fault(error.into()))?;
            let opened = Checkpoint::open(&note, keys).map_err(fault)?;
            if all.first().is_some_and(|(_, first)| first.origin() != opened.origin()) {
                return Err(fault(CheckpointFault::OtherLog));
            }
            all.push((checkpoint, opened));
        }
        all.sort_by_key(|(_, checkpoint)| checkpoint.size());
        if all.is_empty() { Err(ExportFault::NoCheckpoint) } else { Ok(Signed(all)) }
    }

    /// How many entries are signed.
    fn size(&self) -> u64 {
        self.0.last().map_or(0, |(_, newest)| newest.size())
    }

    /// Holds the root of the first `size` entries against every checkpoint of that size.
    fn check(&self, size: u64, root: Digest) -> Result<(), ExportFault> {
        let first = self.0.partition_point(|(_, checkpoint)| checkpoint.size() < size);
        let before = first.checked_sub(1).map_or(0, |before| self.0[before].1.size());
        let same = self.0[first..].iter().take_while(|(_, checkpoint)| checkpoint.size() == size);
        match same.into_iter().find(|(_, checkpoint)| checkpoint.root() != root) {
            Some(&(checkpoint, _)) => {
                Err(ExportFault::Contradicted { from: before, to: size.saturating_sub(1), checkpoint })
            }
            None => Ok(()),
        }
    }
}

fn read(export: &str) -> Result<Vec<Entry>, ExportFault> {
    let lines = export.lines().zip(0..);
    lines.map(|(line, position)| serde_json::from_str(line).map_err(|_| ExportFault::Unreadable { position })).collect()
}

/// Whether the entries are numbered as they stand, and if not, what one change explains it.
fn check_numbers(entries: &[Entry], signed: u64) -> Result<(), ExportFault> {
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.n).collect();
    let Some((at, position)) = (0..numbers.len()).zip(0_u64..).find(|&(at, position)| numbers[at] != position) else {
        return Ok(());
    };
    let (found, next) = (numbers[at], numbers.get(at + 1).copied());
    let follows = |number: u64, before: u64| before.checked_add(1) == Some(number);
    let have = numbers.len() as u64;
    let belongs = (at + 1..numbers.len()).zip(position + 1..).find(|&(later, _)| numbers[later] == position);
    // Where the number before stands here once more, one of the two with that number was put in.
    let inserted = ExportFault::inserted(if follows(position, found) { found } else { position });
    Err(match (belongs, next) {
        // The two changed places, and what follows is in order.
        (Some((later, other)), _)
            if found == other && numbers.get(later + 1).is_none_or(|&after| follows(after, other)) =>
        {
            ExportFault::Swapped { position, other }
        }
        // Everything from here on stands one place later.
        (Some(_), Some(next)) if next == position => inserted,
        (Some((_, other)), _) => ExportFault::Swapped { position, other },
        (None, Some(next)) if found > position && follows(next, found) => {
            ExportFault::Missing { from: position, to: found - 1 }
        }
        (None, None) if found > position && have < signed => ExportFault::Missing { from: position, to: found - 1 },
        (None, None) if have > signed => inserted,
        (None, _) => ExportFault::Edited { position },
    })
}

/// The newest entry on a chain so far.
#[derive(Clone, Copy)]
struct Tip {
    seq: u32,
    hash: Digest,
    /// Where the next one can stand at the earliest.
    after: u64,
}

/// Follows every chain and the tree through the entries. Gives the tree, and how many chains there are.
fn check_contents(entries: &[Entry], signed: &Signed) -> Result<(Frontier, usize), ExportFault> {
    let mut chains: BTreeMap<&Chain, Tip> = BTreeMap::new();
    let mut frontier = Frontier::load(0, |_| None).expect("an empty tree is made of nothing");
    signed.check(0, empty_root())?;
    for (at, entry) in entries.iter().enumerate() {
        let position = frontier.size();
        let (seq, kind) = entry.opened()?.ok_or(ExportFault::Edited { position })?;
        let tip = chains.entry(&entry.chain).or_insert(Tip { seq: 0, hash: Digest::ZERO, after: 0 });
        if entry.sealed.prev != tip.hash {
            return Err(broken(entries, at, *tip));
        }
        if seq != tip.seq + 1 {
            return Err(ExportFault::Edited { position });
        }
        *tip = Tip { seq, hash: entry.sealed.hash, after: position + 1 };
        frontier.append(leaf(kind, entry.sealed.hash));
        signed.check(frontier.size(), frontier.root())?;
    }
    Ok((frontier, chains.len()))
}

impl Entry {
    /// Its leaf in the tree; none where the event can't be read, or is of another chain.
    pub fn leaf(&self) -> Option<Digest> {
        let (_, kind) = self.opened().ok()??;
        Some(leaf(kind, self.sealed.hash))
    }

    /// Its number on its chain, and of which kind it is, if the event is of the chain that it names.
    fn opened(&self) -> Result<Option<(u32, Kind)>, ExportFault> {
        Ok(match &self.chain {
            Chain::Case(ticket) => {
                let event = Some(self.open::<Event>()?).filter(|event| &event.case == ticket);
                event.map(|event| (event.seq, Kind::of(&event.what)))
            }
            Chain::Office(office) => {
                let event = Some(self.open::<OfficeEvent>()?).filter(|event| &event.office == office);
                event.map(|event| (event.seq, Kind::Office))
            }
        })
    }

    /// The event, if it is by itself what was sealed.
    fn open<E: Chained>(&self) -> Result<E, ExportFault> {
        open(&self.sealed, 0).map_err(|fault| match fault {
            Fault::Unreadable { .. } => ExportFault::Unreadable { position: self.n },
            _ => ExportFault::Edited { position: self.n },
        })
    }
}

/// Why an entry that is whole by itself does not follow the newest one on its chain.
fn broken(entries: &[Entry], at: usize, tip: Tip) -> ExportFault {
    let Entry { n: position, chain, sealed } = &entries[at];
    let position = *position;
    let before = entries[..at].iter().filter(|entry| &entry.chain == chain);
    let behind = || entries[at + 1..].iter().filter(|entry| &entry.chain == chain);
    // Two follow the same one, and only one of them was ever sealed: which, only a checkpoint can tell.
    if let Some(twin) = before.into_iter().find(|entry| entry.sealed.prev == sealed.prev) {
        return ExportFault::Inserted { from: twin.n, to: position };
    }
    if behind().any(|entry| entry.sealed.hash == sealed.hash) {
        return ExportFault::inserted(position);
    }
    match behind().find(|entry| entry.sealed.prev == tip.hash) {
        Some(belongs) => ExportFault::Swapped { position, other: belongs.n },
        None => ExportFault::Missing { from: tip.after, to: position },
    }
}

/// What is wrong with an export. Positions are numbers of entries, from 0. `Display` is an Indonesian sentence for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFault {
    /// A line is not an entry, or its event one that nobody here knows how to read.
    Unreadable {
        /// At which position.
        position: u64,
    },
    /// An entry is not what was sealed: its event, its hashes, its number or its chain's name was changed.
    Edited {
        /// Where.
        position: u64,
    },
    /// Entries were taken out.
    Missing {
        /// They stood here at the earliest.
        from: u64,
        /// And here at the latest.
        to: u64,
    },
    /// An entry was put in.
    Inserted {
        /// It is here or at the other place: one of the two was never sealed.
        from: u64,
        /// The other place; the same where it is known.
        to: u64,
    },
    /// Another entry stands in the place of one that comes later.
    Swapped {
        /// Where.
        position: u64,
        /// Where that one stands.
        other: u64,
    },
    /// The log was larger when it was signed: its end is missing, or as many entries were taken out and the rest numbered
    /// anew.
    CutOff {
        /// The first position that is not there.
        from: u64,
        /// The last one that was signed.
        to: u64,
    },
    /// The entries after the newest checkpoint prove nothing yet.
    Unsigned {
        /// The first of them.
        from: u64,
        /// The last.
        to: u64,
    },
    /// Everything fits together and is not what was signed: something among these entries was changed, taken out, put
    /// in or moved, and the rest made to fit.
    Contradicted {
        /// The first entry that the checkpoint before does not cover.
        from: u64,
        /// The last that this one covers.
        to: u64,
        /// Which checkpoint it is, from 0, as they were given.
        checkpoint: usize,
    },
    /// A checkpoint is not believed.
    Checkpoint {
        /// Which, from 0, as they were given.
        checkpoint: usize,
        /// Why.
        fault: CheckpointFault,
    },
    /// Without a checkpoint nothing is proven.
    NoCheckpoint,
}

impl ExportFault {
    fn inserted(position: u64) -> ExportFault {
        ExportFault::Inserted { from: position, to: position }
    }

    /// A short name that stays the same.
    pub fn code(self) -> &'static str {
        match self {
            ExportFault::Unreadable { .. } => "export-unreadable",
            ExportFault::Edited { .. } => "export-edited",
            ExportFault::Missing { .. } => "export-missing",
            ExportFault::Inserted { .. } => "export-inserted",
            ExportFault::Swapped { .. } => "export-swapped",
            ExportFault::CutOff { .. } => "export-cut-off",
            ExportFault::Unsigned { .. } => "export-unsigned",
            ExportFault::Contradicted { .. } => "export-contradicted",
            ExportFault::Checkpoint { fault, .. } => fault.code(),
            ExportFault::NoCheckpoint => "export-no-checkpoint",
        }
    }

    /// The first and the last position at which it can be; none where it lies with a checkpoint.
    pub fn span(self) -> Option<(u64, u64)> {
        match self {
            ExportFault::Unreadable { position } | ExportFault::Edited { position } => Some((position, position)),
            ExportFault::Swapped { position, other } => Some((position, other)),
            ExportFault::Missing { from, to }
            | ExportFault::Inserted { from, to }
            | ExportFault::CutOff { from, to }
            | ExportFault::Unsigned { from, to }
            | ExportFault::Contradicted { from, to, .. } => Some((from, to)),
            ExportFault::Checkpoint { .. } | ExportFault::NoCheckpoint => None,
        }
    }
}

/// "nomor 7", or "nomor 7 sampai 9".
struct Numbers(u64, u64);

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Numbers(from, to) if from == to => write!(f, "nomor {from}"),
            Numbers(from, to) => write!(f, "nomor {from} sampai {to}"),
        }
    }
}

impl fmt::Display for ExportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            ExportFault::Unreadable { position } => write!(f, "Baris untuk entri nomor {position} tidak dapat dibaca."),
            ExportFault::Edited { position } => write!(f, "Entri nomor {position} telah diubah."),
            ExportFault::Missing { from, to } if from == to => write!(f, "Entri nomor {from} hilang."),
            ExportFault::Missing { from, to } => write!(f, "Entri hilang di antara {}.", Numbers(from, to)),
            ExportFault::Inserted { from, to } if from == to => {
                write!(f, "Pada nomor {from} ada entri yang disisipkan.")
            }
            ExportFault::Inserted { from, to } => {
                write!(f, "Entri nomor {from} atau nomor {to} disisipkan: keduanya mengaku sebagai lanjutan yang sama.")
            }
            ExportFault::Swapped { position, other } => {
                write!(f, "Entri nomor {position} bukan pada tempatnya: yang seharusnya di sana ada di nomor {other}.")
            }
            ExportFault::CutOff { from, to } => {
                write!(f, "Ekspor terpotong: entri {} sudah ditandatangani tetapi tidak ada.", Numbers(from, to))
            }
            ExportFault::Unsigned { from, to } => {
                write!(f, "Entri {} belum tercakup pernyataan bertanda tangan.", Numbers(from, to))
            }
            ExportFault::Contradicted { from, to, checkpoint } => write!(
                f,
                "Entri {} tidak sama dengan yang ditandatangani pada pernyataan ke-{}.",
                Numbers(from, to),
                checkpoint + 1
            ),
            ExportFault::Checkpoint { checkpoint, fault } => write!(f, "Pernyataan ke-{}: {fault}", checkpoint + 1),
            ExportFault::NoCheckpoint => {
                f.write_str("Tanpa pernyataan bertanda tangan, ekspor ini tidak membuktikan apa pun.")
            }
        }
    }
}

impl std::error::Error for ExportFault {}
