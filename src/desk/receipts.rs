//! What forms got as their answer, for 30 days, and the highest number of each year: on disk before the answer, so that
//! a history that is rewritten takes neither back. What history has besides is entered here as it is read.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::item::Item;
use crate::durable::Journal;

/// A repeat of a form is recognised for this long.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Younger receipts are kept, whatever the number; double, as clocks may be wrong.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(60 * 24);
/// So many are kept, whatever their age: the file is read in a moment.
const KEPT: usize = 20_000;

/// One submission that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// What makes a repeat harmless.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What it made or spoke to.
    pub item: Item,
    /// The commit that held it then.
    pub commit: String,
    /// When.
    pub at: Timestamp,
}

/// The file `receipts`, one submission a line; commands beside a serve add to it, too.
#[derive(Debug)]
pub struct Receipts {
    journal: Journal,
    by_token: HashMap<String, Accepted>,
    highest: BTreeMap<u16, u32>,
    /// What the disk refused: tried again each time.
    unwritten: Vec<String>,
    /// The file is lost, or some of its lines say nothing.
    damaged: bool,
}

impl Receipts {
    /// The receipts in the local state.
    ///
    /// # Errors
    /// The file is there and can not be read.
    pub fn open(state: &Path) -> Result<Self> {
        let journal = Journal::new(state.join("receipts"));
        let mut receipts =
            Self { journal, by_token: HashMap::new(), highest: BTreeMap::new(), unwritten: Vec::new(), damaged: false };
        receipts.read_on()?;
        receipts.damaged |= !receipts.journal.is_whole();
        Ok(receipts)
    }

    /// Whether receipts may be missing: then history has to be read for them from its beginning.
    pub fn are_damaged(&self) -> bool {
        self.damaged
    }

    /// Whether all that is known is on disk.
    pub fn are_written(&self) -> bool {
        self.unwritten.is_empty()
    }

    /// Takes in what other processes noted.
    ///
    /// # Errors
    /// The file can not be read.
    pub fn read_on(&mut self) -> Result<()> {
        for line in self.journal.news().context("reading the receipts")? {
            match serde_json::from_str::<Accepted>(&line) {
                Ok(accepted) => self.remember(accepted),
                // Torn by a power cut.
                Err(_) => self.damaged = true,
            }
        }
        Ok(())
    }

    /// Notes what was accepted, if it is news; on disk when this returns.
    ///
    /// # Errors
    /// The disk is full or fails; it is remembered, and written by the next note that succeeds.
    pub fn note(&mut self, accepted: impl IntoIterator<Item = Accepted>) -> Result<()> {
        for accepted in accepted {
            if self.is_news(&accepted) {
                self.unwritten.push(serde_json::to_string(&accepted).context("a receipt has a JSON form")?);
                self.remember(accepted);
            }
        }
        if !self.unwritten.is_empty() {
            self.journal.add(&self.unwritten).context("noting what was accepted")?;
            self.unwritten.clear();
        }
        Ok(())
    }

    /// Notes what history has of accepted forms, as far as it still matters.
    ///
    /// # Errors
    /// As [`Self::note`].
    pub fn adopt(&mut self, found: Vec<Accepted>, now: Timestamp) -> Result<()> {
        self.note(found.into_iter().filter(|accepted| now.duration_since(accepted.at) < TOKEN_LIFE))
    }

    /// What a token got as its answer, if it was used in the last 30 days.
    pub fn accepted(&self, token: &str, now: Timestamp) -> Option<&Accepted> {
        self.by_token.get(token).filter(|accepted| now.duration_since(accepted.at) < TOKEN_LIFE)
    }

    /// The highest number of a year that was ever given here.
    pub fn highest(&self, year: u16) -> u32 {
        self.highest.get(&year).copied().unwrap_or_default()
    }

    /// Forgets what is neither young nor among the last nor the highest of its year, and lines that say nothing.
    ///
    /// # Errors
    /// The disk is full or fails; nothing is forgotten then.
    pub fn prune(&self, staging: &Path) -> Result<()> {
        self.prune_to(KEPT, staging)
    }

    fn prune_to(&self, kept: usize, staging: &Path) -> Result<()> {
        self.journal.prune(staging, |lines| {
            let read = |line: &String| serde_json::from_str::<Accepted>(line).ok();
            lines.retain(|line| read(line).is_some());
            if lines.len() <= kept + kept / 4 {
                return;
            }
            let read: Vec<_> = lines.iter().filter_map(read).collect();
            let newest = read.iter().map(|accepted| accepted.at).max().unwrap_or_default();
            let stays = |(index, accepted): (usize, &Accepted)| {
                let highest = matches!(&accepted.item, Item::Ticket(id) if self.highest(id.year) == id.number);
                read.len() - index <= kept || highest || newest.duration_since(accepted.at) < KEPT_FOR
            };
            let mut stays = read.iter().enumerate().map(stays);
            lines.retain(|_| stays.next().unwrap_or(true));
        })
    }

