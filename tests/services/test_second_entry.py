"""Keying again: who is drawn, by whom, what differs, what the paper says, and the clerk whose batch is keyed anew."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, Cast, cast, running_plan, task
from tests.entries import NOW, SHELF, Hall, clerk, finish, hall, numbers, register, typed, with_second_entry
from tracker.errors import Refused
from tracker.models import Ballot, Entry, EntryDifference, GateCondition, JournalEntry, Plan, RecheckSeed, SecondEntryItem, Stage
from tracker.rules.access import Actor
from tracker.rules.entry_progress import UnitEntries, missing
from tracker.rules.method import SecondEntryMethod
from tracker.rules.sampling import entry_order
from tracker.rules.schedule import StageInput
from tracker.rules.second_entry import Settlement
from tracker.rules.states import ConditionKind, Scope, SecondEntryReason, TaskStatus, TimeKind, WorkKind
from tracker.services.data_entry import (
    BallotRefused,
    Choice,
    clerk_qualities,
    complete_units,
    keep_entry,
    keep_second_entry,
    settle,
    take_back,
    units_entries,
)

SEED = "9a038047071444b5c47d322094ca3a4f3ee5a146a29f62b58bc86ffbe665371a"
FIRST, SECOND, BOTH = Settlement.FIRST_RIGHT, Settlement.SECOND_RIGHT, Settlement.BOTH_WRONG


def key(session: Session, room: Hall, *ballots: str, unit: int = 0, by: Actor | None = None, **differing: str) -> None:
    for number in ballots:
        what = typed(number, **differing)
        keep_entry(session, room.plan_id, room.unit(unit), what, by=by or room.lan, now=NOW, shelf=SHELF)


def again(session: Session, room: Hall, *ballots: str, unit: int = 0, by: Actor | None = None, **differing: str) -> None:
    for number in ballots:
        what = typed(number, **differing)
        keep_second_entry(session, room.plan_id, room.unit(unit), what, by=by or room.minh, now=NOW, shelf=SHELF)


def planned(session: Session, why: SecondEntryReason, unit_id: int | None = None) -> list[str]:
    query = select(Ballot.number).join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id).where(SecondEntryItem.why == why)
    query = query.where(Ballot.unit_id == unit_id) if unit_id else query
    return list(session.scalars(query.order_by(SecondEntryItem.id)))


def ballot_id(session: Session, room: Hall, number: str, unit: int = 0) -> int:
    return session.scalars(
        select(Ballot.id).where(Ballot.plan_id == room.plan_id, Ballot.unit_id == room.unit(unit), Ballot.number == number)
    ).one()


def right(session: Session, room: Hall, number: str, question: str) -> None:
    """Hà looks at the paper: the second entry is right."""
    where = ballot_id(session, room, number)
    settle(session, room.plan_id, where, {question: Choice(SECOND)}, by=room.people.ha, now=NOW, shelf=SHELF)


def old_hand(session: Session, people: Cast, name: str = "Cũ") -> Actor:
    """A clerk who keyed in an earlier plan of the office: no trial."""
    by = clerk(session, people, f"cu{name}", f"Người {name}")
    earlier = hall(session, people=people, ballots=1)
    session.execute(Entry.__table__.delete())  # type: ignore[attr-defined]
    keep_entry(session, earlier.plan_id, earlier.unit(), typed(), by=by, now=NOW, shelf=SHELF)
    return by


def test_the_first_ten_ballots_of_a_new_clerk_are_a_trial(session: Session) -> None:
    room = hall(session, ballots=12, second=SecondEntryMethod(10, 1))
    key(session, room, *numbers(11))
    assert planned(session, SecondEntryReason.TRIAL) == numbers(10)
    assert planned(session, SecondEntryReason.DRAWN) == []


@pytest.mark.slow
def test_the_share_is_drawn_by_the_units_seed_when_its_first_entries_are_complete(session: Session) -> None:
    room = hall(session, ballots=60, second=SecondEntryMethod(10, 20))
    seed = session.scalars(select(RecheckSeed).where(RecheckSeed.unit_id == room.unit())).one()
    seed.seed, seed.public_digits = SEED, "361425"
    key(session, room, *numbers(60))
    counted = numbers(60)[10:]
    assert planned(session, SecondEntryReason.DRAWN) == list(entry_order(SEED, "361425", counted)[:20])
    assert units_entries(session, room.plan_id)[room.unit()] == UnitEntries(60, 60, 30, 0, 0)


@pytest.mark.slow
def test_over_all_units_a_clerk_is_drawn_a_tenth_and_at_least_the_fewest(session: Session) -> None:
    """The first unit brings the fewest, the next ones what the tenth asks beyond them: never more than the rule's own size."""
    room = hall(session, units=4, ballots=20, second=SecondEntryMethod(20, 6))
    seen = []
    for unit in range(4):
        key(session, room, *numbers(20), unit=unit)
        seen.append(len(planned(session, SecondEntryReason.DRAWN)))
    assert seen == [6, 6, 10, 14]  # of 10, 30, 50 and 70 counted ballots: a fifth, at least 6


