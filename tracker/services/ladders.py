"""Thang nhắc việc of a plan or of one of its stages: who would get what on which day, and the change of it.

A change never says what is past: rungs that come in new with a day that is over are settled as skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Contact, Notice, Plan, PlanUnit, Stage, Task, Unit
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.reminders import Recipient, Rung, ladder_from_json, ladder_to_json, refusal_of_ladder, rung_day
from tracker.rules.schedule import aim_day
from tracker.rules.states import NoticeStatus, Scope, TaskStatus
from tracker.rules.watches import ASK_MONTHS
from tracker.rules.workdays import Calendars
from tracker.services import catalogue, journal, looks, people
from tracker.services.coordinating import helping_units
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import date_short, refusal


@dataclass(frozen=True)
class Step:
    """One rung of a stage as it will fall."""

    day: date
    rung: Rung
    people: int  #: who would get it: one a unit, or one; of units that help, one each
    empty: tuple[str, ...]  #: units where nobody holds the role


@dataclass(frozen=True)
class StageSteps:
    position: int
    short_name: str
    due_on: date
    has_own: bool
    steps: tuple[Step, ...]


def preview(session: Session, plan_id: int, rungs: Sequence[Rung], position: int | None, *, today: date) -> list[StageSteps]:
    """The days of `rungs` for the stage at `position`, or (None) for every stage with a due date; stages that keep a ladder
    of their own are shown with that one."""
    query = select(
        Stage.id, Stage.position, Stage.short_name, Stage.scope, Stage.start_on, Stage.due_on, Stage.aim_on, Stage.ladder
    )
    query = query.where(Stage.plan_id == plan_id, Stage.due_on.is_not(None)).order_by(Stage.position)
    if position is not None:
        query = query.where(Stage.position == position)
    units = session.connection().execute(  # as values: the session would look at each
        select(Unit.id, Unit.name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    )
    stages = session.execute(query).all()
    helping = helping_units(session, [s.id for s in stages], today)
    shared = _units_with_helpers(session, plan_id, {unit for own in helping.values() for unit, _ in own})
    who = people.directory(session, plan_ids=[plan_id], unit_ids=shared, day=today, helping=helping)
    calendars = catalogue.calendars(session)
    groups: dict[int | None, list[tuple[int, str]]] = {}  # units that share a calendar
    for unit_id, name in units:
        groups.setdefault(calendars.group_of.get(unit_id), []).append((unit_id, name))
    reaches = _Reaches(who, plan_id, tuple(groups.values()), people.units_alone(session, plan_id, today))
    found = []
    for row in stages:
        has_own = row.ladder is not None and position is None
        steps: list[Step] = []
        for rung in ladder_from_json(row.ladder) if has_own else rungs:
            if row.scope is Scope.EACH_UNIT:
                steps += _unit_steps(rung, row, calendars, reaches)
            else:
                day = rung_day(rung, due_on=row.due_on, aim_on=row.aim_on, calendar=calendars.office)
                helpers = who.helpers(row.id, but=None)
                if rung.recipient is Recipient.COORDINATING:
                    steps.append(Step(day, rung, len(helpers), _without_contact(who, row.id)))
                    continue
                reached = who.holder(rung.recipient, plan_id=plan_id, unit_id=None)
                steps.append(Step(day, rung, int(reached is not None), ()))
        steps.sort(key=lambda step: (step.day, step.rung.workdays))
        found.append(StageSteps(row.position, row.short_name, row.due_on, has_own, tuple(steps)))
    return found


def _without_contact(who: people.Directory, stage_id: int) -> tuple[str, ...]:
    """Units that help with a stage and have nobody to write to."""
    return tuple(name for unit_id, name in who.helping.get(stage_id, ()) if not who.contacts.get(unit_id))


def _units_with_helpers(session: Session, plan_id: int, helping: Collection[int]) -> list[int]:
    """The plan's units of which somebody is a contact who is also one of a unit that helps: he is not asked to help himself."""
    helpers = select(Contact.email).where(Contact.unit_id.in_(helping))
    mine = select(Contact.unit_id).join(PlanUnit, PlanUnit.unit_id == Contact.unit_id)
    return list(session.scalars(mine.where(PlanUnit.plan_id == plan_id, Contact.email.in_(helpers)).distinct()))


