//! What a person does to a ticket in one go: one commit, one mail to each.

use super::key::Key;
use super::ticket::{Named, Ticket};

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
    /// What of it changes the ticket: a status or an assignee that it has already does not, an answer does.
    #[must_use]
    pub fn beyond(&self, ticket: &Ticket) -> Self {
        let assignee = ticket.assignee.as_ref().and_then(Named::key);
        Self {
            status: self.status.clone().filter(|status| *status != ticket.status),
            assignee: self.assignee.clone().filter(|member| Some(member) != assignee),
            answer: self.answer.clone(),
        }
    }

    /// Nothing is done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
