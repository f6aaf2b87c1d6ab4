//! Who is to be told of what. Knows no address and no wording.

use std::collections::BTreeSet;

use super::change::Change;
use super::key::Key;
use super::person::Requester;
use super::reservation::Reservation;
use super::ticket::{Ticket, TicketId};

/// One piece of news about a ticket, for one mail to each of its audience and to the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// It is new.
    pub created: bool,
    /// The status changed: from, to.
    pub status: Option<(Key, Key)>,
    /// What was answered.
    pub answer: Option<String>,
    /// Whom to tell besides the team, each once.
    pub audience: BTreeSet<Requester>,
}

impl Notice {
    /// The news in `changes`, when there is any that people are told: a creation, a status, an answer.
    /// `repeats` are the tickets that are duplicates of this one.
    pub fn of<'a>(ticket: &Ticket, changes: &[Change], repeats: impl IntoIterator<Item = &'a Ticket>) -> Option<Self> {
        let mut notice = Self { created: false, status: None, answer: None, audience: BTreeSet::new() };
        for change in changes {
            match change {
                Change::Created => notice.created = true,
                Change::Status { from, to } => notice.status = Some((from.clone(), to.clone())),
                Change::Answer(text) => notice.answer = Some(text.clone()),
                _ => {}
            }
        }
        let news = notice.created || notice.status.is_some() || notice.answer.is_some();
        news.then(|| {
            notice.audience.extend(ticket.audience().cloned());
            for repeat in repeats {
                notice.audience.extend(repeat.audience().cloned());
            }
            notice
        })
    }

    /// What makes this piece of news another than the one before about the same ticket: part of the
    /// letter's identity, so that telling it twice is telling it once.
    pub fn fingerprint(&self, id: TicketId) -> Vec<String> {
        if self.created {
            return vec![id.to_string(), "created".to_owned()];
        }
        let status = self.status.as_ref().map(|(from, to)| format!("{from}>{to}"));
        vec![id.to_string(), status.unwrap_or_default(), self.answer.clone().unwrap_or_default()]
    }
}

/// One piece of news about a booking, from its own file or from a ticket about its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookingNews {
    /// It was made; its status says whether it stands.
    Made,
    /// It waited and stands now.
    Confirmed,
    /// It is at another time or place, or of another size; what it was.
    Changed(Box<Reservation>),
    /// It was some days of a series, which stand elsewhere now; the series before and after.
    Parted(Box<(Reservation, Reservation)>),
    /// It is gone; why, as far as somebody said.
    Cancelled(String),
    /// It waited and will not stand; why, as far as somebody said.
    Refused(String),
    /// It takes what another one had taken before it: that one.
    Conflict(Box<Reservation>),
    /// It stands; another one, that came later, wants the same: that one.
    Disputed(Box<Reservation>),
    /// Its resource can not be used: which ticket says so, and its title.
    OutOfService(TicketId, String),
    /// Its resource can be used again.
    BackInService(TicketId, String),
}

impl BookingNews {
    /// Tells the kinds apart: part of a letter's identity.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Confirmed => "confirmed",
            Self::Changed(_) => "changed",
            Self::Parted(_) => "parted",
            Self::Cancelled(_) => "cancelled",
            Self::Refused(_) => "refused",
            Self::Conflict(_) => "conflict",
            Self::Disputed(_) => "disputed",
            Self::OutOfService(..) => "out-of-service",
            Self::BackInService(..) => "back-in-service",
        }
    }
}
