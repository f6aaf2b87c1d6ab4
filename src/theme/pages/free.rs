//! What is free: at this moment, and at each slot of the school days that come.

use std::num::NonZeroU32;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::planning::{FORM, link_to_form, of_day};
use crate::domain::booking::BookingFields;
use crate::domain::calendar::Slot;
use crate::domain::reservation::Span;
use crate::domain::resource::Resource;
use crate::phrase::Phrase;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{FreeDay, FreePage, FreePlace, FreeRow, Link};

/// Where the page is.
pub(super) const PATH: &str = "reservations/free/index.html";
/// School days that are shown.
const DAYS: usize = 5;
/// How far they are looked for: longer than the summer.
const HORIZON_DAYS: i64 = 75;

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let now = scene.wall_clock();
    let coming = (0..HORIZON_DAYS).filter_map(|days| now.date().checked_add(days.days()).ok());
    let days = coming.map(|date| day(&scene, date, now)).filter(|day| !day.rows.is_empty());
    let view = FreePage { days: days.take(DAYS).collect() };
    pages.push(Page::of_view(scene, PATH, Kind::List, "planning", "free.html", view));
}

type Groups<'a> = [(&'a str, Vec<&'a Resource>)];

fn day(scene: &Scene<'_>, date: Date, now: DateTime) -> FreeDay {
    let groups = of_day(scene, date);
    let slots: Vec<&Slot> = scene.site.calendar.slots_on(date).collect();
    let has_begun = |slot: &&Slot| slot.on(date).begins() <= now;
    let lessons = |slot: &&Slot| slot.on(date).ends() > now;
    let begun = slots.iter().any(has_begun) && slots.iter().any(lessons);
    let running = slots.iter().find(|slot| has_begun(slot) && lessons(slot)).map(|slot| slot.on(date));
    // What begins at this very moment is too late as soon as the page is read.
    let coming = slots.iter().filter(|slot| slot.on(date).begins() > now).map(|slot| row(scene, &groups, slot, date));
    let rows = begun.then(|| row_of_now(scene, &groups, running, now)).into_iter().chain(coming);
    FreeDay {
        id: date.to_string(),
        name: scene.locale().weekday(date),
        short: scene.locale().short_weekday(date),
        today: date == now.date(),
        rows: if groups.is_empty() { Vec::new() } else { rows.collect() },
        groups: groups.iter().map(|(name, _)| (*name).to_owned()).collect(),
    }
}

fn row(scene: &Scene<'_>, groups: &Groups<'_>, slot: &Slot, date: Date) -> FreeRow {
    let span = slot.on(date);
    let (search, now) = (scene.search(), scene.wall_clock());
    let free = search.free(span, NonZeroU32::MIN).filter(|resource| search.is_open(resource, &span, now));
    let free: Vec<&Resource> = free.collect();
    let place = |resource: &&Resource| {
        let url = link_to_form(scene, resource.id.as_str(), &span, &BookingFields::default());
        let is_free = free.iter().any(|free| free.id == resource.id);
        is_free.then(|| FreePlace { place: Link { text: resource.name.clone(), url }, until: String::new() })
    };
    let cells = groups.iter().map(|(_, resources)| resources.iter().filter_map(place).collect());
    FreeRow { slot: slot.id.clone(), times: scene.times(&span), cells: cells.collect() }
}

/// What is free at this moment: for the whole of the slot that runs, or who is already there says in the form until when.
fn row_of_now(scene: &Scene<'_>, groups: &Groups<'_>, running: Option<Span>, now: DateTime) -> FreeRow {
    let search = scene.search();
    let moment = Span { date: now.date(), start: now.time(), end: now.time().saturating_add(1.nanosecond()) };
    let whole = running.map(|span| search.free(span, NonZeroU32::MIN).map(|resource| &resource.id).collect::<Vec<_>>());
    let place = |resource: &&Resource| {
        let (true, until) = search.at(resource, now) else {
            return None;
        };
        if !search.is_open(resource, &moment, now) {
            return None;
        }
        let until = until.map(|until| Phrase::new("free-until").with("time", scene.locale().time(until)));
        let until = until.map(|until| scene.locale().say(&until)).unwrap_or_default();
        let is_whole = whole.as_ref().is_some_and(|whole| whole.contains(&&resource.id));
        let url = match running.filter(|_| is_whole) {
            Some(span) => link_to_form(scene, resource.id.as_str(), &span, &BookingFields::default()),
            None => format!("{FORM}?resource={}&date={}", resource.id, now.date()),
        };
        Some(FreePlace { place: Link { text: resource.name.clone(), url }, until })
    };
    let cells = groups.iter().map(|(_, resources)| resources.iter().filter_map(place).collect());
    FreeRow { slot: scene.locale().word("free-now"), times: String::new(), cells: cells.collect() }
}
