//! The durable queue of letters: a directory in which files are the truth, for several processes
//! at the same time. It must not know how letters leave, nor what they tell.
//!
//! ```text
//! staged/<step>/<name>.eml   letters of a step that the caller's mark has not passed yet
//! queue/<name>.eml           waiting; <name>.json beside it: failed deliveries (may be lost)
//! held/<name>.json           letters whose recipient has no usable address today
//! dead/<name>.eml            refused for good, or given up: kept and shown; <name>.json: why
//! corrupt/                   what can not be read
//! told                       the ids of letters that have left or were dropped by hand
//! pause.json                 the server could not be reached: since when, and nobody asks before that instant
//! seq, lock                  the last sequence number; held while letters are added or moved
//! ```
//! `<name>` is `<sequence>~<item>~<recipient>~<id>`.

mod delivery;
mod desk;
mod held;

pub use delivery::Pause;
pub use held::Lookup;

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};

use super::address::Address;
use super::entry::{Entry, Name, State};
use super::folder::{self, Folder};
use super::ledger::Ledger;
use super::letter::{Head, Letter, LetterId};
use crate::durable::{self, Mode};

/// A handle on the outbox; clones and other handles, also in other processes, see the same letters.
///
/// Each method returns an error only when the disk refused or the caller gave something that is
/// no letter, step or key. What it did until then stands, and doing it again is harmless.
#[derive(Clone, Debug)]
pub struct Outbox {
    dir: PathBuf,
    from: Address,
    queue: Folder,
    held: Folder,
    dead: Folder,
    ledger: Arc<Ledger>,
}

/// While this lives, the letters of an outbox stay where they are.
#[derive(Debug)]
pub struct Standstill {
    _lock: File,
}

impl Outbox {
    /// Opens the outbox in this directory, created if need be (0700, files 0600). `from` is the
    /// sender of every letter, its domain that of their Message-IDs.
    ///
    /// # Errors
    /// Also when `from` is not a usable address.
    pub fn open(dir: &Path, from: Address) -> Result<Self> {
        from.mailbox().context("the sender's address")?;
        folder::create_dir(&dir.join("staged"))?;
        let folder = |name, suffix| Folder::open(dir.join(name), suffix, dir.join("corrupt"));
        let (queue, held, dead) = (folder("queue", "eml")?, folder("held", "json")?, folder("dead", "eml")?);
        durable::sync_folder(dir)?;
        let ledger = Arc::new(Ledger::new(dir.join("told")));
        Ok(Self { dir: dir.to_owned(), from, queue, held, dead, ledger })
    }

    /// Writes the letters of a step down, in their order; durable when this returns, and not yet
    /// in the queue. What was staged under the same step before is replaced; letters that the
    /// outbox already has or had are left out. A letter that can not be composed for its address
    /// will be held: it must not stop the step.
    pub fn stage(&self, step: &str, letters: &[Letter]) -> Result<()> {
        let place = self.place(step)?;
        let draft = place.with_file_name(format!(".{step}"));
        let _lock = self.lock()?;
        folder::remove_dir(&place)?;
        folder::remove_dir(&draft)?;
        let mut known = self.known()?;
        let mut seq = self.last_seq()?;
        for letter in letters {
            if self.ledger.holds(letter.id)? || !known.insert(letter.id) {
                continue;
            }
            seq += 1;
            let name = Name::of(letter, seq)?;
            let (suffix, content) = match self.compose(letter) {
                Ok(message) => ("eml", message),
                Err(_) => ("json", serde_json::to_vec(letter)?),
            };
            folder::create_dir(&draft)?;
            folder::write(&draft.join(format!("{name}.{suffix}")), &content)?;
        }
        if draft.exists() {
            durable::write(&self.dir.join("seq"), seq.to_string().as_bytes(), Mode::Private, &self.drafts())?;
            durable::sync_folder(&draft)?;
            folder::rename(&draft, &place)?;
        }
        durable::sync_folder(&self.dir.join("staged"))
    }

