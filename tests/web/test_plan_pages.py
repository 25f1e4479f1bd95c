"""The list, one plan, one stage: what they say, whom their filters find, and what they cost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from tests import builders
from tests.builders import moment
from tests.web.conftest import NOW, MakeWorld, World, statements
from tests.web.pages import Page, squeezed
from tracker.db import db, transaction
from tracker.models import CalendarDay, OutboxMessage, Plan, Unit
from tracker.rules.states import DayKind, LetterStatus
from tracker.services import planning, progress
from tracker.wording import search_key

PAGES = ("/", "/plans", "/plans/{plan}", "/plans/{plan}?only=late", "/plans/{plan}/stages/2", "/plans/{plan}/stages/4",
         "/tasks/{task}", "/journal", "/plans/{plan}/ask/pause")  # fmt: skip


def finish(world: World, position: int, units: range | list[int | None]) -> None:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        for n in units:
            task = builders.task(session, plan, position, world.people.units[n] if n is not None else None)
            progress.complete_task(session, task.id, by=world.people.ha, now=NOW)


def cells(page: Page, row: int) -> list[str]:
    rows = page.elements("table[contains(@class, 'matrix')]/tbody/tr[not(contains(@class, 'm-group'))]")
    return [squeezed(td.text_content()) for td in rows[row - 1].findall("td") if td.get("class") != "m-pick"]


def test_no_plan_yet_says_what_to_do_first(make_world: MakeWorld) -> None:
    browser = make_world(plan=False).browser()
    for path in ("/", "/plans"):
        page = browser.get(path)
        assert "Chưa có kế hoạch" in page.all("h2")
        assert "Chưa có thư nào được gửi cho đến khi kế hoạch được rà soát và bắt đầu triển khai." in page.text


def test_the_list_says_how_far_each_plan_is(world: World) -> None:
    finish(world, 1, [None])
    page = world.browser().get("/plans")
    assert page.links["Khảo sát mức độ hài lòng năm 2021"] == f"/plans/{world.plan_id}"
    assert page.with_class("line-far") == ["1/8 việc, 12%1/8"]
    assert page.with_class("pill") == ["Chậm tiến độ (3 việc quá hạn)"]


def test_the_plan_page_says_the_state_and_shows_every_unit(world: World) -> None:
    finish(world, 1, [None])
    finish(world, 2, [0])
    page = world.browser().get(f"/plans/{world.plan_id}")
    assert page.with_class("page-head-tags") == ["Đang triển khai Chậm tiến độ (2 việc quá hạn)"]
    assert page.with_class("stat")[:4] == [
        "Việc hoàn thành2/825%",
        "Đang ở giai đoạn2/4Cung cấp số liệu: 1/3",
        "Chờ xác nhận0không có việc chờ",
        "Quá hạn2 nhiều nhất 5 ngày",
    ]
    assert page.with_class("tl-when") == [
        "Hạn 19/6 · xong quá hạn 05/7",
        "Hạn 30/6 · 1/3 · quá hạn 2 đơn vị",
        "02/7 – 15/9 · 0/3 xong",
        "30/9 – 15/10 · chưa mở",
    ]
    assert cells(page, 1) == ["Xong quá hạn 16 ngày", "·", "·", "Chưa mở"]
    assert cells(page, 2) == ["·", "Xong quá hạn 5 ngày", "Đang làm", "Còn chặn"]
    assert cells(page, 3) == ["·", "Quá hạn 5 ngày", "Chưa mở", "Còn chặn"]


def test_the_chart_shows_due_dates_put_off_and_the_end_at_todays_pace(world: World) -> None:
    """On Monday 5/7 stage 2, due 30/6, has one unit left; both others finished today, so the last takes a day."""
    browser, where = world.browser(), f"/plans/{world.plan_id}"
    finish(world, 1, [None])
    assert "Chưa ước tính được ngày xong: giai đoạn 2 đã quá hạn" in browser.get(where).text
    finish(world, 2, [0, 1])
    page = browser.get(where)
    assert page.all("//*[@class='g-forecast-end']/*[local-name()='title']")[0] == "Ước xong 06/7/2021"
    assert "kế hoạch xong đúng hạn" in page.text
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        task = builders.task(session, plan, 2, world.people.units[2])
        assert task.due_on is not None
        task.due_on += timedelta(days=9)
    page = browser.get(where)
    assert page.all("//*[@class='g-slip']/*[local-name()='title']") == [f"Gia hạn {world.people.units[2].name}, đến 09/7/2021"]


def test_the_chart_shades_days_off_and_draws_gates_as_locks_that_say_why(world: World) -> None:
    browser, where = world.browser(), f"/plans/{world.plan_id}"
    with world.app.app_context(), transaction() as session:
        session.add(CalendarDay(day=date(2021, 9, 2), kind=DayKind.HOLIDAY, name="Quốc khánh"))

    def locks(page: Page) -> list[str]:
        return page.all("*[*[@class='g-gate']]/*[local-name()='title']")

    page = browser.get(where)
    assert len(page.elements("*[@class='g-off']")) > 10
    assert "Quốc khánh 02/9/2021" in page.all("*[@class='g-holiday']/*[local-name()='title']")
    assert len(locks(page)) == 3
    assert "giai đoạn 1" in locks(page)[0]
    assert page.with_class("refusal")[0].startswith("Giai đoạn 2"), "the words under the heading say the same"
    finish(world, 1, [None])
    assert locks(browser.get(where))[0] == "Đã mở ngày 05/7/2021"
    shapes = [mark.get("class") for mark in browser.get(where).elements("*[*[@class='g-gate']]")]
    assert shapes == ["tone-ok", "tone-idle", "tone-idle"]


def test_each_page_of_a_plan_says_where_it_lies_and_leads_back(world: World) -> None:
    browser, plan = world.browser(), f"/plans/{world.plan_id}"
    finish(world, 1, [None])
    for path in (
        plan,
        f"{plan}/stages/2",
        "/tasks/2",
        f"{plan}/chase",
        f"{plan}/ask/pause",
        f"{plan}/ballots",
        f"{plan}/progress",
    ):
        crumbs = browser.get(path).elements("nav[@class='crumbs']//li")
        assert len(crumbs) > 1, path
        assert [bool(step.findall("a")) for step in crumbs] == [True] * (len(crumbs) - 1) + [False], path
        assert crumbs[0].find("a").get("href") in ("/plans", plan), path


def test_a_plan_is_printed_with_its_day_and_by_whom(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}")
    assert page.all("button[@data-print]") == ["In trang này"]
    assert "Số liệu đến ngày 05/7/2021. Người in: Trần Thu Hà." in page.text


def test_the_plan_page_tells_what_happened_last_and_what_the_system_did_to_many_units_once(world: World) -> None:
    finish(world, 1, [None])
    page = world.browser().get(f"/plans/{world.plan_id}")
    told = page.all("section[@id='dien-bien']//li/p")
    assert told[0] == "Hệ thống mở giai đoạn 2 (Cung cấp số liệu) cho 3 đơn vị: đủ điều kiện chuyển bước."
    assert told[1].startswith("Trần Thu Hà báo hoàn thành")
    assert not [line for line in told if line.endswith("..")]


def test_only_what_is_late_and_open_or_waits_is_loud(world: World) -> None:
    finish(world, 1, [None])
    finish(world, 2, [0])
    finish(world, 3, [0])
    page = world.browser().get(f"/plans/{world.plan_id}")
    assert page.with_class("is-loud") == ["Chờ xác nhận", "Quá hạn 5 ngày", "Quá hạn 5 ngày"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=so 0002", ["UBND xã Số 0002"]),
        ("q=SỐ 0003", ["UBND xã Số 0003"]),
        ("only=late", ["UBND xã Số 0002", "UBND xã Số 0003"]),
        ("only=late&q=0003", ["UBND xã Số 0003"]),
        ("only=waiting", []),
        ("stage=2&only=late", ["UBND xã Số 0002", "UBND xã Số 0003"]),
        ("stage=3&only=late", []),
        ("group=UBND xã, phường", ["UBND xã Số 0001", "UBND xã Số 0002", "UBND xã Số 0003"]),
        ("group=Trạm Y tế", []),
        ("only=nonsense&stage=x&page=-3", ["UBND xã Số 0001", "UBND xã Số 0002", "UBND xã Số 0003"]),
    ],
)
def test_the_filter_finds_units_without_accents(world: World, query: str, found: list[str]) -> None:
    finish(world, 1, [None])
    finish(world, 2, [0])
    page = world.browser().get(f"/plans/{world.plan_id}?{query}")
    units = page.all("tr[not(contains(@class, 'm-group'))]/th[@scope='row'][contains(@class, 'm-unit')]")
    assert [name for name in units if "việc chung" not in name] == found
    assert ("Không có đơn vị khớp bộ lọc" in page.text) == (not found)
    assert bool(page.with_class("bulkbar")) == bool(found)


def test_the_table_is_sorted_by_who_is_latest_and_its_file_too(world: World) -> None:
    """Of three units two are late in stage 2; the third, first in the plan, is done."""
    finish(world, 1, [None])
    finish(world, 2, [0])
    browser, where = world.browser(), f"/plans/{world.plan_id}"
    names = [unit.name for unit in world.people.units]
    page = browser.get(f"{where}?sort=late")
    assert page.with_class("m-unit")[-3:] == [names[1], names[2], names[0]]
    assert not page.elements("tr[contains(@class, 'm-group')]"), "groups would break the order"
    assert page.elements("select[@name='sort']/option[@selected]")[0].get("value") == "late"
    file = browser.get(f"{where}/matrix.csv?sort=late").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in file[1:]] == [names[1], names[2], names[0]]
    (cell,) = [a for a in page.elements("a[contains(@class, 'cell')]") if a.text_content() == "Quá hạn 5 ngày"][:1]
    assert cell.get("title").startswith("Hạn Thứ Tư, 30/6/2021; mở ")


def test_chips_count_what_they_would_show(world: World) -> None:
    finish(world, 1, [None])
    finish(world, 2, [0])
    page = world.browser().get(f"/plans/{world.plan_id}")
    assert page.all("form[@class='filters']//li") == ["Tất cả 3", "Quá hạn 2"]


def test_a_large_plan_shows_fifty_units_a_page(make_world: MakeWorld) -> None:
    world = make_world(units=130)
    browser = world.browser()
    first, second = browser.get(f"/plans/{world.plan_id}"), browser.get(f"/plans/{world.plan_id}?page=2")
    assert [len(p.elements("tbody/tr/th[@class='m-unit']")) for p in (first, second)] == [51, 51]  # and the office's own row
    assert first.with_class("paging")[0].split()[2:4] == ["Trang", "1/3,"]
    assert second.links["Trang trước"] == f"/plans/{world.plan_id}?page=1"


def test_a_page_costs_the_same_for_two_units_and_for_thirty(make_world: MakeWorld) -> None:
    costs = []
    for units in (2, 30):
        world = make_world(units=units)
        finish(world, 1, [None])
        finish(world, 2, range(units // 2))
        browser = world.browser()
        cost = {}
        for path in PAGES:
            with statements(world.app) as said:
                assert browser.get(path.format(plan=world.plan_id, task=2)).status == 200
            cost[path] = [s for s in said if s != "BEGIN"]
        costs.append(cost)
    few, many = ({path: len(said) for path, said in cost.items()} for cost in costs)
    assert few == many
    assert max(many.values()) <= 20, many


def test_a_stage_lists_its_units_and_what_it_opens(world: World) -> None:
    finish(world, 1, [None])
    page = world.browser().get(f"/plans/{world.plan_id}/stages/2")
    assert page.h1 == "2. Cung cấp thông tin, số liệu"
    assert page.all("tbody/tr/th") == [u.name for u in world.people.units]
    assert page.links["3. Điều tra khảo sát"] == f"/plans/{world.plan_id}/stages/3"
    assert "“Trước ngày 01/7/2021”" in page.text


def test_a_shut_stage_names_what_blocks_it(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/stages/4")
    assert page.all("div[@class='gate tone-idle']//li") == [
        "Giai đoạn 4 (Nhập liệu) chưa mở: còn 3/3 đơn vị chưa hoàn thành giai đoạn 3 (Điều tra khảo sát), "
        "gồm UBND xã Số 0001, UBND xã Số 0002 và 1 đơn vị khác; đôn đốc các đơn vị này."
    ]


def test_many_reports_are_confirmed_after_a_look_at_whom_it_reaches(world: World) -> None:
    finish(world, 1, [None])
    for position in (2, 3):
        finish(world, position, range(3))
    browser = world.browser()
    stage, confirm = f"/plans/{world.plan_id}/stages/3", f"/plans/{world.plan_id}/confirm"
    ids = [box.get("value") for box in browser.get(stage).elements("input[@name='task']")]
    assert len(ids) == 3
    asked = browser.get(f"{confirm}?at=3&{urlencode({'task': ids}, doseq=True)}")
    assert asked.h1 == "Xác nhận hoàn thành 3 việc"
    assert asked.with_class("line-title") == [u.name for u in world.people.units]
    done = browser.post(confirm, task=ids, at=3)
    assert done.location == stage
    assert browser.follow(done).banners == ["Đã xác nhận 3 việc. Nhập liệu đã mở."]
    again = browser.get(f"{confirm}?at=3&{urlencode({'task': ids}, doseq=True)}")
    assert "Không có báo cáo nào chờ xác nhận" in again.text
    nothing = browser.get(f"{confirm}?at=3&next={stage}?only=waiting")
    assert nothing.location == f"{stage}?only=waiting"
    assert browser.follow(nothing).banners == ["Chưa chọn đơn vị nào; đánh dấu ít nhất một đơn vị rồi bấm lại."]


def test_a_plan_starts_and_its_first_letters_wait_for_a_click(make_world: MakeWorld) -> None:
    world = make_world(plan=False)
    with world.app.app_context(), transaction() as session:
        plan_id = planning.create_plan(
            session,
            office_id=world.people.office_id,
            draft=builders.SMALL_PLAN,
            unit_ids=[u.id for u in world.people.units],
            by=world.people.ha,
            now=NOW,
        ).id
        session.add(Unit(office_id=world.people.office_id, name="UBND xã Vắng", search_key=search_key("UBND xã Vắng")))
    browser = world.browser()
    assert browser.get("/").links["Xem và bắt đầu"] == f"/plans/{plan_id}"
    page = browser.get(f"/plans/{plan_id}")
    assert page.banners == ["Kế hoạch chưa triển khai: chưa mở việc nào, chưa gửi thư nào."]
    asked = browser.get(page.links["Bắt đầu triển khai"])
    assert "Kế hoạch gồm 8 việc cho 3 đơn vị; việc nào đủ điều kiện thì mở ngay." in asked.text
    started = browser.follow(browser.post(f"/plans/{plan_id}/start"))
    assert started.banners[0].startswith("Đã bắt đầu triển khai: 8 việc, 3 đơn vị;")
    with world.app.app_context():
        held = db.session.query(OutboxMessage).filter_by(status=LetterStatus.HELD).count()
    assert held > 0
    assert browser.get("/").links["Xem và gửi"] == f"/plans/{plan_id}/ask/release"
    asked = browser.get(f"/plans/{plan_id}/ask/release")
    assert f"Gửi {held} thư tới" in asked.text
    released = browser.follow(browser.post(f"/plans/{plan_id}/release"))
    assert released.banners[0] == f"Đã chuyển {held} thư vào hàng chờ gửi."
    assert (released.h1, len(released.banners)) == ("Thư gửi đi", 2)  # no mail server is set, says the other
    assert re.search(r"Đang gửi: 0/(\d+) thư đã gửi, còn \1 thư", released.text.replace("\xa0", " "))
    assert released.elements("noscript//a")[0].get("href") == f"/outbox?plan={plan_id}"
    again = browser.post(f"/plans/{plan_id}/start")
    assert again.status == 409
    assert "không bắt đầu lần hai" in again.banners[0]


def test_a_plan_pauses_and_goes_on(world: World) -> None:
    browser = world.browser()
    page = browser.follow(browser.post(f"/plans/{world.plan_id}/pause", reason="bão số 5"))
    assert page.banners == ["Đã tạm dừng kế hoạch; không nhắc việc nào.", "Kế hoạch đang tạm dừng từ 05/7/2021; không nhắc việc."]
    assert "Trần Thu Hà tạm dừng Khảo sát mức độ hài lòng năm 2021: bão số 5." in browser.get("/journal").text
    assert page.all("a[contains(@class, 'btn-primary')]") == ["Tiếp tục kế hoạch"]
    assert browser.get("/").all("aside//section[contains(@class, 'panel')]")[0].endswith("Tạm dừng")
    page = browser.follow(browser.post(f"/plans/{world.plan_id}/resume"))
    assert "Tiếp tục kế hoạch" not in page.links
    assert page.banners == ["Đã tiếp tục kế hoạch; lời nhắc tính lại từ hôm nay."]


def test_the_sample_is_marked_and_goes_with_one_button(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.get_one(Plan, world.plan_id).is_sample = True
    browser = world.browser()
    page = browser.get(f"/plans/{world.plan_id}")
    assert page.with_class("sample")[0].startswith("Dữ liệu mẫu")
    asked = browser.get(page.links["Xóa dữ liệu mẫu"])
    assert asked.actions == [f"/plans/{world.plan_id}/remove-sample"]
    gone = browser.follow(browser.post(asked.actions[0]))
    assert gone.banners == ["Đã xóa dữ liệu mẫu; nhật ký được giữ nguyên."]
    assert browser.get(f"/plans/{world.plan_id}").status == 404
    assert browser.get("/journal").status == 200


def test_a_real_plan_cannot_be_removed_as_a_sample(world: World) -> None:
    browser = world.browser()
    assert browser.post(f"/plans/{world.plan_id}/remove-sample").status == 404
    assert browser.get(f"/plans/{world.plan_id}/ask/remove-sample").status == 404
    assert browser.get(f"/plans/{world.plan_id}").status == 200


def test_a_plan_of_the_past_and_of_the_future_still_draws(world: World, clock: time_machine.Traveller) -> None:
    browser_of_day = world.browser
    for when in (moment(2021, 6, 2), moment(2031, 1, 5)):
        clock.move_to(when)
        page = browser_of_day().get(f"/plans/{world.plan_id}")
        assert page.status == 200
        assert len(page.with_class("tl-row")) == 4


def test_every_row_of_the_matrix_has_a_cell_for_each_column(world: World) -> None:
    """Print leaves out the ticks: a cell that spans them would push the sums under the next stage."""
    page = world.browser().get(f"/plans/{world.plan_id}")
    matrix = "table[contains(@class, 'matrix')]//tr"
    assert page.elements(f"{matrix}[@class='m-group']")
    assert {len(row.findall("td") + row.findall("th")) for row in page.elements(matrix)} == {6}
    assert not page.elements(f"{matrix}/*[@colspan]")
