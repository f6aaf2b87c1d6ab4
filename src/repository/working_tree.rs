//! What stands at a path of the working tree, and how something is put there: a file, a link or another repository's
//! folder; whole, and never through a link.

use std::fs;

use anyhow::{Context, Result};
use git2::Oid;

use super::{BlobId, Repository, Write};
use crate::durable::{self, Mode};

/// The part of a mode that says what it is.
pub(super) const KIND: i32 = 0o170_000;
pub(super) const FILE: i32 = 0o100_644;
const LINK: i32 = 0o120_000;
/// A submodule: a folder that is another repository's business.
const SUBMODULE: i32 = 0o160_000;

/// What stands at a path, in a tree or on disk: a file, a link or another repository's commit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) id: Oid,
    pub(super) mode: i32,
}

impl Standing {
    /// Bytes and kind are the same; whether a file may be executed is no work of anybody's.
    pub(super) fn same(a: Option<Self>, b: Option<Self>) -> bool {
        let told = |standing: Self| (standing.id, standing.mode & KIND);
        a.map(told) == b.map(told)
    }
}

/// Whether a path of a tree stays inside the working tree and out of git's own folder; git checks the same.
pub(super) fn may_stand(path: &str) -> bool {
    path.split('/').all(|name| !matches!(name, "" | "." | "..") && !name.eq_ignore_ascii_case(".git"))
}

impl Repository {
    pub(super) fn put_in_working_tree(&self, write: &Write) -> Result<()> {
        let full = self.full(&write.path);
        anyhow::ensure!(!self.leads_through_a_link(&full), "{} leads through a link", write.path);
        let path = self.root.join(&full);
        match &write.bytes {
            Some(bytes) => durable::write(&path, bytes, Mode::Shared, &self.staging_folder()),
            None => match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).context("removing the file"),
                _ => Ok(()),
            },
        }
    }

    /// What the working tree holds at a path of the repository: what git knows the file for, else its bytes.
    pub(super) fn on_disk(&self, path: &str) -> Result<Option<Standing>> {
        self.recorded(path).map_or_else(|| self.bytes_on_disk(path), |known| Ok(Some(known)))
    }

    pub(super) fn bytes_on_disk(&self, path: &str) -> Result<Option<Standing>> {
        let full = self.root.join(path);
        let Ok(found) = fs::symlink_metadata(&full) else {
            return Ok(None);
        };
        let (bytes, mode) = if found.is_file() {
            (fs::read(&full).with_context(|| format!("reading {path}"))?, FILE)
        } else if found.is_symlink() {
            let target = fs::read_link(&full).with_context(|| format!("reading the link {path}"))?;
            (target.into_os_string().into_encoded_bytes(), LINK)
        } else if let Some((id, SUBMODULE)) = self.staged(path) {
            return Ok(Some(Standing { id, mode: SUBMODULE }));
        } else {
            // A folder in the way, or something stranger, is somebody's work.
            return Ok(Some(Standing { id: Oid::ZERO_SHA1, mode: 0 }));
        };
        Ok(Some(Standing { id: BlobId::of(&bytes)?.0, mode }))
    }

    /// Whether the working tree holds this as a plain file there, or nothing. Its bytes mostly say so by themselves: git's
    /// index, which is long, is only asked where they do not.
    pub(super) fn holds_file(&self, path: &str, blob: Option<BlobId>) -> Result<bool> {
        let file = blob.map(|blob| Standing { id: blob.0, mode: FILE });
        let known = || file.is_some() && Standing::same(self.recorded(path), file);
        Ok(Standing::same(self.bytes_on_disk(path)?, file) || known())
    }

    /// Whether a folder on the way to `path` is a link: what is written there would land elsewhere.
    pub(super) fn leads_through_a_link(&self, path: &str) -> bool {
        let mut folder = self.root.clone();
        let (folders, _) = path.rsplit_once('/').unwrap_or_default();
        folders.split('/').any(|name| {
            folder.push(name);
            folder.is_symlink()
        })
    }

    /// Makes the working tree hold this there, or nothing.
    pub(super) fn put(&self, path: &str, new: Option<Standing>) -> Result<()> {
        let full = self.root.join(path);
        let said = || format!("checking out {path}");
        let folder = full.parent().unwrap_or(&self.root).to_owned();
        match new {
            Some(Standing { mode: SUBMODULE, .. }) => durable::make_folder(&full),
            Some(Standing { id, mode: LINK }) => {
                use std::os::unix::ffi::OsStrExt as _;
                durable::make_folder(&folder)?;
                let target = self.bytes(BlobId(id))?;
                let draft = folder.join(format!(".guichet-link-{}", std::process::id()));
                let _ = fs::remove_file(&draft);
                std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(&target), &draft).with_context(said)?;
                fs::rename(&draft, &full).with_context(said)?;
                durable::sync_folder(&folder)
            }
            Some(Standing { id, mode }) => {
                use std::os::unix::fs::PermissionsExt as _;
                durable::write(&full, &self.bytes(BlobId(id))?, Mode::Shared, &self.staging_folder())?;
                if mode & 0o100 != 0 {
                    let bits = fs::metadata(&full)?.permissions().mode();
                    fs::set_permissions(&full, fs::Permissions::from_mode(bits | (bits & 0o444) >> 2))?;
                }
                Ok(())
            }
            None => {
                // Of a submodule, only the empty folder is git's.
                match fs::remove_file(&full).or_else(|error| if full.is_dir() { Ok(()) } else { Err(error) }) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(error).with_context(|| format!("removing {path}"));
                    }
                    _ => {}
                }
                // Git keeps no empty folders.
                let mut folder = Some(full.as_path());
                while let Some(empty) = folder.filter(|folder| *folder != self.root) {
                    if empty.is_dir() && fs::remove_dir(empty).is_err() {
                        break;
                    }
                    folder = empty.parent();
                }
                Ok(())
            }
        }
    }
}
