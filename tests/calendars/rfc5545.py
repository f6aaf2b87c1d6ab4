"""What RFC 5545 demands of a calendar (and RFC 5546 of one with a METHOD), checked on its bytes.

    rfc5545.py FILE...

Prints what is wrong, a line each; the exit status is 1 then. Written from the RFCs alone: it shares no code with
Guichet, nor with the library that expands the events (occurrences.py). Offsets are compared with the system's own
time zone data.
"""

import re
import sys
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DATE_TIME = re.compile(r"(\d{8})T(\d{6})(Z?)$")
ONCE = ["UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "SEQUENCE", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "URL",
        "CREATED", "LAST-MODIFIED", "ORGANIZER", "DESCRIPTION", "CLASS", "PRIORITY", "RECURRENCE-ID", "RRULE"]
TEXTS = ["SUMMARY", "LOCATION", "DESCRIPTION", "X-WR-CALNAME", "UID", "PRODID", "TZNAME"]
UTC_ONLY = ["DTSTAMP", "CREATED", "LAST-MODIFIED"]
STATUSES = ["TENTATIVE", "CONFIRMED", "CANCELLED"]
# The clocks of Europe change on these days; a zone is looked at around them, and wherever its events reach.
CHANGES = [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)]


class Property:
    def __init__(self, line):
        match = re.match(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:\"[^\"]*\"|[^\";:,]*))*):(.*)$", line, re.S)
        if not match:
            raise ValueError(f"no content line: {line!r}")
        self.name, parameters, self.value = match.groups()
        found = re.findall(r";([A-Z0-9-]+)=(\"[^\"]*\"|[^\";:,]*)", parameters)
        self.parameters = {name: value.strip('"') for name, value in found}

    @property
    def kind(self):
        """Its value type and time zone."""
        if self.parameters.get("VALUE") == "DATE":
            return ("DATE", None)
        return ("DATE-TIME", self.parameters.get("TZID", "UTC" if self.value.endswith("Z") else "floating"))

    def moments(self):
        for value in self.value.split(","):
            yield moment(value, self.kind[0])


def moment(value, kind="DATE-TIME"):
    if kind == "DATE":
        if not re.match(r"\d{8}$", value):
            raise ValueError(f"no date: {value}")
        return datetime.strptime(value, "%Y%m%d")
    match = DATE_TIME.match(value)
    if not match:
        raise ValueError(f"no date with time: {value}")
    return datetime.strptime("".join(match.group(1, 2)), "%Y%m%d%H%M%S")


class Component:
    def __init__(self, name):
        self.name, self.properties, self.parts = name, [], []

    def all(self, name):
        return [found for found in self.properties if found.name == name]

    def one(self, name):
        found = self.all(name)
        return found[0] if found else None

    def value(self, name):
        found = self.one(name)
        return found.value if found else None


def lines_of(data, fault):
    """Unfolds; section 3.1."""
    if not data.endswith(b"\r\n"):
        fault("the last line is not ended by CRLF")
    lines = []
    for number, raw in enumerate(data.removesuffix(b"\r\n").split(b"\r\n"), 1):
        if b"\n" in raw or b"\r" in raw:
            fault(f"line {number}: a line break that is not CRLF")
        if len(raw) > 75:
            fault(f"line {number}: {len(raw)} octets")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            fault(f"line {number}: folded inside a character, or not UTF-8")
            text = raw.decode("utf-8", "replace")
        if any(ord(c) < 32 and c != "\t" or ord(c) == 127 for c in text):
            fault(f"line {number}: a control character")
        if text.startswith((" ", "\t")) and lines:
            lines[-1] += text[1:]
        elif not text.strip():
            fault(f"line {number}: empty")
        else:
            lines.append(text)
    return lines


def read(data, fault):
    root = Component("")
    stack = [root]
    for line in lines_of(data, fault):
        try:
            found = Property(line)
        except ValueError as error:
            fault(str(error))
            continue
        if found.name == "BEGIN":
            part = Component(found.value)
            stack[-1].parts.append(part)
            stack.append(part)
        elif found.name == "END":
            if stack[-1].name != found.value:
                fault(f"END:{found.value} ends {stack[-1].name}")
            if len(stack) > 1:
                stack.pop()
        else:
            if len(stack) == 1:
                fault(f"{found.name} is in no component")
            stack[-1].properties.append(found)
    if len(stack) != 1:
        fault(f"{stack[-1].name} has no end")
    return root


