//! Paths and bytes in git: what stands at a commit, what differs between two, how one is made and put in
//! place. The only place that names git2; knows no ticket, no mail and no page.

mod checkout;
mod commit;
mod health;
mod history;
mod incoming;
mod index;
mod lock;
mod program;
mod reference;
mod revival;
mod setup;
mod snapshot;
mod standing;
mod sync;
mod working_tree;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use git2::{ErrorCode, Oid, RepositoryState};

pub use commit::{CommitError, Signature, Write};
pub use health::{ABANDONED, Format, LockFile, TreeFile, UnknownFormat, format, git_folder, git_processes};
pub use history::{CommitInfo, Edit, Line, MARK_REF, Mark};
pub use incoming::{Entry, Incoming, Update};
pub use program::ForeignIndex;
pub use revival::{Revival, Sound};
pub use setup::{Hook, Unfit, create};
pub use snapshot::{References, Unfinished};

/// The id of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Oid);

/// The id of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(Oid);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CommitId {
    type Err = git2::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Oid::from_str(text).map(Self)
    }
}

impl FromStr for BlobId {
    type Err = git2::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Oid::from_str(text).map(Self)
    }
}

impl BlobId {
    /// The id that these bytes have as a file.
    ///
    /// # Errors
    /// None that a caller can do anything about.
    pub fn of(bytes: &[u8]) -> Result<Self> {
        Ok(Self(Oid::hash_object(git2::ObjectType::Blob, bytes)?))
    }
}

/// Why nothing can be committed now, though pages go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Another branch is checked out.
    Branch(String),
    /// No branch is checked out.
    Detached,
    /// A rebase (or a series of patches) is under way.
    Rebase,
}

/// A site's folder in its repository.
pub struct Repository {
    git: git2::Repository,
    branch: String,
    /// The site's folder below the repository's root, "" or ending in a slash.
    prefix: String,
    root: PathBuf,
    state: PathBuf,
    /// Paths whose entry could not be recorded because git's index was busy.
    unrecorded: RefCell<BTreeSet<String>>,
    /// Paths of the site that are committed and could not be put into the working tree.
    unplaced: RefCell<BTreeSet<String>>,
    /// What this process committed: path and blob, to see when another commit drops it by accident.
    own: RefCell<HashMap<String, Oid>>,
    /// The lock of the index that was waited for in vain: its inode and time.
    outlasted: RefCell<Vec<reference::AtWork>>,
    /// A commit that is known to be on disk, with all before it.
    durable: Cell<Option<CommitId>>,
    /// Why it is not known what is on disk.
    doubt: RefCell<Option<String>>,
    /// The index in the form that libgit2 reads, where git's own is another.
    plain: RefCell<Option<program::Plain>>,
}

