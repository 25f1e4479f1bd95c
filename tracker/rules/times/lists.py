"""Lists and ranges of points: "15, 16 và 17/9/2021", "quý I, II/2021", "01-05/7/2021", one point a line."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.days import parse_unit
from tracker.rules.times.points import Level, Point, Points, complete, fill
from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign

#: What may follow a number that is then no bare day or month of a list.
_COUNTED = frozenset({Sign.DAY, Sign.TIMES, Sign.HOUR, Sign.WEEK, Sign.YEAR, Sign.WORKING})
_JOINS = frozenset({Sign.COMMA, Sign.AND, Sign.PLUS})
_STACKED = frozenset({Sign.NUMBER, Sign.DAY, Sign.MONTH, Sign.QUARTER})


def parse_points(cursor: Cursor, context: Level | None = None) -> Points | None:
    """The longest point, list or range at the cursor, filled; None, and the cursor unmoved, when there is none."""
    first = parse_unit(cursor, context) or _bare_list(cursor, context)
    if first is None:
        return None
    found, ranged, behind_first = list(first.all), first.ranged, cursor.place
    while (more := _next(cursor, found[-1])) is not None:
        points, by_dash = more
        found += points.all
        ranged = ranged or by_dash or points.ranged
    filled = fill(tuple(found))
    if len(filled) > 1 and all(point.level is Level.DAY and point.month is None for point in filled):
        # "ngày 15, 16" without any month is the first day and something else.
        cursor.place = behind_first
        return first
    return Points(filled, ranged)


def _next(cursor: Cursor, before: Point) -> tuple[Points, bool] | None:
    """The further points of a list, and whether a dash joins them; None, and the cursor unmoved, when the list ends."""
    mark = cursor.place
    kind = Level.MONTH if before.level is Level.WEEK else before.level
    if cursor.at(Sign.DASH) or (cursor.at(Sign.SLASH) and cursor.peek(1).sign is Sign.QUARTER):
        by_dash = cursor.at(Sign.DASH)
        cursor.advance()
        more = parse_unit(cursor, kind)
        if more is not None and _belongs(before, more, cursor):
            return more, by_dash
    elif cursor.sign in _JOINS:
        while cursor.sign in _JOINS or cursor.at(Sign.IN, Sign.OF):
            cursor.advance()
        more = parse_unit(cursor, kind)
        if more is not None and _belongs(before, more, cursor) and not _rhythm_follows(cursor, more):
            return _same_day_of(more, before, cursor.tokens[mark - 2 : mark]), False
    elif cursor.token.new_line and cursor.sign in _STACKED and complete(before):
        more = parse_unit(cursor, kind if cursor.at(Sign.NUMBER) else None)
        if more is not None and all(complete(point) for point in more.all):
            return more, False
    cursor.place = mark
    return None


def _same_day_of(more: Points, before: Point, written: list[Token]) -> Points:
    """ "ngày 14 tháng 6 và tháng 12": the 14th of both."""
    in_words = len(written) == 2 and written[0].sign is Sign.MONTH
    if before.level is not Level.DAY or before.day is None or not in_words or any(p.level is not Level.MONTH for p in more.all):
        return more
    return Points(tuple(replace(point, level=Level.DAY, day=before.day) for point in more.all), more.ranged)


def _bare_list(cursor: Cursor, context: Level | None) -> Points | None:
    """The first of "15, 16 và 17/9/2021": a day only because a whole date follows."""
    if context is not None or cursor.allow_bare_day or not cursor.at(Sign.NUMBER) or cursor.peek(1).sign not in _JOINS:
        return None
    mark = cursor.place
    cursor.allow_bare_day = True
    found = parse_points(cursor)
    cursor.allow_bare_day = False
    if found is not None and len(found.all) > 1 and found.dated and all(_day_of_list(point) for point in found.all):
        return found
    cursor.place = mark
    return None


def _day_of_list(point: Point) -> bool:
    return point.level is Level.DAY and not point.scrambled


def _belongs(before: Point, more: Points, cursor: Cursor) -> bool:
    """Whether a further point goes on with the list: no bare number that counts something ("…, 2 lần"), no bare number
    behind anything but a day."""
    head = more.first
    bare = head.level is Level.DAY and head.month is None and not head.part
    if cursor.at(Sign.MONTH) and more.last.level is Level.MONTH and cursor.peek(-1).sign is Sign.NUMBER:
        return False  # "… - 15 tháng 9": the number is a day
    if head.scrambled and head.end - head.start <= 3:
        return False  # "…, 100 phiếu"
    if head.level is Level.YEAR and before.level is Level.DAY and before.month is None:
        return False
    if head.year is None and cursor.sign in _COUNTED and cursor.peek(-1).sign is Sign.NUMBER:
        return False
    return not bare or before.level is Level.DAY


def _rhythm_follows(cursor: Cursor, more: Points) -> bool:
    """ "…, 6 tháng một lần", "…, tháng/lần": the last unit belongs to a rhythm."""
    return cursor.at(Sign.TIMES) or (cursor.at(Sign.SLASH) and cursor.peek(1).sign is Sign.TIMES and more.first.month is None)


def counted_points(cursor: Cursor) -> Points | None:
    """ "02 ngày 15, 16/9", "trong 3 tháng 7, 8, 9/2021": a count before as many points."""
    if not cursor.at(Sign.NUMBER) or cursor.peek(1).sign not in (Sign.DAY, Sign.MONTH):
        return None
    mark, count, unit = cursor.place, cursor.token.value, cursor.peek(1).sign
    bracket = cursor.peek(2).sign is Sign.OPEN and cursor.peek(3).sign is Sign.NUMBER
    if not bracket and cursor.peek(2).sign is not Sign.NUMBER:
        return None
    cursor.advance(3 if bracket else 1)
    points = parse_points(cursor, (Level.MONTH if unit is Sign.MONTH else Level.DAY) if bracket else None)
    level = Level.MONTH if unit is Sign.MONTH else Level.DAY
    if points is None or count < 2 or not points.dated or any(point.level is not level for point in points.all):
        cursor.place = mark
        return None
    first, last = ((point.month or 0) if unit is Sign.MONTH else (point.day or 0) for point in (points.first, points.last))
    if (last - first + 1 if points.ranged else len(points.all)) != count:
        cursor.place = mark
        return None
    return points
