//! The planning: each week for all that can be booked, slots as rows, and for one resource; a free place is a
//! link to the form, filled in with it.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::resource::{Group, bookable_groups};
use crate::domain::booking::BookingFields;
use crate::domain::calendar::{Slot, monday};
use crate::domain::diary::Occurrence;
use crate::domain::free::conflicts;
use crate::domain::office::Standing as Version;
use crate::domain::reservation::{Span, Standing};
use crate::domain::resource::{Resource, Usage};
use crate::phrase::Phrase;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::{Scene, resource_url, week_url};
use crate::theme::view::{
    BookingRow, ColumnGroup, DayPage, GroupLink, Link, Planning, PlanningCell, PlanningDay, PlanningRow, ResourceWeek,
    WeekDay,
};

/// Weeks that are planned ahead even when nothing is booked: people look for a free place.
const WEEKS_AHEAD: i64 = 8;

/// What stands for itself in a query (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The form of a booking.
pub(super) const FORM: &str = "reservations/new/index.html";

/// The day of the whole school, to be printed.
const TODAY: &str = "reservations/today/index.html";

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let current = running(&scene);
    let mut weeks: BTreeSet<Date> =
        (0..=WEEKS_AHEAD).filter_map(|week| current.checked_add(week.weeks()).ok()).collect();
    weeks.extend(scene.office.diary.days_from(Date::MIN).map(|(date, _)| monday(date)));
    let weeks: Vec<Date> = weeks.into_iter().collect();
    let mut groups = bookable_groups(&scene);
    if groups.len() < 2 {
        groups.clear();
    }
    let of_week =
        |path: &str, view: Planning| Page::of_view(scene, path, Kind::List, "planning", "planning.html", view);
    for start in &weeks {
        let view = week(&scene, &weeks, &groups, *start, None);
        if *start == current {
            pages.push(of_week("reservations/index.html", view.clone()));
        }
        pages.push(of_week(&week_url(*start), view));
        // What is over is looked up as a whole.
        for group in groups.iter().filter(|_| *start >= current) {
            pages.push(of_week(&group_url(*start, group), week(&scene, &weeks, &groups, *start, Some(group))));
        }
    }
    let view = DayPage { day: day(&scene, scene.today(), None), letter: scene.letter(scene.today()) };
    pages.push(Page::of_view(scene, TODAY, Kind::List, "planning", "day.html", view));
}

/// The planning of a week: of all that can be booked, or of one group.
fn week(scene: &Scene<'_>, weeks: &[Date], groups: &[Group<'_>], start: Date, group: Option<&Group<'_>>) -> Planning {
    let current = running(scene);
    let url = |start: Date, group: Option<&Group<'_>>| match group {
        Some(group) if start >= current => group_url(start, group),
        _ => week_url(start),
    };
    let link = |start: Date| Link { url: url(start, group), ..week_link(scene, start) };
    let days = days(start, scene).into_iter().map(|date| day(scene, date, group));
    // Of the running week, what is over makes room for what is to come.
    let over = |day: &PlanningDay| start == current && day.past;
    let (passed, days) = days.partition(over);
    let choice = |choice: Option<&Group<'_>>| GroupLink {
        link: Link {
            text: choice.map_or_else(|| scene.locale().word("planning-all"), |choice| choice.title.to_owned()),
            url: url(start, choice),
        },
        current: choice.map(|choice| &choice.name) == group.map(|group| &group.name),
    };
    let choices = std::iter::once(None).chain(groups.iter().map(Some)).map(choice);
    Planning {
        heading: week_link(scene, start).text,
        dates: dates(scene, start),
        letter: scene.letter(start),
        group: group.map(|group| group.title.to_owned()).unwrap_or_default(),
        groups: if groups.is_empty() || start < current { Vec::new() } else { choices.collect() },
        previous: weeks.iter().rfind(|other| **other < start).map(|other| link(*other)),
        next: weeks.iter().find(|other| **other > start).map(|other| link(*other)),
        current: (start != current).then(|| link(current)),
        passed,
        days,
        book: FORM.to_owned(),
        free: super::free::PATH.to_owned(),
        calendar: group.map(|group| super::ics::feed_url(&group.name)).unwrap_or_default(),
        weeks: super::ics::weeks_url(scene).unwrap_or_default(),
        today: TODAY.to_owned(),
    }
}

