//! An incident, as its file states it.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde::{Deserialize, Serialize};

use super::key::Key;
use super::person::Requester;
use super::vocabulary::{Status, Term, Terms, Vocabulary};

/// `2026-0042`: the civil year of its creation and a number that is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TicketId {
    /// The site zone's civil year at creation.
    pub year: u16,
    /// From 1.
    pub number: u32,
}

impl TicketId {
    /// Where the ticket's file is: `tickets/2026/00xx/2026-0042.md`.
    pub fn path(self) -> String {
        format!("{}.md", self.folder())
    }

    /// Where its attachments are: `tickets/2026/00xx/2026-0042`.
    pub fn folder(self) -> String {
        format!("tickets/{}/{:02}xx/{self}", self.year, self.number / 100)
    }

    /// The ticket whose file has this path.
    pub fn from_path(path: &str) -> Option<Self> {
        let stem = path.strip_suffix(".md")?.rsplit('/').next()?;
        let id: Self = stem.parse().ok()?;
        (id.path() == path).then_some(id)
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:04}", self.year, self.number)
    }
}

impl FromStr for TicketId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (year, number) = text.split_once('-')?;
            let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
            (year.len() == 4 && (4..=9).contains(&number.len()) && digits(year) && digits(number)).then_some(())?;
            let id = Self { year: year.parse().ok()?, number: number.parse().ok()? };
            (id.number > 0 && id.to_string() == text).then_some(id)
        };
        parse().ok_or("not a ticket number")
    }
}

impl From<TicketId> for String {
    fn from(id: TicketId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for TicketId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A value that names something configured, or something that no longer is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Named {
    /// It is in the vocabulary.
    Known(Key),
    /// It is not (any more): as typed.
    Unknown(String),
}

impl Named {
    /// What a person reads.
    pub fn label<'a, T: Term>(&'a self, terms: &'a Terms<T>) -> &'a str {
        match self {
            Self::Known(key) => terms.get(key).map_or(key.as_str(), Term::label),
            Self::Unknown(typed) => typed,
        }
    }

    /// The key, when there is one.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Known(key) => Some(key),
            Self::Unknown(_) => None,
        }
    }
}

/// A moment with the offset that it was written with (RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The offset.
    pub offset: Offset,
}

/// What the file of an incident says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its identity, from the file's name.
    pub id: TicketId,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub status: Key,
    /// What is broken.
    pub resource: Named,
    /// What kind it is.
    pub category: Named,
    /// How bad, or what is wanted.
    pub severity: Named,
    /// When it was declared; `None`: the file does not say, its first commit does.
    pub created: Option<Moment>,
    /// Who asked.
    pub requester: Requester,
    /// Who looks after it.
    pub assignee: Option<Named>,
    /// Names of files in the ticket's folder.
    pub attachments: Vec<String>,
    /// « Moi aussi »: told like the requester.
    pub watchers: Vec<Requester>,
    /// The ticket that this one repeats.
    pub duplicate_of: Option<TicketId>,
    /// While it is open, the resource's bookings are flagged.
    pub out_of_service: bool,
    /// « Passage prévu ».
    pub planned: Option<Date>,
    /// Whom it was handed to; counted apart in the delays.
    pub handed_to: Option<String>,
    /// Shown on top of every page while open.
    pub banner: bool,
    /// Markdown: the description, and the conversation below it.
    pub body: String,
}

impl Ticket {
    /// Its status in the vocabulary.
    pub fn status<'a>(&self, vocabulary: &'a Vocabulary) -> &'a Status {
        vocabulary.statuses.get(&self.status).unwrap_or_else(|| vocabulary.initial_status())
    }

    /// Nobody is done with it yet.
    pub fn is_open(&self, vocabulary: &Vocabulary) -> bool {
        !self.status(vocabulary).closed
    }

    /// The resource that can not be used as long as nobody is done with it.
    pub fn blocks(&self, vocabulary: &Vocabulary) -> Option<&Key> {
        self.resource.key().filter(|_| self.out_of_service && self.is_open(vocabulary))
    }

    /// Everybody who is told, but for the team.
    pub fn audience(&self) -> impl Iterator<Item = &Requester> {
        std::iter::once(&self.requester).chain(&self.watchers).filter(|requester| **requester != Requester::Nobody)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_follows_from_the_number() {
        let id: TicketId = "2026-0042".parse().unwrap();
        assert_eq!(id.path(), "tickets/2026/00xx/2026-0042.md");
        let id: TicketId = "2026-12345".parse().unwrap();
        assert_eq!(id.path(), "tickets/2026/123xx/2026-12345.md");
        assert_eq!(TicketId::from_path(&id.path()), Some(id));
        assert_eq!(TicketId::from_path("tickets/2026/2026-0042.md"), None);
        for bad in ["2026-42", "2026-00042", "26-0042", "2026-0000", "2026-004x", "2026-+042"] {
            assert!(bad.parse::<TicketId>().is_err(), "{bad}");
        }
    }
}
