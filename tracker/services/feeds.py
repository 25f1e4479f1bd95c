"""Calendar subscriptions: made, ended, and what each of them shows.

The token is random and kept as its SHA-256 only: it is shown once, and ended by a click. A contact's subscription also
ends with the contact's personal links (a new link nonce) and with the contact's time in charge.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, bindparam, func, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from tracker.errors import NotFound
from tracker.models import Contact, FeedToken, Office, Plan, Task, Unit, User
from tracker.rules.feed_lines import FeedChoices
from tracker.rules.states import PlanStatus
from tracker.wording import refusal

TOKEN_BYTES = 24


class FeedScope(StrEnum):
    CONTACT = "contact"
    UNIT = "unit"
    PLAN = "plan"
    USER = "user"
    OFFICE = "office"


_SUBJECTS = {FeedScope.UNIT: Unit, FeedScope.PLAN: Plan, FeedScope.USER: User, FeedScope.OFFICE: Office}


@dataclass(frozen=True)
class Feed:
    """A subscription that holds: whose work it shows."""

    token_id: int
    scope: FeedScope
    subject_id: int
    name: str  #: of the calendar: the unit, the plan, the office, or whose work it is
    units: tuple[tuple[int, str], ...]  #: whose tasks, for a unit, and for a contact: all that he answers for
    office_id: int  #: whose plans
    nonce: str  #: the contact's link nonce, which makes a personal link
    last_read_at: datetime | None
    choices: FeedChoices


@dataclass(frozen=True)
class FeedVersion:
    """Changes whenever what the feed shows may have changed; one small query, whatever the feed's size."""

    changed_at: datetime | None
    text: str


def issue(
    session: Session,
    scope: FeedScope,
    subject_id: int,
    *,
    now: datetime,
    label: str = "",
    choices: FeedChoices = FeedChoices(),  # noqa: B008  # frozen
) -> str:
    """A new token for a contact, unit, plan, user or office; earlier ones go on. Raises NotFound for an unknown subject."""
    nonce = ""
    if scope is FeedScope.CONTACT:
        found = session.scalar(select(Contact.link_nonce).where(Contact.id == subject_id))
        if found is None:
            raise NotFound
        nonce = found
    elif session.get(_SUBJECTS[scope], subject_id) is None:
        raise NotFound
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        FeedToken(
            token_hash=_hash(token),
            scope=scope.value,
            subject_id=subject_id,
            nonce=nonce,
            created_at=now,
            label=label,
            choices=asdict(choices),
        )
    )
    session.flush()
    return token


