//! The working tree after somebody else moved the branch: a push is brought in path by path, and only where
//! the bytes are the old version's; what a commit beside us dropped by accident is found.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{ObjectType, Tree};

use super::working_tree::{FILE, Standing, may_stand};
use super::{BlobId, CommitId, CommitInfo, Repository, Write};
use crate::durable;

/// Where the hook `push-to-checkout` notes each push in a file of its own: where the branch stood, and the new commit.
const PUSHED: &str = "pushed";
/// The commit that the working tree was last seen to follow.
const SEEN: &str = "seen";

struct Push {
    /// `None`: the branch had no commit.
    old: Option<CommitId>,
    new: CommitId,
    note: PathBuf,
    /// It was brought in, by one who died before it could forget the note.
    over: bool,
}

struct Difference {
    path: String,
    old: Option<Standing>,
    new: Option<Standing>,
}

/// What a path was before each of some commits, and after the last.
type Versions = (Vec<Option<BlobId>>, Option<BlobId>);

/// What pushes made of a path: what it was before each of them, and what it is now.
struct Pushed {
    olds: Vec<Option<Standing>>,
    new: Option<Standing>,
}

impl Pushed {
    fn was(&self, standing: Option<Standing>) -> bool {
        self.olds.iter().any(|old| Standing::same(*old, standing))
    }

    fn was_blob(&self, id: Option<git2::Oid>) -> bool {
        self.olds.iter().any(|old| old.map(|old| old.id) == id)
    }
}

impl Repository {
    /// Brings the working tree to `head` when it came there by a push, and remembers `head`.
    ///
    /// # Errors
    /// The objects can not be read or the working tree not be written; nothing is remembered then.
    pub fn follow(&self, head: CommitId) -> Result<()> {
        let arrived = self.arrived(head)?;
        if self.seen() != Some(head) {
            if self.elsewhere()?.is_some() {
                return Ok(());
            }
            self.bring_in(self.pushed(&arrived)?)?;
            self.record_pending();
            // While a file of ours could not be placed, or not recorded in a busy index, the way from here stays to be
            // gone, also for the one who starts after us.
            if self.has_unplaced() || self.has_unrecorded() {
                return Ok(());
            }
            // An older note only means that more is looked at again: not worth a sync.
            durable::replace(&self.state.join(SEEN), head.to_string().as_bytes(), &self.staging_folder())?;
        }
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
        for (path, (olds, new)) in self.edits_of_ours(seen, head, folders, ours)? {
            let full = self.full(&path);
            match new {
                Some(new) => drop(self.own.borrow_mut().insert(full.clone(), new.0)),
                None => drop(self.own.borrow_mut().remove(&full)),
            }
            if self.may_stage(&full, &ids(&olds)) && self.holds_file(&full, new)? {
                self.unrecorded.borrow_mut().insert(full);
            }
        }
        Ok(())
    }

    /// What commits of ours made of each path below `folders`: what it was before each of them, and after the last.
    fn edits_of_ours(
        &self,
        since: CommitId,
        head: CommitId,
        folders: &[&str],
        ours: impl Fn(&CommitInfo) -> bool,
    ) -> Result<BTreeMap<String, Versions>> {
        let mut edits: BTreeMap<String, Versions> = BTreeMap::new();
        for commit in self.commits_since(Some(since), head)? {
            if ours(&self.info(commit)?) {
                for edit in self.own_edits(commit, folders)? {
                    let (olds, new) = edits.entry(edit.path).or_default();
                    olds.push(edit.old);
                    *new = edit.new;
                }
            }
        }
        Ok(edits)
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
        for (path, (olds, new)) in self.edits_of_ours(seen, head, folders, ours)? {
            let full = self.full(&path);
            let current = self.blob_at(head, &path)? == new;
            let on_disk = self.on_disk(&full)?;
            let behind =
                olds.iter().any(|old| Standing::same(on_disk, old.map(|blob| Standing { id: blob.0, mode: FILE })));
            if current && behind && self.may_stage(&full, &ids(&olds)) {
                self.put(&full, new.map(|blob| Standing { id: blob.0, mode: FILE }))?;
                tracing::warn!("{path} was committed but not in the working tree: it is now");
                put.push(full);
            }
        }
        self.record(put.into_iter());
        Ok(())
    }

    /// What the branch held when this process looked last.
    pub(super) fn seen(&self) -> Option<CommitId> {
        let text = fs::read_to_string(self.state.join(SEEN)).ok()?;
        let id: CommitId = text.trim().parse().ok()?;
        self.git.find_commit(id.0).ok().map(|_| id)
    }

    /// The pushes that are on the branch now, oldest first. The hook runs before the branch moves, so some notes are of
    /// pushes that are still to come, or never will.
    fn arrived(&self, head: CommitId) -> Result<Vec<Push>> {
        let (mut since, mut behind) = (Vec::new(), None);
        if let Some(seen) = self.seen() {
            since = self.commits_since(Some(seen), head)?;
            behind = self.holds(head, seen)?.then_some(seen);
        }
        let mut arrived = Vec::new();
        for note in fs::read_dir(self.state.join(PUSHED)).into_iter().flatten() {
            let note = note?.path();
            let text = fs::read_to_string(&note).unwrap_or_default();
            let mut ids = text.split_whitespace();
            let (old, new) = (ids.next().unwrap_or_default(), ids.next().unwrap_or_default());
            let Some(new) = new.parse().ok().filter(|new: &CommitId| self.git.find_commit(new.0).is_ok()) else {
                continue;
            };
            let old = old.parse().ok();
            // Where the branch is to go back from, it has not gone back yet.
            if old != Some(head) && self.holds(head, new)? {
                let over = behind.map_or(Ok(false), |seen| self.holds(seen, new))?;
                arrived.push(Push { old, new, note, over });
            }
        }
        arrived.sort_by_key(|push| since.iter().position(|commit| *commit == push.new));
        Ok(arrived)
    }

