//! What a repository needs so that people can push into it while Guichet serves it, and so that a push is as
//! durable as a form, and no cleaning up harms what is being written. Safe to repeat; a hook that somebody else wrote is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{ErrorCode, RepositoryInitOptions, RepositoryOpenFlags};

use super::Repository;
use crate::durable::{self, Mode};

const SIGNED: &str = "# guichet";

/// What git must be told so that a push arrives, and stays; and that `git gc --prune=now` takes no object away under
/// somebody who is writing it (an extension, which counts from version 1 of the format on).
const SETTINGS: [(&str, &str); 4] = [
    ("receive.denyCurrentBranch", "updateInstead"),
    ("core.fsync", "all"),
    ("core.repositoryformatversion", "1"),
    ("extensions.preciousObjects", "true"),
];

/// What git does by itself, and must not be told to do otherwise: a sync that only writes out outlasts no power cut.
const UNLESS_SET: [(&str, &str); 1] = [("core.fsyncMethod", "fsync")];

/// A setting that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Its name.
    pub key: &'static str,
    /// What it is.
    pub present: String,
    /// What it must be.
    pub wanted: &'static str,
}

/// How a hook that we need stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Ours, as it should be.
    Ours,
    /// It is not there.
    Missing,
    /// Ours, from another version.
    Other,
    /// Ours, but git does not run it.
    NotExecutable,
    /// Somebody else's.
    Foreign,
}

/// Runs before the branch moves. A running `guichet serve` holds the lock and does the checkout itself, path by
/// path; otherwise git does it here, leaving work in progress alone.
const PUSH_TO_CHECKOUT: &str = r#"#!/bin/sh
# guichet: brings a push into the working tree (installed by guichet init)
new=$1
state=$(git rev-parse --git-common-dir)/guichet
lock=$state/serve.lock
old=$(git rev-parse -q --verify HEAD) || old=none
mkdir -p "$state/pushed" && printf '%s %s\n' "$old" "$new" >"$state/pushed/$new" || exit 1
sync "$state/pushed/$new" "$state/pushed" 2>/dev/null
if [ -e "$lock" ] && command -v flock >/dev/null 2>&1 && ! flock -n "$lock" true; then
    exit 0
fi
if [ "$old" != none ]; then
    git read-tree -u -m HEAD "$new"
else
    git read-tree -u -m "$(git hash-object -t tree /dev/null)" "$new"
fi
"#;

/// Runs when the branch has moved: what a push acknowledged must survive a power cut, and git does not sync the
/// folders of its references. How the hook ends does not matter to git: while the disk refuses, it waits.
const POST_RECEIVE: &str = r#"#!/bin/sh
# guichet: makes a push as durable as a form (installed by guichet init)
cat >/dev/null
dir=$(git rev-parse --git-dir)
until sync -f "$dir"; do
    # A system whose sync knows no file systems syncs all of them.
    sync --version >/dev/null 2>&1 || { sync; break; }
    echo "guichet: the disk has not confirmed this push yet" >&2
    sleep 1
done
"#;

/// Runs before anything of a push gets in, where a school wants it.
const GUARD: &str = "pre-receive";

const HOOKS: [(&str, &str); 2] = [("push-to-checkout", PUSH_TO_CHECKOUT), ("post-receive", POST_RECEIVE)];

/// Makes a repository at `folder` whose first branch is `branch`, or opens the one that is there.
///
/// # Errors
/// The folder can not be written, or belongs to somebody else.
pub fn create(folder: &Path, branch: &str) -> Result<Repository> {
    let flags = RepositoryOpenFlags::empty();
    let found = git2::Repository::open_ext(folder, flags, &[] as &[&Path]);
    // One that is there and does not open is no reason to make another.
    if found.is_err_and(|error| error.code() == ErrorCode::NotFound) {
        let mut options = RepositoryInitOptions::new();
        options.initial_head(branch).no_reinit(true).mkpath(true).external_template(false);
        git2::Repository::init_opts(folder, &options)
            .with_context(|| format!("making a repository at {}", folder.display()))?;
    }
    Repository::open(folder, branch)
}

