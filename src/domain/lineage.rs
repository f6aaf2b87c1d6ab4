//! What history says of a booking, whatever its file is called by now: under which name it began, and what changed it.
//! Calendars know it by that: the same event under the same identity, the later version by its number.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reservation::{Reservation, Stem};

/// The way of one booking through history, kept by its present name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// The name that it began under.
    origin: Stem,
    /// The commits that changed it, moved it, took it away or brought it back; not the first that ever made it.
    changes: Vec<Revision>,
}

/// One commit of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Its id, in hexadecimal.
    pub commit: String,
    /// When it was made.
    pub at: Timestamp,
}

/// Which version of a booking something shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// The name that the booking began under.
    pub origin: Stem,
    /// The number of the version: 0 at first, and never less than it was.
    pub sequence: usize,
    /// When it came to be; `None`: with the booking.
    pub at: Option<Timestamp>,
}

impl Lineage {
    /// A booking that begins under this name.
    pub fn new(origin: Stem) -> Self {
        Self { origin, changes: Vec::new() }
    }

    /// A commit changed it; said twice, it is one change.
    pub fn change(&mut self, revision: &Revision) {
        if self.changes.last() != Some(revision) {
            self.changes.push(revision.clone());
        }
    }

    /// Another booking begins under this name; numbers go on from where they were, as its identity may be the same.
    pub fn begin_again(&mut self, origin: &Stem) {
        self.origin.clone_from(origin);
    }

    /// The booking `other` comes here: it is the same one, with the longer of both stories.
    pub fn take_over(&mut self, other: &Self) {
        self.origin.clone_from(&other.origin);
        if other.changes.len() >= self.changes.len() {
            self.changes.clone_from(&other.changes);
        }
    }

    /// The latest version.
    pub fn latest(&self) -> Edition {
        self.edition(self.changes.len())
    }

    /// The version that `commit` made, where it changed it.
    pub fn at(&self, commit: &str) -> Option<Edition> {
        let position = self.changes.iter().position(|revision| revision.commit == commit)?;
        Some(self.edition(position + 1))
    }

    fn edition(&self, sequence: usize) -> Edition {
        let at = sequence.checked_sub(1).and_then(|index| self.changes.get(index)).map(|revision| revision.at);
        Edition { origin: self.origin.clone(), sequence, at }
    }
}

impl Edition {
    /// The first version of a booking under this name.
    pub fn first(origin: Stem) -> Self {
        Self { origin, sequence: 0, at: None }
    }
}

/// Whether `new` is the booking that `old` was, under another name: made at the same moment for the same person.
pub fn same_booking(old: &Reservation, new: &Reservation) -> bool {
    old.created.is_some() && old.created == new.created && old.requester == new.requester
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem(time: &str) -> Stem {
        format!("2026-11-23-salle-info-1-{time}").parse().unwrap()
    }

    fn revision(number: i64) -> Revision {
        Revision { commit: format!("{number:040x}"), at: Timestamp::from_second(number).unwrap() }
    }

    #[test]
    fn a_booking_that_moves_keeps_its_origin_and_its_number_only_grows() {
        let mut early = Lineage::new(stem("0800"));
        early.change(&revision(1));
        let mut late = Lineage::new(stem("1030"));
        late.take_over(&early);
        late.change(&revision(2));
        assert_eq!(late.latest(), Edition { origin: stem("0800"), sequence: 2, at: Some(revision(2).at) });
        // And back again: the number goes on from there.
        early.change(&revision(2));
        early.take_over(&late);
        early.change(&revision(3));
        assert_eq!((early.latest().origin, early.latest().sequence), (stem("0800"), 3));
        assert_eq!(late.at(&revision(1).commit).map(|edition| edition.sequence), Some(1));
        assert_eq!(late.at("of a merge"), None);
    }

    #[test]
    fn another_booking_under_the_name_goes_on_with_the_numbers() {
        let mut lineage = Lineage::new(stem("0800"));
        lineage.take_over(&Lineage::new(stem("1030")));
        lineage.change(&revision(1));
        lineage.begin_again(&stem("0800"));
        lineage.change(&revision(2));
        assert_eq!((lineage.latest().origin, lineage.latest().sequence), (stem("0800"), 2));
    }
}
