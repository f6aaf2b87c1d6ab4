//! A repository put together again from what a snapshot took: objects, read and hashed one by one; references;
//! the working tree. Filters and hooks are not run.

use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use git2::build::CheckoutBuilder;
use git2::{Oid, RepositoryInitOptions, TreeWalkMode, TreeWalkResult};

use super::is_file;
use super::snapshot::References;

/// Enough to keep the disk busy.
const CHUNK_BYTES: usize = 64 * 1024;

/// A repository in the making.
pub struct Revival {
    git: git2::Repository,
    root: PathBuf,
}

/// What was found sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sound {
    /// Commits of every branch.
    pub commits: usize,
    /// Files of the head.
    pub files: usize,
}

impl Revival {
    /// An empty repository in the folder `root`.
    ///
    /// # Errors
    /// It can not be written.
    pub fn begin(root: &Path) -> Result<Self> {
        super::sync_everything();
        let mut options = RepositoryInitOptions::new();
        options.no_reinit(true).mkpath(true).external_template(false);
        let git = git2::Repository::init_opts(root, &options)
            .with_context(|| format!("making a repository at {}", root.display()))?;
        Ok(Self { git, root: root.to_owned() })
    }

    /// Takes in a pack; every object in it is read and hashed.
    ///
    /// # Errors
    /// The pack is broken, or the disk fails.
    pub fn add_pack(&self, pack: &mut impl Read) -> Result<()> {
        let odb = self.git.odb()?;
        let mut writer = odb.packwriter().context("preparing the objects")?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match pack.read(&mut chunk).context("reading the objects")? {
                0 => break,
                count => writer.write_all(&chunk[..count]).context("storing the objects")?,
            }
        }
        writer.commit().context("storing the objects")?;
        Ok(())
    }

    /// Puts every reference and HEAD where they were, and the head's files into the working tree.
    ///
    /// # Errors
    /// An object is missing, or the disk fails.
    pub fn check_out(&self, references: &References) -> Result<()> {
        for (name, id) in &references.direct {
            let said = || format!("putting {name} in place");
            let id = Oid::from_str(id).with_context(said)?;
            ensure!(self.git.odb()?.exists(id), "{name} names the object {id}, which is missing");
            self.git.reference(name, id, true, "guichet: restored").with_context(said)?;
        }
        for (name, target) in &references.symbolic {
            let made = self.git.reference_symbolic(name, target, true, "guichet: restored");
            made.with_context(|| format!("putting {name} in place"))?;
        }
        if references.head.starts_with("refs/") {
            self.git.set_head(&references.head)
        } else {
            self.git.set_head_detached(Oid::from_str(&references.head)?)
        }
        .context("putting HEAD in place")?;
        if let Some(head) = references.head_commit()? {
            let head = self.git.find_object(head, None)?;
            let mut how = CheckoutBuilder::new();
            how.force().disable_filters(true);
            self.git.checkout_tree(&head, Some(&mut how)).context("writing the files")?;
        }
        Ok(())
    }

    /// Puts a file of unfinished work back; its path is relative to the root.
    ///
    /// # Errors
    /// The path leads elsewhere, or the disk fails.
    pub fn put(&self, path: &str, bytes: &[u8], executable: bool) -> Result<()> {
        put_below(&self.root, path, bytes, if executable { 0o777 } else { 0o666 })
    }

    /// Puts a file of the git folder back: configuration, a hook, the index, local state.
    ///
    /// # Errors
    /// The path leads elsewhere, or the disk fails.
    pub fn furnish(&self, path: &str, bytes: &[u8], mode: u32) -> Result<PathBuf> {
        put_below(self.git.path(), path, bytes, mode)?;
        Ok(self.git.path().join(path))
    }

    /// Takes away a file that was gone.
    pub fn take_away(&self, path: &str) {
        if path.split('/').all(|part| !matches!(part, "" | "." | ".." | ".git")) {
            let _ = fs::remove_file(self.root.join(path));
        }
    }

    /// Walks every commit, and every file of the head.
    ///
    /// # Errors
    /// An object is missing or broken.
    pub fn verify(&self, references: &References) -> Result<Sound> {
        let mut sound = Sound::default();
        let mut walk = self.git.revwalk()?;
        for (name, id) in &references.direct {
            let object = self.git.find_object(Oid::from_str(id)?, None).with_context(|| format!("reading {name}"))?;
            if let Ok(commit) = object.peel_to_commit() {
                walk.push(commit.id())?;
            }
        }
        for id in walk {
            let commit = self.git.find_commit(id.context("reading the history")?)?;
            commit.tree().with_context(|| format!("reading the folders of {}", commit.id()))?;
            sound.commits += 1;
        }
        if let Some(head) = references.head_commit()? {
            let mut broken = None;
            let walked = self.git.find_commit(head)?.tree()?.walk(TreeWalkMode::PreOrder, |parent, entry| {
                if is_file(entry.filemode()) {
                    sound.files += 1;
                    if let Err(error) = self.git.find_blob(entry.id()) {
                        let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                        broken = Some(anyhow::Error::new(error).context(format!("reading {parent}{name}")));
                        return TreeWalkResult::Abort;
                    }
                }
                TreeWalkResult::Ok
            });
            if let Some(broken) = broken {
                return Err(broken);
            }
            walked.context("reading the folders of the head")?;
        }
        Ok(sound)
    }

    /// After the configuration was put back: forgets where the working tree used to be.
    ///
    /// # Errors
    /// The configuration can not be read or written.
    pub fn settle_in(&self) -> Result<()> {
        let mut config = git2::Config::open(&self.git.path().join("config")).context("reading the configuration")?;
        if config.get_entry("core.worktree").is_ok() {
            config.remove("core.worktree").context("writing the configuration")?;
        }
        Ok(())
    }
}

/// A folder that others may enter if they may read what goes into it.
fn make_folder(path: &Path, mode: u32) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, if mode & 0o044 == 0 { 0o700 } else { 0o777 });
    builder.create(path)
}

/// Writes a file below `base`, through no link.
fn put_below(base: &Path, path: &str, bytes: &[u8], mode: u32) -> Result<()> {
    let mut full = base.to_owned();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        full.push(folder);
        match fs::symlink_metadata(&full) {
            Ok(found) => ensure!(found.is_dir(), "{path} leads through {}, which is no folder", full.display()),
            Err(_) => make_folder(&full, mode).with_context(|| format!("making {}", full.display()))?,
        }
    }
    full.push(name);
    // What stands there may be a link: it is replaced, not followed.
    let _ = fs::remove_file(&full);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let said = || format!("writing {}", full.display());
    let mut file = options.open(&full).with_context(said)?;
    file.write_all(bytes).with_context(said)?;
    file.sync_all().with_context(said)
}
