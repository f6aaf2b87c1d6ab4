//! `guichet reserve` and `guichet cancel`: bookings at a terminal, by the same rules as the form.

use clap::Args;
use serde_json::json;

use super::{Context, Failure, print_json, refused};
use crate::desk::{Desk, Refusal};
use crate::domain::booking::BookingFields;
use crate::domain::diary::Occurrence;
use crate::domain::free::Offer;
use crate::domain::person::Requester;
use crate::domain::reservation::Stem;
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
    /// Why; told to whoever had booked
    #[arg(short, long, value_name = "REASON")]
    message: Option<String>,
}

impl Reserve {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let fields = BookingFields {
                resource: self.resource,
                date: self.date,
                slot: self.slot,
                start: self.start,
                end: self.end,
                purpose: self.purpose,
                quantity: self.quantity,
                repeat: String::new(),
            };
            let site = desk.site().clone();
            let booking = fields.check(&site.vocabulary, &site.calendar, desk.wall_clock());
            let booking = booking.map_err(|faults| refused(desk, &Refusal::Faults(faults)))?;
            let requester = match self.requester {
                Some(typed) => Requester::Person(super::people::enter(desk, &typed, &self.name)?),
                None => super::people::oneself(desk),
            };
            let actor = desk.actor();
            let receipt = desk.book_resource(&booking, &requester, &actor, None);
            let receipt = receipt.map_err(|refusal| refused(desk, &refusal))?;
            if context.json {
                let (id, path) = (receipt.item.to_string(), receipt.item.path());
                return print_json(&json!({ "id": id, "commit": receipt.commit, "path": path }));
            }
            println!("{}", receipt.item);
            Ok(())
        })
    }
}

impl Cancel {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        context.at_the_desk(|desk| {
            let unknown = || {
                let phrase = crate::phrase::Phrase::new("fault-booking-unknown").with("id", &self.stem);
                Failure::Wrong(Some(desk.theme().locale().say(&phrase)))
            };
            let stem: Stem = self.stem.parse().map_err(|_| unknown())?;
            let actor = desk.actor();
            let receipt = desk.cancel(&stem, self.message.as_deref(), &actor, None, |_| true);
            let receipt = receipt.map_err(|refusal| refused(desk, &refusal))?;
            if context.json {
                return print_json(&json!({ "id": receipt.item.to_string(), "commit": receipt.commit }));
            }
            let said = crate::phrase::Phrase::new("cli-committed").with("commit", &receipt.commit[..10]);
            println!("{}", desk.theme().locale().say(&said));
            Ok(())
        })
    }
}

/// By what a time is taken, and what is free instead, a line each.
pub(super) fn taken(desk: &Desk, by: &[Occurrence], offers: &[Offer]) -> String {
    let scene = Scene {
        site: desk.site(),
        office: desk.office(),
        people: &crate::desk::nobody,
        theme: desk.theme(),
        now: desk.clock().now(),
    };
    let mut lines: Vec<String> = by.iter().map(|booking| scene.taken(booking)).collect();
    if !offers.is_empty() {
        lines.push(desk.theme().locale().word("offers"));
        lines.extend(offers.iter().map(|offer| format!("  {}", scene.offer(offer))));
    }
    lines.join("\n")
}
