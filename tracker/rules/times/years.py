"""The year behind a day, a month or a quarter: "năm 2021", ", 2021", "/năm 2021", "(năm 2021)", "của năm sau"."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.numerals import Numeral
from tracker.rules.times.points import Level, Point
from tracker.rules.times.words import Sign

_LEADS = frozenset({Sign.COMMA, Sign.SLASH, Sign.DASH, Sign.DOT, Sign.OF, Sign.IN})


def with_year(cursor: Cursor, point: Point) -> Point:
    """`point` with the year that follows, and the cursor behind it; both as they were when none does."""
    if point.year is not None or (point.scrambled and point.level is Level.DAY):
        return point
    mark = cursor.place
    bracket = _bracketed(cursor)
    if bracket or cursor.sign in _LEADS:
        cursor.advance()
        if cursor.at(Sign.OF):
            cursor.advance()
    found = _year_in_words(cursor, point) if cursor.at(Sign.YEAR) else _bare_year(cursor, point)
    if found is None:
        cursor.place = mark
        return point
    if bracket:
        cursor.advance()
    return found


def _bracketed(cursor: Cursor) -> bool:
    """ "(năm 2021)", "(2021)"."""
    if not cursor.at(Sign.OPEN):
        return False
    return cursor.peek(3 if cursor.peek(1).sign is Sign.YEAR else 2).sign is Sign.CLOSE


def _year_in_words(cursor: Cursor, point: Point) -> Point | None:
    cursor.advance()
    if cursor.at(Sign.YEAR) and cursor.peek(1).sign is Sign.NUMBER:
        cursor.advance()
    token = cursor.token
    if token.sign is Sign.NUMBER and len(token.text) > 1 and not _range_of_years(cursor):
        year = Numeral.of_year(token)
        cursor.advance()
        return replace(point, year=year, scrambled=point.scrambled or year is None, end=token.end)
    shift = year_shift(cursor)
    return replace(point, year_shift=shift, end=cursor.peek(-1).end) if shift is not None else None


def _range_of_years(cursor: Cursor) -> bool:
    """ "quý I năm 2021 - 2025": the years are a time of their own."""
    after = cursor.peek(2)
    whole_date = cursor.peek(3).sign in (Sign.DASH, Sign.SLASH)  # … - 2021-09-15
    return cursor.peek(1).sign is Sign.DASH and after.sign is Sign.NUMBER and len(after.text) == 4 and not whole_date


def _bare_year(cursor: Cursor, point: Point) -> Point | None:
    """ "tháng 11, 2024", "quý I-2021", "tháng 11 2024": four figures behind a month or a quarter."""
    token = cursor.token
    named = point.month is not None or point.quarter is not None
    if token.sign is not Sign.NUMBER or len(token.text) != 4 or not named or cursor.peek(1).sign is Sign.SLASH:
        return None
    year = Numeral.of_year(token)
    cursor.advance()
    return replace(point, year=year, end=token.end) if year is not None else None


def year_shift(cursor: Cursor) -> int | None:
    """After "năm": nay, này -> 0; sau, tới, kế tiếp, liền kề -> 1; trước -> −1."""
    shift = {Sign.THIS: 0, Sign.NOW: 0, Sign.NEXT: 1, Sign.AFTER: 1}.get(cursor.sign)
    if cursor.at(Sign.BEFORE) and cursor.peek(1).sign in (Sign.STOP, Sign.NEXT, Sign.BREAK, Sign.CLOSE):
        shift = -1
    if shift is not None:
        cursor.advance()
        if cursor.at(Sign.NEXT):
            cursor.advance()
    return shift
