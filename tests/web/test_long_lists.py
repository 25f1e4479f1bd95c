"""Pages of a plan with more units than one page shows: the same statements, sums of all, forms that touch what is shown."""

from __future__ import annotations

from sqlalchemy import select

from tests.web.conftest import NOW, MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import BallotBox, PlanUnit

MANY = 60
#: Pages with units, and how many rows of units their first page has beside MANY units.
PAGES = {"ballots": 50, "quotas": 50, "boxes": 50, "recheck": 50, "recheck/commitments": MANY, "ladder": 0, "boxes/new": 0}


def with_boxes(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.add_all(
            BallotBox(plan_id=world.plan_id, unit_id=unit.id, code="1", place="Một cửa", sealed_on=NOW.date())
            for unit in world.people.units
        )


def test_pages_ask_as_often_for_many_units_and_go_on(make_world: MakeWorld) -> None:
    asked: dict[str, list[int]] = {}
    for units in (3, MANY):
        world = make_world(units=units)
        with_boxes(world)
        browser = world.browser()
        for path, first in PAGES.items():
            address = f"/plans/{world.plan_id}/{path}"
            browser.get(address)
            with statements(world.app) as said:
                page = browser.get(address)
            asked.setdefault(path, []).append(len(said))
            assert len(page.all("tbody//th[@scope='row']")) == min(units, first), path
            if 0 < first < units:
                more = browser.get(page.links["Trang sau"])
                assert len(more.all("tbody//th[@scope='row']")) == MANY - first, path
    assert all(few == many for few, many in asked.values()), asked


def test_filters_stay_over_pages_and_sums_are_of_all(make_world: MakeWorld) -> None:
    world = make_world(units=MANY)
    with_boxes(world)
    browser = world.browser()
    page = browser.get(f"/plans/{world.plan_id}/boxes?only=never")
    assert page.with_class("stat")[:2] == ["Hòm đang dùng60/60chưa thu hồi hòm nào", "Chưa mở lần nào60trong đợt thu phiếu"]
    assert page.links["Trang sau"] == f"/plans/{world.plan_id}/boxes?only=never&page=2"
    for where in ("", "?page=2"):
        page = browser.get(f"/plans/{world.plan_id}/ballots{where}")
        assert page.all("tfoot//th") == [f"Cộng {MANY} đơn vị"]


def test_a_page_of_quotas_is_saved_alone_and_says_so(make_world: MakeWorld) -> None:
    world = make_world(units=MANY)
    browser = world.browser()
    page = browser.get(f"/plans/{world.plan_id}/method")
    typed = {e.get("name"): e.get("value") or "" for e in page.elements("main//input[@name]")}
    typed |= {"kind-0": "bands", "bands-0": "dưới 100: tất cả\ncòn lại: 100", "questionnaire-0": "commune@1"}
    typed |= {"formula": "mean-of-questions", "recheck_mode": "ask"}
    assert browser.post(f"/plans/{world.plan_id}/method", **typed).status == 302
    address = f"/plans/{world.plan_id}/quotas?page=2"
    page = browser.get(address)
    assert page.with_class("savebar") == [
        "Lưu và tính lại Chỉ lưu 10 đơn vị đang hiện ở trang này; lưu trước khi sang trang khác."
    ]
    boxes = [box.get("name") for box in page.elements("input[starts-with(@name, 'files-')]")]
    assert boxes == [f"files-{unit.id}" for unit in world.people.units[50:]]
    answer = browser.post(address, **dict.fromkeys(boxes, "640"))
    assert answer.location == address
    assert "1.000 phiếu cả kế hoạch" in browser.get(f"/plans/{world.plan_id}/quotas").text
    with world.app.app_context():
        quotas = db.session.scalars(select(PlanUnit.ballots_each).order_by(PlanUnit.position)).all()
    assert quotas == [None] * 50 + [100] * 10
