//! Which days of bookings move when the calendar on disk becomes the committed one.

use anyhow::Result;
use jiff::civil::Date;

use crate::config::{FILE, HOLIDAYS_FILE, Site};
use crate::desk::Desk;
use crate::domain::calendar::Calendar;
use crate::domain::reservation::{Reservation, Stem};
use crate::phrase::Phrase;
use crate::theme::scene::Scene;

/// A booking that moves.
pub(super) struct Move {
    pub(super) stem: Stem,
    /// Days that it loses.
    pub(super) gone: Vec<Date>,
    /// Days that it gets.
    pub(super) new: Vec<Date>,
}

/// The moves from the committed calendar to the one on disk, as far as they are to come.
pub(super) fn since_the_commit(desk: &Desk) -> Result<Vec<Move>> {
    let Some(before) = committed(desk)? else {
        return Ok(Vec::new());
    };
    let (after, today) = (&desk.site().calendar, desk.wall_clock().date());
    let days = |booking: &Reservation, calendar: &Calendar| -> Vec<Date> {
        booking.occurrences(calendar).map(|span| span.date).filter(|day| *day >= today).collect()
    };
    let moved = desk.office().reservations.values().filter_map(|booked| {
        let booking = &booked.reservation;
        let (old, new) = (days(booking, &before), days(booking, after));
        let only = |one: &[Date], other: &[Date]| one.iter().filter(|day| !other.contains(day)).copied().collect();
        (old != new).then(|| Move { stem: booking.stem.clone(), gone: only(&old, &new), new: only(&new, &old) })
    });
    Ok(moved.collect())
}

/// The committed calendar; none where it can not be read: there is nothing to compare with.
fn committed(desk: &Desk) -> Result<Option<Calendar>> {
    let Some(head) = desk.repository().head()? else {
        return Ok(None);
    };
    let file = |path: &str| -> Result<Option<String>> {
        Ok(desk.repository().file_at(head, path)?.and_then(|bytes| String::from_utf8(bytes).ok()))
    };
    let (site, holidays) = (file(FILE)?, file(HOLIDAYS_FILE)?);
    Ok(site.and_then(|site| Site::parse_with(&site, holidays.as_deref()).ok()).map(|site| site.calendar))
}

pub(super) fn print(scene: &Scene<'_>, moves: &[Move]) {
    let locale = scene.locale();
    if moves.is_empty() {
        return;
    }
    say!("\n{}", locale.word("cli-calendar-moved"));
    let listed = |days: &[Date]| days.iter().map(|day| locale.day_of_year(*day)).collect::<Vec<_>>().join(", ");
    for moved in moves {
        say!("{}", moved.stem);
        for (key, days) in [("cli-calendar-gone", &moved.gone), ("cli-calendar-new", &moved.new)] {
            if !days.is_empty() {
                say!("  {}", locale.say(&Phrase::new(key).with("days", listed(days))));
            }
        }
    }
}
