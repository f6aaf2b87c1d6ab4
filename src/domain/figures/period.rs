//! The days that figures speak of. Knows the school's year, and not which day it is.

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};
use serde::Serialize;

/// The month in which a French school year begins; it ends with the day before, a year later.
const FIRST_MONTH: i8 = 9;

/// Days, both of them included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// The days from one to the other; `None` when they stand the wrong way round.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// The school year that a day lies in: 1 September to 31 August.
    pub fn school_year(day: Date) -> Self {
        let year = if day.month() >= FIRST_MONTH { day.year() } else { day.year() - 1 };
        let last = Date::new(year + 1, FIRST_MONTH - 1, 31).unwrap_or(Date::MAX);
        Self { from: date(year, FIRST_MONTH, 1), to: last }
    }

    /// The first and the last civil year, when this is a whole school year.
    pub fn as_school_year(self) -> Option<(i16, i16)> {
        (self == Self::school_year(self.from)).then(|| (self.from.year(), self.to.year()))
    }

    /// The same days, a year before.
    #[must_use]
    pub fn year_before(self) -> Self {
        Self { from: year_before(self.from), to: year_before(self.to) }
    }

    /// Whether a day is one of them.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// The first day of each month that has days in it.
    pub fn months(self) -> Vec<Date> {
        let next = |month: &Date| later(*month, 1.month());
        std::iter::successors(Some(self.from.first_of_month()), next).take_while(|month| *month <= self.to).collect()
    }
}

/// The same day a year before; the 28th for a 29 February.
pub fn year_before(day: Date) -> Date {
    later(day, (-1).year()).unwrap_or(day)
}

fn later(day: Date, span: Span) -> Option<Date> {
    day.checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_year_turns_on_the_first_of_september() {
        let year = Period::school_year(date(2026, 9, 1));
        assert_eq!((year.from, year.to), (date(2026, 9, 1), date(2027, 8, 31)));
        assert_eq!(Period::school_year(date(2027, 8, 31)), year);
        assert_eq!(Period::school_year(date(2026, 8, 31)), year.year_before());
        assert_eq!(Period::school_year(Date::MAX).to, Date::MAX);
        assert_eq!(year.as_school_year(), Some((2026, 2027)));
        assert_eq!(Period { to: date(2027, 8, 30), ..year }.as_school_year(), None);
        assert_eq!(year.months().len(), 12);
    }

    #[test]
    fn both_ends_count_and_a_leap_day_has_a_day_before() {
        let period = Period::new(date(2028, 1, 31), date(2028, 2, 29)).unwrap();
        assert!(period.contains(period.from) && period.contains(period.to));
        assert!(!period.contains(date(2028, 3, 1)));
        assert_eq!(period.months(), [date(2028, 1, 1), date(2028, 2, 1)]);
        assert_eq!(period.year_before().to, date(2027, 2, 28));
        assert!(Period::new(period.to, period.from).is_none());
    }
}
