"""Cơ quan cấp dưới: read like an observer, changed by nobody from above, left with one click."""

from __future__ import annotations

import pytest

from tests.test_every_route import address, rules
from tests.web.conftest import World
from tracker.db import transaction
from tracker.models import Office, User
from tracker.web import guards


@pytest.fixture
def above(world: World) -> World:
    """Mai's office stands above that of the world."""
    with world.app.app_context(), transaction() as session:
        mai = session.query(User).filter_by(username="mai").one()
        session.get_one(Office, world.people.office_id).parent_id = mai.office_id
    return world


def test_the_office_above_reads_and_goes_back(above: World) -> None:
    mai = above.browser("mai")
    plan = f"/plans/{above.plan_id}"
    assert mai.get(plan).status == 404
    assert "Cơ quan cấp dưới" in mai.get("/plans").text
    seen = mai.follow(mai.post(f"/offices/{above.people.office_id}/read"))
    assert seen.with_class("reading") != []
    assert mai.get(plan).status == 200
    for page in ("/", "/plans", "/units", "/journal", f"{plan}/stages/2", f"{plan}/results"):
        assert mai.get(page).status == 200
    assert mai.get("/users").status == 403
    mai.post("/offices/leave")
    assert mai.get(plan).status == 404
    assert mai.get("/plans").with_class("reading") == []


def test_nothing_is_changed_from_above(above: World) -> None:
    mai = above.browser("mai")
    mai.post(f"/offices/{above.people.office_id}/read")
    refused = 0
    for rule in rules(above):
        access = guards.access_of(above.app.view_functions[rule.endpoint])
        if "POST" not in (rule.methods or ()) or access is None or access.kind != "signed_in":
            continue
        if rule.endpoint in guards.WHILE_READING:
            continue
        page = mai.post(address(above, rule))
        assert page.status == 403, rule.rule
        assert "bấm Về cơ quan của mình rồi thực hiện" in page.text
        refused += 1
    assert refused > 80


def test_an_office_that_is_not_below_is_not_there(above: World) -> None:
    ha = above.browser()
    with above.app.app_context(), transaction() as session:
        mai_office = session.query(User).filter_by(username="mai").one().office_id
    assert ha.post(f"/offices/{mai_office}/read").status == 404
    assert ha.post(f"/offices/{above.people.office_id}/read").status == 404
    mai = above.browser("mai")
    mai.post(f"/offices/{above.people.office_id}/read")
    with above.app.app_context(), transaction() as session:  # it stands elsewhere from now on
        session.get_one(Office, above.people.office_id).parent_id = None
    assert mai.get(f"/plans/{above.plan_id}").status == 404


def test_an_administrator_founds_an_office_on_the_page(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.query(User).filter_by(username="mai").one().role = "admin"
    mai = world.browser("mai")
    wrong = mai.post("/offices/new", name="Phòng Nội vụ", place="", admin_name="A", username="a", admin_email="a")
    assert wrong.status == 422
    given = {"name": "Phòng Nội vụ", "place": "UBND huyện Cam Lâm", "phone": "", "admin_name": "Nguyễn Văn Quản",
             "username": "cam-lam", "admin_email": "quan@example.vn"}  # fmt: skip
    made = mai.post("/offices/new", **given)
    assert (made.status, "http" in made.source) == (200, True)
    assert "UBND huyện Cam Lâm" in mai.get("/offices").text
    again = mai.post("/offices/new", **given | {"username": "khac"})
    assert (again.status, "Đã có cơ quan" in again.text) == (422, True)
    assert world.browser().get("/offices/new").status == 403
