"""Đơn vị phối hợp as a role of the ladder: who helps is reminded of another's work, and of nothing of his own."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, event, select

from tests.builders import SMALL_PLAN, cast, moment, running_plan, task
from tests.services.test_chasing import letters_of, live_through, naming_empty_rungs, round_of
from tracker.models import Contact, Notice, Plan
from tracker.rules.reminders import Recipient, RungKind, ladder_from_json, ladder_to_json, rung_of
from tracker.rules.states import NoticeStatus
from tracker.rules.templates import form, pattern
from tracker.services import ladders, outbox, progress

AFTER = rung_of(2, Recipient.COORDINATING)
LADDER = (rung_of(-3, Recipient.COORDINATING), AFTER)


def helping_plan(session, units=3, helpers=(0, 1), ladder=LADDER):
    """Stage 2, due 30/6/2021, done by every unit; the plan names the first two units as helpers, and somebody unknown."""
    people = cast(session, units=units)
    words = "; ".join([*(people.units[i].name for i in helpers), "Ủy ban Mặt trận Tổ quốc"])
    stages = tuple(replace(s, coordinating=words) if i == 1 else s for i, s in enumerate(SMALL_PLAN.stages))
    plan = running_plan(session, people, replace(SMALL_PLAN, stages=stages))
    session.get_one(Plan, plan.id).ladder = ladder_to_json(ladder)
    session.flush()
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    return people, plan


def helped_of(session, day):
    return {x.to_email: x.facts["task_ids"]["helps"] for x in letters_of(session, day) if x.facts["task_ids"].get("helps")}


def test_who_helps_is_reminded_of_the_work_of_others_in_one_digest(session):
    people, plan = helping_plan(session)
    first, second, third = (task(session, plan, 2, unit).id for unit in people.units)
    live_through(session, plan, date(2021, 6, 19), date(2021, 7, 9))
    both = {people.units[0].email: [second, third], people.units[1].email: [first, third]}
    assert helped_of(session, date(2021, 6, 25)) == both
    assert helped_of(session, date(2021, 7, 2)) == both
    days = session.scalars(select(Notice.day).distinct().where(Notice.rung.endswith(":coordinating")).order_by(Notice.day)).all()
    assert days == [date(2021, 6, 25), date(2021, 7, 2)]
    assert task(session, plan, 2, people.units[2]).chase_count == 0  # who helps is no one to chase
    assert AFTER.kind is RungKind.REMIND


def test_a_helper_whose_digest_is_written_is_told_with_the_others_next_day(session):
    people, plan = helping_plan(session)
    person = f"contact-{people.units[0].contact_id}"
    outbox.enqueue(
        session, kind="daily_digest", key=f"digest:{person}:2021-06-25", person=person, to_name="", to_email="a@example.vn",
        facts={"task_ids": {}}, day=date(2021, 6, 25), now=moment(2021, 6, 25, 6),
    )  # fmt: skip
    live_through(session, plan, date(2021, 6, 25), date(2021, 6, 28))
    assert helped_of(session, date(2021, 6, 25)).keys() == {people.units[1].email}  # of the first unit's own work
    assert helped_of(session, date(2021, 6, 28)).keys() == {people.units[0].email, people.units[1].email}


def test_work_that_is_done_is_no_helpers_business_any_more(session):
    people, plan = helping_plan(session, units=2)
    round_of(session, date(2021, 6, 25))
    [letter] = [x for x in letters_of(session, date(2021, 6, 25)) if x.to_email == people.units[0].email]
    progress.complete_task(session, task(session, plan, 2, people.units[1]).id, by=people.contact(1), now=moment(2021, 6, 25, 8))
    session.refresh(letter)
    assert letter.status.value == "void"


def test_a_helper_without_a_contact_is_named_to_the_coordinator(session):
    people, _ = helping_plan(session, units=2, helpers=(1,))
    session.execute(delete(Contact).where(Contact.unit_id == people.units[1].id))
    round_of(session, date(2021, 6, 25))
    assert len(naming_empty_rungs(session)) == 1
    empty = session.scalars(select(Notice.person).where(Notice.status == NoticeStatus.EMPTY).order_by(Notice.id)).all()
    assert empty == ["-", "-"]


def test_a_stage_for_which_the_plan_names_no_unit_is_no_gap_to_report(session):
    _, plan = helping_plan(session, units=2, helpers=())
    live_through(session, plan, date(2021, 6, 25), date(2021, 7, 5))
    assert len(session.scalars(select(Notice.id).where(Notice.rung.endswith(":coordinating"))).all()) == 4
    assert naming_empty_rungs(session) == []


def test_the_preview_counts_who_helps_on_the_day(session):
    people, plan = helping_plan(session)
    session.execute(delete(Contact).where(Contact.unit_id == people.units[1].id))
    shown = ladders.preview(session, plan.id, LADDER, None, today=date(2021, 6, 20))
    steps = {stage.position: stage.steps for stage in shown}
    assert [(s.day, s.people, s.empty) for s in steps[2]] == [
        (date(2021, 6, 25), 1, (people.units[1].name,)),
        (date(2021, 7, 2), 1, (people.units[1].name,)),
    ]
    assert [(s.people, s.empty) for s in steps[1]] == [(0, ()), (0, ())]


@pytest.mark.parametrize("many", [2, 10])
def test_a_round_asks_no_more_for_many_helpers_than_for_two(session, many):
    helping_plan(session, units=12, helpers=range(many))
    session.commit()
    asked = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, *_rest):
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        round_of(session, date(2021, 6, 25))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(helped_of(session, date(2021, 6, 25))) == many
    assert len(asked) <= 21


def test_a_template_keeps_the_role():
    assert ladder_from_json(ladder_to_json(LADDER)) == LADDER
    template = pattern.template_from_plan(SMALL_PLAN, key="k", roles={}, ladder=LADDER)
    assert form.template_from_json(form.template_to_json(template)).ladder == LADDER
