//! The figures with which a team shows its work: how many tickets, of what kind, where, and how fast. Counts
//! tickets, never people. Knows no words and not which day it is.

mod life;
mod period;

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

pub use life::{Dated, Life};
pub use period::{Period, year_before};

use super::key::Key;
use super::ticket::Named;
use super::vocabulary::{Term, Terms, Vocabulary};

/// The figures of a period, beside those of a year before.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The period that was asked for.
    pub period: Period,
    /// The last day that is known: the period's last, or today.
    pub until: Date,
    /// The day of the first ticket ever, where the year before is incomplete because of it.
    pub known_since: Option<Date>,
    /// Its figures.
    pub figures: Figures,
    /// A year before, up to the same day, as it was known then; `None` when the period is over.
    pub year_before_to_date: Option<Figures>,
    /// The whole period a year before; `None` when nothing was declared in it.
    pub year_before: Option<Figures>,
}

/// What is counted in one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The period.
    pub period: Period,
    /// Tickets declared in it.
    pub declared: usize,
    /// Tickets closed in it, whenever they were declared.
    pub closed: usize,
    /// Tickets open at its end, whenever they were declared.
    pub open_at_end: usize,
    /// Declared, by month.
    pub by_month: Vec<Month>,
    /// Declared, by day of the week, Monday first.
    pub by_weekday: [usize; 7],
    /// Declared, by category, in the configured order.
    pub by_category: Vec<Count>,
    /// Declared, by severity, in the configured order.
    pub by_severity: Vec<Count>,
    /// Declared, by room or equipment, most first.
    pub by_resource: Vec<Count>,
    /// Declared, by the status of today, in the configured order.
    pub by_status: Vec<Count>,
    /// Of those declared, the ones that the team dealt with itself.
    pub own: Delays,
    /// Of those declared, the ones that were handed to somebody outside.
    pub handed_over: Delays,
}

/// What was declared in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    /// How many tickets.
    pub tickets: usize,
}

/// How many tickets have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Its key; as typed, when it is no longer configured.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// How many tickets.
    pub tickets: usize,
}

/// How long tickets took, from their declaration on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delays {
    /// Until the first status that is not the initial one.
    pub taking_over: Delay,
    /// Until they were closed for good.
    pub closing: Delay,
}

/// A delay over several tickets; time runs at night and on holidays too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delay {
    /// How many tickets have come so far; the others are not in the delay.
    pub tickets: usize,
    /// Half of them took no longer.
    pub median_s: Option<i64>,
    /// Nine in ten took no longer.
    pub ninth_decile_s: Option<i64>,
}

