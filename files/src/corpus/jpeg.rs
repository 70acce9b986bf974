//! JPEGs.

use super::Bad;
use crate::Refusal;

const BASELINE: u8 = 0xc0;
const EXTENDED: u8 = 0xc1;
const PROGRESSIVE: u8 = 0xc2;

/// A picture's structure: what stands before the frame, the frame, what stands behind the end.
struct Picture<'a> {
    before: Vec<(u8, Vec<u8>)>,
    frame: u8,
    size: (u16, u16),
    /// One for grey, three for colour, four for print.
    parts: u8,
    /// What stands between the pieces of coded data.
    restarts: bool,
    scans: usize,
    tables: [u8; 64],
    behind: &'a [u8],
}

const USUAL: Picture<'static> = Picture {
    before: Vec::new(),
    frame: BASELINE,
    size: (64, 48),
    parts: 3,
    restarts: false,
    scans: 1,
    tables: [16; 64],
    behind: b"",
};

/// A small picture, grey. Another tag, another picture: it stands in the table by which it is coded.
pub fn tagged(tag: &str) -> Vec<u8> {
    let mut tables = [16; 64];
    for (at, byte) in tag.bytes().enumerate() {
        let place = &mut tables[at % 64];
        *place = (u8::rotate_left(*place, 1) ^ byte).max(1);
    }
    Picture { before: vec![jfif()], size: (8, 8), parts: 1, tables, ..USUAL }.file()
}

/// A small picture in colour.
pub fn plain() -> Vec<u8> {
    USUAL.file()
}

/// A picture with these bytes in its colour profile.
pub fn with_profile(bytes: &[u8]) -> Vec<u8> {
    Picture { before: vec![profile(bytes)], ..USUAL }.file()
}

/// A phone's photo as it comes: with place and camera, notes, and a second picture behind its end.
pub(super) fn photo() -> Vec<u8> {
    let second = Picture { before: vec![camera(true, 1)], ..USUAL }.file();
    let note = (0xfe, b"Catatan Siti".to_vec());
    Picture { before: vec![preview(), camera(false, 6), note, profile(b"Display P3")], behind: &second, ..USUAL }.file()
}

/// A picture of many pixels by its own frame.
pub(super) fn huge() -> Vec<u8> {
    Picture { size: (65_535, 65_535), ..USUAL }.with_data(b"\0")
}

/// Where the picture itself ends, before what a phone appends.
pub(super) fn end(file: &[u8]) -> usize {
    let scan = file.windows(2).position(|pair| pair == b"\xff\xda").expect("it has a scan");
    scan + file[scan..].windows(2).position(|pair| pair == b"\xff\xd9").expect("it ends")
}

