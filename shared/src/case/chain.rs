//! The hash chain of a case, and that of an office's log: whoever holds an export can check that nothing was changed,
//! removed or moved.
//!
//! One fixed encoding, version 1. An event is kept as the exact JSON text that was hashed, so that no later
//! reading or writing of JSON can alter the bytes:
//!
//! ```text
//! hash(event)   = SHA-256("cabut event v1\n" ‖ prev ‖ body)       prev: 32 bytes, zero for the first
//! hash(change)  = SHA-256("cabut office v1\n" ‖ prev ‖ body)      in an office's log
//! hash(content) = SHA-256("cabut content v1\n" ‖ salt ‖ body)     salt: 16 bytes
//! ```

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use super::event::Event;
use crate::office::OfficeEvent;

/// A SHA-256 value, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-f]{64}$"))]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Stands before the first event.
    pub const ZERO: Digest = Digest([0; 32]);

    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Result<Digest, DigestError> {
        let hex = hex.as_bytes();
        if hex.len() != 64 {
            return Err(DigestError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Digest(bytes))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

fn nibble(digit: u8) -> Result<u8, DigestError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(DigestError),
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<[u8; 32]> for Digest {
    fn from(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(hex: String) -> Result<Self, DigestError> {
        Digest::parse(&hex)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// Not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestError;

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SHA-256 harus 64 angka heksadesimal huruf kecil.")
    }
}

impl std::error::Error for DigestError {}

/// An event in its place on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedEvent {
    /// The event as JSON: the bytes that are hashed.
    pub body: String,
    /// The hash of the event before it.
    pub prev: Digest,
    /// Its own.
    pub hash: Digest,
}

/// An entry that lies on a chain of its own kind.
pub trait Chained: Serialize + DeserializeOwned {
    /// What the hashed bytes begin with, so that no entry can be taken for one of another kind.
    const DOMAIN: &'static [u8];

    /// Its number, from 1.
    fn seq(&self) -> u32;

    /// Whether both lie on the same chain.
    fn beside(&self, other: &Self) -> bool;
}

impl Chained for Event {
    const DOMAIN: &'static [u8] = b"cabut event v1\n";

    fn seq(&self) -> u32 {
        self.seq
    }

    fn beside(&self, other: &Self) -> bool {
        self.case == other.case
    }
}

impl Chained for OfficeEvent {
    const DOMAIN: &'static [u8] = b"cabut office v1\n";

    fn seq(&self) -> u32 {
        self.seq
    }

    fn beside(&self, other: &Self) -> bool {
        self.office == other.office
    }
}

/// Puts `event` on the chain behind `prev`.
pub fn seal<E: Chained>(event: &E, prev: Digest) -> SealedEvent {
    let body = serde_json::to_string(event).expect("an event holds only strings, numbers and lists of them");
    let hash = hash(E::DOMAIN, &body, prev);
    SealedEvent { body, prev, hash }
}

/// Binds the text beside an event without saying anything about it: `salt` is 16 random bytes, kept with the text.
pub fn commit(salt: &[u8; 16], body: &str) -> Digest {
    let mut sha = Sha256::new();
    sha.update(b"cabut content v1\n");
    sha.update(salt);
    sha.update(body.as_bytes());
    Digest(sha.finalize().into())
}

fn hash(domain: &[u8], body: &str, prev: Digest) -> Digest {
    let mut sha = Sha256::new();
    sha.update(domain);
    sha.update(prev.0);
    sha.update(body.as_bytes());
    Digest(sha.finalize().into())
}

/// Checks a whole case's export, first event first, and gives the events back.
pub fn verify(export: &[SealedEvent]) -> Result<Vec<Event>, Fault> {
    verify_chain(export)
}

/// Checks a whole chain, first entry first, and gives the entries back.
pub fn verify_chain<E: Chained>(export: &[SealedEvent]) -> Result<Vec<E>, Fault> {
    let mut events: Vec<E> = Vec::with_capacity(export.len());
    let mut prev = Digest::ZERO;
    for (position, sealed) in export.iter().enumerate() {
        if sealed.prev != prev {
            return Err(Fault::Broken { position });
        }
        let event: E = open(sealed, position)?;
        let other = events.first().is_some_and(|first| !first.beside(&event));
        if usize::try_from(event.seq()) != Ok(position + 1) || other {
            return Err(Fault::OutOfPlace { position });
        }
        prev = sealed.hash;
        events.push(event);
    }
    Ok(events)
}

/// Reads one entry and checks it by itself: its hash is that of its text behind the `prev` that it names. Whether that is
/// the entry before it only the chain can tell.
///
/// # Errors
/// [`Fault::Changed`] or [`Fault::Unreadable`], at this position.
pub fn open<E: Chained>(sealed: &SealedEvent, position: usize) -> Result<E, Fault> {
    if hash(E::DOMAIN, &sealed.body, sealed.prev) != sealed.hash {
        return Err(Fault::Changed { position });
    }
    serde_json::from_str(&sealed.body).map_err(|_| Fault::Unreadable { position })
}

/// What is wrong with an export, and at which position (from 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The event does not follow the one before it: one was removed, added or moved.
    Broken {
        /// Where.
        position: usize,
    },
    /// The event's text is not what was hashed.
    Changed {
        /// Where.
        position: usize,
    },
    /// The text is not an event.
    Unreadable {
        /// Where.
        position: usize,
    },
    /// The event belongs to another place or another case.
    OutOfPlace {
        /// Where.
        position: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (position, what) = match self {
            Fault::Broken { position } => (position, "does not follow the one before it"),
            Fault::Changed { position } => (position, "was changed"),
            Fault::Unreadable { position } => (position, "can't be read"),
            Fault::OutOfPlace { position } => (position, "is out of its place"),
        };
        write!(f, "event {} {what}", position + 1)
    }
}

impl std::error::Error for Fault {}
