//! What is wrong besides the files themselves: between them, with git's locks, the disk and the mails.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;

use super::Desk;
use crate::clock::Clock;
use crate::domain::person::{Known, Requester};
use crate::domain::reservation::Stem;
use crate::domain::rules::breaches;
use crate::mail::State;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::ForeignIndex;

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
        found.extend(self.cross_check(true));
        found.extend(self.repository.unplaced().iter().map(|path| {
            let problem = Problem::of_file(path, Phrase::new("problem-unplaced"));
            problem.hint(Phrase::new("hint-unplaced"))
        }));
        found.extend(self.repository.foreign_index().map(index_problem));
        found.extend(self.stuck_locks());
        found.extend(self.mail_problems());
        let office = Arc::make_mut(&mut self.office);
        for problem in found {
            if !office.problems.contains(&problem) {
                office.problems.push(problem);
            }
        }
    }

    /// What is wrong between files: a duplicate of nothing, an attachment that is missing, a requester whom the
    /// address book does not know.
    pub fn cross_check(&self, people: bool) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut unknown = std::collections::BTreeSet::new();
        let mut missing = |path: String, requester: &Requester| {
            if let Requester::Person(pseudonym) = requester
                && people
                && self.book.find(pseudonym) == Known::Unknown
                && unknown.insert(pseudonym.clone())
            {
                let message = Phrase::new("problem-requester-missing").with("who", pseudonym);
                let hint = Phrase::new("hint-requester-missing").with("who", pseudonym);
                return Some(Problem::of_file(&path, message).warning().hint(hint));
            }
            None
        };
        for booked in self.office.reservations.values() {
            let reservation = &*booked.reservation;
            found.extend(missing(reservation.stem.path(), &reservation.requester));
            let nothing_left = reservation.occurrences(&self.site.calendar).next().is_none();
            if nothing_left && reservation.over() > self.wall_clock() {
                let problem = Problem::of_file(&reservation.stem.path(), Phrase::new("problem-series-empty"));
                found.push(problem.warning().hint(Phrase::new("hint-series-empty")));
            }
        }
        found.extend(self.overlaps());
        found.extend(self.breaches());
        for filed in self.office.tickets.values() {
            let ticket = &*filed.ticket;
            let at = |message: Phrase| Problem::of_file(&ticket.id.path(), message).warning();
            if let Some(other) = ticket.duplicate_of.filter(|other| !self.office.tickets.contains_key(other)) {
                found.push(at(Phrase::new("problem-duplicate-missing").with("id", other)));
            }
            for name in &ticket.attachments {
                if !self.folder.join(ticket.id.folder()).join(name).is_file() {
                    found.push(at(Phrase::new("problem-attachment-missing").with("name", name)));
                }
            }
            for requester in ticket.audience() {
                found.extend(missing(ticket.id.path(), requester));
            }
        }
        found
    }

    /// Bookings to come that take more than there is: the one made last is in conflict. Each is named once, with the
    /// first day on which it is.
    fn overlaps(&self) -> Vec<Problem> {
        let now = self.wall_clock();
        let mut found: BTreeMap<&Stem, Problem> = BTreeMap::new();
        for (date, day) in self.office.diary.days_from(now.date()) {
            for (late, other) in self.office.latecomers(day, &self.site.vocabulary) {
                if late.span.ends() <= now {
                    continue;
                }
                found.entry(&late.reservation.stem).or_insert_with(|| {
                    let message = Phrase::new("problem-overlap").with("other", &other.reservation.stem);
                    let problem = Problem::of_file(&late.reservation.stem.path(), message.with("date", date));
                    problem.hint(Phrase::new("hint-overlap"))
                });
            }
        }
        found.into_values().collect()
    }

    /// Bookings to come that keep no rule of their resource: a référent may have meant it.
    fn breaches(&self) -> Vec<Problem> {
        let bookings = self.office.reservations.values().map(|booked| &*booked.reservation);
        let site = &self.site;
        let found = breaches(bookings, &site.vocabulary, &site.calendar, self.wall_clock());
        found
            .into_iter()
            .map(|(booking, fault)| Problem::of_file(&booking.stem.path(), fault.message).warning())
            .collect()
    }

    /// Locks of git's that our entries or forms have been waiting for. The age of a file is one by the machine's clock.
    fn stuck_locks(&self) -> Vec<Problem> {
        if !self.waits_for_a_lock && !self.repository.has_unrecorded() {
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
pub fn index_problem(form: ForeignIndex) -> Problem {
    let (message, hint) = match form {
        ForeignIndex::Split => ("problem-index-split", "hint-index-split"),
        ForeignIndex::Sparse => ("problem-index-sparse", "hint-index-sparse"),
    };
    Problem::of_file(".git/index", Phrase::new(message)).hint(Phrase::new(hint))
}

/// A mail server's words without the addresses in them.
fn without_addresses(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| if word.contains('@') { "… " } else { word }).collect()
}
