//! Calendars to subscribe to (RFC 5545), for each resource, each group and the week letters: one event a booking, in the site's zone. A series is one
//! event with the days it skips, as the school's calendar has them now.

use jiff::ToSpan as _;
use jiff::civil::DateTime;

use super::resource::bookable_groups;
use crate::domain::errand::Bearer;
use crate::domain::person::Requester;
use crate::domain::reservation::{Reservation, Span, Standing};
use crate::phrase::Phrase;
use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::Scene;

/// RFC 5545, section 3.1: a line holds 75 octets, without its line break.
const LINE_OCTETS: usize = 75;

/// The calendar of the week letters, beside those of resources and groups.
pub(super) const WEEKS: &str = "weeks";

/// How every calendar begins.
const HEAD: [&str; 4] = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guichet//Guichet//FR", "CALSCALE:GREGORIAN"];

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut feed = |name: &str, text: String| {
        let mut inputs = Inputs::of(&scene);
        inputs.add(&text);
        pages.push(Page::new(feed_url(name), Kind::List, &inputs, move || Ok(text.clone().into_bytes())));
    };
    let resources = &scene.site.vocabulary.resources;
    let bookings = || scene.office.reservations.values().map(|booked| &*booked.reservation);
    for resource in resources.iter().filter(|resource| resource.bookable().is_some()) {
        let bookings = bookings().filter(|booking| booking.resource.key() == Some(&resource.id));
        feed(resource.id.as_str(), calendar(&scene, &resource.name, bookings));
    }
    for group in bookable_groups(&scene) {
        let bookings = bookings().filter(|booking| group.holds(&booking.resource));
        feed(&group.name, calendar(&scene, group.title, bookings));
    }
    if weeks_url(&scene).is_some() {
        feed(WEEKS, weeks(&scene));
    }
}

/// Where the calendar of a resource or a group is.
pub(super) fn feed_url(name: &str) -> String {
    format!("reservations/{name}.ics")
}

/// Where the calendar of the week letters is; `None`: the school has none, or a resource has its name.
pub(super) fn weeks_url(scene: &Scene<'_>) -> Option<String> {
    let mut resources = scene.site.vocabulary.resources.iter();
    let free = resources.all(|resource| resource.id.as_str() != WEEKS);
    (free && scene.site.calendar.has_letters()).then(|| feed_url(WEEKS))
}

/// The bookings that somebody holds, for their eyes only: on no page, and never on disk.
pub(in crate::theme) fn agenda(scene: &Scene<'_>, holder: &Bearer) -> String {
    let bookings = scene.office.reservations.values().map(|booked| &*booked.reservation);
    let theirs =
        |booking: &&Reservation| booking.requester != Requester::Nobody && Bearer::of(&booking.requester) == *holder;
    calendar(scene, &scene.locale().word("planning-mine"), bookings.filter(theirs))
}

/// The letters of the school year: one event a week, of whole days, from Monday to Friday.
fn weeks(scene: &Scene<'_>) -> String {
    let host = host(scene);
    let name = scene.locale().word("planning-weeks");
    let mut lines = head(&name, scene.site.timezone.iana_name().unwrap_or("UTC"));
    for monday in scene.site.calendar.lettered(scene.today()) {
        let (letter, friday) = (scene.letter(monday), monday.checked_add(5.days()).unwrap_or(monday));
        let said = scene.locale().say(&Phrase::new("planning-week-letter").with("letter", letter));
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:week-{monday}@{host}"),
            format!("DTSTAMP:{}", monday.strftime("%Y%m%dT000000Z")),
            format!("DTSTART;VALUE=DATE:{}", monday.strftime("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", friday.strftime("%Y%m%d")),
            format!("SUMMARY:{}", escaped(&said)),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    written(&lines)
}

fn host<'a>(scene: &Scene<'a>) -> &'a str {
    let host = scene.site.base_url.split("://").last().unwrap_or_default();
    host.split(['/', ':']).next().unwrap_or_default()
}

fn head(name: &str, zone: &str) -> Vec<String> {
    let named = [format!("X-WR-CALNAME:{}", escaped(name)), format!("X-WR-TIMEZONE:{zone}")];
    HEAD.map(str::to_owned).into_iter().chain(named).collect()
}

/// One booking, for a letter: no calendar of its own, but something to put into one.
pub(in crate::theme) fn event(scene: &Scene<'_>, booking: &Reservation) -> String {
    let mut lines: Vec<String> = HEAD.map(str::to_owned).into();
    lines.push("METHOD:PUBLISH".to_owned());
    lines.extend(timezone(scene.site.timezone.iana_name().unwrap_or("UTC")));
    lines.extend(lines_of(scene, booking));
    written(&lines)
}

