"""Who is signed in, who holds a link, whom a sentence may name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Contact, Deputy, Office, Plan, PlanUnit, Unit, User
from tracker.rules.access import Coordinator
from tracker.rules.states import Role


@dataclass(frozen=True)
class SignedIn:
    """What every page needs to know of its reader: one row, no ORM object. `role` counts a deputy's role too."""

    user_id: int
    username: str
    name: str
    role: Role
    office_id: int
    office_name: str
    office_place: str
    theme: str
    must_change_password: bool
    session_nonce: str
    has_second_step: bool
    kept_filters: list[list[str]]  #: path of the page, name, query
    acting_for: str = ""  #: whom this user represents today
    reads_for: str = ""  #: the reader's own office, while he looks at an office below it as an observer


class BouncedContact(NamedTuple):
    """Somebody in charge whose letters come back."""

    contact_id: int
    unit_id: int
    unit: str
    name: str
    bounced_on: date | None


@dataclass(frozen=True)
class LinkHolder:
    """A contact behind a personal link, and all units that this person answers for in the same office."""

    contact_id: int
    name: str
    salutation: str
    email: str
    unit_id: int
    unit_name: str
    office_id: int
    office_name: str
    office_place: str
    link_nonce: str
    valid_to: date | None
    unit_ids: frozenset[int]


class HeadOfUnit(NamedTuple):
    """The head (thủ trưởng) of a unit, behind a link of his own."""

    unit_id: int
    unit_name: str
    name: str
    position: str
    email: str
    link_nonce: str
    office_id: int
    office_place: str
    unit_ids: frozenset[int]  #: this unit, and those that ended in it: their work goes on


def head_of_unit(session: Session, unit_id: int, *, today: date) -> HeadOfUnit | None:
    """The head of a unit who can be written to; None where there is none, or another unit has followed this one."""
    row = session.execute(
        select(
            Unit.id, Unit.name, Unit.head_name, Unit.head_position, Unit.head_email, Unit.head_nonce, Unit.office_id, Office.place
        )
        .join(Office, Office.id == Unit.office_id)
        .where(
            Unit.id == unit_id,
            Unit.head_email != "",
            or_(Unit.valid_to.is_(None), Unit.valid_to >= today, Unit.successor_id.is_(None)),
        )
    ).first()
    if row is None:
        return None
    before = session.scalars(select(Unit.id).where(Unit.successor_id == unit_id, Unit.valid_to < today))
    return HeadOfUnit(*row, unit_ids=frozenset({unit_id, *before}))


def signed_in(session: Session, user_id: int, *, today: date) -> SignedIn | None:
    """An enabled user, or None. Whoever acts for a coordinator, an administrator or a leader has that role too on those days."""
    rows: Sequence[Sequence[Any]] = session.execute(_SIGNED_IN, {"user": user_id, "today": today}).all()
    if not rows:
        return None
    *facts, _, _ = rows[0]
    own = SignedIn(*facts)
    acting = sorted((row for row in rows if row[-2] is not None), key=lambda row: _ROLE_ORDER.index(row[-2]))
    if not acting or _ROLE_ORDER.index(own.role) <= _ROLE_ORDER.index(acting[0][-2]):
        return replace(own, acting_for=", ".join(row[-1] for row in acting))
    return replace(own, role=acting[0][-2], acting_for=", ".join(row[-1] for row in acting))


def user_of_address(session: Session, email: str) -> int | None:
    """The enabled user with that address; None where there is none, or several whom nobody could tell apart."""
    found = session.scalars(select(User.id).where(func.lower(User.email) == email.lower(), User.is_enabled).limit(2)).all()
    return found[0] if len(found) == 1 else None


def contact_details(session: Session, user_id: int) -> dict[str, str]:
    """How a user is named in letters and where they reach him."""
    row = session.execute(select(User.name, User.position, User.email, User.phone).where(User.id == user_id)).one()
    return dict(row._mapping)


def gets_weekly_letters(session: Session, user_id: int) -> bool:
    return bool(session.scalar(select(User.weekly_letters).where(User.id == user_id)))


#: Named once: a new name makes every column anew, which costs more than the statement.
_same = aliased(Contact)


