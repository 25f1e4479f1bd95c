"""Data entry as its pages show it: a unit at the keyboard, the units of a plan, differences, clerks. Constant statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, EntryImport, Plan, PlanUnit, SecondEntryItem, Stage, Task, Unit
from tracker.rules.states import BallotStatus, WorkKind

#: Numbers that the page carries along, so that the next one is there without asking.
NUMBERS_AHEAD = 300
LAST_SHOWN = 5


class PlanLine(NamedTuple):
    """The plan as the crumbs and heads of these pages need it."""

    id: int
    office_id: int
    short_name: str
    is_sample: bool
    due_on: date | None  #: of the stage of data entry
    position: int | None


class EntryUnit(NamedTuple):
    id: int
    name: str
    group_name: str


class KeyedLine(NamedTuple):
    """One of the ballots that a clerk keyed last."""

    entry_id: int
    number: str
    questionnaire: str
    answers: Mapping[str, Any]
    at: datetime


class ToSettle(NamedTuple):
    """A ballot with fields on which its two entries differ."""

    ballot_id: int
    number: str
    unit_name: str
    fields: int
    first_by: str
    second_by: str
    first_key: str
    second_key: str


@dataclass(frozen=True)
class DifferingBallot:
    """Both entries of a ballot, and the fields that are open."""

    ballot_id: int
    number: str
    unit_id: int
    unit_name: str
    questionnaire: str
    first_by: str
    second_by: str
    keys: tuple[str, str]
    fields: Sequence[tuple[str, str, str]]  #: question, first, second


def plan_line(session: Session, plan_id: int, *, office_id: int) -> PlanLine | None:
    """None for a plan of another office."""
    row = session.execute(
        select(Plan.id, Plan.office_id, Plan.short_name, Plan.is_sample, Task.due_on, Stage.position)
        .outerjoin(Stage, (Stage.plan_id == Plan.id) & (Stage.work_kind == WorkKind.DATA_ENTRY))
        .outerjoin(Task, (Task.stage_id == Stage.id) & (Task.round == 0))
        .where(Plan.id == plan_id, Plan.office_id == office_id)
        .order_by(Task.due_on.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else PlanLine(*row)


def units(session: Session, plan_id: int) -> list[EntryUnit]:
    query = (
        select(Unit.id, Unit.name, PlanUnit.group_name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position, Unit.id)
    )
    return [EntryUnit(*row) for row in session.connection().execute(query).all()]  # as values: the session would look at each


def plan_totals(session: Session, plan_id: int) -> tuple[int, int]:
    """(valid ballots, ballots keyed) of the whole plan, each counted in an index alone."""
    valid = session.scalar(select(func.count()).where(Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID))
    keyed = session.scalar(select(func.count()).where(Entry.plan_id == plan_id, Entry.turn == 1))
    return valid or 0, keyed or 0


def numbers_left(session: Session, plan_id: int, unit_id: int) -> list[str]:
    """Ballots of a unit that nobody has keyed, in order, as many as the page carries."""
    return list(
        session.scalars(
            select(Ballot.number)
            .outerjoin(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
            .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.status == BallotStatus.VALID, Entry.id.is_(None))
            .order_by(Ballot.number)
            .limit(NUMBERS_AHEAD)
        )
    )


#: Named once: a new name makes every column anew, which costs more than the statement.
_first, _second = aliased(Entry), aliased(Entry)


def numbers_to_key_again(session: Session, plan_id: int, unit_id: int, *, by_key: str) -> list[str]:
    """Ballots of a unit that wait for a second entry by somebody else than who keyed them first."""
    return list(
        session.scalars(
            select(Ballot.number)
            .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
            .join(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
            .outerjoin(_second, (_second.ballot_id == Ballot.id) & (_second.turn == 2))
            .where(
                Ballot.plan_id == plan_id,
                Ballot.unit_id == unit_id,
                Ballot.status == BallotStatus.VALID,
                Entry.by_key != by_key,
                _second.id.is_(None),
            )
            .order_by(SecondEntryItem.id)
            .limit(NUMBERS_AHEAD)
        )
    )


def last_keyed(session: Session, plan_id: int, *, by_key: str, turn: int = 1, unit_id: int | None = None) -> list[KeyedLine]:
    query = (
        select(Entry.id, Ballot.number, Entry.questionnaire, Entry.answers, Entry.at)
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(Entry.plan_id == plan_id, Entry.by_key == by_key, Entry.turn == turn)
        .order_by(Entry.id.desc())
        .limit(LAST_SHOWN)
    )
    if unit_id is not None:
        query = query.where(Entry.unit_id == unit_id)
    return [KeyedLine(*row) for row in session.execute(query)]


def clerks_of_units(session: Session, plan_id: int, unit_ids: Collection[int]) -> dict[int, list[str]]:
    """unit id -> the names of who keyed there, most first; of these units."""
    rows = session.execute(
        select(Entry.unit_id, Entry.by_name, func.count(Entry.id))
        .where(Entry.plan_id == plan_id, Entry.turn == 1, Entry.unit_id.in_(unit_ids))
        .group_by(Entry.unit_id, Entry.by_name)
        .order_by(func.count(Entry.id).desc(), Entry.by_name)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for unit_id, name, _ in rows:
        found[unit_id].append(name)
    return found


def to_settle(session: Session, plan_id: int, *, unit_id: int | None = None) -> list[ToSettle]:
    """Ballots with an open difference, by unit and number."""
    query = (
        select(
            Ballot.id,
            Ballot.number,
            Unit.name,
            func.count(EntryDifference.id),
            func.max(_first.by_name),
            func.max(_second.by_name),
            func.max(_first.by_key),
            func.max(_second.by_key),
        )
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .join(Unit, Unit.id == Ballot.unit_id)
        .join(_first, (_first.ballot_id == Ballot.id) & (_first.turn == 1))
        .join(_second, (_second.ballot_id == Ballot.id) & (_second.turn == 2))
        .where(Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID, EntryDifference.settlement == "")
        .group_by(Ballot.id, Ballot.number, Unit.name)
        .order_by(Unit.name, Ballot.number)
    )
    if unit_id is not None:
        query = query.where(Ballot.unit_id == unit_id)
    return [ToSettle(*row) for row in session.execute(query)]


def differing_ballot(session: Session, plan_id: int, ballot_id: int) -> DifferingBallot | None:
    """None for a ballot of another plan, or one without an open difference."""
    row = session.execute(
        select(
            Ballot.number,
            Ballot.unit_id,
            Unit.name,
            _first.questionnaire,
            _first.by_name,
            _second.by_name,
            _first.by_key,
            _second.by_key,
        )
        .join(Unit, Unit.id == Ballot.unit_id)
        .join(_first, (_first.ballot_id == Ballot.id) & (_first.turn == 1))
        .join(_second, (_second.ballot_id == Ballot.id) & (_second.turn == 2))
        .where(Ballot.id == ballot_id, Ballot.plan_id == plan_id)
    ).one_or_none()
    fields = session.execute(
        select(EntryDifference.question, EntryDifference.first, EntryDifference.second)
        .where(EntryDifference.ballot_id == ballot_id, EntryDifference.settlement == "")
        .order_by(EntryDifference.id)
    ).all()
    if row is None or not fields:
        return None
    number, unit_id, name, questionnaire, first_by, second_by, first_key, second_key = row
    keys = (first_key, second_key)
    return DifferingBallot(
        ballot_id, number, unit_id, name, questionnaire, first_by, second_by, keys, [(f[0], f[1], f[2]) for f in fields]
    )


def imports(session: Session, plan_id: int) -> list[EntryImport]:
    """Files that were taken in, newest first."""
    return list(
        session.scalars(select(EntryImport).where(EntryImport.plan_id == plan_id).order_by(EntryImport.id.desc()).limit(20))
    )