def test_nobody_is_asked_where_the_plan_asks_for_no_second_entry(session: Session) -> None:
    room = hall(session, ballots=3)
    key(session, room, *numbers(3))
    assert units_entries(session, room.plan_id)[room.unit()] == UnitEntries(3, 3)
    assert complete_units(session, room.plan_id) == {room.unit()}


REFUSALS = [
    ("lan", "0001", "same_person_second_entry"),
    ("minh", "0011", "second_not_planned"),
    ("minh", "0012", "second_before_first"),
    ("minh", "0002", "second_done"),
]


@pytest.mark.parametrize(("who", "number", "refused"), REFUSALS, ids=[key for *_, key in REFUSALS])
def test_who_may_key_which_ballot_again(session: Session, who: str, number: str, refused: str) -> None:
    room = hall(session, ballots=12, second=SecondEntryMethod(10, 1))
    key(session, room, *numbers(11))
    again(session, room, "0002")
    with pytest.raises(Refused) as caught:
        again(session, room, number, by=getattr(room, who))
    assert caught.value.key == refused


def test_a_second_entry_is_kept_once_too(session: Session) -> None:
    room = hall(session, ballots=2, second=SecondEntryMethod(10, 1))
    key(session, room, "0001")
    for _ in range(2):
        what = typed("0001", once="abc", A1="5")
        kept = keep_second_entry(session, room.plan_id, room.unit(), what, by=room.minh, now=NOW, shelf=SHELF)
    assert kept.again
    assert len(session.scalars(select(EntryDifference)).all()) == 1


def test_a_ballot_that_was_keyed_twice_cannot_be_taken_back(session: Session) -> None:
    room = hall(session, ballots=2, second=SecondEntryMethod(10, 1))
    key(session, room, "0001")
    again(session, room, "0001")
    first = session.scalars(select(Entry.id).where(Entry.turn == 1)).one()
    with pytest.raises(Refused) as caught:
        take_back(session, room.plan_id, first, by=room.lan, now=NOW, shelf=SHELF)
    assert caught.value.key == "take_back_second"


