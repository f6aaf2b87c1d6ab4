//! The time zone of a calendar (RFC 5545, section 3.6.5): when its clocks change, as far as the calendar reaches.

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Since when clocks count here: a zone that has not changed its own since then has one offset.
const BEGINNING: &str = "19700101T000000";

/// The rules of the European Union since 1996 (directive 2000/84/EC), by which calendar programs recognise the zone.
const PARIS: [&str; 16] = [
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
];

/// How calendars name a zone.
pub(super) fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

/// The zone from one moment to another, both included.
pub(super) fn lines(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<String> {
    let second = SignedDuration::from_secs(1);
    let from = from.checked_sub(second).unwrap_or(from);
    let mut lines: Vec<String> = if name(zone) == "Europe/Paris" {
        PARIS.map(str::to_owned).into()
    } else {
        let mut lines = vec!["BEGIN:VTIMEZONE".to_owned(), format!("TZID:{}", name(zone))];
        let before = zone.preceding(from).next().filter(|change| change.timestamp() >= Timestamp::UNIX_EPOCH);
        if let Some(change) = before {
            lines.extend(onset(zone, change.timestamp()));
        } else {
            let info = zone.to_offset_info(from);
            lines.extend(observance(info.dst().is_dst(), BEGINNING, [info.offset(); 2], info.abbreviation()));
        }
        let changes = zone.following(from).map(|change| change.timestamp()).take_while(|at| *at <= to);
        lines.extend(changes.flat_map(|at| onset(zone, at)));
        lines
    };
    lines.push("END:VTIMEZONE".to_owned());
    lines
}

/// From a moment on the clocks show something else; it is told in the time that they showed before.
fn onset(zone: &TimeZone, at: Timestamp) -> Vec<String> {
    let second = SignedDuration::from_secs(1);
    let before = at.checked_sub(second).map_or(Offset::UTC, |moment| zone.to_offset(moment));
    let info = zone.to_offset_info(at);
    let local = before.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string();
    observance(info.dst().is_dst(), &local, [before, info.offset()], info.abbreviation())
}

fn observance(daylight: bool, start: &str, [from, to]: [Offset; 2], name: &str) -> Vec<String> {
    let kind = if daylight { "DAYLIGHT" } else { "STANDARD" };
    vec![
        format!("BEGIN:{kind}"),
        format!("TZOFFSETFROM:{}", offset(from)),
        format!("TZOFFSETTO:{}", offset(to)),
        format!("TZNAME:{name}"),
        format!("DTSTART:{start}"),
        format!("END:{kind}"),
    ]
}

/// `+0100`
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds().abs() / 60;
    let sign = if offset.seconds() < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Vec<String> {
        let at = |text: &str| text.parse().unwrap();
        lines(&TimeZone::get(name).unwrap(), at("2026-10-01T00:00:00Z"), at("2027-04-01T00:00:00Z"))
    }

    #[test]
    fn a_zone_tells_every_change_of_its_clocks() {
        let miquelon = of("America/Miquelon").join("\n");
        for onset in [
            "BEGIN:DAYLIGHT\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0200\nTZNAME:-02\nDTSTART:20260308T020000\nEND:DAYLIGHT",
            "BEGIN:STANDARD\nTZOFFSETFROM:-0200\nTZOFFSETTO:-0300\nTZNAME:-03\nDTSTART:20261101T020000\nEND:STANDARD",
            "BEGIN:DAYLIGHT\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0200\nTZNAME:-02\nDTSTART:20270314T020000\nEND:DAYLIGHT",
        ] {
            assert!(miquelon.contains(onset), "{onset}\nin\n{miquelon}");
        }
        assert_eq!(miquelon.matches("BEGIN:").count(), 4);
    }

    #[test]
    fn a_zone_without_summer_time_has_one_offset() {
        for (name, offset) in [("Indian/Reunion", "+0400"), ("UTC", "+0000"), ("America/Cayenne", "-0300")] {
            let lines = of(name);
            assert_eq!(lines.len(), 9, "{lines:?}");
            assert!(lines.contains(&format!("TZOFFSETTO:{offset}")), "{lines:?}");
        }
    }
}
