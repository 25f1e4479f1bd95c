"""The cast of the mail tests: one office, one plan of four stages, units with a contact each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.clock import ZONE
from tracker.models import (
    Contact,
    GateCondition,
    Office,
    OutboxMessage,
    Plan,
    PlanUnit,
    Stage,
    Task,
    Unit,
    User,
)
from tracker.rules.states import ConditionKind, PlanStatus, Role, Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import outbox
from tracker.wording import search_key

TODAY = date(2021, 9, 20)
NOW = datetime(2021, 9, 20, 7, 30, tzinfo=ZONE)


@dataclass
class World:
    session: Session
    office: Office
    coordinator: User
    leader: User
    plan: Plan
    fieldwork: Stage
    recheck: Stage
    entry: Stage
    closing: Stage
    units: list[Unit] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)  #: the fieldwork task of each unit, in their order

    def add_unit(self, name: str, contact: str = "Lê Thị Kim Oanh", email: str = "", **values: Any) -> Unit:
        number = len(self.units) + 1
        unit = Unit(office_id=self.office.id, name=name, search_key=search_key(name), **values)
        self.session.add(unit)
        self.session.flush()
        person = Contact(
            unit_id=unit.id, name=contact, salutation="Bà", email=email or f"dau-moi-{number}@example.vn", link_nonce="n"
        )
        self.session.add_all([person, PlanUnit(plan_id=self.plan.id, unit_id=unit.id, position=number, ballots_each=50)])
        self.session.flush()
        self.units.append(unit)
        self.contacts.append(person)
        self.tasks.append(self.add_task(self.fieldwork, unit))
        return unit

    def add_task(self, stage: Stage, unit: Unit | None, due_on: date | None = None, **values: Any) -> Task:
        due = due_on or stage.due_on
        task = Task(
            **{
                "plan_id": stage.plan_id,
                "stage_id": stage.id,
                "unit_id": unit.id if unit else None,
                "status": TaskStatus.IN_PROGRESS,
                "start_on": stage.start_on,
                "due_on": due,
                "original_due_on": due,
                "aim_on": stage.aim_on if due_on is None else due_on,
                "changed_at": NOW,
            }
            | values
        )
        self.session.add(task)
        self.session.flush()
        return task

    def letter(self, kind: str, person: str, facts: dict[str, Any], **values: Any) -> OutboxMessage:
        """Put one letter into the outbox as the services do."""
        given: dict[str, Any] = {
            "key": f"{kind}:{person}:{sorted(facts.items())}"[:160],
            "to_name": "Lê Thị Kim Oanh",
            "to_email": "oanh@example.vn",
            "day": TODAY,
            "now": NOW,
            "plan_id": self.plan.id,
        } | values
        made = outbox.enqueue(self.session, kind=kind, person=person, facts=facts, **given)
        assert made is not None
        return made

    def digest(self, number: int, **values: Any) -> OutboxMessage:
        """Today's digest to the contact of unit `number` about its fieldwork."""
        contact = self.contacts[number]
        given: dict[str, Any] = {
            "key": f"digest:contact-{contact.id}:{TODAY.isoformat()}",
            "to_name": contact.name,
            "to_email": contact.email,
        } | values
        return self.letter(
            "daily_digest",
            f"contact-{contact.id}",
            {"task_ids": {"overdue": [self.tasks[number].id]}, "fired": [self.tasks[number].id]},
            **given,
        )


def make_world(session: Session, *unit_names: str) -> World:
    """An office with its running plan and one open fieldwork task a unit; everything flushed, nothing committed."""
    office = Office(name="Phòng Nội vụ thành phố Cam Ranh", place="UBND thành phố Cam Ranh", phone="0258 3000 000")
    session.add(office)
    session.flush()
    coordinator = User(
        office_id=office.id,
        username="thuha",
        name="Trần Thu Hà",
        salutation="Bà",
        position="Chuyên viên Phòng Nội vụ",
        email="thuha@example.vn",
        phone="0258 3000 000",
        role=Role.COORDINATOR,
    )
    leader = User(
        office_id=office.id,
        username="lanhdao",
        name="Mấu Văn Thành",
        salutation="Ông",
        position="Chủ tịch UBND thành phố Cam Ranh",
        email="thanh@example.vn",
        role=Role.LEADER,
    )
    session.add_all([coordinator, leader])
    session.flush()
    plan = Plan(
        office_id=office.id,
        name="Kế hoạch khảo sát, đánh giá mức độ hài lòng năm 2021",
        short_name="Khảo sát 2021",
        number="123/KH-UBND",
        issued_on=date(2021, 6, 1),
        issuer="UBND thành phố Cam Ranh",
        year=2021,
        status=PlanStatus.RUNNING,
        activated_on=date(2021, 6, 1),
        letters_released_at=NOW,
        coordinator_id=coordinator.id,
        leader_id=leader.id,
        ladder=[],
        changed_at=NOW,
    )
    session.add(plan)
    session.flush()
    fieldwork = _stage(plan, 1, "Điều tra khảo sát", WorkKind.FIELDWORK, date(2021, 7, 2), date(2021, 9, 15))
    recheck = _stage(plan, 2, "Thu phiếu, phúc tra", WorkKind.RECHECK, date(2021, 9, 16), date(2021, 9, 30))
    entry = _stage(plan, 3, "Nhập liệu", WorkKind.DATA_ENTRY, date(2021, 10, 1), date(2021, 10, 31), scope=Scope.ONCE)
    closing = _stage(plan, 4, "Báo cáo kết quả", WorkKind.REPORT, date(2021, 11, 1), date(2021, 11, 15), scope=Scope.ONCE)
    session.add_all([fieldwork, recheck, entry, closing])
    session.flush()
    session.add_all(
        [
            GateCondition(stage_id=recheck.id, kind=ConditionKind.OWN_TASK_DONE, earlier_stage_id=fieldwork.id),
            GateCondition(stage_id=entry.id, kind=ConditionKind.STAGE_DONE, earlier_stage_id=recheck.id),
        ]
    )
    session.flush()
    world = World(session, office, coordinator, leader, plan, fieldwork, recheck, entry, closing)
    for name in unit_names or ("Trạm Y tế xã Cam Lập",):
        world.add_unit(name)
    return world


def _stage(
    plan: Plan, position: int, short_name: str, kind: WorkKind, start: date, due: date, scope: Scope = Scope.EACH_UNIT
) -> Stage:
    return Stage(
        plan_id=plan.id,
        position=position,
        no=str(position),
        content=f"Tổ chức {short_name.lower()} tại các đơn vị",
        short_name=short_name,
        wording=f"Từ ngày {start.day}/{start.month} đến ngày {due.day}/{due.month}/{due.year}",
        time_kind=TimeKind.WINDOW,
        start_on=start,
        due_on=due,
        aim_on=due,
        scope=scope,
        work_kind=kind,
    )
