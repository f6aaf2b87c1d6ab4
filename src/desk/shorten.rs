//! Part of a series is given back: one day, or a day and all after it. The file keeps the rest.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Actor, Desk, Receipt, Refusal};
use crate::domain::draft::Fault;
use crate::domain::reservation::Stem;
use crate::domain::series::Rule;
use crate::phrase::Phrase;

/// What of a series is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One day.
    On(Date),
    /// A day and all after it.
    From(Date),
}

impl Desk {
    /// Takes days out of a booking; when none is left, the booking is cancelled.
    ///
    /// # Errors
    /// The refusal: the booking has no such day to come. Nothing is written then.
    pub fn shorten(&mut self, stem: &Stem, part: Part, reason: Option<&str>, by: &Actor) -> Result<Receipt, Refusal> {
        let (site, today) = (Arc::clone(&self.site), self.wall_clock().date());
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        self.edit_booking(stem, "commit-shorten", reason, by, None, |document, booking| {
            let (Some(document), Some(booking)) = (document, booking) else {
                return Err(broken(stem));
            };
            let days: Vec<Date> = booking.occurrences(&site.calendar).map(|span| span.date).collect();
            let gone = |day: &Date| match part {
                Part::On(date) => *day == date,
                Part::From(date) => *day >= date,
            };
            let (Part::On(date) | Part::From(date)) = part;
            if date < today || !days.iter().any(gone) {
                let coming: Vec<String> = days.iter().filter(|day| **day >= today).map(Date::to_string).collect();
                let none = Phrase::new("fault-no-such-day").with("id", stem).with("day", date);
                return Err(Refusal::Faults(vec![Fault::new("date", none.with("days", coming.join(", ")))]));
            }
            if days.iter().all(gone) {
                return Ok(None);
            }
            let text = match (part, &booking.series) {
                (Part::On(date), _) => document.with_item("exdate", &date.to_string()),
                (Part::From(_), None) => return Ok(None),
                (Part::From(date), Some(series)) => {
                    let rule = Rule { until: date.yesterday().unwrap_or(date), ..series.rule };
                    document.with_value("rrule", &rule.to_string())
                }
            };
            Ok(Some(text.map_err(|_| broken(stem))?.into_bytes()))
        })
    }
}

fn broken(stem: &Stem) -> Refusal {
    Refusal::Faults(vec![Fault::new("", Phrase::new("fault-booking-broken").with("id", stem))])
}
