//! What a file is, by its content, and whether it is harmless. Pure: bytes in; cleaned bytes or a refusal out.
//!
//! | room | what is in it |
//! |---|---|
//! | [`judge`] | the one door |
//! | `jpeg`, `png` | walk a picture's structure, and leave out what tells of place, camera and time |
//! | `pdf` | looks through a document for what acts, hides, carries or unpacks to something, and blanks what its photos tell |
//! | `mixed` | files of which two programs read two different things |
//! | `corpus` | good and bad files, generated, for tests |
//!
//! Time and memory are bounded by the file's length, [`PIXELS`] and what a `pdf` may unpack to.

use std::borrow::Cow;

#[cfg(feature = "corpus")]
pub mod corpus;
mod jpeg;
mod mixed;
mod pdf;
mod png;

/// From so many pixels on a picture is refused: phones that people send papers with need some 200 MB to show one.
pub const PIXELS: u64 = 50_000_000;

/// A kind of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// ISO 32000.
    Pdf,
    /// ITU-T T.81.
    Jpeg,
    /// W3C Portable Network Graphics.
    Png,
}

impl Kind {
    /// As it stands in `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
        }
    }
}

/// A file that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted<'a> {
    /// What it is.
    pub kind: Kind,
    /// What is stored and shown of it. Judged again, it is taken as it is.
    pub bytes: Cow<'a, [u8]>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// It begins as no kind that is taken.
    Unknown,
    /// It breaks off, or is not put together as its kind is.
    Damaged,
    /// It is something else as well.
    Mixed,
    /// A picture of [`PIXELS`] or more.
    TooManyPixels,
    /// Unpacked it is far more than it seems.
    Bomb,
    /// A PDF that is encrypted.
    Locked,
    /// A PDF with scripts.
    Script,
    /// A PDF that starts programs, opens or plays other files or sends what is typed.
    Action,
    /// A PDF with files in it.
    Embeds,
    /// A PDF that holds objects where they can't be looked at.
    Opaque,
}

/// Judges a whole file, whatever it is called.
///
/// # Errors
/// Why it is not taken: the first reason found.
pub fn judge(file: &[u8]) -> Result<Accepted<'_>, Refusal> {
    let accepted = if file.starts_with(pdf::HEADER) {
        Accepted { kind: Kind::Pdf, bytes: pdf::check(file)? }
    } else if file.starts_with(jpeg::START) {
        Accepted { kind: Kind::Jpeg, bytes: jpeg::clean(file)?.into() }
    } else if file.starts_with(png::SIGNATURE) {
        Accepted { kind: Kind::Png, bytes: png::clean(file)?.into() }
    } else if mixed::has_pdf_inside(file) {
        return Err(Refusal::Mixed);
    } else {
        return Err(Refusal::Unknown);
    };
    if mixed::is_two(&accepted.bytes) { Err(Refusal::Mixed) } else { Ok(accepted) }
}

/// Where `needle` begins in `haystack`.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|&byte| byte == first) {
        from += at;
        if haystack[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
    None
}
