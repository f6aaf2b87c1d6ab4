//! What a form makes or speaks to: a ticket or a booking.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::reservation::Stem;
use super::ticket::TicketId;

/// A ticket or a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// An incident.
    Ticket(TicketId),
    /// A booking.
    Reservation(Stem),
}

impl Item {
    /// The item whose file has this path.
    pub fn from_path(path: &str) -> Option<Self> {
        TicketId::from_path(path).map(Self::Ticket).or_else(|| Stem::from_path(path).map(Self::Reservation))
    }

    /// Where its file is.
    pub fn path(&self) -> String {
        match self {
            Self::Ticket(id) => id.path(),
            Self::Reservation(stem) => stem.path(),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(id) => id.fmt(f),
            Self::Reservation(stem) => stem.fmt(f),
        }
    }
}
