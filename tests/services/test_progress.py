"""What people do to tasks, and what opens by it."""

import pytest
from sqlalchemy import select

from tests.builders import START, cast, moment, running_plan, statuses, task
from tracker.errors import Refused
from tracker.models import JournalEntry, OutboxMessage, Task
from tracker.rules.states import LetterStatus, TaskStatus
from tracker.services import journal, openings, progress

OPEN, SHUT, DONE, SUBMITTED = TaskStatus.IN_PROGRESS, TaskStatus.NOT_OPEN, TaskStatus.DONE, TaskStatus.SUBMITTED


def test_activation_opens_only_what_waits_for_nothing(session):
    plan = running_plan(session, cast(session))
    assert statuses(session, plan, 1) == [OPEN]
    assert statuses(session, plan, 2) == [SHUT] * 3


def test_finishing_the_office_stage_opens_it_for_every_unit(session):
    people = cast(session)
    plan = running_plan(session, people)
    outcome = progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    assert outcome.opened == ("Cung cấp số liệu",)
    assert statuses(session, plan, 2) == [OPEN] * 3


def test_a_unit_goes_on_alone_once_the_fieldwork_may_start(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    early = progress.complete_task(
        session, task(session, plan, 2, people.units[0]).id, by=people.contact(0), now=moment(2021, 6, 25)
    )
    assert early.opened == ()  # the survey begins on 02/7
    assert openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 1)) == []
    opened = openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2, 0, 5))
    assert [(o.position, len(o.task_ids)) for o in opened] == [(3, 1)]
    later = progress.complete_task(
        session, task(session, plan, 2, people.units[1]).id, by=people.contact(1), now=moment(2021, 7, 5)
    )
    assert later.opened == ("Điều tra khảo sát",)
    assert statuses(session, plan, 3) == [OPEN, OPEN, SHUT]


def test_what_all_units_share_opens_with_the_last_of_them(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    for unit in (0, 1):
        progress.complete_task(
            session, task(session, plan, 2, people.units[unit]).id, by=people.contact(unit), now=moment(2021, 6, 25)
        )
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    for unit, expected in ((0, ()), (1, ("Nhập liệu",))):
        fieldwork = task(session, plan, 3, people.units[unit])
        reported = progress.complete_task(session, fieldwork.id, by=people.contact(unit), now=moment(2021, 9, 1 + unit))
        assert reported.task.status is SUBMITTED  # the office's own work builds on it: the coordinator looks first
        assert reported.opened == ()
        confirmed = progress.confirm_task(session, fieldwork.id, by=people.ha, now=moment(2021, 9, 3))
        assert (confirmed.task.status, confirmed.opened) == (DONE, expected)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (DONE, "“Xây dựng kế hoạch” của cơ quan chủ trì đã hoàn thành ngày 10/6/2021; muốn sửa thì mở lại việc."),
        (TaskStatus.CANCELLED, "Việc này đã hủy ngày 10/6/2021 (không làm nữa); liên hệ Trần Thu Hà nếu vẫn phải làm."),
    ],
)
def test_a_finished_task_is_not_completed_again(session, status, sentence):
    people = cast(session)
    plan = running_plan(session, people)
    first = task(session, plan, 1)
    if status is DONE:
        progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 10))
    else:
        progress.cancel_task(session, first.id, by=people.ha, now=moment(2021, 6, 10), reason="không làm nữa")
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 11))
    assert refused.value.sentence == sentence


def test_a_shut_gate_refuses_with_its_missing_condition(session):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.contact(0), now=START)
    assert refused.value.sentence == (
        "Giai đoạn 2 (Cung cấp số liệu) chưa mở: giai đoạn 1 (Xây dựng kế hoạch) chưa hoàn thành; hoàn thành giai đoạn đó trước."
    )


def test_a_contact_cannot_touch_another_units_task(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, task(session, plan, 2, people.units[1]).id, by=people.contact(0), now=moment(2021, 6, 11))
    assert refused.value.key == "own_unit_only"


def test_a_coordinator_of_another_office_is_refused(session):
    people, strangers = cast(session), cast(session, name="Phòng khác")
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, task(session, plan, 1).id, by=strangers.ha, now=moment(2021, 6, 10))
    assert refused.value.key == "forbidden"


def test_a_leader_reads_only(session):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        progress.complete_task(session, task(session, plan, 1).id, by=people.dung, now=moment(2021, 6, 10))
    assert refused.value.key == "leader_reads"


def test_completion_in_the_future_is_refused(session):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        progress.complete_task(
            session, task(session, plan, 1).id, by=people.ha, now=START, completed_on=moment(2021, 6, 2).date()
        )
    assert refused.value.key == "completed_in_future"


