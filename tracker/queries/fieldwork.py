"""The ballots of a plan for its pages: sums of each unit, sums of each day, what one unit wrote. A fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, LedgerLine, Plan, PlanUnit, Stage, StoredFile, Task, Unit
from tracker.rules.ledger import DayLine, Totals, add_up
from tracker.rules.quotas import UnitQuota
from tracker.rules.states import BallotStatus, DiscardReason, PlanStatus, TaskStatus, WorkKind


class UnitBallotsRow(NamedTuple):
    """A unit with its sums; `basis` is what its quota is made of."""

    unit_id: int
    name: str
    group: str
    quota: int | None
    basis: UnitQuota
    totals: Totals
    numbered: int  #: ballots with a number


@dataclass(frozen=True)
class Sums:
    """Of a group or of the plan."""

    units: int
    quota: int | None
    totals: Totals

    @property
    def missing(self) -> int:
        return self.totals.missing(self.quota)


class Window(NamedTuple):
    """When ballots are collected: over all fieldwork of the plan."""

    start_on: date | None
    due_on: date | None


def unit_ids_by_group(session: Session, plan_id: int) -> dict[str, list[int]]:
    """group -> its surveyed units, both in the order of the plan."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    query = select(PlanUnit.unit_id, PlanUnit.group_name).where(PlanUnit.plan_id == plan_id).order_by(PlanUnit.position)
    for unit_id, group in session.connection().execute(query):
        found[group].append(unit_id)
    return dict(found)


def unit_rows(session: Session, plan_id: int, unit_ids: Collection[int] | None = None) -> list[UnitBallotsRow]:
    """Surveyed units, all or these, in the order of the plan, group by group. Three statements."""

    def mine(column: Any) -> list[ColumnElement[bool]]:
        return [] if unit_ids is None else [column.in_(unit_ids)]

    lines = select(LedgerLine.unit_id, *_SUMS).where(LedgerLine.plan_id == plan_id, *mine(LedgerLine.unit_id))
    sums = {unit_id: _totals(counted) for unit_id, *counted in session.execute(lines.group_by(LedgerLine.unit_id))}
    numbered = select(Ballot.unit_id, func.count(Ballot.id)).where(Ballot.plan_id == plan_id, *mine(Ballot.unit_id))
    numbers: dict[int, int] = {row[0]: row[1] for row in session.execute(numbered.group_by(Ballot.unit_id))}
    found = [
        UnitBallotsRow(
            unit_id,
            name,
            group,
            quota,
            UnitQuota(group, basis.get("files"), basis.get("services")),
            sums.get(unit_id, Totals()),
            numbers.get(unit_id, 0),
        )
        for unit_id, name, group, quota, basis in session.execute(
            select(Unit.id, Unit.name, PlanUnit.group_name, PlanUnit.ballots_each, PlanUnit.quota_basis)
            .join(PlanUnit, PlanUnit.unit_id == Unit.id)
            .where(PlanUnit.plan_id == plan_id, *mine(PlanUnit.unit_id))
            .order_by(PlanUnit.position)
        )
    ]
    groups = {name: place for place, name in enumerate(dict.fromkeys(row.group for row in found))}
    return sorted(found, key=lambda row: groups[row.group])


def unit_row(session: Session, plan_id: int, unit_id: int) -> UnitBallotsRow | None:
    """None for a unit that the plan does not survey."""
    return next(iter(unit_rows(session, plan_id, [unit_id])), None)


def group_sums(session: Session, plan_id: int) -> dict[str, Sums]:
    """group -> its sums, over all its units. Two statements."""
    lines = (
        select(PlanUnit.group_name, *_SUMS)
        .select_from(LedgerLine)
        .join(PlanUnit, (PlanUnit.plan_id == LedgerLine.plan_id) & (PlanUnit.unit_id == LedgerLine.unit_id))
        .where(LedgerLine.plan_id == plan_id)
        .group_by(PlanUnit.group_name)
    )
    totals = {group: _totals(counted) for group, *counted in session.execute(lines)}
    units = select(PlanUnit.group_name, func.count(), func.sum(PlanUnit.ballots_each)).where(PlanUnit.plan_id == plan_id)
    return {
        group: Sums(many, None if quota is None else int(quota), totals.get(group, Totals()))
        for group, many, quota in session.execute(units.group_by(PlanUnit.group_name))
    }


def add_groups(sums: Collection[Sums]) -> Sums:
    """Of the plan, out of its groups."""
    quotas = [own.quota for own in sums if own.quota is not None]
    return Sums(sum(own.units for own in sums), sum(quotas) if quotas else None, add_up(own.totals for own in sums))


def files_of_units(session: Session, plan_id: int) -> list[tuple[str, UnitQuota]]:
    """(name, basis) of the units whose number of files is known, in the order of the plan."""
    files = PlanUnit.quota_basis["files"].as_integer()
    rows = session.connection().execute(
        select(Unit.name, PlanUnit.group_name, files)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id, files.is_not(None))
        .order_by(PlanUnit.position)
    )
    return [(name, UnitQuota(group, many)) for name, group, many in rows]


_SUMS = [func.sum(column) for column in (LedgerLine.handed_out, LedgerLine.collected, LedgerLine.valid, LedgerLine.discarded)]


def _totals(counted: Sequence[Any]) -> Totals:
    out, collected, valid, discarded = (int(n) for n in counted)
    return Totals(out, collected, valid, discarded)


