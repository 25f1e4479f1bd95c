"""Whole stories over one sample campaign: the table by keyboard alone, a coordinator's day from morning to evening, a leader's
print, and a network that breaks as the button is pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select, update

from tests.browser import living as campaign
from tests.browser.living import NOW, Living
from tests.builders import SMALL_PLAN, moment
from tracker.db import db, transaction
from tracker.models import Contact, JournalEntry, OutboxMessage, Stage, Task, Unit, User
from tracker.rules.access import Actor
from tracker.rules.states import LetterStatus, Role, TaskStatus
from tracker.services import planning, progress

pytestmark = pytest.mark.browser
OFFLINE = "Chưa gửi: máy đang mất mạng"
#: Keeps what a page said of long work as it was left for the answer.
LAST_SEEN = """addEventListener("pagehide", () => {
  sessionStorage.setItem("seen", document.querySelector(".is-busy")?.textContent || "");
})"""


@pytest.fixture
def desk(living: Living, chromium: Browser) -> Iterator[Page]:
    """The coordinator, signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    living.sign_in(page)
    yield page
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    yield context
    context.close()


def tab_until(page: Page, what: str, *, most: int = 120) -> None:
    """Tab until the focus is in something that the selector finds."""
    for _ in range(most):
        if page.evaluate("what => Boolean(document.activeElement.closest(what))", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab did not lead to {what}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def where(page: Page) -> str:
    """The row and the column of the focus in the table."""
    return str(
        page.evaluate("""() => {
          const cell = document.activeElement.closest("th, td"), row = cell.parentElement;
          return `${[...row.parentElement.parentElement.rows].indexOf(row)}:${cell.cellIndex}`;
        }""")
    )


def ticked(page: Page) -> list[str]:
    return page.locator(".matrix tr:has(input:checked) .m-unit").all_inner_texts()


def test_the_table_is_walked_ticked_and_chased_by_keyboard_alone(living: Living, desk: Page) -> None:
    desk.goto(f"{living.url}/plans/1?only=late")
    tab_until(desk, ".matrix")
    start = where(desk)
    press(desk, "ArrowRight", "ArrowRight", "ArrowDown")
    assert where(desk) != start
    press(desk, "End")
    assert where(desk).endswith(f":{desk.locator('.matrix thead th').count() - 1}")
    press(desk, "Home", "ArrowUp")
    assert where(desk) == start
    names = desk.locator(".matrix tbody tr:not(.m-group):has(input) .m-unit").all_inner_texts()
    while not where(desk).startswith(str(first_unit_row(desk))):
        press(desk, "ArrowDown")
    press(desk, "ArrowRight", "ArrowRight", "Space")
    assert ticked(desk) == names[:1]
    press(desk, "Space")
    assert ticked(desk) == []
    press(desk, "Shift+ArrowDown")
    assert ticked(desk) == names[:2]

    # One Tab leaves the table; Enter asks, and the letters are read before they go.
    press(desk, "Tab")
    assert desk.evaluate("document.activeElement.textContent.trim()") == "Đôn đốc ngay"
    press(desk, "Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Đôn đốc")
    for name in names[:2]:
        expect(desk.locator("main")).to_contain_text(name.strip())
    tab_until(desk, "main button")
    press(desk, "Enter")
    expect(desk.locator(".banner").first).to_contain_text("thư")
    press(desk, "g", "t")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Thư gửi đi")
    tab_until(desk, ".lines a")
    press(desk, "Enter")
    expect(desk.locator("main")).to_contain_text(re.compile("Chờ gửi|Đã gửi"))


def test_a_long_table_keeps_its_head_in_sight_and_tells_a_cell_to_keys(living: Living, desk: Page) -> None:
    desk.set_viewport_size({"width": 1280, "height": 600})
    desk.goto(f"{living.url}/plans/1#don-vi")
    tab_until(desk, ".matrix")
    press(desk, *["ArrowDown"] * 25, *["ArrowRight"] * 3)
    head = desk.locator(".matrix thead th").nth(3)
    expect(head).to_be_in_viewport()
    assert desk.evaluate("document.activeElement.getBoundingClientRect().top") >= head.bounding_box()["height"]
    said = desk.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert re.search(r"Hạn Thứ \w+, \d+/\d+/2026", said)


def test_units_of_the_table_are_given_more_time_by_keyboard_alone(living: Living, desk: Page) -> None:
    desk.goto(f"{living.url}/plans/1?stage=3&sort=late")
    tab_until(desk, ".m-pick input")
    press(desk, "Shift+ArrowDown")
    names = ticked(desk)
    assert len(names) == 2
    tab_until(desk, "button[formaction$='/extend']")
    press(desk, "Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Gia hạn cho 2 đơn vị")
    assert desk.locator("input[name=stage]:checked").get_attribute("value") == "3", "the stage of the filter"
    tab_until(desk, "#new_due_on")
    desk.keyboard.type("10/12/2026")
    press(desk, "Tab")
    desk.keyboard.type("Mưa lũ, đường bị chia cắt")
    tab_until(desk, "main form .btn-primary")
    press(desk, "Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Gia hạn 2 việc đến 10/12/2026")
    for name in names:
        expect(desk.locator("main")).to_contain_text(name.strip())
    tab_until(desk, "main form .btn-primary")
    press(desk, "Enter")
    expect(desk.locator(".banner").first).to_contain_text("đến 10/12/2026")
    expect(desk.locator("main")).to_contain_text("Hạn mới 10/12")


def first_unit_row(page: Page) -> int:
    return int(page.evaluate("[...document.querySelector('.matrix').rows].findIndex(row => row.querySelector('input'))"))


def let_report(living: Living, wanted: int) -> list[str]:
    """As many units have reported work that waits for a confirmation; their names."""
    with living.app.app_context(), transaction() as session:
        query = (
            select(Task, Unit.name, Contact)
            .join(Stage, Stage.id == Task.stage_id)
            .join(Unit, Unit.id == Task.unit_id)
            .join(Contact, (Contact.unit_id == Unit.id) & (Contact.rank == 1))
            .where(Stage.needs_confirmation, Task.status.in_((TaskStatus.SUBMITTED, TaskStatus.IN_PROGRESS)))
            .order_by(Task.status.desc(), Task.id)
        )
        found = session.execute(query.limit(wanted)).all()
        assert len(found) == wanted
        for task, _name, contact in found:
            if task.status is TaskStatus.IN_PROGRESS:
                by = Actor(f"contact-{contact.id}", contact.name, None, 1, frozenset({task.unit_id}))
                progress.complete_task(session, task.id, by=by, now=campaign.NOW, note="Đã thu đủ phiếu.")
        return [name for _task, name, _contact in found]


def slow_down(page: Page) -> None:
    """As on a weak mobile network: 50 KB a second, the first byte after a second."""
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    limits = {"offline": False, "latency": 1000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    wire.send("Network.emulateNetworkConditions", limits)


def lines_of(living: Living, verb: str) -> int:
    with living.app.app_context():
        return db.session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.verb == verb)) or 0


