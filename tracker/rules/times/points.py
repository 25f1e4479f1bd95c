"""Points in time as they are written: days, weeks, months, quarters, years, their parts, and lists and ranges of them.

A point may lack its month or year; `fill` takes what is missing from its neighbours (reading rule: "a missing year or
month in the first part is that of the second"). Whether a day exists, and which year an unwritten one is, is decided
later (calendar_days.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from tracker.rules.times.numerals import Numeral


class Level(IntEnum):
    WEEKDAY = 0
    DAY = 1
    WEEK = 2
    MONTH = 3
    QUARTER = 4
    YEAR = 5


@dataclass(frozen=True, slots=True)
class Point:
    level: Level
    start: int  #: places in the clean letters
    end: int
    day: int | None = None
    month: int | None = None
    quarter: int | None = None
    year: int | None = None
    year_shift: int | None = None  #: "năm nay" 0, "năm sau" 1: counted from the plan's year
    part: str = ""  #: start, mid, end, half1, half2, ten1, ten2, ten3, week1 … week6, weekend (last week), first<n>, last<n>
    months: int = 0  #: of YEAR: "6 tháng đầu năm" = 6 with part half1
    weekday: int | None = None
    month_of_quarter: str = ""  #: "tháng cuối quý": part of the quarter in which the month lies
    last_workday: bool = False
    lunar: bool = False
    next_month: bool = False  #: "tháng sau", "tháng kế tiếp"
    scrambled: bool = False  #: a number in it can be no day, month or year
    borrowed_year: bool = False  #: the year is that of a neighbour
    misread: tuple[str, str] | None = None  #: (as typed, as read) where digits ran together


@dataclass(frozen=True, slots=True)
class Points:
    """One point, a list (15, 16/9/2021) or a range (01-05/7/2021)."""

    all: tuple[Point, ...]
    ranged: bool = False

    @property
    def first(self) -> Point:
        return self.all[0]

    @property
    def last(self) -> Point:
        return self.all[-1]

    @property
    def dated(self) -> bool:
        """Says at least a day and month, a month, a quarter or a year: more than a bare number."""
        return all(complete(point) for point in self.all)


def complete(point: Point) -> bool:
    if point.level is Level.WEEKDAY:
        return False
    if point.level is Level.DAY:
        return point.scrambled or point.month is not None or point.quarter is not None
    if point.level in (Level.MONTH, Level.WEEK):
        return point.month is not None or point.year is not None or point.scrambled
    if point.level is Level.QUARTER:
        return point.quarter is not None or point.scrambled
    return True


def fill(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """What a point lacks is taken from the one after it; what is still missing, from the one before."""
    filled = list(points)
    for place in range(len(filled) - 2, -1, -1):
        filled[place] = _filled(filled[place], filled[place + 1], backwards=True)
    for place in range(1, len(filled)):
        filled[place] = _filled(filled[place], filled[place - 1], backwards=False)
    return tuple(filled)


def _filled(point: Point, other: Point, *, backwards: bool) -> Point:
    if point.level is Level.YEAR and point.months == 0 and (point.year is not None or not point.part):
        return point
    changes: dict[str, object] = {}
    if (
        point.level is Level.DAY
        and point.month is None
        and not point.quarter
        and other.month is not None
        and not point.next_month
    ):
        changes["month"] = other.month
    if point.level is Level.WEEK and point.month is None and other.month is not None:
        changes["month"] = other.month
    if point.year is None and point.year_shift is None:
        if other.year is not None:
            changes |= {"year": other.year, "borrowed_year": True}
        elif other.year_shift is not None and backwards and (point.month or 0) <= (other.month or 12):
            changes["year_shift"] = other.year_shift
    return replace(point, **changes) if changes else point  # type: ignore[arg-type]


def day_point(numeral: Numeral, *, explicit: bool) -> Point:
    """15, 15/9, 15/9/2021, 9/2021, 2021, 2021-09-15."""
    numbers = numeral.numbers
    point = Point(Level.DAY, numeral.start, numeral.end, misread=numeral.misread)
    if numeral.scrambled or len(numbers) > 3:
        return replace(point, scrambled=True)
    if len(numbers) == 3:
        day, month, year = reversed(numbers) if numbers[0] >= 1000 else numbers
        return replace(point, day=day, month=month, year=year)
    if len(numbers) == 2:
        first, second = numbers
        if second >= 1000:
            if first > 12:
                return replace(point, scrambled=True)
            return replace(point, level=Level.MONTH, month=first, year=second)
        if second > 12 and first <= 12 and second >= 18 and not explicit:
            return replace(point, level=Level.MONTH, month=first, year=2000 + second)
        return replace(point, day=first, month=second)
    if numbers[0] >= 1000:
        return replace(point, level=Level.YEAR, year=numbers[0], scrambled=explicit)
    return replace(point, day=numbers[0])
