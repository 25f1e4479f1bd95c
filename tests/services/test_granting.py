"""Gia hạn for several units at once, by the coordinator's own decision."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import cast, moment, running_plan, task
from tracker.errors import Refused
from tracker.models import Extension, JournalEntry, Notice, OutboxMessage
from tracker.rules.states import ExtensionStatus, LetterStatus, NoticeStatus
from tracker.services import chasing, extensions, granting, planning, progress

NOW = moment(2021, 6, 29)
DAY = date(2021, 7, 9)


@pytest.fixture
def late_units(session):
    """Three units in stage 2, due on Wednesday, 30/6."""
    people = cast(session, units=3)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    return people, plan


def grant(session, people, plan, units, *, day=DAY, reason="Mưa lũ, đường bị chia cắt", by=None, **more):
    ids = [people.units[n].id for n in units]
    return granting.apply(session, plan.id, 2, ids, day, reason=reason, by=by or people.ha, now=NOW, **more)


def test_it_moves_the_date_of_the_chosen_units_only_and_keeps_the_plans(session, late_units):
    people, plan = late_units
    done = grant(session, people, plan, [0, 1], document="Công văn 12/UBND")
    assert done.moved == tuple((people.units[n].name, date(2021, 6, 30)) for n in (0, 1))
    own = [task(session, plan, 2, unit) for unit in people.units]
    assert [t.due_on for t in own] == [DAY, DAY, date(2021, 6, 30)]
    assert {t.original_due_on for t in own} == {date(2021, 6, 30)}
    assert own[0].aim_on == DAY
    kept = session.scalars(select(Extension).order_by(Extension.id)).all()
    assert [(e.status, e.new_due_on, e.old_due_on, e.document) for e in kept] == [
        (ExtensionStatus.APPROVED, DAY, date(2021, 6, 30), "Công văn 12/UBND")
    ] * 2
    lines = session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "gia hạn")).all()
    assert sorted(lines) == [f"“Cung cấp số liệu” của {people.units[n].name} từ 30/6/2021 sang 09/7/2021" for n in (0, 1)]


def test_the_ladder_is_laid_anew_and_letters_of_the_old_date_are_taken_back(session, late_units):
    people, plan = late_units
    chasing.queue_due_reminders(session, NOW.date(), now=NOW)
    before = task(session, plan, 2, people.units[0])
    waiting = session.scalars(select(Notice).where(Notice.task_id == before.id, Notice.status == NoticeStatus.QUEUED)).all()
    assert waiting
    grant(session, people, plan, [0])
    assert {n.status for n in waiting} == {NoticeStatus.VOID}
    look = task(session, plan, 2, people.units[0]).next_look_on
    assert look is not None
    assert date(2021, 6, 30) <= look < DAY


def test_each_contact_is_told_once_with_the_reason(session, late_units):
    people, plan = late_units
    said = grant(session, people, plan, [0, 2])
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "date_changed")).all()
    assert said.told == len(letters) == 2
    assert {letter.facts["reason"] for letter in letters} == {"Mưa lũ, đường bị chia cắt"}
    assert {letter.facts["old_due_on"] for letter in letters} == {"2021-06-30"}
    assert {letter.status for letter in letters} == {LetterStatus.QUEUED}


def test_a_question_that_waits_is_answered_by_it(session, late_units):
    people, plan = late_units
    own = task(session, plan, 2, people.units[0])
    asked = extensions.request_extension(
        session, own.id, by=people.contact(0), now=NOW, new_due_on=date(2021, 7, 20), reason="Máy chủ bảo trì"
    )
    assert grant(session, people, plan, [0, 1]).answered == 1
    assert (asked.status, asked.new_due_on, asked.reason) == (ExtensionStatus.APPROVED, DAY, "Máy chủ bảo trì")
    assert len(session.scalars(select(Extension).where(Extension.task_id == own.id)).all()) == 1


def test_who_has_a_later_date_keeps_it_and_who_is_done_is_left_alone(session, late_units):
    people, plan = late_units
    grant(session, people, plan, [0], day=date(2021, 7, 20))
    progress.complete_task(session, task(session, plan, 2, people.units[1]).id, by=people.ha, now=NOW)
    done = grant(session, people, plan, [0, 1, 2])
    assert [unit for unit, _due in done.moved] == [people.units[2].name]
    assert done.kept == (people.units[0].name,)
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 7, 20)


def test_it_says_what_the_date_does_to_later_stages(session, late_units):
    people, plan = late_units
    found = granting.propose(session, plan.id, 2, [people.units[0].id], date(2021, 9, 20), by=people.ha, today=NOW.date())
    assert [(e.position, e.passed) for e in found.effects] == [(3, True), (4, False)]
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 6, 30), "looking moves nothing"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": date(2021, 6, 30)}, "Hạn mới 30/6/2021 phải sau hạn hiện tại 30/6/2021."),
        ({"reason": " "}, "Chưa ghi lý do gia hạn; nêu nguyên nhân và phần việc còn lại."),
    ],
)
def test_too_little_is_refused(session, late_units, change, sentence):
    people, plan = late_units
    with pytest.raises(Refused) as refused:
        grant(session, people, plan, [0], **change)
    assert refused.value.sentence == sentence
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 6, 30)


def test_a_contact_grants_nothing_and_nobody_does_while_the_plan_rests(session, late_units):
    people, plan = late_units
    with pytest.raises(Refused) as refused:
        grant(session, people, plan, [0], by=people.contact(0))
    assert refused.value.key == "coordinator_only"
    planning.pause_plan(session, plan.id, by=people.ha, now=NOW, reason="Chờ kinh phí")
    with pytest.raises(Refused) as refused:
        grant(session, people, plan, [0])
    assert refused.value.key == "plan_paused"
