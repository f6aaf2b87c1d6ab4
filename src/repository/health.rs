//! What git's own files tell of how a repository is doing. Reads, and changes nothing.

use std::collections::HashSet;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};
use git2::{RepositoryState, TreeWalkMode, TreeWalkResult};
use jiff::{SignedDuration, Timestamp};
use walkdir::WalkDir;

use super::lock::remove;
use super::{BlobId, CommitId, Repository, is_file};

/// Git holds a lock for moments, an editor that is open on a commit message for as long as its git lives: a lock that is
/// older, where no git is at work, is nobody's.
pub const ABANDONED: SignedDuration = SignedDuration::from_mins(10);

/// What a form with its folders takes, roughly.
const TRIED_BYTES: usize = 64 << 10;

/// In what form a repository keeps objects and references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// `sha1` or `sha256`.
    pub objects: String,
    /// `files` or `reftable`.
    pub references: String,
}

impl Format {
    /// Whether we can read it.
    pub fn is_known(&self) -> bool {
        self.objects == "sha1" && self.references == "files"
    }
}

/// A repository in a form that we can not read.
#[derive(Debug, thiserror::Error)]
#[error("the repository of {} keeps its objects as {} and its references as {}: guichet reads sha1, files only", site.display(), format.objects, format.references)]
pub struct UnknownFormat {
    /// Whose repository.
    pub site: PathBuf,
    /// Its form.
    pub format: Format,
}

/// A lock that git, or a Guichet, took and has not given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFile {
    /// Where it is.
    pub path: PathBuf,
    /// Since when.
    pub since: Option<SystemTime>,
}

impl LockFile {
    /// For how long it has been there at `now`.
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        Some(now.duration_since(Timestamp::try_from(self.since?).ok()?))
    }
}

/// A plain file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Relative to the repository's root.
    pub path: String,
    /// Its bytes.
    pub blob: BlobId,
}

/// The git folder of the repository that holds `site`, found without opening it.
///
/// # Errors
/// There is none.
pub fn git_folder(site: &Path) -> Result<PathBuf> {
    let none: [&Path; 0] = [];
    git2::Repository::discover_path(site, none).map_err(|error| super::explained(site, error))
}

/// The format of the repository in this git folder, read without opening it: what we can not open, too.
pub fn format(git_folder: &Path) -> Format {
    let config = git2::Config::open(&git_folder.join("config"));
    let read = |key: &str, default: &str| {
        config.as_ref().ok().and_then(|config| config.get_string(key).ok()).unwrap_or_else(|| default.to_owned())
    };
    Format { objects: read("extensions.objectformat", "sha1"), references: read("extensions.refstorage", "files") }
}

/// The processes of git that are at work in a repository, or may be: where other accounts' work, the system does not say.
pub fn git_processes(root: &Path) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let works_here = |process: &fs::DirEntry| {
        let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        let here = match fs::read_link(process.path().join("cwd")) {
            Ok(folder) => folder.starts_with(root),
            Err(error) => error.kind() == ErrorKind::PermissionDenied,
        };
        here && (name.trim() == "git" || name.starts_with("git-"))
    };
    processes.filter(works_here).filter_map(|process| process.file_name().to_str()?.parse().ok()).collect()
}

/// Commands of git's that read where the branch stands and move it a moment later.
const MOVERS: [&str; 7] = ["commit", "merge", "rebase", "cherry-pick", "revert", "am", "pull"];

/// The processes of git that are about to move the branch of a repository, as far as the system lets us see.
pub(super) fn movers(root: &Path) -> Vec<u32> {
    let moves = |process: &u32| {
        let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        words.split(|byte| *byte == 0).any(|word| MOVERS.iter().any(|mover| mover.as_bytes() == word))
    };
    git_processes(root).into_iter().filter(moves).collect()
}

impl Repository {
    /// A value of git's configuration, from whichever file it comes.
    pub fn setting(&self, key: &str) -> Option<String> {
        self.git.config().ok()?.get_string(key).ok()
    }

    /// Whether a merge is under way.
    pub fn is_merging(&self) -> bool {
        self.git.state() == RepositoryState::Merge
    }

    /// Tries to write where a commit is written: objects, the branch, the local state. Leaves nothing behind.
    ///
    /// # Errors
    /// The disk is full or may only be read, or the files belong to another account.
    pub fn try_writing(&self) -> Result<()> {
        let (common, heads) = (self.git.commondir(), self.git.commondir().join("refs/heads"));
        let branch = if heads.is_dir() { heads } else { common.join("refs") };
        // Names that git takes for its own, and a watch for nothing.
        for (folder, prefix, suffix) in [
            (common.join("objects"), "tmp_obj_", ""),
            (branch, "guichet-", ".lock"),
            (self.staging_folder(), "try-", ""),
        ] {
            let said = || format!("writing into {}", folder.display());
            if folder == self.staging_folder() {
                fs::create_dir_all(&folder).with_context(said)?;
            }
            // The name is another each time, and must not make another problem each time.
            let made = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(&folder);
            let mut file = made.map_err(|error| std::io::Error::from(error.kind())).with_context(said)?;
            file.as_file_mut().write_all(&vec![0; TRIED_BYTES]).with_context(said)?;
        }
        Ok(())
    }

