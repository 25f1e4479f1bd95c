"""Where everything on a plan's chart stands: days to pixels, rows to shapes. Pure; templates/macros/timeline.html draws it.

The geometry is that of the design sheet: rows and head of 44 px, a due date on its day's right edge, at least 2 px a day
(longer plans scroll), text right of the last mark or left of the lock where there is no room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from tracker.wording import date_short, day_month

ROW = 44
HEAD = 44
WIDTH = 926
MIN_PX_A_DAY = 2.0
#: Under this many pixels a day weekends and Mondays are only noise.
FINE_PX_A_DAY = 3.0
MARGIN_DAYS = 6
#: A plan of one week is not stretched over the whole width.
MIN_DAYS = 62
#: Longest chart: a slip in a year must not draw for ever.
MAX_DAYS = 5 * 366
PX_A_LETTER = 6.5
LOCK = 18
ONE_DAY = timedelta(days=1)

Side = Literal["start", "end"]
Gate = Literal["", "open", "closed"]


@dataclass(frozen=True)
class Row:
    """What the chart must know of one stage."""

    label: str
    start_on: date | None
    due_on: date | None
    aim_on: date | None
    tone: str
    share_done: float  #: 0 … 1
    is_done: bool
    overdue: int  #: tasks late and still open
    late_done_on: date | None  #: the last day on which something was finished late
    gate: Gate = ""  #: "" for a stage that waits for nothing
    gate_text: str = ""
    note: str = ""  #: the words beside the last mark
    loud_note: str = ""  #: said first, in the tone's colour
    extended_to: date | None = None  #: the last due date that a unit was given beyond the stage's own
    extended_text: str = ""
    ends_on: date | None = None  #: when it will be done at today's pace, where that is later than its due date


@dataclass(frozen=True)
class Band:
    x: float
    width: float
    title: str = ""


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str
    side: Side = "start"
    loud: bool = False


@dataclass(frozen=True)
class Drawn:
    """The shapes of one row; a coordinate that is None is not drawn."""

    tone: str
    bar_tone: str  #: of the window: how far is always blue, lateness is said by strip, diamond and words
    mid: float
    is_done: bool
    window: Band | None = None
    done: Band | None = None
    over: Band | None = None
    slip: Band | None = None  #: from the due date to the one given later
    forecast: tuple[float, float] | None = None  #: from the due date or today to the end expected
    forecast_title: str = ""
    lead: tuple[float, float] | None = None  #: a line towards a due date without a window
    lead_is_open: bool = False
    due_x: float | None = None
    due_title: str = ""
    aim_x: float | None = None
    aim_title: str = ""
    lock_x: float | None = None
    lock_is_open: bool = False
    lock_title: str = ""
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Chart:
    width: float
    height: float
    first_on: date
    last_on: date
    months: tuple[Label, ...]
    month_lines: tuple[float, ...]
    mondays: tuple[Label, ...]
    weekends: tuple[Band, ...]
    holidays: tuple[Band, ...]
    rows: tuple[Drawn, ...]
    today_x: float | None
    today_text: str
    today_tag_x: float
    description: str
    row_lines: tuple[float, ...] = field(default=())
    has_over: bool = False
    has_aim: bool = False
    has_slip: bool = False
    has_forecast: bool = False


def chart(rows: Sequence[Row], days_off: Iterable[tuple[date, str]], *, today: date) -> Chart | None:
    """The drawing of a plan, or None when none of its stages has a date."""
    dates = [d for r in rows for d in (r.start_on, r.due_on, r.aim_on, r.late_done_on, r.extended_to, r.ends_on) if d]
    if not dates:
        return None
    first = _month_start(min(dates) - timedelta(days=MARGIN_DAYS))
    last = min(max(dates) + timedelta(days=MARGIN_DAYS), first + timedelta(days=MAX_DAYS))
    last = max(last, first + timedelta(days=MIN_DAYS - 1))
    if first <= today <= last + timedelta(days=45):  # a plan that is a little late still shows where today lies
        last = max(last, today + timedelta(days=MARGIN_DAYS))
    count = (last - first).days + 1
    px = max(MIN_PX_A_DAY, WIDTH / count)
    scale = _Scale(first, px, count)
    drawn = tuple(_draw(r, index, scale, today) for index, r in enumerate(rows))
    fine = px >= FINE_PX_A_DAY
    today_x = scale.left(today) if first <= today <= last else None
    return Chart(
        width=round(px * count, 1),
        height=HEAD + ROW * len(rows),
        first_on=first,
        last_on=last,
        months=tuple(_months(scale, last)),
        month_lines=tuple(scale.left(day) for day in _first_days(first, last)),
        mondays=tuple(_mondays(scale, last, today)) if fine else (),
        weekends=tuple(_weekends(scale, last)) if fine else (),
        holidays=tuple(
            Band(scale.left(day), round(px, 2), f"{name} {date_short(day)}") for day, name in days_off if first <= day <= last
        ),
        rows=drawn,
        today_x=today_x,
        today_text=f"Hôm nay {day_month(today)}",
        today_tag_x=min(max((today_x or 0) - 46, 0), round(px * count, 1) - 92),
        description=_description(rows, today),
        row_lines=tuple(HEAD + ROW * n + 0.5 for n in range(len(rows))),
        has_over=any(d.over for d in drawn),
        has_aim=any(d.aim_x is not None for d in drawn),
        has_slip=any(d.slip for d in drawn),
        has_forecast=any(d.forecast for d in drawn),
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    px: float
    count: int

    @property
    def width(self) -> float:
        return self.px * self.count

    def left(self, day: date) -> float:
        """The left edge of a day."""
        return round((day - self.first).days * self.px, 1)

    def right(self, day: date) -> float:
        """The right edge of a day: where a due date ends."""
        return self.left(day + ONE_DAY)


def _draw(row: Row, index: int, scale: _Scale, today: date) -> Drawn:
    mid = HEAD + ROW * index + ROW / 2
    if row.due_on is None and row.start_on is None:
        label = Label(8, mid + 4, row.note or "không có hạn")
        return Drawn(row.tone, row.tone, mid, row.is_done, labels=(label,))
    begin = scale.left(row.start_on) if row.start_on else scale.right(row.due_on or today)
    end = scale.right(row.due_on) if row.due_on else scale.width
    window = done = over = lead = None
    if row.start_on:
        title = f"{row.label}: {date_short(row.start_on)} – {date_short(row.due_on)}" if row.due_on else row.label
        window = Band(begin, round(end - begin, 1), title)
        if row.share_done:
            done = Band(begin, round((end - begin) * row.share_done, 1))
    lock_x = _lock_x(row, begin, end) if row.gate else None
    if window is None:
        lead = (max(end - 92 if lock_x is None else (lock_x + LOCK + 2), 2), end - 8)
        if lead[0] >= lead[1]:
            lead = None
    mark = end
    late_until = row.late_done_on if row.late_done_on and row.due_on and row.late_done_on > row.due_on else None
    if row.overdue and row.due_on and today > row.due_on:
        late_until = today
    if late_until:
        over_end = min(scale.left(late_until) if row.overdue else scale.right(late_until), scale.width)
        over = Band(end, round(max(over_end - end, 2), 1), "Quá hạn" if row.overdue else "Xong quá hạn")
        mark = max(mark, end + over.width)
    slip = forecast = None
    if row.extended_to and row.due_on and row.extended_to > row.due_on:
        slip = Band(end, round(min(scale.right(row.extended_to), scale.width) - end, 1), row.extended_text)
        mark = max(mark, end + slip.width)
    if row.ends_on and row.due_on and row.ends_on > row.due_on:
        forecast = (max(end, min(scale.left(today), scale.width)), min(scale.right(row.ends_on), scale.width))
        mark = max(mark, forecast[1])
    aim_x = None
    if row.aim_on and row.aim_on != row.due_on:
        aim_x = round(scale.right(row.aim_on) - 3, 1)
    return Drawn(
        tone=row.tone,
        bar_tone="run" if row.tone == "over" else row.tone,
        mid=mid,
        is_done=row.is_done,
        window=window,
        done=done,
        over=over,
        slip=slip,
        forecast=forecast,
        forecast_title=f"Ước xong {date_short(row.ends_on)}" if row.ends_on else "",
        lead=lead,
        lead_is_open=row.gate != "closed",
        due_x=end if row.due_on else None,
        due_title=f"Hạn {date_short(row.due_on)}" if row.due_on else "",
        aim_x=aim_x,
        aim_title=f"Ngày làm việc cuối trong hạn {date_short(row.aim_on)}" if row.aim_on else "",
        lock_x=lock_x,
        lock_is_open=row.gate == "open",
        lock_title=row.gate_text,
        labels=_labels(row, mid, mark, lock_x if lock_x is not None else begin, scale),
    )


def _lock_x(row: Row, begin: float, end: float) -> float:
    """The lock sits at the stage's start; before a bare due date it keeps some way off."""
    return round(max(begin - LOCK + 3 if row.start_on else end - LOCK - 46, 0), 1)


