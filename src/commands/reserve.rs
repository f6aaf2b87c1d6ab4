//! `guichet reserve`, `guichet approve` and `guichet cancel`: bookings at a terminal, by the same rules as the form.

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::{Context, Failure, print_json, refused};
use crate::desk::{Desk, Receipt, Refusal};
use crate::domain::booking::{Booking, BookingFields, REPEATS};
use crate::domain::diary::Occurrence;
use crate::domain::free::Offer;
use crate::domain::part::Part;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Span, Standing, Stem};
use crate::phrase::Phrase;
use crate::theme::scene::Scene;

#[derive(Debug, Args)]
pub(super) struct Reserve {
    /// What
    #[arg(long)]
    resource: String,
    /// The day, such as 2026-11-23
    #[arg(long)]
    date: String,
    /// The period, such as M3
    #[arg(long, default_value = "", required_unless_present_all = ["start", "end"])]
    slot: String,
    /// Up to and including this period, such as M4
    #[arg(long = "to", value_name = "SLOT", default_value = "", hide_default_value = true, requires = "slot")]
    slot_to: String,
    /// The start, such as 10:30
    #[arg(long, default_value = "", conflicts_with = "slot")]
    start: String,
    /// The end, such as 11:25
    #[arg(long, default_value = "", conflicts_with = "slot")]
    end: String,
    /// What for
    #[arg(long)]
    purpose: String,
    /// How many
    #[arg(long, default_value = "")]
    quantity: String,
    /// Repeats: weekly, week-a or week-b
    #[arg(long, value_parser = REPEATS, default_value = "none", hide_default_value = true, requires_if("weekly", "until"), requires_if("week-a", "until"), requires_if("week-b", "until"))]
    repeat: String,
    /// The last day on which it may repeat, such as 2027-07-02
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true, requires = "repeat")]
    until: String,
    /// Leaves out the days on which it is taken
    #[arg(long)]
    skip_conflicts: bool,
    /// Shows every day and what is in the way, and books nothing
    #[arg(long)]
    dry_run: bool,
    /// For whom: their address
    #[arg(long = "for", value_name = "ADDRESS")]
    requester: Option<String>,
    /// Their name, if the address book does not know it
    #[arg(long, default_value = "")]
    name: String,
}

#[derive(Debug, Args)]
pub(super) struct Cancel {
    /// The booking, such as 2026-11-23-salle-info-1-1030
    stem: String,
    /// Only this day of a booking that repeats
    #[arg(long, value_name = "DATE", conflicts_with = "from")]
    date: Option<Date>,
    /// This day of a booking that repeats and all after it
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Why; told to whoever had booked
    #[arg(short, long, value_name = "REASON")]
    message: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The booking, such as 2026-11-23-salle-info-1-1030
    stem: String,
}

impl Reserve {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let mut fields = BookingFields {
                resource: self.resource,
                date: self.date,
                slot: self.slot,
                slot_to: self.slot_to,
                start: self.start,
                end: self.end,
                purpose: self.purpose,
                quantity: self.quantity,
                repeat: self.repeat,
                until: self.until,
                skip: String::new(),
            };
            let mut booking = checked(desk, &fields)?;
            if self.skip_conflicts || self.dry_run {
                let planned = desk.plan_booking(&booking).map_err(|refusal| refused(desk, &refusal))?;
                if self.dry_run {
                    return show(desk, &planned, context.json);
                }
                let taken = planned.iter().filter(|(_, others)| !others.is_empty());
                let taken: Vec<String> = taken.map(|(span, _)| span.date.to_string()).collect();
                fields.skip = taken.join(",");
                booking = checked(desk, &fields)?;
            }
            let requester = match self.requester {
                Some(typed) => Requester::Person(super::people::enter(desk, &typed, &self.name)?),
                None => super::people::oneself(desk),
            };
            let actor = desk.actor();
            let receipt = desk.book_resource(&booking, &requester, &actor, None);
            booked(context, desk, receipt)
        })
    }
}

