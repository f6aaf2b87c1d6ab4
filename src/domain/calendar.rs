//! The school's days: periods, holidays and closures. A value of the configuration; rules only.

mod holidays;
mod letters;

use jiff::ToSpan as _;
use jiff::civil::{Date, Time, Weekday};

use self::holidays::public_holiday;
pub use self::holidays::{Holiday, HolidayName};
use self::letters::Letters;
pub use self::letters::{Letter, monday};
use super::reservation::Span;

/// Periods, days without lessons and week letters.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// The periods of a school day, in their order.
    pub slots: Vec<Slot>,
    /// School holidays of the site's zone, in their order.
    pub holidays: Vec<Holiday>,
    /// French public holidays count.
    pub public_holidays: bool,
    /// Days without lessons, besides these.
    pub closed: Vec<Closure>,
    letters: Letters,
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
    /// A calendar without week letters.
    pub fn new(slots: Vec<Slot>, holidays: Vec<Holiday>, public_holidays: bool, closed: Vec<Closure>) -> Self {
        Self { slots, holidays, public_holidays, closed, letters: Letters::default() }
    }

    /// Why there are no lessons on a day; `None`: there are.
    pub fn closure(&self, date: Date) -> Option<Why> {
        let own = self.closed.iter().find(|closure| closure.from <= date && date <= closure.to);
        if let Some(closure) = own {
            return Some(Why::Own(closure.label.clone()));
        }
        if let Some(holiday) = public_holiday(date).filter(|_| self.public_holidays) {
            return Some(Why::Known(holiday));
        }
        if let Some(holiday) = self.holidays.iter().find(|holiday| holiday.covers(date)) {
            return Some(match &holiday.name {
                HolidayName::Known(key) => Why::Known(key),
                HolidayName::Own(label) => Why::Own(label.clone()),
            });
        }
        let taught = self.slots.is_empty() || self.slots.iter().any(|slot| slot.is_taught(date));
        (!taught).then_some(Why::NotTaught)
    }

    /// The same calendar whose letters alternate from these Mondays on.
    #[must_use]
    pub fn with_letters(mut self, named: &[(Date, Letter)]) -> Self {
        let weekend = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        // Without periods nobody says whether Saturday is taught: it makes no week of lessons.
        let is_taught = |date| self.closure(date).is_none() && !(self.slots.is_empty() && weekend(date));
        self.letters = Letters::new(named, is_taught);
        self
    }

    /// Whether the school has week letters.
    pub fn has_letters(&self) -> bool {
        !self.letters.is_empty()
    }

    /// The letter of a day's week; none: no lessons in it, or the school has no letters.
    pub fn letter(&self, date: Date) -> Option<Letter> {
        self.letters.of(date)
    }

    /// The Mondays of the weeks that have a letter, of half a year before a day and a year after it.
    pub fn lettered(&self, day: Date) -> impl Iterator<Item = Date> {
        let mondays = (-26..=52_i64).filter_map(move |weeks| monday(day).checked_add(weeks.weeks()).ok());
        mondays.filter(|monday| self.letter(*monday).is_some())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The calendar of a site, from what stands in its `[calendar]`.
    fn calendar(toml: &str) -> Calendar {
        crate::config::Site::parse(&format!("[site]\ntitle = \"x\"\n[calendar]\n{toml}\n")).unwrap().calendar
    }

    fn letters(calendar: &Calendar, mondays: &[&str]) -> String {
        mondays
            .iter()
            .map(|day| calendar.letter(date(day)).map_or("-".to_owned(), |letter| letter.to_string()))
            .collect()
    }

    #[test]
    fn holidays_end_on_the_day_lessons_resume() {
        let calendar = calendar("zone = \"C\"");
        assert_eq!(calendar.closure(date("2026-10-17")), Some(Why::Known("holiday-autumn")));
        assert_eq!(calendar.closure(date("2026-11-02")), None);
        assert_eq!(calendar.closure(date("2026-11-11")), Some(Why::Known("holiday-armistice")));
        assert_eq!(calendar.closure(date("2027-02-21")), Some(Why::Known("holiday-winter")));
        assert_eq!(calendar.closure(date("2027-02-22")), None);
        assert_eq!(calendar.closure(date("2027-03-29")), Some(Why::Known("holiday-easter-monday")));
        assert_eq!(Calendar::default().closure(date("2026-11-11")), None);
    }

    #[test]
    fn each_zone_has_its_holidays() {
        let common = [("2026-10-17", "2026-11-02"), ("2026-12-19", "2027-01-04"), ("2027-05-06", "2027-05-10")];
        for (zone, winter, spring) in [
            ("A", ("2027-02-13", "2027-03-01"), ("2027-04-10", "2027-04-26")),
            ("B", ("2027-02-20", "2027-03-08"), ("2027-04-17", "2027-05-03")),
            ("C", ("2027-02-06", "2027-02-22"), ("2027-04-03", "2027-04-19")),
        ] {
            let calendar = calendar(&format!("zone = \"{zone}\""));
            let mut closed = Vec::new();
            let mut day = date("2026-08-31");
            while day < date("2027-07-03") {
                closed.extend(calendar.closure(day).filter(|_| public_holiday(day).is_none()).map(|_| day));
                day = day.tomorrow().unwrap();
            }
            let mut expected = Vec::new();
            for (from, resume) in common.into_iter().chain([winter, spring]) {
                let mut day = date(from);
                while day < date(resume) {
                    expected.extend(public_holiday(day).is_none().then_some(day));
                    day = day.tomorrow().unwrap();
                }
            }
            expected.sort();
            assert_eq!(closed, expected, "zone {zone}");
            assert!(calendar.closure(date("2027-07-03")).is_some());
        }
    }

    #[test]
    fn letters_alternate_over_weeks_with_lessons() {
        let calendar = calendar("zone = \"C\"\nweek_a = 2026-08-31");
        let mondays = [
            "2026-10-12",
            "2026-11-02",
            "2026-11-23",
            "2026-12-14",
            "2027-01-04",
            "2027-02-01",
            "2027-02-22",
            "2027-03-29",
            "2027-04-19",
        ];
        assert_eq!(letters(&calendar, &mondays), "ABABAABAB");
        // Holidays have no letter, nor has what was before the first week A.
        assert_eq!(letters(&calendar, &["2026-10-19", "2026-12-28", "2027-07-05", "2026-08-24"]), "----");
        // The Friday of a week is of the same letter as its Monday; a public holiday changes nothing.
        assert_eq!(letters(&calendar, &["2026-10-16", "2026-11-09", "2026-11-11"]), "AAA");
    }

    #[test]
    fn a_year_of_53_weeks_does_not_turn_letters_round() {
        // Weeks 53 of 2026 and 1 of 2027 are both odd: without holidays the letters alternate all the same.
        let calendar = calendar("week_a = 2026-12-21");
        assert_eq!(date("2026-12-28").iso_week_date().week(), 53);
        assert_eq!(letters(&calendar, &["2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11"]), "ABAB");
    }

    #[test]
    fn a_week_counts_from_one_day_with_lessons_on() {
        // Only the Friday of the week of 9 November has lessons; in that of the 16th no day has.
        let calendar = calendar(
            "week_a = 2026-11-02\nclosed = [{ from = 2026-11-09, to = 2026-11-12 }, { from = 2026-11-16, to = 2026-11-20 }]",
        );
        assert_eq!(letters(&calendar, &["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]), "AB-A");
    }

    #[test]
    fn a_corrected_letter_goes_on_from_there() {
        let calendar = calendar(
            "zone = \"C\"\nweek_a = 2026-08-31\nweek_letters = { \"2027-03-15\" = \"A\", \"2026-10-19\" = \"A\" }",
        );
        // A week of holidays has none, but the next one begins with the letter that was named.
        assert_eq!(letters(&calendar, &["2026-10-12", "2026-10-19", "2026-11-02", "2026-11-09"]), "A-AB");
        assert_eq!(letters(&calendar, &["2027-03-08", "2027-03-15", "2027-03-22"]), "AAB");
    }

    #[test]
    fn mondays_are_found_across_months_and_leap_days() {
        for day in 0..7_i64 {
            assert_eq!(monday(date("2028-02-28").checked_add(day.days()).unwrap()), date("2028-02-28"));
        }
    }
}
