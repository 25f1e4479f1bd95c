"""The office's units by group with their people: what lists and choices show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.errors import NotFound
from tracker.models import Contact, Plan, Stage, Task, Unit, UnitGroup
from tracker.queries.plans import TaskRow
from tracker.rules.states import PlanStatus
from tracker.wording import search_key, sort_key

PAGE_SIZE = 100


class ContactRow(NamedTuple):
    id: int
    unit_id: int
    name: str
    salutation: str
    position: str
    email: str
    phone: str
    rank: int
    bounced_on: date | None


class UnitRow(NamedTuple):
    id: int
    name: str
    group_id: int | None
    head_name: str
    head_position: str
    head_email: str
    contacts: tuple[ContactRow, ...] = ()


class UnitsPage(NamedTuple):
    """Units by group, in the order of the groups; and which page of how many."""

    groups: tuple[tuple[str, tuple[UnitRow, ...]], ...]
    total: int
    page: int
    pages: int


class Choice(NamedTuple):
    """A unit to tick."""

    id: int
    name: str
    group: str


class ContactCard(NamedTuple):
    """A contact of one unit's page, in charge or not."""

    id: int
    name: str
    salutation: str
    position: str
    email: str
    phone: str
    rank: int
    valid_from: date | None
    valid_to: date | None
    bounced_on: date | None
    version: int

    def serves(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class UnitCard(NamedTuple):
    """One unit's page."""

    id: int
    name: str
    group: str
    head_name: str
    head_position: str
    head_email: str
    version: int
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: int | None = None
    successor: str = ""
    contacts: tuple[ContactCard, ...] = ()
    before: tuple[tuple[int, str], ...] = ()  #: the units that it follows: (id, name)

    def contact(self, contact_id: int) -> ContactCard:
        """Raises NotFound for a contact of another unit."""
        for card in self.contacts:
            if card.id == contact_id:
                return card
        raise NotFound(f"contact {contact_id}")


class UnitTask(NamedTuple):
    plan: str
    stage: str
    row: TaskRow


def unit_card(session: Session, unit_id: int, *, office_id: int) -> UnitCard:
    """One unit of the office with all its contacts and the units before and after it, in three statements; raises NotFound."""
    follower = aliased(Unit)
    row = session.execute(
        select(
            Unit.id, Unit.name, func.coalesce(UnitGroup.name, ""), Unit.head_name, Unit.head_position, Unit.head_email,
            Unit.version, Unit.valid_from, Unit.valid_to, Unit.successor_id, func.coalesce(follower.name, ""),
        )
        .outerjoin(UnitGroup, UnitGroup.id == Unit.group_id)
        .outerjoin(follower, follower.id == Unit.successor_id)
        .where(Unit.id == unit_id, Unit.office_id == office_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound(f"unit {unit_id}")
    contacts = session.execute(
        select(
            Contact.id, Contact.name, Contact.salutation, Contact.position, Contact.email, Contact.phone, Contact.rank,
            Contact.valid_from, Contact.valid_to, Contact.bounced_on, Contact.version,
        )
        .where(Contact.unit_id == unit_id)
        .order_by(Contact.rank, Contact.id)
    )  # fmt: skip
    before = session.execute(select(Unit.id, Unit.name).where(Unit.successor_id == unit_id).order_by(Unit.id))
    return UnitCard(*row, contacts=tuple(ContactCard(*c) for c in contacts), before=tuple((i, name) for i, name in before))


def work_of_unit(session: Session, unit_id: int) -> list[UnitTask]:
    """The unit's tasks in plans that run, plan by plan, in the order of the stages. One statement."""
    rows: Sequence[Sequence[Any]] = session.execute(
        select(Plan.short_name, Stage.short_name, *(getattr(Task, name) for name in TaskRow._fields))
        .join(Stage, Stage.id == Task.stage_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.unit_id == unit_id, Plan.status.in_((PlanStatus.RUNNING, PlanStatus.PAUSED)))
        .order_by(Plan.id.desc(), Stage.position, Task.id)
    ).all()
    return [UnitTask(row[0], row[1], TaskRow(*row[2:])) for row in rows]


def units_page(
    session: Session, office_id: int, *, search: str = "", page: int = 1, today: date, ended: bool = False, size: int = PAGE_SIZE
) -> UnitsPage:
    """One page of the office's units, found by words of their names, accents or not; with `ended`, those that are no more.

    Three statements, however many units.
    """
    wanted = [
        Unit.office_id == office_id,
        Unit.valid_to < today if ended else or_(Unit.valid_to.is_(None), Unit.valid_to >= today),
    ]
    wanted += [Unit.search_key.contains(word, autoescape=True) for word in search_key(search).split()]
    total = session.scalar(select(func.count(Unit.id)).where(*wanted)) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = session.execute(
        select(
            Unit.id, Unit.name, Unit.group_id, Unit.head_name, Unit.head_position, Unit.head_email,
            func.coalesce(UnitGroup.name, "").label("group_name"),
        )
        .outerjoin(UnitGroup, UnitGroup.id == Unit.group_id)
        .where(*wanted)
        .order_by(func.coalesce(UnitGroup.position, 1_000_000), Unit.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()  # fmt: skip
    contacts = _contacts(session, [r.id for r in rows], today)
    groups: dict[str, list[UnitRow]] = {}
    for r in rows:
        groups.setdefault(r.group_name, []).append(UnitRow(*r[:6], contacts=tuple(contacts[r.id])))
    return UnitsPage(tuple((name, tuple(units)) for name, units in groups.items()), total, page, pages)


def group_names(session: Session, office_id: int) -> list[str]:
    return list(
        session.scalars(select(UnitGroup.name).where(UnitGroup.office_id == office_id).order_by(UnitGroup.position, UnitGroup.id))
    )


def choices(session: Session, office_id: int, *, today: date) -> list[Choice]:
    """Every unit that exists today, by group."""
    rows = session.execute(
        select(Unit.id, Unit.name, func.coalesce(UnitGroup.name, ""))
        .outerjoin(UnitGroup, UnitGroup.id == Unit.group_id)
        .where(Unit.office_id == office_id, or_(Unit.valid_to.is_(None), Unit.valid_to >= today))
        .order_by(func.coalesce(UnitGroup.position, 1_000_000), Unit.id)
    )
    return [Choice(*row) for row in rows]


def unit_names(session: Session, office_id: int) -> list[str]:
    """Names to suggest where an owner is typed, in the order of a Vietnamese list."""
    names: Sequence[str] = session.scalars(select(Unit.name).where(Unit.office_id == office_id)).all()
    return sorted(names, key=sort_key)


def _contacts(session: Session, unit_ids: Sequence[int], today: date) -> defaultdict[int, list[ContactRow]]:
    found: defaultdict[int, list[ContactRow]] = defaultdict(list)
    if not unit_ids:
        return found
    for row in session.execute(
        select(
            Contact.id, Contact.unit_id, Contact.name, Contact.salutation, Contact.position, Contact.email,
            Contact.phone, Contact.rank, Contact.bounced_on,
        )
        .where(
            Contact.unit_id.in_(unit_ids),
            or_(Contact.valid_from.is_(None), Contact.valid_from <= today),
            or_(Contact.valid_to.is_(None), Contact.valid_to >= today),
        )
        .order_by(Contact.unit_id, Contact.rank, Contact.id)
    ):  # fmt: skip
        found[row.unit_id].append(ContactRow(*row))
    return found
