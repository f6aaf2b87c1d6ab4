//! What a person does to a ticket in one go: one commit, one mail to each.

use super::key::Key;

/// Status, assignee and answer, each where it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// Where the ticket stands from now on.
    pub status: Option<Key>,
    /// Who looks after it from now on.
    pub assignee: Option<Key>,
    /// What is said, in Markdown.
    pub answer: Option<String>,
}

impl Act {
    /// Nothing is done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
