"""Who holds a role for a piece of work on a given day: contacts of the unit, its head, the plan's coordinator and leader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Contact, Deputy, Plan, PlanUnit, Unit, User
from tracker.rules.reminders import UPWARD, Recipient
from tracker.services.coordinating import Helping

#: Named once: a new name makes every column anew, which costs more than the statement.
_follower = aliased(Unit)


@dataclass(frozen=True)
class Person:
    """Somebody a letter can go to; `key` is "contact-5", "user-1" or "head-12" (the head of unit 12). Who has the same key
    is the same person, under whatever name a list wrote him."""

    key: str
    name: str = field(compare=False)
    email: str
    weekly: bool = field(default=False, compare=False)  #: one digest a week: what is no letter of its own waits for that day
    bounced: bool = field(default=False, compare=False)  #: letters to a contact come back


@dataclass(frozen=True)
class Directory:
    """The people of some units and plans, loaded at once."""

    contacts: dict[int, tuple[Person, ...]]  #: unit id -> contacts in charge, main contact first
    heads: dict[int, Person]
    coordinators: dict[int, Person]  #: plan id -> person
    leaders: dict[int, Person]
    helping: Helping = field(default_factory=dict)

    @property
    def weekly(self) -> frozenset[str]:
        """Keys of those who have chosen one digest a week."""
        everybody = (*(p for own in self.contacts.values() for p in own), *self.coordinators.values())
        return frozenset(p.key for p in everybody if p.weekly)

    def helpers(self, stage_id: int, *, but: int | None) -> tuple[Person, ...]:
        """The contacts of units that help with a stage, one a unit, without those of the unit whose work it is."""
        others = [self.contacts.get(unit_id, ()) for unit_id, _ in self.helping.get(stage_id, ()) if unit_id != but]
        own = set(self.contacts.get(but, ())) if but is not None else set()
        return tuple(dict.fromkeys(people[0] for people in others if people and people[0] not in own))

    def can_be_held(self, role: Recipient, *, unit_id: int | None) -> bool:
        """Whether somebody can be entered for a role: the office's own work has no head and no second contact."""
        return unit_id is not None or role not in (Recipient.HEAD, Recipient.SECOND_CONTACT)

    def holder(self, role: Recipient, *, plan_id: int, unit_id: int | None) -> Person | None:
        """Who holds `role` for a task; the office's own work (no unit) is its coordinator's. Several may help: `helpers`."""
        if role is Recipient.COORDINATING:
            return None
        if role is Recipient.COORDINATOR:
            return self.coordinators.get(plan_id)
        if role is Recipient.LEADER:
            return self.leaders.get(plan_id)
        if unit_id is None:
            return self.coordinators.get(plan_id) if role is Recipient.CONTACT else None
        if role is Recipient.HEAD:
            return self.heads.get(unit_id)
        people = self.contacts.get(unit_id, ())
        index = 0 if role is Recipient.CONTACT else 1
        return people[index] if len(people) > index else None

    def next_above(self, role: Recipient, *, plan_id: int, unit_id: int | None) -> tuple[Recipient, Person] | None:
        """Who is reached instead where nobody holds `role`: the next higher role that somebody holds. The office's own work
        has no head to pass over."""
        if unit_id is None:
            return None
        above = UPWARD[UPWARD.index(role) + 1 :] if role in UPWARD else UPWARD
        found = ((higher, self.holder(higher, plan_id=plan_id, unit_id=unit_id)) for higher in above)
        return next(((higher, person) for higher, person in found if person is not None), None)

    def told_of_opening(self, *, plan_id: int, unit_id: int | None) -> tuple[Person, ...]:
        """Everyone who hears that a task opened: all contacts of the unit, or the coordinator."""
        if unit_id is not None:
            return self.contacts.get(unit_id, ())
        coordinator = self.coordinators.get(plan_id)
        return (coordinator,) if coordinator else ()


