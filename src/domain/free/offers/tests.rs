//! What is offered can be had, and something is offered whenever it can.

use std::sync::Arc;

use jiff::civil::date;

use super::*;
use crate::config::Site;
use crate::domain::diary::Diary;
use crate::domain::free::planned;
use crate::domain::free::tests::{Dice, asker, booking, held, numbered, search, site, time};
use crate::domain::reservation::Reservation;

#[test]
fn a_collision_offers_what_is_free() {
    let site = site();
    let day = date(2026, 11, 26);
    let diary = Diary::new([held("salle-info-1", day, 480, 535, 1, None)], &site.calendar);
    let offers = search(&site, &diary).instead(&booking(day, None), &asker(&site, "2026-11-24T10:00"));
    assert_eq!(offers[0].resource.as_str(), "salle-info-2");
    assert!(offers.len() > 1);
    assert!(offers.iter().all(|offer| {
        let resource = site.vocabulary.resources.get(&offer.resource).unwrap();
        search(&site, &diary).is_free(resource, &offer.span, NonZeroU32::MIN)
    }));
}

#[test]
fn a_series_is_offered_what_is_free_all_along() {
    let site = site();
    let day = date(2026, 11, 26);
    let series = Series::weekly(date(2027, 1, 14), None);
    let later = |weeks: i64| day.checked_add(weeks.weeks()).unwrap();
    // The room is taken on one day, the other room on another: only the second slot is free on all of them. Then
    // comes the day after.
    let singles =
        [held("salle-info-1", later(2), 480, 535, 1, None), held("salle-info-2", later(3), 480, 535, 1, None)];
    let asker = asker(&site, "2026-11-24T10:00");
    let said = |held: Vec<Arc<Reservation>>| -> Vec<String> {
        let diary = Diary::new(held, &site.calendar);
        let offers = search(&site, &diary).instead(&booking(day, Some(series.clone())), &asker);
        offers.iter().map(|offer| format!("{} {} {}", offer.resource, offer.span.date, offer.span.start)).collect()
    };
    assert_eq!(
        said(singles.to_vec()),
        ["salle-info-1 2026-11-26 09:00:00", "salle-info-2 2026-11-26 09:00:00", "salle-info-1 2026-11-27 08:00:00"]
    );
    // The room is taken for a whole day of the series, the other one for a morning of it: another day of the week.
    let all_day =
        vec![held("salle-info-1", later(1), 480, 1080, 1, None), held("salle-info-2", later(2), 480, 600, 1, None)];
    assert_eq!(said(all_day)[0], "salle-info-1 2026-11-27 08:00:00");
}

/// What is offered to anybody who posts a form; `None`: they have what they asked for.
fn offered(site: &Site, diary: &Diary, fields: &BookingFields, asker: &Asker) -> Option<Vec<Offer>> {
    match fields.check(&site.vocabulary, &site.calendar, asker.now) {
        Ok(booking) if is_free(site, diary, &booking) && !asker.barred.contains(&booking.resource) => None,
        Ok(booking) => Some(search(site, diary).instead(&booking, asker)),
        Err(faults) => Some(search(site, diary).instead_of(fields, &faults, asker)),
    }
}

fn is_free(site: &Site, diary: &Diary, booking: &Booking) -> bool {
    planned(booking, &site.vocabulary, &site.calendar, diary).iter().all(|(_, others)| others.is_empty())
}

/// The form of somebody who takes an offer.
fn takes(offer: &Offer, fields: &BookingFields) -> BookingFields {
    let hour = |time: Time| time.strftime("%H:%M").to_string();
    BookingFields {
        resource: offer.resource.to_string(),
        date: offer.span.date.to_string(),
        start: hour(offer.span.start),
        end: hour(offer.span.end),
        slot: String::new(),
        slot_to: String::new(),
        ..offer.instead_of(fields)
    }
}

