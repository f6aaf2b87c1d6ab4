//! What a form asks for, checked and made into what shall be committed.

use std::iter;

use super::book::Holder;
use super::proposal::{Proposal, failed, message, uncommitted, unreadable};
use super::{Actor, Desk, Order, Receipt, Refusal};
use crate::content::front_matter::Document;
use crate::content::ticket_file;
use crate::domain::booking::BookingFields;
use crate::domain::draft::{self, Draft, Fault, SenderFields, TicketFields};
use crate::domain::item::Item;
use crate::domain::person::{Contact, Pseudonym, Requester};
use crate::domain::ticket::TicketId;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{CommitId, Write};

/// A form, as posted.
#[derive(Clone, Debug)]
pub enum Submission {
    /// A new incident.
    Ticket {
        /// What is the matter.
        fields: TicketFields,
        /// Who says so.
        sender: SenderFields,
        /// A picture.
        photo: Option<Photo>,
        /// Makes a repeat harmless.
        token: Option<String>,
    },
    /// An answer to a ticket.
    Answer {
        /// Which.
        ticket: TicketId,
        /// Markdown.
        text: String,
        /// Who answers.
        sender: SenderFields,
        /// Makes a repeat harmless.
        token: Option<String>,
    },
    /// A booking.
    Book {
        /// What, when, what for.
        fields: BookingFields,
        /// Who books.
        sender: SenderFields,
        /// Makes a repeat harmless.
        token: Option<String>,
    },
    /// « Moi aussi ».
    Watch {
        /// Which ticket.
        ticket: TicketId,
        /// Who.
        sender: SenderFields,
        /// Makes a repeat harmless.
        token: Option<String>,
    },
    /// The button behind a signed link.
    Errand(Order),
}

impl Submission {
    /// What makes a repeat harmless.
    fn token(&self) -> Option<&str> {
        match self {
            Self::Ticket { token, .. }
            | Self::Answer { token, .. }
            | Self::Book { token, .. }
            | Self::Watch { token, .. } => token.as_deref(),
            // A link knows by itself whether it was used.
            Self::Errand(_) => None,
        }
    }

    /// Whether an item can be what it has made, or is about.
    fn makes(&self, item: &Item) -> bool {
        match self {
            Self::Ticket { .. } => matches!(item, Item::Ticket(_)),
            Self::Book { .. } => matches!(item, Item::Reservation(_)),
            Self::Answer { ticket, .. } | Self::Watch { ticket, .. } => *item == Item::Ticket(*ticket),
            Self::Errand(_) => false,
        }
    }
}

/// A picture, already re-encoded.
#[derive(Clone, Debug)]
pub struct Photo {
    /// `photo.jpg`
    pub name: String,
    /// JPEG.
    pub bytes: Vec<u8>,
}

impl Photo {
    fn path(&self, ticket: TicketId) -> String {
        format!("{}/{}", ticket.folder(), self.name)
    }
}

