//! What git's history says of each ticket: its timeline, the numbers ever used; of each booking, how it came to be what
//! it is; and which commits answered a form. Read once, extended from there; the cache in the local state can be thrown away at any time.

mod bookings;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use self::bookings::Lineages;
use super::receipts::Accepted;
use crate::content::ticket_file;
use crate::domain::change::{Change, changes};
use crate::domain::history::{Signed, Step};
use crate::domain::item::Item;
use crate::domain::lineage::Revision;
use crate::domain::reservation::Stem;
use crate::domain::ticket::{Ticket, TicketId};
use crate::domain::vocabulary::Vocabulary;
use crate::durable::{self, Mode};
use crate::repository::{BlobId, CommitId, CommitInfo, Repository};

/// Trailer of a form's commit: what makes a repeat harmless.
pub const TOKEN: &str = "Guichet-Token";
/// Trailer of a form's commit: on whose behalf it was made.
pub const ACTOR: &str = "Guichet-Actor";
/// Trailer of a commit that puts back what the one before it dropped by accident.
pub const PUT_BACK: &str = "Guichet-Put-Back";

/// Where content is.
pub const FOLDERS: &[&str] = &["tickets", "reservations"];

/// So many new commits make a new cache worth its writing.
const SAVE_AFTER: usize = 200;
/// Changes when what is kept changes its meaning.
const VERSION: u32 = 5;

/// History, told by ticket.
#[derive(Debug, Default)]
pub struct Chronicle {
    kept: Kept,
    cache: PathBuf,
    unsaved: usize,
    /// What forms got as their answer, as read since it was asked for last.
    accepted: Vec<Accepted>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// The hash of the configuration that history was read with.
    words: String,
    head: Option<String>,
    timelines: Arc<HashMap<TicketId, Vec<Step>>>,
    lineages: Arc<Lineages>,
    highest: BTreeMap<u16, u32>,
    updated: Option<Timestamp>,
}

impl Chronicle {
    /// What the cache in the local state still knows.
    pub fn open(state: &Path) -> Self {
        let cache = state.join("cache").join("chronicle.json");
        let read = || -> Option<Kept> { serde_json::from_slice(&std::fs::read(&cache).ok()?).ok() };
        let kept = read().filter(|kept| kept.version == VERSION).unwrap_or_default();
        Self { kept, cache, unsaved: 0, accepted: Vec::new() }
    }

    /// Follows history up to `head`, as `words`, the text of the configuration, lets it be understood.
    ///
    /// # Errors
    /// History can not be read.
    pub fn extend(
        &mut self,
        repository: &Repository,
        vocabulary: &Vocabulary,
        words: &str,
        head: CommitId,
    ) -> Result<()> {
        let mut known = self.kept.head.as_deref().and_then(|id| id.parse::<CommitId>().ok());
        let words = hash(words);
        if known == Some(head) && self.kept.words == words {
            return Ok(());
        }
        let rewritten = match known {
            Some(commit) => !repository.holds(head, commit)?,
            None => false,
        };
        // Histories that were told in parallel have one order only when they are read together.
        let mut merged = false;
        if !rewritten && known.is_some() {
            for commit in repository.commits_since(known, head)? {
                merged |= repository.is_merge(commit)?;
            }
        }
        if rewritten || merged || self.kept.words != words {
            // Then all is told anew; numbers that were ever used stay used.
            self.kept.timelines = Arc::default();
            self.kept.lineages = Arc::default();
            known = None;
        }
        for commit in repository.commits_since(known, head)? {
            self.add(repository, vocabulary, commit)?;
            self.unsaved += 1;
        }
        self.kept.version = VERSION;
        self.kept.words = words;
        self.kept.head = Some(head.to_string());
        self.kept.updated = Some(repository.info(head)?.at);
        Ok(())
    }

    /// Reads history from its beginning next time; numbers that were ever used stay used.
    pub fn forget(&mut self) {
        let highest = std::mem::take(&mut self.kept.highest);
        self.kept = Kept { version: VERSION, highest, ..Kept::default() };
        self.unsaved += 1;
    }

    /// Whether so much was read since that it is worth a new cache.
    pub fn is_worth_saving(&self) -> bool {
        self.unsaved >= SAVE_AFTER
    }

