"""Bounds: trước, chậm nhất, đến hết, trong, with the hour that may stand before a day."""

from __future__ import annotations

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.events import date_ending, event_at
from tracker.rules.times.items import At, Bound, Happening, Item, Lapse
from tracker.rules.times.lapses import anchor_at, anchored, ends_clause, lapse_at, parse_duration, trailing_lapse
from tracker.rules.times.lists import counted_points, parse_points
from tracker.rules.times.points import Level, Point, Points
from tracker.rules.times.words import Sign

POINT_SIGNS = frozenset({
    Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.WEEK, Sign.PART, Sign.TEN_DAYS, Sign.WEEKDAY, Sign.ORDINAL, Sign.NUMBER,
    Sign.PHASE, Sign.HALF_DAY, Sign.NUMBER_WORD, Sign.PLURAL, Sign.SOFT, Sign.DECIMAL, Sign.HALF,
})  # fmt: skip
_BY_WORDS = frozenset({Sign.SOFT, Sign.IN, Sign.TO, Sign.END, Sign.COLON, Sign.LATEST, Sign.DONE, Sign.COMMA, Sign.DASH})
#: Signs with a grammar rule of their own, which is tried when the words before them are passed.
_RULED = frozenset({
    Sign.AFTER, Sign.AFTER_EVENT, Sign.WHEN, Sign.BEFORE_EVENT, Sign.UNTIL_EVENT, Sign.WITHIN, Sign.FROM, Sign.SINCE_EVENT,
    Sign.EVERY, Sign.PERIODIC,
})  # fmt: skip
_UNNAMED = {Sign.YEAR: Level.YEAR, Sign.QUARTER: Level.QUARTER, Sign.MONTH: Level.MONTH}


def clock(cursor: Cursor) -> int | None:
    """The hour that may stand before a day: "17 giờ 00", "17h30", "cuối giờ chiều", "giờ làm việc"."""
    hour: int | None = None
    while True:
        sign = cursor.sign
        if sign is Sign.CLOCK:
            hour = int(cursor.token.value)
            cursor.advance()
        elif sign is Sign.NUMBER and cursor.peek(1).sign is Sign.HOUR:
            hour = int(cursor.token.value)
            cursor.advance(2)
            if cursor.at(Sign.NUMBER) and cursor.peek(1).text in ("phút", "phut", "p"):
                cursor.advance(2)
        elif sign is Sign.HALF_DAY or (sign is Sign.HOUR and cursor.peek(1).sign in (Sign.WORKING, Sign.DAY)):
            hour = 17 if hour is None else hour
            cursor.advance()
            if cursor.sign is Sign.WORKING:
                cursor.advance()
        elif (hour is not None and sign in (Sign.COMMA, Sign.OF, Sign.SOFT, Sign.MARK, Sign.OPEN) and _day_ahead(cursor)) or (
            hour is not None and sign is Sign.IN
        ):
            cursor.advance()
        else:
            return hour


def _day_behind_clock(cursor: Cursor) -> bool:
    """ "trong 17h ngày 15/8"; not "trong 24h kể từ khi …", "trong 10 ngày"."""
    return cursor.at(Sign.CLOCK) and cursor.peek(1).sign in (Sign.DAY, Sign.COMMA, Sign.NUMBER)


def _day_ahead(cursor: Cursor) -> bool:
    return cursor.peek(1).sign in (Sign.DAY, Sign.NUMBER, Sign.WEEKDAY, Sign.ORDINAL, Sign.HALF_DAY, Sign.OF, Sign.IN, Sign.EVERY)


def points_at(cursor: Cursor, *, bare_day: bool = True) -> Points | None:
    mark = cursor.place
    if bare_day and cursor.sign in (Sign.YEAR, Sign.QUARTER, Sign.MONTH) and ends_clause_after(cursor, 1):
        return Points((_unnamed(cursor),))
    cursor.allow_bare_day = bare_day
    found = parse_points(cursor)
    cursor.allow_bare_day = False
    if found is None:
        cursor.place = mark
    return found


def _unnamed(cursor: Cursor) -> Point:
    level = _UNNAMED[cursor.sign]
    token = cursor.token
    cursor.advance()
    return Point(level, token.start, token.end)


def ends_clause_after(cursor: Cursor, ahead: int) -> bool:
    mark = cursor.place
    cursor.advance(ahead)
    if cursor.at(Sign.WORKING):
        cursor.advance()
    found = ends_clause(cursor)
    cursor.place = mark
    return found


def _day_or_rhythm(cursor: Cursor, points: Points) -> bool:
    """A bare number after a bound is a day only where a month, a rhythm or the end follows: not "trước 30 đơn vị"."""
    return points.dated or points.first.level is not Level.DAY or led_by_day(cursor, points) or cursor.sign is Sign.EVERY


def led_by_day(cursor: Cursor, points: Points) -> bool:
    return any(token.sign is Sign.DAY and token.start == points.first.start for token in cursor.tokens[: cursor.place])


