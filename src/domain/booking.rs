//! What may be booked: the form's fields, checked. Form and command both ask here.

mod hours;
mod repetition;

use std::num::NonZeroU32;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

pub use self::repetition::REPEATS;
use super::calendar::{Calendar, Why};
use super::draft::Fault;
use super::key::Key;
use super::reservation::{Span, Standing};
use super::resource::{Bookable, Resource, Usage};
use super::series::{self, Series};
use super::vocabulary::Vocabulary;
use crate::phrase::Phrase;

/// How far ahead anything may be booked: a typing error in the year is found.
pub const YEARS_AHEAD: i64 = 2;
/// Characters of a purpose, at most.
const PURPOSE_CHARS: usize = 120;

/// The form of a booking, as typed.
#[derive(Clone, Debug, Default)]
pub struct BookingFields {
    /// A resource's id or name.
    pub resource: String,
    /// The day, `2026-11-23`.
    pub date: String,
    /// A slot's id; empty: `start` and `end` say when.
    pub slot: String,
    /// The slot to which it goes on; empty: it is one slot.
    pub slot_to: String,
    /// `10:30`
    pub start: String,
    /// `11:25`
    pub end: String,
    /// What for, in one line.
    pub purpose: String,
    /// How many; empty: one.
    pub quantity: String,
    /// One of [`REPEATS`]; empty: it does not repeat.
    pub repeat: String,
    /// The last day on which it may, `2027-07-02`.
    pub until: String,
    /// Days of it that are taken out, with commas between them.
    pub skip: String,
}

/// A booking that keeps the rules, but for what others have booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// What.
    pub resource: Key,
    /// When; of a series, the first time.
    pub span: Span,
    /// What for.
    pub purpose: String,
    /// How many.
    pub quantity: NonZeroU32,
    /// How it repeats.
    pub series: Option<Series>,
    /// Whether it stands at once.
    pub status: Standing,
}

impl Booking {
    /// When it takes its resource, in order.
    pub fn occurrences<'a>(&'a self, calendar: &'a Calendar) -> impl Iterator<Item = Span> + use<'a> {
        series::occurrences(self.span, self.series.as_ref(), calendar)
    }
}

impl BookingFields {
    /// The booking, or what is wrong with each field.
    ///
    /// # Errors
    /// A field is missing or unknown; the resource can not be booked; the day is past or without lessons.
    pub fn check(&self, vocabulary: &Vocabulary, calendar: &Calendar, now: DateTime) -> Result<Booking, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut keep = |fault: Fault| faults.push(fault);
        let resource = self.resource(vocabulary).map_err(&mut keep).ok();
        let date = self.date(calendar, now.date()).map_err(&mut keep).ok();
        let span = match date {
            Some(date) => self.span(calendar, date, now).map_err(|found| found.into_iter().for_each(&mut keep)).ok(),
            None => None,
        };
        let time = match span {
            Some(span) => self.repetition(span, calendar).map_err(&mut keep).ok(),
            None => None,
        };
        if let (Some((_, bookable)), Some(span)) = (resource, &span)
            && let Err(fault) = bookable.rules.check_hours(span, calendar)
        {
            keep(fault);
        }
        if let (Some((_, bookable)), Some((span, series))) = (resource, &time) {
            let last = series::occurrences(*span, series.as_ref(), calendar).last().map_or(span.date, |span| span.date);
            if let Err(fault) = bookable.rules.check_days(span.date, last, now.date(), calendar) {
                keep(fault);
            }
        }
        let purpose = self.purpose().map_err(&mut keep).ok();
        let quantity = match resource {
            Some((_, bookable)) => self.quantity(bookable).map_err(&mut keep).ok(),
            None => None,
        };
        match (resource, purpose, time, quantity) {
            (Some((resource, bookable)), Some(purpose), Some((span, series)), Some(quantity)) if faults.is_empty() => {
                Ok(Booking {
                    resource: resource.id.clone(),
                    span,
                    purpose,
                    quantity,
                    series,
                    status: if bookable.approval { Standing::Pending } else { Standing::Confirmed },
                })
            }
            _ => Err(faults),
        }
    }

    /// What it is for.
    pub(super) fn purpose(&self) -> Result<String, Fault> {
        match super::draft::line("purpose", &self.purpose, PURPOSE_CHARS)? {
            purpose if purpose.is_empty() => Err(Fault::new("purpose", Phrase::new("fault-purpose-missing"))),
            purpose => Ok(purpose),
        }
    }

    fn resource<'v>(&self, vocabulary: &'v Vocabulary) -> Result<(&'v Resource, Bookable), Fault> {
        let fault = |key: &'static str, value: &str| {
            Fault::new("resource", Phrase::new(key).with("resource", value).with("typed", value))
        };
        if self.resource.trim().is_empty() {
            return Err(fault("fault-resource-missing", ""));
        }
        match vocabulary.resources.find(&self.resource) {
            None => Err(fault("fault-resource-unknown", &super::draft::shortened(&self.resource))),
            Some(resource) if resource.retired => Err(fault("fault-resource-retired", &resource.name)),
            Some(resource) => match resource.usage {
                Usage::Bookable(bookable) => Ok((resource, bookable)),
                Usage::MaintenanceOnly => Err(fault("fault-resource-not-bookable", &resource.name)),
            },
        }
    }

    fn date(&self, calendar: &Calendar, today: Date) -> Result<Date, Fault> {
        let typed = self.date.trim();
        let fault = |phrase: Phrase| Fault::new("date", phrase);
        if typed.is_empty() {
            return Err(fault(Phrase::new("fault-date-missing")));
        }
        let date: Date = typed
            .parse()
            .map_err(|_| fault(Phrase::new("fault-date-odd").with("typed", super::draft::shortened(typed))))?;
        if date < today {
            return Err(fault(Phrase::new("fault-date-past")));
        }
        if today.checked_add(YEARS_AHEAD.years()).is_ok_and(|last| date > last) {
            return Err(fault(Phrase::new("fault-date-far")));
        }
        match calendar.closure(date) {
            None => Ok(date),
            Some(why) => Err(fault(closed(&why))),
        }
    }

    fn quantity(&self, bookable: Bookable) -> Result<NonZeroU32, Fault> {
        if self.quantity.trim().is_empty() {
            return Ok(NonZeroU32::MIN);
        }
        let typed = self.quantity.trim().parse::<NonZeroU32>().ok();
        typed
            .filter(|quantity| *quantity <= bookable.quantity)
            .ok_or_else(|| Fault::new("quantity", Phrase::new("fault-quantity").with("most", bookable.quantity)))
    }
}

