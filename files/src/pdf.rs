//! PDF (ISO 32000-1): looked through from end to end, token by token, for what acts, hides or carries something.
//!
//! Names are read through their escapes, and objects in compressed streams are looked through like all others. Texts and
//! other streams are passed over: a letter may speak of `/JavaScript`. Where no token is looked at, no object may lie.
//! What happens on opening (`/OpenAction`) may turn to a page, and is common; what it may not do is refused wherever it
//! stands. Left is an address of the web, of a mailbox or a telephone, which readers ask about before they go there.
//!
//! Streams are unpacked to nowhere, to see how far they go. Of photos in them, what tells of place and camera is blanked
//! where it stands, so that everything stays at its place; but not where a signature holds the bytes as they are.
//!
//! Whole is what has an end, the place of its table, a root, a catalog, a tree of pages and a page: whether one leads to
//! the other is left to the reader who shows it.

use std::{borrow::Cow, ops::Range};

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_zlib_with_limit};

use crate::{Refusal, find, jpeg};
use dict::{Dict, integer};
use lexer::{Lexer, Token, is_space};
use unpack::{Counter, Filter, Letters};

mod dict;
mod lexer;
mod unpack;

/// 7.5.2, without the version.
pub const HEADER: &[u8] = b"%PDF-";

/// The most that all compressed objects of a file may unpack to, in bytes. A thousand pages need some four megabytes.
const OBJECTS: usize = 16 * 1024 * 1024;

/// The most that all pictures of a file may unpack to, in bytes: thirty pages of A4 in colour, scanned at 300 dpi.
const PICTURES: u64 = 800 * 1024 * 1024;

/// The most that all other streams may unpack to, in bytes: what is drawn on pages, fonts.
const STREAMS: u64 = 64 * 1024 * 1024;

/// The longest side of a page, in points (annex C.2).
const SIDE: u64 = 14_400;

/// How much some writers leave behind the end, in bytes.
const LEFT_BEHIND: usize = 1024;

/// What no paper needs, by the name without which it does not work.
const REFUSED: [(&str, Refusal); 20] = [
    // 7.6
    ("Encrypt", Refusal::Locked),
    // 12.6.4.16, of things in three dimensions (13.6.4), and forms that are programs (12.7.8)
    ("JavaScript", Refusal::Script),
    ("OnInstantiate", Refusal::Script),
    ("XFA", Refusal::Script),
    // What leaves the document, or plays something (12.6.4, 12.7.5)
    ("Launch", Refusal::Action),
    ("SubmitForm", Refusal::Action),
    ("ImportData", Refusal::Action),
    ("GoToR", Refusal::Action),
    ("GoToE", Refusal::Action),
    ("Thread", Refusal::Action),
    ("Rendition", Refusal::Action),
    ("Movie", Refusal::Action),
    ("Sound", Refusal::Action),
    ("GoTo3DView", Refusal::Action),
    ("RichMediaExecute", Refusal::Action),
    // 7.11.4, 12.3.5, 12.5.6.15, and Adobe's supplement to it, 9.6
    ("EmbeddedFile", Refusal::Embeds),
    ("EmbeddedFiles", Refusal::Embeds),
    ("FileAttachment", Refusal::Embeds),
    ("Collection", Refusal::Embeds),
    ("RichMedia", Refusal::Embeds),
];

/// The same by names so short that a letter of a font may be called so: only where something stands behind them. What
/// happens by itself (12.6.3), a script's text, a file's place, a page of another file (8.10.4), a thing in three
/// dimensions (13.6.2).
const REFUSED_ENTRIES: [(&str, Refusal); 5] = [
    ("AA", Refusal::Action),
    ("JS", Refusal::Script),
    ("EF", Refusal::Embeds),
    ("Ref", Refusal::Action),
    ("3DD", Refusal::Embeds),
];

/// How an address begins that a link may lead to (12.6.4.7). Without it, it is a file beside the document.
const ADDRESSES: [&[u8]; 4] = [b"http://", b"https://", b"mailto:", b"tel:"];

