//! What is offered to whoever asked for something that they can not have. What is offered can be booked: it keeps the
//! rules, and it is in service.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroUsize};

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, ToSpan as _};

use super::Search;
use crate::domain::booking::{Booking, BookingFields, YEARS_AHEAD};
use crate::domain::calendar::Calendar;
use crate::domain::draft::Fault;
use crate::domain::key::Key;
use crate::domain::reservation::Span;
use crate::domain::resource::Resource;
use crate::domain::series::{self, Series};

/// Alternatives that are offered, at most: other resources, and other times.
const OFFERS: usize = 3;
/// How many days an alternative is looked for at first: longer than any holidays.
const HORIZON_DAYS: i64 = 90;
/// How much longer than what was wanted an offer of as many slots may be: another break is nothing, a lunch is.
const LONGER: SignedDuration = SignedDuration::from_mins(30);
/// The fields of the form that say what is booked and when.
const PLACE: [&str; 9] = ["resource", "date", "slot", "slot_to", "start", "end", "quantity", "repeat", "until"];

/// Something that is free instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub resource: Key,
    /// When; of a series, the first time.
    pub span: Span,
    /// How many.
    pub quantity: NonZeroU32,
    /// How it repeats, where the form says so.
    pub series: Option<Series>,
}

impl Offer {
    /// What was typed, with how many it is now and how it repeats.
    pub fn instead_of(&self, typed: &BookingFields) -> BookingFields {
        let (repeat, until) = self.series.as_ref().map(|series| (series.repeat(), series.rule.until)).unzip();
        BookingFields {
            quantity: if self.quantity.get() > 1 { self.quantity.to_string() } else { String::new() },
            repeat: repeat.unwrap_or_default().to_owned(),
            until: until.map(|until| until.to_string()).unwrap_or_default(),
            ..typed.clone()
        }
    }
}

/// Who looks for something else.
#[derive(Clone, Debug)]
pub struct Asker {
    /// When they do.
    pub now: DateTime,
    /// What they may not have, whenever it is: it is the team's, or they have their share of it.
    pub barred: BTreeSet<Key>,
    /// The series that goes along, and the day of it that is moved, where a booking that stands is changed.
    pub moves: Option<(Series, Date)>,
}

/// What somebody wanted, as far as it can be made out.
#[derive(Clone)]
struct Wish<'a> {
    asker: &'a Asker,
    /// What would do, the best first.
    resources: Vec<&'a Resource>,
    date: Date,
    time: Option<(Time, Time)>,
    /// One after the other.
    slots: NonZeroUsize,
    quantity: NonZeroU32,
    series: Option<Series>,
    /// It would do to repeat only as far ahead as the resource can be booked.
    shortened: bool,
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

    /// From when on an offer may begin: who wants what is running may have what began with it.
    fn earliest(&self) -> DateTime {
        let now = self.asker.now;
        let wanted = self.time.map(|(start, end)| Span { date: self.date, start, end });
        let running = wanted.filter(|span| span.begins() <= now && now < span.ends());
        running.map_or(now, |span| span.begins())
    }

    /// How it repeats from a day on; `limit` is the last day on which the resource can be booked.
    fn repeated(&self, series: &Series, first: Date, limit: Date) -> Option<Series> {
        let mut series = match self.asker.moves {
            Some((_, from)) => series.moved(from, first)?,
            None => Some(series.clone()).filter(|series| series.rule.until <= Series::latest(first))?,
        };
        if self.shortened {
            series.rule.until = series.rule.until.min(limit);
        }
        Some(series)
    }
}