fn group_url(start: Date, group: &Group<'_>) -> String {
    week_url(start).replace("index.html", &format!("{}/index.html", group.name))
}

/// The running week of one resource; `None`: it can not be booked.
pub(super) fn of_resource(scene: &Scene<'_>, resource: &Resource) -> Option<ResourceWeek> {
    let Usage::Bookable(_) = resource.usage else {
        return None;
    };
    let days = days(running(scene), scene);
    let rows = scene.site.calendar.slots.iter().map(|slot| PlanningRow {
        slot: slot.id.clone(),
        times: scene.times(&slot.on(Date::ZERO)),
        cells: days.iter().map(|date| cell(scene, resource, slot, *date)).collect(),
    });
    let others = days.iter().flat_map(|date| others(scene, *date));
    Some(ResourceWeek {
        dates: dates(scene, days.first().copied()?),
        days: days
            .iter()
            .map(|date| WeekDay {
                name: scene.locale().weekday(*date),
                short: scene.locale().short_weekday(*date),
                url: format!("{}#{date}", week_url(*date)),
                today: *date == scene.today(),
                past: *date < scene.today(),
                closed: closed(scene, *date),
            })
            .collect(),
        rows: rows.collect(),
        others: others
            .filter(|taken| taken.reservation.resource.key() == Some(&resource.id))
            .map(|taken| booking_row(scene, taken))
            .collect(),
    })
}

/// The Monday of the week that runs; on a free weekend, of the one that comes.
fn running(scene: &Scene<'_>) -> Date {
    let today = scene.today();
    let shown = |date: &Date| days(monday(*date), scene).contains(date);
    let coming = (0..7_i64).filter_map(|day| today.checked_add(day.days()).ok()).find(shown);
    monday(coming.unwrap_or(today))
}

/// Monday to Friday, and further when the school teaches or something is booked then.
fn days(monday: Date, scene: &Scene<'_>) -> Vec<Date> {
    let calendar = &scene.site.calendar;
    let week = (0..7_i64).filter_map(|day| monday.checked_add(day.days()).ok());
    week.filter(|date| {
        !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            || calendar.slots.iter().any(|slot| slot.is_taught(*date))
            || !scene.office.diary.on(*date).is_empty()
    })
    .collect()
}

fn dates(scene: &Scene<'_>, monday: Date) -> String {
    let last = monday.checked_add(4.days()).unwrap_or(monday);
    let phrase = Phrase::new("planning-dates").with("from", scene.locale().weekday(monday));
    scene.locale().say(&phrase.with("to", scene.locale().day(last).text))
}

fn week_link(scene: &Scene<'_>, monday: Date) -> Link {
    let text = Phrase::new("planning-week-short").with("week", monday.iso_week_date().week());
    Link { text: scene.locale().say(&text), url: week_url(monday) }
}

/// Why there are no lessons on a day; empty: there are.
fn closed(scene: &Scene<'_>, date: Date) -> String {
    scene.site.calendar.closure(date).map(|why| scene.why(&why)).unwrap_or_default()
}

/// What can be booked from a day on, by group.
pub(super) fn of_day<'a>(scene: &Scene<'a>, date: Date) -> Vec<(&'a str, Vec<&'a Resource>)> {
    let mut groups = columns(scene, date);
    for (_, resources) in &mut groups {
        resources.retain(|resource| !resource.retired);
    }
    groups.retain(|(_, resources)| !resources.is_empty());
    groups
}

/// What can be booked, by group; what was retired as long as it is booked that day.
fn columns<'a>(scene: &Scene<'a>, date: Date) -> Vec<(&'a str, Vec<&'a Resource>)> {
    let taken = scene.office.diary.on(date);
    let is_booked =
        |resource: &Resource| taken.iter().any(|taken| taken.reservation.resource.key() == Some(&resource.id));
    let mut groups = super::resource::groups(scene);
    for (_, resources) in &mut groups {
        resources.retain(|resource| {
            matches!(resource.usage, Usage::Bookable(_)) && (!resource.retired || is_booked(resource))
        });
    }
    groups.retain(|(_, resources)| !resources.is_empty());
    groups
}

