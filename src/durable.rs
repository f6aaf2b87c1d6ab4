//! A file that is written whole or not at all, and is there after a power cut. Knows nothing of its contents.

mod journal;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

pub use journal::Journal;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The account that runs Guichet, nobody else.
    Private,
    /// As the process's umask has it.
    Shared,
}

/// Puts `bytes` at `path`: written aside in `staging`, synced, renamed, its folder synced. Folders are made as needed.
/// `staging` must be on the same file system.
///
/// # Errors
/// The disk is full or fails; what stood at `path` is then untouched, or already replaced.
pub fn write(path: &Path, bytes: &[u8], mode: Mode, staging: &Path) -> Result<()> {
    let said = || format!("writing {}", path.display());
    let file = staged(path, bytes, mode, staging)?;
    file.persist(path).map_err(|error| error.error).with_context(said)?;
    sync_folder(path.parent().context("a file stands in a folder")?)
}

/// The same, but what stands at `path` already stays.
///
/// # Errors
/// The disk is full or fails.
pub fn write_new(path: &Path, bytes: &[u8], mode: Mode, staging: &Path) -> Result<()> {
    let said = || format!("writing {}", path.display());
    let file = staged(path, bytes, mode, staging)?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.error).with_context(said),
        _ => sync_folder(path.parent().context("a file stands in a folder")?),
    }
}

/// The bytes, synced, in a file that has no name at `path` yet.
fn staged(path: &Path, bytes: &[u8], mode: Mode, staging: &Path) -> Result<tempfile::NamedTempFile> {
    make_folder(path.parent().context("a file stands in a folder")?)?;
    fs::create_dir_all(staging).with_context(|| format!("making {}", staging.display()))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let bits = if mode == Mode::Private { 0o600 } else { 0o666 };
        builder.permissions(fs::Permissions::from_mode(bits));
    }
    let said = || format!("writing {}", path.display());
    let mut file = builder.tempfile_in(staging).with_context(said)?;
    file.write_all(bytes).with_context(said)?;
    file.as_file().sync_all().with_context(said)?;
    Ok(file)
}

/// Puts `bytes` at `path`, whole or not at all, for notes that may as well be older after a power cut.
///
/// # Errors
/// The disk is full or fails.
pub fn replace(path: &Path, bytes: &[u8], staging: &Path) -> Result<()> {
    let said = || format!("writing {}", path.display());
    fs::create_dir_all(staging).with_context(said)?;
    let mut file = tempfile::NamedTempFile::new_in(staging).with_context(said)?;
    file.write_all(bytes).with_context(said)?;
    file.persist(path).map_err(|error| error.error).with_context(said)?;
    Ok(())
}

/// Makes a folder and those above it, each one synced into the one that holds it.
///
/// # Errors
/// The disk is full or fails.
pub fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(error).with_context(|| format!("making {}", folder.display()));
            }
            _ => sync_folder(above)?,
        }
    }
    Ok(())
}

/// Makes the names in a folder outlast a power cut.
///
/// # Errors
/// The disk fails.
pub fn sync_folder(folder: &Path) -> Result<()> {
    let said = || format!("syncing {}", folder.display());
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(said)
}
