//! Calendars to subscribe to (RFC 5545), for each resource, each group and the week letters: one event a booking, in the site's zone. A series is one
//! event with the days it skips, as the school's calendar has them now.

mod event;
mod line;
mod zone;

use jiff::{Timestamp, ToSpan as _};

use self::event::Event;
use self::line::{escaped, quoted, written};
use super::resource::bookable_groups;
use crate::domain::errand::Bearer;
use crate::domain::lineage::Edition;
use crate::domain::person::Requester;
use crate::domain::reservation::Reservation;
use crate::phrase::Phrase;
use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::Scene;

/// The calendar of the week letters, beside those of resources and groups.
pub(super) const WEEKS: &str = "weeks";

/// How every calendar begins, and how it ends.
const HEAD: [&str; 4] = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guichet//Guichet//FR", "CALSCALE:GREGORIAN"];
const TAIL: &str = "END:VCALENDAR";

/// What becomes of the events of a letter in the reader's calendar (RFC 5546, sections 3.2.1 and 3.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::theme) enum Method {
    /// They are entered, or replace the version that is there.
    Publish,
    /// They go.
    Cancel,
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut feed = |name: &str, text: String| {
        let mut inputs = Inputs::of(&scene);
        inputs.add(&text);
        pages.push(Page::new(feed_url(name), Kind::List, &inputs, move || Ok(text.clone().into_bytes())));
    };
    let resources = &scene.site.vocabulary.resources;
    let bookings = || scene.office.reservations.values().map(|booked| &*booked.reservation);
    for resource in resources.iter().filter(|resource| resource.bookable().is_some()) {
        let bookings = bookings().filter(|booking| booking.resource.key() == Some(&resource.id));
        feed(resource.id.as_str(), calendar(&scene, &resource.name, bookings));
    }
    for group in bookable_groups(&scene) {
        let bookings = bookings().filter(|booking| group.holds(&booking.resource));
        feed(&group.name, calendar(&scene, group.title, bookings));
    }
    if weeks_url(&scene).is_some() {
        feed(WEEKS, weeks(&scene));
    }
}

/// Where the calendar of a resource or a group is.
pub(super) fn feed_url(name: &str) -> String {
    format!("reservations/{name}.ics")
}

/// Where the calendar of the week letters is; `None`: the school has none, or a resource has its name.
pub(super) fn weeks_url(scene: &Scene<'_>) -> Option<String> {
    let mut resources = scene.site.vocabulary.resources.iter();
    let free = resources.all(|resource| resource.id.as_str() != WEEKS);
    (free && scene.site.calendar.has_letters()).then(|| feed_url(WEEKS))
}

/// The bookings that somebody holds, for their eyes only: on no page, and never on disk.
pub(in crate::theme) fn agenda(scene: &Scene<'_>, holder: &Bearer) -> String {
    let bookings = scene.office.reservations.values().map(|booked| &*booked.reservation);
    let theirs =
        |booking: &&Reservation| booking.requester != Requester::Nobody && Bearer::of(&booking.requester) == *holder;
    calendar(scene, &scene.locale().word("planning-mine"), bookings.filter(theirs))
}

/// The letters of the school year: one event a week, of whole days, from Monday to Friday.
fn weeks(scene: &Scene<'_>) -> String {
    let host = host(scene);
    let name = scene.locale().word("planning-weeks");
    let mut lines = head(scene, &name);
    for monday in scene.site.calendar.lettered(scene.today()) {
        let (letter, friday) = (scene.letter(monday), monday.checked_add(5.days()).unwrap_or(monday));
        let said = scene.locale().say(&Phrase::new("planning-week-letter").with("letter", letter));
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:week-{monday}@{host}"),
            format!("DTSTAMP:{}", monday.strftime("%Y%m%dT000000Z")),
            format!("DTSTART;VALUE=DATE:{}", monday.strftime("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", friday.strftime("%Y%m%d")),
            format!("SUMMARY:{}", escaped(&said)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push(TAIL.to_owned());
    written(&lines)
}

fn host<'a>(scene: &Scene<'a>) -> &'a str {
    let host = scene.site.base_url.split("://").last().unwrap_or_default();
    host.split(['/', ':']).next().unwrap_or_default()
}

fn head(scene: &Scene<'_>, name: &str) -> Vec<String> {
    let zone = zone::name(&scene.site.timezone);
    let named = [format!("X-WR-CALNAME:{}", escaped(name)), format!("X-WR-TIMEZONE:{zone}")];
    HEAD.map(str::to_owned).into_iter().chain(named).collect()
}

/// Bookings for a letter, each in the version that it tells of: no calendar of its own, but something to put into one,
/// or to take out; empty: there is nothing to enter.
pub(in crate::theme) fn attached(scene: &Scene<'_>, method: Method, bookings: &[(&Reservation, Edition)]) -> String {
    let events = bookings.iter().filter_map(|(booking, edition)| Event::of(scene, booking, edition.clone()));
    let events: Vec<Event<'_>> = events.collect();
    if events.is_empty() {
        return String::new();
    }
    let mut lines: Vec<String> = HEAD.map(str::to_owned).into();
    let (method, cancelled) = match method {
        Method::Publish => ("PUBLISH", false),
        Method::Cancel => ("CANCEL", true),
    };
    lines.push(format!("METHOD:{method}"));
    lines.extend(zone_of(scene, &events));
    let team = &scene.site.team;
    let organizer = format!("ORGANIZER;CN={}:mailto:{}", quoted(&team.name), team.email);
    lines.extend(events.iter().flat_map(|event| event.lines(Some(&organizer), cancelled)));
    lines.push(TAIL.to_owned());
    written(&lines)
}

fn calendar<'a>(scene: &Scene<'_>, name: &str, bookings: impl Iterator<Item = &'a Reservation>) -> String {
    let edition = |booking: &Reservation| scene.office.edition(&booking.stem);
    let events: Vec<Event<'_>> = bookings.filter_map(|booking| Event::of(scene, booking, edition(booking))).collect();
    let mut lines = head(scene, name);
    lines.extend(zone_of(scene, &events));
    lines.extend(events.iter().flat_map(|event| event.lines(None, false)));
    lines.push(TAIL.to_owned());
    written(&lines)
}

/// The site's zone, as far as the events reach.
fn zone_of(scene: &Scene<'_>, events: &[Event<'_>]) -> Vec<String> {
    let from = events.iter().map(|event| event.reach().0).min().unwrap_or(Timestamp::UNIX_EPOCH);
    let to = events.iter().map(|event| event.reach().1).max().unwrap_or(from);
    zone::lines(&scene.site.timezone, from, to)
}
