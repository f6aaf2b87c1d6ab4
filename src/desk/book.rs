//! Bookings made and cancelled: decided on what the tip and the working tree hold, the stricter one.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::proposal::{Proposal, failed, message, unreadable};
use super::survey::{Kind as _, Reservations};
use super::{Actor, Desk, Receipt, Refusal};
use crate::content::front_matter::Document;
use crate::content::reservation_file;
use crate::domain::booking::Booking;
use crate::domain::booking::BookingFields;
use crate::domain::diary::{Diary, Occurrence};
use crate::domain::draft::Fault;
use crate::domain::free::{Asker, Search, planned};
use crate::domain::item::Item;
use crate::domain::key::Key;
use crate::domain::person::{Requester, TEAM};
use crate::domain::reservation::{Reservation, Span, Standing, Stem};
use crate::domain::resource::Resource;
use crate::domain::series::Series;
use crate::domain::ticket::{Moment, Named};
use crate::phrase::Phrase;
use crate::repository::{BlobId, Write};

/// A booking that goes elsewhere, and what stays of it.
type Instead<'a> = Option<(&'a Stem, Option<&'a Reservation>)>;

/// Whose booking it is to be.
pub(super) struct Holder<'a> {
    pub requester: &'a Requester,
    /// The team books it for them.
    pub team: bool,
    /// When the booking that is changed was made, and what goes along with it.
    pub same: Option<Moment>,
    pub moves: Option<(Series, Date)>,
}

impl<'a> Holder<'a> {
    /// Who books anew.
    pub fn of(requester: &'a Requester, team: bool) -> Self {
        Self { requester, team, same: None, moves: None }
    }
}