impl Repository {
    /// Configuration and hooks; says which hooks of somebody else were left alone.
    ///
    /// # Errors
    /// They can not be written.
    pub fn welcome_pushes(&self) -> Result<Vec<String>> {
        let mut config = self.git.config()?.open_level(git2::ConfigLevel::Local)?;
        for unfit in self.unfit_settings() {
            config.set_str(unfit.key, unfit.wanted)?;
        }
        let mut left = Vec::new();
        for (name, script) in HOOKS {
            let path = self.hook_path(name);
            match self.hook(name, script) {
                Hook::Ours => continue,
                Hook::Foreign => {
                    left.push(name.to_owned());
                    continue;
                }
                Hook::Missing | Hook::Other | Hook::NotExecutable => {}
            }
            durable::write(&path, script.as_bytes(), Mode::Shared, &self.staging_folder())?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
            }
        }
        Ok(left)
    }

    /// The settings of git's that are not what they must be.
    pub fn unfit_settings(&self) -> Vec<Unfit> {
        let needed = SETTINGS.iter().map(|(key, wanted)| (*key, self.setting(key).unwrap_or_default(), *wanted));
        let set = UNLESS_SET.iter().filter_map(|(key, wanted)| Some((*key, self.setting(key)?, *wanted)));
        let unfit = needed.chain(set).filter(|(_, present, wanted)| present != wanted);
        unfit.map(|(key, present, wanted)| Unfit { key, present, wanted }).collect()
    }

    /// Configures who signs the commits that are made in this repository.
    ///
    /// # Errors
    /// The configuration can not be written.
    pub fn sign_as(&self, who: &super::Signature) -> Result<()> {
        let mut config = self.git.config()?.open_level(git2::ConfigLevel::Local)?;
        config.set_str("user.name", &who.name)?;
        config.set_str("user.email", &who.email)?;
        Ok(())
    }

    /// How each hook that we need stands.
    pub fn hooks(&self) -> [(&'static str, Hook); 2] {
        HOOKS.map(|(name, script)| (name, self.hook(name, script)))
    }

    fn hook_path(&self, name: &str) -> PathBuf {
        self.git.commondir().join("hooks").join(name)
    }

    fn hook(&self, name: &str, script: &str) -> Hook {
        let path = self.hook_path(name);
        let Ok(present) = fs::read(&path) else {
            return Hook::Missing;
        };
        let present = String::from_utf8_lossy(&present);
        if !present.contains(SIGNED) {
            return Hook::Foreign;
        }
        if present != script {
            return Hook::Other;
        }
        if is_executable(&path) { Hook::Ours } else { Hook::NotExecutable }
    }

    /// A hook of the school's own that runs `guichet check` before a push gets in, and that git does not run: it is not
    /// executable. Where it is.
    pub fn idle_guard(&self) -> Option<PathBuf> {
        let path = self.hook_path(GUARD);
        let script = fs::read_to_string(&path).ok()?;
        (script.contains("guichet") && script.contains("check") && !is_executable(&path)).then_some(path)
    }

    /// Whether pushes are brought in by our hook.
    pub fn welcomes_pushes(&self) -> bool {
        let hook = self.git.commondir().join("hooks/push-to-checkout");
        fs::read_to_string(hook).is_ok_and(|script| script.contains(SIGNED))
    }
}

/// Whether git runs a hook.
fn is_executable(hook: &Path) -> bool {
    #[cfg(unix)]
    let bits = |found: fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&found.permissions());
    #[cfg(not(unix))]
    let bits = |_| 0o100;
    fs::metadata(hook).is_ok_and(|found| bits(found) & 0o100 != 0)
}
