"""Whether ballots of a unit may be keyed now, by whom, on which questionnaire. One function for the page and for every act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal_column, select, true
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import GateCondition, Plan, PlanUnit, Publication, Stage, Task, Unit, Waiver
from tracker.rules.access import Actor, refusal_to_enter
from tracker.rules.ballot_gates import BallotFacts, missing_of_unit
from tracker.rules.gates import GateState
from tracker.rules.questionnaires import Questionnaire
from tracker.rules.states import ConditionKind, PublicationStatus, TaskStatus, WorkKind
from tracker.services import openings, questionnaires
from tracker.services.gate_facts import ballot_facts
from tracker.services.planning import check_running, coordinator_of, get_plan
from tracker.services.questionnaires import Shelf
from tracker.wording import TASK_STATUS, date_short, moment, refusal

#: Rounds of a unit that must be finished before its ballots are keyed.
_IS_ROUND = Task.round > literal_column("0")  # the condition of the index of rounds, letter for letter
_ROUND_OPEN = (TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED, TaskStatus.PAUSED)


@dataclass(frozen=True)
class Room:
    """A unit whose ballots may be keyed."""

    plan: Plan
    unit_id: int
    unit_name: str
    group_name: str
    questionnaire: Questionnaire


def enter(
    session: Session,
    plan_id: int,
    unit_id: int,
    *,
    by: Actor,
    now: datetime,
    shelf: Shelf,
    lock: bool = True,
    asked_gate: bool = True,
) -> Room:
    """Lock the plan, ask for leave and for the gate. Raises NotFound for another office's plan or a unit that is not in it,
    Refused with the gate's own sentence. `asked_gate` is False where only leave is asked for (a ballot sent again)."""
    room = look_in(session, plan_id, unit_id, by=by, shelf=shelf, lock=lock)
    refused = refusal_to_enter(by, coordinator_of(session, room.plan))
    if refused:
        raise Refused(*refused)
    if asked_gate:
        shut = refusals_to_enter(session, room.plan, {unit_id: room.unit_name}, now=now).get(unit_id)
        if shut is not None:
            raise shut
    return room