impl Repository {
    /// Opens the repository that holds `site`, following `branch`.
    ///
    /// # Errors
    /// There is none, it belongs to somebody else, it is bare, or its format is not supported.
    pub fn open(site: &Path, branch: &str) -> Result<Self> {
        sync_everything();
        let git = git2::Repository::discover(site).map_err(|error| explained(site, error))?;
        let Some(root) = git.workdir().map(Path::to_path_buf) else {
            bail!("the repository at {} is bare: a site needs a working tree", git.path().display());
        };
        let full = |path: &Path| path.canonicalize().with_context(|| format!("looking for {}", path.display()));
        let (site, root) = (full(site)?, full(&root)?);
        let below = site.strip_prefix(&root).context("the site is not inside its repository")?;
        let mut prefix = below.to_string_lossy().replace('\\', "/");
        if !prefix.is_empty() {
            prefix.push('/');
        }
        let state = git.commondir().join("guichet");
        let repository = Self {
            git,
            branch: branch.to_owned(),
            prefix,
            root,
            state,
            unrecorded: RefCell::default(),
            unplaced: RefCell::default(),
            own: RefCell::default(),
            outlasted: RefCell::default(),
            durable: Cell::default(),
            doubt: RefCell::default(),
            plain: RefCell::default(),
        };
        std::fs::create_dir_all(&repository.state).context("making the folder of the local state")?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&repository.state, std::fs::Permissions::from_mode(0o700))
                .context("closing the folder of the local state to others")?;
        }
        Ok(repository)
    }

    /// Where local state is kept that is not content: `.git/guichet`.
    pub fn state_folder(&self) -> &Path {
        &self.state
    }

    /// The git folder, `.git`.
    pub fn git_folder(&self) -> &Path {
        self.git.path()
    }

    /// Where git keeps its branches: one folder for all worktrees.
    pub fn branches_folder(&self) -> PathBuf {
        self.git.commondir().join("refs/heads")
    }

    /// The site's folder.
    pub fn site_folder(&self) -> PathBuf {
        self.root.join(&self.prefix)
    }

    /// Follows another branch from now on.
    pub fn follow_branch(&mut self, branch: &str) {
        branch.clone_into(&mut self.branch);
    }

    /// The branch that is followed.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// Where files are written before they are renamed into place: beside the objects, on the same disk.
    pub fn staging_folder(&self) -> PathBuf {
        self.state.join("tmp")
    }

    fn branch_ref(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }

    /// Where the followed branch stands; `None`: it has no commit yet.
    ///
    /// # Errors
    /// The reference can not be read.
    pub fn head(&self) -> Result<Option<CommitId>> {
        match self.git.refname_to_id(&self.branch_ref()) {
            Ok(id) => Ok(Some(CommitId(id))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            // A lost branch is like one that is not there: pages go on, and nothing is built on it.
            Err(_) if self.branch_says_nothing() => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading the branch {}", self.branch)),
        }
    }

    /// Why nothing can be committed now; `None`: the followed branch is checked out and free.
    ///
    /// # Errors
    /// HEAD can not be read.
    pub fn elsewhere(&self) -> Result<Option<Elsewhere>> {
        if matches!(
            self.git.state(),
            RepositoryState::Rebase
                | RepositoryState::RebaseInteractive
                | RepositoryState::RebaseMerge
                | RepositoryState::ApplyMailbox
                | RepositoryState::ApplyMailboxOrRebase
        ) {
            return Ok(Some(Elsewhere::Rebase));
        }
        let head = self.git.find_reference("HEAD").context("reading HEAD")?;
        Ok(match head.symbolic_target().ok().flatten() {
            Some(target) if target == self.branch_ref() => None,
            Some(target) => Some(Elsewhere::Branch(target.trim_start_matches("refs/heads/").to_owned())),
            None => Some(Elsewhere::Detached),
        })
    }

    /// The branch that is checked out, with or without a commit.
    pub fn checked_out(&self) -> Option<String> {
        let head = self.git.find_reference("HEAD").ok()?;
        let target = head.symbolic_target().ok().flatten()?;
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// The bytes of a file at a commit; `None`: it is not there, or is not a plain file.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn file_at(&self, commit: CommitId, path: &str) -> Result<Option<Vec<u8>>> {
        self.blob_at(commit, path)?.map(|id| self.bytes(id)).transpose()
    }

    /// The id of a file's bytes at a commit.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn blob_at(&self, commit: CommitId, path: &str) -> Result<Option<BlobId>> {
        let tree = self.git.find_commit(commit.0)?.tree()?;
        match tree.get_path(Path::new(&self.full(path))) {
            Ok(entry) if is_file(entry.filemode()) => Ok(Some(BlobId(entry.id()))),
            Ok(_) => Ok(None),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {path} at {commit}")),
        }
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    /// The object can not be read.
    pub fn bytes(&self, id: BlobId) -> Result<Vec<u8>> {
        let blob = self.git.find_blob(id.0).with_context(|| format!("reading the object {id}"))?;
        Ok(blob.content().to_vec())
    }

    /// Name and address that git is configured to sign commits with here.
    pub fn identity(&self) -> Option<Signature> {
        let signature = self.git.signature().ok()?;
        Some(Signature { name: signature.name().ok()?.to_owned(), email: signature.email().ok()?.to_owned() })
    }

    /// A path of the site as a path of the repository.
    fn full(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

fn is_file(mode: i32) -> bool {
    mode & 0o170_000 == 0o100_000
}

/// Makes libgit2 sync each object, reference and folder that it writes. Without this a power cut takes back
/// every commit of the last seconds; the option has no safe binding.
#[expect(
    unsafe_code,
    clippy::cast_possible_wrap,
    reason = "git_libgit2_opts is variadic C; git2 does not wrap this option"
)]
fn sync_everything() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let on: std::ffi::c_int = 1;
        // SAFETY: this option takes one int and only sets a flag of the library, before any repository is open.
        unsafe {
            libgit2_sys::git_libgit2_opts(libgit2_sys::GIT_OPT_ENABLE_FSYNC_GITDIR as std::ffi::c_int, on);
        }
    });
}

fn explained(site: &Path, error: git2::Error) -> anyhow::Error {
    let none: [&Path; 0] = [];
    let format = git2::Repository::discover_path(site, none).map(|folder| format(&folder));
    if let Some(format) = format.ok().filter(|format| !format.is_known()) {
        return UnknownFormat { site: site.to_owned(), format }.into();
    }
    let said = match error.code() {
        ErrorCode::NotFound => {
            format!("{} is not in a git repository; make one with: guichet init {0}", site.display())
        }
        ErrorCode::Owner => format!(
            "the repository at {} belongs to another user: run guichet as that user, or tell git with: git config --global --add safe.directory {0}",
            site.display()
        ),
        _ => format!("opening the repository of {}", site.display()),
    };
    anyhow::Error::new(error).context(said)
}
