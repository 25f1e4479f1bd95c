"""One point at a place of the phrase: a day with what belongs to it, or one of the periods."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.numerals import Numeral, numeral_run
from tracker.rules.times.periods import (
    UNITS,
    read_month,
    read_months,
    read_part,
    read_quarter,
    read_quarters,
    read_week,
    read_year,
    skip_of,
)
from tracker.rules.times.points import Level, Point, Points, day_point, fill
from tracker.rules.times.words import Sign
from tracker.rules.times.years import with_year

_BLANKS = frozenset({Sign.DOT, Sign.MARK, Sign.SLASH, Sign.MONTH})


def parse_unit(cursor: Cursor, context: Level | None) -> Points | None:
    mark = cursor.place
    found = _one_unit(cursor, context)
    if found is None:
        cursor.place = mark
        return None
    return _with_lunar(cursor, found)


def _with_lunar(cursor: Cursor, points: Points) -> Points:
    ahead = 1 if cursor.sign is Sign.OPEN else 0
    if cursor.peek(ahead).sign is not Sign.LUNAR:
        return points
    cursor.advance(ahead + 1)
    if ahead and cursor.sign is Sign.CLOSE:
        cursor.advance()
    lunar = [replace(point, lunar=True) for point in points.all]
    return Points((*lunar[:-1], with_year(cursor, lunar[-1])), points.ranged)


def _one_unit(cursor: Cursor, context: Level | None) -> Points | None:
    while cursor.sign in (Sign.PLURAL, Sign.SOFT) and cursor.peek(1).sign in UNITS:
        cursor.advance()
    sign = cursor.sign
    if sign is Sign.HALF_DAY and cursor.peek(1).sign in (Sign.DAY, Sign.NUMBER, Sign.WEEKDAY, Sign.ORDINAL, Sign.COMMA):
        cursor.advance(2 if cursor.peek(1).sign is Sign.COMMA else 1)
        sign = cursor.sign
    if sign is Sign.DAY:
        return _day(cursor)
    if sign is Sign.NUMBER:
        return _number(cursor, context)
    if sign is Sign.MONTH:
        return read_month(cursor, "")
    if sign is Sign.QUARTER:
        return read_quarter(cursor, "")
    if sign is Sign.YEAR:
        return read_year(cursor, "")
    if sign is Sign.PHASE:
        return _phase(cursor)
    if sign in (Sign.PART, Sign.TEN_DAYS):
        return read_part(cursor)
    if sign is Sign.WEEK:
        return read_week(cursor)
    if sign in (Sign.WEEKDAY, Sign.ORDINAL):
        return _weekday(cursor)
    return None


def _day(cursor: Cursor) -> Points | None:
    start = cursor.token.start
    cursor.advance()
    if cursor.sign is Sign.WEEKDAY:
        return _weekday(cursor)
    workday = cursor.sign is Sign.WORKING
    if cursor.sign is Sign.WORKING:
        cursor.advance()
    if cursor.sign is Sign.PART:
        part = cursor.token.value
        cursor.advance()
        if cursor.at(Sign.WORD) and cursor.token.text == "cùng":
            cursor.advance()
        skip_of(cursor)
        whole = parse_unit(cursor, None) or _unnamed_unit(cursor)
        if whole is None or len(whole.all) != 1 or whole.first.level < Level.MONTH or part not in ("start", "end"):
            return None
        return Points((_edge_day(whole.first, part, start, workday),))
    if not workday and cursor.sign in _BLANKS and (blank := _blank_day(cursor, start)) is not None:
        return blank
    if cursor.sign is not Sign.NUMBER or workday:
        return None
    run = numeral_run(cursor, "day")
    return _days_with_month(cursor, day_points(run, start, explicit=True), run, start)


def _blank_day(cursor: Cursor, start: int) -> Points | None:
    """ "ngày … tháng 6 năm 2021", "ngày   /6/2021": the day was left for a pen."""
    while cursor.sign in (Sign.DOT, Sign.MARK):
        cursor.advance()
    if cursor.at(Sign.SLASH) and cursor.peek(1).sign is Sign.NUMBER:
        cursor.advance()
        month = read_months(cursor, start)
    else:
        month = read_month(cursor, "") if cursor.at(Sign.MONTH) else None
    if month is None or len(month.all) != 1 or month.first.level is not Level.MONTH:
        return None
    return Points((replace(month.first, level=Level.DAY, start=start),))


def _unnamed_unit(cursor: Cursor) -> Points | None:
    """The month, quarter or year of "ngày cuối cùng của tháng"."""
    level = {Sign.MONTH: Level.MONTH, Sign.QUARTER: Level.QUARTER, Sign.YEAR: Level.YEAR}.get(cursor.sign)
    if level is None:
        return None
    token = cursor.token
    cursor.advance()
    return Points((Point(level, token.start, token.end),))


def _edge_day(whole: Point, part: str, start: int, workday: bool) -> Point:
    """The first or last day of a month, quarter or year."""
    month, quarter = whole.month, whole.quarter
    of_quarter = part if whole.level is Level.QUARTER and quarter is None else ""
    if whole.level is Level.YEAR:
        month, quarter = (1 if part == "start" else 12), None
    day = 1 if part == "start" else None
    return replace(
        whole,
        level=Level.DAY,
        start=start,
        day=day,
        month=month,
        quarter=quarter,
        part="" if day else "last",
        month_of_quarter=of_quarter,
        last_workday=workday,
    )


def day_points(run: list[Numeral], start: int, *, explicit: bool) -> list[Point]:
    points = [day_point(numeral, explicit=explicit) for numeral in run]
    points[0] = replace(points[0], start=start)
    if points[-1].level is Level.MONTH:  # 7-9/2021 names months
        points = [
            replace(point, level=Level.MONTH, month=point.day, day=None) if point.day and point.month is None else point
            for point in points
        ]
    return points


def _days_with_month(cursor: Cursor, points: list[Point], run: list[Numeral], start: int) -> Points:
    """Days, and the month that may follow in words: "15 tháng 9 năm 2021", "15 và 16 tháng 9", "15, 16 và 17/9"."""
    ranged = len(points) > 1
    last = points[-1]
    if last.level is Level.DAY and last.month is None and not last.scrambled:
        mark = cursor.place
        if cursor.sign is Sign.COMMA and cursor.peek(1).sign is Sign.MONTH:
            cursor.advance()
        skip_of(cursor)
        if cursor.sign is Sign.MONTH and (whole := read_month(cursor, "", for_day=True)) is not None:
            month = whole.first
            if whole.ranged or len(whole.all) > 1:
                cursor.place = mark
            else:
                changes: dict[str, object] = {
                    name: getattr(month, name)
                    for name in (
                        "month",
                        "year",
                        "year_shift",
                        "quarter",
                        "month_of_quarter",
                        "next_month",
                        "scrambled",
                        "lunar",
                        "end",
                    )
                }
                points[-1] = replace(last, **changes)  # type: ignore[arg-type]
        else:
            cursor.place = mark
    points[-1] = with_year(cursor, points[-1])
    return Points(fill(tuple(points)), ranged)


def _number(cursor: Cursor, context: Level | None) -> Points | None:
    """A number without "ngày", "tháng" before it; `context` is the kind of its neighbour in a list."""
    start = cursor.token.start
    counted = _counted_part(cursor)
    if counted is not None:
        return counted
    if context is Level.MONTH:
        return read_months(cursor, start)
    if context is Level.QUARTER:
        return read_quarters(cursor, start)
    if context is Level.YEAR:
        run = numeral_run(cursor, "year")
        if any(len(numeral.numbers) != 1 or numeral.numbers[0] < 1000 for numeral in run):
            return None
        return Points(tuple(day_point(numeral, explicit=False) for numeral in run), len(run) > 1)
    run = numeral_run(cursor, "")
    points = day_points(run, start, explicit=False)
    found = _days_with_month(cursor, points, run, start)
    if context is not None or (cursor.allow_bare_day and _may_be_a_date(run)):
        return found
    return found if found.dated and _surely_a_date(run, points) else None


def _counted_part(cursor: Cursor) -> Points | None:
    """ "6 tháng đầu năm 2021", "9 tháng", "10 ngày cuối tháng 8", "2 quý đầu năm"."""
    mark = cursor.place
    start, count = cursor.token.start, cursor.token.value
    unit, part = cursor.peek(1), cursor.peek(2)
    if part.sign is not Sign.PART or part.value not in ("start", "end") or unit.sign not in (Sign.MONTH, Sign.DAY, Sign.QUARTER):
        return None
    cursor.advance(3)
    skip_of(cursor)
    whole = (
        read_year(cursor, "", alone=True)
        if cursor.sign is Sign.YEAR
        else _one_unit(cursor, None)
        if cursor.at(Sign.MONTH)
        else None
    )
    if whole is None or len(whole.all) != 1:
        cursor.place = mark
        return None
    point = whole.first
    if unit.sign is Sign.DAY:
        if point.level is not Level.MONTH or not 0 < count < 28:
            cursor.place = mark
            return None
        return Points((replace(point, part=("first" if part.value == "start" else "last") + str(count), start=start),))
    months = count * 3 if unit.sign is Sign.QUARTER else count
    if point.level is not Level.YEAR or not 0 < months < 12:
        cursor.place = mark
        return None
    return Points((replace(point, months=months, part="half1" if part.value == "start" else "half2", start=start),))


def _phase(cursor: Cursor) -> Points | None:
    """ "giai đoạn 2021-2025", "giai đoạn năm 2021 - 2025"; "giai đoạn 1" is a label."""
    start = cursor.token.start
    cursor.advance()
    if cursor.sign is Sign.YEAR:
        cursor.advance()
    if cursor.sign is not Sign.NUMBER or len(cursor.token.text) < 4:
        if cursor.sign in (Sign.MONTH, Sign.QUARTER, Sign.DAY):
            return _one_unit(cursor, None)
        return None
    run = numeral_run(cursor, "year")
    points = day_points(run, start, explicit=False)
    return Points(fill(tuple(points)), len(points) > 1)


def _weekday(cursor: Cursor) -> Points | None:
    """ "thứ Sáu, ngày 18/6/2021"; alone or in a list it is a point of the week."""
    start = cursor.token.start
    token = cursor.token
    if token.sign is Sign.ORDINAL:
        if cursor.peek(1).sign is not Sign.NUMBER or not 2 <= cursor.peek(1).value <= 7 or cursor.peek(2).sign is Sign.SLASH:
            return None
        weekday = cursor.peek(1).value - 2
        cursor.advance(2)
    else:
        weekday = token.value
        cursor.advance()
    mark = cursor.place
    while cursor.sign in (Sign.COMMA, Sign.OPEN) and cursor.peek(1).sign in (Sign.DAY, Sign.NUMBER):
        cursor.advance()
    if cursor.sign is Sign.DAY or (cursor.sign is Sign.NUMBER and cursor.peek(1).sign in (Sign.SLASH, Sign.DASH, Sign.DOT)):
        found = _one_unit(cursor, None)
        if found is not None and found.first.level is Level.DAY:
            if cursor.at(Sign.CLOSE) and cursor.tokens[mark].sign is Sign.OPEN:
                cursor.advance()
            return Points((replace(found.first, start=start, weekday=weekday), *found.all[1:]), found.ranged)
    cursor.place = mark
    return Points((Point(Level.WEEKDAY, start, cursor.peek(-1).end, weekday=weekday),))


def _may_be_a_date(run: list[Numeral]) -> bool:
    """Behind a bound even "25" is a day; "100", "1.000" and "15/15" are still none."""
    return all(not numeral.scrambled or len(numeral.numbers) == 3 for numeral in run)


def _surely_a_date(run: list[Numeral], points: list[Point]) -> bool:
    """Bare figures are a date when a slash, a year or a month in words says so: "1.1", "5-6", "15.000" are none."""
    if any(point.year is not None for point in points):
        return all(not point.scrambled or len(numeral.numbers) == 3 for point, numeral in zip(points, run, strict=True))
    if any(point.scrambled for point in points):
        return any(len(numeral.numbers) == 3 for numeral in run)
    if any(point.month is not None and point.month > 12 for point in points):
        return False
    return any("/" in numeral.separators for numeral in run) or points[-1].end > run[-1].end