fn day(scene: &Scene<'_>, date: Date, only: Option<&Group<'_>>) -> PlanningDay {
    let mut groups = columns(scene, date);
    groups.retain(|(title, _)| only.is_none_or(|only| only.title == *title));
    let columns: Vec<&Resource> = groups.iter().flat_map(|(_, resources)| resources.iter().copied()).collect();
    let rows = scene.site.calendar.slots_on(date).map(|slot| PlanningRow {
        slot: slot.id.clone(),
        times: scene.times(&slot.on(date)),
        cells: columns.iter().map(|resource| cell(scene, resource, slot, date)).collect(),
    });
    PlanningDay {
        id: date.to_string(),
        name: scene.locale().weekday(date),
        short: scene.locale().short_weekday(date),
        today: date == scene.today(),
        past: date < scene.today(),
        closed: closed(scene, date),
        rows: rows.collect(),
        groups: groups
            .iter()
            .map(|(name, resources)| ColumnGroup { name: (*name).to_owned(), columns: resources.len() })
            .collect(),
        columns: columns
            .iter()
            .map(|resource| Link { text: resource.name.clone(), url: format!("{}#week", resource_url(&resource.id)) })
            .collect(),
        others: others(scene, date)
            .filter(|taken| only.is_none_or(|only| only.holds(&taken.reservation.resource)))
            .map(|taken| booking_row(scene, taken))
            .collect(),
    }
}

/// What is taken on a day and stands in no cell: it overlaps no slot that is taught that day, or what it holds is no
/// longer configured.
fn others<'a>(scene: &Scene<'a>, date: Date) -> impl Iterator<Item = &'a Occurrence> {
    let slots: Vec<Span> = scene.site.calendar.slots_on(date).map(|slot| slot.on(date)).collect();
    scene.office.diary.on(date).iter().filter(move |taken| {
        taken.reservation.resource.key().is_none() || !slots.iter().any(|slot| slot.overlaps(&taken.span))
    })
}

fn cell(scene: &Scene<'_>, resource: &Resource, slot: &Slot, date: Date) -> PlanningCell {
    let span = slot.on(date);
    let taught = slot.is_taught(date) && scene.site.calendar.closure(date).is_none();
    let taken = scene
        .office
        .diary
        .on(date)
        .iter()
        .filter(|taken| taken.reservation.resource.key() == Some(&resource.id) && taken.span.overlaps(&span));
    let bookings: Vec<&Occurrence> = taken.collect();
    let room = conflicts(resource, &span, std::num::NonZeroU32::MIN, bookings.iter().copied()).is_empty();
    // Only whole days are too late here: a page that changed each hour would be no static page.
    let free = taught && room && !resource.retired && date >= scene.today();
    let label = Phrase::new("planning-book").with("resource", &resource.name);
    let label = label.with("day", scene.locale().weekday(date)).with("time", &slot.id);
    let earlier = |taken: &Occurrence| {
        let mut before = scene.site.calendar.slots_on(date).filter(|other| other.start < slot.start);
        before.any(|other| other.on(date).overlaps(&taken.span))
    };
    let row = |taken| BookingRow { continued: earlier(taken), ..booking_row(scene, taken) };
    PlanningCell {
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
    let when = match scene.site.calendar.slot_at(span) {
        Some(slot) => format!("slot={}", encoded(&slot.id)),
        None => format!("start={}&end={}", hour(span.start), hour(span.end)),
    };
    let mut more = String::new();
    if !typed.purpose.is_empty() {
        more.push_str(&format!("&purpose={}", encoded(&typed.purpose)));
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
pub(super) fn booking_row(scene: &Scene<'_>, taken: &Occurrence) -> BookingRow {
    let Occurrence { reservation, span } = taken;
    let version = scene.office.reservations.get(&reservation.stem).map(|booked| &booked.standing);
    BookingRow {
        stem: reservation.stem.to_string(),
        resource: scene.resource(&reservation.resource),
        day: scene.locale().weekday(span.date),
        times: scene.times(span),
        slot: scene.site.calendar.slot_at(span).map(|slot| slot.id.clone()).unwrap_or_default(),
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

/// Whether something made before it takes its place; most bookings are named by no problem.
fn is_in_conflict(scene: &Scene<'_>, taken: &Occurrence) -> bool {
    let path = taken.reservation.stem.path();
    let mut problems = scene.office.problems.iter();
    if !problems.any(|problem| problem.message.key == "problem-overlap" && problem.path == path) {
        return false;
    }
    let late = scene.office.latecomers(scene.office.diary.on(taken.span.date), &scene.site.vocabulary);
    late.iter().any(|(late, _)| *late == taken)
}
