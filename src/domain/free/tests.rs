//! What is free, held against a count minute by minute.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::*;
use crate::config::Site;
use crate::domain::booking::BookingFields;
use crate::domain::calendar::Letter;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Standing, Stem};
use crate::domain::series::{Rule, Series};
use crate::domain::ticket::Named;

fn site() -> Site {
    Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\n[[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\n\
         [[resources]]\nname = \"Chariot\"\nquantity = 3\n[[resources]]\nname = \"Wifi\"\ngroup = \"Services\"\nbookable = false\n\
         [calendar]\nzone = \"C\"\nweek_a = 2026-08-31\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:00\", end = \"09:55\" }]\n\
         closed = [{ from = 2027-01-29, to = 2027-01-29 }]\n",
    )
    .unwrap()
}

static NOTHING: BTreeMap<Key, TicketId> = BTreeMap::new();

fn search<'a>(site: &'a Site, diary: &'a Diary) -> Search<'a> {
    Search { vocabulary: &site.vocabulary, calendar: &site.calendar, diary, out_of_service: &NOTHING }
}

/// Anybody who fills in the public form.
fn asker(site: &Site, now: &str) -> Asker {
    let teams = |resource: &&Resource| !resource.is_for_everybody();
    let barred = site.vocabulary.resources.current().filter(teams).map(|resource| resource.id.clone()).collect();
    Asker { now: now.parse().unwrap(), barred, moves: None }
}

fn time(minutes: u32) -> Time {
    Time::midnight().checked_add(i64::from(minutes).minutes()).unwrap()
}

/// A booking of `resource` from one minute of a day to another.
fn held(resource: &str, day: Date, from: u32, to: u32, quantity: u32, series: Option<Series>) -> Arc<Reservation> {
    let resource = Key::new(resource).unwrap();
    let span = Span { date: day, start: time(from), end: time(to) };
    Arc::new(Reservation {
        stem: Stem { date: day, resource: resource.clone(), start: span.start, copy: 1 },
        resource: Named::Known(resource),
        span,
        purpose: "5eB".into(),
        status: Standing::Confirmed,
        created: None,
        requester: Requester::Nobody,
        quantity: NonZeroU32::new(quantity).unwrap(),
        series,
        notes: String::new(),
    })
}

fn booking(day: Date, series: Option<Series>) -> Booking {
    Booking {
        resource: Key::new("salle-info-1").unwrap(),
        span: Span { date: day, start: time(480), end: time(535) },
        purpose: "5eB".into(),
        quantity: NonZeroU32::MIN,
        series,
        status: Standing::Confirmed,
    }
}

#[test]
fn quantities_add_up_at_every_moment() {
    let site = site();
    let chariot = site.vocabulary.resources.find("chariot").unwrap();
    let day = date(2026, 11, 26);
    let diary = Diary::new([held("chariot", day, 480, 535, 2, None)], &site.calendar);
    let span = Span { date: day, start: time(480), end: time(535) };
    assert!(conflicts(chariot, &span, NonZeroU32::MIN, diary.on(day)).is_empty());
    assert_eq!(conflicts(chariot, &span, NonZeroU32::new(2).unwrap(), diary.on(day)).len(), 1);
}

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

#[test]
fn what_is_out_of_service_is_not_free() {
    let site = site();
    let (diary, day) = (Diary::default(), date(2026, 11, 26));
    let span = Span { date: day, start: time(480), end: time(535) };
    let broken = BTreeMap::from([(Key::new("salle-info-2").unwrap(), TicketId { year: 2026, number: 1 })]);
    let search = Search { out_of_service: &broken, ..search(&site, &diary) };
    let free = search.free(span, NonZeroU32::MIN).map(|resource| resource.id.as_str());
    assert_eq!(free.collect::<Vec<_>>(), ["salle-info-1", "chariot"]);
}

#[test]
fn a_place_is_free_or_taken_until_that_changes() {
    let site = site();
    let day = date(2026, 11, 26);
    let held = [
        held("salle-info-1", day, 480, 535, 1, None),
        held("salle-info-1", day, 535, 600, 1, None),
        held("chariot", day, 480, 535, 2, None),
        held("chariot", day, 500, 520, 1, None),
    ];
    let diary = Diary::new(held, &site.calendar);
    let at = |resource: &str, minutes: u32| {
        let resource = site.vocabulary.resources.find(resource).unwrap();
        search(&site, &diary).at(resource, day.to_datetime(time(minutes)))
    };
    assert_eq!(at("salle-info-1", 479), (true, Some(time(480))));
    let room = site.vocabulary.resources.find("salle-info-1").unwrap();
    let just_before = day.to_datetime(Time::constant(7, 59, 59, 999_999_999));
    assert_eq!(search(&site, &diary).at(room, just_before), (true, Some(time(480))));
    assert_eq!(at("salle-info-1", 480), (false, Some(time(600))), "one follows the other");
    assert_eq!(at("salle-info-1", 599), (false, Some(time(600))));
    assert_eq!(at("salle-info-1", 600), (true, None));
    assert_eq!(at("salle-info-1", 1439), (true, None));
    assert_eq!(at("chariot", 480), (true, Some(time(500))), "one of three is left");
    assert_eq!(at("chariot", 500), (false, Some(time(520))));
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

#[test]
fn a_booking_over_several_slots_takes_each_of_them_and_the_breaks() {
    let site = site();
    let room = site.vocabulary.resources.find("salle-info-1").unwrap();
    let day = date(2026, 11, 26);
    let diary = Diary::new([held("salle-info-1", day, 480, 595, 1, None)], &site.calendar);
    for (from, to, free) in
        [(480, 535, false), (535, 540, false), (540, 595, false), (595, 640, true), (470, 480, true)]
    {
        let span = Span { date: day, start: time(from), end: time(to) };
        assert_eq!(conflicts(room, &span, NonZeroU32::MIN, diary.on(day)).is_empty(), free, "{from}–{to}");
    }
}

/// Numbers that look random and are the same each time (Numerical Recipes, 7.1).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }

    fn day(&mut self) -> Date {
        date(2026, 9, 1).checked_add(i64::from(self.below(300)).days()).unwrap()
    }

    fn reservation(&mut self) -> Arc<Reservation> {
        let resource = ["salle-info-1", "salle-info-2", "chariot"][self.below(3) as usize];
        let (day, from) = (self.day(), 480 + 15 * self.below(12));
        let series = (self.below(3) > 0).then(|| Series {
            rule: Rule {
                interval: u8::try_from(1 + self.below(3)).unwrap(),
                until: day.checked_add(i64::from(self.below(200)).days()).unwrap(),
            },
            weeks: [None, Some(Letter::A), Some(Letter::B)][self.below(3) as usize],
            exdates: (0..self.below(4))
                .map(|_| day.checked_add(i64::from(7 * self.below(20)).days()).unwrap())
                .collect(),
        });
        held(resource, day, from, from + 15 * (1 + self.below(6)), 1 + self.below(2), series)
    }
}

/// Whether a booking takes its resource on a day, from the words of the contract alone.
fn occurs(booking: &Reservation, calendar: &Calendar, day: Date) -> bool {
    let days = booking.span.date.until(day).unwrap().get_days();
    booking.series.as_ref().map_or(days == 0, |series| {
        days >= 0
            && days % (7 * i32::from(series.rule.interval)) == 0
            && day <= series.rule.until
            && !series.exdates.contains(&day)
            && calendar.closure(day).is_none()
            && (series.weeks.is_none() || series.weeks == calendar.letter(day))
    })
}

#[test]
fn which_rooms_are_free_is_what_a_count_minute_by_minute_says() {
    let site = site();
    let mut dice = Dice(2026);
    let (mut some, mut none) = (0, 0);
    for _ in 0..20 {
        let held: Vec<Arc<Reservation>> = (0..150).map(|_| dice.reservation()).collect();
        let diary = Diary::new(held.iter().enumerate().map(numbered), &site.calendar);
        for _ in 0..50 {
            let (day, from, quantity) = (dice.day(), 480 + 15 * dice.below(12), 1 + dice.below(3));
            let span = Span { date: day, start: time(from), end: time(from + 15 * (1 + dice.below(5))) };
            let today: Vec<_> = held.iter().filter(|booking| occurs(booking, &site.calendar, day)).collect();
            let minutes = || (480..800).map(time).filter(|minute| span.start <= *minute && *minute < span.end);
            let counted = |(name, stock): &(&str, u32)| {
                minutes().all(|minute| {
                    let holds = |booking: &&&Arc<Reservation>| {
                        let Span { start, end, .. } = booking.span;
                        booking.stem.resource.as_str() == *name && start <= minute && minute < end
                    };
                    let taken: u32 = today.iter().filter(holds).map(|booking| booking.quantity.get()).sum();
                    taken + quantity <= *stock
                })
            };
            let stocks = [("salle-info-1", 1), ("salle-info-2", 1), ("chariot", 3)];
            let expected: Vec<&str> = stocks.iter().filter(|stock| counted(stock)).map(|(name, _)| *name).collect();
            let quantity = NonZeroU32::new(quantity).unwrap();
            let found = search(&site, &diary).free(span, quantity).map(|resource| resource.id.as_str());
            assert_eq!(found.collect::<Vec<_>>(), expected, "{span:?} × {quantity}");
            some += expected.len();
            none += 3 - expected.len();
        }
    }
    // Random data that were all free or all taken would prove nothing.
    assert!(some > 500 && none > 500, "{some} free, {none} taken");
}

/// Two random bookings may have one name; in a folder each has its own.
fn numbered((index, booking): (usize, &Arc<Reservation>)) -> Arc<Reservation> {
    let mut booking = Reservation::clone(booking);
    booking.stem.copy = u32::try_from(index).unwrap() + 1;
    Arc::new(booking)
}
