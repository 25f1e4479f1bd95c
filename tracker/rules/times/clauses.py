"""The clauses of a phrase: at each place the grammar rule of its sign is tried; words that say nothing about time are passed."""

from __future__ import annotations

from collections.abc import Callable

from tracker.rules.times.bounds import (
    POINT_SIGNS,
    before,
    clock,
    ends_clause_after,
    event_bound,
    latest,
    led_by_day,
    points_at,
    until,
    within,
    within_period,
)
from tracker.rules.times.cursor import Cursor
from tracker.rules.times.events import event_at, words_at
from tracker.rules.times.items import Always, At, Bound, Item, Onward, Reference, Stretch, Where, placed
from tracker.rules.times.lapses import lapse_at
from tracker.rules.times.lists import counted_points, parse_points
from tracker.rules.times.points import Level, Points
from tracker.rules.times.rhythm import parse_rhythm
from tracker.rules.times.stretches import after, since, stretched
from tracker.rules.times.words import Sign


def parse_items(cursor: Cursor) -> list[Item]:
    """What the clauses say, in their order; words that say nothing about time are passed over."""
    items: list[Item] = []
    clause = bracket = words = 0
    while cursor.sign is not Sign.STOP:
        sign, first = cursor.sign, cursor.place
        item = item_at(cursor, words)
        if item is not None:
            items.append(placed(item, Where(first, cursor.place, clause, bracket)))
            words = 0
            continue
        cursor.place = first + 1
        if sign is Sign.BREAK:
            clause, bracket, words = clause + 1, 0, 0
        elif sign is Sign.OPEN:
            bracket, words = bracket + 1, 0
        elif sign is Sign.CLOSE:
            bracket, words = max(0, bracket - 1), 0
        elif sign in (Sign.COLON, Sign.COMMA, Sign.DONE, Sign.MARK):
            words = 0
        elif sign is Sign.DOCUMENT:
            _skip_date_of_document(cursor)
        elif _is_label(cursor, first):
            cursor.advance()
        elif sign in (Sign.WORD, Sign.SUMMARY):
            words += 1
    return items


_LABELS = frozenset({"vòng", "bước", "mục", "phần", "nhóm", "khối", "cấp", "tổ", "khóa", "kỳ", "phụ lục", "điểm", "mốc"})


def _is_label(cursor: Cursor, first: int) -> bool:
    """ "đợt 1 tháng 5", "bước 2: …": the number counts the part, it is no day."""
    token = cursor.tokens[first]
    if not cursor.at(Sign.NUMBER) or (token.sign not in (Sign.TIMES, Sign.PHASE) and token.text not in _LABELS):
        return False
    return len(cursor.token.text) < 3 and cursor.peek(1).sign not in (Sign.SLASH, Sign.TIMES)


def _skip_date_of_document(cursor: Cursor) -> None:
    """ "15/KH-UBND ngày 12/3/2021": the day a document was signed is no deadline."""
    if cursor.sign in (Sign.COMMA, Sign.OPEN):
        cursor.advance()
    if cursor.sign is Sign.DAY:
        parse_points(cursor)


def item_at(cursor: Cursor, words: int = 0) -> Item | None:
    """The item that begins at the cursor; `words` unknown ones stand before it in its clause."""
    rule = _RULES.get(cursor.sign)
    if rule is not None:
        found = rule(cursor)
        if found is not None:
            return found
    if cursor.sign in POINT_SIGNS or cursor.sign is Sign.EVERY:
        return _bare(cursor, words)
    return None


def _when(cursor: Cursor) -> Item | None:
    """ "khi có kết quả"; "lúc 8 giờ ngày 14/7" is a day."""
    mark = cursor.place
    cursor.advance()
    if clock(cursor) is not None:
        points = points_at(cursor)
        if points is not None and points.dated:
            return At(points, Bound.IN)
    cursor.place = mark + 1
    return event_bound(cursor, "after")


def _happening(relation: str) -> Callable[[Cursor], Item | None]:
    def rule(cursor: Cursor) -> Item | None:
        cursor.advance()
        return event_bound(cursor, relation)

    return rule


def _by(cursor: Cursor) -> Item | None:
    """ "theo kế hoạch của …" is another's time; "theo quý" is a rhythm."""
    first = cursor.place
    cursor.advance()
    if cursor.sign in (Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.WEEK) and ends_clause_after(cursor, 1):
        cursor.place = first
        cursor.tokens[first].sign = Sign.EVERY
        found = parse_rhythm(cursor)
        cursor.tokens[first].sign = Sign.BY
        return found
    if cursor.sign in (Sign.PERIODIC, Sign.EVERY):
        return parse_rhythm(cursor)
    event_at(cursor)
    return Reference(words_at(cursor, first))


