//! What is free, held against a count minute by minute.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::*;
use crate::config::Site;
use crate::domain::calendar::Letter;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Standing, Stem};
use crate::domain::series::{Rule, Series};
use crate::domain::ticket::Named;

pub(super) fn site() -> Site {
    Site::parse(
        "[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle info 1\"\ngroup = \"Salles\"\n[[resources]]\nname = \"Salle info 2\"\ngroup = \"Salles\"\n\
         [[resources]]\nname = \"Chariot\"\nquantity = 3\n[[resources]]\nname = \"Wifi\"\ngroup = \"Services\"\nbookable = false\n\
         [calendar]\nzone = \"C\"\nweek_a = 2026-08-31\nslots = [{ id = \"M1\", start = \"08:00\", end = \"08:55\" }, { id = \"M2\", start = \"09:00\", end = \"09:55\" }]\n\
         closed = [{ from = 2027-01-29, to = 2027-01-29 }]\n",
    )
    .unwrap()
}

static NOTHING: BTreeMap<Key, TicketId> = BTreeMap::new();

pub(super) fn search<'a>(site: &'a Site, diary: &'a Diary) -> Search<'a> {
    Search { vocabulary: &site.vocabulary, calendar: &site.calendar, diary, out_of_service: &NOTHING }
}

/// Anybody who fills in the public form.
pub(super) fn asker(site: &Site, now: &str) -> Asker {
    let teams = |resource: &&Resource| !resource.is_for_everybody();
    let barred = site.vocabulary.resources.current().filter(teams).map(|resource| resource.id.clone()).collect();
    Asker { now: now.parse().unwrap(), barred, moves: None }
}

pub(super) fn time(minutes: u32) -> Time {
    Time::midnight().checked_add(i64::from(minutes).minutes()).unwrap()
}

/// A booking of `resource` from one minute of a day to another.
pub(super) fn held(
    resource: &str,
    day: Date,
    from: u32,
    to: u32,
    quantity: u32,
    series: Option<Series>,
) -> Arc<Reservation> {
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

pub(super) fn booking(day: Date, series: Option<Series>) -> Booking {
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
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end)).unwrap()
    }

    pub(super) fn day(&mut self) -> Date {
        date(2026, 9, 1).checked_add(i64::from(self.below(300)).days()).unwrap()
    }

    pub(super) fn reservation(&mut self) -> Arc<Reservation> {
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
pub(super) fn numbered((index, booking): (usize, &Arc<Reservation>)) -> Arc<Reservation> {
    let mut booking = Reservation::clone(booking);
    booking.stem.copy = u32::try_from(index).unwrap() + 1;
    Arc::new(booking)
}
