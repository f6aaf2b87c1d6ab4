//! What a signed link lets its holder do to a booking. The same hour can be cancelled and booked again, also by
//! somebody else: a link is about the booking that it was made for and no other.

use jiff::Timestamp;

use super::Bearer;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Standing, Stem};

/// One booking: its name, and when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its file's name.
    pub stem: Stem,
    /// When it was made, to the second; `None`: its file does not say.
    pub made: Option<Timestamp>,
}

/// What may be done to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBooking {
    /// « Annuler ma réservation »: who holds it gives it back, or some days of it.
    Cancel,
    /// « Modifier ma réservation »: who holds it gives it another time, place or purpose.
    Change,
    /// It waited, and stands from now on.
    Approve,
    /// It waited, and will not stand.
    Refuse,
}

impl Hold {
    /// What `booking` is, as links name it.
    pub fn of(booking: &Reservation) -> Self {
        let second = |at: Timestamp| Timestamp::from_second(at.as_second()).expect("a second of a time is a time");
        Self { stem: booking.stem.clone(), made: booking.created.map(|created| second(created.at)) }
    }
}

impl OnBooking {
    /// Whether it is still to be done to the booking that stands there now.
    pub fn is_left(self, hold: &Hold, bearer: &Bearer, booking: &Reservation) -> bool {
        Hold::of(booking) == *hold
            && match self {
                Self::Cancel | Self::Change => {
                    booking.requester != Requester::Nobody && *bearer == Bearer::of(&booking.requester)
                }
                Self::Approve | Self::Refuse => booking.status == Standing::Pending,
            }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use jiff::tz::Offset;

    use super::*;
    use crate::domain::key::Key;
    use crate::domain::person::Pseudonym;
    use crate::domain::reservation::Span;
    use crate::domain::ticket::{Moment, Named};

    fn moment(at: &str) -> Moment {
        Moment { at: at.parse().unwrap(), offset: Offset::UTC }
    }

    fn booking(status: Standing) -> Reservation {
        let stem: Stem = "2026-11-23-salle-info-1-1030".parse().unwrap();
        Reservation {
            resource: Named::Known(stem.resource.clone()),
            span: Span { date: stem.date, start: stem.start, end: "11:25:00".parse().unwrap() },
            purpose: String::new(),
            status,
            created: Some(moment("2026-11-20T17:03:00.25Z")),
            requester: Requester::Person(Pseudonym::new("p-7k2m9x").unwrap()),
            quantity: NonZeroU32::MIN,
            series: None,
            notes: String::new(),
            stem,
        }
    }

    #[test]
    fn only_its_holder_cancels_or_changes_it_and_only_this_booking() {
        let booked = booking(Standing::Confirmed);
        let hold = Hold::of(&booked);
        let person = |pseudonym: &str| Bearer::Person(Pseudonym::new(pseudonym).unwrap());
        let again = Reservation { created: Some(moment("2026-11-21T08:00:00Z")), ..booked.clone() };
        for deed in [OnBooking::Cancel, OnBooking::Change] {
            assert!(deed.is_left(&hold, &person("p-7k2m9x"), &booked));
            assert!(!deed.is_left(&hold, &person("p-4hq8sd"), &booked));
            for bearer in [Bearer::Team, Bearer::Member(Key::new("paul.durand").unwrap())] {
                assert!(!deed.is_left(&hold, &bearer, &booked));
            }
            assert!(!deed.is_left(&hold, &person("p-7k2m9x"), &again), "booked anew");
        }
    }

    #[test]
    fn what_waits_is_decided_once() {
        for deed in [OnBooking::Approve, OnBooking::Refuse] {
            let waiting = booking(Standing::Pending);
            assert!(deed.is_left(&Hold::of(&waiting), &Bearer::Team, &waiting));
            assert!(!deed.is_left(&Hold::of(&waiting), &Bearer::Team, &booking(Standing::Confirmed)));
        }
    }
}
