//! What a member of the team does to tickets by command: one commit in their own name.

use super::settle::TEAM;
use super::submit::{Proposal, failed, message};
use super::{ACTOR, Desk, Receipt, Refusal};
use crate::content::front_matter::Document;
use crate::domain::item::Item;
use crate::domain::key::Key;
use crate::domain::ticket::TicketId;
use crate::domain::vocabulary::Term as _;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::Signature;

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// It stands elsewhere; with an answer or without.
    Status(Key, Option<String>),
    /// A member looks after it.
    Assign(Key),
    /// An answer.
    Answer(String),
}

/// Who does it: the identity that git is configured with, else the team's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Signs the commit.
    pub signature: Signature,
    /// The member it is, else `team`.
    pub who: String,
}

impl Desk {
    /// Who acts at this terminal.
    pub fn actor(&self) -> Actor {
        let signature = self.repository.identity().unwrap_or_else(|| self.team_signature());
        let member = self.site.vocabulary.member_by_email(&signature.email);
        let who = member.map_or_else(|| TEAM.to_owned(), |member| member.id.to_string());
        Actor { signature, who }
    }

    /// Does it to each of the tickets, in one commit.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn act(&mut self, tickets: &[TicketId], act: &Act, actor: &Actor) -> Result<Receipt, Refusal> {
        let vocabulary = std::sync::Arc::clone(&self.site.vocabulary);
        let locale = self.theme.locale();
        let ids: Vec<String> = tickets.iter().map(ToString::to_string).collect();
        let phrase = match act {
            Act::Status(key, _) => {
                let label = vocabulary.statuses.get(key).map_or(key.as_str(), |status| status.label()).to_lowercase();
                Phrase::new("commit-status").with("status", label)
            }
            Act::Assign(key) => {
                let name = vocabulary.members.get(key).map_or(key.as_str(), |member| member.label());
                Phrase::new("commit-assign").with("member", name)
            }
            Act::Answer(_) => Phrase::new("commit-answer-team"),
        };
        let subject = locale.say(&phrase.with("id", ids.join(", ")));
        let message = message(&subject, &[(ACTOR, actor.who.as_str())]);
        let edit = |document: &Document<'_>| -> Result<String, Problem> {
            match act {
                Act::Status(key, note) => {
                    let typed = document.with_value("status", key.as_str())?;
                    match note {
                        Some(note) => Ok(Document::parse("", typed.as_bytes())?.with_answer(note)),
                        None => Ok(typed),
                    }
                }
                Act::Assign(key) => document.with_value("assignee", key.as_str()),
                Act::Answer(text) => Ok(document.with_answer(text)),
            }
        };
        let first = *tickets.first().ok_or_else(|| Refusal::Busy(Phrase::new("busy-failed")))?;
        self.survey().map_err(|error| failed(&error))?;
        self.commit(None, |desk, tip| {
            let writes = tickets.iter().map(|ticket| desk.edited(*ticket, tip, edit)).collect::<Result<_, _>>()?;
            Ok(Proposal {
                item: Item::Ticket(first),
                writes,
                message: message.clone(),
                author: actor.signature.clone(),
            })
        })
    }
}
