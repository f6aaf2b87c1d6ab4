//! What the planning and the form of a booking are given.

use serde::Serialize;

use super::{FieldError, Link, OptionGroup, Selectable, TicketRow};

/// `booking-form.html`, as `view`; also what a refused booking is shown again with.
#[expect(clippy::struct_excessive_bools, reason = "a template asks for each of these on its own")]
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookingForm {
    /// Where it posts, relative to the root: `reservations`.
    pub action: String,
    /// What can be booked, by group.
    pub groups: Vec<OptionGroup>,
    /// The periods of the day, each with its times as label; where no day is chosen, of all days to come; none: only
    /// times can be typed.
    pub slots: Vec<Selectable>,
    /// The same, as that with which it ends.
    pub slots_to: Vec<Selectable>,
    /// The chosen resource can be booked for other hours.
    pub free_times: bool,
    /// What, which day and from when on, in words: « Salle informatique 1, lundi 23 novembre, M3 »; empty: not all of
    /// it is chosen, or something is wrong with it.
    pub chosen: String,
    /// What was typed.
    pub typed: TypedBooking,
    /// What is wrong with it, in the order of the fields.
    pub errors: Vec<FieldError>,
    /// What is free instead: each leads to the form, filled in with it.
    pub offers: Vec<Link>,
    /// How it may repeat; those with letters only where the school has them.
    pub repeats: Vec<Selectable>,
    /// Its days, when it repeats and nothing is wrong with what was typed.
    pub preview: Option<Preview>,
    /// What stands already that day on the chosen resource.
    pub already: Vec<BookingRow>,
    /// Open incidents of the chosen resource.
    pub incidents: Vec<TicketRow>,
    /// The chosen resource waits for a member of the team.
    pub approval: bool,
    /// Some resource has several: ask how many.
    pub several: bool,
    /// The chosen resource has.
    pub chosen_has_several: bool,
    /// The first day that can be chosen, `2026-11-24`.
    pub today: String,
    /// Makes a repeat harmless; empty in the static file.
    pub token: String,
    /// The domains that may submit; empty: any.
    pub domains: Vec<String>,
    /// The page is rendered by a running server; false in the static file.
    pub live: bool,
}

/// The days of a booking that repeats, before it is made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Preview {
    /// « chaque semaine A du lundi 23 novembre 2026 au vendredi 2 juillet 2027, 10 h 30 – 11 h 25 ».
    pub when: String,
    /// Every day in its order.
    pub days: Vec<PreviewDay>,
    /// How many of them are free.
    pub free: usize,
    /// Days that were taken out: « 8 déc., 15 déc. »; empty: none.
    pub without: String,
    /// What the form field `skip` is when the days that are not free are taken out too.
    pub skip: String,
    /// Tells the days that are free from other lists of days: a form that is sent with this has shown them.
    pub seen: String,
}

/// A day of a booking that repeats.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PreviewDay {
    /// « lundi 23 novembre ».
    pub day: String,
    /// What is in the way, in a sentence; empty: nothing.
    pub taken: String,
}

/// What was typed into the form of a booking.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypedBooking {
    /// Form field `date`.
    pub date: String,
    /// Form field `start`.
    pub start: String,
    /// Form field `end`.
    pub end: String,
    /// Form field `until`.
    pub until: String,
    /// Form field `purpose`.
    pub purpose: String,
    /// Form field `quantity`.
    pub quantity: String,
    /// Form field `name`.
    pub name: String,
    /// Form field `email`.
    pub email: String,
}

/// One booking in a planning or a list.
#[expect(clippy::struct_excessive_bools, reason = "a template asks for each of these on its own")]
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookingRow {
    /// The file's stem: an anchor.
    pub stem: String,
    /// What is booked.
    pub resource: Link,
    /// « lundi 23 novembre ».
    pub day: String,
    /// « 10 h 30 – 11 h 25 ».
    pub times: String,
    /// « M3 », « M1 à M3 », or empty.
    pub slot: String,
    /// What for.
    pub purpose: String,
    /// Who, as far as the site may say it.
    pub holder: String,
    /// More than one: « × 2 », else empty.
    pub quantity: String,
    /// It waits for a member of the team.
    pub pending: bool,
    /// The file is not (yet) what was committed.
    pub uncommitted: bool,
    /// The file can not be read; this is its last good version.
    pub broken: bool,
    /// « chaque semaine A du lundi 23 novembre 2026 au vendredi 2 juillet 2027 »; empty: it does not repeat.
    pub rhythm: String,
    /// In a planning: it began in a slot above.
    pub continued: bool,
    /// It is in conflict with one that came before it.
    pub conflict: bool,
    /// The ticket that puts its resource out of service.
    pub out_of_service: Option<Link>,
}