impl Desk {
    /// Files a form. When this returns a receipt, it is on disk.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn submit(&mut self, submission: &Submission) -> Result<Receipt, Refusal> {
        if let Some(answer) = self.recall(submission) {
            return answer;
        }
        let token = submission.token();
        match submission {
            Submission::Ticket { fields, sender, photo, .. } => {
                let draft = fields.check(&self.site.vocabulary);
                let contact = sender.check();
                let (draft, contact) = both(draft, contact)?;
                let actor = self.enter(&contact)?;
                let by = Actor { signature: self.team_signature(), who: actor.to_string() };
                self.file(&draft, photo.as_ref(), &Requester::Person(actor), &by, token)
            }
            Submission::Book { fields, sender, .. } => self.book_by_form(fields, sender, token),
            Submission::Answer { ticket, text, sender, .. } => {
                self.check_exists(*ticket)?;
                let (text, contact) = both(draft::answer(text).map_err(|fault| vec![fault]), sender.check())?;
                self.check_free(*ticket)?;
                let actor = self.enter(&contact)?;
                let subject = self.say("commit-answer", *ticket);
                self.amend(*ticket, token, &actor, &subject, |document| Ok(document.with_answer(&text)))
            }
            Submission::Watch { ticket, sender, .. } => {
                self.check_exists(*ticket)?;
                let contact = sender.check().map_err(Refusal::Faults)?;
                self.check_free(*ticket)?;
                let actor = self.enter(&contact)?;
                let follows = |requester: &Requester| *requester == Requester::Person(actor.clone());
                if self.ticket(*ticket).is_some_and(|ticket| ticket.audience().any(follows)) {
                    return Err(Refusal::Faults(vec![Fault::new("email", Phrase::new("fault-watching-already"))]));
                }
                let subject = self.say("commit-watch", *ticket);
                self.amend(*ticket, token, &actor, &subject, |document| document.with_item("watchers", actor.as_str()))
            }
            Submission::Errand(order) => self.run(order),
        }
    }

    /// The answer to a form that can be given without filing it: what its token got already, or what is wrong with that.
    pub fn recall(&mut self, submission: &Submission) -> Option<Result<Receipt, Refusal>> {
        if self.is_gone() {
            return Some(Err(Refusal::Busy(Phrase::new("busy-site-gone"))));
        }
        let token = submission.token()?;
        // History may have grown since: a token counts as used as soon as its commit is on the branch.
        if let Err(refusal) = check_token(token).and_then(|()| self.read_history()) {
            return Some(Err(refusal));
        }
        let receipt = self.repeated(token)?;
        let used = || Refusal::Faults(vec![Fault::new("token", Phrase::new("fault-token-used"))]);
        Some(if submission.makes(&receipt.item) { Ok(receipt) } else { Err(used()) })
    }

    /// Files a new ticket.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn file(
        &mut self,
        draft: &Draft,
        photo: Option<&Photo>,
        requester: &Requester,
        by: &Actor,
        token: Option<&str>,
    ) -> Result<Receipt, Refusal> {
        self.commit(token, |desk, tip| {
            let now = desk.clock.now();
            let year = now.to_zoned_datetime(desk.site.timezone.clone()).year().unsigned_abs();
            desk.survey().map_err(|error| failed(&error))?;
            let ticket = desk.free_number(year, tip, photo)?;
            let names: Vec<String> = photo.iter().map(|photo| photo.name.clone()).collect();
            let text = ticket_file::write(draft, &desk.site.vocabulary, now, &desk.site.timezone, requester, &names);
            let reading = ticket_file::read(&ticket.path(), text.as_bytes(), &desk.site.vocabulary);
            reading.map_err(|problems| unreadable(&problems))?;
            let mut writes = vec![Write { path: ticket.path(), bytes: Some(text.into_bytes()) }];
            writes.extend(photo.map(|photo| Write { path: photo.path(ticket), bytes: Some(photo.bytes.clone()) }));
            let subject = desk.say("commit-ticket", ticket);
            Ok(Proposal {
                item: Item::Ticket(ticket),
                writes,
                message: message(&subject, token, &by.who),
                author: by.signature.clone(),
            })
        })
    }

    /// The next number that nobody ever had, and at whose paths nothing is staged either.
    fn free_number(&self, year: u16, tip: Option<CommitId>, photo: Option<&Photo>) -> Result<TicketId, Refusal> {
        let used = [self.chronicle.highest(year), self.tickets.highest(year), self.receipts.highest(year)];
        let mut ticket = TicketId { year, number: used.into_iter().max().unwrap_or_default() };
        loop {
            ticket.number += 1;
            let mut free = true;
            for path in iter::once(ticket.path()).chain(photo.map(|photo| photo.path(ticket))) {
                free &= self.repository.is_clean(tip, &path).map_err(|error| failed(&error))?;
            }
            if free {
                return Ok(ticket);
            }
        }
    }

    /// Changes the file of a ticket on behalf of somebody of the address book.
    fn amend(
        &mut self,
        ticket: TicketId,
        token: Option<&str>,
        actor: &Pseudonym,
        subject: &str,
        edit: impl Fn(&Document<'_>) -> Result<String, Problem>,
    ) -> Result<Receipt, Refusal> {
        let message = message(subject, token, actor.as_str());
        self.commit(token, |desk, tip| {
            let write = desk.edited(ticket, tip, &edit)?;
            Ok(Proposal {
                item: Item::Ticket(ticket),
                writes: vec![write],
                message: message.clone(),
                author: desk.team_signature(),
            })
        })
    }

    fn book_by_form(
        &mut self,
        fields: &BookingFields,
        sender: &SenderFields,
        token: Option<&str>,
    ) -> Result<Receipt, Refusal> {
        let booking = fields.check(&self.site.vocabulary, &self.site.calendar, self.wall_clock());
        let contact = sender.check();
        // Nobody is entered in the address book for what is refused.
        let known = contact.as_ref().ok().and_then(|contact| self.book.by_address(&contact.email).cloned());
        let known = known.map_or(Requester::Nobody, Requester::Person);
        let holder = Holder::of(&known, false);
        let (booking, contact) = both(booking, contact).map_err(|refusal| self.unfit(fields, &holder, refusal))?;
        self.check_time(&booking, &holder, None)?;
        let may = self.check_person(&booking.resource, &holder);
        may.map_err(|refusal| self.unfit(fields, &holder, refusal))?;
        let actor = self.enter(&contact)?;
        let by = Actor { signature: self.team_signature(), who: actor.to_string() };
        self.book_resource(&booking, &Requester::Person(actor), &by, token)
    }

    /// A ticket's file on the tip, edited; refused when somebody has unfinished work in it.
    pub(super) fn edited(
        &self,
        ticket: TicketId,
        tip: Option<CommitId>,
        edit: impl Fn(&Document<'_>) -> Result<String, Problem>,
    ) -> Result<Write, Refusal> {
        let path = ticket.path();
        let tip = tip.ok_or(Refusal::Unknown(Item::Ticket(ticket)))?;
        let bytes = match self.repository.file_at(tip, &path).map_err(|error| failed(&error))? {
            Some(bytes) => bytes,
            None if self.tickets.files().contains_key(&ticket) => return Err(uncommitted(&path)),
            None => return Err(Refusal::Unknown(Item::Ticket(ticket))),
        };
        self.check_clean(Some(tip), &path)?;
        let broken = || Refusal::Faults(vec![Fault::new("", Phrase::new("fault-ticket-broken").with("id", ticket))]);
        ticket_file::read(&path, &bytes, &self.site.vocabulary).map_err(|_| broken())?;
        let text = Document::parse(&path, &bytes).and_then(|document| edit(&document)).map_err(|_| broken())?;
        // What we write must read back before it is anywhere.
        ticket_file::read(&path, text.as_bytes(), &self.site.vocabulary).map_err(|_| broken())?;
        Ok(Write { path, bytes: Some(text.into_bytes()) })
    }

    /// Nobody is entered in the address book for a ticket that is not there.
    fn check_exists(&self, ticket: TicketId) -> Result<(), Refusal> {
        let head =
            self.repository.head().map_err(|error| failed(&error))?.ok_or(Refusal::Unknown(Item::Ticket(ticket)))?;
        let blob = self.repository.blob_at(head, &ticket.path()).map_err(|error| failed(&error))?;
        let known = blob.is_some() || self.tickets.files().contains_key(&ticket);
        if known { Ok(()) } else { Err(Refusal::Unknown(Item::Ticket(ticket))) }
    }

    /// Whether a ticket's file can be added to now: asked before somebody is entered into the address book.
    fn check_free(&mut self, ticket: TicketId) -> Result<(), Refusal> {
        self.check_branch()?;
        self.follow_pushes().map_err(|error| failed(&error))?;
        let tip = self.read_history()?;
        self.edited(ticket, tip, |document| Ok(document.text().to_owned())).map(drop)
    }

    fn enter(&mut self, contact: &Contact) -> Result<Pseudonym, Refusal> {
        if !self.site.admits(&contact.email) {
            let message = Phrase::new("fault-email-domain").with("domains", self.site.domains.join(", "));
            return Err(Refusal::Forbidden(vec![Fault::new("email", message)]));
        }
        self.check_branch()?;
        self.book.enter(contact).map_err(|error| failed(&error))
    }

    pub(super) fn say(&self, key: &'static str, item: impl std::fmt::Display) -> String {
        self.theme.locale().say(&Phrase::new(key).with("id", item))
    }
}

fn check_token(token: &str) -> Result<(), Refusal> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (16..=64).contains(&token.len()) && token.bytes().all(fits) {
        Ok(())
    } else {
        Err(Refusal::Faults(vec![Fault::new("token", Phrase::new("fault-token"))]))
    }
}

/// Both values, or all that is wrong with either.
fn both<A, B>(a: Result<A, Vec<Fault>>, b: Result<B, Vec<Fault>>) -> Result<(A, B), Refusal> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => {
            let faults = a.err().into_iter().chain(b.err()).flatten().collect();
            Err(Refusal::Faults(faults))
        }
    }
}