impl Cancel {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let (stem, actor) = (stem(desk, &self.stem)?, desk.actor());
            let reason = self.message.as_deref();
            let part = self.date.map(Part::On).or(self.from.map(Part::From)).unwrap_or(Part::All);
            let receipt = desk.shorten(&stem, part, reason, &actor, None, |_| true);
            committed(context, desk, receipt)
        })
    }
}

impl Approve {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let (stem, actor) = (stem(desk, &self.stem)?, desk.actor());
            let waits = |booking: Option<&Reservation>| booking.is_none_or(|found| found.status == Standing::Pending);
            let receipt = desk.approve(&stem, &actor, None, waits);
            committed(context, desk, receipt)
        })
    }
}

/// The booking that was typed, by its name or the path of its file.
pub(super) fn stem(desk: &Desk, typed: &str) -> Result<Stem, Failure> {
    let unknown = || {
        let phrase = Phrase::new("fault-booking-unknown").with("id", typed);
        Failure::Wrong(Some(desk.theme().locale().say(&phrase)))
    };
    super::named(typed).parse().map_err(|_| unknown())
}

/// Under which name it is booked.
pub(super) fn booked(context: &Context, desk: &Desk, receipt: Result<Receipt, Refusal>) -> Result<(), Failure> {
    let receipt = receipt.map_err(|refusal| refused(desk, &refusal))?;
    if context.json {
        let (id, path) = (receipt.item.to_string(), receipt.item.path());
        return print_json(&json!({ "id": id, "commit": receipt.commit, "path": path }));
    }
    say!("{}", receipt.item);
    Ok(())
}

fn committed(context: &Context, desk: &Desk, receipt: Result<Receipt, Refusal>) -> Result<(), Failure> {
    let receipt = receipt.map_err(|refusal| refused(desk, &refusal))?;
    if context.json {
        return print_json(&json!({ "id": receipt.item.to_string(), "commit": receipt.commit }));
    }
    let said = Phrase::new("cli-committed").with("commit", &receipt.commit[..10]);
    say!("{}", desk.theme().locale().say(&said));
    Ok(())
}

fn checked(desk: &Desk, fields: &BookingFields) -> Result<Booking, Failure> {
    let site = desk.site();
    let booking = fields.check(&site.vocabulary, &site.calendar, desk.wall_clock());
    booking.map_err(|faults| refused(desk, &Refusal::Faults(faults)))
}

/// Every day of a booking that is not made yet, with what is in the way.
fn show(desk: &Desk, planned: &[(Span, Vec<Occurrence>)], json: bool) -> Result<(), Failure> {
    if json {
        let taken = |others: &[Occurrence]| others.iter().map(|other| other.reservation.stem.to_string()).collect();
        let day = |(span, others): &(Span, Vec<Occurrence>)| {
            let taken: Vec<String> = taken(others);
            json!({ "date": span.date, "taken_by": taken })
        };
        return print_json(&planned.iter().map(day).collect::<Vec<_>>());
    }
    let scene = scene(desk);
    for (span, others) in planned {
        let said = others.first().map_or_else(|| scene.locale().word("repeat-free"), |other| scene.taken(other));
        say!("{}  {said}", span.date);
    }
    Ok(())
}

fn scene(desk: &Desk) -> Scene<'_> {
    Scene {
        site: desk.site(),
        office: desk.office(),
        people: &crate::desk::nobody,
        theme: desk.theme(),
        now: desk.clock().now(),
    }
}

/// By what a time is taken, and what is free instead, a line each.
pub(super) fn taken(desk: &Desk, by: &[Occurrence], offers: &[Offer]) -> String {
    let scene = scene(desk);
    let mut lines: Vec<String> = by.iter().map(|booking| scene.taken(booking)).collect();
    if !offers.is_empty() {
        lines.push(desk.theme().locale().word("offers"));
        lines.extend(offers.iter().map(|offer| format!("  {}", scene.offer(offer))));
    }
    lines.join("\n")
}
