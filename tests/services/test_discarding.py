"""One ballot out by its number and back: the ledger says both, a sample under way and verdicts stay what they are."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.entries import NOW as KEYING
from tests.entries import SHELF, hall, typed
from tests.services.test_fieldwork import NOW, collect_sixty, in_fieldwork
from tests.services.test_recheck_room import FACT, MATCH, MISMATCH, SERIOUS, Room
from tracker.errors import NotFound, Refused
from tracker.models import Ballot, JournalEntry, LedgerLine, SecondEntryItem
from tracker.rules.ledger import Totals
from tracker.rules.method import SecondEntryMethod
from tracker.rules.rounds import RESURVEY
from tracker.rules.states import BallotStatus, DiscardReason, RecheckDecision
from tracker.services import data_entry, fieldwork, recheck
from tracker.services.fieldwork.ledger import totals_of_unit

BLANK, OTHER = DiscardReason.BLANK, DiscardReason.OTHER


@pytest.fixture
def sixty(session):
    people, plan = in_fieldwork(session)
    collect_sixty(session, people, plan, 0)
    return SimpleNamespace(people=people, plan=plan, unit=people.units[0].id)


def ballot_of(session, number: str) -> Ballot:
    return session.scalars(select(Ballot).where(Ballot.number == number).execution_options(populate_existing=True)).one()


def discard(session, world, number: str, reason=BLANK, note="", by=None):
    by = by or world.people.ha
    return data_entry.discard_by_number(session, world.plan.id, world.unit, number, reason, note, by=by, now=NOW)


def restore(session, world, number: str, why="loại nhầm", by=None):
    return data_entry.restore_ballot(session, ballot_of(session, number).id, why, by=by or world.people.ha, now=NOW)


def test_out_and_back_are_two_lines_of_the_ledger_and_two_of_the_journal(session, sixty):
    discard(session, sixty, "46")
    assert ballot_of(session, "0046").status is BallotStatus.DISCARDED
    assert totals_of_unit(session, sixty.plan.id, sixty.unit) == Totals(60, 60, 59, 1, {BLANK: 1})
    restore(session, sixty, "0046")
    again = ballot_of(session, "0046")
    assert (again.status, again.discard_reason, again.discard_note) == (BallotStatus.VALID, None, "")
    assert totals_of_unit(session, sixty.plan.id, sixty.unit) == Totals(60, 60, 60, 0, {})
    lines = session.scalars(select(LedgerLine).order_by(LedgerLine.id)).all()
    assert [(line.valid, line.discarded, line.is_correction) for line in lines] == [(60, 0, False), (-1, 1, True), (1, -1, True)]
    said = session.execute(
        select(JournalEntry.verb, JournalEntry.what, JournalEntry.why).where(JournalEntry.what.like("phiếu 0%"))
    )
    assert [tuple(row) for row in said] == [
        ("loại phiếu", "phiếu 0046 của UBND xã Số 0001", "Phiếu 0046: Phiếu bỏ trống"),
        ("lấy lại phiếu", "phiếu 0046 của UBND xã Số 0001", "loại nhầm"),
    ]
    discard(session, sixty, "0046")  # and once more: each time is a line of its own
    assert totals_of_unit(session, sixty.plan.id, sixty.unit).valid == 59


@pytest.mark.parametrize(
    ("number", "reason", "note", "said"),
    [
        ("", BLANK, "", "Chưa có mã phiếu"),
        ("abc", BLANK, "", "không đúng dạng 0001"),
        ("0061", BLANK, "", "không có trong các phiếu thu về của UBND xã Số 0001"),
        ("0046", OTHER, " ", "Chưa ghi lý do loại phiếu"),
    ],
)
def test_what_is_no_ballot_or_has_no_reason_is_refused(session, sixty, number, reason, note, said):
    with pytest.raises(Refused, match=said):
        discard(session, sixty, number, reason, note)
    assert totals_of_unit(session, sixty.plan.id, sixty.unit).valid == 60


def test_twice_is_refused_both_ways(session, sixty):
    discard(session, sixty, "0046")
    with pytest.raises(Refused, match="không loại lần hai"):
        discard(session, sixty, "0046")
    with pytest.raises(Refused, match="Chưa ghi lý do lấy lại"):
        restore(session, sixty, "0046", " ")
    restore(session, sixty, "0046")
    with pytest.raises(Refused, match="đang hợp lệ"):
        restore(session, sixty, "0046")
    assert totals_of_unit(session, sixty.plan.id, sixty.unit).valid == 60


def test_only_who_runs_the_plan(session, sixty):
    with pytest.raises(Refused, match="Chỉ điều phối viên"):
        discard(session, sixty, "0046", by=sixty.people.contact(0))
    with pytest.raises(NotFound):
        discard(session, sixty, "0046", by=sixty.people.contact(1))
    with pytest.raises(Refused, match="chỉ xem"):
        discard(session, sixty, "0046", by=sixty.people.dung)


def test_a_ballot_of_a_sample_stays_in_until_the_verdict(session):
    room = Room(session)
    session.add(
        LedgerLine(
            plan_id=room.plan.id, unit_id=room.unit.id, day=date(2021, 8, 2), handed_out=60, collected=60, valid=60, reasons={},
            once="a", by_name="x", by_key="user-1", at=NOW,
        )
    )  # fmt: skip
    world = SimpleNamespace(people=room.people, plan=room.plan, unit=room.unit.id)
    room.draw()
    items = room.items()
    asked = session.get_one(Ballot, items[0].ballot_id).number
    free = next(
        f"{n:04d}" for n in range(1, 61) if f"{n:04d}" not in {session.get_one(Ballot, i.ballot_id).number for i in items}
    )
    with pytest.raises(Refused, match="đang trong mẫu phúc tra chưa kết luận"):
        discard(session, world, asked)
    discard(session, world, free)  # one that is not asked again moves nothing
    for item in items:
        room.settle(item, MATCH)
    room.sign(RecheckDecision.PASS)
    discard(session, world, asked)
    restore(session, world, asked)
    assert ballot_of(session, asked).status is BallotStatus.VALID


def test_a_ballot_that_a_verdict_threw_out_does_not_come_back(session):
    room = Room(session)
    session.add(
        LedgerLine(
            plan_id=room.plan.id, unit_id=room.unit.id, day=date(2021, 8, 2), handed_out=60, collected=60, valid=60, reasons={},
            once="a", by_name="x", by_key="user-1", at=NOW,
        )
    )  # fmt: skip
    world = SimpleNamespace(people=room.people, plan=room.plan, unit=room.unit.id)
    room.draw()
    first, second, *rest = room.items()
    room.settle(first, MISMATCH, SERIOUS, "không có giao dịch này")
    room.settle(second, MISMATCH, FACT, "khác hai câu")
    for item in rest:
        room.settle(item, MATCH)
    recheck.draw_second_stage(session, room.plan.id, room.unit.id, by=room.checker, now=NOW)
    for item in room.items(2):
        room.settle(item, MATCH)
    room.sign(RecheckDecision.PASS, "trong ngưỡng sau hai lần")
    with pytest.raises(Refused, match="phúc tra kết luận sai lệch nghiêm trọng"):
        restore(session, world, session.get_one(Ballot, first.ballot_id).number)


def test_a_ballot_that_was_surveyed_again_does_not_come_back(session, sixty):
    fieldwork.open_round(
        session, sixty.plan.id, sixty.unit, RESURVEY, ["0046"], date(2021, 9, 1), "sai lệch", by=sixty.people.ha, now=NOW
    )
    with pytest.raises(Refused, match="đã được thay bằng đợt điều tra lại"):
        restore(session, sixty, "0046")


def test_what_was_keyed_of_it_is_kept_and_counts_again_with_it(session):
    room = hall(session, ballots=2)
    world = SimpleNamespace(people=room.people, plan=SimpleNamespace(id=room.plan_id), unit=room.unit())
    session.add(
        LedgerLine(
            plan_id=room.plan_id, unit_id=room.unit(), day=date(2021, 8, 2), handed_out=2, collected=2, valid=2, reasons={},
            once="a", by_name="x", by_key="user-1", at=NOW,
        )
    )  # fmt: skip
    data_entry.keep_entry(session, room.plan_id, room.unit(), typed("0001"), by=room.lan, now=KEYING, shelf=SHELF)
    number = session.scalars(select(Ballot).where(Ballot.unit_id == room.unit(), Ballot.number == "0001")).one()
    discard(session, world, "0001")
    assert data_entry.units_entries(session, room.plan_id)[room.unit()].entered == 0
    data_entry.restore_ballot(session, number.id, "loại nhầm", by=room.people.ha, now=KEYING)
    assert data_entry.units_entries(session, room.plan_id)[room.unit()].entered == 1


def test_where_it_was_the_last_to_key_the_second_entries_are_drawn(session):
    room = hall(session, ballots=3, second=SecondEntryMethod(50, 1))
    world = SimpleNamespace(people=room.people, plan=SimpleNamespace(id=room.plan_id), unit=room.unit())
    session.add(
        LedgerLine(
            plan_id=room.plan_id, unit_id=room.unit(), day=date(2021, 8, 2), handed_out=3, collected=3, valid=3, reasons={},
            once="a", by_name="x", by_key="user-1", at=NOW,
        )
    )  # fmt: skip
    for one in ("0001", "0002"):
        data_entry.keep_entry(session, room.plan_id, room.unit(), typed(one), by=room.lan, now=KEYING, shelf=SHELF)
    before = len(session.scalars(select(SecondEntryItem.id)).all())
    discard(session, world, "0003")
    counts = data_entry.units_entries(session, room.plan_id)[room.unit()]
    assert (counts.valid, counts.entered, counts.left) == (2, 2, 0)
    assert len(session.scalars(select(SecondEntryItem.id)).all()) >= max(1, before)