pub(super) fn good() -> Vec<(&'static str, Vec<u8>)> {
    let phone = |little, orientation| vec![camera(little, orientation), profile(b"Display P3")];
    let second = Picture { before: vec![camera(true, 1)], ..USUAL }.file();
    let film = [&b"\0\0\0\x18ftypmp42"[..], b"KameraContoh GPSLatitude", &[7; 900]].concat();
    let trailer =
        [&b"\0\0\x0a\x08\x10\0\0\0Image_UTC_Data1700000000"[..], b"GPSLatitude", b"SEFH\x6b\0\0\0SEFT"].concat();
    let xmp = (0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPSLatitude <svg KameraContoh</x:xmpmeta>".to_vec());
    let press = (0xed, b"Photoshop 3.0\08BIM\x04\x04Catatan Siti".to_vec());
    let note = (0xfe, b"Catatan Siti".to_vec());
    let frames = (0xe2, b"MPF\0MM\0*\0\0\0\x08KameraContoh".to_vec());
    let colours = (0xee, b"Adobe\0\x64\0\0\0\0\x02".to_vec());
    vec![
        ("a phone's photo, upright", Picture { before: phone(false, 1), size: (4_000, 3_000), ..USUAL }.file()),
        ("a phone's photo, turned right", Picture { before: phone(false, 6), size: (4_032, 3_024), ..USUAL }.file()),
        ("a phone's photo, turned left", Picture { before: phone(true, 8), ..USUAL }.file()),
        ("a phone's photo, upside down", Picture { before: phone(true, 3), ..USUAL }.file()),
        ("a phone's photo of its own mirror", Picture { before: phone(true, 2), ..USUAL }.file()),
        (
            "a phone's photo with its maker's trailer",
            Picture { before: phone(true, 6), behind: &trailer, ..USUAL }.file(),
        ),
        (
            "a phone's photo that moves",
            Picture { before: vec![camera(true, 6), xmp.clone()], behind: &film, ..USUAL }.file(),
        ),
        (
            "a phone's photo with a second picture",
            Picture { before: vec![camera(false, 6), frames], behind: &second, ..USUAL }.file(),
        ),
        (
            "a photo that a messenger made small",
            Picture { before: vec![jfif()], frame: PROGRESSIVE, scans: 10, ..USUAL }.file(),
        ),
        ("a photo that a browser made small", Picture { before: vec![jfif()], size: (1_500, 2_000), ..USUAL }.file()),
        (
            "a photo that was edited",
            Picture { before: vec![jfif(), camera(false, 1), xmp, press, colours.clone()], ..USUAL }.file(),
        ),
        (
            "a scanner's grey page",
            Picture { before: vec![jfif(), note], size: (1_240, 1_754), parts: 1, ..USUAL }.file(),
        ),
        ("a scanner's page with restarts", Picture { before: vec![jfif()], restarts: true, ..USUAL }.file()),
        ("a scanner's page with a preview", Picture { before: vec![preview()], ..USUAL }.file()),
        ("a picture for print", Picture { before: vec![colours], parts: 4, ..USUAL }.file()),
        ("an extended picture", Picture { frame: EXTENDED, ..USUAL }.file()),
        ("a picture just below the limit", Picture { before: vec![jfif()], size: (9_999, 5_000), ..USUAL }.file()),
        ("a picture with bytes behind its end", Picture { behind: b"<html>PK\x05\x06", ..USUAL }.file()),
        (
            "a picture with a camera's notes that are none",
            Picture { before: vec![(0xe1, b"Exif\0\0MM\0*\xff\xff\xff\xffKameraContoh".to_vec())], ..USUAL }.file(),
        ),
    ]
}

pub(super) fn bad() -> Vec<Bad> {
    let of = |frame, size, parts| Picture { frame, size, parts, ..USUAL }.file();
    let table = plain();
    let frame_at = table.windows(2).position(|pair| pair == b"\xff\xc0").expect("it has a frame");
    let without_frame = {
        let length = 2 + 2 + 6 + 3 * 3;
        [&table[..frame_at], &table[frame_at + length..]].concat()
    };
    let at_frame = |bytes: &[u8]| [&table[..frame_at], bytes, &table[frame_at..]].concat();
    let changed = |at: usize, byte: u8| {
        let mut file = table.clone();
        file[frame_at + at] = byte;
        file
    };
    let scan = table.windows(2).position(|pair| pair == b"\xff\xda").expect("it has a scan");
    let kinds = [
        ("no width", of(BASELINE, (0, 48), 3), Refusal::Damaged),
        ("no height", of(BASELINE, (64, 0), 3), Refusal::Damaged),
        ("no frame", without_frame, Refusal::Damaged),
        ("no scan", [&table[..scan], b"\xff\xd9"].concat(), Refusal::Damaged),
        ("no end", table[..table.len() - 2].to_vec(), Refusal::Damaged),
        ("nothing in it", b"\xff\xd8\xff\xd9".to_vec(), Refusal::Damaged),
        ("two frames", at_frame(&table[frame_at..frame_at + 19]), Refusal::Damaged),
        ("another start in it", at_frame(b"\xff\xd8\0\x02"), Refusal::Damaged),
        ("bytes between its parts", at_frame(b"halo"), Refusal::Damaged),
        ("a part of no length", at_frame(b"\xff\xe0\0\0"), Refusal::Damaged),
        ("a part of half a length", at_frame(b"\xff\xe0\0\x01"), Refusal::Damaged),
        ("a part longer than the file", at_frame(b"\xff\xe0\xff\xff"), Refusal::Damaged),
        ("a part that is none", at_frame(b"\xff\x02\0\x02"), Refusal::Damaged),
        ("a restart out of place", at_frame(b"\xff\xd0\0\x02"), Refusal::Damaged),
        ("a height that comes later", at_frame(b"\xff\xdc\0\x04\0\x30"), Refusal::Damaged),
        ("two parts of a colour", of(BASELINE, (64, 48), 2), Refusal::Damaged),
        ("a frame of the wrong length", changed(3, 12), Refusal::Damaged),
        ("twelve bits", changed(4, 12), Refusal::Damaged),
        ("a scan that is lossless", of(0xc3, (64, 48), 3), Refusal::Damaged),
        ("a scan in levels", of(0xc5, (64, 48), 3), Refusal::Damaged),
        ("a scan of another code", of(0xc9, (64, 48), 3), Refusal::Damaged),
        ("scans without end", Picture { frame: PROGRESSIVE, scans: 101, ..USUAL }.file(), Refusal::Bomb),
        (
            "another format's name",
            b"\xff\xd8\xff\xf7\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0\xff\xd9".to_vec(),
            Refusal::Damaged,
        ),
    ];
    let bad = |name: &str, bytes, refusal| (format!("a JPEG with {name}"), bytes, refusal);
    let mut all: Vec<Bad> = kinds.into_iter().map(|(name, bytes, refusal)| bad(name, bytes, refusal)).collect();
    for (name, frame) in [("a", BASELINE), ("an extended", EXTENDED), ("a progressive", PROGRESSIVE)] {
        for size in [(10_000, 5_000), (5_000, 10_000), (65_535, 65_535), (65_535, 763)] {
            let name = format!("{name} frame of {} by {}", size.0, size.1);
            all.push(bad(&name, Picture { frame, size, ..USUAL }.with_data(b"\0"), Refusal::TooManyPixels));
        }
        let bytes = Picture { frame, size: (9_999, 5_000), ..USUAL }.with_data(b"\0\0\0");
        all.push(bad(&format!("{name} frame that three bytes should fill"), bytes, Refusal::Bomb));
    }
    all
}

impl Picture<'_> {
    fn file(&self) -> Vec<u8> {
        let blocks = usize::from(self.size.0.div_ceil(8)) * usize::from(self.size.1.div_ceil(8));
        // Two bits for each block, all zero: no difference, and the block's end.
        let data = vec![0; (blocks * usize::from(self.parts)).div_ceil(4).max(1)];
        self.with_data(&data)
    }

    fn with_data(&self, data: &[u8]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        self.before.iter().for_each(|(marker, data)| segment(&mut file, *marker, data));
        segment(&mut file, 0xdb, &[&[0][..], &self.tables].concat());
        let (width, height) = (self.size.0.to_be_bytes(), self.size.1.to_be_bytes());
        let mut frame = vec![8, height[0], height[1], width[0], width[1], self.parts];
        (1..=self.parts).for_each(|part| frame.extend([part, 0x11, 0]));
        segment(&mut file, self.frame, &frame);
        // One code of one bit in each table: no difference, and the block's end.
        for table in [0x00, 0x10] {
            segment(&mut file, 0xc4, &[&[table, 1][..], &[0; 15], &[0]].concat());
        }
        if self.restarts {
            segment(&mut file, 0xdd, &[0, 8]);
        }
        for _ in 0..self.scans {
            let mut scan = vec![self.parts];
            (1..=self.parts).for_each(|part| scan.extend([part, 0]));
            scan.extend([0, if self.frame == PROGRESSIVE { 0 } else { 63 }, 0]);
            segment(&mut file, 0xda, &scan);
            if self.restarts {
                let pieces = data.chunks(6).zip((0xd0..=0xd7).cycle());
                pieces.for_each(|(piece, restart)| file.extend([piece, &[0xff, restart]].concat()));
            } else {
                file.extend(data);
            }
        }
        file.extend([0xff, 0xd9]);
        file.extend(self.behind);
        file
    }
}

