//! The planning: each week to come of the school year for all that can be booked, slots as rows, and for one resource; a free
//! place is a link to the form, filled in with it.

mod cell;
mod resource_week;

use std::collections::BTreeSet;
use std::ops::Bound;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use self::cell::rows;
pub(in crate::theme) use self::cell::{booking_row, link_to_form};
pub(super) use self::resource_week::of_resource;
use super::resource::{Group, bookable_groups};
use crate::domain::calendar::{Slot, monday};
use crate::domain::diary::Occurrence;
use crate::domain::figures::Period;
use crate::domain::reservation::Span;
use crate::domain::resource::{Resource, Usage};
use crate::phrase::Phrase;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::{Scene, resource_url, week_url};
use crate::theme::view::{ColumnGroup, DayColumn, DayPage, GroupLink, Link, Planning, PlanningDay};

/// Weeks that are planned ahead even when the school year ends and nothing is booked: people look for a free place.
const WEEKS_AHEAD: i64 = 8;

/// The form of a booking.
pub(super) const FORM: &str = "reservations/new/index.html";

/// The day of the whole school, to be printed.
const TODAY: &str = "reservations/today/index.html";

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let weeks = Weeks::of(&scene);
    let mut groups = bookable_groups(&scene);
    if groups.len() < 2 {
        groups.clear();
    }
    let of_week =
        |path: &str, view: Planning| Page::of_view(scene, path, Kind::List, "planning", "planning.html", view);
    for start in &weeks.all {
        let view = week(&scene, &weeks, &groups, *start, None);
        if *start == weeks.current {
            pages.push(of_week("reservations/index.html", view.clone()));
        }
        pages.push(of_week(&week_url(*start), view));
        for group in groups.iter().filter(|_| weeks.by_group.contains(start)) {
            pages.push(of_week(&group_url(*start, group), week(&scene, &weeks, &groups, *start, Some(group))));
        }
    }
    let view = DayPage { day: day(&scene, scene.today(), None), letter: scene.letter(scene.today()) };
    pages.push(Page::of_view(scene, TODAY, Kind::List, "planning", "day.html", view));
}

/// Which weeks have a page, each by its Monday.
struct Weeks {
    /// The one that runs.
    current: Date,
    /// Those to come of the school year, of every one that has or had a booking, and some ahead; those that are over and
    /// had one: a link to a booking leads somewhere, also when it was taken away.
    all: BTreeSet<Date>,
    /// Those with a page for each group: to come, and near or booked. What is over is looked up as a whole.
    by_group: BTreeSet<Date>,
}

impl Weeks {
    fn of(scene: &Scene<'_>) -> Self {
        let current = running(scene);
        let booked = || scene.office.diary.days_from(Date::MIN).map(|(date, _)| date);
        let changed = scene.office.lineages.keys().map(|stem| stem.date);
        let mut by_group: BTreeSet<Date> =
            (0..=WEEKS_AHEAD).filter_map(|week| current.checked_add(week.weeks()).ok()).collect();
        by_group.extend(booked().map(monday).filter(|monday| *monday > current));
        let mut all = by_group.clone();
        // Of what is over, the week before and those that have or had a booking are enough.
        let before = current.checked_sub(1.week()).unwrap_or(current);
        let coming = booked().chain(changed.clone()).chain([scene.today()]).filter(|day| *day >= before);
        for first in coming.map(|day| Period::school_year(day).from).collect::<BTreeSet<Date>>() {
            let last = Period::school_year(first).to;
            let mondays = std::iter::successors(Some(monday(first)), |monday| monday.checked_add(1.week()).ok());
            all.extend(mondays.take_while(|monday| *monday <= last).filter(|monday| *monday >= before));
        }
        all.extend(booked().chain(changed).map(monday));
        Self { current, all, by_group }
    }
}

/// The planning of a week: of all that can be booked, or of one group.
fn week(scene: &Scene<'_>, weeks: &Weeks, groups: &[Group<'_>], start: Date, group: Option<&Group<'_>>) -> Planning {
    let current = weeks.current;
    let url = |start: Date, group: Option<&Group<'_>>| match group {
        Some(group) if weeks.by_group.contains(&start) => group_url(start, group),
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
        groups: if groups.is_empty() || !weeks.by_group.contains(&start) { Vec::new() } else { choices.collect() },
        previous: weeks.all.range(..start).next_back().map(|other| link(*other)),
        next: weeks.all.range((Bound::Excluded(start), Bound::Unbounded)).next().map(|other| link(*other)),
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
            || calendar.slots_of(*date).iter().any(|slot| slot.is_taught(*date))
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

/// What everybody can book, by group.
pub(super) fn of_day<'a>(scene: &Scene<'a>, date: Date) -> Vec<(&'a str, Vec<&'a Resource>)> {
    let mut groups = columns(scene, date);
    for (_, resources) in &mut groups {
        resources.retain(|resource| !resource.retired && resource.is_for_everybody());
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
    let slots: Vec<&Slot> = scene.site.calendar.slots_on(date).collect();
    let places: Vec<(&Resource, Date)> = columns.iter().map(|resource| (*resource, date)).collect();
    PlanningDay {
        id: date.to_string(),
        name: scene.locale().weekday(date),
        short: scene.locale().short_weekday(date),
        today: date == scene.today(),
        past: date < scene.today(),
        closed: closed(scene, date),
        grid: scene.site.calendar.grid(date).map(|grid| grid.label.clone()).unwrap_or_default(),
        rows: rows(scene, &slots, &places),
        groups: groups
            .iter()
            .map(|(name, resources)| ColumnGroup { name: (*name).to_owned(), columns: resources.len() })
            .collect(),
        columns: columns
            .iter()
            .map(|resource| DayColumn {
                place: Link { text: resource.name.clone(), url: format!("{}#week", resource_url(&resource.id)) },
                out_of_service: date >= scene.today() && scene.office.out_of_service.contains_key(&resource.id),
            })
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
