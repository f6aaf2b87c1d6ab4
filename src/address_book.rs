//! Names and mail addresses of requesters, by pseudonym: `people.toml` in the local state, outside the
//! versioned tree. Forgetting somebody leaves a bare tombstone. Several processes may write it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};

use crate::domain::person::{Contact, Known, MailAddress, Pseudonym};
use crate::durable::{self, Mode};

const FILE: &str = "people.toml";
const LOCK: &str = "people.lock";

/// The address book of one site.
#[derive(Debug)]
pub struct AddressBook {
    folder: PathBuf,
    lines: Arc<BTreeMap<Pseudonym, Line>>,
    read: Option<Vec<u8>>,
}

/// The address book can not be understood at a line, counted from 1. Says nothing of what the line holds: names and addresses.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line} can not be understood", path.display())]
pub struct Unreadable {
    path: PathBuf,
    /// Where it begins to make no sense.
    pub line: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    forgotten: bool,
}

impl AddressBook {
    /// Reads the address book kept in `folder`; an absent one is empty.
    ///
    /// # Errors
    /// It can not be read or understood.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut book = Self { folder: folder.to_owned(), lines: Arc::default(), read: None };
        book.reload()?;
        Ok(book)
    }

    /// Where it is kept.
    pub fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Reads it again; true: it is not what it was.
    ///
    /// # Errors
    /// It can not be read or understood; what was known before stays in force.
    pub fn reload(&mut self) -> Result<bool> {
        let bytes = match fs::read(self.path()) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("reading {}", self.path().display())),
        };
        if bytes == self.read {
            return Ok(false);
        }
        let whole = bytes.as_deref().unwrap_or_default();
        let unreadable = |at: usize| {
            let line = whole[..at.min(whole.len())].split(|byte| *byte == b'\n').count();
            Unreadable { path: self.path(), line }
        };
        let text = std::str::from_utf8(whole).map_err(|error| unreadable(error.valid_up_to()))?;
        let lines: BTreeMap<String, Line> =
            toml::from_str(text).map_err(|error| unreadable(error.span().map_or(0, |span| span.start)))?;
        let lines = lines.into_iter().map(|(key, line)| {
            let pseudonym = Pseudonym::new(&key).ok_or_else(|| unreadable(text.find(&key).unwrap_or_default()))?;
            Ok((pseudonym, line))
        });
        self.lines = Arc::new(lines.collect::<Result<_>>()?);
        self.read = bytes;
        Ok(true)
    }

    /// What is known of somebody.
    pub fn find(&self, pseudonym: &Pseudonym) -> Known {
        known(&self.lines, pseudonym)
    }

    /// All of it as it is now, for another thread; costs nothing.
    pub fn snapshot(&self) -> People {
        People(Arc::clone(&self.lines))
    }

    /// Everybody, in the order of their pseudonyms.
    pub fn everybody(&self) -> impl Iterator<Item = (&Pseudonym, Known)> {
        self.lines.keys().map(|pseudonym| (pseudonym, self.find(pseudonym)))
    }

    /// Who has this address.
    pub fn by_address(&self, email: &MailAddress) -> Option<&Pseudonym> {
        let folded = email.folded();
        let mut lines = self.lines.iter();
        lines.find(|(_, line)| !line.forgotten && line.email.to_lowercase() == folded).map(|(pseudonym, _)| pseudonym)
    }

    /// The pseudonym of a contact: found by address, without regard to case, or added, on disk when this returns.
    /// A name that is known already is never overwritten.
    ///
    /// # Errors
    /// The address book can not be written.
    pub fn enter(&mut self, contact: &Contact) -> Result<Pseudonym> {
        // Another process may have forgotten them since.
        self.reload()?;
        if let Some(known) = self.by_address(&contact.email) {
            return Ok(known.clone());
        }
        self.change(|lines| {
            let folded = contact.email.folded();
            let present = lines.iter().find(|(_, line)| !line.forgotten && line.email.to_lowercase() == folded);
            if let Some((known, _)) = present {
                return Ok(known.clone());
            }
            loop {
                let mut random = [0; 6];
                getrandom::fill(&mut random).map_err(|error| anyhow!("no random numbers: {error}"))?;
                let pseudonym = Pseudonym::from_random(random);
                if !lines.contains_key(&pseudonym) {
                    let line = Line { name: contact.name.clone(), email: contact.email.to_string(), forgotten: false };
                    lines.insert(pseudonym.clone(), line);
                    return Ok(pseudonym);
                }
            }
        })
    }

    /// Corrects somebody's name or address, or enters them under a pseudonym that files already use.
    ///
    /// # Errors
    /// The address belongs to somebody else, or the address book can not be written.
    pub fn set(&mut self, pseudonym: &Pseudonym, contact: &Contact) -> Result<()> {
        self.change(|lines| {
            let folded = contact.email.folded();
            if let Some((other, _)) = lines
                .iter()
                .find(|(other, line)| *other != pseudonym && !line.forgotten && line.email.to_lowercase() == folded)
            {
                bail!("{} already belongs to {other}", contact.email);
            }
            let line = Line { name: contact.name.clone(), email: contact.email.to_string(), forgotten: false };
            lines.insert(pseudonym.clone(), line);
            Ok(())
        })
    }

    /// Leaves a bare tombstone.
    ///
    /// # Errors
    /// The address book can not be written.
    pub fn forget(&mut self, pseudonym: &Pseudonym) -> Result<()> {
        self.change(|lines| {
            lines.insert(pseudonym.clone(), Line { forgotten: true, ..Line::default() });
            Ok(())
        })
    }

    /// Reads, changes and writes under a lock that other processes honour.
    fn change<T>(&mut self, change: impl FnOnce(&mut BTreeMap<Pseudonym, Line>) -> Result<T>) -> Result<T> {
        durable::make_folder(&self.folder)?;
        let lock = File::create(self.folder.join(LOCK)).context("opening the lock of the address book")?;
        lock.lock().context("locking the address book")?;
        self.reload()?;
        let mut lines = BTreeMap::clone(&self.lines);
        let result = change(&mut lines)?;
        if lines != *self.lines {
            let text =
                toml::to_string(&lines.iter().map(|(key, line)| (key.as_str(), line)).collect::<BTreeMap<_, _>>())
                    .context("writing the address book")?;
            durable::write(&self.path(), text.as_bytes(), Mode::Private, &self.folder.join("tmp"))?;
            self.read = Some(text.into_bytes());
            self.lines = Arc::new(lines);
        }
        Ok(result)
    }
}

