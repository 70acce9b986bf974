//! A PDF's tokens (ISO 32000-1, 7.2 and 7.3).

use std::borrow::Cow;

use crate::{Refusal, find};

/// What a PDF is written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Without its slash, and with `#4a` read as the byte that it stands for.
    Name(Cow<'a, [u8]>),
    /// A number or a keyword.
    Word(&'a [u8]),
    /// `<<`
    DictOpen,
    /// `>>`
    DictClose,
    /// `[`
    ArrayOpen,
    /// `]`
    ArrayClose,
    /// What somebody wrote, or bytes, as it stands there, with the bracket that ends it: no name is looked for in it.
    Text(&'a [u8]),
    /// The same written in hexadecimal digits.
    Digits(&'a [u8]),
}

/// Reads tokens, comments left out.
#[derive(Clone)]
pub struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(bytes: &'a [u8]) -> Lexer<'a> {
        Lexer { bytes, at: 0 }
    }

    /// How far it has read, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes on to where no space is.
    pub fn skip_spaces(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|&&byte| is_space(byte)).count();
    }

    /// The next token; none at the end.
    ///
    /// # Errors
    /// When a text does not end, or when something lies where no token is and a reader could still find it.
    pub fn next(&mut self) -> Result<Option<Token<'a>>, Refusal> {
        loop {
            let Some(&byte) = self.bytes.get(self.at) else { return Ok(None) };
            self.at += 1;
            return Ok(Some(match byte {
                b'%' => {
                    self.skip(|rest| rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len()))?;
                    continue;
                }
                b'/' => Token::Name(name(self.regular())),
                b'(' => {
                    let rest = &self.bytes[self.at..];
                    let end = text_end(rest).ok_or(Refusal::Damaged)?;
                    self.skip(|_| end)?;
                    Token::Text(&rest[..end])
                }
                b'<' if self.takes(b'<') => Token::DictOpen,
                b'>' if self.takes(b'>') => Token::DictClose,
                b'<' => {
                    let rest = &self.bytes[self.at..];
                    let end = rest.iter().position(|&byte| !byte.is_ascii_hexdigit() && !is_space(byte));
                    let end = end.ok_or(Refusal::Damaged)?;
                    if rest[end] != b'>' {
                        return Err(Refusal::Opaque);
                    }
                    self.at += end + 1;
                    Token::Digits(&rest[..end])
                }
                b'[' => Token::ArrayOpen,
                b']' => Token::ArrayClose,
                byte if is_space(byte) || is_delimiter(byte) => continue,
                _ => {
                    self.at -= 1;
                    Token::Word(self.regular())
                }
            }));
        }
    }

    /// A stream's bytes, behind the keyword `stream` (7.3.8). `length` is what its dictionary says, if it says it there:
    /// where no `endstream` follows then, the next one ends it, as readers have it.
    pub fn stream(&mut self, length: Option<usize>) -> Result<&'a [u8], Refusal> {
        const END: &[u8] = b"endstream";
        while self.takes(b' ') {}
        if !self.takes(b'\n') && self.takes(b'\r') {
            self.takes(b'\n');
        }
        let rest = &self.bytes[self.at..];
        let ends_there = |length: &usize| {
            let behind = rest.get(*length..).unwrap_or_default();
            let spaces = behind.iter().take(2).take_while(|&&byte| is_space(byte)).count();
            behind[spaces..].starts_with(END)
        };
        let length = length.filter(ends_there).or_else(|| find(rest, END)).ok_or(Refusal::Damaged)?;
        self.skip(|_| length)?;
        Ok(&rest[..length])
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is);
        is
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| is_space(byte) || is_delimiter(byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Skips what is not looked at. The table of objects may lead anywhere, also into the middle of a text, a comment or
    /// a stream: so nothing there may be an object.
    fn skip(&mut self, length: impl Fn(&[u8]) -> usize) -> Result<(), Refusal> {
        let rest = &self.bytes[self.at..];
        let skipped = &rest[..length(rest)];
        self.at += skipped.len();
        if holds_object(skipped) { Err(Refusal::Opaque) } else { Ok(()) }
    }
}

/// Table 1.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b'\0' | b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

