//! In which order bookings came onto the branch: of two that collide, the first stands, whatever either file says of when
//! it was made. What came with one commit is ordered by the files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::ToSpan as _;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::chronicle::PUT_BACK;
use crate::content::reservation_file;
use crate::domain::reservation::{Reservation, Stem};
use crate::domain::vocabulary::Vocabulary;
use crate::durable::{self, Mode};
use crate::repository::{BlobId, CommitId, Line, Mark, Repository};

/// Where bookings are.
const FOLDERS: &[&str] = &["reservations"];
/// So many moves of the branch make a new cache worth its writing.
const SAVE_AFTER: u32 = 20;

/// A series begins a year before its last day, at most.
const KEPT_YEARS: i64 = 2;

/// The order.
#[derive(Debug, Default)]
pub struct Arrivals {
    kept: Kept,
    cache: PathBuf,
    unsaved: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    head: Option<String>,
    /// Steps of the branch that were seen.
    moves: u64,
    /// With which of them a booking came, or got its present time.
    order: Arc<HashMap<Stem, u64>>,
}

impl Arrivals {
    /// What the cache in the local state still knows.
    pub fn open(state: &Path) -> Self {
        let cache = state.join("cache").join("arrivals.json");
        let read = || -> Option<Kept> { serde_json::from_slice(&std::fs::read(&cache).ok()?).ok() };
        Self { kept: read().unwrap_or_default(), cache, unsaved: 0 }
    }

    /// Takes in that the branch is at `head` now.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn extend(&mut self, repository: &Repository, vocabulary: &Vocabulary, head: CommitId) -> Result<()> {
        let known = self.kept.head.as_deref().and_then(|id| id.parse::<CommitId>().ok());
        if known == Some(head) {
            return Ok(());
        }
        let from = known.map_or(Mark::Origin, Mark::At);
        let (mut before, steps) = match repository.line(from, head) {
            Ok(Line::Here) => (known, Vec::new()),
            Ok(Line::Forward(commits)) => (known, commits),
            // What is in the new history as it was in the old keeps its place, the rest comes now.
            Ok(Line::Rewritten | Line::Back) => (known, vec![head]),
            // The version that was read last was collected as garbage.
            Err(_) if known.is_some() => {
                self.kept = Kept::default();
                return self.extend(repository, vocabulary, head);
            }
            Err(error) => return Err(error),
        };
        for commit in steps {
            self.step(repository, vocabulary, before, commit)?;
            before = Some(commit);
        }
        self.unsaved += 1;
        self.kept.head = Some(head.to_string());
        if self.unsaved >= SAVE_AFTER {
            let oldest =
                repository.info(head)?.at.to_zoned_datetime(TimeZone::UTC).date().saturating_sub(KEPT_YEARS.years());
            Arc::make_mut(&mut self.kept.order).retain(|stem, _| stem.date >= oldest);
            self.save(&repository.staging_folder())?;
        }
        Ok(())
    }

    fn step(
        &mut self,
        repository: &Repository,
        vocabulary: &Vocabulary,
        before: Option<CommitId>,
        commit: CommitId,
    ) -> Result<()> {
        let edits = repository.edits_between(before, commit, FOLDERS)?;
        if edits.is_empty() {
            return Ok(());
        }
        self.kept.moves += 1;
        let put_back = repository.info(commit)?.trailer(PUT_BACK).is_some();
        for edit in edits {
            let (Some(stem), Some(new)) = (Stem::from_path(&edit.path), edit.new) else {
                continue;
            };
            let read = |blob| booking(repository, vocabulary, &edit.path, blob);
            let moved = match edit.old {
                None => !put_back,
                Some(old) => !same_time(read(old)?.as_ref(), read(new)?.as_ref()),
            };
            if moved {
                Arc::make_mut(&mut self.kept.order).insert(stem, self.kept.moves);
            }
        }
        Ok(())
    }

    /// With which step of the branch each booking came.
    pub fn order(&self) -> &Arc<HashMap<Stem, u64>> {
        &self.kept.order
    }

    /// Writes the cache.
    ///
    /// # Errors
    /// The disk is full or fails; the cache is then the old one.
    pub fn save(&mut self, staging: &Path) -> Result<()> {
        if self.unsaved == 0 {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.kept).context("writing the order of bookings")?;
        durable::write(&self.cache, &bytes, Mode::Private, staging)?;
        self.unsaved = 0;
        Ok(())
    }
}

fn booking(repository: &Repository, vocabulary: &Vocabulary, path: &str, blob: BlobId) -> Result<Option<Reservation>> {
    let bytes = repository.bytes(blob)?;
    // As if it were long past: what is no longer configured is understood, too.
    let reading = reservation_file::read(path, &bytes, vocabulary, DateTime::MAX);
    Ok(reading.ok().map(|reading| reading.reservation))
}

/// Whether a booking takes no more than it did.
pub(super) fn same_time(old: Option<&Reservation>, new: Option<&Reservation>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => (old.span, &old.series) == (new.span, &new.series) && new.quantity <= old.quantity,
        _ => false,
    }
}
