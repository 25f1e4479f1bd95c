"""Durations and what they are counted from: "05 ngày làm việc kể từ ngày ký", "chậm nhất 10 ngày trước ngày bầu cử"."""

from __future__ import annotations

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.events import date_ending, event_at
from tracker.rules.times.items import Duration, Event, Lapse
from tracker.rules.times.lists import parse_points
from tracker.rules.times.points import Points
from tracker.rules.times.words import Sign

_UNITS = {
    Sign.DAY: ("day", 1.0),
    Sign.WEEK: ("day", 7.0),
    Sign.MONTH: ("month", 1.0),
    Sign.QUARTER: ("month", 3.0),
    Sign.YEAR: ("year", 1.0),
    Sign.HOUR: ("hour", 1.0),
    Sign.MINUTE: ("hour", 1 / 60),
}
_NUMBERS = frozenset({Sign.NUMBER, Sign.NUMBER_WORD, Sign.DECIMAL})
_SOFT = frozenset({Sign.SOFT, Sign.DONE, Sign.AT_LEAST, Sign.COMMA})
#: Longer spans are slips or numbers of something else.
MOST_DAYS, MOST_MONTHS, MOST_YEARS = 3660, 120, 20


def parse_duration(cursor: Cursor) -> Duration | None:
    """ "10 ngày", "05 (năm) ngày làm việc", "5-7 ngày", "1,5 ngày", "02 ngày + 03 ngày", "8 giờ"."""
    mark = cursor.place
    first = _one_duration(cursor)
    if first is None:
        cursor.place = mark
        return None
    while cursor.sign is Sign.PLUS or (cursor.sign is Sign.AND and cursor.peek(2).sign in _UNITS):
        here = cursor.place
        cursor.advance()
        more = _one_duration(cursor)
        if more is None or (more.unit != first.unit and {more.unit, first.unit} != {"day", "workday"}):
            cursor.place = here
            break
        first = Duration(first.count + more.count, first.unit if more.unit == first.unit else "workday")
    return first


def _one_duration(cursor: Cursor) -> Duration | None:
    if cursor.at(Sign.CLOCK) and cursor.token.text.rstrip(" '").endswith(("h", "g")):
        hours = float(cursor.token.value)
        cursor.advance()
        return Duration(hours, "hour")
    if cursor.at(Sign.HALF) and cursor.peek(1).sign in (Sign.MONTH, Sign.YEAR):
        # Half a month is fifteen days, half a year six months (Bộ luật Dân sự 2015, art. 146).
        months = cursor.peek(1).sign is Sign.MONTH
        cursor.advance(2)
        return Duration(15, "day") if months else Duration(6, "month")
    if cursor.sign not in _NUMBERS:
        return None
    token = cursor.token
    if token.sign is Sign.NUMBER and not token.text.isdigit():
        return None
    count = float(token.value)
    cursor.advance()
    if cursor.at(Sign.SLASH) and cursor.peek(1).sign is Sign.NUMBER and cursor.peek(2).sign in (Sign.DAY, Sign.HOUR):
        if not cursor.peek(1).value:
            return None
        count /= float(cursor.peek(1).value)
        cursor.advance(2)
    elif cursor.sign in (Sign.DASH, Sign.TO) and cursor.peek(1).sign is Sign.NUMBER and cursor.peek(2).sign in _UNITS:
        count = max(count, float(cursor.peek(1).value))
        cursor.advance(2)
    elif cursor.sign is Sign.OPEN and cursor.peek(2).sign is Sign.CLOSE:  # 05 (năm) ngày
        cursor.advance(3)
    elif cursor.sign is Sign.OPEN and cursor.peek(3).sign is Sign.CLOSE and cursor.peek(4).sign in _UNITS:
        cursor.advance(4)
    if cursor.at(Sign.HALF_DAY) and cursor.token.text == "giờ làm việc":
        cursor.advance()
        return Duration(count, "hour")
    unit = _UNITS.get(cursor.sign)
    if unit is None or _goes_on(cursor):
        return None
    name, size = unit
    cursor.advance()
    if name == "day" and cursor.at(Sign.WORKING):
        name = "workday"
        cursor.advance()
    elif name == "hour" and cursor.at(Sign.WORKING):
        cursor.advance()
    most = {"day": MOST_DAYS, "workday": MOST_DAYS, "month": MOST_MONTHS, "year": MOST_YEARS, "hour": 24 * MOST_DAYS}[name]
    return Duration(count * size, name) if count * size <= most else None