def test_completion_before_the_first_day_is_refused(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.contact(0), now=moment(2021, 6, 25))
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    fieldwork = task(session, plan, 3, people.units[0])
    with pytest.raises(Refused) as refused:
        progress.complete_task(
            session, fieldwork.id, by=people.contact(0), now=moment(2021, 7, 6), completed_on=moment(2021, 7, 1).date()
        )
    assert refused.value.sentence == "Ngày hoàn thành 01/7/2021 trước ngày bắt đầu 02/7/2021; kiểm tra lại ngày."


def test_returning_needs_a_reason_and_tells_the_unit(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    for unit in (0, 1):
        progress.complete_task(
            session, task(session, plan, 2, people.units[unit]).id, by=people.contact(unit), now=moment(2021, 6, 25)
        )
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    fieldwork = task(session, plan, 3, people.units[0])
    progress.complete_task(session, fieldwork.id, by=people.contact(0), now=moment(2021, 9, 1))
    with pytest.raises(Refused):
        progress.return_task(session, fieldwork.id, by=people.ha, now=moment(2021, 9, 2), reason=" ")
    returned = progress.return_task(session, fieldwork.id, by=people.ha, now=moment(2021, 9, 2), reason="Thiếu biên bản")
    assert (returned.task.status, returned.task.return_reason) == (OPEN, "Thiếu biên bản")
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "task_returned")).one()
    assert (letter.to_email, letter.facts["reason"]) == (people.units[0].email, "Thiếu biên bản")


def test_reopening_lists_what_it_locks_again_then_does_it(session):
    people = cast(session)
    plan = running_plan(session, people)
    first = task(session, plan, 1)
    progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 10))
    with pytest.raises(Refused) as refused:
        progress.reopen_task(session, first.id, by=people.ha, now=moment(2021, 6, 11))
    assert refused.value.sentence == (
        "Chưa mở lại “Xây dựng kế hoạch”: việc này sẽ khóa lại “Cung cấp số liệu” của UBND xã Số 0001, "
        "“Cung cấp số liệu” của UBND xã Số 0002 và 1\u00a0việc khác; xem danh sách và xác nhận."
    )
    assert statuses(session, plan, 1) == [DONE]
    progress.reopen_task(session, first.id, by=people.ha, now=moment(2021, 6, 11), agreed=True)
    assert statuses(session, plan, 1) == [OPEN]
    assert statuses(session, plan, 2) == [SHUT] * 3


def test_cancelling_a_unit_lets_the_others_go_on(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.contact(0), now=moment(2021, 6, 25))
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    fieldwork = task(session, plan, 3, people.units[0])
    progress.complete_task(session, fieldwork.id, by=people.contact(0), now=moment(2021, 9, 1))
    progress.confirm_task(session, fieldwork.id, by=people.ha, now=moment(2021, 9, 1))
    outcome = progress.cancel_task(session, task(session, plan, 3, people.units[1]).id, by=people.ha, now=moment(2021, 9, 2))
    assert outcome.opened == ("Nhập liệu",)


def test_every_move_is_in_the_journal_and_the_chain_holds(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10), note="KH số 12")
    lines = session.execute(select(JournalEntry.who, JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert [tuple(line) for line in lines] == [
        ("Trần Thu Hà", "lập"),
        ("Trần Thu Hà", "bắt đầu triển khai"),
        ("Hệ thống", "công bố"),
        ("Hệ thống", "mở"),
        ("Trần Thu Hà", "duyệt"),
        ("Trần Thu Hà", "báo hoàn thành"),
        ("Hệ thống", "mở"),
    ]
    verdict = journal.verify(session)
    assert (verdict.whole, verdict.lines) == (True, 7)


def test_the_journal_names_the_units_for_which_a_stage_opened(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 7, 5))
    progress.complete_task(session, task(session, plan, 2, people.units[1]).id, by=people.ha, now=moment(2021, 7, 5))
    opened = select(JournalEntry.what, JournalEntry.details).where(JournalEntry.verb == "mở").order_by(JournalEntry.id)
    assert [tuple(line) for line in session.execute(opened)] == [
        ("giai đoạn 1 (Xây dựng kế hoạch)", {"stage": 1}),
        (
            "giai đoạn 2 (Cung cấp số liệu) cho 3\u00a0đơn vị, gồm UBND xã Số 0001, UBND xã Số 0002, UBND xã Số 0003",
            {"stage": 2},
        ),
        ("giai đoạn 3 (Điều tra khảo sát) của UBND xã Số 0002", {"stage": 3}),
    ]


def test_of_many_units_the_journal_names_the_first_and_keeps_the_ids_of_all(session):
    people = cast(session, 23)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 7, 5))
    line = session.scalars(select(JournalEntry).where(JournalEntry.verb == "mở").order_by(JournalEntry.id.desc())).first()
    assert line.what.endswith("UBND xã Số 0019, UBND xã Số 0020 và 3\u00a0đơn vị khác")
    assert line.details == {"stage": 2, "units": [unit.id for unit in people.units]}


