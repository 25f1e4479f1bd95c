"""Select many: the table of units leads to Gia hạn and to Xác nhận, each with a look at whom it reaches."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from tests import builders
from tests.web.conftest import NOW, MakeWorld, World, statements
from tracker.db import transaction
from tracker.models import Plan
from tracker.services import progress

DATA = {"stage": 2, "new_due_on": "16/7/2021", "reason": "Mưa lũ, đường bị chia cắt", "document": "Công văn 12/UBND"}


def dues(world: World) -> list[date | None]:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        return [builders.task(session, plan, 2, unit).due_on for unit in world.people.units]


def report(world: World, position: int, units: range) -> None:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        for n in units:
            progress.complete_task(
                session, builders.task(session, plan, position, world.people.units[n]).id, by=world.people.ha, now=NOW
            )


def test_the_bar_under_the_table_offers_what_can_be_done_with_many(make_world: MakeWorld) -> None:
    world = make_world(until=2)
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    acts = [b.get("formaction") for b in browser.get(plan).elements("div[contains(@class, 'bulkbar')]/button")]
    assert f"{plan}/extend" in acts
    assert f"{plan}/confirm" not in acts, "nothing waits"
    report(world, 3, range(1))
    page = browser.get(f"{plan}?stage=3")
    acts = [b.get("formaction") for b in page.elements("div[contains(@class, 'bulkbar')]/button")]
    assert f"{plan}/confirm" in acts
    assert page.elements("input[@name='at']")[0].get("value") == "3", "the stage of the filter goes along"


def test_ticked_units_get_more_time_after_a_look_at_what_it_does(make_world: MakeWorld) -> None:
    world = make_world(until=1)  # stage 2 was due on 30/6; today is 05/7
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    ids = [unit.id for unit in world.people.units[:2]]
    form = browser.get(f"{plan}/extend?picked=yes&unit={ids[0]}&unit={ids[1]}")
    assert form.h1 == "Gia hạn cho 2 đơn vị"
    assert [box.get("value") for box in form.elements("input[@name='stage'][@checked]")] == ["2"], "who is late comes first"
    assert "2. Cung cấp số liệu: 2 việc chưa xong, 2 việc quá hạn; hạn 30/6/2021" in form.text
    asked = browser.post(f"{plan}/extend", unit=ids, **DATA)
    assert asked.h1 == "Gia hạn 2 việc đến 16/7/2021"
    assert "Đến hết thứ Sáu, ngày 16/7/2021. 2 người được báo bằng thư" in asked.text
    assert asked.with_class("line-title") == [f"{unit.name} hạn đang là 30/6/2021" for unit in world.people.units[:2]]
    assert dues(world) == [date(2021, 6, 30)] * 3, "looking moves nothing"
    hidden = {box.get("name"): box.get("value") for box in asked.elements("input[@type='hidden']")}
    assert {name: hidden[name] for name in ("stage", "new_due_on", "reason", "document", "agreed")} == {
        **{name: str(value) for name, value in DATA.items()},
        "agreed": "yes",
    }
    after = browser.follow(browser.post(f"{plan}/extend", unit=ids, agreed="yes", **DATA))
    assert after.banners == ["Đã gia hạn 2 việc đến 16/7/2021; 2 người được báo."]
    assert dues(world) == [date(2021, 7, 16), date(2021, 7, 16), date(2021, 6, 30)]


def test_what_is_missing_is_said_beside_its_box_and_what_was_typed_stays(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, where = world.browser(), f"/plans/{world.plan_id}/extend"
    unit = world.people.units[0].id
    for wrong, box, said in (
        ({"new_due_on": ""}, "new_due_on", "Chưa ghi hạn mới."),
        ({"new_due_on": "30/6/2021"}, "new_due_on", "Hạn mới 30/6/2021 phải sau hạn hiện tại 30/6/2021."),
        ({"reason": " "}, "reason", "Chưa ghi lý do gia hạn; nêu nguyên nhân và phần việc còn lại."),
    ):
        page = browser.post(where, unit=unit, **DATA | wrong)
        assert page.status == 422
        assert page.one(f"p[@id='{box}-error']") == said
        assert page.elements("input[@name='document']")[0].get("value") == "Công văn 12/UBND"
        assert page.elements("input[@name='unit']")[0].get("value") == str(unit)


def test_without_a_tick_or_without_open_work_the_page_says_the_next_step(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    for act in ("extend", "confirm"):
        back = browser.get(f"{plan}/{act}?picked=yes")
        assert back.location == f"{plan}#don-vi"
        assert browser.follow(back).banners == ["Chưa chọn đơn vị nào; đánh dấu ít nhất một đơn vị rồi bấm lại."]
    unit = world.people.units[0].id
    nothing = browser.get(f"{plan}/confirm?unit={unit}")
    assert nothing.links["Quay lại danh sách"] == f"{plan}#don-vi"


def test_reports_of_ticked_units_are_confirmed_over_all_stages_or_of_one(make_world: MakeWorld) -> None:
    world = make_world(until=2)
    report(world, 3, range(3))
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    ids = [unit.id for unit in world.people.units]
    asked = browser.get(f"{plan}/confirm?picked=yes&unit={ids[0]}&unit={ids[2]}")
    assert asked.h1 == "Xác nhận hoàn thành 2 việc"
    assert [words.split(",")[0] for words in asked.with_class("line-title")] == [world.people.units[n].name for n in (0, 2)]
    assert browser.get(f"{plan}/confirm?unit={ids[0]}&at=2").h1 != asked.h1, "the stage of the filter alone"
    tasks = [box.get("value") for box in asked.elements("input[@name='task']")]
    after = browser.follow(browser.post(f"{plan}/confirm", task=tasks))
    assert after.banners == ["Đã xác nhận 2 việc."]
    again = browser.follow(browser.post(f"{plan}/confirm", task=tasks))
    assert again.banners == ["Các việc đã chọn không còn chờ xác nhận."]


def test_a_stage_of_many_pages_leads_to_all_its_reports(make_world: MakeWorld) -> None:
    world = make_world(units=60, until=2)
    report(world, 3, range(60))
    browser, stage = world.browser(), f"/plans/{world.plan_id}/stages/3"
    where = browser.get(f"{stage}?page=2").links["Xem cả 60 việc chờ xác nhận"]
    assert where.startswith(f"/plans/{world.plan_id}/confirm?all=&at=3&")
    asked = browser.get(where)
    assert asked.h1 == "Xác nhận hoàn thành 60 việc"
    assert asked.links["Quay lại"] == f"{stage}?page=2"


def test_after_a_bulk_act_the_list_is_as_it_was_left(make_world: MakeWorld) -> None:
    """Filters, order and page of the table of units, after each act and after each way back."""
    world = make_world(units=60, until=1)  # stage 2 is late; fifty units a page
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    table = f"{plan}?q=xa&sort=name&page=2"
    left = f"{table}#don-vi"
    page = browser.get(f"{table}&pick=late")
    (come_back,) = {box.get("value") for box in page.elements("form[@class='picks']/input[@name='next']")}
    assert come_back == left, "but what was ticked"
    ticks = {"unit": world.people.units[0].id, "next": come_back}
    for act in ("chase", "remind", "extend", "chase-letter"):
        asked = browser.get(f"{plan}/{act}?{urlencode(ticks)}")
        assert (asked.links["Quay lại"], asked.value("next")) == (left, left), act
        assert browser.get(f"{plan}/{act}?picked=yes&{urlencode({'next': left})}").location == left, act
    asked = browser.post(f"{plan}/extend", **ticks, **DATA)
    assert (asked.links["Không gia hạn"], asked.value("next")) == (left, left)
    assert browser.post(f"{plan}/extend", **ticks, **(DATA | {"reason": ""})).links["Quay lại"] == left
    assert browser.post(f"{plan}/chase", **ticks).location == left
    assert browser.post(f"{plan}/chase", **ticks).location == left, "also when it was said already"
    assert browser.post(f"{plan}/extend", **ticks, agreed="yes", **DATA).location == left


def test_after_reports_are_confirmed_the_list_is_as_it_was_left(make_world: MakeWorld) -> None:
    world = make_world(units=5, until=2)
    report(world, 3, range(5))
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    left = f"{plan}?only=waiting&sort=name#don-vi"
    asked = browser.get(f"{plan}/confirm?{urlencode({'unit': world.people.units[0].id, 'next': left})}")
    assert (asked.links["Quay lại"], asked.value("next")) == (left, left)
    assert browser.post(f"{plan}/confirm", task=asked.value("task"), next=left).location == left
    stage = f"{plan}/stages/3?only=waiting"
    listed = browser.get(stage)
    (come_back,) = {box.get("value") for box in listed.elements("form[@class='picks']/input[@name='next']")}
    assert come_back == stage
    tasks = [box.get("value") for box in listed.elements("input[@name='task']")]
    asked = browser.get(f"{plan}/confirm?{urlencode({'task': tasks[:2], 'at': 3, 'next': stage}, doseq=True)}")
    assert asked.h1 == "Xác nhận hoàn thành 2 việc"
    assert browser.post(f"{plan}/confirm", task=tasks[:2], at=3, next=asked.value("next")).location == stage


def test_a_way_back_leads_to_no_other_site(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    for evil in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        query = urlencode({"unit": world.people.units[0].id, "next": evil})
        assert browser.get(f"{plan}/extend?{query}").links["Quay lại"] == f"{plan}#don-vi"
        assert browser.get(f"{plan}/chase?{query}").links["Quay lại"] == f"{plan}#don-vi"
        assert browser.get(f"{plan}/confirm?picked=yes&{urlencode({'next': evil})}").location == f"{plan}#don-vi"
        assert browser.post(f"{plan}/confirm", task=1, next=evil).location == f"{plan}#don-vi"


def test_one_piece_of_work_leads_to_its_own_extension(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        task_id = builders.task(session, session.get_one(Plan, world.plan_id), 2, world.people.units[1]).id
    unit = world.people.units[1].id
    assert world.browser().get(f"/tasks/{task_id}").links["Gia hạn"] == f"/plans/{world.plan_id}/extend?unit={unit}&at=2"


def test_only_those_who_run_plans_reach_it(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    unit = world.people.units[0].id
    for username, status in (("dung", 403), ("sat", 403), ("mai", 404)):
        browser = world.browser(username)
        for act in ("extend", "confirm"):
            assert browser.get(f"/plans/{world.plan_id}/{act}?unit={unit}").status == status
            assert browser.post(f"/plans/{world.plan_id}/{act}", unit=unit, agreed="yes", **DATA).status == status
    assert set(dues(world)) == {date(2021, 6, 30)}


def test_the_look_asks_as_often_for_many_units(make_world: MakeWorld) -> None:
    asked = {}
    for units in (3, 40):
        world = make_world(units=units, until=1)
        browser = world.browser()
        browser.get("/")
        with statements(world.app) as said:
            browser.post(f"/plans/{world.plan_id}/extend", unit=[unit.id for unit in world.people.units], **DATA)
        asked[units] = len(said)
    assert asked[3] == asked[40]
