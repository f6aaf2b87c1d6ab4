//! What the sender asks of the outbox: which letter is due, and what became of it. It must not
//! speak to a server.

use std::collections::HashSet;
use std::fs;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Outbox;
use crate::durable;
use crate::mail::entry::{Entry, Name, Retry, State};
use crate::mail::folder;

/// How long nobody asks a server that could not be reached: doubling between these two.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LAST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// The server could not be reached: no letter's fault, so all wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When it was first asked in vain; it has not answered since.
    pub since: Timestamp,
    /// When it is tried again.
    pub until: Timestamp,
    /// What went wrong.
    pub error: String,
    /// From the last try to the next.
    pub(super) wait: SignedDuration,
}

impl Pause {
    /// For how long the server has been asked in vain, from the first try to the last.
    #[must_use]
    pub fn lasted(&self) -> SignedDuration {
        self.until.duration_since(self.since).saturating_sub(self.wait)
    }
}

impl Outbox {
    /// The oldest letter that may leave at `now`. Of the letters of one item to one recipient only
    /// the oldest that waits or is held may: order is kept, and nobody else is delayed.
    pub fn due(&self, now: Timestamp) -> Result<Option<Entry>> {
        if self.paused(now).is_some() {
            return Ok(None);
        }
        let mut names: Vec<_> = self.queue.names()?.into_iter().map(|name| (name, true)).collect();
        names.extend(self.held.names()?.into_iter().map(|name| (name, false)));
        names.sort();
        let mut blocked = HashSet::new();
        for (name, waits) in &names {
            if blocked.contains(&name.key()) {
                continue;
            }
            let due = *waits && self.queue.retry(name).is_none_or(|retry| retry.is_due(now));
            if !due {
                blocked.insert(name.key());
            } else if self.ledger.holds(name.id)? {
                self.queue.remove(name)?; // it left, and the process was killed before removing it
            } else if let Some(entry) = self.entry(State::Waiting, name)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The letter has left: this is noted on disk, then its file goes. When the disk refuses the
    /// note, the file goes all the same: to send again is the greater harm.
    pub fn sent(&self, entry: &Entry) -> Result<()> {
        let _lock = self.lock()?;
        let noted = self.ledger.note(entry.id).context("cannot write the file told");
        self.queue.remove(&entry.name.parse()?)?;
        noted
    }

    /// The letter could not leave at `now`: it is tried again after 5 minutes, doubling to 64; after
    /// five days it is dead.
    pub fn deferred(&self, entry: &Entry, now: Timestamp, error: &str) -> Result<()> {
        self.failed(entry, now, error, Retry::is_over)
    }

    /// The letter was refused for good: it is dead.
    pub fn refused(&self, entry: &Entry, now: Timestamp, error: &str) -> Result<()> {
        self.failed(entry, now, error, |_, _| true)
    }

    /// The server could not be reached at `now`: nothing is due for 30 seconds, doubling to 5
    /// minutes while this goes on.
    pub fn pause(&self, now: Timestamp, error: &str) -> Result<()> {
        let (since, wait) = self.last_pause().map_or((now, FIRST_PAUSE), |pause| {
            (pause.since.min(now), (pause.wait + pause.wait).clamp(FIRST_PAUSE, LAST_PAUSE))
        });
        let pause = Pause { since, until: now.saturating_add(wait)?, error: error.to_owned(), wait };
        let _lock = self.lock()?;
        self.note_pause(&pause)
    }

    /// The pause that holds at `now`. One that ends later than any pause comes from a clock that was wrong.
    #[must_use]
    pub fn paused(&self, now: Timestamp) -> Option<Pause> {
        self.last_pause().filter(|pause| {
            pause.wait.is_positive() && now < pause.until && pause.until.duration_since(now) <= LAST_PAUSE
        })
    }

    /// The server answered: the pause is over.
    pub fn resume(&self) -> Result<()> {
        folder::remove(&self.dir.join("pause.json")).map(drop)
    }

    /// Someone may have mended the server: it is asked at once, and since when it has not answered stays known.
    pub fn ask_again(&self) -> Result<()> {
        let Some(pause) = self.last_pause() else { return Ok(()) };
        let tried = pause.until.saturating_sub(pause.wait)?;
        self.note_pause(&Pause { until: tried, wait: SignedDuration::ZERO, ..pause })
    }

    /// The last pause, whether it still holds or not; `None` since the server has answered.
    #[must_use]
    pub fn last_pause(&self) -> Option<Pause> {
        serde_json::from_slice(&fs::read(self.dir.join("pause.json")).ok()?).ok()
    }

    fn note_pause(&self, pause: &Pause) -> Result<()> {
        durable::replace(&self.dir.join("pause.json"), &serde_json::to_vec(pause)?, &self.drafts())
    }

    fn failed(
        &self,
        entry: &Entry,
        now: Timestamp,
        error: &str,
        over: impl Fn(&Retry, Timestamp) -> bool,
    ) -> Result<()> {
        let name: Name = entry.name.parse()?;
        let _lock = self.lock()?;
        if !self.queue.path(&name).exists() {
            return Ok(()); // dropped or forgotten meanwhile
        }
        let retry = Retry::after(self.queue.retry(&name), now, error);
        if !over(&retry, now) {
            return self.queue.set_retry(&name, &retry);
        }
        let noted = self.dead.set_retry(&name, &retry);
        self.queue.hand_over(&name, &self.dead)?;
        noted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::letter::tests::letter;
    use crate::mail::outbox::tests::{filled, now};

    #[test]
    fn order_is_kept_per_item_and_recipient_and_nobody_else_waits() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a"), ("1", "p-1", "b"), ("1", "p-2", "c"), ("2", "p-1", "d")]);
        let first = outbox.due(now()).unwrap().unwrap();
        outbox.deferred(&first, now(), "451 later").unwrap();
        let mut left = vec![];
        while let Some(entry) = outbox.due(now()).unwrap() {
            outbox.sent(&entry).unwrap();
            left.push(entry.subject);
        }
        assert_eq!(left, ["[1] c", "[2] d"]);
        let later = now() + SignedDuration::from_mins(5);
        let again = outbox.due(later).unwrap().unwrap();
        assert_eq!((again.id, again.attempts, again.last_error.as_deref()), (first.id, 1, Some("451 later")));
        outbox.sent(&again).unwrap();
        assert_eq!(outbox.due(later).unwrap().unwrap().subject, "[1] b");
        assert_eq!(folder::files(&dir.path().join("queue")).unwrap().len(), 1, "no retry state is left behind");
    }

    #[test]
    fn after_five_days_a_letter_is_dead() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a")]);
        let entry = outbox.due(now()).unwrap().unwrap();
        outbox.deferred(&entry, now(), "451").unwrap();
        outbox.deferred(&entry, now() + SignedDuration::from_hours(119), "451").unwrap();
        assert_eq!(outbox.dead().unwrap(), 0);
        outbox.deferred(&entry, now() + SignedDuration::from_hours(120), "451").unwrap();
        assert_eq!((outbox.dead().unwrap(), outbox.pending().unwrap()), (1, 0));
        assert_eq!(outbox.list().unwrap()[0].attempts, 3);
    }

    #[test]
    fn a_letter_that_vanished_meanwhile_stays_away() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a")]);
        let entry = outbox.due(now()).unwrap().unwrap();
        outbox.forget("p-1").unwrap();
        outbox.deferred(&entry, now(), "451").unwrap();
        outbox.refused(&entry, now(), "550").unwrap();
        outbox.sent(&entry).unwrap();
        assert_eq!(outbox.list().unwrap(), []);
        assert!(folder::files(&dir.path().join("queue")).unwrap().is_empty());
        outbox.stage("s", &[letter("1", "p-1", "a")]).unwrap();
        assert_eq!(outbox.release("s").unwrap(), 0, "it did leave");
    }