def _no_time_of_ours(cursor: Cursor) -> Item:
    """ "năm học 2024-2025" fits no calendar year; "tầm nhìn đến năm 2030" is beyond the work, "trừ Chủ nhật" out of it."""
    first = cursor.place
    cursor.advance()
    while cursor.at(Sign.TO, Sign.END, Sign.SOFT):
        cursor.advance()
    parse_points(cursor)
    return Reference(words_at(cursor, first))


def _always(cursor: Cursor) -> Item:
    cursor.advance()
    return Always()


def _onward(cursor: Cursor) -> Item:
    cursor.advance()
    return Onward()


def _clock_first(cursor: Cursor) -> Item | None:
    """ "8h00 ngày 15/9/2021": the day with its hour before it."""
    lapse = lapse_at(cursor) if cursor.at(Sign.NUMBER) else None
    if lapse is not None:
        return lapse
    if clock(cursor) is None:
        return None
    rhythm = parse_rhythm(cursor) if cursor.at(Sign.WEEKDAY, Sign.ORDINAL) else None
    if rhythm is not None:
        return rhythm
    points = points_at(cursor)
    if points is not None and (points.dated or points.first.level is Level.WEEKDAY):
        return At(points, Bound.NONE)
    return None


def _bare(cursor: Cursor, words: int) -> Item | None:
    """A rhythm, a duration or a point without a bound. A bare year after other words is part of a name ("kết quả năm
    2020"), so it counts only at the head of its clause."""
    first = cursor.place
    if first and cursor.at(Sign.NUMBER) and cursor.tokens[first - 1].sign is Sign.SLASH:
        return None  # "…/…/2021": the rest was left for a pen
    rhythm = parse_rhythm(cursor)
    if rhythm is not None:
        return rhythm
    if cursor.at(Sign.PLURAL) and cursor.peek(1).sign in (Sign.YEAR, Sign.QUARTER, Sign.MONTH) and ends_clause_after(cursor, 2):
        cursor.advance()
        points = points_at(cursor)  # "cả năm"
        return At(points, Bound.IN) if points is not None else None
    if cursor.sign in (Sign.NUMBER, Sign.NUMBER_WORD, Sign.DECIMAL):
        if cursor.peek(1).sign is Sign.HOUR and (found := _hour_of_day(cursor)) is not None:
            return found
        cursor.place = first
        lapse = lapse_at(cursor)
        if lapse is not None:
            return lapse
    if cursor.at(Sign.WEEK) and cursor.peek(1).sign is Sign.ORDINAL:
        points = points_at(cursor)
        if points is None:  # "tuần thứ 3 của quý": a week of nothing that is named
            cursor.advance(3)
            return Reference(words_at(cursor, first))
        return At(points)
    points = counted_points(cursor) or points_at(cursor, bare_day=cursor.at(Sign.NUMBER) and cursor.peek(1).sign is Sign.EVERY)
    if points is None:
        return None
    if words and points.first.level >= Level.YEAR:
        return None
    if not points.dated and points.first.level is Level.DAY and not led_by_day(cursor, points) and not cursor.at(Sign.EVERY):
        return None
    return _with_end(cursor, points)


def _hour_of_day(cursor: Cursor) -> Item | None:
    if clock(cursor) is None:
        return None
    points = points_at(cursor)
    return At(points) if points is not None and points.dated else None


def _with_end(cursor: Cursor, points: Points) -> Item:
    """ "15/9/2021 đến 30/9/2021": a stretch without its "từ"."""
    if cursor.sign in (Sign.TO, Sign.UNTIL_EVENT) and not points.ranged:
        found = stretched(cursor, points, False)
        if isinstance(found, Stretch) and found.until is not None:
            return found
    return At(points)


_RULES: dict[Sign, Callable[[Cursor], Item | None]] = {
    Sign.BEFORE: before,
    Sign.LATEST: latest,
    Sign.TO: until,
    Sign.END: until,
    Sign.IN: within_period,
    Sign.WITHIN: within,
    Sign.FROM: since,
    Sign.SINCE_EVENT: since,
    Sign.AFTER: after,
    Sign.AFTER_EVENT: after,
    Sign.WHEN: _when,
    Sign.BEFORE_EVENT: _happening("before"),
    Sign.UNTIL_EVENT: _happening("until"),
    Sign.DURING: _happening("while"),
    Sign.BY: _by,
    Sign.PERIODIC: parse_rhythm,
    Sign.EVERY: parse_rhythm,
    Sign.CONTINUOUS: _always,
    Sign.SCHOOL_YEAR: _no_time_of_ours,
    Sign.VISION: _no_time_of_ours,
    Sign.EXCEPT: _no_time_of_ours,
    Sign.ONWARD: _onward,
    Sign.CLOCK: _clock_first,
    Sign.HALF_DAY: _clock_first,
}