class _Reaches:
    """Groups of units that share a calendar, with those of each that a rung reaches nobody at: asked once for a recipient."""

    def __init__(
        self,
        who: people.Directory,
        plan_id: int,
        groups: tuple[list[tuple[int, str]], ...],
        alone: Mapping[Recipient, frozenset[int]],
    ) -> None:
        self.groups = groups
        self.who = who
        self._plan_id = plan_id
        self._ids = alone
        self._alone: dict[Recipient, list[tuple[str, ...]]] = {}

    def alone(self, recipient: Recipient) -> list[tuple[str, ...]]:
        """For each group the units without one."""
        if recipient not in self._alone:
            ids = self._ids.get(recipient)
            if ids is None:  # one for all units
                nobody = self.who.holder(recipient, plan_id=self._plan_id, unit_id=None) is None
                ids = frozenset(unit for units in self.groups for unit, _ in units) if nobody else frozenset()
            self._alone[recipient] = [tuple(name for unit, name in units if unit in ids) for units in self.groups]
        return self._alone[recipient]


def _unit_steps(rung: Rung, stage: Any, calendars: Calendars, reaches: _Reaches) -> list[Step]:
    """A rung of work that each unit does: a step for each day on which it falls by the units' own calendars."""
    reached: dict[date, int] = {}
    empty: dict[date, tuple[str, ...]] = {}
    for units, alone in zip(reaches.groups, reaches.alone(rung.recipient), strict=True):
        calendar = calendars.of(units[0][0])
        aim_on = aim_day(stage.start_on, stage.due_on, calendar)
        day = rung_day(rung, due_on=stage.due_on, aim_on=aim_on, calendar=calendar)
        if rung.recipient is Recipient.COORDINATING:
            apart = {unit if unit in reaches.who.contacts else None for unit, _ in units}  # to all others the same people help
            helpers = {p for unit in apart for p in reaches.who.helpers(stage.id, but=unit)}
            reached[day] = max(reached.get(day, 0), len(helpers))
            empty[day] = _without_contact(reaches.who, stage.id)
            continue
        reached[day] = reached.get(day, 0) + len(units) - len(alone)
        empty[day] = (*empty.get(day, ()), *alone)
    return [Step(day, rung, many, empty[day]) for day, many in reached.items()]


def change_ladder(
    session: Session, plan_id: int, position: int | None, rungs: Sequence[Rung] | None, *, by: Actor, now: datetime
) -> None:
    """Give a plan (`position` None) or one of its stages this ladder; None gives a stage back the plan's. Open work follows at
    once: nothing is said twice, and nothing whose day is past. Raises Refused, NotFound."""
    plan = _plan_to_change(session, plan_id, by)
    if rungs is not None and (wrong := refusal_of_ladder(rungs)):
        raise refusal(wrong[0], **wrong[1])
    rungs = None if rungs is None else sorted(rungs, key=lambda r: (r.workdays, r.recipient.value))
    before = looks.ladders(session, [plan_id])
    if position is None:
        what, old = "thang nhắc việc của kế hoạch", before.of_plan[plan_id]
        plan.ladder = ladder_to_json(rungs or ())
    else:
        stage = session.scalar(select(Stage).where(Stage.plan_id == plan_id, Stage.position == position))
        if stage is None:
            raise NotFound(f"stage {position} of plan {plan_id}")
        what, old = f"thang nhắc việc của giai đoạn {position} ({stage.short_name})", before.of(plan_id, stage.id)
        stage.ladder = None if rungs is None else ladder_to_json(rungs)
    plan.changed_at = now
    session.flush()
    _skip_what_is_past(session, plan, before, now.date())
    looks.write_looks(session, looks.moved_looks(session, catalogue.calendars(session), plan_id=plan_id))
    details = {"before": ladder_to_json(old), "after": None if rungs is None else ladder_to_json(rungs)}
    journal.record(session, journal.Line("sửa", what, plan_id=plan_id, details=details), by=by, now=now)


#: What the settings beside the ladder may be at most.
MOST_CHASES, MOST_LAG, MOST_MONTHS = 10, 90, 12


