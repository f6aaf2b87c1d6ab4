//! Every mail comes from a commit: the line from the mark to the head, step by step. The letters of some steps
//! are written and synced, then the mark moves past them, then they may leave; so a crash anywhere is
//! repaired by settling again.

mod bookings;
mod last_told;
mod tickets;

use std::collections::{BTreeSet, HashSet};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};

pub(super) use last_told::LastTold;

use super::chronicle::{self, PUT_BACK};
use super::{Desk, FOLDERS, address};
use crate::domain::history::Author;
use crate::domain::item::Item;
use crate::domain::person::{Contact, Known, Requester, TEAM};
use crate::durable::{self, Mode};
use crate::mail::{Letter, LetterId, Lookup};
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{BlobId, CommitId, CommitInfo, Edit, Line, Mark};
use crate::theme::letters;
use crate::theme::scene::Scene;

/// Steps whose letters share one sync.
const CHUNK: usize = 64;
/// A rewritten history that touches more items than this is told to the team alone.
const REWRITTEN_ITEMS: usize = 10;
/// What is told late has links as if it were this old: who reads it has the time that they give.
const OLDEST_LINK: SignedDuration = SignedDuration::from_hours(24);
/// How often history was rewritten.
const REWRITINGS: &str = "rewritings";

/// Two neighbours on the line.
struct Step {
    before: Option<CommitId>,
    commit: CommitId,
    /// Files that were dropped by accident and are put back by now: they were never gone.
    unharmed: Vec<String>,
    /// It leads from one history to another: how often that has happened by now, as the same way may be gone again.
    rewriting: Option<u64>,
}

impl Step {
    fn new(before: Option<CommitId>, commit: CommitId) -> Self {
        Self { before, commit, unharmed: Vec::new(), rewriting: None }
    }

    /// Where it leads from: part of a letter's identity.
    fn origin(&self) -> String {
        let before = self.before.map(|commit| commit.to_string()).unwrap_or_default();
        self.rewriting.map_or(before.clone(), |rewriting| format!("{before} {rewriting}"))
    }
}

/// A step as it is told.
struct Told<'a> {
    step: &'a Step,
    info: &'a CommitInfo,
    author: &'a Author,
    /// When it was committed; not in the future, whatever a clock said.
    at: Timestamp,
    /// From when on its links are good. Prepared again, a letter is the same letter.
    links_from: Timestamp,
}

/// A file before a step.
struct Before<T> {
    /// What people were told of last, and in which version.
    told: Option<(BlobId, T)>,
    /// It was there, and could not be read.
    broken: bool,
}

impl Desk {
    /// Queues the letters of all that has not been told.
    ///
    /// # Errors
    /// History can not be read, or the outbox or the mark not be written; all of it is done again next time.
    pub fn settle(&mut self) -> Result<()> {
        self.repository.keep_mark()?;
        if self.half_told {
            self.mend_outbox()?;
        }
        self.half_told = true;
        self.tell()?;
        self.half_told = false;
        Ok(())
    }

    fn tell(&self) -> Result<()> {
        self.resolve_held()?;
        let mark = match self.repository.mark()? {
            // A branch that is lost is not one that has not begun.
            Mark::Unset if self.repository.branch_is_lost() => return Ok(()),
            // History that was there before us is not told.
            Mark::Unset => return self.repository.begin_mark(),
            mark => mark,
        };
        // The head that was looked at: what was dropped up to there is back, what came since is the next turn's.
        let Some(head) = self.tip_files.0 else {
            return Ok(());
        };
        // Nothing is told of a commit that a power cut could take back, and the mark is nowhere but on disk.
        self.repository.make_durable(head)?;
        match (self.repository.line(mark, head)?, mark) {
            (Line::Forward(commits), mark) => self.settle_forward(mark, &commits),
            (Line::Rewritten, Mark::At(mark)) => self.settle_rewritten(mark, head),
            (Line::Back, Mark::At(mark)) => self.alert_back(mark, head),
            (Line::Here | Line::Rewritten | Line::Back, _) => Ok(()),
        }
    }

    /// What lies between queue and mark: letters that the mark has passed leave, others are prepared again.
    fn mend_outbox(&self) -> Result<()> {
        let mark = self.repository.mark()?;
        self.outbox.recover(|step| match (mark, step.parse::<CommitId>()) {
            (Mark::At(mark), Ok(step)) => self.repository.holds(mark, step).unwrap_or(false),
            _ => false,
        })
    }

    fn settle_forward(&self, mark: Mark, commits: &[CommitId]) -> Result<()> {
        let mut before = match mark {
            Mark::At(mark) => Some(mark),
            Mark::Unset | Mark::Origin => None,
        };
        let mut steps = Vec::new();
        for commit in commits {
            steps.push(Step::new(before, *commit));
            before = Some(*commit);
        }
        self.spare_what_was_put_back(&mut steps)?;
        for chunk in steps.chunks(CHUNK) {
            let mut letters = Vec::new();
            for step in chunk {
                self.letters_of_edits(step, &self.edits_told(step)?, &mut letters)?;
            }
            let last = chunk.last().map(|step| step.commit);
            self.send(last, &letters)?;
        }
        Ok(())
    }

