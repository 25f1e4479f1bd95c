"""From an accepted draft to a running plan: create, activate, release the first letters, pause, remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import (
    FeedToken,
    GateCondition,
    Notice,
    OutboxMessage,
    Plan,
    PlanDraft,
    PlanUnit,
    Stage,
    Task,
    Unit,
    UnitGroup,
    User,
)
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.method import Method, default_method
from tracker.rules.reminders import DEFAULT_LADDER, Rung, ladder_to_json
from tracker.rules.sampling import QuotaRule, quota_without_basis
from tracker.rules.schedule import PlanInput, StageLayout, aims, lay_out
from tracker.rules.states import DraftStatus, LetterStatus, PlanStatus, QuotaKind, Role, Scope, TaskStatus
from tracker.services import catalogue, journal, looks, openings, outbox, people
from tracker.services.recheck_seeds import commit_seeds
from tracker.wording import date_short, refusal


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
    _require_runner(session, by, office_id, "tạo kế hoạch")
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
    tasks = _add_tasks(session, plan.id, layout, stages, now)
    if draft_id is not None:
        session.execute(update(PlanDraft).where(PlanDraft.id == draft_id).values(status=DraftStatus.ACCEPTED, plan_id=plan.id))
    journal.record(
        session,
        journal.Line("lập", f"{plan.name}: {len(layout)} giai đoạn, {tasks} việc, {len(unit_ids)} đơn vị", plan_id=plan.id),
        by=by,
        now=now,
    )
    return plan


def activate_plan(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Start a plan: what waits for nothing opens, and the first letters are written and held until someone releases
    them. Rungs of days already past are never said."""
    plan = get_plan(session, plan_id, lock=True)
    _require_runner(session, by, plan.office_id, "bắt đầu triển khai")
    if plan.status is not PlanStatus.NOT_STARTED:
        raise Refused("plan_started", f"Kế hoạch đã triển khai từ ngày {plan.activated_on:%d/%m/%Y}; không bắt đầu lần hai.")
    plan.status = PlanStatus.RUNNING
    plan.activated_on = now.date()
    plan.changed_at = now
    session.flush()
    journal.record(session, journal.Line("bắt đầu triển khai", plan.name, plan_id=plan.id), by=by, now=now)
    commit_seeds(session, plan, now=now)
    enqueue_first_letters(session, plan, now=now)
    openings.open_what_may_open(session, plan_id, now=now, announce=False)
    _tell_of_held_letters(session, plan, now=now)
    return plan


def release_letters(session: Session, plan_id: int, *, by: Actor, now: datetime) -> int:
    """Let the held letters of a plan go; from now on its letters go by themselves. Returns how many were released.

    Rungs whose day passed while the letters were held are skipped: nobody is flooded on the day of release.
    """
    plan = get_plan(session, plan_id, lock=True)
    _require_runner(session, by, plan.office_id, "duyệt gửi thư")
    if plan.status is not PlanStatus.RUNNING:
        raise Refused("plan_not_running", "Chưa duyệt gửi thư: kế hoạch chưa triển khai; bắt đầu triển khai trước.")
    released = outbox.release_held(session, plan_id, now=now)
    if plan.letters_released_at is None:
        plan.letters_released_at = now
        looks.lay_ladders(session, plan, from_day=now.date())
        journal.record(
            session, journal.Line("duyệt", f"gửi {released} thư đầu tiên của kế hoạch", plan_id=plan.id), by=by, now=now
        )
    return released


def pause_plan(session: Session, plan_id: int, *, by: Actor, reason: str, now: datetime) -> Plan:
    """Stop all reminders from today; letters that wait lose their effect."""
    plan = get_plan(session, plan_id, lock=True)
    _require_runner(session, by, plan.office_id, "tạm dừng kế hoạch")
    if plan.status is not PlanStatus.RUNNING:
        raise Refused("plan_not_running", "Chưa tạm dừng: kế hoạch không ở trạng thái Đang triển khai; tải lại trang.")
    plan.status = PlanStatus.PAUSED
    plan.changed_at = now
    session.execute(update(Task).where(Task.plan_id == plan_id).values(next_look_on=None))
    outbox.void_for_plan(session, plan_id, reason="Thư không gửi nữa vì kế hoạch tạm dừng.")
    journal.record(session, journal.Line("tạm dừng", plan.name, why=reason, plan_id=plan.id), by=by, now=now)
    return plan


