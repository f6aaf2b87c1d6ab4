//! How a school day is cut into periods: the slots of usual days, and those of some weeks that have their own. What lies
//! between two slots is a break, which nobody books by itself.

use jiff::civil::{Date, Time, Weekday};

use crate::domain::reservation::Span;

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

/// The slots of some days, in place of the usual ones: a week of exams, another school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// « Brevet blanc »; empty: nothing is said of it.
    pub label: String,
    /// Its periods, in their order.
    pub slots: Vec<Slot>,
}

impl Grid {
    /// Whether it is in force on a day.
    pub fn covers(&self, date: Date) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// Whether some day belongs to both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Slots of one day that follow each other, with the breaks between them; mostly it is a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// With which it begins.
    pub first: &'a Slot,
    /// With which it ends.
    pub last: &'a Slot,
}

impl<'a> Run<'a> {
    /// From one slot to another; `None`: the other one ends before.
    pub fn new(first: &'a Slot, last: &'a Slot) -> Option<Self> {
        (first.start <= last.start && first.end <= last.end).then_some(Self { first, last })
    }

    /// The whole of it on a day.
    pub fn on(&self, date: Date) -> Span {
        Span { date, start: self.first.start, end: self.last.end }
    }

    /// The slot that it goes on to; `None`: it is a single one.
    pub fn goes_on_to(&self) -> Option<&'a Slot> {
        (self.first != self.last).then_some(self.last)
    }
}
