//! How the form says when a booking is: a slot, the slots from one to another, or exact hours. Slots are those of the
//! day that was chosen, whatever other days have.

use jiff::civil::{Date, DateTime, Time};

use super::BookingFields;
use crate::domain::calendar::{Calendar, Run, Slot};
use crate::domain::draft::{Fault, shortened};
use crate::domain::reservation::Span;
use crate::phrase::Phrase;

impl BookingFields {
    /// The time that was chosen, or what is wrong with it.
    pub(super) fn span(&self, calendar: &Calendar, date: Date, now: DateTime) -> Result<Span, Vec<Fault>> {
        let (field, span) = if self.slot.trim().is_empty() {
            let (start, end) = self.times()?;
            ("start", Span { date, start, end })
        } else {
            ("slot", self.taught(calendar, date).map_err(|fault| vec![fault])?.on(date))
        };
        // Who is there already books what is left of it.
        if span.ends() <= now {
            return Err(vec![Fault::new(field, Phrase::new("fault-time-past"))]);
        }
        Ok(span)
    }

    /// The slots that were chosen, as far as the day has them, taught then or not.
    pub fn run<'c>(&self, calendar: &'c Calendar, date: Date) -> Option<Run<'c>> {
        let find = |typed: &str| calendar.slot(date, typed).filter(|_| !typed.trim().is_empty());
        let first = find(&self.slot)?;
        Run::new(first, find(&self.slot_to).unwrap_or(first))
    }

    /// The slots that were chosen, all of them taught that day.
    fn taught<'c>(&self, calendar: &'c Calendar, date: Date) -> Result<Run<'c>, Fault> {
        let find = |field: &'static str, typed: &str| -> Result<&'c Slot, Fault> {
            let Some(slot) = calendar.slot(date, typed) else {
                let ids: Vec<&str> = calendar.slots_on(date).map(|slot| slot.id.as_str()).collect();
                let phrase = Phrase::new("fault-slot-unknown").with("typed", shortened(typed));
                return Err(Fault::new(field, phrase.with("choices", ids.join(", "))));
            };
            if !slot.is_taught(date) {
                return Err(Fault::new(field, Phrase::new("fault-slot-not-taught").with("slot", &slot.id)));
            }
            Ok(slot)
        };
        let first = find("slot", &self.slot)?;
        let last = if self.slot_to.trim().is_empty() { first } else { find("slot_to", &self.slot_to)? };
        let before = || Phrase::new("fault-slot-to-before").with("slot", &first.id).with("to", &last.id);
        Run::new(first, last).ok_or_else(|| Fault::new("slot_to", before()))
    }

    /// The exact hours that were typed.
    pub(in crate::domain) fn times(&self) -> Result<(Time, Time), Vec<Fault>> {
        if self.start.trim().is_empty() && self.end.trim().is_empty() {
            return Err(vec![Fault::new("slot", Phrase::new("fault-slot-missing"))]);
        }
        let time = |field: &'static str, typed: &str| {
            if typed.trim().is_empty() {
                let missing = if field == "end" { "fault-end-missing" } else { "fault-start-missing" };
                return Err(Fault::new(field, Phrase::new(missing)));
            }
            let parsed = Time::strptime("%H:%M", typed.trim()).ok();
            parsed.ok_or_else(|| Fault::new(field, Phrase::new("fault-time-odd").with("typed", shortened(typed))))
        };
        match (time("start", &self.start), time("end", &self.end)) {
            (Ok(start), Ok(end)) if start < end => Ok((start, end)),
            (Ok(_), Ok(_)) => Err(vec![Fault::new("end", Phrase::new("fault-end-before-start"))]),
            (start, end) => Err([start.err(), end.err()].into_iter().flatten().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        let site = "[site]\ntitle = \"x\"\n[calendar]\nslots = [{ id = \"M1\", start = \"08:30\", end = \"09:25\" }, \
             { id = \"M2\", start = \"09:25\", end = \"10:20\" }, { id = \"M3\", start = \"10:30\", end = \"11:25\" }, \
             { id = \"S1\", start = \"13:30\", end = \"14:25\", days = [\"mon\", \"tue\", \"thu\", \"fri\"] }]\n\
             [[calendar.grids]]\nfrom = 2028-02-29\nto = 2028-03-01\nslots = [{ id = \"M1\", start = \"09:00\", end = \"11:00\" }, \
             { id = \"E2\", start = \"13:00\", end = \"15:00\", days = [\"wed\"] }]\n";
        crate::config::Site::parse(site).unwrap().calendar
    }

    /// The hours of slots on a day, or the field that is wrong and why.
    fn hours(date: &str, slot: &str, slot_to: &str) -> Result<String, (&'static str, &'static str)> {
        let fields = BookingFields { slot: slot.into(), slot_to: slot_to.into(), ..BookingFields::default() };
        let span = fields.span(&calendar(), date.parse().unwrap(), "2028-01-01T08:00".parse().unwrap());
        span.map(|span| format!("{}–{}", span.start.strftime("%H:%M"), span.end.strftime("%H:%M")))
            .map_err(|faults| (faults[0].field, faults[0].message.key))
    }

    #[test]
    fn slots_are_those_of_the_day_that_was_chosen() {
        let day = |date: &str| [hours(date, "m1", ""), hours(date, "M3", ""), hours(date, "E2", "")];
        let (unknown, untaught) = (Err(("slot", "fault-slot-unknown")), Err(("slot", "fault-slot-not-taught")));
        // Monday 28 February is a usual day; the grid of the 29th ends with Wednesday 1 March.
        assert_eq!(day("2028-02-28"), [Ok("08:30–09:25".into()), Ok("10:30–11:25".into()), unknown.clone()]);
        assert_eq!(day("2028-02-29"), [Ok("09:00–11:00".into()), unknown.clone(), untaught]);
        assert_eq!(day("2028-03-01"), [Ok("09:00–11:00".into()), unknown.clone(), Ok("13:00–15:00".into())]);
        assert_eq!(day("2028-03-02"), [Ok("08:30–09:25".into()), Ok("10:30–11:25".into()), unknown]);
    }

    #[test]
    fn a_booking_goes_from_one_slot_to_another_with_the_breaks_between() {
        let monday = |slot: &str, slot_to: &str| hours("2028-02-28", slot, slot_to);
        assert_eq!(monday("M1", "M3"), Ok("08:30–11:25".into()));
        assert_eq!(monday("M3", "s1"), Ok("10:30–14:25".into()));
        assert_eq!(monday("M2", "M2"), Ok("09:25–10:20".into()));
        assert_eq!(monday("M3", "M1"), Err(("slot_to", "fault-slot-to-before")));
        assert_eq!(monday("M1", "M9"), Err(("slot_to", "fault-slot-unknown")));
        assert_eq!(hours("2028-03-08", "M3", "S1"), Err(("slot_to", "fault-slot-not-taught")), "a Wednesday");
        assert_eq!(monday("", "M3"), Err(("slot", "fault-slot-missing")));
    }
}
