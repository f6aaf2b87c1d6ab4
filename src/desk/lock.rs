//! Who may settle and serve: one process a site. Locks are released by the kernel when their holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context, Result};

/// A lock file of the local state, held as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes `serve.lock` and writes into it who we are; otherwise says who holds it.
    ///
    /// # Errors
    /// The lock file can not be made.
    pub fn serve(state: &Path, who: &str) -> Result<Result<Self, String>> {
        Self::take(&state.join("serve.lock"), who)
    }

    /// Who serves the site now, as that serve says; asked without taking its lock for oneself.
    ///
    /// # Errors
    /// The lock file can not be read.
    pub fn server(state: &Path) -> Result<Option<String>> {
        let mut file = match File::open(state.join("serve.lock")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.context("opening serve.lock")?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                file.read_to_string(&mut holder).context("reading serve.lock")?;
                Ok(Some(holder.trim().to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(error).context("locking serve.lock"),
        }
    }

    /// Takes `settle.lock`, which a serve holds all its life and a command as long as it settles.
    ///
    /// # Errors
    /// The lock file can not be made.
    pub fn settle(state: &Path) -> Result<Option<Self>> {
        Ok(Self::take(&state.join("settle.lock"), "")?.ok())
    }

    /// Waits for `settle.lock`: a command beside us settles for moments only.
    ///
    /// # Errors
    /// The lock file can not be made or locked.
    pub fn settle_patiently(state: &Path) -> Result<Self> {
        let file = open(&state.join("settle.lock"))?;
        file.lock().context("locking settle.lock")?;
        Ok(Self { _file: file })
    }

    fn take(path: &Path, who: &str) -> Result<Result<Self, String>> {
        let mut file = open(path)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.write_all(who.as_bytes())?;
                Ok(Ok(Self { _file: file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                Ok(Err(holder))
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
        }
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("opening {}", path.display()))
}
