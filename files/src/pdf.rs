//! PDF (ISO 32000-1): looked through from end to end, token by token, for what acts, hides or carries something.
//!
//! Names are read through their escapes, and objects in compressed streams are looked through like all others. Texts and
//! other streams are passed over: a letter may speak of `/JavaScript`. Where no token is looked at, no object may lie.
//! What happens on opening (`/OpenAction`) may turn to a page, and is common; what it may not do is refused wherever it
//! stands. Left is a web address, which readers ask about before they go there, as with a link.

use std::borrow::Cow;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use crate::{Refusal, find};
use lexer::{Lexer, Token, is_space};

mod lexer;

/// 7.5.2, without the version.
pub const HEADER: &[u8] = b"%PDF-";

/// The most that all compressed objects of a file may unpack to, in bytes. A thousand pages need some four megabytes.
const UNPACKED: usize = 16 * 1024 * 1024;

/// How much some writers leave behind the end, in bytes.
const LEFT_BEHIND: usize = 1024;

/// What no paper needs, by the name without which it does not work.
const REFUSED: [(&str, Refusal); 15] = [
    // 7.6
    ("Encrypt", Refusal::Locked),
    // 12.6.4.16, and forms that are programs (12.7.8)
    ("JavaScript", Refusal::Script),
    ("XFA", Refusal::Script),
    // What leaves the document (12.6.4, 12.7.5)
    ("Launch", Refusal::Action),
    ("SubmitForm", Refusal::Action),
    ("ImportData", Refusal::Action),
    ("GoToR", Refusal::Action),
    ("GoToE", Refusal::Action),
    ("Rendition", Refusal::Action),
    ("RichMediaExecute", Refusal::Action),
    // 7.11.4, 12.3.5, 12.5.6.15, and Adobe's supplement to it, 9.6
    ("EmbeddedFile", Refusal::Embeds),
    ("EmbeddedFiles", Refusal::Embeds),
    ("FileAttachment", Refusal::Embeds),
    ("Collection", Refusal::Embeds),
    ("RichMedia", Refusal::Embeds),
];

/// The same by names so short that a letter of a font may be called so: only where something stands behind them. What
/// happens by itself (12.6.3), a script's text, a file's place.
const REFUSED_ENTRIES: [(&str, Refusal); 3] =
    [("AA", Refusal::Action), ("JS", Refusal::Script), ("EF", Refusal::Embeds)];

/// The document as far as its end.
pub fn check(file: &[u8]) -> Result<&[u8], Refusal> {
    let document = whole(file)?;
    let mut search = Search { room: UNPACKED, has_root: false };
    search.file(document)?;
    if search.has_root { Ok(document) } else { Err(Refusal::Damaged) }
}

/// Cuts off what is left behind the last `%%EOF` (7.5.5), where it is little and no object.
fn whole(file: &[u8]) -> Result<&[u8], Refusal> {
    const END: &[u8] = b"%%EOF";
    let at = file.windows(END.len()).rposition(|window| window == END).ok_or(Refusal::Damaged)?;
    let (document, behind) = file.split_at(at + END.len());
    let line = behind.iter().take_while(|&&byte| is_space(byte)).count();
    let left = &behind[line..];
    if left.starts_with(b"PK") || left.starts_with(b"<") || left.starts_with(b"MZ") {
        return Err(Refusal::Mixed);
    }
    if left.len() > LEFT_BEHIND || find(left, b"obj").is_some() {
        return Err(Refusal::Damaged);
    }
    let last = &document[document.len().saturating_sub(1024)..];
    find(last, b"startxref").ok_or(Refusal::Damaged)?;
    Ok(if left.is_empty() { file } else { &file[..document.len() + line] })
}

struct Search {
    /// How many bytes may still be unpacked.
    room: usize,
    has_root: bool,
}

impl Search {
    fn file(&mut self, document: &[u8]) -> Result<(), Refusal> {
        let mut lexer = Lexer::new(document);
        let mut dict = Dict::default();
        let (mut depth, mut closed) = (0_usize, false);
        while let Some(token) = lexer.next()? {
            self.look_at(&token, &lexer)?;
            let just_closed = std::mem::take(&mut closed);
            match &token {
                Token::DictOpen => {
                    if depth == 0 {
                        dict = Dict::default();
                    } else {
                        dict.take(&token, depth);
                    }
                    depth += 1;
                    continue;
                }
                Token::DictClose => {
                    // What is not balanced, each reader takes for something else.
                    depth = depth.checked_sub(1).ok_or(Refusal::Opaque)?;
                    closed = depth == 0;
                    if closed && dict.arrays != 0 {
                        return Err(Refusal::Opaque);
                    }
                }
                Token::Word(b"obj" | b"endobj") if depth != 0 => return Err(Refusal::Opaque),
                Token::Word(b"stream") if just_closed => {
                    let content = lexer.stream(dict.length)?;
                    if dict.holds_objects {
                        self.objects(&dict, content)?;
                    }
                }
                // One reader would take it for a stream, another not.
                Token::Word(word) if word.starts_with(b"stream") => return Err(Refusal::Opaque),
                _ => dict.take(&token, depth),
            }
        }
        if depth == 0 { Ok(()) } else { Err(Refusal::Damaged) }
    }

