"""Events that a plan names instead of a day, in its own words; and whether one is the plan's own signing."""

from __future__ import annotations

from dataclasses import replace

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.items import Event
from tracker.rules.times.lists import parse_points
from tracker.rules.times.points import Level, Points
from tracker.rules.times.words import Sign
from tracker.wording import search_key

#: Words an office uses for its own act of signing this plan; one word beyond them and it is another's act.
_SIGNING = frozenset({
    "ngay", "khi", "duoc", "ky", "ban", "hanh", "phat", "ra", "ke", "hoach", "nay", "thong", "bao", "van", "cong", "phe", "duyet",
    "co", "hieu", "luc", "va", "trien", "khai", "de", "cuong", "quyet", "dinh",
})  # fmt: skip
_ACTS = ("ky", "ban hanh", "phat hanh", "phe duyet", "ra thong bao", "ra ke hoach", "hieu luc")
_NOT_OURS = ("phe duyet de cuong", "trien khai ke hoach", "nhan")
_ENDS = frozenset({Sign.STOP, Sign.BREAK, Sign.OPEN, Sign.CLOSE})
_POINT_SIGNS = frozenset(
    {Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.NUMBER, Sign.PART, Sign.END, Sign.BEFORE, Sign.CLOCK, Sign.TEN_DAYS}
)
_NUMBERS = frozenset({Sign.NUMBER, Sign.NUMBER_WORD})
_UNITS = frozenset({Sign.DAY, Sign.WEEK, Sign.MONTH})
#: Of these alone no event is made: "từ ngày … đến ngày …".
_SAYS_NOTHING = frozenset({
    Sign.DAY, Sign.MONTH, Sign.QUARTER, Sign.YEAR, Sign.MARK, Sign.DOT, Sign.SLASH, Sign.TO, Sign.FROM, Sign.NUMBER, Sign.COMMA,
    Sign.DASH, Sign.COLON, Sign.AND, Sign.OF, Sign.IN,
})  # fmt: skip
#: After a comma these begin a clause of their own.
_FRESH = frozenset({Sign.CONTINUOUS, Sign.EVERY, Sign.PERIODIC, Sign.WITHIN})


def words_at(cursor: Cursor, first: int) -> str:
    """The words from token `first` up to the cursor, as the tokens have them."""
    return " ".join(token.text for token in cursor.tokens[first : cursor.place])


def event_at(cursor: Cursor) -> Event | None:
    """The event whose words begin at the cursor; it ends with its clause, or where a bound with a day begins."""
    first = cursor.place
    comma = 0
    while cursor.sign not in _ENDS and not _bound_begins(cursor, first):
        if cursor.at(Sign.COMMA):
            comma = comma or cursor.place
        elif comma and cursor.at(Sign.IN) and _dated_at(cursor, 1):
            cursor.place = comma  # "sau khi có kết quả, báo cáo trong tháng 10/2021": two clauses
            break
        cursor.advance()
    if cursor.place == first:
        return None
    tokens = cursor.tokens[first : cursor.place]
    while tokens and tokens[-1].sign in (Sign.COMMA, Sign.DOT, Sign.COLON, Sign.DASH, Sign.SLASH):
        cursor.advance(-1)
        tokens = tokens[:-1]
    if all(token.sign in _SAYS_NOTHING for token in tokens):
        cursor.place = first
        return None
    words = cursor.written(tokens[0].start, tokens[-1].end)
    return Event(words, is_signing=is_signing(words))


