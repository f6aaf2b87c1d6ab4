//! Look: configuration, theme, address book, branch and working tree as they are now, made into the office.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use anyhow::Result;

use super::chronicle::{self, PUT_BACK};
use super::site_files::theme_signature;
use super::survey::{Kind, Read, Reader, Reservations, Seen, Tickets};
use super::{Desk, FOLDERS, address, read_site};
use crate::clock::Clock;
use crate::domain::diary::Diary;
use crate::domain::office::{Booked, Filed, Office, Standing};
use crate::domain::ticket::{Ticket, TicketId};
use crate::mail::Outbox;
use crate::problem::Problem;
use crate::repository::{BlobId, CommitError, CommitId};
use crate::theme::Theme;

/// What a commit beside us dropped is put back on top of at most so many others in a row; the rest comes next time.
const PUT_BACK_TRIES: usize = 10;

impl Desk {
    /// Reads all there is and changes nothing, neither in the repository nor in the working tree.
    ///
    /// # Errors
    /// The repository or a folder can not be read.
    pub fn only_look(&mut self) -> Result<()> {
        self.beside_a_serve = true;
        self.look()?;
        self.gather_problems();
        Ok(())
    }

    /// Reads all that has changed and makes the office from it.
    ///
    /// # Errors
    /// The repository or a folder can not be read; the office is then the old one.
    pub fn look(&mut self) -> Result<()> {
        // First the files of a push, then what they say: words and tickets that need them may come together.
        let head = self.follow()?;
        self.reload_site();
        self.reload_theme();
        self.state_problems.clear();
        let said = |error: &anyhow::Error| {
            super::state_problem(error).unwrap_or_else(|| super::failure("problem-state-unreadable", error))
        };
        if let Err(error) = self.book.reload() {
            tracing::error!("the address book stays as it was: {error:#}");
            self.state_problems.push(said(&error));
        }
        match self.seal.reread() {
            Ok(seal) if seal != *self.seal => self.seal = Arc::new(seal),
            Ok(_) => {}
            Err(error) => {
                tracing::error!("the keys of links stay as they were: {error:#}");
                self.state_problems.push(said(&error));
            }
        }
        if let Some(head) = head {
            self.read_chronicle(head)?;
            self.read_tip(head)?;
        }
        self.survey()?;
        self.make_office(head)
    }

    /// Reads what changed in the working tree.
    pub(super) fn survey(&mut self) -> Result<()> {
        let reader = Reader { vocabulary: &self.site.vocabulary, now: self.wall_clock() };
        self.tickets.refresh(&self.folder, reader)?;
        self.reservations.refresh(&self.folder, reader)
    }

    /// Brings in what was pushed since we looked last: a file that is still the old one is nobody's unfinished work.
    pub(super) fn follow_pushes(&mut self) -> Result<()> {
        if self.repository.head()? != self.tip_files.0 {
            self.follow()?;
        }
        Ok(())
    }

    /// The branch's head, when pushes are brought in and what was dropped by accident is put back.
    fn follow(&mut self) -> Result<Option<CommitId>> {
        self.repository.record_pending();
        let Some(mut head) = self.repository.head()? else {
            return Ok(None);
        };
        if self.beside_a_serve {
            return Ok(Some(head));
        }
        self.repository.learn(head, FOLDERS, super::is_ours)?;
        self.repository.record_pending();
        if self.locked.any() || self.repository.has_unrecorded() {
            self.repository.remove_abandoned_locks(Clock::real().now())?;
        }
        for _ in 0..PUT_BACK_TRIES {
            let dropped = self.repository.dropped_by_accident(head)?;
            if dropped.is_empty() || self.repository.elsewhere()?.is_some() {
                break;
            }
            let paths: Vec<&str> = dropped.iter().map(|write| write.path.as_str()).collect();
            tracing::warn!("a commit beside us dropped {}: putting it back", paths.join(", "));
            let subject = self.theme.locale().word("commit-put-back");
            let message = format!("{subject}\n\n{PUT_BACK}: {head}\n");
            let (author, now) = (self.team_signature(), self.clock.now());
            match self.repository.commit(Some(head), &dropped, &message, &author, now, &self.site.timezone) {
                Ok(commit) => head = commit,
                // Somebody was faster: what is missing now is decided on their commit.
                Err(CommitError::Moved) => head = self.repository.head()?.unwrap_or(head),
                // Nothing is told before it is back.
                Err(error) => {
                    return Err(anyhow::Error::new(error).context(format!("putting back {}", paths.join(", "))));
                }
            }
        }
        self.repository.follow(head)?;
        Ok(Some(head))
    }

    fn reload_site(&mut self) {
        match read_site(&self.folder) {
            Ok((site, text)) => {
                self.site_problems.clear();
                if text != self.site_text {
                    tracing::info!("site.toml has changed");
                    let outbox = self.repository.state_folder().join("outbox");
                    self.outbox = match Outbox::open(&outbox, address(&site.mail.from)) {
                        Ok(outbox) => outbox,
                        Err(error) => return tracing::error!("site.toml is not taken over: {error:#}"),
                    };
                    self.repository.follow_branch(&site.branch);
                    self.site = Arc::new(site);
                    self.site_text = text;
                    self.theme_signature.clear();
                    self.tickets.forget();
                    self.reservations.forget();
                }
            }
            // The last good configuration stays in force.
            Err(super::OpenError::Config(problems)) => self.site_problems = problems,
            Err(super::OpenError::Failed(error)) => tracing::error!("site.toml: {error:#}"),
        }
    }

