//! What git's own program does for us: it packs without deleting, and writes its index in the form that libgit2 reads.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use git2::Index;
use walkdir::WalkDir;

use super::Repository;
use crate::durable;

/// A form of the index that libgit2 does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignIndex {
    /// A part of it is in a file of its own (`git update-index --split-index`).
    Split,
    /// Whole folders are one entry (`git sparse-checkout --sparse-index`).
    Sparse,
}

impl Repository {
    /// The form of the index where it is not the plain one; a damaged one is none of these.
    pub fn foreign_index(&self) -> Option<ForeignIndex> {
        let path = self.git.path().join("index");
        if !path.exists() || Index::open(&path).is_ok() {
            return None;
        }
        let bytes = std::fs::read(&path).ok()?;
        // The signatures of gitformat-index, "Split index" and "Sparse directory entries".
        let has = |signature: &[u8]| bytes.windows(signature.len()).any(|window| window == signature);
        let split = has(b"link").then_some(ForeignIndex::Split);
        if has(b"sdir") { Some(ForeignIndex::Sparse) } else { split }
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
            None => Ok(()),
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
        let done = Command::new("git").arg("-C").arg(&self.root).args(words).output().with_context(said)?;
        let why = String::from_utf8_lossy(&done.stderr);
        ensure!(done.status.success(), "git {}: {}", words.join(" "), why.trim());
        Ok(())
    }
}
