"""Task lines in, iCalendar out (RFC 5545), for calendars that people subscribe to.

All-day events on the due date, DTEND the day after. DTSTAMP is the task's change time: readers that compare by content
(vdirsyncer) would otherwise make every event anew at each sync. No METHOD: a subscription is no invitation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vDate, vDatetime, vDuration, vInt, vText, vUri

from tracker.rules.feed_lines import FeedLine, description, title
from tracker.rules.states import TaskStatus

REFRESH_EVERY = timedelta(hours=4)

#: Events kept ready-made: a city's plan changes one task at a time, and 240 events cost some 40 ms to write.
EVENTS_KEPT = 12_000

_STATUSES = {TaskStatus.CANCELLED: "CANCELLED", TaskStatus.PAUSED: "TENTATIVE"}
_END = b"END:VCALENDAR\r\n"


class _Text(vText):
    """A text, escaped as RFC 5545, 3.3.11 says. The library's own takes a written backslash and N for a line break."""

    _ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})

    def to_ical(self) -> bytes:
        return self.translate(self._ESCAPES).encode()


def calendar(lines: Iterable[FeedLine], *, name: str, host: str, link: Callable[[int], str]) -> bytes:
    """A whole feed. `host` makes the events' UIDs unique in the world, `link` gives a task's page."""
    frame = Calendar()
    frame["PRODID"] = _Text("-//Theo doi khao sat//Lich cong viec//VI")
    frame["VERSION"] = _Text("2.0")
    frame["X-WR-CALNAME"] = frame["NAME"] = _Text(name)
    frame["REFRESH-INTERVAL"] = vDuration(REFRESH_EVERY, params={"VALUE": "DURATION"})
    frame["X-PUBLISHED-TTL"] = vDuration(REFRESH_EVERY)
    opening: bytes = frame.to_ical().removesuffix(_END)
    return opening + b"".join(_event(line, host, link(line.task_id)) for line in lines) + _END


@lru_cache(maxsize=EVENTS_KEPT)
def _event(line: FeedLine, host: str, link: str) -> bytes:
    event = Event()
    changed_at = vDatetime(line.changed_at.astimezone(UTC).replace(microsecond=0))
    # Typed values are set directly: `event.add` guesses the type of each again and costs twice the time.
    event["UID"] = _Text(f"task-{line.task_id}@{host}")
    event["SEQUENCE"] = vInt(line.sequence)
    event["DTSTAMP"] = changed_at
    event["LAST-MODIFIED"] = changed_at
    event["DTSTART"] = vDate(line.due_on)
    event["DTEND"] = vDate(line.due_on + timedelta(days=1))
    event["SUMMARY"] = _Text(title(line))
    event["DESCRIPTION"] = _Text(description(line, link))
    event["CATEGORIES"] = _Text(line.plan)
    event["URL"] = vUri(link)
    event["STATUS"] = _Text(_STATUSES.get(line.status, "CONFIRMED"))
    event["TRANSP"] = _Text("TRANSPARENT")
    written: bytes = event.to_ical(sorted=False)
    return written