def change_settings(
    session: Session,
    plan_id: int,
    *,
    chases_before_leader: int | None,
    field_lag: int | None,
    ask_months: Mapping[int, int | None],
    by: Actor,
    now: datetime,
) -> bool:
    """With which chase the leader is told, how far fieldwork may lag before a warning, how often work without an end is asked
    for a confirmation (position of its stage -> months). False when nothing is different. Raises Refused, NotFound."""
    plan = _plan_to_change(session, plan_id, by)
    if chases_before_leader is None or not 1 <= chases_before_leader <= MOST_CHASES:
        raise refusal("chases_before_leader", n=MOST_CHASES)
    if field_lag is None or not 0 <= field_lag <= MOST_LAG:
        raise refusal("field_lag", n=MOST_LAG)
    stages = {stage.position: stage for stage in endless_stages(session, plan_id)}
    for position, months in ask_months.items():
        if position not in stages:
            raise NotFound(f"stage {position} of plan {plan_id}")
        if months is None or not 1 <= months <= MOST_MONTHS:
            raise refusal("ask_months", stage=stages[position].short_name, n=MOST_MONTHS)

    def kept() -> dict[str, object]:
        months = {str(p): s.ask_months or ASK_MONTHS for p, s in stages.items()}
        return {"chases_before_leader": plan.chases_before_leader, "field_lag": plan.field_lag, "ask_months": months}

    before = kept()
    plan.chases_before_leader, plan.field_lag = chases_before_leader, field_lag
    for position, months in ask_months.items():
        stages[position].ask_months = months
    if kept() == before:
        return False
    plan.changed_at = now
    session.flush()
    _skip_watches_past(session, plan_id, now.date())
    looks.write_looks(session, looks.moved_looks(session, catalogue.calendars(session), plan_id=plan_id))
    line = journal.Line("sửa", "mức báo cáo và cảnh báo", plan_id=plan_id, details={"before": before, "after": kept()})
    journal.record(session, line, by=by, now=now)
    return True


def _skip_watches_past(session: Session, plan_id: int, today: date) -> None:
    """Questions and warnings whose day only the new settings have put into the past."""
    known, calendars = looks.ladders(session, [plan_id]), catalogue.calendars(session)
    tasks = session.execute(
        select(*looks.LOOKED_AT, Task.ladder_from).where(
            Task.plan_id == plan_id,
            Task.status == TaskStatus.IN_PROGRESS,
            Task.ladder_from.is_not(None),
            Task.stage_id.in_(known.watching),
        )
    ).all()
    said = looks.settled(session, [t.id for t in tasks])
    notices = []
    for task in tasks:
        key = looks.watch_key(task, task.ladder_from)
        settled, calendar = said.get((task.id, key), frozenset()), calendars.of(task.unit_id)
        look = looks.watch(known.watching[task.stage_id], task, task.ladder_from, calendar, settled, today)
        past = [step for step in (*look.skip, *look.say) if not step.startswith("silent")]
        notices += [_skipped(task.id, key, step, today) for step in past]
    if notices:
        session.execute(insert(Notice), notices)


def _skipped(task_id: int, due_on: date, rung: str, day: date) -> dict[str, object]:
    return {
        "task_id": task_id,
        "due_on": due_on,
        "rung": rung,
        "person": "-",
        "day": day,
        "status": NoticeStatus.SKIPPED,
        "message_id": None,
    }


def endless_stages(session: Session, plan_id: int) -> list[Stage]:
    """Stages whose work has no end, in the order of the plan."""
    query = select(Stage).where(Stage.plan_id == plan_id, Stage.due_on.is_(None), Stage.time_kind.in_(looks.ENDLESS))
    return list(session.scalars(query.order_by(Stage.position)))


def _plan_to_change(session: Session, plan_id: int, by: Actor) -> Plan:
    plan = get_plan(session, plan_id, lock=True)
    if by.office_id not in (None, plan.office_id):
        raise NotFound(f"plan {plan_id}")
    refused = refusal_to_run(by, "sửa thang nhắc việc", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    if plan.closed_on is not None:
        raise refusal("plan_closed", date=date_short(plan.closed_on))
    return plan


def _skip_what_is_past(session: Session, plan: Plan, before: looks.Ladders, today: date) -> None:
    """Rungs that a task's ladder has only now, and whose day is over."""
    after = looks.ladders(session, [plan.id])
    tasks = session.execute(
        select(Task.id, Task.stage_id, Task.unit_id, Task.due_on, Task.aim_on).where(
            Task.plan_id == plan.id, Task.status == TaskStatus.IN_PROGRESS, Task.due_on.is_not(None)
        )
    ).all()
    calendars = catalogue.calendars(session)
    said = looks.settled(session, [t.id for t in tasks])
    notices = []
    for task in tasks:
        known = {r.key for r in before.of(plan.id, task.stage_id)} | said.get((task.id, task.due_on), frozenset())
        for rung in after.of(plan.id, task.stage_id):
            if rung.key in known:
                continue
            if rung_day(rung, due_on=task.due_on, aim_on=task.aim_on, calendar=calendars.of(task.unit_id)) < today:
                notices.append(_skipped(task.id, task.due_on, rung.key, today))
    if notices:
        session.execute(insert(Notice), notices)
