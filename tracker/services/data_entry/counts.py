"""How far the entries are, counted in five statements however many units there are."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, SecondEntryItem
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import BallotStatus


def units_entries(session: Session, plan_id: int, *, unit_id: int | None = None) -> dict[int, UnitEntries]:
    """unit id -> its counts; units without ballots are not there. Discarded ballots count nowhere."""
    of_plan = [Ballot.plan_id == plan_id]
    of_entries = [Entry.plan_id == plan_id, Entry.turn == 1]
    if unit_id is not None:
        of_plan.append(Ballot.unit_id == unit_id)
        of_entries.append(Entry.unit_id == unit_id)
    which = [*of_plan, Ballot.status == BallotStatus.VALID]
    second = aliased(Entry)
    # Both counted in an index alone; what was keyed of ballots that are discarded now is taken off again.
    valid = session.execute(select(Ballot.unit_id, func.count()).where(*which).group_by(Ballot.unit_id)).all()
    keyed = session.execute(select(Entry.unit_id, func.count()).where(*of_entries).group_by(Entry.unit_id)).all()
    in_vain = session.execute(
        select(Ballot.unit_id, func.count())
        .join(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .where(*of_plan, Ballot.status != BallotStatus.VALID)
        .group_by(Ballot.unit_id)
    ).all()
    again = session.execute(
        select(Ballot.unit_id, func.count(SecondEntryItem.id), func.count(second.id))
        .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(second, (second.ballot_id == Ballot.id) & (second.turn == 2))
        .where(*which)
        .group_by(Ballot.unit_id)
    ).all()
    differing = session.execute(
        select(Ballot.unit_id, func.count(func.distinct(Ballot.id)))
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .where(*which, EntryDifference.settlement == "")
        .group_by(Ballot.unit_id)
    ).all()
    seconds = {unit: (required, done) for unit, required, done in again}
    open_ones: dict[int, int] = {row[0]: row[1] for row in differing}
    entered = Counter({row[0]: row[1] for row in keyed})
    entered.subtract({row[0]: row[1] for row in in_vain})
    return {
        unit: UnitEntries(ballots, entered[unit], *seconds.get(unit, (0, 0)), open_ones.get(unit, 0)) for unit, ballots in valid
    }


def complete_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose entries equal their valid ballots, second entry and differences included: the fact ENTRIES_COMPLETE."""
    return frozenset(unit for unit, entries in units_entries(session, plan_id).items() if entries.complete)
