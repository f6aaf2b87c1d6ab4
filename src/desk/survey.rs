//! The working tree as it was read last: only files that changed are read again. Knows files and tickets, not git.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::content::front_matter::{BODY_BYTES, FRONT_BYTES};
use crate::content::ticket_file::{self, Reading};
use crate::domain::ticket::TicketId;
use crate::domain::vocabulary::Vocabulary;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::BlobId;

/// A file whose time is this close to our look may change again without its time changing.
const RACY: Duration = Duration::from_secs(2);

/// One file of an incident.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The id of its bytes.
    pub blob: BlobId,
    /// What it says, or what is wrong with it.
    pub reading: Result<Arc<Reading>, Arc<Vec<Problem>>>,
    signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signature {
    modified: Option<SystemTime>,
    size: u64,
    inode: u64,
    racy: bool,
}

/// All files of incidents in the working tree.
#[derive(Debug, Default)]
pub struct Survey {
    files: BTreeMap<TicketId, Seen>,
    /// Paths that are no ticket: links, misplaced files.
    strays: Vec<Problem>,
}

impl Survey {
    /// Looks again; reads what changed.
    ///
    /// # Errors
    /// A folder can not be read.
    pub fn refresh(&mut self, site: &Path, vocabulary: &Vocabulary) -> Result<()> {
        let mut strays = Vec::new();
        let mut found: Vec<(TicketId, String, Signature)> = Vec::new();
        let folder = site.join("tickets");
        if folder.is_dir() {
            let now = SystemTime::now();
            for entry in WalkDir::new(&folder).min_depth(1).sort_by_file_name() {
                let entry = match entry {
                    Ok(entry) => entry,
                    // A file that went away while we looked.
                    Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {
                        continue;
                    }
                    Err(error) => return Err(error).context("looking through tickets/"),
                };
                let path = relative(site, entry.path());
                if entry.file_type().is_symlink() {
                    strays.push(Problem::of_file(&path, Phrase::new("problem-link")).hint(Phrase::new("hint-link")));
                    continue;
                }
                let name = entry.file_name().to_string_lossy();
                if !entry.file_type().is_file() || !name.ends_with(".md") || name.starts_with('.') {
                    continue;
                }
                match TicketId::from_path(&path) {
                    Some(id) => {
                        if let Ok(metadata) = entry.metadata() {
                            found.push((id, path, signature(&metadata, now)));
                        }
                    }
                    // Attachments may be Markdown too; so may notes to the team beside the years.
                    None if entry.depth() > 3 || name == "README.md" => {}
                    None => {
                        let problem = Problem::of_file(&path, Phrase::new("problem-file-name"));
                        strays.push(problem.hint(Phrase::new("hint-file-name")));
                    }
                }
            }
        }
        let mut before = std::mem::take(&mut self.files);
        let (kept, changed): (Vec<_>, Vec<_>) = found.into_iter().partition(|(id, _, signature)| {
            !signature.racy && before.get(id).is_some_and(|seen| seen.signature == *signature)
        });
        self.files = kept.into_iter().filter_map(|(id, ..)| Some((id, before.remove(&id)?))).collect();
        let read: Vec<(TicketId, Seen)> = changed
            .into_par_iter()
            .map(|(id, path, signature)| Ok((id, read(site, &path, signature, before.get(&id), vocabulary)?)))
            .collect::<Result<_>>()?;
        self.files.extend(read);
        self.strays = strays;
        Ok(())
    }

    /// Forgets what was read: the words have changed.
    pub fn forget(&mut self) {
        self.files.clear();
    }

    /// The files, by ticket.
    pub fn files(&self) -> &BTreeMap<TicketId, Seen> {
        &self.files
    }

    /// What is there and should not be.
    pub fn strays(&self) -> &[Problem] {
        &self.strays
    }

    /// The highest number of a year, whatever state its file is in.
    pub fn highest(&self, year: u16) -> u32 {
        let year = TicketId { year, number: 0 }..TicketId { year: year + 1, number: 0 };
        self.files.range(year).next_back().map_or(0, |(id, _)| id.number)
    }
}

fn read(site: &Path, path: &str, signature: Signature, before: Option<&Seen>, vocabulary: &Vocabulary) -> Result<Seen> {
    let broken = |problem: Problem| Err(Arc::new(vec![problem]));
    if signature.size > (FRONT_BYTES + BODY_BYTES + 64) as u64 {
        let problem = Problem::of_file(path, Phrase::new("problem-body-too-large").with("most", BODY_BYTES / 1024));
        return Ok(Seen { blob: BlobId::of(b"")?, reading: broken(problem), signature });
    }
    let bytes = match fs::read(site.join(path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let problem = Problem::of_file(path, Phrase::new("problem-unreadable-file").with("detail", error));
            return Ok(Seen { blob: BlobId::of(b"")?, reading: broken(problem), signature });
        }
    };
    let blob = BlobId::of(&bytes)?;
    let reading = match before.filter(|seen| seen.blob == blob) {
        Some(seen) => seen.reading.clone(),
        None => ticket_file::read(path, &bytes, vocabulary).map(Arc::new).map_err(Arc::new),
    };
    Ok(Seen { blob, reading, signature })
}

fn signature(metadata: &fs::Metadata, now: SystemTime) -> Signature {
    let modified = metadata.modified().ok();
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let inode = 0;
    let age = modified.and_then(|modified| now.duration_since(modified).ok());
    Signature { modified, size: metadata.len(), inode, racy: age.is_none_or(|age| age < RACY) }
}

fn relative(site: &Path, path: &Path) -> String {
    path.strip_prefix(site).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
