"""What a phiếu giao việc says: a unit's work in one plan, or one piece of it, and who answers for it on both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Contact, GateCondition, PlanUnit, Stage, Unit
from tracker.queries import personal
from tracker.queries.chase_papers import PaperHead, paper_head
from tracker.queries.personal import PersonalTask
from tracker.rules.states import TaskStatus, WorkKind


class BriefContact(NamedTuple):
    """Đầu mối, and what his personal link is made of."""

    id: int
    name: str
    salutation: str
    position: str
    phone: str
    email: str
    link_nonce: str

    @property
    def full_name(self) -> str:
        return f"{self.salutation} {self.name}".strip()


@dataclass(frozen=True)
class BriefWork:
    task: PersonalTask
    coordinating: str
    opens: tuple[str, ...]  #: short names of the stages that wait for it
    ballots: int | None
    waits: str  #: the sentence of its gate; "" when it is open

    @property
    def is_open(self) -> bool:
        return self.task.status is TaskStatus.IN_PROGRESS

    @property
    def state_words(self) -> str:
        """Where it stands, in a cell."""
        if self.waits:
            return "Chưa mở"
        return "Làm được ngay" if self.is_open else "Đã báo hoàn thành"


@dataclass(frozen=True)
class Brief:
    """One unit's sheet."""

    head: PaperHead
    unit_id: int
    unit: str
    contact: BriefContact | None
    works: tuple[BriefWork, ...]

    @property
    def contact_words(self) -> str:
        contact = self.contact
        if contact is None:
            return "chưa có đầu mối"
        return _joined(contact.full_name, contact.position, f"điện thoại {contact.phone}" if contact.phone else "")

    @property
    def coordinator_words(self) -> str:
        head = self.head
        phone = f"điện thoại {head.phone}" if head.phone else ""
        return _joined(head.coordinator, head.coordinator_position, head.office, phone, head.email)


def briefs(
    session: Session, plan_id: int, unit_ids: Collection[int], *, task_id: int | None = None, today: date
) -> list[Brief]:  # fmt: skip
    """The sheets of these units, in the plan's order; with `task_id` only that piece of work. A dozen statements."""
    head = paper_head(session, plan_id)
    work = personal.work_of_units(session, unit_ids, today=today)
    waits = {n.task.id: n.sentence for n in work.next}
    tasks = [t for t in (*work.open, *(n.task for n in work.next), *work.done) if t.plan_id == plan_id]
    tasks = [t for t in tasks if task_id is None or t.id == task_id]
    stages = {t.stage_id for t in tasks}
    opens = _opens(session, stages)
    facts = {
        row.id: row for row in session.execute(select(Stage.id, Stage.coordinating, Stage.work_kind).where(Stage.id.in_(stages)))
    }
    units = session.execute(
        select(Unit.id, Unit.name, PlanUnit.ballots_each)
        .outerjoin(PlanUnit, (PlanUnit.unit_id == Unit.id) & (PlanUnit.plan_id == plan_id))
        .where(Unit.id.in_({t.unit_id for t in tasks}))
        .order_by(PlanUnit.position, Unit.id)
    )
    contacts = _contacts(session, unit_ids, today)
    found = []
    for unit_id, name, ballots in units:
        own = sorted((t for t in tasks if t.unit_id == unit_id), key=lambda t: (t.stage_position, t.id))
        works = tuple(
            BriefWork(
                task,
                facts[task.stage_id].coordinating,
                tuple(opens.get(task.stage_id, ())),
                ballots if facts[task.stage_id].work_kind is WorkKind.FIELDWORK else None,
                waits.get(task.id, ""),
            )
            for task in own
        )
        found.append(Brief(head, unit_id, name, contacts.get(unit_id), works))
    return found


def _opens(session: Session, stage_ids: Collection[int]) -> dict[int, list[str]]:
    later = aliased(Stage)
    rows = session.execute(
        select(GateCondition.earlier_stage_id, later.short_name)
        .join(later, later.id == GateCondition.stage_id)
        .where(GateCondition.earlier_stage_id.in_(stage_ids))
        .order_by(later.position)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for stage_id, name in rows:
        if stage_id is not None and name not in found[stage_id]:
            found[stage_id].append(name)
    return found


def _contacts(session: Session, unit_ids: Collection[int], today: date) -> dict[int, BriefContact]:
    """The first contact in charge of each unit."""
    rows = session.execute(
        select(Contact.unit_id, *(getattr(Contact, name) for name in BriefContact._fields))
        .where(
            Contact.unit_id.in_(unit_ids),
            or_(Contact.valid_from.is_(None), Contact.valid_from <= today),
            or_(Contact.valid_to.is_(None), Contact.valid_to >= today),
        )
        .order_by(Contact.unit_id, Contact.rank, Contact.id)
    )
    found: dict[int, BriefContact] = {}
    for row in rows:
        found.setdefault(row[0], BriefContact._make(row[1:]))
    return found


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
