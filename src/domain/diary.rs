//! When bookings take their resources, day by day: all that asks what is taken or free asks here.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::calendar::Calendar;
use super::reservation::{Reservation, Span};

/// One time that a booking takes its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Which booking.
    pub reservation: Arc<Reservation>,
    /// When.
    pub span: Span,
}

/// The occurrences of many bookings.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    days: BTreeMap<Date, Vec<Occurrence>>,
}

impl Diary {
    /// All occurrences of `reservations`. Two versions of one booking take both their times, but one that is the same
    /// counts once, with the larger quantity.
    pub fn new(reservations: impl IntoIterator<Item = Arc<Reservation>>, calendar: &Calendar) -> Self {
        let mut days: BTreeMap<Date, Vec<Occurrence>> = BTreeMap::new();
        for reservation in reservations {
            for span in reservation.occurrences(calendar) {
                let occurrence = Occurrence { reservation: Arc::clone(&reservation), span };
                let day = days.entry(span.date).or_default();
                match day.iter_mut().find(|other| other.reservation.stem == reservation.stem && other.span == span) {
                    Some(other) if other.reservation.quantity < reservation.quantity => *other = occurrence,
                    Some(_) => {}
                    None => day.push(occurrence),
                }
            }
        }
        for day in days.values_mut() {
            day.sort_by(|a, b| Self::order(a).cmp(&Self::order(b)));
        }
        Self { days }
    }

    /// What is taken on a day: by resource, then time.
    pub fn on(&self, date: Date) -> &[Occurrence] {
        self.days.get(&date).map_or(&[], Vec::as_slice)
    }

    /// The days from `first` on that have something taken.
    pub fn days_from(&self, first: Date) -> impl Iterator<Item = (Date, &[Occurrence])> {
        self.days.range(first..).map(|(date, occurrences)| (*date, occurrences.as_slice()))
    }

    fn order(occurrence: &Occurrence) -> (&super::key::Key, Span, &super::reservation::Stem) {
        (&occurrence.reservation.stem.resource, occurrence.span, &occurrence.reservation.stem)
    }
}
