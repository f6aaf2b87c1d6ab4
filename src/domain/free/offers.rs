//! What is offered to whoever asked for something that they can not have. What is offered can be booked: it keeps the
//! rules, and it is in service.

use std::num::{NonZeroU32, NonZeroUsize};

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan as _};

use super::Search;
use crate::domain::booking::{Booking, BookingFields, YEARS_AHEAD};
use crate::domain::calendar::Calendar;
use crate::domain::draft::Fault;
use crate::domain::key::Key;
use crate::domain::reservation::Span;
use crate::domain::resource::{Resource, Usage};

/// Alternatives that are offered, at most: other resources, and other times.
const OFFERS: usize = 3;
/// How many days an alternative is looked for: longer than any holidays.
const HORIZON_DAYS: i64 = 90;
/// How much longer than what was wanted an offer of as many slots may be: another break is nothing, a lunch is.
const LONGER: SignedDuration = SignedDuration::from_mins(30);
/// The fields of the form that say what is booked and when.
const PLACE: [&str; 7] = ["resource", "date", "slot", "slot_to", "start", "end", "quantity"];

/// Something that is free instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub resource: Key,
    /// When; of a series, the first time.
    pub span: Span,
}

/// What somebody wanted, as far as it can be made out.
struct Wish<'a> {
    /// What would do, the best first.
    resources: Vec<&'a Resource>,
    date: Date,
    time: Option<(Time, Time)>,
    /// One after the other.
    slots: NonZeroUsize,
    quantity: NonZeroU32,
}

impl Wish<'_> {
    /// The times of a day that are as long: as many slots, or where the school has none, the same hours.
    fn spans(&self, calendar: &Calendar, date: Date) -> Vec<Span> {
        let mut spans = calendar.runs_on(date, self.slots);
        if let Some((start, end)) = self.time {
            let longest = start.duration_until(end) + LONGER;
            spans.retain(|span| self.slots.get() == 1 || span.start.duration_until(span.end) <= longest);
            if calendar.slots_of(date).is_empty() && calendar.closure(date).is_none() {
                spans.push(Span { date, start, end });
            }
            spans.sort_by_key(|span| start.duration_until(span.start).abs());
        }
        spans
    }
}

impl<'a> Search<'a> {
    /// Instead of a booking that collides: the same times on equivalent resources (the same group), or the nearest free
    /// slots of the resource itself, as many as were wanted; for a series, other slots of the same weekday.
    pub fn instead(self, booking: &Booking, now: DateTime) -> Vec<Offer> {
        let Some(resource) = self.vocabulary.resources.get(&booking.resource) else {
            return Vec::new();
        };
        let days: Vec<Date> = booking.occurrences(self.calendar).map(|span| span.date).collect();
        let always = |resource: &Resource, slot: &Span| {
            let mut spans = days.iter().map(|date| Span { date: *date, ..*slot });
            spans.all(|span| self.can_be_had(resource, &span, booking.quantity, now))
        };
        let others = self.equivalents(resource).filter(|other| always(other, &booking.span));
        let mut offers: Vec<Offer> = others.take(OFFERS).map(|other| offer(other, booking.span)).collect();
        let Span { date, start, end } = booking.span;
        let wish = Wish {
            resources: vec![resource],
            date,
            time: Some((start, end)),
            slots: self.calendar.length(&booking.span),
            quantity: booking.quantity,
        };
        if booking.series.is_some() {
            let spans = wish.spans(self.calendar, date).into_iter().filter(|span| always(resource, span));
            offers.extend(spans.take(OFFERS).map(|span| offer(resource, span)));
        } else {
            offers.extend(self.nearest(&wish, now));
        }
        offers
    }

