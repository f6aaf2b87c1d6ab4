//! The ids of the letters that are done with: what must never be queued again. It knows no letter, only ids.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;

use super::letter::LetterId;
use crate::durable::Journal;

/// So many letters are remembered, five years of a large school: what was told before can only come again by a history
/// that is rewritten from there on, and of that the team gets one alert.
const KEPT: usize = 50_000;

/// The file `told`. Other processes add to it too: each question first reads what is new.
#[derive(Debug)]
pub(super) struct Ledger(Mutex<Known>);

#[derive(Debug)]
struct Known {
    journal: Journal,
    ids: HashSet<LetterId>,
}

impl Ledger {
    /// The ledger in this file.
    pub fn new(path: PathBuf) -> Self {
        Self(Mutex::new(Known { journal: Journal::new(path), ids: HashSet::new() }))
    }

    /// Is this letter done with?
    pub fn holds(&self, id: LetterId) -> io::Result<bool> {
        let mut known = self.lock();
        // A line that is no id was torn by a power cut.
        let news = known.journal.news()?;
        known.ids.extend(news.iter().filter_map(|line| line.parse::<LetterId>().ok()));
        Ok(known.ids.contains(&id))
    }

    /// Notes the letter; on disk when this returns. When the disk refuses, this process at least
    /// remembers.
    pub fn note(&self, id: LetterId) -> io::Result<()> {
        let mut known = self.lock();
        if known.ids.insert(id) { known.journal.add(&[id.to_string()]) } else { Ok(()) }
    }

    /// Forgets the oldest.
    pub fn prune(&self, staging: &Path) -> Result<()> {
        self.prune_to(KEPT, staging)
    }

    fn prune_to(&self, kept: usize, staging: &Path) -> Result<()> {
        self.lock().journal.prune(staging, |lines| {
            // Not one by one: each time, the file is written anew.
            if lines.len() > kept + kept / 4 {
                lines.drain(..lines.len() - kept);
            }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_handles_see_each_other_and_the_oldest_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("told");
        let (a, b) = (Ledger::new(path.clone()), Ledger::new(path.clone()));
        let ids: Vec<LetterId> = (0..20).map(|n| LetterId::derive(&[&n.to_string()])).collect();
        a.note(ids[0]).unwrap();
        assert!(b.holds(ids[0]).unwrap() && !b.holds(ids[1]).unwrap());
        for id in &ids {
            b.note(*id).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), ids.len(), "each once");
        a.prune_to(16, dir.path()).unwrap();
        assert!(Ledger::new(path.clone()).holds(ids[0]).unwrap(), "a few more are no matter");
        a.prune_to(10, dir.path()).unwrap();
        let fresh = Ledger::new(path);
        let held: Vec<bool> = ids.iter().map(|id| fresh.holds(*id).unwrap()).collect();
        assert_eq!(held, [[false; 10], [true; 10]].concat());
    }
}
