"""What the clauses of a phrase say, before the calendar is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto

from tracker.rules.times.points import Point, Points


class Bound(Enum):
    """How a point limits the work."""

    NONE = auto()  #: the point alone: "15/9/2021", "tháng 8/2021"
    IN = auto()  #: trong, vào
    BY = auto()  #: chậm nhất, đến, đến hết: the point still counts
    BEFORE = auto()  #: trước: the switch decides for days
    UNTIL_BEFORE = auto()  #: đến trước: never counts
    BEFORE_HOUR = auto()  #: trước 17 giờ ngày …: the hour is bounded, the day counts
    BEFORE_MIDNIGHT = auto()  #: trước 0 giờ ngày …: the day before is the last


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a day the phrase does not name. `words` are those of the plan."""

    words: str
    is_signing: bool = False  #: this plan's own signing or issue
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """Places of the item: tokens [first, after), and in which clause and bracket it stands."""

    first: int
    after: int
    clause: int = 0
    bracket: int = 0


@dataclass(frozen=True, slots=True)
class At:
    """A point, list or range, under a bound."""

    points: Points
    bound: Bound = Bound.NONE
    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Stretch:
    """From … to …; either end may be an event; `until` None is an open end (from a day on)."""

    since: Points | Event | None
    until: Points | Event | None
    until_bound: Bound = Bound.BY
    since_excluded: bool = False  #: "sau ngày X"
    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Duration:
    """N days, weeks, months, years or hours."""

    count: float
    unit: str  #: day, workday, month, year, hour

    @property
    def days(self) -> int | None:
        """Whole days; None for months, years, hours and halves, which depend on the calendar or are no days."""
        whole = int(self.count)
        return whole if self.unit in ("day", "workday") and whole == self.count else None


@dataclass(frozen=True, slots=True)
class Lapse:
    """A duration counted from (or back from) a day or an event."""

    length: Duration
    backward: bool = False
    anchor: Points | Event | None = None
    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """hằng tháng, 2 lần/năm, định kỳ. `months` between two rounds; or `days`."""

    months: float = 0
    days: int = 0
    times: int = 1  #: rounds in that span
    halves: bool = False  #: "6 tháng và năm": mid-year and year's end
    bare: bool = False  #: "định kỳ" without a span
    part: str = ""  #: "cuối mỗi tháng": start, mid or end of each span
    weekday: int | None = None  #: "thứ Sáu cuối tháng": with `part`
    workday: bool = False  #: "ngày làm việc cuối cùng của mỗi tháng"
    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Always:
    """thường xuyên, liên tục."""

    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Onward:
    """và các năm tiếp theo, trở đi."""

    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Happening:
    """sau khi …, khi …, trước khi …, trong quá trình …"""

    event: Event
    relation: str  #: after, before, until, while
    where: Where = field(default=Where(0, 0))


@dataclass(frozen=True, slots=True)
class Reference:
    """theo kế hoạch của …: somebody else's time."""

    words: str
    where: Where = field(default=Where(0, 0))


Item = At | Stretch | Lapse | Rhythm | Always | Onward | Happening | Reference


def placed(item: Item, where: Where) -> Item:
    return replace(item, where=where)


def points_of(item: Item) -> tuple[Point, ...]:
    if isinstance(item, At):
        return item.points.all
    if isinstance(item, Stretch):
        ends = [end.all for end in (item.since, item.until) if isinstance(end, Points)]
        return tuple(point for end in ends for point in end)
    return ()


def year_of(item: Item) -> int | None:
    points = points_of(item)
    return next((point.year for point in points if point.year is not None and not point.scrambled), None)
