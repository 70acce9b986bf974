//! PNGs.

use miniz_oxide::deflate::compress_to_vec_zlib;

use super::Bad;
use crate::Refusal;

/// Width, height, depth, colour, interlace.
#[derive(Clone, Copy)]
struct Shape(u32, u32, u8, u8, u8);

const GREY: Shape = Shape(16, 16, 8, 0, 0);

/// A picture of one row, whose pixels are the bytes of `tag`: another tag, another picture.
pub fn tagged(tag: &str) -> Vec<u8> {
    let pixels = if tag.is_empty() { "0" } else { tag };
    let width = u32::try_from(pixels.len()).expect("a tag is short");
    let row = [b"\0", pixels.as_bytes()].concat();
    file(Shape(width, 1, 8, 0, 0), &[], &[&compress_to_vec_zlib(&row, 6)], &[])
}

/// A small grey picture.
pub fn plain() -> Vec<u8> {
    of(GREY)
}

/// A picture with these bytes in its palette.
pub fn with_palette(bytes: &[u8]) -> Vec<u8> {
    let mut palette = bytes.to_vec();
    palette.resize(bytes.len().next_multiple_of(3), 0);
    file(Shape(16, 16, 8, 3, 0), &[(b"PLTE", &palette)], &[&pixels(Shape(16, 16, 8, 3, 0))], &[])
}

pub(super) fn good() -> Vec<(&'static str, Vec<u8>)> {
    let private: [(&[u8; 4], &[u8]); 5] = [
        (b"tEXt", b"Author\0Catatan Siti"),
        (b"zTXt", b"Comment\0\0KameraContoh"),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0GPSLatitude"),
        (b"eXIf", b"MM\0*GPSLatitude KameraContoh"),
        (b"tIME", b"\x07\xea\x01\x02\x03\x04\x05"),
    ];
    let packed = pixels(Shape(200, 100, 8, 2, 0));
    let parts: Vec<&[u8]> = packed.chunks(20).collect();
    let large = Shape(7_000, 7_000, 1, 0, 0);
    vec![
        ("a scanner's page in black and white", of(Shape(1240, 1754, 1, 0, 0))),
        ("a scanner's grey page", of(Shape(620, 877, 8, 0, 0))),
        ("a scan at 600 dpi", of(Shape(4_960, 7_016, 1, 0, 0))),
        ("a picture just below the limit", of(large)),
        (
            "a screenshot of a phone",
            file(Shape(108, 240, 8, 6, 0), &private[3..], &[&pixels(Shape(108, 240, 8, 6, 0))], &[]),
        ),
        (
            "a screenshot with a profile",
            file(
                GREY,
                &[(b"iCCP", b"Display P3\0\0Catatan Siti"), (b"sRGB", b"\0"), (b"pHYs", &[0; 9])],
                &[&pixels(GREY)],
                &[],
            ),
        ),
        ("a picture with texts before and behind", file(GREY, &private, &[&pixels(GREY)], &private)),
        ("a picture in many parts", file(Shape(200, 100, 8, 2, 0), &[(b"gAMA", &[0, 0, 0xb1, 0x8f])], &parts, &[])),
        (
            "a picture with a palette and transparency",
            file(
                Shape(16, 16, 4, 3, 0),
                &[(b"PLTE", &[9; 48]), (b"tRNS", &[0; 16])],
                &[&pixels(Shape(16, 16, 4, 3, 0))],
                &[],
            ),
        ),
        ("a picture with sixteen bits", of(Shape(40, 30, 16, 6, 0))),
        ("an interlaced picture", of(Shape(33, 21, 8, 2, 1))),
        (
            "an animation, of which one frame is kept",
            file(
                GREY,
                &[(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])],
                &[&pixels(GREY)],
                &[(b"fcTL", &[0; 26]), (b"fdAT", &[1; 300])],
            ),
        ),
        ("a picture with bytes behind its end", [&of(GREY)[..], b"PK\x05\x06KameraContoh<html>"].concat()),
        ("one pixel", of(Shape(1, 1, 8, 0, 0))),
    ]
}

