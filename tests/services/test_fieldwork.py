"""The ledger of ballots, their numbers, rounds after the first, and what gates make of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.builders import SMALL_PLAN, cast, moment, running_plan, statuses, task
from tests.kept import kept
from tracker.errors import NotFound, Refused
from tracker.links import Links
from tracker.mail.messages import render_batch
from tracker.models import (
    Ballot,
    GateCondition,
    JournalEntry,
    LedgerLine,
    OutboxMessage,
    Plan,
    PlanUnit,
    RecheckDraw,
    Stage,
    Task,
)
from tracker.queries import fieldwork as queries
from tracker.rules.ledger import Totals
from tracker.rules.rounds import RESURVEY, SUPPLEMENT
from tracker.rules.states import BallotStatus, ConditionKind, DiscardReason, RecheckDecision, TaskStatus
from tracker.services import fieldwork, gate_facts, openings, progress
from tracker.services.fieldwork import BallotRange, DiscardedBallot, LineInput
from tracker.services.fieldwork.ledger import LineRefused

OPEN, SHUT, DONE, SUBMITTED = TaskStatus.IN_PROGRESS, TaskStatus.NOT_OPEN, TaskStatus.DONE, TaskStatus.SUBMITTED
NOW = moment(2021, 8, 2, 9)
SIXTY = LineInput(date(2021, 8, 2), handed_out=60, collected=60, valid=60)


def in_fieldwork(session, units=2):
    """A small plan whose units are all in fieldwork."""
    people, plan_id = kept(session, _in_fieldwork, units)
    return people, session.get_one(Plan, plan_id)


def _in_fieldwork(session, units):
    people = cast(session, units)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    for unit in people.units:
        progress.complete_task(session, task(session, plan, 2, unit).id, by=people.ha, now=moment(2021, 6, 20))
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    return people, plan.id


def add_condition(session, plan, position, kind, **more):
    stage_id = session.scalar(select(Stage.id).where(Stage.plan_id == plan.id, Stage.position == position))
    session.add(GateCondition(stage_id=stage_id, kind=kind, **more))
    session.flush()


def record(session, plan, people, unit, line, once="a", now=NOW):
    return fieldwork.record_line(session, plan.id, people.units[unit].id, line, once=once, by=people.contact(unit), now=now)


def collect_sixty(session, people, plan, unit, *, numbered=True):
    record(session, plan, people, unit, SIXTY)
    if numbered:
        register(session, plan, people, unit, [BallotRange("0001", "0060")])


def register(session, plan, people, unit, ranges, discards=(), by=None):
    return fieldwork.register_ballots(
        session, plan.id, people.units[unit].id, ranges, discards, by=by or people.contact(unit), now=NOW
    )


def test_a_line_is_written_once_however_often_the_form_is_sent(session):
    people, plan = in_fieldwork(session)
    first = record(session, plan, people, 0, SIXTY)
    second = record(session, plan, people, 0, SIXTY)
    assert (first.again, second.again, first.line_id) == (False, True, second.line_id)
    assert second.totals == Totals(60, 60, 60, 0, {})
    said = session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "ghi")).all()
    assert said == ["số phiếu ngày 02/8/2021 của UBND xã Số 0001: phát ra 60, thu về 60, hợp lệ 60"]


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (LineInput(date(2021, 8, 3), 1), "day", "Ngày 03/8/2021 sau hôm nay; ghi ngày đã phát hoặc thu phiếu."),
        (
            LineInput(date(2021, 7, 1), 1),
            "day",
            "Ngày 01/7/2021 trước ngày bắt đầu điều tra 02/7/2021; kiểm tra lại ngày.",
        ),
        (LineInput(date(2021, 8, 2)), "handed_out", "Chưa ghi số nào; ghi ít nhất một số phiếu của ngày này."),
        (
            LineInput(date(2021, 8, 2), 10, 12),
            "collected",
            "Thu về lũy kế 12 phiếu, nhiều hơn 10 phiếu đã phát; kiểm tra số phát ra.",
        ),
        (
            LineInput(date(2021, 8, 2), 10, 10, 9, 1),
            "reasons",
            "Còn 1 phiếu loại bỏ chưa có lý do; chọn lý do cho từng nhóm phiếu.",
        ),
    ],
)
def test_a_wrong_line_is_refused_beside_its_field_and_nothing_is_written(session, line, field, sentence):
    people, plan = in_fieldwork(session)
    with pytest.raises(LineRefused) as refused:
        record(session, plan, people, 0, line)
    assert [(p.question, p.sentence) for p in refused.value.problems] == [(field, sentence)]
    assert session.scalar(select(func.count(LedgerLine.id))) == 0


def test_nobody_writes_into_the_ledger_of_another_unit_or_office(session):
    people, plan = in_fieldwork(session)
    strangers = cast(session, name="Phòng khác")
    for actor in (people.contact(1), strangers.ha):
        with pytest.raises(NotFound):
            fieldwork.record_line(session, plan.id, people.units[0].id, SIXTY, once="a", by=actor, now=NOW)
    with pytest.raises(Refused) as refused:
        fieldwork.record_line(session, plan.id, people.units[0].id, SIXTY, once="a", by=people.dung, now=NOW)
    assert refused.value.key == "leader_reads"


def test_no_line_before_the_gate_opens_and_none_by_the_unit_once_it_has_reported(session):
    people = cast(session, 2)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        record(session, plan, people, 0, SIXTY)
    assert refused.value.key == "units_one"
    people, plan = in_fieldwork(session)
    collect_sixty(session, people, plan, 0)
    progress.complete_task(session, task(session, plan, 3, people.units[0]).id, by=people.contact(0), now=NOW)
    more = LineInput(date(2021, 8, 2), handed_out=1)
    with pytest.raises(Refused) as refused:
        record(session, plan, people, 0, more, once="b")
    assert refused.value.sentence == ("“Điều tra khảo sát” đang chờ Trần Thu Hà xác nhận; rút báo cáo về nếu cần sửa.")
    fieldwork.record_line(session, plan.id, people.units[0].id, more, once="b", by=people.ha, now=NOW)


def test_a_drawn_unit_has_a_locked_ledger(session):
    people, plan = in_fieldwork(session)
    collect_sixty(session, people, plan, 0)
    draw(session, plan, people, 0)
    with pytest.raises(Refused) as refused:
        record(session, plan, people, 0, LineInput(date(2021, 8, 2), handed_out=1), once="b")
    assert refused.value.sentence == (
        "Số phiếu của UBND xã Số 0001 đã khóa từ khi chọn mẫu phúc tra ngày 02/8/2021; đề nghị Trần Thu Hà mở lại."
    )


def draw(session, plan, people, unit, round_=0, decision=None):
    session.add(
        RecheckDraw(
            plan_id=plan.id, unit_id=people.units[unit].id, round=round_, percent=10, population=60, planned=6, ballots=[],
            drawn_at=NOW, by_name="x", by_key="x", decision=decision, decided_at=None,
        )
    )  # fmt: skip
    session.flush()


def test_fieldwork_is_not_reported_short_of_its_quota_but_a_coordinator_may_say_why(session):
    people, plan = in_fieldwork(session)
    record(session, plan, people, 0, LineInput(date(2021, 8, 2), 60, 58, 57, 1, {DiscardReason.BLANK: 1}))
    own = task(session, plan, 3, people.units[0])
    expected = (
        "Chưa báo hoàn thành được: UBND xã Số 0001 mới có 57/60 phiếu hợp lệ; thu thêm 3 phiếu, "
        "hoặc đề nghị Trần Thu Hà báo thay kèm lý do."
    )
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, own.id, by=people.contact(0), now=NOW)
    assert refused.value.sentence == expected
    said = progress.refusal_to(session, own.id, progress.Move.COMPLETE, by=people.contact(0), now=NOW)
    assert said is not None
    assert said.sentence == expected  # the greyed button says the same
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, own.id, by=people.ha, now=NOW)
    assert refused.value.key == "quota_note"
    done = progress.complete_task(session, own.id, by=people.ha, now=NOW, note="Xã không còn người làm thủ tục")
    assert done.task.status is SUBMITTED


def test_nothing_collected_is_left_unsorted(session):
    people, plan = in_fieldwork(session)
    record(session, plan, people, 0, LineInput(date(2021, 8, 2), 60, 60))
    own = task(session, plan, 3, people.units[0])
    for actor in (people.contact(0), people.ha):
        with pytest.raises(Refused) as refused:
            progress.complete_task(session, own.id, by=actor, now=NOW, note="lý do")
        assert refused.value.key == "valid_plus_discarded"


def test_ballots_are_numbered_in_ranges_that_come_to_the_ledger(session):
    people, plan = in_fieldwork(session)
    reasons = {DiscardReason.BLANK: 1, DiscardReason.NUMBER_REPEATED: 1}
    record(session, plan, people, 0, LineInput(date(2021, 8, 2), 60, 60, 58, 2, reasons))
    discards = [
        DiscardedBallot("7", DiscardReason.BLANK),
        DiscardedBallot("0012", DiscardReason.NUMBER_REPEATED),
    ]
    with pytest.raises(Refused) as refused:
        register(session, plan, people, 0, [BallotRange("1", "60")], discards)
    assert refused.value.sentence == (
        "Chưa ghi mã phiếu: các dải có 59 phiếu hợp lệ, 2 phiếu loại bỏ; sổ phiếu ghi 58 hợp lệ, 2 loại bỏ. "
        "Sửa dải mã, hoặc ghi dòng đính chính trong sổ."
    )
    parts = [BallotRange("1", "40", "A"), BallotRange("41", "59", "B")]
    assert register(session, plan, people, 0, parts, discards) == 60
    assert register(session, plan, people, 0, parts, discards) == 60  # a second time replaces the first
    valid = fieldwork.valid_ballots(session, plan.id, people.units[0].id)
    assert (len(valid), valid[0].number, valid[0].interviewer, valid[-1].number, valid[-1].interviewer) == (
        58, "0001", "A", "0059", "B",
    )  # fmt: skip
    gone = session.execute(select(Ballot.number, Ballot.discard_reason).where(Ballot.status == BallotStatus.DISCARDED))
    assert sorted(map(tuple, gone)) == [("0007", DiscardReason.BLANK), ("0012-2", DiscardReason.NUMBER_REPEATED)]


@pytest.mark.parametrize(
    ("ranges", "discards", "key"),
    [
        ([BallotRange("1", "40"), BallotRange("40", "60")], [], "ballot_range_twice"),
        ([BallotRange("60", "1")], [], "ballot_no_format"),
        ([BallotRange("1", "x")], [], "ballot_no_format"),
        ([BallotRange("1", "60")], [DiscardedBallot("61", DiscardReason.BLANK)], "ballot_discard_unknown"),
        ([BallotRange("1", "60")], [DiscardedBallot("6", DiscardReason.OTHER)], "discard_reason"),
    ],
)
def test_ranges_that_make_no_sense_are_refused(session, ranges, discards, key):
    people, plan = in_fieldwork(session)
    record(session, plan, people, 0, SIXTY)
    with pytest.raises(Refused) as refused:
        register(session, plan, people, 0, ranges, discards)
    assert refused.value.key == key
    assert session.scalar(select(func.count(Ballot.id))) == 0


def test_a_quota_condition_opens_with_the_last_ballot_and_shuts_with_a_correction(session):
    people, plan = in_fieldwork(session)
    session.execute(GateCondition.__table__.delete().where(GateCondition.earlier_stage_id.is_not(None)))
    add_condition(session, plan, 4, ConditionKind.QUOTA_MET)
    entry = task(session, plan, 4)
    collect_sixty(session, people, plan, 0, numbered=False)
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, entry.id, by=people.ha, now=NOW)
    assert refused.value.sentence == (
        "Giai đoạn 4 (Nhập liệu) chưa mở: 1 đơn vị thuộc khối UBND xã, phường còn thiếu 60 phiếu (UBND xã Số 0002); "
        "xem bảng Phiếu để biết từng đơn vị."
    )
    last = record(session, plan, people, 1, SIXTY)
    assert [o.position for o in last.change.opened] == [4]
    assert statuses(session, plan, 4) == [OPEN]
    down = LineInput(
        date(2021, 8, 2), valid=-1, discarded=1, reasons={DiscardReason.BLANK: 1}, note="đếm lại", is_correction=True
    )
    back = record(session, plan, people, 1, down, once="b")
    assert back.change.locked == ("“Nhập liệu”",)
    assert statuses(session, plan, 4) == [SHUT]


def finished(session, units=2):
    """Every unit has sixty numbered ballots, fieldwork is confirmed, entry is open."""
    people, plan = in_fieldwork(session, units)
    for place, unit in enumerate(people.units):
        collect_sixty(session, people, plan, place)
        progress.complete_task(session, task(session, plan, 3, unit).id, by=people.contact(place), now=NOW)
        progress.confirm_task(session, task(session, plan, 3, unit).id, by=people.ha, now=NOW)
    assert statuses(session, plan, 4) == [OPEN]
    return people, plan


def round_task(session, plan, unit, number=1):
    query = select(Task).where(Task.plan_id == plan.id, Task.unit_id == unit.id, Task.round == number)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_resurvey_takes_the_place_of_what_was_collected_and_locks_later_work(session):
    people, plan = finished(session)
    unit = people.units[0]
    made = fieldwork.open_round(
        session, plan.id, unit.id, RESURVEY, ["0001", "0002"], date(2021, 8, 20), "sai lệch", by=people.ha, now=NOW
    )
    assert (made.round, made.round_kind, made.ballots_asked, made.status, made.due_on) == (
        1,
        RESURVEY,
        2,
        OPEN,
        date(2021, 8, 20),
    )
    assert statuses(session, plan, 4) == [SHUT]
    assert fieldwork.totals_of_unit(session, plan.id, unit.id) == Totals(60, 60, 58, 2, {DiscardReason.OTHER: 2})
    assert len(fieldwork.valid_ballots(session, plan.id, unit.id)) == 58
    assert session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.key.like(f"unlocked:task-{made.id}:%"))) == 1
    # The unit goes out again; the first two papers stay what they are, with their reason.
    two = LineInput(date(2021, 8, 10), 2, 2, 2)
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, made.id, by=people.contact(0), now=moment(2021, 8, 10))
    assert refused.value.key == "round_unfinished"
    fieldwork.record_line(session, plan.id, unit.id, two, once="r", by=people.contact(0), now=moment(2021, 8, 10))
    with pytest.raises(Refused) as refused:
        register(session, plan, people, 0, [BallotRange("0060", "0061")])
    assert refused.value.key == "ballot_range_taken"
    register(session, plan, people, 0, [BallotRange("0061", "0062")])
    done = progress.complete_task(session, made.id, by=people.contact(0), now=moment(2021, 8, 10))
    assert done.task.status is SUBMITTED
    opened = progress.confirm_task(session, made.id, by=people.ha, now=moment(2021, 8, 11))
    assert opened.opened == ("Nhập liệu",)
    assert [b.number for b in fieldwork.valid_ballots(session, plan.id, unit.id)][-2:] == ["0061", "0062"]
    assert fieldwork.round_of_unit(session, plan.id, unit.id) == 1


def test_a_supplement_adds_to_what_there_is(session):
    people, plan = finished(session)
    unit = people.units[0]
    fieldwork.open_round(session, plan.id, unit.id, SUPPLEMENT, 5, date(2021, 8, 20), "thiếu", by=people.ha, now=NOW)
    assert statuses(session, plan, 4) == [SHUT]
    assert fieldwork.round_of_unit(session, plan.id, unit.id) == 0
    fieldwork.record_line(
        session, plan.id, unit.id, LineInput(date(2021, 8, 2), 5, 5, 5), once="s", by=people.contact(0), now=NOW
    )
    register(session, plan, people, 0, [BallotRange("0061", "0065")])
    assert len(fieldwork.valid_ballots(session, plan.id, unit.id)) == 65
    assert round_task(session, plan, unit).status is OPEN


@pytest.mark.parametrize(
    ("kind", "ballots", "due_on", "reason", "key"),
    [
        (RESURVEY, ["0001"], date(2021, 8, 20), " ", "round_reason"),
        (RESURVEY, ["0001"], date(2021, 8, 1), "x", "round_past"),
        (SUPPLEMENT, 0, date(2021, 8, 20), "x", "round_no_ballots"),
    ],
)
def test_a_round_needs_a_reason_a_day_to_come_and_ballots(session, kind, ballots, due_on, reason, key):
    people, plan = finished(session)
    with pytest.raises(Refused) as refused:
        fieldwork.open_round(session, plan.id, people.units[0].id, kind, ballots, due_on, reason, by=people.ha, now=NOW)
    assert refused.value.key == key
    assert statuses(session, plan, 4) == [OPEN]


def test_a_second_round_waits_for_the_first_and_only_a_coordinator_opens_one(session):
    people, plan = finished(session)
    ask = (plan.id, people.units[0].id, SUPPLEMENT, 5, date(2021, 8, 20), "thiếu")
    with pytest.raises(Refused) as refused:
        fieldwork.open_round(session, *ask, by=people.contact(0), now=NOW)
    assert refused.value.key == "coordinator_only"
    fieldwork.open_round(session, *ask, by=people.ha, now=NOW)
    with pytest.raises(Refused) as refused:
        fieldwork.open_round(session, *ask, by=people.ha, now=NOW)
    assert refused.value.sentence == (
        "UBND xã Số 0001 đang có đợt điều tra bổ sung chưa xong; hoàn thành đợt này trước khi mở đợt khác."
    )


def test_rechecked_is_asked_of_each_unit_by_its_newest_draw(session):
    people, plan = finished(session)
    add_condition(session, plan, 4, ConditionKind.RECHECKED)
    openings.after_change(session, plan.id, None, NOW)
    assert statuses(session, plan, 4) == [SHUT]

    def said():
        state = openings.gate_of_task(session, task(session, plan, 4), today=NOW.date())
        return state.sentence

    assert said() == (
        "Giai đoạn 4 (Nhập liệu) chưa mở: còn 2/2 đơn vị chưa phúc tra xong, gồm UBND xã Số 0001 và UBND xã Số 0002; "
        "xem bảng Phúc tra để biết từng đơn vị."
    )
    for unit in (0, 1):
        draw(session, plan, people, unit, decision=RecheckDecision.PASS)
        openings.after_change(session, plan.id, people.units[unit].id, NOW)
    assert statuses(session, plan, 4) == [OPEN]
    fieldwork.open_round(session, plan.id, people.units[1].id, RESURVEY, 60, date(2021, 8, 20), "sai lệch", by=people.ha, now=NOW)
    assert "đang điều tra lại" not in said()  # of many units: who is missing
    facts = gate_facts.ballot_facts(session, plan.id, {ConditionKind.RECHECKED})
    assert (facts.units[people.units[1].id].resurvey, facts.units[people.units[1].id].decision) == (60, None)


def test_sums_of_groups_are_of_all_units_and_rows_of_those_asked_for(session):
    people, plan = in_fieldwork(session, units=3)
    collect_sixty(session, people, plan, 0)
    record(session, plan, people, 1, replace(SIXTY, collected=50, valid=45, discarded=5, reasons={DiscardReason.BLANK: 5}))
    rows = session.scalars(select(PlanUnit).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.position)).all()
    rows[2].group_name, rows[2].ballots_each, rows[2].quota_basis = "Trạm Y tế", None, {"files": 640}
    session.flush()
    first, second, third = (unit.id for unit in people.units)
    group = rows[0].group_name
    assert queries.unit_ids_by_group(session, plan.id) == {group: [first, second], "Trạm Y tế": [third]}
    sums = queries.group_sums(session, plan.id)
    assert sums == {
        group: queries.Sums(2, 120, Totals(120, 110, 105, 5, {})),
        "Trạm Y tế": queries.Sums(1, None, Totals()),
    }
    assert queries.add_groups(sums.values()) == queries.Sums(3, 120, Totals(120, 110, 105, 5, {}))
    assert [(row.unit_id, row.totals.valid, row.numbered) for row in queries.unit_rows(session, plan.id, [first])] == [
        (first, 60, 60)
    ]
    assert queries.unit_row(session, plan.id, third + 1) is None
    assert [(name, basis.files) for name, basis in queries.files_of_units(session, plan.id)] == [(people.units[2].name, 640)]


def test_ballots_that_a_recheck_voids_leave_the_count_in_ledger_and_numbers_alike(session):
    people, plan = finished(session)
    unit = people.units[0]
    gone = fieldwork.discard_ballots(
        session, plan.id, unit.id, ["0003", "0004"], DiscardReason.NOT_ELIGIBLE, "phúc tra", by=people.ha, now=NOW
    )
    assert gone == 2
    totals = fieldwork.totals_of_unit(session, plan.id, unit.id)
    assert (totals.valid, totals.discarded, len(fieldwork.valid_ballots(session, plan.id, unit.id))) == (58, 2, 58)
    again = fieldwork.discard_ballots(
        session, plan.id, unit.id, ["0003"], DiscardReason.NOT_ELIGIBLE, "phúc tra", by=people.ha, now=NOW
    )
    assert again == 0


def test_plans_without_a_ledger_finish_fieldwork_as_before(session):
    people, plan = in_fieldwork(session)
    done = progress.complete_task(session, task(session, plan, 3, people.units[0]).id, by=people.contact(0), now=NOW)
    assert done.task.status is SUBMITTED
    assert SMALL_PLAN.groups == (("UBND xã, phường", 60),)
    assert session.scalars(select(PlanUnit.ballots_each).where(PlanUnit.plan_id == plan.id)).all() == [60, 60]


day_lines = st.builds(
    LineInput,
    day=st.dates(date(2021, 7, 2), date(2021, 8, 2)),
    handed_out=st.integers(-3, 40),
    collected=st.integers(-3, 40),
    valid=st.integers(-3, 40),
    discarded=st.integers(-2, 3),
    note=st.sampled_from(["", "ghi lại"]),
    is_correction=st.booleans(),
)


@pytest.fixture
def in_one_field(sqlite_session):
    """Built once for all examples; each takes back what it did."""
    return in_fieldwork(sqlite_session)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(day_lines, max_size=8))
def test_whatever_is_sent_the_ledger_stays_sound(sqlite_session, in_one_field, sent):
    """Refused lines leave nothing behind; what was taken adds up, and nothing in it is below nought."""
    session = sqlite_session
    people, plan = in_one_field
    unit, by = people.units[0], people.contact(0)
    before = session.begin_nested()
    taken = []
    for place, line in enumerate(sent):
        line = replace(line, reasons={DiscardReason.BLANK: line.discarded} if line.discarded else {})
        try:
            fieldwork.record_line(session, plan.id, unit.id, line, once=str(place), by=by, now=NOW)
        except LineRefused:
            continue
        taken.append(line)
        fieldwork.record_line(session, plan.id, unit.id, line, once=str(place), by=by, now=NOW)  # sent again
    totals = fieldwork.totals_of_unit(session, plan.id, unit.id)
    assert session.scalar(select(func.count(LedgerLine.id))) == len(taken)
    assert totals.handed_out == sum(line.handed_out for line in taken)
    assert totals.valid + totals.discarded + totals.unsorted == totals.collected <= totals.handed_out
    assert min(totals.valid, totals.discarded, totals.unsorted, totals.outstanding) >= 0
    assert sum(totals.reasons.values()) == totals.discarded
    before.rollback()


def test_the_letter_of_a_round_says_what_is_asked_and_why(session):
    people, plan = finished(session)
    made = fieldwork.open_round(
        session, plan.id, people.units[0].id, SUPPLEMENT, 5, date(2021, 8, 20), "thiếu phiếu.", by=people.ha, now=NOW
    )
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.key.like(f"unlocked:task-{made.id}:%"))).one()
    found = render_batch(session, [letter], links=Links("https://ks.example.vn"), personal_token=lambda *_: "t", today=NOW.date())
    assert (
        "Giai đoạn 3 (Điều tra khảo sát) đã mở từ ngày 02/8/2021 vì có đợt điều tra bổ sung. UBND xã Số 0001 thực hiện: "
        "điều tra bổ sung 5 phiếu; lý do: thiếu phiếu."
    ) in " ".join(found[letter.id].text.replace("\u00a0", " ").split())