    /// A put-back and the drop that it undoes tell nothing, also when others committed in between.
    fn spare_what_was_put_back(&self, steps: &mut [Step]) -> Result<()> {
        for index in 0..steps.len() {
            let put_back = steps[index].commit;
            if self.repository.info(put_back)?.trailer(PUT_BACK).is_none() {
                continue;
            }
            for edit in self.repository.edits_between(steps[index].before, put_back, FOLDERS)? {
                // Back to the step that took away what is there again now; it may have been told before the mark.
                let holds = |step: &Step| -> Result<bool> {
                    let held = step.before.map(|before| self.repository.blob_at(before, &edit.path)).transpose()?;
                    Ok(held.flatten() == edit.new)
                };
                let mut first = index;
                for earlier in (0..index).rev() {
                    if holds(&steps[earlier])? {
                        first = earlier;
                        break;
                    }
                }
                for step in &mut steps[first..=index] {
                    step.unharmed.push(edit.path.clone());
                }
            }
        }
        Ok(())
    }

    fn settle_rewritten(&self, mark: CommitId, head: CommitId) -> Result<()> {
        let mut letters = Vec::new();
        let step = Step { rewriting: Some(self.count_rewriting()?), ..Step::new(Some(mark), head) };
        let edits = self.edits_told(&step)?;
        let moved = self.bookings_moved(&edits)?;
        let items: BTreeSet<String> = edits
            .iter()
            .filter(|edit| !moved.contains(&edit.path))
            .filter_map(|edit| Item::from_path(&edit.path))
            .map(|item| item.to_string())
            .collect();
        if items.len() > REWRITTEN_ITEMS {
            let locale = self.theme.locale();
            let lead =
                Phrase::new("alert-rewritten").with("branch", self.repository.branch()).with("count", items.len());
            let names: Vec<String> = items.into_iter().collect();
            let subject = locale.word("alert-rewritten-subject");
            let id = LetterId::derive(&["rewritten", &mark.to_string(), &head.to_string()]);
            letters.push(self.alert(id, subject, locale.say(&lead), names.join(", "))?);
        } else {
            self.letters_of_edits(&step, &edits, &mut letters)?;
        }
        self.send(Some(head), &letters)
    }

    fn alert_back(&self, mark: CommitId, head: CommitId) -> Result<()> {
        let locale = self.theme.locale();
        let lead =
            Phrase::new("alert-back").with("branch", self.repository.branch()).with("commit", &head.to_string()[..10]);
        let id = LetterId::derive(&["back", &mark.to_string(), &head.to_string()]);
        let letter = self.alert(id, locale.word("alert-back-subject"), locale.say(&lead), String::new())?;
        self.outbox.stage(&format!("back-{head}"), &[letter])?;
        self.outbox.release(&format!("back-{head}"))?;
        Ok(())
    }

    /// Letters on disk, then the mark, then free to leave.
    fn send(&self, step: Option<CommitId>, letters: &[Letter]) -> Result<()> {
        let Some(step) = step else {
            return Ok(());
        };
        let name = step.to_string();
        self.last_told.write().context("noting what was told last")?;
        if !letters.is_empty() {
            self.outbox.stage(&name, letters)?;
        }
        self.repository.move_mark(step)?;
        if !letters.is_empty() {
            self.outbox.release(&name)?;
            tracing::info!("{} letters up to {}", letters.len(), &name[..10]);
        }
        Ok(())
    }

    fn letters_of_edits(&self, step: &Step, edits: &[Edit], letters: &mut Vec<Letter>) -> Result<()> {
        let info = self.repository.info(step.commit)?;
        let author = chronicle::signed(&info).author(&self.site.vocabulary, self.site.team.email.as_str());
        let now = self.clock.now();
        let at = info.at.min(now);
        let told = Told { step, info: &info, author: &author, at, links_from: at.max(now - OLDEST_LINK) };
        self.letters_of_tickets(&told, edits, letters)?;
        self.letters_of_bookings(&told, edits, letters)
    }

    /// What a step changed and people are told of, by path: not what only silent commits did.
    fn edits_told(&self, step: &Step) -> Result<Vec<Edit>> {
        let mut edits = self.repository.edits_between(step.before, step.commit, FOLDERS)?;
        let silent = is_silent(&self.repository.info(step.commit)?);
        if step.rewriting.is_some() || (self.repository.is_merge(step.commit)? && !silent) {
            let (mut hushed, mut said) = (HashSet::new(), HashSet::new());
            for commit in self.repository.commits_since(step.before, step.commit)? {
                let silent = is_silent(&self.repository.info(commit)?);
                let paths = self.repository.own_edits(commit, FOLDERS)?.into_iter().map(|edit| edit.path);
                if silent { hushed.extend(paths) } else { said.extend(paths) }
            }
            edits.retain(|edit| said.contains(&edit.path) || !hushed.contains(&edit.path));
        } else if silent {
            edits.clear();
        }
        edits.retain(|edit| !step.unharmed.contains(&edit.path));
        edits.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(edits)
    }