    /// Objects in a stream (7.5.7): numbers and places, then the objects one behind the other.
    fn objects(&mut self, dict: &Dict, content: &[u8]) -> Result<(), Refusal> {
        let (false, Some(count), Some(first)) = (dict.unclear, dict.count, dict.first) else {
            return Err(Refusal::Opaque);
        };
        let unpacked = if dict.is_packed { Cow::Owned(self.unpack(content)?) } else { Cow::Borrowed(content) };
        let (places, objects) = unpacked.split_at_checked(first).ok_or(Refusal::Damaged)?;
        let (mut places, mut objects) = (Lexer::new(places), Lexer::new(objects));
        for _ in 0..count {
            let (_number, place) = (number(&mut places)?, number(&mut places)?);
            self.look_as_far_as(&mut objects, place)?;
        }
        self.look_as_far_as(&mut objects, usize::MAX)
    }

    /// Looks at every token before this place. Led into the middle of one, or back, a reader would find an object within
    /// a text of another.
    fn look_as_far_as(&mut self, lexer: &mut Lexer, place: usize) -> Result<(), Refusal> {
        if lexer.at() > place {
            return Err(Refusal::Opaque);
        }
        lexer.skip_spaces();
        while lexer.at() < place {
            let Some(token) = lexer.next()? else { break };
            self.look_at(&token, lexer)?;
            if lexer.at() > place {
                return Err(Refusal::Opaque);
            }
            lexer.skip_spaces();
        }
        Ok(())
    }

    /// Refuses what no paper needs. `behind` goes on behind the token.
    fn look_at(&mut self, token: &Token, behind: &Lexer) -> Result<(), Refusal> {
        let Token::Name(name) = token else { return Ok(()) };
        self.has_root |= &name[..] == b"Root";
        let named = |(refused, _): &&(&str, Refusal)| refused.as_bytes() == &name[..];
        if let Some((_, refusal)) = REFUSED.iter().find(named) {
            return Err(*refusal);
        }
        match REFUSED_ENTRIES.iter().find(named) {
            Some((_, refusal)) if begins_value(behind.clone())? => Err(*refusal),
            _ => Ok(()),
        }
    }

    fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>, Refusal> {
        let unpacked = decompress_to_vec_zlib_with_limit(packed, self.room).map_err(|error| match error.status {
            TINFLStatus::HasMoreOutput => Refusal::Bomb,
            _ => Refusal::Damaged,
        })?;
        self.room -= unpacked.len();
        Ok(unpacked)
    }
}

/// Whether a dictionary, a text or another object comes next.
fn begins_value(mut lexer: Lexer) -> Result<bool, Refusal> {
    Ok(match lexer.next()? {
        Some(Token::DictOpen | Token::Text) => true,
        Some(Token::Word(_)) => lexer.next()?.is_some() && lexer.next()? == Some(Token::Word(b"R")),
        _ => false,
    })
}

fn number(lexer: &mut Lexer) -> Result<usize, Refusal> {
    match lexer.next()? {
        Some(Token::Word(word)) => integer(word).ok_or(Refusal::Damaged),
        _ => Err(Refusal::Damaged),
    }
}

fn integer(word: &[u8]) -> Option<usize> {
    str::from_utf8(word).ok()?.parse().ok()
}

/// What a stream's dictionary says of the stream (7.3.8.2, 7.5.7).
#[derive(Default)]
struct Dict<'a> {
    /// Whose value comes next, or came last.
    key: Option<Cow<'a, [u8]>>,
    has_value: bool,
    arrays: usize,
    length: Option<usize>,
    first: Option<usize>,
    count: Option<usize>,
    /// Whether there is a word in it that only streams of objects have. Some readers go by the one, some by the other.
    holds_objects: bool,
    is_packed: bool,
    /// Whether what has to be known to unpack it is said elsewhere, twice, or is more than we can do.
    unclear: bool,
}

impl<'a> Dict<'a> {
    /// Takes a token at this depth of dictionaries.
    fn take(&mut self, token: &Token<'a>, depth: usize) {
        if let Token::Name(name) = token {
            self.holds_objects |= matches!(&name[..], b"ObjStm" | b"First");
            self.unclear |= &name[..] == b"Predictor";
        }
        if depth != 1 {
            return;
        }
        match token {
            Token::ArrayOpen => self.arrays += 1,
            Token::ArrayClose => {
                // One too many is as unclear as one too few.
                self.unclear |= self.arrays == 0;
                self.arrays = self.arrays.saturating_sub(1);
                self.has_value |= self.arrays == 0;
            }
            Token::Name(name) if self.key.is_none() || self.has_value => {
                (self.key, self.has_value) = (Some(name.clone()), false);
            }
            Token::Word(b"R") if self.has_value => self.refers(),
            _ if self.has_value => {}
            _ => self.value(token),
        }
    }

    fn value(&mut self, token: &Token) {
        self.has_value = self.arrays == 0;
        match (self.key.as_deref(), token) {
            (Some(b"Length"), Token::Word(word)) => self.length = integer(word),
            (Some(b"First"), Token::Word(word)) => {
                self.unclear |= self.first.is_some();
                self.first = integer(word);
            }
            (Some(b"N"), Token::Word(word)) => {
                self.unclear |= self.count.is_some();
                self.count = integer(word);
            }
            (Some(b"Filter"), Token::Name(name)) => {
                self.unclear |= self.is_packed || !matches!(&name[..], b"FlateDecode" | b"Fl");
                self.is_packed = true;
            }
            _ => {}
        }
    }

    /// The value is another object.
    fn refers(&mut self) {
        match self.key.as_deref() {
            Some(b"Length") => self.length = None,
            Some(b"First" | b"N" | b"Filter" | b"DecodeParms") => self.unclear = true,
            _ => {}
        }
    }
}
