"""Tiến độ công khai: closed by default, opened and shut by the office, and it names no unit and nobody."""

import pytest
import time_machine
from sqlalchemy import select, update

from tests.web.conftest import MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import JournalEntry, Plan, Stage, Task
from tracker.rules.states import PlanStatus, TaskStatus


@pytest.fixture
def shown(world: World) -> str:
    """The address of the page, opened by the coordinator."""
    assert world.browser().post(f"/plans/{world.plan_id}/show-progress").status == 302
    return f"/tien-do/{world.plan_id}"


def test_it_is_closed_until_a_coordinator_opens_it_and_closed_again_when_he_says_so(world: World) -> None:
    ha, stranger, where = world.browser(), world.browser(None), f"/tien-do/{world.plan_id}"
    assert stranger.get(where).status == 404
    asked = ha.get(f"/plans/{world.plan_id}").links["Công khai tiến độ"]
    assert "Không nêu tên đơn vị, tên người" in ha.get(asked).text
    assert stranger.get(where).status == 404, "asking opened nothing"
    ha.post(f"/plans/{world.plan_id}/show-progress")
    ha.post(f"/plans/{world.plan_id}/show-progress")
    assert stranger.get(where).status == 200
    assert where in stranger.get("/ket-qua").links.values()
    assert where in ha.get(f"/plans/{world.plan_id}").source
    ha.post(f"/plans/{world.plan_id}/hide-progress")
    assert stranger.get(where).status == 404
    assert where not in stranger.get("/ket-qua").links.values()
    with world.app.app_context():
        verbs = list(db.session.scalars(select(JournalEntry.verb).where(JournalEntry.verb.like("%công khai tiến độ"))))
    assert verbs == ["công khai tiến độ", "thôi công khai tiến độ"], "twice is once"


def test_it_says_how_far_each_stage_is_and_names_no_unit_and_nobody(world: World, shown: str) -> None:
    with world.app.app_context(), transaction() as session:
        stage = session.scalars(select(Stage).where(Stage.plan_id == world.plan_id, Stage.position == 2)).one()
        stage.opened_on = stage.opened_on or stage.due_on
        tasks = session.scalars(select(Task).where(Task.stage_id == stage.id).order_by(Task.id)).all()
        tasks[0].status, tasks[0].completed_on = TaskStatus.DONE, stage.due_on
        tasks[-1].status = TaskStatus.CANCELLED
        n, name = len(tasks) - 1, stage.short_name
        words = {unit.name for unit in world.people.units} | {"Trần Thu Hà", "Đầu Mối"}
    page = world.browser(None).get(shown)
    line = next(text for text in page.all("ol/li") if name in text)
    assert f"1/{n} đơn vị xong" in line
    assert "Đã qua hạn" in line or "Đang thực hiện" in line
    assert not [word for word in words if word in page.source]


def test_a_page_that_is_kept_is_not_sent_again_until_something_moves(
    world: World, shown: str, clock: time_machine.Traveller
) -> None:
    client = world.app.test_client()
    first = client.get(shown)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(shown, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with world.app.app_context(), transaction() as session:
        task = session.scalars(
            select(Task.id).where(Task.plan_id == world.plan_id, Task.status == TaskStatus.IN_PROGRESS).order_by(Task.id)
        ).first()
    assert task is not None
    clock.shift(60)
    assert world.browser().post(f"/tasks/{task}/complete").status == 302
    assert client.get(shown, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(("status", "answer"), [(PlanStatus.PAUSED, 200), (PlanStatus.CLOSED, 200), (PlanStatus.CANCELLED, 404)])
def test_it_stays_when_the_plan_ends_and_goes_when_it_is_cancelled(
    world: World, shown: str, status: PlanStatus, answer: int
) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(Plan).values(status=status))
    assert world.browser(None).get(shown).status == answer


def test_a_plan_that_has_not_begun_is_not_shown_and_the_refusal_says_what_to_do(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(Plan).values(status=PlanStatus.NOT_STARTED))
    page = world.browser().post(f"/plans/{world.plan_id}/show-progress")
    assert page.status == 409
    assert "bắt đầu triển khai trước" in page.text


def test_it_asks_the_same_however_many_units_there_are(make_world: MakeWorld) -> None:
    counts = []
    for units in (3, 30):
        world = make_world(units=units)
        world.browser().post(f"/plans/{world.plan_id}/show-progress")
        with statements(world.app) as seen:
            assert world.browser(None).get(f"/tien-do/{world.plan_id}").status == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
