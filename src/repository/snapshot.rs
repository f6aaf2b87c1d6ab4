//! The repository at one moment, while others go on working in it: where every reference stands, all objects
//! that they need in one pack, and what the working tree and the index hold besides. Changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use git2::{ErrorCode, Index, ObjectType, Odb, Oid, Status, StatusOptions};
use serde::{Deserialize, Serialize};

use super::Repository;
use super::history::MARK_REF;

/// Files of the git folder that say how the repository works or what is under way in it, besides hooks.
const SETTINGS: [&str; 8] =
    ["config", "description", "info/exclude", "info/attributes", "shallow", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE"];

/// The mode of a submodule's entry: its commit is in another repository.
const SUBMODULE: u32 = 0o160_000;

/// Where every reference stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// What HEAD says: the full name of a branch, or a commit.
    pub head: String,
    /// The object that each reference names.
    pub direct: BTreeMap<String, String>,
    /// The reference that each symbolic one names.
    pub symbolic: BTreeMap<String, String>,
}

/// Work that no commit holds.
#[derive(Clone, Debug, Default)]
pub struct Unfinished {
    /// Plain files that are not what the head holds, relative to the repository's root.
    pub files: Vec<String>,
    /// Files of the head that are gone.
    pub removed: Vec<String>,
    /// Git's index in its plain form, byte by byte; `None`: there is none, or nobody can read it.
    pub index: Option<Vec<u8>>,
    /// Where HEAD was then.
    head: Option<Oid>,
}

impl Repository {
    /// Where every reference stands. The mark is read first: it follows the branch and must not overtake it.
    ///
    /// # Errors
    /// A reference can not be read.
    pub fn references(&self) -> Result<References> {
        let mark = self.git.refname_to_id(MARK_REF).ok();
        let mut found = References::default();
        for reference in self.git.references().context("reading the references")? {
            let reference = reference.context("reading the references")?;
            let Ok(name) = reference.name().map(str::to_owned) else {
                continue;
            };
            match (reference.target(), reference.symbolic_target()) {
                (Some(target), _) => drop(found.direct.insert(name, target.to_string())),
                (None, Ok(Some(target))) => drop(found.symbolic.insert(name, target.to_owned())),
                (None, _) => {}
            }
        }
        if let Some(mark) = mark {
            found.direct.insert(MARK_REF.to_owned(), mark.to_string());
        }
        let head = self.git.find_reference("HEAD").context("reading HEAD")?;
        found.head = match (head.symbolic_target(), head.target()) {
            (Ok(Some(branch)), _) => branch.to_owned(),
            (_, Some(commit)) => commit.to_string(),
            _ => anyhow::bail!("HEAD names neither a branch nor a commit"),
        };
        let unborn = !found.head.starts_with("refs/") || self.git.refname_to_id(&found.head).is_err();
        ensure!(unborn || found.direct.contains_key(&found.head), "the references move too fast");
        Ok(found)
    }