    /// Instead of what is no booking at all, for the faults that were found in it. Nothing does instead of what can only
    /// be maintained, and nothing else is needed where what and when were right.
    pub fn instead_of(self, typed: &BookingFields, faults: &[Fault], now: DateTime) -> Vec<Offer> {
        let at = |field: &str| faults.iter().any(|fault| fault.field == field);
        if !PLACE.iter().any(|field| at(field)) {
            return Vec::new();
        }
        let named = self.vocabulary.resources.find(&typed.resource).filter(|_| !typed.resource.trim().is_empty());
        if named.is_some_and(|resource| resource.usage == Usage::MaintenanceOnly) {
            return Vec::new();
        }
        let resources: Vec<&Resource> = match named {
            Some(resource) => {
                let itself = Some(resource).filter(|_| !at("resource"));
                itself.into_iter().chain(self.equivalents(resource)).collect()
            }
            None => self.vocabulary.resources.current().filter(|other| is_for_everybody(other)).collect(),
        };
        let most = resources.iter().filter_map(|resource| resource.quantity()).max().unwrap_or(NonZeroU32::MIN);
        let today = now.date();
        let date = typed.date.trim().parse().unwrap_or(today);
        let run = typed.run(self.calendar, date).map(|run| run.on(date));
        let hours = run.map(|span| (span.start, span.end)).or_else(|| typed.times().ok());
        let span = hours.map(|(start, end)| Span { date, start, end });
        let wish = Wish {
            date,
            time: hours,
            slots: span.map_or(NonZeroUsize::MIN, |span| self.calendar.length(&span)),
            quantity: typed.quantity.trim().parse().unwrap_or(NonZeroU32::MIN).min(most),
            resources,
        };
        let mut offers: Vec<Offer> = Vec::new();
        if let Some(span) = span.filter(|span| self.calendar.closure(span.date).is_none()) {
            let taught = run.is_none() || self.calendar.run_at(&span).is_some();
            let same =
                wish.resources.iter().filter(|resource| taught && self.can_be_had(resource, &span, wish.quantity, now));
            offers.extend(same.take(OFFERS).map(|resource| offer(resource, span)));
        }
        for resource in &wish.resources {
            if offers.len() >= OFFERS {
                break;
            }
            let wish = Wish { resources: vec![resource], ..wish };
            let near = self.nearest(&wish, now);
            offers.extend(near.into_iter().filter(|near| !offers.contains(near)).collect::<Vec<_>>());
        }
        offers
    }

    /// The free slots that are nearest: of the day that was wanted and those after it, else of those before. Where as
    /// many as were wanted are never free one after the other, single ones.
    fn nearest(&self, wish: &Wish<'_>, now: DateTime) -> Vec<Offer> {
        let today = now.date();
        let far = today.checked_add(YEARS_AHEAD.years()).unwrap_or(today);
        let ahead = wish.resources.iter().filter_map(|resource| resource.bookable()?.rules.ahead).min();
        let last = ahead.and_then(|ahead| today.checked_add(i64::from(ahead).days()).ok()).unwrap_or(far).min(far);
        let from = wish.date.clamp(today, last);
        let away = |days: i64| from.checked_add(days.days()).ok().filter(|date| (today..=last).contains(date));
        let after = self.slots(wish, (0..HORIZON_DAYS).filter_map(away), now);
        let found = if after.is_empty() {
            self.slots(wish, (1..HORIZON_DAYS).filter_map(|days| away(-days)), now)
        } else {
            after
        };
        if found.is_empty() && wish.slots > NonZeroUsize::MIN {
            return self.nearest(&Wish { slots: NonZeroUsize::MIN, resources: wish.resources.clone(), ..*wish }, now);
        }
        found
    }

    /// Free slots of some days, as far as they are needed: those of a day that are nearest to the time first.
    fn slots(&self, wish: &Wish<'_>, days: impl Iterator<Item = Date>, now: DateTime) -> Vec<Offer> {
        let mut found: Vec<Offer> = Vec::new();
        for date in days {
            let spans = wish.spans(self.calendar, date);
            let pairs = spans.iter().flat_map(|span| wish.resources.iter().map(move |resource| (resource, *span)));
            let free = pairs.filter(|(resource, span)| self.can_be_had(resource, span, wish.quantity, now));
            found.extend(free.map(|(resource, span)| offer(resource, span)));
            if found.len() >= OFFERS {
                break;
            }
        }
        found.truncate(OFFERS);
        found
    }

    /// What may be had instead of a resource.
    fn equivalents(self, resource: &Resource) -> impl Iterator<Item = &'a Resource> {
        let others = self.vocabulary.resources.current();
        others.filter(move |other| other.id != resource.id && other.group == resource.group && is_for_everybody(other))
    }

    fn can_be_had(&self, resource: &Resource, span: &Span, quantity: NonZeroU32, now: DateTime) -> bool {
        let far = now.checked_add(YEARS_AHEAD.years()).unwrap_or(now);
        let rules = resource.bookable().map(|bookable| bookable.rules).unwrap_or_default();
        !resource.retired
            && (now..=far).contains(&span.begins())
            && rules.check_days(span.date, span.date, now.date(), self.calendar).is_ok()
            && rules.check_hours(span, self.calendar).is_ok()
            && self.is_free(resource, span, quantity)
    }
}

fn is_for_everybody(resource: &Resource) -> bool {
    resource.bookable().is_some_and(|bookable| !bookable.rules.team_only)
}

fn offer(resource: &Resource, span: Span) -> Offer {
    Offer { resource: resource.id.clone(), span }
}
