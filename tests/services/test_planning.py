"""Creating plans: all or nothing, and who is in charge."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from tests.builders import SMALL_PLAN, START, cast, running_plan
from tracker.errors import Refused
from tracker.models import OutboxMessage, Plan, PlanUnit, Task, User
from tracker.rules.access import SYSTEM
from tracker.rules.method import method_of_table
from tracker.rules.sampling import QuotaRule
from tracker.rules.states import LetterStatus, QuotaKind
from tracker.services import planning


def create(session, people, **more):
    return planning.create_plan(
        session, office_id=people.office_id, draft=SMALL_PLAN, unit_ids=[u.id for u in people.units], by=SYSTEM, now=START, **more
    )


def test_laying_out_writes_one_task_a_unit_where_the_scope_says_so_and_no_letter(session):
    people = cast(session)
    plan = create(session, people)
    assert session.scalar(select(func.count()).select_from(Task).where(Task.plan_id == plan.id)) == 1 + 3 + 3 + 1
    assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


@pytest.mark.parametrize(("read", "kept"), [("12/KH-UBND", "12/KH-UBND"), ("/KH-UBND", ""), ("", "")])
def test_the_place_for_a_number_is_no_number(session, read, kept):
    people = cast(session)
    draft = replace(SMALL_PLAN, number=read)
    plan = planning.create_plan(
        session, office_id=people.office_id, draft=draft, unit_ids=[u.id for u in people.units], by=SYSTEM, now=START
    )
    assert plan.number == kept


def test_people_of_the_sample_have_no_part_in_a_real_plan(session):
    people = cast(session)
    session.execute(update(User).values(is_sample=True))
    real, sample = create(session, people), create(session, people, is_sample=True)
    assert (real.coordinator_id, real.leader_id) == (None, None)
    assert (sample.coordinator_id, sample.leader_id) == (people.coordinator_id, people.leader_id)


def test_a_plan_without_units_is_refused_with_a_sentence(session):
    people = cast(session)
    with pytest.raises(Refused) as refused:
        planning.create_plan(session, office_id=people.office_id, draft=SMALL_PLAN, unit_ids=[], by=people.ha, now=START)
    assert refused.value.sentence == "Chưa tạo kế hoạch: chưa chọn đơn vị nào; chọn ít nhất một đơn vị."


def test_a_plan_starts_once(session):
    people = cast(session)
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        planning.activate_plan(session, plan.id, by=people.ha, now=START)
    assert refused.value.key == "plan_started"


def test_the_first_letters_wait_for_a_click_and_their_number_is_told(session):
    people = cast(session)
    plan = create(session, people, coordinator_id=people.coordinator_id)
    planning.activate_plan(session, plan.id, by=people.ha, now=START)
    rows = session.execute(select(OutboxMessage.kind, OutboxMessage.status).order_by(OutboxMessage.id)).all()
    assert [tuple(r) for r in rows] == [("plan_started", LetterStatus.HELD)] * 3 + [("held", LetterStatus.QUEUED)]
    assert planning.release_letters(session, plan.id, by=people.ha, now=START) == 3


def test_removing_the_sample_leaves_real_plans_alone(session):
    people = cast(session)
    real, sample = running_plan(session, people), create(session, people, is_sample=True)
    sample_id = sample.id
    assert planning.remove_sample(session, by=people.ha, now=START) == 1
    session.expire_all()
    assert session.get(Plan, sample_id) is None
    assert session.get(Plan, real.id) is not None
    assert session.scalar(select(func.count()).select_from(Task).where(Task.plan_id == real.id)) == 8


def test_a_new_plan_knows_how_it_is_surveyed(session):
    people = cast(session)
    plan = running_plan(session, people)
    method = method_of_table(plan.method)
    assert [(g.name, g.quota, g.questionnaire) for g in method.groups] == [
        ("UBND xã, phường", QuotaRule(QuotaKind.FLAT, each=60), "commune@1")
    ]
    quotas = session.scalars(select(PlanUnit.ballots_each).where(PlanUnit.plan_id == plan.id))
    assert list(quotas) == [60, 60, 60]
