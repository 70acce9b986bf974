//! Moments typed into a form.

use chrono::{DateTime, TimeZone, Timelike, Utc};
use workflow::{day, procedure::Zone};

/// What an `<input type="date">` and an `<input type="time">` hold for this instant.
pub fn inputs(at: DateTime<Utc>, zone: Zone) -> (String, String) {
    let local = zone.local(at);
    (day::write(local.date_naive()), format!("{:02}:{:02}", local.hour(), local.minute()))
}

/// Reads what they hold back, in the office's zone.
pub fn from_inputs(date: &str, time: &str, zone: Zone) -> Option<DateTime<Utc>> {
    let mut time = time.split(':').map(|part| part.parse::<u32>().ok());
    let local = day::parse(date)?.and_hms_opt(time.next()??, time.next()??, 0)?;
    Some(zone.offset().from_local_datetime(&local).single()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_in_utc_is_the_next_day_in_the_office() {
        let at = from_inputs("2026-11-22", "00:05", Zone::Wib).unwrap();
        assert_eq!(Zone::Wib.brief(at), "22 Nov 2026 00.05 WIB");
        assert_eq!(inputs(at, Zone::Wib), ("2026-11-22".to_owned(), "00:05".to_owned()));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for (date, time) in [("", "10:00"), ("2026-02-30", "10:00"), ("2026-02-03", ""), ("2026-02-03", "25:00")] {
            assert_eq!(from_inputs(date, time, Zone::Wib), None, "{date} {time}");
        }
    }
}