/// The lines of a calendar whose last one is still to come.
fn written(lines: &[String]) -> String {
    let lines = lines.iter().map(String::as_str).chain(["END:VCALENDAR"]);
    lines.map(folded).collect()
}

fn calendar<'a>(scene: &Scene<'_>, name: &str, bookings: impl Iterator<Item = &'a Reservation>) -> String {
    let zone = scene.site.timezone.iana_name().unwrap_or("UTC");
    let mut lines = head(name, zone);
    lines.extend(timezone(zone));
    lines.extend(bookings.flat_map(|booking| lines_of(scene, booking)));
    written(&lines)
}

/// The event of a booking; nothing when it never occurs.
fn lines_of(scene: &Scene<'_>, booking: &Reservation) -> Vec<String> {
    let (zone, host) = (scene.site.timezone.iana_name().unwrap_or("UTC"), host(scene));
    let spans: Vec<Span> = booking.occurrences(&scene.site.calendar).collect();
    let Some(first) = spans.first() else {
        return Vec::new();
    };
    let begins = || booking.span.begins().to_zoned_datetime(scene.site.timezone.clone()).map(|at| at.timestamp());
    let stamp = booking.created.map_or_else(|| begins().unwrap_or_default(), |moment| moment.at);
    let status = if booking.status == Standing::Pending { "TENTATIVE" } else { "CONFIRMED" };
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@{host}", booking.stem),
        format!("DTSTAMP:{}", stamp.strftime("%Y%m%dT%H%M%SZ")),
        format!("DTSTART;TZID={zone}:{}", local(first.begins())),
        format!("DTEND;TZID={zone}:{}", local(first.ends())),
    ];
    lines.extend(recurrence(scene, booking, &spans));
    lines.extend([
        format!("SUMMARY:{}", escaped(&booking.purpose)),
        format!("LOCATION:{}", escaped(&scene.resource(&booking.resource).text)),
        format!("STATUS:{status}"),
        "END:VEVENT".to_owned(),
    ]);
    lines
}

/// How an event repeats: from its first occurrence to its last, without the days between that it skips. The end is
/// said in UTC, as RFC 5545 (section 3.3.10) asks for a start in a zone.
fn recurrence(scene: &Scene<'_>, booking: &Reservation, spans: &[Span]) -> Vec<String> {
    let (Some(series), [first, .., last]) = (&booking.series, spans) else {
        return Vec::new();
    };
    let zone = &scene.site.timezone;
    let until = last.begins().to_zoned_datetime(zone.clone()).map(|at| at.timestamp()).unwrap_or_default();
    let interval = series.rule.interval;
    let mut lines = vec![format!("RRULE:FREQ=WEEKLY;INTERVAL={interval};UNTIL={}", until.strftime("%Y%m%dT%H%M%SZ"))];
    let ruled = std::iter::successors(Some(first.date), |day| day.checked_add(i64::from(interval).weeks()).ok())
        .take_while(|day| *day <= last.date);
    let skipped = ruled.filter(|day| spans.binary_search_by_key(day, |span| span.date).is_err());
    let skipped: Vec<String> = skipped.map(|day| local(day.to_datetime(first.start))).collect();
    if !skipped.is_empty() {
        lines.push(format!("EXDATE;TZID={}:{}", zone.iana_name().unwrap_or("UTC"), skipped.join(",")));
    }
    lines
}

/// The rules of the European Union since 1996 (directive 2000/84/EC), for the zones that keep them; others are named
/// by their IANA name alone, which every calendar program knows.
fn timezone(zone: &str) -> Vec<String> {
    if zone != "Europe/Paris" {
        return Vec::new();
    }
    [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Paris",
        "BEGIN:DAYLIGHT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "DTSTART:19960331T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "DTSTART:19961027T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// RFC 5545, section 3.3.11.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n")
}

/// A content line, folded at a character boundary, with its line breaks.
fn folded(line: &str) -> String {
    let mut folded = String::new();
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_and_text_is_escaped() {
        let line = folded(&format!("SUMMARY:{}", escaped(&"é,".repeat(60))));
        assert!(line.split("\r\n").all(|part| part.len() <= LINE_OCTETS));
        assert_eq!(line.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "é\\,".repeat(60)));
        assert_eq!(escaped("a;b\r\nATTENDEE:x"), "a\\;b\\nATTENDEE:x");
    }
}