def _goes_on(cursor: Cursor) -> bool:
    """The unit opens a date or a part instead: "2 ngày 15, 16/9", "30 tháng 6", "6 tháng đầu năm", "17 giờ 30", "1 tháng/lần"."""
    after = cursor.peek(1).sign
    if after is Sign.NUMBER and not cursor.peek(1).new_line:
        return True
    if after is Sign.PART and cursor.sign is not Sign.HOUR:
        return True
    rate = after in (Sign.SLASH, Sign.NUMBER_WORD) and cursor.peek(2).sign is Sign.TIMES
    rate = rate or (after is Sign.SLASH and cursor.peek(3).sign is Sign.TIMES)
    return rate or after is Sign.TIMES or (after is Sign.SLASH and cursor.peek(1).glued and cursor.peek(2).sign in _UNITS)


def lapse_at(cursor: Cursor) -> Lapse | None:
    """A duration and its anchor. The words that lead in ("trong vòng", "chậm nhất", "sau") are behind the cursor. The months
    of a report ("báo cáo 6 tháng trước 15/6") count from nothing."""
    mark = cursor.place
    while cursor.sign in (Sign.SOFT, Sign.AT_LEAST, Sign.LATEST, Sign.COLON):
        cursor.advance()
    report = cursor.peek(-1).text in ("báo cáo", "sơ kết")
    length = parse_duration(cursor)
    if length is None:
        cursor.place = mark
        return None
    return Lapse(length) if report and length.unit == "month" else anchored(cursor, length)


def anchored(cursor: Cursor, length: Duration) -> Lapse:
    """`length` with the anchor that follows: kể từ ngày …, sau khi …, trước ngày …, so với ngày …"""
    mark = cursor.place
    while cursor.sign in _SOFT:
        cursor.advance()
    sign = cursor.sign
    if sign in (Sign.FROM, Sign.SINCE_EVENT, Sign.AFTER, Sign.AFTER_EVENT, Sign.IN) or (sign is Sign.WHEN):
        cursor.advance()
        if sign is Sign.FROM and cursor.sign in (Sign.AFTER, Sign.AFTER_EVENT, Sign.WHEN):
            cursor.advance()
        anchor = anchor_at(cursor)
        goes_on = isinstance(anchor, Points) and cursor.sign in (Sign.TO, Sign.DASH)  # "03 ngày, từ 14/7 đến 16/7"
        if anchor is not None and sign is not Sign.IN and not goes_on:
            return Lapse(length, anchor=anchor)
    elif sign in (Sign.BEFORE, Sign.BEFORE_EVENT):
        cursor.advance()
        anchor = anchor_at(cursor)
        if anchor is not None:
            return Lapse(length, backward=True, anchor=anchor)
    cursor.place = mark
    return Lapse(length)


def anchor_at(cursor: Cursor) -> Points | Event | None:
    """The day or the event a duration is counted from: "ngày 15/9/2021", "ngày ký", "nhận đủ hồ sơ"."""
    start = cursor.place
    points = parse_points(cursor)
    if points is not None and points.dated:
        return points
    cursor.place = start
    event = event_at(cursor)
    return date_ending(cursor, start) or event


def trailing_lapse(cursor: Cursor, anchor: Points | Event, *, backward: bool) -> Lapse | None:
    """ "trước ngày bầu cử 30 ngày", "sau khi ban hành 10 ngày": the duration stands behind its anchor and ends the clause."""
    mark = cursor.place
    while cursor.sign in (Sign.AT_LEAST, Sign.SOFT, Sign.LATEST, Sign.COMMA):
        cursor.advance()
    length = parse_duration(cursor)
    if length is None or not ends_clause(cursor):
        cursor.place = mark
        return None
    return Lapse(length, backward=backward, anchor=anchor)


def ends_clause(cursor: Cursor) -> bool:
    return cursor.sign in (Sign.STOP, Sign.BREAK, Sign.CLOSE, Sign.COMMA, Sign.DOT, Sign.OPEN)