/// The address book at one moment.
#[derive(Clone, Debug)]
pub struct People(Arc<BTreeMap<Pseudonym, Line>>);

impl People {
    /// What is known of somebody.
    pub fn find(&self, pseudonym: &Pseudonym) -> Known {
        known(&self.0, pseudonym)
    }
}

fn known(lines: &BTreeMap<Pseudonym, Line>, pseudonym: &Pseudonym) -> Known {
    match lines.get(pseudonym) {
        None => Known::Unknown,
        Some(line) => match MailAddress::new(&line.email) {
            Some(email) if !line.forgotten => Known::Contact(Contact { name: line.name.clone(), email }),
            _ => Known::Forgotten,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(name: &str, email: &str) -> Contact {
        Contact { name: name.into(), email: MailAddress::new(email).unwrap() }
    }

    #[test]
    fn one_address_is_one_person_and_a_form_never_overwrites_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = AddressBook::open(folder.path()).unwrap();
        let sophie = book.enter(&contact("Sophie Martin", "Sophie@d.fr")).unwrap();
        assert_eq!(book.enter(&contact("S.", "sophie@D.fr")).unwrap(), sophie);
        let mut other = AddressBook::open(folder.path()).unwrap();
        assert_eq!(other.find(&sophie), Known::Contact(contact("Sophie Martin", "Sophie@d.fr")));
        let luc = other.enter(&contact("Luc", "luc@d.fr")).unwrap();
        // Written by another process in the meantime: not lost.
        book.enter(&contact("Zoé", "zoe@d.fr")).unwrap();
        assert!(matches!(book.find(&luc), Known::Contact(_)));
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named_without_what_it_says() {
        let folder = tempfile::tempdir().unwrap();
        let sound = "[p-7k2m9x]\nname = \"Sophie\"\nemail = \"s@d.fr\"\n\n";
        for (bad, line) in [("email = s@d.fr\n", 5), ("[s@d.fr]\n", 5), ("[p-7k2m9y]\nnom = \"s@d.fr\"\n", 6)] {
            fs::write(folder.path().join(FILE), format!("{sound}{bad}")).unwrap();
            let error = AddressBook::open(folder.path()).unwrap_err();
            assert_eq!(error.downcast_ref::<Unreadable>().unwrap().line, line, "{bad}");
            assert!(!format!("{error:#}").contains("s@d.fr"), "{error:#}");
        }
    }

    #[test]
    fn forgetting_leaves_a_tombstone() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = AddressBook::open(folder.path()).unwrap();
        let sophie = book.enter(&contact("Sophie", "s@d.fr")).unwrap();
        book.forget(&sophie).unwrap();
        assert_eq!(book.find(&sophie), Known::Forgotten);
        assert!(!fs::read_to_string(book.path()).unwrap().contains("s@d.fr"));
        assert_ne!(book.enter(&contact("Sophie", "s@d.fr")).unwrap(), sophie);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(book.path()).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