    /// What the pushes made of each path that they touched.
    fn pushed(&self, pushes: &[Push]) -> Result<BTreeMap<String, Pushed>> {
        let mut paths: BTreeMap<String, Pushed> = BTreeMap::new();
        for push in pushes.iter().filter(|push| !push.over) {
            let (old, new) = (self.tree_at(push.old)?, self.tree_at(Some(push.new))?);
            let mut differences = Vec::new();
            self.differences("", old.as_ref(), new.as_ref(), &mut differences)?;
            for Difference { path, old, new } in differences {
                let pushed = paths.entry(path).or_insert(Pushed { olds: Vec::new(), new });
                pushed.olds.push(old);
                pushed.new = new;
            }
        }
        Ok(paths)
    }

    fn bring_in(&self, pushed: BTreeMap<String, Pushed>) -> Result<()> {
        let mut paths: Vec<(String, Pushed)> = pushed.into_iter().collect();
        // What goes makes room for what comes: a folder may take the place of a file, or of a link.
        paths.sort_by_key(|(_, pushed)| pushed.new.is_some());
        for (path, pushed) in paths {
            if !may_stand(&path) {
                tracing::error!("{path} is no path for a file: it is not checked out");
                continue;
            }
            let new_is_staged = self.may_stage(&path, &[pushed.new.map(|new| new.id)]);
            let on_disk = self.on_disk(&path)?;
            if new_is_staged && !pushed.was(on_disk) {
                // It is there, or somebody is at work on it.
                continue;
            }
            let olds: Vec<_> = pushed.olds.iter().map(|old| old.map(|old| old.id)).collect();
            if !new_is_staged && !self.may_stage(&path, &olds) {
                tracing::warn!("{path} has staged changes: the pushed version is not checked out");
                continue;
            }
            if self.leads_through_a_link(&path) {
                tracing::warn!("{path} leads through a link: the pushed version is not checked out");
            } else if Standing::same(on_disk, pushed.new) {
                // Only the index does not know.
            } else if pushed.was(on_disk) {
                self.put(&path, pushed.new)?;
            } else {
                tracing::warn!("{path} has unsaved work: the pushed version is not checked out");
            }
            self.unrecorded.borrow_mut().insert(path);
        }
        Ok(())
    }

    fn tree_at(&self, commit: Option<CommitId>) -> Result<Option<Tree<'_>>> {
        commit.map(|commit| Ok(self.git.find_commit(commit.0)?.tree()?)).transpose()
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
            let standing = |entry: &Option<git2::TreeEntry<'static>>| {
                let entry = entry.as_ref().filter(|entry| entry.kind() != Some(ObjectType::Tree))?;
                Some(Standing { id: entry.id(), mode: entry.filemode() })
            };
            let (old, new) = (standing(&before), standing(&after));
            if old.map(|old| (old.id, old.mode)) != new.map(|new| (new.id, new.mode)) {
                found.push(Difference { path, old, new });
            }
        }
        Ok(())
    }

    /// What this process committed, or a push brought, and `head` no longer holds, though nobody touched it in the working
    /// tree: a plain `git commit` beside us read the index a moment too early. Paths and bytes, to be put back.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn dropped_by_accident(&self, head: CommitId) -> Result<Vec<Write>> {
        let tree = self.git.find_commit(head.0)?.tree()?;
        let pushed = self.pushed(&self.arrived(head)?)?;
        let mut dropped = self.own_dropped(&tree, &pushed)?;
        // A push that is not in the index yet is taken back by whoever commits what the index says.
        for (path, pushed) in &pushed {
            let new = pushed.new.map(|new| new.id);
            let held = entry(&tree, path);
            let Some(site_path) = path.strip_prefix(&self.prefix) else {
                continue;
            };
            if held == new || !pushed.was_blob(held) || pushed.new.is_some_and(|new| !super::is_file(new.mode)) {
                continue;
            }
            // Once it stood in the working tree, whoever took it back has seen it.
            let on_disk = self.on_disk(path)?;
            let untouched = if self.unrecorded.borrow().contains(path) {
                Standing::same(on_disk, pushed.new)
            } else {
                pushed.was(on_disk)
            };
            if untouched && dropped.iter().all(|write| write.path != site_path) {
                let bytes = new.map(|blob| self.bytes(BlobId(blob))).transpose()?;
                dropped.push(Write { path: site_path.to_owned(), bytes });
            }
        }
        Ok(dropped)
    }

    /// The part of it that this process committed itself.
    fn own_dropped(&self, tree: &Tree<'_>, pushed: &BTreeMap<String, Pushed>) -> Result<Vec<Write>> {
        let mut dropped = Vec::new();
        let mut gone = Vec::new();
        for (path, blob) in self.own.borrow().iter() {
            if entry(tree, path) == Some(*blob) {
                continue;
            }
            let by_push = pushed
                .get(path)
                .is_some_and(|pushed| pushed.was_blob(Some(*blob)) && pushed.new.map(|new| new.id) != Some(*blob));
            match path.strip_prefix(&self.prefix) {
                Some(site_path) if !by_push && self.holds_file(path, Some(BlobId(*blob)))? => {
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

fn ids(blobs: &[Option<BlobId>]) -> Vec<Option<git2::Oid>> {
    blobs.iter().map(|blob| blob.map(|blob| blob.0)).collect()
}

/// What a tree has at a path.
fn entry(tree: &Tree<'_>, path: &str) -> Option<git2::Oid> {
    tree.get_path(Path::new(path)).ok().map(|entry| entry.id())
}
