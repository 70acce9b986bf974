//! Text that people write.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::is_hidden;

/// A line or more of free text: trimmed, from 1 to 2,000 characters, and nothing in it that nobody sees ([`is_hidden`])
/// but line ends and tabs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 2000))]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

impl Note {
    /// The longest note, in characters.
    pub const MAX: usize = 2_000;

    /// Trims `text` and folds line ends to `\n`.
    pub fn parse(text: &str) -> Result<Note, NoteError> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            Err(NoteError::Empty)
        } else if length > Self::MAX {
            Err(NoteError::TooLong { length })
        } else if text.contains(|c| is_hidden(c) && !matches!(c, '\n' | '\t')) {
            Err(NoteError::Hidden)
        } else {
            Ok(Note(text.to_owned()))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Note {
    type Error = NoteError;

    fn try_from(text: String) -> Result<Self, NoteError> {
        Note::parse(&text)
    }
}

impl From<Note> for String {
    fn from(note: Note) -> String {
        note.0
    }
}

/// Why a text is not a [`Note`]. `Display` is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// Nothing but space.
    Empty,
    /// More than [`Note::MAX`] characters.
    TooLong {
        /// How many there are.
        length: usize,
    },
    /// A character that nobody sees.
    Hidden,
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoteError::Empty => f.write_str("Tulis keterangannya terlebih dahulu."),
            NoteError::TooLong { length } => {
                write!(f, "Keterangan paling panjang {} huruf; yang ditulis {length}. Persingkat dulu.", Note::MAX)
            }
            NoteError::Hidden => f.write_str(
                "Keterangan memuat karakter yang tidak terlihat; ketik ulang bagian yang disalin dari tempat lain.",
            ),
        }
    }
}

impl std::error::Error for NoteError {}
