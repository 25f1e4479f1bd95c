"""Work without an end on the pages, and the settings of reporting and warning beside the ladder."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests.web.conftest import MakeWorld, World
from tests.web.test_more_time import page_of, task_id
from tracker.db import db, transaction
from tracker.models import JournalEntry, Plan, Stage, Task
from tracker.rules.states import TimeKind

VERB = "xác nhận vẫn đang thực hiện"


@pytest.fixture
def endless(make_world: MakeWorld) -> World:
    """Stage 2 has no end; it is open for every unit."""
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        stage = session.scalar(select(Stage).where(Stage.plan_id == world.plan_id, Stage.position == 2))
        stage.time_kind, stage.due_on = TimeKind.CONTINUOUS, None
        session.execute(update(Task).where(Task.stage_id == stage.id).values(due_on=None, aim_on=None, original_due_on=None))
    return world


def heard(world: World) -> tuple[date | None, str, int]:
    with world.app.app_context():
        work = db.session.get_one(Task, task_id(world))
        lines = db.session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.verb == VERB))
        return work.heard_on, work.result_note, lines or 0


@pytest.mark.parametrize("who", ["contact", "coordinator"])
def test_going_on_is_confirmed_once_and_looking_changes_nothing(endless: World, who: str) -> None:
    browser = endless.browser("ha" if who == "coordinator" else None)
    page = f"/tasks/{task_id(endless)}" if who == "coordinator" else f"{page_of(endless)}/tasks/{task_id(endless)}"
    assert "Xác nhận vẫn đang thực hiện" in browser.get(page).text
    assert heard(endless) == (None, "", 0)
    for _ in range(2):
        assert browser.post(f"{page}/going-on", note="12 lượt tuyên truyền").location == page
    assert heard(endless) == (date(2021, 7, 5), "12 lượt tuyên truyền", 1)
    assert "05/7/2021" in browser.get(page).text


def test_work_with_a_due_date_has_no_such_button_and_says_why(endless: World) -> None:
    other = task_id(endless, 3)
    ha = endless.browser()
    assert "Xác nhận vẫn đang thực hiện" not in ha.get(f"/tasks/{other}").text
    page = ha.follow(ha.post(f"/tasks/{other}/going-on", note=""))
    assert "có hạn hoàn thành nên không xác nhận hằng tháng" in page.text
    assert endless.browser(None).post(f"{page_of(endless, 1)}/tasks/{task_id(endless)}/going-on").status == 403


def test_settings_are_kept_and_what_is_no_setting_is_refused_with_what_was_typed(endless: World) -> None:
    ha, page = endless.browser(), f"/plans/{endless.plan_id}/ladder"
    shown = ha.get(page)
    assert (shown.value("chases"), shown.value("lag"), shown.value("months-2")) == ("3", "20", "1")
    wrong = ha.post(f"{page}/settings", **{"chases": "2", "lag": "nhiều", "months-2": "2"})
    assert (wrong.status, wrong.value("lag"), wrong.value("months-2")) == (422, "nhiều", "2")
    assert "từ 0 (không cảnh báo) đến 90" in wrong.text
    assert ha.post(f"{page}/settings", **{"chases": "2", "lag": "10", "months-2": "2"}).status == 302
    with endless.app.app_context():
        plan = db.session.get_one(Plan, endless.plan_id)
        stage = db.session.scalar(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 2))
        assert (plan.chases_before_leader, plan.field_lag, stage.ask_months) == (2, 10, 2)
    assert endless.browser("dung").post(f"{page}/settings", chases="1").status == 403