def test_a_contact_loses_nothing_when_the_network_breaks(living: Living, phone: BrowserContext) -> None:
    page, note = phone.new_page(), "Đã thu đủ phiếu, gửi kèm biên bản."
    page.goto(f"{living.url}/v/{living.token}")
    before, box = lines_of(living, "báo hoàn thành"), page.get_by_label(re.compile("Kết quả, sản phẩm"))
    box.fill(note)

    # No network as the button is pressed: the page stays, says it, and keeps what was typed.
    phone.set_offline(True)
    page.get_by_role("button", name="Báo hoàn thành").click()
    expect(page.get_by_role("alert")).to_contain_text(OFFLINE)
    expect(box).to_have_value(note)
    phone.set_offline(False)
    expect(page.get_by_role("alert")).to_have_count(0)

    # It breaks on the way, and the browser shows its own page: going back brings the words back.
    page.route("**/complete", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Báo hoàn thành").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/complete")
    page.go_back()
    expect(box).to_have_value(note)
    assert lines_of(living, "báo hoàn thành") == before

    # The answer is slow, the button is pressed twice: one report.
    slow_down(page)
    page.get_by_role("button", name="Báo hoàn thành").dblclick()
    expect(page.locator("main")).to_contain_text("Chờ xác nhận", timeout=15_000)
    assert lines_of(living, "báo hoàn thành") == before + 1


