"""Lines of the journal, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact, JournalEntry, Office, Plan, Unit, User
from tracker.rules.access import SYSTEM
from tracker.wording import search_key

#: How far back a search for words looks.
SEARCHED = 20_000


class JournalLine(NamedTuple):
    id: int
    at: datetime
    who: str
    who_key: str
    verb: str
    what: str
    why: str
    plan_id: int | None
    task_id: int | None

    @property
    def sentence(self) -> str:
        """Who did what to what, and why: "Trần Thu Hà xác nhận “Điều tra khảo sát” của UBND xã Cam Bình"."""
        told = f"{self.who} {self.verb} {self.what}".strip()
        return f"{told}: {self.why}" if self.why else told


class Mark(NamedTuple):
    """The end of the chain: whoever keeps its hash elsewhere can tell a journal that was written anew."""

    line: int
    at: datetime
    hash: str


@dataclass(frozen=True)
class JournalFilter:
    """What a person looks for; empty fields look at everything."""

    plan_id: int | None = None
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None  #: not included
    search: str = ""  #: words of the line, accents or not

    @property
    def is_set(self) -> bool:
        return bool(self.plan_id or self.verb or self.since or self.until or self.search)


def mark(session: Session) -> Mark | None:
    """The last line; None while the journal is empty."""
    query = select(JournalEntry.id, JournalEntry.at, JournalEntry.hash).order_by(JournalEntry.id.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return Mark._make(row) if row else None


def of_task(session: Session, task_id: int, *, limit: int) -> list[JournalLine]:
    return _lines(session, JournalEntry.task_id == task_id, limit=limit)


def of_plan(session: Session, plan_id: int, *, limit: int) -> list[JournalLine]:
    return _lines(session, JournalEntry.plan_id == plan_id, limit=limit)


def lines(
    session: Session, office_id: int, wanted: JournalFilter, *, with_accounts: bool, offset: int, limit: int
) -> list[JournalLine]:
    """One page. `with_accounts` adds lines that belong to no plan (accounts, units, removed plans)."""
    condition = _condition(office_id, wanted, with_accounts)
    if wanted.search:
        condition = JournalEntry.id.in_(_holding(session, condition, wanted.search)[offset : offset + limit])
        offset = 0
    return _lines(session, condition, limit=limit, offset=offset)


def count(session: Session, office_id: int, wanted: JournalFilter, *, with_accounts: bool) -> int:
    condition = _condition(office_id, wanted, with_accounts)
    if wanted.search:
        return len(_holding(session, condition, wanted.search))
    return session.scalar(select(func.count(JournalEntry.id)).where(condition)) or 0


def verbs(session: Session) -> list[str]:
    """Every verb that occurs, for the filter."""
    return list(session.scalars(select(JournalEntry.verb).distinct().order_by(JournalEntry.verb)))


def _holding(session: Session, condition: ColumnElement[bool], search: str) -> list[int]:
    """Ids of the newest lines that hold every word. A line is never changed, so it has no column to search in without accents:
    the newest SEARCHED are read through."""
    words = search_key(search).split()
    told = JournalEntry.who + " " + JournalEntry.verb + " " + JournalEntry.what + " " + JournalEntry.why
    rows = session.execute(select(JournalEntry.id, told).where(condition).order_by(JournalEntry.id.desc()).limit(SEARCHED))
    return [line_id for line_id, text in rows if all(word in key for key in (search_key(text),) for word in words)]


def _lines(session: Session, condition: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[JournalLine]:
    rows: Sequence[Sequence[Any]] = session.execute(
        select(*(getattr(JournalEntry, name) for name in JournalLine._fields))
        .where(condition)
        .order_by(JournalEntry.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return [JournalLine(*row) for row in rows]


def _plans_of(office_id: int) -> Any:
    return select(Plan.id).where(Plan.office_id == office_id)


def _of_no_plan() -> ColumnElement[bool]:
    """Lines of accounts and units, and of plans that are gone."""
    return or_(JournalEntry.plan_id.is_(None), JournalEntry.plan_id.not_in(select(Plan.id)))


def _by_office(office_id: int) -> ColumnElement[bool]:
    """Done by a user or a contact of the office, or by the system for it; who is alone on a server reads all the system did."""
    users = select(literal("user-") + cast(User.id, String)).where(User.office_id == office_id)
    contacts = select(literal("contact-") + cast(Contact.id, String)).join(Unit).where(Unit.office_id == office_id)
    by_system = JournalEntry.who_key == SYSTEM.key
    return or_(
        JournalEntry.who_key.in_(users),
        JournalEntry.who_key.in_(contacts),
        and_(by_system, JournalEntry.details["office_id"].as_integer() == office_id),
        and_(by_system, ~select(Office.id).where(Office.id != office_id).exists()),
    )


def _condition(office_id: int, wanted: JournalFilter, with_accounts: bool) -> ColumnElement[bool]:
    if wanted.plan_id is not None:
        parts: list[ColumnElement[bool]] = [
            JournalEntry.plan_id == wanted.plan_id,
            JournalEntry.plan_id.in_(_plans_of(office_id)),
        ]
    elif with_accounts:
        parts = [or_(JournalEntry.plan_id.in_(_plans_of(office_id)), and_(_of_no_plan(), _by_office(office_id)))]
    else:
        parts = [JournalEntry.plan_id.in_(_plans_of(office_id))]
    if wanted.verb:
        parts.append(JournalEntry.verb == wanted.verb)
    if wanted.since:
        parts.append(JournalEntry.at >= wanted.since)
    if wanted.until:
        parts.append(JournalEntry.at < wanted.until)
    return and_(*parts)
