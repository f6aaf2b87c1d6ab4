//! A booking as an event of a calendar (RFC 5545, section 3.6.1). Who keeps a copy of it recognises it by its UID,
//! under whatever name its file is by now, and the later of two versions by its SEQUENCE.

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan as _};

use super::line::escaped;
use super::zone;
use crate::domain::lineage::Edition;
use crate::domain::reservation::{Reservation, Span, Standing};
use crate::theme::scene::Scene;

/// A booking that takes its resource at least once, in one of its versions.
pub(super) struct Event<'a> {
    scene: &'a Scene<'a>,
    booking: &'a Reservation,
    edition: Edition,
    spans: Vec<Span>,
}

impl<'a> Event<'a> {
    /// `None`: the booking never occurs.
    pub(super) fn of(scene: &'a Scene<'a>, booking: &'a Reservation, edition: Edition) -> Option<Self> {
        let spans: Vec<Span> = booking.occurrences(&scene.site.calendar).collect();
        (!spans.is_empty()).then_some(Self { scene, booking, edition, spans })
    }

    /// When it begins to take its resource, and when it has.
    pub(super) fn reach(&self) -> (Timestamp, Timestamp) {
        let [first, .., last] = self.spans[..] else {
            return (self.moment(self.spans[0].begins()), self.moment(self.spans[0].ends()));
        };
        (self.moment(first.begins()), self.moment(last.ends()))
    }

    /// Its lines; `organizer`: who publishes it, where it goes out by itself; `cancelled`: it is not to be any more.
    pub(super) fn lines(&self, organizer: Option<&str>, cancelled: bool) -> Vec<String> {
        let (booking, first) = (self.booking, self.spans[0]);
        let zone = zone::name(&self.scene.site.timezone);
        let created = booking.created.map(|moment| moment.at);
        let changed = self.edition.at.or(created);
        let status = match booking.status {
            _ if cancelled => "CANCELLED",
            Standing::Pending => "TENTATIVE",
            // It was here second: whether it takes place is yet to be settled.
            Standing::Confirmed if self.scene.office.is_in_conflict(&booking.stem) => "TENTATIVE",
            Standing::Confirmed => "CONFIRMED",
        };
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}", self.uid()),
            format!("DTSTAMP:{}", utc(changed.unwrap_or_else(|| self.moment(booking.span.begins())))),
            format!("SEQUENCE:{}", self.edition.sequence),
        ];
        lines.extend(changed.map(|at| format!("LAST-MODIFIED:{}", utc(at))));
        lines.extend(organizer.map(str::to_owned));
        lines.push(format!("DTSTART;TZID={zone}:{}", local(first.begins())));
        lines.push(format!("DTEND;TZID={zone}:{}", local(first.ends())));
        lines.extend(self.recurrence());
        lines.extend([
            format!("SUMMARY:{}", escaped(&booking.purpose)),
            format!("LOCATION:{}", escaped(&self.scene.resource(&booking.resource).text)),
            format!("STATUS:{status}"),
            "END:VEVENT".to_owned(),
        ]);
        lines
    }

    /// The name that the booking began under and the moment it was made: the same hour can be booked again, and a
    /// booking can be moved.
    fn uid(&self) -> String {
        let made = self.booking.created.map(|moment| format!("-{}", utc(moment.at))).unwrap_or_default();
        format!("{}{made}@{}", self.edition.origin, super::host(self.scene))
    }

    /// How it repeats: from its first occurrence to its last, without the days between that it skips. The end is
    /// said in UTC, as RFC 5545 (section 3.3.10) asks for a start in a zone.
    fn recurrence(&self) -> Vec<String> {
        let (Some(series), [first, .., last]) = (&self.booking.series, &self.spans[..]) else {
            return Vec::new();
        };
        let interval = series.rule.interval;
        let until = utc(self.moment(last.begins()));
        let mut lines = vec![format!("RRULE:FREQ=WEEKLY;INTERVAL={interval};UNTIL={until}")];
        let ruled = std::iter::successors(Some(first.date), |day| day.checked_add(i64::from(interval).weeks()).ok())
            .take_while(|day| *day <= last.date);
        let skipped = ruled.filter(|day| self.spans.binary_search_by_key(day, |span| span.date).is_err());
        let skipped: Vec<String> = skipped.map(|day| local(day.to_datetime(first.start))).collect();
        if !skipped.is_empty() {
            let zone = zone::name(&self.scene.site.timezone);
            lines.push(format!("EXDATE;TZID={zone}:{}", skipped.join(",")));
        }
        lines
    }

    fn moment(&self, at: DateTime) -> Timestamp {
        self.scene.site.timezone.to_timestamp(at).unwrap_or_default()
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}
