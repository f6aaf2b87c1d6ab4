//! Git's index, shared with whoever works in the same tree: only the entries of our own paths are touched,
//! under git's own lock, held for milliseconds. A busy index is tried again later.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, TreeEntry};

use super::lock::{Ours, Stamp, stamp};
use super::working_tree::{KIND, Standing};
use super::{BlobId, CommitId, Repository, Write};

/// Somebody else may write the index while we edit our copy of it: so often we begin again at once.
const EDITS: u32 = 3;

/// The bits of an entry's flags that say to which side of a conflict it belongs.
const STAGE: u16 = 0x3000;

/// What an entry keeps of a file, to know it again without reading it.
struct Noted {
    ctime: IndexTime,
    mtime: IndexTime,
    ino: u32,
    size: u32,
}

impl Noted {
    /// Cut to 32 bits, as the index format has it (gitformat-index, "Index entry").
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the index format stores 32 bits")]
    fn of(found: &fs::Metadata) -> Self {
        Self {
            ctime: IndexTime::new(found.ctime() as i32, found.ctime_nsec() as u32),
            mtime: IndexTime::new(found.mtime() as i32, found.mtime_nsec() as u32),
            ino: found.ino() as u32,
            size: found.size() as u32,
        }
    }
}

impl Repository {
    /// Records our own paths as they are at the branch's head, now or when the index is free again.
    pub(super) fn record(&self, paths: impl Iterator<Item = String>) {
        self.unrecorded.borrow_mut().extend(paths);
        self.record_pending();
    }

    /// Records what could not be recorded before. Called again at each move of the branch.
    pub fn record_pending(&self) {
        self.place_pending();
        if self.unrecorded.borrow().is_empty() {
            return;
        }
        match self.try_record() {
            Ok(true) => self.unrecorded.borrow_mut().clear(),
            Ok(false) => tracing::debug!("the index is busy; our entries are recorded later"),
            Err(error) => tracing::warn!("our entries are not in git's index yet: {error:#}"),
        }
    }

    /// Whether some entries still wait for the index.
    pub fn has_unrecorded(&self) -> bool {
        !self.unrecorded.borrow().is_empty()
    }

    /// Files that are committed and could not be put into the working tree: the disk is full, something is in the way.
    pub fn unplaced(&self) -> Vec<String> {
        self.unplaced.borrow().iter().cloned().collect()
    }

    pub(super) fn has_unplaced(&self) -> bool {
        !self.unplaced.borrow().is_empty()
    }

