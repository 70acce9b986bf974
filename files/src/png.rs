//! PNG (W3C, third edition): a signature, then chunks, each with its length and checksum.
//!
//! Kept is what the picture is shown by. Left out is everything else that may be left out: texts, time, place and
//! camera (`eXIf`), further frames, what programs keep for themselves, and what stands behind the end. A colour profile
//! (`iCCP`) goes too: it is packed once more, and a paper is read without it.

use miniz_oxide::{
    DataFormat, MZError, MZFlush, MZStatus,
    inflate::stream::{InflateState, inflate},
};

use crate::{PIXELS, Refusal};

/// Section 5.2.
pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Kept beside header, pixels and end (section 5.6): palette, transparency, and how bright which colour is.
const KEPT: [&[u8; 4]; 9] = [b"PLTE", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"cICP", b"pHYs", b"bKGD"];

/// The longest of them is a palette of 256 colours, in bytes.
const LONGEST: usize = 256 * 3;

/// The most that pixels may unpack to, in bytes: [`PIXELS`] at eight bits a channel.
const UNPACKED: u64 = 4 * PIXELS;

/// The picture without what tells of place, camera and time.
pub fn clean(file: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut rest = &file[SIGNATURE.len()..];
    let first = Chunk::read(&mut rest)?;
    if &first.kind != b"IHDR" {
        return Err(Refusal::Damaged);
    }
    let mut pixels = Pixels::of(&Header::read(first.data)?)?;
    let mut cleaned = Vec::with_capacity(file.len());
    cleaned.extend(SIGNATURE);
    cleaned.extend(first.checked()?);
    loop {
        let chunk = Chunk::read(&mut rest)?;
        match &chunk.kind {
            b"IEND" if chunk.data.is_empty() => {
                pixels.end()?;
                cleaned.extend(chunk.checked()?);
                return Ok(cleaned);
            }
            b"IDAT" => pixels.unpack(chunk.data)?,
            kind if KEPT.contains(&kind) && chunk.data.len() <= LONGEST => {}
            kind if kind[0].is_ascii_lowercase() => continue,
            _ => return Err(Refusal::Damaged),
        }
        cleaned.extend(chunk.checked()?);
    }
}

/// Section 5.3.
struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn read(rest: &mut &'a [u8]) -> Result<Chunk<'a>, Refusal> {
        let from = *rest;
        let chunk = || {
            let (length, after) = from.split_first_chunk()?;
            let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
            let (kind, after) = after.split_first_chunk()?;
            let (data, after) = after.split_at_checked(length)?;
            let (_, after) = after.split_first_chunk::<4>()?;
            Some((Chunk { kind: *kind, data, whole: &from[..from.len() - after.len()] }, after))
        };
        let (chunk, after) = chunk().ok_or(Refusal::Damaged)?;
        *rest = after;
        Ok(chunk)
    }

    /// The whole chunk, if its checksum holds.
    fn checked(&self) -> Result<&'a [u8], Refusal> {
        let sum = crc32fast::hash(&self.whole[4..self.whole.len() - 4]);
        if self.whole.ends_with(&sum.to_be_bytes()) { Ok(self.whole) } else { Err(Refusal::Damaged) }
    }
}

/// Section 11.2.1.
struct Header {
    width: u32,
    height: u32,
    /// Of a pixel.
    bits: u32,
    interlaced: bool,
}

impl Header {
    fn read(data: &[u8]) -> Result<Header, Refusal> {
        let [w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, 0, 0, interlace @ (0 | 1)] = *data else {
            return Err(Refusal::Damaged);
        };
        let channels = match (colour, depth) {
            (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
            (2, 8 | 16) => 3,
            (4, 8 | 16) => 2,
            (6, 8 | 16) => 4,
            _ => return Err(Refusal::Damaged),
        };
        let header = Header {
            width: u32::from_be_bytes([w0, w1, w2, w3]),
            height: u32::from_be_bytes([h0, h1, h2, h3]),
            bits: u32::from(depth) * channels,
            interlaced: interlace == 1,
        };
        match u64::from(header.width) * u64::from(header.height) {
            0 => Err(Refusal::Damaged),
            PIXELS.. => Err(Refusal::TooManyPixels),
            _ => Ok(header),
        }
    }

    /// How many bytes its pixels are: each row begins with its filter (sections 7.2 and 8.1).
    fn unpacked(&self) -> u64 {
        /// Where a pass begins, and its steps: column, row, columns, rows.
        const ADAM7: [(u32, u32, u32, u32); 7] =
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        let all = [(0, 0, 1, 1)];
        let passes = if self.interlaced { &ADAM7[..] } else { &all[..] };
        let pass = |&(x, y, dx, dy): &(u32, u32, u32, u32)| {
            let columns = u64::from(self.width.saturating_sub(x).div_ceil(dx));
            let rows = u64::from(self.height.saturating_sub(y).div_ceil(dy));
            if columns == 0 { 0 } else { rows * (1 + (columns * u64::from(self.bits)).div_ceil(8)) }
        };
        passes.iter().map(pass).sum()
    }
}

/// Unpacks the pixels to nowhere, to see that they are all there and no more.
struct Pixels {
    state: Box<InflateState>,
    missing: u64,
    ended: bool,
}

impl Pixels {
    fn of(header: &Header) -> Result<Pixels, Refusal> {
        let missing = header.unpacked();
        if missing > UNPACKED {
            return Err(Refusal::Bomb);
        }
        Ok(Pixels { state: InflateState::new_boxed(DataFormat::Zlib), missing, ended: false })
    }

    fn unpack(&mut self, mut packed: &[u8]) -> Result<(), Refusal> {
        let mut room = [0; 16 * 1024];
        while !self.ended {
            let step = inflate(&mut self.state, packed, &mut room, MZFlush::None);
            packed = &packed[step.bytes_consumed..];
            let written = u64::try_from(step.bytes_written).unwrap_or(u64::MAX);
            self.missing = self.missing.checked_sub(written).ok_or(Refusal::Bomb)?;
            match step.status {
                Ok(MZStatus::StreamEnd) => self.ended = true,
                Ok(_) | Err(MZError::Buf) if step.bytes_consumed + step.bytes_written > 0 => {}
                // It goes on in the next chunk.
                Ok(_) | Err(MZError::Buf) => break,
                Err(_) => return Err(Refusal::Damaged),
            }
        }
        Ok(())
    }

    fn end(self) -> Result<(), Refusal> {
        if self.ended && self.missing == 0 { Ok(()) } else { Err(Refusal::Damaged) }
    }
}
