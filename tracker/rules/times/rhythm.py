"""How often: hằng tháng, định kỳ 6 tháng, 2 lần/năm, quý, 6 tháng và năm; and the iCalendar rule of it (RFC 5545, 3.3.10)."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.items import Rhythm
from tracker.rules.times.lists import parse_points
from tracker.rules.times.words import Sign

_MONTHS = {Sign.MONTH: 1, Sign.QUARTER: 3, Sign.YEAR: 12}
_DAYS = {Sign.DAY: 1, Sign.WEEK: 7}
_SPANS = frozenset({*_MONTHS, *_DAYS})
_NUMBERS = frozenset({Sign.NUMBER, Sign.NUMBER_WORD})
_PASSED = frozenset({Sign.EVERY, Sign.PLURAL, Sign.DONE, Sign.AND, Sign.PERIODIC, Sign.BY, Sign.SOFT, Sign.SUMMARY})
_JOINS = frozenset({Sign.COMMA, Sign.AND, Sign.SLASH, Sign.PLUS, Sign.DASH})


def parse_rhythm(cursor: Cursor) -> Rhythm | None:
    """The rhythm at the cursor; None, and the cursor unmoved, when there is none."""
    mark = cursor.place
    found = _rhythm(cursor)
    if found is None:
        cursor.place = mark
    return found


def _rhythm(cursor: Cursor) -> Rhythm | None:
    if cursor.sign is Sign.PERIODIC:
        return _periodic(cursor)
    if cursor.sign is Sign.EVERY:
        return _every(cursor)
    if cursor.sign in (Sign.PART, Sign.DAY):
        return _part_of_every(cursor)
    if cursor.sign in (Sign.WEEKDAY, Sign.ORDINAL):
        return _weekday_of_month(cursor)
    return _rate(cursor) or _several_spans(cursor)


def _part_of_every(cursor: Cursor) -> Rhythm | None:
    """ "cuối mỗi tháng", "ngày làm việc cuối cùng của mỗi quý", "vào đầu hằng tháng"."""
    if cursor.sign is Sign.DAY:
        cursor.advance()
    workday = cursor.at(Sign.WORKING)
    if workday:
        cursor.advance()
    if not cursor.at(Sign.PART):
        return None
    part = cursor.token.value
    cursor.advance()
    if cursor.at(Sign.OF):
        cursor.advance()
    found = _every(cursor) if cursor.at(Sign.EVERY) else None
    if found is None or part not in ("start", "mid", "end"):
        return None
    return replace(found, part=part, workday=workday)


def _weekday_of_month(cursor: Cursor) -> Rhythm | None:
    """ "thứ Sáu cuối tháng", "thứ Hai đầu tiên của mỗi tháng", "thứ 6 tuần cuối tháng"; with a month named it is one day."""
    if cursor.at(Sign.WEEKDAY):
        weekday = int(cursor.token.value)
    elif cursor.peek(1).sign is Sign.NUMBER and 2 <= cursor.peek(1).value <= 7:
        weekday = int(cursor.peek(1).value) - 2
        cursor.advance()
    else:
        return None
    cursor.advance()
    if cursor.at(Sign.WEEK):
        cursor.advance()
    if not cursor.at(Sign.PART) or cursor.token.value not in ("start", "end"):
        return None
    part = cursor.token.value
    cursor.advance()
    while cursor.at(Sign.OF, Sign.EVERY):
        cursor.advance()
    if not cursor.at(Sign.MONTH) or cursor.peek(1).sign is Sign.NUMBER:
        return None
    cursor.advance()
    return Rhythm(months=1, part=part, weekday=weekday)


def _periodic(cursor: Cursor) -> Rhythm:
    """ "định kỳ" alone, or with its span."""
    cursor.advance()
    mark = cursor.place
    while cursor.sign in (Sign.COLON, Sign.BY, Sign.SOFT, Sign.DONE, Sign.COMMA):
        cursor.advance()
    if cursor.sign is Sign.EVERY:
        found = _every(cursor)
    else:
        found = _rate(cursor) or _several_spans(cursor) or _one_span(cursor)
    if found is None:
        cursor.place = mark
        return Rhythm(bare=True)
    return found


def _every(cursor: Cursor) -> Rhythm | None:
    """ "hằng tháng", "mỗi 6 tháng", "hằng quý, 6 tháng, năm", "mỗi năm 2 lần"."""
    cursor.advance()
    if cursor.sign is Sign.PLURAL:
        cursor.advance()
    first = _span(cursor)
    if first is None:
        return None
    times = _times(cursor)
    if times:
        return _of(first, times)
    spans = [first, *_more_spans(cursor)]
    return _finest(spans, cursor)


def _span(cursor: Cursor) -> tuple[int, int] | None:
    """(months, days) of "tháng", "6 tháng", "quý"; the cursor moves behind it."""
    count = 1
    ahead = 0
    if cursor.sign in _NUMBERS:
        count = int(cursor.token.value)
        ahead = 1
    unit = cursor.peek(ahead).sign
    if unit not in _SPANS or not 0 < count <= 60:
        return None
    after = cursor.peek(ahead + 1)
    if after.sign is Sign.NUMBER and cursor.peek(ahead + 2).sign not in (Sign.TIMES, Sign.MONTH):
        return None
    cursor.advance(ahead + 1)
    return _MONTHS.get(unit, 0) * count, _DAYS.get(unit, 0) * count


def _times(cursor: Cursor) -> int:
    """ "2 lần", "/lần", "một lần", "/1 lần" behind a span."""
    mark = cursor.place
    if cursor.sign in (Sign.SLASH, Sign.OPEN, Sign.COMMA, Sign.IN, Sign.DONE):
        cursor.advance()
    while cursor.sign in (Sign.AT_LEAST, Sign.SOFT):
        cursor.advance()
    if cursor.sign is Sign.TIMES:
        cursor.advance()
        return 1
    if cursor.sign in _NUMBERS and cursor.peek(1).sign is Sign.TIMES:
        times = int(cursor.token.value)
        cursor.advance(2)
        if cursor.at(Sign.CLOSE) and cursor.tokens[mark].sign is Sign.OPEN:
            cursor.advance()
        return times
    cursor.place = mark
    return 0


def _rate(cursor: Cursor) -> Rhythm | None:
    """ "2 lần/năm", "01 lần mỗi quý", "6 tháng/lần", "6 tháng một lần", "mỗi năm 2 lần", "một năm hai lần"."""
    mark = cursor.place
    if cursor.sign in _NUMBERS and cursor.peek(1).sign is Sign.TIMES:
        times = int(cursor.token.value)
        cursor.advance(2)
        if cursor.sign in (Sign.SLASH, Sign.IN, Sign.EVERY, Sign.BY):
            cursor.advance()
            if cursor.sign is Sign.EVERY:
                cursor.advance()
        span = _span(cursor)
        if span is not None and times > 0:
            return _of(span, times)
    else:
        span = _span(cursor)
        if span is not None:
            times = _times(cursor)
            if times:
                return _of(span, times)
    cursor.place = mark
    return None


def _of(span: tuple[int, int], times: int) -> Rhythm:
    months, days = span
    return Rhythm(months=months, days=days, times=max(1, min(times, 366)))


def _more_spans(cursor: Cursor) -> list[tuple[int, int]]:
    """The rest of "quý, 6 tháng, năm": spans without a point of their own."""
    spans: list[tuple[int, int]] = []
    while cursor.sign in _JOINS:
        mark = cursor.place
        cursor.advance()
        while cursor.sign in _PASSED:
            cursor.advance()
        whole_year = cursor.peek(0).sign is Sign.PART and cursor.peek(1).sign is Sign.YEAR
        if whole_year:
            cursor.advance()
        if cursor.sign in _NUMBERS and cursor.peek(2).sign is Sign.PART:
            half = parse_points(cursor)
            if half is not None and half.first.months and half.first.year is None:
                spans.append((half.first.months, 0))
                continue
            cursor.place = mark
            break
        span = _span(cursor)
        if span is None:
            cursor.place = mark
            break
        spans.append(span)
    return spans


def _several_spans(cursor: Cursor) -> Rhythm | None:
    """ "6 tháng và năm", "quý, năm", "tháng, quý, 6 tháng, năm", "6 tháng đầu năm và cả năm": units without figures."""
    mark = cursor.place
    first: tuple[int, int] | None = None
    if cursor.sign in _NUMBERS and cursor.peek(2).sign is Sign.PART:
        half = parse_points(cursor)
        if half is not None and len(half.all) == 1 and half.first.months and half.first.year is None:
            first = (half.first.months, 0)
    else:
        first = _span(cursor)
    if first is not None and first[0]:
        more = _more_spans(cursor)
        if more:
            return _finest([first, *more], cursor)
    cursor.place = mark
    return None


def _one_span(cursor: Cursor) -> Rhythm | None:
    """ "định kỳ 6 tháng", "định kỳ quý"."""
    span = _span(cursor)
    return _finest([span], cursor) if span is not None else None


def _finest(spans: list[tuple[int, int]], cursor: Cursor) -> Rhythm | None:
    """The shortest span rules: reports by quarter, half-year and year come every quarter."""
    if cursor.sign is Sign.NUMBER and len(cursor.token.text) == 4 and len(spans) == 1 and spans[0] == (12, 0):
        return None
    by_days = [days for months, days in spans if days]
    if by_days:
        return Rhythm(days=min(by_days))
    months = sorted(months for months, _ in spans)
    halves = months[0] == 6 and 12 in months
    return Rhythm(months=months[0], halves=halves)


def rule_of(rhythm: Rhythm) -> str:
    """The RRULE of a rhythm without a day of its own; "" when none says exactly that ("5 lần/năm", "định kỳ")."""
    if rhythm.bare:
        return ""
    if rhythm.halves:
        return "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"
    if rhythm.days:
        if rhythm.times > 1:
            return ""
        if rhythm.days % 7 == 0:
            return _every_nth("WEEKLY", rhythm.days // 7)
        return _every_nth("DAILY", rhythm.days)
    months = rhythm.months / rhythm.times
    if months < 1 or months != int(months):
        return ""
    if months % 12 == 0:
        return _every_nth("YEARLY", int(months) // 12)
    return _every_nth("MONTHLY", int(months))


def _every_nth(frequency: str, interval: int) -> str:
    return f"FREQ={frequency}" + (f";INTERVAL={interval}" if interval > 1 else "")