def test_a_coordinator_loses_nothing_when_the_network_breaks(living: Living, desk: Page) -> None:
    let_report(living, 1)
    desk.goto(living.url)
    desk.get_by_role("link", name="Xem và xác nhận").first.click()
    desk.locator(".panel-main").get_by_role("link", name="Trả lại").click()
    before, why = lines_of(living, "trả lại"), "Biên bản thiếu chữ ký của người phúc tra."
    box = desk.get_by_label(re.compile("Lý do|Việc cần sửa"))
    box.fill(why)
    desk.context.set_offline(True)
    desk.get_by_role("button", name="Trả lại").click()
    expect(desk.get_by_role("alert")).to_contain_text(OFFLINE)
    expect(box).to_have_value(why)
    desk.context.set_offline(False)
    slow_down(desk)
    desk.evaluate(LAST_SEEN)
    desk.get_by_role("button", name="Trả lại").dblclick()
    expect(desk.locator(".banner").first).to_contain_text("trả lại", timeout=15_000, ignore_case=True)
    assert lines_of(living, "trả lại") == before + 1
    assert "Đang xử lý" in desk.evaluate("sessionStorage.getItem('seen')")


def held_plan(living: Living) -> str:
    """A second plan that has begun; its first letters wait."""
    stages = tuple(
        replace(s, wording="Tháng 3", start_on=s.start_on and date(2027, 1, 4), due_on=date(2027, 3, 31))
        for s in SMALL_PLAN.stages[1:3]
    )
    draft = replace(
        SMALL_PLAN, name="Khảo sát bổ sung năm 2027", short_name="Khảo sát bổ sung 2027", number="15/KH-UBND", year=2027,
        issued_on=date(2026, 11, 20), stages=stages,
    )  # fmt: skip
    with living.app.app_context(), transaction() as session:
        user = session.scalars(select(User).where(User.role == Role.COORDINATOR)).first()
        by = Actor(f"user-{user.id}", user.name, user.role, user.office_id)
        units = list(session.scalars(select(Unit.id).order_by(Unit.id).limit(2)))
        plan = planning.create_plan(session, office_id=user.office_id, draft=draft, unit_ids=units, by=by, now=campaign.NOW)
        planning.activate_plan(session, plan.id, by=by, now=campaign.NOW)
    return draft.short_name


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was chased today is chased again; the 24th is a day off, so its letters are those of the 25th."""
    monkeypatch.setattr(campaign, "NOW", moment(2026, 11, 26, 8, 30))


def test_a_coordinators_whole_day(living: Living, later: None, desk: Page) -> None:
    reported, second = let_report(living, 2), held_plan(living)
    main, banner = desk.locator("main"), desk.locator(".banner").first

    # Morning: what waits is on the first page; two reports are confirmed from it.
    desk.goto(living.url)
    for name in reported:
        desk.locator(".line", has_text=f"{name} báo hoàn thành").get_by_role("link", name="Xem và xác nhận").click()
        desk.get_by_role("button", name="Xác nhận hoàn thành").click()
        expect(banner).to_contain_text("Đã xác nhận")
        desk.locator(".topnav").get_by_role("link", name=re.compile("Hôm nay")).click()
        expect(main).not_to_contain_text(f"{name} báo hoàn thành")

    # Who is late in one stage is chased: the letters are read first.
    desk.locator("aside").get_by_role("link", name="Khảo sát 2026").click()
    desk.locator(".timeline").get_by_role("link", name=re.compile("Cung cấp thông tin")).first.click()
    desk.get_by_role("link", name=re.compile(r"Đôn đốc \d+ việc quá hạn")).click()
    expect(main).to_contain_text("mỗi người một thư")
    desk.get_by_role("button", name=re.compile(r"Gửi \d+ thư")).click()
    expect(banner).to_contain_text("thư")

    # Noon: more time is granted to the unit that asked.
    desk.goto(living.url)
    desk.get_by_role("link", name="Xem và quyết định").first.click()
    desk.get_by_role("button", name="Chấp thuận gia hạn").click()
    expect(banner).to_contain_text("hạn mới")

    # Afternoon: the outbox holds the first letters of another plan; they are looked at and let go.
    desk.locator(".topnav").get_by_role("link", name="Thư gửi đi").click()
    expect(main).to_contain_text("giữ lại chờ duyệt")
    desk.get_by_role("link", name="Xem trước thư").first.click()
    desk.locator(".lines a").first.click()
    expect(main).to_contain_text(second)
    desk.go_back()
    desk.get_by_role("link", name=re.compile(r"Duyệt và gửi \d+ thư")).click()
    expect(main).to_contain_text("thư")
    desk.locator("main form").get_by_role("button").first.click()
    desk.locator(".topnav").get_by_role("link", name="Thư gửi đi").click()
    expect(main).not_to_contain_text("giữ lại chờ duyệt")

    # Evening: the report of progress goes to the leader as a Word file, with what happened today in it.
    desk.goto(f"{living.url}/plans/1")
    desk.locator(".rooms").get_by_role("link", name="Báo cáo tiến độ").click()
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Báo cáo (Word)").click()
    paper = Document(BytesIO(Path(taken.value.path()).read_bytes()))
    words = "\n".join([p.text for p in paper.paragraphs] + [c.text for t in paper.tables for r in t.rows for c in r.cells])
    assert "26/11/2026" in words
    assert "chấp thuận" in words.lower()


def test_sending_is_counted_while_the_page_is_looked_at(living: Living, desk: Page) -> None:
    """The page asks again by itself, until all have gone."""
    waits = {"status": LetterStatus.QUEUED, "not_before": NOW}
    with living.app.app_context(), transaction() as session:
        ids = list(session.scalars(select(OutboxMessage.id).where(OutboxMessage.status == LetterStatus.SENT).limit(3)))
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(waits))
    desk.clock.install()
    desk.goto(f"{living.url}/outbox")
    said = desk.locator("#under-way")
    expect(said).to_contain_text("còn 3 thư")
    for left, words in ((ids[:1], "còn 1 thư"), ([], "Đã gửi hết")):
        with living.app.app_context(), transaction() as session:
            gone = set(ids) - set(left)
            session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(gone)).values(status=LetterStatus.SENT, sent_at=NOW))
        desk.clock.fast_forward(6000)
        expect(said).to_contain_text(words)


def test_a_leader_prints_one_page(living: Living, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    living.sign_in(page, Role.LEADER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổng hợp")
    late = page.locator("section", has=page.locator("#h-late")).locator(".line-title a").all_inner_texts()
    printed = page.pdf(prefer_css_page_size=True, path=tmp_path / "page.pdf")
    context.close()
    with pdfplumber.open(BytesIO(printed)) as pdf:
        assert len(pdf.pages) == 1
        assert (round(pdf.pages[0].width), round(pdf.pages[0].height)) == (595, 842)
        words = " ".join((pdf.pages[0].extract_text() or "").split())
    assert late
    for name in late:
        assert name in words
    assert "Người in:" in words
    for chrome in ("Thư gửi đi", "Nhật ký xử lý", "Trợ giúp", "In trang này", "Giao diện"):
        assert chrome not in words