impl Desk {
    /// Books, if the time is free.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn book_resource(
        &mut self,
        booking: &Booking,
        requester: &Requester,
        by: &Actor,
        token: Option<&str>,
    ) -> Result<Receipt, Refusal> {
        self.commit(token, |desk, _| {
            let team = by.who == TEAM || desk.site.vocabulary.members.find(&by.who).is_some();
            let holder = Holder::of(requester, team);
            desk.check_time(booking, &holder, None)?;
            desk.check_person(&booking.resource, &holder)?;
            let stem = desk.free_stem(booking);
            let made = desk.moment_for(requester);
            let text = reservation_file::write(booking, made, &desk.site.timezone, requester);
            let reading = Reservations::read(&stem.path(), text.as_bytes(), desk.reader());
            reading.map_err(|problems| unreadable(&problems))?;
            Ok(Proposal {
                writes: vec![Write { path: stem.path(), bytes: Some(text.into_bytes()) }],
                message: message(&desk.say("commit-booking", &stem), token, &by.who),
                author: by.signature.clone(),
                item: Item::Reservation(stem),
            })
        })
    }

    /// Whether the time is free now, before anybody is entered in the address book for it. `instead` of another booking,
    /// of which only so much stays, it has that one's place, too.
    pub(super) fn check_time(
        &mut self,
        booking: &Booking,
        holder: &Holder<'_>,
        instead: Instead<'_>,
    ) -> Result<(), Refusal> {
        let diary = self.standing_now(booking.span.date, instead)?;
        let (vocabulary, calendar) = (&self.site.vocabulary, &self.site.calendar);
        let planned = planned(booking, vocabulary, calendar, &diary);
        let in_the_way: Vec<Occurrence> = planned.into_iter().flat_map(|(_, others)| others).cloned().collect();
        if in_the_way.is_empty() {
            return Ok(());
        }
        let free = self.search(&diary).instead(booking, &self.asker(holder));
        Err(Refusal::Taken(in_the_way, free))
    }

    /// When a new booking of somebody's is made: the moment and the person tell bookings apart, so no two of theirs have
    /// the same.
    fn moment_for(&self, requester: &Requester) -> Timestamp {
        let read = self.reservations.files().values().filter_map(|seen| seen.reading.as_ref().ok());
        let theirs = read.filter(|read| read.value.requester == *requester);
        let used: HashSet<i64> = theirs.filter_map(|read| Some(read.value.created?.at.as_second())).collect();
        let now = self.clock.now();
        let mut second = now.as_second();
        while used.contains(&second) {
            second += 1;
        }
        Timestamp::from_second(second).unwrap_or(now)
    }

    /// What can not be booked, with what can.
    pub(super) fn unfit(&mut self, fields: &BookingFields, holder: &Holder<'_>, refusal: Refusal) -> Refusal {
        let Refusal::Faults(faults) = refusal else {
            return refusal;
        };
        let now = self.wall_clock();
        let offers = match self.standing_now(now.date(), None) {
            Ok(diary) => self.search(&diary).instead_of(fields, &faults, &self.asker(holder)),
            Err(busy) => return busy,
        };
        Refusal::Unfit(faults, offers)
    }

    fn search<'a>(&'a self, diary: &'a Diary) -> Search<'a> {
        Search {
            vocabulary: &self.site.vocabulary,
            calendar: &self.site.calendar,
            diary,
            out_of_service: &self.office.out_of_service,
        }
    }

    /// Who looks for something else: nothing is offered that this person may not have.
    fn asker(&self, holder: &Holder<'_>) -> Asker {
        let current = self.site.vocabulary.resources.current();
        let barred = current.filter(|resource| self.check_person(&resource.id, holder).is_err());
        Asker {
            now: self.wall_clock(),
            barred: barred.map(|resource| resource.id.clone()).collect(),
            moves: holder.moves.clone(),
        }
    }

    /// Whether this person may have a resource, as long as nothing else is decided. What they hold of the booking made at
    /// the `same` moment is this very booking.
    pub(super) fn check_person(&self, resource: &Key, holder: &Holder<'_>) -> Result<(), Refusal> {
        let Holder { requester, team, same, .. } = *holder;
        let Some(bookable) = self.site.vocabulary.resources.get(resource).and_then(Resource::bookable) else {
            return Ok(());
        };
        if bookable.rules.per_person.is_none() {
            return bookable.rules.check_person(0, team).map_err(|fault| Refusal::Faults(vec![fault]));
        }
        let now = self.wall_clock();
        let theirs = |reservation: &Reservation| {
            reservation.requester == *requester
                && reservation.resource.key() == Some(resource)
                && now < reservation.over()
                && (same.is_none() || reservation.created != same)
        };
        let held = self.reservations.files().values().filter_map(|seen| seen.reading.as_ref().ok());
        let held = held.filter(|read| *requester != Requester::Nobody && theirs(&read.value));
        // Days of a series that went elsewhere are still of that one booking.
        let made = |booking: &Reservation| booking.created.map(|moment| moment.at).ok_or_else(|| booking.stem.clone());
        let held: BTreeSet<_> = held.map(|read| made(&read.value)).collect();
        bookable.rules.check_person(held.len(), team).map_err(|fault| Refusal::Faults(vec![fault]))
    }

    /// Every time that a booking would have, with what is in the way then.
    ///
    /// # Errors
    /// The repository can not be read.
    pub fn plan_booking(&mut self, booking: &Booking) -> Result<Vec<(Span, Vec<Occurrence>)>, Refusal> {
        let diary = self.standing_now(booking.span.date, None)?;
        let planned = planned(booking, &self.site.vocabulary, &self.site.calendar, &diary);
        Ok(planned.into_iter().map(|(span, others)| (span, others.into_iter().cloned().collect())).collect())
    }

    fn standing_now(&mut self, from: Date, instead: Instead<'_>) -> Result<Diary, Refusal> {
        self.survey().map_err(|error| failed(&error))?;
        if let Some(tip) = self.repository.head().map_err(|error| failed(&error))? {
            self.read_tip(tip).map_err(|error| failed(&error))?;
        }
        self.standing(from, instead).map_err(|error| failed(&error))
    }

    /// Cancels or refuses a booking: its file is deleted, the commit carries the reason. `left` says whether that is
    /// still to be done to what stands there, as far as its file can be read.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn cancel(
        &mut self,
        stem: &Stem,
        reason: Option<&str>,
        by: &Actor,
        token: Option<&str>,
        left: impl Fn(Option<&Reservation>) -> bool,
    ) -> Result<Receipt, Refusal> {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        self.edit_booking(stem, "commit-cancel", reason, by, token, |_, booking| {
            if left(booking) { Ok(None) } else { Err(Refusal::Done(Item::Reservation(stem.clone()))) }
        })
    }

    /// A booking that waits stands from now on. `left` says whether that is still to be done to what stands there.
    ///
    /// # Errors
    /// The refusal; nothing is written then.
    pub fn approve(
        &mut self,
        stem: &Stem,
        by: &Actor,
        token: Option<&str>,
        left: impl Fn(Option<&Reservation>) -> bool,
    ) -> Result<Receipt, Refusal> {
        self.edit_booking(stem, "commit-approve", None, by, token, |document, booking| {
            if !left(booking) {
                return Err(Refusal::Done(Item::Reservation(stem.clone())));
            }
            let text = document.and_then(|document| document.with_value("status", Standing::Confirmed.key()).ok());
            let broken = || Fault::new("", Phrase::new("fault-booking-broken").with("id", stem));
            Ok(Some(text.ok_or_else(|| Refusal::Faults(vec![broken()]))?.into_bytes()))
        })
    }

    /// Commits what `edit` makes of a booking's file on the tip: other bytes, or none. `edit` sees what can be read.
    pub(super) fn edit_booking(
        &mut self,
        stem: &Stem,
        subject: &'static str,
        reason: Option<&str>,
        by: &Actor,
        token: Option<&str>,
        edit: impl Fn(Option<&Document<'_>>, Option<&Reservation>) -> Result<Option<Vec<u8>>, Refusal>,
    ) -> Result<Receipt, Refusal> {
        let path = stem.path();
        let item = Item::Reservation(stem.clone());
        self.commit(token, |desk, tip| {
            let bytes = desk.committed_file(stem, tip)?;
            let document = Document::parse(&path, &bytes).ok();
            let booking = Reservations::read(&path, &bytes, desk.reader()).ok();
            let bytes = edit(document.as_ref(), booking.as_ref().map(|read| &*read.value))?;
            let subject = desk.say(if bytes.is_some() { subject } else { "commit-cancel" }, stem);
            let subject = reason.map_or_else(|| subject.clone(), |reason| format!("{subject}\n\n{reason}"));
            Ok(Proposal {
                item: item.clone(),
                writes: vec![Write { path: path.clone(), bytes }],
                message: message(&subject, token, &by.who),
                author: by.signature.clone(),
            })
        })
    }

    /// What takes its resource from a day on: by the tip and by the working tree, each of them where they differ. A
    /// file that can not be read takes its resource from its start to the end of the day, and where it is a series,
    /// whenever its last good version does. `instead` of one booking stands so much of it.
    fn standing(&self, from: Date, instead: Instead<'_>) -> anyhow::Result<Diary> {
        let mut standing: Vec<Arc<Reservation>> = Vec::new();
        for (stem, seen) in self.reservations.files() {
            if let Ok(read) = &seen.reading {
                standing.push(Arc::clone(&read.value));
                continue;
            }
            standing.push(Arc::new(self.unreadable(stem)));
            standing.extend(self.office.reservations.get(stem).map(|booked| Arc::clone(&booked.reservation)));
        }
        for (path, blob) in &self.tip_files.1 {
            let Some(stem) = Stem::from_path(path) else {
                continue;
            };
            if self.reservations.files().get(&stem).is_none_or(|seen| seen.blob != *blob) {
                standing.push(self.committed(path, *blob)?.unwrap_or_else(|| Arc::new(self.unreadable(&stem))));
            }
        }
        if let Some((stem, rest)) = instead {
            standing.retain(|reservation| reservation.stem != *stem);
            standing.extend(rest.cloned().map(Arc::new));
        }
        standing.retain(|reservation| reservation.over().date() >= from);
        Ok(Diary::new(standing, &self.site.calendar))
    }

    fn committed(&self, path: &str, blob: BlobId) -> anyhow::Result<Option<Arc<Reservation>>> {
        let bytes = self.repository.bytes(blob)?;
        Ok(Reservations::read(path, &bytes, self.reader()).ok().map(|read| read.value))
    }

    /// The plain name, or the next one where it is held by another booking that leaves room.
    pub(super) fn free_stem(&self, booking: &Booking) -> Stem {
        let Span { date, start, .. } = booking.span;
        let stem = |copy| Stem { date, resource: booking.resource.clone(), start, copy };
        let held =
            |stem: &Stem| self.reservations.files().contains_key(stem) || self.tip_files.1.contains_key(&stem.path());
        (1..=u32::MAX).map(stem).find(|stem| !held(stem)).expect("there are more numbers than bookings")
    }

    /// A booking of which only the name is known: it takes all there is, from its start to the end of the day.
    fn unreadable(&self, stem: &Stem) -> Reservation {
        let end = Time::new(23, 59, 0, 0).expect("the last minute of a day exists");
        let resource = self.site.vocabulary.resources.get(&stem.resource).map_or(&stem.resource, |found| &found.id);
        Reservation {
            resource: Named::Known(resource.clone()),
            span: Span { date: stem.date, start: stem.start, end },
            purpose: String::new(),
            status: Standing::Confirmed,
            created: None,
            requester: Requester::Nobody,
            quantity: std::num::NonZeroU32::MAX,
            series: None,
            notes: String::new(),
            stem: stem.clone(),
        }
    }
}
