//! Which days of a booking somebody means: all of them, one, or one and those after it.

use jiff::civil::{Date, DateTime};

use super::calendar::Calendar;
use super::draft::{Fault, shortened};
use super::reservation::{Reservation, Span};
use super::series::Rule;
use crate::phrase::Phrase;

/// Some days of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    All,
    /// One day.
    On(Date),
    /// A day and all after it.
    From(Date),
}

/// The form's field `part` and its values: one day, that and the rest, all.
pub const PARTS: [&str; 3] = ["one", "rest", "all"];

impl Part {
    /// What the form's fields `part` and `day` say; what is left out means all.
    ///
    /// # Errors
    /// The field that says nothing known.
    pub fn typed(part: &str, day: &str) -> Result<Self, Fault> {
        let date = || {
            let odd = || Fault::new("day", Phrase::new("fault-date-odd").with("typed", shortened(day.trim())));
            day.trim().parse::<Date>().map_err(|_| odd())
        };
        match part.trim() {
            "" | "all" => Ok(Self::All),
            "one" => Ok(Self::On(date()?)),
            "rest" => Ok(Self::From(date()?)),
            other => {
                let unknown = Phrase::new("fault-part-unknown").with("typed", shortened(other));
                Err(Fault::new("part", unknown.with("choices", PARTS.join(", "))))
            }
        }
    }

    /// Whether a day is one of them.
    pub fn holds(self, day: Date) -> bool {
        match self {
            Self::All => true,
            Self::On(date) => day == date,
            Self::From(date) => day >= date,
        }
    }

    /// The first of these days that a booking has and that is not over. The past is nobody's to give back or to move.
    ///
    /// # Errors
    /// It has none; which it has.
    pub fn first_of(self, booking: &Reservation, calendar: &Calendar, now: DateTime) -> Result<Span, Fault> {
        let coming = || booking.occurrences(calendar).filter(|span| now < span.ends());
        let named = match self {
            Self::All => None,
            Self::On(date) | Self::From(date) => Some(date),
        };
        let late = named.is_some_and(|date| date < now.date());
        coming().find(|span| self.holds(span.date)).filter(|_| !late).ok_or_else(|| {
            let days: Vec<String> = coming().map(|span| span.date.to_string()).collect();
            let none = Phrase::new("fault-no-such-day").with("id", &booking.stem);
            let day = named.unwrap_or(booking.span.date);
            Fault::new("day", none.with("day", day).with("days", days.join(", ")))
        })
    }

    /// What is left of a booking without them; `None`: no day.
    pub fn rest_of(self, booking: &Reservation, calendar: &Calendar) -> Option<Reservation> {
        let mut rest = booking.clone();
        match (self, &mut rest.series) {
            (Self::On(date), Some(series)) => drop(series.exdates.insert(date)),
            (Self::From(date), Some(series)) => series.rule = Self::before(date, series.rule),
            (Self::All, _) | (_, None) => return None,
        }
        rest.occurrences(calendar).next()?;
        Some(rest)
    }

    /// The rule that ends before a day.
    pub fn before(date: Date, rule: Rule) -> Rule {
        Rule { until: date.yesterday().unwrap_or(date), ..rule }
    }
}