def test_every_field_that_differs_is_settled_and_the_first_entry_holds_what_the_paper_says(session: Session) -> None:
    room = hall(session, ballots=2, second=SecondEntryMethod(10, 1))
    key(session, room, "0001", A1="1", A2="2", A3="3", G3="Cần ghế")
    again(session, room, "0001", A1="5", A2="4", A3="2", G3="cần  ghế")
    found = session.scalars(select(EntryDifference).order_by(EntryDifference.id)).all()
    assert [(d.question, d.first, d.second) for d in found] == [("A1", "1", "5"), ("A2", "2", "4"), ("A3", "3", "2")]

    paper = {"A1": Choice(FIRST), "A2": Choice(SECOND), "A3": Choice(BOTH, "0")}
    where = ballot_id(session, room, "0001")
    with pytest.raises(BallotRefused) as caught:
        settle(session, room.plan_id, where, paper, by=room.people.ha, now=NOW, shelf=SHELF)
    assert caught.value.fields == {"A3": "Câu A3: “0” không thuộc các phương án của câu này; ghi lại theo phiếu giấy."}
    with pytest.raises(BallotRefused) as caught:
        settle(session, room.plan_id, where, {"A1": Choice(FIRST)}, by=room.people.ha, now=NOW, shelf=SHELF)
    assert list(caught.value.fields) == ["A2"]
    for by in (room.lan, room.minh):
        with pytest.raises(Refused) as refused:
            settle(session, room.plan_id, where, paper, by=by, now=NOW, shelf=SHELF)
        assert refused.value.key == "same_person_settles"

    paper["A3"] = Choice(BOTH, "5")
    assert settle(session, room.plan_id, where, paper, by=room.people.ha, now=NOW, shelf=SHELF) == "0001"
    first = session.scalars(select(Entry.answers).where(Entry.turn == 1)).one()
    assert (first["A1"], first["A2"], first["A3"]) == ("1", "4", "5")
    line = session.scalars(select(JournalEntry).where(JournalEntry.verb == "thống nhất chênh lệch")).one()
    assert line.details["fields"] == [["A1", "1", "5", "1"], ["A2", "2", "4", "4"], ["A3", "3", "2", "5"]]
    with pytest.raises(Refused) as refused:
        settle(session, room.plan_id, where, paper, by=room.people.ha, now=NOW, shelf=SHELF)
    assert refused.value.key == "difference_gone"


def test_words_beside_other_are_compared_and_settled(session: Session) -> None:
    room = hall(session, ballots=2, second=SecondEntryMethod(10, 1))
    first = replace(typed("0001", F2="other"), others={"F2": "Xác nhận cư trú"})
    second = replace(typed("0001", F2="other"), others={"F2": "Xác nhận tạm trú"})
    keep_entry(session, room.plan_id, room.unit(), first, by=room.lan, now=NOW, shelf=SHELF)
    keep_second_entry(session, room.plan_id, room.unit(), second, by=room.minh, now=NOW, shelf=SHELF)
    paper = {"F2:other": Choice(BOTH, "Xác nhận thường trú")}
    settle(session, room.plan_id, ballot_id(session, room, "0001"), paper, by=room.people.ha, now=NOW, shelf=SHELF)
    assert session.scalars(select(Entry.answers).where(Entry.turn == 1)).one()["F2:other"] == "Xác nhận thường trú"


def drawn_of(session: Session, people: Cast, limit: Fraction) -> tuple[Hall, Actor, list[str]]:
    """A clerk without a trial keyed thirty ballots, ten of them are drawn."""
    by = old_hand(session, people)
    room = hall_again(session, people, SecondEntryMethod(10, 10, limit))
    key(session, room, *numbers(30), by=by)
    return room, by, planned(session, SecondEntryReason.DRAWN)


def hall_again(session: Session, people: Cast, terms: SecondEntryMethod) -> Hall:
    plan = running_plan(session, people)
    plan.method = with_second_entry(plan, terms)
    register(session, plan, people.units[0].id, 30)
    finish(session, plan, people, 3)
    return Hall(people, plan.id, clerk(session, people, "x", "Xuân"), clerk(session, people, "y", "Yến"))


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "accepted"), [(1, True), (2, False)])
def test_over_the_limit_the_clerks_whole_batch_is_keyed_again(session: Session, wrong: int, accepted: bool) -> None:
    """Ten ballots of 23 questions are 230 fields; at 0.5 percent one wrong field passes, two do not."""
    people = cast(session, 1)
    room, by, drawn = drawn_of(session, people, Fraction(1, 2))
    assert len(drawn) == 10
    for place, number in enumerate(drawn):
        again(session, room, number, **({"A1": "5"} if place < wrong else {}))
    for number in drawn[:wrong]:
        right(session, room, number, "A1")
    (quality,) = clerk_qualities(session, session.get_one(Plan, room.plan_id), SHELF)
    assert (quality.name, quality.entered, quality.quality.fields, quality.quality.errors) == (by.name, 30, 230, wrong)
    assert (quality.quality.accepted, quality.is_batch) == (accepted, not accepted)
    rest = sorted(set(numbers(30)) - set(drawn))
    assert sorted(planned(session, SecondEntryReason.BATCH)) == ([] if accepted else rest)
    assert (complete_units(session, room.plan_id) == {room.unit()}) is accepted
    if not accepted:
        again(session, room, *rest)
        assert complete_units(session, room.plan_id) == {room.unit()}


