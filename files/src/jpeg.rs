//! JPEG (ITU-T T.81, annex B): segments, each with its length, and scans between them.
//!
//! Kept is what the picture is shown by: frame, tables and scans, JFIF's density, Adobe's colour transform, the colour
//! profile, and which way up it is. Left out is everything else: place, time, camera, comments, thumbnails (which may
//! show what was cut off), and what phones append behind the end.

use std::ops::Range;

use crate::{PIXELS, Refusal};

/// SOI, and the first byte of the marker behind it.
pub const START: &[u8] = b"\xff\xd8\xff";

/// More scans than any camera or program writes. Each makes a progressive picture be decoded once more.
const SCANS: usize = 100;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
/// Quantization tables, Huffman tables, restart interval.
const TABLES: [u8; 3] = [0xdb, 0xc4, 0xdd];
/// Baseline, extended sequential and progressive, with Huffman codes: what browsers show.
const FRAMES: [u8; 3] = [0xc0, 0xc1, 0xc2];
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
const COM: u8 = 0xfe;

/// The picture without what tells of place, camera and time.
pub fn clean(file: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut rest = &file[2..];
    let mut picture = Vec::with_capacity(file.len());
    let (mut frame, mut density, mut orientation) = (None, None, None);
    let (mut scans, mut coded) = (0_usize, 0_usize);
    loop {
        let marker = marker(&mut rest)?;
        if marker == EOI {
            break;
        }
        let data = segment(&mut rest)?;
        match marker {
            SOS if frame.is_some() => {
                scans += 1;
                if scans > SCANS {
                    return Err(Refusal::Bomb);
                }
            }
            marker if FRAMES.contains(&marker) && frame.is_none() => frame = Some(Frame::read(data)?),
            marker if TABLES.contains(&marker) => {}
            APP2 if data.starts_with(b"ICC_PROFILE\0") => {}
            APP14 if data.starts_with(b"Adobe") => {}
            APP0 => {
                density = density.or_else(|| data.strip_prefix(b"JFIF\0")?.first_chunk::<7>());
                continue;
            }
            APP1 => {
                orientation = orientation.or_else(|| exif::orientation(data.strip_prefix(b"Exif\0\0")?));
                continue;
            }
            APP0..=0xef | COM => continue,
            _ => return Err(Refusal::Damaged),
        }
        write(&mut picture, marker, data);
        if marker == SOS {
            let scan = scan(&mut rest)?;
            coded += scan.len();
            picture.extend(scan);
        }
    }
    let frame: Frame = frame.filter(|_| scans > 0).ok_or(Refusal::Damaged)?;
    // Each block of 8 by 8 has a bit at the least.
    if u64::try_from(coded).is_ok_and(|coded| coded * 8 < frame.blocks()) {
        return Err(Refusal::Bomb);
    }

    let mut cleaned = vec![0xff, SOI];
    if let Some(density) = density {
        // JFIF 1.02: version, unit and density; and a thumbnail of no size.
        write(&mut cleaned, APP0, &[b"JFIF\0", &density[..], &[0, 0]].concat());
    }
    if let Some(orientation) = orientation {
        write(&mut cleaned, APP1, &exif::of(orientation));
    }
    cleaned.extend(picture);
    cleaned.extend([0xff, EOI]);
    Ok(cleaned)
}

/// Where a picture within a document tells what [`clean`] leaves out, as far as it can be read. Blanked there, it is shown
/// as before: documents say themselves which way up it is.
///
/// # Errors
/// When it is of [`PIXELS`] or more.
pub fn notes(file: &[u8]) -> Result<Vec<Range<usize>>, Refusal> {
    let mut places = Vec::new();
    let Some(mut rest) = file.strip_prefix(&START[..2]) else { return Ok(places) };
    while let Ok(marker) = marker(&mut rest) {
        if marker == EOI {
            places.push(file.len() - rest.len()..file.len());
            break;
        }
        let Ok(data) = segment(&mut rest) else { break };
        let kept = match marker {
            APP0 if data.starts_with(b"JFIF\0") => data.len().min(14),
            APP2 if data.starts_with(b"ICC_PROFILE\0") => data.len(),
            APP14 if data.starts_with(b"Adobe") => data.len(),
            APP0..=0xef | COM => 0,
            _ => data.len(),
        };
        let end = file.len() - rest.len();
        places.push(end - data.len() + kept..end);
        if let (0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf, [_, h0, h1, w0, w1, ..]) = (marker, data) {
            let (width, height) = (u16::from_be_bytes([*w0, *w1]), u16::from_be_bytes([*h0, *h1]));
            if u64::from(width) * u64::from(height) >= PIXELS {
                return Err(Refusal::TooManyPixels);
            }
        }
        if marker == SOS && scan(&mut rest).is_err() {
            break;
        }
    }
    // Nothing is told by what is blank, as by the line's end that some writers put behind a picture.
    places.retain(|place| file[place.clone()].iter().any(|&byte| byte != 0 && !byte.is_ascii_whitespace()));
    Ok(places)
}

