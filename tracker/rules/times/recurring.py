"""The iCalendar rule of a rhythm with its day: "trước ngày 25 hằng tháng", "ngày 15 tháng cuối quý", "thứ Sáu hằng tuần"."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.rules.times.items import At, Bound, Rhythm
from tracker.rules.times.points import Level, Point
from tracker.rules.times.rhythm import rule_of

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONTH_OF_QUARTER = {"start": (1, 4, 7, 10), "mid": (2, 5, 8, 11), "end": (3, 6, 9, 12)}
_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: The day of the month on which a part of it ends.
_PART_DAY = {
    "start": 1, "mid": 15, "end": -1, "ten1": 10, "ten2": 20, "ten3": -1, "half1": 15, "half2": -1, "last": -1,
    "week1": 7, "week2": 14, "week3": 21, "week4": 28, "week5": -1, "weekend": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Day:
    """A day that comes back: in every month (months empty) or in these; −1 is the last."""

    months: tuple[int, ...]
    day: int


def implied_rhythm(point: Point) -> Rhythm | None:
    """The rhythm that a point speaks of without "hằng": "ngày 15 tháng cuối quý", "ngày 05 tháng sau"."""
    if point.month_of_quarter:
        return Rhythm(months=3)
    if point.level is Level.WEEK and point.month is None and point.part.startswith("week"):
        return Rhythm(months=1)
    if point.next_month or (point.level is Level.DAY and point.part == "last" and point.month is None and point.quarter is None):
        return Rhythm(months=1)
    return None


def rrule(rhythm: Rhythm, items: list[At], *, strict: bool) -> str:
    """The RRULE of `rhythm` on the days of `items`; without such days that of the rhythm alone. "" when none says it."""
    if rhythm.weekday is not None:
        place = -1 if rhythm.part == "end" else 1
        return f"FREQ=MONTHLY;BYDAY={place}{_WEEKDAYS[rhythm.weekday]}"
    if rhythm.part and not items:
        return _part_rule(rhythm)
    if not items:
        return rule_of(rhythm)
    if all(point.level is Level.WEEKDAY for item in items for point in item.points.all):
        return _weekly(items, strict)
    exact = [item for item in items if item.points.last.level is Level.DAY]
    days: list[_Day] = []
    for item in exact or items:
        for point in item.points.all[-1:] if item.points.ranged else item.points.all:
            day = _day_of(point, item.bound, rhythm, strict)
            if day is None:
                return rule_of(rhythm)
            days.append(day)
    if any(point.last_workday for item in items for point in item.points.all):
        return _month_rule(rhythm, days[0], "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")
    return _joined(rhythm, days)


def _part_rule(rhythm: Rhythm) -> str:
    last = rhythm.part == "end"
    if rhythm.workday:
        return _month_rule(rhythm, _Day(_edge_months(rhythm), 0), f"BYDAY=MO,TU,WE,TH,FR;BYSETPOS={'-1' if last else '1'}")
    if rhythm.part == "mid" and rhythm.months != 1:
        return rule_of(rhythm)
    return _joined(rhythm, [_Day(_edge_months(rhythm), _PART_DAY[rhythm.part])])


def _edge_months(rhythm: Rhythm) -> tuple[int, ...]:
    last = rhythm.part == "end"
    if rhythm.months == 3:
        return _MONTH_OF_QUARTER["end" if last else "start"]
    if rhythm.months == 6:
        return (6, 12) if last else (1, 7)
    if rhythm.months == 12:
        return (12,) if last else (1,)
    return ()


def _weekly(items: list[At], strict: bool) -> str:
    days: list[int] = []
    for item in items:
        points = item.points.all
        numbers = [point.weekday or 0 for point in points]
        if item.points.ranged and numbers[0] < numbers[-1]:
            numbers = list(range(numbers[0], numbers[-1] + 1))
        shift = 1 if _excluded(item.bound, strict) else 0
        days += [(number - shift) % 7 for number in numbers]
    return "FREQ=WEEKLY;BYDAY=" + ",".join(_WEEKDAYS[day] for day in sorted(set(days)))


def _excluded(bound: Bound, strict: bool) -> bool:
    return bound in (Bound.UNTIL_BEFORE, Bound.BEFORE_MIDNIGHT) or (bound is Bound.BEFORE and strict)


def _day_of(point: Point, bound: Bound, rhythm: Rhythm, strict: bool) -> _Day | None:
    if point.scrambled or point.lunar:
        return None
    months = _months_of(point, rhythm)
    if months is None:
        return None
    if point.level is Level.DAY:
        day = -1 if point.part == "last" else point.day or 0
        if day > 31 or day == 0 or any(not 1 <= month <= 12 for month in months):
            return None
        if months and day > max(_LAST_DAY[month - 1] for month in months) and (day, months) != (29, (2,)):
            return None
        return _before(_Day(months, day)) if _excluded(bound, strict) and day > 0 else _Day(months, day)
    if any(not 1 <= month <= 12 for month in months):
        return None
    if bound in (Bound.BEFORE, Bound.UNTIL_BEFORE) and point.part in ("", "start"):
        return _before(_Day(tuple(_first_month(point, month) for month in months), 1))
    return _Day(months, _PART_DAY.get(point.part, -1))


def _first_month(point: Point, month: int) -> int:
    return month - 2 if point.level is Level.QUARTER else (1 if point.level is Level.YEAR else month)


def _months_of(point: Point, rhythm: Rhythm) -> tuple[int, ...] | None:
    """The months in which the day falls; () for every month; None when the words do not say."""
    if point.month_of_quarter:
        return _MONTH_OF_QUARTER[point.month_of_quarter]
    if point.month is not None:
        return (point.month,)
    if point.level is Level.QUARTER:
        return (point.quarter * 3,) if point.quarter else _MONTH_OF_QUARTER["start" if point.part == "start" else "end"]
    if point.level is Level.YEAR:
        return {"start": (1,), "end": (12,), "mid": (6,)}.get(point.part)
    return () if rhythm.months in (0, 1, 3) and not rhythm.days else None


def _before(day: _Day) -> _Day:
    """The day before, in a year that is no leap year."""
    if day.day > 1:
        return _Day(day.months, day.day - 1)
    return _Day(tuple((month - 2) % 12 + 1 for month in day.months), -1)


def _joined(rhythm: Rhythm, days: list[_Day]) -> str:
    """One rule for all the days: the same day in several months, or several days in every month."""
    numbers = sorted({day.day for day in days}, key=lambda number: (number < 0, number))
    months = sorted({month for day in days for month in day.months})
    if any(not day.months for day in days) and months:
        return rule_of(rhythm)
    by_day = "BYMONTHDAY=" + ",".join(map(str, numbers))
    if not months:
        return _month_rule(rhythm, days[0], by_day)
    if len(numbers) > 1 and len(months) > 1:
        pairs = {(month, day.day) for day in days for month in day.months}
        if pairs != {(month, number) for month in months for number in numbers}:
            return ""
    return f"FREQ=YEARLY;BYMONTH={','.join(map(str, months))};{by_day}"


def _month_rule(rhythm: Rhythm, day: _Day, by_day: str) -> str:
    if day.months:
        return f"FREQ=YEARLY;BYMONTH={','.join(map(str, day.months))};{by_day}"
    interval = int(rhythm.months) if rhythm.months >= 1 and rhythm.times == 1 else 1
    return f"FREQ=MONTHLY;INTERVAL={interval};{by_day}" if interval > 1 else f"FREQ=MONTHLY;{by_day}"
