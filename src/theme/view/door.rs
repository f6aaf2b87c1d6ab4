//! What the display beside a door is given.

use serde::Serialize;

use super::BookingRow;

/// `door.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Door {
    /// What stands behind the door.
    pub name: String,
    /// « mercredi 25 novembre ».
    pub day: String,
    /// It is free at this moment.
    pub free: bool,
    /// « Libre jusqu’à 11 h 25 », « Occupé jusqu’à 11 h 25 ».
    pub state: String,
    /// Who is in.
    pub running: Vec<BookingRow>,
    /// What comes later this day.
    pub coming: Vec<BookingRow>,
    /// Why nobody can use it: the title of the ticket that says so; empty: everybody can.
    pub out_of_service: String,
}