/// What is offered instead of a booking that is refused: resource, day and start.
fn instead(site: &Site, now: &str, change: &dyn Fn(&mut BookingFields)) -> Vec<(String, Date, Time)> {
    let mut fields = BookingFields {
        resource: "salle-info-1".into(),
        date: "2026-11-26".into(),
        slot: "M2".into(),
        purpose: "5eB".into(),
        ..BookingFields::default()
    };
    change(&mut fields);
    let offers = offered(site, &Diary::default(), &fields, &asker(site, now)).expect("a refusal");
    offers.into_iter().map(|offer| (offer.resource.to_string(), offer.span.date, offer.span.start)).collect()
}

#[test]
fn every_refusal_offers_what_can_be_had() {
    let site = site();
    let now = "2026-11-24T10:00";
    let room = |day: Date, minutes: u32| ("salle-info-1".to_owned(), day, time(minutes));
    let first = |change: &dyn Fn(&mut BookingFields)| instead(&site, now, change).into_iter().next();
    // Christmas is closed for sixteen days: the first day after it, at the hour that was wanted.
    assert_eq!(first(&|f| f.date = "2026-12-19".into()), Some(room(date(2027, 1, 4), 540)));
    assert_eq!(first(&|f| f.date = "2026-11-23".into()), Some(room(date(2026, 11, 25), 540)));
    assert_eq!(first(&|f| f.date = "2029-11-23".into()).map(|(_, day, _)| day), Some(date(2028, 11, 24)));
    assert_eq!(first(&|f| f.slot = "M9".into()), Some(room(date(2026, 11, 26), 480)));
    assert_eq!(first(&|f| (f.slot, f.start) = (String::new(), "25:00".into())), Some(room(date(2026, 11, 26), 480)));
    assert_eq!(first(&|f| f.resource = "salle inconnue".into()), Some(room(date(2026, 11, 26), 540)));
    assert_eq!(first(&|f| f.quantity = "9".into()), Some(room(date(2026, 11, 26), 540)));
    assert!(first(&|f| *f = BookingFields::default()).is_some());
    // Nothing does instead of the wifi, a group of its own, and what is wanted is free where only its purpose is missing.
    assert_eq!(first(&|f| f.resource = "wifi".into()), None);
    assert_eq!(first(&|f| f.purpose = String::new()), None);
}

