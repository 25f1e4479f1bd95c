"""Đôn đốc ngay, nhắc ngay: one letter a person, each piece of work once a day, counted and written down."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, func, select

from tests.builders import cast, holiday, moment, running_plan, task
from tracker.errors import Refused
from tracker.mail.messages.loading import load
from tracker.models import Contact, JournalEntry, Notice, OutboxMessage, Task
from tracker.rules.states import DayKind, LetterStatus, TaskStatus
from tracker.services import calendar_changes, chase_now, chase_reach, chasing, outbox, planning, progress
from tracker.services.calendar_changes import DayChange
from tracker.services.chase_reach import Choice, Kind, Why

#: Stage 2 (each unit) was due on Wednesday, 30/6/2021.
MONDAY = moment(2021, 7, 5, 9)


@pytest.fixture
def late(session):
    """Three units late with stage 2; nobody has been told yet."""
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    session.execute(Task.__table__.update().values(next_look_on=None))
    return people, plan


def letters(session, kind="chase"):
    query = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def say(session, plan, people, kind=Kind.CHASE, choice=None, now=MONDAY):
    return chase_now.say_now(session, plan.id, kind, choice or Choice(), by=people.ha, now=now)


def test_all_late_units_of_a_plan_get_one_letter_each(session, late):
    people, plan = late
    before = chase_reach.reach(session, plan.id, Kind.CHASE, Choice(), now=MONDAY)
    said = say(session, plan, people)
    assert (len(before.letters), said.letters, said.works, said.goes_at) == (3, 3, 3, MONDAY)
    assert [(m.to_email, m.facts, m.status) for m in letters(session)] == [
        (unit.email, {"task_ids": [own.id], "chases": {str(own.id): 1}}, LetterStatus.QUEUED)
        for unit in people.units
        for own in [task(session, plan, 2, unit)]
    ]
    assert [task(session, plan, 2, unit).chase_count for unit in people.units] == [1, 1, 1]
    lines = session.execute(
        select(JournalEntry.who, JournalEntry.verb, JournalEntry.what).where(JournalEntry.verb == "đôn đốc")
    ).all()
    assert [tuple(line) for line in lines] == [
        ("Trần Thu Hà", "đôn đốc", f"“Cung cấp số liệu” của {unit.name}, lần thứ 1") for unit in people.units
    ]


def test_a_second_click_on_the_same_day_says_nothing_and_counts_nothing(session, late):
    people, plan = late
    say(session, plan, people)
    with pytest.raises(Refused) as refused:
        say(session, plan, people, now=moment(2021, 7, 5, 15))
    assert (refused.value.key, refused.value.sentence) == (
        "chase_too_soon",
        "Đã đôn đốc 3\u00a0đơn vị ngày 05/7/2021; lần tiếp theo sau 1 ngày làm việc.",
    )
    assert len(letters(session)) == 3
    assert task(session, plan, 2, people.units[0]).chase_count == 1


def test_what_the_ladder_chased_this_morning_is_not_chased_again(session, late):
    people, plan = late
    own = task(session, plan, 2, people.units[0])
    session.execute(Task.__table__.update().where(Task.id == own.id).values(next_look_on=date(2021, 7, 1)))
    chasing.queue_due_reminders(session, MONDAY.date(), now=moment(2021, 7, 5, 7, 30))
    after_ladder = task(session, plan, 2, people.units[0]).chase_count
    said = say(session, plan, people)
    assert (said.letters, task(session, plan, 2, people.units[0]).chase_count) == (2, after_ladder)


def morning(session, day, month=7, hour=7):
    return chasing.queue_due_reminders(session, date(2021, month, day), now=moment(2021, month, day, hour, 30))


def on_the_ladder(session, plan, units):
    """Their tasks of stage 2, of which all was said up to the due date."""
    own = [task(session, plan, 2, unit) for unit in units]
    session.execute(Task.__table__.update().where(Task.id.in_([t.id for t in own])).values(next_look_on=date(2021, 6, 30)))
    morning(session, 30, month=6)
    return own


def digests(session, day):
    return [m.to_email for m in letters(session, "daily_digest") if m.day == date(2021, 7, day)]


def test_what_a_click_has_chased_is_not_chased_again_by_the_round_of_that_day_and_its_head_hears_all_the_same(session, late):
    """Thursday, 1/7, is due+1: a chase to the contact and a letter to the head. The click comes before the round."""
    people, plan = late
    first, second = on_the_ladder(session, plan, people.units[:2])
    say(session, plan, people, choice=Choice(task_ids=frozenset({first.id})), now=moment(2021, 7, 1, 6))
    morning(session, 1)
    morning(session, 1, hour=8)
    assert [m.to_email for m in letters(session)] == [people.units[0].email]
    assert digests(session, 1) == [people.units[1].email]
    assert [(m.to_email, m.facts["task_ids"]) for m in letters(session, "escalate_head")] == [
        (unit.head_email, [own.id]) for unit, own in zip(people.units, (first, second), strict=False)
    ]
    first, second = (task(session, plan, 2, unit) for unit in people.units[:2])
    assert (first.chase_count, second.chase_count) == (1, 1)
    assert first.next_look_on == second.next_look_on == date(2021, 7, 5)  # the ladder goes on with its next step
    morning(session, 5)
    assert digests(session, 5) == [unit.email for unit in people.units[:2]]
    assert [task(session, plan, 2, unit).chase_count for unit in people.units[:2]] == [2, 2]


def test_a_letter_that_was_taken_back_has_chased_nobody(session, late):
    people, plan = late
    [own] = on_the_ladder(session, plan, people.units[:1])
    say(session, plan, people, choice=Choice(task_ids=frozenset({own.id})), now=moment(2021, 7, 1, 6))
    outbox.void_for_task(session, own.id, reason="thử")
    morning(session, 1)
    assert digests(session, 1) == [people.units[0].email]


def test_a_chase_of_a_day_off_is_that_of_the_day_on_which_it_goes(session, late):
    """Due+3 is Monday, 5/7; the coordinator clicked on Saturday. Neither the round nor a click on Monday chases again."""
    people, plan = late
    [own] = on_the_ladder(session, plan, people.units[:1])
    morning(session, 1)
    alone = Choice(task_ids=frozenset({own.id}))
    say(session, plan, people, choice=alone, now=moment(2021, 7, 3, 10))
    morning(session, 5)
    assert (digests(session, 5), len(letters(session, "escalate_coordinator"))) == ([], 1)
    with pytest.raises(Refused) as refused:
        say(session, plan, people, choice=alone)
    assert refused.value.key == "chase_too_soon"
    assert task(session, plan, 2, people.units[0]).chase_count == 2


SATURDAY, SUNDAY = moment(2021, 7, 3, 10), moment(2021, 7, 4, 20)


def test_clicks_of_a_weekend_are_one_chase_of_the_monday_on_which_it_goes(session, late):
    people, plan = late
    [own] = on_the_ladder(session, plan, people.units[:1])
    alone = Choice(task_ids=frozenset({own.id}))
    say(session, plan, people, choice=alone, now=SATURDAY)
    [reached] = chase_reach.reach(session, plan.id, Kind.CHASE, alone, now=SUNDAY).left_for(Why.SAID)
    assert reached.id == own.id
    with pytest.raises(Refused) as refused:
        say(session, plan, people, choice=alone, now=SUNDAY)
    assert (refused.value.key, refused.value.sentence) == (
        "said_waits",
        "Thư đôn đốc UBND xã Số 0001 đang chờ đi Thứ Hai, 05/7/2021; mỗi việc mỗi ngày làm việc một lần.",
    )
    morning(session, 5)
    with pytest.raises(Refused):
        say(session, plan, people, choice=alone)
    assert ([m.day for m in letters(session)], digests(session, 5)) == ([date(2021, 7, 5)], [])
    assert session.scalars(select(Notice.day).where(Notice.rung == "chase-2021-07-05:contact")).all() == [date(2021, 7, 5)]
    assert say(session, plan, people, choice=alone, now=moment(2021, 7, 6, 9)).letters == 1


def test_other_work_of_a_person_is_added_to_the_letter_that_waits_for_him(session, late):
    """Two units of one contact, chased on Saturday and on Sunday: one letter on Monday, one more once it has gone."""
    people, plan = late
    session.execute(
        Contact.__table__.update().where(Contact.id == people.units[1].contact_id).values(email=people.units[0].email)
    )
    first, second, third = (task(session, plan, 2, unit) for unit in people.units)
    say(session, plan, people, choice=Choice(task_ids=frozenset({first.id})), now=SATURDAY)
    said = say(session, plan, people, choice=Choice(task_ids=frozenset({second.id, third.id})), now=SUNDAY)
    assert (said.letters, said.works) == (2, 2)
    both, other = letters(session)
    assert both.facts == {"task_ids": [first.id, second.id], "chases": {str(first.id): 1, str(second.id): 1}}
    assert other.facts["task_ids"] == [third.id]
    rows = load(session, [both], today=MONDAY.date())
    assert [t.id for t in rows.live_tasks(both)] == [first.id, second.id]
    notices = session.execute(select(Notice.task_id, Notice.message_id).where(Notice.rung == "chase-2021-07-05:contact"))
    assert set(notices) == {(first.id, both.id), (second.id, both.id), (third.id, other.id)}
    progress.complete_task(session, first.id, by=people.contact(0), now=SUNDAY)
    assert [m.status for m in letters(session)] == [LetterStatus.QUEUED, LetterStatus.QUEUED], "the other work is still chased"


def test_a_monday_that_becomes_a_day_off_takes_its_chase_along(session, late):
    people, plan = late
    [own] = on_the_ladder(session, plan, people.units[:1])
    morning(session, 1)
    alone = Choice(task_ids=frozenset({own.id}))
    say(session, plan, people, choice=alone, now=SATURDAY)
    monday = DayChange(date(2021, 7, 5), DayKind.HOLIDAY, "Nghỉ bão", "Công điện 1/CĐ-UBND")
    calendar_changes.apply(session, [monday], by=people.ha, now=SUNDAY)
    [letter] = letters(session)
    assert (letter.not_before, letter.day) == (moment(2021, 7, 6, 7, 30), date(2021, 7, 6))
    for now in (SUNDAY, MONDAY, moment(2021, 7, 6, 9)):
        with pytest.raises(Refused):
            say(session, plan, people, choice=alone, now=now)
    morning(session, 6)
    assert digests(session, 6) == [unit.email for unit in people.units[1:]], "whose work was not chased by hand"
    # The day off is taken back after all: the letter goes on Tuesday, and Monday has had its click.
    calendar_changes.apply(session, [replace(monday, kind=None)], by=people.ha, now=SUNDAY)
    with pytest.raises(Refused):
        say(session, plan, people, choice=alone)


def test_on_a_day_off_work_is_late_or_not_as_it_will_be_when_the_letter_goes(session, late):
    """Due on Wednesday, 30/6, which is a day off here: a click of that day speaks on Thursday, when the work is late."""
    people, plan = late
    holiday(session, date(2021, 6, 30))
    now = moment(2021, 6, 30, 9)
    with pytest.raises(Refused) as refused:
        say(session, plan, people, Kind.REMIND, Choice(unit_ids=frozenset({people.units[0].id})), now=now)
    assert refused.value.sentence == (
        "“Cung cấp số liệu” của UBND xã Số 0001 đến hạn ngày 30/6/2021, thư đi Thứ Năm, 01/7/2021 thì đã quá hạn; "
        "dùng Đôn đốc ngay thay cho Nhắc."
    )
    assert say(session, plan, people, now=now).letters == 3


def test_one_unit_one_stage_or_ticked_work(session, late):
    people, plan = late
    first, second, third = (task(session, plan, 2, unit).id for unit in people.units)
    assert say(session, plan, people, choice=Choice(unit_ids=frozenset({people.units[0].id}))).works == 1
    assert say(session, plan, people, choice=Choice(task_ids=frozenset({second}))).works == 1
    assert say(session, plan, people, choice=Choice(position=2)).works == 1
    assert [m.facts["task_ids"] for m in letters(session)] == [[first], [second], [third]]


def test_a_person_in_charge_of_two_units_gets_one_letter(session, late):
    people, plan = late
    second = Contact.__table__.update().where(Contact.id == people.units[1].contact_id)
    session.execute(second.values(email=people.units[0].email))
    assert say(session, plan, people).letters == 2
    assert [len(m.facts["task_ids"]) for m in letters(session)] == [2, 1]


def test_the_third_chase_is_reported_to_the_leader_once(session, late):
    people, plan = late
    one = Choice(unit_ids=frozenset({people.units[0].id}))
    for day in (5, 6, 7, 8):
        say(session, plan, people, choice=one, now=moment(2021, 7, day, 9))
    assert [m.facts["chases"].popitem()[1] for m in letters(session)] == [1, 2, 3, 4]
    told = letters(session, "escalate_leader")
    assert [(m.to_email, m.day, m.facts["task_ids"]) for m in told] == [
        (people.dung_email, date(2021, 7, 7), [task(session, plan, 2, people.units[0]).id])
    ]


def test_the_leader_gets_one_letter_a_day_whoever_writes_it(session, late):
    people, plan = late
    session.execute(
        Task.__table__.update().where(Task.stage_id == task(session, plan, 2, people.units[0]).stage_id).values(chase_count=2)
    )
    say(session, plan, people, choice=Choice(unit_ids=frozenset({people.units[0].id})))
    say(session, plan, people, choice=Choice(unit_ids=frozenset({people.units[1].id})))
    assert [m.day for m in letters(session, "escalate_leader")] == [date(2021, 7, 5), date(2021, 7, 6)]


def test_on_a_day_off_the_letters_wait_for_the_next_morning(session, late):
    people, plan = late
    said = say(session, plan, people, now=moment(2021, 7, 3, 10))
    assert said.goes_at == moment(2021, 7, 5, 7, 30)
    assert {m.not_before for m in letters(session)} == {said.goes_at}


def test_remind_now_speaks_of_what_is_not_due_yet_and_counts_no_chase(session, late):
    people, plan = late
    now = moment(2021, 6, 25, 9)
    said = say(session, plan, people, Kind.REMIND, Choice(position=2), now=now)
    assert (said.letters, task(session, plan, 2, people.units[0]).chase_count) == (3, 0)
    with pytest.raises(Refused) as refused:
        say(session, plan, people, Kind.REMIND, Choice(position=2), now=now)
    assert refused.value.sentence == "Hôm nay đã nhắc 3\u00a0đơn vị; mỗi việc mỗi ngày nhắc một lần."


def test_finished_work_takes_its_letter_back(session, late):
    people, plan = late
    say(session, plan, people)
    progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.contact(0), now=moment(2021, 7, 5, 10))
    assert [m.status for m in letters(session)] == [LetterStatus.VOID, LetterStatus.QUEUED, LetterStatus.QUEUED]


def test_what_is_promised_is_left_out_unless_it_is_asked_for(session, late):
    people, plan = late
    first, second = (task(session, plan, 2, unit) for unit in people.units[:2])
    first.promised_on, second.promised_on = date(2021, 7, 9), MONDAY.date()  # to come, and come
    session.flush()
    reached = chase_reach.reach(session, plan.id, Kind.CHASE, Choice(), now=MONDAY)
    assert ([w.id for w in reached.left_for(Why.PROMISED)], len(reached.letters)) == ([first.id], 2)
    alone = frozenset({first.id})
    with pytest.raises(Refused) as refused:
        say(session, plan, people, choice=Choice(task_ids=alone))
    assert refused.value.key == "chase_promised"
    assert "đã được hẹn xong ngày 09/7/2021" in refused.value.sentence
    assert say(session, plan, people, choice=Choice(task_ids=alone, with_promised=True)).works == 1
    [letter] = letters(session)
    rows = load(session, [letter], today=MONDAY.date())
    assert ([t.id for t in rows.live_tasks(letter)], rows.promised(letter, rows.own_tasks(letter))) == (
        [first.id],
        None,
    )  # it does go out


def test_who_has_no_contact_is_named_and_not_counted(session, late):
    people, plan = late
    session.execute(Contact.__table__.delete().where(Contact.id == people.units[2].contact_id))
    reached = chase_reach.reach(session, plan.id, Kind.CHASE, Choice(), now=MONDAY)
    assert ([w.unit_name for w in reached.left_for(Why.NO_CONTACT)], len(reached.letters)) == ([people.units[2].name], 2)
    with pytest.raises(Refused) as refused:
        say(session, plan, people, choice=Choice(unit_ids=frozenset({people.units[2].id})))
    assert refused.value.sentence == "UBND xã Số 0003 chưa có đầu mối nên chưa nhận được thư; thêm ít nhất một người."


def test_every_ticked_unit_that_gets_no_letter_is_named_with_its_reason(session):
    people = cast(session, 9)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    session.execute(Task.__table__.update().values(next_look_on=None))
    chased, promised, submitted, paused, locked, finished, bounced, alone, reached = people.units
    of = {unit: task(session, plan, 2, unit) for unit in people.units}
    say(session, plan, people, choice=Choice(task_ids=frozenset({of[chased].id})))
    of[promised].promised_on = date(2021, 7, 9)
    of[submitted].status, of[paused].status = TaskStatus.SUBMITTED, TaskStatus.PAUSED
    of[locked].status = TaskStatus.NOT_OPEN
    of[finished].status = task(session, plan, 3, finished).status = TaskStatus.DONE
    session.get_one(Contact, bounced.contact_id).bounced_on = date(2021, 7, 1)
    session.delete(session.get_one(Contact, alone.contact_id))
    session.flush()
    everyone = Choice(unit_ids=frozenset(unit.id for unit in people.units))
    expected = [
        (Why.NO_CONTACT, alone.name),
        (Why.BOUNCED, bounced.name),
        (Why.SAID, chased.name),
        (Why.PROMISED, promised.name),
        (Why.NOT_CONFIRMED, submitted.name),
        (Why.PAUSED, paused.name),
        (Why.NOT_OPEN, locked.name),
        (Why.FINISHED, finished.name),
    ]
    before = chase_reach.reach(session, plan.id, Kind.CHASE, everyone, now=MONDAY)
    assert [(left.why, left.unit_name) for left in before.left_out] == expected
    said = say(session, plan, people, choice=everyone)
    assert (said.letters, [(left.why, left.unit_name) for left in said.unreached]) == (1, expected)
    assert letters(session)[-1].to_email == reached.email
    with pytest.raises(Refused) as refused:
        say(session, plan, people, choice=Choice(unit_ids=frozenset({bounced.id})))
    assert refused.value.sentence == (
        "Thư gửi đầu mối của UBND xã Số 0007 bị trả về nên không gửi nữa; xác minh qua điện thoại và sửa địa chỉ."
    )


def test_a_unit_in_time_is_named_only_where_it_was_ticked(session, late):
    people, plan = late
    first, second = people.units[:2]
    progress.complete_task(session, task(session, plan, 2, first).id, by=people.ha, now=moment(2021, 6, 20))
    task(session, plan, 3, first).status = TaskStatus.IN_PROGRESS  # fieldwork runs until September
    session.flush()
    ticked = Choice(unit_ids=frozenset({first.id, second.id}))
    [left] = chase_reach.reach(session, plan.id, Kind.CHASE, ticked, now=MONDAY).left_out
    assert (left.why, left.unit_name, left.works) == (Why.OTHER_TIME, first.name, ())
    assert chase_reach.reach(session, plan.id, Kind.CHASE, Choice(), now=MONDAY).left_out == ()


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        (
            "not late",
            "“Cung cấp số liệu” của UBND xã Số 0001 chưa quá hạn (hạn 30/6/2021); dùng Nhắc ngay thay cho Đôn đốc.",
        ),
        ("leader", "Tài khoản lãnh đạo chỉ xem và phê duyệt; việc cập nhật do Trần Thu Hà thực hiện."),
        ("paused", "Kế hoạch đang tạm dừng từ 01/7/2021; tiếp tục kế hoạch trước khi làm việc này."),
        ("held", "Chưa đôn đốc được: đợt thư đầu tiên của kế hoạch đang giữ lại; duyệt gửi đợt đó trước."),
    ],
)
def test_refusals(session, late, case, sentence):
    people, plan = late
    now, by = MONDAY, people.ha
    if case == "not late":
        now = moment(2021, 6, 25, 9)
    if case == "leader":
        by = people.dung
    if case == "paused":
        planning.pause_plan(session, plan.id, by=people.ha, reason="bão", now=moment(2021, 7, 1))
    if case == "held":
        plan.letters_released_at = None
        session.flush()
    with pytest.raises(Refused) as refused:
        chase_now.say_now(
            session, plan.id, Kind.CHASE, Choice(unit_ids=frozenset({people.units[0].id})), by=by, now=now
        )  # fmt: skip
    assert refused.value.sentence == sentence
    assert letters(session) == []


@pytest.mark.parametrize("size", [5, 200])
def test_the_preview_asks_the_same_number_of_questions_for_many_units(session, size):
    people = cast(session, units=size)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    session.flush()
    asked = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        reached = chase_reach.reach(session, plan.id, Kind.CHASE, Choice(), now=MONDAY)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert (len(reached.letters), len(asked)) == (size, 9)
    said = chase_now.say_now(session, plan.id, Kind.CHASE, Choice(), by=people.ha, now=MONDAY)
    assert said.letters == size
    assert session.scalar(select(func.count(Notice.id)).where(Notice.rung == "chase-2021-07-05:contact")) == size
