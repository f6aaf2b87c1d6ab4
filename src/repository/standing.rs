//! Where the branch and the mark stood, told from other traces when git's own file of one of them is lost: a power cut
//! empties it, a hand removes it. What would be built on nothing then takes all the rest with it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use git2::{ErrorCode, Oid};

use super::history::MARK_REF;
use super::reference::Patience;
use super::{CommitId, Mark, Repository};
use crate::durable;

/// Where the mark was put last: only for when git's file of it is lost.
const MARK_COPY: &str = "mark";

impl Repository {
    /// Whether the followed branch stood somewhere and does not any more, so that a commit now would begin another history.
    pub fn branch_is_lost(&self) -> bool {
        match self.git.refname_to_id(&self.branch_ref()) {
            Ok(_) => false,
            Err(error) if error.code() == ErrorCode::NotFound => self.branch_stood(),
            Err(_) => self.branch_says_nothing(),
        }
    }

    /// Whether git's file of the followed branch names no commit.
    pub(super) fn branch_says_nothing(&self) -> bool {
        says_nothing(&self.file_of(&self.branch_ref()))
    }

    /// Where the followed branch stood last: by the reflogs, else by what was followed or told.
    pub fn branch_stood_at(&self) -> Option<CommitId> {
        let name = self.branch_ref();
        let mut log = logged(&self.git.commondir().join("logs").join(&name));
        if self.checked_out().as_deref() == Some(self.branch()) {
            let head = logged(&self.git.path().join("logs/HEAD"));
            log.splice(0..0, head);
        }
        let mut at = log.iter().rev().copied().find(|id| self.is_whole(*id));
        let mark = match self.mark() {
            Ok(Mark::At(mark)) => Some(mark.0),
            _ => None,
        };
        for other in [self.seen().map(|seen| seen.0), mark, self.copied_mark()].into_iter().flatten() {
            // A power cut takes lines of the log, too; but where the branch was moved away from on purpose, it was logged.
            let further = |at| !log.contains(&other) && self.git.graph_descendant_of(other, at).unwrap_or(false);
            if self.is_whole(other) && at.is_none_or(further) {
                at = Some(other);
            }
        }
        at.map(CommitId)
    }

    /// Puts the followed branch back where it stood, if it is lost.
    ///
    /// # Errors
    /// Nothing tells where that was, or the disk fails.
    pub fn restore_branch(&self) -> Result<()> {
        if !self.branch_is_lost() {
            return Ok(());
        }
        let name = self.branch_ref();
        let to = self.branch_stood_at().with_context(|| format!("nothing tells where {name} stood"))?;
        self.put_back(&name, to.0)
    }

    /// Git's file of the mark, unless it was packed.
    pub fn mark_file(&self) -> PathBuf {
        self.file_of(MARK_REF)
    }

    /// Whether there is a mark that leads to no commit.
    pub fn mark_is_damaged(&self) -> bool {
        match self.git.refname_to_id(MARK_REF) {
            Ok(mark) => !self.is_whole(mark),
            Err(_) => says_nothing(&self.file_of(MARK_REF)),
        }
    }

    /// Whether [`Self::keep_mark`] can put a lost mark back.
    pub fn mark_is_known(&self) -> bool {
        self.copied_mark().is_some()
    }

    /// Puts a lost mark back where it was known to be last: what is told again from there is known by its letters.
    ///
    /// # Errors
    /// The disk fails.
    pub fn keep_mark(&self) -> Result<()> {
        let (mark, copy) = (self.git.refname_to_id(MARK_REF), self.copied_mark());
        match (mark, copy) {
            (Ok(mark), Some(copy)) if mark == copy => Ok(()),
            (Ok(mark), _) if self.is_whole(mark) => {
                self.copy_mark(mark);
                Ok(())
            }
            (Err(error), Some(copy)) if error.code() == ErrorCode::NotFound => self.put_back(MARK_REF, copy),
            (_, Some(copy)) if self.mark_is_damaged() => self.put_back(MARK_REF, copy),
            _ => Ok(()),
        }
    }

    /// Notes where the mark is, once it is there. An older note only means that more is looked at again: not worth a sync.
    pub(super) fn copy_mark(&self, mark: Oid) {
        let copied = durable::replace(&self.state.join(MARK_COPY), mark.to_string().as_bytes(), &self.staging_folder());
        if let Err(error) = copied {
            tracing::warn!("the mark is not copied: {error:#}");
        }
    }

    fn copied_mark(&self) -> Option<Oid> {
        let text = fs::read_to_string(self.state.join(MARK_COPY)).ok()?;
        Oid::from_str(text.trim()).ok().filter(|id| self.is_whole(*id))
    }

    fn branch_stood(&self) -> bool {
        let told = !matches!(self.mark(), Ok(Mark::Unset | Mark::Origin));
        let log = self.git.commondir().join("logs").join(self.branch_ref());
        told || self.seen().is_some() || !logged(&log).is_empty()
    }