    fn add(&mut self, repository: &Repository, vocabulary: &Vocabulary, commit: CommitId) -> Result<()> {
        let edits = repository.own_edits(commit, FOLDERS)?;
        if edits.is_empty() {
            return Ok(());
        }
        let info = repository.info(commit)?;
        let token = info.trailer(TOKEN);
        let put_back = info.trailer(PUT_BACK).is_some();
        if edits.iter().any(|edit| Stem::from_path(&edit.path).is_some()) {
            let revision = Revision { commit: commit.to_string(), at: info.at };
            let lineages = Arc::make_mut(&mut self.kept.lineages);
            bookings::follow(lineages, repository, vocabulary, &edits, &revision, put_back)?;
        }
        for edit in edits {
            if let (Some(token), Some(item)) = (&token, Item::from_path(&edit.path)) {
                let (token, commit) = (Some(token.clone()), commit.to_string());
                self.accepted.push(Accepted { token, item, commit, at: info.at });
            }
            let Some(id) = TicketId::from_path(&edit.path) else {
                continue;
            };
            let highest = self.kept.highest.entry(id.year).or_default();
            *highest = (*highest).max(id.number);
            if put_back {
                continue;
            }
            let Some(new) = ticket(repository, vocabulary, &edit.path, edit.new)? else {
                continue;
            };
            let old = match ticket(repository, vocabulary, &edit.path, edit.old)? {
                Some(old) => Some(old),
                None if edit.old.is_some() => last_ticket(repository, vocabulary, commit, &edit.path)?,
                None => None,
            };
            let timelines = Arc::make_mut(&mut self.kept.timelines);
            let timeline = timelines.entry(id).or_default();
            let mut changes = changes(old.as_ref(), &new);
            if !timeline.is_empty() {
                changes.retain(|change| *change != Change::Created);
            }
            let signed = signed(&info);
            timeline.push(Step { commit: commit.to_string(), at: info.at, signed, changes });
        }
        Ok(())
    }

    /// Each ticket's steps.
    pub fn timelines(&self) -> &Arc<HashMap<TicketId, Vec<Step>>> {
        &self.kept.timelines
    }

    /// Each booking's way, as far as it has one.
    pub fn lineages(&self) -> &Arc<Lineages> {
        &self.kept.lineages
    }

    /// What forms got as their answer, in commits that were read since this was asked last.
    pub fn take_accepted(&mut self) -> Vec<Accepted> {
        std::mem::take(&mut self.accepted)
    }

    /// The highest number of a year that history knows.
    pub fn highest(&self, year: u16) -> u32 {
        self.kept.highest.get(&year).copied().unwrap_or_default()
    }

    /// When the branch last moved.
    pub fn updated(&self) -> Option<Timestamp> {
        self.kept.updated
    }

    /// Writes the cache.
    ///
    /// # Errors
    /// The disk is full or fails; the cache is then the old one.
    pub fn save(&mut self, staging: &Path) -> Result<()> {
        // The cache may not be ahead of what was handed on from it.
        if self.unsaved == 0 || !self.accepted.is_empty() {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&self.kept).context("writing the chronicle")?;
        durable::write(&self.cache, &bytes, Mode::Private, staging)?;
        self.unsaved = 0;
        Ok(())
    }
}

fn hash(text: &str) -> String {
    BlobId::of(text.as_bytes()).map(|id| id.to_string()).unwrap_or_default()
}

/// Who made a commit, as it says.
pub fn signed(info: &CommitInfo) -> Signed {
    Signed { name: info.author_name.clone(), email: info.author_email.clone(), actor: info.trailer(ACTOR) }
}

/// The ticket in a blob; `None`: absent or not readable.
pub fn ticket(
    repository: &Repository,
    vocabulary: &Vocabulary,
    path: &str,
    blob: Option<BlobId>,
) -> Result<Option<Ticket>> {
    let Some(blob) = blob else {
        return Ok(None);
    };
    let bytes = repository.bytes(blob)?;
    Ok(ticket_file::read(path, &bytes, vocabulary).ok().map(|reading| reading.ticket))
}

/// The newest version of a ticket's file at or before a commit that can be read.
pub fn last_ticket(
    repository: &Repository,
    vocabulary: &Vocabulary,
    commit: CommitId,
    path: &str,
) -> Result<Option<Ticket>> {
    let found = last_good(repository, commit, path, |bytes| {
        ticket_file::read(path, bytes, vocabulary).ok().map(|reading| reading.ticket)
    })?;
    Ok(found.map(|(_, ticket)| ticket))
}

/// The newest version of a file at or before a commit that `read` understands, and what it reads there.
pub fn last_good<T>(
    repository: &Repository,
    commit: CommitId,
    path: &str,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<Option<(BlobId, T)>> {
    for blob in repository.versions_before(commit, path)? {
        if let Some(value) = read(&repository.bytes(blob)?) {
            return Ok(Some((blob, value)));
        }
    }
    Ok(None)
}
