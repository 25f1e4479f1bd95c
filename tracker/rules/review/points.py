"""Điểm cần xem lại: what a person must look at in a draft as it stands now, found anew after every correction.

A point that was ticked off stays so as long as it says the same of the same row; when its dates change it comes back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from tracker.errors import NotFound, Refused
from tracker.rules.parsed import Doubt, ParsedGroup, ParsedPlan, ParsedStage, Place, PlanFacts, Timeline
from tracker.rules.review.model import FactFields, Review, Row, Touch, fields_of
from tracker.rules.states import TimeKind
from tracker.rules.workdays import WorkCalendar
from tracker.wording import sentence
from tracker.wording.refusals import BLOCKING_DOUBTS

#: Doubts that only a correction settles: a plan cannot end before it starts.
ONLY_CORRECTION = frozenset({"end_before_start"})

#: Points that only tell how something was read: nothing is asked of anyone, a look is enough and not needed.
FOR_INFORMATION = frozenset(
    {
        "before_day_strict",
        "before_day_inclusive",
        "continuous",
        "due_on_day_off",
        "owner_group",
        "windows_share_day",
        "year_inferred",
    }
)

_NUMBER = frozenset({"number_blank", "number_conflict"})
_DATE = frozenset({"date_blank", "date_and_year_blank", "impossible_date"})
_SUMS = frozenset({"sum_differs", "product_differs", "units_sum_differs"})


@dataclass(frozen=True)
class Point:
    """One thing to look at; `key` names it in forms."""

    key: str
    kind: str  #: a key of wording.refusals, "Draft warnings"
    sentence: str
    place: Place | None = None
    row: int | None = None  #: key of the row it speaks of
    settled: Touch | None = None

    @property
    def blocks(self) -> bool:
        """Whether the draft cannot be accepted as long as this stands open."""
        return self.kind in BLOCKING_DOUBTS and self.settled is None

    @property
    def informs(self) -> bool:
        """Whether it only says how something was read."""
        return self.kind in FOR_INFORMATION

    @property
    def may_be_settled(self) -> bool:
        return self.kind not in ONLY_CORRECTION


def points_of(
    review: Review,
    read: ParsedPlan,
    *,
    calendar: WorkCalendar | None = None,
    known_units: Collection[str] | None = None,
) -> tuple[Point, ...]:
    """All points of the draft in reading order. `read` is the reading it began with; `known_units` as of find_doubts."""
    from tracker.rules.drafts.doubts import find_doubts  # the reader is large: loaded when a draft is looked at

    facts = _facts(review.fields, read.facts)
    timeline, keys = _timeline(review.rows, read.timeline)
    doubts = find_doubts(facts, timeline, strict=review.before_is_strict, calendar=calendar, known_units=known_units)
    found = [(doubt, keys.get(doubt.stage or 0)) for doubt in doubts]
    alive = {row.key for row in review.rows}
    answered = _answered(review.fields, read.facts)
    given = [
        (doubt, doubt.stage)
        for doubt in (*read.facts.doubts, *read.timeline.doubts)
        if (doubt.stage is None or doubt.stage in alive) and not (doubt.stage is None and doubt.key in answered)
    ]
    points = {point.key: point for point in (_point(doubt, row, review) for doubt, row in (*given, *found))}
    return tuple(sorted(points.values(), key=_reading_order))


def open_points(points: Sequence[Point]) -> tuple[Point, ...]:
    """What still waits for somebody's look."""
    return tuple(p for p in points if p.settled is None and not p.informs)


def blocking_points(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(p for p in points if p.blocks)


def settle(review: Review, points: Sequence[Point], key: str, *, touch: Touch | None) -> Review:
    """Tick a point off (or, without `touch`, open it again). Raises NotFound, and Refused where only a correction helps."""
    point = next((p for p in points if p.key == key), None)
    if point is None:
        raise NotFound(f"point {key}")
    if touch is None:
        return replace(review, settled={k: t for k, t in review.settled.items() if k != key})
    if not point.may_be_settled:
        raise Refused("settle_dates", sentence("settle_dates"))
    return replace(review, settled={**review.settled, key: touch})


def _facts(fields: FactFields, read: PlanFacts) -> PlanFacts:
    known = {group.name: group for group in read.groups}
    groups = tuple(replace(known.get(name, ParsedGroup(name)), ballots_each=each) for name, each in fields.groups)
    return replace(read, number=fields.number or None, issued_on=fields.issued_on, year=fields.year, groups=groups, doubts=())


def _timeline(rows: Sequence[Row], read: Timeline) -> tuple[Timeline, dict[int, int]]:
    """The rows as stages (undated rows of a plan without a timeline stay duties); position -> key of the row."""
    of_duties = not read.stages and bool(read.duties)
    stages: list[ParsedStage] = []
    duties: list[ParsedStage] = []
    keys: dict[int, int] = {}
    for position, row in enumerate(rows, start=1):
        if not row.content:
            continue  # just added: nothing to say of it yet
        keys[position] = row.key
        stage = _stage(position, row)
        (duties if of_duties and row.time.kind is TimeKind.UNDATED else stages).append(stage)
    return replace(read, stages=tuple(stages), duties=tuple(duties), doubts=()), keys


def _stage(position: int, row: Row) -> ParsedStage:
    return ParsedStage(
        position=position,
        no=row.no,
        content=row.content,
        lead=_names(row.lead),
        coordinating=_names(row.coordinating),
        time=row.time,
        scope=row.scope,
        work_kind=row.work_kind,
        short_name=row.short_name,
        section=row.section,
        extra=row.extra,
        place=row.place,
        time_place=row.time_place,
        lead_place=row.lead_place,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _answered(fields: FactFields, read: PlanFacts) -> frozenset[str]:
    """Doubts of the facts that a correction has answered."""
    before = fields_of(read)
    answered: frozenset[str] = frozenset()
    if fields.number != before.number and fields.number and not fields.number.startswith("/"):
        answered |= _NUMBER
    if fields.issued_on is not None:
        answered |= _DATE
    if (fields.groups, fields.ballots) != (before.groups, before.ballots):
        answered |= _SUMS
    return answered


def _point(doubt: Doubt, row: int | None, review: Review) -> Point:
    text = f"{doubt.key}|{row or ''}|{doubt.sentence}"
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Point(key, doubt.key, doubt.sentence, doubt.place, row, review.settled.get(key))


def _reading_order(point: Point) -> tuple[int, int, int]:
    place = point.place
    if place is None:
        return (-1, 0, 0)
    return (place.block, -1 if place.row is None else place.row, -1 if place.column is None else place.column)
