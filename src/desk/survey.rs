//! The working tree as it was read last: only files that changed are read again. Or the same files of a commit. Knows
//! files of tickets and bookings, not git.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use jiff::civil::DateTime;
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::content::front_matter::{BODY_BYTES, FRONT_BYTES};
use crate::content::{reservation_file, ticket_file};
use crate::domain::reservation::{Reservation, Stem};
use crate::domain::ticket::{Ticket, TicketId};
use crate::domain::vocabulary::Vocabulary;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{BlobId, Entry};

/// A file whose time is this close to our look may change again without its time changing.
const RACY: Duration = Duration::from_secs(2);

/// No file of ours is larger, with its fences: it is not even read.
const MOST_BYTES: usize = FRONT_BYTES + BODY_BYTES + 64;

/// What reading depends on.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The school's words.
    pub vocabulary: &'a Vocabulary,
    /// Wall-clock: what is past is judged more mildly.
    pub now: DateTime,
}

/// A kind of file: where it is, what it is called, what it says.
pub trait Kind {
    /// Its identity.
    type Id: Ord + Clone + Send + Sync;
    /// What it says.
    type Value: Send + Sync;
    /// The folder of the site.
    const FOLDER: &'static str;
    /// What is wrong with a misplaced file, and its remedy.
    const MISPLACED: (&'static str, &'static str);
    /// The identity behind a path.
    fn id(path: &str) -> Option<Self::Id>;
    /// What the bytes say, with what is odd about them.
    fn read(path: &str, bytes: &[u8], reader: Reader<'_>) -> Result<Read<Self::Value>, Vec<Problem>>;
    /// Deeper folders hold other things (attachments).
    fn is_beside(_depth: usize) -> bool {
        false
    }
}

/// A value and what is odd about it.
#[derive(Debug)]
pub struct Read<T> {
    /// What the file says.
    pub value: Arc<T>,
    /// What is odd.
    pub warnings: Arc<Vec<Problem>>,
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), warnings: Arc::clone(&self.warnings) }
    }
}

/// Files of incidents.
pub enum Tickets {}

impl Kind for Tickets {
    type Id = TicketId;
    type Value = Ticket;
    const FOLDER: &'static str = "tickets";
    const MISPLACED: (&'static str, &'static str) = ("problem-file-name", "hint-file-name");

    fn id(path: &str) -> Option<TicketId> {
        TicketId::from_path(path)
    }

    fn read(path: &str, bytes: &[u8], reader: Reader<'_>) -> Result<Read<Ticket>, Vec<Problem>> {
        let reading = ticket_file::read(path, bytes, reader.vocabulary)?;
        Ok(Read { value: Arc::new(reading.ticket), warnings: Arc::new(reading.warnings) })
    }

    fn is_beside(depth: usize) -> bool {
        depth > 3
    }
}

/// Files of bookings.
pub enum Reservations {}

impl Kind for Reservations {
    type Id = Stem;
    type Value = Reservation;
    const FOLDER: &'static str = "reservations";
    const MISPLACED: (&'static str, &'static str) = ("problem-booking-name", "hint-booking-name");

    fn id(path: &str) -> Option<Stem> {
        Stem::from_path(path)
    }

    fn read(path: &str, bytes: &[u8], reader: Reader<'_>) -> Result<Read<Reservation>, Vec<Problem>> {
        let reading = reservation_file::read(path, bytes, reader.vocabulary, reader.now)?;
        Ok(Read { value: Arc::new(reading.reservation), warnings: Arc::new(reading.warnings) })
    }
}

