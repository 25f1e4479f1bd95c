"""How far entries are and whose rooms are shut: counted for all units as one would count and ask by hand, unit by unit."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN
from tests.entries import COMMUNE, NOW, SHELF, Hall, answers, hall
from tracker.models import Ballot, Entry, EntryDifference, Plan, SecondEntryItem, Stage, Task
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.second_entry import Settlement
from tracker.rules.states import BallotStatus, DiscardReason, Scope, SecondEntryReason, TaskStatus, WorkKind
from tracker.services.data_entry import clerk_qualities, doors_of, refusals_to_enter, units_entries

UNITS, BALLOTS = 5, 6
CLERKS = ("user-6", "user-7", "user-8")


@pytest.fixture
def room(session: Session) -> Hall:
    each = tuple(
        replace(stage, scope=Scope.EACH_UNIT) if stage.work_kind is WorkKind.DATA_ENTRY else stage for stage in SMALL_PLAN.stages
    )
    return hall(session, units=UNITS, ballots=BALLOTS, opened=False, draft=replace(SMALL_PLAN, stages=each))


def lived(session: Session, room: Hall, chance: Random) -> dict[int, UnitEntries]:
    """Ballots of every unit that were keyed or not, discarded, keyed again, settled, as chance has it; what must be counted."""
    counted: dict[int, list[int]] = {}
    for ballot in session.scalars(select(Ballot).where(Ballot.plan_id == room.plan_id).order_by(Ballot.id)):
        steps = chance.randint(0, 4)  # keyed, to be keyed again, keyed again, differing
        common = {"plan_id": room.plan_id, "unit_id": ballot.unit_id, "ballot_id": ballot.id}
        clerk, why = chance.choice(CLERKS), chance.choice(list(SecondEntryReason))
        for turn in range(1, (0, 1, 1, 2, 2)[steps] + 1):
            by = {"by_name": f"Người {clerk}", "by_key": clerk if turn == 1 else "user-9", "at": NOW}
            once = f"{ballot.id}-{turn}"
            session.add(Entry(**common, turn=turn, questionnaire="commune@1", answers=answers(), once=once, **by))
        if steps > 1:
            session.add(SecondEntryItem(**common, clerk_key=clerk, why=why, planned_at=NOW))
        differs, is_open = steps == 4, chance.random() < 0.5
        if differs:
            settled = "" if is_open else chance.choice(list(Settlement))
            for question in ("A1", "A2"):
                session.add(
                    EntryDifference(
                        plan_id=room.plan_id, ballot_id=ballot.id, question=question, first="1", second="2", settlement=settled
                    )
                )
        if chance.random() < 0.25:
            ballot.status, ballot.discard_reason = BallotStatus.DISCARDED, DiscardReason.UNREADABLE
            continue
        own = counted.setdefault(ballot.unit_id, [0] * 5)
        for place, is_so in enumerate((True, steps > 0, steps > 1, steps > 2, differs and is_open)):
            own[place] += is_so
    session.flush()
    return {unit: UnitEntries(*own) for unit, own in counted.items()}


@pytest.mark.parametrize("seed", range(8))
def test_counts_are_those_of_the_ballots_that_count(session: Session, room: Hall, seed: int) -> None:
    expected = lived(session, room, Random(seed))
    assert units_entries(session, room.plan_id) == expected
    for unit in room.people.units:
        own = {unit.id: expected[unit.id]} if unit.id in expected else {}
        assert units_entries(session, room.plan_id, unit_id=unit.id) == own


@pytest.mark.parametrize("seed", range(8))
def test_clerks_are_judged_by_the_ballots_that_count(session: Session, room: Hall, seed: int) -> None:
    lived(session, room, Random(seed))
    plan = session.get_one(Plan, room.plan_id)
    entries = {(entry.ballot_id, entry.turn): entry for entry in session.scalars(select(Entry))}
    items = {item.ballot_id: item for item in session.scalars(select(SecondEntryItem))}
    expected = {}
    for clerk in CLERKS:
        keyed = [
            ballot.id
            for ballot in session.scalars(select(Ballot).where(Ballot.status == BallotStatus.VALID))
            if (ballot.id, 1) in entries and entries[ballot.id, 1].by_key == clerk
        ]
        asked = [ballot for ballot in keyed if ballot in items]
        done = [ballot for ballot in asked if (ballot, 2) in entries]
        told = [ballot for ballot in done if items[ballot].why is not SecondEntryReason.TRIAL]
        differences = session.scalars(select(EntryDifference).where(EntryDifference.ballot_id.in_(asked))).all()
        errors = [d for d in differences if d.settlement and d.ballot_id in told and d.settlement != Settlement.FIRST_RIGHT]
        is_batch = any(items[ballot].why is SecondEntryReason.BATCH for ballot in asked)
        sums = len(keyed), len(asked), len(done), sum(not d.settlement for d in differences), len(told) * len(COMMUNE.questions)
        if keyed:
            expected[clerk] = (f"Người {clerk}", *sums, len(errors), is_batch)

    def judged(**only: str) -> dict[str, tuple[object, ...]]:
        return {
            q.key: (q.name, q.entered, q.required, q.done, q.open_differences, q.quality.fields, q.quality.errors, q.is_batch)
            for q in clerk_qualities(session, plan, SHELF, **only)
        }

    assert judged() == expected
    for clerk in CLERKS:
        assert judged(clerk=clerk) == {key: line for key, line in expected.items() if key == clerk}


@pytest.mark.parametrize("seed", range(8))
def test_rooms_asked_for_together_say_what_each_says_alone(session: Session, room: Hall, seed: int) -> None:
    chance = Random(seed)
    plan = session.get_one(Plan, room.plan_id)
    for stage in session.scalars(select(Stage).where(Stage.plan_id == plan.id, Stage.scope == Scope.EACH_UNIT)):
        for task in session.scalars(select(Task).where(Task.stage_id == stage.id)):
            task.status = chance.choice(list(TaskStatus))
            task.stop_reason = "hết kinh phí"
    session.flush()
    names = {unit.id: unit.name for unit in room.people.units}
    alone = {}
    for unit_id, name in names.items():
        alone |= refusals_to_enter(session, plan, {unit_id: name}, now=NOW)
    doors = doors_of(session, plan, names, now=NOW)
    assert doors.shut() == alone.keys()
    assert {unit: str(said) for unit, said in doors.refusals(names).items()} == {unit: str(said) for unit, said in alone.items()}
    some = list(names)[1:3]
    assert {unit: str(said) for unit, said in doors.refusals(some).items()} == {u: str(alone[u]) for u in some if u in alone}
