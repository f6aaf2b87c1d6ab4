//! The letters of tickets: what changed between two versions of a file, told to its audience and the team.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Told;
use crate::content::ticket_file;
use crate::desk::{Desk, address};
use crate::domain::change::changes;
use crate::domain::errand::{Bearer, Deed, Errand};
use crate::domain::history::Author;
use crate::domain::notice::Notice;
use crate::domain::person::{Requester, TEAM};
use crate::domain::ticket::{Ticket, TicketId};
use crate::mail::{Address, Letter, LetterId, Lookup};
use crate::repository::Edit;
use crate::theme::letters::{self, Reader, Words};

impl Desk {
    pub(super) fn letters_of_tickets(&self, told: &Told<'_>, edits: &[Edit], letters: &mut Vec<Letter>) -> Result<()> {
        let vocabulary = &self.site.vocabulary;
        for edit in edits {
            if TicketId::from_path(&edit.path).is_none() {
                continue;
            }
            let read = |bytes: &[u8]| ticket_file::read(&edit.path, bytes, vocabulary).map(|reading| reading.ticket);
            let old = self.before(told.step, edit, |bytes| read(bytes).ok())?;
            match edit.new.map(|new| Ok::<_, anyhow::Error>((new, read(&self.repository.bytes(new)?)))).transpose()? {
                Some((_, Ok(new))) => {
                    let old = old.told.map(|(_, old)| old);
                    self.letters_of_change(told, old.as_ref(), &new, letters)?;
                    self.letters_of_service(told, old.as_ref(), &new, letters)?;
                    continue;
                }
                // A file that was broken before is not news.
                Some((new, Err(problems))) if !old.broken => {
                    self.letters_of_broken(&edit.path, new, told.author, &problems, letters)?;
                }
                Some(_) | None => {}
            }
            if let Some((blob, _)) = old.told {
                self.last_told.note(&edit.path, edit.new, blob)?;
            }
        }
        Ok(())
    }

    fn letters_of_change(
        &self,
        told: &Told<'_>,
        old: Option<&Ticket>,
        new: &Ticket,
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let Some(notice) = Notice::of(new, &changes(old, new), self.office.repeats(new.id)) else {
            return Ok(());
        };
        let now = self.clock.now();
        let team = address(&self.site.team);
        let book = &self.book;
        let people = |pseudonym: &_| book.find(pseudonym);
        let scene = self.scene(&people, now);
        // The address book may have changed since: what a form's commit needs is on disk before it.
        let author = declared_by(&notice, told.author, new);
        let fingerprint = notice.fingerprint(new.id);
        let id = |recipient: &str| {
            let before = told.step.origin();
            let mut parts: Vec<&str> = if notice.created { Vec::new() } else { vec![&before] };
            parts.extend(fingerprint.iter().map(String::as_str));
            parts.push(recipient);
            LetterId::derive(&parts)
        };
        let letter = |recipient: &str, to: Option<Address>, reply_to: Option<Address>, words: Words| Letter {
            id: id(recipient),
            item: new.id.to_string(),
            recipient: recipient.to_owned(),
            thread: if notice.created {
                Vec::new()
            } else {
                vec![LetterId::derive(&[&new.id.to_string(), "created", recipient])]
            },
            to,
            reply_to,
            subject: words.subject,
            text: words.text,
            html: words.html,
            calendar: String::new(),
            date: now,
        };
        let link = |deed: Deed, bearer: &Bearer| {
            Errand::from(told.links_from, deed, bearer.clone()).url(&self.site.base_url, &self.seal)
        };
        let mut reached: BTreeSet<String> = BTreeSet::from([team.email.to_lowercase()]);
        let mut reply_to = None;
        for requester in &notice.audience {
            let contact = match self.reachable(requester) {
                Lookup::Forgotten => continue,
                Lookup::Unknown => None,
                Lookup::Address(contact) => Some(contact),
            };
            if *requester == new.requester {
                reply_to.clone_from(&contact);
            }
            if contact.as_ref().is_some_and(|contact| !reached.insert(contact.email.to_lowercase())) {
                continue;
            }
            let name = contact.as_ref().map(|contact| contact.name.as_str());
            let reader = Reader::Person { name, own: author.is(requester) };
            let bearer = Bearer::of(requester);
            let words = letters::news(&scene, new, &notice, &author, reader, &|deed| link(deed, &bearer))?;
            letters.push(letter(&requester.to_string(), contact, Some(team.clone()), words));
        }
        let words = letters::news(&scene, new, &notice, &author, Reader::Team, &|deed| link(deed, &Bearer::Team))?;
        letters.push(letter(TEAM, Some(team), reply_to, words));
        Ok(())
    }
}

/// A form's commit carries the team's account: who declared the ticket is its requester.
fn declared_by(notice: &Notice, author: &Author, ticket: &Ticket) -> Author {
    match (&ticket.requester, author) {
        (Requester::Person(pseudonym), Author::Team) if notice.created => Author::Person(pseudonym.clone()),
        _ => author.clone(),
    }
}
