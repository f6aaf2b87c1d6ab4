//! A site as its files alone say it: those of a folder that git does not know, or of a commit that a push is about to
//! bring. Knows no branch, no history and no people, and writes nothing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;

use super::arrivals::same_time;
use super::chronicle::FOLDERS;
use super::cross_check::CrossCheck;
use super::site_files::config_unusable;
use super::survey::{Kind, Reader, Reservations, Survey, Tickets};
use super::{OpenError, read_site};
use crate::config::{FILE, HOLIDAYS_FILE, Site};
use crate::domain::diary::Diary;
use crate::domain::office::{Booked, Filed, Office, Standing};
use crate::domain::reservation::Reservation;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{BlobId, CommitId, Incoming};

/// What was found.
pub struct Inspection {
    /// The configuration.
    pub site: Site,
    /// What can be read, and all that is wrong.
    pub office: Office,
    /// The plain files of a commit.
    blobs: HashMap<String, BlobId>,
}

/// The content's files, as they were read.
struct Files {
    tickets: Survey<Tickets>,
    reservations: Survey<Reservations>,
}

impl Inspection {
    /// Of a folder.
    ///
    /// # Errors
    /// The configuration is wrong, or a folder can not be read.
    pub fn of_folder(folder: &Path, now: Timestamp) -> Result<Self, OpenError> {
        let (site, _) = read_site(folder)?;
        let mut files = Files { tickets: Survey::default(), reservations: Survey::default() };
        let reader = reader(&site, now);
        files.tickets.refresh(folder, reader)?;
        files.reservations.refresh(folder, reader)?;
        let office = office(&site, now, &files, |_| 0, &|path| folder.join(path).is_file());
        Ok(Self { site, office, blobs: HashMap::new() })
    }

    /// Of a commit. Bookings that `before` does not hold, or at another time, came after all others.
    ///
    /// # Errors
    /// The configuration is wrong, or the objects can not be read.
    pub fn of_commit(
        incoming: &Incoming,
        commit: CommitId,
        before: Option<&Self>,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        let text = |path: &str| -> Result<Option<String>, OpenError> {
            let bytes = incoming.file(commit, path)?;
            bytes.map(String::from_utf8).transpose().map_err(|_| {
                let problem = Problem::of_file(path, Phrase::new("problem-encoding"));
                OpenError::Config(vec![problem.hint(Phrase::new("hint-save-utf8"))])
            })
        };
        let written = text(FILE)?.ok_or_else(|| config_unusable(Phrase::new("config-missing-file")))?;
        let site = Site::parse_with(&written, text(HOLIDAYS_FILE)?.as_deref()).map_err(OpenError::Config)?;
        let mut entries = Vec::new();
        for folder in FOLDERS {
            entries.extend(incoming.below(commit, folder)?);
        }
        let reader = reader(&site, now);
        let bytes = |blob, most| {
            let small = incoming.size_bytes(blob)? <= most;
            small.then(|| incoming.bytes(blob)).transpose()
        };
        let files = Files {
            tickets: Survey::of_entries(&entries, bytes, reader)?,
            reservations: Survey::of_entries(&entries, bytes, reader)?,
        };
        let plain = entries.into_iter().filter_map(|entry| Some((entry.path, entry.blob?)));
        let blobs: HashMap<String, BlobId> = plain.collect();
        let came = |booking: &Reservation| {
            let old = before.and_then(|before| before.office.reservations.get(&booking.stem));
            u64::from(!same_time(old.map(|old| &*old.reservation), Some(booking)))
        };
        let office = office(&site, now, &files, came, &|path| blobs.contains_key(path));
        Ok(Self { site, office, blobs })
    }

    /// What is wrong here and was not in `before`. A file that was not touched may have kept its fault in other words:
    /// a booking that was in conflict with one that is gone is in conflict with the next.
    pub fn new_since(&self, before: &Self) -> Vec<Problem> {
        let is_old = |problem: &&Problem| {
            let same_file = self.blobs.get(&problem.path) == before.blobs.get(&problem.path);
            before.office.problems.iter().any(|old| {
                let same_kind = old.path == problem.path && old.message.key == problem.message.key;
                same_kind && (same_file || old.message == problem.message)
            })
        };
        self.office.problems.iter().filter(|problem| !is_old(problem)).cloned().collect()
    }
}

/// The office that files make, and all that is wrong with them. `came` says with which move of the branch a booking did.
fn office(
    site: &Site,
    now: Timestamp,
    files: &Files,
    came: impl Fn(&Reservation) -> u64,
    has_file: &dyn Fn(&str) -> bool,
) -> Office {
    let mut office = Office::default();
    let mut problems: Vec<Problem> = [files.tickets.strays(), files.reservations.strays()].concat();
    for (id, ticket) in readable(&files.tickets, &mut problems) {
        office.tickets.insert(id, Filed { ticket, standing: Standing::Committed, warnings: Arc::default() });
    }
    for (stem, reservation) in readable(&files.reservations, &mut problems) {
        office.reservations.insert(stem, Booked { reservation, standing: Standing::Committed });
    }
    let bookings = || office.reservations.values().map(|booked| &booked.reservation);
    office.diary = Arc::new(Diary::new(bookings().map(Arc::clone), &site.calendar));
    office.arrivals = Arc::new(bookings().map(|booking| (booking.stem.clone(), came(booking))).collect());
    let now = now.to_zoned_datetime(site.timezone.clone()).datetime();
    // Who is known is the business of where the address book is.
    problems.extend(CrossCheck { office: &office, site, now, known: &|_| true, has_file }.problems());
    office.problems = problems;
    office
}

/// The files that can be read; what is odd about them, and what is wrong with the others, goes to `problems`.
fn readable<K: Kind>(survey: &Survey<K>, problems: &mut Vec<Problem>) -> Vec<(K::Id, Arc<K::Value>)> {
    let mut found = Vec::new();
    for (id, seen) in survey.files() {
        match &seen.reading {
            Ok(read) => {
                problems.extend(read.warnings.iter().cloned());
                found.push((id.clone(), Arc::clone(&read.value)));
            }
            Err(faults) => problems.extend(faults.iter().cloned()),
        }
    }
    found
}

fn reader(site: &Site, now: Timestamp) -> Reader<'_> {
    Reader { vocabulary: &site.vocabulary, now: now.to_zoned_datetime(site.timezone.clone()).datetime() }
}
