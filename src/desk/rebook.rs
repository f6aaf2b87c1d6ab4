//! A booking, or some days of a series, given back or given another time, place or purpose: decided on what the tip and the
//! working tree hold, in one commit that touches the files of this booking alone.

use std::sync::Arc;

use super::book::Holder;
use super::proposal::{Proposal, failed, message};
use super::survey::{Kind as _, Reservations};
use super::{Actor, Desk, Receipt, Refusal};
use crate::content::front_matter::Document;
use crate::content::reservation_file;
use crate::domain::booking::{Booking, BookingFields};
use crate::domain::draft::Fault;
use crate::domain::item::Item;
use crate::domain::part::Part;
use crate::domain::person::TEAM;
use crate::domain::rebooking::Rebooking;
use crate::domain::reservation::{Reservation, Stem};
use crate::phrase::Phrase;
use crate::repository::{CommitId, Write};

impl Desk {
    /// Takes days out of a booking; when none is left, or all are meant, the booking is cancelled. `left` says whether
    /// that is still to be done to what stands there.
    ///
    /// # Errors
    /// The refusal: the booking has no such day to come. Nothing is written then.
    pub fn shorten(
        &mut self,
        stem: &Stem,
        part: Part,
        reason: Option<&str>,
        by: &Actor,
        token: Option<&str>,
        left: impl Fn(Option<&Reservation>) -> bool,
    ) -> Result<Receipt, Refusal> {
        if part == Part::All {
            return self.cancel(stem, reason, by, token, left);
        }
        let (site, now) = (Arc::clone(&self.site), self.wall_clock());
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        self.edit_booking(stem, "commit-shorten", reason, by, token, |document, booking| {
            if !left(booking) {
                return Err(Refusal::Done(Item::Reservation(stem.clone())));
            }
            let (Some(document), Some(booking)) = (document, booking) else {
                return Err(broken(stem));
            };
            part.first_of(booking, &site.calendar, now).map_err(|fault| Refusal::Faults(vec![fault]))?;
            match (&booking.series, part.rest_of(booking, &site.calendar)) {
                (Some(series), Some(_)) => {
                    let text = reservation_file::shorten(document, series, part).map_err(|_| broken(stem))?;
                    Ok(Some(text.into_bytes()))
                }
                _ => Ok(None),
            }
        })
    }

    /// Gives a booking, or some days of a series, what the form says: all rules are asked anew, and what it has now is
    /// not in its own way. `left` says whether that is still to be done to what stands there.
    ///
    /// # Errors
    /// The refusal; nothing is written then, and the booking stands as it did.
    pub fn rebook(
        &mut self,
        stem: &Stem,
        part: Part,
        fields: &BookingFields,
        by: &Actor,
        token: Option<&str>,
        left: impl Fn(Option<&Reservation>) -> bool,
    ) -> Result<Receipt, Refusal> {
        self.commit(token, |desk, tip| {
            let (bytes, old) = desk.standing_file(stem, tip)?;
            if !left(Some(&old)) {
                return Err(Refusal::Done(Item::Reservation(stem.clone())));
            }
            let (site, now) = (Arc::clone(&desk.site), desk.wall_clock());
            let holder = Holder {
                requester: &old.requester,
                team: by.who == TEAM || site.vocabulary.members.find(&by.who).is_some(),
                same: old.created,
                moves: Rebooking::moves(&old, part, &site.calendar, now),
            };
            let rebooking = Rebooking::of(&old, part, fields, &site.vocabulary, &site.calendar, now)
                .map_err(|faults| desk.unfit(fields, &holder, Refusal::Faults(faults)))?;
            let may = desk.check_rebooking(&old, &rebooking, &holder);
            may.map_err(|refusal| desk.unfit(fields, &holder, refusal))?;
            desk.rewritten(&old, &bytes, &rebooking, by, token)
        })
    }

    /// What stands in the way of what a booking is to become.
    fn check_rebooking(
        &mut self,
        old: &Reservation,
        rebooking: &Rebooking,
        holder: &Holder<'_>,
    ) -> Result<(), Refusal> {
        let Rebooking { booking, rest, stays, .. } = rebooking;
        if *stays {
            return Ok(());
        }
        self.check_time(booking, holder, Some((&old.stem, rest.as_ref())))?;
        self.check_person(&booking.resource, holder)
    }

    /// The one commit: the file with its new words, or under its new name; beside it the series without these days.
    fn rewritten(
        &self,
        old: &Reservation,
        bytes: &[u8],
        rebooking: &Rebooking,
        by: &Actor,
        token: Option<&str>,
    ) -> Result<Proposal, Refusal> {
        let broken = |_| broken(&old.stem);
        let path = old.stem.path();
        let document = Document::parse(&path, bytes).map_err(broken)?;
        let text = reservation_file::rewrite(&document, old, &rebooking.booking).map_err(broken)?;
        let stem = match &rebooking.rest {
            None if is_named(&old.stem, old, &rebooking.booking) => old.stem.clone(),
            _ => self.free_stem(&rebooking.booking),
        };
        if stem == old.stem && text.as_bytes() == bytes {
            return Err(Refusal::Faults(vec![Fault::new("", Phrase::new("fault-nothing-changes"))]));
        }
        // What we write must read back before it is anywhere.
        Reservations::read(&stem.path(), text.as_bytes(), self.reader()).map_err(|_| self::broken(&old.stem))?;
        let mut writes = vec![Write { path: stem.path(), bytes: Some(text.into_bytes()) }];
        if stem != old.stem {
            let rest = match (&rebooking.rest, &old.series) {
                (Some(_), Some(series)) => {
                    Some(reservation_file::shorten(&document, series, rebooking.part).map_err(broken)?.into_bytes())
                }
                _ => None,
            };
            writes.push(Write { path, bytes: rest });
        }
        Ok(Proposal {
            writes,
            message: message(&self.say("commit-rebook", &old.stem), token, &by.who),
            author: by.signature.clone(),
            item: Item::Reservation(stem),
        })
    }

    /// A booking's file as the branch has it, when nobody has unfinished work in it.
    fn standing_file(&self, stem: &Stem, tip: Option<CommitId>) -> Result<(Vec<u8>, Reservation), Refusal> {
        let path = stem.path();
        let bytes = self.committed_file(stem, tip)?;
        let booking = Reservations::read(&path, &bytes, self.reader()).map_err(|_| broken(stem))?;
        Ok((bytes, (*booking.value).clone()))
    }

    /// The bytes of a booking's file on the tip, when nobody has unfinished work in it.
    pub(super) fn committed_file(&self, stem: &Stem, tip: Option<CommitId>) -> Result<Vec<u8>, Refusal> {
        let (path, unknown) = (stem.path(), || Refusal::Unknown(Item::Reservation(stem.clone())));
        let tip = tip.ok_or_else(unknown)?;
        let bytes = self.repository.file_at(tip, &path).map_err(|error| failed(&error))?.ok_or_else(unknown)?;
        self.check_clean(Some(tip), &path)?;
        Ok(bytes)
    }
}

/// Whether the file of `old` may keep its name as the file of `booking`.
fn is_named(stem: &Stem, old: &Reservation, booking: &Booking) -> bool {
    old.resource.key() == Some(&booking.resource) && (stem.date, stem.start) == (booking.span.date, booking.span.start)
}

fn broken(stem: &Stem) -> Refusal {
    Refusal::Faults(vec![Fault::new("", Phrase::new("fault-booking-broken").with("id", stem))])
}