    /// Every lock of git's that is there now.
    pub fn locks(&self) -> Vec<LockFile> {
        let mut found: Vec<LockFile> = Vec::new();
        for (folder, depth) in [(self.git.path().to_owned(), 1), (self.git.commondir().join("refs"), usize::MAX)] {
            let entries = WalkDir::new(folder).max_depth(depth).sort_by_file_name().into_iter().flatten();
            let locks = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "lock"));
            found.extend(locks.map(|entry| LockFile {
                since: entry.metadata().ok().and_then(|found| found.modified().ok()),
                path: entry.into_path(),
            }));
        }
        found
    }

    /// Removes the locks that a git which is no more left behind: so old at `now` that no git holds them, none is at
    /// work here, and nobody has them open. What was removed.
    ///
    /// # Errors
    /// A lock can not be removed.
    pub fn remove_abandoned_locks(&self, now: Timestamp) -> Result<Vec<PathBuf>> {
        let old = |lock: &LockFile| lock.age(now).is_some_and(|age| age >= ABANDONED);
        let mut removed = Vec::new();
        for lock in self.locks().into_iter().filter(old) {
            // Another one may have come under its name meanwhile.
            let since = || fs::symlink_metadata(&lock.path).and_then(|found| found.modified()).ok();
            if !self.is_held(&lock.path) && since() == lock.since {
                remove(&lock.path, "git")?;
                removed.push(lock.path);
            }
        }
        Ok(removed)
    }

    /// Objects and references of no length: what a power cut leaves where nothing was synced.
    pub fn empty_files(&self) -> Vec<PathBuf> {
        let folders = ["objects", "refs"].map(|name| self.git.commondir().join(name));
        let entries = folders.iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name()).flatten();
        let empty = entries.filter(|entry| {
            let lock = entry.path().extension().is_some_and(|extension| extension == "lock");
            entry.file_type().is_file() && !lock && entry.metadata().is_ok_and(|found| found.len() == 0)
        });
        // Git keeps empty marks of its own there.
        let ours = empty.filter(|entry| entry.path().components().all(|part| part.as_os_str() != "info"));
        ours.map(walkdir::DirEntry::into_path).collect()
    }

    /// Every plain file of a commit, inside the site and outside.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn every_file(&self, commit: CommitId) -> Result<Vec<TreeFile>> {
        let tree = self.git.find_commit(commit.0)?.tree().context("reading the folders of the head")?;
        let mut found = Vec::new();
        tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
            if is_file(entry.filemode())
                && let Ok(name) = entry.name()
            {
                found.push(TreeFile { path: format!("{parent}{name}"), blob: BlobId(entry.id()) });
            }
            TreeWalkResult::Ok
        })
        .context("reading the folders of the head")?;
        Ok(found)
    }

    /// Small plain files that were once there, outside `without` folders of the site, and are not at `head`: at most so many,
    /// with the last commit that has each.
    ///
    /// # Errors
    /// History can not be read.
    pub fn past_files(
        &self,
        head: CommitId,
        without: &[&str],
        most: usize,
        bytes: usize,
    ) -> Result<Vec<(TreeFile, CommitId)>> {
        let without: Vec<String> = without.iter().map(|folder| self.full(folder)).collect();
        let mut seen = HashSet::new();
        self.unseen("", &self.git.find_commit(head.0)?.tree()?, &without, &mut seen, &mut |_| true)?;
        let mut found = Vec::new();
        for commit in self.commits_since(None, head)?.into_iter().rev() {
            let tree = self.git.find_commit(commit.0)?.tree()?;
            self.unseen("", &tree, &without, &mut seen, &mut |file| {
                if self.size_bytes(file.blob).is_ok_and(|size| size <= bytes) {
                    found.push((file, commit));
                }
                found.len() < most
            })?;
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// Gives the files of a folder that were not seen before, until `take` has enough.
    fn unseen(
        &self,
        folder: &str,
        tree: &git2::Tree<'_>,
        without: &[String],
        seen: &mut HashSet<git2::Oid>,
        take: &mut impl FnMut(TreeFile) -> bool,
    ) -> Result<bool> {
        for entry in tree {
            let path = format!("{folder}{}", entry.name().unwrap_or_default());
            if without.contains(&path) || !seen.insert(entry.id()) {
                continue;
            }
            let goes_on = if is_file(entry.filemode()) {
                take(TreeFile { path, blob: BlobId(entry.id()) })
            } else if entry.kind() == Some(git2::ObjectType::Tree) {
                self.unseen(&format!("{path}/"), &self.git.find_tree(entry.id())?, without, seen, take)?
            } else {
                true
            };
            if !goes_on {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many bytes a blob has, without reading them.
    ///
    /// # Errors
    /// There is no such object.
    pub fn size_bytes(&self, blob: BlobId) -> Result<usize> {
        Ok(self.git.odb()?.read_header(blob.0)?.0)
    }
}