    /// Puts into the working tree what could not be put there before.
    fn place_pending(&self) {
        for path in self.unplaced() {
            let bytes = match self.head() {
                Ok(Some(head)) => self.file_at(head, &path),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            let placed = bytes.and_then(|bytes| self.put_in_working_tree(&Write { path: path.clone(), bytes }));
            match placed {
                Ok(()) => {
                    self.unplaced.borrow_mut().remove(&path);
                    self.unrecorded.borrow_mut().insert(self.full(&path));
                }
                Err(error) => tracing::warn!("{path} is still not in the working tree: {error:#}"),
            }
        }
    }

    fn try_record(&self) -> Result<bool> {
        let Some(head) = self.head()? else {
            return Ok(true);
        };
        let tree = self.git.find_commit(head.0)?.tree()?;
        let paths: Vec<String> = self.unrecorded.borrow().iter().cloned().collect();
        if self.foreign_index().is_some() {
            if self.index_is_damaged() {
                return Ok(false);
            }
            let held = |path: String| {
                let entry = tree.get_path(Path::new(&path)).ok().filter(|entry| entry.kind() != Some(ObjectType::Tree));
                (path, entry.map(|entry| (entry.filemode(), entry.id())))
            };
            return self.record_by_git(&paths.into_iter().map(held).collect::<Vec<_>>());
        }
        self.edit_index(|index, written| {
            for path in &paths {
                match tree.get_path(Path::new(path)) {
                    Ok(entry) if entry.kind() != Some(ObjectType::Tree) => {
                        // What git knows of a file that it converted is not known to us: it stays.
                        let known = index.get_path(Path::new(path), 0).and_then(|entry| self.known(&entry, written));
                        if known.is_none_or(|known| (known.id, known.mode) != (entry.id(), entry.filemode())) {
                            index.add(&self.entry_of(path, &entry))?;
                        }
                    }
                    _ => drop(index.remove_path(Path::new(path))),
                }
            }
            Ok(())
        })
    }

    /// Edits the index; false: it is busy. The edit is made on a copy, which takes its time; the lock is held for the moment
    /// in which the copy takes the index's place, if that is still what was copied.
    /// `edit` is told when what it edits was written.
    fn edit_index(&self, edit: impl Fn(&mut Index, Option<Stamp>) -> Result<()>) -> Result<bool> {
        let (present, lock) = (self.index_file(), self.index_lock());
        let ours = Ours::prepare(&self.state, "index", b"")?;
        fs::create_dir_all(self.staging_folder())?;
        let copy = self.staging_folder().join(format!("index-{}", std::process::id()));
        for _ in 0..EDITS {
            if lock.exists() {
                return Ok(false);
            }
            let copied = stamp(&present);
            let _ = fs::remove_file(&copy);
            match fs::copy(&present, &copy) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).context("reading the index"),
                _ => {}
            }
            let mut index = Index::open(&copy).context("reading the index")?;
            self.keep_in_doubt(&mut index, copied)?;
            edit(&mut index, copied)?;
            index.write().context("writing the index")?;
            let Some(_held) = ours.take(lock.clone())? else {
                return Ok(false);
            };
            if stamp(&present) == copied {
                fs::rename(&copy, &present).context("putting the index in place")?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of a file that changed in the second in which the index was written, git asks whether it changed again. In an index
    /// that is written later it would not: as git does itself then, the entry is made to say that the file is to be read.
    fn keep_in_doubt(&self, index: &mut Index, written: Option<Stamp>) -> Result<()> {
        let Some((_, second, _)) = written else {
            return Ok(());
        };
        let recent = |entry: &IndexEntry| i64::from(entry.mtime.seconds()) >= second && entry.flags & STAGE == 0;
        let unchanged = |entry: &IndexEntry| {
            let on_disk = || self.bytes_on_disk(std::str::from_utf8(&entry.path).ok()?).ok()?;
            self.known(entry, written).is_some() || on_disk().is_some_and(|on_disk| on_disk.id == entry.id)
        };
        let doubtful: Vec<IndexEntry> = index.iter().filter(|entry| recent(entry) && !unchanged(entry)).collect();
        for mut entry in doubtful {
            entry.file_size = 0;
            index.add(&entry)?;
        }
        Ok(())
    }

    fn index_file(&self) -> PathBuf {
        self.git.path().join("index")
    }

    /// Stands there while somebody writes the index: an open editor of `git commit`, for as long as it is open.
    pub(super) fn index_lock(&self) -> PathBuf {
        self.git.path().join("index.lock")
    }

    /// The index as it is now, whatever its form.
    pub(super) fn index(&self) -> Result<Index> {
        let path = self.index_file();
        if !path.exists() {
            return Ok(Index::new()?);
        }
        Index::open(&path).or_else(|_| self.plain_index())
    }

    /// Whether nobody can read the index; then our entries wait until it is another.
    pub fn index_is_damaged(&self) -> bool {
        self.index().is_err()
    }

    /// What the index holds at a path of the repository: id and kind. A damaged one holds nothing.
    pub(super) fn staged(&self, full: &str) -> Option<(Oid, i32)> {
        let entry = self.index().ok()?.get_path(Path::new(full), 0)?;
        Some((entry.id, i32::try_from(entry.mode).ok()?))
    }

    /// What git holds the file at a path for, without reading it: see [`Self::known`].
    pub(super) fn recorded(&self, full: &str) -> Option<Standing> {
        let written = stamp(&self.index_file());
        self.known(&self.index().ok()?.get_path(Path::new(full), 0)?, written)
    }

    /// What git holds files of the site for, without reading them: those of `paths` of which it is sure.
    pub fn known_files(&self, paths: Vec<String>) -> HashMap<String, BlobId> {
        let written = stamp(&self.index_file());
        let Some(index) = (!paths.is_empty()).then(|| self.index().ok()).flatten() else {
            return HashMap::new();
        };
        let id = |path: &str| Some(self.known(&index.get_path(Path::new(&self.full(path)), 0)?, written)?.id);
        paths.into_iter().filter_map(|path| id(&path).map(|id| (path, BlobId(id)))).collect()
    }

    /// What an entry says, if its file is as it was when git read it; then that is what the file is, whatever git converts
    /// (line ends, filters) between the two. `written`: when the index was. A file that changed then or later may
    /// have changed twice (git's Documentation/technical/racy-git).
    fn known(&self, entry: &IndexEntry, written: Option<Stamp>) -> Option<Standing> {
        let found = fs::symlink_metadata(self.root.join(std::str::from_utf8(&entry.path).ok()?)).ok()?;
        let mode = i32::try_from(entry.mode).ok()?;
        let same_kind = i32::try_from(found.mode()).is_ok_and(|present| present & KIND == mode & KIND);
        let time = |time: IndexTime| (time.seconds(), time.nanoseconds());
        let Noted { ctime, mtime, ino, size } = Noted::of(&found);
        let same = same_kind
            && (time(entry.ctime), time(entry.mtime)) == (time(ctime), time(mtime))
            && (entry.ino, entry.file_size) == (ino, size);
        let settled = written.is_some_and(|(_, s, ns)| (found.mtime(), found.mtime_nsec()) < (s, ns));
        // Of an entry without a size, git says that the file is to be read.
        (same && settled && size > 0).then_some(Standing { id: entry.id, mode })
    }

    /// Whether the index holds one of these at a path of the repository. A damaged one contradicts nothing: pages, mails and
    /// what is put back do not wait for it.
    pub(super) fn may_stage(&self, full: &str, one_of: &[Option<Oid>]) -> bool {
        self.index().map_or(true, |index| one_of.contains(&index.get_path(Path::new(full), 0).map(|entry| entry.id)))
    }

    /// Makes a damaged index anew from what is checked out; the old one is set aside in the local state. False: it is busy.
    ///
    /// # Errors
    /// The repository can not be read, or the disk fails.
    pub fn rebuild_index(&self) -> Result<bool> {
        let (present, lock) = (self.index_file(), self.index_lock());
        fs::create_dir_all(self.staging_folder())?;
        let made = tempfile::Builder::new().prefix("index-").tempdir_in(self.staging_folder())?;
        let fresh = made.path().join("index");
        let mut index = Index::open(&fresh)?;
        if let Ok(head) = self.git.head() {
            index.read_tree(&head.peel_to_tree().context("reading what is checked out")?)?;
        }
        index.write().context("writing the index")?;
        let ours = Ours::prepare(&self.state, "index", b"")?;
        let Some(_held) = ours.take(lock)? else {
            return Ok(false);
        };
        if self.index_is_damaged() {
            let since = stamp(&present).map_or(0, |(_, seconds, _)| seconds);
            fs::rename(&present, self.state.join(format!("damaged-index-{since}")))
                .context("setting the index aside")?;
            fs::rename(&fresh, &present).context("putting the index in place")?;
        }
        Ok(true)
    }

    /// The entry of what a tree holds: also of a link or a submodule.
    fn entry_of(&self, full: &str, held: &TreeEntry<'_>) -> IndexEntry {
        let mut entry = self.entry(full, held.id());
        if let Ok(mode) = u32::try_from(held.filemode()) {
            entry.mode = mode;
        }
        entry
    }

    /// An entry with the file's present times and size, so that git need not read it again.
    #[expect(clippy::cast_possible_truncation, reason = "the index format stores 32 bits")]
    pub(super) fn entry(&self, full: &str, id: Oid) -> IndexEntry {
        let mut entry = IndexEntry {
            ctime: IndexTime::new(0, 0),
            mtime: IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode: 0o100_644,
            uid: 0,
            gid: 0,
            file_size: 0,
            id,
            flags: 0,
            flags_extended: 0,
            path: full.as_bytes().to_vec(),
        };
        #[cfg(unix)]
        if let Ok(found) = fs::symlink_metadata(self.root.join(full)) {
            // A file that is not what is recorded must look changed to git, so its times stay unset.
            let same =
                fs::read(self.root.join(full)).is_ok_and(|bytes| BlobId::of(&bytes).is_ok_and(|blob| blob.0 == id));
            if same {
                let noted = Noted::of(&found);
                (entry.ctime, entry.mtime, entry.ino, entry.file_size) =
                    (noted.ctime, noted.mtime, noted.ino, noted.size);
                (entry.dev, entry.uid, entry.gid) = (found.dev() as u32, found.uid(), found.gid());
            }
        }
        entry
    }

    /// Records entries that were missed, for whoever asks for it: paths of `folders` whose file is what the head holds
    /// while the index says otherwise.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn recover_index(&self, folders: &[&str]) -> Result<()> {
        let missed = self.missed_entries(folders)?;
        self.record(missed.into_iter());
        Ok(())
    }

    /// Paths of `folders`, from the repository's root, whose file is what the head holds while the index says otherwise; all
    /// that is missing, where an index that was taken away began anew with our own paths.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn missed_entries(&self, folders: &[&str]) -> Result<Vec<String>> {
        let Some(head) = self.head()? else {
            return Ok(Vec::new());
        };
        if self.elsewhere()?.is_some() {
            return Ok(Vec::new());
        }
        let index = self.index()?;
        let every: Vec<String> = self.every_file(head)?.into_iter().map(|file| file.path).collect();
        let is_staged = |path: &String| index.get_path(Path::new(path), 0).is_some();
        let folders_here: Vec<String> = folders.iter().map(|folder| format!("{}/", self.full(folder))).collect();
        let is_beside = |path: &&String| !folders_here.iter().any(|folder| path.starts_with(folder.as_str()));
        let mut beside = every.iter().filter(is_beside).filter(|path| self.root.join(path).is_file()).peekable();
        if beside.peek().is_some() && !beside.any(is_staged) {
            return Ok(every.into_iter().filter(|path| !is_staged(path)).collect());
        }
        let mut missed = Vec::new();
        for (path, blob) in self.files_below(head, folders)? {
            let full = self.full(&path);
            if index.get_path(Path::new(&full), 0).is_none_or(|entry| entry.id != blob.0)
                && fs::read(self.root.join(&full))
                    .is_ok_and(|bytes| BlobId::of(&bytes).is_ok_and(|found| found == blob))
            {
                missed.push(full);
            }
        }
        Ok(missed)
    }

    /// Every plain file below some folders of the site at a commit.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn files_below(&self, commit: CommitId, folders: &[&str]) -> Result<Vec<(String, BlobId)>> {
        let tree = self.git.find_commit(commit.0)?.tree()?;
        let mut found = Vec::new();
        for folder in folders {
            let Ok(entry) = tree.get_path(Path::new(&self.full(folder))) else {
                continue;
            };
            let Ok(below) = self.git.find_tree(entry.id()) else {
                continue;
            };
            below.walk(git2::TreeWalkMode::PreOrder, |parent, entry| {
                if super::is_file(entry.filemode())
                    && let Ok(name) = entry.name()
                {
                    found.push((format!("{folder}/{parent}{name}"), BlobId(entry.id())));
                }
                git2::TreeWalkResult::Ok
            })?;
        }
        Ok(found)
    }
}