    /// A file as people know it: the version before the step, or, where that one can not be read or is gone, what they
    /// were told of last.
    fn before<T>(&self, step: &Step, edit: &Edit, read: impl Fn(&[u8]) -> Option<T>) -> Result<Before<T>> {
        let version =
            |blob: BlobId| Ok::<_, anyhow::Error>(read(&self.repository.bytes(blob)?).map(|file| (blob, file)));
        let mut told = edit.old.map(version).transpose()?.flatten();
        let broken = edit.old.is_some() && told.is_none();
        if told.is_none()
            && let Some(blob) = self.last_told.find(&edit.path, edit.old)?
        {
            told = version(blob)?;
        }
        if let (true, None, Some(before)) = (broken, &told, step.before) {
            told = chronicle::last_good(&self.repository, before, &edit.path, read)?;
        }
        Ok(Before { told, broken })
    }

    /// Counts one more rewriting of history.
    fn count_rewriting(&self) -> Result<u64> {
        let path = self.repository.state_folder().join(REWRITINGS);
        let count = std::fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0) + 1;
        durable::write(&path, format!("{count}\n").as_bytes(), Mode::Private, &self.repository.staging_folder())?;
        Ok(count)
    }

    fn letters_of_broken(
        &self,
        path: &str,
        blob: BlobId,
        author: &Author,
        problems: &[Problem],
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let locale = self.theme.locale();
        let report: Vec<String> = problems.iter().map(|problem| locale.public_report(problem)).collect();
        let who = match author {
            Author::Member(key) => {
                self.site.vocabulary.members.get(key).map_or_else(|| key.to_string(), |member| member.name.clone())
            }
            Author::Stranger(name) if !name.contains('@') => name.clone(),
            _ => self.site.team.name.clone(),
        };
        let subject = locale.say(&Phrase::new("alert-broken-subject").with("path", path));
        let lead = locale.say(&Phrase::new("alert-broken").with("who", who));
        let blob = blob.to_string();
        let team = self.alert(LetterId::derive(&["broken", path, &blob, TEAM]), subject, lead, report.join("\n\n"))?;
        if let Author::Member(key) = author
            && let Lookup::Address(to) = self.reachable(&Requester::Member(key.clone()))
            && !to.email.eq_ignore_ascii_case(self.site.team.email.as_str())
        {
            letters.push(Letter {
                id: LetterId::derive(&["broken", path, &blob, key.as_str()]),
                recipient: key.to_string(),
                to: Some(to),
                ..team.clone()
            });
        }
        letters.push(team);
        Ok(())
    }

    fn alert(&self, id: LetterId, subject: String, lead: String, detail: String) -> Result<Letter> {
        let now = self.clock.now();
        let words = letters::alert(&self.scene(&super::nobody, now), subject, lead, detail)?;
        Ok(Letter {
            id,
            item: "alert".to_owned(),
            recipient: TEAM.to_owned(),
            thread: Vec::new(),
            to: Some(address(&self.site.team)),
            reply_to: None,
            subject: words.subject,
            text: words.text,
            html: words.html,
            calendar: String::new(),
            date: now,
        })
    }

    fn scene<'a>(&'a self, people: &'a crate::theme::scene::People<'a>, now: Timestamp) -> Scene<'a> {
        Scene { site: &self.site, office: &self.office, people, theme: &self.theme, now }
    }

    /// Where mail reaches somebody: never ourselves, nor a machine that might answer.
    fn reachable(&self, requester: &Requester) -> Lookup {
        let contact = match requester {
            Requester::Nobody => return Lookup::Forgotten,
            Requester::Member(key) => match self.site.vocabulary.members.get(key) {
                Some(member) => Contact { name: member.name.clone(), email: member.email.clone() },
                None => return Lookup::Unknown,
            },
            Requester::Person(pseudonym) => match self.book.find(pseudonym) {
                Known::Contact(contact) => contact,
                Known::Forgotten => return Lookup::Forgotten,
                Known::Unknown => return Lookup::Unknown,
            },
        };
        let own = [&self.site.mail.from.email, &self.site.mail.envelope_from];
        if contact.email.is_automatic() || own.iter().any(|own| own.folded() == contact.email.folded()) {
            return Lookup::Forgotten;
        }
        Lookup::Address(address(&contact))
    }

    /// Letters to people whom the address book did not know leave when it does.
    fn resolve_held(&self) -> Result<()> {
        self.outbox.resolve_held(|recipient| match crate::domain::person::Pseudonym::new(recipient) {
            Some(pseudonym) => self.reachable(&Requester::Person(pseudonym)),
            None => match self.site.vocabulary.members.find(recipient) {
                Some(member) => self.reachable(&Requester::Member(member.id.clone())),
                None => Lookup::Unknown,
            },
        })?;
        Ok(())
    }
}

/// `Guichet-Notify: none`, or `[sans mail]` in the subject.
fn is_silent(info: &CommitInfo) -> bool {
    let none = info.trailer("Guichet-Notify").is_some_and(|value| value.trim().eq_ignore_ascii_case("none"));
    none || info.subject().to_lowercase().contains("[sans mail]")
}
