"""Letters of an office as the outbox page shows them: filtered, counted, one page at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from tracker.errors import NotFound
from tracker.models import BounceReport, Contact, OutboxMessage, Plan, Task, Unit, User
from tracker.rules.states import LetterStatus, PlanStatus
from tracker.services.outbox.rows import IN_WAITING_INDEX, IS_HELD
from tracker.wording import search_key

#: How many people a search may find; a search that finds more narrows nothing down.
PEOPLE_LIMIT = 2_000
#: More letters than ever wait at once. The limit keeps SQLite from asking all letters of the office instead of the few that wait.
MOST_AT_ONCE = 1_000_000


class LetterRow(NamedTuple):
    id: int
    kind: str
    status: LetterStatus
    status_reason: str
    to_name: str
    to_email: str
    person: str
    day: date
    not_before: datetime
    sent_at: datetime | None
    attempts: int
    subject: str
    plan_id: int | None
    plan_name: str | None


class Letter(NamedTuple):
    """One letter whole, with its words as they were sent."""

    row: LetterRow
    message_id: str
    created_at: datetime
    text: str
    html: str


class Reported(NamedTuple):
    """What a mail server reported about a letter."""

    at: datetime
    verdict: str
    code: str
    reason: str
    said: str


class HeldPlan(NamedTuple):
    """A plan whose first letters wait for a click."""

    plan_id: int
    name: str
    letters: int


class UnderWay(NamedTuple):
    """Letters that go one after another now: since the first that still waits might go."""

    gone: int
    waiting: int

    @property
    def all(self) -> int:
        return self.gone + self.waiting


@dataclass(frozen=True)
class LetterFilter:
    """What a person looks for; empty fields look at everything."""

    status: LetterStatus | None = None
    kind: str = ""
    plan_id: int | None = None
    search: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.status or self.kind or self.plan_id or self.search)


def counts(session: Session, office_id: int, wanted: LetterFilter) -> dict[LetterStatus, int]:
    """How many letters of each status match, whatever status is looked for."""
    more = _matching(session, office_id, wanted)
    found: Counter[LetterStatus] = Counter()
    # By plan too: so they stand in the index, and nothing is sorted.
    grouped = OutboxMessage.plan_id, OutboxMessage.status
    for _, status, many in session.execute(
        union_all(*(select(*grouped, func.count()).where(whose, *more).group_by(*grouped) for whose in _whose(office_id)))
    ):
        found[status] += many
    return dict(found)


def under_way(session: Session, office_id: int, wanted: LetterFilter, *, now: datetime) -> UnderWay | None:
    """How far the sending is; None while nothing that may go waits, which costs a look into delivery's own index."""
    due = aliased(
        OutboxMessage,
        select(OutboxMessage).where(IN_WAITING_INDEX, OutboxMessage.not_before <= now).limit(MOST_AT_ONCE).subquery(),
    )
    waiting, first = session.execute(
        select(func.count(), func.min(due.not_before)).where(
            or_(*_whose(office_id, due)), *_matching(session, office_id, wanted, due)
        )
    ).one()
    if not waiting:
        return None
    gone = OutboxMessage.status == LetterStatus.SENT, OutboxMessage.sent_at >= first, *_matching(session, office_id, wanted)
    many = union_all(*(select(func.count()).where(whose, *gone) for whose in _whose(office_id)))
    return UnderWay(sum(session.scalars(many)), waiting)


def letters(session: Session, office_id: int, wanted: LetterFilter, *, offset: int, limit: int) -> list[LetterRow]:
    """One page, newest first."""
    condition = and_(or_(*_whose(office_id)), *_matching(session, office_id, wanted))
    if wanted.status is not None:
        condition = and_(condition, OutboxMessage.status == wanted.status)
    # Their ids first: every letter of the office is sorted for it, and SQLite would sort them whole.
    shown = select(OutboxMessage.id).where(condition).order_by(OutboxMessage.id.desc()).limit(limit).offset(offset)
    rows = session.execute(
        select(*_COLUMNS)
        .outerjoin(Plan, Plan.id == OutboxMessage.plan_id)
        .where(OutboxMessage.id.in_(shown))
        .order_by(OutboxMessage.id.desc())
    )
    return [LetterRow(*row) for row in rows]


def letter(session: Session, office_id: int, letter_id: int) -> Letter:
    """One letter of the office; raises NotFound."""
    row = session.execute(
        select(*_COLUMNS, OutboxMessage.message_id, OutboxMessage.created_at, OutboxMessage.body_text, OutboxMessage.body_html)
        .outerjoin(Plan, Plan.id == OutboxMessage.plan_id)
        .where(OutboxMessage.id == letter_id, or_(*_whose(office_id)))
    ).first()
    if row is None:
        raise NotFound(f"letter {letter_id}")
    n = len(_COLUMNS)
    return Letter(LetterRow(*row[:n]), *row[n:])


