//! The letters of bookings: made, confirmed, changed, cancelled or refused, told to the holder, and to the team as
//! `mail.team_reservations` says; and to the holder alone when the resource is out of service or back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;
use jiff::civil::DateTime;

use super::Told;
use crate::config::TeamReservations;
use crate::desk::survey::{Kind as _, Reservations};
use crate::desk::{Desk, address};
use crate::domain::diary::Occurrence;
use crate::domain::errand::{Bearer, Deed, Errand};
use crate::domain::key::Key;
use crate::domain::lineage::{Edition, same_booking};
use crate::domain::notice::BookingNews;
use crate::domain::person::{Requester, TEAM};
use crate::domain::reservation::{Reservation, Standing, Stem};
use crate::domain::ticket::Ticket;
use crate::mail::{Address, Letter, LetterId, Lookup};
use crate::problem::Problem;
use crate::repository::{BlobId, CommitInfo, Edit};
use crate::theme::letters::{self, Reader, Words};

/// How git begins a subject that nobody wrote, when it does not name the file as forges do.
const PREFILLED: [&str; 7] = [
    "Revert \"",
    "Reapply \"",
    "Merge branch ",
    "Merge branches ",
    "Merge remote-tracking ",
    "Merge pull request ",
    "Merge commit ",
];
/// What `git revert` writes below.
const REVERTS: &str = "This reverts commit ";

impl Desk {
    pub(super) fn letters_of_bookings(&self, told: &Told<'_>, edits: &[Edit], letters: &mut Vec<Letter>) -> Result<()> {
        let mut gone: Vec<Reservation> = Vec::new();
        let mut made: Vec<Reservation> = Vec::new();
        let mut edited: Vec<(Reservation, Reservation)> = Vec::new();
        let mut freed: Vec<Arc<Reservation>> = Vec::new();
        for edit in edits {
            if Stem::from_path(&edit.path).is_none() {
                continue;
            }
            let before = self.before(told.step, edit, |bytes| self.booking_in(&edit.path, bytes).ok())?;
            // A cancelled booking is nobody's: what comes back is made anew.
            let old = before.told.filter(|_| edit.old.is_some());
            freed.extend(old.iter().map(|(_, old)| Arc::new(old.clone())));
            let Some(blob) = edit.new else {
                gone.extend(old.map(|(_, old)| old));
                continue;
            };
            match (self.booking_in(&edit.path, &self.repository.bytes(blob)?), old) {
                (Ok(new), Some((_, old))) => edited.push((old, new)),
                (Ok(new), None) => made.push(new),
                (Err(problems), old) => {
                    if !before.broken {
                        self.letters_of_broken(&edit.path, blob, told.author, &problems, letters)?;
                    }
                    if let Some((known, _)) = old {
                        self.last_told.note(&edit.path, Some(blob), known)?;
                    }
                }
            }
        }
        for new in made {
            // Deleted and added in one commit by the same holder: the same booking, elsewhere or at another time.
            if let Some(index) = gone.iter().position(|old| same_booking(old, &new)) {
                let news = BookingNews::Changed(Box::new(gone.remove(index)));
                self.letters_of_place(told, &new, &news, letters)?;
            // Added beside a series that lost days: these, elsewhere or at another time.
            } else if let Some(index) = edited.iter().position(|(old, rest)| self.parted(old, rest, &new)) {
                let news = BookingNews::Parted(Box::new(edited.remove(index)));
                self.letters_of_place(told, &new, &news, letters)?;
            } else {
                self.letters_of_place(told, &new, &BookingNews::Made, letters)?;
            }
        }
        for (old, new) in edited {
            if old.requester == new.requester {
                self.letters_of_edit(told, &old, &new, letters)?;
            } else {
                self.letters_of_place(told, &new, &BookingNews::Made, letters)?;
                // Who has it no more hears of it; for the team it is the same booking.
                let mut farewell = Vec::new();
                self.letters_of_gone(told, &old, &mut farewell)?;
                letters.extend(farewell.into_iter().filter(|letter| letter.recipient != TEAM));
            }
        }
        for old in gone {
            self.letters_of_gone(told, &old, letters)?;
        }
        self.letters_of_relief(told, &freed, letters)
    }

    fn letters_of_gone(&self, told: &Told<'_>, old: &Reservation, letters: &mut Vec<Letter>) -> Result<()> {
        if old.over() <= self.wall_clock_at(told) {
            // Tidying up what is past is no news.
            return Ok(());
        }
        let reason = reason(told.info, &self.say("commit-cancel", &old.stem), &old.stem);
        let refused = old.status == Standing::Pending && !told.author.is(&old.requester);
        let news = if refused { BookingNews::Refused(reason) } else { BookingNews::Cancelled(reason) };
        self.letters_of_news(told, old, &news, letters)
    }

