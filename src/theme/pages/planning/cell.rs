//! The cells of a planning: what stands at a slot of a resource, or the way to book it.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::FORM;
use crate::domain::booking::BookingFields;
use crate::domain::calendar::Slot;
use crate::domain::diary::Occurrence;
use crate::domain::free::conflicts;
use crate::domain::office::Standing as Version;
use crate::domain::reservation::{Span, Standing};
use crate::domain::resource::Resource;
use crate::phrase::Phrase;
use crate::theme::scene::Scene;
use crate::theme::view::{BookingRow, Link, PlanningCell, PlanningRow};

/// What stands for itself in a query (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A row for each slot: a cell for each resource on its day. A booking that fills several slots alone is one cell over
/// all of them.
pub(super) fn rows(scene: &Scene<'_>, slots: &[&Slot], places: &[(&Resource, Date)]) -> Vec<PlanningRow> {
    let row = |slot: &&Slot| PlanningRow {
        slot: slot.id.clone(),
        times: scene.times(&slot.on(Date::ZERO)),
        cells: places.iter().map(|(resource, date)| cell(scene, resource, slot, *date)).collect(),
    };
    let mut rows: Vec<PlanningRow> = slots.iter().map(row).collect();
    for column in 0..places.len() {
        let mut top = 0;
        for below in 1..rows.len() {
            if goes_on(&rows[top].cells[column], &rows[below].cells[column]) {
                rows[top].cells[column].height += 1;
                rows[below].cells[column].height = 0;
            } else {
                top = below;
            }
        }
    }
    rows
}

/// Whether the cell below holds nothing but the booking that fills the one above.
fn goes_on(above: &PlanningCell, below: &PlanningCell) -> bool {
    let full = |cell: &PlanningCell| cell.book.is_empty();
    matches!((&above.bookings[..], &below.bookings[..]), ([one], [other]) if one.stem == other.stem)
        && full(above)
        && full(below)
}

fn cell(scene: &Scene<'_>, resource: &Resource, slot: &Slot, date: Date) -> PlanningCell {
    let span = slot.on(date);
    if !slot.is_taught(date) || scene.site.calendar.closure(date).is_some() {
        return PlanningCell { height: 1, ..PlanningCell::default() };
    }
    let taken = scene
        .office
        .diary
        .on(date)
        .iter()
        .filter(|taken| taken.reservation.resource.key() == Some(&resource.id) && taken.span.overlaps(&span));
    let bookings: Vec<&Occurrence> = taken.collect();
    let room = conflicts(resource, &span, std::num::NonZeroU32::MIN, bookings.iter().copied()).is_empty();
    let free = room && scene.search().is_open(resource, &span, scene.wall_clock());
    let label = Phrase::new("planning-book").with("resource", &resource.name);
    let label = label.with("day", scene.locale().weekday(date)).with("time", &slot.id);
    let earlier = |taken: &Occurrence| {
        let mut before = scene.site.calendar.slots_on(date).filter(|other| other.start < slot.start);
        before.any(|other| other.on(date).overlaps(&taken.span))
    };
    let row = |taken| BookingRow { continued: earlier(taken), ..booking_row(scene, taken) };
    PlanningCell {
        height: 1,
        bookings: bookings.into_iter().map(row).collect(),
        book: if free {
            link_to_form(scene, resource.id.as_str(), &span, &BookingFields::default())
        } else {
            String::new()
        },
        label: scene.locale().say(&label),
    }
}

/// The form, filled in with a place that is free and what else was typed.
pub(in crate::theme) fn link_to_form(scene: &Scene<'_>, resource: &str, span: &Span, typed: &BookingFields) -> String {
    let hour = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let when = match scene.site.calendar.run_at(span).map(|run| (run.first, run.goes_on_to())) {
        Some((slot, None)) => format!("slot={}", encoded(&slot.id)),
        Some((first, Some(last))) => format!("slot={}&slot_to={}", encoded(&first.id), encoded(&last.id)),
        None => format!("start={}&end={}", hour(span.start), hour(span.end)),
    };
    let mut more = String::new();
    if !typed.purpose.is_empty() {
        more.push_str(&format!("&purpose={}", encoded(&typed.purpose)));
    }
    if !typed.quantity.is_empty() {
        more.push_str(&format!("&quantity={}", encoded(typed.quantity.trim())));
    }
    if typed.repeats() {
        more.push_str(&format!("&repeat={}&until={}", encoded(typed.repeat.trim()), encoded(typed.until.trim())));
    }
    format!("{FORM}?resource={}&date={}&{when}{more}", encoded(resource), span.date)
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// One time of a booking, in words.
pub(in crate::theme) fn booking_row(scene: &Scene<'_>, taken: &Occurrence) -> BookingRow {
    let Occurrence { reservation, span } = taken;
    let version = scene.office.reservations.get(&reservation.stem).map(|booked| &booked.standing);
    BookingRow {
        stem: reservation.stem.to_string(),
        resource: scene.resource(&reservation.resource),
        day: scene.locale().weekday(span.date),
        times: scene.times(span),
        slot: scene.slots(span).unwrap_or_default(),
        purpose: reservation.purpose.clone(),
        holder: scene.holder(&reservation.requester),
        quantity: if reservation.quantity.get() > 1 { format!("× {}", reservation.quantity) } else { String::new() },
        pending: reservation.status == Standing::Pending,
        uncommitted: version == Some(&Version::Uncommitted),
        broken: matches!(version, Some(Version::LastGood(_))),
        continued: false,
        rhythm: match &reservation.series {
            Some(series) => scene.rhythm(reservation.span.date, series),
            None => String::new(),
        },
        conflict: is_in_conflict(scene, taken),
        out_of_service: out_of_service(scene, taken),
    }
}

/// The ticket that keeps a coming booking from its resource.
fn out_of_service(scene: &Scene<'_>, taken: &Occurrence) -> Option<Link> {
    let ticket = scene.office.out_of_service.get(taken.reservation.resource.key()?)?;
    let now = scene.now.to_zoned_datetime(scene.site.timezone.clone()).datetime();
    let coming = now < taken.span.ends();
    scene.office.tickets.get(ticket).filter(|_| coming).map(|filed| scene.link(&filed.ticket))
}

/// Whether something that came before it takes its place; most bookings are in no conflict on any day.
fn is_in_conflict(scene: &Scene<'_>, taken: &Occurrence) -> bool {
    if !scene.office.is_in_conflict(&taken.reservation.stem) {
        return false;
    }
    let late = scene.office.latecomers(scene.office.diary.on(taken.span.date), &scene.site.vocabulary);
    late.iter().any(|(late, _)| *late == taken)
}