def test_opening_tells_every_contact_once(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    openings.open_what_may_open(session, plan.id, now=moment(2021, 6, 10, 9))
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "unlocked")).all()
    assert sorted(x.to_email for x in letters) == sorted(u.email for u in people.units)


def test_an_opening_on_a_day_off_is_told_on_the_next_working_morning(session):
    people = cast(session)
    plan = running_plan(session, people)
    saturday = moment(2021, 6, 12, 15)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=saturday)
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "unlocked")).all()
    assert {x.not_before for x in letters} == {moment(2021, 6, 14, 7, 30)}


def test_finishing_voids_what_waits_for_the_task(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    own = task(session, plan, 2, people.units[0])
    progress.complete_task(session, own.id, by=people.contact(0), now=moment(2021, 6, 10, 9))
    letters = {x.to_email: x.status for x in session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "unlocked"))}
    assert letters[people.units[0].email] is LetterStatus.VOID
    assert letters[people.units[1].email] is LetterStatus.QUEUED


def test_two_who_finish_at_once_open_the_next_stage_exactly_once(engine, session):
    """Each sees the other's move or waits for it: never both "the other is missing"."""
    import threading

    from sqlalchemy.orm import Session

    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    for unit in (0, 1):
        progress.complete_task(
            session, task(session, plan, 2, people.units[unit]).id, by=people.contact(unit), now=moment(2021, 6, 25)
        )
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    ids = [task(session, plan, 3, u).id for u in people.units]
    for task_id in ids:
        progress.complete_task(session, task_id, by=people.ha, now=moment(2021, 9, 1))
    ha, plan_id = people.ha, plan.id
    session.commit()
    opened: list[str] = []
    barrier = threading.Barrier(2)

    def confirm(task_id: int) -> None:
        with Session(engine) as own:
            barrier.wait()
            outcome = progress.confirm_task(own, task_id, by=ha, now=moment(2021, 9, 2))
            own.commit()
            opened.extend(outcome.opened)

    threads = [threading.Thread(target=confirm, args=(i,)) for i in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["Nhập liệu"]
    with Session(engine) as own:
        assert own.scalars(select(Task.status).where(Task.plan_id == plan_id).order_by(Task.id)).all()[-1] is OPEN
        assert journal.verify(own).whole


def reported(session, people, plan, units):
    """Every unit is in fieldwork, and some of them have reported it."""
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    for unit in people.units:
        progress.complete_task(session, task(session, plan, 2, unit).id, by=people.ha, now=moment(2021, 6, 29))
    openings.open_what_may_open(session, plan.id, now=moment(2021, 7, 2))
    own = [task(session, plan, 3, people.units[n]) for n in units]
    for one in own:
        progress.complete_task(session, one.id, by=people.ha, now=moment(2021, 9, 10))
    return [one.id for one in own]


def test_many_reports_are_confirmed_at_once_and_open_the_next_step_once(session):
    people, now = cast(session, units=3), moment(2021, 9, 13)
    plan = running_plan(session, people)
    ids = reported(session, people, plan, range(3))
    assert progress.confirm_tasks(session, plan.id, ids, by=people.ha, now=now) == ("Nhập liệu",)
    assert statuses(session, plan, 3) == [DONE] * 3
    assert {task(session, plan, 3, unit).confirmed_on for unit in people.units} == {now.date()}
    lines = session.scalars(select(JournalEntry).where(JournalEntry.verb == "xác nhận")).all()
    assert sorted(line.task_id for line in lines) == sorted(ids)
    assert statuses(session, plan, 4) == [OPEN]
    with pytest.raises(Refused):
        progress.confirm_tasks(session, plan.id, ids[:1], by=people.ha, now=now)


def test_of_many_reports_one_that_moved_on_stops_all_and_a_contact_confirms_none(session):
    people, now = cast(session, units=2), moment(2021, 9, 13)
    plan = running_plan(session, people)
    ids = [*reported(session, people, plan, [0]), task(session, plan, 3, people.units[1]).id]
    assert statuses(session, plan, 3) == [SUBMITTED, OPEN]
    with pytest.raises(Refused), session.begin_nested():
        progress.confirm_tasks(session, plan.id, ids, by=people.ha, now=now)
    assert statuses(session, plan, 3) == [SUBMITTED, OPEN]
    with pytest.raises(Refused) as refused:
        progress.confirm_tasks(session, plan.id, ids[:1], by=people.contact(0), now=now)
    assert refused.value.key == "coordinator_only"
