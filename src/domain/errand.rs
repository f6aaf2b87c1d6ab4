//! What a signed link lets its holder do: a deed, in somebody's name, until a moment. Links follow from commits
//! and are never stored; what they do is decided on the ticket or booking as it is when the button is pressed.

mod on_booking;
mod on_ticket;

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::item::Item;
use super::key::Key;
use super::person::{Pseudonym, Requester};
use super::ticket::TicketId;
use crate::seal::Seal;

pub use on_booking::{Hold, OnBooking};
pub use on_ticket::{OnTicket, reachable};

/// A link that acts on one ticket is good for this long.
const TICKET_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A link to the team's page, which shows names and addresses, is good for this long.
const TEAM_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A subscription to one's own bookings is good for this long: a school year and its holidays. Each letter has a new one.
const AGENDA_LIFE: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What a link allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// What may be done.
    pub deed: Deed,
    /// In whose name.
    pub bearer: Bearer,
    /// From this moment on, nothing any more.
    pub until: Timestamp,
}

/// What may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Something about a ticket.
    Ticket(TicketId, OnTicket),
    /// Something about a booking.
    Booking(Hold, OnBooking),
    /// The team's page.
    TeamPage,
    /// The calendar of one's own bookings.
    Agenda,
}

/// In whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// The team's: whoever reads the shared mailbox says who acts.
    Team,
    /// A member of the team.
    Member(Key),
    /// Somebody of the address book.
    Person(Pseudonym),
}

impl Bearer {
    /// In whose name the links of somebody's letter act.
    pub fn of(requester: &Requester) -> Self {
        match requester {
            Requester::Person(pseudonym) => Self::Person(pseudonym.clone()),
            Requester::Member(key) => Self::Member(key.clone()),
            Requester::Nobody => Self::Team,
        }
    }
}

impl Deed {
    /// What it is about; `None`: it only shows.
    pub fn item(&self) -> Option<Item> {
        match self {
            Self::Ticket(id, _) => Some(Item::Ticket(*id)),
            Self::Booking(hold, _) => Some(Item::Reservation(hold.stem.clone())),
            Self::TeamPage | Self::Agenda => None,
        }
    }

    /// Where its signed form leads, on the site at `base`, which has no slash at its end.
    pub fn address(&self, base: &str, signed: &str) -> String {
        match self {
            Self::TeamPage => format!("{base}/team/?k={signed}"),
            // Programs that subscribe look at the end of an address.
            Self::Agenda => format!("{base}/agenda/{signed}.ics"),
            Self::Ticket(..) | Self::Booking(..) => format!("{base}/do/{signed}"),
        }
    }

    /// Verb, item and value, as a link has them.
    fn words(&self) -> (&'static str, String, String) {
        let nothing = || "-".to_owned();
        match self {
            Self::Ticket(id, deed) => {
                let (verb, value) = match deed {
                    OnTicket::Take => ("take", nothing()),
                    OnTicket::Status(status) => ("status", status.to_string()),
                    OnTicket::Reply => ("reply", nothing()),
                    OnTicket::StillBroken => ("still-broken", nothing()),
                    OnTicket::Repaired => ("repaired", nothing()),
                };
                (verb, id.to_string(), value)
            }
            Self::Booking(hold, deed) => {
                let verb = match deed {
                    OnBooking::Cancel => "cancel",
                    OnBooking::Change => "change",
                    OnBooking::Approve => "approve",
                    OnBooking::Refuse => "refuse",
                };
                let made = hold.made.map_or_else(nothing, |made| made.as_second().to_string());
                (verb, hold.stem.to_string(), made)
            }
            Self::TeamPage => ("team-page", nothing(), nothing()),
            Self::Agenda => ("agenda", nothing(), nothing()),
        }
    }

    fn of_words(verb: &str, item: &str, value: &str) -> Option<Self> {
        let ticket = |deed| Some(Self::Ticket(item.parse().ok()?, deed));
        let booking = |deed| {
            let made = match value {
                "-" => None,
                second => Some(timestamp(second)?),
            };
            Some(Self::Booking(Hold { stem: item.parse().ok()?, made }, deed))
        };
        match verb {
            "take" => ticket(OnTicket::Take),
            "status" => ticket(OnTicket::Status(Key::new(value)?)),
            "reply" => ticket(OnTicket::Reply),
            "still-broken" => ticket(OnTicket::StillBroken),
            "repaired" => ticket(OnTicket::Repaired),
            "cancel" => booking(OnBooking::Cancel),
            "change" => booking(OnBooking::Change),
            "approve" => booking(OnBooking::Approve),
            "refuse" => booking(OnBooking::Refuse),
            "team-page" => Some(Self::TeamPage),
            "agenda" => Some(Self::Agenda),
            _ => None,
        }
    }
}

