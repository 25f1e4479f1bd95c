"""Doubts about dates: against the signing, the calendar and each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from tracker.rules.parsed import Doubt, ParsedStage
from tracker.rules.states import TimeKind, WorkKind
from tracker.rules.workdays import WorkCalendar
from tracker.wording import count, date_short, sentence

#: Kinds whose last day the plan names itself; the last day of a month is nobody's wording.
_NAMED_DAYS = frozenset({TimeKind.DEADLINE, TimeKind.WINDOW, TimeKind.RELATIVE})
#: Work that runs beside the line may overlap anything.
_BESIDE = frozenset({WorkKind.MONITORING, WorkKind.INFORMATION})
#: Working days without any work between two windows from which on they are a gap and not a breath.
_GAP_WORKDAYS = 3
#: More stages than these due before the signing: rather the signing or the year was read wrongly.
_MANY = 3
#: More doubts of one kind than these are read by nobody one by one.
_LISTED = 8
#: A sentence that names more rows than these is not read to its end.
_NAMED = 12


def date_doubts(stages: Sequence[ParsedStage], issued_on: date | None, calendar: WorkCalendar) -> list[Doubt]:
    """Doubts of the dated stages, in the order of the rows."""
    found = [*_each(stages, issued_on, calendar), *_neighbours(stages, calendar), *_order(stages)]
    for key, together in (("due_on_day_off", "days_off_many"), ("windows_overlap", "overlaps_many")):
        found = _together(found, key, together, stages)
    gaps = [doubt for doubt in found if doubt.key == "windows_gap"]
    # A plan full of gaps is made of pieces far apart: nothing is missing between them.
    return [doubt for doubt in found if len(gaps) <= _MANY or doubt.key != "windows_gap"]


def _together(doubts: list[Doubt], key: str, together: str, stages: Sequence[ParsedStage]) -> list[Doubt]:
    """Too many doubts of one kind as one that lists their rows."""
    several = [doubt for doubt in doubts if doubt.key == key]
    if len(several) <= _LISTED:
        return doubts
    by_position = {stage.position: stage for stage in stages}
    rows = labels([by_position[doubt.stage] for doubt in several if doubt.stage], stages)
    one = Doubt(together, sentence(together, n=len(several), rows=rows), several[0].place, several[0].stage)
    return [one, *(doubt for doubt in doubts if doubt.key != key)]


def label(stage: ParsedStage, stages: Sequence[ParsedStage]) -> str:
    """What a sentence calls a row: its signed number where that is unique, else its position."""
    signed = [other.no for other in stages]
    return stage.no if stage.no and signed.count(stage.no) == 1 and len(stage.no) <= 12 else str(stage.position)


def labels(rows: Sequence[ParsedStage], stages: Sequence[ParsedStage]) -> str:
    """ "1, 2, 5"; of many rows the first, and how many more: "1, 2, 3, 4, 5, 6, 7, 8 và 67 dòng khác"."""
    named = rows if len(rows) <= _NAMED else rows[:_LISTED]
    rest = len(rows) - len(named)
    return ", ".join(label(row, stages) for row in named) + (f" và {count(rest, 'dòng khác')}" if rest else "")


def _each(stages: Sequence[ParsedStage], issued_on: date | None, calendar: WorkCalendar) -> Iterator[Doubt]:
    early = [s for s in stages if issued_on and s.time.due_on and s.time.due_on < issued_on]
    for stage in stages:
        time, place = stage.time, stage.time_place or stage.place
        keys = {doubt.key for doubt in time.doubts}
        if time.start_on and time.due_on and time.due_on < time.start_on and "end_before_start" not in keys:
            words = sentence("end_before_start", due_on=date_short(time.due_on), start_on=date_short(time.start_on))
            yield Doubt("end_before_start", words, place, stage.position)
        if stage in early and len(early) <= _MANY and issued_on and time.due_on and "due_before_issue" not in keys:
            words = sentence("due_before_issue", due_on=date_short(time.due_on), issued_on=date_short(issued_on))
            yield Doubt("due_before_issue", words, place, stage.position)
        if time.due_on and time.kind in _NAMED_DAYS and not calendar.is_workday(time.due_on) and "due_on_day_off" not in keys:
            aim = calendar.on_or_before(time.due_on)
            yield Doubt(
                "due_on_day_off",
                sentence("due_on_day_off", due_on=date_short(time.due_on), aim_on=date_short(aim)),
                place,
                stage.position,
            )
    if len(early) > _MANY and issued_on:
        first = early[0]
        words = sentence("many_due_before_issue", n=len(early), issued_on=date_short(issued_on))
        yield Doubt("many_due_before_issue", words, first.time_place or first.place, first.position)


def _neighbours(stages: Sequence[ParsedStage], calendar: WorkCalendar) -> Iterator[Doubt]:
    """Windows that follow each other: a shared day, an overlap, a gap that no other stage fills."""
    windows = [
        s for s in stages if s.time.kind is TimeKind.WINDOW and s.time.start_on and s.time.due_on and s.work_kind not in _BESIDE
    ]
    windows = [s for s in windows if s.time.start_on and s.time.due_on and s.time.start_on <= s.time.due_on]
    for a, b in pairwise(windows):
        if a.section != b.section or not (a.time.start_on and a.time.due_on and b.time.start_on and b.time.due_on):
            continue
        names = {"a": label(a, stages), "b": label(b, stages)}
        place, start, due = b.time_place or b.place, b.time.start_on, a.time.due_on
        if start == due:
            yield Doubt("windows_share_day", sentence("windows_share_day", **names, day=date_short(due)), place, b.position)
        elif a.time.start_on < start < due < b.time.due_on:
            words = sentence("windows_overlap", **names, start_on=date_short(start), due_on=date_short(due))
            yield Doubt("windows_overlap", words, place, b.position)
        elif start > due and b.position == a.position + 1:
            idle = calendar.between(due, start - timedelta(days=1))
            if idle >= _GAP_WORKDAYS:
                words = sentence("windows_gap", **names, due_on=date_short(due), start_on=date_short(start), n=idle)
                yield Doubt("windows_gap", words, place, b.position)


def _order(stages: Sequence[ParsedStage]) -> Iterator[Doubt]:
    """Rows whose last day lies before that of an earlier row. A table that is in no order of time at all is named once."""
    dated = [s for s in stages if s.time.due_on is not None and s.work_kind not in _BESIDE and s.time.kind is not TimeKind.YEAR]
    backwards: list[tuple[ParsedStage, ParsedStage]] = []
    latest: dict[str, ParsedStage] = {}
    for stage in dated:
        before = latest.get(stage.section)
        if before is not None and _ends_earlier(stage, before):
            backwards.append((before, stage))
        elif before is None or not _lies_inside(stage, before):
            latest[stage.section] = stage
    if not backwards:
        return
    if len(backwards) > max(_MANY, len(dated) // 4):
        rows = labels([b for _, b in backwards], stages)
        yield Doubt("order_mixed", sentence("order_mixed", rows=rows), backwards[0][1].time_place or backwards[0][1].place)
        return
    for a, b in backwards:
        if a.time.due_on and b.time.due_on:
            words = sentence(
                "order_backwards",
                a=label(a, stages),
                b=label(b, stages),
                due_a=date_short(a.time.due_on),
                due_b=date_short(b.time.due_on),
            )
            yield Doubt("order_backwards", words, b.time_place or b.place, b.position)


def _ends_earlier(stage: ParsedStage, before: ParsedStage) -> bool:
    due, latest = stage.time.due_on, before.time.due_on
    return due is not None and latest is not None and due < latest and not _lies_inside(stage, before)


def _lies_inside(stage: ParsedStage, around: ParsedStage) -> bool:
    """Whether a stage runs wholly within another's window: beside it, not after it."""
    start, end, day = around.time.start_on, around.time.due_on, stage.time.due_on
    return start is not None and end is not None and day is not None and start <= (stage.time.start_on or day) and day <= end