def directory(
    session: Session,
    *,
    plan_ids: Collection[int],
    unit_ids: Iterable[int | None],
    day: date,
    helping: Helping | None = None,
) -> Directory:
    """Load the people of these plans and units, and of those that help, as they are in charge on `day`. Five queries, however
    many units."""
    helping = helping or {}
    wanted = {u for u in unit_ids if u is not None} | {u for units in helping.values() for u, _ in units}
    contacts: defaultdict[int, list[Person]] = defaultdict(list)
    heads: dict[int, Person] = {}
    if wanted:
        in_charge = _in_charge(day)
        rows = session.execute(
            select(Contact.unit_id, Unit.office_id, Contact.name, Contact.email, Contact.weekly_letters, Contact.bounced_on)
            .join(Unit, Unit.id == Contact.unit_id)
            .where(Contact.unit_id.in_(wanted), *in_charge)
            .order_by(Contact.unit_id, Contact.bounced_on.is_not(None), Contact.rank, Contact.id)
        ).all()
        # Somebody in charge of several units is one person with one letter: the first of his entries stands for him.
        first = select(Unit.office_id, Contact.email, func.min(Contact.id)).join(Unit, Unit.id == Contact.unit_id)
        first = first.where(Contact.email.in_({r.email for r in rows}), *in_charge).group_by(Unit.office_id, Contact.email)
        keys = {(office_id, email): f"contact-{contact_id}" for office_id, email, contact_id in session.execute(first)}
        for unit_id, office_id, name, email, weekly, bounced_on in rows:
            contacts[unit_id].append(Person(keys[office_id, email], name, email, weekly, bounced_on is not None))
        # A unit that has ended answers by the head of the one that follows it.
        leads = select(Unit.id, _follower.id, _follower.head_name, _follower.head_email).where(Unit.id.in_(wanted))
        leads = leads.join(_follower, _follows(day))
        for unit_id, answers, name, email in session.execute(leads.where(_follower.head_email != "")):
            heads[unit_id] = Person(f"head-{answers}", name, email)
    coordinators: dict[int, Person] = {}
    leaders: dict[int, Person] = {}
    acting = _deputies(session, day)
    for plan_id, coordinator_id, leader_id, user_id, name, email, weekly in session.execute(
        select(Plan.id, Plan.coordinator_id, Plan.leader_id, User.id, User.name, User.email, User.weekly_letters)
        .join(User, or_(User.id == Plan.coordinator_id, User.id == Plan.leader_id))
        .where(Plan.id.in_(plan_ids), User.is_enabled, User.email != "")
    ):
        person = acting.get(user_id) or Person(f"user-{user_id}", name, email, weekly)
        if user_id == coordinator_id:
            coordinators[plan_id] = person
        if user_id == leader_id:
            leaders[plan_id] = person
    return Directory({u: tuple(p) for u, p in contacts.items()}, heads, coordinators, leaders, helping)


def units_alone(session: Session, plan_id: int, day: date) -> dict[Recipient, frozenset[int]]:
    """role of a unit's own people -> the plan's units where `directory` would find nobody in it. Two statements, and nobody's
    name is read."""
    people = func.count(Contact.id)
    of_unit = (Contact.unit_id == PlanUnit.unit_id) & and_(*_in_charge(day))
    few = select(PlanUnit.unit_id, people).outerjoin(Contact, of_unit).where(PlanUnit.plan_id == plan_id)
    rows = session.connection().execute(few.group_by(PlanUnit.unit_id).having(people < 2)).all()
    headless = (
        select(PlanUnit.unit_id)
        .join(Unit, Unit.id == PlanUnit.unit_id)
        .join(_follower, _follows(day))
        .where(PlanUnit.plan_id == plan_id, _follower.head_email == "")
    )
    return {
        Recipient.CONTACT: frozenset(unit for unit, many in rows if not many),
        Recipient.SECOND_CONTACT: frozenset(unit for unit, _ in rows),
        Recipient.HEAD: frozenset(unit for (unit,) in session.connection().execute(headless)),
    }


def _in_charge(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Contact.valid_from.is_(None), Contact.valid_from <= day),
        or_(Contact.valid_to.is_(None), Contact.valid_to >= day),
    )


def _follows(day: date) -> ColumnElement[bool]:
    """Whose head answers for a unit on `day`."""
    ended = and_(Unit.valid_to < day, Unit.successor_id.is_not(None))
    return _follower.id == case((ended, Unit.successor_id), else_=Unit.id)


def _deputies(session: Session, day: date) -> dict[int, Person]:
    """Absent user -> who acts for him on `day` and hears in his place."""
    rows = session.execute(
        select(Deputy.absent_id, User.id, User.name, User.email, User.weekly_letters)
        .join(User, User.id == Deputy.deputy_id)
        .where(Deputy.from_on <= day, Deputy.until_on >= day, Deputy.ended_at.is_(None), User.is_enabled, User.email != "")
        .order_by(Deputy.id)
    )
    return {absent_id: Person(f"user-{user_id}", name, email, weekly) for absent_id, user_id, name, email, weekly in rows}
