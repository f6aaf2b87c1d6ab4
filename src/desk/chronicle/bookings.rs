//! The way of each booking through history, commit by commit: a file deleted and another added in one commit by the same
//! holder is the same booking under another name.

use std::collections::HashMap;

use anyhow::Result;
use jiff::civil::DateTime;

use crate::content::reservation_file;
use crate::domain::lineage::{Lineage, Revision, same_booking};
use crate::domain::reservation::{Reservation, Stem};
use crate::domain::vocabulary::Vocabulary;
use crate::repository::{BlobId, Edit, Repository};

/// What is known of bookings that changed; one that is not here is what its first commit made it.
pub type Lineages = HashMap<Stem, Lineage>;

/// Takes in what a commit changed. `put_back`: it restores what another one dropped by accident.
pub fn follow(
    lineages: &mut Lineages,
    repository: &Repository,
    vocabulary: &Vocabulary,
    edits: &[Edit],
    revision: &Revision,
    put_back: bool,
) -> Result<()> {
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    for edit in edits {
        let Some(stem) = Stem::from_path(&edit.path) else {
            continue;
        };
        if edit.old.is_some() {
            entry(lineages, &stem).change(revision);
        }
        match (edit.old, edit.new) {
            (Some(blob), None) => gone.push((stem, blob)),
            (None, Some(blob)) => made.push((stem, blob)),
            _ => {}
        }
    }
    // Only what went away can have come elsewhere.
    let read = |(stem, blob): &(Stem, BlobId)| booking(repository, vocabulary, &stem.path(), *blob);
    let mut moved = Vec::new();
    if !made.is_empty() {
        for old in &gone {
            moved.extend(read(old)?);
        }
    }
    for new in made {
        let booking = if moved.is_empty() { None } else { read(&new)? };
        let (stem, _) = new;
        let same = |booking: &Reservation| moved.iter().position(|old| same_booking(old, booking));
        if let Some(old) = booking.as_ref().and_then(same).map(|index| moved.swap_remove(index)) {
            let before = entry(lineages, &old.stem).clone();
            let lineage = entry(lineages, &stem);
            lineage.take_over(&before);
            lineage.change(revision);
        } else if let Some(lineage) = lineages.get_mut(&stem) {
            if !put_back {
                lineage.begin_again(&stem);
            }
            lineage.change(revision);
        }
    }
    Ok(())
}

fn entry<'a>(lineages: &'a mut Lineages, stem: &Stem) -> &'a mut Lineage {
    lineages.entry(stem.clone()).or_insert_with(|| Lineage::new(stem.clone()))
}

fn booking(repository: &Repository, vocabulary: &Vocabulary, path: &str, blob: BlobId) -> Result<Option<Reservation>> {
    let bytes = repository.bytes(blob)?;
    // As if it were long past: what is no longer configured is understood, too.
    Ok(reservation_file::read(path, &bytes, vocabulary, DateTime::MAX).ok().map(|reading| reading.reservation))
}
