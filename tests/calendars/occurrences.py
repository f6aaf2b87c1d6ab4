"""What a calendar says, as an independent library reads it (python3-icalendar, python3-dateutil).

    occurrences.py FILE

Prints every occurrence as JSON: [[date, start, end, place, what for], ...] in wall-clock time, in order.
"""

import json
import sys

from dateutil.rrule import rrulestr
from icalendar import Calendar


def naive(at):
    """Its wall-clock time."""
    return at.replace(tzinfo=None)


def as_list(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def occurrences(event):
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    begins = [naive(start)]
    if "RRULE" in event:
        rule = event["RRULE"]
        until = [at.astimezone(start.tzinfo) for at in rule.pop("UNTIL")]
        text = rule.to_ical().decode()
        rule = rrulestr(f"{text};UNTIL={naive(until[0]):%Y%m%dT%H%M%S}", dtstart=naive(start))
        out = {naive(found.dt) for dates in as_list(event.get("EXDATE")) for found in dates.dts}
        begins = [begin for begin in rule if begin not in out]
    for begin in begins:
        finish = begin + (naive(end) - naive(start))
        yield [
            f"{begin:%Y-%m-%d}", f"{begin:%H:%M}", f"{finish:%H:%M}", str(event["LOCATION"]), str(event["SUMMARY"])
        ]


with open(sys.argv[1], "rb") as file:
    calendar = Calendar.from_ical(file.read())
print(json.dumps(sorted(found for event in calendar.walk("VEVENT") for found in occurrences(event))))
