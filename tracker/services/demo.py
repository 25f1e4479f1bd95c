"""Dữ liệu mẫu: a campaign that looks lived in, made by living it with the real services.

`planning.remove_sample` takes it away whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, LedgerLine, Plan, PlanUnit, RecheckItem, Stage, Task, Unit, User
from tracker.rules.access import Actor
from tracker.rules.document import DocumentText
from tracker.rules.parsed import ParsedPlan
from tracker.rules.sample import FIRST_DAY, days_to_move, sample_ballots, sample_events
from tracker.rules.schedule import plan_input_from
from tracker.rules.states import DiscardReason, RecheckDecision, RecheckOutcome, Role, TaskStatus, WorkKind
from tracker.rules.unit_rows import UnitRow
from tracker.services import intake, journal, openings, organisation, planning, progress, recheck
from tracker.services.rehearsal import Deliver, rehearse
from tracker.wording import count


@dataclass(frozen=True)
class SampleSource:
    """What the sample is made of: the moved text of the signed plan, as read, and the list of units."""

    file_name: str
    original: bytes
    document: DocumentText
    parsed: ParsedPlan
    units: Sequence[UnitRow]


def sample_exists(session: Session) -> bool:
    return session.scalar(select(Plan.id).where(Plan.is_sample).limit(1)) is not None


def create_sample(session: Session, source: SampleSource, *, office_id: int, by: Actor, now: datetime, deliver: Deliver) -> Plan:
    """Make the sample campaign as if it had run since its first day; commits as it goes.

    `deliver` sends in virtual time; letters of the sample never leave the machine.
    """
    today = now.date()
    moved = days_to_move(today)
    zone = now.tzinfo
    assert zone is not None
    first = FIRST_DAY + timedelta(days=moved)
    signed_at = datetime.combine(first - timedelta(days=1), time(9, 0), tzinfo=zone)
    coordinator, leader = _people(session, office_id)
    organisation.import_units(session, office_id, source.units, by=by, now=signed_at, is_sample=True)
    names = [row.name for row in source.units]
    found = {u.name: u.id for u in session.scalars(select(Unit).where(Unit.office_id == office_id, Unit.name.in_(names)))}
    draft = intake.save_draft(
        session,
        office_id=office_id,
        file_name=source.file_name,
        original=source.original,
        document=source.document,
        parsed=source.parsed,
        by=coordinator,
        now=signed_at,
    )
    plan = planning.create_plan(
        session,
        office_id=office_id,
        draft=plan_input_from(source.parsed),
        unit_ids=[found[n] for n in names],
        by=coordinator,
        now=signed_at,
        draft_id=draft.id,
        leader_id=leader,
        is_sample=True,
    )
    session.commit()
    events = sample_events(names, moved)
    yesterday = today - timedelta(days=1)
    for _line in rehearse(
        session, plan.id, start=first, end=yesterday, events=events, deliver=deliver, by=coordinator, zone=zone
    ):
        pass
    openings.open_what_may_open(session, plan.id, now=datetime.combine(today, time(0, 5), tzinfo=zone))
    _collect(session, plan.id, names, by=coordinator, now=datetime.combine(yesterday, time(16, 15), tzinfo=zone))
    _report_one(session, plan.id, now=datetime.combine(yesterday, time(16, 30), tzinfo=zone))
    _recheck(session, plan.id, by=coordinator, now=datetime.combine(yesterday, time(16, 45), tzinfo=zone))
    session.commit()
    return session.get_one(Plan, plan.id)


def _people(session: Session, office_id: int) -> tuple[Actor, int]:
    """A coordinator and a leader of the sample: nobody can sign in as them."""
    made = []
    for username, name, salutation, position, role in (
        ("mau-dieu-phoi", "Trần Thu Hà", "Bà", "Chuyên viên", Role.COORDINATOR),
        ("mau-lanh-dao", "Ngô Hữu Hiền", "Ông", "Trưởng phòng", Role.LEADER),
    ):
        user = session.scalar(select(User).where(User.username == username))
        if user is None:
            user = User(
                office_id=office_id,
                username=username,
                name=name,
                salutation=salutation,
                position=position,
                email=f"{username}@example.vn",
                phone="0258 3000 000",
                role=role,
                is_sample=True,
            )
            session.add(user)
        made.append(user)
    session.flush()
    return Actor(f"user-{made[0].id}", made[0].name, Role.COORDINATOR, office_id), made[1].id


def _collect(session: Session, plan_id: int, names: Sequence[str], *, by: Actor, now: datetime) -> None:
    """What the units have collected, as their tasks say it: written at once, since line by line it would be half of the sample's
    time. Ballots of who is done have their numbers."""
    rows = session.execute(
        select(Task.unit_id, Unit.name, PlanUnit.ballots_each, Task.opened_on, Task.completed_on)
        .join(Stage, Stage.id == Task.stage_id)
        .join(Unit, Unit.id == Task.unit_id)
        .join(PlanUnit, (PlanUnit.plan_id == plan_id) & (PlanUnit.unit_id == Task.unit_id))
        .where(Task.plan_id == plan_id, Stage.work_kind == WorkKind.FIELDWORK, Task.opened_on.is_not(None))
    ).all()
    lines: list[dict[str, object]] = []
    ballots: list[dict[str, object]] = []
    for unit_id, name, quota, opened_on, done_on in rows:
        assert opened_on is not None
        who = {"plan_id": plan_id, "unit_id": unit_id, "round": 0}
        for n, line in enumerate(sample_ballots(names.index(name), quota or 0, opened_on, done_on, now.date())):
            lines.append(
                who
                | {
                    "day": line.day,
                    "handed_out": line.handed_out,
                    "collected": line.valid + line.discarded,
                    "valid": line.valid,
                    "discarded": line.discarded,
                    "reasons": {DiscardReason.BLANK.value: line.discarded} if line.discarded else {},
                    "once": f"sample-{n}",
                    "by_name": f"Đầu mối của {name}",
                    "by_key": "contact-0",
                    "at": datetime.combine(line.day, time(16, 0), tzinfo=now.tzinfo),
                }
            )
        if done_on is not None:
            at = datetime.combine(done_on, time(16, 0), tzinfo=now.tzinfo)
            ballots += [who | {"number": f"{n:04d}", "registered_at": at} for n in range(1, (quota or 0) + 1)]
    if not lines:
        return
    session.execute(insert(LedgerLine), lines)
    if ballots:
        session.execute(insert(Ballot), ballots)
    units = len({line["unit_id"] for line in lines})
    what = f"số phiếu từng tuần của {count(units, 'đơn vị')}"
    journal.record(session, journal.Line("ghi", what, plan_id=plan_id), by=by, now=now)


def _recheck(session: Session, plan_id: int, *, by: Actor, now: datetime) -> None:
    """What the reports of recheck say was done: a draw, each of its ballots the same, the verdict."""
    reported = (
        select(Task.unit_id)
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Task.plan_id == plan_id,
            Stage.work_kind == WorkKind.RECHECK,
            Task.unit_id.is_not(None),
            Task.status.in_([TaskStatus.DONE, TaskStatus.SUBMITTED]),
        )
    )
    for unit_id in session.scalars(reported.order_by(Task.id)).all():
        assert unit_id is not None
        drawn = recheck.draw_unit(session, plan_id, unit_id, by=by, now=now)
        for item_id in session.scalars(select(RecheckItem.id).where(RecheckItem.draw_id == drawn.id)).all():
            recheck.settle_item(session, item_id, RecheckOutcome.MATCH, kind=None, note="", by=by, now=now)
        recheck.sign_verdict(session, plan_id, unit_id, RecheckDecision.PASS, by=by, now=now)


def _report_one(session: Session, plan_id: int, *, now: datetime) -> None:
    """One unit has reported its recheck and waits for the coordinator: the page shows what that looks like."""
    row = session.execute(
        select(Task.id, Task.unit_id)
        .join(Stage, Stage.id == Task.stage_id)
        .join(PlanUnit, (PlanUnit.plan_id == plan_id) & (PlanUnit.unit_id == Task.unit_id))
        .where(Task.plan_id == plan_id, Stage.position == 4, Task.status == TaskStatus.IN_PROGRESS)
        .order_by(PlanUnit.position)
        .limit(1)
    ).first()
    if row is None or row.unit_id is None:
        return
    unit = session.execute(select(Unit.name, Unit.office_id).where(Unit.id == row.unit_id)).one()
    actor = Actor("contact-0", f"Đầu mối của {unit.name}", None, unit.office_id, frozenset({row.unit_id}))
    progress.complete_task(session, row.id, by=actor, now=now, note="Đã phúc tra đủ số phiếu, kèm biên bản.")
