//! How a booking repeats. Its days are computed when they are asked for: holidays, closures and weeks of the other
//! letter are skipped as the calendar has them then, so that a correction of the calendar moves them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::calendar::{Calendar, Letter};
use super::figures::Period;
use super::reservation::Span;
use crate::phrase::Phrase;

/// Weeks from one occurrence to the next, at most.
const MOST_WEEKS: u8 = 52;

/// A booking that repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Every how many weeks, and until when.
    pub rule: Rule,
    /// Only weeks of this letter.
    pub weeks: Option<Letter>,
    /// What a person took out.
    pub exdates: BTreeSet<Date>,
}

/// What Guichet knows of the recurrence rules of RFC 5545 (section 3.3.10): `FREQ=WEEKLY;INTERVAL=2;UNTIL=20270702`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Weeks from one occurrence to the next; 1: each week.
    pub interval: u8,
    /// The last day that may be one.
    pub until: Date,
}

/// Why a rule is refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFault {
    /// What is wrong.
    pub message: Phrase,
    /// The remedy.
    pub hint: Phrase,
}

impl Series {
    /// Each week until a day.
    pub fn weekly(until: Date, weeks: Option<Letter>) -> Self {
        Self { rule: Rule { interval: 1, until }, weeks, exdates: BTreeSet::new() }
    }

    /// The same from one of its days on, when that day goes to another: all of them go as far, what was taken out stays
    /// out. `None`: there is no such day.
    pub fn moved(&self, from: Date, to: Date) -> Option<Self> {
        let days = i64::from(from.until(to).ok()?.get_days());
        let along = |date: Date| date.checked_add(days.days()).ok();
        let until = along(self.rule.until)?.min(Self::latest(to));
        let exdates = self.exdates.iter().filter(|day| **day > from).map(|day| along(*day)).collect::<Option<_>>()?;
        Some(Self { rule: Rule { until, ..self.rule }, weeks: self.weeks, exdates })
    }

    /// Whether the rule alone, whatever the calendar says, has a day in it.
    pub fn meets(&self, first: Date, day: Date) -> bool {
        let days = first.until(day).map_or(-1, |span| span.get_days());
        days >= 0 && days % (7 * i32::from(self.rule.interval)) == 0
    }

    /// Its days from `first` on.
    pub fn days<'a>(&'a self, first: Date, calendar: &'a Calendar) -> impl Iterator<Item = Date> + use<'a> {
        let step = i64::from(self.rule.interval).weeks();
        let days = std::iter::successors(Some(first), move |day| day.checked_add(step).ok());
        days.take_while(|day| *day <= self.rule.until).filter(|day| {
            !self.exdates.contains(day)
                && calendar.closure(*day).is_none()
                && self.weeks.is_none_or(|letter| calendar.letter(*day) == Some(letter))
        })
    }

    /// The last day that a series from `first` on may have: the end of the school year after its own.
    pub fn latest(first: Date) -> Date {
        let next = Period::school_year(first).to.saturating_add(1.day());
        Period::school_year(next).to
    }
}

/// When a booking that begins with `first` takes its resource, in order. One that does not repeat is what a person
/// wrote, also on a day without lessons.
pub fn occurrences<'a>(
    first: Span,
    series: Option<&'a Series>,
    calendar: &'a Calendar,
) -> impl Iterator<Item = Span> + use<'a> {
    let single = series.is_none().then_some(first);
    let repeated = series.into_iter().flat_map(move |series| series.days(first.date, calendar));
    single.into_iter().chain(repeated.map(move |date| Span { date, ..first }))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FREQ=WEEKLY")?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        write!(f, ";UNTIL={}", self.until.strftime("%Y%m%d"))
    }
}

impl FromStr for Rule {
    type Err = RuleFault;

