"""Gia hạn: asked, weighed, decided; the plan's own date stays."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import cast, moment, running_plan, task
from tracker.errors import Refused
from tracker.models import JournalEntry, Notice, OutboxMessage
from tracker.rules.states import ExtensionStatus
from tracker.services import chasing, extensions, progress


@pytest.fixture
def late_unit(session):
    """Two units in stage 2, due 30/6; it is Tuesday, 29/6."""
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    return people, plan, task(session, plan, 2, people.units[0])


ASKED_AT = moment(2021, 6, 29)


def ask(session, people, own, *, day=date(2021, 7, 9), reason="Máy chủ một cửa bảo trì", by=None, now=ASKED_AT):
    return extensions.request_extension(session, own.id, by=by or people.contact(0), now=now, new_due_on=day, reason=reason)


def test_asking_tells_the_coordinator_and_changes_no_date(session, late_unit):
    people, plan, own = late_unit
    asked = ask(session, people, own)
    assert (asked.status, asked.old_due_on, asked.new_due_on) == (ExtensionStatus.PENDING, date(2021, 6, 30), date(2021, 7, 9))
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 6, 30)
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "extension_asked")).one()
    assert letter.to_email == people.ha_email


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"day": date(2021, 6, 30)}, "Hạn mới 30/6/2021 phải sau hạn hiện tại 30/6/2021."),
        ({"reason": "  "}, "Chưa ghi lý do gia hạn; nêu nguyên nhân và phần việc còn lại."),
    ],
)
def test_a_question_that_says_too_little_is_refused(session, late_unit, change, sentence):
    people, _, own = late_unit
    with pytest.raises(Refused) as refused:
        ask(session, people, own, **change)
    assert refused.value.sentence == sentence


def test_a_second_question_waits_for_the_first(session, late_unit):
    people, _, own = late_unit
    first = ask(session, people, own)
    with pytest.raises(Refused) as refused:
        ask(session, people, own, day=date(2021, 7, 12))
    assert refused.value.key == "extension_pending"
    extensions.withdraw_extension(session, first.id, by=people.contact(0), now=moment(2021, 6, 29, 9))
    assert ask(session, people, own, day=date(2021, 7, 12)).status is ExtensionStatus.PENDING


def test_nobody_asks_for_another_unit_and_no_unit_decides(session, late_unit):
    people, _, own = late_unit
    with pytest.raises(Refused) as refused:
        ask(session, people, own, by=people.contact(1))
    assert refused.value.key == "own_unit_only"
    asked = ask(session, people, own)
    with pytest.raises(Refused) as refused:
        extensions.approve_extension(session, asked.id, by=people.contact(0), now=moment(2021, 6, 29))
    assert refused.value.key == "coordinator_only"


def test_granting_moves_the_date_keeps_the_plans_and_lays_a_new_ladder(session, late_unit):
    people, plan, own = late_unit
    asked = ask(session, people, own)
    extensions.approve_extension(session, asked.id, by=people.ha, now=moment(2021, 6, 30, 15), note="Lần cuối")
    now = task(session, plan, 2, people.units[0])
    assert (now.due_on, now.aim_on, now.original_due_on) == (date(2021, 7, 9), date(2021, 7, 9), date(2021, 6, 30))
    said = []
    for day in range(1, 21):
        moment_of = moment(2021, 7, day, 7, 30)
        chasing.queue_due_reminders(session, moment_of.date(), now=moment_of)
    rows = session.execute(
        select(Notice.day, Notice.rung).where(
            Notice.task_id == own.id, Notice.due_on == date(2021, 7, 9), Notice.message_id.is_not(None)
        )
    )
    said = sorted((d.day, rung) for d, rung in rows)
    assert said == [
        (6, "due-3:contact"),
        (8, "due-1:contact"),
        (9, "due+0:contact"),
        (12, "due+1:contact"),
        (12, "due+1:head"),
        (14, "due+3:contact"),
        (14, "due+3:coordinator"),
        (16, "due+5:contact"),
        (16, "due+5:leader"),
    ]
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "extension_approved")).one()
    assert letter.to_email == people.units[0].email
    assert ("gia hạn", "Lần cuối") in {tuple(r) for r in session.execute(select(JournalEntry.verb, JournalEntry.why))}


def test_declining_needs_a_reason_and_keeps_the_date(session, late_unit):
    people, plan, own = late_unit
    asked = ask(session, people, own)
    with pytest.raises(Refused):
        extensions.refuse_extension(session, asked.id, by=people.ha, now=moment(2021, 6, 30), note="")
    declined = extensions.refuse_extension(
        session, asked.id, by=people.ha, now=moment(2021, 6, 30), note="Các đơn vị khác đã xong"
    )
    assert declined.status is ExtensionStatus.REFUSED
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 6, 30)
    with pytest.raises(Refused) as refused:
        extensions.approve_extension(session, asked.id, by=people.ha, now=moment(2021, 6, 30))
    assert refused.value.key == "extension_decided"


def test_the_effect_names_what_waits_and_what_is_passed(session, late_unit):
    _, _, own = late_unit
    found = extensions.effects(session, own, date(2021, 9, 16))
    assert [(e.position, e.passed, e.workdays_left) for e in found] == [(3, True, 0), (4, False, 21)]


def test_a_finished_task_asks_for_nothing(session, late_unit):
    people, _, own = late_unit
    progress.complete_task(session, own.id, by=people.contact(0), now=moment(2021, 6, 28))
    with pytest.raises(Refused) as refused:
        ask(session, people, own)
    assert refused.value.key == "already_done"