    /// Moves the letters of a step into the queue (or among the held); returns how many. A second
    /// call finds nothing left to do.
    pub fn release(&self, step: &str) -> Result<usize> {
        let place = self.place(step)?;
        let _lock = self.lock()?;
        self.release_locked(&place)
    }

    /// To be called at start, by the process that stages, before it does: a staged step that the mark has passed is released, any other is
    /// deleted; what a killed process left behind is cleared.
    pub fn recover(&self, passed: impl Fn(&str) -> bool) -> Result<()> {
        let _lock = self.lock()?;
        for step in folder::files(&self.dir.join("staged"))? {
            let place = self.dir.join("staged").join(&step);
            if !step.starts_with('.') && passed(&step) {
                self.release_locked(&place)?;
            } else {
                folder::remove_dir(&place)?;
            }
        }
        for folder in [&self.queue, &self.held, &self.dead] {
            folder.sweep()?;
            for name in folder.names()? {
                if self.ledger.holds(name.id)? {
                    folder.remove(&name)?;
                }
            }
        }
        if let Err(error) = self.ledger.prune(&self.drafts()) {
            tracing::warn!("the oldest letters are not forgotten: {error:#}");
        }
        Ok(())
    }

    /// Keeps every handle, in every process, from adding, moving or taking letters away, until dropped: for
    /// whoever copies the outbox in `dir`. `None`: there is no outbox.
    pub fn stand_still(dir: &Path) -> Result<Option<Standstill>> {
        if !dir.is_dir() {
            return Ok(None);
        }
        let lock = folder::open_private(&dir.join("lock"))?;
        lock.lock().with_context(|| format!("cannot lock {}", dir.display()))?;
        Ok(Some(Standstill { _lock: lock }))
    }

    /// The directory of a step.
    fn place(&self, step: &str) -> Result<PathBuf> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        ensure!(
            !step.is_empty() && !step.starts_with('.') && step.chars().all(plain),
            "{step:?} is not the name of a step"
        );
        Ok(self.dir.join("staged").join(step))
    }

    /// Where files are written before they are renamed into place: where unfinished ones are swept away.
    fn drafts(&self) -> PathBuf {
        self.dir.join("queue")
    }

    fn compose(&self, letter: &Letter) -> Result<Vec<u8>> {
        letter.compose(&self.from, self.from.domain())
    }

    /// Excludes all other handles, in all processes, until dropped; the system drops it at a kill.
    fn lock(&self) -> Result<File> {
        let file = folder::open_private(&self.dir.join("lock"))?;
        file.lock().with_context(|| format!("cannot lock {}", self.dir.display()))?;
        Ok(file)
    }

    fn folders(&self) -> [(State, &Folder); 3] {
        [State::Waiting, State::Held, State::Dead].map(|state| (state, self.folder(state)))
    }

    fn folder(&self, state: State) -> &Folder {
        match state {
            State::Waiting => &self.queue,
            State::Held => &self.held,
            State::Dead => &self.dead,
        }
    }

    /// Whether a letter has left staging, ever.
    pub fn had(&self, id: LetterId) -> Result<bool> {
        Ok(self.ledger.holds(id)? || self.known()?.contains(&id))
    }

    /// The ids of all letters past staging that are still here.
    fn known(&self) -> Result<HashSet<LetterId>> {
        let mut known = HashSet::new();
        for (_, folder) in self.folders() {
            known.extend(folder.names()?.into_iter().map(|name| name.id));
        }
        Ok(known)
    }

    /// The highest sequence number in use, staged steps included, or remembered.
    fn last_seq(&self) -> Result<u64> {
        let mut last = fs::read_to_string(self.dir.join("seq")).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        let staged = self.dir.join("staged");
        let mut places = vec![self.dir.join("queue"), self.dir.join("held"), self.dir.join("dead")];
        places.extend(folder::files(&staged)?.iter().map(|step| staged.join(step)));
        for place in places {
            let seqs = folder::files(&place)?.into_iter().filter_map(|file| file.split('~').next()?.parse().ok());
            last = seqs.fold(last, u64::max);
        }
        Ok(last)
    }

    fn release_locked(&self, place: &Path) -> Result<usize> {
        let mut known = self.known()?;
        let mut files = folder::files(place)?;
        files.sort();
        let mut released = 0;
        for file in files {
            let (to, name) = match file.rsplit_once('.').map(|(stem, suffix)| (suffix, stem.parse::<Name>())) {
                Some(("eml", Ok(name))) => (&self.queue, name),
                Some(("json", Ok(name))) => (&self.held, name),
                _ => bail!("{} is not a letter", place.join(file).display()),
            };
            if !self.ledger.holds(name.id)?
                && known.insert(name.id)
                && folder::rename(&place.join(file), &to.path(&name))?
            {
                released += 1;
            }
        }
        self.queue.sync()?;
        self.held.sync()?;
        folder::remove_dir(place)?;
        Ok(released)
    }

    /// The list entry of a letter; `None` when it has vanished or had to be set aside.
    fn entry(&self, state: State, name: &Name) -> Result<Option<Entry>> {
        let mut entry = name.entry(state);
        if state == State::Held {
            let Some(letter) = self.held_letter(name)? else { return Ok(None) };
            entry.last_error =
                letter.to.is_some().then(|| self.compose(&letter).err()).flatten().map(|error| format!("{error:#}"));
            entry.to = letter.to;
            entry.subject = letter.subject;
            return Ok(Some(entry));
        }
        let folder = self.folder(state);
        let Some(message) = folder.read(name)? else { return Ok(None) };
        let Some(head) = Head::read(&message, name.id) else {
            folder.quarantine(name)?;
            return Ok(None);
        };
        entry.to = Some(head.to);
        entry.subject = head.subject;
        if let Some(retry) = folder.retry(name) {
            entry.attempts = retry.attempts;
            entry.next_due = (state == State::Waiting).then_some(retry.next_due);
            entry.last_error = Some(retry.last_error);
        }
        Ok(Some(entry))
    }

    fn find(&self, which: &str) -> Result<Option<(State, Name)>> {
        for (state, folder) in self.folders() {
            if let Some(name) = folder.names()?.into_iter().find(|name| is(name, which)) {
                return Ok(Some((state, name)));
            }
        }
        Ok(None)
    }
}

