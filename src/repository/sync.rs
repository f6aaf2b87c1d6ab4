//! Whether what stands on the branch is on disk. libgit2 syncs what we write; what others wrote, and what a failed sync
//! left in doubt, is synced whole before anything is built on it, acknowledged or told.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt as _;

use anyhow::{Context, Result};

use super::{CommitId, Repository};

impl Repository {
    /// Sees to it that `tip`, and all before it, outlasts a power cut. Costs nothing where we synced it ourselves.
    ///
    /// # Errors
    /// The disk fails; nothing may be acknowledged or told then. Doing it again is the remedy.
    pub fn make_durable(&self, tip: CommitId) -> Result<()> {
        if self.durable.get() == Some(tip) {
            return Ok(());
        }
        match self.sync_file_systems() {
            Ok(()) => {
                if self.doubt.take().is_some() {
                    tracing::info!("all that stands in the repository is on disk again");
                }
                self.durable.set(Some(tip));
                Ok(())
            }
            Err(error) => {
                self.doubt(&error);
                Err(error)
            }
        }
    }

    /// Why it is not known what of the repository is on disk; `None`: it is known, or nothing has failed.
    pub fn in_doubt(&self) -> Option<String> {
        self.doubt.borrow().clone()
    }

    /// Something that was to be synced failed: what stands and what does not, only a sync of everything tells.
    pub(super) fn doubt(&self, error: &anyhow::Error) {
        self.durable.set(None);
        *self.doubt.borrow_mut() = Some(format!("{error:#}"));
    }

    /// Every file system that holds a part of the repository, each once.
    fn sync_file_systems(&self) -> Result<()> {
        let mut done = BTreeSet::new();
        for place in [self.git.commondir(), self.git.path(), &self.root] {
            let said = || format!("syncing the file system of {}", place.display());
            if done.insert(fs::metadata(place).with_context(said)?.dev()) {
                let folder = File::open(place).with_context(said)?;
                rustix::fs::syncfs(&folder).with_context(said)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::repository::{CommitError, Signature, Write, create};

    /// A commit of one file on `parent`.
    pub fn commit(repository: &Repository, parent: Option<CommitId>, path: &str) -> Result<CommitId, CommitError> {
        let write = Write { path: path.to_owned(), bytes: Some(path.into()) };
        let author = Signature { name: "a".to_owned(), email: "a@b.fr".to_owned() };
        repository.commit(parent, &[write], path, &author, Timestamp::UNIX_EPOCH, &TimeZone::UTC)
    }

    #[test]
    fn nothing_is_built_on_what_may_not_be_on_disk() {
        let folder = tempfile::tempdir().unwrap();
        let (site, away) = (folder.path().join("site"), folder.path().join("away"));
        let repository = create(&site, "main").unwrap();
        let first = commit(&repository, None, "one").unwrap();
        assert_eq!(repository.durable.get(), Some(first), "we synced it ourselves");
        repository.doubt(&anyhow::anyhow!("the disk said so"));
        assert_eq!(repository.in_doubt().as_deref(), Some("the disk said so"));
        // No sync of everything succeeds while the working tree can not be reached.
        fs::rename(&site, &away).unwrap();
        assert!(matches!(commit(&repository, Some(first), "two"), Err(CommitError::Failed(_))));
        assert!(repository.make_durable(first).is_err() && repository.in_doubt().is_some());
        fs::rename(&away, &site).unwrap();
        assert_eq!(repository.head().unwrap(), Some(first), "nothing was put in place meanwhile");
        let second = commit(&repository, Some(first), "two").unwrap();
        assert_eq!((repository.in_doubt(), repository.durable.get()), (None, Some(second)));
    }
}
