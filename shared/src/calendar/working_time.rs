//! Counting by a calendar.
//!
//! Two counts run through all of time, and neither ever falls: how much working time is over at an instant, and how
//! many working days have ended. What lies between two instants is the difference of the counts, and when a limit
//! ends is where the count reaches it. Both are found by arithmetic on whole weeks and a search among the days that
//! differ from their week: how many years lie between makes no difference.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{Calendar, CalendarError, Hours, hours::DAY};
use crate::procedure::{TimeLimit, Zone};

/// A calendar made ready to count by.
#[derive(Clone, Debug)]
pub struct WorkingTime {
    zone: Zone,
    week: [Hours; 7],
    /// The days that differ from the week, in order.
    odd: Vec<(i64, Hours)>,
    /// Working time in milliseconds.
    time: Count,
    /// Working days.
    days: Count,
}

/// A count that each day adds to.
#[derive(Clone, Debug)]
struct Count {
    /// What the week has added before each of its days, and as a whole.
    week: [i64; 8],
    /// By how much the odd days have changed the count, each with all before it.
    odd: Vec<i64>,
}

/// A Monday, from which days are numbered.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 5).expect("that day was");

/// What lies between the start of Unix time and [`FIRST`].
const FIRST_AT: i64 = 4 * DAY;

impl WorkingTime {
    /// Makes a calendar ready.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(calendar: &Calendar) -> Result<WorkingTime, CalendarError> {
        calendar.check()?;
        let spans =
            calendar.seasons.iter().flat_map(|season| season.from.iter_days().take_while(|day| *day <= season.to));
        let mut dates: Vec<NaiveDate> = calendar.days.iter().map(|day| day.date).chain(spans).collect();
        dates.sort_unstable();
        dates.dedup();
        let week = calendar.week.days().map(Clone::clone);
        let odd: Vec<(i64, Hours)> =
            dates.into_iter().map(|date| ((date - FIRST).num_days(), calendar.hours_on(date).clone())).collect();
        let time = Count::new(&week, &odd, Hours::length);
        let days = Count::new(&week, &odd, |hours| i64::from(!hours.is_off()));
        Ok(WorkingTime { zone: calendar.zone, week, odd, time, days })
    }

    /// The working time from one instant to a later one, to the millisecond. Negative when `to` is the earlier.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        TimeDelta::milliseconds(self.time_until(to) - self.time_until(from))
    }

    /// How many working days end after one instant and not after a later one. Negative when `to` is the earlier.
    pub fn days_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.days_until(to) - self.days_until(from)
    }

    /// The first instant at which so much working time is over since `from`; none where the office never works so long.
    pub fn after(&self, from: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        if time <= TimeDelta::zero() {
            return Some(from);
        }
        self.reached(self.time_until(from).checked_add(time.num_milliseconds())?)
    }

    /// The first instant from which so much working time is left until `to`; none where the office never worked so long.
    pub fn before(&self, to: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        self.reached(self.time_until(to).checked_sub(time.num_milliseconds())?)
    }

    /// The instant at which so many working days have ended since `from`.
    pub fn days_after(&self, from: DateTime<Utc>, days: i64) -> Option<DateTime<Utc>> {
        if days <= 0 {
            return Some(from);
        }
        let day = self.days.day_of(self.days_until(from).checked_add(days)?, &self.odd)?;
        let (_, close) = self.hours(day).ends()?;
        self.instant(day, close)
    }

    /// When a limit ends that begins at `from`. Minutes and hours are of working time. The first of its working days is
    /// the one after the day on which it begins, and it ends when the office closes on the last.
    pub fn due(&self, from: DateTime<Utc>, limit: &TimeLimit) -> Option<DateTime<Utc>> {
        match limit.working_time() {
            Some(time) => self.after(from, time),
            None => self.days_after(self.midnight(from)?, i64::from(limit.amount())),
        }
    }

    /// The midnight that ends the day in which this instant lies.
    pub fn midnight(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (day, _) = self.local(at);
        self.instant(day, DAY)
    }

    /// Whether the office works at this instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let (day, time) = self.local(at);
        let hours = self.hours(day);
        hours.over_at(time + 1) > hours.over_at(time)
    }

    /// The first instant from this one on at which the office works.
    pub fn opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.after(at, TimeDelta::milliseconds(1)).map(|soon| soon - TimeDelta::milliseconds(1))
    }

    /// The first instant at which the count of working time is this.
    fn reached(&self, count: i64) -> Option<DateTime<Utc>> {
        let day = self.time.day_of(count, &self.odd)?;
        let spent = count - self.time.until(day, &self.odd);
        self.instant(day, self.hours(day).when_over(spent)?)
    }

    fn time_until(&self, at: DateTime<Utc>) -> i64 {
        let (day, time) = self.local(at);
        self.time.until(day, &self.odd) + self.hours(day).over_at(time)
    }

    fn days_until(&self, at: DateTime<Utc>) -> i64 {
        let (day, time) = self.local(at);
        let closed = self.hours(day).ends().is_some_and(|(_, close)| close <= time);
        self.days.until(day, &self.odd) + i64::from(closed)
    }

    /// The day and the time on it, as clocks in the zone show them.
    fn local(&self, at: DateTime<Utc>) -> (i64, i64) {
        let local = at.timestamp_millis() - FIRST_AT + self.offset();
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    fn instant(&self, day: i64, time: i64) -> Option<DateTime<Utc>> {
        let local = day.checked_mul(DAY)?.checked_add(time)?;
        DateTime::from_timestamp_millis(local.checked_add(FIRST_AT - self.offset())?)
    }

    fn offset(&self) -> i64 {
        i64::from(self.zone.offset().local_minus_utc()) * 1000
    }

    fn hours(&self, day: i64) -> &Hours {
        #[cfg(test)]
        tests::LOOKED.set(tests::LOOKED.get() + 1);
        match self.odd.binary_search_by_key(&day, |(day, _)| *day) {
            Ok(place) => &self.odd[place].1,
            Err(_) => &self.week[day.rem_euclid(7) as usize],
        }
    }
}

