//! What a member of the team does to tickets: one commit in their own name. Also how any act, whoever does it,
//! is written into a ticket's file and into a commit's subject.

use super::proposal::{Proposal, failed, message};
use super::{Desk, Receipt, Refusal};
use crate::content::front_matter::Document;
use crate::domain::act::Act;
use crate::domain::item::Item;
use crate::domain::person::TEAM;
use crate::domain::ticket::TicketId;
use crate::domain::vocabulary::Term as _;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::Signature;

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

    /// Does it to each of the tickets, in one commit; those that are so already are left as they are.
    ///
    /// # Errors
    /// The refusal; nothing is written then. [`Refusal::Done`]: all are so already.
    pub fn act(&mut self, tickets: &[TicketId], act: &Act, actor: &Actor) -> Result<Receipt, Refusal> {
        let first = *tickets.first().ok_or_else(|| Refusal::Busy(Phrase::new("busy-failed")))?;
        self.survey().map_err(|error| failed(&error))?;
        self.commit(None, |desk, tip| {
            let (mut writes, mut changed, mut done) = (Vec::new(), Vec::new(), Act::default());
            for ticket in tickets {
                // What keeps it from being read, the edit says.
                let news = desk.on_tip(*ticket, tip).map_or_else(|_| act.clone(), |standing| act.beyond(&standing));
                let write = desk.edited(*ticket, tip, |document| with_act(document, &news))?;
                if news.is_empty() {
                    continue;
                }
                writes.push(write);
                changed.push(*ticket);
                done = Act {
                    status: done.status.or(news.status),
                    assignee: done.assignee.or(news.assignee),
                    answer: news.answer,
                };
            }
            let item = Item::Ticket(*changed.first().ok_or(Refusal::Done(Item::Ticket(first)))?);
            let subject = desk.subject(&changed, &done, "commit-answer-team");
            let message = message(&subject, None, &actor.who);
            Ok(Proposal { item, writes, message, author: actor.signature.clone() })
        })
    }

    /// The first line of the commit that does it: the status says most, then who looks after it.
    pub(super) fn subject(&self, tickets: &[TicketId], act: &Act, answer: &'static str) -> String {
        let vocabulary = &self.site.vocabulary;
        let ids: Vec<String> = tickets.iter().map(ToString::to_string).collect();
        let phrase = match (&act.status, &act.assignee) {
            (Some(key), _) => {
                let label = vocabulary.statuses.get(key).map_or(key.as_str(), |status| status.label()).to_lowercase();
                Phrase::new("commit-status").with("status", label)
            }
            (None, Some(key)) => {
                let name = vocabulary.members.get(key).map_or(key.as_str(), |member| member.label());
                Phrase::new("commit-assign").with("member", name)
            }
            (None, None) => Phrase::new(answer),
        };
        self.theme.locale().say(&phrase.with("id", ids.join(", ")))
    }
}

/// A ticket's file with the act done to it.
pub(super) fn with_act(document: &Document<'_>, act: &Act) -> Result<String, Problem> {
    let mut text = document.text().to_owned();
    for (name, key) in [("status", &act.status), ("assignee", &act.assignee)] {
        if let Some(key) = key {
            text = Document::parse("", text.as_bytes())?.with_value(name, key.as_str())?;
        }
    }
    if let Some(answer) = &act.answer {
        text = Document::parse("", text.as_bytes())?.with_answer(answer);
    }
    Ok(text)
}
