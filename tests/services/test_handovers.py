"""Bàn giao đầu mối and the choice of one letter a week, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import cast, moment, running_plan, task
from tracker.errors import Refused
from tracker.models import Contact, OutboxMessage
from tracker.services import chasing, handovers, letter_settings, progress
from tracker.services.handovers import Successor

NOW = moment(2021, 6, 21, 9)
NEW = Successor("Lê Thị Mới", "moi@example.vn", "Phó Chủ tịch")


def test_after_a_handover_the_ladder_speaks_to_the_new_contact(session):
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    unit = people.units[0]
    proposed = handovers.propose(session, unit.contact_id, NEW, by=people.contact(0), now=NOW)
    assert handovers.propose(session, unit.contact_id, NEW, by=people.contact(0), now=NOW).id == proposed.id
    handovers.confirm(session, proposed.id, by=people.ha, now=NOW)
    old = session.get_one(Contact, unit.contact_id)
    assert (old.valid_to, old.link_nonce != "n1") == (date(2021, 6, 20), True)
    chasing.queue_due_reminders(session, date(2021, 6, 25), now=moment(2021, 6, 25, 7, 30))
    to = session.scalars(
        select(OutboxMessage.to_email).where(OutboxMessage.kind == "daily_digest", OutboxMessage.day == date(2021, 6, 25))
    )
    assert set(to) == {"moi@example.vn", people.units[1].email, people.units[2].email}
    letter = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "handover")).one()
    assert letter.facts == {"handover_id": proposed.id, "task_ids": [task(session, plan, 2, unit).id]}


def test_a_contact_hands_over_only_his_own_unit_and_only_a_coordinator_confirms(session):
    people = cast(session)
    with pytest.raises(Refused) as refused:
        handovers.propose(session, people.units[0].contact_id, NEW, by=people.contact(1), now=NOW)
    assert refused.value.key == "own_unit_only"
    proposed = handovers.propose(session, people.units[0].contact_id, NEW, by=people.contact(0), now=NOW)
    with pytest.raises(Refused) as refused:
        handovers.confirm(session, proposed.id, by=people.dung, now=NOW)
    assert refused.value.key == "leader_reads"


def test_what_waits_for_a_person_of_two_units_stays_his(session):
    people = cast(session)
    session.execute(
        Contact.__table__.update().where(Contact.id == people.units[1].contact_id).values(email=people.units[0].email)
    )
    running_plan(session, people)
    proposed = handovers.propose(session, people.units[0].contact_id, NEW, by=people.contact(0), now=NOW)
    handovers.confirm(session, proposed.id, by=people.ha, now=NOW)
    started = session.scalars(select(OutboxMessage.to_email).where(OutboxMessage.kind == "plan_started")).all()
    assert people.units[0].email in started
    assert "moi@example.vn" not in started


def test_a_choice_is_written_down_once(session):
    people = cast(session)
    by = people.contact(0)
    for _ in range(2):
        letter_settings.choose_for_contact(session, people.units[0].contact_id, weekly=True, by=by, now=NOW)
    letter_settings.choose_for_user(session, people.coordinator_id, weekly=True, by=people.ha, now=NOW)
    from tracker.models import JournalEntry

    lines = session.execute(select(JournalEntry.who, JournalEntry.what).where(JournalEntry.verb == "chọn nhận")).all()
    assert [tuple(line) for line in lines] == [
        ("Đầu Mối 1", "thư tổng hợp mỗi tuần một lần"),
        ("Trần Thu Hà", "thư tổng hợp mỗi tuần một lần"),
    ]
