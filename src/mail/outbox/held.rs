//! The letters whose recipient has no usable address today, and those to people whose address has
//! changed or who asked to be forgotten. It must not know where addresses come from.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Outbox;
use crate::durable::{self, Mode};
use crate::mail::address::Address;
use crate::mail::entry::Name;
use crate::mail::folder;
use crate::mail::letter::{self, Letter};

/// What is known today of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Write here.
    Address(Address),
    /// The person asked to be forgotten: letters to them are deleted.
    Forgotten,
    /// No address; letters stay held.
    Unknown,
}

impl Outbox {
    /// The letters whose recipient has no usable address, oldest first.
    pub fn held(&self) -> Result<Vec<Letter>> {
        let names = self.held.names()?;
        names.iter().filter_map(|name| self.held_letter(name).transpose()).collect()
    }

    /// Asks again for the address of each held letter's recipient: those now known are queued, the
    /// forgotten deleted. Returns how many were queued. `lookup` must not call this outbox.
    pub fn resolve_held(&self, lookup: impl Fn(&str) -> Lookup) -> Result<usize> {
        let _lock = self.lock()?;
        let mut queued = 0;
        for name in self.held.names()? {
            let Some(mut letter) = self.held_letter(&name)? else { continue };
            let address = match lookup(&letter.recipient) {
                Lookup::Address(address) => Some(address),
                Lookup::Unknown => continue,
                Lookup::Forgotten => {
                    self.held.remove(&name)?;
                    continue;
                }
            };
            let news = letter.to != address;
            letter.to = address;
            if let Ok(message) = self.compose(&letter) {
                self.queue.put(&name, &message)?;
                self.held.remove(&name)?;
                queued += 1;
            } else if news {
                self.held.put(&name, &serde_json::to_vec(&letter)?)?;
            }
        }
        Ok(queued)
    }

    /// Gives every letter to this recipient another address: those that wait may leave at once, the dead stay where
    /// they are. Returns how many letters had another one. The held ask for theirs themselves.
    pub fn readdress(&self, recipient: &str, to: &Address) -> Result<usize> {
        let _lock = self.lock()?;
        let mut count = 0;
        for place in self.places(&["queue", "dead"])? {
            for file in folder::files(&place)? {
                let Some(Ok(name)) = file.strip_suffix(".eml").map(str::parse::<Name>) else { continue };
                if name.recipient != recipient {
                    continue;
                }
                let path = place.join(&file);
                let message = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let moved = letter::readdressed(&message, name.id, to)?.filter(|moved| *moved != message);
                if let Some(moved) = moved {
                    durable::write(&path, &moved, Mode::Private, &self.drafts())?;
                    self.queue.clear_retry(&name)?;
                    count += 1;
                }
            }
        }
        Ok(count)
    }

