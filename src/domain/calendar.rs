//! The school's days: periods, holidays and closures. A value of the configuration; rules only.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time, Weekday};

use super::reservation::Span;

/// Periods and days without lessons.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// The periods of a school day, in their order.
    pub slots: Vec<Slot>,
    /// French school holidays of this zone count.
    pub zone: Option<char>,
    /// Days without lessons, besides the zone's.
    pub closed: Vec<Closure>,
    /// The Monday of a week A.
    pub week_a: Option<Date>,
    /// Mondays whose letter is set by hand.
    pub week_letters: Vec<(Date, char)>,
}

/// One period of the school day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// « M1 ».
    pub id: String,
    /// Wall-clock.
    pub start: Time,
    /// Wall-clock; the interval is half-open.
    pub end: Time,
    /// When it is taught.
    pub days: Vec<Weekday>,
}

impl Slot {
    /// The slot on a day, taught or not.
    pub fn on(&self, date: Date) -> Span {
        Span { date, start: self.start, end: self.end }
    }

    /// Whether it is taught on a weekday.
    pub fn is_taught(&self, date: Date) -> bool {
        self.days.contains(&date.weekday())
    }
}

/// Days without lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// « Vacances de Noël ».
    pub label: String,
}

impl Calendar {
    /// Why there are no lessons on a day; `None`: there are.
    pub fn closure(&self, date: Date) -> Option<Why> {
        let own = self.closed.iter().find(|closure| closure.from <= date && date <= closure.to);
        if let Some(closure) = own {
            return Some(Why::Own(closure.label.clone()));
        }
        if let Some(zone) = self.zone {
            if let Some(holiday) = public_holiday(date) {
                return Some(Why::Known(holiday));
            }
            if let Some(holidays) = school_holidays(zone, date) {
                return Some(Why::Known(holidays));
            }
        }
        let taught = self.slots.is_empty() || self.slots.iter().any(|slot| slot.is_taught(date));
        (!taught).then_some(Why::NotTaught)
    }

    /// A slot by its id, as typed.
    pub fn slot(&self, typed: &str) -> Option<&Slot> {
        let folded = super::key::fold(typed);
        self.slots.iter().find(|slot| super::key::fold(&slot.id) == folded)
    }

    /// The slot that is exactly this time.
    pub fn slot_at(&self, span: &Span) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.start == span.start && slot.end == span.end)
    }

    /// The slots that are taught on a day.
    pub fn slots_on(&self, date: Date) -> impl Iterator<Item = &Slot> {
        let closed = self.closure(date).is_some();
        self.slots.iter().filter(move |slot| !closed && slot.is_taught(date))
    }
}

/// Why there are no lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The school's own closure: its label.
    Own(String),
    /// A holiday: the key of its name in the locale.
    Known(&'static str),
    /// No slot is taught on that weekday.
    NotTaught,
}

/// First day without lessons and first day with them again, all zones alike (arrêtés of the ministry).
const ALL_ZONES: [(&str, &str, &str); 8] = [
    ("holiday-autumn", "2025-10-18", "2025-11-03"),
    ("holiday-christmas", "2025-12-20", "2026-01-05"),
    ("holiday-ascension-bridge", "2026-05-14", "2026-05-18"),
    ("holiday-summer", "2026-07-04", "2026-08-31"),
    ("holiday-autumn", "2026-10-17", "2026-11-02"),
    ("holiday-christmas", "2026-12-19", "2027-01-04"),
    ("holiday-ascension-bridge", "2027-05-06", "2027-05-10"),
    ("holiday-summer", "2027-07-03", "2027-08-30"),
];

/// The same by zone.
const BY_ZONE: [(char, &str, &str, &str); 12] = [
    ('A', "holiday-winter", "2026-02-07", "2026-02-23"),
    ('B', "holiday-winter", "2026-02-14", "2026-03-02"),
    ('C', "holiday-winter", "2026-02-21", "2026-03-09"),
    ('A', "holiday-spring", "2026-04-04", "2026-04-20"),
    ('B', "holiday-spring", "2026-04-11", "2026-04-27"),
    ('C', "holiday-spring", "2026-04-18", "2026-05-04"),
    ('A', "holiday-winter", "2027-02-13", "2027-03-01"),
    ('B', "holiday-winter", "2027-02-20", "2027-03-08"),
    ('C', "holiday-winter", "2027-02-06", "2027-02-22"),
    ('A', "holiday-spring", "2027-04-10", "2027-04-26"),
    ('B', "holiday-spring", "2027-04-17", "2027-05-03"),
    ('C', "holiday-spring", "2027-04-03", "2027-04-19"),
];

fn school_holidays(zone: char, date: Date) -> Option<&'static str> {
    let within = |from: &str, to: &str| {
        let day = |text: &str| text.parse::<Date>().expect("the table holds dates");
        day(from) <= date && date < day(to)
    };
    let everywhere = ALL_ZONES.iter().find(|(_, from, to)| within(from, to)).map(|(name, ..)| *name);
    everywhere
        .or_else(|| BY_ZONE.iter().find(|(of, _, from, to)| *of == zone && within(from, to)).map(|(_, name, ..)| *name))
}

/// French public holidays (Code du travail, article L3133-1): the key of the name.
fn public_holiday(date: Date) -> Option<&'static str> {
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
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn easter_is_where_almanacs_have_it() {
        for (year, day) in [
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), date(day));
        }
    }

    #[test]
    fn holidays_end_on_the_day_lessons_resume() {
        let calendar = Calendar { zone: Some('C'), ..Calendar::default() };
        assert_eq!(calendar.closure(date("2026-10-17")), Some(Why::Known("holiday-autumn")));
        assert_eq!(calendar.closure(date("2026-11-02")), None);
        assert_eq!(calendar.closure(date("2026-11-11")), Some(Why::Known("holiday-armistice")));
        assert_eq!(calendar.closure(date("2027-02-21")), Some(Why::Known("holiday-winter")));
        assert_eq!(calendar.closure(date("2027-02-22")), None);
        assert_eq!(calendar.closure(date("2027-03-29")), Some(Why::Known("holiday-easter-monday")));
        assert_eq!(Calendar::default().closure(date("2026-11-11")), None);
    }
}
