//! What a signed link asks for, made into a commit in its bearer's name: decided on the tip, done once.

use sha2::{Digest as _, Sha256};

use super::acts::with_act;
use super::proposal::{Proposal, failed, message};
use super::{Actor, Desk, Receipt, Refusal};
use crate::content::ticket_file;
use crate::domain::act::Act;
use crate::domain::booking::BookingFields;
use crate::domain::draft::{self, Fault};
use crate::domain::errand::{self, Bearer, Deed, Errand, OnBooking, OnTicket};
use crate::domain::item::Item;
use crate::domain::key::Key;
use crate::domain::part::Part;
use crate::domain::person::{Known, TEAM};
use crate::domain::reservation::Reservation;
use crate::domain::ticket::{Ticket, TicketId};
use crate::domain::vocabulary::Term;
use crate::phrase::Phrase;
use crate::repository::{CommitId, Signature};

/// An errand with what was filled in beside its button.
#[derive(Clone, Debug)]
pub struct Order {
    /// What the link allows; whoever hands it in has looked at its mark and its time.
    pub errand: Errand,
    /// Which member of the team acts, where the link is the team's; empty: the team.
    pub member: String,
    /// What is answered, or why a booking is refused; as typed.
    pub text: String,
    /// The status that goes with an answer, as chosen; empty: it stays.
    pub status: String,
    /// Tells two uses of one link apart, where a page may be used more than once; empty: one use.
    pub token: String,
    /// Which days of a booking are meant, as chosen; empty: all.
    pub part: String,
    /// The day that this is said of.
    pub day: String,
    /// What a booking is to become, as typed.
    pub booking: BookingFields,
}

