"""From an accepted draft and its units to dated stages and tasks: the layout of a plan, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.rules.gates import Condition
from tracker.rules.method import Method, quotas_of
from tracker.rules.parsed import ParsedPlan, ParsedStage
from tracker.rules.reminders import Rung
from tracker.rules.sampling import QuotaRule
from tracker.rules.states import ConditionKind, Scope, TimeKind, WorkKind
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.wording import search_key

#: Work whose first day is a fact of the survey: nobody may be asked before it, so its gate also waits for the day.
STARTS_BY_THE_CALENDAR = frozenset({WorkKind.FIELDWORK})

#: Kinds that run beside the line and neither wait nor hold anything up.
BESIDE_THE_LINE = frozenset({WorkKind.MONITORING})


@dataclass(frozen=True)
class StageInput:
    """One stage as a person accepted it."""

    no: str
    content: str
    short_name: str
    lead: str = ""
    coordinating: str = ""
    wording: str = ""
    time_kind: TimeKind = TimeKind.UNDATED
    start_on: date | None = None
    due_on: date | None = None
    scope: Scope = Scope.ONCE
    work_kind: WorkKind = WorkKind.OTHER
    needs_confirmation: bool | None = None  #: None: by the default rule
    place_in_document: str = ""
    waits_for: tuple[int, ...] | None = None  #: positions (from 1) of the stages it waits for; None: by the default rule
    conditions: tuple[Condition, ...] | None = None  #: its whole gate as somebody set it, instead of both
    ladder: tuple[Rung, ...] | None = None  #: its own; None: the plan's


@dataclass(frozen=True)
class PlanInput:
    """A whole plan as a person accepted it."""

    name: str
    short_name: str
    stages: tuple[StageInput, ...]
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    place: str = ""
    signatory: str = ""
    parent: str = ""
    year: int | None = None
    ballots: int | None = None
    recheck_percent: int | None = None
    before_is_strict: bool = True
    groups: tuple[tuple[str, int | None], ...] = ()  #: (group name, ballots for each unit)
    quotas: tuple[tuple[str, QuotaRule], ...] = ()  #: (group name or "" for all, its rule)
    questionnaire: str = ""  #: code of the ballot form, where a template names one
    method: Method | None = None  #: the whole of it, of a plan kept as a template; None: out of the facts above

    @property
    def signed_number(self) -> str:
        """Its number, "" where the document has only the place for it ("Số:      /KH-UBND", not signed yet)."""
        return "" if self.number.startswith("/") else self.number


@dataclass(frozen=True)
class StageLayout:
    """A stage with its days and its gate; position counts from 1."""

    position: int
    source: StageInput
    start_on: date | None
    due_on: date | None
    aim_on: date | None
    conditions: tuple[Condition, ...]
    needs_confirmation: bool
    unit_ids: tuple[int | None, ...] = field(default=())  #: one task for each; (None,) is the office's own


def lay_out(
    plan: PlanInput,
    calendar: WorkCalendar,
    *,
    surveyed: Sequence[int],
    unit_by_search_key: dict[str, int] | None = None,
) -> list[StageLayout]:
    """The dated stages of `plan` and who has a task in each.

    `surveyed` are the ids of the chosen units. A stage done once belongs to the unit that its lead names
    (`unit_by_search_key`), else to the office itself. In a plan of a single unit that unit does everything.

    Gates by default: each stage waits for the one before it on the line. Where both are done by each unit the wait is
    per unit; where the earlier is done by each unit and the later once, all units must have finished. A stage that names
    the stages it waits for (`waits_for`, a template's gates) waits for these instead; one that comes with its whole gate
    (`conditions`, of a plan kept as a template) has this and nothing else.
    """
    names = unit_by_search_key or {}
    stages: list[StageLayout] = []
    before: StageInput | None = None
    before_position = 0
    for position, stage in enumerate(plan.stages, start=1):
        if stage.conditions is not None:
            conditions = list(stage.conditions)
        else:
            conditions = _default_gate(plan, stage, before, before_position)
        if surveyed and (stage.scope is Scope.EACH_UNIT or len(surveyed) == 1):
            unit_ids: tuple[int | None, ...] = tuple(surveyed)
        else:
            unit_ids = (_unit_named(stage.lead, names),)
        stages.append(
            StageLayout(
                position=position,
                source=stage,
                start_on=stage.start_on,
                due_on=stage.due_on,
                aim_on=aim_day(stage.start_on, stage.due_on, calendar),
                conditions=tuple(conditions),
                needs_confirmation=False,
                unit_ids=unit_ids,
            )
        )
        if _holds_the_line(stage):
            before, before_position = stage, position
    return [replace(s, needs_confirmation=_confirmation(stages, s)) for s in stages]


def aim_day(start_on: date | None, due_on: date | None, calendar: WorkCalendar) -> date | None:
    """The last working day not after `due_on`: what reminders aim at. A due date that has no working day in its own
    window (a window of one holiday) keeps itself."""
    if due_on is None:
        return None
    aim = calendar.on_or_before(due_on)
    return due_on if start_on is not None and aim < start_on else aim


def aims(calendars: Calendars) -> Callable[[date | None, date | None, int | None], date | None]:
    """`aim_day` of many tasks: each unit by its own group's calendar, each question asked once."""
    known: dict[tuple[date | None, date | None, int | None], date | None] = {}

    def aim(start_on: date | None, due_on: date | None, unit_id: int | None) -> date | None:
        key = (start_on, due_on, calendars.group_of.get(unit_id) if unit_id is not None else None)
        if key not in known:
            known[key] = aim_day(start_on, due_on, calendars.of(unit_id))
        return known[key]

    return aim


def _default_gate(plan: PlanInput, stage: StageInput, before: StageInput | None, before_position: int) -> list[Condition]:
    if stage.waits_for is not None:
        conditions = [_wait_for(plan.stages[n - 1], n, stage) for n in stage.waits_for]
    else:
        conditions = [_wait_for(before, before_position, stage)] if before is not None and _waits(stage) else []
    if stage.work_kind in STARTS_BY_THE_CALENDAR and stage.start_on is not None:
        conditions.append(Condition(ConditionKind.START_DATE))
    return conditions


def _wait_for(earlier: StageInput, position: int, stage: StageInput) -> Condition:
    per_unit = earlier.scope is Scope.EACH_UNIT and stage.scope is Scope.EACH_UNIT
    return Condition(ConditionKind.OWN_TASK_DONE if per_unit else ConditionKind.STAGE_DONE, position)


def _waits(stage: StageInput) -> bool:
    return stage.work_kind not in BESIDE_THE_LINE and stage.time_kind not in (TimeKind.CONTINUOUS, TimeKind.RECURRING)


def _holds_the_line(stage: StageInput) -> bool:
    return _waits(stage)


def _confirmation(stages: Sequence[StageLayout], stage: StageLayout) -> bool:
    """A unit's "đã xong" is confirmed by default where the office's own work builds on it: the coordinator looks before
    figures of all units are used together. Between two steps of the same unit the unit goes straight on."""
    if stage.source.needs_confirmation is not None:
        return stage.source.needs_confirmation
    if stage.source.scope is not Scope.EACH_UNIT or len(stage.unit_ids) < 2:
        return False
    followers = [
        later
        for later in stages
        if any(c.earlier == stage.position and c.kind is ConditionKind.STAGE_DONE for c in later.conditions)
    ]
    return bool(followers)


def _unit_named(lead: str, names: dict[str, int]) -> int | None:
    for part in lead.split(";"):
        found = names.get(search_key(part.strip()))
        if found is not None:
            return found
    return None


def plan_input_from(parsed: ParsedPlan) -> PlanInput:
    """The reading of a document as the input of a plan, nothing corrected."""
    facts = parsed.facts
    stages = parsed.timeline.stages or parsed.timeline.duties
    year = facts.year
    return PlanInput(
        name=facts.title or "Kế hoạch khảo sát",
        short_name=f"Khảo sát {year}" if year else "Khảo sát",
        number=facts.number or "",
        issued_on=facts.issued_on,
        issuer=facts.issuer,
        place=facts.place or "",
        signatory=facts.signatory,
        parent=next((str(r) for r in facts.references if r.role == "parent"), ""),
        year=year,
        ballots=facts.ballots,
        recheck_percent=facts.recheck_percent,
        groups=tuple((g.name, g.ballots_each) for g in facts.groups),
        quotas=quotas_of(facts),
        stages=tuple(stage_input_from(s) for s in stages),
    )


def stage_input_from(stage: ParsedStage) -> StageInput:
    return StageInput(
        no=stage.no or str(stage.position),
        content=stage.content,
        short_name=stage.short_name or stage.content[:40],
        lead="; ".join(stage.lead),
        coordinating="; ".join(stage.coordinating),
        wording=stage.time.wording,
        time_kind=stage.time.kind,
        start_on=stage.time.start_on,
        due_on=stage.time.due_on,
        scope=stage.scope,
        work_kind=stage.work_kind,
        place_in_document=f"dòng {stage.no or stage.position}",
    )
