//! What is wrong between files that are fine by themselves: bookings that meet, rules that are not kept, a duplicate of
//! nothing, an attachment that is missing, a requester whom nobody knows. Wherever the files were read from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

use crate::config::Site;
use crate::domain::office::Office;
use crate::domain::person::{Pseudonym, Requester};
use crate::domain::reservation::Stem;
use crate::domain::resource::Resource;
use crate::domain::rules::breaches;
use crate::phrase::Phrase;
use crate::problem::Problem;

/// What is held against each other.
pub(super) struct CrossCheck<'a> {
    pub office: &'a Office,
    pub site: &'a Site,
    /// Wall-clock: what is past harms nobody.
    pub now: DateTime,
    /// Whether the address book knows somebody.
    pub known: &'a dyn Fn(&Pseudonym) -> bool,
    /// Whether the site has a file.
    pub has_file: &'a dyn Fn(&str) -> bool,
}

impl CrossCheck<'_> {
    /// All of it.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = self.strangers();
        found.extend(self.empty_series());
        found.extend(self.overlaps());
        found.extend(self.beyond_the_stock());
        found.extend(self.breaches());
        found.extend(self.tickets());
        found
    }

    /// Requesters whom nobody knows: each is named once.
    fn strangers(&self) -> Vec<Problem> {
        let bookings = self.office.reservations.values().map(|booked| &*booked.reservation);
        let bookings = bookings.map(|booking| (booking.stem.path(), &booking.requester));
        let tickets = self.office.tickets.values().map(|filed| &*filed.ticket);
        let tickets = tickets.flat_map(|ticket| ticket.audience().map(|somebody| (ticket.id.path(), somebody)));
        let mut named = BTreeSet::new();
        let mut found = Vec::new();
        for (path, requester) in bookings.chain(tickets) {
            if let Requester::Person(pseudonym) = requester
                && !(self.known)(pseudonym)
                && named.insert(pseudonym)
            {
                let message = Phrase::new("problem-requester-missing").with("who", pseudonym);
                let hint = Phrase::new("hint-requester-missing").with("who", pseudonym);
                found.push(Problem::of_file(&path, message).warning().hint(hint));
            }
        }
        found
    }

    /// Series to come that have no day left.
    fn empty_series(&self) -> Vec<Problem> {
        let bookings = self.office.reservations.values().map(|booked| &*booked.reservation);
        let empty = bookings
            .filter(|booking| booking.over() > self.now && booking.occurrences(&self.site.calendar).next().is_none());
        empty
            .map(|booking| {
                let problem = Problem::of_file(&booking.stem.path(), Phrase::new("problem-series-empty"));
                problem.warning().hint(Phrase::new("hint-series-empty"))
            })
            .collect()
    }

    /// Bookings to come that take more than there is: the one made last is in conflict. Each is named once, with the
    /// first day on which it is.
    fn overlaps(&self) -> Vec<Problem> {
        let mut found: BTreeMap<&Stem, Problem> = BTreeMap::new();
        for (date, day) in self.office.diary.days_from(self.now.date()) {
            for (late, other) in self.office.latecomers(day, &self.site.vocabulary) {
                if late.span.ends() <= self.now {
                    continue;
                }
                found.entry(&late.reservation.stem).or_insert_with(|| {
                    let message = Phrase::new("problem-overlap").with("other", &other.reservation.stem);
                    let problem = Problem::of_file(&late.reservation.stem.path(), message.with("date", date));
                    problem.hint(Phrase::new("hint-overlap"))
                });
            }
        }
        found.into_values().collect()
    }

    /// Bookings to come of more than there is at all.
    fn beyond_the_stock(&self) -> Vec<Problem> {
        let bookings = self.office.reservations.values().map(|booked| &*booked.reservation);
        let mut found = Vec::new();
        for booking in bookings.filter(|booking| self.now < booking.over()) {
            let resource = booking.resource.key().and_then(|key| self.site.vocabulary.resources.get(key));
            let stock = resource.and_then(Resource::quantity);
            if let Some(stock) = stock.filter(|stock| *stock < booking.quantity) {
                let message = Phrase::new("problem-beyond-stock").with("quantity", booking.quantity);
                let problem = Problem::of_file(&booking.stem.path(), message.with("stock", stock));
                found.push(problem.hint(Phrase::new("hint-overlap")));
            }
        }
        found
    }

    /// Bookings to come that keep no rule of their resource: a référent may have meant it.
    fn breaches(&self) -> Vec<Problem> {
        let bookings = self.office.reservations.values().map(|booked| &*booked.reservation);
        let found = breaches(bookings, &self.site.vocabulary, &self.site.calendar, self.now);
        found
            .into_iter()
            .map(|(booking, fault)| {
                let mut message = fault.message;
                // Here nobody is spoken to who holds it.
                if message.key == "fault-per-person" {
                    let resource = booking.resource.label(&self.site.vocabulary.resources);
                    message = Phrase { key: "problem-per-person", ..message }.with("resource", resource);
                }
                Problem::of_file(&booking.stem.path(), message).warning()
            })
            .collect()
    }

    /// What tickets name and is not there.
    fn tickets(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        for filed in self.office.tickets.values() {
            let ticket = &*filed.ticket;
            let at = |message: Phrase| Problem::of_file(&ticket.id.path(), message).warning();
            if let Some(other) = ticket.duplicate_of.filter(|other| !self.office.tickets.contains_key(other)) {
                found.push(at(Phrase::new("problem-duplicate-missing").with("id", other)));
            }
            for name in &ticket.attachments {
                if !(self.has_file)(&format!("{}/{name}", ticket.id.folder())) {
                    found.push(at(Phrase::new("problem-attachment-missing").with("name", name)));
                }
            }
        }
        found
    }
}
