//! The display beside a door: who is in, who comes, until when it is free. It is made anew at each of these moments.

use jiff::civil::DateTime;

use super::planning::booking_row;
use crate::domain::diary::Occurrence;
use crate::domain::key::Key;
use crate::domain::resource::Resource;
use crate::phrase::Phrase;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::Door;

/// Where the display of a resource is.
pub(super) fn door_url(id: &Key) -> String {
    format!("resources/{id}/door/index.html")
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let current = scene.site.vocabulary.resources.current();
    for resource in current.filter(|resource| resource.bookable().is_some()) {
        let view = door(&scene, resource, scene.wall_clock());
        pages.push(Page::of_view(scene, &door_url(&resource.id), Kind::Page, "", "door.html", view));
    }
}

fn door(scene: &Scene<'_>, resource: &Resource, now: DateTime) -> Door {
    let here = |taken: &&Occurrence| taken.reservation.resource.key() == Some(&resource.id);
    let left = scene.office.diary.on(now.date()).iter().filter(here).filter(|taken| now < taken.span.ends());
    let (running, coming): (Vec<&Occurrence>, Vec<&Occurrence>) = left.partition(|taken| taken.span.begins() <= now);
    let rows = |taken: Vec<&Occurrence>| taken.into_iter().map(|taken| booking_row(scene, taken)).collect();
    let (free, until) = scene.search().at(resource, now);
    let state = Phrase::new(match (free, until) {
        (true, Some(_)) => "door-free-until",
        (true, None) => "door-free",
        (false, Some(_)) => "door-taken-until",
        (false, None) => "door-taken",
    });
    let time = until.map(|until| scene.locale().time(until)).unwrap_or_default();
    let ticket = scene.office.out_of_service.get(&resource.id).and_then(|id| scene.office.tickets.get(id));
    Door {
        name: resource.name.clone(),
        day: scene.locale().weekday(now.date()),
        free,
        state: scene.locale().say(&state.with("time", time)),
        running: rows(running),
        coming: rows(coming),
        out_of_service: ticket.map(|filed| filed.ticket.title.clone()).unwrap_or_default(),
    }
}