/// One file as it was read.
pub struct Seen<K: Kind> {
    /// The id of its bytes.
    pub blob: BlobId,
    /// What it says, or what is wrong with it.
    pub reading: Result<Read<K::Value>, Arc<Vec<Problem>>>,
    signature: Signature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Signature {
    modified: Option<SystemTime>,
    size: u64,
    inode: u64,
    racy: bool,
}

impl Signature {
    /// Of what is not on disk: never the same as any.
    const NONE: Self = Self { modified: None, size: 0, inode: 0, racy: true };
}

/// All files of a kind in the working tree, or in a commit.
pub struct Survey<K: Kind> {
    files: BTreeMap<K::Id, Seen<K>>,
    /// Whose names are taken: by such a file, or by a folder, a link or a file of another ending.
    taken: BTreeSet<K::Id>,
    /// Paths that are no such file: links, misplaced ones.
    strays: Vec<Problem>,
}

impl<K: Kind> Default for Survey<K> {
    fn default() -> Self {
        Self { files: BTreeMap::new(), taken: BTreeSet::new(), strays: Vec::new() }
    }
}

impl<K: Kind> Survey<K> {
    /// Looks again; reads what changed.
    ///
    /// # Errors
    /// A folder can not be read.
    pub fn refresh(&mut self, site: &Path, reader: Reader<'_>) -> Result<()> {
        let (mut strays, mut taken) = (Vec::new(), BTreeSet::new());
        let mut found: Vec<(K::Id, String, Signature)> = Vec::new();
        let folder = site.join(K::FOLDER);
        if folder.is_symlink() {
            strays.push(link_problem(K::FOLDER));
        } else if folder.is_dir() {
            let now = SystemTime::now();
            let mut entries = WalkDir::new(&folder).min_depth(1).sort_by_file_name().into_iter();
            while let Some(entry) = entries.next() {
                let entry = match entry {
                    Ok(entry) => entry,
                    // A file that went away while we looked.
                    Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {
                        continue;
                    }
                    Err(error) => return Err(error).with_context(|| format!("looking through {}/", K::FOLDER)),
                };
                let path = relative(site, entry.path());
                let link = entry.file_type().is_symlink();
                taken.extend(namesake::<K>(&path));
                if !link && !entry.file_type().is_file() {
                    // A submodule, or somebody's clone: what is in there is not in our history.
                    if entry.path().join(".git").exists() {
                        strays.push(link_problem(&path));
                        entries.skip_current_dir();
                    }
                    continue;
                }
                match place::<K>(&path, link) {
                    Place::Of(id) => {
                        if let Ok(metadata) = entry.metadata() {
                            found.push((id, path, signature(&metadata, now)));
                        }
                    }
                    Place::Beside => {}
                    Place::Stray(problem) => strays.push(*problem),
                }
            }
        }
        let mut before = std::mem::take(&mut self.files);
        let (kept, changed): (Vec<_>, Vec<_>) = found.into_iter().partition(|(id, _, signature)| {
            // What could not be read is judged anew: for a booking, time mends some faults.
            !signature.racy && before.get(id).is_some_and(|seen| seen.signature == *signature && seen.reading.is_ok())
        });
        self.files = kept.into_iter().filter_map(|(id, ..)| before.remove_entry(&id)).collect();
        let read: Vec<(K::Id, Seen<K>)> = changed
            .into_par_iter()
            .map(|(id, path, signature)| {
                let seen = read(site, &path, signature, before.get(&id), reader)?;
                Ok((id, seen))
            })
            .collect::<Result<_>>()?;
        self.files.extend(read);
        (self.taken, self.strays) = (taken, strays);
        Ok(())
    }

