"""Every point of a read plan that a person must look at, each named once, with its place and what to do.

The sentences are those of wording.refusals, "Draft warnings". One cause gives one doubt: a switch of the whole plan is
named once, and many rows with the same want are listed in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from tracker.rules.drafts.doubts_dates import date_doubts
from tracker.rules.drafts.doubts_facts import milestone_doubts
from tracker.rules.drafts.doubts_rows import row_doubts
from tracker.rules.parsed import Doubt, ParsedStage, Place, PlanFacts, Timeline
from tracker.rules.states import TimeKind
from tracker.rules.workdays import WorkCalendar
from tracker.wording import date_short, sentence

#: A reading rule of the whole plan: named once, at its first row.
_ONCE_A_PLAN = frozenset({"before_day_strict"})


def find_doubts(
    facts: PlanFacts,
    timeline: Timeline,
    *,
    strict: bool = True,
    calendar: WorkCalendar | None = None,
    known_units: Collection[str] | None = None,
) -> tuple[Doubt, ...]:
    """All doubts of a plan in reading order: those of the facts, of the times and of the rows among each other.

    `strict`: how "trước ngày" was read; only the strict reading is a doubt. `calendar`: the days off; without one only
    weekends are known. `known_units`: names in the directory; owners are compared with it only when it is given.
    """
    found = [*facts.doubts, *timeline.doubts, *milestone_doubts(facts.milestones)]
    for stage in timeline.stages:
        found.extend(_time_doubts(stage, strict=strict))
    if facts.survey_window is not None:
        place = facts.places.get("survey_window")
        found.extend(replace(doubt, place=doubt.place or place) for doubt in facts.survey_window.doubts)
    if strict:
        found.extend(_strict_reading(timeline.stages))
    found.extend(date_doubts(timeline.stages, facts.issued_on, calendar or WorkCalendar()))
    found.extend(row_doubts(facts, timeline, known_units))
    return tuple(sorted(_each_cause_once(found), key=_reading_order(timeline.stages)))


def _time_doubts(stage: ParsedStage, *, strict: bool) -> Iterable[Doubt]:
    """The doubts of reading one time, and what its kind makes doubtful by itself."""
    time = stage.time
    place = stage.time_place or stage.place
    keys = set()
    for doubt in time.doubts:
        if doubt.key == "before_day_strict" and not strict:
            continue
        keys.add(doubt.key)
        yield replace(doubt, place=doubt.place or place, stage=doubt.stage or stage.position)
    key = ""
    if time.kind is TimeKind.UNPARSABLE and "time_unparsed" not in keys:
        key = "time_unparsed"
    elif time.kind in {TimeKind.EVENT_RELATIVE, TimeKind.RELATIVE} and time.due_on is None and "depends_on_event" not in keys:
        key = "depends_on_event"
    elif time.kind is TimeKind.CONTINUOUS and "continuous" not in keys:
        key = "continuous"
    if key and time.wording:
        yield Doubt(key, sentence(key, wording=time.wording), place, stage.position)


def _strict_reading(stages: Iterable[ParsedStage]) -> Iterable[Doubt]:
    """How "trước ngày X" was read: a switch of the plan, shown at the first row it moves."""
    for stage in stages:
        time = stage.time
        if time.named_day is not None and time.due_on is not None and time.due_on < time.named_day:
            words = sentence(
                "before_day_strict", wording=time.wording, due_on=date_short(time.due_on), day=date_short(time.named_day)
            )
            yield Doubt("before_day_strict", words, stage.time_place or stage.place, stage.position)


def _each_cause_once(doubts: Iterable[Doubt]) -> list[Doubt]:
    kept: list[Doubt] = []
    seen: set[tuple[str, str]] = set()
    for doubt in doubts:
        cause = (doubt.key, "" if doubt.key in _ONCE_A_PLAN else doubt.sentence)
        if cause not in seen:
            seen.add(cause)
            kept.append(doubt)
    return kept


def _reading_order(stages: Iterable[ParsedStage]) -> Callable[[Doubt], tuple[int, int, int]]:
    places = {stage.position: stage.place for stage in stages}

    def key(doubt: Doubt) -> tuple[int, int, int]:
        place: Place | None = doubt.place or (places.get(doubt.stage) if doubt.stage else None)
        if place is None:
            return (-1, 0, 0)
        return (place.block, -1 if place.row is None else place.row, -1 if place.column is None else place.column)

    return key
