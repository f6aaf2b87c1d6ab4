//! Git's locks: taken as git takes them, and taken away when a dead Guichet, or a git that is no more, left them.
//!
//! A lock is a file that must not exist yet. Ours is a link to a file in `locks/` that the kernel keeps locked as long as
//! we live: so what a dead Guichet left is recognised with certainty, also after a power cut.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};

use super::{LockFile, Repository, git_processes};

/// A living git holds a lock for moments; where none is at work, one that outlasts this is nobody's.
const STALE: Duration = Duration::from_secs(2);
/// A program that is no git may hold a lock and not show: one that is younger may be its, unless the machine started since.
const YOUNG: SignedDuration = SignedDuration::from_mins(1);

/// Inode and time of a lock.
pub(super) type Stamp = (u64, i64, i64);

/// A file of ours that can be linked into place as a lock.
pub(super) struct Ours {
    path: PathBuf,
    _alive: File,
}

impl Ours {
    /// Prepares the lock called `what`, which says `content`; that is on disk when this returns.
    pub(super) fn prepare(state: &Path, what: &str, content: &[u8]) -> Result<Self> {
        let said = || format!("preparing the lock {what}");
        let folder = state.join("locks");
        fs::create_dir_all(&folder).with_context(said)?;
        let path = folder.join(format!("{}-{what}", std::process::id()));
        // One that a dead process of the same number left may be a link to something that lives: it is never written to.
        let _ = fs::remove_file(&path);
        let mut alive = File::create_new(&path).with_context(said)?;
        alive.lock().with_context(said)?;
        if !content.is_empty() {
            alive.write_all(content).and_then(|()| alive.sync_all()).with_context(said)?;
        }
        Ok(Self { path, _alive: alive })
    }

    /// Takes the lock; `None`: somebody else holds it.
    pub(super) fn take(&self, lock: PathBuf) -> Result<Option<Held<'_>>> {
        match fs::hard_link(&self.path, &lock) {
            Ok(()) => Ok(Some(Held { lock, _ours: self })),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(error).with_context(|| format!("taking the lock {}", lock.display())),
        }
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// A lock that we hold, until dropped.
pub(super) struct Held<'a> {
    /// Empty: it is not ours to remove any more.
    lock: PathBuf,
    _ours: &'a Ours,
}

impl Held<'_> {
    /// What the lock says takes the place of what it was for; it is free again then.
    pub(super) fn put_in_place(mut self, file: &Path) -> Result<()> {
        fs::rename(&self.lock, file).with_context(|| format!("writing {}", file.display()))?;
        // Whoever takes the lock from this moment on keeps it.
        self.lock = PathBuf::new();
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if !self.lock.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.lock);
        }
    }
}

impl Repository {
    /// At start: removes the locks that a dead Guichet left, and those of a git that is no more at `now`.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn remove_dead_locks(&self, now: Timestamp) -> Result<()> {
        for lock in self.dead_locks()? {
            remove(&lock, "guichet")?;
        }
        for own in self.dead_processes()? {
            let _ = fs::remove_file(&own);
        }
        let start = started();
        let old = |lock: &LockFile| {
            let before = lock.since.zip(start).is_some_and(|(since, start)| since < start);
            before || lock.age(now).is_some_and(|age| age >= YOUNG)
        };
        let left = self.locks().into_iter().filter(old).map(|lock| (stamp(&lock.path), lock.path));
        let left: Vec<_> = left.filter(|(_, lock)| !self.is_held(lock)).collect();
        if !left.is_empty() {
            std::thread::sleep(STALE);
        }
        for (before, lock) in left {
            if before.is_some() && stamp(&lock) == before && !self.is_held(&lock) {
                remove(&lock, "git")?;
            }
        }
        Ok(())
    }

    /// Whether somebody may hold this lock: a git is at work here, or some program has it open.
    pub(super) fn is_held(&self, lock: &Path) -> bool {
        !git_processes(&self.root).is_empty() || is_open(lock)
    }

    /// The lock of the followed branch, if it is there: below the repository's root.
    pub fn branch_lock(&self) -> Option<PathBuf> {
        let lock = self.git.commondir().join(format!("{}.lock", self.branch_ref()));
        lock.exists().then(|| lock.strip_prefix(&self.root).map(Path::to_owned).unwrap_or(lock))
    }

    /// The locks that a Guichet that is no more left.
    ///
    /// # Errors
    /// The local state can not be read.
    pub fn dead_locks(&self) -> Result<Vec<PathBuf>> {
        let dead = self.dead_processes()?;
        let ours = |lock: &PathBuf| dead.iter().any(|own| same_file(own, lock));
        Ok(self.locks().into_iter().map(|lock| lock.path).filter(ours).collect())
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

pub(super) fn remove(lock: &Path, whose: &str) -> Result<()> {
    match fs::remove_file(lock) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the lock {}", lock.display()))
        }
        _ => {
            tracing::warn!("removed {}: the {whose} that held it is gone", lock.display());
            Ok(())
        }
    }
}

/// Whether a process has this file open, as far as the system lets us see.
fn is_open(file: &Path) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut open =
        processes.flat_map(|process| fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten());
    let is_it = |open: fs::DirEntry| {
        let named = fs::read_link(open.path()).is_ok_and(|name| name.file_name() == file.file_name());
        // Through the link: the file itself.
        named && fs::metadata(open.path()).is_ok_and(|open| same(&open, file))
    };
    open.any(is_it)
}

/// When this machine started, by its clock.
fn started() -> Option<SystemTime> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let since = text.lines().find_map(|line| line.strip_prefix("btime "))?;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(since.trim().parse().ok()?))
}

/// Tells a lock from the next one under the same name.
pub(super) fn stamp(lock: &Path) -> Option<Stamp> {
    let found = fs::symlink_metadata(lock).ok()?;
    Some((found.ino(), found.mtime(), found.mtime_nsec()))
}

fn same_file(a: &Path, b: &Path) -> bool {
    fs::symlink_metadata(a).is_ok_and(|a| same(&a, b))
}

fn same(a: &fs::Metadata, b: &Path) -> bool {
    fs::symlink_metadata(b).is_ok_and(|b| (a.dev(), a.ino()) == (b.dev(), b.ino()))
}
