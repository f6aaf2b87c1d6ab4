use std::num::NonZeroU32;

use super::*;
use crate::config::Site;
use crate::domain::calendar::Letter;
use crate::domain::person::Requester;
use crate::domain::reservation::{Standing, Stem};
use crate::domain::ticket::Named;

fn site() -> Site {
    Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle 1\"\nnotice = 2\n[[resources]]\nname = \"Amphi\"\napproval = true\n\
         [calendar]\nzone = \"C\"\nweek_a = 2026-08-31\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:00\", end = \"09:55\" }]\n",
    )
    .unwrap()
}

/// Tuesdays at M1 from 24 November until 15 December, without the 8th.
fn series() -> Reservation {
    let mut series = Series::weekly("2026-12-15".parse().unwrap(), None);
    series.exdates.insert("2026-12-08".parse().unwrap());
    Reservation { series: Some(series), ..single() }
}

fn single() -> Reservation {
    let stem: Stem = "2026-11-24-salle-1-0800".parse().unwrap();
    Reservation {
        resource: Named::Known(stem.resource.clone()),
        span: Span { date: stem.date, start: stem.start, end: "08:55:00".parse().unwrap() },
        purpose: "5eB".into(),
        status: Standing::Confirmed,
        created: None,
        requester: Requester::Nobody,
        quantity: NonZeroU32::MIN,
        series: None,
        notes: String::new(),
        stem,
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn rebooked(
    old: &Reservation,
    part: Part,
    change: impl Fn(&mut BookingFields),
) -> Result<Rebooking, Vec<(&'static str, &'static str)>> {
    let (site, now) = (site(), "2026-11-23T10:00".parse().unwrap());
    let from = part.first_of(old, &site.calendar, now).unwrap_or(old.span);
    let mut fields = BookingFields::of(old, &from, &site.calendar);
    change(&mut fields);
    let found = Rebooking::of(old, part, &fields, &site.vocabulary, &site.calendar, now);
    found.map_err(|faults| faults.iter().map(|fault| (fault.field, fault.message.key)).collect())
}

fn days(booking: &Booking) -> Vec<String> {
    booking.occurrences(&site().calendar).map(|span| span.date.strftime("%m-%d").to_string()).collect()
}

fn days_left(rebooking: &Rebooking) -> Vec<String> {
    let site = site();
    let rest = rebooking.rest.iter().flat_map(|rest| rest.occurrences(&site.calendar));
    rest.map(|span| span.date.strftime("%m-%d").to_string()).collect()
}

#[test]
fn another_purpose_is_no_other_place_and_no_rule_of_time_is_asked() {
    // Tomorrow is too soon for a new booking.
    let same = rebooked(&single(), Part::All, |fields| fields.purpose = "5eB, exposés".into()).unwrap();
    assert!(same.stays && same.rest.is_none());
    assert_eq!((same.booking.purpose.as_str(), same.booking.status), ("5eB, exposés", Standing::Confirmed));
    let later = rebooked(&single(), Part::All, |fields| fields.slot = "M2".into());
    assert_eq!(later.unwrap_err(), [("date", "fault-notice")]);
    assert_eq!(
        rebooked(&single(), Part::All, |fields| fields.purpose.clear()).unwrap_err(),
        [("purpose", "fault-purpose-missing")]
    );
    let elsewhere = rebooked(&single(), Part::All, |fields| fields.resource = "amphi".into()).unwrap();
    assert_eq!((elsewhere.stays, elsewhere.booking.status), (false, Standing::Pending), "it waits for the team");
}

#[test]
fn one_day_of_a_series_is_a_booking_of_its_own() {
    let moved = |fields: &mut BookingFields| (fields.date, fields.slot) = ("2026-12-03".into(), "M2".into());
    let one = rebooked(&series(), Part::On(day("2026-12-01")), moved).unwrap();
    assert_eq!((days(&one.booking), days_left(&one)), (vec!["12-03".into()], vec!["11-24".into(), "12-15".into()]));
    assert_eq!(one.booking.series, None);
    let no_day = rebooked(&series(), Part::On(day("2026-12-08")), moved);
    assert_eq!(no_day.unwrap_err(), [("day", "fault-no-such-day")]);
    // The last one takes the series along.
    let mut short = series();
    short.series.as_mut().unwrap().rule.until = day("2026-11-30");
    assert_eq!(rebooked(&short, Part::On(day("2026-11-24")), moved).unwrap().rest, None);
}

#[test]
fn a_day_and_those_after_it_go_as_far_as_it_does() {
    let two_days_later = |fields: &mut BookingFields| fields.date = "2026-12-03".into();
    let rest = rebooked(&series(), Part::From(day("2026-12-01")), two_days_later).unwrap();
    assert_eq!(
        (days(&rest.booking), days_left(&rest)),
        (vec!["12-03".into(), "12-17".into()], vec!["11-24".to_owned()])
    );
    let series_of = rest.booking.series.unwrap();
    assert_eq!((series_of.rule.until, series_of.exdates), (day("2026-12-17"), [day("2026-12-10")].into()));
    let all = rebooked(&series(), Part::All, |fields| (fields.date, fields.slot) = ("2026-11-26".into(), "M2".into()));
    let all = all.unwrap();
    assert_eq!((days(&all.booking), all.rest), (vec!["11-26".into(), "12-03".into(), "12-17".into()], None));
}

#[test]
fn what_is_over_stays_where_it_was() {
    let mut begun = series();
    begun.span.date = day("2026-11-17");
    begun.stem.date = day("2026-11-17");
    let all =
        rebooked(&begun, Part::All, |fields| (fields.date, fields.slot) = ("2026-11-26".into(), "M2".into())).unwrap();
    assert_eq!((days_left(&all), days(&all.booking).len()), (vec!["11-17".to_owned()], 3));
}

#[test]
fn a_letter_of_the_week_goes_along() {
    let mut lettered = series();
    lettered.series = Some(Series::weekly(day("2027-01-29"), Some(Letter::A)));
    let moved = rebooked(&lettered, Part::All, |fields| fields.date = "2026-12-03".into()).unwrap();
    // 24 November is in a week A, 3 December is not: the first week A after it is that of 7 December.
    assert_eq!(days(&moved.booking), ["12-10", "01-07", "01-21", "02-04"]);
}
