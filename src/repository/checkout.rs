//! The working tree after somebody else moved the branch: a push is brought in path by path, and only where
//! the bytes are the old version's; what a commit beside us dropped by accident is found.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use git2::{ObjectType, Oid, Tree};

use super::{BlobId, CommitId, CommitInfo, Repository, Write, is_file};
use crate::durable::{self, Mode};

/// Where the hook `push-to-checkout` notes the commits that came by push.
const PUSHES: &str = "pushes";
/// The commit that the working tree was last seen to follow.
const SEEN: &str = "seen";

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
        let pushed = self.pushed();
        if let Some(seen) = seen {
            let target =
                self.commits_since(Some(seen), head)?.into_iter().rev().find(|commit| pushed.contains(&commit.0));
            if let Some(target) = target {
                self.bring_in(seen, target)?;
            }
        }
        // An older note only means that more is looked at again: not worth a sync.
        durable::replace(&self.state.join(SEEN), head.to_string().as_bytes(), &self.staging_folder())?;
        if !pushed.is_empty() {
            self.forget_pushes(head)?;
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

    fn pushed(&self) -> BTreeSet<Oid> {
        let text = fs::read_to_string(self.state.join(PUSHES)).unwrap_or_default();
        text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
    }

    /// Keeps the notes of pushes that are not on the branch yet: the hook runs before the branch moves.
    fn forget_pushes(&self, head: CommitId) -> Result<()> {
        let mut left = String::new();
        for id in self.pushed() {
            let arrived = self.git.find_commit(id).is_ok() && self.holds(head, CommitId(id))?;
            if !arrived && self.git.odb()?.exists(id) {
                left.push_str(&format!("{id}\n"));
            }
        }
        durable::write(&self.state.join(PUSHES), left.as_bytes(), Mode::Private, &self.staging_folder())
    }

    fn bring_in(&self, old: CommitId, new: CommitId) -> Result<()> {
        let (old, new) = (self.git.find_commit(old.0)?.tree()?, self.git.find_commit(new.0)?.tree()?);
        let mut differences = Vec::new();
        self.differences("", Some(&old), Some(&new), &mut differences)?;
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
        let pushed = self.pushed();
        if let Some(seen) = self.seen()
            && self.commits_since(Some(seen), head)?.iter().any(|commit| pushed.contains(&commit.0))
        {
            return Ok(Vec::new());
        }
        let tree = self.git.find_commit(head.0)?.tree()?;
        let mut dropped = Vec::new();
        let mut gone = Vec::new();
        for (path, blob) in self.own.borrow().iter() {
            let present = tree.get_path(Path::new(path)).ok().map(|entry| entry.id());
            if present == Some(*blob) {
                continue;
            }
            match path.strip_prefix(&self.prefix) {
                Some(site_path) if self.on_disk(path)? == Some(*blob) => {
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
