//! A file of lines that several processes add to and nobody changes. A line is there whole or not at all: one that a
//! power cut tore is passed over. Knows nothing of what the lines say.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Mode, sync_folder, write};

/// The file, and how far this process has read it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// Which file was read: it may be written anew under the same name.
    inode: u64,
    /// In bytes: always the start of a line.
    read_to: u64,
}

impl Journal {
    /// The journal in this file, which need not exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path, inode: 0, read_to: 0 }
    }

    /// The lines that were added since the last call, by whomever; all of them when the file was written anew.
    ///
    /// # Errors
    /// The file can not be read.
    pub fn news(&mut self) -> io::Result<Vec<String>> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            file => file?,
        };
        let found = file.metadata()?;
        if found.ino() != self.inode || found.len() < self.read_to {
            (self.inode, self.read_to) = (found.ino(), 0);
        }
        if found.len() == self.read_to {
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(self.read_to))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        self.read_to += whole as u64;
        Ok(String::from_utf8_lossy(&bytes[..whole]).lines().map(str::to_owned).collect())
    }

    /// Whether the file is there, and was read to its end: the last line is not torn.
    pub fn is_whole(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|found| found.len() == self.read_to)
    }

    /// Adds lines; on disk when this returns.
    ///
    /// # Errors
    /// The disk is full or fails; they may be there all the same.
    pub fn add(&self, lines: &[String]) -> io::Result<()> {
        let mut file = self.open_locked()?;
        let torn = last_byte(&mut file)?.is_some_and(|byte| byte != b'\n');
        let fresh = file.metadata()?.len() == 0;
        let mut text = String::from(if torn { "\n" } else { "" });
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // The name of a new file has to last as well.
        if fresh { sync_folder(self.folder()).map_err(io::Error::other) } else { Ok(()) }
    }

    /// Writes the file anew with the lines that `keep` leaves, if it is another then; who adds meanwhile waits.
    ///
    /// # Errors
    /// The disk is full or fails; the file is then the old one.
    pub fn prune(&self, staging: &Path, keep: impl FnOnce(&mut Vec<String>)) -> Result<()> {
        let said = || format!("pruning {}", self.path.display());
        let mut file = self.open_locked().with_context(said)?;
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut bytes)).with_context(said)?;
        // A line that is no text says nothing: it goes when the file is written anew.
        let whole = bytes.split(|&byte| byte == b'\n').filter_map(|line| str::from_utf8(line).ok());
        let mut lines: Vec<String> = whole.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        keep(&mut lines);
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        if text.as_bytes() == bytes {
            return Ok(());
        }
        write(&self.path, text.as_bytes(), Mode::Private, staging)
    }

    /// The file under its lock, created if need be.
    fn open_locked(&self) -> io::Result<File> {
        loop {
            let file = File::options().read(true).append(true).create(true).mode(0o600).open(&self.path)?;
            file.lock()?;
            // Written anew while we waited: then this is the old one.
            if fs::metadata(&self.path).is_ok_and(|named| file.metadata().is_ok_and(|ours| ours.ino() == named.ino())) {
                return Ok(file);
            }
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
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

    fn lines(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn two_hands_see_each_other_and_a_torn_line_harms_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let (mut a, mut b) = (Journal::new(path.clone()), Journal::new(path.clone()));
        assert_eq!((a.news().unwrap(), a.is_whole()), (lines(&[]), false), "it is not there");
        a.add(&lines(&["one", "two"])).unwrap();
        assert_eq!(b.news().unwrap(), ["one", "two"]);
        assert!(b.is_whole());
        File::options().append(true).open(&path).unwrap().write_all(b"thr").unwrap();
        assert_eq!((b.news().unwrap(), b.is_whole()), (lines(&[]), false), "not whole yet");
        b.add(&lines(&["four"])).unwrap();
        assert_eq!(a.news().unwrap(), ["one", "two", "thr", "four"]);
        assert_eq!(b.news().unwrap(), ["thr", "four"]);
        File::options().append(true).open(&path).unwrap().write_all(b"five \xff\n").unwrap();
        a.prune(dir.path(), |lines| assert_eq!(lines.len(), 4)).unwrap();
        a.prune(dir.path(), |lines| lines.truncate(2)).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
    }

    #[test]
    fn what_is_pruned_is_gone_for_all_and_nothing_added_meanwhile_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let mut reader = Journal::new(path.clone());
        std::thread::scope(|scope| {
            for hand in ["a", "b"] {
                let journal = Journal::new(path.clone());
                scope.spawn(move || (0..40).for_each(|n| journal.add(&[format!("{hand}{n}")]).unwrap()));
            }
            for _ in 0..10 {
                reader.prune(dir.path(), |lines| lines.retain(|line| line != "a0" && line != "b0")).unwrap();
            }
        });
        reader.prune(dir.path(), |lines| lines.retain(|line| line != "a0" && line != "b0")).unwrap();
        let mut all = reader.news().unwrap();
        all.sort();
        let mut expected: Vec<String> = (1..40).flat_map(|n| [format!("a{n}"), format!("b{n}")]).collect();
        expected.sort();
        assert_eq!(all, expected);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }
}