/// `planning.html`, as `view`: a week of everything that can be booked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Planning {
    /// « Semaine 48 ».
    pub heading: String,
    /// « du lundi 23 novembre au vendredi 27 novembre 2026 ».
    pub dates: String,
    /// « A », « B » or empty.
    pub letter: String,
    /// The group whose planning it is; empty: all that can be booked.
    pub group: String,
    /// All, and each group: the plannings of the same week; none: there is nothing to choose.
    pub groups: Vec<GroupLink>,
    /// The week before.
    pub previous: Option<Link>,
    /// The week after.
    pub next: Option<Link>,
    /// The week that runs; empty on its own page.
    pub current: Option<Link>,
    /// Days of the running week that are over, to be folded away.
    pub passed: Vec<PlanningDay>,
    /// One table a day.
    pub days: Vec<PlanningDay>,
    /// The form of a booking.
    pub book: String,
    /// What is free.
    pub free: String,
    /// The calendar of the group to subscribe to; empty: it is the planning of all groups.
    pub calendar: String,
    /// That of the week letters; empty: the school has none.
    pub weeks: String,
    /// The day, to be printed.
    pub today: String,
}

/// A way to the planning of a group.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GroupLink {
    /// « Matériel mobile ».
    pub link: Link,
    /// It is the one that is shown.
    pub current: bool,
}

/// `day.html`, as `view`: this day of everything that can be booked, on one sheet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DayPage {
    /// The day.
    pub day: PlanningDay,
    /// « A », « B » or empty.
    pub letter: String,
}

/// One day: slots as rows, resources as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningDay {
    /// An anchor: `2026-11-23`.
    pub id: String,
    /// « lundi 23 novembre ».
    pub name: String,
    /// « lun. 23 ».
    pub short: String,
    /// It is this day.
    pub today: bool,
    /// It is over.
    pub past: bool,
    /// Why there are no lessons; empty: there are.
    pub closed: String,
    /// What its slots are called, where they are not the usual ones: « Brevet blanc », or empty.
    pub grid: String,
    /// What the columns stand under, in their order.
    pub groups: Vec<ColumnGroup>,
    /// What can be booked: its name and its week.
    pub columns: Vec<DayColumn>,
    /// One row a slot.
    pub rows: Vec<PlanningRow>,
    /// Bookings that are no slot of the school.
    pub others: Vec<BookingRow>,
}

/// One resource of a day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DayColumn {
    /// Its name and its week.
    pub place: Link,
    /// It can not be used now; for a later day it can be booked all the same.
    pub out_of_service: bool,
}

/// Neighbouring columns of one group of resources.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ColumnGroup {
    /// « Salles ».
    pub name: String,
    /// How many columns.
    pub columns: usize,
}

/// One slot of a day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningRow {
    /// « M3 ».
    pub slot: String,
    /// « 10 h 30 – 11 h 25 ».
    pub times: String,
    /// One cell a resource, in the order of the columns.
    pub cells: Vec<PlanningCell>,
}

/// One slot of one resource.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningCell {
    /// How many rows it is high; 0: the one above reaches down over it.
    pub height: usize,
    /// What stands there.
    pub bookings: Vec<BookingRow>,
    /// Where a free place is booked, the form filled in; empty: full, over, closed, or nothing that everybody may book then.
    pub book: String,
    /// « Réserver Salle info 1, lundi 23 novembre, M3 »: what the link says to those who do not see the table.
    pub label: String,
}

/// A week of one resource.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceWeek {
    /// « du lundi 23 novembre au vendredi 27 novembre 2026 ».
    pub dates: String,
    /// Mostly one; another one from each day on with which the school's slots change.
    pub tables: Vec<WeekTable>,
    /// Bookings that are no slot of the school.
    pub others: Vec<BookingRow>,
}

/// Neighbouring days that have the same slots: these as rows, the days as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WeekTable {
    /// What the slots are called: « Brevet blanc », « Horaires habituels », or empty.
    pub grid: String,
    /// All its days are over.
    pub past: bool,
    /// The days, in the order of the cells.
    pub days: Vec<WeekDay>,
    /// One row a slot.
    pub rows: Vec<PlanningRow>,
}

/// A day as the head of a column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WeekDay {
    /// « lundi 23 novembre ».
    pub name: String,
    /// « lun. 23 ».
    pub short: String,
    /// The planning of the day.
    pub url: String,
    /// It is this day.
    pub today: bool,
    /// It is over.
    pub past: bool,
    /// Why there are no lessons; empty: there are.
    pub closed: String,
}