fn is(name: &Name, which: &str) -> bool {
    name.to_string() == which || name.id.to_string() == which
}

#[cfg(test)]
pub(super) mod tests {
    use std::thread;

    use jiff::Timestamp;

    use super::*;
    use crate::mail::letter::tests::letter;

    pub fn now() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    pub fn open(dir: &Path) -> Outbox {
        Outbox::open(dir, Address::parse("Service informatique <si@college.example>").unwrap()).unwrap()
    }

    /// An outbox with these letters (item, recipient, what) in its queue.
    pub fn filled(dir: &Path, letters: &[(&str, &str, &str)]) -> Outbox {
        let outbox = open(dir);
        let letters: Vec<_> = letters.iter().map(|(item, recipient, what)| letter(item, recipient, what)).collect();
        outbox.stage("fill", &letters).unwrap();
        assert_eq!(outbox.release("fill").unwrap(), letters.len());
        outbox
    }

    /// The state and subject of each letter, oldest first.
    pub fn summary(outbox: &Outbox) -> Vec<(State, String)> {
        outbox.list().unwrap().into_iter().map(|entry| (entry.state, entry.subject)).collect()
    }

    #[test]
    fn a_letter_is_in_the_queue_once_however_often_it_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = open(dir.path());
        let one = [letter("1", "p-1", "a"), letter("1", "p-1", "a")];
        outbox.stage("s1", &one).unwrap();
        outbox.stage("s1", &one).unwrap();
        assert_eq!(outbox.list().unwrap(), [], "staged is not queued");
        assert_eq!((outbox.release("s1").unwrap(), outbox.release("s1").unwrap()), (1, 0));
        outbox.stage("s2", &one).unwrap();
        assert_eq!(outbox.release("s2").unwrap(), 0);
        outbox.sent(&outbox.due(now()).unwrap().unwrap()).unwrap();
        outbox.stage("s3", &one).unwrap();
        assert_eq!((outbox.release("s3").unwrap(), outbox.pending().unwrap()), (0, 0));
        outbox.stage("s4", &[letter("1", "p-1", "b")]).unwrap();
        outbox.release("s4").unwrap();
        let name = outbox.list().unwrap().remove(0).name;
        assert!(name.starts_with("0000000003~"), "{name}: no number is used twice");
        assert!(outbox.stage("../x", &[]).is_err() && outbox.release(".x").is_err());
    }

    #[test]
    fn a_kill_between_staging_and_releasing_is_mended_by_what_the_mark_says() {
        for passed in [true, false] {
            let dir = tempfile::tempdir().unwrap();
            let letters =
                [letter("1", "p-1", "a"), letter("1", "p-2", "a"), Letter { to: None, ..letter("1", "p-3", "a") }];
            open(dir.path()).stage("s1", &letters).unwrap();
            // killed here; and earlier ones had been killed while writing and while releasing
            fs::create_dir(dir.path().join("staged/.s2")).unwrap();
            fs::write(dir.path().join("queue/.half"), "x").unwrap();
            fs::write(dir.path().join("queue/gone.json"), "x").unwrap();
            let outbox = open(dir.path());
            outbox.recover(|step| step == "s1" && passed).unwrap();
            assert_eq!(outbox.pending().unwrap(), if passed { 3 } else { 0 });
            assert_eq!(folder::files(&dir.path().join("staged")).unwrap(), [""; 0]);
            assert_eq!(folder::files(&dir.path().join("queue")).unwrap().len(), if passed { 2 } else { 0 });
            outbox.stage("s1", &letters).unwrap();
            outbox.release("s1").unwrap();
            assert_eq!(outbox.pending().unwrap(), 3);
        }
    }

    #[test]
    fn a_release_cut_short_goes_on_and_a_letter_that_left_does_not_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = open(dir.path());
        outbox.stage("s1", &[letter("1", "p-1", "a"), letter("1", "p-1", "b")]).unwrap();
        let place = dir.path().join("staged/s1");
        let mut files = folder::files(&place).unwrap();
        files.sort();
        fs::rename(place.join(&files[0]), dir.path().join("queue").join(&files[0])).unwrap();
        outbox.recover(|_| true).unwrap();
        assert_eq!(outbox.pending().unwrap(), 2);
        // killed between the note in `told` and the removal
        let first = outbox.due(now()).unwrap().unwrap();
        let message = outbox.read(&first.name).unwrap();
        outbox.sent(&first).unwrap();
        fs::write(dir.path().join(format!("queue/{}.eml", first.name)), message).unwrap();
        for outbox in [outbox, open(dir.path())] {
            assert_eq!(outbox.due(now()).unwrap().unwrap().subject, "[1] b");
        }
    }

    #[test]
    fn two_handles_at_once_give_distinct_numbers_and_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for hand in ["a", "b"] {
                let outbox = open(dir.path());
                scope.spawn(move || {
                    for n in 0..25 {
                        let step = format!("{hand}{n}");
                        outbox
                            .stage(&step, &[letter(&step, "p-1", "x"), letter("both", "p-1", &n.to_string())])
                            .unwrap();
                        outbox.release(&step).unwrap();
                    }
                });
            }
        });
        let outbox = open(dir.path());
        let seqs: HashSet<_> = outbox.queue.names().unwrap().iter().map(|name| name.seq).collect();
        assert_eq!((outbox.pending().unwrap(), seqs.len()), (75, 75));
    }

    #[test]
    fn only_the_owner_may_read() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("guichet/outbox");
        let outbox = filled(&dir, &[("1", "p-1", "a"), ("2", "p-1", "a")]);
        outbox.refused(&outbox.due(now()).unwrap().unwrap(), now(), "550").unwrap();
        let mut places = vec![dir];
        while let Some(place) = places.pop() {
            let directory = place.is_dir();
            assert_eq!(
                place.metadata().unwrap().permissions().mode() & 0o777,
                if directory { 0o700 } else { 0o600 },
                "{}",
                place.display()
            );
            if directory {
                places.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
    }
}