    /// The same files in a commit. `bytes` gives those of a blob, unless they are more than so many.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn of_entries(
        entries: &[Entry],
        bytes: impl Fn(BlobId, usize) -> Result<Option<Vec<u8>>>,
        reader: Reader<'_>,
    ) -> Result<Self> {
        let mut survey = Self::default();
        for entry in entries.iter().filter(|entry| entry.path == K::FOLDER || is_below(&entry.path, K::FOLDER)) {
            survey.taken.extend(namesake::<K>(&entry.path));
            match (place::<K>(&entry.path, entry.blob.is_none()), entry.blob) {
                (Place::Of(id), Some(blob)) => {
                    let reading = match bytes(blob, MOST_BYTES)? {
                        Some(bytes) => K::read(&entry.path, &bytes, reader).map_err(Arc::new),
                        None => Err(Arc::new(vec![too_large(&entry.path)])),
                    };
                    survey.files.insert(id, Seen { blob, reading, signature: Signature::NONE });
                }
                (Place::Stray(problem), _) => survey.strays.push(*problem),
                (Place::Of(_) | Place::Beside, _) => {}
            }
        }
        Ok(survey)
    }

    /// Forgets what was read: the words have changed.
    pub fn forget(&mut self) {
        self.files.clear();
    }

    /// The files.
    pub fn files(&self) -> &BTreeMap<K::Id, Seen<K>> {
        &self.files
    }

    /// What is there and should not be.
    pub fn strays(&self) -> &[Problem] {
        &self.strays
    }
}

impl Survey<Tickets> {
    /// The highest number of a year, whatever state its file is in: a folder of attachments may be there before it.
    pub fn highest(&self, year: u16) -> u32 {
        let year = TicketId { year, number: 0 }..TicketId { year: year + 1, number: 0 };
        self.taken.range(year).next_back().map_or(0, |id| id.number)
    }
}

/// Whose name something has, up to its first full stop.
fn namesake<K: Kind>(path: &str) -> Option<K::Id> {
    let (folder, name) = path.rsplit_once('/')?;
    K::id(&format!("{folder}/{}.md", name.split('.').next()?))
}

/// What a path below the folder of a kind is, if it is no folder.
enum Place<Id> {
    /// One of its files.
    Of(Id),
    /// Something else that may be there.
    Beside,
    /// What may not.
    Stray(Box<Problem>),
}

fn place<K: Kind>(path: &str, link: bool) -> Place<K::Id> {
    if link {
        return Place::Stray(Box::new(link_problem(path)));
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.strip_suffix(".md").is_none() || name.starts_with('.') {
        return Place::Beside;
    }
    match K::id(path) {
        Some(id) => Place::Of(id),
        // Attachments may be Markdown too; so may notes to the team beside the years.
        None if K::is_beside(path.matches('/').count()) || name == "README.md" => Place::Beside,
        None => {
            let (message, hint) = K::MISPLACED;
            Place::Stray(Box::new(Problem::of_file(path, Phrase::new(message)).hint(Phrase::new(hint))))
        }
    }
}

fn link_problem(path: &str) -> Problem {
    Problem::of_file(path, Phrase::new("problem-link")).hint(Phrase::new("hint-link"))
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn too_large(path: &str) -> Problem {
    let problem = Problem::of_file(path, Phrase::new("problem-body-too-large").with("most", BODY_BYTES / 1024));
    problem.hint(Phrase::new("hint-body-too-large"))
}

fn read<K: Kind>(
    site: &Path,
    path: &str,
    signature: Signature,
    before: Option<&Seen<K>>,
    reader: Reader<'_>,
) -> Result<Seen<K>> {
    let broken = |problem: Problem| Err(Arc::new(vec![problem]));
    if signature.size > MOST_BYTES as u64 {
        return Ok(Seen { blob: BlobId::of(b"")?, reading: broken(too_large(path)), signature });
    }
    let bytes = match fs::read(site.join(path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let problem = Problem::of_file(path, Phrase::new("problem-unreadable-file").with("detail", error));
            return Ok(Seen { blob: BlobId::of(b"")?, reading: broken(problem), signature });
        }
    };
    let blob = BlobId::of(&bytes)?;
    let reading = match before.filter(|seen| seen.blob == blob && seen.reading.is_ok()) {
        Some(seen) => seen.reading.clone(),
        None => K::read(path, &bytes, reader).map_err(Arc::new),
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
