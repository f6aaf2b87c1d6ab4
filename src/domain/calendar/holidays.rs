//! Days off that France has in common: public holidays, which are computed, and what a school holiday is.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A school holiday of the site's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// What it is called.
    pub name: HolidayName,
    /// The first day without lessons.
    pub from: Date,
    /// The first day with lessons again.
    pub resume: Date,
    /// Nobody has published yet when lessons resume.
    pub presumed: bool,
}

/// What a holiday is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HolidayName {
    /// The key of its name in the locale.
    Known(&'static str),
    /// As the site's own file has it.
    Own(String),
}

impl Holiday {
    /// Whether there are no lessons on a day because of it.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && date < self.resume
    }
}

impl HolidayName {
    const KNOWN: [(&'static str, &'static str); 6] = [
        ("autumn", "holiday-autumn"),
        ("christmas", "holiday-christmas"),
        ("winter", "holiday-winter"),
        ("spring", "holiday-spring"),
        ("summer", "holiday-summer"),
        ("ascension-bridge", "holiday-ascension-bridge"),
    ];

    /// As files have it: one of the usual names, or any text.
    pub fn new(typed: &str) -> Self {
        let known = Self::KNOWN.iter().find(|(name, _)| *name == typed);
        known.map_or_else(|| Self::Own(typed.to_owned()), |(_, key)| Self::Known(key))
    }
}

/// French public holidays (Code du travail, article L3133-1): the key of the name.
pub fn public_holiday(date: Date) -> Option<&'static str> {
    let fixed = match (date.month(), date.day()) {
        (1, 1) => Some("holiday-new-year"),
        (5, 1) => Some("holiday-labour"),
        (5, 8) => Some("holiday-victory"),
        (7, 14) => Some("holiday-national"),
        (8, 15) => Some("holiday-assumption"),
        (11, 1) => Some("holiday-all-saints"),
        (11, 11) => Some("holiday-armistice"),
        (12, 25) => Some("holiday-christmas-day"),
        _ => None,
    };
    fixed.or_else(|| {
        let easter = easter(date.year());
        let days = easter.until(date).map(|span| span.get_days()).unwrap_or_default();
        match days {
            1 => Some("holiday-easter-monday"),
            39 => Some("holiday-ascension"),
            50 => Some("holiday-whit-monday"),
            _ => None,
        }
    })
}

/// Easter Sunday of a Gregorian year (the anonymous Gregorian computus, Nature, 1876).
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let days = moon + sunday - 7 * late + 114;
    // Counted from 22 March on, which is day 114 - 31 × 3 + 1 of the formula's month and day.
    let first = Date::new(i16::try_from(year).unwrap_or(i16::MAX), 3, 1).expect("1 March exists");
    first.checked_add((days - 31 * 3).days()).expect("Easter is in March or April")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn easter_is_where_almanacs_have_it() {
        for (year, month, day) in
            [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2028, 4, 16), (2038, 4, 25)]
        {
            assert_eq!(easter(year), date(year, month, day));
        }
    }

    #[test]
    fn public_holidays_move_with_easter_or_stay() {
        let of = |year: i16| {
            let mut days = Vec::new();
            let mut day = date(year, 1, 1);
            while day.year() == year {
                days.extend(public_holiday(day).map(|key| (day.to_string()[5..].to_owned(), key)));
                day = day.tomorrow().unwrap();
            }
            days
        };
        assert_eq!(of(2026).len(), 11);
        // The Ascension can fall on another public holiday: one day off, then.
        assert_eq!(of(2008).len(), 10);
        assert!(of(2027).contains(&("03-29".to_owned(), "holiday-easter-monday")));
        assert!(of(2027).contains(&("05-06".to_owned(), "holiday-ascension")));
        assert!(of(2028).contains(&("06-05".to_owned(), "holiday-whit-monday")));
    }
}