/// How large the picture is, in pixels (T.81, B.2.2).
struct Frame {
    width: u16,
    height: u16,
}

impl Frame {
    fn read(data: &[u8]) -> Result<Frame, Refusal> {
        let [8, h0, h1, w0, w1, parts, rest @ ..] = data else { return Err(Refusal::Damaged) };
        let frame = Frame { width: u16::from_be_bytes([*w0, *w1]), height: u16::from_be_bytes([*h0, *h1]) };
        let whole = matches!(parts, 1 | 3 | 4) && rest.len() == usize::from(*parts) * 3;
        if !whole || frame.width == 0 || frame.height == 0 {
            return Err(Refusal::Damaged);
        }
        if u64::from(frame.width) * u64::from(frame.height) >= PIXELS {
            return Err(Refusal::TooManyPixels);
        }
        Ok(frame)
    }

    fn blocks(&self) -> u64 {
        u64::from(self.width.div_ceil(8)) * u64::from(self.height.div_ceil(8))
    }
}

/// The next marker (T.81, B.1.1.2). Any number of 0xff may stand before it.
fn marker(rest: &mut &[u8]) -> Result<u8, Refusal> {
    let (0xff, after) = rest.split_first().ok_or(Refusal::Damaged)? else { return Err(Refusal::Damaged) };
    let at = after.iter().position(|&byte| byte != 0xff).ok_or(Refusal::Damaged)?;
    *rest = &after[at + 1..];
    Ok(after[at])
}

/// What stands in a segment behind its length, which counts itself.
fn segment<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Refusal> {
    let (length, after) = rest.split_first_chunk().ok_or(Refusal::Damaged)?;
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2).ok_or(Refusal::Damaged)?;
    let (data, after) = after.split_at_checked(length).ok_or(Refusal::Damaged)?;
    *rest = after;
    Ok(data)
}

/// Coded data as far as the next marker that is no restart (T.81, B.1.1.5).
fn scan<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Refusal> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    let end = rest.windows(2).position(ends).ok_or(Refusal::Damaged)?;
    let (scan, after) = rest.split_at(end);
    *rest = after;
    Ok(scan)
}

fn write(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    // It came in a segment, or is short.
    let length = u16::try_from(data.len() + 2).unwrap_or(u16::MAX);
    file.extend([0xff, marker]);
    file.extend(length.to_be_bytes());
    file.extend(data);
}

/// Of what a camera writes about a picture, which way up it is (Exif 2.32, 4.6.4, tag 274): phones store a picture as
/// the sensor has it, and this is all that keeps it from lying on its side.
mod exif {
    /// The tag, its type SHORT, one value.
    const TAG: u16 = 0x0112;
    const SHORT: u16 = 3;

    /// From 2 to 8; none where it is upright, or not told.
    pub fn orientation(tiff: &[u8]) -> Option<u8> {
        let little = match tiff.first_chunk()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let short = |at: usize| {
            let bytes = *tiff.get(at..)?.first_chunk()?;
            Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
        };
        let long = |at: usize| {
            let bytes = *tiff.get(at..)?.first_chunk()?;
            usize::try_from(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) }).ok()
        };
        let directory = long(4)?;
        let entries = (0..usize::from(short(directory)?)).map(|n| directory.checked_add(2 + 12 * n));
        let entry = entries.map_while(|at| at).find(|at| short(*at) == Some(TAG))?;
        let value = (short(entry + 2)? == SHORT && long(entry + 4)? == 1).then(|| short(entry + 8))??;
        u8::try_from(value).ok().filter(|value| (2..=8).contains(value))
    }

    /// A segment's data that tells this alone.
    pub fn of(orientation: u8) -> Vec<u8> {
        // The directory lies behind the eight bytes of the header; it has one entry, and none follows.
        let mut data = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
        data.extend([0, orientation, 0, 0, 0, 0, 0, 0]);
        data
    }
}
