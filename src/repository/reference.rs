//! How a reference is moved: by us and not by libgit2, so that all that takes time comes before its lock, and the branch
//! moves in the moment in which nobody is seen at work with the index. A plain `git commit` beside us is refused when the branch
//! moves under it, and drops what it did not see.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use git2::{ErrorCode, Oid};

use super::health::movers;
use super::lock::{Ours, Stamp, stamp};
use super::{CommitError, Repository};
use crate::durable;

/// A plain commit holds the index for some ten milliseconds; an editor that is open, for minutes.
const INDEX_POLL: Duration = Duration::from_millis(1);

/// Somebody at work with the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtWork {
    Lock(Stamp),
    Process(u32),
}

/// For how long somebody at work with the index is waited for, in polls; then the branch moves all the same.
pub(super) struct Patience(u32);

impl Patience {
    /// A form's sender waits as well.
    pub(super) const OF_A_FORM: Self = Self(1_000);
    /// For a reference that no commit under way stands on.
    pub(super) const NONE: Self = Self(0);
}

impl Repository {
    /// Moves a reference from `from` (`None`: it does not exist) to `to`; on disk when this returns. `log` goes into
    /// the reflog, where git keeps one. Somebody at work with the index is waited for while there is `patience`.
    ///
    /// # Errors
    /// [`CommitError::Failed`] may come after it moved.
    pub(super) fn move_reference(
        &self,
        name: &str,
        from: Option<Oid>,
        to: Oid,
        log: &str,
        patience: &mut Patience,
    ) -> Result<(), CommitError> {
        let file = self.git.commondir().join(name);
        let folder = file.parent().context("a reference stands in a folder")?;
        let lock = folder.join(format!("{}.lock", file.file_name().unwrap_or_default().display()));
        let ours = Ours::prepare(&self.state, &name.replace('/', "~"), format!("{to}\n").as_bytes())?;
        loop {
            while self.waits_for_the_index(patience) {
                std::thread::sleep(INDEX_POLL);
            }
            durable::make_folder(folder)?;
            let held = ours.take(lock.clone())?.ok_or(CommitError::Locked)?;
            if self.stands_at(name)? != from {
                return Err(CommitError::Moved);
            }
            if self.waits_for_the_index(patience) {
                continue;
            }
            held.put_in_place(&file)?;
            break;
        }
        durable::sync_folder(folder)?;
        if let Err(error) = self.log_move(name, from, to, log) {
            tracing::warn!("the reflog of {name} misses a line: {error:#}");
        }
        Ok(())
    }

