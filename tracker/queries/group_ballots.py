"""Ballots of a plan's groups (khối) at the end of a day: handed out, taken in, rechecked, keyed. Five statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, Entry, LedgerLine, PlanUnit, RecheckDraw, RecheckItem
from tracker.rules.states import BallotStatus, MismatchKind, RecheckOutcome


@dataclass(frozen=True)
class GroupSum:
    """Khối: its ballots, rechecks and entries."""

    name: str
    units: int
    quota: int | None  #: None where a unit of it takes what comes
    handed_out: int = 0
    collected: int = 0
    valid: int = 0
    discarded: int = 0
    drawn: int = 0
    rechecked: int = 0
    mismatches: int = 0
    entered: int = 0


def group_sums(session: Session, plan_id: int, *, end: datetime) -> tuple[GroupSum, ...]:
    """The groups in the order of the plan, with what was kept before `end`, the midnight after the day."""
    asked = {"plan": plan_id, "end": end, "day": end.date()}
    read = session.connection().execute
    sums: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for statement in _SUMS:
        for row in read(statement, asked).mappings():
            sums[row["group_name"]] |= {key: int(row[key]) for key in row if key != "group_name"}
    for own in sums.values():
        own["entered"] = own.pop("keyed", 0) - own.pop("keyed_in_vain", 0)
    return tuple(
        GroupSum(name, units, int(quota or 0) if of_units == units else None, **sums[name])
        for name, units, of_units, quota, _ in read(_GROUPS, asked)
    )


_PLAN: BindParameter[int] = bindparam("plan")
_END: BindParameter[datetime] = bindparam("end")


def _by_group(of_units: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Sums of units, added up by group: what is kept by unit in an index is added up there before a group is looked for."""
    own = of_units.subquery()
    return (
        select(PlanUnit.group_name, *(func.sum(column).label(column.name) for column in own.c if column.name != "unit_id"))
        .join(own, own.c.unit_id == PlanUnit.unit_id)
        .where(PlanUnit.plan_id == _PLAN)
        .group_by(PlanUnit.group_name)
    )


def _share(*conditions: Any) -> Any:
    return func.sum(case((and_(RecheckItem.at < _END, *conditions), 1), else_=0))


# Built once: building them costs as much as running them.
_GROUPS = (
    select(
        PlanUnit.group_name,
        func.count(),
        func.count(PlanUnit.ballots_each),
        func.sum(PlanUnit.ballots_each),
        func.min(PlanUnit.position).label("first"),
    )
    .where(PlanUnit.plan_id == _PLAN)
    .group_by(PlanUnit.group_name)
    .order_by("first")
)
_SUMS = tuple(
    _by_group(of_units)
    for of_units in (
        select(
            LedgerLine.unit_id,
            func.sum(LedgerLine.handed_out).label("handed_out"),
            func.sum(LedgerLine.collected).label("collected"),
            func.sum(LedgerLine.valid).label("valid"),
            func.sum(LedgerLine.discarded).label("discarded"),
        )
        .where(LedgerLine.plan_id == _PLAN, LedgerLine.day < bindparam("day"))
        .group_by(LedgerLine.unit_id),
        select(
            RecheckDraw.unit_id,
            func.count().label("drawn"),
            _share(RecheckItem.outcome.in_((RecheckOutcome.MATCH, RecheckOutcome.MISMATCH))).label("rechecked"),
            _share(RecheckItem.mismatch_kind.in_(tuple(MismatchKind))).label("mismatches"),
        )
        .join(RecheckItem, RecheckItem.draw_id == RecheckDraw.id)
        .where(RecheckDraw.plan_id == _PLAN, RecheckItem.replaces_id.is_(None))
        .group_by(RecheckDraw.unit_id),
        # Counted in an index alone; those of ballots that are discarded now, a few, are taken off again.
        select(Entry.unit_id, func.count().label("keyed"))
        .where(Entry.plan_id == _PLAN, Entry.turn == 1, Entry.at < _END)
        .group_by(Entry.unit_id),
        select(Ballot.unit_id, func.count().label("keyed_in_vain"))
        .join(Entry, Entry.ballot_id == Ballot.id)
        .where(Ballot.plan_id == _PLAN, Ballot.status != BallotStatus.VALID, Entry.turn == 1, Entry.at < _END)
        .group_by(Ballot.unit_id),
    )
)