impl Desk {
    /// Does what a link asks for. When this returns a receipt, it is on disk.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub(super) fn run(&mut self, order: &Order) -> Result<Receipt, Refusal> {
        let Some(item) = order.errand.deed.item() else {
            return Err(Refusal::Faults(vec![Fault::new("", Phrase::new("fault-link-shows"))]));
        };
        // Somebody may have been forgotten a moment ago, by a command beside us.
        self.book.reload().map_err(|error| failed(&error))?;
        let (actor, member) = self.doer(order)?;
        let token = used_once(order, &actor);
        self.follow_pushes().map_err(|error| failed(&error))?;
        self.read_history()?;
        if let Some(receipt) = self.repeated(&token) {
            // What it became is told again; whoever gave it back only needs to know that it is done.
            let changed = matches!(order.errand.deed, Deed::Booking(_, OnBooking::Change));
            return if changed { Ok(receipt) } else { Err(Refusal::Done(item)) };
        }
        match &order.errand.deed {
            Deed::Ticket(ticket, deed) => {
                let wish = self.wish(order, deed, member)?;
                self.run_on_ticket(*ticket, deed, &wish, order, &actor, &token)
            }
            Deed::Booking(hold, deed) => {
                let left = |booking: Option<&Reservation>| {
                    booking.is_some_and(|booking| deed.is_left(hold, &order.errand.bearer, booking))
                };
                let part = || Part::typed(&order.part, &order.day).map_err(|fault| Refusal::Faults(vec![fault]));
                match deed {
                    OnBooking::Approve => self.approve(&hold.stem, &actor, Some(&token), left),
                    OnBooking::Cancel => self.shorten(&hold.stem, part()?, None, &actor, Some(&token), left),
                    OnBooking::Change => self.rebook(&hold.stem, part()?, &order.booking, &actor, Some(&token), left),
                    OnBooking::Refuse => {
                        let reason = match order.text.trim() {
                            "" => None,
                            text => Some(draft::answer(text).map_err(|fault| Refusal::Faults(vec![fault]))?),
                        };
                        self.cancel(&hold.stem, reason.as_deref(), &actor, Some(&token), left)
                    }
                }
            }
            Deed::TeamPage | Deed::Agenda => Err(Refusal::Done(item)),
        }
    }

    fn run_on_ticket(
        &mut self,
        ticket: TicketId,
        deed: &OnTicket,
        wish: &Act,
        order: &Order,
        actor: &Actor,
        token: &str,
    ) -> Result<Receipt, Refusal> {
        let item = Item::Ticket(ticket);
        let vocabulary = std::sync::Arc::clone(&self.site.vocabulary);
        let answer =
            if matches!(order.errand.bearer, Bearer::Person(_)) { "commit-answer" } else { "commit-answer-team" };
        self.survey().map_err(|error| failed(&error))?;
        self.commit(Some(token), |desk, tip| {
            let standing = desk.on_tip(ticket, tip)?;
            let act = deed.act(&standing, &vocabulary, wish).ok_or_else(|| Refusal::Done(item.clone()))?;
            let write = desk.edited(ticket, tip, |document| with_act(document, &act))?;
            let subject = desk.subject(&[ticket], &act, answer);
            let message = message(&subject, Some(token), &actor.who);
            Ok(Proposal { item: item.clone(), writes: vec![write], message, author: actor.signature.clone() })
        })
    }

    /// Who acts, and which member that is.
    fn doer(&self, order: &Order) -> Result<(Actor, Option<Key>), Refusal> {
        let members = &self.site.vocabulary.members;
        let gone = || Refusal::Forbidden(vec![Fault::new("", Phrase::new("fault-link-gone"))]);
        let member = match (&order.errand.bearer, order.member.trim()) {
            (Bearer::Person(pseudonym), _) => {
                return match self.book.find(pseudonym) {
                    Known::Contact(_) => {
                        Ok((Actor { signature: self.team_signature(), who: pseudonym.to_string() }, None))
                    }
                    Known::Forgotten | Known::Unknown => Err(gone()),
                };
            }
            (Bearer::Team, "") => return Ok((Actor { signature: self.team_signature(), who: TEAM.to_owned() }, None)),
            (Bearer::Team, typed) => members.find(typed),
            (Bearer::Member(key), _) => members.get(key),
        };
        let member = member.filter(|member| !member.retired()).ok_or_else(gone)?;
        let signature = Signature { name: member.name.clone(), email: member.email.to_string() };
        Ok((Actor { signature, who: member.id.to_string() }, Some(member.id.clone())))
    }

    /// What the doer adds to the deed.
    fn wish(&self, order: &Order, deed: &OnTicket, member: Option<Key>) -> Result<Act, Refusal> {
        let mut wish = Act { assignee: member, ..Act::default() };
        match deed {
            OnTicket::StillBroken => wish.answer = Some(self.theme.locale().word("errand-still-broken-answer")),
            OnTicket::Reply => {
                let vocabulary = &self.site.vocabulary;
                let fault = |fault| Refusal::Faults(vec![fault]);
                if !order.status.trim().is_empty() {
                    let chosen = vocabulary.statuses.find(&order.status).map(|status| &status.word.key);
                    let status = errand::reachable(vocabulary).find(|status| Some(&status.word.key) == chosen);
                    let labels: Vec<&str> = errand::reachable(vocabulary).map(Term::label).collect();
                    let unknown = || {
                        let message = Phrase::new("fault-choice-unknown");
                        Fault::new("status", message.with("typed", &order.status).with("choices", labels.join(", ")))
                    };
                    wish.status = Some(status.ok_or_else(unknown).map_err(fault)?.word.key.clone());
                }
                if wish.status.is_none() || !order.text.trim().is_empty() {
                    wish.answer = Some(draft::answer(&order.text).map_err(fault)?);
                }
            }
            OnTicket::Take | OnTicket::Status(_) | OnTicket::Repaired => {}
        }
        Ok(wish)
    }

    /// A ticket as the branch has it.
    pub(super) fn on_tip(&self, ticket: TicketId, tip: Option<CommitId>) -> Result<Ticket, Refusal> {
        let path = ticket.path();
        let tip = tip.ok_or(Refusal::Unknown(Item::Ticket(ticket)))?;
        let bytes = self.repository.file_at(tip, &path).map_err(|error| failed(&error))?;
        let bytes = bytes.ok_or(Refusal::Unknown(Item::Ticket(ticket)))?;
        let broken = |_| Refusal::Faults(vec![Fault::new("", Phrase::new("fault-ticket-broken").with("id", ticket))]);
        Ok(ticket_file::read(&path, &bytes, &self.site.vocabulary).map_err(broken)?.ticket)
    }
}

/// The `Guichet-Token` of one use of a link by one person: the same again is a repeat.
fn used_once(order: &Order, actor: &Actor) -> String {
    let errand = order.errand.to_string();
    let BookingFields { resource, date, slot, start, end, purpose, quantity, .. } = &order.booking;
    let wish = [resource, date, slot, start, end, purpose, quantity];
    let mut hash = Sha256::new();
    for part in [&errand, &actor.who, &order.token, &order.part, &order.day].into_iter().chain(wish) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
