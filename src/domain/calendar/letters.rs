//! Week letters: A and B alternate over the weeks that have lessons, from a Monday that the school names. Never by
//! the parity of ISO numbers, which a year of 53 weeks or one week of holidays turns round.

use std::collections::BTreeMap;
use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

/// How far letters are known from the first Monday that was named: a school names one each year.
const YEARS: i64 = 10;

/// The letter of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Letter {
    /// « Semaine A »
    A,
    /// « Semaine B »
    B,
}

impl Letter {
    /// The letter as files have it.
    pub fn new(typed: &str) -> Option<Self> {
        match typed.trim() {
            "A" | "a" => Some(Self::A),
            "B" | "b" => Some(Self::B),
            _ => None,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// The letters of all weeks with lessons, by their Monday.
#[derive(Clone, Debug, Default)]
pub(super) struct Letters(BTreeMap<Date, Letter>);

impl Letters {
    /// Letters from the first named Monday on; at each named Monday they begin again with its letter.
    pub(super) fn new(named: &[(Date, Letter)], is_taught: impl Fn(Date) -> bool) -> Self {
        let named: BTreeMap<Date, Letter> = named.iter().copied().collect();
        let Some((first, letter)) = named.first_key_value() else {
            return Self::default();
        };
        let mut next = *letter;
        let mut letters = BTreeMap::new();
        let end = first.saturating_add(YEARS.years());
        for monday in std::iter::successors(Some(*first), |monday| monday.checked_add(1.week()).ok()) {
            if monday > end {
                break;
            }
            next = named.get(&monday).copied().unwrap_or(next);
            let mut week = (0..7_i64).filter_map(|day| monday.checked_add(day.days()).ok());
            // One day with lessons is enough.
            if week.any(&is_taught) {
                letters.insert(monday, next);
                next = next.other();
            }
        }
        Self(letters)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The letter of a day's week; none: no lessons in it, or nobody named a letter.
    pub(super) fn of(&self, date: Date) -> Option<Letter> {
        self.0.get(&monday(date)).copied()
    }
}

/// The Monday of a day's week.
pub fn monday(date: Date) -> Date {
    date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days())
}
