//! The write path: objects, synced; read back; the branch moved by compare-and-swap; then the working tree
//! and the index, of the commit's own paths only.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Time, Tree};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::reference::Patience;
use super::working_tree::{FILE, Standing};
use super::{BlobId, CommitId, Repository};

/// Somebody who commits without pause is followed so often before all is decided anew.
const FOLLOWED: u32 = 20;
/// Between the branch and the working tree, another process of ours needs some milliseconds.
const FOLLOWING_POLL: Duration = Duration::from_millis(20);
/// Then it is somebody's work, or that process was killed.
const FOLLOWING_POLLS: u32 = 100;
/// So many commits may have come since a file was brought along.
const RECENT_COMMITS: usize = 64;

/// A path and what shall stand there; `None`: nothing.
#[derive(Clone, Debug)]
pub struct Write {
    /// Relative to the site.
    pub path: String,
    /// The bytes.
    pub bytes: Option<Vec<u8>>,
}

/// Who signs a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// Why a commit is not on the branch.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The branch is not where it was: look again, decide again.
    #[error("the branch has moved")]
    Moved,
    /// Somebody else is writing: try again soon.
    #[error("the repository is locked by another program")]
    Locked,
    /// The machine let us down.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl Repository {
    /// Commits `writes` on top of `parent` (`None`: as the first commit) and puts the branch there. When
    /// this returns, all is on disk: power may fail the next instant.
    ///
    /// # Errors
    /// Nothing is on the branch then, but for one case: a failure to sync after the branch moved. So a caller
    /// looks for its own commit before it tries again, once [`Self::make_durable`] succeeds.
    pub fn commit(
        &self,
        parent: Option<CommitId>,
        writes: &[Write],
        message: &str,
        author: &Signature,
        at: Timestamp,
        timezone: &TimeZone,
    ) -> Result<CommitId, CommitError> {
        if let (Some(parent), Some(_)) = (parent, self.in_doubt()) {
            self.make_durable(parent)?;
        }
        if parent.is_none() && self.branch_is_lost() {
            return Err(anyhow!("the branch {} is lost: guichet doctor --fix puts it back", self.branch()).into());
        }
        let mut parent = parent;
        let (mut behind, mut patience) = (FOLLOWED, Patience::OF_A_FORM);
        let (id, moved) = loop {
            let made = self.commit_object(parent, writes, message, author, at, timezone);
            let id = made.inspect_err(|error| self.doubt(error))?;
            let log = format!("guichet: {}", message.lines().next().unwrap_or_default());
            let moved = self.move_reference(&self.branch_ref(), parent.map(|parent| parent.0), id, &log, &mut patience);
            match (moved, self.head()?) {
                // What somebody else committed meanwhile is no business of ours: what was decided holds there, too.
                (Err(CommitError::Moved), Some(tip)) if behind > 0 && self.is_beside(parent, tip, writes)? => {
                    (parent, behind) = (Some(tip), behind - 1);
                }
                (moved, _) => break (id, moved),
            }
        };
        // What we built on must not vanish under what we acknowledge.
        let moved = moved.and_then(|()| {
            if parent.is_none_or(|parent| self.durable.get() == Some(parent)) {
                self.durable.set(Some(CommitId(id)));
            }
            Ok(self.make_durable(CommitId(id))?)
        });
        if let Err(error) = &moved {
            if let CommitError::Failed(error) = error {
                self.doubt(error);
            }
            // An error may come after the branch moved (a folder that could not be synced): the commit stands then, and
            // is placed like any other, but it is not acknowledged.
            let stands = self.head().ok().flatten().is_some_and(|tip| self.holds(tip, CommitId(id)).unwrap_or(false));
            if !stands {
                return moved.map(|()| CommitId(id));
            }
        }
        for write in writes {
            let full = self.full(&write.path);
            match &write.bytes {
                Some(bytes) => {
                    let blob = BlobId::of(bytes)?;
                    self.own.borrow_mut().insert(full.clone(), blob.0);
                }
                None => {
                    self.own.borrow_mut().remove(&full);
                }
            }
            // The commit stands; a working tree that can not follow is tried again, and a problem that the site shows.
            match self.put_in_working_tree(write) {
                Ok(()) => drop(self.unrecorded.borrow_mut().insert(full)),
                Err(error) => {
                    tracing::error!("{} is committed but not in the working tree: {error:#}", write.path);
                    self.unplaced.borrow_mut().insert(write.path.clone());
                }
            }
        }
        self.record_pending();
        moved.map(|()| CommitId(id))
    }

    /// Whether nothing differs between two commits in the folders that `writes` are for: numbers and bookings are decided
    /// by what stands there.
    fn is_beside(&self, parent: Option<CommitId>, tip: CommitId, writes: &[Write]) -> anyhow::Result<bool> {
        let Some(parent) = parent else {
            return Ok(false);
        };
        let (before, after) = (self.git.find_commit(parent.0)?.tree()?, self.git.find_commit(tip.0)?.tree()?);
        let same = |write: &Write| {
            let folder = self.full(write.path.split('/').next().unwrap_or_default());
            let held = |tree: &Tree<'_>| tree.get_path(Path::new(&folder)).ok().map(|entry| entry.id());
            held(&before) == held(&after)
        };
        Ok(writes.iter().all(same))
    }

    fn commit_object(
        &self,
        parent: Option<CommitId>,
        writes: &[Write],
        message: &str,
        author: &Signature,
        at: Timestamp,
        timezone: &TimeZone,
    ) -> anyhow::Result<Oid> {
        let parent = parent.map(|id| self.git.find_commit(id.0)).transpose().context("reading the parent commit")?;
        let mut update = TreeUpdateBuilder::new();
        // The first commit is built in an index of its own: an empty tree to start from would lie about for ever.
        let mut fresh = git2::Index::new()?;
        for write in writes {
            match &write.bytes {
                Some(bytes) => {
                    let blob = self.git.blob(bytes).with_context(|| format!("storing {}", write.path))?;
                    let read = self.bytes(BlobId(blob))?;
                    if read != *bytes {
                        return Err(anyhow!("{} reads back otherwise than it was written", write.path));
                    }
                    update.upsert(self.full(&write.path), blob, FileMode::Blob);
                    fresh.add(&self.entry(&self.full(&write.path), blob))?;
                }
                None => {
                    update.remove(self.full(&write.path));
                }
            }
        }
        let tree = match &parent {
            Some(parent) => update.create_updated(&self.git, &parent.tree()?),
            None => fresh.write_tree_to(&self.git),
        };
        let tree = tree.context("storing the folders")?;
        let tree = self.git.find_tree(tree)?;
        let offset = timezone.to_offset(at).seconds() / 60;
        let clean = |text: &str, stand_in: &str| {
            let text: String = text.chars().filter(|c| !c.is_control() && !"<>".contains(*c)).collect();
            if text.trim().is_empty() { stand_in.to_owned() } else { text }
        };
        let signature = git2::Signature::new(
            &clean(&author.name, "Guichet"),
            &clean(&author.email, "guichet@localhost"),
            &Time::new(at.as_second(), offset),
        )?;
        let parents: Vec<_> = parent.iter().collect();
        self.store_commit(&signature, message, &tree, &parents)
    }

    /// Writes a commit, and reads it back. Not by `git_commit_create`: when the object can not be stored, that answers as
    /// if it were (libgit2 1.9).
    pub(super) fn store_commit(
        &self,
        who: &git2::Signature<'_>,
        message: &str,
        tree: &Tree<'_>,
        parents: &[&git2::Commit<'_>],
    ) -> anyhow::Result<Oid> {
        let commit = self.git.commit_create_buffer(who, who, message, tree, parents)?;
        let id = self.git.odb()?.write(ObjectType::Commit, &commit).context("storing the commit")?;
        self.git.find_commit(id).context("reading back the commit")?;
        Ok(id)
    }

    /// Whether nobody has unfinished work at `path`. Another process of ours that has moved the branch, and is about to
    /// bring the working tree and the index along, is waited for.
    ///
    /// # Errors
    /// The objects or the file can not be read.
    pub fn is_clean_soon(&self, commit: Option<CommitId>, path: &str) -> anyhow::Result<bool> {
        for _ in 0..FOLLOWING_POLLS {
            if self.is_clean(commit, path)? {
                return Ok(true);
            }
            if !self.is_behind(commit, path)? {
                return Ok(false);
            }
            std::thread::sleep(FOLLOWING_POLL);
        }
        Ok(false)
    }

    /// Whether working tree and index hold nothing at `path` but what it was a few commits ago, or is.
    fn is_behind(&self, commit: Option<CommitId>, path: &str) -> anyhow::Result<bool> {
        let (full, versions) = (self.full(path), self.recent_versions(commit, path)?);
        let here = self.on_disk(&full)?;
        let was_here = versions.iter().any(|id| Standing::same(here, id.map(|id| Standing { id, mode: FILE })));
        Ok(was_here && self.may_stage(&full, &versions))
    }

    /// What `path` was in the last few commits, from `commit` back.
    fn recent_versions(&self, commit: Option<CommitId>, path: &str) -> anyhow::Result<Vec<Option<Oid>>> {
        let mut versions = Vec::new();
        let mut at = commit.map(|commit| self.git.find_commit(commit.0)).transpose()?;
        for _ in 0..RECENT_COMMITS {
            let Some(commit) = at else { break };
            versions.push(self.blob_at(CommitId(commit.id()), path)?.map(|blob| blob.0));
            at = commit.parents().next();
        }
        Ok(versions)
    }

    /// Whether nobody has unfinished work at `path`: the working tree and the index hold what `commit` holds. An index that
    /// somebody has locked can not follow: it may hold what was there a few commits ago.
    ///
    /// # Errors
    /// The objects or the file can not be read.
    pub fn is_clean(&self, commit: Option<CommitId>, path: &str) -> anyhow::Result<bool> {
        let committed = match commit {
            Some(commit) => self.blob_at(commit, path)?,
            None => None,
        };
        let full = self.full(path);
        let staged_alike = self.unrecorded.borrow().contains(&full)
            || self.may_stage(&full, &[committed.map(|blob| blob.0)])
            || self.index_lock().exists() && self.may_stage(&full, &self.recent_versions(commit, path)?);
        Ok(staged_alike && self.holds_file(&full, committed)?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::repository::create;

    #[test]
    fn the_branch_does_not_move_to_a_commit_that_could_not_be_stored() {
        let folder = tempfile::tempdir().unwrap();
        let commit = |site: &Path| {
            let repository = create(site, "main").unwrap();
            let write = Write { path: "one".to_owned(), bytes: Some(b"one".into()) };
            let author = Signature { name: "a".to_owned(), email: "a@b.fr".to_owned() };
            let made = repository.commit(None, &[write], "one", &author, Timestamp::UNIX_EPOCH, &TimeZone::UTC);
            (made, repository.head().unwrap())
        };
        let (made, _) = commit(&folder.path().join("sound"));
        let name = made.unwrap().0.to_string();
        // Where its object would stand is no folder.
        let narrow = folder.path().join("narrow");
        create(&narrow, "main").unwrap();
        fs::write(narrow.join(".git/objects").join(&name[..2]), "").unwrap();
        let (made, head) = commit(&narrow);
        assert!(matches!(made, Err(CommitError::Failed(_))), "{made:?}");
        assert_eq!(head, None);
    }
}
