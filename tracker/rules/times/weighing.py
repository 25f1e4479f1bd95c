"""Which of several clauses gives the time: the dated one before the undated, the main one before its gloss in brackets."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.states import TimeKind
from tracker.rules.times.counting import read_happening, read_lapse
from tracker.rules.times.items import (
    Always,
    At,
    Bound,
    Happening,
    Item,
    Lapse,
    Onward,
    Reference,
    Rhythm,
    Stretch,
    points_of,
    year_of,
)
from tracker.rules.times.points import Level, Point, Points
from tracker.rules.times.reading import read_dated
from tracker.rules.times.rounds import implied_rhythms, recurring
from tracker.rules.times.several import dated_reading
from tracker.rules.times.spans import Almanac
from tracker.rules.times.token import Token
from tracker.rules.times.verdict import Reading


def weigh(items: list[Item], tokens: list[Token], almanac: Almanac) -> Reading:
    """The reading of the whole phrase."""
    items = _sharing_years(_year_of_another(_events_with_days(items)))
    rhythms = [item for item in items if isinstance(item, Rhythm)]
    if not rhythms:
        rhythms = implied_rhythms(items, tokens)
    if rhythms and not _dated_first(items):
        if any(isinstance(item, Always) for item in items) and _yields_to_always(rhythms[0], items):
            return Reading(TimeKind.CONTINUOUS, rule="continuous")
        return recurring(rhythms[0], items, almanac)
    return _once(items, tokens, almanac)


def _events_with_days(items: list[Item]) -> list[Item]:
    """ "Trước ngày bầu cử (15/3/2026)": the day in brackets is the event's."""
    joined: list[Item] = []
    for item in items:
        before = joined[-1] if joined else None
        if (
            isinstance(before, Happening)
            and before.relation == "before"
            and isinstance(item, At)
            and item.bound is Bound.NONE
            and item.where.first == before.where.after + 1
            and item.where.bracket > before.where.bracket
            and all(point.level is Level.DAY for point in item.points.all)
        ):
            joined[-1] = At(item.points, Bound.BEFORE, before.where)
        else:
            joined.append(item)
    return joined


def _year_of_another(items: list[Item]) -> list[Item]:
    """ "Quý III; năm 2021", "Năm 2021: trước 30/6": a bare year beside a time that lacks one is its year, not a second time."""
    if any(isinstance(item, Rhythm | Always | Onward) for item in items):
        return items
    years = [item for item in items if _is_bare_year(item)]
    lacking = [
        item for item in items if item not in years and points_of(item) and all(_lacks_year(point) for point in points_of(item))
    ]
    dated = [item for item in items if points_of(item)]
    if len(years) != 1 or not lacking or len(lacking) + 1 != len(dated):
        return items
    year = year_of(years[0])
    return [_in_year(item, year or 0) if item in lacking else item for item in items if item is not years[0]]


def _is_bare_year(item: Item) -> bool:
    if not isinstance(item, At) or item.bound not in (Bound.NONE, Bound.IN) or len(item.points.all) != 1:
        return False
    point = item.points.first
    return point.level is Level.YEAR and point.year is not None and not point.part and not point.scrambled


def _lacks_year(point: Point) -> bool:
    return point.year is None and point.year_shift is None and point.level is not Level.WEEKDAY


def _sharing_years(items: list[Item]) -> list[Item]:
    """A point without a year takes that of the next point which has one, else of the one before: "Đợt 1: 15/3; đợt 2:
    15/9/2021"."""
    years = [year_of(item) for item in items]
    if not any(years) or all(years):
        return items
    shared: list[Item] = []
    for place, item in enumerate(items):
        year = next((found for found in years[place:] if found), None) or next((f for f in reversed(years[:place]) if f), None)
        if year is not None and not years[place] and isinstance(item, At | Stretch):
            item = _in_year(item, year)
        shared.append(item)
    return shared


def _in_year(item: Item, year: int) -> Item:
    def dated(points: Points) -> Points:
        return replace(points, all=tuple(p if p.year or p.year_shift is not None else replace(p, year=year) for p in points.all))

    if isinstance(item, At):
        return replace(item, points=dated(item.points))
    if not isinstance(item, Stretch):
        return item
    since, until = (dated(end) if isinstance(end, Points) else end for end in (item.since, item.until))
    return replace(item, since=since, until=until)


