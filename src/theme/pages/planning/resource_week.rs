//! The week of one resource: slots as rows, days as columns; where the school's grid changes in its midst, a table for
//! each grid.

use jiff::civil::Date;

use super::cell::{booking_row, rows};
use super::{closed, dates, days, others, running};
use crate::domain::calendar::Slot;
use crate::domain::resource::{Resource, Usage};
use crate::theme::scene::{Scene, week_url};
use crate::theme::view::{ResourceWeek, WeekDay, WeekTable};

/// The running week of one resource; `None`: it can not be booked.
pub(in crate::theme::pages) fn of_resource(scene: &Scene<'_>, resource: &Resource) -> Option<ResourceWeek> {
    let Usage::Bookable(_) = resource.usage else {
        return None;
    };
    let days = days(running(scene), scene);
    let tables = days.chunk_by(|day, next| scene.site.calendar.grid(*day) == scene.site.calendar.grid(*next));
    let others = days.iter().flat_map(|date| others(scene, *date));
    Some(ResourceWeek {
        dates: dates(scene, days.first().copied()?),
        tables: tables.map(|days| table(scene, resource, days)).collect(),
        others: others
            .filter(|taken| taken.reservation.resource.key() == Some(&resource.id))
            .map(|taken| booking_row(scene, taken))
            .collect(),
    })
}

/// Neighbouring days of one grid.
fn table(scene: &Scene<'_>, resource: &Resource, days: &[Date]) -> WeekTable {
    let (calendar, today) = (&scene.site.calendar, scene.today());
    let grid = days.first().and_then(|date| calendar.grid(*date));
    let slots: Vec<&Slot> = days.first().map_or(&[][..], |date| calendar.slots_of(*date)).iter().collect();
    let places: Vec<(&Resource, Date)> = days.iter().map(|date| (resource, *date)).collect();
    let day = |date: &Date| WeekDay {
        name: scene.locale().weekday(*date),
        short: scene.locale().short_weekday(*date),
        url: format!("{}#{date}", week_url(*date)),
        today: *date == today,
        past: *date < today,
        closed: closed(scene, *date),
    };
    WeekTable {
        grid: grid.map_or_else(|| scene.locale().word("planning-grid-usual"), |grid| grid.label.clone()),
        past: days.iter().all(|date| *date < today),
        days: days.iter().map(day).collect(),
        rows: rows(scene, &slots, &places),
    }
}
