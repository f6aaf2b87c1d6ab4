"""What the site says is booked: the weeks of its planning, as pages.

    planning.py PAGE...

Prints every time of every booking as JSON: [[date, start, end, place, what for], ...], in order. Bookings stand in
the cells of the slots that they take, or below with their hours; a booking is expected to keep to whole slots.
"""

import json
import re
import sys
from html.parser import HTMLParser

TIME = re.compile(r"(\d+) h(?: (\d+))?")
HOURS = re.compile(r"\d+ h(?: \d+)? – \d+ h(?: \d+)?")


class Planning(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []
        self.day = None  # The day whose section this is.
        self.text = []  # What was read since the last beginning.
        self.booking = None  # What is known of the booking whose element this is.

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        marks = (names.get("class") or "").split()
        if tag == "section" and "day" in marks:
            self.day, self.columns, self.slot, self.running = names["id"], [], None, {}
        elif self.day is None:
            return
        elif tag == "tr":
            self.column = -1
        elif tag == "td":
            self.column += 1
        elif tag == "th":
            self.scope = names["scope"]
        elif "booking" in marks:
            self.booking = {"tag": tag, "continued": "booking-continued" in marks}
        elif tag == "b" and self.booking is not None:
            self.booking.setdefault("before", self.said())
        if tag in ("th", "b", "p", "li"):
            self.text = []

    def handle_data(self, data):
        self.text.append(data)

    def handle_endtag(self, tag):
        if self.day is None:
            return
        if tag == "th" and self.scope == "row":
            self.slot = times(self.said())
        elif tag == "th" and self.scope == "col":
            self.columns.append(self.said())
        elif self.booking is not None and tag == "b":
            self.booking.setdefault("purpose", self.said())
        elif self.booking is not None and tag == self.booking["tag"]:
            self.place(self.booking)
            self.booking = None
        elif tag == "section":
            self.day = None

    def said(self):
        return " ".join("".join(self.text).split())

    def place(self, booking):
        purpose = booking["purpose"]
        if booking["tag"] == "li":
            where = HOURS.sub("", booking["before"], count=1).strip()
            self.found.append([self.day, *times(booking["before"]), where, purpose])
        elif booking["continued"]:
            self.running[self.column, purpose][2] = self.slot[1]
        else:
            # The first column is that of the slots.
            row = [self.day, *self.slot, self.columns[self.column + 1], purpose]
            self.running[self.column, purpose] = row
            self.found.append(row)


def times(words):
    return [f"{int(hour):02}:{int(minute or 0):02}" for hour, minute in TIME.findall(HOURS.search(words)[0])]


reader = Planning()
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        reader.feed(file.read())
print(json.dumps(sorted(reader.found)))
