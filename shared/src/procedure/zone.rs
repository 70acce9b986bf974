//! Indonesia's zones, and instants written as people there write them.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Indonesia's three time zones. None has daylight saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// UTC+7
    Wib,
    /// UTC+8
    Wita,
    /// UTC+9
    Wit,
}

impl Zone {
    /// The zone's distance from UTC.
    pub fn offset(self) -> FixedOffset {
        let hours = match self {
            Zone::Wib => 7,
            Zone::Wita => 8,
            Zone::Wit => 9,
        };
        FixedOffset::east_opt(hours * 3600).expect("whole hours under a day are a valid offset")
    }

    /// "WIB", "WITA", "WIT".
    pub fn label(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// The instant as clocks in this zone show it.
    pub fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset())
    }

    /// When the day of an instant ends.
    pub fn day_ends(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let next = self.local(at).date_naive() + Days::new(1);
        next.and_time(NaiveTime::MIN).and_utc() - TimeDelta::seconds(self.offset().local_minus_utc().into())
    }

    /// The day: "16 Januari 2024".
    pub fn date(self, at: DateTime<Utc>) -> String {
        date_in_words(self.local(at).date_naive())
    }

    /// The last day before an instant at which a day begins: "15 Januari 2024".
    pub fn date_before(self, until: DateTime<Utc>) -> String {
        self.date(until - TimeDelta::milliseconds(1))
    }

    /// The day and the minute: "16 Januari 2024 pukul 09.05 WIB".
    pub fn moment(self, at: DateTime<Utc>) -> String {
        format!("{} pukul {}", self.date(at), self.hour(at))
    }

    /// The same in short: "16 Jan 2024 09.05 WIB".
    pub fn brief(self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        format!("{} {} {} {}", local.day(), &month(local.date_naive())[..3], local.year(), self.hour(at))
    }

    /// The same beside the present: "hari ini 14.05 WIB" on the same day.
    pub fn since(self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        if self.local(at).date_naive() == self.local(now).date_naive() {
            format!("hari ini {}", self.hour(at))
        } else {
            self.brief(at)
        }
    }

    /// The minute: "09.05 WIB".
    pub fn hour(self, at: DateTime<Utc>) -> String {
        let local = self.local(at);
        format!("{:02}.{:02} {}", local.hour(), local.minute(), self.label())
    }
}

/// A day: "16 Januari 2024".
pub fn date_in_words(day: NaiveDate) -> String {
    format!("{} {}", day.day(), month_in_words(day))
}

/// A day's month: "Januari 2024".
pub fn month_in_words(day: NaiveDate) -> String {
    format!("{} {}", month(day), day.year())
}

// chrono's own formatting is far more bytes than this, and knows no Indonesian.
fn month(local: NaiveDate) -> &'static str {
    const NAMES: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    NAMES[local.month0() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_the_offices_zone() {
        let at = DateTime::from_timestamp(1_705_370_700, 0).unwrap();
        assert_eq!(Zone::Wib.moment(at), "16 Januari 2024 pukul 09.05 WIB");
        assert_eq!(Zone::Wit.moment(at), "16 Januari 2024 pukul 11.05 WIT");
        assert_eq!(Zone::Wita.brief(at), "16 Jan 2024 10.05 WITA");
        // Half past ten in the evening in London is the next day in Madiun.
        let late = DateTime::from_timestamp(1_704_061_800, 0).unwrap();
        assert_eq!(Zone::Wib.date(late), "1 Januari 2024");
    }
}