def look_in(session: Session, plan_id: int, unit_id: int, *, by: Actor, shelf: Shelf, lock: bool = False) -> Room:
    """The room as anybody of the office may see it, open or shut. Raises NotFound."""
    plan = get_plan(session, plan_id, lock=lock)
    if plan.office_id != by.office_id:
        raise NotFound(f"plan {plan_id}")
    found = session.execute(
        select(Unit.name, PlanUnit.group_name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id, PlanUnit.unit_id == unit_id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"unit {unit_id} of plan {plan_id}")
    group = found.group_name
    return Room(plan, unit_id, found.name, group, questionnaires.of_group(plan, group, shelf))


def refusals_to_enter(session: Session, plan: Plan, units: Mapping[int, str], *, now: datetime) -> dict[int, Refused]:
    """unit id -> why its ballots may not be keyed now; units that are open are not there. A constant number of statements."""
    return doors_of(session, plan, units, now=now).refusals(units)


def doors_of(session: Session, plan: Plan, units: Mapping[int, str], *, now: datetime) -> Doors:
    """The rooms of these units (id -> name), read at once; the gate itself only when a sentence of it is asked for."""
    try:
        check_running(plan)
        _check_unpublished(session, plan.id)
    except Refused as refused:
        return Doors(session, plan, units, now, _Facts(), refused)
    return Doors(session, plan, units, now, _facts(session, plan.id, units) if units else _Facts())


@dataclass
class Doors:
    """Which units' ballots may be keyed now."""

    _session: Session
    _plan: Plan
    _units: Mapping[int, str]
    _now: datetime
    _facts: _Facts
    _of_all: Refused | None = None  #: no unit's may

    def shut(self) -> frozenset[int]:
        """The units whose rooms are shut, without the words of it: a plan has a thousand."""
        facts = self._facts
        if self._of_all is not None:
            return frozenset(self._units)
        own = self._units if facts.resurveyed or facts.rechecks else ()
        return frozenset(
            [unit_id for unit_id in self._units if facts.stage_shuts(unit_id)]
            + [unit_id for unit_id in own if _of_unit(facts, unit_id, self._units[unit_id])]
        )

    def refusals(self, unit_ids: Collection[int]) -> dict[int, Refused]:
        """unit id -> the sentence of its room, of these units; what is open is not there. Read for all of them at once."""
        if self._of_all is not None:
            return dict.fromkeys(unit_ids, self._of_all)
        self._read_sentences([unit_id for unit_id in unit_ids if self._facts.stage_shuts(unit_id)])
        found = {}
        for unit_id in unit_ids:
            name = self._units[unit_id]
            refused = _of_stage(self._session, self._plan, self._facts, unit_id, name) or _of_unit(self._facts, unit_id, name)
            if refused:
                found[unit_id] = refused
        return found

    def refusal_of_all(self) -> Refused | None:
        """Why no unit's may, without the name of any; None where each has a reason of its own."""
        if self._of_all is not None or self._facts.opened.get(None, True):
            return self._of_all
        self._read_sentences([next(iter(self._units))])
        return _of_task(self._session, self._plan, self._facts, self._facts.tasks[None])

    def _read_sentences(self, unit_ids: Collection[int]) -> None:
        """What the sentences of these units say, all of which are shut by the stage."""
        facts = self._facts
        if not unit_ids or not facts.opened:
            return
        tasks = (
            select(
                Task.id, Task.unit_id, Task.status, Task.completed_on, Task.stop_reason, Task.changed_at, Stage.position,
                Stage.short_name,
            )
            .join(Stage, Stage.id == Task.stage_id)
            .where(Stage.id.in_(facts.stages), Task.round == 0, Task.unit_id.is_(None) | Task.unit_id.in_(unit_ids))
            .order_by(Stage.position, Task.id)
        )  # fmt: skip
        facts.tasks = {task.unit_id: task for task in self._session.execute(tasks)}
        shut = {task.position for task in facts.tasks.values() if task.status is TaskStatus.NOT_OPEN}
        if shut:
            of_whom = None if None in facts.opened else unit_ids
            facts.gate = openings.gate_reader(self._session, self._plan.id, shut, today=self._now.date(), units=of_whom)


@dataclass
class _Facts:
    """What the gates of all asked units must know."""

    stages: Sequence[int] = ()  #: those of data entry
    opened: dict[int | None, bool] = field(
        default_factory=dict
    )  #: unit (None: the office's own) -> whether it is under way there
    earlier: dict[int, tuple[str, bool]] = field(default_factory=dict)  #: without such a stage: unit -> (stage before, done)
    rechecks: BallotFacts | None = None  #: where the gate asks for the recheck
    waived: frozenset[int | None] = frozenset()  #: units (None: all) whose gate somebody passed over
    resurveyed: dict[int, int] = field(default_factory=dict)  #: unit -> ballots of a round that is under way
    names: Mapping[int, str] = field(default_factory=dict)
    # Read when sentences are asked for, for the units that they are about:
    tasks: dict[int | None, Any] = field(default_factory=dict)  #: unit (None: the office's own) -> its work of data entry
    gate: Callable[[int, int | None, str], GateState] | None = None  #: of the stages of data entry
    said: dict[int, Refused] = field(default_factory=dict)  #: task id -> its refusal, asked once
    named: str = ""  #: the coordinator, once somebody asked

    def stage_shuts(self, unit_id: int) -> bool:
        if self.opened:
            return not self.opened.get(unit_id, self.opened.get(None, True))
        before = self.earlier.get(unit_id) or self.earlier.get(0)
        return before is not None and not before[1]

    def coordinator(self, session: Session, plan: Plan) -> str:
        self.named = self.named or coordinator_of(session, plan).name
        return self.named


def _facts(session: Session, plan_id: int, units: Mapping[int, str]) -> _Facts:
    only = next(iter(units)) if len(units) == 1 else None
    facts = _Facts(names=units)
    mine = Task.unit_id.is_(None) | (Task.unit_id == only) if only is not None else true()
    facts.stages = session.scalars(select(Stage.id).where(Stage.plan_id == plan_id, Stage.work_kind == WorkKind.DATA_ENTRY)).all()
    of_entry = Task.plan_id == plan_id, Task.stage_id.in_(facts.stages), Task.round == 0
    is_open = Task.status == TaskStatus.IN_PROGRESS
    for unit_id, opened in session.connection().execute(select(Task.unit_id, is_open).where(*of_entry, mine)).all():
        facts.opened[unit_id] = opened or facts.opened.get(unit_id, False)
    if not facts.opened:
        _add_earlier(session, plan_id, facts)
    kinds = session.scalars(select(GateCondition.kind).where(GateCondition.stage_id.in_(facts.stages))).all()
    if ConditionKind.RECHECKED in kinds:
        facts.rechecks = ballot_facts(session, plan_id, [ConditionKind.RECHECKED], unit_id=only)
        waivers = select(Waiver.unit_id).where(Waiver.stage_id.in_(facts.stages), Waiver.withdrawn_at.is_(None))
        facts.waived = frozenset(session.scalars(waivers))
    rounds = session.execute(
        select(Task.unit_id, func.coalesce(func.sum(Task.ballots_asked), 0))
        .where(Task.plan_id == plan_id, _IS_ROUND, Task.status.in_(_ROUND_OPEN), Task.round_kind == "resurvey")
        .group_by(Task.unit_id)
    )
    facts.resurveyed = {unit: ballots or 0 for unit, ballots in rounds if unit is not None}
    return facts


def _add_earlier(session: Session, plan_id: int, facts: _Facts) -> None:
    """Where no stage is for data entry, it begins for a unit when its recheck is done, or its fieldwork where none is asked."""
    rows = session.execute(
        select(Task.unit_id, Task.status, Stage.position, Stage.short_name, Stage.work_kind)
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Task.plan_id == plan_id,
            Task.round == 0,
            Task.status != TaskStatus.CANCELLED,
            Stage.work_kind.in_([WorkKind.FIELDWORK, WorkKind.RECHECK]),
        )
        .order_by(Stage.position)
    ).all()
    asked = WorkKind.RECHECK if any(row.work_kind is WorkKind.RECHECK for row in rows) else WorkKind.FIELDWORK
    for row in rows:
        if row.work_kind is asked:
            label = f"giai đoạn {row.position} ({row.short_name})"
            facts.earlier[row.unit_id or 0] = (label, row.status is TaskStatus.DONE)


