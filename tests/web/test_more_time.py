"""Gia hạn on the pages: a contact asks by the link, the coordinator sees what it does and decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.web.conftest import NOW, Browser, MakeWorld, World, statements
from tests.web.pages import Page
from tracker.db import db, transaction
from tracker.models import Extension, OutboxMessage, Plan, Task, UnitGroup
from tracker.rules.states import ExtensionStatus, PlanStatus
from tracker.services import extensions, progress
from tracker.web import tokens

TOKEN_KEY = "test-key-" * 4
REASON = "Máy chủ một cửa bảo trì đến hết ngày 08/7"


def task_id(world: World, position: int = 2, unit: int | None = 0) -> int:
    with world.app.app_context():
        plan = db.session.get_one(Plan, world.plan_id)
        return builders.task(db.session(), plan, position, world.people.units[unit] if unit is not None else None).id


def page_of(world: World, unit: int = 0) -> str:
    contact = world.people.units[unit].contact_id
    return f"/v/{tokens.personal_token(TOKEN_KEY, contact, f'n{unit + 1}')}"


def form_of(world: World, unit: int = 0) -> str:
    return f"{page_of(world, unit)}/tasks/{task_id(world, 2, unit)}/extension"


def ask(world: World, unit: int = 0, /, **changed: str) -> Page:
    fields = {"new_due_on": "12/7/2021", "reason": REASON, "document": ""} | changed
    return world.browser(None).post(form_of(world, unit), **fields)


def asked(world: World) -> list[tuple[ExtensionStatus, date, str]]:
    with world.app.app_context():
        rows = db.session.execute(select(Extension.status, Extension.new_due_on, Extension.note).order_by(Extension.id))
        return [(row.status, row.new_due_on, row.note) for row in rows]


def due(world: World) -> tuple[date | None, date | None]:
    with world.app.app_context():
        found = db.session.get_one(Task, task_id(world))
        return found.due_on, found.original_due_on


def letters(world: World, kind: str) -> int:
    with world.app.app_context():
        return len(db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.kind == kind)).all())


@pytest.fixture
def opened(world: World) -> World:
    """Stage 2 is open for every unit and was due on 30/6; today is Monday, 5/7."""
    with world.app.app_context(), transaction() as session:
        progress.complete_task(session, task_id(world, 1, None), by=world.people.ha, now=NOW - timedelta(days=20))
    return world


@pytest.fixture
def waiting(opened: World) -> World:
    """Unit 1 has asked for 12/7."""
    assert ask(opened).status == 302
    return opened


def test_contact_finds_the_form_from_the_page_of_the_work(opened: World) -> None:
    phone = opened.browser(None)
    link = next(address for text, address in phone.get(page_of(opened)).links.items() if text.startswith("Đề nghị gia hạn"))
    page = phone.get(link)
    assert page.h1 == "Đề nghị gia hạn"
    assert "Hạn hiện tại: thứ Tư, ngày 30/6/2021." in page.text
    labels = ["Hạn mới", "Lý do gia hạn", "Văn bản kèm theo (số, ngày, người ký)", "Tệp kèm theo (không bắt buộc)"]
    assert page.all("main//label") == labels
    assert asked(opened) == []


def test_a_question_is_sent_once_and_stands_on_the_contacts_page(opened: World) -> None:
    phone = opened.browser(None)
    answer = phone.post(form_of(opened), new_due_on="12/7/2021", reason=REASON, document="45/UBND")
    page = phone.follow(answer)
    assert page.banners[0] == "Đã gửi đề nghị gia hạn đến 12/7/2021."
    assert "Đề nghị gia hạn đến 12/7/2021: chờ duyệt." in page.text
    assert "Gửi ngày 05/7/2021. Hạn theo kế hoạch 30/6/2021." in page.text
    assert due(opened) == (date(2021, 6, 30), date(2021, 6, 30))
    again = phone.follow(phone.post(form_of(opened), new_due_on="12/7/2021", reason=REASON))
    assert again.banners[0].startswith("Đề nghị gia hạn gửi ngày 05/7/2021 đang chờ duyệt")
    assert len(asked(opened)) == letters(opened, "extension_asked") == 1


@pytest.mark.parametrize(
    ("changed", "box", "sentence"),
    [
        ({"new_due_on": "30/6/2021"}, "new_due_on", "Hạn mới 30/6/2021 phải sau hạn hiện tại 30/6/2021."),
        ({"new_due_on": ""}, "new_due_on", "Chưa ghi hạn mới."),
        ({"new_due_on": "31/6/2021"}, "new_due_on", "Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ({"reason": "  "}, "reason", "Chưa ghi lý do gia hạn; nêu nguyên nhân và phần việc còn lại."),
    ],
)
def test_what_is_missing_is_said_beside_its_box_and_what_was_typed_stays(
    opened: World, changed: dict[str, str], box: str, sentence: str
) -> None:
    answer = ask(opened, document="45/UBND", **changed)
    assert answer.status == 422
    assert answer.all(f"p[@id='{box}-error']") == [sentence]
    assert answer.value("document") == "45/UBND"
    assert answer.value("new_due_on") == changed.get("new_due_on", "12/7/2021")
    assert answer.value("reason") == changed.get("reason", REASON).strip()
    assert asked(opened) == []


def test_contact_takes_the_question_back(waiting: World) -> None:
    phone = waiting.browser(None)
    page = phone.get(form_of(waiting))
    assert "chờ duyệt" in page.text
    after = phone.follow(phone.post(page.actions[0]))
    assert after.banners[0] == "Đã rút đề nghị gia hạn; hạn giữ nguyên."
    assert [status for status, *_ in asked(waiting)] == [ExtensionStatus.WITHDRAWN]
    assert phone.follow(phone.post(page.actions[0])).banners[0].startswith("Đề nghị này đã được xử lý")


def test_nobody_asks_or_takes_back_for_another_unit(waiting: World) -> None:
    phone = waiting.browser(None)
    other = f"{page_of(waiting, 1)}/tasks/{task_id(waiting)}/extension"
    assert phone.get(other).status == 403
    assert phone.post(other, new_due_on="20/7/2021", reason=REASON).status == 403
    assert phone.post(f"{other}/1/withdraw").status == 403
    assert phone.post(f"{form_of(waiting, 1)}/1/withdraw").status == 404
    assert [status for status, *_ in asked(waiting)] == [ExtensionStatus.PENDING]


def test_finished_work_has_no_form_but_says_why(opened: World) -> None:
    with opened.app.app_context(), transaction() as session:
        progress.complete_task(session, task_id(opened), by=opened.people.contact(0), now=NOW)
    page = opened.browser(None).get(form_of(opened))
    assert page.actions == []
    assert page.with_class("refusal")[0].startswith("“Cung cấp số liệu” của UBND xã Số 0001 đã")
    answer = ask(opened)
    assert (answer.status, asked(opened)) == (409, [])


def test_a_paused_plan_offers_no_more_time(opened: World) -> None:
    with opened.app.app_context(), transaction() as session:
        session.execute(update(Plan).values(status=PlanStatus.PAUSED))
    phone = opened.browser(None)
    assert not [text for text in phone.get(page_of(opened)).links if text.startswith("Đề nghị gia hạn")]
    assert phone.get(form_of(opened)).actions == []


def test_coordinator_sees_who_asked_why_and_what_it_does_to_later_work(waiting: World) -> None:
    page = waiting.browser().get(f"/tasks/{task_id(waiting)}")
    assert page.all("h2[@id='h-x']") == ["Đề nghị gia hạn đến Thứ Hai, 12/7/2021"]
    panel = page.one("section[@aria-labelledby='h-x']")
    assert f"Đầu Mối 1, gửi ngày 05/7/2021: “{REASON}”" in panel
    assert "Thứ Tư, 30/6/2021 vẫn giữ; báo cáo vẫn tính chậm so với hạn này" in panel
    assert "Thứ Hai, 12/7/2021 sau hạn hiện tại (30/6/2021) 8 ngày làm việc" in panel
    assert "3. Điều tra khảo sát" in panel
    assert "Còn 47 ngày làm việc sau hạn mới, đến hạn 15/9/2021" in panel
    assert page.value("new_due_on") == "12/7/2021"
    assert "Gia hạn: chờ duyệt" in page.with_class("pill")


def test_a_date_that_passes_later_work_says_which_must_move(opened: World) -> None:
    ask(opened, new_due_on="15/9/2021")
    panel = opened.browser().get(f"/tasks/{task_id(opened)}").one("section[@aria-labelledby='h-x']")
    assert "Phải lùi hạn 15/9/2021 không còn sau hạn mới" in panel


@pytest.mark.parametrize(("given", "granted"), [("12/7/2021", date(2021, 7, 12)), ("9/7/2021", date(2021, 7, 9))])
def test_granting_moves_the_date_keeps_the_plans_and_tells_the_unit(waiting: World, given: str, granted: date) -> None:
    browser = waiting.browser()
    where = f"/tasks/{task_id(waiting)}"
    answer = browser.post(f"{where}/extensions/1/approve", new_due_on=given, note="Lần cuối", decision_document="77/UBND")
    page = browser.follow(answer)
    assert page.banners[0] == f"Đã chấp thuận; hạn mới {granted.day:02d}/7/2021."
    assert due(waiting) == (granted, date(2021, 6, 30))
    history = page.one("section[@aria-labelledby='h-e']")
    assert "chấp thuận" in history
    assert "“Lần cuối” Văn bản: 77/UBND" in history
    assert "Hạn theo kế hoạchThứ Tư, 30/6/2021" in page.text
    assert letters(waiting, "extension_approved") == 1
    contact = waiting.browser(None).get(page_of(waiting))
    assert f"Hạn mới {granted.day:02d}/7/2021 (hạn theo kế hoạch 30/6/2021)." in contact.text
    assert "theo kế hoạch 30/6/2021" in browser.get(f"/plans/{waiting.plan_id}/stages/2").text


def test_the_matrix_names_both_dates_of_moved_work_that_is_not_pressing(waiting: World) -> None:
    browser = waiting.browser()
    browser.post(f"/tasks/{task_id(waiting)}/extensions/1/approve", new_due_on="30/7/2021")
    assert "Hạn mới 30/7 (kế hoạch 30/6)" in browser.get(f"/plans/{waiting.plan_id}").text


def test_declining_needs_a_sentence_for_the_unit(waiting: World) -> None:
    browser = waiting.browser()
    where = f"/tasks/{task_id(waiting)}/extensions/1/refuse"
    empty = browser.post(where, new_due_on="14/7/2021", note="")
    assert empty.status == 422
    assert empty.all("p[@id='note-error']") == ["Chưa ghi lý do không chấp thuận; đơn vị sẽ nhận nguyên văn câu này."]
    assert empty.value("new_due_on") == "14/7/2021"
    page = browser.follow(browser.post(where, note="Các đơn vị khác đã xong"))
    assert page.banners[0] == "Không chấp thuận; hạn giữ nguyên 30/6/2021."
    assert asked(waiting) == [(ExtensionStatus.REFUSED, date(2021, 7, 12), "Các đơn vị khác đã xong")]
    contact = waiting.browser(None).get(page_of(waiting))
    assert "Không chấp thuận gia hạn đến 12/7/2021: “Các đơn vị khác đã xong”" in contact.text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("30/6/2021", "Hạn mới 30/6/2021 phải sau hạn hiện tại 30/6/2021."),
        ("mai", "“mai” không đọc được là ngày; ghi theo ngày/tháng/năm, ví dụ 27/9/2021."),
    ],
)
def test_a_wrong_date_is_said_to_the_coordinator_beside_its_box(waiting: World, given: str, sentence: str) -> None:
    answer = waiting.browser().post(f"/tasks/{task_id(waiting)}/extensions/1/approve", new_due_on=given, note="Đồng ý")
    assert answer.status == 422
    assert answer.all("p[@id='new_due_on-error']") == [sentence]
    assert (answer.value("new_due_on"), answer.value("note")) == (given, "Đồng ý")
    assert due(waiting)[0] == date(2021, 6, 30)


def test_a_decision_taken_twice_is_one(waiting: World) -> None:
    browser = waiting.browser()
    where = f"/tasks/{task_id(waiting)}/extensions/1"
    browser.follow(browser.post(f"{where}/approve", new_due_on="12/7/2021"))
    answer = browser.post(f"{where}/refuse", note="Muộn")
    assert answer.status == 409
    assert answer.banners[0] == "Đề nghị này đã được xử lý ngày 05/7/2021; tải lại trang."
    assert [status for status, *_ in asked(waiting)] == [ExtensionStatus.APPROVED]


@pytest.mark.parametrize(("username", "status"), [("dung", 403), ("sat", 403), ("mai", 404)])
def test_only_who_runs_the_plan_decides(waiting: World, username: str, status: int) -> None:
    browser = waiting.browser(username)
    where = f"/tasks/{task_id(waiting)}"
    if username != "mai":
        assert not [a for a in browser.get(where).actions if "/extensions/" in a]
    assert browser.post(f"{where}/extensions/1/approve", new_due_on="12/7/2021").status == status
    assert [found for found, *_ in asked(waiting)] == [ExtensionStatus.PENDING]


def test_a_question_answers_only_under_its_own_task(waiting: World) -> None:
    answer = waiting.browser().post(f"/tasks/{task_id(waiting, 2, 1)}/extensions/1/approve", new_due_on="12/7/2021")
    assert answer.status == 404


def test_today_lists_what_waits_for_a_decision(waiting: World) -> None:
    page = waiting.browser().get("/")
    assert page.with_class("line-title")[0] == "UBND xã Số 0001 đề nghị gia hạn cung cấp số liệu đến 12/7/2021"
    assert page.with_class("line-meta")[0] == f"Gửi ngày 05/7; “{REASON}”"
    assert page.links["Xem và quyết định"] == f"/tasks/{task_id(waiting)}"
    assert page.with_class("topnav-count")[0] == "1"
    assert "đề nghị gia hạn" not in waiting.browser("mai").get("/").text


def test_pages_cost_the_same_queries_however_many_ask(make_world: MakeWorld) -> None:
    world = make_world(units=8)
    with world.app.app_context(), transaction() as session:
        progress.complete_task(session, task_id(world, 1, None), by=world.people.ha, now=NOW - timedelta(days=20))
    browser = world.browser()
    said = []
    for units in ((0,), range(1, 8)):
        for unit in units:
            assert ask(world, unit).status == 302
        counts = []
        for where in ("/", f"/tasks/{task_id(world)}"):
            with statements(world.app) as found:
                assert browser.get(where).status == 200
            counts.append(len(found))
        said.append(counts)
    assert said[0] == said[1]


def test_history_counts_every_question(waiting: World) -> None:
    browser = waiting.browser()
    where = f"/tasks/{task_id(waiting)}"
    browser.post(f"{where}/extensions/1/refuse", note="Chưa đủ lý do")
    with waiting.app.app_context(), transaction() as session:
        extensions.request_extension(
            session, task_id(waiting), by=waiting.people.contact(0), now=NOW, new_due_on=date(2021, 7, 15), reason=REASON
        )
    browser.post(f"{where}/extensions/2/approve", new_due_on="15/7/2021")
    titles = [t for t in browser.get(where).with_class("line-title") if t.startswith("Lần")]
    assert titles == [
        "Lần 2: từ 30/6/2021 đến 15/7/2021, chấp thuận",
        "Lần 1: từ 30/6/2021 đến 12/7/2021, không chấp thuận",
    ]


def test_the_form_needs_its_own_token(make_world: MakeWorld) -> None:
    world = make_world(csrf=True)
    phone = Browser(world.app.test_client())
    assert phone.post(form_of(world), new_due_on="12/7/2021", reason=REASON).status == 400


@pytest.mark.parametrize(("week", "more", "left"), [("", 8, 5), ("123456", 10, 6)])
def test_working_days_are_those_of_the_units_own_group(make_world: MakeWorld, week: str, more: int, left: int) -> None:
    """From Monday, 5/7 to Monday, 12/7/2021; health stations work on Saturdays."""
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        session.execute(update(UnitGroup).values(works_on=week))
    assert ask(world).status == 302
    coordinator, where = world.browser(), f"/tasks/{task_id(world)}"
    assert f"Thứ Hai, 12/7/2021 sau hạn hiện tại (30/6/2021) {more} ngày làm việc" in coordinator.get(where).text
    with world.app.app_context(), transaction() as session:
        moved = session.get_one(Task, task_id(world))
        moved.due_on = moved.aim_on = date(2021, 7, 12)
    said = f"còn {left} ngày làm việc"
    assert said in coordinator.get(where).text
    assert said in world.browser(None).get(page_of(world)).text
    brief = coordinator.get(f"/plans/{world.plan_id}/briefs?unit={world.people.units[0].id}")
    assert said in brief.text