    fn remember(&mut self, accepted: Accepted) {
        if let Item::Ticket(id) = &accepted.item {
            let highest = self.highest.entry(id.year).or_default();
            *highest = (*highest).max(id.number);
        }
        if self.is_news(&accepted)
            && let Some(token) = &accepted.token
        {
            self.by_token.insert(token.clone(), accepted);
        }
    }

    /// Whether it is not known yet: a token may be used again when its time is over, and then speaks of what it made last.
    fn is_news(&self, accepted: &Accepted) -> bool {
        let known = accepted.token.as_ref().and_then(|token| self.by_token.get(token));
        known.is_none_or(|known| accepted.at.duration_since(known.at) >= TOKEN_LIFE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ticket::TicketId;

    fn accepted(number: u32, day: i64) -> Accepted {
        Accepted {
            token: Some(format!("token-of-{number:08}")),
            item: Item::Ticket(TicketId { year: 2026, number }),
            commit: "0123".to_owned(),
            at: Timestamp::from_second(day * 86_400).unwrap(),
        }
    }

    #[test]
    fn a_receipt_outlasts_its_process_and_ends_after_thirty_days() {
        let dir = tempfile::tempdir().unwrap();
        let mut ours = Receipts::open(dir.path()).unwrap();
        ours.note([accepted(1, 0)]).unwrap();
        ours.note([accepted(1, 0), accepted(2, 1)]).unwrap();
        let mut other = Receipts::open(dir.path()).unwrap();
        let token = "token-of-00000001";
        assert_eq!(other.accepted(token, accepted(1, 29).at), Some(&accepted(1, 0)));
        assert_eq!(other.accepted(token, accepted(1, 30).at), None);
        assert_eq!((other.highest(2026), other.highest(2027)), (2, 0));
        other.note([Accepted { token: None, ..accepted(9, 1) }]).unwrap();
        ours.read_on().unwrap();
        assert_eq!(ours.highest(2026), 9, "a number that a command gave beside us");
        assert_eq!(std::fs::read_to_string(dir.path().join("receipts")).unwrap().lines().count(), 3);
    }

    #[test]
    fn a_token_that_is_used_again_when_its_time_is_over_speaks_of_what_it_made_last() {
        let dir = tempfile::tempdir().unwrap();
        let (old, new) = (accepted(1, 0), Accepted { token: accepted(1, 0).token, ..accepted(2, 31) });
        let mut receipts = Receipts::open(dir.path()).unwrap();
        receipts.note([old.clone()]).unwrap();
        receipts.note([new.clone(), new.clone(), old]).unwrap();
        for receipts in [receipts, Receipts::open(dir.path()).unwrap()] {
            assert_eq!(receipts.accepted("token-of-00000001", accepted(3, 40).at), Some(&new));
        }
        assert_eq!(std::fs::read_to_string(dir.path().join("receipts")).unwrap().lines().count(), 2);
    }

    #[test]
    fn what_the_disk_refused_is_written_by_the_next_note() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        let mut receipts = Receipts::open(&state).unwrap();
        assert!(receipts.note([accepted(1, 0)]).is_err(), "there is no such folder");
        assert!(receipts.accepted("token-of-00000001", accepted(1, 0).at).is_some() && !receipts.are_written());
        std::fs::create_dir(&state).unwrap();
        receipts.note([]).unwrap();
        assert!(receipts.are_written());
        assert_eq!(Receipts::open(&state).unwrap().highest(2026), 1);
    }

    #[test]
    fn a_file_that_is_lost_or_torn_is_damaged_until_it_is_tidied_up() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("receipts");
        let open = || Receipts::open(dir.path()).unwrap();
        assert!(open().are_damaged(), "there is none");
        open().note([accepted(1, 0)]).unwrap();
        assert!(!open().are_damaged());
        let sound = std::fs::read(&file).unwrap();
        for torn in [&b"{\"token\":\n"[..], b"\xff\n", b"\0\0\0"] {
            std::fs::write(&file, [&sound, torn].concat()).unwrap();
            assert!(open().are_damaged());
            open().prune(dir.path()).unwrap();
            assert_eq!(std::fs::read(&file).unwrap(), sound);
        }
    }

    #[test]
    fn the_old_are_forgotten_but_the_highest_number() {
        let dir = tempfile::tempdir().unwrap();
        let mut receipts = Receipts::open(dir.path()).unwrap();
        let next_year = |number| Accepted { item: Item::Ticket(TicketId { year: 2027, number }), ..accepted(99, 100) };
        receipts.note((1..=20).map(|number| accepted(number, 0)).chain([next_year(1)])).unwrap();
        receipts.prune_to(2, dir.path()).unwrap();
        let mut fresh = Receipts::open(dir.path()).unwrap();
        assert_eq!((fresh.highest(2026), fresh.highest(2027)), (20, 1));
        assert_eq!(fresh.by_token.len(), 2);
        receipts.note([accepted(30, 100)]).unwrap();
        fresh.read_on().unwrap();
        assert_eq!(fresh.highest(2026), 30);
    }
}
