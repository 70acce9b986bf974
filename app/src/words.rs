//! Durations and sizes as people in Indonesia write them.

use chrono::TimeDelta;
use workflow::{procedure::TimeUnit, told};

/// "kurang dari 1 menit", "5 menit", "2 jam 10 menit", "3 hari 4 jam"
pub fn duration(time: TimeDelta) -> String {
    match (time.num_days(), time.num_hours() % 24) {
        (0, _) => told::hours(time),
        (days, 0) => format!("{days} hari"),
        (days, hours) => format!("{days} hari {hours} jam"),
    }
}

/// Working time: "5 menit", "26 jam 10 menit". Begun minutes count whole, as in the reports: what took longer than the SOP gives
/// never looks as if it had not.
pub fn worked(seconds: u64) -> String {
    told::hours(TimeDelta::minutes(seconds.div_ceil(60).cast_signed()))
}

/// "1.234.567"
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// "312 KB", "1,4 MB"
pub fn size(bytes: u32) -> String {
    if bytes < 1_000_000 {
        format!("{} KB", bytes.div_ceil(1000))
    } else {
        let tenths = bytes / 100_000;
        format!("{},{} MB", tenths / 10, tenths % 10)
    }
}

/// A digest as people compare it by eye: "0123abcd 4567ef01 …"
pub fn in_eights(digest: &str) -> String {
    digest.as_bytes().chunks(8).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(" ")
}

/// "5 menit": an amount of a procedure's unit.
pub fn amount(amount: u32, unit: TimeUnit) -> String {
    let unit = match unit {
        TimeUnit::Minutes => "menit",
        TimeUnit::Hours => "jam",
        TimeUnit::WorkingDays => "hari kerja",
    };
    format!("{amount} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes() {
        assert_eq!(duration(TimeDelta::seconds(20)), "kurang dari 1 menit");
        assert_eq!(duration(TimeDelta::minutes(130)), "2 jam 10 menit");
        assert_eq!(duration(TimeDelta::hours(76)), "3 hari 4 jam");
        assert_eq!([0, 1, 300, 301].map(worked), ["kurang dari 1 menit", "1 menit", "5 menit", "6 menit"]);
        assert_eq!(worked(26 * 3600 + 659), "26 jam 11 menit");
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!(in_eights("0123456789abcdef01"), "01234567 89abcdef 01");
        assert_eq!(size(311_200), "312 KB");
        assert_eq!(size(1_450_000), "1,4 MB");
    }
}