/// The sentence for a day without lessons.
pub(super) fn closed(why: &Why) -> Phrase {
    match why {
        Why::Own(label) if label.is_empty() => Phrase::new("fault-date-closed"),
        Why::Own(label) => Phrase::new("fault-date-closed-for").with("why", label),
        Why::Known(holiday) => Phrase::new("fault-date-holiday").with("why", holiday),
        Why::NotTaught => Phrase::new("fault-date-not-taught"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> crate::config::Site {
        crate::config::Site::parse(
            "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\n[[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\n\
             [[resources]]\nname = \"Chariot\"\nquantity = 3\napproval = true\n[[resources]]\nname = \"Wifi\"\nbookable = false\n\
             [calendar]\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"S1\", start = \"13:30\", end = \"14:25\", days = [\"mon\"] }]\n\
             closed = [{ from = 2026-12-19, to = 2027-01-03, label = \"Noël\" }]\n",
        )
        .unwrap()
    }

    fn fields() -> BookingFields {
        BookingFields {
            resource: "salle-info-1".into(),
            date: "2026-11-26".into(),
            slot: "m1".into(),
            purpose: "5eB, tableur".into(),
            ..BookingFields::default()
        }
    }

    fn now() -> DateTime {
        "2026-11-24T10:00".parse().unwrap()
    }

    fn faults(fields: &BookingFields) -> Vec<(&'static str, &'static str)> {
        let site = site();
        let found = fields.check(&site.vocabulary, &site.calendar, now()).unwrap_err();
        found.iter().map(|fault| (fault.field, fault.message.key)).collect()
    }

    #[test]
    fn each_rule_names_its_field() {
        let with = |change: &dyn Fn(&mut BookingFields)| {
            let mut fields = fields();
            change(&mut fields);
            faults(&fields)
        };
        assert_eq!(with(&|f| f.resource = "wifi".into()), [("resource", "fault-resource-not-bookable")]);
        assert_eq!(with(&|f| f.date = "2026-11-23".into()), [("date", "fault-date-past")]);
        assert_eq!(with(&|f| f.date = "2026-12-21".into()), [("date", "fault-date-closed-for")]);
        assert_eq!(with(&|f| f.date = "2026-11-28".into()), [("date", "fault-date-not-taught")]);
        assert_eq!(with(&|f| f.date = "2027-02-29".into()), [("date", "fault-date-odd")]);
        assert_eq!(with(&|f| f.slot = "S1".into()), [("slot", "fault-slot-not-taught")]);
        assert_eq!(with(&|f| f.slot = "M9".into()), [("slot", "fault-slot-unknown")]);
        assert_eq!(with(&|f| f.date = "2026-11-24".into()), [("slot", "fault-time-past")]);
        assert_eq!(with(&|f| f.repeat = "weekly".into()), [("until", "fault-until-missing")]);
        assert_eq!(with(&|f| f.quantity = "2".into()), [("quantity", "fault-quantity")]);
        let hours =
            |start: &str, end: &str| with(&|f| (f.slot, f.start, f.end) = (String::new(), start.into(), end.into()));
        assert_eq!(hours("10:00", "09:00"), [("end", "fault-end-before-start")]);
        assert_eq!(hours("25:00", "26:00"), [("start", "fault-time-odd"), ("end", "fault-time-odd")]);
        assert_eq!(hours("", ""), [("slot", "fault-slot-missing")]);
        assert_eq!(hours("10:00", ""), [("end", "fault-end-missing")]);
        assert_eq!(hours("", "11:00"), [("start", "fault-start-missing")]);
    }
}