impl<'a> Search<'a> {
    /// Instead of a booking that collides: the same times on equivalent resources (the same group), then the nearest free
    /// slots of the resource itself, as many as were wanted, then those of the others. A series is free all along.
    pub fn instead(self, booking: &Booking, asker: &Asker) -> Vec<Offer> {
        let Some(resource) = self.vocabulary.resources.get(&booking.resource) else {
            return Vec::new();
        };
        let Span { date, start, end } = booking.span;
        // Days that were taken out are free, too: whoever takes an offer may have forgotten them.
        let whole = booking.series.as_ref().map(|series| Series { exdates: BTreeSet::new(), ..series.clone() });
        let mut wish = Wish {
            asker,
            resources: self.equivalents(resource, asker).collect(),
            date,
            time: Some((start, end)),
            slots: self.calendar.length(&booking.span),
            quantity: booking.quantity,
            series: asker.moves.as_ref().map(|(series, _)| series.clone()).or(whole),
            shortened: false,
        };
        let mut offers = self.same(&wish, booking.span);
        let itself = Some(resource).filter(|resource| !asker.barred.contains(&resource.id));
        if wish.series.is_some() {
            // Another room on the same day of the week is nearer than another day.
            wish.resources.splice(0..0, itself);
            add(&mut offers, self.nearest(&wish));
        } else {
            let near = itself.map(|resource| self.nearest(&Wish { resources: vec![resource], ..wish.clone() }));
            add(&mut offers, near.unwrap_or_default());
            self.fill(&mut offers, &wish);
        }
        offers
    }

