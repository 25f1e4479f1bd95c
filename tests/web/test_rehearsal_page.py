"""Diễn tập: what is to come, by day and by person, beside what would be if; and nothing real changes."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import SMALL_PLAN, START
from tests.web.conftest import MakeWorld, World
from tests.web.pages import squeezed
from tracker.db import db, transaction
from tracker.models import Base, OutboxMessage
from tracker.services import planning
from tracker.web import rehearsal

TABLES = Base.metadata.sorted_tables


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy is not a fault."""
    monkeypatch.setattr(rehearsal, "SECONDS", 300.0)


def contents(world: World) -> tuple[str, dict[str, int]]:
    """The database file to the byte, and how many rows each table has."""
    with world.app.app_context():
        many = {table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}
        path = Path(str(db.engine.url.database))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return hashlib.sha256(path.read_bytes()).hexdigest(), many


def sums(page: Any) -> dict[str, list[str]]:
    """The figures of both columns by their row."""
    rows = page.elements("table[contains(@class, 'rehearsal-sums')]/tbody/tr")
    found = {}
    for row in rows:
        label = squeezed(row.xpath("string(th)")).removesuffix(" khác")
        found[label] = [squeezed(cell.text_content()) for cell in row.xpath("td")]
    return found


def test_the_page_asks_first_and_runs_nothing(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/rehearsal")
    assert page.h1 == "Diễn tập"
    assert page.banners == []
    assert "Theo ngày" not in page.text
    assert world.browser().get(f"/plans/{world.plan_id}").links["Diễn tập"] == f"/plans/{world.plan_id}/rehearsal"


def test_a_running_plan_is_rehearsed_from_tomorrow_and_nothing_real_changes(world: World) -> None:
    browser = world.browser()
    before = contents(world)
    path = f"/plans/{world.plan_id}/rehearsal?go=1"
    page = browser.get(path)
    assert page.banners == ["Đang diễn tập, ngày giả định 06/7/2021 đến 29/11/2021. Không gửi thư thật, không đổi số liệu thật."]
    found = sums(page)
    assert found["Việc cuối cùng xong ngày"] == ["15/10/2021"]
    assert found["Nhiều thư nhất cho một người trong một ngày"] == ["3"], "a digest, what has opened, the summary of the week"
    by_kind = [int(values[0]) for label, values in found.items() if label.startswith("Thư ") and label != "Thư sẽ gửi"]
    assert int(found["Thư sẽ gửi"][0]) == sum(by_kind) > 0
    days = page.all("table[contains(@class, 'rehearsal ') or @class='table rehearsal']//th[@scope='row']")
    assert days[0].startswith("Thứ Ba, 06/7/2021")
    for what in ("nobody", "late&days=5", "holiday&day=12/10/2021&days=2", "down&day=01/7/2021&days=9"):
        assert browser.get(f"{path}&what={what}").status == 200
    assert contents(world) == before


def test_what_if_stands_beside_the_plan_and_what_differs_is_marked(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    unit = world.people.units[1]
    page = world.browser().get(f"/plans/{world.plan_id}/rehearsal?go=1&what=late-unit&unit={unit.id}&days=5")
    heads = page.all("table[contains(@class, 'rehearsal-sums')]//th[@scope='col']")
    assert heads == ["Số liệu", "Theo kế hoạch", "UBND xã Số 0002 chậm 5 ngày làm việc"]
    found = sums(page)
    assert found["Thư gửi thủ trưởng đơn vị"] == ["0", "1"]
    marked = page.elements("tr[contains(@class, 'differs') and @role='row']")
    assert marked
    assert all("khác" in row.text_content() for row in marked)
    rows = page.elements("table[contains(@class, 'rehearsal-people')]/tbody/tr")
    people = {squeezed(row.xpath("string(th/text())")): row.get("class") for row in rows}
    assert people["Thủ Trưởng 2"] == "differs"
    assert people["Đầu Mối 1"] is None


def test_a_plan_that_has_not_started_is_rehearsed_from_the_day_that_is_asked_for(make_world: MakeWorld) -> None:
    world = make_world(plan=False)
    with world.app.app_context(), transaction() as session:
        plan_id = planning.create_plan(
            session, office_id=world.people.office_id, draft=SMALL_PLAN, unit_ids=[u.id for u in world.people.units],
            by=world.people.ha, now=START,
        ).id  # fmt: skip
    browser = world.browser()
    before = contents(world)
    page = browser.get(f"/plans/{plan_id}/rehearsal?go=1&start=01/6/2021&what=nobody")
    found = sums(page)
    assert page.banners[0].startswith("Đang diễn tập, ngày giả định 01/6/2021 đến ")
    assert found["Việc cuối cùng xong ngày"] == ["15/10/2021", "chưa xong việc nào"]
    assert found["Thư gửi kế hoạch công việc"] == ["3", "3"]
    assert contents(world) == before
    with world.app.app_context():
        assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("what=late-unit", "Chưa chọn đơn vị chậm; chọn một đơn vị của kế hoạch."),
        ("what=late-unit&unit=999", "Chưa chọn đơn vị chậm; chọn một đơn vị của kế hoạch."),
        ("what=holiday", "Chưa có ngày bắt đầu; ghi ngày dạng ngày/tháng/năm."),
        ("what=holiday&day=31/2/2021", "Chưa có ngày bắt đầu; ghi ngày dạng ngày/tháng/năm."),
        ("what=late&days=0", "Số ngày phải từ 1 đến 60."),
        ("what=late&days=900", "Số ngày phải từ 1 đến 60."),
    ],
)
def test_an_odd_question_is_answered_with_a_sentence(world: World, query: str, said: str) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/rehearsal?go=1&{query}")
    assert page.banners == [said]


def test_a_plan_at_rest_has_nothing_to_rehearse(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        planning.pause_plan(session, world.plan_id, by=world.people.ha, now=START, reason="mưa lũ")
    page = world.browser().get(f"/plans/{world.plan_id}/rehearsal?go=1")
    assert page.banners == ["Kế hoạch không chạy nên không có thư nào sắp tới; tiếp tục kế hoạch rồi diễn tập."]


def test_others_do_not_rehearse(world: World) -> None:
    path = f"/plans/{world.plan_id}/rehearsal?go=1"
    assert world.browser("dung").get(path).status == 403
    assert world.browser("mai").get(path).status == 404
    assert world.browser("mai").get("/intake/1/rehearsal").status == 404


def test_a_rehearsal_that_takes_too_long_says_how_far_it_came(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "SECONDS", 0.0)
    page = world.browser().get(f"/plans/{world.plan_id}/rehearsal?go=1&what=nobody")
    assert page.banners[1] == "Kế hoạch lớn nên diễn tập dừng ở ngày 06/7/2021; lệnh rehearse chạy được hết."
