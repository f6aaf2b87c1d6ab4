//! `guichet calendar`: the school year, week by week, and the days that a calendar which is not committed yet moves.

mod moves;

use clap::Args;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::json;

use self::moves::Move;
use super::{Context, Failure, print_json};
use crate::domain::calendar::{self, Grid, HolidayName, Why, monday};
use crate::domain::figures::Period;
use crate::phrase::Phrase;
use crate::theme::scene::Scene;

#[derive(Debug, Args)]
pub(super) struct Calendar {
    /// The year in which it begins, such as 2026 (by default, the current one)
    #[arg(value_parser = clap::value_parser!(i16).range(1900..=9000))]
    year: Option<i16>,
}

/// Days in a row without lessons, for one reason.
struct Off {
    from: Date,
    to: Date,
    why: Why,
}

impl Calendar {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut desk = context.desk()?;
        desk.only_look()?;
        let scene = Scene {
            site: desk.site(),
            office: desk.office(),
            people: &crate::desk::nobody,
            theme: desk.theme(),
            now: context.clock.now(),
        };
        let moves = moves::since_the_commit(&desk)?;
        let year = Period::school_year(self.year.map_or_else(|| scene.today(), |year| date(year, 9, 1)));
        if context.json {
            return print_json(&as_json(&scene, year, &moves));
        }
        print(&scene, year);
        moves::print(&scene, &moves);
        Ok(())
    }
}

/// The Mondays of a school year.
fn mondays(year: Period) -> impl Iterator<Item = Date> {
    let end = monday(year.to);
    std::iter::successors(Some(monday(year.from)), |monday| monday.checked_add(1.week()).ok())
        .take_while(move |monday| *monday < end)
}

/// The days off of a week, but for weekdays that are never taught.
fn off(calendar: &calendar::Calendar, monday: Date) -> Vec<Off> {
    let mut found: Vec<Off> = Vec::new();
    for day in (0..7_i64).filter_map(|day| monday.checked_add(day.days()).ok()) {
        let taught = calendar.is_taught(day);
        let Some(why) = calendar.closure(day).filter(|why| taught && *why != Why::NotTaught) else {
            continue;
        };
        match found.last_mut() {
            Some(last) if last.why == why => last.to = day,
            _ => found.push(Off { from: day, to: day, why }),
        }
    }
    found
}

/// The grids that some day of a week has in place of the usual slots.
fn grids(calendar: &calendar::Calendar, monday: Date) -> impl Iterator<Item = &Grid> {
    let sunday = monday.saturating_add(6.days());
    calendar.grids.iter().filter(move |grid| grid.from <= sunday && monday <= grid.to)
}

fn iso_week(monday: Date) -> String {
    let week = monday.iso_week_date();
    format!("{:04}-W{:02}", week.year(), week.week())
}

fn as_json(scene: &Scene<'_>, year: Period, moves: &[Move]) -> serde_json::Value {
    let calendar = &scene.site.calendar;
    let weeks: Vec<_> = mondays(year)
        .map(|monday| {
            let off = off(calendar, monday);
            let off: Vec<_> =
                off.iter().map(|off| json!({ "from": off.from, "to": off.to, "why": scene.why(&off.why) })).collect();
            let letter = calendar.letter(monday).map(|letter| letter.to_string());
            let grids = grids(calendar, monday);
            let grids: Vec<_> =
                grids.map(|grid| json!({ "from": grid.from, "to": grid.to, "label": grid.label })).collect();
            json!({ "week": iso_week(monday), "monday": monday, "letter": letter, "off": off, "grids": grids })
        })
        .collect();
    let moved: Vec<_> = moves
        .iter()
        .map(|moved| json!({ "id": moved.stem.to_string(), "gone": moved.gone, "new": moved.new }))
        .collect();
    json!({ "from": year.from, "to": year.to, "weeks": weeks, "moved": moved })
}

fn print(scene: &Scene<'_>, year: Period) {
    let (calendar, locale) = (&scene.site.calendar, scene.locale());
    let title = Phrase::new("cli-calendar-title").with("from", year.from.year()).with("to", year.to.year());
    say!("{}\n", locale.say(&title));
    for monday in mondays(year) {
        let sunday = monday.saturating_add(6.days());
        let said = |off: &Off| {
            let why = scene.why(&off.why);
            match (off.from == off.to, calendar.letter(monday)) {
                (true, _) => format!("{} {why}", locale.short_weekday(off.from)),
                // A whole week needs no days.
                (false, None) => why,
                (false, Some(_)) => {
                    format!("{}–{} {why}", locale.short_weekday(off.from), locale.short_weekday(off.to))
                }
            }
        };
        let mut remarks: Vec<String> = off(calendar, monday).iter().map(said).collect();
        // Holidays go on after a public holiday in their midst.
        if remarks.len() > 2 && remarks.last() == remarks.first() {
            remarks.pop();
        }
        remarks.extend(grids(calendar, monday).filter(|grid| !grid.label.is_empty()).map(|grid| {
            let days = [grid.from.max(monday), grid.to.min(sunday)];
            match days.map(|day| locale.short_weekday(day)) {
                _ if days == [monday, sunday] => grid.label.clone(),
                [day, _] if days[0] == days[1] => format!("{day} {}", grid.label),
                [from, to] => format!("{from}–{to} {}", grid.label),
            }
        }));
        let days = format!("{} – {}", locale.day_of_year(monday), locale.day_of_year(sunday));
        let line = format!("{}  {:1}  {days:<21}{}", iso_week(monday), scene.letter(monday), remarks.join(", "));
        say!("{}", line.trim_end());
    }
    let inside = calendar.holidays.iter().filter(|holiday| year.contains(holiday.from));
    for holiday in inside.filter(|holiday| holiday.presumed) {
        let name = match &holiday.name {
            HolidayName::Known(key) => locale.word(key),
            HolidayName::Own(name) => name.clone(),
        };
        let presumed = Phrase::new("cli-calendar-presumed").with("name", name);
        say!("\n{}", locale.say(&presumed.with("day", locale.day(holiday.resume).text)));
    }
    if let Some(last) = calendar.holidays.last().filter(|last| last.resume <= year.to.saturating_add(1.day())) {
        let day = locale.day(last.from).text;
        say!("\n{}", locale.say(&Phrase::new("cli-calendar-unknown").with("day", day)));
    }
}