def before(cursor: Cursor, bound: Bound = Bound.BEFORE) -> Item | None:
    """ "trước …": a day, a period, an hour, a duration back from a day, an event."""
    cursor.advance()
    if cursor.at(Sign.END) and cursor.peek(1).sign not in POINT_SIGNS:
        return None  # "trước hết, …": first of all
    if cursor.sign in (Sign.AND, Sign.COMMA) and cursor.peek(1).sign is Sign.IN:  # trước hoặc trong ngày
        cursor.advance(2)
        bound = Bound.BY
    if cursor.sign is Sign.LATEST:
        cursor.advance()
    hour = clock(cursor)
    if hour is not None:
        bound = Bound.BEFORE_MIDNIGHT if hour == 0 else Bound.BEFORE_HOUR
    else:
        back = _back_from(cursor)
        if back is not None:
            return back
    while cursor.sign in (Sign.SOFT, Sign.IN, Sign.COLON, Sign.LATEST, Sign.DOT, Sign.MARK) or (
        cursor.at(Sign.END) and cursor.peek(1).sign in POINT_SIGNS
    ):
        if cursor.sign is Sign.END:
            bound = Bound.BY
        cursor.advance()
    mark = cursor.place
    points = points_at(cursor)
    if points is not None and _day_or_rhythm(cursor, points):
        if hour is None and points.dated and len(points.all) == 1:
            lapse = trailing_lapse(cursor, points, backward=True)
            if lapse is not None:
                return lapse
        return At(points, bound)
    cursor.place = mark
    if hour is not None:
        return None
    return event_bound(cursor, "before")


def event_bound(cursor: Cursor, relation: str) -> Item | None:
    first = cursor.place
    event = event_at(cursor)
    if event is None:
        return None
    day = date_ending(cursor, first) if relation != "after" else None
    if day is not None:
        return At(day, Bound.BEFORE if relation == "before" else Bound.BY)
    lapse = trailing_lapse(cursor, event, backward=relation == "before")
    return lapse or Happening(event, relation)


def _back_from(cursor: Cursor) -> Item | None:
    """ "trước 10 ngày so với ngày bầu cử", "trước 15 ngày khi tổ chức", "trước 05 ngày làm việc"; "trước 10 ngày kể từ ngày
    ký" counts forward."""
    length = parse_duration(cursor)
    if length is None:
        return None
    while cursor.sign in (Sign.SOFT, Sign.COMMA):
        cursor.advance()
    if cursor.sign in (Sign.FROM, Sign.SINCE_EVENT, Sign.AFTER, Sign.AFTER_EVENT):
        return anchored(cursor, length)
    if cursor.sign in (Sign.WHEN, Sign.BEFORE, Sign.BEFORE_EVENT):
        cursor.advance()
    elif cursor.at(Sign.WORD) and cursor.token.text in ("so", "tính", "diễn"):
        cursor.advance(2)
    return Lapse(length, backward=True, anchor=None if ends_clause(cursor) else anchor_at(cursor))


def latest(cursor: Cursor) -> Item | None:
    """ "chậm nhất (là) (đến) ngày …", "hạn chót …", "không quá …"."""
    bound = Bound.BEFORE
    while cursor.sign in _BY_WORDS:
        bound = Bound.UNTIL_BEFORE if cursor.at(Sign.TO) else bound
        cursor.advance()
    if cursor.at(Sign.BEFORE):
        return before(cursor, bound)
    if cursor.sign in _RULED:
        return None  # "chậm nhất sau 05 ngày kể từ …": the next word has a rule of its own
    lapse = lapse_at(cursor)
    if lapse is not None:
        return lapse
    return _bounded(cursor, Bound.BY)


def _bounded(cursor: Cursor, bound: Bound) -> Item | None:
    hour = clock(cursor)
    points = points_at(cursor)
    if points is not None and _day_or_rhythm(cursor, points):
        return At(points, Bound.BEFORE_MIDNIGHT if hour == 0 else bound)
    return None


def until(cursor: Cursor) -> Item | None:
    """ "đến ngày …", "đến hết …", "hết …", "đến trước …", "đến ngày khai mạc"."""
    cursor.advance()
    while cursor.sign in (Sign.END, Sign.TO, Sign.SOFT, Sign.COLON):
        cursor.advance()
    if cursor.sign is Sign.BEFORE:
        return before(cursor, Bound.UNTIL_BEFORE)
    mark = cursor.place
    found = _bounded(cursor, Bound.BY)
    if found is not None:
        return found
    cursor.place = mark
    if cursor.at(Sign.DAY) and cursor.peek(1).sign in (Sign.WORD, Sign.DONE):
        return event_bound(cursor, "until")
    return None


def within_period(cursor: Cursor) -> Item | None:
    """ "trong tháng 8", "vào ngày …", "trong năm", "trong 10 ngày", "trong ngày"."""
    cursor.advance()
    while cursor.sign in (Sign.SOFT, Sign.PLURAL, Sign.COLON):
        cursor.advance()
    if cursor.at(Sign.DAY) and ends_clause_after(cursor, 1):
        cursor.advance()
        if cursor.sign is Sign.WORKING:
            cursor.advance()
        return At(Points(()), Bound.IN)
    if cursor.sign in (Sign.YEAR, Sign.QUARTER, Sign.MONTH) and ends_clause_after(cursor, 1):
        return At(Points((_unnamed(cursor),)), Bound.IN)
    points = counted_points(cursor)
    if points is not None:
        return At(points, Bound.IN)
    if not _day_behind_clock(cursor) and (lapse := lapse_at(cursor)) is not None:
        return lapse
    clock(cursor)
    points = points_at(cursor, bare_day=False)
    if points is not None and (points.dated or led_by_day(cursor, points)):
        return At(points, Bound.IN)
    return None


def within(cursor: Cursor) -> Item | None:
    """ "trong vòng 10 ngày kể từ …"; "trong thời gian từ … đến …", "trong thời gian khảo sát"."""
    cursor.advance()
    while cursor.sign in (Sign.SOFT, Sign.COLON, Sign.LATEST):
        cursor.advance()
    lapse = lapse_at(cursor)
    if lapse is not None:
        return lapse
    if cursor.sign in _RULED:
        return None
    points = points_at(cursor, bare_day=False)
    if points is not None and points.dated:
        return At(points, Bound.IN)
    event = event_at(cursor)
    return Happening(event, "while") if event is not None else None
