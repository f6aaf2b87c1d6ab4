//! The whole desk at one moment: every ticket as the site shows it, and what is wrong with the files.
//! A value; what it was read from is not its business.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::diary::{Diary, Occurrence};
use super::figures::Life;
use super::free::latecomers;
use super::history::Step;
use super::key::Key;
use super::lineage::{Edition, Lineage};
use super::reservation::{Reservation, Stem};
use super::ticket::{Ticket, TicketId};
use super::vocabulary::Vocabulary;
use crate::problem::Problem;

/// A ticket as the site shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// What its file says.
    pub ticket: Arc<Ticket>,
    /// Which version that is.
    pub standing: Standing,
    /// What is odd about it.
    pub warnings: Arc<Vec<Problem>>,
}

/// Which version of a file is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The one that is committed.
    Committed,
    /// One that was saved and not committed.
    Uncommitted,
    /// The last committed one that could be read; what is wrong with the present one.
    LastGood(Box<Problem>),
}

/// A booking as the site shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// What its file says.
    pub reservation: Arc<Reservation>,
    /// Which version that is.
    pub standing: Standing,
}

/// Every ticket, its story, every booking with its days, and every problem.
#[derive(Clone, Debug, Default)]
pub struct Office {
    /// All tickets.
    pub tickets: BTreeMap<TicketId, Filed>,
    /// All bookings.
    pub reservations: BTreeMap<Stem, Booked>,
    /// When they take their resources.
    pub diary: Arc<Diary>,
    /// In which order they came onto the branch; what is not named is not on it yet.
    pub arrivals: Arc<HashMap<Stem, u64>>,
    /// What history tells of bookings that changed.
    pub lineages: Arc<HashMap<Stem, Lineage>>,
    /// What can not be used, and the first ticket that says so.
    pub out_of_service: BTreeMap<Key, TicketId>,
    /// What history tells of each.
    pub timelines: Arc<HashMap<TicketId, Vec<Step>>>,
    /// What keeps files from being read, and what is odd.
    pub problems: Vec<Problem>,
    /// When the branch last moved.
    pub updated: Option<Timestamp>,
}

impl Office {
    /// What happened to a ticket, oldest first.
    pub fn timeline(&self, id: TicketId) -> &[Step] {
        self.timelines.get(&id).map_or(&[], Vec::as_slice)
    }

    /// When a ticket was declared: as its file says, else when it was first committed.
    pub fn created(&self, ticket: &Ticket) -> Option<Timestamp> {
        ticket.created.map(|moment| moment.at).or_else(|| self.timeline(ticket.id).first().map(|step| step.at))
    }

    /// When something last happened to a ticket.
    pub fn touched(&self, ticket: &Ticket) -> Option<Timestamp> {
        self.timeline(ticket.id).last().map(|step| step.at).or_else(|| self.created(ticket))
    }

    /// Which version of a booking the branch holds.
    pub fn edition(&self, stem: &Stem) -> Edition {
        self.lineages.get(stem).map_or_else(|| Edition::first(stem.clone()), Lineage::latest)
    }

    /// Which version of a booking a commit made, where it changed it.
    pub fn edition_at(&self, stem: &Stem, commit: &str) -> Option<Edition> {
        self.lineages.get(stem)?.at(commit)
    }

    /// What takes more than there is on a day: each with one that came before it.
    pub fn latecomers<'a>(
        &self,
        day: &'a [Occurrence],
        vocabulary: &Vocabulary,
    ) -> Vec<(&'a Occurrence, &'a Occurrence)> {
        let came = |stem: &Stem| self.arrivals.get(stem).copied().unwrap_or(u64::MAX);
        latecomers(day, vocabulary, |booking| (came(&booking.stem), booking.created.map(|moment| moment.at)))
    }

    /// Whether a problem says that a booking to come meets one that came before it.
    pub fn is_in_conflict(&self, stem: &Stem) -> bool {
        let mut overlaps = self.problems.iter().filter(|problem| problem.message.key == "problem-overlap");
        overlaps.any(|problem| problem.path == stem.path())
    }

    /// The tickets that repeat `id`.
    pub fn repeats(&self, id: TicketId) -> impl Iterator<Item = &Ticket> {
        self.tickets.values().map(|filed| &*filed.ticket).filter(move |ticket| ticket.duplicate_of == Some(id))
    }

    /// The life of every ticket whose beginning is known, for the figures.
    pub fn lives(&self, vocabulary: &Vocabulary, zone: &TimeZone) -> Vec<Life<'_>> {
        let mut lives = Vec::new();
        for (id, Filed { ticket, standing, .. }) in &self.tickets {
            if let Some(created) = self.created(ticket) {
                let committed = *standing != Standing::Uncommitted;
                lives.push(Life::new(ticket, created, self.timeline(*id), committed, vocabulary, zone));
            }
        }
        lives
    }
}