/// A school whose bookings are of the next days only, so that all that can be had is counted quickly.
fn small_site() -> Site {
    Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\nnotice = 1\nahead = 20\n\
         [[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\nahead = 13\nfree_times = false\n\
         [[resources]]\nname = \"Studio\"\ngroup = \"Salles\"\nbooked_by = \"team\"\n\
         [[resources]]\nname = \"B204\"\ngroup = \"Salles\"\nbookable = false\n\
         [calendar]\nzone = \"C\"\nweek_a = 2026-08-31\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:00\", end = \"09:55\" }]\n\
         closed = [{ from = 2026-12-03, to = 2026-12-03 }]\n",
    )
    .unwrap()
}

#[test]
fn what_is_offered_can_be_booked_and_where_nothing_is_nothing_can() {
    let site = small_site();
    let asker = asker(&site, "2026-11-24T07:30");
    let mut dice = Dice(24);
    let (mut taken, mut nothing, mut series) = (0, 0, 0);
    for round in 0..600 {
        let day = |dice: &mut Dice| date(2026, 11, 23).checked_add(i64::from(dice.below(28)).days()).unwrap();
        let crowd = [20, 120, 400][round % 3];
        let held = (0..crowd).map(|_| {
            let (resource, from) = (["salle-info-1", "salle-info-2"][dice.below(2) as usize], 480 + 60 * dice.below(2));
            held(resource, day(&mut dice), from, from + 55, 1, None)
        });
        let held: Vec<_> = held.collect();
        let diary = Diary::new(held.iter().enumerate().map(numbered), &site.calendar);
        let pick = |dice: &mut Dice, words: &[&str]| {
            words[dice.below(u32::try_from(words.len()).unwrap()) as usize].to_owned()
        };
        let fields = BookingFields {
            resource: pick(&mut dice, &["salle-info-1", "salle-info-2", "studio", "b204"]),
            date: day(&mut dice).to_string(),
            slot: pick(&mut dice, &["M1", "M2", "M9"]),
            slot_to: pick(&mut dice, &["", "", "M2"]),
            purpose: "5eB".into(),
            quantity: pick(&mut dice, &["", "2"]),
            repeat: pick(&mut dice, &["", "weekly", "week-b", "daily"]),
            until: [String::new(), day(&mut dice).to_string(), "2027-06-01".into()][dice.below(3) as usize].clone(),
            ..BookingFields::default()
        };
        let Some(offers) = offered(&site, &diary, &fields, &asker) else {
            continue;
        };
        let can_be_had = |fields: &BookingFields| {
            let booking = fields.check(&site.vocabulary, &site.calendar, asker.now);
            booking.is_ok_and(|booking| is_free(&site, &diary, &booking) && !asker.barred.contains(&booking.resource))
        };
        for offer in &offers {
            assert!(can_be_had(&takes(offer, &fields)), "{offer:?} instead of {fields:?}");
        }
        taken += usize::from(!offers.is_empty());
        series += offers.iter().filter(|offer| offer.series.is_some()).count();
        if offers.is_empty() {
            nothing += 1;
            let days = (0..28_i64).map(|days| date(2026, 11, 23).checked_add(days.days()).unwrap());
            let places = days.flat_map(|day| {
                ["M1", "M2"].map(|slot| ["salle-info-1", "salle-info-2"].map(|room| (room, day, slot)))
            });
            for (room, day, slot) in places.flatten() {
                let one = BookingFields {
                    resource: room.into(),
                    date: day.to_string(),
                    slot: slot.into(),
                    ..BookingFields::default()
                };
                let one = BookingFields { purpose: "5eB".into(), ..one };
                // A series that can be is asked for as it is, another one as a single time.
                let same = BookingFields { repeat: fields.repeat.clone(), until: fields.until.clone(), ..one.clone() };
                assert!(!can_be_had(&same) && (fields.repeats() || !can_be_had(&one)), "{one:?} instead of {fields:?}");
            }
        }
    }
    // Forms that all have an answer, or none, would prove nothing.
    assert!(
        taken > 100 && nothing > 20 && series > 100,
        "{taken} with offers, {series} of them series, {nothing} without"
    );
}

#[test]
fn a_running_slot_is_offered_to_who_wants_it_now() {
    let site = site();
    let now = "2026-11-26T08:30";
    let first = |slot: &str, held: Vec<Arc<Reservation>>| {
        let fields = BookingFields {
            resource: "salle-info-1".into(),
            date: "2026-11-26".into(),
            slot: slot.into(),
            purpose: "5eB".into(),
            ..BookingFields::default()
        };
        let diary = Diary::new(held, &site.calendar);
        let offers = offered(&site, &diary, &fields, &asker(&site, now))?;
        Some(offers.first().map(|offer| (offer.resource.to_string(), offer.span.start)).unwrap())
    };
    let taken = |minutes: u32| held("salle-info-1", date(2026, 11, 26), minutes, minutes + 55, 1, None);
    let elsewhere = held("salle-info-2", date(2026, 11, 26), 540, 595, 1, None);
    assert_eq!(first("M1", Vec::new()), None, "until it is over it can be booked");
    assert_eq!(first("M1", vec![taken(480)]), Some(("salle-info-2".into(), time(480))));
    // Who wants the next hour has nothing from what began before.
    let next = first("M2", vec![taken(540), elsewhere]).unwrap();
    assert_eq!(next, ("salle-info-1".into(), time(540)), "the day after");
}

#[test]
fn what_is_offered_keeps_the_rules_of_its_resource() {
    let site = Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\nnotice = 2\nahead = 7\n\
         [[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\nbooked_by = \"team\"\n\
         [calendar]\nslots = [{ id = \"M2\", start = \"09:00\", end = \"09:55\" }]\n",
    )
    .unwrap();
    let days = |asked: &str| -> Vec<Date> {
        let offers = instead(&site, "2026-11-24T07:00", &|f| f.date = asked.into());
        assert!(offers.iter().all(|(resource, ..)| resource == "salle-info-1"), "{offers:?}");
        offers.into_iter().map(|(_, day, _)| day).collect()
    };
    assert_eq!(days("2026-11-25"), [date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 30)]);
    assert_eq!(days("2027-03-01"), [date(2026, 12, 1)]);
}

/// What is free instead on a morning of three slots and an afternoon: « salle-info-1 10:30–12:20 », by day.
fn as_long(held: [Arc<Reservation>; 2], change: &dyn Fn(&mut BookingFields)) -> Vec<String> {
    let site = Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\n[[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\nfree_times = false\n\
         [calendar]\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:05\", end = \"10:00\" }, \
         { id = \"M3\", start = \"10:00\", end = \"10:55\" }, { id = \"S1\", start = \"13:30\", end = \"14:25\" }]\n\
         [[calendar.grids]]\nfrom = 2026-11-27\nslots = [{ id = \"E1\", start = \"08:30\", end = \"09:30\" }, { id = \"E2\", start = \"09:30\", end = \"10:30\" }]\n",
    )
    .unwrap();
    let mut fields = BookingFields {
        resource: "salle-info-1".into(),
        date: "2026-11-26".into(),
        slot: "M1".into(),
        slot_to: "M2".into(),
        purpose: "5eB".into(),
        ..BookingFields::default()
    };
    change(&mut fields);
    let diary = Diary::new(held, &site.calendar);
    let offers = offered(&site, &diary, &fields, &asker(&site, "2026-11-24T10:00")).expect("a refusal");
    let hour = |time: Time| time.strftime("%H:%M").to_string();
    let said = |offer: Offer| {
        format!("{} {} {}–{}", offer.resource, offer.span.date.day(), hour(offer.span.start), hour(offer.span.end))
    };
    offers.into_iter().map(said).collect()
}

#[test]
fn instead_of_several_slots_as_many_are_offered() {
    let day = date(2026, 11, 26);
    let in_one = || held("salle-info-1", day, 480, 535, 1, None);
    let elsewhere = || held("salle-info-2", day, 480, 600, 1, None);
    // Two slots of the same morning, then of the days after it, whose grid is another; never the ones around lunch.
    assert_eq!(
        as_long([in_one(), elsewhere()], &|_| ()),
        ["salle-info-1 26 09:05–10:55", "salle-info-1 27 08:30–10:30", "salle-info-1 30 08:30–10:30"]
    );
    // The other room has the same slots free; hours that are none are not offered there.
    let same = as_long([in_one(), in_one()], &|_| ());
    assert_eq!(same[0], "salle-info-2 26 08:00–10:00");
    let odd =
        as_long([in_one(), in_one()], &|f| (f.slot, f.start, f.end) = (String::new(), "08:10".into(), "09:30".into()));
    assert_eq!(odd[0], "salle-info-1 26 09:05–10:55");
    let lunch = || held("salle-info-1", day, 700, 720, 1, None);
    let whole = as_long([lunch(), lunch()], &|f| {
        (f.resource, f.slot, f.start, f.end) = ("salle-info-2".into(), String::new(), "08:10".into(), "09:30".into());
    });
    assert_eq!(whole[0], "salle-info-1 26 08:10–09:30");
    // Four in a row are left on the day before alone; where they are on none, single ones.
    let four = |held: [Arc<Reservation>; 2]| as_long(held, &|f| f.slot_to = "S1".into());
    assert_eq!(four([in_one(), elsewhere()]), ["salle-info-1 25 08:00–14:25", "salle-info-2 25 08:00–14:25"]);
    let eve = held("salle-info-1", date(2026, 11, 25), 480, 535, 1, None);
    let single = "salle-info-1 26 09:05–10:00";
    assert!(four([in_one(), eve]).contains(&single.to_owned()), "only the other room has as many");
}
