"""Loading what the letters of one batch speak of, in a constant number of queries, however many letters there are.

Each query is asked only when some letter of the batch needs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from tracker.mail.messages.empty_rows import empty_rows
from tracker.mail.messages.extension_facts import extension_rows, stages_of_plans
from tracker.mail.messages.held import held_letters
from tracker.mail.messages.published_rows import published_rows
from tracker.mail.messages.rows import (
    ContactRow,
    GateRow,
    HandoverRow,
    HeadRow,
    OfficeRow,
    PlanRow,
    ReportRow,
    Rows,
    TaskDetails,
    TaskRow,
    UserRow,
)
from tracker.mail.messages.seal_rows import seal_rows
from tracker.models import (
    CalendarDay,
    Contact,
    GateCondition,
    Handover,
    Notice,
    Office,
    OutboxMessage,
    Plan,
    PlanUnit,
    Stage,
    Task,
    Unit,
    User,
    Waiver,
)
from tracker.queries.plan_sums import plan_sums
from tracker.rules.letters import task_ids_of
from tracker.rules.reminders import is_chase
from tracker.rules.states import DayKind, NoticeStatus, PlanStatus, TaskStatus
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.services.catalogue import calendars_of_units

#: Days of the calendar that letters look at, before and after the day of the batch.
CALENDAR_BACK = timedelta(days=400)
CALENDAR_AHEAD = timedelta(days=800)

#: Kinds that name the unit's contact, the stages that wait, the days on which was chased, what opened the gate.
NAMES_CONTACT = frozenset({"escalate_head", "escalate_coordinator", "chase"})
NAMES_WAITING_STAGES = frozenset({"escalate_coordinator", "escalate_leader", "chase", "acknowledgement"})
NAMES_CHASES = frozenset({"escalate_coordinator", "chase"})
NAMES_GATE = frozenset({"unlocked"})
NAMES_DETAILS = frozenset({"unlocked", "remind", "chase", "acknowledgement"})


def load(session: Session, messages: Sequence[OutboxMessage], *, today: date) -> Rows:
    """Load what these letters speak of, as it is now."""
    rows = Rows(today, Calendars(_calendar(session, today)))
    _load_tasks(session, rows, messages)
    _load_people_and_plans(session, rows, messages)
    kinds = {m.kind for m in messages}
    units = {t.unit_id for t in rows.tasks.values() if t.unit_id is not None}
    if units:
        rows.calendars = calendars_of_units(session, units, rows.calendars.office)
    stages = {t.stage_id for t in rows.tasks.values()}
    gone = any(not rows.live_tasks(m) for m in messages)
    if rows.tasks and (gone or kinds & NAMES_DETAILS):
        _load_details(session, rows)
    if any(contact.unit_id != task.unit_id for contact, task in _pairs(rows, messages)):
        emails = {contact.email for contact in rows.contacts.values()}
        for contact in _contacts(session, Contact.email.in_(emails), Contact.unit_id.in_(units)):
            rows.same_person.setdefault((contact.email, contact.unit_id), contact)
    if kinds & NAMES_CONTACT and units:
        rows.contact_of_unit = _contacts_in_charge(session, units, today)
    if kinds & NAMES_WAITING_STAGES and stages:
        _load_waiting_stages(session, rows, stages)
    if kinds & NAMES_GATE and stages:
        _load_gates(session, rows, stages)
    if kinds & NAMES_CHASES and rows.tasks:
        _load_chases(session, rows)
    held_plans = {m.plan_id for m in messages if m.kind == "held" and m.plan_id is not None}
    if held_plans:
        rows.held = held_letters(session, held_plans)
    confirm = {int(plan_id) for m in messages if m.facts.get("confirm") for plan_id in m.facts["plan_ids"]}
    if confirm:
        _load_reports(session, rows, confirm)
    named = [m.id for m in messages if m.facts.get("empty")]
    if named:
        rows.empty = empty_rows(session, named)
    given = {int(m.facts["handover_id"]) for m in messages if m.kind == "handover"}
    if given:
        found = session.execute(
            select(Handover.id, Contact.name, Contact.salutation, Handover.decided_at)
            .join(Contact, Contact.id == Handover.contact_id)
            .where(Handover.id.in_(given))
        )
        rows.handovers = {row[0]: HandoverRow._make(row) for row in found}
    told = {m.plan_id for m in messages if m.kind == "weekly_summary" and m.plan_id is not None}
    if told:
        rows.sums = plan_sums(session, told, today=today)
    asked = {int(m.facts["extension_id"]) for m in messages if "extension_id" in m.facts}
    if asked:
        rows.extensions = extension_rows(session, asked)
    if "published" in kinds:
        rows.published = published_rows(session, messages)
    broken = {int(m.facts["opening_id"]) for m in messages if m.kind == "seal_broken"}
    if broken:
        rows.seals = seal_rows(session, broken)
    if "extension_asked" in kinds:
        rows.stages_of_plan = stages_of_plans(session, rows.plans)
    return rows


def _pairs(rows: Rows, messages: Iterable[OutboxMessage]) -> Iterator[tuple[ContactRow, TaskRow]]:
    for message in messages:
        if message.person.startswith("contact-"):
            contact = rows.contacts.get(int(message.person.removeprefix("contact-")))
            if contact is not None:
                yield from ((contact, rows.tasks[i]) for i in task_ids_of(message.facts) if i in rows.tasks)


def _calendar(session: Session, today: date) -> WorkCalendar:
    days = session.execute(
        select(CalendarDay.day, CalendarDay.kind).where(CalendarDay.day.between(today - CALENDAR_BACK, today + CALENDAR_AHEAD))
    ).all()
    return WorkCalendar(
        days_off=frozenset(day for day, kind in days if kind is not DayKind.MAKE_UP),
        make_up_days=frozenset(day for day, kind in days if kind is DayKind.MAKE_UP),
    )


def _load_tasks(session: Session, rows: Rows, messages: Iterable[OutboxMessage]) -> None:
    ids = {task_id for m in messages for task_id in task_ids_of(m.facts)}
    if not ids:
        return
    found = session.execute(
        select(
            Task.id,
            Task.plan_id,
            Task.stage_id,
            Task.unit_id,
            Task.status,
            Task.due_on,
            Task.original_due_on,
            Task.aim_on,
            Task.chase_count,
            Task.return_reason,
            Stage.position,
            Stage.short_name,
            Unit.name,
            Task.promised_on,
            Task.heard_on,
            Task.opened_on,
        )
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.id.in_(ids))
    )
    rows.tasks = {row[0]: TaskRow._make(row) for row in found}


def _load_reports(session: Session, rows: Rows, plan_ids: set[int]) -> None:
    found = session.execute(
        select(Task.id, Task.plan_id, Stage.position, Stage.short_name, Unit.name, Task.submitted_on, Task.due_on)
        .join(Stage, Stage.id == Task.stage_id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.plan_id.in_(plan_ids), Task.status == TaskStatus.SUBMITTED, Plan.status == PlanStatus.RUNNING)
        .order_by(Task.submitted_on, Task.id)
    )
    for row in found:
        rows.reports.setdefault(row.plan_id, []).append(ReportRow._make(row))


def _load_details(session: Session, rows: Rows) -> None:
    found = session.execute(
        select(
            Task.id,
            Task.start_on,
            Task.opened_on,
            Task.submitted_on,
            Task.completed_on,
            Task.changed_at,
            Stage.content,
            Stage.wording,
            Stage.work_kind,
            Unit.head_position,
            PlanUnit.ballots_each,
            Task.round_kind,
            Task.ballots_asked,
            Task.sequence,
        )
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .outerjoin(PlanUnit, (PlanUnit.plan_id == Task.plan_id) & (PlanUnit.unit_id == Task.unit_id))
        .where(Task.id.in_(rows.tasks))
    )
    rows.details = {row[0]: TaskDetails._make(row) for row in found}


def _load_people_and_plans(session: Session, rows: Rows, messages: Sequence[OutboxMessage]) -> None:
    plan_ids = {t.plan_id for t in rows.tasks.values()} | {m.plan_id for m in messages if m.plan_id is not None}
    if plan_ids:
        found = session.execute(
            select(
                Plan.id,
                Plan.office_id,
                Plan.name,
                Plan.short_name,
                Plan.number,
                Plan.issued_on,
                Plan.issuer,
                Plan.year,
                Plan.status,
                Plan.coordinator_id,
                Plan.leader_id,
            ).where(Plan.id.in_(plan_ids))
        )
        rows.plans = {row[0]: PlanRow._make(row) for row in found}
    contact_ids = _ids(messages, "contact-") | {int(m.facts["contact_id"]) for m in messages if "contact_id" in m.facts}
    if contact_ids:
        rows.contacts = {c.id: c for c in _contacts(session, Contact.id.in_(contact_ids))}
    head_ids = _ids(messages, "head-")
    if head_ids:
        heads = session.execute(
            select(
                Unit.id,
                Unit.name,
                Unit.head_name,
                Unit.head_position,
                Unit.office_id,
                Unit.head_email,
                Unit.head_nonce,
            ).where(Unit.id.in_(head_ids))
        )
        rows.heads = {row[0]: HeadRow._make(row) for row in heads}
    user_ids = _ids(messages, "user-")
    for plan in rows.plans.values():
        user_ids |= {i for i in (plan.coordinator_id, plan.leader_id) if i is not None}
    if user_ids:
        users = session.execute(
            select(
                User.id, User.office_id, User.username, User.name, User.salutation, User.position, User.email, User.phone
            ).where(User.id.in_(user_ids))
        )
        rows.users = {row[0]: UserRow._make(row) for row in users}
    offices: set[int] = {p.office_id for p in rows.plans.values()}
    offices |= {c.office_id for c in rows.contacts.values()} | {h.office_id for h in rows.heads.values()}
    offices |= {u.office_id for u in rows.users.values()}
    if offices:
        named = session.execute(select(Office.id, Office.name, Office.place, Office.phone).where(Office.id.in_(offices)))
        rows.offices = {row[0]: OfficeRow._make(row) for row in named}


def _ids(messages: Iterable[OutboxMessage], prefix: str) -> set[int]:
    return {int(m.person.removeprefix(prefix)) for m in messages if m.person.startswith(prefix)}


def _contacts(session: Session, *conditions: object) -> list[ContactRow]:
    found = session.execute(
        select(
            Contact.id,
            Contact.unit_id,
            Contact.name,
            Contact.salutation,
            Contact.email,
            Contact.phone,
            Contact.link_nonce,
            Contact.bounced_on,
            Unit.name,
            Unit.office_id,
        )
        .join(Unit, Unit.id == Contact.unit_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Contact.unit_id, Contact.rank, Contact.id)
    )
    return [ContactRow._make(row) for row in found]


def _contacts_in_charge(session: Session, units: set[int], today: date) -> dict[int, ContactRow]:
    found: dict[int, ContactRow] = {}
    in_charge = (
        or_(Contact.valid_from.is_(None), Contact.valid_from <= today),
        or_(Contact.valid_to.is_(None), Contact.valid_to >= today),
    )
    for contact in _contacts(session, Contact.unit_id.in_(units), *in_charge):
        found.setdefault(contact.unit_id, contact)
    return found


def _load_waiting_stages(session: Session, rows: Rows, stages: set[int]) -> None:
    found = session.execute(
        select(GateCondition.earlier_stage_id, Stage.position, Stage.short_name)
        .join(Stage, Stage.id == GateCondition.stage_id)
        .where(GateCondition.earlier_stage_id.in_(stages))
        .order_by(Stage.position)
    )
    waiting: defaultdict[int, list[str]] = defaultdict(list)
    for stage_id, position, short_name in found:
        if stage_id is not None:
            waiting[stage_id].append(f"giai đoạn {position} ({short_name})")
    rows.waiting_stages = dict(waiting)


#: Named once: a new name makes every column anew, which costs more than the statement.
_earlier = aliased(Stage)


def _load_gates(session: Session, rows: Rows, stages: set[int]) -> None:
    found = session.execute(
        select(
            GateCondition.stage_id,
            GateCondition.kind,
            GateCondition.share,
            _earlier.position,
            _earlier.short_name,
            _earlier.scope,
        )
        .outerjoin(_earlier, _earlier.id == GateCondition.earlier_stage_id)
        .where(GateCondition.stage_id.in_(stages))
        .order_by(GateCondition.id)
    )
    gates: defaultdict[int, list[GateRow]] = defaultdict(list)
    for row in found:
        gates[row[0]].append(GateRow._make(row[1:]))
    rows.gates = dict(gates)
    waived = session.execute(
        select(Waiver.stage_id, Waiver.unit_id, Waiver.responsible)
        .where(Waiver.stage_id.in_(stages), Waiver.withdrawn_at.is_(None))
        .order_by(Waiver.id)
    )
    rows.waived_by = {(stage_id, unit_id): responsible for stage_id, unit_id, responsible in waived}


def _load_chases(session: Session, rows: Rows) -> None:
    found = session.execute(
        select(Notice.task_id, Notice.day, Notice.rung)
        .where(Notice.task_id.in_(rows.tasks), Notice.rung.like("%:contact"), Notice.status == NoticeStatus.SENT)
        .order_by(Notice.day)
    )
    days: defaultdict[int, list[date]] = defaultdict(list)
    for task_id, day, rung in found:
        if is_chase(rung):
            days[task_id].append(day)
    rows.chase_days = dict(days)