    pub(super) fn stands_at(&self, name: &str) -> Result<Option<Oid>> {
        match self.git.find_reference(name) {
            Ok(found) => {
                let target = found.target();
                target.map(Some).ok_or_else(|| anyhow!("{name} only leads to another reference: give it a commit"))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading {name}")),
        }
    }

    /// Whether somebody is at work with the index, and there is patience left. Who was waited for in vain is not waited
    /// for again.
    fn waits_for_the_index(&self, patience: &mut Patience) -> bool {
        if patience.0 == 0 {
            return false;
        }
        let busy = self.at_work();
        if busy.iter().all(|somebody| self.outlasted.borrow().contains(somebody)) {
            return false;
        }
        patience.0 -= 1;
        if patience.0 == 0 {
            self.outlasted.replace(busy);
        }
        true
    }

    /// Who is at work with the index: whoever holds its lock, and a plain commit that has read where the branch stands and
    /// is about to take it.
    fn at_work(&self) -> Vec<AtWork> {
        let lock = stamp(&self.git.path().join("index.lock")).map(AtWork::Lock);
        lock.into_iter().chain(movers(&self.root).into_iter().map(AtWork::Process)).collect()
    }

    /// One line in the reflog of a branch, and in that of HEAD where it is on that branch.
    fn log_move(&self, name: &str, from: Option<Oid>, to: Oid, log: &str) -> Result<()> {
        let on_branch = name.starts_with("refs/heads/");
        if !on_branch || self.setting("core.logAllRefUpdates").is_some_and(|kept| kept == "false") {
            return Ok(());
        }
        let commit = self.git.find_commit(to)?;
        let who = commit.committer();
        let (at, offset) = (who.when().seconds(), who.when().offset_minutes());
        let sign = if offset < 0 { '-' } else { '+' };
        let line = format!(
            "{} {to} {} <{}> {at} {sign}{:02}{:02}\t{log}\n",
            from.unwrap_or(Oid::ZERO_SHA1),
            String::from_utf8_lossy(who.name_bytes()),
            String::from_utf8_lossy(who.email_bytes()),
            offset.abs() / 60,
            offset.abs() % 60,
        );
        append(&self.git.commondir().join("logs").join(name), &line)?;
        let head = self.git.find_reference("HEAD")?;
        if head.symbolic_target().ok().flatten() == Some(name) {
            append(&self.git.path().join("logs/HEAD"), &line)?;
        }
        Ok(())
    }
}

fn append(log: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options().append(true).create(true).open(log)?.write_all(line.as_bytes())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::repository::{CommitId, Signature, Write, create};

    fn commit(repository: &Repository, parent: Option<CommitId>, path: &str) -> Result<CommitId, CommitError> {
        let write = Write { path: path.to_owned(), bytes: Some(path.into()) };
        let author = Signature { name: "Paul".to_owned(), email: "a@b.fr".to_owned() };
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        repository.commit(parent, &[write], path, &author, Timestamp::from_second(1_795_420_800).unwrap(), &zone)
    }

    #[test]
    fn a_branch_moves_from_where_it_is_and_git_reads_its_log() {
        let folder = tempfile::tempdir().unwrap();
        let repository = create(folder.path(), "fil/principal").unwrap();
        let first = commit(&repository, None, "un").unwrap();
        assert!(matches!(commit(&repository, None, "deux"), Err(CommitError::Moved)));
        let second = commit(&repository, Some(first), "deux").unwrap();
        assert!(matches!(commit(&repository, Some(first), "deux"), Err(CommitError::Moved)), "decide anew");
        let git = |words: &[&str]| {
            let said = std::process::Command::new("git").arg("-C").arg(folder.path()).args(words).output().unwrap();
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
            String::from_utf8(said.stdout).unwrap()
        };
        for name in ["HEAD", "fil/principal"] {
            let log = git(&["log", "-g", "--format=%H %gn %ge %gs", name]);
            assert_eq!(log, format!("{second} Paul a@b.fr guichet: deux\n{first} Paul a@b.fr guichet: un\n"));
        }
        git(&["pack-refs", "--all"]);
        let third = commit(&repository, Some(first), "trois").expect("what came meanwhile is no business of it");
        assert_eq!(git(&["rev-parse", "HEAD"]).trim(), third.to_string());
        git(&["fsck", "--full", "--strict"]);
        assert_eq!(fs::read_dir(repository.state_folder().join("locks")).unwrap().count(), 0);
    }

    #[test]
    fn somebody_elses_lock_is_theirs_and_a_busy_index_is_waited_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let repository = create(folder.path(), "main").unwrap();
        let first = commit(&repository, None, "un").unwrap();
        let lock = folder.path().join(".git/refs/heads/main.lock");
        fs::write(&lock, "").unwrap();
        assert!(matches!(commit(&repository, Some(first), "deux"), Err(CommitError::Locked)));
        assert!(lock.exists());
        fs::remove_file(&lock).unwrap();
        let index = folder.path().join(".git/index.lock");
        fs::write(&index, "").unwrap();
        let second = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(INDEX_POLL * 20);
                fs::remove_file(&index).unwrap();
            });
            commit(&repository, Some(first), "deux").unwrap()
        });
        assert!(repository.outlasted.borrow().is_empty(), "it was free in time");
        fs::write(&index, "").unwrap();
        commit(&repository, Some(second), "trois").unwrap();
        let mut patience = Patience::OF_A_FORM;
        assert!(!repository.waits_for_the_index(&mut patience), "an editor is open: not waited for again");
    }

    #[test]
    fn what_a_dead_process_left_is_never_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let repository = create(folder.path(), "main").unwrap();
        let first = commit(&repository, None, "un").unwrap();
        // Killed between the move and the rest, by a process of the same number: its file is the branch itself.
        let own = repository.state_folder().join(format!("locks/{}-refs~heads~main", std::process::id()));
        fs::hard_link(folder.path().join(".git/refs/heads/main"), &own).unwrap();
        assert!(matches!(commit(&repository, None, "deux"), Err(CommitError::Moved)));
        assert_eq!(repository.head().unwrap(), Some(first));
        fs::hard_link(folder.path().join(".git/refs/heads/main"), &own).unwrap();
        repository.remove_dead_locks(Timestamp::UNIX_EPOCH).unwrap();
        assert!(!own.exists() && repository.head().unwrap() == Some(first));
    }
}
