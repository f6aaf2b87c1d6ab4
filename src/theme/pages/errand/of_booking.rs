//! The page of a signed link about a booking: which days of a series are meant, what the booking is to become.

use super::{Again, Pressed, Stage, name};
use crate::domain::booking::BookingFields;
use crate::domain::draft::SenderFields;
use crate::domain::errand::{Bearer, Deed, Hold, OnBooking};
use crate::domain::free::Offer;
use crate::domain::part::PARTS;
use crate::domain::reservation::{Reservation, Span};
use crate::domain::ticket::Named;
use crate::theme::letters::requester_in_full;
use crate::theme::pages::booking_form;
use crate::theme::pages::planning::{FORM, link_to_form};
use crate::theme::scene::{Scene, week_url};
use crate::theme::view::{BookingForm, Detail, ErrandPage, Link, Selectable};

/// What a link lets its bearer do to a booking.
pub(super) struct OfBooking<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) hold: &'a Hold,
    pub(super) deed: OnBooking,
    pub(super) bearer: &'a Bearer,
    pub(super) signed: &'a str,
}

impl OfBooking<'_> {
    /// The page; `booking`: as it stands, if it does.
    pub(super) fn page(
        &self,
        booking: Option<&Reservation>,
        stage: Stage,
        pressed: &Pressed,
        again: &Again,
    ) -> ErrandPage {
        let locale = self.scene.locale();
        let left = booking.filter(|booking| self.deed.is_left(self.hold, self.bearer, booking));
        let stage = stage.unless_over(left.is_some() || again.is_refused());
        let (heading, lead) = match (stage, self.deed) {
            (Stage::Ask, _) => name(&Deed::Booking(self.hold.clone(), self.deed)),
            (Stage::Done, OnBooking::Cancel) if booking.is_some() => ("errand-done", "errand-shorten-done"),
            (Stage::Done, OnBooking::Cancel) => ("errand-done", "errand-cancel-done"),
            (Stage::Done, OnBooking::Change) => ("errand-done", "errand-change-done"),
            (Stage::Done, OnBooking::Approve) => ("errand-done", "errand-approve-done"),
            (Stage::Done, OnBooking::Refuse) => ("errand-done", "errand-refuse-done"),
            (Stage::Already, _) => ("errand-already", "errand-booking-already-lead"),
        };
        let day = booking.map_or(self.hold.stem.date, |booking| self.scene.day_to_see(booking));
        let page = ErrandPage {
            stage: stage.key(),
            heading: locale.word(heading),
            lead: locale.word(lead),
            about: self.scene.resource(&Named::Known(self.hold.stem.resource.clone())),
            facts: self.facts(booking),
            reason: self.deed == OnBooking::Refuse,
            see: Link { text: locale.word("theme-whole-planning"), url: week_url(day) },
            ..ErrandPage::default()
        };
        match (left.filter(|_| stage == Stage::Ask), self.deed) {
            (Some(booking), OnBooking::Cancel) => self.asking_which_days(booking, pressed, page),
            (Some(booking), OnBooking::Change) => self.asking_for_what(booking, pressed, again, page),
            _ => page,
        }
    }

    /// When the booking is gone, its name still says what and when it was.
    fn facts(&self, booking: Option<&Reservation>) -> Vec<Detail> {
        let (scene, locale, stem) = (self.scene, self.scene.locale(), &self.hold.stem);
        let named = || format!("{}, {}", locale.day(stem.date).text, locale.time(stem.start));
        let value = booking.map_or_else(named, |booking| scene.when(booking));
        let mut facts = vec![Detail { label: locale.word("booking-when"), value }];
        if let Some(booking) = booking {
            facts.push(Detail { label: locale.word("booking-purpose"), value: booking.purpose.clone() });
            if let OnBooking::Approve | OnBooking::Refuse = self.deed {
                let holder = requester_in_full(scene, &booking.requester);
                facts.push(Detail { label: locale.word("booking-holder"), value: holder });
            }
        }
        facts
    }

    /// Of a series: one day, that and the rest, or all.
    fn asking_which_days(&self, booking: &Reservation, pressed: &Pressed, page: ErrandPage) -> ErrandPage {
        if booking.series.is_none() {
            return page;
        }
        let days = self.coming(booking).map(|span| Selectable {
            value: span.date.to_string(),
            label: self.scene.locale().day(span.date).text,
            selected: pressed.day.trim() == span.date.to_string(),
        });
        ErrandPage { parts: self.parts(&PARTS, pressed), days: days.collect(), ..page }
    }

    /// The form of the booking, filled in; of a series, first which day it is about.
    fn asking_for_what(&self, booking: &Reservation, pressed: &Pressed, again: &Again, page: ErrandPage) -> ErrandPage {
        let locale = self.scene.locale();
        let typed = pressed.day.trim();
        let coming: Vec<Span> = self.coming(booking).collect();
        let several = booking.series.is_some() && coming.len() > 1;
        let chosen = coming.iter().find(|span| !several || span.date.to_string() == typed);
        let Some(day) = chosen else {
            let link = |span: &Span| Link {
                text: locale.day(span.date).text,
                url: format!("do/{}?day={}", self.signed, span.date),
            };
            let lead = locale.word("errand-change-which");
            return ErrandPage { lead, each_day: coming.iter().map(link).collect(), ..page };
        };
        let here = Reservation { span: *day, series: None, ..booking.clone() };
        let parts = if several { self.parts(&PARTS[..2], pressed) } else { Vec::new() };
        ErrandPage {
            form: Some(self.form(booking, day, pressed, again)),
            facts: self.facts(Some(&here)),
            parts,
            day: if several { day.date.to_string() } else { String::new() },
            ..page
        }
    }

    fn form(&self, booking: &Reservation, day: &Span, pressed: &Pressed, again: &Again) -> BookingForm {
        let nothing = pressed.booking.resource.is_empty() && pressed.booking.date.is_empty();
        let typed = if nothing {
            BookingFields::of(booking, day, &self.scene.site.calendar)
        } else {
            BookingFields { repeat: String::new(), ..pressed.booking.clone() }
        };
        let nobody = SenderFields::default();
        let form = booking_form::filled(self.scene, &typed, &nobody, again.errors.clone(), &[], &pressed.token);
        let asked = format!("do/{}?part={}&day={}&", self.signed, pressed.part, day.date);
        let offer = |offer: &Offer| {
            let url = link_to_form(self.scene, offer.resource.as_str(), &offer.span, &offer.instead_of(&typed));
            Link { text: self.scene.offer(offer), url: url.replace(&format!("{FORM}?"), &asked) }
        };
        BookingForm { offers: again.offers.iter().map(offer).collect(), ..form }
    }

    fn parts(&self, parts: &[&str], pressed: &Pressed) -> Vec<Selectable> {
        let part = |value: &&str| Selectable {
            value: (*value).to_owned(),
            label: self.scene.locale().word(match *value {
                "one" => "part-one",
                "rest" => "part-rest",
                _ => "part-all",
            }),
            selected: pressed.part.trim() == *value,
        };
        parts.iter().map(part).collect()
    }

    /// Its days that are not over.
    fn coming<'b>(&'b self, booking: &'b Reservation) -> impl Iterator<Item = Span> + use<'b> {
        let now = self.scene.wall_clock();
        booking.occurrences(&self.scene.site.calendar).filter(move |span| now < span.ends())
    }
}
