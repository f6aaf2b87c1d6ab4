//! The life of one ticket as figures see it: when it was declared, taken over and closed.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::change::Change;
use crate::domain::history::Step;
use crate::domain::key::Key;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::Vocabulary;

/// An instant, and the day it falls on at the school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The instant.
    pub at: Timestamp,
    /// The day.
    pub day: Date,
}

/// One ticket from its declaration on.
#[derive(Clone, Debug)]
pub struct Life<'a> {
    /// What its file says now.
    pub ticket: &'a Ticket,
    /// When it was declared.
    pub created: Dated,
    /// Where it stood at first.
    first: Standing,
    /// Where it went, in the order of the line.
    moves: Vec<(Dated, Standing)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nobody took it yet.
    Initial,
    /// Somebody looks after it.
    Open,
    /// It is done with.
    Closed,
}

impl<'a> Life<'a> {
    /// The life that a timeline tells of a ticket. `committed`: its file says what the last commit says.
    pub fn new(
        ticket: &'a Ticket,
        created: Timestamp,
        timeline: &[Step],
        committed: bool,
        vocabulary: &Vocabulary,
        zone: &TimeZone,
    ) -> Self {
        let dated = |at: Timestamp| Dated { at, day: at.to_zoned_datetime(zone.clone()).date() };
        let standing = |key: &Key| match vocabulary.statuses.get(key) {
            Some(status) if status.closed => Standing::Closed,
            Some(status) if status.word.key == vocabulary.initial_status().word.key => Standing::Initial,
            _ => Standing::Open,
        };
        let changes = timeline.iter().flat_map(|step| step.changes.iter().map(move |change| (step.at, change)));
        let steps: Vec<(Timestamp, &Key, &Key)> = changes
            .filter_map(|(at, change)| match change {
                Change::Status { from, to } => Some((at, from, to)),
                _ => None,
            })
            .collect();
        let first = match steps.first() {
            Some((_, from, _)) => standing(from),
            None if committed => standing(&ticket.status),
            None => Standing::Initial,
        };
        let moves = steps.into_iter().map(|(at, _, to)| (dated(at), standing(to))).collect();
        Self { ticket, created: dated(created), first, moves }
    }

    /// When it got its first status that is not the initial one, as known at the end of a day. `None` too
    /// when it was entered with another status: nobody knows how long that took.
    pub fn taken_over(&self, known_by: Date) -> Option<Dated> {
        let mut moves = self.known(known_by).filter(|_| self.first == Standing::Initial);
        moves.find(|(_, standing)| *standing != Standing::Initial).map(|(when, _)| *when)
    }

    /// Since when it is closed, as known at the end of a day; the last time, when it was opened again. `None`
    /// too when it was entered closed.
    pub fn closed(&self, known_by: Date) -> Option<Dated> {
        let mut before = self.first;
        let mut since = None;
        for (when, standing) in self.known(known_by) {
            match (before, standing) {
                (Standing::Closed, Standing::Closed) => {}
                (_, Standing::Closed) => since = Some(*when),
                _ => since = None,
            }
            before = *standing;
        }
        since
    }

    /// Whether it was open at the end of a day.
    pub fn is_open(&self, at_the_end_of: Date) -> bool {
        let last = self.known(at_the_end_of).last();
        self.created.day <= at_the_end_of && last.map_or(self.first, |(_, standing)| *standing) != Standing::Closed
    }

    /// From the declaration to `then`, in seconds; a clock that ran backwards counts as no time.
    pub fn delay_s(&self, then: Dated) -> i64 {
        then.at.duration_since(self.created.at).as_secs().max(0)
    }

    fn known(&self, by: Date) -> impl Iterator<Item = &(Dated, Standing)> {
        self.moves.iter().filter(move |(when, _)| when.day <= by)
    }
}
