"""A cast and a small world: an office, its people, units with contacts, a plan of four stages.

Hà coordinates, Dũng leads, every unit has a contact (and a head). Chance has no part here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.clock import ZONE
from tracker.models import CalendarDay, Contact, Office, Plan, Stage, Task, Unit, UnitGroup, User
from tracker.rules.access import Actor
from tracker.rules.schedule import PlanInput, StageInput
from tracker.rules.states import DayKind, Role, Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import planning
from tracker.wording import search_key

#: A Tuesday; nothing of the small plan is due yet.
START = datetime(2021, 6, 1, 8, 0, tzinfo=ZONE)


def moment(year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@dataclass(frozen=True)
class UnitRef:
    """A unit of the cast, with its only contact and its head."""

    id: int
    name: str
    contact_id: int
    contact_name: str
    email: str
    head_email: str


@dataclass(frozen=True)
class Cast:
    """Who is there: plain values, so that no session is asked for them."""

    office_id: int
    coordinator_id: int
    leader_id: int
    ha: Actor
    dung: Actor
    ha_email: str
    dung_email: str
    units: tuple[UnitRef, ...]

    def contact(self, index: int) -> Actor:
        unit = self.units[index]
        return Actor(f"contact-{unit.contact_id}", unit.contact_name, None, self.office_id, frozenset({unit.id}))


def cast(session: Session, units: int = 3, *, name: str = "Phòng Nội vụ") -> Cast:
    """An office with a coordinator, a leader and some units."""
    office = Office(name=name, place="UBND thành phố Cam Ranh", phone="0258 3000 000")
    session.add(office)
    session.flush()
    ha = User(
        office_id=office.id,
        username=f"ha{office.id}",
        name="Trần Thu Hà",
        email=f"ha{office.id}@example.vn",
        phone="0258 3000 000",
        role=Role.COORDINATOR,
    )
    dung = User(
        office_id=office.id,
        username=f"dung{office.id}",
        name="Lê Văn Dũng",
        position="Trưởng phòng",
        email=f"dung{office.id}@example.vn",
        role=Role.LEADER,
    )
    group = UnitGroup(office_id=office.id, name="UBND xã, phường", position=1)
    session.add_all([ha, dung, group])
    session.flush()
    made = []
    for number in range(1, units + 1):
        unit_name = f"UBND xã Số {number:04d}"
        made.append(
            Unit(
                office_id=office.id,
                group_id=group.id,
                name=unit_name,
                search_key=search_key(unit_name),
                head_name=f"Thủ Trưởng {number}",
                head_position="Chủ tịch",
                head_email=f"head{number}@o{office.id}.example.vn",
                contacts=[
                    Contact(name=f"Đầu Mối {number}", email=f"contact{number}@o{office.id}.example.vn", link_nonce=f"n{number}")
                ],
            )
        )
    session.add_all(made)
    session.flush()
    return Cast(
        office_id=office.id,
        coordinator_id=ha.id,
        leader_id=dung.id,
        ha=Actor(f"user-{ha.id}", ha.name, Role.COORDINATOR, office.id),
        dung=Actor(f"user-{dung.id}", dung.name, Role.LEADER, office.id),
        ha_email=ha.email,
        dung_email=dung.email,
        units=tuple(UnitRef(u.id, u.name, u.contacts[0].id, u.contacts[0].name, u.contacts[0].email, u.head_email) for u in made),
    )


def holiday(session: Session, *days: date, name: str = "Nghỉ lễ") -> None:
    session.add_all(CalendarDay(day=day, kind=DayKind.HOLIDAY, name=name, source="thử nghiệm") for day in days)
    session.flush()


#: Four stages as in Cam Ranh, small: office, units, units, office.
SMALL_PLAN = PlanInput(
    name="Khảo sát mức độ hài lòng năm 2021",
    short_name="Khảo sát 2021",
    number="12/KH-UBND",
    issued_on=date(2021, 5, 28),
    issuer="UBND thành phố Cam Ranh",
    place="Cam Ranh",
    year=2021,
    groups=(("UBND xã, phường", 60),),
    stages=(
        StageInput(
            "1", "Xây dựng kế hoạch", "Xây dựng kế hoạch", "Phòng Nội vụ", "", "Trước ngày 20/6/2021",
            TimeKind.DEADLINE, None, date(2021, 6, 19), Scope.ONCE, WorkKind.PREPARATION,
        ),
        StageInput(
            "2", "Cung cấp thông tin, số liệu", "Cung cấp số liệu", "Các đơn vị", "", "Trước ngày 01/7/2021",
            TimeKind.DEADLINE, None, date(2021, 6, 30), Scope.EACH_UNIT, WorkKind.INFORMATION,
        ),
        StageInput(
            "3", "Triển khai điều tra khảo sát", "Điều tra khảo sát", "Các đơn vị", "", "Từ ngày 02/7/2021- 15/9/2021",
            TimeKind.WINDOW, date(2021, 7, 2), date(2021, 9, 15), Scope.EACH_UNIT, WorkKind.FIELDWORK,
        ),
        StageInput(
            "4", "Nhập thông tin phiếu", "Nhập liệu", "Phòng Nội vụ", "", "Từ ngày 30/9/2021-15/10/2021",
            TimeKind.WINDOW, date(2021, 9, 30), date(2021, 10, 15), Scope.ONCE, WorkKind.DATA_ENTRY,
        ),
    ),
)  # fmt: skip


def running_plan(session: Session, people: Cast, draft: PlanInput = SMALL_PLAN, *, now: datetime = START) -> Plan:
    """A plan over all units of the cast, activated, its first letters released."""
    plan = planning.create_plan(
        session, office_id=people.office_id, draft=draft, unit_ids=[u.id for u in people.units], by=people.ha, now=now,
        leader_id=people.leader_id,
    )  # fmt: skip
    planning.activate_plan(session, plan.id, by=people.ha, now=now)
    planning.release_letters(session, plan.id, by=people.ha, now=now)
    session.flush()
    return plan


def task(session: Session, plan: Plan, position: int, unit: UnitRef | None = None) -> Task:
    """The task of a stage, of a unit or the office's own, as it is in the database now."""
    query = select(Task).join(Stage, Stage.id == Task.stage_id).where(Task.plan_id == plan.id, Stage.position == position)
    query = query.where(Task.unit_id == unit.id if unit is not None else Task.unit_id.is_(None))
    return session.execute(query.execution_options(populate_existing=True)).scalar_one()


def statuses(session: Session, plan: Plan, position: int) -> list[TaskStatus]:
    query = (
        select(Task.status)
        .join(Stage, Stage.id == Task.stage_id)
        .where(Task.plan_id == plan.id, Stage.position == position)
        .order_by(Task.id)
    )
    return list(session.scalars(query))
