//! What collides, and what is free instead: form, command, pages and `check` all ask here.

use std::num::NonZeroU32;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::booking::Booking;
use super::calendar::Calendar;
use super::diary::{Diary, Occurrence};
use super::key::Key;
use super::reservation::{Reservation, Span};
use super::resource::{Resource, Usage};
use super::vocabulary::Vocabulary;

/// Alternatives that are offered, at most: other resources, and other times.
const OFFERS: usize = 3;
/// How many days ahead an alternative is looked for.
const HORIZON_DAYS: i64 = 14;

/// Something that is free instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub resource: Key,
    /// When; of a series, the first time.
    pub span: Span,
}

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

/// The resources of which `quantity` are free during a time.
pub fn free<'v>(
    vocabulary: &'v Vocabulary,
    span: Span,
    quantity: NonZeroU32,
    diary: &Diary,
) -> impl Iterator<Item = &'v Resource> {
    vocabulary.resources.current().filter(move |resource| is_free(resource, &span, quantity, diary))
}

fn is_free(resource: &Resource, span: &Span, quantity: NonZeroU32, diary: &Diary) -> bool {
    matches!(resource.usage, Usage::Bookable(bookable) if bookable.quantity >= quantity)
        && conflicts(resource, span, quantity, diary.on(span.date)).is_empty()
}

/// What is free instead of a booking that collides: the same times on equivalent resources (the same group), or the
/// nearest free slots of the resource itself; for a series, other slots of the same weekday.
pub fn offers(
    booking: &Booking,
    vocabulary: &Vocabulary,
    calendar: &Calendar,
    now: DateTime,
    diary: &Diary,
) -> Vec<Offer> {
    let Some(resource) = vocabulary.resources.get(&booking.resource) else {
        return Vec::new();
    };
    let days: Vec<Date> = booking.occurrences(calendar).map(|span| span.date).collect();
    let always_free = |resource: &Resource, slot: &Span| {
        let mut spans = days.iter().map(|date| Span { date: *date, ..*slot });
        spans.all(|span| span.begins() >= now && is_free(resource, &span, booking.quantity, diary))
    };
    let mut offers: Vec<Offer> = free(vocabulary, booking.span, booking.quantity, diary)
        .filter(|other| other.id != resource.id && other.group == resource.group && always_free(other, &booking.span))
        .take(OFFERS)
        .map(|other| Offer { resource: other.id.clone(), span: booking.span })
        .collect();
    let mut slots: Vec<Span> = if booking.series.is_some() {
        let slots = calendar.slots_on(booking.span.date).map(|slot| slot.on(booking.span.date));
        slots.filter(|slot| always_free(resource, slot)).collect()
    } else {
        slots_near(booking.span.date, calendar, |span| {
            span.begins() >= now && is_free(resource, span, booking.quantity, diary)
        })
    };
    slots.sort_by_key(|span| booking.span.begins().duration_until(span.begins()).abs());
    offers.extend(slots.into_iter().take(OFFERS).map(|span| Offer { resource: resource.id.clone(), span }));
    offers
}

/// Slots that are free, of a day and those after it, as far as they are needed.
fn slots_near(first: Date, calendar: &Calendar, is_free: impl Fn(&Span) -> bool) -> Vec<Span> {
    let mut slots: Vec<Span> = Vec::new();
    for date in (0..=HORIZON_DAYS).filter_map(|day| first.checked_add(day.days()).ok()) {
        slots.extend(calendar.slots_on(date).map(|slot| slot.on(date)).filter(&is_free));
        if slots.len() >= OFFERS {
            break;
        }
    }
    slots
}

#[cfg(test)]
mod tests;