def _of_stage(session: Session, plan: Plan, facts: _Facts, unit_id: int, name: str) -> Refused | None:
    if not facts.stage_shuts(unit_id):
        return None
    task = facts.tasks.get(unit_id) or facts.tasks.get(None)
    if task is None:
        before = facts.earlier.get(unit_id) or facts.earlier[0]
        return refusal("entry_after", unit=name, previous=before[0])
    said = facts.said.get(task.id)
    if said is None:
        said = facts.said[task.id] = _of_task(session, plan, facts, task)
    return refusal("entry_blocked", unit=name, gate_sentence=said.sentence) if task.status is TaskStatus.NOT_OPEN else said


def _of_task(session: Session, plan: Plan, facts: _Facts, task: Any) -> Refused:
    own_name = facts.names.get(task.unit_id, "")
    unit_name = own_name or plan.place or "cơ quan chủ trì"
    quoted = f"“{task.short_name}”"
    if task.status is TaskStatus.NOT_OPEN and facts.gate is not None:
        state = facts.gate(task.position, task.unit_id, own_name)
        if state.blocked:
            return Refused(state.blocked[0].key, state.sentence)
    if task.status is TaskStatus.DONE:
        return refusal(
            "already_done",
            task=quoted,
            unit=unit_name,
            completed_on=date_short(task.completed_on or task.changed_at.date()),
        )
    if task.status is TaskStatus.CANCELLED:
        reason = task.stop_reason or "không ghi lý do"
        coordinator = facts.coordinator(session, plan)
        return refusal("task_cancelled", date=date_short(task.changed_at.date()), reason=reason, coordinator=coordinator)
    if task.status is TaskStatus.SUBMITTED:
        return refusal("awaiting_confirmation", task=quoted, coordinator=facts.coordinator(session, plan))
    word = TASK_STATUS[task.status].word
    return refusal("status_moved", task=quoted, status=word, time=moment(task.changed_at))


def _of_unit(facts: _Facts, unit_id: int, name: str) -> Refused | None:
    """A unit's own recheck, where the gate asks for it; its điều tra lại, always."""
    if facts.resurveyed.get(unit_id):
        return refusal("resurvey_open", unit=name, n=facts.resurveyed[unit_id])
    if facts.rechecks is None or facts.waived & {None, unit_id} or unit_id not in facts.rechecks.units:
        return None
    missing = missing_of_unit(ConditionKind.RECHECKED, facts.rechecks.units[unit_id], facts.rechecks)
    return Refused(*missing) if missing else None


def _check_unpublished(session: Session, plan_id: int) -> None:
    published = session.scalar(
        select(Publication.published_at)
        .where(Publication.plan_id == plan_id, Publication.status == PublicationStatus.PUBLISHED)
        .limit(1)
    )
    if published is not None:
        raise refusal("entry_published", date=date_short(published.date()))
