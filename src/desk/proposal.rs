//! What shall be committed, put in place on the tip by compare-and-swap and decided again when the tip has moved. Knows
//! neither forms nor what is in the files.

use std::time::Duration;

use anyhow::anyhow;

use super::chronicle::{ACTOR, TOKEN};
use super::receipts::Accepted;
use super::{Desk, Receipt, Refusal, failure};
use crate::clock::Clock;
use crate::domain::item::Item;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{CommitError, CommitId, Elsewhere, Signature, Write};

/// Locked or moved: tried so often before we say that the repository is busy.
const TRIES: u32 = 30;

/// What shall be committed, as decided on one tip.
pub(super) struct Proposal {
    pub item: Item,
    pub writes: Vec<Write>,
    pub message: String,
    pub author: Signature,
}

impl Desk {
    /// Refuses where somebody has unfinished work: what is there, on disk or staged, is neither swept up nor overwritten.
    pub(super) fn check_clean(&self, tip: Option<CommitId>, path: &str) -> Result<(), Refusal> {
        let clean = self.repository.is_clean_soon(tip, path).map_err(|error| failed(&error))?;
        if clean { Ok(()) } else { Err(uncommitted(path)) }
    }

    /// Commits what `propose` decides on the tip; decides anew when the tip has moved.
    pub(super) fn commit(
        &mut self,
        token: Option<&str>,
        mut propose: impl FnMut(&mut Self, Option<CommitId>) -> Result<Proposal, Refusal>,
    ) -> Result<Receipt, Refusal> {
        for attempt in 0..TRIES {
            self.check_branch()?;
            let tip = self.read_history()?;
            if let Some(receipt) = token.and_then(|token| self.repeated(token)) {
                return Ok(receipt);
            }
            // A failed try may have been written after all; its ticket number is then taken.
            let proposal = propose(self, tip)?;
            for write in &proposal.writes {
                self.check_clean(tip, &write.path)?;
            }
            let (now, zone) = (self.clock.now(), self.site.timezone.clone());
            match self.repository.commit(tip, &proposal.writes, &proposal.message, &proposal.author, now, &zone) {
                Ok(commit) => return Ok(self.accept(proposal.item, commit, token)),
                Err(error @ (CommitError::Moved | CommitError::Locked)) => {
                    self.locked.branch = matches!(error, CommitError::Locked);
                    if self.locked.branch && attempt == 0 {
                        // One that nobody holds any more is not waited for.
                        let removed = self.repository.remove_abandoned_locks(Clock::real().now());
                        drop(removed.inspect_err(|error| tracing::error!("{error:#}")));
                    }
                    std::thread::sleep(jitter(attempt));
                }
                Err(CommitError::Failed(error)) => return Err(failed(&error)),
            }
        }
        Err(Refusal::Busy(match self.repository.branch_lock() {
            Some(lock) => Phrase::new("busy-lock").with("path", lock.display()),
            None => Phrase::new("busy-locked"),
        }))
    }

    /// The answer for a commit that is on disk. What fails from here on is a problem that the site shows.
    fn accept(&mut self, item: Item, commit: CommitId, token: Option<&str>) -> Receipt {
        let (token, commit) = (token.map(str::to_owned), commit.to_string());
        let accepted = Accepted { token, item: item.clone(), commit: commit.clone(), at: self.clock.now() };
        self.locked.branch = false;
        let noted = self.receipts.note([accepted]);
        self.keep_receipts(noted);
        Receipt { item, commit, again: false }
    }

    /// Shows that receipts could not be written, as long as it is so.
    pub(super) fn keep_receipts(&mut self, noted: anyhow::Result<()>) {
        self.receipts_problem = noted.err().map(|error| {
            tracing::error!("{error:#}");
            failure("problem-receipts-failed", &error)
        });
    }

    pub(super) fn repeated(&self, token: &str) -> Option<Receipt> {
        let accepted = self.receipts.accepted(token, self.clock.now())?;
        Some(Receipt { item: accepted.item.clone(), commit: accepted.commit.clone(), again: true })
    }

    pub(super) fn check_branch(&self) -> Result<(), Refusal> {
        match self.elsewhere().map_err(|error| failed(&error))? {
            None => Ok(()),
            Some(why) => Err(Refusal::Busy(why)),
        }
    }

    /// Why nothing can be committed now: the followed branch is not the one checked out, or not free.
    pub(super) fn elsewhere(&self) -> anyhow::Result<Option<Phrase>> {
        let followed = self.repository.branch();
        let phrase = match self.repository.elsewhere()? {
            None if self.repository.branch_is_lost() => Phrase::new("busy-branch-lost"),
            None => return Ok(None),
            Some(Elsewhere::Branch(branch)) => Phrase::new("busy-branch").with("branch", branch),
            Some(Elsewhere::Detached) => Phrase::new("busy-detached"),
            Some(Elsewhere::Rebase) => Phrase::new("busy-rebase"),
        };
        Ok(Some(phrase.with("followed", followed)))
    }

    pub(super) fn read_history(&mut self) -> Result<Option<CommitId>, Refusal> {
        let tip = self.repository.head().map_err(|error| failed(&error))?;
        if let Some(tip) = tip {
            // Nothing is acknowledged, not even again, while it is not known what is on disk.
            self.repository.make_durable(tip).map_err(|error| {
                tracing::error!("a submission waits: {error:#}");
                Refusal::Busy(Phrase::new("busy-unsynced"))
            })?;
            self.read_chronicle(tip).map_err(|error| failed(&error))?;
        }
        self.receipts.read_on().map_err(|error| failed(&error))?;
        Ok(tip)
    }

    /// Follows history up to `tip`.
    pub(super) fn read_chronicle(&mut self, tip: CommitId) -> anyhow::Result<()> {
        self.chronicle.extend(&self.repository, &self.site.vocabulary, &self.site_text, tip)?;
        self.arrivals.extend(&self.repository, &self.site.vocabulary, tip)?;
        let noted = self.receipts.adopt(self.chronicle.take_accepted(), self.clock.now());
        self.keep_receipts(noted);
        if self.chronicle.is_worth_saving() {
            self.save_chronicle();
        }
        Ok(())
    }

    /// The team's account signs what a form commits.
    pub(super) fn team_signature(&self) -> Signature {
        Signature { name: self.site.team.name.clone(), email: self.site.team.email.to_string() }
    }
}

/// A commit message: subject, then trailers (git-interpret-trailers).
pub(super) fn message(subject: &str, token: Option<&str>, actor: &str) -> String {
    let token = token.map(|token| format!("{TOKEN}: {token}\n")).unwrap_or_default();
    format!("{subject}\n\n{token}{ACTOR}: {actor}\n")
}

pub(super) fn uncommitted(path: &str) -> Refusal {
    Refusal::Busy(Phrase::new("busy-uncommitted").with("path", path))
}

pub(super) fn failed(error: &anyhow::Error) -> Refusal {
    tracing::error!("a submission failed: {error:#}");
    Refusal::Busy(Phrase::new("busy-failed"))
}

/// What we write must read back before it is anywhere.
pub(super) fn unreadable(problems: &[Problem]) -> Refusal {
    let places: Vec<String> =
        problems.iter().map(|problem| format!("{} {}", problem.place(), problem.message.key)).collect();
    failed(&anyhow!("what was to be written can not be read: {}", places.join(", ")))
}

/// 5 to 50 ms, and a little more at each try.
fn jitter(attempt: u32) -> Duration {
    let mut random = [0; 1];
    let _ = getrandom::fill(&mut random);
    Duration::from_millis(u64::from(5 + u32::from(random[0]) % 45 + attempt * 5))
}
