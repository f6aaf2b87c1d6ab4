//! The form of a booking: the static file, and the one that a running server fills in.

use jiff::civil::Date;

use super::planning::{booking_row, link_to_form};
use crate::domain::booking::{BookingFields, Offer};
use crate::domain::draft::SenderFields;
use crate::domain::resource::Usage;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{BookingForm, FieldError, Link, OptionGroup, Selectable, TypedBooking};

/// Where the form's page is.
const PATH: &str = "reservations/new/index.html";

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut view = filled(&scene, &BookingFields::default(), &SenderFields::default(), Vec::new(), &[], "");
    view.live = false;
    pages.push(Page::of_view(scene, PATH, Kind::Page, "book", "booking-form.html", view));
}

/// The form with what was typed, what is wrong with it and what is free instead.
pub(in crate::theme) fn filled(
    scene: &Scene<'_>,
    typed: &BookingFields,
    sender: &SenderFields,
    errors: Vec<FieldError>,
    offers: &[Offer],
    token: &str,
) -> BookingForm {
    let vocabulary = &scene.site.vocabulary;
    let resource = vocabulary.resources.find(&typed.resource).filter(|_| !typed.resource.trim().is_empty());
    let mut several = false;
    let groups = super::resource::groups(scene).into_iter().map(|(name, resources)| OptionGroup {
        name: name.to_owned(),
        options: resources
            .into_iter()
            .filter_map(|candidate| match candidate.usage {
                Usage::Bookable(bookable) if !candidate.retired => {
                    several |= bookable.quantity.get() > 1;
                    Some(Selectable {
                        value: candidate.id.to_string(),
                        label: candidate.name.clone(),
                        selected: resource.is_some_and(|resource| resource.id == candidate.id),
                    })
                }
                _ => None,
            })
            .collect(),
    });
    let groups = groups.filter(|group: &OptionGroup| !group.options.is_empty()).collect();
    let chosen = scene.site.calendar.slot(&typed.slot).filter(|_| !typed.slot.trim().is_empty());
    let slots = scene.site.calendar.slots.iter().map(|slot| Selectable {
        value: slot.id.clone(),
        label: format!("{} ({})", slot.id, scene.times(&slot.on(Date::ZERO))),
        selected: chosen.is_some_and(|chosen| chosen.id == slot.id),
    });
    let date: Option<Date> = typed.date.trim().parse().ok();
    let standing = scene.office.reservations.values().filter(|booked| {
        let reservation = &booked.reservation;
        resource.is_some_and(|resource| reservation.resource.key() == Some(&resource.id))
            && Some(reservation.span.date) == date
    });
    let incidents = scene.office.tickets.values().rev().filter(|filed| {
        let ticket = &filed.ticket;
        resource.is_some_and(|resource| ticket.resource.key() == Some(&resource.id)) && ticket.is_open(vocabulary)
    });
    BookingForm {
        action: "reservations".to_owned(),
        groups,
        slots: slots.collect(),
        typed: TypedBooking {
            date: typed.date.clone(),
            start: typed.start.clone(),
            end: typed.end.clone(),
            purpose: typed.purpose.clone(),
            quantity: typed.quantity.clone(),
            name: sender.name.clone(),
            email: sender.email.clone(),
        },
        errors,
        offers: offers
            .iter()
            .map(|offer| Link {
                text: scene.offer(offer),
                url: link_to_form(scene, offer.resource.as_str(), &offer.span, &typed.purpose),
            })
            .collect(),
        already: standing.map(|booked| booking_row(scene, booked)).collect(),
        incidents: incidents.take(5).map(|filed| scene.row(filed)).collect(),
        approval: resource
            .is_some_and(|resource| matches!(resource.usage, Usage::Bookable(bookable) if bookable.approval)),
        several,
        // The static file knows no day: the server checks anyway.
        today: if token.is_empty() { String::new() } else { scene.today().to_string() },
        token: token.to_owned(),
        domains: scene.site.domains.clone(),
        live: true,
    }
}
