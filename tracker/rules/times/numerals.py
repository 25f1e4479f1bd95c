"""Runs of digits: 15/9/2021, 01-05/7/2021, 7/2020-12/2020, 2021-2025; cut into dates before anyone asks what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tracker.rules.times.cursor import Cursor
from tracker.rules.times.token import Token
from tracker.rules.times.words import Sign

#: A plan's year lies between these; anything else is a slip of the hand (1921, 2201).
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Numeral:
    """The numbers of one date, year last and in full."""

    numbers: tuple[int, ...]
    start: int
    end: int
    separators: str = ""
    scrambled: bool = False  #: a number in it can be no day, month, quarter or year
    misread: tuple[str, str] | None = None

    @staticmethod
    def of_year(token: Token) -> int | None:
        """2021, 21 -> 2021; None for what can be no year."""
        if len(token.text) == 2:
            return 2000 + int(token.value)
        if len(token.text) == 4 and FIRST_YEAR <= token.value <= LAST_YEAR:
            return int(token.value)
        return None


@dataclass(frozen=True, slots=True)
class _Joint:
    sign: Sign
    spaced: bool


def numeral_run(cursor: Cursor, context: str, *, single: bool = False) -> list[Numeral]:
    """The dates at the cursor, which stands on a number: one, or the parts of a range.

    `context` is the unit in words before it: "day", "month", "quarter", "year" or "" when there is none. `single` takes
    no range: the month of a day that is itself part of one.
    """
    tokens, joints = _collect(cursor, single)
    if context == "year" and len(tokens) == 1 and (pair := _years_run_together(tokens[0])) is not None:
        return pair
    groups = _groups(tokens, joints, context, cursor)
    numerals = []
    place = 0
    for size in groups:
        numerals.append(_numeral(tokens[place : place + size], joints[place : place + size - 1], context))
        place += size
    return _year_torn_apart(cursor, numerals, tokens)


def _collect(cursor: Cursor, single: bool) -> tuple[list[Token], list[_Joint]]:
    tokens, joints = [cursor.token], []
    cursor.advance()
    while True:
        sign, joint, after = cursor.sign, cursor.token, cursor.peek(1)
        if sign not in (Sign.SLASH, Sign.DASH, Sign.DOT) or after.sign is not Sign.NUMBER:
            break
        spaced = not (joint.glued and after.glued)
        if sign is Sign.DOT and spaced and not _spaced_date(cursor, tokens):
            break
        if (
            single
            and sign is Sign.DASH
            and (len(after.text) != 4 or len(tokens) > 1 or cursor.peek(2).sign in (Sign.DASH, Sign.SLASH))
        ):
            break
        if sign is Sign.DASH and _counts(cursor.peek(2).sign, spaced):
            break
        tokens.append(after)
        joints.append(_Joint(sign, spaced))
        cursor.advance(2)
    return tokens, joints


def _counts(after: Sign, spaced: bool) -> bool:
    """ "15/9/2021 - 2 lần": the number counts something."""
    return spaced and after in (Sign.TIMES, Sign.HOUR)


def _spaced_date(cursor: Cursor, before: list[Token]) -> bool:
    """ "15. 9. 2021": dots with spaces make a date only when the whole of it stands there."""
    if len(before) == 1:
        return cursor.peek(2).sign is Sign.DOT and len(cursor.peek(3).text) == 4 and cursor.peek(3).sign is Sign.NUMBER
    return len(before) == 2 and len(cursor.peek(1).text) == 4


def _groups(tokens: list[Token], joints: list[_Joint], context: str, cursor: Cursor) -> list[int]:
    """How many numbers belong to each date of the run."""
    count = len(tokens)
    dashes = [place for place, joint in enumerate(joints) if joint.sign is Sign.DASH]
    if not dashes:
        return [count]
    years = [len(token.text) == 4 and token.text.isdigit() for token in tokens]
    if len(dashes) == len(joints):
        return _dashed_groups(tokens, joints, years, context, cursor)
    sizes = _split(count, dashes)
    if len(sizes) == 2:
        left, right = sizes
        if right == 1 and years[-1] and left == 2 and not years[1]:
            return [count]  # 15/9-2021
        if left == 1 and right == 2 and years[-1] and (tokens[0].value > 12 or context == "day"):
            return [count] if context in ("", "day") and not joints[0].spaced else sizes  # 15-9/2021
        return sizes
    spaced = [place for place in dashes if joints[place].spaced]
    if spaced and len(spaced) < len(dashes):
        return _split(count, spaced)
    if sizes == [1, 1, 1, 3] and years[2]:  # 15-9-2021-30/9/2021
        return [3, 3]
    return sizes


def _split(count: int, cuts: list[int]) -> list[int]:
    edges = [0, *(cut + 1 for cut in cuts), count]
    return [after - before for before, after in pairwise(edges)]


def _dashed_groups(tokens: list[Token], joints: list[_Joint], years: list[bool], context: str, cursor: Cursor) -> list[int]:
    count = len(tokens)
    by_day = context in ("", "day")
    spaced = [place for place, joint in enumerate(joints) if joint.spaced]
    if count > 3 and 0 < len(spaced) < len(joints):
        return _split(count, spaced)
    if count == 2:
        if all(years) or context == "year":
            return [1, 1]
        if years[1]:
            return [2]
        follows_month = cursor.sign in (Sign.MONTH, Sign.EVERY)
        day_month = tokens[1].value <= 12 and tokens[0].value <= 31
        return [2] if by_day and day_month and not follows_month and not joints[0].spaced else [1, 1]
    if count == 3 and by_day:
        if years[0] or years[2]:
            return [3]
        return [1, 1, 1] if cursor.sign is Sign.MONTH or joints[0].spaced else [3]
    if count == 3 and (years[0] or (years[2] and tokens[0].value > 12)):
        return [3]
    if count == 3 and years[2] and not years[1]:
        return [1, 2]
    if count == 4:
        if years[3] and (years[1] or tokens[1].value > 31):
            return [2, 2]
        if years[3]:
            return [1, 3] if by_day else [1, 1, 2]
        if by_day and tokens[1].value <= 12 and tokens[3].value <= 12:
            return [2, 2]
    if count == 5 and by_day and years[4]:
        return [2, 3]
    if count == 6 and by_day:
        return [3, 3]
    return [1] * count


def _numeral(tokens: list[Token], joints: list[_Joint], context: str) -> Numeral:
    marks = {Sign.SLASH: "/", Sign.DASH: "-", Sign.DOT: "."}
    separators = "".join(marks[joint.sign] for joint in joints)
    start, end = tokens[0].start, tokens[-1].end
    apart = _run_together(tokens, context)
    if apart is not None:
        typed = "/".join(token.text for token in tokens)
        return Numeral(apart, start, end, separators, misread=(typed, "/".join(str(number) for number in apart)))
    numbers = tuple(int(token.value) for token in tokens)
    lengths = [len(token.text) if token.text.isdigit() else 1 for token in tokens]
    if len(tokens) == 3:
        if lengths[0] == 4:
            numbers, lengths = numbers[::-1], lengths[::-1]
        year = _full_year(numbers[2], lengths[2])
        sound = year is not None and max(lengths[:2]) <= 2
        return Numeral((*numbers[:2], year or 0), start, end, separators, scrambled=not sound)
    if len(tokens) == 2:
        if lengths[0] == 4 and lengths[1] <= 2:
            numbers, lengths = numbers[::-1], lengths[::-1]
        sound = lengths[0] <= 2 and (lengths[1] <= 2 or _full_year(numbers[1], lengths[1]) is not None)
        return Numeral(numbers, start, end, separators, scrambled=not sound)
    if len(tokens) == 1:
        sound = lengths[0] <= 2 or (lengths[0] == 4 and FIRST_YEAR <= numbers[0] <= LAST_YEAR)
        return Numeral(numbers, start, end, separators, scrambled=not sound)
    return Numeral(numbers, start, end, separators, scrambled=True)


def _full_year(number: int, length: int) -> int | None:
    if length == 2:
        return 2000 + number
    return number if length == 4 and FIRST_YEAR <= number <= LAST_YEAR else None


def _run_together(tokens: list[Token], context: str) -> tuple[int, int, int] | None:
    """Day, month and year whose separators were lost: 20/62021, 0107/2021, 01072021. Only where one reading exists."""
    if context not in ("", "day"):
        return None
    text = [token.text for token in tokens]
    if not all(part.isdigit() for part in text):
        return None
    if len(text) == 2 and len(text[1]) in (5, 6):
        ways = [(text[0], text[1][:-4], text[1][-4:])]
    elif len(text) == 2 and len(text[0]) in (3, 4) and len(text[1]) == 4:
        ways = [(text[0][:cut], text[0][cut:], text[1]) for cut in (1, 2) if 1 <= len(text[0]) - cut <= 2]
    elif len(text) == 1 and len(text[0]) == 8 and context == "day":
        ways = [(text[0][:2], text[0][2:4], text[0][4:])]
    else:
        return None
    sound = [
        (int(day), int(month), int(year))
        for day, month, year in ways
        if 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and FIRST_YEAR <= int(year) <= LAST_YEAR
    ]
    return sound[0] if len(sound) == 1 else None


def _years_run_together(token: Token) -> list[Numeral] | None:
    """ "giai đoạn 20212025": a dash lost between two years."""
    first, last = token.text[:4], token.text[4:]
    if len(token.text) != 8 or not all(FIRST_YEAR <= int(year) <= LAST_YEAR for year in (first, last)):
        return None
    misread = (token.text, f"{first}-{last}")
    middle = token.start + 4
    return [
        Numeral((int(first),), token.start, middle, misread=misread),
        Numeral((int(last),), middle, token.end, misread=misread),
    ]


def _year_torn_apart(cursor: Cursor, numerals: list[Numeral], tokens: list[Token]) -> list[Numeral]:
    """ "15/9/20 21": a year with a space inside."""
    last, after = numerals[-1], cursor.token
    torn = tokens[-1].text + after.text
    if (
        len(last.numbers) < 2
        or after.sign is not Sign.NUMBER
        or after.new_line
        or len(torn) != 4
        or not torn.isdigit()
        or not FIRST_YEAR <= int(torn) <= LAST_YEAR
        or cursor.peek(1).sign not in (Sign.STOP, Sign.BREAK, Sign.CLOSE, Sign.COMMA, Sign.DOT, Sign.TO, Sign.DASH)
    ):
        return numerals
    cursor.advance()
    mended = Numeral(
        (*last.numbers[:-1], int(torn)), last.start, after.end, last.separators, misread=(f"{tokens[-1].text} {after.text}", torn)
    )
    return [*numerals[:-1], mended]
