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

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, bindparam, func, null, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from tracker.errors import NotFound
from tracker.models import Contact, FeedToken, Office, Plan, Task, Unit, User
from tracker.rules.feed_lines import FeedChoices
from tracker.rules.states import PlanStatus
from tracker.wording import refusal

TOKEN_BYTES = 24
Question = Select[*tuple[Any, ...]]

_kinds: dict[str, tuple[FeedScope, bool]] = {}
#: So many are remembered by a process: some 3 MB.
MOST_KINDS = 10_000


class FeedScope(StrEnum):
    CONTACT = "contact"
    UNIT = "unit"
    PLAN = "plan"
    USER = "user"
    OFFICE = "office"


_SUBJECTS = {FeedScope.UNIT: Unit, FeedScope.PLAN: Plan, FeedScope.USER: User, FeedScope.OFFICE: Office}


@dataclass(frozen=True)
class FeedVersion:
    """Changes whenever what the feed shows may have changed."""

    changed_at: datetime | None
    text: str


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
    version: FeedVersion


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


def find(connection: Connection, token: str, *, today: date) -> Feed:
    """The subscription of a token, and since when it stands as it does, in one query: whatever it holds, it is small.

    At a connection, no session: calendars ask every few minutes, and a session's share costs as much as the database's.
    Raises NotFound for a token that never was, Refused("calendar_revoked") for one that has ended.
    """
    scope, question, values = question_of(connection, token, today=today)
    rows = connection.execute(question, values).all()
    if not rows:
        raise NotFound
    first = rows[0]
    if first.name is None or first.revoked_at is not None or _has_ended(scope, first, today):
        raise refusal("calendar_revoked", unit=first.name or "đơn vị")
    units = tuple(sorted((row.unit_id, row.unit) for row in rows if row.unit_id is not None))
    since = first.changed_at
    return Feed(
        token_id=first.token_id,
        scope=scope,
        subject_id=first.subject_id,
        name=f"Việc của {len(units)} đơn vị" if len(units) > 1 else first.name,
        units=units,
        office_id=first.office_id,
        nonce=first.nonce,
        last_read_at=first.last_read_at,
        choices=FeedChoices.of(first.choices),
        version=FeedVersion(since, f"{since.isoformat() if since else ''}/{first.plans}/{first.writes}"),
    )


def question_of(connection: Connection, token: str, *, today: date) -> tuple[FeedScope, Question, dict[str, Any]]:
    """What `find` asks, and with which values: one question a kind of subscription, the same object each time. The same
    rows on the same day are the same feed. Raises NotFound."""
    token_hash = _hash(token)
    scope, coordinating = _kind(connection, token_hash)
    return scope, _asking(scope, coordinating), {"token_hash": token_hash, "today": today}


def _kind(connection: Connection, token_hash: str) -> tuple[FeedScope, bool]:
    """Which question a token asks. That alone is remembered, since it never changes; all else is read each time."""
    if (known := _kinds.get(token_hash)) is not None:
        return known
    row = connection.execute(select(FeedToken.scope, FeedToken.choices).where(FeedToken.token_hash == token_hash)).one_or_none()
    if row is None:
        raise NotFound
    if len(_kinds) >= MOST_KINDS:
        _kinds.clear()
    _kinds[token_hash] = kind = FeedScope(row.scope), FeedChoices.of(row.choices).coordinating
    return kind


def _has_ended(scope: FeedScope, subject: Row[Any], today: date) -> bool:
    """Whether its person has left: a contact whose link or time is over, a user who is shut out."""
    if scope is FeedScope.CONTACT:
        return subject.link_nonce != subject.nonce or (subject.valid_to is not None and today > subject.valid_to)
    return scope is FeedScope.USER and not subject.is_enabled


#: Statements are made once: making one takes as long as asking it. Values only: objects cost more.
_THE_TOKEN = FeedToken.token_hash == bindparam("token_hash")
_SUBJECT = select(FeedToken.subject_id).where(_THE_TOKEN).correlate(None).scalar_subquery()


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
        .where(Contact.id == _SUBJECT)
    )


#: What a subscription shows: its name and office, the units whose work it is, and what tells that its person has left.
_SHOWING: Mapping[FeedScope, Select[*tuple[Any, ...]]] = {
    FeedScope.CONTACT: _of_contact(),
    FeedScope.UNIT: select(Unit.name, Unit.office_id, Unit.id.label("unit_id"), Unit.name.label("unit")).where(
        Unit.id == _SUBJECT
    ),
    FeedScope.PLAN: select(Plan.short_name.label("name"), Plan.office_id, null().label("unit_id")).where(Plan.id == _SUBJECT),
    FeedScope.USER: select(
        ("Việc của " + User.name).label("name"), User.office_id, null().label("unit_id"), User.is_enabled
    ).where(User.id == _SUBJECT),
    FeedScope.OFFICE: select(Office.name, Office.id.label("office_id"), null().label("unit_id")).where(Office.id == _SUBJECT),
}


def note_read(session: Session, token_id: int, *, now: datetime) -> None:
    """Remember that a calendar came for this feed: a coordinator sees whose subscription works."""
    session.execute(update(FeedToken).where(FeedToken.id == token_id).values(last_read_at=now))


@lru_cache(maxsize=2 * len(FeedScope))
def _asking(scope: FeedScope, coordinating: bool) -> Question:
    """A token, what it shows, and beside each row when the plans behind it last changed: every move of a task marks its plan
    as changed."""
    shown = _SHOWING[scope].cte("shown")
    if scope is FeedScope.PLAN:
        behind: ColumnElement[bool] = Plan.id == _SUBJECT
    elif scope is FeedScope.USER:
        behind = plans_of_user(_SUBJECT)
    elif scope is FeedScope.OFFICE or coordinating:
        behind = Plan.office_id.in_(select(shown.c.office_id))
    else:
        behind = Plan.id.in_(select(Task.plan_id).where(Task.unit_id.in_(select(shown.c.unit_id))))
    plans = (
        select(
            func.max(Plan.changed_at).label("changed_at"),
            func.count(Plan.id).label("plans"),
            func.coalesce(func.sum(Plan.version), 0).label("writes"),
        )
        .where(Plan.status != PlanStatus.NOT_STARTED, behind)
        .subquery("behind")
    )
    return (
        select(
            FeedToken.id.label("token_id"),
            FeedToken.subject_id,
            FeedToken.nonce,
            FeedToken.revoked_at,
            FeedToken.last_read_at,
            FeedToken.choices,
            shown,
            plans,
        )
        .outerjoin_from(FeedToken, shown, true())
        .join(plans, true())
        .where(_THE_TOKEN)
    )


def plans_of_user(user_id: int | ScalarSelect[int]) -> ColumnElement[bool]:
    """The plans that someone coordinates or leads."""
    return or_(Plan.coordinator_id == user_id, Plan.leader_id == user_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
