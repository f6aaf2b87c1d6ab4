//! Git's locks on references do not say who holds them. While we move a reference a note lies beside, locked as long
//! as we live: so a lock that a dead Guichet left is told from one of a living git.

use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::Repository;

/// A living git holds the lock of a reference for moments; one that outlasts this is nobody's.
const STALE: Duration = Duration::from_secs(2);

/// Lies there while a reference is moved.
pub(super) struct Moving {
    note: PathBuf,
    _locked: File,
}

impl Drop for Moving {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.note);
    }
}

impl Repository {
    /// Notes that we are about to move a reference, until what is returned is dropped.
    pub(super) fn moving(&self, reference: &str) -> Result<Moving> {
        let folder = self.notes();
        fs::create_dir_all(&folder).context("making the folder of notes about references")?;
        let note = folder.join(format!("{}@{}", reference.replace('/', "~"), std::process::id()));
        let locked = File::create(&note).context("noting that a reference moves")?;
        locked.lock().context("locking the note that a reference moves")?;
        Ok(Moving { note, _locked: locked })
    }

    /// At start: removes the locks on references that a dead Guichet left.
    pub(super) fn remove_dead_ref_locks(&self) -> Result<()> {
        for (note, lock) in self.dead_moves()? {
            if let Ok(found) = fs::symlink_metadata(&lock) {
                std::thread::sleep(STALE);
                if fs::symlink_metadata(&lock).is_ok_and(|still| same(&found, &still)) {
                    fs::remove_file(&lock).context("removing the lock that a dead guichet left on a reference")?;
                    tracing::warn!("removed {}: the guichet that held it is gone", lock.display());
                }
            }
            match fs::remove_file(&note) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).context("removing a note"),
                _ => {}
            }
        }
        Ok(())
    }

    /// Notes whose Guichet is no more, and the lock on the reference that it was about to move.
    pub(super) fn dead_moves(&self) -> Result<Vec<(PathBuf, PathBuf)>> {
        let mut dead = Vec::new();
        for note in fs::read_dir(self.notes()).into_iter().flatten() {
            let note = note?.path();
            if File::open(&note).is_ok_and(|file| file.try_lock().is_err()) {
                continue;
            }
            let name = note.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let reference = name.split('@').next().unwrap_or_default().replace('~', "/");
            let lock = self.git.commondir().join(format!("{reference}.lock"));
            dead.push((note, lock));
        }
        Ok(dead)
    }

    fn notes(&self) -> PathBuf {
        self.state.join("moving")
    }
}

fn same(a: &Metadata, b: &Metadata) -> bool {
    (a.ino(), a.mtime(), a.mtime_nsec()) == (b.ino(), b.mtime(), b.mtime_nsec())
}
