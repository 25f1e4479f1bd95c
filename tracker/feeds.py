"""Task lines in, iCalendar out (RFC 5545), for calendars that people subscribe to.

All-day events on the due date, DTEND the day after. DTSTAMP is the task's change time: readers that compare by content
(vdirsyncer) would otherwise make every event anew at each sync. No METHOD: a subscription is no invitation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta
from functools import lru_cache

from icalendar import Alarm, Calendar, Component, Event, Todo, vCalAddress, vDate, vDatetime, vDuration, vInt, vText, vUri

from tracker.rules.feed_lines import MOST_TASKS, FeedChoices, FeedLine, description, title
from tracker.rules.states import TaskStatus

REFRESH_EVERY = timedelta(hours=4)

PRODID = "-//Theo doi khao sat//Lich cong viec//VI"

#: Events kept ready-made: a city's plan changes one task at a time, and 240 events cost some 40 ms to write.
EVENTS_KEPT = MOST_TASKS

_STATUSES = {TaskStatus.CANCELLED: "CANCELLED", TaskStatus.PAUSED: "TENTATIVE"}
_TODO_STATUSES = {TaskStatus.CANCELLED: "CANCELLED", TaskStatus.DONE: "COMPLETED", TaskStatus.NOT_OPEN: "NEEDS-ACTION"}
#: When an alarm rings on its day.
_ALARM_AT = timedelta(hours=8)
_PLAIN = FeedChoices()
_END = b"END:VCALENDAR\r\n"


class _Text(vText):
    """A text, escaped as RFC 5545, 3.3.11 says. The library's own takes a written backslash and N for a line break."""

    _ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})

    def to_ical(self) -> bytes:
        return self.translate(self._ESCAPES).encode()


def calendar(
    lines: Iterable[FeedLine], *, name: str, host: str, link: Callable[[FeedLine], str], choices: FeedChoices = _PLAIN
) -> bytes:
    """A whole feed. `host` makes the events' UIDs unique in the world, `link` gives the page of a task or stage."""
    frame = Calendar()
    frame["PRODID"] = _Text(PRODID)
    frame["VERSION"] = _Text("2.0")
    frame["X-WR-CALNAME"] = frame["NAME"] = _Text(name)
    frame["REFRESH-INTERVAL"] = vDuration(REFRESH_EVERY, params={"VALUE": "DURATION"})
    frame["X-PUBLISHED-TTL"] = vDuration(REFRESH_EVERY)
    opening: bytes = frame.to_ical().removesuffix(_END)
    return opening + b"".join(_written(line, host, link(line), choices.alarm_days, choices.todos) for line in lines) + _END


def published(lines: Iterable[FeedLine], *, organizer: tuple[str, str], host: str, link: Callable[[FeedLine], str]) -> bytes:
    """The same events for a letter (RFC 5546, PUBLISH), which asks for an organizer: name and address.

    Without a name of its own: Outlook would open another calendar for it.
    """
    frame = Calendar()
    frame["PRODID"] = _Text(PRODID)
    frame["VERSION"] = _Text("2.0")
    frame["METHOD"] = _Text("PUBLISH")
    name, address = organizer
    for line in lines:
        event = _event(line, host, link(line))
        event["ORGANIZER"] = vCalAddress(f"mailto:{address}", params={"CN": name.replace('"', "”")})
        frame.add_component(event)
    written: bytes = frame.to_ical(sorted=False)
    return written


@lru_cache(maxsize=EVENTS_KEPT)
def _written(line: FeedLine, host: str, link: str, alarm_days: int, with_todo: bool) -> bytes:
    event = _event(line, host, link)
    if alarm_days and line.is_open:
        event.add_component(_alarm(line, alarm_days))
    written: bytes = event.to_ical(sorted=False)
    return written + _todo(line, host, link) if with_todo else written


def _event(line: FeedLine, host: str, link: str) -> Event:
    event = Event()
    _fill(event, line, f"{line.key}@{host}", link)
    event["DTSTART"] = _day(line.due_on)
    event["DTEND"] = _day(line.due_on + timedelta(days=1))
    event["STATUS"] = _Text(_STATUSES.get(line.status, "CONFIRMED"))
    event["TRANSP"] = _Text("TRANSPARENT")
    return event


def _todo(line: FeedLine, host: str, link: str) -> bytes:
    """The same work in a list of things to do. It has a UID of its own: programs keep events and to-dos by UID alone."""
    todo = Todo()
    _fill(todo, line, f"todo-{line.key}@{host}", link)
    todo["DUE"] = _day(line.due_on)
    todo["STATUS"] = _Text(_TODO_STATUSES.get(line.status, "IN-PROCESS"))
    written: bytes = todo.to_ical(sorted=False)
    return written


def _fill(component: Component, line: FeedLine, uid: str, link: str) -> None:
    changed_at = vDatetime(line.changed_at.astimezone(UTC).replace(microsecond=0))
    # Typed values are set directly: `event.add` guesses the type of each again and costs twice the time.
    component["UID"] = _Text(uid)
    component["SEQUENCE"] = vInt(line.sequence)
    component["DTSTAMP"] = changed_at
    component["LAST-MODIFIED"] = changed_at
    component["SUMMARY"] = _Text(title(line))
    component["DESCRIPTION"] = _Text(description(line, link))
    component["CATEGORIES"] = _Text(line.plan)
    component["URL"] = vUri(link)


def _day(day: date) -> vDate:
    """Said to be a day: without VALUE it would be read as a moment, which Thunderbird then cannot make sense of."""
    return vDate(day, params={"VALUE": "DATE"})


def _alarm(line: FeedLine, days: int) -> Alarm:
    alarm = Alarm()
    alarm["ACTION"] = _Text("DISPLAY")
    alarm["DESCRIPTION"] = _Text(title(line))
    alarm["TRIGGER"] = vDuration(_ALARM_AT - timedelta(days=days))
    return alarm
