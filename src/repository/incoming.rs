//! A repository while a push comes in, as git shows it to a hook: the new objects lie apart still (githooks, "pre-receive";
//! git-receive-pack, "quarantine environment"), and the branch is where it was. Bare or not. Reads, and writes nothing.

use std::path::{Component, Path};
use std::str::FromStr;

use anyhow::{Context, Result};
use git2::{ErrorCode, Oid, Tree};

use super::{BlobId, CommitId, explained, is_file};

/// The repository that a push goes to, and where the site is in it.
pub struct Incoming {
    git: git2::Repository,
    /// The site's folder below the root of each commit, "" or ending in a slash.
    prefix: String,
}

/// What stands at a path of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the site.
    pub path: String,
    /// Its bytes; `None`: a link or a submodule.
    pub blob: Option<BlobId>,
}

/// A reference that a push moves: one line of what git tells the hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Where it stands; `None`: it is made.
    pub old: Option<CommitId>,
    /// Where it is to stand; `None`: it is deleted.
    pub new: Option<CommitId>,
    /// The branch; `None`: it is none, a tag for example.
    pub branch: Option<String>,
}

impl FromStr for Update {
    type Err = &'static str;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let mut words = line.trim_end().splitn(3, ' ');
        let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err("not three words");
        };
        let commit = |word: &str| Oid::from_str(word).map_err(|_| "not the id of an object");
        let there = |id: Oid| (!id.is_zero()).then_some(CommitId(id));
        Ok(Self {
            old: there(commit(old)?),
            new: there(commit(new)?),
            branch: name.strip_prefix("refs/heads/").map(str::to_owned),
        })
    }
}

impl Incoming {
    /// The repository that git names in the environment (`GIT_DIR` and what else it tells a hook), else the one that
    /// holds `site`. A `site` that is not on disk is a folder of the commits: a bare repository has no other.
    ///
    /// # Errors
    /// There is none, or it can not be opened.
    pub fn open(site: &Path) -> Result<Self> {
        let git = match std::env::var_os("GIT_DIR") {
            Some(_) => git2::Repository::open_from_env(),
            None => git2::Repository::discover(site),
        };
        let git = git.map_err(|error| explained(site, error))?;
        let below = match (site.canonicalize(), git.workdir().map(Path::canonicalize)) {
            // A hook runs in the git folder: that is no place of the site's.
            (Ok(here), _) if here.starts_with(git.path().canonicalize()?) => Path::new("").to_owned(),
            (Ok(here), Some(Ok(root))) => {
                here.strip_prefix(&root).context("the site is not inside the repository")?.to_owned()
            }
            _ => site.components().filter(|part| *part != Component::CurDir).collect(),
        };
        let mut prefix = below.to_string_lossy().replace('\\', "/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        Ok(Self { git, prefix })
    }

    /// The branch that HEAD names: in a bare repository, the one that clones check out.
    pub fn head_branch(&self) -> Option<String> {
        let head = self.git.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// The bytes of a plain file at a commit; `None`: there is none.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn file(&self, commit: CommitId, path: &str) -> Result<Option<Vec<u8>>> {
        match self.tree(commit)?.get_path(Path::new(&format!("{}{path}", self.prefix))) {
            Ok(entry) if is_file(entry.filemode()) => self.bytes(BlobId(entry.id())).map(Some),
            Ok(_) => Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {path} at {commit}")),
        }
    }

    /// All that stands below a folder of the site at a commit, but for folders; itself, when it is none.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn below(&self, commit: CommitId, folder: &str) -> Result<Vec<Entry>> {
        let full = format!("{}{folder}", self.prefix);
        let found = match self.tree(commit)?.get_path(Path::new(&full)) {
            Ok(entry) if entry.kind() == Some(git2::ObjectType::Tree) => entry.id(),
            Ok(_) => return Ok(vec![Entry { path: folder.to_owned(), blob: None }]),
            Err(_) => return Ok(Vec::new()),
        };
        let mut entries = Vec::new();
        self.git
            .find_tree(found)?
            .walk(git2::TreeWalkMode::PreOrder, |parent, entry| {
                if entry.kind() != Some(git2::ObjectType::Tree) {
                    let name = String::from_utf8_lossy(entry.name_bytes());
                    let blob = is_file(entry.filemode()).then(|| BlobId(entry.id()));
                    entries.push(Entry { path: format!("{folder}/{parent}{name}"), blob });
                }
                git2::TreeWalkResult::Ok
            })
            .with_context(|| format!("reading {folder} at {commit}"))?;
        Ok(entries)
    }

    /// How many bytes a blob has, without reading them.
    ///
    /// # Errors
    /// There is no such object.
    pub fn size_bytes(&self, blob: BlobId) -> Result<usize> {
        Ok(self.git.odb()?.read_header(blob.0)?.0)
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// The object can not be read.
    pub fn bytes(&self, blob: BlobId) -> Result<Vec<u8>> {
        Ok(self.git.find_blob(blob.0).with_context(|| format!("reading the object {blob}"))?.content().to_vec())
    }

    fn tree(&self, commit: CommitId) -> Result<Tree<'_>> {
        let commit = self.git.find_commit(commit.0).with_context(|| format!("reading the commit {commit}"))?;
        Ok(commit.tree()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_what_is_made_moved_and_deleted() {
        let (none, some) = ("0".repeat(40), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        let read = |line: &str| line.parse::<Update>();
        let made = read(&format!("{none} {some} refs/heads/main\n")).unwrap();
        assert_eq!((made.old, made.branch.as_deref()), (None, Some("main")));
        let deleted = read(&format!("{some} {none} refs/heads/essai/un")).unwrap();
        assert_eq!((deleted.new, deleted.branch.as_deref()), (None, Some("essai/un")));
        assert_eq!(read(&format!("{none} {some} refs/tags/v1")).unwrap().branch, None);
        for odd in ["", "main", "x y refs/heads/main"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
