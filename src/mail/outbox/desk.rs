//! What people see of the outbox and do to it by hand.

use std::fs;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;

use super::{Outbox, is};
use crate::mail::entry::{Entry, Name, State};
use crate::mail::folder;

impl Outbox {
    /// All letters of the queue, the held and the dead, oldest first.
    pub fn list(&self) -> Result<Vec<Entry>> {
        let pause = self.last_pause();
        let mut entries = Vec::new();
        for (state, folder) in self.folders() {
            for name in folder.names()? {
                let Some(mut entry) = self.entry(state, &name)? else { continue };
                if let (State::Waiting, None, Some(pause)) = (state, &entry.last_error, &pause) {
                    entry.next_due = pause.wait.is_positive().then_some(pause.until);
                    entry.last_error = Some(pause.error.clone());
                }
                entries.push(entry);
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// How many letters wait: the queue and the held.
    pub fn pending(&self) -> Result<usize> {
        Ok(self.queue.names()?.len() + self.held.names()?.len())
    }

    /// Since when the oldest letter of the queue waits: the age of its file.
    pub fn waits_since(&self) -> Result<Option<Timestamp>> {
        let names = self.queue.names()?;
        let modified = names.iter().filter_map(|name| fs::metadata(self.queue.path(name)).ok()?.modified().ok());
        Ok(modified.min().map(Timestamp::try_from).transpose()?)
    }

    /// How many letters are dead.
    pub fn dead(&self) -> Result<usize> {
        Ok(self.dead.names()?.len())
    }

    /// How many files were set aside because they can not be read.
    pub fn corrupt(&self) -> Result<usize> {
        Ok(folder::files(&self.dir.join("corrupt"))?.len())
    }

    /// The message of a letter, by its name or id.
    ///
    /// # Errors
    /// Also when there is no such letter, or it is held and has no message yet.
    pub fn read(&self, which: &str) -> Result<Vec<u8>> {
        let (state, name) = self.find(which)?.with_context(|| format!("no letter {which:?} in the outbox"))?;
        ensure!(state != State::Held, "letter {which:?} is held: it has no address, so no message yet");
        self.folder(state).read(&name)?.with_context(|| format!("letter {which:?} has just left the outbox"))
    }

    /// Makes all letters, or the one of this name or id, due now; dead ones go back into the
    /// queue, with five days before them. Returns how many there were.
    pub fn retry(&self, which: Option<&str>) -> Result<usize> {
        let _lock = self.lock()?;
        self.ask_again()?;
        let chosen = |name: &Name| which.is_none_or(|which| is(name, which));
        let mut count = 0;
        for name in self.queue.names()?.iter().filter(|name| chosen(name)) {
            self.queue.clear_retry(name)?;
            count += 1;
        }
        for name in self.dead.names()?.iter().filter(|name| chosen(name)) {
            self.dead.hand_over(name, &self.queue)?;
            count += 1;
        }
        Ok(count)
    }

    /// Deletes the letter of this name or id for good; `false` when there is none.
    pub fn drop_letter(&self, which: &str) -> Result<bool> {
        let _lock = self.lock()?;
        let Some((state, name)) = self.find(which)? else { return Ok(false) };
        self.ledger.note(name.id).context("cannot write the file told")?;
        self.folder(state).remove(&name)
    }
}

#[cfg(test)]
mod tests {
    use crate::mail::entry::State;
    use crate::mail::letter::LetterId;
    use crate::mail::letter::tests::letter;
    use crate::mail::outbox::tests::{filled, now, summary};

    #[test]
    fn a_dead_letter_is_kept_until_someone_decides() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a"), ("1", "p-1", "b"), ("1", "p-2", "a")]);
        outbox.refused(&outbox.due(now()).unwrap().unwrap(), now(), "550 unknown").unwrap();
        assert_eq!((outbox.pending().unwrap(), outbox.dead().unwrap()), (2, 1));
        let dead = outbox.list().unwrap().remove(0);
        assert_eq!((dead.state, dead.last_error.as_deref(), dead.next_due), (State::Dead, Some("550 unknown"), None));
        assert_eq!(outbox.due(now()).unwrap().unwrap().subject, "[1] b", "a dead letter blocks no successor");
        assert_eq!(outbox.read(&dead.id.to_string()).unwrap(), outbox.read(&dead.name).unwrap());

        assert_eq!((outbox.retry(Some("nothing")).unwrap(), outbox.retry(Some(&dead.name)).unwrap()), (0, 1));
        let again = outbox.due(now()).unwrap().unwrap();
        assert_eq!((again.id, again.attempts, again.last_error), (dead.id, 0, None));

        assert!(outbox.drop_letter(&dead.name).unwrap());
        assert!(!outbox.drop_letter(&dead.name).unwrap());
        assert!(outbox.read(&dead.name).is_err() && outbox.read("../told").is_err());
        outbox.stage("s", &[letter("1", "p-1", "a")]).unwrap();
        assert_eq!(outbox.release("s").unwrap(), 0, "what was dropped does not come back");
    }

    #[test]
    fn what_can_not_be_read_is_set_aside_and_stops_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a"), ("1", "p-1", "b")]);
        let first = outbox.due(now()).unwrap().unwrap();
        let file = dir.path().join(format!("queue/{}.eml", first.name));
        let message = std::fs::read(&file).unwrap();
        std::fs::write(&file, &message[..message.len() / 2]).unwrap();
        std::fs::write(dir.path().join("queue/note.txt"), "?").unwrap();
        std::fs::write(dir.path().join("queue/0000000009~1~p-1.eml"), "?").unwrap();
        std::fs::write(dir.path().join(format!("held/0000000009~1~p-2~{}.json", LetterId::derive(&[]))), "{").unwrap();
        assert_eq!(outbox.due(now()).unwrap().unwrap().subject, "[1] b");
        assert_eq!(summary(&outbox), [(State::Waiting, "[1] b".to_owned())]);
        assert_eq!(outbox.corrupt().unwrap(), 4);
    }
}