    /// Deletes every letter to this recipient, wherever it is; returns how many files went.
    pub fn forget(&self, recipient: &str) -> Result<usize> {
        let _lock = self.lock()?;
        let mut removed = 0;
        for place in self.places(&["queue", "held", "dead", "corrupt"])? {
            for file in folder::files(&place)? {
                if file.split('~').nth(2) == Some(recipient) && folder::remove(&place.join(file))? {
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// These folders and those of the staged steps.
    fn places(&self, names: &[&str]) -> Result<Vec<PathBuf>> {
        let staged = self.dir.join("staged");
        let steps = folder::files(&staged)?;
        Ok(names.iter().map(|name| self.dir.join(name)).chain(steps.iter().map(|step| staged.join(step))).collect())
    }

    /// The held letter of this name; `None` when it has vanished or had to be set aside.
    pub(super) fn held_letter(&self, name: &Name) -> Result<Option<Letter>> {
        let Some(content) = self.held.read(name)? else { return Ok(None) };
        let letter = serde_json::from_slice::<Letter>(&content).ok().filter(|letter| letter.id == name.id);
        if letter.is_none() {
            self.held.quarantine(name)?;
        }
        Ok(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::entry::State;
    use crate::mail::letter::tests::letter;
    use crate::mail::outbox::tests::{filled, now, open, summary};

    fn held(recipient: &str, what: &str) -> Letter {
        Letter { to: None, ..letter("1", recipient, what) }
    }

    #[test]
    fn a_held_letter_leaves_when_its_address_is_known_and_before_its_successors() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = open(dir.path());
        let bad = Address { name: String::new(), email: "not an address".into() };
        let letters = [held("p-new", "a"), held("p-gone", "a"), held("p-odd", "a"), letter("1", "p-new", "b")];
        outbox.stage("s1", &letters).unwrap();
        outbox.release("s1").unwrap();
        assert_eq!(outbox.held().unwrap(), letters[..3]);
        assert_eq!((outbox.pending().unwrap(), outbox.due(now()).unwrap()), (4, None));
        let queued = outbox
            .resolve_held(|recipient| match recipient {
                "p-new" => Lookup::Address(Address { name: "Nouvelle".into(), email: "nouvelle@example.org".into() }),
                "p-gone" => Lookup::Forgotten,
                "p-odd" => Lookup::Address(bad.clone()),
                _ => Lookup::Unknown,
            })
            .unwrap();
        assert_eq!(queued, 1);
        let list = outbox.list().unwrap();
        assert_eq!(
            summary(&outbox),
            [(State::Waiting, "[1] a".to_owned()), (State::Held, "[1] a".into()), (State::Waiting, "[1] b".into())]
        );
        assert_eq!(list[0].to.as_ref().unwrap().to_string(), "Nouvelle <nouvelle@example.org>");
        assert!(list[1].last_error.as_ref().unwrap().contains("not an address"));
        assert_eq!(outbox.due(now()).unwrap().unwrap(), list[0]);
        assert!(outbox.read(&list[1].name).unwrap_err().to_string().contains("held"));
    }

    #[test]
    fn a_bad_address_does_not_stop_a_step() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = open(dir.path());
        let mut bad = letter("1", "p-1", "a");
        bad.to.as_mut().unwrap().email = "é@example.org".into();
        let mut reply = letter("1", "team", "a");
        reply.reply_to = bad.to.clone();
        outbox.stage("s1", &[bad, reply]).unwrap();
        assert_eq!(outbox.release("s1").unwrap(), 2);
        assert_eq!(outbox.due(now()).unwrap().unwrap().recipient, "team");
    }

    #[test]
    fn a_new_address_reaches_what_waits_and_what_is_dead() {
        let dir = tempfile::tempdir().unwrap();
        let outbox =
            filled(dir.path(), &[("1", "p-1", "a"), ("2", "p-1", "a"), ("1", "p-11", "a"), ("2", "p-11", "a")]);
        outbox.refused(&outbox.due(now()).unwrap().unwrap(), now(), "550 unknown").unwrap();
        let deferred = outbox.due(now()).unwrap().unwrap();
        outbox.deferred(&deferred, now(), "451").unwrap();
        outbox.stage("s2", &[letter("1", "p-1", "b")]).unwrap();
        let before = outbox.list().unwrap();
        let new = Address { name: "Chloé Petit".into(), email: "chloe@example.org".into() };
        assert_eq!((outbox.readdress("p-1", &new).unwrap(), outbox.readdress("p-1", &new).unwrap()), (3, 0));
        outbox.release("s2").unwrap();
        let after = outbox.list().unwrap();
        let read = |entry: &crate::mail::Entry| {
            (entry.state, entry.id, entry.to.as_ref().unwrap().email.clone(), entry.last_error.clone())
        };
        let old = "p-11@example.org".to_owned();
        assert_eq!(
            after.iter().map(read).collect::<Vec<_>>(),
            [
                (State::Dead, before[0].id, new.email.clone(), Some("550 unknown".to_owned())),
                (State::Waiting, before[1].id, new.email.clone(), None),
                (State::Waiting, before[2].id, old.clone(), None),
                (State::Waiting, before[3].id, old, None),
                (State::Waiting, after[4].id, new.email.clone(), None),
            ]
        );
        assert_eq!(outbox.due(now()).unwrap().unwrap(), after[1], "due now");
    }

    #[test]
    fn a_person_forgotten_leaves_no_letter_behind() {
        let dir = tempfile::tempdir().unwrap();
        let outbox =
            filled(dir.path(), &[("1", "p-1", "a"), ("2", "p-1", "a"), ("1", "p-11", "a"), ("1", "p-1.x", "a")]);
        outbox.refused(&outbox.due(now()).unwrap().unwrap(), now(), "550 p-1@example.org unknown").unwrap();
        outbox.deferred(&outbox.due(now()).unwrap().unwrap(), now(), "451").unwrap();
        outbox.stage("s1", &[held("p-1", "b")]).unwrap();
        outbox.release("s1").unwrap();
        outbox.stage("s2", &[letter("1", "p-1", "c")]).unwrap();
        fs::write(dir.path().join("corrupt/0000000001~1~p-1~x.eml"), "x").unwrap();
        assert_eq!(outbox.forget("p-1").unwrap(), 7, "five letters, two retry states");
        outbox.release("s2").unwrap();
        assert_eq!(
            outbox.list().unwrap().iter().map(|entry| entry.recipient.as_str()).collect::<Vec<_>>(),
            ["p-11", "p-1.x"]
        );
        let kept =
            std::process::Command::new("grep").args(["-rl", "p-1@example.org"]).arg(dir.path()).output().unwrap();
        assert_eq!(String::from_utf8(kept.stdout).unwrap(), "");
    }
}
