"""From an accepted draft to a plan with its stages, gates and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import GateCondition, Plan, PlanDraft, PlanUnit, Stage, Task, Unit, UnitGroup, User
from tracker.rules.access import Actor
from tracker.rules.method import Method, default_method
from tracker.rules.reminders import DEFAULT_LADDER, Rung, ladder_to_json
from tracker.rules.sampling import QuotaRule, quota_without_basis
from tracker.rules.schedule import PlanInput, StageLayout, aim_day, lay_out
from tracker.rules.states import DraftStatus, QuotaKind, Role, Scope, TaskStatus
from tracker.services import catalogue, journal
from tracker.services.planning.one_plan import require_runner
from tracker.services.planning.unit_tasks import add_unit_tasks
from tracker.wording import refusal


def preview(session: Session, draft: PlanInput, *, office_id: int, unit_ids: Sequence[int]) -> list[StageLayout]:
    """The dated stages and tasks that `create_plan` would write; writes nothing."""
    calendar = catalogue.work_calendar(session)
    return lay_out(draft, calendar, surveyed=unit_ids, unit_by_search_key=_unit_names(session, office_id))


def method_to_come(session: Session, draft: PlanInput, *, unit_ids: Sequence[int]) -> Method:
    """How the plan of `create_plan` will be surveyed; writes nothing."""
    return _method(draft, _groups_of(session, unit_ids))


def create_plan(
    session: Session,
    *,
    office_id: int,
    draft: PlanInput,
    unit_ids: Sequence[int],
    by: Actor,
    now: datetime,
    draft_id: int | None = None,
    coordinator_id: int | None = None,
    leader_id: int | None = None,
    ladder: Sequence[Rung] = DEFAULT_LADDER,
    is_sample: bool = False,
) -> Plan:
    """Write a plan with its stages, gates and tasks: all or nothing, no mail. It does not run until it is activated.

    Raises Refused when `by` may not create plans here, or when there is a stage for each unit and no unit was chosen.
    """
    require_runner(session, by, office_id, "tạo kế hoạch")
    if not draft.stages:
        raise refusal("document_no_plan")
    if not unit_ids and any(s.scope is Scope.EACH_UNIT for s in draft.stages):
        raise Refused("units_none", "Chưa tạo kế hoạch: chưa chọn đơn vị nào; chọn ít nhất một đơn vị.")
    layout = preview(session, draft, office_id=office_id, unit_ids=unit_ids)
    plan = Plan(
        office_id=office_id,
        name=draft.name,
        short_name=draft.short_name,
        number=draft.signed_number,
        issued_on=draft.issued_on,
        issuer=draft.issuer,
        place=draft.place,
        signatory=draft.signatory,
        parent=draft.parent,
        year=draft.year,
        ballots=draft.ballots,
        recheck_percent=draft.recheck_percent,
        before_is_strict=draft.before_is_strict,
        coordinator_id=coordinator_id or _default_user(session, office_id, Role.COORDINATOR, by, is_sample=is_sample),
        leader_id=leader_id or _default_user(session, office_id, Role.LEADER, None, is_sample=is_sample),
        ladder=ladder_to_json(ladder),
        changed_at=now,
        is_sample=is_sample,
    )
    groups = _groups_of(session, unit_ids)
    method = _method(draft, groups)
    plan.method = method.as_table()
    session.add(plan)
    session.flush()
    _add_units(session, plan.id, draft, groups, method)
    stages = _add_stages(session, plan.id, layout)
    tasks = _add_tasks(session, plan.id, layout, stages, unit_ids, now)
    if draft_id is not None:
        session.execute(update(PlanDraft).where(PlanDraft.id == draft_id).values(status=DraftStatus.ACCEPTED, plan_id=plan.id))
    journal.record(
        session,
        journal.Line("lập", f"{plan.name}: {len(layout)} giai đoạn, {tasks} việc, {len(unit_ids)} đơn vị", plan_id=plan.id),
        by=by,
        now=now,
    )
    return plan


def _default_user(session: Session, office_id: int, role: Role, by: Actor | None, *, is_sample: bool) -> int | None:
    """Who coordinates when nobody was named: whoever creates the plan, else the office's first user of that role. People of
    the sample have no part in real plans."""
    if by is not None and by.key.startswith("user-") and by.role is role:
        return int(by.key.removeprefix("user-"))
    found = session.scalar(
        select(User.id)
        .where(User.office_id == office_id, User.role == role, User.is_enabled, User.is_sample == is_sample)
        .order_by(User.id)
        .limit(1)
    )
    if found is None and by is not None and by.key.startswith("user-"):
        return int(by.key.removeprefix("user-"))
    return found


def _unit_names(session: Session, office_id: int) -> dict[str, int]:
    rows = session.execute(select(Unit.search_key, Unit.id).where(Unit.office_id == office_id))
    return {row.search_key: row.id for row in rows}


def _groups_of(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """unit id -> name of its group, "" without one; in the order of `unit_ids`."""
    rows = session.execute(
        select(Unit.id, UnitGroup.name).outerjoin(UnitGroup, UnitGroup.id == Unit.group_id).where(Unit.id.in_(unit_ids))
    )
    names = {unit_id: name or "" for unit_id, name in rows} if unit_ids else {}
    return {unit_id: names.get(unit_id, "") for unit_id in unit_ids}


def _method(draft: PlanInput, groups: dict[int, str]) -> Method:
    """The groups of the chosen units first, then those whose units join later."""
    if draft.method is not None:
        names = [name for name in dict.fromkeys([*groups.values(), *(g.name for g in draft.method.groups)]) if name]
        return replace(draft.method, groups=tuple(map(draft.method.of_group, names)) or draft.method.groups)
    stated = [(name, QuotaRule(QuotaKind.FLAT, each=each)) for name, each in draft.groups if each]
    return default_method(
        group_names=[*groups.values(), *(name for name, _ in draft.groups), *(name for name, _ in draft.quotas)],
        quotas=[*stated, *draft.quotas],
        recheck_percent=draft.recheck_percent,
        ballots=draft.ballots,
        units=len(groups),
        questionnaire=draft.questionnaire,
    )


def _add_units(session: Session, plan_id: int, draft: PlanInput, groups: dict[int, str], method: Method) -> None:
    if not groups:
        return
    stated = dict(draft.groups)
    session.execute(
        insert(PlanUnit),
        [
            {
                "plan_id": plan_id,
                "unit_id": unit_id,
                "group_name": group,
                "position": position,
                "ballots_each": stated.get(group) or quota_without_basis(method.of_group(group).quota),
            }
            for position, (unit_id, group) in enumerate(groups.items(), start=1)
        ],
    )


def _add_stages(session: Session, plan_id: int, layout: Sequence[StageLayout]) -> dict[int, int]:
    """Write stages and gates; position -> stage id."""
    stages = [
        Stage(
            plan_id=plan_id,
            position=s.position,
            no=s.source.no,
            content=s.source.content,
            short_name=s.source.short_name,
            lead=s.source.lead,
            coordinating=s.source.coordinating,
            wording=s.source.wording,
            place_in_document=s.source.place_in_document,
            time_kind=s.source.time_kind,
            start_on=s.start_on,
            due_on=s.due_on,
            aim_on=s.aim_on,
            scope=s.source.scope,
            work_kind=s.source.work_kind,
            needs_confirmation=s.needs_confirmation,
            ladder=None if s.source.ladder is None else ladder_to_json(s.source.ladder),
        )
        for s in layout
    ]
    session.add_all(stages)
    session.flush()
    ids = {s.position: s.id for s in stages}
    session.add_all(
        GateCondition(
            stage_id=ids[s.position],
            kind=c.kind,
            earlier_stage_id=ids[c.earlier] if c.earlier else None,
            share=c.share,
            per_unit=c.per_unit,
        )
        for s in layout
        for c in s.conditions
    )
    session.flush()
    return ids


def _add_tasks(
    session: Session, plan_id: int, layout: Sequence[StageLayout], stages: dict[int, int], unit_ids: Sequence[int], now: datetime
) -> int:
    calendars = catalogue.calendars(session)
    for of_units, together in groupby(layout, key=lambda s: s.unit_ids == tuple(unit_ids)):
        if of_units:
            add_unit_tasks(session, [stages[s.position] for s in together], calendars, now=now)
            continue
        session.add_all(
            Task(
                plan_id=plan_id,
                stage_id=stages[s.position],
                unit_id=unit_id,
                status=TaskStatus.NOT_OPEN,
                start_on=s.start_on,
                due_on=s.due_on,
                original_due_on=s.due_on,
                aim_on=aim_day(s.start_on, s.due_on, calendars.of(unit_id)),
                changed_at=now,
            )
            for s in together
            for unit_id in s.unit_ids
        )
        session.flush()
    return sum(len(s.unit_ids) for s in layout)
