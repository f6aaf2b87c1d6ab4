//! How the form says that a booking repeats: `repeat` and `until`, and the days that its holder takes out because
//! somebody else has them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::BookingFields;
use crate::domain::calendar::{Calendar, Letter};
use crate::domain::draft::{Fault, shortened};
use crate::domain::reservation::Span;
use crate::domain::series::Series;
use crate::phrase::Phrase;

/// What `repeat` may be, in the order of the form; the first is what is meant when nothing is said.
pub const REPEATS: [&str; 4] = ["none", "weekly", "week-a", "week-b"];

impl Series {
    /// What `repeat` is for a series of each week.
    pub fn repeat(&self) -> &'static str {
        match self.weeks {
            None => "weekly",
            Some(Letter::A) => "week-a",
            Some(Letter::B) => "week-b",
        }
    }
}

impl BookingFields {
    /// Whether it is to repeat, in a way that is known.
    pub fn repeats(&self) -> bool {
        REPEATS[1..].contains(&self.repeat.trim())
    }

    /// The first time of a booking and how it repeats; `typed` is the time that was chosen. It begins in the first week
    /// of its letter, and what is left of it when all but one day are taken out is a booking of that day.
    pub(super) fn repetition(&self, typed: Span, calendar: &Calendar) -> Result<(Span, Option<Series>), Fault> {
        if matches!(self.repeat.trim(), "" | "none") {
            return Ok((typed, None));
        }
        let letter = self.letter()?;
        if letter.is_some() && calendar.letter(typed.date).is_none() {
            return Err(Fault::new("repeat", Phrase::new("fault-repeat-no-letters")));
        }
        let mut series = Series::weekly(self.until(typed.date)?, letter);
        let skipped = self.skipped();
        let (out, left): (Vec<Date>, Vec<Date>) =
            series.days(typed.date, calendar).partition(|day| skipped.contains(day));
        let Some(first) = left.first().copied() else {
            return Err(Fault::new("until", Phrase::new("fault-until-no-day")));
        };
        series.exdates = out.into_iter().filter(|day| *day > first).collect();
        Ok((Span { date: first, ..typed }, (left.len() > 1).then_some(series)))
    }

    /// How it is to repeat from a day on, as far as that makes sense.
    pub(in crate::domain) fn series(&self, first: Date, calendar: &Calendar) -> Option<Series> {
        let letter = self.letter().ok().filter(|letter| letter.is_none() || calendar.has_letters())?;
        let until: Date = self.until.trim().parse().ok().filter(|until| first <= *until)?;
        Some(Series::weekly(until.min(Series::latest(first)), letter))
    }

    /// The weeks in which it is to repeat: all, or those of a letter.
    fn letter(&self) -> Result<Option<Letter>, Fault> {
        match self.repeat.trim() {
            "weekly" => Ok(None),
            "week-a" => Ok(Some(Letter::A)),
            "week-b" => Ok(Some(Letter::B)),
            other => {
                let unknown = Phrase::new("fault-repeat-unknown").with("typed", shortened(other));
                Err(Fault::new("repeat", unknown.with("choices", REPEATS.join(", "))))
            }
        }
    }

    fn until(&self, first: Date) -> Result<Date, Fault> {
        let fault = |phrase: Phrase| Fault::new("until", phrase);
        let typed = self.until.trim();
        if typed.is_empty() {
            return Err(fault(Phrase::new("fault-until-missing")));
        }
        let odd = || fault(Phrase::new("fault-date-odd").with("typed", shortened(typed)));
        let until: Date = typed.parse().map_err(|_| odd())?;
        let latest = Series::latest(first);
        match until {
            until if until < first => Err(fault(Phrase::new("fault-until-before"))),
            until if until > latest => Err(fault(Phrase::new("fault-until-far").with("day", latest))),
            until => Ok(until),
        }
    }

    /// The days that are taken out; what is no day means none.
    fn skipped(&self) -> BTreeSet<Date> {
        self.skip.split(',').filter_map(|day| day.trim().parse().ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        let text = "[site]\ntitle = \"x\"\n[calendar]\nzone = \"C\"\nweek_a = 2026-08-31\n";
        crate::config::Site::parse(text).unwrap().calendar
    }

    fn said(repeat: &str, until: &str, skip: &str) -> Result<(String, Option<Series>), (&'static str, &'static str)> {
        let fields =
            BookingFields { repeat: repeat.into(), until: until.into(), skip: skip.into(), ..BookingFields::default() };
        let span = Span {
            date: "2026-11-24".parse().unwrap(),
            start: "10:30".parse().unwrap(),
            end: "11:25".parse().unwrap(),
        };
        let found = fields.repetition(span, &calendar());
        found.map(|(span, series)| (span.date.to_string(), series)).map_err(|fault| (fault.field, fault.message.key))
    }

    #[test]
    fn each_rule_names_its_field() {
        assert_eq!(said("", "", ""), Ok(("2026-11-24".into(), None)));
        assert_eq!(said("daily", "2026-12-15", ""), Err(("repeat", "fault-repeat-unknown")));
        assert_eq!(said("weekly", "", ""), Err(("until", "fault-until-missing")));
        assert_eq!(said("weekly", "2026-11-31", ""), Err(("until", "fault-date-odd")));
        assert_eq!(said("weekly", "2026-11-23", ""), Err(("until", "fault-until-before")));
        assert_eq!(said("weekly", "2028-09-01", ""), Err(("until", "fault-until-far")));
        assert_eq!(said("week-b", "2026-11-30", ""), Err(("until", "fault-until-no-day")));
        assert_eq!(said("weekly", "2026-12-01", "2026-11-24,2026-12-01"), Err(("until", "fault-until-no-day")));
    }

    #[test]
    fn a_series_begins_on_its_first_day_and_keeps_what_was_taken_out_after_it() {
        let (first, series) = said("week-b", "2027-01-15", "").unwrap();
        assert_eq!((first.as_str(), series.unwrap().weeks), ("2026-12-01", Some(Letter::B)));
        // The last day too, and nothing that is no day of the series: its file would be wrong.
        let (first, series) =
            said("weekly", "2027-01-05", "2026-11-24, 2026-12-08, 2026-12-09, 2026-12-22, 2027-01-05, x").unwrap();
        let exdates: Vec<String> = series.unwrap().exdates.iter().map(Date::to_string).collect();
        assert_eq!((first.as_str(), exdates), ("2026-12-01", vec!["2026-12-08".to_owned(), "2027-01-05".to_owned()]));
        assert_eq!(said("weekly", "2026-12-01", "2026-12-01"), Ok(("2026-11-24".into(), None)));
    }
}