/// The document as far as its end, without what its photos tell of place and camera.
pub fn check(file: &[u8]) -> Result<Cow<'_, [u8]>, Refusal> {
    let document = whole(file)?;
    let mut search = Search::new();
    search.file(document)?;
    if !search.seen.is_whole() {
        return Err(Refusal::Damaged);
    }
    if search.seen.signature || search.notes.is_empty() {
        return Ok(document.into());
    }
    let mut blanked = document.to_vec();
    search.notes.into_iter().for_each(|place| blanked[place].fill(0));
    Ok(blanked.into())
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
    /// How many bytes of objects may still be unpacked.
    objects: usize,
    /// How many of pictures.
    pictures: u64,
    /// How many of other streams.
    streams: u64,
    counter: Counter,
    seen: Seen,
    /// Where photos tell of place and camera.
    notes: Vec<Range<usize>>,
}

/// What has come by.
#[derive(Default)]
struct Seen {
    root: bool,
    catalog: bool,
    pages: bool,
    page: bool,
    signature: bool,
}

impl Seen {
    fn is_whole(&self) -> bool {
        self.root && self.catalog && self.pages && self.page
    }
}

impl Search {
    fn new() -> Search {
        Search {
            objects: OBJECTS,
            pictures: PICTURES,
            streams: STREAMS,
            counter: Counter::new(),
            seen: Seen::default(),
            notes: vec![],
        }
    }

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
                    self.stream(&dict, content, lexer.at() - content.len())?;
                }
                // One reader would take it for a stream, another not.
                Token::Word(word) if word.starts_with(b"stream") => return Err(Refusal::Opaque),
                _ => dict.take(&token, depth),
            }
        }
        if depth == 0 { Ok(()) } else { Err(Refusal::Damaged) }
    }

    /// A stream that begins at this place of the file.
    fn stream(&mut self, dict: &Dict, content: &[u8], place: usize) -> Result<(), Refusal> {
        if dict.is_outside {
            return Err(Refusal::Action);
        }
        if dict.holds_objects {
            return self.objects(dict, content);
        }
        if dict.filters_elsewhere {
            return Err(Refusal::Opaque);
        }
        let filters = Filter::all(&dict.filters)?;
        let pixels = dict.pixels()?;
        match filters[..] {
            [Filter::Deflate, ..] => self.count(content, pixels)?,
            [Filter::Letters(letters), Filter::Deflate, ..] => self.count(&letters.read(content)?, pixels)?,
            // Out of use for anything else since before 2000.
            [Filter::Other, ..] | [_, Filter::Other, ..] if pixels.is_none() => return Err(Refusal::Opaque),
            [Filter::Jpeg] => {
                let notes = jpeg::notes(content)?.into_iter();
                self.notes.extend(notes.map(|note| place + note.start..place + note.end));
            }
            _ => {}
        }
        Ok(())
    }

    /// Unpacks to nowhere.
    fn count(&mut self, packed: &[u8], pixels: Option<u64>) -> Result<(), Refusal> {
        let (room, most) = match pixels {
            Some(pixels) => (&mut self.pictures, pixels),
            None => (&mut self.streams, STREAMS),
        };
        *room -= self.counter.count(packed, most.min(*room))?;
        Ok(())
    }

    /// Objects in a stream (7.5.7): numbers and places, then the objects one behind the other.
    fn objects(&mut self, dict: &Dict, content: &[u8]) -> Result<(), Refusal> {
        let (false, Some(count), Some(first)) = (dict.unclear || dict.filters_elsewhere, dict.count, dict.first) else {
            return Err(Refusal::Opaque);
        };
        let is_deflated = |name: &Cow<[u8]>| matches!(&name[..], b"FlateDecode" | b"Fl");
        let unpacked = match &dict.filters[..] {
            [] => Cow::Borrowed(content),
            [filter] if is_deflated(filter) => Cow::Owned(self.unpack(content)?),
            _ => return Err(Refusal::Opaque),
        };
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
        let named = |(refused, _): &&(&str, Refusal)| refused.as_bytes() == &name[..];
        if let Some((_, refusal)) = REFUSED.iter().find(named) {
            return Err(*refusal);
        }
        let value = || Value::next(behind.clone());
        if let Some((_, refusal)) = REFUSED_ENTRIES.iter().find(named) {
            return if value()?.is_nothing() { Ok(()) } else { Err(*refusal) };
        }
        match &name[..] {
            // A file's place (7.11), where it is no flags.
            b"F" if matches!(value()?, Value::Dict | Value::Text(_)) => Err(Refusal::Action),
            b"URI" => match value()? {
                Value::Text(address) if !is_address(&address) => Err(Refusal::Action),
                Value::Elsewhere => Err(Refusal::Opaque),
                _ => Ok(()),
            },
            b"MediaBox" => match value()? {
                Value::Array(sides) => is_sheet(sides),
                Value::Elsewhere => Err(Refusal::Opaque),
                _ => Ok(()),
            },
            b"Type" => {
                if let Value::Name(kind) = value()? {
                    self.seen.catalog |= &kind[..] == b"Catalog";
                    self.seen.pages |= &kind[..] == b"Pages";
                    self.seen.page |= &kind[..] == b"Page";
                }
                Ok(())
            }
            name => {
                self.seen.root |= name == b"Root";
                self.seen.signature |= name == b"ByteRange";
                Ok(())
            }
        }
    }

    fn unpack(&mut self, packed: &[u8]) -> Result<Vec<u8>, Refusal> {
        let unpacked = decompress_to_vec_zlib_with_limit(packed, self.objects).map_err(|error| match error.status {
            TINFLStatus::HasMoreOutput => Refusal::Bomb,
            _ => Refusal::Damaged,
        })?;
        self.objects -= unpacked.len();
        Ok(unpacked)
    }
}

