//! Names, numbers and files that nobody used before, so that tests do not meet in one product.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use workflow::identity::{EmailAddress, Nik, Nip};

/// Differs from run to run, so that a second run against the same product meets nothing of the first.
pub fn run() -> &'static str {
    static RUN: OnceLock<String> = OnceLock::new();
    RUN.get_or_init(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
        format!("{:x}", now.as_millis())
    })
}

/// Counts up.
pub fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A word that nobody used before.
pub fn word(stem: &str) -> String {
    format!("{stem}{}x{}", run(), number())
}

/// A mailbox under `domain`.
pub fn email(stem: &str, domain: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{}@{domain}", word(stem))).expect("the stem is made of letters")
}

/// A mailbox under `domain` that the development build cannot write to: `ditolak` takes no mail but codes, `macet` none
/// for now.
pub fn unreachable(stem: &str, domain: &str, how: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{}+{how}@{domain}", word(stem))).expect("the stem is made of letters")
}

/// Digits that this run has not used, spread so that runs do not meet.
fn digits() -> u64 {
    let millis = u64::from_str_radix(run(), 16).expect("the run is a number in hexadecimal");
    millis.wrapping_mul(1_000).wrapping_add(number())
}

/// A population number.
pub fn nik() -> Nik {
    let n = digits();
    // Birth on days 1 to 28 of any month: a date that exists, so that no warning is met by chance.
    let (day, month, year) = (1 + n / 9_999 % 28, 1 + n / 279_972 % 12, 60 + n / 3_359_664 % 40);
    let region = 11 + n / 134_386_560 % 80;
    let text = format!("{region:02}0101{day:02}{month:02}{year:02}{:04}", 1 + n % 9_999);
    Nik::parse(&text).expect("region, date and serial are possible")
}

/// A civil servant number.
pub fn nip() -> Nip {
    let n = digits();
    let (month, day) = (1 + n / 999 % 12, 1 + n / 11_988 % 28);
    let (born, start) = (1960 + n / 335_664 % 40, 2000 + n / 13_426_560 % 24);
    let text = format!("{born}{month:02}{day:02}{start}0{}1{:03}", 1 + n / 322_237_440 % 9, 1 + n % 999);
    Nip::parse(&text).expect("dates, sex and serial are possible")
}

/// A PDF of one empty page. `tag` makes it another file.
pub fn pdf(tag: &str) -> Vec<u8> {
    let mut file = format!("%PDF-1.4\n% {tag}\n").into_bytes();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1).bytes());
    file
}

/// A PNG of one grey pixel. `tag` makes it another file.
pub fn png(tag: &str) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    // Width, height, 8 bits of grey.
    chunk(&mut file, b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    chunk(&mut file, b"tEXt", format!("Comment\0{tag}").as_bytes());
    // A zlib stream with one stored block: no filter, then the pixel.
    chunk(&mut file, b"IDAT", &[0x78, 0x01, 0x01, 2, 0, 0xFD, 0xFF, 0, 0x80, 0x00, 0x82, 0x00, 0x81]);
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
    let begin = file.len();
    file.extend(kind);
    file.extend(data);
    let sum = crc32(&file[begin..]);
    file.extend(sum.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

/// A JPEG of eight by eight grey pixels. `tag` makes it another file.
pub fn jpeg(tag: &str) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    segment(&mut file, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    segment(&mut file, 0xFE, tag.as_bytes());
    segment(&mut file, 0xDB, &[&[0][..], &[16; 64]].concat());
    // Baseline, 8 bits, 8 by 8, one component.
    segment(&mut file, 0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    // One code of one bit in each table: difference 0, end of block.
    for table in [0x00, 0x10] {
        let mut codes = vec![table, 1];
        codes.extend([0; 15]);
        codes.push(0);
        segment(&mut file, 0xC4, &codes);
    }
    segment(&mut file, 0xDA, &[1, 1, 0, 0, 63, 0]);
    // Two zero bits for the block, filled up with ones.
    file.push(0x3F);
    file.extend([0xFF, 0xD9]);
    file
}

fn segment(file: &mut Vec<u8>, marker: u8, data: &[u8]) {
    file.extend([0xFF, marker]);
    file.extend(u16::try_from(data.len() + 2).expect("small").to_be_bytes());
    file.extend(data);
}