/// Table 2.
fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// 7.3.5
fn name(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'#') {
        return raw.into();
    }
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut read = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'#', [high, low, behind @ ..]) if digit(high).is_some() && digit(low).is_some() => {
                read.push(digit(high).unwrap_or_default() << 4 | digit(low).unwrap_or_default());
                rest = behind;
            }
            _ => {
                read.push(byte);
                rest = after;
            }
        }
    }
    read.into()
}

/// How long a literal string is with the bracket that ends it (7.3.4.2).
fn text_end(rest: &[u8]) -> Option<usize> {
    let (mut open, mut escaped) = (1_usize, false);
    let end = rest.iter().position(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        open == 0
    });
    end.map(|end| end + 1)
}

/// Whether a reader who is led here could find an object (7.3.10): the word `obj`, with two numbers before it, or with
/// the beginning of an object or a comment behind it. In bytes that mean nothing this comes once in a hundred gigabytes.
fn holds_object(bytes: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"obj") {
        let (before, behind) = (&bytes[..from + at], &bytes[from + at + 3..]);
        let apart = before.last().is_none_or(|&byte| is_space(byte) || byte.is_ascii_digit());
        if apart && (ends_with_two_numbers(before) || begins_object(behind, before)) {
            return true;
        }
        from += at + 3;
    }
    false
}

fn ends_with_two_numbers(bytes: &[u8]) -> bool {
    let spaces = |bytes: &[u8]| bytes.iter().rev().take_while(|&&byte| is_space(byte)).count();
    let digits = |bytes: &[u8]| bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let second = &bytes[..bytes.len() - spaces(bytes)];
    let second_length = digits(second);
    let between = &second[..second.len() - second_length];
    let gap = spaces(between);
    second_length > 0 && gap > 0 && digits(&between[..between.len() - gap]) > 0
}

fn begins_object(behind: &[u8], before: &[u8]) -> bool {
    let at = behind.iter().take_while(|&&byte| is_space(byte)).count();
    let begins = behind[at..].starts_with(b"<<") || matches!(behind.get(at), Some(b'[' | b'%'));
    begins && before.last().is_none_or(|&byte| is_space(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &[u8]) -> Vec<Token<'_>> {
        let mut lexer = Lexer::new(text);
        std::iter::from_fn(|| lexer.next().expect("it can be read")).collect()
    }

    fn named(name: &str) -> Token<'_> {
        Token::Name(name.as_bytes().into())
    }

    #[test]
    fn names_are_read_through_their_escapes() {
        assert_eq!(
            tokens(b"/J#61vaScript/#4a#53 /A#zz/"),
            [named("JavaScript"), named("JS"), named("A#zz"), named("")]
        );
    }

    #[test]
    fn texts_and_comments_are_passed_over() {
        let found = tokens(b"(a \\) /JS (b) /JS) <2F 4a> % /JS\n[5 0 R]<</K true>>");
        let words = |word: &'static str| Token::Word(word.as_bytes());
        assert_eq!(
            found,
            [
                Token::Text(b"a \\) /JS (b) /JS)"),
                Token::Digits(b"2F 4a"),
                Token::ArrayOpen,
                words("5"),
                words("0"),
                words("R"),
                Token::ArrayClose,
                Token::DictOpen,
                named("K"),
                words("true"),
                Token::DictClose
            ]
        );
    }

    #[test]
    fn nothing_that_is_an_object_is_passed_over() {
        let fault = |text: &[u8]| Lexer::new(text).next().expect_err("it hides something");
        assert_eq!(fault(b"(7 0 obj << /S /JavaScript >> endobj)"), Refusal::Opaque);
        assert_eq!(fault(b"% 7 0 obj"), Refusal::Opaque);
        assert_eq!(fault(b"(7 0 %\nobj %\n<<>>)"), Refusal::Opaque);
        assert_eq!(fault(b"(7 0obj<<>>)"), Refusal::Opaque);
        assert_eq!(fault(b"<2F /JS>"), Refusal::Opaque);
        assert_eq!(fault(b"(no end"), Refusal::Damaged);
        assert_eq!(tokens(b"(an obj, the objects, endobj)"), [Token::Text(b"an obj, the objects, endobj)")]);
    }
}