/// What stands behind a name.
enum Value<'a> {
    Dict,
    /// As it is read, but for escapes.
    Text(Cow<'a, [u8]>),
    /// What comes behind its bracket.
    Array(Lexer<'a>),
    Name(Cow<'a, [u8]>),
    /// Another object.
    Elsewhere,
    /// A number, a word, an end.
    Other,
}

impl<'a> Value<'a> {
    fn next(mut lexer: Lexer<'a>) -> Result<Value<'a>, Refusal> {
        Ok(match lexer.next()? {
            Some(Token::DictOpen) => Value::Dict,
            Some(Token::Text(text)) => Value::Text(text.into()),
            Some(Token::Digits(digits)) => Value::Text(Letters::Hex.read(digits)?.into()),
            Some(Token::ArrayOpen) => Value::Array(lexer),
            Some(Token::Name(name)) => Value::Name(name),
            Some(Token::Word(_)) if lexer.next()?.is_some() && lexer.next()? == Some(Token::Word(b"R")) => {
                Value::Elsewhere
            }
            _ => Value::Other,
        })
    }

    /// Whether it is neither a dictionary, nor a text, nor another object.
    fn is_nothing(&self) -> bool {
        !matches!(self, Value::Dict | Value::Text(_) | Value::Elsewhere)
    }
}

/// Whether it leads to where a link may. Nobody writes the beginning of one with escapes.
fn is_address(text: &[u8]) -> bool {
    let begins = |address: &[u8]| text.get(..address.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(address));
    ADDRESSES.into_iter().any(begins)
}

/// Reads a page's corners, left and right of each other at most as far as a page may be.
fn is_sheet(mut lexer: Lexer) -> Result<(), Refusal> {
    let mut corner = || match lexer.next()? {
        Some(Token::Word(word)) => whole_number(word).ok_or(Refusal::Opaque),
        _ => Err(Refusal::Opaque),
    };
    let (left, bottom, right, top) = (corner()?, corner()?, corner()?, corner()?);
    if lexer.next()? != Some(Token::ArrayClose) {
        return Err(Refusal::Opaque);
    }
    if left.abs_diff(right) > SIDE || bottom.abs_diff(top) > SIDE { Err(Refusal::Bomb) } else { Ok(()) }
}

/// A number without its fraction.
fn whole_number(word: &[u8]) -> Option<i64> {
    let (whole, fraction) = str::from_utf8(word).ok()?.split_once('.').unwrap_or((str::from_utf8(word).ok()?, "0"));
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    match whole {
        "" | "+" | "-" => Some(0),
        whole => whole.parse().ok(),
    }
    .filter(|_| is_fraction)
}

fn number(lexer: &mut Lexer) -> Result<usize, Refusal> {
    match lexer.next()? {
        Some(Token::Word(word)) => integer(word).ok_or(Refusal::Damaged),
        _ => Err(Refusal::Damaged),
    }
}