def test_a_field_on_which_the_first_was_right_is_no_error_of_the_clerk(session: Session) -> None:
    people = cast(session, 1)
    room, _by, drawn = drawn_of(session, people, Fraction(1, 2))
    for number in drawn:
        again(session, room, number, A1="5", A2="5")
        where = ballot_id(session, room, number)
        settle(session, room.plan_id, where, {"A1": Choice(FIRST), "A2": Choice(FIRST)}, by=people.ha, now=NOW, shelf=SHELF)
    (quality,) = clerk_qualities(session, session.get_one(Plan, room.plan_id), SHELF)
    assert (quality.quality.errors, quality.quality.accepted) == (0, True)


def test_the_trial_counts_in_no_rate(session: Session) -> None:
    room = hall(session, ballots=3, second=SecondEntryMethod(10, 1))
    key(session, room, *numbers(3))
    for number in numbers(3):
        again(session, room, number, A1="5")
        settle(
            session,
            room.plan_id,
            ballot_id(session, room, number),
            {"A1": Choice(SECOND)},
            by=room.people.ha,
            now=NOW,
            shelf=SHELF,
        )
    (quality,) = clerk_qualities(session, session.get_one(Plan, room.plan_id), SHELF)
    assert (quality.done, quality.quality.fields, quality.quality.accepted) == (3, 0, True)


def test_what_waits_for_the_entries_opens_with_the_last_difference_and_not_before(session: Session) -> None:
    after = StageInput(
        "5", "Phân tích số liệu", "Phân tích", "Phòng Nội vụ", "", "Tháng 11/2021", TimeKind.MONTH, None, None, Scope.ONCE,
        WorkKind.ANALYSIS,
    )  # fmt: skip
    draft = replace(SMALL_PLAN, stages=(*SMALL_PLAN.stages, after))
    room = hall(session, units=1, ballots=2, second=SecondEntryMethod(10, 1), draft=draft)
    stage = session.scalars(select(Stage).where(Stage.work_kind == WorkKind.ANALYSIS)).one()
    for condition in session.scalars(select(GateCondition).where(GateCondition.stage_id == stage.id)):
        session.delete(condition)
    session.add(GateCondition(stage_id=stage.id, kind=ConditionKind.ENTRIES_COMPLETE))
    session.flush()
    plan = session.get_one(Plan, room.plan_id)

    def status() -> TaskStatus:
        return task(session, plan, 5, room.people.units[0]).status

    key(session, room, "0001", "0002")
    assert status() is TaskStatus.NOT_OPEN
    assert missing(room.name(), units_entries(session, room.plan_id)[room.unit()]) == (
        "second_entry_share",
        f"{room.name()} chưa nhập lần hai đủ: 0/2 phiếu; nhập lần hai thêm 2 phiếu.",
    )
    again(session, room, "0001")
    again(session, room, "0002", A1="5")
    assert status() is TaskStatus.NOT_OPEN
    settle(
        session, room.plan_id, ballot_id(session, room, "0002"), {"A1": Choice(SECOND)}, by=room.people.ha, now=NOW, shelf=SHELF
    )
    assert status() is TaskStatus.IN_PROGRESS
