"""From what a clause says to a kind, a first day and a last day on time: the reading rules, one a function."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from tracker.rules.states import TimeKind
from tracker.rules.times.counting import day_of, read_happening
from tracker.rules.times.items import At, Bound, Event, Happening, Stretch
from tracker.rules.times.points import Level, Point, Points, fill
from tracker.rules.times.spans import ONE_DAY, Almanac, Span
from tracker.rules.times.verdict import Reading
from tracker.wording import date_short

_KIND = {
    Level.DAY: TimeKind.DEADLINE,
    Level.WEEK: TimeKind.MONTH,
    Level.MONTH: TimeKind.MONTH,
    Level.QUARTER: TimeKind.QUARTER,
    Level.YEAR: TimeKind.YEAR,
}


def read_at(item: At, almanac: Almanac) -> Reading:
    """A point under its bound."""
    if not item.points.all:  # "trong ngày": the very day of an event that is not named
        almanac.note("depends_on_event", wording=almanac.wording)
        return Reading(TimeKind.RELATIVE, rule="same_day", offset_days=0)
    if item.bound in (Bound.NONE, Bound.IN):
        return _standing_alone(item.points, almanac)
    return _bounded(item, almanac)


def _standing_alone(points: Points, almanac: Almanac) -> Reading:
    """A day in a deadline column is the last day; a month, quarter or year runs from its first day to its last."""
    if points.first.level is Level.WEEKDAY:
        almanac.note("time_unparsed", wording=almanac.wording)
        return Reading(TimeKind.UNPARSABLE)
    if len(points.all) == 1:
        return _one_period(points.first, almanac)
    if points.ranged:
        return _between(points.first, points.last, almanac)
    return _listed(points, almanac)


def _one_period(point: Point, almanac: Almanac) -> Reading:
    kind = TimeKind.WINDOW if point.months else _KIND[point.level]
    span = almanac.span(point)
    if span is None:
        return Reading(kind, rule=_rule_of(point))
    if point.level is Level.DAY:
        return Reading(kind, due_on=span.last, rule=_rule_of(point))
    # The end or middle of a quarter or year has a last day and no first one.
    start: date | None = span.first
    if span.moment is not None and point.part != "start" and point.level >= Level.QUARTER:
        start = None
    return Reading(kind, start, span.as_end, rule=_rule_of(point))


def _rule_of(point: Point) -> str:
    if point.level is Level.DAY:
        return "bare_day"
    name = point.level.name.lower()
    return f"part_of_{name}" if point.part and point.level is not Level.WEEK else name


def _between(first: Point, last: Point, almanac: Almanac) -> Reading:
    """Both ends count. An end whose year was not written and that would lie before the start is a year later; a start
    that took its year from the end and would lie after it, a year earlier: "từ 15/12 đến 15/01/2022"."""
    first, last = fill((first, last))
    if first.year is None and last.year is None and almanac.year is None:
        last = almanac.dated(last)  # the stretch that ends first on or after the issue date, though it may have begun before
        first = replace(first, year=last.year, borrowed_year=last.year is not None)
    began, ended = almanac.span(first, edge="start"), almanac.span(last, edge="end")
    if began is not None and ended is not None and began.as_start > ended.as_end:
        if first.borrowed_year or (first.year_shift is None and first.year is None and last.year_shift is not None):
            began = _a_year_off(first, -1, almanac) or began
        elif last.year is None or last.borrowed_year:
            ended = _a_year_off(last, 1, almanac) or ended
    return _window(began.as_start if began else None, ended.as_end if ended else None, almanac)


def _a_year_off(point: Point, years: int, almanac: Almanac) -> Span | None:
    point = almanac.dated(point)
    moved = replace(point, year=(point.year or 0) + years)
    almanac.note("year_inferred", wording=almanac.wording, year=moved.year)
    return almanac.span(moved)


def _window(start: date | None, due: date | None, almanac: Almanac, rule: str = "range") -> Reading:
    """Where the end lies before the start only the end is kept: the doubt names both, and nobody waits for a start that
    comes too late."""
    if start is not None and due is not None and start > due:
        almanac.note("end_before_start", due_on=date_short(due), start_on=date_short(start))
        start = None
    return Reading(TimeKind.WINDOW, start, due, rule=rule)


def _listed(points: Points, almanac: Almanac) -> Reading:
    """Points in a row. Neighbours make one stretch; with gaps they are several times, the last of which is the due one."""
    spans = [span for point in points.all if (span := almanac.span(point)) is not None]
    if not spans:
        days = all(point.level is Level.DAY for point in points.all)
        return Reading(TimeKind.DEADLINE if days else TimeKind.WINDOW, rule="list")
    start, due = min(span.first for span in spans), max(span.as_end for span in spans)
    if touching(spans):
        return Reading(TimeKind.WINDOW, start, due, rule="list")
    almanac.note("several_times", wording=almanac.wording, due_on=date_short(due))
    if all(point.level is Level.DAY for point in points.all):
        return Reading(TimeKind.DEADLINE, due_on=due, rule="list")
    return Reading(TimeKind.WINDOW, start, due, rule="list")


def touching(spans: list[Span]) -> bool:
    """Whether the spans follow each other without a gap, in the order written."""
    return all(after.first <= before.last + ONE_DAY for before, after in pairwise(spans))


def _bounded(item: At, almanac: Almanac) -> Reading:
    """Trước, đến trước, chậm nhất, đến hết, trước 17 giờ."""
    points, bound = item.points, item.bound
    spans = [span for point in points.all if (span := almanac.span(point, edge="end")) is not None]
    rule = _BOUND_RULE[bound]
    if not spans or almanac.span(points.last, edge="end") is None:
        return Reading(TimeKind.DEADLINE, rule=rule)
    if len(points.all) > 1 and not points.ranged and not touching(spans):
        due = _due(points.last, spans[-1], bound, almanac)
        almanac.note("several_times", wording=almanac.wording, due_on=date_short(due.due_on or spans[-1].last))
        return due
    return _due(points.last, spans[-1], bound, almanac)


_BOUND_RULE = {
    Bound.BY: "inclusive",
    Bound.BEFORE: "before_day",
    Bound.UNTIL_BEFORE: "until_before_day",
    Bound.BEFORE_HOUR: "before_hour",
    Bound.BEFORE_MIDNIGHT: "before_midnight",
}


def _due(point: Point, span: Span, bound: Bound, almanac: Almanac) -> Reading:
    """The last day on time under a bound.

    "Trước ngày X" is X−1, by the words and by statute ("từ … đến trước ngày" beside "từ ngày …"; Luật Căn cước 2023,
    art. 46), but offices often track X itself: the plan's switch decides, and X is kept as `named_day`. "Đến trước ngày
    X" is X−1 always. "Trước tháng M", "trước năm Y" end with the period before. "Trước 17 giờ ngày X" is X: the hour is
    bounded, not the day; 24 giờ of X is X, 0 giờ is the night before it.
    """
    day = span.as_end
    if bound is Bound.BY or bound is Bound.BEFORE_HOUR:
        return Reading(TimeKind.DEADLINE, due_on=day, rule=_BOUND_RULE[bound])
    if bound is Bound.BEFORE_MIDNIGHT:
        return Reading(TimeKind.DEADLINE, due_on=span.as_start - ONE_DAY, rule=_BOUND_RULE[bound], named_day=span.as_start)
    if point.level is Level.DAY:
        if bound is Bound.BEFORE and not almanac.strict:
            return Reading(TimeKind.DEADLINE, due_on=span.first, rule="before_day_inclusive", named_day=span.first)
        rule = "before_day_strict" if bound is Bound.BEFORE else "until_before_day"
        return Reading(TimeKind.DEADLINE, due_on=span.first - ONE_DAY, rule=rule, named_day=span.first)
    if point.part == "end" or point.part in ("half2", "ten3", "weekend"):  # "trước cuối tháng 8": by its end
        return Reading(TimeKind.DEADLINE, due_on=span.as_end, rule="inclusive")
    return Reading(TimeKind.DEADLINE, due_on=span.as_start - ONE_DAY, rule=f"before_{point.level.name.lower()}")


def read_stretch(item: Stretch, almanac: Almanac) -> Reading:
    """From … to …: both ends count. "Từ nay", "từ ngày ban hành", "từ ngày ra thông báo" begin on the issue date if it is known.
    With an event for its end it waits for the event; without an end it runs on ("từ tháng 7/2021")."""
    if isinstance(item.since, Points) and isinstance(item.until, Points):
        if item.until_bound is Bound.BY and not item.since_excluded:
            return _between(item.since.first, item.until.last, almanac)
        first, last = fill((item.since.first, item.until.last))
        start = _first_day(first, item.since_excluded, almanac)
        end = almanac.span(last, edge="end")
        if end is None:
            return Reading(TimeKind.WINDOW, start, rule="range")
        reading = _due(last, end, item.until_bound, almanac)
        window = _window(start, reading.due_on, almanac, reading.rule)
        return replace(window, named_day=reading.named_day)
    if isinstance(item.since, Points):
        start = _first_day(item.since.first, item.since_excluded, almanac)
    else:
        start = day_of(item.since, almanac)
    if isinstance(item.until, Event):
        almanac.note("depends_on_event", wording=almanac.wording)
        return Reading(TimeKind.EVENT_RELATIVE, start, rule="until_event", anchor=item.until.words)
    if item.until is None:
        if isinstance(item.since, Event) and not item.since.is_now:
            return read_happening(Happening(item.since, "after"), almanac)
        return Reading(TimeKind.CONTINUOUS, start, rule="from_on")
    end = almanac.span(item.until.last, edge="end")
    if end is None:
        return Reading(TimeKind.WINDOW, start, rule="range")
    reading = _due(item.until.last, end, item.until_bound, almanac)
    rule = "from_now" if isinstance(item.since, Event) and item.since.is_now else "from_event"
    anchor = item.since.words if isinstance(item.since, Event) and not item.since.is_now else ""
    return replace(_window(start, reading.due_on, almanac, rule), named_day=reading.named_day, anchor=anchor)


def _first_day(point: Point, excluded: bool, almanac: Almanac) -> date | None:
    span = almanac.span(point, edge="start")
    if span is None:
        return None
    return span.as_end + ONE_DAY if excluded else span.as_start


def read_dated(item: At | Stretch, almanac: Almanac) -> Reading:
    return read_at(item, almanac) if isinstance(item, At) else read_stretch(item, almanac)
