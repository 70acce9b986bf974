//! Names, numbers and files that nobody used before, so that tests do not meet in one product.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Small whole files, which are stored as they are. Another tag makes another file.
pub use files::corpus::{jpeg::tagged as jpeg, pdf::tagged as pdf, png::tagged as png};
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
