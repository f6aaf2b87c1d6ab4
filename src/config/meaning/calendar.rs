//! `[calendar]`: periods and their grids, holidays, closures and week letters, from what was written to what it means.

use jiff::civil::{Date, Time, Weekday};
use toml::Spanned;
use toml::value::Datetime;

use super::Reader;
use crate::config::holidays;
use crate::config::written::{GridTable, SlotTable, Written};
use crate::domain::calendar::{Calendar, Closure, Grid, Letter, Slot};
use crate::domain::key::fold;
use crate::phrase::Phrase;

impl Reader<'_> {
    pub(super) fn calendar(&mut self, written: &Written) -> Calendar {
        let calendar = &written.calendar;
        let usual = self.slots(&calendar.slots);
        let grids = self.grids(&calendar.grids);
        let mut closed = Vec::new();
        for closure in &calendar.closed {
            let table = closure.get_ref();
            match (date(&table.from), date(&table.to)) {
                (Some(from), Some(to)) if from <= to => closed.push(Closure { from, to, label: table.label.clone() }),
                _ => self.fault(closure, Phrase::new("config-closure")),
            }
        }
        let zone = calendar
            .zone
            .as_ref()
            .filter(|zone| !zone.get_ref().is_empty())
            .map(|zone| self.choice(Some(zone), &[("A", 'A'), ("B", 'B'), ("C", 'C')]));
        let holidays = holidays::of_zone(zone, self.holidays).unwrap_or_else(|problems| {
            self.problems.extend(problems);
            Vec::new()
        });
        let named = self.letters(written);
        Calendar::new(usual, grids, holidays, zone.is_some(), closed).with_letters(&named)
    }

    /// The Mondays whose letter is set by hand.
    fn letters(&mut self, written: &Written) -> Vec<(Date, Letter)> {
        let calendar = &written.calendar;
        let mut letters = Vec::new();
        if let Some(typed) = &calendar.week_a {
            match date(typed.get_ref()).filter(|day| day.weekday() == Weekday::Monday) {
                Some(monday) => letters.push((monday, Letter::A)),
                None => self.fault(typed, Phrase::new("config-not-a-monday")),
            }
        }
        for (typed, letter) in &calendar.week_letters {
            let monday = typed.get_ref().parse().ok().filter(|day: &Date| day.weekday() == Weekday::Monday);
            match monday.zip(Letter::new(letter)) {
                Some(named) => letters.push(named),
                None => self.fault(typed, Phrase::new("config-week-letter")),
            }
        }
        letters
    }

    /// The grids of days that have their own; a day has one.
    fn grids(&mut self, written: &[Spanned<GridTable>]) -> Vec<Grid> {
        let mut grids: Vec<Grid> = Vec::new();
        for place in written {
            let table = place.get_ref();
            let day = |written: &Option<Datetime>, open: Date| written.as_ref().map_or(Some(open), date);
            let days = day(&table.from, Date::MIN).zip(day(&table.to, Date::MAX));
            let named = table.from.is_some() || table.to.is_some();
            let Some((from, to)) = days.filter(|(from, to)| named && from <= to) else {
                self.fault(place, Phrase::new("config-grid-days"));
                continue;
            };
            if table.slots.is_empty() {
                self.fault(place, Phrase::new("config-grid-empty"));
            }
            let grid = Grid { from, to, label: table.label.clone(), slots: self.slots(&table.slots) };
            if let Some(other) = grids.iter().find(|other| other.overlaps(&grid)) {
                let both = (grid.from.max(other.from), grid.to.min(other.to));
                let message = Phrase::new("config-grid-overlap").with("from", both.0).with("to", both.1);
                let problem = self.problem(place, message).hint(Phrase::new("hint-grid-overlap"));
                self.problems.push(problem);
            }
            grids.push(grid);
        }
        grids
    }

    /// The slots of one grid: no day has two of the same name, nor two at the same time.
    fn slots(&mut self, written: &[Spanned<SlotTable>]) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        for place in written {
            let Some(slot) = self.slot(place) else {
                continue;
            };
            let on_its_days = || slots.iter().filter(|other| other.days.iter().any(|day| slot.days.contains(day)));
            let same = |other: &Slot| fold(&other.id) == fold(&slot.id);
            let meets = |other: &&Slot| other.start < slot.end && slot.start < other.end;
            if on_its_days().any(same) {
                let message = Phrase::new("config-slot-twice").with("slot", &slot.id);
                let problem = self.problem(place, message).hint(Phrase::new("hint-slot-twice"));
                self.problems.push(problem);
            } else if let Some(other) = on_its_days().find(meets) {
                let message = Phrase::new("config-slot-overlap").with("slot", &slot.id).with("other", &other.id);
                let problem = self.problem(place, message).hint(Phrase::new("hint-slot-overlap"));
                self.problems.push(problem);
            }
            slots.push(slot);
        }
        slots
    }

    fn slot(&mut self, place: &Spanned<SlotTable>) -> Option<Slot> {
        let table = place.get_ref();
        let day = |name: &String| match name.as_str() {
            "mon" => Some(Weekday::Monday),
            "tue" => Some(Weekday::Tuesday),
            "wed" => Some(Weekday::Wednesday),
            "thu" => Some(Weekday::Thursday),
            "fri" => Some(Weekday::Friday),
            "sat" => Some(Weekday::Saturday),
            "sun" => Some(Weekday::Sunday),
            _ => None,
        };
        let days = match &table.days {
            Some(names) => names.iter().map(day).collect::<Option<Vec<_>>>(),
            None => {
                Some(vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday])
            }
        };
        let time = |text: &str| Time::strptime("%H:%M", text).ok();
        match (time(&table.start), time(&table.end), days) {
            (Some(start), Some(end), Some(days)) if start < end && !fold(&table.id).is_empty() => {
                Some(Slot { id: table.id.clone(), start, end, days })
            }
            _ => {
                self.fault(place, Phrase::new("config-slot").with("slot", &table.id));
                None
            }
        }
    }
}

fn date(written: &Datetime) -> Option<Date> {
    written.to_string().parse().ok()
}