def reports(session: Session, letter_id: int) -> list[Reported]:
    """What mail servers reported about a letter after it had gone, the first report first."""
    rows = session.execute(
        select(BounceReport.at, BounceReport.verdict, BounceReport.code, BounceReport.reason, BounceReport.said)
        .where(BounceReport.letter_id == letter_id)
        .order_by(BounceReport.id)
    )
    return [Reported(*row) for row in rows]


def held_plans(session: Session, office_id: int) -> list[HeldPlan]:
    """Running plans with held letters."""
    rows = session.execute(
        select(Plan.id, Plan.short_name, func.count(OutboxMessage.id))
        .join(OutboxMessage, OutboxMessage.plan_id == Plan.id)
        .where(Plan.office_id == office_id, Plan.status == PlanStatus.RUNNING, IS_HELD)
        .group_by(Plan.id, Plan.short_name)
        .order_by(Plan.id)
    )
    return [HeldPlan(*row) for row in rows]


def kinds(session: Session, office_id: int) -> list[str]:
    found = union_all(*(select(OutboxMessage.kind).where(whose).distinct() for whose in _whose(office_id)))
    return sorted(set(session.scalars(found)))


def next_reminder_on(session: Session, office_id: int) -> date | None:
    """The next day on which some task has a rung."""
    return session.scalar(
        select(func.min(Task.next_look_on))
        .join(Plan, Plan.id == Task.plan_id)
        .where(Plan.office_id == office_id, Plan.status == PlanStatus.RUNNING, Task.next_look_on.is_not(None))
    )


_COLUMNS: tuple[Any, ...] = (
    OutboxMessage.id,
    OutboxMessage.kind,
    OutboxMessage.status,
    OutboxMessage.status_reason,
    OutboxMessage.to_name,
    OutboxMessage.to_email,
    OutboxMessage.person,
    OutboxMessage.day,
    OutboxMessage.not_before,
    OutboxMessage.sent_at,
    OutboxMessage.attempts,
    OutboxMessage.subject,
    OutboxMessage.plan_id,
    Plan.short_name,
)


def _whose(office_id: int, letter: type[OutboxMessage] = OutboxMessage) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Letters of the office's plans, and those of no plan (links, passwords) to its people: either has an index of its own."""
    contacts = (
        select(literal("contact-") + cast(Contact.id, String))
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.office_id == office_id)
    )
    users = select(literal("user-") + cast(User.id, String)).where(User.office_id == office_id)
    return (
        letter.plan_id.in_(select(Plan.id).where(Plan.office_id == office_id)),
        and_(letter.plan_id.is_(None), letter.person.in_(union_all(contacts, users))),
    )


def _matching(
    session: Session, office_id: int, wanted: LetterFilter, letter: type[OutboxMessage] = OutboxMessage
) -> list[ColumnElement[bool]]:
    parts = []
    if wanted.kind:
        parts.append(letter.kind == wanted.kind)
    if wanted.plan_id is not None:
        parts.append(letter.plan_id == wanted.plan_id)
    if wanted.search:
        parts.append(letter.person.in_(_people_found(session, office_id, wanted.search)))
    return parts


def _people_found(session: Session, office_id: int, search: str) -> list[str]:
    """Keys of people whose unit, name or address has every word, accents or not."""
    words = search_key(search).split()

    def fits(*texts: str) -> bool:
        key = search_key(" ".join(texts))
        return all(word in key for word in words)

    found = []
    units = session.execute(
        select(Unit.id, Unit.name, Unit.head_name, Unit.head_email, Contact.id, Contact.name, Contact.email)
        .outerjoin(Contact, Contact.unit_id == Unit.id)
        .where(Unit.office_id == office_id)
        .order_by(Unit.id)
    )
    for unit_id, unit, head_name, head_email, contact_id, name, email in units:
        if contact_id is not None and fits(unit, name, email):
            found.append(f"contact-{contact_id}")
        if head_email and fits(unit, head_name, head_email):
            found.append(f"head-{unit_id}")
    for user_id, name, email in session.execute(select(User.id, User.name, User.email).where(User.office_id == office_id)):
        if fits(name, email):
            found.append(f"user-{user_id}")
    return list(dict.fromkeys(found))[:PEOPLE_LIMIT]


def waiting_message(session: Session, letter_id: int) -> OutboxMessage | None:
    """The row itself, for putting a letter into words before it is sent."""
    return session.get(OutboxMessage, letter_id)
