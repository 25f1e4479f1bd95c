"""Months, quarters, years and weeks as they are written, with the year that may follow them."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.numerals import Numeral, numeral_run
from tracker.rules.times.points import Level, Point, Points, day_point, fill
from tracker.rules.times.words import Sign
from tracker.rules.times.years import with_year, year_shift

UNITS = frozenset({Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.WEEK, Sign.PART, Sign.NUMBER, Sign.WEEKDAY})


def skip_of(cursor: Cursor) -> None:
    while cursor.sign in (Sign.OF, Sign.IN, Sign.PLURAL) and cursor.peek(1).sign in UNITS:
        cursor.advance()


def read_month(cursor: Cursor, part: str, *, for_day: bool = False) -> Points | None:
    start = cursor.token.start
    cursor.advance()
    if cursor.sign is Sign.DOT and cursor.peek(1).sign is Sign.NUMBER:
        cursor.advance()
    if cursor.at(Sign.NUMBER):
        return read_months(cursor, start, part=part, single=for_day)
    if cursor.at(Sign.NUMBER_WORD) and cursor.token.value <= 12:
        point = Point(Level.MONTH, start, cursor.token.end, month=cursor.token.value, part=part)
        point = replace(point, lunar=cursor.token.text in ("giêng", "chạp"))
        cursor.advance()
        return Points((with_year(cursor, point),))
    if cursor.at(Sign.YEAR) and cursor.peek(1).sign in (Sign.YEAR, Sign.SLASH):
        cursor.advance()
        return Points((with_year(cursor, Point(Level.MONTH, start, cursor.peek(-1).end, month=5, part=part)),))
    if cursor.at(Sign.PART) or (cursor.at(Sign.ORDINAL) and cursor.peek(2).sign in (Sign.QUARTER, Sign.OF, Sign.EVERY)):
        return _month_of_quarter(cursor, start, part)
    if cursor.at(Sign.NEXT, Sign.AFTER) and (for_day or part):
        cursor.advance()
        if cursor.sign is Sign.NEXT:
            cursor.advance()
        return Points((Point(Level.MONTH, start, cursor.peek(-1).end, part=part, next_month=True),))
    if cursor.at(Sign.THIS):
        return None
    return Points((Point(Level.MONTH, start, cursor.peek(-1).end, part=part),)) if part else None


def read_months(cursor: Cursor, start: int, *, part: str = "", single: bool = False) -> Points | None:
    run = numeral_run(cursor, "month", single=single)
    points: list[Point] = []
    for numeral in run:
        point = Point(Level.MONTH, numeral.start, numeral.end, part=part, misread=numeral.misread)
        numbers = numeral.numbers
        if numeral.scrambled or len(numbers) > 3:
            point = replace(point, scrambled=True)
        elif len(numbers) == 3:
            point = day_point(numeral, explicit=True)
        elif len(numbers) == 2:
            point = replace(point, month=numbers[0], year=numbers[1] if numbers[1] > 99 else 2000 + numbers[1])
        elif numbers[0] >= 1000:
            point = replace(point, scrambled=True)
        else:
            point = replace(point, month=numbers[0])
        points.append(point)
    points[0] = replace(points[0], start=start)
    points[-1] = with_year(cursor, points[-1])
    return Points(fill(tuple(points)), len(points) > 1)


def _month_of_quarter(cursor: Cursor, start: int, part: str) -> Points | None:
    """ "tháng cuối quý", "tháng đầu của quý III/2021", "tháng thứ ba của quý", "tháng cuối năm"."""
    if cursor.sign is Sign.PART:
        which = cursor.token.value
        cursor.advance()
    else:
        which = {1: "start", 2: "mid", 3: "end"}.get(cursor.peek(1).value or 0, "")
        cursor.advance(2)
    skip_of(cursor)
    if cursor.sign in (Sign.OF, Sign.EVERY) and Sign.QUARTER in (cursor.peek(1).sign, cursor.peek(2).sign):
        while not cursor.at(Sign.QUARTER):
            cursor.advance()
    if which in ("start", "mid", "end") and cursor.sign is Sign.QUARTER:
        whole = read_quarter(cursor, "", alone=True)
        if whole is None or len(whole.all) != 1:
            return None
        quarter = whole.first
        if quarter.quarter is None:
            return Points((replace(quarter, level=Level.MONTH, start=start, part=part, month_of_quarter=which),))
        month = quarter.quarter * 3 - {"start": 2, "mid": 1, "end": 0}[which]
        return Points((replace(quarter, level=Level.MONTH, start=start, part=part, quarter=None, month=month),))
    if which in ("start", "end") and cursor.sign is Sign.YEAR:
        whole = read_year(cursor, "", alone=True)
        if whole is None or len(whole.all) != 1:
            return None
        return Points((replace(whole.first, start=start, part=which),))
    return None


def read_quarter(cursor: Cursor, part: str, *, alone: bool = False) -> Points | None:
    start = cursor.token.start
    cursor.advance()
    if cursor.sign in (Sign.DOT, Sign.ORDINAL) and cursor.peek(1).sign in (Sign.NUMBER, Sign.NUMBER_WORD):
        cursor.advance()
    if cursor.sign is Sign.NUMBER:
        return read_quarters(cursor, start, part=part)
    if cursor.sign is Sign.NUMBER_WORD and cursor.token.value <= 4:
        value = cursor.token.value
        cursor.advance()
        return Points((with_year(cursor, Point(Level.QUARTER, start, cursor.peek(-1).end, quarter=value, part=part)),))
    if cursor.sign is Sign.WEEKDAY and cursor.token.value <= 2:  # "quý thứ ba"
        value = cursor.token.value + 2
        cursor.advance()
        return Points((with_year(cursor, Point(Level.QUARTER, start, cursor.peek(-1).end, quarter=value, part=part)),))
    if cursor.sign is Sign.PART and cursor.peek(1).sign in (Sign.YEAR, Sign.OF):
        quarter = {"start": 1, "end": 4}.get(cursor.token.value)
        cursor.advance()
        skip_of(cursor)
        whole = read_year(cursor, "", alone=True) if cursor.at(Sign.YEAR) else None
        if whole is not None and quarter and len(whole.all) == 1:
            return Points((replace(whole.first, level=Level.QUARTER, start=start, quarter=quarter, part=part),))
        return None
    if alone or part:
        if cursor.sign in (Sign.AFTER, Sign.NEXT):
            cursor.advance()
        return Points((Point(Level.QUARTER, start, cursor.peek(-1).end, part=part),))
    return None


def read_quarters(cursor: Cursor, start: int, *, part: str = "") -> Points | None:
    run = numeral_run(cursor, "quarter")
    points: list[Point] = []
    for numeral in run:
        point = Point(Level.QUARTER, numeral.start, numeral.end, part=part, misread=numeral.misread)
        numbers = numeral.numbers
        if numeral.scrambled or len(numbers) > 2:
            point = replace(point, scrambled=True)
        elif len(numbers) == 2:
            point = replace(point, quarter=numbers[0], year=numbers[1] if numbers[1] > 99 else 2000 + numbers[1])
        else:
            point = replace(point, quarter=numbers[0])
        points.append(point)
    points[0] = replace(points[0], start=start)
    points[-1] = with_year(cursor, points[-1])
    return Points(fill(tuple(points)), len(points) > 1)


def read_year(cursor: Cursor, part: str, *, alone: bool = False) -> Points | None:
    start = cursor.token.start
    cursor.advance()
    if cursor.sign is Sign.NUMBER:
        run = numeral_run(cursor, "year")
        points = []
        for numeral in run:
            numbers = numeral.numbers
            point = Point(Level.YEAR, numeral.start, numeral.end, part=part, misread=numeral.misread)
            if numeral.scrambled or len(numbers) != 1 or numbers[0] < 1000:
                if len(run) == 1 and len(numbers) == 1 and numeral.end - numeral.start < 3:
                    return None
                point = replace(point, scrambled=True)
            else:
                point = replace(point, year=numbers[0])
            points.append(point)
        points[0] = replace(points[0], start=start)
        return Points(tuple(points), len(points) > 1)
    shift = year_shift(cursor)
    if shift is not None:
        return Points((Point(Level.YEAR, start, cursor.peek(-1).end, year_shift=shift, part=part),))
    if part or alone:
        return Points((Point(Level.YEAR, start, cursor.peek(-1).end, part=part),))
    return None


def read_part(cursor: Cursor) -> Points | None:
    """ "đầu tháng 8", "trung tuần tháng 9", "cuối quý III", "giữa năm 2021", "cuối tháng"."""
    start, sign, value = cursor.token.start, cursor.sign, cursor.token.value
    cursor.advance()
    part = value if sign is Sign.PART else f"ten{value}"
    if cursor.sign is Sign.WORD and cursor.token.text == "cùng":
        cursor.advance()
    if cursor.sign is Sign.PART:  # "đầu, giữa" without the comma; the later one binds
        return None
    while cursor.sign in (Sign.OF, Sign.PLURAL, Sign.SOFT) and cursor.peek(1).sign in UNITS:
        cursor.advance()
    if cursor.sign is Sign.WEEK:
        return None
    found = None
    if cursor.sign is Sign.MONTH:
        found = read_month(cursor, part)
    elif cursor.sign is Sign.QUARTER and sign is Sign.PART:
        found = read_quarter(cursor, part)
    elif cursor.sign is Sign.YEAR and sign is Sign.PART:
        found = read_year(cursor, part)
    elif cursor.sign is Sign.NUMBER and sign is Sign.PART and len(cursor.token.text) == 4:
        bare = Numeral.of_year(cursor.token)
        if bare is not None:
            found = Points((Point(Level.YEAR, start, cursor.token.end, year=bare, part=part),))
            cursor.advance()
    if found is None:
        return None
    return Points((replace(found.first, start=start), *found.all[1:]), found.ranged)


def _week_of_year(cursor: Cursor, start: int) -> Points | None:
    """ "tuần 37 năm 2021": weeks counted through the year."""
    token = cursor.token
    if token.sign is not Sign.NUMBER or not 1 <= token.value <= 53:
        return None
    cursor.advance()
    point = with_year(cursor, Point(Level.WEEK, start, token.end, part=f"iso{token.value}"))
    return Points((point,)) if point.year is not None else None


def read_week(cursor: Cursor) -> Points | None:
    """ "tuần 2 tháng 8", "tuần thứ hai của tháng 8", "tuần cuối tháng 9", "tuần 3 - 4 tháng 8/2021"."""
    start = cursor.token.start
    cursor.advance()
    weeks: list[str] = []
    ranged = False
    while True:
        if cursor.sign is Sign.ORDINAL:
            cursor.advance()
        token = cursor.token
        if token.sign in (Sign.NUMBER, Sign.NUMBER_WORD) and 1 <= (token.value or 0) <= 6:
            weeks.append(f"week{token.value}")
        elif token.sign is Sign.WEEKDAY and token.value <= 2:
            weeks.append(f"week{token.value + 2}")
        elif token.sign is Sign.PART and token.value in ("start", "end"):
            weeks.append("week1" if token.value == "start" else "weekend")
        elif token.sign is Sign.WORD and token.text in ("i", "ii", "iii", "iv", "v"):
            weeks.append(f"week{['', 'i', 'ii', 'iii', 'iv', 'v'].index(token.text)}")
        elif token.sign is Sign.WORD and token.text == "nhất":
            weeks.append("week1")
        else:
            break
        cursor.advance()
        joins = cursor.sign in (Sign.COMMA, Sign.AND, Sign.DASH, Sign.PLUS, Sign.TO)
        ahead = cursor.peek(1).sign
        if joins and ahead in (Sign.NUMBER, Sign.NUMBER_WORD, Sign.ORDINAL, Sign.PART, Sign.WEEK, Sign.WEEKDAY):
            ranged = True
            cursor.advance(2 if ahead is Sign.WEEK else 1)
            continue
        break
    if not weeks:
        return _week_of_year(cursor, start)
    if cursor.at(Sign.SLASH) and cursor.peek(1).sign is Sign.NUMBER:  # tuần 4/8/2025
        cursor.advance()
        month = read_months(cursor, start)
        if month is None or len(month.all) != 1 or month.first.level is not Level.MONTH:
            return None
        return Points(tuple(replace(month.first, level=Level.WEEK, part=week) for week in weeks), ranged)
    while cursor.sign in (Sign.COMMA, Sign.SLASH, Sign.OF, Sign.IN, Sign.PLURAL) and cursor.peek(1).sign in (
        *UNITS,
        Sign.OF,
        Sign.PLURAL,
    ):
        cursor.advance()
    if (cursor.at(Sign.EVERY) and cursor.peek(1).sign is Sign.MONTH) or (
        cursor.at(Sign.OF) and cursor.peek(1).sign is Sign.EVERY
    ):
        return Points(tuple(Point(Level.WEEK, start, cursor.peek(-1).end, part=week) for week in weeks), ranged)
    if cursor.sign is not Sign.MONTH:
        return None
    if cursor.peek(1).sign in (Sign.STOP, Sign.COMMA, Sign.BREAK, Sign.CLOSE, Sign.DOT):
        cursor.advance()
        return Points(tuple(Point(Level.WEEK, start, cursor.peek(-1).end, part=week) for week in weeks), ranged)
    month = read_month(cursor, "", for_day=False)
    if month is None or len(month.all) != 1:
        return None
    points = tuple(replace(month.first, level=Level.WEEK, start=start, part=week) for week in weeks)
    return Points(points, ranged)