impl Count {
    fn new(week: &[Hours; 7], odd: &[(i64, Hours)], of: impl Fn(&Hours) -> i64) -> Count {
        let mut before = [0; 8];
        for (day, hours) in week.iter().enumerate() {
            before[day + 1] = before[day] + of(hours);
        }
        let changes = odd.iter().scan(0, |sum, (day, hours)| {
            *sum += of(hours) - of(&week[day.rem_euclid(7) as usize]);
            Some(*sum)
        });
        Count { week: before, odd: changes.collect() }
    }

    /// The count when a day begins.
    fn until(&self, day: i64, odd: &[(i64, Hours)]) -> i64 {
        self.regular(day) + self.change(odd.partition_point(|(one, _)| *one < day))
    }

    /// What it would be if every week were the same.
    fn regular(&self, day: i64) -> i64 {
        day.div_euclid(7) * self.week[7] + self.week[day.rem_euclid(7) as usize]
    }

    /// What the first so many odd days change.
    fn change(&self, odd: usize) -> i64 {
        if odd == 0 { 0 } else { self.odd[odd - 1] }
    }

    /// The day in which the count reaches `target`; none where it never does.
    fn day_of(&self, target: i64, odd: &[(i64, Hours)]) -> Option<i64> {
        // The odd days that are over before.
        let over = odd.partition_point(|(day, _)| self.until(day + 1, odd) < target);
        let next = odd.get(over).map(|(day, _)| *day);
        if self.week[7] == 0 {
            // Before the first of them there never was any.
            return next.filter(|day| self.until(*day, odd) < target);
        }
        let regular = target - self.change(over);
        let weeks = (regular - 1).div_euclid(self.week[7]);
        let rest = regular - weeks * self.week[7];
        let day = weeks * 7 + self.week[1..].partition_point(|sum| *sum < rest) as i64;
        Some(next.map_or(day, |next| day.min(next)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::calendar::{Day, DayKind, Week};

    thread_local! {
        /// How many days were looked at.
        pub static LOOKED: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn how_many_years_lie_between_makes_no_difference() {
        let hours = |text: &str| Hours::parse(text).unwrap();
        let holidays = (1971..2600).map(|year| Day {
            date: NaiveDate::from_ymd_opt(year, 8, 17).unwrap(),
            kind: DayKind::Holiday,
            name: "Proklamasi".to_owned(),
            hours: Hours::NONE,
            source: String::new(),
        });
        let calendar = Calendar {
            zone: Zone::Wib,
            week: Week { monday: hours("08:00-16:00"), friday: hours("08:00-11:30 13:00-16:30"), ..Week::default() },
            source: String::new(),
            seasons: Vec::new(),
            days: holidays.collect(),
        };
        let working = WorkingTime::new(&calendar).unwrap();
        let from = DateTime::from_timestamp(31_536_000, 0).unwrap();
        let looked = |work: &dyn Fn()| {
            LOOKED.set(0);
            work();
            LOOKED.get()
        };
        for years in [0, 1, 50, 500] {
            let to = from + TimeDelta::days(365 * years + 3);
            let time = working.between(from, to);
            assert_eq!(looked(&|| _ = working.between(from, to)), 2, "{years} years");
            assert_eq!(looked(&|| _ = working.after(from, time)), 2, "{years} years");
            assert_eq!(looked(&|| _ = working.days_between(from, to)), 2, "{years} years");
            assert_eq!(looked(&|| _ = working.days_after(from, 52 * years + 1)), 2, "{years} years");
        }
    }
}
