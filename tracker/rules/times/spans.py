"""From points as written to days of the calendar: which year an unwritten one is, whether the day exists, how far a part goes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tracker.rules.parsed import Doubt
from tracker.rules.times.cursor import Cursor
from tracker.rules.times.doubts import doubt
from tracker.rules.times.items import Where
from tracker.rules.times.points import Level, Point
from tracker.rules.workdays import WorkCalendar
from tracker.wording import date_short

ONE_DAY = timedelta(days=1)
#: A year that many before the plan's own (or after it) is more likely a slip than a plan.
FAR_BEFORE, FAR_AFTER = 2, 30


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of a point. `moment` is the single day that "đầu", "giữa", "cuối" stand for."""

    first: date
    last: date
    moment: date | None = None
    vague: bool = False

    @property
    def as_start(self) -> date:
        return self.moment or self.first

    @property
    def as_end(self) -> date:
        return self.moment or self.last


@dataclass(slots=True)
class Almanac:
    """What is known besides the phrase, and what was doubted while reading it."""

    wording: str
    cursor: Cursor  #: for the words of the plan
    year: int | None
    issued_on: date | None
    strict: bool
    calendar: WorkCalendar
    doubts: list[Doubt] = field(default_factory=list)

    def note(self, key: str, **values: object) -> None:
        found = doubt(key, **values)
        if found not in self.doubts:
            self.doubts.append(found)

    def apart(self) -> Almanac:
        """The same, with doubts of its own."""
        return replace(self, doubts=[])

    def take(self, doubts: list[Doubt]) -> None:
        self.doubts += [found for found in doubts if found not in self.doubts]

    def words(self, start: int, end: int) -> str:
        return self.cursor.written(start, end)

    def phrase_at(self, where: Where) -> str:
        """The words of one item."""
        tokens = self.cursor.tokens[where.first : where.after]
        return self.words(tokens[0].start, tokens[-1].end) if tokens else ""

    def dated(self, point: Point) -> Point:
        """`point` with a year: as written; else the plan's; else the first on or after the issue date (timeline-phrases,
        "No year"). Unchanged when neither is known."""
        if point.year is not None:
            return point
        if point.year_shift is not None:
            base = self.year or (self.issued_on.year if self.issued_on else None)
            return point if base is None else self._in(point, base + point.year_shift)
        if self.year is not None:
            return self._in(point, self.year)
        if self.issued_on is None:
            return point
        for year in (self.issued_on.year, self.issued_on.year + 1):
            span = span_in(replace(point, year=year), self.calendar)
            if span is None or span.last >= self.issued_on:
                return self._in(point, year)
        return self._in(point, self.issued_on.year)

    def _in(self, point: Point, year: int) -> Point:
        self.note("year_inferred", wording=self.wording, year=year)
        return replace(point, year=year)

    def span(self, point: Point, *, edge: str = "") -> Span | None:
        """The days of a point; None, with a doubt, when it names none. `edge` is the end of a stretch that the point is:
        "từ đầu tháng 8", "đến cuối tháng 9" are not vague."""
        written = self.words(point.start, point.end)
        if point.misread is not None:
            self.note("wording_repaired", damaged=point.misread[0], read=point.misread[1])
        if point.lunar:
            self.note("lunar_date", wording=written)
            return None
        if point.scrambled:
            self.note("impossible_date", value=written)
            return None
        if _named(point):
            point = self.dated(point)
        if point.year is None or not _named(point):
            self.note("time_unparsed", wording=self.wording)
            return None
        span = span_in(point, self.calendar)
        if span is None:
            self.note("impossible_date", value=written)
            return None
        if span.vague and point.part != (edge or "whole"):
            self.note("moment_vague", wording=written, due_on=date_short(span.as_end))
        self._check(point, span, written)
        return span

    def _check(self, point: Point, span: Span, written: str) -> None:
        if point.weekday is not None and span.first.weekday() != point.weekday:
            day = date_short(span.first)
            name = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")[point.weekday]
            self.note("rule_conflict", what="thời gian", a=name, b=f"ngày {day}")
        if self.year is not None and point.level <= Level.QUARTER:
            year = span.last.year
            if year < self.year - FAR_BEFORE or year > self.year + FAR_AFTER:
                self.note("year_far", year=year, wording=written, plan_year=self.year)


def _named(point: Point) -> bool:
    if point.next_month or point.month_of_quarter:
        return False
    if point.level is Level.DAY:
        return (point.day is not None or point.part == "last") and (point.month is not None or point.quarter is not None)
    if point.level in (Level.MONTH, Level.WEEK):
        return point.month is not None or point.part.startswith("iso")
    if point.level is Level.QUARTER:
        return point.quarter is not None
    return point.level is Level.YEAR