    fn from_str(text: &str) -> Result<Self, RuleFault> {
        let fault = |message: Phrase, hint: &'static str| RuleFault { message, hint: Phrase::new(hint) };
        let odd = |part: &str| fault(Phrase::new("problem-rrule-odd").with("part", part), "hint-rrule");
        let (mut weekly, mut interval, mut until) = (false, 1, None);
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| odd(part))?;
            match name.to_ascii_uppercase().as_str() {
                "FREQ" if value.eq_ignore_ascii_case("WEEKLY") => weekly = true,
                "FREQ" => {
                    return Err(fault(Phrase::new("problem-rrule-part").with("part", part), "hint-rrule-weekly"));
                }
                "INTERVAL" => {
                    let weeks = value.parse().ok().filter(|weeks| (1..=MOST_WEEKS).contains(weeks));
                    interval = weeks.ok_or_else(|| odd(part))?;
                }
                "UNTIL" => {
                    let digits = value.len() == 8 && value.bytes().all(|byte| byte.is_ascii_digit());
                    let day = Date::strptime("%Y%m%d", value).ok().filter(|_| digits);
                    until = Some(day.ok_or_else(|| odd(part))?);
                }
                known => {
                    let hint = match known {
                        "COUNT" => "hint-rrule-until",
                        "BYDAY" | "WKST" => "hint-rrule-byday",
                        _ => "hint-rrule",
                    };
                    return Err(fault(Phrase::new("problem-rrule-part").with("part", part), hint));
                }
            }
        }
        match (weekly, until) {
            (false, _) => Err(fault(Phrase::new("problem-rrule-missing").with("part", "FREQ=WEEKLY"), "hint-rrule")),
            (_, None) => Err(fault(Phrase::new("problem-rrule-missing").with("part", "UNTIL"), "hint-rrule-until")),
            (true, Some(until)) => Ok(Self { interval, until }),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_rule_reads_back_and_all_else_is_refused_by_name() {
        for text in ["FREQ=WEEKLY;UNTIL=20270702", "FREQ=WEEKLY;INTERVAL=2;UNTIL=20280229"] {
            assert_eq!(text.parse::<Rule>().unwrap().to_string(), text);
        }
        let refused = |text: &str| {
            let fault = text.parse::<Rule>().unwrap_err();
            (fault.message.args[0].1.clone(), fault.hint.key)
        };
        for (text, part, hint) in [
            ("FREQ=DAILY;UNTIL=20270702", "FREQ=DAILY", "hint-rrule-weekly"),
            ("FREQ=WEEKLY;COUNT=10", "COUNT=10", "hint-rrule-until"),
            ("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270702", "BYDAY=MO,TH", "hint-rrule-byday"),
            ("FREQ=WEEKLY;UNTIL=20270702T120000Z", "UNTIL=20270702T120000Z", "hint-rrule"),
            ("FREQ=WEEKLY;UNTIL=20270230", "UNTIL=20270230", "hint-rrule"),
            ("FREQ=WEEKLY;INTERVAL=0;UNTIL=20270702", "INTERVAL=0", "hint-rrule"),
            ("FREQ=WEEKLY", "UNTIL", "hint-rrule-until"),
            ("UNTIL=20270702", "FREQ=WEEKLY", "hint-rrule"),
            ("weekly", "weekly", "hint-rrule"),
        ] {
            assert_eq!(refused(text), (part.to_owned(), hint), "{text}");
        }
    }

    fn calendar() -> Calendar {
        let text = "[site]\ntitle = \"x\"\n[calendar]\nzone = \"C\"\nweek_a = 2026-08-31\n";
        crate::config::Site::parse(text).unwrap().calendar
    }

    fn days(series: &Series, first: Date) -> Vec<String> {
        series.days(first, &calendar()).map(|day| day.strftime("%m-%d").to_string()).collect()
    }

    #[test]
    fn holidays_exdates_and_the_other_letter_are_skipped() {
        let mut series = Series::weekly(date(2026, 11, 30), None);
        series.exdates.insert(date(2026, 11, 16));
        assert_eq!(days(&series, date(2026, 10, 5)), ["10-05", "10-12", "11-02", "11-09", "11-23", "11-30"]);
        let a = Series::weekly(date(2027, 1, 11), Some(Letter::A));
        assert_eq!(days(&a, date(2026, 11, 23)), ["11-23", "12-07", "01-04"]);
        // From a week of the other letter on, the next one is the first.
        assert_eq!(days(&a, date(2026, 11, 16)), ["11-23", "12-07", "01-04"]);
        // 11 November is a public holiday: that Wednesday alone is skipped.
        assert_eq!(days(&Series::weekly(date(2026, 11, 18), None), date(2026, 11, 4)), ["11-04", "11-18"]);
    }

    #[test]
    fn an_interval_counts_weeks_of_the_calendar() {
        let mut series = Series::weekly(date(2026, 12, 14), None);
        series.rule.interval = 2;
        // 19 October lies in the holidays; the rhythm goes on from there.
        assert_eq!(days(&series, date(2026, 10, 5)), ["10-05", "11-02", "11-16", "11-30", "12-14"]);
        assert!(series.meets(date(2026, 10, 5), date(2026, 10, 19)));
        assert!(!series.meets(date(2026, 10, 5), date(2026, 10, 12)));
        assert!(!series.meets(date(2026, 10, 5), date(2026, 9, 21)));
    }

    #[test]
    fn wall_clock_times_stay_across_clock_changes_and_leap_days() {
        let first = |day: Date| Span { date: day, start: "08:00".parse().unwrap(), end: "08:55".parse().unwrap() };
        let empty = Calendar::default();
        let series = Series::weekly(date(2027, 4, 2), None);
        let begins: Vec<String> = occurrences(first(date(2027, 3, 26)), Some(&series), &empty)
            .map(|span| span.begins().to_string())
            .collect();
        assert_eq!(begins, ["2027-03-26T08:00:00", "2027-04-02T08:00:00"]);
        let leap = Series::weekly(date(2028, 3, 7), None);
        let days: Vec<Date> = leap.days(date(2028, 2, 22), &empty).collect();
        assert_eq!(days, [date(2028, 2, 22), date(2028, 2, 29), date(2028, 3, 7)]);
    }

    #[test]
    fn two_school_years_are_the_most() {
        assert_eq!(Series::latest(date(2026, 11, 23)), date(2028, 8, 31));
        assert_eq!(Series::latest(date(2027, 8, 31)), date(2028, 8, 31));
    }
}
