//! The working tree after somebody else moved the branch: a push is brought in path by path, and only where
//! the bytes are the old version's; what a commit beside us dropped by accident is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{ObjectType, Oid, Tree};

use super::{BlobId, CommitId, CommitInfo, Repository, Write, is_file};
use crate::durable::{self, Mode};

/// Where the hook `push-to-checkout` notes each push in a file of its own: where the branch stood, and the new commit.
const PUSHED: &str = "pushed";
/// The commit that the working tree was last seen to follow.
const SEEN: &str = "seen";

struct Push {
    /// `None`: the branch had no commit.
    old: Option<CommitId>,
    new: CommitId,
    note: PathBuf,
}

struct Difference {
    path: String,
    old: Option<Oid>,
    new: Option<(Oid, bool)>,
}

impl Repository {
    /// Brings the working tree to `head` when it came there by a push, and remembers `head`.
    ///
    /// # Errors
    /// The objects can not be read or the working tree not be written; nothing is remembered then.
    pub fn follow(&self, head: CommitId) -> Result<()> {
        let seen = self.seen();
        if seen == Some(head) {
            return Ok(());
        }
        // While a rebase or another branch has the working tree, and while a file of ours could not be placed, the
        // way from here stays to be gone.
        if self.elsewhere()?.is_some() || self.has_unplaced() {
            return Ok(());
        }
        let arrived = self.arrived(head)?;
        for push in &arrived {
            self.bring_in(push.old, push.new)?;
        }
        // An older note only means that more is looked at again: not worth a sync.
        durable::replace(&self.state.join(SEEN), head.to_string().as_bytes(), &self.staging_folder())?;
        for push in arrived {
            fs::remove_file(&push.note).context("forgetting a push that is brought in")?;
        }
        Ok(())
    }

