//! The form of a booking: the static file, and the one that a running server fills in.

use std::num::NonZeroU32;

use jiff::civil::{Date, Time};

use super::planning::{FORM, booking_row, link_to_form};
use super::preview::preview;
use crate::domain::booking::{BookingFields, REPEATS};
use crate::domain::calendar::Slot;
use crate::domain::draft::SenderFields;
use crate::domain::free::Offer;
use crate::domain::key::fold;
use crate::domain::reservation::Span;
use crate::domain::resource::{Resource, Usage};
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{BookingForm, FieldError, Link, OptionGroup, Selectable, TypedBooking};

/// The fields that say what is booked and when.
const CHOICE: [&str; 6] = ["resource", "date", "slot", "slot_to", "start", "end"];

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut view = filled(&scene, &BookingFields::default(), &SenderFields::default(), Vec::new(), &[], "");
    view.live = false;
    pages.push(Page::of_view(scene, FORM, Kind::Page, "book", "booking-form.html", view));
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
    let calendar = &scene.site.calendar;
    let date: Option<Date> = typed.date.trim().parse().ok();
    let bookable = resource.and_then(|resource| match resource.usage {
        Usage::Bookable(bookable) => Some(bookable),
        Usage::MaintenanceOnly => None,
    });
    let rules = bookable.map(|bookable| bookable.rules).unwrap_or_default();
    let slots = slots(scene, date);
    let span = date.and_then(|date| match typed.run(calendar, date) {
        // Where it ends is said below, and may be changed there.
        Some(run) => calendar.run_at(&run.on(date)).map(|run| run.first.on(date)),
        None => hours(typed, date).filter(|span| rules.check_hours(span, calendar).is_ok()),
    });
    let sound = !errors.iter().any(|error| CHOICE.contains(&error.field.as_str()));
    let offer = resource.zip(span.filter(|_| sound)).map(|(resource, span)| Offer {
        resource: resource.id.clone(),
        span,
        quantity: NonZeroU32::MIN,
        series: None,
    });
    let standing = date
        .map_or(&[][..], |date| scene.office.diary.on(date))
        .iter()
        .filter(|taken| resource.is_some_and(|resource| taken.reservation.resource.key() == Some(&resource.id)));
    let incidents = scene.office.tickets.values().rev().filter(|filed| {
        let ticket = &filed.ticket;
        resource.is_some_and(|resource| ticket.resource.key() == Some(&resource.id)) && ticket.is_open(vocabulary)
    });
    BookingForm {
        action: "reservations".to_owned(),
        groups: groups(scene, resource),
        slots: slots.iter().map(|slot| choice(slot, &typed.slot, scene.times(&slot.on(Date::ZERO)))).collect(),
        slots_to: slots.iter().map(|slot| choice(slot, &typed.slot_to, scene.locale().time(slot.end))).collect(),
        free_times: !rules.slots_only || slots.is_empty(),
        chosen: offer.filter(|_| bookable.is_some()).map(|offer| scene.offer(&offer)).unwrap_or_default(),
        typed: TypedBooking {
            date: typed.date.clone(),
            start: typed.start.clone(),
            end: typed.end.clone(),
            until: typed.until.clone(),
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
                url: link_to_form(scene, offer.resource.as_str(), &offer.span, &offer.instead_of(typed)),
            })
            .collect(),
        repeats: repeats(scene, typed),
        // Whoever has yet to say who they are is not at the last step.
        preview: sender.check().ok().and_then(|_| preview(scene, typed)),
        already: standing.map(|taken| booking_row(scene, taken)).collect(),
        incidents: incidents.take(5).map(|filed| scene.row(filed)).collect(),
        approval: bookable.is_some_and(|bookable| bookable.approval),
        several: vocabulary.resources.current().any(has_several),
        chosen_has_several: resource.is_some_and(has_several),
        // The static file knows no day: the server checks anyway.
        today: if token.is_empty() { String::new() } else { scene.today().to_string() },
        token: token.to_owned(),
        domains: scene.site.domains.clone(),
        live: true,
    }
}

/// The periods of a day; where none is chosen or it has no lessons, the usual ones, then those that only other days to
/// come have.
fn slots<'a>(scene: &Scene<'a>, date: Option<Date>) -> Vec<&'a Slot> {
    let calendar = &scene.site.calendar;
    let of_day: Vec<&Slot> = date.into_iter().flat_map(|date| calendar.slots_on(date)).collect();
    if !of_day.is_empty() {
        return of_day;
    }
    let coming = calendar.grids.iter().filter(|grid| grid.to >= scene.today()).flat_map(|grid| &grid.slots);
    let mut slots: Vec<&Slot> = Vec::new();
    for slot in calendar.usual.iter().chain(coming) {
        if slots.iter().all(|known| fold(&known.id) != fold(&slot.id)) {
            slots.push(slot);
        }
    }
    slots
}

/// A period that can be chosen, and a word on its time.
fn choice(slot: &Slot, typed: &str, time: String) -> Selectable {
    Selectable { value: slot.id.clone(), label: time, selected: fold(&slot.id) == fold(typed) }
}

fn repeats(scene: &Scene<'_>, typed: &BookingFields) -> Vec<Selectable> {
    let lettered = scene.site.calendar.has_letters();
    let offered = REPEATS.into_iter().filter(|repeat| lettered || !repeat.starts_with("week-"));
    offered
        .map(|repeat| Selectable {
            value: repeat.to_owned(),
            label: scene.locale().word(match repeat {
                "weekly" => "repeat-weekly",
                "week-a" => "repeat-week-a",
                "week-b" => "repeat-week-b",
                _ => "repeat-none",
            }),
            selected: typed.repeat.trim() == repeat,
        })
        .collect()
}

/// What can be booked, by group.
fn groups(scene: &Scene<'_>, chosen: Option<&Resource>) -> Vec<OptionGroup> {
    let is_chosen = |candidate: &Resource| chosen.is_some_and(|chosen| chosen.id == candidate.id);
    let option = |candidate: &Resource| Selectable {
        value: candidate.id.to_string(),
        label: candidate.name.clone(),
        selected: is_chosen(candidate),
    };
    // What only the team books is shown to who has it already.
    let open = |candidate: &&Resource| {
        !candidate.retired && candidate.bookable().is_some() && (candidate.is_for_everybody() || is_chosen(candidate))
    };
    let groups = super::resource::groups(scene).into_iter().map(|(name, resources)| OptionGroup {
        name: name.to_owned(),
        options: resources.into_iter().filter(open).map(option).collect(),
    });
    groups.filter(|group| !group.options.is_empty()).collect()
}

fn has_several(resource: &Resource) -> bool {
    matches!(resource.usage, Usage::Bookable(bookable) if bookable.quantity.get() > 1)
}

/// The exact times that were typed, when they make sense.
fn hours(typed: &BookingFields, date: Date) -> Option<Span> {
    let time = |typed: &str| Time::strptime("%H:%M", typed.trim()).ok();
    let span = Span { date, start: time(&typed.start)?, end: time(&typed.end)? };
    (span.start < span.end).then_some(span)
}
