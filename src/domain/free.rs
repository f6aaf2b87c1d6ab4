//! What collides, and what is free instead: form, command, pages and `check` all ask here.

mod offers;

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::ToSpan as _;
use jiff::civil::{DateTime, Time};

pub use self::offers::{Asker, Offer};
use super::booking::Booking;
use super::calendar::Calendar;
use super::diary::{Diary, Occurrence};
use super::key::Key;
use super::reservation::{Reservation, Span};
use super::resource::{Resource, Usage};
use super::ticket::TicketId;
use super::vocabulary::Vocabulary;

/// Which of `others` keep `quantity` of a resource from being free during `span`: empty when there is room.
pub fn conflicts<'a>(
    resource: &Resource,
    span: &Span,
    quantity: NonZeroU32,
    others: impl IntoIterator<Item = &'a Occurrence>,
) -> Vec<&'a Occurrence> {
    let Usage::Bookable(bookable) = resource.usage else {
        return Vec::new();
    };
    let overlapping: Vec<&Occurrence> = others
        .into_iter()
        .filter(|other| other.reservation.resource.key() == Some(&resource.id) && other.span.overlaps(span))
        .collect();
    // What is taken only grows where something begins: look there.
    let moments = overlapping.iter().map(|other| other.span.start.max(span.start)).chain([span.start]);
    let fits = moments.into_iter().all(|moment| {
        let taken = overlapping.iter().filter(|other| other.span.start <= moment && moment < other.span.end);
        let taken: u64 = taken.map(|other| u64::from(other.reservation.quantity.get())).sum();
        taken + u64::from(quantity.get()) <= u64::from(bookable.quantity.get())
    });
    if fits { Vec::new() } else { overlapping }
}

/// Every time of a booking, with what is in the way then.
pub fn planned<'d>(
    booking: &Booking,
    vocabulary: &Vocabulary,
    calendar: &Calendar,
    diary: &'d Diary,
) -> Vec<(Span, Vec<&'d Occurrence>)> {
    let resource = vocabulary.resources.get(&booking.resource);
    let in_the_way = |span: &Span| {
        resource.map_or_else(Vec::new, |resource| conflicts(resource, span, booking.quantity, diary.on(span.date)))
    };
    booking.occurrences(calendar).map(|span| (span, in_the_way(&span))).collect()
}

/// What takes more than there is on one day: each is in conflict with one before it, in the order that `rank` gives.
pub fn latecomers<'a, R: Ord>(
    day: &'a [Occurrence],
    vocabulary: &Vocabulary,
    rank: impl Fn(&Reservation) -> R,
) -> Vec<(&'a Occurrence, &'a Occurrence)> {
    let mut by_age: Vec<&Occurrence> = day.iter().collect();
    by_age.sort_by_key(|taken| rank(&taken.reservation));
    let mut late = Vec::new();
    for (index, taken) in by_age.iter().enumerate() {
        let resource = taken.reservation.resource.key().and_then(|key| vocabulary.resources.get(key));
        let before = by_age[..index].iter().copied();
        let others = resource.map(|resource| conflicts(resource, &taken.span, taken.reservation.quantity, before));
        if let Some(other) = others.and_then(|others| others.first().copied()) {
            late.push((*taken, other));
        }
    }
    late
}

/// Where something free is looked for: what there is, what is taken, and what can not be used.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// What there is.
    pub vocabulary: &'a Vocabulary,
    /// When there are lessons.
    pub calendar: &'a Calendar,
    /// What is taken.
    pub diary: &'a Diary,
    /// What can not be used now: never free, whatever the diary says.
    pub out_of_service: &'a BTreeMap<Key, TicketId>,
}

impl<'a> Search<'a> {
    /// The resources of which `quantity` are free during a time.
    pub fn free(self, span: Span, quantity: NonZeroU32) -> impl Iterator<Item = &'a Resource> {
        self.vocabulary.resources.current().filter(move |resource| self.is_free(resource, &span, quantity))
    }

    /// Whether some of a resource are free at a moment, and when that changes; `None`: not on this day.
    pub fn at(self, resource: &Resource, moment: DateTime) -> (bool, Option<Time>) {
        let bookings = self.diary.on(moment.date()).iter();
        let here = bookings.filter(|taken| taken.reservation.resource.key() == Some(&resource.id));
        let mut changes: Vec<Time> = here.flat_map(|taken| [taken.span.start, taken.span.end]).collect();
        changes.retain(|time| *time > moment.time());
        changes.sort_unstable();
        let free = |start: Time| {
            let span = Span { date: moment.date(), start, end: start.saturating_add(1.nanosecond()) };
            self.is_free(resource, &span, NonZeroU32::MIN)
        };
        let now = free(moment.time());
        (now, changes.into_iter().find(|time| free(*time) != now))
    }

    fn is_free(&self, resource: &Resource, span: &Span, quantity: NonZeroU32) -> bool {
        matches!(resource.usage, Usage::Bookable(bookable) if bookable.quantity >= quantity)
            && !self.out_of_service.contains_key(&resource.id)
            && conflicts(resource, span, quantity, self.diary.on(span.date)).is_empty()
    }
}

#[cfg(test)]
mod tests;
