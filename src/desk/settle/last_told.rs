//! Which version of a file people were told of last, where the branch can not say it: the file can not be read there, or is
//! gone. Kept in the local state, a line each; what is lost of it is looked up in history. Knows no letter.

use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::durable::Journal;
use crate::repository::BlobId;

/// So many files are remembered.
const KEPT: usize = 10_000;

/// The file `last-told`. Each line: what stands at a path now, or `-`; the version that was told of; the path.
#[derive(Debug)]
pub struct LastTold(RefCell<Known>);

#[derive(Debug)]
struct Known {
    journal: Journal,
    versions: HashMap<Place, BlobId>,
    unwritten: Vec<String>,
}

/// A path, and the version there that says nothing; `None`: it is gone.
type Place = (String, Option<BlobId>);

impl LastTold {
    /// What the local state remembers.
    pub fn open(state: &Path) -> Self {
        let journal = Journal::new(PathBuf::from(state).join("last-told"));
        Self(RefCell::new(Known { journal, versions: HashMap::new(), unwritten: Vec::new() }))
    }

    /// From now on, `now` at a path says nothing: people know `told`. On disk with the next [`LastTold::write`].
    ///
    /// # Errors
    /// The file can not be read.
    pub fn note(&self, path: &str, now: Option<BlobId>, told: BlobId) -> io::Result<()> {
        let mut known = self.known()?;
        if known.versions.insert((path.to_owned(), now), told) != Some(told) {
            let now = now.map_or_else(|| "-".to_owned(), |blob| blob.to_string());
            known.unwritten.push(format!("{now} {told} {path}"));
        }
        Ok(())
    }

    /// What people were told of last, where `now` says nothing at a path.
    ///
    /// # Errors
    /// The file can not be read.
    pub fn find(&self, path: &str, now: Option<BlobId>) -> io::Result<Option<BlobId>> {
        Ok(self.known()?.versions.get(&(path.to_owned(), now)).copied())
    }

    /// Writes down what was noted; on disk when this returns.
    ///
    /// # Errors
    /// The disk is full or fails; it is tried again with the next call.
    pub fn write(&self) -> io::Result<()> {
        let mut known = self.0.borrow_mut();
        if !known.unwritten.is_empty() {
            known.journal.add(&known.unwritten)?;
            known.unwritten.clear();
        }
        Ok(())
    }

    /// Forgets the oldest.
    ///
    /// # Errors
    /// The disk is full or fails; nothing is forgotten then.
    pub fn prune(&self, staging: &Path) -> Result<()> {
        self.0.borrow().journal.prune(staging, |lines| drop(lines.drain(..lines.len().saturating_sub(KEPT))))
    }

    fn known(&self) -> io::Result<RefMut<'_, Known>> {
        let mut known = self.0.borrow_mut();
        for line in known.journal.news()? {
            // A line that is none was torn by a power cut.
            if let Some((place, told)) = read(&line) {
                known.versions.insert(place, told);
            }
        }
        Ok(known)
    }
}

fn read(line: &str) -> Option<(Place, BlobId)> {
    let mut words = line.splitn(3, ' ');
    let (now, told, path) = (words.next()?, words.next()?, words.next()?);
    let now = if now == "-" { None } else { Some(now.parse().ok()?) };
    Some(((path.to_owned(), now), told.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_known_at_once_and_after_a_restart() {
        let state = tempfile::tempdir().unwrap();
        let blob = |text: &str| BlobId::of(text.as_bytes()).unwrap();
        let (broken, told, later) = (blob("broken"), blob("told"), blob("later"));
        let last = LastTold::open(state.path());
        assert_eq!(last.find("tickets/a b.md", Some(broken)).unwrap(), None);
        last.note("tickets/a b.md", Some(broken), told).unwrap();
        last.note("tickets/a b.md", None, later).unwrap();
        let found =
            |last: &LastTold| [Some(broken), None, Some(later)].map(|now| last.find("tickets/a b.md", now).unwrap());
        assert_eq!(found(&last), [Some(told), Some(later), None]);
        assert_eq!(found(&LastTold::open(state.path())), [None; 3], "not on disk yet");
        last.write().unwrap();
        assert_eq!(found(&LastTold::open(state.path())), [Some(told), Some(later), None]);
    }
}
