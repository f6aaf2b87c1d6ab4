//! What is wrong besides the files themselves: between them, with git's locks, the disk and the mails.

use std::sync::Arc;

use jiff::SignedDuration;

use super::Desk;
use super::cross_check::CrossCheck;
use crate::clock::Clock;
use crate::domain::person::{Known, Pseudonym};
use crate::mail::State;
use crate::phrase::Phrase;
use crate::problem::Problem;

/// Git holds its locks for moments: one that outlasts this is worth a word.
const LOCK_AGE: SignedDuration = SignedDuration::from_secs(60);

impl Desk {
    /// Adds to the office what is wrong between the files and around them.
    pub(super) fn gather_problems(&mut self) {
        let mut found = Vec::new();
        found.extend(self.site_problems.iter().cloned());
        found.extend(self.theme_problems.iter().cloned());
        found.extend(self.settle_problem.iter().cloned());
        found.extend(self.publish_problem.iter().cloned());
        found.extend(self.receipts_problem.iter().cloned());
        found.extend(self.repository.in_doubt().map(|detail| {
            let problem = Problem::of_file("", Phrase::new("problem-unsynced").with("detail", detail));
            problem.hint(Phrase::new("hint-unsynced"))
        }));
        found.extend(self.repository.branch_is_lost().then(|| {
            let branch = self.repository.branch();
            let problem = Problem::of_file("", Phrase::new("problem-branch-lost").with("branch", branch));
            problem.hint(Phrase::new("hint-branch-lost"))
        }));
        found.extend(self.between_files());
        found.extend(self.repository.unplaced().iter().map(|path| {
            let problem = Problem::of_file(path, Phrase::new("problem-unplaced"));
            problem.hint(Phrase::new("hint-unplaced"))
        }));
        found.extend(self.repository.index_is_damaged().then(index_problem));
        found.extend(self.stuck_locks());
        found.extend(self.mail_problems());
        let office = Arc::make_mut(&mut self.office);
        for problem in found {
            if !office.problems.contains(&problem) {
                office.problems.push(problem);
            }
        }
    }

    fn between_files(&self) -> Vec<Problem> {
        let known = |pseudonym: &Pseudonym| self.book.find(pseudonym) != Known::Unknown;
        let has_file = |path: &str| self.folder.join(path).is_file();
        let check = CrossCheck {
            office: &self.office,
            site: &self.site,
            now: self.wall_clock(),
            known: &known,
            has_file: &has_file,
        };
        check.problems()
    }

    /// Locks of git's that our entries or forms have been waiting for. The age of a file is one by the machine's clock.
    fn stuck_locks(&self) -> Vec<Problem> {
        if !self.waits_for_a_lock && !self.mark_is_locked && !self.repository.has_unrecorded() {
            return Vec::new();
        }
        let now = Clock::real().now();
        let stuck = self.repository.locks().into_iter().filter(|lock| lock.age(now).is_some_and(|age| age >= LOCK_AGE));
        stuck
            .map(|lock| {
                let path = lock.path.strip_prefix(self.repository.root()).unwrap_or(&lock.path).display().to_string();
                let hint = Phrase::new("hint-locked").with("path", &path);
                Problem::of_file(&path, Phrase::new("problem-locked")).hint(hint).warning()
            })
            .collect()
    }

    fn mail_problems(&self) -> Vec<Problem> {
        // Most of the time there is none: the queue itself is not read for that.
        let entries = match self.outbox.dead() {
            Ok(0) | Err(_) => return Vec::new(),
            Ok(_) => self.outbox.list().unwrap_or_default(),
        };
        let dead = entries.into_iter().filter(|entry| entry.state == State::Dead);
        dead.map(|entry| {
            // Addresses never show on a public page: the recipient's key does.
            let message = Phrase::new("problem-mail-dead")
                .with("to", &entry.recipient)
                .with("error", entry.last_error.map(|error| without_addresses(&error)).unwrap_or_default());
            Problem::of_file("", message).hint(Phrase::new("hint-mail-dead")).warning()
        })
        .collect()
    }
}

/// The index is not one that we can record our files in.
pub fn index_problem() -> Problem {
    Problem::of_file(".git/index", Phrase::new("problem-index-damaged")).hint(Phrase::new("hint-index-damaged"))
}

/// A mail server's words without the addresses in them.
fn without_addresses(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| if word.contains('@') { "… " } else { word }).collect()
}
