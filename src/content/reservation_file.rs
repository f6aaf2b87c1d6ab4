//! The file of a booking: read into a value, written for a new one, or edited for one that changes.

mod edit;

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

pub use self::edit::{rewrite, shorten};
use super::fields::Fields;
use super::front_matter::{Document, plain_or_quoted};
use crate::domain::booking::Booking;
use crate::domain::calendar::Letter;
use crate::domain::key::fold;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Span, Standing, Stem};
use crate::domain::resource::Usage;
use crate::domain::series::{Rule, RuleFault, Series};
use crate::domain::vocabulary::Vocabulary;
use crate::phrase::Phrase;
use crate::problem::Problem;

const KEYS: [&str; 12] = [
    "resource",
    "date",
    "start",
    "end",
    "purpose",
    "status",
    "created",
    "requester",
    "quantity",
    "rrule",
    "weeks",
    "exdate",
];

/// Spellings of the two statuses, folded.
const SPELLINGS: [(&str, Standing); 6] = [
    ("confirmee", Standing::Confirmed),
    ("confirme", Standing::Confirmed),
    ("confirmed", Standing::Confirmed),
    ("enattente", Standing::Pending),
    ("attente", Standing::Pending),
    ("pending", Standing::Pending),
];

/// A booking and what is odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the file says.
    pub reservation: Reservation,
    /// What is odd.
    pub warnings: Vec<Problem>,
}

/// Reads the file of a booking. `now` is wall-clock: what is past may name a resource that is gone.
///
/// # Errors
/// Everything that keeps it from being used, first things first.
pub fn read(path: &str, bytes: &[u8], vocabulary: &Vocabulary, now: DateTime) -> Result<Reading, Vec<Problem>> {
    let Some(stem) = Stem::from_path(path) else {
        let problem = Problem::of_file(path, Phrase::new("problem-booking-name"));
        return Err(vec![problem.hint(Phrase::new("hint-booking-name"))]);
    };
    let document = Document::parse(path, bytes).map_err(|problem| vec![problem])?;
    let mut fields = Fields::new(&document, vocabulary);
    let reservation = fields.reservation(stem);
    let (reservation, warnings) = fields.judged(reservation, |reservation| reservation.over() <= now)?;
    Ok(Reading { reservation, warnings })
}