def day_in(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date | None:
    if not 1 <= month <= 12 or not 1 <= year <= 9999:
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def span_in(point: Point, workdays: WorkCalendar) -> Span | None:
    """The days of a point whose year is known; None when the calendar has none such."""
    year = point.year
    if year is None or not 1 <= year <= 9998:
        return None
    if point.level is Level.DAY:
        return _day_span(point, year, workdays)
    if point.level in (Level.MONTH, Level.WEEK):
        return _month_span(point, year)
    if point.level is Level.QUARTER:
        return _quarter_span(point, year)
    if point.level is Level.YEAR:
        return _year_span(point, year)
    return None


def _day_span(point: Point, year: int, workdays: WorkCalendar) -> Span | None:
    if point.part == "last":
        month = point.month if point.month is not None else (point.quarter or 0) * 3
        day = month_end(year, month)
        if day is not None and point.last_workday:
            day = workdays.on_or_before(day)
    else:
        month = point.month if point.month is not None else (point.quarter or 0) * 3 - 2
        day = day_in(year, month, point.day or 0)
        if day is not None and point.last_workday:
            day = workdays.on_or_after(day)
    return Span(day, day) if day is not None else None


def _iso_week(year: int, week: int) -> Span | None:
    """Monday to Sunday of a week counted through the year (ISO 8601)."""
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Span(first, first + 6 * ONE_DAY, vague=True)


def _month_span(point: Point, year: int) -> Span | None:
    """Thượng, trung, hạ tuần are the ten-day periods. "Đầu", "giữa", "cuối tháng" are the 1st, the 15th and the last day
    (Bộ luật Dân sự 2015, art. 146), which plans use loosely: the work may start with the ten days, and it is doubted.
    The n-th week is taken as the n-th seven days, the last as the last seven: no source, so doubted too."""
    if point.part.startswith("iso"):
        return _iso_week(year, int(point.part[3:]))
    month = point.month or 0
    end = month_end(year, month)
    if end is None:
        return None

    def on(day: int) -> date:
        return date(year, month, day)

    part = point.part
    if part in ("start", "mid", "end"):
        first, moment = {"start": (on(1), on(1)), "mid": (on(11), on(15)), "end": (on(21), end)}[part]
        return Span(first, moment, moment, vague=True)
    if part in ("ten1", "ten2", "ten3", "half1", "half2"):
        first, last = {
            "ten1": (on(1), on(10)),
            "ten2": (on(11), on(20)),
            "ten3": (on(21), end),
            "half1": (on(1), on(15)),
            "half2": (on(16), end),
        }[part]
        return Span(first, last)
    if part == "weekend":
        return Span(end - 6 * ONE_DAY, end, vague=True)
    if part.startswith("week"):
        number = int(part[4:])
        first_day = 7 * number - 6
        if first_day > end.day:
            return None
        return Span(on(first_day), on(min(7 * number, end.day)), vague=True)
    if part.startswith("first"):
        return Span(on(1), on(int(part[5:])))
    if part.startswith("last"):
        return Span(end - (int(part[4:]) - 1) * ONE_DAY, end)
    return Span(on(1), end)


def _quarter_span(point: Point, year: int) -> Span | None:
    quarter = point.quarter or 0
    if not 1 <= quarter <= 4:
        return None
    first = date(year, quarter * 3 - 2, 1)
    last = month_end(year, quarter * 3)
    middle = date(year, quarter * 3 - 1, 15)
    assert last is not None
    return _in_part(point.part, first, middle, last, middle)


def _year_span(point: Point, year: int) -> Span | None:
    """Giữa năm is 30 June (art. 146: the last day of the sixth month)."""
    first, last, middle = date(year, 1, 1), date(year, 12, 31), date(year, 6, 30)
    if point.months:
        if point.part == "half1":
            return _whole(first, month_end(year, point.months))
        return _whole(date(year, 13 - point.months, 1), last)
    return _in_part(point.part, first, middle, last, middle)


def _whole(first: date, last: date | None) -> Span | None:
    return Span(first, last) if last is not None else None


def _in_part(part: str, first: date, middle: date, last: date, half: date) -> Span:
    if part == "start":
        return Span(first, first, first, vague=True)
    if part == "mid":
        return Span(middle, middle, middle, vague=True)
    if part == "end":
        return Span(last, last, last, vague=True)
    if part == "half1":
        return Span(first, half)
    if part == "half2":
        return Span(half + ONE_DAY, last)
    return Span(first, last)
