//! A booking, as its file states it.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::key::Key;
use super::person::Requester;
use super::series::{self, Series};
use super::ticket::{Moment, Named};

/// `2026-11-23-salle-info-1-1030`: day, resource and start; two people who book the same collide in git itself.
/// A number is added where the plain name is held by another booking that leaves room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Stem {
    /// The day.
    pub date: Date,
    /// The resource's id.
    pub resource: Key,
    /// Wall-clock, to the minute.
    pub start: Time,
    /// 1 for the plain name.
    pub copy: u32,
}

impl Stem {
    /// Where the file is: `reservations/2026/11/2026-11-23-salle-info-1-1030.md`.
    pub fn path(&self) -> String {
        format!("reservations/{:04}/{:02}/{self}.md", self.date.year(), self.date.month())
    }

    /// The booking whose file has this path.
    pub fn from_path(path: &str) -> Option<Self> {
        let stem: Self = path.strip_suffix(".md")?.rsplit('/').next()?.parse().ok()?;
        (stem.path() == path).then_some(stem)
    }
}

impl fmt::Display for Stem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute) = (self.start.hour(), self.start.minute());
        write!(f, "{}-{}-{hour:02}{minute:02}", self.date, self.resource)?;
        if self.copy > 1 { write!(f, "-{}", self.copy) } else { Ok(()) }
    }
}

impl FromStr for Stem {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (date, rest) = (text.get(..10)?, text.get(11..)?);
            let time = |digits: &str| {
                let fits = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
                fits.then(|| Time::new(digits[..2].parse().ok()?, digits[2..].parse().ok()?, 0, 0).ok())?
            };
            let (before, last) = rest.rsplit_once('-')?;
            let (resource, start, copy) = match (before.rsplit_once('-'), last.parse::<u32>().ok()?) {
                // `…-1030-2`: a copy never has four digits.
                (Some((resource, start)), copy) if last.len() < 4 && copy > 1 => (resource, time(start)?, copy),
                _ => (before, time(last)?, 1),
            };
            let stem = Self { date: date.parse().ok()?, resource: Key::new(resource)?, start, copy };
            (stem.to_string() == text).then_some(stem)
        };
        parse().ok_or("not the name of a booking")
    }
}

impl From<Stem> for String {
    fn from(stem: Stem) -> Self {
        stem.to_string()
    }
}

impl TryFrom<String> for Stem {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Whether a booking stands; either way it takes its resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It does.
    Confirmed,
    /// It waits for a member of the team.
    Pending,
}

impl Standing {
    /// As files have it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmee",
            Self::Pending => "en-attente",
        }
    }
}

/// A time of one day: half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The day.
    pub date: Date,
    /// The first minute.
    pub start: Time,
    /// The minute after the last.
    pub end: Time,
}

impl Span {
    /// Whether some minute belongs to both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.date == other.date && self.start < other.end && other.start < self.end
    }

    /// Its first minute.
    pub fn begins(&self) -> DateTime {
        self.date.to_datetime(self.start)
    }

    /// The minute after its last.
    pub fn ends(&self) -> DateTime {
        self.date.to_datetime(self.end)
    }
}

/// What the file of a booking says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its identity, from the file's name.
    pub stem: Stem,
    /// What is booked.
    pub resource: Named,
    /// When; of a series, the first time.
    pub span: Span,
    /// What for, in one line.
    pub purpose: String,
    /// Whether it stands.
    pub status: Standing,
    /// When it was made.
    pub created: Option<Moment>,
    /// Who holds it.
    pub requester: Requester,
    /// How many of the resource.
    pub quantity: NonZeroU32,
    /// How it repeats.
    pub series: Option<Series>,
    /// Markdown.
    pub notes: String,
}

impl Reservation {
    /// When it takes its resource, in order.
    pub fn occurrences<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = Span> + use<'a> {
        series::occurrences(self.span, self.series.as_ref(), calendar)
    }

    /// After this minute it takes nothing, whatever the calendar says.
    pub fn over(&self) -> DateTime {
        let last = self.series.as_ref().map_or(self.span.date, |series| series.rule.until.max(self.span.date));
        last.to_datetime(self.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_day_resource_and_start() {
        for text in ["2026-11-23-salle-info-1-1030", "2026-11-23-b204-0800-2", "2026-11-23-chariot.2-1325-12"] {
            let stem: Stem = text.parse().unwrap();
            assert_eq!(stem.to_string(), text);
            assert_eq!(Stem::from_path(&stem.path()), Some(stem));
        }
        let stem: Stem = "2026-11-23-salle-info-1-1030".parse().unwrap();
        assert_eq!((stem.resource.as_str(), stem.copy), ("salle-info-1", 1));
        assert_eq!(stem.path(), "reservations/2026/11/2026-11-23-salle-info-1-1030.md");
        for bad in ["2026-11-23-1030", "2026-13-23-b-1030", "2026-11-23-b-2530", "2026-11-23-b-1030-1", "x"] {
            assert!(bad.parse::<Stem>().is_err(), "{bad}");
        }
    }

    #[test]
    fn neighbours_do_not_overlap() {
        let span = |start: &str, end: &str| Span {
            date: "2026-11-23".parse().unwrap(),
            start: Time::strptime("%H:%M", start).unwrap(),
            end: Time::strptime("%H:%M", end).unwrap(),
        };
        assert!(!span("08:00", "08:55").overlaps(&span("08:55", "09:50")));
        assert!(span("08:00", "08:55").overlaps(&span("08:54", "09:50")));
    }
}
