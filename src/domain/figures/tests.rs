//! Figures against what a person counts by hand, and against a naive recount of invented tickets.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::*;
use crate::domain::change::Change;
use crate::domain::history::{Signed, Step};
use crate::domain::person::Requester;
use crate::domain::resource::{Resource, Usage};
use crate::domain::ticket::{Ticket, TicketId};
use crate::domain::vocabulary::{Status, Word};

fn key(text: &str) -> Key {
    Key::new(text).unwrap()
}

fn word(text: &str) -> Word {
    Word { key: key(text), label: text.to_uppercase(), aliases: Vec::new(), retired: text == "minitel" }
}

fn vocabulary() -> Vocabulary {
    let statuses = [("nouveau", false), ("en-cours", false), ("ferme", true)];
    let room = |id| Resource {
        id: key(id),
        name: id.to_owned(),
        group: String::new(),
        usage: Usage::MaintenanceOnly,
        aliases: Vec::new(),
        retired: false,
    };
    Vocabulary {
        statuses: Terms::new(statuses.map(|(name, closed)| Status { word: word(name), closed }).into()).unwrap(),
        categories: Terms::new(["wifi", "tni", "minitel"].map(word).into()).unwrap(),
        severities: Terms::new(["reparation"].map(word).into()).unwrap(),
        resources: Terms::new(["b204", "cdi"].map(room).into()).unwrap(),
        members: Terms::new(Vec::new()).unwrap(),
        status_slips: Vec::new(),
    }
}

/// A ticket and the moments at which it got other statuses.
struct Story {
    ticket: Ticket,
    created: Timestamp,
    steps: Vec<Step>,
}

fn story(number: u32, created: &str, first: &str, moves: &[(&str, &str)]) -> Story {
    let mut status = first;
    let mut steps = Vec::new();
    for (at, to) in moves {
        let change = Change::Status { from: key(status), to: key(to) };
        let signed = Signed { name: String::new(), email: String::new(), actor: None };
        steps.push(Step { commit: String::new(), at: at.parse().unwrap(), signed, changes: vec![change] });
        status = to;
    }
    let ticket = Ticket {
        id: TicketId { year: 2026, number },
        title: String::new(),
        status: key(status),
        resource: Named::Known(key(["b204", "cdi"][number as usize % 2])),
        category: Named::Known(key(["wifi", "tni"][number as usize % 2])),
        severity: Named::Known(key("reparation")),
        created: None,
        requester: Requester::Nobody,
        assignee: None,
        attachments: Vec::new(),
        watchers: Vec::new(),
        duplicate_of: None,
        out_of_service: false,
        planned: None,
        handed_to: None,
        banner: false,
        body: String::new(),
    };
    Story { ticket, created: created.parse().unwrap(), steps }
}

fn lives<'a>(stories: &'a [Story], vocabulary: &Vocabulary) -> Vec<Life<'a>> {
    let zone = TimeZone::get("Europe/Paris").unwrap();
    let life = |story: &'a Story| Life::new(&story.ticket, story.created, &story.steps, true, vocabulary, &zone);
    stories.iter().map(life).collect()
}

const AUTUMN: Period = Period { from: date(2026, 9, 1), to: date(2026, 11, 30) };

