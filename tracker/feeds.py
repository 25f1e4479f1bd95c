"""Task lines in, iCalendar out (RFC 5545), for calendars that people subscribe to.

All-day events on the due date, DTEND the day after. DTSTAMP is the task's change time: readers that compare by content
(vdirsyncer) would otherwise make every event anew at each sync. No METHOD: a subscription is no invitation.

Written as plain text: a nation's feed has tens of thousands of events, and the library that the tests read them with takes
ten times as long to write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta
from functools import lru_cache

from tracker.rules.feed_lines import FeedChoices, FeedLine, description, title
from tracker.rules.states import TaskStatus

PRODID = "-//Theo doi khao sat//Lich cong viec//VI"

_STATUSES = {TaskStatus.CANCELLED: "CANCELLED", TaskStatus.PAUSED: "TENTATIVE"}
_TODO_STATUSES = {TaskStatus.CANCELLED: "CANCELLED", TaskStatus.DONE: "COMPLETED", TaskStatus.NOT_OPEN: "NEEDS-ACTION"}
#: When an alarm rings on its day.
_ALARM_AT = 8
_PLAIN = FeedChoices()
#: How often a program should ask again.
_REFRESH = "PT4H"
#: Bytes of a piece of a line: 75 at most (RFC 5545, 3.1), one of which may be the blank before it.
_PIECE = 74
#: In this order: what the later ones write has backslashes of its own.
_ESCAPES = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", ""))


def calendar(
    lines: Iterable[FeedLine], *, name: str, host: str, link: Callable[[FeedLine], str], choices: FeedChoices = _PLAIN
) -> bytes:
    """A whole feed. `host` makes the events' UIDs unique in the world, `link` gives the page of a task or stage."""
    called = _text(name)
    opening = ("VERSION:2.0", f"X-WR-CALNAME:{called}", f"NAME:{called}")
    fresh = (f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}", f"X-PUBLISHED-TTL:{_REFRESH}")
    return _calendar((*opening, *fresh), (_written(line, host, link(line), choices) for line in lines))


def published(lines: Iterable[FeedLine], *, organizer: tuple[str, str], host: str, link: Callable[[FeedLine], str]) -> bytes:
    """The same events for a letter (RFC 5546, PUBLISH), which asks for an organizer: name and address.

    Without a name of its own: Outlook would open another calendar for it.
    """
    name, address = organizer
    called = " ".join(name.replace('"', "”").split())
    by = f'ORGANIZER;CN="{called}":mailto:{address}'
    return _calendar(("VERSION:2.0", "METHOD:PUBLISH"), ("\n".join(_event(line, host, link(line), by)) for line in lines))


def _calendar(opening: Iterable[str], events: Iterable[str]) -> bytes:
    """Lines are parted by a plain line break until here: none has one within."""
    whole = "\n".join(["BEGIN:VCALENDAR", f"PRODID:{PRODID}", *opening, *events, "END:VCALENDAR"])
    return b"".join(map(_folded, whole.encode().split(b"\n")))


def _written(line: FeedLine, host: str, link: str, choices: FeedChoices) -> str:
    alarm = _alarm(line, choices.alarm_days) if choices.alarm_days and line.is_open else ()
    parts = _event(line, host, link, *alarm)
    return "\n".join([*parts, *_todo(line, host, link)] if choices.todos else parts)


def _event(line: FeedLine, host: str, link: str, *more: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        *_common(line, f"{line.key}@{host}", link),
        _days(line.due_on),
        f"STATUS:{_STATUSES.get(line.status, 'CONFIRMED')}",
        "TRANSP:TRANSPARENT",
        *more,
        "END:VEVENT",
    ]


def _todo(line: FeedLine, host: str, link: str) -> tuple[str, ...]:
    """The same work in a list of things to do. It has a UID of its own: programs keep events and to-dos by UID alone."""
    return (
        "BEGIN:VTODO",
        *_common(line, f"todo-{line.key}@{host}", link),
        f"DUE;VALUE=DATE:{line.due_on:%Y%m%d}",
        f"STATUS:{_TODO_STATUSES.get(line.status, 'IN-PROCESS')}",
        "END:VTODO",
    )


def _common(line: FeedLine, uid: str, link: str) -> tuple[str, ...]:
    changed_at = line.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return (
        f"UID:{uid}",
        f"SEQUENCE:{line.sequence}",
        f"DTSTAMP:{changed_at}",
        f"LAST-MODIFIED:{changed_at}",
        f"SUMMARY:{_text(title(line))}",
        f"DESCRIPTION:{_text(description(line, link))}",
        f"CATEGORIES:{_text(line.plan)}",
        f"URL:{link}",
    )


@lru_cache(maxsize=1_000)
def _days(day: date) -> str:
    """Said to be days: without VALUE one would be read as a moment, which Thunderbird then cannot make sense of."""
    return f"DTSTART;VALUE=DATE:{day:%Y%m%d}\nDTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"


def _alarm(line: FeedLine, days: int) -> tuple[str, ...]:
    before = f"-P{days - 1}DT{24 - _ALARM_AT}H" if days > 1 else f"-PT{24 - _ALARM_AT}H"
    return ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(title(line))}", f"TRIGGER:{before}", "END:VALARM")


def _text(words: str) -> str:
    """Escaped as RFC 5545, 3.3.11 says."""
    for sign, escaped in _ESCAPES:  # several times as fast as str.translate where letters have accents
        words = words.replace(sign, escaped)
    return words


def _folded(line: bytes) -> bytes:
    """A line with its break; a long one in pieces, each but the first after a blank, none of them ending within a letter."""
    if len(line) <= _PIECE:
        return line + b"\r\n"
    pieces, start = [], 0
    while len(line) - start > _PIECE:
        end = start + _PIECE
        while line[end] & 0xC0 == 0x80:  # a letter goes on here
            end -= 1
        if (end - start - len(line[start:end].rstrip(b"\\"))) % 2:  # what is escaped stays with its backslash
            end -= 1
        pieces.append(line[start:end])
        start = end
    pieces.append(line[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
