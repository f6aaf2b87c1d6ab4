//! What the pages of rooms and equipment are given.

use serde::Serialize;

use super::{Link, ResourceWeek, TicketRow};

/// `resources.html`, as `view`: every room and equipment, by group.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceIndex {
    /// The groups in the configured order.
    pub groups: Vec<ResourceGroup>,
}

/// A group of resources.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceGroup {
    /// « Salles ».
    pub name: String,
    /// Its resources.
    pub resources: Vec<ResourceRow>,
}

/// One resource in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceRow {
    /// Its name and page.
    pub link: Link,
    /// How many tickets are open.
    pub open: usize,
    /// The form of a booking, filled in with it; empty: not everybody can book it.
    pub book: String,
}

/// `resource.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourcePage {
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: String,
    /// Incidents can be declared, it can not be booked.
    pub bookable: bool,
    /// No new tickets: it was retired.
    pub retired: bool,
    /// What is open.
    pub open: Vec<TicketRow>,
    /// What is closed, newest first; the first 50.
    pub past: Vec<TicketRow>,
    /// How many are closed in all.
    pub past_total: usize,
    /// The form, filled in with this resource.
    pub declare: String,
    /// The form of a booking, filled in with this resource; empty: not everybody can book it.
    pub book: String,
    /// Its running week; none: it can not be booked.
    pub week: Option<ResourceWeek>,
    /// Its calendar to subscribe to; empty: it can not be booked.
    pub calendar: String,
    /// The display beside its door; empty: it has none.
    pub door: String,
    /// The picture of its code; empty: it has none.
    pub code: String,
}