    /// Learns what other processes of ours (`ours`) committed below `folders` since the last look, so that it is watched
    /// and recorded as if it were this one's.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn learn(&self, head: CommitId, folders: &[&str], ours: impl Fn(&CommitInfo) -> bool) -> Result<()> {
        let Some(seen) = self.seen().filter(|seen| *seen != head) else {
            return Ok(());
        };
        for commit in self.commits_since(Some(seen), head)? {
            if !ours(&self.info(commit)?) {
                continue;
            }
            for edit in self.own_edits(commit, folders)? {
                let (old, full) = (edit.old.map(|blob| blob.0), self.full(&edit.path));
                match edit.new {
                    Some(new) => drop(self.own.borrow_mut().insert(full.clone(), new.0)),
                    None => drop(self.own.borrow_mut().remove(&full)),
                }
                if self.staged(&full)?.map(|blob| blob.0) == old && self.on_disk(&full)? == edit.new.map(|blob| blob.0)
                {
                    self.unrecorded.borrow_mut().insert(full);
                }
            }
        }
        Ok(())
    }

    /// At start: puts into the working tree what a Guichet committed and did not get to, that is, what commits of
    /// ours (`ours`) since the last look changed below `folders`, where disk and index still hold the version before.
    ///
    /// # Errors
    /// The objects can not be read or the working tree not be written.
    pub fn recover_tree(&self, folders: &[&str], ours: impl Fn(&CommitInfo) -> bool) -> Result<()> {
        let (Some(seen), Some(head)) = (self.seen(), self.head()?) else {
            return Ok(());
        };
        if self.elsewhere()?.is_some() || !self.holds(head, seen)? {
            return Ok(());
        }
        let mut put = Vec::new();
        for commit in self.commits_since(Some(seen), head)? {
            if !ours(&self.info(commit)?) {
                continue;
            }
            for edit in self.own_edits(commit, folders)? {
                let (old, full) = (edit.old.map(|blob| blob.0), self.full(&edit.path));
                let current = self.blob_at(head, &edit.path)? == edit.new;
                if current && self.on_disk(&full)? == old && self.staged(&full)?.map(|blob| blob.0) == old {
                    let new = edit.new.map(|blob| (blob.0, false));
                    self.put(&Difference { path: full.clone(), old, new })?;
                    tracing::warn!("{} was committed but not in the working tree: it is now", edit.path);
                    put.push(full);
                }
            }
        }
        self.record(put.into_iter());
        Ok(())
    }

    /// What the branch held when this process looked last.
    fn seen(&self) -> Option<CommitId> {
        let text = fs::read_to_string(self.state.join(SEEN)).ok()?;
        let id: CommitId = text.trim().parse().ok()?;
        self.git.find_commit(id.0).ok().map(|_| id)
    }

    /// The pushes that are on the branch now and not brought in yet, oldest first. The hook runs before the branch
    /// moves, so some notes are of pushes that are still to come, or never will.
    fn arrived(&self, head: CommitId) -> Result<Vec<Push>> {
        let since = match self.seen() {
            Some(seen) => self.commits_since(Some(seen), head)?,
            None => Vec::new(),
        };
        let mut arrived = Vec::new();
        for note in fs::read_dir(self.state.join(PUSHED)).into_iter().flatten() {
            let note = note?.path();
            let text = fs::read_to_string(&note).unwrap_or_default();
            let mut ids = text.split_whitespace();
            let (old, new) = (ids.next().unwrap_or_default(), ids.next().unwrap_or_default());
            let Some(new) = new.parse().ok().filter(|new: &CommitId| self.git.find_commit(new.0).is_ok()) else {
                continue;
            };
            if self.holds(head, new)? {
                arrived.push(Push { old: old.parse().ok(), new, note });
            }
        }
        arrived.sort_by_key(|push| since.iter().position(|commit| *commit == push.new));
        Ok(arrived)
    }

    fn bring_in(&self, old: Option<CommitId>, new: CommitId) -> Result<()> {
        let (old, new) = (self.tree_at(old)?, self.git.find_commit(new.0)?.tree()?);
        let mut differences = Vec::new();
        self.differences("", old.as_ref(), Some(&new), &mut differences)?;
        let mut entries = Vec::new();
        for difference in &differences {
            let staged = self.staged(&difference.path)?.map(|blob| blob.0);
            if staged != difference.old {
                tracing::warn!("{} has staged changes: the pushed version is not checked out", difference.path);
                continue;
            }
            if self.on_disk(&difference.path)? == difference.old {
                self.put(difference)?;
            } else {
                tracing::warn!("{} has unsaved work: the pushed version is not checked out", difference.path);
            }
            entries.push(difference);
        }
        for _ in 0..50 {
            let done = self.edit_index(|index| {
                for difference in &entries {
                    match difference.new {
                        Some((id, executable)) => {
                            let mut entry = self.entry(&difference.path, id);
                            entry.mode = if executable { 0o100_755 } else { 0o100_644 };
                            index.add(&entry)?;
                        }
                        None => drop(index.remove_path(Path::new(&difference.path))),
                    }
                }
                Ok(())
            })?;
            if done {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        anyhow::bail!(
            "git's index is locked ({}): the pushed files are not recorded yet",
            self.git.path().join("index.lock").display()
        )
    }

    fn tree_at(&self, commit: Option<CommitId>) -> Result<Option<Tree<'_>>> {
        commit.map(|commit| Ok(self.git.find_commit(commit.0)?.tree()?)).transpose()
    }

    fn on_disk(&self, path: &str) -> Result<Option<Oid>> {
        let full = self.root.join(path);
        match fs::symlink_metadata(&full) {
            Ok(found) if found.is_file() => Ok(Some(BlobId::of(&fs::read(&full)?)?.0)),
            // Something that is no plain file is somebody's work.
            Ok(_) => Ok(Some(Oid::ZERO_SHA1)),
            Err(_) => Ok(None),
        }
    }

    fn put(&self, difference: &Difference) -> Result<()> {
        let path = self.root.join(&difference.path);
        if let Some((id, executable)) = difference.new {
            durable::write(&path, &self.bytes(BlobId(id))?, Mode::Shared, &self.staging_folder())?;
            #[cfg(unix)]
            if executable {
                use std::os::unix::fs::PermissionsExt;
                let mode = fs::metadata(&path)?.permissions().mode();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))?;
            }
            Ok(())
        } else {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("removing {}", difference.path));
                }
                _ => {}
            }
            // Git keeps no empty folders.
            let mut folder = path.parent();
            while let Some(empty) = folder.filter(|folder| *folder != self.root && fs::remove_dir(folder).is_ok()) {
                folder = empty.parent();
            }
            Ok(())
        }
    }

    fn differences(
        &self,
        path: &str,
        old: Option<&Tree<'_>>,
        new: Option<&Tree<'_>>,
        found: &mut Vec<Difference>,
    ) -> Result<()> {
        if old.map(Tree::id) == new.map(Tree::id) {
            return Ok(());
        }
        let names: BTreeSet<Vec<u8>> =
            old.into_iter().chain(new).flat_map(Tree::iter).map(|entry| entry.name_bytes().to_vec()).collect();
        for name in names {
            let Ok(name) = String::from_utf8(name) else {
                continue;
            };
            let entry =
                |tree: Option<&Tree<'_>>| tree.and_then(|tree| tree.get_name(&name).map(|entry| entry.to_owned()));
            let (before, after) = (entry(old), entry(new));
            let below = |entry: &Option<git2::TreeEntry<'static>>| {
                let entry = entry.as_ref().filter(|entry| entry.kind() == Some(ObjectType::Tree))?;
                self.git.find_tree(entry.id()).ok()
            };
            let path = format!("{path}{name}");
            self.differences(&format!("{path}/"), below(&before).as_ref(), below(&after).as_ref(), found)?;
            let old = before.as_ref().filter(|entry| is_file(entry.filemode())).map(git2::TreeEntry::id);
            let new = after
                .as_ref()
                .filter(|entry| is_file(entry.filemode()))
                .map(|entry| (entry.id(), entry.filemode() & 0o100 != 0));
            if old != new.map(|(id, _)| id) {
                found.push(Difference { path, old, new });
            }
        }
        Ok(())
    }

    /// What this process committed and `head` no longer holds, though nobody touched it in the working tree: a
    /// plain `git commit` beside us read the index a moment too early. Paths and bytes, to be put back.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn dropped_by_accident(&self, head: CommitId) -> Result<Vec<Write>> {
        let mut pushes = Vec::new();
        for push in self.arrived(head)? {
            pushes.push((self.tree_at(push.old)?, self.tree_at(Some(push.new))?));
        }
        let entry = |tree: &Tree<'_>, path: &str| tree.get_path(Path::new(path)).ok().map(|entry| entry.id());
        let tree = self.git.find_commit(head.0)?.tree()?;
        let mut dropped = Vec::new();
        let mut gone = Vec::new();
        for (path, blob) in self.own.borrow().iter() {
            let held = |tree: &Option<Tree<'_>>| tree.as_ref().and_then(|tree| entry(tree, path)) == Some(*blob);
            if entry(&tree, path) == Some(*blob) {
                continue;
            }
            let by_push = pushes.iter().any(|(old, new)| held(old) && !held(new));
            match path.strip_prefix(&self.prefix) {
                Some(site_path) if !by_push && self.on_disk(path)? == Some(*blob) => {
                    dropped.push(Write { path: site_path.to_owned(), bytes: Some(self.bytes(BlobId(*blob))?) });
                }
                _ => gone.push(path.clone()),
            }
        }
        // What was changed or removed on purpose is no longer ours to watch; what was dropped is until it is back.
        self.own.borrow_mut().retain(|path, _| !gone.contains(path));
        Ok(dropped)
    }
}