#[test]
fn a_day_is_the_schools_and_both_ends_count() {
    let words = vocabulary();
    let stories = [
        story(1, "2026-08-31T22:30:00Z", "nouveau", &[]),
        story(2, "2026-11-30T22:30:00Z", "nouveau", &[]),
        story(3, "2026-11-30T23:30:00Z", "nouveau", &[]),
        story(4, "2026-08-31T21:30:00Z", "nouveau", &[("2026-09-03T08:00:00Z", "ferme")]),
    ];
    let figures = Figures::count(&lives(&stories, &words), AUTUMN, AUTUMN.to, &words);
    assert_eq!((figures.declared, figures.closed, figures.open_at_end), (2, 1, 2));
    assert_eq!(figures.by_month.iter().map(|month| month.tickets).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(figures.by_weekday, [1, 1, 0, 0, 0, 0, 0]);
    assert_eq!(figures.by_category.iter().map(|count| count.label.as_str()).collect::<Vec<_>>(), ["WIFI", "TNI"]);
}

#[test]
fn delays_run_to_the_first_move_and_to_the_last_closing() {
    let words = vocabulary();
    let mut stories = [
        story(
            1,
            "2026-09-07T08:00:00Z",
            "nouveau",
            &[
                ("2026-09-07T10:00:00Z", "en-cours"),
                ("2026-09-08T08:00:00Z", "ferme"),
                ("2026-09-09T08:00:00Z", "en-cours"),
                ("2026-09-11T08:00:00Z", "ferme"),
            ],
        ),
        story(2, "2026-09-07T08:00:00Z", "nouveau", &[("2026-09-07T12:00:00Z", "ferme")]),
        story(3, "2026-09-07T08:00:00Z", "nouveau", &[("2026-10-07T08:00:00Z", "en-cours")]),
        story(4, "2026-09-07T08:00:00Z", "ferme", &[]),
        story(5, "2026-09-07T08:00:00Z", "nouveau", &[]),
    ];
    stories[2].ticket.handed_to = Some("Département".to_owned());
    let lives = lives(&stories, &words);
    let figures = Figures::count(&lives, AUTUMN, AUTUMN.to, &words);
    let hours = |delay: &Delay| (delay.tickets, delay.median_s.map(|s| s / 3600));
    assert_eq!(hours(&figures.own.taking_over), (2, Some(3)));
    assert_eq!(hours(&figures.own.closing), (2, Some(50)));
    assert_eq!(hours(&figures.handed_over.taking_over), (1, Some(720)));
    assert_eq!(figures.handed_over.closing, Delay::default());
    assert_eq!(figures.open_at_end, 2);
    let earlier = Figures::count(&lives, AUTUMN, date(2026, 9, 10), &words);
    assert_eq!((hours(&earlier.own.closing), earlier.open_at_end), ((1, Some(4)), 3));
}

#[test]
fn a_running_year_is_compared_with_the_same_day_a_year_before() {
    let words = vocabulary();
    let stories = [
        story(1, "2026-10-01T08:00:00Z", "nouveau", &[]),
        story(2, "2025-10-01T08:00:00Z", "nouveau", &[("2026-01-05T08:00:00Z", "ferme")]),
        story(3, "2026-03-02T08:00:00Z", "nouveau", &[]),
    ];
    let lives = lives(&stories, &words);
    let year = Period::school_year(date(2026, 9, 1));
    let report = Report::new(&lives, year, date(2026, 11, 24), &words);
    assert_eq!(report.figures.declared, 1);
    assert_eq!(report.year_before.as_ref().map(|figures| (figures.declared, figures.open_at_end)), Some((2, 1)));
    assert_eq!(report.known_since, Some(date(2025, 10, 1)));
    let then = report.year_before_to_date.unwrap();
    assert_eq!((then.declared, then.open_at_end, then.own.closing.tickets), (1, 1, 0));
    let over = Report::new(&lives, year.year_before(), date(2026, 11, 24), &words);
    assert_eq!((over.until, over.year_before_to_date, over.year_before), (date(2026, 8, 31), None, None));
}

/// Invented tickets, counted again by looking at every day of the year.
#[test]
fn a_naive_recount_finds_the_same() {
    let words = vocabulary();
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut dice = 7_u32;
    let mut roll = |sides: u32| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        i64::from((dice >> 8) % sides)
    };
    let stories: Vec<Story> = (1..200)
        .map(|number| {
            let mut at = start + roll(8760).hours();
            let created = at.to_string();
            let moves: Vec<(String, &str)> = (0..roll(5))
                .map(|_| {
                    at += (1 + roll(400)).hours();
                    (at.to_string(), ["nouveau", "en-cours", "ferme"][usize::try_from(roll(3)).unwrap()])
                })
                .collect();
            let moves: Vec<(&str, &str)> = moves.iter().map(|(at, to)| (at.as_str(), *to)).collect();
            story(number, &created, "nouveau", &moves)
        })
        .collect();
    let figures = Figures::count(&lives(&stories, &words), AUTUMN, AUTUMN.to, &words);

    let zone = TimeZone::get("Europe/Paris").unwrap();
    let day = |at: Timestamp| at.to_zoned_datetime(zone.clone()).date();
    let status_on = |story: &Story, last: Date| {
        let mut status = "nouveau";
        for step in story.steps.iter().filter(|step| day(step.at) <= last) {
            let Change::Status { to, .. } = &step.changes[0] else { unreachable!() };
            status = to.as_str();
        }
        status.to_owned()
    };
    let declared: Vec<&Story> = stories.iter().filter(|story| AUTUMN.contains(day(story.created))).collect();
    let open = stories
        .iter()
        .filter(|story| day(story.created) <= AUTUMN.to && status_on(story, AUTUMN.to) != "ferme")
        .count();
    let mut seconds: Vec<i64> = declared
        .iter()
        .filter_map(|story| {
            let is_taken = |step: &&Step| {
                !matches!(&step.changes[0], Change::Status { to, .. } if to.as_str() == "nouveau")
                    && day(step.at) <= AUTUMN.to
            };
            let step = story.steps.iter().find(is_taken)?;
            Some(step.at.as_second() - story.created.as_second())
        })
        .collect();
    seconds.sort_unstable();
    assert_eq!(figures.declared, declared.len());
    assert_eq!(figures.open_at_end, open);
    assert_eq!(figures.by_month.iter().map(|month| month.tickets).sum::<usize>(), declared.len());
    assert_eq!(figures.by_weekday.iter().sum::<usize>(), declared.len());
    for counts in [&figures.by_category, &figures.by_severity, &figures.by_resource, &figures.by_status] {
        assert_eq!(counts.iter().map(|count| count.tickets).sum::<usize>(), declared.len());
    }
    assert_eq!(figures.own.taking_over.tickets, seconds.len());
    let median = figures.own.taking_over.median_s.unwrap();
    assert!(seconds.iter().filter(|s| **s <= median).count() * 2 >= seconds.len());
    assert!(seconds.iter().filter(|s| **s >= median).count() * 2 >= seconds.len());
}

#[test]
fn quantiles_are_a_spreadsheets() {
    assert_eq!(quantile(&[], 5), None);
    assert_eq!(quantile(&[7], 9), Some(7));
    assert_eq!(quantile(&[10, 20], 5), Some(15));
    assert_eq!(quantile(&[10, 20, 30, 40, 50], 9), Some(46));
}