def _labels(row: Row, mid: float, mark: float, leftmost: float, scale: _Scale) -> tuple[Label, ...]:
    texts = [(text, loud) for text, loud in ((row.loud_note, True), (row.note, False)) if text]
    if not texts:
        return ()
    needed = 16 + PX_A_LETTER * max(len(text) for text, _ in texts)
    side: Side = "start" if scale.width - mark >= needed else "end"
    lift = 0
    if side == "start":
        x = mark + 12
    elif leftmost >= needed:
        x = leftmost - 8
    else:  # the bar fills the chart: above its end
        x, lift = mark - 14, 12
    x = round(x, 1)
    if len(texts) == 1:
        return (Label(x, mid + 4 - lift, texts[0][0], side, texts[0][1]),)
    return (Label(x, mid - 4 - lift // 2, texts[0][0], side, texts[0][1]), Label(x, mid + 12, texts[1][0], side, texts[1][1]))


def _month_start(day: date) -> date:
    """A chart begins with a month where that costs little, so that the first month's name has room."""
    return day.replace(day=1) if day.day <= 16 else day


def _first_days(first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        if day.day == 1 or day == first:
            yield day
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _months(scale: _Scale, last: date) -> Iterable[Label]:
    starts = list(_first_days(scale.first, last))
    for n, day in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else last + ONE_DAY
        room = (end - day).days * scale.px
        with_year = n == 0 or day.month == 1
        if room >= (96 if with_year else 56):
            yield Label(scale.left(day) + 6, 16, f"Tháng {day.month}/{day.year}" if with_year else f"Tháng {day.month}")
        elif room >= 20 and n + 1 < len(starts):
            yield Label(scale.left(day) + 4, 16, f"{day.month}")


def _mondays(scale: _Scale, last: date, today: date) -> Iterable[Label]:
    day = scale.first + timedelta(days=-scale.first.weekday() % 7)
    while day <= last:
        x = round(scale.left(day) + scale.px / 2, 1)
        if 8 <= x <= scale.width - 8 and abs((day - today).days) * scale.px > 54:
            yield Label(x, 37, f"{day.day:02d}")
        day += timedelta(days=7)


def _weekends(scale: _Scale, last: date) -> Iterable[Band]:
    day = scale.first + timedelta(days=(5 - scale.first.weekday()) % 7)
    if scale.first.weekday() == 6:
        yield Band(0, round(scale.px, 1))
    while day <= last:
        yield Band(scale.left(day), round(scale.px * (2 if day < last else 1), 1))
        day += timedelta(days=7)


def _description(rows: Sequence[Row], today: date) -> str:
    said = [f"{r.label}: {' · '.join(t for t in (r.loud_note, r.note) if t)}" for r in rows if r.loud_note or r.note]
    return f"Hôm nay {date_short(today)}. " + " ".join(f"{text}." for text in said)