def link_holder(session: Session, contact_id: int, *, today: date) -> LinkHolder | None:
    """The contact with that id, whether still in charge or not."""
    rows = session.execute(
        select(
            Contact.name,
            Contact.salutation,
            Contact.email,
            Contact.unit_id,
            Unit.name,
            Unit.office_id,
            Office.name,
            Office.place,
            Contact.link_nonce,
            Contact.valid_to,
            _same.unit_id,
        )
        .join(Unit, Unit.id == Contact.unit_id)
        .join(Office, Office.id == Unit.office_id)
        .join(_same, _same.email == Contact.email)
        .where(Contact.id == contact_id, or_(_same.valid_to.is_(None), _same.valid_to >= today, _same.id == Contact.id))
        .where(_same.unit_id.in_(select(Unit.id).where(Unit.office_id == _office_of_contact(contact_id))))
    ).all()
    if not rows:
        return None
    first = rows[0]
    return LinkHolder(contact_id, *first[:10], frozenset(row[10] for row in rows))


def current_contact_name(session: Session, unit_id: int, *, today: date) -> str:
    """The contact in charge of a unit on `today`; "" when there is none."""
    name = session.execute(
        select(Contact.name)
        .where(Contact.unit_id == unit_id, or_(Contact.valid_to.is_(None), Contact.valid_to >= today))
        .order_by(Contact.rank, Contact.id)
    ).scalar()
    return name or ""


def coordinator_of_office(session: Session, office_id: int) -> Coordinator:
    """Whom to ask in an office: its first enabled coordinator, else an administrator, else the office itself."""
    found = list(
        session.execute(
            select(User.name, User.phone, User.role, User.id)
            .where(User.office_id == office_id, User.is_enabled, User.role.in_((Role.COORDINATOR, Role.ADMIN)))
            .order_by(User.id)
        )
    )
    found.sort(key=lambda row: (row.role is not Role.COORDINATOR, row.id))
    if found:
        return Coordinator(found[0].name, found[0].phone)
    office = session.execute(select(Office.name, Office.phone).where(Office.id == office_id)).first()
    return Coordinator(office.name, office.phone) if office else Coordinator("điều phối viên", "")


def coordinator_of_plan(session: Session, plan_id: int) -> Coordinator:
    """Whom to ask about a plan: its coordinator, else its office's."""
    found = session.execute(
        select(Plan.office_id, User.name, User.phone)
        .join(User, User.id == Plan.coordinator_id, isouter=True)
        .where(Plan.id == plan_id)
    ).first()
    if found is None:
        return Coordinator("điều phối viên", "")
    if found.name:
        return Coordinator(found.name, found.phone or "")
    return coordinator_of_office(session, found.office_id)


def _office_of_contact(contact_id: int) -> ScalarSelect[int]:
    return select(Unit.office_id).join(Contact, Contact.unit_id == Unit.id).where(Contact.id == contact_id).scalar_subquery()


_ABSENT = aliased(User)
#: Of two roles that a user has by himself and as a deputy, the one that may do more counts.
_ROLE_ORDER = (Role.ADMIN, Role.COORDINATOR, Role.LEADER, Role.RECHECKER, Role.CLERK, Role.OBSERVER)
#: Every page asks this; building the statement costs as much as running it.
_SIGNED_IN = (
    select(
        User.id,
        User.username,
        User.name,
        User.role,
        User.office_id,
        Office.name,
        Office.place,
        User.theme,
        User.must_change_password,
        User.session_nonce,
        User.totp_since.is_not(None),
        User.kept_filters,
        _ABSENT.role,
        _ABSENT.name,
    )
    .join(Office, Office.id == User.office_id)
    .outerjoin(
        Deputy,
        (Deputy.deputy_id == User.id)
        & Deputy.ended_at.is_(None)
        & (Deputy.from_on <= bindparam("today"))
        & (Deputy.until_on >= bindparam("today")),
    )
    .outerjoin(_ABSENT, _ABSENT.id == Deputy.absent_id)
    .where(User.id == bindparam("user"), User.is_enabled)
)


def bounced_contacts(session: Session, office_id: int, *, plan_id: int | None = None) -> list[BouncedContact]:
    """Contacts in charge whose letters come back, of the office or of one plan's units; the latest first."""
    query = _BOUNCED if plan_id is None else _BOUNCED_OF_PLAN
    return [BouncedContact(*row) for row in session.connection().execute(query, {"office": office_id, "plan": plan_id})]


# Built once: building them costs as much as running them.
_BOUNCED = (
    select(Contact.id, Contact.unit_id, Unit.name, Contact.name, Contact.bounced_on)
    .join(Unit, Unit.id == Contact.unit_id)
    .where(Unit.office_id == bindparam("office"), Contact.bounced_on.is_not(None), Contact.valid_to.is_(None))
    .order_by(Contact.bounced_on.desc(), Unit.name, Contact.id)
)
_BOUNCED_OF_PLAN = _BOUNCED.join(PlanUnit, (PlanUnit.unit_id == Unit.id) & (PlanUnit.plan_id == bindparam("plan")))
