"""Work that comes back: which of the clauses are its days, and which only bound it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tracker.rules.states import TimeKind
from tracker.rules.times.items import At, Bound, Item, Rhythm, Stretch, points_of, year_of
from tracker.rules.times.points import Level, Points
from tracker.rules.times.reading import read_dated
from tracker.rules.times.recurring import implied_rhythm, rrule
from tracker.rules.times.spans import Almanac
from tracker.rules.times.token import Token
from tracker.rules.times.verdict import Reading
from tracker.rules.times.words import Sign


def implied_rhythms(items: list[Item], tokens: list[Token]) -> list[Rhythm]:
    """The rhythm that days speak of without "hằng": "ngày 15 tháng cuối quý", "các ngày thứ Bảy, Chủ nhật"."""
    by_week = any(token.sign is Sign.WEEK for token in tokens)
    for item in items:
        for point in points_of(item):
            found = implied_rhythm(point)
            if found is not None and point.year is None:
                return [replace(found, where=item.where)]
            if point.level is Level.WEEKDAY and (by_week or len(points_of(item)) > 1):
                return [Rhythm(days=7, where=item.where)]
    return []


def recurring(rhythm: Rhythm, items: list[Item], almanac: Almanac) -> Reading:
    """A rhythm with its days; times with a year of their own only bound it."""
    days: list[At] = []
    start: date | None = None
    due: date | None = None
    for item in _scope(rhythm, items):
        if isinstance(item, At) and item.points.all and year_of(item) is None:
            days.append(item)
        elif isinstance(item, Stretch) and year_of(item) is None and isinstance(item.until, Points):
            days.append(_last_day_of(item, item.until))
        elif isinstance(item, At | Stretch):
            bounds = read_dated(item, almanac)
            start, due = start or bounds.start_on, bounds.due_on or due
    for point in (point for item in days for point in item.points.all if point.lunar):
        almanac.note("lunar_date", wording=almanac.words(point.start, point.end))
    excluded = any(item.bound is Bound.BEFORE for item in days)
    name = ("before_day_strict" if almanac.strict else "before_day_inclusive") if excluded else "recurring"
    if start is not None and due is not None and start > due:
        start = None
    return Reading(TimeKind.RECURRING, start, due, rule=name, rrule=rrule(rhythm, days, strict=almanac.strict))


def _last_day_of(item: Stretch, until: Points) -> At:
    """ "từ ngày 15 đến ngày 20 hằng tháng" is due on the 20th; "từ thứ Hai đến thứ Sáu" is all five days."""
    if isinstance(item.since, Points) and until.first.level is Level.WEEKDAY:
        return At(Points((item.since.first, until.last), ranged=True), item.until_bound, item.where)
    return At(until, item.until_bound, item.where)


def _scope(rhythm: Rhythm, items: list[Item]) -> list[Item]:
    """The clauses that belong to `rhythm`: those of its own clause where it has days there, up to the next rhythm."""
    rhythms = [item for item in items if isinstance(item, Rhythm)]
    if len(rhythms) > 1:
        second = items.index(rhythms[1])
        first = items.index(rhythms[0])
        led = any(points_of(item) for item in items[:first])
        items = items[: first + 1] if led else items[:second]
    own = [item for item in items if item.where.clause == rhythm.where.clause]
    return own if any(points_of(item) and year_of(item) is None for item in own) else items