# Rhythms ---------------------------------------------------------------------------------------------------------------


def _dated_first(items: list[Item]) -> bool:
    """A time with its own year stands before the rhythm: "Quý I/2021, sau đó hằng năm" is first of all that quarter. A
    stretch of months or more only bounds the rhythm: "từ tháng 6 đến tháng 12/2021, hằng tháng"."""
    for item in items:
        if isinstance(item, Rhythm):
            return False
        if isinstance(item, At) and year_of(item) is not None:
            return True
        if isinstance(item, Stretch) and year_of(item) is not None and item.until is not None:
            return any(point.level is Level.DAY for point in points_of(item))
    return not any(isinstance(item, Rhythm) for item in items) and any(year_of(item) is not None for item in items)


def _yields_to_always(rhythm: Rhythm, items: list[Item]) -> bool:
    """ "Thường xuyên, hằng năm" is continuous; so is what begins with "thường xuyên"."""
    first = next(item for item in items if isinstance(item, Always | Rhythm))
    return isinstance(first, Always) or rhythm.months == 12 or rhythm.days == 1


# One time -----------------------------------------------------------------------------------------------------------------


def _once(items: list[Item], tokens: list[Token], almanac: Almanac) -> Reading:
    always = any(isinstance(item, Always) for item in items)
    onward = next((item for item in items if isinstance(item, Onward)), None)
    lapses = [item for item in items if isinstance(item, Lapse)]
    dated = [item for item in items if isinstance(item, At | Stretch)]
    if onward is not None and dated and _leads_on(dated, onward):
        return _from_on(dated[0], almanac)
    if always and (bounds := _bounds_of_always(items)) is not None:
        reading = read_dated(bounds, almanac)
        return Reading(TimeKind.CONTINUOUS, reading.start_on, reading.due_on, rule="continuous")
    if always:  # "thường xuyên trong năm" names no year and needs none
        dated = [item for item in dated if any(_says_when(point) for point in points_of(item))]
    if dated:
        return dated_reading(dated, lapses, tokens, almanac)
    if always:
        return Reading(TimeKind.CONTINUOUS, rule="continuous")
    for item in items:
        if isinstance(item, Lapse):
            return read_lapse(item, almanac)
        if isinstance(item, Happening):
            return read_happening(item, almanac)
    if onward is not None:
        return Reading(TimeKind.CONTINUOUS, rule="from_on")
    almanac.note("time_unparsed", wording=almanac.wording)
    by_others = any(isinstance(item, Reference) for item in items)
    return Reading(TimeKind.UNPARSABLE, rule="by_others" if by_others else "")


def _says_when(point: Point) -> bool:
    return point.level is not Level.YEAR or point.year is not None or bool(point.part)


def _leads_on(dated: list[At | Stretch], onward: Onward) -> bool:
    """ "Năm 2021 và các năm tiếp theo"; not "trước ngày 30/6/2021 …", which has its own last day."""
    before = [item for item in dated if item.where.after <= onward.where.first]
    if not before or before[-1].where.clause != onward.where.clause:
        return False
    last = before[-1]
    if isinstance(last, At):
        return last.bound in (Bound.NONE, Bound.IN)
    return last.until is None or all(point.level is Level.YEAR for point in points_of(last))


def _from_on(item: At | Stretch, almanac: Almanac) -> Reading:
    start = read_dated(item, almanac)
    day = start.start_on or start.due_on
    return Reading(TimeKind.CONTINUOUS, day, rule="from_on")


def _bounds_of_always(items: list[Item]) -> At | None:
    """The year that bounds "thường xuyên trong năm 2021"; any finer time is a time of its own."""
    first = next((item for item in items if isinstance(item, At | Stretch | Always | Lapse)), None)
    dated = [item for item in items if isinstance(item, At | Stretch)]
    if not isinstance(first, Always) or len(dated) != 1:
        return None
    item = dated[0]
    if isinstance(item, At) and item.bound in (Bound.NONE, Bound.IN) and item.points.all:
        whole_years = all(point.level is Level.YEAR and not point.months and point.year for point in item.points.all)
        return item if whole_years and item.where.clause == first.where.clause else None
    return None