pub(super) fn bad() -> Vec<Bad> {
    let Shape(width, height, ..) = GREY;
    let pixels_of_grey = pixels(GREY);
    let header = |shape| file(shape, &[], &[&pixels_of_grey], &[]);
    let packed = |bytes: usize| file(GREY, &[], &[&compress_to_vec_zlib(&vec![0; bytes], 6)], &[]);
    let whole = usize::try_from(height * (width + 1)).expect("it is small");
    let mut all = vec![
        ("a thousandth of the pixels", packed(1), Refusal::Damaged),
        ("one byte of pixels too few", packed(whole - 1), Refusal::Damaged),
        ("one byte of pixels too many", packed(whole + 1), Refusal::Bomb),
        ("twenty megabytes in a small picture", packed(20_000_000), Refusal::Bomb),
        ("pixels that are not packed", file(GREY, &[], &[&[0; 272]], &[]), Refusal::Damaged),
        (
            "pixels whose packing breaks off",
            file(GREY, &[], &[&pixels_of_grey[..pixels_of_grey.len() - 5]], &[]),
            Refusal::Damaged,
        ),
        (
            "pixels with a wrong sum",
            file(GREY, &[], &[&[&pixels_of_grey[..pixels_of_grey.len() - 1], b"\x99"].concat()], &[]),
            Refusal::Damaged,
        ),
        ("no pixels", file(GREY, &[], &[], &[]), Refusal::Damaged),
        ("two headers", file(GREY, &[(b"IHDR", &[0; 13])], &[&pixels_of_grey], &[]), Refusal::Damaged),
        (
            "an unknown part that must be understood",
            file(GREY, &[(b"ABCD", &[0; 9])], &[&pixels_of_grey], &[]),
            Refusal::Damaged,
        ),
        ("a palette that is too long", file(GREY, &[(b"PLTE", &[0; 771])], &[&pixels_of_grey], &[]), Refusal::Damaged),
        ("no header", [&b"\x89PNG\r\n\x1a\n"[..], &plain()[33..]].concat(), Refusal::Damaged),
        ("no end", plain()[..plain().len() - 12].to_vec(), Refusal::Damaged),
        ("a part longer than the file", changed(&plain(), 33, 0x7f), Refusal::Damaged),
        ("a wrong sum of the header", changed(&plain(), 30, 0x99), Refusal::Damaged),
        ("a wrong sum of the pixels", changed(&plain(), plain().len() - 14, 0x99), Refusal::Damaged),
        ("no width", header(Shape(0, 16, 8, 0, 0)), Refusal::Damaged),
        ("no height", header(Shape(16, 0, 8, 0, 0)), Refusal::Damaged),
        ("a depth that is none", header(Shape(16, 16, 3, 0, 0)), Refusal::Damaged),
        ("a palette of sixteen bits", header(Shape(16, 16, 16, 3, 0)), Refusal::Damaged),
        ("a colour that is none", header(Shape(16, 16, 8, 5, 0)), Refusal::Damaged),
        ("an interlacing that is none", header(Shape(16, 16, 8, 0, 2)), Refusal::Damaged),
        ("sixteen bits of everything below the limit", header(Shape(7_000, 7_000, 16, 6, 0)), Refusal::Bomb),
        ("an end with something in it", file_ending(b"PK"), Refusal::Damaged),
    ];
    for (name, shape) in [
        ("50 megapixels", Shape(10_000, 5_000, 8, 0, 0)),
        ("50 megapixels in black and white", Shape(5_000, 10_000, 1, 0, 0)),
        ("50 megapixels, interlaced", Shape(10_000, 5_000, 8, 2, 1)),
        ("a row of 50 million", Shape(50_000_000, 1, 8, 0, 0)),
        ("a column of 50 million", Shape(1, 50_000_000, 8, 0, 0)),
        ("65,535 squared", Shape(65_535, 65_535, 8, 6, 0)),
        ("the largest there can be", Shape(u32::MAX, u32::MAX, 16, 6, 0)),
    ] {
        all.push((name, header(shape), Refusal::TooManyPixels));
    }
    all.into_iter().map(|(name, bytes, refusal)| (format!("a PNG with {name}"), bytes, refusal)).collect()
}

fn of(shape: Shape) -> Vec<u8> {
    file(shape, &[], &[&pixels(shape)], &[])
}

/// Packed pixels, all alike: as many as the shape has.
fn pixels(Shape(width, height, depth, colour, interlace): Shape) -> Vec<u8> {
    let channels = [1, 0, 3, 1, 2, 0, 4][usize::from(colour)];
    let bits = u32::from(depth) * channels;
    let bytes = |columns: u32, rows: u32| if columns == 0 { 0 } else { rows * (1 + (columns * bits).div_ceil(8)) };
    let count = if interlace == 0 {
        bytes(width, height)
    } else {
        // First column and row of each pass, and how far apart they are (section 8.1).
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            .into_iter()
            .map(|(x, y, dx, dy)| bytes(width.saturating_sub(x).div_ceil(dx), height.saturating_sub(y).div_ceil(dy)))
            .sum()
    };
    compress_to_vec_zlib(&vec![0; usize::try_from(count).expect("it is small")], 6)
}

type Part<'a> = (&'a [u8; 4], &'a [u8]);

fn file(
    Shape(width, height, depth, colour, interlace): Shape,
    before: &[Part],
    pixels: &[&[u8]],
    behind: &[Part],
) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, interlace]].concat();
    chunk(&mut file, b"IHDR", &header);
    before.iter().for_each(|(kind, data)| chunk(&mut file, kind, data));
    pixels.iter().for_each(|data| chunk(&mut file, b"IDAT", data));
    behind.iter().for_each(|(kind, data)| chunk(&mut file, kind, data));
    chunk(&mut file, b"IEND", b"");
    file
}

fn file_ending(end: &[u8]) -> Vec<u8> {
    let mut file = plain();
    file.truncate(file.len() - 12);
    chunk(&mut file, b"IEND", end);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).expect("it is small").to_be_bytes());
    let begin = file.len();
    file.extend(kind);
    file.extend(data);
    let sum = crc32fast::hash(&file[begin..]);
    file.extend(sum.to_be_bytes());
}

fn changed(file: &[u8], at: usize, byte: u8) -> Vec<u8> {
    let mut file = file.to_vec();
    file[at] = byte;
    file
}
