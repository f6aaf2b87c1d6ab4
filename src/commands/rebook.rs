//! `guichet move`: a booking, or some days of a series, gets another time, place or purpose, by the same rules as the form.

use clap::Args;
use jiff::civil::Date;

use super::reserve::{booked, stem};
use super::{Context, Failure, refused};
use crate::desk::Refusal;
use crate::domain::booking::BookingFields;
use crate::domain::item::Item;
use crate::domain::part::Part;

#[derive(Debug, Args)]
pub(super) struct Move {
    /// The booking, such as 2026-11-23-salle-info-1-1030
    stem: String,
    /// Only this day of a booking that repeats
    #[arg(long, value_name = "DATE", conflicts_with = "from")]
    only: Option<Date>,
    /// This day of a booking that repeats and all after it
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// To another room or equipment
    #[arg(long)]
    resource: Option<String>,
    /// To another day, such as 2026-11-23
    #[arg(long)]
    date: Option<String>,
    /// To another period, such as M3
    #[arg(long)]
    slot: Option<String>,
    /// The last period, of a booking over several
    #[arg(long = "to", value_name = "SLOT", requires = "slot")]
    slot_to: Option<String>,
    /// The new start, such as 10:30
    #[arg(long, conflicts_with = "slot", requires = "end")]
    start: Option<String>,
    /// The new end, such as 11:25
    #[arg(long, conflicts_with = "slot", requires = "start")]
    end: Option<String>,
    /// What for, from now on
    #[arg(long)]
    purpose: Option<String>,
    /// How many, from now on
    #[arg(long)]
    quantity: Option<String>,
}

impl Move {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let (stem, actor) = (stem(desk, &self.stem)?, desk.actor());
            let part = self.only.map(Part::On).or(self.from.map(Part::From)).unwrap_or(Part::All);
            let found = desk.office().reservations.get(&stem);
            let unknown = || refused(desk, &Refusal::Unknown(Item::Reservation(stem.clone())));
            let booking = found.map(|booked| &booked.reservation).ok_or_else(unknown)?;
            let calendar = &desk.site().calendar;
            let day = part.first_of(booking, calendar, desk.wall_clock());
            let day = day.map_err(|fault| refused(desk, &Refusal::Faults(vec![fault])))?;
            let fields = self.fields(BookingFields::of(booking, &day, calendar));
            let receipt = desk.rebook(&stem, part, &fields, &actor, None, |_| true);
            booked(context, desk, receipt)
        })
    }

    /// What the booking has, but for what is to change.
    fn fields(self, has: BookingFields) -> BookingFields {
        let times = if self.slot.is_some() || self.start.is_some() {
            [self.slot, self.slot_to, self.start, self.end].map(Option::unwrap_or_default)
        } else {
            [has.slot, has.slot_to, has.start, has.end]
        };
        let [slot, slot_to, start, end] = times;
        BookingFields {
            resource: self.resource.unwrap_or(has.resource),
            date: self.date.unwrap_or(has.date),
            purpose: self.purpose.unwrap_or(has.purpose),
            quantity: self.quantity.unwrap_or(has.quantity),
            slot,
            slot_to,
            start,
            end,
            ..has
        }
    }
}
