//! What a school asks for besides the time being free: how early, how far ahead, how often, by whom, for which
//! hours. Form, command and `check` ask here.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan as _};

use super::booking::closed;
use super::calendar::Calendar;
use super::draft::Fault;
use super::key::Key;
use super::person::Requester;
use super::reservation::{Reservation, Span};
use super::resource::Usage;
use super::vocabulary::Vocabulary;
use crate::phrase::Phrase;

/// The rules of one resource; the default asks for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// School days between the day on which one books and the day that is booked; 1: not for the same day.
    pub notice: u32,
    /// Days ahead, at most.
    pub ahead: Option<u32>,
    /// Coming bookings of one person, at most; a series is one.
    pub per_person: Option<u32>,
    /// Only the team books it, for whom it likes.
    pub team_only: bool,
    /// Whole slots only: no other hours.
    pub slots_only: bool,
}

impl Rules {
    /// What is wrong with days that are booked `today`: the first, and the last of a series.
    ///
    /// # Errors
    /// The fault, at its field.
    pub fn check_days(&self, first: Date, last: Date, today: Date, calendar: &Calendar) -> Result<(), Fault> {
        if self.notice > 0 {
            let mut days = (1_i64..).map_while(|days| today.checked_add(days.days()).ok());
            let mut taught =
                days.by_ref().take_while(|day| *day <= first).filter(|day| calendar.closure(*day).is_none());
            if taught.by_ref().take(self.notice as usize).count() < self.notice as usize {
                return Err(Fault::new("date", Phrase::new("fault-notice").with("days", self.notice)));
            }
        }
        if let Some(ahead) = self.ahead
            && let Ok(limit) = today.checked_add(i64::from(ahead).days())
            && limit < last
        {
            let field = if limit < first { "date" } else { "until" };
            return Err(Fault::new(field, Phrase::new("fault-ahead").with("days", ahead)));
        }
        Ok(())
    }

    /// What is wrong with the hours of a booking. Those of a series are judged on its first day: they stay when the
    /// school's grid changes.
    ///
    /// # Errors
    /// The fault, at the field that mends it.
    pub fn check_hours(&self, first: &Span, calendar: &Calendar) -> Result<(), Fault> {
        if !self.slots_only || calendar.run_at(first).is_some() {
            return Ok(());
        }
        let slots: Vec<&str> = calendar.slots_on(first.date).map(|slot| slot.id.as_str()).collect();
        Err(Fault::new("slot", Phrase::new("fault-slots-only").with("choices", slots.join(", "))))
    }

    /// What is wrong with a person who holds `held` coming bookings of the resource, and asks by the public form.
    ///
    /// # Errors
    /// The fault, at its field.
    pub fn check_person(&self, held: usize, by_the_team: bool) -> Result<(), Fault> {
        if self.team_only && !by_the_team {
            return Err(Fault::new("resource", Phrase::new("fault-team-only")));
        }
        match self.per_person {
            Some(most) if held >= most as usize => {
                Err(Fault::new("resource", Phrase::new("fault-per-person").with("most", most)))
            }
            _ => Ok(()),
        }
    }
}

