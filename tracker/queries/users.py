"""Users of an office, for the pages of its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Deputy, Plan, User
from tracker.rules.states import PlanStatus, Role
from tracker.wording import sort_key

_LIVE = (PlanStatus.NOT_STARTED, PlanStatus.RUNNING, PlanStatus.PAUSED)


@dataclass(frozen=True)
class UserRow:
    id: int
    username: str
    name: str
    salutation: str
    position: str
    email: str
    phone: str
    role: Role
    is_enabled: bool
    has_password: bool
    has_second_step: bool
    last_sign_in_at: datetime | None
    plans: int  #: live plans that this user coordinates or leads


@dataclass(frozen=True)
class DeputyRow:
    id: int
    absent_id: int
    absent: str
    deputy: str
    from_on: date
    until_on: date
    reason: str


def users_of_office(session: Session, office_id: int) -> list[UserRow]:
    """Every user of an office, people who can sign in first, by name."""
    plans = (
        select(func.count(Plan.id))
        .where(Plan.status.in_(_LIVE), or_(Plan.coordinator_id == User.id, Plan.leader_id == User.id))
        .correlate(User)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            User.id, User.username, User.name, User.salutation, User.position, User.email, User.phone, User.role,
            User.is_enabled, User.last_sign_in_at, (User.password_hash != "").label("has_password"),
            User.totp_since.is_not(None).label("has_second_step"), plans.label("plans"),
        ).where(User.office_id == office_id)
    )  # fmt: skip
    found = [UserRow(**row._mapping) for row in rows]
    return sorted(found, key=lambda user: (not user.is_enabled, sort_key(user.name), user.id))


def user_of_office(session: Session, office_id: int, user_id: int) -> UserRow | None:
    """One user, or None when he is of another office."""
    return next((user for user in users_of_office(session, office_id) if user.id == user_id), None)


def deputies(session: Session, office_id: int, *, today: date, user_id: int | None = None) -> list[DeputyRow]:
    """Who acts for whom now and later, in an office (or for one absent user)."""
    deputy = aliased(User)
    query = (
        select(
            Deputy.id,
            Deputy.absent_id,
            User.name.label("absent"),
            deputy.name.label("deputy"),
            Deputy.from_on,
            Deputy.until_on,
            Deputy.reason,
        )
        .join(User, User.id == Deputy.absent_id)
        .join(deputy, deputy.id == Deputy.deputy_id)
        .where(User.office_id == office_id, Deputy.ended_at.is_(None), Deputy.until_on >= today)
        .order_by(Deputy.from_on, Deputy.id)
    )
    if user_id is not None:
        query = query.where(Deputy.absent_id == user_id)
    return [DeputyRow(**row._mapping) for row in session.execute(query)]
