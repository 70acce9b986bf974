//! Good and bad files, generated: shapes that phones, office scanners and word processors write, and each with every
//! defect that fits it. All are small, none is taken from anywhere, and they are the same each time.

use std::collections::BTreeSet;

use crate::{Kind, Refusal};

pub mod jpeg;
pub mod pdf;
pub mod png;

/// A file, and what is to become of it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is, in words: each has its own.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// How it is to be judged.
    pub expected: Result<Kind, Refusal>,
}

/// What stands in good files of place, camera and people, and must not come out.
pub const PRIVATE: [&str; 3] = ["GPSLatitude", "KameraContoh", "Catatan Siti"];

/// Files that people send, each to be taken.
pub fn good() -> Vec<Sample> {
    let kinds = [(Kind::Pdf, pdf::good()), (Kind::Jpeg, jpeg::good()), (Kind::Png, png::good())];
    let samples = |(kind, files): (Kind, Vec<(&str, Vec<u8>)>)| {
        let sample = move |(name, bytes)| Sample { name: format!("{kind:?}: {name}"), bytes, expected: Ok(kind) };
        files.into_iter().map(sample).collect::<Vec<_>>()
    };
    kinds.into_iter().flat_map(samples).collect()
}

/// Files that are to be refused, each with its reason.
pub fn bad() -> Vec<Sample> {
    let sample = |(name, bytes, refusal): (String, Vec<u8>, Refusal)| Sample { name, bytes, expected: Err(refusal) };
    let lists = [pdf::bad(), jpeg::bad(), png::bad(), cut(), mixed(), unknown()];
    // Broken off early, some files are the same.
    let mut seen = BTreeSet::new();
    lists.into_iter().flatten().filter(|(_, bytes, _)| seen.insert(bytes.clone())).map(sample).collect()
}

type Bad = (String, Vec<u8>, Refusal);

/// Every good file, broken off at three places.
fn cut() -> Vec<Bad> {
    let mut all = Vec::new();
    for Sample { name, bytes, expected } in good() {
        // Behind the end lies what is cut off anyway.
        let end = match expected {
            Ok(Kind::Pdf) => bytes.windows(5).rposition(|window| window == b"%%EOF"),
            Ok(Kind::Jpeg) => Some(jpeg::end(&bytes)),
            _ => bytes.windows(4).rposition(|window| window == b"IEND"),
        };
        let end = end.expect("a good file ends");
        // A document that was saved twice is whole at its first end too.
        let places = if name.contains("saved twice") { &[1, 4][..] } else { &[1, 2, 4] };
        for quarters in places {
            let kept = bytes[..end * quarters / 4].to_vec();
            all.push((format!("{name}, cut after {quarters} of 4"), kept, Refusal::Damaged));
        }
    }
    all
}

/// What is two things at once.
fn mixed() -> Vec<Bad> {
    let kinds = [("PDF", pdf::plain()), ("JPEG", jpeg::plain()), ("PNG", png::plain())];
    let page = b"<html><script>alert(1)</script></html>\n";
    let mut all = Vec::new();
    for (name, file) in &kinds {
        let expected = |pdf, other| if *name == "PDF" { pdf } else { other };
        for (what, before) in
            [("a page", &page[..]), ("a line", b"\n"), ("a program", b"MZ\x90\0"), ("text", b"Lampiran\n")]
        {
            let refusal = expected(Refusal::Mixed, Refusal::Unknown);
            all.push((format!("{name} behind {what}"), [before, file].concat(), refusal));
        }
        let behind = [b"GIF89a", &file[..]].concat();
        all.push((format!("{name} behind a GIF's header"), behind, expected(Refusal::Mixed, Refusal::Unknown)));
    }
    let archive = archive();
    all.push(("a PDF with an archive behind it".into(), [pdf::plain(), archive.clone()].concat(), Refusal::Mixed));
    all.push(("a PDF with a page behind it".into(), [&pdf::plain()[..], page].concat(), Refusal::Mixed));
    all.push(("a PDF with a program behind it".into(), [&pdf::plain()[..], b"MZ\x90\0\x03"].concat(), Refusal::Mixed));
    all.push(("a PDF with an archive in a stream".into(), pdf::with_stream(&archive), Refusal::Mixed));
    all.push(("a PDF with an archive in a comment".into(), pdf::with_comment(&archive), Refusal::Mixed));
    all.push(("a PDF with a page in a comment".into(), pdf::with_comment(b"<html><body>"), Refusal::Mixed));
    all.push((
        "a PDF with a script in a comment".into(),
        pdf::with_comment(b"<SCRIPT>alert(1)</SCRIPT>"),
        Refusal::Mixed,
    ));
    all.push(("a JPEG with an archive in its profile".into(), jpeg::with_profile(&archive), Refusal::Mixed));
    all.push(("a JPEG with a page in its profile".into(), jpeg::with_profile(page), Refusal::Mixed));
    all.push(("a JPEG with a PDF in its profile".into(), jpeg::with_profile(&pdf::plain()), Refusal::Mixed));
    all.push(("a PNG with an archive in its palette".into(), png::with_palette(&archive), Refusal::Mixed));
    all.push(("a PNG with a page in its palette".into(), png::with_palette(page), Refusal::Mixed));
    all.push(("a PNG with a PDF in its palette".into(), png::with_palette(b"%PDF-1.4 padded"), Refusal::Mixed));
    all
}

/// Kinds that are not taken.
fn unknown() -> Vec<Bad> {
    let files: [(&str, &[u8]); 24] = [
        ("nothing", b""),
        ("a byte", b"%"),
        ("half of a header", b"%PD"),
        ("half of a JPEG's start", b"\xff\xd8"),
        ("half of a PNG's signature", b"\x89PNG\r\n"),
        ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;"),
        ("a WebP", b"RIFF\x1a\0\0\0WEBPVP8 "),
        ("a HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
        ("an AVIF", b"\0\0\0\x1cftypavif\0\0\0\0mif1avif"),
        ("a TIFF", b"II*\0\x08\0\0\0"),
        ("a BMP", b"BM\x3a\0\0\0\0\0\0\0"),
        ("an icon", b"\0\0\x01\0\x01\0\x10\x10"),
        ("an SVG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a page", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("XML", b"<?xml version='1.0'?><a/>"),
        ("text", b"Surat pernyataan"),
        ("an archive", b"PK\x03\x04\x14\0\0\0dokumen.docx"),
        ("an old Word document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a rich text", b"{\\rtf1 Surat}"),
        ("a program", b"MZ\x90\0\x03\0\0\0"),
        ("another program", b"\x7fELF\x02\x01\x01"),
        ("PostScript", b"%!PS-Adobe-3.0\n"),
        ("a film", b"\0\0\0\x20ftypisom\0\0\x02\0"),
        ("zeros", &[0; 100]),
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec(), Refusal::Unknown)).collect()
}

/// An empty archive's end, and a file's beginning before it.
fn archive() -> Vec<u8> {
    [&b"PK\x03\x04\x14\0\0\0\0\0"[..], b"PK\x05\x06", &[0; 18]].concat()
}