def check_text(component, fault):
    for found in component.properties:
        if found.name in TEXTS and re.search(r"(?<!\\)(?:\\\\)*(?:[,;]|\\[^\\;,nN]|\\$)", found.value):
            fault(f"{found.name} is not escaped: {found.value}")


def offset(value):
    match = re.match(r"([+-])(\d{2})(\d{2})(\d{2})?$", value or "")
    if not match or value in ("-0000", "-000000"):
        raise ValueError(f"no offset: {value}")
    sign, hours, minutes, seconds = match.groups()
    length = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return -length if sign == "-" else length


def onsets(part, until):
    """When an observance begins, in the local time before it."""
    start = moment(part.value("DTSTART"))
    rule = part.value("RRULE")
    if rule is None:
        return [start]
    match = re.match(r"FREQ=YEARLY;BYMONTH=(\d+);BYDAY=(-?\d)SU$", rule)
    if not match:
        raise ValueError(f"a rule that this check does not know: {rule}")
    month, week = int(match[1]), int(match[2])
    found = []
    for year in range(start.year, until.year + 1):
        first = date(year, month, 1)
        sundays = [first + timedelta(days) for days in range(31)]
        sundays = [day for day in sundays if day.month == month and day.weekday() == 6]
        at = datetime.combine(sundays[week if week < 0 else week - 1], start.time())
        if at >= start:
            found.append(at)
    return found