    /// What the working tree below the site and the index hold that HEAD does not.
    ///
    /// # Errors
    /// The working tree or the index can not be read.
    pub fn unfinished(&self) -> Result<Unfinished> {
        let head = self.head_commit()?;
        let mut options = StatusOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_ignored(false).exclude_submodules(true);
        if !self.prefix.is_empty() {
            options.disable_pathspec_match(true).pathspec(&self.prefix);
        }
        let mut found = Unfinished { head, ..Unfinished::default() };
        // Compared with a copy of the index, through a repository of its own: also where the form of the index is another.
        let git = git2::Repository::open(self.git.path()).context("opening the repository once more")?;
        let foreign = self.foreign_index().is_some();
        if foreign {
            git.set_index(&mut self.index().or_else(|_| Index::new())?)?;
        }
        for status in git.statuses(Some(&mut options)).context("comparing the working tree")?.iter() {
            let Ok(path) = status.path() else {
                continue;
            };
            match fs::symlink_metadata(self.root.join(path)) {
                Ok(on_disk) if on_disk.is_file() => found.files.push(path.to_owned()),
                Err(_) if status.status().intersects(Status::WT_DELETED | Status::INDEX_DELETED) => {
                    found.removed.push(path.to_owned());
                }
                // A link, or a file that came and went.
                Ok(_) | Err(_) => {}
            }
        }
        if foreign {
            let index = self.index().ok();
            found.index = index.and_then(|index| fs::read(index.path()?).ok());
            return Ok(found);
        }
        found.index = match fs::read(self.git.path().join("index")) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).context("reading the index"),
        };
        Ok(found)
    }

    /// The same unfinished work as seen from `references`: what was committed in between is no longer unfinished,
    /// and an index of before would take it back.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn still_unfinished(&self, mut work: Unfinished, references: &References) -> Result<Unfinished> {
        let now = references.head_commit()?;
        if work.head == now {
            return Ok(work);
        }
        let (before, after) = (self.tree_of(work.head)?, self.tree_of(now)?);
        let blob = |tree: &Option<git2::Tree<'_>>, path: &str| {
            tree.as_ref().and_then(|tree| tree.get_path(Path::new(path)).ok()).map(|entry| entry.id())
        };
        let untouched = |path: &String| blob(&before, path) == blob(&after, path);
        work.files.retain(untouched);
        work.removed.retain(untouched);
        work.index = None;
        Ok(work)
    }

    /// Writes every object that `references`, `index` and a merge under way need into one pack below
    /// `folder`, reads it back, and says where it is; `None`: there is no object.
    ///
    /// # Errors
    /// An object is missing or broken: also when somebody cleaned up while we read, so a caller tries again.
    pub fn pack(&self, references: &References, index: Option<&[u8]>, folder: &Path) -> Result<Option<PathBuf>> {
        let mut builder = self.git.packbuilder()?;
        builder.set_threads(0);
        let mut walk = self.git.revwalk()?;
        let mut named = Vec::new();
        let merged = fs::read_to_string(self.git.path().join("MERGE_HEAD")).unwrap_or_default();
        let tips = references.direct.values().map(String::as_str).chain(merged.lines());
        for tip in tips.chain((!references.head.starts_with("refs/")).then_some(references.head.as_str())) {
            let id = Oid::from_str(tip.trim())?;
            let object = self.git.find_object(id, None).with_context(|| format!("reading the object {id}"))?;
            if let Ok(commit) = object.peel(ObjectType::Commit) {
                walk.push(commit.id())?;
            }
            if object.kind() != Some(ObjectType::Commit) {
                builder.insert_recursive(id, None).with_context(|| format!("reading the object {id}"))?;
            }
            named.push(id);
        }
        builder.insert_walk(&mut walk).context("reading the history")?;
        for entry in staged_entries(index, folder)? {
            if entry.mode != SUBMODULE {
                builder.insert_object(entry.id, None).context("reading what is staged")?;
                named.push(entry.id);
            }
        }
        if builder.object_count() == 0 {
            return Ok(None);
        }
        let packs = folder.join("pack");
        fs::create_dir_all(&packs).context("making a folder for the pack")?;
        builder.write(&packs, 0o600).context("writing the pack")?;
        let written = Odb::new()?;
        written.add_disk_alternate(&folder.to_string_lossy())?;
        for id in named {
            ensure!(written.exists(id), "the object {id} is missing in the pack");
        }
        let pack = fs::read_dir(&packs)?
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "pack"));
        Ok(Some(pack.context("the pack was written")?))
    }

    /// Configuration, hooks and what is under way: each file's name below the git folder, and where it is.
    pub fn settings_files(&self) -> Vec<(String, PathBuf)> {
        let place = |name: &str| {
            let own = self.git.path().join(name);
            if own.exists() { own } else { self.git.commondir().join(name) }
        };
        let mut found: Vec<_> = SETTINGS.iter().map(|name| ((*name).to_owned(), place(name))).collect();
        for hook in fs::read_dir(self.git.commondir().join("hooks")).into_iter().flatten().flatten() {
            let name = hook.file_name().to_string_lossy().into_owned();
            if !name.ends_with(".sample") {
                found.push((format!("hooks/{name}"), hook.path()));
            }
        }
        found.retain(|(_, path)| path.is_file());
        found
    }

    /// The repository's root, the working tree.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The site's folder below the root: "" or ending in a slash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    fn head_commit(&self) -> Result<Option<Oid>> {
        match self.git.refname_to_id("HEAD") {
            Ok(id) => Ok(Some(id)),
            Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch) => Ok(None),
            Err(error) => Err(error).context("reading HEAD"),
        }
    }

    fn tree_of(&self, commit: Option<Oid>) -> Result<Option<git2::Tree<'_>>> {
        commit.map(|id| Ok(self.git.find_commit(id)?.tree()?)).transpose()
    }
}

impl References {
    /// The commit that HEAD leads to; `None`: its branch has none yet.
    pub(super) fn head_commit(&self) -> Result<Option<Oid>> {
        let id = if self.head.starts_with("refs/") { self.direct.get(&self.head) } else { Some(&self.head) };
        Ok(id.map(|id| Oid::from_str(id)).transpose()?)
    }
}

/// The entries of an index that is given as bytes.
fn staged_entries(index: Option<&[u8]>, folder: &Path) -> Result<Vec<git2::IndexEntry>> {
    let Some(bytes) = index else {
        return Ok(Vec::new());
    };
    let copy = folder.join("index");
    fs::write(&copy, bytes).context("copying the index")?;
    let index = Index::open(&copy).context("reading the index")?;
    Ok(index.iter().collect())
}