def revoke(session: Session, scope: FeedScope, subject_id: int, *, now: datetime) -> int:
    """End every subscription of this subject; returns how many."""
    ended = session.execute(
        update(FeedToken)
        .where(FeedToken.scope == scope.value, FeedToken.subject_id == subject_id, FeedToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # the result of an UPDATE counts its rows


def renew(session: Session, scope: FeedScope, subject_id: int, *, now: datetime) -> str:
    """End the subject's subscriptions and make a new token."""
    revoke(session, scope, subject_id, now=now)
    return issue(session, scope, subject_id, now=now)


def revoke_one(session: Session, scope: FeedScope, subject_id: int, token_id: int, *, now: datetime) -> FeedToken | None:
    """End one subscription of this subject; None when it had ended before. Raises NotFound for one of another subject."""
    own = FeedToken.id == token_id, FeedToken.scope == scope.value, FeedToken.subject_id == subject_id
    ended = session.execute(update(FeedToken).where(*own, FeedToken.revoked_at.is_(None)).values(revoked_at=now))
    found = session.scalars(select(FeedToken).where(*own)).one_or_none()
    if found is None:
        raise NotFound
    return found if ended.rowcount else None  # type: ignore[attr-defined]  # the result of an UPDATE counts its rows


def renew_one(session: Session, scope: FeedScope, subject_id: int, token_id: int, *, now: datetime) -> str:
    """A new token for one subscription, which keeps its label and choices; the old one ends. "" when it had ended before:
    a second press makes no second one."""
    ended = revoke_one(session, scope, subject_id, token_id, now=now)
    if ended is None:
        return ""
    return issue(session, scope, subject_id, now=now, label=ended.label, choices=FeedChoices.of(ended.choices))


def find(session: Session, token: str, *, today: date) -> Feed:
    """The subscription of a token, in two queries.

    Raises NotFound for a token that never was, Refused("calendar_revoked") for one that has ended.
    """
    # At the connection, here and below: calendars ask every few minutes, and a session's share costs as much as the database's.
    connection = session.connection()
    row = connection.execute(_FINDING, {"token_hash": _hash(token)}).one_or_none()
    if row is None:
        raise NotFound
    scope = FeedScope(row.scope)
    shown = connection.execute(_SHOWING[scope], {"subject": row.subject_id, "today": today}).all()
    subject = shown[0] if shown else None
    units = tuple(sorted((found.unit_id, found.unit) for found in shown if found.unit_id is not None))
    if subject is None or row.revoked_at is not None or _has_ended(scope, subject, row.nonce, today):
        raise refusal("calendar_revoked", unit=subject.name if subject else "đơn vị")
    name = f"Việc của {len(units)} đơn vị" if len(units) > 1 else subject.name
    return Feed(
        token_id=row.id,
        scope=scope,
        subject_id=row.subject_id,
        name=name,
        units=units,
        office_id=subject.office_id,
        nonce=row.nonce,
        last_read_at=row.last_read_at,
        choices=FeedChoices.of(row.choices),
    )


def _has_ended(scope: FeedScope, subject: Row[Any], nonce: str, today: date) -> bool:
    """Whether its person has left: a contact whose link or time is over, a user who is shut out."""
    if scope is FeedScope.CONTACT:
        return subject.link_nonce != nonce or (subject.valid_to is not None and today > subject.valid_to)
    return scope is FeedScope.USER and not subject.is_enabled


#: Statements made once: making one takes as long as asking it. Values only: objects cost more.
_FINDING = select(
    FeedToken.id,
    FeedToken.scope,
    FeedToken.subject_id,
    FeedToken.nonce,
    FeedToken.revoked_at,
    FeedToken.last_read_at,
    FeedToken.choices,
).where(FeedToken.token_hash == bindparam("token_hash"))


def _of_contact() -> Select[*tuple[Any, ...]]:
    """One row a unit: entries with one address in one office are one person."""
    home, same = aliased(Unit), aliased(Contact)
    return (
        select(
            home.name,
            home.office_id,
            Unit.id.label("unit_id"),
            Unit.name.label("unit"),
            Contact.link_nonce,
            Contact.valid_to,
        )
        .join(home, home.id == Contact.unit_id)
        .outerjoin(
            same,
            (same.email == Contact.email)
            & or_(same.valid_to.is_(None), same.valid_to >= bindparam("today"), same.id == Contact.id),
        )
        .outerjoin(Unit, (Unit.id == same.unit_id) & (Unit.office_id == home.office_id))
        .where(Contact.id == bindparam("subject"))
    )


#: What a subscription shows: its name and office, the units whose work it is, and what tells that its person has left.
_SHOWING: Mapping[FeedScope, Select[*tuple[Any, ...]]] = {
    FeedScope.CONTACT: _of_contact(),
    FeedScope.UNIT: select(Unit.name, Unit.office_id, Unit.id.label("unit_id"), Unit.name.label("unit")).where(
        Unit.id == bindparam("subject")
    ),
    FeedScope.PLAN: select(Plan.short_name.label("name"), Plan.office_id, null().label("unit_id")).where(
        Plan.id == bindparam("subject")
    ),
    FeedScope.USER: select(
        ("Việc của " + User.name).label("name"), User.office_id, null().label("unit_id"), User.is_enabled
    ).where(User.id == bindparam("subject")),
    FeedScope.OFFICE: select(Office.name, Office.id.label("office_id"), null().label("unit_id")).where(
        Office.id == bindparam("subject")
    ),
}


def version(session: Session, feed: Feed) -> FeedVersion:
    """When the plans behind a feed last changed. Every move of a task also marks its plan as changed."""
    values = {"units": [unit_id for unit_id, _ in feed.units], "subject": feed.subject_id, "office": feed.office_id}
    by_units = bool(feed.units) and not feed.choices.coordinating
    changed_at, plans, writes = session.connection().execute(_plans(None if by_units else feed.scope), values).one()
    return FeedVersion(changed_at, f"{changed_at.isoformat() if changed_at else ''}/{plans}/{writes}")


def note_read(session: Session, token_id: int, *, now: datetime) -> None:
    """Remember that a calendar came for this feed: a coordinator sees whose subscription works."""
    session.execute(update(FeedToken).where(FeedToken.id == token_id).values(last_read_at=now))


@lru_cache(maxsize=len(FeedScope) + 1)
def _plans(scope: FeedScope | None) -> Select[datetime, int, int]:
    """The plans that have to do with some units (None), or with the subject of a subscription; made once like the other."""
    query = select(func.max(Plan.changed_at), func.count(Plan.id), func.coalesce(func.sum(Plan.version), 0)).where(
        Plan.status != PlanStatus.NOT_STARTED
    )
    if scope is None:
        return query.where(Plan.id.in_(select(Task.plan_id).where(Task.unit_id.in_(bindparam("units", expanding=True)))))
    if scope is FeedScope.PLAN:
        return query.where(Plan.id == bindparam("subject"))
    if scope is FeedScope.USER:
        return query.where(plans_of_user(bindparam("subject")))
    return query.where(Plan.office_id == bindparam("office"))


def plans_of_user(user_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """The plans that someone coordinates or leads."""
    return or_(Plan.coordinator_id == user_id, Plan.leader_id == user_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
