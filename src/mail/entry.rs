//! A letter in the outbox as its file name and its retry state tell it. It must not touch the disk.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::letter::{Letter, LetterId};

/// Back-off of one letter: doubling between these two, as Postfix does (300 s, 4,000 s).
const FIRST_DELAY: SignedDuration = SignedDuration::from_mins(5);
const LAST_DELAY: SignedDuration = SignedDuration::from_mins(64);

/// RFC 5321, 4.5.4.1: give up after four to five days.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A file name holds 255 bytes; the rest is for sequence number, id and suffix.
const MAX_KEYS_BYTES: usize = 190;

/// Where a letter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In the queue: it leaves, or waits for its next try, or is kept there (transport `outbox`).
    Waiting,
    /// Its recipient has no usable address today.
    Held,
    /// Refused for good, or given up. Kept until someone decides.
    Dead,
}

/// One letter of the outbox, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `<sequence>~<item>~<recipient>~<id>`: names the letter in every call.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// What it is about.
    pub item: String,
    /// The key of the person it goes to.
    pub recipient: String,
    /// The letter's identity.
    pub id: LetterId,
    /// Where it goes; `None` only when held.
    pub to: Option<Address>,
    /// The subject, decoded.
    pub subject: String,
    /// How many times a server was asked to take it.
    pub attempts: u32,
    /// When it is tried next; `None`: as soon as possible, or never (held, dead).
    pub next_due: Option<Timestamp>,
    /// Why it has not left yet, in the server's words.
    pub last_error: Option<String>,
}

impl Entry {
    /// Whether somebody means this letter: by its name or its id.
    #[must_use]
    pub fn is(&self, which: &str) -> bool {
        self.name == which || self.id.to_string() == which
    }
}

/// The name of a letter's file without its suffix. Sorting by it is sorting by age.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub seq: u64,
    pub item: String,
    pub recipient: String,
    pub id: LetterId,
}

impl Name {
    /// The name of a letter under this sequence number.
    pub fn of(letter: &Letter, seq: u64) -> Result<Self> {
        let Letter { id, item, recipient, .. } = letter;
        format!("{seq:010}~{item}~{recipient}~{id}").parse()
    }

    /// Letters with the same key leave in order.
    pub fn key(&self) -> (&str, &str) {
        (&self.item, &self.recipient)
    }

    /// The list entry of a letter of which nothing else is known yet.
    pub fn entry(&self, state: State) -> Entry {
        Entry {
            name: self.to_string(),
            state,
            item: self.item.clone(),
            recipient: self.recipient.clone(),
            id: self.id,
            to: None,
            subject: String::new(),
            attempts: 0,
            next_due: None,
            last_error: None,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}~{}~{}~{}", self.seq, self.item, self.recipient, self.id)
    }
}

impl FromStr for Name {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (seq, item, recipient, id) = (|| {
            let mut fields = text.split('~');
            let four = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            fields.next().is_none().then_some(four)
        })()
        .with_context(|| format!("{text:?} is not <sequence>~<item>~<recipient>~<id>"))?;
        let word = |text: &str, marks: &[u8], upper: bool| {
            !text.is_empty()
                && text.bytes().all(|b| {
                    b.is_ascii_digit()
                        || b.is_ascii_lowercase()
                        || marks.contains(&b)
                        || upper && b.is_ascii_uppercase()
                })
        };
        ensure!(word(item, b"._-", true), "item {item:?} has other characters than A-Z a-z 0-9 . _ -");
        ensure!(word(recipient, b".-", false), "recipient {recipient:?} has other characters than a-z 0-9 . -");
        ensure!(
            item.len() + recipient.len() <= MAX_KEYS_BYTES,
            "item and recipient of {text:?} are too long for a file name"
        );
        let name = Self {
            seq: seq.parse().with_context(|| format!("{seq:?} is not a sequence number"))?,
            item: item.to_owned(),
            recipient: recipient.to_owned(),
            id: id.parse()?,
        };
        ensure!(name.to_string() == text, "{seq:?} is not a sequence number of ten digits");
        Ok(name)
    }
}

/// What is remembered of failed deliveries, beside the letter. Losing it costs an early retry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Retry {
    pub attempts: u32,
    pub first: Timestamp,
    pub next_due: Timestamp,
    pub last_error: String,
}

impl Retry {
    /// The state after one more failure at `now`.
    pub fn after(previous: Option<Self>, now: Timestamp, error: &str) -> Self {
        let attempts = previous.as_ref().map_or(0, |retry| retry.attempts).saturating_add(1);
        let delay = (1..attempts.min(8)).fold(FIRST_DELAY, |delay, _| delay + delay).min(LAST_DELAY);
        Self {
            attempts,
            first: previous.map_or(now, |retry| retry.first),
            next_due: now.saturating_add(delay).unwrap_or(now),
            last_error: error.to_owned(),
        }
    }

    /// May it leave? A date further off than any delay comes from a clock that was wrong.
    pub fn is_due(&self, now: Timestamp) -> bool {
        !(now < self.next_due && self.next_due.duration_since(now) <= LAST_DELAY)
    }

    /// Is it time to give up?
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.first) >= GIVE_UP
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_nothing_else_is() {
        let id = LetterId::derive(&["x"]);
        let text = format!("0000000042~2026-11-23-salle_info.1~paul.durand-2~{id}");
        let name: Name = text.parse().unwrap();
        assert_eq!((name.seq, name.to_string()), (42, text));
        for bad in [
            "",
            "42~a~b~c",
            &format!("0000000042~a~B~{id}"),
            &format!("0000000042~a/b~c~{id}"),
            &format!("0000000042~a~~{id}"),
            &format!("0000000042~a~b~{id}~"),
            &format!("+000000042~a~b~{id}"),
            &format!("0000000042~{}~b~{id}", "a".repeat(200)),
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    #[test]
    fn delays_double_up_to_a_limit_and_end_after_five_days() {
        let mut now: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
        let mut retry = None;
        let mut minutes = vec![];
        loop {
            let next = Retry::after(retry, now, "451");
            if next.is_over(now) {
                break;
            }
            assert!(!next.is_due(now) && next.is_due(next.next_due));
            minutes.push(next.next_due.duration_since(now).as_mins());
            now = next.next_due;
            retry = Some(next);
        }
        assert_eq!(minutes[..6], [5, 10, 20, 40, 64, 64]);
        assert_eq!(minutes.len(), 116, "tries in five days");
    }

    #[test]
    fn a_clock_that_was_wrong_delays_nothing() {
        let retry = Retry::after(None, "2045-01-01T00:00:00Z".parse().unwrap(), "451");
        assert!(retry.is_due("2026-11-23T08:00:00Z".parse().unwrap()));
    }
}
