"""One search over what an office has: plans, stages, units, people. Every word must be there, accents or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact, Plan, Stage, Unit, UnitGroup, User
from tracker.rules.states import PlanStatus, Role
from tracker.wording import search_key, sort_key

#: So many of a kind are shown beside the others, and so many where one kind is asked for alone.
BESIDE, ALONE = 10, 200
#: Stages of the newest plans that are looked through, and people.
SEARCHED = 10_000

Hit = TypeVar("Hit")


class PlanHit(NamedTuple):
    id: int
    name: str
    number: str
    status: PlanStatus


class StageHit(NamedTuple):
    plan_id: int
    plan: str
    position: int
    name: str
    content: str
    lead: str


class UnitHit(NamedTuple):
    id: int
    name: str
    group: str


class PersonHit(NamedTuple):
    """A contact with the units that he is in charge of, or a user of the office (no units)."""

    name: str
    position: str
    email: str
    phone: str
    units: tuple[tuple[int, str], ...] = ()
    user_id: int | None = None
    role: Role | None = None


class Hits(NamedTuple, Generic[Hit]):
    """The first of a kind, and how many there are."""

    shown: tuple[Hit, ...]
    total: int


class Found(NamedTuple):
    plans: Hits[PlanHit]
    stages: Hits[StageHit]
    units: Hits[UnitHit]
    people: Hits[PersonHit]

    @property
    def total(self) -> int:
        return sum(hits.total for hits in self)


def find(session: Session, office_id: int, asked: str, *, today: date, with_users: bool, limit: int = BESIDE) -> Found:
    """What holds every word of `asked`; users of the office only `with_users`. Four or five statements, whatever there is."""
    words = search_key(asked).split()
    if not words:
        return Found(*[Hits((), 0)] * 4)
    people = _contacts(session, office_id, words, today) + (_users(session, office_id, words) if with_users else [])
    people.sort(key=lambda person: sort_key(person.name))
    return Found(
        _hits(_plans(session, office_id, words), limit),
        _hits(_stages(session, office_id, words), limit),
        _hits(_units(session, office_id, words, today), limit),
        _hits(people, limit),
    )


def _hits(found: Sequence[Hit], limit: int) -> Hits[Hit]:
    return Hits(tuple(found[:limit]), len(found))


def _holding(rows: Iterable[Any], words: Sequence[str], text: Callable[[Any], str]) -> list[Any]:
    return [row for row in rows if all(word in key for key in (search_key(text(row)),) for word in words)]


def _plans(session: Session, office_id: int, words: Sequence[str]) -> list[PlanHit]:
    """The newest first, by what their list is searched for."""
    rows = session.execute(
        select(Plan.id, Plan.name, Plan.number, Plan.status, Plan.short_name, Plan.issuer)
        .where(Plan.office_id == office_id)
        .order_by(Plan.id.desc())
    )
    found = _holding(rows, words, lambda row: f"{row.name} {row.short_name} {row.number} {row.issuer}")
    return [PlanHit(*row[:4]) for row in found]


def _stages(session: Session, office_id: int, words: Sequence[str]) -> list[StageHit]:
    """Of the newest plans first, by what is done and who leads."""
    rows = session.execute(
        select(Plan.id, Plan.short_name, Stage.position, Stage.short_name, Stage.content, Stage.lead)
        .join(Plan, Plan.id == Stage.plan_id)
        .where(Plan.office_id == office_id)
        .order_by(Plan.id.desc(), Stage.position)
        .limit(SEARCHED)
    )
    return [StageHit(*row) for row in _holding(rows, words, lambda row: f"{row[3]} {row[4]} {row.lead}")]


def _units(session: Session, office_id: int, words: Sequence[str], today: date) -> list[UnitHit]:
    """Units that exist today, as their list finds them."""
    rows = session.execute(
        select(Unit.id, Unit.name, func.coalesce(UnitGroup.name, ""))
        .outerjoin(UnitGroup, UnitGroup.id == Unit.group_id)
        .where(
            Unit.office_id == office_id,
            or_(Unit.valid_to.is_(None), Unit.valid_to >= today),
            *[Unit.search_key.contains(word, autoescape=True) for word in words],
        )
        .order_by(func.coalesce(UnitGroup.position, 1_000_000), Unit.id)
    )
    return [UnitHit(*row) for row in rows]


def _contacts(session: Session, office_id: int, words: Sequence[str], today: date) -> list[PersonHit]:
    """Contacts in charge; one line for somebody with several units."""
    rows = session.execute(
        select(Contact.name, Contact.position, Contact.email, Contact.phone, Unit.id, Unit.name)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.office_id == office_id, or_(Contact.valid_to.is_(None), Contact.valid_to >= today))
        .order_by(Unit.id, Contact.rank, Contact.id)
        .limit(SEARCHED)
    )
    by_person: dict[tuple[str, str], PersonHit] = {}
    for name, position, email, phone, *unit in _holding(rows, words, lambda row: f"{row[0]} {row[1]} {row[2]} {row[3]}"):
        known = by_person.get((name, email), PersonHit(name, position, email, phone))
        by_person[name, email] = known._replace(units=(*known.units, tuple(unit)))
    return list(by_person.values())


def _users(session: Session, office_id: int, words: Sequence[str]) -> list[PersonHit]:
    rows = session.execute(
        select(User.name, User.position, User.email, User.phone, User.id, User.role, User.username)
        .where(User.office_id == office_id)
        .order_by(User.id)
        .limit(SEARCHED)
    )
    found = _holding(rows, words, lambda row: f"{row.name} {row.position} {row.email} {row.phone} {row.username}")
    return [PersonHit(row.name, row.position, row.email, row.phone, user_id=row.id, role=row.role) for row in found]
