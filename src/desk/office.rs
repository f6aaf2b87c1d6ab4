//! Look: configuration, theme, address book, branch and working tree as they are now, made into the office.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use super::chronicle::{self, PUT_BACK};
use super::{Desk, read_site, theme_signature};
use crate::domain::office::{Filed, Office, Standing};
use crate::domain::person::{Known, Requester};
use crate::domain::ticket::{Ticket, TicketId};
use crate::mail::State;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::CommitId;
use crate::theme::Theme;

impl Desk {
    /// Reads all that has changed and makes the office from it.
    ///
    /// # Errors
    /// The repository or a folder can not be read; the office is then the old one.
    pub fn look(&mut self) -> Result<()> {
        self.reload_site();
        self.reload_theme();
        if let Err(error) = self.book.reload() {
            tracing::error!("the address book stays as it was: {error:#}");
        }
        let head = self.follow()?;
        if let Some(head) = head {
            self.chronicle.extend(&self.repository, &self.site.vocabulary, head)?;
            self.read_tip(head)?;
        }
        self.survey.refresh(&self.folder, &self.site.vocabulary)?;
        self.make_office(head)?;
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
        let dropped = self.repository.dropped_by_accident(head)?;
        if !dropped.is_empty() && self.repository.elsewhere()?.is_none() {
            let paths: Vec<&str> = dropped.iter().map(|write| write.path.as_str()).collect();
            tracing::warn!("a commit beside us dropped {}: putting it back", paths.join(", "));
            let subject = self.theme.locale().word("commit-put-back");
            let message = format!("{subject}\n\n{PUT_BACK}: {head}\n");
            let (author, now) = (self.team_signature(), self.clock.now());
            match self.repository.commit(Some(head), &dropped, &message, &author, now, &self.site.timezone) {
                Ok(commit) => head = commit,
                Err(error) => tracing::error!("putting back {}: {error}", paths.join(", ")),
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
                    self.site = Arc::new(site);
                    self.site_text = text;
                    self.theme_signature.clear();
                    self.survey.forget();
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

    fn read_tip(&mut self, head: CommitId) -> Result<()> {
        let (known, files) = &mut self.tip_files;
        match known {
            Some(known) if *known == head => return Ok(()),
            Some(old) => {
                for edit in self.repository.edits_between(Some(*old), head, &["tickets"])? {
                    match edit.new {
                        Some(blob) => drop(files.insert(edit.path, blob)),
                        None => drop(files.remove(&edit.path)),
                    }
                }
            }
            None => *files = self.repository.files_below(head, &["tickets"])?.into_iter().collect(),
        }
        *known = Some(head);
        Ok(())
    }

    fn make_office(&mut self, head: Option<CommitId>) -> Result<()> {
        let mut tickets = BTreeMap::new();
        let mut problems = self.survey.strays().to_vec();
        for (id, seen) in self.survey.files() {
            let committed = self.tip_files.1.get(&id.path()) == Some(&seen.blob);
            match &seen.reading {
                Ok(reading) => {
                    problems.extend(reading.warnings.iter().cloned());
                    let filed = Filed {
                        ticket: Arc::new(reading.ticket.clone()),
                        standing: if committed { Standing::Committed } else { Standing::Uncommitted },
                        warnings: Arc::new(reading.warnings.clone()),
                    };
                    tickets.insert(*id, filed);
                }
                Err(faults) => {
                    problems.extend(faults.iter().cloned());
                    let last_good = match head {
                        Some(head) => chronicle::last_good(&self.repository, &self.site.vocabulary, head, &id.path())?,
                        None => None,
                    };
                    if let (Some(ticket), Some(first)) = (last_good, faults.first()) {
                        let standing = Standing::LastGood(Box::new(first.clone()));
                        tickets.insert(*id, Filed { ticket: Arc::new(ticket), standing, warnings: Arc::default() });
                    }
                }
            }
        }
        let office = Office {
            tickets,
            timelines: Arc::clone(self.chronicle.timelines()),
            problems,
            updated: self.chronicle.updated(),
        };
        self.office = Arc::new(office);
        self.gather_problems();
        Ok(())
    }

    /// Adds to the office what is wrong between the files and around them.
    pub(super) fn gather_problems(&mut self) {
        let mut found = Vec::new();
        found.extend(self.site_problems.iter().cloned());
        found.extend(self.theme_problems.iter().cloned());
        found.extend(self.settle_problem.iter().cloned());
        found.extend(self.publish_problem.iter().cloned());
        found.extend(self.cross_check(true));
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
            for requester in ticket.audience().filter(|_| people) {
                if let Requester::Person(pseudonym) = requester
                    && self.book.find(pseudonym) == Known::Unknown
                    && unknown.insert(pseudonym.clone())
                {
                    let problem = at(Phrase::new("problem-requester-missing").with("who", pseudonym));
                    found.push(problem.hint(Phrase::new("hint-requester-missing").with("who", pseudonym)));
                }
            }
        }
        found
    }

    fn mail_problems(&self) -> Vec<Problem> {
        let Ok(entries) = self.outbox.list() else {
            return Vec::new();
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

    /// The tickets that a `duplicate_of` may name, for the commands.
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket> {
        self.office.tickets.get(&id).map(|filed| &*filed.ticket)
    }
}

/// A mail server's words without the addresses in them.
fn without_addresses(text: &str) -> String {
    text.split_inclusive(char::is_whitespace).map(|word| if word.contains('@') { "… " } else { word }).collect()
}
