//! What git's own program does for us: it packs without deleting, and reads and writes its index where that is of a form
//! that libgit2 does not read.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, ensure};
use git2::Index;
use tempfile::TempPath;
use walkdir::WalkDir;

use super::Repository;
use super::lock::{Stamp, stamp};
use crate::durable;

/// Never executed for us: hooks and helpers of the repository's own.
const QUIET: [&str; 4] = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"];
/// What a git that runs us, in a hook, says of its own place: ours is said by `-C`.
const PLACES: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];

/// A form of the index that libgit2 does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignIndex {
    /// A part of it is in a file of its own (`git update-index --split-index`).
    Split,
    /// Whole folders are one entry (`git sparse-checkout --sparse-index`).
    Sparse,
    /// Nobody can read it: it is empty, or garbage, or there is no git program to read it.
    Damaged,
}

/// The index as git's program wrote it out in its plain form: of which index, and where; `None`: it could not.
pub(super) struct Plain {
    of: Option<Stamp>,
    copy: Option<TempPath>,
}

impl Repository {
    /// The form of the index where it is not the plain one.
    pub fn foreign_index(&self) -> Option<ForeignIndex> {
        let path = self.git.path().join("index");
        if !path.exists() || Index::open(&path).is_ok() {
            return None;
        }
        if self.index_is_damaged() {
            return Some(ForeignIndex::Damaged);
        }
        let bytes = std::fs::read(&path).ok()?;
        // The signature of gitformat-index, "Sparse directory entries".
        let sparse = bytes.windows(4).any(|window| window == b"sdir");
        Some(if sparse { ForeignIndex::Sparse } else { ForeignIndex::Split })
    }

    /// The index in the form that libgit2 reads, written out by git's program into a file of ours. Nothing of the
    /// repository changes.
    pub(super) fn plain_index(&self) -> Result<Index> {
        let path = self.git.path().join("index");
        let of = stamp(&path);
        let mut plain = self.plain.borrow_mut();
        if plain.as_ref().is_none_or(|plain| plain.of != of) {
            // What nobody can read is not tried again until it is another.
            let copy = self.write_plainly(&path).map_err(|error| tracing::warn!("{error:#}")).ok();
            *plain = Some(Plain { of, copy });
        }
        let copy = plain.as_ref().and_then(|plain| plain.copy.as_ref()).context("the index is damaged")?;
        Index::open(copy).context("reading the index")
    }

    fn write_plainly(&self, index: &Path) -> Result<TempPath> {
        std::fs::create_dir_all(self.staging_folder()).context("making a folder for the index")?;
        let copy = tempfile::Builder::new().prefix("index-").tempfile_in(self.staging_folder())?.into_temp_path();
        std::fs::copy(index, &copy).context("copying the index")?;
        let words = ["-c", "index.sparse=false", "update-index", "--no-split-index", "--force-write-index"];
        let mut git = self.git_program();
        git.args(words).env("GIT_INDEX_FILE", &copy);
        succeeded(&words, &git.output().context("running git")?)?;
        Ok(copy)
    }

    /// Records what the head holds at some paths through git's program, which knows every form of its index; false: it is
    /// busy. Each path with mode and id, or nothing.
    pub(super) fn record_by_git(&self, entries: &[(String, Option<(i32, git2::Oid)>)]) -> Result<bool> {
        let lock = self.git.path().join("index.lock");
        if lock.exists() {
            return Ok(false);
        }
        let mut lines = Vec::new();
        for (path, entry) in entries {
            let (mode, id) = entry.unwrap_or((0, git2::Oid::ZERO_SHA1));
            write!(lines, "{mode:o} {id}\t{path}\0")?;
        }
        let words = ["-c", "advice.sparseIndexExpanded=false", "update-index", "-z", "--index-info"];
        let mut git = self.git_program();
        let git = git.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = git.spawn().context("running git")?;
        // It reads to the end before it says anything; one that ended early says why.
        let told = running.stdin.take().map(|mut stdin| stdin.write_all(&lines));
        let done = running.wait_with_output().context("running git")?;
        if !done.status.success() && lock.exists() {
            return Ok(false);
        }
        succeeded(&words, &done)?;
        told.transpose().context("telling git what to record")?;
        Ok(true)
    }

    /// Writes the index in its plain form; what is staged stays staged.
    ///
    /// # Errors
    /// There is no git program, or it refuses: the index is in use.
    pub fn make_index_plain(&self) -> Result<()> {
        match self.foreign_index() {
            Some(ForeignIndex::Split) => {
                self.run(&["config", "core.splitIndex", "false"])?;
                self.run(&["update-index", "--no-split-index"])
            }
            Some(ForeignIndex::Sparse) => self.run(&["sparse-checkout", "reapply", "--no-sparse-index"]),
            Some(ForeignIndex::Damaged) | None => Ok(()),
        }
    }

    /// How many objects lie about in files of their own; estimated as git does, by one folder of 256.
    pub fn loose_objects(&self) -> usize {
        let sample = self.git.commondir().join("objects/17");
        std::fs::read_dir(sample).map_or(0, Iterator::count) * 256
    }

    /// Packs loose objects and removes those that are in a pack: harmless beside whoever writes. Nothing else is
    /// removed, which `git gc` does not do while objects are precious.
    ///
    /// # Errors
    /// There is no git program, or the disk is full.
    pub fn repack(&self) -> Result<()> {
        self.run(&["repack", "-q"])?;
        self.run(&["prune-packed", "-q"])
    }

    /// Sets empty loose objects aside: no object has no bytes, and git stumbles over them. What was set aside.
    ///
    /// # Errors
    /// The disk fails.
    pub fn set_empty_objects_aside(&self) -> Result<Vec<PathBuf>> {
        let aside = self.state.join("empty-objects");
        let objects = self.git.commondir().join("objects");
        let empty = WalkDir::new(&objects).min_depth(2).max_depth(2).into_iter().flatten().filter(|entry| {
            let loose = entry.path().parent().and_then(|folder| folder.file_name()).is_some_and(|name| name.len() == 2);
            loose && entry.file_type().is_file() && entry.metadata().is_ok_and(|found| found.len() == 0)
        });
        let mut moved = Vec::new();
        for entry in empty {
            durable::make_folder(&aside)?;
            let name = entry.path().strip_prefix(&objects).unwrap_or(entry.path()).to_string_lossy().replace('/', "");
            let said = || format!("setting {} aside", entry.path().display());
            std::fs::rename(entry.path(), aside.join(name)).with_context(said)?;
            moved.push(entry.into_path());
        }
        Ok(moved)
    }

    fn run(&self, words: &[&str]) -> Result<()> {
        let said = || format!("running git {}", words.join(" "));
        succeeded(words, &self.git_program().args(words).output().with_context(said)?)
    }

    /// Git's program, at work in our repository and nowhere else.
    fn git_program(&self) -> Command {
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.root).args(QUIET);
        for place in PLACES {
            git.env_remove(place);
        }
        git
    }
}

fn succeeded(words: &[&str], done: &Output) -> Result<()> {
    let why = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "git {}: {}", words.join(" "), why.trim());
    Ok(())
}
