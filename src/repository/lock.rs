//! The lock of git's index: taken as git takes it, waited for while others hold it, and taken away when a dead Guichet
//! left it. Those on references are in `moving.rs`.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::Repository;

/// A plain commit holds the index for some ten milliseconds.
const INDEX_POLL: Duration = Duration::from_millis(2);
const INDEX_PATIENCE: u32 = 100;

/// The lock of git's index, taken the way git takes it: a file that must not exist yet. It is a link to a
/// file of ours that names this process, so that a lock left by a dead Guichet is recognised with certainty.
pub(super) struct IndexLock {
    lock: PathBuf,
    own: PathBuf,
    /// The kernel forgets this one when we die: that tells a lock of ours from one of a dead Guichet.
    _alive: File,
}

impl IndexLock {
    /// `None`: somebody else holds it.
    pub(super) fn take(git: &Path, state: &Path) -> Result<Option<Self>> {
        let folder = state.join("locks");
        fs::create_dir_all(&folder)?;
        let own = folder.join(std::process::id().to_string());
        let lock = git.join("index.lock");
        let alive = File::create(&own).context("preparing the lock of the index")?;
        alive.lock().context("preparing the lock of the index")?;
        match fs::hard_link(&own, &lock) {
            Ok(()) => Ok(Some(Self { lock, own, _alive: alive })),
            Err(error) => {
                let _ = fs::remove_file(&own);
                if error.kind() == ErrorKind::AlreadyExists {
                    Ok(None)
                } else {
                    Err(error).context("locking the index")
                }
            }
        }
    }
}

impl Drop for IndexLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.lock);
        let _ = fs::remove_file(&self.own);
    }
}

impl Repository {
    /// Waits while somebody works with the index, moments at most: a commit of theirs that is under way is refused when
    /// the branch moves under it. A lock that outlasts this, of an editor that is open, is not waited for again.
    pub(super) fn wait_for_the_index(&self) {
        let lock = self.git.path().join("index.lock");
        for _ in 0..INDEX_PATIENCE {
            match stamp(&lock) {
                Some(held) if self.outlasted.get() != Some(held) => std::thread::sleep(INDEX_POLL),
                _ => return,
            }
        }
        self.outlasted.set(stamp(&lock));
    }

    /// At start: removes the locks that a dead Guichet left.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn remove_dead_locks(&self) -> Result<()> {
        self.remove_dead_ref_locks()?;
        self.remove_dead_lock()
    }

    /// The lock of the index, when a Guichet that is no more left it.
    ///
    /// # Errors
    /// The local state can not be read.
    fn dead_lock(&self) -> Result<Option<PathBuf>> {
        let lock = self.git.path().join("index.lock");
        Ok(self.dead_processes()?.iter().any(|own| same_file(own, &lock)).then_some(lock))
    }

    /// Every lock that a Guichet that is no more left, or may have left.
    ///
    /// # Errors
    /// The local state can not be read.
    pub fn dead_locks(&self) -> Result<Vec<PathBuf>> {
        let moves = self.dead_moves()?.into_iter().map(|(_, lock)| lock).filter(|lock| lock.exists());
        Ok(self.dead_lock()?.into_iter().chain(moves).collect())
    }

    fn remove_dead_lock(&self) -> Result<()> {
        if let Some(lock) = self.dead_lock()? {
            fs::remove_file(&lock).context("removing the lock that a dead guichet left")?;
            tracing::warn!("removed {}: the guichet that held it is gone", lock.display());
        }
        for own in self.dead_processes()? {
            let _ = fs::remove_file(&own);
        }
        Ok(())
    }

    /// What processes of ours prepared for their locks and left behind.
    fn dead_processes(&self) -> Result<Vec<PathBuf>> {
        let Ok(left) = fs::read_dir(self.state.join("locks")) else {
            return Ok(Vec::new());
        };
        let mut dead = Vec::new();
        for own in left {
            let own = own?.path();
            if File::open(&own).is_ok_and(|file| file.try_lock().is_ok()) {
                dead.push(own);
            }
        }
        Ok(dead)
    }
}

/// Tells a lock from the next one under the same name.
fn stamp(lock: &Path) -> Option<(u64, i64, i64)> {
    let found = fs::symlink_metadata(lock).ok()?;
    Some((found.ino(), found.mtime(), found.mtime_nsec()))
}

#[cfg(unix)]
fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::symlink_metadata(a), fs::symlink_metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}