    /// Who came too late for what these versions of bookings had, and has it now.
    fn letters_of_relief(&self, told: &Told<'_>, freed: &[Arc<Reservation>], letters: &mut Vec<Letter>) -> Result<()> {
        let (now, vocabulary) = (self.wall_clock_at(told), &self.site.vocabulary);
        let mut relieved: BTreeMap<&Stem, &Reservation> = BTreeMap::new();
        for old in freed {
            for span in old.occurrences(&self.site.calendar).filter(|span| now < span.ends()) {
                let today = self.office.diary.on(span.date);
                let before = [today, &[Occurrence { reservation: Arc::clone(old), span }]].concat();
                let late: Vec<&Stem> = self
                    .office
                    .latecomers(&before, vocabulary)
                    .into_iter()
                    .map(|(late, _)| &late.reservation.stem)
                    .collect();
                let stands = |booking: &Reservation| {
                    booking.stem != old.stem && late.contains(&&booking.stem) && self.in_the_way(booking, now).is_none()
                };
                let found = today.iter().map(|taken| &*taken.reservation).filter(|booking| stands(booking));
                relieved.extend(found.map(|booking| (&booking.stem, booking)));
            }
        }
        for booking in relieved.into_values().filter(|booking| booking.status == Standing::Confirmed) {
            // What came with this step or later was never in conflict.
            let known = match told.step.before {
                Some(before) => self.repository.blob_at(before, &booking.stem.path())?.is_some(),
                None => false,
            };
            if known {
                self.letters_of_news(told, booking, &BookingNews::Confirmed, letters)?;
            }
        }
        Ok(())
    }

    /// Whether `new` are days that the series `old` has given up, of which `rest` is left.
    fn parted(&self, old: &Reservation, rest: &Reservation, new: &Reservation) -> bool {
        let calendar = &self.site.calendar;
        let lost = || old.occurrences(calendar).any(|day| rest.occurrences(calendar).all(|left| left != day));
        old.span == rest.span && same_booking(old, rest) && same_booking(old, new) && lost()
    }