    #[test]
    fn while_the_server_is_away_nothing_is_due_and_pauses_double() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a")]);
        let mut now = now();
        let mut waits = vec![];
        for _ in 0..6 {
            outbox.pause(now, "connection refused").unwrap();
            assert_eq!(outbox.due(now).unwrap(), None);
            let pause = outbox.paused(now).unwrap();
            waits.push(pause.until.duration_since(now).as_secs());
            now = pause.until;
            assert!(outbox.due(now).unwrap().is_some());
        }
        assert_eq!(waits, [30, 60, 120, 240, 300, 300]);
        outbox.pause(now, "connection refused").unwrap();
        assert!(outbox.due(now - SignedDuration::from_hours(24)).unwrap().is_some(), "a clock put right");
        outbox.retry(None).unwrap();
        assert!(outbox.due(now).unwrap().is_some());
    }

    #[test]
    fn since_when_the_server_is_away_is_known_until_it_answers() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = filled(dir.path(), &[("1", "p-1", "a")]);
        let lasted = || outbox.last_pause().map(|pause| pause.lasted().as_mins());
        outbox.pause(now(), "connection refused").unwrap();
        outbox.retry(None).unwrap();
        assert_eq!((lasted(), outbox.list().unwrap()[0].next_due), (Some(0), None));
        let later = now() + SignedDuration::from_mins(61);
        outbox.pause(later, "connection refused").unwrap();
        outbox.ask_again().unwrap();
        let pause = outbox.last_pause().unwrap();
        assert_eq!((pause.since, lasted()), (now(), Some(61)), "neither a retry nor a new start is an answer");
        assert!(outbox.due(now()).unwrap().is_some(), "whatever the clock of who asks");
        outbox.resume().unwrap();
        assert_eq!(lasted(), None);
        outbox.ask_again().unwrap();
        outbox.pause(later, "connection refused").unwrap();
        assert_eq!(lasted(), Some(0));
    }
}
