"""Waivers, reopening, conditions changed by hand; and that nothing slips through a gate while it shuts."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import cast, moment, running_plan, statuses, task
from tests.services.test_fieldwork import DONE, NOW, OPEN, SHUT, SIXTY, add_condition, collect_sixty, finished, in_fieldwork
from tracker.errors import NotFound, Refused
from tracker.models import GateCondition, JournalEntry, LedgerLine, OutboxMessage, Stage, Task, Waiver
from tracker.rules.gates import Condition
from tracker.rules.states import ConditionKind, TaskStatus
from tracker.services import fieldwork, gate_editing, openings, progress, waivers
from tracker.services.fieldwork import BallotRange, LineInput


def stage_id(session, plan, position):
    return session.scalar(select(Stage.id).where(Stage.plan_id == plan.id, Stage.position == position))


def waive(session, people, plan, position, unit=None, **more):
    values = {"responsible": "Lê Văn Dũng, Trưởng phòng", "reason": "kịp tiến độ", "document": "15/PNV ngày 02/8/2021"} | more
    return waivers.waive(session, stage_id(session, plan, position), unit_id=unit, by=more.get("by", people.ha), now=NOW, **{
        k: v for k, v in values.items() if k != "by"
    })  # fmt: skip


def test_a_waiver_opens_a_stage_names_who_answers_and_can_be_taken_back(session):
    people, plan = in_fieldwork(session)
    made = waive(session, people, plan, 4)
    assert [o.position for o in made.opened] == [4]
    assert made.waiver.missing == [
        "Giai đoạn 4 (Nhập liệu) chưa mở: còn 2/2 đơn vị chưa hoàn thành giai đoạn 3 (Điều tra khảo sát), gồm UBND xã Số 0001 và "
        "UBND xã Số 0002; đôn đốc các đơn vị này."
    ]
    line = session.scalars(select(JournalEntry).where(JournalEntry.verb == "bỏ qua điều kiện")).one()
    assert (line.what, line.why) == (
        "giai đoạn 4 (Nhập liệu)",
        "Lê Văn Dũng, Trưởng phòng, 15/PNV ngày 02/8/2021: kịp tiến độ",
    )
    assert waive(session, people, plan, 4).waiver.id == made.waiver.id  # pressed twice
    assert waivers.withdraw(session, made.waiver.id, by=people.ha, now=NOW) == ["“Nhập liệu”"]
    assert statuses(session, plan, 4) == [SHUT]
    with pytest.raises(Refused) as refused:
        waivers.withdraw(session, made.waiver.id, by=people.ha, now=NOW)
    assert refused.value.key == "waiver_withdrawn"


def test_what_was_reported_under_a_waiver_stays_reported(session):
    people, plan = in_fieldwork(session)
    made = waive(session, people, plan, 4)
    progress.complete_task(session, task(session, plan, 4).id, by=people.ha, now=NOW)
    assert waivers.withdraw(session, made.waiver.id, by=people.ha, now=NOW) == []
    assert statuses(session, plan, 4) == [DONE]


def test_a_waiver_may_be_for_one_unit_alone(session):
    people = cast(session, 2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    assert statuses(session, plan, 3) == [SHUT, SHUT]
    waive(session, people, plan, 3, people.units[1].id)
    assert statuses(session, plan, 3) == [SHUT, OPEN]


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"reason": " "}, "lý do"),
        ({"responsible": "", "document": ""}, "người quyết định và văn bản"),
    ],
)
def test_a_waiver_needs_a_name_a_reason_and_a_document(session, more, missing):
    people, plan = in_fieldwork(session)
    with pytest.raises(Refused) as refused:
        waive(session, people, plan, 4, **more)
    assert refused.value.sentence == (f"Chưa bỏ qua điều kiện được: thiếu {missing}; cần người quyết định, lý do và văn bản.")
    assert session.scalar(select(func.count(Waiver.id))) == 0


def test_who_may_not_run_the_plan_waives_nothing(session):
    people, plan = in_fieldwork(session)
    strangers = cast(session, name="Phòng khác")
    with pytest.raises(NotFound):
        waive(session, people, plan, 4, by=strangers.ha)
    for actor, key in ((people.dung, "leader_reads"), (people.contact(0), "coordinator_only")):
        with pytest.raises(Refused) as refused:
            waive(session, people, plan, 4, by=actor)
        assert refused.value.key == key


def test_an_open_gate_needs_no_waiver_and_some_conditions_have_none(session):
    people, plan = in_fieldwork(session)
    with pytest.raises(Refused) as refused:
        waive(session, people, plan, 2)
    assert refused.value.key == "waiver_needless"
    add_condition(session, plan, 4, ConditionKind.APPROVED)
    with pytest.raises(Refused) as refused:
        waive(session, people, plan, 4)
    assert refused.value.sentence == (
        "Điều kiện này không bỏ qua được vì bảo đảm tính đúng của số liệu; hoàn thành việc phê duyệt kết quả."
    )


def test_reopening_locks_what_waited_for_it_at_second_hand_too(session):
    """A unit that must give its figures again is not done with fieldwork either, until it has."""
    people, plan = finished(session)
    first = task(session, plan, 2, people.units[0])
    assert progress.reblocked_by_reopening(session, first.id) == ["“Nhập liệu”"]
    with pytest.raises(Refused) as refused:
        progress.reopen_task(session, first.id, by=people.ha, now=NOW, reason="sai")
    assert refused.value.sentence == (
        "Chưa mở lại “Cung cấp số liệu” của UBND xã Số 0001: việc này sẽ khóa lại “Nhập liệu”; xem danh sách và xác nhận."
    )
    progress.reopen_task(session, first.id, by=people.ha, now=NOW, reason="sai", agreed=True)
    assert statuses(session, plan, 4) == [SHUT]
    assert openings.open_what_may_open(session, plan.id, now=NOW) == []  # nor does the morning open it
    kept = fieldwork.totals_of_unit(session, plan.id, people.units[0].id)
    assert kept.valid == 60
    opened = progress.complete_task(session, first.id, by=people.contact(0), now=NOW)
    assert opened.opened == ("Nhập liệu",)


def test_a_quorum_that_still_holds_locks_nothing(session):
    people, plan = finished(session)
    condition = session.scalars(select(GateCondition).where(GateCondition.stage_id == stage_id(session, plan, 4))).one()
    condition.kind, condition.share = ConditionKind.UNITS_SHARE, 50
    session.flush()
    assert progress.reblocked_by_reopening(session, task(session, plan, 3, people.units[0]).id) == []


def test_conditions_are_changed_after_what_they_do_was_agreed_to(session):
    people, plan = in_fieldwork(session)
    entry = stage_id(session, plan, 4)
    session.commit()
    half = [Condition(ConditionKind.UNITS_SHARE, 3, share=50)]
    collect_sixty(session, people, plan, 0)
    own = task(session, plan, 3, people.units[0])
    progress.complete_task(session, own.id, by=people.contact(0), now=NOW)
    progress.confirm_task(session, own.id, by=people.ha, now=NOW)
    session.commit()
    with pytest.raises(gate_editing.GateAsks) as asked:
        gate_editing.set_conditions(session, entry, half, by=people.ha, now=NOW)
    assert asked.value.sentence == "Chưa lưu điều kiện: thay đổi này mở 1 việc; xem danh sách rồi bấm lưu lần nữa."
    session.rollback()
    assert statuses(session, plan, 4) == [SHUT]
    gate_editing.set_conditions(session, entry, half, by=people.ha, now=NOW, agreed=True)
    assert statuses(session, plan, 4) == [OPEN]
    both = [*half, Condition(ConditionKind.RECHECKED, per_unit=True)]
    with pytest.raises(gate_editing.GateAsks) as asked:
        gate_editing.set_conditions(session, entry, both, by=people.ha, now=NOW)
    assert asked.value.change.locked == ("“Nhập liệu”",)


@pytest.mark.parametrize(
    ("position", "condition", "key"),
    [
        (2, Condition(ConditionKind.OWN_TASK_DONE, 3), "gate_circle"),
        (4, Condition(ConditionKind.STAGE_DONE, 4), "gate_unknown_stage"),
        (4, Condition(ConditionKind.STAGE_DONE, 9), "gate_unknown_stage"),
        (4, Condition(ConditionKind.UNITS_SHARE, 3, share=0), "gate_share"),
        (4, Condition(ConditionKind.OWN_TASK_DONE, 3), "gate_own_unit"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(session, position, condition, key):
    people, plan = in_fieldwork(session)
    with pytest.raises(Refused) as refused:
        gate_editing.set_conditions(session, stage_id(session, plan, position), [condition], by=people.ha, now=NOW)
    assert refused.value.key == key


def at_once(engine, *acts):
    """Two people at the same moment, each with a connection and a transaction of their own; what each got, in order."""
    found = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place, act):
        with Session(engine) as own:
            start.wait()
            try:
                found[place] = act(own)
                own.commit()
            except Exception as error:
                own.rollback()
                found[place] = error

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.fixture
def two_connections(postgres_engine):
    from tests.conftest import empty_tables

    empty_tables(postgres_engine)
    return postgres_engine


def test_the_same_form_sent_twice_at_once_is_one_line(two_connections):
    with Session(two_connections) as session:
        people, plan = in_fieldwork(session)
        session.commit()
        ids = (plan.id, people.units[0].id)
        by = people.contact(0)

        def send(own):
            return fieldwork.record_line(own, *ids, SIXTY, once="same", by=by, now=NOW).again

        assert sorted(at_once(two_connections, send, send)) == [False, True]
        assert session.scalar(select(func.count(LedgerLine.id))) == 1


def test_two_correct_the_same_figure_and_it_never_goes_below_nothing(two_connections):
    with Session(two_connections) as session:
        people, plan = in_fieldwork(session)
        fieldwork.record_line(
            session, plan.id, people.units[0].id, LineInput(date(2021, 8, 2), handed_out=5), once="a", by=people.ha, now=NOW
        )
        session.commit()
        ids = (plan.id, people.units[0].id)
        less = LineInput(date(2021, 8, 2), handed_out=-5, note="ghi nhầm", is_correction=True)

        def correct(once):
            return lambda own: fieldwork.record_line(own, *ids, less, once=once, by=people.ha, now=NOW).totals.handed_out

        found = at_once(two_connections, correct("b"), correct("c"))
        assert sorted(type(f).__name__ for f in found) == ["LineRefused", "int"]


def test_a_gate_shuts_while_somebody_posts_and_only_one_order_is_possible(two_connections):
    """Entry is reported as done while a unit is sent back into the field: either it was done first, or it is refused."""
    with Session(two_connections) as session:
        people, plan = finished(session)
        session.commit()
        entry, unit_id, plan_id = task(session, plan, 4).id, people.units[0].id, plan.id

        def report(own):
            return progress.complete_task(own, entry, by=people.ha, now=NOW).task.status

        def again(own):
            return fieldwork.open_round(
                own, plan_id, unit_id, "resurvey", ["0001"], date(2021, 8, 20), "sai lệch", by=people.ha, now=NOW
            ).round

        reported, made = at_once(two_connections, report, again)
        assert made == 1
        session.expire_all()
        status = session.scalar(select(Task.status).where(Task.id == entry))
        if isinstance(reported, Refused):
            assert (reported.key, status) == ("units_all", SHUT)
        else:
            assert (reported, status) == (DONE, DONE)


def test_two_waivers_at_once_are_one(two_connections):
    with Session(two_connections) as session:
        people, plan = in_fieldwork(session)
        session.commit()

        def decide(own):
            return waive(own, people, plan, 4).waiver.id

        first, second = at_once(two_connections, decide, decide)
        assert first == second
        letters = session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == "unlocked"))
        assert letters == len(set(session.scalars(select(OutboxMessage.key).where(OutboxMessage.kind == "unlocked"))))


def test_every_move_of_a_shut_task_is_refused_with_the_gates_sentence(session):
    people, plan = in_fieldwork(session)
    shut = task(session, plan, 4)
    said = openings.gate_of_task(session, shut, today=NOW.date()).sentence
    moves = [
        lambda: progress.complete_task(session, shut.id, by=people.ha, now=NOW),
        lambda: progress.confirm_task(session, shut.id, by=people.ha, now=NOW),
        lambda: progress.withdraw_task(session, shut.id, by=people.ha, now=NOW),
        lambda: progress.return_task(session, shut.id, by=people.ha, now=NOW, reason="x"),
        lambda: progress.reopen_task(session, shut.id, by=people.ha, now=NOW, agreed=True),
        lambda: progress.pause_task(session, shut.id, by=people.ha, now=NOW),
        lambda: progress.resume_task(session, shut.id, by=people.ha, now=NOW),
    ]
    for move in moves:
        with pytest.raises(Refused) as refused:
            move()
        assert refused.value.sentence == said
    assert statuses(session, plan, 4) == [TaskStatus.NOT_OPEN]


def test_ballots_cannot_be_numbered_before_the_field_is_open(session):
    people = cast(session, 1)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        fieldwork.register_ballots(session, plan.id, people.units[0].id, [BallotRange("1", "60")], by=people.contact(0), now=NOW)
    assert refused.value.key == "units_one"
