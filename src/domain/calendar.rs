//! The school's days: periods, holidays and closures. A value of the configuration; rules only.

mod grid;
mod holidays;
mod letters;

use std::num::NonZeroUsize;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

pub use self::grid::{Grid, Run, Slot};
use self::holidays::public_holiday;
pub use self::holidays::{Holiday, HolidayName};
use self::letters::Letters;
pub use self::letters::{Letter, monday};
use super::reservation::Span;

/// Periods, days without lessons and week letters.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// The periods of a usual school day, in their order.
    pub usual: Vec<Slot>,
    /// Those of days that have their own; no two grids have a day in common.
    pub grids: Vec<Grid>,
    /// School holidays of the site's zone, in their order.
    pub holidays: Vec<Holiday>,
    /// French public holidays count.
    pub public_holidays: bool,
    /// Days without lessons, besides these.
    pub closed: Vec<Closure>,
    letters: Letters,
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
    pub fn new(
        usual: Vec<Slot>,
        grids: Vec<Grid>,
        holidays: Vec<Holiday>,
        public_holidays: bool,
        closed: Vec<Closure>,
    ) -> Self {
        Self { usual, grids, holidays, public_holidays, closed, letters: Letters::default() }
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
        (!self.is_taught(date)).then_some(Why::NotTaught)
    }

    /// Whether there are lessons on a day, but for what closes it; without periods nobody says so.
    pub fn is_taught(&self, date: Date) -> bool {
        let slots = self.slots_of(date);
        slots.is_empty() || slots.iter().any(|slot| slot.is_taught(date))
    }

    /// The same calendar whose letters alternate from these Mondays on.
    #[must_use]
    pub fn with_letters(mut self, named: &[(Date, Letter)]) -> Self {
        let weekend = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        // Without periods nobody says whether Saturday is taught: it makes no week of lessons.
        let is_taught = |date| self.closure(date).is_none() && !(self.slots_of(date).is_empty() && weekend(date));
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

    /// Whether the school has periods at all.
    pub fn has_slots(&self) -> bool {
        !self.usual.is_empty() || !self.grids.is_empty()
    }

    /// The grid of a day that has its own.
    pub fn grid(&self, date: Date) -> Option<&Grid> {
        self.grids.iter().find(|grid| grid.covers(date))
    }

    /// The slots of the grid that is in force on a day, those of other weekdays among them.
    pub fn slots_of(&self, date: Date) -> &[Slot] {
        self.grid(date).map_or(&self.usual, |grid| &grid.slots)
    }

    /// The slots that are taught on a day.
    pub fn slots_on(&self, date: Date) -> impl Iterator<Item = &Slot> {
        let closed = self.closure(date).is_some();
        self.slots_of(date).iter().filter(move |slot| !closed && slot.is_taught(date))
    }

    /// A slot of a day by its id, as typed; one that is not taught then where none is.
    pub fn slot(&self, date: Date, typed: &str) -> Option<&Slot> {
        let folded = super::key::fold(typed);
        let named = || self.slots_of(date).iter().filter(|slot| super::key::fold(&slot.id) == folded);
        named().find(|slot| slot.is_taught(date)).or_else(|| named().next())
    }

    /// The slot, or the slots from one to another, that are exactly this time.
    pub fn run_at(&self, span: &Span) -> Option<Run<'_>> {
        let taught = || self.slots_of(span.date).iter().filter(|slot| slot.is_taught(span.date));
        if let Some(slot) = taught().find(|slot| slot.on(span.date) == *span) {
            return Run::new(slot, slot);
        }
        let first = taught().find(|slot| slot.start == span.start)?;
        let last = taught().find(|slot| slot.end == span.end)?;
        Run::new(first, last)
    }

    /// As many slots of a day as are asked for, one after the other, from each slot on with which that can be.
    pub fn runs_on(&self, date: Date, slots: NonZeroUsize) -> Vec<Span> {
        let mut taught: Vec<&Slot> = self.slots_on(date).collect();
        taught.sort_by_key(|slot| (slot.start, slot.end));
        let run = |slots: &[&Slot]| Some(Run::new(slots.first()?, slots.last()?)?.on(date));
        taught.windows(slots.get()).filter_map(run).collect()
    }

    /// How many slots of its day a time touches; of a weekday that is not taught, as if it were. At least one.
    pub fn length(&self, span: &Span) -> NonZeroUsize {
        let touched = || self.slots_of(span.date).iter().filter(|slot| slot.on(span.date).overlaps(span));
        let taught = touched().filter(|slot| slot.is_taught(span.date)).count();
        let slots = if taught > 0 { taught } else { touched().count() };
        NonZeroUsize::new(slots).unwrap_or(NonZeroUsize::MIN)
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

    /// The slots that are taught on a day: « M1 08:00–08:55 ».
    fn slots(calendar: &Calendar, day: &str) -> Vec<String> {
        let said = |slot: &Slot| format!("{} {}–{}", slot.id, slot.start.strftime("%H:%M"), slot.end.strftime("%H:%M"));
        calendar.slots_on(date(day)).map(said).collect()
    }

    /// Usual days, a grid from a Tuesday to a Wednesday, and another one from the next school year on.
    const GRIDS: &str = "slots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:05\", end = \"10:00\" }, \
         { id = \"S1\", start = \"13:30\", end = \"14:25\", days = [\"mon\", \"tue\", \"thu\", \"fri\"] }]\n\
         [[calendar.grids]]\nfrom = 2028-02-29\nto = 2028-03-01\nlabel = \"Brevet blanc\"\n\
         slots = [{ id = \"M1\", start = \"08:30\", end = \"10:30\", days = [\"tue\"] }, { id = \"M1\", start = \"09:00\", end = \"11:00\", days = [\"wed\"] }]\n\
         [[calendar.grids]]\nfrom = 2028-09-01\nslots = [{ id = \"C1\", start = \"08:15\", end = \"09:10\" }]";

    #[test]
    fn a_grid_holds_from_its_first_day_to_its_last() {
        let calendar = calendar(GRIDS);
        let usual = ["M1 08:00–08:55", "M2 09:05–10:00", "S1 13:30–14:25"];
        assert_eq!(slots(&calendar, "2028-02-28"), usual);
        assert_eq!(slots(&calendar, "2028-02-29"), ["M1 08:30–10:30"]);
        assert_eq!(slots(&calendar, "2028-03-01"), ["M1 09:00–11:00"]);
        assert_eq!(slots(&calendar, "2028-03-02"), usual);
        assert_eq!(slots(&calendar, "2028-03-08"), usual[..2]);
        assert_eq!(
            (slots(&calendar, "2028-08-31"), slots(&calendar, "2028-09-01")),
            (usual.map(str::to_owned).into(), vec!["C1 08:15–09:10".to_owned()])
        );
        assert_eq!(calendar.grid(date("2028-02-29")).map(|grid| grid.label.as_str()), Some("Brevet blanc"));
    }

    #[test]
    fn a_name_and_a_time_mean_the_slots_of_their_day() {
        let calendar = calendar(GRIDS);
        let named = |day: &str, typed: &str| calendar.slot(date(day), typed).map(|slot| slot.start.hour());
        assert_eq!(
            (named("2028-02-28", "m 1"), named("2028-03-01", "M1"), named("2028-03-01", "M2")),
            (Some(8), Some(9), None)
        );
        let run = |day: &str, start: &str, end: &str| {
            let span = Span { date: date(day), start: start.parse().unwrap(), end: end.parse().unwrap() };
            calendar.run_at(&span).map(|run| (run.first.id.clone(), run.goes_on_to().map(|last| last.id.clone())))
        };
        let (one, several) = (Some(("M1".to_owned(), None)), Some(("M1".to_owned(), Some("M2".to_owned()))));
        assert_eq!((run("2028-02-28", "08:00", "08:55"), run("2028-02-28", "08:00", "10:00")), (one.clone(), several));
        assert_eq!((run("2028-02-29", "08:00", "08:55"), run("2028-02-29", "08:30", "10:30")), (None, one));
        // A break is no slot, nor is what begins or ends in the midst of one, nor what is not taught that weekday.
        assert_eq!((run("2028-02-28", "08:55", "09:05"), run("2028-02-28", "08:00", "09:30")), (None, None));
        assert_eq!((run("2028-03-08", "13:30", "14:25"), run("2028-03-08", "09:05", "14:25")), (None, None));
    }

    #[test]
    fn runs_are_slots_one_after_the_other() {
        let calendar = calendar(GRIDS);
        let runs = |day: &str, slots: usize| -> Vec<String> {
            let runs = calendar.runs_on(date(day), NonZeroUsize::new(slots).unwrap());
            runs.iter().map(|span| format!("{}–{}", span.start.strftime("%H:%M"), span.end.strftime("%H:%M"))).collect()
        };
        assert_eq!(runs("2028-02-28", 2), ["08:00–10:00", "09:05–14:25"]);
        assert_eq!((runs("2028-02-28", 3).len(), runs("2028-02-28", 4).len(), runs("2028-03-08", 3).len()), (1, 0, 0));
        let length = |day: &str, start: &str, end: &str| {
            calendar.length(&Span { date: date(day), start: start.parse().unwrap(), end: end.parse().unwrap() }).get()
        };
        assert_eq!((length("2028-02-28", "08:00", "10:00"), length("2028-02-28", "08:55", "09:05")), (2, 1));
        assert_eq!((length("2028-02-29", "08:00", "10:00"), length("2028-03-04", "08:00", "10:00")), (1, 2));
    }

    #[test]
    fn mondays_are_found_across_months_and_leap_days() {
        for day in 0..7_i64 {
            assert_eq!(monday(date("2028-02-28").checked_add(day.days()).unwrap()), date("2028-02-28"));
        }
    }
}
