//! What a file system has left, and to whom files belong. Knows nothing of what they hold.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// What may still be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// By an account without privileges.
    pub bytes: u64,
    /// `None`: the file system does not count its files.
    pub files: Option<u64>,
}

/// The room on the file system that holds `path`.
///
/// # Errors
/// There is no such path.
pub fn room(path: &Path) -> io::Result<Room> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Room {
        bytes: found.f_bavail.saturating_mul(found.f_frsize),
        files: (found.f_files > 0).then_some(found.f_favail),
    })
}

/// The account that this process runs as.
pub fn account() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The account that a file belongs to.
///
/// # Errors
/// There is no such file.
pub fn owner(path: &Path) -> io::Result<u32> {
    Ok(fs::symlink_metadata(path)?.uid())
}

/// The permissions of a file: the last nine bits of its mode.
///
/// # Errors
/// There is no such file.
pub fn permissions(path: &Path) -> io::Result<u32> {
    Ok(fs::symlink_metadata(path)?.mode() & 0o777)
}

/// Sets the permissions of a file.
///
/// # Errors
/// It belongs to somebody else.
pub fn set_permissions(path: &Path, bits: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(bits))
}

/// What below `folder` does not belong to `account`.
pub fn foreign(folder: &Path, account: u32) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().flatten();
    entries
        .filter(|entry| entry.metadata().is_ok_and(|found| found.uid() != account))
        .map(walkdir::DirEntry::into_path)
        .collect()
}
