//! What is wrong besides the files themselves: between them, with git's locks, the disk and the mails.

use std::sync::Arc;

use jiff::SignedDuration;

use super::cross_check::CrossCheck;
use super::{Desk, Receipt, Refusal, failure};
use crate::address_book::Unreadable;
use crate::clock::Clock;
use crate::config::Transport;
use crate::domain::person::{Known, Pseudonym};
use crate::mail::{Outbox, State};
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::LockFile;
use crate::seal::NoKey;

/// Git holds its locks for moments: one that outlasts this is worth a word.
const LOCK_AGE: SignedDuration = SignedDuration::from_secs(60);
/// A mail server that is restarted, or a short cut of the network, is nobody's business; what outlasts this is.
const OUTAGE: SignedDuration = SignedDuration::from_hours(1);

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
        found.extend(self.state_problems.iter().cloned());
        if !self.beside_a_serve {
            found.extend(self.around_git());
        }
        found.extend(self.mail_problems());
        let office = Arc::make_mut(&mut self.office);
        for problem in found {
            if !office.problems.contains(&problem) {
                office.problems.push(problem);
            }
        }
    }

    /// What keeps forms from being committed: a serve's matter, and the doctor's, who looks for himself.
    fn around_git(&self) -> Vec<Problem> {
        let mut found = self.stuck_locks();
        found.extend(self.repository.index_is_damaged().then(index_problem));
        found.extend(self.unwritable.iter().chain(&self.refused).cloned());
        match self.elsewhere() {
            Ok(why) => found.extend(why.map(|why| Problem::of_file("", why))),
            Err(error) => found.push(failure("problem-unwritable", &error)),
        }
        found
    }

    /// A form that could not be committed stays a problem until one is: a monitor must learn of it.
    pub(super) fn heed(&mut self, answer: &Result<Receipt, Refusal>) {
        match answer {
            Ok(_) => (self.unwritable, self.refused) = (None, None),
            Err(Refusal::Busy(why)) if why.key == "busy-failed" => {
                self.try_writing();
                let explained = self.unwritable.is_some() || self.book.reload().is_err();
                self.refused = (!explained)
                    .then(|| Problem::of_file("", Phrase::new("problem-refused")).hint(Phrase::new("hint-refused")));
            }
            Err(_) => {}
        }
    }

    /// Tries whether the repository can be written, without a form that needs it.
    pub(super) fn try_writing(&mut self) {
        let tried = self.repository.try_writing();
        self.unwritable =
            tried.err().map(|error| failure("problem-unwritable", &error).hint(Phrase::new("hint-unwritable")));
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
        if !self.locked.any() && !self.repository.has_unrecorded() {
            return Vec::new();
        }
        let now = Clock::real().now();
        let problem = |lock: LockFile| {
            let path = lock.path.strip_prefix(self.repository.root()).unwrap_or(&lock.path).display().to_string();
            let hint = Phrase::new("hint-locked").with("path", &path);
            // Forms wait for no index.
            if self.locked.branch && !path.ends_with("index.lock") {
                return Some(Problem::of_file(&path, Phrase::new("problem-locked-out")).hint(hint));
            }
            let old = lock.age(now).is_some_and(|age| age >= LOCK_AGE);
            old.then(|| Problem::of_file(&path, Phrase::new("problem-locked")).hint(hint).warning())
        };
        self.repository.locks().into_iter().filter_map(problem).collect()
    }

    fn mail_problems(&self) -> Vec<Problem> {
        let mut found = self.dead_letters();
        found.extend(self.mail_outage());
        found.extend(damaged_letters(&self.outbox));
        found
    }

    /// Letters wait, and their server has been asked in vain for too long. They do not die of it.
    fn mail_outage(&self) -> Option<Problem> {
        let sends = matches!(self.site.mail.transport, Transport::Smtp(_));
        let pause = self.outbox.last_pause().filter(|pause| sends && pause.lasted() >= OUTAGE)?;
        self.outbox.waits_since().ok()??;
        let since = self.theme.locale().moment(pause.since, &self.site.timezone).text;
        let message = Phrase::new("problem-mail-outage").with("since", since);
        let message = message.with("error", without_addresses(&pause.error));
        Some(Problem::of_file("", message).hint(Phrase::new("hint-mail-outage")))
    }

    fn dead_letters(&self) -> Vec<Problem> {
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

/// What is wrong with a file of the local state that can not be understood, and what to do.
pub fn state_problem(error: &anyhow::Error) -> Option<Problem> {
    let (path, line, message, hint) = if let Some(book) = error.downcast_ref::<Unreadable>() {
        (".git/guichet/people.toml", book.line, "problem-book-damaged", "hint-book-damaged")
    } else {
        let key = error.downcast_ref::<NoKey>()?;
        (".git/guichet/key", key.line, "problem-key-damaged", "hint-key-damaged")
    };
    Some(Problem { line, ..Problem::of_file(path, Phrase::new(message)).hint(Phrase::new(hint)) })
}

/// The index is not one that we can record our files in.
pub fn index_problem() -> Problem {
    Problem::of_file(".git/index", Phrase::new("problem-index-damaged")).hint(Phrase::new("hint-index-damaged"))
}

/// Letters that were set aside because they can not be read.
pub fn damaged_letters(outbox: &Outbox) -> Option<Problem> {
    let count = outbox.corrupt().ok().filter(|count| *count > 0)?;
    let message = Phrase::new("problem-mail-damaged").with("count", count);
    let problem = Problem::of_file(".git/guichet/outbox/corrupt", message);
    Some(problem.hint(Phrase::new("hint-mail-damaged")).warning())
}

/// A mail server's words without the addresses in them.
fn without_addresses(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| if word.contains('@') { "… " } else { word }).collect()
}