def resume_plan(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Go on: reminders are reckoned from today, days past are not made up for."""
    plan = get_plan(session, plan_id, lock=True)
    _require_runner(session, by, plan.office_id, "tiếp tục kế hoạch")
    if plan.status is not PlanStatus.PAUSED:
        raise Refused("plan_not_paused", "Kế hoạch không ở trạng thái Tạm dừng; tải lại trang.")
    plan.status = PlanStatus.RUNNING
    plan.changed_at = now
    session.flush()
    looks.lay_ladders(session, plan, from_day=now.date())
    openings.open_what_may_open(session, plan_id, now=now)
    journal.record(session, journal.Line("tiếp tục", plan.name, plan_id=plan.id), by=by, now=now)
    return plan


def remove_sample(session: Session, *, by: Actor, now: datetime) -> int:
    """Take the sample campaign away, whole: plans, drafts, units, people. Returns how many plans went. The journal stays."""
    plan_ids = list(session.scalars(select(Plan.id).where(Plan.is_sample)))
    unit_ids = select(Unit.id).where(Unit.is_sample)
    for plan_id in plan_ids:
        task_ids = select(Task.id).where(Task.plan_id == plan_id)
        session.execute(delete(Notice).where(Notice.task_id.in_(task_ids)))
        session.execute(delete(OutboxMessage).where(OutboxMessage.plan_id == plan_id))
        session.execute(delete(Task).where(Task.plan_id == plan_id))
        stage_ids = select(Stage.id).where(Stage.plan_id == plan_id)
        session.execute(delete(GateCondition).where(GateCondition.stage_id.in_(stage_ids)))
        session.execute(delete(Stage).where(Stage.plan_id == plan_id))
        session.execute(delete(PlanUnit).where(PlanUnit.plan_id == plan_id))
        session.execute(delete(FeedToken).where(FeedToken.scope == "plan", FeedToken.subject_id == plan_id))
        session.execute(delete(PlanDraft).where(PlanDraft.plan_id == plan_id))
        session.execute(delete(Plan).where(Plan.id == plan_id))
    in_use = select(PlanUnit.unit_id).union(select(Task.unit_id).where(Task.unit_id.is_not(None)))
    session.execute(delete(FeedToken).where(FeedToken.scope == "unit", FeedToken.subject_id.in_(unit_ids)))
    session.execute(delete(Unit).where(Unit.is_sample, Unit.id.not_in(in_use)))
    session.execute(delete(UnitGroup).where(UnitGroup.id.not_in(select(Unit.group_id).where(Unit.group_id.is_not(None)))))
    in_charge = (
        select(Plan.coordinator_id)
        .where(Plan.coordinator_id.is_not(None))
        .union(select(Plan.leader_id).where(Plan.leader_id.is_not(None)))
    )
    session.execute(delete(User).where(User.is_sample, User.id.not_in(in_charge)))
    journal.record(session, journal.Line("hủy", f"dữ liệu mẫu ({len(plan_ids)} kế hoạch)"), by=by, now=now)
    return len(plan_ids)


def get_plan(session: Session, plan_id: int, *, lock: bool = False) -> Plan:
    """The plan; with `lock`, its row is held to the end of the transaction, so that moves within a plan have one order.
    Raises NotFound."""
    query = select(Plan).where(Plan.id == plan_id)
    if lock:
        # Not the key: whoever writes a row that names the plan (a letter, in the morning's run) need not wait for a move, which
        # may be waiting for his tasks.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    plan = session.execute(query).scalar_one_or_none()
    if plan is None:
        raise NotFound(f"plan {plan_id}")
    return plan


def check_running(plan: Plan) -> None:
    """Raises Refused unless the plan is under way."""
    if plan.status is PlanStatus.PAUSED:
        raise refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status in (PlanStatus.CLOSED, PlanStatus.CANCELLED):
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    if plan.status is PlanStatus.NOT_STARTED:
        raise Refused("plan_not_started", "Kế hoạch chưa triển khai; bấm Bắt đầu triển khai trước.")


def coordinator_of(session: Session, plan: Plan) -> Coordinator:
    """Whom refusals name for this plan."""
    user = session.get(User, plan.coordinator_id) if plan.coordinator_id else None
    return Coordinator(user.name, user.phone or "–") if user else Coordinator("điều phối viên", "–")


def _require_runner(session: Session, by: Actor, office_id: int, verb: str) -> None:
    refused = refusal_to_run(by, verb, office_id=office_id, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)


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


def _add_tasks(session: Session, plan_id: int, layout: Sequence[StageLayout], stages: dict[int, int], now: datetime) -> int:
    aim_of = aims(catalogue.calendars(session))
    rows: list[dict[str, Any]] = [
        {
            "plan_id": plan_id,
            "stage_id": stages[s.position],
            "unit_id": unit_id,
            "status": TaskStatus.NOT_OPEN,
            "start_on": s.start_on,
            "due_on": s.due_on,
            "original_due_on": s.due_on,
            "aim_on": aim_of(s.start_on, s.due_on, unit_id),
            "changed_at": now,
        }
        for s in layout
        for unit_id in s.unit_ids
    ]
    if rows:
        session.execute(insert(Task), rows)
    return len(rows)


def enqueue_first_letters(session: Session, plan: Plan, *, now: datetime, joined: Sequence[int] = ()) -> int:
    """`plan_started` to every contact of the plan, or of the units that `joined` it later; returns how many letters.

    They are held until the plan's letters are released: the first mass mail. A contact who looks after several units, of
    which one joined later, is written to again."""
    query = select(Task.id, Unit.id).join(Unit, Unit.id == Task.unit_id).where(Task.plan_id == plan.id).order_by(Task.id)
    tasks_of_unit: dict[int, list[int]] = {}
    for task_id, unit_id in session.execute(query.where(Unit.id.in_(joined)) if joined else query):
        tasks_of_unit.setdefault(unit_id, []).append(task_id)
    who = people.directory(session, plan_ids=[plan.id], unit_ids=tasks_of_unit, day=now.date())
    tasks_of_person: dict[people.Person, list[int]] = {}
    for unit_id, task_ids in tasks_of_unit.items():
        for person in who.contacts.get(unit_id, ()):
            tasks_of_person.setdefault(person, []).extend(task_ids)
    held = plan.letters_released_at is None
    not_before = None if held else openings.letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="plan_started",
                key=f"plan_started:{plan.id}:{person.key}" + (f":unit-{min(joined)}" if joined else ""),
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"task_ids": task_ids},
                day=not_before.date() if not_before else now.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=held,
            )
            for person, task_ids in tasks_of_person.items()
        ],
        now=now,
    )
    return len(tasks_of_person)


def _tell_of_held_letters(session: Session, plan: Plan, *, now: datetime) -> None:
    """`held` to the coordinator, at once: it is the letter that asks for the click."""
    held = session.scalar(
        select(OutboxMessage.id).where(OutboxMessage.plan_id == plan.id, OutboxMessage.status == LetterStatus.HELD).limit(1)
    )
    who = people.directory(session, plan_ids=[plan.id], unit_ids=(), day=now.date())
    coordinator = who.coordinators.get(plan.id)
    if held is None or coordinator is None:
        return
    outbox.enqueue(
        session,
        kind="held",
        key=f"held:{plan.id}:{now.date().isoformat()}",
        person=coordinator.key,
        to_name=coordinator.name,
        to_email=coordinator.email,
        facts={"plan_id": plan.id},
        day=now.date(),
        now=now,
        plan_id=plan.id,
        not_before=openings.letter_time(catalogue.work_calendar(session), now),
    )


def units_without_contact(session: Session, plan_id: int, *, day: date) -> list[str]:
    """Names of the plan's units that no letter can reach on `day`."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    ).all()
    who = people.directory(session, plan_ids=[plan_id], unit_ids=[r.id for r in rows], day=day)
    return [r.name for r in rows if not who.contacts.get(r.id)]