/// The coming bookings on a day without lessons, and those that keep no rule of their resource, by whatever road they came.
pub fn breaches<'a>(
    reservations: impl IntoIterator<Item = &'a Reservation>,
    vocabulary: &Vocabulary,
    calendar: &Calendar,
    now: DateTime,
) -> Vec<(&'a Reservation, Fault)> {
    let mut coming: Vec<&Reservation> = reservations.into_iter().filter(|booking| now < booking.over()).collect();
    coming.sort_by_key(|booking| booking.created.map(|moment| moment.at));
    let mut held: HashMap<(&Key, &Requester), BTreeSet<Timestamp>> = HashMap::new();
    let mut found = Vec::new();
    for booking in coming {
        let resource = booking.resource.key().and_then(|key| vocabulary.resources.get(key));
        let (Some(resource), Some(made)) = (resource, booking.created) else {
            continue;
        };
        let Usage::Bookable(bookable) = resource.usage else {
            continue;
        };
        let rules = bookable.rules;
        let held = held.entry((&resource.id, &booking.requester)).or_default();
        // Days of a series that went elsewhere are still of that one booking.
        let counted = held.contains(&made.at);
        let made_on = made.offset.to_datetime(made.at).date();
        // Who committed it is not known here: that is for the form and the command to ask.
        let asked = booking.requester != Requester::Nobody && !counted;
        let person = if asked { rules.check_person(held.len(), true) } else { Ok(()) };
        let days = rules.check_days(booking.span.date, booking.over().date(), made_on, calendar);
        let hours = rules.check_hours(&booking.span, calendar);
        // A series has no time on such a day.
        let open = match calendar.closure(booking.span.date).filter(|_| booking.series.is_none()) {
            Some(why) => Err(Fault::new("date", closed(&why))),
            None => Ok(()),
        };
        if let Err(fault) = open.and(days).and(hours).and(person) {
            found.push((booking, fault));
        }
        held.insert(made.at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        let site = "[site]\ntitle = \"x\"\n[calendar]\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }]\n\
             closed = [{ from = 2026-11-27, to = 2026-11-27, label = \"Pont\" }]\n";
        crate::config::Site::parse(site).unwrap().calendar
    }

    fn faults(rules: Rules, first: &str, last: &str, today: &str) -> Option<(&'static str, &'static str)> {
        let day = |text: &str| text.parse().unwrap();
        let checked = rules.check_days(day(first), day(last), day(today), &calendar());
        checked.err().map(|fault| (fault.field, fault.message.key))
    }

    #[test]
    fn notice_is_counted_in_school_days() {
        let rules = |notice| Rules { notice, ..Rules::default() };
        // 2026-11-26 is a Thursday, the Friday after it is closed.
        let asked = |notice, first| faults(rules(notice), first, first, "2026-11-26");
        let late = Some(("date", "fault-notice"));
        assert_eq!(asked(0, "2026-11-26"), None);
        assert_eq!((asked(1, "2026-11-26"), asked(1, "2026-11-30")), (late, None));
        assert_eq!((asked(2, "2026-11-30"), asked(2, "2026-12-01")), (late, None));
    }

    #[test]
    fn a_limit_ahead_holds_for_the_last_day() {
        let rules = Rules { ahead: Some(7), ..Rules::default() };
        assert_eq!(faults(rules, "2026-12-03", "2026-12-03", "2026-11-26"), None);
        assert_eq!(faults(rules, "2026-12-04", "2026-12-04", "2026-11-26"), Some(("date", "fault-ahead")));
        assert_eq!(faults(rules, "2026-12-03", "2026-12-10", "2026-11-26"), Some(("until", "fault-ahead")));
    }

    #[test]
    fn a_person_has_a_share_and_some_things_are_the_teams() {
        let share = Rules { per_person: Some(2), ..Rules::default() };
        assert!(share.check_person(1, false).is_ok() && share.check_person(2, true).is_err());
        let team = Rules { team_only: true, ..Rules::default() };
        assert!(team.check_person(0, false).is_err() && team.check_person(0, true).is_ok());
    }

    #[test]
    fn whole_slots_are_one_or_several_that_follow_each_other() {
        let site = "[site]\ntitle = \"x\"\n[calendar]\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" },\n\
             { id = \"M2\", start = \"09:05\", end = \"10:00\" }, { id = \"S1\", start = \"13:30\", end = \"14:25\", days = [\"thu\"] }]\n";
        let calendar = crate::config::Site::parse(site).unwrap().calendar;
        let fits = |rules: Rules, day: &str, start: &str, end: &str| {
            let span = Span { date: day.parse().unwrap(), start: start.parse().unwrap(), end: end.parse().unwrap() };
            rules.check_hours(&span, &calendar).is_ok()
        };
        let whole = Rules { slots_only: true, ..Rules::default() };
        let thursday = |start: &str, end: &str| fits(whole, "2026-11-26", start, end);
        assert!(thursday("08:00", "08:55") && thursday("08:00", "10:00") && thursday("09:05", "14:25"));
        assert!(!thursday("08:00", "09:05") && !thursday("08:55", "09:05") && !thursday("08:10", "08:55"));
        assert!(!fits(whole, "2026-11-27", "13:30", "14:25"), "no afternoon on Friday");
        assert!(fits(Rules::default(), "2026-11-27", "13:30", "14:25"));
    }
}