    /// Instead of what is no booking at all, for the faults that were found in it. Nothing else is needed where what and
    /// when were right.
    pub fn instead_of(self, typed: &BookingFields, faults: &[Fault], asker: &Asker) -> Vec<Offer> {
        let at = |field: &str| faults.iter().any(|fault| fault.field == field);
        if !PLACE.iter().any(|field| at(field)) {
            return Vec::new();
        }
        let named = self.vocabulary.resources.find(&typed.resource).filter(|_| !typed.resource.trim().is_empty());
        let resources: Vec<&Resource> = match named {
            Some(resource) => {
                let itself = Some(resource).filter(|_| !at("resource") && !asker.barred.contains(&resource.id));
                itself.into_iter().chain(self.equivalents(resource, asker)).collect()
            }
            None => self.open_to(asker).collect(),
        };
        let most = named.and_then(Resource::quantity).filter(|_| at("quantity"));
        let most = most.or_else(|| resources.iter().filter_map(|resource| resource.quantity()).max());
        let date = typed.date.trim().parse().unwrap_or(asker.now.date());
        let run = typed.run(self.calendar, date).map(|run| run.on(date));
        let hours = run.map(|span| (span.start, span.end)).or_else(|| typed.times().ok());
        let span = hours.map(|(start, end)| Span { date, start, end });
        let wish = Wish {
            asker,
            resources,
            date,
            time: hours,
            slots: span.map_or(NonZeroUsize::MIN, |span| self.calendar.length(&span)),
            quantity: typed.quantity.trim().parse().unwrap_or(NonZeroU32::MIN).min(most.unwrap_or(NonZeroU32::MIN)),
            series: match &asker.moves {
                Some((series, _)) => Some(series.clone()),
                None => typed.series(date, self.calendar),
            },
            shortened: false,
        };
        let whole = span.filter(|span| run.is_none() || self.calendar.run_at(span).is_some());
        let found = |wish: &Wish<'_>| {
            let mut offers = whole.map(|span| self.same(wish, span)).unwrap_or_default();
            self.fill(&mut offers, wish);
            offers
        };
        let offers = found(&wish);
        // A series that has no day at all is none.
        if offers.is_empty() && asker.moves.is_none() { found(&Wish { series: None, ..wish }) } else { offers }
    }

    /// Whether anybody may book a resource for a time, by its rules and by the clock; whether it is taken is asked apart.
    pub fn is_open(self, resource: &Resource, span: &Span, now: DateTime) -> bool {
        let (first, today) = (span.date, now.date());
        resource.bookable().is_some_and(|bookable| {
            !resource.retired
                && !bookable.rules.team_only
                && now < span.ends()
                && first <= limit(resource, today)
                && bookable.rules.check_days(first, first, today, self.calendar).is_ok()
        })
    }

    /// A time on the resources that would do.
    fn same(&self, wish: &Wish<'_>, span: Span) -> Vec<Offer> {
        wish.resources.iter().filter_map(|resource| self.offer(resource, span, wish)).take(OFFERS).collect()
    }

    /// More offers where there are too few: what is nearest of each resource that would do.
    fn fill(&self, offers: &mut Vec<Offer>, wish: &Wish<'_>) {
        for resource in &wish.resources {
            if offers.len() >= OFFERS {
                break;
            }
            add(offers, self.nearest(&Wish { resources: vec![resource], ..wish.clone() }));
        }
    }

    /// The free slots that are nearest: of the day that was wanted and those after it, else of those before. Where
    /// nothing is free as often as was wanted, less often; where as many are never free one after the other, single ones.
    fn nearest(&self, wish: &Wish<'_>) -> Vec<Offer> {
        let today = wish.asker.now.date();
        let last = wish.resources.iter().map(|resource| limit(resource, today)).max().unwrap_or(today);
        let from = wish.date.clamp(today, last);
        let away = |days: i64| from.checked_add(days.days()).ok().filter(|date| (today..=last).contains(date));
        let (near, far) = (0..HORIZON_DAYS, HORIZON_DAYS..YEARS_AHEAD * 366);
        let ways = [(near.clone(), 1), (near, -1), (far.clone(), 1), (far, -1)];
        let mut found = ways.into_iter().map(|(days, way)| self.slots(wish, days.filter_map(|day| away(way * day))));
        if let Some(found) = found.find(|found| !found.is_empty()) {
            return found;
        }
        if wish.series.is_some() && !wish.shortened {
            return self.nearest(&Wish { shortened: true, ..wish.clone() });
        }
        if wish.slots > NonZeroUsize::MIN {
            return self.nearest(&Wish { slots: NonZeroUsize::MIN, ..wish.clone() });
        }
        Vec::new()
    }

    /// Free slots of some days, as far as they are needed: those of a day that are nearest to the time first.
    fn slots(&self, wish: &Wish<'_>, days: impl Iterator<Item = Date>) -> Vec<Offer> {
        let mut found: Vec<Offer> = Vec::new();
        for date in days {
            let spans = wish.spans(self.calendar, date);
            let pairs = spans.iter().flat_map(|span| wish.resources.iter().map(move |resource| (resource, *span)));
            found.extend(pairs.filter_map(|(resource, span)| self.offer(resource, span, wish)));
            if found.len() >= OFFERS {
                break;
            }
        }
        found.truncate(OFFERS);
        found
    }

    /// What may be had instead of a resource.
    fn equivalents(self, resource: &Resource, asker: &'a Asker) -> impl Iterator<Item = &'a Resource> {
        self.open_to(asker).filter(move |other| other.id != resource.id && other.group == resource.group)
    }

    fn open_to(self, asker: &'a Asker) -> impl Iterator<Item = &'a Resource> {
        let current = self.vocabulary.resources.current();
        current.filter(|resource| resource.bookable().is_some() && !asker.barred.contains(&resource.id))
    }

    /// A resource at a time, and from then on as it is wished to repeat; `None`: it can not be had like that.
    fn offer(&self, resource: &Resource, span: Span, wish: &Wish<'_>) -> Option<Offer> {
        let (now, first) = (wish.asker.now, span.date);
        let limit = limit(resource, now.date());
        let in_time = wish.earliest() <= span.begins() && now < span.ends() && first <= limit;
        if resource.retired || !in_time || !self.is_free(resource, &span, wish.quantity) {
            return None;
        }
        let series = match &wish.series {
            Some(series) => Some(wish.repeated(series, first, limit)?),
            None => None,
        };
        let days: Vec<Date> = series::occurrences(span, series.as_ref(), self.calendar).map(|span| span.date).collect();
        let rules = resource.bookable()?.rules;
        let fits = days.first() == Some(&first)
            && self.calendar.closure(first).is_none()
            && rules.check_days(first, *days.last()?, now.date(), self.calendar).is_ok()
            && rules.check_hours(&span, self.calendar).is_ok()
            && days.iter().all(|date| self.is_free(resource, &Span { date: *date, ..span }, wish.quantity));
        // What goes along is not asked for again.
        let series = series.filter(|_| wish.asker.moves.is_none());
        fits.then(|| Offer { resource: resource.id.clone(), span, quantity: wish.quantity, series })
    }
}

/// The last day on which a resource can be booked.
fn limit(resource: &Resource, today: Date) -> Date {
    let far = today.checked_add(YEARS_AHEAD.years()).unwrap_or(today);
    let ahead = resource.bookable().and_then(|bookable| bookable.rules.ahead);
    ahead.and_then(|ahead| today.checked_add(i64::from(ahead).days()).ok()).map_or(far, |last| last.min(far))
}

fn add(offers: &mut Vec<Offer>, more: Vec<Offer>) {
    for offer in more {
        if !offers.contains(&offer) {
            offers.push(offer);
        }
    }
}

#[cfg(test)]
mod tests;
