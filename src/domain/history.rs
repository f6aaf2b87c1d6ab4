//! What happened to a ticket, step by step, as its commits tell it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::key::Key;
use super::person::{Pseudonym, Requester};
use super::vocabulary::Vocabulary;

/// Who made a commit, as the commit says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The author's name.
    pub name: String,
    /// The author's address.
    pub email: String,
    /// The trailer `Guichet-Actor`: on whose behalf the desk committed.
    pub actor: Option<String>,
}

/// Who that is to the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A member of the team.
    Member(Key),
    /// The team's shared account.
    Team,
    /// Somebody of the address book.
    Person(Pseudonym),
    /// A name that the school does not know.
    Stranger(String),
}

impl Signed {
    /// Who that is, given the team's address.
    pub fn author(&self, vocabulary: &Vocabulary, team_email: &str) -> Author {
        if let Some(actor) = &self.actor {
            if let Some(pseudonym) = Pseudonym::new(actor) {
                return Author::Person(pseudonym);
            }
            if let Some(member) = vocabulary.members.find(actor) {
                return Author::Member(member.id.clone());
            }
        }
        if let Some(member) = vocabulary.member_by_email(&self.email) {
            return Author::Member(member.id.clone());
        }
        if self.email.eq_ignore_ascii_case(team_email) {
            return Author::Team;
        }
        Author::Stranger(self.name.clone())
    }
}

impl Author {
    /// The same person as the requester of a ticket.
    pub fn is(&self, requester: &Requester) -> bool {
        match (self, requester) {
            (Self::Person(a), Requester::Person(b)) => a == b,
            (Self::Member(a), Requester::Member(b)) => a == b,
            _ => false,
        }
    }
}

/// One commit that changed a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The commit's id, in hexadecimal.
    pub commit: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub signed: Signed,
    /// What it changed.
    pub changes: Vec<Change>,
}