def check_zone(zone, reach, fault):
    """Section 3.6.5; every offset from one end of the events to the other is that of the system's data."""
    if len(zone.all("TZID")) != 1:
        fault("VTIMEZONE has not one TZID")
        return
    name = zone.value("TZID")
    if not zone.parts:
        fault(f"VTIMEZONE {name} says no offset")
    changes = []
    for part in zone.parts:
        if part.name not in ("STANDARD", "DAYLIGHT"):
            fault(f"{part.name} in VTIMEZONE")
        for needed in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"):
            if len(part.all(needed)) != 1:
                fault(f"{part.name} of {name} has not one {needed}")
                return
        if part.one("DTSTART").kind != ("DATE-TIME", "floating"):
            fault(f"{part.name} of {name} does not begin in local time")
        try:
            before, after = offset(part.value("TZOFFSETFROM")), offset(part.value("TZOFFSETTO"))
            changes += [(onset - before, after) for onset in onsets(part, reach[1] + timedelta(400))]
        except ValueError as error:
            fault(str(error))
            return
    changes.sort()
    system = ZoneInfo(name)
    hours = int((reach[1] - reach[0]).total_seconds() // 3600) + 1
    looked_at = [reach[0] + timedelta(hours=hour) for hour in range(hours)]
    if reach[0].year > 1970:
        near = [datetime(day.year, day.month, day.day) for day in CHANGES]
        near = [day + timedelta(hours=hour) for day in near for hour in range(-48, 72)]
        looked_at += [at for at in near if reach[0] <= at <= reach[1]]
    for at in looked_at:
        began = [after for onset, after in changes if onset <= at]
        right = at.replace(tzinfo=timezone.utc).astimezone(system).utcoffset()
        if not began or began[-1] != right:
            fault(f"VTIMEZONE {name} is wrong at {at} UTC: {began[-1] if began else 'nothing'}, not {right}")
            return


def check_event(event, fault):
    """Sections 3.6.1 and 3.8; returns from when to when it reaches, a day more at each end."""
    uid = event.value("UID")
    say = lambda what: fault(f"event {uid}: {what}")
    for name in ("UID", "DTSTAMP", "DTSTART"):
        if not event.one(name):
            say(f"no {name}")
    for name, count in Counter(found.name for found in event.properties).items():
        if name in ONCE and count > 1:
            say(f"{count} times {name}")
    for name in UTC_ONLY:
        if event.one(name) and event.one(name).kind != ("DATE-TIME", "UTC"):
            say(f"{name} is not in UTC")
    sequence = event.value("SEQUENCE")
    if sequence is not None and not sequence.isdigit():
        say(f"SEQUENCE {sequence}")
    if event.one("STATUS") and event.value("STATUS") not in STATUSES:
        say(f"STATUS {event.value('STATUS')}")
    if event.one("DTEND") and event.one("DURATION"):
        say("both DTEND and DURATION")
    start, end = event.one("DTSTART"), event.one("DTEND")
    if start is None:
        return None
    try:
        [began] = start.moments()
        last = began
        if end is not None:
            if end.kind != start.kind:
                say(f"DTEND is {end.kind}, DTSTART is {start.kind}")
            [ended] = end.moments()
            if ended <= began:
                say("it ends before it begins")
        last = check_rule(event, start, began, say)
    except ValueError as error:
        say(str(error))
        return None
    return (began - timedelta(1), last + timedelta(2))


def check_rule(event, start, began, say):
    """Section 3.3.10; the last moment at which the event may begin."""
    excluded = [moment for found in event.all("EXDATE") for moment in found.moments()]
    for found in event.all("EXDATE"):
        if found.kind != start.kind:
            say(f"EXDATE is {found.kind}, DTSTART is {start.kind}")
    rule = event.value("RRULE")
    if rule is None:
        if excluded:
            say("EXDATE without RRULE")
        return began
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if len(parts) != len(rule.split(";")):
        say(f"a part twice: {rule}")
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        say(f"FREQ: {rule}")
    if not parts.get("INTERVAL", "1").isdigit() or int(parts.get("INTERVAL", "1")) < 1:
        say(f"INTERVAL: {rule}")
    if "UNTIL" in parts and "COUNT" in parts:
        say(f"both UNTIL and COUNT: {rule}")
    if "UNTIL" not in parts:
        return began + timedelta(800)
    zone = start.parameters.get("TZID")
    if zone and not parts["UNTIL"].endswith("Z"):
        say(f"UNTIL is not in UTC: {rule}")
        return began
    until = moment(parts["UNTIL"])
    if zone:
        until = until.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if until < began:
        say(f"UNTIL is before DTSTART: {rule}")
    step = timedelta(weeks=int(parts.get("INTERVAL", "1")))
    for day in excluded:
        if parts["FREQ"] == "WEEKLY" and ((day - began) % step or not began <= day <= until):
            say(f"EXDATE {day} is no day of {rule}")
    return until


def check(data):
    faults = []
    fault = faults.append
    root = read(data, fault)
    if [part.name for part in root.parts] != ["VCALENDAR"]:
        fault("not one VCALENDAR")
        return faults
    calendar = root.parts[0]
    for name, value in (("VERSION", "2.0"), ("PRODID", None)):
        if len(calendar.all(name)) != 1 or value not in (None, calendar.value(name)):
            fault(f"VCALENDAR has not one {name} {value or ''}")
    for name in ("METHOD", "CALSCALE"):
        if len(calendar.all(name)) > 1:
            fault(f"VCALENDAR has {name} twice")
    if not calendar.parts:
        fault("VCALENDAR holds nothing")
    zones = [part for part in calendar.parts if part.name == "VTIMEZONE"]
    events = [part for part in calendar.parts if part.name == "VEVENT"]
    if len(zones) + len(events) != len(calendar.parts):
        fault("VCALENDAR holds something else than zones and events")
    for part in [calendar, *calendar.parts, *(inner for zone in zones for inner in zone.parts)]:
        check_text(part, fault)
    for uid, count in Counter(event.value("UID") for event in events).items():
        if count > 1:
            fault(f"{count} events with the UID {uid}")
    reaches = [reach for reach in (check_event(event, fault) for event in events) if reach]
    named = {found.parameters["TZID"] for event in events for found in event.properties if "TZID" in found.parameters}
    known = Counter(zone.value("TZID") for zone in zones)
    for name in named:
        if known[name] != 1:
            fault(f"{known[name]} VTIMEZONE for {name}")
    reach = (min(began for began, _ in reaches), max(last for _, last in reaches)) if reaches else None
    for zone in zones:
        if reach:
            check_zone(zone, reach, fault)
    check_method(calendar, events, fault)
    return faults


def check_method(calendar, events, fault):
    """RFC 5546, sections 3.2.1 and 3.2.5."""
    method = calendar.value("METHOD")
    if method is None:
        return
    if method not in ("PUBLISH", "CANCEL"):
        fault(f"METHOD {method}")
    if not events:
        fault(f"{method} without an event")
    for event in events:
        if len(event.all("ORGANIZER")) != 1:
            fault(f"{method} without an ORGANIZER")
        if event.all("ATTENDEE"):
            fault(f"{method} with an ATTENDEE")
        if method == "CANCEL" and (event.value("STATUS") != "CANCELLED" or event.value("SEQUENCE") is None):
            fault("CANCEL without STATUS:CANCELLED and SEQUENCE")
        if method == "PUBLISH" and event.value("STATUS") == "CANCELLED":
            fault("PUBLISH of what is cancelled")


if __name__ == "__main__":
    wrong = 0
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            for said in check(file.read()):
                print(f"{path}: {said}")
                wrong = 1
    sys.exit(wrong)