fn timestamp(second: &str) -> Option<Timestamp> {
    Timestamp::from_second(second.parse().ok()?).ok()
}

impl Errand {
    /// Good from a moment on. What is about a booking ends with the booking instead.
    pub fn from(at: Timestamp, deed: Deed, bearer: Bearer) -> Self {
        let life = match deed {
            Deed::TeamPage => TEAM_LIFE,
            Deed::Agenda => AGENDA_LIFE,
            Deed::Ticket(..) | Deed::Booking(..) => TICKET_LIFE,
        };
        Self { deed, bearer, until: at + life }
    }

    /// As it stands in an address.
    pub fn sealed(&self, seal: &Seal) -> String {
        seal.sign(&self.to_string())
    }

    /// Its address on the site at `base_url`, which has no slash at its end.
    pub fn url(&self, base_url: &str, seal: &Seal) -> String {
        self.deed.address(base_url, &self.sealed(seal))
    }

    /// What an address allows; `None`: it is none of ours.
    pub fn unsealed(seal: &Seal, signed: &str) -> Option<Self> {
        let text = seal.read(signed)?;
        let words: Vec<&str> = text.split(' ').collect();
        let [verb, item, bearer, value, until] = words[..] else {
            return None;
        };
        let bearer = match bearer.split_once(':') {
            None if bearer == "team" => Bearer::Team,
            Some(("member", key)) => Bearer::Member(Key::new(key)?),
            Some(("person", pseudonym)) => Bearer::Person(Pseudonym::new(pseudonym)?),
            _ => return None,
        };
        Some(Self { deed: Deed::of_words(verb, item, value)?, bearer, until: timestamp(until)? })
    }

    /// Its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until
    }
}

/// Five words: verb, item, bearer, value, the second at which it ends.
impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, item, value) = self.deed.words();
        let bearer = match &self.bearer {
            Bearer::Team => "team".to_owned(),
            Bearer::Member(key) => format!("member:{key}"),
            Bearer::Person(pseudonym) => format!("person:{pseudonym}"),
        };
        write!(f, "{verb} {item} {bearer} {value} {}", self.until.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errand_survives_its_way_through_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let until = Timestamp::from_second(1_800_000_000).unwrap();
        let ticket = |deed| Deed::Ticket(TicketId { year: 2026, number: 42 }, deed);
        let hold = |made| Hold { stem: "2026-11-23-salle-info-1-1030-2".parse().unwrap(), made };
        let deeds = [
            ticket(OnTicket::Take),
            ticket(OnTicket::Status(Key::new("en-cours").unwrap())),
            ticket(OnTicket::Reply),
            ticket(OnTicket::StillBroken),
            ticket(OnTicket::Repaired),
            Deed::Booking(hold(Some(until)), OnBooking::Cancel),
            Deed::Booking(hold(Some(until)), OnBooking::Change),
            Deed::Booking(hold(Some(until)), OnBooking::Approve),
            Deed::Booking(hold(None), OnBooking::Refuse),
            Deed::TeamPage,
            Deed::Agenda,
        ];
        let bearers = [
            Bearer::Team,
            Bearer::Member(Key::new("team").unwrap()),
            Bearer::Member(Key::new("paul.durand").unwrap()),
            Bearer::Person(Pseudonym::new("p-7k2m9x").unwrap()),
        ];
        for deed in deeds {
            for bearer in bearers.clone() {
                let errand = Errand { deed: deed.clone(), bearer, until };
                assert_eq!(Errand::unsealed(&seal, &errand.sealed(&seal)), Some(errand.clone()));
                assert!(!errand.is_over(until - SignedDuration::from_secs(1)) && errand.is_over(until));
            }
        }
        for text in
            ["", "take 2026-0042 team - 1", "take 2026-0042 root - 1", "open 2026-0042 team - 1", "take x team - 1"]
        {
            let known = text.starts_with("take 2026-0042 team");
            assert_eq!(Errand::unsealed(&seal, &seal.sign(text)).is_some(), known, "{text}");
        }
    }
}
