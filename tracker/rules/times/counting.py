"""Durations and events: the day they lead to, where the day they are counted from is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.rules.states import TimeKind
from tracker.rules.times.items import Duration, Event, Happening, Lapse
from tracker.rules.times.points import Points
from tracker.rules.times.spans import ONE_DAY, Almanac
from tracker.rules.times.verdict import Reading
from tracker.rules.workdays import months_after


def read_lapse(item: Lapse, almanac: Almanac) -> Reading:
    """N days after (before) a day or an event. The day of the event is not counted (Bộ luật Dân sự 2015, art. 147); the
    span ends with its last day, or with the next working day where that is a day off (art. 148). N days before E is
    E−N, and stays there: later would be too late. Without the event's day there is no due date."""
    length = item.length
    offset = length.days
    if offset is not None and item.backward:
        offset = -offset
    reading = Reading(
        TimeKind.RELATIVE,
        rule="days_before" if item.backward else "days_after",
        anchor=_anchor_words(item, almanac),
        offset_days=offset,
        offset_workdays=length.unit == "workday",
    )
    day = _anchor_day(item, almanac)
    due = _counted(day, length, item.backward, almanac) if day is not None else None
    if due is None and not isinstance(item.anchor, Points):
        almanac.note("depends_on_event", wording=almanac.wording)
    return replace(reading, due_on=due)


def _anchor_words(item: Lapse, almanac: Almanac) -> str:
    if isinstance(item.anchor, Points):
        return almanac.words(item.anchor.first.start, item.anchor.last.end)
    return item.anchor.words if item.anchor is not None else ""


def _anchor_day(item: Lapse, almanac: Almanac) -> date | None:
    if isinstance(item.anchor, Points):
        span = almanac.span(item.anchor.first if item.backward else item.anchor.last)
        if span is None:
            return None
        return span.first if item.backward else span.last
    return day_of(item.anchor, almanac)


def _counted(day: date, length: Duration, backward: bool, almanac: Almanac) -> date | None:
    try:
        return _count(day, length, -1 if backward else 1, almanac)
    except (ValueError, OverflowError):  # beyond the calendar's last day, or no working day in sight
        return None


def _count(day: date, length: Duration, sign: int, almanac: Almanac) -> date | None:
    whole = int(length.count)
    if length.unit == "hour":
        if length.count % 24:
            return None
        end = day + sign * int(length.count // 24) * ONE_DAY
    elif length.count != whole:
        return None
    elif length.unit == "workday":
        return almanac.calendar.shift(day, sign * whole)
    elif length.unit == "day":
        end = day + sign * whole * ONE_DAY
    else:
        end = months_after(day, sign * whole * (12 if length.unit == "year" else 1))
    return almanac.calendar.on_or_after(end) if sign > 0 else end


def day_of(event: Event | None, almanac: Almanac) -> date | None:
    """The day of an event: known only for "nay" and for the plan's own signing."""
    if event is not None and (event.is_now or event.is_signing):
        return almanac.issued_on
    return None


def read_happening(item: Happening, almanac: Almanac) -> Reading:
    """Sau khi, khi, trước khi: no day before the event has one. This plan's own issue has: it opens the work."""
    event = item.event
    start = day_of(event, almanac) if item.relation == "after" else None
    if start is None:
        almanac.note("depends_on_event", wording=almanac.wording)
    return Reading(TimeKind.EVENT_RELATIVE, start, rule=f"{item.relation}_event", anchor=event.words)
