"""The rows and facts of a draft under review, and the plan that they make when accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.errors import NotFound
from tracker.rules.draft_json import from_json, to_json
from tracker.rules.parsed import ParsedPlan, ParsedStage, Place, PlanFacts, TimePhrase
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import Scope, WorkKind

SHORT_NAME_LENGTH = 40


@dataclass(frozen=True)
class Touch:
    """Who changed something last, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class Row:
    """One piece of work of the draft. `key` stays with it when it moves; `rev` counts its corrections."""

    key: int
    no: str
    content: str
    time: TimePhrase
    short_name: str = ""
    lead: str = ""  #: several parted by ";"
    coordinating: str = ""
    scope: Scope = Scope.ONCE
    work_kind: WorkKind = WorkKind.OTHER
    needs_confirmation: bool | None = None  #: None: by the default rule of the layout
    section: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    time_place: Place | None = None
    lead_place: Place | None = None
    days_by_hand: bool = False  #: start and due were typed by a person: no re-reading may change them
    rev: int = 1
    touched: Touch | None = None


@dataclass(frozen=True)
class FactFields:
    """The facts of a plan that a person can correct, as the form gives them."""

    name: str
    short_name: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    place: str = ""
    signatory: str = ""
    parent: str = ""
    year: int | None = None
    ballots: int | None = None
    recheck_percent: int | None = None
    groups: tuple[tuple[str, int | None], ...] = ()  #: (name of the group, ballots for each unit)


@dataclass(frozen=True)
class Review:
    fields: FactFields
    rows: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    settled: dict[str, Touch] = field(default_factory=dict)  #: key of a point -> who looked at it
    before_is_strict: bool = True
    unit_ids: tuple[int, ...] = ()  #: the units chosen for the plan
    next_key: int = 1
    fields_rev: int = 1
    fields_touched: Touch | None = None

    def row(self, key: int) -> Row:
        """The row with that key; raises NotFound (another person may have removed it)."""
        for row in self.rows:
            if row.key == key:
                return row
        raise NotFound(f"row {key}")

    def position(self, key: int) -> int:
        return self.rows.index(self.row(key))


def review_of(parsed: ParsedPlan) -> Review:
    """The review that begins with what was read, nothing corrected. The key of a row is the position it was read at."""
    facts = parsed.facts
    rows = tuple(_row(stage) for stage in parsed.timeline.stages or parsed.timeline.duties)
    return Review(fields=fields_of(facts), rows=rows, next_key=max((row.key for row in rows), default=0) + 1)


def fields_of(facts: PlanFacts) -> FactFields:
    """The facts as read, in the form in which they are corrected."""
    return FactFields(
        name=facts.title or "Kế hoạch khảo sát",
        short_name=f"Khảo sát {facts.year}" if facts.year else "Khảo sát",
        number=facts.number or "",
        issued_on=facts.issued_on,
        issuer=facts.issuer,
        place=facts.place or "",
        signatory=facts.signatory,
        parent=next((str(r) for r in facts.references if r.role == "parent"), ""),
        year=facts.year,
        ballots=facts.ballots,
        recheck_percent=facts.recheck_percent,
        groups=tuple((g.name, g.ballots_each) for g in facts.groups),
    )


def plan_input(review: Review) -> PlanInput:
    """The plan as accepted: what `planning.create_plan` lays out."""
    f = review.fields
    return PlanInput(
        name=f.name,
        short_name=f.short_name,
        number=f.number,
        issued_on=f.issued_on,
        issuer=f.issuer,
        place=f.place,
        signatory=f.signatory,
        parent=f.parent,
        year=f.year,
        ballots=f.ballots,
        recheck_percent=f.recheck_percent,
        before_is_strict=review.before_is_strict,
        groups=f.groups,
        stages=tuple(stage_input(position, row) for position, row in enumerate(review.rows, start=1)),
    )


def stage_input(position: int, row: Row) -> StageInput:
    return StageInput(
        no=row.no or str(position),
        content=row.content,
        short_name=row.short_name or short_name_of(row.content),
        lead=row.lead,
        coordinating=row.coordinating,
        wording=row.time.wording,
        time_kind=row.time.kind,
        start_on=row.time.start_on,
        due_on=row.time.due_on,
        scope=row.scope,
        work_kind=row.work_kind,
        needs_confirmation=row.needs_confirmation,
        place_in_document=f"dòng {row.no or position}",
    )


def short_name_of(content: str) -> str:
    """The first words of `content`, whole, at most 40 characters."""
    text = " ".join(content.split()).rstrip(".;,:")
    if len(text) <= SHORT_NAME_LENGTH:
        return text
    cut = text[: SHORT_NAME_LENGTH + 1].rsplit(" ", 1)[0]
    return cut[:SHORT_NAME_LENGTH].rstrip(".;,: ")


def review_to_json(review: Review) -> dict[str, Any]:
    data: dict[str, Any] = to_json(review)
    return data


def review_from_json(data: dict[str, Any]) -> Review:
    return from_json(Review, data)


def _row(stage: ParsedStage) -> Row:
    return Row(
        key=stage.position,
        no=stage.no,
        content=stage.content,
        time=stage.time,
        short_name=stage.short_name or short_name_of(stage.content),
        lead="; ".join(stage.lead),
        coordinating="; ".join(stage.coordinating),
        scope=stage.scope,
        work_kind=stage.work_kind,
        section=stage.section,
        extra=stage.extra,
        place=stage.place,
        time_place=stage.time_place,
        lead_place=stage.lead_place,
    )