    /// A ticket puts its resource out of service, or back: told to whoever has it booked from now on. A series is named
    /// by its next day.
    pub(super) fn letters_of_service(
        &self,
        told: &Told<'_>,
        old: Option<&Ticket>,
        new: &Ticket,
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let vocabulary = &self.site.vocabulary;
        let (before, after) = (old.and_then(|old| old.blocks(vocabulary)), new.blocks(vocabulary));
        if before == after {
            return Ok(());
        }
        let others = |resource: &Key| self.office.out_of_service.get(resource).is_none_or(|other| *other == new.id);
        let (id, title) = (new.id, || new.title.clone());
        let news = [
            before.map(|resource| (resource, BookingNews::BackInService(id, title()))),
            after.map(|resource| (resource, BookingNews::OutOfService(id, title()))),
        ];
        let now = self.wall_clock_at(told);
        for (resource, news) in news.into_iter().flatten().filter(|(resource, _)| others(resource)) {
            let mut seen = BTreeSet::new();
            for (_, day) in self.office.diary.days_from(now.date()) {
                let here = day.iter().filter(|taken| taken.reservation.resource.key() == Some(resource));
                for Occurrence { reservation, span } in here.filter(|taken| now < taken.span.ends()) {
                    if seen.insert(&reservation.stem) {
                        let next = Reservation { span: *span, ..(**reservation).clone() };
                        self.letters_of_news(told, &next, &news, letters)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn letters_of_edit(
        &self,
        told: &Told<'_>,
        old: &Reservation,
        new: &Reservation,
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let changed = |booking: &Reservation| {
            let Reservation { span, quantity, status, .. } = *booking;
            (span, booking.series.clone(), quantity, status, booking.purpose.clone())
        };
        let news = if old.status == Standing::Pending && new.status == Standing::Confirmed {
            BookingNews::Confirmed
        } else if changed(old) != changed(new) {
            return self.letters_of_place(told, new, &BookingNews::Changed(Box::new(old.clone())), letters);
        } else {
            return Ok(());
        };
        self.letters_of_news(told, new, &news, letters)
    }

    /// A booking takes a place that it had not. Where it came in by a road that asked nobody, and another one has the place,
    /// both are told.
    fn letters_of_place(
        &self,
        told: &Told<'_>,
        booking: &Reservation,
        news: &BookingNews,
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let Some(first) = self.in_the_way(booking, self.wall_clock_at(told)) else {
            return self.letters_of_news(told, booking, news, letters);
        };
        self.letters_of_news(told, &first, &BookingNews::Disputed(Box::new(booking.clone())), letters)?;
        self.letters_of_news(told, booking, &BookingNews::Conflict(Box::new(first)), letters)
    }

    /// Another booking that came first and has a place that this one wants, the next time that it does.
    fn in_the_way(&self, booking: &Reservation, now: DateTime) -> Option<Reservation> {
        let mut coming = booking.occurrences(&self.site.calendar).filter(|span| now < span.ends());
        coming.find_map(|span| {
            let late = self.office.latecomers(self.office.diary.on(span.date), &self.site.vocabulary);
            let found = late.into_iter().find(|(late, _)| late.reservation.stem == booking.stem && late.span == span);
            found.map(|(_, first)| Reservation { span: first.span, ..(*first.reservation).clone() })
        })
    }

    /// When a step was committed, in the school's time.
    fn wall_clock_at(&self, told: &Told<'_>) -> DateTime {
        told.at.to_zoned_datetime(self.site.timezone.clone()).datetime()
    }

    fn letters_of_news(
        &self,
        told: &Told<'_>,
        booking: &Reservation,
        news: &BookingNews,
        letters: &mut Vec<Letter>,
    ) -> Result<()> {
        let now = self.clock.now();
        let book = &self.book;
        let people = |pseudonym: &_| book.find(pseudonym);
        let scene = self.scene(&people, now);
        let stem = booking.stem.to_string();
        let before = told.step.origin();
        let created = booking.created.map_or_else(|| before.clone(), |moment| moment.at.to_string());
        // The same hour can be booked, cancelled and booked again: the moment it was made tells them apart.
        let edition = self.edition_told(told, booking, news);
        // What was moved was told of under the name that it began under; a part of a series, under that of the series.
        let begun = match news {
            BookingNews::Parted(series) => self.office.edition(&series.1.stem).origin.to_string(),
            _ => edition.origin.to_string(),
        };
        let first = |recipient: &str| LetterId::derive(&[&begun, "made", &created, recipient]);
        let mut begins = *news == BookingNews::Made;
        if begins {
            // What was made and cancelled can come back; when it is over by then, that is no news.
            let id = first(&booking.requester.to_string());
            begins = !self.outbox.had(id)? && letters.iter().all(|letter| letter.id != id);
            if !begins && booking.over() <= self.wall_clock_at(told) {
                return Ok(());
            }
        }
        let id = |recipient: &str| {
            let ends = booking.span.ends().to_string();
            let later = || LetterId::derive(&[&before, &stem, news.kind(), &ends, &created, recipient]);
            if begins { first(recipient) } else { later() }
        };
        let letter = |recipient: &str, to: Option<Address>, reply_to: Option<Address>, words: Words| Letter {
            id: id(recipient),
            item: begun.clone(),
            recipient: recipient.to_owned(),
            thread: if begins { Vec::new() } else { vec![first(recipient)] },
            to,
            reply_to,
            subject: words.subject,
            text: words.text,
            html: words.html,
            calendar: words.calendar,
            date: now,
        };
        // Good until the booking is over, and the same whenever the letter is prepared.
        let zone = &self.site.timezone;
        let until = zone.to_timestamp(booking.over()).unwrap_or(told.at);
        let link = |deed: Deed, bearer: Bearer| {
            let errand = match deed {
                Deed::TeamPage | Deed::Agenda => Errand::from(told.links_from, deed, bearer),
                Deed::Ticket(..) | Deed::Booking(..) => Errand { deed, bearer, until },
            };
            errand.url(&self.site.base_url, &self.seal)
        };
        let editions = |other: &Reservation| match news {
            BookingNews::Parted(series) if other.stem == series.1.stem => {
                let made = self.office.edition_at(&other.stem, &told.step.commit.to_string());
                made.unwrap_or_else(|| self.office.edition(&other.stem))
            }
            _ => edition.clone(),
        };
        let team = address(&self.site.team);
        let holder = match self.reachable(&booking.requester) {
            Lookup::Address(contact) => Some(contact),
            _ => None,
        };
        let held =
            matches!(self.reachable(&booking.requester), Lookup::Unknown) && booking.requester != Requester::Nobody;
        let is_team = holder.as_ref().is_some_and(|holder| holder.email.eq_ignore_ascii_case(&team.email));
        if (holder.is_some() || held) && !is_team {
            let name = holder.as_ref().map(|holder| holder.name.as_str());
            let reader = Reader::Person { name, own: told.author.is(&booking.requester) };
            let words = letters::booking(&scene, booking, news, &editions, told.author, reader, &|deed| {
                link(deed, Bearer::of(&booking.requester))
            })?;
            letters.push(letter(&booking.requester.to_string(), holder.clone(), Some(team.clone()), words));
        }
        if self.tells_the_team(booking, news) {
            let words = letters::booking(&scene, booking, news, &editions, told.author, Reader::Team, &|deed| {
                link(deed, Bearer::Team)
            })?;
            letters.push(letter(TEAM, Some(team), holder, words));
        }
        Ok(())
    }

    /// Which version of a booking a step tells of. What history does not tell apart, as at a merge, is the latest one; a
    /// booking that is new has no versions yet.
    fn edition_told(&self, told: &Told<'_>, booking: &Reservation, news: &BookingNews) -> Edition {
        let made = self.office.edition_at(&booking.stem, &told.step.commit.to_string());
        made.unwrap_or_else(|| match news {
            BookingNews::Made => Edition::first(booking.stem.clone()),
            _ => self.office.edition(&booking.stem),
        })
    }

    /// Whether the team hears of it, too.
    fn tells_the_team(&self, booking: &Reservation, news: &BookingNews) -> bool {
        match (news, self.site.mail.team_reservations) {
            // The ticket told the team.
            (BookingNews::OutOfService(..) | BookingNews::BackInService(..), _) => false,
            (BookingNews::Conflict(_), _) | (_, TeamReservations::All) => true,
            (_, TeamReservations::None) => false,
            (_, TeamReservations::Approval) => booking.status == Standing::Pending,
        }
    }

    /// The paths at which bookings begin or end that are elsewhere before or after: of two places of one, the new one.
    pub(super) fn bookings_moved(&self, edits: &[Edit]) -> Result<BTreeSet<String>> {
        let read = |edit: &Edit, blob: Option<BlobId>| -> Result<Option<Reservation>> {
            let blob = blob.filter(|_| Stem::from_path(&edit.path).is_some());
            let bytes = blob.map(|blob| self.repository.bytes(blob)).transpose()?;
            Ok(bytes.and_then(|bytes| self.booking_in(&edit.path, &bytes).ok()))
        };
        let mut gone = Vec::new();
        for edit in edits.iter().filter(|edit| edit.new.is_none()) {
            gone.extend(read(edit, edit.old)?);
        }
        let mut moved = BTreeSet::new();
        for edit in edits.iter().filter(|edit| edit.old.is_none()) {
            if read(edit, edit.new)?.is_some_and(|new| gone.iter().any(|old| same_booking(old, &new))) {
                moved.insert(edit.path.clone());
            }
        }
        Ok(moved)
    }

    fn booking_in(&self, path: &str, bytes: &[u8]) -> Result<Reservation, Vec<Problem>> {
        Reservations::read(path, bytes, self.reader()).map(|read| (*read.value).clone())
    }
}

/// Why a booking was deleted, as its commit says; empty when nobody wrote anything. `own` is the subject that
/// `guichet cancel` writes.
fn reason(info: &CommitInfo, own: &str, stem: &Stem) -> String {
    let mut paragraphs: Vec<&str> = info.message.trim().split("\n\n").map(str::trim).collect();
    // "Signed-off-by", "Guichet-Actor": a person's own "Motif: …" has no hyphen.
    let is_trailer = |line: &str| {
        line.split_once(": ")
            .is_some_and(|(key, _)| key.contains('-') && key.chars().all(|c| c == '-' || c.is_ascii_alphabetic()))
    };
    if paragraphs.len() > 1 && paragraphs.last().is_some_and(|last| last.lines().all(is_trailer)) {
        paragraphs.pop();
    }
    let subject = paragraphs.first().copied().unwrap_or_default();
    if subject == own || subject.contains(&stem.to_string()) || PREFILLED.iter().any(|begin| subject.starts_with(begin))
    {
        paragraphs.remove(0);
    }
    paragraphs.retain(|paragraph| !paragraph.starts_with(REVERTS));
    paragraphs.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_a_person_wrote() {
        let said = |message: &str| {
            let info = CommitInfo {
                author_name: String::new(),
                author_email: String::new(),
                at: jiff::Timestamp::UNIX_EPOCH,
                message: message.to_owned(),
            };
            reason(&info, "Annulation de x", &"2026-11-23-salle-info-1-1030".parse().unwrap())
        };
        assert_eq!(said("Salle en travaux\n"), "Salle en travaux");
        assert_eq!(said("Annulation de x\n\nSalle en travaux\n\nGuichet-Actor: team\n"), "Salle en travaux");
        assert_eq!(said("Annulation de x\n\nGuichet-Actor: team\n"), "");
        assert_eq!(said("Delete 2026-11-23-salle-info-1-1030.md\n"), "");
        assert_eq!(said("Supprimer reservations/2026/11/2026-11-23-salle-info-1-1030.md\n\nTravaux"), "Travaux");
        assert_eq!(
            said("Revert \"Réservation\"\n\nThis reverts commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904.\n"),
            ""
        );
        for own in
            ["Suppression de la séance : M. Petit est absent", "Update du planning", "Annulation\n\nMotif: travaux"]
        {
            assert_eq!(said(own), own);
        }
    }
}