    /// Whether a commit is there with its files' names.
    fn is_whole(&self, commit: Oid) -> bool {
        self.git.find_commit(commit).is_ok_and(|commit| commit.tree().is_ok())
    }

    fn put_back(&self, name: &str, to: Oid) -> Result<()> {
        let said = || format!("putting {name} back");
        let file = self.file_of(name);
        if says_nothing(&file) {
            fs::remove_file(&file).with_context(said)?;
        }
        // Git may have packed an older place of it.
        let from = self.stands_at(name).with_context(said)?;
        if from != Some(to) {
            let mut patience = Patience::NONE;
            let moved = self.move_reference(name, from, to, "guichet: put back", &mut patience);
            moved.map_err(anyhow::Error::new).with_context(said)?;
        }
        tracing::warn!("{name} was lost, and is at {to} again");
        Ok(())
    }

    fn file_of(&self, name: &str) -> PathBuf {
        self.git.commondir().join(name)
    }
}

/// Whether there is a file of a reference that names neither a commit nor another reference: what a power cut leaves where
/// nothing was synced, or a hand that slipped.
fn says_nothing(file: &Path) -> bool {
    let ends = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    fs::read(file).is_ok_and(|bytes| {
        let word = bytes.split(ends).next().unwrap_or_default();
        let names_a_commit = word.len() == 40 && word.iter().all(u8::is_ascii_hexdigit);
        !names_a_commit && !bytes.starts_with(b"ref:")
    })
}

/// Where a reflog says that its reference went, oldest first.
fn logged(log: &Path) -> Vec<Oid> {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let to = |line: &str| Oid::from_str(line.split(' ').nth(1)?).ok().filter(|id| *id != Oid::ZERO_SHA1);
    text.lines().filter_map(to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::sync::tests::commit;
    use crate::repository::{CommitError, create};

    #[test]
    fn a_lost_branch_begins_no_other_history_and_is_put_back_from_what_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let repository = create(folder.path(), "main").unwrap();
        assert!(!repository.branch_is_lost(), "it has never stood anywhere");
        let first = commit(&repository, None, "un").unwrap();
        repository.begin_mark().unwrap();
        let second = commit(&repository, Some(first), "deux").unwrap();
        let git = folder.path().join(".git");
        let branch = git.join("refs/heads/main");
        let gone: [&dyn Fn(); 4] = [
            &|| fs::remove_file(&branch).unwrap(),
            &|| fs::write(&branch, "").unwrap(),
            &|| fs::write(&branch, [0; 41]).unwrap(),
            &|| {
                fs::remove_file(&branch).unwrap();
                fs::remove_file(git.join("logs/refs/heads/main")).unwrap();
            },
        ];
        for lose in gone {
            lose();
            assert!(repository.branch_is_lost());
            assert!(matches!(commit(&repository, None, "trois"), Err(CommitError::Failed(_))));
            repository.restore_branch().unwrap();
            assert_eq!(repository.head().unwrap(), Some(second));
        }
        // Nothing but the mark is left.
        fs::write(&branch, "zzz").unwrap();
        assert_eq!(repository.head().unwrap(), None, "like a branch that is not there");
        fs::remove_file(&branch).unwrap();
        fs::remove_dir_all(git.join("logs")).unwrap();
        repository.restore_branch().unwrap();
        assert_eq!(repository.head().unwrap(), Some(first));
    }

    #[test]
    fn a_lost_mark_is_put_back_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let repository = create(folder.path(), "main").unwrap();
        let first = commit(&repository, None, "un").unwrap();
        repository.begin_mark().unwrap();
        let mark = folder.path().join(".git").join(MARK_REF);
        commit(&repository, Some(first), "deux").unwrap();
        fs::write(&mark, "").unwrap();
        assert!(repository.mark_is_damaged() && repository.mark_is_known());
        repository.keep_mark().unwrap();
        assert_eq!(repository.mark().unwrap(), Mark::At(first));
        fs::remove_file(&mark).unwrap();
        repository.keep_mark().unwrap();
        assert_eq!(repository.mark().unwrap(), Mark::At(first));
        for nowhere in ["zzz", "12ab\n", "\0\0", "1111111111111111111111111111111111111111\n"] {
            fs::write(&mark, nowhere).unwrap();
            assert!(repository.mark_is_damaged() && repository.mark_is_known());
            repository.keep_mark().unwrap();
            assert_eq!(repository.mark().unwrap(), Mark::At(first), "{nowhere}");
        }
        // A mark that was moved by hand is what holds; one that nobody noted is not invented.
        let copy = repository.state_folder().join(MARK_COPY);
        fs::write(&copy, "x").unwrap();
        repository.keep_mark().unwrap();
        assert_eq!(fs::read_to_string(&copy).unwrap(), first.to_string());
        fs::write(&copy, "x").unwrap();
        fs::write(&mark, "").unwrap();
        repository.keep_mark().unwrap();
        assert!(repository.mark().is_err() && !repository.mark_is_known());
    }
}