    fn reload_theme(&mut self) {
        let signature = theme_signature(&self.folder, &self.site.theme);
        if signature == self.theme_signature && self.theme.locale().language() == self.site.language {
            return;
        }
        self.theme_signature = signature;
        match Theme::load(&self.folder, &self.site.theme, self.site.language) {
            Ok(theme) => {
                self.theme = Arc::new(theme);
                self.theme_problems.clear();
            }
            Err(problem) => self.theme_problems = vec![*problem],
        }
    }

    pub(super) fn read_tip(&mut self, head: CommitId) -> Result<()> {
        let (known, files) = &mut self.tip_files;
        match known {
            Some(known) if *known == head => return Ok(()),
            Some(old) => {
                for edit in self.repository.edits_between(Some(*old), head, FOLDERS)? {
                    match edit.new {
                        Some(blob) => drop(files.insert(edit.path, blob)),
                        None => drop(files.remove(&edit.path)),
                    }
                }
            }
            None => *files = self.repository.files_below(head, FOLDERS)?.into_iter().collect(),
        }
        *known = Some(head);
        Ok(())
    }

    fn make_office(&mut self, head: Option<CommitId>) -> Result<()> {
        let mut problems = self.tickets.strays().to_vec();
        problems.extend(self.reservations.strays().iter().cloned());
        let known = self.known_otherwise();
        let mut tickets: BTreeMap<TicketId, Filed> = BTreeMap::new();
        for (id, seen) in self.tickets.files() {
            if let Some((read, standing)) = self.shown::<Tickets>(&id.path(), seen, head, &known, &mut problems)? {
                tickets.insert(*id, Filed { ticket: read.value, standing, warnings: read.warnings });
            }
        }
        let mut reservations = BTreeMap::new();
        for (stem, seen) in self.reservations.files() {
            let shown = self.shown::<Reservations>(&stem.path(), seen, head, &known, &mut problems)?;
            if let Some((read, standing)) = shown {
                reservations.insert(stem.clone(), Booked { reservation: read.value, standing });
            }
        }
        let mut out_of_service = BTreeMap::new();
        for filed in tickets.values() {
            if let Some(resource) = filed.ticket.blocks(&self.site.vocabulary) {
                out_of_service.entry(resource.clone()).or_insert(filed.ticket.id);
            }
        }
        let booked = reservations.values().map(|booked: &Booked| Arc::clone(&booked.reservation));
        let diary = Arc::new(Diary::new(booked, &self.site.calendar));
        self.office = Arc::new(Office {
            tickets,
            reservations,
            diary,
            out_of_service,
            arrivals: Arc::clone(self.arrivals.order()),
            lineages: Arc::clone(self.chronicle.lineages()),
            timelines: Arc::clone(self.chronicle.timelines()),
            problems,
            updated: self.chronicle.updated(),
        });
        Ok(())
    }

    /// Files that have other bytes than the branch, with what git holds them for: it may have converted their line ends.
    fn known_otherwise(&self) -> HashMap<String, BlobId> {
        let tickets = self.tickets.files().iter().map(|(id, seen)| (id.path(), seen.blob));
        let reservations = self.reservations.files().iter().map(|(stem, seen)| (stem.path(), seen.blob));
        let other = |(path, blob): &(String, BlobId)| self.tip_files.1.get(path) != Some(blob);
        self.repository.known_files(tickets.chain(reservations).filter(other).map(|(path, _)| path).collect())
    }

    /// Which version of a file the site shows: the one on disk, else the last committed one that can be read.
    fn shown<K: Kind>(
        &self,
        path: &str,
        seen: &Seen<K>,
        head: Option<CommitId>,
        known: &HashMap<String, BlobId>,
        problems: &mut Vec<Problem>,
    ) -> Result<Option<(Read<K::Value>, Standing)>> {
        let faults = match &seen.reading {
            Ok(read) => {
                problems.extend(read.warnings.iter().cloned());
                let committed = self.tip_files.1.get(path) == Some(known.get(path).unwrap_or(&seen.blob));
                let standing = if committed { Standing::Committed } else { Standing::Uncommitted };
                return Ok(Some((read.clone(), standing)));
            }
            Err(faults) => faults,
        };
        problems.extend(faults.iter().cloned());
        let (Some(head), Some(first)) = (head, faults.first()) else {
            return Ok(None);
        };
        let reader = self.reader();
        let last = chronicle::last_good(&self.repository, head, path, |bytes| K::read(path, bytes, reader).ok())?;
        Ok(last.map(|(_, read)| (read, Standing::LastGood(Box::new(first.clone())))))
    }

    /// The tickets that a `duplicate_of` may name, for the commands.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.office.tickets.get(&id).map(|filed| &*filed.ticket)
    }
}
