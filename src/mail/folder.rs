//! A folder of letters on disk, one file each: how they are put there, found, moved and taken
//! away so that a kill or a power cut at any point leaves each letter whole, once. It must not
//! know why a letter is where it is.
//!
//! Other processes work in the same folder: a file that vanished is never an error.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::entry::{Name, Retry};
use crate::durable::{self, Mode};

/// One folder: `queue`, `held` or `dead`.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    suffix: &'static str,
    corrupt: PathBuf,
}

impl Folder {
    /// The folder at `dir`, created if need be. What can not be read goes to `corrupt`.
    pub fn open(dir: PathBuf, suffix: &'static str, corrupt: PathBuf) -> Result<Self> {
        create_dir(&dir)?;
        create_dir(&corrupt)?;
        Ok(Self { dir, suffix, corrupt })
    }

    /// The letters, oldest first. A file that is no letter is set aside.
    pub fn names(&self) -> Result<Vec<Name>> {
        let mut names = Vec::new();
        for file in files(&self.dir)? {
            let stem = file.strip_suffix(self.suffix).and_then(|stem| stem.strip_suffix('.'));
            match stem.map(str::parse) {
                _ if file.starts_with('.') => {}
                Some(Ok(name)) => names.push(name),
                None if file.strip_suffix(".json").is_some() => {} // a Retry
                _ => self.set_aside(&file)?,
            }
        }
        names.sort();
        Ok(names)
    }

    /// The file of this letter, whether it exists or not.
    pub fn path(&self, name: &Name) -> PathBuf {
        self.dir.join(format!("{name}.{}", self.suffix))
    }

    /// The content of the letter's file.
    pub fn read(&self, name: &Name) -> Result<Option<Vec<u8>>> {
        let path = self.path(name);
        match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => read.map(Some).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Puts a letter here; on disk when this returns.
    pub fn put(&self, name: &Name, content: &[u8]) -> Result<()> {
        // What is in the making begins with a dot: it is passed over, and swept away after a kill.
        durable::write(&self.path(name), content, Mode::Private, &self.dir)
    }

    /// Takes the letter away, and what was remembered of it.
    pub fn remove(&self, name: &Name) -> Result<bool> {
        let removed = remove(&self.path(name))?;
        self.clear_retry(name)?;
        Ok(removed)
    }

    /// Moves the letter to another folder; what was remembered of it stays behind and goes.
    pub fn hand_over(&self, name: &Name, to: &Self) -> Result<bool> {
        let moved = rename(&self.path(name), &to.path(name))?;
        self.clear_retry(name)?;
        to.sync()?;
        self.sync()?;
        Ok(moved)
    }

    /// Sets the letter aside: its content is not what it should be.
    pub fn quarantine(&self, name: &Name) -> Result<()> {
        self.set_aside(&format!("{name}.{}", self.suffix))
    }

    /// What is remembered of failed deliveries. An unreadable file is as good as none.
    pub fn retry(&self, name: &Name) -> Option<Retry> {
        serde_json::from_slice(&fs::read(self.retry_path(name)).ok()?).ok()
    }

    /// Remembers a failed delivery.
    pub fn set_retry(&self, name: &Name, retry: &Retry) -> Result<()> {
        durable::replace(&self.retry_path(name), &serde_json::to_vec(retry)?, &self.dir)
    }

    /// Forgets the failed deliveries.
    pub fn clear_retry(&self, name: &Name) -> Result<()> {
        let path = self.retry_path(name);
        if path != self.path(name) {
            remove(&path)?;
        }
        Ok(())
    }

    /// Clears what a killed process left: unfinished files, and the memory of letters that are gone.
    /// The caller holds the outbox's lock, so that no file is being written.
    pub fn sweep(&self) -> Result<()> {
        for file in files(&self.dir)? {
            let orphan = file
                .strip_suffix(".json")
                .is_some_and(|stem| !self.dir.join(format!("{stem}.{}", self.suffix)).exists());
            if file.starts_with('.') || orphan {
                remove(&self.dir.join(file))?;
            }
        }
        Ok(())
    }

    /// Makes the folder's list of files durable.
    pub fn sync(&self) -> Result<()> {
        durable::sync_folder(&self.dir)
    }

    fn retry_path(&self, name: &Name) -> PathBuf {
        self.dir.join(format!("{name}.json"))
    }

    fn set_aside(&self, file: &str) -> Result<()> {
        let (from, to) = (self.dir.join(file), self.corrupt.join(file));
        if rename(&from, &to)? {
            tracing::warn!(file = %to.display(), "set aside a file of the outbox that is not a whole letter");
        }
        Ok(())
    }
}

/// The names of the files in a directory, in no order; of a directory that vanished, none.
pub(super) fn files(dir: &Path) -> Result<Vec<String>> {
    let context = || format!("cannot list {}", dir.display());
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(context)?,
    };
    entries.map(|entry| Ok(entry.with_context(context)?.file_name().to_string_lossy().into_owned())).collect()
}

/// Creates a directory that only its owner may enter, and its parents.
pub(super) fn create_dir(dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot create {}", dir.display()))
}

/// Opens a file that only its owner may read, created if need be.
pub(super) fn open_private(path: &Path) -> Result<File> {
    File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot open {}", path.display()))
}

/// Writes a file that only its owner may read; its content is on disk when this returns, its name
/// when the directory has been synced.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Renames a file; `false` when it has vanished.
pub(super) fn rename(from: &Path, to: &Path) -> Result<bool> {
    found(fs::rename(from, to)).with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

/// Removes a file; `false` when it has vanished.
pub(super) fn remove(path: &Path) -> Result<bool> {
    found(fs::remove_file(path)).with_context(|| format!("cannot remove {}", path.display()))
}

/// Removes a directory with all it holds; `false` when it has vanished.
pub(super) fn remove_dir(path: &Path) -> Result<bool> {
    found(fs::remove_dir_all(path)).with_context(|| format!("cannot remove {}", path.display()))
}

fn found(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