def date_ending(cursor: Cursor, first: int) -> Points | None:
    """The day with which the event of tokens [first, cursor) ends: "ngày bầu cử 15/3/2026". The cursor stays."""
    end = cursor.place
    if (
        end == first
        or cursor.tokens[first].sign is not Sign.DAY
        or any(token.text == "nhận" for token in cursor.tokens[first:end])
    ):
        return None  # the day a paper was received is not the day it bears
    for place in range(first + 1, min(end, first + 7)):
        if cursor.tokens[place].sign not in (Sign.NUMBER, Sign.DAY):
            continue
        cursor.place = place
        points = parse_points(cursor)
        reached, cursor.place = cursor.place, end
        if points is not None and reached == end and len(points.all) == 1 and points.first.level is Level.DAY and points.dated:
            return Points((replace(points.first, start=cursor.tokens[first].start),))
    return None


def is_signing(words: str) -> bool:
    """Whether the words can only mean the signing or issue of this plan: "ngày ký", "Kế hoạch này được ban hành"."""
    key = search_key(words)
    if "quyet dinh" in key and "nay" not in key.split():
        return False
    if not set(key.split()) <= _SIGNING or any(other in key for other in _NOT_OURS):
        return False
    return any(act in f" {key} " if act == "ky" else act in key for act in _ACTS)


def _bound_begins(cursor: Cursor, first: int) -> bool:
    """Whether another clause starts here, with a day of its own."""
    sign = cursor.sign
    if cursor.place == first:
        return False
    if cursor.in_prose and sign is Sign.COMMA:
        return True
    if sign in (Sign.COMMA, Sign.COLON, Sign.DOT):
        after = cursor.peek(1).sign
        if sign is Sign.DOT:
            return cursor.peek(1).glued is False
        return (
            after in _FRESH
            or (after is Sign.DONE and (_bound_at(cursor, 2) or _dated_at(cursor, 2)))
            or _bound_at(cursor, 1)
            or _dated_at(cursor, 1)
        )
    if sign is Sign.DONE and _bound_at(cursor, 1):
        return True
    if sign in _NUMBERS or sign is Sign.AT_LEAST:
        return _duration_ends_here(cursor)
    return _bound_at(cursor, 0)


def _bound_at(cursor: Cursor, ahead: int) -> bool:
    sign = cursor.peek(ahead).sign
    if sign is Sign.LATEST:
        return True
    if sign not in (Sign.BEFORE, Sign.TO, Sign.FROM, Sign.END, Sign.DASH):
        return False
    if sign is Sign.DASH and not _dated_at(cursor, ahead + 1):
        return False
    after = cursor.peek(ahead + 1).sign
    if after is Sign.CLOCK:
        return True
    if after not in _POINT_SIGNS and after is not Sign.NOW:
        return False
    while cursor.peek(ahead + 1).sign in (Sign.END, Sign.BEFORE, Sign.TO):
        ahead += 1
    if sign is Sign.FROM and after is Sign.NOW:
        return True
    return _dated_at(cursor, ahead + 1)


def _dated_at(cursor: Cursor, ahead: int) -> bool:
    """A day with its month, a month or a quarter stands there. A bare year belongs to the event ("kết quả năm 2020")
    unless a bound leads it in."""
    mark = cursor.place
    led_in = cursor.peek(ahead - 1).sign in (Sign.TO, Sign.BEFORE, Sign.END, Sign.FROM)
    cursor.advance(ahead)
    if cursor.at(Sign.IN) and ahead:
        cursor.advance()
    points = parse_points(cursor)
    cursor.place = mark
    return points is not None and points.dated and (led_in or points.first.level is not Level.YEAR)


def _duration_ends_here(cursor: Cursor) -> bool:
    """ "… ít nhất 10 ngày" at the end of the clause belongs to the bound, not to the event."""
    ahead = 0
    while cursor.peek(ahead).sign in (Sign.AT_LEAST, Sign.SOFT):
        ahead += 1
    if cursor.peek(ahead).sign not in _NUMBERS or cursor.peek(ahead + 1).sign not in _UNITS:
        return False
    end = ahead + 2
    if cursor.peek(end).sign is Sign.WORKING:
        end += 1
    return cursor.peek(end).sign in (*_ENDS, Sign.COMMA, Sign.DOT)
