//! What can be broken and what can be booked: rooms, equipment, services.

use std::num::NonZeroU32;

use super::key::Key;
use super::rules::Rules;

/// A room, a trolley, the wifi.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Names it in files and addresses.
    pub id: Key,
    /// What a person calls it.
    pub name: String,
    /// The heading it stands under.
    pub group: String,
    /// What may be done with it.
    pub usage: Usage,
    /// Other names that mean it.
    pub aliases: Vec<String>,
    /// Scrapped: old files stay good, nothing new.
    pub retired: bool,
}

impl Resource {
    /// How it is booked; `None`: it can not be.
    pub fn bookable(&self) -> Option<Bookable> {
        match self.usage {
            Usage::Bookable(bookable) => Some(bookable),
            Usage::MaintenanceOnly => None,
        }
    }

    /// Whether everybody can book it, not the team alone.
    pub fn is_for_everybody(&self) -> bool {
        self.bookable().is_some_and(|bookable| !bookable.rules.team_only)
    }

    /// How many there are to book.
    pub fn quantity(&self) -> Option<NonZeroU32> {
        self.bookable().map(|bookable| bookable.quantity)
    }
}

/// What may be done with a resource. Incidents can be declared on all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// It can be booked.
    Bookable(Bookable),
    /// It can not: a service, or equipment that is only maintained.
    MaintenanceOnly,
}

/// How a resource is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookable {
    /// How many bookings may stand at the same time.
    pub quantity: NonZeroU32,
    /// A booking waits for a member of the team.
    pub approval: bool,
    /// What else is asked for.
    pub rules: Rules,
}
