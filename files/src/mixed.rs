//! Files of which two programs read two different things.

use crate::{find, pdf};

/// Within so many bytes from the beginning readers look for a PDF's header, and browsers for markup.
const BEGINNING: usize = 1024;

/// Within so many bytes from the end an archive's end is looked for: the record, and the longest comment behind it.
const ARCHIVE_END: usize = 22 + 65_535;

/// What makes browsers take a text for a page, in small letters.
const MARKUP: [&[u8]; 4] = [b"<html", b"<script", b"<!doctype html", b"<svg"];

/// Whether a file of a kind that is taken is something else as well: a page, an archive (ZIP, and so a program's or an
/// office's), a PDF.
pub fn is_two(file: &[u8]) -> bool {
    let beginning = file[..file.len().min(BEGINNING)].to_ascii_lowercase();
    let end = &file[file.len().saturating_sub(ARCHIVE_END)..];
    MARKUP.iter().any(|tag| find(&beginning, tag).is_some())
        || find(end, b"PK\x05\x06").is_some()
        || has_pdf_inside(file)
}

/// Whether a reader would find a PDF that does not begin where the file does.
pub fn has_pdf_inside(file: &[u8]) -> bool {
    file.get(1..).is_some_and(|rest| find(&rest[..rest.len().min(BEGINNING)], pdf::HEADER).is_some())
}