impl Report {
    /// The report on a period, made on the day `today`.
    pub fn new(lives: &[Life<'_>], period: Period, today: Date, vocabulary: &Vocabulary) -> Self {
        let until = period.to.min(today);
        let count = |period, known_by| Figures::count(lives, period, known_by, vocabulary);
        let year_before = Some(count(period.year_before(), today)).filter(|figures| figures.declared > 0);
        let running = until < period.to && year_before.is_some();
        // A desk that opened in the first month of the period was there for the beginning of term.
        let first = lives.iter().map(|life| life.created.day).min();
        let late = |day: &Date| day.first_of_month() > period.year_before().from;
        Self {
            period,
            until,
            known_since: first.filter(late).filter(|_| year_before.is_some()),
            figures: count(period, today),
            year_before_to_date: running.then(|| count(period.year_before(), period::year_before(until))),
            year_before,
        }
    }
}

impl Figures {
    /// Counts a period as it was known at the end of the day `known_by`.
    pub fn count(lives: &[Life<'_>], period: Period, known_by: Date, vocabulary: &Vocabulary) -> Self {
        let end = period.to.min(known_by);
        let declared: Vec<&Life<'_>> =
            lives.iter().filter(|life| period.from <= life.created.day && life.created.day <= end).collect();
        let (handed_over, own): (Vec<&Life<'_>>, Vec<&Life<'_>>) =
            declared.iter().copied().partition(|life| life.ticket.handed_to.is_some());
        let tickets = || declared.iter().map(|life| life.ticket);
        let mut by_weekday = [0; 7];
        for life in &declared {
            by_weekday[usize::from(life.created.day.weekday().to_monday_zero_offset().unsigned_abs())] += 1;
        }
        let mut by_resource = tally(tickets().map(|ticket| &ticket.resource), &vocabulary.resources);
        by_resource.retain(|count| count.tickets > 0);
        by_resource.sort_by_key(|count| std::cmp::Reverse(count.tickets));
        let statuses: Vec<Named> = tickets().map(|ticket| Named::Known(ticket.status.clone())).collect();
        Self {
            period,
            declared: declared.len(),
            closed: lives.iter().filter(|life| life.closed(end).is_some_and(|when| period.contains(when.day))).count(),
            open_at_end: lives.iter().filter(|life| life.is_open(end)).count(),
            by_month: by_month(&declared, period),
            by_weekday,
            by_category: tally(tickets().map(|ticket| &ticket.category), &vocabulary.categories),
            by_severity: tally(tickets().map(|ticket| &ticket.severity), &vocabulary.severities),
            by_resource,
            by_status: tally(statuses.iter(), &vocabulary.statuses),
            own: Delays::of(&own, known_by),
            handed_over: Delays::of(&handed_over, known_by),
        }
    }
}

fn by_month(declared: &[&Life<'_>], period: Period) -> Vec<Month> {
    let count = |month: Date| declared.iter().filter(|life| life.created.day.first_of_month() == month).count();
    period.months().into_iter().map(|month| Month { month, tickets: count(month) }).collect()
}

/// Every term that may be chosen, and those that no longer may where tickets have them.
fn tally<'a, T: Term>(values: impl Iterator<Item = &'a Named>, terms: &Terms<T>) -> Vec<Count> {
    let mut found: HashMap<&Key, usize> = HashMap::new();
    let mut strangers: Vec<Count> = Vec::new();
    for value in values {
        if let Some(term) = value.key().and_then(|key| terms.get(key)) {
            *found.entry(term.key()).or_default() += 1;
            continue;
        }
        let label = value.label(terms);
        match strangers.iter_mut().find(|count| count.key == label) {
            Some(count) => count.tickets += 1,
            None => strangers.push(Count { key: label.to_owned(), label: label.to_owned(), tickets: 1 }),
        }
    }
    let counts = terms.iter().map(|term| Count {
        key: term.key().to_string(),
        label: term.label().to_owned(),
        tickets: found.get(term.key()).copied().unwrap_or_default(),
    });
    let shown = counts.zip(terms.iter()).filter(|(count, term)| count.tickets > 0 || !term.retired());
    shown.map(|(count, _)| count).chain(strangers).collect()
}

impl Delays {
    fn of(lives: &[&Life<'_>], known_by: Date) -> Self {
        let delay = |reached: &dyn Fn(&Life<'_>) -> Option<Dated>| {
            Delay::of(lives.iter().filter_map(|life| Some(life.delay_s(reached(life)?))).collect())
        };
        Self { taking_over: delay(&|life| life.taken_over(known_by)), closing: delay(&|life| life.closed(known_by)) }
    }
}

impl Delay {
    fn of(mut delays_s: Vec<i64>) -> Self {
        delays_s.sort_unstable();
        Self { tickets: delays_s.len(), median_s: quantile(&delays_s, 5), ninth_decile_s: quantile(&delays_s, 9) }
    }
}

/// The quantile as a spreadsheet counts it (MEDIAN, PERCENTILE.INC), so that a recount finds the same.
fn quantile(sorted: &[i64], tenths: usize) -> Option<i64> {
    let position = sorted.len().checked_sub(1)? * tenths;
    let low = sorted[position / 10];
    let high = sorted.get(position / 10 + 1).copied().unwrap_or(low);
    let rest = i64::try_from(position % 10).expect("a digit fits");
    Some(low + (high - low) * rest / 10)
}

#[cfg(test)]
mod tests;
