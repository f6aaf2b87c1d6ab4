//! A booking that is to be at another time, in another place or for something else: the whole of it, or some days of a
//! series, which are a booking of their own from then on. It keeps all rules anew; what stays where it was keeps its place
//! by the rules of its own day.

use jiff::civil::{Date, DateTime};

use super::booking::{Booking, BookingFields};
use super::calendar::Calendar;
use super::draft::Fault;
use super::part::Part;
use super::reservation::{Reservation, Span};
use super::resource::Resource;
use super::series::Series;
use super::vocabulary::Vocabulary;
use crate::phrase::Phrase;

/// What becomes of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebooking {
    /// Which days change: those that were meant and are not over.
    pub part: Part,
    /// What stays as it was; `None`: all of it changes.
    pub rest: Option<Reservation>,
    /// What it is from now on, or the days that go elsewhere.
    pub booking: Booking,
    /// It takes no other place than it has.
    pub stays: bool,
}

impl Rebooking {
    /// The series that goes along when some days of `old` go elsewhere, and the first of these days.
    pub fn moves(old: &Reservation, part: Part, calendar: &Calendar, now: DateTime) -> Option<(Series, Date)> {
        let from = part.first_of(old, calendar, now).ok()?;
        let series = old.series.clone().filter(|_| !matches!(part, Part::On(_)))?;
        Some((series, from.date))
    }

    /// What the form says is to become of some days of `old`.
    ///
    /// # Errors
    /// What is wrong with each field.
    pub fn of(
        old: &Reservation,
        part: Part,
        fields: &BookingFields,
        vocabulary: &Vocabulary,
        calendar: &Calendar,
        now: DateTime,
    ) -> Result<Self, Vec<Fault>> {
        let from = part.first_of(old, calendar, now).map_err(|fault| vec![fault])?;
        let part = match (part, &old.series) {
            (_, None) => Part::All,
            (Part::On(_), Some(_)) => Part::On(from.date),
            // What is over stays where it was, also when all days are meant.
            (Part::All | Part::From(_), Some(_)) => Part::From(from.date),
        };
        let rest = part.rest_of(old, calendar);
        let stays = fields.keep(old, &from, vocabulary, calendar);
        let mut booking = if stays {
            Booking {
                resource: old.resource.key().unwrap_or(&old.stem.resource).clone(),
                span: from,
                purpose: fields.purpose().map_err(|fault| vec![fault])?,
                quantity: old.quantity,
                series: None,
                status: old.status,
            }
        } else {
            // How it repeats is not asked again: it goes along.
            let single = BookingFields { repeat: String::new(), ..fields.clone() };
            single.check(vocabulary, calendar, now)?
        };
        if let (Some(series), Part::From(_)) = (&old.series, part) {
            let (first, series) = moved(series, &from, &booking.span, calendar).map_err(|fault| vec![fault])?;
            booking = Booking { span: first, series, ..booking };
            if !stays {
                check_last(&booking, vocabulary, calendar, now).map_err(|fault| vec![fault])?;
            }
        }
        Ok(Self { part, rest, booking, stays })
    }
}

/// A series from one of its days on, when that day goes to another.
fn moved(series: &Series, from: &Span, to: &Span, calendar: &Calendar) -> Result<(Span, Option<Series>), Fault> {
    let far = || Fault::new("date", Phrase::new("fault-date-far"));
    let mut series = series.moved(from.date, to.date).ok_or_else(far)?;
    let (first, more) = {
        let mut left = series.days(to.date, calendar);
        (left.next(), left.next().is_some())
    };
    let first = first.ok_or_else(|| Fault::new("date", Phrase::new("fault-until-no-day")))?;
    series.exdates.retain(|day| *day > first);
    Ok((Span { date: first, ..*to }, more.then_some(series)))
}

/// How far ahead its last day may be.
fn check_last(booking: &Booking, vocabulary: &Vocabulary, calendar: &Calendar, now: DateTime) -> Result<(), Fault> {
    let rules = vocabulary.resources.get(&booking.resource).and_then(Resource::bookable);
    let last = booking.occurrences(calendar).last().map_or(booking.span.date, |span| span.date);
    let checked = rules.map(|bookable| bookable.rules.check_days(booking.span.date, last, now.date(), calendar));
    // The form of a change has no field for the end.
    checked.unwrap_or(Ok(())).map_err(|fault| Fault { field: "date", ..fault })
}

impl BookingFields {
    /// The form as it is first shown to whoever changes one day of `booking`.
    pub fn of(booking: &Reservation, day: &Span, calendar: &Calendar) -> Self {
        let run = calendar.run_at(day);
        let hour = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
        let hours = |time| if run.is_some() { String::new() } else { hour(time) };
        Self {
            resource: booking.resource.key().map(ToString::to_string).unwrap_or_default(),
            date: day.date.to_string(),
            slot: run.map(|run| run.first.id.clone()).unwrap_or_default(),
            slot_to: run.and_then(|run| run.goes_on_to()).map(|slot| slot.id.clone()).unwrap_or_default(),
            start: hours(day.start),
            end: hours(day.end),
            purpose: booking.purpose.clone(),
            quantity: if booking.quantity.get() > 1 { booking.quantity.to_string() } else { String::new() },
            ..Self::default()
        }
    }

    /// Whether they name no other place than `day` of a booking has.
    fn keep(&self, booking: &Reservation, day: &Span, vocabulary: &Vocabulary, calendar: &Calendar) -> bool {
        let resource = vocabulary.resources.find(&self.resource).filter(|_| !self.resource.trim().is_empty());
        let times = if self.slot.trim().is_empty() {
            self.times().ok()
        } else {
            self.run(calendar, day.date).map(|run| run.on(day.date)).map(|span| (span.start, span.end))
        };
        let quantity = self.quantity.trim();
        resource.map(|resource| &resource.id) == booking.resource.key()
            && resource.is_some()
            && self.date.trim().parse().ok() == Some(day.date)
            && times == Some((day.start, day.end))
            && (if quantity.is_empty() { Ok(std::num::NonZeroU32::MIN) } else { quantity.parse() })
                == Ok(booking.quantity)
    }
}

#[cfg(test)]
mod tests;