def day_sums(session: Session, plan_id: int, *, unit_id: int | None = None) -> list[DayLine]:
    """What changed each day, all units together or of one."""
    query = select(LedgerLine.day, *_SUMS).where(LedgerLine.plan_id == plan_id).group_by(LedgerLine.day).order_by(LedgerLine.day)
    if unit_id is not None:
        query = query.where(LedgerLine.unit_id == unit_id)
    rows: Sequence[Sequence[Any]] = session.execute(query).all()
    return [DayLine(row[0], int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows]


def window(session: Session, plan_id: int) -> Window:
    row: Sequence[Any] = session.execute(
        select(func.min(Task.start_on), func.max(Task.due_on))
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Task.plan_id == plan_id, Stage.work_kind == WorkKind.FIELDWORK, Task.status != TaskStatus.CANCELLED, Task.round == 0
        )
    ).one()
    return Window(*row)


def discard_sums(session: Session, plan_id: int, *, unit_id: int | None = None) -> dict[DiscardReason, int]:
    """How many ballots were discarded for each reason, in the order of the reasons."""
    query = select(LedgerLine.reasons).where(LedgerLine.plan_id == plan_id, LedgerLine.discarded != 0)
    if unit_id is not None:
        query = query.where(LedgerLine.unit_id == unit_id)
    found = dict.fromkeys(DiscardReason, 0)
    for reasons in session.scalars(query):
        for reason, n in reasons.items():
            found[DiscardReason(reason)] += int(n)
    return {reason: n for reason, n in found.items() if n}


def unit_lines(session: Session, plan_id: int, unit_id: int) -> list[LedgerLine]:
    """What was written of a unit, the newest first."""
    query = select(LedgerLine).where(LedgerLine.plan_id == plan_id, LedgerLine.unit_id == unit_id)
    return list(session.scalars(query.order_by(LedgerLine.id.desc())))


class OnlineFile(NamedTuple):
    """A file of online counts that was taken in."""

    id: int
    file_name: str
    by: str
    at: datetime
    lines: int
    collected: int
    discarded: int


def online_files(session: Session, plan_id: int) -> list[OnlineFile]:
    """The newest first; each with what it changed."""
    sums = (func.count(LedgerLine.id), func.sum(LedgerLine.collected), func.sum(LedgerLine.discarded))
    rows: Sequence[Sequence[Any]] = session.execute(
        select(StoredFile.id, StoredFile.file_name, StoredFile.uploaded_by, StoredFile.uploaded_at, *sums)
        .join(LedgerLine, LedgerLine.file_id == StoredFile.id)
        .where(LedgerLine.plan_id == plan_id)
        .group_by(StoredFile.id)
        .order_by(StoredFile.id.desc())
    ).all()
    return [OnlineFile(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), int(row[6])) for row in rows]


class InField(NamedTuple):
    plan_id: int
    plan_name: str
    has_lines: bool  #: something is in the unit's ledger


class NumberedBallot(NamedTuple):
    number: str
    interviewer: str
    status: BallotStatus
    reason: DiscardReason | None


def numbered_ballots(session: Session, plan_id: int, unit_id: int, round_: int) -> list[NumberedBallot]:
    """The numbers of a round."""
    rows = session.execute(
        select(Ballot.number, Ballot.interviewer, Ballot.status, Ballot.discard_reason)
        .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.round == round_)
        .order_by(Ballot.number)
    )
    return [NumberedBallot(*row) for row in rows]


class DiscardedRow(NamedTuple):
    id: int
    number: str
    reason: DiscardReason | None
    note: str

    @property
    def may_return(self) -> bool:
        """Not the second paper of a number."""
        return self.number.isdigit()


def discarded_ballots(session: Session, plan_id: int, unit_id: int) -> list[DiscardedRow]:
    rows = session.execute(
        select(Ballot.id, Ballot.number, Ballot.discard_reason, Ballot.discard_note)
        .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.status == BallotStatus.DISCARDED)
        .order_by(Ballot.number)
    )
    return [DiscardedRow(*row) for row in rows]


def is_ballot_of(session: Session, ballot_id: int, plan_id: int, unit_id: int) -> bool:
    query = select(Ballot.id).where(Ballot.id == ballot_id, Ballot.plan_id == plan_id, Ballot.unit_id == unit_id)
    return session.scalar(query) is not None


def unit_in_field(session: Session, unit_id: int) -> list[InField]:
    """The plans in which this unit collects ballots now."""
    begun = select(LedgerLine.id).where(LedgerLine.plan_id == Plan.id, LedgerLine.unit_id == unit_id).exists()
    rows = session.execute(
        select(Plan.id, Plan.short_name, begun)
        .join(Task, Task.plan_id == Plan.id)
        .join(Stage, Stage.id == Task.stage_id)
        .join(PlanUnit, (PlanUnit.plan_id == Plan.id) & (PlanUnit.unit_id == unit_id))
        .where(
            Plan.status == PlanStatus.RUNNING,
            Stage.work_kind == WorkKind.FIELDWORK,
            Task.status == TaskStatus.IN_PROGRESS,
            (Task.unit_id == unit_id) | Task.unit_id.is_(None),
        )
        .distinct()
        .order_by(Plan.id)
    )
    return [InField(plan_id, name, bool(has_lines)) for plan_id, name, has_lines in rows]