impl Fields<'_> {
    fn reservation(&mut self, stem: Stem) -> Option<Reservation> {
        self.unknown_keys(&KEYS);
        let vocabulary = self.vocabulary;
        let resource =
            self.required("resource").map(|scalar| (self.named(&scalar, &vocabulary.resources, "resource"), scalar));
        let date = self.required("date").and_then(|scalar| Some((self.date(&scalar)?, scalar)));
        let start = self.required("start").and_then(|scalar| Some((self.time(&scalar)?, scalar)));
        let end = self.required("end").and_then(|scalar| Some((self.time(&scalar)?, scalar)));
        let status = self.standing();
        let purpose = self.optional("purpose").map(|scalar| scalar.text).unwrap_or_default();
        let created = self.optional("created").and_then(|scalar| self.moment(&scalar));
        let requester = self.optional("requester").map_or(Requester::Nobody, |scalar| self.requester(&scalar));
        let quantity = self.quantity();
        let series = date.as_ref().and_then(|(date, _)| self.series(*date));
        let ((resource, resource_at), (date, date_at), (start, start_at), (end, end_at)) =
            (resource?, date?, start?, end?);
        // The name is the identity: what disagrees with it is a fault of the file.
        let disagrees = |named: &str| Phrase::new("problem-disagrees-with-name").with("name", named);
        // A resource that was given another id keeps its old bookings by an alias.
        let named = vocabulary.resources.get(&stem.resource).map_or(&stem.resource, |found| &found.id);
        if resource.key().is_some_and(|key| key != named) {
            self.fault(&resource_at.at, disagrees(stem.resource.as_str()), None);
        }
        if date != stem.date {
            self.fault(&date_at.at, disagrees(&stem.date.to_string()), None);
        }
        if start != stem.start {
            let named = format!("{:02}:{:02}", stem.start.hour(), stem.start.minute());
            self.fault(&start_at.at, disagrees(&named), None);
        }
        if end <= start {
            self.fault(&end_at.at, Phrase::new("fault-end-before-start"), None);
        }
        if let Some(known) = resource.key().and_then(|key| vocabulary.resources.get(key))
            && known.usage == Usage::MaintenanceOnly
        {
            self.fault(&resource_at.at, Phrase::new("fault-resource-not-bookable").with("resource", &known.name), None);
        }
        Some(Reservation {
            resource,
            span: Span { date, start, end },
            purpose,
            status,
            created,
            requester,
            quantity,
            series,
            notes: self.document.body().to_owned(),
            stem,
        })
    }

    fn standing(&mut self) -> Standing {
        let Some(scalar) = self.optional("status") else {
            return Standing::Confirmed;
        };
        let folded = fold(&scalar.text);
        SPELLINGS.iter().find(|(spelling, _)| *spelling == folded).map_or_else(
            || {
                let hint = Phrase::new("hint-choices").with("choices", "confirmee, en-attente");
                self.fault(&scalar.at, Phrase::new("problem-unknown-status").with("typed", &scalar.text), Some(hint));
                Standing::Pending
            },
            |(_, standing)| *standing,
        )
    }

    /// How a booking that begins on `first` repeats.
    fn series(&mut self, first: Date) -> Option<Series> {
        let Some(scalar) = self.optional("rrule") else {
            for key in ["weeks", "exdate"] {
                if let Some(value) = self.document.get(key) {
                    let hint = Some(Phrase::new("hint-needs-rrule"));
                    self.fault(&value.at(), Phrase::new("problem-needs-rrule").with("key", key), hint);
                }
            }
            return None;
        };
        let weeks = self.weeks();
        let rule: Rule = match scalar.text.parse() {
            Ok(rule) => rule,
            Err(RuleFault { message, hint }) => {
                self.fault(&scalar.at, message, Some(hint));
                return None;
            }
        };
        let latest = Series::latest(first);
        if rule.until > latest {
            let hint = Phrase::new("hint-rrule-last").with("day", latest);
            self.fault(&scalar.at, Phrase::new("problem-rrule-long"), Some(hint));
        }
        if rule.until < first {
            self.fault(&scalar.at, Phrase::new("problem-rrule-past"), Some(Phrase::new("hint-rrule-until")));
        }
        let mut series = Series { rule, weeks, exdates: BTreeSet::new() };
        for scalar in self.list("exdate") {
            let Some(date) = self.date(&scalar) else {
                continue;
            };
            if !series.meets(first, date) {
                let message = Phrase::new("problem-exdate").with("date", date);
                self.fault(&scalar.at, message, Some(Phrase::new("hint-exdate")));
            }
            series.exdates.insert(date);
        }
        Some(series)
    }

    fn weeks(&mut self) -> Option<Letter> {
        let scalar = self.optional("weeks")?;
        let letter = Letter::new(&scalar.text);
        if letter.is_none() {
            self.fault(&scalar.at, Phrase::new("problem-weeks").with("typed", &scalar.text), None);
        }
        letter
    }

    fn quantity(&mut self) -> NonZeroU32 {
        let Some(scalar) = self.optional("quantity") else {
            return NonZeroU32::MIN;
        };
        scalar.text.trim().parse().unwrap_or_else(|_| {
            let hint = Phrase::new("hint-example").with("example", "2");
            self.fault(&scalar.at, Phrase::new("problem-not-a-quantity").with("typed", &scalar.text), Some(hint));
            NonZeroU32::MIN
        })
    }
}