fn segment(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    file.extend([0xff, marker]);
    file.extend(u16::try_from(data.len() + 2).expect("it is small").to_be_bytes());
    file.extend(data);
}

fn jfif() -> (u8, Vec<u8>) {
    (0xe0, b"JFIF\0\x01\x01\x01\0\x48\0\x48\0\0".to_vec())
}

/// JFIF with a picture of four by four in it.
fn preview() -> (u8, Vec<u8>) {
    (0xe0, [&b"JFIF\0\x01\x02\x01\0\x48\0\x48\x04\x04"[..], &[9; 48]].concat())
}

fn profile(bytes: &[u8]) -> (u8, Vec<u8>) {
    (0xe2, [b"ICC_PROFILE\0\x01\x01", bytes].concat())
}

/// What a camera writes: which way up, then its name and where it was.
fn camera(little: bool, orientation: u8) -> (u8, Vec<u8>) {
    let short = |n: u16| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let long = |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() };
    let mut data = b"Exif\0\0".to_vec();
    data.extend(if little { b"II" } else { b"MM" });
    data.extend(short(42));
    data.extend(long(8));
    data.extend(short(2));
    data.extend([&short(0x0110)[..], &short(2), &long(12), &long(38)].concat());
    data.extend([&short(0x0112)[..], &short(3), &long(1), &short(orientation.into()), &[0, 0]].concat());
    data.extend(long(0));
    data.extend(b"KameraContoh GPSLatitude");
    // Its own small picture, which ends as the large one does.
    data.extend(b"\xff\xd8\xff\xd9");
    (0xe1, data)
}
