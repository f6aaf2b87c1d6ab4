//! The ids of the letters that are done with, one a line, append-only: what must never be queued
//! again. It knows no letter, only ids.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::letter::LetterId;

/// The file `told`. Other processes append to it too: each question first reads what is new.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    ids: HashSet<LetterId>,
    /// How far the file has been read, in bytes: always the start of a line.
    read_to: u64,
}

impl Ledger {
    /// The ledger in this file, which must exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// Is this letter done with?
    pub fn holds(&self, id: LetterId) -> io::Result<bool> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.read_on(&mut File::open(&self.path)?)?;
        Ok(known.ids.contains(&id))
    }

    /// Notes the letter; on disk when this returns. When the disk refuses, this process at least
    /// remembers. The caller holds the outbox's lock.
    pub fn note(&self, id: LetterId) -> io::Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.ids.insert(id) {
            return Ok(());
        }
        let mut file = File::options().read(true).append(true).open(&self.path)?;
        let torn = last_byte(&mut file)?.is_some_and(|byte| byte != b'\n');
        let line = if torn { format!("\n{id}\n") } else { format!("{id}\n") };
        file.write_all(line.as_bytes())?;
        file.sync_all()
    }
}

impl Known {
    /// Takes in the whole lines that were appended since; a line that is no id (torn by a power
    /// cut) is passed over.
    fn read_on(&mut self, file: &mut File) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.read_to))?;
        let mut news = Vec::new();
        file.read_to_end(&mut news)?;
        let whole = news.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        self.read_to += whole as u64;
        self.ids
            .extend(String::from_utf8_lossy(&news[..whole]).lines().filter_map(|line| line.parse::<LetterId>().ok()));
        Ok(())
    }
}

fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut byte = [0];
    file.read_exact(&mut byte)?;
    Ok(Some(byte[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_handles_see_each_other_and_a_torn_line_harms_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("told");
        std::fs::write(&path, "").unwrap();
        let (a, b) = (Ledger::new(path.clone()), Ledger::new(path.clone()));
        let [one, two] = ["1", "2"].map(|part| LetterId::derive(&[part]));
        a.note(one).unwrap();
        assert!(b.holds(one).unwrap() && !b.holds(two).unwrap());
        File::options().append(true).open(&path).unwrap().write_all(b"0123").unwrap();
        assert!(!a.holds(two).unwrap());
        b.note(two).unwrap();
        b.note(two).unwrap();
        assert!(a.holds(one).unwrap() && a.holds(two).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{one}\n0123\n{two}\n"));
    }
}