/// The file of a new booking.
pub fn write(booking: &Booking, created: Timestamp, timezone: &TimeZone, requester: &Requester) -> String {
    let created = Timestamp::from_second(created.as_second()).unwrap_or(created);
    let offset = timezone.to_offset(created);
    let time = |time: jiff::civil::Time| format!("\"{:02}:{:02}\"", time.hour(), time.minute());
    let mut file = format!(
        "---\nresource: {}\ndate: {}\nstart: {}\nend: {}\npurpose: {}\nstatus: {}\ncreated: {}\n",
        booking.resource,
        booking.span.date,
        time(booking.span.start),
        time(booking.span.end),
        plain_or_quoted(&booking.purpose),
        booking.status.key(),
        created.display_with_offset(offset),
    );
    if *requester != Requester::Nobody {
        file.push_str(&format!("requester: {requester}\n"));
    }
    if booking.quantity.get() > 1 {
        file.push_str(&format!("quantity: {}\n", booking.quantity));
    }
    if let Some(series) = &booking.series {
        file.push_str(&format!("rrule: {}\n", series.rule));
        if let Some(letter) = series.weeks {
            file.push_str(&format!("weeks: {letter}\n"));
        }
        if !series.exdates.is_empty() {
            let dates: Vec<String> = series.exdates.iter().map(Date::to_string).collect();
            file.push_str(&format!("exdate: [{}]\n", dates.join(", ")));
        }
    }
    file.push_str("---\n");
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "reservations/2026/11/2026-11-26-salle-b204-0800.md";

    fn vocabulary() -> std::sync::Arc<Vocabulary> {
        crate::config::Site::parse("[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle B204\"\n[[resources]]\nname = \"Wifi\"\nbookable = false\n").unwrap().vocabulary
    }

    fn faults(front: &str) -> Vec<&'static str> {
        let text = format!("---\n{front}\n---\n");
        let now = "2026-11-24T10:00".parse().unwrap();
        let problems = read(PATH, text.as_bytes(), &vocabulary(), now).unwrap_err();
        problems.iter().map(|problem| problem.message.key).collect()
    }

    #[test]
    fn what_is_written_reads_back() {
        let booking = Booking {
            resource: crate::domain::key::Key::new("salle-b204").unwrap(),
            span: Span {
                date: "2026-11-26".parse().unwrap(),
                start: "08:00".parse().unwrap(),
                end: "08:55".parse().unwrap(),
            },
            purpose: "5eB: tableur #2".into(),
            quantity: NonZeroU32::MIN,
            series: Some(Series {
                exdates: ["2026-12-10".parse().unwrap()].into(),
                ..Series::weekly("2027-07-02".parse().unwrap(), Some(Letter::A))
            }),
            status: Standing::Pending,
        };
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let text = write(&booking, "2026-11-20T16:03:00Z".parse().unwrap(), &zone, &Requester::Nobody);
        let now = "2026-11-24T10:00".parse().unwrap();
        let read = read(PATH, text.as_bytes(), &vocabulary(), now).unwrap().reservation;
        assert_eq!((read.span, read.purpose, read.status), (booking.span, booking.purpose, booking.status));
        assert_eq!(read.series, booking.series);
        assert!(text.contains("rrule: FREQ=WEEKLY;UNTIL=20270702\nweeks: A\nexdate: [2026-12-10]\n"), "{text}");
        assert!(text.contains("start: \"08:00\"\n") && text.contains("created: 2026-11-20T17:03:00+01:00\n"), "{text}");
    }

    #[test]
    fn the_name_is_the_identity() {
        let good = "resource: Salle B204\ndate: 2026-11-26\nstart: \"08:00\"\nend: \"08:55\"\npurpose: x";
        assert_eq!(faults(&good.replace("11-26", "11-27")), ["problem-disagrees-with-name"]);
        assert_eq!(faults(&good.replace("08:55", "07:55")), ["fault-end-before-start"]);
        assert_eq!(faults(&good.replace("\"08:00\"", "\"8h\"")), ["problem-not-a-time"]);
        assert_eq!(faults(&format!("{good}\nstatus: refusée")), ["problem-unknown-status"]);
    }
    #[test]
    fn a_series_is_bounded_and_says_which_part_is_wrong() {
        let good = "resource: Salle B204\ndate: 2026-11-26\nstart: \"08:00\"\nend: \"08:55\"\npurpose: x";
        let of = |lines: &str| faults(&format!("{good}\n{lines}"));
        assert_eq!(of("rrule: FREQ=WEEKLY"), ["problem-rrule-missing"]);
        assert_eq!(of("rrule: FREQ=WEEKLY;UNTIL=20270702;BYDAY=MO"), ["problem-rrule-part"]);
        assert_eq!(of("rrule: FREQ=WEEKLY;UNTIL=20290702"), ["problem-rrule-long"]);
        assert_eq!(of("rrule: FREQ=WEEKLY;UNTIL=20261125"), ["problem-rrule-past"]);
        assert_eq!(of("weeks: A\nexdate: [2026-12-03]"), ["problem-needs-rrule", "problem-needs-rrule"]);
        let rule = "rrule: FREQ=WEEKLY;UNTIL=20270702\n";
        assert_eq!(of(&format!("{rule}weeks: C")), ["problem-weeks"]);
        assert_eq!(of(&format!("{rule}exdate: [2026-12-03, 2026-12-04]")), ["problem-exdate"]);
        assert_eq!(of(&format!("{rule}exdate: [3 décembre]")), ["problem-not-a-date"]);
    }
}
